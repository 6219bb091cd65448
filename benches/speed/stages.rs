//! The stages of indexing, each by itself over all articles, on one core.
//!
//! A stage whose cost cannot be had from outside is the difference of two that hold it and do not:
//! names are what the recogniser takes beside tokens and sentences, entities what finding mentions
//! takes beside names, events what annotating takes beside entities.

use crate::Failure;
use crate::corpus::{Corpus, articles, size_of};
use dateline::annotate::{Annotator, Scratch};
use dateline::article::Article;
use dateline::corpus::walk::walk;
use dateline::corpus::{Limits, Stream, read_stream};
use dateline::index::document::{Digests, article_id, of_article};
use dateline::index::fields::Fields;
use dateline::index::lifecycle::Rules;
use dateline::index::store::Store;
use dateline::index::{Layout, UpdateOptions, stories};
use dateline::text::tags::{self, Tagger};
use dateline::text::{Sentence, Token, sentences, tokenize};
use serde::Serialize;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use tantivy::indexer::NoMergePolicy;
use tantivy::{IndexWriter, TantivyDocument};

/// A stage, and what it took for the corpus.
#[derive(Debug, Serialize)]
pub struct Stage {
    pub name: &'static str,
    /// What it is, where the name does not say.
    pub about: &'static str,
    pub seconds: f64,
    /// Whether indexing does it to that extent: what it does not is no part of the sum.
    pub is_part: bool,
}

/// Measures all stages.
pub fn measure(corpus: &Corpus) -> Result<Vec<Stage>, Failure> {
    let mut stages = Vec::new();
    let mut stage = |name, about, taken: Duration| {
        stages.push(Stage {
            name,
            about,
            seconds: taken.as_secs_f64(),
            is_part: name != "tag",
        });
    };
    let (read, decoded) = reading(corpus)?;
    stage("read", "bytes off the disk", read);
    stage(
        "decode",
        "unpacked, parsed, cleaned, language told",
        decoded,
    );

    let articles = articles(&corpus.folder);
    let annotator = Annotator::bundled()?;
    let cut = each(&articles, |article| {
        let mut words = Words::default();
        words.of(&article.title).count() + words.of(&article.text).count()
    });
    stage("sentences", "tokens and sentences", cut);
    stage(
        "tag",
        "parts of speech of all sentences; events needs those of few",
        tagging(&articles)?,
    );
    let names = each(&articles, |article| annotator.recognise(article));
    let entities = each(&articles, |article| annotator.entities(article).len());
    let mut scratch = Scratch::default();
    let mut annotations = Vec::with_capacity(articles.len());
    let events = each(&articles, |article| {
        annotations.push(annotator.annotate(article, &mut scratch));
    });
    stage("names", "names recognised", names.saturating_sub(cut));
    stage(
        "entities",
        "who and where they are",
        entities.saturating_sub(names),
    );
    stage(
        "events",
        "gate, tags, grammar, coder",
        events.saturating_sub(entities),
    );

    let fields = Fields::new();
    let folder = tempfile::tempdir()?;
    let (index, _) = Layout::new(folder.path()).create(&fields, &Rules::of(None), false)?;
    let store = Store::of(&index);
    let mut documents = Vec::with_capacity(articles.len());
    let mut made = Duration::ZERO;
    for (article, annotations) in articles.into_iter().zip(annotations) {
        let started = Instant::now();
        let (id, digests) = (article_id(&article, 0), Digests::of(&article));
        let document = of_article(&fields, &store, &id, digests, article, annotations)?;
        documents.push(document);
        made += started.elapsed();
    }
    stage("documents", "digests, fields, sketch, packing", made);
    for (name, about, taken) in writing(&index, &fields, &store, documents)? {
        stage(name, about, taken);
    }
    Ok(stages)
}

fn each<T>(articles: &[Article], mut run: impl FnMut(&Article) -> T) -> Duration {
    let started = Instant::now();
    for article in articles {
        std::hint::black_box(run(article));
    }
    started.elapsed()
}

/// Reads every file, and then makes articles of its bytes.
fn reading(corpus: &Corpus) -> Result<(Duration, Duration), Failure> {
    let (mut read, mut decoded) = (Duration::ZERO, Duration::ZERO);
    for found in walk(&corpus.folder).flatten() {
        if found.skip.is_some() {
            continue;
        }
        let started = Instant::now();
        let bytes = std::fs::read(&found.path)?;
        read += started.elapsed();
        let stream = Stream::File(Box::new(Cursor::new(bytes)));
        let started = Instant::now();
        read_stream(
            stream,
            &found.relative,
            &Limits::default(),
            &mut |article| {
                std::hint::black_box(size_of(&article));
                ControlFlow::Continue(())
            },
        );
        decoded += started.elapsed();
    }
    Ok((read, decoded))
}

/// Buffers for the words of a text.
#[derive(Default)]
struct Words {
    tokens: Vec<Token>,
    sentences: Vec<Sentence>,
}

impl Words {
    /// The words of each sentence of a text.
    fn of<'a>(&'a mut self, text: &'a str) -> impl Iterator<Item = Vec<&'a str>> {
        tokenize(text, &mut self.tokens);
        sentences(text, &self.tokens, &mut self.sentences);
        let tokens = &self.tokens;
        let words = |sentence: &Sentence| &tokens[sentence.tokens.clone()];
        self.sentences.iter().map(move |sentence| {
            let words = words(sentence).iter();
            words.map(|token| token.text(text)).collect()
        })
    }
}

fn tagging(articles: &[Article]) -> Result<Duration, Failure> {
    let tagger = Tagger::bundled()?;
    let (mut scratch, mut found) = (tags::Scratch::default(), Vec::new());
    let mut words = Words::default();
    let mut taken = Duration::ZERO;
    for article in articles {
        let sentences: Vec<Vec<&str>> = words.of(&article.text).collect();
        let started = Instant::now();
        for sentence in &sentences {
            tagger.tag(sentence, &mut scratch, &mut found);
        }
        taken += started.elapsed();
    }
    Ok(taken)
}

type Timed = (&'static str, &'static str, Duration);

/// Writes the documents with one thread, finds their stories, and merges all segments into one.
fn writing(
    index: &tantivy::Index,
    fields: &Fields,
    store: &Store,
    documents: Vec<TantivyDocument>,
) -> Result<[Timed; 3], Failure> {
    let memory = UpdateOptions::new(["corpus"]).memory / 2;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, memory)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let half = documents.len() / 2;
    let started = Instant::now();
    for (at, document) in documents.into_iter().enumerate() {
        writer.add_document(document)?;
        if at == half {
            // So that there is something to merge, however small the corpus.
            writer.commit()?;
        }
    }
    writer.commit()?;
    let written = started.elapsed();

    let started = Instant::now();
    stories::settle(index, fields, store, &writer)?;
    writer.commit()?;
    let settled = started.elapsed();

    let segments = index.searchable_segment_ids()?;
    let started = Instant::now();
    writer.merge(&segments).wait()?;
    let merged = started.elapsed();
    writer.wait_merging_threads()?;
    Ok([
        ("write", "analysed and written by tantivy", written),
        ("stories", "copies found", settled),
        ("merge", "all segments into one", merged),
    ])
}
