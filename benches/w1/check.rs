//! Does the W1 of this crate give what the W1 in NumPy gives?

use super::{INDICATORS, columns};
use blackmass::{Ensemble, Error, Outcome, Plan};

/// Random numbers per draw.
pub const NORMALS: usize = 317;
/// Reported numbers per draw: materials × indicators × years.
pub const NUMBERS: usize = 6 * INDICATORS.len() * 41;
/// The largest difference accepted, relative to the series' largest magnitude.
pub const TOLERANCE: f64 = 1e-9;

const REFERENCE: &str = include_str!("reference.csv");
const REFERENCE_DRAWS: usize = 4;

/// The input of the reference, as in `w1_numpy.py`: Knuth's MMIX generator
/// from 1, its upper 53 bits as u in [0, 1), and z = 4u − 2, exact in both.
fn reference_input() -> Vec<f64> {
    let mut x: u64 = 1;
    let mut next = || {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        4.0 * ((x >> 11) as f64 * 2.0_f64.powi(-53)) - 2.0
    };
    (0..REFERENCE_DRAWS * NORMALS).map(|_| next()).collect()
}

/// A run of W1 on supplied normals, `[draw][column]`, with every draw kept.
pub fn given<'a>(plan: &'a Plan, normals: &[f64]) -> Ensemble<'a> {
    let mut ensemble = Ensemble::new(plan).draws((normals.len() / NORMALS) as u32);
    let mut at = 0;
    for (name, width) in columns() {
        let values = normals.chunks_exact(NORMALS).flat_map(|draw| &draw[at..at + width]);
        ensemble = ensemble.given(&name, values.copied().collect());
        at += width;
    }
    assert_eq!(at, NORMALS, "columns of the input");
    INDICATORS.iter().fold(ensemble, |e, indicator| e.keep(indicator))
}

/// The kept answers in the order of the NumPy program:
/// `[draw][material][indicator][year]`.
pub fn answers(outcome: &Outcome) -> Vec<f64> {
    let draws = outcome.draws() as usize;
    let mut answers = vec![0.0; draws * NUMBERS];
    let mut at = 0;
    for material in super::MATERIALS {
        for indicator in INDICATORS {
            let report = outcome.report("baseline", indicator).expect("observed");
            let element = report.element(&[material]).expect("declared");
            for year in outcome.years() {
                let kept = outcome.draws_of(report, element, year).expect("kept");
                for (draw, x) in kept.iter().enumerate() {
                    answers[draw * NUMBERS + at] = *x;
                }
                at += 1;
            }
        }
    }
    answers
}

/// The worst difference of `got` from `expected`, each difference relative to
/// the largest magnitude of its series (one draw, material and indicator) in
/// `got`; infinite if a number is not finite. `expected` holds draw, position
/// within the draw and value.
pub fn worst(got: &[f64], expected: impl IntoIterator<Item = (usize, usize, f64)>) -> f64 {
    let years = NUMBERS / (6 * INDICATORS.len());
    let mut worst = 0.0;
    for (draw, number, value) in expected {
        let start = draw * NUMBERS + number / years * years;
        let scale = got[start..start + years].iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let difference = (got[draw * NUMBERS + number] - value).abs() / scale;
        let difference = if difference.is_finite() { difference } else { f64::INFINITY };
        worst = if difference > worst { difference } else { worst };
    }
    worst
}

/// The worst difference from the recorded reference, which holds every
/// seventh number of four draws.
pub fn against_reference(plan: &Plan) -> Result<f64, Error> {
    let got = answers(&given(plan, &reference_input()).run()?);
    let mut expected = Vec::new();
    for line in REFERENCE.lines().skip(2) {
        let mut fields = line.split(',');
        let number = fields.next().and_then(|n| n.parse().ok()).expect("a position");
        for (draw, value) in fields.enumerate() {
            expected.push((draw, number, value.parse().expect("a number")));
        }
    }
    assert_eq!(expected.len(), NUMBERS.div_ceil(7) * REFERENCE_DRAWS, "the reference is whole");
    Ok(worst(&got, expected))
}
