//! What there is to learn from an example: the clues of its pairs of actors, with what is told of
//! each.

use super::super::lexicon::Lexicon;
use super::super::mentions::{Mention, Tokenised};
use super::actors::SpokenOf;
use super::examples::{Act, Example, Judgments, ToldOf};
use super::model::{Instance, Origin};
use super::{Coder, Part, Reading, Scratch, Source, Told, is_mutual, within};
use crate::article::ByteSpan;
use crate::ontology::Plover;
use crate::text::Sentence;
use std::ops::Range;

impl Coder {
    /// The instances of an example: its pairs as they are given, and every pair of the actors that
    /// the coder finds in it. `mentions` are those found in its text.
    pub fn instances(
        &self,
        lexicon: &Lexicon,
        example: &Example,
        tokenised: &Tokenised,
        mentions: &[Mention],
        scratch: &mut Scratch,
    ) -> Vec<Instance> {
        let mut out = Vec::new();
        let source = source_of(example, tokenised, mentions);
        for relation in &example.relations {
            out.extend(self.given(lexicon, example, relation, &source, scratch));
            // What one does to the other, the other does not do to the one.
            if let Some(turned) = turned(relation).filter(|_| example.complete) {
                out.extend(self.given(lexicon, example, &turned, &source, scratch));
            }
        }
        let nobody = SpokenOf::default();
        for sentence in &tokenised.sentences {
            let told = Told {
                sentence,
                mentions: within(mentions, sentence),
                spoken_of: &nobody,
            };
            self.read(lexicon, &source, &told, scratch, |reading| {
                found(reading, example, &mut out);
            });
        }
        out
    }

    /// The instances of the sentences of one part of an article that somebody has judged, sentence
    /// by sentence.
    pub fn judged(
        &self,
        lexicon: &Lexicon,
        source: &Source<'_>,
        judgments: &Judgments,
        scratch: &mut Scratch,
    ) -> Vec<Vec<Instance>> {
        let mut out = Vec::new();
        let of = |sentence: &Sentence| judgments.of(&source.text[sentence.span.range()]);
        let is_worth =
            |told: &Told<'_>| of(told.sentence).is_some() || self.may_tell(lexicon, source, told);
        self.walk(lexicon, source, scratch, is_worth, |reading| {
            if let Some(relations) = of(reading.sentence) {
                let example = judged(relations, reading.sentence.span.start as usize);
                let mut instances = Vec::new();
                found(reading, &example, &mut instances);
                out.push(instances);
            }
        });
        out
    }

    /// A pair as it is given: the two are actors whatever the lexicon knows of them.
    fn given(
        &self,
        lexicon: &Lexicon,
        example: &Example,
        relation: &ToldOf,
        source: &Source<'_>,
        scratch: &mut Scratch,
    ) -> Option<Instance> {
        let pair = [span(&relation.source), span(&relation.target)];
        self.read_given(lexicon, source, pair, scratch, |_, _, clues| Instance {
            clues: clues.to_vec(),
            act: relation.act,
            origin: Origin::Given,
            weight: example.weight,
        })
    }
}

/// Judged relations of a sentence that begins at this byte of the text.
fn judged(relations: &[ToldOf], start: usize) -> Example {
    let moved = |side: &Option<Range<usize>>| {
        let side = side.as_ref();
        side.map(|side| side.start + start..side.end + start)
    };
    let relations = relations.iter().map(|relation| ToldOf {
        source: moved(&relation.source),
        target: moved(&relation.target),
        act: relation.act,
    });
    Example {
        text: String::new(),
        relations: relations.collect(),
        complete: false,
        weight: 1.0,
    }
}

fn source_of<'a>(
    example: &'a Example,
    tokenised: &'a Tokenised,
    mentions: &'a [Mention],
) -> Source<'a> {
    Source {
        part: Part::Text,
        text: &example.text,
        tokenised,
        mentions,
        date: None,
        dateline: None,
    }
}

fn span(range: &Option<Range<usize>>) -> Option<ByteSpan> {
    range
        .as_ref()
        .map(|range| ByteSpan::new(range.start, range.end))
}

/// The other way round, where there is nothing.
fn turned(relation: &ToldOf) -> Option<ToldOf> {
    let act = relation
        .act
        .filter(|act| !act.cameo.is_some_and(is_mutual))?;
    let (source, target) = (relation.target.clone()?, relation.source.clone()?);
    // They fight each other, as like as not.
    (act.plover != Plover::Assault).then_some(ToldOf {
        source: Some(source),
        target: Some(target),
        act: None,
    })
}

/// One side of a told relation, in the tokens of a sentence.
enum Side {
    /// The example names none.
    Nobody,
    /// These tokens, the first of which the others hang on.
    Words(Range<usize>, usize),
    /// The sentence names it, but the coder finds no actor in those words: "a fishing boat".
    Thing,
    /// It stands in another sentence.
    Elsewhere,
}

/// The pairs of actors that the coder finds in a sentence.
fn found(reading: &Reading<'_>, example: &Example, out: &mut Vec<Instance>) {
    let side = |range: &Option<Range<usize>>| match span(range) {
        None => Side::Nobody,
        Some(span) => match reading.given(span) {
            Some(party) if reading.parties.iter().any(|other| other.overlaps(&party)) => {
                Side::Words(party.tokens.clone(), reading.clues.head_of(&party.tokens))
            }
            Some(_) => Side::Thing,
            None => Side::Elsewhere,
        },
    };
    let relations: Vec<(Side, Side, Option<Act>)> = example
        .relations
        .iter()
        .map(|relation| (side(&relation.source), side(&relation.target), relation.act))
        .collect();
    let mut clues = Vec::new();
    for sides in reading.candidates() {
        let mut best: Option<(u8, Option<Act>)> = None;
        let mut take = |fit: u8, act: Option<Act>| {
            if fit > best.map_or(0, |(fit, _)| fit) {
                best = Some((fit, act));
            }
        };
        for (source, target, act) in &relations {
            take(fit(source, sides.by).min(fit(target, sides.to)), *act);
            let is_mutual = act.and_then(|act| act.cameo).is_some_and(is_mutual);
            if is_mutual {
                take(fit(source, sides.to).min(fit(target, sides.by)), *act);
            }
        }
        let act = match best {
            Some((EXACT, act)) => act,
            // Another word of the same actor is neither right nor wrong.
            Some((_, Some(_))) => continue,
            _ if !example.complete => continue,
            _ => None,
        };
        reading.clues.of(sides, &mut clues);
        out.push(Instance {
            clues: clues.clone(),
            act,
            origin: Origin::Found,
            weight: example.weight,
        });
    }
}

/// How well an actor that was found is the one that was told: by the word that the others hang on,
/// by any word, or not at all.
fn fit(told: &Side, party: Option<&super::Party>) -> u8 {
    match (told, party) {
        (Side::Nobody | Side::Thing, None) => EXACT,
        (Side::Words(words, head), Some(party)) => {
            if party.whole.contains(head) {
                EXACT
            } else if party.whole.start < words.end && words.start < party.whole.end {
                LOOSE
            } else {
                0
            }
        }
        _ => 0,
    }
}

const EXACT: u8 = 2;
const LOOSE: u8 = 1;
