//! CAMEO event codes: a tree of 20 roots with three- and four-digit children.

use super::plover::{Plover, Quad};
use super::table::{cell, rows};
use super::{UnknownName, nearest::nearest};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::LazyLock;

/// A CAMEO code, such as `163`. Two digits are a root; each further digit is a level below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CameoCode(u16);

struct Row {
    code: &'static str,
    plover: Option<Plover>,
    quad: Quad,
    goldstein: f64,
    label: &'static str,
}

/// Rows sorted by code, so that a code's place in the table is its number.
static TABLE: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut table: Vec<Row> = rows(include_str!("../../lexicon/cameo.tsv"))
        .map(|row| Row {
            code: cell(&row, 0),
            // "A|B" stands at a root whose children part: the first is the commoner one.
            plover: cell(&row, 1)
                .split('|')
                .next()
                .and_then(|name| Plover::parse(name).ok()),
            quad: cell(&row, 2)
                .parse()
                .ok()
                .and_then(Quad::from_number)
                .unwrap_or(Quad::VerbalCooperation),
            goldstein: cell(&row, 3).parse().unwrap_or_default(),
            label: cell(&row, 4),
        })
        .collect();
    table.sort_by_key(|row| row.code);
    table
});

impl CameoCode {
    /// Every code, in order.
    pub fn all() -> impl Iterator<Item = CameoCode> {
        (0..TABLE.len() as u16).map(CameoCode)
    }

    /// The code written `code`. A four-digit code that CAMEO lacks is an error, not its parent.
    pub fn parse(code: &str) -> Result<Self, UnknownName> {
        TABLE
            .binary_search_by_key(&code, |row| row.code)
            .map(|place| CameoCode(place as u16))
            .map_err(|_| UnknownName {
                what: "CAMEO code",
                given: code.to_owned(),
                nearest: nearest(code, TABLE.iter().map(|row| row.code)).map(str::to_owned),
            })
    }

    /// The code that `label` describes, such as `share intelligence`, in any case.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::all().find(|code| code.label().eq_ignore_ascii_case(label))
    }

    /// The digits.
    pub fn as_str(self) -> &'static str {
        self.row().code
    }

    /// The code's place in the table, below 512.
    pub fn number(self) -> u16 {
        self.0
    }

    /// The code with this number, as [`CameoCode::number`] gives it.
    pub fn from_number(number: u16) -> Option<Self> {
        (usize::from(number) < TABLE.len()).then_some(CameoCode(number))
    }

    /// The root, the first two digits.
    pub fn root(self) -> Self {
        self.ancestors().last().unwrap_or(self)
    }

    /// The code itself and then each of its parents, up to the root.
    pub fn ancestors(self) -> impl Iterator<Item = CameoCode> {
        let code = self.as_str();
        (2..=code.len())
            .rev()
            .filter_map(move |length| CameoCode::parse(&code[..length]).ok())
    }

    /// The PLOVER type that the code maps to; `None` for statements and appeals.
    pub fn plover(self) -> Option<Plover> {
        self.row().plover
    }

    /// The quad class.
    pub fn quad(self) -> Quad {
        self.row().quad
    }

    /// The Goldstein score, from -10 (conflict) to 10 (cooperation).
    pub fn goldstein(self) -> f64 {
        self.row().goldstein
    }

    /// What the code means, in a few words.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    fn row(self) -> &'static Row {
        &TABLE[usize::from(self.0)]
    }
}

impl fmt::Display for CameoCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CameoCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CameoCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(deserializer)?;
        CameoCode::parse(&code).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_the_whole_tree() {
        assert_eq!(CameoCode::all().count(), 318);
        assert_eq!(
            CameoCode::all()
                .filter(|code| code.as_str().len() == 2)
                .count(),
            20
        );
        for code in CameoCode::all() {
            assert_eq!(code.ancestors().count(), code.as_str().len() - 1, "{code}");
        }
    }

    #[test]
    fn knows_where_plover_and_cameo_part() {
        let impose_sanctions = CameoCode::parse("163").unwrap();
        assert_eq!(impose_sanctions.plover(), Some(Plover::Coerce));
        assert_eq!(impose_sanctions.root().plover(), Some(Plover::Sanction));
        assert_eq!(impose_sanctions.quad(), Quad::MaterialConflict);
        assert_eq!(CameoCode::parse("010").unwrap().plover(), None);
    }

    #[test]
    fn the_page_for_users_has_every_code_under_its_type() {
        let page = include_str!("../../docs/ontology.md");
        for (code, row) in CameoCode::all().zip(TABLE.iter()) {
            let heading = match (code.plover(), code.root().as_str()) {
                (Some(plover), _) => format!("\n### {plover}\n"),
                (None, "02") => "\n### REQUEST\n".to_owned(),
                (None, _) => "\n## What is no event\n".to_owned(),
            };
            let (_, section) = page.split_once(&heading).expect("a heading for each type");
            let section = section.split("\n##").next().unwrap_or_default();
            let line = format!("\n| {} | {} | {:.1} |", row.code, row.label, row.goldstein);
            assert!(section.contains(&line), "{line}");
        }
        for sector in crate::ontology::Sector::ALL {
            let line = format!("\n| `{}` | {} |", sector.code(), sector.label());
            assert!(page.contains(&line), "{line}");
        }
    }

    #[test]
    fn refuses_codes_that_do_not_exist() {
        assert_eq!(
            CameoCode::parse("999").unwrap_err().to_string(),
            "unknown CAMEO code \"999\""
        );
    }
}
