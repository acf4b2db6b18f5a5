//! Product and component with independent lifetimes, whole-horizon form.

use super::Kernel;
use super::convolve::{convolve, convolve_within};
use crate::engine::List;
use crate::engine::Rows;
use crate::engine::arena::{Context, Inputs, Scratch, Value};
use crate::lanes::{LANES, Row, keep_rows_apart};

/// See [`ProductComponent`](crate::ProductComponent) for the equations and the
/// outputs. Cohort-resolved arrays exist only inside `run`, one step at a
/// time.
#[derive(Clone, Debug)]
pub(crate) struct ProductOp {
    pub(crate) inflow: Value,
    pub(crate) inflow_timed: bool,
    /// S_P, by age, per element of the inflow (through the map).
    pub(crate) product_survival: (Value, List),
    /// S_C and f_C, by age.
    pub(crate) component_survival: (Value, List),
    pub(crate) component_density: (Value, List),
    pub(crate) replacement: (Value, List),
    pub(crate) age_limit: usize,
    pub(crate) content: Value,
    pub(crate) content_timed: bool,
    /// For each unit (element of the inflow), its (output, content) elements.
    pub(crate) contents: Vec<Vec<(u32, u32)>>,
}

impl ProductOp {
    pub(crate) fn inputs(&self) -> Vec<Value> {
        vec![
            self.inflow,
            self.product_survival.0,
            self.component_survival.0,
            self.component_density.0,
            self.replacement.0,
            self.content,
        ]
    }
}

/// (E13) w(0) = 1, w(a) = ρ(a)·Σ_{j<a} w(j)·f_C(a−j): components entering products
/// of age a, per product of that age. Zero beyond the age limit.
#[inline(always)]
fn entries(rho: &Row, limit: usize, density: &[Row], w: &mut Rows) {
    w.set_len(density.len());
    w.fill([0.0; LANES]);
    w[0] = [1.0; LANES];
    for a in 1..density.len() {
        if a > limit {
            break;
        }
        let mut sum = [0.0; LANES];
        for j in 0..a {
            for l in 0..LANES {
                sum[l] += w[j][l] * density[a - j][l];
            }
        }
        for l in 0..LANES {
            w[a][l] = rho[l] * sum[l];
        }
    }
}

/// Σ_c g(c)·x(c) for three sets of cohorts, eight lanes at a time so that the
/// sums stay in registers.
#[inline(always)]
fn contract(g: &[Row], cohorts: [&[Row]; 3]) -> [Row; 3] {
    let mut sums = [[0.0; LANES]; 3];
    let [a, b, c] = cohorts.map(|x| &x[..g.len()]);
    for first in (0..LANES).step_by(8) {
        let [mut s0, mut s1, mut s2] = [[0.0; 8]; 3];
        for (((g, a), b), c) in g.iter().zip(a).zip(b).zip(c) {
            for l in 0..8 {
                let weight = g[first + l];
                s0[l] += weight * a[first + l];
                s1[l] += weight * b[first + l];
                s2[l] += weight * c[first + l];
            }
        }
        sums[0][first..first + 8].copy_from_slice(&s0);
        sums[1][first..first + 8].copy_from_slice(&s1);
        sums[2][first..first + 8].copy_from_slice(&s2);
    }
    sums
}

impl Kernel for ProductOp {
    #[inline(always)]
    fn run(&self, outs: &mut [&mut [Row]], inputs: Inputs, scratch: &mut Scratch, ctx: &Context) {
        let steps = ctx.steps;
        let [inflow, stock, exits, replaced, products, product_exits, new_components] = outs else {
            return;
        };
        let [w, alive, in_stock, leaving, failing, before, spread] = &mut scratch.buffers;
        let inputs_inflow = inputs.rows(self.inflow);
        let content = inputs.rows(self.content);
        for (unit, contents) in self.contents.iter().enumerate() {
            let table =
                |(value, map): &(Value, List)| inputs.series(*value, map[unit] as usize, steps);
            let product = table(&self.product_survival);
            let component = table(&self.component_survival);
            let density = table(&self.component_density);
            let rho = &inputs.rows(self.replacement.0)[self.replacement.1[unit] as usize];
            let new =
                |c: usize| &inputs_inflow[if self.inflow_timed { unit * steps + c } else { unit }];
            entries(rho, self.age_limit, density, w);
            for buffer in [&mut *in_stock, &mut *leaving, &mut *failing, &mut *before] {
                buffer.set_len(steps);
                buffer.fill([0.0; LANES]);
            }
            // Nothing happens before the first product enters.
            let origin = (0..steps).find(|c| *new(*c) != [0.0; LANES]).unwrap_or(steps);
            for out in [&mut *products, &mut *product_exits, &mut *new_components] {
                if !out.is_empty() {
                    out[unit * steps..unit * steps + origin].fill([0.0; LANES]);
                }
            }
            for (out, _) in contents {
                let at = *out as usize * steps;
                for out in [&mut *stock, &mut *exits, &mut *replaced, &mut *inflow] {
                    if !out.is_empty() {
                        out[at..at + origin].fill([0.0; LANES]);
                    }
                }
            }
            for t in origin..steps {
                // Products of each cohort alive at the end of t: I(p)·S_P(t−p)
                alive.set_len(t + 1);
                let aged = product[..=t - origin].iter().rev();
                for ((p, row), s) in (origin..).zip(&mut alive[origin..]).zip(aged) {
                    let (mut x, s) = (*new(p), *s);
                    for l in 0..LANES {
                        x[l] *= s[l];
                    }
                    *row = x;
                    keep_rows_apart();
                }
                // (E14) A(t,c) = Σ_{p≤c} I(p)·S_P(t−p)·w(c−p)
                let width = self.age_limit.saturating_add(1);
                convolve_within(&alive[origin..], w, &mut in_stock[origin..=t], width);
                // New components: A(t,t) + I(t)·(1 − S_P(0))
                let mut entering = in_stock[t];
                for l in 0..LANES {
                    entering[l] += new(t)[l] * (1.0 - product[0][l]);
                }
                // Replaced: R(t,c) = ρ·f_C(t−c)·Σ_{t−limit≤p≤c} I(p)·S_P(t−p)·w(c−p)
                let first = t.saturating_sub(self.age_limit);
                let first = if first < origin { origin } else { first };
                convolve(&alive[first..], w, &mut failing[first..=t]);
                failing[origin..first].fill([0.0; LANES]);
                for (row, f) in
                    failing[first..t].iter_mut().zip(density[1..=t - first].iter().rev())
                {
                    let (mut x, f) = (*row, *f);
                    for l in 0..LANES {
                        x[l] *= rho[l] * f[l];
                    }
                    *row = x;
                    keep_rows_apart();
                }
                failing[t] = [0.0; LANES];
                // S(t,c) = A(t,c)·S_C(t−c); exits = S(t−1,c) − S(t,c) − R(t,c)
                let (mut total, mut gone) = ([0.0; LANES], [0.0; LANES]);
                before[t] = entering;
                let cohorts = before[origin..=t].iter_mut().zip(&mut leaving[origin..=t]);
                let cohorts = cohorts.zip(&in_stock[origin..=t]).zip(&failing[origin..=t]);
                let aged = component[..=t - origin].iter().rev();
                for ((((before, leaving), a), r), s) in cohorts.zip(aged) {
                    let (was, a, r, s) = (*before, *a, *r, *s);
                    let (mut now, mut left) = ([0.0; LANES], [0.0; LANES]);
                    for l in 0..LANES {
                        now[l] = a[l] * s[l];
                        left[l] = was[l] - now[l] - r[l];
                        total[l] += now[l];
                        gone[l] += left[l];
                    }
                    (*before, *leaving) = (now, left);
                    keep_rows_apart();
                }
                let at = unit * steps + t;
                for (out, row) in [
                    (&mut *products, total),
                    (&mut *product_exits, gone),
                    (&mut *new_components, entering),
                ] {
                    if !out.is_empty() {
                        out[at] = row;
                    }
                }
                // (E15) out(t) = Σ_c cohorts(t,c)·G(c)
                for (out, source) in contents {
                    let e = *source as usize;
                    let g = if self.content_timed {
                        &content[e * steps + origin..e * steps + t + 1]
                    } else {
                        spread.set_len(t + 1 - origin);
                        spread.fill(content[e]);
                        &spread[..]
                    };
                    let cohorts = [&*before, &*leaving, &*failing].map(|x| &x[origin..]);
                    let [s, x, r] = contract(g, cohorts);
                    let mut i = [0.0; LANES];
                    for l in 0..LANES {
                        i[l] = entering[l] * g[t - origin][l];
                    }
                    let at = *out as usize * steps + t;
                    for (out, row) in
                        [(&mut *stock, s), (&mut *exits, x), (&mut *replaced, r), (&mut *inflow, i)]
                    {
                        if !out.is_empty() {
                            out[at] = row;
                        }
                    }
                }
            }
        }
    }
}
