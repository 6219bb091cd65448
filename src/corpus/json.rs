//! JSON: an article, an array of articles, or an object around a list of them.
//!
//! An array is streamed, one element at a time. Several values one after the other are read too.

use std::fmt;
use std::io::BufRead;
use std::ops::ControlFlow;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::sniff::Head;
use super::{BadRecords, Budget, Input, ReadError, Reader, Sink, fields};

/// Reads JSON documents.
pub struct Json;

impl Reader for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let named = matches!(head.extension.as_str(), "json" | "geojson");
        let mut start = head
            .text
            .chars()
            .filter(|character| !character.is_whitespace());
        let looks = match (start.next(), start.next()) {
            (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | '[')) => true,
            (Some('['), Some('"' | ']')) => named,
            _ => false,
        };
        match (looks, named) {
            (true, true) => 92,
            (true, false) => 85,
            (false, true) => 50,
            (false, false) => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let mut stream = input.utf8();
        let mut found = Found {
            sink,
            budget: input.budget(),
            bad: BadRecords::default(),
            number: 0,
            stopped: false,
        };
        let mut result = Ok(());
        while result.is_ok() && !found.stopped && skip_white(&mut stream) {
            // Recursion in serde_json ends at 128 levels with an error.
            let mut json = serde_json::Deserializer::from_reader(&mut stream);
            result = Document { found: &mut found }.deserialize(&mut json);
        }
        let (stopped, bad) = (found.stopped, found.bad);
        match result {
            Err(error) if !stopped => Err(ReadError::Broken(format!("not valid JSON: {error}"))),
            // With nothing found, a bad record is no damage: the file holds something else.
            _ if sink.articles() == 0 => Err(ReadError::NotAnArticle(
                "no article in it: no field with a title or a text".into(),
            )),
            _ => {
                input.trouble = bad.reason("record");
                Ok(())
            }
        }
    }
}

/// Moves on to the next value; false at the end.
fn skip_white(stream: &mut dyn BufRead) -> bool {
    loop {
        let Ok(buffer) = stream.fill_buf() else {
            return false;
        };
        if buffer.is_empty() {
            return false;
        }
        let white = buffer
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let all = white == buffer.len();
        stream.consume(white);
        if !all {
            return true;
        }
    }
}

/// What was found so far.
struct Found<'a, 'b> {
    sink: &'a mut Sink<'b>,
    budget: Budget,
    bad: BadRecords,
    number: u64,
    stopped: bool,
}

impl Found<'_, '_> {
    /// Takes one value that should be an article, or a list of them.
    fn value(&mut self, value: Value) -> ControlFlow<()> {
        self.budget.renew();
        let Value::Object(mut object) = value else {
            self.number += 1;
            self.bad.add(self.number, "not an object");
            return ControlFlow::Continue(());
        };
        if let Some(values) = fields::list(&mut object).or_else(|| fields::table(&mut object)) {
            return values.into_iter().try_for_each(|value| self.value(value));
        }
        self.number += 1;
        let is_article = match fields::article(&object) {
            Some(article) => self.sink.article(article),
            None => ControlFlow::Continue(false),
        };
        match is_article {
            ControlFlow::Continue(true) => ControlFlow::Continue(()),
            ControlFlow::Continue(false) => {
                self.bad.add(self.number, "neither a title nor a text");
                ControlFlow::Continue(())
            }
            ControlFlow::Break(()) => {
                self.stopped = true;
                ControlFlow::Break(())
            }
        }
    }
}

/// The outermost value: an array is taken element by element, so that it is never held whole.
struct Document<'f, 'a, 'b> {
    found: &'f mut Found<'a, 'b>,
}

impl<'de> DeserializeSeed<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(value) = elements.next_element::<Value>()? {
            if self.found.value(value).is_break() {
                return Err(A::Error::custom("stopped"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut object = Map::new();
        while let Some((name, value)) = entries.next_entry::<String, Value>()? {
            object.insert(name, value);
        }
        let _ = self.found.value(Value::Object(object));
        Ok(())
    }
}
