//! What the annotator promises for any text, and what it finds in some.

use dateline::annotate::{Annotations, Annotator, EntityType, Part, Scratch};
use dateline::article::Article;
use dateline::ontology::Mode;
use proptest::prelude::*;
use std::sync::LazyLock;

static ANNOTATOR: LazyLock<Annotator> =
    LazyLock::new(|| Annotator::bundled().expect("the bundled tables are sound"));

fn annotate(title: &str, text: &str) -> Annotations {
    let article = Article {
        title: title.to_owned(),
        text: text.to_owned(),
        ..Article::default()
    };
    ANNOTATOR.annotate(&article, &mut Scratch::default())
}

/// The entities of a text as `text/type/country`.
fn entities(text: &str) -> Vec<String> {
    annotate("", text)
        .entities
        .iter()
        .map(|entity| {
            let country = entity
                .country
                .map(|code| format!("/{code}"))
                .unwrap_or_default();
            format!("{}/{}{country}", entity.text, entity.kind.name())
        })
        .collect()
}

fn countries(text: &str) -> Vec<String> {
    annotate("", text)
        .countries
        .iter()
        .map(|country| country.code.to_string())
        .collect()
}

#[test]
fn finds_names_of_each_kind() {
    assert_eq!(
        entities("Colombian President Gustavo Petro met NATO officials in Brussels on Tuesday."),
        [
            "Colombian/nationality/CO",
            "Gustavo Petro/person/CO",
            "NATO/organization",
            "Brussels/place/BE"
        ]
    );
}

#[test]
fn a_surname_is_the_person_named_before() {
    let found = annotate(
        "Halvorsen resigns",
        "The Norwegian minister Ingrid Halvorsen said no. Halvorsen left Oslo.",
    );
    let people: Vec<&str> = found
        .entities
        .iter()
        .filter(|entity| entity.kind == EntityType::Person)
        .map(|entity| entity.canonical())
        .collect();
    assert_eq!(people, ["Ingrid Halvorsen"; 3]);
}

#[test]
fn reaches_countries_in_every_way() {
    for (text, code) in [
        ("The Kremlin said nothing.", "RU"),
        ("Officials in Bogota said nothing.", "CO"),
        ("Two Swedes were seen.", "SE"),
        ("Voters in Bavaria stayed at home.", "DE"),
        ("Netanyahu said nothing.", "IL"),
        ("The U.K. said nothing.", "GB"),
        ("It rained in Paris, Texas.", "US"),
    ] {
        assert_eq!(countries(text), [code], "{text}");
    }
}

#[test]
fn names_that_only_look_like_countries_are_none() {
    for text in [
        "They ate French fries by the Indian Ocean.",
        "She works for Bank of America and reads The Times of India.",
        "Michael Jordan scored.",
        "He joined us for lunch.",
        "The world is watching.",
    ] {
        assert_eq!(countries(text), [""; 0], "{text}");
    }
}

#[test]
fn tells_georgia_from_georgia() {
    let country =
        countries("Protesters filled Tbilisi. Georgia's government said Georgian police acted.");
    assert_eq!(country, ["GE"]);
}

#[test]
fn the_dateline_is_no_actor() {
    let found = annotate(
        "",
        "MOSCOW, March 3 (Agency) — France expelled two Spanish diplomats.",
    );
    assert_eq!(found.events.len(), 1);
    let by = found.events[0].by.as_ref().unwrap();
    assert_eq!(by.country.unwrap().to_string(), "FR");
}

#[test]
fn tells_what_happened_from_what_did_not() {
    for (text, mode) in [
        ("France expelled two Spanish diplomats.", Mode::Actual),
        ("France will expel two Spanish diplomats.", Mode::Planned),
        (
            "France could expel two Spanish diplomats.",
            Mode::Hypothetical,
        ),
        ("France did not expel two Spanish diplomats.", Mode::Negated),
    ] {
        let found = annotate("", text);
        assert_eq!(found.events.len(), 1, "{text}");
        assert_eq!(found.events[0].mode, mode, "{text}");
    }
}

#[test]
fn a_fact_told_twice_is_one_event() {
    let found = annotate(
        "Norway expels two Russian diplomats",
        "Norway expelled two Russian diplomats on Monday. Norway expelled two Russian diplomats.",
    );
    assert_eq!(found.events.len(), 1, "{:#?}", found.events);
    assert_eq!(found.events[0].sentence.part, Part::Text);
}

#[test]
fn what_is_done_again_on_another_day_is_another_fact() {
    let dates = |text: &str| -> Vec<String> {
        let events = annotate("", text).events;
        let on = events.iter().map(|event| event.on);
        on.map(|on| on.map_or_else(|| "undated".to_owned(), |on| on.to_string()))
            .collect()
    };
    assert_eq!(
        dates(
            "Norway expelled a Russian diplomat on 3 March 2025. Norway expelled a Russian diplomat \
             on 5 May 2025."
        ),
        ["2025-03-03", "2025-05-05"]
    );
    // The day is told once, and the month holds it.
    for again in ["", " in May 2025"] {
        let text = format!(
            "Norway expelled a Russian diplomat{again}. Norway expelled a Russian diplomat on 5 May \
             2025."
        );
        assert_eq!(dates(&text).len(), 1, "{text}");
    }
    assert_eq!(
        dates(
            "Norway expelled a Russian diplomat. Norway expelled a Russian diplomat in May 2025."
        ),
        ["2025-05-01"]
    );
}

/// The user's own article, where the shared data is at hand.
#[test]
fn codes_the_seed_article() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/data/seed/colombia-intelligence-sharing.txt"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: there is no {path}");
        return;
    };
    let found = annotate("", &text);
    let told = found.events.iter().any(|event| {
        let country = |actor: &Option<dateline::annotate::Actor>| {
            actor
                .as_ref()
                .and_then(|actor| actor.country)
                .map(|code| code.to_string())
        };
        country(&event.by).as_deref() == Some("CO")
            && event.action.plover.name() == "SANCTION"
            && country(&event.to).as_deref() == Some("US")
            && event.mode == Mode::Actual
    });
    assert!(told, "{:#?}", found.events);
    for code in ["CO", "US", "VE", "GB"] {
        assert!(
            found
                .countries
                .iter()
                .any(|country| country.code.to_string() == code),
            "{code}"
        );
    }
}

/// Every span lies within its part, on characters, and holds the words that it claims to.
fn check_spans(title: &str, text: &str, found: &Annotations) {
    let part = |part: Part| if part == Part::Title { title } else { text };
    for entity in &found.entities {
        assert_eq!(
            part(entity.part).get(entity.span.range()),
            Some(entity.text.as_str())
        );
    }
    for event in &found.events {
        let source = part(event.sentence.part);
        assert_eq!(
            source.get(event.sentence.span.range()),
            Some(event.sentence.text.as_str())
        );
        assert!(event.sentence.span.contains(event.trigger));
        for actor in [&event.by, &event.to].into_iter().flatten() {
            assert_eq!(source.get(actor.span.range()), Some(actor.text.as_str()));
            assert!(event.sentence.span.contains(actor.span));
        }
    }
}

/// Texts made of words that the annotator acts upon, so that the properties reach its depths.
fn newslike() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("Colombia"),
        Just("the"),
        Just("U.S."),
        Just("attacked"),
        Just("by"),
        Just("Petro"),
        Just("was"),
        Just("expelled"),
        Just("and"),
        Just("Gen."),
        Just("police"),
        Just("of"),
        Just("talks"),
        Just("with"),
        Just("hold"),
        Just("’s"),
        Just("—"),
        Just("(Reuters)"),
        Just("São"),
        Just("\n\n"),
        Just("."),
        Just(","),
        Just("“"),
        Just("who"),
        Just("refused"),
        Just("to"),
        Just("release"),
        Just("日本"),
        Just("Kremlin"),
        Just("R-Ky."),
    ];
    proptest::collection::vec(word, 0..60).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn spans_hold_for_any_text(title in "\\PC{0,40}", text in "\\PC{0,200}") {
        check_spans(&title, &text, &annotate(&title, &text));
    }

    #[test]
    fn spans_hold_for_newslike_text(title in newslike(), text in newslike()) {
        let found = annotate(&title, &text);
        check_spans(&title, &text, &found);
        prop_assert_eq!(found, annotate(&title, &text));
    }
}
