//! The prior of a number that holds for all years.

use super::Context;
use super::node::{Node, Table, list};
use super::prior_words::{Centre, WORDS, Word};
use super::quantity::{self, Origin};
use super::report::{Report, tidy};
use crate::error::Diagnostic;
use crate::maths;
use crate::scenario::number::NumberKind;
use crate::scenario::scalar::{Prior, Scalar};
use crate::scenario::schema::{Domain, Entry, join};
use crate::scenario::unit::{Family, Unit};
use crate::uncertainty::{Case, Range};

/// Every key that a prior may have besides its word.
pub(super) const KEYS: [&str; 10] = [
    "low",
    "high",
    "sd",
    "relative_sd",
    "range_90",
    "range_95",
    "shape",
    "values",
    "probabilities",
    "truncate",
];

/// More values of one law than this are refused.
const MAX_VALUES: usize = 10_000;
/// The largest relative standard deviation.
const LARGEST_SPREAD: f64 = 10.0;
/// How far from one probabilities may be in sum.
const ROUNDING: f64 = 1e-6;

/// A scalar whose prior is being read.
pub(super) struct Subject<'a, 't> {
    pub(super) entry: &'a Entry,
    pub(super) table: &'a Table<'t>,
    pub(super) unit: Option<Unit>,
    pub(super) origin: Option<&'a Origin>,
    /// The central value as written and in the base unit.
    pub(super) node: Option<Node<'t>>,
    pub(super) value: Option<f64>,
}

/// Checks that nothing is said of the prior of a quantity that is not varied.
pub(super) fn fixed(cx: &mut Context, table: &Table) -> Option<Prior> {
    let word = table.get("prior").filter(|node| node.found() != "\"fixed\"");
    let Some(node) = word.or_else(|| KEYS.iter().find_map(|key| table.get(key))) else {
        return Some(Prior::Fixed);
    };
    cx.report.add(node.at, &node.key, "this quantity is not varied", |d| {
        d.found(node.found()).allowed("a value alone").fix("remove prior, low and high")
    });
    None
}

/// Reads the prior and its truncation; `None` if something is wrong.
pub(super) fn read(cx: &mut Context, subject: &Subject) -> Option<(Prior, Option<Range>)> {
    let word = match subject.table.get("prior") {
        Some(node) => node.choice(&mut cx.report, &WORDS)?,
        None => Word::Grade,
    };
    let fits = subject.check_keys(cx, word) & subject.check_kind(cx, word);
    let way = subject.way(cx, word);
    let truncate = subject.truncate(cx);
    if !fits {
        return None;
    }
    let prior = subject.prior(cx, word, way?)?;
    let truncate = truncate?;
    subject.check(cx, word, &prior, truncate)?;
    Some((prior, truncate))
}

impl<'t> Subject<'_, 't> {
    fn get(&self, name: &str) -> Option<Node<'t>> {
        self.table.get(name)
    }

    /// Reports keys that say nothing with this word.
    fn check_keys(&self, cx: &mut Context, word: Word) -> bool {
        let mut right = true;
        for key in KEYS.iter().filter(|key| !word.takes(key)) {
            let Some(node) = self.get(key) else { continue };
            // Of low and high, one report is enough.
            if *key == "high" && self.get("low").is_some() {
                continue;
            }
            right = false;
            let bounds = matches!(*key, "low" | "high");
            if bounds && matches!(word, Word::Grade | Word::Fixed) {
                let message = "low and high without a prior that uses them";
                cx.report.add(node.at, &node.key, message, |d| {
                    d.found(node.found())
                        .allowed(
                            "low and high only with prior = \"pert\", \"triangular\", \
                             \"uniform\" or \"log_uniform\"",
                        )
                        .fix("add prior = \"pert\", or remove low and high")
                });
                continue;
            }
            let with: Vec<&str> =
                WORDS.iter().filter(|(_, w)| w.takes(key)).map(|(name, _)| *name).collect();
            cx.report.add(node.at, &node.key, "this key does not fit the prior", |d| {
                d.found(format!("{key} with prior = \"{}\"", word.name()))
                    .allowed(format!("{key} with {}", list(&with)))
                    .fix("remove it, or write the prior that is meant")
            });
        }
        right
    }

    /// Reports laws that the quantity or its central value cannot have.
    fn check_kind(&self, cx: &mut Context, word: Word) -> bool {
        let centre = word.centre();
        if let (Centre::Inside, false, Some(node)) =
            (centre, self.entry.is_share(), self.get("prior"))
        {
            let other = if word == Word::Beta { "gamma" } else { "lognormal" };
            cx.report.add(node.at, &node.key, "a law of shares", |d| {
                d.found(format!("{} for a quantity that is no share", node.found()))
                    .allowed("a law of quantities of 0 or more")
                    .fix(format!("write prior = \"{other}\""))
            });
            return false;
        }
        let (Some(value), Some(node)) = (self.value, &self.node) else { return true };
        let (fits, allowed) = match centre {
            Centre::Any => return true,
            Centre::Positive => (value > 0.0, "a value above 0"),
            Centre::Inside => (value > 0.0 && value < 1.0, "a share above 0 and below 1"),
        };
        if !fits {
            cx.report.add(node.at, &node.key, "this law cannot have this central value", |d| {
                d.found(format!("{} with prior = \"{}\"", node.found(), word.name()))
                    .allowed(allowed)
                    .fix("write prior = \"fixed\", or another law")
            });
        }
        fits
    }

    /// The one way in which the law is said; an empty one for a word without
    /// keys.
    fn way(&self, cx: &mut Context, word: Word) -> Option<&'static [&'static str]> {
        let ways = word.ways();
        let Some(first) = ways.first() else { return Some(&[]) };
        let given: Vec<&&[&str]> =
            ways.iter().filter(|way| way.iter().any(|key| self.get(key).is_some())).collect();
        if let [one, two, ..] = given.as_slice() {
            let node = two.iter().find_map(|key| self.get(key))?;
            cx.report.add(node.at, &node.key, "the spread is given twice", |d| {
                d.found(format!("{} and {}", one.join(", "), two.join(", ")))
                    .allowed(word.keys())
                    .fix("remove one of the two")
            });
            return None;
        }
        let way = given.first().map_or(*first, |way| **way);
        let hint = match word {
            Word::Pert | Word::Triangular | Word::Uniform | Word::LogUniform => {
                "give the smallest and the largest possible value as low and high".to_owned()
            }
            _ => format!("give the law by {}", word.keys()),
        };
        let missing = |key: &&&str| self.get(key).is_none();
        let mut whole = true;
        for key in way.iter().filter(missing) {
            self.table.need(&mut cx.report, key, &hint);
            whole = false;
        }
        whole.then_some(way)
    }

    /// Reads a number of the quantity's unit and notes it.
    fn number(
        &self,
        cx: &mut Context,
        node: &Node,
        domain: Domain,
        kind: NumberKind,
    ) -> Option<f64> {
        let value = quantity::value(cx, node, self.unit, domain)?;
        quantity::note(cx, node, (&self.table.key, None), self.unit, self.origin, kind);
        Some(value)
    }

    /// Reads two numbers `[low, high]`, in order and with the central value
    /// between them; strictly if `inside`.
    fn range(&self, cx: &mut Context, node: &Node, inside: bool) -> Option<Range> {
        let fix = format!("write {} = [low, high]", node.key.rsplit('.').next().unwrap_or(""));
        let items = node.array(&mut cx.report, &fix)?;
        let [low, high] = items.as_slice() else {
            cx.report.add(node.at, &node.key, "not two numbers", |d| {
                d.found(node.found()).allowed("[low, high]").fix(fix)
            });
            return None;
        };
        let low = self.number(cx, low, self.entry.domain, NumberKind::Low);
        let high = self.number(cx, high, self.entry.domain, NumberKind::High);
        let (low, high, value) = (low?, high?, self.value?);
        let ordered = low < high && low <= value && value <= high;
        if ordered && (!inside || (low < value && value < high)) {
            return Some(Range { low, high });
        }
        let central = self.node.as_ref().map_or(String::new(), Node::found);
        cx.report.add(node.at, &node.key, "low, value and high are not in order", |d| {
            d.found(format!("{} with value = {central}", node.found()))
                .allowed(if inside {
                    "low < value < high"
                } else {
                    "low <= value <= high, low < high"
                })
                .fix("correct one of the three")
        });
        None
    }

    /// Reads `truncate`, if it is there.
    fn truncate(&self, cx: &mut Context) -> Option<Option<Range>> {
        match self.get("truncate") {
            None => Some(None),
            Some(node) => self.range(cx, &node, false).map(Some),
        }
    }

    /// Half the range in standard deviations, on the scale of `of`.
    fn by_range(&self, cx: &mut Context, key: &str, of: impl Fn(f64) -> f64) -> Option<f64> {
        let node = self.get(key)?;
        let Range { low, high } = self.range(cx, &node, true)?;
        let spread = of(high) - of(low);
        if !spread.is_finite() {
            cx.report.add(node.at, &node.key, "an end that this law cannot reach", |d| {
                d.found(node.found())
                    .allowed(if self.entry.is_share() {
                        "ends above 0; for a logit-normal law below 1, too"
                    } else {
                        "ends above 0"
                    })
                    .fix("move the end, or write another law")
            });
            return None;
        }
        let tail = if key == "range_90" { 0.95 } else { 0.975 };
        Some(spread / (2.0 * maths::normal_quantile(tail)))
    }

    /// The standard deviation in the base unit: `sd`, or `relative_sd` times
    /// the value.
    fn sd(&self, cx: &mut Context, key: &str) -> Option<f64> {
        if key == "relative_sd" {
            return Some(self.relative(cx)? * self.value?);
        }
        let node = self.get("sd")?;
        self.number(cx, &node, Domain::Positive, NumberKind::Spread)
    }

    /// The standard deviation of a share, which cannot be as wide as that of
    /// nothing or all.
    fn sd_of_share(&self, cx: &mut Context, key: &str) -> Option<f64> {
        let (sd, mean, unit) = (self.sd(cx, key)?, self.value?, self.unit?);
        let most = (mean * (1.0 - mean)).sqrt();
        if sd < most {
            return Some(sd);
        }
        let node = self.get(key)?;
        cx.report.add(node.at, &node.key, "a share cannot vary as much", |d| {
            let (sd, most) = (unit.to_written(sd), unit.to_written(most));
            d.found(format!("a standard deviation of {} {}", tidy(sd), unit.name()))
                .allowed(format!("below {:.3} {}, for this value", most, unit.name()))
                .fix("write a smaller spread")
        });
        None
    }

    fn relative(&self, cx: &mut Context) -> Option<f64> {
        let node = self.get("relative_sd")?;
        let (source, grade) = self.origin.map(|o| (o.source.as_str(), o.grade)).unzip();
        let spread = quantity::spread(cx, &node, LARGEST_SPREAD, source, grade)?;
        if spread <= 0.0 {
            cx.report.add(node.at, &node.key, "value must be positive", |d| {
                d.found(node.found()).allowed("a spread above 0").fix("write prior = \"fixed\"")
            });
            return None;
        }
        Some(spread)
    }

    fn prior(&self, cx: &mut Context, word: Word, way: &[&str]) -> Option<Prior> {
        let key = way.first().copied().unwrap_or_default();
        Some(match word {
            Word::Fixed => Prior::Fixed,
            Word::Grade => Prior::Grade { relative_sd: cx.grades[self.origin?.grade.index()] },
            Word::Pert | Word::Triangular | Word::Uniform | Word::LogUniform => {
                let (low, high) = self.bounds(cx)?;
                match word {
                    Word::Pert => Prior::Pert { low, high },
                    Word::Triangular => Prior::Triangular { low, high },
                    Word::Uniform => Prior::Uniform { low, high },
                    _ => Prior::LogUniform { low, high },
                }
            }
            Word::Normal if key.starts_with("range") => {
                Prior::Normal { sd: self.by_range(cx, key, |x| x)? }
            }
            Word::Normal => Prior::Normal { sd: self.sd(cx, key)? },
            Word::Lognormal if key == "relative_sd" => {
                Prior::Lognormal { sigma: crate::scenario::law::log_sd(self.relative(cx)?) }
            }
            Word::Lognormal => Prior::Lognormal { sigma: self.by_range(cx, key, maths::ln)? },
            Word::LogitNormal => {
                Prior::LogitNormal { sigma: self.by_range(cx, key, maths::logit)? }
            }
            Word::Beta => Prior::Beta { sd: self.sd_of_share(cx, key)? },
            Word::Gamma => Prior::Gamma { sd: self.sd(cx, key)? },
            Word::Weibull => {
                let (node, unit) = (self.get("shape")?, Some(Family::Factor.base()));
                let shape = quantity::value(cx, &node, unit, Domain::Positive)?;
                let place = (self.table.key.as_str(), None);
                quantity::note(cx, &node, place, unit, self.origin, NumberKind::Spread);
                Prior::Weibull { shape }
            }
            Word::Empirical => Prior::Empirical { values: self.values(cx)? },
            Word::Discrete => {
                let (values, probabilities) = (self.values(cx), self.probabilities(cx));
                Prior::Discrete { cases: self.cases(cx, values?, probabilities?)? }
            }
        })
    }

    /// The smallest and the largest value, around the central one.
    fn bounds(&self, cx: &mut Context) -> Option<(f64, f64)> {
        let (low_node, high_node) = (self.get("low")?, self.get("high")?);
        let low = self.number(cx, &low_node, self.entry.domain, NumberKind::Low);
        let high = self.number(cx, &high_node, self.entry.domain, NumberKind::High);
        let (value, low, high) = (self.value?, low?, high?);
        if low <= value && value <= high {
            return Some((low, high));
        }
        let node = if low <= value { &high_node } else { &low_node };
        let central = self.node.as_ref().map_or(String::new(), Node::found);
        cx.report.add(node.at, &node.key, "low, value and high are not in order", |d| {
            let (low, high) = (low_node.found(), high_node.found());
            d.found(format!("low = {low}, value = {central}, high = {high}"))
                .allowed("low <= value <= high")
                .fix("correct one of the three")
        });
        None
    }

    /// The items of a list of at most [`MAX_VALUES`] numbers.
    fn items(&self, cx: &mut Context, key: &str) -> Option<Vec<Node<'t>>> {
        let node = self.get(key)?;
        let items = node.array(&mut cx.report, &format!("write {key} = [0.1, 0.2]"))?;
        if items.is_empty() || items.len() > MAX_VALUES {
            cx.report.add(node.at, &node.key, "list of the wrong length", |d| {
                d.found(format!("{} numbers", items.len()))
                    .allowed(format!("1 to {MAX_VALUES} numbers"))
                    .fix(format!("write {key} = [0.1, 0.2] or the like"))
            });
            return None;
        }
        Some(items)
    }

    /// The values of a discrete or empirical law, around the central one.
    fn values(&self, cx: &mut Context) -> Option<Vec<f64>> {
        let items = self.items(cx, "values")?;
        let mut values = Vec::with_capacity(items.len());
        for item in &items {
            values.extend(self.number(cx, item, self.entry.domain, NumberKind::Possible));
        }
        let central = self.value.filter(|_| values.len() == items.len())?;
        let below = values.iter().any(|x| *x <= central);
        if below && values.iter().any(|x| *x >= central) {
            return Some(values);
        }
        let node = self.node.as_ref()?;
        cx.report.add(node.at, &node.key, "the value is not among the possible ones", |d| {
            d.found(node.found())
                .allowed("from the smallest to the largest of `values`")
                .fix("correct the value or the list")
        });
        None
    }

    fn probabilities(&self, cx: &mut Context) -> Option<Vec<f64>> {
        let (items, unit) = (self.items(cx, "probabilities")?, Some(Family::Share.base()));
        let mut probabilities = Vec::with_capacity(items.len());
        for item in &items {
            let Some(p) = item.number(&mut cx.report) else { continue };
            if !(0.0..=1.0).contains(&p) {
                cx.report.add(item.at, &item.key, "probability outside 0 to 1", |d| {
                    d.found(item.found()).allowed("0 to 1").fix(match p > 1.0 && p <= 100.0 {
                        true => format!("write {}", tidy(p / 100.0)),
                        false => "correct the number".to_owned(),
                    })
                });
                continue;
            }
            let place = (self.table.key.as_str(), None);
            quantity::note(cx, item, place, unit, self.origin, NumberKind::Probability);
            probabilities.push(p);
        }
        (probabilities.len() == items.len()).then_some(probabilities)
    }

    /// Values with their probabilities, which must sum to one.
    fn cases(&self, cx: &mut Context, values: Vec<f64>, mut p: Vec<f64>) -> Option<Vec<Case>> {
        let node = self.get("probabilities")?;
        if p.len() != values.len() {
            cx.report.add(node.at, &node.key, "list of the wrong length", |d| {
                d.found(format!("{} probabilities for {} values", p.len(), values.len()))
                    .allowed("one probability for each value")
                    .fix("correct one of the two lists")
            });
            return None;
        }
        let sum: f64 = p.iter().sum();
        if !(1.0 - ROUNDING..=1.0 + ROUNDING).contains(&sum) {
            cx.report.add(node.at, &node.key, "probabilities do not sum to one", |d| {
                d.found(format!("a sum of {}", tidy(sum))).allowed("1").fix("correct one of them")
            });
            return None;
        }
        p.iter_mut().for_each(|p| *p /= sum);
        let case = |(value, probability)| Case { value, probability };
        Some(values.into_iter().zip(p).map(case).collect())
    }

    /// Checks that the law exists: what single numbers cannot show.
    fn check(
        &self,
        cx: &mut Context,
        word: Word,
        prior: &Prior,
        truncate: Option<Range>,
    ) -> Option<()> {
        let simple = matches!(
            word,
            Word::Grade | Word::Fixed | Word::Pert | Word::Triangular | Word::Uniform
        );
        if simple && truncate.is_none() {
            return Some(());
        }
        let scalar = Scalar {
            key: String::new(),
            unit: self.entry.family.base().name(),
            value: self.value?,
            prior: prior.clone(),
            truncate,
            grade: None,
            source: None,
            is_share: self.entry.is_share(),
        };
        let error = scalar.law().err();
        if let Some(found) = error.as_ref().and_then(|error| error.diagnostics().first()) {
            no_law(&mut cx.report, self.table, found);
        }
        error.is_none().then_some(())
    }
}

/// Reports that a law does not exist, in the words of its constructor.
fn no_law(report: &mut Report, table: &Table, found: &Diagnostic) {
    let key = join(&table.key, "prior");
    let at = table.get("prior").map_or(table.at, |node| node.at);
    report.add(at, &key, found.message(), |_| found.clone().key(key.clone()));
}
