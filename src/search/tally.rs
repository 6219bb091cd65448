//! Counting: how many articles, events and stories hold each value, or each combination of values.
//!
//! Counts are exact. With a field of events among the groups, everything holds within one event:
//! `country` is then a country that takes part in it, and an article counts once for each
//! combination that any of its events holds. Without one, the groups are what the article as a
//! whole has, and its events are counted beside: for `country`, those that it takes part in.
//!
//! With each count of events go what they come to: how many are in each quad class, and the sum of
//! their Goldstein scores, so that a mean is exact however the segments lie.

use super::compile::EventTerms;
use super::facet::Facet;
use super::matching::EventMatcher;
use super::period::Period;
use super::stories::Stories;
use crate::index::document::PackedEvent;
use crate::index::fields::{self, Kind};
use crate::ontology::{CameoCode, CountryCode, Sector};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::Schema;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

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

    fn add_event(&mut self, event: &Told) {
        self.events += 1;
        self.quads[event.code.quad as usize - 1] += 1;
        self.goldstein_tenths += event.code.goldstein_tenths;
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
pub(super) struct Told {
    packed: PackedEvent,
    code: &'static OfCode,
}

/// What follows from a CAMEO code.
struct OfCode {
    quad: u64,
    goldstein_tenths: i64,
    /// The code itself and those above it, up to the root, as numbers.
    codes: Vec<u64>,
}

/// By the numbers of the codes.
static OF_CODES: LazyLock<Vec<OfCode>> = LazyLock::new(|| {
    let codes = (0..).map_while(CameoCode::from_number);
    let of_code = |code: CameoCode| OfCode {
        quad: code.quad().number().into(),
        goldstein_tenths: (code.goldstein() * 10.0).round() as i64,
        codes: code.ancestors().map(|code| code.number().into()).collect(),
    };
    codes.map(of_code).collect()
});

impl Told {
    /// Of its number in the column; `None` when it holds codes that this version lacks.
    pub fn of(packed: u64) -> Option<Self> {
        let packed = PackedEvent(packed);
        let code = OF_CODES.get(packed.cameo() as usize)?;
        Some(Self { packed, code })
    }

    /// The number of its quad class.
    pub fn quad(&self) -> u64 {
        self.code.quad
    }

    /// The numbers of its CAMEO code and of those above it, up to the root.
    pub fn codes(&self) -> &'static [u64] {
        &self.code.codes
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

/// A collector of several groupings at once.
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
    /// The countries that the article mentions, with the number of each that the column holds;
    /// `None` for those that do not count.
    Countries(StrColumn, Vec<Option<u64>>),
    /// The article's day.
    Period(Period),
}

/// The slot of a country that an article does not mention.
const NOWHERE: u32 = u32::MAX;
/// The period of an article without a date, after all others.
const UNDATED: u64 = u64::MAX;

struct SegmentTally {
    sources: Vec<Source>,
    of_events: bool,
    groups: Groups,
    /// By group.
    tallied: Vec<Tallied>,
    /// The values of the article or event at hand, a list a source, and the groups that it is in.
    lists: Vec<Vec<u64>>,
    leaves: Vec<u32>,
    /// What the groups of the article's events come to.
    held: Vec<(u32, Counts)>,
    /// The countries of the group at hand.
    countries: Vec<u64>,
    /// By the number of a country, the place in `held` of what it takes part in.
    slots: Vec<u32>,
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
    total: Tallied,
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
    story: InStory,
    day: Option<u64>,
    candidate: Option<Candidate>,
    doc: DocId,
}

/// Which story an article of several is in, for one that is alone `None`; outside, whether
/// stories are counted at all.
type InStory = Option<Option<u32>>;

/// The rows of each grouping, and the totals.
pub(super) type TallyFruit = (Vec<FxHashMap<Vec<String>, Tallied>>, Counts);
/// The same of a segment.
type SegmentFruit = (Vec<FxHashMap<Vec<String>, Tallied>>, Tallied);

impl Collector for Tallies {
    type Fruit = TallyFruit;
    type Child = SegmentTallies;

    fn check_schema(&self, _: &Schema) -> tantivy::Result<()> {
        Ok(())
    }

    fn for_segment(
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
                        false => Source::of_column(fast.str(name)?, facet)?,
                    });
                }
                Ok(SegmentTally {
                    lists: vec![Vec::new(); sources.len()],
                    sources,
                    of_events,
                    groups: Groups::default(),
                    tallied: Vec::new(),
                    leaves: Vec::new(),
                    held: Vec::new(),
                    countries: Vec::new(),
                    slots: vec![NOWHERE; PackedEvent::COUNTRIES],
                })
            })
            .collect::<tantivy::Result<_>>()?;
        Ok(SegmentTallies {
            tallies,
            matcher: EventMatcher::new(segment, &self.events, self.least)?,
            codes: fast.u64("_event_codes")?,
            days: fast.u64("date")?,
            total: Tallied::default(),
            told: Vec::new(),
            segment: ord,
            stories: self.stories.clone(),
            best: self.best,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.best > 0
    }

    fn merge_fruits(
        &self,
        fruits: Vec<tantivy::Result<SegmentFruit>>,
    ) -> tantivy::Result<TallyFruit> {
        let mut rows = vec![FxHashMap::<Vec<String>, Tallied>::default(); self.groupings.len()];
        let mut total = Tallied::default();
        for fruit in fruits {
            let (more, tallied) = fruit?;
            total.merge(tallied, self.best);
            for (rows, more) in rows.iter_mut().zip(more) {
                for (values, tallied) in more {
                    rows.entry(values).or_default().merge(tallied, self.best);
                }
            }
        }
        let all = rows.iter_mut().flat_map(|rows| rows.values_mut());
        for tallied in all.chain([&mut total]) {
            let stories = || tallied.single + tallied.stories.len() as u64;
            tallied.counts.stories = self.stories.is_some().then(stories);
        }
        Ok((rows, total.counts))
    }
}

impl SegmentCollector for SegmentTallies {
    type Fruit = tantivy::Result<SegmentFruit>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.told.clear();
        let codes = self.codes.values_for_doc(doc);
        if self.matcher.is_selective() {
            let matching = self.matcher.matching(doc);
            let matching = (0..)
                .zip(codes)
                .filter(|(at, _)| matching.binary_search(at).is_ok());
            self.told
                .extend(matching.filter_map(|(_, packed)| Told::of(packed)));
        } else {
            self.told.extend(codes.filter_map(Told::of));
        }
        let day = self.days.first(doc);
        let stories = self.stories.as_ref();
        let seen = Seen {
            events: &self.told,
            story: stories.map(|stories| stories.of(self.segment, doc)),
            day,
            candidate: (self.best > 0).then(|| Candidate {
                score,
                day: day.unwrap_or_default(),
                address: DocAddress::new(self.segment, doc),
            }),
            doc,
        };
        let mut all = Counts::default();
        self.told.iter().for_each(|event| all.add_event(event));
        self.total.add(&all, &seen, 0);
        for tally in &mut self.tallies {
            tally.collect(&seen, &all, self.best);
        }
    }

    fn harvest(self) -> Self::Fruit {
        let rows = self.tallies.into_iter().map(SegmentTally::named);
        Ok((rows.collect::<tantivy::Result<_>>()?, self.total))
    }
}

impl SegmentTally {
    /// Adds an article; `all` is what all of its events come to.
    fn collect(&mut self, seen: &Seen<'_>, all: &Counts, best: usize) {
        for (source, list) in self.sources.iter().zip(&mut self.lists) {
            source.of_article(seen.doc, seen.day, list);
        }
        if self.of_events {
            return self.collect_events(seen, best);
        }
        self.groups.of(&self.lists, &mut self.leaves);
        self.tallied
            .resize_with(self.groups.nodes.len(), Tallied::default);
        if matches!(self.sources[..], [Source::Countries(..)]) {
            return self.collect_countries(seen, best);
        }
        for &group in &self.leaves {
            // Where countries are among the groups, only the events that they take part in count.
            self.countries.clear();
            let values = self.sources.iter().rev().zip(self.groups.values(group));
            self.countries
                .extend(values.filter_map(|(source, value)| source.country(value)));
            let held = match self.countries.is_empty() {
                true => *all,
                false => taken_part(&self.countries, seen.events),
            };
            self.tallied[group as usize].add(&held, seen, best);
        }
    }

    /// The same where countries are all that is counted by, as a facet does: one look at each event,
    /// however many countries the article has.
    fn collect_countries(&mut self, seen: &Seen<'_>, best: usize) {
        let source = &self.sources[0];
        let number = |&value: &u64| source.country(value);
        self.held.clear();
        for (&group, country) in self.leaves.iter().zip(self.lists[0].iter().map(number)) {
            if let Some(number) = country {
                self.slots[number as usize] = self.held.len() as u32;
            }
            self.held.push((group, Counts::default()));
        }
        for event in seen.events {
            let [by, to, at] = event.packed.countries();
            for (number, is_new) in [(by, true), (to, to != by), (at, at != by && at != to)] {
                let slot = self.slots[number as usize] as usize;
                if is_new && let Some((_, counts)) = self.held.get_mut(slot) {
                    counts.add_event(event);
                }
            }
        }
        for number in self.lists[0].iter().filter_map(number) {
            self.slots[number as usize] = NOWHERE;
        }
        for (group, counts) in &self.held {
            self.tallied[*group as usize].add(counts, seen, best);
        }
    }

    fn collect_events(&mut self, seen: &Seen<'_>, best: usize) {
        self.held.clear();
        for event in seen.events {
            for (source, list) in self.sources.iter().zip(&mut self.lists) {
                if let Source::Event(facet) = source {
                    facet.of_event(event, list);
                }
            }
            self.groups.of(&self.lists, &mut self.leaves);
            for &group in &self.leaves {
                match self.held.iter_mut().find(|(other, _)| *other == group) {
                    Some((_, counts)) => counts.add_event(event),
                    None => {
                        let mut counts = Counts::default();
                        counts.add_event(event);
                        self.held.push((group, counts));
                    }
                }
            }
        }
        self.tallied
            .resize_with(self.groups.nodes.len(), Tallied::default);
        for (group, counts) in &self.held {
            self.tallied[*group as usize].add(counts, seen, best);
        }
    }

    /// The rows by the names of their values.
    fn named(self) -> tantivy::Result<FxHashMap<Vec<String>, Tallied>> {
        let levels = self.sources.len();
        let mut groups = Vec::new();
        let mut values: Vec<Vec<u64>> = vec![Vec::new(); levels];
        for (group, tallied) in (0..).zip(self.tallied) {
            // Groups of the levels above have no articles of their own.
            if tallied.counts.articles > 0 {
                let mut key: Vec<u64> = self.groups.values(group).collect();
                key.reverse();
                for (values, &value) in values.iter_mut().zip(&key) {
                    values.push(value);
                }
                groups.push((key, tallied));
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
    fn of_column(column: Option<StrColumn>, facet: Facet) -> tantivy::Result<Self> {
        let Some(column) = column else {
            return Ok(Source::Column(None));
        };
        if facet.field() != "country" && !facet.is_part() {
            return Ok(Source::Column(Some(column)));
        }
        let all: Vec<u64> = (0..column.num_terms() as u64).collect();
        let names = names_of(&column, &all)?;
        let names = names.iter().map(String::as_str);
        Ok(match facet.field() {
            "country" => {
                let number = |name| CountryCode::parse(name).map(|code| code.number().into());
                let numbers = names.map(|name| number(name).filter(|_| facet.takes(name)));
                Source::Countries(column, numbers.collect())
            }
            _ => Source::Part(column, names.map(|name| facet.takes(name)).collect()),
        })
    }

    /// The number of the country that a value of an article is.
    fn country(&self, value: u64) -> Option<u64> {
        match self {
            Source::Countries(_, numbers) => numbers.get(value as usize).copied().flatten(),
            _ => None,
        }
    }

    /// The values that the article as a whole has.
    fn of_article(&self, doc: DocId, day: Option<u64>, values: &mut Vec<u64>) {
        values.clear();
        match self {
            Source::Event(_) | Source::Column(None) => {}
            Source::Column(Some(column)) => values.extend(column.term_ords(doc)),
            Source::Part(column, counts) => {
                let counts = |ord: &u64| counts.get(*ord as usize) == Some(&true);
                values.extend(column.term_ords(doc).filter(counts));
            }
            Source::Countries(column, numbers) => {
                let counts = |ord: &u64| numbers.get(*ord as usize).is_some_and(Option::is_some);
                values.extend(column.term_ords(doc).filter(counts));
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
            Source::Column(Some(column))
            | Source::Part(column, _)
            | Source::Countries(column, _) => {
                let names = names_of(column, values)?;
                Ok(values.iter().copied().zip(names).collect())
            }
        }
    }
}

/// What those events come to in which all of the countries take part.
fn taken_part(countries: &[u64], events: &[Told]) -> Counts {
    let mut counts = Counts::default();
    for event in events {
        let taking_part = event.packed.countries();
        if countries
            .iter()
            .all(|country| taking_part.contains(country))
        {
            counts.add_event(event);
        }
    }
    counts
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

impl Tallied {
    /// Adds an article, and what of its events belongs here.
    fn add(&mut self, events: &Counts, seen: &Seen<'_>, best: usize) {
        self.counts.articles += 1;
        self.counts.add(events);
        match seen.story {
            Some(Some(story)) => _ = self.stories.insert(story),
            Some(None) => self.single += 1,
            None => {}
        }
        if let Some(candidate) = seen.candidate {
            self.best.push(candidate);
            self.keep(best);
        }
    }

    fn merge(&mut self, other: Self, best: usize) {
        self.counts.add(&other.counts);
        self.single += other.single;
        self.stories.extend(other.stories);
        self.best.extend(other.best);
        self.keep(best);
    }

    fn keep(&mut self, best: usize) {
        self.best.sort_by(Candidate::order);
        self.best.truncate(best);
    }

    /// How many there are.
    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// Where the best articles stand, the best first.
    pub(super) fn best(&self) -> impl Iterator<Item = DocAddress> {
        self.best.iter().map(|candidate| candidate.address)
    }
}

/// The fields that can be counted, for messages.
pub fn facet_names() -> impl Iterator<Item = &'static str> {
    fields::TABLE
        .iter()
        .filter(|row| row.facet && matches!(row.kind, Kind::Codes | Kind::Names))
        .map(|row| row.name)
}
