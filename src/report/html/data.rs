//! The quality of the data: grade and source of every number.

use super::page::Page;
use crate::report::number::exact;
use crate::report::svg::escape;
use crate::scenario::{Grade, Number, Scenario};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Numbers of one quantity with one unit, grade and source.
type Group<'a> = (&'a str, &'a str, &'a str, Option<Grade>);

pub(super) fn write(page: &mut Page, scenario: &Scenario) {
    page.section(
        "data",
        "Quality of the data",
        "Every number of the scenario with its grade and source. A: measured or reported by the \
         body responsible. B: published and plausible, but rounded, secondary or partial. C: \
         derived from other figures. D: a judgement, a proposal or a figure without a checkable \
         source. Spreads of projections have a source and no grade.",
    );
    let mut regions: Vec<&str> = Vec::new();
    for number in scenario.numbers() {
        if !regions.contains(&number.region()) {
            regions.push(number.region());
        }
    }
    summary(page, scenario, &regions);
    let mut ids = BTreeMap::new();
    for (i, (id, _)) in scenario.sources().enumerate() {
        ids.insert(id, page.id(&format!("s{}", i + 1)));
    }
    for region in &regions {
        numbers(page, scenario, region, &ids);
    }
    page.markup("<details><summary>Sources</summary><ol class=\"sources\">");
    for (id, citation) in scenario.sources() {
        let anchor = ids.get(id).map_or("", String::as_str);
        let item = format!("<li id=\"{anchor}\"><b>{}</b> {}</li>\n", escape(id), linked(citation));
        page.markup(&item);
    }
    page.markup("</ol></details>\n");
}

/// How many numbers have which grade.
fn summary(page: &mut Page, scenario: &Scenario, regions: &[&str]) {
    let count = |region: &str, grade: Option<Grade>| {
        let all = scenario.numbers().iter();
        all.filter(|n| n.region() == region && n.grade() == grade).count().to_string()
    };
    let rows: Vec<Vec<String>> = regions
        .iter()
        .map(|region| {
            let mut row = vec![escape(region)];
            row.extend(Grade::ALL.map(|grade| count(region, Some(grade))));
            row.push(count(region, None));
            row
        })
        .collect();
    let heading = ["file", "A", "B", "C", "D", "no grade"];
    page.table("How many numbers have which grade", &heading, &rows);
}

fn numbers(page: &mut Page, scenario: &Scenario, region: &str, ids: &BTreeMap<&str, String>) {
    let mut groups: Vec<(Group, Vec<&Number>)> = Vec::new();
    let mut places: BTreeMap<Group, usize> = BTreeMap::new();
    for n in scenario.numbers().iter().filter(|n| n.region() == region) {
        let group = (n.key(), n.unit(), n.source(), n.grade());
        let at = *places.entry(group).or_insert(groups.len());
        if at == groups.len() {
            groups.push((group, Vec::new()));
        }
        groups[at].1.push(n);
    }
    let count: usize = groups.iter().map(|(_, all)| all.len()).sum();
    let mut out = format!(
        "<details><summary>{}: all {count} numbers</summary><div class=\"scroll\" role=\"region\" \
         tabindex=\"0\" aria-label=\"Numbers of {1}\"><table class=\"data\"><caption>Numbers of {1}\
         </caption><thead><tr><th scope=\"col\">quantity</th><th scope=\"col\">number</th>\
         <th scope=\"col\">unit</th><th scope=\"col\">grade</th>\
         <th scope=\"col\">source</th></tr></thead><tbody>",
        escape(region),
        escape(region)
    );
    for ((key, unit, source, grade), all) in groups {
        let mut values = String::new();
        let mut before = None;
        for n in all {
            if !values.is_empty() {
                values.push_str("; ");
            }
            if before != Some(n.kind()) {
                values += n.kind().word();
                values.push(' ');
            }
            if let Some(year) = n.year() {
                let _ = write!(values, "{year}: ");
            }
            values += &exact(n.value());
            before = Some(n.kind());
        }
        let grade = grade.map_or("–", Grade::letter);
        let qualified = format!("{region}.{source}");
        let id = ids.get(source).or_else(|| ids.get(qualified.as_str()));
        let cited = match id {
            Some(id) => format!("<a href=\"#{id}\">{}</a>", escape(source)),
            None => escape(source),
        };
        let _ = writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{values}</td><td>{}</td><td>{grade}</td>\
             <td>{cited}</td></tr>",
            escape(key),
            escape(unit),
        );
    }
    out.push_str("</tbody></table></div></details>\n");
    page.markup(&out);
}

/// A citation with its addresses as links.
fn linked(citation: &str) -> String {
    let mut out = String::new();
    for (i, word) in citation.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        let start = word.find("https://").or_else(|| word.find("http://"));
        let Some(start) = start else {
            out.push_str(&escape(word));
            continue;
        };
        let (before, address) = word.split_at(start);
        let end = address.trim_end_matches([',', '.', ';', ')', ']']).len();
        let (address, after) = address.split_at(end);
        let address = escape(address);
        let _ = write!(
            out,
            "{}<a rel=\"noreferrer\" href=\"{address}\">{address}</a>{}",
            escape(before),
            escape(after)
        );
    }
    out
}
