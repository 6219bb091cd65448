//! `dateline count`: articles, events and stories by field and period.

use super::Status;
use super::args::{CountArgs, Every, Format, Grain};
use super::output::{Table, counted, thousands};
use super::search::meaning;
use crate::search::{Counts, Grouping, Index, Period, facet};
use serde_json::{Map, Value, json};
use std::io::Write;

/// Runs the command.
pub fn run(args: &CountArgs) -> anyhow::Result<Status> {
    let index = Index::open(&args.index.dir)?;
    let fields = args
        .group
        .iter()
        .map(|name| facet(name))
        .collect::<Result<Vec<_>, _>>()?;
    let every = args.every.map(|every| match every {
        Every::Day => Period::Day,
        Every::Week => Period::Week,
        Every::Month => Period::Month,
        Every::Year => Period::Year,
    });
    let grouping = Grouping {
        fields: fields.clone(),
        every,
        stories: args.per == Some(Grain::Stories),
    };
    let mut table = index
        .count(&args.request.request(), &grouping)
        .map_err(|error| args.request.explain(error))?;
    if let Some(grain) = args.per.filter(|_| every.is_none()) {
        table.rows.sort_by(|a, b| {
            count(&b.counts, grain)
                .cmp(&count(&a.counts, grain))
                .then_with(|| a.values.cmp(&b.values))
        });
    }
    let rows = &table.rows[..table.rows.len().min(args.limit.unwrap_or(usize::MAX))];

    let mut out = super::output::stdout(args.format);
    let groups: Vec<&str> = every
        .map(|_| "period")
        .into_iter()
        .chain(fields.clone())
        .collect();
    let grains = match args.per {
        None => vec![Grain::Articles, Grain::Events],
        Some(grain) => vec![grain],
    };
    let is_json = matches!(args.format, Format::Json | Format::Jsonl);
    if is_json {
        let records = rows.iter().map(|row| {
            let mut record = Map::new();
            for (name, value) in groups.iter().zip(&row.values) {
                record.insert((*name).to_owned(), json!(value));
            }
            for grain in &grains {
                record.insert(plural(*grain), json!(count(&row.counts, *grain)));
            }
            Value::Object(record)
        });
        let total: Map<String, Value> = grains
            .iter()
            .map(|grain| (plural(*grain), json!(count(&table.total, *grain))))
            .collect();
        if args.format == Format::Jsonl {
            for record in records {
                writeln!(out, "{record}")?;
            }
            writeln!(out, "{}", json!({ "type": "summary", "total": total }))?;
        } else {
            let document = json!({ "rows": records.collect::<Vec<_>>(), "total": total });
            serde_json::to_writer_pretty(&mut out, &document)?;
            writeln!(out)?;
        }
    } else {
        let text = args.format == Format::Text;
        let names: Vec<String> = grains.iter().copied().map(plural).collect();
        let names = names.iter().map(String::as_str);
        let mut header: Vec<&str> = groups.iter().copied().chain(names).collect();
        // Said once a row is enough: what the last code means.
        let explained = fields.last().copied().filter(|_| text);
        header.extend(explained.map(|_| ""));
        let mut lines = Table::new(args.format, header);
        for row in rows {
            let mut cells = row.values.clone();
            for grain in &grains {
                let number = count(&row.counts, *grain);
                cells.push(if text {
                    thousands(number)
                } else {
                    number.to_string()
                });
            }
            if let Some(field) = explained {
                cells.push(meaning(field, row.values.last().map_or("", String::as_str)));
            }
            lines.row(cells);
        }
        let totals: Vec<String> = totals(&table.total, args.per);
        if text && groups.is_empty() {
            writeln!(out, "{}", totals.join(", "))?;
        } else {
            lines.write(&mut out)?;
        }
        if text && !groups.is_empty() {
            anstream::eprintln!(
                "of {}; an article or event may count in several rows",
                match totals.split_last() {
                    Some((last, others)) => format!("{} and {last}", others.join(", ")),
                    None => String::new(),
                }
            );
        }
    }
    out.flush()?;
    Ok(if table.total.articles == 0 {
        Status::Nothing
    } else {
        Status::Found
    })
}

fn count(counts: &Counts, grain: Grain) -> u64 {
    match grain {
        Grain::Articles => counts.articles,
        Grain::Events => counts.events,
        Grain::Stories => counts.stories.unwrap_or_default(),
    }
}

fn singular(grain: Grain) -> &'static str {
    match grain {
        Grain::Articles => "article",
        Grain::Events => "event",
        Grain::Stories => "story",
    }
}

fn plural(grain: Grain) -> String {
    match grain {
        Grain::Stories => "stories".to_owned(),
        grain => format!("{}s", singular(grain)),
    }
}

/// "2,000 articles", "50 events", and the stories where they are asked for.
fn totals(total: &Counts, per: Option<Grain>) -> Vec<String> {
    let stories = (per == Some(Grain::Stories)).then_some(Grain::Stories);
    [Grain::Articles, Grain::Events]
        .into_iter()
        .chain(stories)
        .map(|grain| counted(count(total, grain), singular(grain)))
        .collect()
}
