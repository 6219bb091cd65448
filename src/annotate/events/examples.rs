//! Examples: sentences with what one actor does to another, from which the model learns.

use crate::ontology::{CameoCode, Mode, Plover};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A sentence and what is told in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The sentence.
    pub text: String,
    /// What one of its actors does to another, or that one does nothing to the other.
    pub relations: Vec<ToldOf>,
    /// Whether every other pair of actors in the sentence has nothing between them.
    pub complete: bool,
    /// How much it counts beside others in training.
    pub weight: f32,
}

/// What one actor of an example does to another.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldOf {
    /// Who does it, in bytes of the sentence; `None` where it does not say.
    pub source: Option<Range<usize>>,
    /// To whom.
    pub target: Option<Range<usize>>,
    /// What; `None` for nothing.
    pub act: Option<Act>,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// The PLOVER type.
    pub plover: Plover,
    /// The CAMEO code; `None` where the data has none.
    pub cameo: Option<CameoCode>,
    /// The mode; `None` where the data has none.
    pub mode: Option<Mode>,
}

/// What is wrong with a row of examples.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct ExampleError {
    /// Which line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub fault: String,
}

/// Reads a table of examples, as `lexicon/examples/events/README.md` describes it.
///
/// # Errors
/// At the first row that does not follow the rules.
pub fn read_examples(table: &str) -> Result<Vec<Example>, ExampleError> {
    let mut examples: Vec<Example> = Vec::new();
    for row in rows(table) {
        let (line, [text, source, target, plover, cameo, mode]) = row?;
        let error = |fault: String| ExampleError { line, fault };
        if !text.is_empty() {
            examples.push(Example {
                text: text.to_owned(),
                relations: Vec::new(),
                complete: true,
                weight: 1.0,
            });
        }
        let Some(example) = examples.last_mut() else {
            return Err(error("no sentence".to_owned()));
        };
        let side = |words: &str| match words {
            "-" => Ok(None),
            words => match example.text.find(words) {
                Some(start) => Ok(Some(start..start + words.len())),
                None => Err(error(format!("\"{words}\" is not in the sentence"))),
            },
        };
        let (source, target) = (side(source)?, side(target)?);
        if source == target {
            return Err(error("both sides are the same".to_owned()));
        }
        example.relations.push(ToldOf {
            source,
            target,
            act: act(plover, Some(cameo), mode).map_err(error)?,
        });
    }
    Ok(examples)
}

/// The rows of a table but for comments, each with its line, counted from 1.
fn rows<const N: usize>(
    table: &str,
) -> impl Iterator<Item = Result<(usize, [&str; N]), ExampleError>> {
    let lines = (1..).zip(table.lines());
    let rows = lines.filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
    rows.map(|(line, row)| {
        let cells: Vec<&str> = row.split('\t').collect();
        let found = cells.len();
        let cells = cells.try_into().map_err(|_| ExampleError {
            line,
            fault: format!("{found} columns where {N} belong"),
        })?;
        Ok((line, cells))
    })
}

/// What is done, as a table says it.
fn act(plover: &str, cameo: Option<&str>, mode: &str) -> Result<Option<Act>, String> {
    if plover == "NONE" {
        return Ok(None);
    }
    let plover = Plover::parse(plover).map_err(|e| e.to_string())?;
    let cameo = cameo.map(CameoCode::parse).transpose();
    Ok(Some(Act {
        plover,
        cameo: cameo.map_err(|e| e.to_string())?,
        mode: Some(Mode::parse(mode).map_err(|e| e.to_string())?),
    }))
}

/// What readers have judged of pairs of actors in sentences that are not ours to show: of each the
/// digest alone is kept.
#[derive(Debug, Clone, Default)]
pub struct Judgments(FxHashMap<u64, Vec<ToldOf>>);

impl Judgments {
    /// Reads a table of judgments, as `lexicon/examples/events/README.md` describes it.
    ///
    /// # Errors
    /// At the first row that does not follow the rules.
    pub fn read(table: &str) -> Result<Self, ExampleError> {
        let mut judgments = Self::default();
        let mut of = None;
        for row in rows(table) {
            let (line, [digest, source, target, plover, mode]) = row?;
            let error = |fault: String| ExampleError { line, fault };
            if !digest.is_empty() {
                let digest = u64::from_str_radix(digest, 16);
                of = Some(digest.map_err(|e| error(format!("a digest: {e}")))?);
            }
            let side = |bytes: &str| match (bytes, bytes.split_once('-')) {
                ("-", _) => Ok(None),
                (_, Some((start, end))) => match (start.parse(), end.parse()) {
                    (Ok(start), Ok(end)) if start < end => Ok(Some(start..end)),
                    _ => Err(error(format!("\"{bytes}\" is no range of bytes"))),
                },
                _ => Err(error(format!("\"{bytes}\" is no range of bytes"))),
            };
            let relation = ToldOf {
                source: side(source)?,
                target: side(target)?,
                act: act(plover, None, mode).map_err(error)?,
            };
            let of = of.ok_or_else(|| error("no sentence".to_owned()))?;
            judgments.0.entry(of).or_default().push(relation);
        }
        Ok(judgments)
    }

    /// What is judged of a sentence, its sides in bytes of it.
    #[must_use]
    pub fn of(&self, sentence: &str) -> Option<&[ToldOf]> {
        let digest = blake3::hash(sentence.as_bytes());
        let (first, _) = digest.as_bytes().split_first_chunk()?;
        self.0.get(&u64::from_be_bytes(*first)).map(Vec::as_slice)
    }
}
