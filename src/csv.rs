//! How text stands in a CSV file.

/// A field of a CSV file, quoted where RFC 4180 asks for it.
///
/// # Examples
/// ```
/// assert_eq!(blackmass::report::field("a,b"), "\"a,b\"");
/// ```
#[must_use]
pub fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_needed() {
        for (text, written) in [
            ("", ""),
            ("t/yr", "t/yr"),
            ("a b", "a b"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(field(text), written);
        }
    }
}
