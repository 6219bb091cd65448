//! The lexicon: what the annotator knows, read once from the tables in `lexicon/`.
//!
//! Every word of every table gets a number ([`WordId`]); an article's tokens are looked up once,
//! and everything after works on the numbers. Names of several words are found by walking a trie.

use crate::article::ByteSpan;
use crate::ontology::nearest::nearest;
use crate::ontology::table::{cell, list, rows};
use crate::ontology::{CameoCode, CountryCode, Mode, Sector, UnknownName};
use crate::text::perceptron::mix;
use crate::text::{Case, Sentence, Token, tokenize};
use rustc_hash::FxHashMap;
use std::ops::Range;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::annotations::EntityType;
use super::phrases::{Action, Pattern, Phrase, PhraseError};
use super::user_lexicon::{
    ALL_YEARS, UserEntry, UserLexicon, UserLexiconError, UserLexiconFault, UserRow,
};
use super::{gazetteer, recognise, tongues};

/// The number of a word, in lower case. [`WordId::UNKNOWN`] is every word that no table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordId(u32);

impl WordId {
    /// A word that no table holds.
    pub const UNKNOWN: WordId = WordId(0);
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// A country, by its name.
    Country,
    /// A people: "Colombian", "Swedes".
    Demonym,
    /// A region of the world: "South America".
    Region,
    /// A capital city, which may also stand for its government.
    Capital,
    /// Another city.
    City,
    /// A state or province.
    Division,
    /// An institution of one country, or a place that stands for it.
    Institution,
    /// A person known by office.
    Leader,
    /// Any other organisation.
    Organisation,
    /// A name that looks like a place's and is not: a dish, a war, a sea, a team.
    Thing(EntityType),
}

/// One reading of a name.
#[derive(Debug, Clone)]
pub struct Name {
    /// What it stands for.
    pub kind: NameKind,
    /// The country that it leads to, if to one.
    pub country: Option<CountryCode>,
    /// The sector that it acts for.
    pub sector: Option<Sector>,
    /// The name under which all its spellings meet.
    pub canonical: Box<str>,
    /// Whether the words are also something else, so that context must decide.
    pub ambiguous: bool,
    /// How likely this reading is beside others of the same words: a city's population.
    pub weight: u32,
    /// The years in which the person held the office; `(0, u16::MAX)` for all other names.
    pub years: (u16, u16),
    /// Where a company or outlet is at home, for which it does not stand.
    pub home: Option<CountryCode>,
    /// How each word must be cased: a set bit asks for a capital.
    capitals: u32,
    /// Whether the name is an acronym ("US"), to be matched in capitals only.
    acronym: bool,
    /// Whether the name has capitals inside ("LeT"), to be matched with them.
    mixed: bool,
}

/// A common noun that acts: "police", "foreign ministry".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agent {
    /// The sector it acts for.
    pub sector: Sector,
    /// Whether it is one person, a body of people, or a thing that acts for its owner.
    pub kind: AgentKind,
    /// Whether it is often from another country than the one it is in: "tourist", "peacekeeper".
    pub abroad: bool,
}

/// What kind of thing an agent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentKind {
    /// One human being.
    Person,
    /// An institution or a body of people.
    Group,
    /// A weapon, vehicle or strike: its owner is the actor.
    Instrument,
}

/// Marks on a word, from the tables of function words, given names and verbs.
#[derive(Debug, Clone, Copy, Default)]
struct Marks(u32);

impl Marks {
    const FUNCTION: u32 = 1;
    const COMMON: u32 = 2;
    const GIVEN_NAME: u32 = 4;
    const CALENDAR: u32 = 8;
    const ORGANISATION: u32 = 16;
    const OPENS_NAME: u32 = 32;
    const OPENS_AGENT: u32 = 64;
    const OPENS_TITLE: u32 = 128;
    const LOCATIVE: u32 = 256;
    const PLACE: u32 = 512;
    const OTHER: u32 = 1024;
    const HINT: u32 = 2048;
    const STREET: u32 = 4096;
    const BUSINESS: u32 = 8192;
    const COUNTY: u32 = 1 << 14;
    const BEFORE_LANGUAGE: u32 = 1 << 15;
    const AFTER_LANGUAGE: u32 = 1 << 16;
    const ACT: u32 = 1 << 17;
}

/// Words of a text that the user's lexicon has.
#[derive(Debug, Clone)]
pub struct OwnMention<'a> {
    /// Which tokens.
    pub tokens: Range<usize>,
    /// What they stand for: one reading, unless they are an alias of a name that has several. None
    /// where they are no name.
    pub readings: Vec<&'a Name>,
}

/// A row of the user's lexicon for some words.
#[derive(Debug, Clone)]
struct OwnName {
    /// What the words stand for; of words to ignore, only how they are cased.
    name: Name,
    is_ignored: bool,
}

/// A trie over words whose leaves are numbers.
#[derive(Debug, Default)]
struct Trie {
    edges: FxHashMap<(u32, WordId), u32>,
    leaves: Vec<Option<u32>>,
}

impl Trie {
    fn insert(&mut self, words: &[WordId]) -> &mut Option<u32> {
        if self.leaves.is_empty() {
            self.leaves.push(None);
        }
        let mut node = 0;
        for &word in words {
            let next = self.leaves.len() as u32;
            node = *self.edges.entry((node, word)).or_insert(next);
            if node == next {
                self.leaves.push(None);
            }
        }
        &mut self.leaves[node as usize]
    }

    /// The leaf of exactly these words.
    fn get(&self, words: &[WordId]) -> Option<u32> {
        let mut leaf = None;
        self.walk(words, |length, at| {
            leaf = Some(at).filter(|_| length == words.len());
        });
        leaf
    }

    /// Calls `found` with the length and the leaf of each entry that `words` begins with, the
    /// shortest first.
    fn walk(&self, words: &[WordId], mut found: impl FnMut(usize, u32)) {
        let mut node = 0;
        for (length, &word) in words.iter().enumerate() {
            let Some(&next) = self.edges.get(&(node, word)) else {
                return;
            };
            node = next;
            if let Some(leaf) = self.leaves[node as usize] {
                found(length + 1, leaf);
            }
        }
    }
}

/// Everything that the tables hold, ready to be looked up.
pub struct Lexicon {
    words: FxHashMap<Box<str>, WordId>,
    marks: Vec<Marks>,
    /// The base forms that a word may be a form of, itself not among them.
    bases: FxHashMap<WordId, Vec<WordId>>,
    /// The stem of each word, by its number.
    stems: Vec<u64>,
    names: Trie,
    readings: Vec<Vec<Name>>,
    /// The names that the user gives, which go before all others.
    own: Trie,
    own_rows: Vec<Vec<OwnName>>,
    agents: Trie,
    agent_rows: Vec<Agent>,
    titles: Trie,
    title_rows: Vec<Option<Sector>>,
    phrases: FxHashMap<WordId, Vec<Phrase>>,
    modes: FxHashMap<WordId, Mode>,
    complements: FxHashMap<WordId, Vec<(&'static str, Action)>>,
    refinements: FxHashMap<CameoCode, Vec<(Vec<WordId>, CameoCode)>>,
    hints: Trie,
    hint_rows: Vec<(f32, Vec<CountryCode>)>,
    /// Where outlets are at home, by their names without spaces.
    outlets: FxHashMap<String, CountryCode>,
}

/// A hash of a word without its ending: what "imposes", "imposed" and "imposing" share.
fn stem_of(lower: &str) -> u64 {
    let word = lower.strip_suffix("'s").unwrap_or(lower);
    let stem = ["ing", "ies", "ied", "ed", "es", "s"]
        .iter()
        .filter_map(|ending| Some((*ending, word.strip_suffix(ending)?)))
        .find(|(ending, stem)| {
            stem.len() > 3 && !(*ending == "s" && stem.ends_with(['s', 'u', 'i']))
        })
        .map_or(word, |(_, stem)| stem);
    let stem = stem.trim_end_matches(['e', 'y']);
    let bytes = stem.as_bytes();
    // "bann" of "banned" is "ban".
    let doubled = matches!(bytes, [.., a, b] if a == b && !b"ls".contains(a));
    let stem = &bytes[..bytes.len() - usize::from(doubled)];
    stem.iter()
        .fold(stem.len() as u64, |hash, &byte| mix(hash, u64::from(byte)))
}

/// What is wrong with a lexicon table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LexiconError {
    /// A row of the user's lexicon that gives an alias to a name that there is not.
    #[error(transparent)]
    User(#[from] UserLexiconError),
    /// A row of an action table that does not follow the phrase grammar.
    #[error("{table}: \"{phrase}\": {error}")]
    Phrase {
        /// The table's file name.
        table: &'static str,
        /// The phrase as written.
        phrase: String,
        /// What is wrong with it.
        error: PhraseError,
    },
}

macro_rules! tables {
    ($($file:literal),*) => { [$(($file, include_str!(concat!("../../lexicon/", $file)))),*] };
}

impl Lexicon {
    /// The version of the tables and of the model of names: a digest of their contents.
    pub fn version() -> &'static str {
        static VERSION: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
            let mut digest = blake3::Hasher::new();
            for (_, table) in Lexicon::tables() {
                digest.update(table.as_bytes());
            }
            // What is recognised as a name changes with the model too.
            digest.update(recognise::MODEL);
            digest.update(recognise::CLUSTERS.as_bytes());
            digest.finalize().to_hex()[..12].to_owned()
        });
        &VERSION
    }

    fn tables() -> impl Iterator<Item = (&'static str, &'static str)> {
        tables![
            "countries.tsv",
            "country_names.tsv",
            "names-by-language.tsv",
            "forms-by-language.tsv",
            "regions.tsv",
            "cities.tsv",
            "divisions.tsv",
            "institutions.tsv",
            "leaders.tsv",
            "organisations.tsv",
            "things.tsv",
            "agents.tsv",
            "titles.tsv",
            "given_names.tsv",
            "function_words.tsv",
            "abbreviations.tsv",
            "verbs.tsv",
            "action_nouns.tsv",
            "modality.tsv",
            "complements.tsv",
            "refinements.tsv",
            "name_words.tsv",
            "country_hints.tsv",
            "place_words.tsv",
            "cameo.tsv"
        ]
        .into_iter()
        .chain([
            ("countries-by-language.tsv", tongues::BUILT),
            ("places.tsv", gazetteer::PLACES),
        ])
        .chain(Self::actions())
    }

    fn actions() -> impl Iterator<Item = (&'static str, &'static str)> {
        tables![
            "actions/agree.tsv",
            "actions/consult.tsv",
            "actions/support.tsv",
            "actions/cooperate.tsv",
            "actions/aid.tsv",
            "actions/concede.tsv",
            "actions/retreat.tsv",
            "actions/request.tsv",
            "actions/accuse.tsv",
            "actions/reject.tsv",
            "actions/threaten.tsv",
            "actions/protest.tsv",
            "actions/sanction.tsv",
            "actions/mobilize.tsv",
            "actions/coerce.tsv",
            "actions/assault.tsv"
        ]
        .into_iter()
    }

    /// The lexicon that comes with this version of the crate.
    ///
    /// # Errors
    /// A row that does not follow the rules in `lexicon/README.md`; a test sees to it that the
    /// tables as released hold none.
    pub fn bundled() -> Result<Self, LexiconError> {
        let mut builder = Builder::default();
        builder.read_words();
        builder.read_places();
        builder.read_actors();
        builder.read_phrases()?;
        builder.settle_stems();
        Ok(builder.lexicon)
    }

    /// The lexicon that comes with this version of the crate, and the user's over it.
    ///
    /// # Errors
    /// As for [`Lexicon::bundled`]; or a row gives an alias to a name that neither has.
    pub fn with_user(user: &UserLexicon) -> Result<Self, LexiconError> {
        let mut builder = Builder {
            lexicon: Self::bundled()?,
            ..Builder::default()
        };
        builder.read_user(user)?;
        Ok(builder.lexicon)
    }

    /// The numbers of a text's tokens.
    pub fn look_up(&self, text: &str, tokens: &[Token], out: &mut Vec<WordId>) {
        out.clear();
        let mut lower = String::new();
        for token in tokens {
            let word = token.text(text);
            let id = if word.is_ascii() && matches!(token.case, Case::Lower | Case::None) {
                self.words.get(word)
            } else {
                lower.clear();
                push_normal(word, &mut lower);
                self.words.get(lower.as_str())
            };
            out.push(id.copied().unwrap_or(WordId::UNKNOWN));
        }
    }

    /// The number of one word, in lower case.
    pub fn word(&self, lower: &str) -> WordId {
        self.words.get(lower).copied().unwrap_or(WordId::UNKNOWN)
    }

    /// The readings of the longest name that starts at `words[0]`, with its length in words.
    /// `tokens` and `words` run in parallel and go to the end of the sentence.
    pub fn name_at(&self, tokens: &[Token], words: &[WordId]) -> Option<(usize, Vec<&Name>)> {
        if !self.has(words[0], Marks::OPENS_NAME) {
            return None;
        }
        let mut longest = None;
        self.names.walk(words, |length, leaf| {
            let fits: Vec<&Name> = self.readings[leaf as usize]
                .iter()
                .filter(|name| name.fits(&tokens[..length]))
                .collect();
            if !fits.is_empty() {
                longest = Some((length, fits));
            }
        });
        longest
    }

    /// The length of the longest name that starts at `words[0]`, and the kinds of its readings: a
    /// bit each. Where capitals say nothing (`cased` is false), any case will do.
    pub fn kinds_at(
        &self,
        tokens: &[Token],
        words: &[WordId],
        cased: bool,
    ) -> Option<(usize, u64)> {
        if !self.has(words[0], Marks::OPENS_NAME) {
            return None;
        }
        let mut longest = None;
        self.names.walk(words, |length, leaf| {
            let kinds = self.readings[leaf as usize]
                .iter()
                .filter(|name| !cased || name.fits(&tokens[..length]))
                .fold(0, |kinds, name| kinds | name.kind_bit());
            if kinds != 0 {
                longest = Some((length, kinds));
            }
        });
        longest
    }

    /// The readings of exactly these words, in whatever case.
    pub fn named(&self, words: &[WordId]) -> &[Name] {
        let leaf = self.names.get(words);
        leaf.map_or(&[], |leaf| &self.readings[leaf as usize])
    }

    /// The words that belong to the news of a country or some, the longest that start at
    /// `words[0]`: their number, what they count and for which countries.
    pub fn hint_at(&self, words: &[WordId]) -> Option<(u32, f32, &[CountryCode])> {
        if !self.has(words[0], Marks::HINT) {
            return None;
        }
        let mut longest = None;
        self.hints.walk(words, |_, leaf| longest = Some(leaf));
        let (weight, countries) = &self.hint_rows[longest? as usize];
        Some((longest?, *weight, countries))
    }

    /// The country where an outlet of this name is at home.
    pub fn home_of(&self, outlet: &str) -> Option<CountryCode> {
        let mut tokens = Vec::new();
        let mut words = Vec::new();
        tokenize(outlet, &mut tokens);
        self.look_up(outlet, &tokens, &mut words);
        let by_name = self.named(&words).iter().find_map(|name| name.home);
        // "www.washingtonpost.com" is The Washington Post.
        let by_site = || self.outlets.get(&squeezed(site_name(outlet)?)).copied();
        by_name.or_else(by_site)
    }

    /// Everything that the tables of single words say of a word: a bit each.
    pub fn marks_of(&self, word: WordId) -> u64 {
        u64::from(self.marks[word.0 as usize].0 & !Marks::OPENS_NAME)
            | u64::from(self.bases.contains_key(&word)) << 32
    }

    /// Where the user's names and the words to ignore stand, in order, none overlapping another: of
    /// those that would, the first and then the longest. `tokens` and `words` run in parallel;
    /// `year` is that of publication.
    pub fn own_names(
        &self,
        tokens: &[Token],
        words: &[WordId],
        sentences: &[Sentence],
        year: Option<u16>,
    ) -> Vec<OwnMention<'_>> {
        let mut found = Vec::new();
        if self.own_rows.is_empty() {
            return found;
        }
        for sentence in sentences {
            let Range { start: mut at, end } = sentence.tokens;
            while at < end {
                let mut longest = None;
                self.own.walk(&words[at..end], |length, leaf| {
                    let rows = &self.own_rows[leaf as usize];
                    if let Some(readings) = meant(rows, &tokens[at..at + length], year) {
                        longest = Some((at..at + length, readings));
                    }
                });
                at += 1;
                if let Some((tokens, readings)) = longest {
                    at = tokens.end;
                    found.push(OwnMention { tokens, readings });
                }
            }
        }
        found
    }

    /// The longest agent noun that starts at `words[0]`, with its length in words.
    pub fn agent_at(&self, words: &[WordId]) -> Option<(usize, Agent)> {
        if !self.has(words[0], Marks::OPENS_AGENT) {
            return None;
        }
        let mut longest = None;
        self.agents.walk(words, |length, leaf| {
            longest = Some((length, self.agent_rows[leaf as usize]));
        });
        longest
    }

    /// The longest title that starts at `words[0]`: its length in words and the sector that it
    /// gives its bearer.
    pub fn title_at(&self, words: &[WordId]) -> Option<(usize, Option<Sector>)> {
        if !self.has(words[0], Marks::OPENS_TITLE) {
            return None;
        }
        let mut longest = None;
        self.titles.walk(words, |length, leaf| {
            longest = Some((length, self.title_rows[leaf as usize]));
        });
        longest
    }

    /// The action phrases whose verb may be the word.
    pub fn phrases(&self, word: WordId) -> impl Iterator<Item = &Phrase> {
        let bases = self.bases.get(&word).map_or(&[][..], Vec::as_slice);
        std::iter::once(word)
            .chain(bases.iter().copied())
            .filter_map(|base| self.phrases.get(&base))
            .flatten()
    }

    /// The words of a sentence and what they may be forms of, sorted.
    pub fn bases_of(&self, words: &[WordId]) -> Vec<WordId> {
        let mut all: Vec<WordId> = words.to_vec();
        for word in words {
            all.extend(self.bases.get(word).into_iter().flatten());
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Whether the word may head an action phrase, by itself or with other words.
    pub fn is_act_verb(&self, word: WordId) -> bool {
        self.phrases(word).any(|phrase| phrase.action.is_some())
    }

    /// Whether the word may head an action phrase whose other words are among `bases`, as
    /// [`Lexicon::bases_of`] gives them.
    pub fn may_head_phrase(&self, word: WordId, bases: &[WordId]) -> bool {
        self.phrases(word).any(|phrase| {
            phrase.action.is_some()
                && phrase
                    .slots
                    .iter()
                    .all(|slot| slot.iter().any(|word| bases.binary_search(word).is_ok()))
        })
    }

    /// Whether `word` is `base` or a form of it.
    pub fn is_form_of(&self, word: WordId, base: WordId) -> bool {
        word != WordId::UNKNOWN
            && (word == base
                || self
                    .bases
                    .get(&word)
                    .is_some_and(|bases| bases.contains(&base)))
    }

    /// The mode that the word gives to what depends on it: "will", "could", "refuse".
    pub fn mode(&self, word: WordId) -> Option<Mode> {
        let bases = self.bases.get(&word).map_or(&[][..], Vec::as_slice);
        std::iter::once(&word)
            .chain(bases)
            .find_map(|base| self.modes.get(base))
            .copied()
    }

    /// What a verb makes of an act that depends on it: "refused to extradite" is a rejection.
    pub fn complement(&self, verb: WordId, inner: Action) -> Option<Action> {
        let bases = self.bases.get(&verb).map_or(&[][..], Vec::as_slice);
        std::iter::once(&verb)
            .chain(bases)
            .filter_map(|base| self.complements.get(base))
            .flatten()
            .filter(|(prefix, _)| inner.cameo.as_str().starts_with(prefix))
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|&(_, action)| action)
    }

    /// The action with the deepest code that the words beside it support; `holds` says whether
    /// one of some words is there.
    pub fn refined(&self, action: Action, holds: &mut dyn FnMut(&[WordId]) -> bool) -> Action {
        let mut refined = action;
        for _ in 0..2 {
            let deeper = self.refinements.get(&refined.cameo).into_iter().flatten();
            let Some((_, cameo)) = deeper.into_iter().find(|(words, _)| holds(words)) else {
                break;
            };
            refined.cameo = *cameo;
        }
        refined
    }

    /// What stands for all forms of a word that the text has as `lower`: a hash that no change of
    /// the tables moves, as the word's number is moved.
    pub fn stem(&self, word: WordId, lower: &str) -> u64 {
        match self.stems.get(word.0 as usize) {
            Some(&stem) if word != WordId::UNKNOWN => stem,
            _ => stem_of(lower),
        }
    }

    /// Whether the word is a determiner, preposition, pronoun or the like.
    pub fn is_function_word(&self, word: WordId) -> bool {
        self.has(word, Marks::FUNCTION)
    }

    /// Whether the word is a noun that names an act of one side upon another, or its plural.
    pub fn is_act_noun(&self, word: WordId) -> bool {
        let bases = self.bases.get(&word).map_or(&[][..], Vec::as_slice);
        self.has(word, Marks::ACT) || bases.iter().any(|&base| self.has(base, Marks::ACT))
    }

    /// Whether the word is an ordinary one that often stands capitalised at a start.
    pub fn is_common(&self, word: WordId) -> bool {
        self.has(word, Marks::COMMON | Marks::FUNCTION | Marks::CALENDAR)
    }

    /// Whether the word is a month, weekday or holiday.
    pub fn is_calendar(&self, word: WordId) -> bool {
        self.has(word, Marks::CALENDAR)
    }

    /// Whether the word is a first name.
    pub fn is_given_name(&self, word: WordId) -> bool {
        self.has(word, Marks::GIVEN_NAME)
    }

    /// Whether the word makes the name that it stands in an organisation's: "Ministry", "Bank".
    pub fn marks_organisation(&self, word: WordId) -> bool {
        self.has(word, Marks::ORGANISATION)
    }

    /// Whether the word is a part of many places' names: "north", "city".
    pub fn is_place_word(&self, word: WordId) -> bool {
        self.has(word, Marks::PLACE | Marks::STREET)
    }

    /// Whether a name that ends with the word is a street's or a building's.
    pub fn ends_street(&self, word: WordId) -> bool {
        self.has(word, Marks::STREET)
    }

    /// Whether a name that holds the word is a company's, outlet's or team's.
    pub fn marks_business(&self, word: WordId) -> bool {
        self.has(word, Marks::BUSINESS)
    }

    /// Whether the word makes the name before it that of a county or the like.
    pub fn ends_county(&self, word: WordId) -> bool {
        self.has(word, Marks::COUNTY)
    }

    /// Whether an adjective of a people after the word means its language: "speak Spanish".
    pub fn precedes_language(&self, word: WordId) -> bool {
        self.has(word, Marks::BEFORE_LANGUAGE)
    }

    /// Whether an adjective of a people before the word means its language or its kitchen.
    pub fn follows_language(&self, word: WordId) -> bool {
        self.has(word, Marks::AFTER_LANGUAGE)
    }

    /// Whether the word places what follows it: "in", "near".
    pub fn is_locative(&self, word: WordId) -> bool {
        self.has(word, Marks::LOCATIVE)
    }

    fn no_such_name(&self, name: &str, line: usize) -> UserLexiconError {
        let own = self.own_rows.iter().flatten().map(|row| &row.name);
        let names = self.readings.iter().flatten().chain(own);
        let near = nearest(name, names.map(|name| &*name.canonical));
        UserLexiconError {
            line,
            fault: UserLexiconFault::Unknown(UnknownName {
                what: "name",
                given: name.to_owned(),
                nearest: near.map(str::to_owned),
            }),
        }
    }

    fn has(&self, word: WordId, marks: u32) -> bool {
        self.marks[word.0 as usize].0 & marks != 0
    }
}

impl Name {
    /// Whether the tokens are cased as the name must be.
    pub fn fits(&self, tokens: &[Token]) -> bool {
        if self.mixed && tokens[0].case == Case::Initial {
            return false;
        }
        tokens.iter().enumerate().all(|(at, token)| {
            let asked = self.capitals & (1 << at.min(31)) != 0;
            if self.acronym && asked {
                token.case == Case::Upper || token.case == Case::Mixed
            } else {
                !asked || token.case.is_capitalised()
            }
        })
    }
}

/// How long before an office somebody may be named by it, in years.
const BEFORE_OFFICE: u16 = 2;

/// What the user says that the tokens stand for, if anything that is so written. "US" goes before
/// "us", which any case may stand for.
fn meant<'a>(rows: &'a [OwnName], tokens: &[Token], year: Option<u16>) -> Option<Vec<&'a Name>> {
    let until = year.map_or(u16::MAX, |year| year.saturating_add(BEFORE_OFFICE));
    let capitals = |row: &OwnName| row.name.capitals.count_ones();
    let fitting = || {
        rows.iter()
            .filter(|row| row.name.years.0 <= until && row.name.fits(tokens))
    };
    let most = fitting().map(capitals).max()?;
    let readings = fitting()
        .filter(|row| capitals(row) == most && !row.is_ignored)
        .map(|row| &row.name);
    Some(readings.collect())
}

/// Writes a word in lower case, with curly apostrophes made straight.
fn push_normal(word: &str, out: &mut String) {
    for c in word.chars() {
        match c {
            '’' | 'ʼ' => out.push('\''),
            c => out.extend(c.to_lowercase()),
        }
    }
}

/// The letters and digits of a name, in lower case and without an article before them.
fn squeezed(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    let name: String = letters.flat_map(char::to_lowercase).collect();
    match name.strip_prefix("the") {
        Some(rest) if rest.len() > 2 => rest.to_owned(),
        _ => name,
    }
}

/// The name in the address of a site: "washingtonpost" of "www.washingtonpost.com".
fn site_name(outlet: &str) -> Option<&str> {
    if outlet.contains(' ') {
        return None;
    }
    let mut labels = outlet.split('.').rev().skip(1);
    labels.find(|label| !matches!(*label, "co" | "com" | "org" | "net"))
}

/// The word without accents, if it has any.
fn without_accents(word: &str) -> Option<String> {
    (!word.is_ascii())
        .then(|| {
            word.nfd()
                .filter(|&c| !is_combining_mark(c))
                .collect::<String>()
        })
        .filter(|plain| plain != word)
}

#[derive(Default)]
struct Builder {
    lexicon: Lexicon,
    tokens: Vec<Token>,
}

impl Default for Lexicon {
    /// A lexicon that knows nothing.
    fn default() -> Self {
        Self {
            words: FxHashMap::default(),
            // The unknown word has no marks.
            marks: vec![Marks::default()],
            bases: FxHashMap::default(),
            stems: Vec::new(),
            names: Trie::default(),
            readings: Vec::new(),
            own: Trie::default(),
            own_rows: Vec::new(),
            agents: Trie::default(),
            agent_rows: Vec::new(),
            titles: Trie::default(),
            title_rows: Vec::new(),
            phrases: FxHashMap::default(),
            modes: FxHashMap::default(),
            complements: FxHashMap::default(),
            refinements: FxHashMap::default(),
            hints: Trie::default(),
            hint_rows: Vec::new(),
            outlets: FxHashMap::default(),
        }
    }
}

impl Builder {
    fn word(&mut self, lower: &str) -> WordId {
        if let Some(&id) = self.lexicon.words.get(lower) {
            return id;
        }
        let id = WordId(self.lexicon.marks.len() as u32);
        self.lexicon.words.insert(lower.into(), id);
        self.lexicon.marks.push(Marks::default());
        id
    }

    fn mark(&mut self, word: &str, mark: u32) -> WordId {
        let mut lower = String::new();
        push_normal(word, &mut lower);
        let id = self.word(&lower);
        self.lexicon.marks[id.0 as usize].0 |= mark;
        id
    }

    /// The words of a phrase, tokenised as an article is.
    fn words_of(&mut self, text: &str) -> Vec<WordId> {
        let mut tokens = std::mem::take(&mut self.tokens);
        tokenize(text, &mut tokens);
        let words = tokens
            .iter()
            .map(|token| self.mark(token.text(text), 0))
            .collect();
        self.tokens = tokens;
        words
    }

    fn read_words(&mut self) {
        for row in rows(include_str!("../../lexicon/function_words.tsv")) {
            let mark = match cell(&row, 1) {
                "month" | "weekday" | "calendar" => Marks::CALENDAR,
                "common" => Marks::COMMON,
                _ => Marks::FUNCTION,
            };
            self.mark(cell(&row, 0), mark);
        }
        for row in rows(include_str!("../../lexicon/abbreviations.tsv")) {
            match cell(&row, 1) {
                "month" => _ = self.mark(cell(&row, 0), Marks::CALENDAR),
                "number" | "never" => _ = self.mark(cell(&row, 0), Marks::COMMON),
                _ => {}
            }
        }
        for row in rows(include_str!("../../lexicon/given_names.tsv")) {
            self.mark(cell(&row, 0), Marks::GIVEN_NAME);
        }
        for row in rows(include_str!("../../lexicon/name_words.tsv")) {
            let mark = match cell(&row, 1) {
                "organisation" => Marks::ORGANISATION,
                "place" => Marks::PLACE,
                "street" => Marks::STREET,
                "business" => Marks::BUSINESS,
                "county" => Marks::COUNTY,
                "before_language" => Marks::BEFORE_LANGUAGE,
                "after_language" => Marks::AFTER_LANGUAGE,
                "other" => Marks::OTHER,
                _ => Marks::LOCATIVE,
            };
            self.mark(cell(&row, 0), mark);
        }
        for row in rows(include_str!("../../lexicon/country_hints.tsv")) {
            let words = self.words_of(cell(&row, 0));
            let countries = list(cell(&row, 1)).filter_map(CountryCode::parse).collect();
            let weight = cell(&row, 2).parse().unwrap_or(0.0);
            self.lexicon.hint_rows.push((weight, countries));
            let leaf = self.lexicon.hint_rows.len() as u32 - 1;
            if let Some(first) = words.first() {
                self.lexicon.marks[first.0 as usize].0 |= Marks::HINT;
                self.lexicon.hints.insert(&words).get_or_insert(leaf);
            }
        }
        for row in rows(include_str!("../../lexicon/modality.tsv")) {
            let word = self.mark(cell(&row, 0), 0);
            if let Ok(mode) = Mode::parse(cell(&row, 1)) {
                self.lexicon.modes.insert(word, mode);
            }
            self.add_verb_forms(cell(&row, 0));
        }
        for row in rows(include_str!("../../lexicon/action_nouns.tsv")) {
            self.mark(cell(&row, 0), Marks::ACT);
            self.add_plural(cell(&row, 0));
        }
        for row in rows(include_str!("../../lexicon/verbs.tsv")) {
            let base = self.word(cell(&row, 0));
            for form in (1..5).flat_map(|column| list(cell(&row, column))) {
                self.add_form(form, base);
            }
        }
    }

    fn add_form(&mut self, form: &str, base: WordId) {
        let form = self.word(form);
        if form != base {
            let bases = self.lexicon.bases.entry(form).or_default();
            if !bases.contains(&base) {
                bases.push(base);
            }
        }
    }

    /// The regular forms of a verb. An irregular one has its own in the table; the regular ones
    /// made here beside them ("goed") do no harm, since nobody writes them.
    fn add_verb_forms(&mut self, base: &str) {
        let id = self.word(base);
        let consonant_y = base
            .strip_suffix('y')
            .filter(|stem| !stem.ends_with(is_vowel));
        let (third, past) = match consonant_y {
            Some(stem) => (format!("{stem}ies"), format!("{stem}ied")),
            None if base.ends_with('e') => (format!("{base}s"), format!("{base}d")),
            None if takes_es(base) => (format!("{base}es"), format!("{base}ed")),
            None => (format!("{base}s"), format!("{base}ed")),
        };
        let gerund = match base.strip_suffix('e') {
            Some(stem) if !stem.ends_with(['e', 'o', 'i']) => format!("{stem}ing"),
            Some(stem) if stem.ends_with('i') => format!("{}ying", &stem[..stem.len() - 1]),
            _ => format!("{base}ing"),
        };
        for form in [third, past, gerund] {
            self.add_form(&form, id);
        }
    }

    /// The regular plural of a noun.
    fn add_plural(&mut self, singular: &str) {
        let id = self.word(singular);
        self.add_form(&plural(singular), id);
    }

    fn add_name(&mut self, surface: &str, name: Name) {
        if surface.chars().filter(|c| c.is_alphabetic()).count() < 2 {
            return;
        }
        // "CBŚ" is a police bureau, "CBS" an American broadcaster.
        let is_acronym = !surface.contains(' ') && surface.chars().all(|c| !c.is_lowercase());
        if let Some(plain) = without_accents(surface).filter(|_| !is_acronym) {
            self.add_spelling(&plain, name.clone());
        }
        // "al-Qaeda" is written "al Qaeda" as often.
        if surface.contains("l-") && surface.to_lowercase().contains("al-") {
            self.add_spelling(
                &surface.replace("al-", "al ").replace("Al-", "Al "),
                name.clone(),
            );
        }
        self.add_spelling(surface, name);
    }

    /// The words of a name, which must be cased as they are here.
    fn cased_words(&mut self, surface: &str, name: &mut Name) -> Vec<WordId> {
        let words = self.words_of(surface);
        name.capitals = 0;
        for (at, token) in self.tokens.iter().enumerate().take(32) {
            name.capitals |= u32::from(token.case.is_capitalised()) << at;
        }
        // A short name all in capitals is an acronym; "US" must not be found in "us" or "Us".
        name.acronym = words.len() == 1 && self.tokens[0].case == Case::Upper;
        name.mixed = words.len() == 1 && self.tokens[0].case == Case::Mixed;
        words
    }

    fn add_spelling(&mut self, surface: &str, mut name: Name) {
        let words = self.cased_words(surface, &mut name);
        let Some(first) = words.first() else { return };
        self.lexicon.marks[first.0 as usize].0 |= Marks::OPENS_NAME;
        let readings = &mut self.lexicon.readings;
        let leaf = self.lexicon.names.insert(&words).get_or_insert_with(|| {
            readings.push(Vec::new());
            readings.len() as u32 - 1
        });
        let readings = &mut readings[*leaf as usize];
        let known = readings.iter_mut().find(|other| {
            other.kind == name.kind && other.country == name.country && other.years == name.years
        });
        match known {
            Some(known) => known.ambiguous |= name.ambiguous,
            None => readings.push(name),
        }
    }

    fn read_places(&mut self) {
        let country = |code: &str| CountryCode::parse(code);
        for row in rows(include_str!("../../lexicon/countries.tsv")) {
            let code = country(cell(&row, 0));
            let canonical = cell(&row, 3);
            self.add_name(canonical, Name::new(NameKind::Country, code, canonical));
        }
        for row in rows(include_str!("../../lexicon/country_names.tsv")) {
            let code = country(cell(&row, 1));
            let kind = match cell(&row, 2) {
                "demonym" | "adjective" => NameKind::Demonym,
                _ => NameKind::Country,
            };
            let canonical = match (kind, code) {
                (NameKind::Country, Some(code)) => code.name(),
                _ => cell(&row, 0),
            };
            let mut name = Name::new(kind, code, canonical);
            name.ambiguous = cell(&row, 3) == "yes";
            self.add_name(cell(&row, 0), name);
        }
        for row in rows(include_str!("../../lexicon/regions.tsv")) {
            // "The world" is no place that an article is about.
            if cell(&row, 2).is_empty() {
                continue;
            }
            for surface in std::iter::once(cell(&row, 1)).chain(list(cell(&row, 3))) {
                self.add_name(surface, Name::new(NameKind::Region, None, cell(&row, 1)));
            }
        }
        for row in rows(include_str!("../../lexicon/divisions.tsv")) {
            for surface in std::iter::once(cell(&row, 0)).chain(list(cell(&row, 2))) {
                let mut name = Name::new(NameKind::Division, country(cell(&row, 1)), cell(&row, 0));
                name.ambiguous = cell(&row, 3) == "yes";
                name.weight = 1_000_000;
                self.add_name(surface, name);
            }
        }
        for row in rows(include_str!("../../lexicon/cities.tsv")) {
            let kind = match cell(&row, 4) {
                "yes" => NameKind::Capital,
                _ => NameKind::City,
            };
            for surface in std::iter::once(cell(&row, 0)).chain(list(cell(&row, 5))) {
                let mut name = Name::new(kind, country(cell(&row, 1)), cell(&row, 0));
                name.ambiguous = cell(&row, 6) == "yes";
                name.weight = cell(&row, 3).parse().unwrap_or(0);
                self.add_name(surface, name);
            }
        }
    }

    fn read_actors(&mut self) {
        for row in rows(include_str!("../../lexicon/institutions.tsv")) {
            let mut name = Name::new(
                NameKind::Institution,
                CountryCode::parse(cell(&row, 1)),
                cell(&row, 0),
            );
            name.sector = Sector::parse(cell(&row, 2)).ok();
            if matches!(name.sector, Some(Sector::Bus | Sector::Med)) {
                name.country = None;
            }

            name.ambiguous = cell(&row, 4) == "yes";
            self.add_name(cell(&row, 0), name);
        }
        for row in rows(include_str!("../../lexicon/leaders.tsv")) {
            let surfaces = [cell(&row, 0), cell(&row, 6)]
                .into_iter()
                .chain(list(cell(&row, 7)));
            for surface in surfaces.filter(|surface| !surface.is_empty()) {
                let country = CountryCode::parse(cell(&row, 1));
                let mut name = Name::new(NameKind::Leader, country, cell(&row, 0));
                name.sector = Sector::parse(cell(&row, 3)).ok();
                name.years = (
                    cell(&row, 4).parse().unwrap_or(0),
                    cell(&row, 5).parse().unwrap_or(u16::MAX),
                );
                self.add_name(surface, name);
            }
        }
        for row in rows(include_str!("../../lexicon/organisations.tsv")) {
            for surface in std::iter::once(cell(&row, 0)).chain(list(cell(&row, 1))) {
                let country = CountryCode::parse(cell(&row, 3));
                let mut name = Name::new(NameKind::Organisation, country, cell(&row, 0));
                name.sector = Sector::parse(cell(&row, 2)).ok();
                // A company or newspaper does not stand for the country of its seat.
                if matches!(name.sector, Some(Sector::Bus | Sector::Med)) {
                    name.home = name.country.take();
                    if let (Some(Sector::Med), Some(home)) = (name.sector, name.home) {
                        self.lexicon.outlets.insert(squeezed(surface), home);
                    }
                }

                self.add_name(surface, name);
            }
        }
        for row in rows(include_str!("../../lexicon/things.tsv")) {
            let kind = match cell(&row, 1) {
                "water" | "us_place" => EntityType::Place,
                "team" => EntityType::Organization,
                "person" => EntityType::Person,
                _ => EntityType::Other,
            };
            // "Paris, Texas" is in the United States; nothing else here leads to a country.
            let country = CountryCode::parse("US").filter(|_| cell(&row, 1) == "us_place");
            self.add_name(
                cell(&row, 0),
                Name::new(NameKind::Thing(kind), country, cell(&row, 0)),
            );
        }
        for row in rows(include_str!("../../lexicon/agents.tsv")) {
            let Ok(sector) = Sector::parse(cell(&row, 2)) else {
                continue;
            };
            let kind = match cell(&row, 3) {
                "person" => AgentKind::Person,
                "instrument" => AgentKind::Instrument,
                _ => AgentKind::Group,
            };
            let abroad = cell(&row, 4) == "yes";
            self.lexicon.agent_rows.push(Agent {
                sector,
                kind,
                abroad,
            });
            let leaf = self.lexicon.agent_rows.len() as u32 - 1;
            let singular = cell(&row, 0).to_owned();
            let plurals: Vec<String> = match cell(&row, 1) {
                "" => vec![plural(&singular)],
                irregular => list(irregular).map(str::to_owned).collect(),
            };
            for surface in std::iter::once(singular).chain(plurals) {
                let words = self.words_of(&surface);
                if let Some(first) = words.first() {
                    self.lexicon.marks[first.0 as usize].0 |= Marks::OPENS_AGENT;
                    self.lexicon.agents.insert(&words).get_or_insert(leaf);
                }
            }
        }
        for row in rows(include_str!("../../lexicon/titles.tsv")) {
            self.lexicon
                .title_rows
                .push(Sector::parse(cell(&row, 1)).ok());
            let leaf = self.lexicon.title_rows.len() as u32 - 1;
            let words = self.words_of(cell(&row, 0));
            if let Some(first) = words.first() {
                self.lexicon.marks[first.0 as usize].0 |= Marks::OPENS_TITLE;
                self.lexicon.titles.insert(&words).get_or_insert(leaf);
            }
        }
    }

    /// Reads the user's lexicon: aliases last, as they may stand for names that it gives.
    fn read_user(&mut self, user: &UserLexicon) -> Result<(), UserLexiconError> {
        let mut names = Vec::new();
        for row in user.rows() {
            names.extend(own_name(row).map(|name| (row, name)));
        }
        for (row, name) in &names {
            for surface in &row.spellings {
                self.add_own(surface, name.clone());
            }
        }
        let mut aliases = Vec::new();
        for row in user.rows() {
            if let UserEntry::Alias(of) = &row.entry {
                aliases.push((row, self.aliased(of, row.line)?));
            }
        }
        for (row, readings) in &aliases {
            for surface in &row.spellings {
                for name in readings {
                    self.add_own(surface, name.clone());
                }
            }
        }
        // What is written without its accents, unless that is a name of its own.
        let names = names
            .into_iter()
            .map(|(row, name)| (row, vec![name]))
            .chain(aliases);
        for (row, readings) in names {
            for surface in row
                .spellings
                .iter()
                .filter_map(|name| without_accents(name))
            {
                let words = self.words_of(&surface);
                if self.lexicon.own.get(&words).is_none() {
                    for name in &readings {
                        self.add_own(&surface, name.clone());
                    }
                }
            }
        }
        Ok(())
    }

    fn add_own(&mut self, surface: &str, mut own: OwnName) {
        let words = self.cased_words(surface, &mut own.name);
        let rows = &mut self.lexicon.own_rows;
        let leaf = self.lexicon.own.insert(&words).get_or_insert_with(|| {
            rows.push(Vec::new());
            rows.len() as u32 - 1
        });
        rows[*leaf as usize].push(own);
    }

    /// All that a name stands for: by the user's own rows, else by the bundled tables.
    fn aliased(&mut self, name: &str, line: usize) -> Result<Vec<OwnName>, UserLexiconError> {
        let words = self.words_of(name);
        let lexicon = &self.lexicon;
        let rows = match (lexicon.own.get(&words), lexicon.names.get(&words)) {
            (Some(leaf), _) => lexicon.own_rows[leaf as usize].clone(),
            (None, Some(leaf)) => lexicon.readings[leaf as usize]
                .iter()
                .cloned()
                .map(|name| OwnName {
                    name: Name {
                        // It was doubtful for its words, and these are others.
                        ambiguous: false,
                        ..name
                    },
                    is_ignored: false,
                })
                .collect(),
            (None, None) => return Err(lexicon.no_such_name(name, line)),
        };
        // "georgia" typed in haste is Georgia, but who types "US" does not mean "us".
        let fits = |row: &&OwnName| row.name.fits(&self.tokens);
        Ok(match rows.iter().any(|row| fits(&row)) {
            true => rows.iter().filter(fits).cloned().collect(),
            false => rows,
        })
    }

    fn settle_stems(&mut self) {
        let Lexicon {
            words,
            bases,
            stems,
            ..
        } = &mut self.lexicon;
        let mut texts = vec![""; words.len() + 1];
        for (text, id) in words.iter() {
            texts[id.0 as usize] = text;
        }
        *stems = (0..texts.len())
            .map(
                |id| match bases.get(&WordId(id as u32)).map(Vec::as_slice) {
                    Some([base, ..]) => stem_of(texts[base.0 as usize]),
                    _ => stem_of(texts[id]),
                },
            )
            .collect();
    }

    fn read_phrases(&mut self) -> Result<(), LexiconError> {
        for row in rows(include_str!("../../lexicon/complements.tsv")) {
            for verb in list(cell(&row, 0)) {
                let action = Pattern::parse(verb, cell(&row, 2), cell(&row, 3), "")
                    .map_err(|error| LexiconError::Phrase {
                        table: "complements.tsv",
                        phrase: row.join(" "),
                        error,
                    })?
                    .first()
                    .and_then(|pattern| pattern.action);
                let verb_id = self.word(verb);
                self.add_verb_forms(verb);
                if let Some(action) = action {
                    self.lexicon
                        .complements
                        .entry(verb_id)
                        .or_default()
                        .push((cell(&row, 1), action));
                }
            }
        }
        for row in rows(include_str!("../../lexicon/refinements.tsv")) {
            let code = |column| CameoCode::parse(cell(&row, column)).ok();
            let Some((code, deeper)) = code(0).zip(code(2)) else {
                continue;
            };
            let words: Vec<WordId> = list(cell(&row, 1))
                .map(|word| {
                    self.add_plural(word);
                    self.word(word)
                })
                .collect();
            self.lexicon
                .refinements
                .entry(code)
                .or_default()
                .push((words, deeper));
        }
        for (table, text) in Lexicon::actions() {
            for row in rows(text) {
                let written = cell(&row, 0);
                let patterns = Pattern::parse(written, cell(&row, 1), cell(&row, 2), cell(&row, 3))
                    .map_err(|error| LexiconError::Phrase {
                        table,
                        phrase: written.to_owned(),
                        error,
                    })?;
                for phrase in patterns {
                    for verb in &phrase.verbs {
                        self.add_verb_forms(verb);
                    }
                    for word in phrase.words() {
                        // A word of a phrase may be a noun or a second verb: it gets both kinds
                        // of forms.
                        self.add_plural(word);
                        self.add_verb_forms(word);
                    }
                    let phrase = phrase.resolve(&mut |word| self.word(word));
                    for &verb in &phrase.verbs {
                        self.lexicon
                            .phrases
                            .entry(verb)
                            .or_default()
                            .push(phrase.clone());
                    }
                }
            }
        }
        Ok(())
    }
}

impl Name {
    fn new(kind: NameKind, country: Option<CountryCode>, canonical: &str) -> Self {
        let sector = matches!(kind, NameKind::Country | NameKind::Capital).then_some(Sector::Gov);
        Self {
            kind,
            country,
            sector,
            canonical: canonical.into(),
            ambiguous: false,
            weight: 0,
            years: ALL_YEARS,
            home: None,
            capitals: 0,
            acronym: false,
            mixed: false,
        }
    }

    /// The bit that stands for the name's kind, with another for names that are also words.
    fn kind_bit(&self) -> u64 {
        let kind = match self.kind {
            NameKind::Country => 0,
            NameKind::Demonym => 1,
            NameKind::Region => 2,
            NameKind::Capital => 3,
            NameKind::City => 4,
            NameKind::Division => 5,
            NameKind::Institution => 6,
            NameKind::Leader => 7,
            NameKind::Organisation => 8,
            NameKind::Thing(EntityType::Person) => 9,
            NameKind::Thing(EntityType::Organization) => 10,
            NameKind::Thing(EntityType::Place) => 11,
            NameKind::Thing(_) => 12,
        };
        1 << kind | u64::from(self.ambiguous) << 13
    }

    /// Whether the name is a single word in capitals.
    pub fn is_acronym(&self) -> bool {
        self.acronym
    }
}

/// What a row of the user's lexicon says of its words; `None` where that is for another name to
/// say.
fn own_name(row: &UserRow) -> Option<OwnName> {
    let name = match &row.entry {
        UserEntry::Alias(_) => return None,
        UserEntry::Ignored => Name::new(NameKind::Thing(EntityType::Other), None, ""),
        UserEntry::Name {
            canonical,
            kind,
            country,
            sector,
            years,
        } => {
            let kind = match kind {
                EntityType::Person => NameKind::Leader,
                EntityType::Organization => NameKind::Organisation,
                EntityType::Place => NameKind::City,
                EntityType::Nationality => NameKind::Demonym,
                EntityType::Other => NameKind::Thing(EntityType::Other),
            };
            Name {
                sector: *sector,
                years: *years,
                ..Name::new(kind, *country, canonical)
            }
        }
    };
    Some(OwnName {
        name,
        is_ignored: row.entry == UserEntry::Ignored,
    })
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

fn takes_es(word: &str) -> bool {
    ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|ending| word.ends_with(ending))
}

/// The regular plural.
fn plural(singular: &str) -> String {
    match singular
        .strip_suffix('y')
        .filter(|stem| !stem.ends_with(is_vowel))
    {
        Some(stem) => format!("{stem}ies"),
        None if takes_es(singular) => format!("{singular}es"),
        None => match singular.strip_suffix("man") {
            Some(stem) if stem != "hu" && stem != "ger" && stem != "ro" => format!("{stem}men"),
            _ => format!("{singular}s"),
        },
    }
}

/// The span of a run of tokens.
pub fn span_of(tokens: &[Token]) -> ByteSpan {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => ByteSpan {
            start: first.span.start,
            end: last.span.end,
        },
        _ => ByteSpan::default(),
    }
}
