//! Cuts a query into tokens: what is an operator, a name, a quoted text or a plain word.
//!
//! Which names exist and how tokens combine is for the parser. What the lexer alone can see is what
//! touches what, so it is here that a missing space is refused.

use super::ast::Span;
use super::error::{QueryError, quoted};

/// A token and its place.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

#[derive(Debug, Clone)]
pub(super) enum TokenKind {
    And,
    Or,
    /// `NOT`, or the `-` directly before a clause.
    Not,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `event(`.
    Event,
    /// A name, to whose colon the next token is glued.
    Field(String),
    /// A word, number, pattern or range with all that is glued to it.
    Word(Vec<Glyph>),
    Phrase {
        text: String,
        slop: u32,
    },
    Regex(String),
    /// `^2` after a phrase, an expression or a group.
    Boost(f32),
    /// After the last token, empty.
    End,
}

/// A character of a word: whether a backslash made it plain text, and where it starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub ch: char,
    pub escaped: bool,
    pub at: usize,
}

impl Glyph {
    /// Whether this is the operator `ch`, rather than the same character as text.
    pub fn is(&self, ch: char) -> bool {
        self.ch == ch && !self.escaped
    }
}

/// The tokens of `text`, of which the last is always [`TokenKind::End`].
pub(super) fn lex(text: &str) -> Result<Vec<Token>, QueryError> {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
    };
    while lexer.next()? {}
    Ok(lexer.tokens)
}

/// The factor after `^`, if it is a finite decimal number above zero.
pub(super) fn boost_factor(digits: &str) -> Option<f32> {
    let is_decimal = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let factor: f32 = digits.parse().ok().filter(|_| is_decimal)?;
    (factor.is_finite() && factor > 0.0).then_some(factor)
}

/// The error for `^` without a [`boost_factor`].
pub(super) fn bad_boost(span: Span) -> QueryError {
    QueryError::new("a boost needs a number above 0", span)
        .hint("write it as in word^2, or put \\ before a plain `^`")
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let ch = self.peek()?;
        self.at += ch.len_utf8();
        Some(ch)
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.tokens.push(Token {
            kind,
            span: Span {
                start,
                end: self.at,
            },
        });
    }

    /// Reads a token; false after the last.
    fn next(&mut self) -> Result<bool, QueryError> {
        let after_field = matches!(
            self.tokens.last(),
            Some(Token {
                kind: TokenKind::Field(_),
                ..
            })
        );
        let is_blank = |ch: char| ch.is_whitespace() || is_invisible(ch);
        let blank = self.rest().len() - self.rest().trim_start_matches(is_blank).len();
        self.at += blank;
        let start = self.at;
        let Some(ch) = self.peek() else {
            self.push(TokenKind::End, start);
            return Ok(false);
        };
        match ch {
            '(' => {
                self.bump();
                self.push(TokenKind::Open, start);
            }
            ')' => {
                self.bump();
                self.push(TokenKind::Close, start);
                self.suffix(false)?;
            }
            '/' => self.regex()?,
            _ if is_quote(ch) => self.phrase(ch)?,
            '-' | '–' | '—' | '−' if !after_field => self.dash()?,
            _ => match self.field_name().filter(|_| !after_field) {
                Some(name) => {
                    self.at += name.len();
                    self.push(TokenKind::Field(name.to_owned()), start);
                    self.bump();
                }
                None => self.word(after_field)?,
            },
        }
        Ok(true)
    }

    /// The name that starts here, if a colon and a value touch it.
    fn field_name(&self) -> Option<&'a str> {
        let (name, value) = self.rest().split_once(':')?;
        let is_name = name.starts_with(|ch: char| ch.is_alphabetic() || ch == '_')
            && name
                .chars()
                .all(|ch| ch.is_alphanumeric() || matches!(ch, '_' | '-' | '.'))
            && !name.contains("..");
        let has_value = !value.starts_with(|ch: char| ch.is_whitespace() || "):".contains(ch))
            && !value.is_empty()
            && !value.starts_with("//");
        (is_name && has_value).then_some(name)
    }

    fn dash(&mut self) -> Result<(), QueryError> {
        let start = self.at;
        let dash = self.bump().unwrap_or('-');
        let span = start..self.at;
        let next = self
            .peek()
            .filter(|&next| !next.is_whitespace() && next != ')');
        match next {
            // A dash between words, as headlines have it.
            None if dash != '-' => {
                let glyph = Glyph {
                    ch: dash,
                    escaped: false,
                    at: start,
                };
                self.push(TokenKind::Word(vec![glyph]), start);
                Ok(())
            }
            None => Err(QueryError::new(format!("`{dash}` stands alone"), span)
                .hint("put `-` directly before what it excludes, or leave it out")),
            Some(_) if dash != '-' => Err(QueryError::new(
                format!("`{dash}` is not the `-` that excludes"),
                span,
            )
            .hint("write `-` to exclude, or leave the dash out")),
            Some('-') => Err(double_negation(start..self.at + 1)),
            Some(_) => {
                self.push(TokenKind::Not, start);
                Ok(())
            }
        }
    }

    fn phrase(&mut self, open: char) -> Result<(), QueryError> {
        let start = self.at;
        self.bump();
        let mut text = String::new();
        loop {
            let at = self.at;
            let ch = match self.bump() {
                None => {
                    return Err(QueryError::new(
                        "the quote is not closed",
                        start..start + open.len_utf8(),
                    )
                    .hint(format!(
                        "close it with {}, or write \\{open} for a plain quote",
                        closing(open)
                    )));
                }
                Some('\\') => self.escaped(at)?,
                Some('*') => {
                    return Err(QueryError::new("a phrase has no wildcards", at..self.at)
                        .hint("write \"near words\"~5, or search for the words apart, or \\* for a plain `*`"));
                }
                Some(ch) if is_quote(ch) && closing(ch) == closing(open) => break,
                Some(ch) if is_invisible(ch) => continue,
                Some(ch) => ch,
            };
            text.push(ch);
        }
        if text.trim().is_empty() {
            return Err(QueryError::new("the phrase is empty", start..self.at)
                .hint("write words between the quotes, or leave them out"));
        }
        self.push(TokenKind::Phrase { text, slop: 0 }, start);
        self.suffix(true)
    }

    fn regex(&mut self) -> Result<(), QueryError> {
        let start = self.at;
        self.bump();
        let mut pattern = String::new();
        loop {
            match self.bump() {
                None => {
                    return Err(QueryError::new(
                        "the regular expression is not closed",
                        start..start + 1,
                    )
                    .hint("close it with `/`, or write \\/ for a plain slash"));
                }
                Some('/') => break,
                Some('\\') => match self.bump() {
                    Some('/') => pattern.push('/'),
                    next => pattern.extend(['\\'].into_iter().chain(next)),
                },
                Some(ch) => pattern.push(ch),
            }
        }
        if pattern.is_empty() {
            return Err(
                QueryError::new("the regular expression is empty", start..self.at)
                    .hint("write \\/ for a plain slash"),
            );
        }
        self.push(TokenKind::Regex(pattern), start);
        self.suffix(false)
    }

    /// Reads what is glued to a closed quote, expression or group: `~5` after a phrase, `^2`.
    fn suffix(&mut self, after_phrase: bool) -> Result<(), QueryError> {
        let start = self.at;
        let rest = self.rest();
        let is_end = |ch: char| ch.is_whitespace() || ch == ')';
        let glued = &rest[..rest.find(is_end).unwrap_or(rest.len())];
        if let Some(tail) = glued.strip_prefix('~').filter(|_| after_phrase) {
            let digits = &tail[..tail.find('^').unwrap_or(tail.len())];
            let end = start + 1 + digits.len();
            let number = digits
                .bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| digits.parse().ok());
            let Some(number) = number.flatten() else {
                return Err(QueryError::new(
                    "`~` after a phrase needs a number of places",
                    start..end,
                )
                .hint("write it as in \"near words\"~5"));
            };
            self.at = end;
            if let Some(Token {
                kind: TokenKind::Phrase { slop, .. },
                span,
            }) = self.tokens.last_mut()
            {
                *slop = number;
                span.end = end;
            }
            return self.suffix(false);
        }
        if let Some(digits) = glued.strip_prefix('^') {
            let span = Span {
                start,
                end: start + glued.len(),
            };
            let factor = boost_factor(digits).ok_or_else(|| bad_boost(span))?;
            self.at = span.end;
            self.push(TokenKind::Boost(factor), start);
            return Ok(());
        }
        match glued.chars().next() {
            None => Ok(()),
            Some(ch) => Err(missing_space(start, ch)),
        }
    }

    fn word(&mut self, after_field: bool) -> Result<(), QueryError> {
        let start = self.at;
        let mut glyphs = Vec::new();
        while let Some(ch) = self.peek() {
            if ch.is_whitespace() || matches!(ch, '(' | ')') || is_quote(ch) {
                break;
            }
            let at = self.at;
            self.bump();
            let escaped = ch == '\\';
            let ch = if escaped { self.escaped(at)? } else { ch };
            if is_invisible(ch) && !escaped {
                continue;
            }
            glyphs.push(Glyph { ch, escaped, at });
        }
        let written = &self.text[start..self.at];
        let operator = match written {
            "AND" => Some(TokenKind::And),
            "OR" => Some(TokenKind::Or),
            "NOT" => Some(TokenKind::Not),
            _ => None,
        };
        match (operator.filter(|_| !after_field), self.peek()) {
            (Some(operator), _) => self.push(operator, start),
            (None, Some('(')) if !after_field && written.eq_ignore_ascii_case("event") => {
                self.bump();
                self.push(TokenKind::Event, start);
            }
            (None, Some(ch)) if ch == '(' || is_quote(ch) => {
                return Err(missing_space(self.at, ch));
            }
            (None, _) => self.push(TokenKind::Word(glyphs), start),
        }
        Ok(())
    }

    /// The character after the backslash at `at`.
    fn escaped(&mut self, at: usize) -> Result<char, QueryError> {
        self.bump().ok_or_else(|| {
            QueryError::new("nothing follows the backslash", at..at + 1)
                .hint("write \\\\ for a plain backslash")
        })
    }
}

/// The error for a negation of a negation.
pub(super) fn double_negation(span: std::ops::Range<usize>) -> QueryError {
    QueryError::new("one negation is enough", span).hint("keep one `-` or `NOT`")
}

fn missing_space(at: usize, ch: char) -> QueryError {
    let shown = quoted(&ch.to_string());
    QueryError::new(
        format!("a space is missing before {shown}"),
        at..at + ch.len_utf8(),
    )
    .hint(format!("put a space there, or \\ before a plain {shown}"))
}

/// What comes along with pasted text and means nothing: soft hyphens, joiners of words, marks of
/// direction and of the byte order.
pub(super) fn is_invisible(ch: char) -> bool {
    matches!(ch, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_quote(ch: char) -> bool {
    matches!(ch, '"' | '“' | '”' | '„' | '«' | '»')
}

/// The usual closing quote for an opening one. Each language arranges the curly and the angle
/// quotes in its own way, so any of a kind closes any other.
fn closing(open: char) -> char {
    match open {
        '“' | '”' | '„' => '”',
        '«' | '»' => '»',
        _ => '"',
    }
}
