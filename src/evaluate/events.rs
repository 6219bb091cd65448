//! Events: who did what to whom, of raw sentences.
//!
//! An event is right when its two sides and its type are the gold's. Sides are compared by country
//! or by words, as the gold marks them; within a sentence each event counts once, whatever its code
//! and mode, which are measured of those that are right.

use super::coded::{GoldEvent, GoldSentence, Marking, Side};
use super::{CodeScores, CodeTally, Precision, Score, Tally, commonest, share};
use crate::annotate::{Actor, Event};
use crate::ontology::{Mode, Plover};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeSet;

/// Types whose events go both ways as often as not, and which gold marks in one.
const MUTUAL: [Plover; 5] = [
    Plover::Agree,
    Plover::Consult,
    Plover::Support,
    Plover::Cooperate,
    Plover::Assault,
];

/// How many bins there are from no confidence to full.
const BINS: usize = 10;

/// Adds up what was found sentence by sentence.
#[derive(Debug, Clone, Default)]
pub struct EventScorer {
    sentences: SentenceShares,
    is_coded: bool,
    triples: [Tally; Plover::ALL.len()],
    pairs: Tally,
    types: [Tally; Plover::ALL.len()],
    modes: Tally,
    told: FxHashMap<(Mode, Mode), u64>,
    codes: CodeTally,
    confusions: FxHashMap<(Option<Plover>, Option<Plover>), u64>,
    bins: [Tally; BINS],
}

/// How well events are found. What the gold does not mark is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventReport {
    /// In how many sentences anything is found.
    pub sentences: SentenceShares,
    /// Source, type and target.
    pub triples: Option<Score>,
    /// Source and target alone.
    pub pairs: Option<Score>,
    /// Types alone, each once a sentence.
    pub types: Option<Score>,
    /// By type.
    pub by_type: Vec<TypeScores>,
    /// How many modes are right, of the triples that are.
    pub modes: Option<Precision>,
    /// Modes that were taken for others, the commonest first.
    pub mode_confusions: Vec<ModeConfusion>,
    /// How deep codes are right, of the triples that are.
    pub codes: Option<CodeScores>,
    /// What was taken for what between the same two sides, missed or made up.
    pub confusions: Vec<EventConfusion>,
    /// How often events of some confidence are right.
    pub calibration: Vec<Bin>,
}

/// In how many sentences anything is found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct SentenceShares {
    /// All sentences.
    pub sentences: u64,
    /// Those in which any event is found.
    pub with_event: u64,
    /// Those in which the gold has an event.
    pub eventful: u64,
    /// Of these, those in which any is found.
    pub eventful_with_event: u64,
    /// Those in which it has none.
    pub quiet: u64,
    /// Of these, those in which an actual event other than a request is found.
    pub quiet_with_event: u64,
}

/// The scores of a type.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TypeScores {
    /// The type.
    #[serde(rename = "type")]
    pub plover: Plover,
    /// Its triples.
    pub triples: Score,
    /// The sentences that tell of it.
    pub sentences: Score,
}

/// A mode that was taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ModeConfusion {
    /// What is marked.
    pub gold: Mode,
    /// What was found.
    pub predicted: Mode,
    /// How often.
    pub count: u64,
}

/// An event that was taken for another, missed or made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct EventConfusion {
    /// What is marked; `None` where nothing is between the two.
    pub gold: Option<Plover>,
    /// What was found; `None` where nothing was.
    pub predicted: Option<Plover>,
    /// How often.
    pub count: u64,
}

/// Events of about the same confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bin {
    /// The least confidence.
    pub from: f64,
    /// The confidence that is too much, but for the last bin.
    pub to: f64,
    /// How many events have it.
    pub events: u64,
    /// How many of these are right.
    pub right: u64,
    /// The share that is right.
    pub share: Option<f64>,
}

impl EventScorer {
    /// Takes a sentence with the events that were found in it.
    pub fn add(&mut self, gold: &GoldSentence, found: &[Event]) {
        let is_eventful = !gold.events.is_empty();
        let is_false_alarm =
            |event: &Event| event.mode == Mode::Actual && event.action.plover != Plover::Request;
        let shares = &mut self.sentences;
        shares.sentences += 1;
        shares.with_event += u64::from(!found.is_empty());
        shares.eventful += u64::from(is_eventful);
        shares.eventful_with_event += u64::from(is_eventful && !found.is_empty());
        shares.quiet += u64::from(!is_eventful);
        shares.quiet_with_event += u64::from(!is_eventful && found.iter().any(is_false_alarm));
        if gold.marking == Marking::Nothing {
            return;
        }
        self.is_coded = true;
        self.add_types(&gold.events, found);
        let marked = distinct_gold(&gold.events);
        let found = distinct_found(gold.marking, found);
        let found = without_returns(&marked, found);
        self.add_pairs(&marked, &found);
        self.add_triples(&marked, &found);
    }

    fn add_types(&mut self, gold: &[GoldEvent], found: &[Event]) {
        let gold: BTreeSet<Plover> = gold.iter().map(|event| event.plover).collect();
        let found: BTreeSet<Plover> = found.iter().map(|event| event.action.plover).collect();
        for &plover in gold.union(&found) {
            let (is_gold, is_found) = (gold.contains(&plover), found.contains(&plover));
            let tally = &mut self.types[plover as usize];
            tally.gold += u64::from(is_gold);
            tally.predicted += u64::from(is_found);
            tally.right += u64::from(is_gold && is_found);
        }
    }

    fn add_pairs(&mut self, gold: &[&GoldEvent], found: &[&Event]) {
        let mut marked: Vec<&GoldEvent> = Vec::new();
        for event in gold.iter().filter(|event| event.has_both()) {
            if !marked.iter().any(|other| other.sides() == event.sides()) {
                marked.push(event);
            }
        }
        let mut claims: Vec<&Event> = Vec::new();
        for event in found
            .iter()
            .filter(|event| event.by.is_some() && event.to.is_some())
        {
            // Two that meet the same pair of the gold, or have the same words, are one claim.
            let same = |other: &&Event| {
                let meets = |event| marked.iter().position(|gold| gold.is_between(event));
                spans(other) == spans(event)
                    || meets(other).is_some() && meets(other) == meets(event)
            };
            if !claims.iter().any(same) {
                claims.push(event);
            }
        }
        self.pairs.gold += marked.len() as u64;
        self.pairs.predicted += claims.len() as u64;
        let is_met = |gold: &&&GoldEvent| claims.iter().any(|event| gold.is_between(event));
        self.pairs.right += marked.iter().filter(is_met).count() as u64;
    }

    fn add_triples(&mut self, gold: &[&GoldEvent], found: &[&Event]) {
        let mut left: Vec<&Event> = found.to_vec();
        let mut missed = Vec::new();
        for event in gold {
            self.triples[event.plover as usize].gold += 1;
            let best = (0..left.len())
                .filter(|&at| event.is_told_by(left[at]))
                .max_by(|&a, &b| {
                    event
                        .closeness(left[a])
                        .total_cmp(&event.closeness(left[b]))
                });
            match best {
                Some(at) => self.right(event, left.remove(at)),
                None => missed.push(event),
            }
        }
        for event in missed {
            let other = left.iter().position(|found| event.is_between(found));
            let other = other.map(|at| left.remove(at));
            let confusion = (Some(event.plover), other.map(|other| other.action.plover));
            *self.confusions.entry(confusion).or_default() += 1;
            other.into_iter().for_each(|other| self.wrong(other));
        }
        for event in left {
            let confusion = (None, Some(event.action.plover));
            *self.confusions.entry(confusion).or_default() += 1;
            self.wrong(event);
        }
    }

    fn right(&mut self, gold: &GoldEvent, found: &Event) {
        self.triples[gold.plover as usize].judge(true);
        self.bins[bin_of(found.confidence)].judge(true);
        if let Some(mode) = gold.mode {
            self.modes.judge(mode == found.mode);
            *self.told.entry((mode, found.mode)).or_default() += 1;
        }
        if let Some(code) = gold.cameo {
            self.codes.add(code, found.action.cameo);
        }
    }

    fn wrong(&mut self, found: &Event) {
        self.triples[found.action.plover as usize].judge(false);
        self.bins[bin_of(found.confidence)].judge(false);
    }

    /// The report, with the `worst` commonest confusions; `None` when there was no sentence.
    pub fn report(self, worst: usize) -> Option<EventReport> {
        if self.sentences.sentences == 0 {
            return None;
        }
        let all = |tallies: &[Tally]| {
            let mut all = Tally::default();
            for tally in tallies {
                all.gold += tally.gold;
                all.predicted += tally.predicted;
                all.right += tally.right;
            }
            self.is_coded.then(|| all.score())
        };
        let by_type = Plover::ALL
            .into_iter()
            .map(|plover| TypeScores {
                plover,
                triples: self.triples[plover as usize].score(),
                sentences: self.types[plover as usize].score(),
            })
            .filter(|row| {
                row.triples.gold + row.triples.predicted + row.sentences.predicted > 0
                    || row.sentences.gold > 0
            })
            .collect();
        let wrong_modes = self
            .told
            .into_iter()
            .filter(|((gold, found), _)| gold != found);
        let mode_confusions = commonest(wrong_modes, worst).into_iter();
        let calibration = (0..BINS).map(|at| Bin {
            from: at as f64 / BINS as f64,
            to: (at + 1) as f64 / BINS as f64,
            events: self.bins[at].predicted,
            right: self.bins[at].right,
            share: share(self.bins[at].right, self.bins[at].predicted),
        });
        let confusions = commonest(self.confusions, worst).into_iter();
        Some(EventReport {
            sentences: self.sentences,
            triples: all(&self.triples),
            pairs: self.is_coded.then(|| self.pairs.score()),
            types: all(&self.types),
            by_type,
            modes: (self.modes.predicted > 0).then(|| self.modes.precision()),
            mode_confusions: mode_confusions
                .map(|((gold, predicted), count)| ModeConfusion {
                    gold,
                    predicted,
                    count,
                })
                .collect(),
            codes: self.codes.scores(),
            confusions: confusions
                .map(|((gold, predicted), count)| EventConfusion {
                    gold,
                    predicted,
                    count,
                })
                .collect(),
            calibration: calibration.filter(|bin| bin.events > 0).collect(),
        })
    }
}

fn bin_of(confidence: f64) -> usize {
    // 0.7 and the like belong to the bin that they begin, however they are held.
    let hundredths = crate::index::document::hundredths(confidence);
    (usize::from(hundredths) * BINS / 100).min(BINS - 1)
}

/// The events whose sides can be compared, each triple once.
fn distinct_gold(events: &[GoldEvent]) -> Vec<&GoldEvent> {
    let mut out: Vec<&GoldEvent> = Vec::new();
    for event in events {
        let same =
            |other: &&GoldEvent| other.plover == event.plover && other.sides() == event.sides();
        let is_stateless = |side: &Side| *side == Side::Stateless;
        if !is_stateless(&event.by) && !is_stateless(&event.to) && !out.iter().any(same) {
            out.push(event);
        }
    }
    out
}

/// The events whose sides can be compared, of those with the same triple the surest.
fn distinct_found(marking: Marking, events: &[Event]) -> Vec<&Event> {
    let country = |actor: &Option<Actor>| actor.as_ref().and_then(|actor| actor.country);
    let countries = |event: &Event| country(&event.by).zip(country(&event.to));
    let mut surest: Vec<&Event> = match marking {
        Marking::Countries => events.iter().filter(|e| countries(e).is_some()).collect(),
        _ => events.iter().collect(),
    };
    surest.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut out: Vec<&Event> = Vec::new();
    for event in surest {
        let same = |other: &&Event| {
            other.action.plover == event.action.plover
                && match marking {
                    Marking::Countries => countries(other) == countries(event),
                    _ => spans(other) == spans(event),
                }
        };
        if !out.iter().any(same) {
            out.push(event);
        }
    }
    out
}

/// Without the way back of what goes both ways, where sides are marked by words: such gold has
/// each meeting, agreement and fight once.
fn without_returns<'a>(gold: &[&GoldEvent], found: Vec<&'a Event>) -> Vec<&'a Event> {
    let is_return = |event: &&Event| {
        MUTUAL.contains(&event.action.plover)
            && gold.iter().all(|gold| !gold.is_told_by(event))
            && gold.iter().any(|gold| {
                matches!(gold.by, Side::Words(_))
                    && gold.plover == event.action.plover
                    && gold.by.is(&event.to)
                    && gold.to.is(&event.by)
                    && found.iter().any(|other| gold.is_told_by(other))
            })
    };
    found
        .iter()
        .filter(|event| !is_return(event))
        .copied()
        .collect()
}

fn spans(event: &Event) -> [Option<crate::article::ByteSpan>; 2] {
    [&event.by, &event.to].map(|actor| actor.as_ref().map(|actor| actor.span))
}

impl Side {
    /// Whether an actor is the one that is marked.
    fn is(&self, actor: &Option<Actor>) -> bool {
        match (self, actor) {
            (Side::Nobody, None) => true,
            (Side::Country(country), Some(actor)) => actor.country == Some(*country),
            (Side::Words(spans), Some(actor)) => spans.iter().any(|at| at.overlaps(actor.span)),
            _ => false,
        }
    }
}

impl GoldEvent {
    fn sides(&self) -> (&Side, &Side) {
        (&self.by, &self.to)
    }

    fn has_both(&self) -> bool {
        self.by != Side::Nobody && self.to != Side::Nobody
    }

    fn is_between(&self, event: &Event) -> bool {
        self.by.is(&event.by) && self.to.is(&event.to)
    }

    fn is_told_by(&self, event: &Event) -> bool {
        self.plover == event.action.plover && self.is_between(event)
    }

    /// Which of several events that tell it is meant: the one of its mode, then the surest.
    fn closeness(&self, event: &Event) -> f64 {
        let is_of_mode = self.mode.is_some_and(|mode| mode == event.mode);
        f64::from(u8::from(is_of_mode)) * 2.0 + event.confidence
    }
}
