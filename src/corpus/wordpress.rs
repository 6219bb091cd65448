//! WordPress export (WXR): an RSS feed with all that a site holds.
//!
//! Posts and pages are articles, and so are items that do not say what they are. Attachments,
//! menu entries, revisions and the other kinds are not, nor is anything in the bin, a draft or
//! waiting for review. A private or planned post is one: whoever exports it means to have it.
//!
//! A post is HTML in which a blank line is a paragraph. Block comments and shortcodes are left out,
//! with the captions, galleries and players that shortcodes stand around.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::feed::{self, Entry, Feed};
use super::sniff::{self, Head};
use super::xml::{self, Element};
use super::{BadRecords, Input, ReadError, Reader, Sink, date};

/// Reads WordPress exports.
pub struct WordPress;

impl Reader for WordPress {
    fn name(&self) -> &'static str {
        "wxr"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let start = head.start(16_384);
        let is_export =
            start.contains("wordpress.org/export/") || start.contains("<wp:wxr_version");
        if sniff::root_element(&start).0 == "rss" && is_export {
            99
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let mut records = feed::records(input);
        let mut bad = BadRecords::default();
        let (mut number, mut site) = (0, None);
        while let Some(parsed) = records.next() {
            number += 1;
            if let Some(damage) = parsed
                .declared_entity
                .map(|name| xml::refused(&name))
                .or(parsed.damage)
            {
                bad.add(number, damage);
            }
            let Some(item) = parsed.root.filter(is_article) else {
                continue;
            };
            let (feed, people) = site.get_or_insert_with(|| {
                let around = records.around();
                (
                    Feed::of(around.as_ref()),
                    around.as_ref().map(people).unwrap_or_default(),
                )
            });
            let article = feed.article(entry(&item, people));
            match sink.article(article) {
                ControlFlow::Break(()) => return Ok(()),
                // Empty posts are common, and no damage.
                ControlFlow::Continue(_) => {}
            }
        }
        input.trouble = bad.reason("item").or_else(|| {
            records
                .damage_around()
                .map(|damage| format!("broken XML: {damage}"))
        });
        input.fine_when_empty = input.trouble.is_none();
        Ok(())
    }
}

fn is_article(item: &Element) -> bool {
    let says = |name: &str| item.text_at(name).unwrap_or_default();
    matches!(says("wp:post_type").as_str(), "" | "post" | "page")
        && !matches!(
            says("wp:status").as_str(),
            "draft" | "auto-draft" | "trash" | "pending"
        )
}

/// The names that the site shows for its writers, by what they log in with.
fn people(root: &Element) -> HashMap<String, String> {
    root.find("wp:author")
        .filter_map(|author| {
            let login = author.text_at("wp:author_login")?;
            let full = [
                author.text_at("wp:author_first_name"),
                author.text_at("wp:author_last_name"),
            ];
            let full: Vec<String> = full.into_iter().flatten().collect();
            let shown = author
                .text_at("wp:author_display_name")
                .filter(|shown| *shown != login);
            let name = shown.unwrap_or_else(|| {
                if full.len() == 2 {
                    full.join(" ")
                } else {
                    login.clone()
                }
            });
            Some((login, name))
        })
        .collect()
}

fn entry(item: &Element, people: &HashMap<String, String>) -> Entry {
    let mut entry = Entry::of(item);
    if !entry.is_plain {
        entry.content = marked_up(&entry.content);
    }
    let written = ["wp:post_date", "wp:post_date_gmt"];
    entry.date = written
        .iter()
        .filter_map(|name| item.text_at(name))
        .find_map(|text| date::parse(&text))
        .or(entry.date);
    if let Some(login) = item.text_at("dc:creator") {
        entry.authors = feed::person_names(people.get(&login).unwrap_or(&login));
    }
    entry.topics = item
        .all(":category")
        .filter(|category| {
            matches!(
                category.attribute("domain"),
                None | Some("category" | "post_tag" | "tag")
            )
        })
        .map(|category| feed::one_line(&category.text()))
        .filter(|topic| topic != "Uncategorized")
        .collect();
    entry
}

/// The HTML of a post as WordPress would show it: blank lines are paragraphs, unless the post is
/// made of blocks.
fn marked_up(content: &str) -> String {
    let content = without_shortcodes(content);
    if content.contains("<!-- wp:") {
        return content;
    }
    content.replace("\r\n", "\n").replace("\n\n", "\n<p>")
}

/// Leaves out `[name attribute="value"]` and `[name]…[/name]`; what is in brackets for other
/// reasons, such as `[sic]`, stays.
fn without_shortcodes(content: &str) -> String {
    const HOLDS_NO_TEXT: &[&str] = &[
        "caption",
        "wp_caption",
        "gallery",
        "embed",
        "video",
        "audio",
        "playlist",
        "youtube",
        "code",
    ];
    let mut text = String::with_capacity(content.len());
    let mut rest = content;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        let code = after.split(']').next().unwrap_or("");
        let name = code
            .trim_start_matches('/')
            .split(|letter: char| {
                !(letter.is_ascii_lowercase()
                    || letter.is_ascii_digit()
                    || matches!(letter, '_' | '-'))
            })
            .next()
            .unwrap_or("");
        let end = format!("[/{name}]");
        let inside = after.get(code.len() + 1..).unwrap_or("");
        let closes = code.starts_with('/') && code.len() == name.len() + 1;
        let is_code = name.len() > 1
            && !code.contains(['\n', '<'])
            && (closes
                || code.contains('=')
                || HOLDS_NO_TEXT.contains(&name)
                || inside.contains(&end));
        if !is_code {
            text.push('[');
            rest = after;
            continue;
        }
        rest = match inside.split_once(&end) {
            Some((_, after)) if HOLDS_NO_TEXT.contains(&name) => after,
            _ => inside,
        };
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcodes_are_left_out_and_brackets_are_not() {
        assert_eq!(
            without_shortcodes(
                "A [sic] b [caption id=\"1\"]<img> c[/caption]d [gallery ids=\"1,2\"] [quote]e[/quote] [1] f]"
            ),
            "A [sic] b d  e [1] f]"
        );
    }
}
