//! Compressed streams: gzip of one or more members, zstd of one or more frames.
//!
//! Told by their first bytes, whatever the name. Decompression is streamed; a zstd window is held to
//! the decoder's own default of 128 MiB.

use std::io::{self, BufRead, BufReader, Read};

/// How a stream is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 8878.
    Zstd,
}

impl Compression {
    /// The usual suffix of file names, without the dot.
    pub fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gz",
            Compression::Zstd => "zst",
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
        _ => None,
    }
}

/// Opens a stream that may be compressed. Fails when its first bytes cannot be read.
pub fn open<'a>(
    bytes: Box<dyn Read + 'a>,
) -> io::Result<(Box<dyn Read + 'a>, Option<Compression>)> {
    let mut bytes = BufReader::with_capacity(super::HEAD_BYTES, bytes);
    let compression = recognise(bytes.fill_buf()?);
    let stream: Box<dyn Read + 'a> = match compression {
        None => Box::new(bytes),
        Some(Compression::Gzip) => Box::new(flate2::bufread::MultiGzDecoder::new(bytes)),
        Some(Compression::Zstd) => Box::new(zstd::stream::read::Decoder::with_buffer(bytes)?),
    };
    Ok((stream, compression))
}
