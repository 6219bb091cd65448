//! Why an article is counted under a value of a facet: the sentences that tell an event or hold a
//! name, and for countries and regions the words that lead to them.
//!
//! Counts are made of codes; evidence is read from the stored articles. Counting remembers the best
//! articles of every value, so there is no value without its sentences; words are gathered from
//! the best of all articles that match, and say from how many.

use super::tally::{Told, event_value};
use super::{Facet, FacetCounts, Grouping, Hit, Index, Request, SearchError, SearchOptions};
use crate::annotate::{Annotations, EntityType, Evidence as Sentence, Part, Via};
use crate::article::ByteSpan;
use crate::index::document::EventCode;
use crate::ontology::CountryCode;
use crate::text::{sentences, tokenize};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use tantivy::DocAddress;

/// The most articles that the words of countries are gathered from.
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
    /// A sentence that tells an event or holds a name; of what the source says, such as the
    /// outlet, the headline.
    Sentence {
        /// The sentence, and where it stands.
        #[serde(flatten)]
        sentence: Sentence,
        /// The identifier of its article.
        article: String,
    },
}

/// The evidence for each value of a facet.
pub type OfValues = BTreeMap<String, Vec<Evidence>>;

/// The evidence for facets.
#[derive(Debug, Clone, Default)]
pub struct FacetEvidence {
    /// How many articles words were gathered from, the best; 0 where no facet has words.
    pub articles: u64,
    /// By facet, the evidence for its first values.
    pub facets: BTreeMap<String, OfValues>,
}

impl Index {
    /// The evidence for the first `values` of each facet, as [`Index::search`] counted them for
    /// this request.
    ///
    /// # Errors
    /// When the query or a filter is wrong, or the index cannot be read.
    pub fn evidence(
        &self,
        request: &Request,
        facets: &[FacetCounts],
        values: usize,
    ) -> Result<FacetEvidence, SearchError> {
        let mut evidence = FacetEvidence::default();
        for of in facets {
            let seen = of.without.and_then(|name| request.without(name));
            let seen = seen.as_ref().unwrap_or(request);
            let mut of_values = OfValues::new();
            if has_words(of.facet) {
                let best = SearchOptions::new().limit(ARTICLES);
                let hits = self.search(seen, &best)?.hits;
                evidence.articles = evidence.articles.max(hits.len() as u64);
                of_values = words(&hits, of.facet);
            }
            let shown = of.rows.iter().take(values).map(|row| row.values.join(" "));
            let shown: Vec<String> = shown.collect();
            of_values.retain(|value, _| shown.contains(value));
            for (value, mut sentences) in self.sentences(seen, of.facet, &shown)? {
                of_values.entry(value).or_default().append(&mut sentences);
            }
            evidence.facets.insert(of.facet.to_string(), of_values);
        }
        Ok(evidence)
    }

    /// The sentences behind some values of a facet, from the best articles of each value.
    fn sentences(
        &self,
        request: &Request,
        facet: Facet,
        shown: &[String],
    ) -> Result<OfValues, SearchError> {
        let searcher = self.reader.searcher();
        let compiled = request.compile(&self.held(&searcher)?)?;
        let (mut rows, _) = self.tally(&searcher, request, vec![Grouping::of(facet)], SENTENCES)?;
        let rows = rows.pop().unwrap_or_default();
        let mut read: FxHashMap<DocAddress, Hit> = FxHashMap::default();
        let mut of_values = OfValues::new();
        for value in shown {
            let Some(row) = rows.get(std::slice::from_ref(value)) else {
                continue;
            };
            let addresses: Vec<DocAddress> = row.best().collect();
            for &address in &addresses {
                if let Entry::Vacant(unread) = read.entry(address) {
                    unread.insert(self.hit(&searcher, request, &compiled, 0.0, address)?);
                }
            }
            let hits = addresses.iter().filter_map(|address| read.get(address));
            of_values.insert(value.clone(), best_sentences(hits, facet, value));
        }
        Ok(of_values)
    }
}

/// Whether there are words that lead to the values of a facet.
fn has_words(facet: Facet) -> bool {
    matches!(facet.field(), "country" | "region")
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

fn words(hits: &[Hit], facet: Facet) -> OfValues {
    let values = |country: CountryCode| values_of(facet, country);
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

/// The values of a facet of places that a country is counted under.
fn values_of(facet: Facet, country: CountryCode) -> Vec<String> {
    match facet.field() {
        "region" => {
            let regions = country.regions().iter();
            regions.map(|region| region.as_str().to_owned()).collect()
        }
        _ => vec![country.to_string()],
    }
}

/// The first sentence that each article has for a value, then the second of each.
fn best_sentences<'a>(
    hits: impl Iterator<Item = &'a Hit>,
    facet: Facet,
    value: &str,
) -> Vec<Evidence> {
    let mut found: Vec<(usize, Sentence, &str)> = Vec::new();
    for hit in hits {
        let of_hit = match facet.is_of_events() {
            true => telling(hit, facet, value),
            false => naming(hit, facet, value),
        };
        let mut nth = 0;
        for sentence in of_hit {
            // Copies of an article have the same sentences.
            let is_new = |(_, other, _): &(usize, Sentence, &str)| {
                one_line(&other.text) != one_line(&sentence.text)
            };
            if found.iter().all(is_new) {
                found.push((nth, sentence, &hit.indexed.id));
                nth += 1;
            }
        }
    }
    found.sort_by_key(|(nth, ..)| *nth);
    let best = found.into_iter().take(SENTENCES);
    best.map(|(_, sentence, article)| Evidence::Sentence {
        sentence,
        article: article.to_owned(),
    })
    .collect()
}

/// The sentences of the matching events that hold a value.
fn telling(hit: &Hit, facet: Facet, value: &str) -> Vec<Sentence> {
    hit.matching_events()
        .filter(|event| {
            let Some(told) = Told::of(EventCode::of(event).pack()) else {
                return false;
            };
            let mut numbers = Vec::new();
            facet.of_event(&told, &mut numbers);
            let held = |&number: &u64| event_value(facet.field(), number);
            numbers.iter().filter_map(held).any(|held| held == value)
        })
        .map(|event| event.sentence.clone())
        .collect()
}

/// The sentences that hold a name of a value, those of the body first; the headline where a value
/// is nothing that the text names.
fn naming(hit: &Hit, facet: Facet, value: &str) -> Vec<Sentence> {
    let article = &hit.indexed.article;
    let headline = Sentence {
        part: Part::Title,
        span: ByteSpan::new(0, article.title.len()),
        text: article.title.clone(),
    };
    let kind = match facet.field() {
        "person" => Some(EntityType::Person),
        "org" => Some(EntityType::Organization),
        "place" => Some(EntityType::Place),
        _ => None,
    };
    let entities = hit.indexed.annotations.entities.iter();
    let named = entities.filter(|entity| match kind {
        Some(kind) => entity.kind == kind && entity.canonical() == value,
        None if has_words(facet) => {
            let countries = entity.country.into_iter();
            let mut values = countries.flat_map(|country| values_of(facet, country));
            values.any(|held| held == value)
        }
        None => false,
    });
    let (titled, named): (Vec<_>, Vec<_>) = named.partition(|entity| entity.part == Part::Title);
    if named.is_empty() {
        let is_of_source = kind.is_none() && !has_words(facet);
        return (is_of_source || !titled.is_empty())
            .then_some(headline)
            .into_iter()
            .collect();
    }
    let (mut tokens, mut all) = (Vec::new(), Vec::new());
    tokenize(&article.text, &mut tokens);
    sentences(&article.text, &tokens, &mut all);
    let spans = all.iter().map(|sentence| sentence.span);
    let holding = spans.filter(|span| named.iter().any(|entity| span.overlaps(entity.span)));
    holding
        .filter_map(|span| {
            let text = article.text.get(span.start as usize..span.end as usize)?;
            Some(Sentence {
                part: Part::Text,
                span,
                text: text.to_owned(),
            })
        })
        .take(SENTENCES)
        .collect()
}

/// Words with one space between them, however their lines were broken.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
