//! A bound in bytes on what is between the readers and the index.
//!
//! A queue that is bounded by a count alone holds gigabytes when articles are large, and tantivy's
//! own queue takes ten thousand documents whatever their size. So every article passes a [`Gate`]
//! when it is read, and its [`Pass`] goes with it, through the annotator and into tantivy, until
//! it has become postings.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use tantivy::TantivyDocument;
use tantivy::schema::document::Document;

/// Lets articles in as long as those inside stay below a number of bytes.
#[derive(Debug)]
pub struct Gate {
    most: AtomicU64,
    inside: Mutex<u64>,
    left: Condvar,
}

/// An article's place inside; given back when dropped.
#[derive(Debug)]
pub struct Pass {
    gate: Arc<Gate>,
    bytes: u64,
}

impl Gate {
    /// A gate that lets `most` bytes in.
    pub fn new(most: u64) -> Arc<Self> {
        Arc::new(Self {
            most: AtomicU64::new(most),
            inside: Mutex::new(0),
            left: Condvar::new(),
        })
    }

    /// Waits until there is room for `bytes`. What is larger than the gate passes alone.
    pub fn enter(self: &Arc<Self>, bytes: u64) -> Pass {
        let inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let mut inside = self
            .left
            .wait_while(inside, |inside| {
                *inside > 0 && *inside + bytes > self.most.load(Ordering::Relaxed)
            })
            .unwrap_or_else(PoisonError::into_inner);
        *inside += bytes;
        Pass {
            gate: Arc::clone(self),
            bytes,
        }
    }

    /// Lets everything in from now on, as what is inside may never leave after a failure.
    pub fn open(&self) {
        let _inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        self.most.store(u64::MAX / 2, Ordering::Relaxed);
        self.left.notify_all();
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let gate = &self.gate;
        *gate.inside.lock().unwrap_or_else(PoisonError::into_inner) -= self.bytes;
        gate.left.notify_all();
    }
}

/// A document that holds its pass until tantivy takes it out of its queue.
#[derive(Debug)]
pub struct Admitted {
    document: TantivyDocument,
    _pass: Option<Pass>,
}

impl Admitted {
    /// A document with the pass of its article.
    pub fn new(document: TantivyDocument, pass: Option<Pass>) -> Self {
        Self {
            document,
            _pass: pass,
        }
    }
}

impl From<TantivyDocument> for Admitted {
    fn from(document: TantivyDocument) -> Self {
        Self::new(document, None)
    }
}

impl Document for Admitted {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }

    fn into_tantivy_document(self) -> TantivyDocument {
        self.document
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_its_bytes_are_inside() {
        let gate = Gate::new(100);
        let (inside, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        let pass = gate.enter(30);
                        let now = inside.fetch_add(30, Ordering::SeqCst) + 30;
                        most.fetch_max(now, Ordering::SeqCst);
                        inside.fetch_sub(30, Ordering::SeqCst);
                        drop(pass);
                    }
                });
            }
        });
        assert!(most.load(Ordering::SeqCst) <= 100);
        // Larger than the gate, it would wait for ever if it could not pass alone.
        drop(gate.enter(1_000));
    }
}
