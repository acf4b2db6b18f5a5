//! A column of draws as ranks, also of a resample.

use crate::analysis::finite;
use crate::error::Error;

/// Twice the distance of every rank from the mean rank: whole numbers, so that
/// sums of their products are exact up to 300 000 draws.
#[derive(Clone, Debug)]
pub(super) struct Ranked {
    /// One for each draw.
    pub(super) twice: Vec<f64>,
    /// The draws from the smallest to the largest.
    order: Vec<u32>,
    /// Where each group of equal numbers ends in `order`.
    ends: Vec<u32>,
}

impl Ranked {
    /// Of at most 2³² numbers.
    pub(super) fn new(name: &str, numbers: &[f64]) -> Result<Self, Error> {
        finite(name, numbers)?;
        let mut pairs: Vec<(f64, u32)> = numbers.iter().copied().zip(0..).collect();
        pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut ends = Vec::new();
        let mut end = 0;
        // Compared with ==: a zero of either sign is the same number.
        for equal in pairs.chunk_by(|a, b| a.0 == b.0) {
            end += equal.len() as u32;
            ends.push(end);
        }
        let order = pairs.into_iter().map(|(_, at)| at).collect();
        let mut ranked = Self { twice: vec![0.0; numbers.len()], order, ends };
        let mut twice = std::mem::take(&mut ranked.twice);
        ranked.again(&vec![1.0; numbers.len()], &mut twice);
        ranked.twice = twice;
        Ok(ranked)
    }

    pub(super) fn varies(&self) -> bool {
        self.ends.len() > 1
    }

    /// The ranks of a resample in which each draw stands as often as its weight
    /// says, as many in all as there are draws: with w before a group of equal
    /// numbers and g in it, twice its mean rank w + (g + 1)/2, less n + 1.
    pub(super) fn again(&self, weights: &[f64], twice: &mut [f64]) {
        let n = self.order.len() as f64;
        let (mut before, mut first) = (0.0, 0);
        if self.ends.len() == self.order.len() {
            // All numbers differ: the same without groups, but faster.
            for at in &self.order {
                let own = weights[*at as usize];
                twice[*at as usize] = 2.0 * before + own - n;
                before += own;
            }
            return;
        }
        for end in &self.ends {
            let equal = &self.order[first..*end as usize];
            let own: f64 = equal.iter().map(|at| weights[*at as usize]).sum();
            for at in equal {
                twice[*at as usize] = 2.0 * before + own - n;
            }
            before += own;
            first = *end as usize;
        }
    }

    /// Σ of the squares of `twice`.
    pub(super) fn square(&self) -> f64 {
        self.twice.iter().map(|x| x * x).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::ranks;

    #[test]
    fn a_resample_is_ranked_as_if_written_out() {
        check([3.0, -1.0, 3.0, 0.0, 7.0, -0.0]);
        check([3.0, -1.0, 3.5, 0.0, 7.0, -0.5]);
    }

    fn check(numbers: [f64; 6]) {
        let weights = [2.0, 0.0, 1.0, 1.0, 0.0, 2.0];
        let ranked = Ranked::new("x", &numbers).expect("finite");
        let mean = |n: usize| (n + 1) as f64;
        let plain: Vec<f64> =
            ranks(&numbers).expect("finite").iter().map(|r| 2.0 * r - mean(6)).collect();
        assert_eq!(ranked.twice, plain);
        assert_eq!(ranked.square(), plain.iter().map(|x| x * x).sum::<f64>());
        let written: Vec<f64> = numbers
            .iter()
            .zip(weights)
            .flat_map(|(x, w)| std::iter::repeat_n(*x, w as usize))
            .collect();
        let expected = ranks(&written).expect("finite");
        let mut again = [0.0; 6];
        ranked.again(&weights, &mut again);
        for (x, r) in written.iter().zip(expected) {
            let at = numbers.iter().position(|y| y == x).expect("there");
            assert_eq!(again[at], 2.0 * r - mean(6));
        }
    }
}
