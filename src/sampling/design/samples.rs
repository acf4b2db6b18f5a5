//! Values of static parameters, draw by draw, from and to CSV.

use crate::csv::field;
use crate::error::{Diagnostic, Error, ErrorKind};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The most diagnostics of one file.
const MAX_PROBLEMS: usize = 50;

/// Values of static parameters: a column for each, a row for each draw.
///
/// As text it is CSV: a header with the names of streams (quoted, as RFC 4180
/// has it, if they hold a comma or a line break), then one line per draw, draw 1 first.
/// A stream that several distributions read has a column for each of them,
/// named like the parameter. Values are in the parameter's unit.
///
/// # Examples
/// ```
/// use blackmass::sampling::design::SampleTable;
/// let table = SampleTable::from_csv("my.csv", "yield,rate\n0.9,0.5\n0.8,0.75\n")?;
/// assert_eq!((table.rows(), table.column("rate")), (2, Some(&[0.5, 0.75][..])));
///
/// let error = SampleTable::from_csv("my.csv", "yield\n0.9\nhigh\n").unwrap_err();
/// assert!(error.to_string().starts_with("my.csv:3:1: "));
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SampleTable {
    file: String,
    /// The text read, to find the place of a value; empty if there was none.
    text: Arc<str>,
    names: Vec<String>,
    columns: Vec<Arc<[f64]>>,
    rows: usize,
}

impl SampleTable {
    /// A table of columns with equally many values, which the caller sees to.
    pub(crate) fn of_columns(columns: Vec<(String, Vec<f64>)>) -> Self {
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        let (names, columns) = columns.into_iter().map(|(n, v)| (n, Arc::from(v))).unzip();
        Self { file: String::new(), text: "".into(), names, columns, rows }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if it cannot be read; else as for
    /// [`from_csv`](Self::from_csv).
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let problem = Diagnostic::new("the sample file cannot be read").file(&name);
            let fix = "give the path of a CSV file in UTF-8";
            Error::new(ErrorKind::Io, problem.found(error.to_string()).fix(fix))
        })?;
        Self::from_csv(&name, &text)
    }

    /// Reads text; `file` is its name in messages.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] with up to 50 diagnostics, each with line and
    /// column: no header or row, an empty or repeated name, a row with more or
    /// fewer fields than the header, a value that is not a finite number.
    pub fn from_csv(file: &str, text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut problems: Vec<Diagnostic> = Vec::new();
        let (header, rest) = header(text);
        let (below, lines) = (header.matches('\n').count(), rest.lines());
        let header = fields(header);
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (column, name) in &header {
            let at = |message: &str| Diagnostic::new(message).file(file).at(1, *column);
            if name.is_empty() {
                let fix = "write the name of a stream";
                problems.push(at("a column has no name").found("nothing").fix(fix));
            } else if let Some(first) = seen.insert(name, *column) {
                let problem = at("a column is given twice").key(name).found("a second column");
                let problem = problem.allowed(format!("one; the first is at {first}"));
                problems.push(problem.fix("remove one of the two"));
            } else if name.split('[').next().unwrap_or_default().contains([';', '\t']) {
                // Labels in brackets may hold anything.
                let problem = at("columns must be separated by commas").found(name);
                let fix = "export the table with commas between columns and decimal points";
                problems.push(problem.allowed("names separated by commas").fix(fix));
            }
        }
        if !problems.is_empty() {
            problems.truncate(MAX_PROBLEMS);
            return Err(Error::many(ErrorKind::Argument, problems));
        }
        let mut columns: Vec<Vec<f64>> = vec![Vec::new(); header.len()];
        let mut rows = 0;
        for (i, line) in lines.enumerate() {
            if problems.len() >= MAX_PROBLEMS {
                break;
            }
            let row = fields(line);
            if row.len() != header.len() {
                let problem = Diagnostic::new("a row does not match the header");
                let problem =
                    problem.file(file).at(below + i + 2, 1).found(format!("{} fields", row.len()));
                let problem = problem.allowed(format!("{} fields", header.len()));
                problems.push(problem.fix("give each row one value for each column"));
                continue;
            }
            rows += 1;
            for (((column, field), (_, name)), values) in row.iter().zip(&header).zip(&mut columns)
            {
                match field.trim().parse::<f64>() {
                    Ok(x) if x.is_finite() => values.push(x),
                    _ => problems.push(
                        Diagnostic::new("a sample is not a finite number")
                            .file(file)
                            .at(below + i + 2, *column)
                            .key(name)
                            .found(if field.is_empty() { "nothing" } else { field })
                            .allowed("a decimal number such as 0.25 or 1.5e-3")
                            .fix(match line.trim().is_empty() {
                                true => "remove the empty line",
                                false => "correct the number, or remove the row",
                            }),
                    ),
                }
            }
        }
        if rows == 0 && problems.is_empty() {
            let problem = Diagnostic::new("the sample file has no draws").file(file).at(2, 1);
            let problem = problem.found("no row").allowed("a header and one row per draw");
            problems.push(problem.fix("add a row below the header for each draw"));
        }
        if !problems.is_empty() {
            problems.truncate(MAX_PROBLEMS);
            return Err(Error::many(ErrorKind::Argument, problems));
        }
        Ok(Self {
            file: file.to_owned(),
            text: text.into(),
            names: header.into_iter().map(|(_, name)| name).collect(),
            columns: columns.into_iter().map(Arc::from).collect(),
            rows,
        })
    }

    /// The name of the file; empty if the table was not read from one.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The number of draws.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The names of the columns.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The values of a column, draw 1 first.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&[f64]> {
        let at = self.names.iter().position(|n| n == name)?;
        Some(&self.columns[at])
    }

    /// The columns with their names.
    pub(crate) fn columns(&self) -> impl Iterator<Item = (&str, &Arc<[f64]>)> {
        self.names.iter().map(String::as_str).zip(&self.columns)
    }

    /// A message about a column's name (`row` none) or value.
    pub(crate) fn problem(&self, message: &str, column: usize, row: Option<usize>) -> Diagnostic {
        let problem = Diagnostic::new(message).key(&self.names[column]);
        let (header, rest) = header(&self.text);
        let (line, text) = match row {
            Some(row) => (header.matches('\n').count() + row + 2, rest.lines().nth(row)),
            None => (1, Some(header)),
        };
        match text.and_then(|text| fields(text).into_iter().nth(column)) {
            Some((at, _)) => problem.file(&self.file).at(line, at),
            None => problem,
        }
    }

    /// The table as CSV text. Read again, it gives the same bits.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let quoted = |name: &String| field(name);
        let mut text = self.names.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
        for row in 0..self.rows {
            for (at, column) in self.columns.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                // the shortest text that reads back as the same number
                text.push_str(&format!("{:?}", column[row]));
            }
            text.push('\n');
        }
        text
    }
}

/// The header and what is below it. A line break within quotation marks is part
/// of a name, as far as they are closed.
fn header(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        c == '\n' && !quoted
    });
    let end = end.or_else(|| if quoted { text.find('\n') } else { None });
    let (header, rest) = end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]));
    (header.strip_suffix('\r').unwrap_or(header), rest)
}

/// The fields of a line, each with the column where it starts, counted in
/// characters from one.
fn fields(line: &str) -> Vec<(usize, String)> {
    let (mut all, mut field, mut start, mut quoted) = (Vec::new(), String::new(), 1, false);
    let mut chars = line.chars().enumerate().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' if quoted && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                chars.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => {
                all.push((start, std::mem::take(&mut field)));
                start = at + 2;
            }
            c => field.push(c),
        }
    }
    all.push((start, field));
    all
}
