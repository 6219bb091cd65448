//! `dateline annotate`: text or JSON Lines in, annotations out, without an index.

use super::Status;
use super::args::{AnnotateArgs, Format};
use super::evidence::{countries, entity_line, print_countries};
use super::output::{counted, safe};
use super::record::event_line;
use crate::annotate::{Annotations, Annotator, Pair, Scratch};
use crate::article::Article;
use crate::corpus::{date, language};
use anyhow::{Context, bail};
use jiff::civil::Date;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};

/// A line of input.
#[derive(Debug, Deserialize)]
struct Line {
    #[serde(default)]
    id: Value,
    text: String,
    #[serde(default)]
    title: String,
    #[serde(default, deserialize_with = "date_as_written")]
    date: Option<Date>,
    outlet: Option<String>,
    language: Option<String>,
    pair: Option<Pair>,
}

/// A date in any of the ways in which articles give it; none where there is none.
fn date_as_written<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Date>, D::Error> {
    let written = Value::deserialize(value)?;
    let text = match &written {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    match date::parse(&text) {
        None if !text.is_empty() => Err(D::Error::custom(format!("{written} is no date"))),
        date => Ok(date),
    }
}

/// Runs the command.
pub fn run(args: &AnnotateArgs) -> anyhow::Result<Status> {
    if !matches!(args.format, Format::Jsonl | Format::Text) {
        bail!("annotations are written as jsonl or text");
    }
    let from_stdin = args.file.as_os_str() == "-";
    let input: Box<dyn Read> = if from_stdin {
        Box::new(std::io::stdin().lock())
    } else {
        let file = std::fs::File::open(&args.file)
            .with_context(|| format!("cannot open {}", args.file.display()))?;
        Box::new(file)
    };
    let mut input = BufReader::new(input);
    let annotator = args.names.annotator()?;
    let mut scratch = Scratch::default();
    let mut out = super::output::stdout(args.format);

    let head = input.fill_buf().context("cannot read the input")?;
    let is_json = head.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if !is_json {
        let mut text = String::new();
        input
            .read_to_string(&mut text)
            .context("the input is not UTF-8")?;
        let text = crate::corpus::normalize::body(&text);
        let line = Line {
            id: Value::Null,
            text,
            title: String::new(),
            date: args.date,
            outlet: None,
            language: None,
            pair: None,
        };
        write(&mut out, args, &annotator, &line, &mut scratch)?;
        out.flush()?;
        return Ok(Status::Found);
    }
    let (mut lines, mut bad) = (0, 0);
    for (number, line) in (1..).zip(input.split(b'\n')) {
        let line = line.with_context(|| format!("line {number} cannot be read"))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        lines += 1;
        match serde_json::from_slice::<Line>(&line) {
            Ok(mut line) => {
                line.date = line.date.or(args.date);
                write(&mut out, args, &annotator, &line, &mut scratch)?;
            }
            // The other lines are as good as they were.
            Err(error) => {
                bad += 1;
                anstream::eprintln!("line {number}: {}", safe(&error.to_string()));
            }
        }
    }
    out.flush()?;
    if bad > 0 {
        bail!(
            "{bad} of {} could not be annotated: a line is an object with \"text\"",
            counted(lines, "line")
        );
    }
    Ok(Status::Found)
}

fn write(
    out: &mut dyn Write,
    args: &AnnotateArgs,
    annotator: &Annotator,
    line: &Line,
    scratch: &mut Scratch,
) -> anyhow::Result<()> {
    let detected = || language::detect(&line.title, &line.text).map(str::to_owned);
    let language = line.language.as_deref().and_then(language::code);
    let article = Article {
        title: line.title.clone(),
        text: line.text.clone(),
        date: line.date,
        outlet: line.outlet.clone(),
        language: language.or_else(detected),
        ..Article::default()
    };
    let mut found = annotator.annotate(&article, scratch);
    args.sure.filter(&mut found.events);
    if args.format == Format::Text {
        return print(out, &found);
    }
    let mut record = json!({
        "id": line.id,
        "language": article.language,
        "entities": found.entities,
        "countries": countries(&found),
        "events": found.events,
    });
    if let Some(dateline) = &found.dateline {
        record["dateline"] = json!(dateline);
    }
    if let Some(pair) = &line.pair {
        record["relation"] = match annotator.relation(&line.text, line.date, pair, scratch) {
            Some(action) => json!({ "plover": action.plover, "cameo": action.cameo }),
            None => Value::Null,
        };
    }
    writeln!(out, "{record}")?;
    Ok(())
}

fn print(out: &mut dyn Write, found: &Annotations) -> anyhow::Result<()> {
    for entity in &found.entities {
        writeln!(out, "{}", entity_line(entity, 1))?;
    }
    print_countries(out, found)?;
    for event in &found.events {
        writeln!(
            out,
            "{}  “{}”",
            safe(&event_line(event)),
            safe(&event.sentence.text)
        )?;
    }
    Ok(())
}
