//! SGML collections: Reuters-21578, and the `<DOC>` files of TREC and its relatives.
//!
//! A file is a row of records, each of which is read by itself, whatever the size of the file.
//! SGML of this kind has no grammar at hand: names are in any case, `<P>` and many others are not
//! closed, and bytes are not what they should be. So a field is what stands between its tag and the
//! end of it, and the text is what is left when the other tags are taken out.
//!
//! - Reuters-21578: topics, places, people, organisations and exchanges are topics. A brief has a
//!   title only; its body is a placeholder. An item that its editors left unprocessed has its title
//!   in its first line.
//! - TREC: of the many names for a headline, a date and so on, the first that is there counts. A
//!   date that stands nowhere else is taken from the document's number (`AP880212-0001`).

use std::io::BufRead;

use super::sniff::Head;
use super::{
    BadRecords, Input, ReadError, Reader, Sink, date, decode, fields, html, normalize, wire,
};
use crate::article::Article;

/// Reads Reuters-21578 and TREC collections.
pub struct Sgml;

const TITLE: &[&str] = &[
    "title", "headline", "head", "hl", "ttl", "ti", "doctitle", "h3", "h1",
];
const DATE: &[&str] = &["date", "date_time", "date1", "pubdate", "dd", "fileid"];
const AUTHOR: &[&str] = &["byline", "author", "by", "au"];
const OUTLET: &[&str] = &["source", "so", "pub", "newspaper", "publisher"];
const TOPICS: &[&str] = &[
    "topics", "subject", "keyword", "keywords", "in", "descript", "section",
];
const TEXT: &[&str] = &["text", "body", "lp", "leadpara", "content"];
/// Elements of a text that are no prose.
const NOT_PROSE: &[&str] = &[
    "docno", "docid", "table", "graphic", "caption", "note", "signer",
];

impl Reader for Sgml {
    fn name(&self) -> &'static str {
        "sgml"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let start = head.start(4096);
        let has = |tag: &str| opening(&start, tag, 0).is_some();
        let is_trec = start.starts_with('<')
            && has("doc")
            && (has("docno") || has("docid") || start.contains("<doc id="));
        if has("reuters") || start.contains("<!doctype lewis") || is_trec {
            97
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        // The head tells of a UTF that the records, one by one, cannot; otherwise it is Latin 1.
        let encoding =
            decode::encoding_of(&input.head.bytes, Some("windows-1252"), !input.head.whole);
        input.encoding = Some(encoding.name());
        let budget = input.budget();
        let mut stream = input.bytes();
        let mut bad = BadRecords::default();
        let (mut number, mut record) = (0, Vec::new());
        let mut open: Option<&'static str> = None;
        loop {
            let read = stream.read_until(b'>', &mut record);
            let ended = !matches!(read, Ok(1..));
            let tag = last_tag(&record);
            let begins = ["reuters", "doc"]
                .into_iter()
                .find(|name| tag.eq_ignore_ascii_case(name.as_bytes()));
            let ends = open.is_some_and(|name| {
                tag.strip_prefix(b"/")
                    .is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
            });
            if begins.is_some() || ends || ended {
                // What is open when another begins was not closed.
                let keep = if begins.is_some() {
                    last_tag_start(&record)
                } else {
                    record.len()
                };
                if let Some(name) = open.filter(|_| keep > 0) {
                    number += 1;
                    let decoded = decode::decode(&record[..keep], Some(encoding.name()));
                    let article = if name == "reuters" {
                        reuters(&decoded.text)
                    } else {
                        trec(&decoded.text)
                    };
                    match sink.article(article) {
                        std::ops::ControlFlow::Break(()) => return Ok(()),
                        std::ops::ControlFlow::Continue(true) if ended => {
                            bad.add(number, "cut short")
                        }
                        std::ops::ControlFlow::Continue(true) => {}
                        std::ops::ControlFlow::Continue(false) => {
                            bad.add(number, "neither a title nor a text")
                        }
                    }
                }
                record.drain(..keep);
                open = begins;
                budget.renew();
            }
            if ended {
                break;
            }
        }
        input.trouble = bad.reason("record");
        Ok(())
    }
}

/// Where the last tag of a piece that ends with `>` begins.
fn last_tag_start(piece: &[u8]) -> usize {
    memchr::memrchr(b'<', piece).unwrap_or(piece.len())
}

/// The name of that tag, with `/` where it closes.
fn last_tag(piece: &[u8]) -> &[u8] {
    let tag = piece.get(last_tag_start(piece) + 1..).unwrap_or(b"");
    let end = tag
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || *byte == b'>')
        .unwrap_or(tag.len());
    &tag[..end]
}

/// A record, and the same in small letters to look for tags in.
struct Record<'a> {
    text: &'a str,
    small: String,
}

impl<'a> Record<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            small: text.to_ascii_lowercase(),
        }
    }

    /// The attributes and the inside of the first element of this name. Where it is not closed, it
    /// ends with its line.
    fn element(&self, name: &str) -> Option<(&'a str, &'a str)> {
        let (at, start) = opening(&self.small, name, 0)?;
        let end = self.small[start..]
            .find(&format!("</{name}"))
            .map(|end| start + end);
        let end = end.or_else(|| self.small[start..].find(['\n', '<']).map(|end| start + end));
        Some((
            &self.text[at + 1 + name.len()..start - 1],
            &self.text[start..end.unwrap_or(self.text.len())],
        ))
    }

    /// The first element of these names that has something in it, as one line.
    fn line(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let (_, inside) = self.element(name)?;
            Some(normalize::line(&plain(inside))).filter(|line| !line.is_empty())
        })
    }

    /// The value of an attribute of the record itself.
    fn attribute(&self, name: &str) -> Option<String> {
        let tag = &self.text[..self.small.find('>')?];
        let at = self.small[..tag.len()].find(&format!(" {name}="))? + name.len() + 2;
        let value = tag[at..].trim_start_matches('"');
        Some(
            value
                .split(['"', ' ', '>'])
                .next()
                .unwrap_or("")
                .to_string(),
        )
        .filter(|value| !value.is_empty())
    }
}

/// Where the first tag of this name begins and ends in a text in small letters, from `from` on.
fn opening(small: &str, name: &str, from: usize) -> Option<(usize, usize)> {
    let tag = format!("<{name}");
    let mut at = from;
    loop {
        at += small[at..].find(&tag)?;
        let after = at + tag.len();
        if small[after..].starts_with(|next: char| next == '>' || next.is_whitespace()) {
            return Some((at, after + small[after..].find('>')? + 1));
        }
        at = after;
    }
}

fn reuters(text: &str) -> Article {
    let record = Record::new(text);
    let mut article = Article {
        key: record.attribute("newid"),
        outlet: Some("Reuters".into()),
        date: record.line(&["date"]).and_then(|line| date::parse(&line)),
        title: record.line(&["title"]).unwrap_or_default(),
        authors: record
            .line(&["author"])
            .map(|line| people(&line))
            .unwrap_or_default(),
        ..Article::default()
    };
    for name in ["topics", "places", "people", "orgs", "exchanges"] {
        if let Some((_, list)) = record.element(name) {
            let named = list.split('<').filter_map(|piece| {
                piece
                    .strip_prefix("D>")
                    .or_else(|| piece.strip_prefix("d>"))
            });
            article.topics.extend(named.map(entities));
        }
    }
    let (attributes, whole) = record.element("text").unwrap_or(("", ""));
    let kind = attributes.to_ascii_uppercase();
    if kind.contains("BRIEF") {
        return article;
    }
    let body = match record.element("body") {
        Some((_, body)) => plain(body),
        None if kind.contains("UNPROC") => {
            let whole = plain(whole);
            let whole = whole
                .trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control());
            let (first, rest) = whole.split_once('\n').unwrap_or((whole, ""));
            if article.title.is_empty() && !rest.trim().is_empty() {
                article.title = first.to_string();
                rest.to_string()
            } else {
                whole.to_string()
            }
        }
        None => String::new(),
    };
    let body = normalize::rejoin(without_signature(&body));
    article.text = match record.line(&["dateline"]) {
        Some(dateline) if !body.is_empty() => format!("{dateline} {body}"),
        _ => body,
    };
    article
}

/// Takes the closing ` Reuter` off a story.
fn without_signature(body: &str) -> &str {
    let unwritten = |letter: char| letter.is_whitespace() || letter.is_control();
    let body = body.trim_end_matches(unwritten);
    let (rest, last) = body.rsplit_once('\n').unwrap_or(("", body));
    let name = last
        .trim()
        .trim_end_matches(['.', '*', ' '])
        .to_ascii_lowercase();
    if matches!(name.as_str(), "reuter" | "reuters" | "(reuter)" | "reute") {
        rest
    } else {
        body
    }
}

/// `By Janie Roe, Reuters`: the names alone.
fn people(line: &str) -> Vec<String> {
    let line = line.split(", Reuter").next().unwrap_or(line);
    fields::byline(line)
        .iter()
        .map(|name| wire::capitalised(name))
        .collect()
}

fn trec(text: &str) -> Article {
    let record = Record::new(text);
    let key = record
        .line(&["docno", "docid"])
        .or_else(|| record.attribute("id"));
    let title = record.line(TITLE).unwrap_or_default();
    let mut body = String::new();
    for name in TEXT {
        // Some collections have several, such as a lead paragraph and a text.
        let mut from = 0;
        while let Some((_, start)) = opening(&record.small, name, from) {
            let end = record.small[start..]
                .find(&format!("</{name}"))
                .map_or(text.len(), |end| start + end);
            if !body.is_empty() {
                body.push_str("\n\n");
            }
            body.push_str(&prose(&text[start..end], &title));
            from = end;
        }
        if !body.trim().is_empty() {
            break;
        }
    }
    let day = record.line(DATE).and_then(|line| {
        short_date(&line)
            .or_else(|| date::parse(&line))
            .or_else(|| wire::trailer_date(&line))
    });
    Article {
        date: day.or_else(|| key.as_deref().and_then(numbered_date)),
        outlet: record.line(OUTLET),
        authors: record
            .line(AUTHOR)
            .map(|line| people(&line))
            .unwrap_or_default(),
        language: record.line(&["language", "lang"]),
        topics: record
            .line(TOPICS)
            .map(|line| line.split([';', '|', ',']).map(str::to_string).collect())
            .unwrap_or_default(),
        title,
        text: body,
        key,
        ..Article::default()
    }
}

/// The paragraphs of a text with tags in it.
fn prose(inside: &str, title: &str) -> String {
    let small = inside.to_ascii_lowercase();
    let mut text = String::with_capacity(inside.len());
    let mut at = 0;
    while let Some(open) = small[at..].find('<').map(|open| at + open) {
        text.push_str(&inside[at..open]);
        let rest = &small[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            at = comment
                .find("-->")
                .map_or(inside.len(), |end| open + 4 + end + 3);
            continue;
        }
        let name: &str = rest[1..]
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .next()
            .unwrap_or("");
        let Some(end) = rest
            .find('>')
            .filter(|_| !name.is_empty() || rest.starts_with("</"))
        else {
            text.push('<');
            at = open + 1;
            continue;
        };
        at = open + end + 1;
        if NOT_PROSE.contains(&name) {
            at = small[at..]
                .find(&format!("</{name}>"))
                .map_or(at, |end| at + end);
        }
        // Of the elements within a line only these are used.
        let inline = matches!(name, "f" | "i" | "b" | "em" | "strong" | "a" | "span" | "s");
        text.push_str(if inline || rest.starts_with("</f>") {
            " "
        } else {
            "\n\n"
        });
    }
    text.push_str(&inside[at..]);
    let text = entities(&text);
    // Paragraphs that are indented say that lines were wrapped; otherwise it is judged as any text.
    let indented = text
        .lines()
        .filter(|line| line.starts_with("   ") || line.starts_with('\t'))
        .count();
    let text = if indented > 0 {
        normalize::rejoin(&text)
    } else {
        normalize::body(&text)
    };
    let (first, rest) = text.split_once("\n\n").unwrap_or((&text, ""));
    if normalize::line(first) == title && !rest.is_empty() {
        rest.to_string()
    } else {
        text
    }
}

/// A piece without its tags and with its characters for what names them.
fn plain(inside: &str) -> String {
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        rest = match tag.split_once('>') {
            Some((name, after))
                if name.starts_with(|first: char| {
                    first.is_ascii_alphabetic() || matches!(first, '/' | '!')
                }) =>
            {
                text.push(' ');
                after
            }
            _ => {
                text.push('<');
                tag
            }
        };
    }
    text.push_str(rest);
    entities(&text)
}

/// Characters for their names: those of HTML, numbers, and the few more that TREC has. A control
/// character is left out, and what nobody knows is a space.
fn entities(text: &str) -> String {
    const LONGEST: usize = 10;
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        clean.push_str(before);
        let name = after
            .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '#')
            .next()
            .unwrap_or("");
        let closed = after[name.len()..].starts_with(';');
        if name.is_empty() || name.len() > LONGEST || !closed {
            clean.push('&');
            rest = after;
            continue;
        }
        rest = &after[name.len() + 1..];
        match name.to_ascii_lowercase().as_str() {
            "lt" => clean.push('<'),
            "gt" => clean.push('>'),
            "amp" => clean.push('&'),
            "quot" => clean.push('"'),
            "apos" => clean.push('\''),
            "hyph" => clean.push('-'),
            "blank" | "nbsp" | "para" => clean.push(' '),
            small => match small.strip_prefix('#').map(str::parse::<u32>) {
                Some(number) => clean.extend(
                    number
                        .ok()
                        .and_then(char::from_u32)
                        .filter(|letter| !letter.is_control() || *letter == '\n'),
                ),
                None => {
                    let named = format!("&{name};");
                    let letter = html::strip(&named);
                    clean.push_str(if letter == named { " " } else { &letter });
                }
            },
        }
    }
    clean + rest
}

/// `910514`: year, month, day.
fn short_date(line: &str) -> Option<jiff::civil::Date> {
    let plain = line.trim_start_matches(['=', ' ']);
    if plain.len() != 6 || !plain.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: i16 = plain[..2].parse().ok()?;
    let century = if year >= 69 { 1900 } else { 2000 };
    jiff::civil::Date::new(
        century + year,
        plain[2..4].parse().ok()?,
        plain[4..].parse().ok()?,
    )
    .ok()
}

/// The date in a document's number: `AP880212-0001`, `NYT19980601.0001`, `XIN_ENG_20011101.0001`.
fn numbered_date(key: &str) -> Option<jiff::civil::Date> {
    let letters = key
        .find(|letter: char| letter.is_ascii_digit())
        .filter(|&at| at >= 2)?;
    let digits = key[letters..].split(['-', '.', '_']).next()?;
    match digits.len() {
        6 => short_date(digits),
        8 => date::parse(digits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_of_all_kinds() {
        assert_eq!(
            entities("A&amp;B &lt;ABC&gt; &#3;caf&eacute; &#233; &blank;x &nosuch;y & z;"),
            "A&B <ABC> café é  x  y & z;"
        );
    }

    #[test]
    fn dates_of_numbers() {
        for (key, day) in [
            ("AP880212-0001", Some("1988-02-12")),
            ("NYT19980601.0001", Some("1998-06-01")),
            ("XIN_ENG_20011101.0001", Some("2001-11-01")),
            ("FT911-3", None),
            ("CRAN-0001", None),
        ] {
            assert_eq!(
                numbered_date(key).map(|day| day.to_string()).as_deref(),
                day
            );
        }
    }
}
