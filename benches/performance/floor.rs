//! W1 beside the least time its arithmetic takes on this machine, what the
//! statistics add, and what a second thread is worth.

use super::counts::{self, Counts};
use super::kernels::Costs;
use super::page::{head, median, row};
use super::{Outcome, Tables, took, w1};
use blackmass::system::var;
use blackmass::{InstructionSet, Plan};

/// What is measured of one instruction set, round by round.
#[derive(Default)]
struct Rounds {
    costs: Vec<Costs>,
    /// Microseconds a draw: W1; and with one more series observed, beside all
    /// the others and alone.
    w1: Vec<f64>,
    beside: Vec<f64>,
    alone: Vec<f64>,
    second: Vec<f64>,
}

struct Found {
    set: InstructionSet,
    costs: Costs,
    floor: f64,
    /// With functions priced by the count of their operations.
    counted: f64,
    w1: f64,
    statistics: f64,
    second: f64,
}

/// W1 with the sum of all it reports observed as well, or observed alone: the
/// same operations, with and without the statistics of 1 476 numbers.
fn summed(alone: bool) -> Outcome<Plan> {
    let mut b = w1::builder()?;
    let all = w1::INDICATORS.iter().map(|i| var(*i)).reduce(|a, b| a + b).ok_or("indicators")?;
    b.variable("all", all.sum("material")).observe("all", "kt");
    if !alone {
        w1::observe(&mut b);
    }
    Ok(Plan::compile(&b.build()?)?)
}

pub fn tables(sets: &[InstructionSet], draws: u32, rounds: usize, scale: usize) -> Outcome<Tables> {
    counts::check();
    let plan = Plan::compile(&w1::system()?)?;
    let worst = w1::check::against_reference(&plan)?;
    assert!(worst <= w1::check::TOLERANCE, "W1 is off by {worst:e}");
    let (beside, alone) = (summed(false)?, summed(true)?);
    assert_eq!(operations(&beside)?, operations(&alone)?, "the same operations");

    let mut measured: Vec<Rounds> = sets.iter().map(|_| Rounds::default()).collect();
    for _ in 0..rounds {
        for (set, found) in sets.iter().zip(&mut measured) {
            let run = |plan, threads| took(plan, draws, *set, threads);
            let us = 1e6 / f64::from(draws);
            found.costs.push(Costs::measure(*set, scale));
            let (one, two) = (run(&plan, 1)?, run(&plan, 2)?);
            found.w1.push(one.cpu * us);
            found.second.push(one.wall / two.wall);
            found.beside.push(run(&beside, 1)?.cpu * us);
            found.alone.push(run(&alone, 1)?.cpu * us);
        }
    }
    let found: Vec<Found> =
        sets.iter().zip(measured).map(|(set, rounds)| reduced(*set, rounds)).collect();
    for f in &found {
        println!(
            "set {} floor_us {:.3} simulation_us {:.3} w1_us {:.3} w1_floor_ratio {:.2} \
             w1_floor_ratio_with_statistics {:.2} floor_by_count_us {:.3} w1_count_ratio {:.2} \
             statistics_share {:.3} second_thread {:.3}",
            f.set.name(),
            f.floor,
            f.w1 - f.statistics,
            f.w1,
            (f.w1 - f.statistics) / f.floor,
            f.w1 / f.floor,
            f.counted,
            (f.w1 - f.statistics) / f.counted,
            f.statistics / (f.w1 - f.statistics),
            f.second
        );
    }
    Ok(vec![
        ("roofline", roofline(&found)),
        ("kernels", kernels(&found)),
        ("counts", counted(&found)),
    ])
}

/// What `explain` says of operations.
fn operations(plan: &Plan) -> Outcome<Vec<&'static str>> {
    let mut kinds: Vec<_> =
        plan.measure(InstructionSet::Baseline)?.into_iter().map(|cost| cost.kind).collect();
    kinds.sort_unstable();
    Ok(kinds)
}

fn reduced(set: InstructionSet, rounds: Rounds) -> Found {
    // Runs of one round are compared with each other.
    let pairs = rounds.beside.iter().zip(&rounds.alone);
    let (statistics, second) = (median(pairs.map(|(a, b)| a - b).collect()), median(rounds.second));
    let of = |f: fn(&Costs) -> f64| median(rounds.costs.iter().map(f).collect());
    let costs = Costs {
        multiply_add: of(|c| c.multiply_add),
        division: of(|c| c.division),
        exponential: of(|c| c.exponential),
        logarithm: of(|c| c.logarithm),
        philox: of(|c| c.philox),
        normal: of(|c| c.normal),
    };
    let sum = Counts::sum(&counts::parts());
    let (floor, counted) = (sum.floor(&costs), sum.floor(&counts::priced_by_count(&costs)));
    Found { set, costs, floor, counted, w1: median(rounds.w1), statistics, second }
}

fn roofline(found: &[Found]) -> String {
    let mut text = head(&[
        "instruction set",
        "floor, µs/draw",
        "W1 without statistics",
        "W1 with statistics",
        "without / floor",
        "with / floor",
        "floor by count",
        "without / by count",
        "statistics on top",
        "second thread",
    ]);
    for f in found {
        let simulation = f.w1 - f.statistics;
        text += &row([
            f.set.name().to_owned(),
            format!("{:.2}", f.floor),
            format!("{simulation:.2}"),
            format!("{:.2}", f.w1),
            format!("{:.2}", simulation / f.floor),
            format!("{:.2}", f.w1 / f.floor),
            format!("{:.2}", f.counted),
            format!("{:.2}", simulation / f.counted),
            format!("{:.0} %", 100.0 * f.statistics / simulation),
            format!("× {:.2}", f.second),
        ]);
    }
    text
}

fn kernels(found: &[Found]) -> String {
    let names: Vec<&str> = found.iter().map(|f| f.set.name()).collect();
    let mut text = head(&[&["ns for one number of one draw"], &names[..]].concat());
    for (i, name) in Costs::NAMES.iter().enumerate() {
        let costs = found.iter().map(|f| format!("{:.3}", f.costs.all()[i]));
        text += &row(std::iter::once((*name).to_owned()).chain(costs));
    }
    text
}

fn counted(found: &[Found]) -> String {
    let fastest = found.last();
    let mut text = head(&[
        "part of W1",
        "multiply and add",
        "additions",
        "multiplications",
        "divisions",
        "exponentials",
        "logarithms",
        "two uniforms",
        "normals",
        &format!("floor, µs ({})", fastest.map_or("", |f| f.set.name())),
    ]);
    let parts = counts::parts();
    let sum = Counts::sum(&parts);
    for (name, counts) in parts.iter().chain([&("in all", sum)]) {
        let numbers = counts.all().map(|n| if n == 0 { String::new() } else { n.to_string() });
        let floor = fastest.map_or(f64::NAN, |f| counts.floor(&f.costs));
        text +=
            &row(std::iter::once((*name).to_owned()).chain(numbers).chain([format!("{floor:.2}")]));
    }
    text
}
