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

/// Puts each table between its marks; the text around stays.
pub fn write(tables: &[(&str, String)]) -> Result<(), Box<dyn Error>> {
    let mut page = std::fs::read_to_string(PAGE)?;
    for (name, table) in tables {
        let (open, close) = (
            format!("<!-- {name}: written by benches/uncertainty -->"),
            format!("<!-- end of {name} -->"),
        );
        let start = page.find(&open).ok_or("a mark is missing")? + open.len();
        let end = page.find(&close).filter(|end| *end >= start).ok_or("a mark is missing")?;
        page.replace_range(start..end, &format!("\n\n{table}\n"));
    }
    std::fs::write(PAGE, page)?;
    Ok(())
}
