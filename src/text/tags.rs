//! Tagging: the part of speech of each word of a sentence.
//!
//! [`Tagger::tag`] goes from left to right, once, and gives each word the tag that an averaged
//! perceptron scores highest. What it looks at is chosen to hold for news although the model
//! learned from web text: endings, shapes, neighbours, and whether the whole line is set in
//! capitals or as a headline, where a capital says nothing about names.

use super::forms::{SentenceCase, WordForm};
use super::habits::{Census, Habits};
use super::perceptron::{
    Learner, ModelError, Random, Scorer, Weights, best, feature, merge, unpack,
};

/// The part of speech of a word: a Universal Dependencies class, divided where coding events
/// needs it (the forms of verbs) or the parser does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Tag {
    /// A common noun in the singular: *army*.
    Noun,
    /// A common noun in the plural: *troops*.
    NounPlural,
    /// A proper name, or a word of one: *Colombia*.
    Name,
    /// A proper name in the plural: *Syrians*.
    NamePlural,
    /// An adjective: *military*.
    Adjective,
    /// An adjective in the comparative: *larger*.
    Comparative,
    /// An adjective in the superlative: *largest*.
    Superlative,
    /// An adverb: *abroad*.
    Adverb,
    /// An adverb in the comparative or superlative: *more*, *most*.
    AdverbComparative,
    /// An asking or relative adverb: *where*.
    AdverbWh,
    /// A preposition: *against*.
    Adposition,
    /// The particle of a phrasal verb: *out* in *carried out*.
    Particle,
    /// A determiner: *the*.
    Determiner,
    /// An asking or relative determiner: *which* in *which side*.
    DeterminerWh,
    /// A personal or indefinite pronoun: *they*, *someone*.
    Pronoun,
    /// A possessive pronoun: *their*.
    PronounPossessive,
    /// A demonstrative pronoun: *this* in *this is war*.
    PronounDemonstrative,
    /// An asking or relative pronoun: *who*, *which*, *that*.
    PronounWh,
    /// *there* in *there is*.
    Existential,
    /// A verb in the bare form: *attack* in *to attack*.
    VerbBase,
    /// A finite verb in the past tense: *attacked*.
    VerbPast,
    /// A finite verb in the present tense, not third person singular: *attack*.
    VerbPresent,
    /// A finite verb in the third person singular of the present: *attacks*.
    VerbThird,
    /// A past participle: *arrested* in *was arrested*.
    VerbParticiple,
    /// A gerund or present participle: *attacking*.
    VerbGerund,
    /// An auxiliary in the bare form: *be*.
    AuxBase,
    /// An auxiliary in the past tense: *was*.
    AuxPast,
    /// An auxiliary in the present tense, not third person singular: *have*.
    AuxPresent,
    /// An auxiliary in the third person singular of the present: *is*.
    AuxThird,
    /// An auxiliary as past participle: *been*.
    AuxParticiple,
    /// An auxiliary as present participle: *being*.
    AuxGerund,
    /// A modal auxiliary: *will*, *could*.
    Modal,
    /// The ending *'s* of the possessive.
    Possessive,
    /// *to* before a verb.
    To,
    /// *not* and *n't*.
    Not,
    /// A coordinating conjunction: *and*.
    Coordinator,
    /// A subordinating conjunction: *that*, *because*.
    Subordinator,
    /// A number: *12*, *three*.
    Number,
    /// An interjection: *yes*.
    Interjection,
    /// A symbol: *$*, *%*.
    Symbol,
    /// A comma.
    Comma,
    /// What ends a sentence: a full stop, a question or exclamation mark.
    Stop,
    /// A colon, semicolon, dash or ellipsis.
    Colon,
    /// A quotation mark.
    Quote,
    /// A bracket.
    Bracket,
    /// A hyphen within a word.
    Hyphen,
    /// None of these: foreign words, scraps.
    Other,
}

/// The classes of Universal Dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordClass {
    /// `NOUN`.
    Noun,
    /// `PROPN`.
    Name,
    /// `ADJ`.
    Adjective,
    /// `ADV`.
    Adverb,
    /// `ADP`.
    Adposition,
    /// `DET`.
    Determiner,
    /// `PRON`.
    Pronoun,
    /// `VERB`.
    Verb,
    /// `AUX`.
    Auxiliary,
    /// `PART`.
    Particle,
    /// `CCONJ`.
    Coordinator,
    /// `SCONJ`.
    Subordinator,
    /// `NUM`.
    Number,
    /// `INTJ`.
    Interjection,
    /// `SYM`.
    Symbol,
    /// `PUNCT`.
    Punctuation,
    /// `X`.
    Other,
}

impl Tag {
    /// Whether the word is a verb other than an auxiliary.
    pub fn is_verb(self) -> bool {
        matches!(
            self,
            Self::VerbBase
                | Self::VerbPast
                | Self::VerbPresent
                | Self::VerbThird
                | Self::VerbParticiple
                | Self::VerbGerund
        )
    }

    /// All tags, each at the place of its number.
    pub const ALL: [Self; 47] = [
        Self::Noun,
        Self::NounPlural,
        Self::Name,
        Self::NamePlural,
        Self::Adjective,
        Self::Comparative,
        Self::Superlative,
        Self::Adverb,
        Self::AdverbComparative,
        Self::AdverbWh,
        Self::Adposition,
        Self::Particle,
        Self::Determiner,
        Self::DeterminerWh,
        Self::Pronoun,
        Self::PronounPossessive,
        Self::PronounDemonstrative,
        Self::PronounWh,
        Self::Existential,
        Self::VerbBase,
        Self::VerbPast,
        Self::VerbPresent,
        Self::VerbThird,
        Self::VerbParticiple,
        Self::VerbGerund,
        Self::AuxBase,
        Self::AuxPast,
        Self::AuxPresent,
        Self::AuxThird,
        Self::AuxParticiple,
        Self::AuxGerund,
        Self::Modal,
        Self::Possessive,
        Self::To,
        Self::Not,
        Self::Coordinator,
        Self::Subordinator,
        Self::Number,
        Self::Interjection,
        Self::Symbol,
        Self::Comma,
        Self::Stop,
        Self::Colon,
        Self::Quote,
        Self::Bracket,
        Self::Hyphen,
        Self::Other,
    ];

    /// The class that Universal Dependencies gives such a word.
    #[must_use]
    pub const fn class(self) -> WordClass {
        match self {
            Self::Noun | Self::NounPlural => WordClass::Noun,
            Self::Name | Self::NamePlural => WordClass::Name,
            Self::Adjective | Self::Comparative | Self::Superlative => WordClass::Adjective,
            Self::Adverb | Self::AdverbComparative | Self::AdverbWh => WordClass::Adverb,
            Self::Adposition | Self::Particle => WordClass::Adposition,
            Self::Determiner | Self::DeterminerWh => WordClass::Determiner,
            Self::Pronoun
            | Self::PronounPossessive
            | Self::PronounDemonstrative
            | Self::PronounWh
            | Self::Existential => WordClass::Pronoun,
            Self::VerbBase
            | Self::VerbPast
            | Self::VerbPresent
            | Self::VerbThird
            | Self::VerbParticiple
            | Self::VerbGerund => WordClass::Verb,
            Self::AuxBase
            | Self::AuxPast
            | Self::AuxPresent
            | Self::AuxThird
            | Self::AuxParticiple
            | Self::AuxGerund
            | Self::Modal => WordClass::Auxiliary,
            Self::Possessive | Self::To | Self::Not => WordClass::Particle,
            Self::Coordinator => WordClass::Coordinator,
            Self::Subordinator => WordClass::Subordinator,
            Self::Number => WordClass::Number,
            Self::Interjection => WordClass::Interjection,
            Self::Symbol => WordClass::Symbol,
            Self::Comma | Self::Stop | Self::Colon | Self::Quote | Self::Bracket | Self::Hyphen => {
                WordClass::Punctuation
            }
            Self::Other => WordClass::Other,
        }
    }

    /// The tag for what a treebank says of a word: its universal and its Penn part of speech.
    #[must_use]
    pub fn from_treebank(universal: &str, penn: &str) -> Self {
        match (universal, penn) {
            ("NOUN", "NNS" | "NNPS") => Self::NounPlural,
            ("NOUN", _) => Self::Noun,
            ("PROPN", "NNPS" | "NNS") => Self::NamePlural,
            ("PROPN", _) => Self::Name,
            ("ADJ", "JJR") => Self::Comparative,
            ("ADJ", "JJS") => Self::Superlative,
            ("ADJ", _) => Self::Adjective,
            ("ADV", "RBR" | "RBS") => Self::AdverbComparative,
            ("ADV", "WRB") => Self::AdverbWh,
            ("ADV", _) => Self::Adverb,
            ("ADP", "RP") => Self::Particle,
            ("ADP", _) => Self::Adposition,
            ("DET", "WDT") => Self::DeterminerWh,
            ("DET", _) => Self::Determiner,
            ("PRON", "PRP$" | "WP$") => Self::PronounPossessive,
            ("PRON", "DT") => Self::PronounDemonstrative,
            ("PRON", "WDT" | "WP") => Self::PronounWh,
            ("PRON", "EX") => Self::Existential,
            ("PRON", _) => Self::Pronoun,
            ("VERB", "VBD") => Self::VerbPast,
            ("VERB", "VBP") => Self::VerbPresent,
            ("VERB", "VBZ") => Self::VerbThird,
            ("VERB", "VBN") => Self::VerbParticiple,
            ("VERB", "VBG") => Self::VerbGerund,
            ("VERB", _) => Self::VerbBase,
            ("AUX", "MD") => Self::Modal,
            ("AUX", "VBD") => Self::AuxPast,
            ("AUX", "VBP") => Self::AuxPresent,
            ("AUX", "VBZ") => Self::AuxThird,
            ("AUX", "VBN") => Self::AuxParticiple,
            ("AUX", "VBG") => Self::AuxGerund,
            ("AUX", _) => Self::AuxBase,
            ("PART", "POS") => Self::Possessive,
            ("PART", "TO") => Self::To,
            ("PART", _) => Self::Not,
            ("CCONJ", _) => Self::Coordinator,
            ("SCONJ", _) => Self::Subordinator,
            ("NUM", _) => Self::Number,
            ("INTJ", _) => Self::Interjection,
            ("SYM", _) => Self::Symbol,
            ("PUNCT", ",") => Self::Comma,
            ("PUNCT", ".") => Self::Stop,
            ("PUNCT", "``" | "''") => Self::Quote,
            ("PUNCT", "-LRB-" | "-RRB-") => Self::Bracket,
            ("PUNCT", "HYPH") => Self::Hyphen,
            ("PUNCT", _) => Self::Colon,
            _ => Self::Other,
        }
    }
}

/// How many weights a row of the tagger has: one a tag, filled up to whole machine vectors.
const ROW: usize = 48;

/// Gives each word of a sentence its part of speech.
#[derive(Debug, Clone)]
pub struct Tagger {
    weights: Weights<ROW>,
    habits: Habits,
}

/// Working memory of a [`Tagger`], to be used again for the next sentence.
#[derive(Debug, Default)]
pub struct Scratch {
    words: Vec<WordForm>,
    features: Vec<u64>,
    lower: Vec<u8>,
}

impl Scratch {
    /// Reads the words of a sentence, and how it uses capitals.
    fn read(&mut self, words: &[&str]) -> SentenceCase {
        self.words.clear();
        for word in words {
            self.words.push(WordForm::read(word, &mut self.lower));
        }
        SentenceCase::of(&self.words)
    }
}

impl Tagger {
    /// Reads a tagger from its tables, those of `models/tagger.bin.zst`.
    ///
    /// # Errors
    ///
    /// When the bytes are not such a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let (weights, rest) = Weights::read(bytes)?;
        Ok(Self {
            weights,
            habits: Habits::read(rest)?,
        })
    }

    /// The tagger that comes with this program.
    ///
    /// # Errors
    ///
    /// Never, unless the program was built with a damaged `models/tagger.bin.zst`.
    pub fn bundled() -> Result<Self, ModelError> {
        Self::from_bytes(&unpack(include_bytes!("../../models/tagger.bin.zst"))?)
    }

    /// The bytes from which [`Tagger::from_bytes`] reads this tagger.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.weights.write(&mut bytes);
        self.habits.write(&mut bytes);
        bytes
    }

    /// Puts the tag of each of `words`, one sentence, into `out`, which is emptied first.
    pub fn tag(&self, words: &[&str], scratch: &mut Scratch, out: &mut Vec<Tag>) {
        let case = scratch.read(words);
        out.clear();
        for (position, word) in scratch.words.iter().enumerate() {
            let habit = self.habits.class_of(situation(word, case, out));
            let tag = habit.and_then(|class| Tag::ALL.get(class).copied());
            out.push(tag.unwrap_or_else(|| {
                look(&scratch.words, out, position, case, &mut scratch.features);
                choose(&self.weights.scores(&scratch.features))
            }));
        }
    }

    /// Forms habits: what the tagger decides in the sentences of a corpus it will decide without a
    /// second look where it always decides alike.
    pub fn form_habits<'a>(&mut self, corpus: impl Iterator<Item = Vec<&'a str>>) {
        let mut census = Census::default();
        let (mut scratch, mut tags) = (Scratch::default(), Vec::new());
        for words in corpus {
            let case = scratch.read(&words);
            tags.clear();
            for (position, word) in scratch.words.iter().enumerate() {
                look(&scratch.words, &tags, position, case, &mut scratch.features);
                let tag = choose(&self.weights.scores(&scratch.features));
                census.note(situation(word, case, &tags), tag as usize);
                tags.push(tag);
            }
        }
        self.habits = census.habits();
    }
}

/// The tag that scores highest.
fn choose(scores: &[i32; ROW]) -> Tag {
    best(scores, |class| class < Tag::ALL.len()).map_or(Tag::Other, |class| Tag::ALL[class])
}

/// What is first seen of a word: itself, how it and its sentence are written, and the tag before.
fn situation(word: &WordForm, case: SentenceCase, before: &[Tag]) -> u64 {
    let tag = before.last().map_or(63, |&tag| tag as u64);
    let written = (word.shape as u64) << 4 | case as u64;
    feature(40, word.lower, written << 6 | tag)
}

/// Stands for a word before the beginning or after the end.
const OUTSIDE: u64 = 0x7a5c;

/// Collects the features by which the word at `position` is tagged, given the tags `before` it.
fn look(
    words: &[WordForm],
    before: &[Tag],
    position: usize,
    case: SentenceCase,
    features: &mut Vec<u64>,
) {
    let Some(word) = words.get(position) else {
        return;
    };
    let near = |offset: isize| {
        position
            .checked_add_signed(offset)
            .and_then(|p| words.get(p))
    };
    let lower = |offset| near(offset).map_or(OUTSIDE, |w| w.lower);
    let suffix = |offset, length| near(offset).map_or(OUTSIDE, |w| w.suffix(length));
    let shape = |offset| near(offset).map_or(31, |w| w.shape as u64);
    let tag = |back| {
        position
            .checked_sub(back)
            .and_then(|p| before.get(p))
            .map_or(63, |&tag| tag as u64)
    };
    let (tag1, tag2) = (tag(1), tag(2));
    let tags = tag1 << 6 | tag2;
    let case = case as u64;
    let first = u64::from(position == 0);
    let own_shape = (word.shape as u64) << 8 | case << 4 | first;
    let short = word.length.min(4) as u64;
    features.clear();
    features.extend([
        feature(1, 0, 0),
        feature(2, word.lower, 0),
        feature(3, word.lower, own_shape),
        feature(4, word.suffix(1), 0),
        feature(5, word.suffix(2), 0),
        feature(6, word.suffix(3), 0),
        feature(7, word.suffix(4), 0),
        feature(8, word.suffix(5), 0),
        feature(9, word.prefix(1), 0),
        feature(10, word.prefix(2), 0),
        feature(11, word.prefix(3), 0),
        feature(12, own_shape, short),
        feature(13, own_shape, word.suffix(3)),
        feature(14, own_shape, tag1),
        feature(15, tag1, 0),
        feature(16, tags, 0),
        feature(17, tag1, word.lower),
        feature(18, tags, word.suffix(3)),
        feature(19, tag1, word.suffix(2)),
        feature(20, lower(-1), 0),
        feature(21, lower(-1), word.lower),
        feature(22, lower(-1), word.suffix(3)),
        feature(23, lower(-2), 0),
        feature(24, lower(1), 0),
        feature(25, lower(1), word.lower),
        feature(26, lower(1), word.suffix(3)),
        feature(27, lower(2), 0),
        feature(28, suffix(1, 3), 0),
        feature(29, suffix(1, 2), shape(1)),
        feature(30, suffix(1, 3), tag1),
        feature(31, lower(1), tag1),
        feature(32, suffix(2, 3), 0),
        feature(33, shape(-1) << 8 | shape(1), own_shape),
        feature(34, lower(1), lower(-1)),
        feature(35, lower(1), lower(2)),
        feature(36, suffix(-1, 3), tag1),
    ]);
}

/// A sentence to learn from.
#[derive(Debug, Clone)]
pub struct Tagged<'a> {
    /// Its words.
    pub words: Vec<&'a str>,
    /// Their tags.
    pub tags: Vec<Tag>,
}

/// How a tagger is trained.
#[derive(Debug, Clone, Copy)]
pub struct Training {
    /// How many times all sentences are gone through.
    pub epochs: usize,
    /// How many taggers are trained, each in its own order, and merged into one.
    pub committee: u64,
    /// How many features keep their weights.
    pub rows: usize,
}

/// By how much the right tag must win in training.
const MARGIN: i32 = 20;

/// How many of an example's features training leaves out.
const THINNING: f64 = 0.1;

/// Learns a tagger from tagged sentences.
#[must_use]
pub fn train(sentences: &[Tagged<'_>], training: Training) -> Tagger {
    let learners: Vec<_> = (0..training.committee)
        .map(|seed| learn(sentences, training.epochs, seed))
        .collect();
    Tagger {
        weights: merge(&learners, training.rows),
        habits: Habits::default(),
    }
}

fn learn(sentences: &[Tagged<'_>], epochs: usize, seed: u64) -> Learner<ROW> {
    let mut random = Random::new(seed);
    let mut learner = Learner::new(MARGIN);
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    let mut scratch = Scratch::default();
    let mut guesses = Vec::new();
    for _ in 0..epochs {
        random.shuffle(&mut order);
        for &number in &order {
            let Tagged { words, tags } = &sentences[number];
            let case = scratch.read(words);
            guesses.clear();
            for (position, &tag) in tags.iter().enumerate().take(words.len()) {
                look(
                    &scratch.words,
                    &guesses,
                    position,
                    case,
                    &mut scratch.features,
                );
                random.thin(&mut scratch.features, THINNING);
                let scores = learner.scores(&scratch.features);
                let right = tag as usize;
                let wrong = |class| class < Tag::ALL.len() && class != right;
                if let Some(rival) = best(&scores, wrong) {
                    learner.learn(&scratch.features, &scores, right, rival);
                }
                // What follows is learned behind the tags really given, errors included, because
                // that is what tagging will find there.
                guesses.push(choose(&scores));
            }
        }
    }
    learner
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(line: &str) -> Vec<Tag> {
        let words: Vec<&str> = line.split(' ').collect();
        let mut out = Vec::new();
        let tagger = Tagger::bundled().expect("a sound model");
        tagger.tag(&words, &mut Scratch::default(), &mut out);
        out
    }

    #[test]
    fn every_tag_stands_at_its_number() {
        for (number, tag) in Tag::ALL.into_iter().enumerate() {
            assert_eq!(tag as usize, number);
        }
    }

    #[test]
    fn tells_the_forms_of_verbs_apart() {
        use Tag::*;
        assert_eq!(
            tags("The mayor was arrested by police on Tuesday ."),
            [
                Determiner,
                Noun,
                AuxPast,
                VerbParticiple,
                Adposition,
                Noun,
                Adposition,
                Name,
                Stop
            ]
        );
        assert_eq!(tags("They did n't attack")[1..], [AuxPast, Not, VerbBase]);
        assert_eq!(
            tags("Rebels have attacked the town .")[1..3],
            [AuxPresent, VerbParticiple]
        );
        assert_eq!(tags("Troops will leave .")[1..3], [Modal, VerbBase]);
    }

    #[test]
    fn nothing_gives_nothing() {
        let mut out = vec![Tag::Noun];
        Tagger::bundled()
            .expect("a sound model")
            .tag(&[], &mut Scratch::default(), &mut out);
        assert!(out.is_empty());
    }

    #[test]
    fn a_cut_model_is_refused() {
        assert!(matches!(
            Tagger::from_bytes(b""),
            Err(ModelError::NotAModel { .. })
        ));
        let packed = include_bytes!("../../models/tagger.bin.zst");
        assert_eq!(unpack(&packed[..1000]), Err(ModelError::Damaged));
        let mut bytes = unpack(packed).expect("a whole file");
        bytes.push(0);
        assert!(matches!(
            Tagger::from_bytes(&bytes),
            Err(ModelError::Trailing(1))
        ));
    }
}
