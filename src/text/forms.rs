//! What the taggers see of a word's spelling, and of how a sentence uses capitals.

use super::perceptron::mix;

/// How a sentence uses capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentenceCase {
    /// Capitals mark names and beginnings.
    Plain,
    /// Most words begin with a capital, as in a headline.
    Title,
    /// All in capitals.
    Capitals,
    /// None at all.
    Lower,
}

/// How a single word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// No capital: `talks`.
    Lower,
    /// A capital first, none after: `Bogotá`.
    Initial,
    /// Capitals only, at least two: `NATO`.
    Capitals,
    /// Other mixtures of letters: `McDonald`.
    Mixed,
    /// Letters with periods: `U.S.`.
    Abbreviation,
    /// A number: `1,200`.
    Digits,
    /// Letters and digits: `G20`.
    DigitsAndLetters,
    /// Neither letters nor digits.
    Neither,
}

/// What tagger and parser see of a word's spelling.
#[derive(Debug, Clone, Copy)]
pub struct WordForm {
    /// The hash of the lower-cased word, each digit taken as 0.
    pub lower: u64,
    /// The last eight bytes of the lower-cased word, the last in the highest place.
    tail: u64,
    /// The first eight bytes of the lower-cased word, the first in the highest place.
    head: u64,
    /// Its length in bytes.
    pub length: usize,
    /// How it is written.
    pub shape: Shape,
}

impl WordForm {
    /// Reads a word; `lower` is working memory.
    pub fn read(word: &str, lower: &mut Vec<u8>) -> Self {
        lower.clear();
        let (mut upper, mut small, mut digits, mut periods) = (0usize, 0usize, 0usize, 0usize);
        let mut initial = false;
        for (place, letter) in word.chars().map(plain).enumerate() {
            if letter.is_ascii() {
                lower.push(if letter.is_ascii_digit() {
                    b'0'
                } else {
                    letter.to_ascii_lowercase() as u8
                });
            } else {
                for c in letter.to_lowercase() {
                    lower.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            match letter {
                '.' => periods += 1,
                _ if letter.is_ascii_digit() => digits += 1,
                _ if letter.is_lowercase() => small += 1,
                _ if letter.is_uppercase() => {
                    upper += 1;
                    initial |= place == 0;
                }
                _ if letter.is_alphabetic() => small += 1,
                _ => {}
            }
        }
        let shape = match (upper, small, digits) {
            (0, 0, 0) => Shape::Neither,
            (0, 0, _) => Shape::Digits,
            (_, _, 1..) => Shape::DigitsAndLetters,
            _ if periods > 0 && upper + small <= 2 * periods => Shape::Abbreviation,
            (0, _, _) => Shape::Lower,
            (2.., 0, _) => Shape::Capitals,
            (1, _, _) if initial => Shape::Initial,
            _ => Shape::Mixed,
        };
        let hash = lower.chunks(8).fold(lower.len() as u64, |hash, chunk| {
            mix(hash, packed(chunk.iter()))
        });
        Self {
            lower: hash,
            tail: packed(lower.iter().rev().take(8)),
            head: packed(lower.iter().take(8)),
            length: lower.len(),
            shape,
        }
    }

    /// The last `length` bytes, or all when there are fewer.
    pub fn suffix(&self, length: u32) -> u64 {
        self.tail >> (64 - 8 * length)
    }

    /// The first `length` bytes, or all when there are fewer.
    pub fn prefix(&self, length: u32) -> u64 {
        self.head >> (64 - 8 * length)
    }
}

/// Curly quotes and dashes as the plain characters that the treebank has in their place.
fn plain(letter: char) -> char {
    match letter {
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{2010}'..='\u{2015}' => '-',
        '\u{2026}' => '.',
        other => other,
    }
}

/// Up to eight bytes as one number, the first in the highest place.
fn packed<'a>(bytes: impl Iterator<Item = &'a u8>) -> u64 {
    bytes.zip(0u32..8).fold(0, |packed, (&byte, place)| {
        packed | (u64::from(byte) << (56 - 8 * place))
    })
}

impl SentenceCase {
    /// How the words of a sentence use capitals.
    pub fn of(words: &[WordForm]) -> Self {
        let count = |shapes: &[Shape]| {
            words
                .iter()
                .filter(|word| shapes.contains(&word.shape))
                .count()
        };
        let lower = count(&[Shape::Lower]);
        let initial = count(&[Shape::Initial, Shape::Mixed]);
        let capitals = count(&[Shape::Capitals]);
        // Headlines keep only short words small: "Colombia Suspends Aid to the US".
        let long = |word: &&WordForm| word.shape == Shape::Lower && word.length > 4;
        let long_lower = words.iter().filter(long).count();
        match (lower, initial, capitals) {
            (_, 0, 0) => SentenceCase::Lower,
            _ if capitals >= 2 && capitals > 3 * (lower + initial) => SentenceCase::Capitals,
            _ if initial >= 3 && initial + capitals > lower && 5 * long_lower <= initial => {
                SentenceCase::Title
            }
            _ => SentenceCase::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_digits_are_read_alike_in_all_their_forms() {
        let form = |word| WordForm::read(word, &mut Vec::new()).lower;
        assert_eq!(form("n\u{2019}t"), form("N'T"));
        assert_eq!(form("1999"), form("2024"));
        assert_ne!(form("1999"), form("20240"));
    }

    #[test]
    fn a_capital_says_little_in_a_headline() {
        let case = |line: &str| {
            let words = line
                .split(' ')
                .map(|word| WordForm::read(word, &mut Vec::new()));
            SentenceCase::of(&words.collect::<Vec<_>>())
        };
        assert_eq!(case("Colombia Suspends Aid to the US"), SentenceCase::Title);
        assert_eq!(case("COLOMBIA SUSPENDS AID"), SentenceCase::Capitals);
        assert_eq!(case("colombia suspends aid"), SentenceCase::Lower);
        assert_eq!(case("Colombia suspends aid to the US"), SentenceCase::Plain);
    }
}
