//! Samples from files: what comes back to the bit, and what is refused.

use blackmass::sampling::design::{Design, SampleTable};
use blackmass::system::var;
use blackmass::uncertainty::{Distribution, MeanStd, MedianGsd, Range};
use blackmass::{Ensemble, ErrorKind, Plan, System};

/// A share over two dimensions, a positive number, two distributions on one
/// stream, noise.
fn plan() -> Plan {
    let mut b = System::builder("samples", 2020..=2022);
    b.dimension("region", ["eu", "japan"]).dimension("class", ["lfp"]);
    let law = |d: Result<Distribution, _>| d.expect("a distribution");
    let share = law(Distribution::uniform(Range { low: 0.25, high: 0.75 }));
    b.parameter("share", &["region", "class"], share);
    let positive = Distribution::lognormal_from_median_gsd(MedianGsd { median: 3.0, gsd: 1.5 });
    b.parameter("price", &[], law(positive));
    for (name, mean) in [("eu.life", 10.0), ("japan.life", 12.0)] {
        let life = law(Distribution::normal(MeanStd { mean, std: 1.0 }));
        b.parameters_on(name, &[], vec![life], vec!["world.life".into()]);
    }
    b.noise("e", &[]);
    let all = var("share") * var("price") + var("eu.life") * var("japan.life") + var("e");
    b.variable("y", all).observe("y", "1");
    Plan::compile(&b.build().expect("correct")).expect("small")
}

const HEADER: &str =
    "\"share[region=eu,class=lfp]\",\"share[region=japan,class=lfp]\",price,eu.life,japan.life";

#[test]
fn samples_read_back_give_the_same_bits() {
    let plan = plan();
    for design in [Design::MonteCarlo, Design::LatinHypercube, Design::sobol()] {
        let run = |design| Ensemble::new(&plan).draws(1500).seed(3).design(design);
        let table = run(design.clone()).samples().expect("drawn");
        let text = table.to_csv();
        assert_eq!((text.lines().next(), text.lines().count()), (Some(HEADER), 1501));
        let read = SampleTable::from_csv("samples.csv", &text).expect("our own file");
        assert_eq!((read.names(), read.rows()), (table.names(), 1500));
        assert_eq!(read.to_csv(), text);
        for name in table.names() {
            let bits = |t: &SampleTable| -> Vec<u64> {
                t.column(name).expect("a column").iter().map(|x| x.to_bits()).collect()
            };
            assert_eq!(bits(&table), bits(&read), "{name}");
        }
        let (drawn, sampled) = (run(design), run(Design::Samples(read.clone())));
        let (drawn, sampled) = (drawn.run().expect("it runs"), sampled.run().expect("it runs"));
        assert_eq!(drawn.fingerprint(), sampled.fingerprint());
        assert_eq!(sampled.design().sample_file(), Some("samples.csv"));
        // Without a number of draws all rows are taken.
        let all = Ensemble::new(&plan).seed(3).design(Design::Samples(read)).run();
        assert_eq!(all.expect("it runs").fingerprint(), drawn.fingerprint());
    }
}

#[cfg(feature = "scenario")]
#[test]
fn a_shipped_scenario_comes_back_from_its_samples() {
    use blackmass::{lifecycle, scenario::Scenario};
    // Technologies that regions share have one stream and several distributions.
    let system = lifecycle::system(&Scenario::japan_eu()).expect("the shipped scenario");
    let plan = Plan::compile(&system).expect("it compiles");
    let run = |design| Ensemble::new(&plan).draws(40).design(design);
    let table = run(Design::LatinHypercube).samples().expect("drawn");
    let read = SampleTable::from_csv("samples.csv", &table.to_csv()).expect("our own file");
    let drawn = run(Design::LatinHypercube).run().expect("it runs");
    let sampled = run(Design::Samples(read)).run().expect("it runs");
    assert_eq!(drawn.fingerprint(), sampled.fingerprint());
    assert_eq!(sampled.design().streams(), table.names());
    // Parameters that nothing reported depends on are declared, but not drawn.
    assert!(sampled.design().keyed().len() < 5, "{:?}", sampled.design().keyed());
}

#[test]
fn columns_left_out_are_monte_carlo() {
    let plan = plan();
    let table =
        SampleTable::from_csv("few.csv", "price\r\n1.5\r\n2.5\r\n3.5\r\n").expect("correct");
    let run = Ensemble::new(&plan).draws(2).design(Design::Samples(table));
    let values = run.samples().expect("drawn");
    assert_eq!(values.column("price"), Some(&[1.5, 2.5][..]));
    let drawn = Ensemble::new(&plan).draws(2).samples().expect("drawn");
    assert_eq!(values.column("eu.life"), drawn.column("eu.life"));
    let outcome = run.run().expect("it runs");
    assert_eq!(outcome.design().keyed().len(), 4);
    assert!(!outcome.design().keyed().contains(&"price".to_owned()));
}

#[test]
fn a_column_for_a_stream_serves_all_that_read_it() {
    let mut b = System::builder("shared", 2020..=2020);
    let law = Distribution::uniform(Range { low: 0.0, high: 9.0 }).expect("a range");
    for name in ["a", "b"] {
        b.parameters_on(name, &[], vec![law.clone()], vec!["world.x".into()]);
    }
    b.variable("y", var("a") * 10.0 + var("b")).observe("y", "1");
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let table = SampleTable::from_csv("x.csv", "world.x\n3\n").expect("correct");
    let outcome = Ensemble::new(&plan).design(Design::Samples(table)).run().expect("it runs");
    let y = outcome.report("baseline", "y").and_then(|r| r.summary(0, 2020)).map(|s| s.mean);
    assert_eq!(y, Some(33.0));
}

/// Bad files, the draws asked for, and what the message must say.
const BAD: [(&str, Option<u32>, &[&str]); 19] = [
    ("", None, &["bad.csv:1:1", "no name"]),
    ("price\n", None, &["bad.csv:2:1", "no draws"]),
    ("price,\n1,2\n", None, &["bad.csv:1:7", "no name"]),
    ("price,e,price\n1,2,3\n", None, &["bad.csv:1:9", "given twice", "key      price"]),
    ("price\n1\nNaN\n", None, &["bad.csv:3:1", "found    NaN", "decimal number"]),
    ("price\ninf\n", None, &["bad.csv:2:1", "found    inf"]),
    ("eu.life,price\n10,1\n9,1;5\n", None, &["bad.csv:3:3", "key      price", "found    1;5"]),
    ("eu.life,price\n10,\n", None, &["bad.csv:2:4", "found    nothing"]),
    ("eu.life,price\n10\n", None, &["bad.csv:2:1", "1 fields", "2 fields"]),
    ("price\n1\n\n2\n", None, &["bad.csv:3:1", "found    nothing", "empty line"]),
    ("price;eu.life\n0,5;1\n", None, &["bad.csv:1:1", "separated by commas", "points"]),
    ("price\teu.life\n0.5\t1\n", None, &["bad.csv:1:1", "separated by commas"]),
    ("price\n1,2\n", None, &["bad.csv:2:1", "2 fields"]),
    ("eu.life,prise\n10,1\n", None, &["bad.csv:1:9", "found    prise", "write `price`"]),
    ("nothing_like_it\n1\n", None, &["bad.csv:1:1", "found    nothing_like_it", "labels"]),
    ("e\n1\n", None, &["bad.csv:1:1", "no static parameter"]),
    ("world.life\n11\n", None, &["bad.csv:1:1", "found    world.life"]),
    ("price\n1\n2\n", Some(3), &["bad.csv:3:1", "fewer samples", "2 rows", "at least 3"]),
    (
        "eu.life,\"share[region=eu,class=lfp]\"\n9,0.5\n10,0.8\n",
        None,
        &["bad.csv:3:4", "key      share[region=eu,class=lfp]", "found    0.8", "0.25 to 0.75"],
    ),
];

#[test]
fn bad_files_are_refused_with_place_and_fix() {
    let plan = plan();
    for (text, draws, says) in BAD {
        let done = SampleTable::from_csv("bad.csv", text).and_then(|table| {
            let run = Ensemble::new(&plan).design(Design::Samples(table));
            draws.map_or(run.clone(), |n| run.draws(n)).run()
        });
        let error = done.err().unwrap_or_else(|| panic!("{text:?} was accepted"));
        assert_eq!(error.kind(), ErrorKind::Argument);
        let message = error.to_string();
        assert!(says.iter().all(|s| message.contains(s)), "{text:?}: {message}");
    }
    let missing = SampleTable::from_file("no/such/file.csv").expect_err("missing");
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert!(missing.to_string().contains("no/such/file.csv"));
    // Supplied in two ways.
    let table = SampleTable::from_csv("bad.csv", "price\n1\n").expect("correct");
    let twice = Ensemble::new(&plan).given("price", vec![2.0]).design(Design::Samples(table));
    assert!(twice.run().expect_err("refused").to_string().contains("twice"));
    // All problems of a file are reported, up to fifty.
    let many = format!("price\n{}", "x\n".repeat(80));
    let error = SampleTable::from_csv("bad.csv", &many).expect_err("refused");
    assert_eq!(error.diagnostics().len(), 50);
}
