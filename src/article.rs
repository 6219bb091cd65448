//! The article: what every reader gives and everything else takes.

use serde::{Deserialize, Serialize};

/// One news article, as a reader found it.
///
/// `text` is Unicode NFC, its paragraphs separated by one blank line (`"\n\n"`), with lines that
/// were hard-wrapped by the source joined again. What the source does not say is empty or `None`:
/// a missing date stays missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Where the article was read: the path relative to the corpus root, with `/` between folders.
    pub path: String,
    /// The name of the file within an archive, with `/` between folders and nested archives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// The number of the article within a file, or member, that holds several, from 0.
    #[serde(default)]
    pub record: u64,
    /// The identifier that the source itself gives the article, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The headline, on one line. Empty when there is none.
    #[serde(default)]
    pub title: String,
    /// The body.
    pub text: String,
    /// When the article was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<jiff::civil::Date>,
    /// Who published it ("source" is an event's actor, so the field is not called that).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Who wrote it, one name an entry.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// Where it stands on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// ISO 639-1 code of its language; `None` when it could not be told reliably.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Subjects, sections or tags that the source gives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
}

/// A run of UTF-8 bytes, `start..end`, always counted from the beginning of the stored text.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct ByteSpan {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl ByteSpan {
    /// The span `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    /// As a range, to slice the text with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the two spans share a byte.
    pub fn overlaps(self, other: ByteSpan) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly within this span.
    pub fn contains(self, other: ByteSpan) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
