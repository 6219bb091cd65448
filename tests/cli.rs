//! The command line as a black box: what is typed, what is printed, how it ends.
//!
//! Snapshots are in `tests/snapshots/`; `INSTA_UPDATE=always cargo test --test cli` writes them anew.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use tempfile::TempDir;

/// A folder of its own to run the command in, away from the user's settings.
struct TestEnv {
    folder: TempDir,
}

/// The sample corpus, indexed once; tests only read it.
static SAMPLE: LazyLock<TestEnv> = LazyLock::new(|| {
    let env = TestEnv::new();
    env.succeed(&["index", sample_corpus()]);
    env
});

fn sample_corpus() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/corpus")
}

impl TestEnv {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder }
    }

    /// A folder with a corpus in `corpus/`: paths in it, and what the files hold.
    fn with_corpus(files: &[(&str, &str)]) -> Self {
        let env = Self::new();
        for (path, text) in files {
            env.write(&format!("corpus/{path}"), text);
        }
        env
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    fn write(&self, relative: &str, text: &str) {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        fs::write(path, text).expect("the file can be written");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.args(arguments).current_dir(self.folder.path());
        for variable in [
            "DATELINE_INDEX",
            "NO_COLOR",
            "CLICOLOR",
            "CLICOLOR_FORCE",
            "COLUMNS",
            "RUST_BACKTRACE",
        ] {
            command.env_remove(variable);
        }
        command.stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output();
        output.expect("the command can be started")
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the command can be started");
        let mut stdin = child.stdin.take().expect("standard input");
        stdin.write_all(input.as_bytes()).expect("input is taken");
        drop(stdin);
        child.wait_with_output().expect("the command ends")
    }

    /// Runs what has to go well, and gives its standard output.
    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_status(arguments, &output, 0);
        stdout(&output)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.succeed(arguments);
        serde_json::from_str(&output).unwrap_or_else(|error| panic!("{error} in {output}"))
    }

    /// The paths of the articles that a search finds, the best first.
    fn found(&self, arguments: &[&str]) -> Vec<String> {
        let arguments = [&["search", "--format", "json", "-n", "100"], arguments].concat();
        let output = self.run(&arguments);
        let document: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{arguments:?}: {error} in {output:?}"));
        let hits = document["hits"].as_array().expect("a list of hits");
        let is_found = output.status.code() == Some(0);
        assert_eq!(is_found, !hits.is_empty(), "exit status of {arguments:?}");
        let path = |hit: &Value| hit["path"].as_str().expect("a path").to_owned();
        hits.iter().map(path).collect()
    }

    /// Compares a run with its snapshot: what was typed, exit status and both outputs.
    fn check(&self, name: &str, arguments: &[&str]) {
        self.compare(name, arguments, &self.run(arguments));
    }

    fn compare(&self, name: &str, arguments: &[&str], output: &Output) {
        let typed: Vec<String> = arguments.iter().map(|argument| quoted(argument)).collect();
        let shown = format!(
            "$ dateline {}\n--- status: {}\n--- stdout\n{}--- stderr\n{}",
            typed.join(" "),
            output.status.code().expect("an exit status"),
            stdout(output),
            stderr(output),
        );
        snapshot(name, &shown);
    }
}

fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,=:".contains(c);
    match argument {
        path if path == sample_corpus() => "CORPUS".to_owned(),
        word if !word.is_empty() && word.chars().all(plain) => word.to_owned(),
        other => format!("'{other}'"),
    }
}

/// Compares with a snapshot what does not change from run to run.
fn snapshot(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    for (varying, name) in [
        (r"in \d+\.\d s", "in [time] s"),
        (r#""took_ms": ?[\d.]+"#, r#""took_ms": "[time]""#),
        (r#""score": ?[\d.]+"#, r#""score": "[score]""#),
        (r"\d+\.\d MB", "[size] MB"),
        (r#""bytes": ?\d+"#, r#""bytes": "[size]""#),
        (r"dateline \d+\.\d+\.\d+", "dateline [version]"),
        (r"lexicon [0-9a-f]{12}", "lexicon [digest]"),
    ] {
        settings.add_filter(varying, name);
    }
    settings.bind(|| insta::assert_snapshot!(name, shown));
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("standard output in UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("standard error in UTF-8")
}

fn assert_status(arguments: &[&str], output: &Output, status: i32) {
    assert_eq!(
        output.status.code(),
        Some(status),
        "exit status of dateline {arguments:?}, which said: {}",
        stderr(output)
    );
}

/// The first lines of a text.
fn head(text: &str, lines: usize) -> String {
    text.lines()
        .take(lines)
        .map(|line| format!("{line}\n"))
        .collect()
}

const COLOMBIA: &str = "harbour-post/2025/2025-11-12-colombia-halts-intelligence-sharing.txt";

// Help.

#[test]
fn help() {
    let env = TestEnv::new();
    env.check("help", &["--help"]);
    env.check("help_search", &["search", "--help"]);
}

#[test]
fn without_a_command_it_shows_help_as_an_error() {
    let output = TestEnv::new().run(&[]);
    assert_status(&[], &output, 2);
    assert!(
        stderr(&output).contains("Usage: dateline <COMMAND>"),
        "{output:?}"
    );
    assert_eq!(stdout(&output), "");
}

#[test]
fn every_command_has_help() {
    let env = TestEnv::new();
    for command in [
        "index",
        "search",
        "events",
        "count",
        "show",
        "export",
        "info",
        "read",
        "annotate",
        "evaluate",
        "completions",
    ] {
        let output = env.succeed(&[command, "--help"]);
        assert!(
            output.contains(&format!("Usage: dateline {command}")),
            "help of {command}: {output}"
        );
    }
    let manual = env.succeed(&["man"]);
    assert!(manual.contains(".TH dateline"), "{}", head(&manual, 5));
}

// Indexing.

#[test]
fn index_says_what_it_did() {
    let env = TestEnv::new();
    env.check("index", &["index", sample_corpus()]);
    env.check("index_again", &["index", sample_corpus()]);
}

#[test]
fn index_notices_changed_and_removed_files() {
    let env = TestEnv::with_corpus(&[
        (
            "kept.txt",
            "Talks in Oslo\n\nNorway met Sweden in Oslo on Monday.",
        ),
        (
            "changed.txt",
            "Rain in Lima\n\nIt rained in Lima, Peru, on Monday.",
        ),
        (
            "gone.txt",
            "Snow in Quito\n\nIt snowed in Quito, Ecuador, on Monday.",
        ),
    ]);
    env.succeed(&["index", "corpus"]);
    let kept = env.found(&["country:NO"]);
    assert_eq!(env.found(&[]).len(), 3, "articles of the first run");

    env.write(
        "corpus/changed.txt",
        "Sun in Hanoi\n\nThe sun shone on Hanoi, Vietnam, all day.",
    );
    env.write(
        "corpus/new.txt",
        "Fog in Cairo\n\nFog lay on Cairo, Egypt, on Tuesday.",
    );
    fs::remove_file(env.path("corpus/gone.txt")).expect("the file can be removed");
    env.check("index_changes", &["index", "corpus"]);
    assert_eq!(
        env.found(&["country:NO"]),
        kept,
        "the file that stayed as it was"
    );
    for (query, wanted) in [
        ("country:VN", &["changed.txt"][..]),
        ("country:PE", &[]),
        ("rain", &[]),
        ("country:EG", &["new.txt"]),
        ("country:EC", &[]),
        ("snowed", &[]),
    ] {
        assert_eq!(env.found(&[query]), wanted, "{query} after the second run");
    }
}

#[test]
fn a_broken_file_does_not_stop_a_run() {
    let env = TestEnv::with_corpus(&[
        (
            "a.txt",
            "Talks in Oslo\n\nNorway met Sweden in Oslo on Monday.",
        ),
        ("broken.json", r#"{"title": "Cut off", "text": "#),
        (
            "half.jsonl",
            "{\"title\": \"One\", \"text\": \"It rained in Lima, Peru.\"}\n{\"title\":\n",
        ),
        ("picture.png", "\u{89}PNG\r\n\u{1a}\n\0\0\0\rIHDR"),
        (
            "z.txt",
            "Fog in Cairo\n\nFog lay on Cairo, Egypt, on Tuesday.",
        ),
    ]);
    env.check(
        "index_broken",
        &["index", "corpus", "--report", "report.jsonl"],
    );
    assert_eq!(env.found(&[]).len(), 3, "articles beside the broken files");

    let report = fs::read_to_string(env.path("report.jsonl")).expect("a report");
    let lines: Vec<Value> = report
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let outcomes: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| (text(line, "path"), text(line, "outcome")))
        .collect();
    let wanted = [
        ("a.txt", "ok"),
        ("broken.json", "error"),
        ("half.jsonl", "partial"),
        ("picture.png", "skip"),
        ("z.txt", "ok"),
    ];
    assert_eq!(outcomes, wanted, "one line a file, by path");
    for line in &lines {
        let keys: Vec<&str> = line
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .filter(|key| !["reason", "encoding"].contains(key))
            .collect();
        assert_eq!(
            keys,
            ["articles", "format", "outcome", "path"],
            "keys of {line}"
        );
        assert!(line["articles"].is_u64(), "articles of {line}");
        let has_reason = line["reason"]
            .as_str()
            .is_some_and(|reason| !reason.is_empty());
        assert_eq!(has_reason, line["outcome"] != "ok", "a reason in {line}");
        if line["outcome"] != "skip" {
            assert_eq!(line["encoding"], "utf-8", "encoding in {line}");
        }
    }
    env.check("info_rejected", &["info", "--rejected"]);
}

#[test]
fn an_index_of_another_corpus_is_refused() {
    let env = TestEnv::with_corpus(&[("a.txt", "Talks in Oslo\n\nNorway met Sweden in Oslo.")]);
    env.write(
        "other/b.txt",
        "Rain in Lima\n\nIt rained in Lima, Peru, on Monday.",
    );
    env.succeed(&["index", "corpus"]);
    env.check("index_other_corpus", &["index", "other"]);
    assert_eq!(env.found(&[]), ["a.txt"], "the index stays as it was");
    env.succeed(&["index", "other", "--rebuild"]);
    assert_eq!(env.found(&[]), ["b.txt"], "--rebuild replaces it");
}

#[test]
fn two_runs_give_the_same_bytes() {
    let (one, two) = (TestEnv::new(), TestEnv::new());
    one.succeed(&["index", sample_corpus(), "--jobs", "1"]);
    two.succeed(&["index", sample_corpus(), "--jobs", "4"]);
    for arguments in [
        &["export"][..],
        &["events", "--format", "jsonl"],
        &["events", "--format", "csv"],
        &["count", "--group", "country,action,person"],
    ] {
        let (first, second) = (one.succeed(arguments), two.succeed(arguments));
        let different = first.lines().zip(second.lines()).find(|(a, b)| a != b);
        assert_eq!(different, None, "lines of {arguments:?} differ");
        assert!(first == second, "{arguments:?} differ in length");
        assert!(!first.is_empty(), "{arguments:?} gives nothing");
    }
    let ranked = ["search", "talks OR troops", "--format", "csv", "-n", "100"];
    assert_eq!(
        one.succeed(&ranked),
        two.succeed(&ranked),
        "order and score of hits"
    );
}

// Searching.

#[test]
fn search_shows_snippets_events_and_facets() {
    SAMPLE.check(
        "search_facets",
        &[
            "search",
            "intelligence sharing",
            "--facet",
            "country,action",
        ],
    );
    SAMPLE.check("search_best", &["search", "sanctions", "-n", "2"]);
    SAMPLE.check("search_event", &["search", "event(by:CO to:US)"]);
}

#[test]
fn search_finds_the_event_in_the_article() {
    let typed = [
        "search",
        "intelligence sharing",
        "--country",
        "CO",
        "--action",
        "SANCTION",
    ];
    let arguments = [&typed[..], &["--format", "json"]].concat();
    SAMPLE.check("search_json", &arguments);
    let found = SAMPLE.json(&arguments);
    assert_eq!(found["summary"]["total"], 1, "articles found");
    let hit = &found["hits"][0];
    assert_eq!(hit["path"], COLOMBIA);
    let matched: Vec<[&str; 4]> = hit["events"]
        .as_array()
        .expect("events")
        .iter()
        .filter(|event| event["matched"] == true)
        .map(|event| {
            [
                text(&event["by"], "country"),
                text(&event["action"], "plover"),
                text(&event["to"], "country"),
                text(event, "mode"),
            ]
        })
        .collect();
    assert_eq!(
        matched,
        [["CO", "SANCTION", "US", "actual"]],
        "events that match"
    );
}

#[test]
fn search_finds_every_country_that_the_article_mentions() {
    for country in [
        "CO",
        "COL",
        "Colombia",
        "US",
        "VE",
        "Venezuela",
        "GB",
        "South America",
    ] {
        let found = SAMPLE.found(&["intelligence sharing", "--country", country]);
        assert_eq!(found, [COLOMBIA], "with --country {country}");
    }
    let found = SAMPLE.found(&["intelligence sharing", "--country", "NO"]);
    assert!(found.is_empty(), "with --country NO: {found:?}");
}

#[test]
fn search_tells_actor_from_target() {
    SAMPLE.check(
        "search_nothing",
        &["search", "--by", "US", "--action", "SANCTION", "--to", "CO"],
    );
    let found = SAMPLE.found(&["--by", "CO", "--action", "SANCTION", "--to", "US"]);
    assert_eq!(found, [COLOMBIA]);
}

#[test]
fn search_writes_the_same_hits_in_every_format() {
    let ids = |output: String, of: &dyn Fn(&str) -> Option<String>| -> Vec<String> {
        output.lines().filter_map(of).collect()
    };
    let run = |format| SAMPLE.succeed(&["search", "troops", "--format", format]);
    let jsonl = ids(run("jsonl"), &|line| {
        let record: Value = serde_json::from_str(line).expect("a line of JSON");
        record["id"].as_str().map(str::to_owned)
    });
    let json: Value = serde_json::from_str(&run("json")).expect("JSON");
    let hits = json["hits"].as_array().expect("hits");
    let json: Vec<String> = hits.iter().map(|hit| text(hit, "id").to_owned()).collect();
    assert!(!jsonl.is_empty(), "no article has the word");
    assert_eq!(json, jsonl, "json and jsonl");
    for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
        let output = run(format);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_reader(output.as_bytes());
        let rows: Vec<String> = reader
            .records()
            .map(|row| row.expect("a row")[2].to_owned())
            .collect();
        assert_eq!(rows, jsonl, "{format} and jsonl");
    }
}

#[test]
fn the_index_may_be_named_by_the_environment() {
    let env = TestEnv::new();
    let index = SAMPLE.path("index");
    let output = env
        .command(&["info", "--format", "json"])
        .env("DATELINE_INDEX", index)
        .output()
        .expect("the command can be started");
    assert_status(&["info"], &output, 0);
    let info: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(info["articles"], 56, "{info}");
}

// Events, counts, single articles.

#[test]
fn events_as_rows() {
    for format in ["csv", "jsonl"] {
        let arguments = ["events", "--by", "CO", "--format", format];
        let mut output = SAMPLE.run(&arguments);
        output.stdout = head(&stdout(&output), 3).into_bytes();
        SAMPLE.compare(&format!("events_{format}"), &arguments, &output);
    }
    SAMPLE.check(
        "events_text",
        &["events", "--action", "SANCTION", "-n", "3"],
    );
}

#[test]
fn events_agree_in_every_format() {
    let run = |format| SAMPLE.succeed(&["events", "--format", format]);
    let lines = run("jsonl").lines().count();
    let document: Value = serde_json::from_str(&run("json")).expect("JSON");
    let (csv, tsv) = (run("csv"), run("tsv"));
    let rows = |text: &str, delimiter| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        reader.records().filter(Result::is_ok).count()
    };
    assert!(lines > 100, "only {lines} events in the sample");
    assert_eq!(
        document.as_array().map(Vec::len),
        Some(lines),
        "json and jsonl"
    );
    assert_eq!(rows(&csv, b','), lines, "csv and jsonl");
    assert_eq!(rows(&tsv, b'\t'), lines, "tsv and jsonl");
}

#[test]
fn count_by_field_and_period() {
    SAMPLE.check(
        "count_group",
        &["count", "--group", "country,action", "-n", "10"],
    );
    SAMPLE.check("count_every", &["count", "--every", "month"]);
    SAMPLE.check(
        "count_filtered",
        &[
            "count",
            "--country",
            "US",
            "--group",
            "quad",
            "--format",
            "csv",
        ],
    );
    SAMPLE.check("count_all", &["count"]);
}

#[test]
fn show_one_article() {
    let hits = SAMPLE.json(&["search", "intelligence sharing", "--format", "json"]);
    let id = text(&hits["hits"][0], "id").to_owned();
    let (short, long) = (&id[..8], id.as_str());
    SAMPLE.check("show", &["show", short]);
    assert_eq!(
        SAMPLE.succeed(&["show", short]),
        SAMPLE.succeed(&["show", long])
    );
    let shown = SAMPLE.json(&["show", short, "--format", "json"]);
    let exported = SAMPLE.json(&["export", "intelligence sharing"]);
    assert_eq!(shown, exported, "show and export give the same record");
    SAMPLE.check("show_unknown", &["show", "ffffffff"]);
}

#[test]
fn info_says_what_the_index_holds() {
    SAMPLE.check("info", &["info"]);
}

// Without an index.

#[test]
fn read_every_format() {
    let mut shown = String::new();
    for path in [
        "causeway-wire/cw-20240509-mozambique-cyclone.json",
        "harbour-post/2024/2024-03-04-norway-expels-russian-diplomats.txt",
        "harvest-telegraph/archive.csv",
        "lantern-agency/2025.jsonl",
        "meridian-review/antarctic-moss-wakes.md",
        "plainsman-daily/2024/argentina-general-strike.html",
    ] {
        let output = SAMPLE.succeed(&["read", &format!("{}/{path}", sample_corpus())]);
        let mut first: Value =
            serde_json::from_str(output.lines().next().expect("an article")).expect("JSON");
        let body = text(&first, "text").to_owned();
        let paragraphs = body.split("\n\n").count();
        let begin: String = body.chars().take(80).collect();
        first["text"] = format!("{begin} … {} bytes, {paragraphs} paragraphs", body.len()).into();
        let first = serde_json::to_string_pretty(&first).expect("JSON");
        shown += &format!(
            "{path}, articles: {}, the first:\n{first}\n\n",
            output.lines().count()
        );
    }
    snapshot("read", &shown);
}

/// Events that are not sure enough are in nothing that shows events; `tests/counts.rs` has the rest.
#[test]
fn min_confidence_leaves_events_out() {
    let shares = |events: &Value| -> Vec<f64> {
        let events = events.as_array().expect("a list of events");
        let share = |event: &Value| event["confidence"].as_f64().expect("a share");
        events.iter().map(share).collect()
    };
    let hits = SAMPLE.json(&["search", "--format", "json", "event(by:*)", "-n", "8"]);
    let ids = hits["hits"].as_array().expect("hits").iter();
    let (mut all, mut shown) = (0, 0);
    for id in ids.map(|hit| hit["id"].as_str().expect("an id")) {
        let article = SAMPLE.json(&["show", "--format", "json", id]);
        let sure = ["show", "--format", "json", "--min-confidence", "0.85", id];
        let sure = SAMPLE.json(&sure);
        let wanted: Vec<f64> = shares(&article["events"])
            .into_iter()
            .filter(|share| *share >= 0.85)
            .collect();
        assert_eq!(shares(&sure["events"]), wanted);
        all += shares(&article["events"]).len();
        shown += wanted.len();
        let mut line = article["text"].clone();
        line = serde_json::json!({ "text": line.take(), "title": article["title"] });
        let arguments = ["annotate", "--min-confidence", "0.85"];
        let found = stdout(&SAMPLE.run_with_input(&arguments, &line.to_string()));
        let found: Value = serde_json::from_str(&found).expect("a line of JSON");
        assert!(shares(&found["events"]).iter().all(|share| *share >= 0.85));
    }
    assert!(0 < shown && shown < all, "{shown} of {all}");
    let found = SAMPLE.json(&[
        "search",
        "--format",
        "json",
        "event(by:*)",
        "--min-confidence=0.85",
    ]);
    for hit in found["hits"].as_array().expect("hits") {
        assert!(shares(&hit["events"]).iter().all(|share| *share >= 0.85));
    }
    for wrong in ["2", "-1", "0.855", "sure"] {
        let output = SAMPLE.run(&["events", &format!("--min-confidence={wrong}")]);
        assert_status(&["events", wrong], &output, 2);
    }
}

#[test]
fn annotate_text_and_lines() {
    let env = TestEnv::new();
    let input = "Colombia stopped sharing intelligence with the United States on Tuesday.\n";
    for (name, arguments) in [
        ("annotate_text", &["annotate", "--format", "text"][..]),
        ("annotate_json", &["annotate", "-", "--date", "2025-11-12"]),
    ] {
        env.compare(name, arguments, &env.run_with_input(arguments, input));
    }
    let lines = concat!(
        r#"{"id": 7, "text": "Norway expelled three Russian diplomats.", "#,
        r#""pair": {"source": "Norway", "target": "Russian"}}"#,
        "\n\n",
        r#"{"id": "b", "text": "Norway expelled three Russian diplomats.", "#,
        r#""pair": {"source": "Denmark", "target": "Sweden"}}"#,
        "\n",
    );
    let output = env.run_with_input(&["annotate"], lines);
    env.compare("annotate_pair", &["annotate"], &output);
    let records: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    assert_eq!(
        records[0]["relation"]["plover"], "SANCTION",
        "{}",
        records[0]
    );
    assert_eq!(records[1]["relation"], Value::Null, "{}", records[1]);
    assert_eq!(
        (&records[0]["id"], &records[1]["id"]),
        (&7.into(), &"b".into())
    );

    let arguments = ["annotate"];
    let output = env.run_with_input(&arguments, "{\"text\": \"ok\"}\n{\"body\": 1}\n");
    env.compare("annotate_bad_line", &arguments, &output);
}

// Errors.

#[test]
fn errors_say_what_to_do() {
    for (name, arguments) in [
        ("unknown_country", &["search", "--country", "Columbia"][..]),
        ("unknown_action", &["search", "--action", "SANCTON"]),
        (
            "unknown_actor_in_query",
            &["search", "talks event(by:Columbia)"],
        ),
        ("unknown_field", &["search", "talks contry:US"]),
        ("bad_date", &["search", "--since", "2024-13"]),
        ("bad_date_in_query", &["search", "talks date:yesterday"]),
        ("unbalanced_quote", &["search", "talks \"peace"]),
        ("no_facet", &["search", "talks", "--facet", "text"]),
        ("no_group", &["count", "--group", "sky"]),
        ("no_index", &["search", "talks", "--index", "nowhere"]),
        ("no_corpus", &["index", "nowhere"]),
        ("no_file", &["read", "nowhere.txt"]),
        ("no_format", &["info", "--format", "csv"]),
    ] {
        let output = SAMPLE.run(arguments);
        assert_status(arguments, &output, 2);
        assert_eq!(stdout(&output), "", "standard output of {arguments:?}");
        SAMPLE.compare(&format!("error_{name}"), arguments, &output);
    }
}

// Pipes and terminals.

#[test]
fn a_pipe_closed_midway_ends_it_quietly() {
    // More than a pipe holds, so that the command is still writing when the reader leaves.
    let mut child = SAMPLE
        .command(&["events", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command can be started");
    let mut reader = BufReader::new(child.stdout.take().expect("standard output"));
    let mut line = String::new();
    reader.read_line(&mut line).expect("a line");
    assert!(line.starts_with('{'), "the first line: {line}");
    drop(reader);
    let mut said = String::new();
    let mut errors = child.stderr.take().expect("standard error");
    errors
        .read_to_string(&mut said)
        .expect("standard error in UTF-8");
    let status = child.wait().expect("the command ends");
    assert_eq!((status.code(), said.as_str()), (Some(0), ""));
}

#[test]
fn a_pipe_that_nobody_reads_is_no_error() {
    let corpus = Path::new(sample_corpus()).join(COLOMBIA);
    let file = corpus.to_str().expect("a path in UTF-8");
    for arguments in [
        &["--help"][..],
        &["man"],
        &["search", "talks"],
        &["search", "talks", "--format", "json"],
        &["search", "talks", "--format", "csv"],
        &["events"],
        &["events", "--format", "json"],
        &["count", "--group", "country", "--format", "json"],
        &["count", "--group", "country", "--format", "csv"],
        &["show", "7356c767"],
        &["export"],
        &["info"],
        &["read", file],
        &["annotate", file],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = SAMPLE
            .command(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .expect("the command can be started");
        assert_status(arguments, &output, 0);
        assert_eq!(stderr(&output), "", "standard error of {arguments:?}");
    }
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    // Sets the window's title, rings the bell, turns the writing direction.
    let evil = r"\u001b]0;owned\u0007\u202e\u009b31m";
    let article = format!(
        r#"{{"title": "Norway met Sweden {evil}", "outlet": "The {evil} Post", "date": "2025-01-02",
            "text": "Norway met Sweden in Oslo {evil} on Monday. The talks {evil} went on."}}"#
    );
    let env = TestEnv::with_corpus(&[
        ("a.json", &article),
        (
            "b\u{1b}]0;owned\u{7}.txt",
            "Talks in Oslo\n\nNorway met Sweden in Oslo on Monday.",
        ),
        ("c\u{1b}]0;owned\u{7}.json", "{"),
    ]);
    let id = {
        env.succeed(&["index", "corpus"]);
        let hits = env.json(&["search", "title:norway", "--format", "json"]);
        text(&hits["hits"][0], "id").to_owned()
    };
    for arguments in [
        &["index", "corpus", "--rebuild"][..],
        &["search", "talks", "--facet", "outlet"],
        &["search", "event(by:NO)"],
        &["events"],
        &["count", "--group", "outlet"],
        &["show", &id],
        &["info", "--rejected"],
    ] {
        // As on a terminal, so that nothing is stripped on its way into the pipe.
        let output = env
            .command(arguments)
            .env("CLICOLOR_FORCE", "1")
            .output()
            .expect("the command can be started");
        assert_status(arguments, &output, 0);
        let shown = stdout(&output) + &stderr(&output);
        assert!(!shown.is_empty(), "{arguments:?} shows nothing");
        let plain = without_styles(&shown);
        let hostile: Vec<char> = plain
            .chars()
            .filter(|&c| (c.is_control() && c != '\n') || c == '\u{202e}')
            .collect();
        assert!(
            hostile.is_empty(),
            "{arguments:?} shows {hostile:?} in {shown:?}"
        );
    }
}

#[test]
fn styles_are_for_terminals() {
    let plain = SAMPLE.succeed(&["search", "intelligence sharing"]);
    assert!(!plain.contains('\u{1b}'), "styles in a pipe: {plain:?}");
    let styled = SAMPLE
        .command(&["search", "intelligence sharing"])
        .env("CLICOLOR_FORCE", "1")
        .output()
        .expect("the command can be started");
    let styled = stdout(&styled);
    assert!(
        styled.contains('\u{1b}'),
        "no styles where they are asked for"
    );
    assert_eq!(without_styles(&styled), plain, "the same words");
}

/// A text without the styles that the command itself gives it: `ESC [ digits and ; m`.
fn without_styles(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        plain += rest
            .strip_prefix('m')
            .unwrap_or_else(|| panic!("a terminal sequence that is no style: {part:?}"));
    }
    plain
}

fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record[key]
        .as_str()
        .unwrap_or_else(|| panic!("no {key} in {record}"))
}

/// Articles in eight languages, with a search that finds another form of a word in each, and the
/// countries that they name.
const TONGUES: [(&str, &str, &str, &[&str]); 8] = [
    (
        "fr",
        "Le gouvernement français a présenté hier deux réformes des retraites. L'opposition compare ce projet à celui de l'Allemagne et les syndicats appellent à manifester.",
        "réforme",
        &["DE", "FR"],
    ),
    (
        "ru",
        "После выборов в Киргизии наблюдатели из России заявили о нарушениях. Комиссия опубликует итоги через неделю, сообщил её председатель.",
        "выборы",
        &["KG", "RU"],
    ),
    (
        "ar",
        "قالت اللجنة إن الانتخابات في العراق ستجري في موعدها، ووصل وفد من مصر وتركيا إلى العاصمة لمراقبة التصويت في جميع المحافظات.",
        "انتخابات",
        &["EG", "IQ", "TR"],
    ),
    (
        "zh",
        "印度尼西亚总统昨天访问中国，双方签署了三项关于铁路和港口的协议。两国还同意加强贸易合作，并在明年举行部长会议。",
        "铁路",
        &["CN", "ID"],
    ),
    (
        "ja",
        "日本政府は火曜日、フランスと新しい鉄道の建設について合意したと発表した。工事は来年の春に始まる見通しだという。",
        "鉄道",
        &["FR", "JP"],
    ),
    (
        "th",
        "รัฐบาลไทยประกาศเมื่อวันอังคารว่าจะสร้างทางรถไฟสายใหม่ไปยังลาว และจะเริ่มการก่อสร้างในปีหน้า โดยได้รับความช่วยเหลือจากญี่ปุ่น",
        "รถไฟ",
        &["JP", "LA", "TH"],
    ),
    (
        "hi",
        "भारत और नेपाल के मंत्रियों ने मंगलवार को चुनावों की सुरक्षा पर बातचीत की। दोनों देशों ने सीमा पर नई चौकियां बनाने का फैसला किया है।",
        "चुनाव",
        &["IN", "NP"],
    ),
    (
        "sw",
        "Rais wa Kenya alikutana na waziri wa Marekani katika mji wa Nairobi na baada ya mkutano huo alisema kwamba nchi zao zitajenga reli mpya kwa pamoja.",
        "reli",
        &["KE", "US"],
    ),
];

#[test]
fn searches_in_other_languages() {
    let files = TONGUES.map(|(language, text, ..)| (format!("{language}.txt"), text));
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    let env = TestEnv::with_corpus(&files);
    env.succeed(&["index", "corpus"]);
    for (language, text, query, countries) in TONGUES {
        let found = env.json(&["search", query, "--facet", "country", "--format", "json"]);
        let hits = found["hits"].as_array().expect("hits");
        assert_eq!(hits.len(), 1, "{language}: {query}");
        assert_eq!(hits[0]["path"], format!("{language}.txt"));
        assert_eq!(hits[0]["language"], language);
        let mark = &hits[0]["snippets"][0]["marks"][0];
        let bound = |at: usize| mark[at].as_u64().map_or(0, |byte| byte as usize);
        assert!(
            !text[bound(0)..bound(1)].is_empty(),
            "{language}: {query} is not marked"
        );
        let mut named: Vec<&str> = found["summary"]["facets"]["country"]
            .as_array()
            .expect("a list of countries")
            .iter()
            .filter_map(|row| row["value"].as_str())
            .collect();
        named.sort_unstable();
        assert_eq!(named, countries, "{language}: {found}");
    }
    // One character of a word in a script without spaces, and a word that is not there.
    assert!(env.succeed(&["search", "港"]).contains("zh.txt"));
}
