//! Web pages as a crawler kept them: what the records of WARC and ARC files have in common.
//!
//! A [`Capture`] is one answer of a web server, or one page without what the server said about it.
//! Most captures are no article: redirects, errors, pictures, scripts, lists of links. They are
//! passed over; a capture that should be readable and is not has its reason.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::{BadRecords, Budget, Input, ReadError, Sink, html, normalize, text};
use crate::article::Article;

/// One record of a web archive.
pub(super) struct Capture<'a> {
    /// The address, as the archive has it.
    pub url: &'a str,
    /// When it was captured; any form of date and time.
    pub moment: &'a str,
    /// The media type that the archive itself gives. What the server says goes before it.
    pub media: &'a str,
    /// What the server sent; [`Records::block`] reads it: a status line, headers and a body, or the body alone.
    pub block: &'a [u8],
}

/// The least prose of an article, in bytes: two sentences of a short notice.
const LEAST_PROSE: usize = 250;

impl Capture<'_> {
    /// The article in it, `None` where there is none, or why it could not be read. Nothing is
    /// decompressed beyond `limit` bytes.
    pub fn article(&self, limit: u64) -> Result<Option<Article>, String> {
        let url = clean_url(self.url);
        if !is_web(&url) {
            return Ok(None);
        }
        let (headers, body) = if self.block.starts_with(b"HTTP/") {
            let (head, body) = split_head(self.block);
            (Headers::parse(head), body)
        } else {
            (Headers::default(), self.block)
        };
        // A page without HTTP headers was kept because it was there.
        if !headers.first_line.is_empty() && headers.status() != Some(200) {
            return Ok(None);
        }
        let content_type = headers.get("content-type").unwrap_or(self.media);
        let (media, charset) = media_type(content_type);
        let is_html = matches!(media.as_str(), "text/html" | "application/xhtml+xml");
        if !is_html && media != "text/plain" {
            return Ok(None);
        }
        let coded = |name: &str| headers.get(name).unwrap_or("").to_ascii_lowercase();
        let mut body = Cow::Borrowed(body);
        if coded("transfer-encoding").contains("chunked") {
            body = unchunked(body);
        }
        for coding in coded("content-encoding").rsplit(',') {
            body = decompressed(body, coding.trim(), limit)?;
        }
        let mut article = if is_html {
            match html::page(&body, charset.as_deref()) {
                Ok((article, _)) => article,
                Err(ReadError::NotAnArticle(_)) => return Ok(None),
                Err(ReadError::Broken(reason)) => return Err(reason),
            }
        } else {
            text::article(&super::decode::decode(&body, charset.as_deref()).text)
        };
        if !is_article(&article) {
            return Ok(None);
        }
        article.key = Some(self.key(&url));
        article.url = Some(url);
        Ok(Some(article))
    }

    /// Whether all that the server announced is there, whatever length the archive claims.
    pub fn is_whole(&self) -> bool {
        let (head, body) = split_head(self.block);
        let length = Headers::parse(head)
            .get("content-length")
            .map(str::parse::<usize>);
        self.block.starts_with(b"HTTP/")
            && matches!(length, Some(Ok(length)) if length <= body.len())
    }

    /// Two captures of one address are two articles: as in the Wayback Machine's own addresses,
    /// the key is the moment in digits, `/` and the address.
    fn key(&self, url: &str) -> String {
        let digits = self.moment.chars().filter(char::is_ascii_digit).take(14);
        format!("{}/{url}", digits.collect::<String>())
    }
}

/// wget puts addresses in angle brackets, and some crawlers leave spaces in them.
fn clean_url(raw: &str) -> String {
    let bare = raw.trim().trim_start_matches('<').trim_end_matches('>');
    bare.trim().replace(' ', "%20")
}

fn is_web(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or("");
    ["http", "https", "file"]
        .iter()
        .any(|web| scheme.eq_ignore_ascii_case(web))
}

/// Whether what was found on a page is an article. Pages of links, forms and error messages leave
/// few whole sentences; robots.txt and the like leave none.
fn is_article(article: &Article) -> bool {
    // Some scripts, such as Thai, have no full stop: there, length tells.
    let is_prose = |paragraph: &&str| {
        let (length, ascii) = (
            paragraph.len(),
            paragraph.bytes().filter(u8::is_ascii_alphabetic).count(),
        );
        (length >= 40 && normalize::ends_sentence(paragraph))
            || (length >= 300 && ascii * 2 < length)
    };
    let text = article.text.as_str();
    let prose: usize = text
        .split("\n")
        .map(str::trim)
        .filter(is_prose)
        .map(str::len)
        .sum();
    prose >= LEAST_PROSE && prose * 2 >= text.len()
}

/// The lines at the head of an HTTP response or of a WARC record.
#[derive(Default)]
pub(super) struct Headers {
    first_line: String,
    fields: Vec<(String, String)>,
}

impl Headers {
    /// Reads a first line and `Name: value` lines, folded ones too. What is neither is left out.
    pub fn parse(head: &[u8]) -> Self {
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let mut headers = Self {
            first_line: lines.next().unwrap_or("").trim().to_string(),
            fields: Vec::new(),
        };
        for line in lines {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = headers.fields.last_mut() {
                    *value = format!("{value} {}", line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                let name = name.trim().to_ascii_lowercase();
                headers.fields.push((name, value.trim().to_string()));
            }
        }
        headers
    }

    /// The value of the first field of this name, which is in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(field, _)| field == name)?;
        Some(&field.1)
    }

    fn status(&self) -> Option<u16> {
        self.first_line.split_whitespace().nth(1)?.parse().ok()
    }
}

/// Parts head and body at the first empty line.
fn split_head(block: &[u8]) -> (&[u8], &[u8]) {
    for end in memchr::memchr_iter(b'\n', block) {
        let rest = &block[end + 1..];
        for empty in [&b"\n"[..], b"\r\n"] {
            if let Some(body) = rest.strip_prefix(empty) {
                return (&block[..end], body);
            }
        }
    }
    (block, &[])
}

/// `text/html; charset="utf-8"`: the media type in lower case, and the charset.
fn media_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';');
    let media = parts.next().unwrap_or("").trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']).to_string())
    });
    (media, charset)
}

/// Takes the chunk sizes out of a body (RFC 9112, 7.1). Archives also keep bodies that a crawler
/// took them out of already, and bodies cut short: what cannot be a chunk stays as it is.
fn unchunked(body: Cow<[u8]>) -> Cow<[u8]> {
    let mut whole = Vec::new();
    let mut rest: &[u8] = &body;
    loop {
        // The line break that ends the chunk before.
        rest = rest.trim_ascii_start();
        let Some((size, after)) = chunk_size(rest) else {
            if whole.is_empty() {
                return body;
            }
            whole.extend_from_slice(rest);
            return whole.into();
        };
        if size == 0 {
            return whole.into();
        }
        let (chunk, after) = after.split_at(size.min(after.len()));
        whole.extend_from_slice(chunk);
        if after.is_empty() {
            return whole.into();
        }
        rest = after;
    }
}

/// The size in the line that begins a chunk, and what follows the line.
fn chunk_size(rest: &[u8]) -> Option<(usize, &[u8])> {
    let end = rest.iter().take(256).position(|&byte| byte == b'\n')?;
    let line = std::str::from_utf8(&rest[..end]).ok()?;
    let digits = line.split(';').next()?.trim();
    Some((usize::from_str_radix(digits, 16).ok()?, &rest[end + 1..]))
}

/// Undoes one content coding. Crawlers often undo it and leave the header: a body that does not
/// begin as the coding does is taken as it is.
fn decompressed<'a>(
    body: Cow<'a, [u8]>,
    coding: &str,
    limit: u64,
) -> Result<Cow<'a, [u8]>, String> {
    let plain = body.trim_ascii_start().starts_with(b"<");
    let bytes: &[u8] = &body;
    let unpacked = match coding {
        "gzip" | "x-gzip" if bytes.starts_with(&[0x1f, 0x8b]) => {
            unpack(MultiGzDecoder::new(bytes), limit)
        }
        "deflate" if plain => return Ok(body),
        // The standard means zlib; some servers leave its two bytes out.
        "deflate" if bytes.first().is_some_and(|byte| byte & 0x0f == 8) => {
            unpack(ZlibDecoder::new(bytes), limit)
        }
        "deflate" => unpack(DeflateDecoder::new(bytes), limit),
        "zstd" if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
            match zstd::stream::read::Decoder::with_buffer(bytes) {
                Ok(decoder) => unpack(decoder, limit),
                Err(error) => Err(error.to_string()),
            }
        }
        "br" | "compress" | "x-compress" if !plain => Err("not supported".into()),
        _ => return Ok(body),
    };
    unpacked
        .map(Cow::Owned)
        .map_err(|why| format!("cannot undo the content encoding {coding}: {why}"))
}

/// All that comes out before the end, the limit or damage; an error where nothing does.
fn unpack(packed: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = packed.take(limit + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > limit {
        return Err(format!("more than {} MiB", limit.div_ceil(1024 * 1024)));
    }
    match read {
        Err(error) if bytes.is_empty() => Err(error.to_string()),
        _ => Ok(bytes),
    }
}

/// The longest line of an archive that is held; what is longer comes in pieces.
const LONGEST_LINE: u64 = 64 * 1024;

/// Reads a line into `line`, with its end. No line is left at the end of the file.
pub(super) fn read_line(stream: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    Ok(stream.take(LONGEST_LINE).read_until(b'\n', line)? > 0)
}

/// A file of captures on its way through its reader: where it is, and what went wrong so far.
pub(super) struct Records<'a> {
    /// The number of the record at hand, from 1.
    pub number: u64,
    lines: Box<dyn BufRead + 'a>,
    budget: Budget,
    limit: u64,
    bad: BadRecords,
    lost: bool,
}

impl<'a> Records<'a> {
    pub fn new(input: &mut Input<'a>) -> Self {
        Self {
            lines: input.bytes(),
            number: 0,
            budget: input.budget(),
            limit: input.limits.document,
            bad: BadRecords::default(),
            lost: false,
        }
    }

    /// Reads the next line, which belongs to no block.
    pub fn line(&mut self, line: &mut Vec<u8>) -> Result<bool, ReadError> {
        self.budget.renew();
        read_line(&mut self.lines, line).map_err(broken)
    }

    /// The line at hand should begin a record and does not, or the record has no length: this is
    /// noted once, and lines are passed over until a record begins.
    pub fn lose(&mut self, why: &str) {
        if !std::mem::replace(&mut self.lost, true) {
            self.bad.add(self.number.max(1), why);
        }
    }

    /// Reads the block of a record, `length` bytes as the archive claims, into `capture`, and hands
    /// on the article in it. Memory grows with what is there, not with what is claimed; a block that is not
    /// `wanted`, or over the limit, is passed over. Returns whether to go on.
    pub fn block(
        &mut self,
        length: u64,
        wanted: bool,
        capture: Capture,
        sink: &mut Sink,
    ) -> Result<bool, ReadError> {
        self.lost = false;
        let fits = length <= self.limit;
        if wanted && !fits {
            self.bad.add(self.number, "larger than the limit");
        }
        let (mut block, mut left) = (Vec::new(), length);
        while left > 0 {
            self.budget.renew();
            let ready = self.lines.fill_buf().map_err(broken)?;
            if ready.is_empty() {
                break;
            }
            let taken = ready.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if wanted && fits {
                block.extend_from_slice(&ready[..taken]);
            }
            self.lines.consume(taken);
            left -= taken as u64;
        }
        let capture = Capture {
            block: &block,
            ..capture
        };
        if left > 0 && !capture.is_whole() {
            self.bad.add(self.number, "the file ends within it");
        } else if wanted && fits {
            match capture.article(self.limit) {
                Ok(Some(article)) => return Ok(sink.article(article).is_continue()),
                Ok(None) => {}
                Err(why) => self.bad.add(self.number, why),
            }
        }
        Ok(true)
    }

    /// Tells what went wrong. A web archive without an article in it is as good as any.
    pub fn finish(self, input: &mut Input) {
        input.fine_when_empty = self.number > 0;
        input.trouble = self.bad.reason("record");
    }
}

fn broken(error: io::Error) -> ReadError {
    ReadError::Broken(format!("cannot read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const PAGE: &str = "<html><head><title>Ferry adds crossings</title></head><body><article>\
        <h1>Ferry adds crossings</h1><p>The ferry company said on Monday that it would add two \
        crossings a day from June, after a winter in which passengers were left on the quay.</p>\
        <p>A second ship is on its way from the north, the harbour master said, and will be in \
        service before the summer timetable begins on the first of the month.</p></article></body></html>";

    fn read(block: &[u8]) -> Result<Option<Article>, String> {
        let capture = Capture {
            url: "<https://tide.example/news/ferry one>",
            moment: "2026-03-01T10:20:30Z",
            media: "application/http",
            block,
        };
        capture.article(1 << 20)
    }

    fn response(fields: &str, body: &[u8]) -> Vec<u8> {
        let mut block = format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n").into_bytes();
        block.extend_from_slice(body);
        block
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Default::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bodies_come_out_whatever_they_are_coded_in() {
        let packed = gzip(PAGE.as_bytes());
        let (one, two) = packed.split_at(100);
        let mut chunks = format!("{:x};a=b\r\n", one.len()).into_bytes();
        chunks.extend_from_slice(one);
        chunks.extend_from_slice(format!("\r\n{:X}\r\n", two.len()).as_bytes());
        chunks.extend_from_slice(two);
        let cut = chunks.clone();
        chunks.extend_from_slice(b"\r\n0\r\n\r\n");
        let html = "Content-Type: text/html; charset=utf-8";
        for (fields, body) in [
            (html.to_string(), PAGE.as_bytes()),
            (format!("{html}\r\nContent-Encoding: gzip"), &packed),
            (
                format!("{html}\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"),
                &chunks,
            ),
            (
                format!("{html}\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"),
                &cut,
            ),
            // The crawler undid both and left the headers.
            (
                format!("{html}\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"),
                PAGE.as_bytes(),
            ),
            (format!("{html}\r\nContent-Encoding: br"), PAGE.as_bytes()),
        ] {
            let article = read(&response(&fields, body)).unwrap().unwrap();
            assert_eq!(article.title, "Ferry adds crossings", "{fields}");
            assert_eq!(article.text.matches("\n\n").count(), 1, "{fields}");
            assert_eq!(
                article.key.as_deref(),
                Some("20260301102030/https://tide.example/news/ferry%20one")
            );
        }
    }

    #[test]
    fn what_is_no_article_is_passed_over() {
        let html = "Content-Type: text/html";
        for block in [
            b"HTTP/1.1 302 Found\r\nContent-Type: text/html\r\n\r\nmoved".to_vec(),
            response("Content-Type: image/png", b"\x89PNG"),
            response(html, b""),
            response(
                html,
                b"<ul><li><a href='/a'>One</a><li><a href='/b'>Two</a></ul>",
            ),
            response(
                "Content-Type: text/plain",
                b"User-agent: *\nDisallow: /cgi-bin\n",
            ),
            b"HTTP/1.1 200".to_vec(),
        ] {
            assert_eq!(read(&block), Ok(None));
        }
        let brotli = response(
            "Content-Type: text/html\r\nContent-Encoding: br",
            b"\x8b\x01",
        );
        assert!(read(&brotli).is_err());
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![b' '; 4 << 20]);
        let block = response("Content-Type: text/html\r\nContent-Encoding: gzip", &bomb);
        assert!(read(&block).is_err_and(|why| why.contains("more than 1 MiB")));
    }
}
