//! What others have published, and where it is in an outcome.

use blackmass::Outcome;
use blackmass::report::{Published, significant};

/// Whether a figure went into the scenario's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It was not used, though it may have been known: agreement is a test.
    Untouched,
    /// Numbers it was derived from are inputs: agreement is a check of the
    /// arithmetic and of definitions.
    Input,
    /// A prior was fitted to it: agreement shows the fit and tests nothing.
    Fitted,
}

/// A number of a region in an outcome.
#[derive(Clone, Copy, Debug)]
pub enum Ours {
    /// An element of a series in a year.
    One { series: &'static str, labels: &'static [&'static str], year: i32 },
    /// A sum over elements (all, if none are named) and years of a series.
    Sum { series: &'static str, labels: &'static [&'static [&'static str]], years: (i32, i32) },
    /// (a + b)/c of one material in a year.
    Ratio { over: [&'static str; 3], material: &'static str, year: i32 },
    /// Collected batteries but portable ones, and scrap, whole mass.
    Returns { year: i32 },
    /// One minus an element.
    Rest { series: &'static str, year: i32 },
}

/// A published figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    pub region: &'static str,
    pub what: &'static str,
    pub unit: &'static str,
    /// Base units of the series in `unit`.
    pub scale: f64,
    pub ours: Ours,
    /// Lowest and highest published value, in `unit`.
    pub theirs: (f64, f64),
    /// How it is printed there.
    pub printed: &'static str,
    pub source: &'static str,
    pub used: Use,
    /// Why ours differs, or why it does not.
    pub why: &'static str,
    /// Among the few that the examples print.
    pub telling: bool,
}

const BUSCH: &str = "derived from EV Volumes aggregates (Busch et al.) and BatPaC 5.2";
const TE: &str = "Transport & Environment, From waste to value (December 2024)";
const JRI: &str = "Japan Research Institute, October 2025 (netdenjd.com/articles/-/306342)";
const ABE: &str = "A. Abe, ELV Recycle Report 80";
const MOF: &str = "Ministry of Finance trade statistics via Nikkan Jidosha Shimbun";
const SPE: &str = "SolarPower Europe, EU27, January 2026 (pv-magazine.com)";
const IEA_RECYCLING: &str =
    "IEA, Recycling of Critical Minerals, as quoted by innovatrix.eu (weak source)";

const EV: &[&[&str]] = &[&["bev_car"], &["phev_car"], &["van"], &["bus"], &["truck"]];
const STORES: &[&[&str]] = &[&["home_storage"], &["grid_storage"]];

const WHY_CONTENT: &str = "Theirs counts battery vans with the cars, and cars by EV Volumes; \
ours counts cars of the scenario's sales, with packs fitted as replacements. Pack sizes, \
chemistries and contents come from the same sources and carry their own spread.";
const WHY_CONTENT_JAPAN: &str = "Theirs counts light-duty battery vehicles by EV Volumes; ours \
battery cars as sold in the scenario, with packs fitted as replacements. Pack sizes, \
chemistries and contents come from the same sources.";
const WHY_POTENTIAL: &str = "Theirs is a potential of Europe over its demand; ours what is \
collected, with production scrap, over what is placed on the market in the EU, portable batteries \
on both sides, before losses in recycling. After losses of 10 to 20 % the two would be close for \
cobalt, nickel and manganese, and ours below theirs for lithium. Only a small part of it is \
recovered in the EU in that year: refining is the narrow place.";

const fn content(
    region: &'static str,
    what: &'static str,
    labels: &'static [&'static str],
    theirs: f64,
    printed: &'static str,
) -> Figure {
    let eu = matches!(region.as_bytes(), b"eu");
    Figure {
        region,
        what,
        unit: if eu { "kt" } else { "t" },
        scale: if eu { 1e3 } else { 1.0 },
        ours: Ours::One { series: "inflow_by_segment", labels, year: 2024 },
        theirs: (theirs, theirs),
        printed,
        source: BUSCH,
        used: Use::Input,
        why: if eu { WHY_CONTENT } else { WHY_CONTENT_JAPAN },
        telling: false,
    }
}

const fn potential(
    what: &'static str,
    material: &'static str,
    theirs: f64,
    printed: &'static str,
) -> Figure {
    Figure {
        region: "eu",
        what,
        unit: "%",
        scale: 0.01,
        ours: Ours::Ratio { over: ["collected", "scrap", "inflow"], material, year: 2030 },
        theirs: (theirs, theirs),
        printed,
        source: TE,
        used: Use::Untouched,
        why: WHY_POTENTIAL,
        telling: false,
    }
}

/// Everything that is compared.
pub const FIGURES: [Figure; 29] = [
    Figure {
        region: "eu",
        what: "battery demand of electric vehicles, 2024",
        unit: "GWh",
        scale: 1e3,
        ours: Ours::Sum { series: "placed_energy_by_segment", labels: EV, years: (2024, 2024) },
        theirs: (118.7, 123.5),
        printed: "118.7–123.5",
        source: "EV Volumes cars with 17 kWh per plug-in; IEA, 13 % of 950 GWh",
        used: Use::Input,
        why: "The lower figure has battery and plug-in cars, the upper one all vehicles. Ours \
has battery and plug-in cars, vans, buses and trucks, with replacement packs. The car part rests \
on the same pack sizes as the lower figure; the upper one is independent.",
        telling: false,
    },
    content("eu", "lithium in battery cars sold, 2024", &["bev_car", "lithium"], 9.99, "9.99"),
    Figure {
        telling: true,
        ..content("eu", "nickel in battery cars sold, 2024", &["bev_car", "nickel"], 53.5, "53.5")
    },
    content("eu", "cobalt in battery cars sold, 2024", &["bev_car", "cobalt"], 8.8, "8.8"),
    content("eu", "graphite in battery cars sold, 2024", &["bev_car", "graphite"], 91.0, "91"),
    Figure {
        region: "eu",
        what: "battery cars in use, end of 2024",
        unit: "million",
        scale: 1e6,
        ours: Ours::One { series: "vehicles", labels: &["bev_car"], year: 2024 },
        theirs: (6.0, 6.0),
        printed: "6.0",
        source: "IEA Global EV Data Explorer 2025, two figures",
        used: Use::Untouched,
        why: "Ours follows from sales and the lifetime of cars of all kinds; so few battery cars \
have left by 2024 that the figure tests sales rather than lifetimes.",
        telling: true,
    },
    Figure {
        region: "eu",
        what: "portable batteries collected, 2022",
        unit: "kt",
        scale: 1e3,
        ours: Ours::One { series: "collected_by_segment", labels: &["portable"], year: 2022 },
        theirs: (111.0, 111.0),
        printed: "111",
        source: "Eurostat env_waspb",
        used: Use::Fitted,
        why: "The mass placed on the market is Eurostat's, and the share of what is discarded that is \
collected was set so that the central case gives the collected mass.",
        telling: true,
    },
    Figure {
        region: "eu",
        what: "portable collection rate, 2022",
        unit: "%",
        scale: 0.01,
        ours: Ours::One { series: "target", labels: &["portable_collection_2023"], year: 2022 },
        theirs: (46.0, 46.0),
        printed: "46",
        source: "Eurostat env_waspb",
        used: Use::Fitted,
        why: "The published rate has the mean of 2020 to 2022 below it, ours that of 2019 to \
2021 (Regulation 2023/1542: the three years before), which is smaller as sales grew.",
        telling: true,
    },
    Figure {
        region: "eu",
        what: "returns to recyclers with production scrap, 2026",
        unit: "kt",
        scale: 1e3,
        ours: Ours::Returns { year: 2026 },
        theirs: (270.0, 270.0),
        printed: "270",
        source: "Fraunhofer ISI, August 2024, Europe, expected for 2026 (velobiz.de)",
        used: Use::Untouched,
        why: "Ours is collected vehicle and storage batteries and production scrap; portable \
batteries are left out, as most of them are not lithium-ion. Theirs is all of Europe and was \
expected in 2024; here cell making, whose scrap is most of ours, grows little from 2024 to 2026.",
        telling: false,
    },
    potential("recycling potential over demand, 2030, lithium", "lithium", 14.0, "14"),
    potential("recycling potential over demand, 2030, nickel", "nickel", 16.0, "16"),
    potential("recycling potential over demand, 2030, manganese", "manganese", 17.0, "17"),
    potential("recycling potential over demand, 2030, cobalt", "cobalt", 25.0, "25"),
    Figure {
        region: "eu",
        what: "production scrap in what recyclers are given, 2030",
        unit: "%",
        scale: 0.01,
        ours: Ours::One { series: "scrap_share_of_feed", labels: &[], year: 2030 },
        theirs: (66.7, 66.7),
        printed: "two thirds",
        source: IEA_RECYCLING,
        used: Use::Untouched,
        why: "Theirs is the world, where cell making weighs more against old batteries than in \
the EU, which imports many of its batteries; ours counts old portable batteries of all kinds as \
far as they go to the same recyclers.",
        telling: true,
    },
    Figure {
        region: "eu",
        what: "end-of-life batteries in what recyclers are given, 2050",
        unit: "%",
        scale: 0.01,
        ours: Ours::Rest { series: "scrap_share_of_feed", year: 2050 },
        theirs: (90.0, 100.0),
        printed: "over 90",
        source: IEA_RECYCLING,
        used: Use::Untouched,
        why: "Same definition. Ours is the mean over draws; where many cells are made and scrap \
stays high it is lower.",
        telling: false,
    },
    Figure {
        region: "eu",
        what: "storage installed to the end of 2025, cumulative",
        unit: "GWh",
        scale: 1e3,
        ours: Ours::Sum { series: "placed_energy_by_segment", labels: STORES, years: (2010, 2025) },
        theirs: (77.3, 77.3),
        printed: "77.3",
        source: SPE,
        used: Use::Input,
        why: "The cumulative figure is an input: the scenario splits it over years and uses. What \
is tested is that nothing is lost on the way, second life included.",
        telling: false,
    },
    Figure {
        region: "eu",
        what: "batteries at the end of life, 2035",
        unit: "GWh",
        scale: 1e3,
        ours: Ours::Sum {
            series: "end_of_life_energy_by_segment",
            labels: &[],
            years: (2035, 2035),
        },
        theirs: (170.0, 170.0),
        printed: "170",
        source: "Transport & Environment via automotiveworld.com",
        used: Use::Untouched,
        why: "Theirs is Europe, ours the EU, with batteries in exported cars and in cars of \
unknown whereabouts. Lifetimes decide it: published pairs of lifetimes give 31 to 138 GWh for \
EU cars alone, and our band is as wide as that says.",
        telling: false,
    },
    content("japan", "lithium in battery cars sold, 2024", &["bev_car", "lithium"], 304.0, "304"),
    content("japan", "nickel in battery cars sold, 2024", &["bev_car", "nickel"], 1658.0, "1 658"),
    content("japan", "cobalt in battery cars sold, 2024", &["bev_car", "cobalt"], 300.0, "300"),
    Figure {
        telling: true,
        ..content(
            "japan",
            "graphite in battery cars sold, 2024",
            &["bev_car", "graphite"],
            2738.0,
            "2 738",
        )
    },
    Figure {
        region: "japan",
        what: "used battery cars exported, 2017",
        unit: "cars",
        scale: 1.0,
        ours: Ours::One { series: "vehicles_exported", labels: &["bev_car"], year: 2017 },
        theirs: (4029.0, 4029.0),
        printed: "4 029",
        source: MOF,
        used: Use::Fitted,
        why: "No single lifetime gives both this figure and that of 2023.",
        telling: false,
    },
    Figure {
        region: "japan",
        what: "used battery cars exported, FY2018",
        unit: "cars",
        scale: 1.0,
        ours: Ours::One { series: "vehicles_exported", labels: &["bev_car"], year: 2018 },
        theirs: (6652.0, 6652.0),
        printed: "6 652",
        source: MOF,
        used: Use::Fitted,
        why: "Theirs is the fiscal year from April 2018, ours the calendar year 2018.",
        telling: true,
    },
    Figure {
        region: "japan",
        what: "used battery cars exported, 2023",
        unit: "cars",
        scale: 1.0,
        ours: Ours::One { series: "vehicles_exported", labels: &["bev_car"], year: 2023 },
        theirs: (20_000.0, 20_000.0),
        printed: "about 20 000",
        source: JRI,
        used: Use::Fitted,
        why: "Missed although fitted to: perhaps young cars of the boom of 2022 left early, \
which no single lifetime can say without too many exports in 2017.",
        telling: true,
    },
    Figure {
        region: "japan",
        what: "used battery cars exported to the end of 2024, cumulative",
        unit: "cars",
        scale: 1.0,
        ours: Ours::Sum {
            series: "vehicles_exported",
            labels: &[&["bev_car"]],
            years: (2010, 2024),
        },
        theirs: (94_000.0, 94_000.0),
        printed: "about 94 000",
        source: JRI,
        used: Use::Fitted,
        why: "Printed in October 2025; whether its last year is 2024 or 2025 is not known here.",
        telling: false,
    },
    Figure {
        region: "japan",
        what: "used hybrid cars exported, 2017 to 2022",
        unit: "million",
        scale: 1e6,
        ours: Ours::Sum {
            series: "vehicles_exported",
            labels: &[&["hev_car"]],
            years: (2017, 2022),
        },
        theirs: (0.98, 0.98),
        printed: "0.98",
        source: ABE,
        used: Use::Fitted,
        why: "Lifetime and exported share of hybrids were fitted to this sum, to the exports of \
2017 and to the hybrids dismantled in the fiscal year 2017. A band over draws of a lifetime with \
a curved effect has a mean away from the fitted central case.",
        telling: false,
    },
    Figure {
        region: "japan",
        what: "hybrid cars dismantled, FY2017",
        unit: "cars",
        scale: 1.0,
        ours: Ours::One { series: "vehicles_dismantled", labels: &["hev_car"], year: 2017 },
        theirs: (22_487.0, 22_487.0),
        printed: "22 487",
        source: "JARC via Jiji",
        used: Use::Fitted,
        why: "The counts of the fiscal years 2016 (8 100) and 2017 differ by a factor of 2.8: \
both cannot be met.",
        telling: true,
    },
    Figure {
        region: "japan",
        what: "battery cars dismantled, FY2017",
        unit: "cars",
        scale: 1.0,
        ours: Ours::One { series: "vehicles_dismantled", labels: &["bev_car"], year: 2017 },
        theirs: (135.0, 135.0),
        printed: "135",
        source: "JARC",
        used: Use::Untouched,
        why: "Not met. The exported share is one number for all ages and years up to then; the \
few battery cars that reached dismantlers then would ask for a share above 96 %.",
        telling: true,
    },
    Figure {
        region: "japan",
        what: "hybrid cars in use, March 2018 (without kei)",
        unit: "million",
        scale: 1e6,
        ours: Ours::One { series: "vehicles", labels: &["hev_car"], year: 2017 },
        theirs: (7.51, 7.51),
        printed: "7.51",
        source: "AIRIA via Japan Times, 27 October 2018",
        used: Use::Untouched,
        why: "Ours is the end of 2017 and has kei mild hybrids, theirs has none.",
        telling: false,
    },
];

/// A few lines for the example of a region: ours beside theirs.
pub fn beside(outcome: &Outcome, region: &str) -> String {
    let mut text = String::from(
        "\nBeside published figures (ours: mean and 5–95 % band; all of them: docs/validation.md)\n",
    );
    for f in FIGURES.iter().filter(|f| f.telling && f.region == region) {
        let Ours::One { series, labels, year } = f.ours else { continue };
        let name = format!("{region}.{series}");
        let found = outcome.reports().first().map(|r| r.series().policy.as_str());
        let report = found.and_then(|policy| outcome.report(policy, &name));
        let summary = report.and_then(|r| r.summary(r.element(labels)?, year));
        let Some(x) = summary else { continue };
        let [mean, low, high] =
            [x.mean, x.p05.value(), x.p95.value()].map(|x| significant(x / f.scale));
        let fitted = if f.used == Use::Fitted { ", fitted" } else { "" };
        let what = format!("{}, {}", f.what, f.unit);
        text +=
            &format!("{what:<54}{:<24}{}{fitted}\n", format!("{mean} ({low}–{high})"), f.printed);
    }
    text
}

/// The figures that one number of an outcome stands for, for the report.
pub fn for_report() -> Vec<Published> {
    let one = |f: &Figure| {
        let Ours::One { series, labels, year } = f.ours else { return None };
        Some(Published {
            region: f.region.to_owned(),
            what: f.what.to_owned(),
            unit: f.unit.to_owned(),
            scale: f.scale,
            series: series.to_owned(),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            year,
            values: f.theirs,
            printed: f.printed.to_owned(),
            source: f.source.to_owned(),
            used: match f.used {
                Use::Untouched => "untouched",
                Use::Input => "input",
                Use::Fitted => "fitted",
            }
            .to_owned(),
            why: f.why.to_owned(),
        })
    };
    FIGURES.iter().filter_map(one).collect()
}
