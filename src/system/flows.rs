//! Flows and stocks become variables; transfer coefficients and limits become
//! formulas.

use super::builder::{Declared, DeclaredKind, FlowValue, SystemBuilder};
use super::problems::unknown;
use super::{Expr, System, var};
use crate::error::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// Turns flows and stocks into variables; transfer coefficients and limits into
/// formulas.
pub(super) fn declare_flows(b: &mut SystemBuilder, problems: &mut Vec<Diagnostic>) {
    let mut shares: BTreeMap<String, Vec<Expr>> = BTreeMap::new();
    let mut needed = BTreeSet::new();
    // Of each process, the first flow with a limit, and those with the rest.
    let mut limited: BTreeMap<&str, &str> = BTreeMap::new();
    let mut rests: BTreeSet<&str> = BTreeSet::new();
    for flow in &b.flows {
        let Some(from) = &flow.from else { continue };
        match &flow.value {
            FlowValue::Missing | FlowValue::Is(_) => continue,
            FlowValue::Coefficient(share) => {
                shares.entry(from.clone()).or_default().push(share.clone());
            }
            FlowValue::UpTo(_) => _ = limited.entry(from).or_insert(&flow.name),
            FlowValue::Remainder => _ = rests.insert(from),
        }
        needed.insert(from.clone());
    }
    for (process, flow) in limited.iter().filter(|(process, _)| !rests.contains(**process)) {
        problems.push(
            Diagnostic::new("a flow with a limit needs another that takes the rest")
                .key(*flow)
                .found(format!("no remainder out of `{process}`"))
                .fix("add a flow out of the process with .remainder()"),
        );
    }
    for process in needed {
        let total = b
            .flows
            .iter()
            .filter(|f| f.to.as_ref() == Some(&process))
            .map(|f| var(&f.name))
            .reduce(|a, x| a + x);
        if process == System::ENVIRONMENT || total.is_none() {
            problems.push(
                Diagnostic::new("a transfer coefficient needs a process with inflows")
                    .key(&process)
                    .fix("declare a flow into the process, or give this flow by a formula"),
            );
        }
        if b.stocks.iter().any(|s| s.process == process) {
            problems.push(
                Diagnostic::new("transfer coefficients apply to processes without a stock")
                    .key(&process)
                    .fix("give the flows out of a stock by formulas"),
            );
        }
        let formula = total.unwrap_or_else(|| 0.0.into());
        b.variables.push(Declared {
            name: format!("{process}.throughput"),
            dims: None,
            kind: DeclaredKind::Formula(formula),
        });
    }
    let mut remainders = BTreeSet::new();
    // What has been taken by limits out of each process so far.
    let mut taken: BTreeMap<&str, Vec<Expr>> = BTreeMap::new();
    for flow in &b.flows {
        for (end, what) in [(&flow.from, "from"), (&flow.to, "to")] {
            match end {
                None => problems.push(
                    Diagnostic::new("a flow needs both ends")
                        .key(&flow.name)
                        .found(format!("no `{what}`"))
                        .fix(format!(
                            "add .{what}(\"…\"), or .{what}(System::ENVIRONMENT) at the boundary"
                        )),
                ),
                Some(process)
                    if process != System::ENVIRONMENT && !b.processes.contains(process) =>
                {
                    problems.push(unknown(
                        "process",
                        process,
                        &flow.name,
                        b.processes.iter().map(String::as_str),
                    ));
                }
                Some(_) => {}
            }
        }
        let from = flow.from.clone().unwrap_or_default();
        let throughput = || var(format!("{from}.throughput"));
        // What coefficients leave over, less what limits have taken.
        let left = |taken: &[Expr]| {
            let shares = shares.get(&from).into_iter().flatten();
            let rest = shares.fold(Expr::from(1.0), |rest, share| rest - share.clone());
            taken.iter().fold(throughput() * rest, |left, flow| left - flow.clone())
        };
        let formula =
            match &flow.value {
                FlowValue::Missing => {
                    problems.push(Diagnostic::new("a flow needs a value").key(&flow.name).fix(
                        "say .is(formula), .coefficient(share), .up_to(limit) or .remainder()",
                    ));
                    continue;
                }
                FlowValue::Is(formula) => formula.clone(),
                FlowValue::Coefficient(share) => throughput() * share.clone(),
                FlowValue::UpTo(limit) => {
                    let taken = taken.entry(flow.from.as_deref().unwrap_or_default()).or_default();
                    let formula = left(taken).up_to(limit.clone());
                    taken.push(var(&flow.name));
                    formula
                }
                FlowValue::Remainder => {
                    if !remainders.insert(from.clone()) {
                        problems.push(
                            Diagnostic::new("a process can have one remainder")
                                .key(&flow.name)
                                .found(format!("a second remainder out of `{from}`")),
                        );
                    }
                    // All limits, also those declared after it.
                    let limited = b.flows.iter().filter(|other| {
                        other.from == flow.from && matches!(other.value, FlowValue::UpTo(_))
                    });
                    left(&limited.map(|other| var(&other.name)).collect::<Vec<_>>())
                }
            };
        b.variables.push(Declared {
            name: flow.name.clone(),
            dims: flow.dims.clone(),
            kind: DeclaredKind::Formula(formula),
        });
    }
    for stock in &b.stocks {
        if !b.processes.contains(&stock.process) {
            problems.push(unknown(
                "process",
                &stock.process,
                &stock.name,
                b.processes.iter().map(String::as_str),
            ));
        }
        match &stock.value {
            Some(value) => b.variables.push(Declared {
                name: stock.name.clone(),
                dims: None,
                kind: DeclaredKind::Formula(value.clone()),
            }),
            None => problems.push(
                Diagnostic::new("a stock needs a value").key(&stock.name).fix("say .is(formula)"),
            ),
        }
    }
}
