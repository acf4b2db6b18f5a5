//! Stocks and facilities of random shapes against twins stepped through time.
//! (Formulas and policies: `twin_formulas.rs`.)
#![allow(missing_docs, clippy::disallowed_methods)]

mod bed;
mod twin;

use bed::{Bed, DRAWS, HORIZONS, Kind, elements};
use blackmass::system::{Change, Override, Policy, var};
use blackmass::{CohortStock, ErrorKind, Facilities, InflowTiming, Lifetime, ProductComponent};
use proptest::prelude::*;
use twin::compare::{agree, largest};
use twin::formula::Point;
use twin::lifetime::{Law, Timing, table};
use twin::stocks::{Components, cohort, components, contract, facility};

/// Of the largest magnitude among the outputs compared together: an outflow is
/// a difference of stocks and keeps their rounding errors.
const TOLERANCE: f64 = 1e-12;

const LAWS: [Law; 7] = [
    Law::WeibullScale,
    Law::WeibullMean,
    Law::Logistic,
    Law::Normal,
    Law::LogNormal,
    Law::Exponential,
    Law::Fixed,
];

/// A lifetime in the twin's words: law, its two parameters, timing.
struct Declared {
    law: Law,
    first: usize,
    second: usize,
    timing: Timing,
}

impl Declared {
    /// A random lifetime of a few steps, whose parameters vary along some of
    /// the dimensions.
    fn new(bed: &mut Bed, dims: &[usize]) -> Self {
        let law = bed.random.pick(&LAWS);
        let timing = bed.random.pick(&[Timing::Start, Timing::Middle, Timing::End]);
        let (first, second) = (bed.some_of(dims), bed.some_of(dims));
        let first = bed.any(&Kind::LASTING, &first, 0.7, 9.0);
        let second = bed.any(&Kind::LASTING, &second, 0.8, 4.0);
        Self { law, first, second, timing }
    }

    fn lifetime(&self, bed: &Bed) -> Lifetime {
        let (a, b) = (bed.var(self.first), bed.var(self.second));
        let lifetime = match self.law {
            Law::WeibullScale => Lifetime::weibull_from_scale_shape(a, b),
            Law::WeibullMean => Lifetime::weibull_from_mean_shape(a, b),
            Law::Logistic => Lifetime::logistic_from_mean_std(a, b),
            Law::Normal => Lifetime::normal_from_mean_std(a, b),
            Law::LogNormal => Lifetime::lognormal_from_mean_std(a, b),
            Law::Exponential => Lifetime::exponential_from_mean(a),
            Law::Fixed => Lifetime::fixed(a),
        };
        lifetime.inflow_at(match self.timing {
            Timing::Start => InflowTiming::Start,
            Timing::Middle => InflowTiming::Middle,
            Timing::End => InflowTiming::End,
        })
    }

    fn survival(&self, bed: &Bed, draw: usize, point: Point) -> Vec<f64> {
        let at = |v| bed.series(v, draw, point)[0];
        // The laws of one parameter do not look at the second.
        table(self.law, at(self.first), at(self.second), self.timing, bed.steps)
    }
}

/// Observes outputs of the component `x`.
fn observe(bed: &mut Bed, outputs: &[&str]) {
    for output in outputs {
        bed.observe(&format!("x.{output}"));
    }
}

/// Compares one output for every element and draw.
fn compare(
    outcome: &blackmass::Outcome,
    output: &str,
    expected: impl Fn(usize, Point) -> (Vec<f64>, f64),
) -> Result<(), TestCaseError> {
    for (point, by_draw) in elements(outcome, "baseline", &format!("x.{output}"), false) {
        for (draw, series) in by_draw.iter().enumerate() {
            let (twin, scale) = expected(draw, point);
            let what = format!("{output} at {point:?}, draw {draw}");
            agree(&what, series, &twin, scale, TOLERANCE).map_err(TestCaseError::fail)?;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..Default::default() })]

    #[test]
    fn cohort_stocks_agree(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
    ) {
        let mut bed = Bed::new(seed, steps, draws);
        let dims = bed.some_of(&[0, 1, 2]);
        let inflow = bed.any(&Kind::ALL, &dims, 0.5, 2.0);
        let declared = Declared::new(&mut bed, &dims);
        let (lifetime, stock) = (declared.lifetime(&bed), bed.var(inflow));
        bed.b.cohort_stock(CohortStock { name: "x".into(), inflow: stock, lifetime });
        observe(&mut bed, &["stock", "outflow"]);
        let outcome = bed.run();
        let twin = |draw, point| {
            let inflow = bed.series(inflow, draw, point);
            let (stock, outflow) = cohort(&inflow, &declared.survival(&bed, draw, point));
            let scale = largest(stock.iter().chain(&outflow));
            (stock, outflow, scale)
        };
        compare(&outcome, "stock", |draw, point| {
            let (stock, _, scale) = twin(draw, point);
            (stock, scale)
        })?;
        compare(&outcome, "outflow", |draw, point| {
            let (_, outflow, scale) = twin(draw, point);
            (outflow, scale)
        })?;
    }

    #[test]
    fn products_with_components_agree(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
        share in prop::sample::select(&[0.0, 0.3, 1.0][..]),
    ) {
        let mut bed = Bed::new(seed, steps, draws);
        let dims = bed.some_of(&[0, 1]);
        let inflow = bed.any(&Kind::ALL, &dims, 0.5, 2.0);
        let product = Declared::new(&mut bed, &dims);
        let component = Declared::new(&mut bed, &dims);
        let over = bed.some_of(&dims);
        // No repair, all repaired, or something between.
        let (low, high) = if share == 0.3 { (0.1, 0.9) } else { (share, share) };
        let replacement = bed.any(&Kind::LASTING, &over, low, high);
        let content_dims = bed.some_of(&[0, 1, 2]);
        let content = bed.any(&Kind::ALL, &content_dims, 0.5, 2.0);
        let age_limit = bed.random.below(steps + 1);
        let declared = ProductComponent {
            name: "x".into(),
            inflow: bed.var(inflow),
            product: product.lifetime(&bed),
            component: component.lifetime(&bed),
            replacement: bed.var(replacement),
            age_limit: age_limit as u32,
            content: bed.var(content),
        };
        bed.b.product_component(declared);
        // Some outputs stay unread, and must not disturb the others.
        let followed = ["inflow", "stock", "exits", "replaced"];
        let counted = ["products", "product_exits", "new_components"];
        let chosen = |bed: &mut Bed, from: &[&'static str]| -> Vec<&'static str> {
            from.iter().copied().filter(|_| bed.random.chance(0.8)).collect()
        };
        let (followed, counted) = (chosen(&mut bed, &followed), chosen(&mut bed, &counted));
        observe(&mut bed, &followed);
        observe(&mut bed, &counted);
        if followed.is_empty() && counted.is_empty() {
            return Ok(());
        }
        let outcome = bed.run();
        let packs = |draw, point| -> Components {
            components(
                &bed.series(inflow, draw, point),
                &product.survival(&bed, draw, point),
                &component.survival(&bed, draw, point),
                bed.series(replacement, draw, point)[0],
                age_limit,
            )
        };
        for output in followed {
            compare(&outcome, output, |draw, point| {
                let (packs, content) = (packs(draw, point), bed.series(content, draw, point));
                let entering = packs.entering.iter().zip(&content).map(|(n, g)| n * g).collect();
                let stock = contract(&packs.stock, &content);
                let scale = largest(stock.iter().chain(&entering));
                let series = match output {
                    "inflow" => entering,
                    "stock" => stock,
                    "exits" => contract(&packs.exits, &content),
                    _ => contract(&packs.replaced, &content),
                };
                (series, scale)
            })?;
        }
        for output in counted {
            compare(&outcome, output, |draw, point| {
                let packs = packs(draw, point);
                let ones = vec![1.0; bed.steps];
                let stock = contract(&packs.stock, &ones);
                let scale = largest(stock.iter().chain(&packs.entering));
                let series = match output {
                    "products" => stock,
                    "product_exits" => contract(&packs.exits, &ones),
                    _ => packs.entering,
                };
                (series, scale)
            })?;
        }
    }

    #[test]
    fn facilities_agree(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
        with_basis in any::<bool>(),
        feed_up_to in prop::sample::select(&[0.0, 2.0][..]),
        capacity_up_to in prop::sample::select(&[0.0, 3.0, 40.0][..]),
    ) {
        let mut bed = Bed::new(seed, steps, draws);
        let dims = bed.some_of(&[0, 1, 2]);
        // Noise is zero in the central case, also as a feed.
        let feed = bed.any(&Kind::ALL, &dims, 0.0, feed_up_to);
        let apart = bed.some_of(&dims);
        let capacity = bed.any(&Kind::ALL, &apart, 0.0, capacity_up_to);
        let basis = with_basis.then(|| bed.any(&Kind::ALL, &apart, 0.0, 5.0));
        let declared = Facilities {
            name: "x".into(),
            feed: bed.var(feed),
            capacity: bed.var(capacity),
            basis: basis.map(|b| bed.var(b)),
        };
        bed.b.facilities(declared);
        observe(&mut bed, &["processed", "backlog"]);
        let outcome = bed.run();
        // The elements that share the facility of a point, and its own place.
        let shared: Vec<usize> = dims.iter().copied().filter(|d| !apart.contains(d)).collect();
        let twin = |draw, point: Point| {
            let mates: Vec<Point> = bed
                .points(&dims)
                .into_iter()
                .filter(|p| (0..3).all(|d| shared.contains(&d) || p[d] == point[d]))
                .collect();
            let own = mates.iter().position(|p| *p == point).expect("among its mates");
            let feed: Vec<Vec<f64>> = mates.iter().map(|p| bed.series(feed, draw, *p)).collect();
            let basis = basis.map(|b| bed.series(b, draw, point));
            let capacity = bed.series(capacity, draw, point);
            let (processed, backlog) = facility(&feed, &capacity, basis.as_deref());
            let scale = largest(processed.iter().chain(&backlog).flatten());
            (processed[own].clone(), backlog[own].clone(), scale)
        };
        compare(&outcome, "processed", |draw, point| {
            let (processed, _, scale) = twin(draw, point);
            (processed, scale)
        })?;
        compare(&outcome, "backlog", |draw, point| {
            let (_, backlog, scale) = twin(draw, point);
            (backlog, scale)
        })?;
    }
}

/// A lifetime, a share of replacement and a persistence hold for all years; a
/// policy that would change them from some year on is refused.
#[test]
fn what_lasts_cannot_be_overridden() {
    for lasting in ["mean", "share", "phi", "formula"] {
        let mut b = blackmass::System::builder("lasting", 2020..=2029);
        b.constant("mean", &[], 5.0).constant("share", &[], 0.5).constant("phi", &[], 0.5);
        b.constant("free", &[], 1.0).noise("noise", &[]);
        b.variable("formula", var("mean") * 1.5);
        b.product_component(ProductComponent {
            name: "x".into(),
            inflow: var("free"),
            product: Lifetime::fixed(var("formula")),
            component: Lifetime::exponential_from_mean("mean"),
            replacement: var("share"),
            age_limit: 5,
            content: var("free"),
        });
        b.variable("process", var("noise").ar1(var("phi"), blackmass::system::Start::Zero));
        b.observe("x.stock", "1").observe("process", "1");
        let change = |name: &str| Policy {
            name: name.to_owned(),
            overrides: vec![Override {
                name: name.to_owned(),
                change: Change::Set(2.0),
                from: 2025,
                ramp: 0,
            }],
        };
        assert!(b.clone().build().is_ok());
        b.policy(change("free"));
        assert!(b.clone().build().is_ok());
        b.policy(change(lasting));
        let error = b.build().expect_err("must be refused");
        assert_eq!(error.kind(), ErrorKind::System);
        assert_eq!(error.diagnostics()[0].key_name(), Some(lasting), "{error}");
    }
}
