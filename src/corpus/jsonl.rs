//! JSON Lines: one JSON object a line, one article an object.
//!
//! One line is held at a time. A line that is no article is counted, and the reading goes on.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::sniff::Head;
use super::{BadRecords, Input, ReadError, Reader, Sink, fields};

/// Reads JSON Lines.
pub struct JsonLines;

impl Reader for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let named = matches!(
            head.extension.as_str(),
            "jsonl" | "ndjson" | "jl" | "ldjson"
        );
        let mut lines = head
            .text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let Some(first) = lines.next().filter(|line| line.starts_with('{')) else {
            return if named && !head.text.starts_with('[') {
                60
            } else {
                0
            };
        };
        let next = lines.next().is_some_and(|line| line.starts_with('{'));
        let is_object = next && serde_json::from_str::<Map<String, Value>>(first).is_ok();
        match (named, is_object) {
            (true, _) => 95,
            (false, true) => 94,
            (false, false) => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let budget = input.budget();
        let mut lines = input.utf8();
        let mut bad = BadRecords::default();
        let mut line = Vec::new();
        let mut number = 0;
        loop {
            line.clear();
            let read = lines.read_until(b'\n', &mut line);
            if read.map_err(|error| ReadError::Broken(format!("cannot read: {error}")))? == 0 {
                break;
            }
            number += 1;
            let text = line.trim_ascii();
            if text.is_empty() {
                continue;
            }
            match serde_json::from_slice::<Value>(text) {
                Ok(Value::Object(object)) => match fields::article(&object) {
                    Some(article) => match sink.article(article) {
                        std::ops::ControlFlow::Continue(true) => {}
                        std::ops::ControlFlow::Continue(false) => {
                            bad.add(number, "neither a title nor a text")
                        }
                        std::ops::ControlFlow::Break(()) => break,
                    },
                    None => bad.add(number, "neither a title nor a text"),
                },
                Ok(_) => bad.add(number, "not an object"),
                Err(error) => bad.add(number, format!("not JSON (column {})", error.column())),
            }
            budget.renew();
        }
        input.trouble = bad.reason("line");
        Ok(())
    }
}
