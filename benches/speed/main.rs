//! How fast dateline is, beside raw tantivy in the same run.
//!
//! ```sh
//! cargo bench --bench speed -- [CORPUS] [--json FILE] [--first N] [--runs N]
//! cargo bench --bench speed -- [CORPUS] [--json FILE] [--first N] --copies 1,5,20
//! ```
//!
//! The first form indexes the corpus (the sample, if none is named) with tantivy alone, which is the
//! limit, and with `dateline index`; measures every stage of indexing by itself, on one core; and
//! asks both indexes for words that it takes from the index, so that any corpus will do. The second
//! form is about growth: it indexes so many copies of the corpus, under new ids, and says what that
//! does to time, memory and answers.
//!
//! It prints a table, and writes what it measured as JSON. `--first` takes only the first articles
//! of the corpus; `--runs` indexes several times, by turns, and gives the medians.

mod corpus;
mod latency;
mod raw;
mod report;
mod runs;
mod stages;
mod words;

use corpus::Corpus;
use report::{Growth, Machine, Report};
use runs::{Engine, Indexing};
use std::path::PathBuf;

/// Whatever ends the benchmark.
type Failure = Box<dyn std::error::Error>;

const USAGE: &str =
    "cargo bench --bench speed -- [CORPUS] [--json FILE] [--first N] [--runs N] [--copies N,N]";

/// What the user asks for.
struct Options {
    corpus: PathBuf,
    json: Option<PathBuf>,
    first: Option<usize>,
    runs: usize,
    copies: Vec<usize>,
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|first| first == runs::CHILD).is_some() {
        return runs::child(arguments);
    }
    let options = Options::read(arguments)?;
    let folder = tempfile::tempdir()?;
    let corpus = Corpus::prepare(&options.corpus, options.first, folder.path())?;
    let report = match options.copies.is_empty() {
        true => measure(&options, &corpus)?,
        false => grow(&options, &corpus)?,
    };
    print!("{report}");
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut options = Self {
            corpus: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus"),
            json: None,
            first: None,
            runs: 1,
            copies: Vec::new(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(USAGE);
            match argument.as_str() {
                // Cargo says so to every benchmark.
                "--bench" => {}
                "--json" => options.json = Some(value()?.into()),
                "--first" => options.first = Some(value()?.parse()?),
                "--runs" => options.runs = value()?.parse::<usize>()?.max(1),
                "--copies" => {
                    let copies = value()?;
                    let copies = copies.split(',').map(str::parse);
                    options.copies = copies.collect::<Result<_, _>>()?;
                }
                _ if argument.starts_with('-') => return Err(USAGE.into()),
                _ => options.corpus = argument.into(),
            }
        }
        Ok(options)
    }
}

/// Indexing, its stages, and answers.
fn measure(options: &Options, corpus: &Corpus) -> Result<Report, Failure> {
    let mut report = Report::new(&options.corpus, corpus);
    let indexes = tempfile::tempdir()?;
    let place = |engine: Engine| indexes.path().join(engine.name());
    let mut taken: [Vec<Indexing>; 2] = Default::default();
    for _ in 0..options.runs {
        for (engine, taken) in Engine::ALL.into_iter().zip(&mut taken) {
            eprintln!("{} indexes {}", engine.name(), options.corpus.display());
            taken.push(runs::index(engine, &corpus.folder, &place(engine), 1)?);
        }
    }
    report.indexing = taken.into_iter().filter_map(runs::median).collect();
    eprintln!("stage by stage");
    report.stages = stages::measure(corpus)?;
    eprintln!("queries");
    report.latencies = latency::measure(&place(Engine::Dateline), &place(Engine::Raw))?;
    report.starts = latency::starts(&place(Engine::Dateline))?;
    Ok(report)
}

/// Time, memory and answers as the corpus grows.
fn grow(options: &Options, corpus: &Corpus) -> Result<Report, Failure> {
    let mut report = Report::new(&options.corpus, corpus);
    for &copies in &options.copies {
        let folder = tempfile::tempdir()?;
        let copied = corpus.copies(copies, folder.path())?;
        let place = |engine: Engine| folder.path().join(engine.name());
        eprintln!("{copies} times the corpus");
        let raw = runs::index(Engine::Raw, &corpus.folder, &place(Engine::Raw), copies)?;
        let ours = runs::index(Engine::Dateline, &copied, &place(Engine::Dateline), 1)?;
        let latencies = latency::measure(&place(Engine::Dateline), &place(Engine::Raw))?;
        report.growth.push(Growth {
            copies,
            raw,
            ours,
            latencies,
        });
    }
    report.machine = Machine::now();
    Ok(report)
}
