//! `dateline evaluate`: every format of gold, scores counted by hand, and what is told of bad gold.

use dateline::annotate::{Annotations, CountryMentions, Entity, EntityType, Event, Part};
use dateline::article::ByteSpan;
use dateline::evaluate::{
    By, Class, CountryReport, CountryScorer, EventScorer, Gold, GoldArticle, NerReport, NerScorer,
    Relation, RelationScorer, Score, Side, read_relations, read_sentences,
};
use dateline::ontology::{CountryCode, Mode, Plover};
use serde_json::{Value, json};
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

// Relations and events.

/// An event as a coder might give it, between words of a text; "" for nobody.
fn told(text: &str, by: &str, plover: &str, code: &str, to: &str, rest: Value) -> Event {
    let side = |words: &str| {
        let (words, country) = words.split_once('/').unwrap_or((words, ""));
        let start = text.find(words).expect("words of the text");
        match words {
            "" => Value::Null,
            _ => json!({
                "text": words, "start": start, "end": start + words.len(), "sector": null,
                "country": Some(country).filter(|country| !country.is_empty()),
            }),
        }
    };
    let mut event = json!({
        "by": side(by), "to": side(to), "at": null, "on": null, "mode": "actual",
        "action": {"plover": plover, "cameo": code, "quad": 1, "goldstein": 0.0},
        "sentence": {"start": 0, "end": text.len(), "text": text},
        "trigger": {"start": 0, "end": 1}, "confidence": 0.7, "coder": "by hand",
    });
    if let (Value::Object(event), Value::Object(rest)) = (&mut event, rest) {
        event.extend(rest);
    }
    serde_json::from_value(event).expect("an event")
}

const EXAMPLES: &str = "# sentence source target type code mode\n\
    Mali accused Chad of lying and will meet Togo.\tMali\tChad\tACCUSE\t112\tactual\n\
    \tMali\tTogo\tCONSULT\t040\tplanned\n\
    \tChad\tTogo\tNONE\t-\t-\n\
    Police dispersed a rally in Bamako.\tPolice\ta rally\tASSAULT\t175\tactual\n\
    The mayor was shot.\t-\tThe mayor\tASSAULT\t180\tactual\n";

#[test]
fn reads_pairs_of_both_formats() {
    let rows = read_relations(EXAMPLES.as_bytes()).expect("sound gold");
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row.pair.source,
                row.relation.name(),
                row.pair.target
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "Mali ACCUSE Chad",
            "Mali CONSULT Togo",
            "Chad NONE Togo",
            "Police ASSAULT a rally"
        ]
    );
    let lines = "{\"sentence\":\"Mali freed two Chadians.\",\"source\":\"Mali\",\"target\":\"two Chadians\",\"type\":\"YIELD\",\"penta\":1}\n\
                 {\"text\":\"Mali and Chad exist.\",\"source\":\"Mali\",\"target\":\"Chad\",\"type\":null}\n";
    let rows = read_relations(lines.as_bytes()).expect("sound gold");
    assert_eq!(
        rows.iter().map(|row| row.relation).collect::<Vec<_>>(),
        [Relation::Yield, Relation::Nothing]
    );
}

#[test]
fn relations_are_right_with_their_type() {
    let action = |plover: &str, code: &str| told("", "", plover, code, "", Value::Null).action;
    let lines = ["YIELD", "YIELD", "ACCUSE", "ACCUSE", "THREATEN", "NONE"].map(|kind| {
        format!("{{\"sentence\":\"A b\",\"source\":\"A\",\"target\":\"b\",\"type\":\"{kind}\",\"cameo\":\"112\"}}\n")
    });
    let gold = read_relations(lines.concat().as_bytes()).expect("sound gold");
    let mut scorer = RelationScorer::default();
    let found = [
        Some(action("RETREAT", "0841")),
        None,
        Some(action("ACCUSE", "1124")),
        Some(action("CONCEDE", "081")),
        Some(action("THREATEN", "130")),
        Some(action("ACCUSE", "112")),
    ];
    for (row, found) in gold.iter().zip(&found) {
        scorer.add(row, found.as_ref());
    }
    let report = scorer.report(9).expect("pairs");
    assert_eq!((report.pairs, report.silent, report.absent), (6, 1, 0));
    assert_eq!(report.accuracy, Some(0.5));
    let classes: Vec<_> = report
        .classes
        .iter()
        .map(|class| (class.relation.name(), numbers(class.score)))
        .collect();
    assert_eq!(
        classes,
        [
            ("ACCUSE", (2, 2, 1)),
            ("THREATEN", (1, 1, 1)),
            ("YIELD", (2, 2, 1)),
            ("NONE", (1, 1, 0)),
        ]
    );
    // Of ACCUSE and YIELD 0.5, of THREATEN 1; NONE is no type.
    let macro_f1 = report.macro_f1.expect("types");
    assert!((macro_f1 - 2.0 / 3.0).abs() < 1e-9, "{macro_f1}");
    assert_eq!(
        report.worst.map(|worst| worst.relation.name()),
        Some("ACCUSE")
    );
    assert_eq!(report.matrix[0], [1, 0, 1, 0]);
    let confusions: Vec<_> = report
        .confusions
        .iter()
        .map(|it| (it.gold.name(), it.predicted.name(), it.count))
        .collect();
    assert_eq!(
        confusions,
        [
            ("ACCUSE", "YIELD", 1),
            ("YIELD", "NONE", 1),
            ("NONE", "ACCUSE", 1)
        ]
    );
    // 1124 for 112 and 130 for 112: the types are right, so the codes are judged.
    let codes = report.codes.expect("codes");
    assert_eq!(
        (codes.root.right, codes.three.right, codes.exact.right),
        (1, 1, 0)
    );
    assert_eq!(codes.exact.predicted, 2);
}

#[test]
fn events_by_words_are_right_with_sides_and_type() {
    let gold = read_sentences(EXAMPLES.as_bytes()).expect("sound gold");
    assert_eq!(
        gold.iter().map(|it| it.events.len()).collect::<Vec<_>>(),
        [2, 1, 1]
    );
    let mut scorer = EventScorer::default();
    let text = &gold[0].text;
    scorer.add(
        &gold[0],
        &[
            told(
                text,
                "Mali",
                "ACCUSE",
                "1121",
                "Chad",
                json!({"confidence": 0.9}),
            ),
            // The meeting goes both ways; the way back is no error.
            told(
                text,
                "Mali",
                "CONSULT",
                "036",
                "Togo",
                json!({"mode": "actual"}),
            ),
            told(text, "Togo", "CONSULT", "036", "Mali", json!({})),
            // Marked as nothing.
            told(
                text,
                "Chad",
                "CONSULT",
                "040",
                "Togo",
                json!({"confidence": 0.42}),
            ),
        ],
    );
    let text = &gold[1].text;
    scorer.add(
        &gold[1],
        &[told(text, "Police", "COERCE", "175", "rally", json!({}))],
    );
    let text = &gold[2].text;
    scorer.add(
        &gold[2],
        &[told(text, "", "ASSAULT", "18", "mayor", json!({}))],
    );
    let report = scorer.report(9).expect("sentences");
    assert_eq!(report.triples.map(numbers), Some((4, 5, 3)));
    // The mayor's has one side.
    assert_eq!(report.pairs.map(numbers), Some((3, 4, 3)));
    assert_eq!(report.types.map(numbers), Some((4, 4, 3)));
    let modes = report.modes.expect("modes");
    assert_eq!((modes.predicted, modes.right), (3, 2));
    let codes = report.codes.expect("codes");
    assert_eq!(
        (codes.root.right, codes.three.right, codes.exact.right),
        (2, 1, 0)
    );
    let confusions: Vec<_> = report
        .confusions
        .iter()
        .map(|it| (it.gold.map(Plover::name), it.predicted.map(Plover::name)))
        .collect();
    assert_eq!(
        confusions,
        [(None, Some("CONSULT")), (Some("ASSAULT"), Some("COERCE"))]
    );
    let bins: Vec<_> = report
        .calibration
        .iter()
        .map(|bin| (bin.from, bin.events, bin.right))
        .collect();
    assert_eq!(bins, [(0.4, 1, 0), (0.7, 3, 2), (0.9, 1, 1)]);
}

const VALIDATION: &str = "<?xml version='1.0'?>\n<Validation>\n### notes & <b>\n<Sentences>\n\
    <Sentence date=\"20080806\" id=\"1\"/>\n\
    <!-- <EventCoding eventcode=\"190\" sourcecode=\"FRA\" targetcode=\"USA\"/> -->\n\
    <EventCoding eventcode=\"112\" sourcecode=\"MLIGOV\" targetcode=\"TCD\" />\n\
    <EventCoding eventcode=\"112\" sourcecode=\"MLI\" targetcode=\"TCDMIL\" />\n\
    <EventCoding eventcode=\"190\" sourcecode=\"---REB\" targetcode=\"TCD\" />\n\
    <EventCoding eventcode=\"015\" sourcecode=\"MLI\" targetcode=\"TCD\" />\n\
    <Text>\nMali accused\nChad &amp; others.\n</Text>\n<Parse>\n1 < & >\n</Parse></Sentence>\n\
    <Sentence date=\"9\" id='2'><EventCoding noevents=\"True\"/><Text>Mali slept.</Text></Sentence>\n\
    <EventCoding eventcode='023' sourcecode='MLI' targetcode='IGOUNO'/><Text>Help!</Text>\n";

#[test]
fn reads_validation_sets() {
    let gold = read_sentences(VALIDATION.as_bytes()).expect("sound gold");
    assert_eq!(
        gold.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
        ["Mali accused Chad & others.", "Mali slept.", "Help!"]
    );
    let date = gold[0].date.map(|date| date.to_string());
    assert_eq!(date.as_deref(), Some("2008-08-06"));
    assert_eq!(gold[0].events.len(), 3, "a statement is no event");
    assert_eq!(gold[0].events[0].by, Side::Country(code("ML")));
    assert_eq!(gold[0].events[2].by, Side::Stateless);
    assert_eq!((gold[1].date, gold[1].events.len()), (None, 0));
    assert_eq!(gold[2].events[0].plover, Plover::Request);
}

#[test]
fn events_by_country_are_sets() {
    let gold = read_sentences(VALIDATION.as_bytes()).expect("sound gold");
    let text = &gold[0].text;
    let mut scorer = EventScorer::default();
    scorer.add(
        &gold[0],
        &[
            told(text, "Mali/ML", "ACCUSE", "112", "Chad/TD", json!({})),
            told(
                text,
                "Mali/ML",
                "ACCUSE",
                "110",
                "Chad/TD",
                json!({"confidence": 0.8}),
            ),
            told(text, "Chad/TD", "ACCUSE", "112", "Mali/ML", json!({})),
            told(text, "others", "ASSAULT", "190", "Chad/TD", json!({})),
        ],
    );
    let other = &gold[1].text;
    let slept = told(other, "Mali/ML", "COERCE", "173", "", json!({}));
    scorer.add(&gold[1], &[slept]);
    scorer.add(&gold[2], &[]);
    let report = scorer.report(9).expect("sentences");
    // Rebels have no country: their event counts by its type alone.
    assert_eq!(report.triples.map(numbers), Some((1, 2, 1)));
    assert_eq!(report.pairs.map(numbers), Some((1, 2, 1)));
    assert_eq!(report.types.map(numbers), Some((3, 3, 2)));
    let shares = report.sentences;
    assert_eq!((shares.sentences, shares.with_event), (3, 2));
    assert_eq!((shares.eventful, shares.eventful_with_event), (2, 1));
    assert_eq!((shares.quiet, shares.quiet_with_event), (1, 1));
    assert_eq!(report.modes, None);
}

#[test]
fn sentences_without_events_and_lines_with_them() {
    let gold = read_sentences(&b"Mali slept.\n\nChad\tdreamt.\n"[..]).expect("sound gold");
    let mut scorer = EventScorer::default();
    for (gold, plover) in gold.iter().zip(["REQUEST", "ACCUSE"]) {
        let event = told(&gold.text, "", plover, "112", "", json!({}));
        let planned = told(&gold.text, "", "AID", "070", "", json!({"mode": "planned"}));
        scorer.add(gold, &[event, planned]);
    }
    let report = scorer.report(9).expect("sentences");
    assert_eq!(
        (report.sentences.quiet, report.sentences.quiet_with_event),
        (2, 1)
    );
    assert_eq!((report.triples, report.calibration.len()), (None, 0));
    let lines = r#"{"text":"Mali hit Chad.","date":"2024-03-12","events":[{"by":"MLI","plover":"assault","to":"TD","mode":"actual"},{"plover":"AID"}]}"#;
    let gold = read_sentences(lines.as_bytes()).expect("sound gold");
    let event = &gold[0].events[0];
    assert_eq!(
        (&event.by, &event.to),
        (&Side::Country(code("ML")), &Side::Country(code("TD")))
    );
    assert_eq!(event.mode, Some(Mode::Actual));
    assert_eq!(gold[0].events[1].by, Side::Stateless);
}

#[test]
fn bad_gold_of_events_is_told_with_its_line() {
    let row = "Mali hit Chad.\tMali\tChad\tASSAULT\t190\tactual\n";
    for (file, line, message) in [
        (String::new(), 1, "there is no article in it"),
        (
            format!("{row}\tMali\tTogo\tNONE\t-\t-\n"),
            2,
            "\"Togo\" is not in the sentence",
        ),
        (format!("{row}Mali\tMali\n"), 2, "2 columns where 6 belong"),
        (
            format!("{row}\tMali\tChad\tATTACK\t-\t-\n"),
            2,
            "unknown PLOVER type \"ATTACK\"",
        ),
        (
            format!("{row}\tMali\tChad\tASSAULT\t999\t-\n"),
            2,
            "unknown CAMEO code \"999\"",
        ),
        (
            format!("#\n{}", row.replace("Mali hit Chad.", "")),
            2,
            "there is no sentence above this row",
        ),
        (
            format!("{row}\tMali\tChad\tYIELD\t-\t-\n"),
            2,
            "YIELD is no type of an event",
        ),
        ("<a/>".to_owned(), 1, "no Text with an EventCoding in it"),
        (
            "<a>\n<EventCoding/><Text>b</Text>".to_owned(),
            2,
            "an EventCoding without eventcode",
        ),
        (
            "<a>\n<Text>b".to_owned(),
            2,
            "broken XML: a Text is not closed",
        ),
        (
            "{\"text\":\"a\",\"events\":[{\"by\":\"Columbia\",\"plover\":\"AID\"}]}".to_owned(),
            1,
            "unknown country \"Columbia\"",
        ),
        (
            "[]".to_owned(),
            1,
            "an array; each article is an object on a line of its own",
        ),
    ] {
        let error = read_sentences(file.as_bytes()).expect_err("bad gold");
        assert_eq!(
            (error.line, error.to_string().as_str()),
            (line, message),
            "{file}"
        );
    }
    let error = read_sentences(&b"{\"text\":\"a\"}"[..]).expect_err("bad gold");
    assert!(
        error.to_string().contains("missing field `events`"),
        "{error}"
    );
    let error = read_relations(&b"Mali slept.\n"[..]).expect_err("bad gold");
    assert_eq!(
        error.to_string(),
        "neither JSON Lines nor a table of examples"
    );
    let error = read_relations(&b"{\"sentence\":\"a\",\"source\":\"a\",\"target\":\"a\"}"[..]);
    let error = error.expect_err("bad gold").to_string();
    assert!(error.contains("missing field `type`"), "{error}");
}

#[test]
fn the_commands_for_events_agree_in_every_format() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = written(
        folder.path(),
        "gold.tsv",
        "France accused Mali of fraud.\tFrance\tMali\tACCUSE\t112\tactual\n",
    );
    for measure in ["relations", "events"] {
        let ask = |rest: &[&str]| stdout(&run(&[&["evaluate", measure, &file], rest].concat()));
        let document: Value = serde_json::from_str(&ask(&["--format", "json"])).expect("JSON");
        let text = ask(&[]);
        for line in ask(&["--format", "jsonl"]).lines() {
            serde_json::from_str::<Value>(line).expect("JSON");
        }
        match measure {
            "relations" => {
                assert_eq!(document["macro_f1"], 1.0);
                assert!(text.contains("macro "), "{text}");
                assert!(ask(&["--confusion"]).contains("Matrix"));
                assert!(
                    ask(&["--format", "csv"]).contains("\nmacro,,,,,,1.0\n")
                        || ask(&["--format", "csv"]).contains("\nmacro,,,,,,1\n")
                );
            }
            _ => {
                assert_eq!(document["triples"]["f1"], 1.0);
                assert_eq!(document["modes"]["right"], 1);
                assert!(text.contains("\nCalibration"), "{text}");
                assert!(ask(&["--format", "tsv"]).contains("\npairs\t1\t1\t1\t1\t1\t1\n"));
                // Nothing is found that sure, or of that mode.
                for rest in [["--min-confidence", "1"], ["--mode", "negated"]] {
                    let rest = [&rest[..], &["--format", "json"]].concat();
                    let document: Value = serde_json::from_str(&ask(&rest)).expect("JSON");
                    assert_eq!(document["triples"]["predicted"], 0, "{rest:?}");
                }
            }
        }
    }
    let bad = run(&["evaluate", "events", &file, "--min-confidence", "2"]);
    assert_eq!(bad.status.code(), Some(2), "{bad:?}");
    let bad = run(&["evaluate", "relations", "nowhere.tsv"]);
    assert!(String::from_utf8_lossy(&bad.stderr).contains("cannot open nowhere.tsv"));
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

#[test]
fn measures_relations_and_events_of_the_shared_sets() {
    let ask = |measure: &str, file: &str| -> Option<Value> {
        let file = shared(&format!("coding/events/{file}"))?;
        let output = run(&[
            "evaluate",
            measure,
            &file.to_string_lossy(),
            "--format",
            "json",
        ]);
        Some(serde_json::from_str(&stdout(&output)).expect("JSON"))
    };
    if let Some(report) = ask("relations", "plover-relations-dev.jsonl") {
        assert_eq!(report["pairs"], 1050);
        let rows = report["matrix"].as_array().map_or(0, Vec::len);
        assert!(rows >= 15, "{rows} rows where 15 types belong");
    }
    if let Some(report) = ask("events", "petr2-gsr.xml") {
        assert_eq!(report["sentences"]["sentences"], 78);
        is_sane(&report["pairs"]);
    }
    if let Some(report) = ask("events", "no-event-dev.txt") {
        assert_eq!(report["sentences"]["quiet"], 240);
    }
}
