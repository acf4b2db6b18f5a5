//! What a run says: named series with statistics.

use super::statistics::{Bounds, CELLS, Moments};
use crate::engine::{Plan, Series};

/// A quantile read from a streaming histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantile {
    /// The quantile, interpolated within its bin.
    Value(f64),
    /// It lies below this lower end of the histogram.
    Below(f64),
    /// It lies above this upper end of the histogram.
    Above(f64),
}

impl Quantile {
    /// The number: the quantile or the end it lies beyond.
    #[must_use]
    pub fn value(self) -> f64 {
        match self {
            Self::Value(x) | Self::Below(x) | Self::Above(x) => x,
        }
    }
}

/// The statistics of one number over all draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The value in the central case (draw 0).
    pub central: f64,
    /// The mean over the draws.
    pub mean: f64,
    /// The standard deviation over the draws.
    pub sd: f64,
    /// The 5 % quantile.
    pub p05: Quantile,
    /// The 25 % quantile.
    pub p25: Quantile,
    /// The median.
    pub p50: Quantile,
    /// The 75 % quantile.
    pub p75: Quantile,
    /// The 95 % quantile.
    pub p95: Quantile,
}

impl Summary {
    /// The Monte Carlo standard error of the mean for `draws` draws.
    #[must_use]
    pub fn standard_error(&self, draws: u32) -> f64 {
        self.sd / f64::from(draws).sqrt()
    }
}

pub(super) fn summarise(
    central: &[f64],
    bounds: &[Bounds],
    moments: &[Moments],
    counts: &[[u64; CELLS]],
    draws: u32,
) -> Vec<Summary> {
    let n = f64::from(draws);
    let mut summaries = Vec::with_capacity(central.len());
    for (((central, bounds), [first, second]), counts) in
        central.iter().zip(bounds).zip(moments).zip(counts)
    {
        // mean = x₀ + Σd/n,  variance = (Σd² − (Σd)²/n)/(n − 1)
        let mean = central + first / n;
        let spread = second - first * first / n;
        let variance = if draws > 1 && spread > 0.0 { spread / (n - 1.0) } else { 0.0 };
        let at = |p| quantile(counts, bounds, draws, p);
        summaries.push(Summary {
            central: *central,
            mean,
            sd: variance.sqrt(),
            p05: at(0.05),
            p25: at(0.25),
            p50: at(0.5),
            p75: at(0.75),
            p95: at(0.95),
        });
    }
    summaries
}

/// The value below which a share p of the draws lies, linear within its bin.
fn quantile(counts: &[u64; CELLS], bounds: &Bounds, draws: u32, p: f64) -> Quantile {
    let target = p * f64::from(draws);
    let mut below = counts[0];
    if target < below as f64 {
        return Quantile::Below(bounds.low());
    }
    for (bin, count) in counts[1..CELLS - 1].iter().enumerate() {
        if *count > 0 && target <= (below + count) as f64 {
            let within = (target - below as f64) / *count as f64;
            return Quantile::Value(bounds.value(bin as f64 + within));
        }
        below += count;
    }
    Quantile::Above(bounds.high())
}

/// All draws of the variables that were to be kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// For each reported series, where its numbers start within a draw.
    start: Vec<Option<usize>>,
    /// Numbers per draw.
    width: usize,
    numbers: Vec<f64>,
}

impl Kept {
    pub(super) fn new(plan: &Plan, names: &[String], draws: u32, numbers: Vec<f64>) -> Self {
        let mut at = 0;
        let start = plan
            .observations()
            .iter()
            .map(|o| {
                let rows = if o.timed { plan.steps() } else { 1 };
                names.contains(&o.series.name).then(|| {
                    at += o.series.labels.len() * rows;
                    at - o.series.labels.len() * rows
                })
            })
            .collect();
        debug_assert_eq!(numbers.len(), at * draws as usize);
        Self { start, width: at, numbers }
    }
}

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    start: i32,
    steps: usize,
    seed: u64,
    draws: u32,
    reports: Vec<Report>,
    kept: Kept,
    residual: (f64, String),
}

/// One reported series with its statistics.
#[derive(Clone, Debug)]
pub struct Report {
    series: Series,
    start: i32,
    rows: usize,
    summaries: Vec<Summary>,
}

impl Report {
    /// What is reported: policy, name, unit, dimensions and labels.
    #[must_use]
    pub fn series(&self) -> &Series {
        &self.series
    }

    /// Whether the series varies in time; if not, any year may be asked for.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        self.rows > 1
    }

    /// The statistics of an element (its position in `series().labels`) in a
    /// year, if there are such.
    #[must_use]
    pub fn summary(&self, element: usize, year: i32) -> Option<&Summary> {
        let t = self.row(year)?;
        (element < self.series.labels.len())
            .then(|| self.summaries.get(element * self.rows + t))
            .flatten()
    }

    /// The row of a year; the only one if the series does not vary in time.
    fn row(&self, year: i32) -> Option<usize> {
        if self.rows == 1 {
            return Some(0);
        }
        let row = usize::try_from(i64::from(year) - i64::from(self.start)).ok()?;
        (row < self.rows).then_some(row)
    }

    /// The position of the element with these labels, one per dimension.
    #[must_use]
    pub fn element(&self, labels: &[&str]) -> Option<usize> {
        self.series.labels.iter().position(|l| l.iter().eq(labels.iter()))
    }
}

impl Outcome {
    pub(super) fn new(
        plan: &Plan,
        seed: u64,
        draws: u32,
        mut summaries: Vec<Summary>,
        kept: Kept,
        residual: (f64, String),
    ) -> Self {
        let mut reports = Vec::new();
        for o in plan.observations() {
            let rows = if o.timed { plan.steps() } else { 1 };
            let rest = summaries.split_off(o.series.labels.len() * rows);
            let mine = std::mem::replace(&mut summaries, rest);
            let series = o.series.clone();
            reports.push(Report { series, start: plan.start(), rows, summaries: mine });
        }
        Self { start: plan.start(), steps: plan.steps(), seed, draws, reports, kept, residual }
    }

    /// The number of draws behind the statistics.
    #[must_use]
    pub fn draws(&self) -> u32 {
        self.draws
    }

    /// The seed of the run.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The years reported.
    #[must_use]
    pub fn years(&self) -> std::ops::RangeInclusive<i32> {
        self.start..=self.start + self.steps as i32 - 1
    }

    /// All reports: each policy's series, then the paired differences.
    #[must_use]
    pub fn reports(&self) -> &[Report] {
        &self.reports
    }

    /// A variable under a policy.
    #[must_use]
    pub fn report(&self, policy: &str, name: &str) -> Option<&Report> {
        self.find(policy, name, false)
    }

    /// The paired difference of a variable: `policy` minus the reference
    /// policy, draw by draw.
    #[must_use]
    pub fn difference(&self, policy: &str, name: &str) -> Option<&Report> {
        self.find(policy, name, true)
    }

    fn find(&self, policy: &str, name: &str, versus: bool) -> Option<&Report> {
        self.reports.iter().find(|r| {
            let s = &r.series;
            s.policy == policy && s.name == name && s.versus.is_some() == versus
        })
    }

    /// The worst residual of any mass balance, relative to the largest inflow
    /// of its process, over all processes, steps and draws.
    #[must_use]
    pub fn worst_residual(&self) -> f64 {
        self.residual.0
    }

    /// The process with the worst residual.
    #[must_use]
    pub fn worst_process(&self) -> &str {
        &self.residual.1
    }

    /// Every draw, in order, of one number that was kept.
    #[must_use]
    pub fn draws_of(&self, report: &Report, element: usize, year: i32) -> Option<Vec<f64>> {
        let at = self.reports.iter().position(|r| r.series == report.series)?;
        let start = self.kept.start.get(at).copied().flatten()?;
        report.summary(element, year)?;
        let t = report.row(year)?;
        let offset = start + element * report.rows + t;
        Some(self.kept.numbers.chunks(self.kept.width).map(|draw| draw[offset]).collect())
    }

    /// A fingerprint of every digit of the outcome (FNV-1a, 64 bits): names,
    /// statistics, seed and number of draws. Equal for any number of threads
    /// and any instruction set.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hash = Fnv::default();
        hash.add(&self.seed.to_le_bytes());
        hash.add(&self.draws.to_le_bytes());
        for report in &self.reports {
            let s = &report.series;
            hash.add(s.policy.as_bytes());
            hash.add(s.versus.as_deref().unwrap_or("").as_bytes());
            hash.add(s.name.as_bytes());
            for label in s.labels.iter().flatten() {
                hash.add(label.as_bytes());
            }
            for x in &report.summaries {
                let quantiles = [x.p05, x.p25, x.p50, x.p75, x.p95].map(Quantile::value);
                for number in [x.central, x.mean, x.sd].iter().chain(&quantiles) {
                    hash.add(&number.to_bits().to_le_bytes());
                }
            }
        }
        hash.0
    }
}

/// The 64-bit FNV-1a hash.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
