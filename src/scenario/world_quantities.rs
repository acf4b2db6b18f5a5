//! The table of the quantities that lie between regions: trade, partners,
//! supply, shocks, stockpiles and instruments.

use super::schema::{Absent, Domain, Entry, Kind, SHARED, held, open};
use super::unit::Family;

/// Countries and groups of countries that are not simulated but trade with the
/// regions.
pub const PARTNERS: [&str; 4] = ["korea", "china", "other_oecd", "other_non_oecd"];

/// What is traded for recycling: used vehicles, end-of-life batteries,
/// production scrap, black mass and recovered materials.
pub const GOODS: [&str; 5] = ["used_vehicles", "batteries", "scrap", "black_mass", "recovered"];

/// What regions import and whose origins are given by `supply.{import}`.
pub const IMPORTS: [&str; 4] = ["cells", "products", "cathode", "anode"];

/// The root tables of the world part of a file.
pub(crate) const TABLES: [&str; 8] = [
    "trade",
    "partner",
    "supply",
    "tension",
    "disruption",
    "stockpile",
    "batteries_sold",
    "instrument",
];

/// Every quantity of the world.
///
/// `{region}` stands for the included regions, `{partner}` for the
/// [`PARTNERS`], `{place}` for both, `{other}` for the places and
/// `{other_region}` for the regions but the one just named; `{mineral}` for
/// `supply.materials`, `{event}` and `{instrument}` for those of the file, `{n}`
/// for the changes of the instrument.
#[rustfmt::skip]
pub(crate) const QUANTITIES: [Entry; 27] = [
    open("trade.sensitivity",                       Kind::Scalar, Family::Factor,     Domain::NonNegative, Absent::Optional),
    open("trade.payable.{place}",                   Kind::Either, Family::Share,      Domain::Share,       Absent::Optional),
    open("trade.{good}.{region}.{other}.share",     Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("trade.{good}.{region}.{other}.cap",       Kind::Series, Family::MassRate,   Domain::NonNegative, Absent::Optional),
    open("trade.{good}.{region}.{other}.refused",   Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("trade.{good}.{region}.{other}.delay",     Kind::Either, Family::Years,      Domain::Share,       Absent::Zero),
    open("trade.{good}.{region}.{other}.loss",      Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("trade.{good}.{region}.{other}.evidence",  Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("trade.{good}.{region}.{other}.barred",    Kind::Dated,  Family::Share,      Domain::Share,       Absent::Zero),
    open("partner.{partner}.refining.spare",        Kind::Series, Family::MassRate,   Domain::NonNegative, Absent::Optional),
    open("partner.{partner}.refining.yield.{material}", Kind::Either, Family::Share,  Domain::Share,       Absent::Zero),
    open("partner.{partner}.passes_on.{other}",     Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("supply.{import}.{region}.{other}",        Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("tension.sd",                              Kind::Scalar, Family::Factor,     Domain::NonNegative, Absent::Zero),
    held("tension.from",                            Kind::Scalar, Family::Date,       Domain::Year,        Absent::Zero),
    held("tension.persistence",                     Kind::Scalar, Family::Share,      Domain::Share,       Absent::Zero),
    open("disruption.{event}.chance",               Kind::Scalar, Family::Share,      Domain::Share,       Absent::Error),
    open("disruption.{event}.duration",             Kind::Scalar, Family::Years,      Domain::OneOrMore,   Absent::Error),
    open("disruption.{event}.severity",             Kind::Scalar, Family::Share,      Domain::Share,       Absent::Error),
    open("disruption.{event}.imposed",              Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("stockpile.{region}.days.{mineral}",       Kind::Either, Family::Days,       Domain::NonNegative, Absent::Zero),
    open("stockpile.fill",                          Kind::Scalar, Family::Years,      Domain::Positive,    Absent::Optional),
    open("stockpile.pooled",                        Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("batteries_sold.{region}.{other_region}",  Kind::Series, Family::EnergyRate, Domain::NonNegative, Absent::Zero),
    open("instrument.{instrument}",                 Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    open("instrument.{instrument}.ceiling",         Kind::Either, Family::Share,      Domain::Share,       Absent::Zero),
    held("instrument.{instrument}.size.{n}",        Kind::Scalar, Family::Factor,     Domain::NonNegative, Absent::Error),
];

/// The names of one file that the table is expanded for.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) regions: Vec<String>,
    /// Those of the model.
    pub(crate) materials: Vec<String>,
    /// Those of `supply.materials`.
    pub(crate) minerals: Vec<String>,
    pub(crate) events: Vec<String>,
    /// With the numbers of their changes, from `1`.
    pub(crate) instruments: Vec<(String, Vec<String>)>,
}

impl Names {
    /// The regions, then the partners.
    pub(crate) fn places(&self) -> impl Iterator<Item = &str> {
        self.regions.iter().map(String::as_str).chain(PARTNERS)
    }

    /// What a part of a pattern stands for below `prefix`.
    pub(crate) fn of<'n>(&'n self, prefix: &str, part: &'n str) -> Vec<&'n str> {
        fn all(names: &[String]) -> Vec<&str> {
            names.iter().map(String::as_str).collect()
        }
        // The place just named; of a partner it is the second name.
        let mut names = prefix.split('.');
        let named = match names.next() {
            Some("partner") => names.next(),
            _ => names.next_back(),
        };
        match part {
            "{good}" => GOODS.to_vec(),
            "{import}" => IMPORTS.to_vec(),
            "{partner}" => PARTNERS.to_vec(),
            "{region}" => all(&self.regions),
            "{other_region}" => {
                let others = self.regions.iter().map(String::as_str);
                others.filter(|name| named != Some(*name)).collect()
            }
            "{place}" => self.places().collect(),
            "{other}" => self.places().filter(|name| named != Some(*name)).collect(),
            "{material}" => all(&self.materials),
            "{mineral}" => all(&self.minerals),
            "{event}" => all(&self.events),
            "{instrument}" => self.instruments.iter().map(|(id, _)| id.as_str()).collect(),
            "{n}" => {
                let id = prefix.split('.').nth(1).unwrap_or("");
                let of = |(known, numbers): &'n (String, _)| (known == id).then_some(numbers);
                self.instruments.iter().find_map(of).map_or(Vec::new(), |numbers| all(numbers))
            }
            _ => vec![part],
        }
    }
}

/// What the group `key` may give once for all below it.
pub(crate) fn shared(key: &str) -> &'static [&'static str] {
    match key.split('.').collect::<Vec<_>>().as_slice() {
        ["trade", _, _, _] | ["disruption", _] => &["source", "grade"],
        ["trade", "payable"]
        | ["partner", _, "passes_on"]
        | ["partner", _, "refining", "yield"]
        | ["supply", _, _]
        | ["stockpile", _, "days"] => &SHARED,
        _ => &[],
    }
}

/// What may stand in the group `key` and has a reader of its own.
pub(crate) fn apart(key: &str) -> &'static [&'static str] {
    match key.split('.').collect::<Vec<_>>().as_slice() {
        ["supply"] => &["materials", "mine", "refine", "imports"],
        ["disruption", _] => &["title", "country", "stages", "materials"],
        _ => &[],
    }
}
