//! What `dateline search` says beside its hits: why each was found and ranks where it does, what
//! leaves nothing to be found, and what may have been meant.

use super::output::{ASIDE, TITLE, counted, safe, thousands};
use crate::search::{
    Explanation, Hits, InField, Index, Part, Request, SearchError, SearchOptions, Suggestion,
    Without,
};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Write;

/// All that is said beside hits.
pub struct Why {
    /// One a hit, where they are asked for.
    explanations: Vec<Explanation>,
    /// Where nothing was found.
    without: Vec<Without>,
    suggestions: Vec<Suggestion>,
}

/// A hit with its explanation.
#[derive(Serialize)]
pub struct Explained<'a, T> {
    #[serde(flatten)]
    hit: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Explanation>,
}

impl Why {
    /// What there is to say of the hits of a request.
    pub fn of(
        index: &Index,
        request: &Request,
        options: &SearchOptions,
        hits: &Hits,
        explain: bool,
    ) -> Result<Self, SearchError> {
        let explained = hits.hits.iter().filter(|_| explain);
        Ok(Self {
            explanations: explained
                .map(|hit| index.explain(request, options, hit))
                .collect::<Result<_, _>>()?,
            without: match hits.total {
                0 => index.without(request)?,
                _ => Vec::new(),
            },
            suggestions: index.suggest(request, hits.total)?,
        })
    }

    /// A hit with its explanation, where one is asked for.
    pub fn explained<T: Serialize>(&self, at: usize, hit: T) -> Explained<'_, T> {
        let explanation = self.explanations.get(at);
        Explained { hit, explanation }
    }

    /// The summary with what is said beside the hits.
    pub fn add_to(&self, mut summary: Value) -> Value {
        if !self.without.is_empty() {
            summary["without"] = json!(self.without);
        }
        if !self.suggestions.is_empty() {
            summary["suggestions"] = json!(self.suggestions);
        }
        summary
    }

    /// Prints why a hit was found, where that is asked for.
    pub fn print_of_hit(&self, out: &mut dyn Write, at: usize) -> anyhow::Result<()> {
        match self.explanations.get(at) {
            Some(explanation) => print_explanation(out, explanation),
            None => Ok(()),
        }
    }

    /// Says on standard error what leaves nothing to be found, and what may have been meant.
    pub fn print_beside(&self) -> anyhow::Result<()> {
        let mut stderr = anstream::stderr().lock();
        print_without(&mut stderr, &self.without)?;
        print_suggestions(&mut stderr, &self.suggestions)
    }
}

fn print_explanation(out: &mut dyn Write, explanation: &Explanation) -> anyhow::Result<()> {
    let clauses = explanation.parts.iter().map(|part| part.clause.chars());
    let widest = clauses.map(Iterator::count).max().unwrap_or(0);
    writeln!(out, "   {TITLE}score {:.3}{TITLE:#}", explanation.score)?;
    for part in &explanation.parts {
        let score = match part.score {
            0.0 => "     –".to_owned(),
            score => format!("{score:6.3}"),
        };
        let clause = safe(&part.clause);
        let why = reason(part);
        writeln!(out, "   {score}  {clause:widest$}  {ASIDE}{why}{ASIDE:#}")?;
    }
    if let Some(recency) = explanation.recency {
        writeln!(
            out,
            "   {recency:6.3}  {ASIDE}for its age, by --recency{ASIDE:#}"
        )?;
    }
    if explanation.rest != 0.0 {
        let rest = explanation.rest;
        writeln!(
            out,
            "   {rest:6.3}  {ASIDE}the rest of the ranking{ASIDE:#}"
        )?;
    }
    writeln!(
        out,
        "   {ASIDE}        {} in the text, {} on average: words count more in a shorter one{ASIDE:#}\n",
        counted(explanation.words, "word"),
        thousands(explanation.average_words)
    )?;
    Ok(())
}

/// "headline once (5.1), text 4 times (3.1); in 214 articles".
fn reason(part: &Part) -> String {
    let in_field = |found: &InField| {
        let name = match found.field {
            "title" => "headline",
            _ => "text",
        };
        let times = match found.times {
            0 => String::new(),
            1 => " once".to_owned(),
            times => format!(" {} times", thousands(times)),
        };
        format!("{name}{times} ({:.3})", found.score)
    };
    let fields: Vec<String> = part.fields.iter().map(in_field).collect();
    let holds = match (part.negated, part.holds, part.events) {
        (true, false, _) => "does not hold, as asked".to_owned(),
        (true, true, _) => "holds, and should not".to_owned(),
        (_, false, _) => "does not hold".to_owned(),
        (_, true, Some(events)) => counted(events, "event"),
        (_, true, None) if fields.is_empty() => "holds".to_owned(),
        (_, true, None) => fields.join(", "),
    };
    format!("{holds}; in {}", counted(part.articles, "article"))
}

/// Prints what a request would find without each of its parts.
fn print_without(out: &mut dyn Write, parts: &[Without]) -> anyhow::Result<()> {
    let shown = |part: &Without| match part.filter {
        Some("since" | "until" | "min-confidence") => {
            let value = part.clause.split_once([':', '=']);
            let value = value.map_or(part.clause.as_str(), |(_, value)| value);
            let value = value.trim_start_matches(['>', '<', '=']);
            format!("--{} {value}", part.filter.unwrap_or_default())
        }
        _ => part.clause.clone(),
    };
    let clauses: Vec<String> = parts.iter().map(shown).collect();
    let widest = clauses.iter().map(|clause| clause.chars().count()).max();
    let widest = widest.unwrap_or(0);
    for (part, clause) in parts.iter().zip(clauses) {
        writeln!(
            out,
            "  without {:widest$}  {}  {ASIDE}(alone: {}){ASIDE:#}",
            safe(&clause),
            counted(part.others, "article"),
            thousands(part.alone)
        )?;
    }
    Ok(())
}

/// Prints what may have been meant.
fn print_suggestions(out: &mut dyn Write, suggestions: &[Suggestion]) -> anyhow::Result<()> {
    for suggestion in suggestions {
        let instead: Vec<String> = suggestion
            .instead
            .iter()
            .map(|instead| {
                let articles = counted(instead.articles, "article");
                format!("{TITLE}{}{TITLE:#} ({articles})", safe(&instead.word))
            })
            .collect();
        let word = safe(&suggestion.word);
        let articles = match suggestion.articles {
            0 => "no article".to_owned(),
            articles => counted(articles, "article"),
        };
        let instead = instead.join(", ");
        writeln!(out, "`{word}` is in {articles}; did you mean {instead}?")?;
    }
    Ok(())
}
