//! What a scenario file says wrong about uncertainty is reported with place,
//! key and fix.

mod common;

use common::{SMALL, diagnostics, one, place};

/// The scalar that the priors below replace.
const TIME: &str = "scrap.time = { unit = \"yr\", value = 2.4, source = \"guess\", grade = \"D\" }";
const SHARE: &str = "health = { unit = \"share\", value = 0.8, low = 0.7, high = 0.88, \
                     prior = \"pert\", source = \"guess\", grade = \"D\" }";

/// Breaks the prior of `cells.scrap.time`.
fn time(prior: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    let to = TIME.replace("value = 2.4,", &format!("value = 2.4, {prior},"));
    one(TIME, &to, marker, &format!("cells.scrap.time.{key}"), message, words);
}

/// Breaks the prior of `second_life.health`.
fn share(prior: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    let to = SHARE.replace("low = 0.7, high = 0.88, prior = \"pert\"", prior);
    one(SHARE, &to, marker, &format!("second_life.health.{key}"), message, words);
}

#[test]
fn spreads_must_be_positive_and_given_once() {
    let m = "value must be positive";
    time("prior = \"gamma\", sd = 0", "0, source = \"guess\"", "sd", m, &["above 0"]);
    let at = "\"0 %\", source";
    time("prior = \"normal\", relative_sd = \"0 %\"", at, "relative_sd", m, &["fixed"]);
    time("prior = \"gamma\", sd = -1", "-1, source", "sd", "negative value", &["above 0"]);
    let m = "the spread is given twice";
    let both = "prior = \"normal\", sd = 1, range_90 = [1, 4]";
    time(both, "[1, 4]", "range_90", m, &["sd and range_90", "remove one"]);
    let m = "missing key";
    let at = "{ unit = \"yr\", value = 2.4";
    time("prior = \"gamma\"", at, "sd", m, &["give the law by sd, or relative_sd"]);
    time("prior = \"discrete\", values = [1, 3]", at, "probabilities", m, &["values with"]);
    time("prior = \"log_uniform\", low = 1", at, "high", m, &["largest possible"]);
}

#[test]
fn keys_and_words_must_fit() {
    let m = "this key does not fit the prior";
    time("sd = 0.31", "0.31, source", "sd", m, &["grade", "normal, beta, gamma"]);
    let pert = "prior = \"pert\", low = 1, high = 3, shape = 4.25";
    time(pert, "4.25, source", "shape", m, &["weibull"]);
    let fixed = "prior = \"fixed\", truncate = [1, 3]";
    time(fixed, "[1, 3]", "truncate", m, &["remove it"]);
    let m = "low and high without a prior that uses them";
    time("low = 1, high = 3", "1, high = 3", "low", m, &["log_uniform"]);
    let m = "unknown word";
    time("prior = \"log_normal\"", "\"log_normal\"", "prior", m, &["write \"lognormal\""]);
    let m = "a law of shares";
    time("prior = \"beta\", sd = 1", "\"beta\"", "prior", m, &["write prior = \"gamma\""]);
    let logit = "prior = \"logit_normal\", range_90 = [1, 3]";
    time(logit, "\"logit_normal\"", "prior", m, &["write prior = \"lognormal\""]);
}

#[test]
fn ranges_stand_around_the_value_and_within_what_is_possible() {
    let m = "low, value and high are not in order";
    let range = "prior = \"lognormal\", range_95 = [3, 4]";
    time(range, "[3, 4]", "range_95", m, &["value = 2.4", "low < value < high"]);
    let truncate = "truncate = [2.5, 4]";
    time(truncate, "[2.5, 4]", "truncate", m, &["low <= value <= high"]);
    let pert = "prior = \"triangular\", low = 3.25, high = 4";
    time(pert, "3.25, high", "low", m, &["low = 3.25, value = 2.4, high = 4"]);
    let m = "not two numbers";
    time("truncate = [1, 2, 3]", "[1, 2, 3]", "truncate", m, &["write truncate = [low, high]"]);
    let m = "an end that this law cannot reach";
    let from = "scrap.mature = { unit = \"1\", value = 0.053,";
    let to = format!("{from} prior = \"lognormal\", range_90 = [0, 4],");
    one(from, &to, "[0, 4]", "cells.scrap.mature.range_90", m, &["above 0"]);
    let m = "share outside 0 to 1";
    share("truncate = [0.5, 1.2]", "1.2]", "truncate", m, &["0 to 1"]);
    time("truncate = [-1, 4]", "-1, 4", "truncate", "negative value", &["above 0"]);
}

#[test]
fn laws_must_exist() {
    let m = "a share cannot vary as much";
    // √(0.8 · 0.2) = 0.4
    share("prior = \"beta\", sd = 0.61", "0.61, source", "sd", m, &["0.61", "below 0.400 share"]);
    let m = "probability outside 0 to 1";
    let list = "prior = \"discrete\", values = [1, 3], probabilities = [45, 0.55]";
    time(list, "45, 0.55", "probabilities", m, &["found    45\n", "write 0.45"]);
    let m = "probabilities do not sum to one";
    let list = "prior = \"discrete\", values = [1, 3], probabilities = [0.5, 0.4]";
    time(list, "[0.5, 0.4]", "probabilities", m, &["a sum of 0.9"]);
    let m = "list of the wrong length";
    let list = "prior = \"discrete\", values = [1, 3], probabilities = [1]";
    time(list, "[1], source", "probabilities", m, &["1 probabilities for 2 values"]);
    time("prior = \"empirical\", values = []", "[], source", "values", m, &["1 to 10000"]);
    let m = "the value is not among the possible ones";
    time("prior = \"empirical\", values = [3, 4]", "2.4, prior", "value", m, &["smallest"]);
    let m = "share outside 0 to 1";
    let list = "prior = \"empirical\", values = [0.7, 1.5]";
    share(list, "1.5]", "values", m, &["write"]);
    let m = "this law cannot have this central value";
    let to = TIME
        .replace("scrap.time", "scrap.mature")
        .replace("\"yr\", value = 2.4,", "\"1\", value = 0, prior = \"gamma\", sd = 1,");
    let from = "scrap.mature = { unit = \"1\", value = 0.053, source = \"guess\", grade = \"C\" }";
    one(from, &to, "0, prior = \"gamma\"", "cells.scrap.mature.value", m, &["above 0"]);
}

#[test]
fn chemistry_shares_have_one_possible_spread() {
    const TILT: &str =
        "tilt = { sd = 0.05, projection_sd = \"80 %\", source = \"guess\", grade = \"D\" }";
    let key = |name: &str| format!("segment.bev_car.chemistry_share.{name}");
    let with =
        |inner: &str| format!("dirichlet = {{ {inner}, source = \"guess\", grade = \"D\" }}");
    let m = "the spread is given twice";
    let to = format!("{TILT}\n{}", with("concentration = 20"));
    one(TILT, &to, "{ sd = 0.05", &key("tilt"), m, &["tilt and dirichlet"]);
    let to = with("concentration = 20, sd = 3.25");
    one(TILT, &to, "3.25, source", &key("dirichlet.sd"), m, &["concentration and sd"]);
    let m = "missing key";
    let to = with("observed = 0.1");
    one(TILT, &to, "{ observed", &key("dirichlet.concentration"), m, &["concentration = 20"]);
    one(TILT, &with("sd = 3"), "{ sd = 3", &key("dirichlet.chemistry"), m, &["LFP"]);
    let m = "unknown chemistry";
    let to = with("chemistry = \"LPF\", sd = 3");
    one(TILT, &to, "\"LPF\"", &key("dirichlet.chemistry"), m, &["write \"LFP\""]);
    let m = "value must be positive";
    let to = with("concentration = 0");
    one(
        TILT,
        &to,
        "0, source = \"guess\", grade = \"D\" }\n[[segment.bev_car.chemistry_share",
        &key("dirichlet.concentration"),
        m,
        &["above 0"],
    );
    let m = "a share cannot vary as much";
    let to = with("chemistry = \"LFP\", sd = 60");
    one(TILT, &to, "60, source", &key("dirichlet.sd"), m, &["smaller spread", "share of LFP"]);
    // A chemistry that the segment does not have has no share.
    let m = "this share cannot vary";
    let to = with("chemistry = \"ZINC\", sd = 6");
    one(TILT, &to, "\"ZINC\"", &key("dirichlet.chemistry"), m, &["name another chemistry"]);
}

#[test]
fn noise_has_the_keys_of_its_process() {
    let from = "noise = { sd = \"5 %\", persistence = 0.7,";
    let key = |name: &str| format!("segment.bev_car.sales.noise.{name}");
    let to = "noise = { process = \"random_wlak\", sd = \"5 %\",";
    let m = "unknown word";
    one(from, to, "\"random_wlak\"", &key("process"), m, &["write \"random_walk\""]);
    let to = "noise = { process = \"random_walk\", sd = \"5 %\", persistence = 0.7,";
    one(from, to, "persistence = 0.7", &key("persistence"), "unknown key", &["process, sd"]);
    let to = "noise = { process = \"reverting\", sd = \"5 %\",";
    one(from, to, "{ process", &key("rate"), "missing key", &["write rate = 0.3"]);
    let to = "noise = { process = \"reverting\", sd = \"5 %\", rate = 0,";
    let m = "rate outside its range";
    one(
        from,
        to,
        "0, source = \"guess\", grade = \"D\" }\n[[segment.bev_car.sales",
        &key("rate"),
        m,
        &["per year"],
    );
}

/// The small scenario with a table at its end, and its one diagnostic.
fn added(table: &str, marker: &str, key: &str, message: &str, words: &[&str]) {
    let text = format!("{SMALL}\n{table}\n");
    let found = diagnostics(&text);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message(), message, "{}", found[0]);
    assert_eq!(found[0].key_name(), Some(key), "{}", found[0]);
    let (line, column) = place(table, marker);
    let before = SMALL.matches('\n').count() + 1;
    assert_eq!(found[0].position(), Some((before + line, column)), "{}", found[0]);
    for word in words {
        assert!(found[0].to_string().contains(word), "`{word}` is not in:\n{}", found[0]);
    }
}

fn correlation(quantities: &str, matrix: &str) -> String {
    format!(
        "[[correlation]]\nkind = \"spearman\"\nquantities = [{quantities}]\n\
         matrix = {matrix}\nsource = \"guess\"\ngrade = \"D\""
    )
}

#[test]
fn correlations_are_of_quantities_that_vary() {
    const TWO: &str = "[[1, 0.5], [0.5, 1]]";
    let key = "correlation.quantities";
    let start = "\"toy.cells.scrap.start\"";
    let m = "unknown quantity";
    let table = correlation(&format!("{start}, \"toy.cells.scrap.tiem\""), TWO);
    added(&table, "\"toy.cells.scrap.tiem\"", key, m, &["write \"toy.cells.scrap.time\""]);
    let table = correlation(&format!("{start}, \"cells.scrap.time\""), TWO);
    added(&table, "\"cells.scrap.time\"", key, m, &["write \"toy.cells.scrap.time\""]);
    let m = "this quantity does not vary";
    for fixed in [
        "\"toy.intensity_factor.copper\"",
        "\"toy.refining.ramp_up\"",
        "\"toy.treatment.other.untreated\"",
        "\"toy.treatment.iron.untreated\"",
        "\"toy.chemistry.LFP.intensity.lithium\"",
        "\"toy.segment.bev_car.lifetime.battery.shape\"",
        // A share of one has no spread of its grade.
        "\"toy.refining.route_share.iron.hydro\"",
    ] {
        let table = correlation(&format!("{start}, {fixed}"), TWO);
        added(&table, fixed, key, m, &["give it a prior"]);
    }
    let m = "two names of one random number";
    let table = correlation("\"toy.preprocessing.realisation\", \"toy.refining.realisation\"", TWO);
    added(&table, "\"toy.refining.realisation\"", key, m, &["move together already"]);
    let m = "a quantity in two correlations";
    let time = "\"toy.cells.scrap.time\"";
    let one = correlation(&format!("{start}, {time}"), TWO);
    let two = correlation(&format!("\"toy.second_life.health\", {time} "), TWO);
    added(&format!("{one}\n{two}"), "[\"toy.second", key, m, &["cells.scrap.time", "one matrix"]);
    let m = "list of the wrong length";
    let table = correlation(start, "[[1]]");
    added(&table, "[[correlation]]", key, m, &["1 quantities", "2 to 100"]);
}

#[test]
fn correlation_matrices_must_be_possible() {
    let names = "\"toy.cells.scrap.start\", \"toy.cells.scrap.time\", \"toy.second_life.health\"";
    let (a, b, c) = ("toy.cells.scrap.start", "toy.cells.scrap.time", "toy.second_life.health");
    let bad = "[[1, 0.8, 0.8], [0.8, 1, -0.9], [0.8, -0.9, 1]]";
    let m = "no random variables can be correlated so: the matrix is not positive semi-definite";
    added(&correlation(names, bad), bad, &format!("{b} with {c}"), m, &["repair = true"]);
    let m = "a correlation matrix must be symmetric";
    let bad = "[[1, 0.8, 0], [0.7, 1, 0], [0, 0, 1]]";
    added(&correlation(names, bad), bad, &format!("{a} with {b}"), m, &["0.8 above"]);
    let m = "a correlation outside its range";
    let bad = "[[1, 0, 2], [0, 1, 0], [2, 0, 1]]";
    added(&correlation(names, bad), bad, &format!("{a} with {c}"), m, &["-1 to 1"]);
    let m = "a correlation matrix has one row and one column per name";
    let bad = "[[1, 0], [0, 1]]";
    added(
        &correlation(names, bad),
        bad,
        "correlation.matrix",
        m,
        &["3 rows of 3", "fix      write"],
    );
    let bad = "[[1, 0, 0], [0, 1, \"x\"], [0, 0, 1]]";
    added(&correlation(names, bad), "\"x\"", "correlation.matrix", "wrong type", &["number"]);
    let good = "[[1, 0, 0], [0, 1, 0], [0, 0, 1]]";
    let table = correlation(names, good).replace("spearman", "spaerman");
    let words = ["spearman, kendall, pearson", "write \"spearman\""];
    added(&table, "\"spaerman\"", "correlation.kind", "unknown word", &words);
}

#[test]
fn observations_are_of_reported_numbers() {
    const GOOD: &str = "[[observation]]\nseries = \"recovered\"\nmaterial = \"copper\"\n\
                        year = 2023\nvalue = 0.2\nunit = \"kt/yr\"\nsd = 0.1\n\
                        source = \"paper\"\ngrade = \"B\"";
    let broken = |from: &str, to: &str, marker: &str, key: &str, m: &str, words: &[&str]| {
        assert_eq!(GOOD.matches(from).count(), 1);
        added(&GOOD.replace(from, to), marker, &format!("observation.{key}"), m, words);
    };
    let m = "an observation outside the reported years";
    broken("2023", "2020", "2020", "year", m, &["2021 to 2024"]);
    broken("2023", "2030", "2030", "year", m, &["2021 to 2024"]);
    let m = "unknown series";
    broken("recovered", "recoverd", "\"recoverd\"", "series", m, &["write \"recovered\""]);
    let m = "unknown material";
    broken("copper", "coper", "\"coper\"", "material", m, &["write \"copper\""]);
    let m = "this key does not fit the series";
    broken(
        "\"copper\"",
        "\"copper\"\nsegment = \"bev_car\"",
        "segment",
        "segment",
        m,
        &["material with recovered"],
    );
    broken(
        "material = \"copper\"\n",
        "",
        "[[observation]]",
        "material",
        "missing key",
        &["lithium"],
    );
    broken("\"kt/yr\"", "\"kt\"", "\"kt\"", "unit", "wrong unit", &["t/yr, kt/yr"]);
    broken("sd = 0.1", "sd = 0", "0\nsource", "sd", "value must be positive", &["above 0"]);
    broken("sd = 0.1\n", "", "[[observation]]", "sd", "missing key", &["relative_sd"]);
    let m = "the spread is given twice";
    broken("sd = 0.1", "sd = 0.1\nrelative_sd = 0.5", "0.5", "relative_sd", m, &["remove one"]);
    let m = "unknown region";
    broken("series", "region = \"you\"\nseries", "\"you\"", "region", m, &["write \"toy\""]);
    let m = "negative value";
    broken("value = 0.2", "value = -0.2", "-0.2", "value", m, &["0 to"]);
}

#[test]
fn the_run_table_has_bounds() {
    let m = "whole number outside its range";
    added("[run]\ndraws = 0", "0", "run.draws", m, &["1 to 1000000", "in this range"]);
    added("[run]\nseed = -1", "-1", "run.seed", m, &["0 to"]);
    let m = "unknown word";
    added("[run]\ndesign = \"sobel\"", "\"sobel\"", "run.design", m, &["write \"sobol\""]);
    added("[run]\nfreeze = \"noise\"", "\"noise\"", "run.freeze", m, &["epistemic, aleatory"]);
    let m = "factor outside its range";
    let text = "[run]\nprior_scale = \"0.5\"";
    let m_text = "wrong type";
    added(text, "\"0.5\"", "run.prior_scale", m_text, &["write 0.5, without quotes"]);
    let list = "[run]\nfreeze = [\"aleatory\"]";
    added(list, "[\"aleatory\"]", "run.freeze", m_text, &["one text in quotes"]);
    added("[run]\nprior_scale = -0.5", "-0.5", "run.prior_scale", m, &["0 to 10"]);
    added("[run]\ndrows = 5", "drows", "run.drows", "unknown key", &["write `draws`"]);
}
