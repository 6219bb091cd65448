//! Feeds: RSS 0.9 to 2.0, RSS 1.0 as RDF, Atom 0.3 and 1.0. An entry is an article.
//!
//! Of an entry the full content is taken where there is one, and else the summary. Both are HTML,
//! escaped or not, whatever their type says. The lines that blog software adds below a post ("The
//! post … appeared first on …") are no text. The feed's language is believed where the text does
//! not plainly say another; its title is the outlet. Entries are streamed; one with neither title nor text is passed over. In a file larger than
//! the head, what stands in the feed behind its first entry comes too late to be used.
//!
//! [`Feed`] and [`Entry`] are shared with JSON Feed and the WordPress export.

use super::sniff::{self, Head};
use super::xml::{self, Element, Records};
use super::{BadRecords, Input, ReadError, Reader, Sink, date, fields, html, language, normalize};
use crate::article::Article;

/// Reads RSS and Atom.
pub struct Feeds;

/// Where a content is looked for, in order of preference.
const CONTENT: &str = "content:encoded yandex:full-text full-text fulltext turbo:content content \
    body media:description description summary encoded media:text itunes:summary subtitle abstract";
/// From so many bytes on, a text says in which language it is.
const LONG_ENOUGH: usize = 200;
const DATE: &str = "pubdate published dc:date dcterms:issued issued date prism:publicationdate \
    dcterms:created created updated dcterms:modified modified";

impl Reader for Feeds {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let start = head.start(8192);
        let (root, _) = sniff::root_element(&start);
        match root.rsplit(':').next().unwrap_or("") {
            "rss" | "feed" => 97,
            "rdf"
                if start.contains("/rss/")
                    || start.contains("<channel")
                    || start.contains("netscape.com/rdf") =>
            {
                97
            }
            "channel" if start.contains("<item") => 97,
            "entry" if start.contains("/atom") => 97,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let small = input.head.whole;
        let mut records = records(input);
        let mut bad = BadRecords::default();
        let (mut number, mut feed, mut waiting) = (0, None, Vec::new());
        while let Some(parsed) = records.next() {
            number += 1;
            if let Some(damage) = parsed
                .declared_entity
                .map(|name| xml::refused(&name))
                .or(parsed.damage)
            {
                bad.add(number, damage);
            }
            let Some(element) = parsed.root else { continue };
            let entry = Entry::of(&element);
            if small {
                waiting.push(entry);
                continue;
            }
            let feed = feed.get_or_insert_with(|| Feed::of(records.around().as_ref()));
            if sink.article(feed.article(entry)).is_break() {
                return Ok(());
            }
        }
        let feed = feed.unwrap_or_else(|| Feed::of(records.around().as_ref()));
        for entry in waiting {
            if sink.article(feed.article(entry)).is_break() {
                return Ok(());
            }
        }
        let damage = records
            .damage_around()
            .map(|damage| format!("broken XML: {damage}"));
        input.fine_when_empty = number == 0 && damage.is_none();
        let trouble = bad.reason("item").or(damage);
        match (number, trouble) {
            (0, Some(damage)) => Err(ReadError::Broken(damage)),
            (_, trouble) => {
                input.trouble = trouble;
                Ok(())
            }
        }
    }
}

/// The entries of a feed, one after the other.
pub(super) fn records<'a>(input: &mut Input<'a>) -> Records<Box<dyn std::io::BufRead + 'a>> {
    let declared = xml::declared_encoding(&input.head.bytes);
    let stream = input.utf8_or(declared.as_deref());
    Records::new(stream, input.budget(), "item entry")
}

/// What a feed says once for all of its entries.
#[derive(Debug, Default)]
pub(super) struct Feed {
    pub title: String,
    /// What relative addresses are relative to.
    pub base: String,
    pub language: String,
    pub authors: Vec<String>,
}

impl Feed {
    /// The feed of the outermost element, without its entries.
    pub fn of(root: Option<&Element>) -> Self {
        let Some(root) = root else {
            return Self::default();
        };
        let channel = root.child("channel").unwrap_or(root);
        let own = links(channel, "self").next().unwrap_or_default();
        let link = links(channel, "alternate").next().unwrap_or_default();
        let base = [channel, root]
            .iter()
            .find_map(|element| element.attribute("xml:base"))
            .unwrap_or("");
        let title = title(channel);
        Self {
            title: if title.is_empty() {
                channel.attribute("name").unwrap_or("").to_string()
            } else {
                title
            },
            base: absolute(&own, if base.is_empty() { &link } else { base }),
            language: ["language", "dc:language"]
                .iter()
                .find_map(|name| channel.text_at(name))
                .or_else(|| {
                    [channel, root]
                        .iter()
                        .find_map(|element| element.attribute("xml:lang").map(str::to_string))
                })
                .unwrap_or_default(),
            // In Atom, an entry without an author has that of its feed.
            authors: if root.is("feed") {
                authors(root)
            } else {
                Vec::new()
            },
        }
    }

    /// The article that an entry is.
    pub fn article(&self, entry: Entry) -> Article {
        let mut article = Article {
            title: one_line(&entry.title),
            text: if entry.is_plain {
                entry.content
            } else {
                paragraphs(&entry.content)
            },
            date: entry.date,
            outlet: Some(one_line(&self.title)),
            authors: if entry.authors.is_empty() {
                self.authors.clone()
            } else {
                entry.authors
            },
            key: Some(entry.key),
            topics: entry.topics,
            ..Article::default()
        };
        let base = absolute(&self.base, &entry.base);
        article.url = (!entry.url.is_empty()).then(|| absolute(&base, &entry.url));
        without_trailers(&mut article.text);
        html::drop_repeated_title(&mut article);
        let said = if entry.language.is_empty() {
            &self.language
        } else {
            &entry.language
        };
        // A few words prove little against what the feed says, unless by their script.
        if said.is_empty() || article.text.len() >= LONG_ENOUGH || !is_latin(&article) {
            article.language = language::detect(&article.title, &article.text).map(str::to_string);
        }
        if article.language.is_none() && !said.is_empty() {
            article.language = Some(said.clone());
        }
        article
    }
}

/// Whether most of what a short article says is in Latin letters.
fn is_latin(article: &Article) -> bool {
    const END_OF_LATIN: char = '\u{24f}';
    let letters = || {
        let both = article.title.chars().chain(article.text.chars());
        both.filter(|letter| letter.is_alphabetic())
    };
    letters().filter(|letter| *letter <= END_OF_LATIN).count() * 2 >= letters().count()
}

/// An entry as its format has it.
#[derive(Debug, Default)]
pub(super) struct Entry {
    pub title: String,
    /// Text or HTML.
    pub content: String,
    /// Whether the content is no HTML, even if it looks like it.
    pub is_plain: bool,
    pub url: String,
    pub key: String,
    pub date: Option<jiff::civil::Date>,
    pub authors: Vec<String>,
    pub topics: Vec<String>,
    pub language: String,
    pub base: String,
}

impl Entry {
    /// The entry of an element `item` or `entry`.
    pub fn of(element: &Element) -> Self {
        let (content, is_plain) = content(element);
        let guid = element.child("guid");
        let key = guid
            .or_else(|| element.child(":id"))
            .map(Element::text)
            .or_else(|| element.attribute("rdf:about").map(str::to_string))
            .unwrap_or_default();
        let origin = element.text_at("feedburner:origlink");
        let is_address = guid.is_some_and(|guid| guid.attribute("ispermalink") != Some("false"))
            && key.starts_with("http");
        let url = origin
            .or_else(|| links(element, "alternate").next())
            .or_else(|| is_address.then(|| key.clone()))
            .or_else(|| element.attribute("rdf:about").map(str::to_string))
            .unwrap_or_default();
        Self {
            title: title(element),
            content,
            is_plain,
            url,
            key,
            date: DATE
                .split_ascii_whitespace()
                .flat_map(|name| element.all(name))
                .find_map(|found| date::parse(&found.text())),
            authors: authors(element),
            topics: topics(element),
            language: element
                .text_at("dc:language")
                .or_else(|| element.attribute("xml:lang").map(str::to_string))
                .unwrap_or_default(),
            base: element
                .attribute("xml:base")
                .or_else(|| {
                    element
                        .child("content")
                        .and_then(|content| content.attribute("xml:base"))
                })
                .unwrap_or("")
                .to_string(),
        }
    }
}

fn title(element: &Element) -> String {
    let named = [":title", "title", "dc:title", "media:title"];
    let found = named
        .iter()
        .filter_map(|name| element.child(name))
        .map(|title| {
            if title.elements().next().is_some() {
                title.prose("")
            } else {
                title.text()
            }
        });
    found
        .map(|title| one_line(&title))
        .find(|title| !title.is_empty())
        .unwrap_or_default()
}

/// A title without the markup and the escapes that some put into it.
pub(super) fn one_line(title: &str) -> String {
    if title.contains(['<', '&']) {
        normalize::line(&html::strip(title))
    } else {
        normalize::line(title)
    }
}

/// The best content of an entry, and whether it is plain text.
fn content(entry: &Element) -> (String, bool) {
    let written = |text: &str| text.chars().any(char::is_alphabetic);
    let mut candidates = CONTENT.split_ascii_whitespace().flat_map(|name| {
        let direct = entry.all(name);
        // Media elements may stand in a group.
        let grouped = name.starts_with("media:").then(|| entry.find(name));
        direct.chain(grouped.into_iter().flatten())
    });
    let found = candidates.find_map(|element| {
        let kind = element
            .attribute(":type")
            .unwrap_or("")
            .to_ascii_lowercase();
        let is_text = !kind.contains('/')
            || ["text", "html", "xml"]
                .iter()
                .any(|known| kind.contains(known));
        if !is_text || element.attribute("mode") == Some("base64") {
            return None;
        }
        if element.elements().next().is_some() {
            let prose = element.prose("");
            return written(&prose).then_some((prose, true));
        }
        let text = element.text();
        let is_plain =
            matches!(kind.as_str(), "text" | "text/plain" | "plain") && !html::is_markup(&text);
        let is_written = written(&if is_plain {
            text.clone()
        } else {
            paragraphs(&text)
        });
        is_written.then_some((text, is_plain))
    });
    found.unwrap_or_default()
}

/// The paragraphs of HTML. Text without any tag keeps its own.
pub(super) fn paragraphs(content: &str) -> String {
    let has_tags = content.match_indices('<').any(|(at, _)| {
        content[at + 1..]
            .starts_with(|next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!'))
    });
    if has_tags {
        return html::strip(content);
    }
    if !content.contains('&') {
        return content.to_string();
    }
    let lines: Vec<String> = content.lines().map(html::strip).collect();
    lines.join("\n")
}

/// Takes off the paragraphs that software adds below a text.
fn without_trailers(text: &mut String) {
    const ADDED: &[(&str, &str)] = &[
        ("The post ", "appeared first on"),
        ("Der Beitrag ", "erschien zuerst auf"),
        ("L’article ", "est apparu en premier sur"),
        ("La entrada ", "primero en"),
        ("L'articolo ", "proviene da"),
        ("O post ", "apareceu primeiro em"),
        ("Het bericht ", "verscheen eerst op"),
        ("submitted by", "[comments]"),
    ];
    const CALLS: &[&str] = &[
        "Read more",
        "Read More",
        "Continue reading",
        "Read the full",
        "Read the rest",
        "Comments",
        "Share this",
    ];
    const LONGEST_CALL: usize = 60;
    loop {
        let kept = text.trim_end().len();
        text.truncate(kept);
        let last = text.rfind("\n\n").map_or(0, |at| at + 2);
        let paragraph = text[last..].trim();
        let is_added = ADDED
            .iter()
            .any(|(start, middle)| paragraph.starts_with(start) && paragraph.contains(middle));
        let calls = paragraph.len() <= LONGEST_CALL
            && last > 0
            && CALLS.iter().any(|start| paragraph.starts_with(start))
            && !normalize::ends_sentence(paragraph);
        if paragraph.is_empty() || !(is_added || calls) {
            break;
        }
        text.truncate(last);
    }
    for cut in ["[…]", "[...]", "[…", "[&hellip;]"] {
        if let Some(kept) = text.strip_suffix(cut) {
            let kept = kept.trim_end();
            let end = if normalize::ends_sentence(kept) {
                ""
            } else {
                "…"
            };
            *text = format!("{kept}{end}");
        }
    }
}

/// The addresses of an element: the text of `link`, or its `href` where its relation is `wanted`.
fn links<'a>(element: &'a Element, wanted: &'a str) -> impl Iterator<Item = String> + 'a {
    element.all("link").filter_map(move |link| {
        let address = match link.attribute("href") {
            Some(address) if link.attribute("rel").unwrap_or("alternate") == wanted => {
                address.trim().to_string()
            }
            None if wanted == "alternate" => link.text(),
            _ => String::new(),
        };
        (!address.is_empty()).then_some(address)
    })
}

/// An address made absolute; as it is, where the base does not help.
pub(super) fn absolute(base: &str, address: &str) -> String {
    let address = address.trim();
    let has_scheme = address.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    });
    let Some((scheme, rest)) = base.split_once("://") else {
        return address.to_string();
    };
    if address.is_empty() {
        return base.to_string();
    }
    if has_scheme {
        return address.to_string();
    }
    if address.starts_with("//") {
        return format!("{scheme}:{address}");
    }
    let path_at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(path_at);
    let path = path.split(['?', '#']).next().unwrap_or("");
    if address.starts_with(['?', '#']) {
        return format!("{scheme}://{host}{path}{address}");
    }
    let folder = if address.starts_with('/') {
        ""
    } else {
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    };
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in address.trim_start_matches('/').split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("{scheme}://{host}/{}", parts.join("/"))
}

/// The names of those who wrote an entry.
fn authors(element: &Element) -> Vec<String> {
    let named = ["author", "dc:creator", "creator", "itunes:author"];
    let found = named.iter().map(|name| {
        let people: Vec<String> = element
            .all(name)
            .map(|author| match author.text_at("name") {
                Some(name) => name,
                None if author.elements().next().is_some() => String::new(),
                None => author.text(),
            })
            .collect();
        // Of several, each is one person, even with a comma in it.
        if people.len() > 1 && people.iter().any(|person| person.contains(", ")) {
            return people;
        }
        people
            .iter()
            .flat_map(|person| person_names(person))
            .collect()
    });
    found
        .into_iter()
        .find(|names| !names.is_empty())
        .unwrap_or_default()
}

/// The names in `a@b.example (Ann Lee)`, `Ann Lee <a@b.example>` or `By Ann Lee and Bo Ek`.
pub(super) fn person_names(person: &str) -> Vec<String> {
    let person = one_line(person);
    let is_nobody = matches!(person.to_lowercase().as_str(), "admin" | "administrator");
    if is_nobody || person.contains("://") {
        return Vec::new();
    }
    if !person.contains('@') {
        return fields::byline(&person);
    }
    let words: Vec<&str> = person
        .split([' ', '(', ')', '<', '>'])
        .filter(|word| !word.is_empty() && !word.contains('@'))
        .collect();
    fields::byline(&words.join(" "))
}

fn topics(element: &Element) -> Vec<String> {
    let listed = element.all("media:keywords").map(Element::text);
    let listed: Vec<String> = listed
        .flat_map(|list| list.split(',').map(str::to_string).collect::<Vec<_>>())
        .collect();
    element
        .all(":category")
        .chain(element.all("dc:subject"))
        .map(|category| {
            let text = category.text();
            let named = category
                .attribute("label")
                .or(category.attribute("term"))
                .unwrap_or("");
            one_line(if text.is_empty() { named } else { &text })
        })
        .filter(|topic| !topic.starts_with("http") && topic != "Uncategorized")
        .chain(listed)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (base, address, whole) in [
            (
                "https://a.example/blog/feed.xml",
                "/x",
                "https://a.example/x",
            ),
            (
                "https://a.example/blog/feed.xml",
                "x/../y.html",
                "https://a.example/blog/y.html",
            ),
            (
                "https://a.example/blog/",
                "?p=1",
                "https://a.example/blog/?p=1",
            ),
            ("https://a.example", "x", "https://a.example/x"),
            ("https://a.example/", "//b.example/x", "https://b.example/x"),
            (
                "https://a.example/",
                "http://b.example/x",
                "http://b.example/x",
            ),
            ("", "/x", "/x"),
        ] {
            assert_eq!(absolute(base, address), whole);
        }
    }

    #[test]
    fn people() {
        assert_eq!(person_names("ann@tide.example (Ann Lee)"), ["Ann Lee"]);
        assert_eq!(person_names("Ann Lee <ann@tide.example>"), ["Ann Lee"]);
        assert!(person_names("ann@tide.example").is_empty());
    }

    #[test]
    fn trailers() {
        let mut text =
            "It rained.\n\nRead more\n\nThe post Rain appeared first on The Tide.".to_string();
        without_trailers(&mut text);
        assert_eq!(text, "It rained.");
        let mut text = "It rained all […]".to_string();
        without_trailers(&mut text);
        assert_eq!(text, "It rained all…");
    }
}
