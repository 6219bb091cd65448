//! Expressions of time in a sentence, and the day, week, month or year that each means, resolved
//! against the article's date. Which of them is an event's is for [`super::when`] to say.

use super::super::annotations::Grain;
use super::numbers;
use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};
use std::ops::Range;

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

/// The years that a number of four digits may be.
const YEARS: Range<i16> = 1900..2101;

/// How many days ahead of the article a day without a year may lie that is told as past: articles
/// are dated by another clock than the one at the place.
const CLOCKS: i32 = 1;

/// A day or a longer period, known by its first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day, or the first of the period.
    pub on: Date,
    /// How long the period is.
    pub grain: Grain,
}

/// Words that say when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// The words' tokens.
    pub tokens: Range<usize>,
    said: Said,
}

/// Which one of many: "last", "next", or whichever fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Last,
    This,
    Next,
    Nearest,
}

/// What an expression says, before it is resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    /// So many periods from the present one: "yesterday", "this month", "three weeks ago".
    Away(Grain, i32),
    /// "Tuesday".
    Weekday(Weekday, Which),
    /// "Tuesday last week": the day of the week so many weeks away.
    WeekdayOf(Weekday, i32),
    /// "the weekend".
    Weekend(Which),
    /// "the 13th".
    DayOfMonth(i8),
    /// "11 November", with its year or not.
    Day(i8, i8, Option<i16>),
    /// "October", with its year or not.
    Month(i8, Option<i16>, Which),
    /// "October last year": in the year so many years away.
    MonthOf(i8, i32),
    /// "2019".
    Year(i16),
}

/// The first day that the words name, for a dateline: without a year it is the nearest such day.
pub fn day(words: &[&str], published: Option<Date>) -> Option<Date> {
    expressions(words)
        .iter()
        .filter_map(|expression| expression.resolve(true, published))
        .find(|when| when.grain == Grain::Day)
        .map(|when| when.on)
}

/// The expressions of time among the words, in order.
pub fn expressions(words: &[&str]) -> Vec<Expression> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match read(words, at) {
            Some((end, said)) => {
                all.push(Expression {
                    tokens: at..end,
                    said,
                });
                at = end;
            }
            None => at += 1,
        }
    }
    all
}

impl Expression {
    /// When that is. `ahead` says that it is told as yet to come; without the article's date, only
    /// what names its year resolves.
    pub fn resolve(&self, ahead: bool, published: Option<Date>) -> Option<When> {
        let when = match self.said {
            Said::Day(day, month, Some(year)) => When {
                on: Date::new(year, month, day).ok()?,
                grain: Grain::Day,
            },
            Said::Month(month, Some(year), _) => When {
                on: Date::new(year, month, 1).ok()?,
                grain: Grain::Month,
            },
            Said::Year(year) => When {
                on: Date::new(year, 1, 1).ok()?,
                grain: Grain::Year,
            },
            said => said.against(ahead, published?)?,
        };
        // What has happened lies behind: "invited them for next week" names another day.
        let is_sound = ahead || published.is_none_or(|published| is_past(when.on, published));
        is_sound.then_some(when)
    }
}

impl Said {
    /// What is said without a year, resolved against the article's date.
    fn against(self, ahead: bool, published: Date) -> Option<When> {
        let day = |on: Date| When {
            on,
            grain: Grain::Day,
        };
        Some(match self {
            Said::Away(grain, count) => away(grain, count, published)?,
            Said::Weekday(weekday, which) => day(nearest_weekday(
                weekday,
                which,
                ahead && which == Which::Nearest,
                published,
            )?),
            Said::WeekdayOf(weekday, weeks) => {
                let monday = away(Grain::Week, weeks, published)?.on;
                let offset = i32::from(weekday.to_monday_zero_offset());
                day(monday.checked_add(offset.days()).ok()?)
            }
            Said::Weekend(which) => {
                let in_it = matches!(published.weekday(), Weekday::Saturday | Weekday::Sunday);
                let weeks = match which {
                    Which::Next => 1,
                    Which::Last => -1,
                    Which::This | Which::Nearest if in_it || ahead => 0,
                    Which::This | Which::Nearest => -1,
                };
                away(Grain::Week, weeks, published)?
            }
            Said::DayOfMonth(number) => {
                let this = away(Grain::Month, 0, published)?.on;
                let months = if ahead { [0, 1] } else { [0, -1] };
                day(months
                    .iter()
                    .filter_map(|&months| this.checked_add(months.months()).ok())
                    .filter_map(|first| Date::new(first.year(), first.month(), number).ok())
                    .find(|&date| {
                        if ahead {
                            date >= published
                        } else {
                            is_past(date, published)
                        }
                    })?)
            }
            Said::Day(number, month, _) => {
                let years = (-1..=1).rev();
                let mut dates = years
                    .filter_map(|years| Date::new(published.year() + years, month, number).ok());
                day(if ahead {
                    // "was to meet on 3 November" may have passed. Of two, the later: it comes first.
                    dates.min_by_key(|&date| days_between(published, date).unsigned_abs())?
                } else {
                    dates.find(|&date| is_past(date, published))?
                })
            }
            Said::Month(month, _, which) => {
                let this = published.first_of_month();
                let years = match which {
                    Which::Next => [0, 1],
                    Which::Nearest | Which::This if ahead => [0, 1],
                    _ => [0, -1],
                };
                let on = years
                    .iter()
                    .filter_map(|years| Date::new(published.year() + years, month, 1).ok())
                    .find(|&on| match which {
                        Which::Next => on > this,
                        Which::Last => on < this,
                        Which::This => on.year() == this.year(),
                        Which::Nearest if ahead => on >= this,
                        Which::Nearest => on <= this,
                    })?;
                When {
                    on,
                    grain: Grain::Month,
                }
            }
            Said::MonthOf(month, years) => {
                let year = away(Grain::Year, years, published)?.on.year();
                When {
                    on: Date::new(year, month, 1).ok()?,
                    grain: Grain::Month,
                }
            }
            Said::Year(_) => return None,
        })
    }
}

fn is_past(date: Date, published: Date) -> bool {
    days_between(published, date) <= CLOCKS
}

/// How many days after `from` `to` lies.
fn days_between(from: Date, to: Date) -> i32 {
    // Without a largest unit, spans between dates are in days.
    to.since(from).map_or(i32::MAX, |span| span.get_days())
}

/// The period that lies `count` periods from the one that holds `from`.
fn away(grain: Grain, count: i32, from: Date) -> Option<When> {
    let (first, step): (Date, Span) = match grain {
        Grain::Day => (from, count.days()),
        Grain::Week => {
            let past = i32::from(from.weekday().to_monday_zero_offset());
            (from.checked_sub(past.days()).ok()?, count.weeks())
        }
        Grain::Month => (from.first_of_month(), count.months()),
        Grain::Year => (from.first_of_year(), count.years()),
    };
    let on = first.checked_add(step).ok()?;
    Some(When { on, grain })
}

fn nearest_weekday(weekday: Weekday, which: Which, ahead: bool, from: Date) -> Option<Date> {
    // On a Monday, "on Monday" is today.
    let today = from.weekday() == weekday && matches!(which, Which::Nearest | Which::This);
    if today {
        return Some(from);
    }
    let count = if ahead || which == Which::Next { 1 } else { -1 };
    from.nth_weekday(count, weekday).ok()
}

/// The expression that starts at a word, with the token after it.
fn read(words: &[&str], at: usize) -> Option<(usize, Said)> {
    let lower = Lower { words };
    ago(&lower, at)
        .or_else(|| relative(&lower, at))
        .or_else(|| dated(&lower, at))
        .or_else(|| weekday_and_more(&lower, at))
        .or_else(|| named_day(&lower, at))
        .or_else(|| month_and_more(&lower, at))
        .or_else(|| ordinal(&lower, at))
        .or_else(|| year_alone(&lower, at))
}

/// Words to be read in lower case.
struct Lower<'a> {
    words: &'a [&'a str],
}

impl Lower<'_> {
    fn is(&self, at: usize, wanted: &[&str]) -> bool {
        self.words
            .get(at)
            .is_some_and(|word| wanted.iter().any(|other| word.eq_ignore_ascii_case(other)))
    }

    fn was(&self, before: usize, wanted: &[&str]) -> bool {
        before.checked_sub(1).is_some_and(|at| self.is(at, wanted))
    }

    fn get(&self, at: usize) -> &str {
        self.words.get(at).copied().unwrap_or_default()
    }
}

/// "two days ago", "a week ago". What is only about so long ago is left open.
fn ago(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    if !words.is(at + 2, &["ago"]) {
        return None;
    }
    let count = match words.get(at) {
        "a" | "A" | "an" | "An" => 1,
        word => i32::try_from(numbers::cardinal(word)?).ok()?,
    };
    let grain = unit(words.get(at + 1))?;
    let rough = [
        "than", "over", "about", "around", "nearly", "almost", "some", "least", "roughly",
    ];
    let is_rough = words.was(at, &rough) || words.was(at, &["half", "and"]);
    (!is_rough && count < 1000).then_some((at + 3, Said::Away(grain, -count)))
}

/// "last week", "this month", "next Friday", "last October", "the weekend", "this morning".
fn relative(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    let (which, count) = match words.get(at).to_lowercase().as_str() {
        "last" => (Which::Last, -1),
        "this" => (Which::This, 0),
        "next" => (Which::Next, 1),
        "coming" => (Which::Next, 1),
        "past" => (Which::Last, -1),
        "the" if words.is(at + 1, &["weekend"]) => {
            let around = ["over", "at", "on", "during", "for"];
            return words
                .was(at, &around)
                .then_some((at + 2, Said::Weekend(Which::Nearest)));
        }
        _ => return None,
    };
    // "this past weekend", "this coming Friday"
    if which == Which::This
        && words.is(at + 1, &["past", "coming"])
        && let found @ Some(_) = relative(words, at + 1)
    {
        return found;
    }
    let next = words.get(at + 1);
    if let Some(weekday) = weekday(next) {
        let which = if which == Which::This {
            Which::Nearest
        } else {
            which
        };
        return Some((part_of_day(words, at + 2), Said::Weekday(weekday, which)));
    }
    if let Some(month) = month(next).filter(|_| next.len() > 3) {
        return Some((at + 2, Said::Month(month, None, which)));
    }
    // "in the last week" and "over the past year" reach up to now.
    let is_span = words.was(at, &["the"]) || words.is(at, &["past", "coming"]);
    Some((
        at + 2,
        match next.to_lowercase().as_str() {
            "weekend" => Said::Weekend(which),
            "night" if which == Which::Last => Said::Away(Grain::Day, -1),
            "morning" | "afternoon" | "evening" if which == Which::This => {
                Said::Away(Grain::Day, 0)
            }
            "week" | "month" | "year" if !is_span => Said::Away(unit(next)?, count),
            _ => return None,
        },
    ))
}

/// "today", "yesterday", "overnight".
fn named_day(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    let days = match words.get(at).to_lowercase().as_str() {
        "today" | "tonight" | "overnight" => 0,
        "yesterday" => -1,
        "tomorrow" => 1,
        "day" if words.is(at + 1, &["before"]) && words.is(at + 2, &["yesterday"]) => {
            return Some((at + 3, Said::Away(Grain::Day, -2)));
        }
        "day" if words.is(at + 1, &["after"]) && words.is(at + 2, &["tomorrow"]) => {
            return Some((at + 3, Said::Away(Grain::Day, 2)));
        }
        _ => return None,
    };
    Some((part_of_day(words, at + 1), Said::Away(Grain::Day, days)))
}

/// "Tuesday", "Tuesday night", "Tuesday of last week", "Tuesday, November 11".
fn weekday_and_more(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    let weekday = weekday(words.get(at))?;
    let end = part_of_day(words, at + 1);
    let next = end + usize::from(words.is(end, &[",", "(", "the", "of"]));
    let next = next + usize::from(words.is(next, &["the"]));
    if let Some(found) = dated(words, next).or_else(|| ordinal_day(words, next)) {
        return Some(found);
    }
    match relative(words, next) {
        Some((end, Said::Away(Grain::Week, weeks))) => Some((end, Said::WeekdayOf(weekday, weeks))),
        _ => Some((end, Said::Weekday(weekday, Which::Nearest))),
    }
}

/// A day of a month: "11 November 2024", "Nov. 11", "the 11th of November", "2024-05-01".
fn dated(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    if words.is(at + 1, &["-"]) && words.is(at + 3, &["-"]) {
        let year = year(words.get(at))?;
        let two = |at| {
            words
                .get(at)
                .parse::<i8>()
                .ok()
                .filter(|_| words.get(at).len() == 2)
        };
        let (month, day) = (two(at + 2)?, two(at + 4)?);
        return Some((at + 5, Said::Day(day, month, Some(year))));
    }
    let (day, month, end) = match day_number(words.get(at)) {
        Some(day) => {
            let of = usize::from(words.is(at + 1, &["of"]));
            (day, month(words.get(at + 1 + of))?, at + 2 + of)
        }
        None => {
            let month = month(words.get(at))?;
            let the = usize::from(words.is(at + 1, &["the"]));
            (day_number(words.get(at + 1 + the))?, month, at + 2 + the)
        }
    };
    // "May 20 people": what is counted is no day.
    let comma = usize::from(words.is(end, &[","]));
    match year(words.get(end + comma)) {
        Some(year) => Some((end + comma + 1, Said::Day(day, month, Some(year)))),
        None => Some((end, Said::Day(day, month, None))),
    }
}

/// "October", "October 2019", "October of last year". Alone it must be written out, and stand after
/// a word that a month may follow: "may" and "march" are words too.
fn month_and_more(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    let month = month(words.get(at))?;
    let next = at + 1 + usize::from(words.is(at + 1, &[",", "of"]));
    if let Some(year) = year(words.get(next)) {
        return Some((next + 1, Said::Month(month, Some(year), Which::Nearest)));
    }
    if let Some((end, Said::Away(Grain::Year, years))) = relative(words, next) {
        return Some((end, Said::MonthOf(month, years)));
    }
    let before = [
        "in",
        "since",
        "during",
        "from",
        "by",
        "until",
        "before",
        "after",
        "early",
        "late",
        "mid",
        "of",
        "throughout",
        "through",
        "for",
        "-",
    ];
    (words.was(at, &before)).then_some((at + 1, Said::Month(month, None, Which::Nearest)))
}

/// "on the 13th", where nothing that is counted follows.
fn ordinal(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    if !(words.was(at, &["the"]) && at > 1 && words.was(at - 1, &["on"])) {
        return None;
    }
    let (end, said) = ordinal_day(words, at)?;
    let next = words.get(end);
    let ends = next.is_empty() || next.starts_with(|c: char| c.is_ascii_punctuation());
    ends.then_some((end, said))
}

/// "13th".
fn ordinal_day(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    let word = words.get(at);
    let day = day_number(word)?;
    let ordinal = word.ends_with(|c: char| c.is_ascii_lowercase());
    ordinal.then_some((at + 1, Said::DayOfMonth(day)))
}

/// "2019", after a word that says it is a year and not where it is one end of a span.
fn year_alone(words: &Lower<'_>, at: usize) -> Option<(usize, Said)> {
    let year = year(words.get(at))?;
    let told = words.was(at, &["in", "since", "during", "early", "late"])
        || words.was(at, &["-"]) && at > 1 && words.was(at - 1, &["mid"]);
    let is_span = words.is(at + 1, &["-", "–", "/", "and", "to"])
        && words.get(at + 2).starts_with(|c: char| c.is_ascii_digit());
    (told && !is_span).then_some((at + 1, Said::Year(year)))
}

/// The token after a part of the day that may stand at `at`: "Tuesday night".
fn part_of_day(words: &Lower<'_>, at: usize) -> usize {
    let parts = ["morning", "afternoon", "evening", "night"];
    at + usize::from(words.is(at, &parts))
}

fn unit(word: &str) -> Option<Grain> {
    Some(match word.to_lowercase().as_str() {
        "day" | "days" => Grain::Day,
        "week" | "weeks" => Grain::Week,
        "month" | "months" => Grain::Month,
        "year" | "years" => Grain::Year,
        _ => return None,
    })
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word.to_lowercase().as_str() {
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

/// The number of a month from its name or an abbreviation of three letters or more, with a capital.
fn month(word: &str) -> Option<i8> {
    let word = word.trim_end_matches('.');
    if word.len() < 3 || !word.starts_with(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let abbreviated = lower.len() < 5;
    MONTHS
        .iter()
        .position(|month| *month == lower || abbreviated && month.starts_with(&lower))
        .map(|at| at as i8 + 1)
}

fn day_number(word: &str) -> Option<i8> {
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .unwrap_or(word);
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<i16> {
    let year = word.parse().ok().filter(|_| word.len() == 4)?;
    YEARS.contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first expression of a sentence, resolved against Wednesday, 12 November 2025.
    fn when(sentence: &str, ahead: bool, published: Option<Date>) -> String {
        let words: Vec<&str> = sentence.split(' ').collect();
        expressions(&words)
            .iter()
            .find_map(|expression| expression.resolve(ahead, published))
            .map_or_else(|| "?".to_owned(), |when| when.grain.period(when.on))
    }

    #[test]
    fn resolves_what_has_happened_against_the_articles_date() {
        let published = Some(Date::constant(2025, 11, 12));
        for (sentence, expected) in [
            ("met today", "2025-11-12"),
            ("met this morning", "2025-11-12"),
            ("struck overnight", "2025-11-12"),
            ("met yesterday evening", "2025-11-11"),
            ("met the day before yesterday", "2025-11-10"),
            ("met last night", "2025-11-11"),
            ("met on Tuesday", "2025-11-11"),
            ("met on Wednesday", "2025-11-12"),
            ("met on Thursday night", "2025-11-06"),
            ("met last Wednesday", "2025-11-05"),
            ("met next Wednesday", "?"),
            ("met Tuesday of last week", "2025-11-04"),
            ("met on Monday last week", "2025-11-03"),
            ("met on Monday , November 3", "2025-11-03"),
            ("met on Monday the 3rd", "2025-11-03"),
            ("met this week", "week of 2025-11-10"),
            ("met last week", "week of 2025-11-03"),
            ("met earlier this month", "2025-11"),
            ("met last month", "2025-10"),
            ("met last year", "2024"),
            ("met over the weekend", "week of 2025-11-03"),
            ("met this past weekend", "week of 2025-11-03"),
            ("met last weekend", "week of 2025-11-03"),
            ("met in October", "2025-10"),
            ("met in late October", "2025-10"),
            ("met in December", "2024-12"),
            ("met in November", "2025-11"),
            ("met last October", "2025-10"),
            ("met last November", "2024-11"),
            ("met in October last year", "2024-10"),
            ("held since March", "2025-03"),
            ("met in March 2017", "2017-03"),
            ("met in March of 2017", "2017-03"),
            ("met on 11 November", "2025-11-11"),
            ("met on the 11th of November", "2025-11-11"),
            ("met on Nov. 11", "2025-11-11"),
            ("met on Nov 13", "2025-11-13"),
            ("met on Nov. 20", "2024-11-20"),
            ("met on 30 December", "2024-12-30"),
            ("met on November 11 , 2024", "2024-11-11"),
            ("met on 11th November 2024", "2024-11-11"),
            ("met on 2024 - 05 - 01", "2024-05-01"),
            ("met on the 3rd", "2025-11-03"),
            ("met on the 30th .", "2025-10-30"),
            ("met in 2019", "2019"),
            ("met in early 2019", "2019"),
            ("met two days ago", "2025-11-10"),
            ("met a week ago", "week of 2025-11-03"),
            ("met three weeks ago", "week of 2025-10-20"),
            ("met 10 years ago", "2015"),
            // What no one day or period is meant by.
            ("met on 5 / 11", "?"),
            ("met on 5/11", "?"),
            ("met on the 3rd floor", "?"),
            ("met in the last week", "?"),
            ("met over the past year", "?"),
            ("met more than two years ago", "?"),
            ("met two days earlier", "?"),
            ("met from 2015 to 2019", "?"),
            ("met in 2015 - 16", "?"),
            ("they may march", "?"),
            ("killed 2019 people", "?"),
            ("met on Feb. 30", "?"),
        ] {
            assert_eq!(when(sentence, false, published), expected, "{sentence}");
        }
    }

    #[test]
    fn looks_ahead_for_what_is_planned() {
        let published = Some(Date::constant(2025, 11, 12));
        for (sentence, expected) in [
            ("will meet tomorrow", "2025-11-13"),
            ("will meet on Tuesday", "2025-11-18"),
            ("will meet this Friday", "2025-11-14"),
            ("will meet on Wednesday", "2025-11-12"),
            ("will meet next Wednesday", "2025-11-19"),
            ("will meet next week", "week of 2025-11-17"),
            ("will meet this weekend", "week of 2025-11-10"),
            ("will meet next month", "2025-12"),
            ("will meet in March", "2026-03"),
            ("will meet on 2 January", "2026-01-02"),
            ("was to meet on 3 November", "2025-11-03"),
            ("will meet on the 3rd", "2025-12-03"),
            ("will meet in 2030", "2030"),
        ] {
            assert_eq!(when(sentence, true, published), expected, "{sentence}");
        }
        assert_eq!(when("met in 2030", false, published), "?");
    }

    #[test]
    fn without_the_articles_date_only_full_dates_resolve() {
        for (sentence, expected) in [
            ("met on Tuesday", "?"),
            ("met on 11 November", "?"),
            ("met in October", "?"),
            ("met on 11 November 2024", "2024-11-11"),
            ("met in October 2019", "2019-10"),
            ("met in 2019", "2019"),
        ] {
            assert_eq!(when(sentence, false, None), expected, "{sentence}");
        }
    }
}
