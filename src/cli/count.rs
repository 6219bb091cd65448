//! `dateline count`: articles, events and stories by field and period.

use super::Status;
use super::args::{CountArgs, Every, Format, Grain};
use super::facets::meaning;
use super::output::{ASIDE, Bar, Table, counted, thousands};
use crate::ontology::Quad;
use crate::search::{Counts, Facet, Grouping, Index, Period, Row, facet};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value, json};
use std::io::Write;

/// Runs the command.
pub fn run(args: &CountArgs) -> anyhow::Result<Status> {
    let index = Index::open(&args.index.dir)?;
    let count = Count::of(&index, args)?;
    let mut out = super::output::stdout(args.format);
    args.sheet.begin(args.format, &mut out)?;
    match args.format {
        Format::Text => count.print(&mut out)?,
        Format::Csv | Format::Tsv => count.table(args.format).write(&mut out)?,
        Format::Jsonl => {
            for row in &count.rows {
                writeln!(out, "{}", count.record(row))?;
            }
            let total = count.of_total();
            writeln!(out, "{}", json!({ "type": "summary", "total": total }))?;
        }
        Format::Json => {
            let rows: Vec<Value> = count.rows.iter().map(|row| count.record(row)).collect();
            let document = json!({ "rows": rows, "total": count.of_total() });
            serde_json::to_writer_pretty(&mut out, &document)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(if count.total.articles == 0 {
        Status::Nothing
    } else {
        Status::Found
    })
}

/// What was counted, and how it is shown.
struct Count {
    fields: Vec<Facet>,
    every: Option<Period>,
    per: Option<Grain>,
    rows: Vec<Row>,
    total: Counts,
    /// All articles, events and stories, by period where rows are.
    all: FxHashMap<String, Counts>,
    all_periods: Counts,
}

impl Count {
    fn of(index: &Index, args: &CountArgs) -> anyhow::Result<Self> {
        let fields = args.group.iter().map(|name| facet(name));
        let fields = fields.collect::<Result<Vec<_>, _>>()?;
        let every = args.every.map(|every| match every {
            Every::Day => Period::Day,
            Every::Week => Period::Week,
            Every::Month => Period::Month,
            Every::Year => Period::Year,
        });
        let by = |fields: &[Facet]| Grouping {
            fields: fields.to_vec(),
            every,
            stories: args.per == Some(Grain::Stories),
        };
        let request = args.request.request();
        let counted = |request, fields| {
            let table = index.count(request, &by(fields));
            table.map_err(|error| args.request.explain(error))
        };
        let mut table = counted(&request, &fields)?;
        let all = counted(&request.of_all(), &[])?;
        let grain = args.per.unwrap_or(Grain::Articles);
        if let (Some(most), Some(_)) = (args.limit, every) {
            keep_series(&mut table.rows, most, grain);
        }
        if let (Some(every), false) = (every, args.skip_empty) {
            // Of a span that was asked for, its ends are shown too.
            let filters = &request.filters;
            let periods = || all.rows.iter().map(|row| row.values[0].as_str());
            let periods = || periods().filter(|period| !period.is_empty());
            let since = filters.since.as_ref().and_then(|_| periods().min());
            let until = filters.until.as_ref().and_then(|_| periods().max());
            let bounds = since.or(until).zip(until.or(since));
            if let Err(rows) = table.fill(every, bounds) {
                anstream::eprintln!(
                    "Periods in which nothing is are left out, as there would be {} rows; with -n \
                     the most frequent values have all of theirs.",
                    thousands(rows as u64)
                );
            }
        }
        let mut rows = table.rows;
        rows.sort_by_cached_key(|row| {
            let period = every.map(|_| (row.values[0].is_empty(), row.values[0].clone()));
            let number = std::cmp::Reverse(number(&row.counts, grain));
            (period, number, row.values.clone())
        });
        if let (Some(most), None) = (args.limit, every) {
            rows.truncate(most);
        }
        let by_period = all.rows.into_iter().filter(|_| every.is_some());
        Ok(Self {
            fields,
            every,
            per: args.per,
            rows,
            total: table.total,
            all: by_period
                .map(|row| (row.values.join(" "), row.counts))
                .collect(),
            all_periods: all.total,
        })
    }

    fn grains(&self) -> Vec<Grain> {
        match self.per {
            None => vec![Grain::Articles, Grain::Events],
            Some(grain) => vec![grain],
        }
    }

    /// Whether rows say what their events come to.
    fn tells_tone(&self) -> bool {
        self.per == Some(Grain::Events)
    }

    fn groups(&self) -> Vec<String> {
        let period = self.every.map(|_| "period".to_owned());
        let fields = self.fields.iter().map(Facet::to_string);
        period.into_iter().chain(fields).collect()
    }

    /// What part of all in its period a row is, by the grain that it is sorted by.
    fn share(&self, row: &Row) -> Option<f64> {
        let of = match self.every {
            Some(_) => *self.all.get(&row.values[0])?,
            None => self.all_periods,
        };
        self.share_of(&row.counts, &of)
    }

    fn share_of(&self, counts: &Counts, of: &Counts) -> Option<f64> {
        let grain = self.grains()[0];
        let all = number(of, grain);
        (all > 0).then(|| number(counts, grain) as f64 / all as f64)
    }

    /// A row for programs.
    fn record(&self, row: &Row) -> Value {
        let mut record = Map::new();
        for (at, (name, value)) in self.groups().into_iter().zip(&row.values).enumerate() {
            // An article without a date is in no period.
            let undated = at == 0 && self.every.is_some() && value.is_empty();
            let value = if undated { Value::Null } else { json!(value) };
            record.insert(name, value);
        }
        record.extend(self.numbers(&row.counts, self.share(row)));
        Value::Object(record)
    }

    fn of_total(&self) -> Map<String, Value> {
        let share = self.share_of(&self.total, &self.all_periods);
        self.numbers(&self.total, share).into_iter().collect()
    }

    /// The numbers of a row by name, in the order of columns.
    fn numbers(&self, counts: &Counts, share: Option<f64>) -> Vec<(String, Value)> {
        let mut numbers = Vec::new();
        for grain in self.grains() {
            numbers.push((plural(grain).to_owned(), json!(number(counts, grain))));
        }
        let share_name = format!("share_of_{}", plural(self.grains()[0]));
        numbers.push((share_name, json!(share.map(rounded))));
        if self.tells_tone() {
            let goldstein = counts.mean_goldstein().map(rounded);
            numbers.push((GOLDSTEIN.to_owned(), json!(goldstein)));
            for (quad, number) in Quad::ALL.iter().zip(counts.quads) {
                numbers.push((quad.name().to_lowercase(), json!(number)));
            }
        }
        numbers
    }

    /// The rows for programs, as a table whose cells are as JSON has them.
    fn table(&self, format: Format) -> Sheet {
        let mut header = self.groups();
        let numbers = self.numbers(&self.total, None);
        header.extend(numbers.into_iter().map(|(name, _)| name));
        let rows = self.rows.iter().map(|row| {
            let numbers = self.numbers(&row.counts, self.share(row));
            let numbers = numbers.into_iter().map(|(_, value)| match value {
                Value::Null => String::new(),
                value => value.to_string(),
            });
            row.values.iter().cloned().chain(numbers).collect()
        });
        Sheet {
            format,
            header,
            rows: rows.collect(),
        }
    }

    /// Writes the rows for people.
    fn print(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let total = self.total.articles;
        if self.groups().is_empty() && !self.tells_tone() {
            let mut totals = vec![
                counted(total, "article"),
                counted(self.total.events, "event"),
            ];
            totals.extend(self.total.stories.map(|stories| counted(stories, "story")));
            return Ok(writeln!(out, "{}", totals.join(", "))?);
        }
        let groups = self.groups();
        let mut header: Vec<&str> = groups.iter().map(String::as_str).collect();
        for grain in self.grains() {
            header.push(plural(grain));
        }
        let share = format!("of all {}", plural(self.grains()[0]));
        header.push(&share);
        if self.tells_tone() {
            header.extend([GOLDSTEIN, "Q1", "Q2", "Q3", "Q4"]);
        }
        // Said once a row is enough: what the last code means.
        let explained = self.fields.last();
        if explained.is_some() {
            header.push("");
        }
        let mut table = Table::new(Format::Text, header);
        for row in &self.rows {
            let mut cells = row.values.clone();
            if self.every.is_some() && cells[0].is_empty() {
                cells[0] = "undated".to_owned();
            }
            cells.extend(self.cells(&row.counts, self.share(row)));
            if let Some(field) = explained {
                let value = row.values.last().map(String::as_str);
                cells.push(meaning(field.field(), value.unwrap_or_default()));
            }
            table.row(cells);
            table.bar(self.bar(&row.counts));
        }
        if !groups.is_empty() {
            let mut cells = vec![String::new(); groups.len()];
            cells[0] = "total".to_owned();
            let share = self.share_of(&self.total, &self.all_periods);
            cells.extend(self.cells(&self.total, share));
            cells.extend(explained.map(|_| String::new()));
            table.row(cells);
        }
        table.write(out)?;
        if !self.fields.is_empty() {
            writeln!(
                out,
                "{ASIDE}an article or event may count in several rows, or in none{ASIDE:#}"
            )?;
        }
        if self.tells_tone() {
            writeln!(
                out,
                "{ASIDE}goldstein: the mean, from -10 (conflict) to 10 (cooperation)\n\
                 Q1 cooperation in words, Q2 in deeds; Q3 conflict in words, Q4 in deeds{ASIDE:#}"
            )?;
        }
        Ok(())
    }

    fn cells(&self, counts: &Counts, share: Option<f64>) -> Vec<String> {
        let grains = self.grains().into_iter();
        let mut cells: Vec<String> = grains
            .map(|grain| thousands(number(counts, grain)))
            .collect();
        let share = share.map(|share| format!("{:.2}%", share * 100.0));
        cells.push(share.unwrap_or_default());
        if self.tells_tone() {
            let goldstein = counts.mean_goldstein();
            cells.push(goldstein.map_or(String::new(), |mean| format!("{mean:.2}")));
            cells.extend(counts.quads.map(thousands));
        }
        cells
    }

    /// How many there are; of events, conflict hatched behind cooperation.
    fn bar(&self, counts: &Counts) -> Bar {
        let [words, deeds, against_in_words, against_in_deeds] = counts.quads;
        match self.tells_tone() {
            true => Bar {
                solid: words + deeds,
                hatched: against_in_words + against_in_deeds,
            },
            false => Bar {
                solid: number(counts, self.grains()[0]),
                hatched: 0,
            },
        }
    }
}

/// The name of the mean Goldstein score.
const GOLDSTEIN: &str = "goldstein";

/// A table of which all cells are at hand.
struct Sheet {
    format: Format,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn write(self, out: &mut dyn Write) -> anyhow::Result<()> {
        let header = self.header.iter().map(String::as_str).collect();
        let mut table = Table::new(self.format, header);
        for row in self.rows {
            table.row(row);
        }
        table.write(out)
    }
}

/// Keeps the rows of the most frequent values, whatever their period.
fn keep_series(rows: &mut Vec<Row>, most: usize, grain: Grain) {
    let mut totals: FxHashMap<Vec<String>, u64> = FxHashMap::default();
    for row in &*rows {
        *totals.entry(row.values[1..].to_vec()).or_default() += number(&row.counts, grain);
    }
    let mut series: Vec<(std::cmp::Reverse<u64>, Vec<String>)> = totals
        .into_iter()
        .map(|(values, total)| (std::cmp::Reverse(total), values))
        .collect();
    series.sort();
    series.truncate(most);
    let kept: FxHashSet<&[String]> = series.iter().map(|(_, values)| &values[..]).collect();
    rows.retain(|row| kept.contains(&row.values[1..]));
}

/// Six digits tell as much as there is to tell.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

fn number(counts: &Counts, grain: Grain) -> u64 {
    match grain {
        Grain::Articles => counts.articles,
        Grain::Events => counts.events,
        Grain::Stories => counts.stories.unwrap_or_default(),
    }
}

fn plural(grain: Grain) -> &'static str {
    match grain {
        Grain::Articles => "articles",
        Grain::Events => "events",
        Grain::Stories => "stories",
    }
}
