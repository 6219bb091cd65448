//! A user's own names: aliases, people and places that the bundled lexicon lacks, and words that
//! are no name, in a table that a person can write (`docs/lexicon.md` says how).
//!
//! This file knows the form of the table only. What the names lead to in a text is settled with
//! all others, by [`Lexicon`](super::Lexicon) and the finder of mentions.

use super::annotations::EntityType;
use crate::ontology::nearest::nearest;
use crate::ontology::table::list;
use crate::ontology::{CountryCode, Place, Sector, UnknownName};
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// The columns, in their order where no header line says another.
const COLUMNS: [&str; 7] = ["what", "name", "aliases", "country", "sector", "from", "to"];

/// What a row can say that its words are; the first of several that mean the same is offered when
/// one is mistyped.
const KINDS: [(&str, What); 17] = [
    ("person", What::Named(EntityType::Person)),
    ("per", What::Named(EntityType::Person)),
    ("people", What::Named(EntityType::Person)),
    ("place", What::Named(EntityType::Place)),
    ("loc", What::Named(EntityType::Place)),
    ("location", What::Named(EntityType::Place)),
    ("organization", What::Named(EntityType::Organization)),
    ("organisation", What::Named(EntityType::Organization)),
    ("org", What::Named(EntityType::Organization)),
    ("nationality", What::Named(EntityType::Nationality)),
    ("demonym", What::Named(EntityType::Nationality)),
    ("norp", What::Named(EntityType::Nationality)),
    ("other", What::Named(EntityType::Other)),
    ("misc", What::Named(EntityType::Other)),
    ("alias", What::Alias),
    ("ignore", What::Ignore),
    ("ignored", What::Ignore),
];

/// The years of somebody of whom none are given.
pub(super) const ALL_YEARS: (u16, u16) = (0, u16::MAX);

/// A user's lexicon, read and checked as far as can be without the bundled one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserLexicon {
    text: String,
    rows: Vec<UserRow>,
}

/// A row, with its number for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UserRow {
    /// The number of its line, from 1.
    pub line: usize,
    /// What it says.
    pub entry: UserEntry,
    /// The words that it says it of.
    pub spellings: Vec<String>,
}

/// What a row says of its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UserEntry {
    /// They name something.
    Name {
        /// The name under which all spellings meet.
        canonical: String,
        kind: EntityType,
        country: Option<CountryCode>,
        sector: Option<Sector>,
        years: (u16, u16),
    },
    /// They stand for all that this name stands for.
    Alias(String),
    /// They are no name.
    Ignored,
}

/// What the first cell of a row says.
#[derive(Debug, Clone, Copy)]
enum What {
    Named(EntityType),
    Alias,
    Ignore,
}

/// What is wrong with a user's lexicon, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct UserLexiconError {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong in it.
    pub fault: UserLexiconFault,
}

/// What is wrong with a row of a user's lexicon.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserLexiconFault {
    /// A column, kind, country, sector or aliased name that is not known.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// A line without a tab.
    #[error("\"{0}\" has one cell only")]
    NoCells(String),
    /// More cells than columns.
    #[error("there are more cells than the {} columns", COLUMNS.len())]
    TooLong,
    /// A name without letters or digits, or none.
    #[error("\"{0}\" is no name")]
    NoName(String),
    /// An alias row that gives no spelling.
    #[error("no alias is given for \"{0}\"")]
    NoAlias(String),
    /// A region where a country must stand.
    #[error("\"{0}\" is a region, not a country")]
    Region(String),
    /// A year that is none, or an office that ends before it begins.
    #[error("\"{0}\" is no year that can stand here")]
    Year(String),
    /// A cell that such a row has no use for.
    #[error("\"{what}\" rows have no {column}")]
    Idle {
        /// What the row is.
        what: String,
        /// The column.
        column: &'static str,
    },
    /// Words to which another row gives another meaning.
    #[error("\"{words}\" has another meaning in line {line}")]
    Twice {
        /// The words.
        words: String,
        /// The line of the other row.
        line: usize,
    },
}

impl UserLexiconFault {
    /// What to do about it, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            UserLexiconFault::Unknown(unknown) => unknown.hint(),
            UserLexiconFault::NoCells(_) | UserLexiconFault::TooLong => Some(format!(
                "separate the cells by tabs: {}",
                COLUMNS.join(", ")
            )),
            UserLexiconFault::Region(_) => Some("leave the country empty".to_owned()),
            UserLexiconFault::Twice { .. } => {
                Some("keep one of the rows, or give them years that do not overlap".to_owned())
            }
            _ => None,
        }
    }
}

impl UserLexicon {
    /// Reads a user's lexicon from its text. That every `alias` row has a name to stand for is
    /// checked when it meets the bundled lexicon, in
    /// [`Annotator::with_lexicon`](super::Annotator::with_lexicon).
    ///
    /// # Errors
    /// The first row that does not follow the form.
    pub fn parse(text: &str) -> Result<Self, UserLexiconError> {
        let mut columns: Vec<usize> = (0..COLUMNS.len()).collect();
        let mut rows = Vec::new();
        let mut is_first = true;
        let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
        for (line, written) in (1..).zip(lines) {
            if written.trim().is_empty() || written.trim_start().starts_with('#') {
                continue;
            }
            let at_line = |fault| UserLexiconError { line, fault };
            // As the texts of articles are.
            let written: String = written.nfc().collect();
            let cells: Vec<&str> = written.split('\t').map(str::trim).collect();
            if std::mem::take(&mut is_first) && cells[0].eq_ignore_ascii_case(COLUMNS[0]) {
                columns = header(&cells).map_err(at_line)?;
                continue;
            }
            let (entry, spellings) = Cells::new(&columns, &cells)
                .and_then(|cells| cells.entry())
                .map_err(at_line)?;
            rows.push(UserRow {
                line,
                entry,
                spellings,
            });
        }
        check_meanings(&rows)?;
        Ok(Self {
            text: text.to_owned(),
            rows,
        })
    }

    /// The text that it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many spellings the rows have in all.
    pub fn spellings(&self) -> usize {
        self.rows.iter().map(|row| row.spellings.len()).sum()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A digest of what it says: comments and the order of columns do not change it.
    pub fn digest(&self) -> String {
        let mut digest = blake3::Hasher::new();
        for UserRow {
            entry, spellings, ..
        } in &self.rows
        {
            let said = match entry {
                UserEntry::Ignored => "ignore".to_owned(),
                UserEntry::Alias(name) => format!("alias\t{name}"),
                UserEntry::Name {
                    canonical,
                    kind,
                    country,
                    sector,
                    years: (from, to),
                } => {
                    let country = country.as_ref().map_or("", CountryCode::as_str);
                    let sector = sector.map_or("", Sector::code);
                    let kind = kind.name();
                    format!("{kind}\t{canonical}\t{country}\t{sector}\t{from}\t{to}")
                }
            };
            digest.update(format!("{said}\t{}\n", spellings.join("|")).as_bytes());
        }
        digest.finalize().to_hex()[..12].to_owned()
    }

    pub(super) fn rows(&self) -> &[UserRow] {
        &self.rows
    }
}

/// Which column each cell of a header names.
fn header(cells: &[&str]) -> Result<Vec<usize>, UserLexiconFault> {
    cells
        .iter()
        .map(|name| {
            COLUMNS
                .iter()
                .position(|column| column.eq_ignore_ascii_case(name))
                .ok_or_else(|| unknown("column", name, COLUMNS).into())
        })
        .collect()
}

fn unknown<'a>(
    what: &'static str,
    given: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> UnknownName {
    UnknownName {
        what,
        given: given.to_owned(),
        nearest: nearest(given, names).map(str::to_owned),
    }
}

/// The cells of a row, by column.
struct Cells<'a>([&'a str; COLUMNS.len()]);

impl<'a> Cells<'a> {
    fn new(columns: &[usize], cells: &[&'a str]) -> Result<Self, UserLexiconFault> {
        if let [only] = cells {
            return Err(UserLexiconFault::NoCells((*only).to_owned()));
        }
        let mut by_column = [""; COLUMNS.len()];
        for (at, cell) in cells.iter().enumerate() {
            match columns.get(at) {
                Some(&column) => by_column[column] = cell,
                None if cell.is_empty() => {}
                None => return Err(UserLexiconFault::TooLong),
            }
        }
        Ok(Self(by_column))
    }

    /// What the row says, and of which words.
    fn entry(&self) -> Result<(UserEntry, Vec<String>), UserLexiconFault> {
        let [what, name, aliases, ..] = self.0;
        let kind = what.to_lowercase();
        let (_, kind) = KINDS
            .iter()
            .find(|(name, _)| *name == kind)
            .ok_or_else(|| unknown("kind of name", what, KINDS.map(|(name, _)| name)))?;
        let mut spellings: Vec<&str> = list(name).chain(list(aliases)).collect();
        let wrong = spellings.iter().find(|name| !is_name(name)).copied();
        let first = list(name).next().filter(|_| wrong.is_none());
        let Some(first) = first else {
            return Err(UserLexiconFault::NoName(wrong.unwrap_or(name).to_owned()));
        };
        let entry = match kind {
            What::Named(kind) => {
                let years = match kind {
                    EntityType::Person => self.years()?,
                    _ => self.none_of(5..7).map(|()| ALL_YEARS)?,
                };
                UserEntry::Name {
                    canonical: first.to_owned(),
                    kind: *kind,
                    country: self.country()?,
                    sector: self.sector()?,
                    years,
                }
            }
            What::Alias => {
                self.none_of(3..7)?;
                spellings.remove(0);
                if spellings.is_empty() {
                    return Err(UserLexiconFault::NoAlias(first.to_owned()));
                }
                UserEntry::Alias(first.to_owned())
            }
            What::Ignore => self.none_of(3..7).map(|()| UserEntry::Ignored)?,
        };
        Ok((entry, spellings.into_iter().map(str::to_owned).collect()))
    }

    fn country(&self) -> Result<Option<CountryCode>, UserLexiconFault> {
        match self.0[3] {
            "" | "-" => Ok(None),
            name => match Place::parse(name)? {
                Place::Country(code) => Ok(Some(code)),
                Place::Region(_) => Err(UserLexiconFault::Region(name.to_owned())),
            },
        }
    }

    fn sector(&self) -> Result<Option<Sector>, UserLexiconFault> {
        match self.0[4] {
            "" | "-" => Ok(None),
            name => Ok(Some(Sector::parse(name)?)),
        }
    }

    fn years(&self) -> Result<(u16, u16), UserLexiconFault> {
        let year = |cell: &str, missing| match cell {
            "" | "-" => Ok(missing),
            cell => cell
                .parse()
                .ok()
                .filter(|_| cell.len() == 4)
                .ok_or_else(|| UserLexiconFault::Year(cell.to_owned())),
        };
        let years = (year(self.0[5], ALL_YEARS.0)?, year(self.0[6], ALL_YEARS.1)?);
        match years.0 <= years.1 {
            true => Ok(years),
            false => Err(UserLexiconFault::Year(self.0[6].to_owned())),
        }
    }

    /// That nothing stands in columns that mean nothing here, as what is there would be lost.
    fn none_of(&self, columns: std::ops::Range<usize>) -> Result<(), UserLexiconFault> {
        match columns.into_iter().find(|&at| !self.0[at].is_empty()) {
            None => Ok(()),
            Some(at) => Err(UserLexiconFault::Idle {
                what: self.0[0].to_owned(),
                column: COLUMNS[at],
            }),
        }
    }
}

/// Whether there is anything to find in a name.
fn is_name(name: &str) -> bool {
    name.contains(char::is_alphanumeric)
}

/// That the same words mean one thing at a time.
fn check_meanings(rows: &[UserRow]) -> Result<(), UserLexiconError> {
    let mut known: FxHashMap<&str, Vec<&UserRow>> = FxHashMap::default();
    for row in rows {
        for words in &row.spellings {
            let others = known.entry(words).or_default();
            if let Some(other) = others.iter().find(|other| other.contradicts(row)) {
                return Err(UserLexiconError {
                    line: row.line,
                    fault: UserLexiconFault::Twice {
                        words: words.clone(),
                        line: other.line,
                    },
                });
            }
            others.push(row);
        }
    }
    Ok(())
}

impl UserRow {
    /// Whether both cannot hold of the same words.
    fn contradicts(&self, other: &Self) -> bool {
        let years = |row: &Self| match row.entry {
            UserEntry::Name { years, .. } => years,
            _ => ALL_YEARS,
        };
        let (a, b) = (years(self), years(other));
        self.entry != other.entry && a.0 <= b.1 && b.0 <= a.1
    }
}
