//! Shapley values: what each player adds, on average over all orders.

use super::estimate::Estimate;
use super::finite;
use crate::error::{Error, argument};

/// The most players: 2¹⁶ coalitions.
pub const MAX_PLAYERS: usize = 16;

/// What one player is worth, in the unit of the game.
#[derive(Clone, Debug, PartialEq)]
pub struct Player {
    /// The Shapley value φᵢ.
    pub value: Estimate,
    /// Joining first: v({i}) − v(∅).
    pub first: Estimate,
    /// Joining last: v(N) − v(N∖{i}).
    pub last: Estimate,
    /// φᵢ of every draw.
    pub draws: Vec<f64>,
}

/// The Shapley values of a game that is played in every draw (E46).
///
/// ```text
/// φᵢ = Σ_{S ∌ i} |S|!·(n − |S| − 1)!/n! · (v(S ∪ {i}) − v(S))
/// ```
///
/// is the mean of what i adds over all n! orders of joining. The values sum to
/// v(N) − v(∅); who never adds anything gets exactly zero; players who add the
/// same get the same; values of a sum of games are sums of values (Shapley, "A
/// value for n-person games", in Contributions to the Theory of Games II,
/// Princeton 1953, 307–317). φ is linear in v: it is taken draw by draw, and
/// means and standard errors over the draws.
///
/// # Examples
/// ```
/// use blackmass::analysis::Shapley;
/// // Coalitions ∅, {0}, {1}, {0, 1}, three draws of each.
/// let values = [[0.0; 3], [1.0, 2.0, 3.0], [2.0; 3], [4.0, 5.0, 6.0]];
/// let shapley = Shapley::from_values(2, &values)?;
/// assert_eq!(shapley.players()[0].draws, [1.5, 2.5, 3.5]);
/// assert_eq!(shapley.players()[1].value.mean, 2.5);
/// assert_eq!(shapley.total().mean, 5.0);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Shapley {
    players: Vec<Player>,
    total: Estimate,
}

impl Shapley {
    /// From the draws of v(S) of every coalition: `values[s]` are those of the
    /// coalition in which player i is if bit i of s is set.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`](crate::ErrorKind::Argument) unless there are 1
    /// to [`MAX_PLAYERS`] players, 2ⁿ coalitions and equally many draws, at
    /// least one, of each, all finite.
    pub fn from_values<V: AsRef<[f64]>>(n: usize, values: &[V]) -> Result<Self, Error> {
        check_players(n)?;
        let all = 1usize << n;
        if values.len() != all {
            return Err(argument(
                "not every coalition has a value, or some have several",
                "values",
                format!("{} coalitions", values.len()),
                format!("2^{n} = {all}"),
                "give the draws of every coalition once, in the order of its bits",
            ));
        }
        let draws = values[0].as_ref().len();
        for (s, v) in values.iter().enumerate() {
            let v = v.as_ref();
            if v.len() != draws || draws == 0 {
                return Err(argument(
                    "coalitions need equally many draws",
                    format!("values[{s}]"),
                    format!("{} draws", v.len()),
                    format!("{draws} as of the empty coalition, at least one"),
                    "run all coalitions on the same draws",
                ));
            }
            finite(&format!("values[{s}]"), v)?;
        }
        let gain = |from: usize, to: usize| -> Vec<f64> {
            let pairs = values[from].as_ref().iter().zip(values[to].as_ref());
            pairs.map(|(from, to)| to - from).collect()
        };
        let weights = weights(n);
        let players = (0..n).map(|i| {
            let own = 1usize << i;
            let mut phi = vec![0.0; draws];
            for s in (0..all).filter(|s| s & own == 0) {
                let weight = weights[s.count_ones() as usize];
                let pairs = values[s].as_ref().iter().zip(values[s | own].as_ref());
                for (phi, (without, with)) in phi.iter_mut().zip(pairs) {
                    *phi += weight * (with - without);
                }
            }
            Player {
                value: Estimate::of(&phi),
                first: Estimate::of(&gain(0, own)),
                last: Estimate::of(&gain(all - 1 - own, all - 1)),
                draws: phi,
            }
        });
        Ok(Self { players: players.collect(), total: Estimate::of(&gain(0, all - 1)) })
    }

    /// The players, in order.
    #[must_use]
    pub fn players(&self) -> &[Player] {
        &self.players
    }

    /// What all achieve together: v(N) − v(∅).
    #[must_use]
    pub fn total(&self) -> Estimate {
        self.total
    }
}

/// The Shapley values of a game without chance, from what each coalition
/// achieves; player i is in coalition s if bit i of s is set.
///
/// # Errors
/// [`ErrorKind::Argument`](crate::ErrorKind::Argument) unless there are 1 to
/// [`MAX_PLAYERS`] players and all values are finite.
///
/// # Examples
/// The first two players have a left glove, the third a right one; a pair is
/// worth one:
/// ```
/// use blackmass::analysis::shapley;
/// let pairs = |s: u32| f64::from(u8::from(s & 0b011 != 0 && s & 0b100 != 0));
/// let values = shapley(3, pairs)?;
/// assert!((values[2] - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), blackmass::Error>(())
/// ```
pub fn shapley(n: usize, value: impl Fn(u32) -> f64) -> Result<Vec<f64>, Error> {
    check_players(n)?;
    let values: Vec<[f64; 1]> = (0..1u32 << n).map(|s| [value(s)]).collect();
    let shapley = Shapley::from_values(n, &values)?;
    Ok(shapley.players.iter().map(|player| player.value.mean).collect())
}

pub(super) fn check_players(n: usize) -> Result<(), Error> {
    if (1..=MAX_PLAYERS).contains(&n) {
        return Ok(());
    }
    Err(argument(
        "the number of players is out of range",
        "players",
        n.to_string(),
        format!("1 to {MAX_PLAYERS}"),
        "put players that belong together into one group",
    ))
}

/// s!·(n − s − 1)!/n! = 1/(n·C(n − 1, s)) for s = 0 to n − 1.
fn weights(n: usize) -> Vec<f64> {
    let mut choices = 1.0;
    let weights = (0..n).map(|s| {
        let weight = 1.0 / (n as f64 * choices);
        // C(n − 1, s + 1), an integer.
        choices = choices * (n - 1 - s) as f64 / (s + 1) as f64;
        weight
    });
    weights.collect()
}
