//! Trains the recogniser of names, scores it and writes `models/names.bin`.
//!
//! ```sh
//! cargo run --release --example train_names -- DEV.conll models/names.bin TRAIN.conll EXAMPLES...
//! ```
//!
//! Columns of CoNLL-2003 are told by their first line, everything else is taken for sentences with
//! names in brackets, as in `lexicon/examples/names`.

use dateline::annotate::{Label, Labelled, Lexicon, Recogniser, Training, train};
use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Range;
use std::path::Path;
use std::time::Instant;

/// How the recogniser is trained that the program uses.
const TRAINING: Training = Training {
    epochs: 16,
    committee: 4,
    rows: 250_000,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dev, out, train_on @ ..] = arguments.as_slice() else {
        return Err("usage: train_names DEV OUT TRAIN...".into());
    };
    let lexicon = Lexicon::bundled()?;
    let dev = read(Path::new(dev))?;
    let mut articles = Vec::new();
    for path in train_on {
        articles.extend(read(Path::new(path))?);
    }
    let plain = articles.len();
    for at in 0..plain {
        articles.extend(in_other_case(&articles[at], at));
    }
    println!(
        "{plain} articles to train on, {} with their variants; {} to score",
        articles.len(),
        dev.len()
    );

    let started = Instant::now();
    let recogniser = train(&lexicon, &articles, TRAINING);
    println!("trained in {:.0?}", started.elapsed());
    let bytes = recogniser.to_bytes();
    std::fs::write(out, &bytes)?;
    println!("{out}: {} bytes", bytes.len());
    println!("by article");
    score(&lexicon, &recogniser, &dev);
    println!("each sentence by itself");
    let alone: Vec<Labelled> = dev.iter().flat_map(sentences).collect();
    score(&lexicon, &recogniser, &alone);
    Ok(())
}

fn read(path: &Path) -> Result<Vec<Labelled>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    if text.starts_with("-DOCSTART-") {
        Ok(from_columns(&text))
    } else {
        from_brackets(&text).map_err(|e| format!("{}: {e}", path.display()).into())
    }
}

/// Articles in the columns of CoNLL-2003: words with spaces between, each sentence a paragraph.
fn from_columns(text: &str) -> Vec<Labelled> {
    let mut articles = Vec::new();
    let mut article = Labelled {
        text: String::new(),
        names: Vec::new(),
    };
    let mut open: Option<(usize, Label)> = None;
    for line in text.lines().chain([""]) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (word, tag) = match (columns.first(), columns.last()) {
            (Some(&word), Some(&tag)) => (word, tag),
            _ => ("", "O"),
        };
        let label = tag.get(2..).and_then(Label::parse);
        if let Some((start, before)) = open
            && (tag.starts_with('B') || label != Some(before))
        {
            article
                .names
                .push((start..article.text.trim_end().len(), before));
            open = None;
        }
        if word == "-DOCSTART-" {
            articles.push(std::mem::replace(
                &mut article,
                Labelled {
                    text: String::new(),
                    names: Vec::new(),
                },
            ));
        } else if word.is_empty() {
            article.text.truncate(article.text.trim_end().len());
            article.text.push_str("\n\n");
        } else {
            if let (None, Some(label)) = (open, label) {
                open = Some((article.text.len(), label));
            }
            article.text.push_str(word);
            article.text.push(' ');
        }
    }
    articles.push(article);
    articles.retain(|article| !article.text.trim().is_empty());
    articles
}

/// Articles of sentences with names in brackets: `[PER Angela Merkel] left [LOC Berlin].`
fn from_brackets(text: &str) -> Result<Vec<Labelled>, String> {
    let mut articles = Vec::new();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for block in lines
        .split(|line| line.trim().is_empty())
        .filter(|block| !block.is_empty())
    {
        let mut article = Labelled {
            text: String::new(),
            names: Vec::new(),
        };
        for line in block {
            let mut rest = line.trim();
            while let Some(open) = rest.find('[') {
                article.text.push_str(&rest[..open]);
                let close = rest
                    .find(']')
                    .ok_or_else(|| format!("unclosed bracket: {line}"))?;
                let (label, name) = rest[open + 1..close]
                    .split_once(' ')
                    .and_then(|(label, name)| Some((Label::parse(label)?, name)))
                    .ok_or_else(|| format!("no label: {line}"))?;
                let start = article.text.len();
                article.text.push_str(name);
                article.names.push((start..article.text.len(), label));
                rest = &rest[close + 1..];
            }
            article.text.push_str(rest);
            article.text.push_str("\n\n");
        }
        articles.push(article);
    }
    Ok(articles)
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
        let other: String = match style {
            Style::Capitals => c.to_uppercase().collect(),
            Style::Small => c.to_lowercase().collect(),
            Style::Title if !before.is_alphanumeric() && before != '\'' => {
                c.to_uppercase().collect()
            }
            Style::Title => c.to_string(),
        };
        // Bounds of names must stay where they are.
        if other.len() == c.len_utf8() {
            text.push_str(&other)
        } else {
            text.push(c)
        }
        before = c;
    }
    Some(Labelled {
        text,
        names: article.names.clone(),
    })
}

enum Style {
    Capitals,
    Small,
    Title,
}

/// Each sentence as an article of its own.
fn sentences(article: &Labelled) -> Vec<Labelled> {
    let mut start = 0;
    article
        .text
        .split("\n\n")
        .map(|sentence| {
            let range = start..start + sentence.len();
            start = range.end + 2;
            let names = article
                .names
                .iter()
                .filter(|(name, _)| range.contains(&name.start));
            Labelled {
                text: sentence.to_owned(),
                names: names
                    .map(|(name, label)| (name.start - range.start..name.end - range.start, *label))
                    .collect(),
            }
        })
        .collect()
}

type Counts = BTreeMap<&'static str, [usize; 3]>;

/// Prints precision, recall and F1 over exact bounds and label.
fn score(lexicon: &Lexicon, recogniser: &Recogniser, articles: &[Labelled]) {
    let mut counts = Counts::new();
    let started = Instant::now();
    let mut words = 0;
    for article in articles {
        let found: Vec<(Range<usize>, Label)> = recogniser.names(lexicon, &article.text);
        words += article.text.split_whitespace().count();
        for (range, label) in &found {
            let right = article.names.contains(&(range.clone(), *label));
            for key in [name_of(*label), "all"] {
                let row = counts.entry(key).or_default();
                row[1] += 1;
                row[2] += usize::from(right);
            }
        }
        for (_, label) in &article.names {
            for key in [name_of(*label), "all"] {
                counts.entry(key).or_default()[0] += 1;
            }
        }
    }
    println!(
        "{:.0} words/s",
        words as f64 / started.elapsed().as_secs_f64()
    );
    for (name, [gold, found, right]) in counts {
        let (p, r) = (
            right as f64 / found.max(1) as f64,
            right as f64 / gold.max(1) as f64,
        );
        println!(
            "{name:14} {gold:6} precision {:.4} recall {:.4} F1 {:.4}",
            p,
            r,
            2.0 * p * r / (p + r).max(1e-9)
        );
    }
}

fn name_of(label: Label) -> &'static str {
    match label {
        Label::Person => "person",
        Label::Organization => "organization",
        Label::Place => "place",
        Label::Miscellaneous => "miscellaneous",
    }
}
