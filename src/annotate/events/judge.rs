//! Judging many pairs of the same actors.
//!
//! Most of what the model sees of a pair is seen of one of its sides, or of the sentence, alone. That
//! is weighed once for each actor; what is left to weigh for a pair are the clues that neither side
//! gives by itself. The sums are those that [`Clues::of`] would give.

use super::actors::{Party, Role};
use super::clues::{Clues, Side, Sides, other_word};
use super::model::{Model, Verdict, Weight};
use rustc_hash::FxHashMap;

/// The actors of a sentence, each weighed in both roles.
pub struct Judge<'a> {
    model: &'a Model,
    clues: &'a Clues<'a>,
    actors: Vec<Weighed<'a>>,
    nobody: Weighed<'a>,
    /// What the sentence's words weigh, each of them once.
    words: Weight,
    /// How often each word stands in the sentence, and what it weighs.
    word: FxHashMap<u64, (usize, Weight)>,
}

/// What is to be weighed of an actor, or of there being none, whoever stands on the other side.
struct Weighed<'a> {
    by: (Side<'a>, Weight),
    to: (Side<'a>, Weight),
    /// The words within it.
    words: Vec<u64>,
}

impl<'a> Judge<'a> {
    /// A judge of pairs among some actors of a sentence.
    pub fn new(model: &'a Model, clues: &'a Clues<'a>, parties: &'a [Party]) -> Self {
        let mut word: FxHashMap<u64, (usize, Weight)> = FxHashMap::default();
        let mut words = model.weigh(&[]);
        for &(unit, _) in clues.units() {
            let entry = word.entry(unit).or_insert_with(|| {
                let weight = model.weigh(&[other_word(unit)]);
                words = words.with(&weight);
                (0, weight)
            });
            entry.0 += 1;
        }
        let weighed = |party: Option<&'a Party>| {
            let side = |role: Role| {
                let (side, mut own) = (clues.side(party, role), Vec::new());
                clues.of_side(&side, &mut own);
                own.sort_unstable();
                own.dedup();
                (side, model.weigh(&own))
            };
            let units = clues.units().iter();
            let within = units.filter(|(_, token)| party.is_some_and(|p| p.whole.contains(token)));
            Weighed {
                by: side(Role::By),
                to: side(Role::To),
                words: within.map(|&(word, _)| word).collect(),
            }
        };
        Self {
            model,
            clues,
            actors: parties.iter().map(|party| weighed(Some(party))).collect(),
            nobody: weighed(None),
            words,
            word,
        }
    }

    /// What the one of these two does to the other; `scratch` is written over.
    pub fn verdict(&self, sides: Sides<'_>, scratch: &mut Vec<u64>) -> Verdict {
        let (Some(by), Some(to)) = (self.weighed(sides.by), self.weighed(sides.to)) else {
            self.clues.of(sides, scratch);
            return self.model.verdict(&self.model.weigh(scratch));
        };
        scratch.clear();
        self.clues.of_pair(&by.by.0, &to.to.0, scratch);
        scratch.sort_unstable();
        scratch.dedup();
        let weight = self
            .words_outside(by, to)
            .with(&by.by.1)
            .with(&to.to.1)
            .with(&self.model.weigh(scratch));
        self.model.verdict(&weight)
    }

    fn weighed(&self, party: Option<&Party>) -> Option<&Weighed<'a>> {
        let Some(party) = party else {
            return Some(&self.nobody);
        };
        let is_it = |other: &&Weighed<'_>| other.by.0.party.is_some_and(|p| std::ptr::eq(p, party));
        self.actors.iter().find(is_it)
    }

    /// What the words weigh that stand in neither actor.
    fn words_outside(&self, by: &Weighed<'_>, to: &Weighed<'_>) -> Weight {
        let within = || by.words.iter().chain(&to.words);
        let mut outside = self.words;
        for (at, word) in within().enumerate() {
            let times = within().filter(|&other| other == word).count();
            let is_first = !within().take(at).any(|other| other == word);
            match self.word.get(word) {
                Some((all, weight)) if is_first && times == *all => {
                    outside = outside.without(weight);
                }
                _ => {}
            }
        }
        outside
    }
}
