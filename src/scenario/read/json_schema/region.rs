//! A file of one region: its own tables.

use super::super::{path, target};
use super::types::*;
use super::{ANY, Made, SHARES, policy};
use crate::scenario::grade::Grade;
use crate::scenario::lifetime::{Law, TIMINGS};
use crate::scenario::plant::{Stage, Status};
use crate::scenario::schema::{Domain, Names, REST, Schema};
use crate::scenario::segment::SEGMENTS;
use crate::scenario::target::{Denominator, Measure, ScrapRule, TARGET_STATUS};
use crate::scenario::unit::Family;
use serde_json::{Value, json};

/// The roots of the quantities of a region.
const ROOTS: [&str; 11] = [
    "market",
    "intensity_factor",
    "segment",
    "second_life",
    "cells",
    "cathode",
    "anode",
    "treatment",
    "preprocessing",
    "black_mass",
    "refining",
];

impl Made {
    /// A file of one region, or a pathway of one.
    pub(super) fn region(&mut self) -> Value {
        let any = || vec![ANY.to_owned(), REST.to_owned()];
        let names = Names {
            materials: any(),
            classes: any(),
            chemistries: vec![ANY.to_owned()],
            segments: SEGMENTS.to_vec(),
            second_life: true,
        };
        let schema = Schema::new(&names);
        let mut members = self.common();
        let names = || some_of(1, identifier());
        let policies = policy::policies([]);
        members.extend([
            ("region", lower_case()),
            ("time", table(["start", "end", "report"].map(|key| (key, year())), &[])),
            ("grades", grades()),
            ("model", table([("materials", names()), ("classes", names())], &[])),
            ("chemistry", by_name(self.chemistry())),
            ("plant", list_of(plant())),
            ("target", list_of(target())),
            ("policy", policies),
        ]);
        for root in ROOTS {
            members.push((root, self.below(&schema, root, &[])));
        }
        let needed = ["time", "sources", "grades", "model", "chemistry", "segment"];
        let whole = json!({ "if": { "not": has("include") }, "then": { "required": needed } });
        with(table(members, &[]), whole)
    }

    fn chemistry(&mut self) -> Value {
        let intensity = [
            ("unit", units(Family::Intensity)),
            ("values", described(by_name(at_least(0.0)), "of each material but `other`")),
        ];
        let intensity = intensity.into_iter().chain(noted());
        let members = [
            ("class", text()),
            ("pack_mass", self.positive(Family::Intensity)),
            ("intensity", table(intensity, &["unit", "source", "grade", "values"])),
            note(),
        ];
        table(members, &["class", "pack_mass", "intensity"])
    }

    /// Nothing is required: an including file may give a part.
    pub(super) fn lifetime(&mut self, schema: &Schema, key: &str) -> Value {
        let mut members = vec![("law", words(&Law::NAMES)), ("inflow", words(&TIMINGS)), note()];
        for name in ["mean", "shape", "sd", "early_share", "early_mean"] {
            if let Some(entry) = schema.entry(&format!("{key}.{name}")) {
                members.push((name, self.quantity(entry, &[])));
            }
        }
        table(members, &[])
    }
}

pub(super) fn grades() -> Value {
    let members = Grade::ALL.map(|grade| (grade.letter(), fraction()));
    table(members.into_iter().chain([("source", text())]), &["A", "B", "C", "D", "source"])
}

pub(super) fn chemistry_share() -> Value {
    let share = super::quantity::value(Family::Share, Domain::Share);
    let group = [("kind", words(&path::KINDS)), ("year", year()), (SHARES, by_name(share))];
    let required = ["kind", "year", SHARES, "source", "grade"];
    let group = table(group.into_iter().chain(noted()), &required);
    let tilt = [("sd", fraction()), ("projection_sd", fraction())];
    let tilt = table(tilt.into_iter().chain(origin()), &["sd", "projection_sd", "source", "grade"]);
    let above = || with(number(), json!({ "exclusiveMinimum": 0 }));
    let dirichlet = [
        ("concentration", above()),
        ("chemistry", text()),
        ("sd", described(above(), "of its share in the last year, in the unit of the shares")),
        ("observed", fraction()),
    ];
    let dirichlet = table(dirichlet.into_iter().chain(origin()), &ORIGIN);
    let dirichlet = with(dirichlet, exactly_one(&["concentration", "sd"]));
    let members = [
        ("unit", units(Family::Share)),
        ("tilt", tilt),
        ("dirichlet", dirichlet),
        ("data", some_of(1, group)),
        note(),
    ];
    with(table(members, &["unit", "data"]), exactly_one(&["tilt", "dirichlet"]))
}

fn plant() -> Value {
    let members = [
        ("name", text()),
        ("stage", words(&Stage::NAMES)),
        ("status", words(&Status::NAMES)),
        ("capacity", at_least(0.0)),
        ("unit", units(Family::MassRate)),
        ("start", year()),
        ("end", year()),
    ];
    let required = ["name", "stage", "status", "capacity", "unit", "start", "source", "grade"];
    table(members.into_iter().chain(noted()), &required)
}

fn target() -> Value {
    let of = |key: &'static str| match key {
        "measure" => words(&Measure::NAMES),
        "denominator" => words(&Denominator::NAMES),
        "scrap" => words(&ScrapRule::NAMES),
        "value" => at_least(0.0),
        "unit" => units(Family::Share),
        "year" => year(),
        "status" => one_of(TARGET_STATUS),
        "binding" => boolean(),
        "grade" => grade(),
        _ => text(),
    };
    let optional = ["material", "scrap", "route", "class", "note"];
    let required: Vec<&str> =
        target::KEYS.into_iter().filter(|key| !optional.contains(key)).collect();
    table(target::KEYS.map(|key| (key, of(key))), &required)
}
