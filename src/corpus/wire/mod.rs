//! Messages of the wire services: IPTC 7901 and ANPA 1312, and the `ZCZC` … `NNNN` of the telex.
//!
//! Both formats frame a message with SOH, STX, ETX and EOT: a header that says service, number,
//! priority and category, the story, and a trailer with the time. A file may hold any number of
//! messages, and each is an article.
//!
//! - IPTC 7901: `abc123 4 i 211 … agency 061`, a line of keywords, then headline and byline up to
//!   `=`, paragraphs of wrapped lines, and `131137 GMT Nov 13` at the end. What follows `* * * *`
//!   or a heading with one `#` is for editors and left out.
//! - ANPA 1312: `A1234<US>selector`, `r a<DC3><DC1> slug  11-13 1049`; lines that begin with `^`
//!   (slug, headline, notes, byline) and end with `<` or `=`, paragraphs that begin with a tab, and
//!   `AP-WF-11-13-13 1509GMT` at the end.
//!
//! Keywords and slug become topics; notes to editors, picture references and marks such as
//! `1st Ld-Writethru` are left out.

mod charset;

use std::io::BufRead;
use std::ops::ControlFlow;

use super::sniff::Head;
use super::{BadRecords, Input, ReadError, Reader, Sink, date, fields, normalize};
use crate::article::Article;

/// Reads wire messages.
pub struct Wire;

const SOH: u8 = 0x01;
const EOT: u8 = 0x04;
const STX: char = '\u{2}';
const ETX: char = '\u{3}';
/// A paragraph before the first of the story that is longer than this is its summary.
const LONGEST_HEADLINE: usize = 220;

impl Reader for Wire {
    fn name(&self) -> &'static str {
        "wire"
    }

    fn sniff(&self, head: &Head) -> u8 {
        match frame(&head.bytes) {
            Some(Frame::Control) => 99,
            Some(Frame::Telex) => 97,
            None => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let budget = input.budget();
        let mut stream = input.bytes();
        let mut messages = Messages {
            sink,
            number: 0,
            bad: BadRecords::default(),
            encoding: None,
        };
        let (mut line, mut message) = (Vec::new(), Vec::new());
        loop {
            line.clear();
            let more = matches!(stream.read_until(b'\n', &mut line), Ok(1..));
            let bare = line.trim_ascii();
            if bare.starts_with(b"ZCZC") && messages.take(&mut message).is_break() {
                break;
            }
            let mut stop = false;
            for &byte in &line {
                if matches!(byte, SOH | EOT) {
                    budget.renew();
                    stop |= messages.take(&mut message).is_break();
                } else {
                    message.push(byte);
                }
            }
            if !more || bare == b"NNNN" {
                budget.renew();
                stop |= messages.take(&mut message).is_break();
            }
            if stop || !more {
                break;
            }
        }
        input.trouble = messages.bad.reason("message");
        input.encoding = messages.encoding.or(Some("UTF-8"));
        Ok(())
    }
}

/// What a stream of messages is framed with.
enum Frame {
    Control,
    Telex,
}

/// What a file that begins as a wire message does is framed with.
fn frame(bytes: &[u8]) -> Option<Frame> {
    // Fill characters may come first.
    let fill = |byte: &u8| matches!(byte, 0 | 0x16 | 0x7f | b'\r' | b'\n' | b' ' | 0x03..=0x05);
    let start = bytes.iter().position(|byte| !fill(byte))?;
    let rest = &bytes[start..];
    let text = rest.strip_prefix(&[SOH]);
    let line: String = text
        .unwrap_or(rest)
        .iter()
        .take(200)
        .map(|&byte| char::from(byte))
        .take_while(|&byte| !matches!(byte, '\n' | STX))
        .collect();
    if rest.starts_with(b"ZCZC") {
        return Some(Frame::Telex);
    }
    let known = iptc_header(&line).is_some()
        || line
            .split_once('\u{1f}')
            .is_some_and(|(number, _)| number.len() <= 8);
    let printable = line.len() > 4
        && line
            .chars()
            .all(|character| matches!(character, ' '..='~' | '\r' | '\u{1f}'));
    let has_text = rest.contains(&0x02);
    (known && has_text || text.is_some() && has_text && printable).then_some(Frame::Control)
}

/// Takes messages as they come.
struct Messages<'a, 'b> {
    sink: &'a mut Sink<'b>,
    number: u64,
    bad: BadRecords,
    encoding: Option<&'static str>,
}

impl Messages<'_, '_> {
    /// Reads what was gathered of a message, if it is one, and empties it.
    fn take(&mut self, message: &mut Vec<u8>) -> ControlFlow<()> {
        let written = message.iter().filter(|byte| byte.is_ascii_alphanumeric());
        if written.count() < 8 {
            message.clear();
            return ControlFlow::Continue(());
        }
        self.number += 1;
        let is_anpa = anpa_header(message);
        let (text, encoding) = charset::decode(message, !is_anpa);
        if encoding != "UTF-8" {
            self.encoding.get_or_insert(encoding);
        }
        message.clear();
        let article = if is_anpa { anpa(&text) } else { iptc(&text) };
        if !self.sink.article(article)? {
            self.bad.add(self.number, "no text in it");
        }
        ControlFlow::Continue(())
    }
}

/// Whether a message is one of ANPA 1312: the first line has a unit separator, the second begins
/// with priority and category, or the text with a mark.
fn anpa_header(message: &[u8]) -> bool {
    let header = message
        .iter()
        .position(|&byte| byte == 0x02)
        .map_or(&message[..0], |end| &message[..end]);
    let text = message[header.len()..].trim_ascii_start();
    header.contains(&0x1f)
        || header.iter().any(|byte| matches!(byte, 0x12..=0x14))
        || text
            .strip_prefix(b"\x02")
            .is_some_and(|text| text.starts_with(b"^"))
}

/// Header, text and trailer of a message.
fn parts(message: &str) -> (&str, &str, &str) {
    let (message, trailer) = message.rsplit_once(ETX).unwrap_or((message, ""));
    match message.split_once(STX) {
        Some((header, text)) => (header, text, trailer),
        // Without a mark, the header is the first line that holds anything.
        None => {
            let start = message.trim_start_matches(|character: char| {
                character.is_whitespace() || character.is_control()
            });
            let (header, text) = start.split_once('\n').unwrap_or(("", start));
            (header, text, trailer)
        }
    }
}

// ---- IPTC 7901 ----

/// What the first line of an IPTC 7901 message says.
struct Header<'a> {
    number: &'a str,
    category: &'a str,
    agency: Option<&'a str>,
}

/// Reads `eca062 4 i 211 ccccb   dpa 061`: service and number, priority, category, length, and what
/// the agency likes to add, of which only its name is of use.
fn iptc_header(line: &str) -> Option<Header<'_>> {
    let mut words = line.split_whitespace();
    let number = words.next()?;
    let letters = number
        .bytes()
        .take_while(|byte| byte.is_ascii_alphabetic())
        .count();
    let digits = &number[letters..];
    let (priority, category, length) = (words.next()?, words.next()?, words.next()?);
    let is_number = |word: &str, most: usize| {
        (1..=most).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !(2..=4).contains(&letters)
        || !is_number(digits, 6)
        || !is_number(priority, 1)
        || category.len() > 4
        || !category.bytes().all(|byte| byte.is_ascii_alphabetic())
        || !is_number(length, 5)
    {
        return None;
    }
    let rest: Vec<&str> = words.collect();
    let agency = rest
        .windows(2)
        .rev()
        .find(|pair| {
            pair[0].len() >= 2
                && pair[0]
                    .bytes()
                    .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
                && is_number(pair[1], 6)
        })
        .map(|pair| pair[0].split('-').next().unwrap_or(pair[0]));
    Some(Header {
        number,
        category,
        agency,
    })
}

fn iptc(message: &str) -> Article {
    let mut article = Article::default();
    let (header, text, trailer) = parts(message);
    let text = without_typography(text);
    for line in header
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        if let Some(header) = iptc_header(line) {
            article.key = Some(header.number.to_string());
            article.outlet = header.agency.map(str::to_string);
            article
                .topics
                .extend(category(header.category).map(str::to_string));
        } else if !line.starts_with("ZCZC") && line.chars().any(char::is_alphabetic) {
            article.topics.extend(keywords(line));
        }
    }
    let (head, body) = headlines(&text);
    for (number, line) in head.iter().enumerate() {
        let last = number + 1 == head.len();
        if let Some(byline) = byline(line) {
            article.authors.extend(byline);
        } else if is_mark(line) && (!last || !article.title.is_empty()) {
        } else if number == 0 && !last && is_keywords(line) {
            article.topics.extend(keywords(line));
        } else if article.authors.is_empty() {
            article.title.push(' ');
            article.title.push_str(line);
        }
    }
    article.text = normalize::rejoin(for_readers(body));
    article.text = without_signature(&article.text).to_string();
    finish(&mut article, trailer, &text);
    article
}

/// The lines above the story (headline, byline, marks), and the story: they end with `=`, or else
/// with the first blank line.
fn headlines(text: &str) -> (Vec<String>, &str) {
    const MOST: usize = 8;
    let mut head: Vec<String> = Vec::new();
    let mut at = 0;
    for raw in text.split_inclusive('\n') {
        let line =
            raw.trim_matches(|character: char| character.is_whitespace() || character.is_control());
        let next = at + raw.len();
        if line.is_empty() {
            // A byline may stand by itself below the headline.
            let follows = text[next..].trim_start().lines().next().unwrap_or("");
            if !head.is_empty() && byline(follows.trim()).is_none() {
                return (head, &text[next..]);
            }
        } else if let Some(line) = line.strip_suffix('=') {
            head.push(line.trim().to_string());
            return (head, &text[next..]);
        } else if dateline_agency(line).is_some() {
            return (head, &text[at..]);
        } else {
            head.push(line.to_string());
        }
        at = next;
        if head.len() > MOST {
            break;
        }
    }
    // No head stands out: the whole is the story, or a headline and nothing else.
    match head.as_slice() {
        [_, _, _, ..] => (Vec::new(), text),
        _ => (head, &text[at..]),
    }
}

/// `Germany-football/Munich/Mueller/`: what a line of keywords holds.
fn keywords(line: &str) -> impl Iterator<Item = String> {
    line.split('/')
        .map(|word| word.trim_matches(|character: char| !character.is_alphanumeric()))
        .filter(|word| word.len() > 1 && word.chars().any(char::is_alphabetic))
        .map(str::to_string)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Whether a line above the headline holds keywords: no spaces, and hyphens or slashes.
fn is_keywords(line: &str) -> bool {
    line.ends_with('/') || (!line.contains(' ') && line.contains(['-', '/']))
}

/// Whether a line above the headline says what the message is to others: `1ST LEAD`, `(Achtung)`.
fn is_mark(line: &str) -> bool {
    let short = line.split(' ').count() <= 3;
    let bracketed = line.starts_with('(') && line.ends_with(')');
    (short && (bracketed || !line.contains(char::is_lowercase)))
        || line.starts_with("ATTENTION")
        || line.starts_with("///")
}

/// The part of a story that is for readers: what comes below a row of stars, or below a heading of
/// the agency's notebook, is for editors.
fn for_readers(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if at > 0 && (bare.starts_with("# ") || bare == "* * * *" || bare == "NNNN") {
            break;
        }
        at += line.len();
    }
    &text[..at]
}

/// Takes off a last paragraph such as `dpa wsz jln npr` or `ab/cd`: who worked on the story.
fn without_signature(text: &str) -> &str {
    let (rest, last) = text.rsplit_once("\n\n").unwrap_or(("", text));
    let initials = |word: &str| {
        (2..=6).contains(&word.len())
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'-'))
    };
    let signs = last.len() <= 40 && last.split(' ').all(initials);
    if signs && !rest.is_empty() {
        rest
    } else {
        text
    }
}

// ---- ANPA 1312 ----

/// How a line of ANPA 1312 begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// With `^`: not a paragraph of the story, at least above it.
    Caret,
    /// With a tab or spaces: a paragraph.
    Indent,
    /// As a row of a table.
    Row,
}

fn anpa(message: &str) -> Article {
    let mut article = Article::default();
    let (header, text, trailer) = parts(message);
    let slug = anpa_slug(header, &mut article);
    let lines = anpa_lines(&without_typography(text));
    let mut paragraphs: Vec<String> = Vec::new();
    let mut head = true;
    let mut slugged = false;
    for (mark, line) in &lines {
        head &= *mark == Mark::Caret;
        if !head || line.is_empty() {
            paragraphs.push(line.clone());
        } else if !slugged && (is_slug(line) || slug.is_some_and(|slug| same_slug(slug, line))) {
            slugged = true;
            article.topics.extend(slug_words(line));
        } else if is_note(line) || (!article.authors.is_empty() && is_credit(line)) {
        } else if let Some(byline) = byline(line) {
            article.authors.extend(byline);
        } else if article.title.is_empty() && line.len() <= LONGEST_HEADLINE {
            article.title.clone_from(line);
        } else {
            paragraphs.push(line.clone());
        }
    }
    // A summary for other media repeats the beginning of the story.
    if let [summary, rest @ ..] = paragraphs.as_slice()
        && lines
            .iter()
            .any(|(mark, line)| *mark == Mark::Caret && line == summary)
        && lines.iter().any(|(mark, _)| *mark == Mark::Indent)
    {
        let start: String = summary.chars().take(60).collect();
        if rest.iter().any(|paragraph| paragraph.contains(&start))
            || !rest.is_empty() && is_digest(summary, &article.title)
        {
            paragraphs.remove(0);
        }
    }
    if !slugged && let Some(slug) = slug {
        article.topics.extend(slug_words(slug));
    }
    if article.title.is_empty() {
        article.title = article.topics.last().cloned().unwrap_or_default();
    }
    paragraphs.retain(|line| line.contains(char::is_alphanumeric) && line != "END");
    article.text = paragraphs.join("\n\n");
    finish(&mut article, trailer, text);
    article
}

/// `Among 10 Things …: …`, beside the headline `10 Things …`.
fn is_digest(paragraph: &str, title: &str) -> bool {
    let start: String = title.chars().take(16).collect();
    start.len() >= 12 && paragraph.contains(&start)
}

/// Takes key, desk and topic from the two lines of an ANPA header; gives the slug.
fn anpa_slug<'a>(header: &'a str, article: &mut Article) -> Option<&'a str> {
    let mut lines = header
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let first = lines.next()?;
    let (number, selector) = first.split_once('\u{1f}').unwrap_or((first, ""));
    let number = number.trim_matches(|character: char| !character.is_alphanumeric());
    if !number.is_empty() {
        article.key = Some(number.to_string());
    }
    if selector.starts_with("reut") {
        article.outlet = Some("Reuters".into());
    }
    let second = lines.next()?;
    let mut words = second.splitn(3, [' ', '\u{11}', '\u{12}', '\u{13}', '\u{14}']);
    let (_priority, desk) = (words.next()?, words.next()?);
    article.topics.extend(category(desk).map(str::to_string));
    let slug = words
        .next()?
        .trim_matches(|character: char| character.is_whitespace() || character.is_control());
    slug.split("  ").next().filter(|slug| !slug.is_empty())
}

/// The logical lines of an ANPA text.
fn anpa_lines(text: &str) -> Vec<(Mark, String)> {
    let mut lines: Vec<(Mark, String)> = Vec::new();
    let mut open = false;
    for raw in text.lines() {
        // Two marked lines may share one: `*9006< ^Headlines<`.
        for (number, piece) in raw.split(" ^").enumerate() {
            let mark = match piece.chars().next() {
                Some('^') => Some(Mark::Caret),
                _ if number > 0 => Some(Mark::Caret),
                Some('\t') => Some(Mark::Indent),
                Some('\u{8}') => Some(Mark::Row),
                _ if piece.starts_with("  ") => Some(Mark::Indent),
                _ => None,
            };
            let bare = piece.trim().trim_start_matches(['^', '\u{8}']);
            let line = bare.trim_end_matches(['<', '=']);
            let (ended, line) = (
                line.len() < bare.len(),
                in_type(line, mark == Some(Mark::Row)),
            );
            if line.is_empty()
                || (line.starts_with('*') && line[1..].bytes().all(|b| b.is_ascii_digit()))
            {
                open = false;
                continue;
            }
            match (mark, lines.last_mut()) {
                (None, Some((_, before))) if open => {
                    before.push(' ');
                    before.push_str(&line);
                }
                _ => lines.push((mark.unwrap_or(Mark::Indent), line)),
            }
            open = !ended && mark != Some(Mark::Row);
        }
    }
    lines
}

/// What the keys of a teletypesetter stand for: ``` `` ``` and `''` are quotes, `_` a dash, `{` a half;
/// columns are divided by unit separators or semicolons.
fn in_type(line: &str, is_row: bool) -> String {
    let is_row = is_row || (line.split(';').count() > 3 && !line.contains("; "));
    let mut text = line.replace("``", "\"").replace("''", "\"");
    if text == "_" || text.contains(" _ ") || text.starts_with("_ ") || text.ends_with(" _") {
        text = format!(" {text} ").replace(" _ ", " — ").trim().to_string();
    }
    let mut typed = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '{' => typed.push('½'),
            '\u{1f}' => typed.push(' '),
            ';' if is_row => typed.push(' '),
            _ if character.is_control() && character != '\t' => {}
            _ => typed.push(character),
        }
    }
    normalize::line(&typed)
}

/// `BC-LT--Argentina-Cancer Beauty,466`: the cycle (two capitals), and what it is about.
fn is_slug(line: &str) -> bool {
    let mut parts = line.splitn(2, '-');
    let cycle = parts.next().unwrap_or("");
    cycle.len() == 2
        && cycle.bytes().all(|byte| byte.is_ascii_uppercase())
        && parts.next().is_some()
        && line.len() <= 100
}

/// Whether a line begins as the slug of the header does, spaces aside: that one is cut off.
fn same_slug(slug: &str, line: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .take(12)
            .collect()
    };
    plain(slug).len() >= 6 && plain(slug) == plain(line)
}

/// The words of a slug, without its cycle, the region before `--`, version and length.
fn slug_words(slug: &str) -> Option<String> {
    let words = if is_slug(slug) { &slug[3..] } else { slug };
    let words = words.split([',', '<']).next().unwrap_or(words);
    let words = words.rsplit("--").next().unwrap_or(words);
    let versions = [
        "1stLd",
        "2ndLd",
        "3rdLd",
        "4thLd",
        "-ABRIDGED",
        "Ld-Writethru",
    ];
    let end = versions.iter().filter_map(|mark| words.find(mark)).min();
    let words = words[..end.unwrap_or(words.len())].trim_matches([' ', '-', '(', ')']);
    (words.len() > 1).then(|| words.to_string())
}

/// Lines for editors: pictures, changes, embargoes.
fn is_note(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "AP Photo",
        "AP Video",
        "AP Graphic",
        "AP Audio",
        "AP Interactive",
        "Eds",
        "(Eds",
        "With AP",
        "With Photo",
        "ATTN",
        "Attn",
        "For release",
        "Photo:",
        "Photos:",
        "Graphic",
    ];
    STARTS.iter().any(|start| line.starts_with(start))
}

/// `AP Sports Writer`, below a byline.
fn is_credit(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "Press",
        "Writer",
        "Correspondent",
        "Editor",
        "News",
        "Staff",
        "Service",
        "Times",
        "Post",
        "Columnist",
        "Analyst",
        "Reporter",
        "International",
    ];
    line.len() <= 60
        && !normalize::ends_sentence(line)
        && line.split(' ').any(|word| WORDS.contains(&word))
}

// ---- Both ----

/// Date and outlet from the trailer and the dateline.
fn finish(article: &mut Article, trailer: &str, text: &str) {
    article.date = trailer_date(trailer);
    if article.date.is_none() {
        // A trailer within the text.
        let mut last = text.lines().rev().filter(|line| !line.trim().is_empty());
        article.date = last.by_ref().take(3).find_map(trailer_date);
    }
    if article.outlet.is_none() {
        let first = article.text.split("\n\n").take(3).find_map(dateline_agency);
        article.outlet = first.or_else(|| {
            let sign = trailer.trim().split('-').next()?;
            let is_name =
                (2..=4).contains(&sign.len()) && sign.bytes().all(|byte| byte.is_ascii_uppercase());
            is_name.then(|| sign.to_string())
        });
    }
}

/// The agency in a dateline such as `BUENOS AIRES, Argentina (AP) _ `.
fn dateline_agency(line: &str) -> Option<String> {
    let open = line.find('(').filter(|&at| (3..=80).contains(&at))?;
    let (agency, rest) = line[open + 1..].split_once(')')?;
    let is_name = (2..=24).contains(&agency.len())
        && agency
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '/' | '-' | '.'));
    (is_name && rest.trim_start().starts_with(['-', '_', '–', '—', '=']))
        .then(|| agency.to_string())
}

/// `131137 GMT Nov 13` (day, hour, minute, month, year), or `AP-WF-11-13-13 1509GMT`.
pub(super) fn trailer_date(trailer: &str) -> Option<jiff::civil::Date> {
    let words: Vec<&str> = trailer
        .split(|character: char| character.is_whitespace() || matches!(character, '<' | '='))
        .filter(|word| !word.is_empty())
        .collect();
    for (at, word) in words.iter().enumerate() {
        let digits = word.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            let found = words[at + 1..]
                .windows(2)
                .take(2)
                .find_map(|pair| date::parse(&format!("{} {} {}", &digits[..2], pair[0], pair[1])));
            if found.is_some() {
                return found;
            }
        }
        let parts: Vec<&str> = word.rsplitn(4, '-').collect();
        if let [year, day, month, service] = parts.as_slice()
            && service
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'-')
            && let (Ok(year @ 0..=99), Ok(month), Ok(day)) =
                (year.parse::<i16>(), month.parse::<i8>(), day.parse::<i8>())
        {
            let century = if year >= 69 { 1900 } else { 2000 };
            return jiff::civil::Date::new(century + year, month, day).ok();
        }
    }
    None
}

/// The names in `By PAUL BYRNE and ALMUDENA CALATRAVA`, in small letters; none where an agency or
/// a staff is named; `None` where the line is no byline.
fn byline(line: &str) -> Option<Vec<String>> {
    const STARTS: &[&str] = &[
        "By ", "BY ", "by ", "Von ", "Par ", "par ", "Por ", "Door ", "Av ", "Di ",
    ];
    let names = STARTS.iter().find_map(|start| line.strip_prefix(start))?;
    if names.len() > 120 || names.split(' ').count() > 14 || normalize::ends_sentence(names) {
        return None;
    }
    let listed = fields::byline(names);
    let is_name = |name: &&str| {
        let agency = ["dpa", "The ", "Reuters", "AP", "Associated Press"];
        name.contains(' ')
            && !agency.iter().any(|start| name.starts_with(start))
            && name.starts_with(char::is_uppercase)
    };
    let people = listed
        .iter()
        .flat_map(|name| {
            // Behind a comma stands the paper, or another person.
            let full = name.split(", ").all(|part| part.contains(' ')) && listed.len() > 1;
            name.split(", ").take(if full { 3 } else { 1 })
        })
        .filter(is_name)
        .map(capitalised)
        .collect();
    Some(people)
}

/// A name in capitals as it is written elsewhere.
pub(super) fn capitalised(name: &str) -> String {
    if name.contains(char::is_lowercase) {
        return name.to_string();
    }
    let mut start = true;
    name.chars()
        .flat_map(|letter| {
            let begins = std::mem::replace(&mut start, !letter.is_alphabetic());
            let small: Vec<char> = if begins {
                vec![letter]
            } else {
                letter.to_lowercase().collect()
            };
            small
        })
        .collect()
}

/// What a letter for a category stands for, where the agencies agree.
fn category(code: &str) -> Option<&'static str> {
    Some(match code.to_ascii_lowercase().as_str() {
        "a" => "national",
        "i" => "international",
        "f" | "wi" => "finance",
        "s" | "sp" => "sports",
        "e" => "entertainment",
        "p" | "pl" => "politics",
        "w" => "Washington",
        "l" => "lifestyle",
        "o" => "weather",
        "ku" => "culture",
        _ => return None,
    })
}

/// The text without typographical instructions, which stand between FF and VT.
fn without_typography(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{c}') {
        clean.push_str(before);
        rest = match after.split_once('\u{b}') {
            Some((instruction, after)) if !instruction.contains('\n') => after,
            _ => after,
        };
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trailers_of_both_kinds() {
        for (trailer, day) in [
            ("131137 GMT Nov 13 \r\n", "2013-11-13"),
            ("211259 Nov 18", "2018-11-21"),
            ("071341 GMT Okt 15", "2015-10-07"),
            ("221530Z NOV 2010", "2010-11-22"),
            ("AP-WF-11-13-13 1509GMT<", "2013-11-13"),
            ("AP-NR-02-12-88 2344EST", "1988-02-12"),
        ] {
            assert_eq!(
                trailer_date(trailer).map(|day| day.to_string()).as_deref(),
                Some(day)
            );
        }
        assert_eq!(trailer_date("nothing of 123456 value here"), None);
    }

    #[test]
    fn bylines() {
        assert_eq!(
            byline("By PAUL ROE and ANN O'HARA"),
            Some(vec!["Paul Roe".into(), "Ann O'Hara".into()])
        );
        assert_eq!(
            byline("By Max Muster, dpa"),
            Some(vec!["Max Muster".into()])
        );
        assert_eq!(byline("By The Associated Press"), Some(vec![]));
        assert_eq!(
            byline("By night the town is quiet, and nobody stirs."),
            None
        );
    }

    #[test]
    fn slugs() {
        assert_eq!(
            slug_words("BC-LT--Harbour-Storm Damage, 1st Ld-Writethru,466").as_deref(),
            Some("Harbour-Storm Damage")
        );
        assert_eq!(slug_words("AM-Budget,0176").as_deref(), Some("Budget"));
    }
}
