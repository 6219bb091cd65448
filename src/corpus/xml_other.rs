//! XML of no known format: articles by the names that people give their elements.
//!
//! The table of names in [`fields`] tells what an element is for, as it does for JSON and CSV. An
//! element is an article when it has a text, and a headline if any other element of the file has
//! both; it is looked for in the first bytes of the file, and all elements of that name are then read
//! as a stream. Metadata may be attributes or stand in elements of their own (`head`, `meta`). A
//! file without such an element is no article, nor is a document type definition.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::sniff::Head;
use super::xml::{self, Element};
use super::{BadRecords, Input, ReadError, Reader, Sink, copy, fields};
use crate::article::Article;

/// Reads XML by the names of its elements.
pub struct OtherXml;

/// Letters that a text must have to be one where no headline stands beside it.
const SHORTEST_TEXT: usize = 40;
/// Attributes whose value stands for the text of an empty element, in order of preference.
const VALUES: &str = "value content href url norm term name key label date";

impl Reader for OtherXml {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let named = matches!(head.extension.as_str(), "xml" | "dtd");
        let is_dtd = is_dtd(head);
        match xml::root_name(&head.text) {
            Some(root)
                if ["html", "body", "head"]
                    .iter()
                    .any(|name| root.eq_ignore_ascii_case(name)) =>
            {
                0
            }
            // As sure as the reader of HTML, which may stand within, and less so than all readers of
            // a certain format.
            Some(_) if head.starts_with("<?xml") || named => 96,
            _ if is_dtd => 90,
            _ if head.starts_with("<?xml") => 70,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        if is_dtd(input.head) {
            return Err(ReadError::NotAnArticle("a document type definition".into()));
        }
        let Some(name) = xml::parse(&input.head.text)
            .root
            .as_ref()
            .and_then(article_element)
        else {
            return Err(ReadError::NotAnArticle(
                "no article in it: no element with a text by a known name".into(),
            ));
        };
        let mut records = xml::records(input, &name);
        let mut bad = BadRecords::default();
        let mut number = 0;
        while let Some(record) = records.next() {
            if let Some(entity) = record.declared_entity {
                return Err(ReadError::Broken(xml::refused(&entity)));
            }
            number += 1;
            if let Some(damage) = record.damage {
                bad.add(number, damage);
            }
            let found = record.root.as_ref().and_then(article);
            match sink.article(found.unwrap_or_default()) {
                ControlFlow::Continue(true) => {}
                ControlFlow::Continue(false) => bad.add(number, "neither a title nor a text"),
                ControlFlow::Break(()) => break,
            }
        }
        input.trouble = bad.reason("record");
        Ok(())
    }
}

fn is_dtd(head: &Head) -> bool {
    xml::root_name(&head.text).is_none_or(|_| head.extension == "dtd")
        && ["<!ELEMENT", "<!ATTLIST", "<!ENTITY"]
            .iter()
            .any(|mark| head.text.contains(mark))
}

/// The full name of the elements that are articles.
fn article_element(root: &Element) -> Option<String> {
    let has_both = |article: &Article| !article.title.is_empty() && !article.text.is_empty();
    let is_text = |article: &Article| {
        let letters = article.text.chars().filter(|letter| letter.is_alphabetic());
        letters.take(SHORTEST_TEXT).count() == SHORTEST_TEXT
    };
    let find = |wanted: &dyn Fn(&Article) -> bool| {
        root.descendants()
            .find(|element| article(element).is_some_and(|article| wanted(&article)))
    };
    let element = find(&has_both).or_else(|| find(&is_text))?;
    Some(if element.prefix.is_empty() {
        element.name.clone()
    } else {
        format!("{}:{}", element.prefix, element.name)
    })
}

/// The article that an element is, by the elements within it; `None` where it has no text.
fn article(element: &Element) -> Option<Article> {
    let mut fields = Map::new();
    gather(element, &mut fields);
    let mut article = fields::article(&fields)?;
    if article.text.trim().is_empty() {
        return None;
    }
    // "/tide/" is how an agency signs its copy.
    article.outlet = article
        .outlet
        .map(|outlet| outlet.trim_matches('/').to_string());
    copy::tidy(&mut article);
    Some(article)
}

/// Adds the fields of an element, and of the elements in it that only hold fields. What is nearer
/// comes first.
fn gather(element: &Element, found: &mut Map<String, Value>) {
    for (name, value) in &element.attributes {
        if !name.starts_with("xmlns") {
            add(found, name, Value::from(value.as_str()));
        }
    }
    let mut own = Map::new();
    let mut holders = Vec::new();
    for child in element.elements() {
        let role = fields::role(&child.name);
        let is_alone = element.all(&child.name).nth(1).is_none();
        let is_list = child.elements().nth(1).is_some() && !is_alone;
        if is_list {
            continue;
        }
        match role {
            Some(fields::Role::Text) if holds_fields(child) => holders.push(child),
            None if child.elements().next().is_some() => holders.push(child),
            _ => match (own.get_mut(&child.name), value(child)) {
                (_, Value::Null) => {}
                (Some(Value::Array(values)), value) => values.push(value),
                (Some(first), value) => {
                    let before = first.take();
                    *first = Value::Array(vec![before, value]);
                }
                (None, value) => {
                    own.insert(child.name.clone(), value);
                }
            },
        }
    }
    for (name, value) in own {
        add(found, &name, value);
    }
    for holder in holders {
        gather(holder, found);
    }
}

fn add(found: &mut Map<String, Value>, name: &str, value: Value) {
    if !found.contains_key(name) {
        found.insert(name.to_string(), value);
    }
}

/// Whether an element that could be a text by its name is a holder of a headline and a text:
/// `<article><headline/><body/></article>`, `<body><title/><p/></body>`.
fn holds_fields(element: &Element) -> bool {
    element.elements().any(|child| {
        matches!(fields::role(&child.name), Some(fields::Role::Text)) && !child.is_any("p article")
            || matches!(fields::role(&child.name), Some(fields::Role::Title))
                && element
                    .elements()
                    .any(|other| fields::role(&other.name) == Some(fields::Role::Text))
    })
}

/// The value of a field: its text, or an object for what has elements of its own.
fn value(element: &Element) -> Value {
    let text = |text: String| match text.trim() {
        "" => Value::Null,
        _ => Value::from(text),
    };
    match fields::role(&element.name) {
        Some(fields::Role::Text) => return text(element.prose("")),
        Some(fields::Role::Title) => return text(element.prose("").replace("\n\n", " ")),
        _ => {}
    }
    if element.elements().next().is_none() {
        let own = element.text();
        let attribute = VALUES.split(' ').find_map(|name| element.attribute(name));
        return match (own.is_empty(), attribute) {
            (true, Some(value)) => Value::from(value),
            _ => text(own),
        };
    }
    if element
        .elements()
        .any(|child| fields::role(&child.name).is_none() && child.is_any("name value"))
    {
        return element
            .elements()
            .find(|child| child.is_any("name value"))
            .map_or(Value::Null, value);
    }
    let values: Vec<Value> = element
        .elements()
        .map(value)
        .filter(|value| !value.is_null())
        .collect();
    if values.is_empty() {
        Value::Null
    } else {
        Value::Array(values)
    }
}
