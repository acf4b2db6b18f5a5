//! Kept draws as files: `draws.npy` with `draws_index.csv`, `experiments.csv`
//! and `outcomes.csv`.

use super::number::exact;
use crate::csv::field;
use crate::ensemble::{Outcome, Report};
use crate::error::{Error, argument};
use crate::sampling::design::SampleTable;

/// The most numbers in one file of draws: 512 MiB of `draws.npy`, some 1.2 GB
/// as text.
pub const MAX_NUMBERS: usize = 1 << 26;

/// The columns of `draws_index.csv`.
pub const INDEX_COLUMNS: [&str; 8] =
    ["column", "name", "policy", "versus", "series", "element", "year", "unit"];

/// All kept draws of a run for NumPy, made by [`draws`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draws {
    /// The bytes of `draws.npy`.
    pub npy: Vec<u8>,
    /// The text of `draws_index.csv`.
    pub index: String,
}

/// A number that was kept of every draw.
struct Column<'a> {
    report: &'a Report,
    element: usize,
    year: i32,
}

impl Column<'_> {
    /// Its place in every table: policy, versus, series, element, year, unit. A
    /// series that does not vary in time has no year.
    fn fields(&self) -> [String; 6] {
        let s = self.report.series();
        let labels = s.dimensions.iter().zip(&s.labels[self.element]);
        let labels: Vec<String> = labels.map(|(d, label)| format!("{d}={label}")).collect();
        let year = if self.report.is_timed() { self.year.to_string() } else { String::new() };
        let versus = s.versus.clone().unwrap_or_default();
        [s.policy.clone(), versus, s.name.clone(), labels.join(","), year, s.unit.clone()]
    }

    /// One name for all of it: `policy/series[dimension=label]/year`, and
    /// `policy - versus` for a difference.
    fn name(&self) -> String {
        let [mut name, versus, series, element, year, _] = self.fields();
        if !versus.is_empty() {
            name = format!("{name} - {versus}");
        }
        name = format!("{name}/{series}");
        if !element.is_empty() {
            name = format!("{name}[{element}]");
        }
        if year.is_empty() { name } else { format!("{name}/{year}") }
    }
}

/// Everything kept, in the order of the reports, then by element and year, with
/// its draws.
fn columns(outcome: &Outcome, most: usize) -> Result<Vec<(Column<'_>, Vec<f64>)>, Error> {
    let draws = outcome.draws() as usize;
    let (mut all, mut numbers) = (Vec::new(), 0usize);
    for report in outcome.reports() {
        let first = *outcome.years().start();
        let last = if report.is_timed() { *outcome.years().end() } else { first };
        for element in 0..report.series().labels.len() {
            for year in first..=last {
                let Some(found) = outcome.draws_of(report, element, year) else { continue };
                numbers = numbers.saturating_add(draws);
                if numbers > most {
                    return Err(too_many("the kept draws", most));
                }
                all.push((Column { report, element, year }, found));
            }
        }
    }
    if all.is_empty() {
        let fix = "keep variables with `Ensemble::keep` or `keep_years`";
        let message = "there are no draws to write";
        return Err(argument(message, "draws", "nothing was kept", "kept variables", fix));
    }
    Ok(all)
}

fn too_many(what: &str, most: usize) -> Error {
    let fix = "keep fewer variables or years, or make fewer draws";
    let allowed = format!("at most {most}");
    argument("there are too many numbers for one file", what, "more", allowed, fix)
}

/// The texts of `draws.npy` and `draws_index.csv`: all draws that were kept,
/// under all policies and with their differences.
///
/// The array is in NumPy's format 1.0 (NEP 1), little-endian doubles in C order,
/// of shape (draws, numbers); row 0 is draw 1. The index has a line for each
/// number, with the [`INDEX_COLUMNS`]: its column in the array, counted from 0; a
/// name for all of it, which is also the heading in `outcomes.csv`; the policy;
/// the policy subtracted, if it is a difference; the series; the element as
/// `dimension=label,…`; the year, empty if the series does not vary in time; the
/// unit.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if nothing was kept, or
/// there are more than [`MAX_NUMBERS`].
///
/// # Examples
/// ```
/// use blackmass::{Ensemble, Plan, System, report, system::var};
/// let mut b = System::builder("one flow", 2020..=2021);
/// b.constant("eu.scrap", &[], 10.0).variable("eu.collected", var("eu.scrap").cumulative());
/// b.observe("eu.collected", "t");
/// let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(3).keep("eu.collected").run()?;
/// let draws = report::draws(&outcome)?;
/// assert_eq!(draws.npy.len(), 128 + 3 * 2 * 8);
/// assert!(draws.index.ends_with("1,baseline/eu.collected/2021,baseline,,eu.collected,,2021,t\n"));
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn draws(outcome: &Outcome) -> Result<Draws, Error> {
    let columns = columns(outcome, MAX_NUMBERS)?;
    let (rows, width) = (outcome.draws() as usize, columns.len());
    let mut npy = header(rows, width);
    let start = npy.len();
    npy.resize(start + rows * width * size_of::<f64>(), 0);
    let mut index = INDEX_COLUMNS.join(",") + "\n";
    for (at, (column, draws)) in columns.iter().enumerate() {
        for (x, row) in draws.iter().zip(npy[start..].chunks_exact_mut(width * 8)) {
            row[8 * at..8 * at + 8].copy_from_slice(&x.to_le_bytes());
        }
        let place = column.fields().map(|f| field(&f)).join(",");
        index.push_str(&format!("{at},{},{place}\n", field(&column.name())));
    }
    Ok(Draws { npy, index })
}

/// The header of an array in NumPy's format 1.0: padded with spaces, so that the
/// numbers begin at a multiple of 64 bytes.
fn header(rows: usize, width: usize) -> Vec<u8> {
    let mut text =
        format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {width}), }}");
    const BEFORE: usize = 10;
    let length = (BEFORE + text.len() + 1).next_multiple_of(64) - BEFORE;
    text.push_str(&" ".repeat(length - 1 - text.len()));
    text.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    // Two numbers of at most twenty digits: 128 bytes in all.
    bytes.extend((length as u16).to_le_bytes());
    bytes.extend(text.into_bytes());
    bytes
}

/// The text of `outcomes.csv`: a column for each number that was kept, named as
/// in `draws_index.csv`, and a row for each draw, in the order of
/// `experiments.csv`. Numbers are the shortest text that reads back as the same.
///
/// # Errors
/// As for [`draws`].
///
/// # Examples
/// ```
/// use blackmass::{Ensemble, Plan, System, report, system::var};
/// let mut b = System::builder("one flow", 2020..=2021);
/// b.constant("eu.scrap", &[], 10.0).variable("eu.collected", var("eu.scrap").cumulative());
/// b.observe("eu.collected", "t");
/// let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(2).keep("eu.collected").run()?;
/// let text = report::outcomes(&outcome)?;
/// assert_eq!(text, "baseline/eu.collected/2020,baseline/eu.collected/2021\n10,20\n10,20\n");
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn outcomes(outcome: &Outcome) -> Result<String, Error> {
    let columns = columns(outcome, MAX_NUMBERS)?;
    let names: Vec<String> = columns.iter().map(|(c, _)| field(&c.name())).collect();
    let mut text = names.join(",") + "\n";
    for draw in 0..outcome.draws() as usize {
        for (at, (_, draws)) in columns.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(&exact(draws[draw]));
        }
        text.push('\n');
    }
    Ok(text)
}

/// The text of `experiments.csv`: a column for each input of a run, a row for
/// each draw. Read back as a sample file
/// ([`SampleTable::from_csv`]) and run with the same seed, which yearly noise is
/// drawn from, it gives the same outcome to the last digit.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if there is no input, or
/// there are more than [`MAX_NUMBERS`].
///
/// # Examples
/// ```
/// use blackmass::{report, sampling::design::SampleTable};
/// let table = SampleTable::from_csv("x.csv", "rate\n0.50\n")?;
/// assert_eq!(report::experiments(&table)?, "rate\n0.5\n");
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn experiments(samples: &SampleTable) -> Result<String, Error> {
    if samples.names().is_empty() {
        let fix = "declare parameters that are drawn";
        let message = "there are no experiments to write";
        return Err(argument(message, "inputs", "no input is drawn", "drawn inputs", fix));
    }
    if samples.rows().saturating_mul(samples.names().len()) > MAX_NUMBERS {
        return Err(too_many("the inputs", MAX_NUMBERS));
    }
    Ok(samples.to_csv())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ensemble, Plan, System, system::var};

    fn outcome(keep: bool) -> Outcome {
        let mut b = System::builder("small", 2020..=2022);
        b.dimension("kind", ["a, \"b\"", "c\nd"]).constant("x", &["kind"], 2.5);
        b.variable("y", var("x").cumulative()).observe("y", "t").observe("x", "1");
        let plan = Plan::compile(&b.build().expect("correct")).expect("small");
        let run = Ensemble::new(&plan).draws(2);
        let run = if keep { run.keep_years("y", &[2021]).keep("x") } else { run };
        run.run().expect("it runs")
    }

    #[test]
    fn names_are_quoted_and_years_left_empty() {
        let outcome = outcome(true);
        let index = draws(&outcome).expect("kept").index;
        let expected = "column,name,policy,versus,series,element,year,unit\n\
            0,\"baseline/y[kind=a, \"\"b\"\"]/2021\",baseline,,y,\"kind=a, \"\"b\"\"\",2021,t\n\
            1,\"baseline/y[kind=c\nd]/2021\",baseline,,y,\"kind=c\nd\",2021,t\n\
            2,\"baseline/x[kind=a, \"\"b\"\"]\",baseline,,x,\"kind=a, \"\"b\"\"\",,1\n\
            3,\"baseline/x[kind=c\nd]\",baseline,,x,\"kind=c\nd\",,1\n";
        assert_eq!(index, expected);
        assert!(outcomes(&outcome).expect("kept").ends_with("\n5,5,2.5,2.5\n5,5,2.5,2.5\n"));
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        let nothing = outcome(false);
        for error in [draws(&nothing).err(), outcomes(&nothing).err()] {
            assert!(error.expect("refused").to_string().contains("nothing was kept"));
        }
        let kept = outcome(true);
        assert!(columns(&kept, 8).is_ok());
        let error = columns(&kept, 7).err().expect("refused").to_string();
        assert!(error.contains("too many") && error.contains("at most 7"), "{error}");
    }

    #[test]
    fn the_header_is_a_multiple_of_64_bytes_whatever_the_shape() {
        for (rows, width) in [(1, 1), (10_000, 34), (usize::MAX, usize::MAX)] {
            let bytes = header(rows, width);
            assert_eq!((bytes.len() % 64, bytes.last()), (0, Some(&b'\n')));
            assert_eq!(usize::from(u16::from_le_bytes([bytes[8], bytes[9]])), bytes.len() - 10);
        }
    }
}
