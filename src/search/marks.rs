//! Marks: where in a text stands what a query looks for.
//!
//! A text is read word by word as it was when it was indexed, and only words that begin like one
//! that is looked for are stemmed: a page of hits is marked in less time than it takes to find.

use super::pattern::{Against, Pattern, Read};
use super::sought::{Look, Sought};
use crate::annotate::Part;
use crate::article::ByteSpan;
use crate::index::analyzer::{self, Vocabulary};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Finds what a query looks for in a text.
#[derive(Debug, Clone, Default)]
pub struct Marker(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    units: Vec<Marked>,
    languages: Vec<Table>,
}

#[derive(Debug)]
struct Marked {
    part: Option<Part>,
    shape: Shape,
    /// How much a passage gains by it.
    weight: f32,
}

#[derive(Debug)]
enum Shape {
    /// Words, as the tables hold them, that may be moved by so many places; and the runs of
    /// scripts without spaces, which are found as they stand.
    Words { slop: u32, runs: Vec<String> },
    /// Words of a shape.
    Pattern(Pattern),
    /// What cannot be found.
    Nothing,
}

/// What is looked for in a language.
#[derive(Debug)]
struct Table {
    vocabulary: &'static Vocabulary,
    /// For each term the units that hold it, and its place in them.
    terms: FxHashMap<String, Vec<(usize, usize)>>,
    /// How many terms each unit has, and the place of the first.
    lengths: Vec<usize>,
    /// The first bytes of all terms, where words keep theirs.
    firsts: Option<Box<[bool; 256]>>,
    /// What words in lower case were found to be: stemming costs more than looking here.
    known: Mutex<FxHashMap<String, Vec<(usize, usize)>>>,
}

/// A word that may be part of what is looked for.
struct Found {
    position: usize,
    place: usize,
    span: ByteSpan,
}

/// More words than this are not remembered.
const MOST_KNOWN: usize = 10_000;

impl Marker {
    /// A marker for texts of these vocabularies. `weight` says how telling each unit is.
    pub(super) fn new(
        sought: &Sought,
        vocabularies: &[&'static Vocabulary],
        weight: impl Fn(usize) -> f32,
    ) -> Self {
        let units = sought.units.iter().enumerate().map(|(at, unit)| Marked {
            part: unit.part,
            shape: Shape::of(&unit.look),
            weight: weight(at),
        });
        let languages = vocabularies.iter().map(|&of| Table::new(sought, of));
        Self(Arc::new(Inner {
            units: units.collect(),
            languages: languages.collect(),
        }))
    }

    /// A marker for terms of the index; what is cut into pairs is not marked.
    pub(super) fn of_terms(terms: &[String], vocabularies: &[&'static Vocabulary]) -> Self {
        let unit = |_: &String| Marked {
            part: None,
            shape: Shape::words("", 0),
            weight: 1.0,
        };
        let table = |&vocabulary: &&'static Vocabulary| {
            let places = terms.iter().enumerate();
            let places = places.map(|(unit, term)| (term.clone(), vec![(unit, 0)]));
            Table::of(vocabulary, places.collect(), vec![1; terms.len()])
        };
        Self(Arc::new(Inner {
            units: terms.iter().map(unit).collect(),
            languages: vocabularies.iter().map(table).collect(),
        }))
    }

    /// How much a passage gains by holding a unit.
    pub(super) fn weight(&self, unit: usize) -> f32 {
        self.0.units.get(unit).map_or(0.0, |unit| unit.weight)
    }

    /// How many things are looked for.
    pub(super) fn len(&self) -> usize {
        self.0.units.len()
    }

    /// Where in a title or text of a language stands what is looked for, in order, none
    /// overlapping another; with the number of what it is. A phrase is one mark; of words that
    /// may be moved, each is one.
    pub fn marks(&self, part: Part, text: &str, language: Option<&str>) -> Vec<(ByteSpan, usize)> {
        let is_asked = |unit: &Marked| unit.part.is_none_or(|asked| asked == part);
        if !self.0.units.iter().any(is_asked) {
            return Vec::new();
        }
        let vocabulary = Vocabulary::of(language);
        let mut marks = Vec::new();
        let tables = &self.0.languages;
        if let Some(table) = tables.iter().find(|table| table.vocabulary == vocabulary) {
            self.words(table, text, &mut marks);
        }
        for (at, unit) in self.0.units.iter().enumerate() {
            if let Shape::Words { runs, .. } = &unit.shape {
                for run in runs {
                    let places = text.match_indices(run.as_str());
                    marks.extend(
                        places.map(|(start, _)| (ByteSpan::new(start, start + run.len()), at)),
                    );
                }
            }
        }
        marks.retain(|&(_, unit)| is_asked(&self.0.units[unit]));
        marks.sort_by_key(|&(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut end = 0;
        marks.retain(|(span, _)| {
            let follows = span.start >= end;
            end = end.max(span.end);
            follows
        });
        marks
    }

    fn words(&self, table: &Table, text: &str, marks: &mut Vec<(ByteSpan, usize)>) {
        let shaped: Vec<usize> = (0..self.0.units.len())
            .filter(|&at| self.0.units[at].shape.is_pattern())
            .collect();
        let mut analyzer = analyzer::prose(table.vocabulary);
        let mut parts: FxHashMap<usize, Vec<Found>> = FxHashMap::default();
        let mut known = table.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > MOST_KNOWN {
            known.clear();
        }
        let mut seen = analyzer::seen(table.vocabulary);
        let firsts = table.firsts.as_deref().filter(|_| shaped.is_empty());
        analyzer::each_word(text, table.vocabulary, firsts, |place, position, lower| {
            let span = ByteSpan::new(place.start, place.end);
            if !shaped.is_empty() {
                let word = match lower.is_ascii() {
                    true => lower.to_owned(),
                    false => analyzer::terms(&mut seen, lower).concat(),
                };
                let matching = shaped
                    .iter()
                    .filter(|&&at| self.0.units[at].shape.is(&word));
                marks.extend(matching.map(|&at| (span, at)));
            }
            if !table.may_begin(lower) {
                return;
            }
            if !known.contains_key(lower) {
                let mut places = Vec::new();
                analyzer.token_stream(&text[place]).process(&mut |token| {
                    places.extend(table.terms.get(&token.text).into_iter().flatten().copied());
                });
                known.insert(lower.to_owned(), places);
            }
            for &(unit, place) in known.get(lower).into_iter().flatten() {
                match table.lengths[unit] {
                    1 => marks.push((span, unit)),
                    _ => parts.entry(unit).or_default().push(Found {
                        position,
                        place,
                        span,
                    }),
                }
            }
        });
        for (unit, found) in parts {
            if let Shape::Words { slop, .. } = self.0.units[unit].shape {
                phrases(&found, table.lengths[unit], slop as usize, |span| {
                    marks.push((span, unit));
                });
            }
        }
    }
}

/// Calls `mark` for each place where all words of a phrase stand as they should.
fn phrases(found: &[Found], length: usize, slop: usize, mut mark: impl FnMut(ByteSpan)) {
    for first in found.iter().filter(|found| found.place == 0) {
        // The nearest word for each place but the first.
        let mut rest: Vec<Option<&Found>> = vec![None; length];
        for other in found {
            let expected = first.position + other.place;
            let off = other.position.abs_diff(expected);
            let is_nearer = |held: &Found| off < held.position.abs_diff(expected);
            if off <= slop && rest[other.place].is_none_or(is_nearer) {
                rest[other.place] = Some(other);
            }
        }
        let held: Vec<&Found> = rest.into_iter().flatten().collect();
        if held.len() < length {
            continue;
        }
        if slop > 0 {
            held.iter().for_each(|found| mark(found.span));
        } else if let (Some(first), Some(last)) = (held.first(), held.last()) {
            mark(ByteSpan {
                start: first.span.start,
                end: last.span.end,
            });
        }
    }
}

impl Table {
    fn new(sought: &Sought, vocabulary: &'static Vocabulary) -> Self {
        let mut analyzer = analyzer::asked_prose(vocabulary);
        let mut terms: FxHashMap<String, Vec<(usize, usize)>> = FxHashMap::default();
        let mut lengths = Vec::new();
        for (unit, asked) in sought.units.iter().enumerate() {
            let mut placed = asked.terms(&mut analyzer);
            placed.retain(|(_, term)| !analyzer::is_unspaced_term(term));
            // Places without gaps: the words between were of a script without spaces.
            lengths.push(placed.len());
            for (place, (_, term)) in placed.into_iter().enumerate() {
                terms.entry(term).or_default().push((unit, place));
            }
        }
        Self::of(vocabulary, terms, lengths)
    }

    fn of(
        vocabulary: &'static Vocabulary,
        terms: FxHashMap<String, Vec<(usize, usize)>>,
        lengths: Vec<usize>,
    ) -> Self {
        let firsts = vocabulary.keeps_first_letters().then(|| {
            let mut firsts = Box::new([false; 256]);
            for first in terms.keys().filter_map(|term| term.bytes().next()) {
                firsts[usize::from(first.to_ascii_lowercase())] = true;
            }
            firsts
        });
        Self {
            vocabulary,
            terms,
            lengths,
            firsts,
            known: Mutex::default(),
        }
    }

    fn may_begin(&self, word: &str) -> bool {
        match (&self.firsts, word.bytes().next()) {
            // What is not ASCII may be folded to anything.
            (Some(firsts), Some(first)) => !first.is_ascii() || firsts[usize::from(first)],
            _ => !self.terms.is_empty(),
        }
    }
}

impl Shape {
    fn of(look: &Look) -> Self {
        match look {
            Look::Word(text) => Shape::words(text, 0),
            Look::Phrase { text, slop } => Shape::words(text, *slop),
            // What is wrong with a pattern was said when the query was compiled.
            Look::Pattern(value) => match Pattern::read(value, Against::Words) {
                Ok(Read::Pattern(pattern)) => Shape::Pattern(pattern),
                Ok(Read::Word(text)) => Shape::words(&text, 0),
                Ok(Read::Other) | Err(_) => Shape::Nothing,
            },
        }
    }

    fn words(text: &str, slop: u32) -> Self {
        Shape::Words {
            slop,
            runs: analyzer::unspaced_runs(text).map(str::to_owned).collect(),
        }
    }

    fn is_pattern(&self) -> bool {
        matches!(self, Shape::Pattern(_))
    }

    /// Whether a word as people see it is of this shape.
    fn is(&self, word: &str) -> bool {
        matches!(self, Shape::Pattern(pattern) if pattern.matches(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::compile::field_names;
    use crate::search::query::parse;

    /// The words that a query marks in a text.
    fn marked<'a>(query: &str, text: &'a str, language: &str) -> Vec<&'a str> {
        let query = parse(query, &field_names()).unwrap();
        let vocabularies = [Vocabulary::of(None), Vocabulary::of(Some(language))];
        let marker = Marker::new(&Sought::of(&query), &vocabularies, |_| 1.0);
        let marks = marker.marks(Part::Text, text, Some(language));
        marks.iter().map(|(span, _)| &text[span.range()]).collect()
    }

    #[test]
    fn marks_words_in_any_form() {
        let text = "Petro's tariffs: a tariff on U.S. steel.";
        assert_eq!(
            marked("tariff us petro -steel title:steel", text, "en"),
            ["Petro's", "tariffs", "tariff", "U.S"]
        );
        assert_eq!(marked("réforme", "Les Réformes", "fr"), ["Réformes"]);
        assert_eq!(marked("北京", "在北京。", "zh"), ["北京"]);
    }

    #[test]
    fn marks_phrases_only_where_they_stand() {
        let text = "The bank met the central bank. Central: a bank.";
        assert_eq!(marked("\"central banks\"", text, "en"), ["central bank"]);
        assert_eq!(
            marked("\"central bank\"~1", text, "en"),
            ["central", "bank", "Central", "bank"]
        );
    }

    #[test]
    fn marks_patterns_by_the_words_that_people_see() {
        let text = "Organisers of the organization saw Zelenskyy and Zélensky.";
        for (query, expected) in [
            ("organi*", &["Organisers", "organization"][..]),
            ("organi?ation", &["organization"]),
            ("Zelensky~1", &["Zelenskyy", "Zélensky"]),
            ("/org.*s/", &["Organisers"]),
        ] {
            assert_eq!(marked(query, text, "en"), expected, "{query}");
        }
    }
}
