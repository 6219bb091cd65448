//! The physical limit: the same articles in tantivy alone, without annotation.
//!
//! ```sh
//! cargo run --release --example raw_tantivy -- CORPUS
//! ```
//!
//! Reads the corpus into memory, then indexes titles and texts with tantivy's own English analyzer
//! (stemmed, positions, stored, its default settings, two threads) into a temporary folder, and
//! prints what that took beside what `dateline index` takes on the same folder.

use dateline::corpus::{Limits, read_folder};
use dateline::index::{Layout, Progress, UpdateOptions, update};
use std::path::Path;
use std::time::{Duration, Instant};
use tantivy::schema::{IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::{Index, IndexWriter, doc};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let corpus = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "corpus".to_owned());
    let started = Instant::now();
    let mut articles = Vec::new();
    read_folder(Path::new(&corpus), &Limits::default(), &mut |article| {
        articles.push((article.path, article.title, article.text));
    });
    let bytes: usize = articles
        .iter()
        .map(|(_, title, text)| title.len() + text.len())
        .sum();
    println!(
        "{} articles, {:.1} MB of text",
        articles.len(),
        bytes as f64 / 1e6
    );
    let read = started.elapsed();

    let folder = tempfile::tempdir()?;
    let raw = folder.path().join("raw");
    std::fs::create_dir(&raw)?;
    let started = Instant::now();
    raw_index(&raw, articles)?;
    let raw_took = started.elapsed();

    let ours = folder.path().join("dateline");
    let started = Instant::now();
    update(
        &Layout::new(&ours),
        &UpdateOptions::new([&corpus]),
        &Progress::default(),
    )?;
    let took = started.elapsed();

    let row = |what: &str, took: Duration, path: Option<&Path>| {
        let size = path.map(size_of).unwrap_or(0);
        let speed = bytes as f64 / 1e6 / took.as_secs_f64();
        println!(
            "{what:<28} {:>8.2} s {speed:>8.1} MB/s {:>8.1} MB",
            took.as_secs_f64(),
            size as f64 / 1e6
        );
    };
    row("reading alone", read, None);
    row("raw tantivy, from memory", raw_took, Some(&raw));
    row("dateline index", took, Some(&ours));
    println!(
        "ratio of times {:.1}",
        took.as_secs_f64() / raw_took.as_secs_f64()
    );
    Ok(())
}

fn raw_index(path: &Path, articles: Vec<(String, String, String)>) -> tantivy::Result<()> {
    let mut schema = Schema::builder();
    let english = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let prose = TextOptions::default()
        .set_indexing_options(english)
        .set_stored();
    let id = schema.add_text_field("path", STRING | STORED);
    let title = schema.add_text_field("title", prose.clone());
    let text = schema.add_text_field("text", prose);
    let index = Index::create_in_dir(path, schema.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(2, 200_000_000)?;
    for (article_path, article_title, article_text) in articles {
        writer
            .add_document(doc!(id => article_path, title => article_title, text => article_text))?;
    }
    writer.commit()?;
    writer.wait_merging_threads()
}

fn size_of(path: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(path) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => size_of(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}
