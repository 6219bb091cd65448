//! `dateline search`: ranked articles, with snippets and the events that matched.

use super::Status;
use super::args::{Format, SearchArgs, SortBy};
use super::facets::Shown;
use super::output::{
    ASIDE, EVENT, TITLE, counted, delimited, hanging, safe, thousands, width, wrapped,
};
use super::record::{HitRecord, copies, countries_and_actions, event_line, snippets};
use super::why::Why;
use crate::search::{Hit, Hits, Index, Marker, Request, SearchOptions};
use anyhow::bail;
use serde_json::{Value, json};
use std::io::Write;
use std::time::Instant;

/// Runs the command.
pub fn run(args: &SearchArgs) -> anyhow::Result<Status> {
    let index = Index::open(&args.index.dir)?;
    if args.paths.only {
        let paths = index.paths(&args.request.request(), false);
        let paths = paths.map_err(|error| args.request.explain(error))?;
        return args.paths.print(&paths);
    }
    if matches!(args.format, Format::Csv | Format::Tsv) && !args.facet.is_empty() {
        bail!("facets are no rows of articles: dateline count --group counts as csv, or take json");
    }
    let started = Instant::now();
    let request = args.request.request();
    let options = args.page.options(args.limit, &args.facet);
    let hits = index
        .search(&request, &options)
        .map_err(|error| args.request.explain(error))?;
    let evidence = match args.evidence {
        false => None,
        true => Some(index.evidence(&request, &hits.facets, args.facet_limit)?),
    };
    let facets = Shown {
        facets: &hits.facets,
        limit: args.facet_limit,
        evidence: evidence.as_ref(),
        filters: &request.filters,
    };
    let why = Why::of(&index, &request, &options, &hits, args.explain)?;
    let took_ms = started.elapsed().as_secs_f64() * 1e3;
    let mut out = super::output::stdout(args.format);
    args.sheet.begin(args.format, &mut out)?;
    match args.format {
        Format::Text if hits.total == 0 => {
            anstream::eprintln!("Nothing found.{}", with_any(&index, request.clone()));
            why.print_beside()?;
        }
        Format::Text => print_text(&mut out, args, &hits, &facets, &why)?,
        Format::Csv | Format::Tsv => print_rows(&mut out, args.format, &hits)?,
        Format::Jsonl => {
            for (at, record) in records(args, &hits).enumerate() {
                let record = why.explained(at, record);
                serde_json::to_writer(&mut out, &record)?;
                writeln!(out)?;
            }
            let summary = why.add_to(summary(&hits, &facets, took_ms));
            serde_json::to_writer(&mut out, &summary)?;
            writeln!(out)?;
        }
        Format::Json => {
            let records = records(args, &hits).enumerate();
            let records: Vec<_> = records
                .map(|(at, record)| why.explained(at, record))
                .collect();
            let summary = why.add_to(summary(&hits, &facets, took_ms));
            let document = json!({ "hits": records, "summary": summary });
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

/// What to say when no article has all the words of a query and some have any.
fn with_any(index: &Index, request: Request) -> String {
    let any = Request {
        any: true,
        ..request
    };
    match index.search(&any, &SearchOptions::new().limit(0)) {
        Ok(hits) if hits.total > 0 => {
            let some = counted(hits.total, "article");
            format!(" With any of the words instead of all, --any finds {some}.")
        }
        _ => String::new(),
    }
}

/// The hits with their ranks, from 1 on the first page.
fn records<'a>(args: &SearchArgs, hits: &'a Hits) -> impl Iterator<Item = HitRecord<'a>> + use<'a> {
    let passages = args.snippets;
    (hits.before + 1..)
        .zip(&hits.hits)
        .map(move |(rank, hit)| HitRecord::of(hit, rank, &hits.marker, passages))
}

fn summary(hits: &Hits, facets: &Shown<'_>, took_ms: f64) -> Value {
    let mut summary = json!({
        "type": "summary",
        "total": hits.total,
        "per": "articles",
        "cursor": hits.next,
        "took_ms": (took_ms * 10.0).round() / 10.0,
    });
    if let Some(stories) = hits.stories {
        summary["stories"] = json!(stories);
    }
    facets.add_to(&mut summary);
    summary
}

fn print_text(
    out: &mut dyn Write,
    args: &SearchArgs,
    hits: &Hits,
    facets: &Shown<'_>,
    why: &Why,
) -> anyhow::Result<()> {
    for (at, hit) in hits.hits.iter().enumerate() {
        let rank = hits.before + at as u64 + 1;
        print_hit(out, hit, rank, &hits.marker, args.snippets)?;
        why.print_of_hit(out, at)?;
    }
    let total = counted(hits.total, "article");
    writeln!(out, "{TITLE}{total}{TITLE:#}{}", shown(args, hits))?;
    if let Some(cursor) = &hits.next {
        writeln!(out, "{ASIDE}the next page: --cursor {cursor}{ASIDE:#}")?;
    }
    facets.print(out)?;
    out.flush()?;
    why.print_beside()
}

/// ", 9 stories, the best 10 shown": what of all that matches stands above.
fn shown(args: &SearchArgs, hits: &Hits) -> String {
    let mut shown = String::new();
    if let Some(stories) = hits.stories {
        shown = match stories {
            1 => ", 1 story".to_owned(),
            stories => format!(", {} stories", thousands(stories)),
        };
    }
    let (number, all) = (hits.hits.len() as u64, hits.stories.unwrap_or(hits.total));
    let which = match args.page.sort {
        SortBy::Score => "best",
        SortBy::Newest => "newest",
        SortBy::Oldest => "oldest",
    };
    let last = thousands(hits.before + number);
    if number > 0 && hits.before > 0 {
        shown += &format!(", {} to {last} shown", thousands(hits.before + 1));
    } else if number > 0 && number < all {
        shown += &format!(", the {which} {last} shown");
    }
    shown
}

/// How many events of an article are shown.
const EVENTS: usize = 3;

/// Prints a hit for people, with so many passages of its text.
pub fn print_hit(
    out: &mut dyn Write,
    hit: &Hit,
    rank: u64,
    marker: &Marker,
    passages: usize,
) -> anyhow::Result<()> {
    let article = &hit.indexed.article;
    let title = match article.title.as_str() {
        "" => "(no title)",
        title => title,
    };
    write!(out, "{TITLE}")?;
    hanging(out, &format!("{rank}. "), title, width())?;
    write!(out, "{TITLE:#}")?;
    let date = article.date.map(|date| date.to_string());
    let about: Vec<String> = [article.outlet.clone(), date, Some(article.path.clone())]
        .into_iter()
        .flatten()
        .map(|part| safe(&part).into_owned())
        .collect();
    let id = &hit.indexed.id[..8];
    let copies = copies(&hit.story).map(|copies| format!(" · {copies}"));
    let mut copies = copies.unwrap_or_default();
    if hit.hidden > 0 {
        copies += &format!(" · {} more here", thousands(hit.hidden));
    }
    let about = format!("{} · {id}{copies}", about.join(" · "));
    write!(out, "{ASIDE}")?;
    wrapped(out, &about, &[], 3, width())?;
    write!(out, "{ASIDE:#}")?;
    let snippets = snippets(hit, marker, passages);
    for snippet in snippets.iter().filter(|snippet| snippet.field == "text") {
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
            let sentence = &event.sentence;
            (marker.marks(sentence.part, &sentence.text, language), event)
        })
        .collect();
    events.sort_by_key(|(marks, _)| std::cmp::Reverse(marks.len()));
    let mut shown = String::new();
    for snippet in &snippets {
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

/// Writes the hits as rows of delimited values.
pub fn print_rows(out: &mut dyn Write, format: Format, hits: &Hits) -> anyhow::Result<()> {
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
    for (rank, hit) in (hits.before + 1..).zip(&hits.hits) {
        let (article, annotations) = (&hit.indexed.article, &hit.indexed.annotations);
        let [countries, actions] = countries_and_actions(annotations);
        writer.write_record([
            rank.to_string(),
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
            countries,
            actions,
        ])?;
    }
    Ok(writer.flush()?)
}
