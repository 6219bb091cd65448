//! Which of an article's events an event clause matches: by their codes, and for what is in no code
//! by the index's postings, where the position of a term in the events field is the number of the
//! event within its article.

use super::block::Block;
use super::coded::Test;
use super::compile::EventTerms;
use super::tally::Told;
use crate::index::document::PackedEvent;
use tantivy::columnar::Column;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{
    COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED,
    TantivyError, Term,
};

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
    clauses: Vec<Clause>,
    /// The least confidence, in hundredths.
    least: u8,
    /// The codes of the segment's events.
    codes: Column<u64>,
    /// The codes of the article at hand, where they were not given.
    read: Vec<u64>,
    /// The events that hold all sets of a clause so far.
    held: Vec<u32>,
    matched: Vec<u32>,
}

/// An event clause: the sets that the codes of an event answer, and those that postings do.
struct Clause {
    /// What bits an event must have, and which they are: all sets of one part of its codes at once.
    bits: (u64, u64),
    coded: Vec<Vec<Test>>,
    placed: Vec<Places>,
}

impl Clause {
    fn new(segment: &SegmentReader, sets: &EventTerms) -> tantivy::Result<Self> {
        let mut clause = Self {
            bits: (0, 0),
            coded: Vec::new(),
            placed: Vec::new(),
        };
        for set in sets {
            let tests: Option<Vec<Test>> = set.iter().map(Test::of).collect();
            match tests.as_deref() {
                Some([Test::Part(part, number)]) if clause.bits.0 & part.mask(0).0 == 0 => {
                    let (mask, bits) = part.mask(*number);
                    clause.bits.0 |= mask;
                    clause.bits.1 |= bits;
                }
                Some(_) => clause.coded.extend(tests),
                None => clause.placed.push(Places::of(segment, set)?),
            }
        }
        Ok(clause)
    }

    /// Whether the codes of an event hold all that they answer.
    #[inline]
    fn is_coded_by(&self, packed: u64) -> bool {
        let (mask, bits) = self.bits;
        packed & mask == bits && (self.coded.is_empty() || self.holds_sets(packed))
    }

    fn holds_sets(&self, packed: u64) -> bool {
        let Some(event) = Told::of(packed) else {
            return false;
        };
        let mut sets = self.coded.iter();
        sets.all(|set| set.iter().any(|test| test.is_held_by(&event)))
    }
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
        let clauses = clauses.iter().map(|sets| Clause::new(segment, sets));
        Ok(Self {
            clauses: clauses.collect::<tantivy::Result<_>>()?,
            least,
            codes: segment.fast_fields().u64("_event_codes")?,
            read: Vec::new(),
            held: Vec::new(),
            matched: Vec::new(),
        })
    }

    /// Whether any event may be left out.
    pub fn is_selective(&self) -> bool {
        !self.clauses.is_empty() || self.least > 0
    }

    /// The numbers of the article's events that are sure enough and that some clause matches, in
    /// ascending order.
    pub fn matching(&mut self, doc: DocId) -> &[u32] {
        let mut codes = std::mem::take(&mut self.read);
        codes.clear();
        codes.extend(self.codes.values_for_doc(doc));
        self.find(doc, &codes);
        self.read = codes;
        &self.matched
    }

    /// The same, where the codes of the article's events are known.
    pub fn matching_of(&mut self, doc: DocId, codes: &[u64]) -> &[u32] {
        self.find(doc, codes);
        &self.matched
    }

    fn find(&mut self, doc: DocId, codes: &[u64]) {
        let least = self.least;
        let sure = (0..).zip(codes.iter().copied());
        let sure = sure.filter(|(_, packed)| PackedEvent(*packed).confidence() >= least);
        self.matched.clear();
        if self.clauses.is_empty() {
            return self.matched.extend(sure.map(|(event, _)| event));
        }
        for clause in &mut self.clauses {
            let held = sure
                .clone()
                .filter(|&(_, packed)| clause.is_coded_by(packed));
            self.held.clear();
            self.held.extend(held.map(|(event, _)| event));
            for set in &mut clause.placed {
                if self.held.is_empty() {
                    break;
                }
                let here = set.at(doc);
                self.held.retain(|event| here.binary_search(event).is_ok());
            }
            self.matched.extend_from_slice(&self.held);
        }
        if self.clauses.len() > 1 {
            self.matched.sort_unstable();
            self.matched.dedup();
        }
    }

    /// Whether any event matches, where the codes of the article's events are known.
    fn has_match(&mut self, doc: DocId, codes: &[u64]) -> bool {
        if self.clauses.iter().any(|clause| !clause.placed.is_empty()) {
            return !self.matching_of(doc, codes).is_empty();
        }
        codes.iter().any(|&packed| {
            let mut clauses = self.clauses.iter();
            PackedEvent(packed).confidence() >= self.least
                && (clauses.len() == 0 || clauses.any(|clause| clause.is_coded_by(packed)))
        })
    }
}

/// Of the articles that a query finds, those of which one event holds a term of every set and is
/// sure enough.
#[derive(Debug)]
pub(super) struct OneEvent {
    /// What finds every such article, and perhaps others.
    pub found: Box<dyn Query>,
    /// The sets; without any, every event holds them.
    pub sets: EventTerms,
    /// In hundredths.
    pub least: u8,
}

impl Clone for OneEvent {
    fn clone(&self) -> Self {
        Self {
            found: self.found.box_clone(),
            sets: self.sets.clone(),
            least: self.least,
        }
    }
}

impl Query for OneEvent {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let unscored = EnableScoring::disabled_from_schema(scoring.schema());
        Ok(Box::new(OneEventWeight {
            found: self.found.weight(unscored)?,
            sets: self.sets.clone(),
            least: self.least,
        }))
    }
}

struct OneEventWeight {
    found: Box<dyn Weight>,
    sets: EventTerms,
    least: u8,
}

impl Weight for OneEventWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let clauses: &[EventTerms] = match self.sets.is_empty() {
            true => &[],
            false => std::slice::from_ref(&self.sets),
        };
        let matcher = EventMatcher::new(segment, clauses, self.least)?;
        let holding = Holding::new(self.found.scorer(segment, 1.0)?, matcher);
        Ok(Box::new(ConstScorer::new(holding, boost)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut found = self.scorer(segment, 1.0)?;
        if found.doc() > doc || found.seek(doc) != doc {
            let message = format!("no event of document {doc} matches");
            return Err(TantivyError::InvalidArgument(message));
        }
        Ok(Explanation::new("OneEvent", 1.0))
    }
}

/// Of some articles, those that have an event that matches: looked at several at a time, as it takes
/// far longer to read the codes of each by itself.
struct Holding {
    among: Box<dyn Scorer>,
    matcher: EventMatcher,
    block: Block,
    /// The articles that were found ahead, and which of them is the one at hand.
    ahead: Vec<DocId>,
    at: usize,
    /// How many articles are looked at next: more and more while they are gone through in order.
    next: usize,
    /// Whether `among` was sent to an article that it has not, and stands nowhere.
    is_astray: bool,
}

impl Holding {
    fn new(among: Box<dyn Scorer>, matcher: EventMatcher) -> Self {
        let mut holding = Self {
            among,
            matcher,
            block: Block::default(),
            ahead: Vec::new(),
            at: 0,
            next: 1,
            is_astray: false,
        };
        holding.look_ahead();
        holding
    }

    /// Looks on until an article is found or there is no more.
    fn look_ahead(&mut self) {
        let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
        self.at = 0;
        self.ahead.clear();
        while self.ahead.is_empty() {
            let taken = if self.next == buffer.len() {
                self.among.fill_buffer(&mut buffer)
            } else {
                self.take_some(&mut buffer)
            };
            if taken == 0 {
                return;
            }
            self.next = (2 * self.next).min(buffer.len());
            self.keep(&buffer[..taken]);
        }
    }

    fn take_some(&mut self, buffer: &mut [DocId]) -> usize {
        let mut taken = 0;
        while taken < self.next && self.among.doc() != TERMINATED {
            buffer[taken] = self.among.doc();
            self.among.advance();
            taken += 1;
        }
        taken
    }

    /// Puts those of some articles ahead that have a matching event.
    fn keep(&mut self, docs: &[DocId]) {
        let Self { matcher, block, .. } = self;
        block.read(&matcher.codes, docs);
        let holds = |doc: &DocId| matcher.has_match(*doc, block.of(*doc));
        self.ahead.extend(docs.iter().copied().filter(holds));
    }
}

impl DocSet for Holding {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        if self.at >= self.ahead.len() {
            self.look_ahead();
        }
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let behind = |docs: &[DocId]| docs.iter().take_while(|&&doc| doc < target).count();
        self.at += behind(&self.ahead[self.at..]);
        if self.at == self.ahead.len() {
            if self.among.doc() < target {
                self.among.seek(target);
                self.next = 1;
            }
            self.look_ahead();
        }
        self.doc()
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        let behind = |docs: &[DocId]| docs.iter().take_while(|&&doc| doc < target).count();
        self.at += behind(&self.ahead[self.at..]);
        match self.ahead.get(self.at) {
            Some(&doc) if doc == target => return SeekDangerResult::Found,
            Some(&doc) => return SeekDangerResult::SeekLowerBound(doc),
            None => {}
        }
        if !self.is_astray && self.among.doc() > target {
            return SeekDangerResult::SeekLowerBound(self.among.doc());
        }
        let found = self.among.seek_danger(target);
        self.is_astray = !matches!(found, SeekDangerResult::Found);
        if self.is_astray {
            return found;
        }
        self.at = 0;
        self.ahead.clear();
        self.keep(&[target]);
        self.next = 1;
        self.among.advance();
        match self.ahead.is_empty() {
            true => SeekDangerResult::SeekLowerBound(target + 1),
            false => SeekDangerResult::Found,
        }
    }

    fn fill_buffer(&mut self, buffer: &mut [DocId; COLLECT_BLOCK_BUFFER_LEN]) -> usize {
        let mut filled = 0;
        while filled < buffer.len() && self.at < self.ahead.len() {
            let here = (buffer.len() - filled).min(self.ahead.len() - self.at);
            buffer[filled..filled + here].copy_from_slice(&self.ahead[self.at..self.at + here]);
            filled += here;
            self.at += here;
            if self.at == self.ahead.len() {
                self.look_ahead();
            }
        }
        filled
    }

    fn doc(&self) -> DocId {
        self.ahead.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.among.size_hint()
    }

    fn cost(&self) -> u64 {
        /// To look at an article's events takes so many times as long as to find it.
        const LOOK: u64 = 10;
        self.among.cost() * LOOK
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
