//! What was measured, as a table and as JSON.

use crate::corpus::Corpus;
use crate::latency::{Latency, Start};
use crate::runs::{Engine, Indexing};
use crate::stages::Stage;
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// All that was measured.
#[derive(Debug, Serialize)]
pub struct Report {
    pub machine: Machine,
    pub corpus: String,
    pub articles: u64,
    /// Bytes of titles and texts, which all rates are of.
    pub bytes: u64,
    /// The size of the command, where it was built.
    pub binary_bytes: Option<u64>,
    pub indexing: Vec<Indexing>,
    pub stages: Vec<Stage>,
    pub latencies: Vec<Latency>,
    pub starts: Vec<Start>,
    pub growth: Vec<Growth>,
}

/// What it was measured on.
#[derive(Debug, Serialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    /// How many processes wanted a core when it ended, of the last minute; absent where the system
    /// does not tell.
    pub load: Option<f64>,
    pub system: &'static str,
    pub version: &'static str,
}

/// A corpus several times over.
#[derive(Debug, Serialize)]
pub struct Growth {
    pub copies: usize,
    pub raw: Indexing,
    pub ours: Indexing,
    pub latencies: Vec<Latency>,
}

impl Machine {
    pub fn now() -> Self {
        let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let mut names = processors
            .lines()
            .filter(|line| line.starts_with("model name"));
        let name = names.find_map(|line| Some(line.split_once(':')?.1.trim()));
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            processor: name.unwrap_or("unknown processor").to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            load: load.split(' ').next().and_then(|load| load.parse().ok()),
            system: std::env::consts::OS,
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

impl Report {
    /// A report in which nothing has been measured yet.
    pub fn new(path: &Path, corpus: &Corpus) -> Self {
        let binary = option_env!("CARGO_BIN_EXE_dateline");
        let binary = binary.and_then(|path| std::fs::metadata(path).ok());
        Self {
            machine: Machine::now(),
            corpus: path.display().to_string(),
            articles: corpus.articles,
            bytes: corpus.bytes,
            binary_bytes: binary.map(|file| file.len()),
            indexing: Vec::new(),
            stages: Vec::new(),
            latencies: Vec::new(),
            starts: Vec::new(),
            growth: Vec::new(),
        }
    }

    /// Rates over the corpus, so many times.
    fn rates(&self, seconds: f64, copies: usize) -> String {
        let rate = |amount: f64| amount * copies as f64 / seconds.max(1e-9);
        format!(
            "{:>10.2} {:>8.1} {:>9.0}",
            seconds,
            rate(self.bytes as f64 / 1e6),
            rate(self.articles as f64)
        )
    }
}

const RATES: &str = "         s     MB/s articles/s";

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Machine {
            processor,
            cores,
            load,
            system,
            version,
        } = &self.machine;
        writeln!(f, "{}", self.corpus)?;
        writeln!(
            f,
            "{} articles, {:.1} MB of titles and texts",
            self.articles,
            self.bytes as f64 / 1e6
        )?;
        write!(
            f,
            "dateline {version}, {cores} cores, {processor}, {system}"
        )?;
        if let Some(load) = load {
            write!(f, ", load {load}")?;
        }
        writeln!(f)?;
        self.write_indexing(f)?;
        self.write_stages(f)?;
        write_latencies(f, &self.latencies)?;
        if !self.starts.is_empty() {
            writeln!(f, "\n{:<28} {:>8} {:>8}", "from a shell, ms", "p50", "p99")?;
        }
        for Start { command, times } in &self.starts {
            writeln!(f, "{command:<28} {:>8.1} {:>8.1}", times.p50, times.p99)?;
        }
        if let Some(bytes) = self.binary_bytes {
            writeln!(f, "the command is {:.1} MB", bytes as f64 / 1e6)?;
        }
        self.write_growth(f)
    }
}

impl Report {
    fn write_indexing(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Some(limit) = self.indexing.first() else {
            return Ok(());
        };
        writeln!(
            f,
            "\n{:<18} {RATES} {:>6} {:>8} {:>9} {:>7}",
            "indexing", "times", "index MB", "peak MB", "cores"
        )?;
        for run in &self.indexing {
            let name = match run.engine {
                Engine::Raw => "raw, from memory",
                Engine::Dateline => "dateline index",
            };
            writeln!(
                f,
                "{name:<18} {} {:>6.2} {} ",
                self.rates(run.seconds, 1),
                run.seconds / limit.seconds,
                sizes(run)
            )?;
        }
        Ok(())
    }

    fn write_stages(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.stages.is_empty() {
            return Ok(());
        }
        writeln!(f, "\n{:<18} {RATES}", "stage, one core")?;
        let row = |name: &str, seconds: f64, about: &str| {
            format!("{name:<18} {}  {about}", self.rates(seconds, 1))
        };
        for stage in &self.stages {
            writeln!(f, "{}", row(stage.name, stage.seconds, stage.about))?;
        }
        let parts = self.stages.iter().filter(|stage| stage.is_part);
        let sum = parts.map(|stage| stage.seconds).sum();
        writeln!(f, "{}", row("sum", sum, "without tag"))
    }

    fn write_growth(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Some(first) = self.growth.first() else {
            return Ok(());
        };
        writeln!(f, "\ngrowth: the same articles again under new ids")?;
        writeln!(
            f,
            "{:<18} {RATES} {:>6} {:>8} {:>9} {:>7}",
            "times the corpus", "linear", "index MB", "peak MB", "cores"
        )?;
        for growth in &self.growth {
            for (name, run, of) in [
                ("raw", &growth.raw, &first.raw),
                ("dateline", &growth.ours, &first.ours),
            ] {
                let linear = of.seconds / first.copies as f64 * growth.copies as f64;
                writeln!(
                    f,
                    "{:<18} {} {:>6.2} {}",
                    format!("{} {name}", growth.copies),
                    self.rates(run.seconds, growth.copies),
                    run.seconds / linear,
                    sizes(run)
                )?;
            }
        }
        for growth in &self.growth {
            writeln!(f, "\n{} articles", self.articles * growth.copies as u64)?;
            write_latencies(f, &growth.latencies)?;
        }
        Ok(())
    }
}

/// The size of an index, the memory that making it took, and how many cores were busy.
fn sizes(run: &Indexing) -> String {
    let peak = run.peak_bytes.map_or("not measured".to_owned(), |bytes| {
        format!("{:.0}", bytes as f64 / 1e6)
    });
    let cores = run.processor_seconds.map_or("-".to_owned(), |seconds| {
        format!("{:.2}", seconds / run.seconds.max(1e-9))
    });
    let index = run.index_bytes as f64 / 1e6;
    format!("{index:>8.1} {peak:>9} {cores:>7}")
}

fn write_latencies(f: &mut fmt::Formatter, latencies: &[Latency]) -> fmt::Result {
    if latencies.is_empty() {
        return Ok(());
    }
    writeln!(
        f,
        "\n{:<24} {:>8} {:>8} {:>8} {:>8} {:>6} {:>8}  raw tantivy is asked",
        "queries, ms", "p50", "p99", "raw p50", "raw p99", "times", "found"
    )?;
    for latency in latencies {
        let Latency {
            kind,
            ours,
            raw,
            raw_is,
            found,
        } = latency;
        writeln!(
            f,
            "{kind:<24} {:>8.3} {:>8.3} {:>8.3} {:>8.3} {:>6.1} {found:>8}  {raw_is}",
            ours.p50,
            ours.p99,
            raw.p50,
            raw.p99,
            ours.p50 / raw.p50.max(1e-9)
        )?;
    }
    Ok(())
}
