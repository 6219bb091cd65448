//! `dateline info`: what an index holds.

use super::Status;
use super::args::{Format, InfoArgs};
use super::output::{safe, thousands};
use crate::corpus::Outcome;
use crate::search::Index;
use anyhow::bail;
use serde_json::json;
use std::io::Write;

/// Runs the command.
pub fn run(args: &InfoArgs) -> anyhow::Result<Status> {
    if matches!(args.format, Format::Csv | Format::Tsv) {
        bail!("what an index holds is shown as text or json");
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
            "coder": versions.map(|versions| &versions.coder),
            "dateline": versions.map(|versions| &versions.dateline),
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
    }
    out.flush()?;
    Ok(Status::Found)
}
