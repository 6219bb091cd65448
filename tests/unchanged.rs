//! That annotations stay exactly the same as long as nobody means to change them: what makes the
//! annotator faster must not change what it finds.
//!
//! `tests/data/unchanged.tsv` holds digests of what is found in the sample corpus and in sentences of
//! `lexicon/examples`, and the versions of lexicon and coder that they are of. After a
//! change of rules, which gives another version, `UPDATE_UNCHANGED=1 cargo test --test unchanged`
//! writes it anew; it does not where the same rules give something else for the same text.

use dateline::annotate::{Annotations, Annotator, Scratch, read_examples};
use dateline::article::Article;
use dateline::corpus::{Limits, read_folder};
use dateline::index::Versions;
use regex::Regex;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const TABLE: &str = "tests/data/unchanged.tsv";
const UPDATE: &str = "UPDATE_UNCHANGED";
/// Fewer sentences and articles would say little.
const LEAST: usize = 5_000;
/// Of the examples of events, one in so many: all of them would take long.
const ONE_IN: usize = 4;
/// Confidences are compared to this many parts: the last digits depend on the machine's mathematics.
const PARTS: f64 = 1e6;

/// What is known of one file: digests of its articles and of what was found in them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    articles: usize,
    given: String,
    found: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn annotations_are_what_they_were() {
    let inputs = inputs();
    let count: usize = inputs.values().map(Vec::len).sum();
    assert!(count >= LEAST, "only {count} sentences and articles");
    let annotator = Annotator::bundled().expect("the bundled tables are sound");
    let now: BTreeMap<String, Row> = std::thread::scope(|scope| {
        let annotator = &annotator;
        let rows: Vec<_> = inputs
            .iter()
            .map(|(name, articles)| (name, scope.spawn(move || row(annotator, articles))))
            .collect();
        rows.into_iter()
            .map(|(name, row)| (name.clone(), row.join().expect("no panic")))
            .collect()
    });

    let rules = format!(
        "lexicon {}, coder {}",
        Versions::current().lexicon,
        Versions::current().coder
    );
    let (then_rules, then) = read_table();
    let changed: Vec<&String> = now
        .iter()
        .filter(|(name, row)| {
            then.get(*name)
                .is_some_and(|then| then.given == row.given && then.found != row.found)
        })
        .map(|(name, _)| name)
        .collect();
    assert!(
        changed.is_empty() || then_rules != rules,
        "the same rules find something else in {changed:?}: undo that, or raise the coder's version"
    );
    if (&then_rules, &then) == (&rules, &now) {
        return;
    }
    assert!(
        std::env::var_os(UPDATE).is_some(),
        "rules or texts have changed; if that is meant: {UPDATE}=1 cargo test --test unchanged"
    );
    write_table(&rules, &now);
}

/// The articles and sentences by the file that they are in, the sample corpus being one.
fn inputs() -> BTreeMap<String, Vec<Article>> {
    let mut inputs: BTreeMap<String, Vec<Article>> = BTreeMap::new();
    let corpus = inputs.entry("corpus".to_owned()).or_default();
    read_folder(&root().join("corpus"), &Limits::default(), &mut |article| {
        corpus.push(article);
    });
    for path in files("lexicon/examples/events", "tsv") {
        let examples = read_examples(&read(&path)).expect("a sound table");
        let some = examples.iter().step_by(ONE_IN);
        let sentences = some.map(|example| sentence(&example.text));
        inputs.insert(name_of(&path), sentences.collect());
    }
    let brackets = Regex::new(r"\[[A-Z]+ ([^\]]*)\]").expect("an expression");
    for path in files("lexicon/examples/names", "txt") {
        let text = read(&path);
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let plain = lines.map(|line| brackets.replace_all(line, "$1"));
        let plain = plain.filter(|line| !line.trim().is_empty());
        inputs.insert(name_of(&path), plain.map(|line| sentence(&line)).collect());
    }
    inputs
}

fn sentence(text: &str) -> Article {
    Article {
        text: text.to_owned(),
        ..Article::default()
    }
}

fn row(annotator: &Annotator, articles: &[Article]) -> Row {
    let mut scratch = Scratch::default();
    let (mut given, mut found) = (blake3::Hasher::new(), blake3::Hasher::new());
    for article in articles {
        // Where it was read is no part of what is annotated.
        let Article {
            title,
            text,
            date,
            language,
            outlet,
            ..
        } = article;
        let all = (title, text, date, language, outlet);
        given.update(&serde_json::to_vec(&all).expect("plain JSON"));
        let mut annotations: Annotations = annotator.annotate(article, &mut scratch);
        for event in &mut annotations.events {
            event.confidence = (event.confidence * PARTS).round() / PARTS;
        }
        found.update(&serde_json::to_vec(&annotations).expect("plain JSON"));
    }
    let digest = |hasher: blake3::Hasher| hasher.finalize().to_hex()[..16].to_owned();
    Row {
        articles: articles.len(),
        given: digest(given),
        found: digest(found),
    }
}

/// The rules that the table was written by, and its rows.
fn read_table() -> (String, BTreeMap<String, Row>) {
    let table = fs::read_to_string(root().join(TABLE)).unwrap_or_default();
    let rules = table.lines().find_map(|line| line.strip_prefix("# By "));
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    let rows = rows.filter_map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [name, articles, given, found] = cells[..] else {
            return None;
        };
        let row = Row {
            articles: articles.parse().ok()?,
            given: given.to_owned(),
            found: found.to_owned(),
        };
        Some((name.to_owned(), row))
    });
    (rules.unwrap_or_default().to_owned(), rows.collect())
}

fn write_table(rules: &str, rows: &BTreeMap<String, Row>) {
    let mut table = format!(
        "# What is found in texts of this repository, as digests. Written by tests/unchanged.rs.\n\
         # By {rules}\nfile\tarticles\tgiven\tfound\n"
    );
    for (name, row) in rows {
        table += &format!("{name}\t{}\t{}\t{}\n", row.articles, row.given, row.found);
    }
    fs::write(root().join(TABLE), table).expect("a folder that can be written to");
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("a folder of examples");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a readable file")
}

fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
