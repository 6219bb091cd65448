//! Telling what a file is from its first bytes.
//!
//! [`kind`] sorts out what is no text and what is a format that is not read yet; the rest is offered
//! to the readers, each of which has its own `sniff`.

use super::{HEAD_BYTES, READERS, decode};

/// The beginning of a file, after decompression.
pub struct Head {
    /// The first bytes, at most [`HEAD_BYTES`].
    pub bytes: Vec<u8>,
    /// The same as text, as well as can be told, without byte order mark and leading white space.
    pub text: String,
    /// Whether this is the whole file.
    pub whole: bool,
    /// The last extension of the name in lower case, without that of the compression.
    pub extension: String,
}

impl Head {
    /// The head of a file that is called `name`, in lower case, when it is not compressed.
    pub fn new(bytes: Vec<u8>, name: &str) -> Self {
        let whole = bytes.len() < HEAD_BYTES;
        let text = decode::decode_beginning(&bytes, !whole);
        let text = text.trim_start().to_string();
        let extension = name
            .rsplit_once('.')
            .map_or(String::new(), |(_, extension)| extension.to_string());
        Self {
            bytes,
            text,
            whole,
            extension,
        }
    }

    /// The extension, or `other` where there is none.
    pub fn extension_or(&self, other: &str) -> String {
        if self.extension.is_empty() {
            other.to_string()
        } else {
            self.extension.clone()
        }
    }

    /// The first characters of the text, in lower case.
    pub fn start(&self, characters: usize) -> String {
        let start: String = self.text.chars().take(characters).collect();
        start.to_lowercase()
    }

    /// Whether the text begins with `start`, in any case.
    pub fn starts_with(&self, start: &str) -> bool {
        self.text
            .get(..start.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    }
}

/// What a file is at first sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text of some format.
    Text,
    /// A format that may well hold articles, but has no reader.
    NotReadYet(&'static str),
    /// No text at all, or text that is no article, such as a style sheet.
    NotText(&'static str),
}

/// A reader this sure of a file knows it by its content.
const CERTAIN: u8 = 97;

/// Tells at first sight what a file is.
pub fn kind(head: &Head) -> Kind {
    if let Some(kind) = by_magic(&head.bytes) {
        return kind;
    }
    // Before the looks of it: the control characters of wire messages would pass for binary data.
    if READERS.iter().any(|reader| reader.sniff(head) >= CERTAIN) {
        return Kind::Text;
    }
    if let Some(kind) = by_markup(head) {
        return kind;
    }
    // UTF-16 was decoded by now: what is still full of control characters is no text.
    let strange = |character: char| {
        character == '\u{fffd}'
            || (character.is_control()
                && !matches!(
                    character,
                    '\n' | '\r' | '\t' | '\u{0c}' | '\u{1b}' | '\u{85}' | '\u{0}'
                ))
    };
    let sample = head.text.chars().take(8192);
    let (all, odd, nul) = sample.fold((0, 0, 0), |(all, odd, nul), character| {
        (
            all + 1,
            odd + usize::from(strange(character)),
            nul + usize::from(character == '\0'),
        )
    });
    if odd * 50 > all || nul * 3 > all {
        return Kind::NotText("binary data");
    }
    match head.extension.as_str() {
        "css" | "js" | "mjs" | "ts" | "map" | "svg" => Kind::NotText("web page assets"),
        "py" | "rs" | "c" | "h" | "cpp" | "java" | "go" | "rb" | "php" | "sh" | "pl" | "sql" => {
            Kind::NotText("program source")
        }
        _ => Kind::Text,
    }
}

fn by_magic(bytes: &[u8]) -> Option<Kind> {
    use Kind::{NotReadYet, NotText, Text};
    const MAGIC: &[(&[u8], Kind)] = &[
        (b"7z\xbc\xaf\x27\x1c", NotReadYet("7z")),
        (b"Rar!\x1a\x07", NotReadYet("rar")),
        (b"%PDF-", NotReadYet("pdf")),
        (b"{\\rtf", NotReadYet("rtf")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", NotReadYet("ms-office")),
        // Archives of records: some are text, some are not.
        (b"WARC/", Text),
        (b"filedesc://", Text),
        (b"PAR1", NotReadYet("parquet")),
        (b"SQLite format 3\0", NotReadYet("sqlite")),
        (b"\xff\xd8\xff", NotText("JPEG image")),
        (b"\x89PNG\r\n", NotText("PNG image")),
        (b"GIF8", NotText("GIF image")),
        (b"RIFF", NotText("RIFF media")),
        (b"ID3", NotText("MP3 audio")),
        (b"OggS", NotText("Ogg media")),
        (b"\x7fELF", NotText("program")),
        (b"wOFF", NotText("font")),
        (b"wOF2", NotText("font")),
    ];
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        // These are also the beginnings of words.
        let worded = matches!(kind, NotText("RIFF media" | "MP3 audio" | "GIF image"));
        if !worded || bytes.iter().take(64).any(|&byte| byte < 9) {
            return Some(*kind);
        }
    }
    (bytes.get(4..8) == Some(b"ftyp")).then_some(NotText("video"))
}

fn by_markup(head: &Head) -> Option<Kind> {
    let start = head.start(4096);
    let (root, doctype) = root_element(&start);
    let is_page = root.rsplit(':').next() == Some("html") || doctype == "html";
    let is_dtd = head.extension == "dtd" || start.starts_with("<!element");
    (is_dtd && !is_page).then_some(Kind::NotText("document type definition"))
}

/// The names of the first element and of the document type, past declarations and comments.
pub(super) fn root_element(start: &str) -> (&str, &str) {
    let mut rest = start;
    let mut doctype = "";
    loop {
        rest = rest.trim_start();
        let Some(inside) = rest.strip_prefix('<') else {
            return ("", doctype);
        };
        let close = if inside.starts_with("!--") {
            "-->"
        } else {
            ">"
        };
        if let Some(declared) = inside.strip_prefix("!doctype") {
            doctype = declared
                .trim_start()
                .split([' ', '>', '[', '\n', '\r'])
                .next()
                .unwrap_or("");
        } else if !inside.starts_with(['?', '!']) {
            return (
                inside
                    .split([' ', '>', '/', '\n', '\r', '\t'])
                    .next()
                    .unwrap_or(""),
                doctype,
            );
        }
        let Some(end) = inside.find(close) else {
            return ("", doctype);
        };
        rest = &inside[end + close.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::READERS;

    fn reader(name: &str, text: &str) -> &'static str {
        let head = Head::new(text.as_bytes().to_vec(), name);
        match kind(&head) {
            Kind::Text => READERS
                .iter()
                .max_by_key(|reader| reader.sniff(&head))
                .map_or("", |reader| reader.name()),
            Kind::NotReadYet(kind) | Kind::NotText(kind) => kind,
        }
    }

    #[test]
    fn content_comes_before_the_name() {
        for (name, text, format) in [
            ("a.txt", "{\"title\": \"a\", \"text\": \"b\"}", "json"),
            (
                "a.json",
                "{\"title\": \"a\"}\n{\"title\": \"b\"}\n",
                "jsonl",
            ),
            ("a.jsonl", "{\"title\": \"a\"}\n", "jsonl"),
            (
                "a.json",
                "<!DOCTYPE html><html><body><p>Hello</p></body></html>",
                "html",
            ),
            ("a", "---\ntitle: A day\n---\n\nIt was.", "md"),
            ("a.txt", "+++\ntitle = \"A day\"\n+++\n\nIt was.", "md"),
            ("a.txt", "id,title,text\n1,A,\"B, c\"\n2,D,E\n", "csv"),
            ("a.csv", "title;body\nA;B\n", "csv"),
            (
                "a.txt",
                "[Corrected] The mayor said, on Monday, that",
                "txt",
            ),
            ("a.csv", "The mayor spoke on Monday.", "csv"),
            ("a.html", "A note, not a page.", "html"),
            (
                "a.txt",
                "<?xml version=\"1.0\"?><rss version=\"2.0\"></rss>",
                "feed",
            ),
            (
                "a.txt",
                "From: a@b.example\nTo: c@d.example\nDate: x\nSubject: y\n\nHello",
                "mail",
            ),
            (
                "a.txt",
                "From: The Harbour Office\nDate: March 6, 2026\nSubject: Wall\n\nIt will be built.",
                "txt",
            ),
            (
                "a.jpg",
                "\u{0}\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\u{8}",
                "binary data",
            ),
        ] {
            assert_eq!(reader(name, text), format, "{name}: {text}");
        }
    }
}
