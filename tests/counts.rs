//! Counts by brute force: what `search --facet` and `count` say must be what comes out when the
//! articles of `dateline export` are counted one by one.
//!
//! Run on the sample corpus, and on three hundred articles of a larger one where that is at hand.

use dateline::ontology::{CountryCode, Quad};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

/// The fields that are counted. `author` and `topic` are what the source says; `region` follows
/// from the countries.
const FACETS: &[&str] = &[
    "country", "region", "action", "cameo", "quad", "by", "to", "at", "mode", "sector", "person",
    "org", "place", "outlet", "author", "topic", "language",
];

/// A corpus, indexed, and everything in it.
struct Indexed {
    folder: Arc<tempfile::TempDir>,
    articles: Vec<Value>,
    /// The least confidence of events, where it is given with every command.
    least: Option<String>,
}

/// A request: what is typed, and what it means in terms of the export.
struct Request {
    typed: Vec<&'static str>,
    /// Whether an article matches, apart from its events.
    article: fn(&Value) -> bool,
    /// Whether an event matches; an article needs one that does. Without, all events count.
    event: Option<fn(&Value) -> bool>,
    /// For filters that are typed, what the request means without them.
    without: Vec<(&'static str, Request)>,
}

impl Request {
    /// The same, which means that where the filter called `name` is left out.
    fn without(
        mut self,
        name: &'static str,
        article: fn(&Value) -> bool,
        event: Option<fn(&Value) -> bool>,
    ) -> Self {
        let other = Request {
            typed: Vec::new(),
            article,
            event,
            without: Vec::new(),
        };
        self.without.push((name, other));
        self
    }

    /// The request as a facet sees it, which leaves the filter on the same thing out.
    fn as_seen_by(&self, facet: &str) -> &Request {
        let field = facet.split('/').next().expect("a field");
        let filter = match field {
            "region" => "country",
            "cameo" | "quad" => "action",
            field => field,
        };
        let other = self.without.iter().find(|(name, _)| *name == filter);
        other.map_or(self, |(_, other)| other)
    }
}

/// Facets of what lies under a value.
const LEVELS: &[&str] = &[
    "country/142",
    "country/ARAB_WORLD",
    "region/001",
    "region/142",
    "by/019",
    "to/142",
    "at/150",
    "action/MATERIAL_CONFLICT",
    "cameo/VERBAL_COOPERATION",
    "cameo/11",
    "cameo/19",
    "cameo/193",
];

/// An article that matches a request, and the events of it that do.
type Match<'a> = (&'a Value, Vec<&'a Value>);

/// A query, and whether an article matches it in terms of the export.
type Query = (&'static str, fn(&Value) -> bool);

/// Articles and events.
type Counts = (u64, u64);

static SAMPLE: LazyLock<Indexed> =
    LazyLock::new(|| Indexed::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")));

/// The larger corpus's first articles; `None` where it is missing.
static MEDIUM: LazyLock<Option<Indexed>> = LazyLock::new(|| {
    let path: PathBuf = [
        env!("CARGO_MANIFEST_DIR"),
        "../shared/data/corpora/medium/allsides-part-03.jsonl.gz",
    ]
    .iter()
    .collect();
    let Ok(file) = File::open(&path) else {
        println!("skipped: {} is missing", path.display());
        return None;
    };
    let corpus = tempfile::tempdir().expect("a temporary folder");
    let mut out = File::create(corpus.path().join("medium.jsonl")).expect("a file");
    let lines = BufReader::new(flate2::read::MultiGzDecoder::new(file)).lines();
    for line in lines.take(300) {
        writeln!(out, "{}", line.expect("a line of the corpus")).expect("written");
    }
    Some(Indexed::new(corpus.path()))
});

impl Indexed {
    fn new(corpus: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut indexed = Self {
            folder: Arc::new(folder),
            articles: Vec::new(),
            least: None,
        };
        let corpus = corpus.to_str().expect("a path in UTF-8");
        indexed.run(&["index", corpus]);
        indexed.articles = lines_of_json(&indexed.run(&["export"]));
        assert!(!indexed.articles.is_empty(), "{corpus} holds no article");
        indexed
    }

    /// The same index, of which only events are seen that are at least so sure.
    fn sure(&self, hundredths: u8) -> Self {
        let share = f64::from(hundredths) / 100.0;
        let mut articles = self.articles.clone();
        for article in &mut articles {
            let events = article["events"].as_array_mut().expect("events");
            events.retain(|event| event["confidence"].as_f64().expect("a share") >= share);
        }
        Self {
            folder: Arc::clone(&self.folder),
            articles,
            least: Some(share.to_string()),
        }
    }

    fn run(&self, arguments: &[&str]) -> String {
        let sure = self.least.as_ref().filter(|_| arguments[0] != "index");
        let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .args(&arguments[..1])
            .args(sure.map(|least| format!("--min-confidence={least}")))
            .args(&arguments[1..])
            .current_dir(self.folder.path())
            .env_remove("DATELINE_INDEX")
            .output()
            .expect("the command can be started");
        assert!(
            matches!(output.status.code(), Some(0 | 1)),
            "dateline {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("output in UTF-8")
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(arguments)).expect("one JSON document")
    }

    fn matching(&self, request: &Request) -> Vec<Match<'_>> {
        self.articles
            .iter()
            .filter(|article| (request.article)(article))
            .filter_map(|article| {
                let events = events(article)
                    .filter(|event| request.event.is_none_or(|matches| matches(event)));
                let events: Vec<&Value> = events.collect();
                (request.event.is_none() || !events.is_empty()).then_some((article, events))
            })
            .collect()
    }

    /// Checks every facet of a request, and how many articles it finds.
    fn check_facets(&self, request: &Request) {
        let facets = [FACETS, LEVELS].concat();
        let asked = facets.join(",");
        let mut arguments = vec!["search", "--format", "json", "--facet", &asked];
        arguments.extend(["--facet-limit", "100000", "-n", "1"]);
        arguments.extend(&request.typed);
        let summary = self.json(&arguments)["summary"].take();
        let typed = &request.typed;
        let found = self.matching(request).len();
        assert_eq!(summary["total"], found, "articles of {typed:?}");
        for facet in facets {
            let matching = self.matching(request.as_seen_by(facet));
            let over = &summary["facets_over"][facet];
            let is_over = !std::ptr::eq(request.as_seen_by(facet), request);
            assert_eq!(over.is_object(), is_over, "facet {facet} of {typed:?}");
            if is_over {
                let events = matching.iter().map(|(_, events)| events.len() as u64).sum();
                assert_eq!(counts(over), (matching.len() as u64, events), "{facet}");
            }
            let given: Vec<(Vec<String>, Counts)> = list(&summary["facets"][facet])
                .map(|row| (vec![text(&row["value"])], counts(row)))
                .collect();
            let what = format!("facet {facet} of {typed:?}");
            same_rows(&what, &given, &tally(&matching, None, &[facet]));
            assert!(is_sorted(&given), "{what} is not sorted: {given:?}");
        }
    }

    /// Checks the table of `count` for a request.
    fn check_count(&self, request: &Request, every: Option<&str>, fields: &[&str]) {
        let group = fields.join(",");
        let mut arguments = vec!["count", "--format", "json"];
        if !fields.is_empty() {
            arguments.extend(["--group", &group]);
        }
        arguments.extend(every.into_iter().flat_map(|every| ["--every", every]));
        arguments.extend(&request.typed);
        let table = self.json(&arguments);
        let matching = self.matching(request);
        let columns: Vec<&str> = every
            .map(|_| "period")
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        let mut given: Vec<(Vec<String>, Counts)> = list(&table["rows"])
            .map(|row| (values_of_row(row, &columns), counts(row)))
            .collect();
        if let Some(every) = every {
            check_periods(&given, every, &format!("{arguments:?}"));
            given.retain(|(_, counts)| *counts != (0, 0));
        } else {
            assert!(is_sorted(&given), "{arguments:?} is not sorted: {given:?}");
        }
        same_rows(
            &format!("{arguments:?}"),
            &given,
            &tally(&matching, every, fields),
        );
        let events = matching.iter().map(|(_, events)| events.len() as u64).sum();
        let total: Counts = (matching.len() as u64, events);
        assert_eq!(counts(&table["total"]), total, "total of {arguments:?}");
    }

    /// Checks shares, quad classes and mean Goldstein scores of `count --per events`.
    fn check_tone(&self, request: &Request, every: Option<&str>, fields: &[&str]) {
        let group = fields.join(",");
        let mut arguments = vec!["count", "--per", "events", "--format", "json"];
        if !fields.is_empty() {
            arguments.extend(["--group", &group]);
        }
        arguments.extend(every.into_iter().flat_map(|every| ["--every", every]));
        arguments.extend(&request.typed);
        let table = self.json(&arguments);
        // The events of each row, one by one: an article with one event is counted alone.
        let mut wanted: BTreeMap<Vec<String>, Vec<&Value>> = BTreeMap::new();
        for (article, events) in self.matching(request) {
            for event in events {
                for key in tally(&[(article, vec![event])], every, fields).into_keys() {
                    wanted.entry(key).or_default().push(event);
                }
            }
        }
        let limits = |name: &str| {
            let at = request.typed.iter().position(|typed| *typed == name);
            at.map_or("", |at| request.typed[at + 1])
        };
        let (since, until) = (limits("--since"), limits("--until"));
        let in_time = |article: &&Value| {
            let until = format!("{until}~");
            (since.is_empty() && until == "~") || dated(article, since, &until)
        };
        let all: Vec<Match<'_>> = self
            .articles
            .iter()
            .filter(in_time)
            .map(|article| (article, events(article).collect()))
            .collect();
        let all = tally(&all, every, &[]);
        let columns = every.map(|_| "period").into_iter();
        let columns: Vec<&str> = columns.chain(fields.iter().copied()).collect();
        let mut seen = 0;
        for row in list(&table["rows"]) {
            let key = values_of_row(row, &columns);
            let events = wanted.get(&key).map(Vec::as_slice).unwrap_or_default();
            seen += events.len();
            assert_eq!(row["events"], events.len(), "{arguments:?} {key:?}");
            for (number, name) in (1..).zip([
                "verbal_cooperation",
                "material_cooperation",
                "verbal_conflict",
                "material_conflict",
            ]) {
                let quad = events.iter().filter(|e| e["action"]["quad"] == number);
                assert_eq!(row[name], quad.count(), "{arguments:?} {key:?} {name}");
            }
            let scores = events
                .iter()
                .filter_map(|e| e["action"]["goldstein"].as_f64());
            let mean = scores.sum::<f64>() / events.len() as f64;
            same_number(&row["goldstein"], mean);
            let period = every
                .map(|_| key[0].clone())
                .into_iter()
                .collect::<Vec<_>>();
            let all = all.get(&period).map_or(0, |counts| counts.1);
            same_number(&row["share_of_events"], events.len() as f64 / all as f64);
        }
        let wanted: usize = wanted.values().map(Vec::len).sum();
        assert_eq!(seen, wanted, "{arguments:?} lacks rows");
    }

    /// Checks the stories that `count` gives a request.
    fn check_stories(&self, request: &Request, every: Option<&str>, fields: &[&str]) {
        let group = fields.join(",");
        let mut arguments = vec!["count", "--format", "json", "--per", "stories"];
        if !fields.is_empty() {
            arguments.extend(["--group", &group]);
        }
        arguments.extend(every.into_iter().flat_map(|every| ["--every", every]));
        arguments.extend(&request.typed);
        let table = self.json(&arguments);
        let matching = self.matching(request);
        let mut wanted: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
        for found in &matching {
            for key in tally(std::slice::from_ref(found), every, fields).into_keys() {
                wanted
                    .entry(key)
                    .or_default()
                    .insert(text(&found.0["story"]));
            }
        }
        let columns = every
            .map(|_| "period")
            .into_iter()
            .chain(fields.iter().copied());
        let columns: Vec<&str> = columns.collect();
        let given: BTreeMap<Vec<String>, u64> = list(&table["rows"])
            .map(|row| {
                (
                    values_of_row(row, &columns),
                    row["stories"].as_u64().expect("a number of stories"),
                )
            })
            .filter(|(_, stories)| *stories > 0)
            .collect();
        let wanted: BTreeMap<Vec<String>, u64> = wanted
            .into_iter()
            .map(|(key, stories)| (key, stories.len() as u64))
            .collect();
        assert_eq!(given, wanted, "{arguments:?}");
        let all: BTreeSet<String> = matching.iter().map(|(a, _)| text(&a["story"])).collect();
        assert_eq!(
            table["total"]["stories"],
            all.len(),
            "total of {arguments:?}"
        );
    }

    /// Checks that a query finds exactly the articles that a reading of the export gives.
    fn check_query(&self, query: &str, matches: fn(&Value) -> bool) {
        let wanted: BTreeSet<String> = self
            .articles
            .iter()
            .filter(|article| matches(article))
            .map(|article| text(&article["id"]))
            .collect();
        let found: BTreeSet<String> = lines_of_json(&self.run(&["export", "--", query]))
            .iter()
            .map(|article| text(&article["id"]))
            .collect();
        let missing: Vec<_> = wanted.difference(&found).collect();
        let surplus: Vec<_> = found.difference(&wanted).collect();
        assert!(
            missing.is_empty() && surplus.is_empty(),
            "{query} misses {missing:?} and wrongly finds {surplus:?}"
        );
        let summary = self.json(&["search", "--format", "json", "-n", "0", "--", query]);
        assert_eq!(
            summary["summary"]["total"],
            wanted.len(),
            "articles of {query}"
        );
    }
}

/// Articles and events by period and field, counted one by one.
///
/// With a field of events among them, a row counts what holds within one event, and `country` is
/// one that takes part in it. Without, a row counts what the article has, and all of its events,
/// or, for a country, those that it takes part in.
fn tally(
    matching: &[Match<'_>],
    every: Option<&str>,
    fields: &[&str],
) -> BTreeMap<Vec<String>, Counts> {
    let of_events = fields.iter().any(|field| is_of_events(field));
    let mut rows: BTreeMap<Vec<String>, Counts> = BTreeMap::new();
    for (article, events) in matching {
        let period: Vec<BTreeSet<String>> = every
            .map(|every| BTreeSet::from([period_of(article, every).unwrap_or_default()]))
            .into_iter()
            .collect();
        let mut held: BTreeMap<Vec<String>, u64> = BTreeMap::new();
        if of_events {
            for event in events {
                let lists = fields.iter().map(|field| match *field {
                    "country" => countries_of(event),
                    field if field.starts_with("country/") => {
                        level(field, "country", countries_of(event))
                    }
                    field if is_of_events(field) => values_of_event(field, event),
                    field => values_of_article(field, article),
                });
                for key in combinations(period.iter().cloned().chain(lists)) {
                    *held.entry(key).or_default() += 1;
                }
            }
        } else {
            let lists = fields.iter().map(|field| values_of_article(field, article));
            let is_country = |field: &&str| field.split('/').next() == Some("country");
            let country = fields.iter().position(is_country);
            for key in combinations(period.iter().cloned().chain(lists)) {
                let takes_part = |event: &&&Value| {
                    country.is_none_or(|at| countries_of(event).contains(&key[period.len() + at]))
                };
                let count = events.iter().filter(takes_part).count();
                held.insert(key, count as u64);
            }
        }
        for (key, events) in held {
            let counts = rows.entry(key).or_default();
            counts.0 += 1;
            counts.1 += events;
        }
    }
    rows
}

fn is_of_events(field: &str) -> bool {
    let field = field.split('/').next().expect("a field");
    [
        "action", "cameo", "quad", "by", "to", "at", "mode", "sector",
    ]
    .contains(&field)
}

/// Of a field's values, those that lie directly under the one that `facet` names, as `country/142`.
fn level(facet: &str, field: &str, values: BTreeSet<String>) -> BTreeSet<String> {
    let (_, above) = facet.split_once('/').expect("a level");
    let lies_under = |value: &String| match field {
        "region" => REGIONS.get(value.as_str()) == Some(&above),
        "cameo" => value.len() == above.len() + 1 && value.starts_with(above),
        _ => {
            let country = CountryCode::parse(value).expect("a country");
            country
                .regions()
                .iter()
                .any(|region| region.as_str() == above)
        }
    };
    values.into_iter().filter(lies_under).collect()
}

/// The region above each.
static REGIONS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let rows = include_str!("../lexicon/regions.tsv").lines();
    let cells = rows.map(|row| row.split('\t').collect::<Vec<_>>());
    let rows = cells.filter(|cells| cells.len() > 2);
    rows.map(|cells| (cells[0], cells[2])).collect()
});

/// The values of a row; a period that is null is that of articles without a date.
fn values_of_row(row: &Value, columns: &[&str]) -> Vec<String> {
    let value = |column: &&str| match &row[*column] {
        Value::Null if *column == "period" => String::new(),
        value => text(value),
    };
    columns.iter().map(value).collect()
}

/// Checks that rows are by period, undated last, and that every combination of values has all
/// periods from the first to the last.
fn check_periods(rows: &[(Vec<String>, Counts)], every: &str, what: &str) {
    let order = |(values, counts): &(Vec<String>, Counts)| {
        let number = std::cmp::Reverse(counts.0);
        (
            values[0].is_empty(),
            values[0].clone(),
            number,
            values.clone(),
        )
    };
    assert!(rows.is_sorted_by_key(order), "{what} is not by period");
    let mut series: BTreeMap<&[String], BTreeSet<&str>> = BTreeMap::new();
    for (values, _) in rows {
        let periods = series.entry(&values[1..]).or_default();
        periods.extend(Some(values[0].as_str()).filter(|period| !period.is_empty()));
    }
    let all: BTreeSet<&str> = series.values().flatten().copied().collect();
    let lacking = series.values().filter(|periods| **periods != all).count();
    assert_eq!(lacking, 0, "{what}: series that lack periods");
    let days = |name: &&&str| {
        let padded = format!("{name}{}", &"0000-01-01"[name.len()..]);
        padded.parse::<jiff::civil::Date>().expect("a date")
    };
    let all: Vec<&&str> = all.iter().collect();
    for pair in all.windows(2) {
        let apart = (days(&pair[1]) - days(&pair[0])).get_days();
        let wanted = match every {
            "day" => 1..=1,
            "week" => 7..=7,
            "month" => 28..=31,
            _ => 365..=366,
        };
        assert!(wanted.contains(&apart), "{what}: {pair:?} leave a gap");
    }
}

/// Numbers are rounded to six digits; what divides by nothing is null.
fn same_number(given: &Value, wanted: f64) {
    match given.as_f64() {
        Some(given) => assert!((given - wanted).abs() < 1e-6, "{given}, not {wanted}"),
        None => assert!(given.is_null() && wanted.is_nan(), "{given}, not {wanted}"),
    }
}

fn values_of_event(field: &str, event: &Value) -> BTreeSet<String> {
    if let Some((above, under)) = field.split_once('/') {
        let values = values_of_event(above, event);
        let in_quad = |quad: &Quad| quad.name() == under;
        return match Quad::ALL.iter().find(|quad| in_quad(quad)) {
            None => level(field, above, values),
            Some(quad) if event["action"]["quad"] != quad.number() => BTreeSet::new(),
            Some(_) if above == "cameo" => values.into_iter().filter(|v| v.len() == 2).collect(),
            Some(_) => values,
        };
    }
    let given: Vec<&Value> = match field {
        "at" if is_home(event) => Vec::new(),
        "by" | "to" | "at" => vec![&event[field]["country"]],
        "action" => vec![&event["action"]["plover"]],
        "mode" => vec![&event["mode"]],
        "sector" => vec![&event["by"]["sector"], &event["to"]["sector"]],
        "quad" => {
            let number = event["action"]["quad"].as_u64().expect("a quad class");
            let quad = Quad::from_number(number as u8).expect("a quad class of 1 to 4");
            return BTreeSet::from([quad.name().to_owned()]);
        }
        "cameo" => {
            let code = text(&event["action"]["cameo"]);
            return (2..=code.len()).map(|end| code[..end].to_owned()).collect();
        }
        _ => panic!("{field} is not a field of events"),
    };
    given.into_iter().filter_map(some_text).collect()
}

fn values_of_article(field: &str, article: &Value) -> BTreeSet<String> {
    if let Some((above, _)) = field.split_once('/') {
        return level(field, above, values_of_article(above, article));
    }
    let names = |kind: &str| {
        list(&article["entities"])
            .filter(|entity| entity["type"] == kind)
            .map(|entity| some_text(&entity["name"]).unwrap_or_else(|| text(&entity["text"])))
            .collect()
    };
    let countries = list(&article["countries"]).map(|country| text(&country["code"]));
    match field {
        "country" => countries.collect(),
        "region" => countries
            .filter_map(|code| CountryCode::parse(&code))
            .flat_map(|code| {
                code.regions()
                    .iter()
                    .map(|region| region.as_str().to_owned())
            })
            .collect(),
        "person" => names("person"),
        "org" => names("organization"),
        "place" => names("place"),
        "outlet" | "language" => some_text(&article[field]).into_iter().collect(),
        "author" => list(&article["authors"]).map(text).collect(),
        "topic" => list(&article["topics"]).map(text).collect(),
        _ => panic!("{field} is not a field of articles"),
    }
}

/// The countries that take part in an event, as actor, target or place.
fn countries_of(event: &Value) -> BTreeSet<String> {
    ["by", "to", "at"]
        .into_iter()
        .filter_map(|role| some_text(&event[role]["country"]))
        .collect()
}

fn period_of(article: &Value, every: &str) -> Option<String> {
    let date = some_text(&article["date"])?;
    Some(match every {
        "day" => date,
        "month" => date[..7].to_owned(),
        "year" => date[..4].to_owned(),
        "week" => {
            let mut day: jiff::civil::Date = date.parse().expect("a date");
            while day.weekday() != jiff::civil::Weekday::Monday {
                day = day.yesterday().expect("a day before");
            }
            day.to_string()
        }
        _ => panic!("{every} is no period"),
    })
}

/// Every choice of one value from each list.
fn combinations(lists: impl Iterator<Item = BTreeSet<String>>) -> Vec<Vec<String>> {
    lists.fold(vec![Vec::new()], |chosen, list| {
        chosen
            .iter()
            .flat_map(|chosen| {
                list.iter()
                    .map(move |value| [&chosen[..], std::slice::from_ref(value)].concat())
            })
            .collect()
    })
}

/// The most articles first, then by value.
fn is_sorted(rows: &[(Vec<String>, Counts)]) -> bool {
    rows.is_sorted_by_key(|(values, counts)| (std::cmp::Reverse(counts.0), values.clone()))
}

fn same_rows(what: &str, given: &[(Vec<String>, Counts)], wanted: &BTreeMap<Vec<String>, Counts>) {
    let rows: BTreeMap<_, _> = given.iter().cloned().collect();
    assert_eq!(rows.len(), given.len(), "{what} gives a row twice");
    let keys: BTreeSet<_> = rows.keys().chain(wanted.keys()).collect();
    let wrong: Vec<String> = keys
        .into_iter()
        .filter(|key| rows.get(*key) != wanted.get(*key))
        .map(|key| format!("{key:?}: {:?}, not {:?}", rows.get(key), wanted.get(key)))
        .collect();
    assert!(
        wrong.is_empty(),
        "{what}: {} rows have other (articles, events) than the export:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn events(article: &Value) -> impl Iterator<Item = &Value> {
    list(&article["events"])
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn some_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn text(value: &Value) -> String {
    some_text(value).unwrap_or_else(|| panic!("{value} is no string"))
}

fn counts(row: &Value) -> Counts {
    let number = |name: &str| {
        row[name]
            .as_u64()
            .unwrap_or_else(|| panic!("no {name} in {row}"))
    };
    (number("articles"), number("events"))
}

fn lines_of_json(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

// What requests ask for, in terms of the export.

fn any(_: &Value) -> bool {
    true
}

fn mentions(article: &Value, country: &str) -> bool {
    list(&article["countries"]).any(|given| given["code"] == country)
}

fn has_event(article: &Value, matches: impl Fn(&Value) -> bool) -> bool {
    events(article).any(matches)
}

fn is(event: &Value, role: &str, country: &str) -> bool {
    event[role]["country"] == country && !(role == "at" && is_home(event))
}

/// Whether the event's place is only an actor's home, which no filter and no count takes for one.
fn is_home(event: &Value) -> bool {
    event["at"]["via"] == "home"
}

fn does(event: &Value, plover: &str) -> bool {
    event["action"]["plover"] == plover
}

/// Whether an article is dated within these days, as `yyyy-mm-dd`.
fn dated(article: &Value, from: &str, to: &str) -> bool {
    some_text(&article["date"]).is_some_and(|date| *from <= *date && *date <= *to)
}

/// Whether a word stands in the headline or body. For words that no other shares the stem with.
fn says(article: &Value, word: &str) -> bool {
    ["title", "text"].iter().any(|part| {
        text(&article[*part])
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .any(|given| given == word)
    })
}

fn lies_in(article: &Value, region: &str) -> bool {
    values_of_article("region", article).contains(region)
}

fn requests() -> Vec<Request> {
    let request = |typed: &[&'static str], article, event| Request {
        typed: typed.to_vec(),
        article,
        event,
        without: Vec::new(),
    };
    vec![
        request(&[], any, None),
        request(
            &["--action", "SANCTION"],
            any,
            Some(|e| does(e, "SANCTION")),
        )
        .without("action", any, None),
        request(&["--by", "US"], any, Some(|e| is(e, "by", "US"))).without("by", any, None),
        request(&["--to", "Russia"], any, Some(|e| is(e, "to", "RU"))).without("to", any, None),
        request(&["--at", "CN"], any, Some(|e| is(e, "at", "CN"))).without("at", any, None),
        request(
            &[
                "--by", "US", "--by", "CO", "--action", "ACCUSE", "--action", "SANCTION",
            ],
            any,
            Some(|e| {
                (is(e, "by", "US") || is(e, "by", "CO"))
                    && (does(e, "ACCUSE") || does(e, "SANCTION"))
            }),
        )
        .without(
            "by",
            any,
            Some(|e| does(e, "ACCUSE") || does(e, "SANCTION")),
        )
        .without(
            "action",
            any,
            Some(|e| is(e, "by", "US") || is(e, "by", "CO")),
        ),
        request(
            &["--action", "19", "--mode", "actual"],
            any,
            Some(|e| text(&e["action"]["cameo"]).starts_with("19") && e["mode"] == "actual"),
        )
        .without("action", any, Some(|e| e["mode"] == "actual"))
        .without(
            "mode",
            any,
            Some(|e| text(&e["action"]["cameo"]).starts_with("19")),
        ),
        request(&["--action", "Q4"], any, Some(|e| e["action"]["quad"] == 4))
            .without("action", any, None),
        request(&["--by", "MIL"], any, Some(|e| e["by"]["sector"] == "MIL"))
            .without("by", any, None),
        request(
            &["--since", "2025-03"],
            |a| dated(a, "2025-03-01", "9999-12-31"),
            None,
        ),
        request(
            &["--since", "2012", "--until", "2024-10", "--country", "US"],
            |a| dated(a, "2012-01-01", "2024-10-31") && mentions(a, "US"),
            None,
        )
        .without("country", |a| dated(a, "2012-01-01", "2024-10-31"), None),
        request(&["--country", "Asia"], |a| lies_in(a, "142"), None).without("country", any, None),
        request(&["China"], |a| says(a, "china"), None),
        request(
            &["Russia", "--to", "RU", "--since", "2016"],
            |a| says(a, "russia") && dated(a, "2016-01-01", "9999-12-31"),
            Some(|e| is(e, "to", "RU")),
        )
        .without(
            "to",
            |a| says(a, "russia") && dated(a, "2016-01-01", "9999-12-31"),
            None,
        ),
        request(
            &["event(by:US action:ACCUSE)"],
            any,
            Some(|e| is(e, "by", "US") && does(e, "ACCUSE")),
        ),
    ]
}

fn check_counts(indexed: &Indexed) {
    for request in requests() {
        indexed.check_count(&request, None, &["country", "action"]);
        indexed.check_count(&request, Some("month"), &[]);
        indexed.check_stories(&request, Some("month"), &[]);
        indexed.check_stories(&request, None, &["country", "action"]);
        indexed.check_tone(&request, None, &[]);
        indexed.check_tone(&request, Some("month"), &[]);
        indexed.check_tone(&request, None, &["by"]);
        indexed.check_tone(&request, Some("year"), &["quad", "to/142"]);
    }
    let all = &requests()[0];
    for every in ["day", "week", "year"] {
        indexed.check_count(all, Some(every), &[]);
    }
    indexed.check_count(all, None, &[]);
    indexed.check_stories(all, None, &[]);
    indexed.check_stories(all, None, &["outlet"]);
    indexed.check_count(all, Some("year"), &["country"]);
    indexed.check_count(all, None, &["country/142", "outlet"]);
    indexed.check_count(
        all,
        Some("month"),
        &["country/150", "action/VERBAL_CONFLICT"],
    );
    indexed.check_count(all, None, &["cameo/11", "region/142"]);
    indexed.check_count(all, Some("month"), &["quad", "mode"]);
    indexed.check_count(all, None, &["outlet", "action"]);
    indexed.check_count(all, None, &["language", "country"]);
    indexed.check_count(all, None, &["by", "to"]);
    indexed.check_count(all, None, &["cameo", "sector", "country"]);
}

/// `count --group country,action` from the rows of `events`: an event counts once for each country
/// among actor, target and place.
fn check_count_against_events(indexed: &Indexed) {
    let rows = lines_of_json(&indexed.run(&["events", "--format", "jsonl"]));
    let exported: usize = indexed.articles.iter().map(|a| events(a).count()).sum();
    assert_eq!(rows.len(), exported, "events of `events` and of `export`");
    let mut wanted: BTreeMap<Vec<String>, (BTreeSet<String>, u64)> = BTreeMap::new();
    for row in &rows {
        for country in countries_of(row) {
            let key = vec![country, text(&row["action"]["plover"])];
            let counts = wanted.entry(key).or_default();
            counts.0.insert(text(&row["id"]));
            counts.1 += 1;
        }
    }
    let wanted = wanted
        .into_iter()
        .map(|(key, (articles, events))| (key, (articles.len() as u64, events)))
        .collect();
    let table = indexed.json(&["count", "--group", "country,action", "--format", "json"]);
    let given: Vec<_> = list(&table["rows"])
        .map(|row| {
            (
                vec![text(&row["country"]), text(&row["action"])],
                counts(row),
            )
        })
        .collect();
    same_rows("count --group country,action", &given, &wanted);
}

/// Queries of the fields that events fill.
fn queries_of_events() -> Vec<Query> {
    vec![
        ("action:SANCTION", |a| has_event(a, |e| does(e, "SANCTION"))),
        ("-action:ASSAULT", |a| !has_event(a, |e| does(e, "ASSAULT"))),
        ("cameo:19 OR quad:Q4", |a| {
            has_event(a, |e| e["action"]["quad"] == 4)
        }),
        ("by:*", |a| has_event(a, |e| !e["by"]["country"].is_null())),
        ("to:Europe", |a| {
            has_event(a, |e| {
                some_text(&e["to"]["country"])
                    .and_then(|code| CountryCode::parse(&code))
                    .is_some_and(|code| code.regions().iter().any(|r| r.as_str() == "150"))
            })
        }),
        ("at:*", |a| {
            has_event(a, |e| !e["at"]["country"].is_null() && !is_home(e))
        }),
        ("action:*", |a| has_event(a, any)),
        ("mode:planned", |a| has_event(a, |e| e["mode"] == "planned")),
        ("sector:*", |a| {
            has_event(a, |e| !values_of_event("sector", e).is_empty())
        }),
        ("sector:MIL", |a| {
            has_event(a, |e| values_of_event("sector", e).contains("MIL"))
        }),
    ]
}

fn queries() -> Vec<Query> {
    vec![
        ("country:US", |a| mentions(a, "US")),
        ("NOT country:US", |a| !mentions(a, "US")),
        ("country:US OR country:CN", |a| {
            mentions(a, "US") || mentions(a, "CN")
        }),
        ("country:RU NOT country:US", |a| {
            mentions(a, "RU") && !mentions(a, "US")
        }),
        ("country:RU -country:(US OR UA)", |a| {
            mentions(a, "RU") && !mentions(a, "US") && !mentions(a, "UA")
        }),
        ("country:Europe", |a| lies_in(a, "150")),
        ("date:2024", |a| dated(a, "2024-01-01", "2024-12-31")),
        ("date:2012-01..2024-06", |a| {
            dated(a, "2012-01-01", "2024-06-30")
        }),
        ("date:>=2025-02-03", |a| {
            dated(a, "2025-02-03", "9999-12-31")
        }),
        ("date:<2024-06-06", |a| dated(a, "0000-01-01", "2024-06-05")),
        ("date:*", |a| !a["date"].is_null()),
        ("-date:*", |a| a["date"].is_null()),
        ("language:en", |a| a["language"] == "en"),
        ("event(by:US to:CN)", |a| {
            has_event(a, |e| is(e, "by", "US") && is(e, "to", "CN"))
        }),
        ("event(by:US) event(to:US)", |a| {
            has_event(a, |e| is(e, "by", "US")) && has_event(a, |e| is(e, "to", "US"))
        }),
        ("event(by:US) OR event(by:RU)", |a| {
            has_event(a, |e| is(e, "by", "US") || is(e, "by", "RU"))
        }),
        ("event(by:(US OR RU) action:(ACCUSE OR THREATEN))", |a| {
            has_event(a, |e| {
                (is(e, "by", "US") || is(e, "by", "RU"))
                    && (does(e, "ACCUSE") || does(e, "THREATEN"))
            })
        }),
        ("-event(action:ASSAULT)", |a| {
            !has_event(a, |e| does(e, "ASSAULT"))
        }),
        ("country:US -event(by:US)", |a| {
            mentions(a, "US") && !has_event(a, |e| is(e, "by", "US"))
        }),
        ("event(by:* to:*)", |a| {
            has_event(a, |e| !e["by"].is_null() && !e["to"].is_null())
        }),
        ("event(by:US action:VERBAL_CONFLICT mode:actual)", |a| {
            has_event(a, |e| {
                is(e, "by", "US") && e["action"]["quad"] == 3 && e["mode"] == "actual"
            })
        }),
        ("country:GB event(by:GB action:REQUEST)", |a| {
            mentions(a, "GB") && has_event(a, |e| is(e, "by", "GB") && does(e, "REQUEST"))
        }),
        ("event(by:US mode:actual) -event(to:US mode:actual)", |a| {
            has_event(a, |e| is(e, "by", "US") && e["mode"] == "actual")
                && !has_event(a, |e| is(e, "to", "US") && e["mode"] == "actual")
        }),
        ("event(by:US on:*)", |a| {
            has_event(a, |e| is(e, "by", "US") && !e["on"].is_null())
        }),
        ("path:* event(to:US mode:actual)", |a| {
            has_event(a, |e| is(e, "to", "US") && e["mode"] == "actual")
        }),
        ("(* OR path:nowhere) event(to:US mode:actual)", |a| {
            has_event(a, |e| is(e, "to", "US") && e["mode"] == "actual")
        }),
        ("event(on:*)", |a| has_event(a, |e| !e["on"].is_null())),
        ("event(sector:MIL mode:actual)", |a| {
            has_event(a, |e| {
                values_of_event("sector", e).contains("MIL") && e["mode"] == "actual"
            })
        }),
        ("action:SANCTION OR country:CO", |a| {
            has_event(a, |e| does(e, "SANCTION")) || mentions(a, "CO")
        }),
        ("by:US", |a| has_event(a, |e| is(e, "by", "US"))),
        ("China -country:US", |a| {
            says(a, "china") && !mentions(a, "US")
        }),
        ("China OR date:2024-03", |a| {
            says(a, "china") || dated(a, "2024-03-01", "2024-03-31")
        }),
        ("text:china -title:china", |a| {
            let has = |part: &str| {
                let part = text(&a[part]).to_lowercase();
                part.split(|c: char| !c.is_alphanumeric())
                    .any(|word| word == "china")
            };
            has("text") && !has("title")
        }),
    ]
}

#[test]
fn facets_of_the_sample_corpus() {
    for request in requests() {
        SAMPLE.check_facets(&request);
    }
}

#[test]
fn counts_of_the_sample_corpus() {
    check_counts(&SAMPLE);
    check_count_against_events(&SAMPLE);
}

/// The export filtered by hand is what `--min-confidence` shows, matches and counts.
#[test]
fn events_that_are_not_sure_enough_are_as_if_not_there() {
    let all = SAMPLE
        .articles
        .iter()
        .map(|a| events(a).count())
        .sum::<usize>();
    let confidences = SAMPLE.articles.iter().flat_map(events);
    let confidences = confidences.filter_map(|event| event["confidence"].as_f64());
    let held: BTreeSet<u8> = confidences
        .map(|share| (share * 100.0).ceil() as u8)
        .collect();
    let held: Vec<u8> = held.into_iter().collect();
    for least in [held[1], held[held.len() / 2], held[held.len() - 1]] {
        let sure = SAMPLE.sure(least);
        let kept = sure
            .articles
            .iter()
            .map(|a| events(a).count())
            .sum::<usize>();
        assert!(kept < all, "{least} leaves nothing out");
        assert_eq!(lines_of_json(&sure.run(&["export"])), sure.articles);
        check_counts(&sure);
        check_count_against_events(&sure);
        for request in requests() {
            sure.check_facets(&request);
        }
        for (query, matches) in queries() {
            sure.check_query(query, matches);
        }
        for (query, matches) in queries_of_events() {
            sure.check_query(query, matches);
        }
    }
    for (query, matches) in queries_of_events() {
        SAMPLE.check_query(query, matches);
    }
}

#[test]
fn queries_of_the_sample_corpus() {
    for (query, matches) in queries() {
        SAMPLE.check_query(query, matches);
    }
}

/// What finds nothing, or everything, tests little.
#[test]
fn requests_and_queries_part_the_sample_corpus() {
    let all = SAMPLE.articles.len();
    for request in &requests()[1..] {
        let found = SAMPLE.matching(request).len();
        assert!(
            0 < found && found < all,
            "{:?} finds {found} of {all}",
            request.typed
        );
    }
    for (query, matches) in queries() {
        let found = SAMPLE.articles.iter().filter(|a| matches(a)).count();
        assert!(0 < found && found < all, "{query} finds {found} of {all}");
    }
}

#[test]
fn facets_of_a_larger_corpus() {
    let Some(medium) = &*MEDIUM else { return };
    for request in requests() {
        medium.check_facets(&request);
    }
}

#[test]
fn counts_of_a_larger_corpus() {
    let Some(medium) = &*MEDIUM else { return };
    check_counts(medium);
    check_count_against_events(medium);
}

#[test]
fn queries_of_a_larger_corpus() {
    let Some(medium) = &*MEDIUM else { return };
    for (query, matches) in queries() {
        medium.check_query(query, matches);
    }
}
