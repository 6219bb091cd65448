//! Dates of publication in the forms that people write them.
//!
//! The day is the one written, whatever the time zone beside it. A form that leaves the day open
//! (`2019-05`, `01/05/2019`, `yesterday`) is no date: a wrong day is worse than none. So is a year
//! before 1500 or after 2100, which stands for "unknown" in real data.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Reads a date out of a short text: ISO 8601, RFC 2822, `Nov. 11, 2025`, `11 mai 2025`,
/// `12/30/17`, `20251111`, seconds or milliseconds since 1970, and the like.
pub fn parse(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() || text.len() > 120 {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(text);
    }
    let text = text.replace(['年', '月'], "-").replace('日', " ");
    compact(&text)
        .or_else(|| numeric(&text))
        .or_else(|| worded(&text))
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970 in UTC, or a number such as
/// 20251111.
pub fn from_number(number: i64) -> Option<Date> {
    if (15_000_101..=21_001_231).contains(&number) {
        return digits(&number.to_string());
    }
    let seconds = match number {
        100_000_000..=9_999_999_999 => number,
        100_000_000_000..=9_999_999_999_999 => number / 1_000,
        100_000_000_000_000..=9_999_999_999_999_999 => number / 1_000_000,
        1_000_000_000_000_000_000.. => number / 1_000_000_000,
        _ => return None,
    };
    let date = Timestamp::from_second(seconds)
        .ok()?
        .to_zoned(TimeZone::UTC)
        .date();
    checked(date.year().into(), date.month().into(), date.day().into())
}

fn checked(year: i32, month: i32, day: i32) -> Option<Date> {
    if !(1500..=2100).contains(&year) {
        return None;
    }
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

fn digits(text: &str) -> Option<Date> {
    match text.len() {
        8 | 12 | 14 => compact(text).or_else(|| from_number(text.parse().ok()?)),
        _ => from_number(text.parse().ok()?),
    }
}

/// `20251111`, alone or with a time after it.
fn compact(text: &str) -> Option<Date> {
    let date = text.get(..8)?;
    let after = text.as_bytes().get(8);
    if !date.bytes().all(|byte| byte.is_ascii_digit())
        || after.is_some_and(|byte| {
            !(byte.is_ascii_digit() || matches!(byte, b'T' | b't' | b' ' | b'_'))
        })
    {
        return None;
    }
    checked(
        date[..4].parse().ok()?,
        date[4..6].parse().ok()?,
        date[6..].parse().ok()?,
    )
}

/// Three numbers with one kind of separator: year first, or day and month told apart by size.
fn numeric(text: &str) -> Option<Date> {
    for word in text.split([' ', ',', 'T', '\t', '(', ')']) {
        for separator in ['-', '/', '.'] {
            let mut parts = word.split(separator);
            let (Some(a), Some(b), Some(c), None) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            // A zone may cling to the date: 2019-05-01Z, 2019-05-01+02:00.
            let c = c.split_once(['Z', '+']).map_or(c, |(day, _)| day);
            let (Some(first), Some(second), Some(third)) = (number(a), number(b), number(c)) else {
                continue;
            };
            if a.len() == 4 {
                return checked(first, second, third);
            }
            let year = year(third, c.len())?;
            return match (first, second) {
                (13.., _) => checked(year, second, first),
                (_, 13..) => checked(year, first, second),
                _ if first == second => checked(year, first, second),
                _ => None,
            };
        }
    }
    None
}

fn number(text: &str) -> Option<i32> {
    let plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// A year of two digits lies between 1969 and 2068, as in POSIX.
fn year(number: i32, digits: usize) -> Option<i32> {
    match (digits, number) {
        (4, _) => Some(number),
        (2, 69..) => Some(1900 + number),
        (2, _) => Some(2000 + number),
        _ => None,
    }
}

/// A month in words with day and year around it, in either order.
fn worded(text: &str) -> Option<Date> {
    let words: Vec<&str> = text
        .split(|character: char| {
            character.is_whitespace() || matches!(character, ',' | '-' | '/' | '(' | ')' | '|')
        })
        .map(|word| word.trim_matches('.'))
        .filter(|word| !word.is_empty() && !matches!(*word, "de" | "del" | "of" | "the" | "d"))
        .collect();
    let day = |word: &str| {
        let bare = ["st", "nd", "rd", "th", "er", "º", "ª"]
            .iter()
            .find_map(|end| word.strip_suffix(end));
        number(bare.unwrap_or(word)).filter(|day| (1..=31).contains(day))
    };
    let long_year = |word: &str| number(word).filter(|_| word.len() == 4);
    for three in words.windows(3) {
        let [a, b, c] = three else { continue };
        let found = if let Some(month) = month(b) {
            match (day(a), number(c).and_then(|number| year(number, c.len()))) {
                (Some(day), Some(year)) => Some((year, month, day)),
                _ => long_year(a)
                    .zip(day(c))
                    .map(|(year, day)| (year, month, day)),
            }
        } else if let Some(month) = month(a) {
            day(b)
                .zip(long_year(c))
                .map(|(day, year)| (year, month, day))
        } else {
            None
        };
        if let Some((year, month, day)) = found {
            return checked(year, month, day);
        }
    }
    None
}

/// The month of a name or its short form, in the languages most dates come in: English, French,
/// German, Spanish, Portuguese, Italian, Dutch.
fn month(word: &str) -> Option<i32> {
    const NAMES: [&str; 12] = [
        "january janvier januar enero janeiro gennaio januari jan janv jän jänner ene gen",
        "february février fevrier februar febrero fevereiro febbraio februari feb févr fév fev",
        "march mars märz marzo março marco maart mar mär mrz mrt",
        "april avril abril aprile apr avr abr",
        "may mai mayo maio maggio mei mag",
        "june juin juni junio junho giugno jun giu",
        "july juillet juli julio julho luglio jul juil lug",
        "august août aout agosto augustus aug ago",
        "september septembre septiembre setembro settembre sep sept set",
        "october octobre oktober octubre outubro ottobre oct okt out ott",
        "november novembre noviembre novembro nov",
        "december décembre decembre dezember diciembre dezembro dicembre dec déc dez dic",
    ];
    let word = word.to_lowercase();
    let found = NAMES
        .iter()
        .position(|names| names.split(' ').any(|name| name == word))?;
    i32::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_name_a_day() {
        for form in [
            "2019-05-21",
            "2019-05-21T10:00:00Z",
            "2019-05-21T23:30:00+05:30",
            "2019-05-21 10:00:00.123456",
            "2019/5/21",
            "2019.05.21",
            "20190521",
            "20190521T100000Z",
            "20190521100000",
            "1558396800",
            "1558396800000",
            "Tue, 21 May 2019 10:00:00 GMT",
            "21 May 2019",
            "21 MAY 19",
            "May 21, 2019 10:00 AM EDT",
            "May 21st 2019",
            "Published: Tuesday, May 21, 2019",
            "21-MAY-2019 15:01:01.79",
            "21. Mai 2019",
            "mardi 21 mai 2019",
            "21 de mayo de 2019",
            "5/21/19",
            "21/05/2019",
            "21.05.2019",
            "2019 May 21",
            "2019年5月21日",
            "2019-05-21Z",
            "May. 21, 2019",
            "10:00, 21 May 2019",
        ] {
            assert_eq!(
                parse(form).map(|date| date.to_string()),
                Some("2019-05-21".into()),
                "{form}"
            );
        }
        assert_eq!(
            parse("12/30/17").map(|date| date.to_string()),
            Some("2017-12-30".into())
        );
        assert_eq!(
            parse("26-FEB-1987 15:01:01.79").map(|date| date.to_string()),
            Some("1987-02-26".into())
        );
        assert_eq!(
            from_number(20_251_111).map(|date| date.to_string()),
            Some("2025-11-11".into())
        );
    }

    #[test]
    fn forms_that_do_not() {
        for form in [
            "",
            "yesterday",
            "2019",
            "2019-05",
            "May 2019",
            "01/05/2019",
            "5/1/2019",
            "2019-02-30",
            "0001-01-01",
            "9999-12-31",
            "31 June 2019",
            "12",
            "1.2.3",
            "10:00",
            "a/b/c",
            "version 1.2.2019-beta",
        ] {
            assert_eq!(parse(form), None, "{form}");
        }
    }
}
