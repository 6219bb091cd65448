//! What a query looks for in the prose of an article: the words, phrases and patterns of it that
//! are not negated. Ranking and marking both start from here.

use super::query::{Clause, Query, Value, ValueKind};
use crate::annotate::Part;
use crate::index::analyzer::{self, Vocabulary};
use tantivy::tokenizer::TextAnalyzer;

/// What a query looks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Sought {
    pub units: Vec<Unit>,
    /// Words that stand beside each other in the query, as numbers of units.
    pub runs: Vec<Vec<usize>>,
}

/// A word, phrase or pattern. What is asked for several times is one.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub look: Look,
    /// The field that is asked for; `None` for both title and text.
    pub part: Option<Part>,
    /// The boosts of every time it is asked for, together.
    pub boost: f32,
    /// How often it is asked for.
    pub times: u32,
}

/// How something looks in a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Look {
    /// A word in any of its forms. It may well be several terms: `covid-19`.
    Word(String),
    /// Words in order, in any of their forms.
    Phrase { text: String, slop: u32 },
    /// Words of a shape, as people see them.
    Pattern(Value),
}

impl Sought {
    /// What a query looks for.
    pub fn of(query: &Query) -> Self {
        let mut sought = Self::default();
        sought.add(query, 1.0);
        sought
    }

    fn add(&mut self, query: &Query, boost: f32) -> Option<usize> {
        match query {
            Query::And(parts, _) | Query::Or(parts, _) => {
                let mut run = Vec::new();
                for part in parts {
                    match self.add(part, boost) {
                        Some(word) => run.push(word),
                        None => self.end(&mut run),
                    }
                }
                self.end(&mut run);
                None
            }
            Query::Boost(inner, factor, _) => self.add(inner, boost * factor),
            Query::Clause(clause) => self.clause(clause, boost),
            Query::All(_) | Query::Not(..) | Query::Event(_) => None,
        }
    }

    fn end(&mut self, run: &mut Vec<usize>) {
        match run.len() {
            0 | 1 => run.clear(),
            _ => self.runs.push(std::mem::take(run)),
        }
    }

    /// The number of the unit if it is a word that may stand in a run.
    fn clause(&mut self, clause: &Clause, boost: f32) -> Option<usize> {
        let part = match clause.field.map(|field| field.name) {
            None => None,
            Some("title") => Some(Part::Title),
            Some("text") => Some(Part::Text),
            Some(_) => return None,
        };
        let look = Look::of(&clause.value)?;
        let is_word = matches!(look, Look::Word(_)) && part.is_none();
        let known = |unit: &Unit| unit.look == look && unit.part == part;
        let at = match self.units.iter().position(known) {
            Some(at) => {
                self.units[at].boost += boost;
                self.units[at].times += 1;
                at
            }
            None => {
                self.units.push(Unit {
                    look,
                    part,
                    boost,
                    times: 1,
                });
                self.units.len() - 1
            }
        };
        is_word.then_some(at)
    }
}

impl Look {
    fn of(value: &Value) -> Option<Self> {
        Some(match &value.kind {
            ValueKind::Word(word) => Look::Word(word.clone()),
            ValueKind::Phrase { text, slop } => Look::Phrase {
                text: text.clone(),
                slop: *slop,
            },
            ValueKind::Prefix(_)
            | ValueKind::Wildcard(_)
            | ValueKind::Fuzzy { .. }
            | ValueKind::Regex(_) => Look::Pattern(value.clone()),
            ValueKind::Any | ValueKind::Range(_) => return None,
        })
    }

    /// The text and slop of words; `None` of a pattern.
    pub fn words(&self) -> Option<(&str, u32)> {
        match self {
            Look::Word(text) => Some((text, 0)),
            Look::Phrase { text, slop } => Some((text, *slop)),
            Look::Pattern(_) => None,
        }
    }

    /// Whether it is a word of a language that is in nearly every text of it.
    pub fn is_stop_word(&self, vocabulary: &Vocabulary) -> bool {
        matches!(self, Look::Word(word) if vocabulary.is_stop_word(word))
    }
}

impl Unit {
    /// The terms of its words in a vocabulary with their places; none of a pattern.
    pub fn terms(&self, analyzer: &mut TextAnalyzer) -> Vec<(usize, String)> {
        match self.look.words() {
            Some((text, _)) => analyzer::placed_terms(analyzer, text),
            None => Vec::new(),
        }
    }

    /// Whether it is looked for there.
    pub fn is_in(&self, part: Part) -> bool {
        self.part.is_none_or(|asked| asked == part)
    }
}

/// What is left of a query when an article need hold only some of its words: those words, phrases
/// and patterns of its uppermost level that name no field become alternatives; all else holds
/// as it did. Words that are in nearly every text are no alternative unless all are such.
pub(super) fn any_of(query: Query, vocabularies: &[&'static Vocabulary]) -> Query {
    let Query::And(parts, span) = query else {
        return query;
    };
    let (loose, mut rest): (Vec<Query>, Vec<Query>) =
        parts.into_iter().partition(|part| look(part).is_some());
    let is_common = |part: &Query| {
        let look = look(part);
        look.is_some_and(|look| vocabularies.iter().any(|of| look.is_stop_word(of)))
    };
    let (common, mut telling): (Vec<Query>, Vec<Query>) = loose.into_iter().partition(is_common);
    if telling.is_empty() {
        telling = common;
    }
    match telling.len() {
        0 => {}
        1 => rest.append(&mut telling),
        _ => rest.push(Query::Or(telling, span)),
    }
    match rest.len() {
        1 => rest.remove(0),
        _ => Query::And(rest, span),
    }
}

fn look(query: &Query) -> Option<Look> {
    match query {
        Query::Boost(inner, ..) => look(inner),
        Query::Clause(clause) if clause.field.is_none() => Look::of(&clause.value),
        _ => None,
    }
}
