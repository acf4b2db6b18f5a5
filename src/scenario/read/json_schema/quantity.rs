//! One quantity: a scalar, a series, bans by date.

use super::super::{events, path};
use super::types::*;
use super::{Made, uncertainty};
use crate::scenario::schema::{Domain, Entry, Kind};
use crate::scenario::unit::Family;
use serde_json::{Value, json};

impl Made {
    /// One quantity; what its groups can give is not required.
    pub(super) fn quantity(&mut self, entry: &Entry, given: &[&'static str]) -> Value {
        let free = |key: &str| given.contains(&key);
        let name = format!(
            "{}_{}_{}{}",
            format!("{:?}", entry.kind).to_lowercase(),
            format!("{:?}", entry.family).to_lowercase(),
            format!("{:?}", entry.domain).to_lowercase(),
            ["unit", "source", "grade"].map(|key| if free(key) { &key[..1] } else { "" }).concat(),
        );
        let required: Vec<&'static str> = ["unit", "source", "grade"]
            .into_iter()
            .filter(|key| !(free(key) || *key == "unit" && entry.family == Family::Date))
            .collect();
        let (kind, family, domain) = (entry.kind, entry.family, entry.domain);
        self.defined(name, |made| match kind {
            Kind::Scalar | Kind::Grouped => made.scalar(family, domain, &required),
            Kind::Series => made.series(family, domain, &required),
            Kind::Either => choose(
                has("value"),
                made.scalar(family, domain, &required),
                made.series(family, domain, &required),
            ),
            Kind::Dated => some_of(1, ban(&required)),
        })
    }

    fn scalar(&mut self, family: Family, domain: Domain, required: &[&str]) -> Value {
        let mut members = vec![("unit", units(family)), ("value", value(family, domain))];
        members.extend(uncertainty::prior_members());
        members.extend(noted());
        let required: Vec<&str> = required.iter().copied().chain(["value"]).collect();
        let laws = match domain {
            Domain::WholeYears | Domain::Year => {
                self.defined("not_varied".to_owned(), |_| uncertainty::not_varied())
            }
            _ => self.defined("laws".to_owned(), |_| uncertainty::laws()),
        };
        with(table(members, &required), laws)
    }

    fn series(&mut self, family: Family, domain: Domain, required: &[&str]) -> Value {
        // Source and grade stand with the data.
        let unit: Vec<&str> = required.iter().copied().filter(|key| *key == "unit").collect();
        let needed = |key| unit.iter().copied().chain([key]).collect::<Vec<_>>();
        let mut shared = vec![
            ("unit", units(family)),
            ("noise", self.defined("noise".to_owned(), |_| uncertainty::noise())),
            note(),
        ];
        for key in events::KEYS {
            shared.push((key, self.defined(key.to_owned(), |_| uncertainty::event(key))));
        }
        let pair = json!({
            "type": "array",
            "prefixItems": [year(), value(family, domain)],
            "minItems": 2,
            "maxItems": 2,
        });
        let group = [("kind", words(&path::KINDS)), ("values", list_of(pair))];
        let group = table(group.into_iter().chain(noted()), &["kind", "values", "source", "grade"]);
        let own = [
            ("data", some_of(1, group)),
            ("projection_spread", described(fraction(), "relative, of one year ahead")),
            ("projection_source", text()),
            ("prior", one_of(["grade", "fixed"])),
        ];
        let by_year = table(shared.iter().cloned().chain(own), &needed("data"));
        if domain != Domain::Share {
            return by_year;
        }
        let curve = self.defined("adoption".to_owned(), |_| uncertainty::curve());
        let along = table(shared.into_iter().chain([("adoption", curve)]), &needed("adoption"));
        choose(has("adoption"), along, by_year)
    }
}

/// A value as written: none is below 0.
pub(super) fn value(family: Family, domain: Domain) -> Value {
    match domain {
        Domain::Share if family == Family::Share => between(0.0, 100.0),
        Domain::OneOrMore => at_least(1.0),
        Domain::Positive => with(number(), json!({ "exclusiveMinimum": 0 })),
        _ => at_least(0.0),
    }
}

fn ban(required: &[&str]) -> Value {
    let day = json!({ "type": ["integer", "string"] });
    let members = [("from", day.clone()), ("until", day)];
    let required: Vec<&str> = required.iter().copied().filter(|key| *key != "unit").collect();
    let ban = table(members.into_iter().chain(noted()), &required);
    with(ban, json!({ "anyOf": [has("from"), has("until")] }))
}
