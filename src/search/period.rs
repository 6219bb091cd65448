//! Periods of publication, and the rows of a count for those in which nothing is.

use super::{Counts, Row, Table};
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use std::collections::BTreeSet;

/// A span of time that counts are taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A day, as `2024-03-12`.
    Day,
    /// A week, as the date of its Monday.
    Week,
    /// A month, as `2024-03`.
    Month,
    /// A year, as `2024`.
    Year,
}

impl Period {
    /// The period that a day (`yyyymmdd`) lies in, as a number that sorts.
    pub(super) fn of(self, day: u64) -> u64 {
        match self {
            Period::Day => day,
            Period::Week => monday_of(day).unwrap_or(day),
            Period::Month => day / 100,
            Period::Year => day / 10_000,
        }
    }

    /// Its name, out of its number.
    pub(super) fn name(self, number: u64) -> String {
        match self {
            Period::Day | Period::Week => {
                format!(
                    "{:04}-{:02}-{:02}",
                    number / 10_000,
                    number / 100 % 100,
                    number % 100
                )
            }
            Period::Month => format!("{:04}-{:02}", number / 100, number % 100),
            Period::Year => format!("{number:04}"),
        }
    }

    /// The names of all periods from one to another, both with.
    fn between(self, first: &str, last: &str) -> impl Iterator<Item = String> {
        let last = last.to_owned();
        let step: Span = match self {
            Period::Day => 1.day(),
            Period::Week => 1.week(),
            Period::Month => 1.month(),
            Period::Year => 1.year(),
        };
        let days = std::iter::successors(first_day(first), move |day| day.checked_add(step).ok());
        days.map(move |day| self.name(self.of(crate::index::document::day_number(day))))
            .take_while(move |name| *name <= last)
    }
}

/// The first day of a period, by its name.
fn first_day(name: &str) -> Option<Date> {
    let mut parts = name.split('-');
    let year = parts.next()?.parse().ok()?;
    let mut number = || parts.next().map_or(Some(1), |part| part.parse().ok());
    Date::new(year, number()?, number()?).ok()
}

fn monday_of(day: u64) -> Option<u64> {
    let date = Date::new(
        (day / 10_000) as i16,
        (day / 100 % 100) as i8,
        (day % 100) as i8,
    )
    .ok()?;
    let back = date.weekday().since(Weekday::Monday);
    let monday = date.checked_sub(Span::new().days(back)).ok()?;
    Some(crate::index::document::day_number(monday))
}

/// More rows than this are refused.
const MOST_ROWS: usize = 1_000_000;

impl Table {
    /// Adds rows of zeros, so that each combination of values has a row for every period from the
    /// first to the last, whichever of the rows or of `bounds` goes further. Of a table that was
    /// counted by this period.
    ///
    /// # Errors
    /// The number of rows that there would be, when that is more than a million.
    pub fn fill(&mut self, every: Period, bounds: Option<(&str, &str)>) -> Result<(), usize> {
        let dated = self.rows.iter().filter(|row| !row.values[0].is_empty());
        let named = dated.map(|row| row.values[0].as_str());
        let named: Vec<&str> = named
            .chain(bounds.into_iter().flat_map(|(a, b)| [a, b]))
            .collect();
        let (Some(first), Some(last)) = (named.iter().min(), named.iter().max()) else {
            return Ok(());
        };
        let held: BTreeSet<&[String]> = self.rows.iter().map(|row| &row.values[..]).collect();
        let series: BTreeSet<&[String]> = held.iter().map(|values| &values[1..]).collect();
        let periods: Vec<String> = every.between(first, last).take(MOST_ROWS + 1).collect();
        let rows = periods.len().saturating_mul(series.len());
        if rows > MOST_ROWS {
            return Err(rows);
        }
        let mut empty = Vec::new();
        for period in &periods {
            for series in &series {
                let values: Vec<String> = [std::slice::from_ref(period), *series].concat();
                if !held.contains(&values[..]) {
                    let stories = self.total.stories.map(|_| 0);
                    let counts = Counts {
                        stories,
                        ..Counts::default()
                    };
                    empty.push(Row { values, counts });
                }
            }
        }
        self.rows.extend(empty);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(every: Period, first: &str, last: &str) -> Vec<String> {
        every.between(first, last).collect()
    }

    #[test]
    fn periods_follow_one_another() {
        assert_eq!(
            between(Period::Day, "2024-02-28", "2024-03-01"),
            ["2024-02-28", "2024-02-29", "2024-03-01"]
        );
        assert_eq!(
            between(Period::Week, "2024-12-23", "2025-01-06"),
            ["2024-12-23", "2024-12-30", "2025-01-06"]
        );
        assert_eq!(
            between(Period::Month, "2024-12", "2025-02"),
            ["2024-12", "2025-01", "2025-02"]
        );
        assert_eq!(between(Period::Year, "0999", "1000"), ["0999", "1000"]);
        assert_eq!(between(Period::Year, "9998", "9999"), ["9998", "9999"]);
    }

    #[test]
    fn every_series_has_every_period() {
        let row = |values: &[&str]| Row {
            values: values.iter().map(|&value| value.to_owned()).collect(),
            counts: Counts {
                articles: 1,
                ..Counts::default()
            },
        };
        let mut table = Table {
            rows: vec![row(&["2024", "CO"]), row(&["2026", "US"]), row(&["", "US"])],
            ..Table::default()
        };
        table.fill(Period::Year, Some(("2023", "2025"))).unwrap();
        // Four years, two countries, and the article without a date.
        assert_eq!(table.rows.len(), 9);
        assert_eq!(
            table
                .rows
                .iter()
                .map(|row| row.counts.articles)
                .sum::<u64>(),
            3
        );
        assert!(
            table
                .fill(Period::Day, Some(("0001-01-01", "9999-12-31")))
                .is_err()
        );
    }
}
