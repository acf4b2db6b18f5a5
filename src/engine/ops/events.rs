//! Events: what chances of each step become.

use super::{Input, Kernel};
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::error::{Error, argument};
use crate::lanes::{LANES, Row};
use crate::maths;
use crate::process::Events;
use crate::sampling::{StreamKey, uniform_row};

/// The largest mean number of jumps in a step.
const MAX_RATE: f64 = 100.0;
/// Sizes of the second, third, … jump of a step stand this many steps later in
/// their stream; no horizon is as long.
const STRIDE: u32 = 1 << 14;

/// Events of every element, step by step.
#[derive(Clone, Debug)]
pub(crate) struct EventsOp {
    pub(crate) events: Events,
    pub(crate) elements: usize,
    /// What drives the events, `[element][step]`.
    pub(crate) driver: Value,
    /// Probabilities, durations, sizes, values, as the events need them.
    pub(crate) parameters: Vec<Input>,
    /// The streams of sizes.
    pub(crate) streams: Vec<StreamKey>,
}

impl EventsOp {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        let mut inputs = vec![self.driver];
        inputs.extend(self.parameters.iter().map(|p| p.value));
        inputs
    }
}

/// Remembers the first draw with a number out of range.
#[inline(always)]
fn check(what: &str, x: &Row, (low, high): (f64, f64), ctx: &Context, scratch: &mut Scratch) {
    for lane in 0..ctx.lanes {
        if !(x[lane] >= low && x[lane] <= high) {
            refuse(what, x[lane], (low, high), ctx.first_draw + lane as u32, scratch);
        }
    }
}

#[cold]
#[inline(never)]
fn refuse(what: &str, x: f64, (low, high): (f64, f64), draw: u32, scratch: &mut Scratch) {
    let error = || -> Error {
        let allowed = format!("{low} to {high}");
        argument(
            "an event has an impossible parameter",
            what,
            x.to_string(),
            allowed,
            "change it or its prior",
        )
    };
    if scratch.failure.is_none() {
        scratch.failure = Some((draw, error()));
    }
}

/// A Poisson number from a uniform, many for a small one: the least n with
/// 1 − u ≤ F(n), found in sequence from zero (Devroye, Non-uniform random
/// variate generation (1986), section X.3.3).
#[inline(always)]
fn poisson(u: f64, rate: f64) -> f64 {
    let v = 1.0 - u;
    // F(n) = Σ e^−λ·λᵏ/k!
    let mut term = maths::exp(-rate);
    let (mut n, mut below) = (0.0, term);
    while v > below {
        n += 1.0;
        term *= rate / n;
        let next = below + term;
        // Beyond the mean, and the sum no longer grows: v is 1 to rounding.
        if n > rate && next == below {
            break;
        }
        below = next;
    }
    n
}

impl Kernel for EventsOp {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        for e in 0..self.elements {
            let driver = inputs.series(self.driver, e, steps);
            let out = &mut outs[0][e * steps..(e + 1) * steps];
            let row = |p: usize, t: usize| self.parameters[p].row(inputs, e, t, steps);
            match &self.events {
                Events::Count => {
                    for (t, (u, out)) in driver.iter().zip(out).enumerate() {
                        let rate = row(0, t);
                        check("rate of jumps", rate, (0.0, MAX_RATE), ctx, scratch);
                        for l in 0..LANES {
                            let sound = rate[l] >= 0.0 && rate[l] <= MAX_RATE;
                            out[l] = if sound { poisson(u[l], rate[l]) } else { f64::NAN };
                        }
                    }
                }
                Events::Sizes { .. } => {
                    for (t, (number, out)) in driver.iter().zip(out).enumerate() {
                        *out = sizes(
                            number,
                            [row(0, t), row(1, t), row(2, t)],
                            self.streams[e],
                            t,
                            ctx,
                        );
                    }
                }
                Events::Outages { fixed: Some(years) } => {
                    let last = f64::from((*years).max(1)) - 1.0;
                    let mut left = [0.0; LANES];
                    for (t, (u, out)) in driver.iter().zip(out).enumerate() {
                        let start = row(0, t);
                        check("probability of an outage", start, (0.0, 1.0), ctx, scratch);
                        for l in 0..LANES {
                            let (lasting, starting) = (left[l] > 0.0, u[l] < start[l]);
                            out[l] = if lasting || starting { 0.0 } else { 1.0 };
                            let begun = if starting { last } else { 0.0 };
                            left[l] = if lasting { left[l] - 1.0 } else { begun };
                        }
                    }
                }
                Events::Outages { fixed: None } => {
                    let mut before = [1.0; LANES];
                    for (t, (u, out)) in driver.iter().zip(out).enumerate() {
                        let (start, mean) = (row(0, t), row(1, t));
                        check("probability of an outage", start, (0.0, 1.0), ctx, scratch);
                        check("mean duration of outages", mean, (1.0, f64::MAX), ctx, scratch);
                        for l in 0..LANES {
                            // An outage goes on with 1 − 1/d, or a new one starts:
                            // p + (1 − p)·(1 − 1/d)
                            let on = start[l] + (1.0 - start[l]) * (1.0 - 1.0 / mean[l]);
                            let threshold = if before[l] == 0.0 { on } else { start[l] };
                            before[l] = if u[l] < threshold { 0.0 } else { 1.0 };
                        }
                        *out = before;
                    }
                }
                Events::Regimes { switches, states } => {
                    let mut state = [0.0; LANES];
                    for (t, (u, out)) in driver.iter().zip(out).enumerate() {
                        let (mut next, mut below) = (state, [0.0; LANES]);
                        for (at, (from, to)) in switches.iter().enumerate() {
                            let p = row(at, t);
                            check("probability of a switch", p, (0.0, 1.0), ctx, scratch);
                            for l in 0..LANES {
                                let here = state[l] == *from as f64;
                                below[l] += if here { p[l] } else { 0.0 };
                                let go = here && next[l] == state[l] && u[l] < below[l];
                                next[l] = if go { *to as f64 } else { next[l] };
                            }
                        }
                        check(
                            "probability to leave a state",
                            &below,
                            (0.0, 1.0 + 1e-12),
                            ctx,
                            scratch,
                        );
                        state = next;
                        for k in 0..*states {
                            let value = row(switches.len() + k, t);
                            for l in 0..LANES {
                                out[l] = if state[l] == k as f64 { value[l] } else { out[l] };
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The sum of as many lognormal sizes as there are jumps.
#[inline(always)]
fn sizes(number: &Row, [z, m, s]: [&Row; 3], key: StreamKey, t: usize, ctx: &Context) -> Row {
    let (mut u, mut z, mut sum) = ([0.0; LANES], *z, [0.0; LANES]);
    let most = number.iter().fold(0.0, |most, n| maths::max(*n, most));
    let mut k = 0;
    while f64::from(k) < most {
        if k > 0 {
            uniform_row(ctx.seed, key, ctx.first_draw, t as u32 + k * STRIDE, &mut u);
            maths::normal_quantile_row(&u, &mut z);
        }
        for l in 0..LANES {
            let jumped = f64::from(k) < number[l];
            sum[l] += if jumped { maths::exp(m[l] + s[l] * z[l]) } else { 0.0 };
        }
        k += 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poisson_inverts_its_distribution_function() {
        for rate in [0.0, 0.01, 0.7, 3.0, 40.0, 100.0] {
            let (mut below, mut term) = (0.0, maths::exp(-rate));
            for n in 0..200 {
                let above = below + term;
                // in the middle of the step of F at n, where it is wide enough
                if term > 1e-9 && above < 1.0 - 1e-9 {
                    let n = f64::from(n);
                    assert_eq!(poisson(1.0 - (below + 0.5 * term), rate), n, "{rate}");
                }
                below = above;
                term *= rate / f64::from(n + 1);
            }
            assert_eq!(poisson(1.0, rate), 0.0);
            assert!(poisson(0.5 * f64::EPSILON, rate) < 250.0);
        }
    }

    /// The same law as the public quantile, which is slower and has no largest
    /// rate; u and 1 − u because small uniforms are many jumps here.
    #[test]
    fn poisson_is_the_public_quantile() -> Result<(), Error> {
        for rate in [0.01, 0.7, 3.0, 40.0, 100.0] {
            for i in 1..4000 {
                let u = f64::from(i) / 4096.0;
                let n = crate::uncertainty::counts::poisson_quantile(1.0 - u, rate)?;
                assert_eq!(poisson(u, rate), n as f64, "{rate} {u}");
            }
        }
        Ok(())
    }
}
