//! Legal targets: what each measures, and whether it is reached.

use super::{LifeCycle, ROUTES, STORAGE};
use crate::scenario::{Denominator, Measure, ScrapRule, Target};
use crate::system::{Expr, stack, var};

/// Electric vehicles; light means of transport are a category of their own.
const ELECTRIC_VEHICLES: [&str; 6] = ["bev_car", "phev_car", "hev_car", "van", "bus", "truck"];
/// The first year in which batteries of light means of transport count in the
/// recycled content (Regulation (EU) 2023/1542, Art. 8(3)).
const LIGHT_TRANSPORT_FROM: i32 = 2036;
/// A mass that keeps divisions defined, in tonnes.
const TRIFLE: f64 = 1e-6;

/// Declares, for each target, `target.<id>` (the ratio its text defines) and
/// `target.<id>.met` (1 where the ratio is at least the target's value), and
/// the recycled content in its four accounting variants.
///
/// A recycled content is an availability: what recyclers of the region put out
/// over what the batteries in its scope contain. The law binds each battery
/// model and plant; whether it is met cannot be told here.
pub(super) fn declare(cycle: &mut LifeCycle) {
    ratios(cycle);
    for target in cycle.region.targets() {
        let ratio = cycle.name(&format!("target.{}", target.id()));
        let met = format!("{ratio}.met");
        let value = Ratio { cycle, target }.value();
        cycle.b.variable(&ratio, value);
        cycle.b.variable(&met, var(&ratio).at_least(target.value()));
        cycle.b.observe(&ratio, "share").observe(&met, "share of draws");
    }
}

/// Tonnes of a material in what is placed in the scope of Article 8.
fn content_scope(cycle: &LifeCycle, light_transport: bool) -> Expr {
    let light: &[&str] = if light_transport { &["light_transport"] } else { &[] };
    let scope = ELECTRIC_VEHICLES.iter().chain(light).chain(&STORAGE);
    let placed = scope.map(|s| cycle.var("inflow_by_segment").at("segment", *s));
    placed.reduce(|a, b| a + b).unwrap_or_else(|| 0.0.into())
}

/// The recycled content per material, in four variants:
///
/// ```text
/// {all recovered | from the end of life} / {placed in scope | in cells made}
/// ```
fn ratios(cycle: &mut LifeCycle) {
    let regulated = || ["lithium", "nickel", "cobalt"].into_iter();
    let known = |m: &&str| cycle.scenario.materials().iter().any(|x| x == m);
    let materials: Vec<&str> = regulated().filter(known).collect();
    if materials.is_empty() {
        return;
    }
    let dimension = cycle.name("material.regulated");
    cycle.b.dimension(&dimension, materials.iter().copied());
    let placed = content_scope(cycle, false);
    cycle.set("content_scope", placed);
    for denominator in [Denominator::PlacedOnMarket, Denominator::CellProduction] {
        for scrap in [ScrapRule::Included, ScrapRule::Excluded] {
            let parts = materials.iter().map(|m| {
                let below = match denominator {
                    Denominator::CellProduction => cycle.var("cell_production"),
                    _ => cycle.var("content_scope"),
                };
                share_of(available(cycle, scrap).at("material", *m), below.at("material", *m))
            });
            let content = stack(&dimension, parts.collect::<Vec<_>>());
            let below = match denominator {
                Denominator::CellProduction => "production",
                _ => "placed",
            };
            let suffix = if scrap == ScrapRule::Included { "" } else { "_without_scrap" };
            let name = format!("recycled_content_{below}{suffix}");
            cycle.set(&name, content);
            let name = cycle.name(&name);
            cycle.b.observe(&name, "share");
        }
    }
}

/// One over the other; zero where less than a tonne is asked for, as nothing
/// can be said of a share of nothing.
fn share_of(available: Expr, needed: Expr) -> Expr {
    available / needed.clone().max(1.0) * needed.at_least(1.0)
}

/// What recyclers put out, with or without what came from scrap.
fn available(cycle: &LifeCycle, scrap: ScrapRule) -> Expr {
    match scrap {
        ScrapRule::Included => cycle.var("recovered"),
        ScrapRule::Excluded => cycle.var("recovered.by_origin").at("origin", "end_of_life"),
    }
}

/// The ratio of a target in its year.
struct Ratio<'a, 'b> {
    cycle: &'a LifeCycle<'b>,
    target: &'a Target,
}

impl Ratio<'_, '_> {
    /// A variable of the region in the year of the target.
    fn var(&self, key: &str) -> Expr {
        self.cycle.var(key).at_year(self.target.year())
    }

    /// The target's material, or all.
    fn material(&self, x: Expr) -> Expr {
        match self.target.material() {
            Some(m) => x.at("material", self.cycle.scenario.materials()[m].clone()),
            None => x.sum("material"),
        }
    }

    /// All chemistries and origins together.
    fn total(&self, key: &str) -> Expr {
        self.var(key).sum("origin").sum(self.cycle.chemistry())
    }

    fn scrap(&self) -> ScrapRule {
        self.target.scrap().unwrap_or(ScrapRule::Included)
    }

    fn value(&self) -> Expr {
        match self.target.measure() {
            Measure::RecycledContent => {
                let below = match self.target.denominator() {
                    Denominator::CellProduction => self.cycle.var("cell_production"),
                    _ => content_scope(self.cycle, self.target.year() >= LIGHT_TRANSPORT_FROM),
                };
                let available = available(self.cycle, self.scrap()).at_year(self.target.year());
                share_of(self.material(available), self.material(below.at_year(self.target.year())))
            }
            Measure::MaterialRecovery => {
                let route = self.target.route().unwrap_or(ROUTES[0]);
                self.recovery(&|x| self.material(x), |class| {
                    let taken = self.var(&format!("refining.taken.{class}.{route}"));
                    (taken, self.route_yield(class, route))
                })
            }
            Measure::RecyclingEfficiency => {
                let class = self.target.class().map(|q| &self.cycle.scenario.classes()[q]);
                self.recovery(&|x| x.sum("material"), |q| {
                    let counts = if class.is_none_or(|c| c == q) { 1.0 } else { 0.0 };
                    (counts.into(), self.var(&format!("refining.yield_of.{q}")))
                })
            }
            Measure::PortableCollection => self.var("portable_collection_rate"),
            Measure::LightTransportCollection => self.var("light_transport_collection_rate"),
            Measure::RecyclingCapacity => {
                // Nameplate capacity times what a tonne of black mass gives in
                // that year, over the material in the cells made here.
                let per_tonne = self.material(self.var("recovered"))
                    / self.total("refined_black_mass.processed").max(TRIFLE);
                let needed = self.material(self.var("cell_production"));
                share_of(self.var("refining.capacity") * per_tonne, needed)
            }
        }
    }

    fn route_yield(&self, class: &str, route: &str) -> Expr {
        let materials = self.cycle.scenario.materials().iter();
        let yields = materials.map(|m| self.var(&format!("refining.yield.{route}.{class}.{m}")));
        stack("material", yields.collect::<Vec<_>>())
    }

    /// Mass out over mass into recycling, from the battery to the product:
    ///
    /// ```text
    /// Σ_k w(k)·fraction(k,i)·(b(k,i)·y(k,i) + f(k,i)) / Σ_k w(k)·fraction(k,i)
    /// ```
    ///
    /// with w the batteries processed that take the way in question, b and f
    /// the shares that reach black mass and metal fraction, y the yield.
    fn recovery(&self, over: &dyn Fn(Expr) -> Expr, way: impl Fn(&str) -> (Expr, Expr)) -> Expr {
        let processed = self.var("shredded.processed");
        let processed = match self.scrap() {
            ScrapRule::Included => processed.sum("origin"),
            ScrapRule::Excluded => processed.at("origin", "end_of_life"),
        };
        let chemistry = self.cycle.chemistry();
        let terms = self.cycle.region.chemistries().iter().map(|c| {
            let (share, yielded) = way(&self.cycle.scenario.classes()[c.class()]);
            let at = |key: &str| self.cycle.var(key).at(&chemistry, c.name());
            let weight = processed.clone().at(&chemistry, c.name()) * share;
            let won = over(at("black_mass_share.of") * yielded + at("fraction_share.of"));
            (weight.clone() * won, weight * over(at("fraction")))
        });
        let both = terms.reduce(|(a, b), (x, y)| (a + x, b + y));
        both.map_or_else(|| 0.0.into(), |(out, into)| out / into.max(TRIFLE))
    }
}
