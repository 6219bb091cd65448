//! How fast each stage of the annotation is, on one core.
//!
//! ```sh
//! cargo run --release --example speed -- CORPUS
//! ```
//!
//! Reads the corpus into memory, then runs each stage over all of it and prints words a second: the
//! stages build on each other, so each line holds those above it.

use dateline::annotate::{Annotator, Scratch};
use dateline::article::Article;
use dateline::corpus::{Limits, read_folder};
use dateline::text::{sentences, tokenize};
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let corpus = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "corpus".to_owned());
    let mut articles: Vec<Article> = Vec::new();
    read_folder(Path::new(&corpus), &Limits::default(), &mut |article| {
        articles.push(article);
    });
    let words: usize = articles
        .iter()
        .map(|article| article.text.split_whitespace().count())
        .sum();
    println!("{} articles, {words} words", articles.len());
    let annotator = Annotator::bundled()?;
    let mut scratch = Scratch::default();
    let (mut tokens, mut ends) = (Vec::new(), Vec::new());
    let time = |stage: &str, run: &mut dyn FnMut(&Article)| {
        let started = Instant::now();
        articles.iter().for_each(run);
        let seconds = started.elapsed().as_secs_f64();
        println!("{stage:<22} {:>10.0} words/s", words as f64 / seconds);
    };
    time("tokens", &mut |article| {
        tokenize(&article.text, &mut tokens)
    });
    time("+ sentences", &mut |article| {
        tokenize(&article.text, &mut tokens);
        sentences(&article.text, &tokens, &mut ends);
    });
    time("+ names", &mut |article| {
        annotator.recognise(article);
    });
    time("+ countries", &mut |article| {
        annotator.entities(article);
    });
    time("+ events", &mut |article| {
        annotator.annotate(article, &mut scratch);
    });
    Ok(())
}
