//! The threads of a run: some read files, as many annotate articles, one writes.
//!
//! Readers compare each article with the one that the index held under its identifier: what is as
//! it was is left alone, and the rest goes past the [gate](super::gate) to the annotators, who
//! take over the annotations of an article that has only moved. When the last article of a file
//! is in, a document that says so follows. A commit may fall anywhere between: an article is in
//! it or not, and a file whose document is not in it is read again by the next run, which finds
//! the articles that are.

use super::document::{self, Digests, FILE, FileRecord, article_id, id_of, number_of};
use super::fields::Fields;
use super::gate::{Admitted, Gate, Pass};
use super::lifecycle::{IndexError, Rules};
use super::plan::{IN_DOUBT, State, Task, skip_stamp};
use super::raw::Raw;
use super::snapshot::{Snapshot, Stored};
use super::stories;
use super::update::{Progress, Updater};
use crate::annotate::Scratch;
use crate::article::Article;
use crate::corpus::{FileReport, Limits, Outcome, Stream, read_stream};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, SystemTime};
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{IndexWriter, TantivyError, Term};

/// What an article weighs at the gate beside its text, in bytes.
const OVERHEAD: usize = 4096;

/// What the threads of a run share.
pub struct Run<'a> {
    pub updater: &'a Updater,
    /// What articles are annotated by.
    pub rules: Rules,
    /// The index that is written.
    pub index: &'a tantivy::Index,
    pub fields: &'a Fields,
    pub snapshot: &'a Snapshot,
    pub limits: Limits,
    pub reading: u64,
    pub gate: Arc<Gate>,
    /// Adding takes the lock to read, committing to write.
    pub writer: RwLock<IndexWriter<Admitted>>,
    pub progress: &'a Progress,
    pub state: Shared,
}

/// What comes of a run.
#[derive(Default)]
pub struct Shared {
    /// Whether anything was written since the last commit.
    dirty: AtomicBool,
    error: Mutex<Option<IndexError>>,
    pub reports: Mutex<Vec<FileReport>>,
    pub tally: Tally,
}

/// What a run has counted.
#[derive(Default)]
pub struct Tally {
    pub new: AtomicU64,
    pub changed: AtomicU64,
    pub unchanged: AtomicU64,
    pub gone: AtomicU64,
    pub annotated: AtomicU64,
    pub moved: AtomicU64,
    pub kept: AtomicU64,
}

fn count(number: &AtomicU64) {
    number.fetch_add(1, Ordering::Relaxed);
}

/// A file whose articles are on their way. Whoever drops it last adds the file's document.
struct Reading {
    done: OnceLock<(FileRecord, u64)>,
    /// Set when an article was dropped on the way, so that the file is not done.
    lost: AtomicBool,
}

/// An article on its way to be annotated.
struct Queued {
    id: String,
    digests: Digests,
    article: Article,
    /// Whether the index holds another version of it.
    replaces: bool,
    reading: Arc<Reading>,
    pass: Pass,
}

impl Run<'_> {
    /// Does the work with `jobs` threads of each kind, and commits now and then.
    pub fn go(&self, work: Vec<Task>, jobs: usize, commit_every: Duration) {
        let (task_in, tasks) = unbounded::<Task>();
        for task in work {
            // The receiver lives as long as this function.
            let _ = task_in.send(task);
        }
        drop(task_in);
        let (articles_in, articles) = unbounded::<Queued>();
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
                done.recv_timeout(commit_every)
            {
                if let Err(error) = self.commit() {
                    self.fail(error);
                }
            }
        });
    }

    /// Annotates the articles that `stored` holds with `jobs` threads, and takes over its files.
    /// Nothing is committed.
    pub fn go_again(&self, stored: &Snapshot, jobs: usize) {
        let (articles_in, articles) = unbounded::<Queued>();
        std::thread::scope(|scope| {
            for _ in 0..jobs {
                let articles = articles.clone();
                scope.spawn(move || self.annotate(&articles));
            }
            if let Err(error) = self.read_stored(stored, &articles_in) {
                self.fail(error);
            }
            drop(articles_in);
        });
    }

    fn read_stored(&self, stored: &Snapshot, articles: &Sender<Queued>) -> Result<(), IndexError> {
        // No file waits for these articles.
        let reading = Arc::new(Reading {
            done: OnceLock::new(),
            lost: AtomicBool::new(false),
        });
        stored.each(&mut |found, bytes| {
            if self.is_stopped() {
                return Ok(ControlFlow::Break(()));
            }
            self.progress_by(bytes);
            match found {
                Stored::File(record, stamp) => self.add_file(&record, stamp)?,
                Stored::Article(id, article) => {
                    let pass = self.admit(&article);
                    let queued = Queued {
                        id,
                        digests: Digests::of(&article),
                        article,
                        replaces: false,
                        reading: Arc::clone(&reading),
                        pass,
                    };
                    if articles.send(queued).is_err() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Lets an article in when there is room for it.
    fn admit(&self, article: &Article) -> Pass {
        let weight = weight_of(article);
        self.progress
            .weight_read
            .fetch_add(weight, Ordering::Relaxed);
        self.gate.enter(weight)
    }

    fn read(&self, tasks: &Receiver<Task>, articles: &Sender<Queued>) {
        for task in tasks {
            if self.is_stopped() {
                return;
            }
            if let Err(error) = self.read_file(task, articles) {
                self.fail(error);
            }
        }
    }

    fn read_file(&self, task: Task, articles: &Sender<Queued>) -> Result<(), IndexError> {
        if self.is_as_it_was(&task)? {
            return Ok(());
        }
        let mut before = match task.known {
            Some(_) => self.snapshot.articles(&task.path)?,
            None => FxHashMap::default(),
        };
        let now = SystemTime::now();
        let mut raw = match Raw::open(&task.file, &self.progress.bytes_read) {
            Ok(raw) => raw,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                // It went away since the folder was listed.
                self.forget(&task.path);
                count(&self.state.tally.gone);
                return Ok(());
            }
            Err(error) => {
                let report = FileReport::failed(&task.path, format!("cannot open: {error}"));
                return self.keep(&task, report, before.len());
            }
        };
        // Before the first of its articles is touched: without its document, it is unfinished.
        if task.known.is_some() {
            self.delete_file(&task.path)?;
        }
        let reading = Arc::new(Reading {
            done: OnceLock::new(),
            lost: AtomicBool::new(false),
        });
        // A key that a file gives twice would make two articles one.
        let mut keys: FxHashMap<String, u64> = FxHashMap::default();
        let mut emit = |article: Article| {
            let occurrence = article.key.as_ref().map_or(0, |key| {
                let times = keys.entry(key.clone()).or_default();
                *times += 1;
                *times - 1
            });
            let id = article_id(&article, occurrence);
            let digests = Digests::of(&article);
            let known = number_of(&id).and_then(|id| before.remove(&id));
            if self.is_stopped() {
                return ControlFlow::Break(());
            }
            if known == Some(digests.whole) {
                count(&self.state.tally.kept);
                count(&self.progress.articles);
                return ControlFlow::Continue(());
            }
            let pass = self.admit(&article);
            let queued = Queued {
                id,
                digests,
                article,
                replaces: known.is_some(),
                reading: Arc::clone(&reading),
                pass,
            };
            match articles.send(queued) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        };
        let stream = Stream::File(Box::new(&mut raw));
        let report = read_stream(stream, &task.path, &self.limits, &mut emit);
        if self.is_stopped() {
            // Read in part: without its document the next run reads it again.
            return Ok(());
        }
        if let Some(fault) = raw.fault() {
            let left = before.len() + report.articles as usize;
            let report = FileReport {
                reason: Some(format!("cannot read: {fault}")),
                ..report
            };
            return self.keep(&task, report, left);
        }
        let digest = match report.articles {
            // Not worth reading the rest of what is no news.
            0 => {
                self.progress_by(task.state.size.saturating_sub(raw.furthest()));
                None
            }
            _ => raw.digest().map(|digest| digest.to_hex().to_string()),
        };
        for id in before.into_keys() {
            self.delete(Term::from_field_text(self.fields.get("id"), &id_of(id)));
        }
        count(match task.known {
            Some(_) => &self.state.tally.changed,
            None => &self.state.tally.new,
        });
        let stamp = stamp(task.state, self.reading, now);
        let record = FileRecord {
            report,
            size: task.state.size,
            modified: task.state.modified,
            digest,
            reading: self.reading,
        };
        let _ = reading.done.set((record, stamp));
        self.finish(reading);
        Ok(())
    }

    /// Whether a file that looks changed holds the bytes that it held: it was only touched, or
    /// copied. Its document then takes the new state.
    fn is_as_it_was(&self, task: &Task) -> Result<bool, IndexError> {
        let Some(known) = task.known else {
            return Ok(false);
        };
        let Some(document) = known.document else {
            return Ok(false);
        };
        let record = self.snapshot.record(document)?;
        if record.digest.is_none()
            || record.size != task.state.size
            || record.reading != self.reading
        {
            return Ok(false);
        }
        let now = SystemTime::now();
        let uncounted = AtomicU64::new(0);
        let digest = Raw::open(&task.file, &uncounted).ok().and_then(Raw::digest);
        if digest.map(|digest| digest.to_hex().to_string()) != record.digest {
            return Ok(false);
        }
        count(&self.state.tally.unchanged);
        self.progress_by(task.state.size);
        let stamp = stamp(task.state, self.reading, now);
        if stamp != known.stamp {
            let record = FileRecord {
                modified: task.state.modified,
                ..record
            };
            self.replace_file(&record, stamp)?;
        }
        Ok(true)
    }

    /// Reports a file that the disk does not give, and keeps what was read of it before.
    fn keep(&self, task: &Task, report: FileReport, articles: usize) -> Result<(), IndexError> {
        let mut report = report;
        if articles > 0 {
            let reason = report.reason.unwrap_or_default();
            report.reason = Some(format!(
                "{reason}; what was read of it before is kept in the index"
            ));
            report.outcome = Outcome::Partial;
            report.articles = articles as u64;
        }
        let record = FileRecord {
            report,
            size: task.state.size,
            modified: task.state.modified,
            digest: None,
            reading: self.reading,
        };
        self.replace_file(&record, task.state.stamp(self.reading) | IN_DOUBT)?;
        self.report(record.report);
        Ok(())
    }

    fn annotate(&self, articles: &Receiver<Queued>) {
        let mut scratch = Scratch::default();
        for queued in articles {
            // After a stop the queue is only emptied, so that the readers can end.
            if self.is_stopped() {
                queued.reading.lost.store(true, Ordering::Relaxed);
                continue;
            }
            let reading = Arc::clone(&queued.reading);
            let weight = weight_of(&queued.article);
            match self.add(queued, &mut scratch) {
                Ok(()) => count(&self.progress.articles),
                Err(error) => {
                    reading.lost.store(true, Ordering::Relaxed);
                    self.fail(error);
                }
            }
            self.progress
                .weight_done
                .fetch_add(weight, Ordering::Relaxed);
            self.finish(reading);
        }
    }

    fn add(&self, queued: Queued, scratch: &mut Scratch) -> Result<(), IndexError> {
        let article = queued.article;
        let annotations = match self
            .snapshot
            .annotations(queued.digests.content, &article)?
        {
            Some(annotations) => {
                count(&self.state.tally.moved);
                annotations
            }
            None => {
                count(&self.state.tally.annotated);
                self.updater
                    .annotator(&self.rules)?
                    .annotate(&article, scratch)
            }
        };
        let document = document::of_article(
            self.fields,
            self.snapshot.store(),
            &queued.id,
            queued.digests,
            article,
            annotations,
        )?;
        // Both under one lock, so that no commit falls between them.
        let writer = self.writer();
        if queued.replaces {
            writer.delete_term(Term::from_field_text(self.fields.get("id"), &queued.id));
        }
        writer.add_document(Admitted::new(document, Some(queued.pass)))?;
        Ok(())
    }

    /// Lets go of a file; the last to do so adds its document.
    fn finish(&self, reading: Arc<Reading>) {
        let Some(Reading { done, lost }) = Arc::into_inner(reading) else {
            return;
        };
        let Some((record, stamp)) = done.into_inner().filter(|_| !lost.into_inner()) else {
            return;
        };
        match self.add_file(&record, stamp) {
            Ok(()) => self.report(record.report),
            Err(error) => self.fail(error),
        }
    }

    /// Adds what is not opened.
    pub fn skip(&self, reports: Vec<FileReport>) -> Result<(), IndexError> {
        for report in reports {
            self.forget(&report.path);
            let record = FileRecord {
                report,
                size: 0,
                modified: 0,
                digest: None,
                reading: self.reading,
            };
            let reason = record.report.reason.as_deref().unwrap_or_default();
            self.add_file(&record, skip_stamp(reason))?;
            self.report(record.report);
        }
        Ok(())
    }

    /// Adds the document of a file.
    fn add_file(&self, record: &FileRecord, stamp: u64) -> Result<(), IndexError> {
        let document = document::of_file(self.fields, self.snapshot.store(), record, stamp)?;
        self.writer().add_document(Admitted::new(document, None))?;
        Ok(())
    }

    /// Puts a file's document in the place of the one that the index has.
    fn replace_file(&self, record: &FileRecord, stamp: u64) -> Result<(), IndexError> {
        let document = document::of_file(self.fields, self.snapshot.store(), record, stamp)?;
        let query = self.file_query(&record.report.path);
        let writer = self.writer();
        writer.delete_query(query)?;
        writer.add_document(Admitted::new(document, None))?;
        Ok(())
    }

    /// Deletes a file's document, but not its articles.
    fn delete_file(&self, path: &str) -> Result<(), IndexError> {
        self.writer().delete_query(self.file_query(path))?;
        Ok(())
    }

    fn file_query(&self, path: &str) -> Box<dyn Query> {
        let term = |field, text| -> Box<dyn Query> {
            let term = Term::from_field_text(field, text);
            Box::new(TermQuery::new(term, IndexRecordOption::Basic))
        };
        Box::new(BooleanQuery::intersection(vec![
            term(self.fields.kind, FILE),
            term(self.fields.get("path"), path),
        ]))
    }

    /// Deletes a file's articles and what is known of it.
    pub fn forget(&self, path: &str) {
        self.delete(Term::from_field_text(self.fields.get("path"), path));
    }

    fn delete(&self, term: Term) {
        self.writer().delete_term(term);
    }

    fn report(&self, report: FileReport) {
        self.state
            .reports
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(report);
    }

    /// Commits what was written since the last commit, if anything.
    pub fn commit(&self) -> Result<(), IndexError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        if !self.state.dirty.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let mut commit = writer.prepare_commit()?;
        commit.set_payload(&serde_json::to_string(&self.rules.versions).unwrap_or_default());
        commit.commit()?;
        Ok(())
    }

    /// Says that the stories are no longer those of the articles.
    pub fn unsettle(&self) {
        self.writer().delete_term(stories::settled(self.fields));
    }

    /// Finds the stories of the articles that were committed.
    pub fn settle(&self) -> Result<(), IndexError> {
        stories::settle(
            self.index,
            self.fields,
            self.snapshot.store(),
            &self.writer(),
        )
    }

    /// The writer, to write something.
    fn writer(&self) -> RwLockReadGuard<'_, IndexWriter<Admitted>> {
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        self.touch();
        writer
    }

    /// Makes the next commit a commit even if nothing is written until then.
    pub fn touch(&self) {
        self.state.dirty.store(true, Ordering::Relaxed);
    }

    fn progress_by(&self, bytes: u64) {
        self.progress.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    fn fail(&self, error: IndexError) {
        self.state
            .error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(error);
        // Whoever waits for room would wait for ever.
        self.gate.open();
    }

    /// What went wrong first.
    pub fn error(&self) -> Option<IndexError> {
        let error = self
            .state
            .error
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match error {
            // Tantivy's writer says that it died; asked to commit, it says of what.
            Some(IndexError::Tantivy(TantivyError::ErrorInThread(said))) => {
                let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
                let cause = writer.prepare_commit().err();
                let cause = cause.unwrap_or(TantivyError::ErrorInThread(said));
                Some(IndexError::Tantivy(cause))
            }
            error => error,
        }
    }

    fn is_stopped(&self) -> bool {
        let failed = || {
            self.state
                .error
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some()
        };
        self.progress.stop.load(Ordering::Relaxed) || failed()
    }
}

/// What an article weighs on its way to the index, in bytes.
fn weight_of(article: &Article) -> u64 {
    (article.text.len() + article.title.len() + OVERHEAD) as u64
}

/// A file's stamp, in doubt when it may still be changing.
fn stamp(state: State, reading: u64, now: SystemTime) -> u64 {
    match state.is_settled(now) {
        true => state.stamp(reading),
        false => state.stamp(reading) | IN_DOUBT,
    }
}
