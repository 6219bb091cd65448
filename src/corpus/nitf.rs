//! NITF, the News Industry Text Format of the IPTC: one story a file, or one inside NewsML.
//!
//! The text is `body.content` with its subheads, lists and tables (a row is a paragraph), and the
//! tagline of `body.end`. Pictures in it are left out; where there is nothing else, the abstract or
//! the captions are the text. The New York Times writes the lead twice, in blocks of their own.

use std::ops::ControlFlow;

use super::sniff::Head;
use super::xml::{self, Element};
use super::{Input, ReadError, Reader, Sink, copy, date, fields, normalize};
use crate::article::Article;

/// Reads NITF.
pub struct Nitf;

impl Reader for Nitf {
    fn name(&self) -> &'static str {
        "nitf"
    }

    fn sniff(&self, head: &Head) -> u8 {
        if xml::root_name(&head.text) == Some("nitf") {
            100
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let root = xml::document(input)?;
        let is_article = sink.article(article(&root));
        // A story may well be empty: agencies send headers alone to announce or withdraw one.
        input.fine_when_empty = is_article == ControlFlow::Continue(false);
        Ok(())
    }
}

/// What is in a story but not of its text.
const NOT_TEXT: &str = "media nitf-table-metadata media-metadata note";
/// Blocks that give again what the block of the full text holds.
const REPEATS: [&str; 2] = ["lead_paragraph", "online_lead_paragraph"];

/// The article in a `nitf` element.
pub fn article(nitf: &Element) -> Article {
    let docdata = nitf.at("head/docdata");
    let top = nitf.at("body/body.head");
    let mut article = Article {
        title: title(nitf),
        text: text(nitf),
        date: date(nitf),
        outlet: outlet(nitf),
        authors: top.map(authors).unwrap_or_default(),
        topics: topics(nitf),
        language: ["baselang", "xml:lang", "lang"]
            .into_iter()
            .find_map(|name| nitf.attribute(name))
            .map(str::to_string),
        key: docdata
            .and_then(|docdata| docdata.child("doc-id"))
            .and_then(|id| id.attribute("id-string"))
            .map(str::to_string),
        url: nitf
            .find("pubdata")
            .find_map(|pubdata| pubdata.attribute("ex-ref"))
            .filter(|url| url.contains("://"))
            .map(str::to_string),
        ..Article::default()
    };
    let outlet = article.outlet.clone();
    article.authors.retain(|name| {
        !outlet
            .as_ref()
            .is_some_and(|outlet| name.starts_with(outlet))
    });
    copy::tidy(&mut article);
    if let Some(top) = top {
        let deck = top
            .elements()
            .filter(|element| element.is_any("hedline headline"))
            .find_map(|hedline| hedline.text_at("hl2"));
        copy::add_deck(&mut article, &deck.unwrap_or_default());
    }
    article
}

fn title(nitf: &Element) -> String {
    let heading = nitf
        .at("body/body.head")
        .into_iter()
        .flat_map(Element::elements)
        .filter(|element| element.is_any("hedline headline"))
        .map(|hedline| hedline.child("hl1").unwrap_or(hedline).prose("hl2"))
        .find(|title| !title.is_empty());
    heading
        .or_else(|| nitf.text_at("head/title"))
        .unwrap_or_default()
}

fn text(nitf: &Element) -> String {
    let part = |path| nitf.at(path).map(|part: &Element| part.prose(NOT_TEXT));
    let mut text = match nitf.at("body/body.content") {
        Some(content) => content_text(content),
        None => nitf
            .at("body")
            .map(|body| body.prose("body.head media"))
            .unwrap_or_default(),
    };
    if text.trim().is_empty() {
        text = part("body/body.head/abstract").unwrap_or_default();
    }
    if text.trim().is_empty() {
        let captions: Vec<String> = nitf
            .find("media-caption")
            .map(|caption| caption.prose(""))
            .collect();
        text = captions.join("\n\n");
    }
    if let Some(end) = part("body/body.end").filter(|end| !end.is_empty()) {
        text = format!("{}\n\n{end}", copy::without_end(&text));
    }
    text
}

fn content_text(content: &Element) -> String {
    let repeats = |block: &Element| {
        block
            .attribute("class")
            .is_some_and(|class| REPEATS.contains(&class))
    };
    let blocks: Vec<String> = content
        .all("block")
        .filter(|block| !repeats(block))
        .map(|block| block.prose(NOT_TEXT))
        .collect();
    if !content.elements().any(repeats) || blocks.is_empty() {
        return content.prose(NOT_TEXT);
    }
    let text = blocks.join("\n\n");
    // "LEAD: The lamp is out.", and then the same again without the word.
    match text.strip_prefix("LEAD:").map(str::trim_start) {
        Some(rest) => match rest.split_once("\n\n") {
            Some((lead, body)) if body.starts_with(lead) => body.to_string(),
            _ => rest.to_string(),
        },
        None => text,
    }
}

fn date(nitf: &Element) -> Option<jiff::civil::Date> {
    let written = [
        ("date.issue", "norm"),
        ("date.release", "norm"),
        ("story.date", "norm"),
        ("pubdata", "date.publication"),
    ];
    written.into_iter().find_map(|(element, attribute)| {
        nitf.find(element).find_map(|found| {
            let day = found.attribute(attribute).and_then(date::parse);
            day.or_else(|| date::parse(&found.text()))
        })
    })
}

fn outlet(nitf: &Element) -> Option<String> {
    let attribute = |element, name| {
        nitf.find(element)
            .find_map(|found| found.attribute(name).map(str::to_string))
    };
    let text = |element| {
        nitf.find(element)
            .map(Element::text)
            .find(|text| !text.is_empty())
    };
    [
        text("distributor"),
        attribute("pubdata", "name"),
        attribute("doc.copyright", "holder"),
        text("rights.owner"),
        attribute("doc.rights", "owner"),
        attribute("doc-id", "regsrc"),
    ]
    .into_iter()
    .flatten()
    .map(|name| outlet_name(&name))
    .find(|name| !name.is_empty())
}

/// The name in a line of credit or copyright: `(c) 2024 The Tide. All rights reserved.`
pub fn outlet_name(line: &str) -> String {
    let line = normalize::line(line);
    let bare = line
        .split_once(". All rights")
        .or_else(|| line.split_once(", all rights"))
        .map_or(line.as_str(), |(name, _)| name);
    bare.trim_start_matches("Copyright")
        .trim_start_matches(|start: char| {
            start.is_ascii_digit() || matches!(start, '©' | ' ' | ',' | '-' | '–')
        })
        .trim_end_matches([' ', ',', ';', '-', '–', '—'])
        .trim_start_matches("(c) ")
        .to_string()
}

/// The people of a byline. The New York Times gives it twice; the first is as it was printed.
fn authors(top: &Element) -> Vec<String> {
    let Some(byline) = top.child("byline") else {
        return Vec::new();
    };
    let people: Vec<String> = byline.find("person").map(Element::text).collect();
    let line = if people.is_empty() {
        byline.prose("byttl")
    } else {
        people.join("; ")
    };
    people_of(&line)
}

/// The names in a byline; initials of the desk are none.
pub fn people_of(line: &str) -> Vec<String> {
    let mut names = fields::byline(&normalize::line(line).replace(" / ", "; "));
    names.retain(|name| name.contains(char::is_uppercase) && !name.contains(char::is_numeric));
    names
}

fn topics(nitf: &Element) -> Vec<String> {
    let mut topics = Vec::new();
    for subject in nitf.find("tobject.subject") {
        let levels = ["type", "matter", "detail"];
        topics.extend(levels.iter().filter_map(|level| {
            let name = format!("tobject.subject.{level}");
            subject.attribute(&name).map(str::to_string)
        }));
    }
    for keyword in nitf.find("keyword") {
        let key = keyword.attribute("key").map(str::to_string);
        topics.push(key.unwrap_or_else(|| keyword.text()));
    }
    for classifier in nitf.find("classifier") {
        let value = classifier.text();
        // Paths in a directory are for machines.
        if !value.contains('/') {
            topics.push(value);
        }
    }
    topics
}
