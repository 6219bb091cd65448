//! The field table: the one place that says which fields there are.
//!
//! It gives the tantivy schema, the field names of the query language, the facets and the help
//! text. Everything a query needs is a plain term or a fast field, which any engine of the Lucene
//! family has too.

use super::analyzer::{NAMES, PROSE, SEEN};
use tantivy::schema::{
    Field, IndexRecordOption, NumericOptions, STORED, STRING, Schema, TextFieldIndexing,
    TextOptions,
};

/// What a field holds and so how it is indexed and asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text in sentences: words, stemmed, with positions.
    Prose,
    /// Names, several an article: found by their words, counted whole.
    Names,
    /// Codes, several an article: found and counted whole.
    Codes,
    /// A day, as the number `yyyymmdd`.
    Date,
    /// The identifier of the article.
    Id,
    /// An exact string, such as a path.
    Exact,
    /// The story of the article: a field of stories, which holds the ids of their articles.
    Story,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct FieldRow {
    /// Its name, in queries, facets and JSON.
    pub name: &'static str,
    /// Other names that a query may use.
    pub aliases: &'static [&'static str],
    /// What it holds.
    pub kind: Kind,
    /// Whether its values can be counted as a facet.
    pub facet: bool,
    /// What it holds, for the help text.
    pub help: &'static str,
}

const fn row(
    name: &'static str,
    aliases: &'static [&'static str],
    kind: Kind,
    facet: bool,
    help: &'static str,
) -> FieldRow {
    FieldRow {
        name,
        aliases,
        kind,
        facet,
        help,
    }
}

/// The fields that a query can name.
pub const TABLE: &[FieldRow] = &[
    row(
        "title",
        &["headline"],
        Kind::Prose,
        false,
        "words of the headline",
    ),
    row("text", &["body"], Kind::Prose, false, "words of the body"),
    row(
        "country",
        &["countries"],
        Kind::Codes,
        true,
        "countries mentioned: a code, name, demonym or region",
    ),
    row(
        "region",
        &[],
        Kind::Codes,
        true,
        "regions (UN M49 and others) of the countries mentioned",
    ),
    row(
        "action",
        &["plover"],
        Kind::Codes,
        true,
        "actions of events: a PLOVER type, CAMEO code or quad class",
    ),
    row(
        "cameo",
        &[],
        Kind::Codes,
        true,
        "CAMEO codes of events, with their parents",
    ),
    row("quad", &[], Kind::Codes, true, "quad classes of events"),
    row(
        "by",
        &["actor"],
        Kind::Codes,
        true,
        "countries of the actors of events",
    ),
    row(
        "to",
        &["target"],
        Kind::Codes,
        true,
        "countries of the targets of events",
    ),
    row(
        "at",
        &[],
        Kind::Codes,
        true,
        "countries in which events took place",
    ),
    row(
        "mode",
        &[],
        Kind::Codes,
        true,
        "modes of events: actual, planned, hypothetical, negated",
    ),
    row(
        "sector",
        &[],
        Kind::Codes,
        true,
        "sectors of the actors and targets of events",
    ),
    row("person", &["people"], Kind::Names, true, "people named"),
    row(
        "org",
        &["organization", "organisation"],
        Kind::Names,
        true,
        "organisations named",
    ),
    row("place", &["location"], Kind::Names, true, "places named"),
    row(
        "outlet",
        &["publisher"],
        Kind::Names,
        true,
        "who published the article",
    ),
    row("author", &["authors"], Kind::Names, true, "who wrote it"),
    row(
        "topic",
        &["topics", "tag"],
        Kind::Names,
        true,
        "subjects that the source gives",
    ),
    row(
        "language",
        &["lang"],
        Kind::Codes,
        true,
        "language of the article, ISO 639-1",
    ),
    row(
        "date",
        &["published"],
        Kind::Date,
        false,
        "day of publication: 2024, 2024-03, 2024-03-12 or a range",
    ),
    row("id", &[], Kind::Id, false, "the article's identifier"),
    row(
        "story",
        &[],
        Kind::Story,
        false,
        "copies of one text: the identifier of the story or of an article in it",
    ),
    row(
        "path",
        &[],
        Kind::Exact,
        false,
        "the file it was read from, relative to the corpus",
    ),
];

/// The row of a field, by its name or an alias.
pub fn find(name: &str) -> Option<&'static FieldRow> {
    TABLE
        .iter()
        .find(|row| row.name == name || row.aliases.contains(&name))
}

/// The column of articles' identifiers, as numbers that are in the same order: they settle the
/// order of articles, and a number needs no dictionary to be looked up in.
pub const NUMBER: &str = "_number";

/// The schema and the handles of its fields.
#[derive(Debug, Clone)]
pub struct Fields {
    /// The tantivy schema.
    pub schema: Schema,
    /// What a document is: `article`, `file` or `story`.
    pub kind: Field,
    /// The words of the headline as people see them, not stemmed: see [`super::analyzer::SEEN`].
    pub title_seen: Field,
    /// The words of the body as people see them.
    pub text_seen: Field,
    /// The events, each a position that holds one term for every role and level.
    pub events: Field,
    /// The events' codes, one number an event: see [`super::document::EventCode`].
    pub event_codes: Field,
    /// The identifier as a number: see [`NUMBER`].
    pub number: Field,
    /// What finds the copies of an article: see [`super::stories::sketch`].
    pub sketch: Field,
    /// The article and its annotations, packed: see `store.rs`.
    pub article: Field,
    /// What is known of a file, packed.
    pub file: Field,
    /// Of an article, the digest of all that the index holds of it; of a file, its stamp.
    pub digest: Field,
    /// Of an article, the digest of all that its annotations depend on.
    pub content: Field,
    table: Vec<Field>,
}

impl Default for Fields {
    fn default() -> Self {
        Self::new()
    }
}

impl Fields {
    /// The schema of this version.
    pub fn new() -> Self {
        let mut schema = Schema::builder();
        let positions = |tokenizer: &str| {
            TextFieldIndexing::default()
                .set_tokenizer(tokenizer)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
        };
        let table = TABLE
            .iter()
            .map(|row| match row.kind {
                Kind::Prose => {
                    // Stored with the rest of the article, in `_article`: what is indexed may
                    // carry the tag of its language.
                    let options = TextOptions::default().set_indexing_options(positions(PROSE));
                    schema.add_text_field(row.name, options)
                }
                Kind::Names => {
                    let options = TextOptions::default()
                        .set_indexing_options(positions(NAMES).set_fieldnorms(false))
                        .set_fast("raw");
                    schema.add_text_field(row.name, options)
                }
                Kind::Codes => {
                    let options = TextOptions::default()
                        .set_indexing_options(
                            TextFieldIndexing::default()
                                .set_tokenizer("raw")
                                .set_fieldnorms(false)
                                .set_index_option(IndexRecordOption::Basic),
                        )
                        .set_fast("raw");
                    schema.add_text_field(row.name, options)
                }
                Kind::Date => schema
                    .add_u64_field(row.name, NumericOptions::default().set_indexed().set_fast()),
                Kind::Exact => {
                    let options = STRING.set_fast("raw");
                    schema.add_text_field(row.name, options)
                }
                Kind::Id => schema.add_text_field(row.name, STRING),
                Kind::Story => schema.add_text_field(row.name, STRING.set_stored()),
            })
            .collect();
        let unnormed = |tokenizer: &str, option| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(tokenizer)
                    .set_fieldnorms(false)
                    .set_index_option(option),
            )
        };
        let events = unnormed("raw", IndexRecordOption::WithFreqsAndPositions);
        let seen = unnormed(SEEN, IndexRecordOption::Basic);
        Self {
            title_seen: schema.add_text_field("_title_seen", seen.clone()),
            text_seen: schema.add_text_field("_text_seen", seen),
            kind: schema.add_text_field("_kind", STRING),
            events: schema.add_text_field("_events", events),
            event_codes: schema.add_u64_field("_event_codes", NumericOptions::default().set_fast()),
            number: schema.add_u64_field(NUMBER, NumericOptions::default().set_fast()),
            sketch: schema.add_u64_field("_sketch", NumericOptions::default().set_fast()),
            article: schema.add_bytes_field("_article", STORED),
            file: schema.add_bytes_field("_file", STORED),
            digest: schema.add_u64_field("_digest", NumericOptions::default().set_fast()),
            content: schema.add_u64_field("_content", NumericOptions::default().set_indexed()),
            table,
            schema: schema.build(),
        }
    }

    /// The handle of a field of the table.
    ///
    /// # Panics
    /// When the table has no such field: a mistake in the program, not in its input.
    pub fn get(&self, name: &str) -> Field {
        match TABLE.iter().position(|row| row.name == name) {
            Some(at) => self.table[at],
            None => panic!("the field table has no {name}"),
        }
    }
}
