//! Words near each other: `"peace talks"~5`.
//!
//! What `~N` means is what it means in Lucene. Every word has its place in the phrase; moved by the
//! fewest places that bring all words there from where they stand in the text, no two may be moved
//! by amounts that are more than N apart. So `"a b"~1` allows a word between the two, `"a b"~2`
//! also that they change places, and the order counts for nothing more than that. A word that the
//! phrase holds twice has to stand in the text twice.

use super::matching::{Places, unscored};
use crate::index::analyzer;
use std::ops::Bound;
use tantivy::postings::SegmentPostings;
use tantivy::query::doc_predicate_query::{
    ConstOrVariableSegmentPredicate, DocPredicate, DocPredicateQuery, SegmentDocPredicate,
};
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, InvertedIndexRangeQuery, Query as TantivyQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, SegmentReader, Term};

/// A term of the phrase, and its places in it, in ascending order.
#[derive(Debug, Clone)]
struct Placed {
    term: Term,
    /// For a single character of a script without spaces, which stands for all pairs that begin
    /// with it, the first term after them.
    until: Option<Term>,
    offsets: Vec<u32>,
}

/// Texts that hold these words within `slop` of their places.
pub(super) fn near_query(
    field: Field,
    terms: &[(usize, String)],
    slop: u32,
    option: IndexRecordOption,
) -> Box<dyn TantivyQuery> {
    let mut placed: Vec<Placed> = Vec::new();
    for (offset, text) in terms {
        let term = Term::from_field_text(field, text);
        let offset = u32::try_from(*offset).unwrap_or(u32::MAX);
        match placed.iter_mut().find(|word| word.term == term) {
            Some(word) => word.offsets.push(offset),
            None => placed.push(Placed {
                until: analyzer::is_single(text)
                    .then(|| Term::from_field_text(field, &format!("{text}{}", char::MAX))),
                offsets: vec![offset],
                term,
            }),
        }
    }
    let words = placed.iter().map(|word| word.query(option)).collect();
    let near = Near {
        found: Box::new(BooleanQuery::intersection(words)),
        words: placed.clone(),
        slop,
    };
    // The words say how well an article matches, their places only whether it does.
    let mut parts: Vec<Box<dyn TantivyQuery>> =
        placed.iter().map(|word| word.query(option)).collect();
    let near = DocPredicateQuery::from(near);
    parts.push(Box::new(ConstScoreQuery::new(Box::new(near), 0.0)));
    Box::new(BooleanQuery::intersection(parts))
}

impl Placed {
    fn query(&self, option: IndexRecordOption) -> Box<dyn TantivyQuery> {
        let term = self.term.clone();
        match &self.until {
            Some(until) => Box::new(InvertedIndexRangeQuery::new(
                Bound::Included(term),
                Bound::Excluded(until.clone()),
            )),
            None => Box::new(TermQuery::new(term, option)),
        }
    }

    fn places(&self, segment: &SegmentReader) -> tantivy::Result<Places> {
        let Some(until) = &self.until else {
            return Places::of(segment, [&self.term]);
        };
        let index = segment.inverted_index(self.term.field())?;
        let mut terms = index
            .terms()
            .range()
            .ge(self.term.serialized_value_bytes())
            .lt(until.serialized_value_bytes())
            .into_stream()?;
        let mut postings: Vec<SegmentPostings> = Vec::new();
        while terms.advance() {
            let option = IndexRecordOption::WithFreqsAndPositions;
            postings.push(index.read_postings_from_terminfo(terms.value(), option)?);
        }
        Ok(Places::new(postings))
    }
}

#[derive(Debug)]
struct Near {
    found: Box<dyn TantivyQuery>,
    words: Vec<Placed>,
    slop: u32,
}

impl DocPredicate for Near {
    type SegmentDocPredicate = SegmentNear;

    fn doc_predicate(
        &self,
        segment: &SegmentReader,
    ) -> tantivy::Result<ConstOrVariableSegmentPredicate<SegmentNear>> {
        let mut words = Vec::with_capacity(self.words.len());
        for word in &self.words {
            words.push((word.places(segment)?, word.offsets.clone()));
        }
        Ok(ConstOrVariableSegmentPredicate::Variable {
            predicate: SegmentNear {
                words,
                slop: self.slop.into(),
            },
            necessary_condition: unscored(&*self.found, segment)?,
        })
    }
}

struct SegmentNear {
    words: Vec<(Places, Vec<u32>)>,
    slop: i64,
}

impl SegmentDocPredicate for SegmentNear {
    fn eval(&mut self, doc: DocId) -> bool {
        let words: Vec<(&[u32], &[u32])> = self
            .words
            .iter_mut()
            .map(|(places, offsets)| (places.at(doc), &**offsets))
            .collect();
        are_near(&words, self.slop)
    }
}

/// Whether each word stands at one of its positions for each of its offsets in the phrase, such
/// that `position - offset` differs by no more than `slop` among all.
fn are_near(words: &[(&[u32], &[u32])], slop: i64) -> bool {
    // All those differences lie in a window, and the least of them is where it begins.
    let mut starts = words.iter().flat_map(|(positions, offsets)| {
        positions.iter().flat_map(move |&position| {
            let start = move |&offset: &u32| i64::from(position) - i64::from(offset);
            offsets.iter().map(start)
        })
    });
    starts.any(|start| words.iter().all(|word| stands_within(*word, start, slop)))
}

/// Whether a word has a position of its own for each offset. As the windows of its offsets are all
/// as long, the first position that is left is the best for the first offset that is left.
fn stands_within((positions, offsets): (&[u32], &[u32]), start: i64, slop: i64) -> bool {
    let mut rest = positions;
    offsets.iter().all(|&offset| {
        let from = start + i64::from(offset);
        rest = &rest[rest.partition_point(|&position| i64::from(position) < from)..];
        match rest {
            [first, others @ ..] if i64::from(*first) <= from + slop => {
                rest = others;
                true
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_be_moved_so_far() {
        // "a b" and "a b c" in texts that hold the words at these positions.
        for (positions, nearest) in [
            (vec![vec![0], vec![1]], 0),
            (vec![vec![0], vec![2]], 1),
            (vec![vec![1], vec![0]], 2),
            (vec![vec![0, 9], vec![4]], 3),
            (vec![vec![0], vec![2], vec![4]], 2),
            (vec![vec![2], vec![1], vec![0]], 4),
            (vec![vec![0, 7], vec![8], vec![1, 9]], 0),
        ] {
            let offsets: Vec<Vec<u32>> = (0..).take(positions.len()).map(|at| vec![at]).collect();
            let words: Vec<(&[u32], &[u32])> = positions
                .iter()
                .zip(&offsets)
                .map(|(positions, offsets)| (&**positions, &**offsets))
                .collect();
            for slop in 0..6 {
                assert_eq!(
                    are_near(&words, slop),
                    slop >= nearest,
                    "{positions:?} ~{slop}"
                );
            }
        }
    }

    #[test]
    fn a_word_that_is_asked_for_twice_stands_twice() {
        // "a b a"
        let offsets: (&[u32], &[u32]) = (&[0, 2], &[1]);
        for (a, b, nearest) in [
            (&[0, 2][..], &[1][..], Some(0)),
            (&[0], &[1], None),
            (&[4, 5], &[3], Some(2)),
        ] {
            for slop in 0..9 {
                let found = are_near(&[(a, offsets.0), (b, offsets.1)], slop);
                assert_eq!(
                    found,
                    nearest.is_some_and(|nearest| slop >= nearest),
                    "{a:?} ~{slop}"
                );
            }
        }
    }
}
