//! The index: a folder that holds a tantivy index of articles, events included.
//!
//! ```text
//! index/dateline.json    which generation is current, and which corpora it was built from
//! index/g1/              the tantivy index itself, and the user's lexicon in `names.tsv`
//! ```
//!
//! Articles and the files they were read from are documents of one tantivy index, so that a
//! commit takes both or neither: a run that is killed leaves the state of its last commit, and
//! the next run reads exactly the files that this state does not know as read. Stories of several
//! articles are documents too; a run writes them last.

pub mod analyzer;
mod check;
pub mod document;
pub mod fields;
mod gate;
pub mod lifecycle;
mod packed;
mod plan;
mod raw;
mod readable;
mod reannotate;
mod run;
mod snapshot;
mod stop_words;
pub mod store;
pub mod stories;
pub mod update;

pub use check::{Check, Difference, check};
pub use lifecycle::{IndexError, Layout, UserNames, Versions};
pub use update::{Progress, Summary, UpdateOptions, Updater, update};
