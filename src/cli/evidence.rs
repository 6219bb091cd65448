//! By what the countries of an article, and the values of a facet, were reached.

use super::output::{ASIDE, TITLE, columns, hanging, padded, safe, thousands, width};
use crate::annotate::{Annotations, Entity};
use crate::search::evidence::{Evidence, Leading, OfValues, leading, one_line};
use serde_json::{Value, json};
use std::io::Write;

/// How many of the words that lead to a country are shown; the rest is counted.
const SHOWN: usize = 6;

/// A name in a line: `place        Bogotá ×3  CO (capital)`.
pub fn entity_line(entity: &Entity, times: u64) -> String {
    let country = match (entity.country, entity.via) {
        (None, _) => String::new(),
        (Some(country), None) => format!("  {country}"),
        (Some(country), Some(via)) => format!("  {country} ({})", via.name()),
    };
    let text = safe(&entity.text);
    format!("{:<12} {text}{}{country}", entity.kind.name(), by(times))
}

/// The countries of an article as programs read them, each with the words that lead to it.
pub fn countries(annotations: &Annotations) -> Value {
    let leading = leading(annotations);
    let of = |code| {
        let words = leading.get(code).into_iter().flatten();
        let words = words
            .map(|words| json!({"text": words.text, "via": words.via, "mentions": words.mentions}));
        words.collect::<Vec<Value>>()
    };
    annotations
        .countries
        .iter()
        .map(|country| {
            json!({
                "code": country.code,
                "mentions": country.mentions,
                "evidence": of(&country.code),
            })
        })
        .collect()
}

/// Writes the countries of an article, each with the words that lead to it.
pub fn print_countries(out: &mut dyn Write, annotations: &Annotations) -> anyhow::Result<()> {
    if annotations.countries.is_empty() {
        return Ok(());
    }
    writeln!(out, "{TITLE}Countries{TITLE:#} (mentions)")?;
    let leading = leading(annotations);
    let heads: Vec<String> = annotations
        .countries
        .iter()
        .map(|country| format!("{} {}", country.code, country.code.name()))
        .collect();
    let longest = heads.iter().map(|head| head.chars().count()).max();
    let longest = longest.unwrap_or_default();
    for (country, head) in annotations.countries.iter().zip(heads) {
        let mentions = country.mentions;
        let head = format!("  {head:<longest$}  {mentions:>3}  ");
        let words = leading.get(&country.code).map(Vec::as_slice);
        let words = words_line(words.unwrap_or_default());
        hanging(out, &head, &words, width())?;
    }
    Ok(())
}

/// Writes the evidence for the values of a facet: words, with the articles that they are gathered
/// from, and sentences.
pub fn print_evidence<'a>(
    out: &mut dyn Write,
    values: impl Iterator<Item = &'a str> + Clone,
    evidence: &OfValues,
    articles: &str,
) -> anyhow::Result<()> {
    let is_word = |evidence: &Evidence| matches!(evidence, Evidence::Mention(_));
    let from = match evidence.values().flatten().any(is_word) {
        true => format!(", words from {articles}"),
        false => String::new(),
    };
    writeln!(out, "{ASIDE}evidence{from}{ASIDE:#}")?;
    let longest = values.clone().map(columns).max().unwrap_or_default();
    for value in values {
        let mut head = padded(&safe(value), longest + 2);
        let mut words = Vec::new();
        let mut lines = Vec::new();
        for evidence in evidence.get(value).into_iter().flatten() {
            match evidence {
                Evidence::Mention(leading) => words.push(leading.clone()),
                Evidence::Sentence { sentence, article } => {
                    let article = article.get(..8).unwrap_or(article);
                    lines.push(format!("{} · {article}", one_line(&sentence.text)));
                }
            }
        }
        if !words.is_empty() {
            lines.insert(0, words_line(&words));
        }
        if lines.is_empty() {
            lines.push("no sentence".to_owned());
        }
        for line in lines {
            hanging(out, &head, &line, width())?;
            head = " ".repeat(longest + 2);
        }
    }
    Ok(())
}

/// Words that lead to a country: `Petro ×6 (person), Bogotá ×3 (capital), and 3 more`.
fn words_line(words: &[Leading]) -> String {
    let mut parts: Vec<String> = words
        .iter()
        .take(SHOWN)
        .map(|words| {
            let via = words.via.map(|via| format!(" ({})", via.name()));
            let via = via.unwrap_or_default();
            format!("{}{}{via}", words.text, by(words.mentions))
        })
        .collect();
    if words.len() > SHOWN {
        let more = thousands((words.len() - SHOWN) as u64);
        parts.push(format!("and {more} more"));
    }
    parts.join(", ")
}

/// " ×3", where it is more than once.
fn by(times: u64) -> String {
    match times {
        0 | 1 => String::new(),
        times => format!(" ×{}", thousands(times)),
    }
}
