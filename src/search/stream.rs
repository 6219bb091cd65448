//! All that matches, one at a time.

use super::compile::Compiled;
use super::cursor::Key;
use super::page::{self, Placed};
use super::ranking::Scoring;
use super::sought::Sought;
use super::tally::Tallies;
use super::{Hit, Index, Ranking, Request, SearchError};
use crate::annotate::Event;
use std::sync::Arc;
use tantivy::Searcher;

/// The articles that match, by date and then identifier: see [`Index::articles`].
pub struct Articles<'a> {
    index: &'a Index,
    searcher: Searcher,
    request: Request,
    compiled: Compiled,
    /// An empty one: articles in order of their dates need no scores.
    scoring: Scoring,
    /// The next of them. Of a large answer, only so many are held at a time.
    next: std::vec::IntoIter<Placed>,
    /// What the last of these is ordered by.
    last: Option<Key>,
    left: usize,
}

/// The events that match, in the order of their articles and of the text: see [`Index::events`].
pub struct Events<'a> {
    articles: Articles<'a>,
    hit: Option<Arc<Hit>>,
    /// How many of the hit's matching events were given.
    given: usize,
}

/// An event with the article that tells it.
#[derive(Debug, Clone)]
pub struct FoundEvent {
    /// The article; its other events are in it too.
    pub article: Arc<Hit>,
    at: usize,
}

impl Index {
    /// Every article that matches, by date and then identifier. One is read at a time, from the
    /// index as it was at the call.
    ///
    /// ```no_run
    /// # let index = dateline::search::Index::open("index")?;
    /// for hit in index.articles(&"tariffs country:CN".into())? {
    ///     println!("{}", hit?.indexed.article.title);
    /// }
    /// # Ok::<(), dateline::search::SearchError>(())
    /// ```
    ///
    /// # Errors
    /// When the query or a filter is wrong. An article that cannot be read is an error of its own.
    pub fn articles(&self, request: &Request) -> Result<Articles<'_>, SearchError> {
        let searcher = self.reader.searcher();
        let held = self.held(&searcher)?;
        let compiled = request.compile(&held)?;
        let (none, ranking) = (Sought::default(), Ranking::default());
        let mut articles = Articles {
            index: self,
            request: request.clone(),
            compiled,
            scoring: Scoring::new(&none, ranking, &self.fields, &[], &searcher, None)?,
            searcher,
            next: Vec::new().into_iter(),
            last: None,
            left: 0,
        };
        articles.left = articles.read()?;
        Ok(articles)
    }

    /// Every event that matches: those that the event clauses ask for, or all events of the
    /// articles that match where there is no such clause.
    ///
    /// ```no_run
    /// # use dateline::search::{Index, Request};
    /// # let index = Index::open("index")?;
    /// for found in index.events(&Request::default().by("US").action("SANCTION"))? {
    ///     let found = found?;
    ///     println!("{}: {}", found.article.indexed.id, found.event().sentence.text);
    /// }
    /// # Ok::<(), dateline::search::SearchError>(())
    /// ```
    ///
    /// # Errors
    /// When the query or a filter is wrong.
    pub fn events(&self, request: &Request) -> Result<Events<'_>, SearchError> {
        Ok(Events {
            articles: self.articles(request)?,
            hit: None,
            given: 0,
        })
    }
}

impl Articles<'_> {
    /// Reads where the next articles are, and how many are left with them.
    fn read(&mut self) -> tantivy::Result<usize> {
        let order = page::by_date(&self.scoring, self.last.as_ref());
        let query = &*self.compiled.query;
        let (top, _) = page::top(&self.searcher, query, &order, &Tallies::default())?;
        self.last = top.placed.last().map(|placed| placed.key);
        self.next = top.placed.into_iter();
        Ok(top.rest as usize)
    }
}

impl Iterator for Articles<'_> {
    type Item = Result<Hit, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        if self.next.as_slice().is_empty()
            && let Err(error) = self.read()
        {
            self.left = 0;
            return Some(Err(error.into()));
        }
        let placed = self.next.next()?;
        self.left -= 1;
        let (searcher, compiled) = (&self.searcher, &self.compiled);
        Some(
            self.index
                .hit(searcher, &self.request, compiled, 0.0, placed.address),
        )
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Articles<'_> {}

impl Iterator for Events<'_> {
    type Item = Result<FoundEvent, SearchError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(hit) = &self.hit
                && let Some(&at) = hit.matching.get(self.given)
            {
                self.given += 1;
                let article = Arc::clone(hit);
                return Some(Ok(FoundEvent { article, at }));
            }
            match self.articles.next()? {
                Ok(hit) => self.hit = Some(Arc::new(hit)),
                Err(error) => return Some(Err(error)),
            }
            self.given = 0;
        }
    }
}

impl FoundEvent {
    /// The event.
    pub fn event(&self) -> &Event {
        &self.article.indexed.annotations.events[self.at]
    }
}
