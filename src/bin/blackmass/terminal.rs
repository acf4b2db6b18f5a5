//! The standard output and error.

use crate::failure::Failure;
use blackmass::{Diagnostic, Progress};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _, Write as _};

/// Prints a result. A reader who has seen enough is no error.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let problem = Diagnostic::new("the standard output cannot be written");
            let problem = problem.found(error.to_string()).fix("check the free space");
            Err(Failure::run(problem))
        }
        _ => Ok(()),
    }
}

/// Prints a message to the standard error.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end());
}

/// Whether messages may have colours: on a terminal, unless `NO_COLOR` is set.
pub fn has_colour() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    io::stderr().is_terminal()
        && !set("NO_COLOR")
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// A progress bar on the standard error, without colours; it shows on a terminal
/// only.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn new(quiet: bool) -> Self {
        let target = match quiet {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} draws, {eta} left") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Does something that prints, out of the way of the bar.
    pub fn aside(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    pub fn show(&self, progress: Progress) {
        self.0.set_length(progress.total.into());
        self.0.set_position(progress.done.into());
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
