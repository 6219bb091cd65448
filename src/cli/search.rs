//! `dateline search`: ranked articles, with snippets and the events that matched.

use super::Status;
use super::args::{Format, SearchArgs};
use super::evidence::print_evidence;
use super::output::{
    ASIDE, EVENT, TITLE, Table, counted, delimited, safe, thousands, width, wrapped,
};
use super::record::{FacetValue, HitRecord, copies, event_line, snippets};
use crate::ontology::{Place, Plover};
use crate::search::evidence::{FacetEvidence, has_evidence};
use crate::search::snippet::marks;
use crate::search::{Hit, Hits, Index, Row};
use anyhow::bail;
use serde_json::{Map, Value, json};
use std::io::Write;
use std::time::Instant;

/// Runs the command.
pub fn run(args: &SearchArgs) -> anyhow::Result<Status> {
    let index = Index::open(&args.index.dir)?;
    let started = Instant::now();
    let request = args.request.request();
    let hits = index
        .search(&request, args.limit, &args.facet)
        .map_err(|error| args.request.explain(error))?;
    let evidence = match args.evidence {
        false => None,
        true if !args.facet.iter().any(|name| has_evidence(name)) => {
            bail!("--evidence is for --facet country, region, action, by, to and the like")
        }
        true => Some(index.evidence(&request, &args.facet)?),
    };
    let evidence = evidence.as_ref();
    let took_ms = started.elapsed().as_secs_f64() * 1e3;
    let mut out = super::output::stdout(args.format);
    match args.format {
        Format::Text => print_text(&mut out, args, &hits, evidence)?,
        Format::Csv | Format::Tsv => print_rows(&mut out, args.format, &hits)?,
        Format::Jsonl => {
            for (at, hit) in hits.hits.iter().enumerate() {
                serde_json::to_writer(&mut out, &HitRecord::of(hit, at + 1, &hits.words))?;
                writeln!(out)?;
            }
            serde_json::to_writer(&mut out, &summary(args, &hits, evidence, took_ms))?;
            writeln!(out)?;
        }
        Format::Json => {
            let records: Vec<HitRecord<'_>> = hits
                .hits
                .iter()
                .enumerate()
                .map(|(at, hit)| HitRecord::of(hit, at + 1, &hits.words))
                .collect();
            let document =
                json!({ "hits": records, "summary": summary(args, &hits, evidence, took_ms) });
            serde_json::to_writer_pretty(&mut out, &document)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(if hits.total == 0 {
        Status::Nothing
    } else {
        Status::Found
    })
}

fn summary(
    args: &SearchArgs,
    hits: &Hits,
    evidence: Option<&FacetEvidence>,
    took_ms: f64,
) -> Value {
    let facets: Map<String, Value> = hits
        .facets
        .iter()
        .map(|(name, rows)| {
            let of_values = evidence.and_then(|evidence| evidence.facets.get(name));
            let values: Vec<FacetValue<'_>> = rows
                .iter()
                .take(args.facet_limit)
                .map(|row| FacetValue::of(row, of_values))
                .collect();
            ((*name).to_owned(), json!(values))
        })
        .collect();
    let mut summary = json!({
        "type": "summary",
        "total": hits.total,
        "per": "articles",
        "facets": facets,
        "took_ms": (took_ms * 10.0).round() / 10.0,
    });
    if let Some(evidence) = evidence {
        summary["evidence_articles"] = json!(evidence.articles);
    }
    summary
}

fn print_text(
    out: &mut dyn Write,
    args: &SearchArgs,
    hits: &Hits,
    evidence: Option<&FacetEvidence>,
) -> anyhow::Result<()> {
    if hits.total == 0 {
        anstream::eprintln!("Nothing found.");
        return Ok(());
    }
    for (at, hit) in hits.hits.iter().enumerate() {
        print_hit(out, hit, at + 1, &hits.words)?;
    }
    let shown = match hits.hits.len() as u64 {
        shown if shown > 0 && shown < hits.total => {
            format!(", the best {} shown", thousands(shown))
        }
        _ => String::new(),
    };
    writeln!(
        out,
        "{TITLE}{}{TITLE:#}{shown}",
        counted(hits.total, "article")
    )?;
    for (name, rows) in &hits.facets {
        writeln!(out)?;
        let mut table = Table::new(Format::Text, vec![name, "articles", "events", ""]);
        for row in rows.iter().take(args.facet_limit) {
            let value = value_of(row);
            table.row(vec![
                value.to_owned(),
                thousands(row.counts.articles),
                thousands(row.counts.events),
                meaning(name, value),
            ]);
        }
        table.write(out)?;
        if rows.len() > args.facet_limit {
            let more = thousands((rows.len() - args.facet_limit) as u64);
            writeln!(out, "{ASIDE}… and {more} more; see --facet-limit{ASIDE:#}")?;
        }
        let gathered = evidence.and_then(|all| Some((all.facets.get(name)?, all.articles)));
        if let Some((of_values, articles)) = gathered {
            let values = rows.iter().take(args.facet_limit).map(value_of);
            let best = if articles < hits.total {
                "the best "
            } else {
                ""
            };
            let from = format!("{best}{}", counted(articles, "article"));
            print_evidence(out, values, of_values, &from)?;
        }
    }
    Ok(())
}

/// The value of a facet's row.
fn value_of(row: &Row) -> &str {
    row.values.last().map(String::as_str).unwrap_or_default()
}

/// What a facet's value stands for, where it is a code.
pub fn meaning(field: &str, value: &str) -> String {
    match field {
        "country" | "region" | "by" | "to" | "at" => Place::parse(value)
            .map(|place| place.name().to_owned())
            .unwrap_or_default(),
        "action" => Plover::parse(value)
            .map(|plover| plover.label().to_owned())
            .unwrap_or_default(),
        "cameo" => crate::ontology::CameoCode::parse(value)
            .map(|code| code.label().to_owned())
            .unwrap_or_default(),
        "sector" => crate::ontology::Sector::parse(value)
            .map(|sector| sector.label().to_owned())
            .unwrap_or_default(),
        _ => String::new(),
    }
}

/// How many events of an article are shown.
const EVENTS: usize = 3;

fn print_hit(out: &mut dyn Write, hit: &Hit, rank: usize, words: &[String]) -> anyhow::Result<()> {
    let article = &hit.indexed.article;
    let title = match article.title.as_str() {
        "" => "(no title)",
        title => title,
    };
    writeln!(out, "{rank}. {TITLE}{}{TITLE:#}", safe(title))?;
    let date = article.date.map(|date| date.to_string());
    let about: Vec<String> = [article.outlet.clone(), date, Some(article.path.clone())]
        .into_iter()
        .flatten()
        .map(|part| safe(&part).into_owned())
        .collect();
    let id = &hit.indexed.id[..8];
    let copies = copies(&hit.story).map(|copies| format!(" · {copies}"));
    let copies = copies.unwrap_or_default();
    writeln!(
        out,
        "   {ASIDE}{} · {id}{copies}{ASIDE:#}",
        about.join(" · ")
    )?;
    for snippet in snippets(hit, words)
        .iter()
        .filter(|snippet| snippet.field == "text")
    {
        let marks: Vec<(usize, usize)> = snippet
            .marks
            .iter()
            .map(|&(from, to)| (from - snippet.start, to - snippet.start))
            .collect();
        wrapped(out, &snippet.text, &marks, 3, width())?;
    }
    // Those whose sentence holds most of the query's words first.
    let mut events: Vec<_> = hit
        .matching_events()
        .map(|event| {
            let language = article.language.as_deref();
            (marks(&event.sentence.text, language, words), event)
        })
        .collect();
    events.sort_by_key(|(marks, _)| std::cmp::Reverse(marks.len()));
    let mut shown = String::new();
    for snippet in snippets(hit, words) {
        shown += &snippet.text;
    }
    for (at, (marks, event)) in events.iter().take(EVENTS).enumerate() {
        writeln!(out, "   {EVENT}{}{EVENT:#}", safe(&event_line(event)))?;
        // A sentence stands once, under the last of its events, and not again if the snippet has it.
        let sentence = &event.sentence.text;
        let next = events.get(at + 1).filter(|_| at + 1 < EVENTS);
        let goes_on = next.is_some_and(|(_, next)| next.sentence == event.sentence);
        if !goes_on && !shown.contains(sentence.as_str()) {
            let marks: Vec<(usize, usize)> = marks
                .iter()
                .map(|(mark, _)| (mark.start as usize, mark.end as usize))
                .collect();
            wrapped(out, sentence, &marks, 5, width())?;
        }
    }
    if events.len() > EVENTS {
        let more = counted((events.len() - EVENTS) as u64, "event");
        writeln!(
            out,
            "   {ASIDE}… and {more}; see dateline show {id}{ASIDE:#}"
        )?;
    }
    writeln!(out)?;
    Ok(())
}

fn print_rows(out: &mut dyn Write, format: Format, hits: &Hits) -> anyhow::Result<()> {
    let mut writer = delimited(format, out);
    writer.write_record([
        "rank",
        "score",
        "id",
        "path",
        "date",
        "outlet",
        "language",
        "title",
        "countries",
        "actions",
    ])?;
    for (at, hit) in hits.hits.iter().enumerate() {
        let (article, annotations) = (&hit.indexed.article, &hit.indexed.annotations);
        let countries: Vec<String> = annotations
            .countries
            .iter()
            .map(|country| country.code.to_string())
            .collect();
        let mut actions: Vec<&str> = annotations
            .events
            .iter()
            .map(|event| event.action.plover.name())
            .collect();
        actions.sort_unstable();
        actions.dedup();
        writer.write_record([
            (at + 1).to_string(),
            format!("{:.3}", hit.score),
            hit.indexed.id.clone(),
            article.path.clone(),
            article
                .date
                .map(|date| date.to_string())
                .unwrap_or_default(),
            article.outlet.clone().unwrap_or_default(),
            article.language.clone().unwrap_or_default(),
            article.title.clone(),
            countries.join(" "),
            actions.join(" "),
        ])?;
    }
    Ok(writer.flush()?)
}
