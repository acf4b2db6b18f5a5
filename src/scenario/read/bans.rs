//! Bans by date.

use super::Context;
use super::header::Time;
use super::node::{Node, Table};
use super::quantity::{self, Inherited};
use super::report::Report;
use crate::scenario::events::Events;
use crate::scenario::number::{Number, NumberKind};
use crate::scenario::schema::{Entry, join};
use crate::scenario::series::{Form, Point, Series};

/// More bans on one route than this are refused.
const MAX_BANS: usize = 100;

/// The number of a day: days since the first of January of the year 1.
type Day = i64;

/// From the first day on, up to but without the second.
struct Ban {
    from: Day,
    until: Day,
}

/// Reads `[[….barred]]` as the share of the days of each year that lie in a
/// ban.
pub(super) fn read(
    cx: &mut Context,
    entry: &Entry,
    node: &Node,
    inherited: &Inherited,
) -> Option<Series> {
    let fix = format!("write [[{}]] with from, source and grade", node.key);
    let items = node.array(&mut cx.report, &fix)?;
    if items.is_empty() || items.len() > MAX_BANS {
        cx.report.add(node.at, &node.key, "list of the wrong length", |d| {
            d.found(format!("{} bans", items.len()))
                .allowed(format!("1 to {MAX_BANS} bans"))
                .fix(fix)
        });
        return None;
    }
    let mut bans: Vec<Ban> = Vec::with_capacity(items.len());
    for item in &items {
        let table = item.table(&mut cx.report)?;
        let ban = ban(cx, &table, inherited)?;
        if bans.iter().any(|other| ban.from < other.until && other.from < ban.until) {
            cx.report.add(table.at, &table.key, "bans overlap", |d| {
                d.found("days that lie in two bans")
                    .allowed("bans one after the other")
                    .fix("make one ban of both")
            });
            return None;
        }
        bans.push(ban);
    }
    let Time { start, end, .. } = cx.time?;
    let point = |year| Point { year, value: share(&bans, year), sd: 0.0 };
    Some(Series {
        key: node.key.clone(),
        unit: entry.family.base().name(),
        is_share: entry.is_share(),
        form: Form::Path {
            points: (start..=end).map(point).collect(),
            last_observed: None,
            projection_spread: 0.0,
            noise: None,
        },
        events: Events::default(),
    })
}

/// Reads one ban and notes it as a share of one from its first year on.
fn ban(cx: &mut Context, table: &Table, inherited: &Inherited) -> Option<Ban> {
    table.check_keys(&mut cx.report, &["from", "until", "source", "grade", "note"]);
    quantity::text_note(cx, table);
    let origin = quantity::origin(cx, table, inherited);
    let given = (table.get("from"), table.get("until"));
    if let (None, None) = given {
        cx.report.add(table.at, &join(&table.key, "from"), "a ban without a date", |d| {
            d.found("neither from nor until")
                .allowed("from, until or both")
                .fix("write from = \"2026-12-09\" or the like")
        });
    }
    let mut read = |node: Option<&Node>| match node {
        Some(node) => date(&mut cx.report, node).map(Some),
        None => Some(None),
    };
    let (from, until) = (read(given.0.as_ref()), read(given.1.as_ref()));
    let Time { start, end, .. } = cx.time?;
    let (first, last) = (first_of(start), first_of(end.saturating_add(1)));
    let mut outside = |node: Option<&Node>, day: Option<Day>, from: Day, until: Day| {
        let (Some(node), Some(day)) = (node, day) else { return };
        if day < from || day > until {
            cx.report.add(node.at, &node.key, "date outside the scenario", |d| {
                d.found(node.found())
                    .allowed(format!("{start} to {end}"))
                    .fix("correct the date, or remove it for a ban from the start or to the end")
            });
        }
    };
    let (from, until) = (from?, until?);
    outside(given.0.as_ref(), from, first, last - 1);
    outside(given.1.as_ref(), until, first + 1, last);
    let ban = Ban { from: from.unwrap_or(first), until: until.unwrap_or(last) };
    if let (Some(from), Some(until), Some(node)) = (from, until, &given.1)
        && until <= from
    {
        let since = given.0.as_ref().map_or(String::new(), Node::found);
        cx.report.add(node.at, &node.key, "a ban that ends before it starts", |d| {
            d.found(format!("from = {since}, until = {}", node.found()))
                .allowed("an end after the beginning")
                .fix("exchange the two, or correct one")
        });
    }
    if from.is_none() && until.is_none() {
        return None;
    }
    let origin = origin?;
    let year = (start..=end).find(|year| first_of(year.saturating_add(1)) > ban.from);
    cx.numbers.push(Number {
        region: cx.region.clone(),
        key: table.key.clone(),
        year,
        value: 1.0,
        unit: "share".to_owned(),
        grade: Some(origin.grade),
        source: origin.source,
        kind: NumberKind::Value,
    });
    Some(ban)
}

/// A date in quotes, or a year, which stands for its first day.
fn date(report: &mut Report, node: &Node) -> Option<Day> {
    if node.is_integer() {
        return node.year(report).map(first_of);
    }
    let text = node.string(report)?;
    let day = day(text);
    if day.is_none() {
        report.add(node.at, &node.key, "not a date", |d| {
            d.found(node.found())
                .allowed("a day of the calendar as \"2026-12-09\", or a year as 2027")
                .fix("correct the year, the month or the day")
        });
    }
    day
}

/// The day that is written `YYYY-MM-DD`.
fn day(text: &str) -> Option<Day> {
    let mut parts = text.split('-');
    let mut part = |digits: usize| {
        let part = parts.next()?;
        let plain = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i32>().ok().filter(|_| plain)
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    if parts.next().is_some() || year == 0 {
        return None;
    }
    let february = if days_of(year) == 366 { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month).ok()?.checked_sub(1)?;
    let length = *months.get(before)?;
    if !(1..=length).contains(&day) {
        return None;
    }
    let earlier: i32 = months.iter().take(before).sum();
    Some(first_of(year) + Day::from(earlier + day - 1))
}

/// The first of January.
fn first_of(year: i32) -> Day {
    let years = Day::from(year) - 1;
    365 * years + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400)
}

/// Number of days of a year.
fn days_of(year: i32) -> Day {
    first_of(year.saturating_add(1)) - first_of(year)
}

/// The share of a year's days that lie in a ban. Bans do not overlap.
fn share(bans: &[Ban], year: i32) -> f64 {
    let (first, last) = (first_of(year), first_of(year.saturating_add(1)));
    let days = |ban: &Ban| {
        let from = if ban.from > first { ban.from } else { first };
        let until = if ban.until < last { ban.until } else { last };
        if until > from { until - from } else { 0 }
    };
    let barred: Day = bans.iter().map(days).sum();
    // Both are at most 366.
    #[allow(clippy::cast_precision_loss)]
    let share = barred as f64 / days_of(year) as f64;
    share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_by_the_calendar() {
        assert_eq!(
            (days_of(2023), days_of(2024), days_of(2100), days_of(2000)),
            (365, 366, 365, 366)
        );
        assert_eq!(day("2024-03-01").map(|d| d - first_of(2024)), Some(60));
        assert_eq!(day("2026-12-31").map(|d| first_of(2027) - d), Some(1));
        for wrong in ["2027-02-29", "2027-13-01", "2027-00-01", "2027-1-01", "2027-01-00", "2027"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
        for wrong in ["2027-01-01-01", "+027-01-01", "", "0000-01-01", "2027-01-1a", "ä"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_ban_takes_its_share_of_the_days() {
        let bans = [Ban { from: day("2026-12-09").expect("a date"), until: first_of(2028) }];
        let shares: Vec<f64> = (2025..2029).map(|year| share(&bans, year)).collect();
        assert_eq!(shares, [0.0, 23.0 / 365.0, 1.0, 0.0]);
    }
}
