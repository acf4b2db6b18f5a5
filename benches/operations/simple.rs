//! Random numbers, formulas, sums and what runs along time.

use super::case::{CONTENTS, Case, ELEMENTS, Expected, FIRST, Kept, STEPS};
use blackmass::maths;
use blackmass::process::{Duration, Outages};
use blackmass::sampling::{StreamKey, uniform};
use blackmass::system::{Expr, Start, Values, stack, var};
use blackmass::uncertainty::{Distribution, MeanStd};
use blackmass::{System, SystemBuilder};
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

pub fn builder() -> SystemBuilder {
    let mut b = System::builder("operation", FIRST..=FIRST + STEPS as i32 - 1);
    b.dimension("e", (0..ELEMENTS).map(|e| format!("e{e}")));
    b.dimension("m", (0..CONTENTS).map(|m| format!("m{m}")));
    b
}

/// x and y: uniforms per element and step.
fn inputs() -> SystemBuilder {
    let mut b = builder();
    b.chance("x", &["e"]).chance("y", &["e"]).observe("x", "1").observe("y", "1");
    b
}

/// One operation on x and y over time.
fn series(
    kind: &'static str,
    form: &'static str,
    formula: Expr,
    f: impl Fn(&[f64], &[f64]) -> Vec<f64> + 'static,
) -> Outcome<Case> {
    let mut b = inputs();
    b.variable("z", formula).observe("z", "1");
    let expected: Expected =
        Box::new(move |kept: &Kept, e, d| f(&kept.series("x", e, d), &kept.series("y", e, d)));
    Case::new((kind, form), ELEMENTS * STEPS, b, "z", expected)
}

/// One code of a formula.
fn map(form: &'static str, formula: Expr, f: fn(f64, f64) -> f64) -> Outcome<Case> {
    series("map", form, formula, move |x, y| x.iter().zip(y).map(|(x, y)| f(*x, *y)).collect())
}

pub fn cases() -> Outcome<Vec<Case>> {
    let (x, y) = (|| var("x"), || var("y"));
    let mut cases = vec![normals()?, noise()?];
    cases.extend([
        map("x + y", x() + y(), |x, y| x + y)?,
        map("x·y", x() * y(), |x, y| x * y)?,
        map("x/y", x() / y(), |x, y| x / y)?,
        map("the smaller", x().min(y()), f64::min)?,
        map("x ≥ y", x().at_least(y()), |x, y| f64::from(u8::from(x >= y)))?,
        map("−x", -x(), |x, _| -x)?,
        map("√x", x().sqrt(), |x, _| x.sqrt())?,
        map("eˣ", x().exp(), |x, _| x.exp())?,
        map("ln x", x().ln(), |x, _| x.ln())?,
        map("logistic", x().logistic(), |x, _| 1.0 / (1.0 + (-x).exp()))?,
    ]);
    cases.extend([sum()?, products()?, side_by_side()?]);
    cases.push(series("ar1", "φ = 0.7", x().ar1(0.7, Start::Zero), |x, _| {
        let next = |p: &mut f64, e: &f64| {
            *p = 0.7 * *p + 0.51_f64.sqrt() * e;
            Some(*p)
        };
        x.iter().scan(0.0, next).collect()
    })?);
    cases.push(series("cumulative", "running sum", x().cumulative(), |x, _| {
        x.iter()
            .scan(0.0, |sum, x| {
                *sum += x;
                Some(*sum)
            })
            .collect()
    })?);
    cases.push(series("delayed", "by 3 steps", x().delayed(3), |x, _| {
        (0..STEPS).map(|t| if t < 3 { 0.0 } else { x[t - 3] }).collect()
    })?);
    cases.push(at_step()?);
    cases.push(outages()?);
    Ok(cases)
}

/// The stream of an element.
fn key(name: &str, e: usize) -> StreamKey {
    StreamKey::of(&format!("{name}[e=e{e}]"))
}

fn normals() -> Outcome<Case> {
    let law = Distribution::normal(MeanStd { mean: 2.0, std: 0.5 })?;
    let mut b = builder();
    b.parameter("z", &["e"], law).observe("z", "1");
    let expected: Expected = Box::new(|_: &Kept, e, d| {
        let u = uniform(1, key("z", e), d as u32 + 1, 0);
        vec![2.0 + 0.5 * maths::normal_quantile(u)]
    });
    Case::new(("draw", "normal parameters"), ELEMENTS, b, "z", expected)
}

fn noise() -> Outcome<Case> {
    let mut b = builder();
    b.noise("z", &["e"]).observe("z", "1");
    let expected: Expected = Box::new(|_: &Kept, e, d| {
        let u = |t| uniform(1, key("z", e), d as u32 + 1, t);
        (0..STEPS as u32).map(|t| maths::normal_quantile(u(t))).collect()
    });
    Case::new(("noise", "normals"), ELEMENTS * STEPS, b, "z", expected)
}

/// Numbers over both dimensions, and what is summed of each element.
fn summed(
    form: &'static str,
    factor: f64,
    formula: Expr,
    weights: fn(usize) -> f64,
) -> Outcome<Case> {
    let mut b = builder();
    b.chance("x", &["e", "m"]).observe("x", "1");
    let table = (0..CONTENTS).map(weights).collect();
    b.constant("w", &["m"], Values::PerElement(table)).variable("z", formula * factor);
    b.observe("z", "1");
    let expected: Expected = Box::new(move |kept: &Kept, e, d| {
        let of = |m| kept.series("x", e * CONTENTS + m, d);
        let all: Vec<Vec<f64>> = (0..CONTENTS).map(of).collect();
        let at = |t: usize| (0..CONTENTS).map(|m| all[m][t] * weights(m)).sum::<f64>();
        (0..STEPS).map(|t| factor * at(t)).collect()
    });
    Case::new(("reduce", form), ELEMENTS * CONTENTS * STEPS, b, "z", expected)
}

fn sum() -> Outcome<Case> {
    summed("sum of 6", 1.0, var("x").sum("m"), |_| 1.0)
}

fn products() -> Outcome<Case> {
    let weights = |m: usize| 0.5 + m as f64;
    summed("sum of 6 products", 1.0, (var("x") * var("w")).sum("m"), weights)
}

fn side_by_side() -> Outcome<Case> {
    let mut b = inputs();
    let part = |e: usize| var(if e.is_multiple_of(2) { "x" } else { "y" }).at("e", format!("e{e}"));
    b.variable("z", stack("e", (0..ELEMENTS).map(part))).observe("z", "1");
    let expected: Expected = Box::new(|kept: &Kept, e, d| {
        kept.series(if e.is_multiple_of(2) { "x" } else { "y" }, e, d)
    });
    Case::new(("stack", "8 side by side"), ELEMENTS * STEPS, b, "z", expected)
}

fn at_step() -> Outcome<Case> {
    let mut b = inputs();
    b.variable("z", var("x").at_year(FIRST + 7)).observe("z", "1");
    let expected: Expected = Box::new(|kept: &Kept, e, d| vec![kept.series("x", e, d)[7]]);
    Case::new(("at-step", "one year"), ELEMENTS, b, "z", expected)
}

/// Outages of two years: a small chance starts one in a year that none reaches.
fn outages() -> Outcome<Case> {
    let mut b = builder();
    let outages = Outages { start: 0.2.into(), duration: Duration::Fixed(2) };
    b.outages("z", &["e"], &outages).observe("z", "1").observe("z.chance", "1");
    let expected: Expected = Box::new(|kept: &Kept, e, d| {
        let mut left = 0;
        let mut of = |u: &f64| {
            if left == 0 && *u < 0.2 {
                left = 2;
            }
            let up = f64::from(u8::from(left == 0));
            left = if left > 0 { left - 1 } else { 0 };
            up
        };
        kept.series("z.chance", e, d).iter().map(&mut of).collect()
    });
    Case::new(("events", "outages"), ELEMENTS * STEPS, b, "z", expected)
}
