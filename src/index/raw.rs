//! The bytes of a file as they come from the disk: counted, and digested on the way.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much is read at once when a file is only digested, in bytes.
const CHUNK: usize = 256 * 1024;

/// A file on its way to its reader.
pub struct Raw<'a> {
    file: File,
    /// Where it is read from next.
    at: u64,
    /// How far it has been read at all: what the progress counts.
    furthest: u64,
    digest: blake3::Hasher,
    /// How far it has been digested; a reader that jumps about ends that.
    digested: u64,
    at_end: bool,
    fault: Option<String>,
    counted: &'a AtomicU64,
}

impl<'a> Raw<'a> {
    /// Opens a file, of which every byte read is added to `counted`.
    pub fn open(path: &Path, counted: &'a AtomicU64) -> io::Result<Self> {
        // To open a pipe would be to wait for who writes to it.
        if !path.metadata()?.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        Ok(Self {
            file: File::open(path)?,
            at: 0,
            furthest: 0,
            digest: blake3::Hasher::new(),
            digested: 0,
            at_end: false,
            fault: None,
            counted,
        })
    }

    /// What the disk said when it failed, which is no fault of the file.
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// How far it has been read.
    pub fn furthest(&self) -> u64 {
        self.furthest
    }

    /// The digest of all its bytes, those that its reader passed over included.
    pub fn digest(mut self) -> Option<blake3::Hash> {
        if !(self.at_end && self.digested == self.furthest) {
            self.seek(SeekFrom::Start(self.digested)).ok()?;
            let mut chunk = vec![0; CHUNK];
            while self.read(&mut chunk).ok()? > 0 {}
        }
        Some(self.digest.finalize())
    }
}

impl Read for Raw<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.file.read(buffer) {
            Ok(read) => read,
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    self.fault = Some(error.to_string());
                }
                return Err(error);
            }
        };
        self.at_end = read == 0 && !buffer.is_empty();
        if self.at == self.digested {
            self.digest.update(&buffer[..read]);
            self.digested += read as u64;
        }
        self.at += read as u64;
        if self.at > self.furthest {
            self.counted
                .fetch_add(self.at - self.furthest, Ordering::Relaxed);
            self.furthest = self.at;
        }
        Ok(read)
    }
}

impl Seek for Raw<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.file.seek(to)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_of_all_bytes_however_they_were_read() -> io::Result<()> {
        let file = tempfile::NamedTempFile::new()?;
        let bytes: Vec<u8> = (0..1_000_000u32).map(|n| (n % 251) as u8).collect();
        std::fs::write(file.path(), &bytes)?;
        let whole = Some(blake3::hash(&bytes));
        let counted = AtomicU64::new(0);

        let mut raw = Raw::open(file.path(), &counted)?;
        io::copy(&mut raw, &mut io::sink())?;
        assert_eq!(raw.digest(), whole);
        assert_eq!(counted.load(Ordering::Relaxed), 1_000_000);

        let mut raw = Raw::open(file.path(), &counted)?;
        let mut part = [0; 100];
        raw.read_exact(&mut part)?;
        raw.seek(SeekFrom::End(-100))?;
        raw.read_exact(&mut part)?;
        assert_eq!(raw.digest(), whole);
        Ok(())
    }
}
