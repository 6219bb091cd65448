//! mbox: many mails in one file, each below a line `From address date`.
//!
//! One message is held at a time. Lines of a message that begin with `From ` were quoted with `>`
//! by whoever wrote the file (mboxo, mboxrd); the mark is taken off. Where they were not (mboxcl),
//! such a line is told from a separator by the date in it and the header below it.

use std::ops::ControlFlow;

use super::http::read_line;
use super::sniff::Head;
use super::{BadRecords, Input, ReadError, Reader, Sink, mail};

/// Reads mbox files.
pub struct Mbox;

impl Reader for Mbox {
    fn name(&self) -> &'static str {
        "mbox"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let mut lines = head.text.lines();
        let (first, second) = (lines.next().unwrap_or(""), lines.next().unwrap_or(""));
        if could_separate(first.as_bytes()) && is_below(second.as_bytes()) {
            100
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let mut lines = input.bytes();
        let budget = input.budget();
        let mut messages = Messages {
            limit: input.limits.document,
            number: 0,
            open: Vec::new(),
            too_large: false,
            bad: BadRecords::default(),
        };
        let mut line = Vec::new();
        // A line that separates messages if a header follows.
        let mut candidate: Option<Vec<u8>> = None;
        let mut starts_line = true;
        loop {
            // The size of a message is minded here, so that one that is too large is passed over.
            budget.renew();
            let more = read_line(&mut lines, &mut line);
            if !more.map_err(|error| ReadError::Broken(format!("cannot read: {error}")))? {
                break;
            }
            if let Some(separator) = candidate.take() {
                if is_below(&line) {
                    if let ControlFlow::Break(()) = messages.close(sink) {
                        return Ok(());
                    }
                    messages.number += 1;
                } else {
                    messages.push(&separator);
                }
            }
            if starts_line && could_separate(&line) {
                candidate = Some(line.clone());
            } else {
                let quoted = starts_line && line.trim_ascii_start().starts_with(b">");
                messages.push(if quoted { unquoted(&line) } else { &line });
            }
            starts_line = line.ends_with(b"\n");
        }
        let _ = messages.close(sink);
        input.trouble = messages.bad.reason("message");
        Ok(())
    }
}

/// The message at hand, and what became of those before.
struct Messages {
    limit: u64,
    number: u64,
    open: Vec<u8>,
    too_large: bool,
    bad: BadRecords,
}

impl Messages {
    fn push(&mut self, line: &[u8]) {
        if (self.open.len() + line.len()) as u64 > self.limit {
            self.too_large = true;
            self.open = Vec::new();
        } else if !self.too_large {
            self.open.extend_from_slice(line);
        }
    }

    fn close(&mut self, sink: &mut Sink) -> ControlFlow<()> {
        let bytes = std::mem::take(&mut self.open);
        if std::mem::take(&mut self.too_large) {
            self.bad.add(self.number, "larger than the limit");
        } else if self.number > 0 {
            let article = mail::message(&bytes);
            // Mail servers keep a note to themselves in the first message.
            if article
                .as_ref()
                .is_some_and(|article| article.title.contains("FOLDER INTERNAL DATA"))
            {
                return ControlFlow::Continue(());
            }
            let is_one = match article {
                Some(article) => sink.article(article)?,
                None => false,
            };
            if !is_one {
                self.bad.add(self.number, "neither a subject nor a text");
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether a line may stand between messages: `From `, and at its end a time and a year.
fn could_separate(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let words = || rest.split(u8::is_ascii_whitespace);
    let is_year = |word: &[u8]| word.len() == 4 && word.iter().all(u8::is_ascii_digit);
    let is_time = |word: &[u8]| {
        let colon = word.iter().position(|&byte| byte == b':');
        matches!(colon, Some(1 | 2))
            && word
                .iter()
                .all(|byte| byte.is_ascii_digit() || *byte == b':')
    };
    line.len() < 400 && words().any(is_year) && words().any(is_time)
}

/// Whether a line may be the first of a message.
fn is_below(line: &[u8]) -> bool {
    mail::is_header(line) || line.starts_with(b">From ")
}

/// Takes one mark off a line such as `>From` or `>>From`.
fn unquoted(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|&&byte| byte == b'>').count();
    if line[marks..].starts_with(b"From ") && marks > 0 {
        &line[1..]
    } else {
        line
    }
}
