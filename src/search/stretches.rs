//! Going through all that matches, on all cores where there is much of it.
//!
//! A large segment in which much is expected is cut in stretches of documents, which are gone
//! through by themselves.

use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use tantivy::query::Weight;
use tantivy::{
    COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, Searcher, SegmentOrdinal, SegmentReader,
    TERMINATED,
};

/// So many matches make a stretch where they are counted by groups: to go through them takes several
/// times as long as to start a thread and to look all terms up once more.
pub(super) const COUNTED: u32 = 1500;

/// So many make one where they are only found and put in order.
pub(super) const FOUND: u32 = 10_000;

/// Into how many stretches a segment is cut at most.
const PIECES: u32 = 16;

/// Documents of one segment that stand side by side.
pub(super) struct Stretch<'a> {
    /// The segment's number.
    pub ord: SegmentOrdinal,
    /// The segment.
    pub segment: &'a SegmentReader,
    docs: Range<DocId>,
}

impl<'a> Stretch<'a> {
    /// All documents of an index, in order.
    fn all(
        searcher: &'a Searcher,
        weight: &dyn Weight,
        matches: u32,
    ) -> tantivy::Result<Vec<Self>> {
        let mut all = Vec::new();
        for (ord, segment) in (0..).zip(searcher.segment_readers()) {
            let most = segment.max_doc();
            let expected = match most < 2 * matches {
                true => 0,
                false => weight.scorer(segment, 1.0)?.size_hint().min(most),
            };
            let pieces = (expected / matches).clamp(1, PIECES);
            let start =
                |piece: u32| (u64::from(most) * u64::from(piece) / u64::from(pieces)) as u32;
            all.extend((0..pieces).map(|piece| Stretch {
                ord,
                segment,
                docs: start(piece)..start(piece + 1),
            }));
        }
        Ok(all)
    }

    /// Hands on what matches in it, some at a time.
    ///
    /// # Errors
    /// When the segment cannot be read.
    pub fn for_each(
        &self,
        weight: &dyn Weight,
        take: &mut dyn FnMut(&[DocId]),
    ) -> tantivy::Result<()> {
        let mut found = weight.scorer(self.segment, 1.0)?;
        if found.doc() < self.docs.start {
            found.seek(self.docs.start);
        }
        let alive = self.segment.alive_bitset();
        let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
        let mut block = Vec::with_capacity(buffer.len());
        while found.doc() < self.docs.end {
            let filled = found.fill_buffer(&mut buffer);
            block.clear();
            let here = buffer[..filled].iter().filter(|&&doc| doc < self.docs.end);
            block.extend(here.filter(|&&doc| alive.is_none_or(|alive| alive.is_alive(doc))));
            take(&block);
        }
        Ok(())
    }

    /// Hands on what matches in it, with its scores.
    ///
    /// # Errors
    /// When the segment cannot be read.
    pub fn for_each_scored(
        &self,
        weight: &dyn Weight,
        take: &mut dyn FnMut(DocId, Score),
    ) -> tantivy::Result<()> {
        let mut found = weight.scorer(self.segment, 1.0)?;
        let mut doc = match found.doc() < self.docs.start {
            true => found.seek(self.docs.start),
            false => found.doc(),
        };
        let alive = self.segment.alive_bitset();
        while doc < self.docs.end && doc != TERMINATED {
            if alive.is_none_or(|alive| alive.is_alive(doc)) {
                take(doc, found.score());
            }
            doc = found.advance();
        }
        Ok(())
    }
}

/// Goes through what matches in an index, of which so many make a stretch: `look` is given each.
/// What it makes of them comes in the order of the documents.
///
/// # Errors
/// The first of `look`, and when the index cannot be read.
pub(super) fn go_through<T: Send>(
    searcher: &Searcher,
    weight: &dyn Weight,
    matches: u32,
    look: impl Fn(&Stretch<'_>) -> tantivy::Result<T> + Sync,
) -> tantivy::Result<Vec<T>> {
    let stretches = Stretch::all(searcher, weight, matches)?;
    if stretches.len() == searcher.segment_readers().len() {
        return stretches.iter().map(look).collect();
    }
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(stretch) = stretches.get(at) else {
                return found;
            };
            found.push((at, look(stretch)));
        }
    };
    let mut found = thread::scope(|scope| {
        // Where no thread can be had, this one does all of it.
        let start = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..cores.min(stretches.len())).filter_map(start).collect();
        let mut found = work();
        for other in others {
            match other.join() {
                Ok(more) => found.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        found
    });
    found.sort_by_key(|&(at, _)| at);
    found.into_iter().map(|(_, one)| one).collect()
}
