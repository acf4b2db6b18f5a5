//! Who keeps the metal: a tonne that moves is not a tonne gained.

use super::measure::Measure;
use super::number::{Number, minus, signed};
use super::page::{Page, Table};
use super::study::{MAIN_YEAR, Run, Study};
use super::{tonnes, words};
use blackmass::Error;

fn kept(places: &[&str], material: &str) -> Measure {
    Measure::new(places, "retained", material, MAIN_YEAR, "t/yr")
}

/// Where metal is that nobody keeps.
fn gone(study: &Study, material: &str) -> [(&'static str, Measure); 3] {
    let lost = Measure::new(&["world"], "lost", material, MAIN_YEAR, "t/yr");
    let exported = Measure::new(&study.pair(), "exported", material, MAIN_YEAR, "t/yr");
    let waiting = Measure::new(&study.pair(), "backlog", material, MAIN_YEAR, "t");
    [
        ("lost on the way", lost),
        ("left in used vehicles", exported),
        ("waiting (a stock, t)", waiting),
    ]
}

pub fn asked(study: &Study) -> Vec<Measure> {
    let of = |material| {
        let places = study.places().into_iter().map(move |place| kept(&[place], material));
        places.chain(gone(study, material).map(|(_, measure)| measure))
    };
    study.minerals().into_iter().flat_map(of).collect()
}

pub fn block(page: &mut Page, study: &Study, main: &Run) -> Result<(), Error> {
    page.open("keepers", "Who keeps it");
    page.say(&format!(
        "Cooperation less apart in {MAIN_YEAR}, t/yr. A tonne that moves from one place to another \
         is not itself a gain: all places together show what nobody recovers without cooperation."
    ));
    let minerals = study.minerals();
    let places = study.places();
    let mut table = Table::new("", minerals.iter().map(|m| (*m).to_owned()));
    let change = |of: &Measure| -> Result<Vec<f64>, Error> {
        Ok(minus(&of.draws(main, "cooperation")?, &of.draws(main, "apart")?))
    };
    let is_paired = |place: &str| study.pair().contains(&place);
    let mut rows: Vec<(String, Vec<&str>)> = Vec::new();
    rows.extend(study.pair().map(|place| (words::place(place), vec![place])));
    rows.push(("the pair".to_owned(), study.pair().to_vec()));
    let partners = places.iter().filter(|place| !is_paired(place));
    rows.extend(partners.map(|place| (words::place(place), vec![*place])));
    rows.push(("all places".to_owned(), places.clone()));
    for (title, places) in rows {
        let mut numbers = Vec::new();
        for material in &minerals {
            let of = kept(&places, material);
            let number = Number::of(&change(&of)?);
            page.row("cooperation - apart", &of, &number);
            numbers.push(number);
        }
        table.changes(&title, &numbers);
    }
    for at in 0..3 {
        let (mut title, mut numbers) = ("", Vec::new());
        for material in &minerals {
            let (name, of) = gone(study, material)[at].clone();
            let number = Number::of(&change(&of)?);
            page.row("cooperation - apart", &of, &number);
            (title, numbers) = (name, [numbers, vec![number]].concat());
        }
        table.changes(title, &numbers);
    }
    page.table(&table);
    page.space();
    for material in minerals {
        let pair = change(&tonnes::kept(study, material, MAIN_YEAR))?;
        let all = change(&kept(&places, material))?;
        let [gain, new] = [&pair, &all].map(|draws| Number::of(draws));
        let moved = Number::of_difference(&pair, &all);
        let [more, by] = [moved.mean, -moved.mean].map(signed);
        let rest = match moved.verdict().sign() {
            1 => format!("{more} of the pair's is what others had before"),
            -1 => format!("others gain {by}"),
            _ => format!("{more} moved between places, which cannot be told from none"),
        };
        page.item(&format!(
            "{material}: the pair {} t/yr; all places together {}; {rest}.",
            signed(gain.mean),
            signed(new.mean),
        ));
    }
    earlier(page, study, &change)
}

/// Says where less waits: what was gained by then came earlier.
fn earlier(
    page: &mut Page,
    study: &Study,
    change: &dyn Fn(&Measure) -> Result<Vec<f64>, Error>,
) -> Result<(), Error> {
    let mut less = Vec::new();
    for material in study.minerals() {
        let waiting = Number::of(&change(&gone(study, material)[2].1)?);
        if waiting.verdict().sign() < 0 {
            less.push(format!("{material} {} t", signed(waiting.mean)));
        }
    }
    if !less.is_empty() {
        page.item(&format!(
            "Less waits at the end of {MAIN_YEAR}: {}. So much of what was gained until then was \
             recovered, or lost, earlier and is not added.",
            words::listed(&less)
        ));
    }
    Ok(())
}
