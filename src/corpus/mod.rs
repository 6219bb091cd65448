//! Corpus readers: files in, [`Article`]s out.
//!
//! [`walk`](walk::walk) finds the files under a root. [`read_file`] reads one of them: it opens it
//! through [`compress`] (gzip, zstd), looks at its first 64 KiB ([`sniff`]), picks the [`Reader`]
//! that is surest of it, and hands on every article as soon as it is read. What became of the file
//! is in its [`FileReport`]: no file is passed over without a reason, and no broken file ends a run.
//!
//! A format is one small file with one [`Reader`] in it, listed in [`READERS`]. A reader knows the
//! shape of its format only: bytes become text in [`decode`], names of fields become an article in
//! [`fields`], and everything that holds for all formats (NFC, paragraphs, language) is done here,
//! once. Nothing in this module knows of annotations or of the index.

pub mod compress;
mod csv;
pub mod date;
pub mod decode;
pub mod fields;
mod html;
mod json;
mod jsonl;
pub mod language;
mod markdown;
mod mend;
pub mod normalize;
pub mod sniff;
mod text;
pub mod walk;

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::article::Article;
use compress::Compression;
use sniff::{Head, Kind};

/// How much of a file is looked at to tell its format, in bytes.
pub const HEAD_BYTES: usize = 64 * 1024;

/// Every reader. To add a format, write its file and name it here.
pub static READERS: &[&dyn Reader] = &[
    &jsonl::JsonLines,
    &json::Json,
    &html::Html,
    &markdown::Markdown,
    &csv::Csv,
    &text::Text,
];

/// One file format.
pub trait Reader: Sync {
    /// The name of the format in reports, such as `jsonl`.
    fn name(&self) -> &'static str;

    /// How sure this reader is that the file is its own, from its first bytes and its name:
    /// 0 not at all, 100 certain. The surest reader gets the file; content outweighs the name.
    fn sniff(&self, head: &Head) -> u8;

    /// Reads all articles of the file into `sink`, and stops when the sink breaks. What went wrong
    /// without ending the reading goes to [`Input::trouble`].
    fn read(&self, input: &mut Input, sink: &mut Sink) -> Result<(), ReadError>;
}

/// Why a file gave no (further) article.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file is readable, but holds no article: it is skipped.
    #[error("{0}")]
    NotAnArticle(String),
    /// The file is broken, or is not what it seems.
    #[error("{0}")]
    Broken(String),
}

/// What reading may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most bytes, after decompression, that one document may have: a whole file in the formats
    /// that hold one article, one record in JSON Lines, CSV and JSON arrays. There is no ceiling
    /// for a file of many records, as only one is held at a time.
    pub document: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document: 64 * 1024 * 1024,
        }
    }
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// The path relative to the corpus root, with `/` between folders.
    pub path: String,
    /// The format as it was read, such as `txt`, `jsonl.gz`, or `unknown`.
    pub format: String,
    /// Whether the file was read.
    pub outcome: Outcome,
    /// How many articles it gave.
    pub articles: u64,
    /// Why it was skipped, or what is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The character encoding it was read in, in lower case, such as `utf-8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// How reading a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All of it was read.
    Ok,
    /// Some articles were read; the reason says what is missing.
    Partial,
    /// It is not a file of articles, or of a format that is not read.
    Skip,
    /// It should have been readable and was not.
    Error,
}

impl FileReport {
    /// The report on a file that was not opened at all, such as a hidden one.
    pub fn skipped(path: &str, reason: impl Into<String>) -> Self {
        Self::without_articles(path, "unknown".into(), Outcome::Skip, reason.into())
    }

    /// The report on a file that could not be opened.
    pub fn failed(path: &str, reason: impl Into<String>) -> Self {
        Self::without_articles(path, "unknown".into(), Outcome::Error, reason.into())
    }

    fn without_articles(path: &str, format: String, outcome: Outcome, reason: String) -> Self {
        Self {
            path: path.into(),
            format,
            outcome,
            articles: 0,
            reason: Some(reason),
            encoding: None,
        }
    }
}

/// Reads every article of the file at `path`, giving each to `emit` as soon as it is read.
///
/// `relative` is the path that articles and report carry: relative to the corpus root, with `/`.
/// The file need not fit in memory: at most one record of [`Limits::document`] bytes is held.
/// Reading stops early when `emit` breaks; the report then counts what was given.
pub fn read_file(
    path: &Path,
    relative: &str,
    limits: &Limits,
    emit: &mut dyn FnMut(Article) -> ControlFlow<()>,
) -> FileReport {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) => return FileReport::failed(relative, format!("cannot open: {error}")),
    };
    if !file.metadata().is_ok_and(|found| found.is_file()) {
        return FileReport::skipped(relative, "not a regular file");
    }
    read_stream(Box::new(file), relative, limits, emit)
}

/// Reads every article of a stream of bytes, as [`read_file`] does; `relative` is its name.
pub fn read_stream(
    bytes: Box<dyn Read + '_>,
    relative: &str,
    limits: &Limits,
    emit: &mut dyn FnMut(Article) -> ControlFlow<()>,
) -> FileReport {
    let (stream, compression) = match compress::open(bytes) {
        Ok(opened) => opened,
        Err(error) => return FileReport::failed(relative, format!("cannot read: {error}")),
    };
    let guard = Guard::new(stream, compression, limits.document);
    let (budget, fault) = (guard.budget.clone(), guard.fault.clone());
    let mut stream = BufReader::with_capacity(HEAD_BYTES, guard);

    let mut head = Vec::with_capacity(HEAD_BYTES);
    // The guard turns errors of the stream into its end, so that this cannot fail.
    let _ = stream
        .by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head);
    let whole = head.len() < HEAD_BYTES;
    let head = Head::new(head, whole, relative, compression);
    let format = |name: &str| match compression {
        Some(compression) => format!("{name}.{}", compression.name()),
        None => name.to_string(),
    };

    if head.bytes.is_empty() {
        // No lines are fine in JSON Lines; no value is not JSON.
        let outcome = match head.extension.as_str() {
            _ if fault.borrow().is_some() => Outcome::Error,
            "json" => Outcome::Error,
            "jsonl" | "ndjson" => Outcome::Ok,
            _ => Outcome::Skip,
        };
        let reason = fault
            .borrow()
            .as_ref()
            .map_or("the file is empty".to_string(), Fault::reason);
        return FileReport::without_articles(
            relative,
            format(&head.extension_or("unknown")),
            outcome,
            reason,
        );
    }
    let reader = match sniff::kind(&head) {
        Kind::Text => READERS
            .iter()
            .max_by_key(|reader| reader.sniff(&head))
            .copied(),
        Kind::NotReadYet(kind) => {
            let reason = format!("format not read yet: {kind}");
            return FileReport::without_articles(relative, format(kind), Outcome::Skip, reason);
        }
        Kind::NotText(kind) => {
            let reason = format!("not an article: {kind}");
            return FileReport::without_articles(relative, format("binary"), Outcome::Skip, reason);
        }
    };
    let Some(reader) = reader.filter(|reader| reader.sniff(&head) > 0) else {
        return FileReport::without_articles(
            relative,
            format("unknown"),
            Outcome::Skip,
            "format not known".into(),
        );
    };

    let start = Cursor::new(head.bytes.clone());
    let mut input = Input {
        head: &head,
        limits: *limits,
        stream: Some(Box::new(BufReader::with_capacity(
            HEAD_BYTES,
            start.chain(stream),
        ))),
        budget,
        fault: fault.clone(),
        encoding: None,
        trouble: None,
    };
    let mut sink = Sink {
        path: relative,
        emit,
        articles: 0,
        empty: 0,
        stopped: false,
    };
    let result = reader.read(&mut input, &mut sink);

    let articles = sink.articles;
    let mut reasons = Vec::new();
    let mut outcome = Outcome::Ok;
    match result {
        Ok(()) => {}
        Err(ReadError::NotAnArticle(reason)) => {
            outcome = Outcome::Skip;
            reasons.push(reason);
        }
        Err(ReadError::Broken(reason)) => {
            outcome = Outcome::Error;
            reasons.push(reason);
        }
    }
    // After a stop, what the stream or the rest of the file would have said is of no interest.
    if !sink.stopped {
        if let Some(fault) = fault.borrow().as_ref() {
            outcome = Outcome::Error;
            let reason = fault.reason();
            if !reasons.contains(&reason) {
                reasons.insert(0, reason);
            }
        }
        if let Some(trouble) = input.trouble.take() {
            outcome = Outcome::Error;
            reasons.push(trouble);
        }
        if articles == 0 && outcome == Outcome::Ok {
            outcome = Outcome::Skip;
            reasons.push("no article in it".into());
        }
    }
    if articles > 0 && outcome != Outcome::Ok {
        outcome = Outcome::Partial;
    }
    FileReport {
        path: relative.into(),
        format: format(reader.name()),
        outcome,
        articles,
        reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        encoding: input.encoding.map(|name| name.to_ascii_lowercase()),
    }
}

/// An open file on its way to a [`Reader`].
pub struct Input<'a> {
    /// Its first bytes and its name.
    pub head: &'a Head,
    /// What reading may cost.
    pub limits: Limits,
    /// The name of the character encoding, once it is known.
    pub encoding: Option<&'static str>,
    /// What went wrong without ending the reading: it makes the outcome `partial`.
    pub trouble: Option<String>,
    stream: Option<Box<dyn BufRead + 'a>>,
    budget: Rc<Cell<u64>>,
    fault: Rc<RefCell<Option<Fault>>>,
}

impl<'a> Input<'a> {
    /// The whole file as text, for a format that holds one document. Fails when it is larger than
    /// [`Limits::document`]. `declared` finds the encoding that the document itself names.
    pub fn whole(&mut self, declared: fn(&[u8]) -> Option<String>) -> Result<String, ReadError> {
        let bytes = self.whole_bytes()?;
        let decoded = decode::decode(&bytes, declared(&bytes).as_deref());
        self.encoding = Some(decoded.encoding);
        Ok(decoded.text)
    }

    /// The whole file as it is, for a format that holds one document and says in several places
    /// how its parts are encoded. Fails when it is larger than [`Limits::document`].
    pub fn whole_bytes(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        if let Some(mut stream) = self.stream.take() {
            let read = stream.read_to_end(&mut bytes);
            read.map_err(|error| ReadError::Broken(format!("cannot read: {error}")))?;
        }
        if let Some(Fault::TooLarge(_)) = self.fault.borrow().as_ref() {
            bytes.clear();
            return Err(ReadError::Broken(
                Fault::TooLarge(self.limits.document).reason(),
            ));
        }
        Ok(bytes)
    }

    /// The file as a stream of bytes, for a format of many records that says in each how it is
    /// encoded. [`Input::budget`] must be told where a record begins.
    pub fn bytes(&mut self) -> Box<dyn BufRead + 'a> {
        self.stream.take().unwrap_or_else(|| Box::new(io::empty()))
    }

    /// The file as a stream of valid UTF-8, for a format of many records. The encoding is told from
    /// the head; bytes that are wrong in it become U+FFFD.
    pub fn utf8(&mut self) -> Box<dyn BufRead + 'a> {
        let encoding = decode::encoding_of(&self.head.bytes, None, !self.head.whole);
        self.encoding = Some(encoding.name());
        Box::new(BufReader::with_capacity(
            HEAD_BYTES,
            decode::Transcoder::new(self.bytes(), encoding),
        ))
    }

    /// A handle that tells the bound on memory that a record is done with and a new one begins.
    pub fn budget(&self) -> Budget {
        Budget {
            left: self.budget.clone(),
            document: self.limits.document,
        }
    }
}

/// The bytes that may still be read before the record at hand is too large.
pub struct Budget {
    left: Rc<Cell<u64>>,
    document: u64,
}

impl Budget {
    /// A new record begins.
    pub fn renew(&self) {
        self.left.set(self.document);
    }
}

/// Where a reader puts its articles: they are finished, numbered, counted and handed on.
pub struct Sink<'a> {
    path: &'a str,
    emit: &'a mut dyn FnMut(Article) -> ControlFlow<()>,
    articles: u64,
    empty: u64,
    stopped: bool,
}

impl Sink<'_> {
    /// Takes one article, as the format has it: raw text, no path, no number. Returns whether it
    /// was one (`false` when neither title nor text is left of it after cleaning), or breaks.
    pub fn article(&mut self, mut article: Article) -> ControlFlow<(), bool> {
        finish(&mut article);
        if article.text.is_empty() && article.title.is_empty() {
            self.empty += 1;
            return ControlFlow::Continue(false);
        }
        article.path = self.path.to_string();
        article.record = self.articles;
        self.articles += 1;
        if (self.emit)(article).is_break() {
            self.stopped = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(true)
    }

    /// How many articles were handed on so far.
    pub fn articles(&self) -> u64 {
        self.articles
    }
}

/// What holds for the articles of every format: NFC, clean lines, paragraphs, a language.
fn finish(article: &mut Article) {
    article.title = normalize::line(&article.title);
    article.text = normalize::body(&article.text);
    for field in [&mut article.key, &mut article.outlet, &mut article.url] {
        *field = field
            .take()
            .map(|value| normalize::line(&value))
            .filter(|value| !value.is_empty());
    }
    for list in [&mut article.authors, &mut article.topics] {
        let mut clean: Vec<String> = Vec::with_capacity(list.len());
        for value in list.drain(..).map(|value| normalize::line(&value)) {
            if !value.is_empty() && !clean.contains(&value) {
                clean.push(value);
            }
        }
        *list = clean;
    }
    article.language = language::of(article.language.as_deref(), &article.title, &article.text);
}

/// Records that could not be read in a file that has good ones too.
#[derive(Default)]
struct BadRecords {
    count: u64,
    first: Option<(u64, String)>,
}

impl BadRecords {
    /// Notes that record or line `number` (from 1) is bad, and why.
    fn add(&mut self, number: u64, why: impl Into<String>) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some((number, why.into()));
        }
    }

    /// In words: "3 bad lines, the first is line 7: expected value". None when there is none.
    fn reason(&self, unit: &str) -> Option<String> {
        let (number, why) = self.first.as_ref()?;
        let plural = if self.count == 1 { "" } else { "s" };
        Some(format!(
            "{} bad {unit}{plural}, the first is {unit} {number}: {why}",
            self.count
        ))
    }
}

/// What ended a stream early.
#[derive(Debug)]
enum Fault {
    /// A document has more bytes than this.
    TooLarge(u64),
    /// The disk or the decompressor failed.
    Stream(String),
}

impl Fault {
    fn reason(&self) -> String {
        match self {
            Fault::TooLarge(limit) => {
                format!(
                    "a document is larger than the limit of {} MiB",
                    limit.div_ceil(1024 * 1024)
                )
            }
            Fault::Stream(reason) => reason.clone(),
        }
    }
}

/// Keeps memory bounded and readers simple: where the stream fails, or one document is too large,
/// the reader sees an ordinary end, and `fault` says what happened.
struct Guard<R> {
    inner: R,
    compression: Option<Compression>,
    limit: u64,
    budget: Rc<Cell<u64>>,
    fault: Rc<RefCell<Option<Fault>>>,
}

impl<R: Read> Guard<R> {
    fn new(inner: R, compression: Option<Compression>, limit: u64) -> Self {
        let budget = Rc::new(Cell::new(limit));
        Self {
            inner,
            compression,
            limit,
            budget,
            fault: Rc::default(),
        }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.fault.borrow().is_some() || buffer.is_empty() {
            return Ok(0);
        }
        loop {
            // With nothing left, one byte more tells a document of just that size from a larger one.
            let left = self.budget.get();
            let most = buffer.len().min(left.clamp(1, usize::MAX as u64) as usize);
            match self.inner.read(&mut buffer[..most]) {
                Ok(0) => return Ok(0),
                Ok(_) if left == 0 => {
                    *self.fault.borrow_mut() = Some(Fault::TooLarge(self.limit));
                    return Ok(0);
                }
                Ok(read) => {
                    self.budget.set(left - read as u64);
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let reason = match self.compression {
                        Some(compression) => {
                            format!(
                                "the {} data is damaged or cut short: {error}",
                                compression.name()
                            )
                        }
                        None => format!("cannot read: {error}"),
                    };
                    *self.fault.borrow_mut() = Some(Fault::Stream(reason));
                    return Ok(0);
                }
            }
        }
    }
}
