//! The library as a program that embeds it sees it: every question to an index, without the command.

use dateline::index::{Layout, Progress, UpdateOptions, update};
use dateline::ontology::Plover;
use dateline::search::{
    Articles, Explanation, Grouping, Hits, Index, Query, Request, SearchError, SearchOptions, Sort,
    TellingKind,
};
use jiff::ToSpan;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use tempfile::TempDir;

/// The sample corpus, indexed once; tests only read it.
static SAMPLE: LazyLock<(TempDir, Index)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    let index = indexed(Path::new(corpus), folder.path());
    (folder, index)
});

fn indexed(corpus: &Path, folder: &Path) -> Index {
    let options = UpdateOptions::new([corpus]);
    update(
        &Layout::new(folder.join("index")),
        &options,
        &Progress::default(),
    )
    .expect("an index");
    Index::open(folder.join("index")).expect("the index opens")
}

fn sample() -> &'static Index {
    &SAMPLE.1
}

/// An index of articles: names of files, and what they hold.
fn index_of(files: &[(&str, &str)]) -> (TempDir, Index) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("a folder");
    for (name, text) in files {
        std::fs::write(corpus.join(name), text).expect("a file");
    }
    let index = indexed(&corpus, folder.path());
    (folder, index)
}

fn paths(hits: &Hits) -> Vec<&str> {
    let hits = hits.into_iter();
    hits.map(|hit| hit.indexed.article.path.as_str()).collect()
}

#[test]
fn what_is_opened_can_be_shared_by_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Index>();
    shared::<Request>();
    shared::<Query>();
    shared::<Hits>();
    shared::<SearchError>();
    fn sent<T: Send>() {}
    sent::<Articles<'static>>();

    let totals: BTreeSet<u64> = std::thread::scope(|scope| {
        let ask = || sample().search(&"sanctions".into(), &SearchOptions::new());
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(ask)).collect();
        let hits = threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"));
        hits.map(|hits| hits.expect("hits").total).collect()
    });
    assert_eq!(totals.len(), 1);
}

/// Enough articles in one segment that it is gone through in several stretches, by several threads.
fn many() -> (TempDir, Index) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = folder.path().join("corpus");
    std::fs::create_dir(&corpus).expect("a folder");
    let day = jiff::civil::date(2000, 1, 1);
    let lines = (0..8000).map(|number| {
        let text = match number % 4 {
            0 => "The harbour was calm. Colombia imposed sanctions on Peru.",
            1 => "Peru condemned Bolivia at the harbour.",
            _ => "Nothing happened in the harbour of Lima.",
        };
        let (date, outlet) = (day + number.days(), number % 8);
        format!("{{\"title\":\"Note {number}\",\"text\":\"{text}\",\"date\":\"{date}\",\"outlet\":\"o{outlet}\"}}\n")
    });
    std::fs::write(corpus.join("many.jsonl"), lines.collect::<String>()).expect("a file");
    let options = UpdateOptions {
        jobs: 1,
        ..UpdateOptions::new([corpus])
    };
    let layout = Layout::new(folder.path().join("index"));
    update(&layout, &options, &Progress::default()).expect("an index");
    let index = Index::open(folder.path().join("index")).expect("the index opens");
    (folder, index)
}

#[test]
fn many_articles_are_counted_as_their_parts_are() {
    let (_folder, index) = many();
    let counts = |query: &str, facet: &str| -> BTreeMap<String, [u64; 6]> {
        let hits = index
            .search(&query.into(), &SearchOptions::new().limit(0).facet(facet))
            .expect("hits");
        let row = |row: &dateline::search::Row| {
            let [a, b, c, d] = row.counts.quads;
            let counts = [row.counts.articles, row.counts.events, a, b, c, d];
            (row.values[0].clone(), counts)
        };
        hits.facet(facet).iter().map(row).collect()
    };
    for facet in ["country", "action", "by", "outlet"] {
        for query in ["harbour", "event(by:PE) OR event(to:PE) OR lima"] {
            let whole = counts(query, facet);
            let mut sum: BTreeMap<String, [u64; 6]> = BTreeMap::new();
            for outlet in 0..8 {
                let part = counts(&format!("({query}) outlet:o{outlet}"), facet);
                for (value, more) in part {
                    let so_far = sum.entry(value).or_default();
                    so_far.iter_mut().zip(more).for_each(|(a, b)| *a += b);
                }
            }
            assert_eq!(whole, sum, "{facet} of {query}");
        }
    }
    assert_eq!(counts("harbour", "country")["PE"][0], 8000);
    assert_eq!(counts("harbour", "action")["COERCE"][..2], [2000, 2000]);
}

#[test]
fn many_articles_are_put_in_order_as_few_are() {
    let (_folder, index) = many();
    let options = SearchOptions::new()
        .limit(5)
        .sort(Sort::Newest)
        .facet("action");
    let hits = index.search(&"harbour".into(), &options).expect("hits");
    assert_eq!(hits.total, 8000);
    let titles = hits
        .into_iter()
        .map(|hit| hit.indexed.article.title.clone());
    let newest = (7995..8000).rev().map(|number| format!("Note {number}"));
    assert!(titles.eq(newest));
    let all = index.articles(&"harbour".into()).expect("articles");
    let titles = all.map(|hit| hit.expect("an article").indexed.article.title);
    assert!(titles.eq((0..8000).map(|number| format!("Note {number}"))));
}

#[test]
fn a_request_is_typed_or_built() {
    let typed = Request::new("event(by:US action:ACCUSE)");
    let parsed = Request::from(Query::parse("event(by:US action:ACCUSE)").expect("a query"));
    let built = Request::default()
        .by("United States")
        .action(Plover::Accuse);
    let found = |request: &Request| -> Vec<String> {
        let articles = sample().articles(request).expect("articles");
        articles.map(|hit| hit.expect("a hit").indexed.id).collect()
    };
    assert!(!found(&typed).is_empty());
    assert_eq!(found(&typed), found(&parsed));
    assert_eq!(found(&typed), found(&built));
}

#[test]
fn iterators_give_what_is_counted() {
    for request in [
        Request::default(),
        Request::new("talks OR sanctions").since("2024"),
        Request::default().action("ACCUSE").min_confidence(70),
    ] {
        let table = sample()
            .count(&request, &Grouping::default())
            .expect("counts");
        let articles = sample().articles(&request).expect("articles");
        assert_eq!(articles.len() as u64, table.total.articles);
        let events = sample().events(&request).expect("events");
        let events: Vec<_> = events.map(|found| found.expect("an event")).collect();
        assert_eq!(events.len() as u64, table.total.events);
        for found in &events {
            assert!(
                found
                    .article
                    .matching_events()
                    .any(|event| event == found.event())
            );
        }
    }
}

#[test]
fn errors_say_what_and_where() {
    let error = |request: Request| {
        sample()
            .search(&request, &SearchOptions::new())
            .expect_err("wrong")
    };
    let wrong = error(Request::new("tariffs contry:US"));
    assert!(
        matches!(&wrong, SearchError::Query(query) if query.span == (8..14)),
        "{wrong:?}"
    );
    assert_eq!(wrong.hint().as_deref(), Some("did you mean `country`?"));
    let wrong = error(Request::default().by("US").to("Columbia"));
    assert!(
        matches!(wrong, SearchError::Filter { name: "to", .. }),
        "{wrong:?}"
    );
    let options = SearchOptions::new().facet("contry");
    let wrong = sample()
        .search(&Request::default(), &options)
        .expect_err("wrong");
    assert!(matches!(wrong, SearchError::NoFacet(_)), "{wrong:?}");
    let wrong = sample().similar("nothing", &Request::default(), &SearchOptions::new());
    assert!(matches!(wrong, Err(SearchError::NoArticle(_))), "{wrong:?}");
}

#[test]
fn similar_articles_are_told_by_what_few_others_have() {
    let (_folder, index) = index_of(&[
        (
            "dam.txt",
            "Dam breaks above Tarvo\n\nThe Sellim dam above Tarvo broke on Monday, and engineers said its spillway had cracked in the frost.",
        ),
        (
            "copy.txt",
            "Dam breaks above Tarvo\n\nThe Sellim dam above Tarvo broke on Monday, and engineers said its spillway had cracked in the frost.",
        ),
        (
            "inquiry.txt",
            "Inquiry into the Sellim dam\n\nEngineers knew that the spillway of the Sellim dam was cracked, an inquiry heard on Friday in Tarvo.",
        ),
        (
            "echo.txt",
            "Inquiry into the Sellim dam\n\nEngineers knew that the spillway of the Sellim dam was cracked, an inquiry heard on Friday in Tarvo.",
        ),
        (
            "football.txt",
            "Late goal wins the cup\n\nA late goal on Monday won the cup for the visitors after a dull first half.",
        ),
        (
            "budget.txt",
            "Budget passes\n\nParliament passed the budget on Friday after a week of talks about pensions and roads.",
        ),
        (
            "storm.txt",
            "Storm closes roads\n\nA storm closed roads in the north on Monday and left two villages without power.",
        ),
        (
            "market.txt",
            "Shares fall\n\nShares fell on Friday as banks said that lending had slowed.",
        ),
    ]);
    let dam = index
        .search(&"spillway frost".into(), &SearchOptions::new())
        .expect("hits");
    let id = dam.hits[0].indexed.id.clone();
    let similar = index
        .similar(&id, &Request::default(), &SearchOptions::new())
        .expect("similar articles");
    assert_eq!(similar.story.articles.len(), 2);
    assert_eq!(similar.hits.hits.len(), 1, "{:?}", paths(&similar.hits));
    assert_eq!(similar.hits.hits[0].story.articles.len(), 2);
    assert!(paths(&similar.hits)[0].starts_with('i') || paths(&similar.hits)[0].starts_with('e'));
    let words: Vec<&str> = similar
        .by
        .iter()
        .filter(|one| one.kind == TellingKind::Word)
        .map(|one| one.text.as_str())
        .collect();
    assert!(
        words.contains(&"spillway") && !words.contains(&"the"),
        "{words:?}"
    );

    let request = Request::new("-inquiry");
    let filtered = index
        .similar(&id, &request, &SearchOptions::new())
        .expect("similar");
    assert!(!paths(&filtered.hits).contains(&"inquiry.txt"));
}

fn explained(request: &Request, options: &SearchOptions) -> Vec<Explanation> {
    let hits = sample().search(request, options).expect("hits");
    let why = |hit| sample().explain(request, options, hit);
    hits.hits
        .iter()
        .map(|hit| why(hit).expect("an explanation"))
        .collect()
}

#[test]
fn an_explanation_adds_up_to_the_score() {
    for query in [
        "sanctions",
        "minister russia^2 -oil",
        "(talks OR \"foreign minister\") country:RU",
    ] {
        let request = Request::new(query);
        let by_age = SearchOptions {
            recency: Some(30),
            ..SearchOptions::new()
        };
        let plain = explained(&request, &SearchOptions::new());
        let aged = explained(&request, &by_age);
        assert!(!plain.is_empty(), "{query}");
        assert!(plain.iter().all(|why| why.recency.is_none()), "{query}");
        assert!(
            aged.iter().all(|why| why.recency.is_some_and(|age| {
                let parts = why.score - age;
                age <= 0.0 && age >= -parts / 2.0 - 1e-2
            })),
            "{query}: {aged:?}"
        );
        for why in plain.iter().chain(&aged) {
            let sum: f32 = why.parts.iter().map(|part| part.score).sum();
            let sum = sum + why.recency.unwrap_or_default() + why.rest;
            assert!((sum - why.score).abs() < 1e-2, "{query}: {why:?}");
            assert!(why.rest.abs() < 1e-2, "{query}: {why:?}");
            for part in &why.parts {
                let fields: f32 = part.fields.iter().map(|found| found.score).sum();
                assert!((fields - part.score).abs() < 1e-2, "{query}: {part:?}");
                assert!(!(part.negated && part.holds), "{part:?}");
            }
        }
    }
}

#[test]
fn an_empty_result_says_what_each_part_leaves() {
    let request = Request::new("sanctions zeppelin").country("RU");
    let parts = sample().without(&request).expect("parts");
    let clauses: Vec<&str> = parts.iter().map(|part| part.clause.as_str()).collect();
    assert_eq!(clauses, ["sanctions", "zeppelin", "country:\"RU\""]);
    let total = |query: &str, country: bool| {
        let request = Request::new(query);
        let request = if country {
            request.country("RU")
        } else {
            request
        };
        sample()
            .search(&request, &SearchOptions::new())
            .expect("hits")
            .total
    };
    assert_eq!(parts[0].others, total("zeppelin", true));
    assert_eq!(parts[1].others, total("sanctions", true));
    assert_eq!(parts[2].others, total("sanctions zeppelin", false));
    assert_eq!(parts[0].alone, total("sanctions", false));
    assert!(
        sample()
            .without(&Request::new("zeppelin"))
            .expect("parts")
            .is_empty()
    );

    // Words of which any will do are one part.
    let any = Request {
        any: true,
        ..Request::new("sanctions zeppelin").country("Iceland")
    };
    let parts = sample().without(&any).expect("parts");
    assert_eq!(parts[0].clause, "sanctions OR zeppelin");
    assert_eq!(parts[0].alone, total("sanctions OR zeppelin", false));
    assert_eq!(parts[1].others, parts[0].alone);

    // Each role of an event can be what is wrong.
    let request = Request::default()
        .by("Norway")
        .action("SANCTION")
        .to("Colombia");
    let parts = sample().without(&request).expect("parts");
    assert_eq!(parts.len(), 3);
    let to = parts
        .iter()
        .find(|part| part.clause.contains("to:"))
        .expect("a role");
    let rest = Request::default().by("Norway").action("SANCTION");
    let rest = sample().search(&rest, &SearchOptions::new()).expect("hits");
    assert_eq!(to.others, rest.total);
}

#[test]
fn a_mistyped_word_is_offered_another_and_nothing_is_searched_for_it() {
    let request = Request::new("Colmbia");
    let hits = sample()
        .search(&request, &SearchOptions::new())
        .expect("hits");
    assert_eq!(hits.total, 0);
    let suggestions = sample().suggest(&request, hits.total).expect("suggestions");
    let [suggestion] = &suggestions[..] else {
        panic!("{suggestions:?}")
    };
    assert_eq!(
        (suggestion.word.as_str(), suggestion.articles),
        ("Colmbia", 0)
    );
    let instead = &suggestion.instead[0];
    assert_eq!(instead.query.as_deref(), Some("Colombia"));
    let meant = sample()
        .search(&"Colombia".into(), &SearchOptions::new())
        .expect("hits");
    assert_eq!(instead.articles, meant.total);

    let enough = sample()
        .suggest(&"Colombia".into(), meant.total)
        .expect("suggestions");
    assert!(enough.is_empty());
}

#[test]
fn a_name_without_its_quotes_is_offered_with_them() {
    let offered = |query: &str| {
        let suggestions = sample().suggest(&query.into(), 100).expect("suggestions");
        let mut instead = suggestions.into_iter().flat_map(|of| of.instead);
        instead
            .next()
            .map(|instead| (instead.query, instead.articles))
    };
    let total = |query: &str| {
        let hits = sample().search(&query.into(), &SearchOptions::new());
        hits.expect("hits").total
    };
    for (query, instead, alone) in [
        (
            "outlet:Lantern Agency",
            "outlet:\"Lantern Agency\"",
            "outlet:\"Lantern Agency\"",
        ),
        (
            "talks outlet:Harbour Post minister -oil",
            "talks outlet:\"Harbour Post\" minister -oil",
            "outlet:\"Harbour Post\"",
        ),
    ] {
        let given = Some((Some(instead.to_owned()), total(alone)));
        assert_eq!(offered(query), given, "{query}");
    }
    for query in [
        "outlet:\"Lantern Agency\"",
        "outlet:Lantern talks",
        "(outlet:Lantern) Agency",
        "outlet:Lantern OR Agency",
        "title:Colombia minister",
    ] {
        assert_eq!(offered(query), None, "{query}");
    }
}

#[test]
fn values_are_those_of_the_index() {
    let values = sample().values("country", "col", 5).expect("values");
    assert_eq!(
        (values[0].value.as_str(), values[0].meaning.as_str()),
        ("Colombia", "CO")
    );
    for field in ["country", "person", "outlet", "action", "language"] {
        for known in sample().values(field, "", 20).expect("values") {
            let code = known.meaning.len() <= 3 && !known.meaning.is_empty() && field == "country";
            let value = if code { &known.meaning } else { &known.value };
            let request = Request::new(format!("{field}:\"{value}\""));
            let total = sample()
                .search(&request, &SearchOptions::new())
                .expect("hits")
                .total;
            // A name is found inside longer ones too.
            assert!(total >= known.articles, "{field}: {known:?}, {total}");
        }
    }
    assert!(sample().values("text", "a", 5).expect("values").is_empty());
    assert!(
        sample()
            .values("nothing", "a", 5)
            .expect("values")
            .is_empty()
    );
}

#[test]
fn the_example_embeds_it_in_few_lines() {
    let source = include_str!("../examples/embed.rs");
    assert!(source.lines().count() < 30);
    // Cargo builds examples with the tests, in the folder beside theirs.
    let test = std::env::current_exe().expect("the test's path");
    let folder: PathBuf = test.ancestors().nth(2).expect("a folder").join("examples");
    let example = folder
        .join("embed")
        .with_extension(std::env::consts::EXE_EXTENSION);
    if !example.exists() {
        eprintln!(
            "skipped: {} is not built; cargo test builds it",
            example.display()
        );
        return;
    }
    let output = Command::new(example)
        .arg(SAMPLE.0.path().join("index"))
        .arg("intelligence sharing")
        .output()
        .expect("the example runs");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.starts_with("1 articles\n") && text.contains("CO: 1 articles"),
        "{text}"
    );
}
