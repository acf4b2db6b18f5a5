//! The words for designs, in scenario files and on command lines.

use super::Design;

/// A design by its word, before its settings are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DesignWord {
    /// `monte_carlo`, `mc`.
    MonteCarlo,
    /// `latin_hypercube`, `lhs`.
    LatinHypercube,
    /// `sobol`.
    Sobol,
    /// `one_at_a_time`, `oat`.
    OneAtATime,
    /// `full_factorial`, `factorial`.
    FullFactorial,
    /// `samples`.
    Samples,
}

/// What can be said besides the word; see [`DesignWord::takes`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DesignSettings {
    /// Probabilities of the levels: low and high one at a time, all of each
    /// stream in a full factorial. One at a time they are 0.05 and 0.95 if there
    /// are none.
    pub levels: Vec<f64>,
    /// The streams that are varied; one at a time all, if there are none.
    pub vary: Vec<String>,
    /// The streams of the first dimensions of Sobol' points.
    pub pinned: Vec<String>,
}

impl DesignWord {
    /// All words, with the short ones that options understand as well.
    pub const ALL: [(&'static str, &'static str, Self); 6] = [
        ("monte_carlo", "mc", Self::MonteCarlo),
        ("latin_hypercube", "lhs", Self::LatinHypercube),
        ("sobol", "sobol", Self::Sobol),
        ("one_at_a_time", "oat", Self::OneAtATime),
        ("full_factorial", "factorial", Self::FullFactorial),
        ("samples", "samples", Self::Samples),
    ];

    /// The design of a word, long or short.
    ///
    /// # Examples
    /// ```
    /// use blackmass::sampling::design::{Design, DesignSettings, DesignWord};
    /// let word = DesignWord::parse("oat").expect("known");
    /// assert_eq!(word.design(&DesignSettings::default()), Some(Design::one_at_a_time()));
    /// ```
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(long, short, _)| word == *long || word == *short);
        found.map(|(.., design)| design)
    }

    /// The long word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.into_iter().find(|(.., word)| *word == self).map_or("", |(word, ..)| word)
    }

    /// Whether the setting `levels`, `vary`, `pinned`, `samples` or `draws` says
    /// something with this design.
    #[must_use]
    pub fn takes(self, setting: &str) -> bool {
        let fixed = matches!(self, Self::OneAtATime | Self::FullFactorial);
        match setting {
            "levels" | "vary" => fixed,
            "pinned" => self == Self::Sobol,
            "samples" => self == Self::Samples,
            _ => !fixed,
        }
    }

    /// The design with its settings; `None` for samples, which are no setting.
    #[must_use]
    pub fn design(self, settings: &DesignSettings) -> Option<Design> {
        Some(match self {
            Self::MonteCarlo => Design::MonteCarlo,
            Self::LatinHypercube => Design::LatinHypercube,
            Self::Sobol => Design::Sobol { pinned: settings.pinned.clone() },
            Self::OneAtATime => {
                let (low, high) = match settings.levels[..] {
                    [low, high, ..] => (low, high),
                    _ => (0.05, 0.95),
                };
                Design::OneAtATime { low, high, streams: settings.vary.clone() }
            }
            Self::FullFactorial => {
                let with = |name: &String| (name.clone(), settings.levels.clone());
                Design::FullFactorial { levels: settings.vary.iter().map(with).collect() }
            }
            Self::Samples => return None,
        })
    }
}
