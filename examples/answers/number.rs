//! A mean over draws with its 90 % interval and its error, in numbers and words.

use blackmass::report::{grouped, significant};

/// The relative spread that rounding alone may leave.
const ROUNDING: f64 = 1e-12;

/// What the draws of one number say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    pub mean: f64,
    /// Exact quantiles of the draws, 5 and 95 %.
    pub low: f64,
    pub high: f64,
    /// The Monte Carlo standard error of the mean.
    pub error: f64,
}

impl Number {
    /// From at least two draws.
    pub fn of(draws: &[f64]) -> Self {
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let squares: f64 = draws.iter().map(|x| (x - mean) * (x - mean)).sum();
        let mut sorted = draws.to_vec();
        sorted.sort_by(f64::total_cmp);
        let quantile = |p: f64| {
            let at = p * (n - 1.0);
            let below = at.floor() as usize;
            let above = if below + 1 < sorted.len() { below + 1 } else { below };
            sorted[below] + (sorted[above] - sorted[below]) * (at - at.floor())
        };
        let error = (squares / (n - 1.0) / n).sqrt();
        // Rounding is no spread.
        let error = if error < ROUNDING * mean.abs() { 0.0 } else { error };
        Self { mean, low: quantile(0.05), high: quantile(0.95), error }
    }

    /// The mean of `a − b`, draw by draw.
    pub fn of_difference(a: &[f64], b: &[f64]) -> Self {
        Self::of(&minus(a, b))
    }

    fn times(self, factor: f64) -> Self {
        let Self { mean, low, high, error } = self;
        Self { mean: mean * factor, low: low * factor, high: high * factor, error: error * factor }
    }

    /// Shares in per cent, anything else as it is.
    pub fn shown(self, unit: &str) -> Self {
        if unit == "share" { self.times(100.0) } else { self }
    }

    /// A change: the mean with its sign and error.
    pub fn change(&self) -> String {
        let decimals = match self.error {
            0.0 => return format!("{} ±0", signed(self.mean)),
            e if e >= 9.95 => 0,
            e if e >= 0.995 => 1,
            e if e >= 0.0995 => 2,
            e if e >= 0.00995 => 3,
            _ => 4,
        };
        let mean = grouped(self.mean, decimals);
        let sign =
            if self.mean > 0.0 && mean.contains(|c| ('1'..='9').contains(&c)) { "+" } else { "" };
        format!("{sign}{mean} ±{}", grouped(self.error, decimals))
    }

    /// The interval of a change; nothing for what is the same in every draw.
    pub fn change_band(&self) -> String {
        if self.error == 0.0 {
            return String::new();
        }
        format!("{} to {}", signed(self.low), signed(self.high))
    }

    /// The interval of a level; nothing for what is the same in every draw.
    pub fn band(&self) -> String {
        if self.error == 0.0 {
            return String::new();
        }
        format!("{}–{}", significant(self.low), significant(self.high))
    }

    /// What can be said of a change beside the `level` that is there anyway.
    pub fn beside(&self, level: f64) -> Verdict {
        match self.verdict() {
            told if told.sign() == 0 => told,
            _ if self.mean.abs() < TRIFLE * level.abs() => Verdict::Trifle,
            told => told,
        }
    }

    /// What can be said of a change.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self { mean: 0.0, error: 0.0, .. } => Verdict::Nothing,
            Self { low, .. } if *low > 0.0 => Verdict::More,
            Self { high, .. } if *high < 0.0 => Verdict::Less,
            _ if self.mean > 2.0 * self.error => Verdict::MoreOnAverage,
            _ if self.mean < -2.0 * self.error => Verdict::LessOnAverage,
            _ => Verdict::Untold,
        }
    }
}

/// The part of what is there anyway below which a change is a trifle.
const TRIFLE: f64 = 1e-3;

/// What can be said of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Zero in every draw.
    Nothing,
    /// The 90 % interval lies above zero.
    More,
    /// The 90 % interval lies below zero.
    Less,
    /// The mean is above zero by more than two standard errors.
    MoreOnAverage,
    /// The mean is below zero by more than two standard errors.
    LessOnAverage,
    /// Not told from zero.
    Untold,
    /// Told from zero, but below a thousandth of what is there anyway.
    Trifle,
}

impl Verdict {
    pub fn words(self) -> &'static str {
        match self {
            Self::Nothing => "no change in any draw",
            Self::More => "more in at least 95 % of the draws",
            Self::Less => "less in at least 95 % of the draws",
            Self::MoreOnAverage => "more on average, but the 90 % interval includes zero",
            Self::LessOnAverage => "less on average, but the 90 % interval includes zero",
            Self::Untold => "no change that can be told",
            Self::Trifle => "a change below a thousandth",
        }
    }

    /// The sign of the mean, where it can be told.
    pub fn sign(self) -> i8 {
        match self {
            Self::More | Self::MoreOnAverage => 1,
            Self::Less | Self::LessOnAverage => -1,
            Self::Nothing | Self::Untold | Self::Trifle => 0,
        }
    }
}

/// `a − b`, draw by draw.
pub fn minus(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

/// Three figures and a sign.
pub fn signed(x: f64) -> String {
    let text = significant(x);
    let is_some = text.contains(|c: char| ('1'..='9').contains(&c));
    if x > 0.0 && is_some { format!("+{text}") } else { text }
}
