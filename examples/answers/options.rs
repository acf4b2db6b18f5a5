//! The command line.

use crate::shared::{bad, factor, number, path, unreadable_but};
use blackmass::Error;
use lexopt::{Arg, Parser};
use std::path::PathBuf;

/// What the command is for, and its options.
pub const HELP: &str = "\
What cooperation of Japan and the European Union on batteries adds to what each does alone.

Options:
  --draws N          number of draws, 40 to 1 000 000 (default 2000 *)
  --shapley-draws N  draws of each coalition of levers, 2 to 100 000; 0 leaves the Shapley values
                     out (default 256)
  --seed N           seed of all random streams, 0 to 2^64 - 1 (default 1 *)
  --threads N        number of threads, 1 to 1024; changes no digit (default: all cores)
  --prior-scale F    multiply the spread of every prior by F, 0 to 10 (default 1 *)
  --scenario FILE    run this scenario file, such as an edited copy, instead of the shipped one
  --out DIR          write cooperation.csv, outcome.csv and manifest.json to this directory
  --help             show this text
* unless the table [run] of the scenario file says otherwise; its design and what it freezes are
  not used: draws are independent (Monte Carlo), as the errors shown require
";

pub struct Options {
    pub draws: Option<u32>,
    pub shapley_draws: u32,
    pub seed: Option<u64>,
    pub threads: usize,
    pub prior_scale: Option<f64>,
    pub scenario: Option<PathBuf>,
    pub out: Option<PathBuf>,
    pub help: bool,
}

impl Options {
    /// Reads the command line.
    pub fn read() -> Result<Self, Error> {
        let mut options = Self {
            draws: None,
            shapley_draws: 256,
            seed: None,
            threads: std::thread::available_parallelism().map_or(1, Into::into),
            prior_scale: None,
            scenario: None,
            out: None,
            help: false,
        };
        let allowed = "--draws, --shapley-draws, --seed, --threads, --prior-scale, --scenario, \
                       --out (each with a value), --help";
        let unreadable = |error: &lexopt::Error| unreadable_but(error, allowed);
        let mut parser = Parser::from_env();
        while let Some(arg) = parser.next().map_err(|e| unreadable(&e))? {
            match arg {
                // Of fewer draws, the worst five per cent are not two.
                Arg::Long("draws") => {
                    options.draws = Some(number(&mut parser, "--draws", 40..=1_000_000)?);
                }
                Arg::Long("shapley-draws") => options.shapley_draws = shapley_draws(&mut parser)?,
                Arg::Long("seed") => {
                    options.seed = Some(number(&mut parser, "--seed", 0..=u64::MAX)?)
                }
                Arg::Long("threads") => {
                    options.threads = number(&mut parser, "--threads", 1..=1024)?
                }
                Arg::Long("prior-scale") => options.prior_scale = Some(factor(&mut parser)?),
                Arg::Long("scenario") => options.scenario = Some(path(&mut parser, "--scenario")?),
                Arg::Long("out") => options.out = Some(path(&mut parser, "--out")?),
                Arg::Long("help") | Arg::Short('h') => options.help = true,
                other => return Err(unreadable(&other.unexpected())),
            }
        }
        Ok(options)
    }
}

fn shapley_draws(parser: &mut Parser) -> Result<u32, Error> {
    let option = "--shapley-draws";
    match number(parser, option, 0..=100_000)? {
        1 => Err(bad(option, "1", "0, or 2 to 100000", "one draw has no standard error")),
        draws => Ok(draws),
    }
}
