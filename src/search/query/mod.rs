//! The query language: a line of text in, a [`Query`] tree or one [`QueryError`] out.
//!
//! ```text
//! query  = and { "OR" and }        and = unary { ["AND"] unary }
//! unary  = ["NOT" | "-"] clause
//! clause = "(" query ")" | event | [field ":"] value, each with an optional "^" boost
//! value  = word | word* | w?rd | word~1 | "a phrase" | "near words"~5 | /regex/
//!        | a..b | a.. | ..b | >=a | >a | <=a | <a | "(" values ")"
//! event  = "event(" { role ":" value } ")"       role = by action to at on mode sector
//!                                                 confidence
//! ```
//!
//! Nothing is dropped: each part of a query is honoured, or refused with a caret under it. This
//! module knows neither the index nor what a value means: whether `country:XX` names a country or
//! `/a(/` is a sound expression is for whoever compiles the tree, who can report it with
//! [`QueryError::new`] and the span of the node.
//!
//! Where the grammar leaves a choice:
//! - **Operators** are upper case; `and`, `or`, `not` are words. `&&`, `||` and a leading `!` are
//!   refused with the operator to use instead. One negation is enough: `--a` and `NOT -a` are
//!   refused.
//! - **`-`** negates only directly before a clause. Alone, it is refused, and so is anything else
//!   without a letter or digit, since no article can match it; a dash of another kind (`–a`) is
//!   refused rather than guessed at. After `field:` it is part of the value: `goldstein:-8..-3`.
//! - **Fields**: a name starts with a letter and its colon touches the value. So `10:30`, `a::b`,
//!   `http://…` and `Breaking: news` are words, but `titel:x` is an unknown field and `title: x`
//!   lacks its value. Names match in any case. `field:(a OR b)` gives each value the field;
//!   another field or an event inside that group is refused. `field:*` means "has a value".
//! - **Ranges** need a field and include both ends; three dots or more are an ellipsis.
//! - **`?`** stands for one character, but not at the end of a word without another wildcard
//!   (`Who won?`), nor in a bare URL. A lone `*`, or `*:*`, is every article. `*` on a word inside
//!   a phrase is refused.
//! - **`word~`** is `word~1`; the distance is at most 2.
//! - **Quotes** `"…"`, `“…”` (also `„…“`, `”…”`) and `«…»` (also `»…«`) mean the same; a phrase is
//!   closed by a quote of the kind that opened it.
//! - **Events**: roles hold together in one event, a repeated role must hold twice
//!   (`by:US by:GOV`), and a group offers alternatives: `by:(US OR GB)`.
//! - **`\`** makes the next character plain text.

mod ast;
mod error;
mod lexer;
mod names;
mod parser;
#[cfg(test)]
mod tests;

pub use ast::{
    Clause, EventClause, Field, Piece, Query, Range, Role, RoleClause, Span, Value, ValueKind,
};
pub use error::QueryError;
pub use names::FieldName;

/// The longest query, in bytes.
pub const MAX_BYTES: usize = 8 * 1024;
/// The deepest nesting of groups.
pub const MAX_DEPTH: usize = 64;
/// The most values, those inside events and groups included.
pub const MAX_CLAUSES: usize = 1024;

/// Reads `text` as a query that may name `fields`. An empty text asks for every article.
///
/// ```
/// use dateline::search::query::{FieldName, parse};
///
/// let fields = [FieldName { name: "country", aliases: &["in"] }];
/// let query = parse("tariffs -country:(US OR CN)", &fields)?;
/// assert_eq!(query.to_string(), "tariffs -(country:US OR country:CN)");
///
/// let text = "contry:US";
/// let error = parse(text, &fields).unwrap_err();
/// assert_eq!(error.hint.as_deref(), Some("did you mean `country`?"));
/// println!("{}", error.render(text));
/// # Ok::<(), dateline::search::query::QueryError>(())
/// ```
///
/// # Errors
/// The first thing that could not be understood, or the limit that the text goes beyond
/// ([`MAX_BYTES`], [`MAX_DEPTH`], [`MAX_CLAUSES`]).
pub fn parse(text: &str, fields: &[FieldName]) -> Result<Query, QueryError> {
    if text.len() > MAX_BYTES {
        let cut = (0..=MAX_BYTES)
            .rev()
            .find(|&at| text.is_char_boundary(at))
            .unwrap_or(0);
        return Err(QueryError::new(
            format!(
                "the query is {} bytes long, more than {MAX_BYTES}",
                text.len()
            ),
            cut..text.len(),
        )
        .hint("split it into several searches"));
    }
    parser::Parser::new(text, lexer::lex(text)?, fields).parse()
}
