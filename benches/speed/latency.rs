//! How long answers take, by kind of question, beside raw tantivy's nearest equivalent.
//!
//! Both read the query each time. An answer is the ten best articles, read from the index, and the
//! exact total; or, where it says "ranked", which the ten are, without reading them.

use crate::Failure;
use crate::raw::Raw;
use crate::words::Words;
use dateline::search::snippet::{passages, title};
use dateline::search::{Grouping, Index, Period, Request, SearchOptions};
use serde::Serialize;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How many answers of a kind are timed, and for how long at most.
const ANSWERS: usize = 1_000;
const LONGEST: Duration = Duration::from_secs(5);
/// How often a process is started.
const STARTS: usize = 40;
/// The facets of a page.
const FACETS: [&str; 2] = ["country", "action"];

/// The median and the 99th percentile of many answers, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Times {
    pub p50: f64,
    pub p99: f64,
}

/// A kind of question.
#[derive(Debug, Serialize)]
pub struct Latency {
    pub kind: &'static str,
    pub ours: Times,
    pub raw: Times,
    /// What raw tantivy was asked.
    pub raw_is: &'static str,
    /// How many articles the questions found, at the median.
    pub found: u64,
}

/// Asks two indexes of one corpus.
pub fn measure(ours: &Path, raw: &Path) -> Result<Vec<Latency>, Failure> {
    let index = Index::open(ours)?;
    let asked = Asked {
        words: Words::choose(ours, &index)?,
        raw: Raw::open(raw)?,
        index,
        latencies: Vec::new(),
    };
    asked.all()
}

struct Asked {
    index: Index,
    raw: Raw,
    words: Words,
    latencies: Vec<Latency>,
}

impl Asked {
    fn all(mut self) -> Result<Vec<Latency>, Failure> {
        let words: Vec<String> = self.words.all().cloned().collect();
        let join = |with: &str| -> Vec<String> {
            let pairs = self.words.pairs();
            pairs.map(|(a, b)| format!("{a} {with} {b}")).collect()
        };
        let (both, either) = (join("AND"), join("OR"));
        let phrases = self.words.phrases.clone();
        self.plain(["term", "term, ranked"], &words)?;
        self.plain(["and", "and, ranked"], &both)?;
        self.plain(["or", "or, ranked"], &either)?;
        self.plain(["phrase", "phrase, ranked"], &phrases)?;

        let countries = self.words.countries.iter().cycle();
        let filtered: Vec<(Request, &String)> = words
            .iter()
            .zip(countries)
            .map(|(word, country)| (Request::new(word.clone()).country(country), word))
            .collect();
        let ten = SearchOptions::new();
        let page = FACETS
            .iter()
            .fold(ten.clone(), |page, name| page.facet(*name));
        let same = "the words alone";
        let (index, raw) = (&self.index, &self.raw);
        let mut more = Vec::new();
        more.extend(compare(
            ("filtered", same),
            &filtered,
            |(request, _)| Ok(index.search(request, &ten)?.total),
            |(_, word)| raw.search(word),
        )?);
        more.extend(compare(
            ("faceted", same),
            &words,
            |word| Ok(index.search(&Request::new(word.clone()), &page)?.total),
            |word| raw.search(word),
        )?);
        more.extend(compare(
            ("filtered, faceted", same),
            &filtered,
            |(request, _)| Ok(index.search(request, &page)?.total),
            |(_, word)| raw.search(word),
        )?);

        let clauses = self.words.events.iter();
        let clauses = clauses.map(|(by, action)| format!("event(by:{by} action:{action})"));
        let events: Vec<(String, &String)> = clauses.zip(both.iter().cycle()).collect();
        let two = "two words that must both be there";
        for (kind, options) in [("event clause", &ten), ("event clause, faceted", &page)] {
            more.extend(compare(
                (kind, two),
                &events,
                |(clause, _)| Ok(index.search(&Request::new(clause.clone()), options)?.total),
                |(_, both)| raw.search(both),
            )?);
        }

        let months = Grouping {
            every: Some(Period::Month),
            ..Grouping::default()
        };
        more.extend(compare(
            ("count by month", "the total alone"),
            &words,
            |word| {
                let table = index.count(&Request::new(word.clone()), &months)?;
                Ok(table.total.articles)
            },
            |word| raw.count(word),
        )?);
        let mut alike = Vec::new();
        for (id, word) in self.words.articles.iter().zip(&words) {
            alike.extend(raw.first(word)?.map(|address| (id, address)));
        }
        let nothing = Request::default();
        more.extend(compare(
            ("similar", "its query for more like this"),
            &alike,
            |(id, _)| Ok(index.similar(id, &nothing, &ten)?.hits.total),
            |(_, address)| raw.similar(*address),
        )?);
        more.extend(compare(
            ("whole page", "ten snippets, no facets"),
            &words,
            |word| whole_page(index, word, &page),
            |word| raw.page(word),
        )?);
        self.latencies.extend(more);
        Ok(self.latencies)
    }

    /// Asks both the same, and adds what it took to read the hits and not to.
    fn plain(&mut self, kinds: [&'static str; 2], queries: &[String]) -> Result<(), Failure> {
        let [read, ranked] = kinds;
        let (index, raw) = (&self.index, &self.raw);
        let ten = SearchOptions::new();
        let request = |query: &String| Request::new(query.clone());
        let both = [
            compare(
                (read, "the same"),
                queries,
                |query| Ok(index.search(&request(query), &ten)?.total),
                |query| raw.search(query),
            )?,
            compare(
                (ranked, "the same"),
                queries,
                |query| Ok(index.ranking(&request(query), &ten)?.len() as u64),
                |query| raw.rank(query),
            )?,
        ];
        self.latencies.extend(both.into_iter().flatten());
        Ok(())
    }
}

/// Ten hits with the best passage of each, two facets and the total.
fn whole_page(index: &Index, word: &str, page: &SearchOptions) -> Result<u64, Failure> {
    let hits = index.search(&Request::new(word), page)?;
    for hit in &hits.hits {
        let article = &hit.indexed.article;
        let language = article.language.as_deref();
        std::hint::black_box(title(&article.title, language, &hits.marker));
        std::hint::black_box(passages(&article.text, language, &hits.marker, &[], 1));
    }
    Ok(hits.total)
}

/// Times both on the same questions; `None` where the corpus gives none.
fn compare<Q>(
    (kind, raw_is): (&'static str, &'static str),
    questions: &[Q],
    ours: impl FnMut(&Q) -> Result<u64, Failure>,
    raw: impl FnMut(&Q) -> Result<u64, Failure>,
) -> Result<Option<Latency>, Failure> {
    if questions.is_empty() {
        return Ok(None);
    }
    let (ours, found) = time(questions, ours)?;
    let (raw, _) = time(questions, raw)?;
    Ok(Some(Latency {
        kind,
        ours,
        raw,
        raw_is,
        found,
    }))
}

/// Asks all questions by turns, after once for nothing.
fn time<Q>(
    questions: &[Q],
    mut ask: impl FnMut(&Q) -> Result<u64, Failure>,
) -> Result<(Times, u64), Failure> {
    let mut found = Vec::with_capacity(questions.len());
    for question in questions {
        found.push(ask(question)?);
    }
    found.sort_unstable();
    let mut taken = Vec::with_capacity(ANSWERS);
    let started = Instant::now();
    while taken.len() < ANSWERS && started.elapsed() < LONGEST {
        for question in questions {
            let asked = Instant::now();
            std::hint::black_box(ask(question)?);
            taken.push(asked.elapsed());
        }
    }
    Ok((Times::of(taken), found[found.len() / 2]))
}

impl Times {
    fn of(mut taken: Vec<Duration>) -> Self {
        taken.sort_unstable();
        let at = |share: f64| {
            let at = (taken.len() as f64 * share) as usize;
            let time = taken.get(at.min(taken.len().saturating_sub(1)));
            time.map_or(0.0, |time| time.as_secs_f64() * 1e3)
        };
        Self {
            p50: at(0.5),
            p99: at(0.99),
        }
    }
}

/// A command, from its start to its end.
#[derive(Debug, Serialize)]
pub struct Start {
    pub command: String,
    #[serde(flatten)]
    pub times: Times,
}

/// Times the command itself, where it was built.
pub fn starts(index: &Path) -> Result<Vec<Start>, Failure> {
    let Some(binary) = option_env!("CARGO_BIN_EXE_dateline") else {
        return Ok(Vec::new());
    };
    let words = Words::choose(index, &Index::open(index)?)?;
    let search = ["search", &words.frequent[0]];
    let mut starts = Vec::new();
    for (command, arguments) in [
        ("dateline --version", &["--version"][..]),
        ("dateline search WORD", &search),
    ] {
        let mut taken = Vec::with_capacity(STARTS);
        for _ in 0..STARTS {
            let started = Instant::now();
            Command::new(binary)
                .args(arguments)
                .env("DATELINE_INDEX", index)
                .stdout(Stdio::null())
                .status()?;
            taken.push(started.elapsed());
        }
        starts.push(Start {
            command: command.to_owned(),
            times: Times::of(taken),
        });
    }
    Ok(starts)
}
