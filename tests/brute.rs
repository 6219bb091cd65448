//! Hundreds of random queries, answered twice: by `dateline`, and by reading `dateline export`
//! article by article. Hits, facets, counts and the events that match have to be the same.
//!
//! Nothing of the engine is used here: this file cuts texts into words, compares shapes of words,
//! looks regions up and reads events in its own way, from what the documentation says. Stems alone
//! come from the same library, and questions of words are put to English articles. Queries are made
//! of what some article holds, so that most of them part the corpus. A failure names its seed.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// How many queries each corpus is asked.
const OF_SAMPLE: u64 = 260;
const OF_MEDIUM: u64 = 100;
/// How many articles of the larger corpus are taken.
const ARTICLES: usize = 200;
/// Facets that are checked beside each query.
const FACETS: &[&str] = &[
    "country", "region", "action", "cameo", "quad", "by", "to", "at", "mode", "sector", "outlet",
];
const QUADS: [&str; 4] = [
    "VERBAL_COOPERATION",
    "MATERIAL_COOPERATION",
    "VERBAL_CONFLICT",
    "MATERIAL_CONFLICT",
];
const OF_EVENTS: &[&str] = &[
    "action", "cameo", "quad", "by", "to", "at", "mode", "sector",
];

// ---- A source of chance

struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

// ---- What an article is made of, read from the export

struct Article {
    json: Value,
    title: Prose,
    text: Prose,
}

/// The words of a text: the stem of each, how people see it, and whether it is an abbreviation in
/// capitals, by their places.
struct Prose {
    stems: Vec<String>,
    seen: Vec<String>,
    capitals: Vec<Option<String>>,
}

impl Prose {
    fn of(text: &str) -> Self {
        let written = written_words(text);
        let seen: Vec<String> = written.iter().map(|word| plain_word(word)).collect();
        let english = frostem::Stemmer::new(frostem::Algorithm::English);
        let stems = seen.iter().map(|word| english.stem(word).into_owned());
        let shouts = text.len() > 8 && !text.contains(|c: char| c.is_ascii_lowercase());
        let capitals = written.iter().map(|word| {
            let periods = word.contains(&'.');
            abbreviation(word).filter(|_| periods || !shouts)
        });
        Self {
            stems: stems.collect(),
            capitals: capitals.collect(),
            seen,
        }
    }

    /// What a text asks for: an abbreviation with periods by its capitals, the rest by stems.
    fn asked(text: &str) -> Vec<String> {
        let written = written_words(text);
        let asked = written.iter().zip(Self::of(text).stems);
        let asked = asked.map(|(word, stem)| match abbreviation(word) {
            Some(capitals) if word.contains(&'.') => capitals,
            _ => stem,
        });
        asked.collect()
    }

    /// Whether the words stand there, moved against their places by amounts that differ by no more
    /// than `slop`, each word at a place of its own.
    fn holds(&self, phrase: &[String], slop: i64) -> bool {
        fn rest(prose: &Prose, phrase: &[String], slop: i64, taken: &mut Vec<i64>) -> bool {
            let Some(word) = phrase.get(taken.len()) else {
                return !taken.is_empty();
            };
            let moved = |(at, &place): (usize, &i64)| place - at as i64;
            for (place, stem) in prose.stems.iter().enumerate() {
                let is_it = stem == word || prose.capitals[place].as_ref() == Some(word);
                let place = place as i64;
                if !is_it || taken.contains(&place) {
                    continue;
                }
                taken.push(place);
                let all = || taken.iter().enumerate().map(moved);
                let spread = all().max().unwrap_or(0) - all().min().unwrap_or(0);
                if spread <= slop && rest(prose, phrase, slop, taken) {
                    return true;
                }
                taken.pop();
            }
            false
        }
        rest(self, phrase, slop, &mut Vec::new())
    }
}

/// The words of an English text in lower case, without accents, apostrophes and the periods of
/// abbreviations. One that is too long to be a word is empty, but keeps its place.
fn words(text: &str) -> Vec<String> {
    written_words(text)
        .iter()
        .map(|word| plain_word(word))
        .collect()
}

fn abbreviation(word: &[char]) -> Option<String> {
    let word = match word {
        [word @ .., '\'' | '’' | 'ʼ', 's' | 'S'] => word,
        word => word,
    };
    let letters: String = word.iter().filter(|&&c| c != '.').collect();
    let is_one = [2, 3].contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_uppercase());
    is_one.then_some(letters)
}

/// The words of a text as they stand there; empty where there is one in a place of its own that
/// cannot be asked for.
fn written_words(text: &str) -> Vec<Vec<char>> {
    let chars: Vec<char> = text.chars().collect();
    let at = |place: usize| chars.get(place).copied().unwrap_or(' ');
    let mut words = Vec::new();
    let mut place = 0;
    while place < chars.len() {
        if !chars[place].is_alphanumeric() {
            place += 1;
            continue;
        }
        if is_of_pairs(chars[place]) {
            words.push(Vec::new());
            place += 1;
            continue;
        }
        let start = place;
        loop {
            while is_letter(at(place)) {
                place += 1;
            }
            let (mark, next) = (at(place), at(place + 1));
            let piece = |separator: char| {
                let length = chars[start..place].iter().rev();
                length.take_while(|&&c| c != separator).count()
            };
            let following = chars[place.min(chars.len() - 1)..].iter().skip(1);
            let following = following.take_while(|&&c| is_letter(c)).count();
            let is_name = |c: &char| c.is_uppercase() || *c == '&';
            let goes_on = match mark {
                '\'' | '’' | 'ʼ' => next.is_alphabetic() && !is_of_pairs(next),
                '.' if next.is_alphabetic() => piece('.') == 1 && at(place - 1).is_alphabetic(),
                '.' | ',' => next.is_ascii_digit() && at(place - 1).is_ascii_digit(),
                '&' if next.is_alphanumeric() => {
                    next.is_uppercase() && chars[start..place].iter().all(is_name)
                        || piece('&') <= 3 && (1..=3).contains(&following)
                }
                _ => false,
            };
            if !goes_on {
                break;
            }
            place += 1;
        }
        words.push(chars[start..place].to_vec());
    }
    words
}

fn plain_word(chars: &[char]) -> String {
    let is_apostrophe = |c: char| matches!(c, '\'' | '’' | 'ʼ');
    let chars = match chars {
        [word @ .., mark, 's' | 'S'] if is_apostrophe(*mark) => word,
        whole => whole,
    };
    let number = chars.first().is_some_and(char::is_ascii_digit);
    let kept = chars
        .iter()
        .filter(|&&c| !is_apostrophe(c) && c != ',' && (c != '.' || number));
    let word: String = kept.collect::<String>().to_lowercase();
    if word.chars().count() >= 64 {
        return String::new();
    }
    let without_marks = word.nfd().filter(|c| !('\u{300}'..='\u{36f}').contains(c));
    without_marks
        .flat_map(|c| match c {
            'ß' => vec!['s', 's'],
            'æ' => vec!['a', 'e'],
            'œ' => vec!['o', 'e'],
            'ø' => vec!['o'],
            'ł' => vec!['l'],
            'ı' => vec!['i'],
            'đ' | 'ð' => vec!['d'],
            c => vec![c],
        })
        .collect()
}

fn is_letter(c: char) -> bool {
    (c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)) && !is_of_pairs(c)
}

/// Chinese, Japanese, Korean and Thai letters, of which each has a place of its own.
fn is_of_pairs(c: char) -> bool {
    matches!(c, '\u{e01}'..='\u{e4e}' | '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Regions with their names and countries, read from the tables.
struct Regions {
    /// Code, names and members.
    all: Vec<(String, Vec<String>, BTreeSet<String>)>,
}

static REGIONS: LazyLock<Regions> = LazyLock::new(|| {
    let table = |name: &str| -> Vec<Vec<String>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("lexicon")
            .join(name);
        let text = std::fs::read_to_string(path).expect("a table");
        let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
        rows.map(|line| line.split('\t').map(str::to_owned).collect())
            .collect()
    };
    let (countries, regions) = (table("countries.tsv"), table("regions.tsv"));
    let is_m49 = |code: &str| code.starts_with(|c: char| c.is_ascii_digit());
    let above = |code: &str| -> Option<String> {
        let row = regions.iter().find(|row| row[0] == code)?;
        Some(row[2].clone()).filter(|parent| !parent.is_empty())
    };
    let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for country in &countries {
        let mut region = Some(country[4].clone());
        while let Some(code) = region {
            members
                .entry(code.clone())
                .or_default()
                .insert(country[0].clone());
            region = above(&code);
        }
    }
    let all = regions.iter().map(|row| {
        let cell = |at: usize| row.get(at).map_or("", String::as_str);
        let names = std::iter::once(cell(1)).chain(cell(3).split('|'));
        let names = names.filter(|name| !name.is_empty()).map(str::to_owned);
        let listed = cell(4).split('|').map(str::to_owned);
        let held = match is_m49(cell(0)) {
            true => members.get(cell(0)).cloned().unwrap_or_default(),
            false => listed.collect(),
        };
        (cell(0).to_owned(), names.collect(), held)
    });
    Regions { all: all.collect() }
});

impl Regions {
    fn of(&self, country: &str) -> impl Iterator<Item = &str> {
        let all = self.all.iter();
        all.filter(move |(_, _, members)| members.contains(country))
            .map(|(code, ..)| &**code)
    }

    fn named(&self, name: &str) -> Option<&str> {
        let bare = |name: &str| {
            let name = name.to_lowercase();
            name.strip_prefix("the ").unwrap_or(&name).to_owned()
        };
        let all = self.all.iter();
        all.filter(|(_, names, _)| names.iter().any(|given| bare(given) == bare(name)))
            .map(|(code, ..)| &**code)
            .next()
    }
}

// ---- Queries

#[derive(Debug, Clone)]
enum Query {
    /// A field of prose, or both; what is typed; what it means.
    Prose(Option<&'static str>, String, Meaning),
    /// A field of codes that an article has as a whole, or any of its events.
    Code(&'static str, String),
    /// A field of names and words that stand in one of them.
    Name(&'static str, String, Meaning),
    /// The first and last day.
    Date(String, String, String),
    /// Any value.
    Any(&'static str),
    Event(Vec<Filter>),
    Not(Box<Query>),
    And(Vec<Query>),
    Or(Vec<Query>),
}

/// A filter, by the name of its option, and its values.
type Filter = (&'static str, Vec<String>);

#[derive(Debug, Clone)]
enum Meaning {
    Phrase(Vec<String>, i64),
    Shape(Shape),
}

/// A shape of words as people see them.
#[derive(Debug, Clone)]
enum Shape {
    Glob(String),
    Fuzzy(String, usize),
    Regex(regex::Regex),
}

impl Shape {
    fn fits(&self, word: &str) -> bool {
        match self {
            Shape::Glob(pattern) => globs(pattern.as_bytes(), word),
            Shape::Fuzzy(like, most) => edits(like, word) <= *most,
            Shape::Regex(regex) => regex.is_match(word),
        }
    }
}

fn globs(pattern: &[u8], word: &str) -> bool {
    let rest = |word: &str| word.chars().next().map(char::len_utf8);
    match pattern {
        [] => word.is_empty(),
        [b'*', more @ ..] => {
            globs(more, word) || rest(word).is_some_and(|first| globs(pattern, &word[first..]))
        }
        [b'?', more @ ..] => rest(word).is_some_and(|first| globs(more, &word[first..])),
        [letter, more @ ..] => word.as_bytes().first() == Some(letter) && globs(more, &word[1..]),
    }
}

/// How many letters have to be put in, left out, changed or swapped with the next one.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = changed.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(table[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    table[a.len()][b.len()]
}

impl Query {
    fn typed(&self) -> String {
        let group = |parts: &[Query], between: &str| {
            let parts: Vec<String> = parts.iter().map(Query::typed).collect();
            format!("({})", parts.join(between))
        };
        match self {
            Query::Prose(None, typed, _) => typed.clone(),
            Query::Prose(Some(field), typed, _) | Query::Name(field, typed, _) => {
                format!("{field}:{typed}")
            }
            Query::Code(field, value) => format!("{field}:{}", quoted(value)),
            Query::Date(typed, ..) => format!("date:{typed}"),
            Query::Any(field) => format!("{field}:*"),
            Query::Event(roles) => {
                let roles: Vec<String> = roles
                    .iter()
                    .map(|(role, values)| {
                        let values: Vec<String> = values.iter().map(|v| quoted(v)).collect();
                        match &values[..] {
                            [value] => format!("{role}:{value}"),
                            _ => format!("{role}:({})", values.join(" OR ")),
                        }
                    })
                    .collect();
                format!("event({})", roles.join(" "))
            }
            Query::Not(part) => format!("-{}", part.typed()),
            Query::And(parts) => group(parts, " "),
            Query::Or(parts) => group(parts, " OR "),
        }
    }

    /// What a query and filters ask for together: any value of each filter, those on events within
    /// one event.
    fn with(self, filters: &[Filter]) -> Query {
        let (of_events, others): (Vec<_>, Vec<_>) = filters
            .iter()
            .cloned()
            .partition(|(name, _)| OF_EVENTS.contains(name));
        let mut parts = vec![self];
        if !of_events.is_empty() {
            parts.push(Query::Event(of_events));
        }
        parts.extend(others.into_iter().map(|(name, values)| {
            let any = values.into_iter().map(|value| match name {
                "country" | "language" => Query::Code(name, value),
                _ => Query::Name(name, String::new(), Meaning::Phrase(words(&value), 0)),
            });
            Query::Or(any.collect())
        }));
        Query::And(parts)
    }

    fn asks_of_prose(&self) -> bool {
        match self {
            Query::Prose(..) => true,
            Query::Not(part) => part.asks_of_prose(),
            Query::And(parts) | Query::Or(parts) => parts.iter().any(Query::asks_of_prose),
            _ => false,
        }
    }

    fn holds(&self, article: &Article) -> bool {
        let json = &article.json;
        match self {
            Query::Prose(field, _, meaning) => {
                let parts: &[&Prose] = match field {
                    None => &[&article.title, &article.text],
                    Some("title") => &[&article.title],
                    Some(_) => &[&article.text],
                };
                parts.iter().any(|prose| match meaning {
                    Meaning::Phrase(stems, slop) => prose.holds(stems, *slop),
                    Meaning::Shape(shape) => prose.seen.iter().any(|word| shape.fits(word)),
                })
            }
            Query::Name(field, _, meaning) => values_of_article(field, json).iter().any(|name| {
                let words = words(name);
                match meaning {
                    Meaning::Phrase(phrase, _) => {
                        words.windows(phrase.len()).any(|run| run == &phrase[..])
                    }
                    Meaning::Shape(shape) => words.iter().any(|word| shape.fits(word)),
                }
            }),
            Query::Code(field @ ("country" | "region" | "language"), value) => {
                let values = values_of_article(field, json);
                let region = REGIONS.named(value).unwrap_or(value);
                values.contains(value) || values_of_article("region", json).contains(region)
            }
            Query::Code(role, value) => {
                list(&json["events"]).any(|event| plays(event, role, value))
            }
            Query::Date(_, from, to) => {
                let day = text(&json["date"]);
                !day.is_empty() && &**from <= day && day <= &**to
            }
            Query::Any("title") => !article.title.seen.is_empty(),
            Query::Any("date") => !json["date"].is_null(),
            Query::Any(field) if OF_EVENTS.contains(field) => {
                list(&json["events"]).any(|event| !values_of_event(field, event).is_empty())
            }
            Query::Any(field) => !values_of_article(field, json).is_empty(),
            Query::Event(_) => list(&json["events"]).any(|event| self.is_of(event)),
            Query::Not(part) => !part.holds(article),
            Query::And(parts) => parts.iter().all(|part| part.holds(article)),
            Query::Or(parts) => parts.iter().any(|part| part.holds(article)),
        }
    }

    /// The event clauses, but for those that must not hold.
    fn clauses(&self) -> Vec<&Query> {
        match self {
            Query::Event(_) => vec![self],
            Query::And(parts) | Query::Or(parts) => parts.iter().flat_map(Query::clauses).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether all of an event clause holds for an event.
    fn is_of(&self, event: &Value) -> bool {
        let Query::Event(roles) = self else {
            return false;
        };
        let any = |role: &str, values: &[String]| values.iter().any(|v| plays(event, role, v));
        roles.iter().all(|(role, values)| any(role, values))
    }
}

fn quoted(value: &str) -> String {
    match value.contains(' ') {
        true => format!("\"{value}\""),
        false => value.to_owned(),
    }
}

/// Whether a role of an event is this: a code, a name, or anything.
fn plays(event: &Value, role: &str, value: &str) -> bool {
    let actor = &event[role];
    match role {
        "by" | "to" if value == "*" => !actor.is_null(),
        "at" if value == "*" => !actor.is_null() && !is_home(event),
        "by" | "to" | "at" => {
            if role == "at" && is_home(event) {
                return false;
            }
            let country = text(&actor["country"]);
            let region = REGIONS.named(value).unwrap_or(value);
            let name = text(&actor["name"]);
            let called = if name.is_empty() {
                text(&actor["text"])
            } else {
                name
            };
            country == value
                || REGIONS.of(country).any(|code| code == region)
                || role != "at" && actor["sector"] == value
                || role != "at"
                    && value.contains(' ')
                    && [name, text(&actor["text"])]
                        .map(words)
                        .contains(&words(value))
                || role == "at" && country.is_empty() && REGIONS.named(called) == Some(region)
        }
        "sector" => ["by", "to"].iter().any(|side| match value {
            "*" => !event[side]["sector"].is_null(),
            _ => event[side]["sector"] == value,
        }),
        "mode" => value == "*" || event["mode"] == value,
        "action" | "cameo" | "quad" => {
            value == "*"
                || event["action"]["plover"] == value
                || text(&event["action"]["cameo"]).starts_with(value)
                || values_of_event("quad", event).contains(value)
                || value.strip_prefix('Q') == Some(&event["action"]["quad"].to_string())
        }
        "confidence" => {
            let share = (event["confidence"].as_f64().unwrap_or(0.0) * 100.0).round() as i64;
            let number = |text: &str| (text.parse::<f64>().unwrap_or(9.0) * 100.0).round() as i64;
            if let Some(bound) = value.strip_prefix(">=") {
                share >= number(bound)
            } else if let Some(bound) = value.strip_prefix('<') {
                share < number(bound)
            } else {
                let (from, to) = value.split_once("..").unwrap_or((value, "1"));
                number(from) <= share && (to.is_empty() || share <= number(to))
            }
        }
        "on" => {
            let (on, grain) = (text(&event["on"]), text(&event["grain"]));
            if on.is_empty() || value == "*" {
                return !on.is_empty();
            }
            // What is known of it: a day, a month or a year, from its first day to its last.
            let known = match grain {
                "month" => &on[..7],
                "year" => &on[..4],
                _ => on,
            };
            let bounds = match value.split_once("..") {
                Some((from, to)) => (first_day(from), last_day(to)),
                None => (first_day(value), last_day(value)),
            };
            bounds.0 <= first_day(known) && last_day(known) <= bounds.1
        }
        _ => panic!("{role} is no role"),
    }
}

fn first_day(text: &str) -> String {
    format!("{text}{}", &"0000-01-01"[text.len()..])
}

fn last_day(text: &str) -> String {
    format!("{text}{}", &"9999-12-31"[text.len()..])
}

fn is_home(event: &Value) -> bool {
    event["at"]["via"] == "home"
}

fn values_of_event(field: &str, event: &Value) -> BTreeSet<String> {
    let cameo = text(&event["action"]["cameo"]);
    let sides = |part: &str| vec![&event["by"][part], &event["to"][part]];
    let given: Vec<&Value> = match field {
        "at" if is_home(event) => Vec::new(),
        "by" | "to" | "at" => vec![&event[field]["country"]],
        "action" => vec![&event["action"]["plover"]],
        "mode" => vec![&event["mode"]],
        "sector" => sides("sector"),
        "cameo" => {
            return (2..=cameo.len())
                .map(|end| cameo[..end].to_owned())
                .collect();
        }
        "quad" => {
            let number = event["action"]["quad"].as_u64().unwrap_or(0) as usize;
            return BTreeSet::from([QUADS[number - 1].to_owned()]);
        }
        "country" => {
            let mut all = sides("country");
            all.push(&event["at"]["country"]);
            all
        }
        _ => panic!("{field} is not a field of events"),
    };
    given
        .into_iter()
        .filter_map(|value| value.as_str().map(str::to_owned))
        .collect()
}

fn values_of_article(field: &str, json: &Value) -> BTreeSet<String> {
    let countries = || list(&json["countries"]).map(|country| text(&country["code"]));
    let named = |kind: &str| {
        let entities = list(&json["entities"]).filter(|entity| entity["type"] == kind);
        let name = |entity: &Value| match entity["name"].as_str() {
            Some(name) => name.to_owned(),
            None => text(&entity["text"]).to_owned(),
        };
        entities.map(name).collect()
    };
    match field {
        "country" => countries().map(str::to_owned).collect(),
        "region" => countries()
            .flat_map(|code| REGIONS.of(code))
            .map(str::to_owned)
            .collect(),
        "person" => named("person"),
        "org" => named("organization"),
        "place" => named("place"),
        "author" => list(&json["authors"])
            .map(|name| text(name).to_owned())
            .collect(),
        "topic" => list(&json["topics"])
            .map(|name| text(name).to_owned())
            .collect(),
        "outlet" | "language" => json[field]
            .as_str()
            .map(str::to_owned)
            .into_iter()
            .collect(),
        _ => list(&json["events"])
            .flat_map(|event| values_of_event(field, event))
            .collect(),
    }
}

// ---- Queries by chance, of what some article holds

/// Words as people paste them.
const PASTED: &[&str] = &[
    "U.S.",
    "us",
    "US",
    "don't",
    "don’t",
    "covid-19",
    "AT&T",
    "at&t",
    "1,000",
    "3.5",
    "U.N.",
    "“peace talks”",
    "\"said on\"",
    "anti-war",
    "week’s",
    "co-operation",
];

impl Corpus {
    fn query(&self, dice: &mut Dice, depth: usize) -> Query {
        let article = &self.articles[dice.below(self.articles.len())];
        if depth > 0 && dice.one_in(2) {
            let mut parts: Vec<Query> = (0..2 + dice.below(2))
                .map(|_| self.query(dice, depth - 1))
                .collect();
            return match dice.below(5) {
                0 | 1 => Query::Or(parts),
                2 => Query::Not(Box::new(Query::And(parts))),
                _ => {
                    if dice.one_in(3) {
                        let last = parts.pop().map(|part| Query::Not(Box::new(part)));
                        parts.extend(last.filter(|not| {
                            !matches!(not,
                            Query::Not(part) if matches!(**part, Query::Not(_)))
                        }));
                    }
                    match parts.len() {
                        1 => parts.remove(0),
                        _ => Query::And(parts),
                    }
                }
            };
        }
        match dice.below(12) {
            0..=3 => prose(article, dice),
            4 => code_of_article(article, dice),
            5 => name(article, dice),
            6 => date(article, dice),
            7 => Query::Any(
                dice.pick(&["title", "date", "by", "at", "sector", "person", "outlet"])
                    .expect("a field"),
            ),
            8 => match event(article, dice) {
                Some(Query::Event(mut roles)) => {
                    let (role, mut values) = roles.swap_remove(dice.below(roles.len()));
                    match role {
                        "on" | "confidence" => Query::Event(vec![(role, values)]),
                        _ if values[0] == "*" => Query::Any(role),
                        _ => Query::Code(role, values.remove(0)),
                    }
                }
                _ => code_of_article(article, dice),
            },
            _ => event(article, dice).unwrap_or_else(|| code_of_article(article, dice)),
        }
    }
}

fn prose(article: &Article, dice: &mut Dice) -> Query {
    let field = *dice
        .pick(&[None, None, Some("title"), Some("text")])
        .expect("a field");
    let prose = match field {
        Some("title") => &article.title,
        _ => &article.text,
    };
    let is_plain = |word: &&String| word.bytes().all(|b| b.is_ascii_lowercase()) && word.len() > 2;
    let plain: Vec<&String> = prose.seen.iter().filter(is_plain).collect();
    let Some(&word) = dice.pick(&plain) else {
        return Query::Any("title");
    };
    let word = word.clone();
    let cut = |least: usize, dice: &mut Dice| least + dice.below(word.len() - least + 1);
    let stems = Prose::asked;
    let (typed, meaning) = match dice.below(9) {
        0 => {
            let typed = (*dice.pick(PASTED).expect("a text")).to_owned();
            let meaning = Meaning::Phrase(stems(&typed), 0);
            (typed, meaning)
        }
        1 => {
            let start = &word[..cut(1, dice)];
            (
                format!("{start}*"),
                Meaning::Shape(Shape::Glob(format!("{start}*"))),
            )
        }
        2 => {
            let mut pattern = word.clone().into_bytes();
            let place = dice.below(pattern.len() - 1);
            pattern[place] = if dice.one_in(2) { b'?' } else { b'*' };
            if dice.one_in(3) {
                pattern.insert(0, b'*');
            }
            let pattern = String::from_utf8(pattern)
                .expect("ASCII")
                .replace("**", "*");
            (pattern.clone(), Meaning::Shape(Shape::Glob(pattern)))
        }
        3 => {
            let most = 1 + dice.below(2);
            let mut like = word.clone().into_bytes();
            let place = dice.below(like.len() - 1);
            match dice.below(3) {
                0 => like.swap(place, place + 1),
                1 => like[place] = b'a',
                _ => {
                    like.remove(place);
                }
            }
            let like = String::from_utf8(like).expect("ASCII");
            (
                format!("{like}~{most}"),
                Meaning::Shape(Shape::Fuzzy(like, most)),
            )
        }
        4 => {
            let at = cut(1, dice).min(word.len() - 1);
            let pattern = match dice.below(4) {
                0 => format!("{}(s|ed|ing)?", &word[..at]),
                1 => format!("{}[a-m].*", &word[..at]),
                2 => format!(".+{}", &word[at..]),
                _ => r"\d{2,4}s?".to_owned(),
            };
            let regex = regex::Regex::new(&format!("^(?:{pattern})$")).expect("an expression");
            (format!("/{pattern}/"), Meaning::Shape(Shape::Regex(regex)))
        }
        5 | 6 => {
            // Words that stand near each other somewhere, in some order, told to be about so far.
            let start = dice.below(prose.seen.len());
            let mut run: Vec<String> = prose.seen[start..]
                .iter()
                .take(2 + dice.below(3))
                .filter(|word| word.bytes().all(|b| b.is_ascii_alphanumeric()) && !word.is_empty())
                .cloned()
                .collect();
            let slop = if dice.one_in(2) { 0 } else { dice.below(7) };
            if slop > 0 && run.len() > 2 && dice.one_in(2) {
                run.remove(1);
            }
            if slop > 0 && dice.one_in(3) {
                run.reverse();
            }
            if run.is_empty() {
                run.push(word.clone());
            }
            let phrase = run.join(" ");
            let meaning = Meaning::Phrase(stems(&phrase), slop as i64);
            match slop {
                0 => (format!("\"{phrase}\""), meaning),
                slop => (format!("\"{phrase}\"~{slop}"), meaning),
            }
        }
        _ => (word.clone(), Meaning::Phrase(stems(&word), 0)),
    };
    Query::Prose(field, typed, meaning)
}

fn code_of_article(article: &Article, dice: &mut Dice) -> Query {
    let field = *dice
        .pick(&["country", "country", "region", "language"])
        .expect("a field");
    let values: Vec<String> = values_of_article(field, &article.json)
        .into_iter()
        .collect();
    match dice.pick(&values) {
        Some(value) => Query::Code(field, value.clone()),
        None => Query::Code("language", "en".to_owned()),
    }
}

/// A filter and a value that the article has.
fn filter_of_article(article: &Article, dice: &mut Dice) -> Option<Filter> {
    let field = *dice
        .pick(&["country", "country", "language", "outlet", "topic"])
        .expect("a field");
    let values = values_of_article(field, &article.json).into_iter();
    let plain = |value: &String| {
        value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b' ')
    };
    let values: Vec<String> = values.filter(plain).collect();
    Some((field, vec![dice.pick(&values)?.clone()]))
}

fn name(article: &Article, dice: &mut Dice) -> Query {
    let fields = ["person", "org", "place", "outlet", "author", "topic"];
    let field = *dice.pick(&fields).expect("a field");
    let names: Vec<String> = values_of_article(field, &article.json)
        .into_iter()
        .filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' '))
        .collect();
    let Some(name) = dice.pick(&names) else {
        return Query::Any(field);
    };
    let all = words(name);
    let word = &all[dice.below(all.len())];
    match dice.below(4) {
        0 => {
            let start = &word[..1 + dice.below(word.len())];
            let shape = Shape::Glob(format!("{start}*"));
            Query::Name(field, format!("{start}*"), Meaning::Shape(shape))
        }
        1 => Query::Name(
            field,
            format!("{word}~1"),
            Meaning::Shape(Shape::Fuzzy(word.clone(), 1)),
        ),
        2 => Query::Name(field, word.clone(), Meaning::Phrase(vec![word.clone()], 0)),
        _ => Query::Name(field, format!("\"{name}\""), Meaning::Phrase(all, 0)),
    }
}

fn date(article: &Article, dice: &mut Dice) -> Query {
    let day = text(&article.json["date"]);
    if day.is_empty() {
        return Query::Any("date");
    }
    let known = &day[..[4, 7, 10][dice.below(3)]];
    let (first, last) = (first_day(known), last_day(known));
    let always = ("0000-01-01".to_owned(), "9999-12-31".to_owned());
    let (typed, from, to) = match dice.below(5) {
        0 => (format!(">={known}"), first, always.1),
        1 => (format!("..{known}"), always.0, last),
        2 => {
            let before = first[8..].parse::<u8>().map_or(0, |day| day - 1);
            (
                format!("<{known}"),
                always.0,
                format!("{}{before:02}", &first[..8]),
            )
        }
        3 => (format!("{known}..2025-06"), first, "2025-06-31".to_owned()),
        _ => (known.to_owned(), first, last),
    };
    if typed.contains("..2025") && from > to {
        return Query::Date(known.to_owned(), from, last_day(known));
    }
    Query::Date(typed, from, to)
}

/// An event clause of what an event holds, at some level of each tree, now and then with one role
/// of another event, so that it holds of none.
fn event(article: &Article, dice: &mut Dice) -> Option<Query> {
    let events: Vec<&Value> = list(&article.json["events"]).collect();
    let first = *dice.pick(&events)?;
    let people = values_of_article("person", &article.json);
    let mut roles = Vec::new();
    for role in [
        "by",
        "action",
        "to",
        "at",
        "on",
        "mode",
        "sector",
        "confidence",
    ] {
        let asked = match role {
            "by" | "action" | "to" => 2,
            _ => 4,
        };
        if !dice.one_in(asked) {
            continue;
        }
        let event = if dice.one_in(8) {
            dice.pick(&events)?
        } else {
            first
        };
        let mut values: Vec<String> = role_value(event, role, &people, dice).into_iter().collect();
        if dice.one_in(4) && !["on", "confidence"].contains(&role) {
            values.extend(role_value(dice.pick(&events)?, role, &people, dice));
        }
        if !values.is_empty() {
            roles.push((role, values));
        }
    }
    if roles.is_empty() {
        roles.push(("action", vec![text(&first["action"]["plover"]).to_owned()]));
    }
    Some(Query::Event(roles))
}

fn role_value(
    event: &Value,
    role: &'static str,
    people: &BTreeSet<String>,
    dice: &mut Dice,
) -> Option<String> {
    let known = |value: &Value| value.as_str().map(str::to_owned);
    match role {
        "by" | "to" | "at" => {
            let actor = &event[role];
            let country = known(&actor["country"]);
            let regions: Vec<&str> = country.iter().flat_map(|code| REGIONS.of(code)).collect();
            let name = text(if dice.one_in(2) {
                &actor["text"]
            } else {
                &actor["name"]
            });
            match dice.below(6) {
                0 => Some("*".to_owned()),
                1 => dice.pick(&regions).map(|region| (*region).to_owned()),
                2 if role != "at" => known(&actor["sector"]),
                3 if role != "at" && is_name(name, people) => Some(name.to_owned()),
                _ => country,
            }
        }
        "action" => {
            let cameo = text(&event["action"]["cameo"]);
            match dice.below(6) {
                0 => Some("*".to_owned()),
                1 => Some(format!("Q{}", event["action"]["quad"])),
                2 => Some(cameo[..2 + dice.below(cameo.len() - 1)].to_owned()),
                3 => Some(cameo.to_owned()),
                _ => known(&event["action"]["plover"]),
            }
        }
        "on" => {
            let on = text(&event["on"]);
            if on.is_empty() {
                return Some("*".to_owned());
            }
            let part = &on[..[4, 7, 10][dice.below(3)]];
            let start = ["1999-03-02", "2011", ""][dice.below(3)];
            Some(match dice.below(3) {
                0 => format!("{part}.."),
                1 if first_day(start) <= first_day(part) => format!("{start}..{part}"),
                _ => part.to_owned(),
            })
        }
        "confidence" => {
            let share = event["confidence"].as_f64()?;
            Some(match dice.below(3) {
                0 => format!(">={share}"),
                1 => format!("<{share}"),
                _ => format!("0.5..{}", share.max(0.5)),
            })
        }
        "sector" if dice.one_in(3) => Some("*".to_owned()),
        "sector" => known(&event["by"]["sector"]),
        _ => known(&event[role]),
    }
}

/// Whether a text is sure to be read as a name, not as a country, region or sector: somebody's.
fn is_name(name: &str, people: &BTreeSet<String>) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
    plain && name.contains(' ') && people.contains(name)
}

// ---- Both answers

/// An article that is found, and its events that matched.
type Found<'a> = (&'a Article, Vec<&'a Value>);

/// A query and filters, as they are given to a command and as they are meant.
struct Asked {
    what: String,
    arguments: Vec<String>,
    query: Query,
    filters: Vec<Filter>,
}

impl Asked {
    /// What a command is called with.
    fn of<'a>(&'a self, command: &[&'a str]) -> Vec<&'a str> {
        let arguments = self.arguments.iter().map(String::as_str);
        command.iter().copied().chain(arguments).collect()
    }

    fn meant(&self) -> Query {
        self.query.clone().with(&self.filters)
    }

    /// The filter on the same thing as a facet, and what is meant without it.
    fn seen_by(&self, facet: &str) -> Option<(&'static str, Query)> {
        let same = match facet {
            "region" => "country",
            "cameo" | "quad" => "action",
            facet => facet,
        };
        let (name, _) = self.filters.iter().find(|(name, _)| *name == same)?;
        let others = self.filters.iter().filter(|(other, _)| other != name);
        let others: Vec<Filter> = others.cloned().collect();
        Some((name, self.query.clone().with(&others)))
    }
}

struct Corpus {
    folder: tempfile::TempDir,
    articles: Vec<Article>,
}

static SAMPLE: LazyLock<Corpus> =
    LazyLock::new(|| Corpus::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")));

impl Corpus {
    fn new(path: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut corpus = Self {
            folder,
            articles: Vec::new(),
        };
        corpus.run(&["index", path.to_str().expect("a path in UTF-8")]);
        let articles = corpus.lines(&["export"]).into_iter().map(|json| Article {
            title: Prose::of(text(&json["title"])),
            text: Prose::of(text(&json["text"])),
            json,
        });
        corpus.articles = articles.collect();
        assert!(
            !corpus.articles.is_empty(),
            "{} holds no article",
            path.display()
        );
        corpus
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("DATELINE_INDEX")
            .output()
            .expect("the command can be started");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "dateline {arguments:?}\n{said}"
        );
        String::from_utf8(output.stdout).expect("output in UTF-8")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments)).expect("a JSON document")
    }

    fn lines(&self, arguments: &[&str]) -> Vec<Value> {
        let lines = self.run(arguments);
        lines
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }

    /// The articles that a query asks for, each with its events that matched.
    fn found(&self, query: &Query) -> Vec<Found<'_>> {
        let clauses = query.clauses();
        let is_asked =
            |event: &&Value| clauses.is_empty() || clauses.iter().any(|clause| clause.is_of(event));
        let found = self.articles.iter().filter(|article| query.holds(article));
        found
            .map(|article| {
                let events = list(&article.json["events"]).filter(is_asked);
                (article, events.collect())
            })
            .collect()
    }

    /// A random query, at times with filters.
    fn asked(&self, seed: u64, dice: &mut Dice) -> Asked {
        let mut query = self.query(dice, 2);
        // A text's words depend on its language.
        if query.asks_of_prose() {
            query = Query::And(vec![Query::Code("language", "en".to_owned()), query]);
        }
        let (mut typed, mut filters) = (query.typed(), Vec::new());
        // The roles of one event as filters are the same as in a clause.
        if let Query::Event(roles) = &query
            && roles.iter().all(|(role, values)| {
                ["by", "action", "to", "at", "mode"].contains(role)
                    && !values.contains(&"*".to_owned())
            })
        {
            filters.clone_from(roles);
            typed.clear();
            query = Query::And(Vec::new());
        }
        if dice.one_in(3) {
            let mut article = || &self.articles[dice.below(self.articles.len())];
            let (first, second) = (article(), article());
            if let Some((name, mut values)) = filter_of_article(first, dice) {
                // Now and then another value, of another article.
                let other = filter_of_article(second, dice).filter(|(other, _)| *other == name);
                values.extend(other.into_iter().flat_map(|(_, values)| values));
                filters.push((name, values));
            }
        }
        let mut arguments: Vec<String> = filters
            .iter()
            .flat_map(|(name, values)| values.iter().map(move |value| format!("--{name}={value}")))
            .collect();
        let what = format!("seed {seed}: {typed} {arguments:?}");
        arguments.extend(["--".to_owned(), typed]);
        Asked {
            what,
            arguments,
            query,
            filters,
        }
    }

    /// Asks a random query and checks all that is answered; gives the share of articles found.
    fn check(&self, seed: u64) -> f64 {
        let mut dice = Dice::new(seed);
        let asked = self.asked(seed, &mut dice);
        let meant = asked.meant();
        let found = self.found(&meant);

        let ids = |json: &Value| text(&json["id"]).to_owned();
        let wanted: BTreeSet<String> = found.iter().map(|(a, _)| ids(&a.json)).collect();
        let given: BTreeSet<String> = self.lines(&asked.of(&["export"])).iter().map(ids).collect();
        let missing: Vec<_> = wanted.difference(&given).collect();
        let surplus: Vec<_> = given.difference(&wanted).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{}\nmisses {missing:?}, wrongly finds {surplus:?}",
            asked.what
        );

        let of_events = !meant.clauses().is_empty();
        self.check_search(&asked, &found, of_events);
        let fields: Vec<&str> = (0..1 + dice.below(2))
            .map(|_| *dice.pick(FACETS).expect("a facet"))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let every = *dice
            .pick(&[None, Some(4), Some(7), Some(10)])
            .expect("a period");
        self.check_count(&asked, &found, every, &fields, dice.one_in(4));
        if of_events {
            self.check_events(&asked, &found);
        }
        found.len() as f64 / self.articles.len() as f64
    }

    /// The total, every facet, and which events of the first hits matched.
    fn check_search(&self, asked: &Asked, found: &[Found<'_>], of_events: bool) {
        let what = &asked.what;
        let facets = FACETS.join(",");
        let arguments = ["search", "--format", "json", "-n", "5", "--facet", &facets];
        let limit = ["--facet-limit", "100000"];
        let answer = self.json(&asked.of(&[&arguments[..], &limit].concat()));
        let summary = &answer["summary"];
        assert_eq!(summary["total"], found.len(), "total of {what}");
        for &facet in FACETS {
            let given = rows(&summary["facets"][facet], &["value"]);
            let over = &summary["facets_over"][facet];
            // A facet does not see the filter on the same thing.
            let wanted = match asked.seen_by(facet) {
                Some((without, query)) => {
                    let seen = self.found(&query);
                    assert_eq!(over["without"], without, "facet {facet} of {what}");
                    assert_eq!(over["articles"], seen.len(), "facet {facet} of {what}");
                    assert_eq!(over["events"], events_of(&seen), "facet {facet} of {what}");
                    tally(&seen, None, &[facet])
                }
                None => {
                    assert!(over.is_null(), "facet {facet} of {what}");
                    tally(found, None, &[facet])
                }
            };
            assert_eq!(given, wanted, "facet {facet} of {what}");
        }
        for hit in list(&answer["hits"]).filter(|_| of_events) {
            let same = |(article, _): &&Found<'_>| article.json["id"] == hit["id"];
            let (article, matching) = found.iter().find(same).expect("a hit that is found");
            let wanted: Vec<bool> = list(&article.json["events"])
                .map(|event| matching.contains(&event))
                .collect();
            let given: Vec<bool> = list(&hit["events"])
                .map(|event| event["matched"] == true)
                .collect();
            assert_eq!(given, wanted, "events of {} for {what}", hit["id"]);
        }
    }

    fn check_count(
        &self,
        asked: &Asked,
        found: &[Found<'_>],
        every: Option<usize>,
        fields: &[&str],
        skip_empty: bool,
    ) {
        let group = fields.join(",");
        let mut arguments = vec!["count", "--format", "json", "--group", &group];
        let period = every.map(|digits| match digits {
            4 => "year",
            7 => "month",
            _ => "day",
        });
        arguments.extend(period.into_iter().flat_map(|period| ["--every", period]));
        let mut wanted = tally(found, every, fields);
        if every.is_some() {
            match empty_periods(&wanted) {
                // So many rows are checked where that takes no time, and where they are refused.
                Some(empty) if !skip_empty && empty.len() < MOST_ROWS / 20 => {
                    wanted.extend(empty.into_iter().map(|row| (row, (0, 0))));
                }
                Some(_) => arguments.push("--skip-empty"),
                None => {}
            }
        }
        let what = format!("{arguments:?} of {}", asked.what);
        let table = self.json(&asked.of(&arguments));
        let columns = every.map(|_| "period").into_iter();
        let columns: Vec<&str> = columns.chain(fields.iter().copied()).collect();
        assert_eq!(rows(&table["rows"], &columns), wanted, "{what}");
        let total = &table["total"];
        assert_eq!(total["articles"], found.len(), "{what}");
        assert_eq!(total["events"], events_of(found), "{what}");
    }

    /// The rows of `events`, each with its article.
    fn check_events(&self, asked: &Asked, found: &[Found<'_>]) {
        let key = |id: &Value, event: &Value| {
            let part = |name: &str| event[name].to_string();
            [
                id.to_string(),
                part("by"),
                part("action"),
                part("to"),
                part("sentence"),
                part("trigger"),
            ]
        };
        let mut given: Vec<_> = self
            .lines(&asked.of(&["events", "--format", "jsonl"]))
            .iter()
            .map(|row| key(&row["id"], row))
            .collect();
        let mut wanted: Vec<_> = found
            .iter()
            .flat_map(|(article, events)| {
                let id = &article.json["id"];
                events.iter().map(move |event| key(id, event))
            })
            .collect();
        given.sort();
        wanted.sort();
        assert_eq!(given, wanted, "events of {}", asked.what);
    }

    /// Asks many queries; nothing is tested by those that find nothing, or everything.
    fn check_all(&self, seeds: std::ops::Range<u64>) {
        let all = seeds.end - seeds.start;
        let (mut parts, mut failed) = (0, Vec::new());
        for seed in seeds {
            // Each query that fails says so; all are asked, for one fault often has a few.
            match std::panic::catch_unwind(|| self.check(seed)) {
                Ok(share) => parts += u64::from(0.0 < share && share < 1.0),
                Err(_) => failed.push(seed),
            }
        }
        assert!(
            failed.is_empty(),
            "wrong for {} of {all} seeds: {failed:?}",
            failed.len()
        );
        assert!(
            parts * 10 > all * 7,
            "only {parts} of {all} queries part the corpus"
        );
    }
}

type Counts = (u64, u64);

/// With more rows than this, `count` leaves empty periods out.
const MOST_ROWS: usize = 1_000_000;

fn events_of(found: &[Found<'_>]) -> usize {
    found.iter().map(|(_, events)| events.len()).sum()
}

/// Rows of a table in JSON; the period of what has no date is null, and empty here.
fn rows(json: &Value, columns: &[&str]) -> BTreeMap<Vec<String>, Counts> {
    let mut rows = BTreeMap::new();
    for row in list(json) {
        let values = columns.iter().map(|column| match &row[*column] {
            Value::Null if *column == "period" => String::new(),
            Value::String(value) if !value.is_empty() => value.clone(),
            other => panic!("{other} is no {column}: {row}"),
        });
        let values: Vec<String> = values.collect();
        let count = |name: &str| row[name].as_u64().expect("a count");
        let counts = (count("articles"), count("events"));
        assert!(
            rows.insert(values, counts).is_none(),
            "a row stands there twice: {row}"
        );
    }
    rows
}

/// The rows for which there is nothing: every value has one for each period from the first to the
/// last of the table. None where there would be too many of all.
fn empty_periods(rows: &BTreeMap<Vec<String>, Counts>) -> Option<Vec<Vec<String>>> {
    let values: BTreeSet<&[String]> = rows.keys().map(|row| &row[1..]).collect();
    let mut dated = rows.keys().map(|row| &row[0]).filter(|day| !day.is_empty());
    let Some(first) = dated.next() else {
        return Some(Vec::new());
    };
    let last = dated.next_back().unwrap_or(first);
    let mut periods = vec![first.clone()];
    while periods[periods.len() - 1] < *last {
        periods.push(following(&periods[periods.len() - 1]));
    }
    if periods.len() * values.len() > MOST_ROWS {
        return None;
    }
    let all = periods.iter().flat_map(|period| {
        let row = |values: &&[String]| [std::slice::from_ref(period), *values].concat();
        values.iter().map(row)
    });
    Some(all.filter(|row| !rows.contains_key(row)).collect())
}

/// The day, month or year after one.
fn following(period: &str) -> String {
    let parts: Vec<u32> = period
        .split('-')
        .map(|part| part.parse().expect("a number"))
        .collect();
    let first_day = if parts.len() == 3 { "-01" } else { "" };
    match parts[..] {
        [year] => format!("{:04}", year + 1),
        [year, month, day] if day < days_of(year, month) => {
            format!("{year:04}-{month:02}-{:02}", day + 1)
        }
        [year, 12, ..] => format!("{:04}-01{first_day}", year + 1),
        [year, month, ..] => format!("{year:04}-{:02}{first_day}", month + 1),
        [] => panic!("{period} is no period"),
    }
}

fn days_of(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Articles and events by period, empty for those without a date, and field, as the help of `count` says: with a field of events,
/// all holds within one event; without, the article counts, and those of its events that concern
/// the country, where that is asked for.
fn tally(
    found: &[Found<'_>],
    every: Option<usize>,
    fields: &[&str],
) -> BTreeMap<Vec<String>, Counts> {
    let of_events = fields.iter().any(|field| OF_EVENTS.contains(field));
    let mut rows: BTreeMap<Vec<String>, Counts> = BTreeMap::new();
    for (article, events) in found {
        let mut start: Vec<Vec<String>> = vec![Vec::new()];
        if let Some(digits) = every {
            let day = text(&article.json["date"]);
            start = vec![vec![day.get(..digits).unwrap_or_default().to_owned()]];
        }
        let combine = |event: Option<&Value>| {
            fields.iter().fold(start.clone(), |chosen, field| {
                let values = match event {
                    Some(event) if *field == "country" || OF_EVENTS.contains(field) => {
                        values_of_event(field, event)
                    }
                    _ => values_of_article(field, &article.json),
                };
                let longer = |row: &Vec<String>| {
                    let row = row.clone();
                    values
                        .iter()
                        .map(move |value| [&row[..], std::slice::from_ref(value)].concat())
                };
                chosen.iter().flat_map(longer).collect()
            })
        };
        let mut held: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        if of_events {
            for event in events {
                for row in combine(Some(event)) {
                    *held.entry(row).or_default() += 1;
                }
            }
        } else {
            let country = fields.iter().position(|field| *field == "country");
            for row in combine(None) {
                let concerns = |event: &&&Value| match country {
                    None => true,
                    Some(at) => values_of_event("country", event)
                        .contains(&row[at + usize::from(every.is_some())]),
                };
                let count = events.iter().filter(concerns).count() as u64;
                held.insert(row, count);
            }
        }
        for (row, events) in held {
            let counts = rows.entry(row).or_default();
            counts.0 += 1;
            counts.1 += events;
        }
    }
    rows
}

#[test]
fn first_half_of_the_sample_queries() {
    SAMPLE.check_all(0..OF_SAMPLE / 2);
}

#[test]
fn second_half_of_the_sample_queries() {
    SAMPLE.check_all(OF_SAMPLE / 2..OF_SAMPLE);
}

#[test]
fn a_part_of_a_larger_corpus() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/corpora/medium/allsides-part-03.jsonl.gz");
    let Ok(file) = File::open(&path) else {
        eprintln!("skipped: {} is missing", path.display());
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut out = File::create(folder.path().join("medium.jsonl")).expect("a file");
    let lines = BufReader::new(flate2::read::MultiGzDecoder::new(file)).lines();
    for line in lines.skip(1000).take(ARTICLES) {
        writeln!(out, "{}", line.expect("a line")).expect("written");
    }
    Corpus::new(folder.path()).check_all(1000..1000 + OF_MEDIUM);
}
