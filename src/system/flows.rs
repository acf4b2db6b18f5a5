//! Flows and stocks become variables; transfer coefficients become formulas.

use super::builder::{Declared, DeclaredKind, FlowValue, SystemBuilder};
use super::problems::unknown;
use super::{Expr, System, var};
use crate::error::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};

/// Turns flows and stocks into variables; transfer coefficients into formulas.
pub(super) fn declare_flows(b: &mut SystemBuilder, problems: &mut Vec<Diagnostic>) {
    let mut shares: BTreeMap<String, Vec<Expr>> = BTreeMap::new();
    let mut needed = BTreeSet::new();
    for flow in &b.flows {
        if let (Some(from), FlowValue::Coefficient(share)) = (&flow.from, &flow.value) {
            shares.entry(from.clone()).or_default().push(share.clone());
        }
        if let (Some(from), FlowValue::Coefficient(_) | FlowValue::Remainder) =
            (&flow.from, &flow.value)
        {
            needed.insert(from.clone());
        }
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
        let throughput = var(format!("{from}.throughput"));
        let formula = match &flow.value {
            FlowValue::Missing => {
                problems.push(
                    Diagnostic::new("a flow needs a value")
                        .key(&flow.name)
                        .fix("say .is(formula), .coefficient(share) or .remainder()"),
                );
                continue;
            }
            FlowValue::Is(formula) => formula.clone(),
            FlowValue::Coefficient(share) => throughput * share.clone(),
            FlowValue::Remainder => {
                if !remainders.insert(from.clone()) {
                    problems.push(
                        Diagnostic::new("a process can have one remainder")
                            .key(&flow.name)
                            .found(format!("a second remainder out of `{from}`")),
                    );
                }
                let rest = shares
                    .get(&from)
                    .into_iter()
                    .flatten()
                    .fold(Expr::from(1.0), |rest, share| rest - share.clone());
                throughput * rest
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
