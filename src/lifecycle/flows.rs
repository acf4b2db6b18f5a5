//! The flows between all processes, for a Sankey diagram.

use super::trade::{black_mass, goods, recovered};
use super::{LifeCycle, VEHICLES};
use crate::system::Expr;

/// What is reported on request ([`Options::flows`](super::Options::flows)) for
/// every material beside [`SERIES`](super::SERIES): name and unit.
pub const FLOWS: [(&str, &str); 10] = [
    ("scrap_made", "t/yr"),
    ("reused", "t/yr"),
    ("second_life_collected", "t/yr"),
    ("untreated_received", "t/yr"),
    ("untreated_exported", "t/yr"),
    ("untreated_lost", "t/yr"),
    ("waiting_batteries", "t"),
    ("metal_fraction", "t/yr"),
    ("black_mass_received", "t/yr"),
    ("recovered_exchanged", "t/yr"),
];

/// Of what is reported in full only, what the flows need.
pub(super) const NEEDED: [&str; 10] = [
    "placed_made_here",
    "placed_imported_cells",
    "placed_imported_in_products",
    "exported_cells",
    "electronic_waste",
    "residual_waste",
    "uncollected",
    "second_life_stock",
    "second_life_returns",
    "black_mass_exported",
];

/// Declares and observes what of the flows the other modules do not report,
/// each by material:
///
/// ```text
/// reused                 dismantled packs fitted again
/// second_life_collected  of second_life_returns, what is collected
/// untreated_received     batteries and scrap from other regions
/// untreated_exported     batteries and scrap that leave the region
/// untreated_lost         batteries and scrap that nobody treats
/// waiting_batteries      of the backlog, what is not yet black mass; the year's end
/// metal_fraction         recovered without refining
/// black_mass_received    refined here, from other regions
/// recovered_exchanged    recovered materials bought from others and used here
/// ```
///
/// Paired differences are not reported.
pub(super) fn declare(cycle: &mut LifeCycle) {
    let vehicles = cycle.present(&VEHICLES);
    let reused = cycle.over_segments(&vehicles, |s| format!("flow.reused.{s}"));
    cycle.set("reused.batteries", reused);
    let received = match goods::are_traded(cycle) {
        true => cycle.var("goods.received").sum("origin"),
        false => cycle.nothing(),
    };
    cycle.set("untreated_received.batteries", received);
    for (name, batteries) in [
        ("reused", "reused.batteries"),
        ("second_life_collected", "flow.returned.second_life"),
        ("untreated_received", "untreated_received.batteries"),
        ("untreated_exported", "flow.exported_untreated"),
        ("untreated_lost", "flow.untreated"),
        ("waiting_batteries", "backlog.batteries"),
    ] {
        let materials = cycle.materials_in(cycle.var(batteries));
        cycle.set(name, materials);
    }
    let nothing = || Expr::from(0.0) * cycle.var("recovered");
    let fraction = cycle.var("fraction.by_origin").sum("origin");
    let arrived = black_mass::received(cycle).unwrap_or_else(nothing);
    let bought = recovered::bought(cycle).unwrap_or_else(nothing);
    cycle.set("metal_fraction", fraction);
    cycle.set("black_mass_received", arrived);
    cycle.set("recovered_exchanged", bought);
    for (name, unit) in FLOWS {
        let name = cycle.name(name);
        cycle.b.observe_alone(&name, unit);
    }
}
