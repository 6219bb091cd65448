//! The one reader of the tables in `lexicon/`.

/// The rows of a table: tab-separated cells, without comment lines, blank lines and the header.
///
/// A row that is shorter than the header is given as it is; [`cell`] reads what is missing as
/// empty, so that optional columns need no trailing tabs.
pub fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .map(|line| line.split('\t').map(str::trim).collect())
}

/// The cell in column `column` of a row; empty when the row ends before it.
pub fn cell<'a>(row: &[&'a str], column: usize) -> &'a str {
    row.get(column).copied().unwrap_or_default()
}

/// The entries of a list cell, which `|` separates.
pub fn list(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
}
