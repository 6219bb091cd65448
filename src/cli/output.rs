//! Writing for people and for programs: styles, tables, delimited values, safe text.

use super::Status;
use super::args::Format;
use anstyle::{AnsiColor, Style};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Write};
use unicode_width::UnicodeWidthStr;

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

/// How many columns prose takes: those of the terminal, or as `COLUMNS` says; 80 where neither
/// tells. Longer lines than 120 are hard to read.
pub fn width() -> usize {
    let said = std::env::var("COLUMNS").ok();
    let said = said.and_then(|columns| columns.parse().ok());
    let columns = said.or_else(terminal_columns).unwrap_or(80);
    columns.clamp(40, 120)
}

fn terminal_columns() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// How many columns tables have: those of the terminal; any number when output goes elsewhere.
fn room() -> Option<usize> {
    let columns = || terminal_columns().unwrap_or(80);
    std::io::stdout().is_terminal().then(columns)
}

/// How many columns a text takes on a terminal: a Chinese character takes two.
pub fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// Text with spaces behind it, to so many columns.
pub fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(columns(text))))
}

/// Text cut to so many columns, with an ellipsis where it is.
fn shortened(text: &str, to: usize) -> Cow<'_, str> {
    if columns(text) <= to {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    for letter in text.chars() {
        if columns(&kept) + columns(letter.encode_utf8(&mut [0; 4])) + 1 > to {
            break;
        }
        kept.push(letter);
    }
    Cow::Owned(kept.trim_end().to_owned() + "…")
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
        let length = columns(&safe(shown));
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
    let indent = columns(head);
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
    bars: Vec<Bar>,
}

/// What a bar behind a row shows: a part that is filled, and one that is hatched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bar {
    /// The filled part.
    pub solid: u64,
    /// The hatched part.
    pub hatched: u64,
}

/// Bars are this long at most, and left out where there is less room than the other.
const LONGEST_BAR: usize = 40;
const SHORTEST_BAR: usize = 8;

/// No column is cut to less than this.
const NARROWEST: usize = 12;

impl<'a> Table<'a> {
    /// A table with these columns.
    pub fn new(format: Format, header: Vec<&'a str>) -> Self {
        Self {
            format,
            header,
            rows: Vec::new(),
            bars: Vec::new(),
        }
    }

    /// Adds a row, one cell a column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Draws a bar behind the row that was added last, on a terminal that has room.
    pub fn bar(&mut self, bar: Bar) {
        self.bars.resize(self.rows.len(), Bar::default());
        if let Some(last) = self.bars.last_mut() {
            *last = bar;
        }
    }

    /// Writes it all.
    pub fn write(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        if self.format == Format::Text {
            return Ok(self.write_text(out, room())?);
        }
        let mut writer = delimited(self.format, out);
        writer.write_record(&self.header)?;
        for row in &self.rows {
            writer.write_record(row)?;
        }
        Ok(writer.flush()?)
    }

    /// Writes columns, no wider than there is room.
    fn write_text(&self, out: &mut dyn Write, room: Option<usize>) -> io::Result<()> {
        let numeric: Vec<bool> = (0..self.header.len())
            .map(|at| {
                let mut cells = self.rows.iter().map(|row| row[at].as_str());
                !self.rows.is_empty() && cells.all(|cell| cell.is_empty() || is_counted(cell))
            })
            .collect();
        let mut widths: Vec<usize> = (0..self.header.len())
            .map(|at| {
                let cells = self.rows.iter().map(|row| columns(&safe(&row[at])));
                cells.chain([columns(self.header[at])]).max().unwrap_or(0)
            })
            .collect();
        let total = |widths: &[usize]| widths.iter().sum::<usize>() + 2 * widths.len();
        let room = room.unwrap_or(usize::MAX);
        while total(&widths) > room.saturating_add(2) {
            let words = (0..widths.len()).filter(|&at| !numeric[at] && widths[at] > NARROWEST);
            match words.max_by_key(|&at| widths[at]) {
                Some(widest) => widths[widest] -= 1,
                None => break,
            }
        }
        let longest = match room {
            usize::MAX => 0,
            room => room.saturating_sub(total(&widths)).min(LONGEST_BAR),
        };
        let header: Vec<String> = self.header.iter().map(|&cell| cell.to_owned()).collect();
        let head = line(&header, &widths, &numeric);
        writeln!(out, "{ASIDE}{}{ASIDE:#}", head.trim_end())?;
        let most = self.bars.iter().map(|bar| bar.solid + bar.hatched).max();
        for (at, row) in self.rows.iter().enumerate() {
            let line = line(row, &widths, &numeric);
            match self.bars.get(at).filter(|_| longest >= SHORTEST_BAR) {
                Some(bar) => {
                    let drawn = bar.drawn(most.unwrap_or_default(), longest);
                    writeln!(out, "{}", format!("{line}  {drawn}").trim_end())?;
                }
                None => writeln!(out, "{}", line.trim_end())?,
            }
        }
        Ok(())
    }
}

/// A number, as people read it: `1,204`, `3.5%`, `-2.1`.
fn is_counted(cell: &str) -> bool {
    let number = cell.strip_prefix('-').unwrap_or(cell);
    number.starts_with(|c: char| c.is_ascii_digit())
}

fn line(row: &[String], widths: &[usize], numeric: &[bool]) -> String {
    let cells = row.iter().zip(widths).zip(numeric);
    let cells = cells.map(|((cell, &width), &numeric)| {
        let cell = safe(cell);
        let cell = shortened(&cell, width);
        match numeric {
            true => format!("{cell:>width$}"),
            false => padded(&cell, width),
        }
    });
    cells.collect::<Vec<_>>().join("  ")
}

impl Bar {
    /// The bar where the longest stands for `most`. What is there is never drawn as nothing.
    fn drawn(self, most: u64, longest: usize) -> String {
        let length = |number: u64| match number {
            0 => 0,
            number => (number as usize * longest / most.max(1) as usize).max(1),
        };
        let (solid, hatched) = (length(self.solid), length(self.hatched));
        "█".repeat(solid) + &"░".repeat(hatched)
    }
}

/// A writer of comma- or tab-separated values that a spreadsheet can open without harm: no cell
/// that is not a number begins with what makes it a formula there.
pub struct Delimited<W: Write>(csv::Writer<W>);

/// A writer of comma- or tab-separated values.
pub fn delimited<W: Write>(format: Format, out: W) -> Delimited<W> {
    let delimiter = if format == Format::Tsv { b'\t' } else { b',' };
    let mut writer = csv::WriterBuilder::new();
    Delimited(writer.delimiter(delimiter).from_writer(out))
}

impl<W: Write> Delimited<W> {
    /// Writes a row.
    pub fn write_record<C: AsRef<str>>(
        &mut self,
        row: impl IntoIterator<Item = C>,
    ) -> csv::Result<()> {
        for cell in row {
            self.0.write_field(harmless(cell.as_ref()).as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)
    }

    /// Hands on what is held back.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A cell that a spreadsheet takes for text or a number, never for a formula: an apostrophe goes
/// before what would be one.
fn harmless(cell: &str) -> Cow<'_, str> {
    let begins = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    let is_number = || {
        let digits = cell.strip_prefix('-').unwrap_or(cell);
        let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        plain && digits.parse::<f64>().is_ok()
    };
    if !cell.starts_with(begins) || is_number() {
        return Cow::Borrowed(cell);
    }
    Cow::Owned(format!("'{cell}"))
}

/// Writes paths, each on a line or with a NUL byte behind it, as they are.
pub fn print_paths(paths: &BTreeSet<String>, null: bool) -> anyhow::Result<Status> {
    let mut out = io::BufWriter::new(std::io::stdout().lock());
    let on_terminal = std::io::stdout().is_terminal();
    for path in paths {
        match (null, on_terminal) {
            (true, _) => write!(out, "{path}\0")?,
            (false, true) => writeln!(out, "{}", safe(path))?,
            (false, false) => writeln!(out, "{path}")?,
        }
    }
    out.flush()?;
    Ok(match paths.is_empty() {
        true => Status::Nothing,
        false => Status::Found,
    })
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

    #[test]
    fn no_cell_is_a_formula() {
        for cell in [
            "=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "-", "--", "＝1", "-1e5",
        ] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "-8.0", "-1", "2024-03", "a=b", "'=1", "3.5"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    fn drawn(table: &Table<'_>, room: usize) -> String {
        let mut out = Vec::new();
        table.write_text(&mut out, Some(room)).unwrap();
        String::from_utf8(anstream::adapter::strip_bytes(&out).into_vec()).unwrap()
    }

    #[test]
    fn tables_fit_the_terminal() {
        let mut table = Table::new(Format::Text, vec!["name", "articles", ""]);
        table.row(vec![
            "x".repeat(60),
            "1,204".to_owned(),
            "what it means".repeat(3),
        ]);
        table.row(vec!["共同通信社".to_owned(), "7".to_owned(), String::new()]);
        for line in drawn(&table, 60).lines() {
            assert!(columns(line) <= 60, "{line}");
        }
        let wide = drawn(&table, 200);
        assert!(!wide.contains('…'), "{wide}");
        let ends: Vec<usize> = ["1,204", "7"]
            .iter()
            .filter_map(|number| wide.lines().find_map(|line| line.split_once(number)))
            .map(|(before, _)| columns(before))
            .collect();
        assert_eq!(ends, [65, 69], "numbers end in one column: {wide}");
    }

    #[test]
    fn bars_are_to_scale_and_fit() {
        let mut table = Table::new(Format::Text, vec!["period", "events"]);
        for (period, solid, hatched) in [("2024", 30, 10), ("2025", 0, 0), ("2026", 0, 1)] {
            table.row(vec![period.to_owned(), (solid + hatched).to_string()]);
            table.bar(Bar { solid, hatched });
        }
        let text = drawn(&table, 38);
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert!(
            lines[0].ends_with(&("█".repeat(15) + &"░".repeat(5))),
            "{text}"
        );
        assert!(
            !lines[1].contains(['█', '░']) && lines[2].ends_with('░'),
            "{text}"
        );
        assert!(lines.iter().all(|line| columns(line) <= 38), "{text}");
        assert!(!drawn(&table, 20).contains('█'), "no room for bars");
    }
}
