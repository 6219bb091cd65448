//! Ranking: how well an article answers a query, apart from whether it matches.
//!
//! The words, phrases and boosts of a query are scored by BM25F (Robertson, Zaragoza & Taylor
//! 2004): a word's frequencies in title and text, each made fair to the length of its field, are
//! added before they saturate, so that a word of the headline counts more but never twice. Words that
//! are in nearly every text count nothing, and two words that stand beside each other in the query
//! count a little more where they do so in the article.
//!
//! Scores are added up in the order of the query, in the same way for every segment. With the same
//! [`Statistics`], an article's score is therefore the same to the last bit however the index is
//! laid out, which is what makes paging stable.

use super::sought::{Look, Sought, Unit};
use crate::annotate::Part;
use crate::index::analyzer::{self, Vocabulary};
use crate::index::document::ARTICLE;
use crate::index::fields::Fields;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Searcher, SegmentReader, TERMINATED, Term};

/// How articles are ranked. The defaults are what `dateline evaluate search` was run with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranking {
    /// How slowly a word's frequency saturates: BM25's k1.
    pub k1: f64,
    /// How much the length of a field counts, from 0 to 1: BM25's b.
    pub b: f64,
    /// A word in the headline counts this many times one in the body.
    pub title: f64,
    /// What two words of the query that stand beside each other count, of what a word does.
    pub pairs: f64,
    /// Whether words that are in nearly every text count nothing.
    pub stop_words: bool,
}

impl Default for Ranking {
    fn default() -> Self {
        Self {
            k1: 1.8,
            b: 0.75,
            title: 2.0,
            pairs: 0.1,
            stop_words: true,
        }
    }
}

/// What a score depends on besides the article: how long articles are and how common words. Scores
/// of one search over several pages are made with those of the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Statistics {
    /// How many articles there are.
    pub articles: u64,
    /// How many terms their titles and texts have.
    pub lengths: [u64; 2],
    /// How many articles have a term, by a number that stands for it.
    pub frequencies: Vec<(u32, u64)>,
}

/// How to score articles for a query.
pub(super) struct Scoring {
    parts: Vec<Scored>,
    pairs: Vec<Pair>,
    ranking: Ranking,
    /// What a term's frequency is divided by, for each code of a field's length.
    norms: [Box<[f64; 256]>; 2],
    /// What the scores depend on.
    pub statistics: Statistics,
    /// How telling each unit of what is looked for is.
    pub weights: Vec<f32>,
}

/// A unit in one vocabulary.
struct Scored {
    /// For title and text, its terms and their places; none where it is not looked for.
    terms: [Vec<(u32, Term)>; 2],
    slop: u32,
    weight: f64,
    /// The unit.
    unit: usize,
}

/// Two single terms that stand so far from each other in the query.
struct Pair {
    first: usize,
    second: usize,
    gap: u32,
    weight: f64,
}

/// The fields that are scored.
const PARTS: [(Part, &str); 2] = [(Part::Title, "title"), (Part::Text, "text")];

/// What a part of a query adds to an article's score.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contribution {
    /// The unit; `None` of words that stand beside each other.
    pub unit: Option<usize>,
    /// How often they stand in the title.
    pub in_title: u32,
    /// How often they stand in the text.
    pub in_text: u32,
    /// What they add.
    pub score: f64,
    /// What they would add if they stood in the text alone.
    pub score_of_text: f64,
}

impl Scoring {
    /// How to score what is looked for. `frozen` are the statistics of an earlier page.
    pub fn new(
        sought: &Sought,
        ranking: Ranking,
        fields: &Fields,
        vocabularies: &[&'static Vocabulary],
        searcher: &Searcher,
        frozen: Option<&Statistics>,
    ) -> tantivy::Result<Self> {
        let mut scoring = Self {
            parts: Vec::new(),
            pairs: Vec::new(),
            ranking,
            norms: [Box::new([1.0; 256]), Box::new([1.0; 256])],
            statistics: match frozen {
                Some(frozen) => Statistics {
                    frequencies: Vec::new(),
                    ..frozen.clone()
                },
                None => Statistics::of(fields, searcher)?,
            },
            weights: vec![0.0; sought.units.len()],
        };
        scoring.set_norms();
        let is_stop = |unit: usize, of: &Vocabulary| {
            ranking.stop_words && sought.units[unit].look.is_stop_word(of)
        };
        for &vocabulary in vocabularies {
            let all_stop = (0..sought.units.len()).all(|unit| is_stop(unit, vocabulary));
            let counts = |unit| all_stop || !is_stop(unit, vocabulary);
            let mut analyzer = analyzer::asked_prose(vocabulary);
            let mut at_part = vec![None; sought.units.len()];
            for (at, unit) in sought
                .units
                .iter()
                .enumerate()
                .filter(|&(at, _)| counts(at))
            {
                // A word of several terms, such as "high-speed", is scored as words side by side:
                // an article that writes it apart is about the same.
                let placed = unit.terms(&mut analyzer);
                let apart = matches!(unit.look, Look::Word(_))
                    && !placed
                        .iter()
                        .any(|(_, term)| analyzer::is_unspaced_term(term));
                let wholes = match apart {
                    true => placed.chunks(1).collect(),
                    false => vec![&placed[..]],
                };
                let mut before: Option<(usize, usize)> = None;
                for placed in wholes.into_iter().filter(|placed| !placed.is_empty()) {
                    let (place, _) = placed[0];
                    let Some(part) = scoring.part(at, unit, placed, fields, searcher, frozen)?
                    else {
                        continue;
                    };
                    if let Some((part_before, place_before)) = before {
                        scoring.pair(Some((part_before, part)), (place - place_before) as u32);
                    }
                    before = Some((part, place));
                    at_part[at] = apart.then_some(part);
                }
            }
            for run in &sought.runs {
                let telling = (0..).zip(run).filter(|&(_, &unit)| counts(unit));
                let telling: Vec<(u32, usize)> = telling.map(|(at, &unit)| (at, unit)).collect();
                for pair in telling.windows(2) {
                    let [(at, first), (to, second)] = [pair[0], pair[1]];
                    let parts = at_part[first].zip(at_part[second]);
                    scoring.pair(parts, to - at);
                }
            }
        }
        Ok(scoring)
    }

    /// Takes a unit's terms as a part of their own; `None` where another vocabulary has the same.
    fn part(
        &mut self,
        at: usize,
        unit: &Unit,
        placed: &[(usize, String)],
        fields: &Fields,
        searcher: &Searcher,
        frozen: Option<&Statistics>,
    ) -> tantivy::Result<Option<usize>> {
        let terms = PARTS.map(|(part, name)| match unit.is_in(part) {
            true => {
                let field = fields.get(name);
                let term = |(place, text): &(usize, String)| {
                    (*place as u32, Term::from_field_text(field, text))
                };
                placed.iter().map(term).collect()
            }
            false => Vec::new(),
        });
        if self
            .parts
            .iter()
            .any(|known| known.unit == at && known.terms == terms)
        {
            return Ok(None);
        }
        let telling = self.telling(&terms, searcher, frozen)?;
        self.weights[at] = self.weights[at].max(telling as f32);
        // A word that is asked for again counts more, but not as often as it is.
        let times = f64::from(unit.times);
        let boost = f64::from(unit.boost) / times * (2.0 * times / (1.0 + times));
        self.parts.push(Scored {
            terms,
            slop: unit.look.words().map_or(0, |(_, slop)| slop),
            weight: boost * telling,
            unit: at,
        });
        Ok(Some(self.parts.len() - 1))
    }

    fn pair(&mut self, parts: Option<(usize, usize)>, gap: u32) {
        let Some((first, second)) = parts.filter(|(first, second)| first != second) else {
            return;
        };
        let known = |pair: &Pair| (pair.first, pair.second) == (first, second);
        if self.ranking.pairs > 0.0 && !self.pairs.iter().any(known) {
            let weight = self.parts[first].weight.min(self.parts[second].weight);
            self.pairs.push(Pair {
                first,
                second,
                gap,
                weight: weight * self.ranking.pairs,
            });
        }
    }

    fn set_norms(&mut self) {
        let b = self.ranking.b;
        for (norms, &length) in self.norms.iter_mut().zip(&self.statistics.lengths) {
            let average = (length as f64 / self.statistics.articles.max(1) as f64).max(1.0);
            for (code, norm) in (0..=u8::MAX).zip(norms.iter_mut()) {
                let length = f64::from(FieldNormReader::id_to_fieldnorm(code));
                *norm = 1.0 - b + b * length / average;
            }
        }
    }

    /// How telling terms are, by how few articles have them: the sum of each one's inverse
    /// document frequency.
    fn telling(
        &mut self,
        terms: &[Vec<(u32, Term)>; 2],
        searcher: &Searcher,
        frozen: Option<&Statistics>,
    ) -> tantivy::Result<f64> {
        let length = terms[0].len().max(terms[1].len());
        let mut telling = 0.0;
        for at in 0..length {
            let mut articles = 0;
            for terms in terms {
                if let Some((_, term)) = terms.get(at) {
                    articles = articles.max(self.frequency(term, searcher, frozen)?);
                }
            }
            let (articles, all) = (articles as f64, self.statistics.articles as f64);
            telling += (1.0 + (all - articles + 0.5).max(0.5) / (articles + 0.5)).ln();
        }
        Ok(telling)
    }

    fn frequency(
        &mut self,
        term: &Term,
        searcher: &Searcher,
        frozen: Option<&Statistics>,
    ) -> tantivy::Result<u64> {
        let number = number_of(term);
        let frozen = frozen.and_then(|frozen| {
            let mut all = frozen.frequencies.iter();
            Some(all.find(|(known, _)| *known == number)?.1)
        });
        let frequency = match frozen {
            Some(frequency) => frequency,
            None => searcher.doc_freq(term)?,
        };
        self.statistics.frequencies.push((number, frequency));
        Ok(frequency)
    }

    /// The scorer of a segment's articles.
    pub fn of_segment(&self, segment: &SegmentReader) -> tantivy::Result<SegmentScorer<'_>> {
        let mut parts = Vec::new();
        for part in &self.parts {
            let mut postings: [Vec<SegmentPostings>; 2] = [Vec::new(), Vec::new()];
            for (postings, terms) in postings.iter_mut().zip(&part.terms) {
                for (_, term) in terms {
                    let index = segment.inverted_index(term.field())?;
                    let option = IndexRecordOption::WithFreqsAndPositions;
                    postings.extend(index.read_postings(term, option)?);
                }
                if postings.len() < terms.len() {
                    postings.clear();
                }
            }
            parts.push(postings);
        }
        let mut lengths = [None, None];
        for (lengths, terms) in lengths.iter_mut().zip(self.fields()) {
            if let Some(field) = terms {
                *lengths = segment.fieldnorms_readers().get_field(field)?;
            }
        }
        Ok(SegmentScorer {
            scoring: self,
            parts,
            lengths,
            positions: Vec::new(),
            others: Vec::new(),
        })
    }

    /// The fields of titles and texts, where any term looks there.
    fn fields(&self) -> [Option<Field>; 2] {
        [0, 1].map(|at| {
            let terms = self.parts.iter().find_map(|part| part.terms[at].first());
            terms.map(|(_, term)| term.field())
        })
    }
}

impl Statistics {
    fn of(fields: &Fields, searcher: &Searcher) -> tantivy::Result<Self> {
        let articles = searcher.doc_freq(&Term::from_field_text(fields.kind, ARTICLE))?;
        let mut lengths = [0; 2];
        for segment in searcher.segment_readers() {
            for (length, (_, name)) in lengths.iter_mut().zip(PARTS) {
                let index = segment.inverted_index(fields.get(name))?;
                *length += index.total_num_tokens();
            }
        }
        Ok(Self {
            articles,
            lengths,
            frequencies: Vec::new(),
        })
    }
}

/// A number that stands for a term in a cursor.
fn number_of(term: &Term) -> u32 {
    let digest = blake3::hash(term.serialized_value_bytes());
    let bytes = digest.as_bytes();
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) ^ term.field().field_id()
}

/// Scores the articles of a segment, which are to be asked for in ascending order.
pub(super) struct SegmentScorer<'a> {
    scoring: &'a Scoring,
    /// For each part, the postings of its terms in title and text.
    parts: Vec<[Vec<SegmentPostings>; 2]>,
    lengths: [Option<FieldNormReader>; 2],
    positions: Vec<Vec<u32>>,
    others: Vec<u32>,
}

impl SegmentScorer<'_> {
    /// The score of an article; 0 where it cannot be more than `least`: positions, which cost
    /// most, are not read then.
    pub fn score(&mut self, doc: DocId, least: f32) -> f32 {
        let norms = self.norms(doc);
        // Rounded up, so that no rounding hides an article.
        if least > 0.0 && (self.most(doc, norms) as f32).next_up().next_up() < least {
            return 0.0;
        }
        let mut score = 0.0;
        for part in 0..self.parts.len() {
            score += self.part(part, doc, norms).1;
        }
        for pair in 0..self.scoring.pairs.len() {
            score += self.pair(pair, doc, norms).1;
        }
        score as f32
    }

    /// The most that an article's score can be, by how often its words stand in it, wherever.
    fn most(&mut self, doc: DocId, norms: [f64; 2]) -> f64 {
        let mut most = 0.0;
        for part in 0..self.parts.len() {
            let mut counts = [0; 2];
            for (at, count) in counts.iter_mut().enumerate() {
                let postings = self.parts[part][at].iter_mut();
                let each = postings.map(|postings| match is_at(postings, doc) {
                    true => postings.term_freq(),
                    false => 0,
                });
                let least = each.min().unwrap_or(0);
                *count = match self.parts[part][at].first() {
                    // Where words may be moved, one may stand in several places of a phrase.
                    Some(first) if least > 0 && self.scoring.parts[part].slop > 0 => {
                        first.term_freq()
                    }
                    _ => least,
                };
            }
            most += self.saturated(counts, norms) * self.scoring.parts[part].weight;
        }
        for pair in &self.scoring.pairs {
            let mut counts = [0; 2];
            for (at, count) in counts.iter_mut().enumerate() {
                let times = |part: usize| match self.parts[part][at].first() {
                    Some(postings) if postings.doc() == doc => postings.term_freq(),
                    _ => 0,
                };
                // The second may be beside two of the first.
                *count = times(pair.first).min(2 * times(pair.second));
            }
            most += self.saturated(counts, norms) * pair.weight;
        }
        most
    }

    /// What each part of the query adds to an article's score, those that add nothing left out.
    pub fn contributions(&mut self, doc: DocId) -> Vec<Contribution> {
        let norms = self.norms(doc);
        let scoring = self.scoring;
        let mut all = Vec::new();
        let mut add = |unit, [in_title, in_text]: [u32; 2], score: f64, of_text: f64| {
            if score > 0.0 {
                all.push(Contribution {
                    unit,
                    in_title,
                    in_text,
                    score,
                    score_of_text: of_text,
                });
            }
        };
        for (at, part) in scoring.parts.iter().enumerate() {
            let (counts, score) = self.part(at, doc, norms);
            let of_text = self.saturated([0, counts[1]], norms) * part.weight;
            add(Some(part.unit), counts, score, of_text);
        }
        for at in 0..scoring.pairs.len() {
            let (counts, score) = self.pair(at, doc, norms);
            add(None, counts, score, score);
        }
        all
    }

    fn norms(&self, doc: DocId) -> [f64; 2] {
        [0, 1].map(|at| {
            let code = self.lengths[at].as_ref().map(|of| of.fieldnorm_id(doc));
            code.map_or(1.0, |code| self.scoring.norms[at][usize::from(code)])
        })
    }

    /// How often a part of the query stands in title and text, and what that adds.
    fn part(&mut self, part: usize, doc: DocId, norms: [f64; 2]) -> ([u32; 2], f64) {
        let scored = &self.scoring.parts[part];
        let mut counts = [0; 2];
        for (at, count) in counts.iter_mut().enumerate() {
            let postings = &mut self.parts[part][at];
            *count = match &mut postings[..] {
                [] => 0,
                [one] => match is_at(one, doc) {
                    true => one.term_freq(),
                    false => 0,
                },
                several => {
                    if !several.iter_mut().all(|postings| is_at(postings, doc)) {
                        continue;
                    }
                    self.positions.resize_with(several.len(), Vec::new);
                    for (postings, positions) in several.iter_mut().zip(&mut self.positions) {
                        postings.positions(positions);
                    }
                    occurrences(&self.positions, &scored.terms[at], scored.slop)
                }
            };
        }
        (counts, self.saturated(counts, norms) * scored.weight)
    }

    /// How often two words stand beside each other in title and text, and what that adds.
    fn pair(&mut self, pair: usize, doc: DocId, norms: [f64; 2]) -> ([u32; 2], f64) {
        let pair = &self.scoring.pairs[pair];
        let mut counts = [0; 2];
        for (at, count) in counts.iter_mut().enumerate() {
            let firsts = self.parts[pair.first][at].first_mut();
            let Some(firsts) = firsts.filter(|first| first.doc() == doc) else {
                continue;
            };
            self.positions.resize_with(1, Vec::new);
            firsts.positions(&mut self.positions[0]);
            let seconds = self.parts[pair.second][at].first_mut();
            let Some(seconds) = seconds.filter(|second| second.doc() == doc) else {
                continue;
            };
            seconds.positions(&mut self.others);
            let stands = |at: u32| self.others.binary_search(&at).is_ok();
            let firsts = self.positions[0].iter();
            let beside = firsts.filter(|&&at| stands(at + 1) || stands(at + pair.gap));
            *count = beside.count() as u32;
        }
        (counts, self.saturated(counts, norms) * pair.weight)
    }

    fn saturated(&self, [in_title, in_text]: [u32; 2], norms: [f64; 2]) -> f64 {
        if in_title + in_text == 0 {
            return 0.0;
        }
        let ranking = &self.scoring.ranking;
        let frequency =
            ranking.title * f64::from(in_title) / norms[0] + f64::from(in_text) / norms[1];
        frequency * (ranking.k1 + 1.0) / (frequency + ranking.k1)
    }
}

/// Whether postings hold an article; they never go back.
fn is_at(postings: &mut SegmentPostings, doc: DocId) -> bool {
    if postings.doc() < doc {
        postings.seek(doc);
    }
    postings.doc() == doc && doc != TERMINATED
}

/// How often all terms stand where they should, give or take `slop`.
fn occurrences(positions: &[Vec<u32>], terms: &[(u32, Term)], slop: u32) -> u32 {
    let Some((firsts, (place, _))) = positions.first().zip(terms.first()) else {
        return 0;
    };
    let stands = |first: u32| {
        positions.iter().zip(terms).skip(1).all(|(all, (to, _))| {
            let expected = (first + to).saturating_sub(*place);
            let from = all.partition_point(|&at| at.saturating_add(slop) < expected);
            all.get(from)
                .is_some_and(|&at| at <= expected.saturating_add(slop))
        })
    };
    firsts.iter().filter(|&&first| stands(first)).count() as u32
}
