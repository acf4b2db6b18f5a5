//! What a run says: named series with statistics.

use super::design::DesignRecord;
use super::kept::Kept;
use super::summary::{Quantile, Summary};
use crate::engine::{Plan, Series};
use crate::fnv::Fnv;

/// The result of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    start: i32,
    steps: usize,
    seed: u64,
    draws: u32,
    resumed: u32,
    design: DesignRecord,
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
        (seed, draws, resumed, design): (u64, u32, u32, DesignRecord),
        summaries: &[Summary],
        kept: Kept,
        residual: (f64, String),
    ) -> Self {
        let reports = plan.observations().iter().map(|o| Report {
            series: o.series.clone(),
            start: plan.reported_from(),
            rows: o.rows,
            summaries: o
                .numbers(plan.tallied())
                .map(|number| number.map_or(Summary::zero(), |number| summaries[number]))
                .collect(),
        });
        let reports = reports.collect();
        let (start, steps) = (plan.reported_from(), plan.reported_steps());
        Self { start, steps, seed, draws, resumed, design, reports, kept, residual }
    }

    /// The number of draws behind the statistics.
    #[must_use]
    pub fn draws(&self) -> u32 {
        self.draws
    }

    /// How many of the draws were not computed by this run but read: from the
    /// [checkpoint](crate::Ensemble::checkpoint) it went on with or the shards
    /// that were [merged](crate::Ensemble::merge). No digit depends on it.
    #[must_use]
    pub fn resumed_draws(&self) -> u32 {
        self.resumed
    }

    /// The seed of the run.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How the draws were laid out.
    #[must_use]
    pub fn design(&self) -> &DesignRecord {
        &self.design
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
        report.summary(element, year)?;
        self.kept.draws(at, element * report.rows + report.row(year)?)
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
        hash.value()
    }
}
