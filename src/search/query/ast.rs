//! The tree that a query becomes, and its way back to text: every tree that the parser gives
//! prints as a query that reads as the same tree.

use super::lexer::is_invisible;
use std::fmt::{self, Display, Formatter, Write};
use std::ops::Bound;

/// Which articles are asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Every article: `*`, or nothing at all.
    All(Span),
    /// All of at least two parts hold: `a b`.
    And(Vec<Query>, Span),
    /// At least one of at least two parts holds: `a OR b`.
    Or(Vec<Query>, Span),
    /// The part does not hold: `-a`. It may stand alone.
    Not(Box<Query>, Span),
    /// The part counts so many times as much for the rank: `a^2`. Finite and above zero.
    Boost(Box<Query>, f32, Span),
    /// The article has a value.
    Clause(Clause),
    /// The article tells of an event.
    Event(EventClause),
}

/// A value to be found in one field, or anywhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// The field; `None` for what is searched by default.
    pub field: Option<Field>,
    /// The value.
    pub value: Value,
    /// The value, with its field where that is written directly before it.
    pub span: Span,
}

/// A field that the query names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The canonical name, from the caller's list.
    pub name: &'static str,
    /// The name as written.
    pub span: Span,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The value itself.
    pub kind: ValueKind,
    /// Where it is written, quotes and operators included, a boost not.
    pub span: Span,
}

/// The forms of a value. Texts are as the user meant them, without escapes, and not yet cut into
/// terms: a word may well hold several (`covid-19`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueKind {
    /// Any value at all, of a field or role: `outlet:*`.
    Any,
    /// A word, with at least one letter or digit unless it has a field.
    Word(String),
    /// Words that start so: `sanction*`.
    Prefix(String),
    /// Words of this shape: `organi?ation`. Never only text, nor text and a last [`Piece::Many`].
    Wildcard(Vec<Piece>),
    /// Words at most `distance` edits away (1 or 2): `Zelensky~1`.
    Fuzzy {
        /// The word.
        word: String,
        /// The most edits.
        distance: u8,
    },
    /// Words in this order: `"peace talks"`.
    Phrase {
        /// What stands between the quotes.
        text: String,
        /// How many places the words may be moved; 0 for a phrase as it is.
        slop: u32,
    },
    /// Terms that an expression matches: `/colou?r/`. Not checked yet.
    Regex(String),
    /// Values within bounds; always with a field or role.
    Range(Range),
}

/// A part of a word with wildcards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// These characters; not empty, and not next to another text.
    Text(String),
    /// `?`: exactly one character.
    One,
    /// `*`: any number of characters, none included. Not next to another.
    Many,
}

/// The bounds of a range, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Range {
    /// `a..b`, both included.
    Between(String, String),
    /// `>=a`, or `a..`.
    AtLeast(String),
    /// `>a`.
    Above(String),
    /// `<=a`, or `..a`.
    AtMost(String),
    /// `<a`.
    Below(String),
}

/// One event, of which every role holds: `event(by:US action:SANCTION)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventClause {
    /// The roles, at least one. A role may come twice: both hold then.
    pub roles: Vec<RoleClause>,
    /// From `event(` to its parenthesis.
    pub span: Span,
}

/// What one role of an event is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleClause {
    /// The role.
    pub role: Role,
    /// Its values, at least one, of which one has to hold.
    pub any_of: Vec<Value>,
    /// The role and its values.
    pub span: Span,
}

/// A part that someone or something plays in an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Who acts.
    By,
    /// What is done.
    Action,
    /// Who it is done to.
    To,
    /// Where.
    At,
    /// When.
    On,
    /// Whether it happened, is planned, supposed or denied.
    Mode,
    /// The sector of an actor.
    Sector,
    /// How sure it is, from 0 to 1.
    Confidence,
}

/// A stretch of the query, in bytes, on character boundaries.
///
/// All spans are equal: two trees are the same when they ask the same, wherever it is written.
/// Without that, no printed query could be compared with what it reads as.
#[derive(Debug, Clone, Copy, Default)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from the beginning of this one to the end of `last`.
    pub fn to(self, last: Span) -> Span {
        Span {
            start: self.start,
            end: last.end,
        }
    }
}

impl PartialEq for Span {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Span {}

impl From<Span> for std::ops::Range<usize> {
    fn from(span: Span) -> Self {
        span.start..span.end
    }
}

impl Query {
    /// Where the query or part is written. The parentheses around a part belong to what holds it.
    pub fn span(&self) -> Span {
        match self {
            Query::All(span) | Query::And(_, span) | Query::Or(_, span) => *span,
            Query::Not(_, span) | Query::Boost(_, _, span) => *span,
            Query::Clause(clause) => clause.span,
            Query::Event(event) => event.span,
        }
    }
}

impl Range {
    /// The lower and the upper bound.
    pub fn bounds(&self) -> (Bound<&str>, Bound<&str>) {
        match self {
            Range::Between(from, to) => (Bound::Included(from), Bound::Included(to)),
            Range::AtLeast(from) => (Bound::Included(from), Bound::Unbounded),
            Range::Above(from) => (Bound::Excluded(from), Bound::Unbounded),
            Range::AtMost(to) => (Bound::Unbounded, Bound::Included(to)),
            Range::Below(to) => (Bound::Unbounded, Bound::Excluded(to)),
        }
    }
}

impl Role {
    /// Every role, in the order in which they are documented.
    pub const ALL: [Role; 8] = [
        Role::By,
        Role::Action,
        Role::To,
        Role::At,
        Role::On,
        Role::Mode,
        Role::Sector,
        Role::Confidence,
    ];

    /// The name that queries use.
    pub fn name(self) -> &'static str {
        match self {
            Role::By => "by",
            Role::Action => "action",
            Role::To => "to",
            Role::At => "at",
            Role::On => "on",
            Role::Mode => "mode",
            Role::Sector => "sector",
            Role::Confidence => "confidence",
        }
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Query::All(_) => f.write_str("*"),
            Query::And(parts, _) => joined(f, parts, " ", |part| {
                group_if(part, matches!(part, Query::And(..) | Query::Or(..)))
            }),
            Query::Or(parts, _) => joined(f, parts, " OR ", |part| {
                group_if(part, matches!(part, Query::Or(..)))
            }),
            Query::Not(part, _) => {
                let grouped = matches!(**part, Query::And(..) | Query::Or(..) | Query::Not(..));
                write!(f, "-{}", group_if(part, grouped))
            }
            Query::Boost(part, factor, _) => {
                let is_simple =
                    matches!(**part, Query::All(_) | Query::Clause(_) | Query::Event(_));
                write!(f, "{}^{factor}", group_if(part, !is_simple))
            }
            Query::Clause(Clause {
                field: None, value, ..
            }) => write_value(f, &value.kind, true),
            Query::Clause(Clause {
                field: Some(field),
                value,
                ..
            }) => {
                write!(f, "{}:", field.name)?;
                write_value(f, &value.kind, false)
            }
            Query::Event(event) => {
                f.write_str("event(")?;
                joined(f, &event.roles, " ", |role| role)?;
                f.write_str(")")
            }
        }
    }
}

impl Display for RoleClause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.role.name())?;
        if let [value] = &*self.any_of {
            return write_value(f, &value.kind, false);
        }
        f.write_str("(")?;
        for (at, value) in self.any_of.iter().enumerate() {
            if at > 0 {
                f.write_str(" OR ")?;
            }
            write_value(f, &value.kind, true)?;
        }
        f.write_str(")")
    }
}

fn joined<'a, T, D: Display>(
    f: &mut Formatter<'_>,
    parts: &'a [T],
    between: &str,
    shown: impl Fn(&'a T) -> D,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        write!(f, "{}", shown(part))?;
    }
    Ok(())
}

fn group_if(query: &Query, grouped: bool) -> String {
    if grouped {
        format!("({query})")
    } else {
        query.to_string()
    }
}

/// Writes a value; `bare` if no colon stands directly before it, where `-` would negate it.
fn write_value(f: &mut Formatter<'_>, kind: &ValueKind, bare: bool) -> fmt::Result {
    let first = if bare { Place::Bare } else { Place::Named };
    match kind {
        ValueKind::Any => f.write_str("*"),
        ValueKind::Word(word) => {
            if matches!(&**word, "AND" | "OR" | "NOT") || bare && is_distance(word) {
                f.write_str("\\")?;
            }
            // Those of a question are no wildcards.
            let stem = word.trim_end_matches('?');
            if !stem.contains(char::is_alphanumeric) {
                return write_text(f, word, first);
            }
            write_text(f, stem, first)?;
            f.write_str(&word[stem.len()..])
        }
        ValueKind::Prefix(text) => {
            write_text(f, text, first)?;
            f.write_str("*")
        }
        ValueKind::Wildcard(pieces) => {
            for (at, piece) in pieces.iter().enumerate() {
                match piece {
                    Piece::Text(text) if at == 0 => write_text(f, text, first)?,
                    Piece::Text(text) => write_text(f, text, Place::Inside)?,
                    Piece::One => f.write_str("?")?,
                    Piece::Many => f.write_str("*")?,
                }
            }
            Ok(())
        }
        ValueKind::Fuzzy { word, distance } => {
            write_text(f, word, first)?;
            write!(f, "~{distance}")
        }
        ValueKind::Phrase { text, slop } => {
            f.write_str("\"")?;
            for ch in text.chars() {
                if matches!(ch, '"' | '\\' | '*') || is_invisible(ch) {
                    f.write_str("\\")?;
                }
                f.write_char(ch)?;
            }
            f.write_str("\"")?;
            if *slop > 0 {
                write!(f, "~{slop}")
            } else {
                Ok(())
            }
        }
        ValueKind::Regex(pattern) => {
            f.write_str("/")?;
            let mut chars = pattern.chars();
            while let Some(ch) = chars.next() {
                match ch {
                    '/' => f.write_str("\\/")?,
                    '\\' => write!(f, "\\{}", chars.next().unwrap_or('\\'))?,
                    _ => f.write_char(ch)?,
                }
            }
            f.write_str("/")
        }
        ValueKind::Range(range) => {
            let (operator, bound) = match range {
                Range::Between(from, to) => {
                    write_text(f, from, if bare { Place::BareFrom } else { Place::From })?;
                    f.write_str("..")?;
                    return write_text(f, to, Place::To);
                }
                Range::AtLeast(from) => (">=", from),
                Range::Above(from) => (">", from),
                Range::AtMost(to) => ("<=", to),
                Range::Below(to) => ("<", to),
            };
            f.write_str(operator)?;
            write_text(f, bound, Place::Bound)
        }
    }
}

/// Whether a word is how other query languages say that words stand near each other: `NEAR/5`.
pub(super) fn is_distance(word: &str) -> bool {
    const NAMES: [&str; 6] = ["NEAR", "ONEAR", "W", "WITHIN", "PRE", "ADJ"];
    word.split_once('/').is_some_and(|(name, places)| {
        NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
            && !places.is_empty()
            && places.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Where a text stands, which decides what would be read as an operator.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// At the start of a clause.
    Bare,
    /// After `field:`.
    Named,
    /// After a wildcard.
    Inside,
    /// At the start of a clause, before `..`.
    BareFrom,
    /// After `field:`, before `..`.
    From,
    /// After `..`.
    To,
    /// After another operator of a range.
    Bound,
}

/// Writes a text so that it reads as itself: with a backslash before what would be an operator
/// there, and as few others as possible, for people read this.
fn write_text(f: &mut Formatter<'_>, text: &str, place: Place) -> fmt::Result {
    let chars: Vec<char> = text.chars().collect();
    let is_bare = matches!(place, Place::Bare | Place::BareFrom);
    let may_name_field = !chars.first().is_some_and(char::is_ascii_digit);
    let is = |at: Option<usize>, ch: char| at.and_then(|at| chars.get(at)) == Some(&ch);
    for (at, &ch) in chars.iter().enumerate() {
        let (before, after) = (at.checked_sub(1), Some(at + 1));
        let is_operator = match ch {
            '\\' | '(' | ')' | '*' | '?' | '~' | '^' | ',' | '"' | '“' | '”' | '„' | '«' | '»' => {
                true
            }
            ':' => may_name_field,
            // Beside the two dots of a range would be a third.
            '.' if at == 0 && place == Place::To => true,
            '.' if at + 1 == chars.len() && matches!(place, Place::BareFrom | Place::From) => true,
            '.' if matches!(
                place,
                Place::BareFrom | Place::From | Place::To | Place::Bound
            ) =>
            {
                is(before, '.') || is(after, '.')
            }
            '.' => is(after, '.') && !is(before, '.') && !is(Some(at + 2), '.'),
            '|' => true,
            '&' => is(after, ch),
            '-' | '–' | '—' | '−' | '!' => at == 0 && is_bare,
            '/' | '<' | '>' | '=' | '[' | '{' => at == 0 && place != Place::Inside,
            _ => ch.is_whitespace() || is_invisible(ch),
        };
        if is_operator {
            f.write_str("\\")?;
        }
        f.write_char(ch)?;
    }
    Ok(())
}
