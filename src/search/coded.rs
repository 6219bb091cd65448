//! What an event clause asks of an event, so far as the event's codes answer it: who it is told of
//! by country, region and sector, the action, the mode, the confidence.
//!
//! A count reads the codes of every article that it counts, in one number an event, and to look at
//! them is several times as quick as to read from postings which events hold a term. Names and days
//! are in no code.

use super::tally::Told;
use crate::index::document::{PackedEvent, PackedPart};
use crate::ontology::{CameoCode, CountryCode, Mode, Plover, Quad, Sector};
use std::ops::RangeInclusive;
use tantivy::Term;

/// A term of the events field as a question to an event's codes.
#[derive(Debug, Clone)]
pub(super) enum Test {
    /// One part is that number: a country, the sector of one side, the PLOVER type, the mode.
    Part(PackedPart, u64),
    /// Which countries may stand at one of the three places of [`PackedEvent::countries`].
    Region(usize, Box<[bool; PackedEvent::COUNTRIES]>),
    /// The sector of actor or target.
    Sector(u64),
    /// The code, or one above it.
    Cameo(u64),
    Quad(u64),
    /// In hundredths.
    Confidence(RangeInclusive<u8>),
}

impl Test {
    /// What a term asks; `None` where the codes do not say.
    pub fn of(term: &Term) -> Option<Self> {
        let value = term.value();
        let (role, code) = value.as_str()?.split_once(':')?;
        match role {
            "by" => Self::of_actor(0, code),
            "to" => Self::of_actor(1, code),
            // A place may lie in a region and in no country.
            "at" => Self::of_country(2, code),
            "sector" => sector(code).map(Self::Sector),
            "action" => {
                let plover = place(&Plover::ALL, |plover| plover.name() == code);
                let quad = || Quad::ALL.into_iter().find(|quad| quad.name() == code);
                let cameo = || CameoCode::parse(code).ok();
                plover
                    .map(|plover| Self::Part(PackedPart::PLOVER, plover))
                    .or_else(|| quad().map(|quad| Self::Quad(quad.number().into())))
                    .or_else(|| cameo().map(|code| Self::Cameo(code.number().into())))
            }
            "mode" => place(&Mode::ALL, |mode| mode.name() == code)
                .map(|mode| Self::Part(PackedPart::MODE, mode)),
            "confidence" => {
                let range = match code.strip_suffix('x') {
                    Some(ten) => ten.parse().ok().map(|ten: u8| 10 * ten..=10 * ten + 9),
                    None => code.parse().ok().map(|one| one..=one),
                };
                range.map(Self::Confidence)
            }
            _ => None,
        }
    }

    /// What may be asked of an actor, or of a target.
    fn of_actor(side: usize, code: &str) -> Option<Self> {
        let sector = || sector(code).map(|sector| Self::Part(PackedPart::SECTORS[side], sector));
        Self::of_country(side, code)
            .or_else(sector)
            .or_else(|| Self::of_region(side, code))
    }

    fn of_country(place: usize, code: &str) -> Option<Self> {
        let country = CountryCode::parse(code)?;
        let part = PackedPart::COUNTRIES[place];
        Some(Self::Part(part, country.number().into()))
    }

    /// The countries of a region.
    fn of_region(place: usize, code: &str) -> Option<Self> {
        let mut counts = Box::new([false; PackedEvent::COUNTRIES]);
        let countries = (0..).map_while(CountryCode::from_number);
        for (country, counts) in countries.zip(counts.iter_mut()) {
            let mut regions = country.regions().iter();
            *counts = regions.any(|region| region.as_str() == code);
        }
        counts
            .contains(&true)
            .then_some(Self::Region(place, counts))
    }

    /// Whether an event holds the term.
    #[inline]
    pub fn is_held_by(&self, event: &Told) -> bool {
        let packed = event.packed;
        match self {
            Self::Part(part, number) => {
                let (mask, bits) = part.mask(*number);
                packed.0 & mask == bits
            }
            Self::Region(place, counts) => {
                let country = packed.countries()[*place];
                counts[country as usize % PackedEvent::COUNTRIES]
            }
            Self::Sector(sector) => packed.sectors().contains(sector),
            Self::Cameo(code) => event.codes().contains(code),
            Self::Quad(quad) => event.quad() == *quad,
            Self::Confidence(range) => range.contains(&packed.confidence()),
        }
    }
}

/// The number of a sector.
fn sector(code: &str) -> Option<u64> {
    place(Sector::ALL, |sector| sector.code() == code)
}

/// The place of one of all values, which is its number.
fn place<T>(all: &[T], is_it: impl Fn(&T) -> bool) -> Option<u64> {
    all.iter().position(is_it).map(|at| at as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::{Annotator, Event, Scratch};
    use crate::article::Article;
    use crate::index::document::{EventCode, event_terms};
    use tantivy::schema::Field;

    fn events() -> Vec<Event> {
        let text = "BOGOTA, Nov. 12 - Colombia stopped sharing intelligence with the United States \
                    on Tuesday. French troops shelled a rebel camp in northern Mali. The United \
                    Nations condemned Israel. Poland will send tanks to Ukraine. Police arrested \
                    twelve protesters in Cairo. Rebels attacked a convoy in the Caribbean.";
        let article = Article {
            text: text.to_owned(),
            ..Article::default()
        };
        let annotator = Annotator::bundled().expect("the bundled models are whole");
        annotator.annotate(&article, &mut Scratch::default()).events
    }

    #[test]
    fn an_event_holds_a_term_exactly_where_its_codes_answer_yes() {
        let events = events();
        assert!(events.len() >= 5, "{events:?}");
        let held: Vec<Vec<String>> = events.iter().map(event_terms).collect();
        let mut asked = 0;
        for term in held.iter().flatten() {
            let Some(test) = Test::of(&Term::from_field_text(Field::from_field_id(0), term)) else {
                let (role, code) = term.split_once(':').expect("a term has a role");
                let is_region = role == "at" && CountryCode::parse(code).is_none();
                assert!(
                    role == "on" || code.starts_with(['=', '*']) || is_region,
                    "{term}"
                );
                continue;
            };
            asked += 1;
            for (event, held) in events.iter().zip(&held) {
                let told = Told::of(EventCode::of(event).pack()).expect("its codes are known");
                assert_eq!(
                    test.is_held_by(&told),
                    held.contains(term),
                    "{term} of {event:?}"
                );
            }
        }
        assert!(asked > 50, "{asked}");
    }
}
