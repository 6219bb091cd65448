//! `dateline index`: build or update an index.

use super::Status;
use super::args::IndexArgs;
use super::output::{counted, thousands};
use super::{progress, watch};
use crate::corpus::{FileReport, Outcome};
use crate::index::{Layout, Progress, Summary, UpdateOptions, Updater};
use crate::search::{Grouping, Index, Request};
use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// The exit status of a run that the user did not let end.
const ABORTED: i32 = 130;

/// Runs the command.
pub fn run(args: &IndexArgs) -> anyhow::Result<Status> {
    for corpus in &args.corpora {
        if !corpus.exists() {
            bail!("there is no corpus at {}", corpus.display());
        }
    }
    let options = options(args)?;
    let progress = interruptible("Committing what is done");
    let layout = Layout::new(&args.index.dir);
    say_if_busy(&layout, &options);
    let updater = Updater::new(layout);
    let summary =
        progress::shown(&progress, || updater.update(&options, &progress)).map_err(|error| {
            let doing = format!("cannot index into {}", args.index.dir.display());
            args.names.explain(error, doing)
        })?;

    // A first run that was stopped while it waited has left no index.
    if summary.stopped && updater.layout().manifest()?.is_none() {
        return Ok(Status::Interrupted);
    }
    let index = Index::open(&args.index.dir)?;
    if let Some(path) = &args.report {
        write_report(path, &index, &summary)
            .with_context(|| format!("cannot write the report to {}", path.display()))?;
    }
    print_summary(args, &summary, &index)?;
    if summary.stopped {
        return Ok(Status::Interrupted);
    }
    if args.watch {
        drop(index);
        return watch::run(&updater, &options, &args.index.dir, args.poll, &progress);
    }
    Ok(Status::Found)
}

/// A run's progress, which Ctrl-C stops; a second Ctrl-C ends the process.
pub fn interruptible(doing: &'static str) -> Arc<Progress> {
    let progress = Arc::new(Progress::default());
    let on_interrupt = Arc::clone(&progress);
    // Without a handler the run is killed instead of stopped, which the index survives too.
    let _ = ctrlc::set_handler(move || {
        if on_interrupt.stop.swap(true, Ordering::Relaxed) {
            std::process::exit(ABORTED);
        }
        anstream::eprintln!("\n{doing}; Ctrl-C again aborts.");
    });
    progress
}

/// Says that the run waits for another one, if it will.
pub fn say_if_busy(layout: &Layout, options: &UpdateOptions) {
    if options.wait && layout.is_busy() {
        anstream::eprintln!("Waiting for another process that writes to the index.");
    }
}

fn options(args: &IndexArgs) -> anyhow::Result<UpdateOptions> {
    let mut options = UpdateOptions::new(&args.corpora);
    options.rebuild = args.rebuild;
    options.verify = args.verify;
    options.replace = args.replace;
    options.names = args.names.read()?;
    args.writing.set(&mut options);
    options.limits = args.limits.limits();
    if let Some(time) = args.commit_every {
        options.commit_every = Duration::from_millis(time);
    }
    if let Some(list) = &args.files_from {
        let paths = listed(list, args.null)
            .with_context(|| format!("cannot read the list {}", list.display()))?;
        options.only = Some(paths);
    }
    Ok(options)
}

/// The paths in a list.
fn listed(list: &Path, null: bool) -> std::io::Result<Vec<PathBuf>> {
    let mut bytes = Vec::new();
    match list.as_os_str() == "-" {
        true => std::io::stdin().lock().read_to_end(&mut bytes)?,
        false => std::fs::File::open(list)?.read_to_end(&mut bytes)?,
    };
    let end = if null { b'\0' } else { b'\n' };
    let paths = bytes.split(|byte| *byte == end).map(|path| match null {
        true => path,
        false => path.strip_suffix(b"\r").unwrap_or(path),
    });
    Ok(paths.filter(|path| !path.is_empty()).map(as_path).collect())
}

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// A line for every file that the index knows or that was looked at in this run.
fn write_report(path: &Path, index: &Index, summary: &Summary) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
    let mut reports: Vec<FileReport> = index.files()?.into_iter().map(|file| file.report).collect();
    let known: std::collections::HashSet<String> =
        reports.iter().map(|report| report.path.clone()).collect();
    reports.extend(
        summary
            .reports
            .iter()
            .filter(|report| !known.contains(&report.path))
            .cloned(),
    );
    reports.sort_by(|a, b| a.path.cmp(&b.path));
    for report in &reports {
        serde_json::to_writer(&mut out, report)?;
        writeln!(out)?;
    }
    Ok(out.flush()?)
}

/// How many rejected files the summary lists.
const REJECTED: usize = 10;

fn print_summary(args: &IndexArgs, summary: &Summary, index: &Index) -> anyhow::Result<()> {
    let mut out = anstream::stderr().lock();
    let info = index.info()?;
    let of = |outcome: Outcome| {
        summary
            .reports
            .iter()
            .filter(move |report| report.outcome == outcome)
    };
    let read = of(Outcome::Ok).count() + of(Outcome::Partial).count();
    let articles = summary.annotated + summary.moved + summary.kept;
    let mut line = format!(
        "Read {} from {} in {:.1} s",
        counted(articles, "article"),
        counted(read as u64, "file"),
        summary.took.as_secs_f64()
    );
    if summary.moved + summary.kept > 0 {
        line += &format!(
            ", {} of them annotated before",
            thousands(summary.moved + summary.kept)
        );
    }
    if summary.unchanged > 0 {
        line += &format!("; {} unchanged", counted(summary.unchanged, "file"));
    }
    if summary.removed > 0 {
        line += &format!("; {} gone", counted(summary.removed, "file"));
    }
    writeln!(out, "{line}.")?;

    let trouble: Vec<&FileReport> = summary
        .reports
        .iter()
        .filter(|report| report.outcome != Outcome::Ok)
        .collect();
    if !trouble.is_empty() {
        writeln!(
            out,
            "Not read: {} skipped, {} with errors, {} read in part:",
            thousands(of(Outcome::Skip).count() as u64),
            thousands(of(Outcome::Error).count() as u64),
            thousands(of(Outcome::Partial).count() as u64),
        )?;
        for report in trouble.iter().take(REJECTED) {
            let reason = report.reason.as_deref().unwrap_or("unknown");
            writeln!(
                out,
                "  {}: {}",
                super::output::safe(&report.path),
                super::output::safe(reason)
            )?;
        }
        if trouble.len() > REJECTED {
            let dir = args.index.dir.display();
            let more = thousands((trouble.len() - REJECTED) as u64);
            writeln!(
                out,
                "  … and {more} more: dateline info --rejected -i {dir}"
            )?;
        }
    }
    writeln!(
        out,
        "The index in {} holds {} and {} ({:.1} MB).",
        args.index.dir.display(),
        counted(info.articles, "article"),
        counted(info.events, "event"),
        info.bytes as f64 / 1e6
    )?;
    for (field, what) in [("country", "Most mentioned"), ("action", "Most reported")] {
        let grouping = Grouping {
            fields: vec![crate::search::facet(field)?],
            ..Grouping::default()
        };
        let table = index.count(&Request::default(), &grouping)?;
        let top: Vec<String> = table
            .rows
            .iter()
            .take(5)
            .map(|row| format!("{} {}", row.values[0], thousands(row.counts.articles)))
            .collect();
        if !top.is_empty() {
            writeln!(out, "{what}: {} (articles)", top.join(", "))?;
        }
    }
    if summary.stopped {
        writeln!(
            out,
            "Stopped, with what was done kept; run the same command again to go on."
        )?;
    } else {
        let dir = match args.index.dir.to_str() {
            Some("index") | None => String::new(),
            Some(dir) => format!(" -i {dir}"),
        };
        writeln!(
            out,
            "Next: dateline search 'your words' --facet country,action{dir}"
        )?;
    }
    Ok(())
}
