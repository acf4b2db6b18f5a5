//! Two small regions with everything between them, and any variable of a life
//! cycle draw by draw.
#![allow(dead_code, clippy::disallowed_methods)]

pub mod ledger;

use blackmass::analysis::{Coalitions, Payoffs};
use blackmass::lifecycle::{self, Options};
use blackmass::scenario::Scenario;
use blackmass::system::{Change, Override};
use std::collections::BTreeMap;

/// Two small regions, `data/two.toml`.
pub const TWO: &str = include_str!("../data/two.toml");
/// Beside the regions that it includes.
pub const FILE: &str = "tests/data/two.toml";

/// The minerals of all scenarios with a world.
pub const MINERALS: [&str; 4] = ["lithium", "nickel", "cobalt", "graphite"];

/// The scenario of a text beside `data/two.toml`.
pub fn read(text: &str) -> Scenario {
    Scenario::from_toml(FILE, text).unwrap_or_else(|e| panic!("{e}"))
}

/// The two small regions.
pub fn two() -> Scenario {
    read(TWO)
}

/// The text with the one place that reads `from` changed to `to`.
pub fn changed(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "`{from}` must stand once");
    text.replace(from, to)
}

pub fn change(name: &str, change: Change, from: i32) -> Override {
    Override { name: name.to_owned(), change, from, ramp: 0 }
}

pub fn set(name: &str, x: f64, from: i32) -> Override {
    change(name, Change::Set(x), from)
}

/// The overrides of a policy of the scenario.
pub fn policy(scenario: &Scenario, name: &str) -> Vec<Override> {
    let found = lifecycle::policies(scenario).into_iter().find(|p| p.name == name);
    found.unwrap_or_else(|| panic!("{name}")).overrides
}

/// What is wanted: a variable and the labels of one of its elements.
pub type Wanted = (String, Vec<String>);

pub fn wanted(name: impl Into<String>, labels: &[&str]) -> Wanted {
    (name.into(), labels.iter().map(|&label| label.to_owned()).collect())
}

/// The draws of variables, observed or not, without and with some overrides.
pub struct Kept {
    payoffs: Payoffs,
    at: BTreeMap<(Wanted, i32), usize>,
    pub years: Vec<i32>,
    pub draws: usize,
}

impl Kept {
    pub fn run(
        scenario: &Scenario,
        overrides: Vec<Override>,
        all: Vec<Wanted>,
        years: Vec<i32>,
        draws: u32,
    ) -> Self {
        let mut coalitions = Coalitions::new().draws(draws).seed(11).group("policy", overrides);
        let mut at = BTreeMap::new();
        for (name, labels) in all {
            let own: Vec<&str> = labels.iter().map(String::as_str).collect();
            for &year in &years {
                let next = at.len();
                let place = ((name.clone(), labels.clone()), year);
                if let std::collections::btree_map::Entry::Vacant(entry) = at.entry(place) {
                    entry.insert(next);
                    coalitions = coalitions.wanted(&name, &own, year);
                }
            }
        }
        let options = Options::default();
        let payoffs = coalitions
            .run(|policies| lifecycle::system_under(scenario, policies, &options))
            .unwrap_or_else(|e| panic!("{e}"));
        Self { payoffs, at, years, draws: draws as usize }
    }

    /// All draws, without (`false`) or with the overrides.
    pub fn all(&self, with: bool, name: &str, labels: &[&str], year: i32) -> &[f64] {
        let place = (wanted(name, labels), year);
        let at = *self.at.get(&place).unwrap_or_else(|| panic!("{place:?}"));
        &self.payoffs.of(at).expect("asked for")[usize::from(with)]
    }

    pub fn at(&self, with: bool, name: &str, labels: &[&str], year: i32, draw: usize) -> f64 {
        self.all(with, name, labels, year)[draw]
    }
}

/// The scenario of three texts, as files of their own in a folder of that name.
pub fn files(folder: &str, north: &str, south: &str, two: &str) -> Scenario {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, text) in [("north.toml", north), ("south.toml", south), ("two.toml", two)] {
        std::fs::write(folder.join(name), text).expect("written");
    }
    Scenario::from_file(folder.join("two.toml")).unwrap_or_else(|e| panic!("{e}"))
}

pub const NORTH: &str = include_str!("../data/north.toml");
pub const SOUTH: &str = include_str!("../data/south.toml");

/// The south without batteries of the class iron.
pub fn south_without_iron() -> String {
    let block = SOUTH.find("[chemistry.LFP]").expect("a chemistry");
    let end = SOUTH.find("[intensity_factor]").expect("the next table");
    let text = format!("{}{}", &SOUTH[..block], &SOUTH[end..]);
    let text = changed(&text, "{ LFP = 1 }", "{ NMC = 1 }");
    changed(&text, "{ NMC = 0.5, LFP = 0.5 }", "{ NMC = 1 }")
}

/// A text without the part from one marker to another.
pub fn without(text: &str, from: &str, to: &str) -> String {
    assert_eq!((text.matches(from).count(), text.matches(to).count()), (1, 1), "{from} {to}");
    let (from, to) = (text.find(from).expect("counted"), text.find(to).expect("counted"));
    format!("{}{}", &text[..from], &text[to..])
}
