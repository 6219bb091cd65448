//! The character sets of wire messages, which never say theirs.
//!
//! Beside what `encoding_rs` knows there are the code pages of DOS, ISO 6937 (a letter of two bytes,
//! the accent first) and the national variants of ISO 646, in which `f}r` is `für`. Which one it is
//! shows by the words that come out: a small letter inside a word is likely, a box-drawing sign or a
//! capital letter behind a small one is not.

use encoding_rs::{Encoding, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization;

use super::super::{decode, language};

const CP437: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ\
    áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "\
    ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ\
    áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐\
    └┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀\
    ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
/// ISO 6937 from 0xE0 on; a space where nothing is.
const ISO_6937: &str = "ΩÆÐªĦ ĲĿŁØŒºÞŦŊŉĸæđðħıĳŀłøœßþŧŋ\u{ad}";
/// The accents of ISO 6937 from 0xC1 on, which stand before their letter.
const ACCENTS: &str =
    "\u{300}\u{301}\u{302}\u{303}\u{304}\u{306}\u{307}\u{308} \u{30a}\u{327} \u{30b}\u{328}\u{30c}";

/// What stands in place of these in the variants of ISO 646, and the languages that use them.
const REPLACED: &str = "[\\]{|}~";
const NATIONAL: &[(&[&str], &str, &str)] = &[
    (&["de"], "ÄÖÜäöüß", "iso646-de"),
    (&["sv", "fi"], "ÄÖÅäöåü", "iso646-se"),
    (&["da", "nb"], "ÆØÅæøå~", "iso646-no"),
    (&["fr"], "°ç§éùè¨", "iso646-fr"),
    (&["it"], "°çéàòèì", "iso646-it"),
    (&["es"], "¡Ñ¿°ñç~", "iso646-es"),
];
/// So many letters of a national variant are no accident.
const ENOUGH: usize = 3;

/// The text of a message, and the name of its character set. `national` says that the variants of
/// ISO 646 are possible.
pub fn decode(bytes: &[u8], national: bool) -> (String, &'static str) {
    if bytes.is_ascii() {
        let text = String::from_utf8_lossy(bytes);
        return match national.then(|| variant(&text)).flatten() {
            Some(found) => found,
            None => (text.into_owned(), "UTF-8"),
        };
    }
    let guess = decode::encoding_of(bytes, None, false);
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    // Of an alphabet that is not Latin, every letter is a high byte.
    if guess == encoding_rs::UTF_8 || high * 4 > bytes.len() {
        return whole(bytes, guess);
    }
    let candidates = [
        whole(bytes, WINDOWS_1252),
        whole(bytes, guess),
        (code_page(bytes, CP850), "IBM850"),
        (code_page(bytes, CP437), "IBM437"),
        (iso_6937(bytes), "ISO_6937"),
    ];
    let mut best = (i32::MIN, (String::new(), ""));
    for candidate in candidates {
        let score = likelihood(&candidate.0);
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}

fn whole(bytes: &[u8], encoding: &'static Encoding) -> (String, &'static str) {
    let (text, encoding, _) = encoding.decode(bytes);
    (text.into_owned(), encoding.name())
}

fn code_page(bytes: &[u8], upper: &str) -> String {
    let upper: Vec<char> = upper.chars().collect();
    bytes
        .iter()
        .map(|&byte| match byte {
            0..0x80 => char::from(byte),
            _ => upper.get(usize::from(byte) - 0x80).copied().unwrap_or(' '),
        })
        .collect()
}

fn iso_6937(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut accent = None;
    for &byte in bytes {
        let pick = |table: &str, first: u8| table.chars().nth(usize::from(byte - first));
        if let 0xc1..=0xcf = byte {
            accent = pick(ACCENTS, 0xc1);
            continue;
        }
        text.push(match byte {
            0xe0.. => pick(ISO_6937, 0xe0).unwrap_or(' '),
            _ => char::from(byte),
        });
        text.extend(accent.take());
    }
    text.nfc().collect()
}

/// How well the characters beyond ASCII fit into their words.
fn likelihood(text: &str) -> i32 {
    let (mut score, mut before) = (0, ' ');
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        if !character.is_ascii() {
            let after = rest.peek().copied().unwrap_or(' ');
            score += match character {
                _ if character.is_lowercase() && after.is_uppercase() => -1,
                _ if character.is_lowercase() => {
                    1 + i32::from(before.is_alphabetic() || after.is_lowercase())
                }
                _ if character.is_uppercase() && before.is_lowercase() => -3,
                _ if character.is_uppercase() => 1,
                '\u{2010}'..='\u{2027}' | '«' | '»' | '°' | '£' | '€' | '§' | '½' | '\u{a0}' => {
                    0
                }
                _ => -3,
            };
        }
        before = character;
    }
    score
}

/// The national variant of ISO 646 that makes words of a text in ASCII, if one does.
fn variant(text: &str) -> Option<(String, &'static str)> {
    let bytes = text.as_bytes();
    let inside = |at: usize| {
        let before = at > 0 && bytes[at - 1].is_ascii_alphabetic();
        let after = bytes.get(at + 1).copied().unwrap_or(b' ');
        (before && (after.is_ascii_alphabetic() || after == b' ' || after == b'\r'))
            || (after.is_ascii_lowercase() && at > 0 && bytes[at - 1] == b' ')
    };
    let found = (0..bytes.len())
        .filter(|&at| matches!(bytes[at], b'{' | b'|' | b'}' | b'~') && inside(at))
        .count();
    if found < ENOUGH {
        return None;
    }
    // What reads as another language without them has brackets, not letters.
    let without: String = text.replace(|character| REPLACED.contains(character), " ");
    let told_without = language::detect("", &without);
    NATIONAL.iter().find_map(|(languages, letters, name)| {
        if told_without.is_some_and(|told| !languages.contains(&told)) {
            return None;
        }
        let letters: Vec<char> = letters.chars().collect();
        let read: String = text
            .chars()
            .map(|character| match REPLACED.find(character) {
                Some(at) => letters[at],
                None => character,
            })
            .collect();
        let told = language::detect("", &read)?;
        languages.contains(&told).then_some((read, *name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_told_apart_by_their_words() {
        for (bytes, text, name) in [
            (
                &b"Thomas M\xfcller, Andr\xe9"[..],
                "Thomas Müller, André",
                "windows-1252",
            ),
            (
                b"Thomas M\x81ller, Andr\x82",
                "Thomas Müller, André",
                "IBM850",
            ),
            (
                b"S\xc6o Paulo e a na\x87\xc6o",
                "São Paulo e a nação",
                "IBM850",
            ),
            (
                b"Thomas M\xc8uller, Andr\xc2e",
                "Thomas Müller, André",
                "ISO_6937",
            ),
            (b"Helen\xa0Corbett", "Helen\u{a0}Corbett", "windows-1252"),
            ("Thomas Müller".as_bytes(), "Thomas Müller", "UTF-8"),
        ] {
            assert_eq!(decode(bytes, true), (text.to_string(), name));
        }
    }

    #[test]
    fn national_letters_need_their_language() {
        let german = b"Die Br}cke }ber den Flu~ ist f}r zwei Tage gesperrt, sagte der B}rgermeister am Dienstag.";
        let (text, name) = decode(german, true);
        assert_eq!(name, "iso646-de");
        assert!(text.contains("Brücke über den Fluß"));
        let code = b"Set the option {name|value} or {a|b} and {c|d} in the file, the manual said.";
        assert_eq!(decode(code, true).1, "UTF-8");
    }
}
