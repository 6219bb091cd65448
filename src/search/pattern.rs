//! Words by their shape: prefixes, wildcards, fuzzy words and expressions.
//!
//! A pattern is held against words as people see them, in lower case and without accents but not
//! stemmed, and always against the whole word. It is an automaton that runs over the dictionary of
//! the index, and over the words of a text to mark what it found there.

use super::query::{Piece, QueryError, Value, ValueKind};
use crate::index::analyzer::{self, Vocabulary};
use crate::text::letters::{is_mark, is_unspaced};
use std::fmt::{self, Debug, Formatter};
use std::sync::Arc;
use tantivy::Term;
use tantivy::query::{AutomatonWeight, DfaWrapper, EnableScoring, FuzzyTermQuery, Query, Weight};
use tantivy::schema::Field;
use tantivy_fst::{Automaton, Regex};

/// Longer words are in no dictionary, and their automata would be large. In bytes.
const LONGEST: usize = 255;

/// The shape of a word.
#[derive(Clone)]
pub struct Pattern {
    asked: ValueKind,
    shape: Shape,
}

#[derive(Clone)]
enum Shape {
    Regex(Arc<Regex>),
    Fuzzy(Arc<DfaWrapper>),
}

/// What the words are that a pattern is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Against {
    /// Words of texts and names: in lower case, without accents.
    Words,
    /// Strings as they are.
    Strings,
}

/// A value as a pattern, or what it is instead.
pub(super) enum Read {
    Pattern(Pattern),
    /// In a script without spaces a word is found wherever it stands, so that `北京*` asks for the
    /// same as `北京`.
    Word(String),
    /// It has no pattern.
    Other,
}

impl Pattern {
    /// The pattern of a value.
    ///
    /// # Errors
    /// When no word can be of this shape, or it takes too much to find out.
    pub(super) fn read(value: &Value, against: Against) -> Result<Read, QueryError> {
        let shape = match &value.kind {
            ValueKind::Prefix(text) => {
                if is_unspaced_word(text, against) {
                    return Ok(Read::Word(text.clone()));
                }
                let start = escaped(&folded(text, value, against)?);
                Shape::Regex(expression(&format!("(?s){start}.*"), value)?)
            }
            ValueKind::Wildcard(pieces) => {
                if let [Piece::Many, Piece::Text(text)]
                | [Piece::Many, Piece::Text(text), Piece::Many] = &pieces[..]
                    && is_unspaced_word(text, against)
                {
                    return Ok(Read::Word(text.clone()));
                }
                let mut pattern = "(?s)".to_owned();
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => {
                            pattern.push_str(&escaped(&folded(text, value, against)?));
                        }
                        Piece::One => pattern.push('.'),
                        Piece::Many => pattern.push_str(".*"),
                    }
                }
                Shape::Regex(expression(&pattern, value)?)
            }
            ValueKind::Fuzzy { word, distance } => {
                let word = folded(word, value, against)?;
                let field = Field::from_field_id(0);
                let fuzzy =
                    FuzzyTermQuery::new(Term::from_field_text(field, &word), *distance, true);
                let automaton = fuzzy.automaton();
                Shape::Fuzzy(Arc::new(automaton.map_err(|error| {
                    QueryError::new(format!("`~` cannot be used here: {error}"), value.span)
                })?))
            }
            ValueKind::Regex(pattern) => {
                let pattern = match against {
                    Against::Words => folded_expression(pattern, value)?,
                    Against::Strings => pattern.clone(),
                };
                Shape::Regex(expression(&unanchored(&pattern), value)?)
            }
            _ => return Ok(Read::Other),
        };
        Ok(Read::Pattern(Self {
            asked: value.kind.clone(),
            shape,
        }))
    }

    /// Documents with a term of this shape.
    pub(super) fn query(&self, field: Field) -> Box<dyn Query> {
        Box::new(PatternQuery {
            field,
            pattern: self.clone(),
        })
    }

    /// Whether a word, as [`analyzer::seen`] gives it, is of this shape.
    pub fn matches(&self, word: &str) -> bool {
        fn run<A: Automaton>(automaton: &A, word: &str) -> bool {
            let mut state = automaton.start();
            for &byte in word.as_bytes() {
                if !automaton.can_match(&state) {
                    return false;
                }
                state = automaton.accept(&state, byte);
            }
            automaton.is_match(&state)
        }
        match &self.shape {
            Shape::Regex(regex) => run(&**regex, word),
            Shape::Fuzzy(fuzzy) => run(&**fuzzy, word),
        }
    }
}

impl Debug for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.asked.fmt(f)
    }
}

#[derive(Debug, Clone)]
struct PatternQuery {
    field: Field,
    pattern: Pattern,
}

impl Query for PatternQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(match &self.pattern.shape {
            Shape::Regex(regex) => {
                Box::new(AutomatonWeight::<Regex>::new(self.field, Arc::clone(regex)))
            }
            Shape::Fuzzy(fuzzy) => Box::new(AutomatonWeight::<DfaWrapper>::new(
                self.field,
                Arc::clone(fuzzy),
            )),
        })
    }
}

/// Whether a text with a wildcard beside it is a word of a script without spaces.
fn is_unspaced_word(text: &str, against: Against) -> bool {
    against != Against::Strings && text.chars().all(|c| is_unspaced(c) || is_mark(c))
}

/// A part of a word in the form that words have in the index. Apostrophes, and the periods of
/// abbreviations, are in no word.
fn folded(text: &str, value: &Value, against: Against) -> Result<String, QueryError> {
    if text.len() > LONGEST {
        return Err(QueryError::new("no word is so long", value.span));
    }
    if against == Against::Strings {
        return Ok(text.to_owned());
    }
    if text.contains(is_unspaced) {
        return Err(unspaced(value));
    }
    let mut words = analyzer::seen(Vocabulary::of(None));
    let mut out = String::with_capacity(text.len());
    for run in text.split_inclusive(|c: char| !is_letter(c)) {
        let letters = run.trim_end_matches(|c| !is_letter(c));
        let known = analyzer::terms(&mut words, letters);
        out.push_str(known.first().map_or(letters, String::as_str));
        match run[letters.len()..].chars().next() {
            None | Some('\'' | '’' | 'ʼ' | ',') => {}
            Some('.') if !out.ends_with(|c: char| c.is_ascii_digit()) => {}
            Some(mark @ ('.' | '&')) => out.push(mark),
            Some(other) => {
                let message = format!("`{}` is in no word", other.escape_debug());
                return Err(QueryError::new(message, value.span)
                    .hint("wildcards and `~` are for one word: write its parts as words of their own, or quote a phrase"));
            }
        }
    }
    Ok(out)
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// An expression whose letters are those of words in the index: `/Élys(é|e)e/` is `/elys(e|e)e/`.
fn folded_expression(pattern: &str, value: &Value) -> Result<String, QueryError> {
    if pattern.contains(is_unspaced) {
        return Err(unspaced(value));
    }
    if pattern.contains(char::is_whitespace) {
        return Err(
            QueryError::new("an expression is for one word, without spaces", value.span)
                .hint("search for the words apart, or quote a phrase"),
        );
    }
    let mut words = analyzer::seen(Vocabulary::of(None));
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                let escape = chars.next();
                out.extend(escape);
                // The name of a class of characters: `\p{Greek}`.
                if matches!(escape, Some('p' | 'P')) && chars.peek() == Some(&'{') {
                    out.extend(chars.by_ref().take_while(|&c| c != '}'));
                    out.push('}');
                }
            }
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c if is_letter(c) => {
                let letter = analyzer::terms(&mut words, c.encode_utf8(&mut [0; 4]));
                match letter.first() {
                    Some(letter) => out.push_str(letter),
                    None => out.push(c),
                }
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

/// An expression always holds for the whole word, so that it needs no anchors, and has none.
fn unanchored(pattern: &str) -> String {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let body = pattern.strip_suffix('$').filter(|body| {
        let escapes = body.len() - body.trim_end_matches('\\').len();
        escapes % 2 == 0
    });
    body.unwrap_or(pattern).to_owned()
}

fn expression(pattern: &str, value: &Value) -> Result<Arc<Regex>, QueryError> {
    if pattern.len() > 4 * LONGEST {
        return Err(QueryError::new("no word is so long", value.span));
    }
    Regex::new(pattern).map(Arc::new).map_err(|error| {
        let error = error.to_string();
        let said = error.lines().last().unwrap_or_default();
        let said = match said.trim_start_matches("error: ") {
            lazy if lazy.starts_with("Lazy") => "nothing is lazy where the whole word counts",
            empty if empty.starts_with("Empty match") => {
                "anchors and borders mean nothing inside a word"
            }
            said => said.trim_end_matches('.'),
        };
        QueryError::new(format!("the expression cannot be used: {said}"), value.span)
            .hint("it matches a whole word: classes, groups, | and repetitions, as in /colou?rs?/")
    })
}

/// Characters that mean themselves in an expression.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn unspaced(value: &Value) -> QueryError {
    QueryError::new(
        "a script without spaces has no words of a shape",
        value.span,
    )
    .hint("write the characters alone, which finds them anywhere, or \"…\"~5 for some near others")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::query::{Clause, Query as Asked, parse};

    fn read(text: &str) -> Result<Read, QueryError> {
        let Ok(Asked::Clause(Clause { value, .. })) = parse(text, &[]) else {
            panic!("{text} is no value")
        };
        Pattern::read(&value, Against::Words)
    }

    #[test]
    fn holds_for_whole_words() {
        for (pattern, held, others) in [
            ("sanction*", "sanction sanctions sanctioned", "unsanctioned"),
            ("U.S.*", "us usa ussr", "cuss"),
            ("Élys*", "elysee", "el"),
            ("O'Br*", "obrien", "brien"),
            ("3.*", "3.5 3.14", "35"),
            ("AT&*", "at&t", "att"),
            ("organi?ation", "organisation organization", "organiation"),
            ("*ism", "ism communism", "isms prisma"),
            (
                "Zelensky~",
                "zelensky zelenskyy zelenski zlensky zeelnsky",
                "zelen",
            ),
            ("Zelensky~2", "zelenskiy selenskyj", "zelenskoooo"),
            ("/colou?rs?/", "color colours", "coloured"),
            ("/^Col(Ou)?.$/", "colr colour", "colors"),
            (r"/\d{4}s?/", "1990s 2024", "20245"),
            (r"/[^\P{L}z].*/", "a élan", "zoo 1a"),
        ] {
            let Ok(Read::Pattern(shape)) = read(pattern) else {
                panic!("{pattern} is no pattern")
            };
            for word in held.split(' ') {
                assert!(shape.matches(word), "{pattern} {word}");
            }
            for word in others.split(' ') {
                assert!(!shape.matches(word), "{pattern} {word}");
            }
        }
        for word in ["北京*", "*北京*", "*北京"] {
            assert!(matches!(read(word), Ok(Read::Word(text)) if text == "北京"));
        }
    }

    #[test]
    fn refuses_what_no_word_can_be() {
        for (pattern, message) in [
            ("covid-1*", "`-` is in no word"),
            ("covid-19~", "`-` is in no word"),
            ("北?京", "a script without spaces has no words of a shape"),
            ("/北./", "a script without spaces has no words of a shape"),
            ("/a b/", "an expression is for one word, without spaces"),
            ("/a(/", "the expression cannot be used: unclosed group"),
            (
                "/a{2/",
                "the expression cannot be used: unclosed counted repetition",
            ),
        ] {
            match read(pattern) {
                Err(error) => assert_eq!(error.message, message),
                Ok(_) => panic!("{pattern} is read"),
            }
        }
    }

    #[test]
    fn no_pattern_takes_long() {
        for pattern in [
            format!("/{}/", "(a|b|c|d|e)".repeat(90)),
            "/.*a.{12}/".to_owned(),
            r"/(\w{50}){50}/".to_owned(),
            r"/((((\pL{9}){9}){9}){9}){9}/".to_owned(),
            format!("/{}a{}/", "(".repeat(300), ")".repeat(300)),
            format!("{}~2", "ab".repeat(127)),
            format!("{}*", "é".repeat(120)),
            format!("*{}", "a?*".repeat(60)),
        ] {
            let start = std::time::Instant::now();
            let _ = read(&pattern);
            let taken = start.elapsed();
            assert!(taken.as_millis() < 1000, "{taken:?} for {pattern}");
        }
    }
}
