//! A scenario as the command line names it: a file, or one of the shipped ones.

use crate::failure::Failure;
use blackmass::scenario::Scenario;
use blackmass::{Diagnostic, Error, ErrorKind};
use std::path::Path;

/// Reads the file at a path, or the shipped scenario of this name if there is no
/// such file.
pub fn open(name: &str) -> Result<Scenario, Failure> {
    let path = Path::new(name);
    if !path.exists() {
        if let Some(scenario) = Scenario::shipped(name) {
            return Ok(scenario);
        }
        let names: Vec<&str> = Scenario::shipped_names().collect();
        let problem = Diagnostic::new("there is no such scenario")
            .file(name)
            .found("neither a file nor a shipped scenario")
            .allowed(format!("a file, or one of {}", names.join(", ")))
            .fix("check the path; `blackmass new` writes a file to start from");
        return Err(Error::new(ErrorKind::Io, problem).into());
    }
    if path.is_dir() {
        let problem = Diagnostic::new("the scenario is a folder").file(name).found("a folder");
        let problem = problem.allowed("a scenario file").fix("name the file in it");
        return Err(Failure::input(problem));
    }
    Ok(Scenario::from_file(path)?)
}

/// A name for the folder of a scenario.
pub fn stem(name: &str) -> String {
    let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| !stem.is_empty()).unwrap_or_else(|| "scenario".to_owned())
}
