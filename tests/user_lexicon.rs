//! A user's own names: what they do in a text, to an index, and what is said of a wrong one.
//!
//! The first half holds whatever finds the names: rows of the user go before all else.
#![allow(clippy::unwrap_used)] // A panic is how a test reports.

use dateline::annotate::{Annotations, Annotator, Scratch, UserLexicon};
use dateline::article::Article;
use dateline::corpus::walk::walk;
use dateline::index::Layout;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

fn article(title: &str, text: &str, date: Option<jiff::civil::Date>, language: &str) -> Article {
    Article {
        title: title.to_owned(),
        text: text.to_owned(),
        date,
        language: Some(language.to_owned()),
        ..Article::default()
    }
}

fn annotator(rows: &str) -> Annotator {
    Annotator::with_lexicon(&UserLexicon::parse(rows).unwrap()).unwrap()
}

fn annotate(rows: &str, text: &str) -> Annotations {
    in_year(rows, text, None)
}

fn in_year(rows: &str, text: &str, year: Option<i16>) -> Annotations {
    let date = year.map(|year| jiff::civil::date(year, 6, 1));
    annotator(rows).annotate(&article("", text, date, "en"), &mut Scratch::default())
}

/// The names found: `words type country=canonical`, without what is not there.
fn names(found: &Annotations) -> Vec<String> {
    found
        .entities
        .iter()
        .map(|entity| {
            let mut line = format!("{} {}", entity.text, entity.kind.name());
            if let Some(country) = entity.country {
                line += &format!(" {country}");
            }
            if let Some(name) = &entity.name {
                line += &format!(" ={name}");
            }
            line
        })
        .collect()
}

fn countries(found: &Annotations) -> Vec<String> {
    let mut codes: Vec<_> = found.countries.iter().map(|c| c.code.to_string()).collect();
    codes.sort();
    codes
}

#[track_caller]
fn check(rows: &str, text: &str, expected: &[&str]) {
    assert_eq!(names(&annotate(rows, text)), expected, "{text}");
}

#[test]
fn names_of_the_user_are_found_with_what_the_row_says() {
    let rows = "\
person\tAna Vidal\tVidalita\tColombia\tGOV
place\tQuillbrook\t\tUS
organization\tLantern Trust\tLT | Trust of the Lantern\tgb\tNGO
nationality\tOrvalish\t\tNorway
other\tQuill Prize";
    check(
        rows,
        "Ana Vidal flew to Quillbrook. Vidalita thanked the Trust of the Lantern.",
        &[
            "Ana Vidal person CO",
            "Quillbrook place US",
            "Vidalita person CO =Ana Vidal",
            "Trust of the Lantern organization GB =Lantern Trust",
        ],
    );
    check(
        rows,
        "The Orvalish envoy left. The LT gave Peru a Quill Prize.",
        &[
            "Orvalish nationality NO",
            "LT organization GB =Lantern Trust",
            "Peru place PE",
            "Quill Prize other",
        ],
    );
    let found = annotate(rows, "Ana Vidal criticised Peru.");
    let event = &found.events[0];
    let by = event.by.as_ref().unwrap();
    assert_eq!(
        by.country.map(|country| country.to_string()).as_deref(),
        Some("CO")
    );
    assert_eq!(by.sector, Some(dateline::ontology::Sector::Gov));
}

#[test]
fn a_person_of_the_user_is_known_by_the_surname_too() {
    let rows = "person\tAna Vidal\t\tCO\tGOV";
    let expected = ["Ana Vidal person CO", "Vidal person CO =Ana Vidal"];
    check(rows, "Ana Vidal spoke. Later Vidal left.", &expected);
    // The title profits from what the text tells.
    let found = annotator(rows).annotate(
        &article("Talks with Vidal end", "Ana Vidal spoke.", None, "en"),
        &mut Scratch::default(),
    );
    assert_eq!(found.countries[0].mentions, 2);
}

#[test]
fn a_row_goes_before_every_bundled_reading() {
    let text = "They met in Paris and Georgia. NATO objected, Germany too.";
    let bundled = names(&annotate("", text));
    assert!(
        bundled.contains(&"Paris place FR".to_owned()),
        "{bundled:?}"
    );
    check(
        "place\tParis\t\tUS\nperson\tGeorgia\norg\tNATO\t\tBE\nplace\tGermany\t\tUS",
        text,
        &[
            "Paris place US",
            "Georgia person",
            "NATO organization BE",
            "Germany place US",
        ],
    );
    // Not even the likeliest of readings, the plainest evidence or a title changes it.
    check(
        "place\tTbilisi",
        "Tbilisi, Georgia, is the capital of Georgia.",
        &["Tbilisi place", "Georgia place GE", "Georgia place GE"],
    );
}

#[test]
fn a_row_is_evidence_for_others() {
    let text = "The mayor of Orvaldal spoke. Orvaldal is poor; Orvaldal waits, as Orvaldal does. \
                Georgia will pay for it.";
    let rows = |country| format!("place\tOrvaldal\t\t{country}");
    assert_eq!(countries(&annotate(&rows("US"), text)), ["US"]);
    assert_eq!(countries(&annotate(&rows(""), text)), ["GE"]);
}

#[test]
fn a_guess_does_not_go_over_a_row() {
    // "Yesterday" is no part of the name, whatever the capitals say.
    check(
        "person\tAna Vidal\t\tCO\nplace\tBlue Harbour\t\tNO",
        "Yesterday Ana Vidal left. Old Blue Harbour Council staff stayed in Peru.",
        &[
            "Ana Vidal person CO",
            "Blue Harbour place NO",
            "Peru place PE",
        ],
    );
}

#[test]
fn the_longest_name_wins_whoever_has_it() {
    let rows = "place\tMay\t\tNO\nplace\tTimes\t\tNO\nperson\tPetro Sol\t\tPE\norg\tPetro Sol Bank";
    check(
        rows,
        "Theresa May called Times of India in May. Petro Sol Bank paid Petro Sol.",
        &[
            "Theresa May person GB",
            "Times of India organization",
            "May place NO",
            "Petro Sol Bank organization",
            "Petro Sol person PE",
        ],
    );
}

#[test]
fn words_are_found_cased_as_they_are_written() {
    let rows = "place\tQuill Bay\t\tNO\nother\tblue light\norg\tQUB\t\tPE\nperson\tLeQu\t\tCO";
    check(
        rows,
        "He saw Quill Bay, quill bay and QUILL BAY in Blue Light, a blue light.",
        &[
            "Quill Bay place NO",
            "QUILL BAY place NO =Quill Bay",
            "Blue Light other =blue light",
            "blue light other",
        ],
    );
    check(
        rows,
        "They say QUB and qub, LeQu and lequ.",
        &["QUB organization PE", "LeQu person CO"],
    );
    // Without accents, and with another apostrophe.
    check(
        "place\tÉlmar\t\tNO\nplace\tO'Quill\t\tPE",
        "He saw Élmar, Elmar and O’Quill.",
        &[
            "Élmar place NO",
            "Elmar place NO =Élmar",
            "O’Quill place PE =O'Quill",
        ],
    );
}

#[test]
fn an_alias_stands_for_all_that_the_name_stands_for() {
    let rows = "alias\tGustavo Petro\tEl Timonel\nalias\tGeorgia\tJorjania\n\
                alias\tQuillbrook\tthe Brook\nplace\tQuillbrook\t\tUS";
    check(
        rows,
        "El Timonel went to the Brook.",
        &[
            "El Timonel person CO =Gustavo Petro",
            "the Brook place US =Quillbrook",
        ],
    );
    // What has two readings in the lexicon has them under its new name.
    for text in [
        "Jorjania and Tbilisi, again Tbilisi.",
        "Ohio, Texas, Florida, Utah and Jorjania lost. Ohio and Utah will ask Washington.",
    ] {
        let plain = countries(&annotate("", &text.replace("Jorjania", "Georgia")));
        assert_eq!(countries(&annotate(rows, text)), plain);
    }
}

#[test]
fn ignored_words_are_no_name_and_lead_nowhere() {
    let rows = "ignore\tGeorgia Power\tFrench Quill|Chile Power\nignore\tMay|Chad";
    check(
        rows,
        "Georgia Power paid Chad in May. French Quill grew. Peru watched.",
        &["Peru place PE"],
    );
    // A longer name around them is one still, but leads nowhere by them.
    let found = annotate(rows, "Theresa May saw the Chile Power Corporation in Peru.");
    assert_eq!(countries(&found), ["GB", "PE"]);
    for name in [
        "Theresa May person GB",
        "Chile Power Corporation organization",
    ] {
        assert!(
            names(&found).contains(&name.to_owned()),
            "{:?}",
            names(&found)
        );
    }
    // As written: other cases are other words.
    check("ignore\tChad", "CHAD won.", &[]);
}

#[test]
fn an_office_has_years() {
    let rows = "person\tQuill\t\tNO\tGOV\t2010\t2014\nperson\tQuill\t\tPE\tGOV\t2018";
    let read = |year| countries(&in_year(rows, "They saw Quill there.", year));
    assert_eq!(read(Some(2012)), ["NO"]);
    assert_eq!(read(Some(2021)), ["PE"]);
    assert_eq!(read(None), ["PE"]);
    assert_eq!(read(Some(2001)), Vec::<String>::new());
}

#[test]
fn rows_hold_in_other_languages() {
    let rows = "place\tQuillbrook\t\tUS\nignore\tFrance Quill\nperson\tAna Vidal\t\tCO";
    let text = "Le ministre a quitté Quillbrook. France Quill a grandi. Ana Vidal aime la Norvège.";
    let found = annotator(rows).annotate(&article("", text, None, "fr"), &mut Scratch::default());
    assert_eq!(
        names(&found),
        [
            "Quillbrook place US",
            "Ana Vidal person CO",
            "Norvège place NO =Norway"
        ]
    );
}

#[test]
fn a_file_is_read_as_people_write_them() {
    let plain = UserLexicon::parse("place\tQuill Bay\tQB|QBay\tNO\nignore\tChad").unwrap();
    let forgiving = "\u{feff}# mine\r\n\r\nWhat\tName\tcountry\tAliases\r\n LOC \t Quill Bay\tnorway\t QB | QBay |\r\n\
                     Ignore\tChad\t\t\t\t";
    let forgiving = UserLexicon::parse(forgiving).unwrap();
    assert_eq!(plain.digest(), forgiving.digest());
    assert_eq!((plain.len(), forgiving.len()), (2, 2));
    assert_ne!(
        plain.digest(),
        UserLexicon::parse("ignore\tChad").unwrap().digest()
    );
    assert!(UserLexicon::parse("# nothing\n").unwrap().is_empty());
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let said = |rows: &str| {
        let error = UserLexicon::parse(&format!("# names\n{rows}")).unwrap_err();
        (error.to_string(), error.fault.hint().unwrap_or_default())
    };
    for (rows, error, hint) in [
        (
            "place\tX1\t\tColumbia",
            "line 2: unknown country \"Columbia\"",
            "Colombia (CO)",
        ),
        (
            "place\tX1\t\tSouth America",
            "line 2: \"South America\" is a region",
            "empty",
        ),
        (
            "persn\tX1",
            "line 2: unknown kind of name \"persn\"",
            "person",
        ),
        ("org\tX1\t\t\tGVO", "line 2: unknown sector \"GVO\"", "GOV"),
        (
            "ignore Chad",
            "line 2: \"ignore Chad\" has one cell",
            "tabs",
        ),
        (
            "ignore\tChad\t\tFR",
            "line 2: \"ignore\" rows have no country",
            "",
        ),
        ("place\t--", "line 2: \"--\" is no name", ""),
        ("place\t\tX1", "line 2: \"\" is no name", ""),
        ("alias\tChad", "line 2: no alias", ""),
        (
            "person\tX1\t\t\t\t2020\t2010",
            "line 2: \"2010\" is no year",
            "",
        ),
        ("person\tX1\t\t\t\tsoon", "line 2: \"soon\" is no year", ""),
        (
            "place\tX1\t\tFR\n\nplace\tX1\t\tUS",
            "line 4: \"X1\" has another meaning in line 2",
            "years",
        ),
        ("what\tnme\n", "line 2: unknown column \"nme\"", "name"),
        (
            "a\tb\tc\td\te\tf\tg\th",
            "line 2: there are more cells",
            "tabs",
        ),
    ] {
        let said = said(rows);
        assert!(said.0.starts_with(error), "{said:?}");
        assert!(said.1.contains(hint), "{said:?}");
    }
    let user = UserLexicon::parse("place\tX1\nalias\tGustavo Pedro\tTavo").unwrap();
    let error = Annotator::with_lexicon(&user).err().unwrap().to_string();
    assert_eq!(error, "line 2: unknown name \"Gustavo Pedro\"");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever the rows and the text, names stand in order, none over another, on whole characters.
    #[test]
    fn names_never_overlap(
        rows in vec((0..4usize, "(Ana|Paris|may|US|the|É|Vidal)( (Bank|of|Georgia|Petro))?"), 0..6),
        words in vec("Ana|Paris|may|May|US|the|É|Vidal|Bank|of|Georgia|Petro|\\.|,|met|日本", 0..40),
    ) {
        let kinds = ["place", "person", "ignore", "organization"];
        let mut seen = std::collections::HashSet::new();
        let rows: String = rows
            .iter()
            .filter(|(_, name)| seen.insert(name.clone()))
            .map(|(kind, name)| format!("{}\t{name}\n", kinds[*kind]))
            .collect();
        let user = UserLexicon::parse(&rows).unwrap();
        let annotator = Annotator::with_lexicon(&user).unwrap();
        let text = words.join(" ");
        let found = annotator.annotate(&article("", &text, None, "en"), &mut Scratch::default());
        let foreign = annotator.annotate(&article("", &text, None, "fr"), &mut Scratch::default());
        for entities in [found.entities, foreign.entities] {
            let mut end = 0;
            for entity in entities {
                prop_assert!(entity.span.start >= end, "{text} with {rows}");
                prop_assert_eq!(&text[entity.span.range()], &entity.text);
                end = entity.span.end;
            }
        }
    }

    #[test]
    fn no_file_is_too_odd_to_be_read(text in "((place|alias|ignore|#|x)?[\t\\|\n\r \u{feff}]\\PC{0,4}){0,20}") {
        let _ = UserLexicon::parse(&text);
    }
}

/// A folder to run the command in.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_remove("DATELINE_INDEX")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that fails early does not read.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    #[track_caller]
    fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, "");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command that must fail says.
    #[track_caller]
    fn fail(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}

#[test]
fn annotate_takes_a_lexicon() {
    let desk = Desk::new();
    desk.write("names.tsv", "place\tQuillbrook\t\tNO\n");
    let arguments = ["annotate", "--lexicon", "names.tsv", "--format", "text"];
    let output = desk.run(&arguments, "He left Quillbrook on Monday.");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("place        Quillbrook  NO"), "{said}");
}

#[test]
fn a_wrong_lexicon_is_an_error_with_its_place() {
    let desk = Desk::new();
    desk.write("names.tsv", "place\tX1\nplace\tX2\t\tColumbia\n");
    let said = desk.fail(&["annotate", "--lexicon", "names.tsv"]);
    let expected = "error: names.tsv:2: unknown country \"Columbia\"\n\
                    hint: did you mean Colombia (CO)?\n";
    assert_eq!(said, expected);
    desk.write("names.tsv", "alias\tGustavo Pedro\tTavo\n");
    let said = desk.fail(&["annotate", "--lexicon", "names.tsv"]);
    let expected = "error: names.tsv:1: unknown name \"Gustavo Pedro\"\n\
                    hint: did you mean Gustavo Petro?\n";
    assert_eq!(said, expected);
    let said = desk.fail(&["annotate", "--lexicon", "none.tsv"]);
    assert!(said.contains("cannot read the lexicon none.tsv"), "{said}");
}

impl Desk {
    /// With a copy of the sample corpus that has lain still for an hour, and its index.
    fn with_sample() -> Self {
        let desk = Self::new();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let past = SystemTime::now() - Duration::from_secs(3600);
        for found in walk(&sample) {
            let relative = found.unwrap().relative;
            let to = desk.path("corpus").join(&relative);
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(sample.join(&relative), &to).unwrap();
            let file = std::fs::File::options().append(true).open(&to).unwrap();
            file.set_modified(past).unwrap();
        }
        desk.succeed(&["index", "corpus"]);
        desk
    }

    fn info(&self) -> Value {
        serde_json::from_str(&self.succeed(&["info", "--format", "json"])).unwrap()
    }

    fn generations(&self) -> usize {
        let entries = std::fs::read_dir(self.path("index")).unwrap();
        entries
            .filter(|entry| entry.as_ref().unwrap().path().is_dir())
            .count()
    }

    /// How many articles match.
    fn found(&self, arguments: &[&str]) -> usize {
        let output = self.run(&[&["export"], arguments].concat(), "");
        assert!(output.status.code() != Some(2), "{output:?}");
        String::from_utf8(output.stdout).unwrap().lines().count()
    }
}

const NAMES: &str = "# ours\nplace\tCaribbean\t\tNorway\nalias\tGustavo Petro\tColombia stopped\n";

#[test]
fn an_index_is_annotated_again_without_its_corpus() {
    let desk = Desk::with_sample();
    let before = desk.succeed(&["export"]);
    std::fs::rename(desk.path("corpus"), desk.path("away")).unwrap();
    desk.succeed(&["reannotate"]);
    assert!(desk.succeed(&["export"]) == before);

    desk.write("names.tsv", NAMES);
    assert_eq!(desk.found(&["--country", "NO", "--place", "Caribbean"]), 0);
    let said = desk.run(&["reannotate", "--lexicon", "names.tsv"], "");
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(said.contains("Annotated 56 articles again"), "{said}");
    assert!(said.contains("Events: "), "{said}");
    assert!(said.contains("Most changed: NO "), "{said}");
    assert!(desk.found(&["--country", "NO", "--place", "Caribbean"]) > 0);
    assert_eq!(desk.generations(), 1);
    let names = &desk.info()["names"];
    assert_eq!((&names["rows"], &names["text"]), (&2.into(), &NAMES.into()));
    assert!(desk.succeed(&["info"]).contains("2 of yours in 2 rows"));
    desk.succeed(&["info", "--check"]);

    // The corpus is back: nothing in it is new, and the names stay.
    std::fs::rename(desk.path("away"), desk.path("corpus")).unwrap();
    for arguments in [
        &["index", "corpus"][..],
        &["index", "corpus", "--lexicon", "names.tsv"],
    ] {
        let output = desk.run(arguments, "");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("Read 0 articles from 0 files"), "{said}");
    }
    desk.succeed(&["info", "--check", "--corpus", "corpus"]);
    assert_eq!(desk.info()["names"]["rows"], 2);

    desk.succeed(&["reannotate", "--no-lexicon"]);
    assert!(desk.succeed(&["export"]) == before);
    assert!(desk.info()["names"].is_null());
}

#[test]
fn what_is_new_is_annotated_with_the_names_of_the_index() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("corpus")).unwrap();
    desk.write("corpus/a.txt", "He left Quillbrook on Monday.");
    desk.write("names.tsv", "place\tQuillbrook\t\tNO\n");
    desk.succeed(&["index", "corpus", "--lexicon", "names.tsv"]);
    std::fs::remove_file(desk.path("names.tsv")).unwrap();
    desk.write("corpus/b.txt", "She came to Quillbrook on Tuesday.");
    desk.succeed(&["index", "corpus"]);
    assert_eq!(desk.found(&["--country", "NO"]), 2);
    // A rebuild goes on with them too.
    desk.succeed(&["index", "corpus", "--rebuild"]);
    assert_eq!(desk.found(&["--country", "NO"]), 2);
    desk.succeed(&["index", "corpus", "--rebuild", "--no-lexicon"]);
    assert_eq!(desk.found(&["--country", "NO"]), 0);
}

#[test]
fn two_lexicons_do_not_mix_in_an_index() {
    let desk = Desk::with_sample();
    desk.write("names.tsv", NAMES);
    let refused = desk.fail(&["index", "corpus", "--lexicon", "names.tsv"]);
    assert!(refused.contains("without a lexicon of yours"), "{refused}");
    assert!(
        refused.contains("dateline reannotate -i index"),
        "{refused}"
    );
    desk.succeed(&["reannotate", "--lexicon", "names.tsv"]);
    // A comment more is no other lexicon; a row less is.
    desk.write("same.tsv", &format!("# and so on\n{NAMES}"));
    desk.succeed(&["index", "corpus", "--lexicon", "same.tsv"]);
    desk.write("other.tsv", "ignore\tCaribbean\n");
    let refused = desk.fail(&["index", "corpus", "--lexicon", "other.tsv"]);
    assert!(refused.contains("another lexicon of yours"), "{refused}");
    let refused = desk.fail(&["index", "corpus", "--no-lexicon"]);
    assert!(refused.contains("--rebuild"), "{refused}");

    // A wrong one changes nothing.
    let before = desk.succeed(&["export"]);
    desk.write("wrong.tsv", "ignore\tPeru\nalias\tGustavo Pedro\tTavo\n");
    for command in [&["reannotate"][..], &["index", "corpus", "--rebuild"]] {
        let mut arguments = command.to_vec();
        arguments.extend(["--lexicon", "wrong.tsv"]);
        let said = desk.fail(&arguments);
        assert!(
            said.starts_with("error: wrong.tsv:2: unknown name"),
            "{said}"
        );
        let mut fresh = arguments.clone();
        fresh.extend(["-i", "fresh"]);
        desk.fail(&fresh);
        assert!(!desk.path("fresh").exists());
    }
    assert!(desk.succeed(&["export"]) == before);

    // A lexicon that was changed in the index's folder is damage, and no other's.
    let folder = std::fs::read_dir(desk.path("index")).unwrap();
    let names = folder
        .map(|entry| entry.unwrap().path().join("names.tsv"))
        .find(|path| path.exists());
    std::fs::write(names.unwrap(), "ignore\tPeru\n").unwrap();
    let said = desk.fail(&["info", "--check"]);
    assert!(said.contains("is damaged"), "{said}");
    let said = desk.fail(&["index", "corpus"]);
    assert!(said.contains("names.tsv is damaged"), "{said}");
}

#[test]
fn an_index_of_other_rules_is_annotated_again() {
    let desk = Desk::with_sample();
    let before = desk.succeed(&["export"]);
    let layout = Layout::new(desk.path("index"));
    let (index, _) = layout.open().unwrap();
    let mut versions = Layout::versions(&index).unwrap().unwrap();
    versions.coder = "an older one".to_owned();
    let mut writer = index
        .writer::<tantivy::TantivyDocument>(15_000_000)
        .unwrap();
    let mut commit = writer.prepare_commit().unwrap();
    commit.set_payload(&serde_json::to_string(&versions).unwrap());
    commit.commit().unwrap();
    writer.wait_merging_threads().unwrap();

    let refused = desk.fail(&["index", "corpus"]);
    assert!(
        refused.contains("dateline reannotate -i index"),
        "{refused}"
    );
    assert!(
        desk.succeed(&["info"])
            .contains("dateline reannotate -i index")
    );
    desk.succeed(&["reannotate"]);
    assert!(desk.succeed(&["export"]) == before);
    desk.succeed(&["index", "corpus"]);
}

#[test]
fn what_cannot_be_annotated_again_is_said() {
    let desk = Desk::new();
    let said = desk.fail(&["reannotate", "-i", "none"]);
    assert!(said.contains("no index in none"), "{said}");
    assert!(!desk.path("none").exists());
    std::fs::create_dir(desk.path("corpus")).unwrap();
    desk.write("corpus/a.txt", "Norway thanked Chile.");
    desk.succeed(&["index", "corpus"]);
    let claim = Layout::new(desk.path("index")).claim().unwrap();
    let said = desk.fail(&["reannotate"]);
    assert!(said.contains("another process is writing"), "{said}");
    drop(claim);
    desk.succeed(&["reannotate"]);
    // An index that holds nothing is one too.
    std::fs::remove_file(desk.path("corpus/a.txt")).unwrap();
    desk.succeed(&["index", "corpus", "--replace"]);
    desk.succeed(&["reannotate"]);
    assert_eq!(desk.info()["articles"], 0);
}

#[test]
fn a_killed_reannotation_leaves_the_index_as_it_was() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("corpus")).unwrap();
    let line = |number: usize| {
        format!(
            "{{\"id\":\"n{number}\",\"text\":\"Norway criticised Chile for the {number}th time. \
             Ministers of Ghana met those of Quillbrook and thanked Kenya.\"}}\n"
        )
    };
    desk.write("corpus/a.jsonl", &(0..3000).map(line).collect::<String>());
    desk.write("names.tsv", "place\tQuillbrook\t\tJP\n");
    desk.succeed(&["index", "corpus"]);
    let before = desk.succeed(&["export"]);
    let mut killed = 0;
    for wait in [60, 150, 300, 500, 800] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .args(["reannotate", "--lexicon", "names.tsv"])
            .current_dir(desk.0.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        run.kill().unwrap();
        if run.wait().unwrap().success() {
            break;
        }
        killed += 1;
        // It may have been killed after the new generation was published.
        if desk.info()["names"].is_null() {
            assert!(desk.succeed(&["export"]) == before, "after {wait} ms");
        }
        desk.succeed(&["info", "--check"]);
    }
    assert!(killed > 0);
    desk.succeed(&["index", "corpus"]);
    assert_eq!(desk.generations(), 1);
    desk.succeed(&["reannotate", "--lexicon", "names.tsv"]);
    assert_eq!(desk.found(&["--country", "JP"]), 3000);
    desk.succeed(&["reannotate", "--no-lexicon"]);
    assert!(desk.succeed(&["export"]) == before);
}

/// The examples in the documentation are lexicons, with the tabs that nobody sees.
#[test]
fn the_documented_examples_can_be_used() {
    for page in ["README.md", "docs/lexicon.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let text = std::fs::read_to_string(path).unwrap();
        let (_, rest) = text.split_once("```\n# what\t").unwrap();
        let (example, _) = rest.split_once("```").unwrap();
        let user = UserLexicon::parse(&format!("# {example}")).unwrap();
        assert!(user.len() >= 4, "{page}");
        assert!(Annotator::with_lexicon(&user).is_ok(), "{page}");
    }
}
