//! Gold in the XML of geoparsing corpora: `article` elements with a `text` and the places in it, as
//! `toponym` (the Local-Global Lexicon, TR-News) or `location` (GeoVirus).
//!
//! Offsets count characters of the text. The title is not read: the text, in which alone places are
//! marked, opens with it.

use super::gold::{Gold, GoldArticle, GoldError, GoldPlace, Wrong, country, line_at};
use crate::article::ByteSpan;
use crate::corpus::xml::{self, Element, Node};
use crate::ontology::CountryCode;

/// A place before its span is known.
struct Mark {
    /// In characters.
    start: usize,
    end: usize,
    phrase: Option<String>,
    country: Option<String>,
}

/// Reads the articles of a file.
pub fn read(file: &str, gold: &mut Gold) -> Result<(), GoldError> {
    // What a line ends with is always one character in XML.
    let file = file.replace("\r\n", "\n").replace('\r', "\n");
    let parsed = xml::parse(&file);
    if let Some(damage) = parsed.damage {
        return Err(Wrong::Xml(damage).at(1));
    }
    if let Some(entity) = parsed.declared_entity {
        return Err(Wrong::Xml(xml::refused(&entity)).at(1));
    }
    let root = parsed.root.ok_or_else(|| Wrong::Empty.at(1))?;
    let lines = article_lines(&file);
    for (number, element) in root
        .descendants()
        .filter(|element| element.is("article"))
        .enumerate()
    {
        let article =
            article(element, gold).map_err(|wrong| wrong.at(*lines.get(number).unwrap_or(&1)))?;
        gold.articles.push(article);
    }
    if gold.articles.is_empty() {
        return Err(Wrong::Empty.at(1));
    }
    let mut places = gold.articles.iter().filter_map(|a| a.places.as_ref());
    if !places.any(|places| places.iter().any(|place| place.country.is_some())) {
        return Err(Wrong::NoCountries.at(1));
    }
    Ok(())
}

/// The lines on which `article` elements begin.
fn article_lines(file: &str) -> Vec<usize> {
    const TAG: &str = "<article";
    file.match_indices(TAG)
        .filter(|(at, _)| file[at + TAG.len()..].starts_with([' ', '\n', '\t', '>']))
        .map(|(at, _)| line_at(&file.as_bytes()[..at]))
        .collect()
}

fn article(element: &Element, gold: &mut Gold) -> Result<GoldArticle, Wrong> {
    let text = element.child("text").map(raw_text).unwrap_or_default();
    // Where each character begins, and the end.
    let starts: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let mut places = Vec::new();
    for toponym in element
        .descendants()
        .filter(|e| e.is_any("toponym location"))
    {
        let mark = mark(toponym)?;
        let ends = (starts.get(mark.start), starts.get(mark.end));
        let span = match ends {
            (Some(&start), Some(&end)) if start < end => ByteSpan::new(start, end),
            _ => {
                gold.misplaced += 1;
                continue;
            }
        };
        let is_here = |phrase: &String| text[span.range()] == **phrase;
        if !mark.phrase.as_ref().is_none_or(is_here) {
            gold.misplaced += 1;
            continue;
        }
        let country = mark.country.and_then(|name| mapped(name, gold));
        places.push(GoldPlace { span, country });
    }
    places.sort();
    places.dedup();
    let mut countries: Vec<CountryCode> = places.iter().filter_map(|place| place.country).collect();
    countries.sort();
    countries.dedup();
    Ok(GoldArticle {
        text,
        date: element
            .child("dltime")
            .and_then(|time| time.text().get(..10)?.parse().ok()),
        outlet: element.text_at("domain"),
        // Where no place has a country, the countries are not none but unknown.
        countries: (!countries.is_empty()).then_some(countries),
        places: Some(places),
        ..GoldArticle::default()
    })
}

fn mark(toponym: &Element) -> Result<Mark, Wrong> {
    let offset = |name| {
        let given = toponym.text_at(name).unwrap_or_default();
        given.parse().map_err(|_| Wrong::Offset(given))
    };
    let of_any = |names| {
        toponym
            .descendants()
            .find(|element| element.is_any(names))
            .map(Element::text)
            .filter(|text| !text.is_empty())
    };
    Ok(Mark {
        start: offset("start")?,
        end: offset("end")?,
        phrase: toponym
            .child("phrase")
            .or_else(|| toponym.child("name"))
            .map(raw_text),
        country: of_any("countryCode country_code").or_else(|| of_any("country")),
    })
}

/// The country of this name; a name that leads to none is noted.
fn mapped(name: String, gold: &mut Gold) -> Option<CountryCode> {
    let found = country(&name).ok();
    if found.is_none() {
        *gold.unmapped.entry(name).or_default() += 1;
    }
    found
}

/// The text directly in an element, with the white space around it, which offsets count.
fn raw_text(element: &Element) -> String {
    element
        .children
        .iter()
        .filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        })
        .collect()
}
