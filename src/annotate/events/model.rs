//! The model of events: what one actor does to another, by its clues.
//!
//! Six multinomial logistic regressions over the same hashed clues. Each is a table of one signed
//! byte for each clue and class; a class's score is the sum over the clues seen, times the table's
//! step, over the root of their number, as in training. `examples/train_events.rs` makes them from
//! the examples in `lexicon/examples/events`; `models/README.md` is their card.

use super::examples::Act;
use crate::ontology::{CameoCode, Mode, Plover};
use crate::text::perceptron::{ModelError, Random, Scorer, Weights, mix, unpack};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Nothing, and then each type: the classes of what happens between two actors.
pub const ACTS: usize = 17;
/// The most three-digit codes that a type has.
const CODES: usize = 24;
/// A fourth digit; 0 for none.
const DIGITS: usize = 10;
const MODES: usize = 4;

/// What the model says of two actors.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    /// What the one most likely does to the other, if it does anything.
    pub plover: Plover,
    /// How likely it does just that.
    pub probability: f32,
    /// How likely it does anything.
    pub something: f32,
}

/// What some clues weigh for each act.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    sums: [i32; ACTS],
    /// How many clues they are.
    clues: usize,
}

impl Weight {
    /// What these clues weigh together with others.
    pub fn with(mut self, other: &Weight) -> Self {
        for (sum, more) in self.sums.iter_mut().zip(other.sums) {
            *sum += more;
        }
        self.clues += other.clues;
        self
    }

    /// What these clues weigh without some of them.
    pub fn without(mut self, other: &Weight) -> Self {
        for (sum, less) in self.sums.iter_mut().zip(other.sums) {
            *sum -= less;
        }
        self.clues -= other.clues;
        self
    }
}

/// How likely an event must be to be told.
const LEAST: f32 = 0.44;

impl Verdict {
    /// Whether this is likely enough to be told.
    #[must_use]
    pub fn is_likely(&self) -> bool {
        self.probability >= LEAST
    }
}

/// The trained tables.
#[derive(Debug, Clone)]
pub struct Model {
    /// Whether a sentence tells any event, by what it shows before it is parsed.
    gate: Table<2>,
    acts: Table<ACTS>,
    relations: Table<ACTS>,
    modes: Table<MODES>,
    codes: Table<CODES>,
    digits: Table<DIGITS>,
}

/// One logistic regression.
#[derive(Debug, Clone)]
struct Table<const N: usize> {
    weights: Weights<N>,
    /// What one unit of a weight is worth.
    step: f32,
}

/// The three-digit codes of each type, in order.
static CODES_OF: LazyLock<Vec<Vec<CameoCode>>> = LazyLock::new(|| {
    Plover::ALL
        .iter()
        .map(|&plover| {
            CameoCode::all()
                .filter(|code| code.as_str().len() == 3 && type_of(*code) == Some(plover))
                .collect()
        })
        .collect()
});

/// The type that a code goes with: appeals are requests.
fn type_of(code: CameoCode) -> Option<Plover> {
    match code.root().as_str() {
        "02" => Some(Plover::Request),
        _ => code.plover(),
    }
}

/// The class of a type among the acts; 0 for nothing.
fn class_of(plover: Option<Plover>) -> usize {
    plover.map_or(0, |plover| 1 + plover as usize)
}

impl Model {
    /// The model that comes with this program.
    ///
    /// # Errors
    /// Never, unless the program was built with a damaged `models/events.bin.zst`.
    pub fn bundled() -> Result<Self, ModelError> {
        Self::from_bytes(&unpack(include_bytes!("../../../models/events.bin.zst"))?)
    }

    /// Reads a model from what [`Model::to_bytes`] gave.
    ///
    /// # Errors
    /// When the bytes are not such a model.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let (gate, rest) = Table::read(bytes)?;
        let (acts, rest) = Table::read(rest)?;
        let (relations, rest) = Table::read(rest)?;
        let (modes, rest) = Table::read(rest)?;
        let (codes, rest) = Table::read(rest)?;
        let (digits, rest) = Table::read(rest)?;
        match rest.len() {
            0 => Ok(Self {
                gate,
                acts,
                relations,
                modes,
                codes,
                digits,
            }),
            more => Err(ModelError::Trailing(more)),
        }
    }

    /// The bytes from which [`Model::from_bytes`] reads this model.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.gate.write(&mut bytes);
        self.acts.write(&mut bytes);
        self.relations.write(&mut bytes);
        self.modes.write(&mut bytes);
        self.codes.write(&mut bytes);
        self.digits.write(&mut bytes);
        bytes
    }

    /// Whether a sentence is worth parsing, by a glimpse of it.
    pub fn may_tell(&self, glimpse: &[u64]) -> bool {
        self.hope(glimpse) >= LEAST_HOPE
    }

    /// How likely a sentence tells an event, by a glimpse of it.
    pub fn hope(&self, glimpse: &[u64]) -> f32 {
        self.gate.probabilities(glimpse)[1]
    }

    /// Learns which sentences are worth parsing from glimpses of some, with whether they tell an
    /// event.
    pub fn learn_gate(&mut self, seen: &[(Vec<u64>, bool)], training: Training) {
        let rows = seen
            .iter()
            .map(|(glimpse, tells)| (glimpse.clone(), usize::from(*tells), 1.0));
        self.gate = fit(rows, training, 0.5);
    }

    /// What some clues weigh for each act: what one actor does to another follows from the sum over
    /// all clues for it.
    pub fn weigh(&self, clues: &[u64]) -> Weight {
        Weight {
            sums: self.acts.sums(clues),
            clues: clues.len(),
        }
    }

    /// What one actor does to another, if anything, by what the clues for it weigh together.
    pub fn verdict(&self, weight: &Weight) -> Verdict {
        verdict(&self.acts.of_sums(&weight.sums, weight.clues))
    }

    /// What one does to the other in the terms of data sets that code no modes: what will be done
    /// is a promise, what will not be done a refusal.
    pub fn relation(&self, clues: &[u64]) -> Verdict {
        verdict(&self.relations.probabilities(clues))
    }

    /// Whether what they do has happened.
    pub fn mode(&self, clues: &[u64]) -> Mode {
        Mode::ALL[best(&self.modes.probabilities(clues))]
    }

    /// The code of what is done, as deep as the clues support.
    pub fn code(&self, plover: Plover, clues: &[u64]) -> CameoCode {
        let codes = &CODES_OF[plover as usize];
        let own = under(plover as u64, clues);
        let mut probabilities = self.codes.probabilities(&own);
        // Classes that the type does not have got no weight in training, but a share all the same.
        probabilities[codes.len().min(CODES)..].fill(0.0);
        let at = best(&probabilities);
        let code = codes[at];
        let sum: f32 = probabilities.iter().sum();
        if probabilities[at] < SUPPORT * sum {
            return code.root();
        }
        let digits = self
            .digits
            .probabilities(&under(u64::from(code.number()), clues));
        let digit = best(&digits);
        let deeper = CameoCode::parse(&format!("{code}{digit}"));
        match deeper {
            Ok(deeper) if digit > 0 && digits[digit] >= SUPPORT => deeper,
            _ => code,
        }
    }
}

/// How likely a sentence must be to tell an event to be parsed. With no gate learned, all are.
const LEAST_HOPE: f32 = 0.12;

/// How likely a deeper code must be.
const SUPPORT: f32 = 0.4;

/// The clues as they are for one type or code only.
fn under(kind: u64, clues: &[u64]) -> Vec<u64> {
    clues.iter().map(|&clue| mix(clue, kind + 1)).collect()
}

fn best(probabilities: &[f32]) -> usize {
    let mut best = 0;
    for (class, &probability) in probabilities.iter().enumerate() {
        if probability > probabilities[best] {
            best = class;
        }
    }
    best
}

fn verdict(probabilities: &[f32; ACTS]) -> Verdict {
    let class = 1 + best(&probabilities[1..]);
    Verdict {
        plover: Plover::ALL[class - 1],
        probability: probabilities[class],
        something: 1.0 - probabilities[0],
    }
}

impl<const N: usize> Table<N> {
    fn read(bytes: &[u8]) -> Result<(Self, &[u8]), ModelError> {
        let (step, rest) = bytes.split_first_chunk::<4>().ok_or(ModelError::Damaged)?;
        let (weights, rest) = Weights::read(rest)?;
        let step = f32::from_le_bytes(*step);
        Ok((Self { weights, step }, rest))
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.step.to_le_bytes());
        self.weights.write(out);
    }

    fn probabilities(&self, clues: &[u64]) -> [f32; N] {
        self.of_sums(&self.sums(clues), clues.len())
    }

    /// What the clues weigh for each class.
    fn sums(&self, clues: &[u64]) -> [i32; N] {
        // A table's sums hold so many clues at a time.
        let mut sums = [0i32; N];
        for part in clues.chunks(250) {
            for (sum, score) in sums.iter_mut().zip(self.weights.scores(part)) {
                *sum += score;
            }
        }
        sums
    }

    fn of_sums(&self, sums: &[i32; N], clues: usize) -> [f32; N] {
        let unit = self.step / (clues.max(1) as f32).sqrt();
        softmax(sums.map(|sum| sum as f32 * unit))
    }
}

fn softmax<const N: usize>(scores: [f32; N]) -> [f32; N] {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let powers = scores.map(|score| (score - top).exp());
    let sum: f32 = powers.iter().sum();
    powers.map(|power| power / sum)
}

/// What there is to learn from one pair of actors.
#[derive(Debug, Clone)]
pub struct Instance {
    /// The clues.
    pub clues: Vec<u64>,
    /// What the one does to the other; `None` for nothing.
    pub act: Option<Act>,
    /// How the two came about.
    pub origin: Origin,
    /// How much it counts.
    pub weight: f32,
}

/// How the two actors of an instance came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// They were given, as they are when a relation is asked for.
    Given,
    /// They were found, as they are when events are coded.
    Found,
}

/// How a model is trained.
#[derive(Debug, Clone, Copy)]
pub struct Training {
    /// How often all instances are seen.
    pub epochs: usize,
    /// How strongly weights are held down: the inverse of their prior's spread, by instance.
    pub decay: f64,
    /// For how many clues the largest table has a row; the others have their share.
    pub rows: usize,
}

/// A model from instances. The same instances in the same order give the same model.
#[must_use]
pub fn train(instances: &[Instance], training: Training) -> Model {
    let all = |origin: Origin| instances.iter().filter(move |i| i.origin == origin);
    let acts = all(Origin::Found).map(|i| {
        (
            i.clues.clone(),
            class_of(i.act.map(|act| act.plover)),
            i.weight,
        )
    });
    let relations =
        all(Origin::Given).map(|i| (i.clues.clone(), class_of(i.act.map(as_told)), i.weight));
    let modes = instances.iter().filter_map(|i| {
        let mode = i.act?.mode?;
        let class = Mode::ALL.iter().position(|&other| other == mode)?;
        Some((i.clues.clone(), class, i.weight))
    });
    let codes = instances.iter().filter_map(|i| {
        let Act { plover, cameo, .. } = i.act?;
        let three = cameo?.ancestors().find(|code| code.as_str().len() == 3)?;
        let class = CODES_OF[plover as usize].iter().position(|&c| c == three)?;
        Some((under(plover as u64, &i.clues), class, i.weight))
    });
    let digits = instances.iter().filter_map(|i| {
        let code = i.act?.cameo?;
        let three = code.ancestors().find(|code| code.as_str().len() == 3)?;
        let digit = code
            .as_str()
            .get(3..)
            .and_then(|d| d.parse().ok())
            .unwrap_or(0);
        Some((under(u64::from(three.number()), &i.clues), digit, i.weight))
    });
    Model {
        gate: fit(std::iter::empty(), training, 0.5),
        acts: fit(acts, training, 1.0),
        relations: fit(relations, training, 0.75),
        modes: fit(modes, training, 0.25),
        codes: fit(codes, training, 0.5),
        digits: fit(digits, training, 0.25),
    }
}

/// The type that an act has in data that codes no modes.
fn as_told(act: Act) -> Plover {
    let is_kind = act.plover.quad().number() < 3 && act.plover != Plover::Request;
    match act.mode {
        Some(Mode::Planned) if is_kind => Plover::Agree,
        Some(Mode::Negated) if is_kind => Plover::Reject,
        _ => act.plover,
    }
}

/// The rate of the first step.
const RATE: f64 = 4.0;

/// Fits one regression by stochastic gradient descent, weights decaying toward nothing.
fn fit<const N: usize>(
    rows: impl Iterator<Item = (Vec<u64>, usize, f32)>,
    training: Training,
    share_of_rows: f64,
) -> Table<N> {
    let rows: Vec<(Vec<u64>, usize, f32)> = rows.collect();
    let mut counts: FxHashMap<u64, u32> = FxHashMap::default();
    for clue in rows.iter().flat_map(|(clues, ..)| clues) {
        *counts.entry(*clue).or_default() += 1;
    }
    // A clue seen once teaches nothing that holds elsewhere.
    let mut known: Vec<u64> = counts
        .into_iter()
        .filter(|&(_, n)| n > 1)
        .map(|(c, _)| c)
        .collect();
    known.sort_unstable();
    let number_of: FxHashMap<u64, u32> =
        known.iter().zip(0..).map(|(&clue, n)| (clue, n)).collect();
    let mut weights = vec![[0f32; N]; known.len()];
    let mut seen = [0f64; N];
    for (_, class, weight) in &rows {
        seen[*class] += f64::from(*weight);
    }
    // Rare classes count for more than their number, common ones for less.
    let mean = seen.iter().sum::<f64>() / seen.iter().filter(|&&n| n > 0.0).count().max(1) as f64;
    let share = seen.map(|n| (mean / n.max(1.0)).sqrt());
    let decay = training.decay / rows.len().max(1) as f64;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut random = Random::new(1);
    let (mut steps, mut scale) = (0f64, 1f64);
    for _ in 0..training.epochs {
        random.shuffle(&mut order);
        for &at in &order {
            let (clues, class, weight) = &rows[at];
            let unit = 1.0 / (clues.len().max(1) as f64).sqrt();
            let mut scores = [0f32; N];
            let numbers: Vec<u32> = clues
                .iter()
                .filter_map(|c| number_of.get(c))
                .copied()
                .collect();
            for &number in &numbers {
                for (score, weight) in scores.iter_mut().zip(&weights[number as usize]) {
                    *score += weight;
                }
            }
            let mut slope = softmax(scores.map(|score| score * (scale * unit) as f32));
            slope[*class] -= 1.0;
            let rate = RATE / (1.0 + RATE * decay * steps);
            scale *= 1.0 - rate * decay;
            let step = (rate * share[*class] * f64::from(*weight) * unit / scale) as f32;
            for &number in &numbers {
                for (weight, slope) in weights[number as usize].iter_mut().zip(slope) {
                    *weight -= step * slope;
                }
            }
            steps += 1.0;
        }
    }
    let rows = known
        .into_iter()
        .zip(weights)
        .map(|(clue, row)| (clue, row.map(|weight| f64::from(weight) * scale)));
    let (weights, step) = Weights::quantised(rows, (training.rows as f64 * share_of_rows) as usize);
    Table {
        weights,
        step: step as f32,
    }
}
