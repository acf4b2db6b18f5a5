//! Streamed statistics against those computed from all kept draws.
#![allow(missing_docs, clippy::disallowed_methods)]

use blackmass::ensemble::Quantile;
use blackmass::system::{Values, var};
use blackmass::{Ensemble, Error, Plan, System};

/// Not a multiple of a block (16) or of a superblock (1 024).
const DRAWS: u32 = 3_001;
/// The draws that set the bounds of a histogram, and its bins: the range of
/// the former, with a quarter of it added on either side, holds 254 bins.
const PILOT: usize = 256;
const BINS: f64 = 254.0;

#[test]
fn statistics_agree_with_those_of_all_draws() -> Result<(), Error> {
    let mut b = System::builder("statistics", 2020..=2060);
    b.dimension("a", ["x", "y", "z"]);
    b.constant("spread", &["a"], Values::PerElement(vec![0.1, 0.4, 0.8]));
    b.noise("noise", &["a"]);
    b.variable("value", (var("noise") * var("spread")).exp() * 1e3 - 500.0);
    b.observe("value", "t");
    let plan = Plan::compile(&b.build()?)?;
    let outcome = Ensemble::new(&plan).draws(DRAWS).threads(2).keep("value").run()?;
    let report = outcome.report("baseline", "value").expect("observed");
    let n = f64::from(DRAWS);
    let (mut signed, mut count) = (0.0, 0.0);
    for element in 0..3 {
        for year in outcome.years() {
            let summary = report.summary(element, year).expect("a summary");
            let mut draws = outcome.draws_of(report, element, year).expect("kept");
            let mean = draws.iter().sum::<f64>() / n;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
            assert!((summary.mean - mean).abs() < 1e-12 * variance.sqrt().max(mean.abs()));
            assert!((summary.sd - variance.sqrt()).abs() < 1e-12 * variance.sqrt());

            let pilot = &draws[..PILOT];
            let low = pilot.iter().copied().fold(f64::INFINITY, f64::min);
            let high = pilot.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let bin = 1.5 * (high - low) / BINS;
            draws.sort_by(f64::total_cmp);
            let quantiles = [
                (0.05, summary.p05),
                (0.25, summary.p25),
                (0.5, summary.p50),
                (0.75, summary.p75),
                (0.95, summary.p95),
            ];
            for (p, found) in quantiles {
                let Quantile::Value(found) = found else {
                    panic!("{found:?} lies outside the histogram")
                };
                // The draw at which the share p is reached is in the same bin.
                let exact = draws[(p * n).ceil() as usize - 1];
                let off = (found - exact) / bin;
                assert!(off.abs() <= 1.0 + 1e-9, "{p} in {year}: off by {off} bins");
                signed += off;
                count += 1.0;
            }
        }
    }
    // No side is preferred: a shift by half a bin would show.
    assert!((signed / count).abs() < 0.1, "{} bins on average", signed / count);
    Ok(())
}
