//! The page that holds the tables.

use super::levers::{LOW, Row};
use std::error::Error;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/uncertainty.md");

/// Every lever and policy with a low ratio has to be explained in the text.
pub fn check(rows: &[Row]) -> Result<(), Box<dyn Error>> {
    let page = std::fs::read_to_string(PAGE)?;
    let low = rows.iter().filter(|r| r.ratio().is_some_and(|x| x < LOW));
    for row in low {
        let name = format!("`{}`", row.name);
        if !page.lines().any(|line| line.starts_with("* ") && line.contains(&name)) {
            return Err(
                format!("{PAGE}: no item of the list says why {name} is below {LOW}").into()
            );
        }
    }
    Ok(())
}
