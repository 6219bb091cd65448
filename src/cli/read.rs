//! `dateline read`: what the readers see, one JSON line an article.

use super::Status;
use super::args::{Format, ReadArgs};
use super::output::safe;
use crate::article::Article;
use crate::corpus::walk::walk;
use crate::corpus::{Outcome, read_file};
use anyhow::bail;
use std::io::Write;
use std::ops::ControlFlow;

/// Runs the command.
pub fn run(args: &ReadArgs) -> anyhow::Result<Status> {
    if !matches!(args.format, Format::Jsonl | Format::Text) {
        bail!("articles are written as jsonl or text");
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut articles, mut errors) = (0, 0);
    for root in &args.files {
        for found in walk(root) {
            let found = match found {
                Ok(found) => found,
                Err(error) => {
                    anstream::eprintln!("{}: {}", safe(&error.path), safe(&error.reason));
                    errors += 1;
                    continue;
                }
            };
            if let Some(reason) = found.skip {
                anstream::eprintln!("{}: skipped: {reason}", safe(&found.relative));
                continue;
            }
            let mut failure = None;
            let report = read_file(
                &found.path,
                &found.relative,
                &args.limits.limits(),
                &mut |article| {
                    articles += 1;
                    match write(&mut out, args.format, &article) {
                        Ok(()) => ControlFlow::Continue(()),
                        Err(error) => {
                            failure = Some(error);
                            ControlFlow::Break(())
                        }
                    }
                },
            );
            if let Some(error) = failure {
                return Err(error);
            }
            if let Some(reason) = report
                .reason
                .as_deref()
                .filter(|_| report.outcome != Outcome::Ok)
            {
                anstream::eprintln!("{}: {}", safe(&report.path), safe(reason));
            }
            errors += u64::from(report.outcome == Outcome::Error);
        }
    }
    out.flush()?;
    match (articles, errors) {
        (0, 1..) => bail!("no file could be read"),
        (0, 0) => Ok(Status::Nothing),
        _ => Ok(Status::Found),
    }
}

fn write(out: &mut dyn Write, format: Format, article: &Article) -> anyhow::Result<()> {
    if format == Format::Jsonl {
        serde_json::to_writer(&mut *out, article)?;
        return Ok(writeln!(out)?);
    }
    let date = article
        .date
        .map(|date| date.to_string())
        .unwrap_or_default();
    let outlet = article.outlet.as_deref().unwrap_or_default();
    writeln!(
        out,
        "{}\n{outlet} {date} {}\n\n{}\n",
        safe(&article.title),
        safe(&article.path),
        article.text
    )?;
    Ok(())
}
