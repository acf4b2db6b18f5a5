//! Pages of `docs/` that hold tables written by benches, and medians.

#![allow(dead_code)]

use std::error::Error;

/// Puts each table between its marks on a page of `docs/`; the text around
/// stays.
pub fn write(page: &str, bench: &str, tables: &[(&str, String)]) -> Result<(), Box<dyn Error>> {
    let path = format!("{}/docs/{page}", env!("CARGO_MANIFEST_DIR"));
    let mut text = std::fs::read_to_string(&path)?;
    for (name, table) in tables {
        let (open, close) = (
            format!("<!-- {name}: written by benches/{bench} -->"),
            format!("<!-- end of {name} -->"),
        );
        let missing = || format!("{page}: a mark of the table {name} is missing");
        let start = text.find(&open).ok_or_else(missing)? + open.len();
        let end = text.find(&close).filter(|end| *end >= start).ok_or_else(missing)?;
        text.replace_range(start..end, &format!("\n\n{}\n\n", table.trim_end()));
    }
    std::fs::write(path, text)?;
    Ok(())
}

/// The middle number, or the mean of the two in the middle.
pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let n = numbers.len();
    if n == 0 { f64::NAN } else { 0.5 * (numbers[(n - 1) / 2] + numbers[n / 2]) }
}

/// A row of a Markdown table.
pub fn row(cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<String> = cells.into_iter().collect();
    format!("| {} |\n", cells.join(" | "))
}

/// The first two rows of a Markdown table.
pub fn head(cells: &[&str]) -> String {
    row(cells.iter().map(|c| (*c).to_owned())) + &format!("|{}\n", "---|".repeat(cells.len()))
}
