//! The parties of a sentence: everybody in it who may act or be acted upon, each once.
//!
//! One actor is often told by many words: "the US secretary of state, Rex Tillerson, of ..." names a
//! country, an office and a person, and is one party. What belongs to it is its whole; no other
//! party is found in that.

use super::super::annotations::EntityType;
use super::super::lexicon::AgentKind;
use super::super::mentions::Mention;
use super::actors::{Actors, Party, Role};
use crate::text::parse::Relation;
use crate::text::tags::Tag;
use std::ops::Range;

/// How far before a noun its owner may stand to be part of its whole.
const REACH: usize = 5;

impl Actors<'_> {
    /// Everybody in the sentence who may act or be acted upon, in order, none inside another.
    pub fn all(&self) -> Vec<Party> {
        let mut parties: Vec<Party> = Vec::new();
        for noun in 0..self.grammar.words.len() {
            if self.mention_at(noun).is_none() {
                for party in self.by_office(noun).into_iter().chain(self.pronoun(noun)) {
                    add(&mut parties, party);
                }
            }
        }
        for mention in self.mentions {
            add(&mut parties, self.by_name(mention));
        }
        parties.sort_by_key(|party| party.whole.start);
        parties
    }

    /// The parties that an agent noun heads: an agent, or the person who holds the office.
    fn by_office(&self, noun: usize) -> Vec<Party> {
        let Some((start, agent)) = self.agent_ending_at(noun) else {
            return Vec::new();
        };
        let mut agents = self.agents(noun);
        let holder = (agent.kind == AgentKind::Person && agents.len() < 2)
            .then(|| self.holder(noun))
            .flatten();
        let Some(holder) = holder else {
            for party in &mut agents {
                // "US naval strikes" stand for who flies them.
                party.owns_act = self.owns_act(noun) || self.grammar.is_act_noun(noun);
                party.whole = self.whole_of(start..noun + 1, party.tokens.clone());
                if party.whole.end == noun + 1 {
                    party.whole.end = self.end_with_place(noun + 1);
                }
            }
            return agents;
        };
        let owner = self.owners(noun, start).into_iter().next();
        let mut whole = start.min(holder.tokens.start)..(noun + 1).max(holder.tokens.end);
        if let Some(owner) = owner
            && owner.tokens.end + REACH > whole.start
            && owner.tokens.start < whole.end + REACH
        {
            whole = whole.start.min(owner.tokens.start)..whole.end.max(owner.tokens.end);
        }
        vec![Party {
            country: holder
                .country
                .or_else(|| owner.and_then(|owner| owner.country)),
            sector: holder.sector.or(Some(agent.sector)),
            name: holder.canonical.clone(),
            person: true,
            ..Party::of(holder.tokens.clone(), whole)
        }]
    }

    /// The person who holds the office that a noun names: "Foreign Minister Abbas Araghchi", "the
    /// commander, General David Petraeus", "Rex Tillerson, the US secretary of state".
    fn holder(&self, noun: usize) -> Option<&Mention> {
        let person = |token: usize| {
            self.mention_at(token)
                .filter(|mention| mention.kind == EntityType::Person)
        };
        let is_title = |token: usize| {
            self.lexicon()
                .title_at(&self.grammar.ids[token..])
                .is_some_and(|(length, _)| person(token + length).is_some())
        };
        let words = &self.grammar.words;
        let next = noun + 1;
        if let Some(holder) = person(next) {
            return Some(holder);
        }
        if next < words.len() && is_title(next) {
            return (next..words.len()).find_map(person);
        }
        // A comma between: the parser says whether the one explains the other.
        let explains = |token: usize| self.grammar.relation(token) == Relation::Apposition;
        let comma = self.end_with_place(next);
        if self.grammar.tags[noun] != Tag::NounPlural
            && words.get(comma) == Some(&",")
            && let Some(holder) = (comma + 1..words.len().min(comma + 4)).find_map(person)
            && (holder.tokens.clone().any(explains) || is_title(comma + 1))
        {
            return Some(holder);
        }
        let head = self.grammar.head(noun).filter(|_| explains(noun))?;
        person(head).filter(|holder| holder.tokens.end <= noun && noun < holder.tokens.end + 8)
    }

    /// Where a noun phrase that ends before a token ends with the place that follows it: "the US
    /// commander in Iraq", "rebels near Goma".
    fn end_with_place(&self, end: usize) -> usize {
        let place = |at: usize| {
            self.mentions
                .iter()
                .find(|mention| mention.tokens.start == at && mention.kind == EntityType::Place)
        };
        let is_tie = self.grammar.words.get(end).is_some_and(|word| {
            ["in", "of", "near", "from"]
                .iter()
                .any(|tie| word.eq_ignore_ascii_case(tie))
        });
        let the = usize::from(
            self.grammar
                .words
                .get(end + 1)
                .is_some_and(|word| word.eq_ignore_ascii_case("the")),
        );
        match place(end + 1 + the) {
            Some(place) if is_tie => place.tokens.end,
            _ => end,
        }
    }

    /// All that is told of an agent: the agent noun, and the owner that stands by it.
    fn whole_of(&self, noun: Range<usize>, own: Range<usize>) -> Range<usize> {
        let is_near = own.start < noun.end + REACH && noun.start < own.end + REACH;
        // Of several owners each has its own words.
        if is_near && own.start < noun.end && noun.start < own.end {
            own.start.min(noun.start)..own.end.max(noun.end)
        } else {
            own
        }
    }

    /// Whether a name stands before a noun that tells an act of its own.
    fn owns_act(&self, name: usize) -> bool {
        use Relation::{Adjectival, Compound, NominalBare, Possessor};
        let relation = self.grammar.relation(name);
        let head = self.grammar.head(name).filter(|&noun| noun > name);
        matches!(relation, Adjectival | Compound | NominalBare | Possessor)
            && head.is_some_and(|noun| self.grammar.is_act_noun(noun))
    }

    /// The party that a name stands for.
    fn by_name(&self, mention: &Mention) -> Party {
        let last = mention.tokens.end - 1;
        let party = self.of_mention(last, mention, Role::To);
        let mut party = party.unwrap_or_else(|| Party {
            country: mention.country,
            name: mention.canonical.clone(),
            indirect: true,
            by_adjective: mention.kind == EntityType::Nationality,
            ..Party::of(mention.tokens.clone(), mention.tokens.clone())
        });
        party.owns_act = self.owns_act(last);
        let words = &self.grammar.words;
        let end = mention.tokens.end;
        let next = |at: usize| self.mentions.iter().find(|other| other.tokens.start == at);
        // "the National League (NL)", "President Erdogan of Turkey".
        if words.get(end) == Some(&"(")
            && let Some(short) = next(end + 1)
            && words.get(short.tokens.end) == Some(&")")
        {
            party.whole.end = short.tokens.end;
        } else if party.person
            && words
                .get(end)
                .is_some_and(|of| of.eq_ignore_ascii_case("of"))
            && let Some(home) = next(end + 1)
            && home.kind == EntityType::Place
        {
            party.whole.end = home.tokens.end;
            party.country = party.country.or(home.country);
        }
        party
    }
}

/// Adds a party unless its words belong to another already.
fn add(parties: &mut Vec<Party>, party: Party) {
    let is_free = parties
        .iter()
        .all(|other| party.whole.end <= other.whole.start || other.whole.end <= party.whole.start);
    if is_free {
        parties.push(party);
    }
}
