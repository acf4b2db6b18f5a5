//! What the tables show, and what it is called.

/// What is shown by material, in the order of the life cycle.
pub(super) const QUANTITIES: [(&str, &str); 32] = [
    ("inflow", "Placed on the market, replacement packs included"),
    ("placed_made_here", "Placed on the market: cells made here"),
    ("placed_imported_cells", "Placed on the market: imported as cells or packs"),
    ("placed_imported_in_products", "Placed on the market: imported in vehicles and devices"),
    ("stock", "In use at the end of the year"),
    ("end_of_life", "End of life: leaving use"),
    ("exported", "Exported in used vehicles"),
    ("unknown", "Unknown: in vehicles of unknown whereabouts"),
    ("second_life", "Into second life"),
    ("second_life_stock", "In second life at the end of the year"),
    ("second_life_returns", "Returned from second life"),
    ("hoarded", "Portable: kept in drawers at the end of the year"),
    ("electronic_waste", "Portable: lost in electronic waste"),
    ("residual_waste", "Portable: lost in residual waste"),
    ("uncollected", "Not collected, other batteries"),
    ("collected", "Collected for recycling"),
    ("scrap", "Production scrap that reaches recyclers"),
    ("processed", "Pre-processed"),
    ("black_mass", "In black mass"),
    ("black_mass_exported", "In black mass sold abroad unrefined"),
    ("refined", "Into refining"),
    ("backlog", "Backlog: waiting at the end of the year"),
    ("recovered", "Recovered by recycling"),
    ("recovered_from_scrap", "Recovered: from production scrap"),
    ("recovered_used", "Recovered: used here"),
    ("recovered_unused", "Recovered: not used here"),
    ("cell_production", "Cell production: in cells made here"),
    ("exported_cells", "Cell production: exported"),
    ("cathode_anode_demand", "Cathode and anode making: demand"),
    ("primary_demand", "Primary demand of cell making"),
    ("anode_natural_graphite", "Anode making: natural graphite"),
    ("anode_synthetic_graphite", "Anode making: synthetic graphite"),
];

/// What the short form shows of each material, in few words.
pub(super) const SHORT: [(&str, &str); 11] = [
    ("inflow", "placed"),
    ("stock", "in use"),
    ("end_of_life", "end of life"),
    ("exported", "exported, used"),
    ("collected", "collected"),
    ("scrap", "scrap"),
    ("backlog", "backlog"),
    ("recovered", "recovered"),
    ("recovered_used", "  used here"),
    ("cell_production", "in cells made"),
    ("primary_demand", "primary demand"),
];

/// The materials shown; all are in `outcome.csv`.
pub(super) const MATERIALS: [&str; 6] =
    ["lithium", "nickel", "cobalt", "graphite", "manganese", "copper"];
/// How many of them the short form shows.
pub(super) const SHORT_MATERIALS: usize = 4;

/// What is shown by segment; the short form shows the first only.
pub(super) const SEGMENTS: [(&str, &str); 8] = [
    ("placed_energy_by_segment", "Placed on the market by segment"),
    ("end_of_life_energy_by_segment", "End of life by segment"),
    ("second_life_energy", "Storage demand served by second life"),
    ("vehicles", "Vehicles in use at the end of the year"),
    ("vehicles_exported", "Used vehicles exported"),
    ("vehicles_dismantled", "Vehicles dismantled"),
    ("repacked", "Replacement packs per vehicle sold, cumulative"),
    ("collected_by_segment", "Batteries collected by segment, whole mass"),
];

/// The recycled content in its four variants.
pub(super) const CONTENTS: [(&str, &str); 4] = [
    ("recycled_content_placed", "over what is placed on the market, scrap included"),
    ("recycled_content_placed_without_scrap", "over what is placed on the market, scrap excluded"),
    ("recycled_content_production", "over cells made here, scrap included"),
    ("recycled_content_production_without_scrap", "over cells made here, scrap excluded"),
];

/// What is compared between policies; the short form shows the last but one.
pub(super) const COMPARED: [(&str, &str); 3] = [
    ("collected", "collected"),
    ("recovered", "recovered"),
    ("recovered_used", "recovered and used here"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::SERIES;

    #[test]
    fn every_series_by_material_is_shown() {
        for (series, _) in SERIES {
            assert!(QUANTITIES.iter().any(|(s, _)| *s == series), "{series}");
        }
        for (series, _) in SHORT.iter().chain(&COMPARED) {
            assert!(SERIES.iter().any(|(s, _)| s == series), "{series}");
        }
    }
}
