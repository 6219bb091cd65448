//! Events: who did what to whom, sentence by sentence.
//!
//! A sentence is parsed only when it names somebody and holds a verb of the action tables with the
//! other words of one of its phrases. For each such verb the longest phrase whose words hang below it says what was done;
//! the grammar says by whom and to whom; what governs the verb says whether it happened.

mod actors;
pub(super) mod dates;
mod grammar;
mod matching;
mod mode;

use super::annotations::{Action, Actor, EntityType, Event, Evidence, Location, Part};
use super::lexicon::{Lexicon, NameKind, span_of};
use super::mentions::{Mention, Tokenised, is_shouted};
use super::phrases;
use crate::article::ByteSpan;
use crate::ontology::{CameoCode, Mode, Plover, Sector};
use crate::text::Sentence;
use crate::text::parse::{self, Arc, Parser, Relation};
use crate::text::tags::{self, Tag, Tagger};
use actors::{Actors, Party, Role};
use grammar::Grammar;
use jiff::civil::Date;
use matching::Match;

/// What coded an event: the method and the version of its rules.
pub const CODER: &str = "phrases/1";

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
}

/// A sentence and who is named in it.
#[derive(Clone, Copy)]
struct Told<'a> {
    sentence: &'a Sentence,
    mentions: &'a [Mention],
    /// The person that "he" or "she" most likely is.
    person: Option<&'a Mention>,
}

impl Coder {
    /// The coder with the models that come with the crate.
    ///
    /// # Errors
    /// When a model cannot be read, which a test rules out for those that are bundled.
    pub fn bundled() -> Result<Self, crate::text::perceptron::ModelError> {
        Ok(Self {
            tagger: Tagger::bundled()?,
            parser: Parser::bundled()?,
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
        let mut mentions = source.mentions;
        let mut person: Option<Mention> = None;
        for sentence in &source.tokenised.sentences {
            let within =
                mentions.partition_point(|mention| mention.tokens.start < sentence.tokens.end);
            let (here, rest) = mentions.split_at(within);
            mentions = rest;
            // Nobody acts in a dateline.
            let is_dateline = source.tokenised.has_dateline && sentence.tokens.start == 0;
            let verbs = match is_dateline {
                true => Vec::new(),
                false => candidates(lexicon, source, sentence, here),
            };
            if !verbs.is_empty() {
                let told = Told {
                    sentence,
                    mentions: here,
                    person: person.as_ref(),
                };
                self.code_sentence(lexicon, source, &told, &verbs, scratch, &mut events);
            }
            // "He" in the next sentence is the person whom this one names first; two people in
            // it leave the pronoun open only if the first is not also its subject, which the
            // first name of a news sentence mostly is.
            if let Some(first) = here
                .iter()
                .find(|mention| mention.kind == EntityType::Person)
            {
                person = Some(first.clone());
            }
        }
        events
    }

    fn code_sentence(
        &self,
        lexicon: &Lexicon,
        source: &Source<'_>,
        told: &Told<'_>,
        verbs: &[usize],
        scratch: &mut Scratch,
        events: &mut Vec<Event>,
    ) {
        let Told {
            sentence,
            mentions,
            person,
        } = *told;
        let start = sentence.tokens.start;
        let tokens = &source.tokenised.tokens[sentence.tokens.clone()];
        let ids = &source.tokenised.words[sentence.tokens.clone()];
        let mentions: Vec<Mention> = mentions
            .iter()
            .map(|mention| Mention {
                tokens: mention.tokens.start - start..mention.tokens.end - start,
                ..mention.clone()
            })
            .collect();
        let lowered;
        let mut words: Vec<&str> = tokens.iter().map(|token| token.text(source.text)).collect();
        if is_shouted(lexicon, tokens, ids) {
            // A headline's capitals would make every word a name.
            lowered = lower_case(&words, &mentions);
            words = lowered.iter().map(String::as_str).collect();
        }
        mask_names(&mut words, &mentions);
        self.tagger
            .tag(&words, &mut scratch.tagger, &mut scratch.tags);
        // Most of the words that may head an action are nouns here: "support", "attack".
        if !verbs.iter().any(|&at| scratch.tags[at].is_verb()) {
            return;
        }
        self.parser.parse(
            &words,
            &scratch.tags,
            &mut scratch.parser,
            &mut scratch.arcs,
        );
        let grammar = Grammar::new(lexicon, &words, ids, &scratch.tags, &scratch.arcs);
        let actors = Actors::new(lexicon, &grammar, &mentions, person);

        let mut matches: Vec<Match> = verbs
            .iter()
            .copied()
            .filter(|&token| grammar.is_verb(token))
            .filter_map(|verb| best_match(lexicon, &grammar, &actors, verb))
            .collect();
        join_complements(lexicon, &grammar, &actors, &mut matches);

        for found in &matches {
            let Some(action) = found.action else { continue };
            let mode = mode::mode_of(lexicon, &grammar, found);
            let at = place_of(lexicon, source, sentence, &grammar, &actors, found);
            let on = source
                .date
                .and_then(|date| dates::day(&words, found.verb, date));
            let mut trigger = found.words.clone();
            trigger.push(found.verb);
            trigger.sort_unstable();
            let trigger = ByteSpan {
                start: tokens[trigger[0]].span.start,
                end: tokens[trigger[trigger.len() - 1]].span.end,
            };
            for (by, to) in pairs(found) {
                let actor = |party: &Party| {
                    let span = span_of(&tokens[party.tokens.clone()]);
                    let text = source.text[span.range()].to_owned();
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
                };
                events.push(Event {
                    by: by.map(actor),
                    action: Action {
                        plover: action.plover,
                        cameo: action.cameo,
                        quad: action.cameo.quad().number(),
                        goldstein: action.cameo.goldstein(),
                    },
                    to: to.map(actor),
                    at: at.clone(),
                    on,
                    mode,
                    sentence: Evidence {
                        part: source.part,
                        span: sentence.span,
                        text: source.text[sentence.span.range()].to_owned(),
                    },
                    trigger,
                    confidence: confidence(found, by, to, mode),
                    coder: CODER.to_owned(),
                });
            }
        }
    }
}

/// The tokens of a sentence, counted from its first, that may head an action: words of the action
/// tables with a phrase whose other words are in the sentence too. None where nobody is named: what
/// "the police" do to "a man" in a sentence by itself informs nobody, and is mostly no event. This
/// is what keeps most sentences from the tagger and the parser.
fn candidates(
    lexicon: &Lexicon,
    source: &Source<'_>,
    sentence: &Sentence,
    mentions: &[Mention],
) -> Vec<usize> {
    let words = &source.tokenised.words[sentence.tokens.clone()];
    if words.len() < 3
        || mentions
            .iter()
            .all(|mention| mention.kind == EntityType::Other)
    {
        return Vec::new();
    }
    let bases = lexicon.bases_of(words);
    (0..words.len())
        .filter(|&at| lexicon.may_head_phrase(words[at], &bases))
        .collect()
}

/// What a verb tells: the phrase with most words whose actors are told, its code made deeper by
/// the words beside it.
fn best_match(
    lexicon: &Lexicon,
    grammar: &Grammar<'_>,
    actors: &Actors<'_>,
    verb: usize,
) -> Option<Match> {
    for (phrase, words) in matching::matches_at(lexicon, grammar, verb) {
        // An exception says that the verb tells nothing here.
        phrase.action?;
        let mut found = matching::with_actors(grammar, actors, phrase, verb, words);
        if found.is_told(grammar.is_passive(verb)) {
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
    }
    None
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

/// The pairs of actors that a match stands for, both ways where the two act on each other.
fn pairs<'a>(found: &'a Match) -> Vec<(Option<&'a Party>, Option<&'a Party>)> {
    let both = found.is_reciprocal();
    let mut pairs = Vec::new();
    if both && found.to.is_empty() {
        // "Xi and Putin met": each with each.
        for (at, a) in found.by.iter().enumerate() {
            for b in &found.by[at + 1..] {
                pairs.extend([(Some(a), Some(b)), (Some(b), Some(a))]);
            }
        }
        return pairs;
    }
    let none_or = |parties: &'a [Party]| -> Vec<Option<&'a Party>> {
        if parties.is_empty() {
            vec![None]
        } else {
            parties.iter().map(Some).collect()
        }
    };
    for by in none_or(&found.by) {
        for to in none_or(&found.to) {
            pairs.push((by, to));
            if both && by.is_some() && to.is_some() {
                pairs.push((to, by));
            }
        }
    }
    pairs
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

/// Where the event took place: a place that a preposition ties to the verb or its phrase.
fn place_of(
    lexicon: &Lexicon,
    source: &Source<'_>,
    sentence: &Sentence,
    grammar: &Grammar<'_>,
    actors: &Actors<'_>,
    found: &Match,
) -> Option<Location> {
    let object = grammar.child(found.verb, &[Relation::Object, Relation::SubjectPassive]);
    std::iter::once(found.verb)
        .chain(found.words.iter().copied())
        .chain(object)
        .flat_map(|head| grammar.children(head))
        .filter(|&noun| {
            matches!(
                grammar.relation(noun),
                Relation::Oblique | Relation::NominalModifier
            ) && grammar
                .preposition(noun)
                .is_some_and(|preposition| lexicon.is_locative(grammar.ids[preposition]))
        })
        .find_map(|noun| {
            let mention = actors.mention_at(noun)?;
            let is_place =
                mention.kind == EntityType::Place && mention.known != Some(NameKind::Region);
            let tokens = &source.tokenised.tokens[sentence.tokens.clone()];
            let span = span_of(&tokens[mention.tokens.clone()]);
            let is_actor = found
                .by
                .iter()
                .chain(&found.to)
                .any(|party| party.tokens == mention.tokens);
            (is_place && !is_actor).then(|| Location {
                text: source.text[span.range()].to_owned(),
                country: mention.country,
            })
        })
}

/// How sure the coder is. Each doubt takes something off; the numbers order events and have not
/// been calibrated.
fn confidence(found: &Match, by: Option<&Party>, to: Option<&Party>, mode: Mode) -> f64 {
    let mut confidence: f64 = 0.9;
    for party in [by, to] {
        confidence -= match party {
            None if !found.wants_target => 0.05,
            None => 0.2,
            Some(party) => {
                let unknown = if party.country.is_none() { 0.1 } else { 0.0 };
                let indirect = if party.indirect { 0.15 } else { 0.0 };
                let pronoun = if party.pronoun { 0.15 } else { 0.0 };
                unknown + indirect + pronoun
            }
        };
    }
    if found.words.is_empty() {
        confidence -= 0.1;
    }
    if mode != Mode::Actual {
        confidence -= 0.1;
    }
    (confidence * 100.0).round() / 100.0
}

/// Makes names easier to read for the tagger and the parser, which have not seen them all: a
/// country or city of one word becomes one that they know, and the comma that stands for "and" in
/// headlines ("UAE, Israel sign pact") becomes "and".
fn mask_names(words: &mut [&str], mentions: &[Mention]) {
    for mention in mentions {
        if mention.kind == EntityType::Place && mention.tokens.len() == 1 && mention.known.is_some()
        {
            words[mention.tokens.start] = "China";
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
