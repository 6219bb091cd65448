//! The records that programs read: hits, events, articles.

use super::output::thousands;
use crate::annotate::{Action, Actor, Counts, Event, Evidence, Grain, Located, Location};
use crate::article::ByteSpan;
use crate::ontology::{CountryCode, Mode};
use crate::search::evidence::{self, OfValues};
use crate::search::snippet::{Snippet, best, marks};
use crate::search::{Hit, Row, Story};
use jiff::civil::Date;
use serde::Serialize;

/// A hit of a search.
#[derive(Debug, Serialize)]
pub struct HitRecord<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    rank: usize,
    score: f64,
    #[serde(flatten)]
    article: ArticleRecord<'a>,
    countries: Vec<CountryCode>,
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
    sentence: &'a Evidence,
    trigger: ByteSpan,
    confidence: f64,
    coder: &'a str,
}

/// A value of a facet.
#[derive(Debug, Serialize)]
pub struct FacetValue<'a> {
    value: &'a str,
    articles: u64,
    events: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a [evidence::Evidence]>,
}

impl<'a> FacetValue<'a> {
    /// The value, its counts, and what is behind it where that is asked for.
    pub fn of(row: &'a Row, evidence: Option<&'a OfValues>) -> Self {
        let value = row.values.last().map(String::as_str).unwrap_or_default();
        Self {
            value,
            articles: row.counts.articles,
            events: row.counts.events,
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
    /// A hit at a rank, from 1.
    pub fn of(hit: &'a Hit, rank: usize, words: &[String]) -> Self {
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
            snippets: snippets(hit, words),
            events,
        }
    }
}

/// The passages that show why an article matches: the headline where a word of it does, and the
/// best of the body.
pub fn snippets(hit: &Hit, words: &[String]) -> Vec<Snippet> {
    let article = &hit.indexed.article;
    let language = article.language.as_deref();
    let evidence = hit
        .asks_for_events
        .then(|| hit.matching_events().next())
        .flatten()
        .filter(|event| event.sentence.part == crate::annotate::Part::Text)
        .map(|event| event.sentence.span);
    let titled: Vec<(usize, usize)> = marks(&article.title, language, words)
        .into_iter()
        .map(|(mark, _)| (mark.start as usize, mark.end as usize))
        .collect();
    let title = (!titled.is_empty()).then(|| Snippet {
        field: "title",
        start: 0,
        text: article.title.clone(),
        marks: titled,
    });
    title
        .into_iter()
        .chain(best(&article.text, language, words, evidence))
        .collect()
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
            sentence: &event.sentence,
            trigger: event.trigger,
            confidence: event.confidence,
            coder: &event.coder,
        }
    }
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
