//! "Did you mean": words of the index that are spelled like one that it hardly holds.
//!
//! The candidates are words as people see them, not stems, and are offered as the index's articles
//! spell them. Nothing is ever searched for in place of what was asked.

use super::query::{Clause, Field as Named, Query, Value, ValueKind};
use super::{Index, Request, SearchError};
use crate::index::analyzer::{self, Vocabulary};
use crate::index::document::to_article;
use crate::index::fields::{self, Kind};
use rustc_hash::FxHashMap;
use serde::Serialize;
use tantivy::collector::TopDocs;
use tantivy::query::{FuzzyTermQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, TantivyDocument, TantivyError, Term};

/// A request that finds more articles than this found enough.
const LITTLE: u64 = 3;
/// A word must be so many times as frequent as the one that it is offered for.
const TIMES: u64 = 10;
/// Shorter words are like too many others; longer ones may differ by two letters.
const SHORTEST: usize = 4;
const LONG: usize = 7;
/// How many words are offered for one.
const OFFERED: usize = 3;
/// How many words a name that was not quoted may have.
const MOST_WORDS: usize = 5;
/// How many candidates are counted to the article.
const COUNTED: usize = 12;
/// From how many articles the spelling of a word is taken.
const SPELLED: usize = 3;
/// A second differing letter must be made up for by so many times the articles (`ln`).
const SECOND_LETTER: f64 = 3.5;
/// So must another first letter, which people rarely mistype.
const FIRST_LETTER: f64 = 1.5;
/// What is so much less likely than the likeliest is not offered beside it (`ln`).
const BESIDE: f64 = 4.0;

/// A word of a request that the index hardly holds, or words of it that lack quotes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The word or words, as written.
    pub word: String,
    /// The field that it was asked for in; none for words of title or text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// How many articles hold it, in any of its forms.
    pub articles: u64,
    /// What may have been meant, the likeliest first; not empty.
    pub instead: Vec<Instead>,
}

/// A word that may have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Instead {
    /// The word, as articles spell it.
    pub word: String,
    /// How many articles hold it, in any of its forms.
    pub articles: u64,
    /// The query with it; none for a word of a filter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
}

impl Index {
    /// What may have been meant where a request finds `found` articles: words that are spelled like
    /// one of it, where that is nothing or little; and whatever it finds, names in quotes, where
    /// only their first word is asked of the field, as in `outlet:BBC News`.
    ///
    /// ```no_run
    /// # use dateline::search::{Index, Request, SearchOptions};
    /// # let index = Index::open("index")?;
    /// let request = Request::new("parliment");
    /// let hits = index.search(&request, &SearchOptions::new())?;
    /// for suggestion in index.suggest(&request, hits.total)? {
    ///     let instead = &suggestion.instead[0];
    ///     println!("did you mean {} ({} articles)?", instead.word, instead.articles);
    /// }
    /// # Ok::<(), dateline::search::SearchError>(())
    /// ```
    ///
    /// # Errors
    /// When the query or a filter is wrong.
    pub fn suggest(&self, request: &Request, found: u64) -> Result<Vec<Suggestion>, SearchError> {
        let query = Query::parse(&request.query)?;
        let mut suggestions = self.with_quotes(request, &query)?;
        if found > LITTLE {
            return Ok(suggestions);
        }
        let searcher = self.reader.searcher();
        let mut clauses = Vec::new();
        gather(&query, false, &mut clauses);
        for (_, filter) in request.filters.clauses() {
            gather(&filter, true, &mut clauses);
        }
        for (clause, of_filter) in clauses {
            let (ValueKind::Word(text) | ValueKind::Phrase { text, .. }) = &clause.value.kind
            else {
                continue;
            };
            let field = clause.field.map(|field| field.name);
            for word in text.split(|c: char| !c.is_alphanumeric()) {
                let is_known = |known: &Suggestion| known.word == word && known.field == field;
                if word.chars().count() < SHORTEST || suggestions.iter().any(is_known) {
                    continue;
                }
                let articles = self.holding(word, field)?;
                if articles > LITTLE {
                    continue;
                }
                let span = clause.value.span;
                let written = request.query.get(span.start..span.end);
                let with = |instead: &str| {
                    let written = written.filter(|_| !of_filter)?.replacen(word, instead, 1);
                    let (before, after) = (
                        request.query.get(..span.start)?,
                        request.query.get(span.end..)?,
                    );
                    Some(format!("{before}{written}{after}"))
                };
                let mut instead = Vec::new();
                for (word, articles) in self.like(&searcher, word, field, articles)? {
                    instead.push(Instead {
                        query: with(&word),
                        word,
                        articles,
                    });
                }
                if !instead.is_empty() {
                    suggestions.push(Suggestion {
                        word: word.to_owned(),
                        field,
                        articles,
                        instead,
                    });
                }
            }
        }
        Ok(suggestions)
    }

    /// Names of several words that begin with one asked of a field and go on with words that are
    /// not, where some article has such a name.
    fn with_quotes(
        &self,
        request: &Request,
        query: &Query,
    ) -> Result<Vec<Suggestion>, SearchError> {
        let searcher = self.reader.searcher();
        let mut suggestions = Vec::new();
        let parts = match query {
            Query::And(parts, _) => &parts[..],
            _ => &[],
        };
        for (at, part) in parts.iter().enumerate() {
            let Some((Some(field), first)) = word_of(part) else {
                continue;
            };
            if fields::find(field.name).is_none_or(|row| row.kind != Kind::Names) {
                continue;
            }
            let mut name = first.to_owned();
            let mut longest = None;
            let rest = parts[at + 1..].iter().take(MOST_WORDS - 1);
            for (part, last) in rest.zip(at + 1..) {
                let Some((None, word)) = word_of(part) else {
                    break;
                };
                name = format!("{name} {word}");
                let articles = self.holding(&name, Some(field.name))?;
                if articles > 0 {
                    longest = Some((last, name.clone(), articles));
                }
            }
            let Some((last, name, articles)) = longest else {
                continue;
            };
            let span = part.span().to(parts[last].span());
            let unquoted = Query::And(parts[at..=last].to_vec(), span);
            let written = request.query.get(span.start..span.end).unwrap_or_default();
            // With parentheses between them they are not meant as one name.
            if Query::parse(written).ok().as_ref() != Some(&unquoted) {
                continue;
            }
            let quoted = format!("{}:\"{name}\"", field.name);
            let (before, after) = (&request.query[..span.start], &request.query[span.end..]);
            let compiled = super::compile::compile(&unquoted, &self.held(&searcher)?)?;
            suggestions.push(Suggestion {
                word: written.to_owned(),
                field: Some(field.name),
                articles: self.count_of(&searcher, &*compiled.query)?,
                instead: vec![Instead {
                    query: Some(format!("{before}{quoted}{after}")),
                    word: quoted,
                    articles,
                }],
            });
        }
        Ok(suggestions)
    }

    /// How many articles hold a word, or several that stand together.
    fn holding(&self, words: &str, field: Option<&'static str>) -> Result<u64, SearchError> {
        let span = super::filters::NOWHERE;
        let kind = ValueKind::Word(words.to_owned());
        let clause = Query::Clause(Clause {
            field: field.map(|name| Named { name, span }),
            value: Value { kind, span },
            span,
        });
        let searcher = self.reader.searcher();
        let compiled = super::compile::compile(&clause, &self.held(&searcher)?);
        // A word that is no word of the field, such as a number in words only, is held by none.
        compiled.map_or(Ok(0), |compiled| self.count_of(&searcher, &*compiled.query))
    }

    /// The words most like one that so many articles hold, as people spell them, with how many
    /// hold them.
    fn like(
        &self,
        searcher: &Searcher,
        word: &str,
        field: Option<&'static str>,
        articles: u64,
    ) -> Result<Vec<(String, u64)>, SearchError> {
        let typed = analyzer::terms(&mut analyzer::asked_names(), word);
        let [typed] = &typed[..] else {
            return Ok(Vec::new());
        };
        let most = if typed.chars().count() >= LONG { 2 } else { 1 };
        let mut candidates: FxHashMap<(Field, String), (u8, u64)> = FxHashMap::default();
        for dictionary in self.dictionaries(field) {
            for distance in 1..=most {
                let wanted = Term::from_field_text(dictionary, typed);
                let automaton = FuzzyTermQuery::new(wanted, distance, true);
                for segment in searcher.segment_readers() {
                    let index = segment.inverted_index(dictionary)?;
                    let mut found = index
                        .terms()
                        .search(automaton.automaton()?)
                        .into_stream()
                        .map_err(TantivyError::from)?;
                    while found.advance() {
                        let Ok(term) = std::str::from_utf8(found.key()) else {
                            continue;
                        };
                        let key = (dictionary, term.to_owned());
                        let held = candidates.entry(key).or_insert((distance, 0));
                        // What is one letter away is two letters away too.
                        if held.0 == distance {
                            held.1 += u64::from(found.value().doc_freq);
                        }
                    }
                }
            }
        }
        let first = typed.chars().next();
        let likeness = |term: &str, distance: u8, held: u64| {
            let mut likeness = (held as f64).ln() - SECOND_LETTER * f64::from(distance - 1);
            if term.chars().next() != first {
                likeness -= FIRST_LETTER;
            }
            likeness
        };
        let mut ranked: Vec<(f64, Field, String)> = candidates
            .into_iter()
            .filter(|((_, term), _)| term != typed)
            .map(|((field, term), (distance, held))| (likeness(&term, distance, held), field, term))
            .collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.cmp(&b.2)));
        let mut offered: Vec<(String, u64)> = Vec::new();
        let mut stems: Vec<Vec<String>> = Vec::new();
        let mut english = analyzer::asked_prose(Vocabulary::of(None));
        let least = ranked.first().map_or(0.0, |best| best.0 - BESIDE);
        ranked.retain(|candidate| candidate.0 >= least);
        for (_, dictionary, term) in ranked.into_iter().take(COUNTED) {
            // Of the forms of one word, which find the same, one will do.
            let stem = analyzer::terms(&mut english, &term);
            if stems.contains(&stem) {
                continue;
            }
            let held = self.holding(&term, field)?;
            if held > articles.saturating_mul(TIMES) {
                offered.push((self.spelled(searcher, dictionary, &term)?, held));
                stems.push(stem);
            }
            if offered.len() == OFFERED {
                break;
            }
        }
        Ok(offered)
    }

    /// The fields whose dictionaries hold the words of a field as people see them.
    fn dictionaries(&self, field: Option<&str>) -> Vec<Field> {
        match field.and_then(fields::find) {
            Some(row) if row.kind == Kind::Names => vec![self.fields.get(row.name)],
            Some(row) if row.kind != Kind::Prose => Vec::new(),
            Some(row) if row.name == "title" => vec![self.fields.title_seen],
            _ => vec![self.fields.text_seen],
        }
    }

    /// A term as most of the articles that were looked at spell it.
    fn spelled(
        &self,
        searcher: &Searcher,
        field: Field,
        term: &str,
    ) -> Result<String, SearchError> {
        let holds = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::Basic);
        let top = TopDocs::with_limit(SPELLED).order_by_score();
        let mut forms: FxHashMap<String, usize> = FxHashMap::default();
        for (_, address) in searcher.search(&holds, &top)? {
            let document = searcher.doc::<TantivyDocument>(address)?;
            let indexed = to_article(&self.fields, &self.store, &document)?;
            // The name of somebody may be spelled out nowhere in the text.
            let names = indexed.annotations.entities.iter();
            let names = names.map(|entity| entity.canonical());
            for text in names.chain([indexed.article.text.as_str()]) {
                analyzer::names().token_stream(text).process(&mut |token| {
                    if token.text == term
                        && let Some(form) = text.get(token.offset_from..token.offset_to)
                    {
                        let form = form.trim_end_matches("'s").trim_end_matches("’s");
                        *forms.entry(form.to_owned()).or_default() += 1;
                    }
                });
            }
        }
        let best = forms
            .into_iter()
            .max_by(|(a, m), (b, n)| m.cmp(n).then_with(|| a.cmp(b)));
        Ok(best.map_or_else(|| term.to_owned(), |(form, _)| form))
    }
}

/// A plain word and its field.
fn word_of(query: &Query) -> Option<(Option<Named>, &str)> {
    match query {
        Query::Clause(Clause { field, value, .. }) => match &value.kind {
            ValueKind::Word(word) => Some((*field, word)),
            _ => None,
        },
        _ => None,
    }
}

/// The clauses that an article has to match or may match.
fn gather(query: &Query, of_filter: bool, clauses: &mut Vec<(Clause, bool)>) {
    match query {
        Query::And(parts, _) | Query::Or(parts, _) => parts
            .iter()
            .for_each(|part| gather(part, of_filter, clauses)),
        Query::Boost(part, _, _) => gather(part, of_filter, clauses),
        Query::Clause(clause) => clauses.push((clause.clone(), of_filter)),
        Query::Not(..) | Query::All(_) | Query::Event(_) => {}
    }
}
