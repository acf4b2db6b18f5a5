//! A stockpile that steps in where something falls short.

use super::{Input, Kernel, least};
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row};
use crate::maths;

/// See [`Stockpile`](crate::Stockpile) for the equations.
#[derive(Clone, Debug)]
pub(crate) struct StockpileOp {
    pub(crate) shortfall: Input,
    pub(crate) target: Input,
    pub(crate) rate: Input,
    pub(crate) elements: usize,
}

impl StockpileOp {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        vec![self.shortfall.value, self.target.value, self.rate.value]
    }
}

impl Kernel for StockpileOp {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, _: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [stock, release, refill] = outs else { return };
        for e in 0..self.elements {
            let own = stock.get(e * steps..).unwrap_or_default();
            let mut s = ctx.before(inputs, e, own);
            for t in ctx.from..ctx.to {
                let [short, target, rate] = [&self.shortfall, &self.target, &self.rate]
                    .map(|input| input.row(inputs, e, t, steps));
                let (mut out, mut into) = ([0.0; LANES], [0.0; LANES]);
                for l in 0..LANES {
                    // (E33) release = min(S, shortfall)
                    out[l] = least(s[l], maths::max(0.0, short[l]));
                    // refill = min(max(0, target − S), rate) where nothing falls short
                    let wanted = maths::max(0.0, target[l] - s[l]);
                    let bought = least(wanted, maths::max(0.0, rate[l]));
                    into[l] = if short[l] > 0.0 { 0.0 } else { bought };
                    s[l] = s[l] - out[l] + into[l];
                }
                for (series, row) in [(&mut *stock, s), (&mut *release, out), (&mut *refill, into)]
                {
                    if !series.is_empty() {
                        series[e * steps + t] = row;
                    }
                }
            }
        }
    }
}
