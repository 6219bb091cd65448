//! Recognition: which words of an article are names, and whose.
//!
//! One pass from left to right gives each word that may belong to a name a label, the one that an
//! averaged perceptron scores highest. It looks at spelling, neighbours, the lexicon, groups of
//! words that stand in the same company ([`Clusters`]), and at what the article says elsewhere. Most
//! words are written small, stand beside no name and are passed over.

use super::annotations::EntityType;
use super::lexicon::Lexicon;
use super::mentions::{Tokenised, is_shouted, opens_clause};
use crate::text::forms::{SentenceCase, Shape, WordForm};
use crate::text::perceptron::{
    Learner, ModelError, Random, Scorer, Weights, best, feature, merge, mix, unpack,
};
use crate::text::{Sentence, Token};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// The type of a name, as the CoNLL shared task of 2003 divides them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Label {
    /// A human being.
    Person,
    /// An organisation.
    Organization,
    /// A place.
    Place,
    /// A nationality, event, work or any other name.
    Miscellaneous,
}

impl Label {
    /// All labels.
    pub const ALL: [Self; 4] = [
        Self::Person,
        Self::Organization,
        Self::Place,
        Self::Miscellaneous,
    ];

    /// The label of that name in data of the shared task: `PER`, `ORG`, `LOC`, `MISC`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "PER" => Some(Self::Person),
            "ORG" => Some(Self::Organization),
            "LOC" => Some(Self::Place),
            "MISC" => Some(Self::Miscellaneous),
            _ => None,
        }
    }

    /// The type that an entity of this label has when the lexicon does not say more.
    #[must_use]
    pub fn kind(self) -> EntityType {
        match self {
            Self::Person => EntityType::Person,
            Self::Organization => EntityType::Organization,
            Self::Place => EntityType::Place,
            Self::Miscellaneous => EntityType::Other,
        }
    }
}

/// A name: the tokens that it takes, and what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recognised {
    /// Which tokens of its part of the article.
    pub tokens: Range<usize>,
    /// What it names.
    pub label: Label,
}

/// Where a word stands in a name: outside, or at the beginning, inside, at the end of one, or the
/// whole of it. One number a tag: 0, or 1 + 4 × label + place.
type Tag = u8;

const OUTSIDE: Tag = 0;
const BEGIN: Tag = 0;
const INSIDE: Tag = 1;
const LAST: Tag = 2;
const UNIT: Tag = 3;

/// How many tags there are, and weights in a row.
const TAGS: usize = 17;

fn tag(label: Label, place: Tag) -> Tag {
    1 + 4 * label as Tag + place
}

/// Whether a word of tag `next` may follow one of tag `before`.
fn may_follow(before: Tag, next: Tag) -> bool {
    let open = |tag: Tag| tag != OUTSIDE && matches!((tag - 1) % 4, BEGIN | INSIDE);
    let goes_on = |tag: Tag| tag != OUTSIDE && matches!((tag - 1) % 4, INSIDE | LAST);
    if open(before) {
        goes_on(next) && (before - 1) / 4 == (next - 1) / 4
    } else {
        !goes_on(next)
    }
}

/// Which group each common word belongs to, by `examples/cluster_words.rs`.
#[derive(Debug)]
struct Clusters(FxHashMap<u64, u16>);

impl Clusters {
    fn bundled() -> Self {
        let rows = crate::ontology::table::rows(CLUSTERS);
        Self(
            rows.filter_map(|row| {
                let [word, group] = row[..] else { return None };
                Some((written(word.bytes()), group.parse().ok()?))
            })
            .collect(),
        )
    }

    /// The group of a word; 0 when it is in none. Where the sentence's capitals say nothing, a
    /// word is also looked up as it stands elsewhere.
    fn group(&self, word: &str, plain: bool) -> u64 {
        let digits = |b: u8| if b.is_ascii_digit() { b'0' } else { b };
        let find = |hash: u64| self.0.get(&hash).map(|&group| u64::from(group) + 1);
        find(written(word.bytes().map(digits)))
            .or_else(|| {
                let lower = || word.bytes().map(|b| b.to_ascii_lowercase());
                let initial = || {
                    let mut first = true;
                    lower().map(move |b| match std::mem::take(&mut first) {
                        true => b.to_ascii_uppercase(),
                        false => b,
                    })
                };
                if plain {
                    return None;
                }
                find(written(initial())).or_else(|| find(written(lower())))
            })
            .unwrap_or(0)
    }
}

/// The hash of a word as it is written.
fn written(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0, |hash, byte| mix(hash, u64::from(byte)))
}

/// The model and the groups of words as they are embedded: once, for they are large.
pub(super) static MODEL: &[u8] = include_bytes!("../../models/names.bin.zst");
pub(super) static CLUSTERS: &str = include_str!("../../models/clusters.tsv");

/// Recognises names.
#[derive(Debug)]
pub struct Recogniser {
    weights: Weights<TAGS>,
    clusters: Clusters,
}

/// What an article has told so far, and working memory that is kept from article to article.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Words seen with a capital where no rule asks for one, and words seen without one.
    capital: FxHashSet<u64>,
    small: FxHashSet<u64>,
    /// By word: the label of the name that it last stood in, and whether it ended it.
    labelled: FxHashMap<u64, u8>,
    /// The spelling of each token of the part.
    forms: Vec<WordForm>,
    words: Vec<Word>,
    tags: Vec<Tag>,
    features: Vec<u64>,
}

/// What is seen of a word beside its spelling.
#[derive(Debug, Clone, Copy)]
struct Word {
    form: WordForm,
    group: u64,
    /// What the lexicon knows of it by itself.
    marks: u64,
    /// The names of the lexicon that it stands in, and where.
    known: u64,
    /// Whether it may belong to a name.
    candidate: bool,
    /// Bounds of the run of candidates that it stands in.
    run: (u32, u32),
}

impl Recogniser {
    /// The recogniser that comes with the crate.
    ///
    /// # Errors
    /// Never, unless the crate was built with a damaged `models/names.bin.zst`.
    pub fn bundled() -> Result<Self, ModelError> {
        Self::from_bytes(&unpack(MODEL)?)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let (weights, rest) = Weights::read(bytes)?;
        if !rest.is_empty() {
            return Err(ModelError::Trailing(rest.len()));
        }
        Ok(Self {
            weights,
            clusters: Clusters::bundled(),
        })
    }

    /// The tables of `models/names.bin.zst`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.weights.write(&mut bytes);
        bytes
    }

    /// The names in one part of an article, in order. `memory` holds what the parts before told.
    pub(super) fn recognise(
        &self,
        lexicon: &Lexicon,
        text: &str,
        part: &Tokenised,
        memory: &mut Memory,
    ) -> Vec<Recognised> {
        let mut names = Vec::new();
        memory.read_part(lexicon, text, part);
        for sentence in &part.sentences {
            let case = memory.read(lexicon, &self.clusters, text, part, sentence);
            memory.tags.clear();
            for at in 0..memory.words.len() {
                let before = memory.tags.last().copied().unwrap_or(OUTSIDE);
                let tag = if memory.words[at].candidate {
                    look(memory, at, case);
                    choose(&self.weights.scores(&memory.features), before)
                } else {
                    OUTSIDE
                };
                close(&mut memory.tags, tag);
                memory.tags.push(tag);
            }
            close(&mut memory.tags, OUTSIDE);
            memory.learn_labels();
            spans(&memory.tags, sentence.tokens.start, &mut names);
        }
        names
    }
}

/// The best tag after `before`.
fn choose(scores: &[i32; TAGS], before: Tag) -> Tag {
    best(scores, |class| may_follow(before, class as Tag)).map_or(OUTSIDE, |class| class as Tag)
}

/// Ends a name that was left open by the word before, when `next` does not go on with it.
fn close(tags: &mut [Tag], next: Tag) {
    if let Some(last) = tags.last_mut()
        && !may_follow(*last, next)
    {
        *last = match (*last - 1) % 4 {
            BEGIN => *last + UNIT - BEGIN,
            _ => *last + LAST - INSIDE,
        };
    }
}

fn spans(tags: &[Tag], first: usize, out: &mut Vec<Recognised>) {
    let mut start = 0;
    for (at, &tag) in tags.iter().enumerate() {
        if tag == OUTSIDE {
            continue;
        }
        let place = (tag - 1) % 4;
        if matches!(place, BEGIN | UNIT) {
            start = at;
        }
        if matches!(place, LAST | UNIT) {
            out.push(Recognised {
                tokens: first + start..first + at + 1,
                label: Label::ALL[usize::from((tag - 1) / 4)],
            });
        }
    }
}

impl Memory {
    /// Forgets the article.
    pub fn clear(&mut self) {
        self.capital.clear();
        self.small.clear();
        self.labelled.clear();
    }

    /// Reads the spelling of a part's words, and notes which of them stand with a capital.
    fn read_part(&mut self, lexicon: &Lexicon, text: &str, part: &Tokenised) {
        let mut lower = Vec::new();
        self.forms.clear();
        for token in &part.tokens {
            self.forms
                .push(WordForm::read(token.text(text), &mut lower));
        }
        for sentence in &part.sentences {
            self.note_capitals(lexicon, text, part, sentence);
        }
    }

    /// Notes which words a sentence writes with a capital where no rule asks for one.
    fn note_capitals(
        &mut self,
        lexicon: &Lexicon,
        text: &str,
        part: &Tokenised,
        sentence: &Sentence,
    ) {
        let range = sentence.tokens.clone();
        if is_shouted(
            lexicon,
            &part.tokens[range.clone()],
            &part.words[range.clone()],
        ) {
            return;
        }
        for at in range {
            let form = &self.forms[at];
            if form.length < 3 {
                continue;
            }
            if form.shape == Shape::Lower {
                self.small.insert(form.lower);
            } else if part.tokens[at].case.is_capitalised()
                && !opens_clause(text, part, sentence, at)
            {
                self.capital.insert(form.lower);
            }
        }
    }

    /// Reads the words of a sentence.
    fn read(
        &mut self,
        lexicon: &Lexicon,
        clusters: &Clusters,
        text: &str,
        part: &Tokenised,
        sentence: &Sentence,
    ) -> SentenceCase {
        let range = sentence.tokens.clone();
        let (tokens, ids) = (&part.tokens[range.clone()], &part.words[range.clone()]);
        let case = SentenceCase::of(&self.forms[range.clone()]);
        self.words.clear();
        for at in range {
            let (token, id) = (&part.tokens[at], part.words[at]);
            self.words.push(Word {
                form: self.forms[at],
                group: 0,
                marks: lexicon.marks_of(id),
                known: 0,
                candidate: token.case.is_capitalised(),
                run: (0, 0),
            });
        }
        if case == SentenceCase::Lower && self.words.len() > 2 {
            for word in &mut self.words {
                word.candidate = word.form.shape != Shape::Neither;
            }
        }
        for at in 0..self.words.len() {
            if !self.words[at].candidate {
                self.words[at].candidate = self.joins(text, tokens, at);
            }
        }
        let plain = case == SentenceCase::Plain;
        let mut at = 0;
        while at < self.words.len() {
            if !self.words[at].candidate {
                at += 1;
                continue;
            }
            let end = (at..self.words.len())
                .find(|&end| !self.words[end].candidate)
                .unwrap_or(self.words.len());
            for word in &mut self.words[at..end] {
                word.run = (at as u32, end as u32);
            }
            // What stands up to two words away is looked at too.
            let near = at.saturating_sub(2)..(end + 2).min(tokens.len());
            for (word, token) in self.words[near.clone()].iter_mut().zip(&tokens[near]) {
                if word.group == 0 {
                    word.group = clusters.group(token.text(text), plain);
                }
            }
            let mut name = at;
            while name < end {
                let Some((length, kinds)) = lexicon.kinds_at(&tokens[name..], &ids[name..], plain)
                else {
                    name += 1;
                    continue;
                };
                let stop = (name + length).min(end);
                for inside in name..stop {
                    let place = match (inside == name, inside + 1 == stop) {
                        (true, true) => 3,
                        (true, false) => 0,
                        (false, true) => 2,
                        _ => 1,
                    };
                    self.words[inside].known = kinds << 2 | place;
                }
                name = stop;
            }
            at = end;
        }
        case
    }

    /// Whether a word that is not written like a name may stand in one: "Bank of England",
    /// "al-Qaeda", "U.S.-led", "Boeing 747".
    fn joins(&self, text: &str, tokens: &[Token], at: usize) -> bool {
        let capital = |at: usize| {
            tokens
                .get(at)
                .is_some_and(|token| token.case.is_capitalised())
        };
        // With nothing between it and its neighbours.
        let hyphen = |at: usize| {
            at > 0
                && at + 1 < tokens.len()
                && tokens[at].text(text) == "-"
                && tokens[at - 1].span.end == tokens[at].span.start
                && tokens[at].span.end == tokens[at + 1].span.start
        };
        let word = tokens[at].text(text);
        let before = at > 0 && self.words[at - 1].candidate;
        match self.words[at].form.shape {
            Shape::Lower => {
                (at > 1 && hyphen(at - 1) && self.words[at - 2].candidate)
                    || (hyphen(at + 1) && capital(at + 2))
                    || is_joint(word)
                        && (capital(at + 1) || capital(at + 2))
                        && (before || is_particle(word))
            }
            Shape::Digits | Shape::DigitsAndLetters => before || capital(at + 1),
            Shape::Neither if word == "-" => hyphen(at) && (before || capital(at + 1)),
            Shape::Neither => {
                before
                    && (matches!(word, "." | "'") || capital(at + 1) && !matches!(word, "," | ";"))
            }
            _ => false,
        }
    }

    /// Notes which labels the words of the sentence got.
    fn learn_labels(&mut self) {
        for (word, &tag) in self.words.iter().zip(&self.tags) {
            if word.candidate && word.form.length > 2 {
                self.labelled.insert(word.form.lower, tag);
            }
        }
    }
}

/// Small words that stand inside names.
fn is_joint(word: &str) -> bool {
    is_particle(word)
        || matches!(
            word,
            "of" | "the"
                | "and"
                | "for"
                | "in"
                | "on"
                | "to"
                | "at"
                | "s"
                | "'s"
                | "’s"
                | "a"
                | "with"
                | "from"
                | "as"
                | "by"
        )
}

/// Small words that stand before or inside surnames and names in other languages.
fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "al" | "el"
            | "ul"
            | "ur"
            | "as"
            | "ad"
            | "bin"
            | "bint"
            | "ibn"
            | "abu"
            | "van"
            | "von"
            | "der"
            | "den"
            | "ter"
            | "ten"
            | "de"
            | "del"
            | "della"
            | "dello"
            | "di"
            | "da"
            | "das"
            | "do"
            | "dos"
            | "du"
            | "des"
            | "la"
            | "le"
            | "les"
            | "lo"
            | "los"
            | "las"
            | "y"
            | "e"
            | "et"
            | "und"
            | "i"
            | "zu"
            | "zum"
            | "am"
            | "im"
            | "san"
            | "d'"
            | "l'"
    )
}

/// Stands for a word before the beginning or after the end.
const NOWHERE: u64 = 0x7a5c;

/// Collects the features of the word at `at` into `memory.features`.
fn look(memory: &mut Memory, at: usize, case: SentenceCase) {
    let words = &memory.words;
    let word = &words[at];
    let near = |offset: isize| at.checked_add_signed(offset).and_then(|p| words.get(p));
    let lower = |offset: isize| near(offset).map_or(NOWHERE, |w| w.form.lower);
    let group = |offset: isize| near(offset).map_or(600, |w| w.group);
    let shape = |offset: isize| near(offset).map_or(31, |w| w.form.shape as u64);
    let marks = |offset: isize| near(offset).map_or(1 << 20, |w| w.marks);
    let known = |offset: isize| near(offset).map_or(0, |w| w.known);
    let tag = |back: usize| {
        at.checked_sub(back)
            .and_then(|p| memory.tags.get(p))
            .map_or(31, |&tag| u64::from(tag))
    };
    let (tag1, tag2) = (tag(1), tag(2));
    let case = case as u64;
    let first = u64::from(at == 0);
    let form = &word.form;
    let own_shape = (form.shape as u64) << 8 | case << 4 | first;
    let short = form.length.min(6) as u64;
    let (start, end) = (word.run.0 as usize, word.run.1 as usize);
    let before_run = start
        .checked_sub(1)
        .map_or(NOWHERE, |p| words[p].form.lower);
    let after_run = words.get(end).map_or(NOWHERE, |w| w.form.lower);
    let place_in_run = ((at - start).min(3) as u64) << 2 | (end - at).min(3) as u64;
    let last_of_run = words[end - 1].form.lower;
    let seen = u64::from(memory.capital.contains(&form.lower))
        | u64::from(memory.small.contains(&form.lower)) << 1;
    let labelled = memory
        .labelled
        .get(&form.lower)
        .map_or(30, |&tag| u64::from(tag));
    let next_labelled = near(1)
        .and_then(|w| memory.labelled.get(&w.form.lower))
        .map_or(30, |&tag| u64::from(tag));
    let features = &mut memory.features;
    features.clear();
    features.extend([
        feature(1, 0, 0),
        feature(2, form.lower, 0),
        feature(3, form.lower, own_shape),
        feature(4, form.suffix(2), 0),
        feature(5, form.suffix(3), 0),
        feature(6, form.suffix(4), 0),
        feature(7, form.prefix(2), 0),
        feature(8, form.prefix(3), 0),
        feature(9, form.prefix(4), 0),
        feature(10, own_shape, short),
        feature(11, own_shape, form.suffix(3)),
        feature(12, lower(-1), 0),
        feature(13, lower(1), 0),
        feature(14, lower(-2), 0),
        feature(15, lower(2), 0),
        feature(16, lower(-1), form.lower),
        feature(17, lower(1), form.lower),
        feature(18, lower(-1), lower(1)),
        feature(19, shape(-1) << 5 | shape(1), own_shape),
        feature(20, shape(1) << 5 | shape(2), own_shape),
        feature(21, group(0), 0),
        feature(22, group(-1), 0),
        feature(23, group(1), 0),
        feature(24, group(-2), 0),
        feature(25, group(2), 0),
        feature(26, group(-1), group(0)),
        feature(27, group(0), group(1)),
        feature(28, group(0), own_shape),
        feature(29, tag1, 0),
        feature(30, tag1 << 5 | tag2, 0),
        feature(31, tag1, form.lower),
        feature(32, tag1, group(0)),
        feature(33, tag1, own_shape),
        feature(34, tag1, lower(1)),
        feature(35, tag1, group(1)),
        feature(36, tag1, form.suffix(3)),
        feature(37, tag1, word.known),
        feature(38, word.known, 0),
        feature(39, word.known, own_shape),
        feature(40, known(1), word.known),
        feature(41, known(-1), word.known),
        feature(42, word.marks, 0),
        feature(43, word.marks, own_shape),
        feature(44, marks(-1), word.marks),
        feature(45, marks(1), word.marks),
        feature(46, marks(-1), own_shape),
        feature(47, seen, own_shape),
        feature(48, labelled, 0),
        feature(49, labelled, tag1),
        feature(50, next_labelled, tag1),
        feature(51, before_run, place_in_run),
        feature(52, after_run, place_in_run),
        feature(53, last_of_run, place_in_run),
        feature(54, place_in_run, own_shape),
        feature(55, lower(-1), lower(-2)),
        feature(56, lower(1), lower(2)),
        feature(57, group(-1), tag1),
        feature(58, labelled, word.known),
        feature(59, before_run, after_run),
    ]);
}

/// An article to learn from: its text in one part, and its names.
#[derive(Debug)]
pub struct Labelled {
    /// The text.
    pub text: String,
    /// The names' bytes in the text, in order, and what they name.
    pub names: Vec<(Range<usize>, Label)>,
}

/// Articles written as sentences with their names in brackets, one a line: `[PER Angela Merkel]
/// left [LOC Berlin].` A blank line ends an article, `#` opens a comment.
///
/// # Errors
/// The first line whose brackets do not hold.
pub fn bracketed(text: &str) -> Result<Vec<Labelled>, String> {
    let mut articles = Vec::new();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for block in lines
        .split(|line| line.trim().is_empty())
        .filter(|block| !block.is_empty())
    {
        let mut article = Labelled {
            text: String::new(),
            names: Vec::new(),
        };
        for line in block {
            let mut rest = line.trim();
            while let Some((before, after)) = rest.split_once('[') {
                let (inside, after) = after
                    .split_once(']')
                    .ok_or_else(|| format!("a bracket stays open: {line}"))?;
                let (label, name) = inside
                    .split_once(' ')
                    .and_then(|(label, name)| Some((Label::parse(label)?, name)))
                    .ok_or_else(|| format!("a bracket without a label: {line}"))?;
                article.text.push_str(before);
                let start = article.text.len();
                article.text.push_str(name);
                article.names.push((start..article.text.len(), label));
                rest = after;
            }
            article.text.push_str(rest);
            article.text.push_str("\n\n");
        }
        articles.push(article);
    }
    Ok(articles)
}

/// How a recogniser is trained.
#[derive(Debug, Clone, Copy)]
pub struct Training {
    /// How many times all articles are gone through.
    pub epochs: usize,
    /// How many recognisers are trained, each in its own order, and merged into one.
    pub committee: u64,
    /// How many features keep their weights.
    pub rows: usize,
}

/// By how much the right tag must win in training.
const MARGIN: i32 = 20;

/// How many articles are learned from sentence by sentence, each as if it were all there is.
const ALONE: f64 = 0.35;

/// How many of an example's features training leaves out.
const THINNING: f64 = 0.1;

/// Learns a recogniser from labelled articles.
#[must_use]
pub fn train(lexicon: &Lexicon, articles: &[Labelled], training: Training) -> Recogniser {
    let parts: Vec<(Tokenised, Vec<Tag>)> = articles
        .iter()
        .map(|article| {
            let part = Tokenised::new(&article.text, lexicon);
            let tags = gold_tags(&part, &article.names);
            (part, tags)
        })
        .collect();
    let clusters = Clusters::bundled();
    let learners: Vec<_> = (0..training.committee)
        .map(|seed| {
            let mut random = Random::new(seed);
            let mut learner = Learner::new(MARGIN);
            let mut order: Vec<usize> = (0..parts.len()).collect();
            for _ in 0..training.epochs {
                random.shuffle(&mut order);
                for &number in &order {
                    let (part, gold) = &parts[number];
                    let text = &articles[number].text;
                    learn(
                        &mut learner,
                        &mut random,
                        lexicon,
                        &clusters,
                        text,
                        part,
                        gold,
                    );
                }
            }
            learner
        })
        .collect();
    Recogniser {
        weights: merge(&learners, training.rows),
        clusters,
    }
}

fn learn(
    learner: &mut Learner<TAGS>,
    random: &mut Random,
    lexicon: &Lexicon,
    clusters: &Clusters,
    text: &str,
    part: &Tokenised,
    gold: &[Tag],
) {
    let mut memory = Memory::default();
    memory.read_part(lexicon, text, part);
    // A sentence by itself must be understood too.
    let alone = random.chance(ALONE);
    for sentence in &part.sentences {
        if alone {
            memory.clear();
            memory.note_capitals(lexicon, text, part, sentence);
        }
        let case = memory.read(lexicon, clusters, text, part, sentence);
        let gold = &gold[sentence.tokens.clone()];
        memory.tags.clear();
        for (at, &right) in gold.iter().enumerate() {
            let before = memory.tags.last().copied().unwrap_or(OUTSIDE);
            if !memory.words[at].candidate {
                close(&mut memory.tags, OUTSIDE);
                memory.tags.push(OUTSIDE);
                continue;
            }
            look(&mut memory, at, case);
            random.thin(&mut memory.features, THINNING);
            let scores = learner.scores(&memory.features);
            if let Some(rival) = best(&scores, |class| class != usize::from(right)) {
                learner.learn(&memory.features, &scores, usize::from(right), rival);
            }
            // What follows is learned behind the tags really given, errors included.
            let given = choose(&scores, before);
            close(&mut memory.tags, given);
            memory.tags.push(given);
        }
        close(&mut memory.tags, OUTSIDE);
        memory.learn_labels();
    }
}

/// The tags of a part's tokens. A name whose bounds no token has is left out.
fn gold_tags(part: &Tokenised, names: &[(Range<usize>, Label)]) -> Vec<Tag> {
    let mut tags = vec![OUTSIDE; part.tokens.len()];
    for (bytes, label) in names {
        let start = part
            .tokens
            .binary_search_by_key(&bytes.start, |token| token.span.start as usize);
        let end = part
            .tokens
            .binary_search_by_key(&bytes.end, |token| token.span.end as usize);
        let (Ok(start), Ok(end)) = (start, end) else {
            continue;
        };
        if start == end {
            tags[start] = tag(*label, UNIT);
            continue;
        }
        for (at, place) in tags[start..=end].iter_mut().enumerate() {
            *place = match at {
                0 => tag(*label, BEGIN),
                _ if at == end - start => tag(*label, LAST),
                _ => tag(*label, INSIDE),
            };
        }
    }
    tags
}
