//! Writing for people and for programs: styles, tables, delimited values, safe text.

use super::args::Format;
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;
use std::io::{self, Write};

/// A headline.
pub const TITLE: Style = Style::new().bold();
/// What matched.
pub const MARK: Style = Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
/// What is said beside.
pub const ASIDE: Style = Style::new().dimmed();
/// An event.
pub const EVENT: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));

/// Standard output: for people, styled where it is a terminal; for programs, byte for byte.
pub fn stdout(format: Format) -> Box<dyn Write> {
    let stdout = std::io::stdout();
    match format {
        Format::Text => Box::new(io::BufWriter::new(anstream::AutoStream::auto(stdout))),
        _ => Box::new(io::BufWriter::new(stdout)),
    }
}

/// Text that is safe on a terminal: control characters out, white space to one space.
pub fn safe(text: &str) -> Cow<'_, str> {
    let plain = |c: char| !c.is_control() && !is_bidi_control(c);
    if text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter_map(|c| match c {
        '\n' | '\t' => Some(' '),
        c if plain(c) => Some(c),
        _ => None,
    });
    Cow::Owned(kept.collect())
}

/// Characters that turn the direction of what follows, which a hostile text could use to show
/// something else than it says.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A number with thousands separators.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1 article", "2 articles", "2 stories".
pub fn counted(number: u64, noun: &str) -> String {
    let number_of = thousands(number);
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("{number_of} {noun}"),
        (_, Some(stem)) => format!("{number_of} {stem}ies"),
        (_, None) => format!("{number_of} {noun}s"),
    }
}

/// How many columns a terminal has; 80 when output goes elsewhere.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(40, 120))
}

/// Breaks text into lines of `width` columns at spaces, each behind `indent` spaces. `marks` are
/// byte ranges of the text that get a style.
pub fn wrapped(
    out: &mut dyn Write,
    text: &str,
    marks: &[(usize, usize)],
    indent: usize,
    width: usize,
) -> io::Result<()> {
    let mut column = 0;
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let start = at;
        at += word.len();
        let shown = word.trim_end();
        if shown.is_empty() {
            continue;
        }
        let length = shown.chars().count();
        if column == 0 {
            write!(out, "{:indent$}", "")?;
        } else if indent + column + 1 + length > width {
            write!(out, "\n{:indent$}", "")?;
            column = 0;
        } else {
            write!(out, " ")?;
            column += 1;
        }
        write_marked(out, shown, start, marks)?;
        column += length;
    }
    writeln!(out)
}

/// Breaks text into lines, the first behind a head and all others as far in.
pub fn hanging(out: &mut dyn Write, head: &str, text: &str, width: usize) -> io::Result<()> {
    let indent = head.chars().count();
    let mut lines = Vec::new();
    wrapped(&mut lines, text, &[], indent, width)?;
    write!(out, "{}", safe(head))?;
    // The head stands where the first line has its spaces.
    out.write_all(lines.get(indent..).unwrap_or(b"\n"))
}

fn write_marked(
    out: &mut dyn Write,
    word: &str,
    start: usize,
    marks: &[(usize, usize)],
) -> io::Result<()> {
    let mut at = 0;
    for &(from, to) in marks {
        let from = from.saturating_sub(start);
        let to = to.saturating_sub(start).min(word.len());
        if to <= at || from >= to || from < at {
            continue;
        }
        let (Some(before), Some(marked)) = (word.get(at..from), word.get(from..to)) else {
            continue;
        };
        write!(out, "{}{MARK}{}{MARK:#}", safe(before), safe(marked))?;
        at = to;
    }
    write!(out, "{}", safe(&word[at..]))
}

/// Rows with a header: delimited values, or columns for people.
pub struct Table<'a> {
    format: Format,
    header: Vec<&'a str>,
    rows: Vec<Vec<String>>,
}

impl<'a> Table<'a> {
    /// A table with these columns.
    pub fn new(format: Format, header: Vec<&'a str>) -> Self {
        Self {
            format,
            header,
            rows: Vec::new(),
        }
    }

    /// Adds a row, one cell a column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Writes it all.
    pub fn write(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        if self.format != Format::Text {
            let mut writer = delimited(self.format, out);
            writer.write_record(&self.header)?;
            for row in &self.rows {
                writer.write_record(row)?;
            }
            writer.flush()?;
            return Ok(());
        }
        let columns = self.header.len();
        let length = |cell: &str| cell.chars().count();
        let widths: Vec<usize> = (0..columns)
            .map(|at| {
                let cells = self.rows.iter().map(|row| length(&row[at]));
                cells.chain([length(self.header[at])]).max().unwrap_or(0)
            })
            .collect();
        let numeric: Vec<bool> = (0..columns)
            .map(|at| {
                !self.rows.is_empty()
                    && self.rows.iter().map(|row| row[at].as_str()).all(|cell| {
                        cell.is_empty() || cell.starts_with(|c: char| c.is_ascii_digit())
                    })
            })
            .collect();
        write!(out, "{ASIDE}")?;
        self.line(
            out,
            &self
                .header
                .iter()
                .map(|&cell| cell.to_owned())
                .collect::<Vec<_>>(),
            &widths,
            &numeric,
        )?;
        write!(out, "{ASIDE:#}")?;
        for row in &self.rows {
            self.line(out, row, &widths, &numeric)?;
        }
        Ok(())
    }

    fn line(
        &self,
        out: &mut dyn Write,
        row: &[String],
        widths: &[usize],
        numeric: &[bool],
    ) -> io::Result<()> {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .zip(numeric)
            .map(|((cell, &width), &numeric)| {
                let cell = safe(cell);
                if numeric {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            })
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())
    }
}

/// A writer of comma- or tab-separated values.
pub fn delimited<W: Write>(format: Format, out: W) -> csv::Writer<W> {
    let delimiter = if format == Format::Tsv { b'\t' } else { b',' };
    csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strips_what_a_terminal_would_obey() {
        assert_eq!(safe("a\u{1b}[31mb\nc\u{202e}d"), "a[31mb cd");
    }

    #[test]
    fn separates_thousands() {
        assert_eq!(
            ["0", "999", "1,000", "22,024"],
            [0, 999, 1000, 22_024]
                .map(thousands)
                .each_ref()
                .map(String::as_str)
        );
    }

    #[test]
    fn wraps_and_marks() {
        let mut out = Vec::new();
        wrapped(&mut out, "one two three", &[(4, 7)], 2, 12).unwrap();
        let plain = anstream::adapter::strip_bytes(&out).into_vec();
        assert_eq!(plain, b"  one two\n  three\n");
    }
}
