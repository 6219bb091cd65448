//! Snippets: the sentences of a text that best show why it matched, with the words marked.

use crate::article::ByteSpan;
use crate::index::analyzer::{self, Vocabulary};
use crate::text::{sentences, tokenize};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

/// A passage of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The field that it is from: `title` or `text`.
    pub field: &'static str,
    /// Where it starts, in bytes of the field.
    pub start: usize,
    /// Its words.
    pub text: String,
    /// What matched: pairs of start and end, in bytes of the field.
    pub marks: Vec<(usize, usize)>,
}

/// A passage goes on with the next sentence while it is shorter than this, in bytes.
const SHORT: usize = 160;
/// A passage is cut at a word when it is longer than this, in bytes.
const LONG: usize = 400;

/// Where in a text of a language the words of a query stand, in any form, none overlapping
/// another. `words` are those of [`Compiled`](super::compile::Compiled).
pub fn marks(text: &str, language: Option<&str>, words: &[String]) -> Vec<(ByteSpan, usize)> {
    if words.is_empty() {
        return Vec::new();
    }
    let wanted: FxHashMap<&str, usize> = words
        .iter()
        .enumerate()
        .map(|(at, word)| (word.as_str(), at))
        .collect();
    let mut marks = Vec::new();
    analyzer::prose(Vocabulary::of(language))
        .token_stream(text)
        .process(&mut |token| {
            if let Some(&word) = wanted.get(token.text.as_str())
                && !analyzer::is_unspaced_term(&token.text)
            {
                marks.push((ByteSpan::new(token.offset_from, token.offset_to), word));
            }
        });
    // A word that is cut into pairs is found wherever it stands.
    for (at, word) in words.iter().enumerate() {
        if analyzer::is_unspaced_term(word) {
            let places = text.match_indices(word.as_str());
            marks.extend(places.map(|(start, _)| (ByteSpan::new(start, start + word.len()), at)));
        }
    }
    marks.sort_by_key(|&(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    marks.retain(|(span, _)| {
        let follows = span.start >= end;
        end = end.max(span.end);
        follows
    });
    marks
}

/// The best passage of a text for these words, or for `evidence`, a sentence that matched in
/// another way; the beginning where there is neither.
pub fn best(
    text: &str,
    language: Option<&str>,
    words: &[String],
    evidence: Option<ByteSpan>,
) -> Option<Snippet> {
    let (mut tokens, mut all) = (Vec::new(), Vec::new());
    tokenize(text, &mut tokens);
    sentences(text, &tokens, &mut all);
    let marks = marks(text, language, words);
    let first = match (&marks[..], evidence) {
        ([], None) => 0,
        ([], Some(span)) => all
            .iter()
            .position(|sentence| sentence.span.overlaps(span))
            .unwrap_or(0),
        _ => {
            // Different words count before repeated ones, and the earlier of equals wins.
            let score = |span: ByteSpan| {
                let within: Vec<usize> = marks
                    .iter()
                    .filter(|(mark, _)| span.contains(*mark))
                    .map(|&(_, word)| word)
                    .collect();
                let different: FxHashSet<usize> = within.iter().copied().collect();
                different.len() * 4 + within.len().min(3)
            };
            let best = (0..all.len()).rev().max_by_key(|&at| score(all[at].span));
            best.unwrap_or(0)
        }
    };
    let start = all.get(first)?.span.start as usize;
    let mut last = first;
    while last + 1 < all.len()
        && (all[last].span.end as usize - start) < SHORT
        && (all[last + 1].span.end as usize - start) <= LONG
        && !tokens[all[last + 1].tokens.start].opens_paragraph
    {
        last += 1;
    }
    let mut end = all[last].span.end as usize;
    if end - start > LONG {
        let cut = (start..=start + LONG)
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(end);
        end = text[start..cut]
            .rfind(' ')
            .map_or(cut, |space| start + space);
    }
    let marks = marks
        .iter()
        .map(|(mark, _)| (mark.start as usize, mark.end as usize))
        .filter(|&(from, to)| from >= start && to <= end)
        .collect();
    Some(Snippet {
        field: "text",
        start,
        text: text[start..end].to_owned(),
        marks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_sentence_with_most_of_the_words() {
        let text = "Rain fell on Oslo. The ministry imposed new tariffs on steel. Tariffs rose.";
        let words = ["tariff".to_owned(), "steel".to_owned()];
        let snippet = best(text, None, &words, None).unwrap();
        assert!(snippet.text.starts_with("The ministry"), "{snippet:?}");
        for &(start, end) in &snippet.marks {
            assert!(["tariffs", "steel", "Tariffs"].contains(&&text[start..end]));
        }
    }

    #[test]
    fn survives_empty_and_endless_texts() {
        assert_eq!(best("", None, &[], None), None);
        let endless = "é".repeat(2000);
        assert!(best(&endless, None, &[], None).unwrap().text.len() <= LONG);
    }
}
