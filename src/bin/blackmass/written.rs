//! Results that were written before: `outcome.csv` and `manifest.json`.

use crate::failure::Failure;
use crate::folder::MANIFEST;
use blackmass::Diagnostic;
use blackmass::report::COLUMNS;
use serde_json::Value;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

const OUTCOME: &str = "outcome.csv";
/// Larger files are refused.
const LARGEST: u64 = 2 << 30;

/// A line of `outcome.csv` but for policy and statistics: region, series,
/// segment, chemistry, material, year, unit.
pub type Key = [String; 7];

/// Mean and standard deviation.
pub type Moments = (f64, f64);

/// What a folder holds.
#[derive(Debug)]
pub struct Written {
    path: PathBuf,
    pub scenario: String,
    pub policies: Vec<String>,
    pub draws: f64,
    pub seed: u64,
    pub design: String,
    /// What the scenario says, what it was run with and the random streams.
    pub identity: [String; 4],
    /// The lines of one policy, or of a difference such as `more - baseline`, in
    /// their order.
    lines: HashMap<String, Vec<(Key, Moments)>>,
}

impl Written {
    pub fn read(path: &Path) -> Result<Self, Failure> {
        if !path.is_dir() {
            let error = std::io::Error::from(std::io::ErrorKind::NotFound);
            return Err(Failure::unreadable(path, &error, "a folder that `blackmass run` wrote"));
        }
        let manifest = path.join(MANIFEST);
        let value: Value = serde_json::from_str(&text(&manifest)?).map_err(|error| {
            let place = (error.line(), error.column());
            wrong(&manifest, Some(place), "not the manifest of a run", &error.to_string(), "JSON")
        })?;
        let missing = |key: &str| {
            let found = format!("no `{key}`, or of another kind");
            wrong(&manifest, None, "not the manifest of a run", &found, "one that a run wrote")
        };
        let name = |key: &str| {
            let text = value[key].as_str().map(str::to_owned);
            text.ok_or_else(|| missing(key))
        };
        let whole = |key: &str| value[key].as_u64().ok_or_else(|| missing(key));
        let policies = value["policies"].as_array().ok_or_else(|| missing("policies"))?;
        let policies: Vec<String> =
            policies.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if policies.is_empty() {
            return Err(missing("policies"));
        }
        let other = [&value["prior_scale"], &value["design"]].map(Value::to_string);
        let [scale, design] = other;
        Ok(Self {
            path: path.to_owned(),
            scenario: name("scenario")?,
            policies,
            draws: whole("draws")? as f64,
            seed: whole("seed")?,
            design: value["design"]["name"].as_str().unwrap_or_default().to_owned(),
            identity: [name("content_hash")?, scale, design, value["stream_version"].to_string()],
            lines: lines(&path.join(OUTCOME))?,
        })
    }

    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }

    /// The lines of a policy or of a difference.
    pub fn lines(&self, policy: &str) -> Option<&[(Key, Moments)]> {
        self.lines.get(policy).map(Vec::as_slice)
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    let allowed = "a file that `blackmass run --out` wrote";
    let unreadable = |error| Failure::unreadable(path, &error, allowed);
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() || about.len() > LARGEST {
        let found =
            if about.is_file() { format!("{} bytes", about.len()) } else { "no file".into() };
        return Err(wrong(path, None, "this cannot be a result", &found, "at most 2 GiB of text"));
    }
    fs::read_to_string(path).map_err(unreadable)
}

fn wrong(
    path: &Path,
    place: Option<(usize, usize)>,
    message: &str,
    found: &str,
    allowed: &str,
) -> Failure {
    let problem = Diagnostic::new(message).file(path.display().to_string());
    let problem = match place {
        Some((line, column)) => problem.at(line, if column == 0 { 1 } else { column }),
        None => problem,
    };
    let problem = problem.found(found).allowed(allowed);
    Failure::input(problem.fix("run the scenario again with --out"))
}

/// The lines of `outcome.csv` by policy.
fn lines(path: &Path) -> Result<HashMap<String, Vec<(Key, Moments)>>, Failure> {
    let text = text(path)?;
    let mut rows = text.lines().enumerate();
    let head = COLUMNS.join(",");
    match rows.next() {
        Some((_, first)) if first == head => {}
        first => {
            let found: String = first.map_or("", |(_, line)| line).chars().take(60).collect();
            return Err(wrong(path, Some((1, 1)), "not the outcome of a run", &found, &head));
        }
    }
    if !text.ends_with('\n') {
        let place = Some((text.lines().count(), 1));
        let allowed = "a line end after the last line";
        return Err(wrong(path, place, "the file ends in the middle", "no line end", allowed));
    }
    let mut lines: HashMap<String, Vec<(Key, Moments)>> = HashMap::new();
    for (at, line) in rows {
        let wrong = |found: &str, allowed: &str| {
            wrong(path, Some((at + 1, 1)), "not a line of an outcome", found, allowed)
        };
        let fields = fields(line);
        let count = fields.len();
        let Ok(fields) = <[String; COLUMNS.len()]>::try_from(fields) else {
            let found = format!("{count} fields");
            return Err(wrong(&found, &format!("{} fields", COLUMNS.len())));
        };
        let number = |text: &String| {
            let number = text.parse().ok().filter(|x: &f64| x.is_finite());
            number.ok_or_else(|| wrong(text, "a number"))
        };
        let [policy, region, series, segment, chemistry, material, year, unit, mean, sd, ..] =
            fields;
        let moments = (number(&mean)?, number(&sd)?);
        if year.parse::<i32>().is_err() {
            return Err(wrong(&year, "a year"));
        }
        let key = [region, series, segment, chemistry, material, year, unit];
        lines.entry(policy).or_default().push((key, moments));
    }
    Ok(lines)
}

/// The fields of a line (RFC 4180, without line breaks in fields).
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn fields_are_read_as_they_are_written() {
        assert_eq!(fields("a,,\"b,\"\"c\"\"\",1"), ["a", "", "b,\"c\"", "1"]);
        assert_eq!(fields(""), [""]);
    }
}
