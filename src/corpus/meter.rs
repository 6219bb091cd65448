//! What reading one file costs, and when that is too much.
//!
//! A few kilobytes can stand for terabytes: gzip in gzip, zips whose members overlap, archives in
//! archives. The bytes that come off the disk and those that come out of decompression, at every
//! level together, are counted in one [`Meter`] a file, and reading ends where the second are too
//! many for the first.

use std::cell::{Cell, RefCell};
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use super::Limits;

/// The account of one file; clones share it.
#[derive(Clone)]
pub struct Meter(Rc<Account>);

struct Account {
    limits: Limits,
    read: Cell<u64>,
    unpacked: Cell<u64>,
    note: RefCell<Option<String>>,
}

/// The error of a stream that expands too much.
#[derive(Debug, thiserror::Error)]
#[error("it unpacks to more than {0} times its size, as a decompression bomb does")]
pub struct Bomb(u64);

impl Meter {
    /// An empty account.
    pub fn new(limits: Limits) -> Self {
        Self(Rc::new(Account {
            limits,
            read: Cell::new(0),
            unpacked: Cell::new(0),
            note: RefCell::default(),
        }))
    }

    /// Keeps what the reader of the report should know, the first such thing.
    pub fn note(&self, note: &str) {
        self.0.note.borrow_mut().get_or_insert(note.to_string());
    }

    /// What was noted.
    pub fn noted(&self) -> Option<String> {
        self.0.note.borrow().clone()
    }

    /// Whether the file has expanded too much.
    pub fn is_spent(&self) -> bool {
        let Limits {
            document, ratio, ..
        } = self.0.limits;
        // The first document's worth is free: a small file may well be all alike.
        self.0.unpacked.get() > document.saturating_add(ratio.saturating_mul(self.0.read.get()))
    }

    /// Counts what comes off the disk.
    pub fn source<R>(&self, inner: R) -> Source<R> {
        Source {
            inner,
            meter: self.clone(),
        }
    }

    /// Counts what comes out of decompression, and fails when that is too much.
    pub fn unpacked<R>(&self, inner: R) -> Unpacked<R> {
        Unpacked {
            inner,
            meter: self.clone(),
        }
    }
}

/// A stream whose bytes come off the disk.
pub struct Source<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let account = &self.meter.0;
        account.read.set(account.read.get() + read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Source<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// A stream whose bytes come out of decompression.
pub struct Unpacked<R> {
    inner: R,
    meter: Meter,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.meter.is_spent() {
            return Err(io::Error::other(Bomb(self.meter.0.limits.ratio)));
        }
        let read = self.inner.read(buffer)?;
        let account = &self.meter.0;
        account.unpacked.set(account.unpacked.get() + read as u64);
        Ok(read)
    }
}
