//! Claims: on whose word an event is told. "Tehran said Israel had attacked the base" makes Tehran
//! no party to the attack, but the one who says so.

use super::actors::{Actors, Party, Role};
use super::grammar::Grammar;
use crate::text::parse::Relation;

/// How far up from an event's verb the verb of saying is looked for.
const CLIMB: usize = 5;

/// Verbs after which somebody else's words stand.
const SAYING: &[&str] = &[
    "say",
    "tell",
    "report",
    "claim",
    "allege",
    "state",
    "announce",
    "add",
    "assert",
    "contend",
    "maintain",
    "note",
    "declare",
    "write",
    "tweet",
    "insist",
    "argue",
    "believe",
    "estimate",
    "confirm",
    "acknowledge",
    "testify",
    "reveal",
    "disclose",
    "warn",
    "explain",
];

/// Who says that what a verb tells has happened; `None` where the article itself does.
pub fn claimant(grammar: &Grammar<'_>, actors: &Actors<'_>, verb: usize) -> Option<Party> {
    let mut at = verb;
    for _ in 0..CLIMB {
        // "…, the foreign ministry said" and "according to police".
        if let Some(party) = aside(grammar, actors, at) {
            return Some(party);
        }
        let head = grammar.head(at)?;
        let is_reported = matches!(
            grammar.relation(at),
            Relation::ClauseComplement | Relation::Parataxis
        );
        if is_reported && is_saying(grammar, actors, head) {
            let speaker = grammar.subject(head)?;
            return actors.at(speaker, Role::By).into_iter().next();
        }
        at = head;
    }
    None
}

/// A speaker named beside what is told.
fn aside(grammar: &Grammar<'_>, actors: &Actors<'_>, verb: usize) -> Option<Party> {
    grammar.children(verb).find_map(|child| {
        let speaker = match grammar.relation(child) {
            Relation::Parataxis if is_saying(grammar, actors, child) => {
                grammar.child(child, &[Relation::Subject])?
            }
            Relation::Oblique
                if grammar
                    .preposition(child)
                    .is_some_and(|word| grammar.words[word].eq_ignore_ascii_case("according")) =>
            {
                child
            }
            _ => return None,
        };
        actors.at(speaker, Role::By).into_iter().next()
    })
}

fn is_saying(grammar: &Grammar<'_>, actors: &Actors<'_>, token: usize) -> bool {
    let lexicon = actors.lexicon();
    grammar.is_verb(token)
        && SAYING
            .iter()
            .any(|word| lexicon.is_form_of(grammar.ids[token], lexicon.word(word)))
}
