//! `blackmass schema`.

use crate::failure::Failure;
use crate::terminal;
use blackmass::scenario;

/// Print the JSON Schema of scenario files, for editors
///
/// Editors that know TOML (Even Better TOML, Taplo) complete and check keys with it.
/// `blackmass check` checks more.
#[derive(clap::Args, Debug)]
pub struct Arguments {}

pub fn schema(_: &Arguments) -> Result<(), Failure> {
    terminal::print(&scenario::json_schema())
}
