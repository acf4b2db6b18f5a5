//! A keyed stream as a generator, for users of `rand` and `rand_distr`.

use super::stream::{StreamKey, bits, uniform};
use rand::TryRng;
use rand::rand_core::{Infallible, utils};

/// A sequential generator over the steps of one stream and one draw.
///
/// It implements `rand`'s [`TryRng`] without errors, hence also `rand::Rng`,
/// so that any `rand_distr` distribution can be sampled. Every 64-bit word is
/// one step, counted up from 0 and starting over after 2³² steps; a 32-bit word
/// is the upper half of a step. The words are part of the stream contract; what
/// a foreign distribution makes of them is not.
///
/// # Examples
/// ```
/// use blackmass::sampling::{KeyedStream, StreamKey};
/// use rand::Rng;
/// let mut stream = KeyedStream::new(7, StreamKey::of("eu.fires"), 1);
/// let (first, second) = (stream.next_u64(), stream.next_u64());
/// assert_ne!(first, second);
/// assert_eq!(KeyedStream::new(7, StreamKey::of("eu.fires"), 1).next_u64(), first);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedStream {
    seed: u64,
    key: StreamKey,
    draw: u32,
    step: u32,
}

impl KeyedStream {
    /// The stream of `key` under `seed` for one draw, at step 0.
    ///
    /// # Examples
    /// ```
    /// use blackmass::sampling::{KeyedStream, StreamKey};
    /// let stream = KeyedStream::new(7, StreamKey::of("eu.fires"), 1);
    /// ```
    #[must_use]
    pub fn new(seed: u64, key: StreamKey, draw: u32) -> Self {
        Self { seed, key, draw, step: 0 }
    }

    /// The uniform of the next step, in (0, 1); the number that
    /// [`uniform`](super::uniform()) gives for that step.
    ///
    /// # Examples
    /// ```
    /// use blackmass::sampling::{KeyedStream, StreamKey, uniform};
    /// let key = StreamKey::of("eu.fires");
    /// let mut stream = KeyedStream::new(7, key, 1);
    /// assert_eq!(stream.next_uniform(), uniform(7, key, 1, 0));
    /// assert_eq!(stream.next_uniform(), uniform(7, key, 1, 1));
    /// ```
    pub fn next_uniform(&mut self) -> f64 {
        let step = self.advance();
        uniform(self.seed, self.key, self.draw, step)
    }

    /// The current step; moves on to the next.
    fn advance(&mut self) -> u32 {
        let step = self.step;
        self.step = step.wrapping_add(1);
        step
    }
}

impl TryRng for KeyedStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.try_next_u64()? >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let step = self.advance();
        Ok(bits(self.seed, self.key, self.draw, step))
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        utils::fill_bytes_via_next_word(dst, || self.try_next_u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use rand_distr::{Distribution, Normal};

    #[test]
    fn words_bytes_and_uniforms_are_the_same_steps() {
        let new = || KeyedStream::new(3, StreamKey::of("x"), 9);
        let (mut a, mut b, mut c, mut d) = (new(), new(), new(), new());
        let mut bytes = [0; 24];
        a.fill_bytes(&mut bytes);
        for chunk in bytes.chunks_exact(8) {
            let word = b.next_u64();
            assert_eq!(chunk, word.to_le_bytes());
            assert_eq!(c.next_u32(), (word >> 32) as u32);
            assert_eq!(d.next_uniform(), ((word >> 12) as f64 + 0.5) * f64::EPSILON);
        }
    }

    #[test]
    fn foreign_distributions_can_be_sampled() -> Result<(), rand_distr::NormalError> {
        let normal = Normal::new(10.0, 2.0)?;
        let mut stream = KeyedStream::new(3, StreamKey::of("x"), 1);
        let mean = (0..10_000).map(|_| normal.sample(&mut stream)).sum::<f64>() / 1e4;
        assert!((mean - 10.0).abs() < 5.0 * 0.02);
        Ok(())
    }
}
