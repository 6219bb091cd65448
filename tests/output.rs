//! What is written for spreadsheets, scripts and narrow or wide terminals.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

/// Two files, one of which holds articles whose titles a spreadsheet would take for formulas.
static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("a folder");
    let titles = [
        "=1+1",
        "+44",
        "-2.5",
        "@sum",
        "Régions, \"quoted\"\tand tabbed",
        "東京",
    ];
    let lines: String = (1..)
        .zip(titles)
        .map(|(day, title)| {
            let article = serde_json::json!({
                "title": title,
                "text": "Norway expelled two Russian diplomats. -1 is no formula.",
                "date": format!("2024-0{day}-15"),
                "outlet": format!("={title}"),
            });
            format!("{article}\n")
        })
        .collect();
    std::fs::write(corpus.join("many.jsonl"), lines).expect("a file");
    std::fs::write(corpus.join("one.txt"), "Talks\n\nSweden praised Finland.").expect("a file");
    dateline(folder.path(), &["index", "corpus"]);
    folder
});

fn dateline(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.args(arguments).current_dir(folder);
    command.env_remove("DATELINE_INDEX").env_remove("COLUMNS");
    command.output().expect("the command can be started")
}

fn run(arguments: &[&str]) -> String {
    let output = dateline(FOLDER.path(), arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).expect("output in UTF-8")
}

fn rows_of(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.delimiter(delimiter).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn no_cell_is_a_formula() {
    for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
        for command in [
            &["search", "diplomats"][..],
            &["events"],
            &["export"],
            &["count", "--group", "outlet", "--every", "month"],
        ] {
            let text = run(&[command, &["--format", format]].concat());
            for cell in rows_of(&text, delimiter).iter().flatten() {
                let is_number = cell.parse::<f64>().is_ok() && !cell.starts_with('+');
                let is_formula = cell.starts_with(['=', '+', '-', '@']) && !is_number;
                assert!(!is_formula, "{command:?} in {format}: {cell}");
            }
        }
    }
    let exported = rows_of(&run(&["export", "--format", "csv"]), b',');
    let titles: Vec<&str> = exported.iter().map(|row| row[5].as_str()).collect();
    assert!(
        titles.contains(&"'=1+1") && titles.contains(&"-2.5"),
        "{titles:?}"
    );
    assert!(titles.contains(&"Régions, \"quoted\"\tand tabbed") || titles.len() == 7);
}

#[test]
fn a_byte_order_mark_is_written_where_it_is_asked_for() {
    for command in ["search", "events", "count", "export"] {
        let plain = run(&[command, "Norway", "--format", "csv"]);
        let marked = run(&[command, "Norway", "--format", "csv", "--bom"]);
        assert_eq!(marked, format!("\u{feff}{plain}"), "{command}");
        let refused = dateline(FOLDER.path(), &[command, "--format", "json", "--bom"]);
        assert_eq!(refused.status.code(), Some(2), "{command}");
    }
}

#[test]
fn paths_only() {
    assert_eq!(run(&["search", "-l"]), "many.jsonl\none.txt\n");
    assert_eq!(run(&["search", "praised", "-l"]), "one.txt\n");
    assert_eq!(run(&["search", "-l", "-0"]), "many.jsonl\0one.txt\0");
    assert_eq!(run(&["events", "--by", "NO", "-l"]), "many.jsonl\n");
    let sure = ["search", "-l", "--min-confidence", "1", "event(by:NO)"];
    for (arguments, status) in [
        (&["search", "-0"][..], 2),
        (&["search", "-l", "-n", "3"], 2),
        (&["search", "-l", "--format", "json"], 2),
        (&["search", "-l", "--facet", "country"], 2),
        (&["search", "nowhere", "-l"], 1),
        (&sure, 1),
    ] {
        let output = dateline(FOLDER.path(), arguments);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

/// An export has the same articles in every format, and a shown article the same row.
#[test]
fn exports_in_every_format() {
    let lines = run(&["export"]);
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect();
    let document = run(&["export", "--format", "json"]);
    let document: Vec<Value> = serde_json::from_str(&document).expect("a JSON document");
    assert_eq!(document, lines);
    for (format, delimiter) in [("csv", b','), ("tsv", b'\t')] {
        let rows = rows_of(&run(&["export", "--format", format]), delimiter);
        assert_eq!(rows.len(), lines.len());
        for (row, line) in rows.iter().zip(&lines) {
            let id = line["id"].as_str().expect("an identifier");
            assert_eq!(
                (row[0].as_str(), row[13].as_str()),
                (id, line["text"].as_str().unwrap_or(""))
            );
            let shown = run(&["show", id, "--format", format]);
            assert_eq!(&rows_of(&shown, delimiter), std::slice::from_ref(row));
        }
    }
}

#[test]
fn a_table_of_articles_has_no_place_for_facets() {
    let output = dateline(
        FOLDER.path(),
        &["search", "talks", "--facet", "country", "--format", "csv"],
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("dateline count --group"));
}

/// Prose is broken at the width of the terminal, and no line is longer than 120 columns.
#[test]
fn prose_fits_its_columns() {
    for (columns, longest) in [("80", 80), ("200", 120), ("10", 40)] {
        let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .args(["show", "--format", "text"])
            .arg(first_id())
            .current_dir(FOLDER.path())
            .env("COLUMNS", columns)
            .output()
            .expect("the command can be started");
        let text = String::from_utf8(output.stdout).expect("output in UTF-8");
        let prose = text.lines().filter(|line| line.contains("diplomats"));
        for line in prose {
            assert!(line.chars().count() <= longest, "{columns}: {line}");
        }
    }
}

fn first_id() -> String {
    let line = run(&["export", "Norway"]);
    let line = line.lines().next().expect("an article");
    let article: Value = serde_json::from_str(line).expect("a line of JSON");
    article["id"].as_str().expect("an identifier").to_owned()
}

/// The one command that tells how two countries treat each other over time.
#[test]
fn a_dyad_over_time() {
    let arguments = ["count", "--by", "NO", "--to", "RU", "--per", "events"];
    let text = run(&[
        &arguments[..],
        &["--every", "month", "--since", "2024-01", "--format", "csv"],
    ]
    .concat());
    let header = text.lines().next().unwrap_or_default();
    assert_eq!(
        header,
        "period,events,share_of_events,goldstein,verbal_cooperation,material_cooperation,\
         verbal_conflict,material_conflict"
    );
    let rows = rows_of(&text, b',');
    let periods: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let months = [
        "2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06",
    ];
    assert_eq!(periods, months);
    for row in &rows {
        assert_eq!((row[1].as_str(), row[7].as_str()), ("1", "1"), "{row:?}");
        assert_eq!(row[2], "1.0");
        assert!(
            row[3].parse::<f64>().is_ok_and(|mean| mean < 0.0),
            "{row:?}"
        );
    }
    let shown = run(&[&arguments[..], &["--every", "year"]].concat());
    assert!(
        shown.contains("goldstein") && !shown.contains(['█', '\u{1b}']),
        "{shown}"
    );
}
