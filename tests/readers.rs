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

/// Real files that differ from the table for a reason.
const EXCEPTIONS: &[(&str, Outcome, u64)] = &[
    // Seven of its lines are no articles; the table says "ok with errors".
    ("jsonl/some-bad-lines.jsonl", Outcome::Partial, 20),
    // One quote is missing; the lines of that row cannot be told from rows.
    ("csv/unbalanced-quote.csv", Outcome::Partial, 20),
    // "error or partial": a feed that ends before its first item.
    ("feeds/rss2/rss_2.0_invalid_1.xml", Outcome::Error, 0),
    // These two really end in the middle of an item.
    (
        "feeds/legacy-encodings/iso-8859-5-russian/aviaport.ru.xml",
        Outcome::Partial,
        23,
    ),
    (
        "feeds/legacy-encodings/IBM866/aviaport.ru.xml",
        Outcome::Partial,
        15,
    ),
    ("sgml/reuters21578/lewis.dtd", Outcome::Skip, 0),
];

#[test]
fn a_mixed_corpus_gives_what_its_table_says() {
    let root = folder("../shared/data/corpora/mixed");
    let Ok(table) = fs::read_to_string(folder("../shared/data/corpora/mixed-GOLD.tsv")) else {
        println!("skipped: ../shared/data/corpora is not here");
        return;
    };
    let gold: BTreeMap<&str, (&str, &str)> = table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (path, _format, docs, outcome) =
                (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
            Some((path, (docs, outcome)))
        })
        .collect();
    let folders = [
        "txt", "markdown", "json", "jsonl", "csv", "html", "dates", "lang", "dup", "feeds", "sgml",
        "wire",
    ];
    let (mut checked, mut wrong) = (0, Vec::new());
    for found in walk::walk(&root) {
        let found = found.expect("the corpus can be read");
        let (_, report) = read(&found.path, &found.relative);
        if !folders
            .iter()
            .any(|folder| found.relative.split('/').next() == Some(folder))
        {
            continue;
        }
        checked += 1;
        let expected = EXCEPTIONS.iter().find(|(path, ..)| *path == found.relative);
        let fits = match (expected, gold.get(found.relative.as_str())) {
            (Some((_, outcome, articles)), _) => {
                (report.outcome, report.articles) == (*outcome, *articles)
            }
            (None, Some((docs, "ok"))) => {
                report.outcome == Outcome::Ok
                    && (*docs == "-" || *docs == report.articles.to_string())
            }
            _ => false,
        };
        if !fits {
            wrong.push(format!("{report:?}"));
        }
    }
    assert!(checked > 600, "only {checked} files were compared");
    assert!(
        wrong.is_empty(),
        "{} files differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
