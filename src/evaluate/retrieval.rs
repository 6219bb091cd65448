//! Retrieval: how well a ranking agrees with what people judged relevant, in test collections laid
//! out as TREC has them.
//!
//! A collection is a folder with articles (`docs.jsonl`, or any format in `docs.*`), queries
//! (`topics.tsv`: a number, a tab, the query) and judgements (`qrels.txt`: the query's number, a
//! column that is not read, the article's identifier, how relevant it is).

use super::share;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// A test collection.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collection {
    /// The name of its folder.
    pub name: String,
    /// The file of its articles.
    pub articles: PathBuf,
    /// Its queries that have relevant articles.
    pub queries: Vec<JudgedQuery>,
}

/// A query with what people judged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JudgedQuery {
    /// Its number.
    pub number: String,
    /// Its words, without anything that a query language may take for more than words.
    pub words: String,
    /// How relevant articles are, by their identifiers in the collection; above zero.
    pub relevant: FxHashMap<String, u32>,
}

/// Why a collection cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// A folder without a collection in it or in its folders.
    #[error("{} holds no collection: topics.tsv, qrels.txt and docs.jsonl", .0.display())]
    None(PathBuf),
    /// A file that cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        error: std::io::Error,
    },
    /// A line that is not what it should be.
    #[error("{}:{line}: {wanted}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What it should be.
        wanted: &'static str,
    },
}

/// The collections in a folder: itself, or each of its folders that is one, in order of names.
///
/// # Errors
/// When there is none, or one cannot be read.
pub fn read_collections(folder: &Path) -> Result<Vec<Collection>, CollectionError> {
    if folder.join(TOPICS).is_file() {
        return Ok(vec![read_collection(folder)?]);
    }
    let file = |error| CollectionError::File {
        path: folder.to_owned(),
        error,
    };
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(file)? {
        let path = entry.map_err(file)?.path();
        if path.join(TOPICS).is_file() {
            folders.push(path);
        }
    }
    if folders.is_empty() {
        return Err(CollectionError::None(folder.to_owned()));
    }
    folders.sort();
    folders
        .iter()
        .map(|folder| read_collection(folder))
        .collect()
}

const TOPICS: &str = "topics.tsv";
const JUDGEMENTS: &str = "qrels.txt";
/// The first of these that there is holds the articles.
const ARTICLES: [&str; 4] = ["docs.jsonl", "docs.jsonl.gz", "docs.trec", "docs.trec.gz"];

fn read_collection(folder: &Path) -> Result<Collection, CollectionError> {
    let articles = ARTICLES.iter().map(|name| folder.join(name));
    let articles = articles.into_iter().find(|path| path.is_file());
    let articles = articles.ok_or_else(|| CollectionError::None(folder.to_owned()))?;
    let mut judged: FxHashMap<String, FxHashMap<String, u32>> = FxHashMap::default();
    for_each_line(&folder.join(JUDGEMENTS), |line| {
        let mut cells = line.split_whitespace();
        let wanted = "a line is a query's number, 0, an article and how relevant it is";
        let query = cells.next().ok_or(wanted)?;
        let article = cells.nth(1).ok_or(wanted)?;
        let relevance: i64 = cells
            .next()
            .and_then(|cell| cell.parse().ok())
            .ok_or(wanted)?;
        if let Some(relevance) = u32::try_from(relevance)
            .ok()
            .filter(|&relevance| relevance > 0)
        {
            let of_query = judged.entry(query.to_owned()).or_default();
            of_query.insert(article.to_owned(), relevance);
        }
        Ok(())
    })?;
    let mut queries = Vec::new();
    for_each_line(&folder.join(TOPICS), |line| {
        let (number, query) = line
            .split_once('\t')
            .ok_or("a line is a number, a tab, a query")?;
        if let Some(relevant) = judged.remove(number.trim()) {
            queries.push(JudgedQuery {
                number: number.trim().to_owned(),
                words: plain_words(query),
                relevant,
            });
        }
        Ok(())
    })?;
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    Ok(Collection {
        name: name.to_string_lossy().into_owned(),
        articles,
        queries,
    })
}

fn for_each_line(
    path: &Path,
    mut take: impl FnMut(&str) -> Result<(), &'static str>,
) -> Result<(), CollectionError> {
    let text = std::fs::read_to_string(path).map_err(|error| CollectionError::File {
        path: path.to_owned(),
        error,
    })?;
    for (line, text) in (1..).zip(text.lines()) {
        if !text.trim().is_empty() {
            take(text).map_err(|wanted| CollectionError::Line {
                path: path.to_owned(),
                line,
                wanted,
            })?;
        }
    }
    Ok(())
}

/// The words of a question: in lower case, so that none is an operator, and without signs but those
/// inside words.
fn plain_words(question: &str) -> String {
    let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '.' | '-');
    let words = question.split(|c| !is_inside(c));
    let words = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

/// How good rankings are, each a mean over queries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct RetrievalScores {
    /// How many queries.
    pub queries: u64,
    /// Mean average precision over the whole ranking.
    pub map: Option<f64>,
    /// Normalised discounted cumulative gain of the best ten (Järvelin & Kekäläinen 2002), the
    /// gain being the relevance.
    pub ndcg_10: Option<f64>,
    /// The share of the relevant articles that is among the best hundred.
    pub recall_100: Option<f64>,
}

/// Adds up rankings.
#[derive(Debug, Clone, Copy, Default)]
pub struct RetrievalScorer {
    queries: u64,
    precision: f64,
    gain: f64,
    recall: f64,
}

impl RetrievalScorer {
    /// Takes a ranking of identifiers, the best first. One that comes again counts once.
    pub fn add<'a>(&mut self, query: &JudgedQuery, ranking: impl IntoIterator<Item = &'a str>) {
        let mut seen = FxHashSet::default();
        let (mut found, mut precision, mut gain, mut among_100) = (0_u32, 0.0, 0.0, 0_u32);
        let ranking = ranking.into_iter().filter(|&article| seen.insert(article));
        for (rank, article) in (1_u32..).zip(ranking) {
            let Some(&relevance) = query.relevant.get(article) else {
                continue;
            };
            found += 1;
            precision += f64::from(found) / f64::from(rank);
            if rank <= 10 {
                gain += discounted(relevance, rank);
            }
            among_100 += u32::from(rank <= 100);
        }
        let mut best: Vec<u32> = query.relevant.values().copied().collect();
        best.sort_unstable_by(|a, b| b.cmp(a));
        let best = (1..=10)
            .zip(best)
            .map(|(rank, relevance)| discounted(relevance, rank));
        let relevant = query.relevant.len() as f64;
        self.queries += 1;
        self.precision += precision / relevant;
        self.gain += gain / best.sum::<f64>();
        self.recall += f64::from(among_100) / relevant;
    }

    /// The means.
    pub fn scores(&self) -> RetrievalScores {
        let mean = |sum: f64| share(1, self.queries).map(|share| sum * share);
        RetrievalScores {
            queries: self.queries,
            map: mean(self.precision),
            ndcg_10: mean(self.gain),
            recall_100: mean(self.recall),
        }
    }
}

fn discounted(relevance: u32, rank: u32) -> f64 {
    f64::from(relevance) / f64::from(rank + 1).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_as_by_hand() {
        let relevant = [("a", 1), ("b", 1), ("c", 1)].map(|(id, by)| (id.to_owned(), by));
        let query = JudgedQuery {
            relevant: relevant.into_iter().collect(),
            ..JudgedQuery::default()
        };
        let mut scorer = RetrievalScorer::default();
        scorer.add(&query, ["x", "a", "a", "y", "b"]);
        let scores = scorer.scores();
        let near = |found: Option<f64>, wanted: f64| {
            assert!((found.unwrap_or(-1.0) - wanted).abs() < 1e-9, "{scores:?}");
        };
        near(scores.map, (1.0 / 2.0 + 2.0 / 4.0) / 3.0);
        let log = |number: f64| 1.0 / number.log2();
        near(
            scores.ndcg_10,
            (log(3.0) + log(5.0)) / (1.0 + log(3.0) + log(4.0)),
        );
        near(scores.recall_100, 2.0 / 3.0);
    }

    #[test]
    fn questions_become_words() {
        let question = "WHAT DID THE U.S . SAY (\"NOT\" OR: 1/2)?";
        assert_eq!(plain_words(question), "what did the u.s say not or 1 2");
    }
}
