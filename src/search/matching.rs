//! Which of an article's events an event clause matches, read from the index's postings: the
//! position of a term in the events field is the number of the event within its article.

use super::compile::EventTerms;
use crate::index::document::EventCode;
use tantivy::columnar::Column;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

/// Finds matching events in one segment, for documents in ascending order.
pub struct EventMatcher {
    clauses: Vec<Vec<Vec<SegmentPostings>>>,
    /// The least confidence, in hundredths, and the events' codes that hold theirs.
    least: Option<(u8, Column<u64>)>,
    positions: Vec<u32>,
}

impl EventMatcher {
    /// A matcher for event clauses; with none, every event matches. An event that has less than
    /// `least` hundredths of confidence never does.
    ///
    /// # Errors
    /// When the segment cannot be read.
    pub fn new(
        segment: &SegmentReader,
        clauses: &[EventTerms],
        least: u8,
    ) -> tantivy::Result<Self> {
        let postings = |term: &tantivy::Term| -> tantivy::Result<Option<SegmentPostings>> {
            let index = segment.inverted_index(term.field())?;
            Ok(index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?)
        };
        let mut out = Vec::with_capacity(clauses.len());
        for sets in clauses {
            let mut clause = Vec::with_capacity(sets.len());
            for set in sets {
                let mut alternatives = Vec::with_capacity(set.len());
                for term in set {
                    alternatives.extend(postings(term)?);
                }
                clause.push(alternatives);
            }
            out.push(clause);
        }
        let codes = || segment.fast_fields().u64("_event_codes");
        Ok(Self {
            clauses: out,
            least: (least > 0)
                .then(codes)
                .transpose()?
                .map(|codes| (least, codes)),
            positions: Vec::new(),
        })
    }

    /// Whether any event may be left out.
    pub fn is_selective(&self) -> bool {
        !self.clauses.is_empty() || self.least.is_some()
    }

    /// The numbers of the article's events that are sure enough and that some clause matches, in
    /// ascending order. Only to be asked when [`EventMatcher::is_selective`].
    pub fn matching(&mut self, doc: DocId) -> Vec<u32> {
        let sure: Option<Vec<u32>> = self.least.as_ref().map(|(least, codes)| {
            let codes = (0..).zip(codes.values_for_doc(doc));
            let sure = codes.filter(|(_, packed)| EventCode::confidence(*packed) >= *least);
            sure.map(|(event, _)| event).collect()
        });
        let Some(sure) = sure else {
            return self.of_clauses(doc);
        };
        if self.clauses.is_empty() || sure.is_empty() {
            return sure;
        }
        let mut matched = self.of_clauses(doc);
        matched.retain(|event| sure.binary_search(event).is_ok());
        matched
    }

    fn of_clauses(&mut self, doc: DocId) -> Vec<u32> {
        let mut matched = Vec::new();
        for clause in &mut self.clauses {
            let mut held: Option<Vec<u32>> = None;
            for alternatives in clause {
                let mut here = Vec::new();
                for postings in alternatives {
                    if postings.doc() < doc {
                        postings.seek(doc);
                    }
                    if postings.doc() == doc && postings.doc() != TERMINATED {
                        postings.positions(&mut self.positions);
                        here.extend_from_slice(&self.positions);
                    }
                }
                here.sort_unstable();
                here.dedup();
                held = Some(match held {
                    None => here,
                    Some(mut held) => {
                        held.retain(|position| here.binary_search(position).is_ok());
                        held
                    }
                });
            }
            matched.extend(held.unwrap_or_default());
        }
        matched.sort_unstable();
        matched.dedup();
        matched
    }
}
