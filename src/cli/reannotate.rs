//! `dateline reannotate`: annotate an index again from what it has stored.

use super::args::ReannotateArgs;
use super::index::{interruptible, say_if_busy};
use super::output::{counted, thousands};
use super::{Status, progress};
use crate::index::{Layout, UpdateOptions, Updater};
use crate::search::{Grouping, Index, Request, facet};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// How many of the countries that changed are shown.
const SHOWN: usize = 8;

/// Runs the command.
pub fn run(args: &ReannotateArgs) -> anyhow::Result<Status> {
    let mut options = UpdateOptions::new(Vec::<PathBuf>::new());
    options.names = args.names.read()?;
    args.writing.set(&mut options);
    let progress = interruptible("Stopping");
    let layout = Layout::new(&args.index.dir);
    say_if_busy(&layout, &options);
    let before = Totals::of(&args.index.dir)?;
    let updater = Updater::new(layout);
    let summary = progress::shown(&progress, || updater.reannotate(&options, &progress)).map_err(
        |error| {
            let doing = format!("cannot annotate {} again", args.index.dir.display());
            args.names.explain(error, doing)
        },
    )?;
    let mut out = anstream::stderr().lock();
    if summary.stopped {
        writeln!(out, "Stopped; the index is as it was.")?;
        return Ok(Status::Interrupted);
    }
    writeln!(
        out,
        "Annotated {} again in {:.1} s.",
        counted(summary.annotated, "article"),
        summary.took.as_secs_f64()
    )?;
    let after = Totals::of(&args.index.dir)?;
    let held = updater.layout().user_lexicon()?;
    if let Some(lexicon) = held {
        let rows = counted(lexicon.len() as u64, "row");
        writeln!(out, "Names of yours: {rows} ({}).", lexicon.digest())?;
    }
    writeln!(out, "Events: {}", change(before.events, after.events))?;
    writeln!(
        out,
        "Countries of articles: {}",
        change(before.countries(), after.countries())
    )?;
    let changed = before.changed(&after);
    if !changed.is_empty() {
        writeln!(out, "Most changed: {} (articles)", changed.join(", "))?;
    }
    Ok(Status::Found)
}

/// What an index holds that annotating changes.
struct Totals {
    events: u64,
    /// How many articles lead to each country.
    articles: BTreeMap<String, u64>,
}

impl Totals {
    fn of(dir: &Path) -> anyhow::Result<Self> {
        let index = Index::open(dir)?;
        let grouping = Grouping {
            fields: vec![facet("country")?],
            ..Grouping::default()
        };
        let table = index.count(&Request::default(), &grouping)?;
        let rows = table.rows.into_iter();
        Ok(Self {
            events: table.total.events,
            articles: rows
                .map(|row| (row.values.join(" "), row.counts.articles))
                .collect(),
        })
    }

    fn countries(&self) -> u64 {
        self.articles.values().sum()
    }

    /// The countries whose articles are other many now, the most changed first: `CO 12 -> 14`.
    fn changed(&self, after: &Self) -> Vec<String> {
        let all = self.articles.keys().chain(after.articles.keys());
        let all: std::collections::BTreeSet<&String> = all.collect();
        let count = |totals: &Self, code: &str| totals.articles.get(code).copied().unwrap_or(0);
        let mut changed: Vec<(u64, &String)> = all
            .into_iter()
            .map(|code| (count(self, code).abs_diff(count(after, code)), code))
            .filter(|(difference, _)| *difference > 0)
            .collect();
        changed.sort_by_key(|(difference, _)| std::cmp::Reverse(*difference));
        changed
            .into_iter()
            .take(SHOWN)
            .map(|(_, code)| format!("{code} {}", change(count(self, code), count(after, code))))
            .collect()
    }
}

fn change(before: u64, after: u64) -> String {
    format!("{} -> {}", thousands(before), thousands(after))
}
