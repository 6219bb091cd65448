//! Where an index lies on disk, how it is opened, and when it must be built again.

use super::analyzer;
use super::fields::Fields;
use super::readable::Readable;
use crate::annotate::{CODER, Lexicon, UserLexicon};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use tantivy::Index;
use tantivy::schema::Schema;
use tantivy::store::Compressor;
use tantivy::{IndexSettings, TantivyError};

/// Raised whenever the schema or the analyzers change, so that an index built before is refused
/// instead of being read wrongly.
pub const SCHEMA_VERSION: u32 = 6;

const MANIFEST: &str = "dateline.json";
const LOCK: &str = "dateline.lock";
/// The user's lexicon, in the folder of the generation that was annotated with it.
const NAMES: &str = "names.tsv";

/// What an index was built with. It is written with every commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The schema and its analyzers.
    pub schema: u32,
    /// The lexicon tables: a digest of their contents.
    pub lexicon: String,
    /// The user's lexicon, as a digest; `None` where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<String>,
    /// What coded the events.
    pub coder: String,
    /// The version of dateline.
    pub dateline: String,
}

impl Versions {
    /// What this build of the crate writes where the user has no lexicon.
    pub fn current() -> Self {
        Self {
            schema: SCHEMA_VERSION,
            lexicon: Lexicon::version().to_owned(),
            names: None,
            coder: CODER.to_owned(),
            dateline: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// Whether both give the same annotations for the same article, but for the user's lexicon.
    pub fn annotates_like(&self, other: &Self) -> bool {
        self.lexicon == other.lexicon && self.coder == other.coder
    }
}

/// What an index is annotated by.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The user's lexicon.
    pub user: Option<UserLexicon>,
    /// What every commit says of them.
    pub versions: Versions,
}

impl Rules {
    /// Those of this build of the crate, with the user's lexicon.
    pub fn of(user: Option<UserLexicon>) -> Self {
        let versions = Versions {
            names: user.as_ref().map(UserLexicon::digest),
            ..Versions::current()
        };
        Self { user, versions }
    }
}

/// Which lexicon of the user's an index is to be annotated with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum UserNames {
    /// The one that the index holds, if it holds one.
    #[default]
    Held,
    /// None.
    None,
    /// This one.
    Given(UserLexicon),
}

/// The manifest: which generation is current, and what it was built from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The schema version; checked before anything else is opened.
    pub schema: u32,
    /// The folder of the current generation.
    pub generation: String,
    /// The names of the corpora that the index mirrors.
    pub corpora: Vec<String>,
}

/// What can go wrong with an index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no index.
    #[error("no index in {}", .0.display())]
    Missing(PathBuf),
    /// The folder holds something else.
    #[error("{} is not empty and holds no index", .0.display())]
    Foreign(PathBuf),
    /// The index is of another version.
    #[error("the index in {} is of version {found}; this dateline reads version {expected}", path.display())]
    Version {
        /// Where it lies.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The version that this build reads.
        expected: u32,
    },
    /// The index mirrors other corpora than those given.
    #[error("the index in {} mirrors {}, not {}", path.display(), built_from.join(", "), given.join(", "))]
    OtherCorpus {
        /// Where it lies.
        path: PathBuf,
        /// The corpora it was built from.
        built_from: Vec<String>,
        /// The corpora given now.
        given: Vec<String>,
    },
    /// Two corpora have the same name, so that their paths could not be told apart.
    #[error("two of the corpora are called \"{0}\"")]
    SameName(String),
    /// The index was annotated by another version of the lexicon or the coder.
    #[error("the index in {} was annotated with other rules than this dateline's", .0.display())]
    OtherAnnotator(PathBuf),
    /// The index was annotated with another lexicon of the user's than the one given.
    #[error("the index in {} was annotated {}", path.display(), match holds {
        true => "with another lexicon of yours",
        false => "without a lexicon of yours",
    })]
    OtherNames {
        /// Where it lies.
        path: PathBuf,
        /// Whether it holds any lexicon of the user's.
        holds: bool,
    },
    /// None of the files that the index knows is in the corpus.
    #[error("none of the {files} files indexed from \"{corpus}\" is in {}", root.display())]
    NothingLeft {
        /// The corpus.
        corpus: String,
        /// Where it was looked for.
        root: PathBuf,
        /// How many files of it the index knows.
        files: u64,
    },
    /// Another process is writing.
    #[error("another process is writing to the index in {}", .0.display())]
    Busy(PathBuf),
    /// The disk.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The manifest is not what it should be.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Tantivy.
    #[error("the index cannot be used")]
    Tantivy(#[from] TantivyError),
    /// A document that cannot be read or written.
    #[error(transparent)]
    Document(#[from] super::document::DocumentError),
    /// The annotator cannot be made.
    #[error(transparent)]
    Annotator(#[from] crate::annotate::AnnotatorError),
}

impl IndexError {
    /// What to do about it, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            IndexError::Missing(path) => Some(format!(
                "build one with: dateline index CORPUS -i {}",
                path.display()
            )),
            IndexError::Foreign(_) => Some("name an empty or new folder with -i".to_owned()),
            IndexError::Version { path, .. } => Some(format!(
                "build it again with: dateline index CORPUS --rebuild -i {}",
                path.display()
            )),
            IndexError::OtherAnnotator(path) => Some(format!(
                "annotate it again with: dateline reannotate -i {}",
                path.display()
            )),
            IndexError::OtherNames { path, .. } => Some(format!(
                "annotate it again with: dateline reannotate -i {} and the same --lexicon or \
                 --no-lexicon; or build it again with --rebuild",
                path.display()
            )),
            IndexError::Tantivy(error) if is_disk_full(error) => Some(
                "make room and run the same command again; what was committed is kept".to_owned(),
            ),
            IndexError::Tantivy(_) | IndexError::Document(_) | IndexError::Damaged { .. } => Some(
                "see what is damaged with: dateline info --check; build it again with: dateline \
                 index CORPUS --rebuild"
                    .to_owned(),
            ),
            IndexError::OtherCorpus { .. } => {
                Some("name another folder with -i, or replace this index with --rebuild".to_owned())
            }
            IndexError::SameName(_) => {
                Some("index the folder that holds them both, or into two indexes".to_owned())
            }
            IndexError::Busy(_) => {
                Some("wait until it has finished, or wait for it with --wait".to_owned())
            }
            IndexError::NothingLeft { .. } => Some(
                "mount the disk or name the right folder; to have the index follow the folder \
                 as it is, add --replace"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

fn is_disk_full(error: &TantivyError) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        let said = error.to_string();
        if said.contains("No space left") || said.contains("StorageFull") {
            return true;
        }
        cause = error.source();
    }
    false
}

/// An index folder.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The folder at `root`, which need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The manifest; `None` when there is no index yet.
    ///
    /// # Errors
    /// When it cannot be read, or the index is of another version.
    pub fn manifest(&self) -> Result<Option<Manifest>, IndexError> {
        let path = self.root.join(MANIFEST);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(IndexError::Io {
                    doing: "read",
                    path,
                    source,
                });
            }
        };
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|error| IndexError::Damaged {
                path: path.clone(),
                reason: error.to_string(),
            })?;
        if number_of(&manifest.generation).is_none() {
            let reason = format!("\"{}\" is no generation", manifest.generation);
            return Err(IndexError::Damaged { path, reason });
        }
        Ok(Some(manifest))
    }

    /// Opens the index of the current generation.
    ///
    /// # Errors
    /// When there is none, or it is of another version.
    pub fn open(&self) -> Result<(Index, Manifest), IndexError> {
        loop {
            let manifest = self
                .manifest()?
                .ok_or_else(|| IndexError::Missing(self.root.clone()))?;
            if manifest.schema != SCHEMA_VERSION {
                return Err(IndexError::Version {
                    path: self.root.clone(),
                    found: manifest.schema,
                    expected: SCHEMA_VERSION,
                });
            }
            match open_generation(&self.root.join(&manifest.generation)) {
                Ok(index) if index.schema() != Fields::new().schema => {
                    return Err(IndexError::Damaged {
                        path: self.root.join(&manifest.generation).join("meta.json"),
                        reason: "its fields are not those of its version".to_owned(),
                    });
                }
                Ok(index) => return Ok((index, manifest)),
                // A rebuild may have replaced the generation since the manifest was read.
                Err(_) if self.is_replaced(&manifest) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Whether the current generation is no longer that of a manifest read before.
    pub(crate) fn is_replaced(&self, manifest: &Manifest) -> bool {
        self.manifest_or_none().as_ref() != Some(manifest)
    }

    /// The user's lexicon that the current generation was annotated with.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn user_lexicon(&self) -> Result<Option<UserLexicon>, IndexError> {
        let Some(manifest) = self.manifest()? else {
            return Ok(None);
        };
        let path = self.root.join(&manifest.generation).join(NAMES);
        match fs::read_to_string(&path) {
            Ok(text) => match UserLexicon::parse(&text) {
                Ok(lexicon) => Ok(Some(lexicon)),
                Err(error) => Err(IndexError::Damaged {
                    path,
                    reason: error.to_string(),
                }),
            },
            // A new generation may have replaced it since the manifest was read.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                match self.manifest_or_none().as_ref() == Some(&manifest) {
                    true => Ok(None),
                    false => self.user_lexicon(),
                }
            }
            Err(source) => Err(IndexError::Io {
                doing: "read",
                path,
                source,
            }),
        }
    }

    /// The rules that `names` asks for; the index may be annotated by others.
    ///
    /// # Errors
    /// When the lexicon that the index holds cannot be read.
    pub fn rules(&self, names: &UserNames) -> Result<Rules, IndexError> {
        Ok(Rules::of(match names {
            UserNames::Held => self.user_lexicon()?,
            UserNames::None => None,
            UserNames::Given(lexicon) => Some(lexicon.clone()),
        }))
    }

    /// What to say when the user's lexicon in the folder is not the one that the commits name.
    pub(super) fn damaged_names(&self, manifest: &Manifest) -> IndexError {
        IndexError::Damaged {
            path: self.root.join(&manifest.generation).join(NAMES),
            reason: "it is not what the index was annotated with".to_owned(),
        }
    }

    /// The versions that the last commit was made with; `None` before the first commit.
    ///
    /// # Errors
    /// When the index's own list of segments cannot be read.
    pub fn versions(index: &Index) -> Result<Option<Versions>, IndexError> {
        let payload = index.load_metas()?.payload;
        Ok(payload.and_then(|payload| serde_json::from_str(&payload).ok()))
    }

    /// Claims the folder for writing until the file that it returns is dropped; the system gives
    /// the claim back when the process ends, however it ends.
    ///
    /// # Errors
    /// When another process holds the claim, or the folder cannot be written to.
    pub fn claim(&self) -> Result<fs::File, IndexError> {
        let io = |doing, path: &Path, source| IndexError::Io {
            doing,
            path: path.to_owned(),
            source,
        };
        fs::create_dir_all(&self.root).map_err(|source| io("create", &self.root, source))?;
        if self.manifest()?.is_none() && !self.holds_only_our_files() {
            return Err(IndexError::Foreign(self.root.clone()));
        }
        let path = self.root.join(LOCK);
        let file = fs::File::create(&path).map_err(|source| io("create", &path, source))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => Err(IndexError::Busy(self.root.clone())),
            Err(fs::TryLockError::Error(source)) => Err(io("lock", &path, source)),
        }
    }

    /// Whether another process holds the claim now.
    pub fn is_busy(&self) -> bool {
        let lock = fs::File::open(self.root.join(LOCK));
        lock.is_ok_and(|file| matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock)))
    }

    /// Makes a new generation beside the current one, for [`Layout::publish`] later. With `resume`,
    /// what a run by the same rules has left of it is gone on with; else it is empty.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    pub fn create(
        &self,
        fields: &Fields,
        rules: &Rules,
        resume: bool,
    ) -> Result<(Index, String), IndexError> {
        let io = |doing, path: &Path, source| IndexError::Io {
            doing,
            path: path.to_owned(),
            source,
        };
        let current = self
            .manifest_or_none()
            .and_then(|manifest| number_of(&manifest.generation));
        let generation = format!("g{}", current.unwrap_or(0) + 1);
        let path = self.root.join(&generation);
        if resume && let Some(index) = open_unfinished(&path, fields, &rules.versions) {
            return Ok((index, generation));
        }
        if path.exists() {
            fs::remove_dir_all(&path).map_err(|source| io("remove", &path, source))?;
        }
        fs::create_dir_all(&path).map_err(|source| io("create", &path, source))?;
        // Before the first commit, which names it.
        if let Some(lexicon) = &rules.user {
            let path = path.join(NAMES);
            fs::write(&path, lexicon.text())
                .and_then(|()| fs::File::open(&path)?.sync_all())
                .map_err(|source| io("write", &path, source))?;
        }
        let index = open_or_create(&path, fields.schema.clone())?;
        Ok((index, generation))
    }

    /// Makes a generation the current one and removes the others. The manifest is replaced in one
    /// step, so that a reader finds the old index or the new one.
    ///
    /// # Errors
    /// When the manifest cannot be written; the old index stays current then.
    pub fn publish(&self, generation: &str, corpora: &[String]) -> Result<(), IndexError> {
        let manifest = Manifest {
            schema: SCHEMA_VERSION,
            generation: generation.to_owned(),
            corpora: corpora.to_vec(),
        };
        let path = self.root.join(MANIFEST);
        let draft = self.root.join("dateline.json.new");
        let io = |source| IndexError::Io {
            doing: "write",
            path: path.clone(),
            source,
        };
        let bytes = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
        fs::write(&draft, bytes).map_err(io)?;
        fs::File::open(&draft)
            .and_then(|file| file.sync_all())
            .map_err(io)?;
        fs::rename(&draft, &path).map_err(io)?;
        // So that the new name survives a power cut; not every system can sync a folder.
        let _ = fs::File::open(&self.root).and_then(|folder| folder.sync_all());
        self.sweep(generation);
        Ok(())
    }

    /// Removes every generation but this one.
    pub fn sweep(&self, generation: &str) {
        for entry in fs::read_dir(&self.root).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name != generation && number_of(&name).is_some() {
                // A reader may still hold the old generation; what cannot be removed now is
                // removed by the next run.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    fn manifest_or_none(&self) -> Option<Manifest> {
        self.manifest().ok().flatten()
    }

    /// Whether nothing is in the folder but hidden files and what a killed first run has left.
    fn holds_only_our_files(&self) -> bool {
        fs::read_dir(&self.root).is_ok_and(|entries| {
            entries.flatten().all(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                name == LOCK
                    || name.starts_with('.')
                    || name.starts_with(MANIFEST)
                    || number_of(&name).is_some()
            })
        })
    }
}

fn open_generation(path: &Path) -> tantivy::Result<Index> {
    let index = Index::open(Readable::open(path)?)?;
    analyzer::register(&index);
    Ok(index)
}

/// The index of a generation that was not finished, if this dateline would build the same.
fn open_unfinished(path: &Path, fields: &Fields, versions: &Versions) -> Option<Index> {
    let index = open_generation(path).ok()?;
    let found = Layout::versions(&index).ok()??;
    (found == *versions && index.schema() == fields.schema).then_some(index)
}

/// The number of a generation's folder: 3 for `g3`.
fn number_of(generation: &str) -> Option<u64> {
    generation.strip_prefix('g')?.parse().ok()
}

fn open_or_create(path: &Path, schema: Schema) -> Result<Index, IndexError> {
    let directory = Readable::open(path).map_err(TantivyError::from)?;
    let settings = IndexSettings {
        // What is stored is packed already: see `store.rs`.
        docstore_compression: Compressor::None,
        // One article a block: to read it, no other is copied.
        docstore_blocksize: 1024,
        ..IndexSettings::default()
    };
    let index = Index::builder()
        .schema(schema)
        .settings(settings)
        .open_or_create(directory)?;
    analyzer::register(&index);
    Ok(index)
}
