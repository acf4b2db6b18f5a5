//! A small system with one kind of operation, and what it has to give.

use blackmass::{Ensemble, InstructionSet, Outcome, Plan, SystemBuilder};
use std::error::Error;

/// Years of every system, as many as W1 has.
pub const FIRST: i32 = 2010;
pub const STEPS: usize = 41;
/// Elements of the dimension `e`, and of `m` where sums are taken.
pub const ELEMENTS: usize = 8;
pub const CONTENTS: usize = 6;
/// Draws that are compared: one full block and one lane more.
const DRAWS: u32 = 17;
/// Differences, relative to the largest number of the series.
const TOLERANCE: f64 = 1e-11;

pub type Expected = Box<dyn Fn(&Kept, usize, usize) -> Vec<f64>>;

pub struct Case {
    /// The operation as a plan calls it, and the form it is measured in.
    pub kind: &'static str,
    pub form: &'static str,
    /// Numbers of a draw: elements, times the steps where they vary in time.
    pub numbers: usize,
    pub plan: Plan,
    /// The variable to be checked, and its series by draw and element.
    result: &'static str,
    expected: Expected,
}

impl Case {
    pub fn new(
        (kind, form): (&'static str, &'static str),
        numbers: usize,
        b: SystemBuilder,
        result: &'static str,
        expected: Expected,
    ) -> Result<Self, Box<dyn Error>> {
        let plan = Plan::compile(&b.build()?)?;
        Ok(Self { kind, form, numbers, plan, result, expected })
    }

    /// Compares every draw and element with the answer worked out plainly.
    pub fn check(&self) -> Result<(), Box<dyn Error>> {
        let names: std::collections::BTreeSet<&str> =
            self.plan.series().map(|s| s.name.as_str()).collect();
        let ensemble = Ensemble::new(&self.plan).draws(DRAWS).threads(1);
        let outcome = names.into_iter().fold(ensemble, |e, name| e.keep(name)).run()?;
        let kept = Kept(outcome);
        let mut varies = false;
        for draw in 0..DRAWS as usize {
            for element in 0..kept.elements(self.result) {
                let found = kept.series(self.result, element, draw);
                let expected = (self.expected)(&kept, element, draw);
                let scale = expected.iter().fold(1e-300, |m: f64, x| m.max(x.abs()));
                let close = |(x, y): (&f64, &f64)| (x - y).abs() <= TOLERANCE * scale;
                if found.len() != expected.len() || !found.iter().zip(&expected).all(close) {
                    return Err(format!(
                        "{} {}: draw {draw}, element {element}: {found:?}, expected {expected:?}",
                        self.kind, self.form
                    )
                    .into());
                }
                varies |= found[0] != kept.series(self.result, element, 0)[0];
                varies |= found.iter().any(|x| *x != found[0]);
            }
        }
        if !varies {
            return Err(format!("{} {}: all numbers are the same", self.kind, self.form).into());
        }
        Ok(())
    }

    /// Nanoseconds a draw of all operations of this kind.
    pub fn cost(&self, set: InstructionSet) -> Result<f64, Box<dyn Error>> {
        let measured = self.plan.measure(set)?;
        let of_kind = measured.iter().filter(|cost| cost.kind == self.kind);
        let ns: f64 = of_kind.map(|cost| cost.nanoseconds).sum();
        if ns > 0.0 { Ok(ns) } else { Err(format!("no {} in the plan", self.kind).into()) }
    }
}

/// The draws of what was observed.
pub struct Kept(pub Outcome);

impl Kept {
    pub fn elements(&self, name: &str) -> usize {
        self.0.report("baseline", name).map_or(0, |r| r.series().labels.len())
    }

    /// The years of one element in one draw, counted from 0; one number where
    /// it does not vary in time.
    pub fn series(&self, name: &str, element: usize, draw: usize) -> Vec<f64> {
        let report = self.0.report("baseline", name).expect("observed");
        let years = self.0.years().take(if report.is_timed() { STEPS } else { 1 });
        let of = |year| self.0.draws_of(report, element, year).expect("kept")[draw];
        years.map(of).collect()
    }
}
