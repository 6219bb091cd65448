//! Countries: which ones an article names, and whether each place in it leads to the right one.

use super::gold::{GoldArticle, GoldPlace};
use super::{Precision, Score, Tally, commonest, share};
use crate::annotate::{Annotations, Entity, EntityType, Part};
use crate::ontology::CountryCode;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How many examples stand beside a number.
const EXAMPLES: usize = 3;
/// A country that the gold has less often than this has no score of its own.
const FEWEST: u64 = 5;

/// How often each name was seen.
type Names = BTreeMap<String, u64>;

/// Adds up what was found article by article.
#[derive(Debug, Clone, Default)]
pub struct CountryScorer {
    sets: Sets,
    places: Places,
    by_country: BTreeMap<CountryCode, ByCountry>,
    confusions: FxHashMap<(CountryCode, CountryCode), Names>,
    missed: FxHashMap<(String, CountryCode), Missed>,
    spurious: FxHashMap<CountryCode, (u64, Names)>,
}

#[derive(Debug, Clone, Default)]
struct Sets {
    articles: u64,
    pairs: Tally,
    f1: f64,
    exact: u64,
}

#[derive(Debug, Clone, Default)]
struct Places {
    articles: u64,
    resolved: Tally,
    claims: Tally,
    place_claims: Tally,
}

#[derive(Debug, Clone, Copy, Default)]
struct ByCountry {
    articles: Tally,
    places: Tally,
}

#[derive(Debug, Clone, Copy, Default)]
struct Missed {
    count: u64,
    named: u64,
}

/// How well countries are found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CountryReport {
    /// The countries that an article names; `None` when no article has them marked.
    pub sets: Option<SetScores>,
    /// The places in the text; `None` when no article has them marked.
    pub places: Option<PlaceScores>,
    /// The countries that the gold has at least five times, the worst first.
    pub countries: Vec<CountryScore>,
    /// Places that were found to lie in another country, the commonest pairs of countries first.
    pub confusions: Vec<CountryConfusion>,
    /// Places for which no country was found.
    pub missed: Vec<MissedPlace>,
    /// Countries that were found in articles that do not name them.
    pub spurious: Vec<SpuriousCountry>,
}

/// How well the countries that an article names are found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SetScores {
    /// How many articles have their countries marked.
    pub articles: u64,
    /// Each country of each article counts once.
    pub pairs: Score,
    /// The mean of the articles' F1; that of an article that rightly has no country is 1.
    pub mean_f1: f64,
    /// How many articles have exactly the right countries.
    pub exact: u64,
    /// Their share.
    pub exact_share: f64,
}

/// How well the country of each place is found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PlaceScores {
    /// How many articles have their places marked.
    pub articles: u64,
    /// Places that have a country. One counts as predicted when any entity that shares a byte with
    /// it leads to a country, as right when one leads to the right country.
    pub resolved: Score,
    /// Predicted places and nationalities that have a country. One is right when a place with that
    /// country shares a byte with it; one at a place without country is left out.
    pub claims: Precision,
    /// The same, of predicted places alone.
    pub place_claims: Precision,
}

/// The scores of a country.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CountryScore {
    /// The country.
    pub country: CountryCode,
    /// Articles that name it.
    pub articles: Score,
    /// Places that lie in it.
    pub places: Score,
}

/// Places of a country that were found to lie in another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountryConfusion {
    /// The country where they lie.
    pub gold: CountryCode,
    /// The country that was found.
    pub predicted: CountryCode,
    /// How many places.
    pub count: u64,
    /// The commonest of them.
    pub names: Vec<String>,
}

/// A place for which no country was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissedPlace {
    /// Its name.
    pub text: String,
    /// Where it lies.
    pub country: CountryCode,
    /// How often.
    pub count: u64,
    /// How often it was found as a name that leads to no country.
    pub named: u64,
}

/// A country that was found in articles that do not name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpuriousCountry {
    /// The country.
    pub country: CountryCode,
    /// How many articles.
    pub articles: u64,
    /// The commonest names that led there.
    pub names: Vec<String>,
}

impl CountryScorer {
    /// Takes an article with what was found in it. What is not marked in it is not measured.
    pub fn add(&mut self, article: &GoldArticle, found: &Annotations) {
        if let Some(gold) = &article.countries {
            self.add_set(gold, found);
        }
        if let Some(gold) = &article.places {
            self.add_places(article, gold, found);
        }
    }

    fn add_set(&mut self, gold: &[CountryCode], found: &Annotations) {
        let gold: BTreeSet<CountryCode> = gold.iter().copied().collect();
        let predicted: BTreeSet<CountryCode> =
            found.countries.iter().map(|country| country.code).collect();
        let right = gold.intersection(&predicted).count() as u64;
        let tally = Tally {
            gold: gold.len() as u64,
            predicted: predicted.len() as u64,
            right,
        };
        self.sets.articles += 1;
        self.sets.pairs.gold += tally.gold;
        self.sets.pairs.predicted += tally.predicted;
        self.sets.pairs.right += right;
        self.sets.f1 += tally.score().f1.unwrap_or(1.0);
        self.sets.exact += u64::from(gold == predicted);
        for &country in gold.union(&predicted) {
            let tally = &mut self.by_country.entry(country).or_default().articles;
            let (is_gold, is_predicted) = (gold.contains(&country), predicted.contains(&country));
            tally.gold += u64::from(is_gold);
            tally.predicted += u64::from(is_predicted);
            tally.right += u64::from(is_gold && is_predicted);
        }
        for &country in predicted.difference(&gold) {
            let (articles, names) = self.spurious.entry(country).or_default();
            *articles += 1;
            let here: BTreeSet<&str> = found
                .entities
                .iter()
                .filter(|entity| entity.country == Some(country))
                .map(|entity| entity.text.as_str())
                .collect();
            for name in here {
                *names.entry(name.to_owned()).or_default() += 1;
            }
        }
    }

    fn add_places(&mut self, article: &GoldArticle, gold: &[GoldPlace], found: &Annotations) {
        self.places.articles += 1;
        let entities: Vec<&Entity> = found
            .entities
            .iter()
            .filter(|entity| entity.part == Part::Text)
            .collect();
        for place in gold {
            if let Some(country) = place.country {
                self.add_place(article, *place, country, &entities);
            }
        }
        for entity in &entities {
            let Some(country) = entity.country else {
                continue;
            };
            let here = || gold.iter().filter(|place| place.span.overlaps(entity.span));
            let is_right = here().any(|place| place.country == Some(country));
            if !is_right && here().any(|place| place.country.is_none()) {
                continue;
            }
            let tallies = match entity.kind {
                EntityType::Place => vec![&mut self.places.claims, &mut self.places.place_claims],
                EntityType::Nationality => vec![&mut self.places.claims],
                _ => continue,
            };
            for tally in tallies {
                tally.predicted += 1;
                tally.right += u64::from(is_right);
            }
        }
    }

    /// Takes a place that lies in `country`.
    fn add_place(
        &mut self,
        article: &GoldArticle,
        place: GoldPlace,
        country: CountryCode,
        entities: &[&Entity],
    ) {
        let here = || entities.iter().filter(|e| e.span.overlaps(place.span));
        let found: Vec<CountryCode> = here().filter_map(|entity| entity.country).collect();
        let name = &article.text[place.span.range()];
        let resolved = &mut self.places.resolved;
        resolved.gold += 1;
        self.by_country.entry(country).or_default().places.gold += 1;
        let Some(&first) = found.first() else {
            let missed = self.missed.entry((name.to_owned(), country)).or_default();
            missed.count += 1;
            missed.named += u64::from(here().next().is_some());
            return;
        };
        let is_right = found.contains(&country);
        let predicted = if is_right { country } else { first };
        resolved.predicted += 1;
        self.by_country
            .entry(predicted)
            .or_default()
            .places
            .predicted += 1;
        if is_right {
            resolved.right += 1;
            self.by_country.entry(country).or_default().places.right += 1;
        } else {
            let names = self.confusions.entry((country, predicted)).or_default();
            *names.entry(name.to_owned()).or_default() += 1;
        }
    }

    /// The report, with the `worst` rows of each list; `None` when no article has countries or
    /// places marked.
    pub fn report(self, worst: usize) -> Option<CountryReport> {
        let Sets {
            articles,
            pairs,
            f1,
            exact,
        } = self.sets;
        let sets = (articles > 0).then(|| SetScores {
            articles,
            pairs: pairs.score(),
            mean_f1: f1 / articles as f64,
            exact,
            exact_share: share(exact, articles).unwrap_or_default(),
        });
        let places = (self.places.articles > 0).then(|| PlaceScores {
            articles: self.places.articles,
            resolved: self.places.resolved.score(),
            claims: self.places.claims.precision(),
            place_claims: self.places.place_claims.precision(),
        });
        if sets.is_none() && places.is_none() {
            return None;
        }
        let confusions = self.confusions.into_iter().map(|(pair, names)| {
            let count = names.values().sum();
            ((pair, examples(names)), count)
        });
        let missed = self.missed.into_iter();
        let missed = missed.map(|((text, country), it)| ((text, country, it.named), it.count));
        let spurious = self.spurious.into_iter();
        let spurious =
            spurious.map(|(country, (articles, names))| ((country, examples(names)), articles));
        Some(CountryReport {
            sets,
            places,
            countries: worst_countries(&self.by_country, worst),
            confusions: commonest(confusions, worst)
                .into_iter()
                .map(|(((gold, predicted), names), count)| CountryConfusion {
                    gold,
                    predicted,
                    count,
                    names,
                })
                .collect(),
            missed: commonest(missed, worst)
                .into_iter()
                .map(|((text, country, named), count)| MissedPlace {
                    text,
                    country,
                    count,
                    named,
                })
                .collect(),
            spurious: commonest(spurious, worst)
                .into_iter()
                .map(|((country, names), articles)| SpuriousCountry {
                    country,
                    articles,
                    names,
                })
                .collect(),
        })
    }
}

/// The commonest names.
fn examples(names: Names) -> Vec<String> {
    let commonest = commonest(names, EXAMPLES).into_iter();
    commonest.map(|(name, _)| name).collect()
}

/// The scores of the countries that the gold has often enough, the worst first: by their articles,
/// or by their places where no articles are marked.
fn worst_countries(
    by_country: &BTreeMap<CountryCode, ByCountry>,
    worst: usize,
) -> Vec<CountryScore> {
    let mut scores: Vec<CountryScore> = by_country
        .iter()
        .filter(|(_, it)| it.articles.gold.max(it.places.gold) >= FEWEST)
        .map(|(&country, it)| CountryScore {
            country,
            articles: it.articles.score(),
            places: it.places.score(),
        })
        .collect();
    let f1 = |score: &CountryScore| score.articles.f1.or(score.places.f1).unwrap_or_default();
    scores.sort_by(|a, b| f1(a).total_cmp(&f1(b)));
    scores.truncate(worst);
    scores
}
