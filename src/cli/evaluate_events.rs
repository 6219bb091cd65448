//! `dateline evaluate relations` and `dateline evaluate events`: marked sentences in, scores out.

use super::args::{EventGoldArgs, Format, RelationsArgs};
use super::evaluate::{Row, read_gold, shown, table, write_json, write_lines, write_list};
use super::output::{counted, stdout};
use crate::annotate::{Annotator, Scratch};
use crate::article::Article;
use crate::evaluate::{
    CodeScores, EventReport, EventScorer, Relation, RelationReport, RelationScorer, Score,
    read_relations, read_sentences,
};
use crate::ontology::Plover;
use anyhow::bail;
use serde_json::json;
use std::io::Write;

/// Measures relations.
pub fn relations(args: &RelationsArgs) -> anyhow::Result<()> {
    let mut gold = Vec::new();
    for path in &args.gold {
        gold.extend(read_gold(path, read_relations)?);
    }
    let annotator = Annotator::bundled()?;
    let mut scratch = Scratch::default();
    let mut scorer = RelationScorer::default();
    for row in &gold {
        let found = annotator.relation(&row.text, row.date, &row.pair, &mut scratch);
        scorer.add(row, found.as_ref());
    }
    let Some(report) = scorer.report(args.worst) else {
        bail!("the gold has no pairs");
    };
    write_relations(&report, args)
}

/// Measures events.
pub fn events(args: &EventGoldArgs) -> anyhow::Result<()> {
    let mut gold = Vec::new();
    for path in &args.gold {
        gold.extend(read_gold(path, read_sentences)?);
    }
    let annotator = Annotator::bundled()?;
    let mut scratch = Scratch::default();
    let mut scorer = EventScorer::default();
    for sentence in &gold {
        let article = Article {
            text: sentence.text.clone(),
            date: sentence.date,
            ..Article::default()
        };
        let mut found = annotator.annotate(&article, &mut scratch).events;
        args.sure.filter(&mut found);
        found.retain(|event| args.mode.is_empty() || args.mode.contains(&event.mode));
        scorer.add(sentence, &found);
    }
    let Some(report) = scorer.report(args.worst) else {
        bail!("the gold has no sentences");
    };
    write_events(&report, args.format)
}

fn write_relations(report: &RelationReport, args: &RelationsArgs) -> anyhow::Result<()> {
    let classes = report.classes.iter();
    let mut scores: Vec<Row> = classes
        .map(|class| Row::of(class.relation.name(), class.score))
        .collect();
    scores.push(Row {
        f1: report.macro_f1,
        ..Row::named("macro")
    });
    let right = report.classes.iter().map(|class| class.score.right).sum();
    scores.push(Row {
        gold: Some(report.pairs),
        right: Some(right),
        recall: report.accuracy,
        ..Row::named("accuracy")
    });
    scores.extend(code_rows(report.codes));
    let mut out = stdout(args.format);
    match args.format {
        Format::Json => write_json(&mut out, report)?,
        Format::Jsonl => {
            write_lines(&mut out, "score", &scores)?;
            write_lines(&mut out, "confusion", &report.confusions)?;
            let summary = json!({
                "pairs": report.pairs,
                "accuracy": report.accuracy,
                "macro_f1": report.macro_f1,
                "silent": report.silent,
                "absent": report.absent,
                "worst": report.worst.map(|worst| worst.relation),
            });
            write_lines(&mut out, "summary", &[summary])?;
        }
        Format::Csv | Format::Tsv => table(&scores, args.format).write(&mut out)?,
        Format::Text => {
            table(&scores, args.format).write(&mut out)?;
            let confusions = report.confusions.iter().map(|row| {
                let (gold, predicted) = (row.gold.name(), row.predicted.name());
                vec![row.count.to_string(), gold.to_owned(), predicted.to_owned()]
            });
            write_list(
                &mut out,
                "Confused",
                &["pairs", "gold", "predicted"],
                confusions,
            )?;
            if args.confusion {
                write_matrix(&mut out, report)?;
            }
            out.flush()?;
            let silent = counted(report.silent, "pair");
            anstream::eprintln!(
                "of {}; {silent} got no relation",
                counted(report.pairs, "pair")
            );
            if report.absent > 0 {
                let absent = counted(report.absent, "pair");
                anstream::eprintln!("{absent} with words that are not in the sentence");
            }
            if let Some(worst) = report.worst {
                let f1 = shown(worst.score.f1);
                anstream::eprintln!("the worst type is {}, {f1}", worst.relation.name());
            }
        }
    }
    out.flush()?;
    Ok(())
}

fn write_matrix(out: &mut dyn Write, report: &RelationReport) -> anyhow::Result<()> {
    let columns = report.labels.iter().map(|label| short(*label));
    let header: Vec<&str> = ["gold"].into_iter().chain(columns).collect();
    let rows = report
        .labels
        .iter()
        .zip(&report.matrix)
        .map(|(label, row)| {
            let cells = row.iter().map(|&count| match count {
                0 => String::new(),
                count => count.to_string(),
            });
            [label.name().to_owned()].into_iter().chain(cells).collect()
        });
    write_list(out, "Matrix (a row is the gold)", &header, rows)
}

/// The head of a column: four letters tell all types apart.
fn short(label: Relation) -> &'static str {
    label.name().get(..4).unwrap_or(label.name())
}

fn code_rows(codes: Option<CodeScores>) -> Vec<Row> {
    let Some(codes) = codes else {
        return Vec::new();
    };
    vec![
        Row::claims("code, root", codes.root),
        Row::claims("code, three digits", codes.three),
        Row::claims("code, exact", codes.exact),
    ]
}

fn write_events(report: &EventReport, format: Format) -> anyhow::Result<()> {
    let all = [
        ("triples", report.triples),
        ("pairs", report.pairs),
        ("types", report.types),
    ];
    let mut scores: Vec<Row> = all
        .into_iter()
        .filter_map(|(name, score)| Some(Row::of(name, score?)))
        .collect();
    scores.extend(report.modes.map(|modes| Row::claims("mode", modes)));
    scores.extend(code_rows(report.codes));
    let shares = report.sentences;
    let share = |measure, of: u64, right: u64| Row {
        gold: Some(of),
        right: Some(right),
        recall: (of > 0).then(|| right as f64 / of as f64),
        ..Row::named(measure)
    };
    scores.push(share(
        "sentences with an event",
        shares.sentences,
        shares.with_event,
    ));
    if shares.eventful > 0 {
        let (of, right) = (shares.eventful, shares.eventful_with_event);
        scores.push(share("of those that tell of one", of, right));
    }
    if shares.quiet > 0 {
        let (of, right) = (shares.quiet, shares.quiet_with_event);
        scores.push(share("false alarms where there is none", of, right));
    }
    let mut out = stdout(format);
    match format {
        Format::Json => write_json(&mut out, report)?,
        Format::Jsonl => {
            write_lines(&mut out, "score", &scores)?;
            write_lines(&mut out, "by_type", &report.by_type)?;
            write_lines(&mut out, "confusion", &report.confusions)?;
            write_lines(&mut out, "mode_confusion", &report.mode_confusions)?;
            write_lines(&mut out, "calibration", &report.calibration)?;
            write_lines(&mut out, "summary", &[shares])?;
        }
        Format::Csv | Format::Tsv => table(&scores, format).write(&mut out)?,
        Format::Text => {
            table(&scores, format).write(&mut out)?;
            write_event_lists(&mut out, report)?;
            out.flush()?;
            anstream::eprintln!("of {}", counted(shares.sentences, "sentence"));
        }
    }
    out.flush()?;
    Ok(())
}

fn write_event_lists(out: &mut dyn Write, report: &EventReport) -> anyhow::Result<()> {
    if report.triples.is_some() {
        let types = report.by_type.iter().map(|row| {
            let cells = |score: Score| {
                let counts = [score.gold, score.predicted, score.right];
                let shares = [score.precision, score.recall, score.f1];
                [counts.map(|count| count.to_string()), shares.map(shown)].concat()
            };
            let (triples, sentences) = (cells(row.triples), cells(row.sentences));
            [vec![row.plover.name().to_owned()], triples, sentences].concat()
        });
        let header = [
            "triples",
            "gold",
            "predicted",
            "right",
            "precision",
            "recall",
            "f1",
            "sentences",
            "predicted",
            "right",
            "precision",
            "recall",
            "f1",
        ];
        write_list(out, "By type", &header, types)?;
    }
    let name = |plover: Option<Plover>| plover.map_or("-", Plover::name).to_owned();
    let confusions = report.confusions.iter();
    let rows =
        confusions.map(|row| vec![row.count.to_string(), name(row.gold), name(row.predicted)]);
    write_list(
        out,
        "Confused, missed and made up",
        &["events", "gold", "predicted"],
        rows,
    )?;
    let rows = report.mode_confusions.iter().map(|row| {
        let (gold, predicted) = (row.gold.name(), row.predicted.name());
        vec![row.count.to_string(), gold.to_owned(), predicted.to_owned()]
    });
    write_list(out, "Modes", &["events", "gold", "predicted"], rows)?;
    let bins = report.calibration.iter().map(|bin| {
        let (from, to) = (bin.from, bin.to);
        let counts = [bin.events, bin.right].map(|count| count.to_string());
        [
            vec![format!("{from:.1} to {to:.1}")],
            counts.to_vec(),
            vec![shown(bin.share)],
        ]
        .concat()
    });
    let header = ["confidence", "events", "right", "share"];
    write_list(out, "Calibration", &header, bins)
}
