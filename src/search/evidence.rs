//! Why an article is counted under a value of a facet: the mentions that lead to a country, and
//! the sentences that tell an event.
//!
//! Counts are made of codes; evidence is read from the stored articles, so it is gathered from the
//! best of those that match and says from how many.

use super::tally::{event_value, is_of_events, of_event};
use super::{Hit, Index, Request, SearchError, facet};
use crate::annotate::{Annotations, Via};
use crate::index::document::EventCode;
use crate::ontology::CountryCode;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The most articles that evidence is gathered from.
const ARTICLES: usize = 200;

/// How many mentions are given for a value of a facet.
const MENTIONS: usize = 5;

/// How many sentences are given for a value of a facet.
const SENTENCES: usize = 3;

/// Words that lead to a country, and how often they do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leading {
    /// The words, as articles have them; in capitals only where no article has them otherwise.
    pub text: String,
    /// How they lead there; `None` in an index of a version that did not say.
    pub via: Option<Via>,
    /// How often they do.
    pub mentions: u64,
    /// In how many articles.
    pub articles: u64,
}

/// What stands behind a value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Evidence {
    /// Of a country or region: words that lead to it.
    Mention(Leading),
    /// Of what events hold: a sentence that tells one.
    Sentence {
        /// The sentence.
        text: String,
        /// The identifier of its article.
        article: String,
    },
}

/// The evidence for each value of a facet.
pub type OfValues = BTreeMap<String, Vec<Evidence>>;

/// The evidence for facets.
#[derive(Debug, Clone, Default)]
pub struct FacetEvidence {
    /// How many articles it was gathered from, the best.
    pub articles: u64,
    /// By facet; one that has no evidence, such as `outlet`, is not in it.
    pub facets: BTreeMap<&'static str, OfValues>,
}

impl Index {
    /// The evidence for the values of `facets` in the best 200 articles that match.
    ///
    /// # Errors
    /// When the query or a filter is wrong, or a facet is none.
    pub fn evidence(
        &self,
        request: &Request,
        facets: &[String],
    ) -> Result<FacetEvidence, SearchError> {
        let names = facets
            .iter()
            .map(|name| facet(name))
            .collect::<Result<Vec<_>, _>>()?;
        let hits = self.search(request, ARTICLES, &[])?.hits;
        let facets = names
            .into_iter()
            .filter(|name| has_evidence(name))
            .map(|name| match is_of_events(name) {
                true => (name, sentences(&hits, name)),
                false => (name, mentions(&hits, name)),
            })
            .collect();
        Ok(FacetEvidence {
            articles: hits.len() as u64,
            facets,
        })
    }
}

/// Whether there is evidence for the values of a facet.
pub fn has_evidence(facet: &str) -> bool {
    matches!(facet, "country" | "region") || is_of_events(facet)
}

/// The words that lead to each country in an article, the most frequent first.
pub fn leading(annotations: &Annotations) -> BTreeMap<CountryCode, Vec<Leading>> {
    let mut tally = LeadingTally::default();
    tally.add(annotations, |country| vec![country]);
    tally.sorted()
}

/// Counts the words that lead to countries, or to what countries lie in.
struct LeadingTally<V> {
    /// By value, words in lower case, and how they lead there. Beside each stands the number of
    /// the last article that has it.
    found: FxHashMap<(V, String, Option<Via>), (Leading, u64)>,
    articles: u64,
}

impl<V> Default for LeadingTally<V> {
    fn default() -> Self {
        Self {
            found: FxHashMap::default(),
            articles: 0,
        }
    }
}

impl<V: Ord + std::hash::Hash> LeadingTally<V> {
    fn add(&mut self, annotations: &Annotations, values: impl Fn(CountryCode) -> Vec<V>) {
        self.articles += 1;
        for entity in &annotations.entities {
            for value in entity.country.map(&values).unwrap_or_default() {
                let text = one_line(&entity.text);
                let new = || Leading {
                    text: text.clone(),
                    via: entity.via,
                    mentions: 0,
                    articles: 0,
                };
                let key = (value, text.to_lowercase(), entity.via);
                let (leading, last) = self.found.entry(key).or_insert_with(|| (new(), 0));
                leading.mentions += 1;
                leading.articles += u64::from(*last < self.articles);
                *last = self.articles;
                // "BOGOTÁ" of a dateline is "Bogotá" in all that follows.
                if !leading.text.contains(char::is_lowercase) {
                    leading.text = text;
                }
            }
        }
    }

    fn sorted(self) -> BTreeMap<V, Vec<Leading>> {
        let mut by_value: BTreeMap<V, Vec<Leading>> = BTreeMap::new();
        for ((value, ..), (leading, _)) in self.found {
            by_value.entry(value).or_default().push(leading);
        }
        for leading in by_value.values_mut() {
            leading.sort_by(|a, b| {
                let order = |of: &Leading| (Reverse((of.mentions, of.articles)), of.via);
                order(a).cmp(&order(b)).then_with(|| a.text.cmp(&b.text))
            });
        }
        by_value
    }
}

fn mentions(hits: &[Hit], facet: &str) -> OfValues {
    let values = |country: CountryCode| match facet {
        "region" => {
            let regions = country.regions().iter();
            regions.map(|region| region.as_str().to_owned()).collect()
        }
        _ => vec![country.to_string()],
    };
    let mut tally = LeadingTally::default();
    for hit in hits {
        tally.add(&hit.indexed.annotations, values);
    }
    let best = |leading: Vec<Leading>| {
        let best = leading.into_iter().take(MENTIONS);
        best.map(Evidence::Mention).collect()
    };
    tally
        .sorted()
        .into_iter()
        .map(|(value, leading)| (value, best(leading)))
        .collect()
}

/// The sentences of events that match: the first that each article has for a value, then the
/// second of each.
fn sentences(hits: &[Hit], facet: &str) -> OfValues {
    let mut by_value: BTreeMap<u64, Vec<(usize, String, &str)>> = BTreeMap::new();
    for hit in hits {
        let mut held: FxHashMap<u64, usize> = FxHashMap::default();
        for event in hit.matching_events() {
            let text = one_line(&event.sentence.text);
            for value in of_event(facet, &EventCode::of(event)) {
                let sentences = by_value.entry(value).or_default();
                // Copies of an article have the same sentences.
                if sentences.iter().all(|(_, other, _)| *other != text) {
                    let nth = held.entry(value).or_default();
                    sentences.push((*nth, text.clone(), &hit.indexed.id));
                    *nth += 1;
                }
            }
        }
    }
    let best = |mut sentences: Vec<(usize, String, &str)>| {
        sentences.sort_by_key(|(nth, _, _)| *nth);
        let best = sentences.into_iter().take(SENTENCES);
        best.map(|(_, text, article)| Evidence::Sentence {
            text,
            article: article.to_owned(),
        })
        .collect()
    };
    by_value
        .into_iter()
        .filter_map(|(value, sentences)| Some((event_value(facet, value)?, best(sentences))))
        .collect()
}

/// Words with one space between them, however their lines were broken.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
