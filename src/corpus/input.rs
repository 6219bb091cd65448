//! An open file on its way to a reader, and the way of its articles out of it.

use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::rc::Rc;

use super::meter::Bomb;
use super::open::Stream;
use super::sniff::Head;
use super::{HEAD_BYTES, Limits, ReadError, decode, language, normalize};
use crate::article::Article;

/// An open file on its way to a [`Reader`](super::Reader).
pub struct Input<'a> {
    /// Its first bytes and its name.
    pub head: &'a Head,
    /// What reading may cost.
    pub limits: Limits,
    /// The name of the character encoding, once it is known.
    pub encoding: Option<&'static str>,
    /// What went wrong without ending the reading: it makes the outcome `partial`.
    pub trouble: Option<String>,
    /// Set by a reader that understood the file and found that it rightly holds no article.
    pub fine_when_empty: bool,
    stream: Option<Box<dyn BufRead + 'a>>,
    budget: Rc<Cell<u64>>,
    fault: Rc<RefCell<Option<Fault>>>,
}

impl<'a> Input<'a> {
    /// The input whose first bytes are `head`, and all of whose bytes come through `guard`.
    pub(super) fn new(head: &'a Head, limits: Limits, guard: Guard<Stream<'a>>) -> Self {
        Self {
            head,
            limits,
            encoding: None,
            trouble: None,
            fine_when_empty: false,
            budget: guard.budget.clone(),
            fault: guard.fault.clone(),
            stream: Some(Box::new(BufReader::with_capacity(HEAD_BYTES, guard))),
        }
    }

    /// What ended the stream early, if something did.
    pub(super) fn fault(&self) -> Option<String> {
        self.fault.borrow().as_ref().map(Fault::reason)
    }

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
        self.utf8_or(None)
    }

    /// As [`Input::utf8`], where the file names its encoding itself.
    pub fn utf8_or(&mut self, declared: Option<&str>) -> Box<dyn BufRead + 'a> {
        let encoding = decode::encoding_of(&self.head.bytes, declared, !self.head.whole);
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
    #[cfg(test)]
    pub(super) fn unlimited() -> Self {
        Self {
            left: Rc::new(Cell::new(u64::MAX)),
            document: u64::MAX,
        }
    }

    /// A new record begins.
    pub fn renew(&self) {
        self.left.set(self.document);
    }
}

/// Where a reader puts its articles: they are finished, numbered, counted and handed on.
pub struct Sink<'a> {
    path: &'a str,
    member: Option<&'a str>,
    emit: &'a mut dyn FnMut(Article) -> ControlFlow<()>,
    articles: u64,
    stopped: bool,
}

impl<'a> Sink<'a> {
    /// A sink for the articles of the file at `path`, or of one member of it.
    pub(super) fn new(
        path: &'a str,
        member: Option<&'a str>,
        emit: &'a mut dyn FnMut(Article) -> ControlFlow<()>,
    ) -> Self {
        Self {
            path,
            member,
            emit,
            articles: 0,
            stopped: false,
        }
    }

    /// Takes one article, as the format has it: raw text, no path, no number. Returns whether it
    /// was one (`false` when neither title nor text is left of it after cleaning), or breaks.
    pub fn article(&mut self, mut article: Article) -> ControlFlow<(), bool> {
        finish(&mut article);
        if article.text.is_empty() && article.title.is_empty() {
            return ControlFlow::Continue(false);
        }
        article.path = self.path.to_string();
        article.member = self.member.map(str::to_string);
        article.record = self.articles;
        self.articles += 1;
        if (self.emit)(article).is_break() {
            self.stopped = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(true)
    }

    /// The path of the file that is read: within its archive, or relative to the corpus root.
    pub fn path(&self) -> &str {
        self.member.unwrap_or(self.path)
    }

    /// How many articles were handed on so far.
    pub fn articles(&self) -> u64 {
        self.articles
    }

    /// Whether nobody wants more of them.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
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
pub(super) struct Guard<R> {
    inner: R,
    packed: bool,
    limit: u64,
    budget: Rc<Cell<u64>>,
    fault: Rc<RefCell<Option<Fault>>>,
}

impl<R: Read> Guard<R> {
    /// A guard that lets documents of `limit` bytes pass; `packed` says whether `inner` comes out
    /// of a decoder.
    pub(super) fn new(inner: R, packed: bool, limit: u64) -> Self {
        Self {
            inner,
            packed,
            limit,
            budget: Rc::new(Cell::new(limit)),
            fault: Rc::default(),
        }
    }

    /// What ended the stream early, if something did.
    pub(super) fn fault(&self) -> Option<String> {
        self.fault.borrow().as_ref().map(Fault::reason)
    }

    /// The stream, unguarded.
    pub(super) fn into_inner(self) -> R {
        self.inner
    }

    fn failed(&self, error: &io::Error) -> Fault {
        let is_bomb = error.get_ref().is_some_and(|inner| inner.is::<Bomb>());
        Fault::Stream(match self.packed {
            _ if is_bomb => error.to_string(),
            true => format!("the compressed data is damaged or cut short: {error}"),
            false => format!("cannot read: {error}"),
        })
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
                    let fault = self.failed(&error);
                    *self.fault.borrow_mut() = Some(fault);
                    return Ok(0);
                }
            }
        }
    }
}
