//! Asking the index: what a user's words mean, which articles match, what they hold.
//!
//! Everything goes through [`Index`]: it is opened once, can be shared by threads, prints nothing
//! and knows nothing of terminals. A [`Request`] is a query and filters, typed by a person or built
//! by a program; each method answers one kind of question about the articles that match it:
//!
//! | question | method | answer |
//! | --- | --- | --- |
//! | which are the best | [`Index::search`] | [`Hits`], with facets |
//! | which are all of them | [`Index::articles`], [`Index::events`] | iterators |
//! | how many, by what and when | [`Index::count`] | a [`Table`] |
//! | which are like this one | [`Index::similar`] | [`Similar`] |
//! | why this one, why none | [`Index::explain`], [`Index::without`] | [`Explanation`], [`Without`] |
//! | was a word mistyped | [`Index::suggest`] | [`Suggestion`] |
//! | which values are there | [`Index::values`] | [`KnownValue`] |
//!
//! A wrong query is a [`SearchError`] that knows where it is wrong and has a
//! [`hint`](SearchError::hint).

mod absent;
mod block;
mod coded;
pub mod compile;
mod cursor;
pub mod evidence;
mod explain;
mod facet;
mod filters;
pub mod marks;
mod matching;
mod near;
mod options;
mod page;
pub mod pattern;
mod period;
pub mod query;
mod ranking;
mod similar;
pub mod snippet;
mod sought;
mod stories;
mod stream;
mod stretches;
mod suggest;
pub mod tally;
mod values;

pub use cursor::CursorError;
pub use explain::{Explanation, InField, Part, Without};
pub use facet::{Facet, facet};
pub use filters::{Filters, Request};
pub use marks::Marker;
pub use options::SearchOptions;
pub use page::Sort;
pub use period::Period;
pub use query::Query;
pub use ranking::Ranking;
pub use similar::{Similar, Telling, TellingKind};
pub use stories::Story;
pub use stream::{Articles, Events, FoundEvent};
pub use suggest::{Instead, Suggestion};
pub use tally::{Counts, Grouping, Row};
pub use values::KnownValue;

use crate::annotate::Event;
use crate::index::analyzer::Vocabulary;
use crate::index::document::{self, ARTICLE, FILE, FileRecord, Indexed, hundredths, id_of};
use crate::index::fields::Fields;
use crate::index::store::Store;
use crate::index::{IndexError, Layout, Versions};
use compile::{Compiled, Held};
use matching::EventMatcher;
use page::{Course, Top};
use query::QueryError;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use stories::Stories;
use tally::{Counted, CountryNumbers, Tallied, Tallies};
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{
    DocAddress, IndexReader, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term,
};

/// An index, open to be searched. It sees the state of the last commit when it was opened or
/// [reloaded](Index::reload). It is `Send` and `Sync`: one may serve all threads.
pub struct Index {
    fields: Fields,
    store: Store,
    reader: IndexReader,
    versions: Option<Versions>,
    corpora: Vec<String>,
    /// What the countries of its segments are.
    countries: Arc<CountryNumbers>,
}

/// Why a request could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The query is not one; the error knows where.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// A filter names something unknown.
    #[error("{error}")]
    Filter {
        /// The filter, such as `country`.
        name: &'static str,
        /// What is wrong with its value.
        error: QueryError,
    },
    /// The cursor is none, or of another search.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// A field that cannot be counted.
    #[error("\"{0}\" is no facet")]
    NoFacet(String),
    /// No article has this identifier, or several begin with it.
    #[error("there is no article, or more than one, whose id begins \"{0}\"")]
    NoArticle(String),
    /// A level of a facet's tree that there is not.
    #[error("nothing lies under \"{value}\" in {field}")]
    NothingUnder {
        /// The field.
        field: &'static str,
        /// What was asked for.
        value: String,
        /// What to ask for.
        hint: String,
    },
    /// The index.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl SearchError {
    /// What to do about it, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            SearchError::Query(error) | SearchError::Filter { error, .. } => error.hint.clone(),
            SearchError::NoFacet(name) => {
                let all: Vec<&str> = tally::facet_names().collect();
                match crate::ontology::nearest::nearest(name, all.iter().copied()) {
                    Some(near) => Some(format!("did you mean {near}?")),
                    None => Some(format!("the facets are {}", all.join(", "))),
                }
            }
            SearchError::Cursor(_) => Some(
                "a cursor goes with the query, the filters and the order that it came from".into(),
            ),
            SearchError::NoArticle(_) => {
                Some("dateline search shows the ids of what it finds".to_owned())
            }
            SearchError::NothingUnder { hint, .. } => Some(hint.clone()),
            SearchError::Index(error) => error.hint(),
        }
    }
}

impl From<TantivyError> for SearchError {
    fn from(error: TantivyError) -> Self {
        SearchError::Index(error.into())
    }
}

impl From<document::DocumentError> for SearchError {
    fn from(error: document::DocumentError) -> Self {
        SearchError::Index(error.into())
    }
}

/// An article that matches.
#[derive(Debug, Clone)]
pub struct Hit {
    /// Its score; 0 for all when the query has filters only.
    pub score: f32,
    /// How many worse copies of it match, where stories are [collapsed](SearchOptions::collapse).
    pub hidden: u64,
    /// The article and its annotations.
    pub indexed: Indexed,
    /// Which of its events match the event clauses of the request; all where it has none.
    pub matching: Vec<usize>,
    /// Whether the request asks for events at all.
    pub asks_for_events: bool,
    /// The story that the article is in.
    pub story: Story,
}

/// The articles that match a request.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    /// A page of them, in the order that was asked for.
    pub hits: Vec<Hit>,
    /// How many come before this page.
    pub before: u64,
    /// How many match in all.
    pub total: u64,
    /// How many stories they are, where those are [collapsed](SearchOptions::collapse).
    pub stories: Option<u64>,
    /// The counts asked for, one a facet.
    pub facets: Vec<FacetCounts>,
    /// Finds what matched in their titles and texts.
    pub marker: Marker,
    /// The cursor of the next page; `None` after the last.
    pub next: Option<String>,
}

/// The counts of a facet.
#[derive(Debug, Clone)]
pub struct FacetCounts {
    /// What is counted.
    pub facet: Facet,
    /// How many articles and events hold each value, the most frequent first, then by value.
    pub rows: Vec<Row>,
    /// The filter on the same thing, which the counts leave out of account: they say what else it
    /// could ask for.
    pub without: Option<&'static str>,
    /// All articles that match without that filter, and their matching events.
    pub total: Counts,
}

/// Counts over the articles that match a request.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// The rows: by period, then the most frequent first.
    pub rows: Vec<Row>,
    /// All matching articles, their matching events, and their stories where those are counted.
    pub total: Counts,
}

/// What an index holds.
#[derive(Debug, Clone)]
pub struct Info {
    /// Articles.
    pub articles: u64,
    /// Events in them.
    pub events: u64,
    /// Stories: articles that are copies of one text count as one.
    pub stories: u64,
    /// Files that were read, whatever came of it.
    pub files: u64,
    /// The first and last day of publication.
    pub dates: Option<(String, String)>,
    /// What it was built with; `None` before the first commit.
    pub versions: Option<Versions>,
    /// The corpora that it mirrors.
    pub corpora: Vec<String>,
    /// How many bytes it takes on disk.
    pub bytes: u64,
}

impl Index {
    /// Opens the index in a folder.
    ///
    /// # Errors
    /// When there is none, or it is of another version.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, IndexError> {
        let layout = Layout::new(path.as_ref());
        let read = |index: &tantivy::Index| -> Result<_, IndexError> {
            let reader = index
                .reader_builder()
                .reload_policy(ReloadPolicy::Manual)
                .try_into()?;
            Ok((Layout::versions(index)?, reader))
        };
        loop {
            let (index, manifest) = layout.open()?;
            match read(&index) {
                Ok((versions, reader)) => {
                    return Ok(Self {
                        fields: Fields::new(),
                        store: Store::of(&index),
                        reader,
                        versions,
                        corpora: manifest.corpora,
                        countries: Arc::default(),
                    });
                }
                // A rebuild may have replaced the generation since it was opened.
                Err(_) if layout.is_replaced(&manifest) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Sees what has been committed since the index was opened.
    ///
    /// # Errors
    /// When the new state cannot be read; the old one stays then.
    pub fn reload(&self) -> Result<(), IndexError> {
        Ok(self.reader.reload()?)
    }

    /// The best articles, how many match in all, and the counts of facets over all that match.
    /// Going on by [`Hits::next`] gives each article once, whatever is committed and seen in
    /// between: only one that is itself changed may move.
    ///
    /// ```no_run
    /// # use dateline::search::{Index, Request, SearchOptions};
    /// # let index = Index::open("index")?;
    /// let request = Request::new("intelligence sharing").by("Colombia");
    /// let hits = index.search(&request, &SearchOptions::new().limit(3).facet("action"))?;
    /// println!("{} articles, for example:", hits.total);
    /// for hit in &hits {
    ///     println!("{} {}", hit.indexed.id, hit.indexed.article.title);
    /// }
    /// for row in hits.facet("action") {
    ///     println!("{} in {} articles", row.values[0], row.counts.articles);
    /// }
    /// # Ok::<(), dateline::search::SearchError>(())
    /// ```
    ///
    /// # Errors
    /// When the query, a filter or the cursor is wrong, or a facet is none.
    pub fn search(&self, request: &Request, options: &SearchOptions) -> Result<Hits, SearchError> {
        let searcher = self.reader.searcher();
        let facets: Vec<Facet> = options
            .facets
            .iter()
            .map(|name| facet(name))
            .collect::<Result<_, _>>()?;
        let mut groups = by_what_they_leave_out(request, &facets);
        // What sees all that matches is counted while the best are looked for.
        let alike = groups.iter().position(|(without, _)| without.is_none());
        let alike = alike.map_or_else(Vec::new, |at| groups.swap_remove(at).1);
        let Ranked {
            held,
            compiled,
            course,
            top,
            tallied,
        } = self.ranked(&searcher, request, options, groupings(&alike))?;

        let mut counted = Vec::new();
        let mut take = |without, facets: Vec<Facet>, (rows, total): Counted| {
            let rows = facets.into_iter().zip(rows);
            counted.extend(rows.map(|(facet, rows)| FacetCounts {
                facet,
                rows: sorted(rows),
                without,
                total,
            }));
        };
        take(None, alike, tallied);
        for (name, facets) in groups {
            if let Some((name, seen)) = name.and_then(|name| Some((name, request.without(name)?))) {
                let tallied = self.tally(&searcher, &seen, groupings(&facets), 0)?;
                take(Some(name), facets, tallied);
            }
        }
        // In the order that they were asked for.
        counted.sort_by_key(|of| facets.iter().position(|facet| *facet == of.facet));

        let mut hits = Vec::with_capacity(top.placed.len());
        for placed in &top.placed {
            let score = course.score(&searcher, options, placed)?;
            let mut hit = self.hit(&searcher, request, &compiled, score, placed.address)?;
            hit.hidden = placed.hidden;
            hits.push(hit);
        }
        let weight = |unit: usize| course.scoring.weights[unit];
        Ok(Hits {
            hits,
            before: course.shown(),
            total: top.total,
            stories: options.collapse.then_some(top.places),
            facets: counted,
            marker: Marker::new(&compiled.sought, &held.vocabularies, weight),
            next: course.next(&top),
        })
    }

    /// The identifiers of a page of the articles that match, with their scores. Nothing of them
    /// is read but that.
    ///
    /// # Errors
    /// When the query, a filter or the cursor is wrong.
    pub fn ranking(
        &self,
        request: &Request,
        options: &SearchOptions,
    ) -> Result<Vec<(String, f32)>, SearchError> {
        let searcher = self.reader.searcher();
        let Ranked { course, top, .. } = self.ranked(&searcher, request, options, Vec::new())?;
        let mut ranked = Vec::with_capacity(top.placed.len());
        for placed in top.placed {
            let score = course.score(&searcher, options, &placed)?;
            ranked.push((id_of(placed.key.id), score));
        }
        Ok(ranked)
    }

    /// Finds what matches, puts the best in order, and counts all of it.
    fn ranked(
        &self,
        searcher: &Searcher,
        request: &Request,
        options: &SearchOptions,
        groupings: Vec<Grouping>,
    ) -> Result<Ranked<'_>, SearchError> {
        let held = self.held(searcher)?;
        let compiled = request.compile(&held)?;
        let (sought, vocabularies) = (&compiled.sought, &held.vocabularies);
        let course = Course::new(self, searcher, request, options, sought, vocabularies)?;
        let tallies = self.tallies(searcher, request, &compiled, groupings, 0)?;
        let order = course.order(options);
        let (top, tallied) = page::top(searcher, &*compiled.query, &order, &tallies)?;
        Ok(Ranked {
            held,
            compiled,
            course,
            top,
            tallied,
        })
    }

    /// Counts, and looks up the best articles of each row.
    fn tally(
        &self,
        searcher: &Searcher,
        request: &Request,
        groupings: Vec<Grouping>,
        best: usize,
    ) -> Result<Counted, SearchError> {
        let compiled = request.compile(&self.held(searcher)?)?;
        let tallies = self.tallies(searcher, request, &compiled, groupings, best)?;
        Ok(tally::tally(searcher, &*compiled.query, &tallies)?)
    }

    /// What counts the articles and events that a request finds.
    fn tallies(
        &self,
        searcher: &Searcher,
        request: &Request,
        compiled: &Compiled,
        groupings: Vec<Grouping>,
        best: usize,
    ) -> Result<Tallies, SearchError> {
        let stories = match groupings.iter().any(|grouping| grouping.stories) {
            true => Some(Arc::new(Stories::of_index(searcher, &self.fields)?)),
            false => None,
        };
        Ok(Tallies {
            groupings,
            events: compiled.events.clone(),
            least: request.filters.min_confidence,
            stories,
            best,
            countries: self.countries.clone(),
        })
    }

    /// The paths of the files that hold the articles that match, in order; where events are asked
    /// for, only of articles that have a matching one.
    ///
    /// # Errors
    /// When the query or a filter is wrong, or the index cannot be read.
    pub fn paths(
        &self,
        request: &Request,
        with_events: bool,
    ) -> Result<BTreeSet<String>, SearchError> {
        let searcher = self.reader.searcher();
        let compiled = request.compile(&self.held(&searcher)?)?;
        let mut addresses: Vec<DocAddress> = searcher
            .search(&compiled.query, &DocSetCollector)?
            .into_iter()
            .collect();
        addresses.sort_unstable();
        let mut paths = BTreeSet::new();
        for articles in addresses.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
            let segment = searcher.segment_reader(articles[0].segment_ord);
            let least = request.filters.min_confidence;
            let mut matcher = EventMatcher::new(segment, &compiled.events, least)?;
            let Some(column) = segment.fast_fields().str("path")? else {
                continue;
            };
            let mut ords = BTreeSet::new();
            for address in articles {
                let doc = address.doc_id;
                if !with_events || !matcher.matching(doc).is_empty() {
                    ords.extend(column.term_ords(doc));
                }
            }
            for ord in ords {
                let mut path = String::new();
                column
                    .ord_to_str(ord, &mut path)
                    .map_err(TantivyError::from)?;
                paths.insert(path);
            }
        }
        Ok(paths)
    }

    /// Counts articles and events by group, and stories where the grouping asks for them.
    ///
    /// # Errors
    /// When the query or a filter is wrong.
    pub fn count(&self, request: &Request, grouping: &Grouping) -> Result<Table, SearchError> {
        let searcher = self.reader.searcher();
        let (mut rows, total) = self.tally(&searcher, request, vec![grouping.clone()], 0)?;
        let mut rows = sorted(rows.pop().unwrap_or_default());
        if grouping.every.is_some() {
            let period = |row: &Row| (row.values[0].is_empty(), row.values[0].clone());
            rows.sort_by_cached_key(period);
        }
        Ok(Table { rows, total })
    }

    /// The article with this identifier, or the only one whose identifier begins so.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<Indexed>, SearchError> {
        let searcher = self.reader.searcher();
        let Some(address) = self.find(&searcher, id)? else {
            return Ok(None);
        };
        let document = searcher.doc::<TantivyDocument>(address)?;
        Ok(Some(document::to_article(
            &self.fields,
            &self.store,
            &document,
        )?))
    }

    /// Where the article is that [`Index::article`] gives.
    fn find(&self, searcher: &Searcher, id: &str) -> Result<Option<DocAddress>, SearchError> {
        let field = self.fields.get("id");
        let exact = TermQuery::new(Term::from_field_text(field, id), IndexRecordOption::Basic);
        let mut found = searcher.search(&exact, &TopDocs::with_limit(1).order_by_score())?;
        if found.is_empty() && id.len() >= 4 && id.chars().all(|c| c.is_ascii_hexdigit()) {
            let prefix = tantivy::query::RegexQuery::from_pattern(&format!("{id}.*"), field)?;
            found = searcher.search(&prefix, &TopDocs::with_limit(2).order_by_score())?;
            if found.len() > 1 {
                found.clear();
            }
        }
        Ok(found.first().map(|&(_, address)| address))
    }

    /// The story of the article with this identifier; one that is not known is alone in its story.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn story(&self, id: &str) -> Result<Story, SearchError> {
        Ok(Story::of(&self.reader.searcher(), &self.fields, id)?)
    }

    /// What is known of the files that were read, in order of their paths.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn files(&self) -> Result<Vec<FileRecord>, SearchError> {
        let searcher = self.reader.searcher();
        let query = self.of_kind(FILE);
        let mut files = Vec::new();
        for address in searcher.search(&query, &DocSetCollector)? {
            let document = searcher.doc::<TantivyDocument>(address)?;
            files.push(document::to_file(&self.fields, &self.store, &document)?);
        }
        files.sort_by(|a, b| a.report.path.cmp(&b.report.path));
        Ok(files)
    }

    /// What the index holds.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn info(&self) -> Result<Info, SearchError> {
        let searcher = self.reader.searcher();
        let all = self.count(
            &Request::default(),
            &Grouping {
                stories: true,
                ..Grouping::default()
            },
        )?;
        let days = self.count(
            &Request::default(),
            &Grouping {
                every: Some(Period::Day),
                ..Grouping::default()
            },
        )?;
        let day = |row: Option<&Row>| row.map(|row| row.values[0].clone());
        let dated = || days.rows.iter().filter(|row| !row.values[0].is_empty());
        Ok(Info {
            articles: all.total.articles,
            events: all.total.events,
            stories: all.total.stories.unwrap_or(all.total.articles),
            files: searcher.search(&self.of_kind(FILE), &Count)? as u64,
            dates: day(dated().next()).zip(day(dated().next_back())),
            versions: self.versions.clone(),
            corpora: self.corpora.clone(),
            bytes: searcher
                .space_usage()
                .map_err(TantivyError::from)?
                .total()
                .get_bytes(),
        })
    }

    /// What a query is compiled for: the languages are few, and read from the dictionary.
    fn held(&self, searcher: &Searcher) -> Result<Held<'_>, SearchError> {
        let mut vocabularies = vec![Vocabulary::of(None)];
        for segment in searcher.segment_readers() {
            let languages = segment.inverted_index(self.fields.get("language"))?;
            let mut languages = languages.terms().stream().map_err(TantivyError::from)?;
            while languages.advance() {
                let vocabulary = Vocabulary::of(std::str::from_utf8(languages.key()).ok());
                if !vocabularies.contains(&vocabulary) {
                    vocabularies.push(vocabulary);
                }
            }
        }
        Ok(Held {
            fields: &self.fields,
            vocabularies,
            least: 0,
        })
    }

    fn of_kind(&self, kind: &str) -> TermQuery {
        debug_assert!(kind == ARTICLE || kind == FILE);
        TermQuery::new(
            Term::from_field_text(self.fields.kind, kind),
            IndexRecordOption::Basic,
        )
    }

    fn hit(
        &self,
        searcher: &Searcher,
        request: &Request,
        compiled: &Compiled,
        score: f32,
        address: DocAddress,
    ) -> Result<Hit, SearchError> {
        let document = searcher.doc::<TantivyDocument>(address)?;
        let mut indexed = document::to_article(&self.fields, &self.store, &document)?;
        let segment = searcher.segment_reader(address.segment_ord);
        // The least confidence is no concern of this matcher: events below it are taken out.
        let mut matcher = EventMatcher::new(segment, &compiled.events, 0)?;
        let asks_for_events = matcher.is_selective();
        let asked = asks_for_events.then(|| matcher.matching(address.doc_id).to_vec());
        let mut matching = Vec::new();
        let mut kept = 0;
        let mut number = 0;
        indexed.annotations.events.retain(|event| {
            let is_kept = hundredths(event.confidence) >= request.filters.min_confidence;
            if is_kept {
                let is_asked = |asked: &Vec<u32>| asked.binary_search(&number).is_ok();
                if asked.as_ref().is_none_or(is_asked) {
                    matching.push(kept);
                }
                kept += 1;
            }
            number += 1;
            is_kept
        });
        Ok(Hit {
            score,
            hidden: 0,
            story: Story::of(searcher, &self.fields, &indexed.id)?,
            indexed,
            matching,
            asks_for_events,
        })
    }
}

impl Hits {
    /// The counts of a facet that was asked for by this name, the most frequent value first.
    pub fn facet(&self, name: &str) -> &[Row] {
        let mut facets = self.facets.iter();
        let found = facets.find(|counts| counts.facet.to_string() == name);
        found
            .map(|counts| counts.rows.as_slice())
            .unwrap_or_default()
    }
}

impl<'a> IntoIterator for &'a Hits {
    type Item = &'a Hit;
    type IntoIter = std::slice::Iter<'a, Hit>;

    fn into_iter(self) -> Self::IntoIter {
        self.hits.iter()
    }
}

impl Query {
    /// Reads a query over the fields of an index, whose values are not looked up yet.
    ///
    /// ```
    /// use dateline::search::{Query, Request};
    ///
    /// let query = Query::parse("tariffs -outlet:Lantern event(by:US to:CN)")?;
    /// assert_eq!(query.to_string(), "tariffs -outlet:Lantern event(by:US to:CN)");
    /// let request = Request::from(query).since("2024");
    ///
    /// let error = Query::parse("contry:US").unwrap_err();
    /// assert_eq!(error.hint.as_deref(), Some("did you mean `country`?"));
    /// # Ok::<(), dateline::search::query::QueryError>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong, where, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        query::parse(text, &compile::field_names())
    }
}

impl Hit {
    /// The events that match.
    pub fn matching_events(&self) -> impl Iterator<Item = &Event> {
        self.matching
            .iter()
            .filter_map(|&at| self.indexed.annotations.events.get(at))
    }
}

/// What a request came to.
struct Ranked<'a> {
    held: Held<'a>,
    compiled: Compiled,
    course: Course,
    top: Top,
    tallied: Counted,
}

/// The filter that facets leave out of account, and the facets that do so.
type SeenAlike = (Option<&'static str>, Vec<Facet>);

/// A facet does not see the filter on the same thing, so that its counts say what else could be
/// chosen; what the query asks for holds always.
fn by_what_they_leave_out(request: &Request, facets: &[Facet]) -> Vec<SeenAlike> {
    let mut seen: Vec<SeenAlike> = Vec::new();
    for &facet in facets {
        let filter = facet.filter();
        let without = filter.filter(|name| !request.filters.values(name).is_empty());
        match seen.iter_mut().find(|(other, _)| *other == without) {
            Some((_, facets)) => facets.push(facet),
            None => seen.push((without, vec![facet])),
        }
    }
    seen
}

fn groupings(facets: &[Facet]) -> Vec<Grouping> {
    facets.iter().map(|&facet| Grouping::of(facet)).collect()
}

/// The most articles first, then by value.
fn sorted(rows: FxHashMap<Vec<String>, Tallied>) -> Vec<Row> {
    let mut rows: Vec<Row> = rows
        .into_iter()
        .map(|(values, tallied)| Row {
            values,
            counts: tallied.counts(),
        })
        .collect();
    rows.sort_by(|a, b| {
        let articles = b.counts.articles.cmp(&a.counts.articles);
        articles.then_with(|| a.values.cmp(&b.values))
    });
    rows
}
