//! A number, its band and its error as table cells, in a unit that suits.

use super::number::{grouped, significant_to};
use crate::ensemble::{Quantile, Summary};

/// A unit to show a series in, and the number of base units it has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) scale: f64,
    pub(super) unit: String,
}

/// The smallest unit (among thousands of the base unit) in which no number is
/// above `most`; the largest unit if there is none.
pub(super) fn shown(unit: &str, numbers: impl Iterator<Item = f64>, most: f64) -> Shown {
    let largest = numbers.filter(|x| x.is_finite()).fold(0.0, |a: f64, x| {
        let size = x.abs();
        if size > a { size } else { a }
    });
    let mut units = units(unit);
    let at = units.iter().position(|u| largest / u.scale < most).unwrap_or(units.len() - 1);
    units.swap_remove(at)
}

/// The units a quantity can be shown in.
fn units(unit: &str) -> Vec<Shown> {
    let thousands = |names: [String; 3]| {
        let scales = [1.0, 1e3, 1e6];
        scales.into_iter().zip(names).map(|(scale, unit)| Shown { scale, unit }).collect()
    };
    let (base, per) = match unit.find('/') {
        Some(at) => unit.split_at(at),
        None => (unit, ""),
    };
    match base {
        "t" => thousands(["t", "kt", "Mt"].map(|u| format!("{u}{per}"))),
        "MWh" => thousands(["MWh", "GWh", "TWh"].map(|u| format!("{u}{per}"))),
        "vehicles" => thousands(["", "thousand ", "million "].map(|u| format!("{u}{unit}"))),
        _ => vec![Shown { scale: 1.0, unit: unit.to_owned() }],
    }
}

/// The mean.
pub(super) fn mean(x: &Summary, shown: &Shown) -> String {
    significant_to(x.mean / shown.scale, 3)
}

/// The 5–95 % band. A quantile beyond its histogram has a `<` or `>`.
pub(super) fn band(x: &Summary, shown: &Shown) -> String {
    let end = |q: Quantile| {
        let sign = match q {
            Quantile::Value(_) => "",
            Quantile::Below(_) => "<",
            Quantile::Above(_) => ">",
        };
        format!("{sign}{}", significant_to(q.value() / shown.scale, 3))
    };
    format!("{}–{}", end(x.p05), end(x.p95))
}

/// A mean difference with its sign, and its standard error, both with the
/// decimals that show two figures of the error. One draw has no standard error.
pub(super) fn difference(x: &Summary, shown: &Shown, draws: u32) -> [String; 2] {
    let (mean, error) = (x.mean / shown.scale, x.standard_error(draws) / shown.scale);
    let sign = if mean > 0.0 { "+" } else { "" };
    if draws < 2 {
        return [format!("{sign}{}", significant_to(mean, 3)), "±?".to_owned()];
    }
    if mean == 0.0 && error == 0.0 {
        return ["0".to_owned(), "±0".to_owned()];
    }
    let decimals = match error {
        e if e >= 9.95 => 0,
        e if e >= 0.995 => 1,
        e if e >= 0.0995 => 2,
        _ => 3,
    };
    [format!("{sign}{}", grouped(mean, decimals)), format!("±{}", grouped(error, decimals))]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(mean: f64, sd: f64) -> Summary {
        let [p05, p25, p50, p75, p95] =
            [mean - sd, mean, mean, mean, mean + sd].map(Quantile::Value);
        Summary { central: mean, mean, sd, p05, p25, p50, p75, p95 }
    }

    #[test]
    fn cells_are_rounded_with_a_purpose() {
        let [one, kilo] = [1.0, 1e3].map(|scale| Shown { scale, unit: String::new() });
        let x = summary(1_658.0, 100.0);
        assert_eq!((mean(&x, &one), band(&x, &one)), ("1 660".into(), "1 560–1 760".into()));
        assert_eq!((mean(&x, &kilo), band(&x, &kilo)), ("1.66".into(), "1.56–1.76".into()));
        let beyond = Summary { p95: Quantile::Above(7.0), ..summary(5.0, 1.0) };
        assert_eq!(band(&beyond, &one), "4.00–>7.00");
        // A standard error of 100/√10 000 = 1 and of 5/√10 000 = 0.05.
        assert_eq!(difference(&summary(1_234.56, 100.0), &one, 10_000), ["+1 234.6", "±1.0"]);
        assert_eq!(difference(&summary(-2.0, 5.0), &one, 10_000), ["-2.000", "±0.050"]);
        assert_eq!(difference(&summary(0.0, 0.0), &one, 10_000), ["0", "±0"]);
        assert_eq!(difference(&summary(3.0, 0.0), &one, 1), ["+3.00", "±?"]);
    }

    #[test]
    fn units_follow_the_largest_number() {
        let unit = |unit, x| shown(unit, [0.5, x].into_iter(), 9_995.0).unit;
        assert_eq!(unit("t/yr", 9_990.0), "t/yr");
        assert_eq!(unit("t/yr", -20_000.0), "kt/yr");
        assert_eq!(unit("t", 2e10), "Mt");
        assert_eq!(unit("MWh/yr", 2e4), "GWh/yr");
        assert_eq!(unit("vehicles/yr", 2e4), "thousand vehicles/yr");
        assert_eq!(unit("trucks", 2e9), "trucks");
    }
}
