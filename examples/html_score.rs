//! How well article text is found on web pages, by the measure of the article extraction benchmark
//! of Zyte: `cargo run --release --example html_score -- FOLDER [WORST]`.
//!
//! FOLDER holds `ground-truth.json` (key to `{articleBody, url}`) and `html/KEY.html.gz`. Texts are
//! split into words; the bags of their runs of four words are compared. Precision and recall are
//! taken for each page and averaged over all of them, F1 is made of the two averages. Given WORST,
//! the pages with the lowest F1 are listed, that many of them.

use std::collections::HashMap;
use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;

use dateline::corpus::{self, Limits};

/// Words that are compared at once.
const RUN: usize = 4;

struct Score {
    key: String,
    precision: f64,
    recall: f64,
}

impl Score {
    fn f1(&self) -> f64 {
        harmonic(self.precision, self.recall)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: html_score FOLDER [WORST]")?;
    let worst: usize = arguments.next().map_or(Ok(10), |count| count.parse())?;
    let folder = Path::new(&folder);
    let truth = std::fs::read_to_string(folder.join("ground-truth.json"))?;
    let truth: HashMap<String, serde_json::Value> = serde_json::from_str(&truth)?;

    let mut scores = Vec::with_capacity(truth.len());
    for (key, page) in &truth {
        let gold = page["articleBody"].as_str().unwrap_or_default();
        let path = folder.join("html").join(format!("{key}.html.gz"));
        let mut text = String::new();
        corpus::read_file(&path, key, &Limits::default(), &mut |article| {
            text = article.text;
            ControlFlow::Break(())
        });
        let (precision, recall) = compare(&runs(gold), &runs(&text));
        scores.push(Score {
            key: key.clone(),
            precision,
            recall,
        });
    }
    let mean = |of: fn(&Score) -> f64| scores.iter().map(of).sum::<f64>() / scores.len() as f64;
    let (precision, recall) = (mean(|score| score.precision), mean(|score| score.recall));
    println!(
        "{} pages: precision {precision:.4}, recall {recall:.4}, F1 {:.4}",
        scores.len(),
        harmonic(precision, recall)
    );
    scores.sort_by(|a, b| a.f1().total_cmp(&b.f1()).then(a.key.cmp(&b.key)));
    for score in scores.iter().take(worst) {
        println!(
            "{:.3}  precision {:.3}  recall {:.3}  {}  {}",
            score.f1(),
            score.precision,
            score.recall,
            score.key,
            truth[&score.key]["url"].as_str().unwrap_or_default()
        );
    }
    Ok(())
}

/// The bag of runs of words; a text of fewer words is one run.
fn runs(text: &str) -> HashMap<Vec<&str>, usize> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let words: Vec<&str> = text
        .split(|character| !is_word(character))
        .filter(|word| !word.is_empty())
        .collect();
    let mut bag = HashMap::new();
    if !words.is_empty() {
        for run in words.windows(RUN.min(words.len())) {
            *bag.entry(run.to_vec()).or_default() += 1;
        }
    }
    bag
}

/// Precision and recall of one bag against the true one.
fn compare(gold: &HashMap<Vec<&str>, usize>, found: &HashMap<Vec<&str>, usize>) -> (f64, f64) {
    let right: usize = found
        .iter()
        .map(|(run, count)| *count.min(gold.get(run).unwrap_or(&0)))
        .sum();
    let share = |all: usize| {
        if all == 0 {
            1.0
        } else {
            right as f64 / all as f64
        }
    };
    (share(found.values().sum()), share(gold.values().sum()))
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b > 0.0 {
        2.0 * a * b / (a + b)
    } else {
        0.0
    }
}
