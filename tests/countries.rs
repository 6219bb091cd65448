//! The right country, on short texts written for it, and the examples that names are learned from.
//!
//! Each line of `tests/data/countries.jsonl` is a text with the countries that it mentions and the
//! places that lead to them: the Georgias, the Guineas, towns that bear other places' names, people
//! who do, dishes and languages.
#![allow(clippy::unwrap_used)] // A panic is how a test reports.

use dateline::annotate::{Annotator, Label, Scratch, bracketed};
use dateline::article::Article;
use dateline::evaluate::{By, CountryScorer, Gold};
use std::collections::HashSet;

#[test]
fn finds_the_countries_that_texts_mention() {
    let gold = Gold::read(&include_bytes!("data/countries.jsonl")[..], By::Article).unwrap();
    let annotator = Annotator::bundled().unwrap();
    let mut scratch = Scratch::default();
    let mut scorer = CountryScorer::default();
    for article in &gold.articles {
        let subject = Article {
            title: article.title.clone(),
            text: article.text.clone(),
            date: article.date,
            outlet: article.outlet.clone(),
            ..Article::default()
        };
        scorer.add(article, &annotator.annotate(&subject, &mut scratch));
    }
    let report = scorer.report(5).unwrap();
    // What it reached when it was last measured, less a little: a change that loses more shows.
    let sets = report.sets.unwrap().pairs;
    let places = report.places.unwrap().resolved;
    assert!(sets.f1 > Some(0.95), "{sets:?}");
    assert!(places.recall > Some(0.92), "{places:?}");
    assert!(places.precision > Some(0.96), "{places:?}");
}

#[test]
fn examples_of_names_are_sound_and_different() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lexicon/examples/names");
    let (mut sentences, mut names, mut seen) = (0, [0; 4], HashSet::new());
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        let articles = bracketed(&std::fs::read_to_string(&file).unwrap());
        let articles = articles.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for article in articles {
            for sentence in article.text.split("\n\n").filter(|s| !s.is_empty()) {
                sentences += 1;
                let new = seen.insert(sentence.to_owned());
                assert!(new, "{}: twice: {sentence}", file.display());
            }
            for (range, label) in article.names {
                let name = &article.text[range];
                assert_eq!(name, name.trim(), "{}", file.display());
                names[Label::ALL.iter().position(|other| *other == label).unwrap()] += 1;
            }
        }
    }
    assert!(sentences > 3500, "{sentences}");
    assert!(names.iter().all(|&count| count > 600), "{names:?}");
}
