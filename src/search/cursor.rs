//! Cursors: where a page ended, so that the next goes on there.
//!
//! A cursor holds what the last article of the page was ordered by, and what its score was made
//! of ([`Statistics`]). Every article that stays as it is therefore stays in its place, whatever is
//! committed between two pages: none comes twice, none is left out.

use super::ranking::Statistics;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Why a text is no cursor for a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// It is not one, or not whole.
    #[error("the cursor cannot be read")]
    Unreadable,
    /// It is from another search.
    #[error("the cursor is from another search")]
    OtherSearch,
}

/// What an article is ordered by, the least first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub first: u64,
    pub second: u64,
    /// The identifier, as a number that is in the same order.
    pub id: u64,
}

/// Where a page ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    /// What the search is, as a number that differs for another.
    pub search: u64,
    /// The last article of the page.
    pub after: Key,
    /// The day from which the age of articles is counted.
    pub newest: u64,
    /// How many articles were shown before.
    pub shown: u64,
    pub statistics: Statistics,
}

/// The first byte of every cursor of this form.
const FORM: u8 = 2;

impl Cursor {
    /// As a text without characters that a shell or an address would have to quote.
    pub fn to_text(&self) -> String {
        let mut bytes = vec![FORM];
        bytes.extend_from_slice(&self.search.to_le_bytes());
        let statistics = &self.statistics;
        let numbers = [
            self.after.first,
            self.after.second,
            self.after.id,
            self.newest,
            self.shown,
            statistics.articles,
            statistics.lengths[0],
            statistics.lengths[1],
            statistics.frequencies.len() as u64,
        ];
        numbers.iter().for_each(|&number| push(number, &mut bytes));
        for &(term, frequency) in &statistics.frequencies {
            bytes.extend_from_slice(&term.to_le_bytes());
            push(frequency, &mut bytes);
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Out of a text.
    ///
    /// # Errors
    /// When it is none, or is for another search than `search`.
    pub fn parse(text: &str, search: u64) -> Result<Self, CursorError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim());
        let bytes = bytes.map_err(|_| CursorError::Unreadable)?;
        let cursor = read(&bytes).ok_or(CursorError::Unreadable)?;
        match cursor.search == search {
            true => Ok(cursor),
            false => Err(CursorError::OtherSearch),
        }
    }
}

/// Writes a number in as few bytes as it needs, seven bits each.
fn push(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number off.
fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn read(bytes: &[u8]) -> Option<Cursor> {
    let (&form, bytes) = bytes.split_first()?;
    if form != FORM {
        return None;
    }
    let (search, mut bytes) = bytes.split_first_chunk::<8>()?;
    let (first, second, id) = (take(&mut bytes)?, take(&mut bytes)?, take(&mut bytes)?);
    let (newest, shown) = (take(&mut bytes)?, take(&mut bytes)?);
    let (articles, lengths) = (take(&mut bytes)?, [take(&mut bytes)?, take(&mut bytes)?]);
    let mut frequencies = Vec::new();
    for _ in 0..take(&mut bytes)? {
        let (term, rest) = bytes.split_first_chunk::<4>()?;
        bytes = rest;
        frequencies.push((u32::from_le_bytes(*term), take(&mut bytes)?));
    }
    bytes.is_empty().then_some(Cursor {
        search: u64::from_le_bytes(*search),
        after: Key { first, second, id },
        newest,
        shown,
        statistics: Statistics {
            articles,
            lengths,
            frequencies,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cursors_survive_being_written(
            numbers in proptest::array::uniform8(any::<u64>()),
            frequencies in proptest::collection::vec(any::<(u32, u64)>(), 0..5),
            id: u64,
        ) {
            let [search, first, second, newest, shown, articles, title, text] = numbers;
            let cursor = Cursor {
                search,
                after: Key { first, second, id },
                newest,
                shown,
                statistics: Statistics { articles, lengths: [title, text], frequencies },
            };
            let written = cursor.to_text();
            prop_assert_eq!(Cursor::parse(&written, search), Ok(cursor));
            let other = Cursor::parse(&written, search ^ 1);
            prop_assert_eq!(other, Err(CursorError::OtherSearch));
        }

        #[test]
        fn no_text_panics(text in "[A-Za-z0-9_-]{0,80}") {
            let _ = Cursor::parse(&text, 0);
        }
    }
}
