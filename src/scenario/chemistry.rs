//! Battery chemistries: routing class, pack mass and material content.

/// One battery chemistry.
///
/// # Examples
/// ```
/// use blackmass::scenario::Scenario;
/// let eu = Scenario::eu();
/// let lfp = eu.regions()[0].chemistries().iter().find(|c| c.name() == "LFP").expect("shipped");
/// let total: f64 = lfp.intensity().iter().sum();
/// assert!((total - lfp.pack_mass()).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Chemistry {
    pub(crate) name: String,
    pub(crate) class: usize,
    pub(crate) class_name: String,
    pub(crate) pack_mass: f64,
    pub(crate) intensity: Vec<f64>,
}

impl Chemistry {
    /// Name, such as `NMC622`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Place of the routing class in
    /// [`Scenario::classes`](super::Scenario::classes).
    #[must_use]
    pub fn class(&self) -> usize {
        self.class
    }

    /// Name of the routing class.
    #[must_use]
    pub fn class_name(&self) -> &str {
        &self.class_name
    }

    /// Central pack mass, kg/kWh. Its prior is
    /// `region.scalar("chemistry.<name>.pack_mass")`.
    #[must_use]
    pub fn pack_mass(&self) -> f64 {
        self.pack_mass
    }

    /// Content of each material, kg/kWh, in the order of
    /// [`Scenario::materials`](super::Scenario::materials). The last, `other`,
    /// is the pack mass minus the rest and never negative.
    #[must_use]
    pub fn intensity(&self) -> &[f64] {
        &self.intensity
    }
}
