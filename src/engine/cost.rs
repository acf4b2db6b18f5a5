//! What the operations of a plan cost, and the plan in words.

use super::dispatch::InstructionSet;
use super::plan::Plan;
use crate::lanes::LANES;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What one operation of a plan costs, by [`Plan::measure`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OperationCost {
    /// The kind of operation.
    pub kind: &'static str,
    /// The variable it was made for, of a balance the process;
    /// `differences` if it compares policies.
    pub variable: String,
    /// The policy it was made for. Others may read its result, too.
    pub policy: String,
    /// Numbers it writes per draw.
    pub numbers: usize,
    /// Time per draw, in nanoseconds.
    pub nanoseconds: f64,
}

/// How many variables are named.
const COSTLIEST: usize = 10;

/// Operations, numbers and nanoseconds per draw.
type Sum = (usize, usize, f64);

fn sums<'a>(
    measured: &'a [OperationCost],
    key: impl Fn(&'a OperationCost) -> &'a str,
) -> Vec<(&'a str, Sum)> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    for cost in measured {
        let sum = sums.entry(key(cost)).or_default();
        *sum = (sum.0 + 1, sum.1 + cost.numbers, sum.2 + cost.nanoseconds);
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by(|a, b| b.1.2.total_cmp(&a.1.2));
    sums
}

/// The plan in words; see [`Plan::explain`].
pub(super) fn explain(plan: &Plan, set: InstructionSet, measured: &[OperationCost]) -> String {
    let (block, apart) = plan.places_bytes();
    let years = plan.start()..=plan.start() + plan.steps() as i32 - 1;
    let (series, numbers, different) = plan.reported();
    let total: f64 = measured.iter().map(|cost| cost.nanoseconds).sum();
    let mut text = String::new();
    let mut line = |of: &str, is: String| {
        let _ = writeln!(text, "{of:<12}{is}");
    };
    line("plan", plan.name().to_owned());
    let steps = plan.steps();
    line("horizon", format!("{} to {}, {steps} yearly steps", years.start(), years.end()));
    line("policies", plan.policies().join(", "));
    line("operations", format!("{}, {:.1} us/draw on {}", measured.len(), total / 1e3, set.name()));
    if plan.stepped() > 0 {
        line("stepped", format!("{} operations within loops", plan.stepped()));
    }
    line("values", format!("{} in {} KiB a block of {LANES} draws", plan.values(), block / 1024));
    line("", format!("({} KiB if no place were used twice)", apart / 1024));
    line("reported", format!("{series} series, {numbers} numbers, {different} of them different"));
    let mut table = |heading: &str, sums: &[(&str, Sum)]| {
        let head = format!(
            "{heading:<44}{:>10}{:>12}{:>12}{:>8}",
            "operations", "numbers", "ns/draw", "share"
        );
        let _ = writeln!(text, "\n{}", head);
        for (name, (operations, numbers, ns)) in sums {
            let share = if total > 0.0 { 100.0 * ns / total } else { 0.0 };
            let _ =
                writeln!(text, "{name:<44}{operations:>10}{numbers:>12}{ns:>12.1}{share:>7.1}%");
        }
    };
    table("by kind", &sums(measured, |cost| cost.kind));
    let variables = sums(measured, |cost| &cost.variable);
    table("the costliest variables", &variables[..variables.len().min(COSTLIEST)]);
    if plan.policies().len() > 1 {
        table("by the policy that asked first", &sums(measured, |cost| &cost.policy));
    }
    text
}
