//! How text becomes terms: the same for articles as they are indexed and for queries.
//!
//! Tantivy does not store analyzers with an index, so their version is part of
//! [`Versions`](super::Versions) and checked when an index is opened.

use tantivy::Index;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, Stemmer, TextAnalyzer, Token,
    TokenStream, Tokenizer,
};

/// The analyzer of titles and texts: words in lower case, without accents, stemmed as English.
pub const PROSE: &str = "prose";
/// The analyzer of names: words in lower case, without accents.
pub const NAMES: &str = "names";

/// Longer words are not indexed: they are encoded data, not language. In bytes.
const LONGEST_WORD: usize = 64;

/// Registers the analyzers with an index.
pub fn register(index: &Index) {
    index.tokenizers().register(PROSE, prose());
    index.tokenizers().register(NAMES, names());
}

/// The analyzer behind [`PROSE`].
pub fn prose() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(Language::English))
        .build()
}

/// The analyzer behind [`NAMES`].
pub fn names() -> TextAnalyzer {
    TextAnalyzer::builder(Words::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .build()
}

/// The terms of a text, in order.
pub fn terms(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    analyzer
        .token_stream(text)
        .process(&mut |token| terms.push(token.text.clone()));
    terms
}

/// Splits at everything but letters and digits, with what people write inside words: `U.S.` is
/// `US`, `AT&T` stays, `3.5` and `1,000` stay, `don't` is `dont` and `Petro's` is `Petro`.
#[derive(Clone, Default)]
struct Words {
    token: Token,
}

struct WordStream<'a> {
    text: &'a str,
    at: usize,
    token: &'a mut Token,
}

impl Tokenizer for Words {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream {
            text,
            at: 0,
            token: &mut self.token,
        }
    }
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(offset) = self.text[self.at..].find(char::is_alphanumeric) else {
            return false;
        };
        let start = self.at + offset;
        let end = word_end(self.text, start);
        self.at = end;
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = start;
        self.token.offset_to = end;
        self.token.text.clear();
        push_word(&self.text[start..end], &mut self.token.text);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// Where the word that starts at `start` ends.
fn word_end(text: &str, start: usize) -> usize {
    let run = |from: usize| {
        text[from..]
            .find(|c: char| !c.is_alphanumeric() && !is_mark(c))
            .map_or(text.len(), |length| from + length)
    };
    let mut end = run(start);
    loop {
        let mut rest = text[end..].chars();
        let (Some(mark), Some(next)) = (rest.next(), rest.next()) else {
            return end;
        };
        let word = &text[start..end];
        let joined = match mark {
            '\'' | '’' | 'ʼ' => next.is_alphabetic(),
            '&' => next.is_uppercase() && word.chars().all(char::is_uppercase),
            '.' if next.is_alphabetic() => is_single_letter(word),
            '.' | ',' => next.is_ascii_digit() && word.ends_with(|c: char| c.is_ascii_digit()),
            _ => false,
        };
        if !joined {
            return end;
        }
        end = run(end + mark.len_utf8());
    }
}

fn is_single_letter(word: &str) -> bool {
    let piece = word.rsplit('.').next().unwrap_or(word);
    piece.chars().count() == 1 && piece.starts_with(char::is_alphabetic)
}

/// Marks that belong to the letter before them.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{94f}'
        | '\u{981}'..='\u{9cd}' | '\u{e31}'..='\u{e4e}' | '\u{1000}'..='\u{109f}')
}

/// Writes the word without apostrophes and the periods of abbreviations, and without "'s".
fn push_word(word: &str, out: &mut String) {
    let is_apostrophe = |c: char| matches!(c, '\'' | '’' | 'ʼ');
    let word = word
        .strip_suffix(['s', 'S'])
        .and_then(|stem| stem.strip_suffix(is_apostrophe))
        .unwrap_or(word);
    let number = word.starts_with(|c: char| c.is_ascii_digit());
    for c in word.chars() {
        if !is_apostrophe(c) && (number || c != '.') && c != ',' {
            out.push(c);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_people_mean() {
        let of = |text: &str| terms(&mut names(), text);
        assert_eq!(
            of("U.S.-led, US and U.S.A."),
            ["us", "led", "us", "and", "usa"]
        );
        assert_eq!(of("AT&T don’t; Petro's"), ["at&t", "dont", "petro"]);
        assert_eq!(
            of("covid-19 rose 3.5% to 1,000"),
            ["covid", "19", "rose", "3.5", "to", "1000"]
        );
        assert_eq!(of("Bogotá Élysée"), ["bogota", "elysee"]);
        assert_eq!(
            terms(&mut prose(), "sanctions sanctioned"),
            ["sanction", "sanction"]
        );
    }
}
