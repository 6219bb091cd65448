//! The schemas in `docs/schema` against what the commands write: every record is what its schema
//! says, and nothing more.

use boon::{Compiler, Schemas};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = corpus.to_str().expect("a path in UTF-8");
    std::fs::write(folder.path().join("empty.txt"), "").expect("a file");
    run_in(
        folder.path(),
        &["index", corpus, "empty.txt", "--report", "report.jsonl"],
        "",
    );
    folder
});

fn run_in(folder: &Path, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DATELINE_INDEX")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command can be started");
    let mut stdin = child.stdin.take().expect("its input");
    // A command that reads nothing may have ended.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("its output");
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "dateline {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("output in UTF-8")
}

fn run(arguments: &[&str]) -> String {
    run_in(FOLDER.path(), arguments, "")
}

fn schema_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema")
}

/// What is wrong with the first record that is not as its schema says.
fn fault(schema: &str, records: &[Value]) -> Option<String> {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    let path = schema_folder().join(format!("{schema}.json"));
    let compiled = compiler
        .compile(path.to_str().expect("a path in UTF-8"), &mut schemas)
        .unwrap_or_else(|error| panic!("{schema}: {error:#}"));
    records.iter().find_map(|record| {
        let checked = schemas.validate(record, compiled);
        checked.err().map(|error| format!("{error:#}\n{record:#}"))
    })
}

fn check(schema: &str, records: &[Value]) {
    assert!(!records.is_empty(), "no record for {schema}");
    if let Some(fault) = fault(schema, records) {
        panic!("{schema}: {fault}");
    }
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("lines of JSON")
}

fn document(text: &str) -> Value {
    serde_json::from_str(text).expect("one JSON document")
}

/// Checks lines of which the last is a summary.
fn check_lines(schema: &str, summary: &str, text: &str) {
    let mut lines = lines(text);
    let last = lines.pop().expect("a summary");
    check(summary, &[last]);
    check(schema, &lines);
}

#[test]
fn searches() {
    let facets = "country,region,action,cameo,quad,by,to,at,mode,sector,person,org,place,outlet,\
                  author,topic,language,country/Europe,cameo/Q1,action/Q4,to/Asia";
    for request in [
        &["talks"][..],
        &["--by", "US", "--country", "Europe", "--action", "ACCUSE"],
        &["event(to:CN) -country:CO"],
        &["word-that-is-nowhere", "--mode", "planned"],
        &["--collapse", "--sort", "newest"],
    ] {
        let facets = &["--facet", facets, "--evidence", "-n", "100"];
        let arguments = [&["search"], request, facets].concat();
        let text = run(&[&arguments[..], &["--format", "json"]].concat());
        check("search", &[document(&text)]);
        let text = run(&[&arguments[..], &["--format", "jsonl"]].concat());
        if text.lines().count() > 1 {
            check_lines("hit", "search-summary", &text);
        }
    }
    check(
        "search",
        &[document(&run(&["search", "talks", "--format", "json"]))],
    );
}

#[test]
fn similar_explained_and_mistyped() {
    let explained = [
        "search",
        "talks -oil",
        "--by",
        "US",
        "--explain",
        "--format",
    ];
    let text = run(&[&explained[..], &["jsonl"]].concat());
    check_lines("hit", "search-summary", &text);
    assert!(text.contains("\"explanation\""), "{text}");
    let text = run(&["search", "Colmbia talks", "--format", "json"]);
    let found = document(&text);
    check("search", std::slice::from_ref(&found));
    for told in ["without", "suggestions"] {
        assert!(found["summary"][told].is_array(), "{told}: {found:#}");
    }
    let first = lines(&run(&["search", "sanctions", "--format", "jsonl"])).remove(0);
    let id = first["id"].as_str().expect("an identifier");
    check_lines(
        "hit",
        "similar-summary",
        &run(&["similar", id, "--format", "jsonl"]),
    );
    let text = run(&["similar", id, "--format", "json"]);
    check("similar", &[document(&text)]);
}

#[test]
fn events_and_articles() {
    check("event", &lines(&run(&["events", "--format", "jsonl"])));
    let text = run(&["events", "--format", "json", "--by", "US"]);
    check("event", document(&text).as_array().expect("an array"));
    check("article", &lines(&run(&["export"])));
    let text = run(&["export", "talks", "--format", "json"]);
    let all = document(&text);
    let all = all.as_array().expect("an array");
    check("article", all);
    let id = all[0]["id"].as_str().expect("an identifier");
    let shown = run(&["show", id, "--format", "json"]);
    check("article", &[document(&shown)]);
}

#[test]
fn counts() {
    for arguments in [
        &[][..],
        &["--per", "events"],
        &["--per", "stories", "--group", "outlet"],
        &["--group", "country,action/Q4", "--every", "month"],
        &["--by", "US", "--per", "events", "--every", "week"],
        &["--group", "cameo,sector,person", "-n", "3"],
        &["--every", "day", "--per", "articles"],
        &["word-that-is-nowhere", "--every", "year"],
    ] {
        let arguments = [&["count"], arguments, &["--format"]].concat();
        let text = run(&[&arguments[..], &["json"]].concat());
        check("count", &[document(&text)]);
        let text = run(&[&arguments[..], &["jsonl"]].concat());
        if text.lines().count() > 1 {
            check_lines("count-row", "count-summary", &text);
        }
    }
}

#[test]
fn what_an_index_and_its_files_are() {
    check("info", &[document(&run(&["info", "--format", "json"]))]);
    let checked = run(&["info", "--check", "--format", "json"]);
    check("check", &[document(&checked)]);
    let report = std::fs::read_to_string(FOLDER.path().join("report.jsonl")).expect("a report");
    check("file", &lines(&report));
    let rejected = run(&["info", "--rejected", "--format", "jsonl"]);
    check("file", &lines(&rejected));
}

#[test]
fn what_needs_no_index() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = corpus.to_str().expect("a path in UTF-8");
    check("read", &lines(&run(&["read", corpus])));
    let input = "{\"id\": 7, \"text\": \"OSLO, March 4 — Norway expelled two Russian diplomats.\", \
                 \"date\": \"2024-03-04\", \"pair\": {\"source\": \"Norway\", \"target\": \
                 \"Russian diplomats\"}}\n{\"text\": \"Rain.\"}\n";
    let annotated = run_in(FOLDER.path(), &["annotate"], input);
    check("annotation", &lines(&annotated));
    let coded = |name: &str, text: &str| {
        let text = run_in(FOLDER.path(), &["annotate"], text);
        std::fs::write(FOLDER.path().join(name), text).expect("a file");
    };
    coded(
        "a.jsonl",
        "{\"id\": \"1\", \"text\": \"Norway expelled two Russian diplomats.\"}\n",
    );
    coded(
        "b.jsonl",
        "{\"id\": \"1\", \"text\": \"Rain fell on Norway and Russia.\"}\n",
    );
    let text = run(&["diff", "a.jsonl", "b.jsonl", "--format", "jsonl"]);
    let mut differences = lines(&text);
    differences.retain(|line| line["type"] != "summary");
    check("difference", &differences);
}

/// A schema that allows anything would pass all of the above.
#[test]
fn schemas_refuse_what_they_do_not_name() {
    let first = |arguments: &[&str]| lines(&run(arguments)).remove(0);
    let cases = [
        ("hit", first(&["search", "talks", "--format", "jsonl"])),
        ("event", first(&["events", "--format", "jsonl"])),
        ("article", first(&["export"])),
        (
            "count-row",
            first(&["count", "--group", "by", "--format", "jsonl"]),
        ),
        ("info", first(&["info", "--format", "json"])),
    ];
    for (schema, record) in cases {
        check(schema, std::slice::from_ref(&record));
        let mut more = record.clone();
        more["surprise"] = Value::from(1);
        assert!(fault(schema, &[more]).is_some(), "{schema} takes anything");
        for name in record.as_object().expect("an object").keys() {
            let mut wrong = record.clone();
            wrong[name] = Value::from(vec![Value::from(-1.5)]);
            assert!(
                fault(schema, &[wrong]).is_some(),
                "{schema}: {name} takes anything"
            );
        }
    }
}

/// Every file in the folder is a schema that some test reads.
#[test]
fn every_schema_is_tested() {
    let source = include_str!("schema.rs");
    let files = std::fs::read_dir(schema_folder()).expect("the schemas");
    let names: BTreeSet<String> = files
        .filter_map(|file| file.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names.iter().filter(|name| *name != "common") {
        assert!(
            source.contains(&format!("\"{name}\"")),
            "{name} is not tested"
        );
    }
}
