//! `dateline evaluate`: every format of gold, scores counted by hand, and what is told of bad gold.

use dateline::annotate::{Annotations, CountryMentions, Entity, EntityType, Part};
use dateline::article::ByteSpan;
use dateline::evaluate::{
    By, Class, CountryReport, CountryScorer, Gold, GoldArticle, NerReport, NerScorer, Score,
};
use dateline::ontology::CountryCode;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn gold(file: &str) -> Gold {
    Gold::read(file.as_bytes(), By::Article).expect("sound gold")
}

/// The only article of a file.
fn only(file: &str) -> GoldArticle {
    let mut articles = gold(file).articles;
    assert_eq!(articles.len(), 1);
    articles.remove(0)
}

/// What is wrong with a file: line, message and hint.
fn wrong(file: &str) -> (usize, String, Option<String>) {
    let error = Gold::read(file.as_bytes(), By::Article).expect_err("bad gold");
    (error.line, error.to_string(), error.hint())
}

fn code(code: &str) -> CountryCode {
    CountryCode::parse(code).expect("a country")
}

/// Annotations of a text as an annotator might make them: word, type, country or "".
fn found(text: &str, entities: &[(&str, EntityType, &str)]) -> Annotations {
    let mut out = Annotations::default();
    for &(word, kind, country) in entities {
        let start = text.find(word).expect("a word of the text");
        let country = (!country.is_empty()).then(|| code(country));
        out.entities.push(Entity {
            text: word.to_owned(),
            kind,
            part: Part::Text,
            span: ByteSpan::new(start, start + word.len()),
            country,
            via: None,
            name: None,
        });
        if let Some(code) = country {
            out.countries.push(CountryMentions { code, mentions: 1 });
        }
    }
    out
}

/// Names of the article as `words/class`.
fn names(article: &GoldArticle) -> Vec<String> {
    let entities = article.entities.iter().flatten();
    entities
        .map(|name| format!("{}/{}", &article.text[name.span.range()], name.class.name()))
        .collect()
}

/// Places of the article as `words/country`.
fn places(article: &GoldArticle) -> Vec<String> {
    let places = article.places.iter().flatten();
    places
        .map(|place| {
            let country = place
                .country
                .map_or("-".to_owned(), |code| code.to_string());
            format!("{}/{country}", &article.text[place.span.range()])
        })
        .collect()
}

// Formats.

const LINE: &str = r#"{"id":7,"title":"Deal signed","text":"Norway’s Ada Berg met Acme in Paris, Texas.","date":"2024-03-12","entities":[{"start":0,"end":6,"type":"GPE","text":"Norway"},{"start":11,"end":19,"type":"person"},{"start":24,"end":28,"type":"ORG"},{"start":39,"end":44,"type":"DATE"}],"countries":["United States","NO","US"],"places":[{"start":32,"end":37,"country":"USA","text":"Paris"},{"start":39,"end":44}]}"#;

#[test]
fn reads_json_lines() {
    let article = only(LINE);
    assert_eq!(article.title, "Deal signed");
    assert_eq!(
        article.date.map(|date| date.to_string()).as_deref(),
        Some("2024-03-12")
    );
    assert_eq!(
        names(&article),
        ["Norway/place", "Ada Berg/person", "Acme/organization"]
    );
    assert_eq!(article.countries, Some(vec![code("NO"), code("US")]));
    assert_eq!(places(&article), ["Paris/US", "Texas/-"]);
}

#[test]
fn what_is_not_marked_is_not_measured() {
    let article = only("\u{feff}\n{\"text\":\"Oslo\",\"countries\":[]}\n");
    assert_eq!(
        (article.entities.clone(), article.places.clone()),
        (None, None)
    );
    assert_eq!(article.countries, Some(vec![]));
    let mut names = NerScorer::default();
    names.add(&article, &Annotations::default());
    assert_eq!(names.report(5), None);
}

#[test]
fn reads_columns() {
    let file = "-DOCSTART- -X- -X- O\n\nAda NNP B-NP I-PER\nBerg NNP I-NP I-PER\nleft VBD B-VP O\n\nOslo NNP B-NP I-LOC\n";
    let article = only(file);
    assert_eq!(article.text, "Ada Berg left\n\nOslo");
    assert_eq!(names(&article), ["Ada Berg/person", "Oslo/place"]);
    let by_sentence = Gold::read(file.as_bytes(), By::Sentence).expect("sound gold");
    assert_eq!(by_sentence.articles.len(), 2);
    // A bracket opens no JSON here.
    assert_eq!(names(&only("[ O\nOslo B-LOC\n] O\n")), ["Oslo/place"]);
}

/// A toponym as the Local-Global Lexicon has it.
fn toponym(start: usize, end: usize, phrase: &str, tag: &str) -> String {
    format!(
        "<toponym><start>{start}</start><end>{end}</end><phrase>{phrase}</phrase>{tag}</toponym>"
    )
}

fn toponyms(text: &str, toponyms: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<articles>\r\n  <article docid=\"1\">\r\n    <title>T</title><domain>a.example</domain>\
         <dltime>2009-03-20 12:24:52.002364-05</dltime>\r\n    <text><![CDATA[{text}]]></text>\
         <toponyms>{}</toponyms>\r\n  </article>\r\n</articles>\r\n",
        toponyms.concat()
    )
}

#[test]
fn reads_toponyms() {
    let us = "<gaztag geonameid=\"1\"><name>Anywhere</name><country geonameid=\"2\">United States</country></gaztag>";
    let ps = "<gaztag><countryCode>PS</countryCode><country>nonsense</country></gaztag>";
    let nowhere = "<gaztag><country>Ruritania</country></gaztag>";
    // Offsets count characters, an ampersand in CDATA five, and a line's end one.
    let file = toponyms(
        " Fünf &amp;\r\nParis, Gaza, Zenda, Lima, Rome",
        &[
            toponym(12, 17, "Paris", us),
            toponym(19, 23, "Gaza", ps),
            toponym(25, 30, "Zenda", nowhere),
            toponym(32, 36, "Lima", ""),
            toponym(37, 42, "Rome", us),
            toponym(38, 99, "Rome", us),
        ],
    );
    let gold = gold(&file);
    let article = &gold.articles[0];
    assert_eq!(
        places(article),
        ["Paris/US", "Gaza/PS", "Zenda/-", "Lima/-"]
    );
    assert_eq!(article.countries, Some(vec![code("PS"), code("US")]));
    assert_eq!(article.outlet.as_deref(), Some("a.example"));
    assert_eq!(
        article.date.map(|date| date.to_string()).as_deref(),
        Some("2009-03-20")
    );
    assert_eq!(article.title, "");
    assert_eq!(
        gold.unmapped.into_iter().collect::<Vec<_>>(),
        [("Ruritania".to_owned(), 1)]
    );
    assert_eq!(gold.misplaced, 2);
}

#[test]
fn reads_locations() {
    let article = only(
        "<articles><article><text>Fever in Oslo &amp; Lima</text><locations><location><name>Oslo</name><start>9</start>\
         <end>13</end><lat>59.9</lat><lon>10.7</lon><country>Norway</country></location></locations></article></articles>",
    );
    assert_eq!(places(&article), ["Oslo/NO"]);
    assert_eq!(article.text, "Fever in Oslo & Lima");
}

#[test]
fn entities_of_a_hostile_file_are_not_expanded() {
    let file = "<!DOCTYPE a [<!ENTITY x \"Oslo\">]>\n<articles><article><text>&x;</text></article></articles>";
    let (_, message, _) = wrong(file);
    assert!(message.contains("not expanded"), "{message}");
}

#[test]
fn bad_gold_is_told_with_its_line() {
    let bytes = Some("start and end count bytes of UTF-8, not characters".to_owned());
    for (file, line, message, hint) in [
        ("", 1, "there is no article in it", None),
        (
            "Ada B-PER\nleft\n",
            2,
            "no tag at the end of the line (O, B-PER, I-PER …)",
            None,
        ),
        (
            "Some prose.\n",
            1,
            "no tag at the end of the line (O, B-PER, I-PER …)",
            None,
        ),
        (
            "\n[{\"text\":\"Oslo\"}]",
            2,
            "an array; each article is an object on a line of its own",
            None,
        ),
        (
            "{\"text\":\"Øst\",\"places\":[{\"start\":0,\"end\":3,\"text\":\"Øst\"}]}",
            1,
            "0..3 is \"Øs\" in the text, not \"Øst\"",
            bytes.clone(),
        ),
        (
            "{\"text\":\"Øst\",\"entities\":[{\"start\":1,\"end\":4,\"type\":\"place\"}]}",
            1,
            "1..4 is not a span of the text's 4 bytes",
            bytes.clone(),
        ),
        (
            "{\"text\":\"Øst\",\"entities\":[{\"start\":3,\"end\":2,\"type\":\"place\"}]}",
            1,
            "3..2 is not a span of the text's 4 bytes",
            bytes,
        ),
        (
            "{\"text\":\"a\"}\n\n{\"text\":\"Ada\",\"entities\":[{\"start\":0,\"end\":3,\"type\":\"wizard\"}]}",
            3,
            "unknown type of name \"wizard\"",
            Some("the types are person, organization, place, nationality and other".to_owned()),
        ),
        (
            "{\"text\":\"a\",\"countries\":[\"Columbia\"]}",
            1,
            "unknown country \"Columbia\"",
            Some("did you mean Colombia (CO)?".to_owned()),
        ),
        (
            "<html><p>Oslo</p></html>",
            1,
            "there is no article in it",
            None,
        ),
    ] {
        assert_eq!(wrong(file), (line, message.to_owned(), hint), "{file}");
    }
    let (line, message, _) = wrong("{\"text\":\"a\"}\n{\"body\":\"b\"}");
    assert!(
        line == 2 && message.contains("missing field `text`"),
        "{line}: {message}"
    );
    let error = Gold::read(&b"Oslo B-LOC\nBergen\xff B-LOC\n"[..], By::Article);
    assert_eq!(error.expect_err("bad gold").line, 2);
    let (line, message, _) = wrong(&toponyms("Oslo", &[toponym(0, 4, "Oslo", "")]));
    assert_eq!(
        (line, message.as_str()),
        (1, "no place in it has a country")
    );
    let file = toponyms("Oslo", &["<toponym><start>x</start></toponym>".to_owned()]);
    let (line, message, _) = wrong(&file);
    assert_eq!((line, message.as_str()), (3, "\"x\" is no offset"));
}

// Scores, counted by hand.

fn numbers(score: Score) -> (u64, u64, u64) {
    (score.gold, score.predicted, score.right)
}

fn ner_report() -> NerReport {
    let mut scorer = NerScorer::default();
    let line = r#"{"text":"Ada Berg of Acme Oil met Finnish envoys in Oslo; Lund and May stayed.","entities":[{"start":0,"end":8,"type":"person"},{"start":12,"end":20,"type":"organization"},{"start":25,"end":32,"type":"nationality"},{"start":43,"end":47,"type":"place"},{"start":49,"end":53,"type":"person"}]}"#;
    let article = only(line);
    // One is right, one has another type, one another span, one both; one is missed, one is not there.
    let mut predicted = found(
        &article.text,
        &[
            ("Ada Berg", EntityType::Person, ""),
            ("Acme", EntityType::Organization, ""),
            ("Finnish envoys", EntityType::Organization, ""),
            ("Oslo", EntityType::Person, ""),
            ("May", EntityType::Other, ""),
        ],
    );
    // What is found in the title is not measured.
    predicted.entities.push(Entity {
        part: Part::Title,
        ..predicted.entities[0].clone()
    });
    scorer.add(&article, &predicted);
    scorer.report(10).expect("names are marked")
}

#[test]
fn names_are_right_with_their_span_and_type() {
    let report = ner_report();
    assert_eq!(report.articles, 1);
    assert_eq!(numbers(report.all), (5, 5, 1));
    assert_eq!(report.all.f1, Some(0.2));
    let classes: Vec<_> = report
        .classes
        .iter()
        .map(|it| (it.class, numbers(it.score)))
        .collect();
    assert_eq!(
        classes,
        [
            (Class::Person, (2, 2, 1)),
            (Class::Organization, (1, 2, 0)),
            (Class::Place, (1, 0, 0)),
            (Class::Misc, (1, 1, 0)),
        ]
    );
    let place = report.classes[2].score;
    assert_eq!(
        (place.precision, place.recall, place.f1),
        (None, Some(0.0), Some(0.0))
    );
}

#[test]
fn every_error_is_of_one_kind() {
    let report = ner_report();
    let errors = report.errors;
    assert_eq!(
        [
            errors.wrong_type,
            errors.wrong_span,
            errors.wrong_both,
            errors.missed,
            errors.spurious
        ],
        [1, 1, 1, 1, 1]
    );
    let pairs: Vec<_> = report
        .confusions
        .iter()
        .map(|it| {
            (
                it.gold.text.as_str(),
                it.predicted.text.as_str(),
                it.predicted.class,
            )
        })
        .collect();
    assert_eq!(
        pairs,
        [
            ("Acme Oil", "Acme", Class::Organization),
            ("Finnish", "Finnish envoys", Class::Organization),
            ("Oslo", "Oslo", Class::Person),
        ]
    );
    let types: Vec<_> = report
        .types
        .iter()
        .map(|it| (it.gold, it.predicted, it.count))
        .collect();
    assert_eq!(
        types,
        [
            (Class::Place, Class::Person, 1),
            (Class::Misc, Class::Organization, 1)
        ]
    );
    assert_eq!(report.missed[0].name.text, "Lund");
    assert_eq!(report.spurious[0].name.text, "May");
}

fn country_report() -> CountryReport {
    let mut scorer = CountryScorer::default();
    // In the gold NO, US; found NO, FR, TD: 1 of 3 right, 1 of 2 found.
    let article = only(
        r#"{"text":"Norwegian teams left Paris and Austin for Oslo, where Chad rests in Zenda.","countries":["NO","US"],"places":[{"start":21,"end":26,"country":"US"},{"start":31,"end":37,"country":"US"},{"start":42,"end":46,"country":"NO"},{"start":69,"end":74}]}"#,
    );
    let predicted = found(
        &article.text,
        &[
            ("Norwegian", EntityType::Nationality, "NO"),
            ("Paris", EntityType::Place, "FR"),
            ("Austin", EntityType::Person, ""),
            ("Oslo", EntityType::Place, "NO"),
            ("Chad", EntityType::Place, "TD"),
            ("Zenda", EntityType::Place, "TD"),
        ],
    );
    scorer.add(&article, &predicted);
    // Rightly none.
    scorer.add(
        &only(r#"{"text":"Rain.","countries":[]}"#),
        &Annotations::default(),
    );
    scorer.report(10).expect("countries are marked")
}

#[test]
fn countries_of_articles_are_sets() {
    let sets = country_report().sets.expect("countries are marked");
    assert_eq!((sets.articles, sets.exact), (2, 1));
    assert_eq!(numbers(sets.pairs), (2, 3, 1));
    // 2 · 1 / (2 + 3) in the first article, 1 in the second.
    assert!((sets.mean_f1 - 0.7).abs() < 1e-9, "{}", sets.mean_f1);
}

#[test]
fn places_are_right_with_their_country() {
    let report = country_report();
    let places = report.places.expect("places are marked");
    assert_eq!(places.articles, 1);
    // Paris wrong, Austin not predicted, Oslo right; Zenda has no country.
    assert_eq!(numbers(places.resolved), (3, 2, 1));
    // Oslo right; Paris and Chad wrong; Zenda left out.
    assert_eq!(
        (places.place_claims.predicted, places.place_claims.right),
        (3, 1)
    );
    assert_eq!((places.claims.predicted, places.claims.right), (4, 1));

    let confusion = &report.confusions[0];
    assert_eq!(
        (confusion.gold, confusion.predicted),
        (code("US"), code("FR"))
    );
    assert_eq!(
        (confusion.count, confusion.names.join(" ")),
        (1, "Paris".to_owned())
    );
    let missed = &report.missed[0];
    assert_eq!(
        (missed.text.as_str(), missed.count, missed.named),
        ("Austin", 1, 1)
    );
    let spurious: Vec<_> = report
        .spurious
        .iter()
        .map(|it| (it.country, it.articles, it.names.join(" ")))
        .collect();
    assert_eq!(
        spurious,
        [
            (code("FR"), 1, "Paris".to_owned()),
            (code("TD"), 1, "Chad Zenda".to_owned())
        ]
    );
    // None is in the gold five times.
    assert!(report.countries.is_empty());
}

// The command.

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(arguments)
        .output()
        .expect("the command runs")
}

fn written(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a writable folder");
    path.to_string_lossy().into_owned()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_command_agrees_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = r#"{"text":"Norway and Sweden signed.","entities":[{"start":0,"end":6,"type":"place"},{"start":11,"end":17,"type":"person"}],"countries":["NO","SE"]}"#;
    let file = written(folder.path(), "gold.jsonl", line);
    let ask = |measure: &str, format: &str| {
        stdout(&run(&["evaluate", measure, &file, "--format", format]))
    };
    let text = ask("ner", "text");
    assert!(
        text.contains("all              2          2      1      0.500   0.500  0.500"),
        "{text}"
    );
    assert!(
        text.contains("    1  Sweden (person)  Sweden (place)"),
        "{text}"
    );
    let document: Value = serde_json::from_str(&ask("ner", "json")).expect("JSON");
    assert_eq!(document["all"]["f1"], 0.5);
    let lines: Vec<Value> = ask("ner", "jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let kinds: Vec<_> = lines
        .iter()
        .filter_map(|line| line["type"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "score",
            "score",
            "score",
            "score",
            "score",
            "types",
            "confusion",
            "summary"
        ]
    );
    assert!(ask("ner", "csv").contains("\nall,2,2,1,0.5,0.5,0.5\n"));
    assert!(ask("countries", "tsv").contains("\ncountries of articles\t2\t2\t2\t1\t1\t1\n"));
    assert!(ask("countries", "text").contains("articles exactly right "));
}

#[test]
fn the_command_tells_what_is_wrong_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let bad = written(folder.path(), "bad.txt", "Oslo B-LOC\nBergen B-FJORD\n");
    let good = written(folder.path(), "good.txt", "Oslo B-LOC\n");
    for (arguments, message) in [
        (
            ["evaluate", "ner", &bad],
            "bad.txt:2: unknown type of name \"FJORD\"\nhint: the types",
        ),
        (
            ["evaluate", "countries", &good],
            "no article of the gold has its countries or places marked",
        ),
        (
            ["evaluate", "ner", "nowhere.txt"],
            "cannot open nowhere.txt",
        ),
        (["evaluate", "ner", "--by"], "a value is required"),
    ] {
        let output = run(&arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains(message), "{stderr}");
        assert!(output.stdout.is_empty());
    }
}

// The shared sets.

/// A file of the shared data, if it is there.
fn shared(path: &str) -> Option<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let file = Path::new(folder).join(path);
    if !file.exists() {
        eprintln!("skipped: there is no {}", file.display());
        return None;
    }
    Some(file)
}

fn is_sane(score: &Value) {
    for share in ["precision", "recall", "f1"] {
        let share = score[share].as_f64().expect("a share");
        assert!((0.2..=1.0).contains(&share), "{score}");
    }
}

#[test]
fn measures_names_of_the_shared_set() {
    let Some(file) = shared("coding/ner/conllpp-dev.txt") else {
        return;
    };
    let file = file.to_string_lossy();
    for (unit, articles) in [("article", 216), ("sentence", 3250)] {
        let output = stdout(&run(&[
            "evaluate", "ner", &file, "--by", unit, "--format", "json", "--worst", "7",
        ]));
        let report: Value = serde_json::from_str(&output).expect("JSON");
        assert_eq!(report["articles"], articles);
        assert_eq!(report["all"]["gold"], 5942);
        assert_eq!(report["confusions"].as_array().map(Vec::len), Some(7));
        is_sane(&report["all"]);
    }
}

#[test]
fn measures_countries_of_the_shared_set() {
    let Some(file) = shared("coding/geo/lgl.xml") else {
        return;
    };
    let output = run(&[
        "evaluate",
        "countries",
        &file.to_string_lossy(),
        "--format",
        "json",
    ]);
    assert!(output.stderr.is_empty(), "{output:?}");
    let report: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(report["places"]["articles"], 588);
    assert_eq!(report["places"]["resolved"]["gold"], 4427);
    is_sane(&report["places"]["resolved"]);
    is_sane(&report["sets"]["pairs"]);
}
