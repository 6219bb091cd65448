//! Trains the recogniser of names and writes `models/names.bin.zst`.
//!
//! ```sh
//! cargo run --release --example train_names -- models/names.bin.zst TRAIN.conll lexicon/examples/names/*.txt
//! ```
//!
//! Columns of CoNLL-2003 are told by their first line; everything else is taken for sentences with
//! names in brackets (`dateline::annotate::bracketed`). `models/README.md` says how to score what
//! comes out.

use dateline::annotate::{Label, Labelled, Lexicon, Training, bracketed, train};
use dateline::evaluate::{By, Class, Gold};
use dateline::text::perceptron::pack;
use std::error::Error;
use std::time::Instant;

/// How the recogniser is trained that the program uses.
const TRAINING: Training = Training {
    epochs: 16,
    committee: 4,
    rows: 250_000,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [out, files @ ..] = arguments.as_slice() else {
        return Err("usage: train_names OUT TRAIN...".into());
    };
    let lexicon = Lexicon::bundled()?;
    let mut articles = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
        articles.extend(if text.starts_with("-DOCSTART-") {
            from_columns(&text)?
        } else {
            bracketed(&text).map_err(|e| format!("{file}: {e}"))?
        });
    }
    let plain = articles.len();
    for at in 0..plain {
        articles.extend(in_other_case(&articles[at], at));
    }
    println!("{plain} articles, {} with their variants", articles.len());

    let started = Instant::now();
    let bytes = pack(&train(&lexicon, &articles, TRAINING).to_bytes())?;
    std::fs::write(out, &bytes)?;
    println!(
        "{out}: {} bytes after {:.0?}",
        bytes.len(),
        started.elapsed()
    );
    Ok(())
}

fn from_columns(text: &str) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let gold = Gold::read(text.as_bytes(), By::Article)?;
    let articles = gold.articles.into_iter().map(|article| Labelled {
        names: article
            .entities
            .unwrap_or_default()
            .iter()
            .map(|entity| (entity.span.range(), label(entity.class)))
            .collect(),
        text: article.text,
    });
    Ok(articles.collect())
}

fn label(class: Class) -> Label {
    match class {
        Class::Person => Label::Person,
        Class::Organization => Label::Organization,
        Class::Place => Label::Place,
        Class::Misc => Label::Miscellaneous,
    }
}

/// How a text may be set.
enum Style {
    Capitals,
    Small,
    Title,
}

/// For one article in four, a copy as another kind of text has it: all in capitals, all small, or
/// each word with a capital.
fn in_other_case(article: &Labelled, number: usize) -> Option<Labelled> {
    let style = match number % 12 {
        3 => Style::Capitals,
        7 => Style::Small,
        11 => Style::Title,
        _ => return None,
    };
    let mut text = String::new();
    let mut before = ' ';
    for c in article.text.chars() {
        let opens = !before.is_alphanumeric() && before != '\'';
        let other: String = match style {
            Style::Capitals => c.to_uppercase().collect(),
            Style::Small => c.to_lowercase().collect(),
            Style::Title if opens => c.to_uppercase().collect(),
            Style::Title => c.to_string(),
        };
        // Bounds of names must stay where they are.
        match other.len() == c.len_utf8() {
            true => text.push_str(&other),
            false => text.push(c),
        }
        before = c;
    }
    let names = article.names.clone();
    Some(Labelled { text, names })
}
