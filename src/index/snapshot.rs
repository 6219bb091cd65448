//! What the index held when a run began: which files, which articles of each, which annotations.
//!
//! A run asks it so that nothing is annotated twice. It is the state of the last commit, whatever
//! the run writes meanwhile, and is empty for a new index.

use super::document::{self, FILE, FileRecord, id_of};
use super::fields::{Fields, NUMBER};
use super::lifecycle::IndexError;
use super::store::Store;
use crate::annotate::Annotations;
use crate::article::Article;
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use tantivy::columnar::{Column, StrColumn};
use tantivy::schema::IndexRecordOption;
use tantivy::{
    DocAddress, DocId, DocSet, ReloadPolicy, Searcher, SegmentReader, TERMINATED, TantivyDocument,
    TantivyError, Term,
};

/// The state of the last commit.
pub struct Snapshot {
    searcher: Searcher,
    fields: Fields,
    store: Store,
}

/// A file that the index knows.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// Its stamp; 0, which no file has, when it was not read to its end.
    pub stamp: u64,
    /// Its document; `None` when a run was killed while it was read.
    pub document: Option<DocAddress>,
}

/// What an index has stored of the corpora.
pub enum Stored {
    /// An article, under its identifier.
    Article(String, Article),
    /// A file, with its stamp.
    File(FileRecord, u64),
}

impl Snapshot {
    /// Of the last commit of an index.
    pub fn of(index: &tantivy::Index, fields: &Fields) -> Result<Self, IndexError> {
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()?;
        Ok(Self {
            searcher: reader.searcher(),
            fields: fields.clone(),
            store: Store::of(index),
        })
    }

    /// What to search it with.
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// What packs and unpacks what the index stores.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The files that the index knows, by path.
    pub fn files(&self) -> Result<FxHashMap<String, Known>, IndexError> {
        let mut files = FxHashMap::default();
        let kind = Term::from_field_text(self.fields.kind, FILE);
        for (ord, segment) in self.segments() {
            let columns = Columns::of(segment)?;
            for doc in documents(segment, &kind)? {
                let Some(path) = columns.path(doc)? else {
                    continue;
                };
                let known = Known {
                    stamp: columns.digest.first(doc).unwrap_or(0),
                    document: Some(DocAddress::new(ord, doc)),
                };
                files.insert(path, known);
            }
        }
        self.add_unfinished(&mut files)?;
        Ok(files)
    }

    /// Adds the files of which only articles are known.
    fn add_unfinished(&self, files: &mut FxHashMap<String, Known>) -> Result<(), IndexError> {
        let field = self.fields.get("path");
        for (_, segment) in self.segments() {
            let index = segment.inverted_index(field)?;
            let mut terms = index.terms().stream().map_err(TantivyError::from)?;
            while terms.advance() {
                let Ok(path) = std::str::from_utf8(terms.key()) else {
                    continue;
                };
                if files.contains_key(path) {
                    continue;
                }
                let term = Term::from_field_text(field, path);
                if !documents(segment, &term)?.is_empty() {
                    let unfinished = Known {
                        stamp: 0,
                        document: None,
                    };
                    files.insert(path.to_owned(), unfinished);
                }
            }
        }
        Ok(())
    }

    /// Hands on all articles and files, each with the bytes that it takes on the disk, more or less.
    pub fn each(
        &self,
        take: &mut dyn FnMut(Stored, u64) -> Result<ControlFlow<()>, IndexError>,
    ) -> Result<(), IndexError> {
        for (_, segment) in self.segments() {
            let columns = Columns::of(segment)?;
            let store = segment.get_store_reader(1).map_err(TantivyError::from)?;
            let bytes = store_bytes(segment)? / u64::from(segment.num_docs().max(1));
            // In their order, so that each block of the store is unpacked once.
            for doc in segment.doc_ids_alive() {
                let document: TantivyDocument = store.get(doc)?;
                let stored = if document.get_first(self.fields.file).is_some() {
                    let stamp = columns.digest.first(doc).unwrap_or(0);
                    Stored::File(
                        document::to_file(&self.fields, &self.store, &document)?,
                        stamp,
                    )
                } else if document.get_first(self.fields.article).is_some() {
                    let article = document::as_read(&self.fields, &self.store, &document)?;
                    Stored::Article(columns.id(doc).map(id_of).unwrap_or_default(), article)
                } else {
                    // Stories follow from the articles.
                    continue;
                };
                if take(stored, bytes)?.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// How many bytes the stored articles and files take on the disk.
    pub fn bytes(&self) -> Result<u64, IndexError> {
        self.segments()
            .map(|(_, segment)| store_bytes(segment))
            .sum()
    }

    /// The record of a file.
    pub fn record(&self, address: DocAddress) -> Result<FileRecord, IndexError> {
        let document = self.searcher.doc::<TantivyDocument>(address)?;
        Ok(document::to_file(&self.fields, &self.store, &document)?)
    }

    /// The articles of a file: their digests by identifier.
    pub fn articles(&self, path: &str) -> Result<FxHashMap<u64, u64>, IndexError> {
        let mut articles = FxHashMap::default();
        let term = Term::from_field_text(self.fields.get("path"), path);
        for (_, segment) in self.segments() {
            let documents = documents(segment, &term)?;
            if documents.is_empty() {
                continue;
            }
            let columns = Columns::of(segment)?;
            for doc in documents {
                // The file's own document has no identifier.
                if let Some((id, digest)) = columns.id(doc).zip(columns.digest.first(doc)) {
                    articles.insert(id, digest);
                }
            }
        }
        Ok(articles)
    }

    /// The annotations of an article of the same content, wherever it lay.
    pub fn annotations(
        &self,
        content: u64,
        article: &Article,
    ) -> Result<Option<Annotations>, IndexError> {
        let term = Term::from_field_u64(self.fields.content, content);
        for (ord, segment) in self.segments() {
            for doc in documents(segment, &term)? {
                let address = DocAddress::new(ord, doc);
                let document = self.searcher.doc::<TantivyDocument>(address)?;
                let found = document::to_article(&self.fields, &self.store, &document)?;
                // A digest of eight bytes is a hint, not a proof.
                if found.article.text == article.text
                    && found.article.title == article.title
                    && found.article.date == article.date
                    && found.article.language == article.language
                {
                    return Ok(Some(found.annotations));
                }
            }
        }
        Ok(None)
    }

    fn segments(&self) -> impl Iterator<Item = (u32, &SegmentReader)> {
        (0..).zip(self.searcher.segment_readers())
    }
}

/// The columns of a segment that a run reads.
pub struct Columns {
    paths: Option<StrColumn>,
    ids: Column<u64>,
    digest: Column<u64>,
}

impl Columns {
    /// Those of a segment.
    pub fn of(segment: &SegmentReader) -> Result<Self, IndexError> {
        let fast = segment.fast_fields();
        Ok(Self {
            paths: fast.str("path")?,
            ids: fast.u64(NUMBER)?,
            digest: fast.u64("_digest")?,
        })
    }

    /// The path of a document.
    pub fn path(&self, doc: DocId) -> Result<Option<String>, IndexError> {
        first(self.paths.as_ref(), doc)
    }

    fn id(&self, doc: DocId) -> Option<u64> {
        self.ids.first(doc)
    }
}

fn store_bytes(segment: &SegmentReader) -> Result<u64, IndexError> {
    let store = segment.get_store_reader(1).map_err(TantivyError::from)?;
    Ok(store.space_usage().total().get_bytes())
}

fn first(column: Option<&StrColumn>, doc: DocId) -> Result<Option<String>, IndexError> {
    let Some((column, ord)) =
        column.and_then(|column| Some((column, column.term_ords(doc).next()?)))
    else {
        return Ok(None);
    };
    let mut text = String::new();
    let found = column
        .ord_to_str(ord, &mut text)
        .map_err(TantivyError::from)?;
    Ok(found.then_some(text))
}

/// The documents of a segment that hold a term and are not deleted.
fn documents(segment: &SegmentReader, term: &Term) -> Result<Vec<DocId>, IndexError> {
    let index = segment.inverted_index(term.field())?;
    let mut documents = Vec::new();
    let postings = index
        .read_postings(term, IndexRecordOption::Basic)
        .map_err(TantivyError::from)?;
    if let Some(mut postings) = postings {
        let mut doc = postings.doc();
        while doc != TERMINATED {
            if !segment.is_deleted(doc) {
                documents.push(doc);
            }
            doc = postings.advance();
        }
    }
    Ok(documents)
}
