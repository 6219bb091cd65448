//! The language of a text, where it can be told.

use crate::ontology::table::{cell, list, rows};
use crate::text::letters::is_mark;
use whatlang::Lang as What;
use whichlang::Lang as Which;

/// How much of a text is looked at, in bytes. Judging takes time in proportion, and at 1,000 bytes
/// took half of the time of reading JSON Lines.
const SAMPLE: usize = 400;
/// From this many bytes on, one reliable judge is enough for a language the other does not know.
const LONG: usize = 200;

/// The ISO 639-1 code of the language of an article, or `None` when it is not plain.
///
/// Two judges are asked. Where both know a language, both must name it; for one that only
/// whatlang knows, the text must be long and its judgment reliable. Some languages that neither
/// knows are told by their commonest words.
pub fn detect(title: &str, text: &str) -> Option<&'static str> {
    let mut sample = String::with_capacity(SAMPLE + title.len().min(SAMPLE) + 1);
    sample.push_str(beginning(title));
    sample.push('\n');
    sample.push_str(beginning(text));
    if sample
        .chars()
        .filter(|character| character.is_alphabetic())
        .take(12)
        .count()
        < 12
    {
        return None;
    }
    match judged(&sample) {
        // What these languages are taken for, or no judge knows.
        Some("sn" | "zu" | "jv" | "tl" | "hi" | "mr" | "ne") | None => {
            by_common_words(&sample).or_else(|| judged(&sample))
        }
        known => known,
    }
}

/// The language whose common words a text holds, as `lexicon/common-words-by-language.tsv` has
/// them; `None` where they are few, or as many of another.
fn by_common_words(sample: &str) -> Option<&'static str> {
    const TABLE: &str = include_str!("../../lexicon/common-words-by-language.tsv");
    const FEWEST_WORDS: usize = 15;
    let lower = sample.to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && !is_mark(c))
        .filter(|word| !word.is_empty())
        .collect();
    if words.len() < FEWEST_WORDS {
        return None;
    }
    let mut counts: Vec<(usize, &str)> = rows(TABLE)
        .map(|row| {
            let common: Vec<&str> = list(cell(&row, 2)).collect();
            let count = words.iter().filter(|word| common.contains(word)).count();
            let asked: usize = cell(&row, 1).parse().unwrap_or(100);
            let enough = count * 100 >= asked * words.len();
            (if enough { count } else { 0 }, cell(&row, 0))
        })
        .collect();
    counts.sort_by_key(|&(count, _)| std::cmp::Reverse(count));
    match counts[..] {
        [(best, language), (second, _), ..] if best > second + second / 4 => Some(language),
        _ => None,
    }
}

/// What the two judges say.
fn judged(sample: &str) -> Option<&'static str> {
    let info = whatlang::detect(sample)?;
    let judged = of_whatlang(info.lang())?;
    // Both judges take Yoruba and Igbo, which they do not know, for Vietnamese. These letters are
    // in all but the shortest Vietnamese texts, and in neither of the others.
    if judged == "vi" && !sample.contains(['đ', 'ư', 'ơ', 'Đ']) {
        return None;
    }
    // No news is written in these; what looks like them is filler, names or another language.
    if matches!(judged, "la" | "eo") {
        return None;
    }
    let agrees = of_whichlang(whichlang::detect_language(sample)) == judged;
    let only_here = !WHICHLANG.iter().any(|&lang| of_whichlang(lang) == judged);
    (agrees || (only_here && info.is_reliable() && sample.len() >= LONG)).then_some(judged)
}

fn beginning(text: &str) -> &str {
    let mut end = text.len().min(SAMPLE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The ISO 639-1 code in what a source says: `en-US`, `EN`, `eng`, `English` are `en`.
pub fn code(named: &str) -> Option<String> {
    let first = named
        .trim()
        .split(['-', '_', ',', ';'])
        .next()?
        .trim()
        .to_lowercase();
    match first.len() {
        2 if first.bytes().all(|byte| byte.is_ascii_lowercase()) => Some(first),
        3 => What::from_code(&first)
            .and_then(of_whatlang)
            .map(str::to_string),
        4.. => What::all()
            .iter()
            .find(|lang| {
                lang.eng_name().eq_ignore_ascii_case(&first) || lang.name().to_lowercase() == first
            })
            .and_then(|&lang| of_whatlang(lang))
            .map(str::to_string),
        _ => None,
    }
}

const WHICHLANG: &[Which] = &[
    Which::Ara,
    Which::Cmn,
    Which::Deu,
    Which::Eng,
    Which::Fra,
    Which::Hin,
    Which::Ita,
    Which::Jpn,
    Which::Kor,
    Which::Nld,
    Which::Por,
    Which::Rus,
    Which::Spa,
    Which::Swe,
    Which::Tur,
    Which::Vie,
];

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

/// whatlang names languages by ISO 639-3; these are the two-letter codes.
fn of_whatlang(lang: What) -> Option<&'static str> {
    const CODES: &str = "epo=eo eng=en rus=ru cmn=zh spa=es por=pt ita=it ben=bn fra=fr deu=de ukr=uk \
        kat=ka ara=ar hin=hi jpn=ja heb=he yid=yi pol=pl amh=am jav=jv kor=ko nob=nb dan=da swe=sv \
        fin=fi tur=tr nld=nl hun=hu ces=cs ell=el bul=bg bel=be mar=mr kan=kn ron=ro slv=sl hrv=hr \
        srp=sr mkd=mk lit=lt lav=lv est=et tam=ta vie=vi urd=ur tha=th guj=gu uzb=uz pan=pa aze=az \
        ind=id tel=te pes=fa mal=ml ori=or mya=my nep=ne sin=si khm=km tuk=tk aka=ak zul=zu sna=sn \
        afr=af lat=la slk=sk cat=ca tgl=tl hye=hy cym=cy";
    let wanted = lang.code();
    CODES
        .split_whitespace()
        .find_map(|pair| pair.strip_prefix(wanted)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_cases() {
        let english = "The council voted on Tuesday to close the old bridge until the spring.";
        assert_eq!(detect("Bridge to close", english), Some("en"));
        let german = "Der Gemeinderat hat am Dienstag beschlossen, die alte Brücke bis zum Frühjahr zu sperren.";
        assert_eq!(detect("", german), Some("de"));
        assert_eq!(detect("", "12 34 56 - 78"), None);
    }

    #[test]
    fn common_words_tell_what_the_judges_do_not_know() {
        for (language, text) in [
            (
                "sw",
                "Rais wa Kenya alikutana na waziri wa Uganda katika mji wa Kampala na baada ya mkutano huo alisema kwamba nchi zao zitajenga reli mpya kwa pamoja.",
            ),
            (
                "ha",
                "Shugaban kasar ya ce gwamnati za ta gina sabuwar hanya daga Kano zuwa Abuja, kuma ya kara da cewa aikin zai fara ne bayan damina.",
            ),
            (
                "so",
                "Madaxweynaha ayaa sheegay in dowladda ay dhisi doonto waddo cusub oo isku xirta magaalada iyo dekedda, waxaana uu ku baaqay in la taageero.",
            ),
            (
                "yo",
                "Gomina naa ni awọn yoo kọ ile iwosan tuntun fun awọn eeyan ilu naa ati pe iṣẹ naa yoo bẹrẹ ni oṣu to n bọ lati le ran wọn lọwọ.",
            ),
            (
                "xh",
                "Umphathi uthe urhulumente uza kwakha indlela entsha kuba abantu bayayifuna, kwaye umsebenzi uza kuqala ngoku ukuba imali ikhona apho edolophini.",
            ),
        ] {
            assert_eq!(detect("", text), Some(language), "{text}");
        }
    }

    #[test]
    fn named_languages() {
        for (named, code_of) in [
            ("en-US", "en"),
            ("pt_BR", "pt"),
            ("eng", "en"),
            ("German", "de"),
            ("DE", "de"),
        ] {
            assert_eq!(code(named).as_deref(), Some(code_of));
        }
        assert_eq!(code("x"), None);
    }
}
