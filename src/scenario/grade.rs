//! Confidence grades of numbers.

use std::fmt;

/// How far a published number can be trusted, from `A` (best) to `D`.
///
/// A scenario file maps each grade to the relative standard deviation of one
/// observation: see [`Region::grade_sd`](super::Region::grade_sd).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Measured or reported by the body responsible.
    A,
    /// Published and plausible, but rounded, secondary or partial.
    B,
    /// Derived from other figures.
    C,
    /// A judgement, proposal or figure without a checkable source.
    D,
}

impl Grade {
    /// All grades, best first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// The letter that stands for the grade in a scenario file.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// The grade written as `letter`, if it is one of `A` to `D`.
    pub(crate) fn from_letter(letter: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.letter() == letter)
    }

    /// Place in [`Grade::ALL`].
    pub(crate) fn index(self) -> usize {
        match self {
            Self::A => 0,
            Self::B => 1,
            Self::C => 2,
            Self::D => 3,
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letter())
    }
}
