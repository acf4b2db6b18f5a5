//! What the observations of a scenario make of an outcome.

use super::number::{grouped, significant};
use crate::ensemble::{Evidence, Outcome, Quantile, Spread};
use crate::error::Error;
use crate::maths::max;

/// The draws weighed by the likelihood of `evidence`
/// ([`lifecycle::evidence`](crate::lifecycle::evidence)): for each observation
/// what was seen, what the model says of it and what it says when weighed. Empty
/// without evidence.
///
/// # Errors
/// As for [`Outcome::reweight`], above all if the observations leave an effective
/// sample of fewer than 50 draws.
pub fn weighed(outcome: &Outcome, evidence: &[Evidence]) -> Result<String, Error> {
    let Some(first) = evidence.first() else { return Ok(String::new()) };
    let posterior = outcome.reweight(evidence)?;
    let mut rows = vec![["", "observed", "all draws", "weighed"].map(str::to_owned)];
    for seen in evidence {
        let labels: Vec<&str> = seen.labels.iter().map(String::as_str).collect();
        // Evidence that names nothing in the outcome has been refused above.
        let Some(report) = outcome.report(&seen.policy, &seen.series) else { continue };
        let Some(element) = report.element(&labels) else { continue };
        let Some(all) = report.summary(element, seen.year) else { continue };
        let mean = posterior.mean(report, element, seen.year).unwrap_or(f64::NAN);
        let quantile = |p| posterior.quantile(report, element, seen.year, p).unwrap_or(f64::NAN);
        let largest = [seen.value, all.mean, all.p95.value(), quantile(0.95)];
        let (scale, thousands) = scale(largest.into_iter().fold(0.0, |a, b| max(b.abs(), a)));
        let shown = |x: f64| significant(x / scale);
        let spread = match seen.spread {
            Spread::Sd(sd) => shown(sd),
            Spread::RelativeSd(sd) => format!("{} %", (1e3 * sd).round() / 10.0),
        };
        let of = labels.iter().map(|label| format!(" {label}")).collect::<String>();
        rows.push([
            format!("{}{of} {}, {thousands}{}", seen.series, seen.year, report.series().unit),
            format!("{} ± {spread}", shown(seen.value)),
            format!("{} ({}–{})", shown(all.mean), end(all.p05, scale), end(all.p95, scale)),
            format!("{} ({}–{})", shown(mean), shown(quantile(0.05)), shown(quantile(0.95))),
        ]);
    }
    let width = |c: usize| rows.iter().map(|row| row[c].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let mut text = format!(
        "\nWeighed by observations: effective sample size {} of {} draws of {}\n",
        grouped(posterior.effective_sample_size(), 0),
        grouped(f64::from(outcome.draws()), 0),
        first.policy,
    );
    for [of, seen, all, after] in &rows {
        let line = format!(
            "{of:<0$}  {seen:>1$}  {all:>2$}  {after:>3$}",
            widths[0], widths[1], widths[2], widths[3]
        );
        text += &format!("{}\n", line.trim_end());
    }
    text += "(mean, 5–95 %; the tables above and outcome.csv are not weighed)\n";
    Ok(text)
}

/// What numbers up to `largest` are divided by to be short, and its name.
fn scale(largest: f64) -> (f64, &'static str) {
    match largest {
        x if x < 9_995.0 => (1.0, ""),
        x if x < 9_995e3 => (1e3, "thousand "),
        _ => (1e6, "million "),
    }
}

/// A quantile; one beyond its histogram has a `<` or `>`.
fn end(quantile: Quantile, scale: f64) -> String {
    let sign = match quantile {
        Quantile::Value(_) => "",
        Quantile::Below(_) => "<",
        Quantile::Above(_) => ">",
    };
    format!("{sign}{}", significant(quantile.value() / scale))
}
