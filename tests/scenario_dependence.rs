//! What a scenario file says besides single quantities reaches the run:
//! correlations, observations and the table `[run]`.
#![allow(clippy::disallowed_methods)]

mod common;
mod words;

use blackmass::Plan;
use blackmass::ensemble::{Freeze, Spread};
use blackmass::lifecycle::{self, Options};
use blackmass::sampling::design::Design;
use blackmass::scenario::{CorrelationKind, NumberKind, Run, Scenario};
use common::SMALL;
use words::{WORDS, plan, read, run, samples, spearman, words};

#[test]
fn correlations_reach_the_draws() {
    let scenario = read(WORDS);
    let [ranks, repaired] = scenario.correlations() else { panic!("two") };
    assert_eq!(ranks.kind(), CorrelationKind::Spearman);
    assert_eq!(ranks.quantities()[1], "toy.cells.scrap.mature");
    assert_eq!(ranks.stated()[0], [1.0, 0.7, 0.0]);
    assert_eq!((ranks.largest_change(), ranks.source()), (0.0, "guess"));
    // A series takes part with the random number of its level.
    assert_eq!(ranks.correlation().names()[2], "toy.segment.portable.placed.error");
    assert!(repaired.largest_change() > 0.1);
    assert!(repaired.correlation().check().is_ok());
    let table = samples(&scenario, Some(1.0), 20_000);
    let column = |name: &str| table.column(name).unwrap_or_else(|| panic!("{name}"));
    let names = ranks.correlation().names();
    for (i, j, rho) in [(0, 1, 0.7), (0, 2, 0.0), (1, 2, -0.3)] {
        let found = spearman(column(&names[i]), column(&names[j]));
        assert!((found - rho).abs() < 0.03, "{} {}: {found}", names[i], names[j]);
    }
    // The margins stay: half of the draws lie below the median.
    let start = column("toy.cells.scrap.start");
    let below = start.iter().filter(|x| **x < 0.43).count();
    assert!((9_600..10_400).contains(&below), "{below}");
    let kendall = words("kind = \"spearman\"", "kind = \"kendall\"");
    assert_eq!(kendall.correlations()[0].kind(), CorrelationKind::Kendall);
}

#[test]
fn observations_become_evidence() {
    let scenario = read(WORDS);
    let [recovered, placed] = scenario.observations() else { panic!("two") };
    assert_eq!((recovered.region(), recovered.series()), ("toy", "recovered"));
    assert_eq!((recovered.year(), recovered.value(), recovered.unit()), (2023, 200.0, "t/yr"));
    assert_eq!(recovered.spread(), Spread::RelativeSd(0.4));
    assert_eq!((placed.labels(), placed.value()), (&["home_storage".to_owned()][..], 1400.0));
    assert_eq!((placed.spread(), placed.source()), (Spread::Sd(200.0), "paper"));
    let evidence = lifecycle::evidence(&scenario);
    assert_eq!(evidence[0].series, "toy.recovered");
    assert_eq!(
        (evidence[0].policy.as_str(), evidence[0].labels.as_slice()),
        ("baseline", &["copper".to_owned()][..])
    );
    let keep: Vec<&str> = evidence.iter().map(|seen| seen.series.as_str()).collect();
    let outcome = run(&plan(&scenario, Some(1.0)), 5_000, &keep);
    let posterior = outcome.reweight(&evidence[1..]).unwrap_or_else(|e| panic!("{e}"));
    let report = outcome.report("baseline", "toy.placed_energy_by_segment").expect("observed");
    let element = report.element(&["home_storage"]).expect("an element");
    let prior = report.summary(element, 2022).expect("reported").sd;
    let after = posterior.sd(report, element, 2022).expect("kept");
    assert!(after < 0.8 * prior, "{after}, {prior}");
    assert!(posterior.effective_sample_size() < 4_900.0);
}

/// An observation of any series finds it: labels are in the order of the
/// dimensions, the unit is that of the report, and the series is reported.
#[test]
fn every_series_can_be_observed() {
    let start = WORDS.find("[[observation]]").expect("there");
    let options = Options { detail: lifecycle::Detail::Full, ..Options::default() };
    let system = lifecycle::system_with(&read(WORDS), &options).expect("a system");
    let plan = Plan::compile(&system).expect("small");
    let mut text = WORDS[..start].to_owned();
    let mut expected = 0;
    for series in plan.series().filter(|s| s.policy == "baseline" && s.versus.is_none()) {
        let name = series.name.strip_prefix("toy.").expect("the region");
        let lists = ["target", "recycled_content"];
        if lists.iter().any(|list| name.starts_with(list)) {
            continue;
        }
        let own = |label: &String| !["material", "segment"].contains(&label.as_str());
        text += &format!("[[observation]]\nseries = \"{name}\"\nyear = 2022\nvalue = 0.5\n");
        text += &format!("unit = \"{}\"\nsd = 0.1\n", series.unit);
        text += "source = \"paper\"\ngrade = \"B\"\n";
        let wanted = |label: &str| ["lithium", "bev_car"].contains(&label);
        let labels = series.labels.iter().find(|l| l.iter().all(|label| wanted(label)));
        for label in labels.into_iter().flatten() {
            let key = if label == "lithium" { "material" } else { "segment" };
            text += &format!("{key} = \"{label}\"\n");
        }
        assert!(series.dimensions.is_empty() || labels.is_some_and(|l| l.iter().all(own)));
        expected += 1;
    }
    let scenario = read(&text);
    assert_eq!(scenario.observations().len(), expected);
    assert!(expected >= 45, "{expected}");
    // At the shortest detail, too.
    let plan = self::plan(&scenario, None);
    for seen in lifecycle::evidence(&scenario) {
        let series = plan.series().find(|s| s.name == seen.series && s.policy == "baseline");
        let series = series.unwrap_or_else(|| panic!("{} is not reported", seen.series));
        assert!(series.labels.contains(&seen.labels), "{}: {:?}", seen.series, seen.labels);
    }
}

#[test]
fn the_run_table_is_offered() {
    let scenario = read(WORDS);
    let run = scenario.run();
    assert_eq!((run.draws(), run.seed(), run.prior_scale()), (Some(500), Some(7), Some(0.5)));
    assert_eq!(
        (run.design(), run.freeze()),
        (Some(&Design::LatinHypercube), Some(Freeze::Aleatory))
    );
    let sobol = words("design = \"latin_hypercube\"", "design = \"sobol\"");
    assert_eq!(sobol.run().design(), Some(&Design::sobol()));
    assert_eq!(read(SMALL).run(), &Run::default());
}

#[test]
fn every_number_is_listed_with_its_source() {
    let scenario = read(WORDS);
    let count = |kind| scenario.numbers().iter().filter(|n| n.kind() == kind).count();
    assert_eq!(count(NumberKind::Possible), 3 + 4);
    assert_eq!(count(NumberKind::Probability), 3);
    assert_eq!(count(NumberKind::Correlation), 3 + 3);
    let spread = |key: &str| scenario.numbers().iter().any(|n| n.key() == key);
    for key in ["cells.scrap.start.relative_sd", "segment.portable.placed.noise.rate"] {
        assert!(spread(key), "{key}");
    }
    let seen = scenario.numbers().iter().find(|n| n.key() == "observation.recovered");
    assert_eq!(seen.map(|n| (n.value(), n.unit(), n.year())), Some((0.2, "kt/yr", Some(2023))));
    assert!(scenario.numbers().iter().all(|n| !n.source().is_empty()));
    // The small scenario says none of it.
    assert!(read(SMALL).correlations().is_empty() && read(SMALL).observations().is_empty());
}

/// A file of several regions adds correlations between them; what holds
/// everywhere has one random number, which stands in one correlation only.
#[test]
fn regions_together_add_correlations() {
    let both = |quantities: [&str; 2], more: &str| {
        let text = include_str!("data/both.toml");
        let [one, other] = quantities;
        let text = format!(
            "{text}\n[run]\ndraws = 64\n[[correlation]]\nkind = \"kendall\"\n\
             matrix = [[1, 0.5], [0.5, 1]]\nquantities = [\"{one}\", \"{other}\"]\n\
             source = \"idea\"\ngrade = \"D\"\n{more}"
        );
        Scenario::from_toml("scenarios/both.toml", &text)
    };
    let (eu, japan) = ("eu.cells.scrap.start", "japan.cells.scrap.start");
    let seen = "[[observation]]\nregion = \"japan\"\nseries = \"collected\"\nyear = 2022\n\
                material = \"lithium\"\nvalue = 1\nunit = \"kt/yr\"\nsd = 1\n\
                source = \"idea\"\ngrade = \"D\"\n";
    let scenario = both([eu, japan], seen).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(scenario.correlations()[0].quantities(), [eu, japan]);
    assert_eq!(scenario.run().draws(), Some(64));
    assert_eq!(scenario.observations()[0].region(), "japan");
    let table = samples(&scenario, None, 4_000);
    let column = |name: &str| table.column(name).unwrap_or_else(|| panic!("{name}"));
    // Kendall's τ = ½ is Spearman's ρ = (6/π)·asin(r/2) with r = sin(π/4).
    let rho = 6.0 / std::f64::consts::PI * (0.5_f64.sqrt() / 2.0).asin();
    let found = spearman(column(eu), column(japan));
    assert!((found - rho).abs() < 0.05, "{found}, {rho}");
    let common = ["eu.chemistry.LFP.pack_mass", "japan.chemistry.LFP.pack_mass"];
    let error = both(common, "").expect_err("one random number").to_string();
    assert!(error.contains("two names of one random number"), "{error}");
    let unnamed = seen.replace("region = \"japan\"\n", "");
    let error = both([eu, japan], &unnamed).expect_err("no region").to_string();
    assert!(error.contains("observation.region") && error.contains("missing key"), "{error}");
}
