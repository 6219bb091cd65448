//! Facets for people and for programs.

use super::args::Format;
use super::evidence::print_evidence;
use super::output::{ASIDE, Table, counted, thousands};
use super::record::FacetValue;
use crate::ontology::{CameoCode, Place, Plover, Sector};
use crate::search::evidence::FacetEvidence;
use crate::search::{Facet, FacetCounts, Filters, Row};
use serde_json::{Map, Value, json};
use std::io::Write;

/// What is shown of facets.
pub struct Shown<'a> {
    /// The counts.
    pub facets: &'a [FacetCounts],
    /// How many values of each.
    pub limit: usize,
    /// What is behind them, where that is asked for.
    pub evidence: Option<&'a FacetEvidence>,
    /// The filters of the request, to mark what they ask for.
    pub filters: &'a Filters,
}

impl Shown<'_> {
    /// Adds the facets to the summary of a search.
    pub fn add_to(&self, summary: &mut Value) {
        let (mut facets, mut over) = (Map::new(), Map::new());
        for of in self.facets {
            let name = of.facet.to_string();
            let of_values = self
                .evidence
                .and_then(|evidence| evidence.facets.get(&name));
            let values: Vec<FacetValue<'_>> = of
                .rows
                .iter()
                .take(self.limit)
                .map(|row| FacetValue::of(row, of.facet, self.filters, of_values))
                .collect();
            facets.insert(name.clone(), json!(values));
            if let Some(without) = of.without {
                let total = &of.total;
                let counts = json!({
                    "without": without, "articles": total.articles, "events": total.events,
                });
                over.insert(name, counts);
            }
        }
        summary["facets"] = Value::Object(facets);
        if !over.is_empty() {
            summary["facets_over"] = Value::Object(over);
        }
        if let Some(evidence) = self.evidence {
            summary["evidence_articles"] = json!(evidence.articles);
        }
    }

    /// Writes them as tables.
    pub fn print(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        for of in self.facets {
            self.print_one(out, of)?;
        }
        Ok(())
    }

    fn print_one(&self, out: &mut dyn Write, of: &FacetCounts) -> anyhow::Result<()> {
        writeln!(out)?;
        let name = of.facet.to_string();
        let mut table = Table::new(Format::Text, vec![&name, "articles", "events", ""]);
        let shown = &of.rows[..of.rows.len().min(self.limit)];
        let mut marked = "";
        for (depth, row) in as_tree(shown, of.facet) {
            let value = value_of(row);
            let asked = of.without.is_some() && of.facet.is_asked(value, self.filters);
            let mark = if asked { " *" } else { "" };
            if asked {
                marked = "* as filtered; ";
            }
            table.row(vec![
                format!("{:indent$}{value}{mark}", "", indent = depth * 2),
                thousands(row.counts.articles),
                thousands(row.counts.events),
                meaning(of.facet.field(), value),
            ]);
        }
        table.write(out)?;
        if of.rows.len() > shown.len() {
            let more = thousands((of.rows.len() - shown.len()) as u64);
            writeln!(out, "{ASIDE}… and {more} more; see --facet-limit{ASIDE:#}")?;
        }
        if let Some(without) = of.without {
            let articles = counted(of.total.articles, "article");
            writeln!(
                out,
                "{ASIDE}{marked}counted without --{without}, in {articles}{ASIDE:#}"
            )?;
        }
        let of_values = self
            .evidence
            .and_then(|all| Some((all.facets.get(&name)?, all.articles)));
        if let Some((of_values, articles)) = of_values {
            let best = match articles < of.total.articles {
                true => "the best ",
                false => "",
            };
            let articles = format!("{best}{}", counted(articles, "article"));
            print_evidence(out, shown.iter().map(value_of), of_values, &articles)?;
        }
        Ok(())
    }
}

/// Rows with how deep each lies, each behind the one that it lies under. A value never has more
/// articles than the one above it, so the first of many hold what they lie under.
fn as_tree(rows: &[Row], facet: Facet) -> Vec<(usize, &Row)> {
    let parent = |row: &Row| facet.parent(value_of(row));
    let is_shown = |value: &str| rows.iter().any(|row| value_of(row) == value);
    let mut out = Vec::new();
    let mut next: Vec<(usize, &Row)> = rows
        .iter()
        .rev()
        .filter(|row| !parent(row).is_some_and(is_shown))
        .map(|row| (0, row))
        .collect();
    while let Some((depth, row)) = next.pop() {
        out.push((depth, row));
        let below = rows.iter().rev();
        let below = below.filter(|below| parent(below) == Some(value_of(row)));
        next.extend(below.map(|below| (depth + 1, below)));
    }
    out
}

/// The value of a facet's row.
fn value_of(row: &Row) -> &str {
    row.values.last().map(String::as_str).unwrap_or_default()
}

/// What a facet's value stands for, where it is a code.
pub fn meaning(field: &str, value: &str) -> String {
    let label = match field {
        "country" | "region" | "by" | "to" | "at" => Place::parse(value).map(Place::name).ok(),
        "action" => Plover::parse(value).map(Plover::label).ok(),
        "cameo" => CameoCode::parse(value).map(CameoCode::label).ok(),
        "sector" => Sector::parse(value).map(Sector::label).ok(),
        _ => None,
    };
    label.unwrap_or_default().to_owned()
}
