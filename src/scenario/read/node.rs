//! Typed access to the parsed tree: every value knows its key and place.

use toml::de::{DeTable, DeValue};

use super::report::{Report, shorten, tidy};
use crate::error::nearest;
use crate::scenario::schema::join;

/// The earliest and latest year that a file may name.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9_999;

/// One value of the file.
#[derive(Clone)]
pub(super) struct Node<'a> {
    /// Dotted key.
    pub(super) key: String,
    /// Byte offset of the value.
    pub(super) at: usize,
    /// The value as written.
    raw: &'a str,
    text: &'a str,
    value: &'a DeValue<'a>,
}

/// One table of the file.
#[derive(Clone)]
pub(super) struct Table<'a> {
    /// Dotted key; empty for the whole file.
    pub(super) key: String,
    /// Byte offset of the header or the opening brace.
    pub(super) at: usize,
    text: &'a str,
    entries: &'a DeTable<'a>,
}

/// The entries of a table, sorted by key. The parser sorts them already, but
/// not if another crate of the same build turns on its `preserve_order`.
pub(super) fn sorted<'a>(table: &'a DeTable<'a>) -> Vec<(&'a str, &'a DeValue<'a>)> {
    let mut entries: Vec<(&str, &DeValue)> =
        table.iter().map(|(key, value)| (&**key.get_ref(), value.get_ref())).collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    entries
}

impl<'a> Table<'a> {
    /// A whole file that begins at `at` in the text of all files.
    pub(super) fn root(text: &'a str, at: usize, entries: &'a DeTable<'a>) -> Self {
        Self { key: String::new(), at, text, entries }
    }

    /// The parsed entries.
    pub(super) fn entries(&self) -> &'a DeTable<'a> {
        self.entries
    }

    /// The value called `name`.
    pub(super) fn get(&self, name: &str) -> Option<Node<'a>> {
        let value = self.entries.get(name)?;
        let (key, span) = (join(&self.key, name), value.span());
        let raw = self.text.get(span.clone()).unwrap_or("");
        Some(Node { key, at: span.start, raw, text: self.text, value: value.get_ref() })
    }

    /// The value called `name`; its absence is reported with `hint` as fix.
    pub(super) fn need(&self, report: &mut Report, name: &str, hint: &str) -> Option<Node<'a>> {
        let node = self.get(name);
        if node.is_none() {
            report.add(self.at, &join(&self.key, name), "missing key", |d| {
                d.found("nothing").allowed(format!("a key `{name}`")).fix(hint)
            });
        }
        node
    }

    /// All names and values, sorted by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> + '_ {
        sorted(self.entries).into_iter().filter_map(|(name, _)| Some((name, self.get(name)?)))
    }

    /// Byte offset of the key `name`.
    pub(super) fn key_at(&self, name: &str) -> usize {
        self.entries.get_key_value(name).map_or(self.at, |(key, _)| key.span().start)
    }

    /// Reports every key that is not in `allowed`.
    pub(super) fn check_keys(&self, report: &mut Report, allowed: &[&str]) {
        for key in self.entries.keys() {
            let name: &str = key.get_ref();
            if !allowed.contains(&name) {
                report.add(key.span().start, &join(&self.key, name), "unknown key", |d| {
                    let d = d.found(shorten(name)).allowed(list(allowed));
                    match nearest(name, allowed.iter().copied()) {
                        Some(near) => d.fix(format!("write `{near}`")),
                        None => d.fix("remove it, or turn it into a comment"),
                    }
                });
            }
        }
    }
}

impl<'a> Node<'a> {
    /// The value as written, short enough for a message.
    pub(super) fn found(&self) -> String {
        shorten(self.raw)
    }

    fn wrong_type(&self, report: &mut Report, expected: &str, fix: &str) {
        report.add(self.at, &self.key, "wrong type", |d| {
            let kind = self.value.type_str();
            let d = d.found(format!("{} (a TOML {kind})", self.found())).allowed(expected);
            if fix.is_empty() { d } else { d.fix(fix) }
        });
    }

    /// The value as a table.
    pub(super) fn table(&self, report: &mut Report) -> Option<Table<'a>> {
        match self.value {
            DeValue::Table(entries) => {
                Some(Table { key: self.key.clone(), at: self.at, text: self.text, entries })
            }
            _ => {
                let fix = format!("write [{}] and its keys below", self.key);
                self.wrong_type(report, "a table", &fix);
                None
            }
        }
    }

    /// The values of an array; `fix` shows how one is written.
    pub(super) fn array(&self, report: &mut Report, fix: &str) -> Option<Vec<Node<'a>>> {
        let DeValue::Array(items) = self.value else {
            self.wrong_type(report, "an array", fix);
            return None;
        };
        let node = |value: &'a toml::Spanned<DeValue<'a>>| {
            let raw = self.text.get(value.span()).unwrap_or("");
            let (at, value) = (value.span().start, value.get_ref());
            Node { key: self.key.clone(), at, raw, text: self.text, value }
        };
        Some(items.iter().map(node).collect())
    }

    /// The value as a string that is not blank.
    pub(super) fn string(&self, report: &mut Report) -> Option<&'a str> {
        match self.value {
            DeValue::String(string) if string.trim().is_empty() => {
                report.add(self.at, &self.key, "empty text", |d| {
                    d.found(self.found()).allowed("text with at least one character")
                });
                None
            }
            DeValue::String(string) => Some(string),
            _ => {
                let fix = match self.value {
                    DeValue::Array(_) | DeValue::Table(_) => "write one text in quotes".to_owned(),
                    _ => format!("write \"{}\"", self.found()),
                };
                self.wrong_type(report, "a string", &fix);
                None
            }
        }
    }

    /// The value as a truth value.
    pub(super) fn boolean(&self, report: &mut Report) -> Option<bool> {
        match self.value {
            DeValue::Boolean(value) => Some(*value),
            _ => {
                self.wrong_type(report, "true or false", "write true or false, without quotes");
                None
            }
        }
    }

    /// The value as one of `choices`.
    pub(super) fn choice<T: Copy>(
        &self,
        report: &mut Report,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let name = self.string(report)?;
        let choice = choices.iter().find(|(allowed, _)| *allowed == name);
        if choice.is_none() {
            let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            self.not_one_of(report, "unknown word", name, &names);
        }
        choice.map(|(_, value)| *value)
    }

    /// Reports that `name` is not among `names`.
    pub(super) fn not_one_of(
        &self,
        report: &mut Report,
        message: &str,
        name: &str,
        names: &[&str],
    ) {
        report.add(self.at, &self.key, message, |d| {
            let d = d.found(self.found()).allowed(list(names));
            match nearest(name, names.iter().copied()) {
                Some(near) => d.fix(format!("write \"{near}\"")),
                None => d.fix("use one of the allowed names"),
            }
        });
    }

    /// The value as an integer; `None` in the inner option if it is one that
    /// does not fit.
    fn any_integer(&self) -> Option<Option<i64>> {
        match self.value {
            DeValue::Integer(integer) => {
                Some(i64::from_str_radix(integer.as_str(), integer.radix()).ok())
            }
            _ => None,
        }
    }

    /// The value as an integer from `low` to `high`.
    pub(super) fn integer(&self, report: &mut Report, low: i64, high: i64) -> Option<i64> {
        let Some(integer) = self.any_integer() else {
            let fix = format!("write a whole number from {low} to {high}, without quotes");
            self.wrong_type(report, "a whole number", &fix);
            return None;
        };
        let fits = integer.filter(|value| (low..=high).contains(value));
        if fits.is_none() {
            report.add(self.at, &self.key, "whole number outside its range", |d| {
                d.found(self.found())
                    .allowed(format!("{low} to {high}"))
                    .fix("write a whole number in this range")
            });
        }
        fits
    }

    /// The value as a calendar year.
    pub(super) fn year(&self, report: &mut Report) -> Option<i32> {
        let year = self.integer(report, (*YEARS.start()).into(), (*YEARS.end()).into())?;
        i32::try_from(year).ok()
    }

    /// The value as a finite number.
    pub(super) fn number(&self, report: &mut Report) -> Option<f64> {
        let value = match self.value {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
            #[allow(clippy::cast_precision_loss)]
            DeValue::Integer(_) => self.any_integer().flatten().map(|value| value as f64),
            DeValue::Float(float) => float.as_str().parse().ok(),
            DeValue::String(text) => {
                let number = text.trim().parse().is_ok_and(f64::is_finite);
                let fix = match number {
                    true => format!("write {}, without quotes", text.trim()),
                    false => "write a plain number; the unit belongs in the key `unit`".to_owned(),
                };
                self.wrong_type(report, "a number", &fix);
                return None;
            }
            _ => {
                self.wrong_type(report, "a number", "write a number such as 1 or 0.5");
                return None;
            }
        };
        let value = value.filter(|value: &f64| value.is_finite());
        if value.is_none() {
            report.add(self.at, &self.key, "not a finite number", |d| {
                d.found(self.found()).allowed("a finite number").fix("write the number itself")
            });
        }
        // Minus zero is zero: no sign may reach the results.
        value.map(|value| value + 0.0)
    }

    /// A relative spread: a fraction, or text such as `"4 %"`.
    pub(super) fn spread(&self, report: &mut Report, top: f64) -> Option<f64> {
        self.fraction(report, (0.0, top), "spread outside its range")
    }

    /// A fraction from `low` to `top`, or text such as `"4 %"`; `message` says
    /// what is wrong with any other.
    pub(super) fn fraction(
        &self,
        report: &mut Report,
        (low, top): (f64, f64),
        message: &str,
    ) -> Option<f64> {
        let value = match self.value {
            DeValue::String(text) => {
                let number: Option<f64> = text
                    .trim()
                    .strip_suffix('%')
                    .and_then(|number| number.trim_end().parse().ok())
                    .filter(|number: &f64| number.is_finite());
                let Some(percent) = number else {
                    report.add(self.at, &self.key, "not a percentage", |d| {
                        d.found(self.found())
                            .allowed("a number and a percent sign in quotes, or a fraction")
                            .fix("write \"4 %\" or 0.04")
                    });
                    return None;
                };
                percent / 100.0
            }
            _ => self.number(report)?,
        };
        if !(low..=top).contains(&value) {
            report.add(self.at, &self.key, message, |d| {
                let percent = format!("{} to {} %", tidy(low * 100.0), tidy(top * 100.0));
                let d = d.found(self.found()).allowed(format!("{low} to {top}, or {percent}"));
                let outside = value > top || value < low && low < 0.0;
                if outside && value.abs() <= 100.0 && !self.value.is_str() {
                    d.fix(format!("write \"{value} %\" if percent is meant"))
                } else {
                    d.fix("correct the number; \"4 %\" is the same as 0.04")
                }
            });
            return None;
        }
        Some(value + 0.0)
    }

    /// The tables directly in an array; `None` for anything but an array.
    pub(super) fn tables(&self) -> Option<Vec<Table<'a>>> {
        let DeValue::Array(items) = self.value else { return None };
        let table = |item: &'a toml::Spanned<DeValue<'a>>| {
            let (key, at) = (self.key.clone(), item.span().start);
            let entries = item.get_ref().as_table()?;
            Some(Table { key, at, text: self.text, entries })
        };
        Some(items.iter().filter_map(table).collect())
    }

    /// Whether the value is a whole number.
    pub(super) fn is_integer(&self) -> bool {
        self.value.is_integer()
    }

    /// Whether the value is a table.
    pub(super) fn is_table(&self) -> bool {
        self.value.is_table()
    }
}

/// `a, b, c`, shortened when long.
pub(super) fn list(names: &[&str]) -> String {
    const MOST: usize = 24;
    let mut text = names.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text.push_str(&format!(", and {} more", names.len() - MOST));
    }
    text
}
