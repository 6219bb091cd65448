//! What a search is to give, and requests that are built in a program rather than typed.

use super::query::Query;
use super::{Ranking, Request, Sort};

/// What [`Index::search`](super::Index::search) gives beside the total.
///
/// ```
/// use dateline::search::SearchOptions;
///
/// let options = SearchOptions::new().limit(3).facet("country").facet("action");
/// assert_eq!((options.limit, options.facets.len()), (3, 2));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOptions {
    /// The most hits.
    pub limit: usize,
    /// The facets to count over all articles that match: names of the field table.
    pub facets: Vec<String>,
    /// In which order they come.
    pub sort: Sort,
    /// The [cursor](super::Hits::next) of the page before; `None` for the first.
    pub cursor: Option<String>,
    /// Newer articles are better: at this age in days an article's score is worth three quarters
    /// of a new one's, and never less than half. Age counts from the newest article of the index.
    pub recency: Option<u32>,
    /// Of copies of one text only the best is given.
    pub collapse: bool,
    /// How scores are made.
    pub ranking: Ranking,
}

/// How many hits there are when nothing else is said.
const LIMIT: usize = 10;

impl Default for SearchOptions {
    fn default() -> Self {
        Self {
            limit: LIMIT,
            facets: Vec::new(),
            sort: Sort::Score,
            cursor: None,
            recency: None,
            collapse: false,
            ranking: Ranking::default(),
        }
    }
}

impl SearchOptions {
    /// The ten best, without facets.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so many hits.
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Counts this facet too.
    pub fn facet(mut self, name: impl Into<String>) -> Self {
        self.facets.push(name.into());
        self
    }

    /// In this order.
    pub fn sort(mut self, sort: Sort) -> Self {
        self.sort = sort;
        self
    }

    /// Goes on after the page that gave this [cursor](super::Hits::next).
    pub fn after(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// A number that tells this search from others that a cursor may be of.
    pub(super) fn search(&self, request: &Request) -> u64 {
        let (sort, recency, collapse) = (self.sort, self.recency, self.collapse);
        let all = (request, sort, recency, collapse, self.ranking);
        crate::index::document::first_eight(&blake3::hash(format!("{all:?}").as_bytes()))
    }
}

impl From<&str> for Request {
    fn from(query: &str) -> Self {
        Self::new(query)
    }
}

impl From<Query> for Request {
    fn from(query: Query) -> Self {
        Self::new(query.to_string())
    }
}

macro_rules! filters {
    ($($(#[$doc:meta])* $name:ident)*) => {
        /// Filters, one value a call: text, or a typed value such as a country code. The same one
        /// again means "or"; different ones must all hold, and `by`, `action`, `to`, `at` and
        /// `mode` within one event. A value that means nothing is an error when the request is
        /// used.
        ///
        /// ```
        /// use dateline::ontology::Plover;
        /// use dateline::search::Request;
        ///
        /// let request = Request::new("tariffs")
        ///     .by("US")
        ///     .action(Plover::Sanction)
        ///     .to("China")
        ///     .since("2024-03");
        /// assert_eq!(request.filters.action, ["SANCTION"]);
        /// ```
        impl Request {
            $($(#[$doc])*
            pub fn $name(mut self, value: impl ToString) -> Self {
                self.filters.$name.push(value.to_string());
                self
            })*

            /// Published in this day, month or year, or later.
            pub fn since(mut self, date: impl ToString) -> Self {
                self.filters.since = Some(date.to_string());
                self
            }

            /// Published in this day, month or year, or earlier.
            pub fn until(mut self, date: impl ToString) -> Self {
                self.filters.until = Some(date.to_string());
                self
            }

            /// Takes events below so many hundredths of confidence as not there.
            pub fn min_confidence(mut self, hundredths: u8) -> Self {
                self.filters.min_confidence = hundredths;
                self
            }
        }
    };
}

filters! {
    /// A country or region that is mentioned.
    country
    /// What is done: a PLOVER type, CAMEO code or quad class.
    action
    /// Who acts: a country, region, sector or name.
    by
    /// Who is acted upon.
    to
    /// Where: a country or region.
    at
    /// Whether it happened, is planned, supposed or denied.
    mode
    /// A person who is named.
    person
    /// An organisation that is named.
    org
    /// A place that is named.
    place
    /// Who published the article.
    outlet
    /// The article's language, as ISO 639-1 code.
    language
    /// A subject that the source gives.
    topic
}
