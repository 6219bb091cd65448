//! HTML: the main content of a page, without navigation, advertisements and the like.
//!
//! The content is found by the trafilatura crate, which also gathers metadata from JSON-LD,
//! OpenGraph and meta elements; [`extract`] is the one place that knows it. Its plain text joins
//! paragraphs with spaces, so the paragraphs are taken from its cleaned HTML instead.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use scraper::node::Node;
use scraper::{Html as Page, Selector};
use serde_json::Value;

use super::sniff::Head;
use super::{Input, ReadError, Reader, Sink, date, decode, fields, normalize};
use crate::article::Article;

/// Reads saved web pages.
pub struct Html;

/// A tree takes some twenty times the bytes of its page.
const LARGEST_PAGE: usize = 16 * 1024 * 1024;
/// Deeper nesting is no real page, and the extractor recurses.
const DEEPEST: usize = 512;

impl Reader for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let named = matches!(head.extension.as_str(), "html" | "htm" | "xhtml" | "shtml");
        let start = head.start(4096);
        if head.starts_with("<!doctype html") || head.starts_with("<html") {
            98
        } else if start.starts_with('<')
            && (start.contains("<html")
                || start.contains("<body")
                || start.contains("<head>")
                || start.contains("<head "))
        {
            96
        } else if named {
            80
        } else if start.starts_with('<') && is_markup(&head.text) {
            60
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let bytes = input.whole_bytes()?;
        if input.head.extension == "json" {
            return Err(ReadError::Broken("not JSON: it is a web page".into()));
        }
        let (article, encoding) = page(&bytes, None)?;
        input.encoding = Some(encoding);
        let _ = sink.article(article);
        Ok(())
    }
}

/// The article on a page, and the encoding of the page. `charset` is the one that came with it,
/// as in an HTTP header; it goes before the one that the page names.
pub(super) fn page(
    bytes: &[u8],
    charset: Option<&str>,
) -> Result<(Article, &'static str), ReadError> {
    if bytes.len() > LARGEST_PAGE {
        return Err(ReadError::Broken(format!(
            "the page is larger than {} MiB",
            LARGEST_PAGE >> 20
        )));
    }
    let declared = charset
        .filter(|label| decode::is_clean(bytes, label))
        .map(str::to_string)
        .or_else(|| declared_encoding(bytes));
    let decoded = decode::decode(bytes, declared.as_deref());
    let article = extract(&decoded.text);
    if article.text.trim().is_empty() {
        return Err(ReadError::NotAnArticle(
            "no article text on the page".into(),
        ));
    }
    Ok((article, decoded.encoding))
}

/// The charset that a page names in its first 2 KiB.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_lowercase();
    let after = ["charset=", "encoding="]
        .iter()
        .find_map(|name| Some(start.split_once(name)?.1))?;
    let label = after.trim_start_matches(['"', '\'', ' ']);
    Some(
        label
            .split(['"', '\'', ' ', ';', '>', '/', '?'])
            .next()?
            .to_string(),
    )
}

/// The article on a page. Its text is empty when there is none.
fn extract(page: &str) -> Article {
    let mut article = Article::default();
    if nesting(page) > DEEPEST {
        article.text = without_tags(page);
        return article;
    }
    let options = trafilatura::Options::default()
        .with_fallback(true)
        .with_exclude_comments(true)
        .with_prune_selector(
            "div.advertisement, aside.advertisement, div.cookie-banner, div#cookie-consent",
        );
    // The extractor is not ours: a panic in it costs its page, not the run.
    let paragraphed = with_paragraphs(page);
    let extracted = catch_unwind(AssertUnwindSafe(|| {
        trafilatura::extract(&paragraphed, &options)
    }));
    let facts = Facts::of(page);
    let mut authors = String::new();
    if let Ok(Ok(found)) = extracted {
        article.text = strip(&found.content_html);
        let meta = found.metadata;
        article.title = meta.title;
        authors = meta.author;
        article.outlet = Some(meta.sitename);
        article.url = Some(meta.url).filter(|url| !url.is_empty());
        article.topics = if meta.tags.is_empty() {
            meta.categories
        } else {
            meta.tags
        };
    }
    // Where the page is filled in by a script, or cut off for those who do not pay, the data for
    // search engines may still have the whole; elsewhere the page has the paragraphs.
    if facts.body.len() > article.text.len() * 2 {
        article.text = facts.body;
    }
    if article.text.is_empty() {
        article.text = facts.whole;
    }
    article.language = facts.language;
    // The extractor guesses one from any part of a page; a missing date stays missing.
    article.date = facts.date;
    let outlet = facts.outlet.or(article.outlet.take());
    article.outlet = outlet
        .map(|name| outlet_name(&name))
        .filter(|name| !name.is_empty());
    article.title = title(&article.title, facts.titles, article.outlet.as_deref());
    let outlet = article.outlet.clone().unwrap_or_default();
    let named = facts.authors.iter().map(String::as_str);
    article.authors = people(named, &outlet);
    if article.authors.is_empty() {
        article.authors = people(authors.split(';'), &outlet);
    }
    trim(&mut article);
    article
}

/// The page with paragraphs where it has blank lines only, made of two breaks or more: the
/// extractor loses what stands between those.
fn with_paragraphs(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some(at) =
        memchr::memchr_iter(b'<', rest.as_bytes()).find(|&at| after_break(&rest[at..]).is_some())
    {
        let (before, run) = rest.split_at(at);
        out.push_str(before);
        let (count, after) = breaks(run);
        match count {
            1 => out.push_str(&run[..run.len() - after.len()]),
            _ => out.push_str("</p><p>"),
        }
        rest = after;
    }
    out + rest
}

/// How many breaks follow one another, and what comes after them.
fn breaks(run: &str) -> (usize, &str) {
    let (mut count, mut rest) = (0, run);
    while let Some(after) = after_break(rest.trim_start()) {
        count += 1;
        rest = after;
    }
    (count, rest)
}

/// What follows the `<br>` that a text begins with.
fn after_break(text: &str) -> Option<&str> {
    let name = text.get(..3)?;
    let tag = text.get(3..)?;
    let is_break = name.eq_ignore_ascii_case("<br") && tag.starts_with([' ', '/', '>', '\n']);
    let end = is_break.then(|| tag.find('>')).flatten()?;
    Some(&tag[end + 1..])
}

/// What a page says of its article in its head, in data for search engines, and in plain sight.
#[derive(Default)]
struct Facts {
    language: Option<String>,
    outlet: Option<String>,
    date: Option<jiff::civil::Date>,
    authors: Vec<String>,
    /// Headlines, the best first.
    titles: Vec<String>,
    /// The text in the data for search engines.
    body: String,
    /// All text of the page.
    whole: String,
}

impl Facts {
    fn of(page: &str) -> Self {
        let tree = Page::parse_document(page);
        let attribute = |selector: &str, name: &str| {
            let selector = Selector::parse(selector).ok()?;
            let found = tree
                .select(&selector)
                .find_map(|element| element.value().attr(name));
            found
                .map(str::trim)
                .filter(|value| !value.is_empty())
                .map(str::to_string)
        };
        let meta = |name: &str| {
            attribute(&format!("meta[property='{name}']"), "content")
                .or_else(|| attribute(&format!("meta[name='{name}']"), "content"))
                .or_else(|| attribute(&format!("[itemprop='{name}']"), "content"))
                .or_else(|| attribute(&format!("[itemprop='{name}']"), "datetime"))
        };
        let inner = |selector: &str| {
            let selector = Selector::parse(selector).ok()?;
            let mut texts = tree
                .select(&selector)
                .map(|element| text_of(element.descendants()));
            let letters =
                |text: &String| text.chars().filter(|letter| letter.is_alphabetic()).count();
            texts.find(|text| letters(text) > 1)
        };
        let mut facts = Self {
            language: attribute("html[lang]", "lang").or_else(|| meta("og:locale")),
            outlet: meta("og:site_name"),
            ..Self::default()
        };
        let dates = [
            "article:published_time",
            "datePublished",
            "date",
            "pubdate",
            "parsely-pub-date",
            "dc.date",
        ];
        facts.date = dates.iter().find_map(|name| date::parse(&meta(name)?));
        let authors = [
            "author",
            "article:author",
            "parsely-author",
            "byl",
            "dc.creator",
        ];
        facts.authors = authors
            .iter()
            .filter_map(|name| meta(name))
            .take(1)
            .collect();
        if let Ok(selector) = Selector::parse("script[type='application/ld+json']") {
            for script in tree.select(&selector) {
                let source: String = script.text().collect();
                if let Ok(data) = serde_json::from_str::<Value>(source.trim()) {
                    facts.linked_data(&data);
                }
            }
        }
        let titles = [meta("og:title"), inner("h1"), inner("title")];
        facts.titles = titles
            .into_iter()
            .flatten()
            .map(|title| normalize::line(&title))
            .collect();
        let whole = ["article", "main", "[role=main]", "body"]
            .into_iter()
            .find_map(inner);
        facts.whole = whole.unwrap_or_default();
        facts.date = facts
            .date
            .or_else(|| date::parse(&attribute("time[datetime]", "datetime")?))
            .or_else(|| date::of_path(&meta("og:url")?))
            .or_else(|| date::of_path(&attribute("link[rel='canonical']", "href")?))
            .or_else(|| date_in_sight(&tree));
        facts
    }

    /// Takes what JSON-LD says of an article, wherever in it that stands.
    fn linked_data(&mut self, data: &Value) {
        let fields = match data {
            Value::Array(values) => return values.iter().for_each(|value| self.linked_data(value)),
            Value::Object(fields) => fields,
            _ => return,
        };
        if let Some(graph) = fields.get("@graph") {
            self.linked_data(graph);
        }
        let kind = fields
            .get("@type")
            .map(Value::to_string)
            .unwrap_or_default();
        if !["Article", "Posting", "Report"]
            .iter()
            .any(|end| kind.contains(end))
        {
            return;
        }
        let Some(article) = fields::article(fields) else {
            return;
        };
        self.date = article.date.or(self.date);
        if !article.authors.is_empty() {
            self.authors = article.authors;
        }
        self.outlet = self.outlet.take().or(article.outlet);
        let has_body = fields.get("articleBody").is_some_and(Value::is_string);
        if has_body && article.text.len() > self.body.len() {
            self.body = article.text;
        }
    }
}

/// The date in an element that is called one of publication, such as `entry-date` or `pubTime`.
fn date_in_sight(tree: &Page) -> Option<jiff::civil::Date> {
    /// A longer text is more than a date, in bytes.
    const LONGEST: usize = 120;
    let is_called = |name: &str| {
        let name = name.to_ascii_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        has(&["pub", "post", "entry", "article", "story", "byline"]) && has(&["date", "time"])
    };
    let selector = Selector::parse("[class*='date' i], [class*='time' i], [id*='date' i]").ok()?;
    tree.select(&selector)
        .filter(|element| {
            let value = element.value();
            value.classes().any(is_called) || value.id().is_some_and(is_called)
        })
        .map(|element| normalize::line(&text_of(element.descendants())))
        .filter(|text| text.len() <= LONGEST)
        .find_map(|text| date::parse(&text))
}

/// The name of an outlet in what pages call it: once, and without the parts of an address.
fn outlet_name(name: &str) -> String {
    let name = normalize::line(name.split(';').next().unwrap_or(name));
    let bare = ["https://", "http://"]
        .iter()
        .find_map(|start| name.strip_prefix(start));
    let bare = bare.map(|bare| bare.trim_start_matches("www.").trim_end_matches('/'));
    bare.unwrap_or(&name).trim_start_matches('@').to_string()
}

/// Marks between a headline and the name of the site, in the title of a page.
const TITLE_MARKS: [&str; 9] = [" | ", " - ", " – ", " — ", " » ", " :: ", " : ", "-", "_"];

/// The headline: what the extractor found or the page has, without the name of the site.
fn title(found: &str, others: Vec<String>, outlet: Option<&str>) -> String {
    let mut title = normalize::line(found);
    if title.is_empty() {
        title = others.first().cloned().unwrap_or_default();
    }
    // Another heading that is this one without its end is the bare headline.
    let bare = others.iter().find(|other| {
        let rest = title.strip_prefix(other.as_str()).unwrap_or_default();
        other.chars().count() >= 8 && TITLE_MARKS.iter().any(|mark| rest.starts_with(mark))
    });
    title = bare.cloned().unwrap_or(title);
    if let Some(outlet) = outlet {
        if let Some(bare) = fields::without_outlet(&title, outlet) {
            title = bare.to_string();
        }
        if let Some(bare) = title.strip_prefix(outlet)
            && let Some(bare) = bare
                .trim_start()
                .strip_prefix(['|', ':', '-', '–', '—', '»'])
            && bare.trim().contains(' ')
        {
            title = bare.trim().to_string();
        }
    }
    let ends = |end: char| end.is_whitespace() || matches!(end, '|' | '»' | '–' | '—' | '-');
    title.trim_end_matches(ends).to_string()
}

/// The names of people among what pages give as authors.
fn people<'a>(named: impl Iterator<Item = &'a str>, outlet: &str) -> Vec<String> {
    /// What templates leave where a name should be.
    const PLACEHOLDERS: [&str; 6] = [
        "admin",
        "username",
        "submitted",
        "author",
        "editor",
        "staff",
    ];
    let is_person = |name: &String| {
        let lower = name.to_lowercase();
        !(name.split(' ').count() > 5
            || name.chars().count() < 3
            || name.contains(['@', '/', '{', '<', '_'])
            || name.chars().any(|character| character.is_ascii_digit())
            || PLACEHOLDERS.contains(&lower.as_str())
            || lower == outlet.to_lowercase())
    };
    let named = named.filter(|name| name.trim().to_lowercase() != outlet.to_lowercase());
    named.flat_map(fields::byline).filter(is_person).collect()
}

/// Paragraphs at the ends that are looked at, and the length in bytes of those that may go.
const EDGE: usize = 6;
const SHORT: usize = 120;

/// Drops what stands around the text on a page: the headline again, date, byline, invitations to
/// read more, and the headlines that follow these.
fn trim(article: &mut Article) {
    drop_repeated_title(article);
    let paragraphs: Vec<&str> = article.text.split("\n\n").collect();
    let (title, outlet) = (
        normalize::line(&article.title),
        article.outlet.as_deref().unwrap_or(""),
    );
    let is_short = |line: &str| line.len() <= SHORT && !normalize::ends_sentence(line);
    let is_named = |line: &str| {
        let byline = fields::byline(line);
        !byline.is_empty() && byline.iter().all(|name| article.authors.contains(name))
    };
    let is_before = |line: &str| {
        let words = line.split_whitespace().count();
        line == title
            || line.eq_ignore_ascii_case(outlet)
            || is_furniture(line)
            || is_named(line)
            || (words <= 8 && date::parse(line).is_some())
            || (words <= 3
                && line.starts_with(|first: char| first.is_ascii_digit())
                && line.to_lowercase().contains("comment"))
    };
    let count = paragraphs.len();
    let mut first = 0;
    while first < EDGE.min(count.saturating_sub(1))
        && is_short(paragraphs[first])
        && is_before(paragraphs[first])
    {
        first += 1;
    }
    let mut last = count;
    while last > first + 1 && count - last < EDGE {
        let line = paragraphs[last - 1];
        if !(is_short(line) && (is_furniture(line) || is_named(line))) {
            break;
        }
        last -= 1;
    }
    // "Read more:", and then only headlines.
    let tail = (first + 1..last)
        .rev()
        .take_while(|&at| is_short(paragraphs[at]))
        .last();
    if let Some(tail) = tail
        && let Some(at) = (tail..last).find(|&at| is_furniture(paragraphs[at]))
    {
        last = at;
    }
    if (first, last) != (0, count) {
        article.text = paragraphs[first..last].join("\n\n");
    }
}

/// Whether a line begins as those do that stand around articles (`lexicon/page_furniture.tsv`).
fn is_furniture(line: &str) -> bool {
    static LINES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let rows = include_str!("../../lexicon/page_furniture.tsv").lines();
        rows.filter(|row| !row.starts_with('#')).skip(1).collect()
    });
    let line = line.to_lowercase();
    LINES.iter().any(|start| {
        let rest = line.strip_prefix(start);
        // "Commentators" begins as "comment" does.
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphabetic()))
    })
}

/// Pages show their headline above the text; it is in the title already.
pub(super) fn drop_repeated_title(article: &mut Article) {
    let (first, rest) = article
        .text
        .split_once("\n\n")
        .unwrap_or((article.text.as_str(), ""));
    if !article.title.is_empty()
        && !rest.is_empty()
        && normalize::line(first) == normalize::line(&article.title)
    {
        article.text = rest.to_string();
    }
}

/// Whether a text plainly is HTML: it closes an element that it opens, or has a paragraph or break.
pub fn is_markup(text: &str) -> bool {
    if !text.contains('<') {
        return false;
    }
    let text = text.to_ascii_lowercase();
    let opens = [
        "<p>", "<p ", "<br>", "<br/>", "<br />", "<div", "<a href", "<span", "<h1", "<h2", "<ul",
        "<li", "<strong>", "<em>", "<b>", "<i>",
    ];
    let found = opens.iter().filter(|tag| text.contains(**tag)).count();
    let closes = [
        "</p>",
        "</div>",
        "</a>",
        "</span>",
        "</h1>",
        "</h2>",
        "</li>",
        "</strong>",
        "</em>",
        "</b>",
        "</i>",
    ];
    let closed = closes.iter().any(|tag| text.contains(tag));
    found > 0 && (closed || text.contains("<br") || text.trim_start().starts_with("<p"))
}

/// The text of an HTML fragment: blocks become paragraphs, `\n\n` between them.
pub fn strip(fragment: &str) -> String {
    if !fragment.contains(['<', '&']) {
        return fragment.to_string();
    }
    if nesting(fragment) > DEEPEST {
        return without_tags(fragment);
    }
    let tree = Page::parse_fragment(fragment);
    text_of(tree.tree.root().descendants())
}

/// The character of an entity such as `&rsquo;`, or the entity itself where there is none.
pub fn strip_entity(entity: &str) -> String {
    let tree = Page::parse_fragment(entity);
    let text = tree.tree.root().descendants().find_map(|node| {
        let text = node.value().as_text()?;
        Some(text.to_string())
    });
    text.unwrap_or_else(|| entity.to_string())
}

/// The text of a run of nodes in document order.
fn text_of<'a>(nodes: impl Iterator<Item = ego_tree::NodeRef<'a, Node>>) -> String {
    let mut text = Paragraphs::default();
    let mut block = None;
    for node in nodes {
        match node.value() {
            Node::Element(element) => match element.name() {
                "br" => text.line_break(),
                name if is_block(name) => text.end(),
                _ => {}
            },
            Node::Text(words) => {
                let mut hidden = false;
                let mut nearest = None;
                for above in node.ancestors() {
                    if let Node::Element(element) = above.value() {
                        hidden |= matches!(
                            element.name(),
                            "script"
                                | "style"
                                | "noscript"
                                | "template"
                                | "iframe"
                                | "head"
                                | "textarea"
                        ) || is_undisplayed(element);
                        if nearest.is_none() && is_block(element.name()) {
                            nearest = Some(above.id());
                        }
                    }
                }
                if hidden {
                    continue;
                }
                // After a nested block ends, the text that follows belongs to the outer one.
                if nearest != block {
                    text.end();
                    block = nearest;
                }
                text.words(&words.text);
            }
            _ => {}
        }
    }
    text.end();
    text.done
}

/// Whether an element is told not to be shown, as the first lines of newsletters are, which are
/// meant for the list of mails.
fn is_undisplayed(element: &scraper::node::Element) -> bool {
    element.attr("hidden").is_some()
        || element.attr("style").is_some_and(|style| {
            let style: String = style.split_whitespace().collect();
            style.to_ascii_lowercase().contains("display:none")
        })
}

pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "pre"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "table"
            | "tr"
            | "td"
            | "th"
            | "figure"
            | "figcaption"
            | "main"
            | "aside"
            | "nav"
            | "hr"
            | "form"
            | "body"
            | "address"
            | "title"
    )
}

/// Paragraphs as they grow.
#[derive(Default)]
pub(super) struct Paragraphs {
    pub(super) done: String,
    open: String,
    breaks: usize,
}

impl Paragraphs {
    pub(super) fn words(&mut self, raw: &str) {
        let spaced = raw.starts_with(char::is_whitespace);
        let mut first = true;
        for word in raw.split_whitespace() {
            self.breaks = 0;
            if (!first || spaced) && !self.open.is_empty() && !self.open.ends_with(' ') {
                self.open.push(' ');
            }
            self.open.push_str(word);
            first = false;
        }
        if raw.ends_with(char::is_whitespace) && !self.open.is_empty() && !self.open.ends_with(' ')
        {
            self.open.push(' ');
        }
    }

    /// One break is a line, two are a paragraph.
    pub(super) fn line_break(&mut self) {
        self.breaks += 1;
        if self.breaks > 1 {
            self.end();
        } else if !self.open.is_empty() {
            let kept = self.open.trim_end().len();
            self.open.truncate(kept);
            self.open.push(' ');
        }
    }

    pub(super) fn end(&mut self) {
        let paragraph = std::mem::take(&mut self.open);
        self.add(paragraph.trim());
        self.breaks = 0;
    }

    /// Adds what is made of paragraphs already.
    pub(super) fn add(&mut self, paragraphs: &str) {
        if !paragraphs.is_empty() {
            if !self.done.is_empty() {
                self.done.push_str("\n\n");
            }
            self.done.push_str(paragraphs);
        }
    }
}

/// How deep elements are nested, counting those that must be closed; a bound, not the exact depth.
fn nesting(page: &str) -> usize {
    let bytes = page.as_bytes();
    let (mut depth, mut deepest) = (0_usize, 0);
    // Scripts write elements that are not there.
    let mut in_script = false;
    for at in memchr::memchr_iter(b'<', bytes) {
        let rest = &bytes[at + 1..];
        let is_script = |rest: &[u8]| {
            rest.get(..6)
                .is_some_and(|name| name.eq_ignore_ascii_case(b"script"))
        };
        if in_script {
            in_script = !(rest.first() == Some(&b'/') && is_script(&rest[1..]));
            continue;
        }
        in_script = is_script(rest);
        if in_script || rest.starts_with(b"!") {
            continue;
        }
        let closes = rest.first() == Some(&b'/');
        let name = &rest[usize::from(closes)..];
        let length = name
            .iter()
            .take(12)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let name = name[..length].to_ascii_lowercase();
        let optional: &[&[u8]] = &[
            b"p", b"li", b"br", b"img", b"meta", b"link", b"input", b"hr", b"td", b"tr", b"th",
            b"dt", b"dd", b"option", b"source", b"wbr", b"area", b"base", b"col", b"embed",
            b"param", b"track", b"path", b"rect", b"use", b"circle",
        ];
        if name.is_empty() || optional.contains(&name.as_slice()) {
            continue;
        }
        if closes {
            depth = depth.saturating_sub(1);
        } else {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

/// What stands between tags, for pages that no tree should be built of.
fn without_tags(page: &str) -> String {
    let mut text = Paragraphs::default();
    let mut hidden: Option<String> = None;
    for piece in page.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or((piece, ""));
        let closes = tag.starts_with('/');
        let name = tag
            .trim_start_matches('/')
            .split(|character: char| !character.is_alphanumeric());
        let name = name.take(1).collect::<String>().to_ascii_lowercase();
        if let Some(element) = &hidden {
            if !(closes && *element == name) {
                continue;
            }
            hidden = None;
        } else if matches!(name.as_str(), "script" | "style") && !tag.ends_with('/') {
            hidden = Some(name);
            continue;
        }
        if is_block(&name) {
            text.end();
        }
        text.words(words);
    }
    text.end();
    text.done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_are_paragraphs() {
        assert_eq!(
            with_paragraphs("<p>One<BR><br class='x'/>\n two<br>three <b>É</b><broken"),
            "<p>One</p><p>\n two<br>three <b>É</b><broken"
        );
    }

    #[test]
    fn fragments_become_paragraphs() {
        assert_eq!(
            strip(
                "<p>One <b>bold</b>word,\n two.</p><div>Three<br>four<br><br>five &amp; six</div>tail"
            ),
            "One boldword, two.\n\nThree four\n\nfive & six\n\ntail"
        );
        assert_eq!(
            strip("<style>p{}</style><ul><li>a</li><li>b</li></ul>"),
            "a\n\nb"
        );
        assert_eq!(strip("5 < 6"), "5 < 6");
    }

    #[test]
    fn markup_is_told_from_prose() {
        assert!(is_markup("<p>Hello</p>") && is_markup("one<br>two"));
        assert!(!is_markup("when x < y and a <b") && !is_markup("see <stdin>"));
    }

    #[test]
    fn deep_pages_do_no_harm() {
        let page = format!(
            "<html><body>{}deep words{}",
            "<div>".repeat(20_000),
            "</div>".repeat(20_000)
        );
        assert_eq!(extract(&page).text, "deep words");
    }
}
