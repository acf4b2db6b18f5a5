//! ```text
//!              primary          scrap                loss
//! environment ────────► use ───────────► recycling ────────► environment
//!                        ▲   secondary       │
//!                        └───────────────────┘
//! ```
//! A textbook system beside its closed form: demand D, lifetime L, recycled
//! share r. After n years stock = D·min(n, L), scrap = D once n > L, secondary =
//! r·scrap, primary = D − secondary. If items instead leave at random after L
//! years on average, stock = D·(q + … + qⁿ) with q = e^(−1/L).
#![allow(clippy::disallowed_methods)]

use blackmass::uncertainty::{Distribution, Range};
use blackmass::{CohortStock, Ensemble, Error, InflowTiming, Lifetime, Plan, System, system::var};

const SERIES: [&str; 5] = ["items.stock", "scrap", "secondary", "primary", "random.stock"];

fn main() -> Result<(), Error> {
    let (d, life, r) = (100.0, 6.0, Range { low: 0.5, high: 0.9 });
    let mut b = System::builder("recycling loop", 2021..=2040);
    b.process("use").process("recycling").constant("demand", &[], d);
    b.parameter("recycled_share", &[], Distribution::uniform(r)?);
    for (name, lifetime) in [
        ("items", Lifetime::fixed(life).inflow_at(InflowTiming::End)),
        ("random", Lifetime::exponential_from_mean(life).inflow_at(InflowTiming::Start)),
    ] {
        b.cohort_stock(CohortStock { name: name.into(), inflow: var("demand"), lifetime });
    }
    b.stock("in_use", "use").is("items.stock");
    b.flow("scrap").from("use").to("recycling").is("items.outflow");
    b.flow("secondary").from("recycling").to("use").coefficient("recycled_share");
    b.flow("loss").from("recycling").to(System::ENVIRONMENT).remainder();
    b.flow("primary").from(System::ENVIRONMENT).to("use").is(var("demand") - var("secondary"));
    SERIES.iter().for_each(|name| _ = b.observe(name, "t"));
    let outcome = Ensemble::new(&Plan::compile(&b.build()?)?).draws(100_000).run()?;
    let at = |name, year| *outcome.report("baseline", name).unwrap().summary(0, year).unwrap();

    println!("year{}   (model = closed form)", SERIES.map(|name| format!("{name:>17}")).concat());
    let (mean_share, q) = ((r.low + r.high) / 2.0, (-1.0 / life).exp());
    for n in [1, 5, 6, 7, 12, 20] {
        let scrap = if f64::from(n) > life { d } else { 0.0 };
        let secondary = mean_share * scrap;
        let random = d * q * (1.0 - q.powi(n)) / (1.0 - q);
        let exact = [d * life.min(n.into()), scrap, secondary, d - secondary, random];
        print!("{}", 2020 + n);
        for (name, exact) in SERIES.iter().zip(exact) {
            let model = at(name, 2020 + n).central;
            assert!((model - exact).abs() <= 1e-12 * d, "{name}: {model} is not {exact}");
            print!("  {model:6.2} ={exact:7.2}");
        }
        println!();
    }
    let (primary, exact) = (at("primary", 2040), d * (1.0 - mean_share));
    let error = primary.standard_error(outcome.draws());
    println!("mean primary 2040: {:.2} ± {error:.2}, closed form {exact:.2}", primary.mean);
    Ok(())
}
