//! What a run has to do: the corpora as they are beside the files that the index knows.

use super::lifecycle::IndexError;
use super::snapshot::Known;
use super::update::{Summary, UpdateOptions};
use crate::corpus::walk::{Found, WalkError, walk, walk_below};
use crate::corpus::{FileReport, Limits};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Raised when readers give other articles for the same bytes: all files are read again then, and
/// only what came out differently is annotated again.
const READERS: u32 = 2;

/// A file that was changed this recently may change again without its time telling so: the next
/// run compares its content. FAT counts time in steps of two seconds.
const UNSETTLED: Duration = Duration::from_secs(2);

/// By which rules files are read now, as a number that differs when they do.
pub fn reading(limits: &Limits) -> u64 {
    hash(&format!("{READERS} {limits:?}"))
}

fn hash(text: &str) -> u64 {
    super::document::first_eight(&blake3::hash(text.as_bytes()))
}

/// The state of a file on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified: u128,
}

impl State {
    fn of(found: &Found) -> Self {
        let since = found
            .modified
            .and_then(|modified| modified.duration_since(UNIX_EPOCH).ok());
        Self {
            size: found.size,
            modified: since.map_or(0, |since| since.as_nanos()),
        }
    }

    /// A number that tells this state from others, for a file that was read by the rules of
    /// `reading`. It is even and not 0.
    pub fn stamp(self, reading: u64) -> u64 {
        let stamp = hash(&format!("{} {} {reading}", self.size, self.modified));
        stamp.max(2) & !IN_DOUBT
    }

    /// Whether the file was last changed long enough before `now` that a later change shows.
    pub fn is_settled(self, now: SystemTime) -> bool {
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.modified + UNSETTLED.as_nanos() < now.as_nanos()
    }
}

/// Set in the stamp of a file that may have changed without its state telling so: the next run
/// looks at its content.
pub const IN_DOUBT: u64 = 1;

/// The stamp of what is not opened for this reason.
pub fn skip_stamp(reason: &str) -> u64 {
    hash(&format!("skip {reason}")).max(2) & !IN_DOUBT
}

/// A file to read.
pub struct Task {
    /// The path in the index: with the corpus's name in front where there are several.
    pub path: String,
    /// Where to open it.
    pub file: PathBuf,
    /// Its state when it was found.
    pub state: State,
    /// What the index knows of it.
    pub known: Option<Known>,
}

/// What a run has to do.
#[derive(Default)]
pub struct Plan {
    /// Files to read, the largest first, so that no thread is left with one at the end.
    pub work: Vec<Task>,
    /// What is not to be opened, such as hidden files, where the index does not know it yet.
    pub skipped: Vec<FileReport>,
    /// Files that the index knows and that are gone.
    pub gone: Vec<String>,
}

/// A corpus on its way into a plan.
struct Corpus {
    root: PathBuf,
    /// What stands before its paths in the index: nothing, or its name and a slash.
    prefix: String,
}

/// What has been seen of a corpus's known files, to tell a changed folder from another one.
#[derive(Default)]
struct Seen {
    known: u64,
    errors: u64,
    moved: bool,
}

impl Plan {
    /// Compares the corpora with the `known` files.
    pub fn make(
        options: &UpdateOptions,
        names: &[String],
        index: &Path,
        known: FxHashMap<String, Known>,
        summary: &mut Summary,
    ) -> Result<Self, IndexError> {
        let corpora: Vec<Corpus> = options
            .corpora
            .iter()
            .zip(names)
            .map(|(root, name)| Corpus {
                root: root.canonicalize().unwrap_or_else(|_| root.clone()),
                prefix: match names.len() {
                    1 => String::new(),
                    _ => format!("{name}/"),
                },
            })
            .collect();
        let mut planner = Planner {
            // An index inside its corpus is no part of it.
            index: index.canonicalize().unwrap_or_else(|_| index.to_owned()),
            reading: reading(&options.limits),
            verify: options.verify,
            known,
            spelled: FxHashSet::default(),
            plan: Plan::default(),
        };
        match &options.only {
            None => {
                for (corpus, name) in corpora.iter().zip(names) {
                    planner.whole(corpus, name, options.replace, summary)?;
                }
                planner.plan.gone = planner.known.into_keys().collect();
            }
            Some(listed) => planner.listed(&corpora, listed, summary),
        }
        let mut plan = planner.plan;
        plan.gone.sort_unstable();
        plan.work.sort_unstable_by(|a, b| {
            b.state
                .size
                .cmp(&a.state.size)
                .then_with(|| a.path.cmp(&b.path))
        });
        Ok(plan)
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.work.is_empty() && self.skipped.is_empty() && self.gone.is_empty()
    }

    /// How many bytes there are to read.
    pub fn bytes(&self) -> u64 {
        self.work.iter().map(|task| task.state.size).sum()
    }
}

struct Planner {
    index: PathBuf,
    reading: u64,
    verify: bool,
    /// The known files that have not been found yet.
    known: FxHashMap<String, Known>,
    /// Paths with bytes spelled out: two files could be spelled alike.
    spelled: FxHashSet<String>,
    plan: Plan,
}

impl Planner {
    /// Plans a whole corpus.
    fn whole(
        &mut self,
        corpus: &Corpus,
        name: &str,
        replace: bool,
        summary: &mut Summary,
    ) -> Result<(), IndexError> {
        let stamps: FxHashSet<u64> = self
            .known
            .iter()
            .filter(|(path, _)| path.starts_with(&corpus.prefix))
            .map(|(_, known)| known.stamp & !IN_DOUBT)
            .collect();
        let is_known = !stamps.is_empty();
        let mut seen = Seen::default();
        for found in walk(&corpus.root) {
            self.take(corpus, found, &mut seen, &stamps, summary);
        }
        let left = self
            .known
            .keys()
            .filter(|path| path.starts_with(&corpus.prefix))
            .count() as u64;
        // A disk that is not mounted, or another folder of the same name, must not empty an index.
        // A folder whose files were all moved holds one that is as it was.
        if is_known && left > 0 && seen.known == 0 && seen.errors == 0 && !seen.moved && !replace {
            return Err(IndexError::NothingLeft {
                corpus: name.to_owned(),
                root: corpus.root.clone(),
                files: left,
            });
        }
        Ok(())
    }

    /// Plans only the files and folders that are listed.
    fn listed(&mut self, corpora: &[Corpus], listed: &[PathBuf], summary: &mut Summary) {
        let mut scopes: Vec<(usize, PathBuf)> = Vec::new();
        for path in listed {
            match place(corpora, path) {
                Some(scope) => scopes.push(scope),
                None => summary.reports.push(FileReport::failed(
                    &path.to_string_lossy(),
                    "not in the corpus",
                )),
            }
        }
        scopes.sort_unstable();
        scopes.dedup();
        let all: FxHashSet<(usize, PathBuf)> = scopes.iter().cloned().collect();
        scopes.retain(|(corpus, below)| {
            let mut above = below.ancestors().skip(1);
            !above.any(|above| all.contains(&(*corpus, above.to_path_buf())))
        });
        let mut spelled = FxHashSet::default();
        for (at, below) in &scopes {
            let corpus = &corpora[*at];
            for found in walk_below(&corpus.root, below) {
                self.take(
                    corpus,
                    found,
                    &mut Seen::default(),
                    &FxHashSet::default(),
                    summary,
                );
            }
            let inside = match below.as_os_str().is_empty() {
                true => String::new(),
                false => crate::corpus::walk::relative(&corpus.root, &corpus.root.join(below)),
            };
            spelled.insert(format!("{}{inside}", corpus.prefix));
        }
        let is_listed = |path: &str| {
            let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
            spelled.contains("")
                || spelled.contains(path)
                || folders
                    .into_iter()
                    .any(|folder| spelled.contains(folder) || is_root(&spelled, folder))
        };
        self.plan.gone = self
            .known
            .keys()
            .filter(|path| is_listed(path))
            .cloned()
            .collect();
    }

    /// Takes what the walk has found.
    fn take(
        &mut self,
        corpus: &Corpus,
        found: Result<Found, WalkError>,
        seen: &mut Seen,
        stamps: &FxHashSet<u64>,
        summary: &mut Summary,
    ) {
        let found = match found {
            Ok(found) if found.path.starts_with(&self.index) => return,
            Ok(found) => found,
            Err(error) => {
                seen.errors += 1;
                self.keep_below(corpus, &error);
                let path = format!("{}{}", corpus.prefix, error.path);
                summary
                    .reports
                    .push(FileReport::failed(&path, error.reason));
                return;
            }
        };
        let path = format!("{}{}", corpus.prefix, found.relative);
        if path.contains('%') && !self.spelled.insert(path.clone()) {
            return;
        }
        let known = self.known.remove(&path);
        seen.known += u64::from(known.is_some());
        if let Some(reason) = found.skip {
            if known.is_some_and(|known| known.stamp == skip_stamp(reason)) {
                summary.unchanged += 1;
            } else {
                self.plan.skipped.push(FileReport::skipped(&path, reason));
            }
            return;
        }
        let state = State::of(&found);
        let stamp = state.stamp(self.reading);
        seen.moved |= stamps.contains(&stamp);
        match known {
            Some(known) if known.stamp == stamp && !self.verify => summary.unchanged += 1,
            _ => self.plan.work.push(Task {
                path,
                file: found.path,
                state,
                known,
            }),
        }
    }

    /// What cannot be listed now is not gone: its articles stay.
    fn keep_below(&mut self, corpus: &Corpus, error: &WalkError) {
        let is_root = Path::new(&error.path) == corpus.root;
        let path = format!("{}{}", corpus.prefix, error.path);
        let inside = match is_root {
            true => corpus.prefix.clone(),
            false => format!("{path}/"),
        };
        self.known
            .retain(|file, _| *file != path && !file.starts_with(&inside));
    }
}

/// Whether the root of a corpus, `folder/`, is listed.
fn is_root(spelled: &FxHashSet<String>, folder: &str) -> bool {
    !folder.contains('/') && spelled.contains(&format!("{folder}/"))
}

/// In which corpus a listed path lies, and where. It may be absolute, relative to the corpus (with
/// the corpus's name in front where there are several, as the index spells it) or relative to the
/// working folder, as `find CORPUS` gives it.
fn place(corpora: &[Corpus], path: &Path) -> Option<(usize, PathBuf)> {
    let exists =
        |(at, below): &(usize, PathBuf)| corpora[*at].root.join(below).symlink_metadata().is_ok();
    let named = match path.is_absolute() {
        true => None,
        false => below_a_corpus(corpora, path),
    };
    if named.as_ref().is_some_and(exists) {
        return named;
    }
    let full = std::env::current_dir().ok()?.join(path);
    // The corpus may have been named through a link.
    let folder = full
        .parent()
        .and_then(|folder| folder.canonicalize().ok())
        .zip(full.file_name());
    let real = folder.map(|(folder, name)| folder.join(name));
    let within = |full: &Path| {
        corpora
            .iter()
            .enumerate()
            .find_map(|(at, corpus)| Some((at, plain(full.strip_prefix(&corpus.root).ok()?)?)))
    };
    real.as_deref()
        .and_then(within)
        .or_else(|| within(&full))
        .or(named)
}

/// A path as the index spells it.
fn below_a_corpus(corpora: &[Corpus], path: &Path) -> Option<(usize, PathBuf)> {
    let path = plain(path)?;
    if let [_] = corpora {
        return Some((0, path));
    }
    corpora
        .iter()
        .enumerate()
        .find_map(|(at, corpus)| Some((at, path.strip_prefix(&corpus.prefix).ok()?.to_path_buf())))
}

/// A path without `.` and `..`; `None` when it leads out.
fn plain(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir if plain.pop() => {}
            _ => return None,
        }
    }
    Some(plain)
}
