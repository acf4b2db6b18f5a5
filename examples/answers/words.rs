//! Names in sentences.

use super::page::wrapped;
use super::study::Study;
use blackmass::scenario::InstrumentTag;

/// A place in a sentence or a table.
pub fn place(name: &str) -> String {
    match name {
        "eu" => "EU".to_owned(),
        "other_oecd" => "other OECD".to_owned(),
        "other_non_oecd" => "other non-OECD".to_owned(),
        name => {
            let name = name.replace('_', " ");
            let mut letters = name.chars();
            letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
        }
    }
}

/// The pair in a sentence.
pub fn pair(study: &Study) -> String {
    study.pair().map(place).join(" and ")
}

/// What is compared, from the scenario.
pub fn policies(study: &Study) -> String {
    let ids = |tag: InstrumentTag| {
        let all = study.scenario.world().map_or(&[][..], |w| w.instruments());
        let ids: Vec<&str> = all.iter().filter(|i| i.tag() == tag).map(|i| i.id()).collect();
        if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
    };
    let instruments = study.scenario.world().map_or(&[][..], |w| w.instruments());
    let grades: Vec<&str> = {
        let mut all: Vec<&str> = instruments
            .iter()
            .flat_map(|i| i.changes())
            .map(|change| change.grade().letter())
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    wrapped(
        &format!(
            "Apart: {}. Memorandum: {}. Cooperation adds: {}. Sizes of instruments are of grade {} \
             (A primary source, B secondary, C derived, D judgement).",
            ids(InstrumentTag::Own),
            ids(InstrumentTag::Memorandum),
            ids(InstrumentTag::Beyond),
            grades.join(", "),
        ),
        0,
    )
}

/// What is said of several things, those together of which the same is said.
pub fn grouped(items: &[(String, String)]) -> String {
    let mut groups: Vec<(&str, Vec<String>)> = Vec::new();
    for (label, words) in items {
        match groups.iter_mut().find(|(known, _)| known == words) {
            Some((_, labels)) => labels.push(label.clone()),
            None => groups.push((words, vec![label.clone()])),
        }
    }
    let groups = groups.iter().map(|(words, labels)| format!("{}: {words}", listed(labels)));
    groups.collect::<Vec<_>>().join("; ")
}

/// `a, b and c`.
pub fn listed(items: &[String]) -> String {
    match items {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
