//! Gold: articles in which people marked names, countries or places.

use super::{columns, lines, toponyms};
use crate::annotate::EntityType;
use crate::article::ByteSpan;
use crate::ontology::{CountryCode, Place, UnknownName};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Read;

/// What was read of a file of gold.
#[derive(Debug, Clone, Default)]
pub struct Gold {
    /// The articles, in order.
    pub articles: Vec<GoldArticle>,
    /// Names of countries that lead to no code, and how many places have each. Such a place counts
    /// as one without country.
    pub unmapped: BTreeMap<String, u64>,
    /// How many places were left out because the text has other words where they should stand.
    pub misplaced: u64,
}

/// An article with what people marked in it. What is `None` was not marked, so the article is left
/// out of what measures that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoldArticle {
    /// The headline, if it is given beside the text.
    pub title: String,
    /// The text that all spans count from.
    pub text: String,
    /// When it was published.
    pub date: Option<Date>,
    /// Who published it.
    pub outlet: Option<String>,
    /// The names in the text, in order.
    pub entities: Option<Vec<GoldEntity>>,
    /// The countries that the article names, by whatever name, each once and in order.
    pub countries: Option<Vec<CountryCode>>,
    /// The places named in the text, in order.
    pub places: Option<Vec<GoldPlace>>,
}

/// A marked name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoldEntity {
    /// Where it stands in the text.
    pub span: ByteSpan,
    /// What it is the name of.
    pub class: Class,
}

/// A marked place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct GoldPlace {
    /// Where it stands in the text.
    pub span: ByteSpan,
    /// The country that it lies in; `None` where that is unknown or there is none.
    pub country: Option<CountryCode>,
}

/// The four classes of names that CoNLL-2003 tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A human being.
    Person,
    /// An organisation.
    Organization,
    /// A place.
    Place,
    /// Anything else, nationalities among it.
    Misc,
}

/// What counts as an article in a file of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// What stands between two `-DOCSTART-` lines; a sentence where the file has none.
    #[default]
    Article,
    /// Each sentence.
    Sentence,
}

/// What is wrong with a file of gold.
#[derive(Debug, thiserror::Error)]
#[error("{wrong}")]
pub struct GoldError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    wrong: Wrong,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Wrong {
    #[error("it cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("not UTF-8")]
    Encoding,
    #[error("there is no article in it")]
    Empty,
    #[error("no tag at the end of the line (O, B-PER, I-PER …)")]
    NoTag,
    #[error("not an object with \"text\": {0}")]
    Json(#[from] serde_json::Error),
    #[error("an array; each article is an object on a line of its own")]
    Array,
    #[error("broken XML: {0}")]
    Xml(String),
    #[error("no place in it has a country")]
    NoCountries,
    #[error("\"{0}\" is no offset")]
    Offset(String),
    #[error("{start}..{end} is not a span of the text's {length} bytes")]
    Span {
        start: usize,
        end: usize,
        length: usize,
    },
    #[error("{start}..{end} is \"{found}\" in the text, not \"{given}\"")]
    Words {
        start: usize,
        end: usize,
        found: String,
        given: String,
    },
    #[error("unknown type of name \"{0}\"")]
    Class(String),
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    #[error("not an object with \"sentence\", \"source\", \"target\" and \"type\": {0}")]
    RelationJson(serde_json::Error),
    #[error("not an object with \"text\" and \"events\": {0}")]
    EventsJson(serde_json::Error),
    #[error("neither JSON Lines nor a table of examples")]
    NoRelations,
    #[error("no Text with an EventCoding in it")]
    NoCodings,
    #[error("an EventCoding without eventcode")]
    NoCode,
    #[error("{0} columns where 6 belong")]
    Columns(usize),
    #[error("there is no sentence above this row")]
    NoSentence,
    #[error("\"{0}\" is not in the sentence")]
    NotThere(String),
    #[error("YIELD is no type of an event")]
    Yield,
}

impl Wrong {
    pub(super) fn at(self, line: usize) -> GoldError {
        GoldError { line, wrong: self }
    }
}

impl GoldError {
    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        match &self.wrong {
            Wrong::Span { .. } | Wrong::Words { .. } => {
                Some("start and end count bytes of UTF-8, not characters".to_owned())
            }
            Wrong::Class(_) => {
                Some("the types are person, organization, place, nationality and other".to_owned())
            }
            Wrong::Unknown(unknown) => unknown.hint(),
            Wrong::Columns(_) => {
                Some("they are sentence, source, target, type, code and mode".to_owned())
            }
            Wrong::Yield => Some("write CONCEDE or RETREAT".to_owned()),
            _ => None,
        }
    }
}

impl Gold {
    /// Reads gold in any of the formats, told by the content: columns as CoNLL-2003 has them, JSON
    /// Lines, or the XML of geoparsing corpora.
    ///
    /// # Errors
    /// When the input cannot be read or says something wrong; the error has the line.
    pub fn read(input: impl Read, by: By) -> Result<Self, GoldError> {
        let text = decoded(input)?;
        let text = text.as_str();
        let (line, first) = (1..)
            .zip(text.lines())
            .find(|(_, line)| !line.trim().is_empty())
            .ok_or_else(|| Wrong::Empty.at(1))?;
        let mut gold = Gold::default();
        // A token may be a bracket, so columns come first.
        if columns::is_row(first) {
            gold.articles = columns::read(text, by)?;
        } else {
            match first.trim_start().as_bytes() {
                [b'{', ..] => gold.articles = lines::read(text)?,
                [b'<', ..] => toponyms::read(text, &mut gold)?,
                [b'[', ..] => return Err(Wrong::Array.at(line)),
                _ => return Err(Wrong::NoTag.at(line)),
            }
        }
        if gold.articles.is_empty() {
            return Err(Wrong::Empty.at(1));
        }
        Ok(gold)
    }
}

impl Class {
    /// All classes, in the order of reports.
    pub const ALL: [Class; 4] = [
        Class::Person,
        Class::Organization,
        Class::Place,
        Class::Misc,
    ];

    /// The class's name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Class::Person => "person",
            Class::Organization => "organization",
            Class::Place => "place",
            Class::Misc => "misc",
        }
    }

    /// The class that a set calls `name`, in any case; `Some(None)` for what is not a name here,
    /// such as dates and amounts.
    pub(super) fn parse(name: &str) -> Option<Option<Class>> {
        let class = match name.to_ascii_uppercase().as_str() {
            "PER" | "PERS" | "PERSON" => Class::Person,
            "ORG" | "ORGANIZATION" | "ORGANISATION" | "CORPORATION" | "GROUP" => {
                Class::Organization
            }
            "LOC" | "LOCATION" | "PLACE" | "GPE" | "FAC" | "FACILITY" => Class::Place,
            "MISC" | "OTHER" | "NATIONALITY" | "NORP" | "EVENT" | "PRODUCT" | "WORK_OF_ART"
            | "CREATIVE-WORK" | "LAW" | "LANGUAGE" => Class::Misc,
            "DATE" | "TIME" | "PERCENT" | "MONEY" | "QUANTITY" | "ORDINAL" | "CARDINAL" => {
                return Some(None);
            }
            _ => return None,
        };
        Some(Some(class))
    }
}

impl From<EntityType> for Class {
    fn from(kind: EntityType) -> Self {
        match kind {
            EntityType::Person => Class::Person,
            EntityType::Organization => Class::Organization,
            EntityType::Place => Class::Place,
            EntityType::Nationality | EntityType::Other => Class::Misc,
        }
    }
}

/// All of a file, without the mark of its byte order.
pub(super) fn decoded(mut input: impl Read) -> Result<String, GoldError> {
    let mut bytes = Vec::new();
    input
        .read_to_end(&mut bytes)
        .map_err(|error| Wrong::from(error).at(1))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        Wrong::Encoding.at(line_at(before))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

/// The country called `name`: a code, or a name as the lexicon or a gazetteer writes it.
pub(super) fn country(name: &str) -> Result<CountryCode, UnknownName> {
    let unknown = match Place::parse(name) {
        Ok(Place::Country(country)) => return Ok(country),
        Ok(Place::Region(_)) => UnknownName {
            what: "country",
            given: name.to_owned(),
            nearest: None,
        },
        Err(unknown) => unknown,
    };
    // "Palestinian Territory" is the name in the plural elsewhere, "Republic of X" mostly just X.
    let plural = name.strip_suffix('y').map(|stem| format!("{stem}ies"));
    let short = name.strip_prefix("Republic of ").map(str::to_owned);
    [plural, short]
        .into_iter()
        .flatten()
        .find_map(|name| match Place::parse(&name) {
            Ok(Place::Country(country)) => Some(country),
            _ => None,
        })
        .ok_or(unknown)
}

/// The number of the line that follows `before`, from 1.
pub(super) fn line_at(before: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', before).count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_countries_as_gazetteers_write_them() {
        for (name, code) in [
            ("US", "US"),
            ("GBR", "GB"),
            ("United States", "US"),
            ("Palestinian Territory", "PS"),
            ("Republic of Korea", "KR"),
            ("South Korea", "KR"),
            ("North Korea", "KP"),
            ("Czech Republic", "CZ"),
            ("Czechia", "CZ"),
            ("Republic of the Congo", "CG"),
            ("Democratic Republic of the Congo", "CD"),
            ("Ivory Coast", "CI"),
            ("Macao", "MO"),
            ("Vatican", "VA"),
            ("Swaziland", "SZ"),
            ("Macedonia", "MK"),
            ("Cabo Verde", "CV"),
            ("Timor Leste", "TL"),
            ("East Timor", "TL"),
            ("U.S. Virgin Islands", "VI"),
            ("British Virgin Islands", "VG"),
            ("Reunion", "RE"),
            ("Curacao", "CW"),
            ("Aland Islands", "AX"),
            ("Bosnia and Herzegovina", "BA"),
            ("Saint Martin", "MF"),
            ("Sint Maarten", "SX"),
            ("Brunei", "BN"),
            ("Laos", "LA"),
            ("Micronesia", "FM"),
            ("Myanmar", "MM"),
            ("Georgia", "GE"),
            ("The Netherlands", "NL"),
            ("Republic of Moldova", "MD"),
            ("Russian Federation", "RU"),
            ("Syrian Arab Republic", "SY"),
            ("Viet Nam", "VN"),
            ("Hong Kong", "HK"),
            ("Kosovo", "XK"),
            ("Western Sahara", "EH"),
            ("Sao Tome and Principe", "ST"),
            ("Turkey", "TR"),
            ("Falkland Islands", "FK"),
        ] {
            let found = country(name).map(|country| country.to_string());
            assert_eq!(found.as_deref().ok(), Some(code), "{name}");
        }
        assert!(country("Europe").is_err());
        assert!(country("Ruritania").is_err());
    }
}
