//! What the files that the examples write must say.

use blackmass::ensemble::{Quantile, Summary};
use blackmass::scenario::Scenario;
use blackmass::{Outcome, Plan, lifecycle};
use std::collections::BTreeSet;

/// Policies, series and labels are as promised.
pub fn check_words(rows: &[Vec<String>], scenario: &Scenario) {
    let words = |column: usize| rows.iter().map(|r| r[column].as_str()).collect::<BTreeSet<_>>();
    let of_run = scenario.run().policies();
    let is_run = |name: &&str| of_run.is_empty() || of_run.iter().any(|known| known == name);
    let policies: Vec<&str> = scenario.policies().iter().map(|p| p.name()).filter(is_run).collect();
    assert!(policies.contains(&"baseline") && policies.len() > 1);
    let others = policies.iter().filter(|p| **p != "baseline");
    let differences: Vec<String> = others.map(|p| format!("{p} - baseline")).collect();
    let differences = differences.iter().map(String::as_str);
    assert_eq!(words(0), policies.iter().copied().chain(differences).collect());
    let mut places: BTreeSet<&str> = scenario.regions().iter().map(|r| r.name()).collect();
    if let Some(world) = scenario.world() {
        places.insert("world");
        places.extend(world.places().iter().map(String::as_str));
    }
    assert_eq!(words(1), places);
    let (series_names, years) = (words(2), words(6).len());
    for series in ["inflow", "stock", "end_of_life", "exported", "unknown", "collected"]
        .into_iter()
        .chain(["black_mass", "recovered", "cell_production", "scrap", "second_life", "hoarded"])
        .chain(["processed", "refined", "backlog", "recovered_used", "recovered_unused"])
        .chain(["primary_demand", "recycled_content_placed", "recycled_content_production"])
    {
        assert!(series_names.contains(series), "{series}");
    }
    for target in scenario.regions().iter().flat_map(|r| r.targets()) {
        let ratio = format!("target.{}", target.id());
        assert!(series_names.contains(ratio.as_str()), "{ratio}");
        assert!(series_names.contains(format!("{ratio}.met").as_str()), "{ratio}");
    }
    assert_eq!(words(3), lifecycle::SEGMENTS.into_iter().chain([""]).collect());
    assert_eq!(words(4), [""].into());
    let materials = scenario.materials().iter().map(String::as_str);
    assert_eq!(words(5), materials.chain([""]).collect());
    assert_eq!(years, usize::try_from(scenario.end() - scenario.report() + 1).unwrap());
    assert!(words(7).is_superset(&["t", "t/yr", "MWh/yr", "vehicles", "share"].into()));
    // Every line has its own address.
    let addresses: BTreeSet<_> = rows.iter().map(|r| &r[..7]).collect();
    assert_eq!(addresses.len(), rows.len());
    // A segment has as many lines as the sum over segments, in every region.
    let inflows = |segment| {
        let by = |r: &&Vec<String>| r[0] == "baseline" && r[2] == "inflow" && r[3] == segment;
        rows.iter().filter(by).count()
    };
    assert_eq!(inflows("bev_car"), years * scenario.regions().len() * scenario.materials().len());
    assert_eq!(inflows(""), inflows("bev_car"));
}

/// Every number is the library's to the last bit, and quantiles are in order.
pub fn check_numbers(rows: &[Vec<String>], outcome: &Outcome) {
    let mut expected = Vec::new();
    for report in outcome.reports() {
        for element in 0..report.series().labels.len() {
            for year in outcome.years() {
                let summary = report.summary(element, year);
                expected.extend(summary.map(|s| (report.series(), element, year, s)));
            }
        }
    }
    assert_eq!(rows.len(), expected.len());
    for (row, (series, element, year, summary)) in rows.iter().zip(expected) {
        let (region, name) = series.name.split_once('.').expect("a region");
        assert_eq!((row[1].as_str(), row[6].parse().ok()), (region, Some(year)));
        let labels = &series.labels[element];
        match name.strip_prefix("target") {
            // Each target is a series of its own.
            Some(rest) => assert_eq!(row[2], format!("target.{}{rest}", labels[0])),
            None => assert!(name.starts_with(&row[2]), "{row:?}"),
        }
        let Summary { mean, sd, p05, p25, p50, p75, p95, .. } = *summary;
        let number = |text: &str| text.parse::<f64>().expect("a number");
        assert_eq!(number(&row[8]).to_bits(), mean.to_bits(), "{row:?}");
        assert_eq!(number(&row[9]).to_bits(), sd.to_bits(), "{row:?}");
        let mut last = f64::NEG_INFINITY;
        for (text, quantile) in row[10..].iter().zip([p05, p25, p50, p75, p95]) {
            let found = match text.as_bytes()[0] {
                b'<' => Quantile::Below(number(&text[1..])),
                b'>' => Quantile::Above(number(&text[1..])),
                _ => Quantile::Value(number(text)),
            };
            assert_eq!(found, quantile, "{row:?}");
            assert!(found.value() >= last, "quantiles out of order: {row:?}");
            last = found.value();
        }
    }
}

pub fn check_manifest(text: &str, scenario: &Scenario, plan: &Plan, outcome: &Outcome) {
    let manifest: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let hex = |x: u64| format!("{x:016x}");
    assert_eq!(manifest["blackmass_version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["stream_version"], blackmass::sampling::STREAM_VERSION);
    assert_eq!(manifest["scenario"], scenario.title());
    assert_eq!(manifest["pathway"], scenario.pathway());
    let regions: Vec<&str> = scenario.regions().iter().map(|r| r.name()).collect();
    assert_eq!(manifest["regions"], serde_json::json!(regions));
    assert_eq!(manifest["file"], scenario.file());
    assert_eq!(manifest["content_hash"], hex(scenario.content_hash()));
    assert_eq!(manifest["fingerprint"], hex(outcome.fingerprint()));
    assert_eq!(manifest["seed"], outcome.seed());
    assert_eq!(manifest["draws"], outcome.draws());
    assert_eq!(manifest["prior_scale"].as_f64(), Some(1.0));
    assert_eq!(manifest["policies"], serde_json::json!(plan.policies()));
    assert_eq!(manifest["worst_residual"].as_f64(), Some(outcome.worst_residual()));
    assert_eq!(manifest["worst_process"], outcome.worst_process());
    assert!(manifest["run"]["wall_seconds"].as_f64() > Some(0.0));
    assert!(manifest["run"]["draws_per_second"].as_f64() > Some(0.0));
    assert!(manifest["run"]["threads"].as_u64() >= Some(1));
    let set = blackmass::InstructionSet::detect().name();
    assert_eq!(manifest["run"]["instruction_set"], set);
}
