//! Annotations as the index stores them: in few bytes, and quick to read.
//!
//! What follows from the article is not written: the words of a name from its span, the scores of
//! an action from its code. An article has many names but few readings of them (how long they are,
//! what they are the name of, where they lead), so that a name is its distance from the one before
//! it and the number of its reading. Numbers take as few bytes as they need, seven bits each.
//!
//! Names and events are apart: what shows a hit need not look at the names.

use crate::annotate::{
    Action, Actor, Annotations, Count, CountryMentions, Counts, Dateline, Entity, EntityType,
    Event, Evidence, Grain, Located, Location, Part, Via,
};
use crate::article::{Article, ByteSpan};
use crate::ontology::{CameoCode, CountryCode, Mode, Plover, Sector};
use jiff::SignedDuration;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

/// Writes what was found in an article.
pub fn write(annotations: &Annotations, article: &Article) -> Vec<u8> {
    let mut out = Writer {
        bytes: Vec::new(),
        article,
        coders: Vec::new(),
    };
    out.option(annotations.dateline.as_ref(), Writer::dateline);
    out.list(&annotations.countries, |out, country| {
        out.country(country.code);
        out.number(country.mentions.into());
    });
    out.list(&annotations.events, Writer::event);
    out.entities(&annotations.entities);
    out.bytes
}

/// Reads what was found in an article; `None` where the bytes are not what [`write`] gave for it.
pub fn read(bytes: &[u8], article: &Article) -> Option<Annotations> {
    let mut from = Reader {
        bytes,
        article,
        coders: Vec::new(),
    };
    let annotations = Annotations {
        dateline: from.option(Reader::dateline)?,
        countries: from.list(|from| {
            Some(CountryMentions {
                code: from.country()?,
                mentions: from.number32()?,
            })
        })?,
        events: from.list(Reader::event)?,
        entities: from.entities()?,
    };
    from.bytes.is_empty().then_some(annotations)
}

const KINDS: [EntityType; 5] = [
    EntityType::Person,
    EntityType::Organization,
    EntityType::Place,
    EntityType::Nationality,
    EntityType::Other,
];
const VIAS: [Via; 12] = [
    Via::Name,
    Via::Demonym,
    Via::Capital,
    Via::City,
    Via::Division,
    Via::Place,
    Via::Person,
    Via::Title,
    Via::Institution,
    Via::Organization,
    Via::Part,
    Via::Context,
];
const LOCATED: [Located; 4] = [
    Located::Stated,
    Located::Target,
    Located::Dateline,
    Located::Home,
];
const GRAINS: [Grain; 4] = [Grain::Day, Grain::Week, Grain::Month, Grain::Year];

/// From this day others are counted.
const EPOCH: Date = jiff::civil::date(2000, 1, 1);

/// How a name is read: all of an entity but where it stands. Without its words where the article
/// has them.
#[derive(PartialEq, Eq, Hash)]
struct Reading<'a> {
    length: u32,
    part: Part,
    kind: EntityType,
    country: Option<CountryCode>,
    via: Option<Via>,
    name: Option<&'a str>,
    text: Option<&'a str>,
}

struct Writer<'a> {
    bytes: Vec<u8>,
    article: &'a Article,
    /// What coded the events so far.
    coders: Vec<&'a str>,
}

impl<'a> Writer<'a> {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// A number that is near zero on either side.
    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.bytes.push(value.is_some().into());
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn list<T>(&mut self, list: &'a [T], write: impl Fn(&mut Self, &'a T)) {
        self.number(list.len() as u64);
        for value in list {
            write(self, value);
        }
    }

    fn country(&mut self, country: CountryCode) {
        self.number(country.number().into());
    }

    /// A country or none.
    fn country_or_none(&mut self, country: Option<CountryCode>) {
        self.number(country.map_or(0, |code| u64::from(code.number()) + 1));
    }

    fn date(&mut self, date: Date) {
        self.signed(date.duration_since(EPOCH).as_hours() / 24);
    }

    /// A span that stands near to a place.
    fn span(&mut self, span: ByteSpan, near: u32) {
        self.signed(i64::from(span.start) - i64::from(near));
        self.signed(i64::from(span.end) - i64::from(span.start));
    }

    /// Words, where the article does not have them at their span.
    fn words(&mut self, text: &str, part: Part, span: ByteSpan) {
        let own = (words_at(self.article, part, span) != Some(text)).then_some(text);
        self.option(own, Self::text);
    }

    fn dateline(&mut self, dateline: &'a Dateline) {
        self.span(dateline.span, 0);
        self.option(dateline.place.as_deref(), Self::text);
        self.country_or_none(dateline.country);
        self.option(dateline.on, Self::date);
        self.option(dateline.agency.as_deref(), Self::text);
    }

    fn event(&mut self, event: &'a Event) {
        let Evidence { part, span, .. } = event.sentence;
        self.bytes.push(part as u8);
        self.span(span, 0);
        let near = span.start;
        self.span(event.trigger, near);
        for actor in [&event.by, &event.to, &event.claimed_by] {
            self.option(actor.as_ref(), |out, actor| out.actor(actor, part, near));
        }
        let action = &event.action;
        self.bytes.push(action.plover as u8);
        self.number(action.cameo.number().into());
        // Both follow from the code, as far as this version knows.
        let own = (action_of(action.plover, action.cameo) != *action)
            .then_some((action.quad, action.goldstein));
        self.option(own, |out, (quad, goldstein)| {
            out.bytes.push(quad);
            out.bytes.extend_from_slice(&goldstein.to_le_bytes());
        });
        self.option(event.at.as_ref(), |out, at| {
            out.bytes.push(at.via as u8);
            out.country_or_none(at.country);
            out.text(&at.text);
            out.option(at.name.as_deref(), Self::text);
        });
        self.option(event.on, Self::date);
        self.bytes.push(event.grain as u8);
        self.bytes.push(event.mode as u8);
        self.bytes.push((!event.counts.is_empty()).into());
        if !event.counts.is_empty() {
            for (_, count) in event.counts.each() {
                self.option(count, |out, count| {
                    for bound in [count.min, count.max] {
                        out.option(bound, |out, bound| out.number(bound.into()));
                    }
                });
            }
        }
        self.share(event.confidence);
        let known = self.coders.iter().position(|coder| *coder == event.coder);
        self.number(known.unwrap_or(self.coders.len()) as u64);
        if known.is_none() {
            self.text(&event.coder);
            self.coders.push(&event.coder);
        }
    }

    fn actor(&mut self, actor: &Actor, part: Part, near: u32) {
        self.span(actor.span, near);
        self.words(&actor.text, part, actor.span);
        self.country_or_none(actor.country);
        self.number(actor.sector.map_or(0, |sector| sector as u64 + 1));
        self.option(actor.name.as_deref(), Self::text);
    }

    /// Whole hundredths in a byte, as most shares are.
    fn share(&mut self, share: f64) {
        let hundredths = (share * 100.0).round();
        if (0.0..=100.0).contains(&hundredths) && hundredths / 100.0 == share {
            self.bytes.push(hundredths as u8);
        } else {
            self.bytes.push(u8::MAX);
            self.bytes.extend_from_slice(&share.to_le_bytes());
        }
    }

    fn entities(&mut self, entities: &'a [Entity]) {
        let mut readings: FxHashMap<Reading<'_>, usize> = FxHashMap::default();
        let mut at = Place::default();
        self.number(entities.len() as u64);
        for entity in entities {
            let is_there = words_at(self.article, entity.part, entity.span) == Some(&entity.text);
            let reading = Reading {
                length: entity.span.end.wrapping_sub(entity.span.start),
                part: entity.part,
                kind: entity.kind,
                country: entity.country,
                via: entity.via,
                name: entity.name.as_deref(),
                text: (!is_there).then_some(&entity.text),
            };
            let next = readings.len();
            let known = *readings.entry(reading).or_insert(next);
            self.number(known as u64);
            if known == next {
                self.number(entity.span.end.wrapping_sub(entity.span.start).into());
                self.bytes.push(entity.part as u8);
                self.bytes.push(entity.kind as u8);
                self.country_or_none(entity.country);
                self.number(entity.via.map_or(0, |via| via as u64 + 1));
                self.option(entity.name.as_deref(), Self::text);
                self.option((!is_there).then_some(&*entity.text), Self::text);
            }
            self.signed(i64::from(entity.span.start) - i64::from(at.of(entity.part)));
            at.set(entity.part, entity.span.end);
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    article: &'a Article,
    coders: Vec<String>,
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn number32(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn taken(&mut self, length: usize) -> Option<&[u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?.try_into().ok()?;
        let text = std::str::from_utf8(self.taken(length)?);
        text.ok().map(str::to_owned)
    }

    fn float(&mut self) -> Option<f64> {
        Some(f64::from_le_bytes(self.taken(8)?.try_into().ok()?))
    }

    fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.byte()? {
            0 => Some(None),
            1 => Some(Some(read(self)?)),
            _ => None,
        }
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.length()?;
        let mut list = Vec::with_capacity(length);
        for _ in 0..length {
            list.push(read(self)?);
        }
        Some(list)
    }

    /// How many things follow, of which none takes less than a byte.
    fn length(&mut self) -> Option<usize> {
        let length = self.number()?.try_into().ok()?;
        (length <= self.bytes.len()).then_some(length)
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(usize::from(self.byte()?)).copied()
    }

    fn part(&mut self) -> Option<Part> {
        self.one_of(&[Part::Title, Part::Text])
    }

    fn country(&mut self) -> Option<CountryCode> {
        CountryCode::from_number(self.number()?.try_into().ok()?)
    }

    fn country_or_none(&mut self) -> Option<Option<CountryCode>> {
        match self.number()? {
            0 => Some(None),
            number => Some(Some(CountryCode::from_number(
                (number - 1).try_into().ok()?,
            )?)),
        }
    }

    fn date(&mut self) -> Option<Date> {
        let days = SignedDuration::try_from_hours(self.signed()?.checked_mul(24)?)?;
        EPOCH.checked_add(days).ok()
    }

    fn span(&mut self, near: u32) -> Option<ByteSpan> {
        let start = self.signed()?.checked_add(near.into())?;
        let end = self.signed()?.checked_add(start)?;
        Some(ByteSpan {
            start: start.try_into().ok()?,
            end: end.try_into().ok()?,
        })
    }

    fn words(&mut self, part: Part, span: ByteSpan) -> Option<String> {
        match self.option(Self::text)? {
            Some(text) => Some(text),
            None => words_at(self.article, part, span).map(str::to_owned),
        }
    }

    fn dateline(&mut self) -> Option<Dateline> {
        Some(Dateline {
            span: self.span(0)?,
            place: self.option(Self::text)?,
            country: self.country_or_none()?,
            on: self.option(Self::date)?,
            agency: self.option(Self::text)?,
        })
    }

    fn event(&mut self) -> Option<Event> {
        let part = self.part()?;
        let span = self.span(0)?;
        let near = span.start;
        let trigger = self.span(near)?;
        let mut actor = || self.option(|from| from.actor(part, near));
        let (by, to, claimed_by) = (actor()?, actor()?, actor()?);
        let plover = self.one_of(&Plover::ALL)?;
        let cameo = CameoCode::from_number(self.number()?.try_into().ok()?)?;
        let mut action = action_of(plover, cameo);
        if let Some((quad, goldstein)) = self.option(|from| Some((from.byte()?, from.float()?)))? {
            (action.quad, action.goldstein) = (quad, goldstein);
        }
        Some(Event {
            by,
            action,
            to,
            at: self.option(|from| {
                let via = from.one_of(&LOCATED)?;
                Some(Location {
                    country: from.country_or_none()?,
                    text: from.text()?,
                    name: from.option(Self::text)?,
                    via,
                })
            })?,
            on: self.option(Self::date)?,
            grain: self.one_of(&GRAINS)?,
            mode: self.one_of(&Mode::ALL)?,
            counts: self.option(Self::counts)?.unwrap_or_default(),
            claimed_by,
            sentence: Evidence {
                part,
                span,
                text: words_at(self.article, part, span)
                    .unwrap_or_default()
                    .to_owned(),
            },
            trigger,
            confidence: self.share()?,
            coder: self.coder()?,
        })
    }

    fn actor(&mut self, part: Part, near: u32) -> Option<Actor> {
        let span = self.span(near)?;
        Some(Actor {
            text: self.words(part, span)?,
            country: self.country_or_none()?,
            sector: match self.number()? {
                0 => None,
                number => Some(*Sector::ALL.get(usize::try_from(number - 1).ok()?)?),
            },
            name: self.option(Self::text)?,
            span,
        })
    }

    fn counts(&mut self) -> Option<Counts> {
        let mut count = || {
            self.option(|from| {
                Some(Count {
                    min: from.option(Self::number32)?,
                    max: from.option(Self::number32)?,
                })
            })
        };
        Some(Counts {
            killed: count()?,
            wounded: count()?,
            arrested: count()?,
            protesters: count()?,
        })
    }

    fn share(&mut self) -> Option<f64> {
        match self.byte()? {
            u8::MAX => self.float(),
            hundredths => Some(f64::from(hundredths) / 100.0),
        }
    }

    fn coder(&mut self) -> Option<String> {
        let number = usize::try_from(self.number()?).ok()?;
        if number == self.coders.len() {
            let coder = self.text()?;
            self.coders.push(coder);
        }
        self.coders.get(number).cloned()
    }

    fn entities(&mut self) -> Option<Vec<Entity>> {
        let length = self.length()?;
        let mut entities: Vec<Entity> = Vec::with_capacity(length);
        // The first entity of each reading, and whether its words are its own.
        let mut readings: Vec<(usize, bool)> = Vec::new();
        let mut at = Place::default();
        for next in 0..length {
            let known = usize::try_from(self.number()?).ok()?;
            let (mut entity, is_own) = match readings.get(known) {
                Some(&(first, is_own)) => (entities.get(first)?.clone(), is_own),
                None if known == readings.len() => {
                    let (entity, is_own) = self.reading()?;
                    readings.push((next, is_own));
                    (entity, is_own)
                }
                None => return None,
            };
            let length = entity.span.end.wrapping_sub(entity.span.start);
            let start = self.signed()?.checked_add(at.of(entity.part).into())?;
            let start: u32 = start.try_into().ok()?;
            entity.span = ByteSpan {
                start,
                end: start.wrapping_add(length),
            };
            if !is_own {
                words_at(self.article, entity.part, entity.span)?.clone_into(&mut entity.text);
            }
            at.set(entity.part, entity.span.end);
            entities.push(entity);
        }
        Some(entities)
    }

    /// An entity that stands nowhere yet, and whether it has words of its own.
    fn reading(&mut self) -> Option<(Entity, bool)> {
        let end = self.number32()?;
        let part = self.part()?;
        let kind = self.one_of(&KINDS)?;
        let country = self.country_or_none()?;
        let via = match self.number()? {
            0 => None,
            number => Some(*VIAS.get(usize::try_from(number - 1).ok()?)?),
        };
        let name = self.option(Self::text)?;
        let text = self.option(Self::text)?;
        let is_own = text.is_some();
        let entity = Entity {
            text: text.unwrap_or_default(),
            kind,
            part,
            span: ByteSpan { start: 0, end },
            country,
            via,
            name,
        };
        Some((entity, is_own))
    }
}

/// Where the name before ends, in title and text.
#[derive(Default)]
struct Place([u32; 2]);

impl Place {
    fn of(&self, part: Part) -> u32 {
        self.0[part as usize]
    }

    fn set(&mut self, part: Part, end: u32) {
        self.0[part as usize] = end;
    }
}

/// The words of an article at a span.
fn words_at(article: &Article, part: Part, span: ByteSpan) -> Option<&str> {
    let text = match part {
        Part::Title => &article.title,
        Part::Text => &article.text,
    };
    text.get(span.range())
}

/// An action, as its codes have it.
fn action_of(plover: Plover, cameo: CameoCode) -> Action {
    Action {
        plover,
        cameo,
        quad: cameo.quad().number(),
        goldstein: cameo.goldstein(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::{Annotator, Scratch};
    use crate::corpus::{Limits, read_folder};
    use std::path::Path;

    /// What the sample corpus holds, and what is found in it.
    fn sample() -> Vec<(Article, Annotations)> {
        let annotator = Annotator::bundled().unwrap();
        let mut scratch = Scratch::default();
        let mut all = Vec::new();
        read_folder(Path::new("corpus"), &Limits::default(), &mut |article| {
            let annotations = annotator.annotate(&article, &mut scratch);
            all.push((article, annotations));
        });
        all
    }

    #[test]
    fn annotations_survive_packing() {
        let all = sample();
        assert!(all.iter().any(|(_, found)| !found.events.is_empty()));
        for (article, found) in all {
            let packed = write(&found, &article);
            assert_eq!(read(&packed, &article).as_ref(), Some(&found));
            let whole = serde_json::to_vec(&found).unwrap().len();
            assert!(
                packed.len() <= 16 + whole / 4,
                "{} of {whole}",
                packed.len()
            );
        }
    }

    #[test]
    fn what_the_article_does_not_say_survives_too() {
        let (article, mut found) = sample()
            .into_iter()
            .max_by_key(|(_, found)| found.events.len())
            .unwrap();
        for (event, confidence) in found.events.iter_mut().zip([1.0 / 3.0, -1.0, f64::MAX]) {
            event.confidence = confidence;
            event.action.goldstein = 0.125;
            event.coder.push('x');
            event.grain = Grain::Month;
            event.on = Some(jiff::civil::date(1066, 10, 14));
            event.counts.killed = Some(Count {
                min: Some(20),
                max: None,
            });
            if let Some(by) = &mut event.by {
                by.text = "nobody".to_owned();
                by.span = ByteSpan { start: 7, end: 3 };
            }
        }
        found.entities[0].text = "Elsewhere".to_owned();
        found.entities[0].span = ByteSpan {
            start: u32::MAX - 2,
            end: u32::MAX,
        };
        found.entities.reverse();
        let packed = write(&found, &article);
        assert_eq!(read(&packed, &article), Some(found));
    }

    #[test]
    fn damaged_bytes_are_refused() {
        for (article, found) in sample() {
            let packed = write(&found, &article);
            for length in 0..packed.len().min(300) {
                assert_eq!(read(&packed[..length], &article), None);
            }
            for at in 0..packed.len() {
                let mut damaged = packed.clone();
                damaged[at] ^= 0x55;
                let _ = read(&damaged, &article);
            }
        }
    }

    #[test]
    fn codes_are_places_in_their_tables() {
        assert!((0..).zip(KINDS).all(|(at, kind)| kind as usize == at));
        assert!((0..).zip(VIAS).all(|(at, via)| via as usize == at));
        assert!((0..).zip(LOCATED).all(|(at, via)| via as usize == at));
        assert!((0..).zip(GRAINS).all(|(at, grain)| grain as usize == at));
        assert_eq!([Part::Title as u8, Part::Text as u8], [0, 1]);
    }
}
