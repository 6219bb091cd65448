//! The vocabularies that everything else speaks: countries and regions, CAMEO, PLOVER, sectors.
//!
//! Each is a closed set of typed values, parsed once at the border (a table, a command line, a
//! query) and trusted from there on. The tables are in `lexicon/`; this module knows nothing of
//! articles, annotation or indexes.

pub mod cameo;
pub mod country;
pub mod nearest;
pub mod plover;
pub mod sector;
pub mod table;

pub use cameo::CameoCode;
pub use country::{CountryCode, Place, RegionCode};
pub use plover::{Mode, Plover, Quad};
pub use sector::Sector;

/// A name that no vocabulary holds, with the nearest one that it does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} \"{given}\"")]
pub struct UnknownName {
    /// What kind of name was asked for: `country`, `action` …
    pub what: &'static str,
    /// The name as it was given.
    pub given: String,
    /// The nearest known name, when one is near enough to be worth offering.
    pub nearest: Option<String>,
}

impl UnknownName {
    /// A hint to print under the error, if there is one.
    pub fn hint(&self) -> Option<String> {
        self.nearest
            .as_ref()
            .map(|name| format!("did you mean {name}?"))
    }
}
