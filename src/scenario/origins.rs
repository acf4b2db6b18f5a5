//! Where a mineral is mined or refined.

use super::grade::Grade;

/// The shares of countries in one stage of the supply of one mineral: of the
/// world market, or of what one region imports. What the countries leave is the
/// rest of the world.
///
/// # Examples
/// ```
/// use blackmass::scenario::{Origins, Scenario};
/// let of_china = |origins: &Origins| origins.share_at("china", 2030);
/// if let Some(world) = Scenario::japan_eu().world() {
///     println!("{:?}", world.origins("refine", "lithium", None).map(of_china));
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Origins {
    pub(crate) stage: &'static str,
    pub(crate) mineral: String,
    pub(crate) region: Option<String>,
    /// Sorted by name.
    pub(crate) countries: Vec<String>,
    /// Years in ascending order, with the shares of all countries in their
    /// order; not empty.
    pub(crate) rows: Vec<(i32, Vec<f64>)>,
    pub(crate) spread: f64,
    pub(crate) source: String,
    pub(crate) grade: Grade,
}

impl Origins {
    /// The stage: `mine` or `refine`.
    #[must_use]
    pub fn stage(&self) -> &str {
        self.stage
    }

    /// The mineral, one of [`World::minerals`](super::World::minerals).
    #[must_use]
    pub fn mineral(&self) -> &str {
        &self.mineral
    }

    /// The region whose imports these are; `None` for the world market.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The countries that are named in any year, sorted.
    #[must_use]
    pub fn countries(&self) -> &[String] {
        &self.countries
    }

    /// The years that are given, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.rows.iter().map(|(year, _)| *year)
    }

    /// The share of a country in `year`: linear between the years given, held
    /// outside them; zero for a country that is not named.
    #[must_use]
    pub fn share_at(&self, country: &str, year: i32) -> f64 {
        let Some(place) = self.countries.iter().position(|known| known == country) else {
            return 0.0;
        };
        let share = |row: &(i32, Vec<f64>)| row.1.get(place).copied().unwrap_or(0.0);
        let after = self.rows.partition_point(|(given, _)| *given < year);
        match (after.checked_sub(1).and_then(|i| self.rows.get(i)), self.rows.get(after)) {
            (Some(before), Some(next)) if next.0 != year => {
                let span = f64::from(next.0) - f64::from(before.0);
                let along = (f64::from(year) - f64::from(before.0)) / span;
                share(before) + (share(next) - share(before)) * along
            }
            (_, Some(row)) | (Some(row), None) => share(row),
            (None, None) => 0.0,
        }
    }

    /// Standard deviation of the logit of China's share in the last year given.
    /// In the first it is zero, and it grows with the root of the time between.
    /// The other countries are scaled to what China leaves.
    #[must_use]
    pub fn spread(&self) -> f64 {
        self.spread
    }

    /// Id of the source in [`Scenario::sources`](super::Scenario::sources).
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Confidence grade.
    #[must_use]
    pub fn grade(&self) -> Grade {
        self.grade
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_linear_between_the_years_and_held_outside() {
        let origins = Origins {
            stage: "mine",
            mineral: "lithium".into(),
            region: None,
            countries: vec!["chile".into(), "china".into()],
            rows: vec![(2024, vec![0.25, 0.25]), (2028, vec![0.0, 0.5])],
            spread: 0.0,
            source: "s".into(),
            grade: Grade::A,
        };
        let shares = |year| (origins.share_at("chile", year), origins.share_at("china", year));
        assert_eq!(shares(2000), (0.25, 0.25));
        assert_eq!(shares(2024), (0.25, 0.25));
        assert_eq!(shares(2026), (0.125, 0.375));
        assert_eq!((shares(2028), shares(2050)), ((0.0, 0.5), (0.0, 0.5)));
        assert_eq!(origins.share_at("peru", 2026), 0.0);
    }
}
