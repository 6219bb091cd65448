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
        if article.authors.is_empty() {
            article.authors = fields::byline(first);
        }
        article.text = rest.to_string();
    }
    let trimmed = article.text.trim_end();
    if let Some((rest, last)) = trimmed.rsplit_once("\n\n")
        && is_end(last)
    {
        article.text = rest.to_string();
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

fn is_end(line: &str) -> bool {
    let bare = line
        .trim_matches(|character: char| !character.is_alphanumeric())
        .to_lowercase();
    bare.is_empty() || ENDS.contains(&bare.as_str())
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
    fn a_byline_alone_leaves_no_text() {
        let mut article = Article {
            text: "By Ann Lee".into(),
            ..Article::default()
        };
        tidy(&mut article);
        assert_eq!((article.text.as_str(), article.authors.len()), ("", 1));
    }
}
