//! Which expression of time in a sentence is an event's: one that the grammar ties to its verb.
//!
//! What stands in another clause is another event's, as in "Iran, which signed the deal in 2015,
//! accused …", and what stands after "before" or "until" is no time of the event. Where nothing is
//! left the event has no date: an article's date is when it was told.

use super::super::annotations::Grain;
use super::dates::{Expression, When, expressions};
use super::grammar::Grammar;
use crate::ontology::Mode;
use crate::text::parse::Relation;
use crate::text::tags::Tag;
use jiff::civil::Date;

/// How many nouns may stand between an event and its day: "met the head of the bank at the summit
/// on Tuesday".
const DEPTH: usize = 3;

/// How far up from a word the event's verb is looked for.
const CLIMB: usize = 8;

/// An event as far as its time goes.
pub struct Told<'a> {
    /// The verb that heads it.
    pub verb: usize,
    /// The tokens of the phrase's other words.
    pub words: &'a [usize],
    /// Whether it is told as having happened.
    pub mode: Mode,
}

/// When an event took place or is to. `is_named` says whether a token is part of a name.
pub fn when(
    grammar: &Grammar<'_>,
    is_named: &dyn Fn(usize) -> bool,
    told: &Told<'_>,
    published: Option<Date>,
) -> Option<When> {
    let ahead = matches!(told.mode, Mode::Planned | Mode::Hypothetical);
    expressions(grammar.words)
        .into_iter()
        .filter(|expression| !expression.tokens.clone().any(is_named))
        .filter_map(|expression| {
            let when = expression.resolve(ahead, published)?;
            let steps = steps_to(grammar, &expression, told, when.grain)?;
            let far = expression.tokens.start.abs_diff(told.verb);
            Some(((steps, when.grain, far), when))
        })
        .min_by_key(|&(near, _)| near)
        .map(|(_, when)| when)
}

/// How far an expression hangs from the event's verb; `None` where it is not the event's.
fn steps_to(
    grammar: &Grammar<'_>,
    expression: &Expression,
    told: &Told<'_>,
    grain: Grain,
) -> Option<usize> {
    use Relation::*;
    let tokens = &expression.tokens;
    let owns = |token: usize| grammar.tags.get(token) == Some(&Tag::Possessive);
    if owns(tokens.end) || !is_introduced(grammar, tokens.start, told.mode, grain) {
        return None;
    }
    // "on Sunday, when the two signed"
    let verb = told.verb;
    let comma = usize::from(grammar.words.get(tokens.end) == Some(&","));
    let is_when = |child| child == tokens.end + comma && is_any_of(grammar.words[child], &["when"]);
    if grammar.children(verb).any(is_when) {
        return Some(0);
    }
    let outer = tokens.clone().find(|&token| {
        grammar
            .head(token)
            .is_some_and(|head| !tokens.contains(&head))
    })?;
    let head = grammar.head(outer)?;
    let follows = outer > head;
    let is_overnight = is_any_of(grammar.words[outer], &["overnight"]);
    let fits = match grammar.relation(outer) {
        Oblique | ObliqueBare | NominalModifier | NominalBare | Adverbial | Object | Apposition
        | Dependent | Numeral | AdverbialClause | List | Parataxis | Conjunct => true,
        // "an overnight raid"; "the October attacks" are known by their date.
        Adjectival | Compound => follows || is_overnight,
        _ => false,
    };
    if !fits {
        return None;
    }
    let steps = from_noun_or_verb(grammar, head, told, grain, DEPTH)?;
    // What stands before a noun tells it from others: "the Tuesday meeting".
    let names_noun = !grammar.is_verb(head) && !follows && !is_overnight;
    (!names_noun && !trails_background(grammar, tokens.start, verb)).then_some(steps)
}

/// How far what an expression hangs on is from the event's verb.
fn from_noun_or_verb(
    grammar: &Grammar<'_>,
    head: usize,
    told: &Told<'_>,
    grain: Grain,
    depth: usize,
) -> Option<usize> {
    use Relation::*;
    // "urged Iran to release them on Friday": the day of the release.
    let is_complement =
        |token: usize| token != told.verb && grammar.is_verb(token) && grammar.is_infinitive(token);
    let is_own =
        |token: usize| token == told.verb || told.words.contains(&token) && !is_complement(token);
    if is_own(head) {
        return Some(usize::from(head != told.verb));
    }
    if grammar.is_verb(head) {
        // A month or year is more often that of its own clause alone.
        return clause_steps(grammar, head, told).filter(|_| grain <= Grain::Week);
    }
    // "killed a soldier on Tuesday" is read either way. A month or year after a noun more often
    // tells which one is meant: "the war in 2003".
    let near = matches!(
        grammar.relation(head),
        Object | Oblique | NominalModifier | Subject | SubjectPassive | Apposition | Conjunct
    );
    if !near || is_background(grammar, head) || grain > Grain::Week || depth == 0 {
        return None;
    }
    let above = grammar.head(head)?;
    Some(from_noun_or_verb(grammar, above, told, grain, depth - 1)? + 1)
}

/// Whether a noun stands after a preposition that sets it at another time than the event, or makes
/// it its reason: "before the vote", "for the attack".
fn is_background(grammar: &Grammar<'_>, noun: usize) -> bool {
    grammar.preposition(noun).is_some_and(|preposition| {
        !is_any_of(
            grammar.words[preposition],
            &[
                "in", "at", "on", "with", "to", "into", "against", "near", "by", "of", "outside",
                "from", "during",
            ],
        )
    })
}

/// How far a verb that is not the event's is from it, where the two share their time: "struck Gaza
/// on Tuesday, killing three", "was arrested on Monday and expelled".
fn clause_steps(grammar: &Grammar<'_>, other: usize, told: &Told<'_>) -> Option<usize> {
    use Relation::*;
    let goes_with = |below: usize, above: usize| {
        grammar.head(below) == Some(above)
            && grammar
                .child(below, &[Marker, Subject, SubjectPassive])
                .is_none()
            && match grammar.relation(below) {
                Conjunct => true,
                AdverbialClause => grammar.tags[below] == Tag::VerbGerund,
                // "was to meet", "is slated to meet"
                OpenComplement => !grammar.is_infinitive(below) || grammar.is_passive(above),
                _ => false,
            }
    };
    if goes_with(told.verb, other) {
        return Some(3);
    }
    let follows = grammar.relation(other) == AdverbialClause && goes_with(other, told.verb);
    follows.then_some(4)
}

/// Whether an expression follows on a noun that is at another time than the event, and may be that
/// noun's: "expelled them after a vote on Friday".
fn trails_background(grammar: &Grammar<'_>, start: usize, verb: usize) -> bool {
    let introduces = |token: &usize| is_any_of(grammar.words[*token], &["on", "in", ","]);
    let Some(last) = (verb + 1..start).rev().find(|token| !introduces(token)) else {
        return false;
    };
    let mut at = last;
    for _ in 0..CLIMB {
        if at == verb {
            return false;
        }
        let is_other = match grammar.is_verb(at) {
            true => {
                grammar.relation(at) == Relation::RelativeClause
                    || grammar
                        .child(at, &[Relation::Marker])
                        .is_some_and(|marker| is_background_word(grammar.words[marker]))
            }
            false => grammar
                .preposition(at)
                .is_some_and(|preposition| is_background_word(grammar.words[preposition])),
        };
        if is_other {
            return true;
        }
        match grammar.head(at) {
            Some(head) => at = head,
            None => return false,
        }
    }
    false
}

/// Whether what follows a preposition or conjunction is at another time than what stands before.
fn is_background_word(word: &str) -> bool {
    is_any_of(
        word,
        &[
            "after",
            "before",
            "since",
            "until",
            "following",
            "for",
            "ahead",
            "from",
            "behind",
            "over",
            "about",
        ],
    )
}

fn is_any_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Whether the word before an expression lets it say when: nothing, "on", "in"; but not "before"
/// or "until", nor a span's "from".
fn is_introduced(grammar: &Grammar<'_>, start: usize, mode: Mode, grain: Grain) -> bool {
    let skipped = |token: &usize| {
        ["the", "early", "late", "mid", "-", "earlier", "later"]
            .iter()
            .any(|word| grammar.words[*token].eq_ignore_ascii_case(word))
    };
    let Some(before) = (0..start).rev().find(|token| !skipped(token)) else {
        return true;
    };
    let word = grammar.words[before].to_lowercase();
    match word.as_str() {
        "on" | "in" | "at" | "during" | "since" | "over" | "throughout" | "upon" => true,
        "from" => grain == Grain::Day,
        "for" => mode == Mode::Planned,
        "and" | "to" | "than" | "until" | "till" | "before" | "after" | "between" | "as" => false,
        _ => !matches!(grammar.tags[before], Tag::Adposition | Tag::Subordinator),
    }
}

#[cfg(test)]
mod tests {
    use crate::annotate::{Annotator, Scratch};
    use crate::article::Article;

    #[test]
    fn an_events_date_is_the_one_of_its_own_clause() {
        let annotator = Annotator::bundled().expect("sound tables");
        let mut wrong = Vec::new();
        for (text, expected) in [
            (
                "France expelled two Russian diplomats on Tuesday.",
                "2025-11-11",
            ),
            (
                "On Monday, France expelled two Russian diplomats.",
                "2025-11-10",
            ),
            (
                "France on Monday expelled two Russian diplomats.",
                "2025-11-10",
            ),
            (
                "France expelled two Russian diplomats last week.",
                "week of 2025-11-03",
            ),
            (
                "France expelled two Russian diplomats in October.",
                "2025-10",
            ),
            ("France expelled two Russian diplomats in 2019.", "2019"),
            (
                "France expelled two Russian diplomats three days ago.",
                "2025-11-09",
            ),
            ("France expelled two Russian diplomats.", "?"),
            (
                "France expelled two Russian diplomats after Monday's vote.",
                "?",
            ),
            (
                "France expelled two Russian diplomats before the vote on Friday.",
                "?",
            ),
            (
                "France, which signed a pact with Mali in 2015, expelled two Russian diplomats.",
                "?",
            ),
            (
                "Officials said on Monday that France had expelled two Russian diplomats.",
                "?",
            ),
            (
                "Israeli troops raided a village on Sunday, killing three Palestinians.",
                "2025-11-09",
            ),
            (
                "The crisis began on Sunday, when Israel expelled two Russian diplomats.",
                "2025-11-09",
            ),
            ("France will send troops to Mali on Friday.", "2025-11-14"),
            ("France will send troops to Mali in March.", "2026-03"),
            ("Turkey criticised the 2003 invasion of Iraq.", "?"),
        ] {
            let article = Article {
                text: text.to_owned(),
                date: Some(jiff::civil::date(2025, 11, 12)),
                ..Article::default()
            };
            let found = annotator.annotate(&article, &mut Scratch::default());
            let days: Vec<String> = found
                .events
                .iter()
                .filter(|event| !text[event.trigger.range()].starts_with("signed"))
                .map(|event| {
                    let on = event.on.map(|on| event.grain.period(on));
                    on.unwrap_or_else(|| "?".to_owned())
                })
                .collect();
            if days.is_empty() || days.iter().any(|day| day != expected) {
                wrong.push(format!("{text} {days:?} instead of {expected}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
