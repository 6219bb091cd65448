//! Filters: what the options of a command add to a query.

use super::SearchError;
use super::compile::{Compiled, Held, compile, field_names};
use super::query::{
    Clause, EventClause, Field, Query, Range, Role, RoleClause, Span, Value, ValueKind, parse,
};
use super::sought::any_of;

/// Filters by field. Several values of one filter mean any of them; different filters must all
/// hold; `by`, `action`, `to`, `at` and `mode` together hold within one event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// Countries or regions mentioned.
    pub country: Vec<String>,
    /// Actions: PLOVER types, CAMEO codes, quad classes.
    pub action: Vec<String>,
    /// Actors: countries, regions, sectors, names.
    pub by: Vec<String>,
    /// Targets.
    pub to: Vec<String>,
    /// Places of events.
    pub at: Vec<String>,
    /// Modes of events.
    pub mode: Vec<String>,
    /// The least confidence of events, in hundredths: others are taken as not there, whatever the
    /// query asks, and are not in what is found.
    pub min_confidence: u8,
    /// People named.
    pub person: Vec<String>,
    /// Organisations named.
    pub org: Vec<String>,
    /// Places named.
    pub place: Vec<String>,
    /// Who published the article.
    pub outlet: Vec<String>,
    /// The article's language.
    pub language: Vec<String>,
    /// The article's subjects.
    pub topic: Vec<String>,
    /// The first day, month or year of publication.
    pub since: Option<String>,
    /// The last day, month or year of publication.
    pub until: Option<String>,
}

/// A query and filters: which articles are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The query; empty for all articles.
    pub query: String,
    /// The filters.
    pub filters: Filters,
    /// Whether an article need hold only one of the query's words, phrases and patterns, and not
    /// all. What names a field, what is negated, events and filters must hold all the same.
    /// Words that are in nearly every text, such as "the", are then no reason to match unless the
    /// query has no others.
    pub any: bool,
}

impl Request {
    /// A request without filters.
    pub fn new(query: impl Into<String>) -> Self {
        Self {
            query: query.into(),
            ..Self::default()
        }
    }

    /// The same request without the filter called `name`; `None` where that filter asks nothing.
    pub fn without(&self, name: &str) -> Option<Self> {
        if self.filters.values(name).is_empty() {
            return None;
        }
        let mut request = self.clone();
        request.filters.clear(name);
        Some(request)
    }

    /// All articles of the same time, and their events that are as sure: what shares are taken of.
    pub fn of_all(&self) -> Self {
        Self {
            any: false,
            query: String::new(),
            filters: Filters {
                since: self.filters.since.clone(),
                until: self.filters.until.clone(),
                min_confidence: self.filters.min_confidence,
                ..Filters::default()
            },
        }
    }

    /// Reads the query and checks every value in it and in the filters.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place in the query or the filter's name.
    pub fn compile(&self, held: &Held<'_>) -> Result<Compiled, SearchError> {
        let held = &Held {
            least: self.filters.min_confidence,
            ..held.clone()
        };
        let query = parse(&self.query, &field_names())?;
        let sought = compile(&query, held)?.sought;
        let query = match self.any {
            true => any_of(query, &held.vocabularies),
            false => query,
        };
        let mut parts = vec![query];
        for (name, clause) in self.filters.clauses() {
            // Checked one by one, so that an error can name the filter it comes from.
            check(name, &clause, held)?;
            parts.push(clause);
        }
        let whole = match parts.len() {
            1 => parts.remove(0),
            _ => Query::And(
                parts
                    .into_iter()
                    .filter(|part| !matches!(part, Query::All(_)))
                    .collect(),
                NOWHERE,
            ),
        };
        Ok(Compiled {
            sought,
            ..compile(&whole, held)?
        })
    }
}

/// Checks the values of a filter; those of an event role by role.
fn check(name: &'static str, clause: &Query, held: &Held<'_>) -> Result<(), SearchError> {
    if let Query::Event(event) = clause {
        for role in &event.roles {
            let alone = EventClause {
                roles: vec![role.clone()],
                span: NOWHERE,
            };
            compile(&Query::Event(alone), held).map_err(|error| SearchError::Filter {
                name: role.role.name(),
                error,
            })?;
        }
    }
    compile(clause, held).map_err(|error| SearchError::Filter { name, error })?;
    Ok(())
}

/// Filters stand nowhere in the text of the query.
pub(super) const NOWHERE: Span = Span { start: 0, end: 0 };

impl Filters {
    /// The values of the filter called `name`.
    pub fn values(&self, name: &str) -> &[String] {
        match name {
            "country" => &self.country,
            "action" => &self.action,
            "by" => &self.by,
            "to" => &self.to,
            "at" => &self.at,
            "mode" => &self.mode,
            "person" => &self.person,
            "org" => &self.org,
            "place" => &self.place,
            "outlet" => &self.outlet,
            "language" => &self.language,
            "topic" => &self.topic,
            _ => &[],
        }
    }

    fn clear(&mut self, name: &str) {
        match name {
            "country" => self.country.clear(),
            "action" => self.action.clear(),
            "by" => self.by.clear(),
            "to" => self.to.clear(),
            "at" => self.at.clear(),
            "mode" => self.mode.clear(),
            "person" => self.person.clear(),
            "org" => self.org.clear(),
            "place" => self.place.clear(),
            "outlet" => self.outlet.clear(),
            "language" => self.language.clear(),
            "topic" => self.topic.clear(),
            _ => {}
        }
    }

    pub(super) fn clauses(&self) -> Vec<(&'static str, Query)> {
        let mut clauses = Vec::new();
        let fields = [
            ("country", &self.country),
            ("person", &self.person),
            ("org", &self.org),
            ("place", &self.place),
            ("outlet", &self.outlet),
            ("language", &self.language),
            ("topic", &self.topic),
        ];
        for (name, values) in fields {
            let mut any: Vec<Query> = values
                .iter()
                .map(|text| clause(name, phrase(text)))
                .collect();
            match any.len() {
                0 => {}
                1 => clauses.push((name, any.remove(0))),
                _ => clauses.push((name, Query::Or(any, NOWHERE))),
            }
        }
        let roles = [
            (Role::By, &self.by),
            (Role::Action, &self.action),
            (Role::To, &self.to),
            (Role::At, &self.at),
            (Role::Mode, &self.mode),
        ];
        let roles: Vec<RoleClause> = roles
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .map(|(role, values)| RoleClause {
                role,
                any_of: values.iter().map(|text| phrase(text)).collect(),
                span: NOWHERE,
            })
            .collect();
        if let [first, ..] = &roles[..] {
            // An error names the first role; with several, the value itself tells them apart.
            let name = first.role.name();
            clauses.push((
                name,
                Query::Event(EventClause {
                    roles,
                    span: NOWHERE,
                }),
            ));
        }
        for (name, bound) in [("since", &self.since), ("until", &self.until)] {
            if let Some(text) = bound {
                let range = match name {
                    "since" => Range::AtLeast(text.clone()),
                    _ => Range::AtMost(text.clone()),
                };
                let value = Value {
                    kind: ValueKind::Range(range),
                    span: NOWHERE,
                };
                clauses.push((name, clause("date", value)));
            }
        }
        clauses
    }
}

fn clause(field: &'static str, value: Value) -> Query {
    let field = Some(Field {
        name: field,
        span: NOWHERE,
    });
    Query::Clause(Clause {
        field,
        value,
        span: NOWHERE,
    })
}

fn phrase(text: &str) -> Value {
    Value {
        kind: ValueKind::Phrase {
            text: text.to_owned(),
            slop: 0,
        },
        span: NOWHERE,
    }
}
