//! Bytes to text.
//!
//! The order is: a byte order mark; UTF-16 without one (every other byte is zero); valid UTF-8; the
//! encoding that the document names, if it decodes cleanly; UTF-8 with a few wrong bytes, which
//! become U+FFFD rather than cost the article; and at last a guess by chardetng. Valid UTF-8 beyond
//! ASCII comes before the declared encoding because it is next to never an accident, while pages
//! that name the wrong encoding are common.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Text, and the encoding that it was in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// The name of the encoding as the WHATWG standard has it, such as `UTF-8`, `windows-1252`.
    pub encoding: &'static str,
}

/// Decodes a whole document. `declared` is the encoding that it names itself, if it does.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    let encoding = encoding_of(bytes, declared, false);
    let (text, encoding, _) = encoding.decode(bytes);
    Decoded {
        text: text.into_owned(),
        encoding: encoding.name(),
    }
}

/// Tells the encoding of a document from its bytes; `cut` says that these are only its beginning,
/// so that a character may be incomplete at the end.
pub fn encoding_of(bytes: &[u8], declared: Option<&str>, cut: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return encoding;
    }
    let (wrong, right) = utf8_sequences(bytes, cut);
    let declared = declared.and_then(labelled);
    if wrong == 0 && (right > 0 || declared.is_none()) {
        return UTF_8;
    }
    if let Some(encoding) = declared
        && encoding != UTF_8
        && (cut
            || encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .is_some())
    {
        return encoding;
    }
    if wrong * 10 <= right {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, !cut);
    detector.guess(None, Utf8Detection::Deny)
}

/// The encoding of a label: those of the WHATWG standard and the other names in use for them.
/// UTF-16 is none, as it would have shown by now.
fn labelled(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().to_ascii_lowercase();
    let known = match label.as_str() {
        "maccyrillic" | "mac-cyrillic" => "x-mac-cyrillic",
        "macroman" | "mac-roman" => "macintosh",
        "cp932" => "shift_jis",
        "cp936" => "gbk",
        "cp949" => "euc-kr",
        "cp950" => "big5",
        other => other,
    };
    Encoding::for_label(known.as_bytes()).filter(|found| ![UTF_16LE, UTF_16BE].contains(found))
}

/// Whether a document decodes without a wrong byte in the encoding of this name.
pub fn is_clean(bytes: &[u8], label: &str) -> bool {
    labelled(label).is_some_and(|encoding| {
        encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some()
    })
}

/// UTF-16 shows by its zero bytes, which in western text stand at every other place. They are
/// counted in the first 4 KiB.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(4096) & !1];
    if sample.len() < 8 {
        return None;
    }
    let (mut even, mut odd) = (0, 0);
    for pair in sample.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let pairs = sample.len() / 2;
    match (even * 100 / pairs, odd * 100 / pairs) {
        (0..=2, 40..) => Some(UTF_16LE),
        (40.., 0..=2) => Some(UTF_16BE),
        _ => None,
    }
}

/// How many byte sequences are wrong in UTF-8, and how many are right and beyond ASCII.
fn utf8_sequences(bytes: &[u8], cut: bool) -> (usize, usize) {
    let (mut wrong, mut right) = (0, 0);
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(valid) => return (wrong, right + beyond_ascii(valid.as_bytes())),
            Err(error) => {
                let (valid, after) = rest.split_at(error.valid_up_to());
                right += beyond_ascii(valid);
                match error.error_len() {
                    Some(length) => {
                        wrong += 1;
                        rest = &after[length..];
                    }
                    None => return (wrong + usize::from(!cut), right),
                }
            }
        }
    }
}

fn beyond_ascii(valid: &[u8]) -> usize {
    valid.iter().filter(|&&byte| byte >= 0xc0).count()
}

/// Turns a stream of bytes in one encoding into a stream of valid UTF-8.
pub struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_start: usize,
    text: Vec<u8>,
    text_start: usize,
    ended: bool,
}

impl<R: Read> Transcoder<R> {
    /// Reads `inner`, which is in `encoding`; a byte order mark is taken off.
    pub fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: Vec::new(),
            raw_start: 0,
            text: Vec::new(),
            text_start: 0,
            ended: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        const CHUNK: usize = 32 * 1024;
        if self.raw_start == self.raw.len() && !self.ended {
            self.raw.resize(CHUNK, 0);
            let read = self.inner.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.raw_start = 0;
            self.ended = read == 0;
        }
        self.text.resize(CHUNK * 3 + 16, 0);
        let (result, read, written, _) =
            self.decoder
                .decode_to_utf8(&self.raw[self.raw_start..], &mut self.text, self.ended);
        self.raw_start += read;
        self.text.truncate(written);
        self.text_start = 0;
        if self.ended && result == CoderResult::InputEmpty {
            // A decoder must not be used after its last call: an empty stream is put in its place.
            self.decoder = UTF_8.new_decoder_without_bom_handling();
        }
        Ok(())
    }
}

impl<R: Read> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.text_start == self.text.len() {
            if self.ended && self.raw_start == self.raw.len() {
                return Ok(0);
            }
            self.fill()?;
        }
        let count = buffer.len().min(self.text.len() - self.text_start);
        buffer[..count].copy_from_slice(&self.text[self.text_start..self.text_start + count]);
        self.text_start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], declared: Option<&str>, text: &str, encoding: &str) {
        let decoded = decode(bytes, declared);
        assert_eq!((decoded.text.as_str(), decoded.encoding), (text, encoding));
    }

    #[test]
    fn encodings_are_told_apart() {
        check(b"plain", None, "plain", "UTF-8");
        check("\u{feff}café".as_bytes(), None, "café", "UTF-8");
        check(b"\xff\xfec\0a\0f\0\xe9\0", None, "café", "UTF-16LE");
        check(
            "The café closes at nine, says the mayor".as_bytes(),
            Some("latin1"),
            "The café closes at nine, says the mayor",
            "UTF-8",
        );
        check(
            b"The \x93caf\xe9\x94 closes at nine",
            None,
            "The “café” closes at nine",
            "windows-1252",
        );
        check(
            b"\xcf\xf0\xe8\xe2\xe5\xf2",
            Some("windows-1251"),
            "Привет",
            "windows-1251",
        );
        check(b"plain", Some("utf-16"), "plain", "UTF-8");
        check(
            b"\x8f\xf0\xe8\xe2\xe5\xf2",
            Some("MacCyrillic"),
            "Привет",
            "x-mac-cyrillic",
        );
        let plain: Vec<u8> = "Parliament votes"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        check(&plain, None, "Parliament votes", "UTF-16LE");
    }

    #[test]
    fn one_wrong_byte_does_not_change_the_encoding() {
        let mut bytes = "élève à l’école où la fête a été déplacée, çà et là"
            .as_bytes()
            .to_vec();
        bytes.push(0xff);
        assert_eq!(decode(&bytes, None).encoding, "UTF-8");
    }

    #[test]
    fn a_stream_is_decoded_as_a_whole_is() {
        let text = "Ünïcode ".repeat(20_000);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut read = String::new();
        let mut stream = Transcoder::new(bytes.as_slice(), UTF_16BE);
        assert!(stream.read_to_string(&mut read).is_ok());
        assert_eq!(read, text);
    }
}
