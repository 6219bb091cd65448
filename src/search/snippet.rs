//! Snippets: the sentences of a text that best show why it matched, with what matched marked.

use super::marks::Marker;
use crate::annotate::Part;
use crate::article::ByteSpan;
use crate::text::{Sentence, Token, sentences, tokenize};
use serde::Serialize;
use std::ops::Range;

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
/// So many bytes are shown before the first mark of a sentence that has to be cut before it.
const LEAD: usize = 80;
/// Of more paragraphs than this, those that hold most of what is looked for are cut into sentences.
const MOST_PARAGRAPHS: usize = 24;
/// What another passage shows already counts so much.
const AGAIN: f32 = 0.2;
/// More than what adding up in another order may change.
const ROUNDED: f32 = 1.0 + 1e-4;
/// What a word that stands again in a sentence counts of what it counts first, three times at most.
const REPEATED: f32 = 0.1;

/// The title where something in it matched.
pub fn title(title: &str, language: Option<&str>, marker: &Marker) -> Option<Snippet> {
    let marks: Vec<(usize, usize)> = marker
        .marks(Part::Title, title, language)
        .into_iter()
        .map(|(mark, _)| (mark.start as usize, mark.end as usize))
        .collect();
    (!marks.is_empty()).then(|| Snippet {
        field: "title",
        start: 0,
        text: title.to_owned(),
        marks,
    })
}

/// The best passages of a text, at most `most`, the best first: those that hold most of what is
/// looked for, or one of `evidence`, sentences that matched in another way. The beginning where
/// there is neither.
pub fn passages(
    text: &str,
    language: Option<&str>,
    marker: &Marker,
    evidence: &[ByteSpan],
    most: usize,
) -> Vec<Snippet> {
    let marks = marker.marks(Part::Text, text, language);
    let mut places: Vec<ByteSpan> = marks.iter().map(|&(mark, _)| mark).collect();
    places.extend_from_slice(evidence);
    places.sort_by_key(|place| place.start);
    let mut weights: Vec<f32> = (0..marker.len()).map(|unit| marker.weight(unit)).collect();
    // A sentence that tells the event is worth any one word.
    let telling = weights.iter().copied().fold(1.0, f32::max);
    let tells = |span: &Range<usize>| {
        let mut evidence = evidence.iter();
        evidence.any(|place| (place.start as usize) < span.end && span.start < place.end as usize)
    };
    let gain = |range: &Range<usize>, weights: &[f32]| {
        worth(&marks, range, weights) + if tells(range) { telling } else { 0.0 }
    };
    let mut paragraphs = Paragraphs::holding(text, &places, |range| gain(range, &weights));
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut snippets: Vec<Snippet> = Vec::new();
    while snippets.len() < most {
        // The worthiest paragraph first: where a sentence gains more than the next one could,
        // that is not cut into sentences at all.
        let bounds = paragraphs.0.iter().map(|of| gain(&of.range, &weights));
        let mut order: Vec<(f32, usize)> = bounds.zip(0..).collect();
        order.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        let mut best: Option<(f32, usize, usize)> = None;
        for (bound, number) in order {
            if best.is_some_and(|(most, ..)| most > bound * ROUNDED) {
                break;
            }
            let paragraph = &mut paragraphs.0[number];
            paragraph.cut(text);
            for (at, sentence) in paragraph.sentences().iter().enumerate() {
                let span = paragraph.span(sentence);
                let score = gain(&span, &weights);
                // The earlier of equals.
                let is_better = best.is_none_or(|(most, before, _)| {
                    score > most || score == most && number < before
                });
                let is_taken =
                    |taken: &Range<usize>| taken.start < span.end && span.start < taken.end;
                // What was shown is not shown again, where the text has it twice.
                let is_shown = |shown: &Snippet| shown.text.contains(&text[span.clone()]);
                if is_better && !taken.iter().any(is_taken) && !snippets.iter().any(is_shown) {
                    best = Some((score, number, at));
                }
            }
        }
        let Some((score, number, first)) = best else {
            break;
        };
        let paragraph = &paragraphs.0[number];
        if score <= 0.0 && !snippets.is_empty() {
            break;
        }
        let range = paragraph.passage(text, first, &marks);
        for &(_, unit) in within(&marks, &range) {
            weights[unit] = marker.weight(unit) * AGAIN;
        }
        snippets.push(Snippet {
            field: "text",
            start: range.start,
            text: text[range.clone()].to_owned(),
            marks: within(&marks, &range)
                .iter()
                .map(|(mark, _)| (mark.start as usize, mark.end as usize))
                .collect(),
        });
        taken.push(range);
    }
    snippets
}

/// The marks that lie whole in a range.
fn within<'a>(marks: &'a [(ByteSpan, usize)], range: &Range<usize>) -> &'a [(ByteSpan, usize)] {
    let first = marks.partition_point(|(mark, _)| (mark.start as usize) < range.start);
    let rest = &marks[first..];
    &rest[..rest.partition_point(|(mark, _)| mark.end as usize <= range.end)]
}

/// How much of what is looked for a sentence holds: different things before repeated ones.
fn worth(marks: &[(ByteSpan, usize)], span: &Range<usize>, weights: &[f32]) -> f32 {
    let within = within(marks, span);
    let mut worth = 0.0;
    for (at, &(_, unit)) in within.iter().enumerate() {
        let before = within[..at]
            .iter()
            .filter(|(_, other)| *other == unit)
            .count();
        worth += match before {
            0 => weights[unit],
            1..=3 => weights[unit] * REPEATED,
            _ => 0.0,
        };
    }
    worth
}

/// A stretch of a text between blank lines, cut into sentences.
struct Paragraph {
    range: Range<usize>,
    /// `None` while it is not cut.
    sentences: Option<Vec<Sentence>>,
}

/// The paragraphs that matter.
struct Paragraphs(Vec<Paragraph>);

impl Paragraphs {
    /// Those that hold one of `places`, which are in order, or the worthiest where they are many;
    /// the first of the text where there is none.
    fn holding(text: &str, places: &[ByteSpan], worth: impl Fn(&Range<usize>) -> f32) -> Self {
        let whole = |range| Paragraph {
            range,
            sentences: None,
        };
        let mut held: Vec<(f32, Range<usize>)> = Vec::new();
        let mut places = places.iter().peekable();
        for range in paragraphs(text) {
            let mut is_held = false;
            while places
                .next_if(|place| (place.start as usize) < range.end)
                .is_some()
            {
                is_held = true;
            }
            if is_held {
                held.push((worth(&range), range));
            }
        }
        // The sort keeps the order of equals, so that the earlier stay.
        held.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        held.truncate(MOST_PARAGRAPHS);
        held.sort_by_key(|(_, range)| range.start);
        let mut held: Vec<Paragraph> = held.into_iter().map(|(_, range)| whole(range)).collect();
        if held.is_empty() {
            let mut all = paragraphs(text).map(whole);
            held.extend(all.find_map(|mut paragraph| {
                paragraph.cut(text);
                (!paragraph.sentences().is_empty()).then_some(paragraph)
            }));
        }
        Self(held)
    }
}

/// The stretches of a text that blank lines part, as sentences know them.
fn paragraphs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        if start >= text.len() {
            return None;
        }
        let mut at = start;
        let end = loop {
            let Some(line) = memchr::memchr(b'\n', &text.as_bytes()[at..]) else {
                break text.len();
            };
            let after = at + line + 1;
            let rest = text[after..].trim_start();
            let next = text.len() - rest.len();
            if text[after..next].contains('\n') {
                break next;
            }
            at = next.max(after);
        };
        let range = start..end;
        start = end;
        Some(range)
    })
}

impl Paragraph {
    /// Cuts it into sentences, unless it is already.
    fn cut(&mut self, text: &str) {
        self.sentences.get_or_insert_with(|| {
            let (mut tokens, mut found): (Vec<Token>, _) = (Vec::new(), Vec::new());
            let text = &text[self.range.clone()];
            tokenize(text, &mut tokens);
            sentences(text, &tokens, &mut found);
            found
        });
    }

    fn sentences(&self) -> &[Sentence] {
        self.sentences.as_deref().unwrap_or_default()
    }

    /// Where a sentence stands in the text.
    fn span(&self, sentence: &Sentence) -> Range<usize> {
        let start = self.range.start;
        start + sentence.span.start as usize..start + sentence.span.end as usize
    }

    /// The passage that begins with a sentence: with what follows while it is short, and cut where
    /// it is long.
    fn passage(&self, text: &str, first: usize, marks: &[(ByteSpan, usize)]) -> Range<usize> {
        let whole = self.span(&self.sentences()[first]);
        let (mut start, mut end) = (whole.start, whole.end);
        for next in &self.sentences()[first + 1..] {
            let next = self.span(next);
            if end - start >= SHORT || next.end - start > LONG {
                break;
            }
            end = next.end;
        }
        if end - start > LONG {
            if let Some((mark, _)) = within(marks, &whole).first()
                && mark.end as usize > start + LONG
            {
                let lead = (mark.start as usize).saturating_sub(LEAD).max(start);
                let lead = text.ceil_char_boundary(lead);
                let word = text[lead..mark.start as usize].find(' ');
                start = word.map_or(mark.start as usize, |space| lead + space + 1);
            }
            let cut = text.floor_char_boundary((start + LONG).min(whole.end));
            end = match text[start..cut].rfind(' ') {
                Some(space) if space > 0 && cut < whole.end => start + space,
                _ => cut,
            };
        }
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::analyzer::Vocabulary;
    use crate::search::compile::field_names;
    use crate::search::query::parse;
    use crate::search::sought::Sought;

    fn found(query: &str, text: &str, most: usize) -> Vec<Snippet> {
        let query = parse(query, &field_names()).unwrap();
        let marker = Marker::new(&Sought::of(&query), &[Vocabulary::of(None)], |_| 1.0);
        passages(text, None, &marker, &[], most)
    }

    #[test]
    fn shows_the_sentence_with_most_of_the_words() {
        let text = "Rain fell on Oslo.\n\nThe ministry imposed new tariffs on steel. Tariffs rose.";
        let snippets = found("tariffs steel", text, 1);
        assert!(snippets[0].text.starts_with("The ministry"), "{snippets:?}");
        assert_eq!(&text[snippets[0].start..][..12], "The ministry");
        for &(start, end) in &snippets[0].marks {
            assert!(["tariffs", "steel", "Tariffs"].contains(&&text[start..end]));
        }
    }

    #[test]
    fn shows_what_other_passages_lack() {
        let text = "Tariffs on steel and steel rose.\n\nTariffs on steel fell.\n\nOslo was calm.";
        let snippets = found("tariffs OR steel OR oslo", text, 2);
        assert_eq!(snippets.len(), 2);
        assert_eq!(snippets[0].text, "Tariffs on steel and steel rose.");
        assert_eq!(snippets[1].text, "Oslo was calm.");
        assert_eq!(found("tariffs OR steel OR oslo", text, 9).len(), 3);
    }

    #[test]
    fn survives_empty_and_endless_texts() {
        assert_eq!(found("x", "", 3), []);
        let endless = "é".repeat(2000);
        assert!(found("x", &endless, 1)[0].text.len() <= LONG);
        let late = format!("{} tariffs {}", "é ".repeat(900), "e".repeat(900));
        let snippet = &found("tariffs", &late, 1)[0];
        let (start, end) = snippet.marks[0];
        assert_eq!(&late[start..end], "tariffs");
        assert!(snippet.text.len() <= LONG && snippet.start <= start);
    }
}
