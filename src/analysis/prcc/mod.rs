//! Partial rank correlation coefficients.

mod bootstrap;
mod inverse;
mod products;
mod ranked;
mod years;

pub use years::{PrccByYear, prcc_by_year};

use crate::engine::{Dispatch, InstructionSet};
use crate::error::{Error, argument};
use crate::maths;
use bootstrap::{Pair, Residual};
use inverse::{Inverse, NONE};
use products::Products;
use ranked::Ranked;
use std::collections::BTreeMap;

/// How [`prcc`] makes its intervals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrccSettings {
    /// How many inputs of each output, the strongest, get an interval from
    /// resampled draws; 10 unless stated.
    pub top: usize,
    /// How many resamples; 200 unless stated. Each interval's width then errs by
    /// some 5 %.
    pub resamples: u32,
    /// The probability with which an interval covers the coefficient; 0.95
    /// unless stated.
    pub confidence: f64,
    /// The seed of the resamples.
    pub seed: u64,
}

impl Default for PrccSettings {
    fn default() -> Self {
        Self { top: 10, resamples: 200, confidence: 0.95, seed: 1 }
    }
}

/// Where an interval comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntervalKind {
    /// From resampled draws.
    Bootstrap,
    /// From a formula, good for weak correlations.
    Formula,
}

/// The partial rank correlation of an output with one input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partial {
    /// The coefficient, from −1 to 1.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
    /// Where the interval comes from.
    pub interval: IntervalKind,
}

/// An input without coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why.
    pub why: Redundant,
}

/// Why an input has no coefficients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redundant {
    /// It has the same value in every draw.
    Constant,
    /// Its ranks are those of another input, upwards or downwards, to whose
    /// coefficients (up to the sign) its own are equal.
    Same(String),
    /// Its ranks are a sum of those of several inputs before it.
    Sum,
}

/// Partial rank correlations of outputs with inputs, made by [`prcc`].
#[derive(Clone, Debug, PartialEq)]
pub struct Prcc {
    inputs: Vec<String>,
    left_out: Vec<LeftOut>,
    outputs: Vec<Vec<Partial>>,
}

impl Prcc {
    /// The inputs that have coefficients, in the order given.
    #[must_use]
    pub fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// The inputs that have none, in the order given.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// For each output, in the order given, a coefficient for each of the
    /// [`inputs`](Self::inputs); none if the output does not vary.
    #[must_use]
    pub fn outputs(&self) -> &[Vec<Partial>] {
        &self.outputs
    }

    /// The inputs of an output, by its position, the strongest, positive or
    /// negative, first; equally strong ones in the order given.
    #[must_use]
    pub fn strongest(&self, output: usize) -> Vec<(&str, Partial)> {
        let of = self.outputs.get(output).map_or(&[][..], Vec::as_slice);
        let mut all: Vec<(&str, Partial)> =
            self.inputs.iter().map(String::as_str).zip(of.iter().copied()).collect();
        all.sort_by(|a, b| b.1.value.abs().total_cmp(&a.1.value.abs()));
        all
    }
}

/// The partial rank correlation coefficients (PRCC) of every output with every
/// input: how closely the output follows the input, upwards or downwards, when
/// the part of both that the other inputs explain is taken away. All columns
/// have one number per draw.
///
/// The coefficient of input i is the correlation of two residuals: those of the
/// ranks of xᵢ and of the ranks of y, each after a least-squares fit on the
/// ranks of all other inputs (Marino, Hogue, Ray and Kirschner, Journal of
/// Theoretical Biology 254 (2008) 178–196, section 2.4). With R the correlations
/// of the ranks of the inputs, A = R⁻¹, c those with the output, b = A·c and
/// s = 1 − cᵀ·b, it is
///
/// ```text
/// PRCCᵢ = bᵢ/√(s·Aᵢᵢ + bᵢ²)
/// ```
///
/// which is −Pᵢᵧ/√(Pᵢᵢ·Pᵧᵧ) of the inverse P of the joint correlations
/// (Whittaker, Graphical Models in Applied Multivariate Statistics, Wiley 1990,
/// section 5.8), inverted by blocks: Pᵧᵧ = 1/s, Pᵢᵧ = −bᵢ/s, Pᵢᵢ = Aᵢᵢ + bᵢ²/s. One
/// factorisation serves all outputs. Where nothing of the output is left by the
/// other inputs, the coefficient is zero.
///
/// Like every rank correlation it sees what goes up or down; an input that acts
/// through a minimum in the middle of its range may matter and have none.
///
/// **Intervals** are symmetric on the scale of Fisher's z = artanh(PRCC). For the
/// strongest inputs of each output the standard error of z is that over
/// resamples of the draws, drawn with replacement by keyed streams, in which
/// input and output are ranked anew. The fits on the other inputs are kept: as
/// residuals are orthogonal to what they are taken from, an error in the fits
/// changes the coefficient in the second order only. (Fitting k inputs anew in
/// each resample would take k²/4 times as long.) So are the ranks of the other
/// inputs, so that beside an input that explains nearly everything the interval of
/// another comes out somewhat too narrow (a test bounds it). The standard error is multiplied
/// by √(n/(n − k)) for the k numbers fitted to n draws. For all other inputs it
/// is √(1.06/(n − k − 2)), that of a rank correlation of n − k + 1 draws (Fieller,
/// Hartley and Pearson, Biometrika 44 (1957) 470–481); where z is near zero, both
/// agree. Of nearly exact dependence in few draws the coefficient itself errs
/// towards zero, and intervals cover less often than they say (in a simulation of
/// 0.996 with 400 draws every second one). Intervals hold for independent draws: of a Latin hypercube or Sobol'
/// points they are usually too wide.
///
/// No digit depends on the machine.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) if there is no input or
/// output, columns are not equally long, a number is not finite, there are fewer
/// than k + 5 draws, a setting is out of range (confidence between 0 and 1; no
/// resamples or 20 to 10 000).
///
/// # Examples
/// ```
/// use blackmass::analysis::{PrccSettings, prcc};
/// use blackmass::sampling::{StreamKey, uniform};
/// let column = |name| -> Vec<f64> {
///     (1..=500).map(|draw| uniform(1, StreamKey::of(name), draw, 0)).collect()
/// };
/// let inputs = [("yield", column("yield")), ("loss", column("loss"))];
/// let output: Vec<f64> =
///     inputs[0].1.iter().zip(&inputs[1].1).map(|(y, l)| 9.0 * y - l).collect();
/// let found = prcc(&inputs, &[output], &PrccSettings::default())?;
/// let strongest = found.strongest(0);
/// assert_eq!(strongest[0].0, "yield");
/// // The weak input shows once the strong one is taken away.
/// assert!(strongest[1].1.high < -0.8);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn prcc<N: AsRef<str>, V: AsRef<[f64]>, W: AsRef<[f64]>>(
    inputs: &[(N, V)],
    outputs: &[W],
    settings: &PrccSettings,
) -> Result<Prcc, Error> {
    check(settings)?;
    let draws = inputs.first().map_or(0, |(_, v)| v.as_ref().len());
    if outputs.is_empty() || draws == 0 {
        let fix = "keep the draws of an output and give the samples of its run";
        let found = if draws == 0 { "no input" } else { "no output" };
        return Err(argument("there is nothing to correlate", "inputs", found, "both", fix));
    }
    let mut x: Vec<(&str, Ranked)> = Vec::with_capacity(inputs.len());
    let mut redundant: BTreeMap<usize, Redundant> = BTreeMap::new();
    // Of those ranked, the positions among all inputs.
    let mut positions: Vec<usize> = Vec::new();
    for (at, (name, values)) in inputs.iter().enumerate() {
        let name = name.as_ref();
        let ranked = column(name, values.as_ref(), draws)?;
        if ranked.varies() {
            x.push((name, ranked));
            positions.push(at);
        } else {
            redundant.insert(at, Redundant::Constant);
        }
    }
    let mut y: Vec<Ranked> = Vec::with_capacity(outputs.len());
    for (at, values) in outputs.iter().enumerate() {
        y.push(column(&format!("output {at}"), values.as_ref(), draws)?);
    }
    let dispatch = Dispatch::new(InstructionSet::detect())?;
    let columns: Vec<&[f64]> = x.iter().map(|(_, r)| r.twice.as_slice()).collect();
    let of_outputs: Vec<&[f64]> = y.iter().map(|r| r.twice.as_slice()).collect();
    let products = Products::new(dispatch, &columns, &of_outputs);
    let scale = |r: &Ranked| if r.varies() { 1.0 / r.square().sqrt() } else { 0.0 };
    let (sx, sy): (Vec<f64>, Vec<f64>) =
        (x.iter().map(|(_, r)| scale(r)).collect(), y.iter().map(scale).collect());
    let r = |i: usize, j: usize| products.of_inputs(i, j) * (sx[i] * sx[j]);
    let inverse = Inverse::new(x.len(), r);
    for at in (0..x.len()).filter(|at| inverse.kept.binary_search(at).is_err()) {
        let same = |j: &&usize| 1.0 - r(at, **j) * r(at, **j) < NONE;
        let same = inverse.kept.iter().find(same).map(|j| x[*j].0.to_owned());
        redundant.insert(positions[at], same.map_or(Redundant::Sum, Redundant::Same));
    }
    let k = inverse.kept.len();
    if draws < k + 5 {
        return Err(argument(
            "there are too few draws for so many inputs",
            "draws",
            draws.to_string(),
            format!("at least {}, five more than the inputs that vary", k + 5),
            "make more draws, or give fewer inputs",
        ));
    }
    let fitted = Fitted {
        dispatch,
        seed: settings.seed,
        draws,
        diagonal: inverse.diagonal(),
        fits: (0..y.len())
            .map(|t| {
                let c: Vec<f64> = inverse
                    .kept
                    .iter()
                    .map(|i| products.with_output(*i, t) * (sx[*i] * sy[t]))
                    .collect();
                let (slopes, explained) = inverse.times(&c);
                Fit { slopes, left: if explained < 1.0 { 1.0 - explained } else { 0.0 } }
            })
            .collect(),
    };
    let z = maths::normal_quantile(0.5 + 0.5 * settings.confidence);
    let by_formula = z * (1.06 / (draws - k - 2) as f64).sqrt();
    let mut found: Vec<Vec<Partial>> = Vec::with_capacity(y.len());
    for (t, ranked) in y.iter().enumerate() {
        let of = |i| partial(fitted.value(i, t), by_formula, IntervalKind::Formula);
        found.push(if ranked.varies() { (0..k).map(of).collect() } else { Vec::new() });
    }
    if settings.resamples > 0 {
        let kept: Vec<(&Ranked, f64)> = inverse.kept.iter().map(|i| (&x[*i].1, sx[*i])).collect();
        let of_outputs: Vec<(&Ranked, f64)> = y.iter().zip(sy.iter().copied()).collect();
        for ((i, t), error) in resampled(&fitted, &inverse, &kept, &of_outputs, &found, settings) {
            let wider = (draws as f64 / (draws - k) as f64).sqrt();
            found[t][i] = partial(found[t][i].value, z * error * wider, IntervalKind::Bootstrap);
        }
    }
    let left_out = redundant.into_iter();
    let left_out = left_out.map(|(at, why)| LeftOut { name: inputs[at].0.as_ref().into(), why });
    Ok(Prcc {
        inputs: inverse.kept.iter().map(|i| x[*i].0.to_owned()).collect(),
        left_out: left_out.collect(),
        outputs: found,
    })
}

/// The regression of an output on all inputs, in standardised ranks.
struct Fit {
    /// b.
    slopes: Vec<f64>,
    /// s, the share of the variance that is not explained.
    left: f64,
}

struct Fitted {
    dispatch: Dispatch,
    seed: u64,
    draws: usize,
    /// Aᵢᵢ.
    diagonal: Vec<f64>,
    fits: Vec<Fit>,
}

impl Fitted {
    fn value(&self, i: usize, t: usize) -> f64 {
        let (b, a, s) = (self.fits[t].slopes[i], self.diagonal[i], self.fits[t].left);
        // (E51); s + bᵢ²/Aᵢᵢ is what the other inputs leave of the output.
        if s + b * b / a < NONE { 0.0 } else { maths::clamp(b / (s * a + b * b).sqrt(), -1.0, 1.0) }
    }
}

/// The strongest inputs of each output, as (input, output), with the standard
/// errors of their z.
fn resampled(
    fitted: &Fitted,
    inverse: &Inverse,
    x: &[(&Ranked, f64)],
    y: &[(&Ranked, f64)],
    found: &[Vec<Partial>],
    settings: &PrccSettings,
) -> Vec<((usize, usize), f64)> {
    let mut chosen: Vec<(usize, usize)> = Vec::new();
    for (t, of) in found.iter().enumerate() {
        let mut order: Vec<usize> = (0..of.len()).collect();
        order.sort_by(|a, b| of[*b].value.abs().total_cmp(&of[*a].value.abs()));
        chosen.extend(order.into_iter().take(settings.top).map(|i| (i, t)));
    }
    // What the fits leave of every column that is needed.
    let rest = |ranked: &Ranked, scale: f64, fit: &mut dyn Iterator<Item = (usize, f64)>| {
        let mut left: Vec<f64> = ranked.twice.iter().map(|x| x * scale).collect();
        for (j, slope) in fit {
            let slope = slope * x[j].1;
            for (left, x) in left.iter_mut().zip(&x[j].0.twice) {
                *left -= slope * x;
            }
        }
        left
    };
    let mut at: BTreeMap<usize, usize> = chosen.iter().map(|(i, _)| (*i, 0)).collect();
    let mut inputs = Vec::with_capacity(at.len());
    for (i, place) in &mut at {
        *place = inputs.len();
        // eᵢ = Σⱼ Aⱼᵢ·xⱼ/Aᵢᵢ
        let (ranked, scale) = x[*i];
        let column = inverse.column(*i);
        let mut others =
            (0..x.len()).filter(|j| j != i).map(|j| (j, -column[j] / fitted.diagonal[*i]));
        inputs.push(Residual { ranked, scale, left: rest(ranked, scale, &mut others) });
    }
    let outputs = y.iter().zip(&fitted.fits).map(|((ranked, scale), fit)| {
        let mut all = fit.slopes.iter().copied().enumerate();
        Residual { ranked, scale: *scale, left: rest(ranked, *scale, &mut all) }
    });
    let outputs: Vec<Residual> = outputs.collect();
    let pair = |(i, t): &(usize, usize)| Pair {
        input: at[i],
        output: *t,
        slope: fitted.fits[*t].slopes[*i],
    };
    let pairs: Vec<Pair> = chosen.iter().map(pair).collect();
    let errors = bootstrap::errors(fitted, &inputs, &outputs, &pairs, settings.resamples);
    chosen.into_iter().zip(errors).collect()
}

/// Fisher's z = artanh(r), finite.
fn fisher(r: f64) -> f64 {
    let r = maths::clamp(r, -1.0 + 1e-12, 1.0 - 1e-12);
    0.5 * maths::ln((1.0 + r) / (1.0 - r))
}

/// A coefficient with an interval that reaches so far on the scale of z.
fn partial(value: f64, reach: f64, interval: IntervalKind) -> Partial {
    let end = |z: f64| 1.0 - 2.0 / (maths::exp(2.0 * z) + 1.0);
    let z = fisher(value);
    // (E52), with tanh written out; clamped for rounding near ±1.
    let low = maths::clamp(end(z - reach), -1.0, value);
    let high = maths::clamp(end(z + reach), value, 1.0);
    Partial { value, low, high, interval }
}

fn column(name: &str, values: &[f64], draws: usize) -> Result<Ranked, Error> {
    if values.len() == draws && u32::try_from(draws).is_ok() {
        return Ranked::new(name, values);
    }
    let fix = "give one number of each per draw";
    let (found, allowed) = (format!("{} numbers", values.len()), format!("{draws}, as before it"));
    Err(argument("the columns are not equally long", name, found, allowed, fix))
}

fn check(settings: &PrccSettings) -> Result<(), Error> {
    let p = settings.confidence;
    if !(p > 0.0 && p < 1.0) {
        let fix = "write 0.95 for intervals that are right 95 times in 100";
        let allowed = "above 0 and below 1";
        return Err(argument(
            "the confidence is no share",
            "confidence",
            p.to_string(),
            allowed,
            fix,
        ));
    }
    let b = settings.resamples;
    if b != 0 && !(20..=10_000).contains(&b) {
        let (allowed, fix) = ("0, or 20 to 10 000", "200 are a good start; 0 for none");
        let message = "the number of resamples is out of range";
        return Err(argument(message, "resamples", b.to_string(), allowed, fix));
    }
    Ok(())
}
