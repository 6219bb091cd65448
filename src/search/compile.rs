//! Compiling a query: from the tree of [`query`](super::query) to tantivy's queries.
//!
//! A value is resolved here: `country:Colombia` to the code `CO`, `date:2024-03` to a range of
//! days. What no vocabulary holds is refused with the nearest name that it does.

use super::query::{Clause, EventClause, Query, QueryError, Range, Role, Value, ValueKind};
use super::stories::StoryQuery;
use super::sure::SureQuery;
use crate::index::analyzer::{self, Vocabulary};
use crate::index::document::{ARTICLE, actor_term};
use crate::index::fields::{self, FieldRow, Fields, Kind};
use crate::ontology::{CameoCode, Mode, Place, Plover, Quad, Sector, UnknownName};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, ExistsQuery,
    InvertedIndexRangeQuery, Occur, PhrasePrefixQuery, PhraseQuery, Query as TantivyQuery,
    RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::TextAnalyzer;

/// A word in the headline counts this many times one in the body.
const TITLE_WEIGHT: f32 = 2.0;

/// More combinations than this of alternatives in one event are refused.
const MOST_COMBINATIONS: usize = 1024;

/// More pairs than this that begin with the last character of a phrase are not looked for.
const MOST_PAIRS: u32 = 10_000;

/// The region in which every country lies.
const WORLD: &str = "001";

/// What of an index a query is compiled for, and how sure events must be.
#[derive(Clone)]
pub struct Held<'a> {
    /// The index's fields.
    pub fields: &'a Fields,
    /// The vocabularies of its articles.
    pub vocabularies: Vec<&'static Vocabulary>,
    /// Events with fewer hundredths of confidence are taken as not there.
    pub least: u8,
}

/// One event clause as terms of the events field: of each set, one must hold of the event.
pub type EventTerms = Vec<Vec<Term>>;

/// A compiled query.
pub struct Compiled {
    /// Which articles match, and their score.
    pub query: Box<dyn TantivyQuery>,
    /// The event clauses that must hold, as terms; empty when the query asks for none.
    pub events: Vec<EventTerms>,
    /// The terms of the prose fields that the query looks for, and the words of it that are cut
    /// into pairs, to mark in snippets.
    pub words: Vec<String>,
}

/// The names under which a query may speak of the fields.
pub fn field_names() -> Vec<super::query::FieldName> {
    fields::TABLE
        .iter()
        .map(|row| super::query::FieldName {
            name: row.name,
            aliases: row.aliases,
        })
        .collect()
}

/// Compiles a query.
///
/// # Errors
/// When a value is not of its field's kind or not in its vocabulary, with its place in the query.
pub fn compile(query: &Query, held: &Held<'_>) -> Result<Compiled, QueryError> {
    let mut compiler = Compiler {
        fields: held.fields,
        prose: held
            .vocabularies
            .iter()
            .map(|vocabulary| analyzer::asked_prose(vocabulary))
            .collect(),
        names: analyzer::asked_names(),
        least: held.least,
        events: Vec::new(),
        words: Vec::new(),
    };
    let tree = compiler.query(query, true)?;
    // Files are documents too: whatever can match one is bound to articles.
    let articles: Box<dyn TantivyQuery> = Box::new(ConstScoreQuery::new(compiler.articles(), 0.0));
    let query: Box<dyn TantivyQuery> = match query {
        Query::All(_) => articles,
        _ => Box::new(BooleanQuery::new(vec![
            (Occur::Must, tree),
            (Occur::Must, articles),
        ])),
    };
    Ok(Compiled {
        query,
        events: compiler.events,
        words: compiler.words,
    })
}

struct Compiler<'a> {
    fields: &'a Fields,
    /// One for each vocabulary that the index holds.
    prose: Vec<TextAnalyzer>,
    names: TextAnalyzer,
    least: u8,
    events: Vec<EventTerms>,
    words: Vec<String>,
}

impl Compiler<'_> {
    /// `required`: whether an article that matches must match this part of the query.
    fn query(
        &mut self,
        query: &Query,
        required: bool,
    ) -> Result<Box<dyn TantivyQuery>, QueryError> {
        Ok(match query {
            Query::All(_) => Box::new(AllQuery),
            Query::And(parts, _) => {
                let mut clauses = Vec::new();
                for part in parts {
                    match part {
                        Query::Not(inner, _) => {
                            clauses.push((Occur::MustNot, self.negated(inner)?));
                        }
                        part => clauses.push((Occur::Must, self.query(part, required)?)),
                    }
                }
                if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
                    clauses.push((Occur::Must, self.articles()));
                }
                Box::new(BooleanQuery::new(clauses))
            }
            Query::Or(parts, _) => {
                let mut clauses = Vec::new();
                for part in parts {
                    clauses.push((Occur::Should, self.query(part, false)?));
                }
                Box::new(BooleanQuery::new(clauses))
            }
            Query::Not(inner, _) => Box::new(BooleanQuery::new(vec![
                (Occur::Must, self.articles()),
                (Occur::MustNot, self.negated(inner)?),
            ])),
            Query::Boost(inner, boost, _) => {
                Box::new(BoostQuery::new(self.query(inner, required)?, *boost))
            }
            Query::Clause(clause) => self.clause(clause)?,
            Query::Event(event) => {
                let terms = self.event(event)?;
                let query = self.event_query(&terms, event)?;
                if required {
                    self.events.push(terms);
                }
                query
            }
        })
    }

    /// A part that must not hold; its words are not marked in snippets.
    fn negated(&mut self, query: &Query) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let words = self.words.len();
        let compiled = self.query(query, false);
        self.words.truncate(words);
        compiled
    }

    fn articles(&self) -> Box<dyn TantivyQuery> {
        term_query(Term::from_field_text(self.fields.kind, ARTICLE))
    }

    fn clause(&mut self, clause: &Clause) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let Some(field) = clause.field else {
            let title = self.prose("title", &clause.value)?;
            let text = self.prose("text", &clause.value)?;
            return Ok(Box::new(BooleanQuery::new(vec![
                (
                    Occur::Should,
                    Box::new(BoostQuery::new(title, TITLE_WEIGHT)),
                ),
                (Occur::Should, text),
            ])));
        };
        let row = fields::find(field.name).ok_or_else(|| {
            QueryError::new(format!("unknown field `{}`", field.name), field.span)
        })?;
        match row.kind {
            Kind::Prose => self.prose(row.name, &clause.value),
            Kind::Names => self.names(row, &clause.value),
            Kind::Codes => self.codes(row, &clause.value),
            Kind::Date => self.date(&clause.value),
            Kind::Story => match &clause.value.kind {
                ValueKind::Word(id) | ValueKind::Phrase { text: id, .. } => {
                    Ok(constant(Box::new(StoryQuery::new(self.fields, id))))
                }
                ValueKind::Any => Ok(self.articles()),
                _ => Err(unsupported(&clause.value, row.name)),
            },
            Kind::Exact => match &clause.value.kind {
                ValueKind::Word(text) | ValueKind::Phrase { text, .. } => Ok(term_query(
                    Term::from_field_text(self.fields.get(row.name), text),
                )),
                ValueKind::Any => Ok(self.articles()),
                _ => Err(unsupported(&clause.value, row.name)),
            },
        }
    }

    /// Words or a phrase in a prose field.
    fn prose(&mut self, name: &str, value: &Value) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let field = self.fields.get(name);
        let (text, slop) = match &value.kind {
            ValueKind::Word(text) => (text, 0),
            ValueKind::Phrase { text, slop } => (text, *slop),
            ValueKind::Any => return Ok(self.articles()),
            _ => return Err(unsupported(value, name)),
        };
        // The same words in each language: an article is of one, so at most one of them scores.
        let mut phrases: Vec<Vec<(usize, String)>> = Vec::new();
        for analyzer in &mut self.prose {
            let terms = analyzer::placed_terms(analyzer, text);
            if !terms.is_empty() && !phrases.contains(&terms) {
                phrases.push(terms);
            }
        }
        let runs = analyzer::unspaced_runs(text).map(str::to_owned);
        let terms = phrases.iter().flatten().map(|(_, term)| term.clone());
        for word in runs.chain(terms.filter(|term| !analyzer::is_unspaced_term(term))) {
            if !self.words.contains(&word) {
                self.words.push(word);
            }
        }
        let mut queries: Vec<Box<dyn TantivyQuery>> = phrases
            .iter()
            .filter_map(|terms| phrase_query(field, terms, slop, IndexRecordOption::WithFreqs))
            .collect();
        match queries.len() {
            0 => Err(QueryError::new("there is no word to look for", value.span)),
            1 => Ok(queries.remove(0)),
            _ => Ok(Box::new(BooleanQuery::union(queries))),
        }
    }

    fn names(
        &mut self,
        row: &FieldRow,
        value: &Value,
    ) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let (text, slop) = match &value.kind {
            ValueKind::Word(text) => (text, 0),
            ValueKind::Phrase { text, slop } => (text, *slop),
            ValueKind::Any => return Ok(exists(row.name)),
            _ => return Err(unsupported(value, row.name)),
        };
        let terms = analyzer::placed_terms(&mut self.names, text);
        phrase_query(
            self.fields.get(row.name),
            &terms,
            slop,
            IndexRecordOption::Basic,
        )
        .map(constant)
        .ok_or_else(|| QueryError::new("there is no word to look for", value.span))
    }

    fn codes(
        &mut self,
        row: &FieldRow,
        value: &Value,
    ) -> Result<Box<dyn TantivyQuery>, QueryError> {
        if let Some(role) = role_of(row.name).filter(|_| self.least > 0) {
            return self.sure_codes(role, value);
        }
        let text = match &value.kind {
            ValueKind::Word(text) | ValueKind::Phrase { text, .. } => text,
            ValueKind::Any => return Ok(exists(row.name)),
            _ => return Err(unsupported(value, row.name)),
        };
        let unknown = |error: UnknownName| refused(error, value);
        let (name, code) = match row.name {
            "country" | "region" => match Place::parse(text).map_err(unknown)? {
                Place::Country(code) => ("country", code.to_string()),
                Place::Region(code) => ("region", code.as_str().to_owned()),
            },
            // An actor's region, sector or name is not in the field of countries, but among the
            // terms of its event.
            "by" | "to" | "at" => {
                let terms = self.role_terms(row.name, text).map_err(unknown)?;
                let events = self.fields.events;
                return Ok(constant(any_of(
                    terms.iter().map(|term| Term::from_field_text(events, term)),
                )));
            }
            "action" | "cameo" | "quad" => match Action::parse(text).map_err(unknown)? {
                Action::Plover(plover) => ("action", plover.name().to_owned()),
                Action::Cameo(code) => ("cameo", code.to_string()),
                Action::Quad(quad) => ("quad", quad.name().to_owned()),
            },
            "mode" => (
                "mode",
                Mode::parse(text).map_err(unknown)?.name().to_owned(),
            ),
            "sector" => (
                "sector",
                Sector::parse(text).map_err(unknown)?.code().to_owned(),
            ),
            name => (name, text.to_lowercase()),
        };
        Ok(constant(term_query(Term::from_field_text(
            self.fields.get(name),
            &code,
        ))))
    }

    /// A value of a field of events, of an event that is sure enough.
    fn sure_codes(&self, role: Role, value: &Value) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let any_of = match (&value.kind, role) {
            (ValueKind::Any, Role::Sector) => Sector::ALL
                .iter()
                .map(|sector| format!("sector:{}", sector.code()))
                .collect(),
            // The field holds countries, which all lie in the world.
            (ValueKind::Any, Role::By | Role::To | Role::At) => {
                vec![format!("{}:{WORLD}", role.name())]
            }
            (ValueKind::Any, _) => {
                return Ok(Box::new(SureQuery {
                    found: exists(role.name()),
                    clause: None,
                    least: self.least,
                }));
            }
            _ => self.event_terms(role, value)?,
        };
        let clause = EventClause {
            roles: Vec::new(),
            span: value.span,
        };
        self.event_query(&vec![self.terms(&any_of)], &clause)
    }

    fn terms(&self, terms: &[String]) -> Vec<Term> {
        let terms = terms.iter();
        terms
            .map(|term| Term::from_field_text(self.fields.events, term))
            .collect()
    }

    fn date(&self, value: &Value) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let days = match &value.kind {
            ValueKind::Any => return Ok(exists("date")),
            ValueKind::Word(text) | ValueKind::Phrase { text, .. } => {
                let (first, last) = days_of(text).ok_or_else(|| no_date(text, value))?;
                (Bound::Included(first), Bound::Included(last))
            }
            ValueKind::Range(range) => days_between(range, value)?,
            _ => return Err(unsupported(value, "date")),
        };
        let field = self.fields.get("date");
        let term = |bound: Bound<u64>| bound.map(|day| Term::from_field_u64(field, day));
        Ok(constant(Box::new(RangeQuery::new(
            term(days.0),
            term(days.1),
        ))))
    }

    /// An event clause as terms: each role a set of alternatives.
    fn event(&self, event: &EventClause) -> Result<EventTerms, QueryError> {
        let mut sets = Vec::new();
        for role in &event.roles {
            let mut terms = Vec::new();
            for value in &role.any_of {
                terms.extend(self.event_terms(role.role, value)?);
            }
            sets.push(self.terms(&terms));
        }
        Ok(sets)
    }

    fn event_terms(&self, role: Role, value: &Value) -> Result<Vec<String>, QueryError> {
        if role == Role::On {
            let (first, last) = match &value.kind {
                ValueKind::Word(text) | ValueKind::Phrase { text, .. } => {
                    days_of(text).ok_or_else(|| no_date(text, value))?
                }
                ValueKind::Range(range) => closed(days_between(range, value)?),
                ValueKind::Any => return Ok(vec!["on:*".to_owned()]),
                _ => return Err(unsupported(value, role.name())),
            };
            return day_terms(first, last).ok_or_else(|| {
                QueryError::new("the range of days is too long for an event", value.span)
                    .hint("bound the articles instead, with date:… or --since and --until")
            });
        }
        let text = match &value.kind {
            ValueKind::Word(text) | ValueKind::Phrase { text, .. } => text,
            ValueKind::Any if matches!(role, Role::By | Role::To | Role::At) => {
                return Ok(vec![format!("{}:*", role.name())]);
            }
            _ => return Err(unsupported(value, role.name())),
        };
        let terms = match role {
            Role::By | Role::To | Role::At => self.role_terms(role.name(), text),
            Role::Action => Action::parse(text).map(|action| vec![action.term()]),
            Role::Mode => Mode::parse(text).map(|mode| vec![format!("mode:{}", mode.name())]),
            Role::Sector => {
                Sector::parse(text).map(|sector| vec![format!("sector:{}", sector.code())])
            }
            Role::On => Ok(Vec::new()),
        };
        terms.map_err(|error| refused(error, value))
    }

    /// The terms for an actor or place: a country, a region, a sector, or a name in quotes or of
    /// an organisation.
    fn role_terms(&self, role: &str, text: &str) -> Result<Vec<String>, UnknownName> {
        match Place::parse(text) {
            Ok(place) => Ok(vec![format!("{role}:{}", place.code())]),
            Err(unknown) => match Sector::parse(text) {
                Ok(sector) if role != "at" => Ok(vec![format!("{role}:{}", sector.code())]),
                // A near miss of a country is a slip; anything else may be a name.
                _ if unknown.nearest.is_some() || role == "at" => Err(unknown),
                _ => Ok(vec![actor_term(role, text)]),
            },
        }
    }

    /// Articles in which one event holds a term of each set.
    fn event_query(
        &self,
        sets: &EventTerms,
        clause: &EventClause,
    ) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let mut combinations: Vec<Vec<Term>> = vec![Vec::new()];
        for set in sets {
            combinations = combinations
                .iter()
                .flat_map(|chosen| {
                    set.iter().map(move |term| {
                        let mut chosen = chosen.clone();
                        chosen.push(term.clone());
                        chosen
                    })
                })
                .collect();
            if combinations.len() > MOST_COMBINATIONS {
                return Err(
                    QueryError::new("the event has too many alternatives", clause.span)
                        .hint("split it into several event(…) with OR"),
                );
            }
        }
        let mut queries: Vec<Box<dyn TantivyQuery>> = Vec::new();
        for mut terms in combinations {
            terms.sort();
            terms.dedup();
            // Terms at one position are terms of one event: a phrase whose words all stand at
            // the same place.
            queries.push(match terms.len() {
                0 => Box::new(EmptyQuery),
                1 => term_query(terms.remove(0)),
                _ => Box::new(PhraseQuery::new_with_offset(
                    terms.into_iter().map(|term| (0, term)).collect(),
                )),
            });
        }
        let found: Box<dyn TantivyQuery> = match queries.len() {
            1 => queries.remove(0),
            _ => Box::new(BooleanQuery::union(queries)),
        };
        Ok(constant(match self.least {
            0 => found,
            least => Box::new(SureQuery {
                found,
                clause: Some(sets.clone()),
                least,
            }),
        }))
    }
}

/// The role in an event whose values a field holds.
fn role_of(field: &str) -> Option<Role> {
    match field {
        "cameo" | "quad" => Some(Role::Action),
        field => [
            Role::By,
            Role::To,
            Role::At,
            Role::Action,
            Role::Mode,
            Role::Sector,
        ]
        .into_iter()
        .find(|role| role.name() == field),
    }
}

/// What `action:` may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A PLOVER type.
    Plover(Plover),
    /// A CAMEO code, or a label of one.
    Cameo(CameoCode),
    /// A quad class, by name or as `Q1` to `Q4`.
    Quad(Quad),
}

impl Action {
    /// The action called `name`.
    ///
    /// # Errors
    /// When no ontology holds it.
    pub fn parse(name: &str) -> Result<Self, UnknownName> {
        let spaced = name.trim().replace('_', " ");
        let quad = Quad::ALL.into_iter().find(|quad| {
            quad.name().replace('_', " ").eq_ignore_ascii_case(&spaced)
                || format!("Q{}", quad.number()).eq_ignore_ascii_case(&spaced)
        });
        if let Some(quad) = quad {
            return Ok(Action::Quad(quad));
        }
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return CameoCode::parse(name).map(Action::Cameo);
        }
        if let Some(code) = CameoCode::from_label(&spaced) {
            return Ok(Action::Cameo(code));
        }
        Plover::parse(name)
            .map(Action::Plover)
            .map_err(|error| UnknownName {
                what: "action",
                ..error
            })
    }

    fn term(self) -> String {
        match self {
            Action::Plover(plover) => format!("action:{plover}"),
            Action::Cameo(code) => format!("action:{code}"),
            Action::Quad(quad) => format!("action:{}", quad.name()),
        }
    }
}

fn term_query(term: Term) -> Box<dyn TantivyQuery> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

/// The words next to each other, or within `slop`; `None` when there is none.
fn phrase_query(
    field: Field,
    terms: &[(usize, String)],
    slop: u32,
    option: IndexRecordOption,
) -> Option<Box<dyn TantivyQuery>> {
    let term = |text: &str| Term::from_field_text(field, text);
    let (_, last) = terms.last()?;
    let all = terms.iter().map(|(at, text)| (*at, term(text))).collect();
    // A single character of a script without spaces begins a pair, or is the last of its run.
    Some(match (terms.len(), analyzer::is_single(last)) {
        (1, true) => Box::new(InvertedIndexRangeQuery::new(
            Bound::Included(term(last)),
            Bound::Excluded(term(&format!("{last}{}", char::MAX))),
        )),
        (1, false) => Box::new(TermQuery::new(term(last), option)),
        (_, true) if slop == 0 => {
            let mut phrase = PhrasePrefixQuery::new_with_offset(all);
            phrase.set_max_expansions(MOST_PAIRS);
            Box::new(phrase)
        }
        _ => Box::new(PhraseQuery::new_with_offset_and_slop(all, slop)),
    })
}

fn any_of(terms: impl Iterator<Item = Term>) -> Box<dyn TantivyQuery> {
    Box::new(BooleanQuery::union(terms.map(term_query).collect()))
}

/// A filter: it says whether an article matches, not how well.
fn constant(query: Box<dyn TantivyQuery>) -> Box<dyn TantivyQuery> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn exists(name: &str) -> Box<dyn TantivyQuery> {
    constant(Box::new(ExistsQuery::new(name.to_owned(), false)))
}

fn refused(error: UnknownName, value: &Value) -> QueryError {
    let hint = error.hint();
    let refused = QueryError::new(error.to_string(), value.span);
    match hint {
        Some(hint) => refused.hint(hint),
        None => refused,
    }
}

fn unsupported(value: &Value, field: &str) -> QueryError {
    let form = match value.kind {
        ValueKind::Prefix(_) => "a prefix",
        ValueKind::Wildcard(_) => "a wildcard",
        ValueKind::Fuzzy { .. } => "a fuzzy word",
        ValueKind::Regex(_) => "a regular expression",
        ValueKind::Range(_) => "a range",
        _ => "this",
    };
    QueryError::new(
        match field {
            "title" | "text" => format!("{form} is not supported yet"),
            _ => format!("{form} is not supported for `{field}`"),
        },
        value.span,
    )
}

fn no_date(text: &str, value: &Value) -> QueryError {
    QueryError::new(format!("\"{text}\" is not a date"), value.span)
        .hint("write a year, month or day: 2024, 2024-03 or 2024-03-12")
}

/// The first and last day, as numbers, of a year, month or day.
pub fn days_of(text: &str) -> Option<(u64, u64)> {
    let mut parts = text.trim().split('-');
    let number = |part: Option<&str>, digits: usize| -> Option<Option<u64>> {
        match part {
            None => Some(None),
            Some(part) if part.len() <= digits && !part.is_empty() => part.parse().ok().map(Some),
            Some(_) => None,
        }
    };
    let year = number(parts.next(), 4)?.filter(|year| (1000..=9999).contains(year))?;
    let month = number(parts.next(), 2)?;
    let day = number(parts.next(), 2)?;
    if parts.next().is_some() {
        return None;
    }
    match (month, day) {
        (None, _) => Some((year * 10_000 + 101, year * 10_000 + 1231)),
        (Some(month), None) => (1..=12).contains(&month).then_some((
            year * 10_000 + month * 100 + 1,
            year * 10_000 + month * 100 + 31,
        )),
        (Some(month), Some(day)) => {
            jiff::civil::Date::new(year as i16, month as i8, day as i8).ok()?;
            let number = year * 10_000 + month * 100 + day;
            Some((number, number))
        }
    }
}

/// The days of a range. A bound that is a month or year takes all of its days, or none of them
/// where the range excludes it.
fn days_between(range: &Range, value: &Value) -> Result<(Bound<u64>, Bound<u64>), QueryError> {
    let day = |text: &str| days_of(text).ok_or_else(|| no_date(text, value));
    let (from, to) = range.bounds();
    let from = match from {
        Bound::Included(text) => Bound::Included(day(text)?.0),
        Bound::Excluded(text) => Bound::Excluded(day(text)?.1),
        Bound::Unbounded => Bound::Unbounded,
    };
    let to = match to {
        Bound::Included(text) => Bound::Included(day(text)?.1),
        Bound::Excluded(text) => Bound::Excluded(day(text)?.0),
        Bound::Unbounded => Bound::Unbounded,
    };
    if let (Bound::Included(from), Bound::Included(to)) = (from, to)
        && from > to
    {
        return Err(QueryError::new(
            "the range ends before it starts",
            value.span,
        ));
    }
    Ok((from, to))
}

fn closed((from, to): (Bound<u64>, Bound<u64>)) -> (u64, u64) {
    let from = match from {
        Bound::Included(day) => day,
        Bound::Excluded(day) => day + 1,
        Bound::Unbounded => 10_000_101,
    };
    let to = match to {
        Bound::Included(day) => day,
        Bound::Excluded(day) => day - 1,
        Bound::Unbounded => 99_991_231,
    };
    (from, to)
}

/// The fewest terms of years, months and days that cover a range; `None` when they are too many.
fn day_terms(first: u64, last: u64) -> Option<Vec<String>> {
    let mut terms = Vec::new();
    let mut day = first;
    while day <= last {
        let (year, month) = (day / 10_000, day / 100);
        if day % 10_000 <= 101 && year * 10_000 + 1231 <= last {
            terms.push(format!("on:{year}"));
            day = (year + 1) * 10_000 + 101;
        } else if day % 100 <= 1 && month * 100 + 31 <= last {
            terms.push(format!("on:{month}"));
            day = if month % 100 >= 12 {
                (year + 1) * 10_000 + 101
            } else {
                (month + 1) * 100 + 1
            };
        } else {
            terms.push(format!("on:{day}"));
            day = match day % 100 {
                31.. if month % 100 >= 12 => (year + 1) * 10_000 + 101,
                31.. => (month + 1) * 100 + 1,
                _ => day + 1,
            };
        }
        if terms.len() > 400 {
            return None;
        }
    }
    Some(terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_years_months_and_days() {
        assert_eq!(days_of("2024"), Some((20240101, 20241231)));
        assert_eq!(days_of("2024-3"), Some((20240301, 20240331)));
        assert_eq!(days_of("2024-02-29"), Some((20240229, 20240229)));
        for wrong in [
            "24",
            "2024-13",
            "2023-02-29",
            "2024-03-12-1",
            "March",
            "",
            "-",
        ] {
            assert_eq!(days_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn covers_ranges_with_few_terms() {
        assert_eq!(
            day_terms(20231230, 20250201).unwrap(),
            [
                "on:20231230",
                "on:20231231",
                "on:2024",
                "on:202501",
                "on:20250201"
            ]
        );
    }

    #[test]
    fn knows_actions_by_every_name() {
        for (name, action) in [
            ("sanction", Action::Plover(Plover::Sanction)),
            ("163", Action::Cameo(CameoCode::parse("163").unwrap())),
            ("Q4", Action::Quad(Quad::MaterialConflict)),
            ("material conflict", Action::Quad(Quad::MaterialConflict)),
        ] {
            assert_eq!(Action::parse(name).unwrap(), action);
        }
        assert_eq!(
            Action::parse("SANCTON").unwrap_err().nearest.as_deref(),
            Some("SANCTION")
        );
    }
}
