//! The table `[run]`.

use super::node::Table;
use super::report::Report;
use crate::ensemble::Freeze;
use crate::sampling::design::Design;
use crate::scenario::run::Run;

/// More draws than this are refused.
const MAX_DRAWS: i64 = 1_000_000;
/// The largest factor of the priors.
const LARGEST_SCALE: f64 = 10.0;

/// Reads how the scenario is to be run.
pub(super) fn read(report: &mut Report, root: &Table) -> Run {
    let Some(table) = root.get("run").and_then(|node| node.table(report)) else {
        return Run::default();
    };
    table.check_keys(report, &["draws", "seed", "design", "freeze", "prior_scale", "note"]);
    if let Some(node) = table.get("note") {
        node.string(report);
    }
    let draws = table.get("draws").and_then(|node| node.integer(report, 1, MAX_DRAWS));
    let seed = table.get("seed").and_then(|node| node.integer(report, 0, i64::MAX));
    // A design by its place: the words stand for what cannot be copied.
    let designs = [Design::MonteCarlo, Design::LatinHypercube, Design::sobol()];
    let words = [("monte_carlo", 0), ("latin_hypercube", 1), ("sobol", 2)];
    let design = table.get("design").and_then(|node| node.choice(report, &words));
    let kinds = [("epistemic", Freeze::Epistemic), ("aleatory", Freeze::Aleatory)];
    let freeze = table.get("freeze").and_then(|node| node.choice(report, &kinds));
    let prior_scale = table.get("prior_scale").and_then(|node| {
        let factor = node.number(report)?;
        if (0.0..=LARGEST_SCALE).contains(&factor) {
            return Some(factor);
        }
        report.add(node.at, &node.key, "factor outside its range", |d| {
            d.found(node.found())
                .allowed(format!("0 to {LARGEST_SCALE}"))
                .fix("write 0.5 for half the spread of every prior")
        });
        None
    });
    Run {
        draws: draws.and_then(|n| u32::try_from(n).ok()),
        seed: seed.and_then(|n| u64::try_from(n).ok()),
        design: design.and_then(|place: usize| designs.get(place).cloned()),
        freeze,
        prior_scale,
    }
}
