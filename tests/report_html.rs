//! The HTML report: what it is made of, and that its numbers are those of
//! `outcome.csv`.
#![cfg(feature = "scenario")]
#![allow(missing_docs, clippy::disallowed_methods)]

mod report;

use blackmass::report::{csv, sankey, sankey_csv};
use blackmass::scenario::Scenario;
use report::made;
use report::markup::{self, Element};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

fn page() -> &'static Element {
    static PAGE: OnceLock<Element> = OnceLock::new();
    PAGE.get_or_init(|| markup::read(&made().html).unwrap_or_else(|e| panic!("{e}")))
}

/// The texts of `outcome.csv`: by fields up to `material`, year and statistic.
fn table() -> &'static BTreeMap<(String, i32, &'static str), String> {
    static TABLE: OnceLock<BTreeMap<(String, i32, &'static str), String>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let text = csv(&made().outcome).expect("it can be written");
        let mut all = BTreeMap::new();
        for line in text.lines().skip(1) {
            let mut fields = line.rsplitn(10, ',');
            for column in ["p95", "p75", "p50", "p25", "p05", "sd", "mean"] {
                let number = fields.next().expect("a number").to_owned();
                all.insert((line.to_owned(), 0, column), number);
            }
            let _unit = fields.next();
            let year: i32 = fields.next().and_then(|y| y.parse().ok()).expect("a year");
            let heads = fields.next().expect("heads").to_owned();
            for column in ["p95", "p75", "p50", "p25", "p05", "sd", "mean"] {
                let number = all.remove(&(line.to_owned(), 0, column)).expect("just read");
                all.insert((heads.clone(), year, column), number);
            }
        }
        all
    })
}

fn of_table(heads: &str, year: i32, column: &str) -> &'static str {
    let column = ["mean", "p05", "p25", "p50", "p75", "p95"].into_iter().find(|c| *c == column);
    let key = (heads.to_owned(), year, column.expect("a statistic"));
    table().get(&key).unwrap_or_else(|| panic!("{key:?}"))
}

/// Whether a text for people shows a number in some unit.
fn shows(text: &str, exact: &str) -> bool {
    let strip = |t: &str| t.replace(' ', "").replace(['+', '<', '>'], "");
    let (text, exact) = (strip(text), strip(exact));
    let (Ok(shown), Ok(exact)) = (text.parse::<f64>(), exact.parse::<f64>()) else { return false };
    let decimals = text.split_once('.').map_or(0, |(_, d)| d.len() as i32);
    [1.0, 1e3, 1e6, 0.01].into_iter().any(|scale| {
        let error = (shown * scale - exact).abs();
        error <= 0.0051 * exact.abs() || error <= 0.501 * 10f64.powi(-decimals) * scale
    })
}

#[test]
fn every_number_is_that_of_the_csv() {
    let mut seen = BTreeSet::new();
    let mut count = 0;
    for data in page().find("data", "").into_iter().filter(|d| d.get("data-k").is_some()) {
        let mut fields = data.get("data-k").expect("just seen").rsplitn(3, ',');
        let column = fields.next().expect("a statistic");
        let year = fields.next().and_then(|y| y.parse().ok()).expect("a year");
        let heads = fields.next().expect("heads");
        let exact = data.get("value").expect("a value");
        assert_eq!(exact, of_table(heads, year, column), "{heads} {year} {column}");
        assert!(shows(&data.words(), exact), "{heads} {year}: {} for {exact}", data.words());
        seen.insert(heads.split(',').take(2).collect::<Vec<_>>().join(","));
        count += 1;
    }
    for years in page().find("table", "years") {
        let heads: Vec<(&str, &str)> = years
            .find("th", "")
            .into_iter()
            .filter_map(|th| th.get("data-k").zip(th.get("data-c")))
            .collect();
        assert!(!heads.is_empty());
        for row in years.find("tbody", "")[0].find("tr", "") {
            let year: i32 = row.find("th", "")[0].words().parse().expect("a year");
            let cells = row.find("td", "");
            assert_eq!(cells.len(), heads.len());
            for (cell, (heads, column)) in cells.into_iter().zip(&heads) {
                let exact = cell.get("data-v").expect("a value");
                assert_eq!(exact, of_table(heads, year, column), "{heads} {year} {column}");
                assert!(shows(&cell.words(), exact), "{heads} {year}: {}", cell.words());
                count += 1;
            }
        }
    }
    assert!(count > 5_000, "{count}");
    for policy in ["baseline", "cooperation", "cooperation - baseline", "apart - baseline"] {
        for region in ["japan", "eu"] {
            let wanted = format!("{policy},{region}");
            assert!(seen.contains(&wanted), "{wanted}");
        }
    }
}

/// A test of the test: a digit more or less is seen.
#[test]
fn a_wrong_number_is_told_from_a_right_one() {
    for (shown, exact) in
        [("1 230", "1234.5"), ("+0.123", "123.4"), ("12.3", "0.12345"), ("0", "0")]
    {
        assert!(shows(shown, exact), "{shown} {exact}");
    }
    for (shown, exact) in [("1 250", "1234.5"), ("-0.123", "123.4"), ("13.3", "0.12345")] {
        assert!(!shows(shown, exact), "{shown} {exact}");
    }
}

/// The sum over materials of a mean, or that of one material.
fn mean(region: &str, series: &str, material: &str, year: i32) -> f64 {
    let report =
        made().outcome.report("baseline", &format!("{region}.{series}")).expect("reported");
    let labels = report.series().labels.iter().enumerate();
    labels
        .filter(|(_, l)| material == "total" || l[0] == material)
        .map(|(e, _)| report.summary(e, year).expect("a year").mean)
        .sum()
}

#[test]
fn sankey_bands_balance_and_are_the_means_of_their_series() {
    let figures = page().find("figure", "wide");
    assert_eq!(figures.len(), 2 * 5 * 2);
    let (mut processes, mut loops) = (BTreeSet::new(), 0);
    for figure in figures {
        let of = |key: &str| figure.get(key).expect("it is said");
        let (region, material) = (of("data-region"), of("data-material"));
        let year: i32 = of("data-year").parse().expect("a year");
        let (mut into, mut out) = (BTreeMap::new(), BTreeMap::new());
        let mut known = BTreeSet::new();
        for row in figure.find("tbody", "")[0].find("tr", "") {
            let from = row.find("th", "")[0].words();
            let cells = row.find("td", "");
            let data = cells[1].find("data", "")[0];
            let exact = data.get("value").expect("a value");
            assert!(shows(&data.words(), exact), "{from}: {} for {exact}", data.words());
            let value: f64 = exact.parse().expect("a number");
            *out.entry(from.clone()).or_insert(0.0) += value;
            if cells[0].words() != "its stock" {
                assert!(value > 0.0, "{from}: {value}");
                *into.entry(cells[0].words()).or_insert(0.0) += value;
            }
            if let Some(series) = data.get("data-series") {
                let expected = mean(region, series, material, year);
                let error = (value - expected.abs()).abs();
                assert!(error <= 1e-9 * expected.abs(), "{series}: {value}, {expected}");
                known.insert(series.to_owned());
            }
        }
        assert!(known.contains("end_of_life") && known.contains("primary_demand"));
        let largest = into.values().fold(0.0, |a: f64, b| a.max(*b));
        for (node, into) in &into {
            if let Some(out) = out.get(node) {
                let missing = (into - out).abs() / largest;
                assert!(missing < 1e-6, "{region} {material} {year} {node}: {into} in, {out} out");
                processes.insert(node.clone());
            }
        }
        let back = figure.find("path", "loop");
        let title = |e: &&Element| e.words().starts_with("Recovered to Making of cells");
        let used = mean(region, "recovered_used", material, year)
            - mean(region, "recovered_exchanged", material, year);
        let is_drawn = used >= 2e-4 * largest;
        assert_eq!(back.iter().any(title), is_drawn, "{region} {material} {year}: no loop");
        loops += usize::from(is_drawn);
    }
    assert!(loops > 15, "{loops}");
    let expected =
        ["End of life", "In use", "Making of cells", "Pre-processing", "Recovered", "Refining"];
    for process in expected {
        assert!(processes.contains(process), "{process}");
    }
}

#[test]
fn a_sankey_is_links_for_other_tools() -> Result<(), blackmass::Error> {
    let flows = sankey(&made().outcome, "baseline", "eu", Some("lithium"), 2040).expect("flows");
    let links = flows.links();
    let (linked, drawn) = (
        links.iter().map(|link| link.value).sum::<f64>(),
        flows.bands.iter().map(|band| band.value).sum::<f64>(),
    );
    assert!(drawn > 0.0 && (linked - drawn).abs() <= 1e-9 * drawn, "{linked}, {drawn}");
    let text = sankey_csv(&links)?;
    assert_eq!(text.lines().count(), links.len() + 1);
    assert!(text.lines().any(|line| line.contains(",recovered,")), "{text}");
    Ok(())
}

/// One scale of mass: the height of every node is its mass times one factor.
#[test]
fn sankey_nodes_have_one_scale_over_all_columns() {
    for figure in page().find("figure", "wide") {
        let largest = |column: usize| {
            let paths = figure.find("path", "loop");
            paths.iter().filter_map(|p| p.get("stroke-width")?.parse::<f64>().ok()).nth(column)
        };
        assert!(largest(0).is_some());
        let nodes = figure.find("rect", "node");
        assert!(nodes.len() > 10);
        let bands = figure.find("path", "flow");
        assert!(bands.len() > 15);
        // Of each band the thickness where it begins, from its outline.
        let mut factor = Vec::new();
        for band in bands {
            let d = band.get("d").expect("a path");
            let numbers: Vec<f64> = d
                .split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
                .filter_map(|n| n.parse().ok())
                .collect();
            // The first point, and the last of the way back.
            let thick = numbers[numbers.len() - 1] - numbers[1];
            let title = band.words();
            let text: String = title.rsplit(": ").next().expect("a number").to_owned();
            let text: String =
                text.chars().take_while(|c| c.is_ascii_digit() || " .".contains(*c)).collect();
            let value: f64 = text.replace(' ', "").parse().expect("a number");
            if thick > 8.0 {
                factor.push(thick / value);
            }
        }
        let (low, high) =
            factor.iter().fold((f64::MAX, 0.0), |(a, b): (f64, f64), f| (a.min(*f), b.max(*f)));
        assert!(factor.len() > 1 && high / low < 1.04, "{low} to {high}");
    }
}

#[test]
fn fans_are_drawn_where_their_numbers_are() {
    let mut fans = 0;
    for figure in page().find("figure", "") {
        let Some(line) = figure.find("path", "median").first().copied() else { continue };
        let axes = figure.find("g", "axes")[0];
        let ends = |key: &str| -> Vec<f64> {
            let text = axes.get(key).expect("a scale");
            text.split(',').map(|x| x.parse().expect("a number")).collect()
        };
        let (x, y) = (ends("data-x"), ends("data-y"));
        let points: Vec<Vec<f64>> = line.get("d").expect("a path")[1..]
            .split('L')
            .map(|p| p.split(' ').map(|n| n.parse().expect("a number")).collect())
            .collect();
        let table = figure.find("table", "years")[0];
        let heads = table.find("th", "");
        let at = heads.iter().filter(|h| h.get("data-c").is_some());
        let at = at.clone().position(|h| h.get("data-c") == Some("p50")).expect("a median");
        let rows = table.find("tbody", "")[0].find("tr", "");
        assert_eq!(rows.len(), points.len());
        let unit = figure.find("text", "unit")[0].words();
        let scale = match unit.trim_end_matches("/yr") {
            "t" => 1.0,
            "kt" => 1e3,
            "Mt" => 1e6,
            "%" => 0.01,
            other => panic!("{other}"),
        };
        for (row, point) in rows.iter().zip(points) {
            let year: f64 = row.find("th", "")[0].words().parse().expect("a year");
            let value: f64 =
                row.find("td", "")[at].get("data-v").and_then(|v| v.parse().ok()).expect("?");
            let px = x[2] + (year - x[0]) / (x[1] - x[0]) * (x[3] - x[2]);
            let py = y[2] + (value / scale - y[0]) / (y[1] - y[0]) * (y[3] - y[2]);
            assert!((px - point[0]).abs() < 0.06 && (py - point[1]).abs() < 0.06, "{year}");
        }
        fans += 1;
    }
    assert!(fans >= 24, "{fans}");
    // Targets are drawn in where there are some.
    assert!(page().find("path", "target-mark").len() >= 12);
}

#[test]
fn the_page_is_whole_small_and_needs_nothing_else() {
    let html = &made().html;
    assert!(html.len() < 2_000_000, "{} bytes", html.len());
    // Numbers for each region, and one program that draws them.
    let scripts = page().find("script", "");
    assert_eq!(scripts.len(), 3);
    assert!(scripts.iter().all(|s| s.get("src").is_none()));
    assert_eq!(scripts.iter().filter(|s| s.get("type") == Some("application/json")).count(), 2);
    for word in ["fetch(", "XMLHttpRequest", "import ", "innerHTML", "eval(", "document.write"] {
        assert!(!html.contains(word), "{word}");
    }
    for word in ["<link", "<img", "<iframe", "@import", " src=", "url(http", "onload"] {
        assert!(!html.contains(word), "{word}");
    }
    let mut ids = BTreeSet::new();
    for element in page().all() {
        if let Some(id) = element.get("id") {
            assert!(ids.insert(id), "{id} twice");
        }
    }
    for element in page().all() {
        if let Some(target) = element.get("href") {
            let inside = target.strip_prefix('#').is_some_and(|id| ids.contains(id));
            let source = target.starts_with("http") && element.get("rel") == Some("noreferrer");
            assert!(element.name == "a" && (inside || source), "{target}");
        }
        for key in ["aria-labelledby", "for"] {
            for id in element.get(key).unwrap_or("").split(' ').filter(|id| !id.is_empty()) {
                assert!(ids.contains(id), "{key} {id}");
            }
        }
        let fill = element.get("fill").and_then(|f| f.strip_prefix("url(#"));
        if let Some(id) = fill.and_then(|f| f.strip_suffix(')')) {
            assert!(ids.contains(id), "{id}");
        }
    }
}

#[test]
fn the_page_can_be_read_without_seeing_it() {
    let page = page();
    assert_eq!(page.get("lang"), Some("en"));
    let mut before = 0;
    for element in page.all() {
        let level = element.name.strip_prefix('h').and_then(|l| l.parse::<u32>().ok());
        if let Some(level) = level {
            assert!(level <= before + 1, "{}", element.words());
            before = level;
        }
    }
    assert_eq!(page.find("h1", "").len(), 1);
    for svg in page.find("svg", "") {
        assert_eq!(svg.get("role"), Some("img"));
        assert_eq!(
            (svg.children[0].name.as_str(), svg.children[1].name.as_str()),
            ("title", "desc")
        );
        assert!(svg.children[1].words().len() > 20);
    }
    for table in page.find("table", "") {
        assert_eq!(table.children[0].name, "caption");
        assert!(table.find("th", "").iter().all(|th| th.get("scope").is_some()));
    }
    for figure in page.find("figure", "") {
        assert_eq!(figure.find("figcaption", "").len(), 1);
        assert_eq!(figure.find("svg", "").len(), 1);
    }
    for scroll in page.find("div", "scroll") {
        assert!(scroll.get("aria-label").is_some() && scroll.get("tabindex") == Some("0"));
    }
    for input in page.find("input", "") {
        let id = input.get("id").expect("an id");
        assert!(page.find("label", "").iter().any(|l| l.get("for") == Some(id)));
    }
    assert_eq!(page.find("a", "skip")[0].get("href"), Some("#main"));
}

/// Relative luminance of `#rgb` or `#rrggbb` (WCAG 2.2).
fn luminance(colour: &str) -> f64 {
    let hex = colour.trim_start_matches('#');
    let part = |i: usize| {
        let text = if hex.len() == 3 { hex[i..=i].repeat(2) } else { hex[2 * i..2 * i + 2].into() };
        let x = f64::from(u8::from_str_radix(&text, 16).expect("a colour")) / 255.0;
        if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(1) + 0.0722 * part(2)
}

#[test]
fn colours_have_contrast_in_light_and_dark() {
    let style = blackmass::report::svg::STYLE;
    let roots: Vec<&str> =
        style.split(":root{").skip(1).filter_map(|r| r.split('}').next()).collect();
    assert_eq!(roots.len(), 2, "light and dark");
    for root in roots {
        let colours: BTreeMap<&str, f64> = root
            .split(';')
            .filter_map(|c| c.trim_start_matches("--").split_once(':'))
            .map(|(name, colour)| (name, luminance(colour)))
            .collect();
        let contrast = |name: &str| {
            let (a, b) = (colours[name], colours["paper"]);
            (a.max(b) + 0.05) / (a.min(b) + 0.05)
        };
        for text in ["ink", "soft", "accent", "alarm"] {
            assert!(contrast(text) >= 4.5, "{text}: {}", contrast(text));
        }
        for area in colours.keys().filter(|c| !["paper", "grid", "line"].contains(c)) {
            assert!(contrast(area) >= 3.0, "{area}: {}", contrast(area));
        }
    }
}

#[test]
fn every_number_of_the_scenario_has_grade_and_source() {
    let tables = page().find("table", "data");
    let shown: usize = tables
        .iter()
        .flat_map(|t| t.find("tbody", "")[0].find("tr", ""))
        .map(|row| row.find("td", "")[0].words().split("; ").count())
        .sum();
    assert_eq!(shown, made().scenario.numbers().len());
    for row in tables.iter().flat_map(|t| t.find("tbody", "")[0].find("tr", "")) {
        let cells = row.find("td", "");
        assert!(["A", "B", "C", "D", "–"].contains(&cells[2].words().as_str()));
        assert_eq!(cells[3].find("a", "").len(), 1, "{}", row.words());
    }
    let listed = page().find("ol", "sources")[0].find("li", "").len();
    assert_eq!(listed, made().scenario.sources().count());
}

#[test]
fn the_run_can_be_repeated_from_the_page() {
    let all = page().words();
    let outcome = &made().outcome;
    for text in [
        "blackmass run 'a <file>.toml' --draws 200 --seed 3".to_owned(),
        format!("{:016x}", outcome.fingerprint()),
        format!("{:016x}", made().scenario.content_hash()),
        format!("{:.1e}", outcome.worst_residual()),
        env!("CARGO_PKG_VERSION").to_owned(),
    ] {
        assert!(all.contains(&text), "{text}");
    }
}

#[test]
fn charts_are_files_of_their_own() {
    let mut names = BTreeSet::new();
    for (name, text) in &made().files {
        assert!(names.insert(name), "{name}");
        assert!(name.ends_with(".svg") && !name.contains(['/', ' ']));
        let svg = markup::read(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(svg.get("xmlns"), Some("http://www.w3.org/2000/svg"));
        assert!(svg.find("style", "")[0].words().contains("prefers-color-scheme"));
        assert!(!text.contains("href") && !text.contains("NaN") && !text.contains("inf"));
    }
    // But for the one of each region that is drawn for any year.
    assert_eq!(names.len() + 2, page().find("svg", "").len());
    assert!(!made().html.contains("NaN"));
}

/// A short horizon without flows and without a second policy is a report, too.
#[test]
fn little_is_enough() {
    let scenario = Scenario::japan();
    let options = blackmass::lifecycle::Options { policies: &["baseline"], ..Default::default() };
    let system = blackmass::lifecycle::system_with(&scenario, &options).expect("a system");
    let plan = blackmass::Plan::compile(&system).expect("a plan");
    let outcome = blackmass::Ensemble::new(&plan).draws(1).run().expect("an outcome");
    let html = blackmass::report::HtmlReport::new(&scenario, &outcome).html().expect("a report");
    let page = markup::read(&html).unwrap_or_else(|e| panic!("{e}"));
    assert!(page.find("figure", "wide").is_empty() && page.words().contains("not reported"));
}

/// Reporting the flows, too, changes no number.
#[test]
fn flows_change_no_other_number() {
    let scenario = Scenario::japan();
    let of = |flows| {
        let options = blackmass::lifecycle::Options { flows, ..Default::default() };
        let system = blackmass::lifecycle::system_with(&scenario, &options).expect("a system");
        let plan = blackmass::Plan::compile(&system).expect("a plan");
        blackmass::Ensemble::new(&plan).draws(40).run().expect("an outcome")
    };
    let (plain, flows) = (of(false), of(true));
    assert!(flows.reports().len() > plain.reports().len());
    for report in plain.reports() {
        let s = report.series();
        let same = match s.versus {
            Some(_) => flows.difference(&s.policy, &s.name),
            None => flows.report(&s.policy, &s.name),
        };
        let same = same.expect("still reported");
        for element in 0..s.labels.len() {
            for year in plain.years() {
                assert_eq!(
                    report.summary(element, year),
                    same.summary(element, year),
                    "{}",
                    s.name
                );
            }
        }
    }
}
