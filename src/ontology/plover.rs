//! PLOVER event types, the quad classes above them, and the mode of an event.

use super::{UnknownName, nearest::nearest};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A PLOVER event type.
#[allow(missing_docs)] // Each is described by `label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Plover {
    Agree,
    Consult,
    Support,
    Cooperate,
    Aid,
    Concede,
    Retreat,
    Request,
    Accuse,
    Reject,
    Threaten,
    Protest,
    Sanction,
    Mobilize,
    Coerce,
    Assault,
}

impl Plover {
    /// Every type, from cooperation to conflict.
    pub const ALL: [Plover; 16] = [
        Plover::Agree,
        Plover::Consult,
        Plover::Support,
        Plover::Cooperate,
        Plover::Aid,
        Plover::Concede,
        Plover::Retreat,
        Plover::Request,
        Plover::Accuse,
        Plover::Reject,
        Plover::Threaten,
        Plover::Protest,
        Plover::Sanction,
        Plover::Mobilize,
        Plover::Coerce,
        Plover::Assault,
    ];

    /// The type's name, in capitals.
    pub fn name(self) -> &'static str {
        match self {
            Plover::Agree => "AGREE",
            Plover::Consult => "CONSULT",
            Plover::Support => "SUPPORT",
            Plover::Cooperate => "COOPERATE",
            Plover::Aid => "AID",
            Plover::Concede => "CONCEDE",
            Plover::Retreat => "RETREAT",
            Plover::Request => "REQUEST",
            Plover::Accuse => "ACCUSE",
            Plover::Reject => "REJECT",
            Plover::Threaten => "THREATEN",
            Plover::Protest => "PROTEST",
            Plover::Sanction => "SANCTION",
            Plover::Mobilize => "MOBILIZE",
            Plover::Coerce => "COERCE",
            Plover::Assault => "ASSAULT",
        }
    }

    /// What the type means, in a few words.
    pub fn label(self) -> &'static str {
        match self {
            Plover::Agree => "agree or promise to act",
            Plover::Consult => "meet, visit, talk, negotiate",
            Plover::Support => "praise, endorse, recognise, sign an agreement",
            Plover::Cooperate => "act together",
            Plover::Aid => "give aid",
            Plover::Concede => "give in to a political demand",
            Plover::Retreat => "release, withdraw, ease a measure",
            Plover::Request => "appeal or demand",
            Plover::Accuse => "accuse, criticise, investigate",
            Plover::Reject => "refuse or reject",
            Plover::Threaten => "threaten or warn",
            Plover::Protest => "demonstrate, strike, riot",
            Plover::Sanction => "cut relations, aid or cooperation",
            Plover::Mobilize => "show or move force",
            Plover::Coerce => "arrest, ban, seize, impose sanctions",
            Plover::Assault => "attack, kill, fight",
        }
    }

    /// The type called `name`, in any case.
    pub fn parse(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|plover| plover.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownName {
                what: "PLOVER type",
                given: name.to_owned(),
                nearest: nearest(name, Self::ALL.map(Plover::name)).map(str::to_owned),
            })
    }

    /// Whether it is one of the two that some data sets have as one type, YIELD.
    pub fn is_yield(self) -> bool {
        matches!(self, Plover::Concede | Plover::Retreat)
    }

    /// The quad class that the type belongs to.
    pub fn quad(self) -> Quad {
        match self {
            Plover::Agree | Plover::Consult | Plover::Support => Quad::VerbalCooperation,
            Plover::Cooperate | Plover::Aid | Plover::Concede | Plover::Retreat => {
                Quad::MaterialCooperation
            }
            Plover::Request | Plover::Accuse | Plover::Reject | Plover::Threaten => {
                Quad::VerbalConflict
            }
            Plover::Protest
            | Plover::Sanction
            | Plover::Mobilize
            | Plover::Coerce
            | Plover::Assault => Quad::MaterialConflict,
        }
    }
}

impl fmt::Display for Plover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One of the four classes of event: cooperation or conflict, in words or in deeds.
#[allow(missing_docs)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quad {
    VerbalCooperation = 1,
    MaterialCooperation = 2,
    VerbalConflict = 3,
    MaterialConflict = 4,
}

impl Quad {
    /// All four, by number.
    pub const ALL: [Quad; 4] = [
        Quad::VerbalCooperation,
        Quad::MaterialCooperation,
        Quad::VerbalConflict,
        Quad::MaterialConflict,
    ];

    /// The number that data sets use, 1 to 4.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The class with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|quad| quad.number() == number)
    }

    /// The name in queries and facets.
    pub fn name(self) -> &'static str {
        match self {
            Quad::VerbalCooperation => "VERBAL_COOPERATION",
            Quad::MaterialCooperation => "MATERIAL_COOPERATION",
            Quad::VerbalConflict => "VERBAL_CONFLICT",
            Quad::MaterialConflict => "MATERIAL_CONFLICT",
        }
    }
}

/// Whether an event is told as having happened.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// It happened, or is happening.
    #[default]
    Actual,
    /// Its actor means to do it: "will meet", "plans to withdraw".
    Planned,
    /// It may or would happen, or is asked for: "could attack", "if it leaves".
    Hypothetical,
    /// It is said not to have happened: "did not sign".
    Negated,
}

impl Mode {
    /// All modes, the likeliest first.
    pub const ALL: [Mode; 4] = [
        Mode::Actual,
        Mode::Planned,
        Mode::Hypothetical,
        Mode::Negated,
    ];

    /// The mode's name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Actual => "actual",
            Mode::Planned => "planned",
            Mode::Hypothetical => "hypothetical",
            Mode::Negated => "negated",
        }
    }

    /// The mode called `name`, in any case.
    pub fn parse(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .into_iter()
            .find(|mode| mode.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownName {
                what: "mode",
                given: name.to_owned(),
                nearest: nearest(name, Self::ALL.map(Mode::name)).map(str::to_owned),
            })
    }
}
