//! A quantity that may change from year to year.

use super::adoption::Adoption;
use super::events::Events;
use super::scalar::Scalar;

/// Year-to-year noise around a series after its last observation: a deviation
/// that multiplies the path by its exponential, or for a share is added to the
/// logit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Relative standard deviation as a fraction: in any one year (persistent),
    /// of the change in one year (random walk), in the long run (reverting).
    pub sd: f64,
    /// How the deviation moves from year to year.
    pub process: NoiseProcess,
}

/// How a deviation moves from year to year.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum NoiseProcess {
    /// An autoregressive process of order one, stationary from the first year.
    Persistent {
        /// Correlation with the year before; at least 0 and below 1.
        persistence: f64,
    },
    /// A random walk from zero in the last observed year: the standard
    /// deviation grows with the root of the years since.
    RandomWalk,
    /// An Ornstein-Uhlenbeck process around zero, from zero in the last
    /// observed year.
    Reverting {
        /// How fast a deviation shrinks, per year; above 0. After a year e^−rate
        /// of it is left.
        rate: f64,
    },
}

/// One year of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) year: i32,
    /// Base unit.
    pub(crate) value: f64,
    /// Relative standard deviation by grade; zero if the prior is fixed.
    pub(crate) sd: f64,
}

/// The ways in which a file may give a series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// A scalar: the same value in every year.
    Constant(Scalar),
    /// Points in ascending years; never empty.
    Path {
        points: Vec<Point>,
        last_observed: Option<i32>,
        projection_spread: f64,
        noise: Option<Noise>,
    },
    /// A share along an S-curve.
    Adoption { curve: Adoption, noise: Option<Noise> },
}

/// A quantity over the years: points with linear interpolation, one value for
/// all years, or a share along an S-curve.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// let scenario = Scenario::eu();
/// let eu = &scenario.regions()[0];
/// let sales = eu.series("segment.bev_car.sales").expect("a segment of the file");
/// assert_eq!(sales.unit(), "vehicles/yr");
/// assert!(sales.at(2024) > sales.at(2015));
/// assert!(sales.relative_sd_at(2050) >= sales.relative_sd_at(2024));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub(crate) key: String,
    pub(crate) unit: &'static str,
    pub(crate) is_share: bool,
    pub(crate) form: Form,
    pub(crate) events: Events,
}

impl Series {
    /// Dotted key below the region, such as `segment.bev_car.sales`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The base unit of [`at`](Self::at).
    #[must_use]
    pub fn unit(&self) -> &str {
        self.unit
    }

    /// Whether the quantity is a share between 0 and 1.
    #[must_use]
    pub fn is_share(&self) -> bool {
        self.is_share
    }

    /// The central value in `year`, base unit: linear between the given years,
    /// held constant before the first and after the last; that of an adoption at
    /// its central midpoint.
    #[must_use]
    pub fn at(&self, year: i32) -> f64 {
        match &self.form {
            Form::Constant(scalar) => scalar.value,
            Form::Path { points, .. } => interpolate(points, year, |point| point.value),
            Form::Adoption { curve, .. } => curve.at(year),
        }
    }

    /// Relative standard deviation of the level in `year`, as a fraction.
    ///
    /// Up to the last observation this is the grade's, linear between the
    /// given years. After it, with spread `p` and `n` years since, it is
    /// `sqrt(grade² + p²·n)` with the grade of the last observation: the grade
    /// of a projected value does not widen it. A series without any observation counts `n` from
    /// its first year. A constant has its grade's spread; if it has another
    /// prior the result is zero and [`constant`](Self::constant) tells the law.
    /// It is zero for an adoption, too, whose midpoint varies.
    #[must_use]
    pub fn relative_sd_at(&self, year: i32) -> f64 {
        match &self.form {
            Form::Constant(scalar) => scalar.grade_relative_sd(),
            Form::Adoption { .. } => 0.0,
            Form::Path { points, last_observed, projection_spread, .. } => {
                let since =
                    last_observed.unwrap_or_else(|| points.first().map_or(year, |p| p.year));
                let graded = if year < since { year } else { since };
                let grade = interpolate(points, graded, |point| point.sd);
                if year <= since {
                    return grade;
                }
                let years = f64::from(year) - f64::from(since);
                (grade * grade + projection_spread * projection_spread * years).sqrt()
            }
        }
    }

    /// The last year that was observed; `None` for a constant, an adoption and a
    /// series of projections only.
    #[must_use]
    pub fn last_observed(&self) -> Option<i32> {
        match &self.form {
            Form::Constant(_) | Form::Adoption { .. } => None,
            Form::Path { last_observed, .. } => *last_observed,
        }
    }

    /// The year after which noise and events set in: that of the last
    /// observation, else the first one given; none for an adoption, which moves
    /// from the first year on.
    pub(crate) fn since(&self) -> Option<i32> {
        match &self.form {
            Form::Constant(_) | Form::Adoption { .. } => None,
            Form::Path { points, last_observed, .. } => {
                last_observed.or_else(|| points.first().map(|point| point.year))
            }
        }
    }

    /// Noise around the path after the last observation, if any.
    #[must_use]
    pub fn noise(&self) -> Option<Noise> {
        match &self.form {
            Form::Constant(_) => None,
            Form::Path { noise, .. } | Form::Adoption { noise, .. } => *noise,
        }
    }

    /// Outages, jumps and regimes.
    #[must_use]
    pub fn events(&self) -> &Events {
        &self.events
    }

    /// The curve of a share that was given as an adoption.
    #[must_use]
    pub fn adoption(&self) -> Option<&Adoption> {
        match &self.form {
            Form::Adoption { curve, .. } => Some(curve),
            Form::Constant(_) | Form::Path { .. } => None,
        }
    }

    /// The scalar behind a series that was given as one value for all years.
    /// Its prior then holds for the level of all years together.
    #[must_use]
    pub fn constant(&self) -> Option<&Scalar> {
        match &self.form {
            Form::Constant(scalar) => Some(scalar),
            Form::Path { .. } | Form::Adoption { .. } => None,
        }
    }

    /// The given points as `(year, value in the base unit)`, ascending; empty
    /// for a constant and an adoption.
    pub fn points(&self) -> impl Iterator<Item = (i32, f64)> + '_ {
        let points: &[Point] = match &self.form {
            Form::Constant(_) | Form::Adoption { .. } => &[],
            Form::Path { points, .. } => points,
        };
        points.iter().map(|point| (point.year, point.value))
    }
}

/// `of` at `year`, linear between points and constant outside them.
fn interpolate(points: &[Point], year: i32, of: impl Fn(&Point) -> f64) -> f64 {
    let after = points.partition_point(|point| point.year < year);
    match (after.checked_sub(1).and_then(|i| points.get(i)), points.get(after)) {
        (Some(before), Some(next)) if next.year != year => {
            let span = f64::from(next.year) - f64::from(before.year);
            let along = (f64::from(year) - f64::from(before.year)) / span;
            of(before) + (of(next) - of(before)) * along
        }
        (_, Some(next)) => of(next),
        (Some(last), None) => of(last),
        (None, None) => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path() -> Series {
        let point = |year, value, sd| Point { year, value, sd };
        Series {
            key: "sales".into(),
            unit: "vehicles/yr",
            is_share: false,
            form: Form::Path {
                points: vec![
                    point(2010, 10.0, 0.05),
                    point(2020, 20.0, 0.05),
                    point(2030, 0.0, 0.25),
                ],
                last_observed: Some(2020),
                projection_spread: 0.1,
                noise: None,
            },
            events: Events::default(),
        }
    }

    #[test]
    fn values_are_linear_between_points_and_held_outside() {
        let series = path();
        for (year, value) in
            [(1990, 10.0), (2010, 10.0), (2015, 15.0), (2020, 20.0), (2025, 10.0), (2050, 0.0)]
        {
            assert_eq!(series.at(year), value, "{year}");
        }
    }

    #[test]
    fn spread_grows_with_the_root_of_the_years_since_the_last_observation() {
        let series = path();
        assert_eq!(series.relative_sd_at(2015), 0.05);
        assert_eq!(series.relative_sd_at(2020), 0.05);
        let expected = (0.05_f64 * 0.05 + 0.01 * 10.0).sqrt();
        assert!((series.relative_sd_at(2030) - expected).abs() < 1e-15);
    }
}
