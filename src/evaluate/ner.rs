//! Names: a prediction is right when its span and its class are exactly those of the gold, as the
//! shared task of CoNLL-2003 has it.

use super::gold::{Class, GoldArticle};
use super::{Score, Tally, commonest};
use crate::annotate::{Annotations, Part};
use crate::article::ByteSpan;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// Adds up what was found article by article.
#[derive(Debug, Clone, Default)]
pub struct NerScorer {
    articles: u64,
    classes: [Tally; Class::ALL.len()],
    errors: NerErrors,
    types: FxHashMap<(Class, Class), u64>,
    confusions: FxHashMap<(Name, Name), u64>,
    missed: FxHashMap<Name, u64>,
    spurious: FxHashMap<Name, u64>,
}

/// How well names are found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NerReport {
    /// How many articles have their names marked.
    pub articles: u64,
    /// All names of all classes.
    pub all: Score,
    /// The same by class.
    pub classes: Vec<ClassScore>,
    /// What kinds of errors there are.
    pub errors: NerErrors,
    /// Which class was taken for which, the commonest first.
    pub types: Vec<TypeConfusion>,
    /// Names that were found as something else, the commonest first.
    pub confusions: Vec<Confusion>,
    /// Names that nothing was found for.
    pub missed: Vec<CountedName>,
    /// What was found where there is no name.
    pub spurious: Vec<CountedName>,
}

/// The score of a class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassScore {
    /// The class.
    #[serde(rename = "type")]
    pub class: Class,
    /// Its score.
    #[serde(flatten)]
    pub score: Score,
}

/// How many errors there are of each kind. The first four count names of the gold, each in one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct NerErrors {
    /// The span is right, the class is not.
    pub wrong_type: u64,
    /// Something of the right class was found at a part of the name, or around it.
    pub wrong_span: u64,
    /// Something of another class was found at a part of the name, or around it.
    pub wrong_both: u64,
    /// Nothing was found there.
    pub missed: u64,
    /// Predictions where the gold has nothing.
    pub spurious: u64,
}

/// A name with its class.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Name {
    /// The words as they stand in the article.
    pub text: String,
    /// The class.
    #[serde(rename = "type")]
    pub class: Class,
}

/// Names of a class that were found as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TypeConfusion {
    /// The class that is marked.
    pub gold: Class,
    /// The class that was found, at the name or a part of it.
    pub predicted: Class,
    /// How often.
    pub count: u64,
}

/// A name that was found as something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// What is marked.
    pub gold: Name,
    /// What was found.
    pub predicted: Name,
    /// How often.
    pub count: u64,
}

/// A name and how often it is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountedName {
    /// The name.
    pub name: Name,
    /// How often.
    pub count: u64,
}

impl NerScorer {
    /// Takes an article with what was found in it; one whose names are not marked is left out.
    /// Only what was found in the text counts.
    pub fn add(&mut self, article: &GoldArticle, found: &Annotations) {
        let Some(gold) = &article.entities else {
            return;
        };
        self.articles += 1;
        let predicted: Vec<(ByteSpan, Class)> = found
            .entities
            .iter()
            .filter(|entity| entity.part == Part::Text)
            .map(|entity| (entity.span, Class::from(entity.kind)))
            .collect();
        let name = |span: ByteSpan, class| Name {
            text: article.text[span.range()].to_owned(),
            class,
        };
        for mark in gold {
            let tally = &mut self.classes[mark.class as usize];
            tally.gold += 1;
            // Exactly the same before what has the span, and that before what shares a byte.
            let best = predicted
                .iter()
                .filter(|(span, _)| span.overlaps(mark.span))
                .max_by_key(|(span, class)| (*span == mark.span, *class == mark.class));
            let Some(&(span, class)) = best else {
                self.errors.missed += 1;
                *self.missed.entry(name(mark.span, mark.class)).or_default() += 1;
                continue;
            };
            match (span == mark.span, class == mark.class) {
                (true, true) => {
                    tally.right += 1;
                    continue;
                }
                (true, false) => self.errors.wrong_type += 1,
                (false, true) => self.errors.wrong_span += 1,
                (false, false) => self.errors.wrong_both += 1,
            }
            if class != mark.class {
                *self.types.entry((mark.class, class)).or_default() += 1;
            }
            let pair = (name(mark.span, mark.class), name(span, class));
            *self.confusions.entry(pair).or_default() += 1;
        }
        for &(span, class) in &predicted {
            self.classes[class as usize].predicted += 1;
            if !gold.iter().any(|mark| mark.span.overlaps(span)) {
                self.errors.spurious += 1;
                *self.spurious.entry(name(span, class)).or_default() += 1;
            }
        }
    }

    /// The report, with the `worst` commonest errors of each list; `None` when no article has its
    /// names marked.
    pub fn report(self, worst: usize) -> Option<NerReport> {
        if self.articles == 0 {
            return None;
        }
        let mut all = Tally::default();
        for tally in self.classes {
            all.gold += tally.gold;
            all.predicted += tally.predicted;
            all.right += tally.right;
        }
        let classes = Class::ALL.map(|class| ClassScore {
            class,
            score: self.classes[class as usize].score(),
        });
        let counted = |names: FxHashMap<Name, u64>| {
            let commonest = commonest(names, worst).into_iter();
            commonest
                .map(|(name, count)| CountedName { name, count })
                .collect()
        };
        let types = commonest(self.types, worst).into_iter();
        let confusions = commonest(self.confusions, worst).into_iter();
        Some(NerReport {
            articles: self.articles,
            all: all.score(),
            classes: classes.to_vec(),
            errors: self.errors,
            types: types
                .map(|((gold, predicted), count)| TypeConfusion {
                    gold,
                    predicted,
                    count,
                })
                .collect(),
            confusions: confusions
                .map(|((gold, predicted), count)| Confusion {
                    gold,
                    predicted,
                    count,
                })
                .collect(),
            missed: counted(self.missed),
            spurious: counted(self.spurious),
        })
    }
}
