//! Archives and compressions, made here in memory: nested, damaged and hostile ones.

use std::io::{Cursor, Read, Write};
use std::ops::ControlFlow;

use dateline::article::Article;
use dateline::corpus::{FileReport, Limits, Outcome, Stream, read_stream};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::write::{SimpleFileOptions, ZipWriter};

type Bytes = Vec<u8>;

fn read_with(bytes: &[u8], name: &str, limits: &Limits) -> (Vec<Article>, FileReport) {
    let mut articles = Vec::new();
    let stream = Stream::File(Box::new(Cursor::new(bytes)));
    let report = read_stream(stream, name, limits, &mut |article| {
        articles.push(article);
        ControlFlow::Continue(())
    });
    (articles, report)
}

fn read(bytes: &[u8], name: &str) -> (Vec<Article>, FileReport) {
    read_with(bytes, name, &Limits::default())
}

fn story(number: u32) -> Bytes {
    format!(
        "Port {number} reopens\n\nThe port of town {number} reopened on Monday, officials said.\n"
    )
    .into_bytes()
}

fn gz(bytes: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn zip(members: &[(&str, &[u8])]) -> Bytes {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).expect("memory");
        archive.write_all(bytes).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Bytes {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // The crate refuses to write what a hostile hand would.
        let field = &mut header.as_old_mut().name;
        field[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        archive.append(&header, *bytes).expect("memory");
    }
    archive.into_inner().expect("memory")
}

fn bzip2(bytes: &[u8]) -> Bytes {
    let mut out = Vec::new();
    let mut encoder = bzip2::read::BzEncoder::new(bytes, bzip2::Compression::default());
    encoder.read_to_end(&mut out).expect("memory");
    out
}

fn xz(bytes: &[u8]) -> Bytes {
    let mut out = Vec::new();
    let mut encoder = liblzma::read::XzEncoder::new(bytes, 6);
    encoder.read_to_end(&mut out).expect("memory");
    out
}

fn zst(bytes: &[u8]) -> Bytes {
    zstd::encode_all(bytes, 3).expect("memory")
}

#[test]
fn every_compression_of_one_file() {
    let plain = read(&story(1), "a.txt").0;
    for (name, bytes) in [
        ("a.txt.gz", gz(&story(1))),
        ("a.txt.bz2", bzip2(&story(1))),
        ("a.txt.xz", xz(&story(1))),
        ("a.txt.zst", zst(&story(1))),
    ] {
        let (articles, report) = read(&bytes, name);
        assert_eq!(report.format, name[2..], "{name}");
        assert_eq!(report.outcome, Outcome::Ok, "{name}");
        assert_eq!(articles[0].text, plain[0].text, "{name}");
    }
}

#[test]
fn members_are_read_whatever_lies_in_what() {
    let inner = zip(&[("b.txt", &story(1)), ("c.txt.gz", &gz(&story(2)))]);
    let middle = zst(&tar(&[("inner.zip", &inner), ("d.txt", &story(3))]));
    let outer = zip(&[
        ("deep/middle.tar.zst", &middle),
        ("e.txt", &story(4)),
        (".hidden.txt", &story(5)),
        ("__MACOSX/e.txt", &story(6)),
        ("photo.jpg", b"\xff\xd8\xff\xe0 nothing to read"),
    ]);
    let (articles, report) = read(&outer, "outer.zip");
    let members: Vec<_> = articles
        .iter()
        .filter_map(|article| article.member.as_deref())
        .collect();
    assert_eq!(
        members,
        [
            "deep/middle.tar.zst/inner.zip/b.txt",
            "deep/middle.tar.zst/inner.zip/c.txt.gz",
            "deep/middle.tar.zst/d.txt",
            "e.txt",
        ]
    );
    assert!(articles.iter().all(|article| article.path == "outer.zip"));
    assert_eq!(
        (report.format.as_str(), report.outcome),
        ("zip", Outcome::Ok)
    );

    let (_, report) = read(&gz(&tar(&[("a.txt", &story(1))])), "a.tgz");
    assert_eq!((report.format.as_str(), report.articles), ("tar.gz", 1));
}

#[test]
fn a_stream_that_cannot_seek_may_hold_a_zip() {
    let bytes = zip(&[("a.txt", &story(1))]);
    let mut count = 0;
    let stream = Stream::Forward(Box::new(&bytes[..]));
    read_stream(stream, "-", &Limits::default(), &mut |_| {
        count += 1;
        ControlFlow::Continue(())
    });
    assert_eq!(count, 1);
}

#[test]
fn names_lead_nowhere() {
    for (bytes, name) in [
        (zip(&[("../../outside.txt", &story(1))]), "slip.zip"),
        (tar(&[("../../outside.txt", &story(1))]), "slip.tar"),
        (tar(&[("/absolute/outside.txt", &story(1))]), "slip.tar"),
    ] {
        let (articles, report) = read(&bytes, name);
        assert_eq!(report.outcome, Outcome::Ok);
        let member = articles[0].member.as_deref().unwrap_or_default();
        assert!(member.ends_with("outside.txt") && !member.contains(".."));
        assert!(!member.starts_with('/'));
    }
}

#[test]
fn damage_keeps_what_was_before_it() {
    let stories: Vec<Bytes> = (0..20).map(story).collect();
    let names: Vec<String> = (0..20).map(|number| format!("{number}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names
        .iter()
        .zip(&stories)
        .map(|(name, story)| (name.as_str(), story.as_slice()))
        .collect();
    for (bytes, name) in [
        (zip(&members), "a.zip"),
        (tar(&members), "a.tar"),
        (xz(&tar(&members)), "a.tar.xz"),
        (bzip2(&tar(&members)), "a.tar.bz2"),
        (gz(&tar(&members)), "a.tar.gz"),
    ] {
        for share in [3, 6, 9] {
            let cut = &bytes[..bytes.len() * share / 10];
            let (articles, report) = read(cut, name);
            assert!(report.reason.is_some(), "{name} {share}");
            assert_eq!(report.articles, articles.len() as u64);
            let expected = match articles.len() {
                0 => Outcome::Error,
                _ => Outcome::Partial,
            };
            assert_eq!(report.outcome, expected, "{name} {share}: {report:?}");
        }
        // No single wrong byte may end in a panic or in silence about what was lost.
        for at in (0..bytes.len()).step_by(bytes.len() / 25 + 1) {
            let mut wrong = bytes.clone();
            wrong[at] ^= 0x55;
            let (articles, report) = read(&wrong, name);
            assert!(
                articles.len() == 20 || report.outcome != Outcome::Ok,
                "{name} {at}: {report:?}"
            );
        }
    }
}

#[test]
fn garbage_after_gzip_is_noted() {
    let mut bytes = gz(&story(1));
    bytes.extend(gz(&story(2)));
    bytes.extend(b"this is no gzip");
    let (articles, report) = read(&bytes, "a.txt.gz");
    assert!(articles[0].text.contains("town 2"), "both members are read");
    assert_eq!(report.outcome, Outcome::Ok);
    assert!(
        report
            .reason
            .is_some_and(|reason| reason.contains("ignored"))
    );
}

#[test]
fn bombs_are_cheap() {
    let limits = Limits {
        document: 64 * 1024,
        ..Limits::default()
    };
    let line = b"{\"title\": \"Rain\", \"text\": \"It rained.\"}\n".repeat(300_000);
    let zeros = vec![b' '; 64 * 1024 * 1024];
    for (bytes, name) in [
        (gz(&zeros), "spaces.txt.gz"),
        (gz(&gz(&zeros)), "spaces.txt.gz.gz"),
        (zst(&line), "lines.jsonl.zst"),
        (zip(&[("a", &zst(&line)), ("b", &zst(&line))]), "twice.zip"),
    ] {
        let (articles, report) = read_with(&bytes, name, &limits);
        assert_ne!(report.outcome, Outcome::Ok, "{name}");
        assert!(report.reason.is_some(), "{name}");
        assert!(articles.len() < 50_000, "{name}: {}", articles.len());
    }
}

#[test]
fn nesting_has_an_end() {
    let mut bytes = story(1);
    for _ in 0..20 {
        bytes = gz(&bytes);
    }
    let (articles, report) = read(&bytes, "a.txt.gz");
    assert!(articles.is_empty());
    assert!(
        report
            .reason
            .is_some_and(|reason| reason.contains("nested"))
    );
}

#[test]
fn office_documents_are_no_archives() {
    let bytes = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        (
            "word/document.xml",
            b"<w:document><w:p>Words</w:p></w:document>",
        ),
    ]);
    let (articles, report) = read(&bytes, "letter.docx");
    assert!(articles.is_empty());
    assert_eq!(report.outcome, Outcome::Skip);
}
