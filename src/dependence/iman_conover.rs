//! Rank correlation for samples that are already there.

use super::Correlation;
use super::cholesky::{factor, solve};
use crate::error::{Error, argument};
use crate::maths;
use crate::sampling::{StreamKey, uniform};

/// Reorders columns of equally many numbers so that their rank correlations
/// come close to `target`, without changing any number: each column keeps its
/// values, only who stands beside whom changes. The first column stays as it
/// is. Ties are broken by position.
///
/// Scores mᵢ = Φ⁻¹((i+1)/(n+1)) are permuted at
/// random for every column but the first ([`scores`], from the seed); with C
/// the correlation of the scores M = Q·Qᵀ and R = P·Pᵀ the target, the rows of
/// T = M·(P·Q⁻¹)ᵀ have correlation R exactly, and each column takes the ranks
/// of its column of T. Iman and Conover, "A distribution-free approach to
/// inducing rank correlation among input variables", Communications in
/// Statistics B 11 (1982) 311-334.
///
/// The target's normals' correlations are met by the scores; the rank
/// correlation of the result differs by sampling and by the ranks alone.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if the columns do not
/// fit the target, are of different lengths, hold numbers that are not finite,
/// or have too few of them.
///
/// # Examples
/// ```
/// use blackmass::dependence::{Correlation, iman_conover};
/// let target = Correlation::spearman(["a", "b"], &[vec![1.0, 0.9], vec![0.9, 1.0]])?;
/// let column: Vec<f64> = (0..100).map(f64::from).collect();
/// let [a, b] = &iman_conover(&[column.clone(), column.clone()], &target, 1)?[..] else { return Ok(()) };
/// assert_eq!(a, &column);
/// assert_ne!(b, &column);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn iman_conover(
    columns: &[Vec<f64>],
    target: &Correlation,
    seed: u64,
) -> Result<Vec<Vec<f64>>, Error> {
    let n = columns.first().map_or(0, Vec::len);
    let shuffled = |(k, name): (usize, &String)| scores(n, (k > 0).then_some((seed, name)));
    let scores: Vec<Vec<f64>> = target.names().iter().enumerate().map(shuffled).collect();
    iman_conover_by(columns, target, &scores)
}

/// [`iman_conover`] with scores of one's own, one column for each column.
///
/// # Errors
/// As [`iman_conover`]; also for scores that depend on each other linearly.
///
/// # Examples
/// ```
/// use blackmass::dependence::{Correlation, iman_conover_by, scores};
/// let target = Correlation::spearman(["a", "b"], &[vec![1.0, 0.9], vec![0.9, 1.0]])?;
/// let column: Vec<f64> = (0..100).map(f64::from).collect();
/// let scores = [scores(100, None), scores(100, Some((1, "b")))];
/// iman_conover_by(&[column.clone(), column], &target, &scores)?;
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn iman_conover_by(
    columns: &[Vec<f64>],
    target: &Correlation,
    scores: &[Vec<f64>],
) -> Result<Vec<Vec<f64>>, Error> {
    let names = target.names();
    let n = columns.first().map_or(0, Vec::len);
    for (what, table) in [("columns", columns), ("scores", scores)] {
        if table.len() != names.len() || table.iter().any(|c| c.len() != n) {
            return Err(argument(
                "one column per name, all of one length, is needed",
                what,
                format!("{} columns, not all of {n} numbers", table.len()),
                format!("{} columns of one length", names.len()),
                "leave out or add columns, or shorten the longer ones",
            ));
        }
        let bad = |c: &&Vec<f64>| c.iter().any(|x| !x.is_finite());
        if let Some(at) = table.iter().position(|c| bad(&c)) {
            let fix = "remove or replace such numbers";
            let found = format!("NaN or infinite in the {what}");
            return Err(argument("a number is not finite", &names[at], found, "finite", fix));
        }
    }
    let p = target.factor()?;
    let q = if n > names.len() { factor(&correlations(scores)) } else { None };
    let regular = |q: &Vec<Vec<f64>>| q.iter().enumerate().all(|(i, row)| row[i] > 1e-6);
    let Some(q) = q.filter(regular) else {
        return Err(argument(
            "too few numbers for a rank correlation",
            "columns",
            format!("{n} numbers a column"),
            format!("well over {}, with independent scores", names.len()),
            "supply more numbers",
        ));
    };
    let mut transformed: Vec<Vec<f64>> = vec![Vec::with_capacity(n); names.len()];
    for i in 0..n {
        let row: Vec<f64> = scores.iter().map(|column| column[i]).collect();
        // t = P·Q⁻¹·m
        let independent = solve(&q, &row);
        for (line, out) in p.iter().zip(&mut transformed) {
            out.push(line.iter().zip(&independent).map(|(a, b)| a * b).sum());
        }
    }
    // Row i of T stands where the first column has the rank of its first entry.
    let mut row_of = vec![0; n];
    for (at, row) in order(&transformed[0]).into_iter().zip(order(&columns[0])) {
        row_of[at] = row;
    }
    let place = |(column, t): (&Vec<f64>, &Vec<f64>)| {
        let mut sorted = column.clone();
        sorted.sort_by(f64::total_cmp);
        let mut out = vec![0.0; n];
        for (at, x) in order(t).into_iter().zip(sorted) {
            out[row_of[at]] = x;
        }
        out
    };
    Ok(columns.iter().zip(&transformed).map(place).collect())
}

/// Van der Waerden's scores Φ⁻¹((i+1)/(n+1)): in order, or in a random order
/// that a seed and a name determine.
///
/// # Examples
/// ```
/// let scores = blackmass::dependence::scores(12, None);
/// assert!((scores[11] - 1.4260768722728474).abs() < 1e-14);
/// ```
#[must_use]
pub fn scores(n: usize, shuffled: Option<(u64, &str)>) -> Vec<f64> {
    let score = |i: usize| maths::normal_quantile((i + 1) as f64 / (n + 1) as f64);
    match shuffled {
        None => (0..n).map(score).collect(),
        Some((seed, name)) => {
            // in the order of uniforms of the stream of that name
            let key = StreamKey::of(name);
            let uniforms: Vec<f64> = (0..n).map(|i| uniform(seed, key, i as u32, 0)).collect();
            order(&uniforms).into_iter().map(score).collect()
        }
    }
}

/// The positions in ascending order of the numbers.
fn order(numbers: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
    order
}

fn correlations(columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
    // The scores have mean zero.
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let mut r = vec![vec![1.0; columns.len()]; columns.len()];
    for i in 0..columns.len() {
        for j in 0..i {
            let own = dot(&columns[i], &columns[i]) * dot(&columns[j], &columns[j]);
            r[i][j] = if own > 0.0 { dot(&columns[i], &columns[j]) / own.sqrt() } else { 0.0 };
            r[j][i] = r[i][j];
        }
    }
    r
}
