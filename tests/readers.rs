//! The readers against files: `tests/readers/NAME` is read, and what comes out must be
//! `tests/readers/NAME.expected.jsonl`: a line for each article and one for the report.
//! `UPDATE_GOLDEN=1 cargo test --test readers` writes these anew.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use dateline::article::Article;
use dateline::corpus::{self, FileReport, Limits, Outcome, Stream, walk};

fn folder(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn read(path: &Path, relative: &str) -> (Vec<Article>, FileReport) {
    let mut articles = Vec::new();
    let report = corpus::read_file(path, relative, &Limits::default(), &mut |article| {
        articles.push(article);
        ControlFlow::Continue(())
    });
    (articles, report)
}

#[test]
fn golden_files() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    let mut count = 0;
    for found in walk::walk(&folder("tests/readers")) {
        let found = found.expect("the folder can be read");
        if found.relative.ends_with(".expected.jsonl") {
            continue;
        }
        count += 1;
        let (articles, report) = read(&found.path, &found.relative);
        let mut lines: Vec<String> = articles
            .iter()
            .map(|article| serde_json::to_string(article).expect("serialises"))
            .collect();
        lines.push(serde_json::to_string(&report).expect("serialises"));
        let got = lines.join("\n") + "\n";
        let golden = found
            .path
            .with_file_name(format!("{}.expected.jsonl", found.relative));
        if update {
            fs::write(&golden, &got).expect("the golden file can be written");
        } else if fs::read_to_string(&golden).unwrap_or_default() != got {
            wrong.push(format!("{}:\n{got}", found.relative));
        }
    }
    assert!(count > 20, "only {count} files in tests/readers");
    assert!(
        wrong.is_empty(),
        "these differ from their golden files:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_document_over_the_limit_is_an_error_and_records_are_not() {
    let limits = Limits {
        document: 400,
        ..Limits::default()
    };
    let page = folder("tests/readers/page.html");
    let report = corpus::read_file(&page, "page.html", &limits, &mut |_| {
        ControlFlow::Continue(())
    });
    assert_eq!((report.outcome, report.articles), (Outcome::Error, 0));
    let limits = Limits {
        document: 70_000,
        ..Limits::default()
    };
    let lines: String = (0..5_000)
        .map(|n| format!("{{\"title\":\"t{n}\",\"text\":\"Some words here.\"}}\n"))
        .collect();
    let report = corpus::read_stream(
        Stream::Forward(Box::new(lines.as_bytes())),
        "a.jsonl",
        &limits,
        &mut |_| ControlFlow::Continue(()),
    );
    assert_eq!((report.outcome, report.articles), (Outcome::Ok, 5_000));
}

#[test]
fn reading_stops_when_told() {
    let path = folder("tests/readers/array.json");
    let mut seen = 0;
    let report = corpus::read_file(&path, "array.json", &Limits::default(), &mut |_| {
        seen += 1;
        ControlFlow::Break(())
    });
    assert_eq!((seen, report.articles, report.outcome), (1, 1, Outcome::Ok));
}

/// Feeds that the table takes for whole, and that end in the middle of an item.
const CUT: &[&str] = &[
    "feeds/legacy-encodings/IBM866/aviaport.ru.xml",
    "feeds/legacy-encodings/iso-8859-5-russian/aviaport.ru.xml",
];

/// Read whole, though the table expects trouble: what is odd about these costs no record. Their
/// gzip members do not follow the records, or addresses stand in angle brackets, as wget writes
/// them.
const WHOLE: &[&str] = &[
    "warc/warcio/example-bad-non-chunked.warc.gz",
    "warc/warcio/example-bad.warc.gz.bad",
    "warc/warcio/example-wget-bad-target-uri.warc.gz",
    "warc/warcio/example-wrong-chunks.warc.gz",
];

/// Whether an outcome is one of those that the table's words allow.
fn is_allowed(outcome: Outcome, words: &str) -> bool {
    let word = match outcome {
        Outcome::Ok => "ok",
        Outcome::Partial => "partial",
        Outcome::Skip => "skip",
        Outcome::Error => "error",
    };
    match words {
        // Articles were read, and what is missing is said.
        "ok with errors" => outcome == Outcome::Partial,
        "ok with warning" => outcome == Outcome::Ok,
        "partial + error" => matches!(outcome, Outcome::Partial | Outcome::Error),
        "skip or limit" => matches!(outcome, Outcome::Skip | Outcome::Error),
        "skip by default" => outcome == Outcome::Skip,
        _ => words.split(" or ").any(|allowed| allowed == word),
    }
}

/// Whether a number of articles is what the table says: `3`, `0 or 1`, `0-20`; `-`, `?` and
/// numbers of something else say nothing.
fn is_count(articles: u64, words: &str) -> bool {
    let number = |text: &str| text.parse::<u64>().ok();
    if let Some((low, high)) = words.split_once('-')
        && let (Some(low), Some(high)) = (number(low), number(high))
    {
        return (low..=high).contains(&articles);
    }
    let counts: Vec<Option<u64>> = words.split(" or ").map(number).collect();
    counts.contains(&None) || counts.contains(&Some(articles))
}

#[test]
fn a_mixed_corpus_gives_what_its_table_says() {
    let root = folder("../shared/data/corpora/mixed");
    let Ok(table) = fs::read_to_string(folder("../shared/data/corpora/mixed-GOLD.tsv")) else {
        println!("skipped: ../shared/data/corpora is not here");
        return;
    };
    let mut gold: BTreeMap<&str, (&str, &str)> = table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (path, _format, docs, outcome) =
                (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
            Some((path, (docs, outcome)))
        })
        .collect();
    let mut wrong = Vec::new();
    for found in walk::walk(&root) {
        let found = found.expect("the corpus can be read");
        let report = match found.skip {
            Some(reason) => FileReport::skipped(&found.relative, reason),
            None => read(&found.path, &found.relative).1,
        };
        let Some((docs, mut outcome)) = gold.remove(found.relative.as_str()) else {
            wrong.push(format!("not in the table: {report:?}"));
            continue;
        };
        if CUT.contains(&found.relative.as_str()) {
            outcome = "partial";
        }
        if WHOLE.contains(&found.relative.as_str()) {
            outcome = "ok";
        }
        let counted = report.outcome == Outcome::Error && report.articles == 0;
        if !is_allowed(report.outcome, outcome) || !(counted || is_count(report.articles, docs)) {
            wrong.push(format!("{outcome}, {docs}: {report:?}"));
        }
    }
    wrong.extend(gold.keys().map(|path| format!("not found: {path}")));
    assert!(
        wrong.is_empty(),
        "{} files differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
