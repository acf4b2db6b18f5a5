//! JSON as text, for what the crate writes.

use std::fmt::{self, Write as _};

/// A JSON value that is only ever written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Self>),
    /// Its members in their order.
    Object(Vec<(String, Self)>),
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl Json {
    /// An object of members whose names are known.
    pub(crate) fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.map(|(key, value)| (key.to_owned(), value)).into())
    }

    /// A list of texts.
    pub(crate) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::List(texts.into_iter().map(Self::from).collect())
    }

    /// The object with one member more.
    pub(crate) fn with(self, key: &str, value: Self) -> Self {
        match self {
            Self::Object(mut members) => {
                members.push((key.to_owned(), value));
                Self::Object(members)
            }
            other => other,
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, indent: usize) -> fmt::Result {
        let (outer, inner) = ("  ".repeat(indent), "  ".repeat(indent + 1));
        match self {
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => f.write_str(&crate::report::exact(*number)),
            Self::Text(text) => f.write_str(&string(text)),
            Self::List(items) if items.is_empty() => f.write_str("[]"),
            Self::Object(members) if members.is_empty() => f.write_str("{}"),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    f.write_str(if at == 0 { "[" } else { ", " })?;
                    item.write(f, indent)?;
                }
                f.write_char(']')
            }
            Self::Object(members) => {
                for (at, (key, value)) in members.iter().enumerate() {
                    f.write_str(if at == 0 { "{\n" } else { ",\n" })?;
                    write!(f, "{inner}{}: ", string(key))?;
                    value.write(f, indent + 1)?;
                }
                write!(f, "\n{outer}}}")
            }
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

/// A text in quotes, as JSON has it.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let value = Json::object([
            (
                "a \"b\" \\",
                Json::List(vec![1.5.into(), 3.0.into(), true.into(), "x\n\u{1}".into()]),
            ),
            ("empty", Json::object([])),
            ("none", Json::List(Vec::new())),
        ]);
        let read: serde_json::Value = serde_json::from_str(&value.to_string()).expect("JSON");
        let expected = serde_json::json!({
            "a \"b\" \\": [1.5, 3, true, "x\n\u{1}"], "empty": {}, "none": []
        });
        assert_eq!(read["a \"b\" \\"][0], expected["a \"b\" \\"][0]);
        assert_eq!(read, expected);
    }
}
