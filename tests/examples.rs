//! The examples that the model of events learns from: that their tables hold what they promise.

use dateline::annotate::{Example, Judgments, read_examples};
use dateline::ontology::{CameoCode, Mode, Plover};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;

/// How many sentences there must be at least.
const LEAST: usize = 4_000;

fn tables() -> Vec<(String, Vec<Example>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicon/examples/events");
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("a folder of tables")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tsv"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.display().to_string();
            let table = fs::read_to_string(&path).expect("a table");
            let examples = read_examples(&table).unwrap_or_else(|e| panic!("{name}: {e}"));
            (name, examples)
        })
        .collect()
}

/// A sentence with its capitalised words and numbers taken out: what a template would leave.
fn skeleton(text: &str) -> String {
    let kept = text.split_whitespace().map(|word| {
        let is_name = word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
        if is_name { "_" } else { word }
    });
    let mut words: Vec<&str> = kept.collect();
    words.dedup();
    words.join(" ")
}

#[test]
fn are_many_and_of_every_type_code_and_mode() {
    let tables = tables();
    let sentences: usize = tables.iter().map(|(_, examples)| examples.len()).sum();
    assert!(sentences >= LEAST, "{sentences} sentences");
    let acts: Vec<_> = tables
        .iter()
        .flat_map(|(_, examples)| examples)
        .flat_map(|example| &example.relations)
        .map(|relation| relation.act)
        .collect();
    let nothing = acts.iter().filter(|act| act.is_none()).count();
    assert!(
        nothing * 8 > acts.len(),
        "{nothing} of {} are nothing",
        acts.len()
    );
    let mut types: BTreeMap<Plover, usize> = BTreeMap::new();
    let mut modes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut codes: BTreeSet<CameoCode> = BTreeSet::new();
    for act in acts.into_iter().flatten() {
        *types.entry(act.plover).or_default() += 1;
        *modes.entry(act.mode.map_or("", Mode::name)).or_default() += 1;
        codes.extend(act.cameo);
    }
    for plover in Plover::ALL {
        let n = types.get(&plover).copied().unwrap_or(0);
        assert!(n >= 250, "{n} of {}", plover.name());
    }
    for mode in Mode::ALL {
        let n = modes.get(mode.name()).copied().unwrap_or(0);
        assert!(n >= 300, "{n} of {}", mode.name());
    }
    // Each three-digit code, itself or by one below it; statements are no events.
    let missing: Vec<&str> = CameoCode::all()
        .filter(|code| code.as_str().len() == 3 && code.root().as_str() != "01")
        .filter(|code| {
            !codes
                .iter()
                .any(|other| other.ancestors().any(|up| up == *code))
        })
        .map(CameoCode::as_str)
        .collect();
    assert!(missing.is_empty(), "no example of {missing:?}");
}

#[test]
fn a_code_goes_with_its_type() {
    for (name, examples) in tables() {
        for example in examples {
            for act in example.relations.iter().filter_map(|relation| relation.act) {
                let code = act.cameo.expect("the reader asks for a code");
                let of_code = match code.root().as_str() {
                    "02" => Some(Plover::Request),
                    _ => code.plover(),
                };
                // A root stands above codes of several types.
                let fits = of_code == Some(act.plover) || code.as_str().len() == 2;
                assert!(
                    fits,
                    "{name}: {} of {code} in {:?}",
                    act.plover.name(),
                    example.text
                );
            }
        }
    }
}

#[test]
fn no_sentence_and_hardly_a_pattern_stands_twice() {
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut patterns: HashMap<String, usize> = HashMap::new();
    for (name, examples) in tables() {
        for example in examples {
            *patterns.entry(skeleton(&example.text)).or_default() += 1;
            if let Some(other) = seen.insert(example.text.clone(), name.clone()) {
                panic!("{:?} is in {name} and {other}", example.text);
            }
        }
    }
    let alike: usize = patterns.values().filter(|&&n| n > 1).sum();
    assert!(
        alike * 50 < seen.len(),
        "{alike} of {} sentences share a pattern",
        seen.len()
    );
}

#[test]
fn judgments_are_read_and_found_by_their_sentence() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicon/examples");
    let digests = |name: &str| -> HashSet<String> {
        let table = fs::read_to_string(folder.join(name)).expect("a table");
        Judgments::read(&table).unwrap_or_else(|e| panic!("{name}: {e}"));
        let rows = table.lines().filter(|row| !row.starts_with(['#', '\t']));
        rows.filter_map(|row| row.split('\t').next().map(str::to_owned))
            .collect()
    };
    let (learned, held_out) = (digests("judged.tsv"), digests("judged-held-out.tsv"));
    assert!(learned.is_disjoint(&held_out));

    let sentence = "Norway expelled three Russian diplomats.";
    let digest = &blake3::hash(sentence.as_bytes()).to_hex()[..16];
    let table = format!("{digest}\t0-6\t22-39\tSANCTION\tactual\n\t22-39\t-\tNONE\t-\n");
    let judgments = Judgments::read(&table).expect("a sound table");
    let judged = judgments.of(sentence).expect("it is there");
    assert_eq!(judged.len(), 2);
    assert_eq!(
        judged[0].act.map(|act| act.plover),
        Some(Plover::Sanction),
        "{judged:?}"
    );
    assert_eq!(
        (judged[1].source.clone(), judged[1].act),
        (Some(22..39), None)
    );
    assert!(judgments.of("Norway expelled nobody.").is_none());

    for row in [
        "0-6\t7-9\tNONE\t-",
        "xyz\t0-6\t7-9\tNONE\t-",
        "0\t6-0\t-\tNONE\t-",
        "0\t-\t-\tWAR\t-",
    ] {
        let error = Judgments::read(row).expect_err(row);
        assert_eq!(error.line, 1);
    }
}
