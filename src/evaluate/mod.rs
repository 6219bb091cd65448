//! How well the annotator does: what it finds against what people marked.
//!
//! [`Gold::read`] reads marked articles in the formats that such sets come in; [`NerScorer`] and
//! [`CountryScorer`] take each of them with its [`Annotations`] and give a report that holds
//! precision, recall and F1 and lists the worst errors. For events, [`read_relations`] and
//! [`read_sentences`] do the same for [`RelationScorer`] and [`EventScorer`]. Nothing here
//! annotates or prints. [`changes`] compares two coders with each other instead of with people.

mod changes;
mod coded;
mod columns;
mod countries;
mod events;
mod gold;
mod lines;
mod ner;
mod relations;
mod retrieval;
mod toponyms;

pub use changes::{Change, EventPart, changes};
pub use coded::{
    GoldEvent, GoldRelation, GoldSentence, Marking, Relation, Side, read_relations, read_sentences,
};
pub use countries::{
    CountryConfusion, CountryReport, CountryScore, CountryScorer, MissedPlace, PlaceScores,
    SetScores, SpuriousCountry,
};
pub use events::{
    Bin, EventConfusion, EventReport, EventScorer, ModeConfusion, SentenceShares, TypeScores,
};
pub use gold::{By, Class, Gold, GoldArticle, GoldEntity, GoldError, GoldPlace};
pub use ner::{
    ClassScore, Confusion, CountedName, Name, NerErrors, NerReport, NerScorer, TypeConfusion,
};

pub use relations::{RelationConfusion, RelationReport, RelationScore, RelationScorer};
pub use retrieval::{
    Collection, CollectionError, JudgedQuery, RetrievalScorer, RetrievalScores, read_collections,
};

use crate::ontology::CameoCode;
use serde::Serialize;

#[cfg(doc)]
use crate::annotate::Annotations;

/// Precision, recall and F1, with the numbers that they are made of. A share of nothing is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// How many the gold has.
    pub gold: u64,
    /// How many were predicted.
    pub predicted: u64,
    /// How many of these are right.
    pub right: u64,
    /// The share of the predicted that is right.
    pub precision: Option<f64>,
    /// The share of the gold that was predicted right.
    pub recall: Option<f64>,
    /// The harmonic mean of the two.
    pub f1: Option<f64>,
}

/// The share of predictions that is right, where nothing can be said about recall.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Precision {
    /// How many were predicted.
    pub predicted: u64,
    /// How many of these are right.
    pub right: u64,
    /// The share of the predicted that is right.
    pub precision: Option<f64>,
}

/// What scores are made of.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    gold: u64,
    predicted: u64,
    right: u64,
}

impl Tally {
    fn score(self) -> Score {
        Score {
            gold: self.gold,
            predicted: self.predicted,
            right: self.right,
            precision: share(self.right, self.predicted),
            recall: share(self.right, self.gold),
            // The same as 2PR / (P + R), and defined where one of the two is not.
            f1: share(2 * self.right, self.gold + self.predicted),
        }
    }

    /// Counts a prediction that is right or not.
    fn judge(&mut self, is_right: bool) {
        self.predicted += 1;
        self.right += u64::from(is_right);
    }

    fn precision(self) -> Precision {
        Precision {
            predicted: self.predicted,
            right: self.right,
            precision: share(self.right, self.predicted),
        }
    }
}

/// How deep CAMEO codes are right, of events whose actors and type are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CodeScores {
    /// The first two digits.
    pub root: Precision,
    /// The first three, of the codes that have so many in the gold.
    pub three: Precision,
    /// All of the code.
    pub exact: Precision,
}

/// What the scores of codes are made of.
#[derive(Debug, Clone, Copy, Default)]
struct CodeTally {
    root: Tally,
    three: Tally,
    exact: Tally,
}

impl CodeTally {
    fn add(&mut self, gold: CameoCode, predicted: CameoCode) {
        let (gold, predicted) = (gold.as_str(), predicted.as_str());
        let same = |digits: usize| predicted.get(..digits) == gold.get(..digits);
        self.root.judge(same(2));
        if gold.len() >= 3 {
            self.three.judge(same(3));
        }
        self.exact.judge(gold == predicted);
    }

    /// The scores; `None` when no code was judged.
    fn scores(self) -> Option<CodeScores> {
        (self.root.predicted > 0).then(|| CodeScores {
            root: self.root.precision(),
            three: self.three.precision(),
            exact: self.exact.precision(),
        })
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The `most` commonest of what was counted, each with its number; what is as common in its order.
fn commonest<T: Ord>(counts: impl IntoIterator<Item = (T, u64)>, most: usize) -> Vec<(T, u64)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(most);
    counts
}
