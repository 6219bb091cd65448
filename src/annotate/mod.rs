//! Annotation: an article in, its entities, countries and events out.
//!
//! It does no I/O, keeps no mutable global state and is deterministic: the same bytes give the
//! same annotations, on any number of threads. It knows nothing of files and indexes.

mod annotations;
mod dateline;
mod events;
mod gazetteer;
mod lexicon;
mod mentions;
mod people;
mod phrases;
mod places;
mod recognise;
pub mod story;
mod tongues;
mod user_lexicon;

pub use annotations::{
    Action, Actor, Annotations, Count, CountryMentions, Counts, Dateline, Entity, EntityType,
    Event, Evidence, Grain, Located, Location, Part, Via,
};
pub use events::{
    Act, CODER, Example, ExampleError, Instance, Judgments, Model, Origin, ToldOf,
    Training as EventTraining, read_examples, train as train_events,
};
pub use lexicon::{Lexicon, LexiconError};
pub use phrases::PhraseError;
pub use recognise::{Label, Labelled, Recogniser, Training, bracketed, train};
pub use user_lexicon::{UserLexicon, UserLexiconError, UserLexiconFault};

use crate::article::{Article, ByteSpan};
use crate::ontology::CountryCode;
use crate::text::perceptron::ModelError;
use events::{Coder, Source};
use gazetteer::Gazetteer;
use jiff::civil::Date;
use lexicon::NameKind;
use mentions::{Finder, Mention, Tokenised, Tools};
use rustc_hash::{FxHashMap, FxHashSet};
use tongues::{Found, Sense, Tongues};

/// Annotates articles. One serves any number of threads; each needs a [`Scratch`] of its own.
pub struct Annotator {
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    recogniser: Recogniser,
    coder: Coder,
    tongues: Tongues,
}

/// Buffers that are kept from article to article.
#[derive(Default)]
pub struct Scratch(events::Scratch);

/// Two mentions in a text whose relation is wanted, by their words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Pair {
    /// Who acts.
    pub source: String,
    /// Who is acted upon.
    pub target: String,
}

/// Why an annotator cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AnnotatorError {
    /// A table of the lexicon does not follow its rules.
    #[error(transparent)]
    Lexicon(#[from] LexiconError),
    /// A model cannot be read.
    #[error("cannot read the bundled model: {0}")]
    Model(#[from] ModelError),
}

impl Annotator {
    /// The annotator with the lexicon and the models that come with the crate.
    ///
    /// # Errors
    /// When they cannot be read, which the crate's tests rule out for a release.
    pub fn bundled() -> Result<Self, AnnotatorError> {
        Self::of(Lexicon::bundled()?)
    }

    /// The same with the user's names over those of the crate.
    ///
    /// # Errors
    /// When the user's lexicon gives an alias to a name that there is not.
    pub fn with_lexicon(user: &UserLexicon) -> Result<Self, AnnotatorError> {
        Self::of(Lexicon::with_user(user)?)
    }

    fn of(lexicon: Lexicon) -> Result<Self, AnnotatorError> {
        Ok(Self {
            lexicon,
            gazetteer: Gazetteer::default(),
            recogniser: Recogniser::bundled()?,
            coder: Coder::bundled()?,
            tongues: Tongues::default(),
        })
    }

    /// What an article holds. Spans count bytes of its `title` or `text`, as each says.
    ///
    /// Of an article in another language than English, which the coder does not read, that is the
    /// countries that it names in its own words and the names that it writes as English does.
    pub fn annotate(&self, article: &Article, scratch: &mut Scratch) -> Annotations {
        match article.language.as_deref() {
            None | Some("en") => self.coded(article, scratch),
            Some(language) => self.named(article, language),
        }
    }

    /// How many names the recogniser sees in an article's title and text: the first stage of what
    /// [`Annotator::annotate`] does, by itself.
    pub fn recognise(&self, article: &Article) -> usize {
        let mut memory = recognise::Memory::default();
        [&article.text, &article.title]
            .into_iter()
            .map(|text| {
                let part = Tokenised::new(text, &self.lexicon);
                let names = self
                    .recogniser
                    .recognise(&self.lexicon, text, &part, &mut memory);
                names.len()
            })
            .sum()
    }

    /// The entities of an article in English, without its events.
    pub fn entities(&self, article: &Article) -> Vec<Entity> {
        let mut entities = Vec::new();
        self.read(article, true, |source| {
            let mentions = source.mentions.iter();
            entities.extend(mentions.map(|mention| entity(source, mention)));
        });
        entities
    }

    fn coded(&self, article: &Article, scratch: &mut Scratch) -> Annotations {
        let mut out = Annotations::default();
        self.read(article, true, |source| {
            if source.part == Part::Text {
                out.dateline = source.dateline.cloned();
            }
            out.entities.extend(
                source
                    .mentions
                    .iter()
                    .map(|mention| entity(source, mention)),
            );
            out.events
                .extend(self.coder.code(&self.lexicon, source, &mut scratch.0));
        });
        out.events = merge_repeats(out.events);
        out.countries = count_countries(&out.entities);
        out
    }

    fn named(&self, article: &Article, language: &str) -> Annotations {
        let mut out = Annotations::default();
        self.read(article, false, |source| {
            let Tokenised {
                tokens,
                words,
                sentences,
                ..
            } = source.tokenised;
            let own = self
                .lexicon
                .own_names(tokens, words, sentences, year_of(article.date));
            let found = self.tongues.find(language, source.text);
            let is_foreign = found.is_some();
            let start = out.entities.len();
            // The user's names hold in every language, but for longer ones.
            let is_over = |found: &Found| {
                own.iter().all(|own| {
                    let own = lexicon::span_of(&tokens[own.tokens.clone()]);
                    !own.overlaps(found.span) || found.span.contains(own) && found.span != own
                })
            };
            let found: Vec<Found> = found.unwrap_or_default();
            let found: Vec<Found> = found.into_iter().filter(is_over).collect();
            out.entities
                .extend(found.iter().map(|found| own_entity(source, found)));
            let english = source
                .mentions
                .iter()
                .filter(|mention| mention.known.is_some())
                .filter(|mention| {
                    !is_foreign
                        || travels(mention, source.mentions)
                        || own.iter().any(|own| own.tokens == mention.tokens)
                })
                .map(|mention| entity(source, mention))
                .filter(|entity| !found.iter().any(|own| own.span.overlaps(entity.span)));
            out.entities.extend(english);
            out.entities[start..].sort_by_key(|entity| entity.span);
        });
        out.countries = count_countries(&out.entities);
        out
    }

    /// What the first of a pair does to the second; `None` when it does nothing. The two are taken
    /// to be actors whatever the lexicon knows of them; one whose words are not in the text is
    /// taken for nobody.
    pub fn relation(
        &self,
        text: &str,
        date: Option<Date>,
        pair: &Pair,
        scratch: &mut Scratch,
    ) -> Option<Action> {
        let body = Tokenised::new(text, &self.lexicon);
        let found = Finder::new(self.tools(true), year_of(date)).find(text, &body);
        let span_of = |words: &str| {
            let start = text.find(words)?;
            Some(ByteSpan::new(start, start + words.len()))
        };
        let pair = [span_of(&pair.source), span_of(&pair.target)];
        let source_of = Source {
            part: Part::Text,
            text,
            tokenised: &body,
            mentions: &found,
            date,
            dateline: None,
        };
        self.coder
            .relation(&self.lexicon, &source_of, pair, &mut scratch.0)
    }

    /// The same annotator with another model of events.
    #[must_use]
    pub fn with_model(self, model: Model) -> Self {
        Self {
            coder: self.coder.with_model(model),
            ..self
        }
    }

    /// What there is to learn from an article about which sentences are worth parsing: glimpses of
    /// those that name somebody, with whether one of at least `least` confidence is told in them.
    pub fn glimpses(
        &self,
        article: &Article,
        least: f64,
        scratch: &mut Scratch,
    ) -> Vec<(Vec<u64>, bool)> {
        let mut out = Vec::new();
        self.read(article, true, |source| {
            out.extend(
                self.coder
                    .glimpses(&self.lexicon, source, least, &mut scratch.0),
            );
        });
        out
    }

    /// What there is to learn from an example.
    pub fn instances(&self, example: &Example, scratch: &mut Scratch) -> Vec<Instance> {
        let body = Tokenised::new(&example.text, &self.lexicon);
        let found = Finder::new(self.tools(true), None).find(&example.text, &body);
        self.coder
            .instances(&self.lexicon, example, &body, &found, &mut scratch.0)
    }

    /// What there is to learn from the sentences of an article that somebody has judged, sentence by
    /// sentence.
    pub fn judged(
        &self,
        article: &Article,
        judgments: &Judgments,
        scratch: &mut Scratch,
    ) -> Vec<Vec<Instance>> {
        let mut out = Vec::new();
        self.read(article, true, |source| {
            out.extend(
                self.coder
                    .judged(&self.lexicon, source, judgments, &mut scratch.0),
            );
        });
        out
    }

    fn tools(&self, english: bool) -> Tools<'_> {
        Tools {
            lexicon: &self.lexicon,
            gazetteer: &self.gazetteer,
            recogniser: english.then_some(&self.recogniser),
        }
    }

    /// Finds the mentions of an article and hands on its title and then its text.
    fn read(&self, article: &Article, english: bool, mut take: impl FnMut(&Source<'_>)) {
        let Article {
            title, text, date, ..
        } = article;
        let date = *date;
        let mut finder = Finder::new(self.tools(english), year_of(date));
        if let Some(outlet) = &article.outlet {
            finder.published_by(outlet);
        }
        let body = Tokenised::new(text, &self.lexicon);
        let head = Tokenised::new(title, &self.lexicon);
        // The text first, so that the title profits from what it tells.
        let body_mentions = finder.find(text, &body);
        let head_mentions = finder.find(title, &head);
        let dateline = dateline::read(text, &body, &body_mentions, date);
        take(&Source {
            part: Part::Title,
            text: title,
            tokenised: &head,
            mentions: &head_mentions,
            date,
            dateline: None,
        });
        take(&Source {
            part: Part::Text,
            text,
            tokenised: &body,
            mentions: &body_mentions,
            date,
            dateline: dateline.as_ref(),
        });
    }
}

fn year_of(date: Option<Date>) -> Option<u16> {
    u16::try_from(date?.year()).ok()
}

/// Whether a name is surely the same in another language. Countries and peoples are called
/// otherwise, and what looks like a region, a thing or a "Presidency" of English may be a word; so
/// may a surname ("Sisi" is "we" in Swahili), unless the person is named in full.
fn travels(mention: &Mention, all: &[Mention]) -> bool {
    match mention.known {
        Some(NameKind::Capital | NameKind::City | NameKind::Organisation) => true,
        Some(NameKind::Institution) => mention.tokens.len() > 1,
        Some(NameKind::Leader) => all.iter().any(|other| {
            other.known == Some(NameKind::Leader)
                && other.tokens.len() > 1
                && other.canonical == mention.canonical
        }),
        _ => false,
    }
}

/// The entity for a country named in another language.
fn own_entity(source: &Source<'_>, found: &Found) -> Entity {
    let text = source.text[found.span.range()].to_owned();
    let name =
        (found.is_country && text != found.country.name()).then(|| found.country.name().to_owned());
    Entity {
        kind: match found.sense {
            Sense::Place => EntityType::Place,
            Sense::Nationality => EntityType::Nationality,
        },
        part: source.part,
        span: found.span,
        country: Some(found.country),
        via: Some(match found.sense {
            Sense::Place => Via::Name,
            Sense::Nationality => Via::Demonym,
        }),
        name,
        text,
    }
}

fn entity(source: &Source<'_>, mention: &Mention) -> Entity {
    let span: ByteSpan = lexicon::span_of(&source.tokenised.tokens[mention.tokens.clone()]);
    let text = source.text[span.range()].to_owned();
    let name = mention
        .canonical
        .as_deref()
        .filter(|name| *name != text)
        .map(str::to_owned);
    Entity {
        kind: mention.kind,
        part: source.part,
        span,
        country: mention.country,
        via: mention.via,
        name,
        text,
    }
}

fn count_countries(entities: &[Entity]) -> Vec<CountryMentions> {
    let mut counts: FxHashMap<CountryCode, u32> = FxHashMap::default();
    for country in entities.iter().filter_map(|entity| entity.country) {
        *counts.entry(country).or_default() += 1;
    }
    let mut countries: Vec<_> = counts
        .into_iter()
        .map(|(code, mentions)| CountryMentions { code, mentions })
        .collect();
    countries.sort_by_key(|country| (std::cmp::Reverse(country.mentions), country.code));
    countries
}

/// By how much less sure an event may be to stay for being dated.
const WORTH_OF_A_DATE: f64 = 0.1;

/// One event per fact: of events with the same actors, action and mode that may be of the same day,
/// the surest stays, rather a dated one, and the text's before the headline's.
fn merge_repeats(events: Vec<Event>) -> Vec<Event> {
    let side = |actor: &Option<Actor>| {
        actor
            .as_ref()
            .map(|actor| match (actor.country, actor.sector) {
                // Two unnamed people are not the same one.
                (None, _) => (
                    None,
                    None,
                    actor.name.as_deref().unwrap_or(&actor.text).to_owned(),
                ),
                (country, sector) => (country, sector, String::new()),
            })
    };
    let worth = |event: &Event| match event.on {
        Some(_) => event.confidence + WORTH_OF_A_DATE,
        None => event.confidence,
    };
    let mut kept: Vec<Event> = Vec::new();
    let mut places: FxHashMap<_, Vec<usize>> = FxHashMap::default();
    for event in events {
        let key = (
            side(&event.by),
            event.action.cameo,
            side(&event.to),
            event.mode,
        );
        let alike = places.entry(key).or_default();
        match alike.iter().find(|&&at| kept[at].may_be_when(&event)) {
            None => {
                alike.push(kept.len());
                kept.push(event);
            }
            Some(&at) => {
                let other: &Event = &kept[at];
                let better = other.sentence.part == Part::Title || worth(&event) > worth(other);
                if better {
                    kept[at] = event;
                }
            }
        }
    }
    // What the headline tells in other words, the text tells with more care.
    let key = |event: &Event| {
        let side = |actor: &Option<Actor>| {
            actor.as_ref().map(|actor| match actor.country {
                Some(country) => country.to_string(),
                None => actor.canonical().to_owned(),
            })
        };
        (
            side(&event.by),
            event.action.plover,
            side(&event.to),
            event.mode,
        )
    };
    let told: FxHashSet<_> = kept
        .iter()
        .filter(|event| event.sentence.part == Part::Text)
        .map(key)
        .collect();
    kept.retain(|event| event.sentence.part == Part::Text || !told.contains(&key(event)));
    kept.sort_by_key(|event| (event.sentence.part, event.trigger));
    kept
}
