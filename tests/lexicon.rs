//! The tables in `lexicon/`: their form, and that they speak the vocabularies of the crate.
//!
//! A check gathers everything that is wrong before it fails, each with its file and line.

use dateline::annotate::{Annotator, Lexicon, Scratch};
use dateline::corpus::{Limits, read_file, walk::walk};
use dateline::ontology::{CameoCode, CountryCode, Mode, Plover, Sector};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use unicode_normalization::is_nfc;

/// A table, read here anew so that the crate's own reader is checked by something else.
struct Table {
    /// Relative to `lexicon/`, such as `actions/aid.tsv`.
    name: String,
    header: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    /// As `name:number`, for messages.
    at: String,
    cells: Vec<String>,
}

fn lexicon() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicon")
}

fn tables() -> Vec<Table> {
    let mut names: Vec<String> = ["", "actions"]
        .iter()
        .flat_map(|folder| fs::read_dir(lexicon().join(folder)).expect("a folder of tables"))
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "tsv"))
        .map(|path| {
            let relative = path.strip_prefix(lexicon()).expect("below lexicon/");
            relative.to_string_lossy().replace('\\', "/")
        })
        .collect();
    names.sort();
    assert!(names.len() > 30, "only {} tables in lexicon/", names.len());
    names.into_iter().map(Table::read).collect()
}

impl Table {
    fn read(name: String) -> Self {
        let text = fs::read_to_string(lexicon().join(&name)).expect("a table in UTF-8");
        let mut lines = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.starts_with('#'));
        let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
        let header = lines.next().map_or(Vec::new(), |(_, line)| cells(line));
        let rows = lines
            .map(|(number, line)| Row {
                at: format!("{name}:{number}"),
                cells: cells(line),
            })
            .collect();
        Self { name, header, rows }
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The cells of a column that hold something, each with its row; none without that column.
    fn cells(&self, column: &str) -> impl Iterator<Item = (&Row, &str)> {
        let column = self.column(column);
        self.rows
            .iter()
            .filter_map(move |row| Some((row, row.cell(column?))))
            .filter(|(_, cell)| !cell.is_empty())
    }

    /// The PLOVER type whose actions the table holds.
    fn plover(&self) -> Option<Plover> {
        let name = self
            .name
            .strip_prefix("actions/")?
            .strip_suffix(".tsv")?
            .to_owned();
        Some(Plover::parse(&name).unwrap_or_else(|error| panic!("{}: {error}", self.name)))
    }
}

impl Row {
    /// A cell; empty where the row ends before it.
    fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

fn nothing_wrong(wrong: &[String]) {
    assert!(
        wrong.is_empty(),
        "{} rows of the lexicon are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn each_table_says_what_its_columns_hold() {
    let mut wrong = Vec::new();
    for table in tables() {
        let text = fs::read_to_string(lexicon().join(&table.name)).expect("a table in UTF-8");
        if !text.starts_with('#') {
            wrong.push(format!("{}: no comment at the top", table.name));
        }
        if text.contains('\r') || !text.ends_with('\n') {
            wrong.push(format!("{}: lines end in \\n, the last too", table.name));
        }
        let comments: Vec<&str> = text
            .lines()
            .take_while(|line| line.starts_with('#'))
            .collect();
        if text
            .lines()
            .skip(comments.len())
            .any(|line| line.starts_with('#'))
        {
            wrong.push(format!("{}: a comment below the header", table.name));
        }
        for column in &table.header {
            let is_explained = comments.iter().any(|line| {
                line.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .any(|word| word == column)
            });
            if !is_explained {
                wrong.push(format!("{}: no comment names {column:?}", table.name));
            }
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn rows_have_the_form_that_the_reader_expects() {
    let mut wrong = Vec::new();
    for table in tables() {
        let mut seen: HashMap<Vec<&str>, &str> = HashMap::new();
        for row in &table.rows {
            let at = &row.at;
            if row.cells.len() > table.header.len() {
                wrong.push(format!("{at}: more cells than the header"));
            }
            if row.cell(0).is_empty() {
                wrong.push(format!("{at}: the first cell is empty"));
            }
            for cell in &row.cells {
                if cell.trim() != cell {
                    wrong.push(format!("{at}: white space around {cell:?}"));
                }
                if !is_nfc(cell) {
                    wrong.push(format!("{at}: {cell:?} is not NFC"));
                }
            }
            let cells: Vec<&str> = (0..table.header.len()).map(|at| row.cell(at)).collect();
            if let Some(first) = seen.insert(cells, at) {
                wrong.push(format!("{at}: the same as {first}"));
            }
        }
        for column in ["aliases", "alternates", "members", "words", "verb"] {
            for (row, cell) in table.cells(column) {
                let mut entries = BTreeSet::new();
                for entry in cell.split('|') {
                    if entry.trim() != entry || entry.is_empty() || !entries.insert(entry) {
                        wrong.push(format!("{}: {entry:?} in the list {cell:?}", row.at));
                    }
                }
            }
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn rows_are_sorted() {
    // These two are grouped by meaning.
    let grouped = ["complements.tsv", "modality.tsv"];
    let mut wrong = Vec::new();
    for table in tables() {
        if grouped.contains(&table.name.as_str()) {
            continue;
        }
        for pair in table.rows.windows(2) {
            if pair[0].cell(0) > pair[1].cell(0) {
                let (before, after) = (pair[0].cell(0), pair[1].cell(0));
                wrong.push(format!("{}: {after:?} after {before:?}", pair[1].at));
            }
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn cells_speak_the_vocabularies() {
    let mut wrong = Vec::new();
    let regions: BTreeSet<String> = Table::read("regions.tsv".to_owned())
        .cells("code")
        .map(|(_, code)| code.to_owned())
        .collect();
    for table in tables() {
        let mut check = |column: &str, what: &str, known: &dyn Fn(&str) -> bool| {
            for (row, cell) in table.cells(column) {
                if !known(cell) {
                    wrong.push(format!("{}: {cell:?} is no {what}", row.at));
                }
            }
        };
        let is_sector = |cell: &str| Sector::ALL.iter().any(|sector| sector.code() == cell);
        let is_plover = |cell: &str| Plover::ALL.iter().any(|plover| plover.name() == cell);
        let is_cameo = |cell: &str| CameoCode::parse(cell).is_ok();
        check("country", "country", &|cell| {
            CountryCode::parse(cell).is_some()
        });
        check("members", "list of countries", &|cell| {
            cell.split('|')
                .all(|code| CountryCode::parse(code).is_some())
        });
        check("region", "region", &|cell| regions.contains(cell));
        check("parent", "region", &|cell| regions.contains(cell));
        check("sector", "sector", &is_sector);
        check("plover", "PLOVER type", &|cell| {
            cell.split('|').all(is_plover)
        });
        check("cameo", "CAMEO code", &|cell| is_cameo(cell) || cell == "-");
        check("deeper", "CAMEO code", &is_cameo);
        check("inner", "beginning of a CAMEO code", &|cell| {
            CameoCode::all().any(|code| code.as_str().starts_with(cell))
        });
        check("mode", "mode", &|cell| {
            Mode::ALL.iter().any(|mode| mode.name() == cell)
        });
        check("both", "`both`", &|cell| cell == "both");
        for column in ["ambiguous", "civil", "surname_too"] {
            check(column, "`yes`", &|cell| cell == "yes");
        }
        if ["cameo.tsv", "refinements.tsv"].contains(&table.name.as_str()) {
            check("code", "CAMEO code", &is_cameo);
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn the_lexicon_is_read_without_an_error() {
    if let Err(error) = Lexicon::bundled() {
        panic!("{error}");
    }
    Annotator::bundled().expect("the bundled lexicon and models can be read");
}

#[test]
fn action_tables_give_their_own_type() {
    let (mut wrong, mut phrases) = (Vec::new(), BTreeMap::new());
    let mut types = BTreeSet::new();
    let mut total = 0;
    for table in tables() {
        let Some(plover) = table.plover() else {
            continue;
        };
        types.insert(plover);
        total += table.rows.len();
        if table.rows.len() < 100 {
            wrong.push(format!("{}: only {} rows", table.name, table.rows.len()));
        }
        if table.header != ["phrase", "cameo", "plover", "both"] {
            wrong.push(format!("{}: columns {:?}", table.name, table.header));
        }
        for row in &table.rows {
            if let Some(first) = phrases.insert(row.cell(0).to_owned(), row.at.clone()) {
                wrong.push(format!("{}: the same phrase as {first}", row.at));
            }
            if row.cell(1) == "-" {
                if !row.cell(2).is_empty() || !row.cell(3).is_empty() {
                    wrong.push(format!("{}: an exception has nothing but a phrase", row.at));
                }
                continue;
            }
            let own = CameoCode::parse(row.cell(1))
                .ok()
                .and_then(CameoCode::plover);
            let given = Plover::parse(row.cell(2)).ok();
            if given.is_some() && given == own {
                wrong.push(format!("{}: {} has the type already", row.at, row.cell(1)));
            }
            if given.or(own) != Some(plover) {
                let type_of_row = given.or(own).map_or("none", Plover::name);
                wrong.push(format!("{}: type {type_of_row}", row.at));
            }
        }
    }
    nothing_wrong(&wrong);
    assert_eq!(types.len(), 16, "PLOVER types with a table: {types:?}");
    assert!(total >= 1_000, "only {total} action phrases");
}

#[test]
fn refinements_go_deeper_within_their_type() {
    let table = Table::read("refinements.tsv".to_owned());
    let mut wrong = Vec::new();
    for row in &table.rows {
        let [from, to] = [0, 2].map(|column| CameoCode::parse(row.cell(column)));
        let (Ok(from), Ok(to)) = (from, to) else {
            wrong.push(format!("{}: not CAMEO codes", row.at));
            continue;
        };
        if from == to || to.as_str().ends_with('0') {
            wrong.push(format!("{}: {from} to {to} is not deeper", row.at));
        }
        if from.plover() != to.plover() {
            let names = [from, to].map(|code| code.plover().map_or("none", Plover::name));
            wrong.push(format!(
                "{}: {from} {} to {to} {}",
                row.at, names[0], names[1]
            ));
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn cameo_is_complete() {
    let table = Table::read("cameo.tsv".to_owned());
    let codes: BTreeSet<&str> = table.cells("code").map(|(_, code)| code).collect();
    assert_eq!(table.rows.len(), 318, "rows of cameo.tsv");
    assert_eq!(codes.len(), 318, "different codes in cameo.tsv");
    let known: BTreeSet<&str> = CameoCode::all().map(CameoCode::as_str).collect();
    assert_eq!(codes, known, "codes of the table and of the ontology");
    let mut wrong = Vec::new();
    for row in &table.rows {
        let code = row.cell(0);
        if code.len() > 2 && !codes.contains(&code[..code.len() - 1]) {
            wrong.push(format!("{}: {code} has no parent", row.at));
        }
        if !matches!(row.cell(2), "1" | "2" | "3" | "4") {
            wrong.push(format!("{}: quad class {:?}", row.at, row.cell(2)));
        }
        match row.cell(3).parse::<f32>() {
            Ok(score) if (-10.0..=10.0).contains(&score) => {}
            _ => wrong.push(format!("{}: Goldstein score {:?}", row.at, row.cell(3))),
        }
        if row.cell(4).is_empty() {
            wrong.push(format!("{}: no label", row.at));
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn countries_are_those_of_iso_and_kosovo() {
    let table = Table::read("countries.tsv".to_owned());
    let distinct = |column: &str| {
        let cells: BTreeSet<&str> = table.cells(column).map(|(_, cell)| cell).collect();
        cells
    };
    let codes = distinct("code");
    assert_eq!(codes.len(), 250, "249 codes of ISO 3166-1, and Kosovo");
    assert!(codes.contains("XK"), "Kosovo");
    assert_eq!(distinct("alpha3").len(), 250, "alpha-3 codes");
    assert_eq!(distinct("name").len(), 250, "names");
    assert_eq!(distinct("numeric").len(), 249, "Kosovo has no number");
    let known: Vec<String> = CountryCode::all().map(|code| code.to_string()).collect();
    assert_eq!(
        known,
        codes.into_iter().collect::<Vec<_>>(),
        "in the ontology"
    );
    let mut wrong = Vec::new();
    for code in CountryCode::all() {
        if CountryCode::from_number(code.number()) != Some(code) {
            wrong.push(format!("{code}: not found by its number {}", code.number()));
        }
        if !code.regions().iter().any(|region| region.as_str() == "001") {
            wrong.push(format!("{code}: its regions do not lead to the world"));
        }
    }
    nothing_wrong(&wrong);
}

#[test]
fn the_readme_knows_the_tables() {
    let readme = fs::read_to_string(lexicon().join("README.md")).expect("lexicon/README.md");
    let named: BTreeSet<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(name, _)| name)
        .collect();
    let there: BTreeSet<String> = tables().into_iter().map(|table| table.name).collect();
    let gone: Vec<&&str> = named
        .iter()
        .filter(|name| !name.contains('*') && !there.contains(**name))
        .collect();
    assert!(
        gone.is_empty(),
        "lexicon/README.md names tables that are gone: {gone:?}"
    );
    let missing: Vec<&Sector> = Sector::ALL
        .iter()
        .filter(|sector| !readme.contains(&format!("`{}`", sector.code())))
        .collect();
    assert!(
        missing.is_empty(),
        "lexicon/README.md lacks sectors: {missing:?}"
    );
}

#[test]
fn the_sample_corpus_shows_what_the_lexicon_knows() {
    let annotator = Annotator::bundled().expect("the bundled lexicon and models can be read");
    let mut scratch = Scratch::default();
    let (mut articles, mut formats, mut outlets) = (0, BTreeSet::new(), BTreeSet::new());
    let (mut countries, mut types) = (BTreeSet::new(), BTreeSet::new());
    let (mut dated, mut wrong) = (0, Vec::new());
    for found in walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")) {
        let found = found.expect("the corpus can be read");
        let report = read_file(
            &found.path,
            &found.relative,
            &Limits::default(),
            &mut |article| {
                articles += 1;
                let annotations = annotator.annotate(&article, &mut scratch);
                countries.extend(annotations.countries.iter().map(|country| country.code));
                types.extend(annotations.events.iter().map(|event| event.action.plover));
                outlets.extend(article.outlet.clone());
                let (path, record) = (&article.path, article.record);
                if article.title.is_empty() || article.text.is_empty() {
                    wrong.push(format!("{path} #{record}: no title or no text"));
                }
                if article.language.is_none() {
                    wrong.push(format!("{path} #{record}: its language is not told"));
                }
                dated += u32::from(article.date.is_some());
                ControlFlow::Continue(())
            },
        );
        if let Some(reason) = report.reason {
            wrong.push(format!("{}: {reason}", report.path));
        }
        formats.insert(report.format);
    }
    nothing_wrong(&wrong);
    assert!(articles >= 48, "only {articles} articles in corpus/");
    assert!(dated >= 48, "only {dated} articles in corpus/ have a date");
    assert!(outlets.len() >= 6, "outlets in corpus/: {outlets:?}");
    let wanted = ["csv", "html", "json", "jsonl", "md", "txt"].map(str::to_owned);
    assert_eq!(formats, BTreeSet::from(wanted), "formats in corpus/");
    assert!(countries.len() >= 30, "countries in corpus/: {countries:?}");
    assert!(types.len() >= 12, "PLOVER types in corpus/: {types:?}");
}
