//! How fast the processor is where memory plays no part: each kernel alone, in
//! registers or in a buffer of a few rows, compiled for each instruction set.

use super::Clock;
use blackmass::InstructionSet;
use blackmass::lanes::LANES;
use blackmass::maths;
use blackmass::sampling::{StreamKey, uniform_row_pair};
use std::hint::black_box;

/// Nanoseconds for one number of one draw.
#[derive(Clone, Copy, Debug)]
pub struct Costs {
    /// A multiplication and an addition.
    pub multiply_add: f64,
    pub division: f64,
    pub exponential: f64,
    pub logarithm: f64,
    /// A block of the generator: two uniforms.
    pub philox: f64,
    pub normal: f64,
}

impl Costs {
    pub const NAMES: [&str; 6] = [
        "multiply and add",
        "division",
        "exponential",
        "logarithm",
        "two uniforms",
        "normal quantile",
    ];

    pub fn all(&self) -> [f64; 6] {
        let Self { multiply_add, division, exponential, logarithm, philox, normal } = *self;
        [multiply_add, division, exponential, logarithm, philox, normal]
    }

    /// One measurement of each, checked.
    pub fn measure(set: InstructionSet, scale: usize) -> Self {
        // The form that is fastest on this machine stands for the kernel.
        let best = |forms: &[f64]| forms.iter().copied().fold(f64::INFINITY, f64::min);
        let arithmetic = arithmetic(set);
        let function = |f: fn(InstructionSet, usize) -> f64| f(set, scale);
        Self {
            multiply_add: best(&arithmetic.0.map(|f| timed(20 * scale, f))),
            division: best(&arithmetic.1.map(|f| timed(2 * scale, f))),
            exponential: best(&[
                function(|set, n| buffered(set, n, Exp::<32>::new())),
                function(|set, n| buffered(set, n, Exp::<64>::new())),
                function(|set, n| buffered(set, n, Exp::<256>::new())),
            ]),
            logarithm: function(|set, n| buffered(set, n, Ln::<64>::new())),
            philox: function(|set, n| buffered(set, n, Philox::new())),
            normal: function(|set, n| buffered(set, n, Normal::new())),
        }
    }
}

/// Nanoseconds per number of a function that returns how many it computed.
fn timed(passes: usize, f: fn(usize) -> usize) -> f64 {
    let clock = Clock::start();
    let numbers = black_box(f(black_box(passes)));
    clock.took().cpu * 1e9 / numbers as f64
}

/// Work on a buffer in the innermost cache.
trait Kernel {
    /// `#[inline(always)]`: compiled anew for each instruction set.
    fn pass(&mut self);
    fn numbers(&self) -> usize;
    fn check(&self);
}

fn buffered(set: InstructionSet, scale: usize, mut kernel: impl Kernel) -> f64 {
    let passes = scale * 64 / kernel.numbers();
    let clock = Clock::start();
    run(set, &mut kernel, passes);
    let seconds = clock.took().cpu;
    kernel.check();
    seconds * 1e9 / (passes * kernel.numbers()) as f64
}

#[inline(always)]
fn passes(kernel: &mut impl Kernel, n: usize) {
    for _ in 0..n {
        kernel.pass();
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn run(_: InstructionSet, kernel: &mut impl Kernel, n: usize) {
    passes(kernel, n);
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
fn run(set: InstructionSet, kernel: &mut impl Kernel, n: usize) {
    assert!(set.is_available());
    match set {
        // SAFETY: the set is available.
        InstructionSet::Avx512 => unsafe { run_avx512(kernel, n) },
        // SAFETY: as above.
        InstructionSet::Avx2 => unsafe { run_avx2(kernel, n) },
        _ => passes(kernel, n),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_avx2(kernel: &mut impl Kernel, n: usize) {
    passes(kernel, n);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl")]
fn run_avx512(kernel: &mut impl Kernel, n: usize) {
    passes(kernel, n);
}

/// A function of every number of a buffer.
macro_rules! function {
    ($name:ident, $from:expr, $to:expr, $f:expr, $exact:expr) => {
        struct $name<const N: usize>([f64; N], [f64; N]);

        impl<const N: usize> $name<N> {
            fn new() -> Self {
                let (from, to): (f64, f64) = ($from, $to);
                let step = (to - from) / N as f64;
                Self(std::array::from_fn(|i| from + (i as f64 + 0.5) * step), [0.0; N])
            }
        }

        impl<const N: usize> Kernel for $name<N> {
            #[inline(always)]
            fn pass(&mut self) {
                black_box(&mut self.0);
                for i in 0..N {
                    self.1[i] = $f(self.0[i]);
                }
                black_box(&mut self.1);
            }
            fn numbers(&self) -> usize {
                N
            }
            fn check(&self) {
                for (x, y) in self.0.iter().zip(self.1) {
                    let expected: f64 = $exact(*x);
                    assert!((y - expected).abs() <= 1e-14 * expected.abs().max(1.0));
                }
            }
        }
    };
}

function!(Exp, -4.0, 4.0, maths::exp, f64::exp);
function!(Ln, 0.1, 20.0, maths::ln, f64::ln);

/// Normal quantiles of rows of uniforms, few of them in the tails, as drawn.
struct Normal([[f64; LANES]; 4], [[f64; LANES]; 4]);

impl Normal {
    fn new() -> Self {
        let n = 4 * LANES;
        let u = |i: usize| (i as f64 + 0.5) / n as f64;
        Self(std::array::from_fn(|r| std::array::from_fn(|l| u(l * 4 + r))), [[0.0; LANES]; 4])
    }
}

impl Kernel for Normal {
    #[inline(always)]
    fn pass(&mut self) {
        black_box(&mut self.0);
        for r in 0..4 {
            maths::normal_quantile_row(&self.0[r], &mut self.1[r]);
        }
        black_box(&mut self.1);
    }
    fn numbers(&self) -> usize {
        4 * LANES
    }
    fn check(&self) {
        for (u, z) in self.0.as_flattened().iter().zip(self.1.as_flattened()) {
            assert!((maths::normal_cdf(*z) - u).abs() < 1e-14);
        }
    }
}

/// Blocks of the generator: both uniforms of each lane.
struct Philox(u32, [[f64; LANES]; 2]);

impl Philox {
    fn new() -> Self {
        Self(0, [[0.0; LANES]; 2])
    }
}

impl Kernel for Philox {
    #[inline(always)]
    fn pass(&mut self) {
        let [even, odd] = &mut self.1;
        uniform_row_pair(1, StreamKey::of("floor"), 1, black_box(self.0), even, odd);
        black_box(&mut self.1);
        self.0 += 1;
    }
    fn numbers(&self) -> usize {
        LANES
    }
    fn check(&self) {
        let expected = blackmass::sampling::uniform(1, StreamKey::of("floor"), 1, 2 * self.0 - 1);
        assert_eq!(self.1[1][0], expected);
    }
}

/// Chains of multiplications and additions, and of divisions.
type Arithmetic = ([fn(usize) -> usize; 3], [fn(usize) -> usize; 1]);

#[cfg(not(target_arch = "x86_64"))]
fn arithmetic(_: InstructionSet) -> Arithmetic {
    unreachable!("measured on x86-64 only")
}

#[cfg(target_arch = "x86_64")]
fn arithmetic(set: InstructionSet) -> Arithmetic {
    match set {
        InstructionSet::Avx512 => avx512::FORMS,
        InstructionSet::Avx2 => avx2::FORMS,
        _ => sse2::FORMS,
    }
}

/// Chains in registers: x ← x·½ + ½, which ends at 1, and x ← 3/x, which comes
/// back every second time. So many chains that none waits for itself.
#[cfg(target_arch = "x86_64")]
macro_rules! chains {
    ($module:ident, $features:literal, $vector:ident, $lanes:literal, [$($n:literal)*], $d:literal,
     $set:ident, $add:ident, $mul:ident, $div:ident, $first:ident) => {
        #[allow(unsafe_code)]
        mod $module {
            use std::arch::x86_64::*;
            use std::hint::black_box;

            #[target_feature(enable = $features)]
            fn multiply_add<const N: usize>(passes: usize) -> usize {
                let half = $set(black_box(0.5));
                let mut x: [$vector; N] = [$set(black_box(0.0)); N];
                for _ in 0..passes {
                    for i in 0..N {
                        x[i] = $add($mul(x[i], half), half);
                    }
                }
                for x in x {
                    assert!(passes < 60 || $first(x) == 1.0);
                }
                passes * N * $lanes
            }

            #[target_feature(enable = $features)]
            fn divide<const N: usize>(passes: usize) -> usize {
                let three = $set(black_box(3.0));
                let mut x: [$vector; N] = [$set(black_box(0.7)); N];
                for _ in 0..passes / 2 {
                    for i in 0..N {
                        x[i] = $div(three, x[i]);
                    }
                    for i in 0..N {
                        x[i] = $div(three, x[i]);
                    }
                }
                for x in x {
                    assert!(($first(x) - 0.7).abs() < 1e-9);
                }
                passes / 2 * 2 * N * $lanes
            }

            // SAFETY: called for a set that is available.
            pub(super) const FORMS: super::Arithmetic = (
                [$(|n| unsafe { multiply_add::<$n>(n) }),*],
                [|n| unsafe { divide::<$d>(n) }],
            );
        }
    };
}

#[cfg(target_arch = "x86_64")]
chains!(sse2, "sse2", __m128d, 2, [8 12 14], 10,
    _mm_set1_pd, _mm_add_pd, _mm_mul_pd, _mm_div_pd, _mm_cvtsd_f64);
#[cfg(target_arch = "x86_64")]
chains!(avx2, "avx2", __m256d, 4, [8 12 14], 10,
    _mm256_set1_pd, _mm256_add_pd, _mm256_mul_pd, _mm256_div_pd, _mm256_cvtsd_f64);
#[cfg(target_arch = "x86_64")]
chains!(avx512, "avx512f", __m512d, 8, [12 16 24], 10,
    _mm512_set1_pd, _mm512_add_pd, _mm512_mul_pd, _mm512_div_pd, _mm512_cvtsd_f64);
