//! From the names that people give their fields to an [`Article`].
//!
//! JSON, CSV columns, front matter and header blocks all come through here, as one JSON object.
//! Names are compared without case and punctuation, so `articleBody`, `article_body` and
//! `Article Body` are one name. Each list below is in order of preference: the first name that has
//! a usable value wins, so that `text` beats `description`.

use serde_json::{Map, Value};

use super::{date, html, normalize};
use crate::article::Article;

const TITLE: &str = "\
    title headline headlines head hl1 webtitle articletitle newstitle titre titel titulo título \
    titolo überschrift заголовок seotitle titlepage titlerss subject";
/// Names that are a title only beside a body: too many other things have a name.
const WEAK_TITLE: &str = "name heading slugline";
const TEXT: &str = "\
    text maintext fulltext articlebody articletext bodytext contentoriginal contenttext content \
    contents body bodies story storytext article cleantext plaintext bodyxhtml bodyhtml \
    contenthtml html contentrendered post paragraphs texte texto testo inhalt artikel текст";
/// Taken for the text when there is none, beside a title.
const WEAK_TEXT: &str = "\
    description descriptiontext summary abstract leadparagraph lead excerpt snippet \
    shortdescription descriptionhtml";
const DATE: &str = "\
    date datepublished datepublish publishdate publisheddate publicationdate publishedat \
    published pubdate publishedon publishedtime articlepublishedtime webpublicationdate \
    firstpublished firstpublicationdate dateline versioncreated firstcreated created createdat \
    datecreated publishingdate releasedate issued timestamp datetime time posted postedat \
    articledate newsdate seendate datum \
    fecha";
const OUTLET: &str = "\
    outlet source sourcename publisher publication publicationname newspaper site sitename \
    ogsitename provider agency medium media journal newssource newsoutlet sourcedomain domain \
    sourceurl creditline copyrightholder origin";
const AUTHORS: &str = "authors author byline bylines by creator writer reporter journalist";
const URL: &str = "\
    url link canonicalurl canonical weburl articleurl articlelink permalink href uri links";
const KEY: &str = "id guid uuid docno docid articleid did newsid uri altids key";
const LANGUAGE: &str = "language lang inlanguage locale";
const TOPICS: &str = "\
    topics topic tags tag keywords categories category section sections sectionname subjects \
    subject articlesection desk label";
/// Objects that hold the fields of an article one level down.
const WRAPPERS: &str = "\
    source fields article document attributes doc post row node item data extra taxonomies";
/// What is longer is no topic, in bytes.
const LONGEST_TOPIC: usize = 120;
/// How many objects stand around the fields of an article at most.
const DEEPEST: usize = 3;
/// Lists that hold articles.
const LISTS: &str = "\
    articles items item results docs data documents records news stories posts entries hits \
    value rows response nodes edges graph list feed";

/// The article in a JSON object, or `None` where there is no text and no title in it.
pub fn article(fields: &Map<String, Value>) -> Option<Article> {
    let mut article = within(fields, DEEPEST);
    if let Some(outlet) = &article.outlet
        && let Some(bare) = without_outlet(&article.title, outlet)
    {
        article.title = bare.to_string();
    }
    (!article.text.trim().is_empty() || !article.title.trim().is_empty()).then_some(article)
}

fn within(fields: &Map<String, Value>, depth: usize) -> Article {
    let fields = Fields::of(fields);
    let mut article = fields.article();
    if depth > 0
        && (article.text.is_empty() || article.title.is_empty())
        && let Some((wrapper, _)) = fields.first(WRAPPERS, |value| value.as_object().cloned())
        && let inner = within(&wrapper, depth - 1)
        && !(inner.title.is_empty() && inner.text.is_empty())
        && (article.text.is_empty() || !(inner.title.is_empty() || inner.text.is_empty()))
    {
        let outer = std::mem::replace(&mut article, inner);
        article.title = pick(article.title, outer.title);
        article.date = article.date.or(outer.date);
        article.outlet = article.outlet.or(outer.outlet);
        article.url = article.url.or(outer.url);
        article.key = outer.key.or(article.key);
        if article.authors.is_empty() {
            article.authors = outer.authors;
        }
    }
    article
}

/// A headline without the name of its outlet at the end: `Bridge closes - The Daily Tide`.
pub fn without_outlet<'a>(title: &'a str, outlet: &str) -> Option<&'a str> {
    let title = title.trim_end();
    let start = title.len().checked_sub(outlet.trim().len())?;
    let (bare, end) = title.split_at_checked(start)?;
    if end.is_empty() || end.to_lowercase() != outlet.trim().to_lowercase() {
        return None;
    }
    let bare = bare.trim_end();
    let bare = bare.strip_suffix(['|', '-', '–', '—', '»', ':', '·', '•', '/'])?;
    let bare = bare.trim_end();
    (!bare.is_empty()).then_some(bare)
}

/// The articles in an object that holds them under their keys, or column by column as tables of
/// pandas are written; `None` where it is none of these.
pub fn table(fields: &mut Map<String, Value>) -> Option<Vec<Value>> {
    if let (Some(Value::Array(columns)), Some(Value::Array(_))) =
        (fields.get("columns"), fields.get("data"))
    {
        let names: Vec<String> = columns.iter().filter_map(label).collect();
        let Some(Value::Array(rows)) = fields.remove("data") else {
            return None;
        };
        let rows = rows.into_iter().map(|row| match row {
            Value::Array(cells) => Value::Object(names.iter().cloned().zip(cells).collect()),
            other => other,
        });
        return Some(rows.collect());
    }
    let mut inner = fields.values().map(Value::as_object);
    let first = inner.next().flatten()?;
    if article(first).is_some() && inner.all(|object| object.is_some()) {
        return Some(
            std::mem::take(fields)
                .into_iter()
                .map(|(_, value)| value)
                .collect(),
        );
    }
    // Columns, each with its cells under the numbers of the rows.
    let is_column = |value: &Value| {
        let cells = value.as_object();
        cells.is_some_and(|cells| {
            !cells.is_empty() && cells.keys().all(|key| key.parse::<u64>().is_ok())
        })
    };
    let has_text = fields
        .keys()
        .any(|name| matches!(role(name), Some(Role::Title | Role::Text)));
    if !has_text || !fields.values().all(is_column) {
        return None;
    }
    let mut rows: Vec<(String, Map<String, Value>)> = Vec::new();
    for (name, column) in std::mem::take(fields) {
        let Value::Object(cells) = column else {
            continue;
        };
        for (at, (key, cell)) in cells.into_iter().enumerate() {
            match rows.get_mut(at).filter(|(row, _)| *row == key) {
                Some((_, row)) => drop(row.insert(name.clone(), cell)),
                None => match rows.iter_mut().find(|(row, _)| *row == key) {
                    Some((_, row)) => drop(row.insert(name.clone(), cell)),
                    None => rows.push((key, Map::from_iter([(name.clone(), cell)]))),
                },
            }
        }
    }
    Some(
        rows.into_iter()
            .map(|(_, row)| Value::Object(row))
            .collect(),
    )
}

/// The list of articles that an object wraps, such as `{"status": "ok", "articles": [...]}`; not
/// where the object has a text of its own.
pub fn list(fields: &mut Map<String, Value>) -> Option<Vec<Value>> {
    if Fields::of(fields).first(TEXT, prose).is_some() {
        return None;
    }
    for wanted in LISTS.split(' ') {
        let Some(name) = fields.keys().find(|name| plain(name) == wanted).cloned() else {
            continue;
        };
        let holds_articles = match &fields[&name] {
            Value::Array(values) => !values.is_empty() && values.iter().any(Value::is_object),
            Value::Object(inner) => {
                inner.keys().any(|name| is_in(LISTS, &plain(name))) && !inner.is_empty()
            }
            _ => false,
        };
        if holds_articles {
            return match fields.remove(&name) {
                Some(Value::Array(mut values)) => {
                    // A graph of linked data holds the page and the publisher beside the article.
                    if wanted == "graph" {
                        values.retain(|value| value.get("articleBody").is_some());
                    }
                    Some(values)
                }
                Some(Value::Object(mut inner)) => list(&mut inner),
                _ => None,
            };
        }
    }
    None
}

/// What a field of this name is for, where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The headline.
    Title,
    /// The body.
    Text,
    /// Anything else that an article has.
    Other,
}

/// Whether, and as what, a name is known.
pub fn role(name: &str) -> Option<Role> {
    let name = plain(name);
    let is_in = |names: &str| is_in(names, &name);
    if is_in(TEXT) {
        Some(Role::Text)
    } else if is_in(TITLE) || is_in(WEAK_TITLE) {
        Some(Role::Title)
    } else {
        [WEAK_TEXT, DATE, OUTLET, AUTHORS, URL, KEY, LANGUAGE, TOPICS]
            .into_iter()
            .any(is_in)
            .then_some(Role::Other)
    }
}

fn is_in(names: &str, wanted: &str) -> bool {
    names.split(' ').any(|name| name == wanted)
}

fn pick(first: String, second: String) -> String {
    if first.is_empty() { second } else { first }
}

/// A name without case, spaces and punctuation; of `og:title` and `dc.title` the last part.
fn plain(name: &str) -> String {
    let last = name.rsplit([':', '.']).next().unwrap_or(name);
    last.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// The fields of one object under their plain names.
struct Fields<'a>(Vec<(String, &'a Value)>);

impl<'a> Fields<'a> {
    fn of(fields: &'a Map<String, Value>) -> Self {
        Self(
            fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (plain(name), value))
                .collect(),
        )
    }

    /// The first of `names` whose value can be read, and that name.
    fn first<T>(
        &self,
        names: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Option<(T, &'static str)> {
        names.split(' ').find_map(|wanted| {
            self.0
                .iter()
                .filter(|(name, _)| name == wanted)
                .find_map(|(_, value)| Some((read(value)?, wanted)))
        })
    }

    /// The paragraphs of a text that is also given as HTML, where the plain one has none.
    fn paragraphs(&self, plain: &str) -> Option<String> {
        if plain.is_empty() || plain.trim().contains('\n') {
            return None;
        }
        let (marked_up, _) = self.first("bodyxhtml bodyhtml contenthtml html", prose)?;
        let text = html::strip(&marked_up);
        let is_same = text.len() >= plain.len() / 10 * 9 && html::is_markup(&marked_up);
        (is_same && text.contains("\n\n")).then_some(text)
    }

    fn article(&self) -> Article {
        let title = self.first(TITLE, first_prose).map(|(title, _)| title);
        let mut text = self
            .first(TEXT, text)
            .or_else(|| self.first("sections", sections));
        if text.is_none() && title.is_some() {
            // Several may be given: the lead says more than the abstract.
            let weak = WEAK_TEXT
                .split(' ')
                .filter_map(|name| self.first(name, prose));
            text = weak.max_by_key(|(text, _)| text.len());
        }
        let (mut text, name) = text.unwrap_or_default();
        if let Some(marked_up) = self.paragraphs(&text) {
            text = marked_up;
        }
        if name.ends_with("html") || html::is_markup(&text) {
            text = html::strip(&text);
        }
        // Markup that was escaped once too often.
        if text.contains("&lt;") && html::is_markup(&html::strip(&text)) {
            text = html::strip(&text);
        }
        if html::is_markup(&text) {
            text = html::strip(&text);
        }
        let mut title = title.unwrap_or_default();
        // The text of a picture may be its headline again, and the caption the description.
        if !title.is_empty()
            && normalize::line(&text) == normalize::line(&title)
            && let Some((caption, _)) = self.first(WEAK_TEXT, prose)
        {
            text = html::strip(&caption);
        }
        if title.is_empty() && !text.is_empty() {
            title = self
                .first(WEAK_TITLE, prose)
                .map(|(title, _)| title)
                .unwrap_or_default();
        }
        if title.contains(['<', '&']) {
            title = html::strip(&title);
        }
        let url = self.first(URL, url).map(|(url, _)| url);
        let key = self.first(KEY, label).map(|(key, _)| key);
        let language = self.first(LANGUAGE, label).map(|(language, _)| language);
        let day = |value: &Value| day(value, language.as_deref());
        Article {
            title,
            text,
            date: self.first(DATE, day).map(|(date, _)| date),
            outlet: self.first(OUTLET, outlet).map(|(outlet, _)| outlet),
            authors: self
                .first(AUTHORS, |value| {
                    Some(names(value)).filter(|names| !names.is_empty())
                })
                .map(|(names, _)| names)
                .unwrap_or_default(),
            url,
            key,
            language: language.clone(),
            topics: self
                .first(TOPICS, |value| {
                    Some(topics(value)).filter(|topics| !topics.is_empty())
                })
                .map(|(topics, _)| topics)
                .unwrap_or_default(),
            ..Article::default()
        }
    }
}

/// Names under which an object holds its own text.
const INNER: &str = "\
    value text name title main original rendered content label $ #text _ $t term";

/// A title or a text: a string, or paragraphs in a list, or an object around one of these.
/// A number is neither.
fn prose(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(values) if are_renditions(values) => values.iter().find_map(prose),
        Value::Array(values) => {
            let parts: Vec<String> = values.iter().filter_map(prose).collect();
            Some(parts.join("\n\n")).filter(|text| !text.is_empty())
        }
        Value::Object(fields) => INNER
            .split(' ')
            .find_map(|name| fields.get(name).and_then(prose)),
        _ => None,
    }
}

/// Names under which an object holds the text of an article, in the order that they are read in.
const PARTS: &str = "summary headline heading paragraphs sections blocks";

/// The text of an article: as [`prose`], but a title is none, and sections are put together.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => {
            let plain = INNER
                .split(' ')
                .filter(|name| !matches!(*name, "name" | "title" | "label"))
                .chain(["html", "body", "plain"]);
            let mut plain = plain.filter_map(|name| fields.get(name));
            plain.find_map(prose).or_else(|| sections(value))
        }
        _ => prose(value),
    }
}

/// A title: of several, such as one for each length, the first.
fn first_prose(value: &Value) -> Option<String> {
    match value {
        Value::Array(values) => values.iter().find_map(first_prose),
        _ => prose(value),
    }
}

/// The text of sections with their headings; not of a list of their names.
fn sections(value: &Value) -> Option<String> {
    let parts: Vec<String> = match value {
        Value::Array(values) => values.iter().filter_map(sections).collect(),
        Value::Object(fields) if fields.keys().any(|name| is_in(PARTS, name)) => {
            let parts = PARTS.split(' ').chain(["text", "body", "content"]);
            let parts = parts.filter_map(|name| fields.get(name));
            parts
                .filter_map(|part| sections(part).or_else(|| prose(part)))
                .collect()
        }
        _ => Vec::new(),
    };
    Some(parts.join("\n\n")).filter(|text| !text.is_empty())
}

/// Whether the values of a list are one text in several renditions, as ninjs 2 has them.
fn are_renditions(values: &[Value]) -> bool {
    values.iter().all(|value| {
        value.get("value").is_some()
            && ["contentType", "contenttype", "role"]
                .iter()
                .any(|name| value.get(name).is_some())
    })
}

/// A short text; a number is one too.
fn label(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.iter().find_map(label),
        Value::Object(fields) => INNER
            .split(' ')
            .chain(["id", "qcode", "$oid"])
            .find_map(|name| fields.get(name).and_then(label)),
        _ => prose(value).filter(|text| text.len() <= 1000),
    }
}

fn url(value: &Value) -> Option<String> {
    match value {
        Value::Array(values) => values.iter().find_map(url),
        Value::Object(fields) => ["href", "url", "value"]
            .iter()
            .find_map(|name| fields.get(*name).and_then(url)),
        _ => prose(value).filter(|url| {
            let url = url.trim();
            !url.contains(char::is_whitespace)
                && (url.contains("://") || url.starts_with("www.") || url.contains('/'))
        }),
    }
}

fn day(value: &Value, language: Option<&str>) -> Option<jiff::civil::Date> {
    match value {
        Value::String(text) => date::parse_in(text, language),
        Value::Number(number) => date::from_number(
            number
                .as_i64()
                .or_else(|| number.as_f64().map(|real| real as i64))?,
        ),
        Value::Array(values) => values.iter().find_map(|value| day(value, language)),
        Value::Object(fields) => ["$date", "$numberLong", "value", "date", "start"]
            .iter()
            .find_map(|name| fields.get(*name).and_then(|value| day(value, language))),
        _ => None,
    }
}

/// Who published it. What Elasticsearch calls `_source` is the article itself.
fn outlet(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) if Fields::of(fields).first(TEXT, text).is_some() => None,
        _ => label(value),
    }
}

fn topics(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text
            .trim_matches(['[', ']'])
            .split([',', ';', '|'])
            .map(|topic| normalize::line(topic.trim_matches(['\'', '"', ' '])))
            .filter(|topic| !topic.is_empty())
            .collect(),
        Value::Array(values) => {
            let labels = values.iter().filter_map(label);
            labels
                .filter(|label| label.len() <= LONGEST_TOPIC)
                .collect()
        }
        Value::Object(_) => label(value).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The names of people in a byline, a list, or a list of objects.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => byline(text),
        Value::Array(values) => {
            let is_editor =
                |value: &&Value| value.get("role").and_then(Value::as_str) == Some("editor");
            let (editors, writers): (Vec<&Value>, Vec<&Value>) = values.iter().partition(is_editor);
            let people = if writers.is_empty() { editors } else { writers };
            people.into_iter().flat_map(names).collect()
        }
        Value::Object(fields) => ["name", "full_name", "value", "original", "title", "code"]
            .iter()
            .find_map(|name| fields.get(*name))
            .map(names)
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// The names in a byline such as `By Jane Roe and John Doe`. A comma separates names, except
/// before what is no full name (`Jane Roe, Reuters` stays one entry where it stands alone).
pub fn byline(text: &str) -> Vec<String> {
    let line = normalize::line(text.trim_matches(['[', ']']));
    let mut line = line.as_str();
    for prefix in ["Written by ", "By: ", "By ", "by ", "BY "] {
        line = line.strip_prefix(prefix).unwrap_or(line);
    }
    if line.len() > 400
        || matches!(
            line.to_lowercase().as_str(),
            "none" | "nan" | "null" | "unknown" | "n/a" | "na"
        )
    {
        return Vec::new();
    }
    // "Harry Roe For Mailonline"
    let line = line.split(" For ").next().unwrap_or(line);
    let line = line.replace(" and ", ";").replace(" & ", ";");
    let mut names: Vec<String> = Vec::new();
    for part in line.split([';', '|']) {
        let people: Vec<&str> = part
            .split(',')
            .map(|name| name.trim_matches(['\'', '"', ' ']))
            .filter(|name| !name.is_empty())
            .collect();
        let full = people.iter().all(|name| name.contains(' '));
        if full || part.contains(['\'', '"']) {
            names.extend(people.into_iter().map(String::from));
        } else if !part.trim().is_empty() {
            names.push(part.trim().trim_end_matches(',').to_string());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Option<Article> {
        value.as_object().and_then(article)
    }

    #[test]
    fn preferred_names_win() {
        let found = read(json!({"Description": "short", "articleBody": "long", "name": "n", "Headline": "h", "_id": {"$oid": "a1"},
            "source": {"id": null, "name": "The Daily Tide"}, "publishedAt": "2024-03-05T00:00:00Z", "author": [{"name": "Ann Lee"}, "Bo Ek"],
            "link": "https://tide.example/1", "keywords": "sea, ports", "lang": "en-GB"})).unwrap_or_default();
        assert_eq!((found.title.as_str(), found.text.as_str()), ("h", "long"));
        assert_eq!(found.key.as_deref(), Some("a1"));
        assert_eq!(found.outlet.as_deref(), Some("The Daily Tide"));
        assert_eq!(
            found.date.map(|date| date.to_string()).as_deref(),
            Some("2024-03-05")
        );
        assert_eq!(found.authors, ["Ann Lee", "Bo Ek"]);
        assert_eq!(found.topics, ["sea", "ports"]);
        assert_eq!(found.url.as_deref(), Some("https://tide.example/1"));
    }

    #[test]
    fn an_article_one_level_down() {
        let inner = json!({"title": "h", "text": "long"});
        for outer in [
            json!({"_source": inner, "_id": "5"}),
            json!({"id": 5, "article": inner}),
        ] {
            let found = read(outer).unwrap_or_default();
            assert_eq!((found.title.as_str(), found.text.as_str()), ("h", "long"));
            assert_eq!(found.key.as_deref(), Some("5"));
        }
    }

    #[test]
    fn what_is_not_an_article() {
        assert_eq!(read(json!({})), None);
        assert_eq!(read(json!({"title": 17, "text": null})), None);
        assert_eq!(
            read(json!({"name": "a-package", "version": "1.0", "description": "does things"})),
            None
        );
    }

    #[test]
    fn ninjs() {
        let first = read(
            json!({"headline": "h", "body_text": "One. Two.", "body_html": "<p>One.</p><p>Two.</p>",
            "authors": [{"name": "Cy Orr", "role": "editor"}, {"name": "Ann Lee", "role": "writer"}], "copyrightholder": "The Tide"}),
        );
        let first = first.unwrap_or_default();
        assert_eq!(first.text, "One.\n\nTwo.");
        assert_eq!(first.authors, ["Ann Lee"]);
        assert_eq!(first.outlet.as_deref(), Some("The Tide"));
        let second = read(
            json!({"headlines": [{"role": "main", "value": "Long"}, {"role": "short", "value": "S"}],
            "bodies": [{"contentType": "text/html", "value": "<p>a</p><p>b</p>"}, {"contentType": "text/plain", "value": "a b"}]}),
        );
        let second = second.unwrap_or_default();
        assert_eq!(
            (second.title.as_str(), second.text.as_str()),
            ("Long", "a\n\nb")
        );
        let picture = read(
            json!({"headline": "Lamp", "body_text": "Lamp", "description_text": "A keeper on the stairs."}),
        );
        assert_eq!(picture.unwrap_or_default().text, "A keeper on the stairs.");
    }

    #[test]
    fn bylines() {
        assert_eq!(byline("By Jane Roe and John Doe"), ["Jane Roe", "John Doe"]);
        assert_eq!(
            byline("Jane Roe, John Doe, Ada King"),
            ["Jane Roe", "John Doe", "Ada King"]
        );
        assert_eq!(byline("Jane Roe, Reuters"), ["Jane Roe, Reuters"]);
        assert_eq!(byline("['Jane Roe', 'AP']"), ["Jane Roe", "AP"]);
    }
}
