//! One source, compiled for several instruction sets, chosen at run time.
//!
//! All kernels are plain Rust without fused multiply-add, so every instruction
//! set gives the same bits; only the speed differs. This is the one file with
//! `unsafe`: calling a function compiled for an instruction set is sound only
//! on a machine that has it, and a [`Dispatch`] exists only after that was
//! checked.

use crate::error::{Diagnostic, Error, ErrorKind};

/// An instruction set the engine can be run with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum InstructionSet {
    /// What every machine of the target has (SSE2 on x86-64).
    Baseline,
    /// AVX2, on x86-64.
    Avx2,
    /// AVX-512 (F, DQ, BW, VL), on x86-64.
    Avx512,
}

impl InstructionSet {
    /// All of them, slowest first.
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Avx2, Self::Avx512];

    /// The fastest one this machine has.
    #[must_use]
    pub fn detect() -> Self {
        Self::ALL.into_iter().rev().find(|isa| isa.is_available()).unwrap_or(Self::Baseline)
    }

    /// Whether this machine has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            Self::Baseline => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
            }
            #[cfg(not(target_arch = "x86_64"))]
            _ => false,
        }
    }

    /// The name used in reports and options: `baseline`, `avx2`, `avx512`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }
}

/// Work that is compiled once per instruction set. `run` must be
/// `#[inline(always)]`, as must everything hot that it calls.
pub(crate) trait Vectorised {
    fn run(self);
}

/// An instruction set known to be present.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dispatch(InstructionSet);

impl Dispatch {
    pub(crate) fn new(set: InstructionSet) -> Result<Self, Error> {
        if set.is_available() {
            return Ok(Self(set));
        }
        let available: Vec<&str> = InstructionSet::ALL
            .into_iter()
            .filter(|s| s.is_available())
            .map(InstructionSet::name)
            .collect();
        Err(Error::new(
            ErrorKind::Argument,
            Diagnostic::new("this machine does not have the instruction set asked for")
                .found(set.name())
                .allowed(available.join(", ")),
        ))
    }

    #[allow(unsafe_code)]
    pub(crate) fn run<V: Vectorised>(self, work: V) {
        match self.0 {
            InstructionSet::Baseline => work.run(),
            // SAFETY: a `Dispatch` is made only if the set is available.
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => unsafe { avx2(work) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => unsafe { avx512(work) },
            #[cfg(not(target_arch = "x86_64"))]
            _ => work.run(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2<V: Vectorised>(work: V) {
    work.run();
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl")]
fn avx512<V: Vectorised>(work: V) {
    work.run();
}
