//! The equations of `docs/guide/method.md` and the code that computes them name
//! each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const PAGE: &str = "docs/guide/method.md";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every `(E7)` of a text, by its number.
fn numbers(text: &str) -> Vec<u32> {
    let parts = text.split("(E").skip(1);
    parts.filter_map(|part| part.split_once(')')?.0.parse().ok()).collect()
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "md") {
            found.push(path);
        }
    }
}

#[test]
fn each_equation_is_in_one_place_on_either_side() {
    let page = text(&root().join(PAGE));
    // Where the page says that a number is computed: `**(E7)** `src/file.rs`.`
    let mut said: BTreeMap<u32, String> = BTreeMap::new();
    for line in page.lines().filter(|line| line.starts_with("**(E")) {
        let [number] = numbers(line)[..] else { panic!("{line}") };
        let file = line.split('`').nth(1).unwrap_or_else(|| panic!("no file: {line}"));
        assert!(said.insert(number, file.to_owned()).is_none(), "E{number} twice on the page");
    }
    assert_eq!(numbers(&page).len(), said.len(), "a number in brackets that is no definition");
    assert!(said.keys().copied().eq(1..=said.len() as u32), "the numbers have gaps: {said:?}");
    assert!(said.len() >= 50, "{} equations", said.len());

    let mut files = Vec::new();
    sources(&root().join("src"), &mut files);
    let mut found: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for path in files {
        let name = path.strip_prefix(root()).expect("below the root").display().to_string();
        for number in numbers(&text(&path)) {
            found.entry(number).or_default().push(name.replace('\\', "/"));
        }
    }
    for (number, file) in &said {
        let files = found.remove(number).unwrap_or_default();
        assert_eq!(files, [file.as_str()], "E{number}: left in the code, right on the page");
    }
    assert!(found.is_empty(), "equations that the page does not have: {found:?}");
}

/// Every source of the list is cited, and no other.
#[test]
fn sources_are_cited() {
    let page = text(&root().join(PAGE));
    let (body, list) = page.split_once("## Sources").expect("a list of sources");
    let listed: Vec<u32> =
        list.lines().filter_map(|line| line.split_once(". ")?.0.parse().ok()).collect();
    assert!(listed.iter().copied().eq(1..=listed.len() as u32), "{listed:?}");
    let mut cited: Vec<u32> = body
        .split('[')
        .skip(1)
        .filter_map(|part| part.split_once(']').map(|(inside, _)| inside))
        .flat_map(|inside| inside.split(", ").filter_map(|n| n.parse().ok()).collect::<Vec<_>>())
        .collect();
    cited.sort_unstable();
    cited.dedup();
    assert_eq!(cited, listed);
}
