//! Time and memory over the number of draws.

use super::page::{head, median, row};
use super::{Outcome, Tables, plan, took};
use blackmass::report::significant;
use blackmass::{Ensemble, InstructionSet};

const DRAWS: [u32; 7] = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

pub fn tables(testing: bool, rounds: usize) -> Outcome<Tables> {
    let set = InstructionSet::detect();
    let sizes = if testing { &DRAWS[..2] } else { &DRAWS[..] };
    let mut lines: Vec<Vec<String>> = sizes.iter().map(|n| vec![n.to_string()]).collect();
    let mut fits = String::new();
    let names = ["W1", "EU, one policy"];
    for name in names {
        let plan = plan(name)?;
        let mut all = vec![Vec::new(); sizes.len()];
        for _ in 0..rounds {
            for (n, times) in sizes.iter().zip(&mut all) {
                times.push(took(&plan, *n, set, 1)?.cpu);
            }
        }
        let times: Vec<(f64, f64)> =
            sizes.iter().zip(all).map(|(n, t)| (f64::from(*n), median(t))).collect();
        let (start, slope) = line(&times);
        let off = |(n, t): &(f64, f64)| (t / (start + slope * n) - 1.0).abs();
        let worst = times.iter().map(off).fold(0.0, f64::max);
        fits += &format!(
            "{name}: {} ms + {} µs a draw, at most {:.1} % off.\n",
            significant(start * 1e3),
            significant(slope * 1e6),
            100.0 * worst
        );
        for ((n, t), line) in times.iter().zip(&mut lines) {
            line.push(format!("{:.2}", t * 1e6 / n));
            let ensemble = Ensemble::new(&plan).draws(*n as u32).threads(1);
            line.push(format!("{:.1}", ensemble.memory_bytes() as f64 / f64::from(1 << 20)));
        }
    }
    let mut cells = vec!["draws".to_owned()];
    for name in names {
        cells.extend([format!("{name}, µs/draw"), "MiB at most".to_owned()]);
    }
    let mut text = head(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    lines.into_iter().for_each(|line| text += &row(line));
    Ok(vec![("scaling", format!("{text}\n{fits}"))])
}

/// t = start + slope·n with the least squares of relative errors.
fn line(times: &[(f64, f64)]) -> (f64, f64) {
    let (mut a, mut b, mut c, mut d, mut e) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (n, t) in times {
        let w = 1.0 / (t * t);
        a += w;
        b += w * n;
        c += w * n * n;
        d += w * t;
        e += w * n * t;
    }
    let slope = (a * e - b * d) / (a * c - b * b);
    ((d - b * slope) / a, slope)
}
