//! The estimate of memory against what a run allocates.
#![allow(unsafe_code, clippy::disallowed_methods)]

use blackmass::lifecycle::{self, Options};
use blackmass::scenario::Scenario;
use blackmass::system::var;
use blackmass::uncertainty::{Distribution, MeanStd};
use blackmass::{CohortStock, Ensemble, Lifetime, Plan, System};
use std::alloc::{GlobalAlloc, Layout, System as Heap};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The allocator of the platform, which counts.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

fn more(bytes: usize) {
    MOST.fetch_max(NOW.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

// SAFETY: every call is handed on as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        more(layout.size());
        unsafe { Heap.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        more(layout.size());
        unsafe { Heap.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both are there while it is copied, at worst.
        more(size);
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { Heap.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        unsafe { Heap.dealloc(old, layout) }
    }
}

#[global_allocator]
static HEAP: Counting = Counting;

/// What a run takes at most, over what it is estimated to take.
fn taken(name: &str, ensemble: &Ensemble) -> f64 {
    let estimate = ensemble.memory_bytes() as f64;
    let before = NOW.load(Relaxed);
    MOST.store(before, Relaxed);
    let outcome = ensemble.run().expect("it runs");
    let most = (MOST.load(Relaxed) - before) as f64;
    println!(
        "{name}: {} draws, estimated {:.2} MB, taken {:.2} MB, {:.2}",
        outcome.draws(),
        estimate / 1e6,
        most / 1e6,
        most / estimate
    );
    most / estimate
}

fn shipped(scenario: &Scenario) -> Plan {
    let system = lifecycle::system_with(scenario, &Options::default());
    Plan::compile(&system.expect("a shipped scenario is a system")).expect("it compiles")
}

/// A stock in monthly steps over forty years, of which little is reported: what
/// a block takes is most of it.
fn monthly(steps: i32) -> Plan {
    let mut b = System::builder("months", 1..=steps);
    b.dimension("segment", ["car", "van", "bus", "truck"]).noise("noise", &["segment"]);
    let law = Distribution::normal(MeanStd { mean: 1.0, std: 0.05 }).expect("a law");
    b.parameter("scale", &["segment"], law);
    b.variable("sold", (var("noise") * 0.1).exp());
    let lifetime = Lifetime::weibull_from_scale_shape(var("scale") * 120.0, 3.0);
    b.cohort_stock(CohortStock { name: "use".into(), inflow: var("sold"), lifetime });
    b.variable("gone", var("use.outflow").sum("segment")).observe("gone", "t");
    Plan::compile(&b.build().expect("correct")).expect("small")
}

/// One test: what others allocate would be counted.
#[test]
fn a_run_takes_what_is_estimated() {
    let (eu, both) = (shipped(&Scenario::eu()), shipped(&Scenario::japan_eu()));
    let (short, long) = (monthly(240), monthly(480));
    for (name, plan) in
        [("eu", &eu), ("japan and eu", &both), ("240 months", &short), ("480 months", &long)]
    {
        let keep = plan.series().next().expect("something is reported").name.clone();
        for threads in [1, 3] {
            let run = Ensemble::new(plan).threads(threads).draws(threads as u32 * 1_024);
            let name = format!("{name}, {threads} threads");
            let found = [taken(&name, &run), taken(&format!("{name}, kept"), &run.keep(&keep))];
            for found in found {
                assert!((0.5..1.0 / 0.9).contains(&found), "{name}: {found} of the estimate");
            }
        }
    }
}
