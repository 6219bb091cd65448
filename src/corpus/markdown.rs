//! Markdown, with front matter in YAML (`---`) or TOML (`+++`).
//!
//! The text is plain prose: headings and list items become paragraphs, links their words; code
//! blocks, images and raw HTML are left out. Of YAML, the part that front matter uses is understood:
//! scalars, quoted or not, over several lines or in blocks, lists, and one level of mapping.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::{Map, Value};

use super::sniff::Head;
use super::{Input, ReadError, Reader, Sink, date, fields, html, normalize};

/// Reads Markdown.
pub struct Markdown;

impl Reader for Markdown {
    fn name(&self) -> &'static str {
        "md"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let named = matches!(
            head.extension.as_str(),
            "md" | "markdown" | "mdown" | "mkd" | "qmd" | "mdx"
        );
        if front_matter(&head.text).is_some() {
            88
        } else if named {
            65
        } else if head.text.starts_with("# ") && head.text.contains("](") {
            30
        } else {
            0
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let document = input.whole(|_| None)?;
        let (mut data, body) = match front_matter(document.trim_start()) {
            Some((FrontMatter::Yaml(source), body)) => (yaml(source), body),
            Some((FrontMatter::Toml(source), body)) => match source.parse::<toml::Table>() {
                Ok(table) => (json_of(table), body),
                Err(error) => {
                    input.trouble =
                        Some(format!("the front matter is not TOML: {}", error.message()));
                    (Map::new(), body)
                }
            },
            None => (Map::new(), document.as_str()),
        };
        // In front matter, these are not the text: the text stands below.
        data.retain(|name, _| fields::role(name) != Some(fields::Role::Text));
        if let Some(extra) = data.remove("extra").or_else(|| data.remove("taxonomies"))
            && let Value::Object(extra) = extra
        {
            for (name, value) in extra {
                data.entry(name).or_insert(value);
            }
        }
        let prose = Prose::of(body);
        let title = prose.title;
        data.insert("text".into(), Value::from(prose.text));
        if fields::article(&data).is_none_or(|article| article.title.is_empty()) {
            data.insert("title".into(), Value::from(title.clone()));
        }
        let Some(mut article) = fields::article(&data) else {
            return Err(ReadError::NotAnArticle("no text".into()));
        };
        if !title.is_empty() && normalize::line(&title) != normalize::line(&article.title) {
            article.text = format!("{title}\n\n{}", article.text);
        }
        // Site generators have the date in an address where the front matter has none.
        let address = ["path", "url", "permalink", "slug"]
            .iter()
            .find_map(|name| date::of_path(data.get(*name)?.as_str()?));
        article.date = article
            .date
            .or(address)
            .or_else(|| date::of_path(sink.path()));
        let _ = sink.article(article);
        Ok(())
    }
}

enum FrontMatter<'a> {
    Yaml(&'a str),
    Toml(&'a str),
}

/// Splits off the front matter of a document.
fn front_matter(document: &str) -> Option<(FrontMatter<'_>, &str)> {
    let fence = ["---", "+++"]
        .into_iter()
        .find(|fence| document.starts_with(fence))?;
    let start = document.find('\n')? + 1;
    if document[..start].trim_end() != fence {
        return None;
    }
    let mut at = start;
    for line in document[start..].split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == fence || (fence == "---" && bare == "...") {
            let (inside, body) = (&document[start..at], &document[at + line.len()..]);
            return match fence {
                "+++" => Some((FrontMatter::Toml(inside), body)),
                // Two rules with prose between them are no front matter.
                _ if inside.lines().any(|line| key_of(line).is_some()) => {
                    Some((FrontMatter::Yaml(inside), body))
                }
                _ => None,
            };
        }
        at += line.len();
    }
    None
}

/// The key and the rest of a line `key: value` without indentation.
fn key_of(line: &str) -> Option<(&str, &str)> {
    let (key, rest) = line.split_once(':')?;
    let is_key = !key.is_empty()
        && key.len() <= 60
        && !key.starts_with([' ', '\t', '#', '-', '['])
        && (rest.is_empty() || rest.starts_with([' ', '\t', '\r']));
    is_key.then(|| (key.trim().trim_matches(['"', '\'']), rest.trim()))
}

/// The part of YAML that front matter uses.
fn yaml(source: &str) -> Map<String, Value> {
    let mut map = Map::new();
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((key, value)) = key_of(line) else {
            continue;
        };
        let mut below: Vec<&str> = Vec::new();
        // A list may stand at the same indentation as its key.
        while let Some(next) =
            lines.next_if(|next| next.starts_with([' ', '\t', '-']) || next.trim().is_empty())
        {
            below.push(next);
        }
        map.insert(key.to_string(), yaml_value(value, &below));
    }
    map
}

fn yaml_value(value: &str, below: &[&str]) -> Value {
    let lines = || {
        below
            .iter()
            .map(|line| line.trim())
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    let value = if value.starts_with('#') { "" } else { value };
    if value.starts_with(['|', '>']) && value.len() <= 3 {
        return Value::from(
            below
                .iter()
                .map(|line| line.trim())
                .collect::<Vec<_>>()
                .join("\n"),
        );
    }
    if value.is_empty() {
        if lines()
            .next()
            .is_some_and(|line| line.starts_with("- ") || line == "-")
        {
            return Value::Array(yaml_list(&lines().collect::<Vec<_>>()));
        }
        let entries: Map<String, Value> = lines()
            .filter_map(key_of)
            .map(|(key, value)| (key.to_string(), scalar(value)))
            .collect();
        if !entries.is_empty() {
            return Value::Object(entries);
        }
    }
    let whole = lines().fold(value.to_string(), |whole, line| {
        if whole.is_empty() {
            line.into()
        } else {
            whole + " " + line
        }
    });
    match whole
        .strip_prefix('[')
        .and_then(|inside| inside.strip_suffix(']'))
    {
        Some(inside) => Value::Array(split_inline(inside).map(scalar).collect()),
        None => scalar(&whole),
    }
}

/// `- item` lines; an item `- name: Ann` with lines below it is a mapping.
fn yaml_list(lines: &[&str]) -> Vec<Value> {
    let mut items: Vec<Value> = Vec::new();
    for line in lines {
        let item = line.strip_prefix('-').map(str::trim);
        let pair = key_of(item.unwrap_or(line)).filter(|(key, _)| !key.contains(' '));
        match (item, pair, items.last_mut()) {
            (Some(_), Some((key, value)), _) => items.push(Value::Object(Map::from_iter([(
                key.to_string(),
                scalar(value),
            )]))),
            (Some(item), None, _) => items.push(scalar(item)),
            (None, Some((key, value)), Some(Value::Object(last))) => {
                last.insert(key.to_string(), scalar(value));
            }
            _ => {}
        }
    }
    items
}

/// The elements of `[a, "b, c", d]`.
fn split_inline(inside: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    inside
        .split(move |character: char| {
            match quote {
                Some(open) if open == character => quote = None,
                None if matches!(character, '"' | '\'') => quote = Some(character),
                _ => {}
            }
            character == ',' && quote.is_none()
        })
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

fn scalar(raw: &str) -> Value {
    let raw = raw.trim();
    for quote in ['"', '\''] {
        if raw.len() >= 2
            && raw.starts_with(quote)
            && let Some(end) = raw.rfind(quote).filter(|&end| end > 0)
        {
            let inside = &raw[1..end];
            return Value::from(match quote {
                '"' => inside
                    .replace("\\\"", "\"")
                    .replace("\\n", "\n")
                    .replace("\\\\", "\\"),
                _ => inside.replace("''", "'"),
            });
        }
    }
    let bare = raw
        .find(" #")
        .map_or(raw, |comment| raw[..comment].trim_end());
    if matches!(bare, "" | "~" | "null") {
        Value::Null
    } else {
        Value::from(bare)
    }
}

fn json_of(table: toml::Table) -> Map<String, Value> {
    fn value(from: toml::Value) -> Value {
        match from {
            toml::Value::String(text) => Value::from(text),
            toml::Value::Integer(number) => Value::from(number),
            toml::Value::Float(number) => Value::from(number),
            toml::Value::Boolean(is) => Value::from(is),
            toml::Value::Datetime(when) => Value::from(when.to_string()),
            toml::Value::Array(values) => values.into_iter().map(value).collect(),
            toml::Value::Table(table) => Value::Object(json_of(table)),
        }
    }
    table
        .into_iter()
        .map(|(name, from)| (name, value(from)))
        .collect()
}

/// The plain text of a Markdown document, its first heading apart where that is the title.
struct Prose {
    title: String,
    text: String,
}

impl Prose {
    fn of(body: &str) -> Self {
        let body = without_shortcodes(body);
        let mut prose = Self {
            title: String::new(),
            text: String::new(),
        };
        let mut open = String::new();
        let (mut hidden, mut markup) = (0_usize, String::new());
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
        for event in Parser::new_ext(&body, options) {
            match event {
                Event::Start(Tag::CodeBlock(_) | Tag::Image { .. }) => hidden += 1,
                Event::End(TagEnd::CodeBlock | TagEnd::Image) => hidden = hidden.saturating_sub(1),
                _ if hidden > 0 => {}
                Event::Text(text) | Event::Code(text) => open.push_str(&text),
                Event::SoftBreak | Event::HardBreak => open.push(' '),
                Event::Html(text) => markup.push_str(&text),
                Event::End(TagEnd::HtmlBlock) => {
                    prose.paragraph(&html::strip(&markup));
                    markup.clear();
                }
                Event::InlineHtml(tag) if tag.starts_with("<br") => open.push(' '),
                Event::End(TagEnd::TableCell) => open.push(' '),
                Event::End(TagEnd::Heading(pulldown_cmark::HeadingLevel::H1))
                    if prose.text.is_empty() && prose.title.is_empty() =>
                {
                    prose.title = std::mem::take(&mut open);
                }
                Event::Start(Tag::Paragraph | Tag::Item | Tag::Heading { .. } | Tag::List(_))
                | Event::End(
                    TagEnd::Paragraph
                    | TagEnd::Heading(_)
                    | TagEnd::Item
                    | TagEnd::TableRow
                    | TagEnd::TableHead,
                ) => {
                    prose.paragraph(&open);
                    open.clear();
                }
                _ => {}
            }
        }
        prose.paragraph(&open);
        prose
    }

    fn paragraph(&mut self, text: &str) {
        if !text.trim().is_empty() {
            if !self.text.is_empty() {
                self.text.push_str("\n\n");
            }
            self.text.push_str(text.trim());
        }
    }
}

/// Site generators expand `{{< ... >}}` and `{% ... %}`; they are no prose.
fn without_shortcodes(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        let close = if rest[at..].starts_with("{{") {
            "}}"
        } else {
            "%}"
        };
        let Some(end) = rest[at..]
            .find(close)
            .filter(|&end| !rest[at..at + end].contains("\n\n"))
        else {
            break;
        };
        text.push_str(&rest[..at]);
        // Where it is the target of a link, the link must keep one.
        if text.ends_with("](") {
            text.push('#');
        }
        rest = &rest[at + end + 2..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_plain() {
        let prose = Prose::of(
            "# A *day*\n\nIt was [long](http://x.example).\nVery.\n\n- one\n- two\n\n```\ncode\n```\n{{< img src=\"a\" >}}\n",
        );
        assert_eq!(
            (prose.title.as_str(), prose.text.as_str()),
            ("A day", "It was long. Very.\n\none\n\ntwo")
        );
    }

    #[test]
    fn front_matter_of_yaml() {
        let map = yaml(
            "title: \"A: b\" # c\nauthors:\n  - Ann Lee\n- Bo Ek\ntags: [a, 'b, c']\ndeck: one\n  two\nby:\n  name: Cy\nnote: >\n  x\n  y\n",
        );
        let expected = serde_json::json!({"title": "A: b", "authors": ["Ann Lee", "Bo Ek"], "tags": ["a", "b, c"],
            "deck": "one two", "by": {"name": "Cy"}, "note": "x\ny"});
        assert_eq!(Value::Object(map), expected);
    }
}
