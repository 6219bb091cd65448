//! Clean text: what every title and every body goes through.
//!
//! The result is NFC, without control characters, terminal sequences or doubled spaces; a body is
//! paragraphs with one blank line between them. Lines that were wrapped at a fixed width are joined
//! again; lines that are paragraphs of their own stay apart. Which of the two a document has is told
//! from all of its line breaks together, as a single one rarely says.

use super::mend::mend;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// One clean line: white space of any kind becomes one space, none at the ends.
pub fn line(raw: &str) -> String {
    let clean = characters(raw);
    let mut line = String::with_capacity(clean.len());
    for word in clean.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// A clean body: paragraphs separated by `"\n\n"`, no other line breaks.
pub fn body(raw: &str) -> String {
    let clean = characters(raw);
    let lines: Vec<Line> = clean.split('\n').map(Line::new).collect();
    let breaks = Breaks::of(&lines);
    let mut body = String::with_capacity(clean.len());
    let mut before: Option<&Line> = None;
    let mut blank = false;
    for line in &lines {
        if line.text.is_empty() {
            blank = true;
            continue;
        }
        if let Some(before) = before {
            if blank || !breaks.joins(before, line) {
                body.push_str("\n\n");
            } else if !hyphenated(before.text, line.text) && !unspaced(before.text, line.text) {
                body.push(' ');
            }
        }
        if !line.text.contains('\t') && !line.text.contains("  ") {
            body.push_str(line.text);
            (before, blank) = (Some(line), false);
            continue;
        }
        for (number, word) in line
            .text
            .split([' ', '\t'])
            .filter(|word| !word.is_empty())
            .enumerate()
        {
            if number > 0 {
                body.push(' ');
            }
            body.push_str(word);
        }
        (before, blank) = (Some(line), false);
    }
    body
}

/// A body whose lines are known to be wrapped: joined again, paragraph by paragraph. A paragraph
/// begins after a blank line, at an indented one (unless all are), and at an item of a list; rows
/// of a table stay apart. Lines wider than any wrap are paragraphs of their own.
pub fn rejoin(raw: &str) -> String {
    let lines: Vec<Line> = raw.lines().map(Line::new).collect();
    let written = || lines.iter().filter(|line| line.width > 0);
    let width = written().map(|line| line.width).max().unwrap_or(0);
    let count = written().count();
    let indented = written().filter(|line| line.indented).count();
    let has_blank = count < lines.len();
    let indents_matter = !(has_blank && indented * 10 >= count * 9);
    let mut body = String::with_capacity(raw.len());
    let mut before: Option<&Line> = None;
    for line in &lines {
        if line.width == 0 {
            before = None;
            continue;
        }
        let apart = before.is_none_or(|before| {
            width > WIDEST_WRAP
                || (indents_matter && line.indented)
                || line.text.starts_with(['•', '*'])
                || line.text.starts_with("- ")
                || line.is_row()
                || before.is_row()
                || (before.width * 3 < width * 2 && ends_sentence(before.text))
        });
        if !body.is_empty() {
            if apart {
                body.push_str("\n\n");
            } else if !before.is_some_and(|before| hyphenated(before.text, line.text)) {
                body.push(' ');
            }
        }
        body.push_str(line.text);
        before = Some(line);
    }
    body
}

/// NFC, one kind of line break, and no character that is neither text nor space.
fn characters(raw: &str) -> String {
    let raw = &*mend(raw);
    let mut clean = String::with_capacity(raw.len());
    // Below U+0300 and in most punctuation, every character is composed already.
    let mut composed = true;
    let mut rest = raw;
    while !rest.is_empty() {
        let plain = |byte: u8| matches!(byte, b'\n' | b'\t' | b' '..=b'~');
        let run = rest
            .bytes()
            .position(|byte| !plain(byte))
            .unwrap_or(rest.len());
        clean.push_str(&rest[..run]);
        let mut after = rest[run..].chars();
        let Some(character) = after.next() else { break };
        rest = after.as_str();
        match character {
            '\r' => {
                rest = rest.strip_prefix('\n').unwrap_or(rest);
                clean.push('\n');
            }
            '\u{2028}' => clean.push('\n'),
            '\u{0b}' | '\u{0c}' | '\u{2029}' => clean.push_str("\n\n"),
            // A terminal sequence (ECMA-48): ESC [ parameters, up to a letter.
            '\u{1b}' => {
                if let Some(sequence) = rest.strip_prefix('[') {
                    let end = sequence.trim_start_matches(|inside| matches!(inside, ' '..='?'));
                    rest = end
                        .strip_prefix(|last| matches!(last, '@'..='~'))
                        .unwrap_or(end);
                }
            }
            // NUL stands between words in damaged files.
            '\0' | '\u{a0}' | '\u{202f}' | '\u{2000}'..='\u{200a}' | '\u{3000}' => clean.push(' '),
            '\u{ad}' | '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => {}
            _ if character.is_control() => {}
            _ => {
                composed &= character < '\u{300}' || matches!(character, '\u{2010}'..='\u{2027}');
                clean.push(character);
            }
        }
    }
    if composed || is_nfc_quick(clean.chars()) == IsNormalized::Yes {
        clean
    } else {
        clean.nfc().collect()
    }
}

/// A line, its width in characters, and whether it began with white space.
struct Line<'a> {
    text: &'a str,
    width: usize,
    indented: bool,
}

impl<'a> Line<'a> {
    fn new(raw: &'a str) -> Self {
        let text = raw.trim();
        Self {
            text,
            width: text.chars().count(),
            indented: raw.starts_with([' ', '\t']),
        }
    }

    /// Whether it is a row of a table: columns apart, or a line of dots between them.
    fn is_row(&self) -> bool {
        let gaps = self
            .text
            .match_indices("  ")
            .filter(|(at, _)| !self.text[..*at].ends_with(['.', '!', '?', ' ', '"', ',']));
        let columns = self.text.contains("   ") || gaps.count() > 1;
        columns || self.text.contains("....") || self.text.contains('\t')
    }

    /// The width of the first word. Scripts without spaces break anywhere, so it has a bound.
    fn first_word(&self) -> usize {
        let most = if self.text.chars().next().is_some_and(is_cjk) {
            1
        } else {
            24
        };
        self.text
            .chars()
            .take(most)
            .take_while(|character| !character.is_whitespace())
            .count()
    }
}

/// What line breaks mean in a document.
enum Breaks {
    /// Lines were wrapped at this width, in characters; all are indented alike or none is.
    Wrapped { width: usize, indents_matter: bool },
    /// A line is a paragraph.
    Paragraphs,
}

/// The widest line that text is wrapped to by mail programs, terminals and wire services.
const WIDEST_WRAP: usize = 132;

impl Breaks {
    /// Wrapping is greedy: the next word did not fit. Where that holds for most breaks, and most
    /// lines do not end a sentence, the lines were wrapped.
    fn of(lines: &[Line]) -> Self {
        let pairs = || {
            lines
                .windows(2)
                .filter(|pair| pair[0].width > 0 && pair[1].width > 0)
        };
        let width = pairs().flatten().map(|line| line.width).max().unwrap_or(0);
        if !(30..=WIDEST_WRAP).contains(&width) {
            return Breaks::Paragraphs;
        }
        let (mut all, mut full, mut ended, mut indented) = (0, 0, 0, 0);
        for pair in pairs() {
            all += 1;
            full += usize::from(pair[0].width + 1 + pair[1].first_word() > width);
            ended += usize::from(ends_sentence(pair[0].text));
            indented += usize::from(pair[1].indented);
        }
        if all > 0 && full * 10 >= all * 7 && ended * 2 < all {
            Breaks::Wrapped {
                width,
                indents_matter: indented * 2 < all,
            }
        } else {
            Breaks::Paragraphs
        }
    }

    fn joins(&self, line: &Line, next: &Line) -> bool {
        let starts_item = next.text.starts_with(['•', '*']) || next.text.starts_with("- ");
        if starts_item {
            return false;
        }
        match *self {
            Breaks::Wrapped {
                width,
                indents_matter,
            } => {
                let forced = line.width + 1 + next.first_word() < width.saturating_sub(4);
                !(indents_matter && next.indented)
                    && !(forced && (ends_sentence(line.text) || line.width * 2 < width))
            }
            Breaks::Paragraphs => {
                ends_in_abbreviation(line.text)
                    || (!ends_sentence(line.text) && next.text.starts_with(char::is_lowercase))
            }
        }
    }
}

/// Whether the line ends as a sentence does, closing quotes aside.
pub(super) fn ends_sentence(line: &str) -> bool {
    let bare = line.trim_end_matches(['"', '\'', '”', '’', '»', ')', ']', '」']);
    bare.ends_with([
        '.', '!', '?', '…', '。', '！', '？', '।', '؟', '۔', '።', '၊', '။',
    ]) && !ends_in_abbreviation(bare)
}

/// Whether the line ends in initials or a title, so that its full stop says nothing: a tool that
/// splits sentences at full stops leaves "the U.S." at the end of a line.
pub(super) fn ends_in_abbreviation(line: &str) -> bool {
    const TITLES: &[&str] = &[
        "Mr.", "Mrs.", "Ms.", "Dr.", "Gen.", "Sen.", "Rep.", "Gov.", "Lt.", "Col.", "Sgt.",
        "Capt.", "Adm.", "Prof.", "St.", "Rev.", "Hon.", "No.", "vs.", "v.",
    ];
    let Some(word) = line.split_whitespace().next_back() else {
        return false;
    };
    let word = word.trim_start_matches(['(', '"', '“', '\'', '‘']);
    let initials = word.len() >= 2
        && word.len().is_multiple_of(2)
        && word
            .as_bytes()
            .chunks_exact(2)
            .all(|pair| pair[0].is_ascii_uppercase() && pair[1] == b'.');
    initials || TITLES.contains(&word)
}

/// A word broken at a hyphen. The hyphen stays, as it may be the word's own.
fn hyphenated(line: &str, next: &str) -> bool {
    let mut end = line.chars().rev();
    end.next() == Some('-')
        && end.next().is_some_and(char::is_alphabetic)
        && next.starts_with(char::is_lowercase)
}

/// Chinese and Japanese have no space between words.
fn unspaced(line: &str, next: &str) -> bool {
    line.chars().next_back().is_some_and(is_cjk) && next.chars().next().is_some_and(is_cjk)
}

fn is_cjk(character: char) -> bool {
    matches!(character, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_clean() {
        assert_eq!(
            line("  Two\u{a0}\twords\r\n\u{1b}[31mred\u{1b}[0m\u{7}\u{ad} "),
            "Two words red"
        );
        assert_eq!(line("e\u{301}te\u{301}"), "été");
    }

    #[test]
    fn wrapped_lines_are_joined() {
        let raw = "The ferry company said on Monday that it would add two more crossings\n\
                   a day from June, after a winter in which passengers were left on the\n\
                   quay.\n\n\
                   \"We have heard them,\" the harbour master said. A second ship is on its\n\
                   way from Norway.\n";
        assert_eq!(body(raw).matches("\n\n").count(), 1);
        assert!(body(raw).contains("two more crossings a day"));
    }

    #[test]
    fn lines_that_are_paragraphs_stay_apart() {
        let raw = "Ministers met in the old town hall for a third day of talks on the budget, and left late.\n\
                   No vote was taken.\n\
                   The opposition called for a new date and for the books to be opened to an outside auditor.\r\n";
        assert_eq!(body(raw).matches("\n\n").count(), 2);
    }

    #[test]
    fn a_sentence_broken_after_initials_is_joined() {
        let raw = "It coincides with the arrival of the U.S.\nNavy’s largest ship in the region this week, officials said, after months at sea on patrol.\nThe end.";
        assert!(body(raw).contains("the U.S. Navy’s largest"));
        assert!(body(raw).ends_with("\n\nThe end."));
    }

    #[test]
    fn known_wraps_are_joined_and_rows_are_not() {
        let raw = "   The ferry sailed at nine and came\nback at noon, the master said, with\n\
                   all hands.\n   It was wet.\n Lisbon......12\n Porto.......9\n   The end of\nit came.";
        assert_eq!(
            rejoin(raw),
            "The ferry sailed at nine and came back at noon, the master said, with all hands.\n\n\
             It was wet.\n\nLisbon......12\n\nPorto.......9\n\nThe end of it came."
        );
    }

    #[test]
    fn spaces_and_blank_lines_are_reduced() {
        assert_eq!(
            body("\n\n One   two \n \n\n\n three\t\tfour\n"),
            "One two\n\nthree four"
        );
        assert_eq!(body(" \r\n\u{feff} "), "");
    }
}
