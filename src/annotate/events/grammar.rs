//! The grammar of one sentence: who is whose subject, through passives, conjunctions, relative
//! clauses and complements.

use super::super::lexicon::{Lexicon, WordId};
use crate::text::parse::{Arc, ROOT, Relation};
use crate::text::tags::Tag;

/// A parsed sentence. Tokens are counted from the sentence's first.
pub struct Grammar<'a> {
    /// The tokens' words.
    pub words: &'a [&'a str],
    /// The numbers of the words.
    pub ids: &'a [WordId],
    /// Their parts of speech.
    pub tags: &'a [Tag],
    /// What each depends on.
    pub arcs: &'a [Arc],
    /// The tokens by what they depend on, in order; those of token `n` start at `first_child[n]`.
    children: Vec<u32>,
    first_child: Vec<u32>,
    lexicon: &'a Lexicon,
}

/// How far up a chain of governors a subject is looked for.
const CLIMB: usize = 5;

impl<'a> Grammar<'a> {
    /// The grammar of a sentence; all slices run in parallel.
    pub fn new(
        lexicon: &'a Lexicon,
        words: &'a [&'a str],
        ids: &'a [WordId],
        tags: &'a [Tag],
        arcs: &'a [Arc],
    ) -> Self {
        let (children, first_child) = by_head(arcs);
        Self {
            words,
            ids,
            tags,
            arcs,
            children,
            first_child,
            lexicon,
        }
    }

    /// The token that `token` depends on.
    pub fn head(&self, token: usize) -> Option<usize> {
        let head = self.arcs[token].head;
        (head != ROOT).then_some(head as usize)
    }

    /// How `token` depends on its head.
    pub fn relation(&self, token: usize) -> Relation {
        self.arcs[token].relation
    }

    /// The tokens that depend on `token`, in order.
    pub fn children(&self, token: usize) -> impl Iterator<Item = usize> + '_ {
        let all = self.first_child[token] as usize..self.first_child[token + 1] as usize;
        self.children[all].iter().map(|&child| child as usize)
    }

    /// The first token that depends on `token` in one of these ways.
    pub fn child(&self, token: usize, relations: &[Relation]) -> Option<usize> {
        self.children(token)
            .find(|&child| relations.contains(&self.relation(child)))
    }

    /// Whether the token is a verb other than an auxiliary.
    pub fn is_verb(&self, token: usize) -> bool {
        self.tags[token].is_verb()
    }

    /// Whether the token is a noun that tells an act.
    pub fn is_act_noun(&self, token: usize) -> bool {
        matches!(self.tags[token], Tag::Noun | Tag::NounPlural)
            && self.lexicon.is_act_noun(self.ids[token])
    }

    /// Whether the verb is in the passive: "was expelled", "sanctions imposed on".
    pub fn is_passive(&self, verb: usize) -> bool {
        use Relation::*;
        if self
            .child(verb, &[SubjectPassive, AuxiliaryPassive])
            .is_some()
        {
            return true;
        }
        if self.tags[verb] != Tag::VerbParticiple {
            return false;
        }
        match (self.relation(verb), self.head(verb)) {
            // "the man arrested by police"; with an object it is a past tense read wrongly.
            (AdnominalClause, _) => self.child(verb, &[Auxiliary, Object]).is_none(),
            // "was arrested and charged"
            (Conjunct, Some(first)) => {
                self.child(verb, &[Auxiliary, Subject]).is_none()
                    && self.is_verb(first)
                    && self.is_passive(first)
            }
            _ => false,
        }
    }

    /// The token that stands as the verb's subject, whether it acts or is acted upon.
    pub fn subject(&self, verb: usize) -> Option<usize> {
        self.subject_within(verb, CLIMB)
    }

    fn subject_within(&self, verb: usize, climb: usize) -> Option<usize> {
        use Relation::*;
        if climb == 0 {
            return None;
        }
        let relation = self.relation(verb);
        if let Some(subject) = self.child(verb, &[Subject, SubjectPassive]) {
            if self.is_relative_pronoun(subject) {
                return self
                    .head(verb)
                    .filter(|_| relation == RelativeClause)
                    .or(Some(subject));
            }
            // "Russia said it had expelled": the pronoun is the governor's subject.
            if self.is_pronoun(subject)
                && matches!(relation, ClauseComplement | AdverbialClause)
                && let Some(governor) = self.head(verb).filter(|&governor| self.is_verb(governor))
                && let Some(above) = self.subject_within(governor, climb - 1)
                && !self.is_pronoun(above)
            {
                return Some(above);
            }
            return Some(subject);
        }
        let governor = self.head(verb)?;
        match relation {
            RelativeClause | AdnominalClause if !self.is_infinitive(verb) => Some(governor),
            // "its decision to suspend": whoever decides.
            AdnominalClause => match self.child(governor, &[Possessor, Compound]) {
                Some(owner)
                    if !self.is_pronoun(owner)
                        && (self.relation(owner) == Possessor || self.tags[owner] == Tag::Name) =>
                {
                    Some(owner)
                }
                _ => self
                    .governing_verb(governor)
                    .and_then(|v| self.subject_within(v, climb - 1)),
            },
            Conjunct if self.is_verb(governor) => self.subject_within(governor, climb - 1),
            OpenComplement | AdverbialClause | ClauseComplement if self.is_verb(governor) => {
                // "urged Iran to release": the object does the releasing.
                let object = self.child(governor, &[Object, ObjectIndirect]);
                match object {
                    Some(object) if relation != AdverbialClause && self.is_infinitive(verb) => {
                        Some(object)
                    }
                    _ => self.subject_within(governor, climb - 1),
                }
            }
            _ => None,
        }
    }

    /// The nearest verb above a token.
    pub fn governing_verb(&self, token: usize) -> Option<usize> {
        let mut at = token;
        for _ in 0..CLIMB {
            at = self.head(at)?;
            if self.is_verb(at) {
                return Some(at);
            }
        }
        None
    }

    /// The verb's object, or in the passive its subject: the one acted upon.
    pub fn object(&self, verb: usize) -> Option<usize> {
        if self.is_passive(verb) {
            return self.subject(verb);
        }
        if let Some(object) = self.child(verb, &[Relation::Object]) {
            return (!self.is_relative_pronoun(object))
                .then_some(object)
                .or_else(|| {
                    self.head(verb)
                        .filter(|_| self.relation(verb) == Relation::RelativeClause)
                });
        }
        if let Some(object) = self.child(verb, &[Relation::ObjectIndirect]) {
            return Some(object);
        }
        // "urged that Iran release", "asked Turkey to …" read as a clause: its subject.
        let clause = self.child(
            verb,
            &[Relation::ClauseComplement, Relation::OpenComplement],
        )?;
        self.child(clause, &[Relation::Subject])
            .filter(|&subject| self.is_infinitive(clause) && !self.is_pronoun(subject))
    }

    /// Whether the verb is an infinitive with "to".
    pub fn is_infinitive(&self, verb: usize) -> bool {
        self.children(verb).any(|child| self.tags[child] == Tag::To)
    }

    /// What the preposition before a noun is; `None` when there is none.
    pub fn preposition(&self, noun: usize) -> Option<usize> {
        self.child(noun, &[Relation::Case])
            .filter(|&case| self.tags[case] != Tag::Possessive)
    }

    /// Whether the word points at somebody named elsewhere: "he", "it".
    pub fn is_pronoun(&self, token: usize) -> bool {
        matches!(
            self.tags[token],
            Tag::Pronoun | Tag::PronounPossessive | Tag::PronounDemonstrative | Tag::PronounWh
        )
    }

    fn is_relative_pronoun(&self, token: usize) -> bool {
        self.tags[token] == Tag::PronounWh || self.tags[token] == Tag::DeterminerWh
    }

    /// The conjuncts of a noun, itself first: "Colombia and Peru".
    pub fn conjuncts(&self, noun: usize) -> Vec<usize> {
        let mut all = vec![noun];
        let mut at = 0;
        while at < all.len() && all.len() < 12 {
            let more: Vec<usize> = self
                .children(all[at])
                .filter(|&child| self.relation(child) == Relation::Conjunct && !self.is_verb(child))
                .collect();
            all.extend(more);
            at += 1;
        }
        all
    }

    /// The tokens that a phrase headed by `verb` may take its words from: what hangs below the
    /// verb, but not in clauses that tell something else.
    pub fn reach(&self, verb: usize) -> Vec<usize> {
        use Relation::*;
        let mut reached = vec![verb];
        let mut depths = vec![0];
        let mut at = 0;
        while at < reached.len() {
            if depths[at] < 4 {
                for child in self.children(reached[at]) {
                    let other = match self.relation(child) {
                        RelativeClause | Parataxis | SubjectClause => true,
                        Subject | Conjunct => reached[at] == verb,
                        AdverbialClause => !self.is_infinitive(child),
                        _ => false,
                    };
                    if !other {
                        reached.push(child);
                        depths.push(depths[at] + 1);
                    }
                }
            }
            at += 1;
        }
        reached.remove(0);
        reached.sort_unstable();
        reached
    }

    /// Whether the token is a form of one of these words.
    pub fn is_one_of(&self, token: usize, words: &[WordId]) -> bool {
        words
            .iter()
            .any(|&word| self.lexicon.is_form_of(self.ids[token], word))
    }
}

/// The tokens by what they depend on, and where those of each token start, the end last.
fn by_head(arcs: &[Arc]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; arcs.len() + 1];
    let heads = || (0..).zip(arcs).filter(|(_, arc)| arc.head != ROOT);
    for (_, arc) in heads() {
        starts[arc.head as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut free = starts.clone();
    let mut children = vec![0; heads().count()];
    for (child, arc) in heads() {
        let place = &mut free[arc.head as usize];
        children[*place as usize] = child;
        *place += 1;
    }
    (children, starts)
}
