//! Building and updating an index: many readers and annotators, one writer.
//!
//! Files are read by a pool of threads, whose articles go through a bounded queue to a pool that
//! annotates them and hands documents to tantivy's writer. When the last article of a file is in,
//! a document that says so follows; a commit between the two is harmless, since the next run then
//! reads the file again after deleting what it gave.

use super::document::{self, FILE, FileRecord, article_id};
use super::fields::Fields;
use super::lifecycle::{IndexError, Layout, Versions};
use crate::annotate::{Annotator, Scratch};
use crate::article::Article;
use crate::corpus::walk::{Found, walk};
use crate::corpus::{FileReport, Limits, read_file};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, UNIX_EPOCH};
use tantivy::collector::DocSetCollector;
use tantivy::directory::error::LockError;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{IndexWriter, TantivyDocument, TantivyError, Term};

/// How an index is to be updated.
#[derive(Debug, Clone)]
pub struct UpdateOptions {
    /// The folders (or files) that the index mirrors.
    pub corpora: Vec<PathBuf>,
    /// Whether to build a new index beside the old one and swap them.
    pub rebuild: bool,
    /// How many threads read, and how many annotate.
    pub jobs: usize,
    /// The memory for postings that are not yet written, in bytes, over all of tantivy's threads.
    pub memory: usize,
    /// What reading a file may cost.
    pub limits: Limits,
}

impl UpdateOptions {
    /// The default way to index these corpora.
    pub fn new(corpora: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Self {
            corpora: corpora.into_iter().map(Into::into).collect(),
            rebuild: false,
            jobs: std::thread::available_parallelism().map_or(1, usize::from),
            memory: 200_000_000,
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
    /// Bytes of the files that have been read.
    pub bytes_read: AtomicU64,
    /// Articles that have been annotated.
    pub articles: AtomicU64,
}

/// What a run did.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Files that were read in this run, in order of their paths.
    pub reports: Vec<FileReport>,
    /// Files that were as the index knew them.
    pub unchanged: u64,
    /// Files that the index knew and that are gone.
    pub removed: u64,
    /// Whether the run was stopped before its end.
    pub stopped: bool,
    /// How long it took.
    pub took: Duration,
}

/// A commit makes what is done so far safe and visible. Often enough that a killed run loses
/// little, seldom enough that the small segments it makes do not slow the run.
const COMMIT_EVERY: Duration = Duration::from_secs(20);

/// Articles in the queue between readers and annotators. With the limit on an article's size this
/// bounds the memory between them.
const QUEUE: usize = 64;

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
    let started = Instant::now();
    let fields = Fields::new();
    let names = corpus_names(&options.corpora);
    if let Some(name) = names
        .iter()
        .enumerate()
        .find(|(at, name)| names[..*at].contains(name))
    {
        return Err(IndexError::SameName(name.1.clone()));
    }
    let _claim = layout.claim()?;
    let (index, fresh) = open_for_writing(layout, options, &fields, &names)?;
    let annotator = Annotator::bundled()?;
    let jobs = options.jobs.max(1);
    let writer = open_writer(layout, &index, jobs, options.memory)?;
    let known = if fresh.is_some() {
        FxHashMap::default()
    } else {
        known_files(&index, &fields)?
    };

    let mut summary = Summary::default();
    let plan = Plan::make(options, &names, layout.root(), known, &mut summary);
    progress.bytes_total.store(plan.bytes(), Ordering::Relaxed);

    let run = Run {
        fields: &fields,
        annotator: &annotator,
        limits: options.limits,
        writer: RwLock::new(writer),
        error: Mutex::new(None),
        reports: Mutex::new(Vec::new()),
        progress,
    };
    for path in &plan.gone {
        run.delete(path);
    }
    for report in plan.skipped {
        run.delete(&report.path);
        run.add_file(FileRecord {
            report,
            size: 0,
            modified: 0,
        });
    }
    // An index that mirrors nothing yet must not be left without a manifest by a killed run: it
    // is published empty, unless a good one would be replaced.
    if let Some(generation) = fresh
        .as_ref()
        .filter(|_| layout.manifest().ok().flatten().is_none())
    {
        run.commit()?;
        layout.publish(generation, &names)?;
    }
    run.go(plan.work, jobs);
    if let Some(error) = run
        .error
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
    {
        return Err(error);
    }
    run.commit()?;
    summary.reports.extend(
        run.reports
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner),
    );
    summary.reports.sort_by(|a, b| a.path.cmp(&b.path));
    summary.stopped = progress.stop.load(Ordering::Relaxed);
    let writer = run
        .writer
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    writer.wait_merging_threads()?;
    if let Some(generation) = fresh.filter(|_| !summary.stopped || !options.rebuild) {
        layout.publish(&generation, &names)?;
    }
    summary.took = started.elapsed();
    Ok(summary)
}

/// The current index, or a new generation with its name.
fn open_for_writing(
    layout: &Layout,
    options: &UpdateOptions,
    fields: &Fields,
    names: &[String],
) -> Result<(tantivy::Index, Option<String>), IndexError> {
    if options.rebuild || layout.manifest()?.is_none() {
        let (index, generation) = layout.create(fields)?;
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
    let current = Versions::current();
    match Layout::versions(&index)? {
        Some(versions)
            if versions.lexicon != current.lexicon || versions.coder != current.coder =>
        {
            Err(IndexError::OtherAnnotator(layout.root().to_owned()))
        }
        _ => Ok((index, None)),
    }
}

fn open_writer(
    layout: &Layout,
    index: &tantivy::Index,
    jobs: usize,
    memory: usize,
) -> Result<IndexWriter, IndexError> {
    // Tantivy refuses less than 15 MB and more than 4 GB a thread.
    let threads = jobs.min(8);
    let budget = memory.clamp(threads * 15_000_000, threads * 4_000_000_000);
    match index.writer_with_num_threads(threads, budget) {
        Ok(writer) => Ok(writer),
        Err(TantivyError::LockFailure(LockError::LockBusy, _)) => {
            Err(IndexError::Busy(layout.root().to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a corpus is called in the manifest and, where there are several, in paths.
fn corpus_names(corpora: &[PathBuf]) -> Vec<String> {
    corpora
        .iter()
        .map(|path| {
            let full = path.canonicalize().unwrap_or_else(|_| path.clone());
            full.file_name().map_or_else(
                || "/".to_owned(),
                |name| name.to_string_lossy().into_owned(),
            )
        })
        .collect()
}

/// The files that the index knows as read, by path.
fn known_files(
    index: &tantivy::Index,
    fields: &Fields,
) -> Result<FxHashMap<String, FileRecord>, IndexError> {
    let searcher = index.reader()?.searcher();
    let files = TermQuery::new(
        Term::from_field_text(fields.kind, FILE),
        IndexRecordOption::Basic,
    );
    let mut known = FxHashMap::default();
    for address in searcher.search(&files, &DocSetCollector)? {
        let record = document::to_file(fields, &searcher.doc::<TantivyDocument>(address)?)?;
        known.insert(record.report.path.clone(), record);
    }
    Ok(known)
}

/// A file to read.
struct Task {
    found: Found,
    /// The path in the index: with the corpus's name in front where there are several.
    path: String,
}

/// What a run has to do.
#[derive(Default)]
struct Plan {
    work: Vec<Task>,
    /// Files that are not to be opened, such as hidden ones, where the index does not know it yet.
    skipped: Vec<FileReport>,
    /// Files that the index knows and that are gone.
    gone: Vec<String>,
}

impl Plan {
    fn make(
        options: &UpdateOptions,
        names: &[String],
        index: &Path,
        mut known: FxHashMap<String, FileRecord>,
        summary: &mut Summary,
    ) -> Self {
        // An index inside its corpus is no part of it.
        let index = index.canonicalize().unwrap_or_else(|_| index.to_owned());
        let mut plan = Self::default();
        let mut seen = FxHashSet::default();
        for (root, name) in options.corpora.iter().zip(names) {
            let root = root.canonicalize().unwrap_or_else(|_| root.clone());
            let path_of = |relative: &str| match options.corpora.len() {
                1 => relative.to_owned(),
                _ => format!("{name}/{relative}"),
            };
            for found in walk(&root) {
                let found = match found {
                    Ok(found) if found.path.starts_with(&index) => continue,
                    Ok(found) => found,
                    Err(error) => {
                        let path = path_of(&error.path);
                        // What cannot be listed now is not gone: its articles stay.
                        let is_root = Path::new(&error.path) == root;
                        let inside = match is_root {
                            true => path_of(""),
                            false => format!("{path}/"),
                        };
                        known.retain(|file, _| *file != path && !file.starts_with(&inside));
                        summary
                            .reports
                            .push(FileReport::failed(&path, error.reason));
                        continue;
                    }
                };
                let path = path_of(&found.relative);
                let record = known.remove(&path);
                if !seen.insert(path.clone()) {
                    continue;
                }
                if let Some(reason) = found.skip {
                    let is_known = record
                        .is_some_and(|record| record.report.reason.as_deref() == Some(reason));
                    if is_known {
                        summary.unchanged += 1;
                    } else {
                        plan.skipped.push(FileReport::skipped(&path, reason));
                    }
                } else if record.is_some_and(|record| is_unchanged(&record, &found)) {
                    summary.unchanged += 1;
                } else {
                    plan.work.push(Task { found, path });
                }
            }
        }
        summary.removed = known.len() as u64;
        plan.gone = known.into_keys().collect();
        plan.gone.sort();
        // The largest first, so that no thread is left with one at the end.
        plan.work.sort_by(|a, b| {
            b.found
                .size
                .cmp(&a.found.size)
                .then_with(|| a.path.cmp(&b.path))
        });
        plan
    }

    fn bytes(&self) -> u64 {
        self.work.iter().map(|task| task.found.size).sum()
    }
}

fn is_unchanged(record: &FileRecord, found: &Found) -> bool {
    record.size == found.size && Some(record.modified) == modified(found)
}

fn modified(found: &Found) -> Option<u128> {
    let since = found.modified?.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_nanos())
}

/// What the threads of a run share.
struct Run<'a> {
    fields: &'a Fields,
    annotator: &'a Annotator,
    limits: Limits,
    /// Adding takes the lock to read, committing to write.
    writer: RwLock<IndexWriter>,
    error: Mutex<Option<IndexError>>,
    reports: Mutex<Vec<FileReport>>,
    progress: &'a Progress,
}

/// A file whose articles are on their way. Whoever drops it last adds the file's document.
struct Reading {
    found: Found,
    report: OnceLock<FileReport>,
}

/// An article on its way to be annotated, with its identifier.
type Queued = (String, Article, Arc<Reading>);

impl Run<'_> {
    fn go(&self, work: Vec<Task>, jobs: usize) {
        let (task_in, tasks) = unbounded::<Task>();
        for task in work {
            // The receiver lives as long as this function.
            let _ = task_in.send(task);
        }
        drop(task_in);
        let (articles_in, articles) = bounded::<Queued>(QUEUE);
        let (done_in, done) = bounded::<()>(0);
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                let (tasks, articles_in) = (tasks.clone(), articles_in.clone());
                scope.spawn(move || self.read(&tasks, &articles_in));
                let (articles, done_in) = (articles.clone(), done_in.clone());
                scope.spawn(move || {
                    self.annotate(&articles);
                    drop(done_in);
                });
            }
            drop((articles_in, articles, done_in));
            // Wakes when all annotators have gone, and now and then to commit.
            while let Err(crossbeam_channel::RecvTimeoutError::Timeout) =
                done.recv_timeout(COMMIT_EVERY)
            {
                if let Err(error) = self.commit() {
                    self.fail(error);
                }
            }
        });
    }

    fn read(&self, tasks: &Receiver<Task>, articles: &Sender<Queued>) {
        for task in tasks {
            if self.is_stopped() {
                return;
            }
            self.delete(&task.path);
            let reading = Arc::new(Reading {
                found: task.found,
                report: OnceLock::new(),
            });
            // A key that a file gives twice would make two articles one.
            let mut keys: FxHashMap<String, u64> = FxHashMap::default();
            let report = read_file(
                &reading.found.path,
                &task.path,
                &self.limits,
                &mut |article| {
                    let occurrence = article.key.as_ref().map_or(0, |key| {
                        let times = keys.entry(key.clone()).or_default();
                        *times += 1;
                        *times - 1
                    });
                    let id = article_id(&article, occurrence);
                    if self.is_stopped()
                        || articles.send((id, article, Arc::clone(&reading))).is_err()
                    {
                        return ControlFlow::Break(());
                    }
                    ControlFlow::Continue(())
                },
            );
            self.progress
                .bytes_read
                .fetch_add(reading.found.size, Ordering::Relaxed);
            if self.is_stopped() {
                // Read in part: without its document the next run reads it again.
                return;
            }
            let _ = reading.report.set(report);
            self.finish(reading);
        }
    }

    fn annotate(&self, articles: &Receiver<Queued>) {
        let mut scratch = Scratch::default();
        for (id, article, reading) in articles {
            // After a failure the queue is only emptied, so that the readers can end.
            if !self.has_failed() {
                self.add(&id, article, &mut scratch);
            }
            self.finish(reading);
        }
    }

    fn add(&self, id: &str, article: Article, scratch: &mut Scratch) {
        let (title, text, date) = (&article.title, &article.text, article.date);
        let annotations = match article.language.as_deref() {
            None | Some("en") => self.annotator.annotate(title, text, date, scratch),
            Some(language) => self.annotator.entities(title, text, date, language),
        };
        let added = document::of_article(self.fields, id, article, annotations)
            .map_err(|error| TantivyError::InternalError(error.to_string()))
            .and_then(|document| self.writer().add_document(document));
        match added {
            Ok(_) => _ = self.progress.articles.fetch_add(1, Ordering::Relaxed),
            Err(error) => self.fail(error.into()),
        }
    }

    /// Lets go of a file; the last to do so adds its document.
    fn finish(&self, reading: Arc<Reading>) {
        let Some(Reading { found, report }) = Arc::into_inner(reading) else {
            return;
        };
        let Some(report) = report.into_inner() else {
            return;
        };
        self.add_file(FileRecord {
            size: found.size,
            modified: modified(&found).unwrap_or(0),
            report,
        });
    }

    /// Adds the document of a file, and its report to the run's.
    fn add_file(&self, record: FileRecord) {
        let added = document::of_file(self.fields, &record)
            .map_err(|error| TantivyError::InternalError(error.to_string()))
            .and_then(|document| self.writer().add_document(document));
        if let Err(error) = added {
            self.fail(error.into());
        }
        self.reports
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(record.report);
    }

    /// Deletes a file's articles and what is known of it.
    fn delete(&self, path: &str) {
        self.writer()
            .delete_term(Term::from_field_text(self.fields.get("path"), path));
    }

    fn commit(&self) -> Result<(), IndexError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&serde_json::to_string(&Versions::current()).unwrap_or_default());
        commit.commit()?;
        Ok(())
    }

    fn writer(&self) -> std::sync::RwLockReadGuard<'_, IndexWriter> {
        self.writer.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, error: IndexError) {
        self.error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(error);
    }

    fn has_failed(&self) -> bool {
        self.error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    fn is_stopped(&self) -> bool {
        self.progress.stop.load(Ordering::Relaxed) || self.has_failed()
    }
}
