//! `dateline complete`: what may follow on a command line that is being typed. The completion
//! scripts ask it for the fields of a query and for values that the index holds; options are theirs.
//!
//! Whatever goes wrong gives no candidates: nothing may be printed into somebody's prompt.

use super::Status;
use super::args::{self, CompleteArgs};
use crate::index::fields;
use crate::search::query::Role;
use crate::search::{Index, KnownValue};
use clap::Command;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The most candidates.
const MOST: usize = 40;

/// Runs the command.
pub fn run(args: &CompleteArgs) -> anyhow::Result<Status> {
    let line = match &args.line {
        Some(line) => Line::read(line, &args.breaks),
        None => Line {
            words: args.words.clone(),
            ..Line::default()
        },
    };
    let found = candidates(&line.words).unwrap_or_default();
    let mut out = std::io::stdout().lock();
    for candidate in &found {
        match &args.line {
            Some(_) => writeln!(out, "{}", line.written(&candidate.word))?,
            None => writeln!(out, "{}\t{}", candidate.word, candidate.about)?,
        }
    }
    Ok(match found.is_empty() {
        true => Status::Nothing,
        false => Status::Found,
    })
}

/// A word that may stand where the last one does.
#[derive(Debug, PartialEq, Eq)]
struct Candidate {
    word: String,
    about: String,
}

/// What the last word of a line is.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// A query.
    Query,
    /// A value of this field, as an option has it.
    Value(&'static str),
    /// Names of facets, between commas.
    Facets,
}

fn candidates(words: &[String]) -> Option<Vec<Candidate>> {
    let (wanted, word, folder) = wanted(words)?;
    let open = || Index::open(&folder).ok();
    match wanted {
        Wanted::Query => in_query(word, open),
        Wanted::Facets => {
            let start = word.rfind(',').map_or(0, |comma| comma + 1);
            let (before, typed) = word.split_at(start);
            let facets = fields::TABLE.iter().filter(|row| row.facet);
            Some(named(
                facets.map(|row| (row.name, row.help)),
                typed,
                |name| format!("{before}{name}"),
            ))
        }
        Wanted::Value(field) => {
            let (option, typed) = match word.split_once('=') {
                Some((option, typed)) if option.starts_with("--") => (format!("{option}="), typed),
                _ => (String::new(), word),
            };
            let values = open()?.values(field, typed, MOST).ok()?;
            let values = following(values, typed).into_iter();
            Some(
                values
                    .map(|known| known.written(&option, str::to_owned))
                    .collect(),
            )
        }
    }
}

/// What the last of the words is to be, the word itself, and the folder of the index.
fn wanted(words: &[String]) -> Option<(Wanted, &str, PathBuf)> {
    let command = args::command();
    let (last, words) = words.split_last()?;
    let mut words = words.iter().skip(1);
    let name = words.by_ref().find(|word| !word.starts_with('-'))?;
    let command = command.find_subcommand(name)?;
    let mut folder =
        std::env::var_os("DATELINE_INDEX").map_or_else(|| "index".into(), PathBuf::from);
    let mut pending: Option<String> = None;
    let mut places = 0;
    let mut only_places = false;
    for word in words {
        if let Some(option) = pending.take() {
            if option == "dir" {
                folder = at_home(word);
            }
        } else if word == "--" {
            only_places = true;
        } else if word.len() > 1 && word.starts_with('-') && !only_places {
            let (option, value) = option(command, word)?;
            match (option, value) {
                (Some(option), None) => pending = Some(option),
                (Some(option), Some(value)) if option == "dir" => folder = at_home(value),
                _ => {}
            }
        } else {
            places += 1;
        }
    }
    let option = match pending {
        Some(option) => Some(option),
        None if last.starts_with("--") && !only_places => option(command, last)?.0,
        None => None,
    };
    let wanted = match (option.as_deref(), command.get_name()) {
        (Some("facet" | "group"), _) => Wanted::Facets,
        (Some("since" | "until"), _) => Wanted::Value("date"),
        (Some(option), _) => Wanted::Value(fields::find(option)?.name),
        (None, _) if last.starts_with('-') && !only_places => return None,
        (None, "show") if places == 0 => Wanted::Value("id"),
        (None, "similar") if places == 0 => Wanted::Value("id"),
        (None, "search" | "similar" | "events" | "count" | "export") => Wanted::Query,
        _ => return None,
    };
    Some((wanted, last, folder))
}

/// The option that a word names, if it takes a value, and the value that is written with it;
/// `None` when there is no such option.
fn option<'a>(command: &Command, word: &'a str) -> Option<(Option<String>, Option<&'a str>)> {
    let (name, value) = match word.strip_prefix("--") {
        Some(name) => match name.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        },
        None => {
            let rest = word.get(2..).filter(|rest| !rest.is_empty());
            (word.get(1..2)?, rest)
        }
    };
    let is_long = word.starts_with("--");
    let option = command.get_arguments().find(|option| match is_long {
        true => option.get_long() == Some(name),
        false => option
            .get_short()
            .is_some_and(|short| name.starts_with(short)),
    })?;
    let takes = option.get_action().takes_values();
    Some((takes.then(|| option.get_id().to_string()), value))
}

/// A path whose `~` the shell has not put the home in for yet.
fn at_home(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => path.into(),
    }
}

/// What a parenthesis of a query holds.
#[derive(Clone, Copy, PartialEq)]
enum Inside<'a> {
    Group,
    Event,
    ValuesOf(&'a str),
}

fn in_query(query: &str, open: impl Fn() -> Option<Index> + Copy) -> Option<Vec<Candidate>> {
    // Where the last word of the query starts, and what it stands in.
    let mut inside = vec![Inside::Group];
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in query.char_indices() {
        let is_escaped = escaped;
        escaped = c == '\\' && !escaped;
        match c {
            _ if is_escaped => {}
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => {
                let before = query[start..at].trim_start_matches('-');
                inside.push(match before.strip_suffix(':') {
                    Some(field) => Inside::ValuesOf(field),
                    None if before.eq_ignore_ascii_case("event") => Inside::Event,
                    None => Inside::Group,
                });
                start = at + 1;
            }
            ')' => {
                inside.pop();
                start = at + 1;
            }
            c if c.is_whitespace() => start = at + c.len_utf8(),
            _ => {}
        }
    }
    let is_open = inside.len() > 1;
    let inside = inside.pop()?;
    let word = &query[start..];
    let (field, value) = match (inside, word.split_once(':')) {
        (Inside::ValuesOf(field), _) => (field, start),
        (_, Some((field, _))) => (field.trim_start_matches('-'), start + field.len() + 1),
        (_, None) => {
            return Some(names(inside, query, word.trim_start_matches('-'), open));
        }
    };
    let field = match (inside, field) {
        (_, "on") => "date",
        (_, field) => field,
    };
    let typed = query[value..].trim_start_matches('"');
    let values = open()?.values(field, typed, MOST).ok()?;
    let values = following(values, typed);
    // All are quoted where one is: what they have in common is what a shell writes.
    let must = query[value..].starts_with('"') || values.iter().any(|known| !is_word(&known.value));
    let before = &query[..value];
    let quote = |text: &str| match must {
        true => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        false => text.to_owned(),
    };
    let values = values.into_iter();
    let mut found: Vec<Candidate> = values.map(|known| known.written(before, quote)).collect();
    // A shell closes the quotes behind the only word that there is: not before the parenthesis.
    if let (true, [only]) = (is_open, &found[..]) {
        let ways = [")", " "].map(|end| Candidate {
            word: format!("{}{end}", only.word),
            about: only.about.clone(),
        });
        found = ways.into();
    }
    Some(found)
}

/// The fields or roles that a query may go on with. Where there is only one, what may follow it: a
/// shell closes the quotes behind a word that is the only one.
fn names(
    inside: Inside<'_>,
    query: &str,
    typed: &str,
    open: impl Fn() -> Option<Index> + Copy,
) -> Vec<Candidate> {
    let before = &query[..query.len() - typed.len()];
    let mut all: Vec<(String, &str)> = Vec::new();
    if inside == Inside::Event {
        all.extend(Role::ALL.map(|role| (format!("{}:", role.name()), "")));
    } else {
        all.extend(
            fields::TABLE
                .iter()
                .map(|row| (format!("{}:", row.name), row.help)),
        );
        all.push(("event(".to_owned(), "what holds within one event"));
    }
    let all = all.iter().map(|(name, help)| (name.as_str(), *help));
    let mut found = named(all, typed, |name| format!("{before}{name}"));
    if let [only] = &found[..] {
        let values = in_query(&only.word, open).unwrap_or_default();
        match values.len() {
            0 => found.push(Candidate {
                word: format!("{}\"", only.word),
                about: "a phrase".to_owned(),
            }),
            1 => {}
            _ => found = values,
        }
    }
    found
}

/// The names that begin so.
fn named<'a>(
    names: impl Iterator<Item = (&'a str, &'a str)>,
    typed: &str,
    written: impl Fn(&str) -> String,
) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    names
        .filter(|(name, _)| name.starts_with(&typed))
        .map(|(name, help)| Candidate {
            word: written(name),
            about: help.to_owned(),
        })
        .collect()
}

/// The values that a shell can go on to from what was typed: those that begin with it. Where no name
/// does, or a whole code in capitals was typed, codes stay codes.
fn following(values: Vec<KnownValue>, typed: &str) -> Vec<KnownValue> {
    let is_whole = |known: &KnownValue| known.meaning == typed;
    let lower = typed.to_lowercase();
    let is_code = |known: &KnownValue| {
        let is_name = known.value.to_lowercase().starts_with(&lower);
        is_whole(known) || !is_name && known.meaning.to_lowercase().starts_with(&lower)
    };
    let (mut codes, names): (Vec<_>, Vec<_>) = values.into_iter().partition(is_code);
    let has_whole = codes.iter().any(is_whole);
    if has_whole {
        codes.retain(is_whole);
    } else if !names.is_empty() {
        return names;
    }
    let turned = codes.into_iter().map(|known| KnownValue {
        value: known.meaning,
        meaning: known.value,
        articles: known.articles,
    });
    turned.collect()
}

impl KnownValue {
    fn written(self, before: &str, quote: impl Fn(&str) -> String) -> Candidate {
        let articles = super::output::counted(self.articles, "article");
        let about = match self.meaning.as_str() {
            "" => articles,
            meaning => format!("{meaning}, {articles}"),
        };
        Candidate {
            word: format!("{before}{}", quote(&self.value)),
            about,
        }
    }
}

/// Whether a query can have a value as it is.
fn is_word(value: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    value.starts_with(char::is_alphanumeric) && value.chars().all(is_plain)
}

/// A line of a Bourne shell, as far as it is typed.
#[derive(Debug, Default, PartialEq)]
struct Line {
    /// Its words without quotes; the last is the one at the cursor.
    words: Vec<String>,
    /// The quote that is open.
    quote: Option<char>,
    /// How much of the last word stands before what the shell will replace: what follows the open
    /// quote, or the last character that the shell breaks words at.
    before: usize,
}

impl Line {
    fn read(line: &str, breaks: &str) -> Self {
        let mut read = Self::default();
        let mut word = String::new();
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match (read.quote, c) {
                (Some(quote), c) if c == quote => read.quote = None,
                (None, '\'' | '"') => {
                    read.quote = Some(c);
                    read.before = word.len();
                }
                (Some('"'), '\\') if matches!(chars.peek(), Some('"' | '\\' | '$' | '`')) => {
                    word.extend(chars.next());
                }
                (None, '\\') => word.extend(chars.next()),
                (None, c) if c.is_whitespace() => {
                    if !word.is_empty() {
                        read.words.push(std::mem::take(&mut word));
                    }
                    read.before = 0;
                }
                (None, '|' | ';' | '&') => {
                    // Another command starts.
                    read = Self::default();
                    word.clear();
                }
                (quote, c) => {
                    word.push(c);
                    if quote.is_none() && breaks.contains(c) {
                        read.before = word.len();
                    }
                }
            }
        }
        read.words.push(word);
        read
    }

    /// What the shell is to put in for a word.
    fn written(&self, word: &str) -> String {
        let word = word.get(self.before..).unwrap_or(word);
        let mut out = String::with_capacity(word.len());
        for c in word.chars() {
            match self.quote {
                Some('\'') if c == '\'' => out.push_str("'\\'"),
                Some('"') if matches!(c, '"' | '\\' | '$' | '`') => out.push('\\'),
                None if !(c.is_alphanumeric() || "-_=:,./+@%".contains(c)) => out.push('\\'),
                _ => {}
            }
            out.push(c);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line::read(text, " \t\n\"'><=;|&(:")
    }

    #[test]
    fn reads_a_line_as_a_shell_does() {
        for (text, words, before) in [
            (
                "dateline search country:Col",
                vec!["dateline", "search", "country:Col"],
                8,
            ),
            (
                "dateline search 'a country:Col",
                vec!["dateline", "search", "a country:Col"],
                0,
            ),
            (
                "dateline search \"country:\\\"Sou",
                vec!["dateline", "search", "country:\"Sou"],
                0,
            ),
            (
                "dateline search --by United\\ ",
                vec!["dateline", "search", "--by", "United "],
                0,
            ),
            ("dateline search ", vec!["dateline", "search", ""], 0),
            ("ls | dateline show 7", vec!["dateline", "show", "7"], 0),
        ] {
            let read = line(text);
            assert_eq!(
                (read.words, read.before),
                (
                    words.iter().map(|word| (*word).to_owned()).collect(),
                    before
                ),
                "{text}"
            );
        }
    }

    #[test]
    fn writes_what_the_shell_reads_back() {
        let word = "country:\"Côte d'Ivoire\"";
        for start in [
            "dateline search '",
            "dateline search \"",
            "dateline search ",
        ] {
            let written = format!("{start}{}", line(start).written(word));
            assert_eq!(
                line(&written).words.last().map(String::as_str),
                Some(word),
                "{written}"
            );
        }
    }

    #[test]
    fn knows_what_is_wanted_where() {
        let words = |text: &str| line(text).words;
        for (text, expected) in [
            ("dateline search x", Some(Wanted::Query)),
            ("dateline search --by ", Some(Wanted::Value("by"))),
            ("dateline count --every month -g ", Some(Wanted::Facets)),
            ("dateline events --since=20", Some(Wanted::Value("date"))),
            ("dateline similar ", Some(Wanted::Value("id"))),
            ("dateline similar 73 ", Some(Wanted::Query)),
            ("dateline search --explain ", Some(Wanted::Query)),
            ("dateline search --ex", None),
            ("dateline read ", None),
            ("dateline sea", None),
            ("dateline", None),
        ] {
            assert_eq!(
                wanted(&words(text)).map(|found| found.0),
                expected,
                "{text}"
            );
        }
        let typed = words("dateline search -i ~/a --limit 3 ");
        let folder = wanted(&typed).map(|found| found.2).unwrap_or_default();
        assert!(
            folder.ends_with("a") && !folder.starts_with("~"),
            "{folder:?}"
        );
    }

    #[test]
    fn completes_fields_and_roles() {
        let words = |query: &str| -> Vec<String> {
            let found = in_query(query, || None).unwrap_or_default();
            found.into_iter().map(|candidate| candidate.word).collect()
        };
        assert_eq!(words("tariffs cou")[0], "tariffs country:");
        assert_eq!(words("-lang")[0], "-language:");
        assert_eq!(words("event(by:US ac")[0], "event(by:US action:");
        assert_eq!(words("a")[..3], ["action:", "at:", "author:"]);
        // What is the only one goes on.
        assert_eq!(words("eve")[..2], ["event(by:", "event(action:"]);
        assert!(words("\"no cou").is_empty() || !words("\"no cou")[0].contains("country"));
    }
}
