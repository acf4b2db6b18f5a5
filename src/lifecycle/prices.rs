//! Prices of materials and what is recovered at them.

use super::{LifeCycle, scaled};
use crate::error::Error;
use crate::scenario::{MarketPrice, Scenario};
use crate::system::{Expr, SystemBuilder, stack, var};

/// The dimension of the materials with a price.
const PRICED: &str = "price.material";

/// Declares `world.price[material]` and what it is made of, if the scenario has
/// prices.
pub(super) fn declare(b: &mut SystemBuilder, scenario: &Scenario, scale: f64) -> Result<(), Error> {
    let prices = scenario.prices();
    if prices.is_empty() {
        return Ok(());
    }
    let mut named = Vec::new();
    for price in prices {
        let name = format!("{}.start", price.price().name());
        let start = price.start();
        match start.law()? {
            Some(law) => b.parameter(&name, &[], scaled(scale, law, start.natural_range())?),
            None => b.constant(&name, &[], start.value()),
        };
        let steps = u32::try_from(price.year() - scenario.start()).unwrap_or(0);
        named.push((price.price(), var(name), steps));
    }
    b.prices_from(named, scale);
    b.dimension(PRICED, prices.iter().map(|p| p.price().material()));
    let each = prices.iter().map(|p| var(p.price().name()));
    b.variable("world.price", stack(PRICED, each.collect::<Vec<_>>()));
    b.observe_alone("world.price", "USD/t");
    Ok(())
}

/// Declares `recovered_value`, million USD/yr: what the recovered materials with
/// a price would bring at it.
///
/// ```text
/// Σ recovered·tonnes traded per tonne of material·price·10⁻⁶
/// ```
pub(super) fn value(cycle: &mut LifeCycle) {
    let of = |price: &MarketPrice| {
        let price = price.price();
        let recovered = cycle.var("recovered").at("material", price.material());
        recovered * var(price.name()) * (price.per_material() * 1e-6)
    };
    let sum: Option<Expr> = cycle.scenario.prices().iter().map(of).reduce(|a, b| a + b);
    if let Some(sum) = sum {
        cycle.set("recovered_value", sum);
    }
}
