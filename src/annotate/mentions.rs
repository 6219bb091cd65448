//! Names in an article: where they stand, what they name, and which country they lead to.
//!
//! One pass over the tokens finds candidates, by lexicon and by capitals; a second settles the
//! ambiguous ones by what the rest of the article names. "Petro" after "Gustavo Petro" is the
//! same person; what a name leads to is never guessed from a word that nothing supports.

use super::annotations::EntityType;
use super::lexicon::{Lexicon, Name, NameKind, OwnMention, WordId};
use crate::article::ByteSpan;
use crate::ontology::{CountryCode, Sector};
use crate::text::{Case, Sentence, Token, sentences, tokenize};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// A part of an article, cut into tokens and sentences.
#[derive(Debug, Default)]
pub struct Tokenised {
    /// The tokens, in order.
    pub tokens: Vec<Token>,
    /// The number of each token's word.
    pub words: Vec<WordId>,
    /// The sentences, in order; a dateline is a sentence of its own.
    pub sentences: Vec<Sentence>,
}

impl Tokenised {
    /// Cuts a text.
    pub fn new(text: &str, lexicon: &Lexicon) -> Self {
        let mut out = Self::default();
        tokenize(text, &mut out.tokens);
        sentences(text, &out.tokens, &mut out.sentences);
        lexicon.look_up(text, &out.tokens, &mut out.words);
        if let Some(length) = dateline_length(text, &out.tokens) {
            split_first(&mut out.sentences, &out.tokens, length);
        }
        out
    }
}

/// A name at a run of tokens.
#[derive(Debug, Clone)]
pub struct Mention {
    /// Which tokens of its part of the article.
    pub tokens: Range<usize>,
    /// What it names.
    pub kind: EntityType,
    /// What kind of lexicon entry it is; `None` for names that no table holds.
    pub known: Option<NameKind>,
    /// The country that it leads to.
    pub country: Option<CountryCode>,
    /// The sector that it acts for.
    pub sector: Option<Sector>,
    /// The name under which all mentions of the same thing meet; `None` where that is its words.
    pub canonical: Option<Box<str>>,
}

/// What the article has told of a person so far.
#[derive(Debug, Clone)]
struct Person {
    canonical: Box<str>,
    country: Option<CountryCode>,
    sector: Option<Sector>,
    /// Whether the lexicon knows the person, so that a bare surname is hardly a relative's.
    known: bool,
}

/// Finds the mentions of one article, its text first and its title after, so that the title
/// profits from what the text has told.
pub struct Finder<'a> {
    lexicon: &'a Lexicon,
    /// The year of publication, which decides between two holders of a name.
    year: Option<u16>,
    /// By the lower-case surname.
    people: FxHashMap<String, Person>,
    /// Words seen with a capital inside a sentence, and words seen without one.
    names_seen: FxHashSet<String>,
    lower_seen: FxHashSet<String>,
    /// How often names that mean one thing only have led to each country.
    counts: FxHashMap<CountryCode, u32>,
}

/// Makes the tokens of a span one mention, in place of those that it overlaps, whose country and
/// sector it takes over.
pub fn force(mentions: &mut Vec<Mention>, text: &str, part: &Tokenised, span: ByteSpan) {
    let within: Vec<usize> = (0..part.tokens.len())
        .filter(|&at| part.tokens[at].span.overlaps(span))
        .collect();
    let (Some(&first), Some(&last)) = (within.first(), within.last()) else {
        return;
    };
    let tokens = first..last + 1;
    let inside: Vec<&Mention> = mentions
        .iter()
        .filter(|mention| mention.tokens.start < tokens.end && tokens.start < mention.tokens.end)
        .collect();
    let mention = Mention {
        kind: EntityType::Organization,
        known: None,
        country: inside.iter().find_map(|mention| mention.country),
        sector: inside.iter().find_map(|mention| mention.sector),
        canonical: Some(text[span.range()].into()),
        tokens: tokens.clone(),
    };
    mentions
        .retain(|mention| mention.tokens.start >= tokens.end || mention.tokens.end <= tokens.start);
    let at = mentions.partition_point(|mention| mention.tokens.start < tokens.start);
    mentions.insert(at, mention);
}

/// A mention with the readings that are still open.
struct Open<'a> {
    mention: Mention,
    readings: Vec<&'a Name>,
    /// The token before says that a place follows: "in", "near".
    located: bool,
    /// The country of a place that follows after a comma: "Paris, Texas".
    followed_by: Option<CountryCode>,
    /// The sentence is a headline or all in capitals, where a capital says nothing.
    shouted: bool,
}

impl<'a> Finder<'a> {
    /// A finder for one article.
    pub fn new(lexicon: &'a Lexicon, year: Option<u16>) -> Self {
        Self {
            lexicon,
            year,
            people: FxHashMap::default(),
            names_seen: FxHashSet::default(),
            lower_seen: FxHashSet::default(),
            counts: FxHashMap::default(),
        }
    }

    /// The mentions of one part of the article, in order, none overlapping another.
    pub fn find(&mut self, text: &str, part: &Tokenised) -> Vec<Mention> {
        self.note_capitals(text, part);
        let own = self.own_names(text, part);
        let mut open = Vec::new();
        for sentence in &part.sentences {
            self.scan(text, part, sentence, &mut open);
        }
        let open = self.put_own(own, open);
        for candidate in &open {
            if let [only] = candidate.readings[..]
                && !only.ambiguous
                && let Some(country) = only.country
            {
                *self.counts.entry(country).or_default() += 1;
            }
        }
        open.into_iter()
            .filter_map(|candidate| self.settle(candidate))
            .collect()
    }

    /// What the user's lexicon has in a part of the article; its people are known by their surnames
    /// from here on.
    fn own_names(
        &mut self,
        text: &str,
        part: &Tokenised,
    ) -> Vec<(OwnMention<'a>, Option<Open<'a>>)> {
        let (tokens, words) = (&part.tokens, &part.words);
        let lexicon = self.lexicon;
        let found = lexicon.own_names(tokens, words, &part.sentences, self.year);
        let open = |own: OwnMention<'a>| {
            let Range { start, end } = own.tokens;
            let candidate = (!own.readings.is_empty()).then(|| Open {
                mention: self.known(
                    text,
                    &tokens[start..],
                    start,
                    end - start,
                    &own.readings,
                    None,
                ),
                // One reading leaves nothing to settle.
                readings: match &own.readings[..] {
                    [_] => Vec::new(),
                    several => several.to_vec(),
                },
                located: located_before(lexicon, part, start),
                followed_by: followed_by(lexicon, text, tokens, words, end),
                shouted: false,
            });
            (own, candidate)
        };
        found.into_iter().map(open).collect()
    }

    /// Puts what the user says of some words in the place of what else was found in them. A longer
    /// name stays that the lexicon has too, and any longer one around words to ignore.
    fn put_own(
        &mut self,
        own: Vec<(OwnMention<'a>, Option<Open<'a>>)>,
        open: Vec<Open<'a>>,
    ) -> Vec<Open<'a>> {
        let mut out: Vec<Open<'a>> = Vec::with_capacity(open.len());
        let mut open = open.into_iter().peekable();
        for (OwnMention { tokens, readings }, candidate) in own {
            while let Some(other) = open.next_if(|other| other.mention.tokens.start < tokens.end) {
                out.push(other);
            }
            let first = out.partition_point(|other| other.mention.tokens.end <= tokens.start);
            if let [Open { mention, .. }] = &mut out[first..]
                && mention.tokens.len() > tokens.len()
                && mention.tokens.start <= tokens.start
                && mention.tokens.end >= tokens.end
                && (mention.known.is_some() || candidate.is_none())
            {
                // Its country may be that of the words to ignore.
                if mention.kind == EntityType::Organization && mention.known.is_none() {
                    mention.country = None;
                }
                continue;
            }
            let inside = out.split_off(first);
            let Some(mut candidate) = candidate else {
                continue;
            };
            if let [only] = readings[..]
                && let Some(country) = only.country
            {
                *self.counts.entry(country).or_default() += 1;
            }
            // A title, or a word of the name, tells what the user leaves open.
            let mention = &mut candidate.mention;
            mention.sector = mention.sector.or_else(|| {
                let mut alike = inside.iter().filter(|o| o.mention.kind == mention.kind);
                alike.find_map(|other| other.mention.sector)
            });
            out.push(candidate);
        }
        out.extend(open);
        out
    }

    /// Notes which words the article writes with a capital where no rule asks for one.
    fn note_capitals(&mut self, text: &str, part: &Tokenised) {
        for sentence in &part.sentences {
            let tokens = &part.tokens[sentence.tokens.clone()];
            if is_shouted(self.lexicon, tokens, &part.words[sentence.tokens.clone()]) {
                continue;
            }
            for (at, token) in tokens.iter().enumerate() {
                let word = token.text(text);
                // A word is only asked for in lower case if it also stands with a capital, so
                // the long tail of words without one is kept short.
                if token.case == Case::Lower && word.len() > 3 {
                    if !self.lower_seen.contains(word) {
                        self.lower_seen.insert(word.to_owned());
                    }
                } else if at > 0 && token.case.is_capitalised() {
                    self.names_seen.insert(word.to_lowercase());
                }
            }
        }
    }

    fn scan(
        &mut self,
        text: &str,
        part: &Tokenised,
        sentence: &Sentence,
        open: &mut Vec<Open<'a>>,
    ) {
        let end = sentence.tokens.end;
        let shouted = is_shouted(
            self.lexicon,
            &part.tokens[sentence.tokens.clone()],
            &part.words[sentence.tokens.clone()],
        );
        let mut at = sentence.tokens.start;
        // The title that stands right before, with its bearer's country where an owner said it.
        let mut title: Option<(Option<Sector>, Option<CountryCode>)> = None;
        // The country of the last mention, while nothing but a title or adjective has followed.
        let mut owner: Option<CountryCode> = None;
        while at < end {
            let words = &part.words[at..end];
            let tokens = &part.tokens[at..end];
            let lexicon = self.lexicon;

            let mut named = lexicon.name_at(tokens, words);
            // "The Times of India" is not "The Times" of something.
            if let Some((length, _)) = &named
                && lexicon.is_function_word(words[0])
                && words.len() > 1
                && let Some((longer, _)) = lexicon.name_at(&tokens[1..], &words[1..])
                && longer >= *length
            {
                named = None;
            }
            if let Some((length, sector)) = lexicon.title_at(words)
                // "Sri Lanka" is a country, "Sri" a title.
                && named.as_ref().is_none_or(|(name, _)| *name <= length)
                && is_title_here(lexicon, &tokens[length..], &words[length..])
            {
                title = Some((sector, owner));
                at += length;
                continue;
            }
            if let Some((length, readings)) = named {
                let length = self.extend(text, tokens, words, length, &readings, shouted);
                let (length, readings) = match length {
                    Extended::Name(length) => (length, readings),
                    Extended::Organisation(length) => {
                        let country = owner_of(&readings);
                        let sector = agent_sector(lexicon, words, length);
                        let mention = Mention {
                            tokens: at..at + length,
                            kind: EntityType::Organization,
                            known: None,
                            country,
                            sector,
                            canonical: None,
                        };
                        open.push(Open::settled(mention));
                        (owner, title) = (country, None);
                        at += length;
                        continue;
                    }
                    Extended::Person(length) => {
                        let mention = self.person(text, tokens, at, length, title.take());
                        open.push(Open::settled(mention));
                        owner = None;
                        at += length;
                        continue;
                    }
                };
                let known_as = self
                    .people
                    .get(&tokens[length - 1].text(text).to_lowercase());
                let is_person = length == 1
                    && known_as.is_some()
                    && !located_before(lexicon, part, at)
                    && readings.iter().all(|name| {
                        let other_person = name.kind == NameKind::Leader
                            && known_as.is_some_and(|person| person.canonical != name.canonical);
                        // "Mr. Israel", where the article knows a Steve Israel.
                        title.is_some()
                            || (name.ambiguous && name.kind != NameKind::Demonym)
                            || name.kind == NameKind::City
                            || other_person
                    });
                let mention = if is_person {
                    self.person(text, tokens, at, length, title.take())
                } else {
                    self.known(text, tokens, at, length, &readings, title.take())
                };
                owner = mention.country;
                open.push(Open {
                    readings: if is_person { Vec::new() } else { readings },
                    located: located_before(lexicon, part, at),
                    followed_by: followed_by(
                        lexicon,
                        text,
                        &part.tokens[..end],
                        &part.words[..end],
                        at + length,
                    ),
                    shouted,
                    mention,
                });
                at += length;
                continue;
            }
            if tokens[0].case.is_capitalised()
                && !shouted
                && let Some((kind, length)) =
                    self.unknown_name(text, part, sentence, at, title.is_some())
            {
                let mention = if kind == EntityType::Person {
                    self.person(
                        text,
                        tokens,
                        at,
                        length,
                        title.take().map(|(s, c)| (s, c.or(owner))),
                    )
                } else {
                    let sector = (kind == EntityType::Organization)
                        .then(|| agent_sector(lexicon, words, length))
                        .flatten();
                    Mention {
                        tokens: at..at + length,
                        kind,
                        known: None,
                        country: None,
                        sector,
                        canonical: None,
                    }
                };
                owner = mention.country;
                open.push(Open::settled(mention));
                title = None;
                at += length;
                continue;
            }
            let word = tokens[0].text(text);
            // "Colombia's president", "the French far-right leader": the owner holds over
            // lower-case words up to the next verb-like or function word; a comma ends it.
            if !matches!(word, "'s" | "’s" | "'" | "-") && lexicon.is_function_word(words[0])
                || tokens[0].case == Case::None && word != "-"
            {
                owner = None;
                title = None;
            } else if !matches!(word, "'s" | "’s" | "'" | "-") {
                title = None;
            }
            at += 1;
        }
    }

    /// How far a known name goes on: "Jordan Smith" is a person, "Iranian Foreign Ministry" an
    /// organisation.
    fn extend(
        &self,
        text: &str,
        tokens: &[Token],
        words: &[WordId],
        length: usize,
        readings: &[&Name],
        shouted: bool,
    ) -> Extended {
        let is_place_or_people = readings.iter().all(|name| {
            matches!(
                name.kind,
                NameKind::Country
                    | NameKind::Demonym
                    | NameKind::Region
                    | NameKind::Capital
                    | NameKind::City
                    | NameKind::Division
            )
        });
        let is_house = readings
            .iter()
            .all(|name| name.kind == NameKind::Institution);
        if shouted || !(is_place_or_people || is_house) || length >= tokens.len() {
            return Extended::Name(length);
        }
        let run = run_length(self.lexicon, text, tokens, words);
        if run <= length {
            return Extended::Name(length);
        }
        let rest = length..run;
        if self.lexicon.title_at(&words[length..]).is_none()
            && words[rest.clone()]
                .iter()
                .any(|&word| self.lexicon.marks_organisation(word))
        {
            // The name ends with its last organisation word or what "of" adds to it; another
            // known name after it stands for itself.
            let last = rest
                .clone()
                .rev()
                .find(|&at| self.lexicon.marks_organisation(words[at]))
                .unwrap_or(length);
            let end = if words
                .get(last + 1)
                .is_some_and(|_| tokens[last + 1].case == Case::Lower)
            {
                run
            } else {
                last + 1
            };
            return Extended::Organisation(end);
        }
        let surname = self.lexicon.name_at(&tokens[length..], &words[length..]);
        if length == 1
            && readings.iter().any(|name| {
                name.ambiguous || matches!(name.kind, NameKind::City | NameKind::Capital)
            })
            && self.lexicon.is_given_name(words[0])
            && (surname.is_none() || run - length > 1)
            && tokens[length].case.is_capitalised()
        {
            return Extended::Person(run);
        }
        Extended::Name(length)
    }

    /// A mention by the lexicon, in its first reading for now.
    fn known(
        &mut self,
        text: &str,
        tokens: &[Token],
        at: usize,
        length: usize,
        readings: &[&Name],
        title: Option<(Option<Sector>, Option<CountryCode>)>,
    ) -> Mention {
        let name = readings[0];
        let mention = Mention {
            tokens: at..at + length,
            kind: entity_type(name.kind),
            known: Some(name.kind),
            country: name.country,
            sector: name.sector.or(title.and_then(|(sector, _)| sector)),
            canonical: Some(name.canonical.clone()),
        };
        if name.kind == NameKind::Leader && length > 1 {
            let surname = tokens[length - 1].text(text).to_lowercase();
            self.people.insert(
                surname,
                Person {
                    canonical: name.canonical.clone(),
                    country: name.country,
                    sector: name.sector,
                    known: true,
                },
            );
        }
        mention
    }

    /// A mention of a person by name, remembered or recalled by the surname.
    fn person(
        &mut self,
        text: &str,
        tokens: &[Token],
        at: usize,
        length: usize,
        title: Option<(Option<Sector>, Option<CountryCode>)>,
    ) -> Mention {
        let (title_sector, title_country) = title.unwrap_or_default();
        let surname = tokens[length - 1].text(text).to_lowercase();
        let words = &text[tokens[0].span.start as usize..tokens[length - 1].span.end as usize];
        let person = self.people.entry(surname).or_insert_with(|| Person {
            canonical: words.into(),
            country: None,
            sector: None,
            known: false,
        });
        let is_another = length > 1 && !person.canonical.contains(words);
        if is_another && person.known {
            return Mention {
                tokens: at..at + length,
                kind: EntityType::Person,
                known: None,
                country: title_country,
                sector: title_sector,
                canonical: Some(words.into()),
            };
        }
        // Another full name with the same surname is another person.
        if length > 1 && !person.canonical.contains(words) && person.canonical.contains(' ') {
            *person = Person {
                canonical: words.into(),
                country: None,
                sector: None,
                known: false,
            };
        } else if length > 1 && !person.canonical.contains(' ') {
            person.canonical = words.into();
        }
        person.country = person.country.or(title_country);
        person.sector = person.sector.or(title_sector);
        Mention {
            tokens: at..at + length,
            kind: EntityType::Person,
            known: None,
            country: person.country,
            sector: person.sector,
            canonical: Some(person.canonical.clone()),
        }
    }

    /// What a run of capitalised words that no table holds names, and how long it is.
    fn unknown_name(
        &self,
        text: &str,
        part: &Tokenised,
        sentence: &Sentence,
        at: usize,
        titled: bool,
    ) -> Option<(EntityType, usize)> {
        let lexicon = self.lexicon;
        let tokens = &part.tokens[at..sentence.tokens.end];
        let words = &part.words[at..sentence.tokens.end];
        let word = tokens[0].text(text);
        // "R-Ky.", "F-16": a letter, not a name.
        if word.len() == 1 && tokens.get(1).is_some_and(|next| next.text(text) == "-") {
            return None;
        }
        if lexicon.is_calendar(words[0]) || !word.starts_with(char::is_alphabetic) {
            return None;
        }
        let lower = word.to_lowercase();
        let opens = opens_clause(text, part, sentence, at);
        let common = lexicon.is_common(words[0])
            || (opens && !lexicon.is_given_name(words[0]) && self.lower_seen.contains(&lower));
        if common && !lexicon.marks_organisation(words[0]) && !lexicon.is_given_name(words[0]) {
            return None;
        }
        if opens && lexicon.is_function_word(words[0]) {
            return None;
        }
        let run = run_length(lexicon, text, tokens, words);
        let is_known = self.people.contains_key(&lower);
        if run == 1 {
            if is_initial(word) {
                return None;
            }
            if titled || is_known {
                return Some((EntityType::Person, 1));
            }
            if opens && !self.names_seen.contains(&lower) {
                return None;
            }
            if lexicon.agent_at(words).is_some() && !lexicon.marks_organisation(words[0]) {
                return None;
            }
            if lexicon.title_at(words).is_some() || lexicon.opens_phrase(words[0]) && opens {
                return None;
            }
            if tokens[0].case == Case::Upper && (2..=6).contains(&word.len()) && !word.contains('.')
            {
                return Some((EntityType::Organization, 1));
            }
            if at > 0 && located_before(lexicon, part, at) {
                return Some((EntityType::Place, 1));
            }
            return Some((EntityType::Other, 1));
        }
        if words[..run]
            .iter()
            .any(|&word| lexicon.marks_organisation(word))
            && !titled
        {
            return Some((EntityType::Organization, run));
        }
        if let Some(kind) = lexicon.ends_name_of(words[run - 1]).filter(|_| !titled) {
            return Some((kind, run));
        }
        let plain = words[..run].iter().all(|&word| !lexicon.is_common(word));
        if titled || lexicon.is_given_name(words[0]) || is_initial(word) {
            return Some((EntityType::Person, run.min(5)));
        }
        let surname = tokens[run - 1].text(text).to_lowercase();
        if self
            .people
            .get(&surname)
            .is_some_and(|person| person.canonical.starts_with(word))
        {
            return Some((EntityType::Person, run));
        }
        let written_lower = tokens[..run]
            .iter()
            .any(|token| self.lower_seen.contains(&token.text(text).to_lowercase()));
        if run <= 3
            && plain
            && !written_lower
            && tokens[..run].iter().all(|t| t.case != Case::Upper)
        {
            let kind = if located_before(lexicon, part, at) {
                EntityType::Place
            } else {
                EntityType::Person
            };
            return Some((kind, run));
        }
        Some((EntityType::Other, run))
    }

    /// Chooses among the readings of a candidate; `None` when it is no name after all.
    fn settle(&self, candidate: Open<'a>) -> Option<Mention> {
        let Open {
            mut mention,
            readings,
            located,
            followed_by,
            shouted,
        } = candidate;
        let [first, rest @ ..] = &readings[..] else {
            return Some(mention);
        };
        let is_leader = first.kind == NameKind::Leader;
        if rest.is_empty() && !first.ambiguous {
            // A surname alone may be somebody's who is not yet known: Carney in 2013.
            if is_leader && mention.tokens.len() == 1 && self.score(first, located, None) < 1.0 {
                (mention.country, mention.sector, mention.canonical) = (None, None, None);
                mention.known = None;
            }
            // "PPP" is a party in several countries, and much else: only where its own is named.
            let loose = first.is_acronym() && first.kind == NameKind::Organisation;
            if loose && first.country.is_some_and(|country| !self.is_named(country)) {
                mention.country = None;
            }
            return Some(mention);
        }
        let (score, best) = readings
            .iter()
            .map(|name| (self.score(name, located, followed_by), *name))
            .reduce(|best, next| if next.0 > best.0 { next } else { best })?;
        if score < 1.0 || (shouted && best.ambiguous && best.kind == NameKind::City) {
            return None;
        }
        mention.kind = entity_type(best.kind);
        mention.known = Some(best.kind);
        mention.country = best.country;
        mention.sector = best.sector.or(mention.sector);
        mention.canonical = Some(best.canonical.clone());
        if best.kind == NameKind::Institution && best.ambiguous {
            mention.country = self.house_of(best.country);
        }
        Some(mention)
    }

    /// How well a reading fits; below 1 it does not.
    fn score(&self, name: &Name, located: bool, followed_by: Option<CountryCode>) -> f32 {
        let mentions = name
            .country
            .and_then(|country| self.counts.get(&country))
            .copied();
        let mentioned = mentions.unwrap_or(0).min(4) as f32;
        let named_after = followed_by.is_some() && followed_by == name.country;
        let elsewhere = followed_by.is_some() && followed_by != name.country;
        let base = match name.kind {
            NameKind::Country => 3.0,
            NameKind::Demonym | NameKind::Region | NameKind::Institution => 3.0,
            NameKind::Capital => 2.6,
            NameKind::Division => 2.0,
            NameKind::Organisation => 2.2,
            NameKind::Thing(_) => 2.5,
            NameKind::Leader => {
                let year = self.year.unwrap_or(u16::MAX);
                // Somebody who has not yet held office is hardly meant; the latest is likeliest.
                if name.years.0 > year.saturating_add(2) {
                    0.5
                } else {
                    2.0 + f32::from(name.years.1.min(year)) / 10_000.0
                }
            }
            // Five million people weigh as much as the doubt about an ambiguous name.
            NameKind::City if name.ambiguous => 0.3 + (name.weight as f32 / 5e6).min(0.6),
            NameKind::City => 1.0 + (name.weight as f32 / 5e6).min(1.0),
        };
        base + 0.5 * mentioned + if named_after { 3.0 } else { 0.0 }
            - if elsewhere { 2.0 } else { 0.0 }
            + if located && name.kind == NameKind::City {
                0.8
            } else {
                0.0
            }
    }

    /// Whether the article names a country beyond doubt, more than once.
    fn is_named(&self, country: CountryCode) -> bool {
        self.counts.get(&country).is_some_and(|&count| count > 1)
    }

    /// Whose "Congress" or "Senate" it is: the usual one's, unless the article does not name
    /// that country and names another often.
    fn house_of(&self, usual: Option<CountryCode>) -> Option<CountryCode> {
        if usual.is_some_and(|country| self.counts.contains_key(&country)) {
            return usual;
        }
        let most = self
            .counts
            .iter()
            .max_by_key(|&(code, count)| (*count, std::cmp::Reverse(*code)));
        most.filter(|&(_, &count)| count > 1)
            .map(|(&code, _)| code)
            .or(usual)
    }
}

/// What a known name turns out to be the beginning of, with the length of the whole.
enum Extended {
    Name(usize),
    Organisation(usize),
    Person(usize),
}

impl Open<'_> {
    fn settled(mention: Mention) -> Self {
        Self {
            mention,
            readings: Vec::new(),
            located: false,
            followed_by: None,
            shouted: false,
        }
    }
}

fn entity_type(kind: NameKind) -> EntityType {
    match kind {
        NameKind::Country
        | NameKind::Region
        | NameKind::Capital
        | NameKind::City
        | NameKind::Division => EntityType::Place,
        NameKind::Demonym => EntityType::Nationality,
        NameKind::Institution | NameKind::Organisation => EntityType::Organization,
        NameKind::Leader => EntityType::Person,
        NameKind::Thing(kind) => kind,
    }
}

/// The country that all readings agree on.
fn owner_of(readings: &[&Name]) -> Option<CountryCode> {
    // "National Treasury Employees Union" is not South Africa's for its first two words.
    if readings
        .iter()
        .any(|name| name.kind == NameKind::Institution && name.ambiguous)
    {
        return None;
    }
    let first = readings.first()?.country?;
    readings
        .iter()
        .all(|name| name.country == Some(first))
        .then_some(first)
}

/// The sector of the agent noun that a capitalised name ends in: "Iranian Foreign Ministry".
fn agent_sector(lexicon: &Lexicon, words: &[WordId], length: usize) -> Option<Sector> {
    (0..length)
        .find_map(|at| lexicon.agent_at(&words[at..length]))
        .map(|(_, agent)| agent.sector)
}

/// Whether a title stands before a name, as it must to be one.
fn is_title_here(lexicon: &Lexicon, tokens: &[Token], words: &[WordId]) -> bool {
    match tokens.first() {
        Some(token) => {
            token.case.is_capitalised() && !lexicon.is_common(words[0])
                || lexicon.title_at(words).is_some()
        }
        None => false,
    }
}

fn located_before(lexicon: &Lexicon, part: &Tokenised, at: usize) -> bool {
    at > 0 && lexicon.is_locative(part.words[at - 1])
}

/// The country of a place named after a comma, as in "Paris, Texas" or "Lviv, Ukraine".
fn followed_by(
    lexicon: &Lexicon,
    text: &str,
    tokens: &[Token],
    words: &[WordId],
    at: usize,
) -> Option<CountryCode> {
    if tokens.get(at)?.text(text) != "," || at + 1 >= tokens.len() {
        return None;
    }
    let (_, readings) = lexicon.name_at(&tokens[at + 1..], &words[at + 1..])?;
    readings
        .iter()
        .find(|name| matches!(name.kind, NameKind::Country | NameKind::Division))
        .and_then(|name| name.country)
}

/// How many tokens a run of capitalised words spans: with "of", "de", "al" and hyphens between
/// two of them, but not over a possessive, a comma, a title, or the next known name after the
/// first word.
fn run_length(lexicon: &Lexicon, text: &str, tokens: &[Token], words: &[WordId]) -> usize {
    let mut end = 1;
    let mut at = 1;
    while at < tokens.len() && at < 10 {
        let word = tokens[at].text(text);
        if tokens[at].case.is_capitalised() && !lexicon.is_calendar(words[at]) {
            if at > 1
                && lexicon.title_at(&words[at..]).is_some()
                && !lexicon.marks_organisation(words[at])
            {
                break;
            }
            at += 1;
            end = at;
        } else if is_connector(word) && at + 1 < tokens.len() {
            at += 1;
        } else {
            break;
        }
    }
    // "John Edwards The": what stands after the name by chance.
    while end > 1
        && lexicon.is_common(words[end - 1])
        && !lexicon.marks_organisation(words[end - 1])
    {
        end -= 1;
    }
    end
}

/// Words that join the parts of a name: closed classes of the languages that names come from.
fn is_connector(word: &str) -> bool {
    matches!(
        word,
        "of" | "de"
            | "del"
            | "da"
            | "dos"
            | "la"
            | "al"
            | "el"
            | "bin"
            | "ibn"
            | "van"
            | "von"
            | "der"
            | "den"
            | "ter"
            | "y"
            | "-"
            | "&"
    )
}

fn is_initial(word: &str) -> bool {
    word.len() == 2 && word.ends_with('.')
}

/// Whether the token stands where every word takes a capital: first in the sentence or after an
/// opening quote, a colon or a bullet.
fn opens_clause(text: &str, part: &Tokenised, sentence: &Sentence, at: usize) -> bool {
    at == sentence.tokens.start
        || !part.tokens[at - 1]
            .text(text)
            .chars()
            .any(|c| c.is_alphanumeric() || c == ',' || c == '\'' || c == '’' || c == '-')
}

/// Whether a sentence is all in capitals or set like a headline, so that capitals say nothing:
/// every word takes one but the little ones.
pub fn is_shouted(lexicon: &Lexicon, tokens: &[Token], words: &[WordId]) -> bool {
    let (mut all, mut capitals) = (0, 0);
    for (token, &word) in tokens.iter().zip(words) {
        let long = token.span.end - token.span.start > 2;
        if long && token.case != Case::None && !lexicon.is_function_word(word) {
            all += 1;
            capitals += usize::from(token.case.is_capitalised());
        }
    }
    all >= 4 && (all - capitals) * 12 <= all
}

/// How many tokens the dateline at the head of a story takes: "BOGOTÁ, Nov 11 (Reuters) —".
fn dateline_length(text: &str, tokens: &[Token]) -> Option<usize> {
    let first = tokens.first()?;
    if !first.case.is_capitalised() && first.text(text) != "(" {
        return None;
    }
    let dash = tokens
        .iter()
        .take(20)
        .take_while(|token| !token.opens_paragraph || token.span.start == first.span.start)
        .position(|token| matches!(token.text(text), "—" | "–" | "--" | "-" | "―"))?;
    let before = &tokens[..dash];
    let spaced = tokens
        .get(dash + 1)
        .is_some_and(|next| next.span.start > tokens[dash].span.end)
        || matches!(tokens[dash].text(text), "—" | "--");
    let plain = before
        .iter()
        .all(|token| token.case != Case::Lower || is_connector(token.text(text)));
    let shouted = before.iter().any(|token| token.case == Case::Upper);
    let agency = before.last().is_some_and(|token| token.text(text) == ")");
    let place = shouted || agency || before.iter().any(|token| token.text(text) == ",");
    (dash > 0 && spaced && place && (plain || agency)).then_some(dash + 1)
}

/// Makes the first `length` tokens a sentence of their own.
fn split_first(sentences: &mut Vec<Sentence>, tokens: &[Token], length: usize) {
    let Some(first) = sentences.first_mut() else {
        return;
    };
    if first.tokens.end <= length {
        return;
    }
    let rest = length..first.tokens.end;
    let spanning = |range: Range<usize>| Sentence {
        span: super::lexicon::span_of(&tokens[range.clone()]),
        tokens: range,
    };
    let rest = spanning(rest);
    *first = spanning(0..length);
    sentences.insert(1, rest);
}
