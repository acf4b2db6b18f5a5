//! Runs reference vectors of cohort models and compares.
//!
//! ```text
//! cargo run --release --example vectors -- FILE…
//! ```
//!
//! A file is JSON in one of these schemas, recognised by content: a list of
//! `vectors`, each with a `kind` (ODYM, flodym); `sales`, `vehicle` and `cases`
//! (inflow-driven product and component); `stock`, `product`, `component` and
//! `cases` (stock-driven product and component); `dists` or `quantiles`
//! (distributions of parameters, Dirichlet shares); `gaussian_copula`,
//! `higham2002` and `iman_conover` (dependence); `ar1`, `ou_exact` and `gbm`
//! (processes in time, by formula and by simulation within five standard
//! errors); `sobol_unscrambled_first16` and others (points of designs and their
//! discrepancies); `var_crn` (a policy effect under common random numbers).
//!
//! One line per case: name, largest error, tolerance, ok or FAILED. An absolute
//! tolerance is compared with the largest difference; a relative one with the
//! largest difference over the largest expected value of the series, because
//! small flows are differences of large stocks. A file that states no tolerance
//! gets 1e-9, relative (distributions: 1e-10, each
//! number by itself). Exit code 1 if a case fails, 2 if a file cannot be read
//! or has no known schema.
#![allow(clippy::disallowed_methods)]

mod cohorts;
mod compare;
mod dependence;
mod designs;
mod distributions;
mod laws;
mod processes;
mod product;

use compare::Case;
use serde_json::Value;
use std::process::ExitCode;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: vectors FILE…");
        return ExitCode::from(2);
    }
    let (mut failed, mut total) = (0, 0);
    let mut unreadable = false;
    for file in &files {
        match read(file) {
            Ok(cases) => {
                println!("{file}");
                for case in &cases {
                    println!("  {case}");
                }
                total += cases.len();
                failed += cases.iter().filter(|case| !case.passed()).count();
            }
            Err(message) => {
                eprintln!("{file}: {message}");
                unreadable = true;
            }
        }
    }
    println!("{} of {total} cases ok", total - failed);
    match (unreadable, failed) {
        (true, _) => ExitCode::from(2),
        (false, 0) => ExitCode::SUCCESS,
        (false, _) => ExitCode::from(1),
    }
}

fn read(file: &str) -> Result<Vec<Case>, String> {
    let text = std::fs::read_to_string(file).map_err(|e| format!("cannot be read: {e}"))?;
    let root: Value = serde_json::from_str(&text).map_err(|e| format!("not JSON: {e}"))?;
    let has = |keys: &[&str]| keys.iter().all(|key| root.get(key).is_some());
    let cases = if has(&["vectors"]) {
        let list = root["vectors"].as_array().ok_or("`vectors` is not a list")?;
        if let Some(i) = list.iter().position(|v| v.get("kind").is_none()) {
            return Err(format!("unknown schema: vectors[{i}] has no `kind`"));
        }
        list.iter().map(|vector| cohorts::run(vector, &root)).collect()
    } else if has(&["sales", "vehicle", "cases"]) {
        product::run(&root, product::inflow_driven)?
    } else if has(&["stock", "product", "component", "cases"]) {
        product::run(&root, product::stock_driven)?
    } else if has(&["dists"]) || has(&["quantiles"]) {
        distributions::run(&root)
    } else if has(&["gaussian_copula", "higham2002", "iman_conover"]) {
        dependence::run(&root)
    } else if has(&["ar1", "ou_exact", "gbm"]) {
        processes::run(&root)
    } else if has(&["sobol_unscrambled_first16"]) {
        designs::points(&root)?
    } else if has(&["var_crn"]) {
        designs::common_random_numbers(&root)?
    } else {
        return Err("unknown schema: expected `vectors`; `sales`, `vehicle` and `cases`; \
                    `stock`, `product`, `component` and `cases`; `dists`; `quantiles`; \
                    `gaussian_copula`, `higham2002` and `iman_conover`; `ar1`, `ou_exact` and \
                    `gbm`; `sobol_unscrambled_first16`; or `var_crn`"
            .to_owned());
    };
    if cases.is_empty() { Err("no cases".to_owned()) } else { Ok(cases) }
}
