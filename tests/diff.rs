//! `dateline diff`: what changed between two coders' outputs.

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const TEXT: &str = "Mali accused Chad of lying. Togo met Mali on Monday.";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DATELINE_INDEX")
        .output()
        .expect("the command runs")
}

/// Runs `diff`: its status, and what it prints.
fn diff(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(folder, &[&["diff"], arguments].concat());
    let both = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8(both).expect("output in UTF-8"),
    )
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

/// An event between words of the text, its sentence the one that they stand in.
fn event(by: &str, plover: &str, code: &str, to: &str, rest: Value) -> Value {
    let sentences = [(0, 27), (28, 52)];
    let start = TEXT.find(by).expect("words of the text");
    let &(from, end) = sentences
        .iter()
        .rfind(|(from, _)| *from <= start)
        .expect("a sentence");
    let side = |words: &str| {
        let start = from + TEXT[from..end].find(words).expect("words of the sentence");
        json!({"text": words, "start": start, "end": start + words.len(), "country": null, "sector": null})
    };
    let mut event = json!({
        "by": side(by), "to": side(to), "at": null, "on": null, "mode": "actual",
        "action": {"plover": plover, "cameo": code, "quad": 1, "goldstein": 0.0},
        "sentence": {"start": from, "end": end, "text": TEXT[from..end]},
        "trigger": {"start": start + 5, "end": start + 8}, "confidence": 0.7, "coder": "old",
    });
    if let (Value::Object(event), Value::Object(rest)) = (&mut event, rest) {
        event.extend(rest);
    }
    event
}

fn article(id: &str, events: &[Value]) -> String {
    format!(
        "{}\n",
        json!({"id": id, "language": "en", "events": events})
    )
}

fn written(files: &[(&str, String)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).expect("a writable folder");
    }
    folder
}

/// Two outputs: an event that is gone, one that is new, one in another type, one in other words,
/// one that is the same, and an article that each has alone.
fn two() -> TempDir {
    let meets = event("Togo", "CONSULT", "040", "Mali", json!({}));
    let before = [
        article(
            "x",
            &[
                event("Mali", "ACCUSE", "112", "Chad", json!({})),
                meets.clone(),
            ],
        ),
        article(
            "y",
            &[
                meets.clone(),
                event("Mali", "REJECT", "120", "Chad", json!({})),
            ],
        ),
        article("only a", &[]),
    ];
    let after = [
        article(
            "y",
            &[
                event(
                    "Togo",
                    "CONSULT",
                    "040",
                    "Mali",
                    json!({"confidence": 0.8, "coder": "new"}),
                ),
                event("Togo", "AGREE", "030", "Mali", json!({"coder": "new"})),
            ],
        ),
        article(
            "x",
            &[
                event(
                    "Mali",
                    "THREATEN",
                    "130",
                    "Chad",
                    json!({"confidence": 0.9}),
                ),
                event("Togo", "CONSULT", "042", "on", json!({"mode": "planned"})),
            ],
        ),
        article("only b", &[meets]),
    ];
    written(&[("a.jsonl", before.concat()), ("b.jsonl", after.concat())])
}

#[test]
fn tells_what_is_gone_new_and_changed() {
    let folder = two();
    let (status, text) = diff(folder.path(), &["a.jsonl", "b.jsonl", "--format", "jsonl"]);
    assert_eq!(status, Some(1), "{text}");
    let told = lines(&text);
    let shown: Vec<String> = told[..told.len() - 1]
        .iter()
        .map(|line| {
            let event = if line["event"].is_null() {
                &line["was"]
            } else {
                &line["event"]
            };
            let (kind, id, action) = (&line["type"], &line["id"], &event["action"]["plover"]);
            format!("{kind} {id} {action} {}", line["parts"]).replace('"', "")
        })
        .collect();
    assert_eq!(
        shown,
        [
            "gone y REJECT null",
            "new y AGREE null",
            "changed x ACCUSE [type,code,confidence]",
            "changed x CONSULT [code,mode,to]",
        ]
    );
    let summary = &told[told.len() - 1];
    let all = json!({"action": "all", "gone": 1, "new": 1, "changed": 2, "same": 1});
    assert_eq!(
        summary["types"].as_array().and_then(|types| types.last()),
        Some(&all)
    );
    assert_eq!(
        (
            &summary["a"]["only_here"],
            &summary["b"]["events"],
            &summary["b"]["coders"]
        ),
        (&json!(1), &json!(5), &json!(["new", "old"]))
    );
    // The other way round, gone and new change places.
    let (_, text) = diff(folder.path(), &["b.jsonl", "a.jsonl", "--format", "json"]);
    let document: Value = serde_json::from_str(&text).expect("one document");
    let types: Vec<&Value> = document["differences"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| &line["type"])
        .collect();
    assert_eq!(types.iter().filter(|kind| **kind == "gone").count(), 1);
    assert_eq!(document["summary"]["types"][0]["action"], "AGREE");
}

/// Whether the last row of the summary has these numbers.
fn has_all(text: &str, numbers: [u64; 4]) -> bool {
    let row = text.lines().find_map(|line| line.strip_prefix("all "));
    let row = row.unwrap_or_default().split_whitespace();
    row.eq(numbers.map(|number| number.to_string()))
}

#[test]
fn prints_sentences_and_a_summary() {
    let folder = two();
    let (status, text) = diff(folder.path(), &["a.jsonl", "b.jsonl"]);
    assert_eq!(status, Some(1));
    for part in [
        "gone     Mali —REJECT→ Chad  120 · y\n         Mali accused Chad of lying.\n",
        "type ACCUSE → THREATEN, code 112 → 130, confidence 0.70 → 0.90 · x",
        "code 040 → 042, mode actual → planned, to \"Mali\" → \"on\" · x",
        "A: 3 articles, 4 events by old; 1 article only in it, not compared",
    ] {
        assert!(text.contains(part), "{part}\n---\n{text}");
    }
    assert!(has_all(&text, [1, 1, 2, 1]), "{text}");
    let (status, text) = diff(folder.path(), &["a.jsonl", "b.jsonl", "-n", "1"]);
    assert_eq!(status, Some(1));
    assert!(
        text.contains("… and 3 more") && !text.contains("\nnew "),
        "{text}"
    );
    assert!(has_all(&text, [1, 1, 2, 1]), "{text}");
    // A confidence that moves by more than the step is a change.
    let (_, text) = diff(folder.path(), &["a.jsonl", "b.jsonl", "--step", "0.05"]);
    assert!(has_all(&text, [1, 1, 3, 0]), "{text}");
    // What is not sure enough is on neither side.
    let (_, text) = diff(
        folder.path(),
        &["a.jsonl", "b.jsonl", "--min-confidence", "0.85"],
    );
    assert!(has_all(&text, [0, 1, 0, 0]), "{text}");
}

#[test]
fn an_index_is_the_same_as_what_it_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    for name in ["one", "two"] {
        let output = run(at, &["index", corpus, "-i", name]);
        assert!(output.status.success(), "{output:?}");
    }
    for (command, file) in [("events", "events.jsonl"), ("export", "articles.jsonl")] {
        let format: &[&str] = if command == "events" {
            &["--format", "jsonl"]
        } else {
            &[]
        };
        let output = run(at, &[&[command, "-i", "one"], format].concat());
        std::fs::write(at.join(file), output.stdout).expect("written");
    }
    for (a, b) in [
        ("one", "two"),
        ("one", "events.jsonl"),
        ("events.jsonl", "two"),
        ("articles.jsonl", "events.jsonl"),
        ("events.jsonl", "events.jsonl"),
    ] {
        let (status, text) = diff(at, &[a, b]);
        assert_eq!(status, Some(0), "{a} {b}\n{text}");
        assert!(!text.contains("only in it"), "{text}");
    }
    // Without one article's events, these are gone.
    let events = std::fs::read_to_string(at.join("events.jsonl")).expect("read");
    let id = lines(&events)[0]["id"].clone();
    let (mut kept, mut left_out) = (String::new(), 0);
    for (line, event) in events.lines().zip(lines(&events)) {
        if event["id"] == id {
            left_out += 1;
        } else {
            kept += &format!("{line}\n");
        }
    }
    std::fs::write(at.join("fewer.jsonl"), kept).expect("written");
    for older in ["one", "articles.jsonl", "events.jsonl"] {
        let (status, text) = diff(at, &[older, "fewer.jsonl", "--format", "json"]);
        assert_eq!(status, Some(1));
        let document: Value = serde_json::from_str(&text).expect("one document");
        let all = document["summary"]["types"]
            .as_array()
            .and_then(|types| types.last());
        assert_eq!(all.expect("a row")["gone"], left_out, "{older}");
    }
}

#[test]
fn what_cannot_be_compared_is_told() {
    let meets = event("Togo", "CONSULT", "040", "Mali", json!({}));
    let twice = article("x", &[]).repeat(2);
    let row = |id: &str| {
        let mut row = meets.clone();
        row["type"] = json!("event");
        row["id"] = json!(id);
        format!("{row}\n")
    };
    let folder = written(&[
        ("good.jsonl", article("x", &[])),
        ("twice.jsonl", twice),
        ("mixed.jsonl", [row("x"), row("y"), row("x")].concat()),
        ("prose.txt", "Mali slept.\n".to_owned()),
        (
            "broken.jsonl",
            format!("{}{{\"id\":\"z\"\n", article("x", &[])),
        ),
        ("empty.jsonl", String::new()),
    ]);
    for (other, message) in [
        ("twice.jsonl", "twice.jsonl:2: the article x comes twice"),
        (
            "mixed.jsonl",
            "mixed.jsonl:3: the events of the article x do not stand together",
        ),
        ("prose.txt", "prose.txt is neither an index nor JSON Lines"),
        ("broken.jsonl", "broken.jsonl:2: EOF"),
        ("nowhere.jsonl", "cannot open nowhere.jsonl"),
    ] {
        let (status, text) = diff(folder.path(), &["good.jsonl", other]);
        assert_eq!(status, Some(2), "{text}");
        assert!(text.contains(message), "{text}");
    }
    let (status, text) = diff(
        folder.path(),
        &["good.jsonl", "good.jsonl", "--format", "csv"],
    );
    assert_eq!(status, Some(2), "{text}");
    // A coder that found nothing.
    let (status, text) = diff(folder.path(), &["good.jsonl", "empty.jsonl"]);
    assert_eq!(status, Some(0), "{text}");
}
