//! Articles that a query does not find.
//!
//! Tantivy 0.27 has this in its boolean queries, but there it asks the excluded part about articles
//! before the one at which that stands, which phrases and ranges do not allow: they panic where
//! debug assertions are on. Here what is excluded is only ever moved forward.

use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use tantivy::query::doc_predicate_query::{
    ConstOrVariableSegmentPredicate, DocPredicate, DocPredicateQuery, SegmentDocPredicate,
};
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocId, DocSet, SegmentReader};

/// Of what a query finds, all but what another does.
#[derive(Debug)]
pub(super) struct Absent {
    pub among: Box<dyn Query>,
    pub absent: Box<dyn Query>,
}

impl Clone for Absent {
    fn clone(&self) -> Self {
        Self {
            among: self.among.box_clone(),
            absent: self.absent.box_clone(),
        }
    }
}

impl Query for Absent {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weight = |query: &dyn Query| {
            query.weight(match scoring.searcher() {
                Some(searcher) => EnableScoring::disabled_from_searcher(searcher),
                None => EnableScoring::disabled_from_schema(scoring.schema()),
            })
        };
        Ok(Box::new(DocPredicateQuery::from(Weights {
            among: weight(&*self.among)?.into(),
            absent: weight(&*self.absent)?.into(),
        })))
    }
}

struct Weights {
    among: Arc<dyn Weight>,
    absent: Arc<dyn Weight>,
}

impl Debug for Weights {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Absent")
    }
}

impl DocPredicate for Weights {
    type SegmentDocPredicate = NotIn;

    fn doc_predicate(
        &self,
        segment: &SegmentReader,
    ) -> tantivy::Result<ConstOrVariableSegmentPredicate<NotIn>> {
        Ok(ConstOrVariableSegmentPredicate::Variable {
            predicate: NotIn(self.absent.scorer(segment, 1.0)?),
            necessary_condition: self.among.scorer(segment, 1.0)?,
        })
    }
}

struct NotIn(Box<dyn DocSet>);

impl SegmentDocPredicate for NotIn {
    fn eval(&mut self, doc: DocId) -> bool {
        if self.0.doc() < doc {
            self.0.seek(doc);
        }
        self.0.doc() != doc
    }
}
