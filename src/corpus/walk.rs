//! Walking a corpus: every file under a root, in one order, none lost silently.
//!
//! Hidden folders are not entered, links not followed, and what is no article by its name alone is
//! not opened; each of these is still given, with the reason. The order is by name, so that a corpus
//! gives the same list on every machine.

use std::ffi::OsStr;
use std::fs::FileType;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use walkdir::WalkDir;

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where to open it.
    pub path: PathBuf,
    /// The path relative to the root with `/` between folders; for a root that is a file, its name.
    /// In a name that is not UTF-8, wrong bytes and `%` are written `%FF`, so that it stays unique.
    pub relative: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed.
    pub modified: Option<SystemTime>,
    /// Why it should not be opened, if so: it is to be reported as skipped.
    pub skip: Option<&'static str>,
}

/// A folder or file that could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {reason}")]
pub struct WalkError {
    /// The path relative to the root, or the root itself.
    pub path: String,
    /// What the system says.
    pub reason: String,
}

/// Every file under `root`, which may be a file itself. A root that does not exist is one error.
pub fn walk(root: &Path) -> impl Iterator<Item = Result<Found, WalkError>> + use<> {
    walk_folder(root, root)
}

/// What [`walk`] gives of one file or folder below `root`: nothing when it is gone, and where a
/// folder above it is not entered, that folder.
pub fn walk_below(root: &Path, below: &Path) -> Box<dyn Iterator<Item = Result<Found, WalkError>>> {
    let mut path = root.to_path_buf();
    for part in below.components() {
        path.push(part);
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() && !is_hidden(part.as_os_str()) => {}
            Ok(metadata) => {
                let found = found(root, &path, metadata.file_type());
                return Box::new(std::iter::once(found));
            }
            Err(error) if is_gone(&error) => return Box::new(std::iter::empty()),
            Err(error) => {
                let error = WalkError {
                    path: relative(root, &path),
                    reason: error.to_string(),
                };
                return Box::new(std::iter::once(Err(error)));
            }
        }
    }
    Box::new(walk_folder(root, &path))
}

fn is_gone(error: &std::io::Error) -> bool {
    use std::io::ErrorKind;
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Every file under `folder`, which lies in `root` or is it.
fn walk_folder(
    root: &Path,
    folder: &Path,
) -> impl Iterator<Item = Result<Found, WalkError>> + use<> {
    let root = root.to_path_buf();
    let mut entries = WalkDir::new(folder)
        .follow_links(false)
        .sort_by_file_name()
        .into_iter();
    std::iter::from_fn(move || {
        loop {
            let entry = match entries.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(Err(failed(&root, &error))),
            };
            let is_folder = entry.file_type().is_dir();
            if is_folder && entry.depth() > 0 && is_hidden(entry.file_name()) {
                entries.skip_current_dir();
            } else if is_folder {
                continue;
            }
            return Some(found(&root, entry.path(), entry.file_type()));
        }
    })
}

fn found(root: &Path, path: &Path, kind: FileType) -> Result<Found, WalkError> {
    // A root may be a link; nothing below it is followed.
    let is_root = path == root;
    let metadata = match is_root {
        true => path.metadata(),
        false => path.symlink_metadata(),
    };
    let metadata = metadata.map_err(|error| WalkError {
        path: relative(root, path),
        reason: error.to_string(),
    })?;
    let name = path.file_name().filter(|_| !is_root);
    let skip = name
        .and_then(|name| why_skip(name, kind))
        .or_else(|| (!metadata.is_file() && !metadata.is_dir()).then_some("not a regular file"));
    Ok(Found {
        path: path.to_path_buf(),
        relative: relative(root, path),
        size: metadata.len(),
        modified: metadata.modified().ok(),
        skip,
    })
}

fn failed(root: &Path, error: &walkdir::Error) -> WalkError {
    let path = error.path().filter(|path| *path != root);
    let path = path.map_or_else(|| root.display().to_string(), |path| relative(root, path));
    let reason = error
        .io_error()
        .map_or_else(|| error.to_string(), ToString::to_string);
    WalkError { path, reason }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

fn why_skip(name: &OsStr, kind: FileType) -> Option<&'static str> {
    if kind.is_dir() {
        Some("hidden folder")
    } else if kind.is_symlink() {
        Some("symbolic link")
    } else if !kind.is_file() {
        Some("not a regular file")
    } else {
        why_not_by_name(&name.to_string_lossy())
    }
}

/// Why a file of this name is not opened, if so.
pub fn why_not_by_name(name: &str) -> Option<&'static str> {
    if matches!(name, "Thumbs.db" | "desktop.ini" | ".DS_Store" | "__MACOSX") {
        Some("file of the operating system")
    } else if name.ends_with('~')
        || name.ends_with(".swp")
        || (name.starts_with('#') && name.ends_with('#'))
    {
        Some("backup of an editor")
    } else if name.starts_with('.') {
        Some("hidden file")
    } else {
        None
    }
}

/// The path of a file relative to the root, as articles and reports carry it.
pub fn relative(root: &Path, path: &Path) -> String {
    let inside = path
        .strip_prefix(root)
        .ok()
        .filter(|inside| !inside.as_os_str().is_empty());
    let inside = inside
        .or_else(|| path.file_name().map(Path::new))
        .unwrap_or(path);
    let parts: Vec<String> = inside
        .components()
        .map(|part| spelled(part.as_os_str()))
        .collect();
    parts.join("/")
}

/// A name as text; bytes that are no UTF-8 as `%FF`.
fn spelled(name: &OsStr) -> String {
    if let Some(name) = name.to_str() {
        return name.to_string();
    }
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(&chunk.valid().replace('%', "%25"));
        for byte in chunk.invalid() {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(root: &Path) -> Vec<(String, Option<&'static str>)> {
        walk(root)
            .map(|found| {
                found.map_or_else(
                    |error| (error.to_string(), Some("error")),
                    |found| (found.relative, found.skip),
                )
            })
            .collect()
    }

    #[test]
    fn every_file_is_given_in_order() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        for name in [
            "b/two.txt",
            "a.txt",
            ".git/config",
            "b/.DS_Store",
            "b/one.txt~",
        ] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap_or(folder.path()))?;
            std::fs::write(path, "text")?;
        }
        assert_eq!(
            seen(folder.path()),
            [
                (".git".to_string(), Some("hidden folder")),
                ("a.txt".into(), None),
                ("b/.DS_Store".into(), Some("file of the operating system")),
                ("b/one.txt~".into(), Some("backup of an editor")),
                ("b/two.txt".into(), None),
            ]
        );
        assert_eq!(
            seen(&folder.path().join("a.txt")),
            [("a.txt".to_string(), None)]
        );
        assert_eq!(seen(&folder.path().join("none")).len(), 1);
        Ok(())
    }

    #[test]
    fn a_part_is_given_as_in_the_whole() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let root = folder.path();
        for name in [".git/config", "b/c/two.txt", "b/one.txt"] {
            std::fs::create_dir_all(root.join(name).parent().unwrap_or(root))?;
            std::fs::write(root.join(name), "text")?;
        }
        let below = |path: &str| -> Vec<String> {
            let found = walk_below(root, Path::new(path)).flatten();
            found.map(|found| found.relative).collect()
        };
        assert_eq!(below("b"), ["b/c/two.txt", "b/one.txt"]);
        assert_eq!(below("b/one.txt"), ["b/one.txt"]);
        assert_eq!(below(".git/config"), [".git"]);
        assert_eq!(below("b/gone.txt"), [String::new(); 0]);
        assert_eq!(below("b/one.txt/inside"), ["b/one.txt"]);
        Ok(())
    }
}
