//! What the index stores of an article or a file, in few bytes.
//!
//! Articles compressed together in a block take less room than each by itself, but a hit wants one of
//! them and would unpack all. So each is compressed by itself, with a dictionary of what the
//! articles of its corpus have in common, which takes less room still. The first articles of an
//! index make the dictionary and are stored without; an index of few articles has none.

use super::document::DocumentError;
use super::lifecycle::IndexError;
use std::io;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tantivy::Directory;
use tantivy::directory::ManagedDirectory;
use tantivy::directory::error::OpenReadError;
use zstd::bulk::{Compressor, Decompressor};

/// The file of the dictionary, behind the BLAKE3 of it: texts that were unpacked with another would be
/// wrong, and nothing would tell. Tantivy leaves alone what begins with a dot.
const DICTIONARY: &str = ".dictionary";
/// How many bytes of articles make a dictionary.
const SAMPLE: usize = 3 << 20;
/// How large a dictionary is: twice as much would make an index one hundredth smaller.
const SIZE: usize = 1 << 18;
/// The next takes half as long again and makes an index one hundredth smaller.
const LEVEL: i32 = 5;

/// The first byte of what was packed without a dictionary, and of what was packed with it.
const PLAIN: u8 = 0;
const WITH_DICTIONARY: u8 = 1;

/// Packs and unpacks what an index stores.
pub struct Store {
    directory: ManagedDirectory,
    dictionary: OnceLock<Vec<u8>>,
    /// What articles there have been to make a dictionary of.
    sample: Mutex<Sample>,
    plain: Tools,
    with_dictionary: Tools,
}

#[derive(Default)]
struct Sample {
    bytes: Vec<u8>,
    lengths: Vec<usize>,
}

/// Compressors and decompressors that nobody uses at the moment: they are costly to make.
#[derive(Default)]
struct Tools {
    compressors: Mutex<Vec<Compressor<'static>>>,
    decompressors: Mutex<Vec<Decompressor<'static>>>,
}

impl Store {
    /// That of an index.
    pub fn of(index: &tantivy::Index) -> Self {
        Self {
            directory: index.directory().clone(),
            dictionary: OnceLock::new(),
            sample: Mutex::default(),
            plain: Tools::default(),
            with_dictionary: Tools::default(),
        }
    }

    /// Packs some bytes.
    ///
    /// # Errors
    /// When they are too many, or a dictionary cannot be read or written.
    pub fn pack(&self, bytes: &[u8]) -> Result<Vec<u8>, IndexError> {
        let too_long = || DocumentError("it is longer than 4 GB".to_owned());
        let length = u32::try_from(bytes.len()).map_err(|_| too_long())?;
        let dictionary = match self.dictionary.get() {
            Some(dictionary) => Some(dictionary.as_slice()),
            None => self.learn(bytes)?,
        };
        let (kind, tools) = match dictionary {
            Some(_) => (WITH_DICTIONARY, &self.with_dictionary),
            None => (PLAIN, &self.plain),
        };
        let packed = tools
            .compress(bytes, dictionary.unwrap_or_default())
            .map_err(tantivy::TantivyError::from)?;
        let mut out = Vec::with_capacity(packed.len() + 5);
        out.push(kind);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&packed);
        Ok(out)
    }

    /// The bytes that were packed.
    ///
    /// # Errors
    /// When they are damaged, or their dictionary is missing.
    pub fn unpack(&self, packed: &[u8]) -> Result<Vec<u8>, DocumentError> {
        let damaged = || DocumentError("its bytes are damaged".to_owned());
        let (&kind, rest) = packed.split_first().ok_or_else(damaged)?;
        let (length, packed) = rest.split_first_chunk().ok_or_else(damaged)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (tools, dictionary) = match kind {
            PLAIN => (&self.plain, &[][..]),
            WITH_DICTIONARY => {
                let dictionary = self.dictionary();
                let dictionary = dictionary.map_err(|error| DocumentError(error.to_string()))?;
                let missing = || DocumentError("the dictionary is missing".to_owned());
                (&self.with_dictionary, dictionary.ok_or_else(missing)?)
            }
            _ => return Err(damaged()),
        };
        let mut out = Vec::new();
        out.try_reserve_exact(length).map_err(|_| damaged())?;
        let read = tools.decompress(packed, dictionary, &mut out);
        match read {
            Ok(read) if read == length => Ok(out),
            _ => Err(damaged()),
        }
    }

    /// The dictionary of the index, if it has one by now.
    ///
    /// # Errors
    /// When it is damaged or cannot be read.
    pub fn dictionary(&self) -> Result<Option<&[u8]>, IndexError> {
        if let Some(dictionary) = self.dictionary.get() {
            return Ok(Some(dictionary));
        }
        match self.directory.atomic_read(Path::new(DICTIONARY)) {
            Ok(file) => match file.split_first_chunk() {
                Some((digest, bytes)) if blake3::hash(bytes) == *digest => {
                    Ok(Some(self.dictionary.get_or_init(|| bytes.to_vec())))
                }
                _ => Err(IndexError::Damaged {
                    path: DICTIONARY.into(),
                    reason: "it differs from its checksum".to_owned(),
                }),
            },
            Err(OpenReadError::FileDoesNotExist(_)) => Ok(None),
            Err(error) => Err(tantivy::TantivyError::from(error).into()),
        }
    }

    /// Adds to what a dictionary is made of, and makes it when that is enough.
    fn learn(&self, bytes: &[u8]) -> Result<Option<&[u8]>, IndexError> {
        let mut sample = lock(&self.sample);
        // Another thread may have made it meanwhile, or a run before this one: the disk need be
        // asked but once, as nobody else writes.
        let dictionary = match sample.lengths.is_empty() {
            true => self.dictionary()?,
            false => self.dictionary.get().map(Vec::as_slice),
        };
        if dictionary.is_some() {
            return Ok(dictionary);
        }
        let bytes = &bytes[..bytes.len().min(SAMPLE / 8)];
        sample.bytes.extend_from_slice(bytes);
        sample.lengths.push(bytes.len());
        if sample.bytes.len() < SAMPLE {
            return Ok(None);
        }
        let Sample { bytes, lengths } = std::mem::take(&mut *sample);
        let Ok(dictionary) = zstd::dict::from_continuous(&bytes, &lengths, SIZE) else {
            // They have too little in common, or are too few; others may do.
            return Ok(None);
        };
        // On the disk before anything that was packed with it.
        let digest = blake3::hash(&dictionary);
        self.directory
            .atomic_write(
                Path::new(DICTIONARY),
                &[digest.as_bytes(), dictionary.as_slice()].concat(),
            )
            .map_err(tantivy::TantivyError::from)?;
        Ok(Some(self.dictionary.get_or_init(|| dictionary)))
    }
}

impl Tools {
    fn compress(&self, bytes: &[u8], dictionary: &[u8]) -> io::Result<Vec<u8>> {
        let spare = lock(&self.compressors).pop();
        let mut compressor = match spare {
            Some(compressor) => compressor,
            None => {
                let mut compressor = Compressor::with_dictionary(LEVEL, dictionary)?;
                // There is but one.
                compressor.include_dictid(false)?;
                compressor
            }
        };
        let packed = compressor.compress(bytes);
        lock(&self.compressors).push(compressor);
        packed
    }

    /// Fills the room that `out` has, and says how much of it.
    fn decompress(&self, packed: &[u8], dictionary: &[u8], out: &mut Vec<u8>) -> io::Result<usize> {
        let spare = lock(&self.decompressors).pop();
        let mut decompressor = match spare {
            Some(decompressor) => decompressor,
            None => Decompressor::with_dictionary(dictionary)?,
        };
        let read = decompressor.decompress_to_buffer(packed, out);
        lock(&self.decompressors).push(decompressor);
        read
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::fields::Fields;

    /// Texts with much in common, none of them like another.
    fn texts() -> Vec<Vec<u8>> {
        let words = "ministers talks ceasefire border sanctions troops envoy parliament strike aid";
        let words: Vec<&str> = words.split(' ').collect();
        let text = |seed: usize| {
            let pick = |at: usize| words[(seed * 31 + at * at * 7 + seed * at) % words.len()];
            let text: Vec<&str> = (0..600).map(pick).collect();
            format!("{seed} {}", text.join(" ")).into_bytes()
        };
        (0..900).map(text).collect()
    }

    #[test]
    fn what_is_packed_is_unpacked_before_and_after_there_is_a_dictionary() {
        let index = tantivy::Index::create_in_ram(Fields::new().schema);
        let (store, texts) = (Store::of(&index), texts());
        let packed: Vec<Vec<u8>> = texts
            .iter()
            .map(|text| store.pack(text).expect("a store"))
            .collect();
        assert_eq!(packed[0][0], PLAIN);
        let last = packed.last().expect("texts");
        assert_eq!(last[0], WITH_DICTIONARY);
        assert!(last.len() * 2 < packed[0].len());

        let path = Path::new(DICTIONARY);
        let whole = index.directory().atomic_read(path).expect("a dictionary");
        let mut damaged = whole.clone();
        *damaged.last_mut().expect("bytes") ^= 1;
        let write = |file: &[u8]| index.directory().atomic_write(path, file).expect("a disk");
        write(&damaged);
        assert!(Store::of(&index).unpack(last).is_err());
        assert!(Store::of(&index).pack(b"more").is_err());
        write(&whole);

        // Another process reads them.
        let reader = Store::of(&index);
        for (text, packed) in texts.iter().zip(&packed) {
            assert_eq!(reader.unpack(packed).as_ref(), Ok(text));
        }
        assert_eq!(reader.pack(b"").expect("a store")[0], WITH_DICTIONARY);
        assert_eq!(
            reader.unpack(&reader.pack(b"").expect("a store")),
            Ok(vec![])
        );
    }

    #[test]
    fn damage_is_an_error() {
        let index = tantivy::Index::create_in_ram(Fields::new().schema);
        let store = Store::of(&index);
        let whole = store
            .pack(b"Norway expelled two Russian diplomats.")
            .expect("a store");
        for end in 0..whole.len() {
            assert!(store.unpack(&whole[..end]).is_err());
        }
        let mut large = whole.clone();
        large[1..5].fill(0xff);
        assert!(store.unpack(&large).is_err());
        let mut other = whole.clone();
        other[0] = 7;
        assert!(store.unpack(&other).is_err());
        // Packed with a dictionary that is not there.
        other[0] = WITH_DICTIONARY;
        let error = store.unpack(&other).expect_err("no dictionary");
        assert!(error.to_string().contains("dictionary"), "{error}");
    }
}
