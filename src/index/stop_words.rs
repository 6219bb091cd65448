//! Words that are in nearly every text of a language and so tell nothing of what it is about. They
//! are indexed like any other and a query that names one asks for it; they only count for nothing
//! when articles are ranked.

use super::analyzer::Vocabulary;
use crate::ontology::table::{cell, rows};
use rustc_hash::FxHashSet;
use std::sync::LazyLock;
use tantivy::tokenizer::{Language, RawTokenizer, StopWordFilter, TextAnalyzer};

/// The classes of function words that are of no subject, in any text.
const CLASSES: [&str; 9] = [
    "determiner",
    "pronoun",
    "preposition",
    "conjunction",
    "subordinator",
    "auxiliary",
    "modal",
    "negation",
    "relative",
];

static ENGLISH: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    rows(include_str!("../../lexicon/function_words.tsv"))
        .filter(|row| CLASSES.contains(&cell(row, 1)))
        .map(|row| cell(&row, 0))
        .collect()
});

/// Those that are names where they stand in capitals.
const ACRONYMS: [&str; 3] = ["IT", "US", "WHO"];

/// The lists of other languages, which come with tantivy.
static OTHERS: LazyLock<Vec<(&'static str, StopWordFilter)>> = LazyLock::new(|| {
    let languages = [
        ("da", Language::Danish),
        ("de", Language::German),
        ("es", Language::Spanish),
        ("fi", Language::Finnish),
        ("fr", Language::French),
        ("hu", Language::Hungarian),
        ("it", Language::Italian),
        ("nl", Language::Dutch),
        ("no", Language::Norwegian),
        ("pt", Language::Portuguese),
        ("ru", Language::Russian),
        ("sv", Language::Swedish),
    ];
    let filters = languages.into_iter();
    filters
        .filter_map(|(code, language)| Some((code, StopWordFilter::new(language)?)))
        .collect()
});

impl Vocabulary {
    /// Whether a word is in nearly every text of the language; of languages whose words are not
    /// known, none is.
    pub fn is_stop_word(&self, word: &str) -> bool {
        let lower = word.to_lowercase();
        let code = self.first_language();
        if code == "en" {
            return ENGLISH.contains(lower.as_str()) && !ACRONYMS.contains(&word);
        }
        let filter = OTHERS.iter().find(|(known, _)| *known == code);
        filter.is_some_and(|(_, filter)| {
            let mut kept = TextAnalyzer::builder(RawTokenizer::default())
                .filter(filter.clone())
                .build();
            !kept.token_stream(&lower).advance()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_them_by_language() {
        let is_one = |code, word| Vocabulary::of(Some(code)).is_stop_word(word);
        for (code, word) in [("en", "The"), ("en", "have"), ("de", "und"), ("fr", "des")] {
            assert!(is_one(code, word), "{code} {word}");
        }
        for (code, word) in [("en", "tariffs"), ("en", "US"), ("de", "the"), ("sw", "na")] {
            assert!(!is_one(code, word), "{code} {word}");
        }
    }
}
