//! Trains the model of events and writes `models/events.bin.zst`, cross-validates it, or scores it.
//!
//! ```sh
//! cargo run --release --example train_events -- models/events.bin.zst CORPUS EXAMPLES...
//! cargo run --release --example train_events -- --folds 5 EXAMPLES...
//! cargo run --release --example train_events -- --curve 5 EXAMPLES...
//! cargo run --release --example train_events -- --score TABLE=CORPUS...
//! ```
//!
//! Examples are tables as `lexicon/examples/events/README.md` describes them; JSON Lines with a
//! `sentence`, `source`, `target` and `type`, the pairs of actors that others have coded by hand; or
//! plain text, a sentence a line, in which nothing happens; or `TABLE=CORPUS`, a table of what readers
//! have judged of pairs of actors in sentences of a corpus, which it names by their digests. The
//! articles of the corpus need no labels: they teach which sentences are not worth parsing.
//! `models/README.md` says what the model of the program was trained on.

use dateline::annotate::{
    Act, Annotator, EventTraining, Example, Instance, Judgments, Model, Origin, Scratch, ToldOf,
    read_examples, train_events,
};
use dateline::article::Article;
use dateline::corpus::{Limits, read_folder};
use dateline::ontology::{Mode, Plover};
use dateline::text::perceptron::pack;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

/// How the model is trained that the program uses.
const TRAINING: EventTraining = EventTraining {
    epochs: 30,
    decay: 0.05,
    rows: 46_000,
};

/// How its gate is trained.
const GATE: EventTraining = EventTraining {
    epochs: 6,
    decay: 0.5,
    rows: 120_000,
};

/// How much a pair that others coded counts beside one of ours, which are many.
const WEIGHT_OF_GOLD: f32 = 6.0;

/// How much a sentence counts in which nothing happens.
const WEIGHT_OF_NOTHING: f32 = 4.0;

/// How much a pair counts that was judged in an article.
const WEIGHT_OF_JUDGED: f32 = 3.0;

/// An event that the gate must not lose is at least this likely.
const LEAST_LIKELY: f64 = 0.25;

/// Where the pairs of a file come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Sentences of our own.
    Ours,
    /// Pairs coded by others, without modes and codes.
    Gold,
    /// Pairs judged in articles.
    Judged,
}

/// The instances of one file, by sentence.
struct Set {
    kind: Kind,
    sentences: Vec<Vec<Instance>>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [flag, folds, files @ ..] if flag == "--folds" => {
            let sets = read(&Annotator::bundled()?, files)?;
            let scores = cross_validate(&sets, folds.parse()?, 1);
            print_given(&scores.given);
            scores.found.print();
            scores.judged.print();
            Ok(())
        }
        [flag, folds, files @ ..] if flag == "--curve" => {
            print_curve(&read(&Annotator::bundled()?, files)?, folds.parse()?);
            Ok(())
        }
        [flag, files @ ..] if flag == "--score" => {
            let (annotator, model) = (Annotator::bundled()?, Model::bundled()?);
            let mut scores = Judged::default();
            for set in read(&annotator, files)? {
                for instance in set.sentences.iter().flatten() {
                    scores.add(&model, instance, instance.act);
                }
            }
            scores.print();
            Ok(())
        }
        [out, corpus, files @ ..] => write_model(out, corpus, files),
        _ => Err(
            "usage: train_events OUT CORPUS EXAMPLES... | --folds N EXAMPLES... | --curve N \
                  EXAMPLES... | --score TABLE=CORPUS..."
                .into(),
        ),
    }
}

fn write_model(out: &str, corpus: &str, files: &[String]) -> Result<(), Box<dyn Error>> {
    let annotator = Annotator::bundled()?;
    let sets = read(&annotator, files)?;
    let instances: Vec<Instance> = sets
        .into_iter()
        .flat_map(|set| set.sentences)
        .flatten()
        .collect();
    let mut model = train_events(&instances, TRAINING);
    let annotator = annotator.with_model(model.clone());
    let mut scratch = Scratch::default();
    let mut glimpses = Vec::new();
    let mut articles = articles(Path::new(corpus));
    for file in files {
        articles.splice(0..0, sentences_of(file)?);
    }
    for article in articles {
        glimpses.extend(annotator.glimpses(&article, LEAST_LIKELY, &mut scratch));
    }
    let (learned, held) = glimpses.split_at(glimpses.len() / 10 * 9);
    model.learn_gate(learned, GATE);
    print_gate(&model, held);
    model.learn_gate(&glimpses, GATE);
    let bytes = pack(&model.to_bytes())?;
    std::fs::write(out, &bytes)?;
    println!(
        "{out}: {} bytes from {} instances",
        bytes.len(),
        instances.len()
    );
    Ok(())
}

/// What the gate costs and spares, by how likely a sentence must be, on sentences that it has not
/// seen.
fn print_gate(model: &Model, held: &[(Vec<u64>, bool)]) {
    let telling = held.iter().filter(|(_, tells)| *tells).count();
    println!(
        "gate: {telling} of {} sentences held out tell an event",
        held.len()
    );
    for least in [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3] {
        let passing = held
            .iter()
            .filter(|(glimpse, _)| model.hope(glimpse) >= least);
        let (kept, told) = passing.fold((0, 0), |(kept, told), (_, tells)| {
            (kept + 1, told + usize::from(*tells))
        });
        println!(
            "  from {least:.2}: {kept} parsed, {} that tell one lost",
            telling - told
        );
    }
}

/// The sentences of a table of examples, an article each.
fn sentences_of(file: &str) -> Result<Vec<Article>, Box<dyn Error>> {
    if !file.ends_with(".tsv") {
        return Ok(Vec::new());
    }
    let examples = read_examples(&std::fs::read_to_string(file)?)?;
    let article = |example: Example| Article {
        text: example.text,
        ..Article::default()
    };
    Ok(examples.into_iter().map(article).collect())
}

/// The articles of a corpus.
fn articles(corpus: &Path) -> Vec<Article> {
    let mut all = Vec::new();
    read_folder(corpus, &Limits::default(), &mut |article| all.push(article));
    all
}

fn read(annotator: &Annotator, files: &[String]) -> Result<Vec<Set>, Box<dyn Error>> {
    let mut scratch = Scratch::default();
    let mut sets = Vec::new();
    for file in files {
        let (file, corpus) = file.split_once('=').unwrap_or((file, ""));
        let text = std::fs::read_to_string(file).map_err(|e| format!("{file}: {e}"))?;
        if !corpus.is_empty() {
            let judgments = Judgments::read(&text).map_err(|e| format!("{file}: {e}"))?;
            let sentences = of_judgments(annotator, &judgments, Path::new(corpus));
            let kind = Kind::Judged;
            sets.push(Set { kind, sentences });
            continue;
        }
        let kind = match file.ends_with(".jsonl") {
            true => Kind::Gold,
            false => Kind::Ours,
        };
        let examples = if kind == Kind::Gold {
            of_pairs(&text)?
        } else if file.ends_with(".txt") {
            of_nothing(&text)
        } else {
            read_examples(&text).map_err(|e| format!("{file}: {e}"))?
        };
        let sentences = examples
            .iter()
            .map(|example| annotator.instances(example, &mut scratch))
            .collect();
        sets.push(Set { kind, sentences });
    }
    Ok(sets)
}

/// The judged sentences of a corpus.
fn of_judgments(annotator: &Annotator, judgments: &Judgments, corpus: &Path) -> Vec<Vec<Instance>> {
    let mut scratch = Scratch::default();
    let mut sentences = Vec::new();
    for article in articles(corpus) {
        sentences.extend(annotator.judged(&article, judgments, &mut scratch));
    }
    for instance in sentences.iter_mut().flatten() {
        instance.weight = WEIGHT_OF_JUDGED;
    }
    sentences
}

/// Sentences with one pair of actors each, of which only the type is known.
fn of_pairs(lines: &str) -> Result<Vec<Example>, Box<dyn Error>> {
    #[derive(serde::Deserialize)]
    struct Row {
        sentence: String,
        source: String,
        target: String,
        r#type: String,
    }
    let mut examples: Vec<Example> = Vec::new();
    for line in lines.lines() {
        let row: Row = serde_json::from_str(line)?;
        let span = |words: &str| {
            let words = words.trim();
            let start = row.sentence.find(words)?;
            Some(start..start + words.len())
        };
        let plover = match row.r#type.as_str() {
            "YIELD" => Plover::Retreat,
            name => Plover::parse(name)?,
        };
        let told = ToldOf {
            source: span(&row.source),
            target: span(&row.target),
            act: Some(Act {
                plover,
                cameo: None,
                mode: None,
            }),
        };
        match examples.last_mut() {
            Some(last) if last.text == row.sentence => last.relations.push(told),
            _ => examples.push(Example {
                text: row.sentence,
                relations: vec![told],
                complete: false,
                weight: WEIGHT_OF_GOLD,
            }),
        }
    }
    Ok(examples)
}

/// Sentences in which nothing happens, but those that may hold a request.
fn of_nothing(text: &str) -> Vec<Example> {
    const ASKING: [&str; 14] = [
        "urge", "appeal", "call", "ask", "demand", "request", "seek", "sought", "must", "should",
        "need", "press", "want", "plea",
    ];
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .filter(|line| !ASKING.iter().any(|word| line.contains(word)))
        .map(|line| Example {
            text: line.to_owned(),
            relations: Vec::new(),
            complete: true,
            weight: WEIGHT_OF_NOTHING,
        })
        .collect()
}

/// The name of a type as data of others have it.
fn name(plover: Plover) -> &'static str {
    match plover.is_yield() {
        true => "YIELD",
        false => plover.name(),
    }
}

/// How often a type was said of pairs of a type: (gold, said).
type Confusion = BTreeMap<(&'static str, &'static str), u32>;

/// What models say of the folds that they have not seen.
#[derive(Default)]
struct Scores {
    /// Of the pairs given that others coded.
    given: Confusion,
    /// Of the pairs found in our own examples.
    found: Found,
    /// Of the pairs judged in articles.
    judged: Judged,
    /// How many sentences a model has learned from, the last fold's.
    learned: usize,
}

/// Trains on all folds but one, in turn, and scores what is said of that one. Sentences are never
/// split between folds. Of what there is to learn from, one sentence in `every` is taken.
fn cross_validate(sets: &[Set], folds: usize, every: usize) -> Scores {
    let mut scores = Scores::default();
    for fold in 0..folds {
        let sentences = || {
            sets.iter().flat_map(|set| {
                let numbered = set.sentences.iter().enumerate();
                numbered.map(move |(n, sentence)| (set.kind, n, sentence))
            })
        };
        let learned =
            sentences().filter(|(_, n, _)| n % folds != fold && (n / folds).is_multiple_of(every));
        let learned: Vec<_> = learned.map(|(_, _, sentence)| sentence).collect();
        scores.learned = learned.len();
        let train: Vec<Instance> = learned.into_iter().flatten().cloned().collect();
        let model = train_events(&train, TRAINING);
        for (kind, _, sentence) in sentences().filter(|(_, n, _)| n % folds == fold) {
            for instance in sentence {
                match (instance.origin, kind, instance.act) {
                    (Origin::Given, Kind::Gold, Some(act)) => {
                        let said = model.relation(&instance.clues).plover;
                        let cell = (name(act.plover), name(said));
                        *scores.given.entry(cell).or_default() += 1;
                    }
                    (Origin::Found, Kind::Ours, act) => scores.found.add(&model, instance, act),
                    (_, Kind::Judged, act) => scores.judged.add(&model, instance, act),
                    _ => {}
                }
            }
            scores.found.add_sentence(&model, sentence);
        }
    }
    scores
}

/// How right a model is by how much it has learned from.
fn print_curve(sets: &[Set], folds: usize) {
    println!("sentences  macro-F1 of pairs given  found with its type  said and right");
    for every in [16, 8, 4, 2, 1] {
        let scores = cross_validate(sets, folds, every);
        println!(
            "{:9}  {:23.3}  {:19.3}  {:14.3}",
            scores.learned,
            macro_f1(&scores.given),
            scores.found.share(FOUND),
            scores.found.share(SAID)
        );
    }
}

/// The mean of the types' F1.
fn macro_f1(given: &Confusion) -> f64 {
    let types: BTreeSet<&str> = given.keys().map(|(gold, _)| *gold).collect();
    let sum: f64 = types.iter().map(|of| score(given, of).2).sum();
    sum / types.len().max(1) as f64
}

/// Precision, recall and F1 of a type, and how many pairs the gold has of it.
fn score(given: &Confusion, of: &str) -> (f64, f64, f64, u32) {
    let sum = |wanted: &dyn Fn(&(&str, &str)) -> bool| -> u32 {
        let counts = given.iter().filter(|(pair, _)| wanted(pair));
        counts.map(|(_, &n)| n).sum()
    };
    let right = f64::from(sum(&|pair| *pair == (of, of)));
    let gold = sum(&|pair| pair.0 == of);
    let said = sum(&|pair| pair.1 == of);
    (
        right / f64::from(said.max(1)),
        right / f64::from(gold.max(1)),
        2.0 * right / f64::from((gold + said).max(1)),
        gold,
    )
}

/// Scores of the pairs given, by type, and what is taken for what.
fn print_given(given: &Confusion) {
    let types: BTreeSet<&str> = given.keys().map(|(gold, _)| *gold).collect();
    println!("pairs given, of the hand-coded data:");
    for of in &types {
        let (precision, recall, f1, gold) = score(given, of);
        println!("  {of:10} P {precision:.3} R {recall:.3} F1 {f1:.3} of {gold}");
    }
    let all: u32 = given.values().sum();
    let right = given.iter().filter(|((gold, said), _)| gold == said);
    let right: u32 = right.map(|(_, &n)| n).sum();
    println!(
        "  macro-F1 {:.3}, accuracy {:.3}",
        macro_f1(given),
        f64::from(right) / f64::from(all.max(1))
    );
    println!("of each type (rows), what it was taken for:");
    let short = |name: &str| name.chars().take(4).collect::<String>();
    let columns: String = types
        .iter()
        .map(|of| format!(" {:>4}", short(of)))
        .collect();
    println!("  {:10}{columns}", "");
    for gold in &types {
        let cells = types.iter().map(|said| match given.get(&(*gold, *said)) {
            Some(n) => format!(" {n:4}"),
            None => "    .".to_owned(),
        });
        println!("  {gold:10}{}", cells.collect::<String>());
    }
}

/// How likely an event may have to be to be told.
const THRESHOLDS: [f32; 10] = [0.2, 0.3, 0.4, 0.44, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/// Scores of the pairs judged in articles.
#[derive(Default)]
struct Judged {
    pairs: u32,
    /// How many of them are told.
    told: u32,
    /// Events said from each of [`THRESHOLDS`] on, and how many of them rightly.
    said: [(u32, u32); THRESHOLDS.len()],
}

impl Judged {
    fn add(&mut self, model: &Model, instance: &Instance, act: Option<Act>) {
        let verdict = model.verdict(&model.weigh(&instance.clues));
        self.pairs += 1;
        self.told += u32::from(act.is_some());
        for (said, least) in self.said.iter_mut().zip(THRESHOLDS) {
            if verdict.probability >= least {
                said.0 += 1;
                said.1 +=
                    u32::from(act.is_some_and(|act| name(act.plover) == name(verdict.plover)));
            }
        }
    }

    fn print(&self) {
        println!(
            "pairs judged in articles: {}, {} told",
            self.pairs, self.told
        );
        for ((said, right), least) in self.said.iter().zip(THRESHOLDS) {
            println!(
                "  from {least:.2}: {said:5} said, right {:.3}, of those told {:.3}",
                f64::from(*right) / f64::from((*said).max(1)),
                f64::from(*right) / f64::from(self.told.max(1))
            );
        }
    }
}

/// Scores of the pairs found in our own examples.
#[derive(Default)]
struct Found {
    shares: BTreeMap<&'static str, (u32, u32)>,
    bins: [(u32, u32); 10],
}

/// Events that the examples tell, found with their type.
const FOUND: &str = "told and said with its type";
/// Events said, and rightly.
const SAID: &str = "said with 0.5 or more and right";

impl Found {
    /// Whether anything actual but a request is said to happen in a sentence in which nothing does.
    fn add_sentence(&mut self, model: &Model, sentence: &[Instance]) {
        if sentence.is_empty() || sentence.iter().any(|i| i.weight != WEIGHT_OF_NOTHING) {
            return;
        }
        let is_false = sentence.iter().any(|instance| {
            let verdict = model.verdict(&model.weigh(&instance.clues));
            verdict.is_likely()
                && verdict.plover != Plover::Request
                && model.mode(&instance.clues) == Mode::Actual
        });
        let share = self
            .shares
            .entry("sentences of nothing with an event")
            .or_default();
        share.0 += u32::from(is_false);
        share.1 += 1;
    }

    fn add(&mut self, model: &Model, instance: &Instance, act: Option<Act>) {
        let verdict = model.verdict(&model.weigh(&instance.clues));
        let is_type = act.is_some_and(|act| name(act.plover) == name(verdict.plover));
        let mut share = |what: &'static str, right: bool| {
            let share = self.shares.entry(what).or_default();
            share.0 += u32::from(right);
            share.1 += 1;
        };
        if verdict.probability >= 0.5 {
            share(SAID, is_type);
        }
        match act {
            None => share("nothing told, nothing said", verdict.probability < 0.5),
            Some(act) => {
                share(FOUND, is_type && verdict.probability >= 0.5);
                if let Some(mode) = act.mode {
                    let is_right = model.mode(&instance.clues) == mode;
                    share("mode", is_right);
                    if mode != Mode::Actual {
                        share("mode where it is not actual", is_right);
                    }
                }
                if let Some(cameo) = act.cameo {
                    let said = model.code(act.plover, &instance.clues);
                    share("CAMEO root", said.root() == cameo.root());
                    share(
                        "CAMEO code or one above it",
                        cameo.ancestors().any(|c| c == said),
                    );
                    share("CAMEO code", said == cameo);
                }
            }
        }
        let bin = &mut self.bins[((verdict.probability * 10.0) as usize).min(9)];
        bin.0 += u32::from(is_type);
        bin.1 += 1;
    }

    /// How often something was so, of how often it could be.
    fn share(&self, what: &str) -> f64 {
        let (right, all) = self.shares.get(what).copied().unwrap_or_default();
        f64::from(right) / f64::from(all.max(1))
    }

    fn print(&self) {
        println!("pairs found, of our own examples:");
        for (what, (_, all)) in &self.shares {
            println!("  {what:36} {:.3} of {all}", self.share(what));
        }
        println!("  how often right, by probability:");
        for (at, (right, all)) in self.bins.iter().enumerate() {
            let share = f64::from(*right) / f64::from((*all).max(1));
            println!("  0.{at} {share:.3} of {all}");
        }
    }
}
