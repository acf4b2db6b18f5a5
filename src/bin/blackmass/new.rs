//! `blackmass new`.

use crate::failure::Failure;
use crate::{source, terminal};
use blackmass::scenario::Scenario;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A small region with every kind of quantity, commented.
const TEMPLATE: &str = include_str!("new.toml");

/// Write a commented scenario to start from
///
/// No file is overwritten.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The file to write
    #[arg(value_name = "NAME", default_value = "scenario.toml")]
    name: PathBuf,
    /// Copy this shipped scenario, and those it includes, instead of a small one
    #[arg(long, value_name = "SHIPPED")]
    from: Option<String>,
}

pub fn new(arguments: &Arguments) -> Result<(), Failure> {
    let mut path = arguments.name.clone();
    if path.file_name().is_none() {
        let found = path.display().to_string();
        return Err(Failure::option(
            "NAME",
            &found,
            "a file name",
            "write blackmass new mine.toml",
        ));
    }
    if path.extension().is_none() {
        path.set_extension("toml");
    }
    let mut files = Vec::new();
    match &arguments.from {
        None => files.push((path.clone(), TEMPLATE)),
        Some(name) => copied(name, &path, &mut files)?,
    }
    let there = files.iter().find(|(file, _)| std::fs::symlink_metadata(file).is_ok());
    if let Some((file, _)) = there {
        let found = format!("{}, which exists", file.display());
        let fix = "choose another name or folder, or move the file away";
        return Err(Failure::option("NAME", &found, "a file that does not exist", fix));
    }
    for (file, text) in &files {
        write(file, text)?;
    }
    let shown = path.display();
    terminal::say(&format!(
        "Written: {shown}. Check it with `blackmass check {shown}`, run it with `blackmass run {shown}`."
    ));
    Ok(())
}

/// A shipped scenario under another name, and what it includes beside it.
fn copied(
    name: &str,
    path: &Path,
    files: &mut Vec<(PathBuf, &'static str)>,
) -> Result<(), Failure> {
    let Some(text) = Scenario::shipped_text(name) else {
        let names: Vec<&str> = Scenario::shipped_names().collect();
        return Err(Failure::option("--from", name, &names.join(", "), "use one of these names"));
    };
    files.push((path.to_owned(), text));
    for part in Scenario::shipped_names().filter(|part| includes(text, part)) {
        let beside = path.with_file_name(format!("{part}.toml"));
        if beside == path {
            let found = format!("{} for a scenario that includes {part}.toml", path.display());
            let fix = format!("write blackmass new my_{}.toml --from {name}", source::stem(name));
            return Err(Failure::option("NAME", &found, "another name", &fix));
        }
        if !files.iter().any(|(file, _)| *file == beside) {
            copied(part, &beside, files)?;
        }
    }
    Ok(())
}

/// Whether a shipped scenario includes another.
fn includes(text: &str, part: &str) -> bool {
    let line = text.lines().find(|line| line.starts_with("include"));
    line.is_some_and(|line| line.contains(&format!("\"{part}.toml\"")))
}

/// Writes a new file; if that fails, none is left.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = file.map_err(|error| Failure::unwritable(path, &error))?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(|error| {
        let _ = std::fs::remove_file(path);
        Failure::unwritable(path, &error)
    })
}
