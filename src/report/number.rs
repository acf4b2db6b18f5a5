//! Numbers as text: exact for programs, rounded for people.

/// The shortest text that reads back as the same number, without a trailing
/// `.0`: `0.1`, `12`, `1.5e-7`.
#[must_use]
pub fn exact(x: f64) -> String {
    let text = format!("{x:?}");
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// A number with a fixed number of decimals, thousands separated by a space:
/// `12 345.7`.
#[must_use]
pub fn grouped(x: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", x.abs());
    let (whole, fraction) = text.split_at(text.find('.').unwrap_or(text.len()));
    // What rounds to zero has no sign.
    let negative = x < 0.0 && text.contains(|c: char| ('1'..='9').contains(&c));
    let mut out = String::from(if negative { "-" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out + fraction
}

/// A number with three significant figures and at most three decimals, for
/// people: `12 300`, `123`, `1.23`, `0.012`; an exact zero is `0`.
#[must_use]
pub fn significant(x: f64) -> String {
    significant_to(x, 3)
}

/// As [`significant`], with at most `most` decimals.
pub(super) fn significant_to(x: f64, most: usize) -> String {
    let size = x.abs();
    // The bounds are where rounding would give one digit more.
    let decimals = match size {
        0.0 => return "0".to_owned(),
        s if !s.is_finite() => return x.to_string(),
        s if s < 0.9995 => 3,
        s if s < 9.995 => 2,
        s if s < 99.95 => 1,
        _ => 0,
    };
    if decimals > 0 {
        return grouped(x, if decimals < most { decimals } else { most });
    }
    let mut unit = 1.0;
    while size / unit >= 999.5 {
        unit *= 10.0;
    }
    grouped((x / unit).round() * unit, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_numbers_are_short_and_read_back() {
        for (x, text) in [(0.0, "0"), (12.0, "12"), (0.1, "0.1"), (-2.5e-9, "-2.5e-9")] {
            assert_eq!(exact(x), text);
        }
        for x in [1.0 / 3.0, 1e300, 5e-324, 123_456_789.123_456_78, 1e16, f64::MAX] {
            assert_eq!(exact(x).parse::<f64>().map(f64::to_bits), Ok(x.to_bits()));
        }
    }

    #[test]
    fn thousands_are_separated() {
        for (x, decimals, text) in [
            (0.0, 0, "0"),
            (999.4, 0, "999"),
            (999.6, 0, "1 000"),
            (1_234_567.89, 1, "1 234 567.9"),
            (-45_678.0, 0, "-45 678"),
            (-0.04, 1, "0.0"),
        ] {
            assert_eq!(grouped(x, decimals), text);
        }
    }

    #[test]
    fn three_figures_also_where_rounding_adds_a_digit() {
        for (x, text) in [
            (0.0, "0"),
            (0.000_4, "0.000"),
            (0.012_34, "0.012"),
            (0.999_6, "1.00"),
            (0.999_4, "0.999"),
            (9.994, "9.99"),
            (9.996, "10.0"),
            (99.94, "99.9"),
            (99.96, "100"),
            (999.6, "1 000"),
            (1_658.0, "1 660"),
            (9_996.0, "10 000"),
            (123_456.0, "123 000"),
            (-0.5, "-0.500"),
            (-1_234.0, "-1 230"),
        ] {
            assert_eq!(significant(x), text, "{x}");
        }
    }
}
