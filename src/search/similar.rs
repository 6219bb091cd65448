//! Articles like one: by its most telling words, names and events.
//!
//! A word tells much when the article repeats it and few others hold it. What is chosen is asked
//! for like any query: words rank as words do, a shared person or place adds to them, and so does
//! a shared event. Everything is plain terms.

use super::marks::Marker;
use super::stories::own_story;
use super::{Hit, Hits, Index, Request, SearchError, SearchOptions, Story};
use crate::annotate::{Actor, Annotations, EntityType};
use crate::index::analyzer::{self, Vocabulary};
use crate::index::document::{Indexed, actor_term, to_article};
use crate::index::fields::NUMBER;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{
    BooleanQuery, BoostQuery, ConstScoreQuery, Occur, PhraseQuery, Query as TantivyQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Order, Searcher, TantivyDocument, Term};

/// How many words, names and events an article is told by.
const WORDS: usize = 25;
const NAMES: usize = 12;
const EVENTS: usize = 6;

/// A word of the headline counts as so many of the body.
const TITLE_WEIGHT: f32 = 2.0;
/// From here on it matters little how often an article repeats something.
const SATURATION: f32 = 3.0;
/// What a shared name and a shared event add, beside a word that is as rare.
const NAME_WEIGHT: f32 = 0.5;
const EVENT_WEIGHT: f32 = 0.5;
/// What more than this share of all articles hold tells nothing.
const COMMON: f64 = 0.5;
/// An article is like another when it has this share of what tells that one, and two at least.
const SHARED: f32 = 0.15;

/// Articles like one.
#[derive(Debug, Clone)]
pub struct Similar {
    /// The article that they are like.
    pub article: Indexed,
    /// Its story, of which no article is among the hits.
    pub story: Story,
    /// What it was told by, the most telling first.
    pub by: Vec<Telling>,
    /// The best, each of another story, and how many share enough of what tells the article,
    /// copies included.
    pub hits: Hits,
}

/// Something that tells an article from others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Telling {
    /// What it is.
    pub kind: TellingKind,
    /// The word or name as the article has it, or the event: `CO SANCTION US`.
    pub text: String,
    /// How many articles of the index have it, this one included.
    pub articles: u64,
    #[serde(skip)]
    weight: f32,
}

/// What kind of thing tells an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TellingKind {
    /// A word, in any of its forms.
    Word,
    /// A person.
    Person,
    /// An organisation.
    Org,
    /// A place.
    Place,
    /// Who did what to whom.
    Event,
}

/// A candidate: how often the article has it, and what finds it.
struct Candidate {
    telling: Telling,
    query: Box<dyn TantivyQuery>,
    /// The term, where it is a word's.
    term: Option<String>,
}

impl Index {
    /// The articles most like one, which is named by its identifier or enough of its beginning.
    /// Its own copies are left out, and of the copies of another text only the best is given; the
    /// request's query and filters hold for what is given.
    ///
    /// ```no_run
    /// # use dateline::search::{Index, Request, SearchOptions};
    /// # let index = Index::open("index")?;
    /// let request = Request::default().since("2024");
    /// let similar = index.similar("7356c767", &request, &SearchOptions::new())?;
    /// for hit in &similar.hits {
    ///     println!("{}", hit.indexed.article.title);
    /// }
    /// # Ok::<(), dateline::search::SearchError>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such article, or the query or a filter is wrong. Facets are not counted.
    pub fn similar(
        &self,
        id: &str,
        request: &Request,
        options: &SearchOptions,
    ) -> Result<Similar, SearchError> {
        let searcher = self.reader.searcher();
        let held = self.held(&searcher)?;
        let compiled = request.compile(&held)?;
        let address = self
            .find(&searcher, id)?
            .ok_or_else(|| SearchError::NoArticle(id.to_owned()))?;
        let article = to_article(
            &self.fields,
            &self.store,
            &searcher.doc::<TantivyDocument>(address)?,
        )?;
        let story = Story::of(&searcher, &self.fields, &article.id)?;

        let chosen = self.telling(&searcher, &article)?;
        let words: Vec<String> = chosen.iter().filter_map(|one| one.term.clone()).collect();
        let least = (chosen.len() as f32 * SHARED).ceil().max(2.0) as usize;
        let least = least.min(chosen.len());
        let mut by = Vec::new();
        let mut parts: Vec<(Occur, Box<dyn TantivyQuery>)> = Vec::new();
        for one in chosen {
            parts.push((Occur::Should, one.query));
            by.push(one.telling);
        }
        by.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let like = BooleanQuery::with_minimum_required_clauses(parts, least);
        let query = BooleanQuery::new(vec![
            (Occur::Must, Box::new(like)),
            (
                Occur::Must,
                Box::new(ConstScoreQuery::new(compiled.query.box_clone(), 0.0)),
            ),
            (
                Occur::MustNot,
                Box::new(own_story(&self.fields, &story)) as Box<dyn TantivyQuery>,
            ),
        ]);

        let mut found: Vec<Hit> = Vec::new();
        let mut total = 0;
        // Copies of one text stand next to each other, mostly; more are read where there are many.
        let most = searcher.num_docs() as usize;
        let mut wanted = match by.is_empty() {
            true => 0,
            false => options.limit.saturating_mul(2).min(most),
        };
        while wanted > 0 {
            let order = (
                (SortBySimilarityScore, Order::Desc),
                (SortByStaticFastValue::<u64>::for_field("date"), Order::Desc),
                (SortByStaticFastValue::<u64>::for_field(NUMBER), Order::Asc),
            );
            let top = TopDocs::with_limit(wanted).order_by(order);
            let (ranked, all) = searcher.search(&query, &(top, Count))?;
            total = all;
            let is_all = ranked.len() >= all;
            let mut stories = FxHashSet::default();
            found.clear();
            for ((score, _, _), address) in ranked {
                let hit = self.hit(&searcher, request, &compiled, score, address)?;
                if stories.insert(hit.story.id.clone()) {
                    found.push(hit);
                }
                if found.len() == options.limit {
                    break;
                }
            }
            if is_all || found.len() >= options.limit {
                break;
            }
            wanted = wanted.saturating_mul(4).min(most);
        }
        Ok(Similar {
            article,
            story,
            by,
            hits: Hits {
                hits: found,
                total: total as u64,
                marker: Marker::of_terms(&words, &held.vocabularies),
                ..Hits::default()
            },
        })
    }

    /// What tells an article, at most so many of each kind.
    fn telling(
        &self,
        searcher: &Searcher,
        article: &Indexed,
    ) -> Result<Vec<Candidate>, SearchError> {
        let articles = self.count_of(searcher, &self.of_kind(crate::index::document::ARTICLE))?;
        let mut chosen = best(self.words(searcher, article, articles)?, WORDS);
        chosen.extend(best(
            self.names(searcher, &article.annotations, articles)?,
            NAMES,
        ));
        chosen.extend(best(
            self.told(searcher, &article.annotations, articles)?,
            EVENTS,
        ));
        Ok(chosen)
    }

    fn words(
        &self,
        searcher: &Searcher,
        article: &Indexed,
        articles: u64,
    ) -> Result<Vec<Candidate>, SearchError> {
        #[derive(Default)]
        struct Word {
            times: f32,
            forms: FxHashMap<String, usize>,
        }
        let mut words: FxHashMap<String, Word> = FxHashMap::default();
        let source = &article.article;
        let vocabulary = Vocabulary::of(source.language.as_deref());
        let mut analyzer = analyzer::prose(vocabulary);
        for (text, weight) in [(&source.title, TITLE_WEIGHT), (&source.text, 1.0)] {
            analyzer.token_stream(text).process(&mut |token| {
                let form = text.get(token.offset_from..token.offset_to);
                let form = form.unwrap_or_default().to_lowercase();
                let is_word = form.chars().any(char::is_alphabetic)
                    && !analyzer::is_single(&token.text)
                    && !vocabulary.is_stop_word(&form);
                if is_word {
                    let word = words.entry(token.text.clone()).or_default();
                    word.times += weight;
                    *word.forms.entry(form).or_default() += 1;
                }
            });
        }
        let (title, text) = (self.fields.get("title"), self.fields.get("text"));
        let mut candidates = Vec::new();
        for (term, word) in words {
            let in_title = Term::from_field_text(title, &term);
            let in_text = Term::from_field_text(text, &term);
            let held = match searcher.doc_freq(&in_text)? {
                0 => searcher.doc_freq(&in_title)?,
                held => held,
            };
            let weight = saturated(word.times);
            let query = BooleanQuery::union(vec![
                boosted(scored(in_title), weight * TITLE_WEIGHT),
                boosted(scored(in_text), weight),
            ]);
            // The form that the article has most often stands for all.
            let form = word.forms.into_iter();
            let form = form.max_by(|(a, m), (b, n)| m.cmp(n).then_with(|| b.cmp(a)));
            candidates.extend(candidate(
                TellingKind::Word,
                form.map(|(form, _)| form).unwrap_or_default(),
                (held, articles),
                weight,
                Box::new(query),
                Some(term),
            ));
        }
        Ok(candidates)
    }

    fn names(
        &self,
        searcher: &Searcher,
        annotations: &Annotations,
        articles: u64,
    ) -> Result<Vec<Candidate>, SearchError> {
        let mut names: FxHashMap<(&str, &str), f32> = FxHashMap::default();
        for entity in &annotations.entities {
            let field = match entity.kind {
                EntityType::Person => "person",
                EntityType::Organization => "org",
                EntityType::Place => "place",
                EntityType::Nationality | EntityType::Other => continue,
            };
            *names.entry((field, entity.canonical())).or_default() += 1.0;
        }
        let mut analyzer = analyzer::asked_names();
        let mut candidates = Vec::new();
        for ((name, text), times) in names {
            let words = analyzer::placed_terms(&mut analyzer, text);
            let Some(query) = phrase(self.fields.get(name), &words) else {
                continue;
            };
            let held = self.count_of(searcher, &*query)?;
            let kind = match name {
                "person" => TellingKind::Person,
                "org" => TellingKind::Org,
                _ => TellingKind::Place,
            };
            let weight = saturated(times) * NAME_WEIGHT;
            candidates.extend(constant(
                kind,
                text.to_owned(),
                held,
                articles,
                weight,
                query,
            ));
        }
        Ok(candidates)
    }

    fn told(
        &self,
        searcher: &Searcher,
        annotations: &Annotations,
        articles: u64,
    ) -> Result<Vec<Candidate>, SearchError> {
        let mut told: FxHashMap<[String; 3], f32> = FxHashMap::default();
        for event in &annotations.events {
            if let (Some(by), Some(to)) = (&event.by, &event.to) {
                let action = event.action.plover.name().to_owned();
                *told.entry([side(by), action, side(to)]).or_default() += 1.0;
            }
        }
        let field = self.fields.events;
        let mut candidates = Vec::new();
        for (event, times) in told {
            let [by, action, to] = &event;
            let terms = [
                side_term("by", by),
                format!("action:{action}"),
                side_term("to", to),
            ];
            let terms = terms.iter().map(|text| Term::from_field_text(field, text));
            let query = PhraseQuery::new_with_offset(terms.map(|term| (0, term)).collect());
            let held = self.count_of(searcher, &query)?;
            let weight = saturated(times) * EVENT_WEIGHT;
            let query = Box::new(query);
            let text = event.join(" ");
            candidates.extend(constant(
                TellingKind::Event,
                text,
                held,
                articles,
                weight,
                query,
            ));
        }
        Ok(candidates)
    }

    /// How many documents a query finds.
    pub(super) fn count_of(
        &self,
        searcher: &Searcher,
        query: &dyn TantivyQuery,
    ) -> Result<u64, SearchError> {
        Ok(searcher.search(query, &Count)? as u64)
    }
}

/// An actor's country, or its name where it has none.
fn side(actor: &Actor) -> String {
    match actor.country {
        Some(country) => country.to_string(),
        None => actor.canonical().to_owned(),
    }
}

fn side_term(role: &str, side: &str) -> String {
    match crate::ontology::CountryCode::parse(side) {
        Some(country) => format!("{role}:{country}"),
        None => actor_term(role, side),
    }
}

/// The best by weight; of equals, the first by name.
fn best(mut candidates: Vec<Candidate>, most: usize) -> Vec<Candidate> {
    candidates.sort_by(|a, b| {
        let by_weight = b.telling.weight.total_cmp(&a.telling.weight);
        by_weight.then_with(|| a.telling.text.cmp(&b.telling.text))
    });
    candidates.truncate(most);
    candidates
}

/// A candidate, unless nothing else or nearly everything has it.
fn candidate(
    kind: TellingKind,
    text: String,
    (held, articles): (u64, u64),
    weight: f32,
    query: Box<dyn TantivyQuery>,
    term: Option<String>,
) -> Option<Candidate> {
    let is_telling = held > 1 && held as f64 <= articles as f64 * COMMON;
    is_telling.then(|| Candidate {
        telling: Telling {
            kind,
            text,
            articles: held,
            weight: weight * rarity(held, articles),
        },
        query,
        term,
    })
}

/// A candidate that adds the same to every article that has it.
fn constant(
    kind: TellingKind,
    text: String,
    held: u64,
    articles: u64,
    weight: f32,
    query: Box<dyn TantivyQuery>,
) -> Option<Candidate> {
    let score = weight * rarity(held, articles);
    let query = Box::new(ConstScoreQuery::new(query, score));
    candidate(kind, text, (held, articles), weight, query, None)
}

/// How much it says that something holds in so many of all articles: BM25's weight of a term.
fn rarity(held: u64, articles: u64) -> f32 {
    let (held, articles) = (held as f32, articles.max(held) as f32);
    (1.0 + (articles - held + 0.5) / (held + 0.5)).ln()
}

fn saturated(times: f32) -> f32 {
    times * (SATURATION + 1.0) / (times + SATURATION)
}

fn scored(term: Term) -> Box<dyn TantivyQuery> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn boosted(query: Box<dyn TantivyQuery>, boost: f32) -> Box<dyn TantivyQuery> {
    Box::new(BoostQuery::new(query, boost))
}

/// The words of a name next to each other.
fn phrase(field: Field, words: &[(usize, String)]) -> Option<Box<dyn TantivyQuery>> {
    let term = |text: &str| Term::from_field_text(field, text);
    match words {
        [] => None,
        [(_, word)] => Some(Box::new(TermQuery::new(
            term(word),
            IndexRecordOption::Basic,
        ))),
        words => Some(Box::new(PhraseQuery::new_with_offset(
            words.iter().map(|(at, word)| (*at, term(word))).collect(),
        ))),
    }
}
