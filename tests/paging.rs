//! Ranking, orders and pages, as a program that embeds the library sees them: every hit once, to
//! the last, while the index changes.

use dateline::index::{Layout, Progress, UpdateOptions, update};
use dateline::search::{Index, Request, SearchError, SearchOptions, Sort};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A corpus that changes, and its index.
struct Corpus {
    folder: TempDir,
}

impl Corpus {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("corpus")).expect("a folder");
        Self { folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("corpus").join(name)
    }

    /// Writes an article; `number` decides what it says.
    fn write(&self, name: &str, number: usize) {
        let steel = "Steel prices rose again. ".repeat(number % 5);
        let tariffs = "The council spoke of tariffs. ".repeat(1 + number % 3);
        let other = format!("Ferries to port {number} were late. ").repeat(number % 7);
        let title = match number % 4 {
            0 => format!("Tariffs on steel, part {number}"),
            _ => format!("Notes of harbour {number}"),
        };
        let date = match number % 6 {
            0 => String::new(),
            _ => format!("2024-{:02}-{:02}", 1 + number % 12, 1 + number % 28),
        };
        let text = format!("{steel}{tariffs}{other}Harbour {number} was calm.");
        let article = format!("{{\"title\":\"{title}\",\"text\":\"{text}\",\"date\":\"{date}\"}}");
        std::fs::write(self.file(name), article).expect("a file");
    }

    fn update(&self) {
        let layout = Layout::new(self.folder.path().join("index"));
        let options = UpdateOptions::new([self.folder.path().join("corpus")]);
        update(&layout, &options, &Progress::default()).expect("an index");
    }

    fn open(&self) -> Index {
        Index::open(self.folder.path().join("index")).expect("the index opens")
    }
}

/// Sixty articles.
fn sixty() -> Corpus {
    let corpus = Corpus::new();
    for number in 0..60 {
        corpus.write(&format!("a{number:02}.json"), number);
    }
    corpus.update();
    corpus
}

/// The paths of all pages, and how many matched when the first was read. `between` runs after each.
fn paged(
    corpus: &Corpus,
    request: &Request,
    options: &SearchOptions,
    mut between: impl FnMut(usize, &[String]),
) -> (Vec<String>, u64) {
    let index = corpus.open();
    let mut options = options.clone();
    let (mut all, mut total) = (Vec::new(), None);
    for page in 0.. {
        let hits = index.search(request, &options).expect("a page");
        assert_eq!(hits.before, all.len() as u64);
        total.get_or_insert(hits.total);
        all.extend(hits.hits.iter().map(|hit| hit.indexed.article.path.clone()));
        between(page, &all);
        index.reload().expect("the index is read again");
        match hits.next {
            Some(cursor) => options.cursor = Some(cursor),
            None => break,
        }
        assert!(page < 1000, "pages end");
    }
    (all, total.unwrap_or_default())
}

#[test]
fn pages_give_every_hit_once_in_one_order() {
    let corpus = sixty();
    let index = corpus.open();
    for query in [
        "tariffs",
        "tariffs steel",
        "steel OR ferries",
        "*",
        "\"steel prices\" -ferries",
    ] {
        for sort in [Sort::Score, Sort::Newest, Sort::Oldest] {
            for recency in [None, Some(30)] {
                let request = Request::new(query);
                let mut options = SearchOptions::new().limit(1000).sort(sort);
                options.recency = recency;
                let whole = index.search(&request, &options).expect("hits");
                assert_eq!(whole.next, None);
                let whole: Vec<String> = whole
                    .hits
                    .into_iter()
                    .map(|hit| hit.indexed.article.path)
                    .collect();
                let (pages, total) = paged(&corpus, &request, &options.limit(7), |_, _| {});
                assert_eq!(pages, whole, "{query} {sort:?} {recency:?}");
                assert_eq!(pages.len() as u64, total);
            }
        }
    }
}

#[test]
fn a_commit_between_pages_repeats_and_loses_nothing() {
    for sort in [Sort::Score, Sort::Newest, Sort::Oldest] {
        let corpus = sixty();
        let mut gone = BTreeSet::new();
        let request = Request::new("tariffs OR steel OR ferries");
        let options = SearchOptions::new().limit(9).sort(sort);
        let (pages, _) = paged(&corpus, &request, &options, |page, shown| {
            if page > 3 {
                return;
            }
            // New articles make words more and less common; one that was shown goes, and one
            // that was not.
            for number in 0..12 {
                corpus.write(&format!("new{page}-{number}.json"), number * 5);
            }
            let is_left = |name: &String| !shown.contains(name) && !gone.contains(name);
            let unseen = (0..60)
                .map(|number| format!("a{number:02}.json"))
                .find(is_left);
            for name in [Some(shown[page].clone()), unseen].into_iter().flatten() {
                let _ = std::fs::remove_file(corpus.file(&name));
                gone.insert(name);
            }
            corpus.update();
        });
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        for path in &pages {
            *times.entry(path).or_default() += 1;
        }
        assert!(
            times.values().all(|&times| times == 1),
            "{sort:?}: {times:?}"
        );
        for number in 0..60 {
            let name = format!("a{number:02}.json");
            let seen = times.contains_key(name.as_str());
            assert!(seen || gone.contains(&name), "{sort:?}: {name} was lost");
        }
    }
}

#[test]
fn dates_order_with_the_undated_last() {
    let corpus = sixty();
    let index = corpus.open();
    let dates = |sort| {
        let options = SearchOptions::new().limit(1000).sort(sort);
        let hits = index.search(&Request::default(), &options).expect("hits");
        let keys = hits.hits.into_iter();
        keys.map(|hit| (hit.indexed.article.date, hit.indexed.id))
            .collect::<Vec<_>>()
    };
    let mut newest = dates(Sort::Newest);
    newest.sort_by(|a, b| (b.0.is_some(), b.0, &a.1).cmp(&(a.0.is_some(), a.0, &b.1)));
    assert_eq!(dates(Sort::Newest), newest);
    newest.sort_by(|a, b| (a.0.is_none(), a.0, &a.1).cmp(&(b.0.is_none(), b.0, &b.1)));
    assert_eq!(dates(Sort::Oldest), newest);
    let all: Vec<String> = index
        .articles(&Request::default())
        .expect("articles")
        .map(|hit| hit.expect("an article").indexed.id)
        .collect();
    assert_eq!(
        all,
        newest.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
    );
}

#[test]
fn a_cursor_goes_with_its_search() {
    let corpus = sixty();
    let index = corpus.open();
    let options = SearchOptions::new().limit(5);
    let hits = index.search(&"tariffs".into(), &options).expect("hits");
    let after = options.after(hits.next.expect("there are more"));
    assert!(index.search(&"tariffs".into(), &after).is_ok());
    for wrong in [
        index.search(&"steel".into(), &after),
        index.search(&Request::new("tariffs").since("2024"), &after),
        index.search(&"tariffs".into(), &after.clone().sort(Sort::Newest)),
        index.search(&"tariffs".into(), &SearchOptions::new().after("nonsense")),
    ] {
        let error = wrong.expect_err("the cursor is refused");
        assert!(
            matches!(error, SearchError::Cursor(_)) && error.hint().is_some(),
            "{error}"
        );
    }
}

#[test]
fn any_word_finds_and_all_words_rank_higher() {
    let corpus = sixty();
    let index = corpus.open();
    let find = |query: &str, any| {
        let request = Request {
            any,
            ..Request::new(query)
        };
        let options = SearchOptions::new().limit(1000);
        index.search(&request, &options).expect("hits")
    };
    let question = "what of the steel, if tariffs and glaciers rose";
    assert_eq!(find(question, false).total, 0);
    let any = find(question, true);
    assert_eq!(
        any.total,
        find("steel OR tariffs OR glaciers OR rose", false).total
    );
    assert!(any.hits[0].indexed.article.text.contains("Steel"));
    // What names a field, and what is excluded, must hold all the same.
    let bound = find("glaciers steel -ferries title:tariffs", true);
    assert_eq!(
        bound.total,
        find("steel -ferries title:tariffs", false).total
    );
    // A query of such words alone asks for them.
    assert_eq!(find("of the", true).total, find("of OR the", false).total);
}

#[test]
fn copies_collapse_to_the_best() {
    let corpus = Corpus::new();
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let text: String = text
        .expect("a text")
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect();
    for (name, title) in [("a", "Harbour"), ("b", "Index harbour"), ("c", "Notes")] {
        let article = format!("{{\"title\":\"{title}\",\"text\":\"{text}\"}}");
        std::fs::write(corpus.file(&format!("{name}.json")), article).expect("a file");
    }
    corpus.write("d.json", 4);
    std::fs::write(
        corpus.file("e.json"),
        "{\"title\":\"\",\"text\":\"An index of ferries.\"}",
    )
    .expect("a file");
    corpus.update();
    let options = SearchOptions {
        collapse: true,
        ..SearchOptions::new()
    };
    let hits = corpus
        .open()
        .search(&"index".into(), &options)
        .expect("hits");
    let shown: Vec<(&str, u64)> = hits
        .hits
        .iter()
        .map(|hit| (hit.indexed.article.path.as_str(), hit.hidden))
        .collect();
    let mut sorted = shown.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [("b.json", 2), ("e.json", 0)]);
    assert_eq!((hits.total, hits.stories), (4, Some(2)));
    let (pages, _) = paged(&corpus, &"index".into(), &options.limit(1), |_, _| {});
    assert_eq!(
        pages,
        shown.iter().map(|(path, _)| *path).collect::<Vec<_>>()
    );
}
