//! The `dateline` command: one file a subcommand, and what they share.
//!
//! Data goes to standard output, everything else to standard error. The exit status is 0 when
//! something was found or done, 1 when nothing was found or two outputs differ, 2 after an error, 130 when interrupted.

mod annotate;
mod args;
mod complete;
mod completions;
mod count;
mod diff;
mod evaluate;
mod evaluate_events;
mod evaluate_search;
mod events;
mod evidence;
mod export;
mod facets;
mod index;
mod info;
mod output;
mod progress;
mod read;
mod reannotate;
mod record;
mod search;
mod show;
mod similar;
mod watch;
mod why;

use crate::annotate::UserLexiconFault;
use crate::evaluate::GoldError;
use crate::index::IndexError;
use crate::search::SearchError;
use args::{Cli, Command};
use clap::FromArgMatches;
use std::io::Write;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Something was found or done.
    Found,
    /// Nothing was found.
    Nothing,
    /// Two things that were compared differ.
    Different,
    /// The user stopped it.
    Interrupted,
}

/// Runs the command that the program was called with.
pub fn main() -> ExitCode {
    let parsed = args::command()
        .try_get_matches()
        .and_then(|found| Cli::from_arg_matches(&found));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; both print where they should.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match guarded(cli) {
        Ok(Status::Found) => ExitCode::SUCCESS,
        Ok(Status::Nothing | Status::Different) => ExitCode::from(1),
        Ok(Status::Interrupted) => ExitCode::from(130),
        // Whoever read our output has read enough.
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(2)
        }
    }
}

/// Runs a command. A library that trips over damaged index files panics: that is an error to the
/// user like any other.
fn guarded(cli: Cli) -> anyhow::Result<Status> {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| ()));
    }
    let outcome = std::panic::catch_unwind(|| run(cli));
    let _ = std::panic::take_hook();
    outcome.unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Err(anyhow::anyhow!(
            "the program failed ({}); the index may be damaged: dateline info --check tells",
            said.unwrap_or("no reason given")
        ))
    })
}

fn run(cli: Cli) -> anyhow::Result<Status> {
    match cli.command {
        Command::Index(args) => index::run(&args),
        Command::Reannotate(args) => reannotate::run(&args),
        Command::Search(args) => search::run(&args),
        Command::Similar(args) => similar::run(&args),
        Command::Events(args) => events::run(&args),
        Command::Count(args) => count::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Info(args) => info::run(&args),
        Command::Read(args) => read::run(&args),
        Command::Annotate(args) => annotate::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Evaluate { measure } => evaluate::run(&measure),
        Command::Completions { shell } => completions::run(shell),
        Command::Complete(args) => complete::run(&args),
        Command::Man => {
            clap_mangen::Man::new(args::command()).render(&mut std::io::stdout())?;
            Ok(Status::Found)
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = cause
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind);
        kind == Some(std::io::ErrorKind::BrokenPipe)
            || cause
                .downcast_ref::<csv::Error>()
                .is_some_and(|csv| matches!(csv.kind(), csv::ErrorKind::Io(io) if io.kind() == std::io::ErrorKind::BrokenPipe))
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|json| json.io_error_kind() == Some(std::io::ErrorKind::BrokenPipe))
    })
}

/// Prints an error and what to do about it.
fn report(error: &anyhow::Error) {
    let mut stderr = anstream::stderr().lock();
    let bold = anstyle::Style::new()
        .bold()
        .fg_color(Some(anstyle::AnsiColor::Red.into()));
    let mut causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    // Some errors say what caused them themselves.
    causes.dedup_by(|cause, outer| outer.ends_with(cause.as_str()));
    let message = causes.join(": ");
    // A failure to say so leaves nothing more to do.
    let _ = writeln!(stderr, "{bold}error:{bold:#} {message}");
    for cause in error.chain() {
        let of_search = cause.downcast_ref::<SearchError>().map(SearchError::hint);
        let of_index = cause.downcast_ref::<IndexError>().map(IndexError::hint);
        let of_gold = cause.downcast_ref::<GoldError>().map(GoldError::hint);
        let of_names = cause
            .downcast_ref::<UserLexiconFault>()
            .map(UserLexiconFault::hint);
        let hint = of_search.or(of_index).or(of_gold).or(of_names).flatten();
        if let Some(hint) = hint {
            let _ = writeln!(stderr, "hint: {hint}");
            return;
        }
    }
}
