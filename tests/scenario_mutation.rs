//! No damage to a scenario file can make reading it panic.
//!
//! `BLACKMASS_MUTANTS` sets the number of damaged files (default 3 000).

use std::ops::RangeInclusive;
use std::panic::catch_unwind;

use blackmass::lifecycle;
use blackmass::scenario::{Scenario, VEHICLE_SEGMENTS, World};

/// Files to damage and where they stand, so that those they include are found.
const FILES: [(&str, &[u8]); 7] = [
    ("scenarios/mutant.toml", include_bytes!("../scenarios/eu.toml")),
    ("scenarios/mutant.toml", include_bytes!("../scenarios/japan.toml")),
    ("scenarios/mutant.toml", include_bytes!("data/both.toml")),
    ("scenarios/mutant.toml", include_bytes!("data/world.toml")),
    ("tests/data/mutant.toml", include_bytes!("data/pathway.toml")),
    ("tests/data/mutant.toml", include_bytes!("data/small.toml")),
    ("tests/data/mutant.toml", include_bytes!("data/words.toml")),
];

/// What is spliced in where a number or a word stood.
const SPLICES: [&str; 40] = [
    "nan",
    "inf",
    "-inf",
    "1e999",
    "-1",
    "-0.0",
    "1e308",
    "1e-320",
    "0",
    "9223372036854775808",
    "0xffffffffffffffff",
    "2010-01-01",
    "\"\"",
    "\"4 %\"",
    "\"nan %\"",
    "[]",
    "{}",
    "[[2010, 1]]",
    "true",
    "other",
    "'",
    "\"",
    "\"\"\"",
    "\u{feff}",
    "ä",
    "\0",
    "=",
    ".",
    "[",
    "]",
    "[[",
    "]]",
    "{",
    "}",
    "#",
    "\n",
    "2147483648",
    "99999",
    "\"set\"",
    "-9999999999",
];

/// splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        if bound == 0 { 0 } else { (self.next() % bound as u64) as usize }
    }
}

/// Start and end of the word or number at `at`.
fn token(bytes: &[u8], at: usize) -> (usize, usize) {
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-+".contains(byte);
    let start = bytes[..at].iter().rposition(|b| !inside(b)).map_or(0, |i| i + 1);
    let end = bytes[at..].iter().position(|b| !inside(b)).map_or(bytes.len(), |i| at + i);
    (start, end)
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    let at = random.below(bytes.len());
    if bytes.is_empty() {
        return;
    }
    match random.below(9) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => {
            bytes.remove(at);
        }
        2 => bytes.insert(at, random.next() as u8),
        3 | 4 => {
            let mut lines: Vec<Vec<u8>> =
                bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
            let (one, two) = (random.below(lines.len()), random.below(lines.len()));
            if random.below(2) == 0 {
                lines.swap(one, two);
            } else {
                let line = lines[one].clone();
                lines.insert(two, line);
            }
            *bytes = lines.join(&b'\n');
        }
        5 if random.below(8) == 0 => bytes.truncate(at),
        5 => {
            let end = at + random.below(200);
            bytes.drain(at..end.clamp(at, bytes.len()));
        }
        6 | 7 => {
            // Replace a word, preferably a value behind an equals sign.
            let from = bytes[at..].iter().position(|b| *b == b'=').map_or(at, |i| at + i + 2);
            let (start, end) = token(bytes, from.clamp(0, bytes.len() - 1));
            let splice = SPLICES[random.below(SPLICES.len())];
            bytes.splice(start..end, splice.bytes());
        }
        _ => {
            // Replace a word by another word of the file.
            let (start, end) = token(bytes, random.below(bytes.len()));
            let other = bytes[start..end].to_vec();
            let (start, end) = token(bytes, at);
            bytes.splice(start..end, other);
        }
    }
}

/// What is accepted must also be usable.
fn check_usable(scenario: &Scenario) {
    let years = scenario.start()..=scenario.end();
    assert!(years.contains(&scenario.report()) && !scenario.regions().is_empty());
    for region in scenario.regions() {
        assert!(!region.segments().is_empty());
        for segment in region.segments() {
            let placed = if VEHICLE_SEGMENTS.contains(&segment) { "sales" } else { "placed" };
            let placed = region.series(&format!("segment.{segment}.{placed}")).expect("required");
            assert!(years.clone().all(|y| placed.at(y).is_finite() && placed.at(y) >= 0.0));
            let shares = region.chemistry_share(segment).expect("required");
            assert!(!shares.present().is_empty());
            for step in 0..scenario.steps() {
                let sum: f64 = shares.at(step).iter().sum();
                assert!((0.999_999..1.000_001).contains(&sum));
                assert_eq!(region.chemistries().len(), shares.at(step).len());
            }
            assert!(region.lifetime(&format!("segment.{segment}.battery")).is_some());
        }
        assert_eq!(region.has_second_life(), region.lifetime("second_life.battery").is_some());
        assert!(region.series("refining.utilisation").is_some());
        let ramp_up = region.scalar("refining.ramp_up").expect("required").value();
        assert!(ramp_up.fract() == 0.0 && (0.0..=100.0).contains(&ramp_up));
        for chemistry in region.chemistries() {
            assert_eq!(chemistry.intensity().len(), scenario.materials().len());
            assert!(chemistry.intensity().iter().all(|mass| *mass >= 0.0));
        }
        assert!(region.plants().iter().all(|p| p.end().is_none_or(|end| end > p.start())));
        assert!(region.targets().iter().all(|t| (0.0..=1.0).contains(&t.value())));
    }
    if let Some(world) = scenario.world() {
        check_world(world, scenario.start()..=scenario.end());
    }
    for lever in scenario.policies().iter().flat_map(|policy| policy.levers()) {
        if let (Some(world), "world") = (scenario.world(), lever.region()) {
            assert!(world.series(lever.key()).is_some() || world.scalar(lever.key()).is_some());
            continue;
        }
        let mut regions = scenario.regions().iter();
        let region = regions.find(|r| r.name() == lever.region()).expect("a region");
        assert!(region.series(lever.key()).is_some() || region.scalar(lever.key()).is_some());
    }
    // Every prior is a law and every correlation possible: the system stands.
    if scenario.numbers().len() < 500 {
        lifecycle::system(scenario).unwrap_or_else(|e| panic!("{e}"));
    }
    for number in scenario.numbers() {
        assert!(scenario.sources().any(|(id, _)| id == number.source()), "{number:?}");
    }
}

fn check_world(world: &World, years: RangeInclusive<i32>) {
    for route in world.routes() {
        let key = format!("trade.{}.{}.{}", route.good, route.from, route.to);
        for name in ["share", "refused", "delay", "loss", "barred"] {
            let series = world.series(&format!("{key}.{name}")).expect("a route has it");
            assert!(years.clone().all(|y| (0.0..=1.0).contains(&series.at(y))), "{key}.{name}");
        }
    }
    for mineral in world.minerals() {
        for stage in ["mine", "refine"] {
            let origins = world.origins(stage, mineral, None).expect("required");
            for year in years.clone() {
                let shares = origins.countries().iter().map(|c| origins.share_at(c, year));
                assert!((0.0..1.000_01).contains(&shares.sum::<f64>()));
            }
        }
    }
    for instrument in world.instruments() {
        for n in 1..=instrument.changes().len() {
            let size = world.scalar(&format!("instrument.{}.size.{n}", instrument.id()));
            assert!(size.expect("each change has one").law().is_ok());
        }
    }
    for disruption in world.disruptions() {
        let scalar = |name: &str| world.scalar(&format!("disruption.{}.{name}", disruption.id()));
        assert!(scalar("duration").expect("required").value() >= 1.0);
        assert!(!disruption.stages().is_empty());
    }
}

#[test]
fn damaged_files_never_panic() {
    let mutants: u64 =
        std::env::var("BLACKMASS_MUTANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(3_000);
    let (mut accepted, mut diagnostics) = (0_u64, 0_usize);
    for seed in 0..mutants {
        let mut random = Random(seed);
        let (file, bytes) = FILES[random.below(FILES.len())];
        let mut bytes = bytes.to_vec();
        for _ in 0..=random.below(4) {
            mutate(&mut bytes, &mut random);
        }
        let result = catch_unwind(|| match Scenario::from_bytes(file, &bytes) {
            Ok(scenario) => {
                check_usable(&scenario);
                None
            }
            Err(error) => {
                assert!(!error.diagnostics().is_empty() && !error.to_string().is_empty());
                Some(error.diagnostics().len())
            }
        });
        match result {
            Ok(None) => accepted += 1,
            Ok(Some(count)) => {
                assert!(count <= 51, "seed {seed}: {count} diagnostics");
                diagnostics += count;
            }
            Err(_) => panic!("seed {seed} panicked"),
        }
    }
    println!("{mutants} mutants: {accepted} accepted, {diagnostics} diagnostics for the rest");
}
