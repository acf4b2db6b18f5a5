//! The design of a run: from the command line, else from the scenario file.

use super::{bad, word};
use blackmass::Error;
use blackmass::sampling::design::{Design, DesignSettings, DesignWord, SampleTable};
use blackmass::scenario::Scenario;
use lexopt::Parser;

/// What the command line says about the design. Names are quantities or streams.
#[derive(Default)]
pub struct Asked {
    word: Option<DesignWord>,
    samples: Option<String>,
    settings: DesignSettings,
}

impl Asked {
    /// Reads the value of `--design`: a word, or `samples=FILE`.
    pub fn design(&mut self, parser: &mut Parser) -> Result<(), Error> {
        let found = word(parser, "--design")?;
        let (name, file) = match found.split_once('=') {
            Some((name, file)) => (name, Some(file.to_owned()).filter(|file| !file.is_empty())),
            None => (found.as_str(), None),
        };
        let known = DesignWord::parse(name);
        let needs_file = known == Some(DesignWord::Samples);
        let (Some(design), true) = (known, needs_file == file.is_some()) else {
            let fix = "mc draws independently, lhs and sobol spread the draws evenly; the words of \
                       the scenario file are understood, too";
            let allowed = "mc, lhs, sobol, oat, factorial, samples=FILE";
            return Err(bad("--design", &found, allowed, fix));
        };
        (self.word, self.samples) = (Some(design), file);
        Ok(())
    }

    /// Reads the value of `--levels`.
    pub fn levels(&mut self, parser: &mut Parser) -> Result<(), Error> {
        let found = word(parser, "--levels")?;
        let levels: Result<Vec<f64>, _> = found.split(',').map(|x| x.trim().parse()).collect();
        let sound = |x: &f64| *x > 0.0 && *x < 1.0;
        let sound = |levels: &Vec<f64>| levels.iter().all(sound) && levels.is_sorted();
        let error = || {
            let allowed = "probabilities above 0 and below 1, ascending";
            bad("--levels", &found, allowed, "write --levels 0.05,0.95 or the like")
        };
        self.settings.levels = levels.ok().filter(sound).ok_or_else(error)?;
        Ok(())
    }

    /// Reads a value of `--vary`.
    pub fn vary(&mut self, parser: &mut Parser) -> Result<(), Error> {
        self.settings.vary.push(word(parser, "--vary")?);
        Ok(())
    }

    /// Reads a value of `--pinned`.
    pub fn pinned(&mut self, parser: &mut Parser) -> Result<(), Error> {
        self.settings.pinned.push(word(parser, "--pinned")?);
        Ok(())
    }

    /// Whether settings were given that do not fit the design.
    pub fn check(&self) -> Result<(), Error> {
        let DesignSettings { levels, vary, pinned } = &self.settings;
        let given = [
            ("levels", !levels.is_empty()),
            ("vary", !vary.is_empty()),
            ("pinned", !pinned.is_empty()),
        ];
        for (setting, _) in given.iter().filter(|(_, given)| *given) {
            if self.word.is_some_and(|design| design.takes(setting)) {
                continue;
            }
            let with = DesignWord::ALL.iter().filter(|(.., design)| design.takes(setting));
            let with: Vec<&str> = with.map(|(_, short, _)| *short).collect();
            let allowed = format!("--{setting} with --design {}", with.join(" or "));
            let found = self.word.map_or("no --design", DesignWord::word);
            return Err(bad(&format!("--{setting}"), found, &allowed, "state the design"));
        }
        if self.word == Some(DesignWord::FullFactorial) && (levels.is_empty() || vary.is_empty()) {
            let allowed = "--levels and --vary with it";
            let fix = "write --levels 0.1,0.9 --vary eu.cells.scrap.start --vary ...";
            return Err(bad("--design", "factorial", allowed, fix));
        }
        if self.word == Some(DesignWord::OneAtATime) && !matches!(levels.len(), 0 | 2) {
            let found = format!("{} levels", levels.len());
            return Err(bad(
                "--levels",
                &found,
                "a low and a high one",
                "write --levels 0.05,0.95",
            ));
        }
        Ok(())
    }

    /// The design asked for, else that of the file, else Monte Carlo.
    pub fn of(&self, scenario: &Scenario) -> Result<Design, Error> {
        let Some(word) = self.word else {
            return Ok(scenario.run().design().cloned().unwrap_or_default());
        };
        let stream = |name: &String| scenario.stream_of(name).unwrap_or_else(|| name.clone());
        let settings = DesignSettings {
            levels: self.settings.levels.clone(),
            vary: self.settings.vary.iter().map(stream).collect(),
            pinned: self.settings.pinned.iter().map(stream).collect(),
        };
        match (word.design(&settings), &self.samples) {
            (None, Some(file)) => Ok(Design::Samples(SampleTable::from_file(file)?)),
            (design, _) => Ok(design.unwrap_or_default()),
        }
    }

    /// The number of draws: as asked for, else as the file says if the design is
    /// the file's or leaves it open.
    pub fn draws(&self, asked: Option<u32>, scenario: &Scenario, design: &Design) -> Option<u32> {
        let of_file = scenario.run().draws().filter(|_| match design {
            Design::Samples(_) => self.word.is_none(),
            design => design.is_random(),
        });
        asked.or(of_file)
    }
}
