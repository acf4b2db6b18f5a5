//! Random acyclic systems of processes: mass balances to rounding; with one
//! flow left out or doubled the run fails and names the process.
#![allow(missing_docs, clippy::disallowed_methods)]

mod twin;

use blackmass::system::{Expr, Values, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{
    CohortStock, Ensemble, Error, ErrorKind, Facilities, Lifetime, Outcome, Plan, SharedFacilities,
    System,
};
use proptest::prelude::*;
use twin::random::Random;

/// What a process does with what it receives.
#[derive(Clone, Debug)]
enum Process {
    /// Passes it on in the same step.
    Pass,
    /// Holds it for a lifetime of this mean.
    Hold { mean: f64, shape: f64 },
    /// Processes it up to a capacity.
    Limit { capacity: f64, by_region: bool },
    /// Processes it up to a capacity, and offers a share to each other region
    /// and elsewhere; where regions are not told apart, like `Limit`.
    Share { capacity: f64, offered: f64 },
}

/// A flow out of a process: its target (none: the environment) and its share;
/// the last flow of a process takes the rest.
#[derive(Clone, Debug)]
struct Flow {
    from: usize,
    to: Option<usize>,
    share: f64,
    uncertain: bool,
}

#[derive(Clone, Debug)]
struct Network {
    steps: usize,
    processes: Vec<Process>,
    flows: Vec<Flow>,
    /// What enters each process from outside, `[process][step]`.
    feeds: Vec<Vec<f64>>,
    regions: usize,
    /// From this process on, regions are no longer told apart.
    merged: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// In every step.
    LeftOut,
    /// From this step on.
    Doubled(usize),
}

impl Network {
    fn new(seed: u64, steps: usize, n: usize) -> Self {
        let mut random = Random(seed);
        let processes = (0..n)
            .map(|_| match random.below(4) {
                0 => Process::Pass,
                1 => Process::Hold {
                    mean: random.between(0.5, 4.0),
                    shape: random.between(0.8, 3.0),
                },
                2 => Process::Limit {
                    capacity: random.between(0.5, 20.0),
                    by_region: random.chance(0.5),
                },
                _ => Process::Share {
                    capacity: random.between(0.5, 20.0),
                    offered: random.between(0.0, 0.9),
                },
            })
            .collect();
        let mut flows = Vec::new();
        for from in 0..n {
            let count = 1 + random.below(3);
            for _ in 0..count {
                let to = from + 1 + random.below(n - from);
                flows.push(Flow {
                    from,
                    to: (to < n).then_some(to),
                    share: random.between(0.1, 0.45),
                    uncertain: random.chance(0.5),
                });
            }
        }
        let feeds = (0..n).map(|_| random.series(steps, 1.0, 10.0)).collect();
        let (regions, merged) = (1 + random.below(3), random.below(n + 1));
        Self { steps, processes, flows, feeds, regions, merged }
    }

    /// The flows out of a process.
    fn siblings(&self, from: usize) -> Vec<usize> {
        (0..self.flows.len()).filter(|f| self.flows[*f].from == from).collect()
    }

    /// Runs the system, with a fault in one flow if asked for.
    fn run(&self, fault: Option<(usize, Fault)>) -> Result<Outcome, Error> {
        let last = 2020 + self.steps as i32 - 1;
        let mut b = System::builder("random network", 2020..=last);
        b.dimension("material", ["lithium", "nickel"]);
        b.dimension("region", (0..self.regions).map(|r| format!("r{r}")));
        b.dimension("place", (0..=self.regions).rev().map(|r| format!("r{r}")));
        b.constant("content", &["material"], Values::PerElement(vec![0.1, 0.7]));
        let by_region = (1..=self.regions).map(|r| r as f64).collect();
        b.constant("size", &["region"], Values::PerElement(by_region));
        let law = Distribution::uniform(Range { low: 0.5, high: 1.5 })?;
        b.parameter("level", &["region"], law);
        let left_out = |f: usize| fault == Some((f, Fault::LeftOut));
        for (p, process) in self.processes.iter().enumerate() {
            let (name, merged) = (format!("p{p}"), p >= self.merged);
            b.process(&name);
            let feed = format!("feed{p}");
            b.constant(&format!("{feed}.path"), &[], Values::PerYear(self.feeds[p].clone()));
            let mut entering = var(format!("{feed}.path")) * var("content") * var("level");
            entering = entering * var("size");
            let entering = if merged { entering.sum("region") } else { entering };
            b.flow(&feed).from(System::ENVIRONMENT).to(&name).is(entering);
            let incoming = (0..self.flows.len())
                .filter(|f| self.flows[*f].to == Some(p) && !left_out(*f))
                .fold(var(&feed), |sum, f| sum + var(format!("f{f}")));
            let out = match process {
                Process::Pass => incoming,
                Process::Hold { mean, shape } => {
                    b.cohort_stock(CohortStock {
                        name: format!("s{p}"),
                        inflow: incoming,
                        lifetime: Lifetime::weibull_from_mean_shape(*mean, *shape),
                    });
                    b.stock(&format!("{name}.stock"), &name).is(var(format!("s{p}.stock")));
                    var(format!("s{p}.outflow"))
                }
                Process::Share { capacity, offered } if !merged => {
                    let shared = format!("s{p}");
                    b.shared_facilities(SharedFacilities {
                        name: shared.clone(),
                        sources: "region".into(),
                        facilities: "place".into(),
                        feed: incoming.clone(),
                        capacity: (*capacity).into(),
                        offered: (*offered).into(),
                        cap: None,
                    });
                    let backlog = var(format!("{shared}.backlog"));
                    b.stock(&format!("{name}.stock"), &name).is(backlog.clone());
                    let sent = (backlog.delayed(1) + incoming) * var(format!("{shared}.taken"));
                    var(format!("{shared}.processed")) + sent.sum("place")
                }
                Process::Limit { capacity, .. } | Process::Share { capacity, .. } => {
                    let by_region = matches!(process, Process::Limit { by_region: true, .. });
                    let capacity: Expr = (*capacity).into();
                    b.facilities(Facilities {
                        name: format!("s{p}"),
                        feed: incoming,
                        capacity: if by_region && !merged {
                            var("size") * capacity
                        } else {
                            capacity
                        },
                        basis: None,
                    });
                    b.stock(&format!("{name}.stock"), &name).is(var(format!("s{p}.backlog")));
                    var(format!("s{p}.processed"))
                }
            };
            self.outflows(&mut b, p, out, fault)?;
        }
        let level = var("f0").sum("material");
        b.variable("reported", level).observe("reported", "t/yr");
        Ensemble::new(&Plan::compile(&b.build()?)?).draws(20).threads(1).run()
    }

    fn outflows(
        &self,
        b: &mut blackmass::SystemBuilder,
        p: usize,
        out: Expr,
        fault: Option<(usize, Fault)>,
    ) -> Result<(), Error> {
        let siblings = self.siblings(p);
        let faulty = fault.is_some_and(|(f, _)| siblings.contains(&f));
        let coefficients = matches!(self.processes[p], Process::Pass) && !faulty;
        let name = format!("p{p}");
        b.variable(&format!("{name}.out"), out);
        let mut rest = Expr::from(1.0);
        for (i, f) in siblings.iter().enumerate() {
            let flow = &self.flows[*f];
            let share: Expr = if flow.uncertain {
                let law = Distribution::uniform(Range { low: 0.5 * flow.share, high: flow.share })?;
                b.parameter(&format!("f{f}.share"), &[], law);
                var(format!("f{f}.share"))
            } else {
                flow.share.into()
            };
            let is_rest = i + 1 == siblings.len();
            let share = if is_rest { rest.clone() } else { share };
            if !is_rest {
                rest = rest - share.clone();
            }
            let target = flow.to.map_or(System::ENVIRONMENT.to_owned(), |to| format!("p{to}"));
            let merges = flow.to.is_some_and(|to| to >= self.merged) && p < self.merged;
            let aside = |x: Expr| if merges { x.sum("region") } else { x };
            let of = |share: Expr| aside(var(format!("{name}.out")) * share);
            let own = format!("f{f}");
            match fault {
                Some((at, Fault::LeftOut)) if at == *f => {
                    // Known to the system, but no flow.
                    b.variable(&own, of(share));
                }
                Some((at, Fault::Doubled(from))) if at == *f => {
                    let twice = (0..self.steps).map(|t| if t < from { 1.0 } else { 2.0 });
                    b.constant("twice", &[], Values::PerYear(twice.collect()));
                    b.flow(&own).from(&name).to(&target).is(of(share) * var("twice"));
                }
                _ if coefficients && !self.sums_any(p) && is_rest => {
                    b.flow(&own).from(&name).to(&target).remainder();
                }
                _ if coefficients && !self.sums_any(p) => {
                    b.flow(&own).from(&name).to(&target).coefficient(share);
                }
                _ => b.flow(&own).from(&name).to(&target).is(of(share)),
            }
        }
        Ok(())
    }

    /// Whether a flow out of the process is summed over regions, which a
    /// transfer coefficient cannot say.
    fn sums_any(&self, p: usize) -> bool {
        let summed = |f: &Flow| f.to.is_some_and(|to| to >= self.merged);
        p < self.merged && self.siblings(p).iter().any(|f| summed(&self.flows[*f]))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..Default::default() })]

    #[test]
    fn mass_is_conserved_and_faults_are_found(
        seed in any::<u64>(),
        steps in 3_usize..30,
        n in 1_usize..8,
        which in any::<prop::sample::Index>(),
        when in any::<prop::sample::Index>(),
    ) {
        let network = Network::new(seed, steps, n);
        let outcome = network.run(None).unwrap_or_else(|e| panic!("{e}"));
        prop_assert!(outcome.worst_residual() < 1e-12, "{}", outcome.worst_residual());
        let at = which.index(network.flows.len());
        for fault in [Fault::LeftOut, Fault::Doubled(when.index(steps))] {
            let error = network.run(Some((at, fault))).expect_err("a fault must be found");
            prop_assert_eq!(error.kind(), ErrorKind::Run);
            let found = &error.diagnostics()[0];
            prop_assert_eq!(found.message(), "mass is not conserved");
            let process = format!("p{}", network.flows[at].from);
            prop_assert_eq!(found.key_name(), Some(process.as_str()));
        }
    }
}
