//! Which of the world's places of a name an article means, and so which country.
//!
//! What the article names beyond doubt is counted for its country and, where it lies in one, its
//! state: "Ohio", "the Kremlin", a town that exists once. A name of several places then goes to the
//! one that is largest and best supported; "Paris, Texas" settles every "Paris" of the article.

use super::annotations::Via;
use super::gazetteer::{Gazetteer, Place, PlaceKind};
use super::lexicon::{Name, NameKind};
use crate::ontology::CountryCode;
use rustc_hash::{FxHashMap, FxHashSet};

/// A first-level division: its country, and its code in the gazetteer.
pub type Division = (CountryCode, &'static str);

/// What an article has told about where it is set.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Whether it stands in a paper that the world does not know.
    pub in_local_paper: bool,
    countries: FxHashMap<CountryCode, f32>,
    divisions: FxHashMap<Division, f32>,
    /// What only the country's own papers write about: its villages and counties.
    local: FxHashMap<CountryCode, f32>,
    /// Names that have counted for each country, so that one that backs itself alone is known.
    backers: FxHashMap<CountryCode, FxHashSet<String>>,
}

impl Evidence {
    /// Counts for a country, and for a division of it.
    pub fn add(&mut self, country: CountryCode, division: Option<&'static str>, weight: f32) {
        *self.countries.entry(country).or_default() += weight;
        if let Some(division) = division {
            self.add_division(country, division, weight);
        }
    }

    fn add_division(&mut self, country: CountryCode, division: &'static str, weight: f32) {
        *self.divisions.entry((country, division)).or_default() += weight;
    }

    /// Notes that a name has counted for a country.
    pub fn back(&mut self, country: CountryCode, name: &str) {
        let names = self.backers.entry(country).or_default();
        if !names.contains(name) {
            names.insert(name.to_owned());
        }
    }

    /// Whether anything but the name itself has counted for a country.
    pub fn is_backed(&self, country: CountryCode, name: &str) -> bool {
        self.backers
            .get(&country)
            .is_some_and(|names| names.iter().any(|other| other != name))
    }

    /// Whether a name has counted for a country.
    pub fn is_backed_by(&self, country: CountryCode, name: &str) -> bool {
        self.backers
            .get(&country)
            .is_some_and(|names| names.contains(name))
    }

    /// Counts for an article being local news of a country.
    pub fn add_local(&mut self, country: CountryCode, weight: f32) {
        *self.local.entry(country).or_default() += weight;
    }

    fn of_local(&self, country: CountryCode) -> f32 {
        self.local.get(&country).copied().unwrap_or(0.0)
    }

    /// What counts for a country.
    pub fn of(&self, country: CountryCode) -> f32 {
        self.countries.get(&country).copied().unwrap_or(0.0)
    }

    fn of_division(&self, country: CountryCode, division: Option<&'static str>) -> f32 {
        division
            .and_then(|division| self.divisions.get(&(country, division)))
            .copied()
            .unwrap_or(0.0)
    }

    /// Counts for a chosen place, and for its division where that is clear.
    pub fn add_choice(&mut self, name: &str, choice: &Choice<'_>, weight: f32) {
        let place = choice.place;
        // Said again, a name tells little more.
        if self.is_backed_by(place.country, name) {
            self.add(place.country, None, 0.3 * weight);
            return;
        }
        self.add(place.country, None, weight);
        // The whole world writes about New York; of its upstate only its own papers do.
        let of_division = match place.via {
            _ if place.is_small => weight,
            Via::Division => 0.4 * weight,
            _ => 0.1 * weight,
        };
        if let Some(division) = place.division.filter(|_| choice.ahead_of_all > 0.5) {
            self.add_division(place.country, division, of_division);
        }
        self.back(choice.place.country, name);
        if choice.place.is_small {
            self.add_local(choice.place.country, weight);
        }
    }

    /// The country that most counts for, with its weight and its share of all.
    pub fn leading(&self) -> Option<(CountryCode, f32, f32)> {
        let all: f32 = self.countries.values().sum();
        self.countries
            .iter()
            .max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)))
            .map(|(&country, &weight)| (country, weight, weight / all))
    }
}

/// One place that a name may stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The country that it lies in.
    pub country: CountryCode,
    /// The division that it lies in, or is.
    pub division: Option<&'static str>,
    /// How likely it is meant where nothing else is known: about the logarithm of the number of
    /// people who live there.
    prior: f32,
    /// Whether it is a village, town or county.
    pub is_small: bool,
    /// How the name leads to the country.
    pub via: Via,
    /// The name under which its spellings meet, when a table has another than the words.
    pub canonical: Option<Box<str>>,
}

/// A country is meant rather than any place but the largest cities of its name.
const COUNTRY: f32 = 30.0;
/// "Georgia", "Jordan": as likely as a city of several million.
const AMBIGUOUS_COUNTRY: f32 = 7.2;
const DIVISION: f32 = 6.2;
const CAPITAL_BONUS: f32 = 0.9;
const LANDFORM: f32 = 4.5;
/// Papers of other countries seldom name a town of fewer people.
const TOWN: u32 = 150_000;

/// All places that the words may stand for: what the lexicon has, and what the gazetteer has.
pub fn candidates(gazetteer: &Gazetteer, words: &str, readings: &[&Name]) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::new();
    let mut add = |place: Place| {
        let capital = readings
            .iter()
            .any(|name| name.kind == NameKind::Capital && name.country == Some(place.country));
        push(
            &mut out,
            of_place(&place, capital && place.kind == PlaceKind::Settlement),
        );
    };
    // "US" is not Us in France, nor "Ã" anything.
    let is_short = words.chars().filter(|c| c.is_alphabetic()).count() < 3;
    if !is_short && !readings.iter().any(|name| name.is_acronym()) {
        gazetteer.look_up(words).for_each(&mut add);
    }
    // "Calif.", "Peking": the gazetteer knows the usual name.
    for name in readings {
        if is_city_or_division(name.kind) && *name.canonical != *words {
            gazetteer
                .look_up(&name.canonical)
                .filter(|place| Some(place.country) == name.country)
                .for_each(&mut add);
        }
    }
    let is_another = |name: &Name| {
        readings
            .iter()
            .any(|other| is_city_or_division(other.kind) && other.country != name.country)
    };
    for name in readings {
        let (prior, via) = match name.kind {
            NameKind::Country if name.ambiguous || is_another(name) => {
                (AMBIGUOUS_COUNTRY, Via::Name)
            }
            NameKind::Country => (COUNTRY, Via::Name),
            NameKind::Division => (DIVISION, Via::Division),
            NameKind::Capital => (log(name.weight) + CAPITAL_BONUS, Via::Capital),
            NameKind::City => (log(name.weight), Via::City),
            _ => continue,
        };
        let Some(country) = name.country else {
            continue;
        };
        let canonical = Some(name.canonical.clone());
        push(
            &mut out,
            Candidate {
                country,
                division: None,
                prior,
                is_small: false,
                via,
                canonical,
            },
        );
    }
    out
}

fn is_city_or_division(kind: NameKind) -> bool {
    matches!(
        kind,
        NameKind::Division | NameKind::City | NameKind::Capital
    )
}

fn of_place(place: &Place, capital: bool) -> Candidate {
    let people = log(place.population);
    let (prior, via) = match place.kind {
        PlaceKind::Settlement if capital => (people + CAPITAL_BONUS, Via::Capital),
        PlaceKind::Settlement => (people, Via::City),
        PlaceKind::OtherName => (people - 0.8, Via::City),
        PlaceKind::Division => (DIVISION.min(people + 0.7), Via::Division),
        PlaceKind::County => (people - 0.7, Via::Place),
        PlaceKind::Country => (AMBIGUOUS_COUNTRY, Via::Name),
        PlaceKind::Landform => (LANDFORM, Via::Place),
        PlaceKind::Airport => (4.0, Via::Place),
    };
    Candidate {
        country: place.country,
        division: place.admin1,
        prior,
        is_small: match place.kind {
            PlaceKind::Settlement | PlaceKind::OtherName => place.population < TOWN && !capital,
            PlaceKind::County => true,
            PlaceKind::Division => place.population < TOWN,
            _ => false,
        },
        via,
        canonical: None,
    }
}

/// A settlement of unknown size is taken for a village.
fn log(people: u32) -> f32 {
    (people as f32 + 500.0).log10()
}

/// Adds a candidate, or makes the one that is there likelier: the lexicon's city is the
/// gazetteer's.
fn push(out: &mut Vec<Candidate>, next: Candidate) {
    let same = out.iter_mut().find(|other| {
        other.country == next.country
            && (other.division == next.division || next.division.is_none() && other.via == next.via)
    });
    match same {
        Some(other) if other.prior < next.prior => {
            let division = other.division;
            *other = Candidate {
                division: next.division.or(division),
                ..next
            };
        }
        Some(other) => other.canonical = other.canonical.take().or(next.canonical),
        None => out.push(next),
    }
}

/// A choice among the places of a name.
#[derive(Debug, Clone, Copy)]
pub struct Choice<'a> {
    /// The likeliest place.
    pub place: &'a Candidate,
    /// By how much it is ahead of the best place in another country.
    pub ahead: f32,
    /// By how much it is ahead of the best other place at all.
    pub ahead_of_all: f32,
}

/// How much evidence for the country, and for the division, counts beside a place's size.
const COUNTRY_WEIGHT: f32 = 1.0;
const DIVISION_WEIGHT: f32 = 4.0;
const LOCAL_WEIGHT: f32 = 8.0;
/// Local news of another part of the country says less.
const ELSEWHERE: f32 = 0.15;
/// The same in a paper of one place.
const LOCAL_PAPER: f32 = 0.6;
/// A state that is only named, no place in it, counts less.
const ONE_VILLAGE: f32 = 0.6;
const BACKED: f32 = 3.0;
const WORLD_CITY: f32 = 7.0;
/// More evidence than this adds nothing.
const ENOUGH: f32 = 3.0;
const ENOUGH_LOCAL: f32 = 2.0;

/// The place that the candidates, all called `name`, most likely stand for.
pub fn choose<'a>(
    evidence: &Evidence,
    name: &str,
    candidates: &'a [Candidate],
) -> Option<Choice<'a>> {
    // Nor is a place that the whole world knows some village, but for more than one of its neighbours.
    let largest = candidates
        .iter()
        .map(|other| other.prior)
        .fold(0.0, f32::max);
    let (neighbours, elsewhere) = match (evidence.in_local_paper, largest > WORLD_CITY) {
        (true, _) => (0.0, LOCAL_PAPER),
        (false, true) => (2.0 * ONE_VILLAGE, ELSEWHERE),
        (false, false) => (ONE_VILLAGE, ELSEWHERE),
    };
    let score = |candidate: &Candidate| {
        let country = evidence.of(candidate.country).min(ENOUGH);
        let division = evidence
            .of_division(candidate.country, candidate.division)
            .min(ENOUGH);
        candidate.prior
            + COUNTRY_WEIGHT * (1.0 + country).ln()
            + DIVISION_WEIGHT * (1.0 + division).ln()
            + LOCAL_WEIGHT
                * evidence.of_local(candidate.country).min(ENOUGH_LOCAL)
                * if division > neighbours { 1.0 } else { elsewhere }
            // "Moscow", where Russia is spoken of, is not the one in Idaho.
            + if !candidate.is_small && evidence.is_backed(candidate.country, name) {
                BACKED
            } else {
                0.0
            }
    };
    let (at, place) = candidates.iter().enumerate().reduce(|best, next| {
        if score(next.1) > score(best.1) {
            next
        } else {
            best
        }
    })?;
    let best_of =
        |others: &mut dyn Iterator<Item = &Candidate>| others.map(score).fold(0.0, f32::max);
    let other_country = best_of(
        &mut candidates
            .iter()
            .filter(|other| other.country != place.country),
    );
    let others = candidates
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != at);
    let any_other = best_of(&mut others.map(|(_, other)| other));
    Some(Choice {
        place,
        ahead: score(place) - other_country,
        ahead_of_all: score(place) - any_other,
    })
}
