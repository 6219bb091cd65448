//! Pages: the articles that match, in an order, some at a time, to the last.

use super::cursor::{Cursor, Key};
use super::ranking::Scoring;
use super::stories::Stories;
use super::stretches;
use super::tally::{Counted, Tallies};
use super::{Index, Request, SearchError, SearchOptions};
use crate::index::fields::NUMBER;
use rustc_hash::FxHashMap;
use std::collections::BinaryHeap;
use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query as TantivyQuery};
use tantivy::{DocAddress, DocId, Searcher, SegmentOrdinal, SegmentReader};

/// In which order articles come. What is the same in it is settled by identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The best first; of equals the newest.
    #[default]
    Score,
    /// The newest first; articles without a date come last.
    Newest,
    /// The oldest first; articles without a date come last.
    Oldest,
}

/// How articles are put in order.
pub(super) struct Order<'a> {
    pub sort: Sort,
    pub scoring: &'a Scoring,
    /// The number of days of [`SearchOptions::recency`], and the day from which age counts.
    pub recency: Option<(u32, u64)>,
    /// Only what comes after this.
    pub after: Option<&'a Key>,
    pub limit: usize,
    /// The stories of which only the best article is wanted.
    pub collapse: Option<&'a Stories>,
}

/// An article in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub key: Key,
    pub address: DocAddress,
    /// How many worse copies of it match.
    pub hidden: u64,
}

/// What came of putting articles in order.
#[derive(Debug, Default)]
pub(super) struct Top {
    pub placed: Vec<Placed>,
    /// How many articles match.
    pub total: u64,
    /// How many places there are for them: stories, where those are collapsed.
    pub places: u64,
    /// How many of these come after what was asked for.
    pub rest: u64,
}

/// An article of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    key: Key,
    doc: DocId,
}

/// Undated articles are behind all others, whichever way they are sorted.
const UNDATED: u64 = u64::MAX;

/// The first articles in an order that match a query, and the counts of all that do.
pub(super) fn top(
    searcher: &Searcher,
    query: &dyn TantivyQuery,
    order: &Order<'_>,
    tallies: &Tallies,
) -> tantivy::Result<(Top, Counted)> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let matches = match tallies.groupings.is_empty() {
        true => stretches::FOUND,
        false => stretches::COUNTED,
    };
    let parts = stretches::go_through(searcher, &*weight, matches, |stretch| {
        let mut best = Best::new(order, stretch.segment, stretch.ord)?;
        let mut counts = match tallies.groupings.is_empty() {
            true => None,
            false => Some(tallies.of_segment(stretch.ord, stretch.segment)?),
        };
        let mut total = 0;
        stretch.for_each(&*weight, &mut |docs| {
            total += docs.len() as u64;
            docs.iter().for_each(|&doc| best.add(doc));
            if let Some(counts) = &mut counts {
                counts.add(docs);
            }
        })?;
        Ok((best.finish(total), counts))
    })?;
    let mut top = Top::default();
    let mut counted = Vec::new();
    let mut stories: FxHashMap<u32, Placed> = FxHashMap::default();
    for ((part, collapsed), more) in parts {
        top.total += part.total;
        top.places += part.places;
        top.rest += part.rest;
        top.placed.extend(part.placed);
        for (story, placed) in collapsed {
            add_copy(&mut stories, story, placed);
        }
        counted.extend(more);
    }
    top.places += stories.len() as u64;
    let after = |placed: &Placed| order.after.is_none_or(|after| placed.key > *after);
    let stories: Vec<Placed> = stories.into_values().filter(after).collect();
    top.rest += stories.len() as u64;
    top.placed.extend(stories);
    top.placed.sort_by_key(|placed| placed.key);
    top.placed.truncate(order.limit);
    Ok((top, tallies.merge(counted)?))
}

/// Puts an article and the copies that it hides among its story's, of which the best hides the rest.
fn add_copy(stories: &mut FxHashMap<u32, Placed>, story: u32, placed: Placed) {
    stories
        .entry(story)
        .and_modify(|best| {
            let hidden = best.hidden + placed.hidden + 1;
            if placed.key < best.key {
                *best = placed;
            }
            best.hidden = hidden;
        })
        .or_insert(placed);
}

/// The best of a stretch so far.
struct Best<'a> {
    order: &'a Order<'a>,
    segment: SegmentOrdinal,
    scorer: super::ranking::SegmentScorer<'a>,
    days: Column<u64>,
    ids: Column<u64>,
    /// The worst on top.
    heap: BinaryHeap<Candidate>,
    /// The best article of each story, where those are collapsed.
    stories: FxHashMap<u32, Placed>,
    rest: u64,
    places: u64,
}

impl<'a> Best<'a> {
    fn new(
        order: &'a Order<'a>,
        segment: &SegmentReader,
        ord: SegmentOrdinal,
    ) -> tantivy::Result<Self> {
        Ok(Self {
            order,
            segment: ord,
            scorer: order.scoring.of_segment(segment)?,
            days: segment.fast_fields().u64("date")?,
            ids: segment.fast_fields().u64(NUMBER)?,
            heap: BinaryHeap::new(),
            stories: FxHashMap::default(),
            rest: 0,
            places: 0,
        })
    }

    fn add(&mut self, doc: DocId) {
        let story = self.order.collapse;
        if let Some(story) = story.and_then(|stories| stories.of(self.segment, doc)) {
            let first = self.first(doc);
            let placed = self.placed(self.candidate(first, doc));
            return add_copy(&mut self.stories, story, placed);
        }
        self.places += 1;
        if self.order.limit == 0 {
            return;
        }
        let first = self.first(doc);
        if self.order.after.is_some_and(|after| first < after.first) {
            return;
        }
        // Most articles are told by this alone: what settles ties is read for few.
        let is_behind = self.worst().is_some_and(|worst| first > worst.key.first);
        if is_behind && self.order.after.is_none_or(|after| first > after.first) {
            self.rest += 1;
            return;
        }
        let candidate = self.candidate(first, doc);
        if self
            .order
            .after
            .is_some_and(|after| candidate.key <= *after)
        {
            return;
        }
        self.rest += 1;
        if self.heap.len() < self.order.limit {
            self.heap.push(candidate);
        } else if let Some(mut worst) = self.heap.peek_mut()
            && candidate < *worst
        {
            *worst = candidate;
        }
    }

    /// What came of so many articles, and the best of each story.
    fn finish(mut self, total: u64) -> (Top, FxHashMap<u32, Placed>) {
        let heap = std::mem::take(&mut self.heap).into_iter();
        let top = Top {
            placed: heap.map(|candidate| self.placed(candidate)).collect(),
            total,
            places: self.places,
            rest: self.rest,
        };
        (top, self.stories)
    }

    /// The last that would be given, once there are enough.
    fn worst(&self) -> Option<&Candidate> {
        let worst = self.heap.peek();
        worst.filter(|_| self.heap.len() >= self.order.limit)
    }

    /// What an article is ordered by before all else.
    fn first(&mut self, doc: DocId) -> u64 {
        match self.order.sort {
            Sort::Score => {
                let least = self.worst().map_or(0.0, |worst| score_of(worst.key.first));
                let mut score = self.scorer.score(doc, least);
                if let Some((days, newest)) = self.order.recency {
                    score *= freshness(self.days.first(doc), days, newest);
                }
                rank_of(score)
            }
            Sort::Newest => self.days.first(doc).map_or(UNDATED, |day| !day),
            Sort::Oldest => self.days.first(doc).unwrap_or(UNDATED),
        }
    }

    fn candidate(&self, first: u64, doc: DocId) -> Candidate {
        let key = Key {
            first,
            second: match self.order.sort {
                Sort::Score => self.days.first(doc).map_or(UNDATED, |day| !day),
                Sort::Newest | Sort::Oldest => 0,
            },
            id: self.ids.first(doc).unwrap_or(0),
        };
        Candidate { key, doc }
    }

    fn placed(&self, candidate: Candidate) -> Placed {
        Placed {
            key: candidate.key,
            address: DocAddress::new(self.segment, candidate.doc),
            hidden: 0,
        }
    }
}

/// A score as a number that is less for a better one. No score is below zero.
fn rank_of(score: f32) -> u64 {
    u64::from(!score.to_bits())
}

fn score_of(rank: u64) -> f32 {
    f32::from_bits(!(rank as u32))
}

/// What an article's score is worth by its age: all when it is new, three quarters after so many
/// days, half when it is old or has no date.
fn freshness(day: Option<u64>, half: u32, newest: u64) -> f32 {
    const LEAST: f64 = 0.5;
    let age = day.map(|day| (days(newest) - days(day)).max(0.0));
    let fresh = age.map_or(0.0, |age| (-age / f64::from(half.max(1))).exp2());
    (LEAST + (1.0 - LEAST) * fresh) as f32
}

/// The number of a day, such as 20240312, in days; months are of one length, which is near enough.
fn days(day: u64) -> f64 {
    let (year, month, day) = (day / 10_000, day / 100 % 100, day % 100);
    year as f64 * 365.25 + month as f64 * (365.25 / 12.0) + day as f64
}

/// The day of the newest article.
fn newest(searcher: &Searcher) -> tantivy::Result<u64> {
    let mut newest = 0;
    for segment in searcher.segment_readers() {
        let days = segment.fast_fields().u64("date")?;
        if days.num_docs() > 0 {
            newest = newest.max(days.max_value());
        }
    }
    Ok(newest)
}

/// An open order of a request's articles: how each page of it is made.
pub(super) struct Course {
    pub scoring: Scoring,
    pub cursor: Option<Cursor>,
    pub stories: Option<Stories>,
    pub newest: u64,
    search: u64,
}

impl Course {
    /// # Errors
    /// When the cursor is none of this search.
    pub fn new(
        index: &Index,
        searcher: &Searcher,
        request: &Request,
        options: &SearchOptions,
        sought: &super::sought::Sought,
        vocabularies: &[&'static crate::index::analyzer::Vocabulary],
    ) -> Result<Self, SearchError> {
        let search = options.search(request);
        let cursor = options.cursor.as_deref();
        let cursor = cursor.map(|text| Cursor::parse(text, search)).transpose()?;
        let frozen = cursor.as_ref().map(|cursor| &cursor.statistics);
        Ok(Self {
            scoring: Scoring::new(
                sought,
                options.ranking,
                &index.fields,
                vocabularies,
                searcher,
                frozen,
            )?,
            stories: match options.collapse {
                true => Some(Stories::of_index(searcher, &index.fields)?),
                false => None,
            },
            newest: match &cursor {
                Some(cursor) => cursor.newest,
                None if options.recency.is_some() => newest(searcher)?,
                None => 0,
            },
            cursor,
            search,
        })
    }

    pub fn order<'a>(&'a self, options: &SearchOptions) -> Order<'a> {
        Order {
            sort: options.sort,
            scoring: &self.scoring,
            recency: options.recency.map(|days| (days, self.newest)),
            after: self.cursor.as_ref().map(|cursor| &cursor.after),
            limit: options.limit,
            collapse: self.stories.as_ref(),
        }
    }

    /// The score of an article in its place.
    pub fn score(
        &self,
        searcher: &Searcher,
        options: &SearchOptions,
        placed: &Placed,
    ) -> tantivy::Result<f32> {
        if options.sort == Sort::Score {
            return Ok(score_of(placed.key.first));
        }
        let segment = searcher.segment_reader(placed.address.segment_ord);
        let mut scorer = self.scoring.of_segment(segment)?;
        Ok(scorer.score(placed.address.doc_id, 0.0))
    }

    /// What an article's age takes from its score, where ages count.
    pub fn of_age(
        &self,
        searcher: &Searcher,
        options: &SearchOptions,
        address: DocAddress,
    ) -> tantivy::Result<Option<f32>> {
        let Some(half) = options.recency.filter(|_| options.sort == Sort::Score) else {
            return Ok(None);
        };
        let segment = searcher.segment_reader(address.segment_ord);
        let score = self.scoring.of_segment(segment)?.score(address.doc_id, 0.0);
        let day = segment.fast_fields().u64("date")?.first(address.doc_id);
        Ok(Some(score * (freshness(day, half, self.newest) - 1.0)))
    }

    /// How many places were filled by the pages before.
    pub fn shown(&self) -> u64 {
        self.cursor.as_ref().map_or(0, |cursor| cursor.shown)
    }

    /// The cursor that goes on after these articles; `None` at the end.
    pub fn next(&self, top: &Top) -> Option<String> {
        let last = top.placed.last()?;
        let cursor = Cursor {
            search: self.search,
            after: last.key,
            newest: self.newest,
            shown: self.shown() + top.placed.len() as u64,
            statistics: self.scoring.statistics.clone(),
        };
        (top.rest > top.placed.len() as u64).then(|| cursor.to_text())
    }
}

/// The order by which every article is gone through: by date, then by identifier.
pub(super) fn by_date<'a>(scoring: &'a Scoring, after: Option<&'a Key>) -> Order<'a> {
    /// So many articles are held in order at a time.
    const AT_A_TIME: usize = 1 << 14;
    Order {
        sort: Sort::Oldest,
        scoring,
        recency: None,
        after,
        limit: AT_A_TIME,
        collapse: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_scores_come_first() {
        let scores = [7.5, 1.0, 0.25, 0.0];
        let ranks = scores.map(rank_of);
        assert!(ranks.is_sorted());
        assert_eq!(ranks.map(score_of), scores);
    }

    #[test]
    fn old_articles_are_worth_half() {
        let worth = |day| freshness(day, 30, 20240331);
        assert_eq!(worth(Some(20240331)), 1.0);
        assert_eq!(worth(Some(20250101)), 1.0);
        assert!((worth(Some(20240301)) - 0.75).abs() < 0.01);
        assert!((worth(Some(19990101)) - 0.5).abs() < 0.01);
        assert_eq!(worth(None), 0.5);
    }
}
