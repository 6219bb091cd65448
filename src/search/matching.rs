//! Which of an article's events an event clause matches, read from the index's postings: the
//! position of a term in the events field is the number of the event within its article.

use super::compile::EventTerms;
use crate::index::document::PackedEvent;
use tantivy::columnar::Column;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::doc_predicate_query::{
    ConstOrVariableSegmentPredicate, DocPredicate, SegmentDocPredicate,
};
use tantivy::query::{EnableScoring, Query};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, Term};

/// Where any of some terms stand, for documents in ascending order.
pub(super) struct Places {
    postings: Vec<SegmentPostings>,
    one: Vec<u32>,
    all: Vec<u32>,
}

impl Places {
    /// The places of terms that the segment may hold.
    ///
    /// # Errors
    /// When the segment cannot be read.
    pub fn of<'a>(
        segment: &SegmentReader,
        terms: impl IntoIterator<Item = &'a Term>,
    ) -> tantivy::Result<Self> {
        let mut postings = Vec::new();
        for term in terms {
            let index = segment.inverted_index(term.field())?;
            postings.extend(index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?);
        }
        Ok(Self::new(postings))
    }

    pub fn new(postings: Vec<SegmentPostings>) -> Self {
        Self {
            postings,
            one: Vec::new(),
            all: Vec::new(),
        }
    }

    /// The positions in a document, in ascending order, each once.
    pub fn at(&mut self, doc: DocId) -> &[u32] {
        self.all.clear();
        for postings in &mut self.postings {
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() == doc && doc != TERMINATED {
                postings.positions(&mut self.one);
                self.all.extend_from_slice(&self.one);
            }
        }
        if self.postings.len() > 1 {
            self.all.sort_unstable();
        }
        self.all.dedup();
        &self.all
    }
}

/// Finds matching events in one segment, for documents in ascending order.
pub struct EventMatcher {
    clauses: Vec<Vec<Places>>,
    /// The least confidence, in hundredths, and the events' codes that hold theirs.
    least: Option<(u8, Column<u64>)>,
    /// The events that hold all sets of a clause so far.
    held: Vec<u32>,
    matched: Vec<u32>,
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
        let places = |sets: &EventTerms| sets.iter().map(|set| Places::of(segment, set)).collect();
        let codes = || segment.fast_fields().u64("_event_codes");
        Ok(Self {
            clauses: clauses.iter().map(places).collect::<tantivy::Result<_>>()?,
            least: (least > 0)
                .then(codes)
                .transpose()?
                .map(|codes| (least, codes)),
            held: Vec::new(),
            matched: Vec::new(),
        })
    }

    /// Whether any event may be left out.
    pub fn is_selective(&self) -> bool {
        !self.clauses.is_empty() || self.least.is_some()
    }

    /// The numbers of the article's events that are sure enough and that some clause matches, in
    /// ascending order. Only to be asked when [`EventMatcher::is_selective`].
    pub fn matching(&mut self, doc: DocId) -> &[u32] {
        self.matched.clear();
        for clause in &mut self.clauses {
            self.held.clear();
            for (number, set) in clause.iter_mut().enumerate() {
                let here = set.at(doc);
                match number {
                    0 => self.held.extend_from_slice(here),
                    _ => self.held.retain(|event| here.binary_search(event).is_ok()),
                }
                if self.held.is_empty() {
                    break;
                }
            }
            self.matched.extend_from_slice(&self.held);
        }
        self.matched.sort_unstable();
        self.matched.dedup();
        if let Some((least, codes)) = &self.least {
            let codes = (0..).zip(codes.values_for_doc(doc));
            let sure = codes.filter(|(_, packed)| PackedEvent(*packed).confidence() >= *least);
            if self.clauses.is_empty() {
                self.matched.extend(sure.map(|(event, _)| event));
            } else if !self.matched.is_empty() {
                let sure: Vec<u32> = sure.map(|(event, _)| event).collect();
                let is_sure = |event: &u32| sure.binary_search(event).is_ok();
                self.matched.retain(is_sure);
            }
        }
        &self.matched
    }
}

/// Of the articles that a query finds, those of which one event holds a term of every set and is
/// sure enough. It reads postings alone and, where a least confidence is given, since postings do
/// not hold it, a column.
#[derive(Debug)]
pub(super) struct OneEvent {
    /// What finds every such article, and perhaps others.
    pub found: Box<dyn Query>,
    /// The sets; without any, every event holds them.
    pub sets: EventTerms,
    /// In hundredths.
    pub least: u8,
}

impl DocPredicate for OneEvent {
    type SegmentDocPredicate = EventMatcher;

    fn doc_predicate(
        &self,
        segment: &SegmentReader,
    ) -> tantivy::Result<ConstOrVariableSegmentPredicate<EventMatcher>> {
        let clauses: &[EventTerms] = match self.sets.is_empty() {
            true => &[],
            false => std::slice::from_ref(&self.sets),
        };
        Ok(ConstOrVariableSegmentPredicate::Variable {
            predicate: EventMatcher::new(segment, clauses, self.least)?,
            necessary_condition: unscored(&*self.found, segment)?,
        })
    }
}

impl SegmentDocPredicate for EventMatcher {
    fn eval(&mut self, doc: DocId) -> bool {
        !self.matching(doc).is_empty()
    }
}

/// The documents of a segment that a query finds.
pub(super) fn unscored(
    query: &dyn Query,
    segment: &SegmentReader,
) -> tantivy::Result<Box<dyn DocSet>> {
    let weight = query.weight(EnableScoring::disabled_from_schema(segment.schema()))?;
    Ok(weight.scorer(segment, 1.0)?)
}
