//! Scenario files: what they say, checked, with units and sources.
//!
//! A scenario is one TOML file about one region: sales, pack sizes,
//! chemistries, lifetimes, exits, collection, recycling and policies. Every
//! number has a unit, a source and a confidence grade. Reading checks the whole
//! file and reports everything that is wrong at once, each item with line,
//! column, key, what was found, what is allowed and the likely fix.
//!
//! This module knows files, units and words. It does no arithmetic on flows.
//!
//! # Quantities
//! A quantity is addressed by its dotted key below the region. `{material}`
//! stands for each material, `{element}` for each but `other`, `{class}` for
//! each routing class, `{chemistry}` for each chemistry.
//!
//! | key | offered as | base unit | if absent |
//! |---|---|---|---|
//! | `sales` | series | vehicles/yr | error |
//! | `market` (all new cars; bounds the sales) | series | vehicles/yr | error |
//! | `pack_size` | series | kWh/vehicle | error |
//! | `intensity_factor.{element}` | scalar | 1 | error |
//! | `chemistry.{chemistry}.pack_mass` | scalar | kg/kWh | error |
//! | `lifetime.vehicle.*`, `lifetime.battery.*`: `mean`, and `shape` or `sd` | scalar | yr; shape 1 | error |
//! | `replacement.share` | scalar | share | error |
//! | `replacement.age_limit` | scalar | yr | error |
//! | `exit.export`, `exit.unknown` | series | share | error |
//! | `collection.vehicle`, `collection.workshop` | series | share | error |
//! | `preprocessing.capacity`, `refining.capacity` | series | t/yr | error |
//! | `preprocessing.utilisation`, `refining.utilisation` | series | share | error |
//! | `preprocessing.black_mass.{material}` | scalar | share | error |
//! | `preprocessing.fraction.{material}` | scalar | share | fixed 0 |
//! | `refining.yield.{class}.{material}` | scalar | share | fixed 0 |
//!
//! # Examples
//! ```
//! use blackmass::scenario::Scenario;
//! let eu = Scenario::eu();
//! assert_eq!((eu.region(), eu.start(), eu.end()), ("eu", 2010, 2050));
//! let collected = eu.series("collection.vehicle").expect("a required quantity");
//! assert!(collected.is_share() && collected.at(2030) <= 1.0);
//!
//! // Everything that is wrong is said at once.
//! let error = Scenario::from_toml("my.toml", "schema_version = 1\nregio = \"eu\"").unwrap_err();
//! assert!(error.to_string().contains("write `region`"));
//! ```

mod chemistry;
mod grade;
mod lifetime;
mod number;
mod policy;
mod read;
mod scalar;
mod schema;
mod series;
mod shares;
mod unit;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

pub use self::chemistry::Chemistry;
pub use self::grade::Grade;
pub use self::lifetime::{Law, Lifetime};
pub use self::number::{Number, NumberKind};
pub use self::policy::{Lever, Policy};
pub use self::scalar::{Prior, Scalar};
pub use self::series::{Noise, Series};
pub use self::shares::ShareSeries;
use crate::error::{Diagnostic, Error, ErrorKind};

/// The checked content of one scenario file.
///
/// See the [module documentation](self) for the quantities and an example.
#[derive(Clone, Debug)]
pub struct Scenario {
    file: String,
    region: String,
    title: String,
    description: String,
    start: i32,
    end: i32,
    materials: Vec<String>,
    classes: Vec<String>,
    chemistries: Vec<Chemistry>,
    share: ShareSeries,
    scalars: BTreeMap<String, Scalar>,
    series: BTreeMap<String, Series>,
    lifetimes: BTreeMap<String, Lifetime>,
    policies: Vec<Policy>,
    numbers: Vec<Number>,
    sources: BTreeMap<String, String>,
    grades: [f64; 4],
    content_hash: u64,
}

impl Scenario {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the file cannot be read; [`ErrorKind::Scenario`] as
    /// for [`from_bytes`](Self::from_bytes).
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let mut bytes = Vec::new();
        // One byte more than is allowed shows that the file is too large.
        let limit = read::MAX_BYTES as u64 + 1;
        File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(
            |error| {
                let diagnostic = Diagnostic::new("the file cannot be read")
                    .file(&name)
                    .found(error.to_string())
                    .fix("check the path and the permissions");
                Error::new(ErrorKind::Io, diagnostic)
            },
        )?;
        Self::from_bytes(&name, &bytes)
    }

    /// Reads the bytes of a file; `file` is its name in messages.
    ///
    /// # Errors
    /// [`ErrorKind::Scenario`] with up to 50 diagnostics if the bytes are more
    /// than 4 MiB, not UTF-8, not TOML or not a valid scenario. Errors of the
    /// TOML syntax are reported alone, as the rest cannot be judged then.
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Result<Self, Error> {
        read::bytes(file, bytes)
    }

    /// Reads the text of a file; `file` is its name in messages.
    ///
    /// # Errors
    /// As for [`from_bytes`](Self::from_bytes).
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Error> {
        read::text(file, text)
    }

    /// The shipped scenario for Japan.
    #[must_use]
    pub fn japan() -> Self {
        Self::from_toml("scenarios/japan.toml", include_str!("../../scenarios/japan.toml"))
            .expect("the shipped file is valid: a test reads it")
    }

    /// The shipped scenario for the European Union.
    #[must_use]
    pub fn eu() -> Self {
        Self::from_toml("scenarios/eu.toml", include_str!("../../scenarios/eu.toml"))
            .expect("the shipped file is valid: a test reads it")
    }

    /// Name of the region, a lower-case identifier. A canonical name is
    /// `<region>.<key>`, such as `eu.collection.vehicle`.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Title, for readers.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Description, for readers; may be empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Name of the file, as used in messages.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// First year.
    #[must_use]
    pub fn start(&self) -> i32 {
        self.start
    }

    /// Last year, included.
    #[must_use]
    pub fn end(&self) -> i32 {
        self.end
    }

    /// Number of years, from 2 to 400.
    #[must_use]
    pub fn steps(&self) -> usize {
        usize::try_from(self.end - self.start + 1).unwrap_or(0)
    }

    /// Materials in the order of the file; the last is `other`, which closes
    /// the pack mass.
    #[must_use]
    pub fn materials(&self) -> &[String] {
        &self.materials
    }

    /// Routing classes of the chemistries, in the order of the file.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// Chemistries, sorted by name.
    #[must_use]
    pub fn chemistries(&self) -> &[Chemistry] {
        &self.chemistries
    }

    /// Shares of the chemistries in each year.
    #[must_use]
    pub fn chemistry_share(&self) -> &ShareSeries {
        &self.share
    }

    /// The scalar with this key; `None` if no scalar is called so. A quantity
    /// that may be a scalar or a series is a [`series`](Self::series).
    #[must_use]
    pub fn scalar(&self, key: &str) -> Option<&Scalar> {
        self.scalars.get(key)
    }

    /// The series with this key; `None` if no series is called so.
    #[must_use]
    pub fn series(&self, key: &str) -> Option<&Series> {
        self.series.get(key)
    }

    /// The lifetime of `vehicle` or `battery`; `None` for anything else.
    #[must_use]
    pub fn lifetime(&self, key: &str) -> Option<&Lifetime> {
        self.lifetimes.get(key)
    }

    /// Policies: those that extend none first, then by the number of policies
    /// they build on, then by name. May be empty.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// Every number of the file that belongs to a quantity, a spread or a
    /// lever, for a table of data quality. Years and versions are not listed.
    #[must_use]
    pub fn numbers(&self) -> &[Number] {
        &self.numbers
    }

    /// Ids and citations of the sources, sorted by id. Every id is used.
    pub fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().map(|(id, citation)| (id.as_str(), citation.as_str()))
    }

    /// Relative standard deviation of one observation of this grade, as a
    /// fraction.
    #[must_use]
    pub fn grade_sd(&self, grade: Grade) -> f64 {
        self.grades[grade.index()]
    }

    /// A hash of what the file says: 64-bit FNV-1a over all keys and values.
    ///
    /// Tables count in the order of their keys and numbers by their value, so
    /// comments, layout, the order of tables and the way a number is written
    /// (`1`, `1.0`, `1e0`) do not change it. Arrays count in their order. Texts
    /// count, citations included. The file name does not.
    #[must_use]
    pub fn content_hash(&self) -> u64 {
        self.content_hash
    }
}
