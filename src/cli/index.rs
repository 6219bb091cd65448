//! `dateline index`: build or update an index.

use super::Status;
use super::args::IndexArgs;
use super::output::{counted, thousands};
use crate::corpus::{FileReport, Outcome};
use crate::index::{Layout, Progress, Summary, UpdateOptions, update};
use crate::search::{Grouping, Index, Request};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Runs the command.
pub fn run(args: &IndexArgs) -> anyhow::Result<Status> {
    for corpus in &args.corpora {
        if !corpus.exists() {
            bail!("there is no corpus at {}", corpus.display());
        }
    }
    let mut options = UpdateOptions::new(&args.corpora);
    options.rebuild = args.rebuild;
    options.memory = args.memory.saturating_mul(1_000_000);
    options.limits = args.limits.limits();
    if let Some(jobs) = args.jobs {
        options.jobs = jobs;
    }
    let progress = Arc::new(Progress::default());
    let on_interrupt = Arc::clone(&progress);
    // Without a handler the run is killed instead of stopped, which the index survives too.
    let _ = ctrlc::set_handler(move || on_interrupt.stop.store(true, Ordering::Relaxed));

    let layout = Layout::new(&args.index.dir);
    let summary = std::thread::scope(|scope| {
        let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let shown =
            (std::io::stderr().is_terminal()).then(|| (Arc::clone(&progress), Arc::clone(&done)));
        scope.spawn(move || {
            if let Some((progress, done)) = shown {
                show_progress(&progress, &done);
            }
        });
        let summary = update(&layout, &options, &progress);
        done.store(true, Ordering::Relaxed);
        summary
    })
    .with_context(|| format!("cannot index into {}", args.index.dir.display()))?;

    let index = Index::open(&args.index.dir)?;
    if let Some(path) = &args.report {
        write_report(path, &index, &summary)
            .with_context(|| format!("cannot write the report to {}", path.display()))?;
    }
    print_summary(args, &summary, &index)?;
    Ok(if summary.stopped {
        Status::Interrupted
    } else {
        Status::Found
    })
}

fn show_progress(progress: &Progress, done: &std::sync::atomic::AtomicBool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(
        "{bar:24} {bytes} of {total_bytes}  {binary_bytes_per_sec}  {eta} left  {msg}",
    ) {
        bar.set_style(style);
    }
    while !done.load(Ordering::Relaxed) {
        bar.set_length(progress.bytes_total.load(Ordering::Relaxed));
        bar.set_position(progress.bytes_read.load(Ordering::Relaxed));
        bar.set_message(counted(
            progress.articles.load(Ordering::Relaxed),
            "article",
        ));
        std::thread::sleep(Duration::from_millis(100));
    }
    bar.finish_and_clear();
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
    let articles: u64 = summary.reports.iter().map(|report| report.articles).sum();
    let mut line = format!(
        "Read {} from {} in {:.1} s",
        counted(articles, "article"),
        counted(read as u64, "file"),
        summary.took.as_secs_f64()
    );
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
            every: None,
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
        writeln!(out, "Stopped; run the same command again to go on.")?;
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
