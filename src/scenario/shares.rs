//! Shares of the chemistries in new batteries of a segment, year by year.

/// Shares of the chemistries in what a segment places, in every year of the
/// scenario: by energy, in the segment `portable` by mass.
///
/// Between the years given in the file, shares are linear; each year is then
/// normalised to sum to one. The tilt is the standard deviation of independent
/// additions to the logarithms of the shares: constant up to the last
/// observation, then linear up to its value in the last year. Instead of tilts
/// a file may give a [Dirichlet law](DirichletShares).
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// let eu = Scenario::eu();
/// let shares = eu.regions()[0].chemistry_share("bev_car").expect("a segment of the file");
/// assert_eq!(shares.steps(), eu.steps());
/// let sum: f64 = shares.at(0).iter().sum();
/// assert!((sum - 1.0).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ShareSeries {
    pub(crate) chemistries: usize,
    pub(crate) present: Vec<usize>,
    /// `[step][chemistry]`, flat.
    pub(crate) table: Vec<f64>,
    /// Zero under a Dirichlet law.
    pub(crate) tilt: Vec<f64>,
    pub(crate) dirichlet: Option<DirichletShares>,
    pub(crate) last_observed: Option<i32>,
}

impl ShareSeries {
    /// Number of years.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.tilt.len()
    }

    /// Places, in [`Region::chemistries`](super::Region::chemistries), of the
    /// chemistries that the segment names in any year, ascending. The shares of
    /// all others are zero.
    #[must_use]
    pub fn present(&self) -> &[usize] {
        &self.present
    }

    /// Shares in one year, in the order of
    /// [`Region::chemistries`](super::Region::chemistries); they sum to
    /// one. `step` counts years from the start.
    ///
    /// # Panics
    /// If `step` is not below [`steps`](Self::steps).
    #[must_use]
    pub fn at(&self, step: usize) -> &[f64] {
        &self.table[step * self.chemistries..(step + 1) * self.chemistries]
    }

    /// Standard deviation of the log-share tilts in each year; zero under a
    /// Dirichlet law.
    #[must_use]
    pub fn tilt_sd(&self) -> &[f64] {
        &self.tilt
    }

    /// The Dirichlet law of the shares, if the file gives one instead of tilts.
    #[must_use]
    pub fn dirichlet(&self) -> Option<&DirichletShares> {
        self.dirichlet.as_ref()
    }

    /// The last year that was observed, if any.
    #[must_use]
    pub fn last_observed(&self) -> Option<i32> {
        self.last_observed
    }
}

/// A Dirichlet law of the shares in the last year, and how much of it holds
/// before.
///
/// With g the gamma quantities of the law, b(k,t) the central shares, b(k,T)
/// those of the last year and c the concentration, the share of chemistry k is
///
/// ```text
/// share(k,t) ∝ b(k,t)·(g(k)/(c·b(k,T)))^r(t)
/// ```
///
/// In the last year r is 1 and the shares follow the law; up to the last
/// observation r is what the file says, in between it is linear. A chemistry
/// without a share in the last year has no deviation of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct DirichletShares {
    pub(crate) concentration: f64,
    pub(crate) ramp: Vec<f64>,
}

impl DirichletShares {
    /// The concentration: how many observations the shares of the last year are
    /// worth.
    #[must_use]
    pub fn concentration(&self) -> f64 {
        self.concentration
    }

    /// The exponent r in each year, 0 to 1.
    #[must_use]
    pub fn ramp(&self) -> &[f64] {
        &self.ramp
    }
}
