//! `dateline evaluate`: marked articles in, scores and the worst errors out.

use super::args::{EvaluateArgs, Format, Measure, Unit};
use super::output::{TITLE, Table, counted, stdout, thousands};
use super::{Status, evaluate_events, evaluate_search};
use crate::annotate::{Annotations, Annotator, Scratch};
use crate::article::Article;
use crate::evaluate::{
    By, CountryReport, CountryScorer, Gold, GoldArticle, GoldError, Name, NerReport, NerScorer,
    Precision, Score,
};
use anyhow::{Context, bail};
use serde::Serialize;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// Runs the command.
pub fn run(measure: &Measure) -> anyhow::Result<Status> {
    match measure {
        Measure::Ner(args) => {
            let mut scorer = NerScorer::default();
            annotate(args, |article, found| scorer.add(article, found))?;
            let Some(report) = scorer.report(args.worst) else {
                bail!("no article of the gold has its names marked");
            };
            write_ner(&report, args.format)?;
        }
        Measure::Countries(args) => {
            let mut scorer = CountryScorer::default();
            annotate(args, |article, found| scorer.add(article, found))?;
            let Some(report) = scorer.report(args.worst) else {
                bail!("no article of the gold has its countries or places marked");
            };
            write_countries(&report, args.format)?;
        }
        Measure::Relations(args) => evaluate_events::relations(args)?,
        Measure::Events(args) => evaluate_events::events(args)?,
        Measure::Search(args) => evaluate_search::run(args)?,
    }
    Ok(Status::Found)
}

/// Reads all gold, so that an error in it is told before the work, and annotates each article.
fn annotate(
    args: &EvaluateArgs,
    mut take: impl FnMut(&GoldArticle, &Annotations),
) -> anyhow::Result<()> {
    let by = match args.by {
        Unit::Article => By::Article,
        Unit::Sentence => By::Sentence,
    };
    let mut articles = Vec::new();
    for path in &args.gold {
        let shown = path.display();
        let gold = read_gold(path, |file| Gold::read(file, by))?;
        for (name, places) in &gold.unmapped {
            let places = counted(*places, "place");
            anstream::eprintln!("{shown}: no country is called \"{name}\" ({places})");
        }
        if gold.misplaced > 0 {
            let places = counted(gold.misplaced, "place");
            anstream::eprintln!("{shown}: {places} left out: the text has other words there");
        }
        articles.extend(gold.articles);
    }
    let annotator = Annotator::bundled()?;
    let mut scratch = Scratch::default();
    for article in &articles {
        let subject = Article {
            title: article.title.clone(),
            text: article.text.clone(),
            date: article.date,
            outlet: article.outlet.clone(),
            ..Article::default()
        };
        take(article, &annotator.annotate(&subject, &mut scratch));
    }
    Ok(())
}

/// Reads a file of gold; an error says where in it.
pub(super) fn read_gold<T>(
    path: &Path,
    read: impl FnOnce(File) -> Result<T, GoldError>,
) -> anyhow::Result<T> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
    read(file).map_err(|error| {
        let place = format!("{shown}:{}", error.line);
        anyhow::Error::new(error).context(place)
    })
}

fn write_ner(report: &NerReport, format: Format) -> anyhow::Result<()> {
    let classes = report.classes.iter();
    let scores: Vec<Row> = classes
        .map(|class| Row::of(class.class.name(), class.score))
        .chain([Row::of("all", report.all)])
        .collect();
    let mut out = stdout(format);
    match format {
        Format::Json => write_json(&mut out, report)?,
        Format::Jsonl => {
            write_lines(&mut out, "score", &scores)?;
            write_lines(&mut out, "types", &report.types)?;
            write_lines(&mut out, "confusion", &report.confusions)?;
            write_lines(&mut out, "missed", &report.missed)?;
            write_lines(&mut out, "spurious", &report.spurious)?;
            let summary = json!({ "articles": report.articles, "errors": report.errors });
            write_lines(&mut out, "summary", &[summary])?;
        }
        Format::Csv | Format::Tsv => table(&scores, format).write(&mut out)?,
        Format::Text => {
            table(&scores, format).write(&mut out)?;
            let errors = report.errors;
            let rows = [
                (errors.wrong_type, "right span, another type"),
                (errors.wrong_span, "right type, another span"),
                (errors.wrong_both, "another type and span"),
                (errors.missed, "nothing predicted there"),
                (errors.spurious, "predicted where the gold has nothing"),
            ];
            let rows = rows.map(|(count, kind)| vec![count.to_string(), kind.to_owned()]);
            write_list(&mut out, "Errors", &["count", "kind"], rows.into_iter())?;
            let types = report.types.iter();
            let rows = types.map(|row| {
                let (gold, predicted) = (row.gold.name(), row.predicted.name());
                vec![row.count.to_string(), gold.into(), predicted.into()]
            });
            write_list(&mut out, "Types", &["count", "gold", "predicted"], rows)?;
            let confusions = report.confusions.iter();
            let rows = confusions.map(|c| vec![c.count.to_string(), of(&c.gold), of(&c.predicted)]);
            write_list(&mut out, "Confused", &["count", "gold", "predicted"], rows)?;
            for (title, names) in [("Missed", &report.missed), ("Spurious", &report.spurious)] {
                let rows = names.iter();
                let rows = rows.map(|row| vec![row.count.to_string(), of(&row.name)]);
                write_list(&mut out, title, &["count", "name"], rows)?;
            }
            out.flush()?;
            anstream::eprintln!("of {}", counted(report.articles, "article"));
        }
    }
    out.flush()?;
    Ok(())
}

fn write_countries(report: &CountryReport, format: Format) -> anyhow::Result<()> {
    let mut scores = Vec::new();
    if let Some(sets) = report.sets {
        scores.push(Row::of("countries of articles", sets.pairs));
        scores.push(Row {
            f1: Some(sets.mean_f1),
            ..Row::named("mean over articles")
        });
        scores.push(Row {
            gold: Some(sets.articles),
            right: Some(sets.exact),
            recall: Some(sets.exact_share),
            ..Row::named("articles exactly right")
        });
    }
    if let Some(places) = report.places {
        scores.push(Row::of("places with country", places.resolved));
        scores.push(Row::claims("predicted places", places.place_claims));
        scores.push(Row::claims(
            "predicted places and nationalities",
            places.claims,
        ));
    }
    let mut out = stdout(format);
    match format {
        Format::Json => write_json(&mut out, report)?,
        Format::Jsonl => {
            write_lines(&mut out, "score", &scores)?;
            write_lines(&mut out, "country", &report.countries)?;
            write_lines(&mut out, "confusion", &report.confusions)?;
            write_lines(&mut out, "missed", &report.missed)?;
            write_lines(&mut out, "spurious", &report.spurious)?;
            let articles = |sets: Option<u64>| sets.unwrap_or_default();
            let summary = json!({
                "articles_with_countries": articles(report.sets.map(|sets| sets.articles)),
                "articles_with_places": articles(report.places.map(|places| places.articles)),
            });
            write_lines(&mut out, "summary", &[summary])?;
        }
        Format::Csv | Format::Tsv => table(&scores, format).write(&mut out)?,
        Format::Text => {
            table(&scores, format).write(&mut out)?;
            write_country_lists(&mut out, report)?;
            let articles = report.sets.map(|sets| sets.articles);
            let articles = articles.or(report.places.map(|places| places.articles));
            out.flush()?;
            anstream::eprintln!("of {}", counted(articles.unwrap_or_default(), "article"));
        }
    }
    out.flush()?;
    Ok(())
}

fn write_country_lists(out: &mut dyn Write, report: &CountryReport) -> anyhow::Result<()> {
    let countries = report.countries.iter().map(|row| {
        let (articles, places) = (row.articles, row.places);
        vec![
            articles.gold.to_string(),
            shown(articles.precision),
            shown(articles.recall),
            shown(articles.f1),
            places.gold.to_string(),
            shown(places.recall),
            named(row.country),
        ]
    });
    let header = [
        "articles",
        "precision",
        "recall",
        "f1",
        "places",
        "recall",
        "country",
    ];
    write_list(out, "Countries, the worst first", &header, countries)?;
    let confusions = report.confusions.iter().map(|row| {
        vec![
            row.count.to_string(),
            row.gold.to_string(),
            row.predicted.to_string(),
            row.names.join(", "),
        ]
    });
    let header = ["places", "gold", "predicted", "names"];
    write_list(out, "Places in the wrong country", &header, confusions)?;
    let missed = report.missed.iter().map(|row| {
        vec![
            row.count.to_string(),
            row.named.to_string(),
            row.country.to_string(),
            row.text.clone(),
        ]
    });
    let header = ["places", "found as a name", "gold", "name"];
    write_list(out, "Places without a country", &header, missed)?;
    let spurious = report.spurious.iter().map(|row| {
        vec![
            row.articles.to_string(),
            named(row.country),
            row.names.join(", "),
        ]
    });
    let header = ["articles", "country", "names that led there"];
    write_list(
        out,
        "Countries that articles do not name",
        &header,
        spurious,
    )
}

/// A row of scores; what a measure does not have is empty.
#[derive(Debug, Default, Serialize)]
pub(super) struct Row {
    pub(super) measure: String,
    pub(super) gold: Option<u64>,
    pub(super) predicted: Option<u64>,
    pub(super) right: Option<u64>,
    pub(super) precision: Option<f64>,
    pub(super) recall: Option<f64>,
    pub(super) f1: Option<f64>,
}

impl Row {
    pub(super) fn named(measure: &str) -> Self {
        Self {
            measure: measure.to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn of(measure: &str, score: Score) -> Self {
        Self {
            measure: measure.to_owned(),
            gold: Some(score.gold),
            predicted: Some(score.predicted),
            right: Some(score.right),
            precision: score.precision,
            recall: score.recall,
            f1: score.f1,
        }
    }

    pub(super) fn claims(measure: &str, score: Precision) -> Self {
        Self {
            predicted: Some(score.predicted),
            right: Some(score.right),
            precision: score.precision,
            ..Self::named(measure)
        }
    }
}

pub(super) fn table(rows: &[Row], format: Format) -> Table<'static> {
    let text = format == Format::Text;
    let columns = [
        "measure",
        "gold",
        "predicted",
        "right",
        "precision",
        "recall",
        "f1",
    ];
    let mut table = Table::new(format, columns.to_vec());
    for row in rows {
        let counts = [row.gold, row.predicted, row.right].map(|count| match count {
            Some(count) if text => thousands(count),
            Some(count) => count.to_string(),
            None => String::new(),
        });
        let shares = [row.precision, row.recall, row.f1].map(|share| match share {
            Some(share) if !text => share.to_string(),
            share => shown(share),
        });
        let cells = [vec![row.measure.clone()], counts.to_vec(), shares.to_vec()];
        table.row(cells.concat());
    }
    table
}

pub(super) fn shown(share: Option<f64>) -> String {
    share.map_or(String::new(), |share| format!("{share:.3}"))
}

fn named(country: crate::ontology::CountryCode) -> String {
    format!("{country} {}", country.name())
}

/// "Oslo (place)".
fn of(name: &Name) -> String {
    format!("{} ({})", name.text, name.class.name())
}

pub(super) fn write_list(
    out: &mut dyn Write,
    title: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> anyhow::Result<()> {
    let mut table = Table::new(Format::Text, header.to_vec());
    let mut is_empty = true;
    for row in rows {
        is_empty = false;
        table.row(row);
    }
    if is_empty {
        return Ok(());
    }
    writeln!(out, "\n{TITLE}{title}{TITLE:#}")?;
    table.write(out)
}

pub(super) fn write_json(out: &mut dyn Write, report: &impl Serialize) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)?;
    Ok(())
}

/// Writes each of the rows as a line with its type first.
pub(super) fn write_lines<T: Serialize>(
    out: &mut dyn Write,
    kind: &str,
    rows: &[T],
) -> anyhow::Result<()> {
    for row in rows {
        let mut line = json!({ "type": kind });
        if let (Value::Object(line), Value::Object(row)) = (&mut line, serde_json::to_value(row)?) {
            line.extend(row);
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}
