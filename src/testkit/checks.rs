//! What an operation must not do, one check each.

use super::Testkit;
use super::sample::{BLOCKS, Before, Ports, Sample, draw, placed};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lanes::LANES;
use crate::system::{Expr, UserOperation, guarded};
use std::thread;

/// What outputs hold before a call: first something that is no number and that
/// no computation gives, then a number.
const MARKS: [f64; 2] = [f64::from_bits(0x7ff8_0000_dead_beef), 1.234_567_890_123e77];
const CLEAN: Before = Before { outputs: MARKS[0], scratch: 0.0 };
/// The most rows of one port.
const MAX_ROWS: usize = 100_000;
/// What memory may hold.
const DIRT: f64 = -3.210_987e55;

pub(super) fn check(kit: &Testkit) -> Result<(), Error> {
    let refuse = |problems| Error::many(ErrorKind::Argument, problems);
    let operation = asked(kit).map_err(refuse)?;
    let sample = Sample { kit, operation: &operation, steps: kit.steps };
    let mut problems = arguments(&sample);
    if !problems.is_empty() {
        return Err(refuse(problems));
    }
    match runs(&sample) {
        Ok(found) => problems.extend(found),
        Err(why) => {
            problems.push(Diagnostic::new("it fails on numbers within the ranges").found(why))
        }
    }
    if kit.steps > 1 {
        let short = Sample { steps: 1, ..sample };
        if let Err(why) = short.call(&short.inputs(0), CLEAN) {
            let problem = Diagnostic::new("it fails on a horizon of one step").found(why);
            problems.push(problem.fix("let it work for any number of steps"));
        }
    }
    problems.extend(fingerprints(kit, &operation));
    if problems.is_empty() { Ok(()) } else { Err(refuse(problems)) }
}

/// An instance, and what it says of itself.
fn asked(kit: &Testkit) -> Result<UserOperation, Vec<Diagnostic>> {
    let operation = (kit.make)();
    let inputs = guarded(|| operation.inputs().len()).unwrap_or_default();
    let given = vec![Expr::from(0.0); inputs];
    UserOperation::new("operation", operation, given)
}

/// What was asked of the testkit and cannot be.
fn arguments(sample: &Sample) -> Vec<Diagnostic> {
    let (kit, operation) = (sample.kit, sample.operation);
    let mut problems = Vec::new();
    for port in operation.ports() {
        let rows = sample.rows(port);
        if rows == 0 || rows > MAX_ROWS {
            problems.push(
                Diagnostic::new("the sample is empty or too large")
                    .key(port.name())
                    .found(format!("{rows} elements and steps"))
                    .allowed(format!("1 to {MAX_ROWS}")),
            );
        }
    }
    for (name, range) in &kit.ranges {
        if !operation.inputs.iter().any(|(port, _)| port.name() == name) {
            problems.push(Diagnostic::new("a range of no input").key(name));
        }
        if !(range.low.is_finite() && range.high.is_finite() && range.low <= range.high) {
            problems.push(
                Diagnostic::new("a range without numbers")
                    .key(name)
                    .found(format!("{} to {}", range.low, range.high)),
            );
        }
    }
    problems
}

/// Where two results first differ.
fn difference(sample: &Sample, a: &Ports, b: &Ports) -> Option<String> {
    for ((port, a), b) in sample.operation.outputs.iter().zip(a).zip(b) {
        for (at, (a, b)) in a.iter().zip(b).enumerate() {
            if let Some(l) = (0..LANES).find(|l| a[*l].to_bits() != b[*l].to_bits()) {
                let name = port.name();
                return Some(format!("`{name}`, row {at}, lane {l}: {:?}, then {:?}", a[l], b[l]));
            }
        }
    }
    None
}

/// Calls it in every way.
fn runs(sample: &Sample) -> Result<Vec<Diagnostic>, String> {
    let blocks: Vec<Ports> = (0..BLOCKS).map(|block| sample.inputs(block)).collect();
    let all = || {
        let results = blocks.iter().map(|inputs| sample.call(inputs, CLEAN));
        results.collect::<Result<Vec<Ports>, _>>()
    };
    let first = all()?;
    let mut problems = written(sample, &blocks, &first)?;
    problems.extend(twin(sample, &blocks, &first));
    // Whatever else differs may differ by itself.
    if let Some(problem) = repeated(sample, &blocks, &first)? {
        problems.push(problem);
        return Ok(problems);
    }
    for check in [left_over, moved, alone] {
        problems.extend(check(sample, &blocks, &first)?);
    }
    Ok(problems)
}

type Found = Result<Option<Diagnostic>, String>;

/// The same calls again, in another order by another instance, on two threads.
fn repeated(sample: &Sample, blocks: &[Ports], first: &[Ports]) -> Found {
    let state = "keep no state in the operation; outputs follow from inputs alone";
    let problem = |message: &str, found| Diagnostic::new(message).found(found).fix(state);
    for (inputs, first) in blocks.iter().zip(first) {
        let [again, twice] = [sample.call(inputs, CLEAN)?, sample.call(inputs, CLEAN)?];
        let found = difference(sample, first, &again);
        if let Some(found) = found.or_else(|| difference(sample, &again, &twice)) {
            return Ok(Some(problem("the same call gives other results", found)));
        }
    }
    let other = asked(sample.kit).map_err(|_| "another instance has other ports".to_owned())?;
    let other = Sample { operation: &other, ..*sample };
    for at in (0..blocks.len()).rev() {
        let again = other.call(&blocks[at], CLEAN)?;
        if let Some(found) = difference(sample, &first[at], &again) {
            return Ok(Some(problem("results depend on the order of the calls", found)));
        }
    }
    let run = || blocks.iter().map(|inputs| sample.call(inputs, CLEAN)).collect::<Result<_, _>>();
    let both: [Result<Vec<Ports>, String>; 2] = thread::scope(|scope| {
        let other = scope.spawn(run);
        let here = run();
        [here, other.join().unwrap_or_else(|_| Err("a thread panicked".to_owned()))]
    });
    for results in both {
        for (first, again) in first.iter().zip(&results?) {
            if let Some(found) = difference(sample, first, again) {
                return Ok(Some(problem("results depend on calls on other threads", found)));
            }
        }
    }
    Ok(None)
}

/// What is not written, and what is not finite.
fn written(sample: &Sample, blocks: &[Ports], first: &[Ports]) -> Result<Vec<Diagnostic>, String> {
    let marked = |inputs| sample.call(inputs, Before { outputs: MARKS[1], ..CLEAN });
    let marked: Vec<Ports> = blocks.iter().map(marked).collect::<Result<_, _>>()?;
    let mut problems = Vec::new();
    for (p, port) in sample.operation.outputs.iter().enumerate() {
        let (mut unwritten, mut infinite) = (None, None);
        for draw in 0..blocks.len() * LANES {
            let (block, lane) = (draw / LANES, draw % LANES);
            for (at, (a, b)) in first[block][p].iter().zip(&marked[block][p]).enumerate() {
                let (a, b) = (a[lane], b[lane]);
                let place = || format!("row {at} of draw {draw}: {a:?}");
                if [a.to_bits(), b.to_bits()] == MARKS.map(f64::to_bits) {
                    unwritten.get_or_insert_with(place);
                } else if !a.is_finite() {
                    infinite.get_or_insert_with(place);
                }
            }
        }
        let problem = |message: &str, found, fix: &str| {
            Diagnostic::new(message).key(port.name()).found(found).fix(fix)
        };
        problems.extend(unwritten.map(|found| {
            problem("an output is not written in full", found, "write every row and lane")
        }));
        problems.extend(infinite.map(|found| {
            let fix = "return an error for what cannot be computed, or give a narrower range";
            problem("a result is not a finite number", found, fix)
        }));
    }
    Ok(problems)
}

/// Outputs and memory that hold something else at the start.
fn left_over(sample: &Sample, blocks: &[Ports], first: &[Ports]) -> Found {
    // What the last block left there, and what nobody would.
    let (mut scratch, dirty) = (sample.scratch(0.0), Before { scratch: DIRT, ..CLEAN });
    for (inputs, first) in blocks.iter().zip(first) {
        let used = sample.call_on(inputs, MARKS[0], &mut scratch)?;
        let dirty = sample.call(inputs, dirty)?;
        let found = difference(sample, first, &used);
        if let Some(found) = found.or_else(|| difference(sample, first, &dirty)) {
            let problem = Diagnostic::new("results depend on what memory held before");
            return Ok(Some(problem.found(found).fix("write scratch before reading it")));
        }
        // What is not written is told apart.
        let mut marked = sample.call(inputs, Before { outputs: MARKS[1], ..CLEAN })?;
        let rows = marked.iter_mut().flatten().zip(first.iter().flatten());
        for (x, first) in rows.flat_map(|(row, first)| row.iter_mut().zip(first)) {
            if [first.to_bits(), x.to_bits()] == MARKS.map(f64::to_bits) {
                *x = *first;
            }
        }
        if let Some(found) = difference(sample, first, &marked) {
            let problem = Diagnostic::new("results depend on what outputs held before");
            return Ok(Some(problem.found(found).fix("write outputs before reading them")));
        }
    }
    Ok(None)
}

/// The same draws in other places of the block.
fn moved(sample: &Sample, blocks: &[Ports], first: &[Ports]) -> Found {
    let backwards = std::array::from_fn(|l| LANES - 1 - l);
    let turned = std::array::from_fn(|l| (l + 1) % LANES);
    let mixed = std::array::from_fn(|l| (5 * l + 3) % LANES);
    for (inputs, first) in blocks.iter().zip(first) {
        for from in [backwards, turned, mixed] {
            let moved = sample.call(&placed(inputs, from), CLEAN)?;
            if let Some(found) = difference(sample, &placed(first, from), &moved) {
                let problem = Diagnostic::new("results depend on the place of a draw in its block");
                return Ok(Some(problem.found(found).fix("treat all lanes alike")));
            }
        }
    }
    Ok(None)
}

/// One draw in all places of the block.
fn alone(sample: &Sample, blocks: &[Ports], first: &[Ports]) -> Found {
    for (inputs, first) in blocks.iter().zip(first) {
        for lane in 0..LANES {
            let alone = sample.call(&placed(inputs, [lane; LANES]), CLEAN)?;
            if let Some(found) = difference(sample, &placed(first, [lane; LANES]), &alone) {
                let problem = Diagnostic::new("results depend on the other draws of the block");
                return Ok(Some(problem.found(found).fix("compute every lane from itself alone")));
            }
        }
    }
    Ok(None)
}

/// Each draw beside its twin.
fn twin(sample: &Sample, blocks: &[Ports], first: &[Ports]) -> Option<Diagnostic> {
    let (tolerance, twin) = sample.kit.twin?;
    for (block, (inputs, first)) in blocks.iter().zip(first).enumerate() {
        for lane in 0..LANES {
            let (ours, place) = (draw(first, lane), block * LANES + lane);
            let theirs = twin(&draw(inputs, lane));
            let lengths = |of: &[Vec<f64>]| of.iter().map(Vec::len).collect::<Vec<_>>();
            if lengths(&ours) != lengths(&theirs) {
                let problem = Diagnostic::new("the twin gives outputs of another size");
                let problem = problem.found(format!("{:?} numbers", lengths(&theirs)));
                return Some(problem.allowed(format!("{:?} numbers", lengths(&ours))));
            }
            for (port, (ours, theirs)) in
                sample.operation.outputs.iter().zip(ours.iter().zip(&theirs))
            {
                let larger = |a: f64, b: &f64| if b.abs() > a { b.abs() } else { a };
                let largest = theirs.iter().fold(0.0, larger);
                let off = |(a, b): &(&f64, &f64)| {
                    let near = (**a - **b).abs() <= tolerance * largest;
                    !near && a.to_bits() != b.to_bits()
                };
                if let Some(at) = ours.iter().zip(theirs).position(|pair| off(&pair)) {
                    let found = format!("row {at} of draw {place}: {:?}", ours[at]);
                    let problem = Diagnostic::new("the twin says something else");
                    let problem = problem.key(port.name()).found(found);
                    return Some(problem.allowed(format!("{:?}", theirs[at])));
                }
            }
        }
    }
    None
}

/// The fingerprint before and after the runs, and beside others.
fn fingerprints(kit: &Testkit, operation: &UserOperation) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let own = &*operation.fingerprint;
    let ports: Vec<_> = operation.ports().collect();
    // Now, and of another instance.
    let again = guarded(|| operation.operation.fingerprint());
    let other = asked(kit).ok().filter(|other| other.ports().collect::<Vec<_>>() == ports);
    let other = other.map(|other| other.fingerprint.to_string());
    for found in [again.ok(), other] {
        if found.as_deref() != Some(own) && problems.is_empty() {
            problems.push(
                Diagnostic::new("what an operation says of itself changes")
                    .found(format!("fingerprint {found:?}"))
                    .allowed(format!("{own:?} at all times and of all instances, the same ports")),
            );
        }
    }
    for other in &kit.others {
        if guarded(|| other.fingerprint()).is_ok_and(|other| other == own) {
            problems.push(
                Diagnostic::new("the fingerprint does not tell two operations apart")
                    .found(format!("{own:?} for both"))
                    .fix("put all parameters into it"),
            );
        }
    }
    problems
}
