//! Documents: an article and its annotations as tantivy takes them, and back.

use super::analyzer::tagged;
use super::fields::Fields;
use super::lifecycle::IndexError;
use super::packed;
use super::store::Store;
use crate::annotate::{Annotations, EntityType, Event, Grain, Located, Location};
use crate::article::Article;
use crate::corpus::FileReport;
use crate::ontology::{CameoCode, CountryCode, Mode, Place, Plover, Sector};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use tantivy::TantivyDocument;
use tantivy::schema::Value;
use tantivy::tokenizer::{PreTokenizedString, Token};

/// The value of the kind field for articles.
pub const ARTICLE: &str = "article";
/// The value of the kind field for files.
pub const FILE: &str = "file";

/// What the index remembers of a file that has been read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileRecord {
    /// What reading it came to.
    #[serde(flatten)]
    pub report: FileReport,
    /// Its size in bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified: u128,
    /// BLAKE3 of its bytes, in hexadecimal; absent when not all of them were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    /// The rules and limits that it was read by, as a number that differs when they do.
    #[serde(default)]
    pub reading: u64,
}

/// What tells whether an article has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digests {
    /// Of all that annotations depend on: an article that moved keeps it.
    pub content: u64,
    /// Of everything that the index holds of it but its annotations.
    pub whole: u64,
}

impl Digests {
    /// The digests of an article.
    pub fn of(article: &Article) -> Self {
        let mut content = blake3::Hasher::new();
        for part in [&article.title, &article.text] {
            content.update(&(part.len() as u64).to_le_bytes());
            content.update(part.as_bytes());
        }
        // Neither of the two fails: a date and an article are plain JSON.
        let _ = serde_json::to_writer(&mut content, &(&article.date, &article.language));
        // In one piece, which is hashed several times as fast as many small ones.
        let whole = serde_json::to_vec(article).unwrap_or_default();
        Self {
            content: first_eight(&content.finalize()),
            whole: first_eight(&blake3::hash(&whole)),
        }
    }
}

/// A digest as a number that a column can hold.
pub fn first_eight(digest: &blake3::Hash) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&digest.as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}

/// An article as the index holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Indexed {
    /// The article's identifier.
    pub id: String,
    /// The article.
    pub article: Article,
    /// What was found in it.
    pub annotations: Annotations,
}

/// The identifier of an article: stable over re-indexing as long as it stays in its file. A
/// source's own key is better than a record number, which moves when a record is added before it.
pub fn article_id(article: &Article, occurrence: u64) -> String {
    let mut digest = blake3::Hasher::new();
    digest.update(article.path.as_bytes());
    digest.update(b"\0");
    if let Some(member) = &article.member {
        digest.update(b"member\0");
        digest.update(member.as_bytes());
        digest.update(b"\0");
    }
    match &article.key {
        Some(key) => {
            digest.update(b"key\0");
            digest.update(key.as_bytes());
            digest.update(&occurrence.to_le_bytes());
        }
        None => {
            digest.update(&article.record.to_le_bytes());
        }
    }
    digest.finalize().to_hex()[..16].to_owned()
}

/// An article's identifier as a number; `None` for what is no identifier.
pub fn number_of(id: &str) -> Option<u64> {
    u64::from_str_radix(id, 16).ok()
}

/// An article's identifier out of its number.
pub fn id_of(number: u64) -> String {
    format!("{number:016x}")
}

/// A day as a number that sorts and that gives its month and year by division: 20240312.
pub fn day_number(date: jiff::civil::Date) -> u64 {
    let year = u64::try_from(date.year()).unwrap_or(0);
    year * 10_000 + date.month() as u64 * 100 + date.day() as u64
}

/// The codes of an event in one number, so that a count over events reads one column.
///
/// From the lowest bit: actor's country and sector, target's country and sector, place's country
/// (10 bits a country, 5 a sector; all ones where there is none), PLOVER type (4), CAMEO code (9),
/// mode (2), confidence in hundredths (7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventCode {
    /// Country and sector of the actor.
    pub by: (Option<CountryCode>, Option<Sector>),
    /// Country and sector of the target.
    pub to: (Option<CountryCode>, Option<Sector>),
    /// Country of the place.
    pub at: Option<CountryCode>,
    /// PLOVER type.
    pub plover: Plover,
    /// CAMEO code.
    pub cameo: CameoCode,
    /// Mode.
    pub mode: Mode,
    /// Confidence, as [`hundredths`] gives it.
    pub confidence: u8,
}

/// How many whole hundredths a share from 0 to 1 holds, so that a share is at least `n / 100`
/// exactly where it holds `n` of them.
pub fn hundredths(share: f64) -> u8 {
    let nearest = (share * 100.0).round().clamp(0.0, 100.0);
    // 0.29 times 100 is less than 29; what was typed as 0.29 is not less than 29 / 100.
    let whole = if nearest / 100.0 > share {
        nearest - 1.0
    } else {
        nearest
    };
    whole as u8
}

const NO_COUNTRY: u64 = (1 << 10) - 1;
const NO_SECTOR: u64 = (1 << 5) - 1;

impl EventCode {
    /// The codes of an event.
    pub fn of(event: &Event) -> Self {
        let side = |actor: &Option<crate::annotate::Actor>| {
            actor
                .as_ref()
                .map_or((None, None), |actor| (actor.country, actor.sector))
        };
        Self {
            by: side(&event.by),
            to: side(&event.to),
            at: place_of(event).and_then(|at| at.country),
            plover: event.action.plover,
            cameo: event.action.cameo,
            mode: event.mode,
            confidence: hundredths(event.confidence),
        }
    }

    /// As one number.
    pub fn pack(self) -> u64 {
        let country =
            |code: Option<CountryCode>| code.map_or(NO_COUNTRY, |code| code.number().into());
        let sector = |sector: Option<Sector>| sector.map_or(NO_SECTOR, |sector| sector as u64);
        let parts = [
            (country(self.by.0), 10),
            (sector(self.by.1), 5),
            (country(self.to.0), 10),
            (sector(self.to.1), 5),
            (country(self.at), 10),
            (self.plover as u64, 4),
            (u64::from(self.cameo.number()), 9),
            (self.mode as u64, 2),
            (u64::from(self.confidence), 7),
        ];
        parts
            .iter()
            .rev()
            .fold(0, |packed, &(part, bits)| packed << bits | part)
    }

    /// Out of a number; `None` when it holds codes that this version lacks.
    pub fn unpack(packed: u64) -> Option<Self> {
        let parts = PackedEvent(packed);
        let country = |part: u64| CountryCode::from_number(part as u16);
        let sector = |part: u64| Sector::ALL.get(part as usize).copied();
        let [by, to, at] = parts.countries().map(country);
        let [by_sector, to_sector] = parts.sectors().map(sector);
        Some(Self {
            by: (by, by_sector),
            to: (to, to_sector),
            at,
            plover: *Plover::ALL.get(parts.plover() as usize)?,
            cameo: CameoCode::from_number(parts.cameo() as u16)?,
            mode: *Mode::ALL.get(parts.mode() as usize)?,
            confidence: parts.confidence(),
        })
    }
}

/// The number of an [`EventCode`], whose parts can be looked at as the numbers that they are
/// without unpacking the rest: a count looks at many events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackedEvent(pub u64);

/// Where a part of a [`PackedEvent`] stands: its lowest bit and how many bits it has.
#[derive(Debug, Clone, Copy)]
pub struct PackedPart(u32, u32);

impl PackedPart {
    /// The countries of actor, target and place.
    pub const COUNTRIES: [Self; 3] = [Self(0, 10), Self(15, 10), Self(30, 10)];
    /// The sectors of actor and target.
    pub const SECTORS: [Self; 2] = [Self(10, 5), Self(25, 5)];
    /// The PLOVER type.
    pub const PLOVER: Self = Self(40, 4);
    /// The CAMEO code.
    pub const CAMEO: Self = Self(44, 9);
    /// The mode.
    pub const MODE: Self = Self(53, 2);
    /// The confidence.
    pub const CONFIDENCE: Self = Self(55, 7);

    /// Its bits, and what they are where it is `number`.
    pub fn mask(self, number: u64) -> (u64, u64) {
        (((1 << self.1) - 1) << self.0, number << self.0)
    }
}

impl PackedEvent {
    /// Every country's number is less, and so is that of none.
    pub const COUNTRIES: usize = 1 << 10;

    fn part(self, PackedPart(at, bits): PackedPart) -> u64 {
        self.0 >> at & ((1 << bits) - 1)
    }

    /// The countries of actor, target and place; what no country has where there is none.
    pub fn countries(self) -> [u64; 3] {
        PackedPart::COUNTRIES.map(|part| self.part(part))
    }

    /// The sectors of actor and target; what no sector has where there is none.
    pub fn sectors(self) -> [u64; 2] {
        PackedPart::SECTORS.map(|part| self.part(part))
    }

    /// The PLOVER type.
    pub fn plover(self) -> u64 {
        self.part(PackedPart::PLOVER)
    }

    /// The CAMEO code.
    pub fn cameo(self) -> u64 {
        self.part(PackedPart::CAMEO)
    }

    /// The mode.
    pub fn mode(self) -> u64 {
        self.part(PackedPart::MODE)
    }

    /// The confidence, in hundredths.
    pub fn confidence(self) -> u8 {
        self.part(PackedPart::CONFIDENCE) as u8
    }
}

/// The place of an event, unless it is only an actor's home: that would count the actor twice.
fn place_of(event: &Event) -> Option<&Location> {
    event.at.as_ref().filter(|at| at.via != Located::Home)
}

/// The terms that stand for an event in the events field, one for every role and level:
/// `by:CO`, `by:005`, `action:SANCTION`, `action:16`, `sector:GOV`, `mode:actual`, `on:20251111`.
pub fn event_terms(event: &Event) -> Vec<String> {
    let mut terms = Vec::new();
    let place = |role: &str, code: Option<CountryCode>, terms: &mut Vec<String>| {
        let Some(code) = code else { return };
        terms.push(format!("{role}:{code}"));
        terms.extend(
            code.regions()
                .iter()
                .map(|region| format!("{role}:{}", region.as_str())),
        );
    };
    for (role, actor) in [("by", &event.by), ("to", &event.to)] {
        let Some(actor) = actor else { continue };
        terms.push(format!("{role}:*"));
        terms.push(actor_term(role, &actor.text));
        terms.extend(actor.name.as_deref().map(|name| actor_term(role, name)));
        place(role, actor.country, &mut terms);
        if let Some(sector) = actor.sector {
            terms.push(format!("{role}:{}", sector.code()));
            terms.push(format!("sector:{}", sector.code()));
        }
    }
    if let Some(at) = place_of(event) {
        terms.push("at:*".to_owned());
        place("at", at.country, &mut terms);
        // "In the Caribbean" lies in no one country.
        if let (None, Ok(Place::Region(region))) = (at.country, Place::parse(at.canonical())) {
            terms.push(format!("at:{}", region.as_str()));
        }
    }
    terms.push(format!("action:{}", event.action.plover));
    terms.extend(
        event
            .action
            .cameo
            .ancestors()
            .map(|code| format!("action:{code}")),
    );
    terms.push(format!("action:{}", event.action.cameo.quad().name()));
    terms.push(format!("mode:{}", event.mode.name()));
    terms.extend(confidence_terms(hundredths(event.confidence)));
    if let Some(on) = event.on {
        let day = day_number(on);
        terms.push("on:*".to_owned());
        // An event of October is none of its first day. One of a week counts on the week's first,
        // so that a range of days finds it.
        let periods = [day, day / 100, day / 10_000];
        let known = match event.grain {
            Grain::Day | Grain::Week => &periods[..],
            Grain::Month => &periods[1..],
            Grain::Year => &periods[2..],
        };
        terms.extend(known.iter().map(|period| format!("on:{period}")));
        // A range without an end is made of these.
        terms.push(format!("on:{}x", day / 100_000));
        terms.push(format!("on:{}xx", day / 1_000_000));
    }
    terms.sort();
    terms.dedup();
    terms
}

/// The terms for a confidence in hundredths: itself, and the ten that it is among, so that a range
/// is made of few terms.
fn confidence_terms(hundredths: u8) -> [String; 2] {
    [
        format!("confidence:{hundredths}"),
        format!("confidence:{}x", hundredths / 10),
    ]
}

/// The fewest terms for the confidences between two, both included, in hundredths.
pub fn confidences_between(least: u8, most: u8) -> Vec<String> {
    let mut terms = Vec::new();
    let mut next = least;
    while next <= most.min(100) {
        let [one, ten] = confidence_terms(next);
        let is_whole = next.is_multiple_of(10) && next + 9 <= most;
        terms.push(if is_whole { ten } else { one });
        next += if is_whole { 10 } else { 1 };
    }
    terms
}

/// The term for an actor by name, however it is cased and accented: `by:=united nations`.
pub fn actor_term(role: &str, name: &str) -> String {
    let words = super::analyzer::terms(&mut super::analyzer::names(), name);
    format!("{role}:={}", words.join(" "))
}

/// The document of an article.
///
/// # Errors
/// When the store cannot pack it.
pub fn of_article(
    fields: &Fields,
    store: &Store,
    id: &str,
    digests: Digests,
    mut article: Article,
    annotations: Annotations,
) -> Result<TantivyDocument, IndexError> {
    let mut document = TantivyDocument::default();
    document.add_text(fields.kind, ARTICLE);
    document.add_u64(fields.digest, digests.whole);
    document.add_u64(fields.content, digests.content);
    document.add_text(fields.get("id"), id);
    if let Some(number) = number_of(id) {
        document.add_u64(fields.number, number);
    }
    document.add_text(fields.get("path"), &article.path);
    for number in super::stories::sketch(&article.title, &article.text) {
        document.add_u64(fields.sketch, number);
    }
    let language = article.language.as_deref();
    for (field, seen, text) in [
        (fields.get("title"), fields.title_seen, &article.title),
        (fields.get("text"), fields.text_seen, &article.text),
    ] {
        let text = tagged(language, text);
        document.add_text(field, &text);
        document.add_text(seen, text);
    }
    if let Some(date) = article.date {
        document.add_u64(fields.get("date"), day_number(date));
    }
    if let Some(outlet) = &article.outlet {
        document.add_text(fields.get("outlet"), outlet);
    }
    if let Some(language) = &article.language {
        document.add_text(fields.get("language"), language);
    }
    for (name, values) in [("author", &article.authors), ("topic", &article.topics)] {
        for value in values.iter().collect::<BTreeSet<_>>() {
            document.add_text(fields.get(name), value);
        }
    }

    let mut codes: BTreeSet<(&str, String)> = BTreeSet::new();
    for country in &annotations.countries {
        codes.insert(("country", country.code.to_string()));
        codes.extend(
            country
                .code
                .regions()
                .iter()
                .map(|region| ("region", region.as_str().to_owned())),
        );
    }
    for entity in &annotations.entities {
        let name = match entity.kind {
            EntityType::Person => "person",
            EntityType::Organization => "org",
            EntityType::Place => "place",
            EntityType::Nationality | EntityType::Other => continue,
        };
        codes.insert((name, entity.canonical().to_owned()));
    }
    let mut positions = Vec::new();
    for (place, event) in annotations.events.iter().enumerate() {
        let code = EventCode::of(event);
        document.add_u64(fields.event_codes, code.pack());
        positions.extend(event_terms(event).into_iter().map(|text| Token {
            text,
            position: place,
            ..Token::default()
        }));
        codes.insert(("action", code.plover.name().to_owned()));
        codes.extend(
            code.cameo
                .ancestors()
                .map(|code| ("cameo", code.to_string())),
        );
        codes.insert(("quad", code.cameo.quad().name().to_owned()));
        codes.insert(("mode", code.mode.name().to_owned()));
        for (name, country) in [("by", code.by.0), ("to", code.to.0), ("at", code.at)] {
            codes.extend(country.map(|country| (name, country.to_string())));
        }
        for sector in [code.by.1, code.to.1].into_iter().flatten() {
            codes.insert(("sector", sector.code().to_owned()));
        }
    }
    for (name, value) in &codes {
        document.add_text(fields.get(name), value);
    }
    if !positions.is_empty() {
        let events = PreTokenizedString {
            text: String::new(),
            tokens: positions,
        };
        document.add_pre_tokenized_text(fields.events, events);
    }

    let annotations = packed::write(&annotations, &article);
    // Most of an article is its text, which is stored as it is: nothing has to be taken out of it.
    let text = std::mem::take(&mut article.text);
    let mut bytes = text.into_bytes();
    append(&mut bytes, &to_json(&article)?);
    append(&mut bytes, &annotations);
    let number = number_of(id).ok_or_else(|| missing("identifier"))?;
    append(&mut bytes, &number.to_le_bytes());
    document.add_bytes(fields.article, &store.pack(&bytes)?);
    Ok(document)
}

/// Appends some bytes and, behind them, how many they are.
fn append(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(part);
    bytes.extend_from_slice(&(part.len() as u32).to_le_bytes());
}

/// What stands before the part that was appended last, and that part.
fn take(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (rest, length) = bytes.split_last_chunk()?;
    let length = u32::from_le_bytes(*length) as usize;
    rest.split_at_checked(rest.len().checked_sub(length)?)
}

/// The document of a file. A later run that finds the file with the same `stamp` does not open it.
///
/// # Errors
/// When the store cannot pack it.
pub fn of_file(
    fields: &Fields,
    store: &Store,
    record: &FileRecord,
    stamp: u64,
) -> Result<TantivyDocument, IndexError> {
    let mut document = TantivyDocument::default();
    document.add_text(fields.kind, FILE);
    document.add_u64(fields.digest, stamp);
    document.add_text(fields.get("path"), &record.report.path);
    document.add_bytes(fields.file, &store.pack(&to_json(record)?)?);
    Ok(document)
}

/// What is wrong with a document of the index, read or to be written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a document of the index cannot be read or written: {0}")]
pub struct DocumentError(pub(super) String);

/// The article in a document.
///
/// # Errors
/// When the document is damaged or from another version.
pub fn to_article(
    fields: &Fields,
    store: &Store,
    document: &TantivyDocument,
) -> Result<Indexed, DocumentError> {
    let bytes = unpack(fields.article, store, document)?;
    let (article, annotations, number) = read(bytes)?;
    let annotations = packed::read(&annotations, &article);
    Ok(Indexed {
        id: id_of(number),
        annotations: annotations.ok_or_else(|| missing("annotations"))?,
        article,
    })
}

/// The article in a document, without what was found in it.
///
/// # Errors
/// When the document is damaged or from another version.
pub fn as_read(
    fields: &Fields,
    store: &Store,
    document: &TantivyDocument,
) -> Result<Article, DocumentError> {
    let bytes = unpack(fields.article, store, document)?;
    read(bytes).map(|(article, ..)| article)
}

/// The record of a file in a document.
///
/// # Errors
/// When the document is damaged or from another version.
pub fn to_file(
    fields: &Fields,
    store: &Store,
    document: &TantivyDocument,
) -> Result<FileRecord, DocumentError> {
    from_json(&unpack(fields.file, store, document)?)
}

/// An article, its annotations as they are packed, and its number.
fn read(mut bytes: Vec<u8>) -> Result<(Article, Vec<u8>, u64), DocumentError> {
    let (rest, number) = take(&bytes).ok_or_else(|| missing("number"))?;
    let number = number.try_into().map_err(|_| missing("number"))?;
    let (rest, annotations) = take(rest).ok_or_else(|| missing("annotations"))?;
    let (text, article) = take(rest).ok_or_else(|| missing("description"))?;
    let (annotations, length) = (annotations.to_vec(), text.len());
    let mut article: Article = from_json(article)?;
    // Most of the bytes are the text: they become it.
    bytes.truncate(length);
    article.text = String::from_utf8(bytes).map_err(|_| missing("text"))?;
    Ok((article, annotations, u64::from_le_bytes(number)))
}

fn unpack(
    field: tantivy::schema::Field,
    store: &Store,
    document: &TantivyDocument,
) -> Result<Vec<u8>, DocumentError> {
    let packed = document.get_first(field).and_then(|value| value.as_bytes());
    store.unpack(packed.ok_or_else(|| missing("content"))?)
}

fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>, DocumentError> {
    serde_json::to_vec(value).map_err(|error| DocumentError(error.to_string()))
}

fn from_json<T: for<'de> Deserialize<'de>>(json: &[u8]) -> Result<T, DocumentError> {
    serde_json::from_slice(json).map_err(|error| DocumentError(error.to_string()))
}

fn missing(part: &str) -> DocumentError {
    DocumentError(format!("its {part} is missing or damaged"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_codes_survive_packing() {
        let code = EventCode {
            by: (CountryCode::parse("CO"), Some(Sector::Gov)),
            to: (CountryCode::parse("ZW"), None),
            at: None,
            plover: Plover::Assault,
            cameo: CameoCode::parse("2042").unwrap(),
            mode: Mode::Negated,
            confidence: 100,
        };
        assert_eq!(EventCode::unpack(code.pack()), Some(code));
        assert_eq!(PackedEvent(code.pack()).confidence(), 100);
    }

    #[test]
    fn a_range_of_confidences_is_made_of_few_terms() {
        for (least, most) in [(0, 100), (80, 100), (85, 100), (5, 37), (42, 42), (9, 3)] {
            let terms = confidences_between(least, most);
            assert!(terms.len() <= 20, "{terms:?}");
            for n in 0..=100 {
                let held = confidence_terms(n).iter().any(|term| terms.contains(term));
                assert_eq!(
                    held,
                    (least..=most).contains(&n),
                    "{n} in {least} to {most}"
                );
            }
        }
        assert_eq!(
            confidences_between(89, 100),
            ["89", "9x", "100"].map(|n| format!("confidence:{n}"))
        );
    }

    #[test]
    fn hundredths_are_those_that_a_share_reaches() {
        for n in 0..=100_u8 {
            let share = f64::from(n) / 100.0;
            assert_eq!(hundredths(share), n);
            assert_eq!(hundredths(share.next_down().max(0.0)), n.saturating_sub(1));
            assert_eq!(hundredths(share.next_up()), n);
        }
        assert_eq!(
            (hundredths(f64::NAN), hundredths(-1.0), hundredths(7.0)),
            (0, 0, 100)
        );
    }
}
