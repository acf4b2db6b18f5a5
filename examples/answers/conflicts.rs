//! Instruments that help one thing and harm another, or act on one thing alone.

use super::availability;
use super::levers::Effects;
use super::measure::Measure;
use super::number::Verdict;
use super::page::{Page, Table};
use super::study::{BUYER, LAW_YEARS, SELLER, Study};
use super::{anyway, tonnes, words};
use blackmass::Error;

/// What is looked at: a kind, of which more is better or not, and its parts.
struct Aspect {
    kind: &'static str,
    is_less_better: bool,
    /// Labels of the table, and measures.
    parts: Vec<(String, Measure)>,
}

/// A material in a narrow column.
fn symbol(material: &str) -> &str {
    match material {
        "lithium" => "Li",
        "nickel" => "Ni",
        "cobalt" => "Co",
        "graphite" => "C",
        other => other,
    }
}

fn aspects(study: &Study) -> [Aspect; 4] {
    let short = |material: &str, year: i32| format!("{} {}", symbol(material), year % 100);
    let minerals = study.minerals();
    let later = LAW_YEARS[1];
    let kept = minerals.iter().flat_map(|material| {
        LAW_YEARS.map(|year| (short(material, year), tonnes::kept(study, material, year)))
    });
    let share = |place: &str, demand: &str, material: &str| {
        let series = format!("china_share_refine_{demand}");
        let measure = Measure::new(&[place], &series, material, later, "share");
        (format!("{} {}", words::place(place), symbol(material)), measure)
    };
    let shares = ["lithium", "graphite"]
        .map(|material| [share(BUYER, "placed", material), share(SELLER, "chain", material)]);
    let unmet = minerals.iter().map(|material| {
        let measure = Measure::new(&study.pair(), anyway::UNMET, material, later, "t/yr");
        (symbol(material).to_owned(), measure)
    });
    let targets = availability::targets(study);
    let contents = targets.iter().map(|target| {
        (short(&target.material, target.year), availability::content(target, "even"))
    });
    [
        Aspect { kind: "metal kept", is_less_better: false, parts: kept.collect() },
        Aspect { kind: "China's share", is_less_better: true, parts: shares.concat() },
        Aspect { kind: "unmet demand", is_less_better: true, parts: unmet.collect() },
        Aspect { kind: "recycled content", is_less_better: false, parts: contents.collect() },
    ]
}

pub fn asked(study: &Study) -> Vec<Measure> {
    let parts = aspects(study).into_iter().flat_map(|aspect| aspect.parts);
    parts.map(|(_, measure)| measure).collect()
}

pub fn block(page: &mut Page, study: &Study, effects: &Effects) -> Result<(), Error> {
    page.open("conflicts", "Where levers pull both ways");
    page.say(&format!(
        "Sign of what each instrument alone, at its size, adds to apart: + more, - less (mean beyond \
         two standard errors), ~ less than a thousandth of what is there anyway, . no effect that can \
         be told, 0 none in any draw. Metal kept by {} in \
         {} and {}; China's share in refining (batteries placed in the EU, chain in Japan) and unmet \
         demand of both chains in {2}; recycled content, booked evenly, of Japanese batteries sold \
         in the EU. Less of a share or of unmet demand is better.",
        words::pair(study),
        LAW_YEARS[0],
        LAW_YEARS[1],
    ));
    let aspects = aspects(study);
    let levers = || effects.levers.iter();
    // A row per number: the instruments are the columns.
    let heads = || levers().map(|lever| lever.id.split_once('_').unwrap_or((&lever.id, "")));
    let mut table = Table::new("", heads().map(|(first, _)| first.to_owned()));
    table.row("", heads().map(|(_, rest)| rest.to_owned()));
    let mut signs: Vec<Vec<Vec<i8>>> = vec![Vec::new(); effects.levers.len()];
    for aspect in &aspects {
        signs.iter_mut().for_each(|of| of.push(Vec::new()));
        for (label, measure) in &aspect.parts {
            let Some(at) = effects.at(measure) else { continue };
            let mut cells = Vec::new();
            for (lever, signs) in levers().zip(&mut signs) {
                let number = lever.own[at];
                page.row(&format!("{} alone - apart", lever.id), measure, &number);
                let told = effects.told(at, &number);
                let sign = told.sign();
                let cell = match told {
                    Verdict::Nothing => "0",
                    Verdict::Untold => ".",
                    Verdict::Trifle => "~",
                    _ if sign > 0 => "+",
                    _ => "-",
                };
                cells.push(cell.to_owned());
                if let Some(of) = signs.last_mut() {
                    of.push(if aspect.is_less_better { -sign } else { sign });
                }
            }
            table.row(&format!("{} {label}", aspect.kind), cells);
        }
    }
    page.table(&table);
    page.space();
    for (lever, signs) in levers().zip(&signs) {
        page.item(&format!("{}: {}.", lever.id, sentence(&aspects, signs)));
    }
    Ok(())
}

/// What a lever does, from its signs by aspect and part: 1 helps, −1 harms.
fn sentence(aspects: &[Aspect; 4], signs: &[Vec<i8>]) -> String {
    let with = |sign: i8| -> Vec<String> {
        let kinds = aspects.iter().zip(signs).filter_map(|(aspect, signs)| {
            let parts = aspect.parts.iter().zip(signs).filter(|(_, s)| **s == sign);
            let labels: Vec<&str> = parts.map(|((label, _), _)| label.as_str()).collect();
            let all = labels.len() == aspect.parts.len();
            let of = if all { "all".to_owned() } else { labels.join(", ") };
            (!labels.is_empty()).then(|| format!("{} ({of})", aspect.kind))
        });
        kinds.collect()
    };
    let (helps, harms) = (with(1), with(-1));
    let touched = |signs: &&Vec<i8>| signs.iter().any(|s| *s != 0);
    let alone = signs.iter().filter(touched).count() == 1;
    match (helps.is_empty(), harms.is_empty()) {
        (true, true) => "no effect on any of these that can be told and is no trifle".to_owned(),
        (false, true) if alone => format!("acts on one thing alone: helps {}", helps[0]),
        (true, false) if alone => format!("acts on one thing alone: harms {}", harms[0]),
        (false, true) => format!("helps {}; harms nothing here", words::listed(&helps)),
        (true, false) => format!("harms {}; helps nothing here", words::listed(&harms)),
        (false, false) => {
            format!("BOTH WAYS: helps {}; harms {}", words::listed(&helps), words::listed(&harms))
        }
    }
}
