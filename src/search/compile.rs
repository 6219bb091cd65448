//! Compiling a query: from the tree of [`query`](super::query) to tantivy's queries.
//!
//! A value is resolved here: `country:Colombia` to the code `CO`, `date:2024-03` to a range of
//! days. What no vocabulary holds is refused with the nearest name that it does.

use super::absent::Absent;
use super::matching::OneEvent;
use super::near::near_query;
use super::pattern::{Against, Pattern, Read};
use super::query::{Clause, EventClause, Query, QueryError, Range, Role, Value, ValueKind};
use super::sought::Sought;
use super::stories::StoryQuery;
use crate::index::analyzer::{self, Vocabulary};
use crate::index::document::{ARTICLE, actor_term, confidences_between};
use crate::index::fields::{self, FieldRow, Fields, Kind};
use crate::ontology::{CameoCode, Mode, Place, Plover, Quad, Sector, UnknownName};
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, ExistsQuery, InvertedIndexRangeQuery, Occur,
    PhrasePrefixQuery, PhraseQuery, Query as TantivyQuery, RangeQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::TextAnalyzer;

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
    /// Which articles match.
    pub query: Box<dyn TantivyQuery>,
    /// The event clauses, as terms, but for those that must not hold. An event matches the query
    /// when it matches one of them, or when there is none.
    pub events: Vec<EventTerms>,
    /// What it looks for in titles and texts, for scores and marks.
    pub(super) sought: Sought,
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
    };
    Ok(Compiled {
        query: compiler.query(query)?,
        events: compiler.events,
        sought: Sought::of(query),
    })
}

struct Compiler<'a> {
    fields: &'a Fields,
    /// One for each vocabulary that the index holds.
    prose: Vec<TextAnalyzer>,
    names: TextAnalyzer,
    least: u8,
    events: Vec<EventTerms>,
}

impl Compiler<'_> {
    fn query(&mut self, query: &Query) -> Result<Box<dyn TantivyQuery>, QueryError> {
        Ok(match query {
            Query::All(_) => constant(self.articles()),
            Query::And(parts, _) => {
                let mut clauses = Vec::new();
                for part in parts {
                    clauses.push(self.query(part)?);
                }
                Box::new(BooleanQuery::intersection(clauses))
            }
            Query::Or(parts, _) => {
                let mut clauses = Vec::new();
                for part in parts {
                    clauses.push((Occur::Should, self.query(part)?));
                }
                Box::new(BooleanQuery::new(clauses))
            }
            Query::Not(inner, _) => constant(Box::new(Absent {
                among: self.articles(),
                absent: self.negated(inner)?,
            })),
            Query::Boost(inner, boost, _) => Box::new(BoostQuery::new(self.query(inner)?, *boost)),
            Query::Clause(clause) => self.clause(clause)?,
            Query::Event(event) => {
                let terms = self.event(event)?;
                let query = self.event_query(&terms);
                self.events.push(terms);
                query
            }
        })
    }

    /// A part that must not hold: no event matches by it.
    fn negated(&mut self, query: &Query) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let events = self.events.len();
        let compiled = self.query(query);
        self.events.truncate(events);
        compiled
    }

    fn articles(&self) -> Box<dyn TantivyQuery> {
        term_query(Term::from_field_text(self.fields.kind, ARTICLE))
    }

    fn clause(&mut self, clause: &Clause) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let Some(field) = clause.field else {
            let title = self.prose("title", &clause.value)?;
            let text = self.prose("text", &clause.value)?;
            return Ok(Box::new(BooleanQuery::union(vec![title, text])));
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
            Kind::Id => self.exact(row, &clause.value),
            // Files are documents too, and have a path.
            Kind::Exact => {
                let found = self.exact(row, &clause.value)?;
                let articles = constant(self.articles());
                Ok(Box::new(BooleanQuery::intersection(vec![found, articles])))
            }
        }
    }

    /// A string as it is.
    fn exact(
        &self,
        row: &fields::FieldRow,
        value: &Value,
    ) -> Result<Box<dyn TantivyQuery>, QueryError> {
        match &value.kind {
            ValueKind::Word(text) | ValueKind::Phrase { text, .. } => Ok(term_query(
                Term::from_field_text(self.fields.get(row.name), text),
            )),
            ValueKind::Any => Ok(self.articles()),
            _ => match Pattern::read(value, Against::Strings)? {
                Read::Pattern(pattern) => Ok(constant(pattern.query(self.fields.get(row.name)))),
                _ => Err(unsupported(value, row.name)),
            },
        }
    }

    /// Words or a phrase in a prose field.
    fn prose(&mut self, name: &str, value: &Value) -> Result<Box<dyn TantivyQuery>, QueryError> {
        let field = self.fields.get(name);
        let (text, slop) = match &value.kind {
            ValueKind::Word(text) => (text.clone(), 0),
            ValueKind::Phrase { text, slop } => (text.clone(), *slop),
            ValueKind::Any => return Ok(constant(any_term(field))),
            _ => match Pattern::read(value, Against::Words)? {
                Read::Pattern(pattern) => {
                    return Ok(pattern.query(match name {
                        "title" => self.fields.title_seen,
                        _ => self.fields.text_seen,
                    }));
                }
                Read::Word(text) => (text, 0),
                Read::Other => return Err(unsupported(value, name)),
            },
        };
        let text = &*text;
        // The same words in each language: an article is of one, so at most one of them scores.
        let mut phrases: Vec<Vec<(usize, String)>> = Vec::new();
        for analyzer in &mut self.prose {
            let terms = analyzer::placed_terms(analyzer, text);
            if !terms.is_empty() && !phrases.contains(&terms) {
                phrases.push(terms);
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
        let field = self.fields.get(row.name);
        let (text, slop) = match &value.kind {
            ValueKind::Word(text) => (text.clone(), 0),
            ValueKind::Phrase { text, slop } => (text.clone(), *slop),
            ValueKind::Any => return Ok(exists(row.name)),
            _ => match Pattern::read(value, Against::Words)? {
                Read::Pattern(pattern) => return Ok(constant(pattern.query(field))),
                Read::Word(text) => (text, 0),
                Read::Other => return Err(unsupported(value, row.name)),
            },
        };
        let terms = analyzer::placed_terms(&mut self.names, &text);
        phrase_query(field, &terms, slop, IndexRecordOption::Basic)
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
            // The field holds countries, which all lie in the world.
            (ValueKind::Any, Role::By | Role::To | Role::At) => {
                vec![format!("{}:{WORLD}", role.name())]
            }
            _ => self.event_terms(role, value)?,
        };
        Ok(self.event_query(&vec![self.terms(&any_of)]))
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
            return Ok(day_terms(first, last));
        }
        if role == Role::Confidence {
            return confidence_terms(value);
        }
        let text = match &value.kind {
            ValueKind::Word(text) | ValueKind::Phrase { text, .. } => text,
            ValueKind::Any => return Ok(any_terms(role)),
            _ => return Err(unsupported(value, role.name())),
        };
        let terms = match role {
            Role::By | Role::To | Role::At => self.role_terms(role.name(), text),
            Role::Action => Action::parse(text).map(|action| vec![action.term()]),
            Role::Mode => Mode::parse(text).map(|mode| vec![mode_term(mode)]),
            Role::Sector => Sector::parse(text).map(|sector| vec![sector_term(sector)]),
            Role::On | Role::Confidence => Ok(Vec::new()),
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
    fn event_query(&self, sets: &EventTerms) -> Box<dyn TantivyQuery> {
        let mut found: Vec<_> = sets.iter().map(|set| any_of(set.iter().cloned())).collect();
        if found.len() == 1 && self.least == 0 {
            return constant(found.remove(0));
        }
        constant(Box::new(OneEvent {
            found: Box::new(BooleanQuery::intersection(found)),
            sets: sets.clone(),
            least: self.least,
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

fn mode_term(mode: Mode) -> String {
    format!("mode:{}", mode.name())
}

fn sector_term(sector: Sector) -> String {
    format!("sector:{}", sector.code())
}

/// The terms of which every event with that role has one.
fn any_terms(role: Role) -> Vec<String> {
    match role {
        Role::Action => Quad::ALL.map(|quad| Action::Quad(quad).term()).to_vec(),
        Role::Mode => Mode::ALL.map(mode_term).to_vec(),
        Role::Sector => Sector::ALL.iter().copied().map(sector_term).collect(),
        Role::Confidence => confidences_between(0, 100),
        Role::By | Role::To | Role::At | Role::On => vec![format!("{}:*", role.name())],
    }
}

/// The terms of a range of confidences, which have two decimals.
fn confidence_terms(value: &Value) -> Result<Vec<String>, QueryError> {
    let wrong = |message: &str| {
        QueryError::new(message, value.span)
            .hint("write a range of shares with at most two decimals, as in confidence:>=0.8")
    };
    let range = match &value.kind {
        ValueKind::Range(range) => range,
        ValueKind::Any => return Ok(any_terms(Role::Confidence)),
        _ => return Err(wrong("a confidence is asked for by a range")),
    };
    let hundredths = |text: &str| {
        let share: Option<f64> = text
            .parse()
            .ok()
            .filter(|share| (0.0..=1.0).contains(share));
        let hundredths = share.map(|share| (share * 100.0).round());
        let exact =
            hundredths.filter(|n| share.is_some_and(|share| (n / 100.0 - share).abs() < 1e-9));
        exact
            .map(|n| n as u8)
            .ok_or_else(|| wrong("a confidence is from 0 to 1"))
    };
    let (from, to) = range.bounds();
    let least = match from {
        Bound::Included(text) => hundredths(text)?,
        Bound::Excluded(text) => hundredths(text)? + 1,
        Bound::Unbounded => 0,
    };
    // One more than the most, so that there may be none.
    let end = match to {
        Bound::Included(text) => hundredths(text)? + 1,
        Bound::Excluded(text) => hundredths(text)?,
        Bound::Unbounded => 101,
    };
    if least >= end {
        return Err(wrong("no confidence lies in the range"));
    }
    Ok(confidences_between(least, end - 1))
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

    /// The code that stands for it in an index.
    pub fn code(self) -> String {
        match self {
            Action::Plover(plover) => plover.name().to_owned(),
            Action::Cameo(code) => code.to_string(),
            Action::Quad(quad) => quad.name().to_owned(),
        }
    }

    fn term(self) -> String {
        format!("action:{}", self.code())
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
        _ if slop > 0 => near_query(field, terms, slop, option),
        (_, true) => {
            let mut phrase = PhrasePrefixQuery::new_with_offset(all);
            phrase.set_max_expansions(MOST_PAIRS);
            Box::new(phrase)
        }
        _ => Box::new(PhraseQuery::new_with_offset(all)),
    })
}

fn any_of(terms: impl Iterator<Item = Term>) -> Box<dyn TantivyQuery> {
    let mut queries: Vec<_> = terms.map(term_query).collect();
    match queries.len() {
        1 => queries.remove(0),
        _ => Box::new(BooleanQuery::union(queries)),
    }
}

/// Articles with any word in a field of prose.
fn any_term(field: Field) -> Box<dyn TantivyQuery> {
    Box::new(InvertedIndexRangeQuery::new(
        Bound::Included(Term::from_field_text(field, "")),
        Bound::Unbounded,
    ))
}

/// A filter: it says whether an article matches, not how well.
fn constant(query: Box<dyn TantivyQuery>) -> Box<dyn TantivyQuery> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

fn exists(name: &str) -> Box<dyn TantivyQuery> {
    constant(Box::new(ExistsQuery::new(name.to_owned(), false)))
}

fn refused(error: UnknownName, value: &Value) -> QueryError {
    let hint = error.hint().or_else(|| all_of(error.what));
    let refused = QueryError::new(error.to_string(), value.span);
    match hint {
        Some(hint) => refused.hint(hint),
        None => refused,
    }
}

/// What there is of a kind, where that is little.
fn all_of(what: &str) -> Option<String> {
    Some(match what {
        "action" => {
            let all = Plover::ALL.map(|plover| plover.name());
            format!("{}; or a CAMEO code, or Q1 to Q4", all.join(", "))
        }
        "mode" => Mode::ALL.map(Mode::name).join(", "),
        "sector" => {
            let all = Sector::ALL.iter();
            let all: Vec<String> = all
                .map(|sector| format!("{} ({})", sector.code(), sector.label()))
                .collect();
            all.join(", ")
        }
        _ => return None,
    })
}

fn unsupported(value: &Value, name: &str) -> QueryError {
    let form = match value.kind {
        ValueKind::Prefix(_) => "a prefix",
        ValueKind::Wildcard(_) => "a wildcard",
        ValueKind::Fuzzy { .. } => "a fuzzy word",
        ValueKind::Regex(_) => "a regular expression",
        ValueKind::Range(_) => "a range",
        _ => "this",
    };
    let hint = match (&value.kind, name) {
        (ValueKind::Range(_), _) => "`date` has ranges and, inside event(…), `on` and `confidence`",
        (_, "date" | "on") => DATES,
        _ => "write it out: a code, or a name in quotes",
    };
    QueryError::new(format!("{form} is not supported for `{name}`"), value.span).hint(hint)
}

/// How dates are written.
const DATES: &str = "write a year, month or day: 2024, 2024-03 or 2024-03-12";

fn no_date(text: &str, value: &Value) -> QueryError {
    QueryError::new(format!("\"{text}\" is not a date"), value.span).hint(DATES)
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

/// The fewest terms of centuries, decades, years, months and days that cover a range.
fn day_terms(first: u64, last: u64) -> Vec<String> {
    let mut terms = Vec::new();
    let mut day = first;
    while day <= last {
        let (year, month) = (day / 10_000, day / 100);
        let starts_year = day % 10_000 <= 101;
        let until = |year: u64| year * 10_000 + 1231;
        if starts_year && year % 100 == 0 && until(year + 99) <= last {
            terms.push(format!("on:{}xx", year / 100));
            day = (year + 100) * 10_000 + 101;
        } else if starts_year && year % 10 == 0 && until(year + 9) <= last {
            terms.push(format!("on:{}x", year / 10));
            day = (year + 10) * 10_000 + 101;
        } else if starts_year && until(year) <= last {
            terms.push(format!("on:{year}"));
            day = (year + 1) * 10_000 + 101;
        } else if day % 100 <= 1 && month * 100 + 31 <= last {
            terms.push(format!("on:{month}"));
            day = after_month(month);
        } else {
            terms.push(format!("on:{day}"));
            day = match day % 100 {
                31.. => after_month(month),
                _ => day + 1,
            };
        }
    }
    terms
}

/// The first day after a month.
fn after_month(month: u64) -> u64 {
    match month % 100 {
        12.. => (month / 100 + 1) * 10_000 + 101,
        _ => (month + 1) * 100 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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

    /// Text of what queries and values are made of.
    fn any_query() -> impl Strategy<Value = String> {
        let fields = fields::TABLE.iter().map(|row| format!("{}:", row.name));
        let roles = Role::ALL.iter().map(|role| format!("{}:", role.name()));
        let rest = [
            "event(",
            "event(",
            "(",
            ")",
            " OR ",
            " ",
            " ",
            " -",
            "\"",
            "\"~3",
            "*",
            "?",
            "~2",
            "^2",
            "/",
            "..",
            ">=",
            "<",
            "US",
            "Europe",
            "SANCTION",
            "Q4",
            "163",
            "planned",
            "MIL",
            "0.5",
            "1",
            "2024-02",
            "9999",
            "1000-01-01",
            "0",
            "-",
            "sanctions",
            "É",
            "ß",
            "北京",
            "น้ำ",
            "İ",
            "'s",
            "U.S.",
            "&",
            ".",
            "[a-",
            "]",
            "{9}",
            "\\p{L}",
            "\u{1}",
            "\u{301}",
            "\u{200d}",
        ];
        let pieces: Vec<String> = fields.chain(roles).chain(rest.map(str::to_owned)).collect();
        let piece = prop_oneof![
            9 => prop::sample::select(pieces),
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 5_000, failure_persistence: None, ..Default::default()
        })]

        #[test]
        fn whatever_is_typed_compiles_or_is_refused_in_place(text in any_query(), least in 0..2_u8) {
            let fields = Fields::new();
            let held = Held {
                fields: &fields,
                vocabularies: ["en", "fr", "tr", "ar"]
                    .map(|language| Vocabulary::of(Some(language)))
                    .to_vec(),
                least,
            };
            let query = crate::search::query::parse(&text, &field_names());
            if let Err(error) = query.and_then(|query| compile(&query, &held).map(|_| ())) {
                prop_assert!(text.get(error.span.clone()).is_some(), "{error:?} of {text:?}");
            }
        }
    }

    #[test]
    fn covers_ranges_with_few_terms() {
        assert_eq!(
            day_terms(20231230, 20250201),
            [
                "on:20231230",
                "on:20231231",
                "on:2024",
                "on:202501",
                "on:20250201"
            ]
        );
        assert_eq!(
            day_terms(20080101, 99991231)[..5],
            ["on:2008", "on:2009", "on:201x", "on:202x", "on:203x"]
        );
        assert!(day_terms(10_000_102, 99_991_230).len() < 250);
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
