//! Abbreviations, and whether a sentence may end at their period.

use crate::ontology::table::{cell, rows};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What an abbreviation's period says about the end of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Abbreviation {
    /// Before a name: never an end ("Gen.").
    Title,
    /// Only an abbreviation before a number ("No.").
    Number,
    /// A month or a state: an end only where a sentence plainly starts after it.
    Date,
    /// May end a sentence ("U.S.", "Inc.").
    Either,
    /// Never an end ("e.g.").
    Never,
}

/// By the word without its last period. Case counts: "Sen." is a title, "sen." is not.
static TABLE: LazyLock<FxHashMap<&'static str, Abbreviation>> = LazyLock::new(|| {
    rows(include_str!("../../lexicon/abbreviations.tsv"))
        .map(|row| {
            let kind = match cell(&row, 1) {
                "title" => Abbreviation::Title,
                "number" => Abbreviation::Number,
                "month" | "state" => Abbreviation::Date,
                "never" => Abbreviation::Never,
                _ => Abbreviation::Either,
            };
            (cell(&row, 0).trim_end_matches('.'), kind)
        })
        .collect()
});

/// What kind of abbreviation `word`, without its last period, is; `None` when it is none.
pub fn kind(word: &str) -> Option<Abbreviation> {
    TABLE.get(word.trim_end_matches('.')).copied()
}
