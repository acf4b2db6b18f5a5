//! Operations broken in every way, each found by the testkit.

use super::Decay;
use blackmass::ErrorKind;
use blackmass::lanes::Row;
use blackmass::system::{Block, Operation, Port};
use blackmass::testkit::Testkit;
use blackmass::uncertainty::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

/// An operation of one input and one output that does as `run` says.
macro_rules! broken {
    ($name:ident { $($field:ident: $type:ty),* }, $run:expr) => {
        #[derive(Debug, Default)]
        pub struct $name { $($field: $type),* }

        impl Operation for $name {
            fn inputs(&self) -> Vec<Port> {
                vec![Port::new("x")]
            }
            fn outputs(&self) -> Vec<Port> {
                vec![Port::new("y")]
            }
            fn scratch(&self) -> Vec<Port> {
                vec![Port::new("memory")]
            }
            fn fingerprint(&self) -> String {
                stringify!($name).to_owned()
            }
            fn run(&self, block: &mut Block) -> Result<(), String> {
                let run: fn(&Self, &mut Block) -> Result<(), String> = $run;
                run(self, block)
            }
        }
    };
}

fn each(block: &mut Block, f: impl Fn(usize, &Row) -> Row) {
    for (at, (y, x)) in block.outputs[0].iter_mut().zip(block.inputs[0]).enumerate() {
        *y = f(at, x);
    }
}

broken!(Counts { calls: AtomicU64 }, |op, block| {
    let calls = op.calls.fetch_add(1, Ordering::Relaxed) as f64;
    each(block, |_, x| x.map(|x| x + calls));
    Ok(())
});
// The same call twice gives the same, until another block comes between.
broken!(Remembers { last: Mutex<(f64, f64)> }, |op, block| {
    let mut last = op.last.lock().map_err(|_| "poisoned".to_owned())?;
    let first = block.inputs[0][1][3];
    if last.0 != first {
        *last = (first, last.0);
    }
    let before = last.1;
    each(block, |_, x| x.map(|x| x + before));
    Ok(())
});
// Everything beside the first block it ever saw.
broken!(FirstSeen { first: OnceLock<f64> }, |op, block| {
    let first = *op.first.get_or_init(|| block.inputs[0][1][3]);
    each(block, |_, x| x.map(|x| x - first));
    Ok(())
});
broken!(ByLane {}, |_, block| {
    each(block, |_, x| std::array::from_fn(|l| x[l] + l as f64));
    Ok(())
});
// Whatever the order of the draws: the largest of them.
broken!(BesideOthers {}, |_, block| {
    each(block, |_, x| x.map(|own| own / x.iter().fold(0.1, |a, b| if *b > a { *b } else { a })));
    Ok(())
});
broken!(Half {}, |_, block| {
    let rows = block.inputs[0].len();
    for at in 0..rows - 1 {
        block.outputs[0][at] = block.inputs[0][at];
    }
    Ok(())
});
broken!(OneLaneShort {}, |_, block| {
    for (y, x) in block.outputs[0].iter_mut().zip(block.inputs[0]) {
        y[..15].copy_from_slice(&x[..15]);
    }
    Ok(())
});
broken!(AddsUp {}, |_, block| {
    for (y, x) in block.outputs[0].iter_mut().zip(block.inputs[0]) {
        for l in 0..16 {
            y[l] = if y[l].is_nan() { x[l] } else { y[l] + x[l] };
        }
    }
    Ok(())
});
broken!(DirtyScratch {}, |_, block| {
    for at in 0..block.inputs[0].len() {
        for l in 0..16 {
            block.scratch[0][at][l] += block.inputs[0][at][l];
            block.outputs[0][at][l] = block.scratch[0][at][l];
        }
    }
    Ok(())
});
broken!(Inverse {}, |_, block| {
    each(block, |_, x| x.map(|x| 1.0 / x));
    Ok(())
});
broken!(Refuses {}, |_, block| {
    block.each_draw(|inputs, outputs| {
        outputs[0].copy_from_slice(inputs[0]);
        if inputs[0][0] >= 1.0 { Err("too much".to_owned()) } else { Ok(()) }
    })
});
broken!(Panics {}, |_, block| {
    each(block, |_, x| [x[16 + block_end()]; 16]);
    Ok(())
});
broken!(TwoSteps {}, |_, block| {
    let second = block.inputs[0].chunks(block.steps).map(|x| x[1]).next();
    let second = second.ok_or("no element")?;
    each(block, |_, x| std::array::from_fn(|l| x[l] + second[l]));
    Ok(())
});

/// Not known to the compiler, which would refuse an index out of range.
fn block_end() -> usize {
    std::hint::black_box(0)
}

/// A fingerprint that says nothing, or something else each time.
#[derive(Debug, Default)]
struct Forgetful {
    factor: f64,
    calls: Option<AtomicU64>,
}

impl Operation for Forgetful {
    fn inputs(&self) -> Vec<Port> {
        vec![Port::new("x")]
    }
    fn outputs(&self) -> Vec<Port> {
        vec![Port::new("y")]
    }
    fn fingerprint(&self) -> String {
        let calls = self.calls.as_ref().map(|calls| calls.fetch_add(1, Ordering::Relaxed));
        format!("forgetful {calls:?}")
    }
    fn run(&self, block: &mut Block) -> Result<(), String> {
        each(block, |_, x| x.map(|x| self.factor * x));
        Ok(())
    }
}

/// A fingerprint that another run of the program does not have.
#[derive(Debug, Default)]
struct ByAddress(Box<u64>);

impl Operation for ByAddress {
    fn inputs(&self) -> Vec<Port> {
        vec![Port::new("x")]
    }
    fn outputs(&self) -> Vec<Port> {
        vec![Port::new("y")]
    }
    fn fingerprint(&self) -> String {
        format!("{:p}", &raw const *self.0)
    }
    fn run(&self, block: &mut Block) -> Result<(), String> {
        each(block, |_, x| *x);
        Ok(())
    }
}

fn found(kit: Testkit, message: &str, count: usize) {
    let error = kit.check().expect_err(message);
    assert_eq!(error.kind(), ErrorKind::Argument);
    let messages: Vec<&str> = error.diagnostics().iter().map(|d| d.message()).collect();
    assert!(messages.contains(&message), "`{message}` is not in {messages:?}");
    assert_eq!(messages.len(), count, "{error}");
}

#[test]
fn a_sound_operation_passes() {
    let twin = |inputs: &[Vec<f64>]| {
        let (mut held, mut lost) = (Vec::new(), Vec::new());
        for (t, added) in inputs[0].iter().enumerate() {
            let before = if t % 12 == 0 { 0.0 } else { held[t - 1] };
            lost.push(before - 0.8 * before);
            held.push(0.8 * before + added);
        }
        vec![held, lost]
    };
    let kit = Testkit::new(|| Decay { kept: 0.8 })
        .range("added", Range { low: -5.0, high: 5.0 })
        .differs_from(Decay { kept: 0.7 })
        .twin(1e-15, &twin);
    kit.check().expect("nothing is wrong with it");
    kit.clone().steps(1).elements(1).check().expect("nor with a single number");
    kit.seed(2).twin(1e-15, &twin).check().expect("nor with other numbers");
}

#[test]
fn every_kind_of_mistake_is_found() {
    found(Testkit::new(Counts::default), "the same call gives other results", 1);
    found(Testkit::new(Remembers::default), "the same call gives other results", 1);
    found(Testkit::new(FirstSeen::default), "results depend on the order of the calls", 1);
    found(Testkit::new(ByLane::default), "results depend on the place of a draw in its block", 2);
    found(Testkit::new(BesideOthers::default), "results depend on the other draws of the block", 1);
    found(Testkit::new(Half::default), "an output is not written in full", 1);
    found(Testkit::new(OneLaneShort::default), "an output is not written in full", 3);
    found(Testkit::new(AddsUp::default), "results depend on what outputs held before", 1);
    found(Testkit::new(DirtyScratch::default), "results depend on what memory held before", 1);
    found(Testkit::new(Inverse::default), "a result is not a finite number", 1);
    found(Testkit::new(Refuses::default), "it fails on numbers within the ranges", 2);
    found(Testkit::new(Panics::default), "it fails on numbers within the ranges", 2);
    found(Testkit::new(TwoSteps::default), "it fails on a horizon of one step", 1);
    let changes = || Forgetful { factor: 2.0, calls: Some(AtomicU64::new(0)) };
    found(Testkit::new(changes), "what an operation says of itself changes", 1);
    found(Testkit::new(ByAddress::default), "what an operation says of itself changes", 1);
}

#[test]
fn what_it_is_compared_with_is_checked() {
    let other = Forgetful { factor: 3.0, calls: None };
    let kit = Testkit::new(|| Forgetful { factor: 2.0, calls: None })
        .range("x", Range { low: 1.0, high: 2.0 });
    found(kit.clone().differs_from(other), "the fingerprint does not tell two operations apart", 1);
    let wrong = |inputs: &[Vec<f64>]| vec![inputs[0].iter().map(|x| 2.0 * x + 1e-9).collect()];
    found(kit.clone().twin(1e-12, &wrong), "the twin says something else", 1);
    kit.clone().twin(1e-8, &wrong).check().expect("within the tolerance");
    let short = |_: &[Vec<f64>]| vec![vec![1.0]];
    found(kit.clone().twin(1e-12, &short), "the twin gives outputs of another size", 1);
    found(kit.clone().steps(0), "the sample is empty or too large", 2);
    found(kit.clone().elements(usize::MAX), "the sample is empty or too large", 2);
    found(kit.clone().range("z", Range { low: 0.0, high: 1.0 }), "a range of no input", 1);
    found(kit.clone().range("x", Range { low: 2.0, high: 1.0 }), "a range without numbers", 1);
}
