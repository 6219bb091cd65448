//! CSV and TSV: a row is an article.
//!
//! Delimiter and quote are told from the head: those with which its rows have the same number of
//! columns, more than one. Columns are named by a header, or guessed: the longest is the text.
//! One row is held at a time.

use serde_json::{Map, Value};

use super::sniff::Head;
use super::{BadRecords, Input, ReadError, Reader, Sink, date, fields};

/// Reads tables.
pub struct Csv;

impl Reader for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn sniff(&self, head: &Head) -> u8 {
        let named = matches!(head.extension.as_str(), "csv" | "tsv" | "tab" | "psv");
        let known = Dialect::of(&head.text, head.whole).is_some_and(|dialect| dialect.header_known);
        match (named, known) {
            (true, _) => 70,
            (false, true) => 40,
            (false, false) => 0,
        }
    }

    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError> {
        let dialect = Dialect::of(&input.head.text, input.head.whole).ok_or_else(|| {
            ReadError::Broken("not a table: no delimiter gives rows of one width".into())
        })?;
        let sample = dialect.rows(&input.head.text, input.head.whole);
        let names = match sample.first() {
            Some(first) if dialect.header_known || is_header(&sample) => first.clone(),
            _ => Vec::new(),
        };
        let has_header = !names.is_empty();
        let has_text = names
            .iter()
            .any(|name| fields::role(name) == Some(fields::Role::Text));
        let names = if has_text {
            names
        } else {
            guessed_names(&sample, &names)?
        };

        let budget = input.budget();
        let mut rows = dialect
            .builder()
            .has_headers(has_header)
            .from_reader(input.utf8());
        let mut row = ::csv::StringRecord::new();
        let mut bad = BadRecords::default();
        loop {
            match rows.read_record(&mut row) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => {
                    bad.add(rows.position().line(), error.to_string());
                    continue;
                }
            }
            budget.renew();
            let line = row.position().map_or(0, ::csv::Position::line);
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if row.len() < names.len()
                || row
                    .iter()
                    .skip(names.len())
                    .any(|cell| !cell.trim().is_empty())
            {
                bad.add(
                    line,
                    format!("{} columns where {} are expected", row.len(), names.len()),
                );
                continue;
            }
            let cells = names
                .iter()
                .zip(row.iter())
                .filter(|(_, cell)| !cell.trim().is_empty());
            let object: Map<String, Value> = cells
                .map(|(name, cell)| (name.clone(), Value::from(cell)))
                .collect();
            let is_article = match fields::article(&object) {
                Some(article) => sink.article(article),
                None => std::ops::ControlFlow::Continue(false),
            };
            match is_article {
                std::ops::ControlFlow::Continue(true) => {}
                std::ops::ControlFlow::Continue(false) => {
                    bad.add(line, "neither a title nor a text")
                }
                std::ops::ControlFlow::Break(()) => break,
            }
        }
        input.trouble = bad.reason("line");
        Ok(())
    }
}

/// How a table is written.
struct Dialect {
    delimiter: u8,
    quote: u8,
    header_known: bool,
}

impl Dialect {
    /// The dialect with which the rows of the head have most nearly one width. None when the text
    /// has no more than one column in any.
    fn of(text: &str, whole: bool) -> Option<Self> {
        let mut best: Option<(u64, Self)> = None;
        for quote in [b'"', b'\''] {
            for delimiter in [b',', b'\t', b';', b'|'] {
                let mut dialect = Self {
                    delimiter,
                    quote,
                    header_known: false,
                };
                let rows = dialect.rows(text, whole);
                let Some(first) = rows.first().filter(|row| row.len() > 1) else {
                    continue;
                };
                let same = rows.iter().filter(|row| row.len() == first.len()).count();
                let roles: Vec<_> = first.iter().filter_map(|name| fields::role(name)).collect();
                dialect.header_known = roles.len() * 2 >= first.len()
                    && first.iter().all(|name| name.len() <= 40)
                    && roles.iter().any(|&role| role != fields::Role::Other);
                // A known header says more than rows of one width; the common quote wins a tie.
                let score = (same * 1000 / rows.len()) as u64 * 4
                    + if dialect.header_known { 4000 } else { 0 }
                    + (first.len().min(20) as u64) * 2
                    + u64::from(quote == b'"')
                    + if same == rows.len() && rows.len() > 2 {
                        100
                    } else {
                        0
                    };
                if (same * 2 > rows.len() || dialect.header_known)
                    && best.as_ref().is_none_or(|(most, _)| score > *most)
                {
                    best = Some((score, dialect));
                }
            }
        }
        best.map(|(_, dialect)| dialect)
    }

    fn builder(&self) -> ::csv::ReaderBuilder {
        let mut builder = ::csv::ReaderBuilder::new();
        builder
            .delimiter(self.delimiter)
            .quote(self.quote)
            .flexible(true);
        builder
    }

    /// The rows of the head; the last one is left out where it may be cut.
    fn rows(&self, text: &str, whole: bool) -> Vec<Vec<String>> {
        let mut reader = self
            .builder()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let rows = reader.records().map_while(Result::ok).take(200);
        let mut rows: Vec<Vec<String>> = rows
            .map(|row| row.iter().map(String::from).collect())
            .collect();
        if !whole && rows.len() > 1 && rows.len() < 200 {
            rows.pop();
        }
        rows
    }
}

/// Whether the first row names columns of unknown names: short words above long cells.
fn is_header(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    let known = first.iter().any(|name| fields::role(name).is_some());
    let short = first
        .iter()
        .all(|cell| cell.len() <= 30 && !cell.trim().is_empty());
    let distinct = first
        .iter()
        .enumerate()
        .all(|(at, cell)| !first[..at].contains(cell));
    let long_below = rest
        .iter()
        .take(20)
        .any(|row| row.iter().any(|cell| cell.len() > 100));
    let repeated = rest.iter().any(|row| row.first() == first.first());
    short && distinct && !repeated && (known || long_below)
}

/// Names for columns, by what stands in them: the longest is the text, dates are the date, links
/// the url, a line of words the title, and what repeats a topic. Known names are kept.
fn guessed_names(rows: &[Vec<String>], header: &[String]) -> Result<Vec<String>, ReadError> {
    let rows = if header.is_empty() {
        rows
    } else {
        rows.get(1..).unwrap_or_default()
    };
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |column: usize| {
        rows.iter()
            .filter_map(move |row| row.get(column))
            .filter(|cell| !cell.trim().is_empty())
    };
    let mean = |column: usize| {
        cells(column).map(String::len).sum::<usize>() / cells(column).count().max(1)
    };
    let most = |column: usize, holds: fn(&str) -> bool| {
        let all = cells(column).count();
        all > 0 && cells(column).filter(|cell| holds(cell)).count() * 10 >= all * 7
    };
    let text = (0..width)
        .max_by_key(|&column| mean(column))
        .filter(|&column| mean(column) >= 80);
    let Some(text) = text else {
        return Err(ReadError::Broken(
            "cannot tell which column holds the text: add a header row with `title` and `text`"
                .into(),
        ));
    };
    let mut names: Vec<String> = Vec::with_capacity(width);
    for column in 0..width {
        let known = header
            .get(column)
            .filter(|name| fields::role(name).is_some());
        let guess = if column == text {
            "text"
        } else if let Some(name) = known {
            name
        } else if most(column, |cell| cell.starts_with("http")) {
            "url"
        } else if most(column, |cell| date::parse(cell).is_some()) {
            "date"
        } else if (20..300).contains(&mean(column)) && most(column, |cell| cell.contains(' ')) {
            "title"
        } else if most(column, |cell| {
            cell.parse::<f64>().is_err() && cell.len() <= 40
        }) {
            "topic"
        } else {
            ""
        };
        let taken = names.iter().any(|name| name == guess);
        names.push(if taken {
            String::new()
        } else {
            guess.to_string()
        });
    }
    Ok(names)
}
