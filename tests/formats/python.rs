//! A Python with NumPy and pandas.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The system's Python if it has both; else one of a virtual environment under
/// the target directory, made on first use. If there is none, says so aloud, or
/// fails if `BLACKMASS_PYTHON` is `required`.
pub fn with_pandas() -> Option<PathBuf> {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let own = place.join("bin/python");
    for python in [Path::new("python3"), &own] {
        if quiet(python, ["-c", "import numpy, pandas"]) {
            return Some(python.to_owned());
        }
    }
    let made = quiet(Path::new("python3"), [OsStr::new("-m"), OsStr::new("venv"), place.as_ref()])
        && quiet(&own, ["-m", "pip", "install", "--quiet", "numpy", "pandas"]);
    if made {
        return Some(own);
    }
    let message = "SKIPPED: no Python with NumPy and pandas, and none could be installed: \
                   the files were not read back";
    assert!(std::env::var("BLACKMASS_PYTHON").as_deref() != Ok("required"), "{message}");
    // Not captured by the test harness, as what is printed would be.
    let _ = writeln!(std::io::stderr(), "\n{message}\n");
    None
}

fn quiet(program: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> bool {
    let mut command = Command::new(program);
    let status = command.args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Runs a script on a directory and expects it to succeed.
pub fn run(python: &Path, script: &str, directory: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let output = Command::new(python).arg(script).arg(directory).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}
