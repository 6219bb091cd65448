//! Why an article was found and why it ranks where it does; and why nothing was found.

use super::compile::{Compiled, Held, compile};
use super::matching::EventMatcher;
use super::page::Course;
use super::query::EventClause;
use super::ranking::Contribution;
use super::sought::{Sought, Unit, any_of};
use super::{Hit, Index, Query, Request, SearchError, SearchOptions};
use crate::index::analyzer::{self, Vocabulary};
use serde::Serialize;
use tantivy::query::{EnableScoring, Query as TantivyQuery};
use tantivy::{DocAddress, Searcher};

/// Why an article was found, and what its score is made of.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The score of the hit: the sum of those of its parts, what its age takes, and the rest.
    pub score: f32,
    /// Each clause of the query and of the filters.
    pub parts: Vec<Part>,
    /// What the article's age takes from the score, zero or less; none where ages do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recency: Option<f32>,
    /// What the score holds beside the parts.
    pub rest: f32,
    /// How many words the article's text has: of two that say a word as often, the shorter one
    /// ranks higher.
    pub words: u64,
    /// How many words texts have on average.
    pub average_words: u64,
}

/// A clause of a request, seen from one article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The clause, as queries write it.
    pub clause: String,
    /// The option that it comes from, such as `country`; none for a clause of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<&'static str>,
    /// Whether it holds of the article.
    pub holds: bool,
    /// Whether it is one that must not hold.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
    /// What it adds to the score. Fields other than title and text say only whether they hold.
    pub score: f32,
    /// Where its words stand in the article.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<InField>,
    /// How many events of the article it matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<u64>,
    /// Of how many articles of the index it holds: what few hold counts more.
    pub articles: u64,
}

/// A field in which words of a clause stand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InField {
    /// `title` or `text`.
    pub field: &'static str,
    /// How many words of the clause stand there.
    pub times: u64,
    /// What that adds to the score.
    pub score: f32,
}

/// What a request finds without one of its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Without {
    /// The part, as queries write it: a clause, or a role of an event.
    pub clause: String,
    /// The option that it comes from; none for a part of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<&'static str>,
    /// How many articles the other parts find together.
    pub others: u64,
    /// How many articles it finds alone.
    pub alone: u64,
}

/// A smaller part of a score is rounding.
const LEAST: f32 = 5e-4;

/// A clause with what leads to it.
struct Leaf {
    query: Query,
    filter: Option<&'static str>,
    negated: bool,
}

impl Index {
    /// Why a hit of a request was found, and what its score is made of; `options` are those that it
    /// was found with.
    ///
    /// # Errors
    /// When the query or a filter is wrong, or the article is no longer in the index.
    pub fn explain(
        &self,
        request: &Request,
        options: &SearchOptions,
        hit: &Hit,
    ) -> Result<Explanation, SearchError> {
        let searcher = self.reader.searcher();
        let held = self.held_for(&searcher, request)?;
        let address = self
            .find(&searcher, &hit.indexed.id)?
            .ok_or_else(|| SearchError::NoArticle(hit.indexed.id.clone()))?;
        let sought = request.compile(&held)?.sought;
        let vocabularies = &held.vocabularies;
        let course = Course::new(self, &searcher, request, options, &sought, vocabularies)?;
        let segment = searcher.segment_reader(address.segment_ord);
        let scores = Scores {
            sought: &sought,
            added: course
                .scoring
                .of_segment(segment)?
                .contributions(address.doc_id),
        };
        let mut parts = Vec::new();
        for (query, filter) in request.parts(&held)? {
            let mut leaves = Vec::new();
            gather(&query, filter, false, &mut leaves);
            for leaf in leaves {
                parts.push(self.part(&searcher, &held, &scores, address, &leaf)?);
            }
        }
        let known: f32 = parts.iter().map(|part| part.score).sum();
        let recency = course.of_age(&searcher, options, address)?;
        let rest = hit.score - known - recency.unwrap_or_default();
        let text = self.fields.get("text");
        let mut tokens = 0;
        for segment in searcher.segment_readers() {
            tokens += segment.inverted_index(text)?.total_num_tokens();
        }
        let all = self.count_of(&searcher, &self.of_kind(crate::index::document::ARTICLE))?;
        let article = &hit.indexed.article;
        let mut words = 0;
        analyzer::prose(Vocabulary::of(article.language.as_deref()))
            .token_stream(&article.text)
            .process(&mut |_| words += 1);
        Ok(Explanation {
            score: hit.score,
            parts,
            recency,
            rest: if rest.abs() < LEAST { 0.0 } else { rest },
            words,
            average_words: tokens / all.max(1),
        })
    }

    fn part(
        &self,
        searcher: &Searcher,
        held: &Held<'_>,
        scores: &Scores<'_>,
        address: DocAddress,
        leaf: &Leaf,
    ) -> Result<Part, SearchError> {
        let compiled = compile(&leaf.query, held)?;
        let holds = finds(searcher, &*compiled.query, address)?;
        let fields = match leaf.negated {
            true => Vec::new(),
            false => scores.of(&compiled.sought),
        };
        Ok(Part {
            clause: leaf.query.to_string(),
            filter: leaf.filter,
            holds,
            negated: leaf.negated,
            score: fields.iter().map(|found| found.score).sum(),
            fields,
            events: self.matched(searcher, &compiled, address)?,
            articles: self.count_of(searcher, &*compiled.query)?,
        })
    }

    /// How many events of an article a compiled event clause matches.
    fn matched(
        &self,
        searcher: &Searcher,
        compiled: &Compiled,
        address: DocAddress,
    ) -> Result<Option<u64>, SearchError> {
        if compiled.events.is_empty() {
            return Ok(None);
        }
        let segment = searcher.segment_reader(address.segment_ord);
        let mut matcher = EventMatcher::new(segment, &compiled.events, 0)?;
        Ok(Some(matcher.matching(address.doc_id).len() as u64))
    }

    /// What a request finds without each of its parts, and each part alone: which of them leaves
    /// nothing to be found. Nothing for a request of one part.
    ///
    /// # Errors
    /// When the query or a filter is wrong.
    pub fn without(&self, request: &Request) -> Result<Vec<Without>, SearchError> {
        let searcher = self.reader.searcher();
        let held = self.held_for(&searcher, request)?;
        let count = |parts: &[Query], held: &Held<'_>| {
            let query = match parts {
                [one] => one.clone(),
                parts => Query::And(parts.to_vec(), super::filters::NOWHERE),
            };
            self.count_of(&searcher, &*compile(&query, held)?.query)
        };
        let parts = split(request.parts(&held)?);
        let all: Vec<Query> = parts.iter().map(|(query, _)| query.clone()).collect();
        let mut found = Vec::new();
        for (at, (part, filter)) in parts.iter().enumerate() {
            let mut others = all.clone();
            others.remove(at);
            let smaller = smaller_events(part);
            if smaller.is_empty() && !others.is_empty() {
                found.push(Without {
                    clause: part.to_string(),
                    filter: *filter,
                    others: count(&others, &held)?,
                    alone: count(std::slice::from_ref(part), &held)?,
                });
            }
            for (role, event) in smaller {
                let mut others = others.clone();
                others.push(event);
                found.push(Without {
                    clause: role.to_string(),
                    filter: *filter,
                    others: count(&others, &held)?,
                    alone: count(&[role], &held)?,
                });
            }
        }
        if held.least > 0 && !all.is_empty() {
            let unsure = Held {
                least: 0,
                ..held.clone()
            };
            found.push(Without {
                clause: format!("{:.2}", f32::from(held.least) / 100.0),
                filter: Some("min-confidence"),
                others: count(&all, &unsure)?,
                alone: count(&[Query::All(super::filters::NOWHERE)], &held)?,
            });
        }
        Ok(found)
    }

    /// What a request is compiled for.
    fn held_for(&self, searcher: &Searcher, request: &Request) -> Result<Held<'_>, SearchError> {
        // Every value is checked first, so that an error names the filter it comes from.
        request.compile(&self.held(searcher)?)?;
        Ok(Held {
            least: request.filters.min_confidence,
            ..self.held(searcher)?
        })
    }
}

impl Request {
    /// The query and each filter that is set, with its name, all of which must hold.
    fn parts(&self, held: &Held<'_>) -> Result<Vec<(Query, Option<&'static str>)>, SearchError> {
        let mut query = Query::parse(&self.query)?;
        if self.any {
            query = any_of(query, &held.vocabularies);
        }
        let mut parts = vec![(query, None)];
        parts.retain(|(query, _)| !matches!(query, Query::All(_)));
        let filters = self.filters.clauses().into_iter();
        parts.extend(filters.map(|(name, query)| (query, Some(name))));
        Ok(parts)
    }
}

/// The clauses of a query, in its order.
fn gather(query: &Query, filter: Option<&'static str>, negated: bool, leaves: &mut Vec<Leaf>) {
    match query {
        Query::And(parts, _) | Query::Or(parts, _) => parts
            .iter()
            .for_each(|part| gather(part, filter, negated, leaves)),
        Query::Not(part, _) => gather(part, filter, true, leaves),
        Query::Boost(part, _, _) => gather(part, filter, negated, leaves),
        leaf => leaves.push(Leaf {
            query: leaf.clone(),
            filter,
            negated,
        }),
    }
}

/// What each part of what a request looks for adds to the score of an article.
struct Scores<'a> {
    sought: &'a Sought,
    added: Vec<Contribution>,
}

impl Scores<'_> {
    /// What a clause adds by each field; where it is asked for several times, its share.
    fn of(&self, clause: &Sought) -> Vec<InField> {
        let mut fields = Vec::new();
        let asked = |unit: &&Unit| {
            let mut wanted = clause.units.iter();
            wanted.any(|wanted| wanted.look == unit.look && wanted.part == unit.part)
        };
        let units = self.sought.units.iter().enumerate();
        for (at, unit) in units.filter(|(_, unit)| asked(unit)) {
            for found in self.added.iter().filter(|found| found.unit == Some(at)) {
                let share = |score: f64| (score / f64::from(unit.times)) as f32;
                let title = found.score - found.score_of_text;
                fields.extend((found.in_title > 0).then(|| InField {
                    field: "title",
                    times: found.in_title.into(),
                    score: share(title),
                }));
                fields.extend((found.in_text > 0).then(|| InField {
                    field: "text",
                    times: found.in_text.into(),
                    score: share(found.score_of_text),
                }));
            }
        }
        fields
    }
}

/// The parts of which each has to hold.
fn split(parts: Vec<(Query, Option<&'static str>)>) -> Vec<(Query, Option<&'static str>)> {
    let mut all = Vec::new();
    for (query, filter) in parts {
        match query {
            Query::And(parts, _) => all.extend(parts.into_iter().map(|part| (part, filter))),
            query => all.push((query, filter)),
        }
    }
    all
}

/// Each role of an event of several, and the event without it.
fn smaller_events(query: &Query) -> Vec<(Query, Query)> {
    let Query::Event(event) = query else {
        return Vec::new();
    };
    if event.roles.len() < 2 {
        return Vec::new();
    }
    let of = |roles| {
        let span = event.span;
        Query::Event(EventClause { roles, span })
    };
    (0..event.roles.len())
        .map(|at| {
            let mut others = event.roles.clone();
            let role = others.remove(at);
            (of(vec![role]), of(others))
        })
        .collect()
}

/// Whether a query finds a document.
fn finds(
    searcher: &Searcher,
    query: &dyn TantivyQuery,
    address: DocAddress,
) -> tantivy::Result<bool> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let segment = searcher.segment_reader(address.segment_ord);
    let mut found = weight.scorer(segment, 1.0)?;
    Ok(found.doc() <= address.doc_id && found.seek(address.doc_id) == address.doc_id)
}
