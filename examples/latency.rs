//! How long queries take on an index, beside plain term, phrase and boolean queries of tantivy on
//! the same index in the same run: `cargo run --release --example latency -- INDEX`.
//!
//! Each is asked a hundred times; what is printed is the median, in microseconds. `page` is a whole
//! result page: the ten best articles read, with their snippets, the exact total and two facets.
//! `best ten` finds the ten best identifiers and the exact total; `faceted` counts two facets over
//! all that match; `count` is the matching alone. Ours reads the query each time.

use dateline::index::Layout;
use dateline::search::snippet::{passages, title};
use dateline::search::{Grouping, Index, Request, SearchError, SearchOptions};
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
    println!(
        "{:>9} {:>9} {:>9} {:>9} {:>8}  query",
        "page", "best ten", "faceted", "count", "articles"
    );
    for (name, query) in queries {
        let top = || (TopDocs::with_limit(10).order_by_score(), Count);
        let (best, found) = median(|| Ok(searcher.search(&query, &top())?.1 as u64))?;
        let (count, _) = median(|| Ok(searcher.search(&query, &Count)? as u64))?;
        print([None, Some(best), None, Some(count)], found, name);
    }
    let index = Index::open(&path)?;
    for query in QUERIES {
        let request = Request::new(*query);
        let ten = SearchOptions::new();
        let (best, _) = median(|| Ok(index.ranking(&request, &ten)?.len() as u64))?;
        let (whole, _) = median(|| Ok(page(&index, &request)?))?;
        let faceted = SearchOptions::new()
            .limit(0)
            .facet("country")
            .facet("action");
        let (facets, _) = median(|| Ok(index.search(&request, &faceted)?.total))?;
        let all = Grouping::default();
        let (count, found) = median(|| Ok(index.count(&request, &all)?.total.articles))?;
        let times = [whole, best, facets, count].map(Some);
        print(times, found, query);
    }
    Ok(())
}

/// Makes a result page and gives how many articles match.
fn page(index: &Index, request: &Request) -> Result<u64, SearchError> {
    let options = SearchOptions::new().facet("country").facet("action");
    let hits = index.search(request, &options)?;
    let mut shown = 0;
    for hit in &hits {
        let article = &hit.indexed.article;
        let language = article.language.as_deref();
        let told = hit.matching_events().filter(|_| hit.asks_for_events);
        let evidence: Vec<_> = told.map(|event| event.sentence.span).collect();
        let body = passages(&article.text, language, &hits.marker, &evidence, 2);
        shown += body.len() + usize::from(title(&article.title, language, &hits.marker).is_some());
    }
    std::hint::black_box(shown);
    Ok(hits.total)
}

fn print(times: [Option<Duration>; 4], found: u64, name: &str) {
    for time in times {
        match time {
            Some(time) => print!("{:>9} ", time.as_micros()),
            None => print!("{:>9} ", ""),
        }
    }
    println!("{found:>8}  {name}");
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
