//! Whether an event is told as having happened.

use super::super::lexicon::Lexicon;
use super::grammar::Grammar;
use crate::ontology::Mode;
use crate::text::parse::Relation;
use crate::text::tags::Tag;

/// The mode of what a verb tells with some other words of its phrase, by its auxiliaries and by
/// what governs it.
pub fn mode_of(lexicon: &Lexicon, grammar: &Grammar<'_>, verb: usize, words: &[usize]) -> Mode {
    if is_negated(grammar, verb, words) {
        return Mode::Negated;
    }
    let mut verb = verb;
    for _ in 0..4 {
        for child in grammar.children(verb) {
            match grammar.relation(child) {
                Relation::Auxiliary => {
                    if let Some(mode) = of_auxiliary(lexicon, grammar, verb, child) {
                        return mode;
                    }
                }
                Relation::Marker
                    if is_any_of(grammar.words[child], &["if", "unless", "whether"]) =>
                {
                    return Mode::Hypothetical;
                }
                _ => {}
            }
        }
        // A headline's "to": "Xi to visit Moscow".
        let is_headline_plan = grammar.is_infinitive(verb)
            && grammar.child(verb, &[Relation::Subject]).is_some()
            && matches!(
                grammar.relation(verb),
                Relation::Root | Relation::AdnominalClause
            );
        if is_headline_plan {
            return Mode::Planned;
        }
        let Some(governor) = grammar.head(verb) else {
            break;
        };
        let governing = lexicon.mode(grammar.ids[governor]);
        match grammar.relation(verb) {
            Relation::OpenComplement | Relation::ClauseComplement => {
                if let Some(mode) = governing.filter(|&mode| mode != Mode::Actual) {
                    let depends = grammar.is_infinitive(verb)
                        || grammar.tags[verb] == Tag::VerbGerund
                        || mode == Mode::Hypothetical;
                    if depends {
                        return mode;
                    }
                }
                if !grammar.is_verb(governor) && grammar.is_infinitive(verb) {
                    return governing.unwrap_or(Mode::Planned);
                }
            }
            Relation::AdnominalClause if grammar.is_infinitive(verb) => {
                return governing.unwrap_or(Mode::Planned);
            }
            Relation::AdverbialClause if grammar.is_infinitive(verb) => return Mode::Planned,
            Relation::Conjunct => {}
            _ => break,
        }
        verb = governor;
    }
    Mode::Actual
}

fn is_negated(grammar: &Grammar<'_>, verb: usize, words: &[usize]) -> bool {
    let has_no = |token: usize| {
        grammar.children(token).any(|child| {
            grammar.tags[child] == Tag::Not
                || matches!(
                    grammar.relation(child),
                    Relation::Adverbial | Relation::Determiner
                ) && is_any_of(grammar.words[child], &["never", "no", "neither", "nor"])
        })
    };
    let subject = grammar.child(verb, &[Relation::Subject, Relation::SubjectPassive]);
    let nobody = subject.is_some_and(|subject| {
        grammar
            .children(subject)
            .any(|child| is_any_of(grammar.words[child], &["no", "neither"]))
    });
    nobody || has_no(verb) || words.iter().any(|&word| has_no(word))
}

/// The mode that an auxiliary gives. "Would" after a report of words is a plan: "said it would".
fn of_auxiliary(
    lexicon: &Lexicon,
    grammar: &Grammar<'_>,
    verb: usize,
    auxiliary: usize,
) -> Option<Mode> {
    let word = grammar.words[auxiliary];
    let mode = lexicon.mode(grammar.ids[auxiliary]).or_else(|| {
        // "'ll" and "wo" of "won't" are forms that no table lists.
        is_any_of(word, &["'ll", "’ll", "wo"]).then_some(Mode::Planned)
    })?;
    let reported = grammar.relation(verb) == Relation::ClauseComplement;
    if mode == Mode::Hypothetical && reported && word.eq_ignore_ascii_case("would") {
        return Some(Mode::Planned);
    }
    (mode != Mode::Actual).then_some(mode)
}

fn is_any_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}
