//! Counting: how many articles, events and stories hold each value, or each combination of values.
//!
//! Counts are exact. With a field of events among the groups, everything holds within one event:
//! `country` is then a country that takes part in it, and an article counts once for each
//! combination that any of its events holds. Without one, the groups are what the article as a
//! whole has, and its events are counted beside: for `country`, those that it takes part in.

use super::compile::EventTerms;
use super::matching::EventMatcher;
use super::stories::Stories;
use crate::index::document::EventCode;
use crate::index::fields::{self, Kind};
use jiff::civil::{Date, Weekday};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::sync::Arc;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::Schema;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// A span of time that counts are taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A day, as `2024-03-12`.
    Day,
    /// A week, as the date of its Monday.
    Week,
    /// A month, as `2024-03`.
    Month,
    /// A year, as `2024`.
    Year,
}

impl Period {
    /// The period that a day (`yyyymmdd`) lies in, as a number that sorts.
    fn of(self, day: u64) -> u64 {
        match self {
            Period::Day => day,
            Period::Week => monday_of(day).unwrap_or(day),
            Period::Month => day / 100,
            Period::Year => day / 10_000,
        }
    }

    fn name(self, number: u64) -> String {
        match self {
            Period::Day | Period::Week => {
                format!(
                    "{:04}-{:02}-{:02}",
                    number / 10_000,
                    number / 100 % 100,
                    number % 100
                )
            }
            Period::Month => format!("{:04}-{:02}", number / 100, number % 100),
            Period::Year => format!("{number:04}"),
        }
    }
}

fn monday_of(day: u64) -> Option<u64> {
    let date = Date::new(
        (day / 10_000) as i16,
        (day / 100 % 100) as i8,
        (day % 100) as i8,
    )
    .ok()?;
    let back = date.weekday().since(Weekday::Monday);
    let monday = date.checked_sub(jiff::Span::new().days(back)).ok()?;
    Some(crate::index::document::day_number(monday))
}

/// What to count by.
#[derive(Debug, Clone, Default)]
pub struct Grouping {
    /// The fields, each a facet of the field table.
    pub fields: Vec<&'static str>,
    /// The period of publication, as a further group before the fields.
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
pub(super) struct Tallies {
    pub groupings: Vec<Grouping>,
    /// Only events that match are counted; with none, all are.
    pub events: Vec<EventTerms>,
    /// Of these, only those with so many hundredths of confidence.
    pub least: u8,
    /// The stories of several articles, where stories are counted.
    pub stories: Option<Arc<Stories>>,
}

impl Grouping {
    /// Whether the groups hold within one event.
    fn is_of_events(&self) -> bool {
        self.fields.iter().any(|name| is_of_events(name))
    }
}

/// Whether a field's values belong to single events.
pub fn is_of_events(field: &str) -> bool {
    matches!(
        field,
        "action" | "cameo" | "quad" | "by" | "to" | "at" | "mode" | "sector"
    )
}

/// Where a group's values come from.
enum Source {
    /// The packed codes of an event.
    Event(&'static str),
    /// A column of strings of the article.
    Column(Option<StrColumn>),
    /// The countries that the article mentions, with the number of each that the column holds.
    Countries(StrColumn, Vec<u64>),
    /// The article's day.
    Period(Period),
}

struct SegmentTally {
    sources: Vec<Source>,
    of_events: bool,
    tallied: FxHashMap<Vec<u64>, Tallied>,
}

/// Counts in one segment.
pub(super) struct SegmentTallies {
    tallies: Vec<SegmentTally>,
    matcher: EventMatcher,
    codes: Column<u64>,
    days: Column<u64>,
    total: Tallied,
    packed: Vec<u64>,
    stories: Option<(Arc<Stories>, SegmentOrdinal)>,
}

/// What has been counted of a group so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Tallied {
    articles: u64,
    events: u64,
    /// Articles that are alone in their story.
    single: u64,
    /// The stories of several articles.
    stories: FxHashSet<u32>,
}

/// Which story an article of several is in, for one that is alone `None`; outside, whether
/// stories are counted at all.
type InStory = Option<Option<u32>>;

/// The rows of each grouping, and the totals.
pub(super) type TallyFruit = (Vec<FxHashMap<Vec<String>, Counts>>, Counts);
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
                for &name in &grouping.fields {
                    sources.push(if is_of_events(name) || (of_events && name == "country") {
                        Source::Event(name)
                    } else {
                        match fast.str(name)? {
                            Some(column) if name == "country" => {
                                let numbers = country_numbers(&column)?;
                                Source::Countries(column, numbers)
                            }
                            column => Source::Column(column),
                        }
                    });
                }
                Ok(SegmentTally {
                    sources,
                    of_events,
                    tallied: FxHashMap::default(),
                })
            })
            .collect::<tantivy::Result<_>>()?;
        Ok(SegmentTallies {
            tallies,
            matcher: EventMatcher::new(segment, &self.events, self.least)?,
            codes: fast.u64("_event_codes")?,
            days: fast.u64("date")?,
            total: Tallied::default(),
            packed: Vec::new(),
            stories: self.stories.clone().map(|stories| (stories, ord)),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(
        &self,
        fruits: Vec<tantivy::Result<SegmentFruit>>,
    ) -> tantivy::Result<TallyFruit> {
        let mut rows = vec![FxHashMap::<Vec<String>, Tallied>::default(); self.groupings.len()];
        let mut total = Tallied::default();
        for fruit in fruits {
            let (more, tallied) = fruit?;
            total.merge(tallied);
            for (rows, more) in rows.iter_mut().zip(more) {
                for (values, tallied) in more {
                    rows.entry(values).or_default().merge(tallied);
                }
            }
        }
        let counts = |tallied: &Tallied| tallied.counts(self.stories.is_some());
        let rows = rows
            .into_iter()
            .map(|rows| {
                rows.into_iter()
                    .map(|(values, tallied)| (values, counts(&tallied)))
                    .collect()
            })
            .collect();
        Ok((rows, counts(&total)))
    }
}

impl SegmentCollector for SegmentTallies {
    type Fruit = tantivy::Result<SegmentFruit>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.packed.clear();
        self.packed.extend(self.codes.values_for_doc(doc));
        if self.matcher.is_selective() {
            let matching = self.matcher.matching(doc);
            let mut at = 0;
            self.packed.retain(|_| {
                at += 1;
                matching.binary_search(&(at - 1)).is_ok()
            });
        }
        let events: Vec<EventCode> = self
            .packed
            .iter()
            .filter_map(|&packed| EventCode::unpack(packed))
            .collect();
        let day = self.days.first(doc);
        let story = self
            .stories
            .as_ref()
            .map(|(stories, segment)| stories.of(*segment, doc));
        self.total.add(events.len() as u64, story);
        for tally in &mut self.tallies {
            tally.collect(doc, day, &events, story);
        }
    }

    fn harvest(self) -> Self::Fruit {
        let rows = self
            .tallies
            .into_iter()
            .map(|tally| {
                let mut rows = FxHashMap::default();
                for (key, tallied) in tally.tallied {
                    let values: tantivy::Result<Vec<String>> = tally
                        .sources
                        .iter()
                        .zip(key)
                        .map(|(source, value)| source.name(value))
                        .collect();
                    rows.insert(values?, tallied);
                }
                Ok(rows)
            })
            .collect::<tantivy::Result<_>>()?;
        Ok((rows, self.total))
    }
}

impl SegmentTally {
    fn collect(&mut self, doc: DocId, day: Option<u64>, events: &[EventCode], story: InStory) {
        let of_article: Vec<Vec<u64>> = self
            .sources
            .iter()
            .map(|source| source.of_article(doc, day))
            .collect();
        if self.of_events {
            let mut held: FxHashMap<Vec<u64>, u64> = FxHashMap::default();
            for event in events {
                let values: Vec<Vec<u64>> = self
                    .sources
                    .iter()
                    .zip(&of_article)
                    .map(|(source, of_article)| match source {
                        Source::Event(name) => of_event(name, event),
                        _ => of_article.clone(),
                    })
                    .collect();
                for key in combinations(&values) {
                    *held.entry(key).or_default() += 1;
                }
            }
            for (key, events) in held {
                self.tallied.entry(key).or_default().add(events, story);
            }
            return;
        }
        for key in combinations(&of_article) {
            let held = events.iter().filter(|event| {
                self.sources
                    .iter()
                    .zip(&key)
                    .all(|(source, &value)| source.holds(value, event))
            });
            let held = held.count() as u64;
            self.tallied.entry(key).or_default().add(held, story);
        }
    }
}

/// The number of the country behind each value of a column.
fn country_numbers(column: &StrColumn) -> tantivy::Result<Vec<u64>> {
    let mut name = String::new();
    (0..column.num_terms() as u64)
        .map(|ord| {
            name.clear();
            column.ord_to_str(ord, &mut name)?;
            let code = crate::ontology::CountryCode::parse(&name);
            Ok(code.map_or(u64::MAX, |code| code.number().into()))
        })
        .collect()
}

impl Source {
    /// Whether an event holds a value of an article's group, which only a country may not.
    fn holds(&self, value: u64, event: &EventCode) -> bool {
        match self {
            Source::Countries(_, numbers) => {
                of_event("country", event).contains(&numbers[value as usize])
            }
            _ => true,
        }
    }

    /// The values that the article as a whole has.
    fn of_article(&self, doc: DocId, day: Option<u64>) -> Vec<u64> {
        match self {
            Source::Event(_) | Source::Column(None) => Vec::new(),
            Source::Column(Some(column)) | Source::Countries(column, _) => {
                let mut values: Vec<u64> = column.term_ords(doc).collect();
                values.sort_unstable();
                values.dedup();
                values
            }
            Source::Period(period) => day.map(|day| period.of(day)).into_iter().collect(),
        }
    }

    /// The name of a value that the source gave; empty for one that it did not give.
    fn name(&self, value: u64) -> tantivy::Result<String> {
        Ok(match self {
            Source::Event(name) => event_value(name, value).unwrap_or_default(),
            Source::Period(period) => period.name(value),
            Source::Column(None) => String::new(),
            Source::Column(Some(column)) | Source::Countries(column, _) => {
                let mut text = String::new();
                column.ord_to_str(value, &mut text)?;
                text
            }
        })
    }
}

/// An event's values in a field, as numbers.
pub(super) fn of_event(field: &str, event: &EventCode) -> Vec<u64> {
    let countries = |codes: &[Option<crate::ontology::CountryCode>]| {
        let mut numbers: Vec<u64> = codes
            .iter()
            .flatten()
            .map(|code| code.number().into())
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    };
    match field {
        "country" => countries(&[event.by.0, event.to.0, event.at]),
        "by" => countries(&[event.by.0]),
        "to" => countries(&[event.to.0]),
        "at" => countries(&[event.at]),
        "action" => vec![event.plover as u64],
        "cameo" => event
            .cameo
            .ancestors()
            .map(|code| code.number().into())
            .collect(),
        "quad" => vec![event.cameo.quad().number().into()],
        "mode" => vec![event.mode as u64],
        "sector" => {
            let mut sectors: Vec<u64> = [event.by.1, event.to.1]
                .into_iter()
                .flatten()
                .map(|sector| sector as u64)
                .collect();
            sectors.dedup();
            sectors
        }
        _ => Vec::new(),
    }
}

/// The name of a value that [`of_event`] gave.
pub(super) fn event_value(field: &str, value: u64) -> Option<String> {
    use crate::ontology::{CameoCode, CountryCode, Mode, Plover, Quad, Sector};
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

/// Every choice of one value from each list.
fn combinations(lists: &[Vec<u64>]) -> Vec<Vec<u64>> {
    lists.iter().fold(vec![Vec::new()], |chosen, list| {
        chosen
            .iter()
            .flat_map(|chosen| {
                list.iter().map(move |&value| {
                    let mut chosen = chosen.clone();
                    chosen.push(value);
                    chosen
                })
            })
            .collect()
    })
}

impl Tallied {
    /// Adds an article with so many events.
    fn add(&mut self, events: u64, story: InStory) {
        self.articles += 1;
        self.events += events;
        match story {
            Some(Some(story)) => _ = self.stories.insert(story),
            Some(None) => self.single += 1,
            None => {}
        }
    }

    fn merge(&mut self, other: Self) {
        self.articles += other.articles;
        self.events += other.events;
        self.single += other.single;
        self.stories.extend(other.stories);
    }

    fn counts(&self, with_stories: bool) -> Counts {
        Counts {
            articles: self.articles,
            events: self.events,
            stories: with_stories.then(|| self.single + self.stories.len() as u64),
        }
    }
}

/// The fields that can be counted, for messages.
pub fn facet_names() -> impl Iterator<Item = &'static str> {
    fields::TABLE
        .iter()
        .filter(|row| row.facet && matches!(row.kind, Kind::Codes | Kind::Names))
        .map(|row| row.name)
}
