//! Mail (RFC 5322 with MIME): one message, one article. Newsletters, wire copy sent by mail, press
//! releases.
//!
//! [`message`] turns bytes into an article, for `.eml` files and for [`mbox`](super::mbox). The
//! mail-parser crate reads the headers; the tree of parts is walked here, because its depth must
//! have a bound and because text must go through [`decode`], which knows what to do with a wrong
//! charset or none. What a mail has beside its text is taken off: quoted replies, signatures,
//! links to unsubscribe.

use std::borrow::Cow;
use std::ops::ControlFlow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::{Addr, Message, MessageParser, MimeHeaders};
use serde_json::{Map, Value};

use super::sniff::Head;
use super::{Input, ReadError, Reader, Sink, date, decode, fields, html, normalize};
use crate::article::Article;

/// Reads a single mail.
pub struct Mail;

/// Parts within parts, and messages within messages.
const DEEPEST: usize = 16;
/// Parts of one message.
const MOST_PARTS: usize = 500;

impl Reader for Mail {
    fn name(&self) -> &'static str {
        "mail"
    }

    /// Press releases begin with `Date:` and `Contact:` too: a mail is told by what only programs
    /// write, or by an address that it comes from and one that it goes to.
    fn sniff(&self, head: &Head) -> u8 {
        let (block, _) = split_head(head.text.as_bytes());
        let block = String::from_utf8_lossy(block);
        let named = matches!(head.extension.as_str(), "eml" | "mht" | "mhtml" | "emlx");
        let has = |name: &str, mark: &str| {
            block.lines().any(|line| {
                line.split_once(':').is_some_and(|(field, value)| {
                    field.trim_end().eq_ignore_ascii_case(name) && value.contains(mark)
                })
            })
        };
        let by_program = has("Message-ID", "@")
            || has("MIME-Version", "1")
            || has("Received", "by ")
            || has("Return-Path", "<")
            || has("Delivered-To", "@")
            || has("Content-Type", "multipart/");
        let addressed =
            has("From", "@") && has("Date", "") && (has("To", "") || has("Subject", ""));
        match (by_program || addressed, named) {
            (true, _) => 99,
            (false, true) if !block.is_empty() => 98,
            _ => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let bytes = input.whole_bytes()?;
        let nothing = || ReadError::Broken("a mail with neither a subject nor a text".into());
        let article = message(&bytes).ok_or_else(nothing)?;
        match sink.article(article) {
            ControlFlow::Continue(false) => Err(nothing()),
            _ => Ok(()),
        }
    }
}

/// The article in a message; `None` where it has neither a subject nor a text.
pub(super) fn message(bytes: &[u8]) -> Option<Article> {
    let root = Part::message(bytes);
    let mut article = Article::default();
    if let Some(head) = &root.head {
        if is_saved_page(head)
            && let Some(page) = root.saved_page(0)
        {
            return Some(page);
        }
        article.title = title(head);
        article.date = head.header_raw("Date").and_then(date::parse);
        article.key = head.message_id().map(str::to_string);
        (article.authors, article.outlet) = sender(head);
    }
    let mut walk = Walk::default();
    let mut text = root.text(&mut walk, 0);
    if text.trim().is_empty() {
        walk = Walk {
            attachments: true,
            ..Walk::default()
        };
        text = root.text(&mut walk, 0);
    }
    article.text = without_notices(&text);
    if let Some(inner) = article_in_json(&article.text) {
        article.title = Some(inner.title)
            .filter(|title| !title.is_empty())
            .unwrap_or(article.title);
        article.text = inner.text;
        article.date = inner.date.or(article.date);
        article.authors.extend(inner.authors);
        article.topics = inner.topics;
    }
    html::drop_repeated_title(&mut article);
    (!article.title.is_empty() || !article.text.trim().is_empty()).then_some(article)
}

/// Some desks send their copy as a JSON object in the body of a mail.
fn article_in_json(text: &str) -> Option<Article> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    // The lines of the mail were wrapped, also within strings.
    let unwrapped = text.replace(['\n', '\r'], " ");
    let object: Map<String, Value> = serde_json::from_str(&unwrapped).ok()?;
    fields::article(&object).filter(|article| !article.text.is_empty())
}

/// What is kept over the parts of one message.
#[derive(Default)]
struct Walk {
    /// How many parts were looked at.
    parts: usize,
    /// Whether attached texts count, as they do where there is no other text.
    attachments: bool,
}

/// A message or a part of one: its headers and what follows them, not decoded yet.
struct Part<'a> {
    head: Option<Message<'static>>,
    body: &'a [u8],
}

impl<'a> Part<'a> {
    /// A message. Mail stores pad its beginning with lines of spaces; in a part, an empty line says
    /// that it has no headers.
    fn message(bytes: &'a [u8]) -> Self {
        let blank: usize = lines(bytes)
            .map(|(_, line)| line)
            .take_while(|line| line.trim_ascii().is_empty())
            .map(<[u8]>::len)
            .sum();
        Self::new(&bytes[blank..])
    }

    fn new(bytes: &'a [u8]) -> Self {
        let (head, body) = split_head(bytes);
        // Headers should be ASCII. Where they are not, what the message says of its text is the
        // best guess.
        let head = decode::decode(head, charset_named_in(bytes).as_deref()).text;
        let mut head = relabelled(head);
        head.push_str("\r\n\r\n");
        let head = MessageParser::default()
            .parse_headers(head.as_bytes())
            .map(Message::into_owned)
            .filter(|head| !head.parts.is_empty());
        Self { head, body }
    }

    /// The media type in lower case. A part that does not say is plain text.
    fn media(&self) -> String {
        let found = self.head.as_ref().and_then(|head| head.content_type());
        match found {
            Some(found) => {
                format!("{}/{}", found.ctype(), found.subtype().unwrap_or("")).to_ascii_lowercase()
            }
            None => "text/plain".into(),
        }
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let head = self.head.as_ref()?;
        head.content_type()?.attribute(name).map(str::trim)
    }

    fn is_attachment(&self) -> bool {
        self.head.as_ref().is_some_and(|head| {
            head.content_disposition()
                .is_some_and(|found| found.is_attachment())
                || head.attachment_name().is_some()
        })
    }

    fn bytes(&self) -> Cow<'a, [u8]> {
        let head = self.head.as_ref();
        let coding = head
            .and_then(|head| head.content_transfer_encoding())
            .unwrap_or("")
            .trim()
            .to_ascii_lowercase();
        match coding.as_str() {
            "base64" => from_base64(self.body).into(),
            "quoted-printable" => from_quoted_printable(self.body).into(),
            _ => self.body.into(),
        }
    }

    /// The text of a part that is text.
    fn decoded(&self) -> String {
        let bytes = self.bytes();
        let charset = self.parameter("charset").map(str::to_ascii_lowercase);
        match charset.as_deref() {
            // What the web knows no more, mail still has: UTF-7, the code pages of DOS.
            Some(label) if encoding_rs::Encoding::for_label(label.as_bytes()).is_none() => {
                match charset_decoder(label.as_bytes()) {
                    Some(decoder) => decoder(&bytes),
                    None => decode::decode(&bytes, None).text,
                }
            }
            Some("us-ascii" | "ascii") => decode::decode(&bytes, None).text,
            label => decode::decode(&bytes, label).text,
        }
    }

    /// The parts of a multipart; none where its boundary does not occur.
    fn children(&self, most: usize) -> Vec<Part<'a>> {
        let Some(boundary) = self.parameter("boundary") else {
            return Vec::new();
        };
        split_parts(self.body, boundary.as_bytes(), most)
            .into_iter()
            .map(Part::new)
            .collect()
    }

    /// The text in it, whatever it is.
    fn text(&self, walk: &mut Walk, depth: usize) -> String {
        walk.parts += 1;
        if depth > DEEPEST || walk.parts > MOST_PARTS {
            return String::new();
        }
        let media = self.media();
        let attached = self.is_attachment() && depth > 0 && !walk.attachments;
        match media.as_str() {
            _ if media.starts_with("multipart/") => {
                let children = self.children(MOST_PARTS - walk.parts);
                match media.as_str() {
                    _ if children.is_empty() => self.plain(),
                    "multipart/alternative" => alternative(&children, walk, depth),
                    // What is no text in a digest is a message, if it does not say otherwise.
                    "multipart/digest" => joined(children.iter().map(|child| {
                        if child.media() == "text/plain" {
                            forwarded(child.body, walk, depth)
                        } else {
                            child.text(walk, depth + 1)
                        }
                    })),
                    _ => joined(children.iter().map(|child| child.text(walk, depth + 1))),
                }
            }
            "message/rfc822" | "message/global" => forwarded(&self.bytes(), walk, depth),
            _ if attached => String::new(),
            "text/plain" | "text/" => self.plain(),
            "text/html" | "application/xhtml+xml" => self.rich(),
            _ => String::new(),
        }
    }

    fn plain(&self) -> String {
        let mut text = self.decoded();
        if self
            .parameter("format")
            .is_some_and(|format| format.eq_ignore_ascii_case("flowed"))
        {
            let delete_space = self
                .parameter("delsp")
                .is_some_and(|delsp| delsp.eq_ignore_ascii_case("yes"));
            text = unflowed(&text, delete_space);
        }
        if html::is_markup(&text) {
            return html::strip(&text);
        }
        own_lines(&text)
    }

    fn rich(&self) -> String {
        html::strip(&self.decoded())
            .split("\n\n")
            .filter(|paragraph| paragraph.chars().any(char::is_alphanumeric))
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    /// The article on a page that a browser saved as a mail (MHTML).
    fn saved_page(&self, depth: usize) -> Option<Article> {
        if self.media() == "text/html" {
            let (mut article, _) = html::page(&self.bytes(), self.parameter("charset")).ok()?;
            let place = self.head.as_ref()?.header_raw("Content-Location");
            let place = place.map(|url| url.trim().to_string());
            article.url = article.url.or(place);
            return Some(article);
        }
        if depth > 1 {
            return None;
        }
        self.children(MOST_PARTS)
            .iter()
            .find_map(|child| child.saved_page(depth + 1))
    }
}

fn is_saved_page(head: &Message) -> bool {
    let saved = |from: &str| from.trim().to_ascii_lowercase().starts_with("<saved by");
    head.header_raw("Snapshot-Content-Location").is_some()
        || head.header_raw("From").is_some_and(saved)
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    let mut all = String::new();
    for text in texts.filter(|text| !text.trim().is_empty()) {
        if !all.is_empty() {
            all.push_str("\n\n");
        }
        all.push_str(&text);
    }
    all
}

/// The plain one of several forms of a text, as its author wrote it, unless it only says that there
/// is another.
fn alternative(children: &[Part], walk: &mut Walk, depth: usize) -> String {
    let (mut plain, mut rich) = (String::new(), String::new());
    for child in children {
        let text = child.text(walk, depth + 1);
        let form = if child.media() == "text/plain" {
            &mut plain
        } else {
            &mut rich
        };
        if form.trim().is_empty() {
            *form = text;
        }
    }
    let words = |text: &str| without_notices(text).split_whitespace().count();
    let (in_plain, in_rich) = (words(&plain), words(&rich));
    if in_plain == 0 || in_rich > 4 * in_plain || (in_plain < 60 && in_rich > 2 * in_plain) {
        rich
    } else {
        plain
    }
}

/// A message within another: its subject as a paragraph, and its text.
fn forwarded(bytes: &[u8], walk: &mut Walk, depth: usize) -> String {
    let inner = Part::message(bytes);
    let subject = inner.head.as_ref().map(title).unwrap_or_default();
    let text = inner.text(walk, depth + 1);
    if text.trim().is_empty() {
        return String::new();
    }
    joined([subject, text].into_iter())
}

/// Parts headers and body. A line that is no header ends the headers as an empty one does, unless
/// another header follows it.
fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut lines = lines(bytes).peekable();
    while let Some((at, line)) = lines.next() {
        if line.trim_ascii().is_empty() {
            return (&bytes[..at], &bytes[at + line.len()..]);
        }
        let folded = line.starts_with(b" ") || line.starts_with(b"\t");
        let envelope = line.starts_with(b"From ") || line.starts_with(b">From ");
        if is_header(line) || (folded && at > 0) || (envelope && at == 0) {
            continue;
        }
        let goes_on = lines.peek().is_some_and(|(_, next)| is_header(next));
        if at == 0 || line.starts_with(b"--") || !goes_on {
            return (&bytes[..at], &bytes[at..]);
        }
    }
    (bytes, &[])
}

/// Lines with their ends, and where they start.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut next = 0;
    bytes
        .split_inclusive(|&byte| byte == b'\n')
        .map(move |line| {
            let start = next;
            next += line.len();
            (start, line)
        })
}

/// Whether a line is a header of RFC 5322: a name without spaces, and a colon.
pub(super) fn is_header(line: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', line) else {
        return false;
    };
    let name = line[..colon].trim_ascii_end();
    !name.is_empty()
        && name.len() <= 80
        && name
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// The parts between the lines that hold the boundary (RFC 2046, 5.1.1). Where the last one is
/// missing, the last part ends with the message.
fn split_parts<'a>(body: &'a [u8], boundary: &[u8], most: usize) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut open: Option<usize> = None;
    for (at, line) in lines(body) {
        let bare = line.trim_ascii_end();
        let Some(after) = bare
            .strip_prefix(b"--")
            .and_then(|rest| rest.strip_prefix(boundary))
        else {
            continue;
        };
        let closes = after == b"--";
        if !closes && !after.is_empty() {
            continue;
        }
        if let Some(start) = open.take() {
            parts.push(&body[start..at]);
        }
        if parts.len() >= most {
            return parts;
        }
        if !closes {
            open = Some(at + line.len());
        }
    }
    parts.extend(open.map(|start| &body[start..]));
    parts
}

/// Encoded words (RFC 2047) should be ASCII. Those that hold other characters all the same have
/// them in UTF-8 by now, whatever charset they name.
fn relabelled(head: String) -> String {
    if head.is_ascii() {
        return head;
    }
    let mut out = String::with_capacity(head.len());
    let mut pieces = head.split("=?");
    out.push_str(pieces.next().unwrap_or(""));
    for piece in pieces {
        out.push_str("=?");
        let word = piece.split("?=").next().unwrap_or("");
        match piece.split_once('?') {
            Some((_, rest)) if !word.is_ascii() => {
                out.push_str("utf-8?");
                out.push_str(rest);
            }
            _ => out.push_str(piece),
        }
    }
    out
}

/// The first charset that the beginning of a message names.
fn charset_named_in(bytes: &[u8]) -> Option<String> {
    const NAME: &[u8] = b"charset=";
    let start = &bytes[..bytes.len().min(16 * 1024)];
    let at = start
        .windows(NAME.len())
        .position(|window| window.eq_ignore_ascii_case(NAME))?;
    let label: Vec<u8> = start[at + NAME.len()..]
        .iter()
        .copied()
        .skip_while(|byte| matches!(byte, b'"' | b'\''))
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_:.".contains(byte))
        .take(40)
        .collect();
    String::from_utf8(label).ok()
}

/// Decodes base64 past whatever stands between its characters.
fn from_base64(body: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'=', body).unwrap_or(body.len());
    let clean: Vec<u8> = body[..end]
        .iter()
        .copied()
        .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
        .collect();
    // Of a last group that was cut, what is whole counts.
    let padding = (4 - clean.len() % 4) % 4;
    let mut padded = clean;
    if padding == 3 {
        padded.pop();
    } else {
        padded.extend(std::iter::repeat_n(b'=', padding));
    }
    base64_decode(&padded).unwrap_or_default()
}

/// Decodes quoted-printable; an equals sign that codes nothing stays.
fn from_quoted_printable(body: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let mut bytes = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        bytes.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let (Some(high), Some(low)) = (digit(rest.first()), digit(rest.get(1))) {
            bytes.push((high * 16 + low) as u8);
            rest = &rest[2..];
            continue;
        }
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
            .count();
        match rest.get(blank) {
            Some(b'\n') => rest = &rest[blank + 1..],
            None => rest = &[],
            _ => bytes.push(b'='),
        }
    }
    bytes.extend_from_slice(rest);
    bytes
}

/// Joins the lines of `format=flowed` (RFC 3676): one that ends in a space goes on in the next.
fn unflowed(text: &str, delete_space: bool) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let unquoted = line.trim_start_matches('>');
        let depth = line.len() - unquoted.len();
        let bare = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        let is_signature = bare == "-- ";
        if open != Some(depth) || is_signature {
            if !whole.is_empty() {
                whole.push('\n');
            }
            whole.push_str(&">".repeat(depth));
            if depth > 0 {
                whole.push(' ');
            }
        }
        let flows = bare.ends_with(' ') && !is_signature;
        let kept = if flows && delete_space {
            &bare[..bare.len() - 1]
        } else {
            bare
        };
        whole.push_str(kept);
        open = flows.then_some(depth);
    }
    whole
}

/// The lines that the sender wrote: no quoted mail, no signature, no rules, no bare links. A mail
/// that is nothing but a quotation is kept without its marks.
fn own_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut own: Vec<Cow<str>> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim();
        if ends_text(bare, line, &lines[at + 1..]) {
            break;
        }
        if let Some(text) = line.strip_prefix('>')
            && text.starts_with("From ")
        {
            // No quotation: a mail store marks such lines.
            own.push(text.into());
        } else if line.starts_with('>') {
            // "On Monday, Jane Roe wrote:" stands above the quotation.
            while own.last().is_some_and(|line| line.trim().is_empty()) {
                own.pop();
            }
            let introduces = |line: &Cow<str>| {
                line.trim_end().ends_with(':')
                    && (line.contains('@') || line.chars().any(|digit| digit.is_ascii_digit()))
            };
            if own.last().is_some_and(introduces) {
                own.pop();
            }
            own.push("".into());
        } else if is_rule(bare) {
            own.push("".into());
        } else {
            own.push(without_links(line));
        }
    }
    if own.iter().all(|line| line.trim().is_empty()) {
        let unquoted = lines.iter().map(|line| line.trim_start_matches(['>', ' ']));
        return unquoted.collect::<Vec<_>>().join("\n");
    }
    own.join("\n")
}

/// Whether what follows a line is a signature or a notice about secrecy.
fn ends_text(bare: &str, line: &str, after: &[&str]) -> bool {
    let filled = || {
        after
            .iter()
            .map(|line| line.trim())
            .filter(|line| !line.is_empty())
    };
    let short = |most: usize| filled().count() <= most && filled().all(|line| line.len() < 80);
    if line.trim_end_matches('\r') == "-- " {
        return short(12);
    }
    if matches!(bare, "--" | "---") {
        return short(5);
    }
    is_rule(bare)
        && filled().next().is_some_and(|line| {
            let line = line.to_lowercase();
            line.contains("confidential") || line.contains("intended recipient")
        })
}

/// Whether a line is drawn, not written.
fn is_rule(line: &str) -> bool {
    line.len() >= 3 && !line.chars().any(char::is_alphanumeric) && {
        let drawn = |character: &char| matches!(character, '-' | '=' | '*' | '_' | '~' | '#' | '+');
        line.chars().filter(drawn).count() >= 3
    }
}

/// Takes out links that stand beside the words they belong to, in brackets, and lines that are
/// only a link.
fn without_links(line: &str) -> Cow<'_, str> {
    if !line.contains("://") {
        return line.into();
    }
    let is_link = |word: &str| word.starts_with("http://") || word.starts_with("https://");
    let bare = line
        .trim()
        .trim_matches(['<', '>', '(', ')', '[', ']', ' ']);
    if is_link(bare) && !bare.contains(' ') {
        return "".into();
    }
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find(['<', '(', '[']) {
        let inside = &rest[open + 1..];
        let close = inside.find(['>', ')', ']']);
        match close {
            Some(close)
                if is_link(inside[..close].trim()) && !inside[..close].trim().contains(' ') =>
            {
                kept.push_str(rest[..open].trim_end());
                rest = &inside[close + 1..];
            }
            _ => {
                kept.push_str(&rest[..=open]);
                rest = inside;
            }
        }
    }
    kept.push_str(rest);
    kept.into()
}

/// What programs put above and below a newsletter; each of these is in a paragraph of its own.
const NOTICES: &[&str] = &[
    "unsubscribe",
    "in your browser",
    "in a browser",
    "in browser",
    "this email online",
    "on the web version",
    "web version",
    "you are receiving this",
    "you're receiving this",
    "you received this",
    "you’re receiving this",
    "this email was sent to",
    "this message was sent to",
    "your preferences",
    "email preferences",
    "subscription preferences",
    "to your address book",
    "all rights reserved",
    "privacy policy",
    "no longer wish to receive",
    "désabonner",
    "désinscrire",
    "dans votre navigateur",
    "abbestellen",
    "abmelden",
    "im browser",
    "darse de baja",
    "en su navegador",
    "en el navegador",
    "en tu navegador",
    "cancelar inscrição",
    "no seu navegador",
    "annulla l'iscrizione",
    "nel browser",
];
/// A notice is no longer than this, in bytes.
const LONGEST_NOTICE: usize = 400;
/// How many paragraphs at either end are looked at.
const NOTICE_PARAGRAPHS: usize = 12;

/// A text without the notices at its ends.
fn without_notices(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let paragraphs: Vec<&str> = text
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
        .collect();
    let count = paragraphs.len();
    let is_notice = |at: usize, paragraph: &str| {
        let at_end = at < NOTICE_PARAGRAPHS / 3 || at + NOTICE_PARAGRAPHS >= count;
        at_end && paragraph.len() <= LONGEST_NOTICE && {
            let paragraph = paragraph.to_lowercase();
            NOTICES.iter().any(|notice| paragraph.contains(notice))
        }
    };
    paragraphs
        .iter()
        .enumerate()
        .filter(|(at, paragraph)| !is_notice(*at, paragraph))
        .map(|(_, paragraph)| *paragraph)
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// The subject without what mail programs and lists put before it.
fn title(head: &Message) -> String {
    const REPLIES: &[&str] = &[
        "re", "fw", "fwd", "aw", "wg", "sv", "vs", "antw", "tr", "rv", "rif", "res", "enc", "ynt",
        "odp", "回复", "答复", "转发",
    ];
    let subject = normalize::line(head.subject().unwrap_or(""));
    let list: String = [head.header_raw("List-Id"), head.header_raw("To")]
        .into_iter()
        .flatten()
        .flat_map(str::chars)
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let mut rest = subject.as_str();
    loop {
        rest = rest.trim_start();
        // Re: Fwd: Re[2]: AW:
        if let Some((before, after)) = rest.split_once([':', '：'])
            && let word = before.split(['[', '(']).next().unwrap_or("").trim()
            && REPLIES.iter().any(|reply| reply.eq_ignore_ascii_case(word))
            && !after.trim().is_empty()
        {
            rest = after;
            continue;
        }
        let Some((tag, after)) = rest
            .strip_prefix('[')
            .and_then(|inside| inside.split_once(']'))
        else {
            break;
        };
        if after.trim().is_empty() {
            // [Fwd: Subject]
            let Some((word, subject)) = tag.split_once(':') else {
                break;
            };
            if !REPLIES.iter().any(|reply| reply.eq_ignore_ascii_case(word)) {
                break;
            }
            rest = subject;
            continue;
        }
        // [list] is the name of the list, [Corrected] is not.
        let name: String = tag
            .chars()
            .filter(|character| character.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect();
        if name.is_empty() || !list.contains(&name) {
            break;
        }
        rest = after;
    }
    rest.trim().to_string()
}

/// Who wrote a message and who published it: a person is its author, anything else its outlet.
fn sender(head: &Message) -> (Vec<String>, Option<String>) {
    let Some(from) = head.from().and_then(|from| from.first()) else {
        return (Vec::new(), None);
    };
    let organization = head
        .header_raw("Organization")
        .or_else(|| head.header_raw("Organisation"))
        .map(normalize::line)
        .filter(|name| !name.is_empty());
    let name = normalize::line(from.name().unwrap_or(""));
    let name = name.trim_matches(['"', '\'']).trim();
    // "Jane Roe, The Tide", "Jane Roe at The Tide", "Jane Roe via Tide Talk"
    for between in [" at ", " from ", " via ", " @ ", " | ", ", ", " - "] {
        if let Some((person, outlet)) = name.split_once(between)
            && is_person(person)
            && outlet.contains(' ')
            && !is_person(outlet)
        {
            return (vec![person.trim().into()], Some(outlet.trim().into()));
        }
    }
    if is_bulk(head, from) {
        let list = list_name(head);
        return if is_person(name) && (list.is_some() || organization.is_some()) {
            (vec![name.into()], list.or(organization))
        } else {
            let outlet = Some(name.to_string()).filter(|name| is_name(name));
            (Vec::new(), outlet.or(list).or(organization))
        };
    }
    if is_person(name) {
        return (vec![turned(name)], organization);
    }
    let outlet = organization.or_else(|| Some(name.to_string()).filter(|name| names_office(name)));
    (Vec::new(), outlet)
}

/// Whether a message went to many: lists say so, and nobody has an address such as `news@`.
fn is_bulk(head: &Message, from: &Addr) -> bool {
    const DESKS: &[&str] = &[
        "news",
        "newsletter",
        "newsletters",
        "noreply",
        "no-reply",
        "donotreply",
        "info",
        "editor",
        "editors",
        "editorial",
        "newsdesk",
        "newsroom",
        "alerts",
        "alert",
        "press",
        "media",
        "hello",
        "contact",
        "updates",
        "daily",
        "digest",
        "mail",
        "mailer",
        "subscriptions",
        "subscribe",
        "briefing",
        "presse",
        "prensa",
        "redaktion",
        "redaction",
    ];
    let local = from
        .address()
        .and_then(|address| address.split('@').next())
        .unwrap_or("")
        .to_ascii_lowercase();
    let precedence = head.header_raw("Precedence").unwrap_or("").trim();
    head.header_raw("List-Id").is_some()
        || head.header_raw("List-Unsubscribe").is_some()
        || ["bulk", "list"]
            .iter()
            .any(|kind| precedence.eq_ignore_ascii_case(kind))
        || DESKS.contains(&local.as_str())
}

/// The name of a list in words, as in `List-Id: The Morning Tide <morning.tide.example>`.
fn list_name(head: &Message) -> Option<String> {
    let (words, _) = head.header_raw("List-Id")?.split_once('<')?;
    let words = normalize::line(words.trim().trim_matches('"'));
    Some(words).filter(|words| words.contains(' ') && !words.contains("list") && is_name(words))
}

/// Whether it can be a name at all: letters, and no address.
fn is_name(name: &str) -> bool {
    !name.contains('@')
        && name.chars().any(char::is_alphabetic)
        && name.chars().filter(char::is_ascii_digit).count() < 5
}

/// Words that no person is called.
fn names_office(name: &str) -> bool {
    const OFFICES: &[&str] = &[
        "news",
        "press",
        "office",
        "times",
        "daily",
        "the",
        "team",
        "desk",
        "newsletter",
        "media",
        "agency",
        "service",
        "post",
        "journal",
        "tribune",
        "gazette",
        "herald",
        "ministry",
        "department",
        "committee",
        "alert",
        "alerts",
        "weekly",
        "online",
        "tv",
        "radio",
        "inc",
        "review",
        "group",
        "network",
        "briefing",
        "digest",
        "today",
        "editor",
        "editors",
        "support",
        "mail",
        "magazine",
        "institute",
        "university",
        "foundation",
        "commission",
        "council",
        "government",
        "embassy",
        "senate",
        "senator",
        "communications",
        "relations",
    ];
    name.split(|character: char| !character.is_alphanumeric())
        .any(|word| OFFICES.contains(&word.to_lowercase().as_str()))
}

/// Whether a name is one of a person: two to five capitalised words (or words of a script without
/// capitals) of which none is that of an office.
fn is_person(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let fits = |word: &&str| {
        word.chars()
            .all(|letter| letter.is_alphabetic() || matches!(letter, '.' | '-' | '\'' | '’' | ','))
            && (matches!(
                *word,
                "de" | "van" | "von" | "der" | "di" | "da" | "al" | "bin" | "la"
            ) || !word.starts_with(char::is_lowercase))
    };
    (2..=5).contains(&words.len()) && words.iter().all(fits) && !names_office(name)
}

/// `Roe, Jane` is Jane Roe.
fn turned(name: &str) -> String {
    match name.split_once(", ") {
        Some((last, first)) if !first.contains(',') => format!("{first} {last}"),
        _ => name.to_string(),
    }
}
