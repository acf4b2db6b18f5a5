//! Text in markup.

/// A text as content or attribute value of XML and HTML. Characters that no
/// document may have become the replacement character.
pub(in crate::report) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_of_a_text_is_markup() {
        let text = "<script>alert('x')</script> & \"y\"\u{1}\n";
        let escaped = escape(text);
        assert!(!escaped.contains(['<', '>', '"', '\'', '\u{1}', '\n']), "{escaped}");
        assert_eq!(escape("a < b"), "a &lt; b");
        assert_eq!(escape("日本 5–95 %"), "日本 5–95 %");
    }
}
