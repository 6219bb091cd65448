//! Countries and capitals by the names that languages other than English give them.
//!
//! A language's names are read from the tables when the first article in it comes. How they are
//! looked for depends on how the language is written: by words, with the endings and the small
//! words that grow onto them, or by characters where no spaces stand between words.

use crate::article::ByteSpan;
use crate::ontology::CountryCode;
use crate::ontology::table::{cell, list, rows};
use crate::text::letters::{fold, is_mark, is_unspaced, plain};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What CLDR says.
pub(super) static BUILT: &str = include_str!("../../lexicon/countries-by-language.tsv");
/// What is written by hand: it goes before.
const WRITTEN: &str = include_str!("../../lexicon/names-by-language.tsv");
/// How words change.
const FORMS: &str = include_str!("../../lexicon/forms-by-language.tsv");

/// A word is not split below this many characters.
const SHORTEST_NAME: usize = 2;

/// What a found name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sense {
    /// A country or its capital.
    Place,
    /// A people, or what is of a country.
    Nationality,
}

/// A name in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Where it stands.
    pub span: ByteSpan,
    /// What it leads to.
    pub country: CountryCode,
    /// How it names it.
    pub sense: Sense,
    /// Whether it is the country's own name, not its capital's or people's.
    pub is_country: bool,
}

/// The names of all languages, each read when it is first asked for.
#[derive(Default)]
pub struct Tongues {
    names: OnceLock<FxHashMap<&'static str, OnceLock<Names>>>,
}

#[derive(Debug, Clone, Copy)]
struct Meaning {
    /// `None` for words that look like a country's and are not.
    country: Option<CountryCode>,
    sense: Sense,
    is_country: bool,
}

/// A name: the forms of each of its words after the first, and how it is written.
#[derive(Debug)]
struct Entry {
    rest: Vec<FxHashSet<String>>,
    case: Written,
    meaning: Meaning,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Lower,
    Capital,
    Acronym,
}

/// The names in one language.
#[derive(Debug, Default)]
struct Names {
    /// By the first word, or the first character where there are no words.
    entries: FxHashMap<String, Vec<Entry>>,
    runs: FxHashMap<char, Vec<(String, Meaning)>>,
    before: Vec<String>,
    after: Vec<String>,
    rules: Rules,
}

/// How a language's words are compared.
#[derive(Debug, Default, Clone, Copy)]
struct Rules {
    /// Accents are often left out.
    folds: bool,
    /// Prefixes stand in lower case before a capital: "yaseMelika".
    inner_capitals: bool,
    /// After "for" the Arabic article is written otherwise: "لل" for "ل" and "ال".
    arabic_article: bool,
}

/// A word of a text.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    start: usize,
    text: &'a str,
}

impl Tongues {
    /// The names in a text of a language, in order, none overlapping another; `None` when no name
    /// of the language is known.
    pub fn find(&self, language: &str, text: &str) -> Option<Vec<Found>> {
        let all = self.names.get_or_init(|| {
            rows(BUILT)
                .map(|row| (cell(&row, 0), OnceLock::new()))
                .collect()
        });
        let language = match language {
            "no" | "nn" => "nb",
            language => language,
        };
        let names = all.get(language)?.get_or_init(|| Names::of(language));
        let mut found = names.in_words(text);
        if !names.runs.is_empty() {
            found.extend(names.in_runs(text));
        }
        found.sort_by_key(|name| (name.span.start, std::cmp::Reverse(name.span.end)));
        let mut end = 0;
        found.retain(|name| {
            let follows = name.span.start >= end;
            end = end.max(name.span.end);
            follows
        });
        Some(found)
    }
}

impl Names {
    fn of(language: &str) -> Self {
        let mut names = Self {
            rules: Rules {
                folds: matches!(language, "yo" | "ig" | "ha" | "fr" | "es" | "pt" | "it"),
                inner_capitals: matches!(language, "xh" | "zu" | "sn" | "sw"),
                arabic_article: language == "ar",
            },
            ..Self::default()
        };
        // By what is inflected, an ending and what it may become; the longest ending first.
        let mut endings: Vec<(&str, String, String)> = Vec::new();
        for row in rows(FORMS).filter(|row| cell(row, 0) == language) {
            match cell(&row, 1) {
                "before" => names
                    .before
                    .extend(list(cell(&row, 3)).map(|part| names.rules.key(part))),
                "after" => names
                    .after
                    .extend(list(cell(&row, 3)).map(|part| names.rules.key(part))),
                what => endings.push((
                    what,
                    names.rules.key(cell(&row, 2)),
                    names.rules.key(cell(&row, 3)),
                )),
            }
        }
        endings.sort_by_key(|(_, ending, _)| std::cmp::Reverse(ending.len()));
        for row in rows(WRITTEN)
            .chain(rows(BUILT))
            .filter(|row| cell(row, 0) == language)
        {
            let kind = cell(&row, 2);
            let meaning = Meaning {
                country: CountryCode::parse(cell(&row, 1)),
                sense: match kind {
                    "people" => Sense::Nationality,
                    _ => Sense::Place,
                },
                is_country: kind == "name",
            };
            let endings: Vec<(&str, &str)> = endings
                .iter()
                .filter(|(what, ..)| *what == "any" || *what == kind)
                .map(|(_, ending, forms)| (ending.as_str(), forms.as_str()))
                .collect();
            for surface in list(cell(&row, 3)) {
                names.add(surface, meaning, &endings);
            }
        }
        for runs in names.runs.values_mut() {
            runs.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        }
        names
    }

    /// The first reading of a name stays: what is written by hand comes before CLDR's.
    fn add(&mut self, surface: &str, meaning: Meaning, endings: &[(&str, &str)]) {
        if let Some(first) = surface.chars().next().filter(|&c| is_unspaced(c)) {
            let runs = self.runs.entry(first).or_default();
            if !runs.iter().any(|(name, _)| name == surface) {
                runs.push((surface.to_owned(), meaning));
            }
            return;
        }
        let written: Vec<&str> = words(surface).map(|word| word.text).collect();
        let Some((first, rest)) = written.split_first() else {
            return;
        };
        let letters = || first.chars().filter(|c| c.is_alphabetic());
        let case = if letters().count() > 1 && letters().all(char::is_uppercase) {
            Written::Acronym
        } else if first.starts_with(char::is_uppercase) {
            Written::Capital
        } else {
            Written::Lower
        };
        let forms = |word: &str| {
            let word = self.rules.key(word);
            match case {
                Written::Acronym => FxHashSet::from_iter([word]),
                _ => inflected(&word, endings),
            }
        };
        let rest: Vec<FxHashSet<String>> = rest.iter().map(|word| forms(word)).collect();
        let mut firsts = forms(first);
        if self.rules.arabic_article
            && let Some(name) = self.rules.key(first).strip_prefix("ال")
        {
            firsts.insert(format!("لل{name}"));
        }
        for first in firsts {
            let entries = self.entries.entry(first).or_default();
            if !entries
                .iter()
                .any(|entry| entry.rest == rest && entry.case == case)
            {
                entries.push(Entry {
                    rest: rest.clone(),
                    case,
                    meaning,
                });
            }
        }
    }

    fn in_words(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        let all: Vec<Word<'_>> = words(text).collect();
        let keys: Vec<String> = all.iter().map(|word| self.rules.key(word.text)).collect();
        let mut at = 0;
        while at < all.len() {
            match self.at(text, &all[at..], &keys[at..]) {
                None => at += 1,
                Some((length, meaning, skipped)) => {
                    let last = all[at + length - 1];
                    if let Some(country) = meaning.country {
                        found.push(Found {
                            span: ByteSpan::new(
                                all[at].start + skipped,
                                last.start + last.text.len(),
                            ),
                            country,
                            sense: meaning.sense,
                            is_country: meaning.is_country,
                        });
                    }
                    at += length;
                }
            }
        }
        found
    }

    /// The longest name that begins at the first word: its length in words, what it means, and
    /// how many bytes of the word stand before it.
    fn at(&self, text: &str, all: &[Word<'_>], keys: &[String]) -> Option<(usize, Meaning, usize)> {
        let word = all[0].text;
        let mut best: Option<(usize, Meaning, usize)> = None;
        let mut take = |key: &str, skipped: usize| {
            for entry in self.entries.get(key).into_iter().flatten() {
                let length = entry.rest.len() + 1;
                let longer = best.is_none_or(|(other, ..)| length > other);
                if longer
                    && entry.fits(&word[skipped..])
                    && length <= all.len()
                    && stand_together(text, &all[..length])
                    && self.follow(&keys[1..length], &entry.rest)
                {
                    best = Some((length, entry.meaning, skipped));
                }
            }
            best.is_some()
        };
        let mut found = take(&keys[0], 0);
        for stem in self.without_after(&keys[0]) {
            found = take(stem, 0);
        }
        if self.rules.inner_capitals
            && let Some((inner, _)) = word
                .char_indices()
                .skip(1)
                .find(|(_, c)| c.is_uppercase())
                .filter(|_| word.starts_with(char::is_lowercase))
        {
            found = take(&self.rules.key(&word[inner..]), inner);
        }
        if found {
            return best;
        }
        for part in &self.before {
            let Some(rest) = keys[0].strip_prefix(part.as_str()) else {
                continue;
            };
            if rest.chars().count() < SHORTEST_NAME {
                continue;
            }
            // The letters of the part are as many in the text, but for marks that the key lacks.
            let skipped = skip_letters(word, part.chars().count());
            take(rest, skipped);
            for stem in self.without_after(rest) {
                take(stem, skipped);
            }
        }
        best
    }

    /// A word without each part that may have grown onto its end.
    fn without_after<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        self.after.iter().filter_map(move |part| {
            let stem = key.strip_suffix(part.as_str())?;
            (stem.chars().count() >= SHORTEST_NAME).then_some(stem)
        })
    }

    fn follow(&self, keys: &[String], rest: &[FxHashSet<String>]) -> bool {
        let last = rest.len().saturating_sub(1);
        keys.iter().zip(rest).enumerate().all(|(at, (key, forms))| {
            forms.contains(key)
                || (at == last && self.without_after(key).any(|stem| forms.contains(stem)))
        })
    }

    /// Names in runs without spaces: the longest at each character.
    fn in_runs(&self, text: &str) -> Vec<Found> {
        let mut found = Vec::new();
        let mut end = 0;
        let mut before = '\0';
        for (start, first) in text.char_indices() {
            let last = std::mem::replace(&mut before, first);
            if start < end {
                continue;
            }
            let Some(names) = self.runs.get(&first) else {
                continue;
            };
            let rest = &text[start..];
            let fitting = names
                .iter()
                .find(|(name, _)| rest.starts_with(name.as_str()) && stands(last, name, rest));
            if let Some((name, meaning)) = fitting {
                end = start + name.len();
                found.extend(meaning.country.map(|country| Found {
                    span: ByteSpan::new(start, end),
                    country,
                    sense: meaning.sense,
                    is_country: meaning.is_country,
                }));
            }
        }
        found
    }
}

impl Entry {
    fn fits(&self, word: &str) -> bool {
        match self.case {
            Written::Lower => true,
            Written::Capital => word.starts_with(char::is_uppercase),
            Written::Acronym => word
                .chars()
                .filter(|c| c.is_alphabetic())
                .take(2)
                .all(char::is_uppercase),
        }
    }
}

impl Rules {
    /// A word as it is compared.
    fn key(self, word: &str) -> String {
        let mut key = String::with_capacity(word.len());
        for c in word.chars() {
            // A capital İ has a dot of its own in lower case.
            if c == 'İ' {
                key.push('i');
                continue;
            }
            for c in c.to_lowercase() {
                plain(c, &mut key);
            }
        }
        if self.folds {
            return key.nfd().filter(|&c| !is_combining_mark(c)).collect();
        }
        if key.is_ascii() {
            return key;
        }
        let mut folded = String::with_capacity(key.len());
        key.chars().for_each(|c| fold(c, &mut folded));
        folded
    }
}

/// The words of a text: letters and digits with the marks on them. Apostrophes and hyphens part
/// them, as they do in the names.
fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let inside = |c: char| {
            (c.is_alphanumeric() || is_mark(c) || matches!(c, '\u{200c}' | '\u{200d}'))
                && !is_unspaced(c)
        };
        let start = at + text[at..].find(|c: char| c.is_alphanumeric() && !is_unspaced(c))?;
        at = text[start..]
            .find(|c| !inside(c))
            .map_or(text.len(), |length| start + length);
        Some(Word {
            start,
            text: &text[start..at],
        })
    })
}

/// Whether nothing stands between words but what names are written with.
fn stand_together(text: &str, words: &[Word<'_>]) -> bool {
    words.windows(2).all(|pair| {
        let gap = &text[pair[0].start + pair[0].text.len()..pair[1].start];
        gap.len() <= 4
            && gap.chars().all(|c| {
                matches!(
                    c,
                    ' ' | '\u{a0}' | '\n' | '-' | '‑' | '–' | '\'' | '’' | '.'
                )
            })
            && gap != "\n\n"
    })
}

/// The byte at which a word goes on after so many letters, marks not counted.
fn skip_letters(word: &str, letters: usize) -> usize {
    let mut left = letters;
    for (at, c) in word.char_indices() {
        let mut kept = String::new();
        plain(c, &mut kept);
        if kept.is_empty() {
            continue;
        }
        if left == 0 {
            return at;
        }
        left -= 1;
    }
    word.len()
}

/// The forms of a word, itself among them, by the longest ending that a rule is for.
fn inflected(word: &str, endings: &[(&str, &str)]) -> FxHashSet<String> {
    let mut forms = FxHashSet::from_iter([word.to_owned()]);
    let rule = endings
        .iter()
        .find_map(|(ending, forms)| Some((word.strip_suffix(ending)?, forms)));
    if let Some((stem, endings)) = rule {
        forms.extend(list(endings).map(|ending| match ending {
            "-" => stem.to_owned(),
            ending => format!("{stem}{ending}"),
        }));
    }
    forms
}

/// Whether a name stands for itself at the beginning of `rest`, after the character `before`: not
/// inside a longer word in katakana, at the start of a word in Korean, and not cutting a letter
/// from its marks.
fn stands(before: char, name: &str, rest: &str) -> bool {
    let is_katakana = |c: char| matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}');
    let is_hangul = |c: char| matches!(c, '\u{ac00}'..='\u{d7a3}');
    let first = name.chars().next().unwrap_or('\0');
    let last = name.chars().next_back().unwrap_or('\0');
    let mut after = rest[name.len()..].chars();
    let next = after.next().unwrap_or('\0');
    // In Burmese a consonant with this sign closes the syllable before it.
    let closes = matches!(after.next(), Some('\u{103a}' | '\u{1039}')) && is_unspaced(next);
    !(is_katakana(first) && is_katakana(before)
        || is_katakana(last) && is_katakana(next)
        || is_hangul(first) && is_hangul(before)
        || is_mark(next)
        || closes)
}
