//! Letters: what all writing systems need to know of them, for the index as for names.

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Marks that belong to the letter before them.
pub fn is_mark(c: char) -> bool {
    !c.is_ascii() && is_combining_mark(c)
}

/// Letters of scripts without spaces between words: Han, kana, Thai, Lao, Burmese, Khmer; and
/// Hangul. Their digits stand apart as all numbers do.
pub fn is_unspaced(c: char) -> bool {
    c >= '\u{e01}'
        && matches!(c,
            '\u{e01}'..='\u{e4e}' | '\u{e80}'..='\u{ecf}' | '\u{edc}'..='\u{edf}'
            | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{108f}' | '\u{1100}'..='\u{11ff}'
            | '\u{1780}'..='\u{17d3}' | '\u{17d7}' | '\u{3005}'..='\u{3007}'
            | '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}'
            | '\u{30fc}'..='\u{30ff}' | '\u{3131}'..='\u{318e}' | '\u{31f0}'..='\u{31ff}'
            | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{aa60}'..='\u{aa7f}'
            | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
            | '\u{20000}'..='\u{3ffff}')
}

/// Where the character that starts at `start` ends: a letter with its marks and, in Burmese and
/// Khmer, with the letters stacked below it.
pub fn character_end(text: &str, start: usize) -> usize {
    let mut chars = text[start..].char_indices();
    let mut last = chars.next().map_or('\0', |(_, c)| c);
    for (at, c) in chars {
        let stacked = matches!(last, '\u{1039}' | '\u{17d2}') && is_unspaced(c);
        // Thai and Lao "am" are letters by name, but are written on the one before.
        if !(stacked || is_mark(c) || matches!(c, '\u{e33}' | '\u{eb3}')) {
            return start + at;
        }
        last = c;
    }
    text.len()
}

/// Writes a letter as all its spellings have it, but for accents: without the signs that Arabic
/// and Hebrew may leave out, and digits of any script as ours.
pub fn plain(c: char, out: &mut String) {
    match c {
        // Arabic vowel signs and the stroke that lengthens a word; Hebrew points; joiners.
        '\u{640}'
        | '\u{64b}'..='\u{65f}'
        | '\u{670}'
        | '\u{591}'..='\u{5c7}'
        | '"'
        | '״'
        | '׳'
        | '\u{200c}'
        | '\u{200d}' => {}
        'ё' => out.push('е'),
        'Ё' => out.push('Е'),
        c if c.is_ascii() => out.push(c),
        c => out.push(ascii_digit(c).unwrap_or(c)),
    }
}

/// The value of a decimal digit of another script, as an ASCII digit.
fn ascii_digit(c: char) -> Option<char> {
    const ZEROS: [u32; 15] = [
        0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0,
        0x1040, 0x17e0,
    ];
    let code = u32::from(c);
    let &zero = ZEROS
        .iter()
        .find(|&&zero| (zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

/// Writes a letter in the one form that stands for all that people and systems write for it.
pub fn fold(c: char, out: &mut String) {
    match c {
        // Accents that no letter holds by itself, as in Yoruba; the dot below Indic letters.
        '\u{300}'..='\u{36f}' | '\u{93c}' | '\u{9bc}' | '\u{a3c}' => {}
        'ς' => out.push('σ'),
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => {
            decompose_canonical(c, |part| {
                if !is_combining_mark(part) {
                    out.push(part);
                }
            });
        }
        'أ' | 'إ' | 'آ' | 'ٱ' => out.push('ا'),
        'ى' | 'ی' => out.push('ي'),
        'ک' => out.push('ك'),
        'ة' | 'ۀ' | 'ہ' | 'ھ' => out.push('ه'),
        c => out.push(c),
    }
}
