//! The command `blackmass` as a user meets it: as a process, with good and bad
//! input, pipes, folders and interruptions.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods)]

mod bad_input;
mod bed;
mod folders;
mod formats;
mod good_input;
#[cfg(unix)]
mod in_use;
#[cfg(unix)]
mod interrupted;
mod long;
#[path = "../formats/python.rs"]
mod python;
mod sensitivity;
