//! A hash of what a file says, whatever its layout.

use toml::de::{DeTable, DeValue};

use super::node::{Table, sorted};

/// FNV-1a, 64 bits.
struct Fnv(u64);

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// A tag, a length and the bytes, so that no two contents run together.
    fn text(&mut self, tag: u8, text: &str) {
        self.bytes(&[tag]);
        self.bytes(&(text.len() as u64).to_le_bytes());
        self.bytes(text.as_bytes());
    }

    fn number(&mut self, value: Option<f64>) {
        self.bytes(b"n");
        self.bytes(&(value.unwrap_or(0.0) + 0.0).to_bits().to_le_bytes());
    }

    /// The entries of a table but those in `without`.
    fn entries<'a>(&mut self, table: &'a DeTable<'a>, without: &[&str]) {
        let mut entries = sorted(table);
        entries.retain(|(key, _)| !without.contains(key));
        self.bytes(b"t");
        self.bytes(&(entries.len() as u64).to_le_bytes());
        for (key, value) in entries {
            self.text(b'k', key);
            self.value(value);
        }
    }

    fn value<'a>(&mut self, value: &'a DeValue<'a>) {
        match value {
            DeValue::String(text) => self.text(b's', text),
            DeValue::Integer(integer) if integer.radix() == 10 => {
                self.number(integer.as_str().parse().ok());
            }
            #[allow(clippy::cast_precision_loss)]
            DeValue::Integer(integer) => {
                let value = i64::from_str_radix(integer.as_str(), integer.radix());
                self.number(value.ok().map(|value| value as f64));
            }
            DeValue::Float(float) => self.number(float.as_str().parse().ok()),
            DeValue::Boolean(value) => self.bytes(&[b'b', u8::from(*value)]),
            DeValue::Datetime(date) => self.text(b'd', &date.to_string()),
            DeValue::Array(items) => {
                self.bytes(b"a");
                self.bytes(&(items.len() as u64).to_le_bytes());
                for item in items.iter() {
                    self.value(item.get_ref());
                }
            }
            DeValue::Table(table) => self.entries(table, &[]),
        }
    }
}

/// The hash of everything below `root` and of the parts it is made of. The
/// names of included files do not count.
pub(super) fn content(root: &Table, parts: &[u64]) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.entries(root.entries(), &["include"]);
    for part in parts {
        hash.bytes(b"p");
        hash.bytes(&part.to_le_bytes());
    }
    hash.0
}
