//! `dateline export`: every matching article with its annotations, as JSON Lines.

use super::Status;
use super::args::ExportArgs;
use crate::search::Index;
use std::io::Write;
use std::ops::ControlFlow;

/// Runs the command.
pub fn run(args: &ExportArgs) -> anyhow::Result<Status> {
    let index = Index::open(&args.index.dir)?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut found = false;
    let mut failure = None;
    index
        .for_each(&args.request.request(), &mut |hit| {
            found = true;
            match writeln!(out, "{}", super::show::record(&hit.indexed, &hit.story)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        })
        .map_err(|error| args.request.explain(error))?;
    if let Some(error) = failure {
        return Err(error.into());
    }
    out.flush()?;
    Ok(if found {
        Status::Found
    } else {
        Status::Nothing
    })
}
