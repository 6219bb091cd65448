//! Asking the index: what a user's words mean, which articles match, what they hold.
//!
//! Everything goes through [`Index`]: it is opened once, can be shared by threads, prints nothing
//! and knows nothing of terminals. A [`Request`] is a query and filters; each method answers one
//! kind of question about the articles that match it.

pub mod compile;
pub mod evidence;
mod filters;
mod matching;
pub mod query;
pub mod snippet;
mod stories;
mod sure;
pub mod tally;

pub use filters::{Filters, Request};
pub use stories::Story;
pub use tally::{Counts, Grouping, Period, Row};

use crate::annotate::Event;
use crate::index::analyzer::Vocabulary;
use crate::index::document::{self, ARTICLE, FILE, FileRecord, Indexed, hundredths};
use crate::index::fields::Fields;
use crate::index::{IndexError, Layout, Versions};
use compile::{Compiled, Held};
use matching::EventMatcher;
use query::QueryError;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use stories::Stories;
use tally::Tallies;
use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue, SortByString};
use tantivy::collector::{Count, DocSetCollector, TopDocs};
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{
    DocAddress, IndexReader, Order, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term,
};

/// An index, open to be searched. It sees the state of the last commit when it was opened or
/// [reloaded](Index::reload).
pub struct Index {
    fields: Fields,
    reader: IndexReader,
    versions: Option<Versions>,
    corpora: Vec<String>,
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
    /// A field that cannot be counted.
    #[error("\"{0}\" is no facet")]
    NoFacet(String),
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
    /// The best, in order of score, then the latest, then by identifier.
    pub hits: Vec<Hit>,
    /// How many match in all.
    pub total: u64,
    /// The counts asked for, one list a facet, the most frequent first.
    pub facets: Vec<(&'static str, Vec<Row>)>,
    /// What the query looks for, for [`snippet::marks`].
    pub words: Vec<String>,
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
        let (index, manifest) = layout.open()?;
        let versions = Layout::versions(&index)?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            fields: Fields::new(),
            reader,
            versions,
            corpora: manifest.corpora,
        })
    }

    /// Sees what has been committed since the index was opened.
    ///
    /// # Errors
    /// When the new state cannot be read; the old one stays then.
    pub fn reload(&self) -> Result<(), IndexError> {
        Ok(self.reader.reload()?)
    }

    /// The best `limit` articles, and the counts of `facets` over all that match.
    ///
    /// # Errors
    /// When the query or a filter is wrong, or a facet is none.
    pub fn search(
        &self,
        request: &Request,
        limit: usize,
        facets: &[String],
    ) -> Result<Hits, SearchError> {
        let searcher = self.reader.searcher();
        let compiled = request.compile(&self.held(&searcher)?)?;
        let groupings = facets
            .iter()
            .map(|name| {
                Ok(Grouping {
                    fields: vec![facet(name)?],
                    ..Grouping::default()
                })
            })
            .collect::<Result<Vec<_>, SearchError>>()?;
        let names: Vec<&'static str> = groupings
            .iter()
            .map(|grouping| grouping.fields[0])
            .collect();

        let order = (
            (SortBySimilarityScore, Order::Desc),
            (SortByStaticFastValue::<u64>::for_field("date"), Order::Desc),
            (SortByString::for_field("id"), Order::Asc),
        );
        let top = TopDocs::with_limit(limit.max(1)).order_by(order);
        let (ranked, total, rows) = if groupings.is_empty() {
            let (ranked, total) = searcher.search(&compiled.query, &(top, Count))?;
            (ranked, total, Vec::new())
        } else {
            let tallies = Tallies {
                groupings,
                events: compiled.events.clone(),
                least: request.filters.min_confidence,
                stories: None,
            };
            let (ranked, total, fruit) =
                searcher.search(&compiled.query, &(top, Count, tallies))?;
            (ranked, total, fruit.0)
        };
        let mut hits = Vec::new();
        for ((score, _, _), address) in ranked.into_iter().take(limit) {
            hits.push(self.hit(&searcher, request, &compiled, score, address)?);
        }
        let facets = names
            .into_iter()
            .zip(rows.into_iter().map(sorted))
            .collect();
        Ok(Hits {
            hits,
            total: total as u64,
            facets,
            words: compiled.words,
        })
    }

    /// Calls `take` with every article that matches, by date and then identifier, holding one at
    /// a time. It ends early when `take` breaks.
    ///
    /// # Errors
    /// When the query or a filter is wrong, or the index cannot be read.
    pub fn for_each(
        &self,
        request: &Request,
        take: &mut dyn FnMut(Hit) -> ControlFlow<()>,
    ) -> Result<(), SearchError> {
        let searcher = self.reader.searcher();
        let compiled = request.compile(&self.held(&searcher)?)?;
        let mut order = Vec::new();
        for address in searcher.search(&compiled.query, &DocSetCollector)? {
            let fast = searcher.segment_reader(address.segment_ord).fast_fields();
            let day = fast.u64("date")?.first(address.doc_id).unwrap_or(0);
            let ids = fast.str("id")?;
            let ord = ids
                .as_ref()
                .and_then(|ids| ids.term_ords(address.doc_id).next());
            let mut id = String::new();
            if let Some((ids, ord)) = ids.as_ref().zip(ord) {
                ids.ord_to_str(ord, &mut id).map_err(TantivyError::from)?;
            }
            order.push((day, id, address));
        }
        order.sort();
        for (_, _, address) in order {
            if take(self.hit(&searcher, request, &compiled, 0.0, address)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Counts articles and events by group, and stories where the grouping asks for them.
    ///
    /// # Errors
    /// When the query or a filter is wrong.
    pub fn count(&self, request: &Request, grouping: &Grouping) -> Result<Table, SearchError> {
        let searcher = self.reader.searcher();
        let compiled = request.compile(&self.held(&searcher)?)?;
        let stories = match grouping.stories {
            true => Some(Arc::new(Stories::of_index(&searcher, &self.fields)?)),
            false => None,
        };
        let tallies = Tallies {
            groupings: vec![grouping.clone()],
            events: compiled.events,
            least: request.filters.min_confidence,
            stories,
        };
        let (mut rows, total) = searcher.search(&compiled.query, &tallies)?;
        let mut rows = sorted(rows.pop().unwrap_or_default());
        if grouping.every.is_some() {
            rows.sort_by(|a, b| a.values[0].cmp(&b.values[0]));
        }
        Ok(Table { rows, total })
    }

    /// The article with this identifier, or the only one whose identifier begins so.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn article(&self, id: &str) -> Result<Option<Indexed>, SearchError> {
        let searcher = self.reader.searcher();
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
        let Some(&(_, address)) = found.first() else {
            return Ok(None);
        };
        let document = searcher.doc::<TantivyDocument>(address)?;
        Ok(Some(document::to_article(&self.fields, &document)?))
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
            files.push(document::to_file(&self.fields, &document)?);
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
        Ok(Info {
            articles: all.total.articles,
            events: all.total.events,
            stories: all.total.stories.unwrap_or(all.total.articles),
            files: searcher.search(&self.of_kind(FILE), &Count)? as u64,
            dates: day(days.rows.first()).zip(day(days.rows.last())),
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
        let mut indexed = document::to_article(&self.fields, &document)?;
        let segment = searcher.segment_reader(address.segment_ord);
        // The least confidence is no concern of this matcher: events below it are taken out.
        let mut matcher = EventMatcher::new(segment, &compiled.events, 0)?;
        let asks_for_events = matcher.is_selective();
        let asked = asks_for_events.then(|| matcher.matching(address.doc_id));
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
            story: Story::of(searcher, &self.fields, &indexed.id)?,
            indexed,
            matching,
            asks_for_events,
        })
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

/// The facet called `name`.
///
/// # Errors
/// When the field table has no such facet.
pub fn facet(name: &str) -> Result<&'static str, SearchError> {
    tally::facet_names()
        .find(|facet| *facet == name)
        .or_else(|| {
            let row = crate::index::fields::find(name)?;
            row.facet.then_some(row.name)
        })
        .ok_or_else(|| SearchError::NoFacet(name.to_owned()))
}

/// The most articles first, then by value.
fn sorted(rows: rustc_hash::FxHashMap<Vec<String>, Counts>) -> Vec<Row> {
    let mut rows: Vec<Row> = rows
        .into_iter()
        .map(|(values, counts)| Row { values, counts })
        .collect();
    rows.sort_by(|a, b| {
        b.counts
            .articles
            .cmp(&a.counts.articles)
            .then_with(|| a.values.cmp(&b.values))
    });
    rows
}
