//! Standard errors of partial rank correlations from resampled draws.

use super::ranked::Ranked;
use super::{Fitted, fisher};
use crate::analysis::estimate::variance;
use crate::engine::Vectorised;
use crate::lanes::LANES;
use crate::sampling::{StreamKey, uniform_row};

/// Sums are made side by side, so that they vectorise.
const WIDE: usize = 8;

/// A pair to be resampled: an input, by its position among `residuals`, and an
/// output, with the coefficient of the input in the regression of the output.
pub(super) struct Pair {
    pub(super) input: usize,
    pub(super) output: usize,
    pub(super) slope: f64,
}

/// A column of ranks and what a regression on the inputs leaves of it.
pub(super) struct Residual<'a> {
    pub(super) ranked: &'a Ranked,
    /// 1 over the length of the column of ranks.
    pub(super) scale: f64,
    pub(super) left: Vec<f64>,
}

impl Residual<'_> {
    /// What the regression leaves when the column is ranked anew.
    fn again(&self, weights: &[f64], room: &mut [f64]) {
        self.ranked.again(weights, room);
        for ((x, twice), left) in room.iter_mut().zip(&self.ranked.twice).zip(&self.left) {
            *x = left + (*x - twice) * self.scale;
        }
    }
}

/// The standard error of the Fisher transform of the correlation of each pair,
/// over resamples keyed by (seed, draw, resample).
pub(super) fn errors(
    fitted: &Fitted,
    inputs: &[Residual],
    outputs: &[Residual],
    pairs: &[Pair],
    resamples: u32,
) -> Vec<f64> {
    let threads = std::thread::available_parallelism().map_or(1, Into::into);
    errors_on(threads, fitted, [inputs, outputs], pairs, resamples)
}

fn errors_on(
    threads: usize,
    fitted: &Fitted,
    [inputs, outputs]: [&[Residual]; 2],
    pairs: &[Pair],
    resamples: u32,
) -> Vec<f64> {
    let each = (resamples as usize).div_ceil(threads).max(1);
    let mut found = vec![vec![0.0; pairs.len()]; resamples as usize];
    std::thread::scope(|scope| {
        for (part, found) in found.chunks_mut(each).enumerate() {
            let first = (part * each) as u32;
            scope.spawn(move || some(fitted, inputs, outputs, pairs, (first, found)));
        }
    });
    let of = |pair| {
        let z: Vec<f64> = found.iter().map(|z| z[pair]).collect();
        variance(&z, z.iter().sum::<f64>() / z.len() as f64).sqrt()
    };
    (0..pairs.len()).map(of).collect()
}

/// A column of a resample.
struct Column {
    /// What the regression leaves of it.
    left: Vec<f64>,
    /// The same times the weights.
    weighted: Vec<f64>,
    /// Weighted sums of it and of its square.
    sums: [f64; 2],
}

impl Column {
    fn new(draws: usize) -> Self {
        Self { left: vec![0.0; draws], weighted: vec![0.0; draws], sums: [0.0; 2] }
    }

    /// Weighs what is in `left`.
    fn weigh(&mut self, fitted: &Fitted, weights: &[f64]) {
        for ((x, left), w) in self.weighted.iter_mut().zip(&self.left).zip(weights) {
            *x = w * left;
        }
        self.sums = fitted.dots([weights, &self.weighted], &self.left);
    }
}

/// The Fisher transforms of all pairs in some resamples, from the first on.
fn some(
    fitted: &Fitted,
    inputs: &[Residual],
    outputs: &[Residual],
    pairs: &[Pair],
    (first, found): (u32, &mut [Vec<f64>]),
) {
    let room = |n: usize| -> Vec<Column> { (0..n).map(|_| Column::new(fitted.draws)).collect() };
    // Inputs ranked anew, outputs ranked anew, inputs as they were.
    let (mut x, mut y, mut own) = (room(inputs.len()), room(outputs.len()), room(inputs.len()));
    for (own, input) in own.iter_mut().zip(inputs) {
        own.left.copy_from_slice(&input.left);
    }
    let (n, mut weights) = (fitted.draws as f64, vec![0.0; fitted.draws]);
    for (resample, found) in (first..).zip(found) {
        draw(fitted.seed, resample, &mut weights);
        for (of, column) in inputs.iter().zip(&mut x).chain(outputs.iter().zip(&mut y)) {
            of.again(&weights, &mut column.left);
        }
        for column in x.iter_mut().chain(&mut y).chain(&mut own) {
            column.weigh(fitted, &weights);
        }
        let pairs_of = x.iter().zip(&own);
        let crossed = pairs_of.map(|(x, own)| fitted.dots([&x.weighted; 2], &own.left)[0]);
        let crossed: Vec<f64> = crossed.collect();
        for (pair, found) in pairs.iter().zip(found) {
            let (x, y, own) = (&x[pair.input], &y[pair.output], &own[pair.input]);
            // u is x, and v = y + slope·own.
            let [uy, oy] = fitted.dots([&x.weighted, &own.weighted], &y.left);
            let (uo, oo) = (crossed[pair.input], own.sums[1]);
            let b = pair.slope;
            let [u, uu] = x.sums;
            let [v, vv] = [y.sums[0] + b * own.sums[0], y.sums[1] + b * (2.0 * oy + b * oo)];
            let uv = uy + b * uo;
            let (uu, vv, uv) = (uu - u * u / n, vv - v * v / n, uv - u * v / n);
            let both = uu * vv;
            *found = fisher(if both > 0.0 { uv / both.sqrt() } else { 0.0 });
        }
    }
}

/// How often each draw stands in a resample: n are drawn with replacement.
fn draw(seed: u64, resample: u32, weights: &mut [f64]) {
    let key = StreamKey::of("analysis.prcc.resample");
    let n = weights.len();
    weights.fill(0.0);
    let mut row = [0.0; LANES];
    for first in (0..n).step_by(LANES) {
        uniform_row(seed, key, first as u32, resample, &mut row);
        for u in row.iter().take(n - first) {
            let at = (u * n as f64) as usize;
            weights[if at < n { at } else { n - 1 }] += 1.0;
        }
    }
}

impl Fitted {
    /// The products of two columns with one.
    fn dots(&self, a: [&[f64]; 2], b: &[f64]) -> [f64; 2] {
        let mut sums = [0.0; 2];
        self.dispatch.run(Dots { a, b, sums: &mut sums });
        sums
    }
}

struct Dots<'a> {
    a: [&'a [f64]; 2],
    b: &'a [f64],
    sums: &'a mut [f64; 2],
}

impl Vectorised for Dots<'_> {
    #[inline(always)]
    fn run(self) {
        let Dots { a: [a, c], b, sums } = self;
        let mut lanes = [[0.0; WIDE]; 2];
        let whole = b.len() / WIDE * WIDE;
        for at in (0..whole).step_by(WIDE) {
            let (a, c, b) = (&a[at..at + WIDE], &c[at..at + WIDE], &b[at..at + WIDE]);
            for l in 0..WIDE {
                lanes[0][l] += a[l] * b[l];
                lanes[1][l] += c[l] * b[l];
            }
        }
        *sums = lanes.map(|lanes| lanes.iter().sum());
        for at in whole..b.len() {
            sums[0] += a[at] * b[at];
            sums[1] += c[at] * b[at];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::InstructionSet;
    use crate::analysis::ranks;
    use crate::engine::Dispatch;

    const DRAWS: usize = 37;

    fn column(name: &str, round: f64) -> Vec<f64> {
        let key = StreamKey::of(name);
        let of = |draw| (crate::sampling::uniform(1, key, draw, 0) * round).floor() / round;
        (1..=DRAWS as u32).map(of).collect()
    }

    /// Ranks of a column (with ties) and anything that is left of them.
    struct Given {
        numbers: Vec<f64>,
        ranked: Ranked,
        left: Vec<f64>,
    }

    impl Given {
        fn new(name: &str) -> Self {
            let numbers = column(name, 20.0);
            let ranked = Ranked::new(name, &numbers).expect("finite");
            let left = column(&format!("{name} left"), 1e9);
            Self { numbers, ranked, left: left.iter().map(|x| x - 0.3).collect() }
        }

        fn scale(&self) -> f64 {
            1.0 / self.ranked.square().sqrt()
        }

        fn residual(&self) -> Residual<'_> {
            Residual { ranked: &self.ranked, scale: self.scale(), left: self.left.clone() }
        }

        /// A resample written out, draw by draw: what is left, and the same with
        /// the change of the ranks added.
        fn written(&self, weights: &[f64]) -> [Vec<f64>; 2] {
            let all = |x: &[f64]| -> Vec<f64> {
                let times = |(x, w): (&f64, &f64)| std::iter::repeat_n(*x, *w as usize);
                x.iter().zip(weights).flat_map(times).collect()
            };
            let own = all(&self.left);
            let before = all(&ranks(&self.numbers).expect("finite"));
            let after = ranks(&all(&self.numbers)).expect("finite");
            let change = after.iter().zip(&before).map(|(a, b)| 2.0 * (a - b) * self.scale());
            [own.clone(), own.iter().zip(change).map(|(own, change)| own + change).collect()]
        }
    }

    fn pearson(a: &[f64], b: &[f64]) -> f64 {
        let centred = |x: &[f64]| -> Vec<f64> {
            let mean = x.iter().sum::<f64>() / x.len() as f64;
            x.iter().map(|x| x - mean).collect()
        };
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let (a, b) = (centred(a), centred(b));
        dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
    }

    fn fitted() -> Fitted {
        let dispatch = Dispatch::new(InstructionSet::detect()).expect("available");
        Fitted { dispatch, seed: 5, draws: DRAWS, diagonal: Vec::new(), fits: Vec::new() }
    }

    #[test]
    fn a_resample_is_correlated_as_if_written_out() {
        let (a, b, y) = (Given::new("a"), Given::new("b"), Given::new("y"));
        let inputs = [a.residual(), b.residual()];
        let outputs = [y.residual()];
        let pairs =
            [(0, 0.7), (1, -0.4), (1, 0.0)].map(|(input, slope)| Pair { input, output: 0, slope });
        let mut found = vec![vec![0.0; pairs.len()]; 6];
        some(&fitted(), &inputs, &outputs, &pairs, (3, &mut found));
        for (resample, found) in (3..).zip(&found) {
            let mut weights = vec![0.0; DRAWS];
            draw(5, resample, &mut weights);
            assert_eq!(weights.iter().sum::<f64>(), DRAWS as f64);
            let [_, left] = y.written(&weights);
            for (pair, z) in pairs.iter().zip(found) {
                let [own, u] = [&a, &b][pair.input].written(&weights);
                let v: Vec<f64> = left.iter().zip(own).map(|(y, x)| y + pair.slope * x).collect();
                let expected = fisher(pearson(&u, &v));
                assert!((z - expected).abs() < 1e-12, "{z} is not {expected}");
            }
        }
    }

    #[test]
    fn errors_are_standard_deviations_on_any_number_of_threads() {
        let (a, y) = (Given::new("a"), Given::new("y"));
        let (inputs, outputs) = ([a.residual()], [y.residual()]);
        let pairs = [Pair { input: 0, output: 0, slope: 0.5 }];
        let mut found = vec![vec![0.0]; 25];
        some(&fitted(), &inputs, &outputs, &pairs, (0, &mut found));
        let z: Vec<f64> = found.into_iter().flatten().collect();
        let mean = z.iter().sum::<f64>() / 25.0;
        let squares: f64 = z.iter().map(|z| (z - mean) * (z - mean)).sum();
        let one = errors_on(1, &fitted(), [&inputs, &outputs], &pairs, 25);
        assert!((one[0] - (squares / 24.0).sqrt()).abs() < 1e-14);
        for threads in [2, 3, 7, 40] {
            let several = errors_on(threads, &fitted(), [&inputs, &outputs], &pairs, 25);
            assert_eq!(one, several, "{threads} threads");
        }
    }
}
