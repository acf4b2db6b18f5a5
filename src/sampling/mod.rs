//! Random numbers addressed by name, draw and step.
//!
//! Every uniform is a pure function of (seed, stream key, draw, step). Nothing
//! is consumed in order, so adding, removing or reordering parameters, threads
//! or blocks changes no other number, and two policies that read the same
//! stream see the same number.
//!
//! # Examples
//! ```
//! use blackmass::sampling::{StreamKey, uniform};
//! let key = StreamKey::of("eu.collection.rate");
//! let u = uniform(7, key, 1, 0);
//! assert!(u > 0.0 && u < 1.0);
//! assert_eq!(u, uniform(7, key, 1, 0));
//! ```

pub mod design;
mod keyed;
mod philox;
mod stream;

pub use keyed::KeyedStream;
pub use stream::{STREAM_VERSION, StreamKey, uniform, uniform_row, uniform_row_pair};
