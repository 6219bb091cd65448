//! Bytes to text.
//!
//! The order is: a byte order mark; UTF-16 without one (zero bytes at every other place); valid
//! UTF-8; the encoding that the document names, if it decodes; UTF-8 with stray bytes of
//! windows-1252 in it, which are read one by one as what they are; and at last a guess by chardetng,
//! corrected by the language of the words that need no guess: English is not written in
//! windows-1250. Valid UTF-8 beyond ASCII comes before the declared encoding because it is next to
//! never an accident, while pages that name the wrong encoding are common.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    CoderResult, Decoder, Encoding, ISO_2022_JP, ISO_8859_2, ISO_8859_4, ISO_8859_13, ISO_8859_15,
    MACINTOSH, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252, WINDOWS_1254,
    WINDOWS_1257, WINDOWS_1258,
};

use super::language;

/// How a document is reported that is in two encodings.
const MIXED: &str = "UTF-8 and windows-1252";
/// How much of a document is looked at to tell a legacy encoding, in bytes.
const SAMPLE: usize = 64 * 1024;

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
    decode_as(bytes, encoding_of(bytes, declared, false))
}

/// The beginning of a document as text, without the character that may be incomplete at its end.
pub fn decode_beginning(bytes: &[u8], cut: bool) -> String {
    let mut text = decode_as(bytes, encoding_of(bytes, None, cut)).text;
    if cut && text.ends_with('\u{fffd}') {
        text.pop();
    }
    text
}

fn decode_as(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    if encoding == UTF_8 {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut repair = Repair::default();
        let mut text = String::with_capacity(bytes.len());
        let rest = repair.push(bytes, &mut text);
        if rest < bytes.len() {
            text.push('\u{fffd}');
        }
        let encoding = if repair.stray { MIXED } else { UTF_8.name() };
        return Decoded { text, encoding };
    }
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
    let declared = declared.and_then(named);
    let runs = Runs::of(bytes, cut);
    if runs.wrong == 0 && runs.right == 0 && declared.is_none() {
        // ISO-2022-JP is ASCII with these sequences between.
        let is_japanese = [b"\x1b$B", b"\x1b$@"]
            .iter()
            .any(|escape| memchr::memmem::find(bytes, *escape).is_some());
        return if is_japanese { ISO_2022_JP } else { UTF_8 };
    }
    if runs.wrong == 0 && runs.right > 0 {
        return UTF_8;
    }
    if runs.wrong > 0
        && runs.are_mixed()
        && declared.is_none_or(|it| it == UTF_8 || it == WINDOWS_1252)
    {
        return UTF_8;
    }
    if let Some(encoding) = declared
        && encoding != UTF_8
        && (cut || fits(encoding, bytes))
    {
        return encoding;
    }
    if runs.are_mixed() {
        return UTF_8;
    }
    legacy(
        &bytes[..bytes.len().min(SAMPLE)],
        &runs,
        cut || bytes.len() > SAMPLE,
    )
}

/// The encoding of a name, also of names that the WHATWG standard lacks.
fn named(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().to_ascii_lowercase();
    let found = Encoding::for_label(label.as_bytes()).or_else(|| {
        let bare: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
        let known = match bare.as_str() {
            "maccyrillic" => "x-mac-cyrillic",
            "macroman" | "xmacroman" => "macintosh",
            "cp932" | "ms932" => "shift_jis",
            "cp936" | "ms936" => "gbk",
            "cp949" | "ms949" => "euc-kr",
            "cp950" | "ms950" => "big5",
            "latin1" | "ansi" | "usascii" => "windows-1252",
            "latin2" => "iso-8859-2",
            "latin9" => "iso-8859-15",
            "utf8mb4" | "utf8mb3" | "utf8n" => "utf-8",
            _ => {
                let number = bare.strip_prefix("win").or(bare.strip_prefix("windows"));
                let number = number.or(bare.strip_prefix("cp"))?;
                return Encoding::for_label(format!("windows-{number}").as_bytes());
            }
        };
        Encoding::for_label(known.as_bytes())
    });
    // UTF-16 would have shown by now; the other is the standard's stand-in for encodings that are
    // a danger in browsers.
    found.filter(|encoding| ![REPLACEMENT, UTF_16LE, UTF_16BE].contains(encoding))
}

/// Whether a document decodes without a wrong byte in the encoding of this name.
pub fn is_clean(bytes: &[u8], label: &str) -> bool {
    named(label).is_some_and(|encoding| {
        encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .is_some()
    })
}

/// Whether bytes are in an encoding, but for one character in fifty beyond ASCII.
fn fits(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let (text, _, has_errors) = encoding.decode(bytes);
    if !has_errors {
        return true;
    }
    let wrong = text.chars().filter(|&character| character == '\u{fffd}');
    let beyond = text.chars().filter(|character| !character.is_ascii());
    wrong.count() * 50 <= beyond.count()
}

/// UTF-16 shows by its zero bytes, which stand at every other place in western text and beside
/// spaces, line breaks and digits in any other. They are counted in the first 4 KiB.
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
    let encoding = match (even * 100 / pairs, odd * 100 / pairs) {
        (0..=2, 40..) => return Some(UTF_16LE),
        (40.., 0..=2) => return Some(UTF_16BE),
        (_, 3..) if even == 0 => UTF_16LE,
        (3.., _) if odd == 0 => UTF_16BE,
        _ => return None,
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(sample)?;
    let letters = text.chars().filter(|character| character.is_alphabetic());
    (letters.count() * 2 > pairs).then_some(encoding)
}

/// The runs of bytes beyond ASCII in a document, by what they are in UTF-8.
#[derive(Debug, Default)]
struct Runs {
    /// Valid.
    right: usize,
    /// Valid, and of characters that western text is made of.
    western: usize,
    /// Valid and of four bytes or more, which is no accident.
    certain: usize,
    /// Not valid.
    wrong: usize,
    /// Of these, those of one or two bytes: accents and quotes of a single-byte encoding.
    stray: usize,
    /// The bytes in all of them.
    bytes: usize,
}

impl Runs {
    fn of(bytes: &[u8], cut: bool) -> Self {
        let mut runs = Self::default();
        if !cut && std::str::from_utf8(bytes).is_ok() {
            runs.right = usize::from(!bytes.is_ascii());
            return runs;
        }
        let mut at = 0;
        while let Some(start) = bytes[at..].iter().position(|byte| !byte.is_ascii()) {
            let rest = &bytes[at + start..];
            let length = rest.iter().position(u8::is_ascii).unwrap_or(rest.len());
            let run = &rest[..length];
            at += start + length;
            runs.bytes += length;
            match std::str::from_utf8(run) {
                Ok(text) => {
                    runs.right += 1;
                    runs.certain += usize::from(length >= 4);
                    runs.western += usize::from(text.chars().all(is_western));
                }
                Err(error) if cut && at == bytes.len() && error.error_len().is_none() => {}
                Err(_) => {
                    runs.wrong += 1;
                    runs.stray += usize::from(length <= 2);
                }
            }
        }
        runs
    }

    /// UTF-8 in which pieces of a western single-byte encoding stand, or the reverse.
    fn are_mixed(&self) -> bool {
        let few = self.wrong * 10 <= self.right || self.wrong < self.certain;
        let western = self.western > 0 && self.western * 20 >= self.wrong;
        few || (western && self.stray * 10 >= self.wrong * 8)
    }

    /// Single-byte western text has its accents one by one, other scripts have words.
    fn are_short(&self) -> bool {
        self.bytes * 10 <= (self.right + self.wrong) * 22
    }
}

/// Characters of windows-1252 and its kin, which western text has.
fn is_western(character: char) -> bool {
    matches!(character, '\u{a0}'..='\u{17f}' | '\u{192}' | '\u{2c6}' | '\u{2dc}'
        | '\u{2010}'..='\u{203a}' | '\u{20ac}' | '\u{2122}')
}

/// Tells apart the encodings from before Unicode.
fn legacy(bytes: &[u8], runs: &Runs, cut: bool) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, !cut);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if !runs.are_short() {
        return guess;
    }
    // Words without accents are the same in all of them, and tell the language.
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let words = bytes
        .split(|byte| !is_letter(byte))
        .filter(|word| !word.is_empty() && word.is_ascii());
    let mut plain = String::new();
    for word in words.take(1000) {
        plain.extend(word.iter().map(|&byte| char::from(byte)));
        plain.push(' ');
    }
    let of_language = language::detect("", &plain).and_then(language::windows_encoding);
    let kin: &[&'static Encoding] = match of_language {
        Some(encoding) if encoding == WINDOWS_1252 => return western(bytes),
        Some(encoding) if encoding == WINDOWS_1250 => &[WINDOWS_1250, ISO_8859_2],
        Some(encoding) if encoding == WINDOWS_1257 => &[WINDOWS_1257, ISO_8859_13, ISO_8859_4],
        Some(encoding) => return encoding,
        // Without a language, a guess between these rests on single letters.
        None if [WINDOWS_1250, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258].contains(&guess) => {
            return if runs.wrong < 5 {
                western(bytes)
            } else {
                guess
            };
        }
        None => return guess,
    };
    if kin.contains(&guess) { guess } else { kin[0] }
}

/// Tells apart the encodings of western languages: windows-1252, which ISO-8859-1 is a part of;
/// ISO-8859-15, by what would be fractions within words and a sign that nobody uses; and that of
/// the Macintosh, by what its accents and quotes would be elsewhere.
fn western(bytes: &[u8]) -> &'static Encoding {
    let fit = |encoding: &'static Encoding| {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let mut fit = 0_i64;
        let mut before = ' ';
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if !character.is_ascii() {
                let after = characters.peek().copied().unwrap_or(' ');
                fit += plausible(before, character, after);
            }
            before = character;
        }
        fit
    };
    let usual = fit(WINDOWS_1252);
    let has_controls = bytes.iter().any(|byte| matches!(byte, 0x80..=0x9f));
    if !has_controls && fit(ISO_8859_15) > usual {
        ISO_8859_15
    } else if usual <= 0 && fit(MACINTOSH) > usual {
        MACINTOSH
    } else {
        WINDOWS_1252
    }
}

/// How well a character beyond ASCII stands between its neighbours in western prose.
fn plausible(before: char, character: char, after: char) -> i64 {
    let in_word = before.is_alphabetic() && after.is_alphabetic();
    let touches = before.is_alphabetic() || after.is_alphabetic();
    match character {
        '’' => {
            if in_word {
                2
            } else {
                1
            }
        }
        '“' | '‘' | '«' | '„' | '¿' | '¡' => {
            if before.is_alphabetic() {
                -1
            } else {
                1
            }
        }
        '”' | '»' => {
            if after.is_alphabetic() {
                -1
            } else {
                1
            }
        }
        '–' | '—' | '…' | '•' | '·' | '\u{a0}' | '€' | '£' | '§' | '°' | '®' | '™' | '©' => {
            1
        }
        'œ' | 'Œ' | 'š' | 'Š' | 'ž' | 'Ž' | 'Ÿ' if !touches => -1,
        'ß' | 'ª' | 'º' => 1,
        _ if character.is_lowercase() => match (before.is_uppercase(), after.is_uppercase()) {
            (true, true) => -1,
            (false, true) => -2,
            _ if touches => 2,
            _ => 1,
        },
        _ if character.is_uppercase() => match before.is_lowercase() {
            true => -2,
            false if touches || matches!(character, 'À' | 'È' | 'É') => 1,
            false => -1,
        },
        '½' | '¼' | '¾' => {
            if touches {
                -1
            } else {
                1
            }
        }
        '¤' | '¦' | '¨' | '¸' | '\u{80}'..='\u{9f}' => -1,
        _ if in_word => -1,
        _ => 0,
    }
}

/// Reads UTF-8 piece by piece: what is wrong in it becomes a character of windows-1252 where the
/// document is western, and U+FFFD elsewhere.
#[derive(Default)]
struct Repair {
    western: u64,
    foreign: u64,
    /// Whether a byte was read as windows-1252.
    stray: bool,
}

impl Repair {
    /// Appends the text of `bytes`, up to a character that may be incomplete at the end, and
    /// returns where that begins.
    fn push(&mut self, bytes: &[u8], text: &mut String) -> usize {
        let mut at = 0;
        loop {
            match std::str::from_utf8(&bytes[at..]) {
                Ok(valid) => {
                    self.look_at(valid);
                    text.push_str(valid);
                    return bytes.len();
                }
                Err(error) => {
                    let (valid, wrong) = bytes[at..].split_at(error.valid_up_to());
                    let valid = String::from_utf8_lossy(valid);
                    self.look_at(&valid);
                    text.push_str(&valid);
                    at += valid.len();
                    let Some(length) = error.error_len() else {
                        return at;
                    };
                    self.wrong(&wrong[..length], text);
                    at += length;
                }
            }
        }
    }

    fn look_at(&mut self, valid: &str) {
        // What lies far back says no more than what is near.
        let near = valid.len().saturating_sub(SAMPLE);
        for &lead in valid.as_bytes()[near..]
            .iter()
            .filter(|&&byte| byte >= 0xc2)
        {
            // Up to U+024F, and U+2000 to U+2FFF.
            if lead <= 0xc9 || lead == 0xe2 {
                self.western += 1;
            } else {
                self.foreign += 1;
            }
        }
    }

    fn wrong(&mut self, bytes: &[u8], text: &mut String) {
        // What is left of a character of three bytes, such as a quotation mark.
        let is_rest = bytes.len() > 1 && matches!(bytes[..2], [0xe2..=0xef, 0x80..=0x82]);
        let is_defined =
            |byte: &u8| !matches!(byte, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d | 0xfe | 0xff);
        if self.foreign > self.western || is_rest || !bytes.iter().all(is_defined) {
            text.push('\u{fffd}');
        } else {
            self.stray = true;
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(bytes).0);
        }
    }
}

/// Turns a stream of bytes in one encoding into a stream of valid UTF-8.
pub struct Transcoder<R> {
    inner: R,
    /// None for UTF-8, which is read piece by piece.
    decoder: Option<Decoder>,
    repair: Repair,
    at_start: bool,
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
            decoder: (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal()),
            repair: Repair::default(),
            at_start: true,
            raw: Vec::new(),
            raw_start: 0,
            text: Vec::new(),
            text_start: 0,
            ended: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        const CHUNK: usize = 32 * 1024;
        if !self.ended && (self.raw_start == self.raw.len() || self.decoder.is_none()) {
            self.raw.drain(..self.raw_start);
            self.raw_start = 0;
            let kept = self.raw.len();
            self.raw.resize(kept + CHUNK, 0);
            let read = self.inner.read(&mut self.raw[kept..])?;
            self.raw.truncate(kept + read);
            self.ended = read == 0;
        }
        let Some(decoder) = &mut self.decoder else {
            self.repair();
            return Ok(());
        };
        self.text.resize(CHUNK * 3 + 16, 0);
        let (result, read, written, _) =
            decoder.decode_to_utf8(&self.raw[self.raw_start..], &mut self.text, self.ended);
        self.raw_start += read;
        self.text.truncate(written);
        self.text_start = 0;
        if self.ended && result == CoderResult::InputEmpty {
            // A decoder must not be used after its last call: an empty stream is put in its place.
            self.decoder = Some(UTF_8.new_decoder_without_bom_handling());
        }
        Ok(())
    }

    /// The next piece of UTF-8.
    fn repair(&mut self) {
        let mark = b"\xef\xbb\xbf";
        if self.at_start && self.raw.len() < mark.len() && !self.ended {
            return;
        }
        if std::mem::take(&mut self.at_start) && self.raw.starts_with(mark) {
            self.raw_start = mark.len();
        }
        let mut text = String::from_utf8(std::mem::take(&mut self.text)).unwrap_or_default();
        text.clear();
        let bytes = &self.raw[self.raw_start..];
        let mut done = self.repair.push(bytes, &mut text);
        if self.ended && done < bytes.len() {
            text.push('\u{fffd}');
            done = bytes.len();
        }
        self.raw_start += done;
        self.text = text.into_bytes();
        self.text_start = 0;
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
    fn pieces_of_two_encodings() {
        let mut bytes = "The café’s owner said so. ".as_bytes().to_vec();
        bytes.extend(b"\x93It is old,\x94 she said \x97 the caf\xe9.");
        let text = "The café’s owner said so. “It is old,” she said — the café.";
        check(&bytes, None, text, MIXED);
        check(&bytes, Some("utf-8"), text, MIXED);
        let mut streamed = String::new();
        assert!(
            Transcoder::new(bytes.as_slice(), UTF_8)
                .read_to_string(&mut streamed)
                .is_ok()
        );
        assert_eq!(streamed, text);
        let russian =
            b"\xd0\x9c\xd0\xb8\xd1\x80 \xe9 \xd0\x9c\xd0\xb8\xd1\x80, \xd0\xb8 \xd0\xbd\xd0\xb5";
        assert_eq!(
            decode(russian, Some("utf-8")).text,
            "Мир \u{fffd} Мир, и не"
        );
    }

    #[test]
    fn western_encodings_are_told_apart() {
        let french = "Le maire a dit que le pont est fermé, et que les bateaux ne sont pas à l’arrêt. C’est pour la sécurité.";
        for encoding in [WINDOWS_1252, MACINTOSH] {
            let bytes = encoding.encode(french).0;
            check(&bytes, None, french, encoding.name());
        }
        let coeur = "Le maire a dit que le pont est fermé, au cœur de la ville, pour 5 € par jour et par personne.";
        let bytes = ISO_8859_15.encode(coeur).0;
        check(&bytes, None, coeur, "ISO-8859-15");
        let polish = "Burmistrz powiedział, że most będzie zamknięty do wiosny, ale nie dla pieszych i że to jest już pewne.";
        check(&WINDOWS_1250.encode(polish).0, None, polish, "windows-1250");
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
