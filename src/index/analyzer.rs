//! How text becomes terms: the same for articles as they are indexed and for queries.
//!
//! An article's words are stemmed as its language asks for. Terms carry their language unless it
//! is English (`fr` + `TAG` + `reform`), so that the stems of two languages never meet by
//! accident, and an index of English articles alone holds nothing but plain words. A query asks
//! for its words in every vocabulary that the index holds.
//!
//! Scripts that put no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) and
//! Korean, whose words end in particles, are cut into overlapping pairs of characters, whatever
//! the language of the article: a word of a query is then a phrase of pairs, and finds exactly
//! the texts that hold it. A character here is a letter with the marks on it. The last one of a
//! run is a term by itself, so that every character begins some term.
//!
//! An abbreviation in capitals, `US` or `U.S.`, gives beside the term of the word, `us`, one in
//! capitals. A query that writes the periods asks for that one, so that `U.S.` finds no "us" and
//! `U.N.` no "Kim Jong Un".
//!
//! Tantivy does not store analyzers with an index, so their version is part of
//! [`Versions`](super::Versions) and checked when an index is opened.

use crate::text::letters::{character_end, fold, is_mark, is_unspaced, plain};
use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHasher;
use std::borrow::Cow;
use std::hash::Hasher;
use std::ops::Range;
use tantivy::Index;
use tantivy::tokenizer::{
    AsciiFoldingFilter, BoxTokenStream, RawTokenizer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

/// The analyzer of titles and texts: see [`prose`].
pub const PROSE: &str = "prose";
/// The analyzer of names: words in lower case, without accents.
pub const NAMES: &str = "names";

/// The analyzer of words as people see them: see [`seen`].
pub const SEEN: &str = "seen";

/// Stands after the language of a term or of a text that is to be indexed; it is in no word.
const TAG: char = '\u{1}';

/// Longer words are not indexed: they are encoded data, not language. In characters.
const LONGEST_WORD: usize = 64;

/// For how many words an analyzer has room to remember their terms, as a power of two. They fit the
/// cache of a core, and five of six words of news are among them.
const REMEMBERED: u32 = 13;
/// Longer words are not remembered, nor are longer terms. In bytes.
const MEMORABLE: usize = 24;

/// A text that is no longer may well be an abbreviation and nothing else. In bytes.
const SHORT_TEXT: usize = 8;

/// What an apostrophe inside a word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apostrophe {
    /// Nothing: `don't` is `dont`, `зв'язок` is `звязок`.
    Joins,
    /// What stands before it is an article or the like: `l'Ukraine` is `Ukraine`.
    Precedes,
    /// What follows it is an ending: `Ankara'da` is `Ankara`.
    Ends,
}

/// The words of a language, or of all that are not stemmed: how they are written and which terms
/// they give.
#[derive(Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// What its terms begin with; empty for English.
    tag: &'static str,
    /// The ISO 639-1 codes of its languages.
    languages: &'static [&'static str],
    stemmer: Option<Algorithm>,
    apostrophe: Apostrophe,
}

const fn stemmed(
    tag: &'static str,
    languages: &'static [&'static str],
    stemmer: Algorithm,
) -> Vocabulary {
    Vocabulary {
        tag,
        languages,
        stemmer: Some(stemmer),
        apostrophe: Apostrophe::Joins,
    }
}

const fn elided(language: &'static [&'static str], stemmer: Algorithm) -> Vocabulary {
    Vocabulary {
        tag: language[0],
        languages: language,
        stemmer: Some(stemmer),
        apostrophe: Apostrophe::Precedes,
    }
}

/// English with its pidgin, and what is in no known language: a text too short to tell is most
/// often that.
static ENGLISH: Vocabulary = stemmed("", &["en", "pcm"], Algorithm::English);

/// The languages without a stemmer.
static UNSTEMMED: Vocabulary = Vocabulary {
    tag: "x",
    languages: &[],
    stemmer: None,
    apostrophe: Apostrophe::Joins,
};

/// Names, in any language.
static NAME_WORDS: Vocabulary = Vocabulary {
    tag: "",
    languages: &[],
    stemmer: None,
    apostrophe: Apostrophe::Joins,
};

/// Words as people see them: one vocabulary for all languages, but for what an apostrophe means.
static SEEN_WORDS: [Vocabulary; 3] = [
    seen_words(Apostrophe::Joins),
    seen_words(Apostrophe::Precedes),
    seen_words(Apostrophe::Ends),
];

const fn seen_words(apostrophe: Apostrophe) -> Vocabulary {
    Vocabulary {
        tag: "",
        languages: &[],
        stemmer: None,
        apostrophe,
    }
}

static STEMMED: [Vocabulary; 29] = [
    stemmed("ar", &["ar"], Algorithm::Arabic),
    elided(&["ca"], Algorithm::Catalan),
    stemmed("cs", &["cs"], Algorithm::Czech),
    stemmed("da", &["da"], Algorithm::Danish),
    stemmed("de", &["de"], Algorithm::German),
    stemmed("el", &["el"], Algorithm::Greek),
    stemmed("es", &["es"], Algorithm::Spanish),
    stemmed("et", &["et"], Algorithm::Estonian),
    stemmed("eu", &["eu"], Algorithm::Basque),
    stemmed("fa", &["fa"], Algorithm::Persian),
    stemmed("fi", &["fi"], Algorithm::Finnish),
    elided(&["fr"], Algorithm::French),
    elided(&["ga"], Algorithm::Irish),
    stemmed("hi", &["hi"], Algorithm::Hindi),
    stemmed("hu", &["hu"], Algorithm::Hungarian),
    stemmed("hy", &["hy"], Algorithm::Armenian),
    stemmed("id", &["id", "ms"], Algorithm::Indonesian),
    elided(&["it"], Algorithm::Italian),
    stemmed("lt", &["lt"], Algorithm::Lithuanian),
    stemmed("ne", &["ne"], Algorithm::Nepali),
    stemmed("nl", &["nl", "af"], Algorithm::Dutch),
    stemmed("no", &["no", "nb", "nn"], Algorithm::Norwegian),
    stemmed("pl", &["pl"], Algorithm::Polish),
    stemmed("pt", &["pt"], Algorithm::Portuguese),
    stemmed("ro", &["ro"], Algorithm::Romanian),
    stemmed("ru", &["ru"], Algorithm::Russian),
    stemmed("sv", &["sv"], Algorithm::Swedish),
    stemmed("ta", &["ta"], Algorithm::Tamil),
    Vocabulary {
        tag: "tr",
        languages: &["tr"],
        stemmer: Some(Algorithm::Turkish),
        apostrophe: Apostrophe::Ends,
    },
];

impl Vocabulary {
    /// The vocabulary of a language by its ISO 639-1 code; English where it is not known.
    pub fn of(language: Option<&str>) -> &'static Self {
        let Some(language) = language else {
            return &ENGLISH;
        };
        std::iter::once(&ENGLISH)
            .chain(&STEMMED)
            .find(|vocabulary| vocabulary.languages.contains(&language))
            .unwrap_or(&UNSTEMMED)
    }

    /// The ISO 639-1 code of its first language; empty for the languages without a stemmer.
    pub(super) fn first_language(&self) -> &'static str {
        self.languages.first().copied().unwrap_or_default()
    }

    /// Whether a word and its term begin with the same letter, whatever the word: endings alone
    /// are taken off, and nothing is put before the term.
    pub fn keeps_first_letters(&self) -> bool {
        self == &ENGLISH
    }
}

/// Calls `take` with the words of a text as people see them, in lower case: where each stands, its
/// position as the index counts it, and itself. What is cut into pairs is left out, and so are
/// words that begin with another letter of ASCII than `firsts` names, which is in lower case.
pub fn each_word(
    text: &str,
    vocabulary: &'static Vocabulary,
    firsts: Option<&[bool; 256]>,
    mut take: impl FnMut(Range<usize>, usize, &str),
) {
    let mut written = String::new();
    let (mut at, mut position) = (0, 0);
    while let Some(start) = next_start(text, at) {
        if text[start..].starts_with(is_unspaced) {
            at = character_end(text, start);
        } else {
            at = word_end(text, start);
            let kept = kept(&text[start..at], vocabulary.apostrophe);
            let place = start + kept.start..start + kept.end;
            let first = text.as_bytes().get(place.start);
            let is_wanted = |firsts: &[bool; 256]| {
                first.is_none_or(|b| !b.is_ascii() || firsts[usize::from(b.to_ascii_lowercase())])
            };
            if firsts.is_none_or(is_wanted)
                && write_lower(&text[place.clone()], vocabulary, &mut written)
            {
                take(place, position, &written);
            }
        }
        position += 1;
    }
}

/// Registers the analyzers with an index.
pub fn register(index: &Index) {
    let by_language = |analyzer: &dyn Fn(&'static Vocabulary) -> TextAnalyzer| {
        let all = [&ENGLISH, &UNSTEMMED].into_iter().chain(&STEMMED);
        let all = all.map(|vocabulary| (vocabulary.tag, analyzer(vocabulary)));
        TextAnalyzer::from(ByLanguage(all.collect()))
    };
    let many = |vocabulary, purpose| TextAnalyzer::from(Words::of(vocabulary, purpose, true));
    let prose = by_language(&|vocabulary| many(vocabulary, Use::Indexed));
    let seen = by_language(&|vocabulary| many(seen_vocabulary(vocabulary), Use::SeenOnce));
    index.tokenizers().register(PROSE, prose);
    index.tokenizers().register(SEEN, seen);
    index.tokenizers().register(NAMES, names());
}

/// The analyzer of texts in one vocabulary: words in lower case, stemmed, without accents.
pub fn prose(vocabulary: &'static Vocabulary) -> TextAnalyzer {
    analyzer(vocabulary, Use::Indexed)
}

/// The analyzer of names.
pub fn names() -> TextAnalyzer {
    analyzer(&NAME_WORDS, Use::Named)
}

/// The analyzer of the words of texts in one vocabulary as people see them: in lower case, without
/// accents, but not stemmed and, so that a word means one thing to whoever types it, not marked
/// with the language. Scripts without spaces have no such words.
pub fn seen(vocabulary: &'static Vocabulary) -> TextAnalyzer {
    analyzer(seen_vocabulary(vocabulary), Use::Seen)
}

fn seen_vocabulary(vocabulary: &'static Vocabulary) -> &'static Vocabulary {
    SEEN_WORDS
        .iter()
        .find(|words| words.apostrophe == vocabulary.apostrophe)
        .unwrap_or(&SEEN_WORDS[0])
}

/// An analyzer of what a query asks for in one vocabulary.
pub fn asked_prose(vocabulary: &'static Vocabulary) -> TextAnalyzer {
    analyzer(vocabulary, Use::Asked)
}

/// The analyzer of the names that a query asks for.
pub fn asked_names() -> TextAnalyzer {
    analyzer(&NAME_WORDS, Use::AskedByName)
}

fn analyzer(vocabulary: &'static Vocabulary, purpose: Use) -> TextAnalyzer {
    TextAnalyzer::from(Words::of(vocabulary, purpose, false))
}

/// A text as the index is to be given it, so that [`PROSE`] knows its language.
pub fn tagged<'a>(language: Option<&str>, text: &'a str) -> Cow<'a, str> {
    let tag = Vocabulary::of(language).tag;
    if tag.is_empty() && !text.starts_with(TAG) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{TAG}{tag}{TAG}{text}"))
}

/// The terms of a text, in order.
pub fn terms(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    analyzer
        .token_stream(text)
        .process(&mut |token| terms.push(token.text.clone()));
    terms
}

/// The terms of a text with their positions, counted from the first.
pub fn placed_terms(analyzer: &mut TextAnalyzer, text: &str) -> Vec<(usize, String)> {
    let mut terms: Vec<(usize, String)> = Vec::new();
    analyzer
        .token_stream(text)
        .process(&mut |token| terms.push((token.position, token.text.clone())));
    let first = terms.first().map_or(0, |&(position, _)| position);
    for (position, _) in &mut terms {
        *position -= first;
    }
    terms
}

/// Whether a term is a single character of a script that is cut into pairs: it stands for all
/// pairs that begin with it.
pub fn is_single(term: &str) -> bool {
    term.starts_with(is_unspaced) && character_end(term, 0) == term.len()
}

/// Whether a term is of a script that is cut into pairs.
pub fn is_unspaced_term(term: &str) -> bool {
    term.starts_with(is_unspaced)
}

/// The runs of a text that are cut into pairs.
pub fn unspaced_runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(is_unspaced(c) || is_mark(c)))
        .filter(|run| run.starts_with(is_unspaced))
}

/// Reads the language of a text from its tag and analyses it so.
#[derive(Clone)]
struct ByLanguage(Vec<(&'static str, TextAnalyzer)>);

impl Tokenizer for ByLanguage {
    type TokenStream<'a> = BoxTokenStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> BoxTokenStream<'a> {
        let (tag, text) = text
            .strip_prefix(TAG)
            .and_then(|text| text.split_once(TAG))
            .unwrap_or(("", text));
        let known = self.0.iter().position(|(known, _)| *known == tag);
        self.0[known.unwrap_or(0)].1.token_stream(text)
    }
}

/// Splits at everything but letters and digits, with what people write inside words: `U.S.` is
/// `US`, `AT&T` stays, `3.5` and `1,000` stay, `don't` is `dont` and `Petro's` is `Petro`.
#[derive(Clone)]
struct Words {
    token: Token,
    terms: Terms,
}

impl Words {
    /// `many` says that there are enough texts to come for it to remember their words.
    fn of(vocabulary: &'static Vocabulary, purpose: Use, many: bool) -> Self {
        Self {
            token: Token::default(),
            terms: Terms {
                vocabulary,
                purpose,
                stemmer: vocabulary.stemmer.map(Stemmer::new),
                folding: None,
                remembers: many,
                slots: Vec::new(),
                texts: 0,
            },
        }
    }
}

/// What terms are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// To find an article by.
    Indexed,
    /// To look for: the last character of a run of pairs is then no term of its own.
    Asked,
    /// To find an article by a name in it, where capitals say nothing.
    Named,
    /// To look for a name.
    AskedByName,
    /// To find words by their shape: there are no pairs then.
    Seen,
    /// The same: where they stand is not indexed, so that each is given once a text as far as it is
    /// remembered.
    SeenOnce,
}

struct WordStream<'a> {
    text: &'a str,
    at: usize,
    /// Whether words in capitals are not abbreviations for that: all of the text is.
    shouts: bool,
    /// The term in capitals that the word given last has too.
    capitals: Option<String>,
    /// Whether a pair that ends at the character at `at` has been given.
    within_run: bool,
    terms: &'a mut Terms,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        self.terms.texts += 1;
        WordStream {
            text,
            at: 0,
            shouts: text.len() > SHORT_TEXT && !text.bytes().any(|b| b.is_ascii_lowercase()),
            capitals: None,
            within_run: false,
            terms: &mut self.terms,
            token: &mut self.token,
        }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        if let Some(capitals) = self.capitals.take() {
            self.token.text = capitals;
            return true;
        }
        loop {
            let Some(start) = next_start(self.text, self.at) else {
                return false;
            };
            self.within_run &= start == self.at;
            self.token.position = self.token.position.wrapping_add(1);
            self.token.text.clear();
            let found = if self.text[start..].starts_with(is_unspaced) {
                self.pair(start)
            } else {
                self.within_run = false;
                self.word(start)
            };
            if found {
                return true;
            }
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

impl WordStream<'_> {
    /// The character at `start` with the one after it.
    fn pair(&mut self, start: usize) -> bool {
        let first = character_end(self.text, start);
        let goes_on = self.text[first..].starts_with(is_unspaced);
        let end = if goes_on {
            character_end(self.text, first)
        } else {
            first
        };
        let is_last = self.within_run && !goes_on;
        self.at = first;
        self.within_run = goes_on;
        match self.terms.purpose {
            Use::Asked | Use::AskedByName if is_last => false,
            Use::Seen | Use::SeenOnce => false,
            _ => self.take(start..end),
        }
    }

    fn word(&mut self, start: usize) -> bool {
        let end = word_end(self.text, start);
        self.at = end;
        self.take(start..end)
    }

    /// Gives the term of a word or pair, unless it has none or was given before.
    fn take(&mut self, place: Range<usize>) -> bool {
        let written = &self.text[place.clone()];
        let (purpose, text) = (self.terms.purpose, self.terms.texts);
        if let Some(slot) = self.terms.remembered(written) {
            self.token.offset_from = place.start + usize::from(slot.kept.0);
            self.token.offset_to = place.start + usize::from(slot.kept.1);
            let before = std::mem::replace(&mut slot.text, text);
            if purpose == Use::SeenOnce && before == text {
                return false;
            }
            self.token.text.push_str(slot.term());
            return true;
        }
        let Some(word) = self.terms.word(written) else {
            return false;
        };
        self.token.offset_from = place.start + word.kept.start;
        self.token.offset_to = place.start + word.kept.end;
        self.token.text.push_str(&word.term);
        self.capitals = word.capitals.filter(|_| word.has_periods || !self.shouts);
        true
    }
}

/// Makes words into terms: in lower case, stemmed, without accents, tagged with their language.
#[derive(Clone)]
struct Terms {
    vocabulary: &'static Vocabulary,
    purpose: Use,
    stemmer: Option<Stemmer>,
    /// Folds what is not ASCII; made when it is first needed.
    folding: Option<TextAnalyzer>,
    /// Whether it remembers terms: texts hold the same words again and again.
    remembers: bool,
    /// The words that it remembers, each where its hash says; made when they are first needed.
    slots: Vec<Slot>,
    /// How many texts it has been given.
    texts: u32,
}

/// A word that is remembered. It fills a line of the processor's cache.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// The last text that it was given for.
    text: u32,
    /// Its length as it is written, and that of its term.
    lengths: (u8, u8),
    /// The part of it that the term is made of.
    kept: (u8, u8),
    written: [u8; MEMORABLE],
    term: [u8; MEMORABLE],
}

impl Slot {
    fn term(&self) -> &str {
        let term = &self.term[..usize::from(self.lengths.1)];
        std::str::from_utf8(term).unwrap_or_default()
    }
}

/// What a word, or a pair of characters, is to the index.
struct Word {
    term: String,
    /// A term beside it, for an abbreviation.
    capitals: Option<String>,
    has_periods: bool,
    /// The part of it that the term is made of.
    kept: Range<usize>,
}

impl Terms {
    /// What is remembered of a word.
    fn remembered(&mut self, written: &str) -> Option<&mut Slot> {
        let slot = self.slots.get_mut(place_of(written))?;
        let length = usize::from(slot.lengths.0);
        (length > 0 && slot.written[..length] == *written.as_bytes()).then_some(slot)
    }

    fn remember(&mut self, written: &str, word: &Word) {
        let (Some(own), Some(term)) = (padded(written), padded(&word.term)) else {
            return;
        };
        if self.slots.is_empty() {
            self.slots = vec![Slot::default(); 1 << REMEMBERED];
        }
        self.slots[place_of(written)] = Slot {
            text: self.texts,
            lengths: (written.len() as u8, word.term.len() as u8),
            kept: (word.kept.start as u8, word.kept.end as u8),
            written: own,
            term,
        };
    }

    /// A word or pair as it is written; `None` when it is too long to be one.
    fn word(&mut self, written: &str) -> Option<Word> {
        let word = match written.starts_with(is_unspaced) {
            true => self.pair(written),
            false => self.spaced(written)?,
        };
        if self.remembers && word.capitals.is_none() {
            self.remember(written, &word);
        }
        Some(word)
    }

    fn pair(&mut self, written: &str) -> Word {
        let mut letters = String::new();
        push_plain(written, &mut letters);
        Word {
            term: self.finish(letters),
            capitals: None,
            has_periods: false,
            kept: 0..written.len(),
        }
    }

    fn spaced(&mut self, written: &str) -> Option<Word> {
        let kept = kept(written, self.vocabulary.apostrophe);
        let part = &written[kept.clone()];
        let mut term = String::new();
        if !write_lower(part, self.vocabulary, &mut term) {
            return None;
        }
        // Stemmers know the letters of their language, so accents are folded after them. English
        // comes last: what has accents in it is foreign to its stemmer.
        if self.vocabulary != &ENGLISH
            && let Some(stemmer) = &self.stemmer
        {
            term = stemmer.stem(&term).into_owned();
        }
        let (mut capitals, mut has_periods) = (None, false);
        if let Some((short, periods)) = abbreviation(part) {
            has_periods = periods;
            match self.purpose {
                Use::Indexed => capitals = Some(self.finish(short)),
                Use::Asked if periods => term = short,
                _ => {}
            }
        }
        Some(Word {
            term: self.finish(term),
            capitals,
            has_periods,
            kept,
        })
    }

    /// Folds what is left of accents, stems English, and tags the term.
    fn finish(&mut self, mut letters: String) -> String {
        if !letters.is_ascii() {
            let folding = self.folding.get_or_insert_with(|| {
                TextAnalyzer::builder(RawTokenizer::default())
                    .filter(AsciiFoldingFilter)
                    .build()
            });
            let mut stream = folding.token_stream(&letters);
            let folded = stream.advance().then(|| stream.token().text.clone());
            drop(stream);
            letters = folded.unwrap_or_default();
        }
        if letters.starts_with(is_unspaced) {
            return letters;
        }
        let is_short = is_in_capitals(&letters);
        let mut term = match self.vocabulary.tag {
            "" => String::new(),
            tag => format!("{tag}{TAG}"),
        };
        if term.is_empty() && letters.is_ascii() {
            term = letters;
        } else {
            letters.chars().for_each(|c| fold(c, &mut term));
        }
        if self.vocabulary == &ENGLISH
            && !is_short
            && let Some(english) = &self.stemmer
        {
            // What the stemmer gives back is most often the word, or its beginning.
            match english.stem(&term) {
                Cow::Borrowed(stem) if term.starts_with(stem) => {
                    let length = stem.len();
                    term.truncate(length);
                }
                stem => term = stem.into_owned(),
            }
        }
        term
    }
}

/// The slot of a word.
fn place_of(written: &str) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(written.as_bytes());
    // It is the lower bits that are mixed best.
    hasher.finish() as usize & ((1 << REMEMBERED) - 1)
}

/// The letters of a word in a slot; `None` where they do not fit.
fn padded(word: &str) -> Option<[u8; MEMORABLE]> {
    let mut letters = [0; MEMORABLE];
    letters
        .get_mut(..word.len())?
        .copy_from_slice(word.as_bytes());
    Some(letters)
}

/// Writes a word in lower case, without what is no letter of it; `false` when it is too long to be
/// one.
fn write_lower(word: &str, vocabulary: &Vocabulary, out: &mut String) -> bool {
    out.clear();
    push_word(word, out);
    if out.len() >= LONGEST_WORD && out.chars().count() >= LONGEST_WORD {
        return false;
    }
    if out.is_ascii() && vocabulary.tag != "tr" {
        out.make_ascii_lowercase();
    } else {
        *out = lower_case(out, vocabulary.tag);
    }
    if vocabulary.tag == "ar" {
        *out = without_article(out);
    }
    true
}

/// Where the next word or pair starts.
fn next_start(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            return Some(at);
        }
        if !byte.is_ascii() {
            return text[at..]
                .find(char::is_alphanumeric)
                .map(|offset| at + offset);
        }
        at += 1;
    }
    None
}

/// The letters of a word that is two or three capitals, and whether it is written with periods.
fn abbreviation(word: &str) -> Option<(String, bool)> {
    let bytes = word.as_bytes();
    if !matches!(bytes, [b'A'..=b'Z', b'A'..=b'Z' | b'.', ..]) {
        return None;
    }
    let word = word
        .strip_suffix(['s', 'S'])
        .and_then(|word| word.strip_suffix(is_apostrophe))
        .unwrap_or(word);
    let letters: String = word.chars().filter(|&c| c != '.').collect();
    let is_short = (2..=3).contains(&letters.len());
    let is_capital = letters.bytes().all(|b| b.is_ascii_uppercase());
    (is_short && is_capital).then(|| (letters, word.contains('.')))
}

/// Whether a term is of an abbreviation in capitals.
fn is_in_capitals(term: &str) -> bool {
    term.starts_with(|c: char| c.is_ascii_uppercase())
}

/// Where the word that starts at `start` ends.
fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let run = |from: usize| {
        let letters = bytes[from..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric());
        let end = from + letters.count();
        match bytes.get(end) {
            Some(byte) if !byte.is_ascii() => text[end..]
                .find(|c: char| !(c.is_ascii_alphanumeric() || !c.is_ascii() && is_inside(c)))
                .map_or(text.len(), |length| end + length),
            _ => end,
        }
    };
    let mut end = run(start);
    loop {
        // Most words end at a space.
        if bytes.get(end) == Some(&b' ') {
            return end;
        }
        let mut rest = text[end..].chars();
        let (Some(mark), Some(next)) = (rest.next(), rest.next()) else {
            return end;
        };
        let word = &text[start..end];
        let joined = match mark {
            _ if is_unspaced(next) => false,
            '\'' | '’' | 'ʼ' => next.is_alphabetic(),
            '"' | '״' | '׳' => is_hebrew(next) && word.ends_with(is_hebrew),
            '&' => {
                next.is_uppercase() && word.chars().all(char::is_uppercase)
                    || is_short(word) && is_short(&text[end + 1..run(end + 1)])
            }
            '.' if next.is_alphabetic() => is_single_letter(word),
            '.' | ',' => next.is_ascii_digit() && word.ends_with(|c: char| c.is_ascii_digit()),
            // Inside an Indic word it shapes a letter; in Persian it parts a word from its ending.
            '\u{200c}' | '\u{200d}' => {
                next.is_alphabetic() && !word.ends_with(is_arabic) && !next.is_ascii()
            }
            _ => false,
        };
        if !joined {
            return end;
        }
        end = run(end + mark.len_utf8());
    }
}

fn is_inside(c: char) -> bool {
    (c.is_alphanumeric() || is_mark(c)) && !is_unspaced(c)
}

fn is_single_letter(word: &str) -> bool {
    let piece = word.rsplit('.').next().unwrap_or(word);
    piece.chars().count() == 1 && piece.starts_with(char::is_alphabetic)
}

/// Whether a piece is as long as those of `at&t` and `r&d`, however they are cased.
fn is_short(word: &str) -> bool {
    let piece = word.rsplit('&').next().unwrap_or(word);
    (1..=3).contains(&piece.chars().count()) && piece.chars().all(char::is_alphanumeric)
}

fn is_hebrew(c: char) -> bool {
    matches!(c, '\u{5d0}'..='\u{5ea}')
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6ff}')
}

/// The part of a word that its term is made of.
fn kept(word: &str, apostrophe: Apostrophe) -> std::ops::Range<usize> {
    let whole = 0..word.len();
    if word.is_ascii() && !word.contains('\'') {
        return whole;
    }
    let cut = match apostrophe {
        Apostrophe::Joins => None,
        Apostrophe::Ends => word.char_indices().find(|&(_, c)| is_apostrophe(c)),
        Apostrophe::Precedes => word.char_indices().rfind(|&(_, c)| is_apostrophe(c)),
    };
    match cut {
        None => whole,
        Some((at, mark)) => {
            let after = at + mark.len_utf8();
            // "McDonald's" in French has no article.
            if apostrophe == Apostrophe::Ends || matches!(&word[after..], "s" | "S") {
                0..at
            } else {
                after..word.len()
            }
        }
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

/// Writes the word without apostrophes and the periods of abbreviations, and without "'s".
fn push_word(word: &str, out: &mut String) {
    let word = word
        .strip_suffix(['s', 'S'])
        .and_then(|stem| stem.strip_suffix(is_apostrophe))
        .unwrap_or(word);
    if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        out.push_str(word);
        return;
    }
    let number = word.starts_with(|c: char| c.is_ascii_digit());
    for c in word.chars() {
        if !is_apostrophe(c) && (number || c != '.') && c != ',' {
            plain(c, out);
        }
    }
}

fn push_plain(word: &str, out: &mut String) {
    word.chars().for_each(|c| plain(c, out));
}

/// Lower case. In Turkish, I is the capital of ı and İ that of i.
fn lower_case(word: &str, tag: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'I' if tag == "tr" => out.push('ı'),
            'İ' => out.push('i'),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// An Arabic word without its article and what stands before that: the stemmer takes them from some
/// forms of a word and not from others.
fn without_article(word: &str) -> String {
    const SHORTEST: usize = 3;
    let mut folded = String::with_capacity(word.len());
    word.chars().for_each(|c| fold(c, &mut folded));
    let rest = ["وال", "فال", "بال", "كال", "ولل", "لل", "ال"]
        .iter()
        .find_map(|article| folded.strip_prefix(article))
        .filter(|rest| rest.chars().count() >= SHORTEST);
    rest.map(str::to_owned).unwrap_or(folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of a text in a language, without its tag.
    fn words(language: &str, text: &str) -> Vec<String> {
        let vocabulary = Vocabulary::of(Some(language));
        terms(&mut prose(vocabulary), text)
            .iter()
            .map(|term| term.rsplit(TAG).next().unwrap_or(term).to_owned())
            .collect()
    }

    #[test]
    fn finds_what_people_mean() {
        let of = |text: &str| terms(&mut names(), text);
        assert_eq!(
            of("U.S.-led, US and U.S.A."),
            ["us", "led", "us", "and", "usa"]
        );
        assert_eq!(of("AT&T don’t; Petro's"), ["at&t", "dont", "petro"]);
        assert_eq!(
            of("at&t R&D q&a's rock&roll a& b"),
            ["at&t", "r&d", "q&a", "rock", "roll", "a", "b"]
        );
        assert_eq!(
            of("covid-19 rose 3.5% to 1,000"),
            ["covid", "19", "rose", "3.5", "to", "1000"]
        );
        assert_eq!(of("Bogotá Élysée"), ["bogota", "elysee"]);
        assert_eq!(
            words("en", "sanctions sanctioned İzmir"),
            ["sanction", "sanction", "izmir"]
        );
    }

    #[test]
    fn stems_each_language_before_it_folds_accents() {
        // The words of each list are one term.
        let lists = [
            ("fr", "réforme réformes Réformes"),
            ("fr", "élections ÉLECTION l'élection"),
            ("de", "Wahl Wahlen"),
            ("de", "Straße Strasse Straßen"),
            ("de", "Häuser Häusern"),
            ("es", "elección elecciones"),
            ("es", "acusación acusaciones"),
            ("it", "elezione elezioni dell'elezione"),
            ("pt", "manifestação manifestações"),
            ("ru", "выборы выборов выборах"),
            ("ru", "ещё еще"),
            ("tr", "İstanbul ISTANBUL İstanbul'da"),
            ("el", "εκλογές ΕΚΛΟΓΕΣ"),
            ("ar", "الانتخابات انتخابات والانتخابات"),
            ("ar", "مُحَمَّد محمد محـمد"),
            ("hi", "चुनाव चुनावों"),
            ("uk", "зв'язок зв’язок"),
            ("yo", "Nàìjíríà Naijiria"),
            ("yo", "ẹ̀kọ́ eko"),
        ];
        let wrong: Vec<_> = lists
            .iter()
            .map(|(language, list)| (language, words(language, list)))
            .filter(|(_, all)| all.iter().any(|word| word != &all[0]))
            .collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn abbreviations_have_a_term_in_capitals() {
        let indexed = words("en", "The U.S. told us: UN, USA's NATO, Un. US-led");
        assert_eq!(
            indexed.join(" "),
            "the us US told us un UN usa USA nato un us US led"
        );
        let asked = |text| terms(&mut asked_prose(&ENGLISH), text).join(" ");
        assert_eq!(
            asked("U.S. US us U.N. p.m. U.S.S.R."),
            "US us us UN pm ussr"
        );
        let shouted = words("en", "TOLD US THAT THE U.S. WON");
        assert_eq!(shouted.join(" "), "told us that the us US won");
        assert_eq!(terms(&mut names(), "The UN U.S."), ["the", "un", "us"]);
        assert_eq!(
            words("fr", "l'ONU aux États-Unis (U.S.)")
                .last()
                .map(String::as_str),
            Some("US")
        );
    }

    #[test]
    fn words_are_seen_as_they_are_written() {
        for (language, text, wanted) in [
            (
                "en",
                "Sanctions, U.S. don't AT&T 3.5%",
                "sanctions us dont at&t 3.5",
            ),
            ("fr", "Les réformes de l'Élysée", "les reformes de elysee"),
            ("tr", "ISTANBUL İstanbul'da", "istanbul istanbul"),
            ("de", "Straßen", "strassen"),
            ("zh", "北京2024年", "2024"),
        ] {
            let words = terms(&mut seen(Vocabulary::of(Some(language))), text);
            assert_eq!(words.join(" "), wanted);
        }
    }

    #[test]
    fn no_two_vocabularies_share_a_word() {
        let term = |language| terms(&mut prose(Vocabulary::of(language)), "police");
        let all = [None, Some("fr"), Some("sw"), Some("de")].map(term);
        assert_eq!(all[0], ["polic"]);
        assert_eq!(all[0], term(Some("en")));
        assert_eq!(
            all[2],
            term(Some("so")),
            "languages without a stemmer share one"
        );
        for (at, one) in all.iter().enumerate() {
            assert!(!all[at + 1..].contains(one), "{all:?}");
        }
    }

    #[test]
    fn a_tag_names_the_language_and_cannot_be_forged() {
        let mut analyzer = TextAnalyzer::from(ByLanguage(
            [&ENGLISH, Vocabulary::of(Some("fr"))]
                .map(|vocabulary| (vocabulary.tag, prose(vocabulary)))
                .to_vec(),
        ));
        let mut of = |language, text| terms(&mut analyzer, &tagged(language, text));
        assert_eq!(of(Some("fr"), "réformes"), ["fr\u{1}reform"]);
        assert_eq!(of(Some("en"), "reforms"), ["reform"]);
        assert_eq!(of(None, "\u{1}fr\u{1}reforms"), ["fr", "reform"]);
    }

    #[test]
    fn marks_do_not_split_words() {
        for (language, text) in [
            ("bn", "বাংলাদেশ ক্‌ষমতা"),
            ("hi", "प्रधानमंत्री"),
            ("ne", "काठमाडौं"),
            ("am", "ኢትዮጵያ"),
            ("ta", "தமிழ்நாடு"),
            ("he", "צה״ל"),
        ] {
            let all = words(language, text);
            assert_eq!(all.len(), text.split(' ').count(), "{all:?}");
        }
        assert_eq!(words("hi", "२०२४ में")[0], "2024");
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_pairs() {
        assert_eq!(
            words("zh", "北京2024年, 中国"),
            ["北京", "京", "2024", "年", "中国", "国"]
        );
        assert_eq!(words("ja", "東京の"), ["東京", "京の", "の"]);
        assert_eq!(words("ko", "대통령은"), ["대통", "통령", "령은", "은"]);
        assert_eq!(words("th", "น้ำท่วม"), ["น้ำท่", "ท่ว", "วม", "ม"]);
        assert_eq!(words("my", "မြန်မာ"), ["မြန်", "န်မာ", "မာ"]);
        let mut asked = asked_prose(&ENGLISH);
        assert_eq!(
            placed_terms(&mut asked, "北京人 vs 中"),
            [(0, "北京"), (1, "京人"), (3, "vs"), (4, "中")]
                .map(|(at, term)| (at, term.to_owned()))
        );
        assert!(is_single("中") && is_single("น้ำ") && !is_single("中国") && !is_single("a"));
        assert_eq!(
            unspaced_runs("x北京 and น้ำ").collect::<Vec<_>>(),
            ["北京", "น้ำ"]
        );
    }
}
