//! Trains the tagger and the parser, scores them and writes `models/`.
//!
//! ```text
//! cargo run --release --example train_parser -- \
//!     en_ewt-train.conllu en_ewt-dev.conllu CORPUS models
//! cargo run --release --example train_parser -- --habits en_ewt-dev.conllu CORPUS models
//! ```
//!
//! The articles of the corpus need no labels: the two form their habits on them. With `--habits`
//! those of `models` do so again, and learn nothing else.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::Instant;

use dateline::corpus::{Limits, read_folder};
use dateline::text::parse::{self, Arc, Parsed, Parser, ROOT, Relation};
use dateline::text::perceptron::{Random, pack, unpack};
use dateline::text::tags::{self, Tag, Tagged, Tagger};
use dateline::text::{self, Token};

/// How many parts the training set is divided into, so that each is tagged by a tagger that has
/// not seen it: the parser must learn from tags as wrong as those it will meet.
const FOLDS: usize = 5;

/// How the tagger is trained that the program uses.
const TAGGER: tags::Training = tags::Training {
    epochs: 12,
    committee: 3,
    rows: 50_000,
};

/// How the parser is trained.
const PARSER: parse::Training = parse::Training {
    epochs: 12,
    committee: 4,
    move_rows: 320_000,
    relation_rows: 30_000,
};

/// A sentence of the treebank.
#[derive(Debug, Clone, Default)]
struct Sentence {
    words: Vec<String>,
    tags: Vec<Tag>,
    arcs: Vec<Arc>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [train, dev, corpus, models] = arguments.as_slice() else {
        return Err("usage: train_parser TRAIN.conllu DEV.conllu CORPUS MODELS".into());
    };
    let dev = read_treebank(Path::new(dev))?;
    let models = Path::new(models);
    let (mut tagger, mut parser) = if train == "--habits" {
        read_models(models)?
    } else {
        trained(&read_treebank(Path::new(train))?)
    };
    println!("{} sentences, before habits are formed:", dev.len());
    let tags = score_tagger(&tagger, &dev);
    score_parser(&parser, &dev, &tags);

    let corpus = Text::read(Path::new(corpus));
    tagger.form_habits(corpus.sentences());
    parser.form_habits(&tagger, corpus.sentences());
    println!("with these habits:");
    let tags = score_tagger(&tagger, &dev);
    score_parser(&parser, &dev, &tags);
    for (name, tables) in [("tagger", tagger.to_bytes()), ("parser", parser.to_bytes())] {
        let bytes = pack(&tables)?;
        std::fs::write(models.join(format!("{name}.bin.zst")), &bytes)?;
        println!("{name}: {} bytes", bytes.len());
    }
    Ok(())
}

/// The tagger and the parser of a folder.
fn read_models(models: &Path) -> Result<(Tagger, Parser), Box<dyn Error>> {
    let read = |name: &str| std::fs::read(models.join(name));
    Ok((
        Tagger::from_bytes(&unpack(&read("tagger.bin.zst")?)?)?,
        Parser::from_bytes(&unpack(&read("parser.bin.zst")?)?)?,
    ))
}

/// A tagger and a parser that have learned from sentences of a treebank.
fn trained(train: &[Sentence]) -> (Tagger, Parser) {
    let started = Instant::now();
    let variants = with_other_case(train);
    let all: Vec<Tagged<'_>> = variants.iter().map(|(_, s)| tagged(s)).collect();
    let tagger = tags::train(&all, TAGGER);
    println!("tagger trained in {:.0?}", started.elapsed());
    let jackknifed = jackknife(&variants);
    println!("jackknifed after {:.0?}", started.elapsed());
    let parsed: Vec<Parsed<'_>> = variants
        .iter()
        .zip(jackknifed)
        .map(|((_, s), tags)| Parsed {
            words: words(s),
            tags,
            arcs: s.arcs.clone(),
        })
        .collect();
    let parser = parse::train(&parsed, PARSER);
    println!("parser trained after {:.0?}", started.elapsed());
    (tagger, parser)
}

/// The articles of a corpus and their tokens, sentence by sentence.
struct Text(Vec<(String, Vec<Token>, Vec<text::Sentence>)>);

impl Text {
    fn read(folder: &Path) -> Self {
        let mut articles = Vec::new();
        read_folder(folder, &Limits::default(), &mut |article| {
            let (mut tokens, mut sentences) = (Vec::new(), Vec::new());
            text::tokenize(&article.text, &mut tokens);
            text::sentences(&article.text, &tokens, &mut sentences);
            articles.push((article.text, tokens, sentences));
        });
        Self(articles)
    }

    /// The words of each sentence.
    fn sentences(&self) -> impl Iterator<Item = Vec<&str>> {
        self.0.iter().flat_map(|(text, tokens, sentences)| {
            sentences.iter().map(|sentence| {
                let tokens = tokens[sentence.tokens.clone()].iter();
                tokens.map(|token| token.text(text)).collect()
            })
        })
    }
}

/// Reads a file in CoNLL-U: the syntactic words, without ranges and empty nodes.
fn read_treebank(path: &Path) -> Result<Vec<Sentence>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut sentences = Vec::new();
    let mut sentence = Sentence::default();
    for line in text.lines() {
        if line.is_empty() {
            if !sentence.words.is_empty() {
                sentences.push(std::mem::take(&mut sentence));
            }
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [number, word, _, universal, penn, _, head, relation, ..] = columns[..] else {
            continue;
        };
        if number.contains(['-', '.']) {
            continue;
        }
        sentence.words.push(word.to_owned());
        sentence.tags.push(Tag::from_treebank(universal, penn));
        let head = head.parse::<u32>()?.checked_sub(1).unwrap_or(ROOT);
        sentence.arcs.push(Arc {
            head,
            relation: Relation::from_treebank(relation),
        });
    }
    if !sentence.words.is_empty() {
        sentences.push(sentence);
    }
    Ok(sentences)
}

/// The sentences, each with its number, and for some a copy set as a headline, in capitals or
/// without any, as news has them and the treebank has not.
fn with_other_case(sentences: &[Sentence]) -> Vec<(usize, Sentence)> {
    let mut random = Random::new(7);
    let mut variants = Vec::new();
    for (number, sentence) in sentences.iter().enumerate() {
        variants.push((number, sentence.clone()));
        let chance = random.number() % 100;
        let recase: fn(&str, Tag) -> String = match chance {
            0..10 if sentence.words.len() >= 4 => headline_word,
            10..14 => |word, _| word.to_uppercase(),
            14..17 => |word, _| word.to_lowercase(),
            _ => continue,
        };
        let mut copy = sentence.clone();
        for (word, &tag) in copy.words.iter_mut().zip(&sentence.tags) {
            *word = recase(word, tag);
        }
        if let Some(first) = copy.words.first_mut().filter(|_| chance < 10) {
            *first = capitalised(first);
        }
        variants.push((number, copy));
    }
    variants
}

/// A word as it is set in a headline.
fn headline_word(word: &str, tag: Tag) -> String {
    let small = matches!(
        tag,
        Tag::Adposition | Tag::Determiner | Tag::To | Tag::Coordinator | Tag::Possessive | Tag::Not
    ) && word.len() <= 4;
    if small {
        word.to_owned()
    } else {
        capitalised(word)
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn words(sentence: &Sentence) -> Vec<&str> {
    sentence.words.iter().map(String::as_str).collect()
}

fn tagged(sentence: &Sentence) -> Tagged<'_> {
    Tagged {
        words: words(sentence),
        tags: sentence.tags.clone(),
    }
}

/// Tags every sentence by a tagger trained on the other folds.
fn jackknife(variants: &[(usize, Sentence)]) -> Vec<Vec<Tag>> {
    let mut tags_of = vec![Vec::new(); variants.len()];
    for fold in 0..FOLDS {
        let others: Vec<Tagged<'_>> = variants
            .iter()
            .filter(|(n, _)| n % FOLDS != fold)
            .map(|(_, s)| tagged(s))
            .collect();
        let tagger = tags::train(
            &others,
            tags::Training {
                committee: 1,
                ..TAGGER
            },
        );
        let mut scratch = tags::Scratch::default();
        for ((number, sentence), tags) in variants.iter().zip(&mut tags_of) {
            if number % FOLDS == fold {
                tagger.tag(&words(sentence), &mut scratch, tags);
            }
        }
    }
    tags_of
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// How often a speed is measured; the best counts, as the others were disturbed.
const MEASUREMENTS: usize = 5;

fn score_tagger(tagger: &Tagger, dev: &[Sentence]) -> Vec<Vec<Tag>> {
    let inputs: Vec<Vec<&str>> = dev.iter().map(words).collect();
    let tokens: usize = inputs.iter().map(Vec::len).sum();
    let mut scratch = tags::Scratch::default();
    let mut results = vec![Vec::new(); dev.len()];
    let mut fastest = f64::INFINITY;
    for _ in 0..MEASUREMENTS {
        let started = Instant::now();
        for (input, result) in inputs.iter().zip(&mut results) {
            tagger.tag(input, &mut scratch, result);
        }
        fastest = fastest.min(started.elapsed().as_secs_f64());
    }
    let pairs = || {
        dev.iter()
            .zip(&results)
            .flat_map(|(s, r)| s.tags.iter().zip(r))
    };
    let same = pairs().filter(|(gold, tag)| gold == tag).count();
    let class = pairs()
        .filter(|(gold, tag)| gold.class() == tag.class())
        .count();
    println!("tags  {:.2} % of {tokens}", percent(same, tokens));
    println!("UPOS  {:.2} %", percent(class, tokens));
    println!("tagger: {:.0} tokens/s", tokens as f64 / fastest);
    results
}

fn score_parser(parser: &Parser, dev: &[Sentence], dev_tags: &[Vec<Tag>]) {
    let inputs: Vec<Vec<&str>> = dev.iter().map(words).collect();
    let tokens: usize = inputs.iter().map(Vec::len).sum();
    let mut scratch = parse::Scratch::default();
    let mut results = vec![Vec::new(); dev.len()];
    let mut fastest = f64::INFINITY;
    for _ in 0..MEASUREMENTS {
        let started = Instant::now();
        for ((input, tags), result) in inputs.iter().zip(dev_tags).zip(&mut results) {
            parser.parse(input, tags, &mut scratch, result);
        }
        fastest = fastest.min(started.elapsed().as_secs_f64());
    }

    let (mut heads, mut arcs) = (0, 0);
    // For each relation: found rightly, found at all, there to be found.
    let mut relations = BTreeMap::<&str, [usize; 3]>::new();
    for (sentence, result) in dev.iter().zip(&results) {
        for (gold, found) in sentence.arcs.iter().zip(result) {
            heads += usize::from(gold.head == found.head);
            arcs += usize::from(gold == found);
            relations.entry(found.relation.name()).or_default()[1] += 1;
            let there = relations.entry(gold.relation.name()).or_default();
            there[0] += usize::from(gold == found);
            there[2] += 1;
        }
    }
    println!("UAS   {:.2} %", percent(heads, tokens));
    println!("LAS   {:.2} %", percent(arcs, tokens));
    println!("parser: {:.0} tokens/s", tokens as f64 / fastest);
    println!(
        "{:14} {:>6} {:>6} {:>6} {:>6}",
        "relation", "P", "R", "F1", "count"
    );
    for (name, [right, found, there]) in relations {
        let f1 = percent(2 * right, found + there);
        let (precision, recall) = (percent(right, found), percent(right, there));
        println!("{name:14} {precision:6.1} {recall:6.1} {f1:6.1} {there:6}");
    }
}
