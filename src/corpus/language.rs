//! The language of a text, where it can be told.
//!
//! The script comes first: Thai letters are Thai. Where several languages share a script, the small
//! words of each (`lexicon/languages.tsv`) are counted, and the letters that few of them have. The
//! winner must hold a fair part of the words and stand clear of the next, as no language is better
//! than a wrong one. Headlines have few small words: there, the n-gram judge of the whichlang crate
//! may second what one word says.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use whichlang::Lang as Which;

/// How much of title and text is looked at, in characters.
const SAMPLE: usize = 1200;
/// Fewer letters than this say nothing.
const FEWEST_LETTERS: usize = 12;
/// The part of the words that must be small words of the language: news of every language in the
/// table has twice as many.
const LEAST_SHARE: f64 = 0.10;
/// The score that is enough, and the part of it by which the next language must be behind.
const ENOUGH: f64 = 3.0;
const CLEAR: f64 = 0.15;
/// With this score, a text contradicts the language that its source names.
const CERTAIN: f64 = 15.0;
/// In words: what is shorter is judged as headlines are.
const SHORT_TEXT: usize = 40;
/// What a letter says beside a whole word, and a word of one letter, which many languages have.
const LETTER: f64 = 0.5;
const SHORT_WORD: f64 = 0.5;

/// One bit for each row of the table.
type Set = u128;

struct Language {
    code: &'static str,
    iso3: &'static str,
    names: [String; 2],
    script: Script,
}

/// The scripts that languages are recognised in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[rustfmt::skip]
enum Script {
    Arabic, Armenian, Bengali, Cyrillic, Devanagari, Ethiopic, Georgian, Greek, Gujarati, Gurmukhi,
    Han, Hangul, Hebrew, Kana, Kannada, Khmer, Lao, Latin, Malayalam, Myanmar, Odia, Sinhala,
    Tamil, Telugu, Thai, Tibetan,
}

const SCRIPTS: usize = Script::Tibetan as usize + 1;

impl Script {
    #[rustfmt::skip]
    const ALL: [Script; SCRIPTS] = [
        Script::Arabic, Script::Armenian, Script::Bengali, Script::Cyrillic, Script::Devanagari,
        Script::Ethiopic, Script::Georgian, Script::Greek, Script::Gujarati, Script::Gurmukhi,
        Script::Han, Script::Hangul, Script::Hebrew, Script::Kana, Script::Kannada, Script::Khmer,
        Script::Lao, Script::Latin, Script::Malayalam, Script::Myanmar, Script::Odia,
        Script::Sinhala, Script::Tamil, Script::Telugu, Script::Thai, Script::Tibetan,
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|script| format!("{script:?}") == name)
    }

    /// The script of a letter, by the blocks of Unicode.
    fn of(letter: char) -> Option<Self> {
        Some(match letter {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Self::Latin,
            '\u{250}'..='\u{2af}' => Self::Latin,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Self::Greek,
            '\u{400}'..='\u{52f}' => Self::Cyrillic,
            '\u{530}'..='\u{58f}' => Self::Armenian,
            '\u{5d0}'..='\u{5f4}' => Self::Hebrew,
            '\u{620}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fefc}' => Self::Arabic,
            '\u{900}'..='\u{97f}' => Self::Devanagari,
            '\u{980}'..='\u{9ff}' => Self::Bengali,
            '\u{a00}'..='\u{a7f}' => Self::Gurmukhi,
            '\u{a80}'..='\u{aff}' => Self::Gujarati,
            '\u{b00}'..='\u{b7f}' => Self::Odia,
            '\u{b80}'..='\u{bff}' => Self::Tamil,
            '\u{c00}'..='\u{c7f}' => Self::Telugu,
            '\u{c80}'..='\u{cff}' => Self::Kannada,
            '\u{d00}'..='\u{d7f}' => Self::Malayalam,
            '\u{d80}'..='\u{dff}' => Self::Sinhala,
            '\u{e00}'..='\u{e7f}' => Self::Thai,
            '\u{e80}'..='\u{eff}' => Self::Lao,
            '\u{f00}'..='\u{fff}' => Self::Tibetan,
            '\u{1000}'..='\u{109f}' => Self::Myanmar,
            '\u{10a0}'..='\u{10ff}' => Self::Georgian,
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}' => Self::Hangul,
            '\u{1200}'..='\u{139f}' => Self::Ethiopic,
            '\u{1780}'..='\u{17ff}' => Self::Khmer,
            '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' => Self::Kana,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' => Self::Han,
            _ => return None,
        })
    }
}

/// The table, ready to be looked up.
struct Table {
    languages: Vec<Language>,
    words: FxHashMap<&'static str, Set>,
    /// The beginnings of words; all have two to six letters.
    beginnings: FxHashMap<&'static str, Set>,
    letters: FxHashMap<char, Set>,
    of_script: [Set; SCRIPTS],
}

static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(include_str!("../../lexicon/languages.tsv")));

impl Table {
    fn read(source: &'static str) -> Self {
        let mut table = Self {
            languages: Vec::new(),
            words: HashMap::default(),
            beginnings: HashMap::default(),
            letters: HashMap::default(),
            of_script: [0; SCRIPTS],
        };
        let rows = source.lines().filter(|line| !line.starts_with('#')).skip(1);
        for (number, row) in rows.enumerate() {
            let mut cells = row.split('\t');
            let mut cell = || cells.next().unwrap_or_default();
            let (code, iso3, english, native) = (cell(), cell(), cell(), cell());
            let (Some(script), letters, words) = (Script::named(cell()), cell(), cell()) else {
                continue;
            };
            let bit = 1 << number;
            table.of_script[script as usize] |= bit;
            for letter in letters.chars() {
                *table.letters.entry(letter).or_default() |= bit;
            }
            for word in words.split(' ').filter(|word| !word.is_empty()) {
                match word.strip_suffix('*') {
                    Some(beginning) => *table.beginnings.entry(beginning).or_default() |= bit,
                    None => *table.words.entry(word).or_default() |= bit,
                }
            }
            table.languages.push(Language {
                code,
                iso3,
                names: [english.to_lowercase(), native.to_lowercase()],
                script,
            });
        }
        table
    }

    /// The languages that a word, in lower case, speaks for, and how much.
    fn evidence(&self, word: &str) -> (Set, f64) {
        if let Some(&set) = self.words.get(word) {
            let is_short = word.chars().nth(1).is_none();
            return (set, if is_short { SHORT_WORD } else { 1.0 });
        }
        let begun = word.char_indices().skip(2).take(5).find_map(|(end, _)| {
            let set = self.beginnings.get(&word[..end])?;
            Some((*set, LETTER))
        });
        begun.unwrap_or_else(|| {
            let mut letters = word
                .chars()
                .filter(|letter| !letter.is_ascii())
                .filter_map(|letter| self.letters.get(&letter));
            (letters.next().copied().unwrap_or(0), LETTER)
        })
    }
}

/// A language, and how much speaks for it.
struct Judgment {
    code: &'static str,
    score: f64,
}

/// The language of an article: what its source says (`en-US`, `English`), unless the text is
/// plainly in another. Site templates name the language that they came with.
pub fn of(declared: Option<&str>, title: &str, text: &str) -> Option<String> {
    let named = declared.and_then(code);
    match judge(title, text) {
        Some(judgment) if named.is_none() || judgment.score >= CERTAIN => {
            // Serbian and Croatian, Norwegian and Bokmål: what the source says is finer.
            let finer = matches!(
                (judgment.code, named.as_deref()),
                ("hr", Some("bs" | "sr" | "sh" | "me"))
                    | ("nb" | "da", Some("no" | "nn" | "nb"))
                    | ("id" | "ms", Some("id" | "ms"))
                    | ("pcm", Some("en"))
            );
            if finer {
                named
            } else {
                Some(judgment.code.to_string())
            }
        }
        _ => named,
    }
}

/// The ISO 639-1 code (639-3 where there is none) of the language of an article, or `None` when it
/// is not plain.
pub fn detect(title: &str, text: &str) -> Option<&'static str> {
    judge(title, text).map(|judgment| judgment.code)
}

fn judge(title: &str, text: &str) -> Option<Judgment> {
    let mut sample = String::with_capacity(beginning(title).len() + beginning(text).len() + 1);
    sample.push_str(beginning(title));
    sample.push('\n');
    sample.push_str(beginning(text));

    let mut letters = [0_usize; SCRIPTS];
    for script in sample.chars().filter_map(Script::of) {
        letters[script as usize] += 1;
    }
    // A character of these says as much as a word of others.
    for script in [Script::Han, Script::Kana, Script::Hangul] {
        letters[script as usize] *= 2;
    }
    let all: usize = letters.iter().sum();
    let kana = letters[Script::Kana as usize];
    // Japanese is written in both; a Chinese text has a stray kana at most.
    if kana * 20 > letters[Script::Han as usize] {
        letters[Script::Kana as usize] += std::mem::take(&mut letters[Script::Han as usize]);
    }
    let (script, most) = Script::ALL
        .into_iter()
        .map(|script| (script, letters[script as usize]))
        .max_by_key(|&(_, count)| count)?;
    if all < FEWEST_LETTERS || most * 2 < all {
        return None;
    }
    let candidates = TABLE.of_script[script as usize];
    if candidates.count_ones() == 1 {
        let language = &TABLE.languages[candidates.trailing_zeros() as usize];
        let score = most as f64 / 2.0;
        return Some(Judgment {
            code: language.code,
            score,
        });
    }
    among(candidates, script, &sample)
}

/// The language that the words of a sample speak for, of those that share its script.
fn among(candidates: Set, script: Script, sample: &str) -> Option<Judgment> {
    let sample = sample.to_lowercase();
    // Marks that combine are parts of words, apostrophes are not: "l'eau" is two.
    let is_inner = |character: char| {
        character.is_alphabetic()
            || matches!(character, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{97f}' | '\u{980}'..='\u{9ff}' | '\u{200c}')
    };
    let mut scores = vec![0.0; TABLE.languages.len()];
    let (mut words, mut kinds) = (0_usize, vec![0_usize; TABLE.languages.len()]);
    let mut seen: FxHashMap<&str, usize> = HashMap::default();
    for word in sample.split(|character| !is_inner(character)) {
        if word.is_empty() || word.chars().next().and_then(Script::of) != Some(script) {
            continue;
        }
        words += 1;
        let (mut set, weight) = TABLE.evidence(word);
        set &= candidates;
        let times = seen.entry(word).or_default();
        *times += 1;
        // A name that is said again and again is not more of a small word for it.
        let weight = weight / (*times as f64).sqrt();
        while set != 0 {
            let language = set.trailing_zeros() as usize;
            scores[language] += weight;
            kinds[language] += usize::from(*times == 1);
            set &= set - 1;
        }
    }
    let mut order: Vec<usize> = (0..scores.len()).filter(|&at| scores[at] > 0.0).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let seconded = |code: &str| {
        script == Script::Latin
            && words < SHORT_TEXT
            && of_whichlang(whichlang::detect_language(&sample)) == code
    };
    let Some(&(mut best)) = order.first() else {
        // "Norway expels three diplomats": of these languages, English headlines alone do so often
        // without any small word.
        return (words >= 4 && sample.is_ascii() && seconded("en")).then_some(Judgment {
            code: "en",
            score: 0.0,
        });
    };
    // Nigerian Pidgin has most of the English small words and its own; the reverse does not hold.
    let is = |at: usize, code: &str| TABLE.languages[at].code == code;
    if is(best, "pcm")
        && let Some(&english) = order.iter().find(|&&at| is(at, "en"))
        && scores[best] - scores[english] < ENOUGH
    {
        best = english;
    }
    let code = TABLE.languages[best].code;
    let is_rival = |&&at: &&usize| at != best && !(code == "en" && is(at, "pcm"));
    let next = order.iter().find(is_rival).map_or(0.0, |&at| scores[at]);
    let score = scores[best];
    let is_clear = score - next >= (score * CLEAR).max(0.9);
    let share = score / words.max(1) as f64;
    if score >= ENOUGH && kinds[best] >= 3 && is_clear && share >= LEAST_SHARE {
        return Some(Judgment { code, score });
    }
    (score > next && seconded(code)).then_some(Judgment { code, score })
}

fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(SAMPLE);
    end.map_or(text, |(end, _)| &text[..end])
}

/// The code of the language that a source names: `en-US`, `EN`, `eng`, `English` are `en`.
pub fn code(named: &str) -> Option<String> {
    let first = named
        .trim()
        .split(['-', '_', ',', ';', '/'])
        .next()?
        .trim()
        .to_lowercase();
    match (first.len(), first.as_str()) {
        // Codes that were replaced, and what is no language.
        (2, "iw") => Some("he".into()),
        (2, "in") => Some("id".into()),
        (2, "ji") => Some("yi".into()),
        (2, "xx" | "zz" | "un") => None,
        (2, _) if first.bytes().all(|byte| byte.is_ascii_lowercase()) => Some(first),
        _ => {
            let languages = TABLE.languages.iter();
            languages
                .filter(|language| {
                    language.iso3 == first
                        || language.code == first
                        || language.names.contains(&first)
                })
                .map(|language| language.code.to_string())
                .next()
        }
    }
}

/// The legacy encoding of Windows that a language of the Latin script was written in.
pub(super) fn windows_encoding(code: &str) -> Option<&'static encoding_rs::Encoding> {
    let language = TABLE.languages.iter().find(|found| found.code == code)?;
    if language.script != Script::Latin {
        return None;
    }
    Some(match code {
        "cs" | "hr" | "hu" | "pl" | "ro" | "sk" | "sl" | "sq" | "tk" => encoding_rs::WINDOWS_1250,
        "az" | "tr" | "ku" => encoding_rs::WINDOWS_1254,
        "et" | "lt" | "lv" => encoding_rs::WINDOWS_1257,
        "vi" => encoding_rs::WINDOWS_1258,
        "eo" | "mt" => encoding_rs::ISO_8859_3,
        _ => encoding_rs::WINDOWS_1252,
    })
}

fn of_whichlang(lang: Which) -> &'static str {
    match lang {
        Which::Ara => "ar",
        Which::Cmn => "zh",
        Which::Deu => "de",
        Which::Eng => "en",
        Which::Fra => "fr",
        Which::Hin => "hi",
        Which::Ita => "it",
        Which::Jpn => "ja",
        Which::Kor => "ko",
        Which::Nld => "nl",
        Which::Por => "pt",
        Which::Rus => "ru",
        Which::Spa => "es",
        Which::Swe => "sv",
        Which::Tur => "tr",
        Which::Vie => "vi",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        let rows = include_str!("../../lexicon/languages.tsv").lines();
        let rows = rows.filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(TABLE.languages.len(), rows);
        assert!(rows <= Set::BITS as usize);
        let lengths = |word: &&str| (2..=6).contains(&word.chars().count());
        assert!(TABLE.beginnings.keys().all(lengths));
    }

    #[test]
    fn plain_cases() {
        for (text, code) in [
            (
                "The council voted on Tuesday to close the old bridge until the spring.",
                "en",
            ),
            (
                "Der Gemeinderat hat am Dienstag beschlossen, die alte Brücke bis zum Frühjahr zu sperren.",
                "de",
            ),
            (
                "Baraza limepiga kura siku ya Jumanne kufunga daraja la zamani hadi mwaka ujao, na watu wengi wa mji huo wamesema kwamba si sawa.",
                "sw",
            ),
            (
                "Majalisar ta kada kuri'a a ranar Talata don rufe tsohuwar gada, amma mutane da yawa sun ce ba su yarda ba saboda babu wata hanya.",
                "ha",
            ),
            (
                "Abantu baninzi bathi ibhulorho endala kufuneka ivalwe kuba ayikhuselekanga, kodwa umntu ngamnye uthe akukho ndlela yimbi okanye yokuwela umlambo.",
                "xh",
            ),
            (
                "Abantu abaningi bathi ibhuloho elidala kumele livalwe ngoba aliphephile, kodwa umuntu ngamunye uthe ayikho enye indlela noma yokuwela umfula.",
                "zu",
            ),
            (
                "Di council don vote on Tuesday say make dem close di old bridge, but pipo wey dey live there no gree at all.",
                "pcm",
            ),
            (
                "Совет решил закрыть старый мост до весны, сообщил мэр.",
                "ru",
            ),
            (
                "Рада вирішила закрити старий міст до весни, повідомив мер, і це не все.",
                "uk",
            ),
            (
                "Съветът реши да затвори стария мост до пролетта, съобщи кметът и това не е всичко.",
                "bg",
            ),
            (
                "شورا تصمیم گرفت که پل قدیمی را تا بهار ببندد و این خبر را شهردار اعلام کرد",
                "fa",
            ),
            (
                "قرر المجلس إغلاق الجسر القديم حتى الربيع وقال العمدة إن هذا القرار في صالح المدينة",
                "ar",
            ),
            ("議会は火曜日、古い橋を春まで閉鎖することを決めた。", "ja"),
            ("议会星期二决定将旧桥关闭到春天。", "zh"),
            (
                "परिषद ने मंगलवार को पुराने पुल को वसंत तक बंद करने का फैसला किया है।",
                "hi",
            ),
        ] {
            assert_eq!(detect("", text), Some(code), "{text}");
        }
        assert_eq!(detect("", "12 34 56 - 78"), None);
        // No small word of any language: only for English is that common enough to be told.
        assert_eq!(
            detect("Norway expelled three Russian diplomats", ""),
            Some("en")
        );
    }

    #[test]
    fn a_source_is_believed_unless_the_text_is_plainly_another() {
        let japanese = "議会は火曜日、古い橋を春まで閉鎖することを決めた。市長が発表した。";
        assert_eq!(of(Some("en-US"), "", japanese).as_deref(), Some("ja"));
        assert_eq!(of(Some("nl"), "Te koop", "").as_deref(), Some("nl"));
    }

    #[test]
    fn named_languages() {
        for (named, code_of) in [
            ("en-US", "en"),
            ("pt_BR", "pt"),
            ("eng", "en"),
            ("German", "de"),
            ("DE", "de"),
            ("deutsch", "de"),
            ("iw", "he"),
        ] {
            assert_eq!(code(named).as_deref(), Some(code_of));
        }
        assert_eq!(code("x"), None);
        assert_eq!(code("nonsense"), None);
    }
}
