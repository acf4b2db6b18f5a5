//! The command line of a bench: `--name value` and `--name`.

#![allow(dead_code)]

use std::str::FromStr;

pub struct Options(Vec<String>);

impl Options {
    pub fn read() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// Whether the option stands there.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|o| o == name)
    }

    /// Whether only the answers are to be checked.
    pub fn testing(&self) -> bool {
        self.has("--test")
    }

    /// What follows the option.
    pub fn value(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|o| o == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    /// The number that follows the option; if it is not there, the first of
    /// two, or the second where only the answers are checked.
    pub fn number<T: FromStr>(&self, name: &str, default: T, testing: T) -> Result<T, T::Err> {
        let default = if self.testing() { testing } else { default };
        self.value(name).map_or(Ok(default), str::parse)
    }
}
