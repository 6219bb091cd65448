//! Plain text: one article a file.
//!
//! The title is a first line that looks like one, or `Title:` in a block of `Name: value` lines at
//! the top. A line that holds only a byline or a date, right below the title, is taken for that. A
//! dateline (`LISBON, March 3 (Wire) —`) is part of the text and stays there.

use serde_json::{Map, Value};

use super::sniff::Head;
use super::{Input, ReadError, Reader, Sink, date, fields, normalize};
use crate::article::Article;

/// Reads plain text.
pub struct Text;

/// No headline is longer, in bytes.
const LONGEST_TITLE: usize = 200;

impl Reader for Text {
    fn name(&self) -> &'static str {
        "txt"
    }

    /// Every text can be read as plain text; any other reader that claims it goes first.
    fn sniff(&self, _: &Head) -> u8 {
        10
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let document = input.whole(|_| None)?;
        if document.trim().is_empty() {
            return Err(ReadError::NotAnArticle("no text in it".into()));
        }
        match sink.article(article(&document)) {
            std::ops::ControlFlow::Continue(false) => {
                Err(ReadError::NotAnArticle("no text in it".into()))
            }
            _ => Ok(()),
        }
    }
}

/// The article in a text.
pub(super) fn article(document: &str) -> Article {
    with_header(document).unwrap_or_else(|| with_title(document))
}

/// An article under a block of `Name: value` lines with known names, one of them a title or a date.
fn with_header(document: &str) -> Option<Article> {
    let mut header = Map::new();
    let mut body = document;
    let mut last = String::new();
    for line in document.split_inclusive('\n') {
        let bare = line.trim();
        if bare.is_empty() {
            if header.is_empty() {
                body = &body[line.len()..];
                continue;
            }
            break;
        }
        if line.starts_with([' ', '\t']) && !last.is_empty() {
            if let Some(Value::String(value)) = header.get_mut(&last) {
                *value = format!("{value} {bare}");
            }
        } else {
            let Some((name, value)) = bare.split_once(':') else {
                break;
            };
            let is_name = name.len() <= 24 && name.split(' ').count() <= 3;
            if !is_name
                || fields::role(name).is_none()
                || fields::role(name) == Some(fields::Role::Text)
            {
                break;
            }
            last = name.to_string();
            header.insert(last.clone(), Value::from(value.trim()));
        }
        body = &body[line.len()..];
    }
    let names_it = header
        .keys()
        .any(|name| fields::role(name) == Some(fields::Role::Title))
        || (header.len() > 1
            && header
                .values()
                .any(|value| value.as_str().and_then(date::parse).is_some()));
    if !names_it {
        return None;
    }
    // `Text:` may stand before the body itself.
    let body = body.trim_start();
    let body = match body.split_once(':') {
        Some((name, rest))
            if name.len() <= 12 && fields::role(name) == Some(fields::Role::Text) =>
        {
            rest
        }
        _ => body,
    };
    let rest = with_title(body);
    let titled = header
        .keys()
        .any(|name| fields::role(name) == Some(fields::Role::Title));
    header.insert(
        "text".into(),
        Value::from(if titled { body.to_string() } else { rest.text }),
    );
    let mut article = fields::article(&header)?;
    if article.title.is_empty() && !titled {
        article.title = rest.title;
    }
    Some(article)
}

/// An article whose title, if it has one, is its first line.
fn with_title(document: &str) -> Article {
    let document = document.trim_start_matches(['\u{feff}', '\n', '\r', ' ', '\t']);
    let mut lines = document.split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    let mut body = &document[first.len()..];
    let mut title = normalize::line(first);
    // A headline that was wrapped too: two lines, and then a blank one.
    if let (Some(second), Some(third)) = (lines.next(), lines.next())
        && !second.trim().is_empty()
        && third.trim().is_empty()
        && (30..=80).contains(&first.trim().len())
        && second.trim().len() <= first.trim().len()
        && could_be_title(second, &body[second.len()..])
        && !second.trim_start().to_lowercase().starts_with("by ")
        && date::parse(second).is_none()
    {
        title = normalize::line(&format!("{title} {second}"));
        body = &body[second.len()..];
    }
    if !could_be_title(&title, body) || begins_wrapped(first, body) {
        return Article {
            text: document.to_string(),
            ..Article::default()
        };
    }
    let mut article = Article {
        title,
        ..Article::default()
    };
    for _ in 0..3 {
        let start = body.trim_start();
        let (line, rest) = start.split_once('\n').unwrap_or((start, ""));
        let line = line.trim();
        let (day, is_byline) = (date::parse(line), line.len() <= 80 && is_byline(line));
        if rest.trim().is_empty() {
            break;
        } else if article.authors.is_empty() && is_byline {
            article.authors = fields::byline(line);
        } else if article.date.is_none() && line.len() <= 50 && day.is_some() {
            article.date = day;
        } else {
            break;
        }
        body = rest;
    }
    article.text = body.to_string();
    article
}

/// `By Jane Roe`: two to eight words, no sentence.
pub(super) fn is_byline(line: &str) -> bool {
    let name = line
        .strip_prefix("By ")
        .or_else(|| line.strip_prefix("BY "))
        .or_else(|| line.strip_prefix("by "));
    name.is_some_and(|name| {
        name.split(' ').count() <= 8
            && name.starts_with(char::is_uppercase)
            && !normalize::ends_sentence(name)
    })
}

/// A title is short, does not end as a sentence does, and has a longer body below it.
fn could_be_title(line: &str, body: &str) -> bool {
    let line = line.trim();
    let ends_well = !line.ends_with(['.', ',', ';', ':', '—', '。', '।'])
        || line.ends_with("...")
        || normalize::ends_in_abbreviation(line);
    !line.is_empty()
        && line.len() <= LONGEST_TITLE
        && line.split(' ').count() <= 30
        && ends_well
        && line.chars().any(char::is_alphabetic)
        && body.trim().len() > line.len()
}

/// Whether the first line goes on in the next: it fills the width to which the body is wrapped,
/// or the next line begins in lower case.
fn begins_wrapped(first: &str, body: &str) -> bool {
    let Some(next) = body
        .lines()
        .next()
        .map(str::trim)
        .filter(|next| !next.is_empty())
    else {
        return false;
    };
    let width = body
        .lines()
        .take(40)
        .map(|line| line.trim_end().chars().count())
        .max()
        .unwrap_or(0);
    let word = next.split(' ').next().unwrap_or("").chars().count();
    let fills = width <= 100 && first.trim_end().chars().count() + 1 + word > width;
    next.starts_with(char::is_lowercase) || fills
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        let body = "The lighthouse keeper said on Friday that the lamp had been out for a week.";
        assert_eq!(
            with_title(&format!(
                "Lamp out at the point\n\nBy Ann Lee\nMarch 3, 2024\n\n{body}"
            ))
            .title,
            "Lamp out at the point"
        );
        assert_eq!(
            with_title(&format!("Lamp Out At The Point\n{body}")).text,
            body
        );
        assert_eq!(with_title(&format!("It was dark.\n\n{body}")).title, "");
        assert_eq!(with_title("Lamp out at the point").title, "");
    }

    #[test]
    fn header_blocks() {
        let article = with_header(
            "Title: Lamp out\nDate: 3 March 2024\nAuthor: Ann Lee\n\nIt was dark: very.",
        )
        .unwrap_or_default();
        assert_eq!(
            (article.title.as_str(), article.text.as_str()),
            ("Lamp out", "It was dark: very.")
        );
        assert_eq!(article.authors, ["Ann Lee"]);
        assert_eq!(
            with_header("Subject to change: the plan\n\nIt was dark."),
            None
        );
    }
}
