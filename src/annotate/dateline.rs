//! The dateline at the head of a story: "BOGOTÁ, Nov 11 (Reuters) —".

use super::annotations::{Dateline, EntityType};
use super::events::dates::day;
use super::lexicon::{Lexicon, span_of};
use super::mentions::{Mention, Tokenised};
use crate::text::{Case, Sentence, Token};
use jiff::civil::Date;
use std::ops::Range;

/// How many tokens a dateline takes at most.
const LONGEST: usize = 24;

/// How many tokens stand before a colon at most where it takes the place of the dash.
const LONGEST_TO_COLON: usize = 6;

/// How many tokens the dateline at the head of a story takes, its dash included. Some papers write a
/// colon, "KARACHI: ", which counts where there is no dash: "UPDATE 1: KARACHI, Nov 11 (Reuters) —".
fn length(text: &str, tokens: &[Token]) -> Option<usize> {
    let is_dash = |_, word: &str| matches!(word, "—" | "–" | "--" | "-" | "―");
    let shouts = tokens
        .first()
        .is_some_and(|first| first.case == Case::Upper);
    let is_colon = |at, word: &str| word == ":" && shouts && at <= LONGEST_TO_COLON;
    length_to(text, tokens, is_dash).or_else(|| length_to(text, tokens, is_colon))
}

/// The same, of a dateline that ends with the first token that is such an end, by its place and word.
fn length_to(text: &str, tokens: &[Token], is_end: impl Fn(usize, &str) -> bool) -> Option<usize> {
    let first = tokens.first()?;
    if !first.case.is_capitalised() && first.text(text) != "(" {
        return None;
    }
    let (dash, _) = tokens
        .iter()
        .take(LONGEST)
        .take_while(|token| !token.opens_paragraph || token.span.start == first.span.start)
        .enumerate()
        .find(|(at, token)| is_end(*at, token.text(text)))?;
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
        span: span_of(&tokens[range.clone()]),
        tokens: range,
    };
    let rest = spanning(rest);
    *first = spanning(0..length);
    sentences.insert(1, rest);
    true
}

/// The tokens of a text's dateline that name its place, where it has one: up to a comma, a bracket
/// or the day.
pub fn place(lexicon: &Lexicon, text: &str, part: &Tokenised) -> Option<Range<usize>> {
    let whole = whole(part)?;
    let ends = |at: &usize| {
        let word = part.tokens[*at].text(text);
        matches!(word, "," | "(" | "/") || lexicon.is_calendar(part.words[*at])
    };
    // "CRICKET - ENGLAND WIN" is a headline.
    let end = whole.clone().find(ends)?;
    (end > whole.start).then_some(whole.start..end)
}

/// What the dateline of a text says, where it has one. `mentions` are those of the text.
pub fn read(
    text: &str,
    part: &Tokenised,
    mentions: &[Mention],
    published: Option<Date>,
) -> Option<Dateline> {
    let whole = whole(part)?;
    let words: Vec<&str> = part.tokens[whole.clone()]
        .iter()
        .map(|token| token.text(text))
        .collect();
    let said = |tokens: Range<usize>| {
        let span = span_of(&part.tokens[tokens]);
        text[span.range()].to_owned()
    };
    let bracket = |wanted: &str| words.iter().position(|word| *word == wanted);
    let agency = bracket("(")
        .zip(bracket(")"))
        .map(|(open, close)| whole.start + open + 1..whole.start + close)
        .filter(|agency| !agency.is_empty());
    let place = mentions
        .iter()
        .take_while(|mention| mention.tokens.start < whole.end)
        .find(|mention| mention.kind == EntityType::Place);
    Some(Dateline {
        span: span_of(&part.tokens[whole.clone()]),
        place: place.map(|place| said(place.tokens.clone())),
        country: place.and_then(|place| place.country),
        on: day(&words, published),
        agency: agency.map(said),
    })
}

/// The tokens of a text's dateline, its dash left out.
fn whole(part: &Tokenised) -> Option<Range<usize>> {
    let sentence = part.sentences.first().filter(|_| part.has_dateline)?;
    let end = sentence.tokens.end - 1;
    (end > sentence.tokens.start).then_some(sentence.tokens.start..end)
}

#[cfg(test)]
mod tests {
    use crate::annotate::{Annotator, Scratch};
    use crate::article::Article;

    #[test]
    fn a_dateline_says_where_when_and_by_whom() {
        let annotator = Annotator::bundled().expect("sound tables");
        let read = |text: &str| {
            let article = Article {
                text: format!("{text} The harvest was poor, farmers said."),
                date: Some(jiff::civil::date(2025, 11, 12)),
                ..Article::default()
            };
            let found = annotator.annotate(&article, &mut Scratch::default());
            assert!(found.events.is_empty());
            found.dateline.map(|line| {
                let country = line.country.map(|country| country.to_string());
                let day = line.on.map(|day| day.to_string());
                [line.place, country, day, line.agency]
                    .map(Option::unwrap_or_default)
                    .join("|")
            })
        };
        for (text, expected) in [
            ("BOGOTÁ, Nov 11 (Reuters) —", "BOGOTÁ|CO|2025-11-11|Reuters"),
            ("PARIS, Texas (AP) —", "PARIS|US||AP"),
            ("VALDOSTA, Ga. -", "VALDOSTA|US||"),
            ("KARACHI:", "KARACHI|PK||"),
            (
                "UPDATE 1: KARACHI, Nov 11 (Reuters) —",
                "KARACHI|PK|2025-11-11|Reuters",
            ),
            ("PORT SUDAN, Sudan:", "PORT SUDAN|SD||"),
            ("New Delhi, Sept. 3 (PTI) -", "New Delhi|IN|2025-09-03|PTI"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(read("The talks - the third this year - failed."), None);
    }
}
