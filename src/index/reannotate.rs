//! Annotating an index again, from what it has stored: the corpus may be gone.
//!
//! Every article goes through the annotator into a new generation, files are taken over as they
//! are, and the stories, which follow from the articles, are settled. The manifest then changes in
//! one step, as after a rebuild. There is one commit, at the end: what a run leaves that was
//! stopped or killed is nothing to go on with, and the next run removes it.

use super::fields::Fields;
use super::gate::Gate;
use super::lifecycle::IndexError;
use super::plan::reading;
use super::run::{Run, Shared};
use super::snapshot::Snapshot;
use super::update::{Progress, QUEUED_PART, Summary, UpdateOptions, Updater};
use std::sync::atomic::Ordering;
use std::sync::{PoisonError, RwLock};
use std::time::Instant;

impl Updater {
    /// Annotates every article of the index again, by the rules of this version of the crate and
    /// with the lexicon of `options.names`. Of the other options those on memory, threads and
    /// waiting count. The index stays as it was until all is done.
    ///
    /// # Errors
    /// When there is no index, it is of another schema, or it cannot be read or written to.
    pub fn reannotate(
        &self,
        options: &UpdateOptions,
        progress: &Progress,
    ) -> Result<Summary, IndexError> {
        let started = Instant::now();
        // Before the claim, which would make the folder.
        self.layout.open()?;
        self.try_names(&options.names)?;
        let mut summary = Summary {
            stopped: true,
            ..Summary::default()
        };
        let Some(_claim) = self.claim(options.wait, progress)? else {
            return Ok(summary);
        };
        let fields = Fields::new();
        let (old, manifest) = self.layout.open()?;
        let rules = self.layout.rules(&options.names)?;
        let stored = Snapshot::of(&old, &fields)?;
        let (index, generation) = self.layout.create(&fields, &rules, false)?;
        let snapshot = Snapshot::of(&index, &fields)?;
        progress.begin(stored.bytes()?);
        let run = Run {
            updater: self,
            rules,
            index: &index,
            fields: &fields,
            snapshot: &snapshot,
            limits: options.limits,
            reading: reading(&options.limits),
            gate: Gate::new((options.memory / QUEUED_PART) as u64),
            writer: RwLock::new(self.open_writer(&index, options)?),
            progress,
            state: Shared::default(),
        };
        run.go_again(&stored, options.jobs.max(1));
        let error = run.error();
        if error.is_some() || progress.stop.load(Ordering::Relaxed) {
            drop(run);
            self.layout.sweep(&manifest.generation);
            return error.map_or(Ok(summary), Err);
        }
        // An index without articles is one too.
        run.touch();
        run.commit()?;
        run.settle()?;
        run.commit()?;
        let Run { writer, state, .. } = run;
        writer
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .wait_merging_threads()?;
        self.layout.publish(&generation, &manifest.corpora)?;
        summary.annotated = state.tally.annotated.load(Ordering::Relaxed);
        summary.stopped = false;
        summary.took = started.elapsed();
        Ok(summary)
    }
}
