//! `dateline export`: every matching article with its annotations, or a row of what is known of it.

use super::Status;
use super::args::{ExportArgs, Format};
use super::output::{Delimited, delimited};
use super::record::countries_and_actions;
use crate::index::document::Indexed;
use crate::search::{Index, Story};
use anyhow::bail;
use std::io::Write;

/// The columns of an article's row.
const COLUMNS: [&str; 14] = [
    "id",
    "path",
    "record",
    "date",
    "outlet",
    "title",
    "language",
    "url",
    "authors",
    "topics",
    "story",
    "countries",
    "actions",
    "text",
];

/// Runs the command.
pub fn run(args: &ExportArgs) -> anyhow::Result<Status> {
    if args.format == Format::Text {
        bail!("an export is for programs: take json, jsonl, csv or tsv, or dateline search");
    }
    let index = Index::open(&args.index.dir)?;
    let mut out = super::output::stdout(args.format);
    args.sheet.begin(args.format, &mut out)?;
    let mut writer = Writer::start(args.format, &mut out)?;
    let mut found = false;
    let explain = |error| args.request.explain(error);
    for hit in index.articles(&args.request.request()).map_err(explain)? {
        let hit = hit.map_err(explain)?;
        writer.article(&hit.indexed, &hit.story, !found)?;
        found = true;
    }
    writer.finish()?;
    out.flush()?;
    Ok(if found {
        Status::Found
    } else {
        Status::Nothing
    })
}

/// Writes articles in one of the formats for programs.
pub enum Writer<W: Write> {
    /// JSON Lines.
    Lines(W),
    /// A JSON array.
    Document(W),
    /// Delimited values.
    Rows(Box<Delimited<W>>),
}

impl<W: Write> Writer<W> {
    /// Writes what goes before all articles.
    pub fn start(format: Format, mut out: W) -> anyhow::Result<Self> {
        Ok(match format {
            Format::Text | Format::Jsonl => Writer::Lines(out),
            Format::Json => {
                write!(out, "[")?;
                Writer::Document(out)
            }
            Format::Csv | Format::Tsv => {
                let mut writer = delimited(format, out);
                writer.write_record(COLUMNS)?;
                Writer::Rows(Box::new(writer))
            }
        })
    }

    /// Writes an article.
    pub fn article(
        &mut self,
        indexed: &Indexed,
        story: &Story,
        is_first: bool,
    ) -> anyhow::Result<()> {
        let record = || super::show::record(indexed, story);
        match self {
            Writer::Lines(out) => writeln!(out, "{}", record())?,
            Writer::Document(out) => {
                write!(out, "{}{}", if is_first { "\n" } else { ",\n" }, record())?;
            }
            Writer::Rows(writer) => writer.write_record(row(indexed, story))?,
        }
        Ok(())
    }

    /// Writes what goes after all articles.
    pub fn finish(self) -> anyhow::Result<()> {
        match self {
            Writer::Lines(_) => {}
            Writer::Document(mut out) => writeln!(out, "\n]")?,
            Writer::Rows(mut writer) => writer.flush()?,
        }
        Ok(())
    }
}

/// What is known of an article, in the order of [`COLUMNS`].
fn row(indexed: &Indexed, story: &Story) -> [String; COLUMNS.len()] {
    let article = &indexed.article;
    let [countries, actions] = countries_and_actions(&indexed.annotations);
    let date = article.date.map(|date| date.to_string());
    [
        indexed.id.clone(),
        article.path.clone(),
        article.record.to_string(),
        date.unwrap_or_default(),
        article.outlet.clone().unwrap_or_default(),
        article.title.clone(),
        article.language.clone().unwrap_or_default(),
        article.url.clone().unwrap_or_default(),
        article.authors.join("; "),
        article.topics.join("; "),
        story.id.clone(),
        countries,
        actions,
        article.text.clone(),
    ]
}
