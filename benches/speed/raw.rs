//! Tantivy alone, with its default settings: what any index of the same text costs at least.

use crate::Failure;
use dateline::article::Article;
use std::path::Path;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{MoreLikeThisQuery, Query, QueryParser};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::snippet::SnippetGenerator;
use tantivy::{DocAddress, Index, IndexWriter, Searcher, TantivyDocument, doc};

/// How many threads it indexes with.
const THREADS: usize = 2;
/// The memory that they have together, in bytes.
const MEMORY: usize = 200_000_000;
/// How many hits a page has.
const PAGE: usize = 10;

/// Indexes titles and texts, stemmed, with positions, stored.
pub fn index(folder: &Path, articles: &[Article], copies: usize) -> Result<(), Failure> {
    let mut schema = Schema::builder();
    let english = TextFieldIndexing::default()
        .set_tokenizer("en_stem")
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let prose = TextOptions::default()
        .set_indexing_options(english)
        .set_stored();
    let id = schema.add_text_field("id", STRING | STORED);
    let title = schema.add_text_field("title", prose.clone());
    let text = schema.add_text_field("text", prose);
    std::fs::create_dir_all(folder)?;
    let index = Index::create_in_dir(folder, schema.build())?;
    let mut writer: IndexWriter = index.writer_with_num_threads(THREADS, MEMORY)?;
    for copy in 0..copies {
        for article in articles {
            let name = format!("{copy}/{}/{}", article.path, article.record);
            let (head, body) = (article.title.as_str(), article.text.as_str());
            writer.add_document(doc!(id => name, title => head, text => body))?;
        }
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

/// Such an index, open.
pub struct Raw {
    searcher: Searcher,
    parser: QueryParser,
    text: Field,
    id: Field,
}

impl Raw {
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let index = Index::open_in_dir(folder)?;
        let schema = index.schema();
        let (title, text) = (schema.get_field("title")?, schema.get_field("text")?);
        let mut parser = QueryParser::for_index(&index, vec![title, text]);
        parser.set_conjunction_by_default();
        Ok(Self {
            searcher: index.reader()?.searcher(),
            parser,
            text,
            id: schema.get_field("id")?,
        })
    }

    fn best(&self, query: &dyn Query) -> Result<(Vec<DocAddress>, u64), Failure> {
        let top = TopDocs::with_limit(PAGE).order_by_score();
        let (best, total) = self.searcher.search(query, &(top, Count))?;
        let best = best.into_iter().map(|(_, address)| address).collect();
        Ok((best, total as u64))
    }

    fn documents(&self, query: &dyn Query) -> Result<(Vec<TantivyDocument>, u64), Failure> {
        let (best, total) = self.best(query)?;
        let read = best.into_iter().map(|address| self.searcher.doc(address));
        Ok((read.collect::<Result<_, _>>()?, total))
    }

    /// The ten best and the total: which they are, and no more.
    pub fn rank(&self, query: &str) -> Result<u64, Failure> {
        Ok(self.best(&*self.parser.parse_query(query)?)?.1)
    }

    /// The ten best, read, and the total.
    pub fn search(&self, query: &str) -> Result<u64, Failure> {
        Ok(self.documents(&*self.parser.parse_query(query)?)?.1)
    }

    /// The total.
    pub fn count(&self, query: &str) -> Result<u64, Failure> {
        let query = self.parser.parse_query(query)?;
        Ok(self.searcher.search(&*query, &Count)? as u64)
    }

    /// The ten most like the first that matches.
    pub fn similar(&self, address: DocAddress) -> Result<u64, Failure> {
        let query = MoreLikeThisQuery::builder()
            .with_min_doc_frequency(2)
            .with_document(address);
        Ok(self.documents(&query)?.1)
    }

    /// The best article for a query.
    pub fn first(&self, query: &str) -> Result<Option<DocAddress>, Failure> {
        let (best, _) = self.best(&*self.parser.parse_query(query)?)?;
        Ok(best.first().copied())
    }

    /// The ten best with a snippet of each, and the total.
    pub fn page(&self, query: &str) -> Result<u64, Failure> {
        let query = self.parser.parse_query(query)?;
        let (documents, total) = self.documents(&*query)?;
        let snippets = SnippetGenerator::create(&self.searcher, &*query, self.text)?;
        for document in &documents {
            std::hint::black_box(snippets.snippet_from_doc(document).fragment());
            std::hint::black_box(document.get_first(self.id));
        }
        Ok(total)
    }
}
