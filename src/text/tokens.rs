//! Tokens: one pass over the bytes, after the conventions of the Penn and UD English treebanks.
//!
//! Clitics stand alone (`do` `n't`, `Petro` `'s`), words are split at hyphens (`U.S.` `-` `led`),
//! abbreviations keep their periods (`U.S.`, `Gen.`). Offsets are bytes into the text.

use super::abbreviations::{self, Abbreviation};
use crate::article::ByteSpan;

/// One token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands.
    pub span: ByteSpan,
    /// How its letters are cased.
    pub case: Case,
    /// Whether a blank line stands before it.
    pub opens_paragraph: bool,
}

/// How the letters of a token are cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// No letter in it: a number or punctuation.
    None,
    /// No capital: `talks`.
    Lower,
    /// A capital first, none after: `Bogotá`; also a single capital letter.
    Initial,
    /// Capitals only, at least two: `NATO`, `U.S.`.
    Upper,
    /// Anything else: `McDonald`, `iPhone`.
    Mixed,
}

impl Case {
    /// The case of a word.
    pub fn of(word: &str) -> Self {
        let (mut upper, mut lower, mut first_upper) = (0, 0, None);
        for c in word.chars() {
            if c.is_uppercase() {
                upper += 1;
                first_upper.get_or_insert(true);
            } else if c.is_lowercase() {
                lower += 1;
                first_upper.get_or_insert(false);
            } else if c.is_alphabetic() {
                first_upper.get_or_insert(false);
                lower += 1;
            }
        }
        match (upper, lower, first_upper) {
            (0, 0, _) => Case::None,
            (0, _, _) => Case::Lower,
            (1, _, Some(true)) => Case::Initial,
            (_, 0, _) => Case::Upper,
            _ => Case::Mixed,
        }
    }

    /// Whether the token starts as names do.
    pub fn is_capitalised(self) -> bool {
        matches!(self, Case::Initial | Case::Upper | Case::Mixed)
    }
}

impl Token {
    /// The token's words, out of the text that it was taken from.
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.span.range()]
    }
}

/// Clitics that are tokens of their own after an apostrophe.
const CLITICS: [&str; 7] = ["s", "re", "ve", "ll", "d", "m", "S"];

/// The tokens of a text, in order. White space is in none of them.
pub fn tokenize(text: &str, out: &mut Vec<Token>) {
    out.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut opens_paragraph = true;
    while at < bytes.len() {
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        if c.is_whitespace() {
            let end = skip_while(text, at, char::is_whitespace);
            opens_paragraph |= bytes[at..end].iter().filter(|&&b| b == b'\n').count() > 1;
            at = end;
            continue;
        }
        let start = at;
        if c.is_alphanumeric() {
            at = word_end(text, start);
            push_word(text, start, at, opens_paragraph, out);
        } else {
            at = punctuation_end(text, start, c);
            push(text, start, at, opens_paragraph, out);
        }
        opens_paragraph = false;
    }
}

fn push(text: &str, start: usize, end: usize, opens_paragraph: bool, out: &mut Vec<Token>) {
    let case = Case::of(&text[start..end]);
    out.push(Token {
        span: ByteSpan::new(start, end),
        case,
        opens_paragraph,
    });
}

/// A word, with its clitic split off.
fn push_word(text: &str, start: usize, end: usize, opens_paragraph: bool, out: &mut Vec<Token>) {
    match clitic_start(&text[start..end]) {
        Some(cut) if cut > 0 => {
            push(text, start, start + cut, opens_paragraph, out);
            push(text, start + cut, end, false, out);
        }
        _ => push(text, start, end, opens_paragraph, out),
    }
}

/// Where the clitic of `word` begins: at the apostrophe, or at the n of `n't`.
fn clitic_start(word: &str) -> Option<usize> {
    let (apostrophe, mark) = word.char_indices().rev().find(|&(_, c)| is_apostrophe(c))?;
    let tail = &word[apostrophe + mark.len_utf8()..];
    if CLITICS.contains(&tail) {
        Some(apostrophe)
    } else if tail.eq_ignore_ascii_case("t") && word[..apostrophe].ends_with(['n', 'N']) {
        Some(apostrophe - 1)
    } else {
        None
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

fn skip_while(text: &str, start: usize, wanted: impl Fn(char) -> bool) -> usize {
    let bytes = &text.as_bytes()[start..];
    let is_plain = |&&byte: &&u8| byte.is_ascii() && wanted(char::from(byte));
    let plain = start + bytes.iter().take_while(is_plain).count();
    text[plain..]
        .find(|c| !wanted(c))
        .map_or(text.len(), |length| plain + length)
}

/// The end of the word that starts at `start`: letters and digits, joined by apostrophes between
/// letters, by periods inside abbreviations, and by separators inside numbers.
fn word_end(text: &str, start: usize) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || is_combining(c);
    let mut end = skip_while(text, start, is_part);
    loop {
        let mut rest = text[end..].chars();
        let (Some(mark), Some(next)) = (rest.next(), rest.next()) else {
            break;
        };
        let word = &text[start..end];
        let joined = match mark {
            '.' | ',' if next.is_ascii_digit() => word.ends_with(|c: char| c.is_ascii_digit()),
            // "U.S", "a.m": single letters with periods between.
            '.' => next.is_alphabetic() && ends_in_single_letter(word),
            '&' => next.is_uppercase() && word.chars().all(char::is_uppercase),
            mark if is_apostrophe(mark) => next.is_alphabetic(),
            _ => false,
        };
        if !joined {
            break;
        }
        end = skip_while(text, end + mark.len_utf8(), is_part);
    }
    if text[end..].starts_with('.') && owns_period(&text[start..end], &text[end + 1..]) {
        end += 1;
    }
    end
}

/// Whether the period after `word` belongs to it: "U.S.", "J.", "Gen.", and "No." before a number.
fn owns_period(word: &str, after: &str) -> bool {
    match abbreviations::kind(word) {
        Some(Abbreviation::Number) => after
            .trim_start_matches(' ')
            .starts_with(|c: char| c.is_ascii_digit()),
        Some(_) => true,
        None => is_dotted(word),
    }
}

/// "S" in "U.S": the piece after the last period, or the whole word, is one letter.
fn ends_in_single_letter(word: &str) -> bool {
    let piece = word.rsplit('.').next().unwrap_or(word);
    let mut letters = piece.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
}

/// Whether a following period belongs to the word: "U.S" and an initial such as "J".
fn is_dotted(word: &str) -> bool {
    let single = ends_in_single_letter(word);
    (word.contains('.') && single)
        || (single && word.starts_with(char::is_uppercase) && word != "I")
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}'
        | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}' | '\u{5b0}'..='\u{5c7}'
        | '\u{64b}'..='\u{65f}' | '\u{200c}' | '\u{200d}')
}

/// Runs of periods, hyphens and quotes are one token; other punctuation stands alone.
fn punctuation_end(text: &str, start: usize, c: char) -> usize {
    match c {
        '.' | '-' | '`' | '_' | '*' | '=' => skip_while(text, start, |next| next == c),
        '\'' | '’' => {
            // A lone clitic after a space or bracket, as in older wire copy: "Iran 's".
            let after = start + c.len_utf8();
            let tail = skip_while(text, after, char::is_alphanumeric);
            if CLITICS.contains(&&text[after..tail]) {
                tail
            } else {
                skip_while(text, start, |next| next == c)
            }
        }
        _ => start + c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        tokenize(text, &mut tokens);
        tokens.iter().map(|token| token.text(text)).collect()
    }

    #[test]
    fn splits_as_the_treebanks_do() {
        assert_eq!(
            words("Petro's envoy didn't go."),
            ["Petro", "'s", "envoy", "did", "n't", "go", "."]
        );
        assert_eq!(
            words("the U.S.-led strikes"),
            ["the", "U.S.", "-", "led", "strikes"]
        );
        assert_eq!(
            words("1,200.50 dollars at 9 a.m."),
            ["1,200.50", "dollars", "at", "9", "a.m."]
        );
        assert_eq!(
            words("J. Smith of AT&T said: “No.”"),
            [
                "J.", "Smith", "of", "AT&T", "said", ":", "“", "No", ".", "”"
            ]
        );
        assert_eq!(
            words("O'Brien in Côte d’Ivoire"),
            ["O'Brien", "in", "Côte", "d’Ivoire"]
        );
        assert_eq!(words("wait... -- go"), ["wait", "...", "--", "go"]);
        assert_eq!(words("I. Then"), ["I", ".", "Then"]);
        assert_eq!(
            words("Gen. Diaz, No. 2. No. Then"),
            ["Gen.", "Diaz", ",", "No.", "2", ".", "No", ".", "Then"]
        );
    }

    #[test]
    fn sees_how_words_are_cased() {
        for (word, case) in [
            ("talks", Case::Lower),
            ("Bogotá", Case::Initial),
            ("NATO", Case::Upper),
            ("U.S.", Case::Upper),
            ("McCain", Case::Mixed),
            ("24", Case::None),
            ("日本", Case::Lower),
        ] {
            assert_eq!(Case::of(word), case, "{word}");
        }
    }

    proptest! {
        #[test]
        fn spans_are_ordered_and_on_characters(text in "\\PC{0,80}") {
            let mut tokens = Vec::new();
            tokenize(&text, &mut tokens);
            let mut end = 0;
            for token in tokens {
                prop_assert!(token.span.start >= end && token.span.end > token.span.start);
                prop_assert!(text.get(token.span.range()).is_some());
                end = token.span.end;
            }
        }
    }
}
