//! Relations: the type of what one given actor does to another, right when it is the gold's.

use super::coded::{GoldRelation, Relation};
use super::{CodeScores, CodeTally, Score, Tally, commonest, share};
use crate::annotate::Action;
use crate::ontology::Plover;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// Adds up what was found pair by pair.
#[derive(Debug, Clone, Default)]
pub struct RelationScorer {
    cells: FxHashMap<(Relation, Relation), u64>,
    codes: CodeTally,
    absent: u64,
}

/// How well relations are found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RelationReport {
    /// How many pairs there are.
    pub pairs: u64,
    /// The share of them whose relation is the gold's, nothing among it.
    pub accuracy: Option<f64>,
    /// The mean of the F1 of the types that the gold has.
    pub macro_f1: Option<f64>,
    /// How many pairs got no relation, of those that have one.
    pub silent: u64,
    /// How many pairs have a side whose words do not stand in their sentence.
    pub absent: u64,
    /// The type with the least F1.
    pub worst: Option<RelationScore>,
    /// The score of each type that the gold or the annotator has; NONE is the last.
    pub classes: Vec<RelationScore>,
    /// What was taken for what, the commonest first.
    pub confusions: Vec<RelationConfusion>,
    /// How deep codes are right where the type is, if the gold has codes.
    pub codes: Option<CodeScores>,
    /// The types in the order of the matrix.
    pub labels: Vec<Relation>,
    /// A row for each type of the gold, a column for each that was found.
    pub matrix: Vec<Vec<u64>>,
}

/// The score of a type.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RelationScore {
    /// The type.
    #[serde(rename = "type")]
    pub relation: Relation,
    /// Its score.
    #[serde(flatten)]
    pub score: Score,
}

/// A type that was taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RelationConfusion {
    /// What is marked.
    pub gold: Relation,
    /// What was found.
    pub predicted: Relation,
    /// How often.
    pub count: u64,
}

impl RelationScorer {
    /// Takes a pair with what was found between the two.
    pub fn add(&mut self, gold: &GoldRelation, found: Option<&Action>) {
        let predicted = found.map_or(Relation::Nothing, |found| Relation::Type(found.plover));
        let sides = [&gold.pair.source, &gold.pair.target];
        let is_absent = |words: &&String| !gold.text.contains(words.as_str());
        self.absent += u64::from(sides.iter().any(is_absent));
        *self.cells.entry((gold.relation, predicted)).or_default() += 1;
        if let (Some(code), Some(found)) = (gold.cameo, found)
            && gold.relation == predicted
        {
            self.codes.add(code, found.cameo);
        }
    }

    /// The report, with the `worst` commonest confusions; `None` when there is no pair.
    pub fn report(self, worst: usize) -> Option<RelationReport> {
        // Where the gold does not tell CONCEDE and RETREAT apart, neither is asked of the annotator.
        let merges = self.cells.keys().any(|(gold, _)| *gold == Relation::Yield);
        let merged = |relation| match relation {
            Relation::Type(Plover::Concede | Plover::Retreat) if merges => Relation::Yield,
            relation => relation,
        };
        let mut cells: BTreeMap<(Relation, Relation), u64> = BTreeMap::new();
        let mut tallies: BTreeMap<Relation, Tally> = BTreeMap::new();
        for (&(gold, predicted), &count) in &self.cells {
            let (gold, predicted) = (merged(gold), merged(predicted));
            *cells.entry((gold, predicted)).or_default() += count;
            tallies.entry(gold).or_default().gold += count;
            let tally = tallies.entry(predicted).or_default();
            tally.predicted += count;
            tally.right += if gold == predicted { count } else { 0 };
        }
        let pairs: u64 = cells.values().sum();
        if pairs == 0 {
            return None;
        }
        let right = tallies.values().map(|tally| tally.right).sum();
        let labels: Vec<Relation> = tallies.keys().copied().collect();
        let classes: Vec<RelationScore> = tallies
            .iter()
            .map(|(&relation, tally)| RelationScore {
                relation,
                score: tally.score(),
            })
            .collect();
        let marked = classes
            .iter()
            .filter(|class| class.relation != Relation::Nothing && class.score.gold > 0);
        let f1 = |class: &RelationScore| class.score.f1.unwrap_or_default();
        let types = marked.clone().count();
        let sum: f64 = marked.clone().map(f1).sum();
        let silent = cells
            .iter()
            .filter(|((gold, predicted), _)| {
                *gold != Relation::Nothing && *predicted == Relation::Nothing
            })
            .map(|(_, count)| count)
            .sum();
        let matrix = labels
            .iter()
            .map(|&gold| {
                let cell = |&predicted| cells.get(&(gold, predicted)).copied().unwrap_or_default();
                labels.iter().map(cell).collect()
            })
            .collect();
        let wrong = cells
            .iter()
            .filter(|((gold, predicted), _)| gold != predicted);
        let confusions = commonest(wrong.map(|(&pair, &count)| (pair, count)), worst);
        Some(RelationReport {
            pairs,
            accuracy: share(right, pairs),
            macro_f1: (types > 0).then(|| sum / types as f64),
            silent,
            absent: self.absent,
            worst: marked.min_by(|a, b| f1(a).total_cmp(&f1(b))).copied(),
            confusions: confusions
                .into_iter()
                .map(|((gold, predicted), count)| RelationConfusion {
                    gold,
                    predicted,
                    count,
                })
                .collect(),
            codes: self.codes.scores(),
            labels,
            matrix,
            classes,
        })
    }
}
