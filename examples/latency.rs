//! How long queries take on an index, beside plain term, phrase and boolean queries of tantivy on
//! the same index in the same run: `cargo run --release --example latency -- INDEX`.
//!
//! Each is asked a hundred times; what is printed is the median, in microseconds, of finding the
//! ten best identifiers and the exact total. Ours reads the query each time and, beside the ten, the
//! rest of an answer; `count` is the matching alone.

use dateline::index::Layout;
use dateline::search::{Grouping, Index, Request, SearchOptions};
use std::time::{Duration, Instant};
use tantivy::Term;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

const TIMES: usize = 100;

const QUERIES: &[&str] = &[
    "sanction",
    "tariffs china",
    "\"white house\"",
    "\"trump tariffs\"~5",
    "sanction*",
    "organi?ation*",
    "*ism",
    "zelensky~1",
    "/immigra(nt|tion)s?/",
    "country:CN",
    "date:2019-01..2019-06",
    "event(action:SANCTION)",
    "event(by:US action:SANCTION)",
    "event(by:US action:SANCTION to:CN)",
    "event(by:005 action:Q3 mode:actual)",
    "event(by:US action:ACCUSE on:2018.. confidence:>=0.6)",
    "event(by:(US OR GB OR FR) action:(ACCUSE OR THREATEN) to:Asia at:*)",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which index?")?;
    let (raw, _) = Layout::new(std::path::Path::new(&path)).open()?;
    let text = raw.schema().get_field("text")?;
    let searcher = raw.reader()?.searcher();
    let term = |word: &str| Term::from_field_text(text, word);
    let word = |name: &str| -> Box<dyn Query> {
        Box::new(TermQuery::new(term(name), IndexRecordOption::WithFreqs))
    };
    let queries: [(&str, Box<dyn Query>); 4] = [
        ("raw term: sanction", word("sanction")),
        (
            "raw phrase: white house",
            Box::new(PhraseQuery::new(vec![term("white"), term("hous")])),
        ),
        (
            "raw and: tariff china",
            Box::new(BooleanQuery::intersection(vec![
                word("tariff"),
                word("china"),
            ])),
        ),
        (
            "raw or: tariff china",
            Box::new(BooleanQuery::union(vec![word("tariff"), word("china")])),
        ),
    ];
    println!("{:>9} {:>9} {:>8}  query", "best ten", "count", "articles");
    for (name, query) in queries {
        let top = || (TopDocs::with_limit(10).order_by_score(), Count);
        let (best, found) = median(|| Ok(searcher.search(&query, &top())?.1 as u64))?;
        let (count, _) = median(|| Ok(searcher.search(&query, &Count)? as u64))?;
        print(best, count, found, name);
    }
    let index = Index::open(&path)?;
    for query in QUERIES {
        let request = Request::new(*query);
        let (best, found) = median(|| Ok(index.search(&request, &SearchOptions::new())?.total))?;
        let all = Grouping::default();
        let (count, _) = median(|| Ok(index.count(&request, &all)?.total.articles))?;
        print(best, count, found, query);
    }
    Ok(())
}

fn print(best: Duration, count: Duration, found: u64, name: &str) {
    let (best, count) = (best.as_micros(), count.as_micros());
    println!("{best:>9} {count:>9} {found:>8}  {name}");
}

fn median(
    mut ask: impl FnMut() -> Result<u64, Box<dyn std::error::Error>>,
) -> Result<(Duration, u64), Box<dyn std::error::Error>> {
    let mut found = 0;
    let mut taken = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let start = Instant::now();
        found = ask()?;
        taken.push(start.elapsed());
    }
    taken.sort();
    Ok((taken[TIMES / 2], found))
}
