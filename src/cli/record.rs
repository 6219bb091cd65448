//! The records that programs read: hits, events, articles.

use super::output::thousands;
use crate::annotate::{
    Action, Actor, Annotations, Counts, Event, Evidence, Grain, Located, Location, Part,
};
use crate::article::ByteSpan;
use crate::ontology::{CountryCode, Mode};
use crate::search::evidence::{self, OfValues};
use crate::search::snippet::{Snippet, passages, title};
use crate::search::{Facet, Filters, Hit, Marker, Row, Story};
use jiff::civil::Date;
use serde::Serialize;

/// A hit of a search.
#[derive(Debug, Serialize)]
pub struct HitRecord<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    rank: u64,
    score: f64,
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    countries: Vec<CountryCode>,
    #[serde(skip_serializing_if = "is_none")]
    more_copies: u64,
    snippets: Vec<Snippet>,
    events: Vec<HitEvent<'a>>,
}

/// Which article a record is about.
#[derive(Debug, Serialize)]
pub struct ArticleRecord<'a> {
    id: &'a str,
    path: &'a str,
    record: u64,
    title: &'a str,
    date: Option<Date>,
    outlet: Option<&'a str>,
    url: Option<&'a str>,
    language: Option<&'a str>,
    story: &'a str,
}

#[derive(Debug, Serialize)]
struct HitEvent<'a> {
    #[serde(flatten)]
    event: EventBody<'a>,
    matched: bool,
}

/// An event as a record of its own.
#[derive(Debug, Serialize)]
pub struct EventRecord<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    #[serde(flatten)]
    event: EventBody<'a>,
}

#[derive(Debug, Serialize)]
struct EventBody<'a> {
    by: &'a Option<Actor>,
    action: &'a Action,
    to: &'a Option<Actor>,
    at: &'a Option<Location>,
    on: Option<Date>,
    #[serde(skip_serializing_if = "Grain::is_day")]
    grain: Grain,
    mode: Mode,
    #[serde(skip_serializing_if = "Counts::is_empty")]
    counts: &'a Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    claimed_by: &'a Option<Actor>,
    sentence: &'a Evidence,
    trigger: ByteSpan,
    confidence: f64,
    coder: &'a str,
}

/// A value of a facet.
#[derive(Debug, Serialize)]
pub struct FacetValue<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
    articles: u64,
    events: u64,
    /// Whether a filter asks for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    selected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a [evidence::Evidence]>,
}

impl<'a> FacetValue<'a> {
    /// The value, its counts, and what is behind it where that is asked for.
    pub fn of(
        row: &'a Row,
        facet: Facet,
        filters: &Filters,
        evidence: Option<&'a OfValues>,
    ) -> Self {
        let value = row.values.last().map(String::as_str).unwrap_or_default();
        Self {
            value,
            parent: facet.parent(value),
            articles: row.counts.articles,
            events: row.counts.events,
            selected: facet.is_asked(value, filters),
            evidence: evidence.map(|of| of.get(value).map(Vec::as_slice).unwrap_or_default()),
        }
    }
}

impl<'a> ArticleRecord<'a> {
    /// The article of a hit.
    pub fn of(hit: &'a Hit) -> Self {
        let article = &hit.indexed.article;
        Self {
            id: &hit.indexed.id,
            path: &article.path,
            record: article.record,
            title: &article.title,
            date: article.date,
            outlet: article.outlet.as_deref(),
            url: article.url.as_deref(),
            language: article.language.as_deref(),
            story: &hit.story.id,
        }
    }
}

impl<'a> HitRecord<'a> {
    /// A hit at a rank, from 1, with so many passages of its text.
    pub fn of(hit: &'a Hit, rank: u64, marker: &Marker, passages: usize) -> Self {
        let annotations = &hit.indexed.annotations;
        let events = annotations
            .events
            .iter()
            .enumerate()
            .map(|(at, event)| HitEvent {
                event: EventBody::of(event),
                matched: hit.asks_for_events && hit.matching.contains(&at),
            })
            .collect();
        Self {
            kind: "hit",
            rank,
            score: (f64::from(hit.score) * 1e4).round() / 1e4,
            article: ArticleRecord::of(hit),
            countries: annotations
                .countries
                .iter()
                .map(|country| country.code)
                .collect(),
            more_copies: hit.hidden,
            snippets: snippets(hit, marker, passages),
            events,
        }
    }
}

fn is_none(number: &u64) -> bool {
    *number == 0
}

/// The passages that show why an article matches: the headline where something in it does, and
/// the `most` best of the body.
pub fn snippets(hit: &Hit, marker: &Marker, most: usize) -> Vec<Snippet> {
    let article = &hit.indexed.article;
    let language = article.language.as_deref();
    let evidence: Vec<ByteSpan> = match hit.asks_for_events {
        true => hit.matching_events().filter_map(in_text).collect(),
        false => Vec::new(),
    };
    let body = passages(&article.text, language, marker, &evidence, most);
    let title = title(&article.title, language, marker);
    title.into_iter().chain(body).collect()
}

/// Where in the text an event is told; `None` where the headline tells it.
fn in_text(event: &Event) -> Option<ByteSpan> {
    let sentence = &event.sentence;
    (sentence.part == Part::Text).then_some(sentence.span)
}

impl<'a> EventRecord<'a> {
    /// An event of a hit.
    pub fn of(hit: &'a Hit, event: &'a Event) -> Self {
        Self {
            kind: "event",
            article: ArticleRecord::of(hit),
            event: EventBody::of(event),
        }
    }
}

impl<'a> EventBody<'a> {
    fn of(event: &'a Event) -> Self {
        Self {
            by: &event.by,
            action: &event.action,
            to: &event.to,
            at: &event.at,
            on: event.on,
            grain: event.grain,
            mode: event.mode,
            counts: &event.counts,
            claimed_by: &event.claimed_by,
            sentence: &event.sentence,
            trigger: event.trigger,
            confidence: event.confidence,
            coder: &event.coder,
        }
    }
}

/// The countries and the actions of an article, each in one cell of a table.
pub fn countries_and_actions(annotations: &Annotations) -> [String; 2] {
    let countries = annotations.countries.iter();
    let countries: Vec<String> = countries.map(|country| country.code.to_string()).collect();
    let events = annotations.events.iter();
    let mut actions: Vec<&str> = events.map(|event| event.action.plover.name()).collect();
    actions.sort_unstable();
    actions.dedup();
    [countries.join(" "), actions.join(" ")]
}

/// "3 copies: story:8c1f…": that an article has copies, and how to find them.
pub fn copies(story: &Story) -> Option<String> {
    let copies = match story.copies() {
        0 => return None,
        1 => "1 copy".to_owned(),
        copies => format!("{} copies", thousands(copies as u64)),
    };
    Some(format!("{copies}: story:{}", story.id))
}

/// " at Aleppo, killed 20 or more": where an event took place and how many it befell. An actor's
/// home is left out, which the actors say already.
pub fn place_and_counts(event: &Event) -> String {
    let at = event.at.as_ref().filter(|at| at.via != Located::Home);
    let mut line = at.map(|at| format!(" at {}", at.text)).unwrap_or_default();
    for (what, count) in event.counts.each() {
        if let Some(count) = count {
            line.push_str(&format!(", {what} {count}"));
        }
    }
    line
}

/// An event in a line for people: `CO —SANCTION→ US`.
pub fn event_line(event: &Event) -> String {
    let side = |actor: &Option<Actor>| match actor {
        None => "?".to_owned(),
        Some(actor) => {
            let country = actor.country.map(|country| country.to_string());
            let sector = actor.sector.map(|sector| sector.code());
            match (country, sector) {
                (Some(country), Some("GOV") | None) => country,
                (Some(country), Some(sector)) => format!("{country}/{sector}"),
                (None, _) => actor.canonical().to_owned(),
            }
        }
    };
    let action = event.action.plover;
    let target = match &event.to {
        None => String::new(),
        to => format!(" {}", side(to)),
    };
    let mode = match event.mode {
        Mode::Actual => String::new(),
        mode => format!(" ({})", mode.name()),
    };
    format!("{} —{action}→{target}{mode}", side(&event.by))
}
