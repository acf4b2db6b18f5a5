//! Shares of the chemistries in a segment.

use std::collections::BTreeSet;

use super::Context;
use super::header::Time;
use super::node::{Node, Table, list};
use super::path::{self, Years};
use super::quantity::{self, Inherited, Origin};
use super::report::{shorten, tidy};
use crate::error::nearest;
use crate::scenario::number::NumberKind;
use crate::scenario::schema::{Domain, join};
use crate::scenario::shares::ShareSeries;
use crate::scenario::unit::{Family, Unit};

/// How far the shares of one year may be from one in sum.
const TOLERANCE: f64 = 0.005;
/// The largest standard deviation of a log-share tilt.
const LARGEST_TILT: f64 = 5.0;

/// One year as given: shares in the order of the chemistries.
type Row = (i32, Vec<f64>);

/// Reads `[segment.<name>.chemistry_share]`.
pub(super) fn read(cx: &mut Context, segment: &Table) -> Option<ShareSeries> {
    let key = join(&segment.key, "chemistry_share");
    let hint = format!("write [{key}] with unit, tilt and [[{key}.data]]");
    let node = segment.need(&mut cx.report, "chemistry_share", &hint)?;
    let table = node.table(&mut cx.report)?;
    table.check_keys(&mut cx.report, &["unit", "tilt", "data", "note"]);
    quantity::text_note(cx, &table);
    let unit = quantity::unit(cx, &table, &Inherited::default(), Family::Share);
    let tilt = tilt(cx, &table);
    let mut years = Years::default();
    let mut rows = Vec::new();
    let mut present = BTreeSet::new();
    let groups = path::groups(cx, &table);
    for group in &groups {
        let allowed = ["kind", "year", "source", "grade", "values", "note"];
        group.check_keys(&mut cx.report, &allowed);
        quantity::text_note(cx, group);
        let kind = path::kind(cx, group);
        let origin = quantity::origin(cx, group, &Inherited::default());
        let node = group.need(&mut cx.report, "year", "write year = 2020 or the like");
        let year = node.and_then(|node| Some((node.year(&mut cx.report)?, node)));
        match &year {
            Some((year, node)) => years.push(cx, node, *year, kind),
            None => years.unreadable = true,
        }
        let year = year.map(|(year, _)| year);
        let shares = shares(cx, group, unit, year, origin.as_ref().zip(kind), &mut present);
        rows.extend(year.zip(shares));
    }
    let last_observed = years.last_observed;
    let whole = rows.len() == years.years.len() && !rows.is_empty();
    if !groups.is_empty() {
        years.check_cover(cx, &table);
    }
    let Time { start, end, .. } = cx.time?;
    let (sd, projection_sd) = tilt?;
    let chemistries = cx.names.chemistries.len();
    whole.then(|| ShareSeries {
        chemistries,
        present: present.into_iter().collect(),
        table: (start..=end).flat_map(|year| normalised(&rows, year, chemistries)).collect(),
        tilt: ramp((start, end), last_observed, sd, projection_sd),
        last_observed,
    })
}

/// Standard deviations of the tilts: observed years, last year.
fn tilt(cx: &mut Context, table: &Table) -> Option<(f64, f64)> {
    let hint = "write tilt = { sd = 0.05, projection_sd = 0.8, source = \"id\", grade = \"D\" }";
    let node = table.need(&mut cx.report, "tilt", hint)?;
    let own = node.table(&mut cx.report)?;
    own.check_keys(&mut cx.report, &["sd", "projection_sd", "source", "grade"]);
    let origin = quantity::origin(cx, &own, &Inherited::default());
    let (source, grade) = origin.map_or((None, None), |o| (Some(o.source), Some(o.grade)));
    let mut read = |name| {
        let node = own.need(&mut cx.report, name, hint)?;
        quantity::spread(cx, &node, LARGEST_TILT, source.as_deref(), grade)
    };
    let (sd, projection_sd) = (read("sd"), read("projection_sd"));
    Some((sd?, projection_sd?))
}

/// The shares of one group, in the order of the chemistries. The places of
/// those that it names are added to `present`.
fn shares(
    cx: &mut Context,
    group: &Table,
    unit: Option<Unit>,
    year: Option<i32>,
    origin: Option<(&Origin, NumberKind)>,
    present: &mut BTreeSet<usize>,
) -> Option<Vec<f64>> {
    let hint = "write values = { NMC622 = 0.6, LFP = 0.4 }";
    let node = group.need(&mut cx.report, "values", hint)?;
    let values = node.table(&mut cx.report)?;
    let mut shares = vec![0.0; cx.names.chemistries.len()];
    let mut right = true;
    for (name, node) in values.iter() {
        let Some(place) = cx.names.chemistries.iter().position(|known| known == name) else {
            unknown(cx, &values, name, &node);
            right = false;
            continue;
        };
        match quantity::value(cx, &node, unit, Domain::Share) {
            Some(share) => {
                let key = group.key.strip_suffix(".data").unwrap_or(&group.key);
                let key = join(key, name);
                if let Some((origin, kind)) = origin {
                    quantity::note(cx, &node, (&key, year), unit, Some(origin), kind);
                }
                shares[place] = share;
                present.insert(place);
            }
            None => right = false,
        }
    }
    let unit = unit.filter(|_| right)?;
    let sum: f64 = shares.iter().sum();
    if !(1.0 - TOLERANCE..=1.0 + TOLERANCE).contains(&sum) {
        let written = |share: f64| format!("{} {}", tidy(unit.to_written(share)), unit.name());
        cx.report.add(node.at, &node.key, "shares do not sum to one", |d| {
            let difference = if sum > 1.0 { "too much" } else { "missing" };
            let by = if sum > 1.0 { sum - 1.0 } else { 1.0 - sum };
            d.found(format!("a sum of {}", written(sum)))
                .allowed(format!("{}, within {}", written(1.0), written(TOLERANCE)))
                .fix(format!("correct a share: {} {difference}", written(by)))
        });
        return None;
    }
    Some(shares)
}

fn unknown(cx: &mut Context, values: &Table, name: &str, node: &Node) {
    let names: Vec<&str> = cx.names.chemistries.iter().map(String::as_str).collect();
    cx.report.add(values.key_at(name), &node.key, "unknown chemistry", |d| {
        let name = shorten(name);
        let d = d.found(format!("{name}, without [chemistry.{name}]")).allowed(list(&names));
        match nearest(&name, names.iter().copied()) {
            Some(near) => d.fix(format!("write `{near}`, or add [chemistry.{name}]")),
            None => d.fix(format!("add [chemistry.{name}]")),
        }
    });
}

/// The shares of one year: linear between rows, then summing to one. `rows`
/// ascend and are not empty.
fn normalised(rows: &[Row], year: i32, chemistries: usize) -> Vec<f64> {
    let after = rows.partition_point(|(given, _)| *given < year);
    let mut shares = match (after.checked_sub(1).and_then(|i| rows.get(i)), rows.get(after)) {
        (Some((before, from)), Some((next, to))) if *next != year => {
            let span = f64::from(*next) - f64::from(*before);
            let along = (f64::from(year) - f64::from(*before)) / span;
            from.iter().zip(to).map(|(from, to)| from + (to - from) * along).collect()
        }
        (_, Some((_, row))) | (Some((_, row)), None) => row.clone(),
        (None, None) => vec![0.0; chemistries],
    };
    let sum: f64 = shares.iter().sum();
    if sum > 0.0 {
        shares.iter_mut().for_each(|share| *share /= sum);
    }
    shares
}

/// `sd` up to the last observation, then linear to `projection_sd` at the end.
fn ramp((start, end): (i32, i32), observed: Option<i32>, sd: f64, projection_sd: f64) -> Vec<f64> {
    let since = observed.unwrap_or(start);
    let at = |year: i32| {
        if year <= since {
            return sd;
        }
        let along = (f64::from(year) - f64::from(since)) / (f64::from(end) - f64::from(since));
        sd + (projection_sd - sd) * along
    };
    (start..=end).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_interpolated_and_normalised() {
        let rows: [Row; 2] = [(2010, vec![0.996, 0.0]), (2020, vec![0.0, 1.004])];
        assert_eq!(normalised(&rows, 2010, 2), [1.0, 0.0]);
        assert_eq!(normalised(&rows, 2020, 2), [0.0, 1.0]);
        let middle = normalised(&rows, 2015, 2);
        assert!((middle[0] + middle[1] - 1.0).abs() < 1e-15);
        assert!((middle[0] - 0.498).abs() < 1e-12);
    }

    #[test]
    fn tilt_grows_after_the_last_observation() {
        assert_eq!(ramp((2010, 2014), Some(2012), 0.25, 0.5), [0.25, 0.25, 0.25, 0.375, 0.5]);
        assert_eq!(ramp((2010, 2011), Some(2020), 0.1, 0.5), [0.1, 0.1]);
    }
}
