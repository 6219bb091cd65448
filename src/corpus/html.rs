//! HTML: the main content of a page, without navigation, advertisements and the like.
//!
//! The content is found by the trafilatura crate, which also gathers metadata from JSON-LD,
//! OpenGraph and meta elements; [`extract`] is the one place that knows it. Its plain text joins
//! paragraphs with spaces, so the paragraphs are taken from its cleaned HTML instead.

use std::panic::{AssertUnwindSafe, catch_unwind};

use scraper::node::Node;
use scraper::{Html as Page, Selector};

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
        let start: String = head
            .text
            .chars()
            .take(4096)
            .collect::<String>()
            .to_lowercase();
        if head.starts_with("<!doctype html") || head.starts_with("<html") {
            98
        } else if start.starts_with('<')
            && (start.contains("<html") || start.contains("<body") || start.contains("<head"))
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
    let extracted = catch_unwind(AssertUnwindSafe(|| trafilatura::extract(page, &options)));
    if let Ok(Ok(found)) = extracted {
        article.text = strip(&found.content_html);
        let meta = found.metadata;
        article.title = meta.title;
        article.authors = meta.author.split(';').flat_map(fields::byline).collect();
        article.date = meta.date.and_then(|day| date::parse(&day.to_string()));
        article.outlet =
            Some(meta.sitename).filter(|name| !name.is_empty() && *name != article.title);
        article.url = Some(meta.url).filter(|url| !url.is_empty());
        article.language = Some(meta.language).filter(|language| !language.is_empty());
        article.topics = if meta.tags.is_empty() {
            meta.categories
        } else {
            meta.tags
        };
    }
    if article.text.is_empty()
        || article.title.is_empty()
        || article.date.is_none()
        || article.language.is_none()
    {
        complete(&mut article, page);
    }
    if let Some(outlet) = &article.outlet
        && let Some(bare) = article.title.strip_suffix(outlet.as_str())
        && let Some(bare) = bare.trim_end().strip_suffix(['|', '-', '–', '—', '»', ':'])
        && !bare.trim().is_empty()
    {
        article.title = bare.trim().to_string();
    }
    drop_repeated_title(&mut article);
    article
}

/// Fills in from the page itself what the extractor did not find.
fn complete(article: &mut Article, page: &str) {
    let tree = Page::parse_document(page);
    let attribute = |selector: &str, name: &str| {
        let selector = Selector::parse(selector).ok()?;
        tree.select(&selector)
            .find_map(|element| element.value().attr(name).map(str::to_string))
    };
    let inner = |selector: &str| {
        let selector = Selector::parse(selector).ok()?;
        let text = tree
            .select(&selector)
            .map(|element| text_of(element.descendants()))
            .find(|text| !text.is_empty());
        text.filter(|text| {
            text.chars()
                .filter(|character| character.is_alphabetic())
                .count()
                > 1
        })
    };
    if article.text.is_empty() {
        let found = ["article", "main", "[role=main]", "body"]
            .into_iter()
            .find_map(inner);
        article.text = found.unwrap_or_default();
    }
    if article.title.is_empty() {
        let found = attribute("meta[property='og:title']", "content")
            .or_else(|| inner("h1"))
            .or_else(|| inner("title"));
        article.title = normalize::line(&found.unwrap_or_default());
    }
    if article.date.is_none() {
        let found = attribute("time[datetime]", "datetime")
            .or_else(|| attribute("meta[name='date']", "content"));
        article.date = found.and_then(|text| date::parse(&text));
    }
    if article.language.is_none() {
        article.language = attribute("html[lang]", "lang");
    }
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
    for at in memchr::memchr_iter(b'<', bytes) {
        let rest = &bytes[at + 1..];
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
    for piece in page.split('<') {
        let (tag, words) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag
            .trim_start_matches('/')
            .split(|character: char| !character.is_alphanumeric())
            .next()
            .unwrap_or("");
        if matches!(name, "script" | "style") {
            continue;
        }
        if is_block(&name.to_ascii_lowercase()) {
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
