//! Names in an article: where they stand, what they name, and which country they lead to.
//!
//! The recogniser says which words are names and of what type; the lexicon, the gazetteer and the
//! rest of the article say whose. Where both know a name, the longer one stands. A first look over
//! the text gathers what is beyond doubt, so that a second can settle what has several readings.

use super::annotations::{EntityType, Via};
use super::dateline;
use super::gazetteer::Gazetteer;
use super::lexicon::{Lexicon, Name, NameKind, OwnMention, WordId};
use super::people::People;
use super::places::{self, Candidate, Evidence};
use super::recognise::{Label, Memory, Recognised, Recogniser};
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
    /// The sentences, in order.
    pub sentences: Vec<Sentence>,
    /// Whether the first sentence is a dateline.
    pub has_dateline: bool,
}

impl Tokenised {
    /// Cuts a text.
    pub fn new(text: &str, lexicon: &Lexicon) -> Self {
        let mut out = Self::default();
        tokenize(text, &mut out.tokens);
        sentences(text, &out.tokens, &mut out.sentences);
        lexicon.look_up(text, &out.tokens, &mut out.words);
        out.has_dateline = dateline::split(text, &out.tokens, &mut out.sentences);
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
    /// How it leads there.
    pub via: Option<Via>,
    /// The sector that it acts for.
    pub sector: Option<Sector>,
    /// The name under which all mentions of the same thing meet; `None` where that is its words.
    pub canonical: Option<Box<str>>,
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
        via: None,
        canonical: Some(text[span.range()].into()),
        tokens: tokens.clone(),
    };
    mentions
        .retain(|mention| mention.tokens.start >= tokens.end || mention.tokens.end <= tokens.start);
    let at = mentions.partition_point(|mention| mention.tokens.start < tokens.start);
    mentions.insert(at, mention);
}

/// A name that is found, its country still open.
struct Open<'a> {
    tokens: Range<usize>,
    /// What the recogniser takes it for; `None` where only the lexicon knows it.
    label: Option<Label>,
    /// What the lexicon has under exactly these words.
    readings: Vec<&'a Name>,
    /// What the lexicon has inside them, and at which tokens.
    inner: Vec<(Range<usize>, Vec<&'a Name>)>,
    /// The title that stands before: its sector, and the country of whoever owns it.
    title: Option<(Option<Sector>, Option<Owner>)>,
    /// What stands right before, and may own it: "China's Foreign Ministry".
    owner: Option<Owner>,
    /// Whether the user says what it is, so that nothing is left to settle.
    is_certain: bool,
    /// The places that it may be, where it may be one.
    places: Vec<Candidate>,
    /// The places that it may be named after: "Dublin" in "Dublin City Council". By their words.
    parts: Vec<(String, Vec<Candidate>)>,
}

impl<'a> Open<'a> {
    fn new(tokens: Range<usize>, label: Option<Label>, readings: Vec<&'a Name>) -> Self {
        Self {
            tokens,
            label,
            readings,
            inner: Vec::new(),
            title: None,
            owner: None,
            is_certain: false,
            places: Vec::new(),
            parts: Vec::new(),
        }
    }
}

/// Who owns a title: "Lebanon" in "Lebanon police officer".
#[derive(Debug, Clone)]
struct Owner {
    /// Its words in lower case, by which a place is settled.
    words: String,
    country: CountryCode,
}

/// What names are found with.
#[derive(Clone, Copy)]
pub struct Tools<'a> {
    /// Names that are known.
    pub lexicon: &'a Lexicon,
    /// The places of the world.
    pub gazetteer: &'a Gazetteer,
    /// What knows a name when it sees one; `None` for languages that it has not learned.
    pub recogniser: Option<&'a Recogniser>,
}

/// Whoever left office before is not meant by a surname alone, where no year is known.
const LONG_GONE: u16 = 2000;

/// No place's name has more words.
const LONGEST_PLACE: usize = 8;

/// So many names of places are settled in the order of how sure they are; all others of an article
/// that has more, a list of stations or voters, as they come.
const MOST_IN_ORDER: usize = 400;

/// More words that tell where an article is set are not counted.
const MOST_HINTS: usize = 6;

/// Nor are more people with a middle initial.
const MOST_INITIALS: usize = 4;

/// Finds the mentions of one article, its text first and its title after, so that the title
/// profits from what the text has told.
pub struct Finder<'a> {
    tools: Tools<'a>,
    /// The year of publication, which decides between two holders of a name.
    year: Option<u16>,
    memory: Memory,
    people: People,
    evidence: Evidence,
    hints: FxHashSet<u32>,
    initials: usize,
    /// By the words in lower case: the place that they mean throughout.
    settled: FxHashMap<String, Candidate>,
    /// By the acronym: the organisation that was written out before it.
    acronyms: FxHashMap<String, (Box<str>, Option<CountryCode>)>,
}

impl<'a> Finder<'a> {
    /// A finder for one article.
    pub fn new(tools: Tools<'a>, year: Option<u16>) -> Self {
        Self {
            tools,
            year,
            memory: Memory::default(),
            people: People::default(),
            evidence: Evidence::default(),
            hints: FxHashSet::default(),
            initials: 0,
            settled: FxHashMap::default(),
            acronyms: FxHashMap::default(),
        }
    }

    /// Counts what the outlet tells of where the article is set.
    pub fn published_by(&mut self, outlet: &str) {
        if let Some(country) = self.tools.lexicon.home_of(outlet) {
            self.evidence.add(country, None, 0.7);
            return;
        }
        if let Some(country) = country_of_domain(outlet) {
            self.evidence.in_local_paper = true;
            self.evidence.add(country, None, 0.7);
            self.evidence.add_local(country, 0.5);
            return;
        }
        // "theparisnews.com": of papers that no table has, most are American.
        if let (true, Some(country)) = (is_site(outlet), CountryCode::parse("US")) {
            self.evidence.in_local_paper = true;
            self.evidence.add(country, None, 0.3);
            self.evidence.add_local(country, 0.8);
            return;
        }
        // "Kokomo Tribune"
        let words: Vec<&str> = outlet.split(' ').filter(|word| *word != "The").collect();
        let named = (1..words.len().min(LONGEST_PLACE))
            .rev()
            .find_map(|length| {
                let places =
                    places::candidates(self.tools.gazetteer, &words[..length].join(" "), &[]);
                (!places.is_empty()).then_some(places)
            });
        if let Some(places) = named
            && let Some(choice) = places::choose(&Evidence::default(), "", &places)
            && choice.ahead > 0.5
        {
            self.evidence.add_choice("outlet", &choice, 0.7);
        }
    }

    /// The mentions of one part of the article, in order, none overlapping another.
    pub fn find(&mut self, text: &str, part: &Tokenised) -> Vec<Mention> {
        let mut names = match self.tools.recogniser {
            Some(recogniser) => {
                recogniser.recognise(self.tools.lexicon, text, part, &mut self.memory)
            }
            None => Vec::new(),
        };
        // The recogniser may not know what a dateline's place is called; that it is one is plain.
        if let Some(tokens) = dateline::place(self.tools.lexicon, text, part)
            && names
                .first()
                .is_none_or(|name| name.tokens.start >= tokens.end)
        {
            let label = Label::Place;
            names.insert(0, Recognised { tokens, label });
        }
        let mut open = Vec::new();
        let mut names = &names[..];
        for sentence in &part.sentences {
            let within = names.partition_point(|name| name.tokens.start < sentence.tokens.end);
            let (here, rest) = names.split_at(within);
            names = rest;
            self.scan(text, part, sentence, here, &mut open);
        }
        let open = self.put_own(text, part, open);
        self.gather(text, part, &open);
        self.settle_places(text, part, &open);
        open.into_iter()
            .filter_map(|open| self.settle(text, part, open))
            .collect()
    }

    /// Puts what the user says of some words in the place of what else was found in them. A longer
    /// name stays that the lexicon has too, and any longer one around words to ignore.
    fn put_own(&self, text: &str, part: &Tokenised, open: Vec<Open<'a>>) -> Vec<Open<'a>> {
        let (tokens, words) = (&part.tokens, &part.words);
        let lexicon = self.tools.lexicon;
        let own = lexicon.own_names(tokens, words, &part.sentences, self.year);
        if own.is_empty() {
            return open;
        }
        let mut out: Vec<Open<'a>> = Vec::with_capacity(open.len());
        let mut open = open.into_iter().peekable();
        for OwnMention { tokens, readings } in own {
            while let Some(other) = open.next_if(|other| other.tokens.start < tokens.end) {
                out.push(other);
            }
            let first = out.partition_point(|other| other.tokens.end <= tokens.start);
            if let [around] = &mut out[first..]
                && around.tokens.len() > tokens.len()
                && around.tokens.start <= tokens.start
                && around.tokens.end >= tokens.end
                && (!around.readings.is_empty() || readings.is_empty())
            {
                // Its country may be that of the words to ignore.
                around.inner.clear();
                around.parts.clear();
                continue;
            }
            let inside = out.split_off(first);
            let Some(name) = readings.first() else {
                continue;
            };
            // A title, or a word of the name, tells what the user leaves open.
            let alike = inside.iter().find(|other| {
                other.label.map(Label::kind) == Some(entity_type(name.kind))
                    && other.title.is_some()
            });
            let mut put = Open {
                title: alike.and_then(|other| other.title.clone()),
                is_certain: readings.len() == 1,
                ..Open::new(tokens, label_of(name.kind), readings)
            };
            if !put.is_certain {
                self.place(text, part, &mut put);
            }
            out.push(put);
        }
        out.extend(open);
        out
    }

    /// Finds the names of a sentence.
    fn scan(
        &mut self,
        text: &str,
        part: &Tokenised,
        sentence: &Sentence,
        names: &[Recognised],
        open: &mut Vec<Open<'a>>,
    ) {
        let range = sentence.tokens.clone();
        let shouted = is_shouted(
            self.tools.lexicon,
            &part.tokens[range.clone()],
            &part.words[range.clone()],
        );
        let lexicon = self.tools.lexicon;
        let mut found = self
            .join(text, part, sentence, names, shouted)
            .into_iter()
            .peekable();
        let mut at = range.start;
        // The title that stands right before, with its bearer's country where an owner said it.
        let mut title: Option<(Option<Sector>, Option<Owner>)> = None;
        // The country of the last name, while nothing but a title or adjective has followed.
        let mut owner: Option<Owner> = None;
        while at < range.end {
            if let Some(mut name) = found.next_if(|name| name.tokens.start <= at) {
                name.title = title.take();
                name.owner = owner.take();
                at = name.tokens.end;
                owner = Self::owner_of(text, part, &name);
                open.push(name);
                continue;
            }
            let next = found.peek().map_or(range.end, |name| name.tokens.start);
            let words = &part.words[at..range.end];
            let word = part.tokens[at].text(text);
            if let Some((length, sector)) = lexicon.title_at(words)
                && at + length <= next
            {
                let before = || title.take().and_then(|(_, owner)| owner);
                title = Some((sector, owner.clone().or_else(before)));
                at += length;
                continue;
            }
            // "Colombia's president", "the French far-right leader": the owner holds over
            // lower-case words up to the next verb-like or function word; a comma ends it.
            let is_joint = matches!(word, "'s" | "’s" | "'" | "-");
            if !is_joint
                && (lexicon.is_function_word(words[0]) || part.tokens[at].case == Case::None)
            {
                (owner, title) = (None, None);
            } else if !is_joint {
                title = None;
            }
            at += 1;
        }
    }

    /// Joins what the recogniser and the lexicon find in a sentence.
    fn join(
        &self,
        text: &str,
        part: &Tokenised,
        sentence: &Sentence,
        names: &[Recognised],
        shouted: bool,
    ) -> Vec<Open<'a>> {
        let mut known = self.known(part, sentence);
        let mut out: Vec<Open<'a>> = Vec::new();
        for name in names {
            // "May 12" is no person's.
            let is_number = |at: usize| {
                part.tokens
                    .get(at)
                    .is_some_and(|token| token.text(text).bytes().all(|b| b.is_ascii_digit()))
            };
            if name.tokens.len() == 1
                && self
                    .tools
                    .lexicon
                    .is_calendar(part.words[name.tokens.start])
                && (is_number(name.tokens.end)
                    || name.tokens.start > 0 && is_number(name.tokens.start - 1))
            {
                continue;
            }
            let overlaps = |range: &Range<usize>| {
                range.start < name.tokens.end && name.tokens.start < range.end
            };
            let mut inner: Vec<(Range<usize>, Vec<&Name>)> = Vec::new();
            known.retain(|(range, readings)| {
                let inside = overlaps(range);
                if inside {
                    inner.push((range.clone(), readings.clone()));
                }
                !inside
            });
            let mut open = Open::new(name.tokens.clone(), Some(name.label), Vec::new());
            match &inner[..] {
                [(range, readings)]
                    if *range == name.tokens
                        || self.stands_for(text, part, range, readings, name) =>
                {
                    // Longer than what was recognised; or "Foreign Minister Sergei Lavrov", taken
                    // for one name.
                    let is_person = name.label == Label::Person;
                    let longer = range.len() > name.tokens.len();
                    if is_person != longer && !is_article(text, part, range.start) {
                        open.tokens = range.clone();
                    }
                    open.readings = readings.clone();
                }
                _ => {
                    open.readings = self.exactly(part, &name.tokens, shouted);
                    if open.readings.is_empty() {
                        open.inner = inner;
                    }
                }
            }
            // Two recognised names that the lexicon has as one: "Bank" of "America".
            if let Some(before) = out.last_mut()
                && before.tokens.end > open.tokens.start
            {
                continue;
            }
            if open.readings.is_empty()
                && let Some(parts) = self
                    .halves(text, part, &open)
                    .or_else(|| self.bearer(part, &open))
            {
                out.extend(parts);
            } else {
                out.push(open);
            }
        }
        for (range, readings) in known {
            if self.is_sure(&range, &readings, shouted) {
                out.push(Open::new(range, None, readings));
            }
        }
        out.sort_by_key(|open| open.tokens.start);
        for open in &mut out {
            self.place(text, part, open);
        }
        out
    }

    /// What the lexicon has under exactly these words; in whatever case, where a text has none or
    /// nothing but capitals.
    fn exactly(&self, part: &Tokenised, tokens: &Range<usize>, shouted: bool) -> Vec<&'a Name> {
        let any_case = shouted || part.tokens[tokens.start].case == Case::Lower;
        self.tools
            .lexicon
            .named(&part.words[tokens.clone()])
            .iter()
            .filter(|name| any_case || name.fits(&part.tokens[tokens.clone()]))
            .collect()
    }

    /// The two countries of "the U.S.-Egypt deal" and "Sino-Indian talks", each a name of its own.
    fn halves(&self, text: &str, part: &Tokenised, open: &Open<'a>) -> Option<Vec<Open<'a>>> {
        let tokens = open.tokens.clone();
        let hyphen = tokens
            .clone()
            .find(|&at| part.tokens[at].text(text) == "-")?;
        let half = |tokens: Range<usize>| {
            let readings = if tokens.is_empty() {
                Vec::new()
            } else {
                self.exactly(part, &tokens, false)
            };
            let kind = readings.first()?.kind;
            let is_country = matches!(kind, NameKind::Country | NameKind::Demonym);
            is_country.then(|| Open::new(tokens, label_of(kind), readings))
        };
        Some(vec![
            half(tokens.start..hyphen)?,
            half(hyphen + 1..tokens.end)?,
        ])
    }

    /// The place and the person of "Ohio Gov. John Kasich", taken for one name.
    fn bearer(&self, part: &Tokenised, open: &Open<'a>) -> Option<Vec<Open<'a>>> {
        let tokens = open.tokens.clone();
        let lexicon = self.tools.lexicon;
        let (at, length) = tokens.clone().find_map(|at| {
            let (length, _) = lexicon.title_at(&part.words[at..tokens.end])?;
            (at + length < tokens.end).then_some((at, length))
        })?;
        let is_name = |at: usize| {
            let capital = matches!(
                part.tokens[at].case,
                Case::Initial | Case::Mixed | Case::Upper
            );
            capital
                && !lexicon.is_common(part.words[at])
                && !lexicon.marks_organisation(part.words[at])
        };
        let person = at + length..tokens.end;
        // "King Abdulaziz University", "General Motors", "Judge Rotenberg Center" are one name.
        if person.len() > 4
            || !person.clone().all(is_name)
            || (at == tokens.start && person.len() < 2)
        {
            return None;
        }
        let open = |tokens: Range<usize>, label: Label| {
            let readings = self.exactly(part, &tokens, false);
            Open::new(tokens, Some(label), readings)
        };
        let mut out = Vec::new();
        if at > tokens.start {
            let place = open(tokens.start..at, Label::Place);
            let is_owner = |name: &&Name| is_place(name.kind) || name.kind == NameKind::Demonym;
            if !place.readings.iter().any(is_owner) {
                return None;
            }
            out.push(place);
        }
        out.push(open(person, Label::Person));
        Some(out)
    }

    /// The lexicon's names in a sentence, the longest from left to right.
    fn known(&self, part: &Tokenised, sentence: &Sentence) -> Vec<(Range<usize>, Vec<&'a Name>)> {
        let lexicon = self.tools.lexicon;
        let end = sentence.tokens.end;
        let mut out = Vec::new();
        let mut at = sentence.tokens.start;
        while at < end {
            let (tokens, words) = (&part.tokens[at..end], &part.words[at..end]);
            let Some((length, readings)) = lexicon.name_at(tokens, words) else {
                at += 1;
                continue;
            };
            // "The Times of India" is not "The Times" of something.
            if lexicon.is_function_word(words[0])
                && words.len() > 1
                && let Some((longer, _)) = lexicon.name_at(&tokens[1..], &words[1..])
                && longer >= length
            {
                at += 1;
                continue;
            }
            // "Sri Lanka" is a country, "Sri" a title.
            if let Some((title, _)) = lexicon.title_at(words)
                && title >= length
            {
                at += title;
                continue;
            }
            out.push((at..at + length, readings));
            at += length;
        }
        out
    }

    /// Whether the lexicon's name at `range` is what the recogniser found in part: it holds it, or
    /// is a person at its end.
    fn stands_for(
        &self,
        text: &str,
        part: &Tokenised,
        range: &Range<usize>,
        readings: &[&Name],
        name: &Recognised,
    ) -> bool {
        // "French fries" are not French, but "U.S. troops" is what the U.S. has.
        let is_thing = readings
            .iter()
            .all(|name| matches!(name.kind, NameKind::Thing(_)));
        let capital = |at: usize| is_thing || part.tokens[at].case.is_capitalised();
        // "The Times" of "Times of India".
        let start = name.tokens.start + usize::from(is_article(text, part, name.tokens.start));
        let covers = range.start <= start
            && name.tokens.end <= range.end
            && capital(range.start)
            && capital(range.end - 1);
        let article = range.start + 1 == name.tokens.start && is_article(text, part, range.start);
        let person = name.label == Label::Person
            && range.end == name.tokens.end
            && range.start >= name.tokens.start
            && range.len() > 1;
        covers && (range.len() > 1 || article) || person
    }

    /// Whether a name that only the lexicon sees is one.
    fn is_sure(&self, range: &Range<usize>, readings: &[&Name], shouted: bool) -> bool {
        let foreign = self.tools.recogniser.is_none();
        readings.iter().all(|name| !name.ambiguous)
            && readings.iter().any(|name| match name.kind {
                NameKind::Country | NameKind::Demonym | NameKind::Region => {
                    !name.is_acronym() || !shouted
                }
                NameKind::Leader => range.len() > 1,
                NameKind::City | NameKind::Division => foreign,
                NameKind::Organisation => {
                    foreign || range.len() > 1 || name.is_acronym() && !shouted
                }
                NameKind::Capital | NameKind::Institution => foreign || range.len() > 1 || !shouted,
                NameKind::Thing(_) => true,
            })
    }

    /// Works out the places that a name may be.
    fn place(&self, text: &str, part: &Tokenised, open: &mut Open<'a>) {
        let lexicon = self.tools.lexicon;
        let may_be_place = match open.label {
            Some(Label::Place) => true,
            Some(Label::Person) | None => false,
            // Teams bear the names of towns; what stands for a government may be taken for one.
            Some(Label::Organization) => open
                .readings
                .iter()
                .any(|name| matches!(name.kind, NameKind::Country | NameKind::Capital)),
            Some(Label::Miscellaneous) => open
                .readings
                .iter()
                .any(|name| name.kind == NameKind::Country),
        } || open.label.is_none()
            && open.readings.iter().any(|name| is_place(name.kind));
        // "White House", "Lake Chad": the lexicon says what it is.
        let is_other = open.readings.iter().any(|name| {
            matches!(
                name.kind,
                NameKind::Institution
                    | NameKind::Region
                    | NameKind::Thing(_)
                    | NameKind::Organisation
            )
        }) && !open.readings.iter().any(|name| is_place(name.kind));
        if may_be_place && !is_other {
            let words = words_of(text, part, &open.tokens);
            let known = places::candidates(self.tools.gazetteer, words, &open.readings);
            if !is_street(lexicon, &part.words[open.tokens.clone()])
                && (!known.is_empty() && !open.readings.is_empty()
                    || !is_generic(lexicon, &part.words[open.tokens.clone()]))
            {
                open.places = known;
            }
        }
        // A team or a council that bears a town's name and nothing else.
        if open.label == Some(Label::Organization) && open.places.is_empty() {
            let is_city = !open.readings.is_empty()
                && open
                    .readings
                    .iter()
                    .all(|name| matches!(name.kind, NameKind::City | NameKind::Division))
                || lexicon.ends_county(part.words[open.tokens.end - 1]);
            if is_city && !is_generic(lexicon, &part.words[open.tokens.clone()]) {
                let words = words_of(text, part, &open.tokens);
                let places = places::candidates(self.tools.gazetteer, words, &open.readings);
                if !places.is_empty() {
                    open.parts.push((words.to_lowercase(), places));
                    return;
                }
            }
        }
        if is_street(lexicon, &part.words[open.tokens.clone()]) {
            open.inner.clear();
        }
        let may_hold_place = matches!(
            open.label,
            Some(Label::Place | Label::Organization | Label::Miscellaneous)
        );
        if open.places.is_empty()
            && open.readings.is_empty()
            && may_hold_place
            && !is_street(lexicon, &part.words[open.tokens.clone()])
        {
            self.find_parts(text, part, open);
        }
    }

    /// Finds the places that a longer name is named after: at its beginning, or after "of".
    fn find_parts(&self, text: &str, part: &Tokenised, open: &mut Open<'a>) {
        let lexicon = self.tools.lexicon;
        let tokens = open.tokens.clone();
        if part.words[tokens.clone()]
            .iter()
            .any(|&word| lexicon.marks_business(word))
        {
            return;
        }
        let start = tokens.start + usize::from(is_article(text, part, tokens.start));
        let after_of =
            (tokens.clone()).filter(|&at| matches!(part.tokens[at].text(text), "of" | "in"));
        let starts: Vec<usize> = std::iter::once(start)
            .chain(after_of.map(|at| at + 1))
            .collect();
        for start in starts {
            let longest = (start + 4).min(tokens.end);
            let found = (start + 1..=longest).rev().find_map(|end| {
                let range = start..end;
                if range == tokens || range.is_empty() {
                    return None;
                }
                let readings = self.exactly(part, &range, false);
                let sure = readings.iter().any(|name| {
                    is_place(name.kind)
                        && (!name.ambiguous || name.kind != NameKind::City)
                        // "Toyota Corolla" is no city's.
                        && (open.label != Some(Label::Miscellaneous) || name.kind != NameKind::City)
                });
                // What only the gazetteer knows may be anything, but for "Laurel County".
                let is_county = range.len() > 1 && lexicon.ends_county(part.words[end - 1]);
                if !sure && !is_county {
                    return None;
                }
                let words = words_of(text, part, &range);
                let places = places::candidates(self.tools.gazetteer, words, &readings);
                (!places.is_empty()).then(|| (words.to_lowercase(), places))
            });
            open.parts.extend(found);
        }
    }

    /// Who owns a title that follows: "the French president".
    fn owner_of(text: &str, part: &Tokenised, open: &Open<'a>) -> Option<Owner> {
        let owns = |name: &&&Name| matches!(name.kind, NameKind::Country | NameKind::Demonym);
        let name = open.readings.iter().find(owns)?;
        let country = name.country.filter(|_| open.label != Some(Label::Person))?;
        Some(Owner {
            words: words_of(text, part, &open.tokens).to_lowercase(),
            country,
        })
    }

    /// Gathers what the names tell beyond doubt: who is who, and where the article is set.
    fn gather(&mut self, text: &str, part: &Tokenised, open: &[Open<'a>]) {
        for name in open {
            let words: Vec<&str> = part.tokens[name.tokens.clone()]
                .iter()
                .map(|token| token.text(text))
                .collect();
            match name.label {
                Some(Label::Person) | None if words.len() > 1 => {
                    let leader = self
                        .leader(&name.readings, true)
                        .or_else(|| self.without_initials(text, part, &name.tokens));
                    let is_person = name.label.is_some() || leader.is_some();
                    if leader.is_none() && words.len() == 3 && is_initial(words[1]) {
                        self.note_middle_initial(words[2]);
                    }
                    if is_person && (leader.is_some() || self.people.recall(&words).is_none()) {
                        self.people
                            .meet(words_of(text, part, &name.tokens), &words, leader);
                    }
                }
                Some(Label::Organization) => self.note_acronym(text, part, name),
                _ => {}
            }
            self.count(text, part, name);
        }
        self.take_hints(part);
    }

    /// "Ashley L. Evans": so Americans are named.
    fn note_middle_initial(&mut self, surname: &str) {
        if let Some(country) = CountryCode::parse("US") {
            let key = surname.to_lowercase();
            if !self.evidence.is_backed_by(country, &key) && self.initials < MOST_INITIALS {
                self.initials += 1;
                self.evidence.add(country, None, 0.3);
                self.evidence.add_local(country, 0.2);
                self.evidence.back(country, &key);
            }
        }
    }

    /// Counts words that belong to the news of one country or some: each once.
    fn take_hints(&mut self, part: &Tokenised) {
        for sentence in &part.sentences {
            for at in sentence.tokens.clone() {
                let words = &part.words[at..sentence.tokens.end];
                let Some((hint, weight, countries)) = self.tools.lexicon.hint_at(words) else {
                    continue;
                };
                if self.hints.len() < MOST_HINTS && self.hints.insert(hint) {
                    for &country in countries {
                        self.evidence.add(country, None, weight);
                        self.evidence.add_local(country, 0.6 * weight);
                    }
                }
            }
        }
    }

    /// Counts a name for the country that it surely leads to.
    fn count(&mut self, text: &str, part: &Tokenised, name: &Open<'a>) {
        let key = words_of(text, part, &name.tokens).to_lowercase();
        if !name.places.is_empty() {
            if let Some(choice) = places::choose(&Evidence::default(), &key, &name.places)
                && choice.ahead > 1.3
            {
                let weight = match choice.place.via {
                    Via::Name | Via::Division => 1.0,
                    Via::Capital => 0.8,
                    _ => 0.7,
                };
                self.evidence.add_choice(&key, &choice, weight);
            }
            return;
        }
        for (words, places) in &name.parts {
            if let Some(choice) = places::choose(&Evidence::default(), words, places)
                && choice.ahead > 1.3
            {
                self.evidence.add_choice(words, &choice, 0.4);
            }
        }
        let [reading] = name.readings[..] else { return };
        let weight = match reading.kind {
            _ if name.is_certain => 1.0,
            _ if reading.ambiguous => return,
            NameKind::Demonym => 0.7,
            NameKind::Institution => 0.5,
            NameKind::Leader if name.tokens.len() > 1 => 0.5,
            NameKind::Thing(EntityType::Place) => 0.5,
            _ => return,
        };
        if let Some(country) = reading.country {
            self.evidence.add(country, None, weight);
            self.evidence.back(country, &key);
        }
    }

    /// "World Food Programme (WFP)": what the letters stand for.
    fn note_acronym(&mut self, text: &str, part: &Tokenised, name: &Open<'a>) {
        let end = name.tokens.end;
        let word = |at: usize| part.tokens.get(at).map(|token| token.text(text));
        let (Some("("), Some(acronym), Some(")")) = (word(end), word(end + 1), word(end + 2))
        else {
            return;
        };
        let is_upper = acronym.len() > 1 && acronym.chars().all(|c| c.is_uppercase() || c == '.');
        if is_upper && name.tokens.len() > 1 && name.readings.is_empty() {
            let full = words_of(text, part, &name.tokens);
            let country = self.part_of(name).map(|(country, _)| country);
            self.acronyms
                .insert(acronym.to_owned(), (full.into(), country));
        }
    }

    /// Settles which place each name of several means, for the whole article.
    fn settle_places<'p>(&mut self, text: &str, part: &Tokenised, open: &'p [Open<'a>]) {
        // "Paris, Texas" settles every Paris.
        for (at, name) in open
            .iter()
            .enumerate()
            .filter(|(_, name)| !name.places.is_empty())
        {
            let Some((country, division)) = self.told_after(text, part, open, at) else {
                continue;
            };
            let place = name
                .places
                .iter()
                .filter(|place| place.country == country)
                .max_by_key(|place| division.is_some() && place.division == division);
            let Some(place) = place else { continue };
            let key = words_of(text, part, &name.tokens).to_lowercase();
            self.evidence.back(place.country, "told");
            if self.settled.insert(key, place.clone()).is_none() {
                self.evidence.add(place.country, place.division, 1.0);
                self.evidence.add_local(place.country, 0.7);
            }
        }
        // The surest first: each adds to what the others are settled by.
        let mut rest: Vec<(String, &[Candidate])> = Vec::new();
        let mut queued = FxHashSet::default();
        let mut queue = |key: String, places: &'p [Candidate]| {
            if !self.settled.contains_key(&key) && queued.insert(key.clone()) {
                rest.push((key, places));
            }
        };
        for name in open {
            if !name.places.is_empty() {
                queue(
                    words_of(text, part, &name.tokens).to_lowercase(),
                    &name.places,
                );
            }
            for (words, places) in &name.parts {
                queue(words.clone(), places);
            }
        }
        let late = rest.split_off(rest.len().min(MOST_IN_ORDER));
        while !rest.is_empty() {
            let surest = rest
                .iter()
                .enumerate()
                .filter_map(|(at, (name, places))| {
                    Some((at, places::choose(&self.evidence, name, places)?))
                })
                .reduce(|best, next| {
                    if next.1.ahead > best.1.ahead {
                        next
                    } else {
                        best
                    }
                });
            let Some((at, choice)) = surest else { break };
            let (key, _) = rest.swap_remove(at);
            if choice.ahead < 1.3 {
                self.evidence.add_choice(&key, &choice, 0.3);
            }
            self.settled.insert(key, choice.place.clone());
        }
        for (key, places) in late {
            if let Some(choice) = places::choose(&self.evidence, &key, places) {
                self.settled.insert(key, choice.place.clone());
            }
        }
    }

    /// The country, and the division in it, that stands after a name: "Paris, Texas", "Lviv
    /// (Ukraine)", "R-Ky.".
    fn told_after(
        &self,
        text: &str,
        part: &Tokenised,
        open: &[Open<'a>],
        at: usize,
    ) -> Option<(CountryCode, Option<&'static str>)> {
        let name = &open[at];
        let word = part.tokens.get(name.tokens.end)?.text(text);
        if !matches!(word, "," | "(") {
            return None;
        }
        let after = name.tokens.end + 1;
        // "Paris, TX"
        let code = part.tokens.get(after).map(|token| token.text(text));
        if let Some(place) = name.places.iter().find(|place| {
            code.is_some_and(|code| {
                code.len() == 2
                    && place.division == Some(code)
                    && matches!(place.country.as_str(), "US" | "CA")
            })
        }) {
            return Some((place.country, place.division));
        }
        let following = part.sentences.partition_point(|s| s.tokens.end <= after);
        let sentence = part.sentences.get(following)?;
        let range = after..sentence.tokens.end;
        let (length, readings) = self
            .tools
            .lexicon
            .name_at(&part.tokens[range.clone()], &part.words[range])?;
        let words = words_of(text, part, &(after..after + length));
        let told = places::candidates(self.tools.gazetteer, words, &readings);
        let place = told
            .iter()
            .filter(|place| matches!(place.via, Via::Name | Via::Division))
            // Only what has a place of that name: "Paris, Ukraine" and so on are lists.
            .filter(|place| {
                name.places.iter().any(|own| {
                    own.country == place.country
                        && (place.via == Via::Name || own.division == place.division)
                })
            })
            .max_by_key(|place| place.via == Via::Division)?;
        // "France, Britain and Germany" are three countries.
        let is_country = name
            .readings
            .iter()
            .any(|name| name.kind == NameKind::Country && !name.ambiguous);
        (!is_country).then_some((
            place.country,
            place.division.filter(|_| place.via == Via::Division),
        ))
    }

    /// What a name turns out to be; `None` when it is no name after all.
    fn settle(&mut self, text: &str, part: &Tokenised, mut open: Open<'a>) -> Option<Mention> {
        let mut mention = Mention {
            tokens: open.tokens.clone(),
            kind: open.label.map_or(EntityType::Other, Label::kind),
            known: None,
            country: None,
            via: None,
            sector: None,
            canonical: None,
        };
        if let ([name], true) = (&open.readings[..], open.is_certain)
            && name.kind != NameKind::Leader
        {
            take(&mut mention, name, via_of(name.kind));
            mention.kind = entity_type(name.kind);
            let words = &part.words[open.tokens.clone()];
            mention.sector = mention
                .sector
                .or_else(|| agent_sector(self.tools.lexicon, words));
            return Some(mention);
        }
        if open.label.is_some_and(|label| label != Label::Person)
            && self.is_surname(text, part, &open)
        {
            open.label = Some(Label::Person);
            open.readings.clear();
        } else if self.heads_others(text, part, &open) {
            open.label = Some(Label::Person);
        }
        let label = open
            .label
            .or_else(|| label_of(open.readings.first()?.kind))?;
        // The "LLC" of a copyright line is no place.
        if label == Label::Place
            && let [word] = part.words[open.tokens.clone()]
            && self.tools.lexicon.marks_business(word)
        {
            return None;
        }
        match label {
            Label::Person => self.settle_person(text, part, &open, &mut mention),
            Label::Place => self.settle_place(text, part, &open, &mut mention),
            Label::Organization => self.settle_organisation(text, part, &open, &mut mention),
            Label::Miscellaneous => self.settle_other(text, part, &open, &mut mention),
        }
        Some(mention)
    }

    /// Whether what looks like a place is somebody whom the article names in full: "Flores said",
    /// after "Anthony Flores".
    fn is_surname(&self, text: &str, part: &Tokenised, open: &Open<'a>) -> bool {
        let at = open.tokens.start;
        let words = words_of(text, part, &open.tokens);
        let located = at > 0
            && (self.tools.lexicon.is_locative(part.words[at - 1])
                || is_article(text, part, at - 1));
        let is_country = open
            .readings
            .iter()
            .any(|name| name.kind == NameKind::Country && !name.ambiguous);
        open.tokens.len() == 1
            && !located
            && !is_country
            && self
                .people
                .recall(&[words])
                .is_some_and(|person| person.name.contains(' '))
    }

    /// Whether what looks like an organisation is a leader by whose surname others go: "the Trump
    /// administration", "Obama officials", "the Biden campaign".
    fn heads_others(&self, text: &str, part: &Tokenised, open: &Open<'a>) -> bool {
        let next = open.tokens.end;
        let are_his = || {
            let agent = self.tools.lexicon.agent_at(&part.words[next..]);
            agent.is_some_and(|(_, agent)| agent.sector == Sector::Gov)
                || part.tokens[next]
                    .text(text)
                    .eq_ignore_ascii_case("campaign")
        };
        open.tokens.len() == 1
            && open.label == Some(Label::Organization)
            && next < part.words.len()
            && are_his()
            && self.leader(&open.readings, false).is_some()
    }

    fn settle_person(
        &mut self,
        text: &str,
        part: &Tokenised,
        open: &Open<'a>,
        mention: &mut Mention,
    ) {
        let words: Vec<&str> = part.tokens[open.tokens.clone()]
            .iter()
            .map(|token| token.text(text))
            .collect();
        mention.kind = EntityType::Person;
        let written = words_of(text, part, &open.tokens);
        let (title_sector, owner) = open.title.clone().unwrap_or_default();
        let title_country = owner.map(|owner| {
            let settled = self.settled.get(&owner.words);
            settled.map_or(owner.country, |place| place.country)
        });
        // "Kenya" is not a person's name, whatever the recogniser thinks.
        if let [name] = open.readings[..]
            && name.kind == NameKind::Country
            && !name.ambiguous
            && open.title.is_none()
            && self.people.recall(&words).is_none()
            && !self
                .tools
                .lexicon
                .is_given_name(part.words[open.tokens.start])
        {
            mention.kind = EntityType::Place;
            take(mention, name, Via::Name);
            return;
        }
        if open.is_certain {
            self.people
                .meet(written, &words, open.readings.first().copied());
        } else if self.people.recall(&words).is_none() {
            let leader = self.leader(&open.readings, words.len() > 1);
            if leader.is_some() || open.title.is_some() {
                self.people.meet(written, &words, leader);
            }
        }
        // "Trump" is the president, not the daughter who was named last.
        if words.len() == 1
            && let Some(leader) = self.leader(&open.readings, false)
            && self.is_in_office(leader)
        {
            self.people.meet(written, &words, Some(leader));
        }
        let Some(person) = self.people.recall_mut(&words) else {
            return;
        };
        let is_known = person.known;
        if !is_known {
            person.country = person.country.or(title_country);
            person.sector = person.sector.or(title_sector);
        }
        mention.known = is_known.then_some(NameKind::Leader);
        mention.country = person.country;
        mention.sector = person.sector.or(title_sector);
        mention.via = person
            .country
            .map(|_| if is_known { Via::Person } else { Via::Title });
        mention.canonical = Some(person.name.clone());
    }

    /// The leader of a name with a middle initial or "Jr.": "Vladimir V. Putin".
    fn without_initials(
        &self,
        text: &str,
        part: &Tokenised,
        tokens: &Range<usize>,
    ) -> Option<&'a Name> {
        let is_extra = |at: usize| {
            let word = part.tokens[at].text(text);
            is_initial(word) || matches!(word, "Jr." | "Sr." | "III" | "II")
        };
        let words: Vec<WordId> = tokens
            .clone()
            .filter(|&at| !is_extra(at))
            .map(|at| part.words[at])
            .collect();
        if words.len() < 2 || words.len() == tokens.len() {
            return None;
        }
        let readings: Vec<&Name> = self.tools.lexicon.named(&words).iter().collect();
        self.leader(&readings, true)
    }

    /// Whether somebody held the office in the article's year, or the year before.
    fn is_in_office(&self, leader: &Name) -> bool {
        self.year
            .is_some_and(|year| leader.years.0 <= year && year <= leader.years.1.saturating_add(1))
    }

    /// The leader that the readings mean, if one who may be meant in the article's year.
    fn leader(&self, readings: &[&'a Name], full: bool) -> Option<&'a Name> {
        let year = self.year.unwrap_or(u16::MAX);
        let fit = |name: &Name| {
            let evidence = name
                .country
                .map_or(0.0, |country| self.evidence.of(country));
            // Somebody who has not yet held office is hardly meant by the surname alone.
            let early = !full
                && (name.years.0 > year.saturating_add(2)
                    || evidence <= 0.0
                        && name.years.1.saturating_add(1) < self.year.unwrap_or(LONG_GONE));
            let late = f32::from(name.years.1.min(year)) / 10_000.0;
            let gone = self
                .year
                .map_or(0, |year| year.saturating_sub(name.years.1));
            let doubt = if full {
                0.0
            } else {
                f32::from(gone.min(60)) / 20.0
            };
            if early {
                -1.0
            } else {
                1.0 + evidence.min(3.0) + late - doubt
            }
        };
        readings
            .iter()
            .copied()
            .filter(|name| matches!(name.kind, NameKind::Leader))
            .map(|name| (fit(name), name))
            .filter(|(fit, _)| *fit > 0.0)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, name)| name)
    }

    fn settle_place(
        &mut self,
        text: &str,
        part: &Tokenised,
        open: &Open<'a>,
        mention: &mut Mention,
    ) {
        mention.kind = EntityType::Place;
        let words = words_of(text, part, &open.tokens);
        if open.places.is_empty() {
            if let Some(name) = self.best(&open.readings) {
                let kind = mention.kind;
                take(mention, name, via_of(name.kind));
                mention.kind = match name.kind {
                    NameKind::Demonym => EntityType::Nationality,
                    _ => kind,
                };
                if name.kind == NameKind::Institution && name.ambiguous {
                    self.give_to_house(open, mention, name);
                }
                return;
            }
            // "northern Iraq", "Baghdad International Airport": what it holds.
            if let Some((country, via)) = self.part_of(open) {
                (mention.country, mention.via) = (Some(country), Some(via));
                return;
            }
            // A village that no table has lies where the article is set.
            if let Some((country, weight, share)) = self.evidence.leading()
                && weight >= 1.0
                && share >= 0.7
                && !is_water(words)
                && self.looks_like_place(part, &open.tokens)
            {
                (mention.country, mention.via) = (Some(country), Some(Via::Context));
            }
            return;
        }
        let key = words.to_lowercase();
        if let Some(place) = self.settled.get(&key) {
            // A village in a country that the article never names is another one of that name.
            if place.is_small
                && !self.evidence.is_backed(place.country, &key)
                && let Some((country, weight, _)) = self.evidence.leading()
                && country != place.country
                && weight >= 1.4
            {
                return;
            }
            mention.country = Some(place.country);
            mention.via = Some(place.via);
            mention.canonical = place.canonical.clone();
            mention.known = Some(match place.via {
                Via::Name => NameKind::Country,
                Via::Capital => NameKind::Capital,
                Via::Division => NameKind::Division,
                _ => NameKind::City,
            });
            mention.sector = matches!(place.via, Via::Name | Via::Capital).then_some(Sector::Gov);
        }
    }

    /// Whether more than the recogniser's word says that a name is a place's: "in Guldalen", "Lake
    /// Oahe", "Maple Street".
    fn looks_like_place(&self, part: &Tokenised, tokens: &Range<usize>) -> bool {
        let lexicon = self.tools.lexicon;
        let words = &part.words[tokens.clone()];
        let located = tokens.start > 0 && lexicon.is_locative(part.words[tokens.start - 1]);
        let names_place = words.len() > 1 && words.iter().any(|&word| lexicon.is_place_word(word));
        (located || names_place) && !words.iter().any(|&word| lexicon.marks_business(word))
    }

    fn settle_organisation(
        &mut self,
        text: &str,
        part: &Tokenised,
        open: &Open<'a>,
        mention: &mut Mention,
    ) {
        mention.kind = EntityType::Organization;
        let words = words_of(text, part, &open.tokens);
        mention.sector = agent_sector(self.tools.lexicon, &part.words[open.tokens.clone()]);
        if !open.places.is_empty() {
            self.settle_place(text, part, open, mention);
            mention.kind = EntityType::Organization;
            return;
        }
        let own = self.best_of(&open.readings, |kind| {
            matches!(
                kind,
                NameKind::Organisation
                    | NameKind::Institution
                    | NameKind::Thing(_)
                    | NameKind::Demonym
            )
        });
        if let Some(name) = own {
            take(mention, name, via_of(name.kind));
            if name.kind == NameKind::Institution && name.ambiguous {
                self.give_to_house(open, mention, name);
            }
            // "PPP" is a party in several countries, and much else; so is "Conservative Party": only
            // where its own is named.
            let loose = name.is_acronym()
                && (name.kind == NameKind::Organisation || name.ambiguous)
                || name.sector == Some(Sector::Pty);
            let key = words.to_lowercase();
            if loose
                && !name
                    .country
                    .is_some_and(|country| self.evidence.is_backed(country, &key))
            {
                (mention.country, mention.via) = (None, None);
            }
            return;
        }
        if let Some((full, country)) = self.acronyms.get(words) {
            mention.canonical = Some(full.clone());
            mention.country = *country;
            mention.via = country.map(|_| Via::Organization);
            return;
        }
        if let Some((country, via)) = self.part_of(open) {
            // A town in the name of a team or firm leads nowhere that the article does not go.
            let by_town = open.parts.iter().find(|(words, _)| {
                let settled = self.settled.get(words);
                settled.is_some_and(|place| {
                    place.is_small || !matches!(place.via, Via::Name | Via::Division)
                })
            });
            if by_town.is_none_or(|(words, _)| self.evidence.is_backed(country, words)) {
                (mention.country, mention.via) = (Some(country), Some(via));
            }
        }
    }

    fn settle_other(
        &mut self,
        text: &str,
        part: &Tokenised,
        open: &Open<'a>,
        mention: &mut Mention,
    ) {
        if !open.places.is_empty() {
            self.settle_place(text, part, open, mention);
            return;
        }
        let own = self.best_of(&open.readings, |kind| {
            !matches!(kind, NameKind::City | NameKind::Division)
        });
        if let Some(name) = own {
            take(mention, name, via_of(name.kind));
            let key = words_of(text, part, &open.tokens).to_lowercase();
            if name.kind == NameKind::Demonym
                && is_culture(self.tools.lexicon, part, &open.tokens)
                && !name
                    .country
                    .is_some_and(|country| self.evidence.is_backed(country, &key))
            {
                (mention.country, mention.via) = (None, None);
            }
            if open.label.is_none() || name.kind == NameKind::Demonym {
                mention.kind = entity_type(name.kind);
            }
            if name.kind == NameKind::Institution && name.ambiguous {
                self.give_to_house(open, mention, name);
            }
            return;
        }
        if let Some((country, via)) = self.part_of(open) {
            (mention.country, mention.via) = (Some(country), Some(via));
            // "U.S.-led", "pro-Iranian"
            let last = part.words[open.tokens.end - 1];
            if self.tools.lexicon.follows_language(last) {
                (mention.country, mention.via) = (None, None);
            }
            let hyphen = part.tokens[open.tokens.clone()]
                .iter()
                .any(|token| token.text(text) == "-");
            if hyphen {
                mention.kind = EntityType::Nationality;
            }
        }
    }

    /// The country of an organisation, a place or another name by the names that it holds, where
    /// these agree: "Iranian Foreign Ministry".
    fn part_of(&self, open: &Open<'a>) -> Option<(CountryCode, Via)> {
        let peoples = open.inner.iter().filter_map(|(_, readings)| {
            let name = self.best_of(readings, |kind| kind == NameKind::Demonym)?;
            name.country
        });
        let places = open.parts.iter().filter_map(|(words, places)| {
            let settled = self.settled.get(words);
            let choice =
                || places::choose(&self.evidence, words, places).map(|choice| choice.place);
            settled.or_else(choice).map(|place| place.country)
        });
        let mut countries = peoples.chain(places);
        let first = countries.next()?;
        // "National Treasury Employees Union" is not South Africa's for its first two words.
        countries
            .all(|other| other == first)
            .then_some((first, Via::Part))
    }

    /// The reading that fits the article best.
    fn best(&self, readings: &[&'a Name]) -> Option<&'a Name> {
        self.best_of(readings, |_| true)
    }

    fn best_of(
        &self,
        readings: &[&'a Name],
        wanted: impl Fn(NameKind) -> bool,
    ) -> Option<&'a Name> {
        let fit = |name: &Name| {
            let evidence = name
                .country
                .map_or(0.0, |country| self.evidence.of(country));
            evidence.min(4.0) - if name.ambiguous { 0.5 } else { 0.0 }
        };
        // The first of equals: tables have the likeliest reading first.
        readings
            .iter()
            .copied()
            .filter(|name| wanted(name.kind))
            .map(|name| (fit(name), name))
            .reduce(|best, next| if next.0 > best.0 { next } else { best })
            .map(|(_, name)| name)
    }

    /// Whose "Congress" or "Supreme Court" it is: the usual one's, unless the article does not name
    /// that country and names another often.
    fn give_to_house(&self, open: &Open<'a>, mention: &mut Mention, name: &Name) {
        if let Some(owner) = &open.owner {
            let settled = self.settled.get(&owner.words);
            mention.country = Some(settled.map_or(owner.country, |place| place.country));
            return;
        }
        let own = name
            .country
            .map_or(0.0, |country| self.evidence.of(country));
        if let Some((country, weight, _)) = self.evidence.leading()
            && weight > 1.0
            && own < 0.5
        {
            (mention.country, mention.via) = (Some(country), Some(Via::Context));
        }
    }
}

fn is_site(outlet: &str) -> bool {
    !outlet.contains(' ')
        && [".com", ".net", ".org"]
            .iter()
            .any(|end| outlet.ends_with(end))
}

/// The country of an outlet's site by the end of its name: "independent.ie". Ends that are sold to
/// everybody tell nothing.
fn country_of_domain(outlet: &str) -> Option<CountryCode> {
    let (name, end) = outlet.rsplit_once('.')?;
    let sold = [
        "ai", "am", "cc", "co", "fm", "gg", "io", "la", "ly", "me", "ms", "pw", "sh", "st", "to",
        "tv", "ws",
    ];
    let is_domain = end.len() == 2
        && !name.is_empty()
        && !outlet.contains(' ')
        && !sold.iter().any(|sold| end.eq_ignore_ascii_case(sold));
    match end {
        _ if !is_domain => None,
        "uk" => CountryCode::parse("GB"),
        end => CountryCode::parse(&end.to_uppercase()),
    }
}

/// Gives a mention what the lexicon knows of its name.
fn take(mention: &mut Mention, name: &Name, via: Via) {
    mention.known = Some(name.kind);
    mention.country = name.country;
    mention.via = name.country.map(|_| via);
    mention.sector = name.sector.or(mention.sector);
    mention.canonical = Some(name.canonical.clone());
}

fn is_place(kind: NameKind) -> bool {
    matches!(
        kind,
        NameKind::Country | NameKind::Capital | NameKind::City | NameKind::Division
    )
}

fn via_of(kind: NameKind) -> Via {
    match kind {
        NameKind::Country | NameKind::Region => Via::Name,
        NameKind::Demonym => Via::Demonym,
        NameKind::Capital => Via::Capital,
        NameKind::City => Via::City,
        NameKind::Division => Via::Division,
        NameKind::Institution => Via::Institution,
        NameKind::Leader => Via::Person,
        NameKind::Organisation => Via::Organization,
        NameKind::Thing(_) => Via::Place,
    }
}

fn label_of(kind: NameKind) -> Option<Label> {
    match entity_type(kind) {
        EntityType::Person => Some(Label::Person),
        EntityType::Organization => Some(Label::Organization),
        EntityType::Place => Some(Label::Place),
        EntityType::Nationality | EntityType::Other => Some(Label::Miscellaneous),
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

/// Whether an adjective of a people tells a language or a kitchen: "spoke in Spanish", "a French
/// teacher", "Irish pubs".
fn is_culture(lexicon: &Lexicon, part: &Tokenised, tokens: &Range<usize>) -> bool {
    let word = |at: usize| part.words.get(at).copied();
    let before = tokens.start.checked_sub(1).and_then(word);
    let next = word(tokens.end);
    // "in English and Spanish", but "in French towns".
    let is_in = before == Some(lexicon.word("in"));
    let alone = next.is_none_or(|next| {
        part.tokens[tokens.end].case == Case::None || lexicon.is_function_word(next)
    });
    before.is_some_and(|word| lexicon.precedes_language(word))
        || is_in && alone
        || next.is_some_and(|word| lexicon.follows_language(word))
}

/// Whether all words are such as may stand in any place's name: "North", "Downtown", "City Hall".
fn is_generic(lexicon: &Lexicon, words: &[WordId]) -> bool {
    words
        .iter()
        .all(|&word| lexicon.is_common(word) || lexicon.is_place_word(word))
}

/// Whether the name is a street's or a building's, named after somebody or something elsewhere.
fn is_street(lexicon: &Lexicon, words: &[WordId]) -> bool {
    words.len() > 1 && words.last().is_some_and(|&word| lexicon.ends_street(word))
}

fn is_initial(word: &str) -> bool {
    word.len() == 2 && word.ends_with('.')
}

/// Seas and straits lie in no country.
fn is_water(words: &str) -> bool {
    ["Ocean", "Sea", "Strait", "Straits", "Gulf", "Channel"]
        .iter()
        .any(|water| words.contains(water))
}

/// The sector of the agent noun that a capitalised name ends in: "Iranian Foreign Ministry".
fn agent_sector(lexicon: &Lexicon, words: &[WordId]) -> Option<Sector> {
    (0..words.len())
        .find_map(|at| lexicon.agent_at(&words[at..]))
        .map(|(_, agent)| agent.sector)
}

fn words_of<'t>(text: &'t str, part: &Tokenised, tokens: &Range<usize>) -> &'t str {
    &text[super::lexicon::span_of(&part.tokens[tokens.clone()]).range()]
}

fn is_article(text: &str, part: &Tokenised, at: usize) -> bool {
    part.tokens[at].text(text).eq_ignore_ascii_case("the")
}

/// Whether the token stands where every word takes a capital: first in the sentence or after an
/// opening quote, a colon or a bullet.
pub fn opens_clause(text: &str, part: &Tokenised, sentence: &Sentence, at: usize) -> bool {
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
