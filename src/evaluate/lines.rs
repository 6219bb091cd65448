//! Gold in JSON Lines, the format to write by hand or with a few lines of a program: an article a
//! line, with what was marked in it. `docs/accuracy.md` describes it.

use super::gold::{Class, GoldArticle, GoldEntity, GoldError, GoldPlace, Wrong, country};
use crate::article::ByteSpan;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    text: String,
    #[serde(default)]
    title: String,
    date: Option<Date>,
    outlet: Option<String>,
    entities: Option<Vec<EntityMark>>,
    countries: Option<Vec<String>>,
    places: Option<Vec<PlaceMark>>,
}

#[derive(Deserialize)]
struct EntityMark {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

#[derive(Deserialize)]
struct PlaceMark {
    start: usize,
    end: usize,
    country: Option<String>,
    text: Option<String>,
}

/// Reads the articles of a file.
pub fn read(text: &str) -> Result<Vec<GoldArticle>, GoldError> {
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| article(line).map_err(|wrong| wrong.at(number)))
        .collect()
}

fn article(line: &str) -> Result<GoldArticle, Wrong> {
    let line: Line = serde_json::from_str(line)?;
    let entities = marks(line.entities, |mark| {
        let class = Class::parse(&mark.kind).ok_or_else(|| Wrong::Class(mark.kind.clone()))?;
        let span = span(&line.text, mark.start, mark.end, mark.text.as_deref())?;
        Ok(class.map(|class| GoldEntity { span, class }))
    })?;
    let places = marks(line.places, |mark| {
        let span = span(&line.text, mark.start, mark.end, mark.text.as_deref())?;
        let country = mark.country.as_deref().map(country).transpose()?;
        Ok(Some(GoldPlace { span, country }))
    })?;
    let countries = marks(line.countries, |name| Ok(Some(country(&name)?)))?;
    Ok(GoldArticle {
        title: line.title,
        text: line.text,
        date: line.date,
        outlet: line.outlet,
        entities,
        countries,
        places,
    })
}

/// Reads each of the marks, if there are any; what is marked twice counts once.
fn marks<M, T: Ord>(
    marks: Option<Vec<M>>,
    read: impl FnMut(M) -> Result<Option<T>, Wrong>,
) -> Result<Option<Vec<T>>, Wrong> {
    let Some(marks) = marks else {
        return Ok(None);
    };
    let read: Result<Vec<Option<T>>, Wrong> = marks.into_iter().map(read).collect();
    let mut kept: Vec<T> = read?.into_iter().flatten().collect();
    kept.sort();
    kept.dedup();
    Ok(Some(kept))
}

/// The span `start..end` of the text, which has the words there that the mark says.
fn span(text: &str, start: usize, end: usize, words: Option<&str>) -> Result<ByteSpan, Wrong> {
    let found = text
        .get(start..end)
        .filter(|found| !found.is_empty())
        .ok_or(Wrong::Span {
            start,
            end,
            length: text.len(),
        })?;
    match words {
        Some(given) if given != found => Err(Wrong::Words {
            start,
            end,
            found: found.to_owned(),
            given: given.to_owned(),
        }),
        _ => Ok(ByteSpan::new(start, end)),
    }
}
