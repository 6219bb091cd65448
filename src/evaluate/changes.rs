//! What changed between the events that two coders found in one article.

use crate::annotate::{Actor, Event};
use serde::Serialize;

/// What became of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Change<'a> {
    /// Only the first coder has it.
    Gone(&'a Event),
    /// Only the second has it.
    New(&'a Event),
    /// Both have it, and it differs.
    Changed {
        /// As the first has it.
        was: &'a Event,
        /// As the second has it.
        is: &'a Event,
        /// In what it differs.
        parts: Vec<EventPart>,
    },
    /// Both have it, and it is the same.
    Same(&'a Event),
}

/// A part of an event that may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventPart {
    /// The PLOVER type.
    Type,
    /// The CAMEO code.
    Code,
    /// The mode.
    Mode,
    /// The actor: words, country or sector.
    By,
    /// The target.
    To,
    /// The place.
    At,
    /// The day.
    On,
    /// The confidence.
    Confidence,
}

/// What two events of one sentence must share to be taken for one, the closest first.
const KINSHIPS: [fn(&Event, &Event) -> bool; 4] = [
    |a, b| is_between_same(a, b) && is_same_type(a, b) && a.mode == b.mode,
    |a, b| is_between_same(a, b) && is_same_type(a, b),
    is_between_same,
    |a, b| is_same_type(a, b) && (a.trigger.overlaps(b.trigger) || shares_side(a, b)),
];

/// What changed from the events of one coder to those of another, in the order of the sentences. A
/// confidence has changed when it has by more than `step`.
pub fn changes<'a>(before: &'a [Event], after: &'a [Event], step: f64) -> Vec<Change<'a>> {
    let mut mates: Vec<Option<usize>> = vec![None; before.len()];
    let mut is_taken = vec![false; after.len()];
    for is_kin in KINSHIPS {
        for (was, mate) in before.iter().zip(&mut mates) {
            if mate.is_none() {
                *mate = (0..after.len()).find(|&at| {
                    !is_taken[at] && is_same_sentence(was, &after[at]) && is_kin(was, &after[at])
                });
                mate.iter().for_each(|&at| is_taken[at] = true);
            }
        }
    }
    let paired = before.iter().zip(mates).map(|(was, mate)| match mate {
        None => Change::Gone(was),
        Some(at) => match differing(was, &after[at], step) {
            parts if parts.is_empty() => Change::Same(was),
            parts => Change::Changed {
                was,
                is: &after[at],
                parts,
            },
        },
    });
    let fresh = after.iter().zip(is_taken).filter(|(_, is_taken)| !is_taken);
    let mut changes: Vec<_> = paired.chain(fresh.map(|(is, _)| Change::New(is))).collect();
    changes.sort_by_key(|change| {
        let event = change.event();
        (event.sentence.part, event.sentence.span.start)
    });
    changes
}

impl Change<'_> {
    /// The event, as the first coder has it where it does.
    pub fn event(&self) -> &Event {
        match self {
            Change::Gone(event) | Change::New(event) | Change::Same(event) => event,
            Change::Changed { was, .. } => was,
        }
    }
}

impl EventPart {
    /// The part's name.
    pub fn name(self) -> &'static str {
        match self {
            EventPart::Type => "type",
            EventPart::Code => "code",
            EventPart::Mode => "mode",
            EventPart::By => "by",
            EventPart::To => "to",
            EventPart::At => "at",
            EventPart::On => "on",
            EventPart::Confidence => "confidence",
        }
    }
}

fn is_same_sentence(a: &Event, b: &Event) -> bool {
    a.sentence.part == b.sentence.part && a.sentence.span.overlaps(b.sentence.span)
}

fn is_same_type(a: &Event, b: &Event) -> bool {
    a.action.plover == b.action.plover
}

fn is_same_side(a: &Option<Actor>, b: &Option<Actor>) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => a.span.overlaps(b.span),
        _ => false,
    }
}

fn is_between_same(a: &Event, b: &Event) -> bool {
    is_same_side(&a.by, &b.by) && is_same_side(&a.to, &b.to)
}

/// Whether somebody who is named plays the same role in both.
fn shares_side(a: &Event, b: &Event) -> bool {
    a.by.is_some() && is_same_side(&a.by, &b.by) || a.to.is_some() && is_same_side(&a.to, &b.to)
}

fn differing(was: &Event, is: &Event, step: f64) -> Vec<EventPart> {
    let side = |actor: &Option<Actor>| {
        let actor = actor.as_ref();
        actor.map(|actor| (actor.text.clone(), actor.country, actor.sector))
    };
    // A step of 0.1 is no change from 0.8 to 0.9, however these are held.
    let has_moved = (was.confidence - is.confidence).abs() > step + 1e-9;
    [
        (EventPart::Type, !is_same_type(was, is)),
        (EventPart::Code, was.action.cameo != is.action.cameo),
        (EventPart::Mode, was.mode != is.mode),
        (EventPart::By, side(&was.by) != side(&is.by)),
        (EventPart::To, side(&was.to) != side(&is.to)),
        (EventPart::At, was.at != is.at),
        (EventPart::On, was.on != is.on),
        (EventPart::Confidence, has_moved),
    ]
    .into_iter()
    .filter_map(|(part, has_changed)| has_changed.then_some(part))
    .collect()
}
