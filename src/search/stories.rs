//! Stories, from the side that reads: which one an article is in, and how many there are.

use crate::index::document::ARTICLE;
use crate::index::fields::Fields;
use crate::index::stories::STORY;
use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::collector::{DocSetCollector, TopDocs};
use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query, TermQuery, TermSetQuery, Weight};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{
    DocAddress, DocId, DocSet, Searcher, SegmentOrdinal, TERMINATED, TantivyDocument, Term,
};

/// Articles that are copies of one text. An article without copies is a story of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Story {
    /// Its identifier: that of the first of its articles.
    pub id: String,
    /// The identifiers of all its articles, ascending.
    pub articles: Vec<String>,
}

impl Story {
    /// The story of an article.
    pub(super) fn of(searcher: &Searcher, fields: &Fields, id: &str) -> tantivy::Result<Self> {
        let holds = term(fields.get("story"), id);
        let found = searcher.search(&holds, &TopDocs::with_limit(1).order_by_score())?;
        let articles = match found.first() {
            Some(&(_, address)) => members(searcher, fields, address)?,
            None => vec![id.to_owned()],
        };
        Ok(Self {
            id: articles.first().map_or(id, String::as_str).to_owned(),
            articles,
        })
    }

    /// How many other articles are in it.
    pub fn copies(&self) -> usize {
        self.articles.len().saturating_sub(1)
    }
}

/// The identifiers of a story's articles, as its document holds them.
fn members(
    searcher: &Searcher,
    fields: &Fields,
    address: DocAddress,
) -> tantivy::Result<Vec<String>> {
    let document = searcher.doc::<TantivyDocument>(address)?;
    let ids = document.get_all(fields.get("story"));
    Ok(ids.filter_map(|id| Some(id.as_str()?.to_owned())).collect())
}

fn term(field: tantivy::schema::Field, value: &str) -> TermQuery {
    TermQuery::new(
        Term::from_field_text(field, value),
        IndexRecordOption::Basic,
    )
}

/// The articles of a story.
pub(super) fn own_story(fields: &Fields, story: &Story) -> TermSetQuery {
    let field = fields.get("id");
    let ids = story.articles.iter();
    TermSetQuery::new(ids.map(|id| Term::from_field_text(field, id)))
}

/// The stories of several articles, for each segment by the number of the document.
pub(super) struct Stories(Vec<FxHashMap<DocId, u32>>);

impl Stories {
    /// All of them. It looks every article up that has a copy.
    pub fn of_index(searcher: &Searcher, fields: &Fields) -> tantivy::Result<Self> {
        let mut stories = vec![FxHashMap::default(); searcher.segment_readers().len()];
        let all = searcher.search(&term(fields.kind, STORY), &DocSetCollector)?;
        for (number, address) in (0..).zip(all) {
            for id in members(searcher, fields, address)? {
                let id = Term::from_field_text(fields.get("id"), &id);
                for (segment, stories) in searcher.segment_readers().iter().zip(&mut stories) {
                    let index = segment.inverted_index(id.field())?;
                    let Some(mut found) = index.read_postings(&id, IndexRecordOption::Basic)?
                    else {
                        continue;
                    };
                    // A document that was replaced is still among the postings.
                    while found.doc() != TERMINATED {
                        stories.insert(found.doc(), number);
                        found.advance();
                    }
                }
            }
        }
        Ok(Self(stories))
    }

    /// The story of an article, as a number; `None` when it is alone in its story.
    pub fn of(&self, segment: SegmentOrdinal, doc: DocId) -> Option<u32> {
        self.0.get(segment as usize)?.get(&doc).copied()
    }
}

/// The articles of the story that has this identifier or holds the article that does. Which they
/// are is looked up when the query is run.
#[derive(Debug, Clone)]
pub(super) struct StoryQuery {
    fields: Fields,
    id: String,
}

impl StoryQuery {
    pub fn new(fields: &Fields, id: &str) -> Self {
        Self {
            fields: fields.clone(),
            id: id.to_owned(),
        }
    }
}

impl Query for StoryQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let articles = match scoring.searcher() {
            Some(searcher) => Story::of(searcher, &self.fields, &self.id)?.articles,
            None => vec![self.id.clone()],
        };
        let field = self.fields.get("id");
        let ids = articles.iter().map(|id| Term::from_field_text(field, id));
        BooleanQuery::new(vec![
            (Occur::Must, Box::new(TermSetQuery::new(ids))),
            (Occur::Must, Box::new(term(self.fields.kind, ARTICLE))),
        ])
        .weight(scoring)
    }
}
