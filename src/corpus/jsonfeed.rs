//! JSON Feed: the items of a feed, each an article.

use serde_json::{Map, Value};

use super::feed::{self, Entry, Feed};
use super::sniff::Head;
use super::{BadRecords, Input, ReadError, Reader, Sink, date};

/// Reads JSON Feed, versions 1 and 1.1.
pub struct JsonFeed;

impl Reader for JsonFeed {
    fn name(&self) -> &'static str {
        "jsonfeed"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let names_it = head.text.contains("jsonfeed.org/version/")
            || head.text.contains("jsonfeed.org\\/version\\/");
        if head.text.starts_with('{') && names_it && head.text.contains("\"items\"") {
            97
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let document = input.whole(|_| None)?;
        let parsed: Value = serde_json::from_str(&document)
            .map_err(|error| ReadError::Broken(format!("not valid JSON: {error}")))?;
        let text = |object: &Map<String, Value>, name: &str| {
            object
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_string()
        };
        let Some((channel, Some(Value::Array(items)))) = parsed
            .as_object()
            .map(|object| (object, object.get("items")))
        else {
            return Err(ReadError::Broken("a JSON Feed without items".into()));
        };
        let feed = Feed {
            title: text(channel, "title"),
            base: [text(channel, "home_page_url"), text(channel, "feed_url")]
                .into_iter()
                .find(|url| !url.is_empty())
                .unwrap_or_default(),
            language: text(channel, "language"),
            authors: authors(channel),
        };
        let mut bad = BadRecords::default();
        for (number, item) in (1..).zip(items) {
            let Some(item) = item.as_object() else {
                bad.add(number, "not an object");
                continue;
            };
            let content = ["content_html", "content_text", "summary"]
                .into_iter()
                .map(|name| (name == "content_text", text(item, name)))
                .find(|(_, content)| !content.trim().is_empty());
            let (is_plain, content) = content.unwrap_or_default();
            let entry = Entry {
                title: text(item, "title"),
                content,
                is_plain,
                url: [text(item, "url"), text(item, "external_url")]
                    .into_iter()
                    .find(|url| !url.is_empty())
                    .unwrap_or_default(),
                // An identifier may be a number.
                key: item
                    .get("id")
                    .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_string))
                    .unwrap_or_default(),
                date: [text(item, "date_published"), text(item, "date_modified")]
                    .iter()
                    .find_map(|text| date::parse(text)),
                authors: authors(item),
                topics: item
                    .get("tags")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .map(str::to_string)
                    .collect(),
                language: text(item, "language"),
                base: String::new(),
            };
            match sink.article(feed.article(entry)) {
                std::ops::ControlFlow::Break(()) => return Ok(()),
                std::ops::ControlFlow::Continue(true) => {}
                std::ops::ControlFlow::Continue(false) => {
                    bad.add(number, "neither a title nor a text")
                }
            }
        }
        input.trouble = bad.reason("item");
        Ok(())
    }
}

/// The names under `authors` (version 1.1) or `author` (version 1).
fn authors(object: &Map<String, Value>) -> Vec<String> {
    let one = object.get("author");
    let list = object.get("authors").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .chain(one)
        .filter_map(|author| {
            author
                .get("name")
                .and_then(Value::as_str)
                .or(author.as_str())
        })
        .flat_map(feed::person_names)
        .collect()
}
