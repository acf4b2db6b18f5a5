//! The design of a run: from the command line, else from the scenario file.

use crate::failure::Failure;
use blackmass::sampling::design::{Design, DesignSettings, DesignWord, SampleTable};
use blackmass::scenario::Scenario;

/// What the command line says about the design. Names are quantities or streams.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Asked {
    /// How draws are laid out: monte_carlo (mc), latin_hypercube (lhs), sobol, one_at_a_time
    /// (oat), full_factorial (factorial) or samples=FILE [default: of the scenario, else mc]
    #[arg(long, value_name = "NAME", value_parser = word)]
    design: Option<Named>,
    /// Probabilities of the levels of oat and factorial, ascending
    #[arg(long, value_name = "P,P", value_delimiter = ',', value_parser = probability)]
    levels: Vec<f64>,
    /// Vary this quantity or stream under oat [default: all] and factorial; may be repeated
    #[arg(long, value_name = "NAME")]
    vary: Vec<String>,
    /// Give this quantity or stream the next dimension of sobol; may be repeated
    #[arg(long, value_name = "NAME")]
    pinned: Vec<String>,
}

/// A design by its word, and the file of samples.
#[derive(Clone, Debug)]
pub struct Named {
    word: DesignWord,
    file: Option<String>,
}

fn word(text: &str) -> Result<Named, String> {
    let (name, file) = match text.split_once('=') {
        Some((name, file)) => (name, Some(file.to_owned()).filter(|file| !file.is_empty())),
        None => (text, None),
    };
    let known = DesignWord::parse(name);
    let fits = (known == Some(DesignWord::Samples)) == file.is_some();
    let allowed = "allowed: mc, lhs, sobol, oat, factorial, samples=FILE";
    known.filter(|_| fits).map(|word| Named { word, file }).ok_or_else(|| allowed.to_owned())
}

fn probability(text: &str) -> Result<f64, String> {
    let number = text.trim().parse().ok().filter(|x| *x > 0.0 && *x < 1.0);
    number.ok_or_else(|| "allowed: numbers above 0 and below 1".to_owned())
}

impl Asked {
    /// An error if settings were given that do not fit the design.
    pub fn check(&self) -> Result<(), Failure> {
        let given = [
            ("levels", !self.levels.is_empty()),
            ("vary", !self.vary.is_empty()),
            ("pinned", !self.pinned.is_empty()),
        ];
        let word = self.design.as_ref().map(|named| named.word);
        for (setting, _) in given.iter().filter(|(_, given)| *given) {
            if word.is_some_and(|word| word.takes(setting)) {
                continue;
            }
            let with = DesignWord::ALL.iter().filter(|(.., design)| design.takes(setting));
            let with: Vec<&str> = with.map(|(_, short, _)| *short).collect();
            let allowed = format!("--{setting} with --design {}", with.join(" or "));
            let found = word.map_or("no --design", DesignWord::word);
            let option = format!("--{setting}");
            return Err(Failure::option(&option, found, &allowed, "state the design"));
        }
        if !self.levels.is_sorted() {
            let found = format!("{:?}", self.levels);
            return Err(Failure::option(
                "--levels",
                &found,
                "ascending",
                "write --levels 0.05,0.95",
            ));
        }
        if word == Some(DesignWord::FullFactorial)
            && (self.levels.is_empty() || self.vary.is_empty())
        {
            let fix = "write --levels 0.1,0.9 --vary eu.cells.scrap.start --vary ...";
            let allowed = "--levels and --vary with it";
            return Err(Failure::option("--design", "factorial", allowed, fix));
        }
        if word == Some(DesignWord::OneAtATime) && !matches!(self.levels.len(), 0 | 2) {
            let found = format!("{} levels", self.levels.len());
            let fix = "write --levels 0.05,0.95";
            return Err(Failure::option("--levels", &found, "a low and a high one", fix));
        }
        Ok(())
    }

    /// The design asked for, else that of the file, else Monte Carlo.
    pub fn of(&self, scenario: &Scenario) -> Result<Design, Failure> {
        let Some(Named { word, file }) = &self.design else {
            return Ok(scenario.run().design().cloned().unwrap_or_default());
        };
        if let Some(file) = file {
            return Ok(Design::Samples(SampleTable::from_file(file)?));
        }
        let stream = |name: &String| scenario.stream_of(name).unwrap_or_else(|| name.clone());
        let settings = DesignSettings {
            levels: self.levels.clone(),
            vary: self.vary.iter().map(stream).collect(),
            pinned: self.pinned.iter().map(stream).collect(),
        };
        Ok(word.design(&settings).unwrap_or_default())
    }

    /// The number of draws: as asked for, else as the file says if the design is
    /// the file's or leaves it open.
    pub fn draws(&self, asked: Option<u32>, scenario: &Scenario, design: &Design) -> Option<u32> {
        let of_file = scenario.run().draws().filter(|_| match design {
            Design::Samples(_) => self.design.is_none(),
            design => design.is_random(),
        });
        asked.or(of_file)
    }

    /// The options that say the same.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(Named { word, file }) = &self.design {
            let file = file.as_ref().map_or(String::new(), |file| format!("={file}"));
            words.extend(["--design".to_owned(), format!("{}{file}", word.word())]);
        }
        if !self.levels.is_empty() {
            let levels: Vec<String> = self.levels.iter().map(f64::to_string).collect();
            words.extend(["--levels".to_owned(), levels.join(",")]);
        }
        for (option, names) in [("--vary", &self.vary), ("--pinned", &self.pinned)] {
            words.extend(names.iter().flat_map(|name| [option.to_owned(), name.clone()]));
        }
        words
    }
}
