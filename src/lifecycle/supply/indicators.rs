//! Indicators of a region: import dependence, recycling rates, what stays.

use super::{LifeCycle, of_minerals, share_of};
use crate::lifecycle::trade::{black_mass, keepers};
use crate::system::Expr;

/// Declares, by mineral (E37):
///
/// ```text
/// import_dependence = net/(net + recovered and used here),
///                     net = max(0, primary + in imported cells and products − in exported cells)
/// eol_rr   = recovered from the region's end of life, wherever/end of life     (UNEP 2011)
/// eol_rir  = recovered from the end of life and used here/(cathodes and anodes made here)
///                                                          (European Commission 2017)
/// retained = recovered metal that industry in the region has, t/yr
/// recovered_with_evidence = recovered here, and elsewhere of the region's black mass as far as
///            equivalent conditions are proven (Regulation (EU) 2023/1542, Art. 72(3)), t/yr
/// ```
///
/// Batteries shipped untreated to another region count there, not here, in
/// `eol_rr`. Recovered metal that is bought counts in `eol_rir` with the share of the end
/// of life in what the region itself recovers.
pub(super) fn declare(cycle: &mut LifeCycle) {
    let of = |key: &str| of_minerals(cycle, cycle.var(key));
    let net =
        of("primary_demand") + cycle.var("supply.imported_cells") + cycle.var("supply.in_products")
            - of("exported_cells");
    cycle.set("supply.net_imports", net.max(0.0));
    let all = cycle.var("supply.net_imports") + cycle.var("supply.used");
    cycle.set("import_dependence", share_of(cycle.var("supply.net_imports"), all));
    let old = cycle.var("recovered.by_origin").at("origin", "end_of_life");
    let (abroad, of_others) = black_mass::recovered_elsewhere(cycle);
    let or_nothing = |x: Option<Expr>| x.unwrap_or_else(|| 0.0.into());
    let own = of_minerals(cycle, old.clone()) + or_nothing(abroad) - or_nothing(of_others);
    let ended = of_minerals(cycle, cycle.var("end_of_life"));
    cycle.set("eol_rr", share_of(own, ended));
    let part = share_of(of_minerals(cycle, old), of_minerals(cycle, cycle.var("recovered")));
    let rir = share_of(cycle.var("supply.used") * part, cycle.var("supply.need.chain"));
    cycle.set("eol_rir", rir);
    if !keepers::are_followed(cycle) {
        let kept = of_minerals(cycle, cycle.var("recovered"));
        cycle.set("retained", kept);
        let name = cycle.name("retained");
        cycle.b.observe(&name, "t/yr");
    }
    let counted = black_mass::recovered_with_evidence(cycle);
    let counted = counted.unwrap_or_else(|| 0.0.into());
    let here = of_minerals(cycle, cycle.var("recovered"));
    cycle.set("recovered_with_evidence", here + counted);
    for (name, unit) in [
        ("recovered_with_evidence", "t/yr"),
        ("import_dependence", "share"),
        ("eol_rr", "share"),
        ("eol_rir", "share"),
    ] {
        let name = cycle.name(name);
        cycle.b.observe(&name, unit);
    }
}
