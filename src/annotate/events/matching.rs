//! Finding an action phrase at a verb, and its actors.

use super::super::lexicon::{Lexicon, WordId};
use super::super::phrases::{Action, Argument, Phrase};
use super::actors::{Actors, Party, Role};
use super::grammar::Grammar;
use crate::text::parse::Relation;

/// An action phrase found at a verb.
pub struct Match {
    /// What it codes; `None` for an exception.
    pub action: Option<Action>,
    /// The verb's token.
    pub verb: usize,
    /// The tokens of the phrase's other words.
    pub words: Vec<usize>,
    /// Who acts.
    pub by: Vec<Party>,
    /// Who is acted upon.
    pub to: Vec<Party>,
    /// Whether the phrase has a place for a target.
    pub wants_target: bool,
    /// Whether that place is the verb's object.
    pub acts_on_object: bool,
    /// Whether the actors that the phrase needs are told.
    pub told: bool,
}

impl Match {
    /// Whether the two sides act on each other.
    pub fn is_reciprocal(&self) -> bool {
        self.action.is_some_and(|action| action.both)
    }

    /// Whether the actors that the phrase needs are told, and one of them is somebody.
    pub fn is_told(&self, passive: bool) -> bool {
        // "Xi and Putin met"; a verb that leans on its preposition ("worked with") needs more.
        let to_themselves = self.is_reciprocal()
            && self.by.len() > 1
            && (self.acts_on_object
                || !self.words.is_empty()
                || self.by.iter().all(|party| party.country.is_some()));
        let told = if self.wants_target {
            !self.to.is_empty() || to_themselves
        } else {
            !self.by.is_empty() || (passive && !self.to.is_empty())
        };
        // Somebody must be told apart: an event between nobodies informs nobody.
        let known = |party: &Party| {
            party.country.is_some() || party.sector.is_some() || party.name.is_some()
        };
        // "Two nations aligned with the U.S.": nothing is done to those whom a preposition names.
        let befalls = passive && (self.acts_on_object || !self.words.is_empty());
        let acted =
            !self.by.is_empty() || (befalls && self.to.iter().any(|party| party.country.is_some()));
        told && acted && self.by.iter().chain(&self.to).any(known)
    }
}

/// The phrases at a verb whose words are all there, those that tell the most first: by words,
/// then with a target, then what codes before what excepts.
pub fn matches_at<'a>(
    lexicon: &'a Lexicon,
    grammar: &Grammar<'_>,
    verb: usize,
) -> Vec<(&'a Phrase, Vec<usize>)> {
    let reach = grammar.reach(verb);
    let passive = grammar.is_passive(verb);
    let mut found: Vec<(&Phrase, Vec<usize>)> = lexicon
        .phrases(grammar.ids[verb])
        .filter_map(|phrase| {
            let words = find_words(grammar, phrase, verb, &reach, passive)?;
            // An exception excepts what stands close to the verb, not the same word anywhere.
            let is_near = |&word: &usize| {
                grammar.head(word).is_some_and(|head| {
                    head == verb
                        || words.contains(&head)
                        || grammar.head(head) == Some(verb)
                            && matches!(grammar.relation(word), Relation::Case | Relation::Marker)
                })
            };
            (phrase.action.is_some() || words.iter().all(is_near)).then_some((phrase, words))
        })
        .collect();
    found.sort_by_key(|(phrase, words)| {
        let target = usize::from(phrase.to.is_some() || phrase.by.is_some());
        std::cmp::Reverse((2 * words.len() + target, phrase.action.is_some()))
    });
    found
}

/// The tokens of a phrase's words below the verb; `None` when one is missing. In the active they
/// come in the phrase's order.
fn find_words(
    grammar: &Grammar<'_>,
    phrase: &Phrase,
    verb: usize,
    reach: &[usize],
    passive: bool,
) -> Option<Vec<usize>> {
    let mut found = Vec::with_capacity(phrase.slots.len());
    let mut after = verb;
    for slot in &phrase.slots {
        let token = reach.iter().copied().find(|&token| {
            (passive || token > after) && !found.contains(&token) && grammar.is_one_of(token, slot)
        })?;
        found.push(token);
        after = token;
    }
    Some(found)
}

/// The phrase at a verb with its actors.
pub fn with_actors(
    grammar: &Grammar<'_>,
    actors: &Actors<'_>,
    phrase: &Phrase,
    verb: usize,
    words: Vec<usize>,
) -> Match {
    let passive = grammar.is_passive(verb);
    let subject = |role: Role| -> Vec<Party> {
        grammar
            .subject(verb)
            .map(|noun| actors.at(noun, role))
            .unwrap_or_default()
    };
    let by = match &phrase.by {
        Some(Argument::After(prepositions)) => {
            governed(grammar, actors, prepositions, verb, &words, Role::By)
        }
        _ if passive => agent(grammar, actors, verb),
        _ => subject(Role::By),
    };
    let mut to = match &phrase.to {
        Some(Argument::Object) => grammar
            .object(verb)
            .map(|noun| actors.at(noun, Role::To))
            .unwrap_or_default(),
        Some(Argument::After(prepositions)) => {
            governed(grammar, actors, prepositions, verb, &words, Role::To)
        }
        // "receive aid from {by}": the subject is the one acted upon.
        None if phrase.by.is_some() && !passive => subject(Role::To),
        None => Vec::new(),
    };
    if to.is_empty() && phrase.to.is_none() && phrase.by.is_none() {
        to = implied_target(grammar, actors, verb, &words);
    }
    to.retain(|to| !by.iter().any(|by| by.is_same(to) || is_own_country(by, to)));
    Match {
        action: phrase.action,
        verb,
        words,
        by,
        to,
        wants_target: phrase.to.is_some(),
        acts_on_object: phrase.to == Some(Argument::Object),
        told: false,
    }
}

/// "Iran recalled its ambassador": what is only somebody's own is no target.
fn is_own_country(by: &Party, to: &Party) -> bool {
    to.indirect && to.country.is_some() && to.country == by.country
}

/// The actors after one of these prepositions: tied to the verb or to a word of the phrase, or
/// further down in its object ("a shipment of missiles to Romania"). Where the preposition may be
/// "of", "from" or "by", a possessor or adjective of the word says the same ("a Turkish plan").
fn governed(
    grammar: &Grammar<'_>,
    actors: &Actors<'_>,
    prepositions: &[WordId],
    verb: usize,
    words: &[usize],
    role: Role,
) -> Vec<Party> {
    let reach = grammar.reach(verb);
    let after = |noun: usize| {
        matches!(
            grammar.relation(noun),
            Relation::Oblique
                | Relation::ObliqueAgent
                | Relation::NominalModifier
                | Relation::ObliqueBare
                | Relation::AdverbialClause
        ) && grammar
            .preposition(noun)
            .is_some_and(|preposition| grammar.is_one_of(preposition, prepositions))
    };
    let near = |noun: usize| {
        grammar
            .head(noun)
            .is_some_and(|head| head == verb || words.contains(&head))
    };
    let first_told = |nouns: &mut dyn Iterator<Item = usize>| {
        nouns
            .map(|noun| actors.at(noun, role))
            .find(|parties| !parties.is_empty())
    };
    if let Some(parties) = first_told(&mut reach.iter().copied().filter(|&n| after(n) && near(n))) {
        return parties;
    }
    let of = ["of", "from", "by"].map(|word| actors.lexicon().word(word));
    if of.iter().any(|word| prepositions.contains(word)) {
        let owned = words.iter().map(|&word| actors.owners_of(word));
        if let Some(owners) = owned.into_iter().find(|owners| !owners.is_empty()) {
            return owners;
        }
    }
    first_told(&mut reach.iter().copied().filter(|&n| after(n) && !near(n))).unwrap_or_default()
}

/// Who acts in a passive: what "by" governs below the verb.
fn agent(grammar: &Grammar<'_>, actors: &Actors<'_>, verb: usize) -> Vec<Party> {
    let reach = grammar.reach(verb);
    reach
        .iter()
        .filter(|&&noun| {
            noun > verb
                && matches!(
                    grammar.relation(noun),
                    Relation::Oblique | Relation::ObliqueAgent | Relation::NominalModifier
                )
                && grammar
                    .preposition(noun)
                    .is_some_and(|by| grammar.words[by].eq_ignore_ascii_case("by"))
        })
        .map(|&noun| actors.at(noun, Role::By))
        .find(|parties| !parties.is_empty())
        .unwrap_or_default()
}

/// The target of a phrase that names none: whose the object is ("released two American
/// prisoners"), or whom a preposition of direction names ("deployed troops along the border with
/// Mali").
fn implied_target(
    grammar: &Grammar<'_>,
    actors: &Actors<'_>,
    verb: usize,
    words: &[usize],
) -> Vec<Party> {
    let object = grammar
        .object(verb)
        .filter(|object| !words.contains(object));
    if let Some(object) = object {
        let parties = actors.at(object, Role::To);
        if !parties.is_empty() {
            return parties;
        }
    }
    for noun in words.iter().copied().chain(object) {
        if grammar.is_verb(noun) {
            continue;
        }
        let owners = actors.owners_of(noun);
        if !owners.is_empty() {
            return owners;
        }
    }
    let directions = [
        "against", "to", "towards", "toward", "along", "near", "on", "with",
    ]
    .map(|word| actors.lexicon().word(word));
    let mut parties = governed(grammar, actors, &directions, verb, words, Role::To);
    for party in &mut parties {
        party.indirect = true;
    }
    parties.retain(|party| party.country.is_some());
    parties
}
