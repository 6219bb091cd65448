//! What is wrong with a query, where, and what to write instead.

use std::ops::Range;

/// How many columns of the query an error shows.
const WINDOW: usize = 72;
/// How many of them stand before the place of the error, when the query has to be cut.
const LEAD: usize = 28;
/// How much of a user's word a message repeats, in characters.
const QUOTED: usize = 40;

/// Why a query was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// What to write instead, where there is something to suggest.
    pub hint: Option<String>,
    /// Where in the query, in bytes; empty at a place where something is missing.
    pub span: Range<usize>,
}

impl QueryError {
    /// An error without a hint. `span` is in bytes of the query.
    pub fn new(message: impl Into<String>, span: impl Into<Range<usize>>) -> Self {
        Self {
            message: message.into(),
            hint: None,
            span: span.into(),
        }
    }

    /// The same error with a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Three lines for a terminal: the message, the query, and carets under the place with the
    /// hint beside them. A long query is cut to the neighbourhood of the error; a control character
    /// is shown as a space.
    pub fn render(&self, query: &str) -> String {
        let (mut before, mut under, mut after) = (String::new(), String::new(), String::new());
        for (at, ch) in query.char_indices() {
            let part = match at {
                _ if at < self.span.start => &mut before,
                _ if at < self.span.end => &mut under,
                _ => &mut after,
            };
            part.push(visible(ch));
        }
        if columns(&before) + columns(&under) + columns(&after) > WINDOW {
            if columns(&before) > LEAD {
                let tail: String = before.chars().rev().collect();
                before = cut(&tail, LEAD).chars().rev().collect();
            }
            under = cut(&under, WINDOW - columns(&before));
            after = cut(
                &after,
                (WINDOW - columns(&before)).saturating_sub(columns(&under)),
            );
        }
        let carets = "^".repeat(columns(&under).max(1));
        let indent = " ".repeat(columns(&before));
        let hint = self
            .hint
            .as_deref()
            .map(|hint| format!(" {hint}"))
            .unwrap_or_default();
        format!(
            "{}\n  {before}{under}{after}\n  {indent}{carets}{hint}",
            self.message
        )
    }
}

/// A user's word as messages repeat it: in backquotes, on one line, not too long.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(QUOTED).map(visible).collect();
    if text.chars().nth(QUOTED).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The beginning of `text`, at most `width` columns wide, an ellipsis included if it was cut.
fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut shown = String::new();
    let mut used = 1;
    for ch in text.chars() {
        used += column(ch);
        if used > width {
            break;
        }
        shown.push(ch);
    }
    if width > 0 {
        shown.push('…');
    }
    shown
}

/// What to show for a character: one that would move the cursor or reorder the line must not reach
/// a terminal, and one without a width would hide what is wrong.
fn visible(ch: char) -> char {
    match ch {
        _ if ch.is_control() => ' ',
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => '·',
        '\u{2060}'..='\u{206f}' | '\u{feff}' => '·',
        _ => ch,
    }
}

fn columns(text: &str) -> usize {
    text.chars().map(column).sum()
}

/// The columns that a terminal gives a character: none to the common combining marks, two to East
/// Asian wide characters and emoji, by whole blocks. Rough, but a caret only has to point.
fn column(ch: char) -> usize {
    match ch as u32 {
        0x300..=0x36f | 0x1ab0..=0x1aff | 0x20d0..=0x20ff | 0xfe00..=0xfe0f | 0xfe20..=0xfe2f => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => {
            2
        }
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff => 2,
        0x20000..=0x3fffd => 2,
        _ => 1,
    }
}
