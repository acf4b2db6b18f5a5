//! The words for priors and the keys that go with each.

/// The words for the laws of a prior.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    Grade,
    Fixed,
    Pert,
    Triangular,
    Uniform,
    LogUniform,
    Normal,
    Lognormal,
    LogitNormal,
    Beta,
    Gamma,
    Weibull,
    Discrete,
    Empirical,
}

pub(super) const WORDS: [(&str, Word); 14] = [
    ("grade", Word::Grade),
    ("fixed", Word::Fixed),
    ("pert", Word::Pert),
    ("triangular", Word::Triangular),
    ("uniform", Word::Uniform),
    ("log_uniform", Word::LogUniform),
    ("normal", Word::Normal),
    ("lognormal", Word::Lognormal),
    ("logit_normal", Word::LogitNormal),
    ("beta", Word::Beta),
    ("gamma", Word::Gamma),
    ("weibull", Word::Weibull),
    ("discrete", Word::Discrete),
    ("empirical", Word::Empirical),
];

impl Word {
    /// The keys that say the law, as alternatives.
    pub(super) fn ways(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Grade | Self::Fixed => &[],
            Self::Pert | Self::Triangular | Self::Uniform | Self::LogUniform => &[&["low", "high"]],
            Self::Normal => &[&["sd"], &["relative_sd"], &["range_90"], &["range_95"]],
            Self::Lognormal => &[&["relative_sd"], &["range_90"], &["range_95"]],
            Self::LogitNormal => &[&["range_90"], &["range_95"]],
            Self::Beta | Self::Gamma => &[&["sd"], &["relative_sd"]],
            Self::Weibull => &[&["shape"]],
            Self::Discrete => &[&["values", "probabilities"]],
            Self::Empirical => &[&["values"]],
        }
    }

    /// Whether the key says something with this word.
    pub(super) fn takes(self, key: &str) -> bool {
        match key {
            "truncate" => self != Self::Fixed,
            _ => self.ways().iter().any(|way| way.contains(&key)),
        }
    }

    /// The word as written.
    pub(super) fn name(self) -> &'static str {
        WORDS.iter().find(|(_, word)| *word == self).map_or("", |(name, _)| name)
    }

    /// Its keys, for messages.
    pub(super) fn keys(self) -> String {
        let ways: Vec<String> = self.ways().iter().map(|way| way.join(" with ")).collect();
        ways.join(", or ")
    }

    /// What the central value must be.
    pub(super) fn centre(self) -> Centre {
        match self {
            Self::LogUniform | Self::Lognormal | Self::Gamma | Self::Weibull => Centre::Positive,
            Self::LogitNormal | Self::Beta => Centre::Inside,
            _ => Centre::Any,
        }
    }
}

/// What a law asks of the central value.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Centre {
    Any,
    /// Above 0.
    Positive,
    /// A share above 0 and below 1.
    Inside,
}
