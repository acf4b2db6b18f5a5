//! What W1 has to compute, counted from its shape (see `benches/w1/mod.rs`).

use super::kernels::Costs;

const YEARS: usize = 41;
const SEGMENTS: usize = 5;
const CHEMISTRIES: usize = 8;
const MATERIALS: usize = 6;
const ROUTES: usize = 3;
/// Static parameters and noises of a draw.
const PARAMETERS: usize = 71;
const NOISES: usize = SEGMENTS + 1;
/// Weibull curves: one a segment and the second life.
const CURVES: usize = SEGMENTS + 1;
/// Lognormal parameters, and those among them whose median is not 1.
const LOGNORMALS: usize = 44;
const SCALED: usize = 19;
/// Parameters written mean + sd·z, and those cut to a range.
const LINEAR: usize = 27;
const CUT: usize = 22;

/// Operations of one draw. A comparison counts as an addition, the one square
/// root as a division.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub multiply_adds: usize,
    pub additions: usize,
    pub multiplications: usize,
    pub divisions: usize,
    pub exponentials: usize,
    pub logarithms: usize,
    pub philox: usize,
    pub normals: usize,
}

/// What the vectorised functions of `src/maths/` do for one number:
/// multiplications and additions, of which the larger number counts, and
/// divisions. Comparisons, selections and integers count as additions.
const EXPONENTIAL: (f64, f64) = (larger(16, 20), 0.0);
const LOGARITHM: (f64, f64) = (larger(13, 22), 1.0);
const NORMAL: (f64, f64) = (larger(40, 45), 1.0);

const fn larger(multiplications: u32, additions: u32) -> f64 {
    (if multiplications > additions { multiplications } else { additions }) as f64
}

/// The functions at the price of their multiplications, additions and
/// divisions instead of their own: no code can be faster, as none of it waits.
pub fn priced_by_count(costs: &Costs) -> Costs {
    let of = |(pairs, divisions)| pairs * costs.multiply_add + divisions * costs.division;
    Costs { exponential: of(EXPONENTIAL), logarithm: of(LOGARITHM), normal: of(NORMAL), ..*costs }
}

impl Counts {
    /// Microseconds, if nothing but this arithmetic took time. An addition and
    /// a multiplication that stand alone are done side by side.
    pub fn floor(&self, costs: &Costs) -> f64 {
        let alone = self.additions.max(self.multiplications);
        let parts = [
            (self.multiply_adds + alone, costs.multiply_add),
            (self.divisions, costs.division),
            (self.exponentials, costs.exponential),
            (self.logarithms, costs.logarithm),
            (self.philox, costs.philox),
            (self.normals, costs.normal),
        ];
        parts.iter().map(|(n, ns)| *n as f64 * ns).sum::<f64>() / 1e3
    }

    pub fn all(&self) -> [usize; 8] {
        [
            self.multiply_adds,
            self.additions,
            self.multiplications,
            self.divisions,
            self.exponentials,
            self.logarithms,
            self.philox,
            self.normals,
        ]
    }

    pub fn sum(parts: &[(&str, Self)]) -> Self {
        let mut sum = Self::default();
        for (_, part) in parts {
            sum.multiply_adds += part.multiply_adds;
            sum.additions += part.additions;
            sum.multiplications += part.multiplications;
            sum.divisions += part.divisions;
            sum.exponentials += part.exponentials;
            sum.logarithms += part.logarithms;
            sum.philox += part.philox;
            sum.normals += part.normals;
        }
        sum
    }
}

/// The parts of W1.
pub fn parts() -> [(&'static str, Counts); 10] {
    let none = Counts::default();
    let (t, s, c, m, r) = (YEARS, SEGMENTS, CHEMISTRIES, MATERIALS, ROUTES);
    // Σ over years of the cohorts up to that year.
    let pairs = t * (t + 1) / 2;
    // Ages 2 to 41: one to any power is one.
    let powers = t - 1;
    [
        (
            "random parameters and noise",
            Counts {
                philox: PARAMETERS + NOISES * t.div_ceil(2),
                normals: PARAMETERS + NOISES * t,
                exponentials: LOGNORMALS,
                multiplications: LOGNORMALS + SCALED,
                multiply_adds: LINEAR,
                additions: 2 * CUT,
                ..none
            },
        ),
        (
            "autoregressions",
            Counts { multiply_adds: NOISES * t, multiplications: NOISES * t, divisions: 1, ..none },
        ),
        (
            "demand: level·exp(size·noise)",
            Counts { multiplications: 3 * s * t, exponentials: s * t, ..none },
        ),
        (
            "shares of chemistries",
            Counts {
                multiply_adds: c * t,
                multiplications: 2 * s * c * t,
                additions: c + s * (c - 1) * t,
                divisions: s * t,
                ..none
            },
        ),
        (
            "survival: exp(−(a/λ)ᵏ) and differences",
            Counts {
                exponentials: CURVES * (powers + 1 + t),
                logarithms: CURVES,
                multiplications: CURVES * (powers + 1 + t),
                additions: CURVES * t,
                ..none
            },
        ),
        ("convolutions", Counts { multiply_adds: (s * c + c) * pairs, ..none }),
        (
            "second life, sums over segments, stock",
            // One of five segments has no second life, one has all.
            Counts {
                multiply_adds: 3 * c * t,
                multiplications: c * t + 2 * t,
                additions: 2 * t + (2 * (s - 1) + 4) * c * t,
                exponentials: t,
                divisions: t,
                ..none
            },
        ),
        (
            "materials of demand, stock, end of life",
            Counts { multiply_adds: 3 * m * c * t, multiplications: 3 * m * t, ..none },
        ),
        (
            "collection",
            Counts {
                multiply_adds: 2 * t,
                multiplications: 2 * t + m * t,
                additions: 2 * t + (c - 1) * t,
                exponentials: t,
                divisions: t,
                ..none
            },
        ),
        (
            "routes with capacity and backlog, ratio",
            Counts {
                multiply_adds: 2 * r * t + 2 * r * m * t,
                multiplications: 2 * r * t + r * m * t,
                additions: (r - 1) * t + 2 * r * t + r * m * t,
                divisions: 2 * r * t + m * t,
                ..none
            },
        ),
    ]
}

/// The numbers that the description of W1 states.
pub fn check() {
    let sum = Counts::sum(&parts());
    assert_eq!(sum.normals, super::w1::check::NORMALS);
    assert_eq!((SEGMENTS + 1) * CHEMISTRIES * YEARS * (YEARS + 1) / 2, 41_328);
    let columns = super::w1::columns();
    let static_ones = columns.iter().filter(|(_, width)| *width == 1).count();
    assert_eq!((static_ones, columns.len() - static_ones), (PARAMETERS, NOISES));
}
