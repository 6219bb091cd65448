//! Events: who did what to whom, sentence by sentence.
//!
//! A sentence is parsed only when it names somebody, holds a verb of the action tables or the noun of
//! an act, and its words promise an event. The action phrases then say what its verbs tell, and of
//! whom; the model, to which that is one clue of many, says for each two of its actors what the one
//! does to the other, how likely, and whether it happened. What both leave to a wider look (where,
//! when, how many, on whose word) is read off the grammar.

mod actors;
mod claims;
mod clues;
pub(super) mod dates;
mod examples;
mod grammar;
mod judge;
mod learn;
mod matching;
mod mode;
mod model;
mod numbers;
mod parties;
mod place;
mod when;

use super::annotations::{Action, Actor, Counts, Dateline, EntityType, Event, Evidence, Part};
use super::lexicon::{Lexicon, WordId, span_of};
use super::mentions::{Mention, Tokenised, is_shouted};
use super::phrases;
use crate::article::ByteSpan;
use crate::ontology::{CameoCode, CountryCode, Mode, Plover, Sector};
use crate::text::parse::{self, Arc, Parser, Relation};
use crate::text::tags::{self, Tag, Tagger};
use crate::text::{Sentence, Token};
use actors::{Actors, Party, Role, SpokenOf};
use clues::{Clues, Sides};
pub use examples::{Act, Example, ExampleError, Judgments, ToldOf, read_examples};
use grammar::Grammar;
use jiff::civil::Date;
use judge::Judge;
use matching::Match;
use model::Verdict;
pub use model::{Instance, Model, Origin, Training, train};

/// What coded an event: the method and the version of its rules.
pub const CODER: &str = "pairs/11";

/// How likely an event must be where more than the model says so: an action phrase, of one side that
/// stands alone; or an event of the same type that is told of another member of the same list.
const LEAST_BACKED: f32 = 0.3;

/// How many actors of a sentence are looked at: a longer list is no sentence.
const MOST_PARTIES: usize = 14;

/// The buffers of the tagger and the parser, kept from sentence to sentence.
#[derive(Default)]
pub struct Scratch {
    tagger: tags::Scratch,
    parser: parse::Scratch,
    tags: Vec<Tag>,
    arcs: Vec<Arc>,
}

/// Codes events.
pub struct Coder {
    tagger: Tagger,
    parser: Parser,
    model: Model,
}

/// One part of an article, ready to be coded.
pub struct Source<'a> {
    /// Which part it is.
    pub part: Part,
    /// Its text.
    pub text: &'a str,
    /// Its tokens and sentences.
    pub tokenised: &'a Tokenised,
    /// Its mentions, in order.
    pub mentions: &'a [Mention],
    /// When the article was published.
    pub date: Option<Date>,
    /// What the article's dateline says, where it has one.
    pub dateline: Option<&'a Dateline>,
}

impl Source<'_> {
    /// The day from which its days are counted: the article's, else that of its dateline.
    fn told_on(&self) -> Option<Date> {
        self.date.or(self.dateline.and_then(|line| line.on))
    }

    /// How many sentences of the text stand before one, the dateline left out; `None` in a
    /// headline.
    fn sentences_before(&self, sentence: &Sentence) -> Option<usize> {
        let start = sentence.tokens.start;
        let sentences = &self.tokenised.sentences;
        let before = sentences.partition_point(|other| other.tokens.start < start);
        (self.part == Part::Text)
            .then(|| before - usize::from(self.tokenised.has_dateline && before > 0))
    }
}

/// A sentence and who is named in it.
#[derive(Clone, Copy)]
struct Told<'a> {
    sentence: &'a Sentence,
    mentions: &'a [Mention],
    /// Whom the sentences before have spoken of.
    spoken_of: &'a SpokenOf,
}

impl Coder {
    /// The same coder with another model of events.
    #[must_use]
    pub fn with_model(self, model: Model) -> Self {
        Self { model, ..self }
    }

    /// A glimpse of each sentence that may tell an event, with whether it does by this coder: one
    /// of at least `least` confidence.
    pub fn glimpses(
        &self,
        lexicon: &Lexicon,
        source: &Source<'_>,
        least: f64,
        scratch: &mut Scratch,
    ) -> Vec<(Vec<u64>, bool)> {
        let events = self.code(lexicon, source, scratch);
        let sentences = source.tokenised.sentences.iter();
        let named = sentences.filter_map(|sentence| {
            let here = within(source.mentions, sentence);
            may_tell(lexicon, source, sentence, here, None).then_some((sentence, here))
        });
        named
            .map(|(sentence, here)| {
                let tells = events
                    .iter()
                    .any(|event| event.sentence.span == sentence.span && event.confidence >= least);
                (glimpse(lexicon, source, sentence, here), tells)
            })
            .collect()
    }

    /// The coder with the models that come with the crate.
    ///
    /// # Errors
    /// When a model cannot be read, which a test rules out for those that are bundled.
    pub fn bundled() -> Result<Self, crate::text::perceptron::ModelError> {
        Ok(Self {
            tagger: Tagger::bundled()?,
            parser: Parser::bundled()?,
            model: Model::bundled()?,
        })
    }

    /// The events of one part of an article.
    pub fn code(
        &self,
        lexicon: &Lexicon,
        source: &Source<'_>,
        scratch: &mut Scratch,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        let may_tell = |told: &Told<'_>| self.may_tell(lexicon, source, told);
        self.walk(lexicon, source, scratch, may_tell, |reading| {
            events.extend(self.events(reading));
        });
        events
    }

    /// Whether a sentence is worth parsing.
    fn may_tell(&self, lexicon: &Lexicon, source: &Source<'_>, told: &Told<'_>) -> bool {
        let Told {
            sentence,
            mentions,
            spoken_of,
        } = *told;
        may_tell(
            lexicon,
            source,
            sentence,
            mentions,
            spoken_of.person.as_ref(),
        ) && self
            .model
            .may_tell(&glimpse(lexicon, source, sentence, mentions))
    }

    /// Goes through the sentences of one part of an article and hands on what is to be known of
    /// those that are worth parsing.
    fn walk(
        &self,
        lexicon: &Lexicon,
        source: &Source<'_>,
        scratch: &mut Scratch,
        mut is_worth: impl FnMut(&Told<'_>) -> bool,
        mut take: impl FnMut(&Reading<'_>),
    ) {
        let mut mentions = source.mentions;
        let mut spoken_of = SpokenOf::default();
        for sentence in &source.tokenised.sentences {
            let within =
                mentions.partition_point(|mention| mention.tokens.start < sentence.tokens.end);
            let (here, rest) = mentions.split_at(within);
            mentions = rest;
            // Nobody acts in a dateline.
            let is_dateline = source.tokenised.has_dateline && sentence.tokens.start == 0;
            let told = Told {
                sentence,
                mentions: here,
                spoken_of: &spoken_of,
            };
            if !is_dateline && is_worth(&told) {
                let owned = self.read(lexicon, source, &told, scratch, |reading| {
                    take(reading);
                    reading.owned_agents()
                });
                spoken_of.agents.extend(owned);
            }
            spoken_of.note_titles(&source.tokenised.words, lexicon, here);
            // "He" in the next sentence is the person whom this one names first; two people in
            // it leave the pronoun open only if the first is not also its subject, which the
            // first name of a news sentence mostly is.
            if let Some(first) = here
                .iter()
                .find(|mention| mention.kind == EntityType::Person)
            {
                spoken_of.person = Some(first.clone());
            }
        }
    }

    /// What the first of two given actors does to the second; `None` when it does nothing. The two
    /// are taken to be actors whatever the lexicon knows of them; one may be missing.
    pub fn relation(
        &self,
        lexicon: &Lexicon,
        source: &Source<'_>,
        pair: [Option<ByteSpan>; 2],
        scratch: &mut Scratch,
    ) -> Option<Action> {
        let told = self.read_given(lexicon, source, pair, scratch, |reading, sides, clues| {
            let verdict = self.model.relation(clues);
            let plover = verdict.plover;
            // A phrase tells it of them the other way round.
            let is_back = reading.says(&sides.turned(), plover) && !reading.says(&sides, plover);
            (verdict.something >= LEAST_RELATED && !is_back).then(|| {
                let told = reading.trigger(&sides, plover).cameo;
                let code = told.unwrap_or_else(|| self.model.code(plover, clues));
                action(plover, code)
            })
        });
        told.flatten()
    }

    /// Parses the sentence of two given actors and hands on what is to be known of them; `None`
    /// where their words are not in the text.
    fn read_given<T>(
        &self,
        lexicon: &Lexicon,
        source: &Source<'_>,
        pair: [Option<ByteSpan>; 2],
        scratch: &mut Scratch,
        take: impl FnOnce(&Reading<'_>, Sides<'_>, &[u64]) -> T,
    ) -> Option<T> {
        let sentence = sentence_of(source.tokenised, &pair)?;
        let mut mentions = source.mentions.to_vec();
        for span in pair.into_iter().flatten() {
            super::mentions::force(&mut mentions, source.text, source.tokenised, span);
        }
        let told = Told {
            sentence: &sentence,
            mentions: within(&mentions, &sentence),
            spoken_of: &SpokenOf::default(),
        };
        self.read(lexicon, source, &told, scratch, |reading| {
            let [by, to] = reading.given_pair(pair)?;
            let sides = Sides {
                by: by.as_ref(),
                to: to.as_ref(),
            };
            let mut clues = Vec::new();
            reading.clues.of(sides, &mut clues);
            Some(take(reading, sides, &clues))
        })
    }

    /// Parses a sentence and hands on what is to be known of it.
    fn read<T>(
        &self,
        lexicon: &Lexicon,
        source: &Source<'_>,
        told: &Told<'_>,
        scratch: &mut Scratch,
        take: impl FnOnce(&Reading<'_>) -> T,
    ) -> T {
        let Told {
            sentence,
            mentions,
            spoken_of,
        } = *told;
        let tokens = &source.tokenised.tokens[sentence.tokens.clone()];
        let ids = &source.tokenised.words[sentence.tokens.clone()];
        let mentions = from_start(mentions, sentence);
        let lowered;
        let mut words: Vec<&str> = tokens.iter().map(|token| token.text(source.text)).collect();
        if is_shouted(lexicon, tokens, ids) {
            // A headline's capitals would make every word a name.
            lowered = lower_case(&words, &mentions);
            words = lowered.iter().map(String::as_str).collect();
        }
        let plain = words.clone();
        mask_names(&mut words, &mentions);
        self.tagger
            .tag(&words, &mut scratch.tagger, &mut scratch.tags);
        self.parser.parse(
            &words,
            &scratch.tags,
            &mut scratch.parser,
            &mut scratch.arcs,
        );
        let grammar = Grammar::new(lexicon, &plain, ids, &scratch.tags, &scratch.arcs);
        let actors = Actors::new(lexicon, &grammar, &mentions, spoken_of);
        let bases = lexicon.bases_of(ids);
        let mut matches: Vec<Match> = (0..ids.len())
            .filter(|&at| grammar.is_verb(at) && lexicon.may_head_phrase(ids[at], &bases))
            .filter_map(|verb| best_match(lexicon, &grammar, &actors, verb))
            .collect();
        join_complements(lexicon, &grammar, &actors, &mut matches);
        let mut parties = actors.all();
        parties.truncate(MOST_PARTIES);
        let clues = Clues::new(lexicon, &grammar, &mentions, &matches, &parties);
        take(&Reading {
            lexicon,
            source,
            sentence,
            tokens,
            mentions: &mentions,
            grammar: &grammar,
            actors: &actors,
            matches: &matches,
            parties: &parties,
            clues: &clues,
        })
    }

    /// What the model sees between the actors of a sentence, so far as it is worth telling.
    fn seen<'r>(&self, reading: &'r Reading<'_>) -> Vec<Seen<'r>> {
        let mut seen = Vec::new();
        let judge = Judge::new(&self.model, reading.clues, reading.parties);
        let mut scratch = Vec::new();
        for sides in reading.candidates() {
            let verdict = judge.verdict(sides, &mut scratch);
            if verdict.probability >= LEAST_BACKED && !is_at_home(&sides, verdict.plover) {
                let mut clues = Vec::new();
                reading.clues.of(sides, &mut clues);
                seen.push(Seen {
                    sides,
                    verdict,
                    clues,
                });
            }
        }
        let is_likely = |seen: &Seen<'_>| {
            seen.verdict.is_likely() || reading.is_backed(&seen.sides, seen.verdict.plover)
        };
        let (mut likely, others): (Vec<_>, Vec<_>) = seen.into_iter().partition(is_likely);
        let is_joined = |other: &Seen<'_>| {
            likely.iter().any(|told| {
                told.verdict.plover == other.verdict.plover
                    && reading.clues.are_joined(&told.sides, &other.sides)
            })
        };
        let joined: Vec<_> = others.into_iter().filter(is_joined).collect();
        likely.extend(joined);
        likely
    }

    /// The events of a sentence.
    fn events(&self, reading: &Reading<'_>) -> Vec<Event> {
        let mut seen = self.seen(reading);
        // The surest first: what is told of two actors is told once.
        seen.sort_by(|a, b| b.verdict.probability.total_cmp(&a.verdict.probability));
        let mut told: Vec<(Sides<'_>, Event)> = Vec::new();
        for seen in &seen {
            let trigger = reading.trigger(&seen.sides, seen.verdict.plover);
            let event = self.event(reading, seen, &trigger);
            if seen.sides.are_local() && !event.has_known_actor() {
                continue;
            }
            let is_mutual = is_mutual(event.action.cameo) || trigger.both;
            let again = told.iter().any(|(other, before)| {
                other.are_turned(&seen.sides) && !is_mutual
                    || before.action.plover == event.action.plover && other.hold(&seen.sides)
            });
            if again {
                continue;
            }
            // With both sides it says more than with one.
            told.retain(|(other, before)| {
                before.action.plover != event.action.plover || !seen.sides.hold(other)
            });
            // Who meets in a town is not met by the town.
            let may_answer = seen.sides.to.is_some_and(|to| !to.ground);
            let turned = (is_mutual && may_answer).then(|| event.turned()).flatten();
            told.push((seen.sides, event));
            if let Some(turned) = turned {
                told.push((seen.sides.turned(), turned));
            }
        }
        told.into_iter().map(|(_, event)| event).collect()
    }

    fn event(&self, reading: &Reading<'_>, seen: &Seen<'_>, trigger: &Trigger) -> Event {
        let &Reading {
            lexicon,
            source,
            sentence,
            tokens,
            grammar,
            actors,
            ..
        } = reading;
        let Seen {
            sides,
            verdict,
            clues,
        } = seen;
        let plover = verdict.plover;
        let (verb, words) = (trigger.verb, trigger.words.as_slice());
        let mode = self.model.mode(clues);
        let cameo = trigger
            .cameo
            .unwrap_or_else(|| self.model.code(plover, clues));
        let parties =
            |party: Option<&Party>| -> Vec<Party> { party.into_iter().cloned().collect() };
        let (by, to) = (parties(sides.by), parties(sides.to));
        let is_named = |token: usize| actors.mention_at(token).is_some();
        let when = when::when(
            grammar,
            &is_named,
            &when::Told { verb, words, mode },
            source.told_on(),
        );
        let at = place::place(
            &place::Scene {
                grammar,
                mentions: reading.mentions,
                text: &|within| source.text[span_of(&tokens[within]).range()].to_owned(),
                dateline: source.dateline,
                before: source.sentences_before(sentence),
            },
            &place::Told {
                verb,
                words,
                plover,
                cameo,
                mode,
                by: &by,
                to: &to,
            },
        );
        let land = place::land(plover, sides.by, at.as_ref());
        let actor = |party: &Party| {
            let mut actor = reading.actor(party);
            actor.country = actor.country.or(land.filter(|_| party.local));
            actor
        };
        let is_person = |token: usize| {
            actors
                .mention_at(token)
                .is_some_and(|mention| mention.kind == EntityType::Person)
        };
        // What was not done has cost nobody.
        let counts = match mode {
            Mode::Actual => numbers::counts(lexicon, grammar, &is_person, verb, words, plover),
            _ => Counts::default(),
        };
        let ends = words.iter().chain([&verb]).copied();
        let (first, last) = ends.fold((verb, verb), |(a, b), at| (a.min(at), b.max(at)));
        Event {
            by: sides.by.map(actor),
            action: action(plover, cameo),
            to: sides.to.map(actor),
            at: at.or_else(|| place::home(plover, sides.by, sides.to)),
            on: when.map(|when| when.on),
            grain: when.map(|when| when.grain).unwrap_or_default(),
            mode,
            counts,
            claimed_by: claims::claimant(grammar, actors, verb)
                .filter(|party| !sides.by.is_some_and(|by| by.is_same(party)))
                .map(|party| reading.actor(&party)),
            sentence: Evidence {
                part: source.part,
                span: sentence.span,
                text: source.text[sentence.span.range()].to_owned(),
            },
            trigger: span_of(&tokens[first..last + 1]),
            confidence: confidence(verdict.probability),
            coder: CODER.to_owned(),
        }
    }
}

/// How likely it must be that there is anything between two given actors.
const LEAST_RELATED: f32 = 0.2;

/// A sentence as it was read.
struct Reading<'a> {
    lexicon: &'a Lexicon,
    source: &'a Source<'a>,
    sentence: &'a Sentence,
    tokens: &'a [Token],
    mentions: &'a [Mention],
    grammar: &'a Grammar<'a>,
    actors: &'a Actors<'a>,
    matches: &'a [Match],
    parties: &'a [Party],
    clues: &'a Clues<'a>,
}

/// An event that the model sees between two actors.
struct Seen<'a> {
    sides: Sides<'a>,
    verdict: Verdict,
    clues: Vec<u64>,
}

/// The words that tell an event.
struct Trigger {
    verb: usize,
    words: Vec<usize>,
    /// The code that an action phrase gives it.
    cameo: Option<CameoCode>,
    /// Whether that phrase has the two act on each other.
    both: bool,
}

impl Reading<'_> {
    /// Who may have done something to whom: every two actors, each alone on either side, and whoever
    /// an action phrase says it befell without saying who did it.
    fn candidates(&self) -> Vec<Sides<'_>> {
        let mut all = Vec::new();
        let has_land = self.has_land();
        // An event between nobodies informs nobody.
        let is_told = |party: &&Party| party.is_known() || has_land && party.local;
        for by in self.parties.iter().filter(|party| party.may_act()) {
            for to in self.parties {
                let are_told = is_told(&by) || is_told(&to);
                if are_told && by.tokens != to.tokens && !by.is_same(to) {
                    all.push(Sides {
                        by: Some(by),
                        to: Some(to),
                    });
                }
            }
        }
        let told = || self.parties.iter().filter(is_told);
        all.extend(told().filter(|by| by.may_act()).map(|by| Sides {
            by: Some(by),
            to: None,
        }));
        let suffers = |to| Sides {
            by: None,
            to: Some(to),
        };
        all.extend(told().map(suffers));
        for found in self.matches.iter().filter(|found| found.told) {
            if found.by.is_empty() {
                let unknown = found.to.iter().filter(|to| !to.is_known());
                all.extend(unknown.map(suffers));
            }
        }
        all
    }

    /// Whether the text says in which country those are whom nothing else tells of: the sentence
    /// names a place, or it is the first below a dateline.
    fn has_land(&self) -> bool {
        let mut mentions = self.mentions.iter();
        mentions.any(|mention| mention.kind == EntityType::Place && mention.country.is_some())
            || opens(self.source, self.sentence)
    }

    /// Whether there is one side only, of which an action phrase tells this type.
    fn is_backed(&self, sides: &Sides<'_>, plover: Plover) -> bool {
        (sides.by.is_none() || sides.to.is_none()) && self.says(sides, plover)
    }

    /// Whether an action phrase says that the one does this to the other.
    fn says(&self, sides: &Sides<'_>, plover: Plover) -> bool {
        let is_in = |among: &[Party], party: Option<&Party>| match party {
            None => among.is_empty(),
            Some(party) => among.iter().any(|other| other.overlaps(party)),
        };
        self.matches.iter().any(|found| {
            found.told
                && found.action.is_some_and(|action| action.plover == plover)
                && is_in(&found.by, sides.by)
                && is_in(&found.to, sides.to)
        })
    }

    /// The words that tell what was done: those of an action phrase where one says the same, else
    /// the verb that the two hang on.
    fn trigger(&self, sides: &Sides<'_>, plover: Plover) -> Trigger {
        let same = |found: &&Match| {
            found.action.is_some_and(|action| {
                action.plover == plover || action.plover.is_yield() && plover.is_yield()
            })
        };
        let fit = |found: &&Match| {
            usize::from(
                sides
                    .by
                    .is_some_and(|by| found.by.iter().any(|o| o.overlaps(by))),
            ) + usize::from(
                sides
                    .to
                    .is_some_and(|to| found.to.iter().any(|o| o.overlaps(to))),
            )
        };
        let told = self
            .matches
            .iter()
            .filter(same)
            .max_by_key(|found| (fit(found), std::cmp::Reverse(found.verb)));
        if let Some(found) = told.filter(|found| fit(found) > 0) {
            return Trigger {
                verb: found.verb,
                words: found.words.clone(),
                cameo: found.action.map(|action| action.cameo),
                both: found.is_reciprocal(),
            };
        }
        Trigger {
            verb: self.clues.hinge(sides),
            words: Vec::new(),
            cameo: None,
            both: false,
        }
    }

    /// The two sides of a pair as it is given; `None` where a side's words are none of the
    /// sentence's.
    fn given_pair(&self, pair: [Option<ByteSpan>; 2]) -> Option<[Option<Party>; 2]> {
        let side = |span: Option<ByteSpan>| match span {
            None => Some(None),
            Some(span) => self.given(span).map(Some),
        };
        Some([side(pair[0])?, side(pair[1])?])
    }

    /// The agents of the sentence whose country it tells: "the Iranian foreign ministry".
    fn owned_agents(&self) -> Vec<(WordId, CountryCode)> {
        let agents = self.parties.iter().filter(|party| party.name.is_none());
        agents
            .filter_map(|party| Some((self.grammar.ids[party.tokens.end - 1], party.country?)))
            .collect()
    }

    /// The actor that a span of the text is taken to name.
    fn given(&self, span: ByteSpan) -> Option<Party> {
        let start = self
            .tokens
            .partition_point(|token| token.span.end <= span.start);
        let end = self
            .tokens
            .partition_point(|token| token.span.start < span.end);
        (start < end).then(|| self.actors.given(start..end))
    }

    fn actor(&self, party: &Party) -> Actor {
        let span = span_of(&self.tokens[party.tokens.clone()]);
        let text = self.source.text[span.range()].to_owned();
        let name = party
            .name
            .as_deref()
            .filter(|name| *name != text)
            .map(str::to_owned);
        Actor {
            text,
            country: party.country,
            sector: party.sector,
            name,
            span,
        }
    }
}

fn action(plover: Plover, cameo: CameoCode) -> Action {
    Action {
        plover,
        cameo,
        quad: cameo.quad().number(),
        goldstein: cameo.goldstein(),
    }
}

/// Whether what the one does to the other, the other does to the one: they meet, talk, agree, sign,
/// trade, train together.
fn is_mutual(code: CameoCode) -> bool {
    const MUTUAL: [&str; 11] = [
        "04", "040", "041", "044", "046", "030", "057", "06", "060", "061", "062",
    ];
    MUTUAL.contains(&code.as_str())
}

/// Whether one is said to talk to, agree with, support, ask, threaten or protest against a town or
/// province of his own country: he nearly always does it there.
fn is_at_home(sides: &Sides<'_>, plover: Plover) -> bool {
    let is_word = matches!(
        plover,
        Plover::Consult
            | Plover::Agree
            | Plover::Support
            | Plover::Request
            | Plover::Threaten
            | Plover::Protest
    );
    let at_home =
        |by: &Party, to: &Party| to.town && by.country.is_some() && by.country == to.country;
    is_word
        && sides
            .by
            .zip(sides.to)
            .is_some_and(|(by, to)| at_home(by, to))
}

/// How often an event of so high a probability was right when its sentence was read, in news that the
/// model that gave it was not trained on (`docs/accuracy.md`): pairs of the two, between which the
/// truth is drawn as a line.
const CALIBRATION: [(f64, f64); 9] = [
    (0.0, 0.0),
    (0.35, 0.26),
    (0.45, 0.33),
    (0.55, 0.41),
    (0.65, 0.49),
    (0.75, 0.59),
    (0.85, 0.71),
    (0.95, 0.89),
    (1.0, 0.95),
];

/// How likely an event is right, of the model's own probability, in hundredths.
fn confidence(probability: f32) -> f64 {
    let at = f64::from(probability);
    let calibrated = CALIBRATION
        .windows(2)
        .find(|ends| at <= ends[1].0)
        .map_or(1.0, |ends| {
            let [(from, low), (to, high)] = [ends[0], ends[1]];
            low + (high - low) * (at - from) / (to - from)
        });
    (calibrated * 100.0).round() / 100.0
}

/// The sentences from the first that holds one of two spans to the last, as one.
fn sentence_of(tokenised: &Tokenised, pair: &[Option<ByteSpan>; 2]) -> Option<Sentence> {
    let touches = |sentence: &&Sentence| {
        let mut spans = pair.iter().flatten();
        spans.any(|span| span.overlaps(sentence.span))
    };
    let mut all = tokenised.sentences.iter().filter(touches);
    let first = all.next()?;
    let last = all.next_back().unwrap_or(first);
    Some(Sentence {
        span: ByteSpan {
            start: first.span.start,
            end: last.span.end,
        },
        tokens: first.tokens.start..last.tokens.end,
    })
}

/// The mentions in a sentence, of all in order.
fn within<'a>(mentions: &'a [Mention], sentence: &Sentence) -> &'a [Mention] {
    let start = mentions.partition_point(|mention| mention.tokens.start < sentence.tokens.start);
    let end = mentions.partition_point(|mention| mention.tokens.end <= sentence.tokens.end);
    &mentions[start..end.max(start)]
}

/// Whether a sentence is the first below a dateline whose country is known.
fn opens(source: &Source<'_>, sentence: &Sentence) -> bool {
    source.dateline.is_some_and(|line| line.country.is_some())
        && source.sentences_before(sentence) == Some(0)
}

/// Whether a sentence may tell an event: it names somebody whom the lexicon knows or opens a text
/// below a dateline, and has a verb of the action tables or the noun of an act. What "the police" do
/// to "a man" in a sentence by itself informs nobody, and is mostly no event. This and the model's
/// gate are what keeps most sentences from the tagger and the parser.
fn may_tell(
    lexicon: &Lexicon,
    source: &Source<'_>,
    sentence: &Sentence,
    mentions: &[Mention],
    person: Option<&Mention>,
) -> bool {
    let words = &source.tokenised.words[sentence.tokens.clone()];
    let is_known = |mention: &Mention| {
        mention.kind != EntityType::Other
            && (mention.country.is_some() || mention.canonical.is_some())
    };
    let is_of_person = || {
        person.is_some_and(is_known)
            && source.tokenised.tokens[sentence.tokens.clone()]
                .iter()
                .any(|token| actors::is_personal(token.text(source.text)))
    };
    let is_of_somebody =
        || mentions.iter().any(is_known) || is_of_person() || opens(source, sentence);
    if words.len() < 3 || !is_of_somebody() {
        return false;
    }
    words
        .iter()
        .any(|&word| lexicon.is_act_verb(word) || lexicon.is_act_noun(word))
}

/// What the model sees of a sentence before it is parsed.
fn glimpse(
    lexicon: &Lexicon,
    source: &Source<'_>,
    sentence: &Sentence,
    mentions: &[Mention],
) -> Vec<u64> {
    let tokens = &source.tokenised.tokens[sentence.tokens.clone()];
    let ids = &source.tokenised.words[sentence.tokens.clone()];
    let words: Vec<&str> = tokens.iter().map(|token| token.text(source.text)).collect();
    clues::glimpse(lexicon, &words, ids, mentions, sentence.tokens.start)
}

/// The mentions of a sentence, their tokens counted from its first.
fn from_start(mentions: &[Mention], sentence: &Sentence) -> Vec<Mention> {
    let start = sentence.tokens.start;
    let moved = |mention: &Mention| Mention {
        tokens: mention.tokens.start - start..mention.tokens.end - start,
        ..mention.clone()
    };
    mentions.iter().map(moved).collect()
}

/// What a verb tells: the phrase with most words whose actors are told, its code made deeper by
/// the words beside it.
fn best_match(
    lexicon: &Lexicon,
    grammar: &Grammar<'_>,
    actors: &Actors<'_>,
    verb: usize,
) -> Option<Match> {
    let mut untold = None;
    for (phrase, words) in matching::matches_at(lexicon, grammar, verb) {
        // An exception says that the verb tells nothing here.
        if phrase.action.is_none() {
            break;
        }
        let mut found = matching::with_actors(grammar, actors, phrase, verb, words);
        if found.is_told(grammar.is_passive(verb)) {
            found.told = true;
            found.action = found.action.map(|action| spoken(action, &found));
            if let Some(action) = &mut found.action {
                *action = lexicon.refined(*action, &mut |words| {
                    grammar
                        .reach(verb)
                        .iter()
                        .any(|&token| grammar.is_one_of(token, words))
                });
            }
            return Some(found);
        }
        untold.get_or_insert(found);
    }
    untold
}

/// Politicians who "attack" or "hit" each other do so in words.
fn spoken(action: phrases::Action, found: &Match) -> phrases::Action {
    let is_politician = |party: &Party| {
        party.person
            && !matches!(
                party.sector,
                Some(Sector::Mil | Sector::Reb | Sector::Uaf | Sector::Crm)
            )
    };
    let in_words = action.plover == Plover::Assault
        && found.words.is_empty()
        && !found.by.is_empty()
        && found.by.iter().all(is_politician)
        && found
            .to
            .iter()
            .all(|to| to.person || to.sector == Some(Sector::Pty));
    match CameoCode::parse("111") {
        Ok(cameo) if in_words => phrases::Action {
            cameo,
            plover: Plover::Accuse,
            both: false,
        },
        _ => action,
    }
}

/// Joins what a verb makes of the act that depends on it ("refused to extradite"), and drops what
/// another match tells already: a verb that a longer phrase has taken as one of its words, and the
/// complement of a coded verb ("agreed to withdraw" is an agreement).
fn join_complements(
    lexicon: &Lexicon,
    grammar: &Grammar<'_>,
    actors: &Actors<'_>,
    matches: &mut Vec<Match>,
) {
    let taken: Vec<usize> = matches
        .iter()
        .flat_map(|found| found.words.clone())
        .collect();
    matches.retain(|found| !taken.contains(&found.verb));
    let mut at = 0;
    while at < matches.len() {
        let inner = &matches[at];
        let Some(governor) = governor_of(grammar, inner.verb) else {
            at += 1;
            continue;
        };
        let outer = matches.iter().position(|found| found.verb == governor);
        let joined = inner
            .action
            .and_then(|action| lexicon.complement(grammar.ids[governor], action));
        match (joined, outer) {
            // The verb's own phrase says more than that it governs something.
            (_, Some(outer)) if !matches[outer].words.is_empty() => {
                matches.remove(at);
            }
            (Some(action), Some(outer)) => {
                let inner_to = std::mem::take(&mut matches[at].to);
                let outer = &mut matches[outer];
                outer.action = Some(action);
                if outer.to.is_empty() {
                    outer.to = inner_to;
                }
                matches.remove(at);
            }
            (Some(action), None) => {
                // "urged Iran to release": the one who is to act is the target of the request.
                let is_request = matches!(action.plover, Plover::Request);
                let by = grammar
                    .subject(governor)
                    .map(|subject| actors.at(subject, Role::By))
                    .unwrap_or_default();
                let inner = &mut matches[at];
                if by.is_empty() {
                    matches.remove(at);
                    continue;
                }
                if is_request {
                    inner.to = std::mem::take(&mut inner.by);
                    inner.to.retain(|to| !by.iter().any(|by| by.is_same(to)));
                }
                inner.by = by;
                inner.words.push(inner.verb);
                inner.verb = governor;
                inner.action = Some(action);
                at += 1;
            }
            (None, Some(_)) => {
                matches.remove(at);
            }
            (None, None) => at += 1,
        }
    }
}

/// The verb that an act in the infinitive or gerund depends on.
fn governor_of(grammar: &Grammar<'_>, verb: usize) -> Option<usize> {
    let depends = matches!(
        grammar.relation(verb),
        Relation::OpenComplement | Relation::ClauseComplement | Relation::AdverbialClause
    ) && grammar.is_infinitive(verb);
    grammar
        .head(verb)
        .filter(|&governor| depends && grammar.is_verb(governor))
}

/// Makes names easier to read for the tagger and the parser, which have not seen them all: the last
/// word of a country's or city's, and "Nations", becomes one that they know, and the comma that
/// stands for "and" in headlines ("UAE, Israel sign pact") becomes "and".
fn mask_names(words: &mut [&str], mentions: &[Mention]) {
    for mention in mentions {
        let last = &mut words[mention.tokens.end - 1];
        match mention.kind {
            EntityType::Place if mention.known.is_some() => *last = "China",
            // "The United Nations condemned Israel" is not of nations that Israel condemned.
            EntityType::Organization if *last == "Nations" => *last = "Ministry",
            _ => {}
        }
    }
    if let [first, second, ..] = mentions
        && first.tokens.start == 0
        && words.get(first.tokens.end) == Some(&",")
        && second.tokens.start == first.tokens.end + 1
        && words
            .get(second.tokens.end)
            .is_some_and(|next| *next != "," && *next != "and")
    {
        words[first.tokens.end] = "and";
    }
}

/// The words in lower case, but for those of mentions.
fn lower_case(words: &[&str], mentions: &[Mention]) -> Vec<String> {
    words
        .iter()
        .enumerate()
        .map(|(at, word)| {
            if mentions.iter().any(|mention| mention.tokens.contains(&at)) {
                (*word).to_owned()
            } else {
                word.to_lowercase()
            }
        })
        .collect()
}
