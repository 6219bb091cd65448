//! Building and updating an index: what the caller says, and the course of a run.
//!
//! A run claims the folder, opens the index or makes a new one, compares the corpora with what the
//! index knows (`plan`), has its threads do what is to be done
//! (`run`), forgets the files that are gone, and commits. When nothing is to be
//! done, nothing is written and nothing large is loaded.

use super::fields::Fields;
use super::gate::{Admitted, Gate};
use super::lifecycle::{IndexError, Layout, Rules, UserNames};
use super::plan::{Plan, reading};
use super::run::{Run, Shared};
use super::snapshot::Snapshot;
use super::stories;
use crate::annotate::Annotator;
use crate::corpus::{FileReport, Limits};
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tantivy::directory::error::LockError;
use tantivy::indexer::LogMergePolicy;
use tantivy::{IndexWriter, TantivyError};

/// How an index is to be updated.
#[derive(Debug, Clone)]
pub struct UpdateOptions {
    /// The folders (or files) that the index mirrors.
    pub corpora: Vec<PathBuf>,
    /// Which lexicon of the user's. An index goes on with the one that it was made with; another is
    /// for [`Updater::reannotate`] or a rebuild.
    pub names: UserNames,
    /// Whether to build a new index beside the old one and swap them.
    pub rebuild: bool,
    /// Look at these files and folders only: absolute, or relative to the corpus or the working
    /// folder.
    pub only: Option<Vec<PathBuf>>,
    /// Compare the content of files whose size and time are as they were.
    pub verify: bool,
    /// Go on when none of the indexed files is in the corpus any more.
    pub replace: bool,
    /// Wait for another process that is writing instead of failing.
    pub wait: bool,
    /// How often what is done is committed: often enough that a killed run loses little, seldom
    /// enough that the small segments it makes do not slow the run.
    pub commit_every: Duration,
    /// How many threads read, and how many annotate.
    pub jobs: usize,
    /// The memory for what is not yet written, in bytes: most of it is tantivy's.
    pub memory: usize,
    /// What reading a file may cost.
    pub limits: Limits,
}

impl UpdateOptions {
    /// The default way to index these corpora.
    pub fn new(corpora: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Self {
            corpora: corpora.into_iter().map(Into::into).collect(),
            names: UserNames::Held,
            rebuild: false,
            only: None,
            verify: false,
            replace: false,
            wait: false,
            commit_every: Duration::from_secs(20),
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            memory: 250_000_000,
            limits: Limits::default(),
        }
    }
}

/// How far a run is. Read from any thread while it goes on.
#[derive(Debug, Default)]
pub struct Progress {
    /// Set by the caller to stop the run; what is done by then is committed.
    pub stop: AtomicBool,
    /// Bytes of all files to read; 0 while they are being listed.
    pub bytes_total: AtomicU64,
    /// Bytes that have been read from the disk.
    pub bytes_read: AtomicU64,
    /// What the articles that were read to be annotated weigh, and those that have been, in bytes:
    /// readers are ahead of annotators, by a whole small corpus if memory allows.
    pub weight_read: AtomicU64,
    /// See [`Progress::weight_read`].
    pub weight_done: AtomicU64,
    /// Articles that are done.
    pub articles: AtomicU64,
}

impl Progress {
    /// Begins anew, with so many bytes to read.
    pub(super) fn begin(&self, bytes: u64) {
        self.bytes_total.store(bytes, Ordering::Relaxed);
        for number in [
            &self.bytes_read,
            &self.articles,
            &self.weight_read,
            &self.weight_done,
        ] {
            number.store(0, Ordering::Relaxed);
        }
    }

    /// How many of [`Progress::bytes_total`] are done with, annotation included.
    pub fn bytes_done(&self) -> u64 {
        let number = |number: &AtomicU64| number.load(Ordering::Relaxed) as f64;
        let annotated = match number(&self.weight_read) {
            0.0 => 1.0,
            read => (number(&self.weight_done) / read).min(1.0),
        };
        (number(&self.bytes_read) * annotated) as u64
    }
}

/// What a run did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Files that were read in this run, in order of their paths.
    pub reports: Vec<FileReport>,
    /// Files read that the index did not know.
    pub new: u64,
    /// Files read that the index knew otherwise.
    pub changed: u64,
    /// Files that were as the index knew them.
    pub unchanged: u64,
    /// Files that the index knew and that are gone.
    pub removed: u64,
    /// Articles that were annotated.
    pub annotated: u64,
    /// Articles that were written again with the annotations that they had, since they had moved.
    pub moved: u64,
    /// Articles of changed files that were as the index knew them.
    pub kept: u64,
    /// Whether the run was stopped before its end.
    pub stopped: bool,
    /// How long it took.
    pub took: Duration,
}

/// The part of the memory that is for articles between the readers and tantivy's postings.
pub(super) const QUEUED_PART: usize = 5;

/// The share of deleted documents at which a segment is written again without them.
const DELETED_SHARE: f32 = 0.2;

/// How often a run looks whether another process has finished.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Brings the index in `layout` up to date with its corpora.
///
/// # Errors
/// When the index cannot be opened or written to. A file that cannot be read is no error: it is
/// in the summary's reports.
pub fn update(
    layout: &Layout,
    options: &UpdateOptions,
    progress: &Progress,
) -> Result<Summary, IndexError> {
    Updater::new(layout.clone()).update(options, progress)
}

/// Updates an index, time and again: what is costly to make is kept for the next time.
pub struct Updater {
    pub(super) layout: Layout,
    /// With the digest of the user's lexicon in it.
    annotator: Mutex<Option<(Option<String>, Arc<Annotator>)>>,
}

impl Updater {
    /// For the index in `layout`.
    pub fn new(layout: Layout) -> Self {
        Self {
            layout,
            annotator: Mutex::default(),
        }
    }

    /// Where the index lies.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The annotator by these rules, made when it is first needed.
    pub(super) fn annotator(&self, rules: &Rules) -> Result<Arc<Annotator>, IndexError> {
        let mut held = self
            .annotator
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((names, annotator)) = &*held
            && *names == rules.versions.names
        {
            return Ok(Arc::clone(annotator));
        }
        let made = Arc::new(match &rules.user {
            None => Annotator::bundled()?,
            Some(lexicon) => Annotator::with_lexicon(lexicon)?,
        });
        *held = Some((rules.versions.names.clone(), Arc::clone(&made)));
        Ok(made)
    }

    /// Makes sure that a lexicon can be used before anything is done with it.
    pub(super) fn try_names(&self, names: &UserNames) -> Result<(), IndexError> {
        let UserNames::Given(lexicon) = names else {
            return Ok(());
        };
        let held = self.layout.user_lexicon().ok().flatten();
        // The one that the index was made with can.
        if held.is_none_or(|held| held.digest() != lexicon.digest()) {
            self.annotator(&Rules::of(Some(lexicon.clone())))?;
        }
        Ok(())
    }

    /// Brings the index up to date with its corpora.
    ///
    /// # Errors
    /// When the index cannot be opened or written to. A file that cannot be read is no error: it
    /// is in the summary's reports.
    pub fn update(
        &self,
        options: &UpdateOptions,
        progress: &Progress,
    ) -> Result<Summary, IndexError> {
        let started = Instant::now();
        let names = corpus_names(&options.corpora)?;
        self.try_names(&options.names)?;
        let Some(_claim) = self.claim(options.wait, progress)? else {
            return Ok(Summary {
                stopped: true,
                ..Summary::default()
            });
        };
        let fields = Fields::new();
        let rules = self.layout.rules(&options.names)?;
        let (index, unpublished) =
            open_for_writing(&self.layout, options, &rules, &fields, &names)?;
        let snapshot = Snapshot::of(&index, &fields)?;
        let mut summary = Summary::default();
        let plan = Plan::make(
            options,
            &names,
            self.layout.root(),
            snapshot.files()?,
            &mut summary,
        )?;
        progress.begin(plan.bytes());

        let is_settled = stories::is_settled(snapshot.searcher(), &fields)?;
        if !plan.is_empty() || unpublished.is_some() || !is_settled {
            let run = Run {
                updater: self,
                rules,
                index: &index,
                fields: &fields,
                snapshot: &snapshot,
                limits: options.limits,
                reading: reading(&options.limits),
                gate: Gate::new((options.memory / QUEUED_PART) as u64),
                writer: RwLock::new(self.open_writer(&index, options)?),
                progress,
                state: Shared::default(),
            };
            self.carry_out(run, plan, options, unpublished, &names, &mut summary)?;
        }
        summary.reports.sort_by(|a, b| a.path.cmp(&b.path));
        summary.stopped = progress.stop.load(Ordering::Relaxed);
        summary.took = started.elapsed();
        Ok(summary)
    }

    /// Claims the folder; `None` when the run was stopped while it waited.
    pub(super) fn claim(
        &self,
        wait: bool,
        progress: &Progress,
    ) -> Result<Option<File>, IndexError> {
        loop {
            match self.layout.claim() {
                Err(IndexError::Busy(_)) if wait => {
                    if progress.stop.load(Ordering::Relaxed) {
                        return Ok(None);
                    }
                    std::thread::sleep(LOOK_AGAIN);
                }
                claimed => return claimed.map(Some),
            }
        }
    }

    pub(super) fn open_writer(
        &self,
        index: &tantivy::Index,
        options: &UpdateOptions,
    ) -> Result<IndexWriter<Admitted>, IndexError> {
        let memory = options.memory - options.memory / QUEUED_PART;
        // Tantivy refuses less than 15 MB and more than 4 GB a thread.
        let threads = options.jobs.clamp(1, 8).min((memory / 15_000_000).max(1));
        let budget = memory.clamp(threads * 15_000_000, threads * 4_000_000_000);
        let writer = match index.writer_with_num_threads(threads, budget) {
            Ok(writer) => writer,
            Err(TantivyError::LockFailure(LockError::LockBusy, _)) => {
                return Err(IndexError::Busy(self.layout.root().to_owned()));
            }
            Err(error) => return Err(error.into()),
        };
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DELETED_SHARE);
        writer.set_merge_policy(Box::new(policy));
        Ok(writer)
    }

    /// Does what is planned and commits it. `unpublished` is the generation that is being built,
    /// where it is not the current one.
    fn carry_out(
        &self,
        run: Run,
        plan: Plan,
        options: &UpdateOptions,
        mut unpublished: Option<String>,
        names: &[String],
        summary: &mut Summary,
    ) -> Result<(), IndexError> {
        // An index that mirrors nothing yet must not be left without a manifest by a killed run:
        // it is published empty, unless a good one would be replaced.
        if self.layout.manifest().ok().flatten().is_none()
            && let Some(generation) = unpublished.take()
        {
            run.touch();
            run.commit()?;
            self.layout.publish(&generation, names)?;
        }
        run.unsettle();
        run.skip(plan.skipped)?;
        run.go(plan.work, options.jobs.max(1), options.commit_every);
        if let Some(error) = run.error() {
            return Err(error);
        }
        let stopped = run.progress.stop.load(Ordering::Relaxed);
        // Last, so that a file that was moved keeps its annotations however the run ends.
        if !stopped {
            plan.gone.iter().for_each(|path| run.forget(path));
            summary.removed = plan.gone.len() as u64;
        }
        run.commit()?;
        if !stopped {
            run.settle()?;
            run.commit()?;
        }
        let Run { writer, state, .. } = run;
        writer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .wait_merging_threads()?;
        if let Some(generation) = unpublished.filter(|_| !stopped) {
            self.layout.publish(&generation, names)?;
        }
        let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let tally = &state.tally;
        summary.new = count(&tally.new);
        summary.changed = count(&tally.changed);
        summary.unchanged += count(&tally.unchanged);
        summary.removed += count(&tally.gone);
        summary.annotated = count(&tally.annotated);
        summary.moved = count(&tally.moved);
        summary.kept = count(&tally.kept);
        summary.reports.extend(
            state
                .reports
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
        );
        Ok(())
    }
}

/// The current index, or a new generation with its name.
fn open_for_writing(
    layout: &Layout,
    options: &UpdateOptions,
    rules: &Rules,
    fields: &Fields,
    names: &[String],
) -> Result<(tantivy::Index, Option<String>), IndexError> {
    if options.rebuild || layout.manifest()?.is_none() {
        let (index, generation) = layout.create(fields, rules, true)?;
        return Ok((index, Some(generation)));
    }
    let (index, manifest) = layout.open()?;
    if manifest.corpora != names {
        return Err(IndexError::OtherCorpus {
            path: layout.root().to_owned(),
            built_from: manifest.corpora,
            given: names.to_vec(),
        });
    }
    layout.sweep(&manifest.generation);
    let Some(versions) = Layout::versions(&index)? else {
        return Ok((index, None));
    };
    if !versions.annotates_like(&rules.versions) {
        return Err(IndexError::OtherAnnotator(layout.root().to_owned()));
    }
    if versions.names != rules.versions.names {
        return Err(match options.names {
            UserNames::Held => layout.damaged_names(&manifest),
            _ => IndexError::OtherNames {
                path: layout.root().to_owned(),
                holds: versions.names.is_some(),
            },
        });
    }
    Ok((index, None))
}

/// What each corpus is called in the manifest and, where there are several, in paths.
pub(super) fn corpus_names(corpora: &[PathBuf]) -> Result<Vec<String>, IndexError> {
    let names: Vec<String> = corpora
        .iter()
        .map(|path| {
            let full = path.canonicalize().unwrap_or_else(|_| path.clone());
            full.file_name().map_or_else(
                || "/".to_owned(),
                |name| name.to_string_lossy().into_owned(),
            )
        })
        .collect();
    let twice = (1..names.len()).find(|&at| names[..at].contains(&names[at]));
    match twice {
        Some(at) => Err(IndexError::SameName(names[at].clone())),
        None => Ok(names),
    }
}
