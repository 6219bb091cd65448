//! Settling: finding the stories of the articles that an index holds.
//!
//! Each article's document holds its sketch (see [`story`](crate::annotate::story)). At the end of
//! a run, when all articles are committed, the sketches say which pairs may be copies; those are
//! compared by their stored text. Stories of several articles become documents beside the
//! articles, one a story, which hold the ids of their members; an article alone needs none. One
//! document more says that the stories are settled. A run removes it before it changes anything,
//! so that one that was killed before this point is made up for by the next.

use super::document::{as_read, id_of};
use super::fields::{Fields, NUMBER};
use super::lifecycle::IndexError;
use super::store::Store;
use crate::annotate::story::{Shingles, stories};
use rustc_hash::FxHashMap;
use std::rc::Rc;
use tantivy::collector::Count;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::schema::document::Document;
use tantivy::{
    DocAddress, DocSet, Index, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TERMINATED,
    TantivyDocument, Term,
};

/// The value of the kind field for stories.
pub const STORY: &str = "story";

/// Its value for the document that says that the stories are settled.
const SETTLED: &str = "settled";

/// How many shingles are kept at a time, of all articles that are compared: 64 MB.
const MOST_SHINGLES: usize = 16_000_000;

/// What finds an article's copies, as its document keeps it.
pub fn sketch(title: &str, text: &str) -> Vec<u64> {
    let shingles = Shingles::of(title, text);
    shingles.sketch().iter().copied().map(u64::from).collect()
}

/// Whether the stories are those of the articles.
///
/// # Errors
/// When the index cannot be read.
pub fn is_settled(searcher: &Searcher, fields: &Fields) -> Result<bool, IndexError> {
    let settled = TermQuery::new(settled(fields), IndexRecordOption::Basic);
    Ok(searcher.search(&settled, &Count)? > 0)
}

/// The term of the document that says so.
pub fn settled(fields: &Fields) -> Term {
    Term::from_field_text(fields.kind, SETTLED)
}

/// Brings the stories up to date with the articles of the last commit; it is for the caller to
/// commit them.
///
/// # Errors
/// When the index cannot be read or written to.
pub fn settle<D: Document + From<TantivyDocument>>(
    index: &Index,
    fields: &Fields,
    store: &Store,
    writer: &IndexWriter<D>,
) -> Result<(), IndexError> {
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    let searcher = reader.searcher();
    let articles = articles(&searcher, fields)?;
    let mut texts = Texts::new(&searcher, fields, store);
    let sketches: Vec<&[u32]> = articles
        .iter()
        .map(|article| article.sketch.as_slice())
        .collect();
    let stories = stories(&sketches, &mut |a, b| {
        let (a, b) = (&articles[a as usize], &articles[b as usize]);
        // The same text is its own copy; it need not be read.
        if a.content.is_some() && a.content == b.content && a.sketch == b.sketch {
            return Ok(true);
        }
        let a = texts.shingles(a.address)?;
        let b = texts.shingles(b.address)?;
        Ok::<_, IndexError>(a.is_copy_of(&b))
    })?;

    writer.delete_term(Term::from_field_text(fields.kind, STORY));
    for story in stories {
        let mut document = TantivyDocument::default();
        document.add_text(fields.kind, STORY);
        for article in story {
            document.add_text(fields.get("story"), id_of(articles[article as usize].id));
        }
        writer.add_document(document.into())?;
    }
    writer.delete_term(settled(fields));
    let mut document = TantivyDocument::default();
    document.add_text(fields.kind, SETTLED);
    writer.add_document(document.into())?;
    Ok(())
}

/// An article, with what finds its copies.
struct Sketched {
    id: u64,
    /// The digest of what is annotated, the text among it; `None` where the index holds none.
    content: Option<u64>,
    sketch: Vec<u32>,
    address: DocAddress,
}

/// All articles, in order of their ids.
fn articles(searcher: &Searcher, fields: &Fields) -> Result<Vec<Sketched>, IndexError> {
    let schema = searcher.schema();
    let mut articles = Vec::new();
    for (ord, segment) in (0..).zip(searcher.segment_readers()) {
        let fast = segment.fast_fields();
        let sketches = fast.u64(schema.get_field_name(fields.sketch))?;
        let ids = fast.u64(NUMBER)?;
        let contents = contents(segment, fields)?;
        for doc in segment.doc_ids_alive() {
            let Some(id) = ids.first(doc) else { continue };
            articles.push(Sketched {
                id,
                content: contents[doc as usize],
                sketch: sketches
                    .values_for_doc(doc)
                    .map(|number| number as u32)
                    .collect(),
                address: DocAddress::new(ord, doc),
            });
        }
    }
    articles.sort_by_key(|article| article.id);
    Ok(articles)
}

/// The digest of the content of each document of a segment.
fn contents(
    segment: &SegmentReader,
    fields: &Fields,
) -> Result<Vec<Option<u64>>, tantivy::TantivyError> {
    let mut contents = vec![None; segment.max_doc() as usize];
    let index = segment.inverted_index(fields.content)?;
    let mut terms = index.terms().stream()?;
    while terms.advance() {
        let Ok(digest) = terms.key().try_into().map(u64::from_be_bytes) else {
            continue;
        };
        let mut postings =
            index.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
        while postings.doc() != TERMINATED {
            contents[postings.doc() as usize] = Some(digest);
            postings.advance();
        }
    }
    Ok(contents)
}

/// The shingles of articles, made from their stored text when they are first asked for.
struct Texts<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    store: &'a Store,
    kept: FxHashMap<DocAddress, Rc<Shingles>>,
    size: usize,
}

impl<'a> Texts<'a> {
    fn new(searcher: &'a Searcher, fields: &'a Fields, store: &'a Store) -> Self {
        Self {
            searcher,
            fields,
            store,
            kept: FxHashMap::default(),
            size: 0,
        }
    }

    fn shingles(&mut self, address: DocAddress) -> Result<Rc<Shingles>, IndexError> {
        if let Some(shingles) = self.kept.get(&address) {
            return Ok(Rc::clone(shingles));
        }
        let document = self.searcher.doc::<TantivyDocument>(address)?;
        let article = as_read(self.fields, self.store, &document)?;
        let shingles = Rc::new(Shingles::of(&article.title, &article.text));
        if self.size > MOST_SHINGLES {
            self.kept.clear();
            self.size = 0;
        }
        self.size += shingles.len();
        self.kept.insert(address, Rc::clone(&shingles));
        Ok(shingles)
    }
}
