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
use crate::scenario::shares::{DirichletShares, ShareSeries};
use crate::scenario::unit::{Family, Unit};
use crate::uncertainty::Dirichlet;

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
    table.check_keys(&mut cx.report, &["unit", "tilt", "dirichlet", "data", "note"]);
    quantity::text_note(cx, &table);
    let unit = quantity::unit(cx, &table, &Inherited::default(), Family::Share);
    let spread = spread(cx, &table, unit);
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
    let chemistries = cx.names.chemistries.len();
    let (spread, true) = (spread?, whole) else { return None };
    let shares: Vec<f64> =
        (start..=end).flat_map(|year| normalised(&rows, year, chemistries)).collect();
    let last = normalised(&rows, end, chemistries);
    let present: Vec<usize> = present.into_iter().collect();
    let years = |observed, projected| ramp((start, end), last_observed, observed, projected);
    let (tilt, dirichlet) = match spread {
        Spread::Tilt { sd, projection_sd } => (years(sd, projection_sd), None),
        Spread::Dirichlet { by, observed } => {
            let last: Vec<f64> = present.iter().filter_map(|k| last.get(*k).copied()).collect();
            let concentration = concentration(cx, &table, unit?, &by, &present, &last)?;
            (years(0.0, 0.0), Some(DirichletShares { concentration, ramp: years(observed, 1.0) }))
        }
    };
    Some(ShareSeries { chemistries, present, table: shares, tilt, dirichlet, last_observed })
}

/// How uncertain the shares are.
enum Spread {
    Tilt { sd: f64, projection_sd: f64 },
    Dirichlet { by: By, observed: f64 },
}

/// How the width of a Dirichlet law is given.
enum By {
    Concentration(f64),
    /// The standard deviation of the share of a chemistry, by its place.
    Sd(usize, f64),
}

/// Reads `tilt` or `dirichlet`.
fn spread(cx: &mut Context, table: &Table, unit: Option<Unit>) -> Option<Spread> {
    let Some(node) = table.get("dirichlet") else {
        return tilt(cx, table).map(|(sd, projection_sd)| Spread::Tilt { sd, projection_sd });
    };
    if let Some(tilt) = table.get("tilt") {
        cx.report.add(tilt.at, &tilt.key, "the spread is given twice", |d| {
            d.found("tilt and dirichlet").allowed("one of the two").fix("remove one of the two")
        });
        return None;
    }
    let own = node.table(&mut cx.report)?;
    let allowed = ["concentration", "chemistry", "sd", "observed", "source", "grade"];
    own.check_keys(&mut cx.report, &allowed);
    let origin = quantity::origin(cx, &own, &Inherited::default());
    let observed = match own.get("observed") {
        Some(node) => {
            let (source, grade) = origin.as_ref().map(|o| (o.source.as_str(), o.grade)).unzip();
            quantity::spread(cx, &node, 1.0, source, grade)
        }
        None => Some(0.0),
    };
    let number = |cx: &mut Context, node: &Node, unit: Option<Unit>| {
        let value = quantity::value(cx, node, unit, Domain::Positive)?;
        quantity::note(cx, node, (&node.key, None), unit, origin.as_ref(), NumberKind::Spread);
        Some(value)
    };
    let by = match (own.get("concentration"), own.get("sd")) {
        (Some(_), Some(node)) => {
            cx.report.add(node.at, &node.key, "the spread is given twice", |d| {
                d.found("concentration and sd").allowed("one of the two").fix("remove one of them")
            });
            None
        }
        (Some(node), None) => number(cx, &node, Some(Family::Factor.base())).map(By::Concentration),
        (None, sd) => {
            let hint = "write concentration = 20, or chemistry = \"LFP\" and sd = and its \
                        standard deviation in the last year";
            let name = if sd.is_some() { "chemistry" } else { "concentration" };
            match (own.get("chemistry"), sd) {
                (Some(name), Some(sd)) => {
                    let place = chemistry(cx, &name);
                    let sd = number(cx, &sd, unit);
                    place.zip(sd).map(|(place, sd)| By::Sd(place, sd))
                }
                _ => own.need(&mut cx.report, name, hint).and(None),
            }
        }
    };
    origin?;
    Some(Spread::Dirichlet { by: by?, observed: observed? })
}

/// The place of the chemistry that `node` names.
fn chemistry(cx: &mut Context, node: &Node) -> Option<usize> {
    let name = node.string(&mut cx.report)?;
    let place = cx.names.chemistries.iter().position(|known| known == name);
    if place.is_none() {
        let names: Vec<&str> = cx.names.chemistries.iter().map(String::as_str).collect();
        node.not_one_of(&mut cx.report, "unknown chemistry", name, &names);
    }
    place
}

/// The concentration of the law with the mean shares `last` of the chemistries
/// `present`, if there is such a law.
fn concentration(
    cx: &mut Context,
    table: &Table,
    unit: Unit,
    by: &By,
    present: &[usize],
    last: &[f64],
) -> Option<f64> {
    let law = match by {
        By::Concentration(c) => Dirichlet::from_mean_concentration(last, *c),
        By::Sd(place, sd) => {
            let component = present.iter().position(|k| k == place).unwrap_or(last.len());
            Dirichlet::from_mean_std(last, component, *sd)
        }
    };
    match (law, by) {
        (Ok(_), By::Concentration(c)) => Some(*c),
        (Ok(law), By::Sd(..)) => Some(law.concentration()),
        (Err(_), By::Sd(place, sd)) => {
            let own = table.get("dirichlet")?.table(&mut cx.report)?;
            let at = present.iter().position(|k| k == place);
            let mean = at.and_then(|at| last.get(at)).copied().unwrap_or(0.0);
            let name = cx.names.chemistries.get(*place)?.clone();
            let (key, message) = match mean > 0.0 && mean < 1.0 {
                true => ("sd", "a share cannot vary as much"),
                false => ("chemistry", "this share cannot vary"),
            };
            let node = own.get(key)?;
            let most = unit.to_written((mean * (1.0 - mean)).sqrt());
            let (sd, mean) = (unit.to_written(*sd), unit.to_written(mean));
            cx.report.add(node.at, &node.key, message, |d| {
                let unit = unit.name();
                let (sd, mean) = (tidy(sd), tidy(mean));
                let d = d.found(format!("sd {sd} {unit}, share of {name} in the last year {mean}"));
                match key {
                    "sd" => d
                        .allowed(format!("below {most:.3} {unit}, for this share"))
                        .fix("write a smaller spread, in the unit of the shares"),
                    _ => d
                        .allowed("a chemistry with a part of the last year's shares")
                        .fix("name another chemistry, or give the concentration"),
                }
            });
            None
        }
        (Err(error), By::Concentration(_)) => {
            let node = table.get("dirichlet")?;
            let found = error.diagnostics().first()?;
            let key = node.key.clone();
            cx.report.add(node.at, &node.key, found.message(), |_| found.clone().key(key));
            None
        }
    }
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
