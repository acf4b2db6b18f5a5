//! A strict reader of markup: XML without namespaces, enough for the report.

use std::collections::BTreeMap;

/// An element, or a text if it has no name.
#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    pub children: Vec<Element>,
    pub text: String,
}

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    pub fn is(&self, name: &str, class: &str) -> bool {
        let classes = self.get("class").unwrap_or("");
        self.name == name && (class.is_empty() || classes.split(' ').any(|c| c == class))
    }

    /// This and everything below it, in the order of the text.
    pub fn all(&self) -> Vec<&Self> {
        let mut found = vec![self];
        found.extend(self.children.iter().flat_map(Self::all));
        found
    }

    pub fn find(&self, name: &str, class: &str) -> Vec<&Self> {
        self.all().into_iter().filter(|e| e.is(name, class)).collect()
    }

    /// The text of this and everything below it.
    pub fn words(&self) -> String {
        self.all().iter().map(|e| e.text.as_str()).collect()
    }
}

/// Reads a document of one element, after a document type if there is one.
pub fn read(text: &str) -> Result<Element, String> {
    let text = text.strip_prefix("<!DOCTYPE html>").unwrap_or(text);
    let mut open = vec![Element::default()];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let (before, tag) = rest.split_at(start);
        add_text(&mut open, before)?;
        let end = tag.find('>').ok_or("a tag does not end")?;
        let inner = &tag[1..end];
        rest = &tag[end + 1..];
        if let Some(name) = inner.strip_prefix('/') {
            let done = open.pop().ok_or("nothing is open")?;
            if done.name != name {
                return Err(format!("</{name}> ends <{}>", done.name));
            }
            open.last_mut().ok_or("too many ends")?.children.push(done);
            continue;
        }
        let (inner, is_empty) = inner.strip_suffix('/').map_or((inner, false), |i| (i, true));
        let element = tag_of(inner)?;
        if is_empty {
            open.last_mut().ok_or("nothing is open")?.children.push(element);
        } else {
            open.push(element);
        }
    }
    add_text(&mut open, rest)?;
    let mut root = open.pop().ok_or("nothing")?;
    if !open.is_empty() {
        return Err(format!("<{}> does not end", root.name));
    }
    root.children.retain(|c| !c.name.is_empty() || !c.text.trim().is_empty());
    match root.children.len() {
        1 => root.children.pop().ok_or_else(|| "nothing".to_owned()),
        n => Err(format!("{n} elements at the top")),
    }
}

fn add_text(open: &mut [Element], text: &str) -> Result<(), String> {
    if let Some(parent) = open.last_mut()
        && !text.is_empty()
    {
        let text = plain(text)?;
        parent.children.push(Element { text, ..Element::default() });
    }
    Ok(())
}

fn tag_of(inner: &str) -> Result<Element, String> {
    let name_end = inner.find(' ').unwrap_or(inner.len());
    let (name, mut rest) = inner.split_at(name_end);
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
        return Err(format!("<{inner}> has no name"));
    }
    let mut attributes = BTreeMap::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let (key, after) = rest.split_once("=\"").ok_or(format!("<{inner}>: {rest}"))?;
        let (value, after) = after.split_once('"').ok_or(format!("<{inner}>: {rest}"))?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':');
        if !key.chars().all(fits) || (!after.is_empty() && !after.starts_with(' ')) {
            return Err(format!("<{inner}>: {rest}"));
        }
        if attributes.insert(key.to_owned(), plain(value)?).is_some() {
            return Err(format!("<{inner}> has {key} twice"));
        }
        rest = after;
    }
    Ok(Element { name: name.to_owned(), attributes, ..Element::default() })
}

/// The characters that a text stands for.
fn plain(text: &str) -> Result<String, String> {
    if let Some(bad) = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        return Err(format!("the character {:x}", u32::from(bad)));
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (entity, after) = rest[at + 1..].split_once(';').ok_or(format!("& in {text}"))?;
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            other => return Err(format!("&{other};")),
        });
        rest = after;
    }
    Ok(out + rest)
}

#[test]
fn bad_markup_is_refused() {
    for bad in [
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a x=1/>",
        "<a x=\"1\" x=\"2\"/>",
        "<a>&</a>",
        "</a>",
        "<a>&nbsp;</a>",
        "<a>\u{1}</a>",
        "a < b",
        "<a x=\"1\"y=\"2\"/>",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
    let good = read("<!DOCTYPE html>\n<a x=\"&lt;\">b<c/></a>\n").expect("good");
    assert_eq!((good.get("x"), good.words().as_str()), (Some("<"), "b"));
}
