//! Checks of series: the first offending index is named.

use crate::error::{Error, argument};

/// Requires `values` to be finite, not negative and one per step.
pub(super) fn series(name: &str, values: &[f64], steps: usize) -> Result<(), Error> {
    finite(name, values, steps)?;
    match values.iter().position(|v| *v < 0.0) {
        None => Ok(()),
        Some(i) => Err(argument(
            format!("{name}: a value is negative"),
            format!("{name}[{i}]"),
            format!("{}", values[i]),
            "0 or more",
            "check the sign",
        )),
    }
}

/// Requires `values` to be finite and one per step.
pub(super) fn finite(name: &str, values: &[f64], steps: usize) -> Result<(), Error> {
    if values.len() != steps {
        let found = match values.len() {
            0 => "an empty series".to_owned(),
            n => format!("{n} values"),
        };
        return Err(argument(
            format!("{name}: wrong length"),
            name,
            found,
            format!("{steps} values, one per step"),
            "write one value for every step of the grid after the initial stock",
        ));
    }
    match values.iter().position(|v| !v.is_finite()) {
        None => Ok(()),
        Some(i) => Err(argument(
            format!("{name}: a value is not a number"),
            format!("{name}[{i}]"),
            format!("{}", values[i]),
            "finite numbers",
            "fill the gap in the data",
        )),
    }
}

/// Requires a share, 0 to 1.
pub(super) fn share(key: String, value: f64) -> Result<(), Error> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(argument(
        "a share is out of bounds",
        key,
        format!("{value}"),
        "0 to 1",
        "write the share as a fraction",
    ))
}

/// Requires one survival table per type, all of the grid's length.
pub(super) fn tables(tables: &[super::Survival], steps: usize) -> Result<(), Error> {
    if tables.is_empty() {
        return Err(argument(
            "no survival table",
            "survival",
            "an empty list",
            "one table per type",
            "pass the table of the only type as a list of one",
        ));
    }
    match tables.iter().position(|table| table.steps() != steps) {
        None => Ok(()),
        Some(i) => Err(argument(
            "a survival table belongs to another grid",
            format!("survival[{i}]"),
            format!("{} steps", tables[i].steps()),
            format!("{steps} steps"),
            "make the table from the same grid",
        )),
    }
}
