//! NewsML-G2 of the IPTC: a news item, or a message with any number of items.
//!
//! Every `newsItem` with a headline or a text is an article, whatever it is about: a picture, a
//! graphic or a video is one with its caption or script as the text, as an editor would read it on
//! the wire. Packages only list items that come by themselves; concepts, knowledge, events, planning
//! and catalogues are no stories. They are read and give no article.
//!
//! The text comes from `inlineXML` (NITF or XHTML) or `inlineData`, the longest of several
//! renditions; where there is none, from the descriptions. Of the dates the one of this version
//! counts, as for ninjs.

use std::ops::ControlFlow;

use super::sniff::Head;
use super::xml::{self, Element};
use super::{Input, ReadError, Reader, Sink, copy, date, nitf, normalize};
use crate::article::Article;

/// Reads NewsML-G2.
pub struct NewsMlG2;

/// What a message or a file consists of. The last two are found alone in examples and fragments.
const ITEMS: &str = "newsItem packageItem conceptItem knowledgeItem planningItem catalogItem";
const FRAGMENTS: &str = "contentSet contentMeta itemMeta groupSet";

impl Reader for NewsMlG2 {
    fn name(&self) -> &'static str {
        "newsml-g2"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let Some(root) = xml::root_name(&head.text) else {
            return 0;
        };
        let is_one_of = |names: &str| names.split(' ').any(|name| name == root);
        // Other formats have a `newsitem` too; the namespace or the metadata tell.
        let told = ["iptc.org/std/nar", "itemMeta", "itemClass", "<catalogRef"]
            .iter()
            .any(|mark| head.text.contains(mark));
        if root == "newsMessage" || is_one_of(ITEMS) && (root != "newsItem" || told) {
            100
        } else if is_one_of(FRAGMENTS) {
            99
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let root = xml::root_name(&input.head.text).unwrap_or("").to_string();
        if FRAGMENTS.split(' ').any(|name| name == root) {
            let fragment = xml::document(input)?;
            let item = Element {
                name: "newsItem".into(),
                children: vec![xml::Node::Element(fragment)],
                ..Element::default()
            };
            let is_article = sink.article(article(&item, None));
            input.fine_when_empty = is_article == ControlFlow::Continue(false);
            return Ok(());
        }
        let mut records = xml::records(input, ITEMS);
        let mut damage = None;
        input.fine_when_empty = true;
        while let Some(record) = records.next() {
            if let Some(entity) = record.declared_entity {
                return Err(ReadError::Broken(xml::refused(&entity)));
            }
            damage = damage.or(record.damage);
            let Some(item) = record.root.filter(|item| item.is("newsItem")) else {
                continue;
            };
            if sink
                .article(article(&item, records.around().as_ref()))
                .is_break()
            {
                break;
            }
        }
        input.trouble = damage.map(|damage| format!("broken XML: {damage}"));
        Ok(())
    }
}

/// The article in a news item; `message` is what stands around it.
fn article(item: &Element, message: Option<&Element>) -> Article {
    let meta = item.child("itemMeta");
    let content = item.child("contentMeta");
    let inline = inline(item);
    let title = headline(content, false)
        .or_else(|| Some(inline.title.clone()).filter(|title| !title.is_empty()))
        .or_else(|| meta.and_then(|meta| meta.text_at("title")))
        .or_else(|| meta.and_then(|meta| meta.text_at("name")))
        .unwrap_or_default();
    let mut article = Article {
        text: inline.text,
        date: date(item, message).or(inline.date),
        outlet: outlet(item, message).or(inline.outlet),
        authors: authors(content),
        language: language(item, message).or(inline.language),
        topics: topics(content, &title),
        key: item.attribute("guid").map(str::to_string),
        url: meta.and_then(url).or(inline.url),
        title,
        ..Article::default()
    };
    if article.authors.is_empty() {
        article.authors = inline.authors;
    }
    if article.topics.is_empty() {
        article.topics = inline.topics;
    }
    if article.text.trim().is_empty() {
        article.text = descriptions(content, &article.title);
    }
    copy::tidy(&mut article);
    // The text may have been a byline and nothing else.
    if article.text.trim().is_empty() {
        article.text = descriptions(content, &article.title);
    }
    copy::add_deck(&mut article, &headline(content, true).unwrap_or_default());
    article
}

/// What the content says of itself: the longest text of those that are given.
fn inline(item: &Element) -> Article {
    let contents = item.find("inlineXML").chain(item.find("inlineData"));
    contents
        .filter(|content| {
            let kind = content.attribute("contenttype").unwrap_or("");
            let is_text = ["text", "xml", "html", "nitf"]
                .iter()
                .any(|name| kind.contains(name));
            (kind.is_empty() || is_text) && content.attribute("encoding").is_none()
        })
        .map(content_article)
        // Of equals the first.
        .reduce(|best, next| {
            if next.text.len() > best.text.len() {
                next
            } else {
                best
            }
        })
        .unwrap_or_default()
}

fn content_article(content: &Element) -> Article {
    if let Some(nitf) = content.find("nitf").next() {
        return nitf::article(nitf);
    }
    if let Some(html) = content.find("html").next() {
        return Article {
            title: html.text_at("head/title").unwrap_or_default(),
            text: html_text(html.child("body").unwrap_or(html)),
            ..Article::default()
        };
    }
    // Scores, events and other data have no paragraphs.
    let is_prose = content.elements().next().is_none()
        || content.find("p").next().is_some()
        || content
            .elements()
            .all(|element| element.is_any("br b i strong em"));
    Article {
        text: if is_prose {
            content.prose("")
        } else {
            String::new()
        },
        ..Article::default()
    }
}

/// The text of a page. Its header repeats headline, date and subjects.
fn html_text(body: &Element) -> String {
    let text = body.prose("head header footer nav");
    if text.is_empty() {
        body.prose("head")
    } else {
        text
    }
}

/// The headline, or the one below it.
fn headline(content: Option<&Element>, below: bool) -> Option<String> {
    content?
        .all("headline")
        .filter(|headline| {
            let role = headline.attribute("role").unwrap_or("").to_lowercase();
            role.contains("sub") == below
        })
        .map(|headline| headline.prose(""))
        .find(|text| !text.is_empty())
}

/// Captions, summaries and scripts, each once, without those that only repeat the headline.
fn descriptions(content: Option<&Element>, title: &str) -> String {
    let mut texts: Vec<String> = Vec::new();
    for description in content
        .into_iter()
        .flat_map(|content| content.all("description"))
    {
        // Where lines break is an accident of the indentation, but for blank ones.
        let prose = description.prose("").replace('\r', "");
        let lines: Vec<String> = prose.split("\n\n").map(normalize::line).collect();
        let text = lines.join("\n\n");
        // Reuters writes SLUG:Headline where there is no caption, and may cut the headline short.
        let said = text
            .split_once(':')
            .map_or(text.as_str(), |(_, said)| said.trim());
        let repeats = !said.is_empty()
            && (title.starts_with(said) || text.ends_with(title) && text.len() < title.len() + 80);
        if !(repeats || texts.iter().any(|before| before.contains(&text))) {
            texts.push(text);
        }
    }
    texts.join("\n\n")
}

fn date(item: &Element, message: Option<&Element>) -> Option<jiff::civil::Date> {
    [
        "itemMeta/versionCreated",
        "itemMeta/firstCreated",
        "contentMeta/contentModified",
        "contentMeta/contentCreated",
    ]
    .into_iter()
    .filter_map(|path| item.text_at(path))
    .chain(message.and_then(|message| message.text_at("header/sent")))
    .find_map(|text| date::parse(&text))
}

fn language(item: &Element, message: Option<&Element>) -> Option<String> {
    let content = item.child("contentMeta");
    let named = content
        .and_then(|content| content.child("language"))
        .and_then(|language| language.attribute("tag"));
    named
        .or_else(|| item.attribute("xml:lang"))
        .or_else(|| message?.attribute("xml:lang"))
        .map(str::to_string)
}

/// Who publishes it: a name before a code.
fn outlet(item: &Element, message: Option<&Element>) -> Option<String> {
    let provider = item.at("itemMeta/provider");
    let holder = item.at("rightsInfo/copyrightHolder");
    let credit = item.text_at("contentMeta/creditline");
    let source = item.at("contentMeta/infoSource");
    let literal = |element: Option<&Element>| element?.attribute("literal").map(str::to_string);
    let code = |element: Option<&Element>| {
        let (_, code) = element?.attribute("qcode")?.split_once(':')?;
        Some(code.to_string())
    };
    [
        provider.and_then(name),
        literal(provider).filter(|name| !name.contains('.')),
        // "REUTERS/Ann Lee" names the photographer too.
        credit.map(|credit| credit.split('/').next().unwrap_or("").to_string()),
        holder.and_then(name),
        literal(holder),
        literal(provider),
        source.and_then(name),
        literal(source),
        message.and_then(|message| message.text_at("header/sender")),
        code(provider),
        code(holder),
    ]
    .into_iter()
    .flatten()
    .map(|name| nitf::outlet_name(&name))
    // Two letters are a code.
    .find(|name| name.chars().count() > 2)
}

/// The name of a concept, in English where it has several.
fn name(concept: &Element) -> Option<String> {
    let english = |name: &&Element| {
        name.attribute("xml:lang")
            .is_some_and(|language| language.starts_with("en"))
    };
    let name = concept
        .all("name")
        .find(english)
        .or_else(|| concept.child("name"))?;
    Some(name.text()).filter(|text| !text.is_empty())
}

/// The people of `by`, or else the creators that are people.
fn authors(content: Option<&Element>) -> Vec<String> {
    let Some(content) = content else {
        return Vec::new();
    };
    let line = content
        .all("by")
        .map(Element::text)
        .find(|line| !line.is_empty());
    if let Some(line) = line {
        return nitf::people_of(&line);
    }
    let people = content.all("creator").filter(|creator| {
        let attribute = |name| creator.attribute(name).unwrap_or("");
        let role = attribute("role");
        attribute("type").contains("person")
            || (!role.is_empty() && !role.contains("source") && !role.contains("Prov"))
            || (creator.attribute("uri").is_some() && creator.attribute("qcode").is_none())
    });
    people.filter_map(name).collect()
}

/// Subjects that have a name, and keywords.
fn topics(content: Option<&Element>, title: &str) -> Vec<String> {
    let Some(content) = content else {
        return Vec::new();
    };
    let subjects = content.all("subject").filter_map(|subject| {
        let literal = || {
            let text = subject.attribute("literal")?;
            let is_word = text.len() > 3 && text.contains(char::is_lowercase) && text != title;
            (is_word && subject.attribute("qcode").is_none()).then(|| text.to_string())
        };
        name(subject).or_else(literal)
    });
    subjects
        .chain(content.all("keyword").map(Element::text))
        .collect()
}

/// Where the item stands on the web.
fn url(meta: &Element) -> Option<String> {
    let link = meta.all("link").find(|link| {
        let rel = link.attribute("rel").unwrap_or("").to_lowercase();
        rel.contains("canonical") || rel.ends_with(":self") || rel.contains("webversion")
    })?;
    link.attribute("href").map(str::to_string)
}
