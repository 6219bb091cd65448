//! Counting: how many articles, events and stories hold each value, or each combination of values.
//!
//! Counts are exact. With a field of events among the groups, everything holds within one event:
//! `country` is then a country that takes part in it, and an article counts once for each
//! combination that any of its events holds. Without one, the groups are what the article as a
//! whole has, and its events are counted beside: for `country`, those that it takes part in.
//!
//! With each count of events go what they come to: how many are in each quad class, and the sum of
//! their Goldstein scores, so that a mean is exact however the segments lie.

use super::block::Block;
use super::compile::EventTerms;
use super::facet::Facet;
use super::matching::EventMatcher;
use super::period::Period;
use super::stories::Stories;
use super::stretches;
use crate::index::document::PackedEvent;
use crate::index::fields::{self, Kind};
use crate::ontology::{CameoCode, CountryCode, Sector};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::cmp::Ordering;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tantivy::columnar::{Column, StrColumn};
use tantivy::index::SegmentId;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentOrdinal, SegmentReader, TERMINATED};

/// What to count by.
#[derive(Debug, Clone, Default)]
pub struct Grouping {
    /// What [`facet`](super::facet()) gives: fields, or levels of their trees.
    pub fields: Vec<Facet>,
    /// The period of publication, as a further group before the fields. An article without a date
    /// is in a row whose period is empty.
    pub every: Option<Period>,
    /// Whether to count stories too, which have to be looked up first.
    pub stories: bool,
}

/// How many articles, events and stories there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// Articles.
    pub articles: u64,
    /// Events.
    pub events: u64,
    /// Stories, where they are counted: articles that are copies of one text count as one.
    pub stories: Option<u64>,
    /// The events of each quad class, from verbal cooperation to material conflict.
    pub quads: [u64; 4],
    /// The sum of the events' Goldstein scores, in tenths, which they are given in.
    pub goldstein_tenths: i64,
}

impl Counts {
    /// The mean Goldstein score of the events, from -10 (conflict) to 10 (cooperation); `None`
    /// where there is no event.
    pub fn mean_goldstein(&self) -> Option<f64> {
        (self.events > 0).then(|| self.goldstein_tenths as f64 / 10.0 / self.events as f64)
    }

    fn add(&mut self, other: &Self) {
        self.articles += other.articles;
        self.events += other.events;
        for (quad, more) in self.quads.iter_mut().zip(other.quads) {
            *quad += more;
        }
        self.goldstein_tenths += other.goldstein_tenths;
    }
}

/// An event as counts see it.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub packed: PackedEvent,
    code: OfCode,
}

/// What follows from a CAMEO code.
#[derive(Clone, Copy)]
struct OfCode {
    quad: u8,
    goldstein_tenths: i16,
}

/// By the numbers of the codes.
static OF_CODES: LazyLock<Vec<OfCode>> = LazyLock::new(|| {
    let codes = (0..).map_while(CameoCode::from_number);
    let of_code = |code: CameoCode| OfCode {
        quad: code.quad().number(),
        goldstein_tenths: (code.goldstein() * 10.0).round() as i16,
    };
    codes.map(of_code).collect()
});

/// The code itself and those above it, up to the root, as numbers: by the numbers of the codes.
static ANCESTORS: LazyLock<Vec<Vec<u64>>> = LazyLock::new(|| {
    let codes = (0..).map_while(CameoCode::from_number);
    let number = |code: CameoCode| u64::from(code.number());
    codes
        .map(|code| code.ancestors().map(number).collect())
        .collect()
});

impl Told {
    /// Of its number in the column; `None` when it holds codes that this version lacks.
    pub fn of(packed: u64) -> Option<Self> {
        let packed = PackedEvent(packed);
        let &code = OF_CODES.get(packed.cameo() as usize)?;
        Some(Self { packed, code })
    }

    /// The number of its quad class.
    pub fn quad(&self) -> u64 {
        self.code.quad.into()
    }

    /// The numbers of its CAMEO code and of those above it, up to the root.
    pub fn codes(&self) -> &'static [u64] {
        &ANCESTORS[self.packed.cameo() as usize]
    }
}

/// What a group of one segment comes to so far, in few bytes: a count looks at it for every event.
#[derive(Debug, Clone, Copy)]
struct Sum {
    /// The last article that was counted.
    last: DocId,
    articles: u32,
    quads: [u32; 4],
    goldstein_tenths: i64,
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            last: TERMINATED,
            articles: 0,
            quads: [0; 4],
            goldstein_tenths: 0,
        }
    }
}

impl Sum {
    /// Adds an article, but not its events.
    fn add_article(&mut self, doc: DocId) {
        self.last = doc;
        self.articles += 1;
    }

    #[inline]
    fn add_event(&mut self, event: &Told) {
        self.quads[usize::from(event.code.quad - 1) % 4] += 1;
        self.goldstein_tenths += i64::from(event.code.goldstein_tenths);
    }

    /// Adds the events in which all of the countries take part.
    fn add_shared(&mut self, countries: &[u64], events: &[Told]) {
        for event in events {
            let taking_part = event.packed.countries();
            let mut countries = countries.iter();
            if countries.all(|country| taking_part.contains(country)) {
                self.add_event(event);
            }
        }
    }

    /// Adds the events of another.
    fn add_events_of(&mut self, other: &Self) {
        for (quad, more) in self.quads.iter_mut().zip(other.quads) {
            *quad += more;
        }
        self.goldstein_tenths += other.goldstein_tenths;
    }

    /// Adds what another stretch came to.
    fn absorb(&mut self, other: &Self) {
        self.articles += other.articles;
        self.add_events_of(other);
    }

    fn counts(&self) -> Counts {
        let quads = self.quads.map(u64::from);
        Counts {
            articles: self.articles.into(),
            events: quads.iter().sum(),
            stories: None,
            quads,
            goldstein_tenths: self.goldstein_tenths,
        }
    }
}

/// A row of counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The values, one a group, the period first.
    pub values: Vec<String>,
    /// How many there are.
    pub counts: Counts,
}

/// Several groupings at once.
#[derive(Default)]
pub(super) struct Tallies {
    pub groupings: Vec<Grouping>,
    /// Only events that match are counted; with none, all are.
    pub events: Vec<EventTerms>,
    /// Of these, only those with so many hundredths of confidence.
    pub least: u8,
    /// The stories of several articles, where stories are counted.
    pub stories: Option<Arc<Stories>>,
    /// How many of the best articles to name for each row.
    pub best: usize,
    /// Which countries the segments' values are.
    pub countries: Arc<CountryNumbers>,
}

/// Which country each value of a segment's column is, by its number in [`CountryCode`]; `None` for
/// what is none.
type Numbers = Arc<[Option<u64>]>;

/// What the countries of segments are. A segment never changes, so that each is read once.
#[derive(Debug, Default)]
pub(super) struct CountryNumbers(Mutex<FxHashMap<SegmentId, Numbers>>);

impl CountryNumbers {
    /// Those of a segment.
    fn of(&self, segment: SegmentId, column: &StrColumn) -> tantivy::Result<Numbers> {
        /// More segments than an index ever has: some of those known are gone.
        const MANY: usize = 1000;
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(numbers) = known().get(&segment) {
            return Ok(numbers.clone());
        }
        let all: Vec<u64> = (0..column.num_terms() as u64).collect();
        let names = names_of(column, &all)?.into_iter();
        let number = |name: String| CountryCode::parse(&name).map(|code| code.number().into());
        let numbers: Numbers = names.map(number).collect();
        let mut known = known();
        if known.len() >= MANY {
            known.clear();
        }
        known.insert(segment, numbers.clone());
        Ok(numbers)
    }
}

impl Grouping {
    /// By one facet.
    pub fn of(facet: Facet) -> Self {
        Self {
            fields: vec![facet],
            ..Self::default()
        }
    }

    /// Whether the groups hold within one event.
    fn is_of_events(&self) -> bool {
        self.fields.iter().any(|facet| facet.is_of_events())
    }
}

/// Where a group's values come from.
enum Source {
    /// The packed codes of an event.
    Event(Facet),
    /// A column of strings of the article.
    Column(Option<StrColumn>),
    /// A column of which only some values count.
    Part(StrColumn, Vec<bool>),
    /// The countries that the article mentions, with the number of each that the column holds, and
    /// which count.
    Countries(StrColumn, Numbers, Facet),
    /// The article's day.
    Period(Period),
}

/// The period of an article without a date, after all others.
const UNDATED: u64 = u64::MAX;

struct SegmentTally {
    sources: Vec<Source>,
    of_events: bool,
    groups: Groups,
    /// By group.
    sums: Vec<Sum>,
    /// By group, where stories are counted or articles named.
    kept: Vec<Kept>,
    /// What the sources' columns hold of the articles at hand.
    blocks: Vec<Block>,
    /// The values of the article or event at hand, a list a source, and the groups that it is in.
    lists: Vec<Vec<u64>>,
    leaves: Vec<u32>,
    /// The countries of the group at hand.
    countries: Vec<u64>,
    /// By the number of a country, its group, where countries are all that is counted by.
    group_of: Vec<u32>,
}

/// Combinations of values, as a tree with a level for each source: a group is a number, and has
/// no allocation of its own.
struct Groups {
    ids: FxHashMap<(u32, u64), u32>,
    /// The groups of the first level for small values, which most are; `ROOT` where there is none.
    firsts: Vec<u32>,
    /// The group above each, and the last of its values.
    nodes: Vec<(u32, u64)>,
}

/// The group of everything, which has no value: what is above the groups of the first level.
const ROOT: u32 = 0;

impl Default for Groups {
    fn default() -> Self {
        Self {
            ids: FxHashMap::default(),
            firsts: Vec::new(),
            nodes: vec![(ROOT, 0)],
        }
    }
}

impl Groups {
    /// The groups of every choice of one value from each list.
    fn of(&mut self, lists: &[Vec<u64>], leaves: &mut Vec<u32>) {
        leaves.clear();
        if let [list] = lists {
            return leaves.extend(list.iter().map(|&value| self.child(ROOT, value)));
        }
        leaves.push(ROOT);
        for list in lists {
            let above = leaves.len();
            for at in 0..above {
                for &value in list {
                    let group = self.child(leaves[at], value);
                    leaves.push(group);
                }
            }
            leaves.drain(..above);
        }
    }

    fn child(&mut self, above: u32, value: u64) -> u32 {
        /// From here on values are looked up by their hashes.
        const SMALL: u64 = 1 << 12;
        let next = self.nodes.len() as u32;
        if above == ROOT && value < SMALL {
            let at = value as usize;
            if self.firsts.len() <= at {
                self.firsts.resize(at + 1, ROOT);
            }
            if self.firsts[at] == ROOT {
                self.firsts[at] = next;
                self.nodes.push((above, value));
            }
            return self.firsts[at];
        }
        let id = *self.ids.entry((above, value)).or_insert(next);
        if id == next {
            self.nodes.push((above, value));
        }
        id
    }

    /// The values of a group, the last first.
    fn values(&self, group: u32) -> impl Iterator<Item = u64> {
        let node = |group: u32| {
            let nodes = (group != ROOT).then_some(&self.nodes);
            nodes?.get(group as usize).copied()
        };
        std::iter::successors(node(group), move |&(above, _)| node(above)).map(|(_, value)| value)
    }
}

/// Counts in one segment.
pub(super) struct SegmentTallies {
    tallies: Vec<SegmentTally>,
    matcher: EventMatcher,
    codes: Column<u64>,
    days: Column<u64>,
    needs_days: bool,
    total: (Sum, Kept),
    /// The codes of the articles at hand.
    block: Block,
    /// The events of the article at hand that count.
    told: Vec<Told>,
    segment: SegmentOrdinal,
    stories: Option<Arc<Stories>>,
    best: usize,
}

/// What has been counted of a group so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Tallied {
    counts: Counts,
    kept: Kept,
}

/// What is kept of a group beside its counts.
#[derive(Debug, Clone, Default)]
struct Kept {
    /// Articles that are alone in their story.
    single: u64,
    /// The stories of several articles.
    stories: FxHashSet<u32>,
    /// The best articles, the best first.
    best: Vec<Candidate>,
}

/// An article that may be among the best of a group: the highest score, then the latest.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    score: Score,
    day: u64,
    address: DocAddress,
}

impl Candidate {
    fn order(&self, other: &Self) -> Ordering {
        other
            .score
            .total_cmp(&self.score)
            .then(other.day.cmp(&self.day))
            .then(self.address.cmp(&other.address))
    }
}

/// An article as all groups see it.
struct Seen<'a> {
    /// The events that count.
    events: &'a [Told],
    /// What they come to.
    all: Sum,
    story: InStory,
    day: Option<u64>,
    /// Itself, and how many of the best are kept.
    candidate: Option<(Candidate, usize)>,
    doc: DocId,
}

/// Which story an article of several is in, for one that is alone `None`; outside, whether
/// stories are counted at all.
type InStory = Option<Option<u32>>;

/// The rows of each grouping, and the totals.
pub(super) type Counted = (Vec<FxHashMap<Vec<String>, Tallied>>, Counts);

/// Counts what matches a query.
///
/// # Errors
/// When the index cannot be read.
pub(super) fn tally(
    searcher: &Searcher,
    query: &dyn Query,
    tallies: &Tallies,
) -> tantivy::Result<Counted> {
    let is_scored = tallies.best > 0;
    let weight = query.weight(match is_scored {
        true => EnableScoring::enabled_from_searcher(searcher),
        false => EnableScoring::disabled_from_searcher(searcher),
    })?;
    let parts = stretches::go_through(searcher, &*weight, stretches::COUNTED, |stretch| {
        let mut counts = tallies.of_segment(stretch.ord, stretch.segment)?;
        match is_scored {
            true => stretch.for_each_scored(&*weight, &mut |doc, score| {
                counts.read(&[doc]);
                counts.count(doc, score);
            })?,
            false => stretch.for_each(&*weight, &mut |docs| counts.add(docs))?,
        }
        Ok(counts)
    })?;
    tallies.merge(parts)
}

impl Tallies {
    /// What counts articles of one segment.
    ///
    /// # Errors
    /// When the segment cannot be read.
    pub fn of_segment(
        &self,
        ord: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentTallies> {
        let fast = segment.fast_fields();
        let tallies = self
            .groupings
            .iter()
            .map(|grouping| {
                let of_events = grouping.is_of_events();
                let mut sources: Vec<Source> =
                    grouping.every.map(Source::Period).into_iter().collect();
                for &facet in &grouping.fields {
                    let name = facet.field();
                    let of_event = facet.is_of_events() || (of_events && name == "country");
                    sources.push(match of_event {
                        true => Source::Event(facet),
                        false => Source::of_column(segment, facet, &self.countries)?,
                    });
                }
                Ok(SegmentTally {
                    lists: vec![Vec::new(); sources.len()],
                    blocks: sources.iter().map(|_| Block::default()).collect(),
                    sources,
                    of_events,
                    groups: Groups::default(),
                    sums: vec![Sum::default()],
                    kept: Vec::new(),
                    leaves: Vec::new(),
                    countries: Vec::new(),
                    group_of: vec![ROOT; PackedEvent::COUNTRIES],
                })
            })
            .collect::<tantivy::Result<_>>()?;
        Ok(SegmentTallies {
            tallies,
            matcher: EventMatcher::new(segment, &self.events, self.least)?,
            codes: fast.u64("_event_codes")?,
            days: fast.u64("date")?,
            needs_days: self.best > 0 || self.groupings.iter().any(|by| by.every.is_some()),
            total: Default::default(),
            block: Block::default(),
            told: Vec::new(),
            segment: ord,
            stories: self.stories.clone(),
            best: self.best,
        })
    }

    /// What all stretches of an index come to, which are in order.
    ///
    /// # Errors
    /// When the names of values cannot be read.
    pub fn merge(&self, stretches: Vec<SegmentTallies>) -> tantivy::Result<Counted> {
        let mut rows = vec![FxHashMap::<Vec<String>, Tallied>::default(); self.groupings.len()];
        let mut total = Tallied::default();
        let mut stretches = stretches.into_iter().peekable();
        while let Some(mut segment) = stretches.next() {
            while let Some(more) = stretches.next_if(|next| next.segment == segment.segment) {
                segment.absorb(more);
            }
            let (more, tallied) = segment.named()?;
            total.merge(tallied, self.best);
            for (rows, more) in rows.iter_mut().zip(more) {
                for (values, tallied) in more {
                    rows.entry(values).or_default().merge(tallied, self.best);
                }
            }
        }
        let all = rows.iter_mut().flat_map(|rows| rows.values_mut());
        for tallied in all.chain([&mut total]) {
            let stories = || tallied.kept.single + tallied.kept.stories.len() as u64;
            tallied.counts.stories = self.stories.is_some().then(stories);
        }
        Ok((rows, total.counts))
    }
}

/// The rows of each grouping in one segment, and what all of it comes to.
type Named = (Vec<FxHashMap<Vec<String>, Tallied>>, Tallied);

impl SegmentTallies {
    /// Counts articles, which come in order.
    pub fn add(&mut self, docs: &[DocId]) {
        self.read(docs);
        for &doc in docs {
            self.count(doc, 0.0);
        }
    }

    /// Takes over what was counted in another stretch of the segment.
    fn absorb(&mut self, other: Self) {
        for (tally, more) in self.tallies.iter_mut().zip(other.tallies) {
            tally.absorb(more, self.best);
        }
        let ((sum, kept), (more, others)) = (&mut self.total, other.total);
        sum.absorb(&more);
        kept.absorb(others, self.best);
    }

    /// What it comes to, by the names of values.
    fn named(self) -> tantivy::Result<Named> {
        let rows = self.tallies.into_iter().map(SegmentTally::named);
        let (sum, kept) = self.total;
        let counts = sum.counts();
        Ok((
            rows.collect::<tantivy::Result<_>>()?,
            Tallied { counts, kept },
        ))
    }

    /// Reads what the columns hold of articles that are to be counted.
    fn read(&mut self, docs: &[DocId]) {
        self.block.read(&self.codes, docs);
        for tally in &mut self.tallies {
            for (source, block) in tally.sources.iter().zip(&mut tally.blocks) {
                if let Some(column) = source.column() {
                    block.read(column.ords(), docs);
                }
            }
        }
    }

    /// Counts an article that has been read.
    fn count(&mut self, doc: DocId, score: Score) {
        let codes = self.block.of(doc);
        self.told.clear();
        if self.matcher.is_selective() {
            let matching = self.matcher.matching_of(doc, codes).iter();
            let matching = matching.filter_map(|&at| codes.get(at as usize));
            self.told
                .extend(matching.filter_map(|&packed| Told::of(packed)));
        } else {
            let codes = codes.iter();
            self.told
                .extend(codes.filter_map(|&packed| Told::of(packed)));
        }
        let mut all = Sum::default();
        self.told.iter().for_each(|event| all.add_event(event));
        let stories = self.stories.as_ref();
        let mut seen = Seen {
            events: &self.told,
            all,
            story: stories.map(|stories| stories.of(self.segment, doc)),
            day: self.needs_days.then(|| self.days.first(doc)).flatten(),
            candidate: None,
            doc,
        };
        let (sum, kept) = &mut self.total;
        sum.add_article(doc);
        sum.add_events_of(&all);
        kept.add_article(&seen);
        seen.candidate = (self.best > 0).then(|| {
            let candidate = Candidate {
                score,
                day: seen.day.unwrap_or_default(),
                address: DocAddress::new(self.segment, doc),
            };
            (candidate, self.best)
        });
        for tally in &mut self.tallies {
            tally.count(&seen);
        }
    }
}

impl SegmentTally {
    /// Adds an article.
    fn count(&mut self, seen: &Seen<'_>) {
        let lists = self.lists.iter_mut().zip(&mut self.blocks);
        for (source, (list, block)) in self.sources.iter().zip(lists) {
            source.of_article(block.of(seen.doc), seen.day, list);
        }
        if self.of_events {
            return self.count_by_events(seen);
        }
        self.groups.of(&self.lists, &mut self.leaves);
        if let [source @ Source::Countries(..)] = &self.sources[..] {
            for (&group, &value) in self.leaves.iter().zip(&self.lists[0]) {
                if let Some(number) = source.country(value) {
                    self.group_of[number as usize] = group;
                }
                enter(&mut self.sums, &mut self.kept, group, seen);
            }
            return self.count_countries(seen);
        }
        for &group in &self.leaves {
            // Where countries are among the groups, only the events that they take part in count.
            self.countries.clear();
            let values = self.sources.iter().rev().zip(self.groups.values(group));
            self.countries
                .extend(values.filter_map(|(source, value)| source.country(value)));
            let sum = enter(&mut self.sums, &mut self.kept, group, seen);
            match self.countries.is_empty() {
                true => sum.add_events_of(&seen.all),
                false => sum.add_shared(&self.countries, seen.events),
            }
        }
    }

    /// Adds each event to the countries that take part in it, of those that the article mentions:
    /// one look at each event, however many countries the article has.
    fn count_countries(&mut self, seen: &Seen<'_>) {
        for event in seen.events {
            let [by, to, at] = event.packed.countries();
            for (number, is_new) in [(by, true), (to, to != by), (at, at != by && at != to)] {
                let group = self.group_of[number as usize];
                let sum = &mut self.sums[group as usize];
                if is_new && sum.last == seen.doc {
                    sum.add_event(event);
                }
            }
        }
    }

    fn count_by_events(&mut self, seen: &Seen<'_>) {
        for event in seen.events {
            for (source, list) in self.sources.iter().zip(&mut self.lists) {
                if let Source::Event(facet) = source {
                    facet.of_event(event, list);
                }
            }
            self.groups.of(&self.lists, &mut self.leaves);
            for &group in &self.leaves {
                let sum = match self.sums.get_mut(group as usize) {
                    Some(sum) if sum.last == seen.doc => sum,
                    _ => enter(&mut self.sums, &mut self.kept, group, seen),
                };
                sum.add_event(event);
            }
        }
    }

    /// Takes over what was counted in another stretch of the segment.
    fn absorb(&mut self, other: Self, best: usize) {
        let mut groups = Vec::with_capacity(other.groups.nodes.len());
        let mut kept = other.kept.into_iter();
        for (id, &(above, value)) in (0..).zip(&other.groups.nodes) {
            let group = match id {
                ROOT => ROOT,
                _ => self.groups.child(groups[above as usize], value),
            };
            groups.push(group);
            let at = group as usize;
            if let Some(more) = other.sums.get(id as usize) {
                if self.sums.len() <= at {
                    self.sums.resize_with(at + 1, Sum::default);
                }
                self.sums[at].absorb(more);
            }
            if let Some(more) = kept.next() {
                if self.kept.len() <= at {
                    self.kept.resize_with(at + 1, Kept::default);
                }
                self.kept[at].absorb(more, best);
            }
        }
    }

    /// The rows by the names of their values.
    fn named(self) -> tantivy::Result<FxHashMap<Vec<String>, Tallied>> {
        let levels = self.sources.len();
        let mut groups = Vec::new();
        let mut values: Vec<Vec<u64>> = vec![Vec::new(); levels];
        let mut kept = self.kept.into_iter();
        for (group, sum) in (0..).zip(self.sums) {
            let kept = kept.next().unwrap_or_default();
            let counts = sum.counts();
            // Groups of the levels above have no articles of their own.
            if counts.articles > 0 {
                let mut key: Vec<u64> = self.groups.values(group).collect();
                key.reverse();
                for (values, &value) in values.iter_mut().zip(&key) {
                    values.push(value);
                }
                groups.push((key, Tallied { counts, kept }));
            }
        }
        let mut names = Vec::with_capacity(levels);
        for (source, mut values) in self.sources.iter().zip(values) {
            values.sort_unstable();
            values.dedup();
            names.push(source.names(&values)?);
        }
        let name = |(names, value): (&FxHashMap<u64, String>, &u64)| {
            names.get(value).cloned().unwrap_or_default()
        };
        let rows = groups.into_iter();
        Ok(rows
            .map(|(key, tallied)| (names.iter().zip(&key).map(name).collect(), tallied))
            .collect())
    }
}

impl Source {
    /// A column of the article, or the part of it that counts.
    fn of_column(
        segment: &SegmentReader,
        facet: Facet,
        countries: &CountryNumbers,
    ) -> tantivy::Result<Self> {
        let Some(column) = segment.fast_fields().str(facet.field())? else {
            return Ok(Source::Column(None));
        };
        if facet.field() == "country" {
            let numbers = countries.of(segment.segment_id(), &column)?;
            return Ok(Source::Countries(column, numbers, facet));
        }
        if !facet.is_part() {
            return Ok(Source::Column(Some(column)));
        }
        let all: Vec<u64> = (0..column.num_terms() as u64).collect();
        let names = names_of(&column, &all)?;
        let counts = names.iter().map(|name| facet.takes(name)).collect();
        Ok(Source::Part(column, counts))
    }

    /// The number of the country that a value of an article is, if it counts.
    fn country(&self, value: u64) -> Option<u64> {
        let Source::Countries(_, numbers, facet) = self else {
            return None;
        };
        let number = numbers.get(value as usize).copied().flatten()?;
        facet.takes_country(number).then_some(number)
    }

    /// The column that it reads.
    fn column(&self) -> Option<&StrColumn> {
        match self {
            Source::Event(_) | Source::Period(_) => None,
            Source::Column(column) => column.as_ref(),
            Source::Part(column, _) | Source::Countries(column, ..) => Some(column),
        }
    }

    /// The values that the article as a whole has, of those that its column holds.
    fn of_article(&self, held: &[u64], day: Option<u64>, values: &mut Vec<u64>) {
        values.clear();
        match self {
            Source::Event(_) => {}
            Source::Column(_) => values.extend(held),
            Source::Part(_, counts) => {
                let counts = |ord: &&u64| counts.get(**ord as usize) == Some(&true);
                values.extend(held.iter().filter(counts));
            }
            Source::Countries(..) => {
                values.extend(held.iter().filter(|ord| self.country(**ord).is_some()));
            }
            Source::Period(period) => values.push(day.map_or(UNDATED, |day| period.of(day))),
        }
        if values.len() > 1 {
            values.sort_unstable();
            values.dedup();
        }
    }

    /// The names of values that the source gave, in ascending order; what has none is left out.
    fn names(&self, values: &[u64]) -> tantivy::Result<FxHashMap<u64, String>> {
        let one_by_one = |name: &dyn Fn(u64) -> Option<String>| {
            let named = values
                .iter()
                .filter_map(|&value| Some((value, name(value)?)));
            Ok(named.collect())
        };
        match self {
            Source::Event(facet) => one_by_one(&|value| event_value(facet.field(), value)),
            Source::Period(period) => {
                one_by_one(&|value| (value != UNDATED).then(|| period.name(value)))
            }
            Source::Column(None) => Ok(FxHashMap::default()),
            Source::Countries(..) => one_by_one(&|value| {
                let code = CountryCode::from_number(self.country(value)? as u16)?;
                Some(code.to_string())
            }),
            Source::Column(Some(column)) | Source::Part(column, _) => {
                let names = names_of(column, values)?;
                Ok(values.iter().copied().zip(names).collect())
            }
        }
    }
}

/// The strings of a column with these numbers, which ascend. One by one, each would have its block
/// of the dictionary unpacked for itself.
fn names_of(column: &StrColumn, ords: &[u64]) -> tantivy::Result<Vec<String>> {
    let mut names = Vec::with_capacity(ords.len());
    column.dictionary().sorted_ords_to_term_cb(ords, |name| {
        names.push(String::from_utf8_lossy(name).into_owned());
    })?;
    Ok(names)
}

/// A field whose values belong to single events. A count asks for it at every event, which a name
/// is too slow for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfEvents {
    Country,
    By,
    To,
    At,
    Action,
    Cameo,
    Quad,
    Mode,
    Sector,
}

impl OfEvents {
    /// The field called so. An article's countries can be told of its events too.
    pub fn named(field: &str) -> Option<Self> {
        Some(match field {
            "country" => Self::Country,
            "by" => Self::By,
            "to" => Self::To,
            "at" => Self::At,
            "action" => Self::Action,
            "cameo" => Self::Cameo,
            "quad" => Self::Quad,
            "mode" => Self::Mode,
            "sector" => Self::Sector,
            _ => return None,
        })
    }
}

/// An event's values in a field, as numbers, each once.
pub(super) fn of_event(field: OfEvents, event: &Told, values: &mut Vec<u64>) {
    let [by, to, at] = event.packed.countries();
    // What stands for none is the number of no country.
    let is_country = |number: &u64| CountryCode::from_number(*number as u16).is_some();
    match field {
        OfEvents::Country => {
            values.extend([by, to, at].iter().filter(|number| is_country(number)));
            values.sort_unstable();
            values.dedup();
        }
        OfEvents::By => values.extend(Some(by).filter(is_country)),
        OfEvents::To => values.extend(Some(to).filter(is_country)),
        OfEvents::At => values.extend(Some(at).filter(is_country)),
        OfEvents::Action => values.push(event.packed.plover()),
        OfEvents::Cameo => values.extend_from_slice(event.codes()),
        OfEvents::Quad => values.push(event.quad()),
        OfEvents::Mode => values.push(event.packed.mode()),
        OfEvents::Sector => {
            values.extend(event.packed.sectors());
            values.dedup();
            values.retain(|&sector| (sector as usize) < Sector::ALL.len());
        }
    }
}

/// The name of a value that [`of_event`] gave.
pub(super) fn event_value(field: &str, value: u64) -> Option<String> {
    use crate::ontology::{Mode, Plover, Quad};
    let index = value as usize;
    match field {
        "action" => Plover::ALL
            .get(index)
            .map(|plover| plover.name().to_owned()),
        "cameo" => CameoCode::from_number(value as u16).map(|code| code.to_string()),
        "quad" => Quad::from_number(value as u8).map(|quad| quad.name().to_owned()),
        "mode" => Mode::ALL.get(index).map(|mode| mode.name().to_owned()),
        "sector" => Sector::ALL
            .get(index)
            .map(|sector| sector.code().to_owned()),
        _ => CountryCode::from_number(value as u16).map(|code| code.to_string()),
    }
}

/// Adds an article to a group, but not its events.
fn enter<'s>(
    sums: &'s mut Vec<Sum>,
    kept: &mut Vec<Kept>,
    group: u32,
    seen: &Seen<'_>,
) -> &'s mut Sum {
    let at = group as usize;
    if seen.story.is_some() || seen.candidate.is_some() {
        if kept.len() <= at {
            kept.resize_with(at + 1, Kept::default);
        }
        kept[at].add_article(seen);
    }
    if sums.len() <= at {
        sums.resize_with(at + 1, Sum::default);
    }
    let sum = &mut sums[at];
    sum.add_article(seen.doc);
    sum
}

impl Kept {
    fn add_article(&mut self, seen: &Seen<'_>) {
        match seen.story {
            Some(Some(story)) => _ = self.stories.insert(story),
            Some(None) => self.single += 1,
            None => {}
        }
        if let Some((candidate, best)) = seen.candidate {
            self.best.push(candidate);
            self.keep(best);
        }
    }

    /// Adds what another stretch or segment holds.
    fn absorb(&mut self, other: Self, best: usize) {
        self.single += other.single;
        self.stories.extend(other.stories);
        self.best.extend(other.best);
        self.keep(best);
    }

    fn keep(&mut self, best: usize) {
        self.best.sort_by(Candidate::order);
        self.best.truncate(best);
    }
}

impl Tallied {
    fn merge(&mut self, other: Self, best: usize) {
        self.counts.add(&other.counts);
        self.kept.absorb(other.kept, best);
    }

    /// How many there are.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Where the best articles stand, the best first.
    pub(super) fn best(&self) -> impl Iterator<Item = DocAddress> {
        self.kept.best.iter().map(|candidate| candidate.address)
    }
}

/// The fields that can be counted, for messages.
pub fn facet_names() -> impl Iterator<Item = &'static str> {
    fields::TABLE
        .iter()
        .filter(|row| row.facet && matches!(row.kind, Kind::Codes | Kind::Names))
        .map(|row| row.name)
}
