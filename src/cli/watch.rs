//! `dateline index --watch`: the index follows the folder.
//!
//! The system tells which paths changed, a burst of changes is taken together, and only those
//! paths are looked at. Where the system cannot tell (no inotify, too many folders for its limits,
//! a network disk), or has lost count, the whole folder is compared instead, every so often.

use super::Status;
use super::output::{counted, safe};
use crate::index::{IndexError, Progress, Summary, UpdateOptions, Updater};
use notify::RecursiveMode;
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// A burst of changes has ended when nothing changed for this long.
const QUIET: Duration = Duration::from_millis(700);

/// How often the loop looks whether the user has stopped it.
const LOOK: Duration = Duration::from_millis(200);

/// How often a folder is compared whose changes the system does not tell.
const POLL: Duration = Duration::from_secs(5);

/// A file that was being written when it was read is in doubt for two seconds; then it is looked
/// at once more, in case its last change did not show.
const SETTLE: Duration = Duration::from_secs(3);

/// More paths than this at once are a whole folder.
const MANY: usize = 10_000;

/// What is to be looked at.
#[derive(Default)]
struct Pending {
    paths: BTreeSet<PathBuf>,
    all: bool,
}

impl Pending {
    fn is_empty(&self) -> bool {
        self.paths.is_empty() && !self.all
    }

    fn take(&mut self, result: DebounceEventResult) {
        match result {
            Ok(events) => {
                for event in events {
                    self.all |= event.need_rescan();
                    if !event.kind.is_access() {
                        self.paths.extend(event.paths.iter().cloned());
                    }
                }
            }
            // Something was missed: only a look at everything tells what.
            Err(_) => self.all = true,
        }
        self.all |= self.paths.len() > MANY;
    }
}

/// Follows the corpora until the user stops it. The index is up to date when it begins.
pub fn run(
    updater: &Updater,
    options: &UpdateOptions,
    index: &std::path::Path,
    poll: Option<u64>,
    progress: &Progress,
) -> anyhow::Result<Status> {
    let (told, changes) = channel();
    let watching = match poll {
        Some(_) => None,
        None => follow(options, told)
            .map_err(|error| {
                say(&format!(
                    "The system does not tell changes ({error}); looking every {} s instead.",
                    POLL.as_secs()
                ));
            })
            .ok(),
    };
    let every = poll.map_or(POLL, Duration::from_secs);
    say("Watching for changes; Ctrl-C ends it.");
    let index = index.canonicalize().unwrap_or_else(|_| index.to_owned());
    let mut pending = Pending::default();
    let mut again: Option<(Instant, BTreeSet<PathBuf>)> = None;
    let mut last = Instant::now();
    loop {
        if progress.stop.load(Ordering::Relaxed) {
            return Ok(Status::Found);
        }
        match watching {
            Some(_) => collect(&changes, &mut pending),
            None => {
                std::thread::sleep(LOOK.min(every));
                pending.all |= last.elapsed() >= every;
            }
        }
        pending.paths.retain(|path| !path.starts_with(&index));
        if let Some((_, paths)) = again.take_if(|(since, _)| since.elapsed() >= SETTLE) {
            pending.paths.extend(paths);
        }
        if pending.is_empty() {
            continue;
        }
        let Pending { paths, all } = std::mem::take(&mut pending);
        let only = (!all).then(|| paths.iter().cloned().collect());
        let options = UpdateOptions {
            only,
            rebuild: false,
            ..options.clone()
        };
        let result = super::progress::shown(progress, || updater.update(&options, progress));
        last = Instant::now();
        match result {
            Ok(summary) => {
                if is_news(&summary) {
                    say(&line(&summary));
                    again = (!all).then(|| (last, paths));
                }
                if summary.stopped {
                    return Ok(Status::Interrupted);
                }
            }
            // Another process writes, the disk is full or away: it may be better next time.
            Err(error) => {
                let passes = is_passing(&error);
                let error = anyhow::Error::from(error);
                if !passes {
                    return Err(error);
                }
                say(&format!("Not updated: {error:#}"));
                pending.paths.extend(paths);
                pending.all |= all;
                pause(progress, every.max(POLL));
            }
        }
    }
}

/// Starts to follow the corpora.
fn follow(
    options: &UpdateOptions,
    told: std::sync::mpsc::Sender<DebounceEventResult>,
) -> notify::Result<Debouncer<notify::RecommendedWatcher, RecommendedCache>> {
    let mut debouncer = new_debouncer(QUIET, None, told)?;
    for corpus in &options.corpora {
        // As the index names them, so that what is told can be compared with it.
        let root = corpus.canonicalize().unwrap_or_else(|_| corpus.clone());
        debouncer.watch(&root, RecursiveMode::Recursive)?;
    }
    Ok(debouncer)
}

/// Takes what has been told by now, waiting a moment for it.
fn collect(changes: &Receiver<DebounceEventResult>, pending: &mut Pending) {
    match changes.recv_timeout(LOOK) {
        Ok(result) => pending.take(result),
        Err(RecvTimeoutError::Timeout) => return,
        Err(RecvTimeoutError::Disconnected) => std::thread::sleep(LOOK),
    }
    while let Ok(result) = changes.try_recv() {
        pending.take(result);
    }
}

fn pause(progress: &Progress, time: Duration) {
    let started = Instant::now();
    while started.elapsed() < time && !progress.stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK);
    }
}

/// Whether an error may pass by itself.
fn is_passing(error: &IndexError) -> bool {
    matches!(
        error,
        IndexError::Busy(_)
            | IndexError::NothingLeft { .. }
            | IndexError::Io { .. }
            | IndexError::Tantivy(_)
    )
}

fn is_news(summary: &Summary) -> bool {
    summary.new + summary.changed + summary.removed > 0 || !summary.reports.is_empty()
}

/// `+2 ~1 -0 files; 3 articles read`.
fn line(summary: &Summary) -> String {
    let mut line = format!(
        "{} +{} ~{} -{} files, {} annotated in {:.1} s",
        jiff::Zoned::now().strftime("%H:%M:%S"),
        summary.new,
        summary.changed,
        summary.removed,
        counted(summary.annotated, "article"),
        summary.took.as_secs_f64()
    );
    let trouble = summary.reports.iter().filter_map(|report| {
        let reason = report.reason.as_deref()?;
        Some(format!("\n  {}: {}", safe(&report.path), safe(reason)))
    });
    line.extend(trouble.take(5));
    line
}

fn say(line: &str) {
    // Nobody to tell is no reason to stop.
    let _ = writeln!(anstream::stderr(), "{line}");
}
