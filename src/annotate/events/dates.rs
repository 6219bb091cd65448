//! The day of an event, as its sentence tells it, resolved against the article's date.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The day that the sentence names nearest to the verb at `verb`: a weekday, "yesterday", or a
/// day of a month. A month or year alone names no day, and a sentence without any leaves the day
/// open.
pub fn day(words: &[&str], verb: usize, published: Date) -> Option<Date> {
    (0..words.len())
        .filter_map(|at| Some((at.abs_diff(verb), named_at(words, at, published)?)))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, day)| day)
}

fn named_at(words: &[&str], at: usize, published: Date) -> Option<Date> {
    let word = words[at].to_lowercase();
    match word.as_str() {
        "today" | "tonight" => return Some(published),
        "yesterday" => return published.checked_sub(1.day()).ok(),
        "tomorrow" => return published.checked_add(1.day()).ok(),
        _ => {}
    }
    if let Some(weekday) = weekday(&word) {
        let next = at > 0 && words[at - 1].eq_ignore_ascii_case("next");
        let ahead = published.since(
            published
                .nth_weekday(if next { 1 } else { -1 }, weekday)
                .ok()?,
        );
        let days = ahead.ok()?.get_days();
        // On a Monday, "on Monday" is today.
        let same_day = published.weekday() == weekday && !next;
        let back = if same_day {
            Span::new()
        } else {
            Span::new().days(days)
        };
        return published.checked_sub(back).ok();
    }
    let month = month(&word)?;
    // "11 November", "November 11", "Nov. 11, 2025"; the number must be a day's.
    let after = words.get(at + 1).and_then(|word| day_number(word));
    let before = at.checked_sub(1).and_then(|at| day_number(words[at]));
    let (day, year_at) = match (after, before) {
        (Some(day), _) => (day, at + 2),
        (None, Some(day)) => (day, at + 1),
        (None, None) => return None,
    };
    let comma = usize::from(words.get(year_at) == Some(&","));
    let year = words
        .get(year_at + comma)
        .and_then(|word| word.parse::<i16>().ok())
        .filter(|year| (1900..2100).contains(year));
    if let Some(year) = year {
        return Date::new(year, month, day).ok();
    }
    // Without a year it is the nearest such day, past or soon to come.
    let candidates =
        (-1..=1).filter_map(|offset| Date::new(published.year() + offset, month, day).ok());
    candidates.min_by_key(|date| {
        published
            .since(*date)
            .map(|span| span.get_days().unsigned_abs())
            .unwrap_or(u32::MAX)
    })
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// The number of a month from its name or an abbreviation of three letters or more.
fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 {
        return None;
    }
    MONTHS
        .iter()
        .position(|month| month.starts_with(word))
        .map(|at| at as i8 + 1)
}

fn day_number(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(sentence: &str) -> Option<String> {
        let words: Vec<&str> = sentence.split(' ').collect();
        // A Wednesday.
        day(&words, 1, Date::constant(2025, 11, 12)).map(|date| date.to_string())
    }

    #[test]
    fn resolves_days() {
        assert_eq!(on("They met on Tuesday").as_deref(), Some("2025-11-11"));
        assert_eq!(on("They met on Wednesday").as_deref(), Some("2025-11-12"));
        assert_eq!(
            on("They will meet next Friday").as_deref(),
            Some("2025-11-14")
        );
        assert_eq!(on("They met yesterday").as_deref(), Some("2025-11-11"));
        assert_eq!(on("They met on 30 December").as_deref(), Some("2025-12-30"));
        assert_eq!(
            on("They met on Nov. 3 , 2024").as_deref(),
            Some("2024-11-03")
        );
        assert_eq!(on("They met in October").as_deref(), None);
        assert_eq!(on("They may 2 meet"), on("They may 2 meet"));
    }
}
