//! Where an event took place: what its sentence says, the place that it befell, the dateline of the
//! article, or at least where an actor is at home. [`Located`] tells which; the country of a person
//! or an adjective of nationality is never a place.

use super::super::annotations::{Dateline, EntityType, Located, Location};
use super::super::lexicon::NameKind;
use super::super::mentions::Mention;
use super::actors::Party;
use super::grammar::Grammar;
use crate::ontology::{CameoCode, CountryCode, Mode, Plover, Sector};
use crate::text::parse::Relation;
use std::ops::Range;

/// How many sentences of a text tell what happened where its dateline says.
const LEAD: usize = 2;

/// How many nouns may stand between the event and the place: "a raid on a market in a suburb of
/// Kabul".
const DEPTH: usize = 3;

/// An event as far as its place goes.
pub struct Told<'a> {
    /// The verb that heads it.
    pub verb: usize,
    /// The tokens of the phrase's other words.
    pub words: &'a [usize],
    /// Its type.
    pub plover: Plover,
    /// Its code.
    pub cameo: CameoCode,
    /// Whether it is told as having happened.
    pub mode: Mode,
    /// Who acts.
    pub by: &'a [Party],
    /// Who is acted upon.
    pub to: &'a [Party],
}

/// The sentence and article that an event stands in.
pub struct Scene<'a> {
    /// The sentence's grammar.
    pub grammar: &'a Grammar<'a>,
    /// The sentence's mentions, their tokens counted from the sentence's first.
    pub mentions: &'a [Mention],
    /// The words at a range of the sentence's tokens.
    pub text: &'a dyn Fn(Range<usize>) -> String,
    /// What the article's dateline says, where it has one.
    pub dateline: Option<&'a Dateline>,
    /// How many sentences of the text stand before, its dateline left out; `None` in a headline.
    pub before: Option<usize>,
}

/// Where the event took place, by the surest that says so; [`home`] is left for what is told of
/// each pair of actors.
pub fn place(scene: &Scene<'_>, told: &Told<'_>) -> Option<Location> {
    stated(scene, told)
        .or_else(|| here(scene, told))
        .or_else(|| target(scene, told))
        .or_else(|| at_dateline(scene, told))
}

/// The place that a preposition ties to the verb or to what it acts on.
fn stated(scene: &Scene<'_>, told: &Told<'_>) -> Option<Location> {
    let grammar = scene.grammar;
    let mut heads = vec![told.verb];
    // "criticised its role in Syria" says where the role is played, not where it is criticised.
    if is_deed(told.plover) || is_meeting(told) {
        heads.extend(
            told.words
                .iter()
                .copied()
                .filter(|&word| !grammar.is_verb(word)),
        );
    }
    if is_deed(told.plover) {
        heads.extend(grammar.child(told.verb, &[Relation::Object, Relation::SubjectPassive]));
        // "Strikes in Gaza have killed dozens": the act is the subject.
        let subject = grammar.subject(told.verb);
        heads.extend(subject.filter(|&noun| grammar.is_act_noun(noun)));
    }
    heads
        .into_iter()
        .find_map(|head| below(scene, told, head, DEPTH))
}

/// The first place that a preposition of place ties to a word, or to a noun below it.
fn below(scene: &Scene<'_>, told: &Told<'_>, head: usize, depth: usize) -> Option<Location> {
    if depth == 0 {
        return None;
    }
    let grammar = scene.grammar;
    let nouns = || {
        grammar.children(head).filter(|&noun| {
            matches!(
                grammar.relation(noun),
                Relation::Oblique | Relation::NominalModifier
            )
        })
    };
    let direct = nouns()
        .filter(|&noun| is_locative(grammar, noun, told.plover))
        .find_map(|noun| named(scene, told, noun));
    // "in a raid on a camp in Jenin"
    direct.or_else(|| {
        let deeper = is_deed(told.plover) || head != told.verb;
        nouns()
            .filter(|&noun| deeper && scene.mention_at(noun).is_none() && is_within(grammar, noun))
            .find_map(|noun| below(scene, told, noun, depth - 1))
    })
}

/// The place that a noun after a preposition names, or that belongs to it: "Aleppo", "the city of
/// Aleppo", "the capital, Kabul", "Anbar province".
fn named(scene: &Scene<'_>, told: &Told<'_>, noun: usize) -> Option<Location> {
    use Relation::*;
    let grammar = scene.grammar;
    if let Some(mention) = scene.mention_at(noun) {
        return scene.locate(told, mention);
    }
    let below = |wanted: &[Relation]| {
        grammar.children(noun).find_map(|child| {
            let relation = grammar.relation(child);
            let mention = scene.mention_at(child)?;
            let fits = wanted.contains(&relation)
                && match relation {
                    NominalModifier => grammar.preposition(child).is_some_and(|preposition| {
                        is_any_of(grammar.words[preposition], &["of", "in", "near", "outside"])
                    }),
                    // "in U.S. history", "at the US embassy": whose it is, not where.
                    Compound | NominalBare => mention.known != Some(NameKind::Country),
                    _ => true,
                };
            scene.locate(told, mention).filter(|_| fits)
        })
    };
    // "the West Bank city of Ramallah"
    below(&[NominalModifier, Apposition, Flat])
        .or_else(|| below(&[Compound, NominalBare, Possessor]))
}

/// "Here" in the sentence, which is the dateline's place.
fn here(scene: &Scene<'_>, told: &Told<'_>) -> Option<Location> {
    let grammar = scene.grammar;
    let says_here = grammar
        .children(told.verb)
        .chain(told.words.iter().flat_map(|&word| grammar.children(word)));
    let mut says_here = says_here.filter(|&child| is_any_of(grammar.words[child], &["here"]));
    says_here.next()?;
    dateline(scene, Located::Stated)
}

/// The target where it is a place: "shelled Aleppo", "sent troops to Mali". A country that is
/// coerced is a government.
fn target(scene: &Scene<'_>, told: &Told<'_>) -> Option<Location> {
    told.to.iter().find_map(|to| {
        let mention = scene.mention_at(to.tokens.start)?;
        if mention.tokens != to.tokens || !is_place(mention) {
            return None;
        }
        let preposition = mention
            .tokens
            .clone()
            .find_map(|token| scene.grammar.preposition(token))
            .map(|preposition| scene.grammar.words[preposition]);
        let after = |words: &[&str]| preposition.is_some_and(|word| is_any_of(word, words));
        let is_there = after(&["in", "at", "near", "inside", "outside", "throughout", "off"]);
        let befell = match told.plover {
            Plover::Assault => preposition.is_none() || after(&["on", "into", "against", "over"]),
            Plover::Coerce => {
                matches!(
                    mention.known,
                    Some(NameKind::City | NameKind::Division) | None
                )
            }
            Plover::Mobilize => after(&["to", "into", "on", "along", "around", "over"]),
            Plover::Retreat => after(&["from", "of"]),
            Plover::Aid => after(&["to", "into"]),
            // A visit is paid to a place.
            Plover::Consult => is_code(told, "042"),
            _ => false,
        };
        match (is_deed(told.plover) && is_there, befell && !to.indirect) {
            (true, _) => Some(scene.location(mention, Located::Stated)),
            (_, true) => Some(scene.location(mention, Located::Target)),
            _ => None,
        }
    })
}

/// The dateline's place, for what the first sentences tell as done, where it lies in the country of
/// the one whom it befell or, of what befalls nobody, of the one who did it: a reporter in Beirut
/// writes of all Syria.
fn at_dateline(scene: &Scene<'_>, told: &Told<'_>) -> Option<Location> {
    let country = scene.dateline?.country?;
    let is_lead = scene.before.is_some_and(|before| before < LEAD);
    let side = match is_deed(told.plover) && !told.to.is_empty() {
        true => told.to,
        false => told.by,
    };
    // Of "police" alone a first sentence that names no other country tells what they did there.
    let is_alone = || {
        let mut others = scene.mentions.iter();
        scene.before == Some(0)
            && others.all(|mention| mention.country.is_none_or(|c| c == country))
    };
    let fits = side
        .iter()
        .any(|party| party.country == Some(country) || party.local && is_alone());
    (is_lead && fits && told.mode == Mode::Actual).then(|| dateline(scene, Located::Dateline))?
}

fn dateline(scene: &Scene<'_>, via: Located) -> Option<Location> {
    let dateline = scene.dateline?;
    Some(Location {
        text: dateline.place.clone()?,
        country: dateline.country,
        name: None,
        via,
    })
}

/// The country where an actor is at home: that of the one who acts, but violence and help come to
/// those whom they befall.
pub fn home(plover: Plover, by: Option<&Party>, to: Option<&Party>) -> Option<Location> {
    let mut sides = [by, to];
    if matches!(plover, Plover::Assault | Plover::Aid | Plover::Retreat) {
        sides.reverse();
    }
    let country = sides
        .into_iter()
        .flatten()
        .find_map(|party| party.country)?;
    Some(Location {
        text: country.name().to_owned(),
        country: Some(country),
        name: None,
        via: Located::Home,
    })
}

/// The country of those who are at home where force is used or a protest held, as far as the text
/// says where: "gunmen killed five soldiers in northern Nigeria". Police and courts act at home.
pub fn land(plover: Plover, by: Option<&Party>, at: Option<&Location>) -> Option<CountryCode> {
    let is_law =
        |by: &&Party| by.name.is_none() && matches!(by.sector, Some(Sector::Cop | Sector::Jud));
    if plover == Plover::Coerce
        && let Some(country) = by.filter(is_law).and_then(|by| by.country)
    {
        return Some(country);
    }
    let is_there = matches!(
        plover,
        Plover::Assault | Plover::Coerce | Plover::Protest | Plover::Mobilize
    );
    at.filter(|at| is_there && matches!(at.via, Located::Stated | Located::Dateline))?
        .country
}

impl Scene<'_> {
    fn mention_at(&self, token: usize) -> Option<&Mention> {
        self.mentions
            .iter()
            .find(|mention| mention.tokens.contains(&token))
    }

    /// A stated place; `None` for what is no place or is an actor of the event.
    fn locate(&self, told: &Told<'_>, mention: &Mention) -> Option<Location> {
        let is_actor = told
            .by
            .iter()
            .chain(told.to)
            .any(|party| party.tokens == mention.tokens);
        (is_place(mention) && !is_actor).then(|| self.location(mention, Located::Stated))
    }

    fn location(&self, mention: &Mention, via: Located) -> Location {
        let text = (self.text)(mention.tokens.clone());
        let name = mention.canonical.as_deref();
        Location {
            country: mention.country,
            name: name.filter(|name| *name != text).map(str::to_owned),
            text,
            via,
        }
    }
}

/// Whether the event is done with more than words, so that what it acts on is where it happens.
fn is_deed(plover: Plover) -> bool {
    use Plover::*;
    matches!(
        plover,
        Aid | Retreat | Protest | Sanction | Mobilize | Coerce | Assault | Cooperate
    )
}

/// Whether the event is a meeting, which its nouns locate: "talks in Geneva", "signed a pact in
/// Moscow".
fn is_meeting(told: &Told<'_>) -> bool {
    matches!(told.plover, Plover::Consult | Plover::Agree) || is_code(told, "057")
}

fn is_code(told: &Told<'_>, code: &str) -> bool {
    told.cameo.ancestors().any(|other| other.as_str() == code)
}

fn is_place(mention: &Mention) -> bool {
    mention.kind == EntityType::Place && mention.known != Some(NameKind::Institution)
}

/// Whether the preposition before a noun says where. "Over" and "across" do so only of what moves.
fn is_locative(grammar: &Grammar<'_>, noun: usize, plover: Plover) -> bool {
    let Some(preposition) = grammar.preposition(noun) else {
        return false;
    };
    let moves = matches!(plover, Plover::Assault | Plover::Mobilize | Plover::Aid);
    let word = grammar.words[preposition];
    is_any_of(
        word,
        &[
            "in",
            "at",
            "near",
            "outside",
            "inside",
            "off",
            "within",
            "throughout",
            "around",
            "beside",
            "aboard",
            "across",
            "along",
        ],
    ) || moves && is_any_of(word, &["over", "on", "above"])
}

/// Whether what a noun stands in happens with the event: "in a raid", but not "after a raid".
fn is_within(grammar: &Grammar<'_>, noun: usize) -> bool {
    grammar.preposition(noun).is_some_and(|preposition| {
        is_any_of(
            grammar.words[preposition],
            &[
                "in", "at", "on", "near", "outside", "inside", "of", "into", "during", "by", "with",
            ],
        )
    })
}

fn is_any_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use crate::annotate::{Actor, Annotator, Scratch};
    use crate::article::Article;

    #[test]
    fn an_events_place_says_how_it_is_known() {
        let annotator = Annotator::bundled().expect("sound tables");
        let mut wrong = Vec::new();
        for (text, expected) in [
            (
                "Turkish police arrested three Syrian journalists in Ankara.",
                "stated Ankara TR",
            ),
            (
                "Turkish police arrested three Syrian journalists in the city of Izmir.",
                "stated Izmir TR",
            ),
            (
                "Israeli troops killed three Palestinians in a raid on a camp near Jenin.",
                "stated Jenin PS",
            ),
            (
                "In Geneva, Iran signed an accord with Norway.",
                "stated Geneva CH",
            ),
            (
                "American warplanes bombed a Venezuelan boat in the Caribbean.",
                "stated Caribbean ",
            ),
            (
                "Turkish police arrested three journalists in the West Bank city of Ramallah.",
                "stated Ramallah PS",
            ),
            ("Russian warplanes bombed Aleppo.", "target Aleppo SY"),
            ("France sent troops to Mali.", "target Mali ML"),
            // Neither an adjective nor a person is a place, and a government is not where it acts.
            (
                "Turkish police arrested three Syrian journalists.",
                "home Turkey TR",
            ),
            (
                "On Tuesday, the United States imposed sanctions on Iran.",
                "home United States US",
            ),
            // The policy is pursued there.
            (
                "Norway criticised Turkey's policy in Syria.",
                "home Norway NO",
            ),
            (
                "ANKARA, Nov 11 (Reuters) - Turkish police arrested three Turkish journalists.",
                "dateline ANKARA TR",
            ),
            (
                "ANKARA, Nov 11 (Reuters) - The harvest is poor. Prices rise. Bread is dear. \
                 Turkish police arrested three Turkish journalists.",
                "home Turkey TR",
            ),
            (
                "BEIRUT, Nov 11 (Reuters) - Turkish police arrested three Turkish journalists.",
                "home Turkey TR",
            ),
            (
                "BEIRUT, Nov 11 (Reuters) - Iran and Norway signed an accord here on Tuesday.",
                "stated BEIRUT LB",
            ),
        ] {
            let article = Article {
                text: text.to_owned(),
                date: Some(jiff::civil::date(2025, 11, 12)),
                ..Article::default()
            };
            let found = annotator.annotate(&article, &mut Scratch::default());
            let places: Vec<String> = found
                .events
                .iter()
                .map(|event| {
                    event.at.as_ref().map_or_else(String::new, |at| {
                        let country = at.country.map(|country| country.to_string());
                        let country = country.unwrap_or_default();
                        format!("{} {} {country}", at.via.name(), at.text)
                    })
                })
                .collect();
            if places.first().is_none_or(|place| place != expected) {
                wrong.push(format!("{text} {places:?} instead of {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn those_whom_nothing_else_tells_of_are_at_home_where_force_is_used() {
        let annotator = Annotator::bundled().expect("sound tables");
        let mut wrong = Vec::new();
        for (text, expected) in [
            (
                "Gunmen killed five soldiers in northern Nigeria on Sunday.",
                "NG ASSAULT NG",
            ),
            (
                "Police arrested twelve protesters in Cairo.",
                "EG COERCE EG",
            ),
            (
                "CAIRO, Nov 11 (Reuters) - Police arrested twelve protesters on Tuesday.",
                "EG COERCE EG",
            ),
            (
                "Hundreds of students marched in Santiago to demand free education.",
                "CL PROTEST -",
            ),
            ("US troops killed four militants in Iraq.", "US ASSAULT IQ"),
            // Police act at home, tourists seldom suffer there.
            ("A Turkish court jailed two journalists.", "TR COERCE TR"),
            ("Gunmen kidnapped two tourists in Mali.", "ML ASSAULT -"),
            // Where a deal is signed says nothing of who signs it.
            ("Rebels signed a peace deal with the army in Doha.", ""),
            // Another country is spoken of, or other sentences stand between.
            (
                "BEIRUT, Nov 11 (Reuters) - The harvest is poor. Rebels killed ten soldiers.",
                "",
            ),
        ] {
            let article = Article {
                text: text.to_owned(),
                date: Some(jiff::civil::date(2025, 11, 12)),
                ..Article::default()
            };
            let found = annotator.annotate(&article, &mut Scratch::default());
            let country = |actor: &Option<Actor>| match actor {
                Some(Actor {
                    country: Some(country),
                    ..
                }) => country.to_string(),
                _ => "-".to_owned(),
            };
            let first = found.events.first().map_or_else(String::new, |event| {
                let (by, to) = (country(&event.by), country(&event.to));
                format!("{by} {} {to}", event.action.plover)
            });
            if first != expected {
                wrong.push(format!("{text} {first:?} instead of {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
