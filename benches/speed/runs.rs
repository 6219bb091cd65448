//! Whole runs of indexing, each in a process of its own, so that its memory can be told.

use crate::Failure;
use crate::corpus::articles;
use crate::raw;
use dateline::index::{Layout, Progress, UpdateOptions, update};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// The first argument of the benchmark when it is to do such a run.
pub const CHILD: &str = "--run";

/// The kernel's unit of processor time, which Linux has had for long.
const TICKS_PER_SECOND: f64 = 100.0;

/// What makes the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Tantivy alone, from memory.
    Raw,
    /// `dateline index`, from the disk.
    Dateline,
}

impl Engine {
    pub const ALL: [Self; 2] = [Self::Raw, Self::Dateline];

    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Dateline => "dateline",
        }
    }
}

/// What a run of indexing took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Indexing {
    pub engine: Engine,
    /// On the clock.
    pub seconds: f64,
    /// Of all threads; absent where the system does not tell.
    pub processor_seconds: Option<f64>,
    /// The most memory that the process held, without the articles that tantivy is given in memory;
    /// absent where the system does not tell.
    pub peak_bytes: Option<u64>,
    /// The size of the index.
    pub index_bytes: u64,
}

/// Indexes a corpus into a new index at `index`.
pub fn index(
    engine: Engine,
    corpus: &Path,
    index: &Path,
    copies: usize,
) -> Result<Indexing, Failure> {
    if index.exists() {
        std::fs::remove_dir_all(index)?;
    }
    let child = Command::new(std::env::current_exe()?)
        .args([CHILD, engine.name()])
        .args([corpus, index])
        .arg(copies.to_string())
        .output()?;
    if !child.status.success() {
        return Err(String::from_utf8_lossy(&child.stderr).into());
    }
    Ok(serde_json::from_slice(&child.stdout)?)
}

/// The run of median time; `None` of none.
pub fn median(mut runs: Vec<Indexing>) -> Option<Indexing> {
    runs.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let middle = runs.len() / 2;
    runs.into_iter().nth(middle)
}

/// Does such a run and prints what it took.
pub fn child(mut arguments: impl Iterator<Item = String>) -> Result<(), Failure> {
    let mut next = || arguments.next().ok_or("an argument is missing");
    let (engine, corpus, index, copies) = (next()?, next()?, next()?, next()?.parse()?);
    let (corpus, index) = (Path::new(&corpus), Path::new(&index));
    let engine = Engine::ALL.into_iter().find(|one| one.name() == engine);
    let engine = engine.ok_or("no such engine")?;
    let given = match engine {
        Engine::Raw => articles(corpus),
        Engine::Dateline => Vec::new(),
    };
    let (held, busy) = (status("VmRSS:").unwrap_or(0), processor_seconds());
    let started = Instant::now();
    match engine {
        Engine::Raw => raw::index(index, &given, copies)?,
        Engine::Dateline => {
            let options = UpdateOptions::new([corpus]);
            update(&Layout::new(index), &options, &Progress::default())?;
        }
    }
    let indexing = Indexing {
        engine,
        seconds: started.elapsed().as_secs_f64(),
        processor_seconds: processor_seconds().zip(busy).map(|(now, then)| now - then),
        peak_bytes: status("VmHWM:").map(|peak| match engine {
            Engine::Raw => peak.saturating_sub(held),
            Engine::Dateline => peak,
        }),
        index_bytes: size_of(index),
    };
    println!("{}", serde_json::to_string(&indexing)?);
    Ok(())
}

/// What the kernel says of this process's memory, in bytes; `None` on systems that say nothing.
fn status(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// The processor time of this process so far.
fn processor_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, in brackets, user and system time are the 12th and 13th.
    let (_, after) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
}

fn size_of(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => size_of(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}
