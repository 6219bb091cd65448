//! Countries (ISO 3166-1) and the regions above them (UN M49, and groupings that news uses).

use super::table::{cell, list, rows};
use super::{UnknownName, nearest::nearest};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::LazyLock;

/// An ISO 3166-1 alpha-2 code, such as `CO`, or `XK` for Kosovo, which ISO leaves to its users.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// A region: an M49 number such as `005`, or the name of a grouping such as `MIDDLE_EAST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode(&'static str);

/// A country or a region, as a filter takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// One country.
    Country(CountryCode),
    /// All countries of a region.
    Region(RegionCode),
}

struct CountryRow {
    code: CountryCode,
    alpha3: &'static str,
    name: &'static str,
    /// The regions that the country lies in, the nearest first.
    regions: Vec<RegionCode>,
}

struct RegionRow {
    code: RegionCode,
    name: &'static str,
    parent: Option<RegionCode>,
}

struct Tables {
    /// Sorted by code.
    countries: Vec<CountryRow>,
    regions: Vec<RegionRow>,
    /// What people call countries and regions, in lower case.
    places: FxHashMap<String, Place>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::read);

impl Tables {
    fn read() -> Self {
        let region_rows: Vec<_> = rows(include_str!("../../lexicon/regions.tsv")).collect();
        let parents: FxHashMap<&str, &str> = region_rows
            .iter()
            .map(|row| (cell(row, 0), cell(row, 2)))
            .collect();
        let mut places = FxHashMap::default();

        let mut countries: Vec<CountryRow> = rows(include_str!("../../lexicon/countries.tsv"))
            .filter_map(|row| {
                let code = CountryCode::from_letters(cell(&row, 0))?;
                let mut regions = Vec::new();
                let mut region = cell(&row, 4);
                while !region.is_empty() && regions.len() < 8 {
                    regions.push(RegionCode(region));
                    region = parents.get(region).copied().unwrap_or_default();
                }
                Some(CountryRow {
                    code,
                    alpha3: cell(&row, 1),
                    name: cell(&row, 3),
                    regions,
                })
            })
            .collect();
        countries.sort_by_key(|row| row.code);

        for row in &region_rows {
            for member in list(cell(row, 4)).filter_map(CountryCode::from_letters) {
                if let Ok(at) = countries.binary_search_by_key(&member, |row| row.code) {
                    countries[at].regions.push(RegionCode(cell(row, 0)));
                }
            }
        }
        let regions: Vec<RegionRow> = region_rows
            .iter()
            .map(|row| RegionRow {
                code: RegionCode(cell(row, 0)),
                name: cell(row, 1),
                parent: Some(cell(row, 2))
                    .filter(|parent| !parent.is_empty())
                    .map(RegionCode),
            })
            .collect();

        for row in &region_rows {
            let place = Place::Region(RegionCode(cell(row, 0)));
            for name in [cell(row, 0), cell(row, 1)]
                .into_iter()
                .chain(list(cell(row, 3)))
            {
                places.insert(name.to_lowercase(), place);
            }
        }
        // Unambiguous names first, so that "Georgia" is the country and not a later reading of it.
        for row in rows(include_str!("../../lexicon/country_names.tsv")) {
            if let Some(code) = CountryCode::from_letters(cell(&row, 1)) {
                let name = cell(&row, 0).to_lowercase();
                places.entry(name).or_insert(Place::Country(code));
            }
        }
        for row in &countries {
            let place = Place::Country(row.code);
            for name in [row.code.as_str(), row.alpha3, row.name] {
                places.insert(name.to_lowercase(), place);
            }
        }
        Self {
            countries,
            regions,
            places,
        }
    }
}

impl CountryCode {
    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = CountryCode> {
        TABLES.countries.iter().map(|row| row.code)
    }

    /// The country with this alpha-2 code, in capitals; `None` when ISO has no such code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::from_letters(code).filter(|code| code.row().is_some())
    }

    /// Two capital letters as a code, without asking whether it is in use.
    fn from_letters(code: &str) -> Option<Self> {
        match code.as_bytes() {
            &[a @ b'A'..=b'Z', b @ b'A'..=b'Z'] => Some(CountryCode([a, b])),
            _ => None,
        }
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        // The letters are ASCII by construction.
        std::str::from_utf8(&self.0).unwrap_or("??")
    }

    /// The short English name.
    pub fn name(self) -> &'static str {
        self.row().map_or("unknown", |row| row.name)
    }

    /// The alpha-3 code.
    pub fn alpha3(self) -> &'static str {
        self.row().map_or("", |row| row.alpha3)
    }

    /// The country with this alpha-3 code, in capitals.
    pub fn from_alpha3(code: &str) -> Option<Self> {
        TABLES
            .countries
            .iter()
            .find(|row| row.alpha3 == code)
            .map(|row| row.code)
    }

    /// The regions that the country lies in, the nearest first, then the groupings.
    pub fn regions(self) -> &'static [RegionCode] {
        self.row().map_or(&[], |row| &row.regions)
    }

    /// The country's place among all countries, below 256.
    pub fn number(self) -> u16 {
        TABLES
            .countries
            .binary_search_by_key(&self, |row| row.code)
            .unwrap_or(0) as u16
    }

    /// The country with this number, as [`CountryCode::number`] gives it.
    pub fn from_number(number: u16) -> Option<Self> {
        TABLES
            .countries
            .get(usize::from(number))
            .map(|row| row.code)
    }

    fn row(self) -> Option<&'static CountryRow> {
        let at = TABLES
            .countries
            .binary_search_by_key(&self, |row| row.code)
            .ok()?;
        Some(&TABLES.countries[at])
    }
}

impl RegionCode {
    /// The code: an M49 number or a grouping's name.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The region's English name.
    pub fn name(self) -> &'static str {
        self.row().map_or(self.0, |row| row.name)
    }

    /// The region above it; of a grouping the smallest that it fits in; none above the world.
    pub fn parent(self) -> Option<RegionCode> {
        self.row().and_then(|row| row.parent)
    }

    fn row(self) -> Option<&'static RegionRow> {
        TABLES.regions.iter().find(|row| row.code == self)
    }
}

impl Place {
    /// The country or region called `name`: a code or any of its names, in any case.
    pub fn parse(name: &str) -> Result<Self, UnknownName> {
        let wanted = name.trim().to_lowercase();
        let wanted = wanted.strip_prefix("the ").unwrap_or(&wanted);
        TABLES
            .places
            .get(wanted)
            .copied()
            .ok_or_else(|| UnknownName {
                what: "country",
                given: name.to_owned(),
                nearest: nearest(
                    wanted,
                    TABLES
                        .countries
                        .iter()
                        .map(|row| row.name)
                        .chain(TABLES.regions.iter().map(|row| row.name)),
                )
                .map(|name| match TABLES.places.get(&name.to_lowercase()) {
                    Some(Place::Country(code)) => format!("{name} ({code})"),
                    _ => name.to_owned(),
                }),
            })
    }

    /// The term that stands for the place in an index: the code.
    pub fn code(&self) -> &str {
        match self {
            Place::Country(code) => code.as_str(),
            Place::Region(code) => code.as_str(),
        }
    }

    /// The place's English name.
    pub fn name(self) -> &'static str {
        match self {
            Place::Country(code) => code.name(),
            Place::Region(code) => code.name(),
        }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for CountryCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CountryCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(deserializer)?;
        CountryCode::parse(&code)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown country code {code}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_iso_country() {
        // The 249 entries of ISO 3166-1, and Kosovo.
        assert_eq!(CountryCode::all().count(), 250);
    }

    #[test]
    fn parses_what_people_type() {
        let colombia = Place::parse("CO").unwrap();
        for name in ["co", "COL", "colombia", "Colombia", "Colombian"] {
            assert_eq!(Place::parse(name).unwrap(), colombia, "{name}");
        }
        for name in ["US", "USA", "United States", "the United States", "U.S."] {
            assert_eq!(Place::parse(name).unwrap().code(), "US", "{name}");
        }
        assert_eq!(Place::parse("South America").unwrap().code(), "005");
    }

    #[test]
    fn offers_the_nearest_name() {
        let error = Place::parse("Columbia").unwrap_err();
        assert_eq!(error.hint().as_deref(), Some("did you mean Colombia (CO)?"));
    }

    #[test]
    fn regions_stand_above_countries() {
        let colombia = CountryCode::parse("CO").unwrap();
        let names: Vec<_> = colombia
            .regions()
            .iter()
            .map(|region| region.name())
            .collect();
        assert!(names.contains(&"South America"), "{names:?}");
        assert!(names.contains(&"Americas"), "{names:?}");
    }
}
