//! Facilities of several places that process each other's surplus.

use super::resolve::Resolver;
use super::{Expr, Shape};
use crate::error::Diagnostic;

/// Facilities of several places: each processes its own feed first, then with
/// the capacity it has to spare what other places offer. What nobody processes
/// is a backlog, well mixed, and carried over.
///
/// Places with feed are the *sources* f, places with capacity the *facilities*
/// g; every source is a facility, too. `offered` says which share of its
/// inventory a source offers to each other place, such as 0 where export is
/// banned. Per step, with backlog B, feed F and contents i (E25):
///
/// ```text
/// M_f         = Σ_i (B_f,i + F_f,i)
/// offered_f,g = min(o_f,g·M_f, cap_f,g),   g ≠ f
/// first_f     = min(M_f − Σ_g offered_f,g, C_f)                 own feed first
/// spare_g     = C_g − first_g                (first_g = 0 where g has no feed)
/// taken_f,g   = offered_f,g·min(1, spare_g / Σ_f offered_f,g)
/// own_f       = min(M_f − Σ_g taken_f,g, C_f − Σ_h taken_h,f)
/// processed_f,i = (B + F)_f,i·own_f/M_f
/// B_f,i       ← (B + F)_f,i·(1 − Σ_g taken_f,g/M_f) − processed_f,i
/// ```
///
/// So what others leave of an offer is still processed at home, if there is
/// room. Where shares offered sum to more than one, they are scaled down to
/// one; negative shares, caps and capacities count as zero.
///
/// | output | meaning |
/// |---|---|
/// | `<name>.processed` | what a place processes of its own, per step |
/// | `<name>.backlog` | what is left at the end of the step |
/// | `<name>.taken` | taken_f,g/M_f: share of the inventory of f processed at g, over sources and facilities; 0 for the place itself |
///
/// What goes to g is the inventory, that is the backlog of the step before and
/// the feed, times `taken`. It uses up capacity of g in the same step.
///
/// # Examples
/// Two regions refine black mass; Japan may send up to half of what it has to
/// Korea, at most 3 kt a year, and nothing to Europe:
/// ```
/// use blackmass::system::{Values, var};
/// use blackmass::{Ensemble, Plan, SharedFacilities, System};
///
/// let mut b = System::builder("refining", 2030..=2031);
/// b.dimension("region", ["japan", "eu"]);
/// b.dimension("place", ["eu", "japan", "korea"]);
/// b.dimension("metal", ["nickel", "cobalt"]);
/// b.constant("feed", &["region", "metal"], Values::PerElement(vec![6.0, 2.0, 3.0, 1.0]));
/// b.constant("capacity", &["place"], Values::PerElement(vec![9.0, 4.0, 2.0]));
/// // To the EU, Japan and Korea: from Japan, then from the EU.
/// let shares = vec![0.0, 0.0, 0.5, 0.0, 0.0, 0.0];
/// b.constant("offered", &["region", "place"], Values::PerElement(shares));
/// b.shared_facilities(SharedFacilities {
///     name: "refining".into(),
///     sources: "region".into(),
///     facilities: "place".into(),
///     feed: var("feed"),
///     capacity: var("capacity"),
///     offered: var("offered"),
///     cap: Some(3.0.into()),
/// });
/// let inventory = var("refining.backlog").delayed(1) + var("feed");
/// b.variable("exported", inventory * var("refining.taken"));
/// b.variable("to_korea", var("exported").at("place", "korea").sum("metal").sum("region"));
/// b.variable("waiting", var("refining.backlog").sum("metal").at("region", "japan"));
/// b.observe("to_korea", "kt/yr").observe("waiting", "kt");
/// let plan = Plan::compile(&b.build()?)?;
/// let outcome = Ensemble::new(&plan).draws(1).run()?;
/// let of = |name: &str| -> Vec<f64> {
///     let report = outcome.report("baseline", name).expect("reported");
///     outcome.years().map(|year| report.summary(0, year).expect("a year").central).collect()
/// };
/// // 8 kt in Japan: 3 kt are offered, 2 kt taken, 4 kt refined at home.
/// assert_eq!(of("to_korea"), [2.0, 2.0]);
/// assert_eq!(of("waiting"), [2.0, 4.0]);
/// # Ok::<(), blackmass::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SharedFacilities {
    /// The name, prefix of the outputs.
    pub name: String,
    /// The dimension of the places that have feed. Each of its elements is
    /// also one of `facilities`, by name.
    pub sources: String,
    /// The dimension of all places that have capacity.
    pub facilities: String,
    /// What arrives per step, over `sources` and whatever it contains, which
    /// is well mixed.
    pub feed: Expr,
    /// How much each facility can process per step, in the unit of the total
    /// feed, over `facilities`.
    pub capacity: Expr,
    /// The share of the inventory offered, 0 to 1, over `sources` and
    /// `facilities`. What it says of a place and itself is not used.
    pub offered: Expr,
    /// The most offered per step, in the unit of the total feed, over `sources`
    /// and `facilities`; no limit if there is none.
    pub cap: Option<Expr>,
}

impl Resolver<'_> {
    /// The shape of an output, given those of feed, capacity, offered and cap.
    pub(super) fn shared_facilities(
        &mut self,
        c: &SharedFacilities,
        shapes: &[Shape],
        port: usize,
    ) -> Option<Shape> {
        let before = self.problems.len();
        let found = self.fit_places(c, shapes);
        // Said once, not for every output.
        if port > 0 {
            self.problems.truncate(before);
        }
        let pairs = found?;
        Some(if port == 2 { pairs } else { shapes[0].clone() })
    }

    /// The pairs of source and facility.
    fn fit_places(&mut self, c: &SharedFacilities, shapes: &[Shape]) -> Option<Shape> {
        let before = self.problems.len();
        let from = self.dimension(&c.name, &c.sources);
        let to = self.dimension(&c.name, &c.facilities);
        let (from, to) = (from?, to?);
        let b = self.b;
        let (sources, facilities) = (&b.dimensions[from].elements, &b.dimensions[to].elements);
        if from == to {
            self.problems.push(
                Diagnostic::new("sources and facilities must be two dimensions")
                    .key(&c.name)
                    .found(format!("`{}` for both", c.sources))
                    .fix("declare a second dimension with the same elements"),
            );
        }
        for source in sources.iter().filter(|source| !facilities.contains(source)) {
            self.problems.push(
                Diagnostic::new("a source is not among the facilities")
                    .key(&c.name)
                    .found(format!("`{source}` of `{}`", c.sources))
                    .allowed(format!("elements of `{}`: {}", c.facilities, facilities.join(", ")))
                    .fix("add it to the facilities, with a capacity of 0 if it has none"),
            );
        }
        let alone = |d| Shape::new(vec![d], true);
        if !shapes[0].dims.contains(&from) || shapes[0].dims.contains(&to) {
            self.problems.push(
                Diagnostic::new("dimensions of the feed do not match the sources")
                    .key(&c.name)
                    .found(shapes[0].describe(&b.dimensions))
                    .allowed(format!("`{}` among them, but not `{}`", c.sources, c.facilities)),
            );
        }
        let pairs = Shape::new(vec![from, to], true);
        let within = [("capacity", alone(to)), ("offer", pairs.clone()), ("cap", pairs.clone())];
        for (shape, (what, outer)) in shapes[1..].iter().zip(&within) {
            if !outer.contains(shape) {
                self.problems.push(
                    Diagnostic::new(format!("dimensions of the {what} do not match"))
                        .key(&c.name)
                        .found(shape.describe(&b.dimensions))
                        .allowed(format!("dimensions within {}", outer.describe(&b.dimensions))),
                );
            }
        }
        if self.problems.len() > before {
            return None;
        }
        self.check_size(&c.name, &pairs)?;
        Some(pairs)
    }
}
