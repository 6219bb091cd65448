//! Sentences: where one ends, by the tokens around each mark that may end it.

use super::abbreviations::{self, Abbreviation};
use super::tokens::{Case, Token};
use crate::article::ByteSpan;
use crate::ontology::table::{cell, rows};
use rustc_hash::FxHashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// One sentence: its tokens, and its bytes from the first of them to the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Which of the text's tokens.
    pub tokens: Range<usize>,
    /// Where it stands in the text.
    pub span: ByteSpan,
}

/// A sentence is cut here even without a mark, so that a list or table of thousands of words
/// costs bounded time in what follows. Longer than any sentence of the news corpora at hand.
const LONGEST: usize = 250;

/// The sentences of a text, out of its tokens. A paragraph always ends one.
pub fn sentences(text: &str, tokens: &[Token], out: &mut Vec<Sentence>) {
    out.clear();
    let mut start = 0;
    let mut at = 0;
    while at < tokens.len() {
        let mut end = at + 1;
        let ends = if is_end(text, tokens, at) {
            // Closing quotes and brackets belong to the sentence that they close.
            while end < tokens.len() && closes(text, tokens, end) {
                end += 1;
            }
            true
        } else {
            false
        };
        let paragraph = tokens.get(end).is_none_or(|next| next.opens_paragraph);
        if ends || paragraph || end - start >= LONGEST {
            let span = ByteSpan {
                start: tokens[start].span.start,
                end: tokens[end - 1].span.end,
            };
            out.push(Sentence {
                tokens: start..end,
                span,
            });
            start = end;
        }
        at = end;
    }
}

/// Whether the token at `at` ends a sentence.
fn is_end(text: &str, tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let word = token.text(text);
    let Some(next) = tokens.get(at + 1) else {
        return true;
    };
    if next.opens_paragraph {
        return true;
    }
    // The first token of what would be the next sentence, past closing and opening quotes.
    let mut first = at + 1;
    while first < tokens.len() && is_quote(tokens[first].text(text)) {
        first += 1;
    }
    let Some(opener) = tokens.get(first) else {
        return true;
    };
    if opener.opens_paragraph {
        return true;
    }
    let spaced = next.span.start > token.span.end || first > at + 1;
    let capital = opener.case.is_capitalised();
    match word {
        "!" | "?" | "。" | "！" | "？" | "।" | "؟" => capital || opener.case == Case::None,
        "..." | "…" => capital && spaced,
        _ if word.ends_with('.') => {
            let dotted = word.len() > 1 && word != "..";
            if !spaced || opener.case == Case::Lower {
                return false;
            }
            if !dotted {
                return true;
            }
            match abbreviations::kind(word) {
                Some(Abbreviation::Title | Abbreviation::Number | Abbreviation::Never) => false,
                // "in the U.S. The deal", but "the U.S. Navy", "Jan. 6", "Smith Inc. Chairman".
                Some(Abbreviation::Either | Abbreviation::Date) => {
                    capital && opens_sentences(opener.text(text))
                }
                // An initial, or letters that no table knows.
                None => opens_sentences(opener.text(text)),
            }
        }
        _ => false,
    }
}

/// Whether the token at `at` is a quote or bracket that closes, standing close to what is before.
fn closes(text: &str, tokens: &[Token], at: usize) -> bool {
    let word = tokens[at].text(text);
    let closing = matches!(word, "”" | "’" | "\"" | "'" | "''" | ")" | "]" | "»");
    closing && tokens[at].span.start == tokens[at - 1].span.end && !tokens[at].opens_paragraph
}

fn is_quote(word: &str) -> bool {
    matches!(
        word,
        "”" | "’" | "\"" | "'" | "''" | "``" | "“" | "‘" | ")" | "]" | "(" | "[" | "»" | "«"
    )
}

/// Words that open sentences and never go on with a name, so that "U.S. The" is two sentences
/// and "U.S. Steel" one.
fn opens_sentences(word: &str) -> bool {
    static OPENERS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
        rows(include_str!("../../lexicon/function_words.tsv"))
            .filter(|row| {
                matches!(
                    cell(row, 1),
                    "determiner"
                        | "pronoun"
                        | "preposition"
                        | "conjunction"
                        | "subordinator"
                        | "adverb"
                        | "relative"
                        | "auxiliary"
                )
            })
            .map(|row| cell(&row, 0))
            .collect()
    });
    OPENERS.contains(word.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        let (mut tokens, mut out) = (Vec::new(), Vec::new());
        tokenize(text, &mut tokens);
        sentences(text, &tokens, &mut out);
        out.iter()
            .map(|sentence| &text[sentence.span.range()])
            .collect()
    }

    #[test]
    fn survives_abbreviations() {
        assert_eq!(
            split("He left the U.S. Navy in No. 2 rank. Gen. Diaz stayed.").len(),
            2
        );
        assert_eq!(split("Troops left the U.S. The deal held.").len(), 2);
        assert_eq!(
            split("Mr. J. Smith met Sen. Paul at 9 a.m. on Jan. 6 in Washington, D.C.").len(),
            1
        );
        assert_eq!(
            split("It fell 3.5 percent vs. 2 percent. Prices rose.").len(),
            2
        );
    }

    #[test]
    fn keeps_quotes_with_their_sentence() {
        assert_eq!(
            split("“We will not go.” He sat down. \"Why?\" she asked."),
            ["“We will not go.”", "He sat down.", "\"Why?\" she asked."]
        );
    }

    #[test]
    fn ends_at_paragraphs() {
        assert_eq!(
            split("A headline\n\nThe text goes on"),
            ["A headline", "The text goes on"]
        );
    }

    proptest! {
        #[test]
        fn sentences_cover_every_token_once(text in "[A-Za-z.!?” \n]{0,120}") {
            let (mut tokens, mut out) = (Vec::new(), Vec::new());
            tokenize(&text, &mut tokens);
            sentences(&text, &tokens, &mut out);
            let covered: Vec<usize> = out.iter().flat_map(|s| s.tokens.clone()).collect();
            prop_assert_eq!(covered, (0..tokens.len()).collect::<Vec<_>>());
        }
    }
}
