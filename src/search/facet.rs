//! What can be counted: a facet of the field table, or what lies directly under one of its values:
//! the countries of a region, the PLOVER types of a quad class, the codes below a CAMEO code.

use super::compile::Action;
use super::tally::{self, OfEvents, Told};
use super::{Filters, SearchError};
use crate::index::fields;
use crate::ontology::{CameoCode, CountryCode, Place, Quad, RegionCode};
use std::fmt;

/// A facet, as `country`, or one level of its tree, as `country/005`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facet {
    field: &'static str,
    under: Option<Under>,
    /// The field as events have it.
    told: Option<OfEvents>,
}

/// What values lie under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Under {
    Region(RegionCode),
    Quad(Quad),
    Cameo(CameoCode),
}

/// The facet called `name`: a field, or `field/value` for what lies directly under the value.
///
/// # Errors
/// When the field table has no such facet, or nothing can lie under the value.
pub fn facet(name: &str) -> Result<Facet, SearchError> {
    let (field, value) = match name.split_once('/') {
        Some((field, value)) => (field, Some(value.trim())),
        None => (name, None),
    };
    let field = fields::find(field.trim())
        .filter(|row| row.facet)
        .map(|row| row.name)
        .ok_or_else(|| SearchError::NoFacet(name.to_owned()))?;
    let under = value.map(|value| Under::parse(field, value)).transpose()?;
    Ok(Facet {
        field,
        under,
        told: OfEvents::named(field),
    })
}

impl Under {
    fn parse(field: &'static str, value: &str) -> Result<Self, SearchError> {
        let nothing = |hint: Option<String>, example: &str| SearchError::NothingUnder {
            field,
            value: value.to_owned(),
            hint: hint.unwrap_or_else(|| example.to_owned()),
        };
        match field {
            "country" | "region" | "by" | "to" | "at" => {
                let example = format!("name a region, as in {field}/Africa");
                match Place::parse(value) {
                    Ok(Place::Region(region)) => Ok(Under::Region(region)),
                    Ok(Place::Country(_)) => Err(nothing(None, &example)),
                    Err(error) => Err(nothing(error.hint(), &example)),
                }
            }
            "action" => match Action::parse(value) {
                Ok(Action::Quad(quad)) => Ok(Under::Quad(quad)),
                _ => Err(nothing(None, "name a quad class, as in action/Q4")),
            },
            "cameo" => match Action::parse(value) {
                Ok(Action::Quad(quad)) => Ok(Under::Quad(quad)),
                Ok(Action::Cameo(code)) => Ok(Under::Cameo(code)),
                _ => Err(nothing(
                    None,
                    "name a code or a quad class, as in cameo/16 or cameo/Q4",
                )),
            },
            _ => Err(nothing(
                None,
                "only country, region, by, to, at, action and cameo have levels",
            )),
        }
    }
}

impl Facet {
    /// The field whose values are counted.
    pub fn field(self) -> &'static str {
        self.field
    }

    /// Whether its values belong to single events.
    pub fn is_of_events(self) -> bool {
        self.told.is_some_and(|field| field != OfEvents::Country)
    }

    /// Whether only a part of the field's values is counted.
    pub(super) fn is_part(self) -> bool {
        self.under.is_some()
    }

    /// An event's values, as numbers. Under a quad class are values of the events that have it.
    pub(super) fn of_event(self, event: &Told, values: &mut Vec<u64>) {
        values.clear();
        let Some(field) = self.told else {
            return;
        };
        match (field, self.under) {
            (field, None) => tally::of_event(field, event, values),
            (OfEvents::Cameo, Some(Under::Quad(quad))) => {
                if event.quad() == u64::from(quad.number()) {
                    values.extend(event.codes().last());
                }
            }
            (_, Some(Under::Cameo(parent))) => {
                // The code before its parent, in a list that goes up to the root.
                let above = event.codes().iter();
                let parent = above
                    .clone()
                    .position(|&code| code == u64::from(parent.number()));
                let child = parent.and_then(|at| at.checked_sub(1));
                values.extend(child.and_then(|at| above.clone().nth(at)));
            }
            (field, Some(Under::Quad(quad))) => {
                if event.quad() == u64::from(quad.number()) {
                    tally::of_event(field, event, values);
                }
            }
            (field, Some(Under::Region(_))) => {
                tally::of_event(field, event, values);
                values.retain(|&number| self.takes_country(number));
            }
        }
    }

    /// Whether the country with this number counts.
    pub(super) fn takes_country(self, number: u64) -> bool {
        match self.under {
            None => true,
            Some(Under::Region(region)) => {
                let country = CountryCode::from_number(number as u16);
                country.is_some_and(|country| country.regions().contains(&region))
            }
            Some(_) => false,
        }
    }

    /// Whether a value of an article counts.
    pub(super) fn takes(self, value: &str) -> bool {
        let Some(under) = self.under else {
            return true;
        };
        match (under, Place::parse(value)) {
            (Under::Region(region), Ok(Place::Country(country))) => {
                country.regions().contains(&region)
            }
            (Under::Region(region), Ok(Place::Region(child))) => child.parent() == Some(region),
            _ => false,
        }
    }

    /// The value above one of this facet's, in the field's own tree.
    pub fn parent(self, value: &str) -> Option<&'static str> {
        match self.field {
            "region" => match Place::parse(value).ok()? {
                Place::Region(region) => region.parent().map(RegionCode::as_str),
                Place::Country(_) => None,
            },
            "cameo" => {
                let parent = CameoCode::parse(value).ok()?.ancestors().nth(1)?;
                Some(parent.as_str())
            }
            _ => None,
        }
    }

    /// The filter that asks for values of this facet, if there is one.
    pub fn filter(self) -> Option<&'static str> {
        Some(match self.field {
            "region" => "country",
            "cameo" | "quad" => "action",
            "sector" | "author" => return None,
            field => field,
        })
    }

    /// Whether the filters ask for this value.
    pub fn is_asked(self, value: &str, filters: &Filters) -> bool {
        let Some(asked) = self.filter().map(|name| filters.values(name)) else {
            return false;
        };
        asked.iter().any(|asked| {
            let place = || {
                Place::parse(asked)
                    .ok()
                    .map(|place| place.code().to_owned())
            };
            let action = || Some(Action::parse(asked).ok()?.code());
            let code = match self.field {
                "country" | "region" | "by" | "to" | "at" => place(),
                "action" | "cameo" | "quad" => action(),
                _ => None,
            };
            code.as_deref() == Some(value) || asked.eq_ignore_ascii_case(value)
        })
    }
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.field)?;
        match self.under {
            None => Ok(()),
            Some(Under::Region(region)) => write!(f, "/{}", region.as_str()),
            Some(Under::Quad(quad)) => write!(f, "/{}", quad.name()),
            Some(Under::Cameo(code)) => write!(f, "/{code}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_levels_by_codes_and_names() {
        for (typed, meant) in [
            ("country", "country"),
            ("countries", "country"),
            ("country/South America", "country/005"),
            ("to/005", "to/005"),
            ("region/World", "region/001"),
            ("action/q4", "action/MATERIAL_CONFLICT"),
            ("cameo/16", "cameo/16"),
            ("cameo/Q1", "cameo/VERBAL_COOPERATION"),
        ] {
            assert_eq!(facet(typed).unwrap().to_string(), meant);
        }
        for wrong in [
            "text",
            "country/CO",
            "country/",
            "action/SANCTION",
            "cameo/99",
            "person/Petro",
            "/",
        ] {
            assert!(facet(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_value_knows_what_it_lies_under() {
        let cameo = facet("cameo").unwrap();
        assert_eq!(cameo.parent("1621"), Some("162"));
        assert_eq!(cameo.parent("162"), Some("16"));
        assert_eq!(cameo.parent("16"), None);
        assert_eq!(facet("region").unwrap().parent("005"), Some("419"));
        assert_eq!(facet("region").unwrap().parent("001"), None);
    }

    #[test]
    fn levels_part_the_values() {
        let in_south_america = facet("country/005").unwrap();
        assert!(in_south_america.takes("CO") && !in_south_america.takes("MX"));
        let regions = facet("region/419").unwrap();
        assert!(regions.takes("005") && !regions.takes("019") && !regions.takes("419"));
    }
}
