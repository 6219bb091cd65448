//! Agency copy: what editors put into a story that is not part of it.
//!
//! Every agency format carries the same copy, so that [`tidy`] is called by all of their readers. It
//! takes a byline at the head of the text to the authors, drops the line that says where the copy
//! ends, and leaves out a headline that is repeated.

use super::{fields, html, normalize, text, xml};
use crate::article::Article;

/// What stands alone on the last line of a story, in lower case and without punctuation around it.
const ENDS: [&str; 6] = ["end", "ends", "30", "more", "eom", "endit"];
/// A deck with fewer words is a keyword or a slug.
const SHORTEST_DECK: usize = 4;

/// Cleans an article whose text is agency copy, paragraphs with a blank line between them.
pub fn tidy(article: &mut Article) {
    for text in [&mut article.title, &mut article.text] {
        *text = without_tags(text);
        // Copy that went through several systems was escaped by more than one of them.
        for _ in 0..2 {
            if text.contains('&') {
                *text = xml::resolve_all(text);
            }
        }
    }
    article.title = normalize::line(&article.title);
    html::drop_repeated_title(article);
    if let Some((first, rest)) = split_first(&article.text)
        && text::is_byline(first)
    {
        // What stands over the copy is nearer the truth than "Staff Reporter" in the metadata.
        article.authors = fields::byline(first);
        article.text = rest.to_string();
    }
    article.text.truncate(without_end(&article.text).len());
}

/// The text without the line that says where the copy ends.
pub fn without_end(text: &str) -> &str {
    match text.trim_end().rsplit_once("\n\n") {
        Some((rest, last)) if is_end(last) => rest,
        _ => text,
    }
}

/// Puts a deck (the line below the headline) before the text, where it is a line of its own and not
/// said again in headline or lead.
pub fn add_deck(article: &mut Article, deck: &str) {
    let deck = normalize::line(deck);
    let words = deck.split(' ').count();
    let lead = normalize::line(
        article
            .text
            .split(
                "

",
            )
            .next()
            .unwrap_or(""),
    );
    let is_slug = words < SHORTEST_DECK || !deck.chars().any(char::is_lowercase);
    if !is_slug && deck != normalize::line(&article.title) && !lead.contains(&deck) {
        article.text = format!("{deck}\n\n{}", article.text);
    }
}

/// The first paragraph, if it is short, and the others.
fn split_first(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text
        .trim_start()
        .split_once("\n\n")
        .unwrap_or((text.trim(), ""));
    (first.len() <= 120).then_some((first, rest))
}

/// Whether the last line is none of the story: `ends`, `(Tide)`, `TIDE rl/bo`, `/tide/`, or codes
/// for the routing of the copy.
fn is_end(line: &str) -> bool {
    let line = line.trim();
    let bare = line.trim_matches(|character: char| !character.is_alphanumeric());
    if bare.is_empty() || ENDS.contains(&bare.to_lowercase().as_str()) {
        return true;
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    let enclosed = [('(', ')'), ('/', '/'), ('[', ']')]
        .iter()
        .any(|&(open, close)| line.starts_with(open) && line.ends_with(close));
    let is_code = |word: &&str| {
        word.contains(|letter: char| letter.is_ascii_digit())
            && word.starts_with(|letter: char| letter.is_ascii_uppercase())
    };
    let is_routing =
        !line.contains(char::is_lowercase) && words.iter().filter(|word| is_code(word)).count() > 2;
    let is_signed = words.len() <= 3 && words.iter().all(|word| is_initials(word));
    (enclosed && words.len() == 1) || is_signed || is_routing
}

/// `AAP`, `rl`, `hh/ph/ts`: who sent, wrote and edited the copy.
fn is_initials(word: &str) -> bool {
    let is_agency =
        (2..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    is_agency
        || word.split('/').all(|part| {
            (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
        })
}

/// The text without tags that were escaped as if they were words, such as `<endash>-</endash>`:
/// those that are opened and closed by the same name.
fn without_tags(text: &str) -> String {
    let mut text = text.to_string();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find("</")) {
        from += at + 2;
        let name = text[from..].split('>').next().unwrap_or("");
        let is_name =
            (1..=20).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        if is_name && text[..from].contains(&open) {
            text = text.replace(&open, "").replace(&close, "");
            from = 0;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_the_story_goes() {
        let mut article = Article {
            title: "Lamp out".into(),
            text: "Lamp out\n\nBy Ann Lee and Bo Ek\n\nIt was dark.\n\nVery.\n\nends".into(),
            ..Article::default()
        };
        tidy(&mut article);
        assert_eq!(article.text, "It was dark.\n\nVery.");
        assert_eq!(article.authors, ["Ann Lee", "Bo Ek"]);
        add_deck(&mut article, "Keeper blames the long winter");
        assert!(
            article
                .text
                .starts_with("Keeper blames the long winter\n\nIt")
        );
        add_deck(&mut article, "HARBOUR LAMP OUT AGAIN");
        add_deck(&mut article, "Keeper blames the long winter");
        assert_eq!(article.text.matches("\n\n").count(), 2);
    }

    #[test]
    fn last_lines() {
        for line in [
            "ends",
            "-30-",
            "(Tide)",
            "/tide/",
            "AAP rl bo",
            "hh/ph/ts",
            "TIDE",
            "51 CRO01 1113 APE48 LOC03",
        ] {
            assert!(is_end(line), "{line}");
        }
        for line in [
            "It was dark.",
            "(Reporting by Ann Lee)",
            "10. Ellery (TDE): 11.8 million",
            "The end is near",
        ] {
            assert!(!is_end(line), "{line}");
        }
        assert_eq!(
            without_tags("800<endash>-</endash>900 <b> </i>"),
            "800-900 <b> </i>"
        );
    }

    #[test]
    fn a_byline_alone_leaves_no_text() {
        let mut article = Article {
            text: "By Ann Lee".into(),
            ..Article::default()
        };
        tidy(&mut article);
        assert_eq!((article.text.as_str(), article.authors.len()), ("", 1));
    }
}
