//! Parsing: which word of a sentence depends on which, and how.
//!
//! [`Parser::parse`] is a greedy transition parser of the arc-hybrid system. Words are shifted
//! from the rest of the sentence onto a stack; the word on top of the stack is made a dependent
//! either of the next word (*left*) or of the word below it on the stack (*right*) and leaves the
//! stack. One averaged perceptron chooses among these three, another names the relation of each
//! arc as it is made. The root stands behind the last word and may take a dependent only when one
//! word is left, so every sentence of `n` words is parsed in exactly `2n` transitions into a tree
//! with one root. Many of them are [`Habits`].
//!
//! Training follows Goldberg and Nivre's dynamic oracle: the parser mostly goes where its own
//! errors lead, and learns the transitions that lose no further arcs from there.

use super::forms::WordForm;
use super::habits::{Census, Habits};
use super::perceptron::{
    Learner, ModelError, Random, Scorer, Weights, best, feature, merge, mix, unpack,
};
use super::tags::{self, Tag, Tagger};

/// How a word depends on its head: the relations of Universal Dependencies, the rarest merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Relation {
    /// The head of the sentence. `root`.
    Root,
    /// A nominal subject. `nsubj`.
    Subject,
    /// The subject of a passive: whom it befell. `nsubj:pass`.
    SubjectPassive,
    /// The subject of a clause whose predicate is itself a clause. `nsubj:outer`.
    SubjectOuter,
    /// A clause as subject. `csubj`.
    SubjectClause,
    /// The direct object. `obj`.
    Object,
    /// The indirect object. `iobj`.
    ObjectIndirect,
    /// A prepositional phrase of a verb. `obl`.
    Oblique,
    /// The agent of a passive, with *by*. `obl:agent`.
    ObliqueAgent,
    /// A nominal that depends on a verb without a preposition: *Tuesday*. `obl:unmarked`.
    ObliqueBare,
    /// A prepositional phrase of a noun. `nmod`.
    NominalModifier,
    /// A possessor. `nmod:poss`.
    Possessor,
    /// A title or description before a name: *President* Bush. `nmod:desc`.
    Title,
    /// A nominal that depends on a noun without a preposition. `nmod:unmarked`.
    NominalBare,
    /// An adjective of a noun. `amod`.
    Adjectival,
    /// The first part of a compound: *intelligence* sharing. `compound`.
    Compound,
    /// The particle of a phrasal verb. `compound:prt`.
    VerbParticle,
    /// An apposition. `appos`.
    Apposition,
    /// A further conjunct; it depends on the first. `conj`.
    Conjunct,
    /// A coordinating conjunction. `cc`.
    Coordinator,
    /// A preposition or possessive ending; it depends on its noun. `case`.
    Case,
    /// What introduces a clause: *that*, *to*. `mark`.
    Marker,
    /// An auxiliary. `aux`.
    Auxiliary,
    /// The auxiliary of a passive. `aux:pass`.
    AuxiliaryPassive,
    /// A copula; it depends on the predicate. `cop`.
    Copula,
    /// An adverb. `advmod`.
    Adverbial,
    /// A participle or infinitive of a noun. `acl`.
    AdnominalClause,
    /// A relative clause. `acl:relcl`.
    RelativeClause,
    /// An adverbial clause. `advcl`.
    AdverbialClause,
    /// A clause as complement, with a subject of its own. `ccomp`.
    ClauseComplement,
    /// A complement whose subject stands in the main clause. `xcomp`.
    OpenComplement,
    /// A determiner. `det`.
    Determiner,
    /// A number that counts a noun. `nummod`.
    Numeral,
    /// A further part of a name; it depends on the first. `flat`.
    Flat,
    /// A further word of a fixed expression: *because of*. `fixed`.
    Fixed,
    /// A clause set beside another: *he said*. `parataxis`.
    Parataxis,
    /// An item of a list without syntax. `list`.
    List,
    /// An interjection. `discourse`.
    Discourse,
    /// Somebody addressed. `vocative`.
    Vocative,
    /// Punctuation. `punct`.
    Punctuation,
    /// *there* and *it* that stand for nothing. `expl`.
    Expletive,
    /// A scrap of a word wrongly written apart. `goeswith`.
    GoesWith,
    /// Anything else. `dep`.
    Dependent,
}

impl Relation {
    /// All relations, each at the place of its number.
    pub const ALL: [Self; 43] = [
        Self::Root,
        Self::Subject,
        Self::SubjectPassive,
        Self::SubjectOuter,
        Self::SubjectClause,
        Self::Object,
        Self::ObjectIndirect,
        Self::Oblique,
        Self::ObliqueAgent,
        Self::ObliqueBare,
        Self::NominalModifier,
        Self::Possessor,
        Self::Title,
        Self::NominalBare,
        Self::Adjectival,
        Self::Compound,
        Self::VerbParticle,
        Self::Apposition,
        Self::Conjunct,
        Self::Coordinator,
        Self::Case,
        Self::Marker,
        Self::Auxiliary,
        Self::AuxiliaryPassive,
        Self::Copula,
        Self::Adverbial,
        Self::AdnominalClause,
        Self::RelativeClause,
        Self::AdverbialClause,
        Self::ClauseComplement,
        Self::OpenComplement,
        Self::Determiner,
        Self::Numeral,
        Self::Flat,
        Self::Fixed,
        Self::Parataxis,
        Self::List,
        Self::Discourse,
        Self::Vocative,
        Self::Punctuation,
        Self::Expletive,
        Self::GoesWith,
        Self::Dependent,
    ];

    /// The name that Universal Dependencies gives the relation.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Subject => "nsubj",
            Self::SubjectPassive => "nsubj:pass",
            Self::SubjectOuter => "nsubj:outer",
            Self::SubjectClause => "csubj",
            Self::Object => "obj",
            Self::ObjectIndirect => "iobj",
            Self::Oblique => "obl",
            Self::ObliqueAgent => "obl:agent",
            Self::ObliqueBare => "obl:unmarked",
            Self::NominalModifier => "nmod",
            Self::Possessor => "nmod:poss",
            Self::Title => "nmod:desc",
            Self::NominalBare => "nmod:unmarked",
            Self::Adjectival => "amod",
            Self::Compound => "compound",
            Self::VerbParticle => "compound:prt",
            Self::Apposition => "appos",
            Self::Conjunct => "conj",
            Self::Coordinator => "cc",
            Self::Case => "case",
            Self::Marker => "mark",
            Self::Auxiliary => "aux",
            Self::AuxiliaryPassive => "aux:pass",
            Self::Copula => "cop",
            Self::Adverbial => "advmod",
            Self::AdnominalClause => "acl",
            Self::RelativeClause => "acl:relcl",
            Self::AdverbialClause => "advcl",
            Self::ClauseComplement => "ccomp",
            Self::OpenComplement => "xcomp",
            Self::Determiner => "det",
            Self::Numeral => "nummod",
            Self::Flat => "flat",
            Self::Fixed => "fixed",
            Self::Parataxis => "parataxis",
            Self::List => "list",
            Self::Discourse => "discourse",
            Self::Vocative => "vocative",
            Self::Punctuation => "punct",
            Self::Expletive => "expl",
            Self::GoesWith => "goeswith",
            Self::Dependent => "dep",
        }
    }

    /// The relation for a name in a treebank: a subtype that is not distinguished here is taken
    /// for its main type, and what has neither is [`Relation::Dependent`].
    #[must_use]
    pub fn from_treebank(name: &str) -> Self {
        let named = |name: &str| {
            Self::ALL
                .into_iter()
                .find(|relation| relation.name() == name)
        };
        named(name)
            .or_else(|| named(name.split(':').next().unwrap_or_default()))
            .unwrap_or(Self::Dependent)
    }
}

/// The head of the word that depends on no other.
pub const ROOT: u32 = u32::MAX;

/// What one word depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Arc {
    /// The place of the head in the sentence, or [`ROOT`].
    pub head: u32,
    /// How the word depends on it.
    pub relation: Relation,
}

/// Shift, left and right, and one more to fill the row.
const MOVES: usize = 4;

/// One weight a relation, filled up to whole machine vectors.
const RELATIONS: usize = 48;

/// Finds the dependencies within a sentence.
#[derive(Debug, Clone)]
pub struct Parser {
    moves: Weights<MOVES>,
    relations: Weights<RELATIONS>,
    habits: Habits,
}

/// Working memory of a [`Parser`], to be used again for the next sentence.
#[derive(Debug, Default)]
pub struct Scratch {
    state: State,
    features: Vec<u64>,
    lower: Vec<u8>,
}

impl Parser {
    /// Reads a parser from its tables, those of `models/parser.bin.zst`.
    ///
    /// # Errors
    ///
    /// When the bytes are not such a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let (moves, rest) = Weights::read(bytes)?;
        let (relations, rest) = Weights::read(rest)?;
        Ok(Self {
            moves,
            relations,
            habits: Habits::read(rest)?,
        })
    }

    /// The parser that comes with this program.
    ///
    /// # Errors
    ///
    /// Never, unless the program was built with a damaged `models/parser.bin.zst`.
    pub fn bundled() -> Result<Self, ModelError> {
        Self::from_bytes(&unpack(include_bytes!("../../models/parser.bin.zst"))?)
    }

    /// The bytes from which [`Parser::from_bytes`] reads this parser.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.moves.write(&mut bytes);
        self.relations.write(&mut bytes);
        self.habits.write(&mut bytes);
        bytes
    }

    /// Puts the arc of each of `words`, one sentence with its `tags`, into `out`, which is emptied
    /// first. A word without a tag is taken for [`Tag::Other`].
    ///
    /// The arcs always form a tree: exactly one word has the head [`ROOT`], and from every word
    /// the heads lead there.
    pub fn parse(&self, words: &[&str], tags: &[Tag], scratch: &mut Scratch, out: &mut Vec<Arc>) {
        let Scratch {
            state,
            features,
            lower,
        } = scratch;
        state.begin(words, tags, lower);
        let habits = &self.habits;
        while !state.finished() {
            let by_habit = || {
                let class = habits.class_of(state.situation())?;
                let step = EVERY_MOVE.get(class).copied();
                step.filter(|&step| state.allows(step))
            };
            let step = state.only_move().or_else(by_habit);
            let Some(step) = step.or_else(|| self.best_move(state, features)) else {
                break;
            };
            if let Some((head, dependent)) = state.arc_of(step) {
                let mut situations = state.situations_of_arc(head, dependent).into_iter();
                let habit = situations.find_map(|situation| habits.class_of(situation));
                let relation = match habit.filter(|&class| is_inner(class)) {
                    Some(class) if head != state.root() => Relation::ALL[class],
                    _ => self.relation(state, head, dependent, features),
                };
                state.attach(head, dependent, relation);
            }
            state.advance(step);
        }
        out.clear();
        out.extend(state.arcs());
    }

    /// Forms habits: what the parser decides in the sentences of a corpus, given as words, it will
    /// decide without a second look where it always decides alike.
    pub fn form_habits<'a>(&mut self, tagger: &Tagger, corpus: impl Iterator<Item = Vec<&'a str>>) {
        let (mut tagging, mut tags) = (tags::Scratch::default(), Vec::new());
        let mut census = Census::default();
        let Scratch {
            mut state,
            mut features,
            mut lower,
        } = Scratch::default();
        for words in corpus {
            tagger.tag(&words, &mut tagging, &mut tags);
            state.begin(&words, &tags, &mut lower);
            while !state.finished() {
                let forced = state.only_move();
                let Some(step) = forced.or_else(|| self.best_move(&state, &mut features)) else {
                    break;
                };
                if forced.is_none() {
                    census.note(state.situation(), step as usize);
                }
                if let Some((head, dependent)) = state.arc_of(step) {
                    let relation = self.relation(&state, head, dependent, &mut features);
                    for situation in state.situations_of_arc(head, dependent) {
                        census.note(situation, relation as usize);
                    }
                    state.attach(head, dependent, relation);
                }
                state.advance(step);
            }
        }
        self.habits = census.habits();
    }

    /// The transition that is best of those allowed, by the weights.
    fn best_move(&self, state: &State, features: &mut Vec<u64>) -> Option<Move> {
        state.look_for_move(features);
        choose_move(&self.moves.scores(features), |step| state.allows(step))
    }

    /// The relation of an arc, by the weights.
    fn relation(
        &self,
        state: &State,
        head: u32,
        dependent: u32,
        features: &mut Vec<u64>,
    ) -> Relation {
        let of_root = head == state.root();
        let mut scores = [0; RELATIONS];
        if !of_root {
            state.look_for_relation(head, dependent, features);
            scores = self.relations.scores(features);
        }
        choose_relation(&scores, of_root)
    }
}

/// A transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Move {
    /// The next word goes onto the stack.
    Shift,
    /// The top of the stack becomes a dependent of the next word.
    Left,
    /// The top of the stack becomes a dependent of the word below it.
    Right,
}

const EVERY_MOVE: [Move; 3] = [Move::Shift, Move::Left, Move::Right];

/// The transition that scores highest among those `allowed`, if any is.
fn choose_move(scores: &[i32; MOVES], allowed: impl Fn(Move) -> bool) -> Option<Move> {
    best(scores, |class| {
        EVERY_MOVE.get(class).is_some_and(|&step| allowed(step))
    })
    .map(|class| EVERY_MOVE[class])
}

/// The relation that scores highest; the dependent of the root is the root and no other is.
fn choose_relation(scores: &[i32; RELATIONS], of_root: bool) -> Relation {
    if of_root {
        return Relation::Root;
    }
    best(scores, is_inner).map_or(Relation::Dependent, |class| Relation::ALL[class])
}

/// Whether this is the number of a relation between words.
fn is_inner(class: usize) -> bool {
    class != Relation::Root as usize && class < Relation::ALL.len()
}

/// What is known of a word during parsing: itself, and the dependents it has so far.
#[derive(Debug, Clone, Copy)]
struct Node {
    word: u64,
    tag: u64,
    suffix: u64,
    /// Word and tag in one.
    both: u64,
    /// The outermost dependent to the left, and the one found before it.
    left: u32,
    left_inner: u32,
    right: u32,
    right_inner: u32,
    left_count: u8,
    right_count: u8,
    /// One bit for each relation that a dependent has, left and right.
    left_relations: u64,
    right_relations: u64,
    /// The preposition, conjunction or marker that introduces the phrase.
    introduced_by: u64,
    head: u32,
    relation: Relation,
}

/// Words before the beginning and after the end are this.
const NOWHERE: Node = Node {
    word: 0x9d1,
    tag: 61,
    suffix: 0,
    both: 0x517c,
    left: NOBODY,
    left_inner: NOBODY,
    right: NOBODY,
    right_inner: NOBODY,
    left_count: 0,
    right_count: 0,
    left_relations: 0,
    right_relations: 0,
    introduced_by: 0,
    head: NOBODY,
    relation: Relation::Dependent,
};

/// No word's number.
const NOBODY: u32 = u32::MAX;

/// How far the parse of a sentence has come.
#[derive(Debug, Default)]
struct State {
    /// The words, and behind them the root.
    nodes: Vec<Node>,
    /// How many commas, verbs and other marks stand before each word: see [`State::between`].
    counts: Vec<[u16; 3]>,
    stack: Vec<u32>,
    /// The first word not yet shifted.
    next: u32,
}

impl State {
    fn begin(&mut self, words: &[&str], tags: &[Tag], lower: &mut Vec<u8>) {
        self.nodes.clear();
        self.counts.clear();
        self.stack.clear();
        self.next = 0;
        let mut counts = [0u16; 3];
        for (place, word) in words.iter().enumerate() {
            let tag = tags.get(place).copied().unwrap_or(Tag::Other);
            let form = WordForm::read(word, lower);
            let word = form.lower;
            let both = mix(word, tag as u64);
            let (suffix, tag_number) = (form.suffix(3), tag as u64);
            self.nodes.push(Node {
                word,
                tag: tag_number,
                suffix,
                both,
                ..NOWHERE
            });
            self.counts.push(counts);
            let kind = match tag {
                Tag::Comma | Tag::Colon | Tag::Bracket | Tag::Quote => 0,
                Tag::Coordinator => 1,
                Tag::VerbPast
                | Tag::VerbPresent
                | Tag::VerbThird
                | Tag::AuxPast
                | Tag::AuxThird
                | Tag::AuxPresent
                | Tag::Modal => 2,
                _ => continue,
            };
            counts[kind] = counts[kind].saturating_add(1);
        }
        self.nodes.push(Node {
            word: 0x4007,
            tag: 62,
            both: 0x4007,
            ..NOWHERE
        });
        self.counts.push(counts);
    }

    fn root(&self) -> u32 {
        self.nodes.len() as u32 - 1
    }

    fn finished(&self) -> bool {
        self.stack.is_empty() && self.next == self.root()
    }

    fn allows(&self, step: Move) -> bool {
        match step {
            Move::Shift => self.next < self.root(),
            Move::Left => match self.stack.len() {
                0 => false,
                1 => true,
                _ => self.next < self.root(),
            },
            Move::Right => self.stack.len() >= 2,
        }
    }

    /// The transition that alone is allowed, if only one is.
    fn only_move(&self) -> Option<Move> {
        let mut allowed = EVERY_MOVE.into_iter().filter(|&step| self.allows(step));
        allowed.next().filter(|_| allowed.next().is_none())
    }

    /// The head and the dependent that a transition would join.
    fn arc_of(&self, step: Move) -> Option<(u32, u32)> {
        match (step, self.stack.as_slice()) {
            (Move::Left, [.., top]) => Some((self.next, *top)),
            (Move::Right, [.., below, top]) => Some((*below, *top)),
            _ => None,
        }
    }

    fn attach(&mut self, head: u32, dependent: u32, relation: Relation) {
        let child = &mut self.nodes[dependent as usize];
        child.head = head;
        child.relation = relation;
        let word = child.word;
        let bit = 1u64 << relation as u64;
        let parent = &mut self.nodes[head as usize];
        if dependent < head {
            parent.left_inner = parent.left;
            parent.left = dependent;
            parent.left_count = parent.left_count.saturating_add(1);
            parent.left_relations |= bit;
        } else {
            parent.right_inner = parent.right;
            parent.right = dependent;
            parent.right_count = parent.right_count.saturating_add(1);
            parent.right_relations |= bit;
        }
        if matches!(
            relation,
            Relation::Case | Relation::Marker | Relation::Coordinator
        ) {
            parent.introduced_by = word;
        }
    }

    fn advance(&mut self, step: Move) {
        if step == Move::Shift {
            self.stack.push(self.next);
            self.next += 1;
        } else {
            self.stack.pop();
        }
    }

    fn arcs(&self) -> impl Iterator<Item = Arc> {
        let root = self.root();
        self.nodes[..root as usize].iter().map(move |node| Arc {
            head: if node.head == root { ROOT } else { node.head },
            relation: node.relation,
        })
    }

    fn node(&self, place: u32) -> &Node {
        self.nodes.get(place as usize).unwrap_or(&NOWHERE)
    }

    /// The word `depth` below the top of the stack.
    fn stacked(&self, depth: usize) -> u32 {
        self.stack
            .len()
            .checked_sub(depth + 1)
            .map_or(NOBODY, |place| self.stack[place])
    }

    /// Whether marks, conjunctions and finite verbs stand between two words, and how many.
    fn between(&self, left: u32, right: u32) -> u64 {
        match (
            self.counts.get(left as usize + 1),
            self.counts.get(right as usize),
        ) {
            (Some(from), Some(to)) if left != NOBODY && right > left => {
                let passed = |kind: usize| u64::from(to[kind].saturating_sub(from[kind]).min(2));
                passed(0) << 4 | passed(1) << 2 | passed(2)
            }
            _ => 63,
        }
    }

    /// What is first seen of a state: four tags, and which of three words have dependents.
    fn situation(&self) -> u64 {
        let s0 = self.node(self.stacked(0));
        let s1 = self.node(self.stacked(1));
        let (b0, b1) = (self.node(self.next), self.node(self.next + 1));
        let tags = s1.tag << 18 | s0.tag << 12 | b0.tag << 6 | b1.tag;
        let counts = [s0.left_count, s0.right_count, b0.left_count, s1.right_count];
        let has = counts
            .iter()
            .fold(0, |has, &count| has << 1 | u64::from(count > 0));
        feature(1, tags, has)
    }

    /// What is first seen of an arc: the two tags and what introduces the dependent, without the
    /// dependent itself and with it.
    fn situations_of_arc(&self, head: u32, dependent: u32) -> [u64; 2] {
        let (h, d) = (self.node(head), self.node(dependent));
        let tags = h.tag << 7 | d.tag << 1 | u64::from(dependent < head);
        let (word, introduced_by) = (d.word, d.introduced_by);
        [
            feature(2, tags, introduced_by),
            feature(3, mix(tags, word), introduced_by),
        ]
    }

    /// Collects the features by which the next transition is chosen.
    fn look_for_move(&self, features: &mut Vec<u64>) {
        let (s0_place, s1_place) = (self.stacked(0), self.stacked(1));
        let s0 = self.node(s0_place);
        let s1 = self.node(s1_place);
        let s2 = self.node(self.stacked(2));
        let b0 = self.node(self.next);
        let b1 = self.node(self.next + 1);
        let b2 = self.node(self.next + 2);
        let (s0_left, s0_right) = (self.node(s0.left), self.node(s0.right));
        let (s0_left2, s0_right2) = (self.node(s0.left_inner), self.node(s0.right_inner));
        let (s1_left, s1_right) = (self.node(s1.left), self.node(s1.right));
        let s1_right2 = self.node(s1.right_inner);
        let (b0_left, b0_left2) = (self.node(b0.left), self.node(b0.left_inner));
        let b3 = self.node(self.next + 3);
        let before = self.node(s0_place.wrapping_sub(1));
        let after = self.node(s0_place.wrapping_add(1));
        let b0_before = self.node(self.next.wrapping_sub(1));
        let gap = distance(s0_place, self.next);
        let inner_gap = distance(s1_place, s0_place);
        let between = self.between(s0_place, self.next);
        let inner_between = self.between(s1_place, s0_place);
        let shape = |node: &Node| {
            u64::from(node.left_count.min(3)) << 2 | u64::from(node.right_count.min(3))
        };
        let (s0_shape, s1_shape, b0_shape) = (shape(s0), shape(s1), shape(b0));
        let relations = |node: &Node| mix(node.left_relations, node.right_relations);

        features.clear();
        features.extend([
            feature(1, 0, 0),
            // Each word alone.
            feature(2, s0.word, 0),
            feature(3, s0.tag, 0),
            feature(4, s0.both, 0),
            feature(5, s1.word, 0),
            feature(6, s1.tag, 0),
            feature(7, s1.both, 0),
            feature(8, b0.word, 0),
            feature(9, b0.tag, 0),
            feature(10, b0.both, 0),
            feature(11, b1.word, 0),
            feature(12, b1.tag, 0),
            feature(13, b1.both, 0),
            feature(14, b2.both, 0),
            feature(15, b2.tag, 0),
            feature(16, s2.both, 0),
            feature(17, s2.tag, 0),
            // Pairs.
            feature(20, s0.both, b0.both),
            feature(21, s0.both, b0.word),
            feature(22, s0.word, b0.both),
            feature(23, s0.both, b0.tag),
            feature(24, s0.tag, b0.both),
            feature(25, s0.tag, b0.tag),
            feature(26, b0.tag, b1.tag),
            feature(27, b0.both, b1.tag),
            feature(28, s1.both, s0.both),
            feature(29, s1.both, s0.tag),
            feature(30, s1.tag, s0.both),
            feature(31, s1.tag, s0.tag),
            feature(32, s1.both, b0.tag),
            feature(33, s1.tag, b0.both),
            feature(34, s1.tag, b0.tag),
            feature(35, s1.word, b0.word),
            // Three tags and more.
            feature(40, s0.tag << 6 | b0.tag, b1.tag),
            feature(41, b0.tag << 6 | b1.tag, b2.tag),
            feature(42, s1.tag << 6 | s0.tag, b0.tag),
            feature(43, s2.tag << 6 | s1.tag, s0.tag),
            feature(44, s1.tag << 12 | s0.tag << 6 | b0.tag, b1.tag),
            feature(45, s1.tag << 6 | s0.tag, b0.both),
            feature(46, s1.tag << 6 | b0.tag, s0.both),
            feature(47, s0.tag << 6 | b0.tag, s1.both),
            feature(48, s0.tag << 6 | b1.tag, b0.both),
            feature(49, s0.tag << 12 | b0.tag << 6 | b1.tag, b2.tag),
            feature(39, s2.tag << 12 | s1.tag << 6 | s0.tag, b0.tag),
            // Dependents so far.
            feature(50, s0.tag << 6 | b0.tag, s0_left.tag),
            feature(51, s0.tag << 6 | b0.tag, s0_right.tag),
            feature(52, s0.tag << 6 | b0.tag, b0_left.tag),
            feature(53, s1.tag << 6 | s0.tag, s1_right.tag),
            feature(54, s1.tag << 6 | s0.tag, s1_left.tag),
            feature(55, s1.tag << 6 | s0.tag, s0_left.tag),
            feature(56, s1.tag << 6 | s0.tag, s0_right.tag),
            feature(57, s0_left.both, s0.tag),
            feature(58, s0_right.both, s0.tag),
            feature(59, b0_left.both, b0.tag),
            feature(60, s1_right.both, s1.tag),
            feature(61, s0_left.relation as u64, s0.tag),
            feature(62, s0_right.relation as u64, s0.tag),
            feature(63, b0_left.relation as u64, b0.tag),
            feature(64, s1_right.relation as u64, s1.tag),
            feature(65, s0.tag << 6 | s0_left.tag, s0_left2.tag),
            feature(66, s0.tag << 6 | s0_right.tag, s0_right2.tag),
            feature(67, b0.tag << 6 | b0_left.tag, b0_left2.tag),
            feature(68, s1.tag << 6 | s1_right.tag, s1_right2.tag),
            // The frames that words have filled.
            feature(70, relations(s0), s0.tag),
            feature(71, relations(s0), s0.tag << 6 | b0.tag),
            feature(72, relations(s1), s1.tag << 6 | s0.tag),
            feature(73, relations(b0), b0.tag << 6 | s0.tag),
            feature(74, relations(s1), s1.word),
            feature(75, relations(s0), s0.word),
            feature(76, relations(s1), s0.tag << 6 | b0.tag),
            feature(77, s0_shape << 4 | b0_shape, s0.tag << 6 | b0.tag),
            feature(78, s0_shape, s0.word),
            feature(79, s1_shape, s1.word),
            feature(80, s1_shape << 4 | s0_shape, s1.tag << 6 | s0.tag),
            // Prepositions and conjunctions that introduce the phrases.
            feature(81, s0.introduced_by, s1.word),
            feature(82, s0.introduced_by, s1.tag << 6 | s0.tag),
            feature(83, b0.introduced_by, s0.word),
            feature(84, b0.introduced_by, s0.tag << 6 | b0.tag),
            feature(85, b0.introduced_by, s1.word),
            feature(86, b0.introduced_by, s1.tag << 12 | s0.tag << 6 | b0.tag),
            feature(87, s1.introduced_by, s1.tag << 12 | s0.tag << 6 | b0.tag),
            feature(88, s0.introduced_by, s0.tag << 12 | b0.tag << 6 | b1.tag),
            // Endings, for words never seen.
            feature(110, s0.suffix, b0.tag << 6 | s1.tag),
            feature(111, b0.suffix, s0.tag),
            feature(112, s1.suffix, s0.tag << 6 | b0.tag),
            feature(113, s0.suffix, b0.suffix),
            feature(114, b1.suffix, s0.tag << 6 | b0.tag),
            feature(115, s1.suffix, s0.suffix),
            // Words next to each other in the text.
            feature(116, before.tag << 6 | s0.tag, after.tag << 6 | b0.tag),
            feature(
                117,
                b1.tag << 6 | b2.tag,
                b3.tag << 12 | s0.tag << 6 | b0.tag,
            ),
            feature(118, b0_before.tag << 12 | s0.tag << 6 | b0.tag, s1.tag),
            feature(119, b0_before.both, s0.tag << 6 | b0.tag),
            feature(120, after.both, s0.tag << 6 | b0.tag),
            feature(121, b1.word, s0.tag << 6 | b0.tag),
            feature(122, b0.both, b1.both),
            feature(123, s2.tag << 12 | s1.tag << 6 | s0.tag, s0.introduced_by),
            feature(124, b0_left.word, s0.tag << 12 | s1.tag << 6 | b0.tag),
            feature(125, s1_right.word, s0.introduced_by),
            feature(
                126,
                s1_right.relation as u64,
                s1.tag << 12 | s0.tag << 6 | b0.tag,
            ),
            feature(127, s0.introduced_by, s0.word),
            feature(128, s1.word, mix(s0.introduced_by, s0.word)),
            // How far apart, and what lies between.
            feature(90, gap, s0.word),
            feature(91, gap, b0.word),
            feature(92, gap, s0.tag << 6 | b0.tag),
            feature(93, inner_gap, s1.tag << 6 | s0.tag),
            feature(94, inner_gap, s1.word),
            feature(95, between, s0.tag << 6 | b0.tag),
            feature(96, inner_between, s1.tag << 6 | s0.tag),
            feature(
                97,
                inner_between << 6 | between,
                s1.tag << 12 | s0.tag << 6 | b0.tag,
            ),
        ]);
    }

    /// Collects the features by which the relation of an arc is named.
    fn look_for_relation(&self, head: u32, dependent: u32, features: &mut Vec<u64>) {
        let h = self.node(head);
        let d = self.node(dependent);
        let leftward = u64::from(dependent < head);
        let (near, far) = if dependent < head {
            (dependent, head)
        } else {
            (head, dependent)
        };
        let gap = distance(near, far);
        let between = self.between(near, far);
        let before = self.node(dependent.wrapping_sub(1));
        let after = self.node(dependent + 1);
        let (d_left, d_right) = (self.node(d.left), self.node(d.right));
        let sibling = self.node(if dependent < head { h.left } else { h.right });
        let h_relations = mix(h.left_relations, h.right_relations);
        let d_relations = mix(d.left_relations, d.right_relations);
        // Left and right arcs share no weights.
        let directed = |template: u64, a: u64, b: u64| feature(template << 1 | leftward, a, b);
        let tags = h.tag << 6 | d.tag;

        features.clear();
        features.extend([
            directed(100, 0, 0),
            directed(101, h.tag, 0),
            directed(102, d.tag, 0),
            directed(103, tags, 0),
            directed(104, h.word, 0),
            directed(105, d.word, 0),
            directed(106, h.both, d.tag),
            directed(107, h.tag, d.both),
            directed(108, h.word, d.word),
            directed(109, tags, gap),
            directed(110, tags, between),
            directed(111, d.introduced_by, 0),
            directed(112, d.introduced_by, h.tag),
            directed(113, d.introduced_by, d.both),
            directed(114, d.introduced_by, h.word),
            directed(115, d.introduced_by, tags),
            directed(116, h_relations, tags),
            directed(117, h_relations, d.word),
            directed(118, d_relations, tags),
            directed(119, d_relations, d.tag),
            directed(120, h.left_relations, d.tag),
            directed(121, h.right_relations, d.tag),
            directed(122, d_left.both, tags),
            directed(123, d_right.both, tags),
            directed(124, sibling.relation as u64, tags),
            directed(125, sibling.both, d.tag),
            directed(126, before.tag, tags),
            directed(127, after.tag, tags),
            directed(128, d.suffix, h.tag),
            directed(129, h.suffix, d.tag),
            directed(130, h_relations, h.word),
            directed(131, d_left.tag << 12 | d_right.tag << 6 | d.tag, h.tag),
            directed(132, before.word, tags),
        ]);
    }
}

/// The distance between two words in steps that widen.
fn distance(left: u32, right: u32) -> u64 {
    match right.wrapping_sub(left) {
        near @ 0..=4 => u64::from(near),
        5..=6 => 5,
        7..=10 => 6,
        11..=20 => 7,
        _ => 8,
    }
}

/// A sentence to learn from.
#[derive(Debug, Clone)]
pub struct Parsed<'a> {
    /// Its words.
    pub words: Vec<&'a str>,
    /// Their tags, as a tagger gives them: the parser learns to live with its errors.
    pub tags: Vec<Tag>,
    /// The arc of each word.
    pub arcs: Vec<Arc>,
}

/// How a parser is trained.
#[derive(Debug, Clone, Copy)]
pub struct Training {
    /// How many times all sentences are gone through.
    pub epochs: usize,
    /// How many parsers are trained, each in its own order, and merged into one.
    pub committee: u64,
    /// How many features keep weights for choosing transitions.
    pub move_rows: usize,
    /// How many features keep weights for naming relations.
    pub relation_rows: usize,
}

/// How often a wrong transition is followed in training, to learn from what comes of it.
const EXPLORATION: f64 = 0.9;

/// By how much the right transition must win in training.
const MOVE_MARGIN: i32 = 30;

/// By how much the right relation must win in training.
const RELATION_MARGIN: i32 = 20;

/// How many of an example's features training leaves out.
const THINNING: f64 = 0.15;

/// Learns a parser from parsed sentences.
#[must_use]
pub fn train(sentences: &[Parsed<'_>], training: Training) -> Parser {
    let (moves, relations): (Vec<_>, Vec<_>) = (0..training.committee)
        .map(|seed| learn(sentences, training.epochs, seed))
        .unzip();
    Parser {
        moves: merge(&moves, training.move_rows),
        relations: merge(&relations, training.relation_rows),
        habits: Habits::default(),
    }
}

fn learn(
    sentences: &[Parsed<'_>],
    epochs: usize,
    seed: u64,
) -> (Learner<MOVES>, Learner<RELATIONS>) {
    let mut random = Random::new(seed);
    let mut moves = Learner::new(MOVE_MARGIN);
    let mut relations = Learner::new(RELATION_MARGIN);
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    let mut oracle = Oracle::default();
    let Scratch {
        mut state,
        mut features,
        mut lower,
    } = Scratch::default();
    for epoch in 0..epochs {
        random.shuffle(&mut order);
        for &number in &order {
            let sentence = &sentences[number];
            state.begin(&sentence.words, &sentence.tags, &mut lower);
            oracle.begin(&sentence.arcs);
            while !state.finished() {
                state.look_for_move(&mut features);
                random.thin(&mut features, THINNING);
                let scores = moves.scores(&features);
                let losses =
                    EVERY_MOVE.map(|step| state.allows(step).then(|| oracle.loss(&state, step)));
                let least = losses.iter().flatten().min().copied();
                let is_right = |step: Move| losses[step as usize] == least;
                let guess = choose_move(&scores, |step| state.allows(step));
                let right = choose_move(&scores, is_right);
                let (Some(guess), Some(right)) = (guess, right) else {
                    break;
                };
                if let Some(rival) =
                    choose_move(&scores, |step| state.allows(step) && !is_right(step))
                {
                    moves.learn(&features, &scores, right as usize, rival as usize);
                }
                let follow = epoch > 0 && random.chance(EXPLORATION);
                let step = if follow { guess } else { right };
                if let Some((head, dependent)) = state.arc_of(step) {
                    state.look_for_relation(head, dependent, &mut features);
                    random.thin(&mut features, THINNING);
                    let scores = relations.scores(&features);
                    let of_root = head == state.root();
                    let gold = oracle.arc(dependent);
                    // A wrong arc has no right name, and teaches none.
                    if gold.head == head && !of_root {
                        let right = gold.relation as usize;
                        let wrong = |class| is_inner(class) && class != right;
                        if let Some(rival) = best(&scores, wrong) {
                            relations.learn(&features, &scores, right, rival);
                        }
                    }
                    state.attach(head, dependent, choose_relation(&scores, of_root));
                }
                state.advance(step);
            }
        }
    }
    (moves, relations)
}

/// Knows the right tree, and what each transition would make unreachable of it.
#[derive(Debug, Default)]
struct Oracle {
    arcs: Vec<Arc>,
    dependents: Vec<Vec<u32>>,
}

impl Oracle {
    fn begin(&mut self, arcs: &[Arc]) {
        let root = arcs.len() as u32;
        self.arcs.clear();
        self.arcs.extend(arcs.iter().map(|arc| Arc {
            head: if arc.head == ROOT { root } else { arc.head },
            ..*arc
        }));
        self.dependents.clear();
        self.dependents.resize(arcs.len() + 1, Vec::new());
        for (dependent, arc) in self.arcs.iter().enumerate() {
            self.dependents[arc.head as usize].push(dependent as u32);
        }
    }

    fn arc(&self, dependent: u32) -> Arc {
        self.arcs[dependent as usize]
    }

    /// How many right arcs could no longer be made after a transition.
    fn loss(&self, state: &State, step: Move) -> u32 {
        let top = state.stacked(0);
        let below = state.stacked(1);
        let waiting = |place: u32| place >= state.next;
        let dependents = |place: u32| self.dependents[place as usize].iter().copied();
        let lost = match step {
            // The next word can then no longer take from the stack, nor be taken but by its top.
            Move::Shift => {
                let stack = &state.stack;
                let head = self.arc(state.next).head;
                let loses_head = head != top && stack.contains(&head);
                dependents(state.next).filter(|d| stack.contains(d)).count()
                    + usize::from(loses_head)
            }
            // The top loses every other head and every dependent still to come.
            Move::Left => {
                let head = self.arc(top).head;
                let loses_head = head == below || (waiting(head) && head != state.next);
                dependents(top).filter(|&d| waiting(d)).count() + usize::from(loses_head)
            }
            Move::Right => {
                let loses_head = waiting(self.arc(top).head);
                dependents(top).filter(|&d| waiting(d)).count() + usize::from(loses_head)
            }
        };
        lost as u32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(words: &[&str]) -> Vec<Arc> {
        let tagger = Tagger::bundled().expect("a sound model");
        let parser = Parser::bundled().expect("a sound model");
        let (mut tags, mut arcs) = (Vec::new(), Vec::new());
        tagger.tag(words, &mut tags::Scratch::default(), &mut tags);
        parser.parse(words, &tags, &mut Scratch::default(), &mut arcs);
        arcs
    }

    /// Asserts arcs written `relation head dependent`, each word being the first of its kind.
    fn assert_arcs(line: &str, expected: &[(&str, &str, &str)]) {
        let words: Vec<&str> = line.split(' ').collect();
        let arcs = parse(&words);
        let found: Vec<(&str, &str, &str)> = arcs
            .iter()
            .zip(&words)
            .map(|(arc, &word)| {
                let head = words.get(arc.head as usize).copied().unwrap_or("ROOT");
                (arc.relation.name(), head, word)
            })
            .collect();
        for arc in expected {
            assert!(found.contains(arc), "{arc:?} is not among {found:?}");
        }
    }

    fn assert_tree(arcs: &[Arc]) {
        let roots = arcs.iter().filter(|arc| arc.head == ROOT).count();
        assert_eq!(roots, usize::from(!arcs.is_empty()));
        for arc in arcs {
            assert_eq!(arc.head == ROOT, arc.relation == Relation::Root);
            let mut at = *arc;
            let mut steps = 0;
            while at.head != ROOT {
                at = arcs[at.head as usize];
                steps += 1;
                assert!(steps <= arcs.len(), "a cycle in {arcs:?}");
            }
        }
    }

    #[test]
    fn every_relation_stands_at_its_number_and_is_known_by_its_name() {
        for (number, relation) in Relation::ALL.into_iter().enumerate() {
            assert_eq!(relation as usize, number);
            assert_eq!(Relation::from_treebank(relation.name()), relation);
        }
        assert_eq!(Relation::from_treebank("det:predet"), Relation::Determiner);
        assert_eq!(Relation::from_treebank("reparandum"), Relation::Dependent);
    }

    #[test]
    fn who_did_what_to_whom() {
        assert_arcs(
            "Colombia suspended intelligence sharing with the United States .",
            &[
                ("nsubj", "suspended", "Colombia"),
                ("root", "ROOT", "suspended"),
                ("obj", "suspended", "sharing"),
                ("compound", "sharing", "intelligence"),
            ],
        );
    }

    #[test]
    fn the_passive_and_its_agent() {
        assert_arcs(
            "The mayor was arrested by police on Tuesday .",
            &[
                ("nsubj:pass", "arrested", "mayor"),
                ("aux:pass", "arrested", "was"),
                ("obl:agent", "arrested", "police"),
                ("obl", "arrested", "Tuesday"),
                ("case", "police", "by"),
            ],
        );
    }

    #[test]
    fn conjuncts_infinitives_and_reported_speech() {
        assert_arcs(
            "Rebels attacked the town and killed two soldiers .",
            &[
                ("nsubj", "attacked", "Rebels"),
                ("conj", "attacked", "killed"),
                ("obj", "killed", "soldiers"),
            ],
        );
        assert_arcs(
            "The president said that troops will not leave the country .",
            &[
                ("nsubj", "said", "president"),
                ("ccomp", "said", "leave"),
                ("nsubj", "leave", "troops"),
                ("advmod", "leave", "not"),
                ("obj", "leave", "country"),
            ],
        );
        assert_arcs(
            "Russia agreed to withdraw its forces .",
            &[
                ("xcomp", "agreed", "withdraw"),
                ("obj", "withdraw", "forces"),
            ],
        );
    }

    #[test]
    fn nothing_one_word_and_very_many() {
        assert_tree(&parse(&[]));
        assert_eq!(
            parse(&["War"]),
            [Arc {
                head: ROOT,
                relation: Relation::Root
            }]
        );
        assert_tree(&parse(&["the"; 70_000]));
        assert_tree(&parse(&["attacks", ",", "says", "by", "and"].repeat(100)));
    }

    #[test]
    fn words_without_tags_still_make_a_tree() {
        let mut arcs = Vec::new();
        let parser = Parser::bundled().expect("a sound model");
        parser.parse(
            &["a", "b", "c"],
            &[Tag::Determiner],
            &mut Scratch::default(),
            &mut arcs,
        );
        assert_eq!(arcs.len(), 3);
        assert_tree(&arcs);
    }

    proptest! {
        #[test]
        fn any_words_with_any_tags_make_the_same_tree_twice(
            sentence in prop::collection::vec(("\\PC{0,9}", 0..Tag::ALL.len()), 0..60)
        ) {
            let words: Vec<&str> = sentence.iter().map(|(word, _)| word.as_str()).collect();
            let tags: Vec<Tag> = sentence.iter().map(|(_, tag)| Tag::ALL[*tag]).collect();
            let parser = Parser::bundled().expect("a sound model");
            let (mut once, mut again) = (Vec::new(), Vec::new());
            let mut scratch = Scratch::default();
            parser.parse(&words, &tags, &mut scratch, &mut once);
            parser.parse(&words, &tags, &mut scratch, &mut again);
            prop_assert_eq!(once.len(), words.len());
            assert_tree(&once);
            prop_assert_eq!(once, again);
        }
    }
}
