//! Full-text search for news corpora: who did what to whom, where and when, offline.
//!
//! A corpus folder is read ([`corpus`]), each article annotated ([`annotate`]) and indexed
//! ([`index`]), and the index searched ([`search`], where to go on reading):
//!
//! ```
//! use dateline::index::{Layout, Progress, UpdateOptions, update};
//! use dateline::search::{Index, Request, SearchOptions};
//!
//! # let folder = tempfile::tempdir()?;
//! # let (corpus, path) = (folder.path().join("corpus"), folder.path().join("index"));
//! # std::fs::create_dir(&corpus)?;
//! # std::fs::write(corpus.join("a.txt"), "Talks in Oslo\n\nNorway's foreign minister met the Swedish prime minister.")?;
//! let options = UpdateOptions::new([&corpus]);
//! update(&Layout::new(&path), &options, &Progress::default())?;
//!
//! let index = Index::open(&path)?;
//! let request = Request::new("talks country:NO").to("Sweden");
//! let hits = index.search(&request, &SearchOptions::new().limit(5).facet("action"))?;
//! assert_eq!(hits.total, 1);
//! assert_eq!(hits.hits[0].indexed.article.title, "Talks in Oslo");
//! assert_eq!(hits.facet("action")[0].values, ["CONSULT"]);
//!
//! for found in index.events(&request)? {
//!     let found = found?;
//!     assert!(found.event().sentence.text.contains("met"));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing here prints or keeps state between calls; what is opened can be shared by threads, and
//! errors are enums that know what to do about them.
//!
//! Without the feature `cli` (on by default) the crate leaves out what only the command needs.

pub mod annotate;
pub mod article;
#[cfg(feature = "cli")]
pub mod cli;
pub mod corpus;
pub mod evaluate;
pub mod index;
pub mod ontology;
pub mod search;
pub mod text;

/// The guide for a new format, whose example is compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/new-reader.md")]
struct NewReader;
