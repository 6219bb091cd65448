//! Archives: zip and tar, whose members are files in their turn.
//!
//! Nothing is ever written to the disk under a member's name: members are read as streams, and a
//! name such as `../../etc/passwd` is only what an article says of where it was found. What is no
//! article by its name is passed over as [`walk`](super::walk) does; links and devices are, too.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::read::{ZipFile, read_zipfile_from_stream};

use super::open::{Opened, Stream};
use super::report::{FileReport, Outcome};
use super::{BadRecords, HEAD_BYTES, decode, walk};

/// The kinds of archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Archive {
    /// The format of PKWARE, read from the directory at its end.
    Zip,
    /// POSIX, GNU or old tar, read from front to back.
    Tar,
}

impl Archive {
    /// The usual suffix of file names, without the dot.
    pub fn name(self) -> &'static str {
        match self {
            Archive::Zip => "zip",
            Archive::Tar => "tar",
        }
    }
}

/// Tells an archive from its first bytes.
pub fn recognise(head: &[u8]) -> Option<Archive> {
    match head {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Archive::Zip),
        _ if is_tar_header(head) => Some(Archive::Tar),
        _ => None,
    }
}

/// Whether the first 512 bytes are a header of tar: the one thing that all its dialects share is
/// the sum over them, in octal, with the sum itself as spaces.
fn is_tar_header(head: &[u8]) -> bool {
    const SUM: std::ops::Range<usize> = 148..156;
    let (Some(header), Some(field)) = (head.get(..512), head.get(SUM)) else {
        return false;
    };
    let digits: String = field
        .iter()
        .map(|&byte| char::from(byte))
        .skip_while(|&digit| digit == ' ')
        .take_while(char::is_ascii_digit)
        .collect();
    let sum: u64 = header.iter().map(|&byte| u64::from(byte)).sum();
    let inside: u64 = field.iter().map(|&byte| u64::from(byte)).sum();
    header[0] != 0 && u64::from_str_radix(&digits, 8) == Ok(sum - inside + 8 * u64::from(b' '))
}

/// Reads every article of every member.
pub fn read(archive: Archive, stream: Stream, layer: &Layer, opened: &mut Opened) -> FileReport {
    let mut members = Members::new(layer);
    match archive {
        Archive::Zip => members.zip(stream, opened),
        Archive::Tar => members.tar(stream, opened),
    }
    members.report(archive, opened)
}

/// Where in a file an archive, or what else is read, was found.
#[derive(Clone, Default)]
pub struct Layer {
    /// The names of the members that lead here, from the outermost; empty for the file itself.
    pub member: Option<String>,
    /// How many compressions and archives are around it.
    pub depth: u32,
}

impl Layer {
    fn within(&self, name: &str) -> Self {
        let name = clean_name(name);
        let member = match &self.member {
            Some(outer) => format!("{outer}/{name}"),
            None => name,
        };
        Self {
            member: Some(member),
            depth: self.depth + 1,
        }
    }
}

/// A member's name as a path below its archive, with `/` between folders.
fn clean_name(name: &str) -> String {
    let parts: Vec<&str> = name
        .split(['/', '\\'])
        .filter(|part| !matches!(*part, "" | "." | ".."))
        .collect();
    parts.join("/")
}

/// What became of the members of one archive.
struct Members<'a> {
    layer: &'a Layer,
    bad: BadRecords,
    /// What is wrong with the archive itself.
    damage: Option<String>,
    seen: u64,
    articles: u64,
    encodings: Vec<String>,
    not_read: Option<&'static str>,
}

impl<'a> Members<'a> {
    fn new(layer: &'a Layer) -> Self {
        Self {
            layer,
            bad: BadRecords::default(),
            damage: None,
            seen: 0,
            articles: 0,
            encodings: Vec::new(),
            not_read: None,
        }
    }

    fn zip(&mut self, stream: Stream, opened: &mut Opened) {
        let mut file = match stream.seekable() {
            Ok(file) => BufReader::with_capacity(HEAD_BYTES, file),
            Err(error) => return self.damage = Some(error.to_string()),
        };
        let mut archive = match ZipArchive::new(&mut file) {
            Ok(archive) => archive,
            // Cut short: the directory is at the end, but each member has a header of its own.
            Err(error) => {
                self.damage = Some(format!("the zip's directory cannot be read: {error}"));
                if file.seek(SeekFrom::Start(0)).is_ok() {
                    self.zip_without_directory(&mut file, opened);
                }
                return;
            }
        };
        self.not_read = office(|name| archive.index_for_name(name).is_some());
        if self.not_read.is_some() {
            return;
        }
        for number in 0..archive.len() {
            if opened.is_over() {
                return;
            }
            match archive.by_index(number) {
                Ok(member) => self.zip_member(member, opened),
                Err(error) => {
                    self.seen += 1;
                    self.bad.add(self.seen, error.to_string());
                }
            }
        }
    }

    fn zip_without_directory(&mut self, file: &mut impl Read, opened: &mut Opened) {
        while !opened.is_over() {
            match read_zipfile_from_stream(file) {
                Ok(Some(member)) => self.zip_member(member, opened),
                Ok(None) | Err(_) => return,
            }
        }
    }

    fn zip_member<R: Read>(&mut self, member: ZipFile<'_, R>, opened: &mut Opened) {
        if member.is_dir() || member.is_symlink() {
            return;
        }
        let name = decode::decode(member.name_raw(), None).text;
        let stream = opened.meter.unpacked(member);
        self.member(&name, Box::new(stream), opened);
    }

    fn tar(&mut self, stream: Stream, opened: &mut Opened) {
        let mut archive = tar::Archive::new(stream);
        let entries = match archive.entries() {
            Ok(entries) => entries,
            Err(error) => return self.damage = Some(error.to_string()),
        };
        for entry in entries {
            if opened.is_over() {
                return;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.damage = Some(format!("the tar is damaged or cut short: {error}"));
                    return;
                }
            };
            if entry.header().entry_type().is_file() {
                let name = decode::decode(&entry.path_bytes(), None).text;
                self.member(&name, Box::new(entry), opened);
            }
        }
        // The tar ends before the compression around it, whose checksum comes last.
        if let Err(error) = io::copy(&mut archive.into_inner(), &mut io::sink()) {
            self.damage = Some(format!("the tar is damaged or cut short: {error}"));
        }
    }

    fn member(&mut self, name: &str, stream: Box<dyn Read + '_>, opened: &mut Opened) {
        let hidden = name
            .split(['/', '\\'])
            .any(|part| walk::why_not_by_name(part).is_some() && !matches!(part, "." | ".."));
        if hidden {
            return;
        }
        self.seen += 1;
        let layer = self.layer.within(name);
        let report = opened.read(Stream::Forward(stream), name, &layer);
        self.articles += report.articles;
        if matches!(report.outcome, Outcome::Error | Outcome::Partial) {
            let reason = report.reason.unwrap_or_default();
            let member = layer.member.unwrap_or_default();
            self.bad.add(self.seen, format!("{member}: {reason}"));
        }
        if let Some(encoding) = report.encoding
            && !self.encodings.contains(&encoding)
        {
            self.encodings.push(encoding);
        }
    }

    fn report(self, archive: Archive, opened: &Opened) -> FileReport {
        let wrong: Vec<String> = [self.damage, self.bad.reason("member")]
            .into_iter()
            .flatten()
            .collect();
        let wrong = (!wrong.is_empty()).then(|| wrong.join("; "));
        let (outcome, reason) = match (self.articles, wrong, self.not_read) {
            (0, None, Some(kind)) => (Outcome::Skip, Some(format!("format not read yet: {kind}"))),
            (0, None, None) => {
                let reason = format!("no article in its {} files", self.seen);
                (Outcome::Skip, Some(reason))
            }
            (0, wrong, _) => (Outcome::Error, wrong),
            (_, None, _) => (Outcome::Ok, None),
            (_, wrong, _) => (Outcome::Partial, wrong),
        };
        FileReport {
            path: opened.relative.to_string(),
            format: archive.name().to_string(),
            outcome,
            articles: self.articles,
            reason,
            encoding: (!self.encodings.is_empty()).then(|| self.encodings.join(", ")),
        }
    }
}

/// A document of an office suite or an e-book, which are zips, too.
fn office(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    if has("[Content_Types].xml") {
        Some("office document")
    } else if has("mimetype") && (has("content.xml") || has("META-INF/container.xml")) {
        Some("office document or e-book")
    } else {
        None
    }
}

/// Zips need their end first; what comes as a stream is laid aside: in memory while it is small.
pub fn lay_aside(mut stream: impl Read) -> io::Result<tempfile::SpooledTempFile> {
    const IN_MEMORY: usize = 16 * 1024 * 1024;
    let mut file = tempfile::spooled_tempfile(IN_MEMORY);
    io::copy(&mut stream, &mut file)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_inside() {
        assert_eq!(clean_name("../../etc/passwd"), "etc/passwd");
        assert_eq!(clean_name("/a/./b"), "a/b");
        assert_eq!(clean_name("..\\..\\a.txt"), "a.txt");
    }

    #[test]
    fn tar_is_told_by_its_sum() {
        let mut header = tar::Header::new_old();
        header.set_size(3);
        assert!(header.set_path("a.txt").is_ok());
        header.set_cksum();
        assert_eq!(recognise(header.as_bytes()), Some(Archive::Tar));
        assert_eq!(recognise(&[b' '; 512]), None);
        assert_eq!(recognise(&[0; 512]), None);
    }
}
