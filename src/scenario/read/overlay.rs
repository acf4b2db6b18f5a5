//! A pathway: one file laid over another.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::scenario::schema::{SHARED, is_shared, is_whole, join};

/// Lays `top` over `base`. What is whole, a quantity first of all, is replaced
/// whole; groups are merged.
pub(super) fn overlay<'a>(base: &mut DeTable<'a>, top: DeTable<'a>) {
    merge(base, top, "", &DeTable::new());
}

/// `shared` is what the groups of the top file above `key` give for all below.
fn merge<'a>(base: &mut DeTable<'a>, mut top: DeTable<'a>, key: &str, shared: &DeTable<'a>) {
    // It holds for the quantities of the top file only, so it goes to them.
    let mut shared = shared.clone();
    if is_shared(key) {
        for name in SHARED {
            if let Some((name, value)) = top.remove_entry(name) {
                shared.insert(name, value);
            }
        }
    }
    for (name, value) in top {
        let own = join(key, name.get_ref());
        let span = value.span();
        let value = match value.into_inner() {
            DeValue::Table(mut table) if is_whole(&own) => {
                for (name, value) in &shared {
                    if !table.contains_key(name) && takes(&table, name.get_ref()) {
                        table.insert(name.clone(), value.clone());
                    }
                }
                DeValue::Table(table)
            }
            DeValue::Table(table) if !has_law(&own, &table) => {
                if let Some(DeValue::Table(group)) =
                    base.get_mut(&**name.get_ref()).map(Spanned::get_mut)
                {
                    merge(group, table, &own, &shared);
                    continue;
                }
                let mut group = DeTable::new();
                merge(&mut group, table, &own, &shared);
                DeValue::Table(group)
            }
            other => other,
        };
        base.remove(&**name.get_ref());
        base.insert(name, Spanned::new(span, value));
    }
}

/// Whether a quantity may have this key of its group: source and grade of a
/// series stand with its data.
fn takes(quantity: &DeTable, name: &str) -> bool {
    name == "unit" || !quantity.contains_key("data")
}

/// A lifetime that gives its law is replaced whole: another law has other
/// parameters.
fn has_law(key: &str, table: &DeTable) -> bool {
    let mut parts = key.rsplit('.');
    parts.next().is_some() && parts.next() == Some("lifetime") && table.contains_key("law")
}
