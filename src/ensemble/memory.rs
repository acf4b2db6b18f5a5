//! How much memory a run takes, told before it starts.

use super::SUPERBLOCK;
use super::design;
use super::histogram::{Batch, Histograms};
use super::kept::Columns;
use super::runner::Ensemble;
use super::statistics::{Bounds, Moments};
use super::summary::Summary;
use crate::engine::Observation;
use crate::error::{Error, argument};
use std::ops::Range;

impl Ensemble<'_> {
    /// The most memory the run may take, in bytes. If it is estimated to take
    /// more ([`memory_bytes`](Self::memory_bytes)), it does not start.
    ///
    /// Unless set, it is what the machine has available when the run starts, as
    /// far as it tells: on Linux what `/proc/meminfo` calls `MemAvailable`, or
    /// the limit of the control group if that is less. Elsewhere there is no
    /// limit.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, ErrorKind, Plan, System, system::var};
    /// let mut b = System::builder("one flow", 2020..=2030);
    /// b.constant("scrap", &[], 10.0).variable("collected", var("scrap") * 0.5);
    /// b.observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let error = Ensemble::new(&plan).memory_limit(1_000).run().unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Argument);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    #[must_use]
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// The most memory the run takes at a time, in bytes, as it can be told
    /// before it starts: histograms, blocks, sums, kept draws and the outcome.
    /// Numbers that turn out not to vary take less.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let numbers = self.plan.numbers();
        let reported: usize = self.plan.observations().iter().map(Observation::len).sum();
        let shared = Histograms::BYTES
            + size_of::<f64>()
            + size_of::<Bounds>()
            + size_of::<Moments>()
            + size_of::<Summary>();
        // A thread sums one superblock, and keeps its draws, while the last waits to
        // be folded.
        let of_thread = Batch::BYTES + 2 * size_of::<Moments>();
        let (all, of_superblock) = (design::draws(self), u128::from(SUPERBLOCK));
        let apart = self.kept_bytes_of(if all < of_superblock { all } else { of_superblock });
        let block = self.plan.block_bytes() + self.plan.scratch_bytes();
        let thread = block + numbers * of_thread;
        let thread = (thread as u64).saturating_add(apart.saturating_mul(2));
        ((numbers * shared + reported * size_of::<Summary>()) as u64)
            .saturating_add(thread.saturating_mul(self.threads as u64))
            .saturating_add(self.kept_bytes())
    }

    pub(super) fn kept_bytes(&self) -> u64 {
        self.kept_bytes_of(design::draws(self))
    }

    /// Of so many draws.
    fn kept_bytes_of(&self, draws: u128) -> u64 {
        let width = Columns::new(self.plan, &self.keep).width;
        let draws = u64::try_from(draws).unwrap_or(u64::MAX);
        ((width * size_of::<f64>()) as u64).saturating_mul(draws)
    }

    /// An error if these superblocks take more than there is. Those of a shard
    /// that is not the first keep their sums apart.
    pub(super) fn check_memory(&self, part: &Range<u32>) -> Result<(), Error> {
        let apart = if part.start == 0 { 0 } else { part.len() as u64 };
        let sums = (self.plan.numbers() * size_of::<Moments>()) as u64;
        let bytes = self.memory_bytes().saturating_add(apart.saturating_mul(sums));
        let (limit, key) = match self.memory_limit {
            Some(limit) => (limit, "memory_limit"),
            None => (available().unwrap_or(u64::MAX), "memory available"),
        };
        if bytes <= limit {
            return Ok(());
        }
        Err(argument(
            "the run would take too much memory",
            key,
            format!("{} MB", bytes.div_ceil(1_000_000)),
            format!("at most {} MB", limit / 1_000_000),
            "report or keep fewer variables, run fewer threads or policies, or more shards; \
             memory_limit sets another limit",
        ))
    }
}

/// The bytes of memory that can be taken without swapping, if the machine tells.
fn available() -> Option<u64> {
    let machine =
        std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| from_meminfo(&text));
    let group = std::fs::read_to_string("/sys/fs/cgroup/memory.max");
    let group = group.ok().and_then(|text| text.trim().parse().ok());
    match (machine, group) {
        (Some(machine), Some(group)) => Some(if machine < group { machine } else { group }),
        (one, other) => one.or(other),
    }
}

fn from_meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn available_memory_is_read_as_linux_writes_it() {
        let text =
            "MemTotal:       16384 kB\nMemFree:  5 kB\nMemAvailable:    2048 kB\nBuffers: 1 kB\n";
        assert_eq!(from_meminfo(text), Some(2 << 20));
        for text in ["", "MemAvailable:", "MemAvailable: x kB", "MemAvailable: 12 MB"] {
            assert_eq!(from_meminfo(text), None, "{text}");
        }
        let most = format!("MemAvailable: {} kB", u64::MAX);
        assert_eq!(from_meminfo(&most), None);
    }
}
