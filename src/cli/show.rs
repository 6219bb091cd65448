//! `dateline show`: one article, with its names and events marked.

use super::Status;
use super::args::{Format, ShowArgs};
use super::evidence::{countries, entity_line, print_countries};
use super::output::{ASIDE, EVENT, TITLE, safe, width, wrapped};
use super::record::{copies, event_line, place_and_counts};
use crate::annotate::{Entity, EntityType, Grain, Part};
use crate::index::document::Indexed;
use crate::search::{Index, Story};
use serde_json::json;
use std::io::Write;

/// Runs the command.
pub fn run(args: &ShowArgs) -> anyhow::Result<Status> {
    let index = Index::open(&args.index.dir)?;
    let Some(mut indexed) = index.article(&args.id)? else {
        anstream::eprintln!(
            "There is no article, or more than one, whose id begins {}.",
            args.id
        );
        return Ok(Status::Nothing);
    };
    args.sure.filter(&mut indexed.annotations.events);
    let story = index.story(&indexed.id)?;
    let mut out = super::output::stdout(args.format);
    match args.format {
        Format::Text => print(&mut out, &indexed, &story)?,
        Format::Json | Format::Jsonl => {
            writeln!(out, "{}", record(&indexed, &story))?;
        }
        Format::Csv | Format::Tsv => {
            let mut writer = super::export::Writer::start(args.format, &mut out)?;
            writer.article(&indexed, &story, true)?;
            writer.finish()?;
        }
    }
    out.flush()?;
    Ok(Status::Found)
}

/// An article with its annotations, as `export` writes it too.
pub fn record(indexed: &Indexed, story: &Story) -> serde_json::Value {
    let mut record = json!(indexed.article);
    record["type"] = json!("article");
    record["id"] = json!(indexed.id);
    record["story"] = json!(story.id);
    if let Some(dateline) = &indexed.annotations.dateline {
        record["dateline"] = json!(dateline);
    }
    record["countries"] = countries(&indexed.annotations);
    record["entities"] = json!(indexed.annotations.entities);
    record["events"] = json!(indexed.annotations.events);
    record
}

fn print(out: &mut dyn Write, indexed: &Indexed, story: &Story) -> anyhow::Result<()> {
    let (article, annotations) = (&indexed.article, &indexed.annotations);
    write!(out, "{TITLE}")?;
    let title: Vec<&Entity> = annotations
        .entities
        .iter()
        .filter(|entity| entity.part == Part::Title)
        .collect();
    let (text, marks) = marked(&article.title, 0, &title);
    wrapped(out, &text, &marks, 0, width())?;
    write!(out, "{TITLE:#}")?;
    let date = article.date.map(|date| date.to_string());
    let authors = (!article.authors.is_empty()).then(|| article.authors.join(", "));
    let about: Vec<String> = [
        article.outlet.clone(),
        date,
        authors,
        article.language.clone(),
        article.url.clone(),
        Some(format!("{} #{}", article.path, article.record)),
        Some(indexed.id.clone()),
        copies(story),
    ]
    .into_iter()
    .flatten()
    .map(|part| safe(&part).into_owned())
    .collect();
    writeln!(out, "{ASIDE}{}{ASIDE:#}\n", about.join(" · "))?;

    let mut at = 0;
    for paragraph in article.text.split("\n\n") {
        let end = at + paragraph.len();
        let within: Vec<&Entity> = annotations
            .entities
            .iter()
            .filter(|entity| {
                entity.part == Part::Text
                    && entity.span.start as usize >= at
                    && entity.span.end as usize <= end
            })
            .collect();
        let (text, marks) = marked(paragraph, at, &within);
        wrapped(out, &text, &marks, 0, width())?;
        writeln!(out)?;
        at = end + 2;
    }
    print_names(out, &annotations.entities)?;
    print_countries(out, annotations)?;
    if !annotations.events.is_empty() {
        writeln!(out, "{TITLE}Events{TITLE:#}")?;
    }
    for event in &annotations.events {
        write!(out, "  {EVENT}{}{EVENT:#}", safe(&event_line(event)))?;
        let on = event.on.map(|on| match event.grain {
            Grain::Day => format!(" on {on}"),
            Grain::Week => format!(" in the {}", event.grain.period(on)),
            Grain::Month | Grain::Year => format!(" in {}", event.grain.period(on)),
        });
        let on = on.unwrap_or_default();
        let cameo = event.action.cameo;
        writeln!(
            out,
            "{on}{}  {ASIDE}{cameo} {}{ASIDE:#}",
            safe(&place_and_counts(event)),
            cameo.label()
        )?;
        let (start, end) = (event.sentence.span.start, event.sentence.span.end);
        let trigger = (
            event.trigger.start.saturating_sub(start) as usize,
            event.trigger.end.min(end).saturating_sub(start) as usize,
        );
        wrapped(out, &event.sentence.text, &[trigger], 4, width())?;
    }
    Ok(())
}

/// The names, each once, with the country that it leads to and how.
fn print_names(out: &mut dyn Write, entities: &[Entity]) -> anyhow::Result<()> {
    let mut names: Vec<(&Entity, u64)> = Vec::new();
    let key = |entity: &Entity| (entity.kind, entity.country, entity.via);
    for entity in entities {
        let same = |other: &Entity| other.text == entity.text && key(other) == key(entity);
        match names.iter_mut().find(|(other, _)| same(other)) {
            Some((_, times)) => *times += 1,
            None => names.push((entity, 1)),
        }
    }
    if !names.is_empty() {
        writeln!(out, "{TITLE}Names{TITLE:#}")?;
    }
    for (entity, times) in names {
        writeln!(out, "  {}", entity_line(entity, times))?;
    }
    Ok(())
}

/// A text with a tag behind each name, `Bogotá[CO]`, and the byte ranges of the names in it.
/// `start` is where the text begins in what the spans count from.
fn marked(text: &str, start: usize, entities: &[&Entity]) -> (String, Vec<(usize, usize)>) {
    let mut out = String::with_capacity(text.len() + entities.len() * 8);
    let mut marks = Vec::new();
    let mut at = 0;
    for entity in entities {
        let (from, to) = (
            entity.span.start as usize - start,
            entity.span.end as usize - start,
        );
        let (Some(before), Some(name)) = (text.get(at..from), text.get(from..to)) else {
            continue;
        };
        out.push_str(before);
        let mark = out.len();
        out.push_str(name);
        marks.push((mark, out.len()));
        let kind = match entity.kind {
            EntityType::Person => "person",
            EntityType::Organization => "org",
            EntityType::Place | EntityType::Nationality => "",
            EntityType::Other => "name",
        };
        let country = entity
            .country
            .map(|country| country.to_string())
            .unwrap_or_default();
        let tag: Vec<&str> = [kind, country.as_str()]
            .into_iter()
            .filter(|tag| !tag.is_empty())
            .collect();
        if !tag.is_empty() {
            out.push_str(&format!("[{}]", tag.join(" ")));
        }
        at = to;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, marks)
}
