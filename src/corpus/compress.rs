//! Compressed streams: gzip, zstd, bzip2 and xz, of one or more members.
//!
//! Told by their first bytes, whatever the name. Decompression is streamed, and needs no more
//! memory than [`WINDOW`].

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use liblzma::stream::{CONCATENATED, Stream};

use super::meter::Meter;

/// The most memory that a decoder may ask for, in bytes: the default of `zstd`, and twice what
/// `xz -9` needs.
const WINDOW: u64 = 128 * 1024 * 1024;

/// How a stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
    /// The format of `bzip2`.
    Bzip2,
    /// The format of `xz`.
    Xz,
}

impl Compression {
    /// The usual suffix of file names, without the dot.
    pub fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gz",
            Compression::Zstd => "zst",
            Compression::Bzip2 => "bz2",
            Compression::Xz => "xz",
        }
    }

    /// A file's name (in lower case) as it was before compression.
    pub fn bare_name(self, name: &str) -> String {
        let (suffixes, archives): (&[&str], &[&str]) = match self {
            Compression::Gzip => (&[".gz", ".gzip"], &[".tgz"]),
            Compression::Zstd => (&[".zst", ".zstd"], &[".tzst"]),
            Compression::Bzip2 => (&[".bz2", ".bzip2"], &[".tbz2", ".tbz"]),
            Compression::Xz => (&[".xz"], &[".txz"]),
        };
        if let Some(bare) = suffixes.iter().find_map(|end| name.strip_suffix(end)) {
            return bare.to_string();
        }
        match archives.iter().find_map(|end| name.strip_suffix(end)) {
            Some(bare) => format!("{bare}.tar"),
            None => name.to_string(),
        }
    }
}

/// Tells the compression from the first bytes of a stream.
pub fn recognise(head: &[u8]) -> Option<Compression> {
    match head {
        [0x1f, 0x8b, 8, ..] => Some(Compression::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compression::Zstd),
        // A skippable frame may come first (RFC 8878, 3.1.2).
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
        // "BZh" is the beginning of a word, too; a block or the end of the stream follows.
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..]
        | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, ..] => Some(Compression::Bzip2),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
        _ => None,
    }
}

/// The decompressed stream. What follows the compressed data and is none is noted in `meter`.
pub fn decoder<'a>(
    compression: Compression,
    stream: Box<dyn BufRead + 'a>,
    meter: &Meter,
) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match compression {
        Compression::Gzip => Box::new(GzipMembers {
            member: GzDecoder::new(stream),
            meter: meter.clone(),
        }),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(stream)?),
        Compression::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(stream)),
        Compression::Xz => {
            let stream_decoder = Stream::new_stream_decoder(WINDOW, CONCATENATED)?;
            Box::new(liblzma::bufread::XzDecoder::new_stream(
                stream,
                stream_decoder,
            ))
        }
    })
}

/// Gzip members one after another, as web archives and log rotation write them. Unlike
/// [`flate2::bufread::MultiGzDecoder`], it ends in peace where something else follows.
struct GzipMembers<'a> {
    member: GzDecoder<Box<dyn BufRead + 'a>>,
    meter: Meter,
}

impl Read for GzipMembers<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.member.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let rest = self.member.get_mut();
            let next = rest.fill_buf()?;
            if next.is_empty() {
                return Ok(0);
            }
            if next[0] != 0x1f {
                // Tapes and some tools pad with zeros; that is not worth a word.
                if next.iter().any(|&byte| byte != 0) {
                    self.meter
                        .note("what follows the gz data is no gz data and was ignored");
                }
                return Ok(0);
            }
            let rest = std::mem::replace(rest, Box::new(io::empty()));
            self.member = GzDecoder::new(rest);
        }
    }
}
