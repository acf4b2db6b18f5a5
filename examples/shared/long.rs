//! Long runs: checkpoints, shards and merging them.

use super::{bad, path, word};
use blackmass::{Ensemble, Error, Outcome, Shard};
use lexopt::Parser;
use std::path::PathBuf;

/// What the command line says of it.
#[derive(Default)]
pub struct Asked {
    pub checkpoint: Option<PathBuf>,
    pub shard: Option<Shard>,
    pub merge: Vec<PathBuf>,
}

impl Asked {
    pub fn checkpoint(&mut self, parser: &mut Parser) -> Result<(), Error> {
        self.checkpoint = Some(path(parser, "--checkpoint")?);
        Ok(())
    }

    pub fn shard(&mut self, parser: &mut Parser) -> Result<(), Error> {
        let found = word(parser, "--shard")?;
        let fix = "write --shard 2/4 for the second of four parts";
        let shard = found.parse().map_err(|_| bad("--shard", &found, "K/N, K from 1 to N", fix))?;
        self.shard = Some(shard);
        Ok(())
    }

    pub fn merge(&mut self, parser: &mut Parser) -> Result<(), Error> {
        self.merge.push(path(parser, "--merge")?);
        Ok(())
    }

    pub fn check(&self, out: Option<&PathBuf>) -> Result<(), Error> {
        if !self.merge.is_empty() && self.is_set_beside_merge() {
            let fix = "merge when all shards are there";
            return Err(bad("--merge", "--checkpoint or --shard", "--merge alone", fix));
        }
        if self.shard.is_some() && self.checkpoint.is_none() {
            let fix = "say where the shard is to be written: --checkpoint FILE";
            return Err(bad("--shard", "no --checkpoint", "both", fix));
        }
        if self.shard.is_some() && out.is_some() {
            let fix = "only --merge has an outcome: write it then";
            return Err(bad("--out", "--shard", "one of the two", fix));
        }
        Ok(())
    }

    fn is_set_beside_merge(&self) -> bool {
        self.checkpoint.is_some() || self.shard.is_some()
    }

    /// Runs, goes on or merges. A shard has no outcome.
    pub fn run(&self, ensemble: &Ensemble) -> Result<Option<Outcome>, Error> {
        match (&self.checkpoint, self.shard) {
            (Some(file), Some(shard)) => ensemble.run_shard(shard, file).map(|()| None),
            (Some(file), None) => ensemble.clone().checkpoint(file).run().map(Some),
            _ if self.merge.is_empty() => ensemble.run().map(Some),
            _ => ensemble.merge(&self.merge).map(Some),
        }
    }

    /// What is left to say of a shard.
    pub fn left(&self) -> String {
        let file = self.checkpoint.as_ref().map(|file| file.display().to_string());
        let shard = self.shard.map(|shard| shard.to_string());
        format!(
            "Shard {} is in {}; --merge FILE for each shows the outcome of all.\n",
            shard.unwrap_or_default(),
            file.unwrap_or_default()
        )
    }
}
