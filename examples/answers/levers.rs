//! What each instrument does: at its physical limit, at its size, and as its
//! part of the whole.

use super::measure::Measure;
use super::number::{Number, Verdict};
use super::page::{Page, Table};
use super::study::{BUYER, MAIN_YEAR, SELLER, Study};
use super::{anyway, tonnes, words};
use blackmass::Error;
use blackmass::analysis::{Coalitions, Shapley};
use blackmass::lifecycle::{instrument, with_instrument};
use blackmass::scenario::InstrumentTag;
use blackmass::system::{Override, Policy};

/// A policy of the region files that is compared like an instrument.
const SECOND_LIFE: &str = "second_life";

/// An instrument and what it adds to apart, in the order of the measures.
pub struct Lever {
    pub id: String,
    /// At its physical limit; of what has no limit, `None`.
    pub ceiling: Option<Vec<Number>>,
    /// At its size.
    pub own: Vec<Number>,
}

/// What each lever does alone.
pub struct Effects {
    measures: Vec<Measure>,
    /// The means of the measures while apart.
    levels: Vec<f64>,
    pub levers: Vec<Lever>,
}

impl Effects {
    /// Runs every instrument of cooperation on top of apart.
    pub fn of(study: &Study, asked: &[Measure]) -> Result<Self, Error> {
        let mut measures: Vec<Measure> = Vec::new();
        for measure in asked {
            if !measures.contains(measure) {
                measures.push(measure.clone());
            }
        }
        let ids = ids(study);
        let second_life = study.policy(SECOND_LIFE);
        let all = ids.len() + usize::from(second_life.is_some());
        let alone = |overrides| alone(study, overrides, &measures);
        let acting =
            |id: &str, at_ceiling| instrument(&study.scenario, id, at_ceiling).unwrap_or_default();
        let (mut levers, mut levels) = (Vec::new(), Vec::new());
        for id in ids {
            study.progress(&format!("{id} alone"), levers.len(), all);
            let ceiling = Some(alone(acting(&id, true))?.1);
            let own;
            (levels, own) = alone(acting(&id, false))?;
            levers.push(Lever { id, ceiling, own });
        }
        if let Some(policy) = second_life {
            study.progress("second life alone", levers.len(), all);
            let own = alone(policy.overrides.clone())?.1;
            levers.push(Lever { id: SECOND_LIFE.to_owned(), ceiling: None, own });
        }
        Ok(Self { measures, levels, levers })
    }

    /// What can be told of a change of the measure at a position.
    pub fn told(&self, at: usize, change: &Number) -> Verdict {
        change.beside(self.levels[at])
    }

    /// The position of a measure.
    pub fn at(&self, measure: &Measure) -> Option<usize> {
        self.measures.iter().position(|known| known == measure)
    }
}

/// The instruments of cooperation.
fn ids(study: &Study) -> Vec<String> {
    let instruments = study.scenario.world().map_or(&[][..], |w| w.instruments());
    let meant = [InstrumentTag::Memorandum, InstrumentTag::Beyond];
    let of = |tag| instruments.iter().filter(move |i| i.tag() == tag);
    meant.into_iter().flat_map(of).map(|i| i.id().to_owned()).collect()
}

/// Coalitions on top of apart.
fn coalitions<'a>(study: &Study, draws: u32, measures: &[Measure]) -> Coalitions<'a> {
    let coalitions = Coalitions::new().draws(draws).seed(study.seed).threads(study.threads);
    measures.iter().fold(coalitions, |all, measure| measure.want(all))
}

fn on_top(study: &Study, policies: Vec<Policy>) -> Vec<Policy> {
    let Some(apart) = study.policy("apart") else { return policies };
    policies.iter().map(|p| with_instrument(apart, &p.name, &p.overrides)).collect()
}

/// Means of the measures while apart, and what overrides add to them.
fn alone(
    study: &Study,
    overrides: Vec<Override>,
    measures: &[Measure],
) -> Result<(Vec<f64>, Vec<Number>), Error> {
    let game = coalitions(study, study.draws, measures).group("alone", overrides);
    let payoffs = game.run(|policies| study.system(on_top(study, policies), 1.0))?;
    let change = |measure: &Measure| {
        let [without, with] = [measure.payoff(&payoffs, 0)?, measure.payoff(&payoffs, 1)?];
        Ok((Number::of(&without).mean, Number::of_difference(&with, &without)))
    };
    let found: Result<Vec<_>, Error> = measures.iter().map(change).collect();
    Ok(found?.into_iter().unzip())
}

/// What the ranking is by: title, measure, whether less is better.
fn outcomes(study: &Study) -> [(String, Measure, bool); 5] {
    let share = |region: &str, demand: &str| {
        let series = format!("china_share_refine_{demand}");
        Measure::new(&[region], &series, "lithium", MAIN_YEAR, "share")
    };
    let kept = |material: &str| tonnes::kept(study, material, MAIN_YEAR);
    let unmet = Measure::new(&study.pair(), anyway::UNMET, "graphite", MAIN_YEAR, "t/yr");
    let pair = words::pair(study);
    [
        (format!("Lithium kept by {pair}, t/yr"), kept("lithium"), false),
        (format!("Nickel kept by {pair}, t/yr"), kept("nickel"), false),
        (
            "China's share in refining the lithium of batteries placed in the EU, points"
                .to_owned(),
            share(BUYER, "placed"),
            true,
        ),
        (
            "China's share in refining the lithium of Japan's cathode makers, points".to_owned(),
            share(SELLER, "chain"),
            true,
        ),
        (format!("Unmet demand for graphite of anode makers in {pair}, t/yr"), unmet, true),
    ]
}

pub fn asked(study: &Study) -> Vec<Measure> {
    outcomes(study).map(|(_, measure, _)| measure).to_vec()
}

pub fn block(page: &mut Page, study: &Study, effects: &Effects) -> Result<(), Error> {
    page.open("levers", "Which lever does it");
    let last = match study.shapley_draws {
        0 => "Shapley values are left out".to_owned(),
        draws => format!(
            "then its Shapley value, its part of all together, whoever comes first ({draws} draws of \
             every coalition)"
        ),
    };
    page.say(&format!(
        "Each instrument on top of apart, {MAIN_YEAR}: first at its ceiling, the physical limit \
         (nothing refused, everything recovered, no used car exported); then at the size assumed for \
         it, alone; {last}."
    ));
    let shapley = shapley(study)?;
    for (at, (title, measure, is_less_better)) in outcomes(study).iter().enumerate() {
        let shares = shapley.as_ref().map(|all| &all[at]);
        outcome(page, effects, (title, measure, *is_less_better), shares);
    }
    Ok(())
}

/// How the effect of all instruments together is shared among them.
struct Parts {
    players: Vec<Number>,
    all: Number,
}

/// The Shapley values of every outcome, unless they are left out.
fn shapley(study: &Study) -> Result<Option<Vec<Parts>>, Error> {
    if study.shapley_draws == 0 {
        return Ok(None);
    }
    let outcomes = outcomes(study);
    let measures = asked(study);
    let show = |done, all| study.progress("coalitions of levers", done, all);
    show(0, 1);
    let mut game = coalitions(study, study.shapley_draws, &measures).progress(&show);
    let ids = ids(study);
    for id in &ids {
        game = game.group(id, instrument(&study.scenario, id, false).unwrap_or_default());
    }
    let payoffs = game.run(|policies| study.system(on_top(study, policies), 1.0))?;
    let of = |(_, measure, _): &(String, Measure, bool)| {
        let every = 1 << ids.len();
        let values: Result<Vec<_>, Error> =
            (0..every).map(|s| measure.payoff(&payoffs, s)).collect();
        let values = values?;
        let shapley = Shapley::from_values(ids.len(), &values)?;
        let players = shapley.players().iter().map(|player| Number::of(&player.draws)).collect();
        Ok(Parts { players, all: Number::of_difference(&values[every - 1], &values[0]) })
    };
    Ok(Some(outcomes.iter().map(of).collect::<Result<_, Error>>()?))
}

/// The table of one outcome, the lever that helps most first.
fn outcome(
    page: &mut Page,
    effects: &Effects,
    (title, measure, is_less_better): (&str, &Measure, bool),
    shapley: Option<&Parts>,
) {
    let Some(at) = effects.at(measure) else { return };
    let unit = measure.unit;
    let mut rows: Vec<(&str, Vec<Number>)> = Vec::new();
    let mut told: Vec<(&str, [Verdict; 2])> = Vec::new();
    let levers = effects.levers.iter().filter(|lever| lever.ceiling.is_some());
    for (i, lever) in levers.enumerate() {
        let mut numbers: Vec<Number> = Vec::new();
        let found = [
            ("at its ceiling - apart", lever.ceiling.as_ref().map(|all| all[at])),
            ("alone - apart", Some(lever.own[at])),
            ("Shapley value", shapley.and_then(|all| all.players.get(i).copied())),
        ];
        for (how, number) in found {
            if let Some(number) = number {
                page.row(&format!("{} {how}", lever.id), measure, &number);
                numbers.push(number.shown(unit));
            }
        }
        rows.push((&lever.id, numbers));
        if let Some(ceiling) = &lever.ceiling {
            told.push((&lever.id, [&ceiling[at], &lever.own[at]].map(|n| effects.told(at, n))));
        }
    }
    let worth = |numbers: &[Number]| {
        let mean = numbers.last().map_or(0.0, |n| n.mean);
        if is_less_better { -mean } else { mean }
    };
    rows.sort_by(|a, b| worth(&b.1).total_cmp(&worth(&a.1)));
    let headings = ["at its ceiling", "alone, at its size", "Shapley value"];
    let columns = if shapley.is_some() { 3 } else { 2 };
    let mut table = Table::new("", headings[..columns].iter().map(|h| (*h).to_owned()));
    for (id, numbers) in &rows {
        table.changes(id, numbers);
    }
    page.space();
    page.say(&format!("{title}:"));
    if let Some(shapley) = shapley {
        page.row("all instruments - apart", measure, &shapley.all);
        let all = shapley.all.shown(unit);
        table.row("all together", [String::new(), String::new(), all.change()]);
        table.below([String::new(), String::new(), all.change_band()].into_iter());
    }
    page.table(&table);
    page.space();
    page.item(&ranking(&told, is_less_better));
    page.item(&ceilings(&told));
}

/// The levers with a verdict of some kind, at the ceiling (0) or at their size (1).
fn which(all: &[(&str, [Verdict; 2])], at: usize, is_meant: impl Fn(Verdict) -> bool) -> String {
    let meant = all.iter().filter(|(_, found)| is_meant(found[at]));
    words::listed(&meant.map(|(id, _)| (*id).to_owned()).collect::<Vec<_>>())
}

/// Who helps, who harms and who cannot be told, at its size alone.
fn ranking(all: &[(&str, [Verdict; 2])], is_less_better: bool) -> String {
    let good = if is_less_better { -1 } else { 1 };
    let is_trifle = |verdict| verdict == Verdict::Trifle;
    format!(
        "Alone, at their size, help on average: {}; harm: {}; less than a thousandth of what is there \
         anyway: {}; no effect that can be told: {}.",
        which(all, 1, |verdict| verdict.sign() == good),
        which(all, 1, |verdict| verdict.sign() == -good),
        which(all, 1, is_trifle),
        which(all, 1, |verdict| verdict.sign() == 0 && !is_trifle(verdict)),
    )
}

/// What would have no effect even at its physical limit.
fn ceilings(all: &[(&str, [Verdict; 2])]) -> String {
    let none = which(all, 0, |verdict| verdict.sign() == 0);
    format!("Even at the ceiling none that can be told, or a trifle: {none}.")
}
