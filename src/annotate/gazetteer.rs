//! The gazetteer: a place's name in, the places of that name in the world out.
//!
//! `lexicon/places.tsv` is searched as it lies in the program: nothing is read or built before the
//! first look-up, and a look-up allocates nothing. It does not know whether a name is meant as a
//! place's; who asks does.

use crate::ontology::CountryCode;
use crate::ontology::table::{cell, rows};
use std::cmp::Ordering;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Bytes of the longest name that is kept or looked up. `build/places.py` has the same.
const LONGEST: usize = 64;

/// What may be left out at the end of a name, as in "Gatwick".
const LEFT_OUT: [&str; 4] = [" city", " airport", " river", " islands"];

/// Short forms of words in names, and what stands for them. `build/places.py` has the same.
const WORDS: [(&str, &str); 6] = [
    ("co", "county"),
    ("ft", "fort"),
    ("mt", "mount"),
    ("st", "saint"),
    ("ste", "sainte"),
    ("twp", "township"),
];

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A city, town or village by its own name.
    Settlement,
    /// A city or town by another name: an older one, or that of another language.
    OtherName,
    /// A country.
    Country,
    /// A state, province or other first-level division.
    Division,
    /// A county, district or other smaller division.
    County,
    /// A river, mountain, island or region.
    Landform,
    /// An airport.
    Airport,
}

/// One place that has the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The country that it lies in.
    pub country: CountryCode,
    /// The first-level division that it lies in: the postal code of a state or province of the
    /// US, Canada and Australia, else GeoNames' code; `None` where unknown.
    pub admin1: Option<&'static str>,
    /// How many live there, as far as GeoNames knows; 0 where it does not.
    pub population: u32,
    /// What it is.
    pub kind: PlaceKind,
}

/// The table as it is embedded: once, for it is large.
pub(super) static PLACES: &str = include_str!("../../lexicon/places.tsv");

/// The table of places.
pub struct Gazetteer {
    /// The rows, in the order of the bytes of their names; ASCII.
    rows: &'static str,
    /// Words that stand before and after a name and are no part of it.
    before: Vec<&'static str>,
    after: Vec<&'static str>,
}

impl Default for Gazetteer {
    fn default() -> Self {
        let words = |side: &str| {
            rows(include_str!("../../lexicon/place_words.tsv"))
                .filter(|row| cell(row, 1) == side)
                .map(|row| cell(&row, 0))
                .collect()
        };
        Self {
            rows: below_header(PLACES),
            before: words("before"),
            after: words("after"),
        }
    }
}

impl Gazetteer {
    /// The places called `name`, countries first and then the most populous. Case, accents,
    /// hyphens, apostrophes and full stops make no difference, nor does "St." for "Saint". Where
    /// no place has the whole name, words such as "the", "northern" and "province" are taken off
    /// it, or "City" and the like put to it.
    pub fn look_up(&self, name: &str) -> impl Iterator<Item = Place> + use<> {
        let readings = Key::new(name).and_then(|key| self.readings(key.as_str()));
        readings
            .into_iter()
            .flat_map(|readings| readings.split('|'))
            .filter_map(place)
    }

    /// The second cell of the row of a name or of what is left of it without the words around it.
    fn readings(&self, name: &str) -> Option<&'static str> {
        let mut rest = name;
        loop {
            if let Some(readings) = self.row(rest) {
                return Some(readings);
            }
            let Some(less) = self.without_word(rest) else {
                break;
            };
            rest = less;
        }
        LEFT_OUT.into_iter().find_map(|end| {
            let mut whole = Key::default();
            let fits = whole.push_all(name) && whole.push_all(end);
            self.row(whole.as_str()).filter(|_| fits)
        })
    }

    /// A name without the longest of the words around it.
    fn without_word<'a>(&self, name: &'a str) -> Option<&'a str> {
        let before = self.before.iter().filter_map(|word| {
            let rest = name.strip_prefix(word)?;
            rest.strip_prefix(' ')
        });
        let after = self.after.iter().filter_map(|word| {
            let rest = name.strip_suffix(word)?;
            rest.strip_suffix(' ')
        });
        before.chain(after).min_by_key(|rest| rest.len())
    }

    /// The second cell of the row of a normalised name, by binary search over the bytes.
    fn row(&self, name: &str) -> Option<&'static str> {
        let bytes = self.rows.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = memchr::memrchr(b'\n', &bytes[low..middle]).map_or(low, |at| low + at + 1);
            let end = memchr::memchr(b'\n', &bytes[middle..high]).map_or(high, |at| middle + at);
            let (own, readings) = self.rows.get(start..end)?.split_once('\t')?;
            match own.cmp(name) {
                Ordering::Equal => return Some(readings),
                Ordering::Less => low = end + 1,
                Ordering::Greater => high = start,
            }
        }
        None
    }
}

/// The rows of a table below its comments and its header.
fn below_header(table: &'static str) -> &'static str {
    let mut rest = table;
    while let Some((line, below)) = rest.split_once('\n') {
        rest = below;
        if !line.starts_with('#') {
            break;
        }
    }
    rest
}

/// Reads `country:admin1:population:kind`; parts may be missing at the end.
fn place(reading: &'static str) -> Option<Place> {
    let mut parts = reading.split(':');
    let mut part = || parts.next().unwrap_or_default();
    Some(Place {
        country: CountryCode::parse(part())?,
        admin1: Some(part()).filter(|code| !code.is_empty()),
        population: part().parse().unwrap_or(0),
        kind: match part() {
            "" => PlaceKind::Settlement,
            "O" => PlaceKind::OtherName,
            "N" => PlaceKind::Country,
            "D" => PlaceKind::Division,
            "C" => PlaceKind::County,
            "L" => PlaceKind::Landform,
            "A" => PlaceKind::Airport,
            _ => return None,
        },
    })
}

/// A name as the table has it: lower case without accents, words parted by single spaces.
///
/// In this order, as in `build/places.py`: letters become small; those of `folded` become what
/// stands for them; all are decomposed (NFD) and lose their marks; apostrophes and full stops are
/// left out; `&` becomes "and"; what else is no letter or digit parts words; `WORDS` are written
/// out. A name with any letter left that is not ASCII is in no table, nor is a longer one.
struct Key {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Default for Key {
    fn default() -> Self {
        Self {
            bytes: [0; LONGEST],
            length: 0,
        }
    }
}

impl Key {
    fn new(name: &str) -> Option<Self> {
        let mut key = Self::default();
        let mut fits = true;
        for c in name.chars().flat_map(char::to_lowercase) {
            match folded(c) {
                Some(plain) => fits &= key.push_all(plain),
                None if c.is_ascii() => fits &= key.push(c),
                None => decompose_canonical(c, |part| fits &= key.push(part)),
            }
            if !fits {
                return None;
            }
        }
        (key.end_word() && key.trim()).then_some(key)
    }

    fn as_str(&self) -> &str {
        // Only ASCII is pushed.
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }

    /// Adds a character of the decomposed name; `false` when no name of the table has it.
    fn push(&mut self, c: char) -> bool {
        match c {
            '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | 'ʿ' | 'ʾ' | '.' => true,
            '&' => self.push(' ') && self.push_all("and "),
            c if c.is_ascii_alphanumeric() => self.push_all(c.encode_utf8(&mut [0; 4])),
            c if is_combining_mark(c) => true,
            c if c.is_alphanumeric() => false,
            _ => {
                self.length == 0
                    || self.ends_with_space()
                    || (self.end_word() && self.push_all(" "))
            }
        }
    }

    /// Adds characters as they are; `false` when they do not fit.
    fn push_all(&mut self, text: &str) -> bool {
        let end = self.length + text.len();
        let Some(free) = self.bytes.get_mut(self.length..end) else {
            return false;
        };
        free.copy_from_slice(text.as_bytes());
        self.length = end;
        true
    }

    /// Writes out the last word if it is a short form; `false` when it does not fit.
    fn end_word(&mut self) -> bool {
        let start = memchr::memrchr(b' ', &self.bytes[..self.length]).map_or(0, |at| at + 1);
        let word = &self.bytes[start..self.length];
        let long = WORDS.iter().find(|(short, _)| short.as_bytes() == word);
        long.is_none_or(|(_, long)| {
            self.length = start;
            self.push_all(long)
        })
    }

    fn ends_with_space(&self) -> bool {
        self.bytes[..self.length].last() == Some(&b' ')
    }

    /// Takes the space off the end; `false` when nothing is left.
    fn trim(&mut self) -> bool {
        self.length -= usize::from(self.ends_with_space());
        self.length > 0
    }
}

/// What stands for a letter that Unicode does not decompose.
fn folded(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'ß' => "ss",
        'æ' => "ae",
        'ı' => "i",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ə' => "a",
        'œ' => "oe",
        'ħ' => "h",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(name: &str) -> String {
        Key::new(name).map_or(String::new(), |key| key.as_str().to_owned())
    }

    /// The readings of a name, each as country, division and kind.
    fn found(name: &str) -> Vec<String> {
        Gazetteer::default()
            .look_up(name)
            .map(|place| {
                let admin1 = place.admin1.unwrap_or("-");
                format!("{} {admin1} {:?}", place.country, place.kind)
            })
            .collect()
    }

    fn first(name: &str) -> String {
        found(name).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn the_table_can_be_searched_as_it_lies() {
        let (mut last, mut count, mut wrong) = ("", 0, Vec::new());
        for row in Gazetteer::default().rows.lines() {
            let (name, readings) = row.split_once('\t').unwrap_or_default();
            if name <= last || normal(name) != name {
                wrong.push(format!("{name:?} after {last:?}"));
            }
            if readings.is_empty() || readings.split('|').any(|reading| place(reading).is_none()) {
                wrong.push(row.to_owned());
            }
            (last, count) = (name, count + 1);
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(count > 200_000, "only {count} names");
    }

    #[test]
    fn every_row_is_found() {
        let gazetteer = Gazetteer::default();
        for row in gazetteer
            .rows
            .lines()
            .step_by(97)
            .chain(gazetteer.rows.lines().last())
        {
            let (name, readings) = row.split_once('\t').unwrap_or_default();
            assert_eq!(gazetteer.row(name), Some(readings), "{name}");
        }
        for name in ["", "\0", "0", "zzzzzz", "\u{7f}"] {
            assert_eq!(gazetteer.row(name), None, "{name:?}");
        }
    }

    #[test]
    fn spellings_of_a_name_have_one_form() {
        for (name, form) in [
            ("St. John's", "saint johns"),
            ("Saint-Jean-sur-Richelieu", "saint jean sur richelieu"),
            ("Mt. Vernon", "mount vernon"),
            ("FT. WORTH", "fort worth"),
            ("Co. Kerry", "county kerry"),
            ("São Paulo", "sao paulo"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("N’Djamena", "ndjamena"),
            ("  Tyne  &  Wear ", "tyne and wear"),
            ("Trois-Rivières, Que.", "trois rivieres que"),
            ("Киев", ""),
            ("...", ""),
        ] {
            assert_eq!(normal(name), form, "{name}");
        }
        assert_eq!(normal(&"a".repeat(LONGEST + 1)), "");
    }

    #[test]
    fn names_lead_to_countries() {
        for (name, wanted) in [
            ("Cottonport", "US LA Settlement"),
            ("Rapides Parish", "US LA County"),
            ("Kelowna", "CA BC Settlement"),
            ("Catatumbo", "CO - Division"),
            ("Mitrovica", "XK 10097358 Settlement"),
            ("North Kivu", "CD 11 Division"),
            ("Bayern", "DE 02 Division"),
            ("Kharkov", "UA 07 Settlement"),
            ("Heathrow Airport", "GB - Airport"),
            ("St. Louis", "US MO Settlement"),
            ("Georgia", "GE - Country"),
            ("TX", "US TX Division"),
        ] {
            assert_eq!(first(name), wanted, "{name}");
        }
        assert!(found("Qwertyuiopolis").is_empty());
    }

    #[test]
    fn the_most_populous_comes_first() {
        let paris = found("Paris");
        assert_eq!(paris[0], "FR 11 Settlement");
        assert!(paris.contains(&"US TX Settlement".to_owned()), "{paris:?}");
        let people: Vec<u32> = Gazetteer::default()
            .look_up("Paris")
            .map(|place| place.population)
            .collect();
        assert!(people.is_sorted_by(|a, b| a >= b), "{people:?}");
    }

    #[test]
    fn words_around_a_name_are_taken_off() {
        for (name, wanted) in [
            ("the city of Kelowna", "CA BC Settlement"),
            ("Anbar province", "IQ 01 Division"),
            ("northern Sinaloa", "MX 25 Division"),
            ("the Catatumbo region", "CO - Division"),
            ("County Durham", "GB ENG County"),
            ("Western Ukraine", "UA - Country"),
            ("Gatwick", "GB - Airport"),
        ] {
            assert_eq!(first(name), wanted, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_text_may_be_looked_up(name in "\\PC*", tail in "[a-z .'&-]{0,80}") {
            let gazetteer = Gazetteer::default();
            prop_assert!(gazetteer.look_up(&name).count() < 100);
            prop_assert!(gazetteer.look_up(&tail).count() < 100);
        }
    }
}
