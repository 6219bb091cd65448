//! `dateline evaluate search`: how well rankings agree with what people judged relevant.

use super::args::{Format, SearchGoldArgs};
use super::evaluate::{shown, write_json, write_lines};
use super::output::{Table, stdout, thousands};
use crate::evaluate::{Collection, RetrievalScorer, RetrievalScores, read_collections};
use crate::index::{Layout, Progress, UpdateOptions, update};
use crate::search::{Index, Ranking, Request, SearchOptions};
use anyhow::Context;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::io::Write;

/// A collection, a ranking and how good it was.
#[derive(Debug, Serialize)]
struct Row {
    collection: String,
    ranking: &'static str,
    articles: u64,
    #[serde(flatten)]
    scores: RetrievalScores,
}

/// Runs the command.
pub fn run(args: &SearchGoldArgs) -> anyhow::Result<()> {
    let mut collections = Vec::new();
    for folder in &args.gold {
        collections.extend(read_collections(folder)?);
    }
    let mut rows = Vec::new();
    for collection in &collections {
        evaluate(collection, args, &mut rows)?;
    }
    let mut out = stdout(args.format);
    match args.format {
        Format::Json => write_json(&mut out, &rows)?,
        Format::Jsonl => write_lines(&mut out, "ranking", &rows)?,
        format => table(&rows, format).write(&mut out)?,
    }
    Ok(out.flush()?)
}

/// Indexes a collection in a folder of its own, asks its queries and forgets the index.
fn evaluate(
    collection: &Collection,
    args: &SearchGoldArgs,
    rows: &mut Vec<Row>,
) -> anyhow::Result<()> {
    let folder = tempfile::tempdir().context("cannot make a folder for an index")?;
    let options = UpdateOptions::new([&collection.articles]);
    update(&Layout::new(folder.path()), &options, &Progress::default())
        .with_context(|| format!("cannot index {}", collection.articles.display()))?;
    let index = Index::open(folder.path())?;
    let mut keys: FxHashMap<String, String> = FxHashMap::default();
    for hit in index.articles(&Request::default())? {
        let indexed = hit?.indexed;
        keys.insert(indexed.id, indexed.article.key.unwrap_or_default());
    }
    let rankings = match args.ablate {
        true => ablations(),
        false => vec![("default", Ranking::default())],
    };
    for (name, ranking) in rankings {
        let mut scorer = RetrievalScorer::default();
        for query in &collection.queries {
            let request = Request {
                any: true,
                ..Request::new(&query.words)
            };
            let options = SearchOptions {
                limit: usize::MAX,
                ranking,
                ..SearchOptions::default()
            };
            let ranked = index
                .ranking(&request, &options)
                .with_context(|| format!("{}: query {}", collection.name, query.number))?;
            let found = ranked.iter().filter_map(|(id, _)| keys.get(id));
            scorer.add(query, found.map(String::as_str));
        }
        rows.push(Row {
            collection: collection.name.clone(),
            ranking: name,
            articles: keys.len() as u64,
            scores: scorer.scores(),
        });
    }
    Ok(())
}

/// The default ranking without each of its choices, plain BM25, and that with each of them alone.
fn ablations() -> Vec<(&'static str, Ranking)> {
    let all = Ranking::default();
    let plain = Ranking {
        k1: 1.2,
        title: 1.0,
        pairs: 0.0,
        stop_words: false,
        ..all
    };
    vec![
        ("default", all),
        (
            "default, stop words counted",
            Ranking {
                stop_words: false,
                ..all
            },
        ),
        (
            "default, k1 of 1.2",
            Ranking {
                k1: plain.k1,
                ..all
            },
        ),
        (
            "default, title weight of 1",
            Ranking {
                title: plain.title,
                ..all
            },
        ),
        (
            "default, no pairs",
            Ranking {
                pairs: plain.pairs,
                ..all
            },
        ),
        ("plain BM25", plain),
        (
            "plain, no stop words",
            Ranking {
                stop_words: true,
                ..plain
            },
        ),
        (
            "plain, k1 of 1.8",
            Ranking {
                k1: all.k1,
                ..plain
            },
        ),
        (
            "plain, title weight of 2",
            Ranking {
                title: all.title,
                ..plain
            },
        ),
        (
            "plain, pairs",
            Ranking {
                pairs: all.pairs,
                ..plain
            },
        ),
    ]
}

fn table(rows: &[Row], format: Format) -> Table<'static> {
    let header = [
        "collection",
        "ranking",
        "articles",
        "queries",
        "map",
        "ndcg@10",
        "recall@100",
    ];
    let mut table = Table::new(format, header.to_vec());
    for row in rows {
        let count = |number: u64| match format {
            Format::Text => thousands(number),
            _ => number.to_string(),
        };
        let scores = [row.scores.map, row.scores.ndcg_10, row.scores.recall_100];
        let scores = scores.map(|score| match (score, format) {
            (Some(score), Format::Csv | Format::Tsv) => score.to_string(),
            (score, _) => shown(score),
        });
        let cells = [
            vec![row.collection.clone(), row.ranking.to_owned()],
            vec![count(row.articles), count(row.scores.queries)],
            scores.to_vec(),
        ];
        table.row(cells.concat());
    }
    table
}
