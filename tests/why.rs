//! By what a country was reached: what `annotate`, `show` and `search --evidence` say of it.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;
use tempfile::TempDir;

/// A folder with an index of the sample corpus and of a small one of its own.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    succeed(folder.path(), &["index", sample, "-i", "sample"]);
    let small = folder.path().join("small");
    std::fs::create_dir(&small).expect("a folder");
    for (name, text) in [("a.txt", ARTICLE), ("b.txt", OTHER)] {
        std::fs::write(small.join(name), text).expect("a file");
    }
    succeed(folder.path(), &["index", "small", "-i", "few"]);
    folder
});

const ARTICLE: &str = "Norway expels two diplomats

OSLO, March 4 - Norway expelled two Russian diplomats on Monday. Norway's government said so in
Oslo. The Kremlin condemned Norway.
";

const OTHER: &str = "A visit to Oslo

Sweden praised Norway on Monday, and a minister travelled to Oslo.
";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("DATELINE_INDEX")
        .output()
        .expect("the command can be started")
}

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn dateline(arguments: &[&str]) -> String {
    succeed(FOLDER.path(), arguments)
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&dateline(arguments)).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The row of a facet with this value.
fn row<'a>(summary: &'a Value, facet: &str, value: &str) -> &'a Value {
    list(&summary["facets"][facet])
        .iter()
        .find(|row| row["value"] == value)
        .unwrap_or_else(|| panic!("no {value} in {summary}"))
}

/// The line, with those that go on with it, that begins with a head.
fn lines_of(shown: &str, head: &str) -> String {
    let mut lines = shown.lines().skip_while(|line| !line.starts_with(head));
    let mut found = lines.next().unwrap_or_default().to_owned();
    for line in lines.take_while(|line| line.starts_with("    ")) {
        found += " ";
        found += line.trim_start();
    }
    found
}

#[test]
fn annotate_says_how_each_name_leads_to_its_country() {
    let shown = dateline(&["annotate", "small/a.txt", "--format", "text"]);
    for line in [
        "place        OSLO  NO (capital)",
        "place        Norway  NO (name)",
        "nationality  Russian  RU (demonym)",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    let norway = lines_of(&shown, "  NO Norway");
    // Both of them in capitals and not are one.
    assert!(norway.contains("Oslo ×2 (capital)"), "{shown}");
    assert!(norway.contains("Norway ×"), "{shown}");
    assert!(lines_of(&shown, "  RU Russia").contains("Russian (demonym)"));
}

#[test]
fn many_words_for_one_country_are_cut_short() {
    let text = "Oslo, Bergen, Trondheim, Stavanger, Norway, Norwegian, Tromsø and Drammen.";
    let file = FOLDER.path().join("many.txt");
    std::fs::write(&file, text).expect("a file");
    let record = json(&["annotate", "many.txt"]);
    let norway = list(&record["countries"])
        .iter()
        .find(|country| country["code"] == "NO");
    let words = list(&norway.expect("Norway")["evidence"]).len();
    assert!(words > 6, "{record}");
    let shown = dateline(&["annotate", "many.txt", "--format", "text"]);
    let line = lines_of(&shown, "  NO Norway");
    assert!(line.ends_with(&format!("and {} more", words - 6)), "{line}");
}

/// For every article: the mentions of a country are those of the words that lead to it, and of
/// the entities.
#[test]
fn the_words_of_a_country_add_up() {
    let mut articles = 0;
    for line in dateline(&["export", "-i", "sample"]).lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let mut entities: BTreeMap<&str, u64> = BTreeMap::new();
        for entity in list(&record["entities"]) {
            if let Some(country) = entity["country"].as_str() {
                *entities.entry(country).or_default() += 1;
            }
        }
        let mut words: BTreeMap<&str, u64> = BTreeMap::new();
        for country in list(&record["countries"]) {
            let evidence = list(&country["evidence"]);
            let mentions: Vec<u64> = evidence
                .iter()
                .map(|words| words["mentions"].as_u64().expect("a number"))
                .collect();
            assert!(mentions.is_sorted_by(|a, b| a >= b), "{country}");
            assert_eq!(country["mentions"], mentions.iter().sum::<u64>());
            let code = country["code"].as_str().expect("a code");
            words.insert(code, mentions.iter().sum());
        }
        assert_eq!(words, entities, "{}", record["path"]);
        articles += 1;
    }
    assert_eq!(articles, 56);
}

#[test]
fn show_lists_names_and_countries() {
    let hits = json(&["search", "diplomats", "-i", "few", "--format", "json"]);
    let id = hits["hits"][0]["id"].as_str().expect("an identifier");
    let shown = dateline(&["show", id, "-i", "few"]);
    assert!(
        shown.contains("\n  place        Norway ×") && shown.contains("  NO (name)\n"),
        "{shown}"
    );
    assert!(
        lines_of(&shown, "  NO Norway").contains("Oslo ×2 (capital)"),
        "{shown}"
    );
}

#[test]
fn a_facet_of_countries_gives_the_mentions() {
    let arguments = ["search", "-i", "few", "--facet", "country", "--evidence"];
    let summary = &json(&[&arguments[..], &["--format", "json"]].concat())["summary"];
    assert_eq!(summary["evidence_articles"], 2);
    let norway = row(summary, "country", "NO");
    let oslo = list(&norway["evidence"])
        .iter()
        .find(|evidence| evidence["text"] == "Oslo")
        .unwrap_or_else(|| panic!("no Oslo in {norway}"));
    // Twice in one article; in the headline and the text of the other.
    assert_eq!(
        oslo,
        &serde_json::json!({"text": "Oslo", "via": "capital", "mentions": 4, "articles": 2})
    );
    let shown = dateline(&arguments);
    assert!(
        shown.contains("\nevidence, words from 2 articles\n"),
        "{shown}"
    );
    let (_, evidence) = shown.split_once("\nevidence").unwrap_or_default();
    assert!(
        lines_of(evidence, "NO  ").contains("Oslo ×4 (capital)"),
        "{shown}"
    );
}

/// On the whole sample, of which all articles are read, there is evidence for every value of every
/// facet: sentences that stand where they say, and no more articles with a word than with the
/// country.
#[test]
fn every_value_has_evidence() {
    let facets = [
        "country", "region", "action", "cameo", "quad", "by", "to", "at", "mode", "sector",
        "person", "org", "place", "outlet", "author", "topic", "language", "to/150",
    ];
    let asked = facets.join(",");
    let arguments = [
        "search",
        "-i",
        "sample",
        "--facet",
        &asked,
        "--facet-limit",
        "1000",
        "--evidence",
        "--format",
        "json",
    ];
    let summary = &json(&arguments)["summary"];
    assert_eq!(summary["evidence_articles"], 56);
    let exported = dateline(&["export", "-i", "sample"]);
    let articles: Vec<Value> = exported
        .lines()
        .map(|line| serde_json::from_str(line).expect("an article"))
        .collect();
    for facet in facets {
        let rows = list(&summary["facets"][facet]);
        assert!(!rows.is_empty() || facet == "topic", "{facet}");
        for row in rows {
            let (sentences, words): (Vec<&Value>, Vec<&Value>) = list(&row["evidence"])
                .iter()
                .partition(|evidence| evidence["article"].is_string());
            let has_words = matches!(facet, "country" | "region");
            assert_eq!(!words.is_empty(), has_words, "{facet} {row}");
            assert!(words.len() <= 5, "{facet} {row}");
            assert!((1..=3).contains(&sentences.len()), "{facet} {row}");
            for word in words {
                assert!(word["articles"].as_u64() <= row["articles"].as_u64());
            }
            for sentence in sentences {
                let article = articles
                    .iter()
                    .find(|article| article["id"] == sentence["article"])
                    .unwrap_or_else(|| panic!("no article of {sentence}"));
                let part = sentence["in"].as_str().unwrap_or("text");
                let text = article[part].as_str().expect("a text");
                let at = |name: &str| sentence[name].as_u64().expect("an offset") as usize;
                assert_eq!(sentence["text"], text[at("start")..at("end")]);
            }
        }
    }
}

#[test]
fn a_facet_of_events_gives_sentences_of_the_events_that_match() {
    let arguments = [
        "search",
        "--by",
        "NO",
        "-i",
        "few",
        "--facet",
        "action",
        "--evidence",
        "--format",
        "json",
    ];
    let document = json(&arguments);
    let expelled = row(&document["summary"], "action", "SANCTION");
    let sentences = list(&expelled["evidence"]);
    assert!(!sentences.is_empty(), "{expelled}");
    for sentence in sentences {
        assert_eq!(sentence["article"], document["hits"][0]["id"]);
        let text = sentence["text"].as_str().expect("a sentence");
        assert!(text.starts_with("Norway expel"), "{text}");
    }
    let actions = list(&document["summary"]["facets"]["action"]);
    for action in actions {
        let evidence = action["evidence"].to_string();
        assert!(!evidence.contains("Kremlin"), "not by Norway: {action}");
    }
}

#[test]
fn evidence_needs_a_facet() {
    let output = run(FOLDER.path(), &["search", "-i", "few", "--evidence"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--facet"), "{said}");
    // Without it, nothing is said of evidence.
    let summary = json(&[
        "search", "-i", "few", "--facet", "country", "--format", "json",
    ]);
    assert!(!summary.to_string().contains("evidence"), "{summary}");
}

/// Words are read from stored articles, so they have a bound, which is said; sentences are not
/// bound to the best of all articles.
#[test]
fn words_are_from_the_best_200_articles_and_sentences_from_any() {
    let many = tempfile::tempdir().expect("a temporary folder");
    let mut articles: String = (0..201)
        .map(|at| format!("{{\"text\":\"Rain fell on Norway on day {at}.\"}}\n"))
        .collect();
    articles += "{\"text\":\"Of all that there was nobody spoke, and of the rain that fell on \
                 Sweden there was little.\"}\n";
    std::fs::write(many.path().join("many.jsonl"), articles).expect("a file");
    succeed(many.path(), &["index", "many.jsonl"]);
    let arguments = ["search", "rain", "--facet", "country", "--evidence"];
    let shown = succeed(many.path(), &arguments);
    let (_, evidence) = shown.split_once("\nevidence").unwrap_or_default();
    let mut lines = evidence.lines();
    assert_eq!(lines.next(), Some(", words from the best 200 articles"));
    assert_eq!(lines.next(), Some("NO  Norway ×200 (name)"));
    assert_eq!(
        lines.clone().count(),
        5,
        "three sentences, and two lines for Sweden: {shown}"
    );
    let sweden = lines.nth(3).unwrap_or_default();
    assert!(sweden.starts_with("SE  Of all that there was"), "{shown}");
}
