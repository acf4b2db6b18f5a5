//! Loading a file and those it includes.

use std::fs::File;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::files::Files;
use super::report::{Lines, Report, shorten};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::scenario::schema::join;

/// Larger files are refused unread; the shipped ones are below 200 kB.
const MAX_BYTES: usize = 4 << 20;
/// Includes below includes below the first file.
const MAX_DEPTH: usize = 4;
/// More files than this are refused, counted as often as they are included.
const MAX_FILES: usize = 32;

/// Where included files come from.
#[derive(Clone, Copy)]
pub(super) enum Library {
    Disk,
    /// Names and texts; nothing is read from the disk.
    Shipped(&'static [(&'static str, &'static str)]),
}

/// One file and those it includes, as offsets into [`Files`].
pub(super) struct Loaded {
    pub(super) start: usize,
    pub(super) includes: Vec<Loaded>,
}

/// A path given by `include` and its place in the including file.
struct Include {
    path: String,
    at: usize,
}

/// Reads the file at `path`, with the reason if that fails.
pub(super) fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // One byte more than is allowed shows that the file is too large.
    File::open(path)?.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Loads a file that may not even be text, and what it includes.
pub(super) fn load(
    library: Library,
    name: &str,
    bytes: &[u8],
    files: &mut Files,
    report: &mut Report,
) -> Result<Loaded, Error> {
    let text = text(name, bytes)?;
    let mut loader = Loader { library, files, report, chain: Vec::new() };
    Ok(loader.load(name, text))
}

/// The text in `bytes`, or what is wrong with them as a whole.
fn text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Error> {
    if bytes.len() > MAX_BYTES {
        let diagnostic = Diagnostic::new("file too large")
            .file(name)
            .found(format!("{} bytes", bytes.len()))
            .allowed(format!("at most {MAX_BYTES} bytes"))
            .fix("check that this is a scenario file");
        return Err(Error::new(ErrorKind::Scenario, diagnostic));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let valid = std::str::from_utf8(bytes.get(..offset).unwrap_or(&[])).unwrap_or("");
        let (line, column) = Lines::new(valid).position(offset);
        let found = bytes.get(offset).map_or(String::new(), |byte| format!("byte 0x{byte:02X} "));
        let diagnostic = Diagnostic::new("not UTF-8 text")
            .file(name)
            .at(line, column)
            .found(format!("{found}at byte offset {offset}"))
            .allowed("UTF-8 text")
            .fix("save the file with the encoding UTF-8");
        Error::new(ErrorKind::Scenario, diagnostic)
    })?;
    // A byte order mark is not part of the text.
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

struct Loader<'l> {
    library: Library,
    files: &'l mut Files,
    report: &'l mut Report,
    /// The files that are being loaded, each included by the one before.
    chain: Vec<PathBuf>,
}

impl Loader<'_> {
    fn load(&mut self, name: &str, text: &str) -> Loaded {
        let start = self.files.push(name, text);
        let mut own = Report::default();
        if text.trim().is_empty() {
            own.add(0, "", "empty file", |d| {
                d.found("nothing")
                    .allowed("a scenario, beginning with schema_version = 2")
                    .fix("start from a copy of scenarios/eu.toml")
            });
        }
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            syntax(&mut own, text, error);
        }
        let includes = includes(&mut own, text, root.get_ref());
        self.report.absorb(own, start);
        self.chain.push(normal(Path::new(name)));
        let parts = includes.iter().filter_map(|include| self.include(name, start, include));
        let includes = parts.collect();
        self.chain.pop();
        Loaded { start, includes }
    }

    /// Loads one included file.
    fn include(&mut self, from: &str, start: usize, include: &Include) -> Option<Loaded> {
        let (path, at) = (shorten(&include.path), start + include.at);
        let given = Path::new(&include.path);
        let full = normal(&Path::new(from).parent().unwrap_or(Path::new("")).join(given));
        let mut refuse = |message: &str, found: String, allowed: &str, fix: &str| {
            self.report.add(at, "include", message, |d| {
                d.found(found).allowed(allowed).fix(fix.to_owned())
            });
            None
        };
        if given.components().any(|c| matches!(c, Component::Prefix(_) | Component::RootDir)) {
            let allowed = "a path relative to the including file";
            return refuse("include of an absolute path", path, allowed, "write \"eu.toml\"");
        }
        if self.chain.contains(&full) {
            let names: Vec<String> = self.chain.iter().map(|p| p.display().to_string()).collect();
            let found = format!("{} -> {}", names.join(" -> "), full.display());
            let allowed = "files that do not include themselves";
            return refuse("files include each other in a cycle", found, allowed, "remove one");
        }
        if self.chain.len() > MAX_DEPTH {
            let found = format!("{path}, {} deep", self.chain.len());
            let allowed = format!("at most {MAX_DEPTH} deep");
            return refuse("includes nested too deep", found, &allowed, "include it further up");
        }
        if self.files.count() >= MAX_FILES {
            let allowed = format!("{MAX_FILES} files in all");
            return refuse("too many included files", path, &allowed, "remove some");
        }
        let name = full.display().to_string();
        let bytes = match self.library {
            Library::Disk => regular(&full),
            Library::Shipped(files) => files
                .iter()
                .find(|(known, _)| Path::new(known) == full)
                .map(|(_, text)| text.as_bytes().to_vec())
                .ok_or_else(|| "no such file is shipped".to_owned()),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(reason) => {
                let found = format!("{name}: {reason}");
                let allowed = "a scenario file, relative to the including file";
                return refuse(
                    "the included file cannot be read",
                    found,
                    allowed,
                    "check the path",
                );
            }
        };
        match text(&name, &bytes) {
            Ok(text) => Some(self.load(&name, text)),
            Err(wrong) => {
                let found = format!(
                    "{name}: {}",
                    wrong.diagnostics().first().map_or("", Diagnostic::message)
                );
                let allowed = format!("UTF-8 text of at most {MAX_BYTES} bytes");
                refuse("the included file cannot be read", found, &allowed, "check the file")
            }
        }
    }
}

/// Reads a file of the disk that is neither a folder nor a device or pipe.
fn regular(path: &Path) -> Result<Vec<u8>, String> {
    let kind = std::fs::metadata(path).map_err(|error| error.to_string())?;
    if !kind.is_file() {
        return Err("not a regular file".to_owned());
    }
    read(path).map_err(|error| error.to_string())
}

/// `path` without `.` and without the names that `..` takes back.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(normal.components().next_back(), Some(Component::Normal(_))) =>
            {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// The paths that a file includes; `at` in its own text.
fn includes(report: &mut Report, text: &str, root: &DeTable) -> Vec<Include> {
    let Some(value) = root.get("include") else { return Vec::new() };
    let mut wrong = |span: std::ops::Range<usize>| {
        report.add(span.start, "include", "wrong type", |d| {
            d.found(shorten(text.get(span.clone()).unwrap_or("")))
                .allowed("an array of at least one string")
                .fix("write include = [\"eu.toml\"]")
        });
    };
    let items = match value.get_ref() {
        DeValue::Array(items) if !items.is_empty() => items,
        _ => {
            wrong(value.span());
            return Vec::new();
        }
    };
    let mut includes = Vec::with_capacity(items.len());
    for item in items.iter() {
        match item.get_ref() {
            DeValue::String(path) if !path.trim().is_empty() => {
                includes.push(Include { path: path.to_string(), at: item.span().start });
            }
            _ => wrong(item.span()),
        }
    }
    includes
}

/// Translates an error of the parser.
fn syntax(report: &mut Report, text: &str, error: &toml::de::Error) {
    let span = error.span().unwrap_or(0..0);
    let found = shorten(text.get(span.clone()).unwrap_or(""));
    let at = span.start;
    if error.message() == "duplicate key" {
        let key = enclosing(text, at, &found);
        report.add(at, &key, "duplicate key", |d| {
            d.found(format!("`{found}` a second time"))
                .allowed("each key once")
                .fix("remove one of the two")
        });
        return;
    }
    report.add(at, "", "not valid TOML", |d| {
        let d = d.found(if found.is_empty() { "end of line or file".into() } else { found });
        d.allowed(error.message()).fix("check quotes, brackets and equals signs here")
    });
}

/// The dotted key of `name` at byte `at`, judged by the header line above.
fn enclosing(text: &str, at: usize, name: &str) -> String {
    let before = text.get(..at).unwrap_or("");
    let own_line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let header = |line: &str| {
        let line = line.lines().next().unwrap_or("").trim_start().trim_start_matches('[');
        line.split(']').next().unwrap_or("").trim().to_owned()
    };
    if text.get(own_line..).is_some_and(|line| line.trim_start().starts_with('[')) {
        return header(text.get(own_line..).unwrap_or(""));
    }
    match before.rfind("\n[") {
        Some(newline) => join(&header(text.get(newline + 1..).unwrap_or("")), name),
        None if before.starts_with('[') => join(&header(before), name),
        None => name.to_owned(),
    }
}
