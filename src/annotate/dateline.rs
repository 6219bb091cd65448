//! The dateline at the head of a story: "BOGOTÁ, Nov 11 (Reuters) —".

use super::lexicon::Lexicon;
use super::mentions::Tokenised;
use crate::text::{Case, Sentence, Token};
use std::ops::Range;

/// How many tokens a dateline takes at most.
const LONGEST: usize = 24;

/// How many tokens the dateline at the head of a story takes, its dash included.
fn length(text: &str, tokens: &[Token]) -> Option<usize> {
    let first = tokens.first()?;
    if !first.case.is_capitalised() && first.text(text) != "(" {
        return None;
    }
    let dash = tokens
        .iter()
        .take(LONGEST)
        .take_while(|token| !token.opens_paragraph || token.span.start == first.span.start)
        .position(|token| matches!(token.text(text), "—" | "–" | "--" | "-" | "―"))?;
    let before = &tokens[..dash];
    let spaced = tokens
        .get(dash + 1)
        .is_some_and(|next| next.span.start > tokens[dash].span.end)
        || matches!(tokens[dash].text(text), "—" | "--");
    let plain = before
        .iter()
        .all(|token| token.case != Case::Lower || is_joint(token.text(text)));
    let shouted = before.iter().any(|token| token.case == Case::Upper);
    let agency = before.last().is_some_and(|token| token.text(text) == ")");
    let place = shouted || agency || before.iter().any(|token| token.text(text) == ",");
    (dash > 0 && spaced && place && (plain || agency)).then_some(dash + 1)
}

fn is_joint(word: &str) -> bool {
    matches!(word, "of" | "de" | "del" | "al" | "el" | "la" | "and" | "-")
}

/// Makes the dateline at the head of a text, if it has one, a sentence of its own. Says whether
/// there is one.
pub fn split(text: &str, tokens: &[Token], sentences: &mut Vec<Sentence>) -> bool {
    let (Some(length), Some(first)) = (length(text, tokens), sentences.first_mut()) else {
        return false;
    };
    if first.tokens.end <= length {
        return first.tokens.end == length;
    }
    let rest = length..first.tokens.end;
    let spanning = |range: Range<usize>| Sentence {
        span: super::lexicon::span_of(&tokens[range.clone()]),
        tokens: range,
    };
    let rest = spanning(rest);
    *first = spanning(0..length);
    sentences.insert(1, rest);
    true
}

/// The parts of the dateline of a text, as ranges of its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// The whole, without the dash.
    pub whole: Range<usize>,
    /// Month and day, or weekday.
    pub date: Option<Range<usize>>,
    /// The agency in brackets.
    pub agency: Option<Range<usize>>,
}

/// What the dateline of a text says, where it has one.
pub fn parts(lexicon: &Lexicon, text: &str, part: &Tokenised) -> Option<Parts> {
    let sentence = part.sentences.first().filter(|_| part.has_dateline)?;
    let whole = sentence.tokens.start..sentence.tokens.end - 1;
    let word = |at: usize| part.tokens[at].text(text);
    let open = whole.clone().find(|&at| word(at) == "(");
    let close = whole.clone().rev().find(|&at| word(at) == ")");
    let agency = open
        .zip(close)
        .map(|(open, close)| open + 1..close)
        .filter(|agency| !agency.is_empty());
    let head = whole.start..open.unwrap_or(whole.end);
    let date = head
        .clone()
        .find(|&at| lexicon.is_calendar(part.words[at]))
        .map(|at| {
            let is_day =
                |at: usize| head.contains(&at) && word(at).bytes().all(|b| b.is_ascii_digit());
            let start = if at > head.start && is_day(at - 1) {
                at - 1
            } else {
                at
            };
            let end = if is_day(at + 1) { at + 2 } else { at + 1 };
            start..end
        });
    Some(Parts {
        whole,
        date,
        agency,
    })
}
