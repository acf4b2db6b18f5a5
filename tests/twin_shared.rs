//! Shared facilities and stockpiles: against twins stepped through time, and
//! against numbers worked out by hand.
#![allow(missing_docs, clippy::disallowed_methods)]

mod bed;
mod twin;

use bed::{Bed, DIMENSIONS, DRAWS, HORIZONS, Kind, elements};
use blackmass::system::{Values, var};
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, InstructionSet, Outcome, Plan, SharedFacilities, Stockpile, System};
use proptest::prelude::*;
use twin::compare::{agree, largest};
use twin::formula::Point;
use twin::shared::{Shared, shared, stockpile};

const TOLERANCE: f64 = 1e-12;

/// Facilities with random feed, capacity, offers and caps.
struct Declared {
    bed: Bed,
    /// The dimensions of sources, facilities and, perhaps, contents.
    from: usize,
    to: usize,
    feed: usize,
    contents: Vec<Point>,
    capacity: usize,
    offered: usize,
    cap: Option<usize>,
}

/// Subtracted from the shares, so that some of them are zero.
const THRESHOLD: f64 = 0.2;

impl Declared {
    fn new(seed: u64, steps: usize, draws: u32, plenty: f64, shares: f64) -> Self {
        let mut bed = Bed::new(seed, steps, draws);
        // Every source has a name among the facilities.
        let swap =
            bed.sizes[0] > bed.sizes[1] || bed.sizes[0] == bed.sizes[1] && bed.random.chance(0.5);
        let (from, to) = if swap { (1, 0) } else { (0, 1) };
        let mut dims = bed.some_of(&[2]);
        let contents = bed.points(&dims);
        dims.insert(bed.random.below(dims.len() + 1), from);
        let feed = bed.any(&Kind::ALL, &dims, 0.0, 2.0);
        let over = bed.some_of(&[to]);
        let capacity = bed.any(&Kind::ALL, &over, -0.3, plenty);
        let over = bed.some_of(&[0, 1]);
        let offered = bed.any(&Kind::ALL, &over, 0.0, shares);
        let over = bed.some_of(&[0, 1]);
        let cap = bed.random.chance(0.5).then(|| bed.any(&Kind::ALL, &over, -0.1, 1.0));
        let share = bed.var(offered) - THRESHOLD;
        let share = if bed.random.chance(0.5) { share.max(0.0) } else { share };
        let facilities = SharedFacilities {
            name: "x".into(),
            sources: DIMENSIONS[from].into(),
            facilities: DIMENSIONS[to].into(),
            feed: bed.var(feed),
            capacity: bed.var(capacity),
            offered: share,
            cap: cap.map(|cap| bed.var(cap)),
        };
        bed.b.shared_facilities(facilities);
        Self { bed, from, to, feed, contents, capacity, offered, cap }
    }

    /// The coordinates of a source, a facility and a content.
    fn point(&self, f: usize, g: usize, content: Point) -> Point {
        let mut point = content;
        (point[self.from], point[self.to]) = (f, g);
        point
    }

    fn twin(&self, draw: usize) -> Shared {
        let (bed, of) = (&self.bed, |f, g| self.point(f, g, [0; 3]));
        let sources = bed.sizes[self.from];
        let feed: Vec<Vec<Vec<f64>>> = (0..sources)
            .map(|f| {
                let at = |content: &Point| bed.series(self.feed, draw, self.point(f, 0, *content));
                self.contents.iter().map(at).collect()
            })
            .collect();
        let pairs = |v: usize| -> Vec<Vec<Vec<f64>>> {
            let series = |f, g| bed.series(v, draw, of(f, g));
            let all = |f| (0..bed.sizes[self.to]).map(move |g| series(f, g)).collect();
            (0..sources).map(all).collect()
        };
        let capacity: Vec<Vec<f64>> =
            (0..bed.sizes[self.to]).map(|g| bed.series(self.capacity, draw, of(0, g))).collect();
        let offered = pairs(self.offered);
        let cap = self.cap.map(pairs);
        let cap = cap.as_ref().map(|cap| |f: usize, g: usize, t: usize| cap[f][g][t]);
        let home: Vec<usize> = (0..sources).collect();
        shared(&feed, &capacity, |f, g, t| offered[f][g][t] - THRESHOLD, cap, &home)
    }

    fn content(&self, point: Point) -> usize {
        self.contents.iter().position(|c| c[2] == point[2]).expect("a content")
    }
}

/// What the engine computed of a variable, by draw and place.
fn found<'a>(
    all: &'a bed::Elements,
    fits: impl Fn(Point) -> bool + 'a,
) -> impl Iterator<Item = &'a Vec<Vec<f64>>> + 'a {
    all.iter().filter(move |(point, _)| fits(*point)).map(|(_, by_draw)| by_draw)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn shared_facilities_agree(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
        plenty in prop::sample::select(&[0.0, 2.0, 6.0, 30.0][..]),
        shares in prop::sample::select(&[0.0, 0.5, 1.5][..]),
        outputs in prop::sample::subsequence(vec!["processed", "backlog", "taken"], 1..=3),
    ) {
        let mut declared = Declared::new(seed, steps, draws, plenty, shares);
        // Some outputs stay unread, and must not disturb the others.
        for output in &outputs {
            declared.bed.observe(&format!("x.{output}"));
        }
        let outcome = declared.bed.run();
        let twins: Vec<Shared> = (0..=draws as usize).map(|draw| declared.twin(draw)).collect();
        for output in outputs {
            for (point, by_draw) in elements(&outcome, "baseline", &format!("x.{output}"), false) {
                for (twin, series) in twins.iter().zip(&by_draw) {
                    let (f, g) = (point[declared.from], point[declared.to]);
                    let inventory = &twin.inventory[f];
                    let scale = largest(twin.inventory.iter().flatten());
                    // Shares are compared by what they move.
                    let moved = |shares: &[f64]| -> Vec<f64> {
                        shares.iter().zip(inventory).map(|(share, m)| share * m).collect()
                    };
                    let (series, expected) = match output {
                        "processed" => {
                            (series.clone(), twin.processed[f][declared.content(point)].clone())
                        }
                        "backlog" => {
                            (series.clone(), twin.backlog[f][declared.content(point)].clone())
                        }
                        _ => (moved(series), moved(&twin.taken[f][g])),
                    };
                    let what = format!("{output} at {point:?}");
                    agree(&what, &series, &expected, scale, TOLERANCE)
                        .map_err(TestCaseError::fail)?;
                }
            }
        }
    }

    /// Nothing is negative, no facility does more than it can, and no mass is
    /// lost.
    #[test]
    fn shared_facilities_keep_mass_and_capacity(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
        plenty in prop::sample::select(&[2.0, 6.0, 30.0][..]),
        shares in prop::sample::select(&[0.5, 1.5][..]),
    ) {
        let mut declared = Declared::new(seed, steps, draws, plenty, shares);
        let (from, to) = (declared.from, declared.to);
        for output in ["processed", "backlog", "taken"] {
            declared.bed.observe(&format!("x.{output}"));
        }
        let outcome = declared.bed.run();
        let of = |output: &str| elements(&outcome, "baseline", &format!("x.{output}"), false);
        let (processed, backlog, taken) = (of("processed"), of("backlog"), of("taken"));
        for draw in 0..=draws as usize {
            let series = |v, f, g| declared.bed.series(v, draw, declared.point(f, g, [0; 3]));
            let mut used: Vec<Vec<f64>> = vec![vec![0.0; steps]; declared.bed.sizes[to]];
            let mut most: f64 = 0.0;
            for f in 0..declared.bed.sizes[from] {
                let shares: Vec<(usize, &Vec<f64>)> = taken
                    .iter()
                    .filter(|(point, _)| point[from] == f)
                    .map(|(point, by_draw)| (point[to], &by_draw[draw]))
                    .collect();
                for (c, content) in declared.contents.iter().enumerate() {
                    let here = |p: Point| p[from] == f && declared.content(p) == c;
                    let pick = |all| found(all, here).next().expect("there")[draw].clone();
                    let (done, left) = (pick(&processed), pick(&backlog));
                    let feed = declared.bed.series(declared.feed, draw, declared.point(f, 0, *content));
                    for t in 0..steps {
                        let inventory = feed[t] + if t > 0 { left[t - 1] } else { 0.0 };
                        most = most.max(inventory);
                        prop_assert!(done[t] >= 0.0 && left[t] >= 0.0);
                        let mut away = 0.0;
                        for (g, share) in &shares {
                            prop_assert!(share[t] >= 0.0 && (*g != f || share[t] == 0.0));
                            away += inventory * share[t];
                            used[*g][t] += inventory * share[t];
                        }
                        used[f][t] += done[t];
                        let rest = inventory - done[t] - away - left[t];
                        prop_assert!(rest.abs() <= TOLERANCE * most, "{rest:e} of {most:e}");
                    }
                }
            }
            for (g, used) in used.iter().enumerate() {
                for (used, capacity) in used.iter().zip(series(declared.capacity, 0, g)) {
                    prop_assert!(*used <= capacity.max(0.0) + TOLERANCE * most.max(1.0));
                }
            }
        }
    }

    #[test]
    fn stockpiles_agree(
        seed in any::<u64>(),
        steps in prop::sample::select(&HORIZONS[..]),
        draws in prop::sample::select(&DRAWS[..]),
        short in prop::sample::select(&[-1.0, 0.5, 3.0][..]),
    ) {
        let mut bed = Bed::new(seed, steps, draws);
        let mut input = |low, high| {
            let dims = bed.some_of(&[0, 1, 2]);
            bed.any(&Kind::ALL, &dims, low, high)
        };
        let (shortfall, target, rate) = (input(-2.0, short), input(0.0, 4.0), input(-0.2, 1.0));
        let pile = Stockpile {
            name: "x".into(),
            shortfall: bed.var(shortfall),
            target: bed.var(target),
            rate: bed.var(rate),
        };
        bed.b.stockpile(pile).process("store");
        bed.b.flow("bought").from(System::ENVIRONMENT).to("store").is("x.refill");
        bed.b.flow("released").from("store").to(System::ENVIRONMENT).is("x.release");
        bed.b.stock("held", "store").is("x.stock");
        for output in ["x.stock", "x.release", "x.refill"] {
            bed.observe(output);
        }
        let outcome = bed.run();
        prop_assert!(outcome.worst_residual() < TOLERANCE);
        for (port, output) in ["x.stock", "x.release", "x.refill"].iter().enumerate() {
            for (point, by_draw) in elements(&outcome, "baseline", output, false) {
                for (draw, series) in by_draw.iter().enumerate() {
                    let [a, b, c] = [shortfall, target, rate].map(|v| bed.series(v, draw, point));
                    let twin = stockpile(&a, &b, &c);
                    let what = format!("{output} at {point:?}, draw {draw}");
                    agree(&what, series, &twin[port], largest(&twin[0]), TOLERANCE)
                        .map_err(TestCaseError::fail)?;
                }
            }
        }
    }
}

/// The numbers of one element of an observed variable, year by year.
fn central(outcome: &Outcome, name: &str, labels: &[&str]) -> Vec<f64> {
    let report = outcome.report("baseline", name).expect("reported");
    let element = report.element(labels).expect("an element");
    outcome.years().map(|year| report.summary(element, year).expect("a year").central).collect()
}

/// Three years of Japan and the EU, with Korea as a partner of both. Kilotonnes.
///
/// Capacity: EU 10, Japan 4, Korea 3. No offer above 3.
/// Offered: by Japan 1/2 to Korea and 1/4 to the EU; by the EU in the first
/// year 1/4 to Korea and nothing to Japan (a ban), then 1/2 to Japan only.
#[test]
fn two_regions_by_hand() {
    let mut b = System::builder("two regions", 2030..=2032);
    b.dimension("region", ["japan", "eu"]).dimension("metal", ["nickel", "cobalt"]);
    b.dimension("place", ["eu", "japan", "korea"]);
    let rows =
        |rows: &[[f64; 3]]| Values::PerElementAndYear(rows.iter().map(|r| r.to_vec()).collect());
    // Japan nickel and cobalt, the EU nickel and cobalt.
    let feed = [[6.0, 2.5, 0.0], [2.0, 4.0, 0.0], [6.0, 0.0, 0.0], [6.0, 0.0, 0.0]];
    b.constant("feed", &["region", "metal"], rows(&feed));
    b.constant("capacity", &["place"], Values::PerElement(vec![10.0, 4.0, 3.0]));
    // What a region says of itself is not used.
    let offered = [[0.25; 3], [0.9; 3], [0.5; 3], [0.9; 3], [0.0, 0.5, 0.5], [0.25, 0.0, 0.0]];
    b.constant("offered", &["region", "place"], rows(&offered));
    b.shared_facilities(SharedFacilities {
        name: "plants".into(),
        sources: "region".into(),
        facilities: "place".into(),
        feed: var("feed"),
        capacity: var("capacity"),
        offered: var("offered"),
        cap: Some(3.0.into()),
    });
    b.process("yard").process("at sea");
    b.flow("collected").from(System::ENVIRONMENT).to("yard").is("feed");
    b.flow("at home").from("yard").to(System::ENVIRONMENT).is("plants.processed");
    b.stock("waiting", "yard").is("plants.backlog");
    let inventory = var("plants.backlog").delayed(1) + var("feed");
    b.flow("sent").from("yard").to("at sea").is(inventory * var("plants.taken"));
    // A year at sea.
    b.flow("arrived").from("at sea").to(System::ENVIRONMENT).is(var("sent").delayed(1));
    b.stock("afloat", "at sea").is("sent");
    for name in ["plants.processed", "plants.backlog", "plants.taken", "sent", "arrived"] {
        b.observe(name, "kt");
    }
    let system = b.build().expect("correct");
    let outcome =
        Ensemble::new(&Plan::compile(&system).expect("small")).draws(1).run().expect("runs");
    assert!(outcome.worst_residual() < 1e-15);
    let of = |name: &str, labels: &[&str]| central(&outcome, name, labels);

    // 2030. Japan has 8: of these 4 are offered to Korea, capped to 3, and 2 to
    // the EU; 3 are kept, so 4 − 3 = 1 is to spare. The EU has 12: 3 are offered
    // to Korea, 9 kept, 10 − 9 = 1 to spare. Korea takes 3 of the 6 offered:
    // 1.5 of each. The EU takes 1 of the 2 offered. Japan processes 4 of the
    // 8 − 1.5 − 1 = 5.5 it has left, the EU 10 − 1 = 9 of 12 − 1.5 = 10.5.
    // Backlogs: 1.5 each.
    //
    // 2031. Japan has 1.5 + 6.5 = 8 (nickel 1.125 + 2.5, cobalt 0.375 + 4): 3 to
    // Korea, 2 to the EU, 3 kept, 1 to spare. The EU has 1.5: 0.75 to Japan, 0.75
    // kept, 9.25 to spare. All is taken. Japan has 3 left and room for
    // 4 − 0.75 = 3.25; the EU has 0.75 left. No backlog.
    //
    // 2032. Nothing is left.
    assert_eq!(of("plants.taken", &["japan", "korea"]), [1.5 / 8.0, 3.0 / 8.0, 0.0]);
    assert_eq!(of("plants.taken", &["japan", "eu"]), [1.0 / 8.0, 2.0 / 8.0, 0.0]);
    assert_eq!(of("plants.taken", &["japan", "japan"]), [0.0; 3]);
    assert_eq!(of("plants.taken", &["eu", "korea"]), [1.5 / 12.0, 0.0, 0.0]);
    assert_eq!(of("plants.taken", &["eu", "japan"]), [0.0, 0.75 / 1.5, 0.0]);
    // Japan's mix is 6 : 2, then 3.625 : 4.375; the EU's always 1 : 1.
    assert_eq!(of("plants.processed", &["japan", "nickel"]), [3.0, 3.625 * 3.0 / 8.0, 0.0]);
    assert_eq!(of("plants.processed", &["japan", "cobalt"]), [1.0, 4.375 * 3.0 / 8.0, 0.0]);
    assert_eq!(of("plants.backlog", &["japan", "nickel"]), [1.125, 0.0, 0.0]);
    assert_eq!(of("plants.backlog", &["japan", "cobalt"]), [0.375, 0.0, 0.0]);
    for metal in ["nickel", "cobalt"] {
        assert_eq!(of("plants.processed", &["eu", metal]), [4.5, 0.375, 0.0]);
        assert_eq!(of("plants.backlog", &["eu", metal]), [0.75, 0.0, 0.0]);
    }
    // Of Japan's 1.5 kt to Korea in 2030 three quarters are nickel; what is sent
    // in one year arrives in the next.
    assert_eq!(of("sent", &["japan", "nickel", "korea"]), [1.125, 3.625 * 3.0 / 8.0, 0.0]);
    assert_eq!(of("arrived", &["japan", "nickel", "korea"]), [0.0, 1.125, 3.625 * 3.0 / 8.0]);
}

/// Shares offered of more than one are scaled down to one.
#[test]
fn offers_beyond_all_there_is() {
    let mut b = System::builder("offers", 2030..=2030);
    b.dimension("region", ["here"]).dimension("place", ["there", "here", "yonder"]);
    b.constant("feed", &["region"], 8.0);
    b.constant("capacity", &["place"], Values::PerElement(vec![1.5, 4.0, 9.0]));
    b.constant("offered", &["region", "place"], Values::PerElement(vec![0.5, 1.0, 1.5]));
    b.shared_facilities(SharedFacilities {
        name: "plants".into(),
        sources: "region".into(),
        facilities: "place".into(),
        feed: var("feed"),
        capacity: var("capacity"),
        offered: var("offered"),
        cap: None,
    });
    b.observe("plants.taken", "1").observe("plants.processed", "kt");
    let system = b.build().expect("correct");
    let outcome =
        Ensemble::new(&Plan::compile(&system).expect("small")).draws(1).run().expect("runs");
    // 1/4 and 3/4 of 8 are offered: 2 and 6. There only 1.5 are taken, and what
    // is sent back, 0.5, is processed here.
    assert_eq!(central(&outcome, "plants.taken", &["here", "there"]), [1.5 / 8.0]);
    assert_eq!(central(&outcome, "plants.taken", &["here", "yonder"]), [6.0 / 8.0]);
    assert_eq!(central(&outcome, "plants.taken", &["here", "here"]), [0.0]);
    assert_eq!(central(&outcome, "plants.processed", &["here"]), [0.5]);
}

/// A number that is not finite is not lost among comparisons.
#[test]
fn what_is_no_number_fails_the_run() {
    for bad in ["feed", "capacity", "offered", "cap", "shortfall", "target", "rate"] {
        let mut b = System::builder("not a number", 2030..=2033);
        b.dimension("region", ["here", "there"]).dimension("place", ["here", "there"]);
        b.constant("feed", &["region"], 2.0).constant("capacity", &["place"], 1.0);
        b.constant("other", &[], 0.5).constant("shortfall", &[], 0.0);
        b.parameter("minus", &[], Distribution::fixed(-1.0).expect("a number"));
        let of = |name: &str, good| if name == bad { var("minus").ln() } else { good };
        b.shared_facilities(SharedFacilities {
            name: "plants".into(),
            sources: "region".into(),
            facilities: "place".into(),
            feed: of("feed", var("feed")) + var("feed"),
            capacity: of("capacity", var("capacity")),
            offered: of("offered", var("other")),
            cap: Some(of("cap", var("other"))),
        });
        b.stockpile(Stockpile {
            name: "reserve".into(),
            shortfall: of("shortfall", var("shortfall")),
            target: of("target", var("other")),
            rate: of("rate", var("other")),
        });
        for name in ["plants.taken", "plants.processed", "plants.backlog", "reserve.stock"] {
            b.observe(name, "1");
        }
        let plan = Plan::compile(&b.build().expect("correct")).expect("small");
        assert!(Ensemble::new(&plan).draws(1).run().is_err(), "{bad}");
    }
}

/// The same bits on every instruction set and any number of threads.
#[test]
fn bits_do_not_depend_on_the_machine() {
    let mut b = System::builder("bits", 2030..=2060);
    b.dimension("region", ["japan", "eu", "korea"]).dimension("metal", ["nickel", "cobalt"]);
    b.dimension("place", ["eu", "china", "korea", "usa", "japan"]);
    let law = |low, high| Distribution::uniform(Range { low, high }).expect("a range");
    b.parameter("level", &["region", "metal"], law(0.1, 2.0)).noise("shock", &["region"]);
    b.parameter("capacity", &["place"], law(0.5, 3.0));
    b.parameter("offered", &["region", "place"], law(0.0, 0.6));
    b.parameter("cap", &["place"], law(0.2, 1.0));
    b.shared_facilities(SharedFacilities {
        name: "plants".into(),
        sources: "region".into(),
        facilities: "place".into(),
        feed: var("level") * (var("shock") * 0.3).exp(),
        capacity: var("capacity"),
        offered: var("offered"),
        cap: Some(var("cap")),
    });
    b.stockpile(Stockpile {
        name: "reserve".into(),
        shortfall: var("shock") * var("level"),
        target: var("cap"),
        rate: var("cap") * 0.3,
    });
    for name in ["plants.processed", "plants.backlog", "plants.taken", "reserve.stock"] {
        b.observe(name, "1");
    }
    let plan = Plan::compile(&b.build().expect("correct")).expect("small");
    let fingerprint = |set, threads| {
        let ensemble = Ensemble::new(&plan).draws(1500).threads(threads).instruction_set(set);
        ensemble.run().expect("runs").fingerprint()
    };
    let baseline = fingerprint(InstructionSet::Baseline, 1);
    for set in InstructionSet::ALL.into_iter().filter(|set| set.is_available()) {
        for threads in [1, 2] {
            assert_eq!(fingerprint(set, threads), baseline, "{} {threads}", set.name());
        }
    }
}
