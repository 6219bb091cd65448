//! What a later run makes of a corpus that has changed, or cannot be read in full.
#![allow(clippy::unwrap_used)] // A panic is how a test reports.

use dateline::corpus::Outcome;
use dateline::index::{IndexError, Layout, Progress, Summary, UpdateOptions, update};
use dateline::search::{Index, Request};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A corpus and its index in a folder of their own.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("corpus")).unwrap();
        Self { folder }
    }

    fn corpus(&self) -> PathBuf {
        self.folder.path().join("corpus")
    }

    fn index(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    fn write(&self, name: &str, text: &str) {
        write(&self.corpus().join(name), text.as_bytes());
    }

    fn options(&self) -> UpdateOptions {
        UpdateOptions::new([self.corpus()])
    }

    fn try_update(&self, options: &UpdateOptions) -> Result<Summary, IndexError> {
        update(&Layout::new(self.index()), options, &Progress::default())
    }

    fn update(&self) -> Summary {
        self.try_update(&self.options()).unwrap()
    }
}

/// Writes a file whose time of change is long past, as in a corpus that lies still.
fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = fs::File::create(path).unwrap();
    file.write_all(bytes).unwrap();
    settle(path, 3600);
}

/// Sets a file's time of change to so many seconds ago.
fn settle(path: &Path, seconds: u64) {
    let file = fs::File::options().append(true).open(path).unwrap();
    let past = SystemTime::now() - Duration::from_secs(seconds);
    file.set_modified(past).unwrap();
}

/// What `dateline export` prints: every article with its annotations.
fn export(index: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let index = Index::open(index).unwrap();
    for hit in index.articles(&Request::default()).unwrap() {
        let indexed = hit.unwrap().indexed;
        lines.push(format!(
            "{} {} {}",
            indexed.id,
            serde_json::to_string(&indexed.article).unwrap(),
            serde_json::to_string(&indexed.annotations).unwrap()
        ));
    }
    lines
}

/// Files and how many articles each gave, as the index knows them.
fn files(index: &Path) -> BTreeMap<String, (Outcome, u64)> {
    let files = Index::open(index).unwrap().files().unwrap();
    files
        .into_iter()
        .map(|file| {
            (
                file.report.path,
                (file.report.outcome, file.report.articles),
            )
        })
        .collect()
}

/// That the index is what a fresh run makes of the same corpora.
fn assert_fresh(index: &Path, corpora: &[PathBuf]) {
    let fresh = tempfile::tempdir().unwrap();
    let layout = Layout::new(fresh.path());
    update(&layout, &UpdateOptions::new(corpora), &Progress::default()).unwrap();
    assert_eq!(export(index), export(fresh.path()));
    assert_eq!(files(index), files(fresh.path()));
    let found = dateline::index::check(&Layout::new(index), &UpdateOptions::new(corpora)).unwrap();
    assert_eq!(found.damage, Vec::<String>::new());
    assert_eq!(found.unfinished, Vec::<String>::new());
    assert!(found.corpora.unwrap().is_none());
}

const COUNTRIES: [&str; 6] = ["Norway", "Chile", "Ghana", "Japan", "Poland", "Kenya"];

fn story(number: usize) -> String {
    let (by, to) = (
        COUNTRIES[number % 6],
        COUNTRIES[(number / 6 + number + 1) % 6],
    );
    format!("{by} imposed sanctions on {to} on Tuesday. Ministers met {number} times.")
}

fn line(key: Option<usize>, number: usize) -> String {
    let id = key.map_or(String::new(), |key| format!("\"id\":\"n{key}\","));
    let text = story(number);
    format!("{{{id}\"title\":\"Note {number}\",\"text\":\"{text}\",\"date\":\"2024-03-12\"}}\n")
}

#[test]
fn a_corpus_that_cannot_be_listed_keeps_its_articles() {
    let desk = Desk::new();
    desk.write("a.txt", "Talks in Oslo\n\nNorway spoke with Sweden.");
    desk.update();

    let away = desk.folder.path().join("away");
    fs::rename(desk.corpus(), &away).unwrap();
    let summary = desk.update();
    assert_eq!(summary.removed, 0);
    let failed = |summary: &Summary| {
        let mut reports = summary.reports.iter();
        reports.any(|report| report.outcome == Outcome::Error)
    };
    assert!(failed(&summary));
    assert_eq!(export(&desk.index()).len(), 1);

    fs::rename(&away, desk.corpus()).unwrap();
    assert_eq!(desk.update().unchanged, 1);
}

#[test]
fn an_unmounted_corpus_does_not_empty_the_index() {
    let desk = Desk::new();
    desk.write("a.txt", &story(1));
    desk.write("b.txt", &story(2));
    desk.update();
    for name in ["a.txt", "b.txt"] {
        fs::remove_file(desk.corpus().join(name)).unwrap();
    }
    let error = desk.try_update(&desk.options()).unwrap_err();
    assert!(
        matches!(error, IndexError::NothingLeft { files: 2, .. }),
        "{error}"
    );
    assert_eq!(export(&desk.index()).len(), 2);

    // Another folder of the same name.
    desk.write("c.txt", &story(3));
    assert!(desk.try_update(&desk.options()).is_err());
    let mut options = desk.options();
    options.replace = true;
    let summary = desk.try_update(&options).unwrap();
    assert_eq!((summary.new, summary.removed), (1, 2));
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

#[test]
fn a_corpus_whose_files_were_all_moved_is_the_same_corpus() {
    let desk = Desk::new();
    desk.write("a.txt", &story(1));
    desk.write("b.txt", &story(2));
    desk.update();
    fs::create_dir(desk.corpus().join("2024")).unwrap();
    for name in ["a.txt", "b.txt"] {
        let moved = desk.corpus().join("2024").join(name);
        fs::rename(desk.corpus().join(name), moved).unwrap();
    }
    let summary = desk.update();
    assert_eq!(
        (summary.annotated, summary.moved, summary.removed),
        (0, 2, 2)
    );
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

#[test]
fn only_changed_records_are_annotated_again() {
    let desk = Desk::new();
    let numbers: Vec<usize> = (0..40).collect();
    let file = |numbers: &[usize], key: fn(usize) -> Option<usize>| -> String {
        numbers
            .iter()
            .map(|&number| line(key(number), number))
            .collect()
    };
    desk.write("keyed.jsonl", &file(&numbers, Some));
    desk.write("bare.jsonl", &file(&numbers, |_| None));
    assert_eq!(desk.update().annotated, 80);

    // A record is put in at the front, one is changed and one is taken out.
    let mut changed = numbers.clone();
    changed.remove(20);
    changed[10] = 100;
    changed.insert(0, 101);
    desk.write("keyed.jsonl", &file(&changed, Some));
    desk.write("bare.jsonl", &file(&changed, |_| None));
    let summary = desk.update();
    assert_eq!(summary.changed, 2);
    assert_eq!(summary.annotated, 4);
    assert_eq!(export(&desk.index()).len(), 80);
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

#[test]
fn a_touched_or_copied_file_is_not_read_again() {
    let desk = Desk::new();
    desk.write("a.txt", &story(1));
    desk.write("b.jsonl", &line(None, 2));
    desk.update();
    settle(&desk.corpus().join("a.txt"), 60);
    settle(&desk.corpus().join("b.jsonl"), 60);
    let summary = desk.update();
    assert_eq!(
        (summary.unchanged, summary.changed, summary.annotated),
        (2, 0, 0)
    );
    assert!(summary.reports.is_empty());
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

#[test]
fn a_change_that_size_and_time_do_not_show_is_seen_when_it_may_be_there() {
    let desk = Desk::new();
    let path = desk.corpus().join("a.txt");
    desk.write("a.txt", &story(1));
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    desk.update();
    let change = |number: usize, time: SystemTime| {
        fs::write(&path, story(number)).unwrap();
        let file = fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(time).unwrap();
    };
    // Of the same length: Norway and Poland change places with the like.
    change(7, time);
    assert_eq!(fs::metadata(&path).unwrap().len(), story(1).len() as u64);
    assert_eq!(desk.update().unchanged, 1);
    let mut options = desk.options();
    options.verify = true;
    assert_eq!(desk.try_update(&options).unwrap().changed, 1);

    // Changed just now, it may change again within the same tick of the clock.
    let now = SystemTime::now();
    change(1, now);
    desk.update();
    change(7, now);
    assert_eq!(desk.update().changed, 1);
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

#[test]
fn a_list_of_files_leaves_the_others_alone() {
    let desk = Desk::new();
    for name in ["a.txt", "in/b.txt", "in/c.txt", "in2/d.txt"] {
        desk.write(name, &story(name.len()));
    }
    desk.update();
    desk.write("a.txt", &story(20));
    desk.write("in/b.txt", &story(21));
    desk.write("in/new.txt", &story(22));
    desk.write("in2/e.txt", &story(24));
    fs::remove_file(desk.corpus().join("in/c.txt")).unwrap();
    fs::remove_file(desk.corpus().join("in2/d.txt")).unwrap();

    let mut options = desk.options();
    let outside = std::env::temp_dir().join("elsewhere.txt");
    let listed = [
        PathBuf::from("in"),
        desk.corpus().join("in2/d.txt"),
        outside,
    ];
    options.only = Some(listed.to_vec());
    let summary = desk.try_update(&options).unwrap();
    assert_eq!((summary.new, summary.changed, summary.removed), (1, 1, 2));
    assert_eq!(
        summary
            .reports
            .iter()
            .filter(|r| r.outcome == Outcome::Error)
            .count(),
        1
    );
    let known: Vec<String> = files(&desk.index()).into_keys().collect();
    assert_eq!(known, ["a.txt", "in/b.txt", "in/new.txt"]);

    let summary = desk.update();
    assert_eq!((summary.new, summary.changed, summary.removed), (1, 1, 0));
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

#[test]
fn a_stopped_run_goes_on_where_it_ended() {
    let desk = Desk::new();
    let records: String = (0..400).map(|number| line(None, number)).collect();
    desk.write("many.jsonl", &records);
    let mut runs = 0;
    let mut annotated = 0;
    loop {
        let progress = Progress::default();
        let summary = std::thread::scope(|scope| {
            scope.spawn(|| {
                use std::sync::atomic::Ordering::Relaxed;
                for _ in 0..2000 {
                    if progress.articles.load(Relaxed) >= 130 * (runs + 1) {
                        break;
                    }
                    std::thread::sleep(Duration::from_millis(1));
                }
                progress.stop.store(runs < 2, Relaxed);
            });
            update(&Layout::new(desk.index()), &desk.options(), &progress).unwrap()
        });
        annotated += summary.annotated;
        runs += 1;
        if !summary.stopped {
            break;
        }
        assert!(runs < 10);
    }
    // Nothing that was committed is annotated again.
    assert_eq!(annotated, 400);
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

#[test]
fn a_search_sees_whole_commits_only() {
    let desk = Desk::new();
    let records = |generation: usize| -> String {
        (0..300)
            .map(|key| line(Some(key), generation * 1000 + key))
            .collect()
    };
    desk.write("wire.jsonl", &records(0));
    desk.update();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            use std::sync::atomic::Ordering::Relaxed;
            while !done.load(Relaxed) {
                // An article is there in its old form or its new one: never in both, never gone.
                assert_eq!(export(&desk.index()).len(), 300);
            }
        });
        for generation in 1..4 {
            desk.write("wire.jsonl", &records(generation));
            assert_eq!(desk.update().annotated, 300);
        }
        let mut options = desk.options();
        options.rebuild = true;
        desk.try_update(&options).unwrap();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

#[test]
fn a_damaged_index_is_told_and_can_be_built_again() {
    let desk = Desk::new();
    let records: String = (0..60).map(|number| line(None, number)).collect();
    desk.write("many.jsonl", &records);
    desk.update();
    let folder = desk.index().join("g1");
    let layout = Layout::new(desk.index());
    let none = UpdateOptions::new(Vec::<PathBuf>::new());
    let names: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.metadata().unwrap().len() > 40)
        .filter(|path| !path.file_name().unwrap().to_string_lossy().starts_with('.'))
        .collect();
    assert!(names.len() >= 6, "{names:?}");
    for path in &names {
        let whole = fs::read(path).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() / 3] ^= 0x55;
        for damaged in [Some(&flipped[..]), Some(&whole[..whole.len() / 2]), None] {
            fs::remove_file(path).unwrap();
            if let Some(bytes) = damaged {
                fs::write(path, bytes).unwrap();
            }
            match dateline::index::check(&layout, &none) {
                Ok(found) => assert!(!found.damage.is_empty(), "{path:?}"),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
            let _ = fs::remove_file(path);
            fs::write(path, &whole).unwrap();
        }
    }
    let found = dateline::index::check(&layout, &none).unwrap();
    assert_eq!((found.damage.len(), found.documents), (0, 62));

    fs::remove_file(&names[0]).unwrap();
    let mut options = desk.options();
    options.rebuild = true;
    desk.try_update(&options).unwrap();
    assert_fresh(&desk.index(), &[desk.corpus()]);
}

/// A small generator of random numbers, so that a failure can be had again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % most.max(1)
    }
}

/// What a file of the random corpus holds.
fn random_file(dice: &mut Dice, kind: usize) -> (&'static str, Vec<u8>) {
    let numbers: Vec<usize> = (0..dice.below(12) + 1).map(|_| dice.below(40)).collect();
    match kind {
        0 => ("txt", story(numbers[0]).into_bytes()),
        1 => (
            "jsonl",
            numbers
                .iter()
                .map(|&n| line(Some(n), n))
                .collect::<String>()
                .into(),
        ),
        2 => (
            "jsonl",
            numbers
                .iter()
                .map(|&n| line(None, n))
                .collect::<String>()
                .into(),
        ),
        3 => {
            let text: String = numbers.iter().map(|&n| line(None, n)).collect();
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gz.write_all(text.as_bytes()).unwrap();
            ("jsonl.gz", gz.finish().unwrap())
        }
        _ => ("bin", vec![0, 1, 2, 3, numbers[0] as u8]),
    }
}

/// One random change to a corpus.
fn random_change(dice: &mut Dice, root: &Path, made: &mut usize) {
    let mut known: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .chain(fs::read_dir(root.join("sub")).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    known.sort();
    let any = known.get(dice.below(known.len())).cloned();
    let mut fresh = |dice: &mut Dice, end: &str| {
        *made += 1;
        let folder = if dice.below(2) == 0 {
            root.to_owned()
        } else {
            root.join("sub")
        };
        folder.join(format!("f{made}.{end}"))
    };
    let kind = dice.below(5);
    match (dice.below(8), any) {
        (0, Some(path)) if known.len() > 2 => fs::remove_file(path).unwrap(),
        (1, Some(path)) => {
            let end = path.file_name().unwrap().to_string_lossy().into_owned();
            let to = fresh(dice, end.split_once('.').unwrap().1);
            fs::rename(path, to).unwrap();
        }
        (2, Some(path)) => {
            let to = fresh(dice, path.extension().unwrap().to_str().unwrap());
            fs::copy(path, to).unwrap();
        }
        (3, Some(path)) => settle(&path, 10 + dice.below(1000) as u64),
        // Another content under the same name, whatever it says it is.
        (4, Some(path)) => write(&path, &random_file(dice, kind).1),
        // One record more, less or other.
        (5, Some(path)) if path.extension().unwrap() == "jsonl" => {
            let text = fs::read_to_string(&path).unwrap();
            let mut lines: Vec<String> = text.lines().map(|line| format!("{line}\n")).collect();
            let at = dice.below(lines.len());
            match dice.below(3) {
                0 => lines.insert(at, line(Some(made.wrapping_add(50)), dice.below(40))),
                1 if at < lines.len() => _ = lines.remove(at),
                _ => lines.push(line(None, dice.below(40))),
            }
            write(&path, lines.concat().as_bytes());
        }
        _ => {
            let (end, bytes) = random_file(dice, kind);
            write(&fresh(dice, end), &bytes);
        }
    }
}

#[test]
fn after_any_changes_the_index_is_what_a_fresh_run_builds() {
    let desk = Desk::new();
    let corpora = [
        desk.folder.path().join("one"),
        desk.folder.path().join("two"),
    ];
    for root in &corpora {
        fs::create_dir_all(root.join("sub")).unwrap();
    }
    let mut dice = Dice(20_261_122);
    let mut made = 0;
    for round in 0..25 {
        for _ in 0..dice.below(6) + 1 {
            let root = &corpora[dice.below(2)];
            random_change(&mut dice, root, &mut made);
        }
        let mut options = UpdateOptions::new(&corpora);
        options.replace = true;
        options.jobs = 1 + dice.below(3);
        desk.try_update(&options).unwrap();
        if round % 4 == 0 || round == 24 {
            assert_fresh(&desk.index(), &corpora);
        }
    }
    assert!(export(&desk.index()).len() > 20);
}
