//! The progress bar of `dateline index`: bytes and articles, how fast, how long still.

use super::output::counted;
use crate::index::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Runs `work` with a progress bar, if there is a terminal to show it on.
pub fn shown<T>(progress: &Progress, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| show(progress, &done));
        let result = work();
        done.store(true, Ordering::Relaxed);
        result
    })
}

fn show(progress: &Progress, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = |template: &str| ProgressStyle::with_template(template).ok();
    let listing = style("{spinner} looking for changes  {elapsed}");
    let reading =
        style("{bar:24} {bytes} of {total_bytes}  {binary_bytes_per_sec}  {msg}  {eta} left");
    let started = Instant::now();
    let mut is_reading = false;
    if let Some(style) = listing {
        bar.set_style(style);
    }
    while !done.load(Ordering::Relaxed) {
        let total = progress.bytes_total.load(Ordering::Relaxed);
        if total > 0 && !is_reading {
            is_reading = true;
            bar.reset();
            if let Some(style) = reading.clone() {
                bar.set_style(style);
            }
        }
        bar.set_length(total);
        bar.set_position(progress.bytes_done().min(total));
        let articles = progress.articles.load(Ordering::Relaxed);
        let rate = articles as f64 / started.elapsed().as_secs_f64().max(0.1);
        bar.set_message(format!(
            "{}, {rate:.0} a second",
            counted(articles, "article")
        ));
        bar.tick();
        std::thread::sleep(Duration::from_millis(100));
    }
    bar.finish_and_clear();
}
