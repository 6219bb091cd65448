//! `dateline similar`: articles like one, with what they were found by.

use super::Status;
use super::args::{Format, SimilarArgs};
use super::output::{ASIDE, TITLE, counted, safe, thousands, width, wrapped};
use super::record::HitRecord;
use super::search::{print_hit, print_rows};
use crate::search::{Index, SearchOptions, Similar, Telling, TellingKind};
use serde_json::{Value, json};
use std::io::Write;
use std::time::Instant;

/// How many of the things that tell an article are shown to people.
const SHOWN: usize = 12;

/// Runs the command.
pub fn run(args: &SimilarArgs) -> anyhow::Result<Status> {
    let index = Index::open(&args.index.dir)?;
    let started = Instant::now();
    let options = SearchOptions::new().limit(args.limit);
    let similar = index
        .similar(&args.id, &args.request.request(), &options)
        .map_err(|error| args.request.explain(error))?;
    let took_ms = started.elapsed().as_secs_f64() * 1e3;
    let mut out = super::output::stdout(args.format);
    let hits = &similar.hits;
    match args.format {
        Format::Text => print_text(&mut out, &similar)?,
        Format::Csv | Format::Tsv => print_rows(&mut out, args.format, hits)?,
        Format::Json | Format::Jsonl => {
            let records = (1..).zip(&hits.hits);
            let records = records.map(|(rank, hit)| HitRecord::of(hit, rank, &hits.marker, 1));
            let summary = summary(&similar, took_ms);
            if args.format == Format::Json {
                let document = json!({ "hits": records.collect::<Vec<_>>(), "summary": summary });
                serde_json::to_writer_pretty(&mut out, &document)?;
                writeln!(out)?;
            } else {
                for record in records {
                    serde_json::to_writer(&mut out, &record)?;
                    writeln!(out)?;
                }
                serde_json::to_writer(&mut out, &summary)?;
                writeln!(out)?;
            }
        }
    }
    out.flush()?;
    Ok(match hits.hits.is_empty() {
        true => Status::Nothing,
        false => Status::Found,
    })
}

fn summary(similar: &Similar, took_ms: f64) -> Value {
    let article = &similar.article;
    json!({
        "type": "summary",
        "total": similar.hits.total,
        "per": "articles",
        "facets": {},
        "like": { "id": article.id, "title": article.article.title, "story": similar.story.id },
        "left_out": similar.story.articles,
        "by": similar.by,
        "took_ms": (took_ms * 10.0).round() / 10.0,
    })
}

fn print_text(out: &mut dyn Write, similar: &Similar) -> anyhow::Result<()> {
    let title = safe(&similar.article.article.title);
    writeln!(out, "Like {TITLE}{title}{TITLE:#}, by")?;
    let by = |kinds: &[TellingKind]| {
        let of_kind = similar.by.iter().filter(|one| kinds.contains(&one.kind));
        let texts: Vec<&str> = of_kind.map(told).take(SHOWN).collect();
        texts.join(", ")
    };
    let names = [TellingKind::Person, TellingKind::Org, TellingKind::Place];
    let lines = [
        ("words", by(&[TellingKind::Word])),
        ("names", by(&names)),
        ("events", by(&[TellingKind::Event])),
    ];
    for (what, by) in lines.iter().filter(|(_, by)| !by.is_empty()) {
        write!(out, "{ASIDE}")?;
        wrapped(out, &format!("{what}: {by}"), &[], 3, width())?;
        write!(out, "{ASIDE:#}")?;
    }
    writeln!(out)?;
    let hits = &similar.hits;
    for (rank, hit) in (1..).zip(&hits.hits) {
        print_hit(out, hit, rank, &hits.marker, 1)?;
    }
    if hits.hits.is_empty() {
        anstream::eprintln!("Nothing like it found.");
    } else {
        let articles = counted(hits.total, "article");
        let shown = hits.hits.len() as u64;
        let best = match shown < hits.total {
            true => format!(", the best {} shown, each text once", thousands(shown)),
            false => String::new(),
        };
        writeln!(out, "{TITLE}{articles}{TITLE:#}{best}")?;
    }
    let copies = similar.story.copies() as u64;
    if copies > 0 {
        let id = &similar.story.id;
        let copies = match copies {
            1 => "1 copy".to_owned(),
            copies => format!("{} copies", thousands(copies)),
        };
        writeln!(
            out,
            "{ASIDE}{copies} of the article itself left out: story:{id}{ASIDE:#}"
        )?;
    }
    Ok(())
}

fn told(one: &Telling) -> &str {
    &one.text
}
