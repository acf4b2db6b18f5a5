//! Bad names in the HTML report: markup, ends of scripts, very long words.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod report;

use report::markup::{self, Element};

const HOSTILE: &str =
    "</title></script><!--<script>alert('1')</script> ]]> & \" x='y' <b onload=z>";

fn page(name: &str) -> (String, Element) {
    let html = report::named(name);
    let read = markup::read(&html).unwrap_or_else(|e| panic!("{e}"));
    (html, read)
}

#[test]
fn hostile_names_are_shown_as_they_are() {
    let (html, page) = page(HOSTILE);
    // The numbers of the one region, and the program.
    assert_eq!(html.matches("<script").count(), 2);
    assert_eq!(html.matches("</script").count(), 2);
    assert!(!html.contains("<!--") && !html.contains("<b onload") && !html.contains("<i>"));
    for place in ["h1", "h3", "title", "li", "dd", "th", "td", "b", "pre"] {
        let found = page.find(place, "");
        assert!(found.iter().any(|e| e.words().contains(HOSTILE)), "{place}");
    }
    for element in page.all() {
        assert!(element.attributes.keys().all(|key| !key.starts_with("on")));
    }
    let data = page.find("script", "")[0].words();
    assert!(!data.contains(['<', '>', '&']));
    let data: serde_json::Value = serde_json::from_str(&data).expect("JSON");
    assert_eq!(data["name"], HOSTILE.split(':').next().expect("a name").trim());
}

/// `report_chromium.rs` looks at such a page; here it is only whole.
#[test]
fn very_long_words_are_no_error() {
    let (html, page) = page(&"Donaudampfschiff".repeat(40));
    assert!(html.len() < 2_000_000 && page.find("h1", "")[0].words().len() == 640);
}
