//! Wall time, and the time a thread has been running on a processor.

use std::time::Instant;

/// What work took, in seconds.
#[derive(Clone, Copy)]
pub struct Took {
    pub wall: f64,
    /// Of the thread that asks, which does all the work of a run on one thread:
    /// what else the machine does is not in it. The wall time where no system
    /// tells.
    pub cpu: f64,
}

pub struct Clock {
    start: Instant,
    cpu: Option<f64>,
}

impl Clock {
    pub fn start() -> Self {
        Self { cpu: cpu_seconds(), start: Instant::now() }
    }

    pub fn took(&self) -> Took {
        let wall = self.start.elapsed().as_secs_f64();
        let cpu = self.cpu.zip(cpu_seconds()).map_or(wall, |(before, after)| after - before);
        Took { wall, cpu }
    }
}

/// Seconds that this thread has been running, where the system says so.
fn cpu_seconds() -> Option<f64> {
    // Giving way brings the account up to date.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds * 1e-9)
}
