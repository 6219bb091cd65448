//! The index survives `kill -9` at any moment, and a second writer.
//!
//! Five kills by default; `DATELINE_KILLS=50 cargo test --test kill` for the long way.

use dateline::index::{IndexError, Layout, Progress, UpdateOptions, check, update};
use dateline::search::Index;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

fn start(corpus: &Path, index: &Path, more: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dateline"))
        .arg("index")
        .arg(corpus)
        .arg("-i")
        .arg(index)
        .args(["--commit-every", "40"])
        .args(more)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs")
}

fn export(index: &Path) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["export", "-i"])
        .arg(index)
        .output()
        .expect("the command runs");
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

/// Writes one round's corpus: a file of many records, of which some change each round, and others.
fn write_corpus(corpus: &Path, round: usize) {
    let line = |number: usize| {
        let edition = if number % 7 == round % 7 { round } else { 0 };
        format!(
            "{{\"id\":\"n{number}\",\"title\":\"Note {number}\",\"text\":\"Norway imposed \
             sanctions on Chile. Edition {edition} of item {number} came from Oslo, where \
             ministers of Ghana met those of Japan and criticised Kenya.\"}}\n"
        )
    };
    let lines: String = (0..1500).map(line).collect();
    std::fs::write(corpus.join("wire.jsonl"), lines).expect("a file is written");
    for number in 0..30 {
        let text = format!(
            "Poland thanked Kenya for aid, {number} times in round {}.",
            round / 3
        );
        std::fs::write(corpus.join(format!("{number}.txt")), text).expect("a file is written");
    }
    // Comes and goes.
    let guest = corpus.join("guest.jsonl");
    match round % 2 {
        0 => std::fs::write(guest, (2000..2300).map(line).collect::<String>())
            .expect("a file is written"),
        _ => _ = std::fs::remove_file(guest),
    }
}

#[test]
fn a_killed_run_is_completed_by_the_next() {
    let kills = std::env::var("DATELINE_KILLS")
        .ok()
        .and_then(|kills| kills.parse().ok())
        .unwrap_or(5);
    let folder = tempfile::tempdir().unwrap();
    let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
    std::fs::create_dir(&corpus).unwrap();
    let layout = Layout::new(&index);
    let mut wait = 7;
    let mut killed_at_work = 0;
    for round in 0..kills {
        write_corpus(&corpus, round);
        let more: &[&str] = if round % 5 == 4 { &["--rebuild"] } else { &[] };
        let mut run = start(&corpus, &index, more);
        // Spread over the length of a run, which nobody knows beforehand.
        wait = (wait * 31 + 17) % 1200;
        std::thread::sleep(Duration::from_millis(wait));
        run.kill().unwrap();
        killed_at_work += u32::from(!run.wait().unwrap().success());
        match Index::open(&index) {
            Ok(open) => {
                open.info().unwrap();
                let found = check(&layout, &UpdateOptions::new(Vec::<&Path>::new())).unwrap();
                assert_eq!(found.damage, Vec::<String>::new(), "after {wait} ms");
            }
            Err(error) => assert!(matches!(error, IndexError::Missing(_)), "{error}"),
        }
    }
    assert!(killed_at_work > 0);
    let mut last = start(&corpus, &index, &[]);
    assert!(last.wait().unwrap().success());

    let fresh = folder.path().join("fresh");
    let options = UpdateOptions::new([&corpus]);
    update(&Layout::new(&fresh), &options, &Progress::default()).unwrap();
    assert!(export(&index) == export(&fresh), "after {kills} kills");
    let found = check(&layout, &options).unwrap();
    assert!(
        found.damage.is_empty() && found.unfinished.is_empty(),
        "{found:?}"
    );
    assert!(found.corpora.unwrap().is_none());
}

#[test]
fn a_second_writer_is_refused_or_waits() {
    let folder = tempfile::tempdir().unwrap();
    let (corpus, index) = (folder.path().join("corpus"), folder.path().join("index"));
    std::fs::create_dir(&corpus).unwrap();
    std::fs::write(corpus.join("a.txt"), "Norway thanked Chile.").expect("a file is written");
    let claim = Layout::new(&index).claim().unwrap();
    let refused = start(&corpus, &index, &[]).wait_with_output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("another process is writing"), "{said}");
    assert!(said.contains("--wait"), "{said}");

    let waiting = start(&corpus, &index, &["--wait"]);
    std::thread::sleep(Duration::from_millis(500));
    drop(claim);
    let done = waiting.wait_with_output().unwrap();
    assert!(done.status.success(), "{done:?}");
    assert_eq!(Index::open(&index).unwrap().info().unwrap().articles, 1);
}
