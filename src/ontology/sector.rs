//! Sectors: the part of society that an actor belongs to, by the CAMEO and PLOVER actor books.

use super::{UnknownName, nearest::nearest};
use serde::{Deserialize, Serialize};

macro_rules! sectors {
    ($($variant:ident $code:literal $label:literal,)*) => {
        /// A sector, such as `GOV`.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(rename_all = "UPPERCASE")]
        pub enum Sector {
            $(#[doc = $label] $variant,)*
        }

        impl Sector {
            /// Every sector.
            pub const ALL: &[Sector] = &[$(Sector::$variant),*];

            /// The three-letter code.
            pub fn code(self) -> &'static str {
                match self { $(Sector::$variant => $code),* }
            }

            /// What the code stands for.
            pub fn label(self) -> &'static str {
                match self { $(Sector::$variant => $label),* }
            }
        }
    };
}

sectors! {
    Gov "GOV" "government",
    Mil "MIL" "armed forces",
    Cop "COP" "police",
    Spy "SPY" "intelligence",
    Jud "JUD" "courts",
    Leg "LEG" "parliament",
    Opp "OPP" "political opposition",
    Pty "PTY" "political party",
    Reb "REB" "rebels",
    Uaf "UAF" "other armed groups",
    Crm "CRM" "criminals",
    Cvl "CVL" "civilians",
    Bus "BUS" "business",
    Lab "LAB" "labour",
    Med "MED" "media",
    Edu "EDU" "education",
    Rel "REL" "religion",
    Igo "IGO" "international organisation",
    Ngo "NGO" "non-governmental organisation",
}

impl Sector {
    /// The sector with this code or label, in any case.
    pub fn parse(name: &str) -> Result<Self, UnknownName> {
        Self::ALL
            .iter()
            .copied()
            .find(|sector| {
                sector.code().eq_ignore_ascii_case(name)
                    || sector.label().eq_ignore_ascii_case(name)
            })
            .ok_or_else(|| UnknownName {
                what: "sector",
                given: name.to_owned(),
                nearest: nearest(name, Self::ALL.iter().map(|sector| sector.code()))
                    .map(str::to_owned),
            })
    }
}
