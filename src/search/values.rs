//! Which values a field has, for whoever types one.

use super::{Grouping, Index, Period, Request, SearchError, facet};
use crate::index::document::{ARTICLE, id_of};
use crate::index::fields::{self, Kind, NUMBER};
use crate::ontology::{CameoCode, Place, Plover, Quad, Sector};
use crate::text::letters::fold;
use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::query::{EnableScoring, Query as _};
use tantivy::{DocSet, TERMINATED, TantivyError};

/// A value of a field, as a query may name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KnownValue {
    /// The value: a name rather than a code where both mean the same.
    pub value: String,
    /// What it stands for where it is a code, or its code where it is a name; may be empty.
    pub meaning: String,
    /// How many articles have it.
    pub articles: u64,
}

impl Index {
    /// The values of a field that begin so, whatever their case and accents, the most frequent
    /// first; for codes, of which the code or the name does. A field of words has none.
    ///
    /// ```no_run
    /// # let index = dateline::search::Index::open("index")?;
    /// for known in index.values("country", "col", 10)? {
    ///     println!("{} ({} articles)", known.value, known.articles); // Colombia (1 articles)
    /// }
    /// # Ok::<(), dateline::search::SearchError>(())
    /// ```
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn values(
        &self,
        field: &str,
        prefix: &str,
        limit: usize,
    ) -> Result<Vec<KnownValue>, SearchError> {
        let Some(row) = fields::find(field) else {
            return Ok(Vec::new());
        };
        let mut values = match (row.kind, row.name) {
            (Kind::Names, name) => self.beginning(name, prefix)?,
            (Kind::Id | Kind::Story, _) => self.identifiers(prefix)?,
            (Kind::Codes, "country") => self.coded(&["country", "region"])?,
            (Kind::Codes, "action") => self.coded(&["action", "quad", "cameo"])?,
            (Kind::Codes, name) => self.coded(&[name])?,
            (Kind::Date, _) => self.months()?,
            _ => Vec::new(),
        };
        let prefix = folded(prefix);
        values.retain(|known| {
            let is_code = known.meaning.len() <= LONGEST_CODE;
            folded(&known.value).starts_with(&prefix)
                || is_code && folded(&known.meaning).starts_with(&prefix)
        });
        values.sort_by(|a, b| {
            let by_articles = b.articles.cmp(&a.articles);
            by_articles.then_with(|| a.value.cmp(&b.value))
        });
        values.truncate(limit);
        Ok(values)
    }

    /// The values of fields of codes.
    fn coded(&self, fields: &[&'static str]) -> Result<Vec<KnownValue>, SearchError> {
        let mut values = Vec::new();
        for &field in fields {
            let grouping = Grouping::of(facet(field)?);
            for row in self.count(&Request::default(), &grouping)?.rows {
                let code = row.values.into_iter().next_back().unwrap_or_default();
                let (value, meaning) = called(field, code);
                values.push(KnownValue {
                    value,
                    meaning,
                    articles: row.counts.articles,
                });
            }
        }
        Ok(values)
    }

    /// The months of publication, and their years.
    fn months(&self) -> Result<Vec<KnownValue>, SearchError> {
        let mut values = Vec::new();
        for every in [Period::Year, Period::Month] {
            let grouping = Grouping {
                every: Some(every),
                ..Grouping::default()
            };
            for row in self.count(&Request::default(), &grouping)?.rows {
                values.push(KnownValue {
                    value: row.values.into_iter().next().unwrap_or_default(),
                    meaning: String::new(),
                    articles: row.counts.articles,
                });
            }
        }
        Ok(values)
    }

    /// The identifiers that begin so.
    fn identifiers(&self, prefix: &str) -> Result<Vec<KnownValue>, SearchError> {
        let prefix = folded(prefix);
        let mut values = Vec::new();
        for segment in self.reader.searcher().segment_readers() {
            let numbers = segment.fast_fields().u64(NUMBER)?;
            let alive = segment.doc_ids_alive();
            let ids = alive.filter_map(|doc| numbers.first(doc).map(id_of));
            let known = |value| KnownValue {
                value,
                meaning: String::new(),
                articles: 1,
            };
            values.extend(ids.filter(|id| id.starts_with(&prefix)).map(known));
        }
        Ok(values)
    }

    /// The values of a column of strings that begin so. The dictionary is read first, then the
    /// numbers of the values: no article is.
    fn beginning(&self, name: &str, prefix: &str) -> Result<Vec<KnownValue>, SearchError> {
        let searcher = self.reader.searcher();
        let prefix = folded(prefix);
        let mut counts: FxHashMap<String, u64> = FxHashMap::default();
        for segment in searcher.segment_readers() {
            let Some(column) = segment.fast_fields().str(name)? else {
                continue;
            };
            let mut wanted: FxHashMap<u64, (String, u64)> = FxHashMap::default();
            let dictionary = column.dictionary();
            let mut all = dictionary.stream().map_err(TantivyError::from)?;
            while all.advance() {
                let value = std::str::from_utf8(all.key()).unwrap_or_default();
                if folded(value).starts_with(&prefix) {
                    wanted.insert(all.term_ord(), (value.to_owned(), 0));
                }
            }
            if wanted.is_empty() {
                continue;
            }
            let articles = self.of_kind(ARTICLE);
            let scoring = EnableScoring::disabled_from_searcher(&searcher);
            let mut articles = articles.weight(scoring)?.scorer(segment, 1.0)?;
            let mut doc = articles.doc();
            while doc != TERMINATED {
                let is_alive = segment
                    .alive_bitset()
                    .is_none_or(|alive| alive.is_alive(doc));
                if is_alive {
                    for ord in column.term_ords(doc) {
                        if let Some((_, count)) = wanted.get_mut(&ord) {
                            *count += 1;
                        }
                    }
                }
                doc = articles.advance();
            }
            for (value, count) in wanted.into_values() {
                *counts.entry(value).or_default() += count;
            }
        }
        Ok(counts
            .into_iter()
            .filter(|&(_, articles)| articles > 0)
            .map(|(value, articles)| KnownValue {
                value,
                meaning: String::new(),
                articles,
            })
            .collect())
    }
}

/// A meaning that is no longer than this is a code.
const LONGEST_CODE: usize = 3;

/// A code as people call it, and what else there is to say of it.
fn called(field: &str, code: String) -> (String, String) {
    let name = match field {
        "country" | "region" | "by" | "to" | "at" => {
            return match Place::parse(&code) {
                Ok(place) => (place.name().to_owned(), code),
                Err(_) => (code, String::new()),
            };
        }
        "action" => Plover::parse(&code).map(Plover::label).ok(),
        "cameo" => CameoCode::parse(&code).map(CameoCode::label).ok(),
        "sector" => Sector::parse(&code).map(Sector::label).ok(),
        "quad" => {
            let quad = Quad::ALL.into_iter().find(|quad| quad.name() == code);
            return (
                code,
                quad.map(|quad| format!("Q{}", quad.number()))
                    .unwrap_or_default(),
            );
        }
        _ => None,
    };
    (code, name.unwrap_or_default().to_owned())
}

/// A text in lower case and without accents.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        fold(c, &mut out);
    }
    out
}
