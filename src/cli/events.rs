//! `dateline events`: one row an event, with the sentence behind it.

use super::Status;
use super::args::{EventsArgs, Format};
use super::output::{ASIDE, Delimited, EVENT, columns, counted, delimited, safe, width, wrapped};
use super::record::{EventRecord, event_line, place_and_counts};
use crate::annotate::{Actor, Event};
use crate::search::{Hit, Index};
use std::io::Write;

const COLUMNS: [&str; 34] = [
    "id",
    "path",
    "date",
    "outlet",
    "title",
    "by",
    "by_country",
    "by_sector",
    "action",
    "cameo",
    "quad",
    "goldstein",
    "to",
    "to_country",
    "to_sector",
    "at",
    "at_country",
    "at_via",
    "on",
    "grain",
    "mode",
    "claimed_by",
    "killed_min",
    "killed_max",
    "wounded_min",
    "wounded_max",
    "arrested_min",
    "arrested_max",
    "protesters_min",
    "protesters_max",
    "confidence",
    "start",
    "end",
    "sentence",
];

/// How far in all lines of an event are but its first.
const INDENT: usize = 12;

/// Runs the command.
pub fn run(args: &EventsArgs) -> anyhow::Result<Status> {
    let index = Index::open(&args.index.dir)?;
    if args.paths.only {
        let paths = index.paths(&args.request.request(), true);
        let paths = paths.map_err(|error| args.request.explain(error))?;
        return args.paths.print(&paths);
    }
    let mut out = super::output::stdout(args.format);
    args.sheet.begin(args.format, &mut out)?;
    let mut writer = Writer::start(args.format, &mut out)?;
    let most = args.limit.unwrap_or(usize::MAX);
    let mut found = 0;
    let explain = |error| args.request.explain(error);
    'articles: for hit in index.articles(&args.request.request()).map_err(explain)? {
        let hit = hit.map_err(explain)?;
        for event in hit.matching_events() {
            if found == most {
                break 'articles;
            }
            found += 1;
            writer.event(&hit, event)?;
        }
    }
    writer.finish()?;
    out.flush()?;
    if args.format == Format::Text {
        anstream::eprintln!("{}", counted(found as u64, "event"));
    }
    Ok(if found == 0 {
        Status::Nothing
    } else {
        Status::Found
    })
}

/// Writes events in one of the formats.
enum Writer<W: Write> {
    Text(W),
    Lines(W),
    Document { out: W, first: bool },
    Rows(Box<Delimited<W>>),
}

impl<W: Write> Writer<W> {
    fn start(format: Format, mut out: W) -> anyhow::Result<Self> {
        Ok(match format {
            Format::Text => Writer::Text(out),
            Format::Jsonl => Writer::Lines(out),
            Format::Json => {
                write!(out, "[")?;
                Writer::Document { out, first: true }
            }
            Format::Csv | Format::Tsv => {
                let mut writer = delimited(format, out);
                writer.write_record(COLUMNS)?;
                Writer::Rows(Box::new(writer))
            }
        })
    }

    fn event(&mut self, hit: &Hit, event: &Event) -> anyhow::Result<()> {
        match self {
            Writer::Text(out) => {
                let date = match event.on {
                    Some(on) => Some(event.grain.period(on)),
                    None => hit.indexed.article.date.map(|date| date.to_string()),
                };
                let date = date.unwrap_or_else(|| "undated".to_owned());
                let line = safe(&event_line(event)).into_owned();
                let place = safe(&place_and_counts(event)).into_owned();
                let (code, path) = (event.action.cameo, &hit.indexed.article.path);
                let about = format!("{code} {} · {}", code.label(), safe(path));
                write!(out, "{date:<10}  {EVENT}{line}{EVENT:#}{place}{ASIDE}")?;
                // What does not fit on the line goes to the next.
                if INDENT + columns(&line) + columns(&place) + 2 + columns(&about) <= width() {
                    writeln!(out, "  {about}")?;
                } else {
                    writeln!(out)?;
                    wrapped(out, &about, &[], INDENT, width())?;
                }
                write!(out, "{ASIDE:#}")?;
                wrapped(out, &event.sentence.text, &[], INDENT, width())?;
            }
            Writer::Lines(out) => {
                serde_json::to_writer(&mut *out, &EventRecord::of(hit, event))?;
                writeln!(out)?;
            }
            Writer::Document { out, first } => {
                write!(out, "{}", if *first { "\n" } else { ",\n" })?;
                *first = false;
                serde_json::to_writer(&mut *out, &EventRecord::of(hit, event))?;
            }
            Writer::Rows(writer) => writer.write_record(row(hit, event))?,
        }
        Ok(())
    }

    fn finish(self) -> anyhow::Result<()> {
        match self {
            Writer::Text(_) | Writer::Lines(_) => {}
            Writer::Document { mut out, .. } => writeln!(out, "\n]")?,
            Writer::Rows(mut writer) => writer.flush()?,
        }
        Ok(())
    }
}

fn row(hit: &Hit, event: &Event) -> Vec<String> {
    let article = &hit.indexed.article;
    let side = |actor: &Option<Actor>| -> [String; 3] {
        let Some(actor) = actor else {
            return Default::default();
        };
        [
            actor.canonical().to_owned(),
            actor
                .country
                .map(|country| country.to_string())
                .unwrap_or_default(),
            actor
                .sector
                .map(|sector| sector.code().to_owned())
                .unwrap_or_default(),
        ]
    };
    let mut row = vec![
        hit.indexed.id.clone(),
        article.path.clone(),
        article
            .date
            .map(|date| date.to_string())
            .unwrap_or_default(),
        article.outlet.clone().unwrap_or_default(),
        article.title.clone(),
    ];
    row.extend(side(&event.by));
    row.extend([
        event.action.plover.to_string(),
        event.action.cameo.to_string(),
        event.action.quad.to_string(),
        event.action.goldstein.to_string(),
    ]);
    row.extend(side(&event.to));
    let at = event.at.as_ref();
    row.extend([
        at.map(|at| at.text.clone()).unwrap_or_default(),
        at.and_then(|at| at.country)
            .map(|country| country.to_string())
            .unwrap_or_default(),
        at.map(|at| at.via.name().to_owned()).unwrap_or_default(),
        event.on.map(|on| on.to_string()).unwrap_or_default(),
        event
            .on
            .map(|_| event.grain.name().to_owned())
            .unwrap_or_default(),
        event.mode.name().to_owned(),
        event
            .claimed_by
            .as_ref()
            .map(|claimant| claimant.canonical().to_owned())
            .unwrap_or_default(),
    ]);
    for (_, count) in event.counts.each() {
        let count = count.unwrap_or_default();
        let number = |number: Option<u32>| number.map(|number| number.to_string());
        row.extend([count.min, count.max].map(|end| number(end).unwrap_or_default()));
    }
    row.extend([
        format!("{:.2}", event.confidence),
        event.sentence.span.start.to_string(),
        event.sentence.span.end.to_string(),
        event.sentence.text.clone(),
    ]);
    row
}
