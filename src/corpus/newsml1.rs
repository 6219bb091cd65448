//! NewsML 1.0 to 1.2 of the IPTC, as AFP and others send it: news items in an envelope.
//!
//! A `NewsItem` is one article. Its news lines give headline and byline; its text is the data of the
//! component whose role is `Main`, or else the longest text of all components: the others are
//! captions of pictures and other languages or renditions of the same.

use std::ops::ControlFlow;

use super::sniff::Head;
use super::xml::{self, Element};
use super::{Input, ReadError, Reader, Sink, copy, date, nitf};
use crate::article::Article;

/// Reads NewsML 1.
pub struct NewsMl1;

impl Reader for NewsMl1 {
    fn name(&self) -> &'static str {
        "newsml-1"
    }

    fn sniff(&self, head: &Head) -> u8 {
        match xml::root_name(&head.text) {
            Some("NewsML") => 100,
            Some("NewsItem") if head.text.contains("NewsIdentifier") => 100,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let mut records = xml::records(input, "NewsItem");
        let mut damage = None;
        input.fine_when_empty = true;
        while let Some(record) = records.next() {
            if let Some(entity) = record.declared_entity {
                return Err(ReadError::Broken(xml::refused(&entity)));
            }
            damage = damage.or(record.damage);
            let envelope = records.around();
            let item = record.root.unwrap_or_default();
            if let ControlFlow::Break(()) = sink.article(article(&item, envelope.as_ref())) {
                break;
            }
        }
        input.trouble = damage.map(|damage| format!("broken XML: {damage}"));
        Ok(())
    }
}

/// The article in a news item; `envelope` is what stands around it.
fn article(item: &Element, envelope: Option<&Element>) -> Article {
    let content = text(item);
    let lines = |name| {
        item.find("NewsLines")
            .filter_map(|lines: &Element| Some(lines.child(name)?.prose("")))
            .find(|line| !line.is_empty())
    };
    let mut article = Article {
        title: lines("HeadLine").unwrap_or(content.title),
        text: content.text,
        date: date(item, envelope),
        outlet: outlet(item),
        authors: lines("ByLine")
            .map(|line| nitf::people_of(&line))
            .filter(|people| !people.is_empty())
            .unwrap_or(content.authors),
        language: item
            .find("Language")
            .find_map(|language| language.attribute("FormalName"))
            .or_else(|| item.attribute("xml:lang"))
            .map(str::to_string),
        topics: topics(item),
        key: ["PublicIdentifier", "NewsItemId"]
            .into_iter()
            .find_map(|name| {
                item.find(name)
                    .map(Element::text)
                    .find(|key| !key.is_empty())
            })
            .or(content.key),
        url: content.url,
        ..Article::default()
    };
    copy::tidy(&mut article);
    copy::add_deck(&mut article, &lines("SubHeadLine").unwrap_or_default());
    article
}

/// The text of the item, with what NITF in it says.
fn text(item: &Element) -> Article {
    let longest = |within: &Element| {
        let texts = within.find("ContentItem").filter_map(content);
        // Of equals the first.
        texts.reduce(|best, next| {
            if next.text.len() > best.text.len() {
                next
            } else {
                best
            }
        })
    };
    let main = item.find("NewsComponent").find(|component| {
        component
            .child("Role")
            .and_then(|role| role.attribute("FormalName"))
            .is_some_and(|role| role.eq_ignore_ascii_case("main"))
    });
    main.and_then(longest)
        .filter(|article| !article.text.is_empty())
        .or_else(|| longest(item))
        .unwrap_or_default()
}

fn content(content: &Element) -> Option<Article> {
    let kind = content
        .child("MediaType")
        .and_then(|kind| kind.attribute("FormalName"))
        .unwrap_or("Text");
    let data = content.child("DataContent")?;
    if let Some(nitf) = data.find("nitf").next() {
        return Some(nitf::article(nitf));
    }
    // Base64 and the like say how they are encoded.
    if !kind.to_lowercase().contains("text") || content.find("Encoding").next().is_some() {
        return None;
    }
    let body = data.find("body").next().unwrap_or(data);
    Some(Article {
        text: body.prose("head title media"),
        ..Article::default()
    })
}

fn date(item: &Element, envelope: Option<&Element>) -> Option<jiff::civil::Date> {
    let within = [
        "ThisRevisionCreated",
        "FirstCreated",
        "DateLineDate",
        "DateId",
    ];
    within
        .into_iter()
        .filter_map(|name| item.find(name).next())
        .chain(envelope.and_then(|envelope| envelope.at("NewsEnvelope/DateAndTime")))
        .find_map(|element| date::parse(&element.text()))
}

fn outlet(item: &Element) -> Option<String> {
    let party = |role| {
        item.find(role)
            .filter_map(|element: &Element| element.child("Party"))
            .find_map(|party| party.attribute("FormalName"))
            .map(str::to_string)
    };
    let line = |name| {
        item.find(name)
            .map(Element::text)
            .find(|text| !text.is_empty())
    };
    [
        party("Provider"),
        line("CreditLine"),
        party("Source"),
        line("CopyrightLine"),
        line("ProviderId"),
    ]
    .into_iter()
    .flatten()
    .map(|name| nitf::outlet_name(&name))
    .find(|name| !name.is_empty())
}

/// Keywords and the names of topics. Subject codes alone have no name.
fn topics(item: &Element) -> Vec<String> {
    let keywords = item
        .find("Property")
        .filter(|property| property.attribute("FormalName") == Some("Keyword"))
        .filter_map(|property| property.attribute("Value").map(str::to_string));
    let lines = item.find("KeywordLine").map(Element::text);
    let topics = item.find("Topic").filter_map(|topic| {
        let names = || {
            topic
                .all("Description")
                .filter(|name| name.attribute("Variant") != Some("Category"))
        };
        let english = names().find(|name| name.attribute("xml:lang") == Some("en"));
        english.or_else(|| names().next()).map(Element::text)
    });
    topics.chain(keywords).chain(lines).collect()
}
