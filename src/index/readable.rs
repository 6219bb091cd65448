//! A folder that others read: an index on a read-only disk, or of another user, can be searched.
//!
//! Tantivy takes a lock to open an index, against the files being removed meanwhile, and a lock is
//! a file. Where none can be made nobody on this side removes files either. And what tantivy writes
//! in one step only its owner may read; here, whoever may read the folder.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tantivy::directory::error::{
    DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError,
};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, INDEX_WRITER_LOCK, Lock, MmapDirectory, WatchCallback,
    WatchHandle, WritePtr,
};

/// A folder on disk that need not be writable to be read.
#[derive(Debug, Clone)]
pub struct Readable {
    inner: MmapDirectory,
    root: PathBuf,
}

impl Readable {
    /// The folder of this path.
    pub fn open(root: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self {
            inner: MmapDirectory::open(root)?,
            root: root.to_owned(),
        })
    }
}

impl Directory for Readable {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        self.inner.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, data)?;
        // A file system without such modes has nothing to set.
        let _ = share(&self.root, path);
        Ok(())
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        match self.inner.acquire_lock(lock) {
            Err(LockError::IoError(error))
                if is_read_only(&error) && lock.filepath != INDEX_WRITER_LOCK.filepath =>
            {
                Ok(DirectoryLock::from(Box::new(())))
            }
            acquired => acquired,
        }
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.inner.watch(callback)
    }
}

/// Lets everybody read a file of a folder who may read the folder.
#[cfg(unix)]
fn share(root: &Path, path: &Path) -> io::Result<()> {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;
    const READ_AND_WRITE: u32 = 0o666;
    let mode = fs::metadata(root)?.permissions().mode() & READ_AND_WRITE;
    fs::set_permissions(root.join(path), Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn share(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

fn is_read_only(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn whoever_may_read_the_folder_may_read_what_is_written_in_one_step() {
        for (folder, file) in [(0o755, 0o644), (0o750, 0o640), (0o700, 0o600)] {
            let dir = tempfile::tempdir().expect("a folder");
            let set = fs::set_permissions(dir.path(), Permissions::from_mode(folder));
            set.expect("the folder is ours");
            let directory = Readable::open(dir.path()).expect("a folder");
            let name = Path::new("meta.json");
            directory.atomic_write(name, b"{}").expect("a disk");
            let written = fs::metadata(dir.path().join(name)).expect("a file");
            assert_eq!(written.permissions().mode() & 0o777, file);
        }
    }
}
