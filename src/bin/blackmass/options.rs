//! What is run, as the command line says it.

use crate::design;
use blackmass::InstructionSet;
use blackmass::ensemble::Freeze;
use blackmass::report::{self, exact};
use clap::ValueEnum;

/// The options that decide a result, and two that only decide how fast it comes.
#[derive(clap::Args, Clone, Debug)]
pub struct Options {
    /// Run this policy; may be repeated; baseline, if among them, is the reference [default: of
    /// the scenario]
    #[arg(long, value_name = "NAME")]
    pub policy: Vec<String>,
    /// Number of draws, 1 to 1000000 [default: of the scenario, else 10000]
    #[arg(long, value_name = "N", allow_negative_numbers = true,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub draws: Option<u32>,
    /// Seed of all random streams [default: of the scenario, else 1]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,
    #[command(flatten)]
    pub design: design::Asked,
    /// Leave out epistemic (parameters) or aleatory (yearly noise) uncertainty; may be repeated
    #[arg(long, value_name = "KIND")]
    pub freeze: Vec<Frozen>,
    /// Multiply the spread of every prior, 0 to 10 [default: of the scenario, else 1]
    #[arg(long, value_name = "X", value_parser = scale, allow_negative_numbers = true)]
    pub prior_scale: Option<f64>,
    /// How much is reported
    #[arg(long, value_name = "HOW", default_value = "short")]
    pub detail: Detail,
    /// Tell what each input does to what is recovered of the materials whose recycled content is
    /// regulated, in every region under the reference policy: alone low and high (tornado), and
    /// by partial rank correlation in every year, with intervals; printed and in the report for
    /// 2040 (the last reported year if 2040 is not reported), all of it in sensitivity.csv.
    /// Changes no other number
    #[arg(long)]
    pub sensitivity: bool,
    /// Number of threads, 1 to 1024; changes no digit [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Instruction set; changes no digit [default: the fastest there is]
    #[arg(long, value_name = "SET")]
    pub set: Option<Set>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Frozen {
    Epistemic,
    Aleatory,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Detail {
    Short,
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Set {
    Baseline,
    Avx2,
    Avx512,
}

fn scale(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|x| (0.0..=10.0).contains(x));
    number.ok_or_else(|| "allowed: a number from 0 to 10, 0.5 for half the spread".to_owned())
}

/// The name of a value as the command line has it.
fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned())
}

impl Options {
    pub fn threads(&self) -> usize {
        let all = || std::thread::available_parallelism().map_or(1, Into::into);
        self.threads.map_or_else(all, usize::from)
    }

    pub fn set(&self) -> InstructionSet {
        match self.set {
            None => InstructionSet::detect(),
            Some(Set::Baseline) => InstructionSet::Baseline,
            Some(Set::Avx2) => InstructionSet::Avx2,
            Some(Set::Avx512) => InstructionSet::Avx512,
        }
    }

    pub fn detail(&self) -> report::Detail {
        match self.detail {
            Detail::Short => report::Detail::Short,
            Detail::Full => report::Detail::Full,
        }
    }

    pub fn freeze(&self) -> Vec<Freeze> {
        let of = |frozen: &Frozen| match frozen {
            Frozen::Epistemic => Freeze::Epistemic,
            Frozen::Aleatory => Freeze::Aleatory,
        };
        self.freeze.iter().map(of).collect()
    }

    /// The options that decide the result, written out.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut add = |option: &str, value: String| words.extend([option.to_owned(), value]);
        for policy in &self.policy {
            add("--policy", policy.clone());
        }
        if let Some(draws) = self.draws {
            add("--draws", draws.to_string());
        }
        if let Some(seed) = self.seed {
            add("--seed", seed.to_string());
        }
        for frozen in &self.freeze {
            add("--freeze", name(frozen));
        }
        if let Some(scale) = self.prior_scale {
            add("--prior-scale", exact(scale));
        }
        if self.detail != Detail::Short {
            add("--detail", name(&self.detail));
        }
        words.extend(self.design.words());
        if self.sensitivity {
            words.push("--sensitivity".to_owned());
        }
        words
    }
}
