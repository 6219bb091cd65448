//! What people type or paste, and which articles they mean by it: the command on a folder of a few
//! lines, one a file.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output};
use std::sync::LazyLock;

/// Articles by the name of their file.
const ARTICLES: &[(&str, &str)] = &[
    (
        "usa",
        "The U.S. raised tariffs on steel, and the US-led talks failed. America's allies met in Rome.",
    ),
    (
        "pronoun",
        "They told us that the harvest was poor, and asked us to wait for the rain to come.",
    ),
    (
        "un",
        "The UN Security Council met on Monday. A U.N. spokesman said that it would meet again.",
    ),
    (
        "kim",
        "Kim Jong Un visited a farm near the border on Sunday and was given a basket of apples.",
    ),
    (
        "phone",
        "AT&T's shares fell after Johnson & Johnson said it did not use at&t any more.",
    ),
    (
        "virus",
        "COVID-19 closed the schools. Teachers don’t expect Covid 19 to close them again.",
    ),
    (
        "fee",
        "The fee was $1,000 in 2019–2020, or 3.5% of the price, O'Brien's office in Bogotá said.",
    ),
    (
        "steel",
        "Organisers of the steel fair praised its organization. Sanctioned firms stayed away.",
    ),
    (
        "peace",
        "Talks about peace went on in the talks’ third week, “peace talks” in name alone.",
    ),
    (
        "soft",
        "The anti-war march ended; the organisation of it was praised by Zelenskyy and Zelensky.",
    ),
];

/// What is typed, and the articles that are meant.
const QUERIES: &[(&str, &str)] = &[
    ("U.S.", "usa"),
    ("us", "pronoun usa"),
    ("“U.S.” tariffs", "usa"),
    ("U.N.", "un"),
    ("un", "kim un"),
    ("AT&T", "phone"),
    ("at&t", "phone"),
    ("Johnson & Johnson", "phone"),
    ("don't", "virus"),
    ("don’t", "virus"),
    ("covid-19", "virus"),
    ("Covid–19", "virus"),
    ("schools – teachers", "virus"),
    ("1,000", "fee"),
    ("1000 3.5%", "fee"),
    ("2019-2020", "fee"),
    ("O’Brien", "fee"),
    ("bogota", "fee"),
    ("\u{ab}\u{a0}peace talks\u{a0}\u{bb} ?", "peace"),
    ("peace\u{a0}talks", "peace"),
    ("anti\u{ad}-war", "soft"),
    ("\"peace talks\"~1", "peace"),
    ("\"talks peace\"~1", "peace"),
    ("\"week talks\"", ""),
    ("\"week talks\"~1", "peace"),
    ("\"talks talks talks talks\"~99", ""),
    ("sanction*", "steel"),
    ("sanction?s", ""),
    ("organi?ation", "soft steel"),
    ("*gan*ers", "steel"),
    ("zelensky~1", "soft"),
    ("Tarifs~", "usa"),
    ("/organi[sz](ation|ers)/", "soft steel"),
    ("/^Tariffs?$/", "usa"),
    ("path:s*", "soft steel"),
    ("-*e*", ""),
    ("organi?ation -sanction*", "soft"),
];

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).expect("a folder");
    for (name, text) in ARTICLES {
        fs::write(corpus.join(format!("{name}.txt")), text).expect("a file");
    }
    let output = run(&folder, &["index", "corpus"]);
    assert!(output.status.success(), "{output:?}");
    folder
});

fn run(folder: &tempfile::TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("DATELINE_INDEX")
        .output()
        .expect("the command can be started")
}

#[test]
fn finds_what_is_meant() {
    let mut wrong = Vec::new();
    for (query, meant) in QUERIES {
        let output = run(&FOLDER, &["export", "--", query]);
        let lines = String::from_utf8_lossy(&output.stdout);
        let found: BTreeSet<String> = lines
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
            .map(|article| {
                article["path"]
                    .as_str()
                    .unwrap_or_default()
                    .replace(".txt", "")
            })
            .collect();
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        if found.join(" ") != *meant {
            let said = String::from_utf8_lossy(&output.stderr);
            wrong.push(format!("{query} finds {found:?}, not {meant:?} {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is found by its shape is marked where it stands.
#[test]
fn marks_what_is_found_by_its_shape() {
    for (query, marked) in [
        ("sanction*", "Sanctioned"),
        ("organizatio?*", "organization"),
        ("Tarifs~", "tariffs"),
        ("/apples?/", "apples"),
        ("U.N.", "UN"),
    ] {
        let output = run(&FOLDER, &["search", "--format", "json", "--", query]);
        let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let snippet = &answer["hits"][0]["snippets"][0];
        let text = snippet["text"].as_str().expect("a snippet");
        let offset = |at: usize| snippet["marks"][0][at].as_u64().expect("a mark") as usize;
        let start = snippet["start"].as_u64().expect("a start") as usize;
        assert_eq!(
            &text[offset(0) - start..offset(1) - start],
            marked,
            "{query}"
        );
    }
}

/// Whatever is wrong is said in three lines: what, the query, and a caret with what to write.
#[test]
fn says_what_is_wrong() {
    for (query, hint) in [
        ("contry:US", "did you mean `country`?"),
        ("country:Columbia", "did you mean Colombia (CO)?"),
        ("event(by:US action:SANCTON)", "did you mean SANCTION?"),
        (
            "event(form:US)",
            "the roles are by, action, to, at, on, mode, sector, confidence",
        ),
        ("country:Col*", "write it out: a code, or a name in quotes"),
        ("event(confidence:0.8)", "as in confidence:>=0.8"),
        ("covid-1*", "wildcards and `~` are for one word"),
        ("/a(/", "it matches a whole word"),
        (
            "title:2019..2020",
            "`date` has ranges and, inside event(…), `on` and `confidence`",
        ),
        ("date:tomorrow", "write a year, month or day"),
    ] {
        let output = run(&FOLDER, &["search", "--", query]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{query}: {said}");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines.len(), 3, "{said}");
        assert_eq!(lines[1].trim(), query, "{said}");
        assert!(lines[2].contains('^') && lines[2].contains(hint), "{said}");
    }
}
