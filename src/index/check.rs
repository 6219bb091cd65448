//! Whether an index is whole, and whether it still mirrors its corpora.
//!
//! The files of the index are compared with the checksums that tantivy keeps in them, before
//! anything in them is trusted. Then every stored document is read, and what the files' documents
//! say is compared with the articles that are there.

use super::document::{self, FileRecord};
use super::fields::Fields;
use super::lifecycle::{IndexError, Layout};
use super::plan::{Plan, reading};
use super::raw::Raw;
use super::snapshot::{Columns, Snapshot};
use super::store::Store;
use super::update::{Summary, UpdateOptions, corpus_names};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use tantivy::directory::error::OpenReadError;
use tantivy::{ReloadPolicy, TantivyDocument};

/// What a check has found.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// What is damaged; empty when the index is whole.
    pub damage: Vec<String>,
    /// Files that a run was killed over: the next run completes them.
    pub unfinished: Vec<String>,
    /// How many documents were read.
    pub documents: u64,
    /// How the corpora differ from the index; `None` when they were not given.
    pub corpora: Option<Difference>,
}

/// How corpora differ from the index that mirrors them, by paths.
#[derive(Debug, Clone, Default)]
pub struct Difference {
    /// Files that the index does not know.
    pub new: Vec<String>,
    /// Files whose content is another.
    pub changed: Vec<String>,
    /// Files that are no more.
    pub gone: Vec<String>,
    /// Files and folders that could not be looked at.
    pub unreadable: Vec<String>,
}

impl Difference {
    /// Whether the index mirrors the corpora.
    pub fn is_none(&self) -> bool {
        self.new.is_empty()
            && self.changed.is_empty()
            && self.gone.is_empty()
            && self.unreadable.is_empty()
    }
}

/// Checks the index in `layout`, and compares it with its corpora where there are any in
/// `options`.
///
/// # Errors
/// When there is no index or it is of another version. Damage is no error: it is in the answer.
pub fn check(layout: &Layout, options: &UpdateOptions) -> Result<Check, IndexError> {
    let mut check = Check::default();
    let (index, manifest) = match layout.open() {
        Ok(opened) => opened,
        Err(IndexError::Tantivy(error)) => {
            check.damage.push(error.to_string());
            return Ok(check);
        }
        Err(error @ IndexError::Damaged { .. }) => {
            check.damage.push(error.to_string());
            return Ok(check);
        }
        Err(error) => return Err(error),
    };
    check.damage = damaged_files(&index)?;
    if !check.damage.is_empty() {
        // What is in damaged files is not to be trusted, not even to be read.
        return Ok(check);
    }
    let names = layout
        .user_lexicon()
        .map(|lexicon| lexicon.map(|lexicon| lexicon.digest()));
    let annotated = Layout::versions(&index)?.and_then(|versions| versions.names);
    if names.is_err() || names.is_ok_and(|names| names != annotated) {
        check
            .damage
            .push(layout.damaged_names(&manifest).to_string());
    }
    let fields = Fields::new();
    match Store::of(&index).dictionary() {
        Ok(_) => read_all(&index, &fields, &mut check)?,
        // Nothing can be read without it.
        Err(error) => check.damage.push(error.to_string()),
    }
    if !options.corpora.is_empty() && check.damage.is_empty() {
        let names = corpus_names(&options.corpora)?;
        if names != manifest.corpora {
            return Err(IndexError::OtherCorpus {
                path: layout.root().to_owned(),
                built_from: manifest.corpora,
                given: names,
            });
        }
        check.corpora = Some(compare(layout, &index, &fields, &names, options)?);
    }
    Ok(check)
}

/// The index's files that are missing or differ from their checksums.
fn damaged_files(index: &tantivy::Index) -> Result<Vec<String>, IndexError> {
    let directory = index.directory();
    let managed = directory.list_managed_files();
    let mut files: Vec<PathBuf> = index
        .load_metas()?
        .list_segment_files()
        .into_iter()
        // A segment has not all the files that it might have, and no temporary one for long.
        .filter(|path| managed.contains(path) && path.extension().is_none_or(|end| end != "temp"))
        .collect();
    files.sort();
    let damage = files.iter().filter_map(|path| {
        let file = path.display();
        match directory.validate_checksum(path) {
            Ok(true) => None,
            Ok(false) => Some(format!("{file} differs from its checksum")),
            Err(OpenReadError::FileDoesNotExist(_)) => Some(format!("{file} is missing")),
            Err(error) => Some(format!("{file} cannot be read: {error}")),
        }
    });
    Ok(damage.collect())
}

/// Reads every document.
fn read_all(index: &tantivy::Index, fields: &Fields, check: &mut Check) -> Result<(), IndexError> {
    let reader: tantivy::IndexReader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    let mut ids: FxHashSet<String> = FxHashSet::default();
    let mut articles: FxHashMap<String, u64> = FxHashMap::default();
    let mut files: FxHashMap<String, u64> = FxHashMap::default();
    let packed = Store::of(index);
    for segment in reader.searcher().segment_readers() {
        let store = segment
            .get_store_reader(1)
            .map_err(tantivy::TantivyError::from)?;
        let columns = Columns::of(segment)?;
        let documents = store.iter::<TantivyDocument>(segment.alive_bitset());
        for (doc, document) in segment.doc_ids_alive().zip(documents) {
            let document = match document {
                Ok(document) => document,
                Err(error) => {
                    check.damage.push(error.to_string());
                    continue;
                }
            };
            check.documents += 1;
            if document.get_first(fields.file).is_some() {
                match document::to_file(fields, &packed, &document) {
                    Ok(FileRecord { report, .. }) => {
                        if files.insert(report.path.clone(), report.articles).is_some() {
                            let twice = format!("the file {} is in it twice", report.path);
                            check.damage.push(twice);
                        }
                    }
                    Err(error) => check.damage.push(error.to_string()),
                }
            } else if document.get_first(fields.article).is_some() {
                match document::to_article(fields, &packed, &document) {
                    Ok(indexed) => {
                        if columns.path(doc)?.as_ref() != Some(&indexed.article.path) {
                            let id = &indexed.id;
                            check.damage.push(format!("article {id} has two paths"));
                        }
                        *articles.entry(indexed.article.path).or_default() += 1;
                        if let Some(id) = ids.replace(indexed.id) {
                            check.damage.push(format!("article {id} is in it twice"));
                        }
                    }
                    Err(error) => check.damage.push(error.to_string()),
                }
            }
        }
    }
    for (path, said) in &files {
        let found = articles.remove(path).unwrap_or(0);
        if found != *said {
            check.damage.push(format!(
                "{path}: {said} articles were read and {found} are in the index"
            ));
        }
    }
    check.unfinished = articles.into_keys().collect();
    check.unfinished.sort();
    check.damage.sort();
    Ok(())
}

/// Compares the index with its corpora, file by file, by content.
fn compare(
    layout: &Layout,
    index: &tantivy::Index,
    fields: &Fields,
    names: &[String],
    options: &UpdateOptions,
) -> Result<Difference, IndexError> {
    let snapshot = Snapshot::of(index, fields)?;
    let mut summary = Summary::default();
    let options = UpdateOptions {
        verify: true,
        replace: true,
        ..options.clone()
    };
    let plan = Plan::make(
        &options,
        names,
        layout.root(),
        snapshot.files()?,
        &mut summary,
    )?;
    let mut difference = Difference {
        gone: plan.gone,
        unreadable: summary.reports.into_iter().map(|file| file.path).collect(),
        ..Difference::default()
    };
    difference
        .new
        .extend(plan.skipped.into_iter().map(|report| report.path));
    let counted = AtomicU64::new(0);
    for task in plan.work {
        let Some(known) = task.known else {
            difference.new.push(task.path);
            continue;
        };
        let record = match known.document {
            Some(document) => Some(snapshot.record(document)?),
            None => None,
        };
        let is_same = match record.as_ref().and_then(|record| record.digest.as_ref()) {
            // What was not read to its end, such as an image, is told by its state.
            None => known.stamp == task.state.stamp(reading(&options.limits)),
            Some(expected) => {
                let raw = match Raw::open(&task.file, &counted) {
                    Ok(raw) => raw,
                    Err(error) => {
                        let path = &task.path;
                        difference.unreadable.push(format!("{path}: {error}"));
                        continue;
                    }
                };
                raw.digest()
                    .is_some_and(|found| *found.to_hex() == **expected)
            }
        };
        if !is_same {
            difference.changed.push(task.path);
        }
    }
    for list in [&mut difference.new, &mut difference.changed] {
        list.sort();
    }
    Ok(difference)
}
