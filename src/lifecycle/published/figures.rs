//! Reads `figures.toml`, which is part of the crate.

use super::{Elements, Figure, Ours, Part, Use};
use std::sync::LazyLock;
use toml::de::{DeTable, DeValue};

const TEXT: &str = include_str!("figures.toml");

static FIGURES: LazyLock<Vec<Figure>> =
    LazyLock::new(|| read(TEXT).unwrap_or_else(|e| panic!("figures.toml: {e}: a test reads it")));

/// The figures that the shipped scenarios for `japan` and `eu` are compared with
/// in [`validation`](crate::validation).
#[must_use]
pub fn figures() -> &'static [Figure] {
    &FIGURES
}

type Read<T> = Result<T, String>;

fn read(text: &str) -> Read<Vec<Figure>> {
    let root = DeTable::parse(text).map_err(|e| e.to_string())?;
    let root = root.get_ref();
    let texts = of(root, "texts").and_then(DeValue::as_table).ok_or("no texts")?;
    tables(root, "figure")?.into_iter().map(|table| figure(table, texts)).collect()
}

fn figure(table: &DeTable, texts: &DeTable) -> Read<Figure> {
    let what = string(table, "what")?;
    let known = [
        "region", "what", "unit", "scale", "sum", "over", "rest", "theirs", "printed", "source",
        "used", "telling", "why",
    ];
    known_only(table, &known)?;
    let long = |key: &str| {
        let text = string(table, key)?;
        match text.strip_prefix('@') {
            Some(name) => string(texts, name),
            None => Ok(text),
        }
    };
    let word = string(table, "used")?;
    let used = Use::ALL.into_iter().find(|u| u.word() == word);
    let theirs = of(table, "theirs").ok_or("no theirs")?;
    Ok(Figure {
        region: string(table, "region")?,
        unit: string(table, "unit")?,
        scale: number(of(table, "scale").ok_or("no scale")?)?,
        ours: Ours {
            sum: parts(table, "sum")?,
            over: if of(table, "over").is_some() { parts(table, "over")? } else { Vec::new() },
            rest: flag(table, "rest")?,
        },
        theirs: pair(theirs)?,
        printed: string(table, "printed")?,
        source: long("source")?,
        used: used.ok_or_else(|| format!("{what}: used = {word}"))?,
        why: long("why")?,
        telling: flag(table, "telling")?,
        what,
    })
}

fn parts(table: &DeTable, key: &str) -> Read<Vec<Part>> {
    let one = |part: &DeTable| {
        known_only(part, &["series", "elements", "but", "year", "years"])?;
        let elements = match (of(part, "elements"), of(part, "but")) {
            (None, None) => Elements::All,
            (Some(some), None) => Elements::These(labels(some)?),
            (None, Some(some)) => Elements::But(labels(some)?),
            _ => return Err("elements and but".to_owned()),
        };
        let years = of(part, "year").or(of(part, "years")).ok_or("no year")?;
        let (first, last) = pair(years)?;
        Ok(Part { series: string(part, "series")?, elements, years: first as i32..=last as i32 })
    };
    tables(table, key)?.into_iter().map(one).collect()
}

fn known_only(table: &DeTable, known: &[&str]) -> Read<()> {
    let unknown = table.keys().find(|key| !known.contains(&key.get_ref().as_ref()));
    unknown.map_or(Ok(()), |key| Err(format!("{} is no key", key.get_ref())))
}

fn of<'a>(table: &'a DeTable<'a>, key: &str) -> Option<&'a DeValue<'a>> {
    table.get(key).map(|value| value.get_ref())
}

fn string(table: &DeTable, key: &str) -> Read<String> {
    let text = of(table, key).and_then(DeValue::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| format!("no {key}"))
}

fn flag(table: &DeTable, key: &str) -> Read<bool> {
    of(table, key).map_or(Ok(false), |value| value.as_bool().ok_or_else(|| key.to_owned()))
}

fn number(value: &DeValue) -> Read<f64> {
    let text = match value {
        DeValue::Integer(x) => x.as_str(),
        DeValue::Float(x) => x.as_str(),
        _ => return Err("no number".to_owned()),
    };
    text.parse().map_err(|_| format!("{text} is no number"))
}

/// A number twice, or two.
fn pair(value: &DeValue) -> Read<(f64, f64)> {
    match value.as_array() {
        None => number(value).map(|x| (x, x)),
        Some(items) => match &items[..] {
            [low, high] => Ok((number(low.get_ref())?, number(high.get_ref())?)),
            _ => Err("not two numbers".to_owned()),
        },
    }
}

fn tables<'a>(table: &'a DeTable<'a>, key: &str) -> Read<Vec<&'a DeTable<'a>>> {
    let items = of(table, key).and_then(DeValue::as_array).ok_or_else(|| format!("no {key}"))?;
    let one =
        |item: &'a toml::Spanned<DeValue<'a>>| item.get_ref().as_table().ok_or(key.to_owned());
    items.iter().map(one).collect()
}

fn labels(value: &DeValue) -> Read<Vec<Vec<String>>> {
    let label = |value: &toml::Spanned<DeValue>| value.get_ref().as_str().map(str::to_owned);
    let one = |value: &toml::Spanned<DeValue>| {
        value.get_ref().as_array()?.iter().map(label).collect::<Option<Vec<String>>>()
    };
    let all = value.as_array().and_then(|all| all.iter().map(one).collect());
    all.ok_or_else(|| "no lists of labels".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_figures_are_read_whole() {
        assert_eq!(figures().len(), 29);
        for f in figures() {
            assert!(["japan", "eu"].contains(&f.region.as_str()), "{}", f.what);
            assert!(f.why.len() > 20 && f.theirs.0 <= f.theirs.1 && f.scale > 0.0, "{}", f.what);
            assert!(!f.why.contains(['\n', '@']) && !f.why.contains("  "), "{}", f.what);
        }
        assert_eq!(TEXT.matches("[[figure]]").count(), figures().len());
    }

    #[test]
    fn a_wrong_table_is_not_read() {
        for (from, to) in [
            ("used = \"input\"", "used = \"guessed\""),
            ("rest = true", "rset = true"),
            ("source = \"@te\"", "source = \"@et\""),
            ("year = 2050", "year = \"2050\""),
            ("region = \"eu\"\n", ""),
        ] {
            assert!(TEXT.contains(from), "{from}");
            assert!(read(&TEXT.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
