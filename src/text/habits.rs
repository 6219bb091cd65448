//! Habits: the decisions that a model takes without a second look.
//!
//! A tagger calls *the* a determiner whatever stands around it, and a parser that has a determiner on
//! its stack and an adjective before it goes on to the noun. Such situations make up much of a news
//! text. A [`Census`] counts what a model decides in each situation; where it has decided alike nearly
//! every time, [`Habits`] remember that, and the model need not add up its weights.
//!
//! # Format of stored habits
//!
//! All numbers are little-endian. A model without habits has no bytes for them.
//!
//! | bytes       | what                                                     |
//! |-------------|----------------------------------------------------------|
//! | 4           | `DLH1`                                                   |
//! | 4           | `count`                                                  |
//! | 4 × `count` | 32 bits of each situation's hash, in order               |
//! | `count`     | the class that is decided on there, in the same order    |

use rustc_hash::FxHashMap;

use super::perceptron::ModelError;

/// What a model always decides, by situation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Habits {
    class_of: FxHashMap<u32, u8>,
}

const MAGIC: &[u8; 4] = b"DLH1";

impl Habits {
    /// The class that is always decided on in a situation, if any is.
    #[inline]
    pub fn class_of(&self, situation: u64) -> Option<usize> {
        self.class_of
            .get(&key_of(situation))
            .copied()
            .map(usize::from)
    }

    /// Reads the habits that are all of `bytes`.
    ///
    /// # Errors
    ///
    /// When the bytes are not habits.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        let rest = bytes.strip_prefix(MAGIC).ok_or(ModelError::Damaged)?;
        let (count, rest) = rest.split_first_chunk().ok_or(ModelError::Damaged)?;
        let count = u32::from_le_bytes(*count) as usize;
        let key_bytes = count.checked_mul(4).ok_or(ModelError::Damaged)?;
        let (keys, rest) = rest
            .split_at_checked(key_bytes)
            .ok_or(ModelError::Damaged)?;
        let (classes, rest) = rest.split_at_checked(count).ok_or(ModelError::Damaged)?;
        if !rest.is_empty() {
            return Err(ModelError::Trailing(rest.len()));
        }
        let keys = keys
            .as_chunks()
            .0
            .iter()
            .map(|&key| u32::from_le_bytes(key));
        Ok(Self {
            class_of: keys.zip(classes.iter().copied()).collect(),
        })
    }

    /// Appends the habits to `out` in the stored format.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut sorted: Vec<(u32, u8)> = self.class_of.iter().map(|(&k, &c)| (k, c)).collect();
        sorted.sort_unstable();
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&(sorted.len() as u32).to_le_bytes());
        out.extend(sorted.iter().flat_map(|(key, _)| key.to_le_bytes()));
        out.extend(sorted.iter().map(|&(_, class)| class));
    }
}

/// The hash of a situation has its best bits in the middle and above.
#[inline]
fn key_of(situation: u64) -> u32 {
    (situation >> 24) as u32
}

/// What a model has decided in each situation.
#[derive(Debug, Default)]
pub struct Census {
    decided: FxHashMap<u64, Decided>,
}

/// How often the class was decided on that was the first, and how often another.
#[derive(Debug)]
struct Decided {
    class: u8,
    alike: u32,
    otherwise: u32,
}

/// How often a situation must have been met for a habit to come of it.
const OFTEN: u32 = 100;

/// Beside so many decisions alike in a situation of habit, one at most was another.
const ONE_OF: u32 = 250;

impl Census {
    /// Counts a decision; classes are numbers below 256.
    pub fn note(&mut self, situation: u64, class: usize) {
        let class = class as u8;
        let decided = self.decided.entry(situation).or_insert(Decided {
            class,
            alike: 0,
            otherwise: 0,
        });
        if decided.class == class {
            decided.alike += 1;
        } else {
            decided.otherwise += 1;
        }
    }

    /// What has become a habit.
    #[must_use]
    pub fn habits(&self) -> Habits {
        let is_habit = |decided: &Decided| {
            decided.alike >= OFTEN && decided.otherwise <= decided.alike / ONE_OF
        };
        let habits = self.decided.iter().filter(|(_, decided)| is_habit(decided));
        let mut sorted: Vec<(u64, u8)> = habits.map(|(&s, decided)| (s, decided.class)).collect();
        // Of two situations with one key the same stays every time.
        sorted.sort_unstable();
        Habits {
            class_of: sorted
                .iter()
                .map(|&(s, class)| (key_of(s), class))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_always_decided_alike_becomes_a_habit_and_is_read_back() {
        let mut census = Census::default();
        let (always, mostly, seldom) = (1 << 40, 2 << 40, 3 << 40);
        for n in 0..1000 {
            census.note(always, if n == 500 { 1 } else { 2 });
            census.note(mostly, usize::from(n % 100 == 7));
        }
        for _ in 1..OFTEN {
            census.note(seldom, 0);
        }
        let habits = census.habits();
        assert_eq!(habits.class_of(always), Some(2));
        assert_eq!(habits.class_of(mostly), None);
        assert_eq!(habits.class_of(seldom), None);

        let mut bytes = Vec::new();
        habits.write(&mut bytes);
        assert_eq!(Habits::read(&bytes), Ok(habits));
        assert_eq!(Habits::read(&[]), Ok(Habits::default()));
        for end in 1..bytes.len() {
            assert!(Habits::read(&bytes[..end]).is_err());
        }
    }
}
