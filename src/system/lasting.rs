//! What holds for all years alike: lifetimes, shares of replacement and the
//! persistence of autoregressions. An override acts from some year on, so a
//! policy cannot change what these are computed from.

use super::System;
use crate::error::Diagnostic;
use std::collections::BTreeSet;

/// One diagnostic for each override of something that must last.
pub(super) fn check(system: &System) -> Vec<Diagnostic> {
    let mut lasting = Vec::new();
    for component in &system.components {
        lasting.extend(component.lasting().into_iter().map(|(input, _)| input));
    }
    for at in 0..system.definitions.len() {
        system.formulas(at).into_iter().for_each(|formula| formula.persistences(&mut lasting));
    }
    let mut names = Vec::new();
    lasting.iter().for_each(|expr| expr.names(&mut names));
    let behind: BTreeSet<usize> = system
        .requirements(names.iter().filter_map(|name| system.index.get(*name).copied()))
        .into_iter()
        .collect();
    let mut problems = Vec::new();
    for policy in &system.policies {
        for change in &policy.overrides {
            if system.index.get(&change.name).is_some_and(|at| behind.contains(at)) {
                problems.push(
                    Diagnostic::new("a policy cannot change what holds for all years")
                        .key(change.name.clone())
                        .found(format!("an override in policy {}", policy.name))
                        .allowed(
                            "overrides of variables that no lifetime, replacement or \
                             persistence depends on",
                        )
                        .fix("declare another component with a variable of its own"),
                );
            }
        }
    }
    problems
}
