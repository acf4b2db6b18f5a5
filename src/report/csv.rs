//! `outcome.csv`: every reported number, one a line.

use super::number::exact;
use crate::csv::field;
use crate::ensemble::{Outcome, Quantile, Report};
use crate::error::{Diagnostic, Error, ErrorKind};

/// The columns of `outcome.csv`, in order.
pub const COLUMNS: [&str; 15] = [
    "policy",
    "region",
    "series",
    "segment",
    "chemistry",
    "material",
    "year",
    "unit",
    "mean",
    "sd",
    "p05",
    "p25",
    "p50",
    "p75",
    "p95",
];

/// The dimensions that have a column.
const DIMENSIONS: [&str; 3] = ["segment", "chemistry", "material"];
/// The dimension whose elements are named in the series.
const IN_SERIES: &str = "target";

/// The text of `outcome.csv`: a heading with the [`COLUMNS`], then one line for
/// each policy, variable, element and year.
///
/// * `policy` is the policy's name; `<policy> - <reference>` for a paired
///   difference, which is taken draw by draw.
/// * `region` and `series` are the parts of the variable's name
///   `<region>.<series>`; a name without a dot leaves `region` empty.
///   A series named `<series>_by_segment` is written as `<series>` with the
///   segment filled in.
/// * A dimension belongs to the column that is one of the dot-separated parts
///   of its name: `segment.vehicles` to `segment`, `eu.material.regulated` to
///   `material`.
/// * The elements of a dimension named `target` are series of their own: those
///   of `target` are written as `target.<element>`, those of `target.met` as
///   `target.<element>.met`.
/// * An empty `segment`, `chemistry` or `material` means: summed over it.
///   Materials are in lower case.
/// * A variable that does not vary in time has the same numbers in every year.
/// * `mean` to `p95` are in `unit`, as the shortest text that reads back as the
///   same number. A quantile that lies beyond the range of its histogram is
///   written as the bound it lies beyond, after `<` or `>`.
/// * Lines end with a line feed; fields with a comma, a quotation mark or a
///   line break are quoted (RFC 4180).
///
/// # Errors
/// [`ErrorKind::Argument`] if a variable has a dimension without a column or
/// two for the same column.
pub fn csv(outcome: &Outcome) -> Result<String, Error> {
    let mut text = COLUMNS.join(",") + "\n";
    for report in outcome.reports() {
        let series = report.series();
        for (at, dimension) in series.dimensions.iter().enumerate() {
            let is_free = |c: &str| !series.dimensions[..at].iter().any(|d| column(d) == Some(c));
            if !column(dimension).is_some_and(is_free) {
                return Err(Error::new(
                    ErrorKind::Argument,
                    Diagnostic::new("a dimension has no column of its own in outcome.csv")
                        .key(&series.name)
                        .found(dimension)
                        .allowed(DIMENSIONS.join(", "))
                        .fix("observe a sum over this dimension"),
                ));
            }
        }
        for element in 0..series.labels.len() {
            let heads = heads(report, element);
            for year in outcome.years() {
                let Some(x) = report.summary(element, year) else { continue };
                text.push_str(&format!("{heads},{year},{},", field(&series.unit)));
                let moments = [exact(x.mean), exact(x.sd)];
                let quantiles = [x.p05, x.p25, x.p50, x.p75, x.p95].map(quantile);
                text.push_str(&moments.join(","));
                text.push(',');
                text.push_str(&quantiles.join(","));
                text.push('\n');
            }
        }
    }
    Ok(text)
}

/// The column of a dimension.
fn column(dimension: &str) -> Option<&'static str> {
    let all = || DIMENSIONS.into_iter().chain([IN_SERIES]);
    dimension.split('.').find_map(|part| all().find(|d| *d == part))
}

/// The fields from `policy` to `material`.
pub(super) fn heads(report: &Report, element: usize) -> String {
    let series = report.series();
    let policy = match &series.versus {
        Some(reference) => format!("{} - {reference}", series.policy),
        None => series.policy.clone(),
    };
    let (region, name) = series.name.split_once('.').unwrap_or(("", &series.name));
    let mut fields = vec![policy, region.to_owned(), name.to_owned()];
    for dimension in DIMENSIONS {
        let at = series.dimensions.iter().position(|d| column(d) == Some(dimension));
        let label = at.map_or("", |at| &series.labels[element][at]);
        fields.push(if dimension == "material" { label.to_lowercase() } else { label.to_owned() });
    }
    let of_target = series.dimensions.iter().position(|d| column(d) == Some(IN_SERIES));
    if let Some(rest) = name.strip_prefix(IN_SERIES)
        && let Some(at) = of_target
    {
        fields[2] = format!("{IN_SERIES}.{}{rest}", series.labels[element][at]);
    }
    let by_segment = fields[2].strip_suffix("_by_segment").map(str::to_owned);
    if let Some(series) = by_segment.filter(|_| !fields[3].is_empty()) {
        fields[2] = series;
    }
    fields.iter().map(|f| field(f)).collect::<Vec<_>>().join(",")
}

pub(super) fn quantile(quantile: Quantile) -> String {
    let sign = match quantile {
        Quantile::Value(_) => "",
        Quantile::Below(_) => "<",
        Quantile::Above(_) => ">",
    };
    format!("{sign}{}", exact(quantile.value()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ensemble, Plan, System, system::var};

    #[test]
    fn quantiles_beyond_the_histogram_say_so() {
        assert_eq!(quantile(Quantile::Value(2.5)), "2.5");
        assert_eq!(quantile(Quantile::Below(1.0)), "<1");
        assert_eq!(quantile(Quantile::Above(-0.25)), ">-0.25");
    }

    #[test]
    fn names_become_columns() -> Result<(), Error> {
        let mut b = System::builder("small", 2020..=2021);
        b.dimension("material", ["Lithium"]).dimension("segment", ["car, \"kei\""]);
        b.constant("eu.scrap_by_segment", &["segment", "material"], 2.0);
        b.variable("scrap", var("eu.scrap_by_segment").sum("segment").sum("material"));
        b.observe("eu.scrap_by_segment", "t/yr").observe("scrap", "t/yr");
        let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(3).run()?;
        let text = csv(&outcome)?;
        let numbers = "2,0,2,2,2,2,2";
        let expected = [
            COLUMNS.join(","),
            format!("baseline,eu,scrap,\"car, \"\"kei\"\"\",,lithium,2020,t/yr,{numbers}"),
            format!("baseline,eu,scrap,\"car, \"\"kei\"\"\",,lithium,2021,t/yr,{numbers}"),
            format!("baseline,,scrap,,,,2020,t/yr,{numbers}"),
            format!("baseline,,scrap,,,,2021,t/yr,{numbers}"),
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
        Ok(())
    }

    #[test]
    fn parts_of_a_dimension_name_its_column() -> Result<(), Error> {
        let columns = [
            ("segment", Some("segment")),
            ("segment.vehicles", Some("segment")),
            ("eu.material.regulated", Some("material")),
            ("eu.bev_car.chemistry", Some("chemistry")),
            ("eu.materials", None),
        ];
        for (dimension, expected) in columns {
            assert_eq!(column(dimension), expected);
        }
        let mut b = System::builder("small", 2020..=2021);
        b.dimension("segment", ["car"]).dimension("segment.two", ["van"]);
        b.constant("eu.x", &["segment", "segment.two"], 2.0).observe("eu.x", "t");
        let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(3).run()?;
        let error = csv(&outcome).expect_err("two dimensions for one column");
        assert!(error.to_string().contains("segment.two"), "{error}");
        Ok(())
    }

    #[test]
    fn a_dimension_without_a_column_is_refused() -> Result<(), Error> {
        let mut b = System::builder("small", 2020..=2021);
        b.dimension("colour", ["red"]).constant("eu.scrap", &["colour"], 2.0);
        b.observe("eu.scrap", "t/yr");
        let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(3).run()?;
        let error = csv(&outcome).expect_err("colour has no column");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains("colour"), "{error}");
        Ok(())
    }
}
