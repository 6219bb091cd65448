//! What became of a file: the line that `dateline index --report` writes about it.

use serde::{Deserialize, Serialize};

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// The path relative to the corpus root, with `/` between folders.
    pub path: String,
    /// The format as it was read, such as `txt`, `jsonl.gz`, or `unknown`.
    pub format: String,
    /// Whether the file was read.
    pub outcome: Outcome,
    /// How many articles it gave.
    pub articles: u64,
    /// Why it was skipped, or what is wrong with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The character encoding it was read in, in lower case, such as `utf-8`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// How reading a file ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All of it was read.
    Ok,
    /// Some articles were read; the reason says what is missing.
    Partial,
    /// It is not a file of articles, or of a format that is not read.
    Skip,
    /// It should have been readable and was not.
    Error,
}

impl FileReport {
    /// The report on a file that was not opened at all, such as a hidden one.
    pub fn skipped(path: &str, reason: impl Into<String>) -> Self {
        Self::without_articles(path, "unknown".into(), Outcome::Skip, reason.into())
    }

    /// The report on a file that could not be opened.
    pub fn failed(path: &str, reason: impl Into<String>) -> Self {
        Self::without_articles(path, "unknown".into(), Outcome::Error, reason.into())
    }

    pub(super) fn without_articles(
        path: &str,
        format: String,
        outcome: Outcome,
        reason: String,
    ) -> Self {
        Self {
            path: path.into(),
            format,
            outcome,
            articles: 0,
            reason: Some(reason),
            encoding: None,
        }
    }
}
