//! Gold for events and relations: sentences in which people marked who does what to whom.
//!
//! Four formats, told by the content: the XML of PETRARCH's validation sets (`EventCoding` beside
//! the `Text`), JSON Lines, tables of examples as `lexicon/examples` has them, and plain text, a
//! sentence a line, in which nothing happens.

use super::gold::{GoldError, Wrong, country, decoded, line_at};
use crate::annotate::Pair;
use crate::article::ByteSpan;
use crate::corpus::xml::resolve_all;
use crate::ontology::{CameoCode, CountryCode, Mode, Plover};
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};
use std::io::Read;

/// A sentence and what is told in it.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldSentence {
    /// The sentence.
    pub text: String,
    /// When it was published.
    pub date: Option<Date>,
    /// How its events were marked.
    pub marking: Marking,
    /// The events, all that there are.
    pub events: Vec<GoldEvent>,
}

/// How the two sides of events were marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    /// There is nothing to mark, and nothing but this is known.
    Nothing,
    /// By their countries; events between others are marked by their type alone.
    Countries,
    /// By their words.
    Words,
}

/// An event as people marked it.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldEvent {
    /// Who did it.
    pub by: Side,
    /// To whom.
    pub to: Side,
    /// What was done.
    pub plover: Plover,
    /// The code, where one was given.
    pub cameo: Option<CameoCode>,
    /// The mode, where one was given.
    pub mode: Option<Mode>,
}

/// A side of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Side {
    /// The sentence names nobody.
    Nobody,
    /// Somebody of this country.
    Country(CountryCode),
    /// Somebody of no country.
    Stateless,
    /// Who is named by these words, wherever they stand.
    Words(Vec<ByteSpan>),
}

/// A pair of actors and what the one does to the other.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldRelation {
    /// The sentence that names both.
    pub text: String,
    /// When it was published.
    pub date: Option<Date>,
    /// The two.
    pub pair: Pair,
    /// What the first does to the second.
    pub relation: Relation,
    /// The code, where one was given.
    pub cameo: Option<CameoCode>,
}

/// What one actor does to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// A PLOVER type.
    Type(Plover),
    /// CONCEDE or RETREAT, which some sets do not tell apart.
    Yield,
    /// Nothing.
    Nothing,
}

impl Relation {
    /// The name that sets use.
    pub fn name(self) -> &'static str {
        match self {
            Relation::Type(plover) => plover.name(),
            Relation::Yield => "YIELD",
            Relation::Nothing => "NONE",
        }
    }

    fn parse(name: &str) -> Result<Self, Wrong> {
        match name.to_ascii_uppercase().as_str() {
            "YIELD" => Ok(Relation::Yield),
            "NONE" => Ok(Relation::Nothing),
            _ => Ok(Relation::Type(Plover::parse(name)?)),
        }
    }
}

impl Serialize for Relation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Reads sentences with their events.
///
/// # Errors
/// When the input cannot be read or says something wrong; the error has the line.
pub fn read_sentences(input: impl Read) -> Result<Vec<GoldSentence>, GoldError> {
    let text = decoded(input)?;
    let (line, first) = first_line(&text)?;
    let sentences = match first.trim_start().as_bytes() {
        [b'<', ..] => validation_set(&text)?,
        [b'{', ..] => each_line(&text, sentence_of_json)?,
        [b'[', ..] => return Err(Wrong::Array.at(line)),
        _ if is_table(&text) => sentences_of_table(&text)?,
        _ => {
            let lines = text.lines().map(str::trim);
            let quiet = |text: &str| GoldSentence {
                text: text.to_owned(),
                date: None,
                marking: Marking::Nothing,
                events: Vec::new(),
            };
            lines.filter(|line| !line.is_empty()).map(quiet).collect()
        }
    };
    match sentences.is_empty() {
        true => Err(Wrong::Empty.at(1)),
        false => Ok(sentences),
    }
}

/// Reads pairs with what is between them: JSON Lines, or a table of examples, of which only rows
/// with both sides are pairs.
///
/// # Errors
/// When the input cannot be read or says something wrong; the error has the line.
pub fn read_relations(input: impl Read) -> Result<Vec<GoldRelation>, GoldError> {
    let text = decoded(input)?;
    let (line, first) = first_line(&text)?;
    let relations = match first.trim_start().as_bytes() {
        [b'{', ..] => each_line(&text, relation_of_json)?,
        [b'[', ..] => return Err(Wrong::Array.at(line)),
        _ if is_table(&text) => relations_of_table(&text)?,
        _ => return Err(Wrong::NoRelations.at(line)),
    };
    match relations.is_empty() {
        true => Err(Wrong::NoRelations.at(1)),
        false => Ok(relations),
    }
}

fn first_line(text: &str) -> Result<(usize, &str), GoldError> {
    (1..)
        .zip(text.lines())
        .find(|(_, line)| !line.trim().is_empty())
        .ok_or_else(|| Wrong::Empty.at(1))
}

fn each_line<T>(text: &str, read: impl Fn(&str) -> Result<T, Wrong>) -> Result<Vec<T>, GoldError> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| read(line).map_err(|wrong| wrong.at(number)))
        .collect()
}

// JSON Lines.

#[derive(Deserialize)]
struct RelationLine {
    #[serde(alias = "text")]
    sentence: String,
    date: Option<Date>,
    source: String,
    target: String,
    /// Null for nothing; a line that lacks it is wrong.
    #[serde(rename = "type", alias = "plover", deserialize_with = "present")]
    kind: Option<String>,
    #[serde(alias = "code")]
    cameo: Option<String>,
}

fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from)
}

fn relation_of_json(line: &str) -> Result<GoldRelation, Wrong> {
    let line: RelationLine = serde_json::from_str(line).map_err(Wrong::RelationJson)?;
    let relation = line
        .kind
        .as_deref()
        .map_or(Ok(Relation::Nothing), Relation::parse)?;
    Ok(GoldRelation {
        text: line.sentence,
        date: line.date,
        pair: Pair {
            source: line.source,
            target: line.target,
        },
        relation,
        cameo: line.cameo.as_deref().map(CameoCode::parse).transpose()?,
    })
}

#[derive(Deserialize)]
struct SentenceLine {
    #[serde(alias = "sentence")]
    text: String,
    date: Option<Date>,
    events: Vec<EventLine>,
}

#[derive(Deserialize)]
struct EventLine {
    by: Option<String>,
    #[serde(alias = "type")]
    plover: String,
    to: Option<String>,
    #[serde(alias = "code")]
    cameo: Option<String>,
    mode: Option<String>,
}

fn sentence_of_json(line: &str) -> Result<GoldSentence, Wrong> {
    let line: SentenceLine = serde_json::from_str(line).map_err(Wrong::EventsJson)?;
    let side = |name: &Option<String>| match name {
        Some(name) => country(name).map(Side::Country),
        None => Ok(Side::Stateless),
    };
    let event = |event: &EventLine| {
        Ok(GoldEvent {
            by: side(&event.by)?,
            to: side(&event.to)?,
            plover: Plover::parse(&event.plover)?,
            cameo: event.cameo.as_deref().map(CameoCode::parse).transpose()?,
            mode: event.mode.as_deref().map(Mode::parse).transpose()?,
        })
    };
    Ok(GoldSentence {
        events: line
            .events
            .iter()
            .map(event)
            .collect::<Result<_, Wrong>>()?,
        text: line.text,
        date: line.date,
        marking: Marking::Countries,
    })
}

// Tables of examples.

/// How many columns a table of examples has: sentence, source, target, type, code, mode.
const COLUMNS: usize = 6;

/// A row of a table, its sentence filled in from the row above where it is the same.
struct ExampleRow<'a> {
    line: usize,
    is_new: bool,
    text: &'a str,
    sides: [Option<&'a str>; 2],
    relation: Relation,
    cameo: Option<CameoCode>,
    mode: Option<Mode>,
}

fn is_table(text: &str) -> bool {
    let mut rows = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    rows.next()
        .is_some_and(|row| row.split('\t').count() == COLUMNS)
}

fn example_rows(table: &str) -> Result<Vec<ExampleRow<'_>>, GoldError> {
    let mut sentence = None;
    let rows = (1..).zip(table.lines());
    rows.filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
        .map(|(number, line)| {
            example_row(number, line, &mut sentence).map_err(|wrong| wrong.at(number))
        })
        .collect()
}

fn example_row<'a>(
    line: usize,
    row: &'a str,
    sentence: &mut Option<&'a str>,
) -> Result<ExampleRow<'a>, Wrong> {
    let cells: Vec<&str> = row.split('\t').collect();
    let [text, source, target, kind, code, mode] = cells[..] else {
        return Err(Wrong::Columns(cells.len()));
    };
    if !text.is_empty() {
        *sentence = Some(text);
    }
    let held = sentence.ok_or(Wrong::NoSentence)?;
    let side = |words| match words {
        "-" => Ok(None),
        words if !words.is_empty() && held.contains(words) => Ok(Some(words)),
        words => Err(Wrong::NotThere(words.to_owned())),
    };
    let relation = Relation::parse(kind)?;
    let given = |cell: &'a str| (!matches!(cell, "-" | "")).then_some(cell);
    Ok(ExampleRow {
        line,
        is_new: !text.is_empty(),
        text: held,
        sides: [side(source)?, side(target)?],
        relation,
        cameo: given(code).map(CameoCode::parse).transpose()?,
        mode: given(mode).map(Mode::parse).transpose()?,
    })
}

fn relations_of_table(table: &str) -> Result<Vec<GoldRelation>, GoldError> {
    let rows = example_rows(table)?;
    let pair = |row: ExampleRow<'_>| {
        let [Some(source), Some(target)] = row.sides else {
            return None;
        };
        Some(GoldRelation {
            text: row.text.to_owned(),
            date: None,
            pair: Pair {
                source: source.to_owned(),
                target: target.to_owned(),
            },
            relation: row.relation,
            cameo: row.cameo,
        })
    };
    Ok(rows.into_iter().filter_map(pair).collect())
}

fn sentences_of_table(table: &str) -> Result<Vec<GoldSentence>, GoldError> {
    let mut sentences: Vec<GoldSentence> = Vec::new();
    for row in example_rows(table)? {
        if row.is_new {
            sentences.push(GoldSentence {
                text: row.text.to_owned(),
                date: None,
                marking: Marking::Words,
                events: Vec::new(),
            });
        }
        let plover = match row.relation {
            Relation::Nothing => continue,
            Relation::Type(plover) => plover,
            Relation::Yield => return Err(Wrong::Yield.at(row.line)),
        };
        let [by, to] = row.sides.map(|words| match words {
            None => Side::Nobody,
            Some(words) => Side::Words(occurrences(row.text, words)),
        });
        // A row follows its sentence, which the reader of rows has made sure of.
        if let Some(sentence) = sentences.last_mut() {
            sentence.events.push(GoldEvent {
                by,
                to,
                plover,
                cameo: row.cameo,
                mode: row.mode,
            });
        }
    }
    Ok(sentences)
}

/// Where words stand in a text, as words; where they only stand inside others, there.
fn occurrences(text: &str, words: &str) -> Vec<ByteSpan> {
    let spans = || {
        text.match_indices(words)
            .map(|(start, words)| (start, start + words.len()))
    };
    let is_apart = |&(start, end): &(usize, usize)| {
        !text[..start].ends_with(char::is_alphanumeric)
            && !text[end..].starts_with(char::is_alphanumeric)
    };
    let mut found: Vec<_> = spans().filter(is_apart).collect();
    if found.is_empty() {
        found = spans().collect();
    }
    found
        .into_iter()
        .map(|(start, end)| ByteSpan::new(start, end))
        .collect()
}

// The XML of validation sets.

/// Reads the sentences of a validation set. They are not well-formed: `Sentence` is closed twice,
/// and parses stand in them with any sign; so tags are looked for, not parsed.
fn validation_set(file: &str) -> Result<Vec<GoldSentence>, GoldError> {
    let mut sentences = Vec::new();
    let mut events = Vec::new();
    let mut date = None;
    let mut at = 0;
    while let Some(found) = file[at..].find('<') {
        let start = at + found;
        let rest = &file[start..];
        at = start + 1;
        if rest.starts_with("<!--") {
            at = start + rest.find("-->").map_or(rest.len(), |end| end + 3);
            continue;
        }
        let Some((tag, body)) = rest[1..].split_once('>') else {
            break;
        };
        let line = || line_at(&file.as_bytes()[..start]);
        match tag.split([' ', '\t', '\r', '\n', '/']).next() {
            Some("Sentence") => {
                date = attribute(tag, "date").and_then(|day| Date::strptime("%Y%m%d", day).ok());
                events.clear();
            }
            Some("EventCoding") => {
                events.extend(event_coding(tag).map_err(|wrong| wrong.at(line()))?)
            }
            Some("Text") if !tag.ends_with('/') => {
                let Some((text, _)) = body.split_once("</Text>") else {
                    return Err(Wrong::Xml("a Text is not closed".to_owned()).at(line()));
                };
                at = start + tag.len() + 2 + text.len();
                let plain = resolve_all(text);
                sentences.push(GoldSentence {
                    text: plain.split_whitespace().collect::<Vec<_>>().join(" "),
                    date,
                    marking: Marking::Countries,
                    events: std::mem::take(&mut events),
                });
            }
            _ => {}
        }
    }
    match sentences.is_empty() {
        true => Err(Wrong::NoCodings.at(1)),
        false => Ok(sentences),
    }
}

/// The value of an attribute in a tag.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.match_indices(name).find_map(|(at, _)| {
        let is_name = tag[..at].ends_with(char::is_whitespace);
        let value = tag[at + name.len()..].trim_start().strip_prefix('=')?;
        let value = value.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        is_name.then(|| value[1..].split(quote).next()).flatten()
    })
}

/// The event of an `EventCoding`; `None` where it says that there is none, or codes a statement.
fn event_coding(tag: &str) -> Result<Option<GoldEvent>, Wrong> {
    let Some(code) = attribute(tag, "eventcode").filter(|code| !code.is_empty()) else {
        return match attribute(tag, "noevents") {
            Some(_) => Ok(None),
            None => Err(Wrong::NoCode),
        };
    };
    let cameo = CameoCode::parse(code)?;
    let plover = match (cameo.plover(), cameo.root().as_str()) {
        (Some(plover), _) => plover,
        (None, "02") => Plover::Request,
        (None, _) => return Ok(None),
    };
    let side = |name| {
        let code = attribute(tag, name).and_then(|actor| actor.get(..3));
        code.and_then(CountryCode::from_alpha3)
            .map_or(Side::Stateless, Side::Country)
    };
    Ok(Some(GoldEvent {
        by: side("sourcecode"),
        to: side("targetcode"),
        plover,
        cameo: Some(cameo),
        mode: None,
    }))
}
