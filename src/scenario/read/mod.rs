//! Reading a scenario file. The parser and its types stay in here.

mod chemistry;
mod consistency;
mod group;
mod hash;
mod header;
mod lifetime;
mod node;
mod path;
mod policy;
mod quantity;
mod report;
mod shares;

use std::collections::BTreeMap;

use toml::de::DeTable;

use self::node::Table;
use self::report::{Lines, Report, shorten};
use super::Scenario;
use super::lifetime::Lifetime;
use super::number::Number;
use super::scalar::Scalar;
use super::schema::{Schema, join};
use super::series::Series;
use crate::error::{Diagnostic, Error, ErrorKind};

/// Larger files are refused unread; the shipped ones are below 100 kB.
pub(super) const MAX_BYTES: usize = 4 << 20;

/// What is known of the file so far.
struct Context<'a> {
    report: Report<'a>,
    /// First and last year; `None` if the file does not say it properly.
    horizon: Option<(i32, i32)>,
    grades: [f64; 4],
    sources: BTreeMap<String, String>,
    materials: Vec<String>,
    classes: Vec<String>,
    chemistries: Vec<String>,
    schema: Schema,
    scalars: BTreeMap<String, Scalar>,
    series: BTreeMap<String, Series>,
    lifetimes: BTreeMap<String, Lifetime>,
    numbers: Vec<Number>,
}

/// Reads a file that may not even be text.
pub(super) fn bytes(file: &str, bytes: &[u8]) -> Result<Scenario, Error> {
    if bytes.len() > MAX_BYTES {
        let diagnostic = Diagnostic::new("file too large")
            .file(file)
            .found(format!("{} bytes", bytes.len()))
            .allowed(format!("at most {MAX_BYTES} bytes"))
            .fix("check that this is a scenario file");
        return Err(Error::new(ErrorKind::Scenario, diagnostic));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => self::text(file, text),
        Err(error) => Err(not_utf8(file, bytes, error.valid_up_to())),
    }
}

fn not_utf8(file: &str, bytes: &[u8], offset: usize) -> Error {
    let valid = std::str::from_utf8(bytes.get(..offset).unwrap_or(&[])).unwrap_or("");
    let (line, column) = Lines::new(valid).position(offset);
    let found = bytes.get(offset).map_or(String::new(), |byte| format!("byte 0x{byte:02X} "));
    let diagnostic = Diagnostic::new("not UTF-8 text")
        .file(file)
        .at(line, column)
        .found(format!("{found}at byte offset {offset}"))
        .allowed("UTF-8 text")
        .fix("save the file with the encoding UTF-8");
    Error::new(ErrorKind::Scenario, diagnostic)
}

/// Reads the text of a file.
pub(super) fn text(file: &str, text: &str) -> Result<Scenario, Error> {
    if text.len() > MAX_BYTES {
        return bytes(file, text.as_bytes());
    }
    // A byte order mark is not part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut report = Report::new(file, text);
    if text.trim().is_empty() {
        report.add(0, "", "empty file", |d| {
            d.found("nothing")
                .allowed("a scenario, beginning with schema_version = 1")
                .fix("start from a copy of scenarios/eu.toml")
        });
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        syntax(&mut report, error);
    }
    if report.is_empty() {
        return scenario(report, file, &Table::root(text, root.get_ref()));
    }
    Err(finish(report))
}

/// The error of a report that is known to hold one.
fn finish(report: Report) -> Error {
    report.into_error().unwrap_or_else(|| {
        Error::new(ErrorKind::Scenario, Diagnostic::new("the scenario is incomplete"))
    })
}

/// Translates an error of the parser.
fn syntax(report: &mut Report, error: &toml::de::Error) {
    let text = report.text();
    let span = error.span().unwrap_or(0..0);
    let found = shorten(text.get(span.clone()).unwrap_or(""));
    let at = span.start;
    if error.message() == "duplicate key" {
        let key = enclosing(text, at, &found);
        report.add(at, &key, "duplicate key", |d| {
            d.found(format!("`{found}` a second time"))
                .allowed("each key once")
                .fix("remove one of the two")
        });
        return;
    }
    report.add(at, "", "not valid TOML", |d| {
        let d = d.found(if found.is_empty() { "end of line or file".into() } else { found });
        d.allowed(error.message()).fix("check quotes, brackets and equals signs here")
    });
}

/// The dotted key of `name` at byte `at`, judged by the header line above.
fn enclosing(text: &str, at: usize, name: &str) -> String {
    let before = text.get(..at).unwrap_or("");
    let own_line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let header = |line: &str| {
        let line = line.lines().next().unwrap_or("").trim_start().trim_start_matches('[');
        line.split(']').next().unwrap_or("").trim().to_owned()
    };
    if text.get(own_line..).is_some_and(|line| line.trim_start().starts_with('[')) {
        return header(text.get(own_line..).unwrap_or(""));
    }
    match before.rfind("\n[") {
        Some(newline) => join(&header(text.get(newline + 1..).unwrap_or("")), name),
        None if before.starts_with('[') => join(&header(before), name),
        None => name.to_owned(),
    }
}

/// Reads the parsed file. The order matters: the header fixes the names that
/// everything below refers to.
fn scenario(mut report: Report, file: &str, root: &Table) -> Result<Scenario, Error> {
    if !header::version(&mut report, root) {
        return Err(finish(report));
    }
    let (title, description) = header::texts(&mut report, root);
    let region = header::region(&mut report, root);
    let horizon = header::time(&mut report, root);
    let (materials, classes) = header::model(&mut report, root);
    let sources = header::sources(&mut report, root);
    let chemistries = chemistry::names(&mut report, root);
    let mut cx = Context {
        report,
        horizon,
        grades: [0.0; 4],
        sources,
        schema: Schema::new(&materials, &classes, &chemistries),
        materials,
        classes,
        chemistries,
        scalars: BTreeMap::new(),
        series: BTreeMap::new(),
        lifetimes: BTreeMap::new(),
        numbers: Vec::new(),
    };
    header::grades(&mut cx, root);
    group::read(&mut cx, root);
    let chemistries = chemistry::read(&mut cx, root);
    let share = shares::read(&mut cx, root);
    lifetime::read(&mut cx, root);
    let policies = policy::read(&mut cx, root);
    consistency::check(&mut cx, root);

    let Context { report, horizon, grades, sources, materials, classes, .. } = cx;
    match (horizon, share) {
        (Some((start, end)), Some(share)) if report.is_empty() => Ok(Scenario {
            file: file.to_owned(),
            region,
            title,
            description,
            start,
            end,
            materials,
            classes,
            chemistries,
            share,
            scalars: cx.scalars,
            series: cx.series,
            lifetimes: cx.lifetimes,
            policies,
            numbers: cx.numbers,
            sources,
            grades,
            content_hash: hash::content(root),
        }),
        _ => Err(finish(report)),
    }
}
