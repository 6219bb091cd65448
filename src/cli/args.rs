//! What the user can type: help, man page and completions come from these definitions.

use crate::annotate::{
    Annotator, AnnotatorError, Event, LexiconError, UserLexicon, UserLexiconError,
};
use crate::corpus::Limits;
use crate::index::document::hundredths;
use crate::index::{IndexError, UpdateOptions, UserNames, fields};
use crate::ontology::Mode;
use crate::search::{Filters, Request, SearchError, SearchOptions, Sort};
use anyhow::Context;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Search a folder of news: who did what to whom, where and when, offline.
#[derive(Debug, Parser)]
#[command(
    name = "dateline",
    version,
    about,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "\
Start here:
  dateline index FOLDER
  dateline search 'intelligence sharing' --facet country,action
  dateline events --by US --action SANCTION --to CN

Exit status: 0 found or done, 1 nothing found, 2 an error, 130 interrupted."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build or update an index of a folder of articles
    Index(IndexArgs),
    /// Annotate an index again from what it has stored, with other names or a newer dateline
    Reannotate(ReannotateArgs),
    /// Find articles, best first, with snippets and the events that matched
    Search(SearchArgs),
    /// Find articles like one, best first, without its copies
    Similar(SimilarArgs),
    /// List events, one a row, with the sentence behind each
    Events(EventsArgs),
    /// Count articles, events or stories by field and period
    Count(CountArgs),
    /// Show one article with its names and events marked
    Show(ShowArgs),
    /// Write every matching article as JSON Lines
    Export(ExportArgs),
    /// Say what an index holds
    Info(InfoArgs),
    /// Show what the readers see in files: one JSON line an article
    Read(ReadArgs),
    /// Annotate text or JSON Lines without an index
    Annotate(AnnotateArgs),
    /// Say what changed between two coders' outputs, with the sentences
    Diff(DiffArgs),
    /// Measure precision and recall on marked articles, and list the worst errors
    Evaluate {
        #[command(subcommand)]
        measure: Measure,
    },
    /// Print a completion script for a shell; in bash, zsh and fish it completes values too
    #[command(after_help = COMPLETIONS_HELP)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Complete a command line, for the completion scripts
    #[command(hide = true)]
    Complete(CompleteArgs),
    /// Print the manual page
    #[command(hide = true)]
    Man,
}

/// The whole command, with the fields that a query may name in the help of every command that
/// takes one.
pub fn command() -> clap::Command {
    let mut help = String::from("Fields in a query, as in outlet:Lantern or date:2024-03:\n");
    for row in fields::TABLE {
        help += &format!("  {:<10} {}\n", row.name, row.help);
    }
    help += "\nWords are ANDed; OR and NOT (or -) are written in capitals; \"quotes\" hold a phrase.\n\
             event(by:US action:SANCTION to:CN) asks that all of it holds in one event.";
    let mut command = Cli::command();
    for name in ["search", "similar", "events", "count", "export"] {
        command = command.mut_subcommand(name, |command| {
            let own = command
                .get_after_help()
                .map(|own| format!("{own}\n\n"))
                .unwrap_or_default();
            command.after_long_help(format!("{own}{help}"))
        });
    }
    command
}

const COMPLETIONS_HELP: &str = "\
bash: echo 'source <(dateline completions bash)' >> ~/.bashrc
zsh:  echo 'source <(dateline completions zsh)' >> ~/.zshrc     (after compinit)
fish: dateline completions fish > ~/.config/fish/completions/dateline.fish

They complete fields and their values from the index too: dateline search 'country:Col<TAB>";

/// What a completion script passes on.
#[derive(Debug, Args)]
pub struct CompleteArgs {
    /// The line as typed, up to the cursor, for a shell that leaves quotes and word breaks to us
    #[arg(long, value_name = "LINE", allow_hyphen_values = true)]
    pub line: Option<String>,
    /// What the shell breaks words at
    #[arg(
        long,
        value_name = "CHARS",
        requires = "line",
        allow_hyphen_values = true,
        default_value = ""
    )]
    pub breaks: String,
    /// The words before the cursor, unquoted, the command's name first
    #[arg(last = true)]
    pub words: Vec<String>,
}

/// Where the index is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Index and output")]
pub struct IndexDir {
    /// The index's folder
    #[arg(
        short = 'i',
        long = "index",
        value_name = "DIR",
        env = "DATELINE_INDEX",
        default_value = "index"
    )]
    pub dir: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A second run reads only files that are new or changed, annotates only articles that are, and
forgets those that are gone. A run that is stopped or killed keeps what it has committed; run it
again to go on. Ctrl-C commits what is done; a second Ctrl-C does not wait for that.")]
pub struct IndexArgs {
    /// Folders or files to index; the index mirrors exactly these
    #[arg(required = true, value_name = "CORPUS")]
    pub corpora: Vec<PathBuf>,
    #[command(flatten)]
    pub index: IndexDir,
    #[command(flatten)]
    pub names: IndexNamesArgs,
    /// Build anew beside the old index, then swap
    #[arg(long)]
    pub rebuild: bool,
    /// Go on following the folder when the index is up to date
    #[arg(long)]
    pub watch: bool,
    /// With --watch, compare the folder every so often instead of being told of changes
    #[arg(long, value_name = "SECONDS", requires = "watch",
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub poll: Option<u64>,
    /// Look only at the files and folders listed in FILE (- for standard input), one a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["rebuild", "watch"])]
    pub files_from: Option<PathBuf>,
    /// The list's paths end with a NUL byte, as find -print0 writes them
    #[arg(long, requires = "files_from")]
    pub null: bool,
    /// Compare the content of every file, also where size and time are as they were
    #[arg(long)]
    pub verify: bool,
    /// Go on even if none of the indexed files is in CORPUS any more
    #[arg(long)]
    pub replace: bool,
    #[command(flatten)]
    pub writing: WritingArgs,
    /// Write what became of each file, one JSON line a file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Milliseconds between commits, for tests
    #[arg(long, value_name = "MS", hide = true)]
    pub commit_every: Option<u64>,
    /// What reading a file may cost
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// The user's own names, for every command that annotates.
#[derive(Debug, Args, Default)]
pub struct LexiconArgs {
    /// Your own names, aliases and words to ignore: a tab-separated file (docs/lexicon.md)
    #[arg(long, value_name = "FILE", help_heading = "Names")]
    pub lexicon: Option<PathBuf>,
}

impl LexiconArgs {
    /// The user's lexicon, where one is given.
    ///
    /// # Errors
    /// When it cannot be read, with the line that is at fault.
    pub fn read(&self) -> anyhow::Result<Option<UserLexicon>> {
        let Some(path) = &self.lexicon else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the lexicon {}", path.display()))?;
        let lexicon = UserLexicon::parse(&text).map_err(|error| self.explain(error))?;
        Ok(Some(lexicon))
    }

    /// The annotator with the user's lexicon, where one is given.
    ///
    /// # Errors
    /// When that lexicon cannot be read.
    pub fn annotator(&self) -> anyhow::Result<Annotator> {
        let annotator = match self.read()? {
            None => Annotator::bundled(),
            Some(lexicon) => Annotator::with_lexicon(&lexicon),
        };
        annotator.map_err(|error| match error {
            AnnotatorError::Lexicon(LexiconError::User(error)) => self.explain(error),
            error => error.into(),
        })
    }

    /// Says in which file the line stands.
    pub fn explain(&self, error: UserLexiconError) -> anyhow::Error {
        let file = self.lexicon.as_deref().unwrap_or(Path::new("lexicon"));
        let place = format!("{}:{}", file.display(), error.line);
        anyhow::Error::new(error.fault).context(place)
    }
}

/// The user's own names, for a command that writes an index.
#[derive(Debug, Args)]
pub struct IndexNamesArgs {
    #[command(flatten)]
    pub given: LexiconArgs,
    /// Use no names of your own; without --lexicon or this, the index goes on with those it has
    #[arg(long, conflicts_with = "lexicon", help_heading = "Names")]
    pub no_lexicon: bool,
}

impl IndexNamesArgs {
    /// Which names the index is to be annotated with.
    ///
    /// # Errors
    /// When the user's lexicon cannot be read.
    pub fn read(&self) -> anyhow::Result<UserNames> {
        Ok(match self.given.read()? {
            Some(lexicon) => UserNames::Given(lexicon),
            None if self.no_lexicon => UserNames::None,
            None => UserNames::Held,
        })
    }

    /// What went wrong with an index, with the line of the lexicon if that is at fault.
    pub fn explain(&self, error: IndexError, doing: String) -> anyhow::Error {
        match error {
            IndexError::Annotator(AnnotatorError::Lexicon(LexiconError::User(error))) => {
                self.given.explain(error)
            }
            error => anyhow::Error::new(error).context(doing),
        }
    }
}

#[derive(Debug, Args)]
#[command(after_help = "\
The text that the index has stored is annotated; the corpus is not read and may be gone. A new
index is made beside the old one, which stays as it is until they are swapped, whatever happens.
A later dateline index goes on with the same names.")]
pub struct ReannotateArgs {
    #[command(flatten)]
    pub index: IndexDir,
    #[command(flatten)]
    pub names: IndexNamesArgs,
    #[command(flatten)]
    pub writing: WritingArgs,
}

/// How an index is written.
#[derive(Debug, Args)]
pub struct WritingArgs {
    /// Wait for another process that writes to the index instead of failing
    #[arg(long)]
    pub wait: bool,
    /// Threads [default: one a core]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,
    /// Memory for what is not yet written: 500M, 2G
    #[arg(long, value_name = "SIZE", default_value = "250M", value_parser = memory)]
    pub memory: usize,
}

impl WritingArgs {
    /// Sets what was typed.
    pub fn set(&self, options: &mut UpdateOptions) {
        options.wait = self.wait;
        options.memory = self.memory;
        if let Some(jobs) = self.jobs {
            options.jobs = usize::from(jobs);
        }
    }
}

/// What reading a file may cost.
#[derive(Debug, Args)]
pub struct LimitArgs {
    /// The largest single document to read, in megabytes
    #[arg(long, value_name = "MB", default_value_t = 32, help_heading = "Limits")]
    pub max_document: u64,
    /// How many times its size a compressed file may unpack to
    #[arg(
        long,
        value_name = "TIMES",
        default_value_t = 200,
        help_heading = "Limits"
    )]
    pub max_ratio: u64,
    /// How many archives and compressions may lie in one another
    #[arg(long, value_name = "N", default_value_t = 6, help_heading = "Limits")]
    pub max_nesting: u32,
}

impl LimitArgs {
    /// As the readers take them.
    pub fn limits(&self) -> Limits {
        Limits {
            document: self.max_document.saturating_mul(1_048_576),
            ratio: self.max_ratio,
            nesting: self.max_nesting,
        }
    }
}

/// Which articles: a query, and filters beside it.
#[derive(Debug, Args, Default)]
pub struct RequestArgs {
    /// Words, "phrases", word* w?rd word~1 /regex/, AND OR NOT, field:value, date:2024-01..2024-06,
    /// event(by:US to:CN)
    #[arg(value_name = "QUERY")]
    pub query: Vec<String>,
    /// Find what holds any of the query's words, not all; words such as "the" do not count. For
    /// questions in full sentences
    #[arg(long)]
    pub any: bool,
    #[command(flatten)]
    pub filters: FilterArgs,
}

/// Filters. Repeat one for "or"; different ones are "and".
#[derive(Debug, Args, Default)]
#[command(next_help_heading = "Filters (repeat one for OR; different ones are AND)")]
pub struct FilterArgs {
    /// A country or region mentioned: CO, COL, Colombia, "South America"
    #[arg(long, value_name = "PLACE")]
    country: Vec<String>,
    /// An action: a PLOVER type, CAMEO code or quad class; with --by --to --at --mode, in one event
    #[arg(long, value_name = "ACTION")]
    action: Vec<String>,
    /// Who acts: a country, region, sector or name
    #[arg(long, value_name = "ACTOR")]
    by: Vec<String>,
    /// Who is acted upon
    #[arg(long, value_name = "ACTOR")]
    to: Vec<String>,
    /// The country or region in which the event took place; an actor's home does not count
    #[arg(long, value_name = "PLACE")]
    at: Vec<String>,
    /// actual, planned, hypothetical or negated
    #[arg(long, value_name = "MODE")]
    mode: Vec<String>,
    #[command(flatten)]
    sure: SureArgs,
    /// A person named
    #[arg(long, value_name = "NAME")]
    person: Vec<String>,
    /// An organisation named
    #[arg(long, value_name = "NAME")]
    org: Vec<String>,
    /// A place named
    #[arg(long, value_name = "NAME")]
    place: Vec<String>,
    /// Who published the article
    #[arg(long, value_name = "NAME")]
    outlet: Vec<String>,
    /// The article's language, as ISO 639-1 code
    #[arg(long, value_name = "CODE")]
    language: Vec<String>,
    /// A subject that the source gives
    #[arg(long, value_name = "NAME")]
    topic: Vec<String>,
    /// Published on or after: 2024, 2024-03 or 2024-03-12
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Published on or before
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

/// How sure events must be, for every command that asks for events or shows them.
#[derive(Debug, Args, Default)]
pub struct SureArgs {
    /// Leave out events that the coder is less sure of: 0 to 1, with up to two decimals
    #[arg(long, value_name = "X", default_value = "0", hide_default_value = true,
          value_parser = share)]
    pub min_confidence: u8,
}

impl SureArgs {
    /// Takes the events that are not sure enough out of annotations.
    pub fn filter(&self, events: &mut Vec<Event>) {
        events.retain(|event| hundredths(event.confidence) >= self.min_confidence);
    }
}

/// A share from 0 to 1, in hundredths, as indexes hold it.
fn share(text: &str) -> Result<u8, String> {
    let share: f64 = text
        .parse()
        .map_err(|_| "say how sure, from 0 to 1: 0.8".to_owned())?;
    if !(0.0..=1.0).contains(&share) {
        return Err("a confidence is from 0 to 1: 0.8".to_owned());
    }
    let nearest = (share * 100.0).round() / 100.0;
    if (share - nearest).abs() > 1e-9 {
        return Err(
            "confidences are compared in hundredths: write two decimals at most".to_owned(),
        );
    }
    Ok(hundredths(nearest))
}

impl RequestArgs {
    /// What the user typed as a request. Several arguments are one query, as the shell would
    /// otherwise have it quoted.
    pub fn request(&self) -> Request {
        let f = &self.filters;
        Request {
            query: self.query.join(" "),
            any: self.any,
            filters: Filters {
                country: f.country.clone(),
                action: f.action.clone(),
                by: f.by.clone(),
                to: f.to.clone(),
                at: f.at.clone(),
                mode: f.mode.clone(),
                min_confidence: f.sure.min_confidence,
                person: f.person.clone(),
                org: f.org.clone(),
                place: f.place.clone(),
                outlet: f.outlet.clone(),
                language: f.language.clone(),
                topic: f.topic.clone(),
                since: f.since.clone(),
                until: f.until.clone(),
            },
        }
    }

    /// Gives an error in the query its caret, and one in a filter its option.
    pub fn explain(&self, error: SearchError) -> anyhow::Error {
        match &error {
            SearchError::Query(query) => {
                let rendered = query.render(&self.query.join(" "));
                anyhow::anyhow!(rendered.trim_start_matches("error: ").to_owned())
            }
            SearchError::Filter { name, .. } => {
                let option = format!("--{name}");
                anyhow::Error::new(error).context(option)
            }
            _ => error.into(),
        }
    }
}

/// Paths instead of records.
#[derive(Debug, Args)]
pub struct PathArgs {
    /// Print only the paths of the files that match, all of them, in order
    #[arg(
        id = "paths",
        short = 'l',
        long = "files-with-matches",
        conflicts_with_all = ["limit", "format"],
        help_heading = "Index and output"
    )]
    pub only: bool,
    /// With -l, end each path with a NUL byte, for xargs -0
    #[arg(
        id = "nul",
        short = '0',
        long = "null",
        requires = "paths",
        help_heading = "Index and output"
    )]
    pub null: bool,
}

/// What a spreadsheet needs.
#[derive(Debug, Args)]
pub struct SheetArgs {
    /// Begin csv and tsv with a byte order mark, by which Excel knows that it is UTF-8
    #[arg(long, help_heading = "Index and output")]
    pub bom: bool,
}

impl PathArgs {
    /// Prints the paths.
    pub fn print(&self, paths: &BTreeSet<String>) -> anyhow::Result<super::Status> {
        super::output::print_paths(paths, self.null)
    }
}

impl SheetArgs {
    /// Writes the mark where it is asked for.
    ///
    /// # Errors
    /// When the format is none that has one.
    pub fn begin(&self, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
        match (self.bom, format) {
            (false, _) => Ok(()),
            (true, Format::Csv | Format::Tsv) => Ok(out.write_all(BYTE_ORDER_MARK)?),
            (true, _) => anyhow::bail!("--bom is for --format csv and tsv"),
        }
    }
}

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

#[derive(Debug, Args)]
pub struct SearchArgs {
    #[command(flatten)]
    pub request: RequestArgs,
    #[command(flatten)]
    pub index: IndexDir,
    /// Count articles and events by these fields too, or by what lies under a value: country,
    /// country/Africa, cameo/16. A filter on the same thing is left out of account
    #[arg(
        long,
        value_name = "FIELD[/VALUE]",
        value_delimiter = ',',
        conflicts_with = "paths"
    )]
    pub facet: Vec<String>,
    /// Say what is behind the values of a facet: sentences, of country and region also the words
    #[arg(long, requires = "facet")]
    pub evidence: bool,
    /// Say why each article was found and ranks where it does; where none is, what each part of
    /// the query leaves
    #[arg(long)]
    pub explain: bool,
    #[command(flatten)]
    pub paths: PathArgs,
    #[command(flatten)]
    pub sheet: SheetArgs,
    /// How many articles to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// How many passages of each article to show
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub snippets: usize,
    /// In which order articles come
    #[command(flatten)]
    pub page: PageArgs,
    /// How many values of a facet to show
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub facet_limit: usize,
    /// text, json (one document), jsonl, csv or tsv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// In which order articles come.
#[derive(Debug, Args)]
pub struct PageArgs {
    /// score (of equals the newest first), newest or oldest; ties are settled by identifier
    #[arg(
        long,
        value_name = "ORDER",
        default_value = "score",
        help_heading = "Order"
    )]
    pub sort: SortBy,
    /// Go on after the page that gave this cursor; the index may have changed since
    #[arg(long, value_name = "CURSOR", help_heading = "Order")]
    pub cursor: Option<String>,
    /// Let newer articles be better: one so many days older than the newest of the index is worth
    /// three quarters of its score, and an old one half
    #[arg(long, value_name = "DAYS", help_heading = "Order",
        value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub recency: Option<u32>,
    /// Of copies of one text show only the best
    #[arg(long, help_heading = "Order")]
    pub collapse: bool,
}

impl PageArgs {
    /// As the library takes it.
    pub fn options(&self, limit: usize, facets: &[String]) -> SearchOptions {
        SearchOptions {
            limit,
            facets: facets.to_vec(),
            sort: match self.sort {
                SortBy::Score => Sort::Score,
                SortBy::Newest => Sort::Newest,
                SortBy::Oldest => Sort::Oldest,
            },
            cursor: self.cursor.clone(),
            recency: self.recency,
            collapse: self.collapse,
            ..SearchOptions::default()
        }
    }
}

/// An order of articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortBy {
    /// The best first
    Score,
    /// The newest first
    Newest,
    /// The oldest first
    Oldest,
}

#[derive(Debug, Args)]
#[command(after_help = "\
An article is told by the words, names and events that it has and few others have. Copies of it are
left out; of other texts that have copies, one is shown.")]
pub struct SimilarArgs {
    /// The article's identifier, or enough of its beginning
    pub id: String,
    #[command(flatten)]
    pub request: RequestArgs,
    #[command(flatten)]
    pub index: IndexDir,
    /// How many articles to show
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub limit: usize,
    /// text, json (one document), jsonl, csv or tsv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct EventsArgs {
    #[command(flatten)]
    pub request: RequestArgs,
    #[command(flatten)]
    pub index: IndexDir,
    #[command(flatten)]
    pub paths: PathArgs,
    #[command(flatten)]
    pub sheet: SheetArgs,
    /// Stop after so many events [default: all]
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
    /// text, json, jsonl, csv or tsv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
With action, cameo, quad, by, to, at, mode or sector among the fields, a row counts what holds
within one event, and country is a country that takes part in it, as actor, target or place.
Without, country is one that the article mentions. A story is an article with its copies, whole,
in part or edited; it counts where one of them does. Counts are exact.

A share is of all articles (events, stories) of the period, whatever the query and filters but
--since, --until and --min-confidence. With --per events a row says too how many events are in each
quad class, Q1 and Q2 cooperation, Q3 and Q4 conflict, in words and in deeds, and the mean of their
Goldstein scores, -10 (conflict) to 10 (cooperation):
  dateline count --by US --to CN --per events --every month")]
pub struct CountArgs {
    #[command(flatten)]
    pub request: RequestArgs,
    #[command(flatten)]
    pub index: IndexDir,
    /// Fields to count by: country, action, by, to, outlet, person …, or what lies under a value:
    /// country/Africa, action/Q4, cameo/16
    #[arg(short, long, value_name = "FIELD[/VALUE]", value_delimiter = ',')]
    pub group: Vec<String>,
    /// Count by period of publication too, from the first to the last in which something is
    #[arg(long, value_name = "PERIOD")]
    pub every: Option<Every>,
    /// Leave out periods in which nothing is
    #[arg(long, requires = "every")]
    pub skip_empty: bool,
    /// Show and sort by this count only: articles, events or stories [default: articles and events]
    #[arg(long, value_name = "GRAIN")]
    pub per: Option<Grain>,
    /// Show the N most frequent values only, with --every in all their periods [default: all]
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
    #[command(flatten)]
    pub sheet: SheetArgs,
    /// text, json, jsonl, csv or tsv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The article's identifier, or enough of its beginning
    pub id: String,
    #[command(flatten)]
    pub index: IndexDir,
    #[command(flatten)]
    pub sure: SureArgs,
    /// text, json, csv or tsv (a row, as dateline export writes it)
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    pub request: RequestArgs,
    #[command(flatten)]
    pub index: IndexDir,
    #[command(flatten)]
    pub sheet: SheetArgs,
    /// jsonl, json (one document), csv or tsv (a row an article, without its annotations)
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct InfoArgs {
    #[command(flatten)]
    pub index: IndexDir,
    /// List the files that were not read, with the reason
    #[arg(long)]
    pub rejected: bool,
    /// Verify the index against its checksums, and every document in it
    #[arg(long, conflicts_with = "rejected")]
    pub check: bool,
    /// With --check, compare the index with the folders that it was built from
    #[arg(long, value_name = "CORPUS", requires = "check")]
    pub corpus: Vec<PathBuf>,
    /// text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Files or folders
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// jsonl or text
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    pub format: Format,
    /// What reading a file may cost
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A JSON line may hold id, text, title, date and pair ({\"source\", \"target\"}: two mentions in the
text, whose relation is wanted). Anything else is read as one plain text.")]
pub struct AnnotateArgs {
    /// A file, or - for standard input
    #[arg(default_value = "-", value_name = "FILE")]
    pub file: PathBuf,
    /// The day that the text was published on, to resolve "on Tuesday"
    #[arg(long, value_name = "DATE")]
    pub date: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub names: LexiconArgs,
    #[command(flatten)]
    pub sure: SureArgs,
    /// jsonl or text
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
A and B are indexes, or files that dateline annotate or dateline events wrote with --format jsonl.
Articles are matched by their id, events by sentence, actors and type. An article that only one of
them has is counted and not compared; a file of events lacks no article, as those without events
are not in it.

Exit status: 0 the same, 1 different, 2 an error.")]
pub struct DiffArgs {
    /// The older output: an index, or JSON Lines
    #[arg(value_name = "A")]
    pub before: PathBuf,
    /// The newer output
    #[arg(value_name = "B")]
    pub after: PathBuf,
    /// By how much a confidence may move before the event counts as changed
    #[arg(long, value_name = "X", default_value_t = 0.1)]
    pub step: f64,
    #[command(flatten)]
    pub sure: SureArgs,
    /// How many differences to show; the summary counts all [default: all]
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
    /// text, json or jsonl
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// What `dateline evaluate` measures.
#[derive(Debug, Subcommand)]
pub enum Measure {
    /// People, organisations, places and other names: exact span and type
    Ner(EvaluateArgs),
    /// The countries that articles name, and the country of each place
    Countries(EvaluateArgs),
    /// The PLOVER type of what one given actor does to another
    Relations(RelationsArgs),
    /// Who did what to whom: source, type and target of raw sentences
    Events(EventGoldArgs),
    /// How well search ranks what people judged relevant: MAP and nDCG@10
    Search(SearchGoldArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
A collection is a folder with docs.jsonl (id, title, text), topics.tsv (number, tab, query) and
qrels.txt (number, 0, id, relevance). It is indexed into a temporary folder, and each query is
asked as search --any asks it, with its words alone. docs/accuracy.md has the figures.")]
pub struct SearchGoldArgs {
    /// Collections, or folders of collections
    #[arg(required = true, value_name = "GOLD")]
    pub gold: Vec<PathBuf>,
    /// Say what each choice of the ranking is worth: without it, and alone beside plain BM25
    #[arg(long)]
    pub ablate: bool,
    /// text, json, jsonl, csv or tsv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
GOLD is told by its content: JSON Lines with sentence, source, target and type, or a table of
examples (sentence, source, target, type, code, mode). CONCEDE and RETREAT count as one where the
gold has YIELD. docs/accuracy.md describes the formats and the figures.")]
pub struct RelationsArgs {
    /// Files of marked pairs
    #[arg(required = true, value_name = "GOLD")]
    pub gold: Vec<PathBuf>,
    /// Show the whole matrix: a row for each type of the gold, a column for each that was found
    #[arg(long)]
    pub confusion: bool,
    /// How many confusions to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub worst: usize,
    /// text, json, jsonl, or the scores alone as csv or tsv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "\
GOLD is told by its content: the XML of PETRARCH's validation sets (countries by actor codes), JSON
Lines with text and events (by, plover, to: countries), a table of examples (sides by their words),
or plain text, a sentence a line, in which nothing happens. docs/accuracy.md describes the formats
and the figures.")]
pub struct EventGoldArgs {
    /// Files of marked sentences
    #[arg(required = true, value_name = "GOLD")]
    pub gold: Vec<PathBuf>,
    /// Only events that are found with this mode: actual, planned, hypothetical or negated
    #[arg(long, value_name = "MODE", value_parser = mode)]
    pub mode: Vec<Mode>,
    #[command(flatten)]
    pub sure: SureArgs,
    /// How many confusions to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub worst: usize,
    /// text, json, jsonl, or the scores alone as csv or tsv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// A mode, or which ones there are.
fn mode(text: &str) -> Result<Mode, String> {
    Mode::parse(text).map_err(|_| format!("the modes are {}", Mode::ALL.map(Mode::name).join(", ")))
}

#[derive(Debug, Args)]
#[command(after_help = "\
GOLD is told by its content: columns with a token a line and its tag last, as CoNLL-2003 has them
(BIO or BIOES); JSON Lines with text and any of entities, countries and places; or the XML of
geoparsing corpora such as the Local-Global Lexicon. docs/accuracy.md describes them, and says how
each figure is defined.")]
pub struct EvaluateArgs {
    /// Files of marked articles
    #[arg(required = true, value_name = "GOLD")]
    pub gold: Vec<PathBuf>,
    /// What is annotated at once in a file of columns: article or sentence
    #[arg(long, value_name = "UNIT", default_value = "article")]
    pub by: Unit,
    /// How many rows of each list of errors to show
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub worst: usize,
    /// text, json, jsonl, or the scores alone as csv or tsv
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
}

/// The least memory that an index can be written with: what tantivy needs for one thread.
const LEAST_MEMORY: usize = 50_000_000;

/// A size with its unit, in bytes.
fn memory(text: &str) -> Result<usize, String> {
    let at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "m" | "mb" => 1_000_000,
        "mib" => 1 << 20,
        "g" | "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return Err("say how much with its unit: 500M or 2G".to_owned()),
    };
    let size = number
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_mul(unit));
    match size {
        Some(size) if size >= LEAST_MEMORY => Ok(size),
        Some(_) => Err("at least 50M are needed".to_owned()),
        None => Err("say how much with its unit: 500M or 2G".to_owned()),
    }
}

/// How output is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
    /// Tab-separated values with a header.
    Tsv,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Grain {
    /// Articles.
    Articles,
    /// Events.
    Events,
    /// Stories: articles that are copies of one text count as one.
    Stories,
}

/// A period of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Every {
    /// Each day.
    Day,
    /// Each week, from Monday.
    Week,
    /// Each month.
    Month,
    /// Each year.
    Year,
}

/// What is annotated at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    /// Each article.
    Article,
    /// Each sentence, alone.
    Sentence,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        command().debug_assert();
    }

    #[test]
    fn confidences_are_hundredths() {
        for n in 0..=100_u8 {
            assert_eq!(share(&format!("{}", f64::from(n) / 100.0)), Ok(n));
        }
        assert_eq!((share(".8"), share("1.00")), (Ok(80), Ok(100)));
        for wrong in ["-0.1", "1.01", "0.855", "80%", "NaN", "inf", ""] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn memory_needs_a_unit_and_enough() {
        assert_eq!(memory("500M"), Ok(500_000_000));
        assert_eq!(memory("2GiB"), Ok(2 << 30));
        for wrong in ["500", "M", "1M", "-1G", "99999999999999999999G", "5 apples"] {
            assert!(memory(wrong).is_err(), "{wrong}");
        }
    }
}
