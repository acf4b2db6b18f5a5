//! What a command ends with if it fails: an error and an exit code.

use crate::{diagnostics, terminal};
use blackmass::{Diagnostic, Error, ErrorKind};
use std::path::Path;
use std::process::ExitCode;

/// An input is wrong.
const INPUT: u8 = 1;
/// The command line is wrong.
const ARGUMENTS: u8 = 2;
/// The run failed, or its result cannot be written.
const RUN: u8 = 3;
/// Interrupted, as a shell says it of SIGINT.
const INTERRUPTED: u8 = 130;

/// Why a command failed.
#[derive(Clone, Debug)]
pub struct Failure {
    code: u8,
    error: Error,
    /// What to do after an interruption.
    hint: Option<&'static str>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Scenario | ErrorKind::System | ErrorKind::Io | ErrorKind::Checkpoint => {
                INPUT
            }
            ErrorKind::Argument => ARGUMENTS,
            ErrorKind::Cancelled => INTERRUPTED,
            _ => RUN,
        };
        Self { code, error, hint: None }
    }
}

impl Failure {
    /// An input that is wrong.
    pub fn input(diagnostic: Diagnostic) -> Self {
        Self { code: INPUT, error: Error::new(ErrorKind::Io, diagnostic), hint: None }
    }

    /// An option that is wrong.
    pub fn option(option: &str, found: &str, allowed: &str, fix: &str) -> Self {
        let problem = Diagnostic::new("the command line is not understood");
        let problem = problem.key(option).found(found).allowed(allowed).fix(fix);
        Self::from(Error::new(ErrorKind::Argument, problem))
    }

    /// A run that failed.
    pub fn run(diagnostic: Diagnostic) -> Self {
        Self { code: RUN, error: Error::new(ErrorKind::Run, diagnostic), hint: None }
    }

    /// An error while running or writing: a file that fails now is not an input.
    pub fn while_running(error: Error) -> Self {
        let code = (error.kind() == ErrorKind::Io).then_some(RUN);
        let failure = Self::from(error);
        Self { code: code.unwrap_or(failure.code), ..failure }
    }

    /// Something of the file system that cannot be used as an input.
    pub fn unreadable(path: &Path, error: &std::io::Error, allowed: &str) -> Self {
        let problem = Diagnostic::new("this cannot be read").file(path.display().to_string());
        let problem = problem.found(error.to_string()).allowed(allowed);
        Self::input(problem.fix("check the path and the permissions"))
    }

    /// Something that cannot be written.
    pub fn unwritable(path: &Path, error: &std::io::Error) -> Self {
        let problem = Diagnostic::new("this cannot be written").file(path.display().to_string());
        let problem = problem.found(error.to_string()).allowed("a place that can be written");
        Self::run(problem.fix("check the permissions and the free space"))
    }

    /// Stopped by the user, with what there is by then.
    pub fn interrupted(found: &str) -> Self {
        let problem = Diagnostic::new("the run was cancelled").found(found);
        Self::from(Error::new(ErrorKind::Cancelled, problem))
    }

    /// Says what to do after an interruption.
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// Whether the user stopped it.
    pub fn is_interruption(&self) -> bool {
        self.code == INTERRUPTED
    }

    /// Says on the standard error what is wrong, and gives the exit code.
    pub fn report(&self) -> ExitCode {
        match self.is_interruption() {
            true => terminal::say(&self.interruption()),
            false => terminal::say(&diagnostics::drawn(&self.error, terminal::has_colour())),
        }
        ExitCode::from(self.code)
    }

    fn interruption(&self) -> String {
        let found = self.error.diagnostics().first().and_then(Diagnostic::what_was_found);
        let found = found.map_or(String::new(), |found| format!(": {found}"));
        let hint = self.hint.map_or(String::new(), |hint| format!(" {hint}"));
        format!("Interrupted{found}.{hint}")
    }
}
