//! Dates of publication in the forms that people write them.
//!
//! The day is the one written, whatever the time zone beside it. A form that leaves the day open
//! (`2019-05`, `3 hours ago`, `yesterday`) is no date: a wrong day is worse than none. So is a year
//! before 1500 or after 2100, which stands for "unknown" in real data.
//!
//! `01/05/2019` is settled, in this order, by a number above 12, by a weekday beside it, by the
//! separator (with full stops the day comes first), and by the language that the source names
//! (month first in `en-US`, day first in other Englishes and other languages). Otherwise it is open.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

/// No date is longer, in bytes.
const LONGEST: usize = 160;

/// Reads a date out of a short text: ISO 8601, RFC 2822, `Nov. 11, 2025`, `11 mai 2025`,
/// `12/30/17`, `20251111`, seconds or milliseconds since 1970, and the like.
pub fn parse(text: &str) -> Option<Date> {
    parse_in(text, None)
}

/// Reads a date as [`parse`] does, out of a source that names its language.
pub fn parse_in(text: &str, language: Option<&str>) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let text = &*plain_digits(text);
    let bare = text.strip_prefix("/Date(").or(text.strip_prefix("Date("));
    let text = bare.map_or(text, |bare| bare.split([')', '+']).next().unwrap_or(bare));
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits(text);
    }
    let text = with_hyphens(text);
    compact(&text)
        .or_else(|| week_or_day_of_year(&text))
        .or_else(|| numeric(&text, language))
        .or_else(|| worded(&text))
}

/// The day of `2023-05-01-title.md`, or of a file below `2024/03/12/`: site generators have the
/// date of a post in its path.
pub fn of_path(path: &str) -> Option<Date> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_end = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_digit());
    let start = name.get(..10).filter(|_| is_end(&name[10..]));
    let named = start.filter(|start| {
        start.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-' || byte == b'_',
            _ => byte.is_ascii_digit(),
        })
    });
    let of = |year: &str, month: &str, day: &str| {
        checked(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    };
    if let Some(start) = named {
        return of(&start[..4], &start[5..7], &start[8..]);
    }
    let folders: Vec<&str> = folders.split('/').collect();
    folders.windows(3).rev().find_map(|three| {
        let [year, month, day] = three else {
            return None;
        };
        let sizes = (year.len(), month.len(), day.len());
        let is_day = sizes == (4, 2, 2) && three.concat().bytes().all(|byte| byte.is_ascii_digit());
        is_day.then(|| of(year, month, day)).flatten()
    })
}

/// The digits of other scripts as those of ASCII.
fn plain_digits(text: &str) -> String {
    const ZEROS: [char; 6] = ['٠', '۰', '०', '০', '๐', '０'];
    let plain = |character: char| {
        let digit = ZEROS.iter().find_map(|&zero| {
            let value = u32::from(character).checked_sub(u32::from(zero))?;
            char::from_digit(value, 10)
        });
        digit.unwrap_or(character)
    };
    text.chars().map(plain).collect()
}

/// Chinese, Japanese, Korean and Vietnamese dates name the parts: `2019年5月1日`.
fn with_hyphens(text: &str) -> String {
    let mut text = text.to_string();
    for (era, before) in [("令和", 2018), ("平成", 1988), ("昭和", 1925)] {
        if let Some((start, rest)) = text.split_once(era)
            && let Some((number, after)) = rest.split_once('年')
            && let Some(number) = (number == "元").then_some(1).or(number.trim().parse().ok())
            && (1..100).contains(&number)
        {
            text = format!("{start}{}年{after}", before + number);
        }
    }
    if text.contains(['年', '년']) {
        text = text
            .replace("年 ", "年")
            .replace("月 ", "月")
            .replace("년 ", "년")
            .replace("월 ", "월")
            .replace(['年', '月', '년', '월'], "-")
            .replace(['日', '일'], " ");
    }
    if text.contains("tháng") {
        let lower = text.to_lowercase().replace("ngày", " ");
        text = lower.replace(" tháng ", ".").replace(" năm ", ".");
    }
    text
}

/// ISO 8601 has two more forms: `2019-W18-3` and `2019-121`.
fn week_or_day_of_year(text: &str) -> Option<Date> {
    let day = text.split(['T', ' ']).next()?;
    let (year, rest) = day.split_once('-').or_else(|| {
        let at = day.find('W').filter(|&at| at == 4)?;
        Some(day.split_at(at))
    })?;
    let year = number(year).filter(|_| year.len() == 4)?;
    let found = if let Some(week) = rest.strip_prefix('W') {
        let week = week.replace('-', "");
        let (week, day) = week.split_at_checked(2).filter(|_| week.len() == 3)?;
        let day = Weekday::from_monday_one_offset(day.parse().ok()?).ok()?;
        let year = i16::try_from(year).ok()?;
        ISOWeekDate::new(year, week.parse().ok()?, day).ok()?.date()
    } else {
        let of_year = number(rest).filter(|_| rest.len() == 3)?;
        let first = checked(year, 1, 1)?;
        let found = first
            .checked_add(jiff::Span::new().days(of_year - 1))
            .ok()?;
        (found.year() == first.year()).then_some(found)?
    };
    checked(
        found.year().into(),
        found.month().into(),
        found.day().into(),
    )
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

/// Three numbers with one kind of separator: year first, or day and month in either order.
fn numeric(text: &str, language: Option<&str>) -> Option<Date> {
    for word in text.split([' ', ',', 'T', '\t', '(', ')']) {
        let word = word.trim_matches(|edge: char| edge == '.' || edge.is_alphabetic());
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
            let day_first = checked(year, second, first);
            let month_first = checked(year, first, second);
            let (Some(one), Some(other)) = (day_first, month_first) else {
                return day_first.or(month_first);
            };
            let named = weekday(text);
            return match named {
                Some(day) if (one.weekday() == day) != (other.weekday() == day) => {
                    Some(if one.weekday() == day { one } else { other })
                }
                _ if one == other || separator == '.' => Some(one),
                _ => match language.map(str::to_lowercase)?.as_str() {
                    "en-us" | "en_us" => Some(other),
                    "en" | "eng" | "english" => None,
                    _ => Some(one),
                },
            };
        }
    }
    None
}

/// The first English weekday in a text.
fn weekday(text: &str) -> Option<Weekday> {
    const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let mut words = text.split(|character: char| !character.is_alphabetic());
    words.find_map(|word| {
        let start = word.get(..3)?.to_ascii_lowercase();
        let at = NAMES.iter().position(|name| *name == start)?;
        Weekday::from_monday_zero_offset(at.try_into().ok()?).ok()
    })
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
    let words = words(text);
    let is_thai = text.contains(|letter| matches!(letter, '\u{e01}'..='\u{e30}'));
    let day = |word: &str| {
        let bare = [
            "st", "nd", "rd", "th", "er", "º", "ª", "°", "η", "ης", "го", "й",
        ]
        .iter()
        .find_map(|end| word.strip_suffix(end));
        number(bare.unwrap_or(word)).filter(|day| (1..=31).contains(day))
    };
    let long_year = |word: &str| number(word).filter(|_| word.len() == 4);
    for (at, three) in words.windows(3).enumerate() {
        let [a, b, c] = three else { continue };
        let found = if let Some(month) = month(b) {
            match (day(a), number(c).and_then(|number| year(number, c.len()))) {
                (Some(day), Some(year)) => Some((year, month, day)),
                _ => long_year(a)
                    .zip(day(c))
                    .map(|(year, day)| (year, month, day)),
            }
        } else if let Some(month) = month(a) {
            // The year may follow the time and the zone: `Wed May 1 10:00:00 +0000 2019`.
            let later = || {
                words[at + 2..]
                    .iter()
                    .take(4)
                    .find_map(|word| long_year(word))
            };
            day(b).zip(later()).map(|(day, year)| (year, month, day))
        } else {
            None
        };
        if let Some((year, month, day)) = found {
            // Thailand counts from the death of the Buddha.
            let year = if is_thai && year > 2400 {
                year - 543
            } else {
                year
            };
            return checked(year, month, day);
        }
    }
    None
}

/// The words of a date in lower case, without articles; a month of two words is one, and so are two
/// names of one month, as Arabic papers have them.
fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let mut words: Vec<String> = Vec::new();
    let pieces = text.split(|character: char| {
        character.is_whitespace()
            || matches!(
                character,
                ',' | '،' | '-' | '–' | '/' | '(' | ')' | '|' | '\'' | '’' | '_'
            )
    });
    for word in pieces {
        let word = word.trim_matches('.');
        if word.is_empty()
            || matches!(
                word,
                "de" | "del" | "of" | "the" | "d" | "den" | "ta" | "ya"
            )
        {
            continue;
        }
        // `1may2019`
        let start = word
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(0);
        let letters = word[start..].trim_end_matches(|last: char| last.is_ascii_digit());
        if start > 0 && month(letters).is_some() {
            words.push(word[..start].into());
            words.push(letters.into());
            words.push(word[start + letters.len()..].into());
            continue;
        }
        if let Some(last) = words.last_mut() {
            let both = format!("{last} {word}");
            if month(&both).is_some() {
                *last = both;
                continue;
            }
            if month(last).is_some() && month(last) == month(word) {
                continue;
            }
        }
        words.push(word.into());
    }
    words
}

/// The month of a name or its short form, in lower case (`lexicon/months.tsv`).
fn month(word: &str) -> Option<i32> {
    static NAMES: LazyLock<FxHashMap<&str, i32>> = LazyLock::new(|| {
        let rows = include_str!("../../lexicon/months.tsv").lines();
        rows.filter_map(|row| {
            let (number, names) = row.split_once('\t')?;
            let number: i32 = number.parse().ok()?;
            Some(names.split('|').map(move |name| (name, number)))
        })
        .flatten()
        .collect()
    });
    NAMES.get(word).copied()
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
            "Tue May 21 10:00:00 +0000 2019",
            "Tue, 21 May 2019 10:00:00 +0000 (UTC)",
            "21MAY2019",
            "2019-W21-2",
            "2019W212",
            "2019-141",
            "/Date(1558396800000)/",
            "Updated: May 21, 2019 | 10:00 PM",
            "21 мая 2019 г., 10:00",
            "21 травня 2019",
            "21 مايو 2019",
            "٢١ أيار/مايو ٢٠١٩",
            "الثلاثاء 21 أيار 2019",
            "den 21 maj 2019",
            "2019. május 21.",
            "21 mei 2019",
            "21 maja 2019",
            "21 Mayıs 2019",
            "21η Μαΐου 2019",
            "21 พฤษภาคม 2562",
            "2019년 5월 21일",
            "令和元年5月21日",
            "ngày 21 tháng 5 năm 2019",
            "21 मई 2019",
            "21 Mei 2019",
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
    fn day_and_month_are_told_apart() {
        let read = |text, language| parse_in(text, language).map(|date| date.to_string());
        assert_eq!(read("01.05.2019", None).as_deref(), Some("2019-05-01"));
        assert_eq!(
            read("01/05/2019", Some("de")).as_deref(),
            Some("2019-05-01")
        );
        assert_eq!(
            read("01/05/2019", Some("en-GB")).as_deref(),
            Some("2019-05-01")
        );
        assert_eq!(
            read("01/05/2019", Some("en-US")).as_deref(),
            Some("2019-01-05")
        );
        assert_eq!(read("01/05/2019", Some("en")), None);
        assert_eq!(read("Wed 01/05/2019", None).as_deref(), Some("2019-05-01"));
        assert_eq!(
            read("Saturday, 01/05/2019", None).as_deref(),
            Some("2019-01-05")
        );
        assert_eq!(
            read("كانون الثاني 1, 2019", None).as_deref(),
            Some("2019-01-01")
        );
    }

    #[test]
    fn days_in_paths() {
        let read = |path| of_path(path).map(|date| date.to_string());
        assert_eq!(
            read("_posts/2023-05-01-title.md").as_deref(),
            Some("2023-05-01")
        );
        assert_eq!(
            read("blog/2024/03/12/title/index.md").as_deref(),
            Some("2024-03-12")
        );
        for path in [
            "2023-05-title.md",
            "2024/03/title.md",
            "a/2023-13-01-x.md",
            "20230501.md",
        ] {
            assert_eq!(read(path), None, "{path}");
        }
    }

    #[test]
    fn forms_that_do_not() {
        for form in [
            "",
            "yesterday",
            "Published 3 hours ago",
            "2019-W54-1",
            "1398/02/11",
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
