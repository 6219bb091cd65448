//! Search inside another program: `cargo run --example embed -- INDEX 'QUERY'`.

use dateline::search::{Index, Request, SearchError, SearchOptions};

fn main() -> Result<(), SearchError> {
    let mut arguments = std::env::args().skip(1);
    let index = Index::open(arguments.next().unwrap_or_else(|| "index".to_owned()))?;
    let request = Request::new(arguments.next().unwrap_or_default());

    let options = SearchOptions::new().limit(3).facet("country");
    let hits = index.search(&request, &options)?;
    println!("{} articles", hits.total);
    for hit in &hits {
        println!("{} {}", hit.indexed.id, hit.indexed.article.title);
    }
    for row in hits.facet("country") {
        println!("{}: {} articles", row.values[0], row.counts.articles);
    }
    for found in index.events(&request)?.take(3) {
        let found = found?;
        println!(
            "{}: {}",
            found.event().action.plover,
            found.event().sentence.text
        );
    }
    Ok(())
}
