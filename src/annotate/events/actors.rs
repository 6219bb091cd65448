//! Actors: which country and sector the noun that a verb governs acts for.

use super::super::annotations::EntityType;
use super::super::lexicon::{Agent, AgentKind, Lexicon, NameKind, WordId};
use super::super::mentions::Mention;
use super::grammar::Grammar;
use crate::ontology::{CountryCode, Sector};
use crate::text::parse::Relation;
use crate::text::tags::Tag;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Somebody who acts or is acted upon, in the tokens of the sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    /// The words that name it.
    pub tokens: Range<usize>,
    /// These and all other words for it: its title, its country, its office.
    pub whole: Range<usize>,
    /// Its country.
    pub country: Option<CountryCode>,
    /// Its sector.
    pub sector: Option<Sector>,
    /// Its name, where it has one.
    pub name: Option<Box<str>>,
    /// Whether it was reached through something of its own ("Israel's policy"), not itself.
    pub indirect: bool,
    /// Whether a pronoun stands for it.
    pub pronoun: bool,
    /// Whether only an adjective of nationality names it.
    pub by_adjective: bool,
    /// Whether it is one human being.
    pub person: bool,
    /// Whether it is a place that acts for nobody: a town, a province.
    pub ground: bool,
    /// Whether it is such a place or a capital.
    pub town: bool,
    /// Whether a noun tells an act of its own: "Turkish air strikes", "Oslo's refusal".
    pub owns_act: bool,
    /// Whether nothing tells whose it is, and it is likely at home where it is: "gunmen", "police".
    pub local: bool,
}

/// What those are called of whom a country has one.
const HEADS_OF_GOVERNMENT: [&str; 4] = ["president", "prime minister", "premier", "chancellor"];

/// The part that an actor plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who acts.
    By,
    /// Who is acted upon.
    To,
}

/// The actors of one sentence.
pub struct Actors<'a> {
    lexicon: &'a Lexicon,
    pub(super) grammar: &'a Grammar<'a>,
    /// The sentence's mentions, their tokens counted from the sentence's first.
    pub(super) mentions: &'a [Mention],
    /// Who was spoken of before.
    spoken_of: &'a SpokenOf,
}

/// Whom the sentences before have spoken of.
#[derive(Default)]
pub struct SpokenOf {
    /// The person that "he" or "she" most likely is.
    pub person: Option<Mention>,
    /// Whose an agent was the last time that somebody owned it, or bore it as a title: "the ministry",
    /// "the president".
    pub agents: FxHashMap<WordId, CountryCode>,
    /// How often people who govern a country were named.
    governing: FxHashMap<CountryCode, u32>,
}

impl SpokenOf {
    /// Notes who of a sentence's people bears which title, and who governs where.
    pub fn note_titles(&mut self, words: &[WordId], lexicon: &Lexicon, mentions: &[Mention]) {
        let people = mentions
            .iter()
            .filter(|mention| mention.kind == EntityType::Person);
        for (person, country) in people.filter_map(|person| Some((person, person.country?))) {
            let before = person.tokens.start.checked_sub(1);
            let title = before.filter(|&title| {
                let agent = lexicon.agent_at(&words[title..person.tokens.start]);
                agent.is_some_and(|(_, agent)| agent.kind == AgentKind::Person)
            });
            if let Some(title) = title {
                self.agents.insert(words[title], country);
            }
            if person.sector == Some(Sector::Gov) {
                *self.governing.entry(country).or_default() += 1;
            }
        }
    }

    /// The country whose government's people were named more often than those of any other.
    fn governed(&self) -> Option<CountryCode> {
        let most = self.governing.values().max()?;
        let mut countries = self.governing.iter().filter(|(_, n)| *n == most);
        let (country, _) = countries.next()?;
        countries.next().is_none().then_some(*country)
    }
}

impl<'a> Actors<'a> {
    /// The actors of a sentence with these mentions.
    pub fn new(
        lexicon: &'a Lexicon,
        grammar: &'a Grammar<'a>,
        mentions: &'a [Mention],
        spoken_of: &'a SpokenOf,
    ) -> Self {
        Self {
            lexicon,
            grammar,
            mentions,
            spoken_of,
        }
    }

    /// The lexicon behind them.
    pub fn lexicon(&self) -> &'a Lexicon {
        self.lexicon
    }

    /// The mention that covers a token.
    pub fn mention_at(&self, token: usize) -> Option<&'a Mention> {
        self.mentions
            .iter()
            .find(|mention| mention.tokens.contains(&token))
    }

    /// The actors that a noun and its conjuncts name, in a role.
    pub fn at(&self, noun: usize, role: Role) -> Vec<Party> {
        let mut parties: Vec<Party> = Vec::new();
        for noun in self.grammar.conjuncts(noun) {
            for party in self.of_noun(noun, role) {
                if !parties.iter().any(|other| other.is_same(&party)) {
                    parties.push(party);
                }
            }
        }
        parties
    }

    /// The actor that some words are taken to name, whatever the lexicon knows of them.
    pub fn given(&self, tokens: Range<usize>) -> Party {
        let inside = || {
            self.mentions.iter().filter(|mention| {
                mention.tokens.start < tokens.end && tokens.start < mention.tokens.end
            })
        };
        let agent = || {
            tokens
                .clone()
                .rev()
                .find_map(|noun| self.agent_ending_at(noun))
        };
        Party {
            country: inside().find_map(|mention| mention.country),
            sector: inside()
                .find_map(|mention| mention.sector)
                .or_else(|| agent().map(|(_, agent)| agent.sector)),
            pronoun: tokens.len() == 1 && self.grammar.is_pronoun(tokens.start),
            person: inside().any(|mention| mention.kind == EntityType::Person),
            ..Party::of(tokens.clone(), tokens.clone())
        }
    }

    fn of_noun(&self, noun: usize, role: Role) -> Vec<Party> {
        let grammar = self.grammar;
        if grammar.is_pronoun(noun) {
            return self.pronoun(noun).into_iter().collect();
        }
        if let Some(mention) = self.mention_at(noun)
            && let Some(party) = self.of_mention(noun, mention, role)
        {
            return vec![party];
        }
        let agents = self.agents(noun);
        if !agents.is_empty() {
            return agents;
        }
        // "thousands of Kenyans", "a group of rebels": those that are counted.
        if let Some(counted) = self.counted(noun) {
            return self.at(counted, role);
        }
        // "criticised Israel's policy", "the wave of arrests in Turkey": its owner.
        if self.mention_at(noun).is_some() {
            return Vec::new();
        }
        match role {
            Role::To => self.owners_of(noun),
            // "Syrian exiles": people by their origin.
            Role::By if grammar.tags[noun] == Tag::NounPlural => {
                let mut parties = self.owners_of(noun);
                parties.retain(|party| party.by_adjective);
                for party in &mut parties {
                    (party.indirect, party.sector) = (false, Some(Sector::Cvl));
                }
                parties
            }
            Role::By => Vec::new(),
        }
    }

    /// What "of" adds to a number of something.
    fn counted(&self, noun: usize) -> Option<usize> {
        let grammar = self.grammar;
        let counts = [
            "thousand", "hundred", "dozen", "score", "ten", "group", "crowd", "number",
        ]
        .iter()
        .any(|word| {
            self.lexicon
                .is_form_of(grammar.ids[noun], self.lexicon.word(word))
        });
        if !counts && grammar.tags[noun] != Tag::Number {
            return None;
        }
        grammar.children(noun).find(|&child| {
            grammar.relation(child) == Relation::NominalModifier
                && grammar
                    .preposition(child)
                    .is_some_and(|of| grammar.words[of].eq_ignore_ascii_case("of"))
        })
    }

    /// Those whom a thing belongs to, as indirect actors.
    pub fn owners_of(&self, noun: usize) -> Vec<Party> {
        self.owners(noun, noun)
            .into_iter()
            .filter_map(|owner| {
                let mut party = self
                    .of_mention(owner.tokens.start, owner, Role::To)
                    .or_else(|| {
                        // An adjective that qualifies a thing: "a French proposal".
                        (owner.kind == EntityType::Nationality).then(|| Party {
                            country: owner.country,
                            name: owner.canonical.clone(),
                            indirect: true,
                            by_adjective: true,
                            ..Party::of(owner.tokens.clone(), owner.tokens.clone())
                        })
                    })?;
                party.by_adjective |= owner.kind == EntityType::Nationality;
                party.indirect = true;
                Some(party)
            })
            .collect()
    }

    pub(super) fn pronoun(&self, token: usize) -> Option<Party> {
        let word = self.grammar.words[token];
        if !is_personal(word) {
            return None;
        }
        // Whom this sentence names before, else whom the last one did.
        let named = self
            .mentions
            .iter()
            .find(|mention| mention.kind == EntityType::Person && mention.tokens.end <= token);
        let person = named.or(self.spoken_of.person.as_ref())?;
        Some(Party {
            country: person.country,
            sector: person.sector,
            name: person.canonical.clone(),
            pronoun: true,
            person: true,
            ..Party::of(token..token + 1, token..token + 1)
        })
    }

    pub(super) fn of_mention(&self, noun: usize, mention: &Mention, role: Role) -> Option<Party> {
        let mut sector = mention.sector;
        let mut country = mention.country;
        match mention.kind {
            EntityType::Other => return None,
            EntityType::Place => match mention.known {
                // A city or province is acted upon; it seldom acts.
                Some(NameKind::City) | None if role == Role::By => return None,
                Some(NameKind::City | NameKind::Division) | None => sector = None,
                _ => {}
            },
            EntityType::Nationality => {
                // The people, unless it only qualifies a noun that follows.
                let qualifies = matches!(
                    self.grammar.tags[noun],
                    Tag::Adjective | Tag::Comparative | Tag::Superlative
                ) && self.grammar.head(noun) == Some(noun + 1);
                if qualifies {
                    return None;
                }
                sector = sector.or(Some(Sector::Cvl));
            }
            EntityType::Person | EntityType::Organization => {
                if country.is_none() {
                    // "the Yemeni cleric Ahmed": what qualifies the name or its apposition.
                    country = self
                        .owner(noun, mention.tokens.start)
                        .filter(|owner| owner.tokens != mention.tokens)
                        .and_then(|owner| owner.country);
                }
                if sector.is_none() {
                    sector = self.described_as(noun);
                }
            }
        }
        let ground = mention.kind == EntityType::Place
            && matches!(
                mention.known,
                None | Some(NameKind::City | NameKind::Division | NameKind::Region)
            );
        Some(Party {
            country,
            sector,
            name: mention.canonical.clone(),
            person: mention.kind == EntityType::Person,
            ground,
            town: ground || mention.known == Some(NameKind::Capital),
            ..Party::of(mention.tokens.clone(), mention.tokens.clone())
        })
    }

    /// The sector of a common noun that describes a name: "the rebel leader Ahmed".
    fn described_as(&self, noun: usize) -> Option<Sector> {
        let describing = [Relation::Title, Relation::Compound, Relation::Apposition];
        self.grammar
            .children(noun)
            .filter(|&child| describing.contains(&self.grammar.relation(child)))
            .find_map(|child| self.agent_ending_at(child))
            .map(|(_, agent)| agent.sector)
    }

    /// "Israeli police", "rebels in Yemen", "the ministry"; one for each owner of "the foreign
    /// ministers of Japan and South Korea".
    pub(super) fn agents(&self, noun: usize) -> Vec<Party> {
        let grammar = self.grammar;
        if !matches!(
            grammar.tags[noun],
            Tag::Noun | Tag::NounPlural | Tag::Name | Tag::NamePlural
        ) {
            return Vec::new();
        }
        let Some((start, agent)) = self.agent_ending_at(noun) else {
            return Vec::new();
        };
        let named = grammar
            .children(noun)
            .filter(|&child| {
                matches!(
                    grammar.relation(child),
                    Relation::Apposition | Relation::Flat | Relation::NominalBare
                )
            })
            .find_map(|child| self.mention_at(child))
            .filter(|mention| mention.kind == EntityType::Person);
        let owners = self.owners(noun, start);
        if owners.is_empty() && agent.kind == AgentKind::Instrument {
            return Vec::new();
        }
        if let Some(person) = named {
            let country = person
                .country
                .or(owners.first().and_then(|owner| owner.country));
            return vec![Party {
                country,
                sector: Some(agent.sector),
                name: person.canonical.clone(),
                person: true,
                ..Party::of(person.tokens.clone(), person.tokens.clone())
            }];
        }
        let party = |tokens: Range<usize>, country| Party {
            country,
            sector: Some(agent.sector),
            person: agent.kind == AgentKind::Person && agent.sector == Sector::Gov,
            ..Party::of(tokens.clone(), tokens)
        };
        if owners.is_empty() {
            let country = self.last_owner(noun, start);
            return vec![Party {
                local: country.is_none() && !agent.abroad && is_of_the_land(agent.sector),
                ..party(start..noun + 1, country)
            }];
        }
        owners
            .iter()
            .map(|owner| {
                let tokens = match &owner.tokens {
                    before
                        if before.end <= start && start - before.end < 5 && owners.len() == 1 =>
                    {
                        before.start..noun + 1
                    }
                    after if after.start > noun && after.start - noun < 5 && owners.len() == 1 => {
                        start..after.end
                    }
                    own if owners.len() > 1 => own.clone(),
                    _ => start..noun + 1,
                };
                party(tokens, owner.country)
            })
            .collect()
    }

    /// Whose "the ministry" is: that of the ministry that was last spoken of. "The president" is the one
    /// whom the article is about, not the guest who was named last.
    fn last_owner(&self, noun: usize, start: usize) -> Option<CountryCode> {
        let words = &self.grammar.words;
        let the = start.checked_sub(1)?;
        // "The president of the club" is said to be somebody else's.
        let is_of = |child: usize| {
            let of = self.grammar.preposition(child);
            of.is_some_and(|of| words[of].eq_ignore_ascii_case("of"))
        };
        if !words[the].eq_ignore_ascii_case("the") || self.grammar.children(noun).any(is_of) {
            return None;
        }
        let last = self.spoken_of.agents.get(&self.grammar.ids[noun]).copied();
        let governed = || self.spoken_of.governed();
        if words[noun].eq_ignore_ascii_case("administration") {
            return last.or_else(governed);
        }
        let governs = HEADS_OF_GOVERNMENT.iter().any(|head| {
            let named = head.split(' ').rev();
            let before = words[..=noun].iter().rev();
            named.zip(before).all(|(a, b)| b.eq_ignore_ascii_case(a))
        });
        if governs { governed().or(last) } else { last }
    }

    /// The longest agent noun that ends at a token, and where it starts.
    pub(super) fn agent_ending_at(&self, noun: usize) -> Option<(usize, Agent)> {
        (noun.saturating_sub(3)..=noun).find_map(|start| {
            let (length, agent) = self.lexicon.agent_at(&self.grammar.ids[start..=noun])?;
            (start + length == noun + 1).then_some((start, agent))
        })
    }

    /// The names that a noun belongs to: the nearest of [`Actors::owner`] and its conjuncts.
    pub(super) fn owners(&self, noun: usize, start: usize) -> Vec<&'a Mention> {
        let Some(owner) = self.owner(noun, start) else {
            return Vec::new();
        };
        let mut owners = vec![owner];
        // "Iranian and European Union negotiators": read either way round, by the parser.
        for token in owner.tokens.clone() {
            for conjunct in self.grammar.conjuncts(token).into_iter().skip(1) {
                owners.extend(self.mention_at(conjunct));
            }
            if self.grammar.relation(token) == Relation::Conjunct
                && let Some(first) = self.grammar.head(token)
            {
                owners.extend(self.mention_at(first));
            }
        }
        // "Turkish and Georgian troops": two adjectives with "and" between them.
        let before = owner.tokens.start;
        if before >= 2
            && self.grammar.words[before - 1].eq_ignore_ascii_case("and")
            && owner.tokens.end <= start
        {
            owners.extend(self.mention_at(before - 2));
        }
        owners.retain(|owner| self.leads_to_country(owner));
        owners.sort_by_key(|owner| owner.tokens.start);
        owners.dedup_by_key(|owner| owner.tokens.start);
        owners
    }

    /// The name that a noun belongs to: a possessor, an adjective, the first part of a compound,
    /// or what "of", "in" or "from" adds; nested ones too ("the U.S. military's use").
    fn owner(&self, noun: usize, start: usize) -> Option<&'a Mention> {
        self.owner_within(noun, start, 3)
    }

    fn owner_within(&self, noun: usize, start: usize, depth: usize) -> Option<&'a Mention> {
        use Relation::*;
        if depth == 0 {
            return None;
        }
        let grammar = self.grammar;
        // Right before the noun, adjectives and commas aside.
        let before = (start.saturating_sub(4)..start).rev().find_map(|token| {
            self.mention_at(token).filter(|mention| {
                mention.tokens.end <= start
                    && (mention.tokens.end..start).all(|between| match grammar.tags[between] {
                        // "British intelligence and military officials"
                        Tag::Coordinator => {
                            mention.kind == EntityType::Nationality && between > mention.tokens.end
                        }
                        tag => matches!(
                            tag,
                            Tag::Adjective
                                | Tag::Possessive
                                | Tag::Noun
                                | Tag::Hyphen
                                | Tag::Adverb
                                | Tag::VerbParticiple
                                | Tag::Name
                        ),
                    })
                    && self.leads_to_country(mention)
            })
        });
        if before.is_some() {
            return before;
        }
        grammar.children(noun).find_map(|child| {
            let nested = || self.owner_within(child, child, depth - 1);
            let mention = match grammar.relation(child) {
                Possessor | Adjectival | Compound | NominalBare | Title => {
                    self.mention_at(child).or_else(nested)
                }
                NominalModifier => {
                    let preposition = grammar.preposition(child)?;
                    let word = grammar.words[preposition].to_lowercase();
                    match word.as_str() {
                        "of" | "in" | "from" | "by" | "near" | "with" => {
                            self.mention_at(child).or_else(nested)
                        }
                        _ => None,
                    }
                }
                _ => None,
            }?;
            self.leads_to_country(mention).then_some(mention)
        })
    }

    fn leads_to_country(&self, mention: &Mention) -> bool {
        (mention.country.is_some() || mention.kind == EntityType::Organization)
            && mention.kind != EntityType::Other
    }
}

/// Whether those of a sector mostly live where they are met. Officials, envoys and aid workers travel.
fn is_of_the_land(sector: Sector) -> bool {
    use Sector::*;
    matches!(
        sector,
        Mil | Cop | Jud | Opp | Reb | Uaf | Crm | Cvl | Lab | Med | Edu | Rel
    )
}

/// Whether a word is a pronoun that stands for one person: a closed class.
pub fn is_personal(word: &str) -> bool {
    ["he", "she", "him", "her"]
        .iter()
        .any(|pronoun| word.eq_ignore_ascii_case(pronoun))
}

impl Party {
    /// A party of which nothing is known but its words.
    pub fn of(tokens: Range<usize>, whole: Range<usize>) -> Self {
        Self {
            tokens,
            whole,
            country: None,
            sector: None,
            name: None,
            indirect: false,
            pronoun: false,
            by_adjective: false,
            person: false,
            ground: false,
            town: false,
            owns_act: false,
            local: false,
        }
    }

    /// Whether it may be one who acts: not what only qualifies another word, and no mere place,
    /// unless what it qualifies is an act.
    pub fn may_act(&self) -> bool {
        self.owns_act || !self.indirect && !self.by_adjective && !self.ground
    }

    /// Whether it is told apart from others: an event between nobodies informs nobody.
    pub fn is_known(&self) -> bool {
        self.country.is_some() || self.name.is_some()
    }

    /// Whether the two share a word.
    pub fn overlaps(&self, other: &Party) -> bool {
        self.whole.start < other.whole.end && other.whole.start < self.whole.end
    }

    /// Whether two parties are the same actor, as far as can be told.
    pub fn is_same(&self, other: &Party) -> bool {
        self.tokens == other.tokens
            || (self.name.is_some() && self.name == other.name)
            || (self.name.is_none()
                && other.name.is_none()
                && self.country.is_some()
                && self.country == other.country
                && self.sector == other.sector)
    }
}

#[cfg(test)]
mod tests {
    use crate::annotate::{Annotator, Scratch};
    use crate::article::Article;

    #[test]
    fn offices_are_of_the_country_that_was_spoken_of() {
        let annotator = Annotator::bundled().expect("sound tables");
        let mut wrong = Vec::new();
        for (text, expected) in [
            ("The Trump administration imposed sanctions on Iran.", "US"),
            (
                "President Maduro spoke for an hour. The president accused Colombia of lying.",
                "VE",
            ),
            // The one whom it is about, not his guest.
            (
                "Maduro spoke for an hour. Maduro had met Putin. The president accused Colombia of \
                 lying.",
                "VE",
            ),
            (
                "The Iranian foreign ministry was shut. The ministry accused Norway of lying.",
                "IR",
            ),
            (
                "Maduro spoke for an hour. The president of the club accused Colombia of lying.",
                "-",
            ),
        ] {
            let article = Article {
                text: text.to_owned(),
                date: Some(jiff::civil::date(2018, 6, 5)),
                ..Article::default()
            };
            let found = annotator.annotate(&article, &mut Scratch::default());
            let last = found.events.last().and_then(|event| event.by.as_ref());
            let country = last.and_then(|by| by.country);
            let country = country.map_or_else(|| "-".to_owned(), |country| country.to_string());
            if country != expected {
                wrong.push(format!("{text} {country} instead of {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
