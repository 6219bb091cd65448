//! Action phrases: the notation of `lexicon/actions/*.tsv`, which `lexicon/README.md` describes.

use super::lexicon::WordId;
use crate::ontology::{CameoCode, Plover};

/// What an action phrase codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// The CAMEO code.
    pub cameo: CameoCode,
    /// The PLOVER type: the code's own, unless the table gives another.
    pub plover: Plover,
    /// Whether the two sides act on each other, as in "meet".
    pub both: bool,
}

/// Where an actor stands in a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument<W> {
    /// Straight after the verb: its object.
    Object,
    /// After one of these prepositions.
    After(Vec<W>),
}

/// An action phrase, over words (`String`) as written or word numbers as matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern<W> {
    /// The verbs that may head it, in base form.
    pub verbs: Vec<W>,
    /// The other words, in order; one of each set must be there.
    pub slots: Vec<Vec<W>>,
    /// How many of the slots stand before the target, in the order of an active sentence.
    pub slots_before_target: usize,
    /// Where the one acted upon stands; `None` when the phrase names no target.
    pub to: Option<Argument<W>>,
    /// Where the actor stands; `None` when it is the verb's subject.
    pub by: Option<Argument<W>>,
    /// What it codes; `None` for an exception, which codes nothing.
    pub action: Option<Action>,
}

/// A phrase as it is matched.
pub type Phrase = Pattern<WordId>;

/// What is wrong with a row of an action table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhraseError {
    /// The phrase has no verb.
    #[error("no verb at the start")]
    NoVerb,
    /// The code is not CAMEO's.
    #[error("no CAMEO code \"{0}\"")]
    NoCode(String),
    /// The code is one that PLOVER drops, and the row gives no type of its own.
    #[error("PLOVER has no type for CAMEO {0}; the row must give one")]
    NoType(CameoCode),
    /// The type is not PLOVER's.
    #[error("no PLOVER type \"{0}\"")]
    UnknownType(String),
    /// A placeholder is written twice.
    #[error("{0} stands twice")]
    Twice(&'static str),
    /// A parenthesis that is not closed, or not at the end.
    #[error("an optional part is closed, and stands at the end")]
    Parenthesis,
    /// `{by}` as the object, where nobody acts upon anybody.
    #[error("{{by}} comes after a preposition")]
    ByAsObject,
}

impl Pattern<String> {
    /// The phrases that a row stands for: two when its end is optional.
    ///
    /// # Errors
    /// When the row does not follow the notation or its codes do not exist.
    pub fn parse(
        phrase: &str,
        cameo: &str,
        plover: &str,
        both: &str,
    ) -> Result<Vec<Self>, PhraseError> {
        let action = match cameo {
            "-" => None,
            code => {
                let cameo =
                    CameoCode::parse(code).map_err(|_| PhraseError::NoCode(code.to_owned()))?;
                let plover = match plover {
                    "" => cameo.plover().ok_or(PhraseError::NoType(cameo))?,
                    name => Plover::parse(name)
                        .map_err(|_| PhraseError::UnknownType(name.to_owned()))?,
                };
                Some(Action {
                    cameo,
                    plover,
                    both: both == "both",
                })
            }
        };
        match phrase.split_once('(') {
            None if phrase.contains(')') => Err(PhraseError::Parenthesis),
            None => Ok(vec![Self::parse_one(phrase, action)?]),
            Some((start, rest)) => {
                let end = rest
                    .trim_end()
                    .strip_suffix(')')
                    .ok_or(PhraseError::Parenthesis)?;
                let long = Self::parse_one(&format!("{start} {end}"), action)?;
                Ok(vec![long, Self::parse_one(start, action)?])
            }
        }
    }

    fn parse_one(phrase: &str, action: Option<Action>) -> Result<Self, PhraseError> {
        let mut words = phrase.split_whitespace();
        let verbs = alternatives(words.next().ok_or(PhraseError::NoVerb)?);
        if verbs
            .iter()
            .any(|verb| !verb.starts_with(char::is_lowercase))
        {
            return Err(PhraseError::NoVerb);
        }
        let mut pattern = Pattern {
            verbs,
            slots: Vec::new(),
            slots_before_target: 0,
            to: None,
            by: None,
            action,
        };
        for word in words {
            match word {
                "{to}" if pattern.to.is_some() => return Err(PhraseError::Twice("{to}")),
                "{by}" if pattern.by.is_some() => return Err(PhraseError::Twice("{by}")),
                "{to}" => {
                    pattern.to = Some(pattern.take_argument());
                    pattern.slots_before_target = pattern.slots.len();
                }
                "{by}" => match pattern.take_argument() {
                    Argument::Object => return Err(PhraseError::ByAsObject),
                    argument => pattern.by = Some(argument),
                },
                word => pattern.slots.push(alternatives(word)),
            }
        }
        Ok(pattern)
    }

    /// The argument that a placeholder after the words so far is: the object, unless the last
    /// slot is prepositions, which then belong to the argument.
    fn take_argument(&mut self) -> Argument<String> {
        match self.slots.last() {
            Some(slot) if slot.iter().all(|word| is_preposition(word)) => {
                Argument::After(self.slots.pop().unwrap_or_default())
            }
            _ => Argument::Object,
        }
    }

    /// Every word of the phrase but its verbs and the prepositions before its actors.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().flatten().map(String::as_str)
    }

    /// The phrase over numbers.
    pub fn resolve(&self, word: &mut impl FnMut(&str) -> WordId) -> Phrase {
        let mut set = |words: &Vec<String>| words.iter().map(|w| word(w)).collect::<Vec<_>>();
        let mut argument = |argument: &Option<Argument<String>>| match argument {
            None => None,
            Some(Argument::Object) => Some(Argument::Object),
            Some(Argument::After(words)) => Some(Argument::After(set(words))),
        };
        let (to, by) = (argument(&self.to), argument(&self.by));
        Pattern {
            verbs: set(&self.verbs),
            slots: self.slots.iter().map(set).collect(),
            slots_before_target: self.slots_before_target,
            to,
            by,
            action: self.action,
        }
    }
}

fn alternatives(word: &str) -> Vec<String> {
    word.split('|')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Prepositions that may stand before an actor. A closed class of the language, not a lexicon.
fn is_preposition(word: &str) -> bool {
    matches!(
        word,
        "about"
            | "across"
            | "against"
            | "along"
            | "alongside"
            | "among"
            | "around"
            | "at"
            | "before"
            | "behind"
            | "between"
            | "beyond"
            | "by"
            | "concerning"
            | "for"
            | "from"
            | "in"
            | "inside"
            | "into"
            | "near"
            | "of"
            | "off"
            | "on"
            | "onto"
            | "out"
            | "outside"
            | "over"
            | "through"
            | "to"
            | "toward"
            | "towards"
            | "under"
            | "upon"
            | "with"
            | "within"
            | "without"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(phrase: &str, code: &str) -> Vec<Pattern<String>> {
        Pattern::parse(phrase, code, "", "").unwrap()
    }

    #[test]
    fn reads_objects_prepositions_and_alternatives() {
        let phrase = &parse("impose|slap sanction|tariff on|against {to}", "163")[0];
        assert_eq!(phrase.verbs, ["impose", "slap"]);
        assert_eq!(phrase.slots, [["sanction", "tariff"]]);
        assert_eq!(
            phrase.to,
            Some(Argument::After(vec!["on".into(), "against".into()]))
        );
        assert_eq!(phrase.action.unwrap().plover, Plover::Coerce);

        let phrase = &parse("accuse {to} of", "112")[0];
        assert_eq!(phrase.to, Some(Argument::Object));
        assert_eq!(phrase.slots, [["of"]]);
        assert_eq!(phrase.slots_before_target, 0);
    }

    #[test]
    fn an_optional_end_makes_two_phrases() {
        let phrases = parse("stage protest (against|over {to})", "141");
        assert_eq!(phrases.len(), 2);
        assert!(phrases[0].to.is_some() && phrases[1].to.is_none());
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        let error = |phrase, code| Pattern::parse(phrase, code, "", "").unwrap_err();
        assert_eq!(error("", "112"), PhraseError::NoVerb);
        assert_eq!(error("accuse {to}", "99"), PhraseError::NoCode("99".into()));
        assert_eq!(error("meet {to} {to}", "040"), PhraseError::Twice("{to}"));
        assert_eq!(error("meet (with {to}", "040"), PhraseError::Parenthesis);
        assert!(matches!(error("say hello", "010"), PhraseError::NoType(_)));
    }
}
