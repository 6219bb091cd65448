//! `dateline diff`: what changed between two coders' outputs, with the sentences.
//!
//! Each side is read by a thread of its own, an article at a time. An article waits for its mate
//! on the other side, so that what is held is how far the two orders are apart: outputs of the
//! same articles in the same order are compared as they come.

use super::Status;
use super::args::{DiffArgs, Format, SureArgs};
use super::output::{ASIDE, EVENT, Table, counted, safe, thousands, width, wrapped};
use super::record::event_line;
use crate::annotate::{Actor, Event, Location};
use crate::evaluate::{Change, EventPart, changes};
use crate::ontology::Plover;
use crate::search::{Index, Request};
use anyhow::{Context, bail};
use crossbeam_channel::{Receiver, Sender, bounded};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;

/// How many articles a side reads ahead.
const AHEAD: usize = 64;

/// What one side is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Index,
    /// A line an article.
    Articles,
    /// A line an event: articles without events are not in it.
    Rows,
}

/// An article as one side has it.
struct Told {
    id: String,
    events: Vec<Event>,
}

/// A line of either file.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    events: Vec<Event>,
}

/// Runs the command.
pub fn run(args: &DiffArgs) -> anyhow::Result<Status> {
    if matches!(args.format, Format::Csv | Format::Tsv) {
        bail!("differences are written as text, json or jsonl");
    }
    let paths = [&args.before, &args.after];
    let kinds = [kind_of(paths[0])?, kind_of(paths[1])?];
    let mut out = super::output::stdout(args.format);
    let mut report = Report::new(args, &mut out)?;
    std::thread::scope(|scope| {
        let sides = [0, 1].map(|side| {
            let (sender, receiver) = bounded(AHEAD);
            let (path, kind) = (paths[side], kinds[side]);
            scope.spawn(move || read(path, kind, &args.sure, &sender));
            receiver
        });
        compare(&sides, kinds, &mut report)
    })?;
    report.finish()
}

/// Brings the articles of both sides together.
fn compare(
    sides: &[Receiver<anyhow::Result<Told>>; 2],
    kinds: [Kind; 2],
    report: &mut Report<'_>,
) -> anyhow::Result<()> {
    let mut waiting: [FxHashMap<String, (usize, Vec<Event>)>; 2] = Default::default();
    let mut is_open = [true, true];
    let mut number = 0;
    while is_open.contains(&true) {
        for side in [0, 1] {
            if !is_open[side] {
                continue;
            }
            let Ok(told) = sides[side].recv() else {
                is_open[side] = false;
                continue;
            };
            let Told { id, events } = told?;
            report.saw(side, &events);
            match waiting[1 - side].remove(&id) {
                Some((_, other)) if side == 0 => report.article(&id, &events, &other)?,
                Some((_, other)) => report.article(&id, &other, &events)?,
                None => _ = waiting[side].insert(id, (number, events)),
            }
            number += 1;
        }
    }
    for (side, left) in waiting.into_iter().enumerate() {
        let mut left: Vec<_> = left.into_iter().collect();
        left.sort_by_key(|(_, (number, _))| *number);
        for (id, (_, events)) in left {
            match (kinds[1 - side], side) {
                (Kind::Rows, 0) => report.article(&id, &events, &[])?,
                (Kind::Rows, _) => report.article(&id, &[], &events)?,
                _ => report.alone[side] += 1,
            }
        }
    }
    Ok(())
}

fn kind_of(path: &Path) -> anyhow::Result<Kind> {
    if path.is_dir() {
        return Ok(Kind::Index);
    }
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
    for line in BufReader::new(file).lines() {
        let line = line.with_context(|| format!("cannot read {shown}"))?;
        if line.trim().is_empty() {
            continue;
        }
        return match serde_json::from_str::<Value>(&line) {
            Ok(line) if line["type"] == "event" => Ok(Kind::Rows),
            Ok(line) if line["events"].is_array() => Ok(Kind::Articles),
            _ => bail!("{shown} is neither an index nor JSON Lines of dateline annotate or events"),
        };
    }
    // Nothing was found, which `dateline events` says so.
    Ok(Kind::Rows)
}

/// Sends the articles of one side, or what went wrong; ends when nobody listens any more.
fn read(path: &Path, kind: Kind, sure: &SureArgs, to: &Sender<anyhow::Result<Told>>) {
    let send = |mut told: Told| {
        sure.filter(&mut told.events);
        match to.send(Ok(told)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    };
    let outcome = match kind {
        Kind::Index => read_index(path, send),
        Kind::Articles => read_articles(path, send),
        Kind::Rows => read_rows(path, send),
    };
    if let Err(error) = outcome {
        // Whoever has stopped listening has an error of its own.
        let _ = to.send(Err(error));
    }
}

fn read_index(path: &Path, mut send: impl FnMut(Told) -> ControlFlow<()>) -> anyhow::Result<()> {
    let index = Index::open(path)?;
    for hit in index.articles(&Request::default())? {
        let indexed = hit?.indexed;
        let told = Told {
            id: indexed.id,
            events: indexed.annotations.events,
        };
        if send(told).is_break() {
            break;
        }
    }
    Ok(())
}

fn read_articles(path: &Path, mut send: impl FnMut(Told) -> ControlFlow<()>) -> anyhow::Result<()> {
    let mut seen = FxHashSet::default();
    for_each_line(path, |number, line| {
        let line: Line = serde_json::from_str(line)?;
        let id = match line.id {
            Value::String(id) => id,
            Value::Null => format!("line {number}"),
            id => id.to_string(),
        };
        if !seen.insert(id.clone()) {
            bail!("the article {id} comes twice");
        }
        Ok(send(Told {
            id,
            events: line.events,
        }))
    })
}

fn read_rows(path: &Path, mut send: impl FnMut(Told) -> ControlFlow<()>) -> anyhow::Result<()> {
    let mut seen = FxHashSet::default();
    let mut told: Option<Told> = None;
    for_each_line(path, |_, line| {
        // Read twice: the fields of an event lie beside those of its article.
        let Value::String(id) = serde_json::from_str::<Value>(line)?["id"].take() else {
            bail!("an event without the id of its article");
        };
        let event: Event = serde_json::from_str(line)?;
        if let Some(told) = told.as_mut().filter(|told| told.id == id) {
            told.events.push(event);
            return Ok(ControlFlow::Continue(()));
        }
        if !seen.insert(id.clone()) {
            bail!("the events of the article {id} do not stand together");
        }
        let next = Told {
            id,
            events: vec![event],
        };
        Ok(match told.replace(next) {
            Some(whole) => send(whole),
            None => ControlFlow::Continue(()),
        })
    })?;
    let _ = told.map(send);
    Ok(())
}

fn for_each_line(
    path: &Path,
    mut take: impl FnMut(usize, &str) -> anyhow::Result<ControlFlow<()>>,
) -> anyhow::Result<()> {
    let place = |number: usize| format!("{}:{number}", path.display());
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    for (number, line) in (1..).zip(BufReader::new(file).lines()) {
        let line = line.with_context(|| place(number))?;
        if line.trim().is_empty() {
            continue;
        }
        if take(number, &line)
            .with_context(|| place(number))?
            .is_break()
        {
            break;
        }
    }
    Ok(())
}

/// How many events of a type became what.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    gone: u64,
    new: u64,
    changed: u64,
    same: u64,
}

/// What is told, and what has been told so far.
struct Report<'a> {
    args: &'a DiffArgs,
    out: &'a mut dyn Write,
    tallies: [Tally; Plover::ALL.len()],
    articles: [u64; 2],
    events: [u64; 2],
    coders: [BTreeSet<String>; 2],
    /// Articles that only one side has.
    alone: [u64; 2],
    differences: usize,
}

impl<'a> Report<'a> {
    fn new(args: &'a DiffArgs, out: &'a mut dyn Write) -> anyhow::Result<Self> {
        if args.format == Format::Json {
            write!(out, "{{\"differences\":[")?;
        }
        Ok(Self {
            args,
            out,
            tallies: Default::default(),
            articles: [0, 0],
            events: [0, 0],
            coders: Default::default(),
            alone: [0, 0],
            differences: 0,
        })
    }

    fn saw(&mut self, side: usize, events: &[Event]) {
        self.articles[side] += 1;
        self.events[side] += events.len() as u64;
        for event in events {
            if !self.coders[side].contains(&event.coder) {
                self.coders[side].insert(event.coder.clone());
            }
        }
    }

    fn article(&mut self, id: &str, before: &[Event], after: &[Event]) -> anyhow::Result<()> {
        for change in changes(before, after, self.args.step) {
            let tally = &mut self.tallies[change.event().action.plover as usize];
            match change {
                Change::Gone(_) => tally.gone += 1,
                Change::New(_) => tally.new += 1,
                Change::Changed { .. } => tally.changed += 1,
                Change::Same(_) => {
                    tally.same += 1;
                    continue;
                }
            }
            self.differences += 1;
            if self
                .args
                .limit
                .is_none_or(|limit| self.differences <= limit)
            {
                self.tell(id, &change)?;
            }
        }
        Ok(())
    }

    fn tell(&mut self, id: &str, change: &Change<'_>) -> anyhow::Result<()> {
        let record = || match change {
            Change::Gone(event) => json!({ "type": "gone", "id": id, "event": event }),
            Change::New(event) => json!({ "type": "new", "id": id, "event": event }),
            Change::Changed { was, is, parts } => {
                json!({ "type": "changed", "id": id, "parts": parts, "was": was, "is": is })
            }
            Change::Same(event) => json!({ "type": "same", "id": id, "event": event }),
        };
        match self.args.format {
            Format::Jsonl => writeln!(self.out, "{}", record())?,
            Format::Json => {
                let comma = if self.differences > 1 { "," } else { "" };
                write!(self.out, "{comma}\n{}", record())?;
            }
            _ => self.print(id, change)?,
        }
        Ok(())
    }

    fn print(&mut self, id: &str, change: &Change<'_>) -> anyhow::Result<()> {
        let event = change.event();
        let (kind, more) = match change {
            Change::Gone(_) => ("gone", event.action.cameo.to_string()),
            Change::New(_) => ("new", event.action.cameo.to_string()),
            Change::Same(_) => ("same", String::new()),
            Change::Changed { was, is, parts } => {
                let parts = parts.iter().map(|part| moved(*part, was, is));
                ("changed", parts.collect::<Vec<_>>().join(", "))
            }
        };
        writeln!(
            self.out,
            "{kind:<8} {EVENT}{}{EVENT:#}  {} {ASIDE}· {}{ASIDE:#}",
            safe(&event_line(event)),
            safe(&more),
            safe(id)
        )?;
        wrapped(self.out, &event.sentence.text, &[], 9, width())?;
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<Status> {
        let all = self.tallies.iter().fold(Tally::default(), |all, of| Tally {
            gone: all.gone + of.gone,
            new: all.new + of.new,
            changed: all.changed + of.changed,
            same: all.same + of.same,
        });
        let types = Plover::ALL.into_iter().zip(self.tallies);
        let rows: Vec<(&str, Tally)> = types
            .filter(|(_, of)| of.gone + of.new + of.changed + of.same > 0)
            .map(|(plover, of)| (plover.name(), of))
            .chain([("all", all)])
            .collect();
        match self.args.format {
            Format::Text => self.print_summary(&rows)?,
            format => {
                let rows = rows.iter().map(|(name, of)| {
                    json!({ "action": name, "gone": of.gone, "new": of.new,
                            "changed": of.changed, "same": of.same })
                });
                let mut summary = json!({ "types": rows.collect::<Vec<_>>() });
                for (side, name) in ["a", "b"].into_iter().enumerate() {
                    summary[name] = json!({
                        "articles": self.articles[side],
                        "only_here": self.alone[side],
                        "events": self.events[side],
                        "coders": self.coders[side],
                    });
                }
                if format == Format::Json {
                    writeln!(self.out, "\n],\"summary\":{summary}}}")?;
                } else {
                    summary["type"] = json!("summary");
                    writeln!(self.out, "{summary}")?;
                }
            }
        }
        self.out.flush()?;
        Ok(match self.differences > 0 || self.alone != [0, 0] {
            true => Status::Different,
            false => Status::Found,
        })
    }

    fn print_summary(&mut self, rows: &[(&str, Tally)]) -> anyhow::Result<()> {
        if let Some(limit) = self.args.limit.filter(|limit| self.differences > *limit) {
            let more = thousands((self.differences - limit) as u64);
            anstream::eprintln!("… and {more} more; see --limit");
        }
        let mut table = Table::new(
            Format::Text,
            vec!["action", "gone", "new", "changed", "same"],
        );
        for (name, of) in rows {
            let counts = [of.gone, of.new, of.changed, of.same].map(thousands);
            table.row([vec![(*name).to_owned()], counts.to_vec()].concat());
        }
        if self.differences > 0 && self.args.limit != Some(0) {
            writeln!(self.out)?;
        }
        table.write(self.out)?;
        self.out.flush()?;
        for (side, name) in ["A", "B"].into_iter().enumerate() {
            let articles = counted(self.articles[side], "article");
            let events = counted(self.events[side], "event");
            let coders: Vec<&str> = self.coders[side].iter().map(String::as_str).collect();
            let alone = match self.alone[side] {
                0 => String::new(),
                alone => format!("; {} only in it, not compared", counted(alone, "article")),
            };
            let by = coders.join(", ");
            anstream::eprintln!("{name}: {articles}, {events} by {}{alone}", safe(&by));
        }
        Ok(())
    }
}

/// What a part of an event was and is.
fn moved(part: EventPart, was: &Event, is: &Event) -> String {
    let side = |actor: &Option<Actor>| match actor {
        None => "nobody".to_owned(),
        Some(actor) => {
            let country = actor.country.map(|country| country.to_string());
            let sector = actor.sector.map(|sector| sector.code().to_owned());
            let codes: Vec<String> = [country, sector].into_iter().flatten().collect();
            format!("\"{}\" {}", actor.text, codes.join("/"))
                .trim_end()
                .to_owned()
        }
    };
    let at = |at: &Option<Location>| match at {
        None => "nowhere".to_owned(),
        Some(at) => at.text.clone(),
    };
    let of = |event: &Event| match part {
        EventPart::Type => event.action.plover.to_string(),
        EventPart::Code => event.action.cameo.to_string(),
        EventPart::Mode => event.mode.name().to_owned(),
        EventPart::By => side(&event.by),
        EventPart::To => side(&event.to),
        EventPart::At => at(&event.at),
        EventPart::On => event.on.map_or("no day".to_owned(), |on| on.to_string()),
        EventPart::Confidence => format!("{:.2}", event.confidence),
    };
    format!("{} {} → {}", part.name(), of(was), of(is))
}
