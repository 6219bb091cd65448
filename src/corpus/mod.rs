//! Corpus readers: files in, [`Article`]s out.
//!
//! [`walk`](walk::walk) finds the files under a root. [`read_file`] reads one of them: it takes
//! compressions and archives off, however nested, looks at the first 64 KiB of what is inside
//! ([`sniff`]), picks the [`Reader`] that is surest of it, and hands on every article as soon as it
//! is read. What became of the file is in its [`FileReport`]: no file is passed over without a
//! reason, and no broken file ends a run.
//!
//! A format is one small file with one [`Reader`] in it, listed in [`READERS`]. A reader knows the
//! shape of its format only: bytes become text in [`decode`], names of fields become an article in
//! [`fields`], and everything that holds for all formats (NFC, paragraphs, language) is done here,
//! once. Nothing in this module knows of annotations or of the index.

mod arc;
mod archive;
mod compress;
mod copy;
mod csv;
pub mod date;
pub mod decode;
mod feed;
pub mod fields;
mod html;
mod http;
mod input;
mod json;
mod jsonfeed;
mod jsonl;
pub mod language;
mod mail;
mod markdown;
mod mbox;
mod mend;
mod meter;
mod newsml1;
mod newsml_g2;
mod nitf;
pub mod normalize;
mod open;
mod report;
mod sgml;
pub mod sniff;
mod text;
pub mod walk;
mod warc;
mod wire;
mod wordpress;
pub(crate) mod xml;
mod xml_other;

use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;

use crate::article::Article;
use archive::Layer;
use meter::Meter;
use open::Opened;
use sniff::Head;

pub use input::{Budget, Input, Sink};
pub use open::{ReadSeek, Stream};
pub use report::{FileReport, Outcome};

/// How much of a file is looked at to tell its format, in bytes.
pub const HEAD_BYTES: usize = 64 * 1024;

/// Every reader. To add a format, write its file and name it here.
pub static READERS: &[&dyn Reader] = &[
    &wire::Wire,
    &sgml::Sgml,
    &wordpress::WordPress,
    &feed::Feeds,
    &jsonfeed::JsonFeed,
    &jsonl::JsonLines,
    &json::Json,
    &html::Html,
    &nitf::Nitf,
    &newsml_g2::NewsMlG2,
    &newsml1::NewsMl1,
    &xml_other::OtherXml,
    &markdown::Markdown,
    &csv::Csv,
    &warc::Warc,
    &arc::Arc,
    &mail::Mail,
    &mbox::Mbox,
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
    /// How many times its size on disk a compressed file may unpack to, past the first document's
    /// worth. News text packs to a tenth, rarely to a fiftieth.
    pub ratio: u64,
    /// How many compressions and archives may lie in one another.
    pub nesting: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document: 32 * 1024 * 1024,
            ratio: 200,
            nesting: 6,
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
    // Before it is opened: to open a FIFO is to wait for who writes to it.
    match path.metadata() {
        Ok(found) if !found.is_file() => {
            return FileReport::skipped(relative, "not a regular file");
        }
        _ => {}
    }
    match File::open(path) {
        Ok(file) => read_stream(Stream::File(Box::new(file)), relative, limits, emit),
        Err(error) => FileReport::failed(relative, format!("cannot open: {error}")),
    }
}

/// Gives every article of a file, or of the files in a folder, to `take`; a report for each file,
/// in the order of their names.
pub fn read_folder(root: &Path, limits: &Limits, take: &mut dyn FnMut(Article)) -> Vec<FileReport> {
    let mut emit = |article| {
        take(article);
        ControlFlow::Continue(())
    };
    walk::walk(root)
        .map(|found| match found {
            Ok(found) => match found.skip {
                Some(reason) => FileReport::skipped(&found.relative, reason),
                None => read_file(&found.path, &found.relative, limits, &mut emit),
            },
            Err(error) => FileReport::failed(&error.path, error.reason),
        })
        .collect()
}

/// Reads every article of a stream of bytes, as [`read_file`] does; `relative` is its name.
pub fn read_stream(
    stream: Stream,
    relative: &str,
    limits: &Limits,
    emit: &mut dyn FnMut(Article) -> ControlFlow<()>,
) -> FileReport {
    let meter = Meter::new(*limits);
    let stream = match stream {
        Stream::File(file) => Stream::File(Box::new(meter.source(file))),
        Stream::Forward(stream) => Stream::Forward(Box::new(meter.source(stream))),
    };
    let mut opened = Opened::new(relative, *limits, meter, emit);
    let mut report = opened.read(stream, relative, &Layer::default());
    if let Some(note) = opened.meter.noted() {
        report.reason = Some(match report.reason {
            Some(reason) => format!("{reason}; {note}"),
            None => note,
        });
    }
    report
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
        let units = match unit.strip_suffix('y') {
            _ if self.count == 1 => unit.to_string(),
            Some(stem) => format!("{stem}ies"),
            None => format!("{unit}s"),
        };
        Some(format!(
            "{} bad {units}, the first is {unit} {number}: {why}",
            self.count
        ))
    }
}
