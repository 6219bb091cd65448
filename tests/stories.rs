//! Stories: the copies of one text are found, and they are the same however an index came to hold
//! its articles.

use dateline::annotate::story::Shingles;
use dateline::index::{Layout, Progress, UpdateOptions, update};
use dateline::search::{Grouping, Index, Request, SearchOptions};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// The story of each article, both by the path of an article: of a story's first.
type Stories = BTreeMap<String, String>;

fn index(corpus: &Path, path: &Path, jobs: usize) {
    let options = UpdateOptions {
        jobs,
        ..UpdateOptions::new([corpus])
    };
    update(&Layout::new(path), &options, &Progress::default()).expect("indexed");
}

/// The path, text, identifier and story of every article.
fn articles(path: &Path) -> Vec<(String, String, String, String)> {
    let mut articles = Vec::new();
    let index = Index::open(path).expect("an index");
    for hit in index.articles(&Request::default()).expect("found") {
        let hit = hit.expect("read");
        let article = hit.indexed.article;
        articles.push((article.path, article.text, hit.indexed.id, hit.story.id));
    }
    articles
}

fn stories(path: &Path) -> Stories {
    let articles = articles(path);
    let path_of: BTreeMap<&String, &String> =
        articles.iter().map(|(path, _, id, _)| (id, path)).collect();
    articles
        .iter()
        .map(|(path, _, _, story)| (path.clone(), path_of[story].clone()))
        .collect()
}

/// A text of words that follow from a seed.
fn words(seed: usize, count: usize) -> Vec<String> {
    (0..count)
        .map(|at| format!("w{}", (seed * 7919 + at * 104_729 + at * at * 31) % 99_991))
        .collect()
}

/// Writes twenty texts, most with copies, into a corpus.
fn write_corpus(corpus: &Path) {
    for seed in 0..20 {
        let words = words(seed, 160);
        let mut edited = words.clone();
        edited[30] = "edited".to_owned();
        let copies = [words.join(" "), words[..90].join(" "), edited.join(" ")];
        for (at, copy) in copies.iter().enumerate().take(1 + seed % 3) {
            let text = format!("Story {seed} told by {at}\n\n{copy}\n");
            std::fs::write(corpus.join(format!("{seed:02}-{at}.txt")), text).expect("written");
        }
    }
}

#[test]
fn stories_depend_on_the_set_of_articles_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (corpus, away) = (folder.path().join("corpus"), folder.path().join("away"));
    let at = |name: &str| folder.path().join(name);
    for path in [&corpus, &away] {
        std::fs::create_dir(path).expect("a folder");
    }
    write_corpus(&corpus);
    index(&corpus, &at("fresh"), 1);
    let fresh = stories(&at("fresh"));
    let clusters: BTreeSet<&String> = fresh.values().collect();
    assert_eq!((fresh.len(), clusters.len()), (39, 20));

    index(&corpus, &at("threads"), 4);
    assert_eq!(stories(&at("threads")), fresh);

    // Articles come, go and change; a run in between is stopped before it settles.
    let files: Vec<PathBuf> = std::fs::read_dir(&corpus)
        .expect("listed")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let moved = |file: &PathBuf| away.join(file.file_name().expect("a name"));
    for file in files.iter().step_by(2) {
        std::fs::rename(file, moved(file)).expect("moved");
    }
    std::fs::write(corpus.join("other.txt"), words(99, 100).join(" ")).expect("written");
    index(&corpus, &at("grown"), 2);
    assert_ne!(stories(&at("grown")), fresh);
    for file in files.iter().step_by(2) {
        std::fs::rename(moved(file), file).expect("moved");
    }
    std::fs::remove_file(corpus.join("other.txt")).expect("removed");
    let stopped = Progress::default();
    stopped.stop.store(true, Ordering::Relaxed);
    update(
        &Layout::new(at("grown")),
        &UpdateOptions::new([&corpus]),
        &stopped,
    )
    .expect("stopped");
    index(&corpus, &at("grown"), 2);
    assert_eq!(stories(&at("grown")), fresh);
}

#[test]
fn counts_and_queries_know_stories() {
    let folder = tempfile::tempdir().expect("a folder");
    let (corpus, path) = (folder.path().join("corpus"), folder.path().join("index"));
    std::fs::create_dir(&corpus).expect("a folder");
    write_corpus(&corpus);
    index(&corpus, &path, 2);
    let open = Index::open(&path).expect("an index");
    assert_eq!(open.info().expect("read").stories, 20);

    let grouping = Grouping {
        stories: true,
        ..Grouping::default()
    };
    // Only the edited copies, of every third text.
    let edited = open
        .count(&Request::new("edited"), &grouping)
        .expect("counted");
    assert_eq!((edited.total.articles, edited.total.stories), (6, Some(6)));
    let all = open.count(&Request::default(), &grouping).expect("counted");
    assert_eq!((all.total.articles, all.total.stories), (39, Some(20)));

    let of_three = articles(&path)
        .into_iter()
        .find(|(path, ..)| path == "02-1.txt")
        .expect("an article");
    for id in [&of_three.2, &of_three.3] {
        let found = open
            .search(&Request::new(format!("story:{id}")), &SearchOptions::new())
            .expect("found");
        assert_eq!(found.total, 3);
        assert!(found.hits.iter().all(|hit| hit.story.copies() == 2));
    }
    let none = open
        .search(&Request::new("story:0000"), &SearchOptions::new())
        .expect("found");
    assert_eq!(none.total, 0);
}

/// A folder of the shared data; `None`, said, where it is missing.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/corpora")
        .join(name);
    if !path.exists() {
        eprintln!("skipped: {} is missing", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn finds_planted_duplicates() {
    let (Some(folder), Some(pairs)) = (shared("mixed/dup"), shared("mixed-dup-pairs.tsv")) else {
        return;
    };
    let path = tempfile::tempdir().expect("a folder");
    index(&folder, path.path(), 2);
    let stories = stories(path.path());
    let pairs = std::fs::read_to_string(pairs).expect("read");
    let missed: Vec<&str> = pairs
        .lines()
        .skip(1)
        .filter(|line| {
            let mut names = line.split('\t');
            let mut story = || names.next().and_then(|name| stories.get(name));
            story() != story()
        })
        .collect();
    assert!(missed.len() <= 2, "missed {missed:?}");
    for (path, first) in &stories {
        assert_eq!(path[..2], first[..2], "{path} and {first} are no copies");
    }
}

#[test]
fn finds_no_others_among_real_articles() {
    let Some(folder) = shared("mixed/txt/bbc") else {
        return;
    };
    let path = tempfile::tempdir().expect("a folder");
    index(&folder, path.path(), 2);
    let found: Vec<(String, String)> = stories(path.path())
        .into_iter()
        .filter(|(path, first)| path != first)
        .collect();
    let twice = ("sport/012.txt", "sport/020.txt");
    assert_eq!(found.len(), 1, "{found:?}");
    let (a, b) = (found[0].0.as_str(), found[0].1.as_str());
    assert!((a, b) == twice || (b, a) == twice, "{a} and {b}");

    // By brute force no other pair comes near.
    let articles = articles(path.path());
    let shingles: Vec<Shingles> = articles
        .iter()
        .map(|(_, text, ..)| Shingles::of("", text))
        .collect();
    for (at, a) in shingles.iter().enumerate() {
        for (other, b) in shingles.iter().enumerate().skip(at + 1) {
            let same = articles[at].3 == articles[other].3;
            assert_eq!(
                a.is_copy_of(b),
                same,
                "{} {}",
                articles[at].0,
                articles[other].0
            );
        }
    }
}
