//! Who is who: "Petro" after "Gustavo Petro" is the same person.

use super::lexicon::Name;
use crate::ontology::{CountryCode, Sector};
use rustc_hash::FxHashMap;

/// What an article tells of a person.
#[derive(Debug, Clone)]
pub struct Person {
    /// The fullest form of the name.
    pub name: Box<str>,
    /// The country that the person acts for.
    pub country: Option<CountryCode>,
    /// The sector that the person acts for.
    pub sector: Option<Sector>,
    /// Whether the lexicon knows the person.
    pub known: bool,
}

/// Of those who share a word of their names, so many are remembered: in a list of voters, "Smith"
/// is nobody.
const MOST_BEARERS: usize = 64;

/// The people of one article.
#[derive(Debug, Default)]
pub struct People {
    all: Vec<Person>,
    /// How each is named in full, in lower case.
    forms: Vec<Vec<String>>,
    by_name: FxHashMap<Box<str>, usize>,
    /// By each word of a full name in lower case, those who bear it, the last named last.
    by_word: FxHashMap<String, Vec<usize>>,
}

impl People {
    /// Notes a person named in full: as written, and in words. `known` is the lexicon's entry.
    pub fn meet(&mut self, written: &str, words: &[&str], known: Option<&Name>) {
        let full = words.join(" ");
        let name = known.map_or(written, |known| &known.canonical);
        let place = match self.by_name.get(name) {
            Some(&place) => place,
            None => {
                self.by_name.insert(name.into(), self.all.len());
                self.all.push(Person {
                    name: name.into(),
                    country: known.and_then(|known| known.country),
                    sector: known.and_then(|known| known.sector),
                    known: known.is_some(),
                });
                self.forms.push(vec![name.to_lowercase()]);
                self.all.len() - 1
            }
        };
        let full = full.to_lowercase();
        if !self.forms[place].contains(&full) {
            self.forms[place].push(full);
        }
        for word in words.iter().filter(|word| word.len() > 1) {
            let bearers = self.by_word.entry(word.to_lowercase()).or_default();
            if bearers.last() != Some(&place) {
                bearers.retain(|&other| other != place);
                bearers.push(place);
                if bearers.len() > MOST_BEARERS {
                    bearers.remove(0);
                }
            }
        }
    }

    /// Who is meant by some words of a name: the last one named in full whose name ends with
    /// them, or else holds them.
    pub fn recall(&self, words: &[&str]) -> Option<&Person> {
        self.place_of(words).map(|place| &self.all[place])
    }

    /// The same, to add to what is known of the person.
    pub fn recall_mut(&mut self, words: &[&str]) -> Option<&mut Person> {
        self.place_of(words).map(|place| &mut self.all[place])
    }

    fn place_of(&self, words: &[&str]) -> Option<usize> {
        let last = words.last()?.to_lowercase();
        let said = words.join(" ").to_lowercase();
        let bearers = self.by_word.get(&last)?.iter().rev().copied();
        let fits = |test: &dyn Fn(&str) -> bool| {
            let mut bearers = bearers.clone();
            bearers.find(|&place| self.forms[place].iter().any(|form| test(form)))
        };
        fits(&|form| form.ends_with(&said))
            .or_else(|| fits(&|form| form.starts_with(&said)))
            .or_else(|| fits(&|form| holds(form, &said)))
    }
}

/// Whether a name holds all words of another, in order: "George W. Bush" holds "George Bush".
fn holds(name: &str, said: &str) -> bool {
    let mut words = name.split(' ');
    said.split(' ').all(|word| words.any(|other| other == word))
}
