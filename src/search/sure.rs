//! Articles with an event that is sure enough: what an event clause finds when there is a least
//! confidence. Postings do not hold confidences, so what they find is looked at event by event.

use super::compile::EventTerms;
use super::matching::EventMatcher;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

/// Of the articles that a query finds, those that have an event that is sure enough and matches
/// the clause.
#[derive(Debug)]
pub(super) struct SureQuery {
    pub found: Box<dyn Query>,
    /// The clause; `None` where any event will do.
    pub clause: Option<EventTerms>,
    /// In hundredths.
    pub least: u8,
}

impl Clone for SureQuery {
    fn clone(&self) -> Self {
        Self {
            found: self.found.box_clone(),
            clause: self.clause.clone(),
            least: self.least,
        }
    }
}

impl Query for SureQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(SureWeight {
            found: self.found.weight(scoring)?,
            clause: self.clause.iter().cloned().collect(),
            least: self.least,
        }))
    }
}

struct SureWeight {
    found: Box<dyn Weight>,
    clause: Vec<EventTerms>,
    least: u8,
}

impl Weight for SureWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut found = self.found.scorer(reader, 1.0)?;
        let mut matcher = EventMatcher::new(reader, &self.clause, self.least)?;
        let mut articles = Vec::new();
        let mut doc = found.doc();
        while doc != TERMINATED {
            if !matcher.matching(doc).is_empty() {
                articles.push(doc);
            }
            doc = found.advance();
        }
        Ok(Box::new(SureScorer {
            articles,
            at: 0,
            boost,
        }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            let said = format!("document {doc} does not match");
            return Err(TantivyError::InvalidArgument(said));
        }
        Ok(Explanation::new("an event that is sure enough", 1.0))
    }
}

struct SureScorer {
    articles: Vec<DocId>,
    at: usize,
    boost: Score,
}

impl DocSet for SureScorer {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.articles.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.articles.len() as u32
    }
}

impl Scorer for SureScorer {
    fn score(&mut self) -> Score {
        self.boost
    }
}
