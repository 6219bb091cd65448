//! What an annotator finds in an article.

use crate::article::ByteSpan;
use crate::ontology::{CameoCode, CountryCode, Mode, Plover, Sector};
use serde::{Deserialize, Serialize};

/// Everything found in one article.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Annotations {
    /// What stands at the head of the text: "BOGOTÁ, Nov 11 (Reuters) —".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dateline: Option<Dateline>,
    /// The names in the article, in order: first the title's, then the text's.
    #[serde(default)]
    pub entities: Vec<Entity>,
    /// The countries that they lead to, the most mentioned first.
    #[serde(default)]
    pub countries: Vec<CountryMentions>,
    /// Who did what to whom, in order of the text.
    #[serde(default)]
    pub events: Vec<Event>,
}

/// Which part of the article a span counts from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The headline.
    Title,
    /// The body.
    #[default]
    Text,
}

impl Part {
    fn is_text(&self) -> bool {
        *self == Part::Text
    }
}

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityType {
    /// A human being.
    Person,
    /// An organisation, institution, company or group.
    Organization,
    /// A country, region, city or other place.
    Place,
    /// A people, or what belongs to it: "Colombian".
    Nationality,
    /// Any other name.
    Other,
}

impl EntityType {
    /// The type's name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            EntityType::Person => "person",
            EntityType::Organization => "organization",
            EntityType::Place => "place",
            EntityType::Nationality => "nationality",
            EntityType::Other => "other",
        }
    }
}

/// The line at the head of a story that says where, when and by whom it was filed. It locates the
/// story; nobody in it acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dateline {
    /// Where it stands in the text, in bytes, its dash left out.
    #[serde(flatten)]
    pub span: ByteSpan,
    /// The place, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The country of the place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// The day, resolved against the article's date; where there is none, if its year is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<jiff::civil::Date>,
    /// The agency, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
}

/// How a mention leads to its country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    /// It is the country's name.
    Name,
    /// It is the name of the country's people, or an adjective of it.
    Demonym,
    /// It is the country's capital.
    Capital,
    /// It is a city, town or village of the country.
    City,
    /// It is a state or province of the country.
    Division,
    /// It is a county, river, airport or the like in the country.
    Place,
    /// It is a person known by office.
    Person,
    /// It is a person with a title that the country gives: "the French lawyer".
    Title,
    /// It is an institution of the country, or a place that stands for one.
    Institution,
    /// It is an organisation or group of the country.
    Organization,
    /// It holds one of these: "Iranian Foreign Ministry", "Baghdad airport".
    Part,
    /// No table has it; the article is set in the country.
    Context,
}

impl Via {
    /// The name of the way, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Demonym => "demonym",
            Self::Capital => "capital",
            Self::City => "city",
            Self::Division => "division",
            Self::Place => "place",
            Self::Person => "person",
            Self::Title => "title",
            Self::Institution => "institution",
            Self::Organization => "organization",
            Self::Part => "part",
            Self::Context => "context",
        }
    }
}

/// One mention of a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// The words as they stand in the article.
    pub text: String,
    /// What the name is the name of.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// The part of the article that `start` and `end` count from.
    #[serde(default, rename = "in", skip_serializing_if = "Part::is_text")]
    pub part: Part,
    /// Where it stands, in bytes.
    #[serde(flatten)]
    pub span: ByteSpan,
    /// The country that it leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<CountryCode>,
    /// How it leads there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// The name under which all mentions of the same thing meet, where it is not `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Entity {
    /// The name under which all mentions of the same thing meet.
    pub fn canonical(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.text)
    }
}

/// A country and how often the article mentions it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountryMentions {
    /// The country.
    pub code: CountryCode,
    /// How many of the article's entities lead to it.
    pub mentions: u32,
}

/// One event: somebody did something to somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Who did it; `None` where the article does not say.
    pub by: Option<Actor>,
    /// What was done.
    pub action: Action,
    /// To whom; `None` where there is nobody or the article does not say.
    pub to: Option<Actor>,
    /// Where.
    pub at: Option<Location>,
    /// When, resolved against the article's date: the day, or the first day of the week, month or
    /// year that the article names.
    pub on: Option<jiff::civil::Date>,
    /// How exactly `on` says when.
    #[serde(default, skip_serializing_if = "Grain::is_day")]
    pub grain: Grain,
    /// Whether it is told as having happened.
    pub mode: Mode,
    /// How many people the sentence says were killed, wounded or arrested, or took part.
    #[serde(default, skip_serializing_if = "Counts::is_empty")]
    pub counts: Counts,
    /// On whose word, where the article leaves it to somebody else: "Tehran said".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<Actor>,
    /// The sentence that says so.
    pub sentence: Evidence,
    /// The words of the sentence that tell the action.
    pub trigger: ByteSpan,
    /// How sure the coder is, from 0 to 1. A ranking for now, not a probability.
    pub confidence: f64,
    /// What coded it.
    pub coder: String,
}

/// What was done, in the ontologies.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The PLOVER type.
    pub plover: Plover,
    /// The CAMEO code, as deep as the words support.
    pub cameo: CameoCode,
    /// The quad class of the CAMEO code, 1 to 4.
    pub quad: u8,
    /// The Goldstein score of the CAMEO code, -10 to 10.
    pub goldstein: f64,
}

/// Somebody who acts or is acted upon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    /// The mention, as it stands in the article.
    pub text: String,
    /// Its country.
    pub country: Option<CountryCode>,
    /// Its sector.
    pub sector: Option<Sector>,
    /// The name, where the actor has one and it is not `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it stands, in bytes; the same part of the article as the event's sentence.
    #[serde(flatten)]
    pub span: ByteSpan,
}

/// Where an event took place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Location {
    /// The place, as it stands in the article; for a home, the country's name.
    pub text: String,
    /// Its country.
    pub country: Option<CountryCode>,
    /// The name under which all mentions of the place meet, where it is not `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What says so.
    pub via: Located,
}

/// What says where an event took place, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Located {
    /// The sentence: "in Geneva", or "here" beneath a dateline.
    Stated,
    /// Its target is a place: "shelled Aleppo".
    Target,
    /// The article's dateline, for what its first sentences tell.
    Dateline,
    /// Nothing but where an actor is at home. No filter and no count of places reads it: it would
    /// only repeat the actors.
    Home,
}

impl Located {
    /// The name of the way, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Target => "target",
            Self::Dateline => "dateline",
            Self::Home => "home",
        }
    }
}

impl Location {
    /// The place's name where it has one, else its words.
    pub fn canonical(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.text)
    }
}

/// How exactly an event's date is known: to the day, or only to a longer period, whose first day
/// then stands for it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// One day.
    #[default]
    Day,
    /// A week, from Monday; a weekend is part of its week.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Grain {
    /// Whether it is a day, which is not written out.
    pub fn is_day(&self) -> bool {
        *self == Grain::Day
    }

    /// The grain's name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The last day of the period of this grain that starts on a day.
    pub fn last_day(self, on: jiff::civil::Date) -> jiff::civil::Date {
        match self {
            Self::Day => on,
            Self::Week => on.saturating_add(jiff::Span::new().days(6)),
            Self::Month => on.last_of_month(),
            Self::Year => on.last_of_year(),
        }
    }

    /// The period of this grain that starts on a day, for people: "2025-10", "week of 2025-10-06".
    pub fn period(self, on: jiff::civil::Date) -> String {
        match self {
            Self::Day => on.to_string(),
            Self::Week => format!("week of {on}"),
            Self::Month => on.strftime("%Y-%m").to_string(),
            Self::Year => on.strftime("%Y").to_string(),
        }
    }
}

/// How many people an event's sentence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Dead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub killed: Option<Count>,
    /// Wounded, injured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wounded: Option<Count>,
    /// Arrested, detained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrested: Option<Count>,
    /// Who took part in a protest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protesters: Option<Count>,
}

/// A number of people: exact where `min` is `max`, else a range that may be open on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// No fewer than this, as stated: 20 for both "at least 20" and "more than 20".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// No more than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
}

impl Counts {
    /// The names of what is counted, and the numbers, in one order.
    pub fn each(&self) -> [(&'static str, Option<Count>); 4] {
        [
            ("killed", self.killed),
            ("wounded", self.wounded),
            ("arrested", self.arrested),
            ("protesters", self.protesters),
        ]
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.each().iter().all(|(_, count)| count.is_none())
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => write!(f, "{min}"),
            (Some(min), Some(max)) => write!(f, "{min} to {max}"),
            (Some(min), None) => write!(f, "{min} or more"),
            (None, Some(max)) => write!(f, "up to {max}"),
            (None, None) => Ok(()),
        }
    }
}

/// The sentence behind an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The part of the article that it stands in.
    #[serde(default, rename = "in", skip_serializing_if = "Part::is_text")]
    pub part: Part,
    /// Where it stands, in bytes.
    #[serde(flatten)]
    pub span: ByteSpan,
    /// Its words. Left out in an index, which holds the article's text beside it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Actor {
    /// The actor's name where it has one, else its words.
    pub fn canonical(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.text)
    }
}

impl Event {
    /// The same event as the other side did it; `None` where there is no other side.
    pub(super) fn turned(&self) -> Option<Event> {
        let (by, to) = (self.to.clone()?, self.by.clone()?);
        Some(Event {
            by: Some(by),
            to: Some(to),
            ..self.clone()
        })
    }

    /// Whether another event may have been at the same time, as far as their dates say.
    pub(super) fn may_be_when(&self, other: &Event) -> bool {
        let period = |event: &Event| Some((event.on?, event.grain.last_day(event.on?)));
        match (period(self), period(other)) {
            (Some((start, end)), Some((from, until))) => start <= until && from <= end,
            _ => true,
        }
    }

    /// Whether the country of either actor is known.
    pub(super) fn has_known_actor(&self) -> bool {
        let mut both = [&self.by, &self.to].into_iter().flatten();
        both.any(|actor| actor.country.is_some())
    }

    /// The countries that take part: actor, target and place, each once, in code order. A home is
    /// that of an actor.
    pub fn countries(&self) -> Vec<CountryCode> {
        let of = |actor: &Option<Actor>| actor.as_ref().and_then(|actor| actor.country);
        let at = self.at.as_ref().and_then(|at| at.country);
        let mut countries: Vec<_> = [of(&self.by), of(&self.to), at]
            .into_iter()
            .flatten()
            .collect();
        countries.sort();
        countries.dedup();
        countries
    }
}
