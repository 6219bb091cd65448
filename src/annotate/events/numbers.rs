//! How many people an event's sentence counts: killed, wounded, arrested, or out on the street.
//!
//! Numbers are read as they are told: "at least 20" has no upper end, "up to 50" no lower one,
//! "about 300" is 300, and an open word stands for the least that people mean by it ("dozens" are
//! 24 and more; `lexicon/numbers.tsv` has them). A number counts for an event if it hangs on the
//! event's verb, or on a verb of `lexicon/casualties.tsv` that goes with it ("killing three").

use super::super::annotations::{Count, Counts};
use super::super::lexicon::{AgentKind, Lexicon};
use super::grammar::Grammar;
use crate::ontology::Plover;
use crate::ontology::table::{cell, list, rows};
use crate::text::parse::Relation;
use crate::text::tags::Tag;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::LazyLock;

/// How far up from a word the event's verb is looked for.
const CLIMB: usize = 5;
/// How many words the longest entry of the table of numbers has.
const LONGEST: usize = 4;
/// What "several" and "a few" say at least, before "dozen" and the like.
const SEVERAL: u64 = 3;
const FEW: u64 = 2;

/// What words that count mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Number(u64),
    Scale(u64),
    Many(u64),
    Bound(Bound),
}

/// What a number after such a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Least,
    Most,
    About,
}

/// What people are counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Killed,
    Wounded,
    Arrested,
    Protesters,
}

/// Who is counted, seen from the word that says as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counted {
    Object,
    Subject,
    Itself,
}

/// A number in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Quantity {
    tokens: Range<usize>,
    count: Count,
}

static NUMBERS: LazyLock<FxHashMap<&str, Word>> = LazyLock::new(|| {
    rows(include_str!("../../../lexicon/numbers.tsv"))
        .filter_map(|row| {
            let value = cell(&row, 2).parse().unwrap_or(0);
            let word = match cell(&row, 1) {
                "number" => Word::Number(value),
                "scale" => Word::Scale(value),
                "many" => Word::Many(value),
                "least" => Word::Bound(Bound::Least),
                "most" => Word::Bound(Bound::Most),
                "about" => Word::Bound(Bound::About),
                _ => return None,
            };
            Some((cell(&row, 0), word))
        })
        .collect()
});

static CASUALTIES: LazyLock<FxHashMap<&str, (What, Counted)>> = LazyLock::new(|| {
    let mut table = FxHashMap::default();
    for row in rows(include_str!("../../../lexicon/casualties.tsv")) {
        let what = match cell(&row, 1) {
            "killed" => What::Killed,
            "wounded" => What::Wounded,
            "arrested" => What::Arrested,
            _ => What::Protesters,
        };
        let counted = match cell(&row, 2) {
            "object" => Counted::Object,
            "subject" => Counted::Subject,
            _ => Counted::Itself,
        };
        let words: &'static str = row[0];
        table.extend(list(words).map(|word| (word, (what, counted))));
    }
    table
});

/// The value of a number in words or digits: "three", "1,500".
pub fn cardinal(word: &str) -> Option<u64> {
    match NUMBERS.get(word.to_lowercase().as_str()) {
        Some(Word::Number(value)) => Some(*value),
        _ => digits(word).map(|value| value as u64),
    }
}

/// The people whom a sentence counts for the event of a type that `verb` heads with the other
/// `words` of its phrase. `is_person` says whether a token names a human being.
pub fn counts(
    lexicon: &Lexicon,
    grammar: &Grammar<'_>,
    is_person: &dyn Fn(usize) -> bool,
    verb: usize,
    words: &[usize],
    plover: Plover,
) -> Counts {
    let mut counts = Counts::default();
    // Words have no victims: "accused Israel of killing 20" counts nobody for the accusation.
    if !matches!(plover, Plover::Assault | Plover::Coerce | Plover::Protest) {
        return counts;
    }
    let reader = Reader {
        lexicon,
        grammar,
        is_person,
        quantities: quantities(grammar.words),
        verb,
        words,
    };
    for token in 0..grammar.words.len() {
        let Some((what, counted)) = reader.casualty(token) else {
            continue;
        };
        let slot = match what {
            What::Killed => &mut counts.killed,
            What::Wounded => &mut counts.wounded,
            What::Arrested if plover == Plover::Assault => continue,
            What::Arrested => &mut counts.arrested,
            What::Protesters if grammar.tags[token] != Tag::NounPlural => continue,
            What::Protesters => &mut counts.protesters,
        };
        if slot.is_none() && reader.belongs(token) {
            *slot = reader.counted(token, counted);
        }
    }
    if plover == Plover::Protest && counts.protesters.is_none() && !grammar.is_passive(verb) {
        counts.protesters = grammar
            .subject(verb)
            .and_then(|subject| reader.marching(subject));
    }
    counts
}

/// The numbers of a sentence and the event that they may count for.
struct Reader<'a> {
    lexicon: &'a Lexicon,
    grammar: &'a Grammar<'a>,
    is_person: &'a dyn Fn(usize) -> bool,
    quantities: Vec<Quantity>,
    verb: usize,
    words: &'a [usize],
}

impl Reader<'_> {
    /// How many people a word of the table of casualties tells of.
    fn counted(&self, token: usize, counted: Counted) -> Option<Count> {
        let grammar = self.grammar;
        let is_verb = grammar.is_verb(token);
        let noun = match counted {
            Counted::Object if is_verb => {
                let object = grammar.object(token).and_then(|noun| self.number_of(noun));
                return object.or_else(|| self.beside(token));
            }
            Counted::Subject if is_verb => grammar.subject(token)?,
            // "the wounded", "12 wounded": a participle that names them.
            Counted::Object | Counted::Itself => {
                return self
                    .number_of(token)
                    .or_else(|| self.number_of(self.described(token)?));
            }
            Counted::Subject => return None,
        };
        self.number_of(noun)
    }

    /// The noun that an adjective describes: "12 dead people", "left 12 people dead".
    fn described(&self, adjective: usize) -> Option<usize> {
        let grammar = self.grammar;
        let head = grammar.head(adjective)?;
        match grammar.relation(adjective) {
            Relation::Adjectival | Relation::NominalModifier => Some(head),
            Relation::OpenComplement if grammar.is_verb(head) => grammar.object(head),
            _ => None,
        }
    }

    /// The number of people that a noun and its conjuncts stand for. "17 students and staff" are 17;
    /// of "17 students and their families" nobody knows how many there are.
    fn number_of(&self, noun: usize) -> Option<Count> {
        let mut total = self.number_of_one(noun)?;
        for other in self.grammar.conjuncts(noun).into_iter().skip(1) {
            // "three dead and 12 wounded" counts others.
            let is_other = std::iter::once(other)
                .chain(self.grammar.children(other))
                .any(|token| self.casualty(token).is_some());
            let count = self.number_of_one(other);
            let is_bare = self
                .grammar
                .child(other, &[Relation::Determiner, Relation::Possessor])
                .is_none();
            if is_other || count.is_none() && is_bare {
                continue;
            }
            let count = count.unwrap_or(at_least(0));
            let sum = |a: Option<u32>, b: Option<u32>| Some(a?.saturating_add(b?));
            total.min = sum(total.min, count.min);
            total.max = sum(total.max, count.max);
        }
        (total != Count::default()).then_some(total)
    }

    fn casualty(&self, token: usize) -> Option<(What, Counted)> {
        let lower = self.grammar.words[token].to_lowercase();
        CASUALTIES.get(lower.as_str()).copied()
    }

    /// How many take part in a protest whose subject is `noun`.
    fn marching(&self, noun: usize) -> Option<Count> {
        use Tag::*;
        let is_number = self
            .quantities
            .iter()
            .any(|quantity| quantity.tokens.contains(&noun));
        let are_people = match self.grammar.tags[noun] {
            NamePlural => true,
            Name => self.before(noun).is_some(),
            NounPlural => is_number || self.is_human(noun),
            Noun | Number => is_number,
            _ => false,
        };
        self.number_of(noun).filter(|_| are_people)
    }

    fn number_of_one(&self, noun: usize) -> Option<Count> {
        let grammar = self.grammar;
        let named = self
            .quantities
            .iter()
            .find(|quantity| quantity.tokens.contains(&noun));
        if let Some(quantity) = named {
            return Some(quantity.count);
        }
        let one = Count {
            min: Some(1),
            max: Some(1),
        };
        if (self.is_person)(noun) {
            return Some(one);
        }
        if let Some(quantity) = self.before(noun) {
            return Some(quantity.count);
        }
        let is_one = grammar.tags[noun] == Tag::Noun
            && self.is_human(noun)
            && grammar
                .child(noun, &[Relation::Determiner, Relation::Possessor])
                .is_some_and(|child| {
                    !is_any_of(grammar.words[child], &["no", "every", "each", "any"])
                });
        is_one.then_some(one)
    }

    /// The number that counts a noun: it depends on it, or stands straight before it.
    fn before(&self, noun: usize) -> Option<&Quantity> {
        use Tag::*;
        let grammar = self.grammar;
        self.quantities.iter().rev().find(|quantity| {
            let end = quantity.tokens.end;
            let depends = |token: usize| grammar.head(token) == Some(noun);
            let describes = |token: usize| {
                matches!(
                    grammar.tags[token],
                    Adjective | Noun | Name | VerbParticiple | Adverb
                )
            };
            // "tens of thousands of people"
            let of = grammar
                .words
                .get(end)
                .is_some_and(|word| is_any_of(word, &["of"]));
            let rest = end + usize::from(of);
            end <= noun
                && (quantity.tokens.clone().any(depends)
                    || rest <= noun && (rest..noun).all(describes))
        })
    }

    /// The number that stands straight beside a verb, where the grammar ties it to something else:
    /// "wounding about a dozen", "a dozen were wounded".
    fn beside(&self, verb: usize) -> Option<Count> {
        let grammar = self.grammar;
        let passive = grammar.is_passive(verb);
        let start = (0..verb)
            .rev()
            .find(|&token| {
                !matches!(
                    grammar.relation(token),
                    Relation::Auxiliary | Relation::AuxiliaryPassive
                )
            })
            .map_or(0, |token| token + 1);
        let found = self.quantities.iter().find(|quantity| match passive {
            true => quantity.tokens.end == start,
            false => quantity.tokens.start == verb + 1,
        })?;
        // "killing him two days after": time, no people.
        let lasts = grammar.words.get(found.tokens.end).is_some_and(|word| {
            is_any_of(
                word,
                &[
                    "minutes", "hours", "days", "weeks", "months", "years", "times",
                ],
            )
        });
        (!lasts).then_some(found.count)
    }

    /// Whether a common noun means one human being: "soldier".
    fn is_human(&self, noun: usize) -> bool {
        self.lexicon
            .agent_at(&self.grammar.ids[noun..=noun])
            .is_some_and(|(_, agent)| agent.kind == AgentKind::Person)
    }

    /// Whether what a word tells is part of the event: the word is the event's own, or hangs below
    /// its verb in no clause that tells of another time or of somebody else; or the event is told
    /// as its cause ("20 were killed when …").
    fn belongs(&self, token: usize) -> bool {
        self.is_own(token) || self.hangs_below(token) || self.is_caused(token)
    }

    fn is_own(&self, token: usize) -> bool {
        token == self.verb || self.words.contains(&token)
    }

    fn hangs_below(&self, token: usize) -> bool {
        use Relation::*;
        let grammar = self.grammar;
        let mut at = token;
        for _ in 0..CLIMB {
            let Some(head) = grammar.head(at) else {
                return false;
            };
            let has = |relations: &[Relation]| grammar.child(at, relations).is_some();
            // "not far from where Brown was killed"
            let asks = grammar
                .children(at)
                .any(|child| grammar.tags[child] == Tag::AdverbWh);
            let is_clause = grammar.is_verb(at);
            let crosses = match grammar.relation(at) {
                // "killing three and wounding 12"; "and Hamas killed three" is another's act.
                Conjunct | Parataxis | AdverbialClause if is_clause => {
                    !has(&[Marker]) && !asks && (!has(&[Subject]) || self.is_death(at))
                }
                OpenComplement if is_clause => !grammar.is_infinitive(at),
                // "a strike that killed 20", but not "the group, which had killed 20".
                RelativeClause | AdnominalClause if is_clause => {
                    !self.is_earlier(at) && !self.acts(head)
                }
                Object | ObjectIndirect | Conjunct | OpenComplement | Adjectival | Apposition => {
                    true
                }
                SubjectPassive | Subject | Compound => head == self.verb,
                Oblique | NominalModifier => grammar.preposition(at).is_none_or(|preposition| {
                    is_any_of(
                        grammar.words[preposition],
                        &["with", "of", "by", "in", "at", "to", "near"],
                    )
                }),
                AdverbialClause | Parataxis => !has(&[Marker]),
                _ => false,
            };
            if !crosses {
                return false;
            }
            if self.is_own(head) {
                return !(grammar.is_verb(head)
                    && head != self.verb
                    && grammar.is_infinitive(head));
            }
            at = head;
        }
        false
    }

    /// Whether a word's clause tells what the event led to: "20 were killed when Israel struck",
    /// "were killed in a strike launched by Israel".
    fn is_caused(&self, token: usize) -> bool {
        use Relation::*;
        let grammar = self.grammar;
        let Some(above) = grammar.head(self.verb) else {
            return false;
        };
        match grammar.relation(self.verb) {
            AdverbialClause => {
                above == token
                    && grammar
                        .child(self.verb, &[Marker, Adverbial])
                        .is_some_and(|child| {
                            is_any_of(grammar.words[child], &["when", "as", "after"])
                        })
            }
            // "killed three and injured 12", of which the event is the second.
            Conjunct => above == token && grammar.child(self.verb, &[Subject]).is_none(),
            AdnominalClause | RelativeClause => {
                grammar.head(above) == Some(token)
                    && matches!(grammar.relation(above), Oblique | ObliqueAgent)
            }
            _ => false,
        }
    }

    fn is_death(&self, verb: usize) -> bool {
        matches!(self.casualty(verb), Some((_, Counted::Subject)))
    }

    /// Whether a clause tells of what was before: "had killed".
    fn is_earlier(&self, verb: usize) -> bool {
        self.grammar
            .children(verb)
            .any(|child| self.grammar.words[child].eq_ignore_ascii_case("had"))
    }

    /// Whether a noun may itself have done what its relative clause tells.
    fn acts(&self, noun: usize) -> bool {
        let agent = self.lexicon.agent_at(&self.grammar.ids[noun..=noun]);
        matches!(self.grammar.tags[noun], Tag::Name | Tag::NamePlural)
            || agent.is_some_and(|(_, agent)| agent.kind != AgentKind::Instrument)
    }
}

/// The numbers among the words, in order.
fn quantities(words: &[&str]) -> Vec<Quantity> {
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let mut all = Vec::new();
    let mut at = 0;
    while at < lower.len() {
        match quantity(&lower, at) {
            Some((end, count)) => {
                if !is_measure(&lower, at, end) {
                    all.push(Quantity {
                        tokens: at..end,
                        count,
                    });
                }
                at = end;
            }
            None => at += 1,
        }
    }
    all
}

fn is_any_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Whether a number counts money, per cent or a part of a compound ("a 13-year-old"), or is a year:
/// "the 1965 riots".
fn is_measure(words: &[String], start: usize, end: usize) -> bool {
    let is =
        |at: usize, wanted: &[&str]| words.get(at).is_some_and(|word| wanted.contains(&&**word));
    start
        .checked_sub(1)
        .is_some_and(|at| is(at, &["$", "£", "€"]))
        || is(end, &["%", "percent", "per", "-"])
        || (1900..2101).contains(&words[start].parse().unwrap_or(0))
            && start
                .checked_sub(1)
                .is_some_and(|at| is(at, &["the", "in", "of", "since"]))
}

fn quantity(words: &[String], at: usize) -> Option<(usize, Count)> {
    let is =
        |at: usize, wanted: &[&str]| words.get(at).is_some_and(|word| wanted.contains(&&**word));
    // "between 30 and 40", "from 30 to 40"
    if is(at, &["between", "from"])
        && let Some((middle, low)) = value(words, at + 1)
        && is(middle, &["and", "to"])
        && let Some((end, high)) = value(words, middle + 1)
    {
        return Some((end, range(low, high)));
    }
    if let Some((start, bound)) = bound(words, at) {
        let (end, count) = quantity(words, start)?;
        let (min, max) = match bound {
            Bound::Least => (count.min, None),
            Bound::Most => (None, count.max.or(count.min)),
            Bound::About => (count.min, count.max),
        };
        return Some((end, Count { min, max }));
    }
    let (end, low) = value(words, at)?;
    // "30 to 40", "30-40", "two or three"; "20 or more"
    if is(end, &["to", "-", "–", "or"])
        && let Some((end, high)) = value(words, end + 1)
        && high.min > low.min
    {
        return Some((end, range(low, high)));
    }
    if is(end, &["or"]) && is(end + 1, &["more"]) {
        let open = Count { max: None, ..low };
        return Some((end + 2, open));
    }
    // "20-odd"
    if is(end, &["-"]) && is(end + 1, &["odd", "some", "plus"]) {
        return Some((end + 2, low));
    }
    Some((end, low))
}

fn range(low: Count, high: Count) -> Count {
    Count {
        min: low.min,
        max: high.max,
    }
}

/// What bounds the number after it, and where that starts: "at least".
fn bound(words: &[String], at: usize) -> Option<(usize, Bound)> {
    match entry(words, at)? {
        (end, Word::Bound(bound)) => Some((end, bound)),
        _ => None,
    }
}

/// A number by itself: "1,500", "seventeen", "two hundred and fifty", "2.5 million", "a dozen".
fn value(words: &[String], at: usize) -> Option<(usize, Count)> {
    let word = words.get(at)?;
    if let Some((end, Word::Many(least))) = entry(words, at) {
        return Some((end, at_least(least)));
    }
    let (mut end, mut value, open) = match &**word {
        "a" | "an" | "several" | "few" if scale(words, at + 1).is_some() => match &**word {
            "several" => (at + 1, SEVERAL as f64, true),
            "few" => (at + 1, FEW as f64, true),
            _ => (at + 1, 1.0, false),
        },
        _ => match entry(words, at) {
            Some((end, Word::Number(value))) => (end, value as f64, false),
            Some((end, Word::Scale(_))) if end > at => (at, 1.0, false),
            _ => (at + 1, digits(word)?, false),
        },
    };
    // "twenty-five"
    if (20.0..100.0).contains(&value)
        && words.get(end).is_some_and(|word| word == "-")
        && let Some((after, Word::Number(units))) = entry(words, end + 1)
        && units < 10
        && digits(word).is_none()
    {
        (end, value) = (after, value + units as f64);
    }
    while let Some(factor) = scale(words, end) {
        (end, value) = (end + 1, value * factor as f64);
    }
    // "two hundred and fifty"
    if value >= 100.0
        && digits(word).is_none()
        && words.get(end).is_some_and(|word| word == "and")
        && let Some((after, Word::Number(rest))) = entry(words, end + 1)
        && rest < 100
        && words.get(after).is_some()
        && value % 100.0 == 0.0
        && scale(words, after).is_none()
        && end > at + 1
    {
        (end, value) = (after, value + rest as f64);
    }
    let value = as_count(value)?;
    let count = match open {
        true => at_least(u64::from(value)),
        false => Count {
            min: Some(value),
            max: Some(value),
        },
    };
    Some((end, count))
}

fn at_least(least: u64) -> Count {
    Count {
        min: u32::try_from(least).ok(),
        max: None,
    }
}

/// A whole number of people.
fn as_count(value: f64) -> Option<u32> {
    (value >= 1.0 && value.fract() == 0.0 && value <= f64::from(u32::MAX)).then_some(value as u32)
}

fn scale(words: &[String], at: usize) -> Option<u64> {
    match NUMBERS.get(words.get(at)?.as_str()) {
        Some(Word::Scale(factor)) => Some(*factor),
        _ => None,
    }
}

/// The longest entry of the table of numbers that starts at a word, and where it ends.
fn entry(words: &[String], at: usize) -> Option<(usize, Word)> {
    (1..=LONGEST).rev().find_map(|length| {
        let entry = words.get(at..at + length)?;
        let word = match entry {
            [one] => NUMBERS.get(one.as_str()),
            many => NUMBERS.get(many.join(" ").as_str()),
        };
        word.map(|&word| (at + length, word))
    })
}

/// The value of digits with commas between thousands.
fn digits(word: &str) -> Option<f64> {
    word.starts_with(|c: char| c.is_ascii_digit())
        .then(|| word.replace(',', "").parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::{Annotator, Scratch};
    use crate::article::Article;

    #[test]
    fn reads_numbers_as_they_are_told() {
        for (text, expected) in [
            ("seventeen soldiers", "17"),
            ("1,500 soldiers", "1500"),
            ("2.5 million people", "2500000"),
            ("2.5 people", ""),
            ("twenty - five people", "25"),
            ("two hundred people", "200"),
            ("two hundred and fifty people", "250"),
            ("a dozen people", "12"),
            ("two dozen people", "24"),
            ("half a dozen people", "6"),
            ("several dozen people", "36 or more"),
            ("a few hundred people", "200 or more"),
            ("dozens of people", "24 or more"),
            ("scores of people", "40 or more"),
            ("hundreds of people", "200 or more"),
            ("Hundreds of thousands of people", "200000 or more"),
            ("tens of thousands of people", "20000 or more"),
            ("at least 20 people", "20 or more"),
            ("no fewer than 20 people", "20 or more"),
            ("more than a dozen people", "12 or more"),
            ("20 or more people", "20 or more"),
            ("up to 50 people", "up to 50"),
            ("as many as 50 people", "up to 50"),
            ("about 300 people", "300"),
            ("some 300 people", "300"),
            ("20 - odd people", "20"),
            ("between 30 and 40 people", "30 to 40"),
            ("30 to 40 people", "30 to 40"),
            ("30 - 40 people", "30 to 40"),
            ("two or three people", "2 to 3"),
            ("a 13 - year - old boy", ""),
            ("$ 20", ""),
            ("20 percent of people", ""),
            ("the 1965 riots", ""),
        ] {
            let words: Vec<&str> = text.split(' ').collect();
            let found: Vec<String> = quantities(&words)
                .iter()
                .map(|quantity| quantity.count.to_string())
                .collect();
            assert_eq!(found.join("|"), expected, "{text}");
        }
    }

    #[test]
    fn counts_the_people_of_an_event() {
        let annotator = Annotator::bundled().expect("sound tables");
        let mut wrong = Vec::new();
        for (text, expected) in [
            (
                "Israeli troops killed three Palestinians in Jenin.",
                "killed 3",
            ),
            (
                "Israeli troops killed a Palestinian farmer in Jenin.",
                "killed 1",
            ),
            (
                "At least 20 Yemeni soldiers were killed by Saudi warplanes.",
                "killed 20 or more",
            ),
            (
                "Saudi warplanes bombed a market in Yemen, killing dozens and wounding about 60.",
                "killed 24 or more, wounded 60",
            ),
            (
                "Saudi warplanes killed 17 teachers and pupils in Yemen.",
                "killed 17",
            ),
            (
                "Turkey detained between 30 and 40 Syrian journalists on Friday.",
                "arrested 30 to 40",
            ),
            (
                "Thousands of Kenyans protested in Nairobi.",
                "protesters 2000 or more",
            ),
            (
                "Up to 5,000 Kenyans marched against the government in Nairobi.",
                "protesters up to 5000",
            ),
            (
                "Thousands of Kenyan students marched against the government in Nairobi.",
                "protesters 2000 or more",
            ),
            // What is another event's, or nobody.
            (
                "Turkish police detained a man after a bomb had killed 12 people.",
                "arrested 1",
            ),
            (
                "The United States accused Israel of killing 20 Palestinians.",
                "",
            ),
            ("Israeli troops did not kill three Palestinians.", ""),
            ("Israeli troops killed Palestinian civilians in Jenin.", ""),
        ] {
            let article = Article {
                text: text.to_owned(),
                ..Article::default()
            };
            let found = annotator.annotate(&article, &mut Scratch::default());
            let counts: Vec<String> = found
                .events
                .iter()
                .map(|event| {
                    let each = event.counts.each().into_iter();
                    let each = each.filter_map(|(what, count)| Some(format!("{what} {}", count?)));
                    each.collect::<Vec<_>>().join(", ")
                })
                .collect();
            // Later events may be told of in the same sentence.
            if counts.first().is_none_or(|counts| counts != expected) {
                wrong.push(format!("{text} {counts:?} instead of {expected:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
