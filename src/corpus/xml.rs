//! XML: what all readers of XML formats share, over quick-xml.
//!
//! [`parse`] makes a small tree of a document, [`Records`] takes one element after the other out of
//! a stream of any length, and [`document`] is the way of a reader whose file is one document. All
//! of it reads what people send rather than what the standard allows: a bare `&` is an `&`, a `<`
//! that begins no tag is a `<`, an end tag closes what was left open within its element, and what
//! cannot be read is told beside what could.
//!
//! Nothing outside the document is ever opened and no entity that a document declares is ever
//! expanded: a reference to one stays as it is written, and [`Parsed::declared_entity`] names it.
//! Character references and the names of HTML (`&nbsp;`, `&eacute;`) are resolved. Depth and number
//! of elements are bounded: see [`DEEPEST`] and [`MOST_NODES`].

use std::io::BufRead;

use encoding_rs::WINDOWS_1252;
use quick_xml::errors::Error;
use quick_xml::escape::resolve_html5_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader as Events;

use super::{Budget, Input, ReadError, html};

/// Elements that are nested deeper lose their tags; their text stays.
pub const DEEPEST: usize = 200;
/// A tree has no more elements, attributes and texts than this, which bounds its memory.
pub const MOST_NODES: usize = 1_000_000;
/// How often reading goes on after a tag that is not closed. Each time may scan the rest.
const MOST_BROKEN_TAGS: usize = 64;
/// How much is kept of what stands around the records of a stream, in bytes.
const MOST_AROUND: usize = 256 * 1024;

/// An element with its attributes and all that is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// The prefix of the name, such as `content` in `content:encoded`; mostly empty.
    pub prefix: String,
    /// The name without prefix, as it is written. It is compared without case.
    pub name: String,
    /// Full names and values, in order.
    pub attributes: Vec<(String, String)>,
    /// Texts and elements, in order.
    pub children: Vec<Node>,
}

/// What stands in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Another element.
    Element(Element),
    /// Text, with its references resolved; CDATA sections are text too.
    Text(String),
}

impl Element {
    /// Whether the element has this name, in any case: `title` whatever the prefix, `dc:title` with
    /// this one, `:title` with none.
    pub fn is(&self, name: &str) -> bool {
        is_named(&self.prefix, &self.name, name)
    }

    /// Whether the element has one of these names, which spaces separate.
    pub fn is_any(&self, names: &str) -> bool {
        names.split_ascii_whitespace().any(|name| self.is(name))
    }

    /// The elements that stand directly in this one.
    pub fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements of a name that stand directly in this one.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements().filter(move |element| element.is(name))
    }

    /// The first element of a name directly in this one.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.is(name))
    }

    /// The first element at a path such as `head/docdata/date.issue`.
    pub fn at(&self, path: &str) -> Option<&Element> {
        match path.split_once('/') {
            Some((first, rest)) => self
                .elements()
                .filter(|element| element.is(first))
                .find_map(|element| element.at(rest)),
            None => self.child(path),
        }
    }

    /// All elements within this one, itself first, in the order of the document.
    pub fn descendants(&self) -> impl Iterator<Item = &Element> {
        let mut waiting = vec![self];
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            let from = waiting.len();
            waiting.extend(next.elements());
            waiting[from..].reverse();
            Some(next)
        })
    }

    /// The elements of a name at any depth below this one.
    pub fn find<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.descendants()
            .skip(1)
            .filter(move |element| element.is(name))
    }

    /// The value of an attribute: `lang` has any prefix, `xml:lang` this one, `:lang` none.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find_map(|(full, value)| {
            let (prefix, local) = full.split_once(':').unwrap_or(("", full));
            is_named(prefix, local, name).then_some(value.as_str())
        })
    }

    /// All text in the element, as it is written, without white space around it.
    pub fn text(&self) -> String {
        let mut text = String::new();
        self.add_text(&mut text);
        match text.trim() {
            trimmed if trimmed.len() == text.len() => text,
            trimmed => trimmed.to_string(),
        }
    }

    fn add_text(&self, text: &mut String) {
        for node in &self.children {
            match node {
                Node::Text(words) => text.push_str(words),
                Node::Element(element) => element.add_text(text),
            }
        }
    }

    /// The text of the first element at a path, where it has any.
    pub fn text_at(&self, path: &str) -> Option<String> {
        self.at(path)
            .map(Element::text)
            .filter(|text| !text.is_empty())
    }

    /// The text as paragraphs, `\n\n` between them, without the elements that `skip` names. HTML in
    /// a text or in CDATA is read as such. A row of a table is one paragraph. Text without any
    /// element in it keeps its lines.
    pub fn prose(&self, skip: &str) -> String {
        if self.elements().next().is_none() {
            let text = self.text();
            return if html::is_markup(&text) {
                html::strip(&text)
            } else {
                text
            };
        }
        let mut paragraphs = html::Paragraphs::default();
        self.add_prose(skip, &mut paragraphs);
        paragraphs.end();
        paragraphs.done
    }

    /// Whether a paragraph is copy with lines of its own, put in as it was: lines begin at the
    /// margin though the tag is indented, or beside blank or indented ones.
    fn keeps_lines(&self, tag_is_indented: bool) -> bool {
        let text = self.text();
        let lines = || text.lines().skip(1);
        let at_margin = |line: &str| line.starts_with(|first: char| !first.is_whitespace());
        lines().count() > 2
            && lines().any(at_margin)
            && (tag_is_indented || !lines().all(at_margin))
    }

    fn add_prose(&self, skip: &str, paragraphs: &mut html::Paragraphs) {
        let mut indented = false;
        for node in &self.children {
            if let Node::Text(words) = node {
                let end = words.trim_end_matches([' ', '\t']);
                indented = end.len() < words.len() && (end.is_empty() || end.ends_with('\n'));
            }
            match node {
                Node::Text(words) if html::is_markup(words) => {
                    paragraphs.end();
                    paragraphs.add(&html::strip(words));
                }
                Node::Text(words) => paragraphs.words(words),
                Node::Element(element) if element.is_any(HIDDEN) || element.is_any(skip) => {}
                Node::Element(element) if element.is("br") => {
                    paragraphs.line_break();
                    element.add_prose(skip, paragraphs);
                }
                Node::Element(element)
                    if element.is("pre") || element.is("p") && element.keeps_lines(indented) =>
                {
                    paragraphs.end();
                    paragraphs.add(&element.text());
                }
                Node::Element(element) if element.is_any(CELLS) => {
                    paragraphs.words(" ");
                    element.add_prose(skip, paragraphs);
                    paragraphs.words(" ");
                }
                Node::Element(element) => {
                    let is_block = html::is_block(&element.name.to_ascii_lowercase())
                        || element.is_any(BLOCKS);
                    if is_block {
                        paragraphs.end();
                    }
                    element.add_prose(skip, paragraphs);
                    if is_block {
                        paragraphs.end();
                    }
                }
            }
        }
    }
}

/// Elements whose text is nobody's to read.
const HIDDEN: &str = "script style noscript template iframe";
/// Cells stand in the paragraph of their row.
const CELLS: &str = "td th nitf-col nitf-cell";
/// What is a paragraph of its own in news formats, beside what is one in HTML.
const BLOCKS: &str = "\
    para paragraph block bq hl1 hl2 credit note media media-caption caption thead tbody tfoot \
    body.content body.head body.end tagline abstract headline subheadline crosshead";

/// Compares a name without case; `wanted` may give the prefix too.
fn is_named(prefix: &str, local: &str, wanted: &str) -> bool {
    match wanted.split_once(':') {
        Some((wanted_prefix, wanted)) => {
            local.eq_ignore_ascii_case(wanted) && prefix.eq_ignore_ascii_case(wanted_prefix)
        }
        None => local.eq_ignore_ascii_case(wanted),
    }
}

/// What could be read of a document, and what was wrong with it.
#[derive(Debug, Default)]
pub struct Parsed {
    /// The outermost element; `None` where there is none.
    pub root: Option<Element>,
    /// What is missing from the tree, in words. Slips that cost nothing are not told.
    pub damage: Option<String>,
    /// The first reference to an entity that the document declares itself. It is not expanded.
    pub declared_entity: Option<String>,
}

/// The whole file as one document, for a reader whose format is that. What is damaged goes to
/// [`Input::trouble`]; a document that needs entities of its own is refused.
pub fn document(input: &mut Input) -> Result<Element, ReadError> {
    let text = input.whole(declared_encoding)?;
    let parsed = parse(&text);
    if let Some(entity) = parsed.declared_entity {
        return Err(ReadError::Broken(refused(&entity)));
    }
    if parsed.damage.is_some() {
        input.trouble = parsed.damage.map(|damage| format!("broken XML: {damage}"));
    }
    parsed
        .root
        .ok_or_else(|| ReadError::Broken("not XML: there is no element in it".into()))
}

/// The elements of `names` in a file, as [`Records`], in the encoding that it declares.
pub fn records<'a>(input: &mut Input<'a>, names: &str) -> Records<Box<dyn BufRead + 'a>> {
    let budget = input.budget();
    let declared = declared_encoding(&input.head.bytes);
    Records::new(input.utf8_or(declared.as_deref()), budget, names)
}

/// Why a document with entities of its own is not read.
pub fn refused(entity: &str) -> String {
    format!("it declares entities of its own, such as &{entity};, which are not expanded")
}

/// The name of the outermost element, without prefix, past declarations and comments. `None` where
/// the text does not begin as XML does.
pub fn root_name(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let inside = rest.strip_prefix('<')?;
        let end = if inside.starts_with("!--") {
            "-->"
        } else if inside.starts_with('?') {
            "?>"
        } else if inside.starts_with("!DOCTYPE") {
            let close = inside.find('>').unwrap_or(inside.len());
            let subset = inside.find('[').is_some_and(|subset| subset < close);
            if subset { "]>" } else { ">" }
        } else {
            let length =
                inside.find(|end: char| end.is_whitespace() || matches!(end, '>' | '/'))?;
            let (_, name) = split_name(&inside[..length]);
            return name.starts_with(char::is_alphabetic).then_some(name);
        };
        let after = inside.find(end)? + end.len();
        rest = inside[after..].trim_start();
    }
}

/// The encoding that the XML declaration names.
pub fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]).into_owned();
    let declaration = start.trim_start().strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>").or(declaration.find('>'))?];
    let value = declaration.split_once("encoding")?.1.trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|mark| matches!(mark, '"' | '\''))?;
    let label = value[1..].split(quote).next()?.trim();
    (!label.is_empty()).then(|| label.to_string())
}

/// Makes a tree of a document, or of a part of one.
pub fn parse(text: &str) -> Parsed {
    parse_with(text, false)
}

/// As [`parse`], for a part of a document whose beginning `declares` entities.
fn parse_with(text: &str, declares: bool) -> Parsed {
    let mut tree = Tree {
        declares,
        ..Tree::default()
    };
    let (mut start, mut broken_tags) = (0, 0);
    while start < text.len() && tree.damage.is_none() {
        let Some(stopped) = read_events(&text[start..], &mut tree) else {
            break;
        };
        // A tag or a section without an end. It is stepped over if it looks like a tag, and is
        // text if it does not.
        let at = start + stopped.min(text.len() - start - 1);
        let after = text.get(at + 1..).unwrap_or("");
        broken_tags += 1;
        start = match after.find('<') {
            Some(next) if broken_tags <= MOST_BROKEN_TAGS => {
                let next = at + 1 + next;
                let tag = &text[at..next];
                // What the quote that is not closed keeps open ends at the bracket all the same.
                let end = tag.find('>').map_or(tag.len(), |bracket| bracket + 1);
                tree.text(if begins_tag(after) { &tag[end..] } else { tag });
                next
            }
            _ => {
                tree.damage = Some("it ends within a tag".into());
                break;
            }
        };
    }
    tree.finish()
}

/// Reads to the end, or to a tag that has no end: returns the place of that.
fn read_events(text: &str, tree: &mut Tree) -> Option<usize> {
    let mut events = Events::from_str(text);
    let config = events.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    while tree.damage.is_none() {
        match events.read_event() {
            Ok(Event::Eof) => return None,
            Ok(event) => tree.event(event),
            Err(Error::Syntax(_)) => {
                return Some(usize::try_from(events.error_position()).unwrap_or(usize::MAX));
            }
            Err(Error::IllFormed(_)) => {}
            Err(error) => tree.damage = Some(error.to_string()),
        }
    }
    None
}

fn begins_tag(after: &str) -> bool {
    after.starts_with(|first: char| first.is_alphabetic() || matches!(first, '/' | '!' | '?' | '_'))
}

/// A tree as it grows.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
    /// Names of open elements below [`DEEPEST`], which are not in the tree.
    too_deep: usize,
    declares: bool,
    declared_entity: Option<String>,
    damage: Option<String>,
}

impl Tree {
    fn event(&mut self, event: Event) {
        match event {
            Event::Start(tag) => self.start(&tag, false),
            Event::Empty(tag) => self.start(&tag, true),
            Event::End(tag) => self.end(tag.name().as_ref()),
            Event::Text(text) => self.text(&text),
            Event::CData(text) => self.text(&text),
            Event::GeneralRef(name) => self.reference(&name),
            Event::DocType(declaration) => self.declares |= declares_entities(&declaration),
            _ => {}
        }
    }

    fn start(&mut self, tag: &BytesStart, empty: bool) {
        if !begins_tag(tag) || tag.starts_with(['/', '!', '?']) {
            return self.not_a_tag(tag);
        }
        if self.open.len() >= DEEPEST {
            self.too_deep += usize::from(!empty);
            return;
        }
        let name = tag.name();
        let (prefix, name) = split_name(name.as_ref());
        let attributes: Vec<(String, String)> = tag
            .html_attributes()
            .with_checks(false)
            .flatten()
            .map(|attribute| {
                let value = resolve_all(&attribute.value);
                (attribute.key.as_ref().to_string(), value)
            })
            .collect();
        self.count(1 + attributes.len());
        self.open.push(Element {
            prefix: prefix.into(),
            name: name.into(),
            attributes,
            children: Vec::new(),
        });
        if empty {
            self.close();
        }
    }

    /// `<` before a space or a digit is text, and a tag may follow before the next `>`.
    fn not_a_tag(&mut self, content: &str) {
        self.text("<");
        match content.rsplit_once('<') {
            Some((text, tag)) if tag.starts_with('/') => {
                self.text(text);
                self.end(&tag[1..]);
            }
            Some((text, tag)) if tag.starts_with(char::is_alphabetic) => {
                self.text(text);
                let name = tag.find(char::is_whitespace).unwrap_or(tag.len());
                self.start(&BytesStart::from_content(tag, name), false);
            }
            _ => {
                self.text(content);
                self.text(">");
            }
        }
    }

    /// Closes the innermost open element of this name, and what is open within it. An end tag
    /// without an element is passed over.
    fn end(&mut self, full: &str) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let (prefix, name) = split_name(full.trim());
        let found = self.open.iter().rposition(|element| {
            element.name.eq_ignore_ascii_case(name) && element.prefix.eq_ignore_ascii_case(prefix)
        });
        if let Some(found) = found {
            while self.open.len() > found {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        let Some(element) = self.open.pop() else {
            return;
        };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None if self.root.is_none() => self.root = Some(element),
            None => {}
        }
    }

    fn text(&mut self, words: &str) {
        let Some(element) = self.open.last_mut() else {
            return;
        };
        if let Some(Node::Text(text)) = element.children.last_mut() {
            text.push_str(words);
        } else {
            element.children.push(Node::Text(words.to_string()));
            self.count(1);
        }
    }

    fn reference(&mut self, name: &str) {
        match resolve(name) {
            Some(text) => self.text(&text),
            None => {
                if self.declares && self.declared_entity.is_none() {
                    self.declared_entity = Some(name.chars().take(40).collect());
                }
                self.text("&");
                self.text(name);
                self.text(";");
            }
        }
    }

    fn count(&mut self, more: usize) {
        self.nodes += more;
        if self.nodes > MOST_NODES {
            self.damage = Some(format!("more than {MOST_NODES} elements in one document"));
        }
    }

    fn finish(mut self) -> Parsed {
        if let Some(open) = self.open.last()
            && self.damage.is_none()
        {
            self.damage = Some(format!("it ends within <{}>", open.name));
        }
        while !self.open.is_empty() {
            self.close();
        }
        Parsed {
            root: self.root,
            damage: self.damage,
            declared_entity: self.declared_entity,
        }
    }
}

fn split_name(full: &str) -> (&str, &str) {
    full.split_once(':').unwrap_or(("", full))
}

fn declares_entities(declaration: &str) -> bool {
    declaration.contains("<!ENTITY")
}

/// The text of a reference, given without `&` and `;`.
fn resolve(name: &str) -> Option<String> {
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(str::to_string);
    };
    let number = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    // These are control characters, but who writes them means the ones of windows-1252.
    if let (0x80..=0x9f, Ok(byte)) = (number, u8::try_from(number)) {
        return Some(WINDOWS_1252.decode_without_bom_handling(&[byte]).0.into());
    }
    char::from_u32(number).map(String::from)
}

/// A text in which references were escaped once more (`&amp;apos;`) with these resolved too, or an
/// attribute's value with its references resolved. Other uses of `&` stay.
pub fn resolve_all(raw: &str) -> String {
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        value.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let resolved = rest
            .split_once(';')
            .and_then(|(name, after)| Some((resolve(name)?, after)));
        match resolved {
            Some((text, after)) => {
                value.push_str(&text);
                rest = after;
            }
            None => value.push('&'),
        }
    }
    value.push_str(rest);
    value
}

/// Takes the elements of certain names out of a stream, one at a time, whatever its length: only
/// the one at hand is held, and the budget is renewed with each. A record that is broken does not
/// touch the others.
pub struct Records<R> {
    stream: R,
    budget: Budget,
    names: String,
    /// Whether the `<` of the next tag was read with the text before it.
    bracket: bool,
    around: Vec<u8>,
    declares: bool,
}

impl<R: BufRead> Records<R> {
    /// The elements of `names`, which spaces separate, in a stream of UTF-8.
    pub fn new(stream: R, budget: Budget, names: &str) -> Self {
        Self {
            stream,
            budget,
            names: names.to_string(),
            bracket: false,
            around: Vec::new(),
            declares: false,
        }
    }

    /// What stands around the records that were read so far, such as the title of a feed: the
    /// outermost element without them, as far as it has come and at most [`MOST_AROUND`] bytes.
    pub fn around(&self) -> Option<Element> {
        parse(&String::from_utf8_lossy(&self.around)).root
    }

    /// What is wrong with what stands around the records, such as an end that is missing.
    pub fn damage_around(&self) -> Option<String> {
        let is_cut = self.around.len() + MOST_AROUND / 16 > MOST_AROUND;
        let around = parse(&String::from_utf8_lossy(&self.around));
        around.damage.filter(|_| !is_cut)
    }

    /// The next record: `None` at the end of the stream.
    #[allow(
        clippy::should_implement_trait,
        reason = "a fault of the stream is its end"
    )]
    pub fn next(&mut self) -> Option<Parsed> {
        let mut piece = Vec::new();
        loop {
            self.budget.renew();
            piece.clear();
            if !self.piece(&mut piece) {
                return None;
            }
            match Tag::of(&piece, &self.names) {
                Some(Tag::Start) => break,
                Some(Tag::Empty) => return Some(self.parse(&piece)),
                _ => {}
            }
            self.declares |= piece.starts_with(b"<!DOCTYPE")
                && declares_entities(&String::from_utf8_lossy(&piece));
            // Of the white space between records nothing is kept.
            if self.around.len() + piece.len() <= MOST_AROUND && !piece.trim_ascii().is_empty() {
                self.around.extend_from_slice(&piece);
            }
        }
        // A record may hold others of its name, as a NewsItem of NewsML 1 does.
        let mut record = piece;
        let mut open = 1_usize;
        while open > 0 {
            let from = record.len();
            if !self.piece(&mut record) {
                break;
            }
            match Tag::of(&record[from..], &self.names) {
                Some(Tag::Start) => open += 1,
                Some(Tag::End) => open -= 1,
                _ => {}
            }
        }
        Some(self.parse(&record))
    }

    fn parse(&self, record: &[u8]) -> Parsed {
        parse_with(&String::from_utf8_lossy(record), self.declares)
    }

    /// Adds the next text, tag, comment or section to `piece`; false at the end of the stream.
    fn piece(&mut self, piece: &mut Vec<u8>) -> bool {
        let from = piece.len();
        if !self.bracket {
            if self.stream.read_until(b'<', piece).unwrap_or(0) == 0 {
                return false;
            }
            self.bracket = piece.pop_if(|last| *last == b'<').is_some();
            if piece.len() > from {
                return true;
            }
        }
        self.bracket = false;
        piece.push(b'<');
        loop {
            let read = self.stream.read_until(b'>', piece).unwrap_or(0);
            let tag = &piece[from..];
            let ended = if tag.starts_with(b"<![CDATA[") {
                tag.ends_with(b"]]>")
            } else if tag.starts_with(b"<!--") {
                tag.len() >= b"<!---->".len() && tag.ends_with(b"-->")
            } else if tag.starts_with(b"<!DOCTYPE") {
                !tag.contains(&b'[') || tag.ends_with(b"]>") || tag.ends_with(b"] >")
            } else {
                true
            };
            if ended || read == 0 {
                return true;
            }
        }
    }
}

/// What a piece of a stream is to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Start,
    Empty,
    End,
}

impl Tag {
    /// The tag in a piece, if it is of an element of these names.
    fn of(piece: &[u8], names: &str) -> Option<Tag> {
        if piece.starts_with(b"<!") || piece.starts_with(b"<?") {
            return None;
        }
        // Before it may stand a `<` that begins no tag.
        let tag = piece.get(memchr::memrchr(b'<', piece)? + 1..)?;
        let (is_end, tag) = match tag.strip_prefix(b"/") {
            Some(tag) => (true, tag),
            None => (false, tag),
        };
        let length = tag
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
        let (prefix, name) = split_name(std::str::from_utf8(&tag[..length]).ok()?);
        let mut wanted = names.split_ascii_whitespace();
        if !wanted.any(|wanted| is_named(prefix, name, wanted)) {
            return None;
        }
        Some(match (is_end, tag.ends_with(b"/>")) {
            (true, _) => Tag::End,
            (false, true) => Tag::Empty,
            (false, false) => Tag::Start,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Element {
        parse(text).root.unwrap_or_default()
    }

    #[test]
    fn a_tree_with_names_and_paths() {
        let tree = root(
            "<?xml version='1.0'?><!-- c --><n:News xml:lang='en'><head><n:Title a='1 &amp; 2'>One</n:Title>\
             <title>Two</title></head><![CDATA[<p>x</p>]]></n:News>",
        );
        assert!(tree.is("news") && tree.is("n:news") && !tree.is(":news"));
        assert_eq!(tree.text_at("head/:title").as_deref(), Some("Two"));
        assert_eq!(tree.attribute("lang"), Some("en"));
        assert_eq!(tree.text_at("head/title").as_deref(), Some("One"));
        let title = tree
            .find("n:title")
            .next()
            .and_then(|title| title.attribute("a"));
        assert_eq!(title, Some("1 & 2"));
        assert_eq!(tree.text(), "OneTwo<p>x</p>");
        assert_eq!(tree.find("title").count(), 2);
    }

    #[test]
    fn references() {
        let tree =
            root("<a>caf&eacute;&nbsp;&#8217;&#x2019;&#146; R&D AT&T; &foo; &amp;lt; a & b</a>");
        assert_eq!(tree.text(), "café\u{a0}’’’ R&D AT&T; &foo; &lt; a & b");
    }

    #[test]
    fn declared_entities_are_not_expanded() {
        let parsed = parse(
            "<!DOCTYPE a [<!ENTITY x \"lol\"><!ENTITY y SYSTEM 'file:///etc/passwd'>]><a>&x;&y;&eacute;</a>",
        );
        assert_eq!(parsed.declared_entity.as_deref(), Some("x"));
        assert_eq!(parsed.root.unwrap_or_default().text(), "&x;&y;é");
        let unused = parse("<!DOCTYPE a [<!ENTITY x \"lol\">]><a>&amp;</a>");
        assert_eq!(unused.declared_entity, None);
    }

    #[test]
    fn broken_markup_is_read() {
        for (broken, text) in [
            ("<a><p>one<p>two</a>", "onetwo"),
            ("<a><b>one</a>", "one"),
            ("<a>one</b> two</a>", "one two"),
            ("<a>1 < 2</a>", "1 < 2"),
            ("<a>1 < 2<b c='d'>, 3</b> < 4</a>", "1 < 2, 3 < 4"),
            ("<a>I <3 it isn't</a>", "I <3 it isn't"),
            ("<a>x <b c='d>one</b> two</a>", "x one two"),
            ("<a b=c d>one</a>", "one"),
            ("<a>one</a><z>two</z>", "one"),
        ] {
            let parsed = parse(broken);
            let found = parsed.root.unwrap_or_default();
            assert_eq!(
                (found.text().as_str(), found.name.as_str()),
                (text, "a"),
                "{broken}"
            );
        }
        let cut = parse("<a><p>one</p><p>tw");
        assert_eq!(cut.damage.as_deref(), Some("it ends within <p>"));
        assert_eq!(cut.root.unwrap_or_default().text(), "onetw");
        assert!(parse("<a>one <b").damage.is_some());
        assert!(parse("").root.is_none() && parse("no markup").root.is_none());
    }

    #[test]
    fn what_is_deep_or_wide_is_bounded() {
        let deep = "<d>".repeat(50_000) + "words" + &"</d>".repeat(50_000);
        let parsed = parse(&deep);
        assert_eq!(
            (parsed.root.unwrap_or_default().text(), parsed.damage),
            ("words".into(), None)
        );
        let wide = format!("<w>{}</w>", "<d/>".repeat(MOST_NODES + 1));
        assert!(
            parse(&wide)
                .damage
                .is_some_and(|damage| damage.contains("more than"))
        );
        let unclosed = "<a>".to_string() + &"<b c='".repeat(50_001);
        assert!(parse(&unclosed).damage.is_some());
    }

    #[test]
    fn prose_has_paragraphs() {
        let tree = root(
            "<body><hl2>Head</hl2>\n <p>One <em>two</em>,\n three</p><table><tr><td>a</td><td>1</td></tr>\
             <tr><td>b</td><td>2</td></tr></table><media><p>no</p></media><ul><li>x</li><li>y</li></ul>\
             <pre>k\nl</pre><![CDATA[<p>q</p><p>r</p>]]></body>",
        );
        assert_eq!(
            tree.prose("media"),
            "Head\n\nOne two, three\n\na 1\n\nb 2\n\nx\n\ny\n\nk\nl\n\nq\n\nr"
        );
        assert_eq!(root("<a>one\ntwo</a>").prose(""), "one\ntwo");
        assert_eq!(
            root("<a>&lt;p>one&lt;/p>&lt;p>two&lt;/p></a>").prose(""),
            "one\n\ntwo"
        );
    }

    #[test]
    fn records_come_one_at_a_time() {
        let feed = "<rss><!-- <item>no</item> --><channel><title>Feed</title>\
            <item><t>a <![CDATA[</item>]]></t></item>\n<x:item/>\
            <item><t>1 < 2</item><item><u>in <item>side</item></u></item><link>l</link></channel></rss>";
        let mut records = Records::new(feed.as_bytes(), Budget::unlimited(), ":item");
        let mut texts = Vec::new();
        while let Some(record) = records.next() {
            texts.push((record.root.unwrap_or_default().text(), record.damage));
        }
        assert_eq!(
            texts,
            [
                ("a </item>".to_string(), None),
                ("1 < 2".to_string(), None),
                ("in side".to_string(), None)
            ]
        );
        let around = records.around().unwrap_or_default();
        assert_eq!(around.text_at("channel/title").as_deref(), Some("Feed"));
        assert_eq!(around.text_at("channel/link").as_deref(), Some("l"));
        let mut cut = Records::new("<f><item>one".as_bytes(), Budget::unlimited(), "item");
        assert!(cut.next().is_some_and(|record| record.damage.is_some()));
        assert!(cut.next().is_none());
    }

    #[test]
    fn encodings_that_are_declared() {
        let label = |bytes: &[u8]| declared_encoding(bytes);
        assert_eq!(
            label(b"<?xml version=\"1.0\" encoding='ISO-8859-1'?><a/>").as_deref(),
            Some("ISO-8859-1")
        );
        assert_eq!(label(b"<?xml version=\"1.0\"?><a encoding='x'/>"), None);
        assert_eq!(label(b"<a/>"), None);
    }
}
