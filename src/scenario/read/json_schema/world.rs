//! A file of several regions: its own tables and what lies between regions.

use super::super::{origins, several};
use super::types::*;
use super::{ANY, Made, OTHER, SHARES, policy, region};
use crate::scenario::disruption::Disruption;
use crate::scenario::schema::{Domain, Schema};
use crate::scenario::unit::Family;
use crate::scenario::world_quantities::{Names, TABLES};
use serde_json::Value;

impl Made {
    /// A file of several regions.
    pub(super) fn several(&mut self) -> Value {
        let names = Names {
            regions: vec![ANY.to_owned(), OTHER.to_owned()],
            materials: vec![ANY.to_owned()],
            minerals: vec![ANY.to_owned()],
            events: vec![ANY.to_owned()],
            instruments: Vec::new(),
        };
        let schema = Schema::world(&names);
        let mut members = self.common();
        members.extend([
            ("grades", region::grades()),
            ("instrument", by_name(policy::instrument())),
            ("policy", policy::policies([("instruments", list_of(text()))])),
        ]);
        for root in TABLES.into_iter().filter(|root| *root != "instrument") {
            members.push((root, self.below(&schema, root, &[])));
        }
        debug_assert!(several::KEYS.iter().all(|key| members.iter().any(|(name, _)| name == key)));
        table(members, &["include"])
    }

    /// What has a reader of its own in a group of the world.
    pub(super) fn apart(&mut self, name: &str) -> Value {
        match name {
            "stages" => some_of(1, one_of(Disruption::STAGES)),
            "materials" => list_of(text()),
            "mine" | "refine" => self.by_mineral(),
            "imports" => {
                let stage = self.by_mineral();
                by_lower_case(each(origins::STAGES, &stage))
            }
            _ => text(),
        }
    }

    /// Who supplies each mineral.
    fn by_mineral(&mut self) -> Value {
        by_name(self.defined("origins".to_owned(), |_| origins_table()))
    }
}

fn origins_table() -> Value {
    let share = super::quantity::value(Family::Share, Domain::Share);
    let group = [("year", year()), (SHARES, by_lower_case(share))];
    // Source and grade of the table hold where none are given.
    let group = table(group.into_iter().chain(noted()), &["year", SHARES]);
    let members = [
        ("unit", units(Family::Share)),
        ("spread", described(fraction(), "standard deviation of the logit of China's share")),
        ("data", some_of(1, group)),
    ];
    table(members.into_iter().chain(noted()), &["unit", "source", "grade", "data"])
}
