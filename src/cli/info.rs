//! `dateline info`: what an index holds.

use super::Status;
use super::args::{Format, InfoArgs};
use super::output::{counted, safe, thousands};
use crate::corpus::Outcome;
use crate::index::{Layout, UpdateOptions, Versions};
use crate::search::Index;
use anyhow::bail;
use serde_json::json;
use std::io::Write;

/// Runs the command.
pub fn run(args: &InfoArgs) -> anyhow::Result<Status> {
    if matches!(args.format, Format::Csv | Format::Tsv) {
        bail!("what an index holds is shown as text or json");
    }
    if args.check {
        return check(args);
    }
    let index = Index::open(&args.index.dir)?;
    let mut out = super::output::stdout(args.format);
    if args.rejected {
        let rejected: Vec<_> = index
            .files()?
            .into_iter()
            .map(|file| file.report)
            .filter(|report| report.outcome != Outcome::Ok)
            .collect();
        for report in &rejected {
            match args.format {
                Format::Text => {
                    let reason = report.reason.as_deref().unwrap_or("unknown");
                    writeln!(out, "{}: {}", safe(&report.path), safe(reason))?;
                }
                _ => writeln!(out, "{}", json!(report))?,
            }
        }
        out.flush()?;
        return Ok(if rejected.is_empty() {
            Status::Nothing
        } else {
            Status::Found
        });
    }
    let info = index.info()?;
    let versions = info.versions.as_ref();
    let names = Layout::new(&args.index.dir).user_lexicon()?;
    if args.format != Format::Text {
        let record = json!({
            "articles": info.articles,
            "events": info.events,
            "stories": info.stories,
            "files": info.files,
            "first": info.dates.as_ref().map(|dates| &dates.0),
            "last": info.dates.as_ref().map(|dates| &dates.1),
            "bytes": info.bytes,
            "corpora": info.corpora,
            "schema": versions.map(|versions| versions.schema),
            "lexicon": versions.map(|versions| &versions.lexicon),
            "names": names.as_ref().map(|names| json!({
                "digest": names.digest(),
                "rows": names.len(),
                "spellings": names.spellings(),
                "text": names.text(),
            })),
            "coder": versions.map(|versions| &versions.coder),
            "dateline": versions.map(|versions| &versions.dateline),
            "current": versions.map(|versions| versions.annotates_like(&Versions::current())),
        });
        writeln!(out, "{record}")?;
        out.flush()?;
        return Ok(Status::Found);
    }
    writeln!(out, "Articles  {}", thousands(info.articles))?;
    writeln!(out, "Events    {}", thousands(info.events))?;
    writeln!(out, "Stories   {}", thousands(info.stories))?;
    writeln!(out, "Files     {}", thousands(info.files))?;
    if let Some((first, last)) = &info.dates {
        writeln!(out, "Dates     {first} to {last}")?;
    }
    writeln!(out, "Size      {:.1} MB", info.bytes as f64 / 1e6)?;
    writeln!(out, "Corpora   {}", info.corpora.join(", "))?;
    if let Some(versions) = versions {
        writeln!(
            out,
            "Built by  dateline {}: schema {}, coder {}, lexicon {}",
            versions.dateline, versions.schema, versions.coder, versions.lexicon
        )?;
        let current = Versions::current();
        if !versions.annotates_like(&current) {
            writeln!(
                out,
                "          with other rules than this dateline's, coder {}, lexicon {}; to use \
                 these: dateline reannotate -i {}",
                current.coder,
                current.lexicon,
                args.index.dir.display()
            )?;
        }
    }
    if let Some(names) = &names {
        let spellings = thousands(names.spellings() as u64);
        writeln!(
            out,
            "Names     {} of yours in {} ({})",
            spellings,
            counted(names.len() as u64, "row"),
            names.digest()
        )?;
    }
    out.flush()?;
    Ok(Status::Found)
}

/// How many paths of a kind are listed for people.
const LISTED: usize = 20;

/// Verifies the index, and compares it with its corpora where they are given.
fn check(args: &InfoArgs) -> anyhow::Result<Status> {
    let options = UpdateOptions::new(&args.corpus);
    let found = crate::index::check(&Layout::new(&args.index.dir), &options)?;
    let mut out = super::output::stdout(args.format);
    if args.format != Format::Text {
        let corpora = found.corpora.as_ref().map(|corpora| {
            json!({
                "new": corpora.new,
                "changed": corpora.changed,
                "gone": corpora.gone,
                "unreadable": corpora.unreadable,
            })
        });
        let record = json!({
            "whole": found.damage.is_empty(),
            "damage": found.damage,
            "unfinished": found.unfinished,
            "documents": found.documents,
            "corpora": corpora,
        });
        writeln!(out, "{record}")?;
    } else {
        let documents = thousands(found.documents);
        match found.damage.is_empty() {
            true => writeln!(out, "The index is whole: {documents} documents read.")?,
            false => list(&mut out, "Damaged", &found.damage)?,
        }
        list(
            &mut out,
            "Not finished; run the index command again",
            &found.unfinished,
        )?;
        if let Some(corpora) = &found.corpora {
            if corpora.is_none() {
                writeln!(out, "It mirrors its corpora.")?;
            }
            list(&mut out, "New", &corpora.new)?;
            list(&mut out, "Changed", &corpora.changed)?;
            list(&mut out, "Gone", &corpora.gone)?;
            list(&mut out, "Not readable", &corpora.unreadable)?;
        }
    }
    out.flush()?;
    if !found.damage.is_empty() {
        bail!(
            "the index in {} is damaged; build it again with: dateline index CORPUS --rebuild",
            args.index.dir.display()
        );
    }
    let differs = found.corpora.is_some_and(|corpora| !corpora.is_none());
    Ok(match differs || !found.unfinished.is_empty() {
        true => Status::Nothing,
        false => Status::Found,
    })
}

fn list(out: &mut dyn Write, what: &str, lines: &[String]) -> std::io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "{what}: {}", thousands(lines.len() as u64))?;
    for line in lines.iter().take(LISTED) {
        writeln!(out, "  {}", safe(line))?;
    }
    if lines.len() > LISTED {
        writeln!(out, "  … and {} more: --format json", lines.len() - LISTED)?;
    }
    Ok(())
}
