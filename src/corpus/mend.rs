//! Mending text that was damaged before it came here.
//!
//! UTF-8 that was once read as windows-1252 ("itâ€™s"), control characters that were quotes of
//! windows-1252, and entities of HTML in text that is none ("AT&amp;T"). Only what cannot be meant
//! is changed: "Ã" beside "©" is in no language, but an upper-case word may end in "Ã" before a
//! quotation mark.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use super::html;

/// Text may be damaged several times over.
const ROUNDS: usize = 3;
/// The longest name of an entity that is in use, in bytes.
const LONGEST_ENTITY: usize = 10;

/// The text as it was meant.
pub fn mend(raw: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(raw);
    for _ in 0..ROUNDS {
        match encoded_twice(&text) {
            Some(better) => text = Cow::Owned(better),
            None => break,
        }
    }
    for _ in 0..ROUNDS {
        match entities(&text) {
            Some(better) => text = Cow::Owned(better),
            None => break,
        }
    }
    // U+0080 to U+009F; U+0085 stands for an ellipsis far more often than for a line break. In
    // UTF-8 they are C2 and the same byte.
    let bytes = text.as_bytes();
    let is_control = |at: usize| bytes.get(at + 1).is_some_and(|&byte| byte < 0xa0);
    if memchr::memchr_iter(0xc2, bytes).any(is_control) || text.contains('\u{c2}') {
        text = Cow::Owned(text.chars().map(without_control).collect());
    }
    text
}

/// A control character of ISO-8859-1 stands for the one of windows-1252 in its place.
fn without_control(character: char) -> char {
    match u32::from(character) {
        code @ 0x80..=0x9f => of_byte(code as u8),
        _ => character,
    }
}

fn of_byte(byte: u8) -> char {
    let bytes = [byte];
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.chars().next().unwrap_or('\u{fffd}')
}

/// The byte of windows-1252 that a character is, if it is one beyond ASCII.
fn to_byte(character: char) -> Option<u8> {
    match u32::from(character) {
        code @ 0x80..=0xff => u8::try_from(code).ok(),
        0..=0x7f => None,
        _ => (0x80..=0x9f).find(|&byte| of_byte(byte) == character),
    }
}

/// The text with its twice encoded characters as they were; `None` when there are none.
fn encoded_twice(text: &str) -> Option<String> {
    // The first characters of such sequences, from Â to ô, are C3 and another byte in UTF-8.
    const LEAD: u8 = 0xc3;
    let mut better = String::new();
    let mut kept = 0;
    let mut at = 0;
    while let Some(found) = memchr::memchr(LEAD, &text.as_bytes()[at..]) {
        let start = at + found;
        let before = text[..start].chars().next_back();
        let is_lead = text[start..].starts_with(|lead| matches!(lead, 'Â'..='ô'));
        let meant = is_lead.then(|| meant(before, &text[start..])).flatten();
        let Some((meant, length)) = meant else {
            at = start + 'Â'.len_utf8();
            continue;
        };
        better.push_str(&text[kept..start]);
        better.push_str(&meant);
        at = start + length;
        kept = at;
    }
    (kept > 0).then(|| better + &text[kept..])
}

/// What the beginning of `rest` was before it was encoded twice, and how much of it that is.
fn meant(before: Option<char>, rest: &str) -> Option<(String, usize)> {
    let (first, one) = decode_one(rest)?;
    let in_capitals = before.is_some_and(char::is_uppercase);
    let alone = match first {
        '\u{80}'..='\u{bf}' => !in_capitals,
        '\u{c0}'..='\u{ff}' => !in_capitals,
        // Inside a word: "wiÄ™c". At its end, a quotation mark may follow a capital.
        '\u{100}'..='\u{17f}' => {
            before.is_some_and(char::is_lowercase)
                || rest[one..].starts_with(char::is_lowercase) && !in_capitals
        }
        '\u{2000}'..='\u{22ff}' | '\u{2500}'..='\u{27bf}' => true,
        '\u{fb00}'..='\u{fb06}' | '\u{feff}' | '\u{fffd}' => true,
        _ => false,
    };
    if alone {
        return Some((first.to_string(), one));
    }
    // Other scripts come in words.
    let mut word = first.to_string();
    let mut length = one;
    while let Some((next, more)) = decode_one(&rest[length..]) {
        word.push(next);
        length += more;
    }
    let alphabetic = word.chars().filter(|letter| letter.is_alphabetic()).count();
    let is_foreign = first > '\u{36f}' && alphabetic >= 3;
    // An emoji is four bytes, which nothing else is by accident.
    (is_foreign || (first >= '\u{1f000}')).then_some((word, length))
}

/// One character that is encoded twice at the beginning of a text, and the bytes that it takes.
fn decode_one(rest: &str) -> Option<(char, usize)> {
    let mut bytes = [0; 4];
    let mut characters = rest.char_indices();
    let (_, lead) = characters.next()?;
    bytes[0] = to_byte(lead)?;
    let count = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    for slot in &mut bytes[1..count] {
        let (_, next) = characters.next()?;
        *slot = to_byte(next)?;
    }
    let end = characters.next().map_or(rest.len(), |(end, _)| end);
    let text = std::str::from_utf8(&bytes[..count]).ok()?;
    Some((text.chars().next()?, end))
}

/// The text with its entities as characters; `None` when there are none.
fn entities(text: &str) -> Option<String> {
    let mut better = String::new();
    let mut kept = 0;
    for (start, _) in text.match_indices('&') {
        let rest = &text.as_bytes()[start + 1..];
        let is_inner = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'#';
        let length = rest
            .iter()
            .take(LONGEST_ENTITY)
            .take_while(is_inner)
            .count();
        if start < kept || length < 2 || rest.get(length) != Some(&b';') {
            continue;
        }
        let end = start + length + 2;
        let entity = &text[start..end];
        let meant = html::strip_entity(entity);
        if meant != entity {
            better.push_str(&text[kept..start]);
            better.push_str(&meant);
            kept = end;
        }
    }
    (kept > 0).then(|| better + &text[kept..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mended() {
        for (raw, meant) in [
            ("itâ€™s a cafÃ© â€“ â€œyesâ€\u{9d}", "it’s a café – “yes”"),
            ("it\u{e2}\u{80}\u{99}s", "it’s"),
            ("itÃ¢â‚¬â„¢s", "it’s"),
            ("10Â\u{a0}% of Â£5", "10\u{a0}% of £5"),
            ("ÐŸÑ€Ð¸Ð²ÐµÑ‚, Ð¼Ð¸Ñ€", "Привет, мир"),
            ("wiÄ™c", "więc"),
            ("it\u{92}s \u{93}so\u{94}\u{85}", "it’s “so”…"),
            (
                "AT&amp;T &#8217;&rsquo;&#146; &amp;quot;x&amp;quot;",
                "AT&T ’’’ \"x\"",
            ),
        ] {
            assert_eq!(mend(raw), meant, "{raw}");
        }
    }

    #[test]
    fn what_is_meant_so() {
        for text in [
            "«CAFÉ» und Ärger, IRMÃ”, naïve Âmes",
            "R&D; &nosuch; a&b Q&A",
            "Ça coûte 5 € à l’été",
            "Þórr â la carte",
        ] {
            assert_eq!(mend(text), text);
        }
    }
}
