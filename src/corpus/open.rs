//! From the bytes of a file to its reader: through compressions and archives, however nested.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

use super::archive::{self, Layer};
use super::compress;
use super::input::{Guard, Input, Sink};
use super::meter::Meter;
use super::report::{FileReport, Outcome};
use super::sniff::{self, Head, Kind};
use super::{HEAD_BYTES, Limits, READERS, ReadError};
use crate::article::Article;

/// Bytes that can be read again from the start.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// Where bytes come from.
pub enum Stream<'a> {
    /// A file, or what can be read like one.
    File(Box<dyn ReadSeek + 'a>),
    /// A pipe, a member of an archive, the output of a decoder.
    Forward(Box<dyn Read + 'a>),
}

impl<'a> Stream<'a> {
    /// As a file; what cannot be one is copied into one.
    pub fn seekable(self) -> io::Result<Box<dyn ReadSeek + 'a>> {
        match self {
            Stream::File(file) => Ok(file),
            Stream::Forward(stream) => Ok(Box::new(archive::lay_aside(stream)?)),
        }
    }

    /// The first bytes, and the stream from its start again. An error is met again where it was.
    fn peek(mut self) -> (Vec<u8>, Self) {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let error = (&mut self)
            .take(HEAD_BYTES as u64)
            .read_to_end(&mut head)
            .err();
        let rest: Box<dyn Read + 'a> = match (self, error) {
            (Stream::File(mut file), None) => match file.seek(SeekFrom::Start(0)) {
                Ok(_) => return (head, Stream::File(file)),
                Err(error) => Box::new(Failed(Some(error))),
            },
            (_, Some(error)) => Box::new(Failed(Some(error))),
            (Stream::Forward(stream), None) => stream,
        };
        let stream = Cursor::new(head.clone()).chain(rest);
        (head, Stream::Forward(Box::new(stream)))
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::File(file) => file.read(buffer),
            Stream::Forward(stream) => stream.read(buffer),
        }
    }
}

/// A stream that fails once with what it holds.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A file that is being read, and where its articles go.
pub struct Opened<'a> {
    /// The path that articles and report carry.
    pub relative: &'a str,
    /// What reading has cost so far.
    pub meter: Meter,
    limits: Limits,
    emit: &'a mut dyn FnMut(Article) -> ControlFlow<()>,
    stopped: bool,
}

impl<'a> Opened<'a> {
    /// Nothing is read yet.
    pub fn new(
        relative: &'a str,
        limits: Limits,
        meter: Meter,
        emit: &'a mut dyn FnMut(Article) -> ControlFlow<()>,
    ) -> Self {
        Self {
            relative,
            meter,
            limits,
            emit,
            stopped: false,
        }
    }

    /// Whether there is no use in reading on: nobody listens, or too much has come out already.
    pub fn is_over(&self) -> bool {
        self.stopped || self.meter.is_spent()
    }

    /// Reads what `stream` holds; `name` is what it is called where it was found.
    pub fn read(&mut self, mut stream: Stream, name: &str, layer: &Layer) -> FileReport {
        let mut name = name.rsplit('/').next().unwrap_or(name).to_lowercase();
        let mut layer = layer.clone();
        let mut suffix = String::new();
        let mut report = loop {
            let (head, whole) = stream.peek();
            stream = whole;
            if layer.depth > self.limits.nesting {
                let reason = format!("archives are nested more than {} deep", self.limits.nesting);
                break self.nothing("unknown", Outcome::Error, reason);
            }
            if let Some(compression) = compress::recognise(&head) {
                let source = Box::new(BufReader::with_capacity(HEAD_BYTES, stream));
                match compress::decoder(compression, source, &self.meter) {
                    Ok(unpacked) => {
                        stream = Stream::Forward(Box::new(self.meter.unpacked(unpacked)));
                    }
                    Err(error) => {
                        break self.nothing("unknown", Outcome::Error, error.to_string());
                    }
                }
                name = compression.bare_name(&name);
                suffix.insert_str(0, &format!(".{}", compression.name()));
                layer.depth += 1;
            } else if let Some(archive) = archive::recognise(&head) {
                break archive::read(archive, stream, &layer, self);
            } else {
                break self.read_leaf(head, stream, &name, &layer);
            }
        };
        report.format.push_str(&suffix);
        report
    }

    fn nothing(&self, format: &str, outcome: Outcome, reason: String) -> FileReport {
        FileReport::without_articles(self.relative, format.to_string(), outcome, reason)
    }

    /// Reads what is neither compressed nor an archive.
    fn read_leaf(
        &mut self,
        head: Vec<u8>,
        stream: Stream,
        name: &str,
        layer: &Layer,
    ) -> FileReport {
        let head = Head::new(head, name);
        let packed = layer.depth > 0;
        let guard = Guard::new(stream, packed, self.limits.document);
        if head.bytes.is_empty() {
            // Nothing is there, or the very first read fails: the guard tells which.
            return self.read_nothing(&head, guard);
        }
        let reader = match sniff::kind(&head) {
            Kind::Text => READERS
                .iter()
                .map(|reader| (reader.sniff(&head), reader))
                .filter(|&(certainty, _)| certainty > 0)
                .max_by_key(|&(certainty, _)| certainty),
            Kind::NotReadYet(kind) => {
                let reason = format!("format not read yet: {kind}");
                return self.nothing(kind, Outcome::Skip, reason);
            }
            Kind::NotText(kind) => {
                // Damage may look like that, too; checksums come last.
                if packed && let Err(error) = io::copy(&mut guard.into_inner(), &mut io::sink()) {
                    let reason = format!("the data is damaged or cut short: {error}");
                    return self.nothing("unknown", Outcome::Error, reason);
                }
                let reason = format!("not an article: {kind}");
                return self.nothing("binary", Outcome::Skip, reason);
            }
        };
        let Some((_, reader)) = reader else {
            return self.nothing("unknown", Outcome::Skip, "format not known".into());
        };

        let mut input = Input::new(&head, self.limits, guard);
        let mut sink = Sink::new(self.relative, layer.member.as_deref(), self.emit);
        let result = reader.read(&mut input, &mut sink);
        let (articles, stopped) = (sink.articles(), sink.is_stopped());
        self.stopped |= stopped;

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
        if !stopped {
            if let Some(reason) = input.fault() {
                outcome = Outcome::Error;
                if !reasons.contains(&reason) {
                    reasons.insert(0, reason);
                }
            }
            if let Some(trouble) = input.trouble.take() {
                outcome = Outcome::Error;
                reasons.push(trouble);
            }
            if articles == 0 && outcome == Outcome::Ok && !input.fine_when_empty {
                outcome = Outcome::Skip;
                reasons.push("no article in it".into());
            }
        }
        if articles > 0 && outcome != Outcome::Ok {
            outcome = Outcome::Partial;
        }
        FileReport {
            path: self.relative.into(),
            format: reader.name().to_string(),
            outcome,
            articles,
            reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
            encoding: input.encoding.map(str::to_ascii_lowercase),
        }
    }

    fn read_nothing(&self, head: &Head, mut guard: Guard<Stream>) -> FileReport {
        let _ = io::copy(&mut guard, &mut io::sink());
        let fault = guard.fault();
        // No lines are fine in JSON Lines; no value is not JSON.
        let outcome = match head.extension.as_str() {
            _ if fault.is_some() => Outcome::Error,
            "json" => Outcome::Error,
            "jsonl" | "ndjson" => Outcome::Ok,
            _ => Outcome::Skip,
        };
        let reason = fault.unwrap_or_else(|| "the file is empty".to_string());
        self.nothing(&head.extension_or("unknown"), outcome, reason)
    }
}
