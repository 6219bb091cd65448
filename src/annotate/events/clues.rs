//! Clues: what a sentence shows of what one of its actors does to another.
//!
//! Each clue is a feature of the model in [`super::model`]: words between and around the two, with
//! all names masked; the way from one to the other through the grammar; and what the action
//! phrases say. Words count by their stems, so that clues outlive changes of the lexicon's tables.

use super::super::annotations::EntityType;
use super::super::lexicon::{Lexicon, WordId};
use super::super::mentions::Mention;
use super::actors::{Party, Role};
use super::grammar::Grammar;
use super::matching::Match;
use super::mode::mode_of;
use crate::ontology::Mode;
use crate::text::parse::Relation;
use crate::text::perceptron::{feature, mix};
use crate::text::tags::Tag;
use std::ops::Range;

/// A sentence prepared for looking at many pairs of actors in it.
pub struct Clues<'a> {
    lexicon: &'a Lexicon,
    grammar: &'a Grammar<'a>,
    matches: &'a [Match],
    parties: &'a [Party],
    /// The stem of each token.
    stems: Vec<u64>,
    /// How each token hangs on its head, with its preposition.
    ties: Vec<u64>,
    /// Whether what each phrase tells has happened.
    modes: Vec<Mode>,
    /// The words as they are seen when names are masked, each with its first token.
    units: Vec<(u64, usize)>,
}

/// One side of a pair: an actor in its role, or that there is none.
pub struct Side<'a> {
    /// The actor.
    pub party: Option<&'a Party>,
    role: Role,
    /// Its head and the governors of that.
    path: Vec<usize>,
}

/// Two actors, of whom one may be missing.
#[derive(Clone, Copy)]
pub struct Sides<'a> {
    /// Who acts.
    pub by: Option<&'a Party>,
    /// Who is acted upon.
    pub to: Option<&'a Party>,
}

impl Sides<'_> {
    /// The same two, the other way round.
    pub fn turned(self) -> Self {
        Self {
            by: self.to,
            to: self.by,
        }
    }

    /// Whether nothing is known of either but that one is at home where it is.
    pub fn are_local(&self) -> bool {
        let both = || [self.by, self.to].into_iter().flatten();
        !both().any(Party::is_known) && both().any(|party| party.local)
    }

    /// Whether these are those two the other way round.
    pub fn are_turned(&self, other: &Sides<'_>) -> bool {
        let tokens = |party: Option<&Party>| party.map(|party| party.tokens.clone());
        self.by.is_some()
            && self.to.is_some()
            && tokens(self.by) == tokens(other.to)
            && tokens(self.to) == tokens(other.by)
    }

    /// Whether the others are these two, or one of them alone.
    pub fn hold(&self, other: &Sides<'_>) -> bool {
        let holds = |own: Option<&Party>, other: Option<&Party>| match (own, other) {
            (_, None) => true,
            (Some(own), Some(other)) => own.overlaps(other),
            (None, Some(_)) => false,
        };
        holds(self.by, other.by) && holds(self.to, other.to)
    }
}

// What stands for a masked name, a number, and the two actors themselves.
const PERSON: u64 = 1;
const ORGANIZATION: u64 = 2;
const PLACE: u64 = 3;
const PEOPLE: u64 = 4;
const NUMBER: u64 = 5;
const BY: u64 = 6;
const TO: u64 = 7;
const START: u64 = 8;
const END: u64 = 9;
const NONE: u64 = 10;

/// How many words are looked at before the first of the two and after the second.
const BEFORE: usize = 6;
const AFTER: usize = 10;
/// How many words between the two are looked at from each side.
const BETWEEN: usize = 12;
/// How far up from an actor its governors are followed.
const CLIMB: usize = 6;

impl<'a> Clues<'a> {
    /// The clues of a parsed sentence in which these phrases and actors were found.
    pub fn new(
        lexicon: &'a Lexicon,
        grammar: &'a Grammar<'a>,
        mentions: &[Mention],
        matches: &'a [Match],
        parties: &'a [Party],
    ) -> Self {
        let stems = stems(lexicon, grammar.words, grammar.ids);
        let units = masked(&stems, grammar.words, mentions, 0);
        let tie = |token: usize| {
            let preposition = grammar.preposition(token);
            mix(
                grammar.relation(token) as u64,
                preposition.map_or(0, |preposition| stems[preposition]),
            )
        };
        let mode = |found: &Match| mode_of(lexicon, grammar, found.verb, &found.words);
        Self {
            lexicon,
            grammar,
            matches,
            parties,
            ties: (0..stems.len()).map(tie).collect(),
            modes: matches.iter().map(mode).collect(),
            stems,
            units,
        }
    }

    /// Puts the clues for what `sides.by` does to `sides.to` into `out`, which is emptied first.
    pub fn of(&self, sides: Sides<'_>, out: &mut Vec<u64>) {
        let [by, to] = [self.side(sides.by, Role::By), self.side(sides.to, Role::To)];
        out.clear();
        let others = self.units.iter().filter(|&&(_, token)| {
            let is_in = |party: Option<&Party>| party.is_some_and(|p| p.whole.contains(&token));
            !is_in(sides.by) && !is_in(sides.to)
        });
        out.extend(others.map(|&(word, _)| other_word(word)));
        self.of_side(&by, out);
        self.of_side(&to, out);
        self.of_pair(&by, &to, out);
        out.sort_unstable();
        out.dedup();
    }

    /// An actor in its role.
    pub fn side<'p>(&self, party: Option<&'p Party>, role: Role) -> Side<'p> {
        let path = party.map(|party| self.climb(self.head_of(&party.whole)));
        Side {
            party,
            role,
            path: path.unwrap_or_default(),
        }
    }

    /// The words of the sentence as they are seen, each with its first token.
    pub fn units(&self) -> &[(u64, usize)] {
        &self.units
    }

    /// Adds the clues that one side gives, whatever the other is; some may be there twice.
    pub fn of_side(&self, side: &Side<'_>, out: &mut Vec<u64>) {
        let mut out = Sink(out);
        let (inner, kind, way) = match side.role {
            Role::By => (10, 40, 60),
            Role::To => (11, 41, 70),
        };
        if let Some(party) = side.party {
            let own = self.units.iter();
            for &(word, _) in own.filter(|(_, token)| party.whole.contains(token)) {
                out.clue(inner, word, 0);
            }
        }
        out.clue(kind, side.party.map_or(NONE, kind_of), 0);
        self.way_up(&side.path, way, &mut out);
    }

    /// Adds the clues that neither side gives alone; some may be there twice. What is left are the
    /// words that stand in neither: [`other_word`].
    pub fn of_pair(&self, by: &Side<'_>, to: &Side<'_>, out: &mut Vec<u64>) {
        let mut out = Sink(out);
        let sides = Sides {
            by: by.party,
            to: to.party,
        };
        self.words(sides, &mut out);
        self.actors(sides, &mut out);
        if sides.by.is_some() && sides.to.is_some() {
            self.way_across(&by.path, &to.path, &mut out);
        }
        self.phrases(sides, &mut out);
    }

    /// The words between and around the two, in order.
    fn words(&self, sides: Sides<'_>, out: &mut Sink<'_>) {
        let within = |party: Option<&Party>, token: usize| {
            party.is_some_and(|party| party.whole.contains(&token))
        };
        let mut units: Vec<u64> = Vec::with_capacity(self.units.len());
        let (mut by, mut to) = (None, None);
        for &(word, token) in &self.units {
            let (place, mark) = if within(sides.by, token) {
                (&mut by, BY)
            } else if within(sides.to, token) {
                (&mut to, TO)
            } else {
                units.push(word);
                continue;
            };
            if place.is_none() {
                *place = Some(units.len());
                units.push(mark);
            }
        }
        let order = u64::from(by > to);
        let (first, second) = match (by, to) {
            (Some(a), Some(b)) => (a.min(b), a.max(b)),
            (Some(a), None) | (None, Some(a)) => (a, a),
            (None, None) => return,
        };
        let kind = order + 2 * u64::from(by.is_none()) + 4 * u64::from(to.is_none());
        let at = |place: usize| units.get(place).copied().unwrap_or(END);
        let before = |place: usize| match place {
            0 => START,
            place => units[place - 1],
        };
        let start = first.saturating_sub(BEFORE);
        for (place, &word) in units.iter().enumerate().take(first).skip(start) {
            out.clue(20, word, kind);
            out.clue(21, mix(before(place), word), kind);
        }
        out.clue(21, mix(before(first), units[first]), kind);
        for place in second + 1..(second + 1 + AFTER).min(units.len()) {
            out.clue(22, units[place], kind);
            out.clue(23, mix(units[place - 1], units[place]), kind);
            if place < second + 6 {
                out.clue(
                    24,
                    mix(mix(units[place - 1], units[place]), at(place + 1)),
                    kind,
                );
            }
        }
        let near = |place: usize| place <= first + BETWEEN || place + BETWEEN >= second;
        for place in (first..second).filter(|&place| near(place)) {
            let (a, b, c) = (units[place], at(place + 1), at(place + 2));
            if place > first {
                out.clue(25, a, kind);
            }
            out.clue(26, mix(a, b), kind);
            if place + 2 <= second {
                out.clue(27, mix(mix(a, b), c), kind);
                out.clue(28, mix(a, c), kind);
            }
        }
        let distance = match second - first {
            near @ 0..=4 => near,
            5..=6 => 5,
            7..=9 => 6,
            10..=14 => 7,
            15..=22 => 8,
            _ => 9,
        };
        out.clue(29, distance as u64, kind);
    }

    /// Who the two are, and who else is there.
    fn actors(&self, sides: Sides<'_>, out: &mut Sink<'_>) {
        let sector =
            |party: Option<&Party>| party.and_then(|p| p.sector).map_or(0, |s| 1 + s as u64);
        out.clue(42, sector(sides.by), sector(sides.to));
        let (Some(by), Some(to)) = (sides.by, sides.to) else {
            return;
        };
        let same = match (by.country, to.country) {
            (Some(a), Some(b)) => 1 + u64::from(a == b),
            _ => 0,
        };
        out.clue(43, same, u64::from(to.indirect));
        let (start, end) = match by.whole.start < to.whole.start {
            true => (by.whole.end, to.whole.start),
            false => (to.whole.end, by.whole.start),
        };
        let between = self
            .parties
            .iter()
            .filter(|party| start <= party.whole.start && party.whole.end <= end)
            .count();
        let verbs = (start..end)
            .filter(|&token| self.grammar.is_verb(token))
            .count();
        out.clue(
            44,
            between.min(4) as u64,
            u64::from(by.tokens.start > to.tokens.start),
        );
        out.clue(
            45,
            verbs.min(4) as u64,
            u64::from(by.tokens.start > to.tokens.start),
        );
    }

    /// The token of an actor that the others hang on.
    pub fn head_of(&self, tokens: &Range<usize>) -> usize {
        tokens
            .clone()
            .find(|&token| {
                self.grammar
                    .head(token)
                    .is_none_or(|head| !tokens.contains(&head))
            })
            .unwrap_or(tokens.start)
    }

    /// Whether one side of the two pairs is the same, and the others are of one list: "the US and
    /// Russia met China".
    pub fn are_joined(&self, one: &Sides<'_>, other: &Sides<'_>) -> bool {
        let same = |a: Option<&Party>, b: Option<&Party>| match (a, b) {
            (Some(a), Some(b)) => a.tokens == b.tokens,
            (None, None) => true,
            _ => false,
        };
        let listed = |a: Option<&Party>, b: Option<&Party>| {
            a.zip(b)
                .is_some_and(|(a, b)| self.first_of_list(a) == self.first_of_list(b))
        };
        same(one.by, other.by) && listed(one.to, other.to)
            || same(one.to, other.to) && listed(one.by, other.by)
    }

    /// The token that the members of an actor's list hang on; its own head where it is in none.
    fn first_of_list(&self, party: &Party) -> usize {
        let mut token = self.head_of(&party.whole);
        while self.grammar.relation(token) == Relation::Conjunct
            && let Some(head) = self.grammar.head(token)
        {
            token = head;
        }
        token
    }

    /// A token's governors, itself first, with how each step goes.
    fn climb(&self, token: usize) -> Vec<usize> {
        let mut path = vec![token];
        let mut at = token;
        while let Some(head) = self.grammar.head(at) {
            if path.len() > CLIMB {
                break;
            }
            path.push(head);
            at = head;
        }
        path
    }

    /// The verb or noun of an act that two actors hang on, or else the nearest thing to it.
    pub fn hinge(&self, sides: &Sides<'_>) -> usize {
        let climb =
            |party: Option<&Party>| party.map(|party| self.climb(self.head_of(&party.whole)));
        let (by, to) = (climb(sides.by), climb(sides.to));
        let top = by
            .as_ref()
            .zip(to.as_ref())
            .and_then(|(by, to)| by.iter().copied().find(|token| to.contains(token)));
        let tells = |token: usize| self.grammar.is_verb(token) || self.grammar.is_act_noun(token);
        let verb_of = |path: &Option<Vec<usize>>| {
            let path = path.as_deref().unwrap_or_default();
            path.iter().copied().find(|&token| tells(token))
        };
        top.filter(|&token| tells(token))
            .or_else(|| verb_of(&to))
            .or_else(|| verb_of(&by))
            .or(top)
            .unwrap_or_else(|| sides.to.or(sides.by).map_or(0, |party| party.tokens.start))
    }

    /// The way up through the grammar from an actor.
    fn way_up(&self, path: &[usize], template: u64, out: &mut Sink<'_>) {
        let grammar = self.grammar;
        let Some(&first) = path.first() else { return };
        let (relation, tie) = (grammar.relation(first) as u64, self.ties[first]);
        out.clue(template, tie, 0);
        if let Some(&head) = path.get(1) {
            out.clue(template + 1, self.stems[head], relation);
            out.clue(template + 2, self.stems[head], tie);
        }
        let mut above = path.iter().skip(1).copied();
        if let Some(verb) = above.find(|&token| grammar.is_verb(token)) {
            let passive = u64::from(grammar.is_passive(verb));
            out.clue(template + 3, self.stems[verb], mix(relation, passive));
            out.clue(template + 4, mix(relation, passive), self.ties[verb]);
            self.verb(verb, template + 5, out);
            let mode = mode_of(self.lexicon, grammar, verb, &[]);
            out.clue(template + 6, mode as u64, 0);
            out.clue(template + 7, mode as u64, self.stems[verb]);
        }
    }

    /// The way through the grammar from one actor to the other.
    fn way_across(&self, by: &[usize], to: &[usize], out: &mut Sink<'_>) {
        let grammar = self.grammar;
        let Some((up, down)) = by.iter().enumerate().find_map(|(up, token)| {
            let down = to.iter().position(|other| other == token)?;
            Some((up, down))
        }) else {
            out.clue(80, 0, 0);
            return;
        };
        let top = by[up];
        let relations = |path: &[usize]| {
            path.iter()
                .fold(0, |hash, &token| mix(hash, grammar.relation(token) as u64))
        };
        let ties = |path: &[usize]| {
            path.iter()
                .fold(0, |hash, &token| mix(hash, self.ties[token]))
        };
        let way = mix(relations(&by[..up]), relations(&to[..down]));
        out.clue(80, way, u64::from(grammar.is_verb(top)));
        out.clue(81, mix(ties(&by[..up]), ties(&to[..down])), 0);
        out.clue(82, self.stems[top], 0);
        out.clue(83, self.stems[top], way);
        out.clue(84, self.stems[top], relations(&to[..down]));
        out.clue(85, (up.min(5) * 8 + down.min(5)) as u64, 0);
        for &token in by[1..up.max(1)].iter().chain(&to[1..down.max(1)]) {
            out.clue(86, self.stems[token], 0);
            out.clue(87, self.stems[token], self.stems[top]);
        }
        // The words on the way, in order.
        let words = by[1..up.max(1)]
            .iter()
            .chain(std::iter::once(&top))
            .chain(to[1..down.max(1)].iter().rev())
            .fold(0, |hash, &token| mix(hash, self.stems[token]));
        out.clue(88, words, 0);
        out.clue(89, words, way);
        if grammar.is_verb(top) {
            self.verb(top, 90, out);
        }
    }

    /// A verb with its auxiliaries, objects, particles and complements.
    fn verb(&self, verb: usize, template: u64, out: &mut Sink<'_>) {
        use Relation::*;
        let grammar = self.grammar;
        let stem = self.stems[verb];
        let template = template * 16;
        for child in grammar.children(verb) {
            let word = self.stems[child];
            match grammar.relation(child) {
                Auxiliary | AuxiliaryPassive | Marker => {
                    out.clue(template + 1, word, 0);
                    out.clue(template + 2, word, stem);
                }
                Object | ObjectIndirect | SubjectPassive | VerbParticle => {
                    out.clue(template + 3, word, stem);
                    out.clue(template + 4, word, 0);
                    for modifier in grammar.children(child) {
                        if matches!(grammar.relation(modifier), Compound | Adjectival) {
                            out.clue(template + 8, self.stems[modifier], word);
                        }
                    }
                }
                OpenComplement | ClauseComplement | AdverbialClause => {
                    out.clue(template + 5, word, stem);
                    out.clue(template + 6, word, 0);
                    for inner in grammar.children(child) {
                        if grammar.relation(inner) == Object {
                            out.clue(template + 9, self.stems[inner], mix(stem, word));
                        }
                    }
                }
                Oblique | NominalModifier => out.clue(template + 10, word, stem),
                _ if grammar.tags[child] == Tag::Not => out.clue(template + 7, stem, 0),
                _ => {}
            }
        }
        if let Some(governor) = grammar.head(verb) {
            out.clue(template + 11, self.stems[governor], stem);
            out.clue(
                template + 12,
                self.stems[governor],
                grammar.relation(verb) as u64,
            );
        }
    }

    /// What the action phrases say of the two.
    fn phrases(&self, sides: Sides<'_>, out: &mut Sink<'_>) {
        let overlaps = |parties: &[Party], side: Option<&Party>| match side {
            None => parties.is_empty(),
            Some(side) => parties.iter().any(|party| party.overlaps(side)),
        };
        let mut said = false;
        for (found, &mode) in self.matches.iter().zip(&self.modes) {
            let Some(action) = found.action else { continue };
            let (plover, code) = (action.plover as u64, u64::from(action.cameo.number()));
            let fit = u64::from(overlaps(&found.by, sides.by))
                | u64::from(overlaps(&found.to, sides.to)) << 1
                | u64::from(overlaps(&found.by, sides.to) && sides.to.is_some()) << 2
                | u64::from(overlaps(&found.to, sides.by) && sides.by.is_some()) << 3;
            out.clue(50, plover, fit);
            out.clue(51, code, fit);
            out.clue(52, u64::from(found.words.len().min(2) as u8), fit);
            out.clue(53, u64::from(found.is_reciprocal()), fit);
            if fit & 3 == 3 {
                said = true;
                out.clue(56, mode as u64, 0);
                out.clue(57, mode as u64, plover);
                for auxiliary in self.grammar.children(found.verb) {
                    if matches!(
                        self.grammar.relation(auxiliary),
                        Relation::Auxiliary | Relation::Marker
                    ) || self.grammar.tags[auxiliary] == Tag::Not
                    {
                        out.clue(54, plover, self.stems[auxiliary]);
                    }
                }
            }
        }
        out.clue(55, u64::from(said), self.matches.len().min(3) as u64);
    }
}

/// The clue that a word stands in neither actor.
pub fn other_word(word: u64) -> u64 {
    feature(8, word, 0)
}

/// What kind of actor this is.
fn kind_of(party: &Party) -> u64 {
    mix(
        party.sector.map_or(0, |sector| 1 + sector as u64),
        u64::from(party.indirect)
            | u64::from(party.pronoun) << 1
            | u64::from(party.by_adjective) << 2
            | u64::from(party.person) << 3
            | u64::from(party.country.is_some()) << 4
            | u64::from(party.owns_act) << 5,
    )
}

/// The stems of a sentence's words.
fn stems(lexicon: &Lexicon, words: &[&str], ids: &[WordId]) -> Vec<u64> {
    let mut lower = String::new();
    words
        .iter()
        .zip(ids)
        .map(|(word, &id)| {
            lower.clear();
            lower.extend(word.chars().flat_map(char::to_lowercase));
            lexicon.stem(id, &lower)
        })
        .collect()
}

/// The words of a sentence as they are seen when names and numbers are masked, each with its first
/// token. `mentions` count from the token that is `first` before the sentence's first.
fn masked(stems: &[u64], words: &[&str], mentions: &[Mention], first: usize) -> Vec<(u64, usize)> {
    let mut units = Vec::with_capacity(stems.len());
    let mut names = mentions.iter().peekable();
    let mut token = 0;
    while token < stems.len() {
        let at = first + token;
        while names.next_if(|name| name.tokens.start < at).is_some() {}
        let name = names.peek().filter(|name| name.tokens.start == at);
        let mask = name.and_then(|name| match name.kind {
            EntityType::Person => Some(PERSON),
            EntityType::Organization => Some(ORGANIZATION),
            EntityType::Place => Some(PLACE),
            EntityType::Nationality => Some(PEOPLE),
            EntityType::Other => None,
        });
        match (mask, name) {
            (Some(mask), Some(name)) => {
                units.push((mask, token));
                token = (name.tokens.end - first).max(token + 1);
            }
            _ => {
                let is_number = words[token].starts_with(|c: char| c.is_ascii_digit());
                units.push((if is_number { NUMBER } else { stems[token] }, token));
                token += 1;
            }
        }
    }
    units
}

/// What a sentence shows before it is parsed: its words, two and three in a row, names masked, how
/// far from each word the names stand that are known, and how many these are. `mentions` count from
/// the token that is `first` before the sentence's first.
pub fn glimpse(
    lexicon: &Lexicon,
    words: &[&str],
    ids: &[WordId],
    mentions: &[Mention],
    first: usize,
) -> Vec<u64> {
    let stems = stems(lexicon, words, ids);
    let mut out = Vec::with_capacity(3 * stems.len());
    let is_known = |mention: &&Mention| mention.country.is_some() || mention.canonical.is_some();
    let known = mentions.iter().filter(is_known).count();
    out.push(feature(
        3,
        known.min(4) as u64,
        mentions.len().min(6) as u64,
    ));
    let several = known.min(2) as u64;
    let units = masked(&stems, words, mentions, first);
    let is_name = |&at: &usize| {
        let start = first + units[at].1;
        let mut known = mentions.iter().filter(is_known);
        known.any(|mention| mention.tokens.start == start)
    };
    let names: Vec<usize> = (0..units.len()).filter(is_name).collect();
    let mut before = [START; 2];
    let mut passed = 0;
    for (at, &(word, _)) in units.iter().enumerate() {
        passed += usize::from(names.get(passed).is_some_and(|&name| name < at));
        let last = passed.checked_sub(1).map(|last| at - names[last]);
        let next = names.get(passed).map(|&next| next - at);
        // A name that is known is another than one that is not.
        let word = if next == Some(0) { mix(word, 1) } else { word };
        out.push(feature(1, word, 0));
        out.push(feature(2, before[1], word));
        out.push(feature(4, word, several));
        out.push(feature(5, mix(before[0], before[1]), word));
        out.push(feature(6, word, near(last) << 3 | near(next)));
        before = [before[1], word];
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// How far a name stands from a word, in steps that widen; 0 for none.
fn near(distance: Option<usize>) -> u64 {
    match distance {
        None => 0,
        Some(0..=1) => 1,
        Some(2..=3) => 2,
        Some(4..=7) => 3,
        Some(_) => 4,
    }
}

/// Where clues go.
struct Sink<'a>(&'a mut Vec<u64>);

impl Sink<'_> {
    #[inline]
    fn clue(&mut self, template: u64, a: u64, b: u64) {
        self.0.push(feature(template, a, b));
    }
}
