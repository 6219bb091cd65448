//! Averaged perceptrons over hashed features: the compact table used when tagging and parsing,
//! and the learner that makes such a table.
//!
//! A feature is a 64-bit hash of a template's number and the values it looks at. A model gives
//! each feature it knows a row of `N` weights, one for each class; the score of a class is the
//! sum of its weights over the features seen.
//!
//! # Format of a stored table
//!
//! All numbers are little-endian.
//!
//! | bytes           | what                                                              |
//! |-----------------|-------------------------------------------------------------------|
//! | 4               | `DLW1`                                                            |
//! | 4               | `N`, the number of weights in a row                               |
//! | 4               | `buckets`                                                         |
//! | 4               | `rows`                                                            |
//! | `buckets`       | how many rows fall in each bucket, one byte each                  |
//! | 2 × `rows`      | 16 further bits of each row's feature hash, bucket by bucket      |
//! | `N` × `rows`    | the weights, one signed byte each, in the same order              |
//!
//! # In memory
//!
//! A sentence of 25 words looks up some 6,000 features, half of which have no row, and neither a
//! branch predictor nor a cache guesses which. So the table in memory is a perfect hash: on loading,
//! each bucket gets a multiplier that spreads its rows over slots no other row has, and a feature
//! is looked up in one slot without a branch. A few bits for each bucket say before that of most
//! unknown features that they are unknown.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

/// Why stored weights could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The bytes do not begin as a weight table does.
    #[error("not a weight table: it begins with {found:?}")]
    NotAModel {
        /// The first bytes found, up to four.
        found: Vec<u8>,
    },
    /// The table was made for another set of classes than this program's.
    #[error("the table has {found} weights in a row where {expected} were expected")]
    OtherClasses {
        /// The width this program needs.
        expected: usize,
        /// The width in the table.
        found: usize,
    },
    /// The bytes end before the table does, or its counts contradict each other.
    #[error("the weight table is cut short or damaged")]
    Damaged,
    /// Bytes are left over after the last table.
    #[error("{0} bytes follow the last weight table")]
    Trailing(usize),
}

/// The tables in the bytes of a model's file, which are packed with zstd.
///
/// # Errors
/// When the bytes are damaged.
pub fn unpack(file: &[u8]) -> Result<Vec<u8>, ModelError> {
    zstd::decode_all(file).map_err(|_| ModelError::Damaged)
}

/// The bytes of a model's file.
///
/// # Errors
/// When there is no memory for them.
pub fn pack(tables: &[u8]) -> std::io::Result<Vec<u8>> {
    const LEVEL: i32 = 19;
    zstd::encode_all(tables, LEVEL)
}

/// Something that scores `N` classes by features: a stored table, or a learner in training.
pub trait Scorer<const N: usize> {
    /// The score of each class, given the features seen.
    fn scores(&self, features: &[u64]) -> [i32; N];
}

/// A read-only table of weights, `N` for each known feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights<const N: usize> {
    /// For each bucket, in the low byte the bits of the checks it holds (see [`bit_of`]), in the high
    /// byte what distinguishes its multiplier from others.
    marks: Vec<u16>,
    /// Which feature has the slot: see [`key_of`].
    keys: Vec<u32>,
    /// The weights in each slot, all of them zero in a free one.
    rows: Vec<[i8; N]>,
}

/// The parts of a stored table behind its numbers.
#[derive(Clone, Copy)]
struct Stored<'a, const N: usize> {
    counts: &'a [u8],
    checks: &'a [[u8; 2]],
    weights: &'a [[u8; N]],
}

const MAGIC: &[u8; 4] = b"DLW1";

/// Rows in a bucket, on average.
const ROWS_PER_BUCKET: usize = 3;

/// Slots for each bucket. With four, some bucket among 100,000 finds no multiplier.
const SLOTS_PER_BUCKET: u32 = 5;

/// The rows of a bucket are spread over this many slots from its own on.
const WINDOW: u32 = 1 << WINDOW_BITS;
const WINDOW_BITS: u32 = 10;

impl<const N: usize> Weights<N> {
    /// Reads one table from the front of `bytes`, and gives back what follows it.
    ///
    /// # Errors
    ///
    /// When the bytes are not a table of `N` weights in a row.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), ModelError> {
        let found = || ModelError::NotAModel {
            found: bytes.iter().take(4).copied().collect(),
        };
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(found)?;
        let (width, rest) = read_u32(rest)?;
        let (buckets, rest) = read_u32(rest)?;
        let (rows, rest) = read_u32(rest)?;
        if width != N {
            return Err(ModelError::OtherClasses {
                expected: N,
                found: width,
            });
        }
        let (counts, rest) = rest.split_at_checked(buckets).ok_or(ModelError::Damaged)?;
        let check_bytes = rows.checked_mul(2).ok_or(ModelError::Damaged)?;
        let (checks, rest) = rest
            .split_at_checked(check_bytes)
            .ok_or(ModelError::Damaged)?;
        let weight_bytes = rows.checked_mul(N).ok_or(ModelError::Damaged)?;
        let (weights, rest) = rest
            .split_at_checked(weight_bytes)
            .ok_or(ModelError::Damaged)?;
        let counted: usize = counts.iter().map(|&count| usize::from(count)).sum();
        if counted != rows || buckets == 0 {
            return Err(ModelError::Damaged);
        }
        let stored = Stored {
            counts,
            checks: checks.as_chunks().0,
            weights: weights.as_chunks().0,
        };
        let table = Self::arrange(stored).ok_or(ModelError::Damaged)?;
        Ok((table, rest))
    }

    /// Appends the table to `out` in the stored format.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut rows: Vec<(u32, u16, &[i8; N])> = self
            .filled()
            .map(|(slot, row)| {
                let (bucket, check) = owner_of(slot as u32, self.keys[slot]);
                (bucket, check, row)
            })
            .collect();
        rows.sort_unstable_by_key(|&(bucket, check, _)| (bucket, check));
        // `arrange` takes no bucket with more rows than a byte can count.
        let mut counts = vec![0u8; self.marks.len()];
        for &(bucket, ..) in &rows {
            counts[bucket as usize] += 1;
        }

        out.extend_from_slice(MAGIC);
        for number in [N, counts.len(), rows.len()] {
            out.extend_from_slice(&(number as u32).to_le_bytes());
        }
        out.extend(counts);
        out.extend(rows.iter().flat_map(|(_, check, _)| check.to_le_bytes()));
        let weights = rows.iter().flat_map(|(.., row)| row.iter());
        out.extend(weights.map(|weight| weight.cast_unsigned()));
    }

    /// How many features have a row.
    #[must_use]
    pub fn len(&self) -> usize {
        self.filled().count()
    }

    /// Whether no feature has a row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.filled().next().is_none()
    }

    /// The slots that are not free.
    fn filled(&self) -> impl Iterator<Item = (usize, &[i8; N])> {
        let is_filled = |row: &[i8; N]| row.iter().any(|&weight| weight != 0);
        self.rows
            .iter()
            .enumerate()
            .filter(move |(_, row)| is_filled(row))
    }

    /// A table of at most `max_rows` rows, those that weigh most, and what one unit of its weights
    /// is worth.
    #[must_use]
    pub fn quantised(rows: impl Iterator<Item = (u64, [f64; N])>, max_rows: usize) -> (Self, f64) {
        let heaviest = |row: &[f64; N]| row.iter().fold(0.0, |top: f64, w| top.max(w.abs()));
        let mut kept: Vec<(u64, f64, [f64; N])> = rows
            .map(|(feature, row)| (feature, heaviest(&row), row))
            .collect();
        kept.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        kept.truncate(max_rows);

        // A few very heavy weights must not cost all others their precision: they are clipped.
        let top = kept
            .get(kept.len() / 2000)
            .map_or(1.0, |row| row.1)
            .max(f64::MIN_POSITIVE);
        let scale = 127.0 / top;
        let quantised = kept
            .iter()
            .map(|(feature, _, row)| {
                (
                    *feature,
                    row.map(|w| (w * scale).round().clamp(-127.0, 127.0) as i8),
                )
            })
            .filter(|(_, row)| row.iter().any(|&w| w != 0))
            .collect();
        (Self::build(quantised), top / 127.0)
    }

    fn build(mut rows: Vec<(u64, [i8; N])>) -> Self {
        let mut buckets = (rows.len() / ROWS_PER_BUCKET).max(1) as u32;
        loop {
            if let Some(table) = Self::build_with(buckets, &mut rows) {
                return table;
            }
            // Hardly ever is there a bucket without a multiplier, and then other buckets will do.
            buckets += 1;
        }
    }

    fn build_with(buckets: u32, rows: &mut Vec<(u64, [i8; N])>) -> Option<Self> {
        rows.sort_unstable_by_key(|&(feature, _)| {
            (bucket_of(feature, buckets), check_of(feature), feature)
        });
        // A feature that cannot be told from another has no row.
        rows.dedup_by_key(|(feature, _)| (bucket_of(*feature, buckets), check_of(*feature)));
        let mut counts = vec![0u8; buckets as usize];
        for &(feature, _) in rows.iter() {
            let count = &mut counts[bucket_of(feature, buckets) as usize];
            *count = count.checked_add(1)?;
        }
        let check = |&(feature, _): &(u64, _)| check_of(feature).to_le_bytes();
        let weights = |(_, row): &(u64, [i8; N])| row.map(i8::cast_unsigned);
        Self::arrange(Stored {
            counts: &counts,
            checks: &rows.iter().map(check).collect::<Vec<_>>(),
            weights: &rows.iter().map(weights).collect::<Vec<_>>(),
        })
    }

    /// Finds a multiplier for each bucket and puts its rows where that leads; nothing if there is
    /// none for some bucket. Of rows with the same bucket and check the first counts.
    fn arrange(stored: Stored<'_, N>) -> Option<Self> {
        let buckets = u32::try_from(stored.counts.len()).ok()?;
        let slots = buckets.checked_mul(SLOTS_PER_BUCKET)?.checked_add(WINDOW)? as usize;
        let mut table = Self {
            marks: vec![0; stored.counts.len()],
            keys: vec![0; slots],
            rows: vec![[0; N]; slots],
        };
        let mut order = Vec::with_capacity(stored.counts.len());
        let mut start = 0;
        for (bucket, &count) in (0..).zip(stored.counts) {
            let end = start + usize::from(count);
            order.push((bucket, start..end));
            start = end;
        }
        // Those with most rows choose while most slots are free.
        order.sort_by_key(|(_, rows)| Reverse(rows.len()));

        let mut taken = vec![false; slots];
        let mut places = Vec::new();
        for (bucket, rows) in order {
            let checks = stored.checks.get(rows.clone())?;
            let weights = stored.weights.get(rows)?;
            table.marks[bucket as usize] = find_mark(bucket, checks, &taken, &mut places)?;
            for ((&place, &check), row) in places.iter().zip(checks).zip(weights) {
                let place = place as usize;
                if !taken[place] {
                    taken[place] = true;
                    table.keys[place] = key_of(bucket, u16::from_le_bytes(check)) as u32;
                    table.rows[place] = row.map(u8::cast_signed);
                }
            }
        }
        Some(table)
    }
}

/// The first mark of a bucket that spreads its rows over free slots, which go into `places`.
fn find_mark(
    bucket: u64,
    checks: &[[u8; 2]],
    taken: &[bool],
    places: &mut Vec<u32>,
) -> Option<u16> {
    let held = checks.iter().fold(0, |held, &check| {
        held | 1 << bit_of(u16::from_le_bytes(check))
    });
    let mut marks = (0..=u8::MAX).map(|spread| u16::from(spread) << 8 | held);
    marks.find(|&mark| {
        places.clear();
        checks.iter().enumerate().all(|(at, check)| {
            let place = place_of(bucket, scatter(u16::from_le_bytes(*check)), mark);
            let again = checks[..at].contains(check);
            let free = again || (!taken[place as usize] && !places.contains(&place));
            places.push(place);
            free
        })
    })
}

/// How many features are looked up at a time: few enough for what is noted of them to stay in the
/// nearest cache, and many enough to wait for their rows all at once.
const BATCH: usize = 64;

impl<const N: usize> Scorer<N> for Weights<N> {
    #[inline]
    fn scores(&self, features: &[u64]) -> [i32; N] {
        // Sixteen bits hold the sum of 250 signed bytes, and no template set is that long.
        let mut sums = [0i16; N];
        let last = BATCH - 1;
        // Each step is a loop without a branch, so that many of its loads are under way together:
        // what is not wanted is written too, and then written over.
        for batch in features.chunks(BATCH) {
            // Arithmetic alone, in numbers that vector units can multiply.
            let mut buckets = [0u64; BATCH];
            let mut keys = [0u64; BATCH];
            let mut scattered = [0u64; BATCH];
            let noted = buckets.iter_mut().zip(&mut keys).zip(&mut scattered);
            for (((bucket, key), scattered), &feature) in noted.zip(batch) {
                let check = check_of(feature);
                *bucket = bucket_of(feature, self.marks.len() as u32);
                *key = key_of(*bucket, check);
                *scattered = scatter(check);
            }

            let mut candidates = [(0u32, 0u32); BATCH];
            let mut count = 0;
            let noted = buckets.iter().zip(&keys).zip(&scattered);
            for ((&bucket, &key), &scattered) in noted.take(batch.len()) {
                let mark = self.marks[bucket as usize];
                candidates[count & last] = (place_of(bucket, scattered, mark), key as u32);
                count += may_hold(mark, key as u16);
            }

            let mut found = [0u32; BATCH];
            let mut rows = 0;
            for &(place, key) in &candidates[..count] {
                found[rows & last] = place;
                rows += usize::from(self.keys[place as usize] == key);
            }

            for &place in &found[..rows] {
                for (sum, &weight) in sums.iter_mut().zip(&self.rows[place as usize]) {
                    *sum = sum.wrapping_add(i16::from(weight));
                }
            }
        }
        sums.map(i32::from)
    }
}

#[inline]
fn bucket_of(feature: u64, buckets: u32) -> u64 {
    ((feature >> 32) * u64::from(buckets)) >> 32
}

#[inline]
fn check_of(feature: u64) -> u16 {
    (feature >> 16) as u16
}

/// One if a bucket of this mark may hold this check, else zero.
#[inline]
fn may_hold(mark: u16, check: u16) -> usize {
    usize::from(mark >> bit_of(check) & 1)
}

#[inline]
fn bit_of(check: u16) -> u16 {
    check % 8
}

/// A check as a number whose high bits are of use.
#[inline]
fn scatter(check: u16) -> u64 {
    (u64::from(check) << 1 | 1) * 0x9e37_79b1
}

/// The slot where a check of a bucket, scattered, is found if anywhere. The multiplier is the square
/// of the mark: along a mere sequence of multipliers some checks would hardly move.
#[inline]
fn place_of(bucket: u64, scattered: u64, mark: u16) -> u32 {
    let multiplier = u32::from(mark) * u32::from(mark);
    let offset = (scattered as u32).wrapping_mul(multiplier) >> (u32::BITS - WINDOW_BITS);
    bucket as u32 * SLOTS_PER_BUCKET + offset
}

/// What tells the features apart that may be in one slot: the check, and the low bits of the
/// bucket, as buckets whose windows overlap are near each other. Only the low 32 bits count.
#[inline]
fn key_of(bucket: u64, check: u16) -> u64 {
    bucket << 16 | u64::from(check)
}

/// The bucket and the check that have this key in this slot.
fn owner_of(slot: u32, key: u32) -> (u32, u16) {
    let last = slot / SLOTS_PER_BUCKET;
    let back = last.wrapping_sub(key >> 16) & 0xffff;
    (last - back, key as u16)
}

fn read_u32(bytes: &[u8]) -> Result<(usize, &[u8]), ModelError> {
    let (number, rest) = bytes.split_first_chunk::<4>().ok_or(ModelError::Damaged)?;
    Ok((u32::from_le_bytes(*number) as usize, rest))
}

/// The class with the highest score among those `allowed`; the first of them on a tie.
#[inline]
pub fn best<const N: usize>(scores: &[i32; N], allowed: impl Fn(usize) -> bool) -> Option<usize> {
    let mut best: Option<(usize, i32)> = None;
    for (class, &score) in scores.iter().enumerate() {
        if allowed(class) && best.is_none_or(|(_, top)| score > top) {
            best = Some((class, score));
        }
    }
    best.map(|(class, _)| class)
}

/// Mixes two values into one hash whose high bits depend on all of both.
#[inline]
#[must_use]
pub fn mix(a: u64, b: u64) -> u64 {
    let product = (a.rotate_left(29) ^ b).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ (product >> 32)
}

/// The feature that `template` yields for two values.
#[inline]
#[must_use]
pub fn feature(template: u64, a: u64, b: u64) -> u64 {
    let seeded =
        (a ^ template.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (seeded ^ (seeded >> 31) ^ b.rotate_left(32)).wrapping_mul(0xc4ce_b9fe_1a85_ec53)
}

/// A perceptron in training.
///
/// Its weights are whole numbers, changed by one at a time; what is kept in the end is each
/// weight's average over all the examples seen, which generalises far better than the last value.
/// Three more things keep it from learning the treebank by heart: an answer counts as known only
/// when it wins by a margin, a feature has weights only after it has been wanted a few times, and
/// examples are seen with some features missing ([`Random::thin`]).
#[derive(Debug)]
pub struct Learner<const N: usize> {
    places: HashMap<u64, u32, BuildHasherDefault<FxHasher>>,
    rows: Vec<LearnerRow<N>>,
    /// By how much the right class must win.
    margin: i32,
    /// How many examples have been seen.
    clock: u32,
}

#[derive(Debug)]
struct LearnerRow<const N: usize> {
    now: [i32; N],
    /// The sum of each change times the clock at that change: the average follows from it.
    timed: [f64; N],
    /// How often an update wanted to change the row.
    wanted: u32,
}

/// A feature has no weights before it was wanted in more updates than this.
const PATIENCE: u32 = 4;

impl<const N: usize> Learner<N> {
    /// A learner that knows nothing, and learns until the right class wins by `margin`.
    #[must_use]
    pub fn new(margin: i32) -> Self {
        Self {
            places: HashMap::default(),
            rows: Vec::new(),
            margin,
            clock: 0,
        }
    }

    /// Learns from an example whose features gave these `scores`: `right` should have won over
    /// `rival`, the best of the wrong classes.
    pub fn learn(&mut self, features: &[u64], scores: &[i32; N], right: usize, rival: usize) {
        self.clock += 1;
        if scores[right] >= scores[rival] + self.margin {
            return;
        }
        for &feature in features {
            let next = self.rows.len() as u32;
            let place = *self.places.entry(feature).or_insert(next);
            if place == next {
                self.rows.push(LearnerRow {
                    now: [0; N],
                    timed: [0.0; N],
                    wanted: 0,
                });
            }
            let row = &mut self.rows[place as usize];
            row.wanted += 1;
            if row.wanted > PATIENCE {
                row.now[right] += 1;
                row.timed[right] += f64::from(self.clock);
                row.now[rival] -= 1;
                row.timed[rival] -= f64::from(self.clock);
            }
        }
    }

    /// The average of each weight over all examples.
    fn averages(&self) -> impl Iterator<Item = (u64, [f64; N])> {
        let clock = f64::from(self.clock.max(1));
        self.places.iter().filter_map(move |(&feature, &place)| {
            let row = &self.rows[place as usize];
            let average =
                std::array::from_fn(|class| f64::from(row.now[class]) - row.timed[class] / clock);
            (row.wanted > PATIENCE).then_some((feature, average))
        })
    }
}

/// One table from what several learners know, its weights the sums of theirs. Of all features at
/// most `max_rows` are kept, those that weigh most.
#[must_use]
pub fn merge<const N: usize>(learners: &[Learner<N>], max_rows: usize) -> Weights<N> {
    let mut sums: HashMap<u64, [f64; N], BuildHasherDefault<FxHasher>> = HashMap::default();
    for (feature, average) in learners.iter().flat_map(Learner::averages) {
        let row = sums.entry(feature).or_insert([0.0; N]);
        for (sum, weight) in row.iter_mut().zip(average) {
            *sum += weight;
        }
    }
    Weights::quantised(sums.into_iter(), max_rows).0
}

impl<const N: usize> Scorer<N> for Learner<N> {
    fn scores(&self, features: &[u64]) -> [i32; N] {
        let mut sums = [0i32; N];
        for feature in features {
            if let Some(&place) = self.places.get(feature) {
                for (sum, &weight) in sums.iter_mut().zip(&self.rows[place as usize].now) {
                    *sum += weight;
                }
            }
        }
        sums
    }
}

/// A small random number generator, so that training gives the same model each time.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// A generator whose sequence is fixed by `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(mix(seed, 0x5851_f42d_4c95_7f2d) | 1)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Whether an event of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        ((self.number() >> 11) as f64 / (1u64 << 53) as f64) < probability
    }

    /// Takes out each feature with this probability, so that training cannot rely on any.
    pub fn thin(&mut self, features: &mut Vec<u64>, probability: f64) {
        features.retain(|_| !self.chance(probability));
    }

    /// Puts the items in random order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, (self.number() % (i as u64 + 1)) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained() -> Weights<4> {
        let mut learner = Learner::<4>::new(2);
        for round in 0..50u64 {
            for class in 0..3usize {
                let seen = [feature(1, class as u64, 0), feature(2, round, 7)];
                let scores = learner.scores(&seen);
                let rival = best(&scores, |other| other != class).expect("other classes");
                learner.learn(&seen, &scores, class, rival);
            }
        }
        merge(&[learner], 1000)
    }

    #[test]
    fn learns_what_each_feature_means() {
        let weights = trained();
        for class in 0..3usize {
            let scores = weights.scores(&[feature(1, class as u64, 0)]);
            assert_eq!(best(&scores, |_| true), Some(class));
        }
    }

    #[test]
    fn a_table_is_read_back_as_written() {
        let weights = trained();
        let mut bytes = Vec::new();
        weights.write(&mut bytes);
        bytes.extend_from_slice(b"rest");
        let (read, rest) = Weights::<4>::read(&bytes).expect("what was written");
        assert_eq!(read, weights);
        assert_eq!(rest, b"rest");
    }

    #[test]
    fn a_large_table_knows_its_features_and_hardly_any_other() {
        // More buckets than the key of a slot has bits for.
        let rows: Vec<(u64, [i8; 1])> = (0..210_000u64)
            .map(|number| (feature(1, number, 0), [(number % 100) as i8 + 1]))
            .collect();
        let weights = Weights::build(rows.clone());
        assert!(weights.marks.len() > 1 << 16);
        let wrong = rows
            .iter()
            .filter(|(feature, row)| weights.scores(&[*feature])[0] != i32::from(row[0]))
            .count();
        assert!(wrong < 20, "{wrong} features share bucket and check");
        let unknown = (0..210_000u64).filter(|&number| {
            let scores = weights.scores(&[feature(2, number, 0)]);
            scores[0] != 0
        });
        assert!(unknown.count() < 40);

        let mut bytes = Vec::new();
        weights.write(&mut bytes);
        let read = Weights::read(&bytes);
        assert!(read.is_ok_and(|(read, rest)| read == weights && rest.is_empty()));
    }

    #[test]
    fn damaged_tables_are_refused() {
        let mut bytes = Vec::new();
        trained().write(&mut bytes);
        assert!(matches!(
            Weights::<4>::read(b"ELF"),
            Err(ModelError::NotAModel { .. })
        ));
        assert!(matches!(
            Weights::<8>::read(&bytes),
            Err(ModelError::OtherClasses { .. })
        ));
        for cut in 4..bytes.len() {
            assert_eq!(Weights::<4>::read(&bytes[..cut]), Err(ModelError::Damaged));
        }
    }
}
