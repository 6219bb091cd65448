//! Which of an article's events an event clause matches, read from the index's postings: the
//! position of a term in the events field is the number of the event within its article.

use super::compile::EventTerms;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

/// Finds matching events in one segment, for documents in ascending order.
pub struct EventMatcher {
    clauses: Vec<Vec<Vec<SegmentPostings>>>,
    positions: Vec<u32>,
}

impl EventMatcher {
    /// A matcher for event clauses; with none, every event matches.
    ///
    /// # Errors
    /// When the segment cannot be read.
    pub fn new(segment: &SegmentReader, clauses: &[EventTerms]) -> tantivy::Result<Self> {
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
        Ok(Self {
            clauses: out,
            positions: Vec::new(),
        })
    }

    /// Whether the event clauses leave out any event.
    pub fn is_selective(&self) -> bool {
        !self.clauses.is_empty()
    }

    /// The numbers of the article's events that some clause matches, in ascending order. Only to
    /// be asked when [`EventMatcher::is_selective`].
    pub fn matching(&mut self, doc: DocId) -> Vec<u32> {
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
