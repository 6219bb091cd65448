//! What a later run makes of a corpus that cannot be read in full.

use dateline::corpus::Outcome;
use dateline::index::{Layout, Progress, UpdateOptions, update};
use dateline::search::Index;

#[test]
fn a_corpus_that_cannot_be_listed_keeps_its_articles() {
    let folder = tempfile::tempdir().unwrap();
    let (corpus, away) = (folder.path().join("corpus"), folder.path().join("away"));
    std::fs::create_dir(&corpus).unwrap();
    std::fs::write(
        corpus.join("a.txt"),
        "Talks in Oslo\n\nNorway spoke with Sweden.",
    )
    .unwrap();
    let path = folder.path().join("index");
    let run = || {
        update(
            &Layout::new(&path),
            &UpdateOptions::new([&corpus]),
            &Progress::default(),
        )
    };
    run().unwrap();

    std::fs::rename(&corpus, &away).unwrap();
    let summary = run().unwrap();
    assert_eq!(summary.removed, 0);
    assert!(
        summary
            .reports
            .iter()
            .any(|report| report.outcome == Outcome::Error)
    );
    assert_eq!(Index::open(&path).unwrap().info().unwrap().articles, 1);

    std::fs::rename(&away, &corpus).unwrap();
    assert_eq!(run().unwrap().unchanged, 1);
}
