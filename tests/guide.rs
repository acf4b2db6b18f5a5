//! The tutorial: its scenario is `docs/guide/town.toml`, every mistake that it
//! shows has the message that it shows.
//!
//! To write messages and scenario into the page anew:
//! `BLACKMASS_WRITE_DOCS=1 cargo test --release --test guide`.
#![cfg(feature = "scenario")]

use blackmass::scenario::Scenario;

const PAGE: &str = "docs/guide/tutorial.md";
const TOWN: &str = "docs/guide/town.toml";

fn read(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A `diff` block as what is to be found and what replaces it.
fn change(diff: &str) -> (String, String) {
    let side = |sign: char| {
        let lines = diff.lines().filter_map(|line| line.strip_prefix(sign));
        lines.collect::<Vec<_>>().join("\n")
    };
    (side('-'), side('+'))
}

fn message(town: &str, diff: &str) -> Result<Scenario, String> {
    let (from, to) = change(diff);
    assert_eq!(town.matches(&from).count(), 1, "{from}");
    let changed = town.replace(&from, &to);
    Scenario::from_toml("town.toml", &changed).map_err(|error| error.to_string())
}

/// The page with the scenario and the messages as they are.
fn current(page: &str, town: &str) -> String {
    let (before, mistakes) = page.split_once("\n## Mistakes\n").expect("mistakes");
    let mut now = String::new();
    // The first block of TOML is the scenario.
    let begin = before.find("```toml\n").expect("the scenario") + "```toml\n".len();
    let end = begin + before[begin..].find("```").expect("its end");
    now += &before[..begin];
    now += town;
    now += &before[end..];
    now += "\n## Mistakes\n";
    let mut parts = mistakes.split("```");
    now += parts.next().unwrap_or_default();
    let mut expected = None;
    while let (Some(block), Some(after)) = (parts.next(), parts.next()) {
        let (kind, text) = block.split_once('\n').expect("a kind");
        let text = match kind {
            "diff" => {
                assert!(expected.is_none(), "a mistake without a message");
                expected = Some(message(town, text).expect_err("a mistake"));
                text.to_owned()
            }
            "text" => format!("{}\n", expected.take().expect("a message without a mistake")),
            other => panic!("{other}"),
        };
        now += &format!("```{kind}\n{text}```{after}");
    }
    assert!(expected.is_none(), "a mistake without a message");
    now
}

#[test]
fn the_tutorial_shows_what_happens() {
    let (page, town) = (read(PAGE), read(TOWN));
    let now = current(&page, &town);
    if std::env::var_os("BLACKMASS_WRITE_DOCS").is_some() {
        std::fs::write(format!("{}/{PAGE}", env!("CARGO_MANIFEST_DIR")), &now).expect("written");
        return;
    }
    let differs = page.lines().zip(now.lines()).find(|(page, now)| page != now);
    assert!(page == now, "{PAGE} is stale: write it with BLACKMASS_WRITE_DOCS=1; {differs:?}");
    assert!(now.matches("```diff").count() >= 7, "mistakes are missing");
}

/// The change that is no mistake is none, and the scenario is small: no line can be
/// left out but those that then count as zero or as nothing.
#[test]
fn the_scenario_is_small() {
    let (page, town) = (read(PAGE), read(TOWN));
    assert!(Scenario::from_toml("town.toml", &town).is_ok());
    let (before, _) = page.split_once("\n## Mistakes\n").expect("mistakes");
    let diff = before.split("```diff\n").nth(1).expect("a change");
    assert!(message(&town, diff.split("```").next().unwrap_or_default()).is_ok());
    let optional = ["description", "#", "fraction.copper", "route_share", "yield.hydro"];
    for (n, line) in town.lines().enumerate() {
        let is_key = line.contains(" = ") && !optional.iter().any(|o| line.starts_with(o));
        if !is_key {
            continue;
        }
        let without: Vec<&str> =
            town.lines().enumerate().filter(|(i, _)| *i != n).map(|(_, line)| line).collect();
        let read = Scenario::from_toml("town.toml", &without.join("\n"));
        assert!(read.is_err(), "line {} can be left out: {line}", n + 1);
    }
}
