//! The names of what a life cycle reports, which observations refer to.

/// What can be reported for every material, in tonnes (stocks) or tonnes per
/// year, in the order of the life cycle.
pub const SERIES: [(&str, &str); 30] = [
    ("inflow", "t/yr"),
    ("stock", "t"),
    ("end_of_life", "t/yr"),
    ("exported", "t/yr"),
    ("unknown", "t/yr"),
    ("second_life", "t/yr"),
    ("second_life_stock", "t"),
    ("second_life_returns", "t/yr"),
    ("hoarded", "t"),
    ("electronic_waste", "t/yr"),
    ("residual_waste", "t/yr"),
    ("uncollected", "t/yr"),
    ("collected", "t/yr"),
    ("scrap", "t/yr"),
    ("processed", "t/yr"),
    ("black_mass", "t/yr"),
    ("black_mass_exported", "t/yr"),
    ("refined", "t/yr"),
    ("backlog", "t"),
    ("recovered", "t/yr"),
    ("recovered_used", "t/yr"),
    ("recovered_unused", "t/yr"),
    ("cell_production", "t/yr"),
    ("cathode_anode_demand", "t/yr"),
    ("primary_demand", "t/yr"),
    ("placed_made_here", "t/yr"),
    ("placed_imported_cells", "t/yr"),
    ("placed_imported_in_products", "t/yr"),
    ("exported_cells", "t/yr"),
    ("recovered_from_scrap", "t/yr"),
];

/// What is reported in other units and dimensions: name, unit, and what each
/// label of an element names.
pub(crate) const OTHERS: [(&str, &str, &[&str]); 16] = [
    ("inflow_by_segment", "t/yr", &["segment", "material"]),
    ("placed_energy_by_segment", "MWh/yr", &["segment"]),
    ("end_of_life_energy_by_segment", "MWh/yr", &["segment"]),
    ("second_life_energy", "MWh/yr", &[]),
    ("vehicles", "vehicles", &["segment"]),
    ("vehicles_exported", "vehicles/yr", &["segment"]),
    ("vehicles_dismantled", "vehicles/yr", &["segment"]),
    ("repacked", "packs/vehicle", &["segment"]),
    ("collected_by_segment", "t/yr", &["segment"]),
    ("placed_mass_by_segment", "t/yr", &["segment"]),
    ("portable_collection_rate", "share", &[]),
    ("scrap_share_of_feed", "share", &[]),
    ("anode_natural_graphite", "t/yr", &[]),
    ("anode_synthetic_graphite", "t/yr", &[]),
    ("cells_made", "MWh/yr", &[]),
    (VALUE, "million USD/yr", &[]),
];

/// The series that only a scenario with prices has.
pub(crate) const VALUE: &str = "recovered_value";

/// The unit of a reported series and what each label of its elements names:
/// a segment or a material.
pub(super) fn reported(
    series: &str,
    priced: bool,
) -> Option<(&'static str, &'static [&'static str])> {
    let by_material = SERIES.into_iter().map(|(name, unit)| (name, unit, &["material"][..]));
    let mut all = by_material.chain(OTHERS);
    all.find(|(name, ..)| *name == series && (priced || series != VALUE))
        .map(|(_, unit, labels)| (unit, labels))
}

/// The names of all reported series that can be observed in the world, where
/// there are prices or not.
pub(super) fn names(priced: bool) -> impl Iterator<Item = &'static str> {
    let all = SERIES.into_iter().map(|(name, _)| name).chain(OTHERS.into_iter().map(|o| o.0));
    all.filter(move |name| priced || *name != VALUE)
}
