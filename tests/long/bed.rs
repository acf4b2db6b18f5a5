//! A small system that has all that a file must hold, and places for files.

use blackmass::lifetime::InflowTiming;
use blackmass::system::{Change, Override, Policy, var};
use blackmass::uncertainty::{Distribution, MeanStd, Range};
use blackmass::{CohortStock, Ensemble, Lifetime, Outcome, Plan, System, report};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// Random parameters, noise, a number that never varies, one that varies in one
/// draw of some thousand (`luck`), a process with a residual, two policies.
pub fn plan_with(demand: f64) -> Plan {
    let mut b = System::builder("long runs", 2020..=2026);
    b.dimension("material", ["nickel", "cobalt"]).process("use");
    let share = Distribution::uniform(Range { low: 0.2, high: 0.9 }).expect("a range");
    let growth = Distribution::normal(MeanStd { mean: 1.0, std: 0.3 }).expect("a law");
    b.parameter("share", &["material"], share).parameter("growth", &[], growth);
    let late = Distribution::uniform(Range { low: 0.0, high: 10.0 }).expect("a range");
    b.parameter("late", &[], late).noise("weather", &[]).chance("chance", &[]).constant(
        "fixed",
        &[],
        7.25,
    );
    b.variable("demand", var("growth") * demand + var("weather"));
    let lifetime = Lifetime::exponential_from_mean(3.0).inflow_at(InflowTiming::Start);
    b.cohort_stock(CohortStock { name: "cars".into(), inflow: var("demand"), lifetime });
    b.stock("in_use", "use").is("cars.stock");
    b.flow("bought").from(System::ENVIRONMENT).to("use").is("demand");
    b.flow("scrap").from("use").to(System::ENVIRONMENT).is("cars.outflow");
    b.variable("recovered", var("scrap") * var("share"));
    b.variable("luck", (var("chance") - 0.9997).max(0.0) * 1e4);
    for name in ["recovered", "in_use", "fixed", "luck", "late"] {
        b.observe(name, "t");
    }
    let change =
        Override { name: "share".into(), change: Change::Multiply(1.1), from: 2023, ramp: 0 };
    b.policy(Policy { name: "baseline".into(), overrides: Vec::new() });
    b.policy(Policy { name: "more".into(), overrides: vec![change] });
    Plan::compile(&b.build().expect("correct")).expect("small")
}

pub fn plan() -> Plan {
    plan_with(100.0)
}

/// Everything an outcome says, as text: CSV, residual, kept draws, digits.
pub fn all_of(outcome: &Outcome) -> String {
    let mut text = report::csv(outcome).expect("a table");
    let residual = outcome.worst_residual();
    text += &format!("{:x} {} ", residual.to_bits(), outcome.worst_process());
    text += &format!("{:x} {:?}", outcome.fingerprint(), outcome.design());
    for report in outcome.reports() {
        for element in 0..report.series().labels.len() {
            for year in outcome.years() {
                let bits = |x: f64| x.to_bits();
                let summary = report.summary(element, year);
                let draws = outcome.draws_of(report, element, year);
                let draws = draws.map(|draws| draws.into_iter().map(bits).collect::<Vec<_>>());
                text += &format!("\n{summary:?} {draws:?}");
            }
        }
    }
    text
}

/// An empty directory, removed at the end of the test.
pub struct Place(PathBuf);

impl Place {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("blackmass-long-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a temporary directory");
        Self(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).expect("readable").flatten();
        let mut names: Vec<_> =
            entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The place a parent process names for its child; none if this is no child.
pub fn given_place() -> Option<PathBuf> {
    std::env::var_os("BLACKMASS_LONG_PLACE").map(PathBuf::from)
}

/// This program again, to run one test as a child that works in a place.
pub fn child(test: &str, place: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the path of this test"));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env("BLACKMASS_LONG_PLACE", place);
    command
}

/// Runs until so many draws are complete, then cancels; true if that came to
/// pass before the end.
pub fn interrupt(ensemble: &Ensemble, after: u32) -> bool {
    use blackmass::ErrorKind;
    let flag = std::sync::atomic::AtomicBool::new(false);
    let watch = |p: blackmass::Progress| flag.store(p.done >= after, Ordering::Relaxed);
    let run = ensemble.clone().progress(&watch).cancel(&flag).run();
    run.is_err_and(|error| {
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
        true
    })
}
