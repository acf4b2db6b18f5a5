//! What a table of a file is in the reference: its keys, by hand. A test compares
//! each table with what the reader allows there.

/// A table of the file.
pub(super) struct Keys {
    /// As it is written, such as `[time]`.
    pub(super) table: &'static str,
    /// What it is for.
    pub(super) about: &'static str,
    /// Key, type, default, meaning.
    pub(super) keys: &'static [[&'static str; 4]],
    /// Where one is found: a sample, a text in it that occurs once, and what
    /// has to follow it so that an unknown key `zzz` stands in the table.
    pub(super) found: (Sample, &'static str, &'static str),
}

/// A valid scenario file.
#[derive(Clone, Copy)]
pub(super) enum Sample {
    Small,
    Words,
    Events,
    World,
}

pub(super) const REQUIRED: &str = "required";
pub(super) const NONE: &str = "none";
pub(super) const BY_PRIOR: &str = "by the prior";
pub(super) const SOURCE: [&str; 4] = ["source", "text", REQUIRED, "id of a source in `[sources]`"];
pub(super) const GRADE: [&str; 4] =
    ["grade", "A, B, C or D", REQUIRED, "how far the number can be trusted"];
pub(super) const NOTE: [&str; 4] = ["note", "text", NONE, "a remark; not used"];
