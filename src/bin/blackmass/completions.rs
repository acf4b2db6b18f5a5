//! `blackmass completions`.

use crate::failure::Failure;
use crate::terminal;
use clap::CommandFactory as _;
use clap_complete::Shell;

/// Print a script that completes commands and options in a shell
///
/// For example: blackmass completions bash > ~/.local/share/bash-completion/completions/blackmass
#[derive(clap::Args, Debug)]
pub struct Arguments {
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub fn completions(arguments: &Arguments) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::Cli::command(), "blackmass", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))
}
