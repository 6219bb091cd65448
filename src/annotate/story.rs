//! Stories: which articles are copies of one text, whole or in part, edited or not.
//!
//! A text is taken as the set of its *shingles*: the runs of four words that stand in it, as
//! numbers. Two articles are copies when they share most of the shorter one's shingles, enough of
//! the longer one's, and the beginning of the shorter one ([`Shingles::is_copy_of`]).
//!
//! There are too many pairs to try them all, so each article keeps a *sketch*: the smallest of its
//! numbers, which are as good as random and so the same sample of what two texts have in common
//! (Broder, "On the resemblance and containment of documents", 1997). Only articles whose
//! sketches agree in part are compared, and those that are copies of copies make one story
//! ([`stories`]).
//!
//! All of it depends on the set of articles alone, not on their order.

use std::cmp::Ordering;

/// How much a shingle holds, in units of [`Word::weight`]: four words, or as much in scripts that
/// put no spaces between words. Shorter runs are turns of phrase that any two articles share;
/// longer ones are lost too soon to edits.
const SHINGLE: u32 = 4 * WORD;
/// What a word in a script with spaces weighs.
const WORD: u32 = 3;

/// How many numbers a sketch holds. Of an article that is half of another, twelve of them are
/// expected to be in the other's sketch.
const SKETCH: usize = 24;
/// Sketches that share fewer numbers are not of copies.
const LEAST_AGREED: usize = 2;

/// Of the shorter article's shingles, copies share at least this part. Of 22,024 news articles,
/// pairs above it that share their beginning are copies to a reader too. One word in sixteen
/// replaced leaves it.
const OF_SHORTER: f64 = 0.75;
/// The same for articles of fewer than [`SHORT`] shingles: those are often forms filled in, such
/// as weather, dividends and results, and differ by a number only.
const OF_SHORT: f64 = 0.9;
const SHORT: usize = 60;
/// Of the longer article's shingles, copies share at least this part, so that a roundup does not
/// make one story of all that it repeats.
const OF_LONGER: f64 = 0.25;
/// The part of the shorter article's beginning that the longer one holds. What articles share
/// without being copies, such as captions, galleries and notices, stands further down.
const OF_LEAD: f64 = 0.33;
/// How many words are a text's beginning.
const LEAD: usize = 100;

/// With how many others an article is compared among those that share a number. Where thousands
/// share a phrase, this keeps the work linear; copies are then neighbours, as their sketches are
/// much the same.
const NEIGHBOURS: usize = 32;

/// The shingles of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shingles {
    /// All of them, ascending.
    all: Vec<u32>,
    /// Those of the beginning of the text, ascending.
    lead: Vec<u32>,
}

impl Shingles {
    /// The shingles of an article.
    pub fn of(title: &str, text: &str) -> Self {
        let mut words = Vec::with_capacity(text.len() / 5);
        push_words(title, &mut words);
        let first = words.len();
        push_words(text, &mut words);

        let mut all = Vec::with_capacity(words.len());
        let (mut end, mut weight) = (0, 0);
        for start in 0..words.len() {
            while weight < SHINGLE && end < words.len() {
                weight += words[end].weight;
                end += 1;
            }
            // What is left at the end is no shingle, unless it is all there is.
            if weight < SHINGLE && start > 0 {
                break;
            }
            all.push(top(hash_of(&words[start..end])));
            weight -= words[start].weight;
        }
        let lead = all.iter().skip(first).take(LEAD).copied().collect();
        Self {
            all: ascending(all),
            lead: ascending(lead),
        }
    }

    /// The sample of them that finds copies.
    pub fn sketch(&self) -> &[u32] {
        &self.all[..self.all.len().min(SKETCH)]
    }

    /// Whether one of two articles is a copy of the other, or of a part of it.
    pub fn is_copy_of(&self, other: &Self) -> bool {
        let by_length = |a: &Self, b: &Self| -> Ordering {
            (a.all.len(), &a.all, &a.lead).cmp(&(b.all.len(), &b.all, &b.lead))
        };
        let (shorter, longer) = match by_length(self, other) {
            Ordering::Greater => (other, self),
            _ => (self, other),
        };
        let of_shorter = match shorter.len() {
            ..SHORT => OF_SHORT,
            _ => OF_SHORTER,
        };
        let holds = |part: f64, of: usize, shared: usize| shared as f64 >= part * of as f64;
        let shared = agreed(&shorter.all, &longer.all);
        shared > 0
            && holds(of_shorter, shorter.len(), shared)
            && holds(OF_LONGER, longer.len(), shared)
            && holds(
                OF_LEAD,
                shorter.lead.len(),
                agreed(&shorter.lead, &longer.all),
            )
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether the article has no words.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

/// The stories of more than one article, each as the ascending numbers of its articles, in order
/// of the first. `sketches` are those of the articles 0, 1, 2 …; `are_copies` looks at two of
/// them.
///
/// # Errors
/// What `are_copies` returns.
pub fn stories<E>(
    sketches: &[impl AsRef<[u32]>],
    are_copies: &mut dyn FnMut(u32, u32) -> Result<bool, E>,
) -> Result<Vec<Vec<u32>>, E> {
    let mut parents: Vec<u32> = (0..sketches.len() as u32).collect();
    for (a, b) in candidates(sketches) {
        let (a_root, b_root) = (root(&mut parents, a), root(&mut parents, b));
        if a_root != b_root && are_copies(a, b)? {
            parents[a_root.max(b_root) as usize] = a_root.min(b_root);
        }
    }
    // The root of a story is its first article, so that its others join a list that is there.
    let mut of_root: Vec<Vec<u32>> = vec![Vec::new(); sketches.len()];
    for article in 0..sketches.len() as u32 {
        of_root[root(&mut parents, article) as usize].push(article);
    }
    of_root.retain(|story| story.len() > 1);
    Ok(of_root)
}

/// The first article of the story that an article belongs to, as far as is known.
fn root(parents: &mut [u32], article: u32) -> u32 {
    let mut at = article;
    while parents[at as usize] != at {
        let above = parents[parents[at as usize] as usize];
        parents[at as usize] = above;
        at = above;
    }
    at
}

/// The pairs of articles that may be copies, ascending.
fn candidates(sketches: &[impl AsRef<[u32]>]) -> Vec<(u32, u32)> {
    let mut holders: Vec<(u32, u32)> = Vec::new();
    for (article, sketch) in (0..).zip(sketches) {
        holders.extend(sketch.as_ref().iter().map(|&number| (number, article)));
    }
    holders.sort_unstable();

    let of = |article: u32| sketches[article as usize].as_ref();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut limit = 1 << 20;
    for group in holders.chunk_by_mut(|a, b| a.0 == b.0) {
        if group.len() > NEIGHBOURS {
            group.sort_unstable_by_key(|&(_, article)| (of(article), article));
        }
        for (at, &(_, a)) in group.iter().enumerate() {
            let neighbours = group[at + 1..].iter().take(NEIGHBOURS);
            pairs.extend(
                neighbours
                    .filter(|&&(_, b)| may_be_copies(of(a), of(b)))
                    .map(|&(_, b)| (a.min(b), a.max(b))),
            );
        }
        // A pair comes up once for every number that it shares.
        if pairs.len() > limit {
            pairs = ascending(pairs);
            limit = pairs.len() * 2 + (1 << 20);
        }
    }
    ascending(pairs)
}

/// Whether two sketches agree as those of copies do. Up to the smaller of their greatest numbers
/// both are complete samples; of the smaller sample, copies share three quarters, by chance less.
fn may_be_copies(a: &[u32], b: &[u32]) -> bool {
    let (Some(&a_last), Some(&b_last)) = (a.last(), b.last()) else {
        return false;
    };
    // A sketch that is not full is all there is.
    let complete = |sketch: &[u32], last: u32| {
        if sketch.len() < SKETCH {
            u32::MAX
        } else {
            last
        }
    };
    let end = complete(a, a_last).min(complete(b, b_last));
    let within = |sketch: &[u32]| sketch.partition_point(|&number| number <= end);
    let smaller = within(a).min(within(b));
    let agreed = agreed(a, b);
    agreed >= LEAST_AGREED.min(smaller) && agreed * 3 >= smaller
}

/// How many numbers two ascending lists share.
fn agreed(a: &[u32], b: &[u32]) -> usize {
    let (mut agreed, mut i, mut j) = (0, 0, 0);
    while let (Some(here), Some(there)) = (a.get(i), b.get(j)) {
        agreed += usize::from(here == there);
        i += usize::from(here <= there);
        j += usize::from(there <= here);
    }
    agreed
}

fn ascending<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort_unstable();
    list.dedup();
    list
}

struct Word {
    hash: u64,
    weight: u32,
}

/// The words of a text, however they are cased and punctuated; in scripts without spaces, its
/// characters.
fn push_words(text: &str, words: &mut Vec<Word>) {
    let mut hash = START;
    for c in text.chars() {
        let alone = alone(c);
        if (alone.is_some() || !c.is_alphanumeric()) && hash != START {
            words.push(Word { hash, weight: WORD });
            hash = START;
        }
        if !c.is_alphanumeric() {
            continue;
        }
        let mut add = |c: char| hash = (hash ^ u64::from(c)).wrapping_mul(PRIME);
        match c.is_ascii() {
            true => add(c.to_ascii_lowercase()),
            false => c.to_lowercase().for_each(add),
        }
        if let Some(weight) = alone {
            words.push(Word { hash, weight });
            hash = START;
        }
    }
    if hash != START {
        words.push(Word { hash, weight: WORD });
    }
}

/// What a character weighs that stands for itself, as its script puts no spaces between words. A
/// word takes two ideographs, or some three letters.
fn alone(c: char) -> Option<u32> {
    match c {
        '\0'..='\u{dff}' => None,
        // Thai and Lao, Myanmar, Khmer.
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => Some(1),
        // Kana and Han.
        '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}' => Some(2),
        _ => None,
    }
}

/// The constants of the hash FNV-1a. The numbers are kept in indexes, so the hash is our own.
const START: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

fn hash_of(words: &[Word]) -> u64 {
    words
        .iter()
        .fold(0, |hash: u64, word| mixed(hash.rotate_left(5) ^ word.hash))
}

/// Spreads a number over all bits: the last step of the generator SplitMix64.
fn mixed(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

fn top(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    /// Words that follow from a seed: two texts of different seeds share no shingle.
    fn words(seed: u64, count: u64) -> Vec<String> {
        let letters = |n: u64| (0..6).map(move |at| char::from(b'a' + (n >> (at * 8)) as u8 % 26));
        (0..count)
            .map(|at| letters(mixed(seed << 20 | at)).collect())
            .collect()
    }

    fn text(seed: u64, count: u64) -> String {
        words(seed, count).join(" ")
    }

    fn are_copies(a: &str, b: &str) -> bool {
        let (a, b) = (Shingles::of("", a), Shingles::of("", b));
        assert_eq!(a.is_copy_of(&b), b.is_copy_of(&a));
        a.is_copy_of(&b)
    }

    #[test]
    fn knows_copies_whole_in_part_and_edited() {
        let original = words(1, 400);
        let whole = original.join(" ");
        let mut edited = original.clone();
        edited.iter_mut().step_by(20).for_each(|word| *word += "x");
        let inside = format!("By a reporter. {} Sign up.", original[20..350].join(", "));
        for copy in [
            whole.to_uppercase(),
            original[..150].join(" "),
            edited.join(" "),
            edited[..200].join(" "),
            inside,
        ] {
            assert!(are_copies(&whole, &copy), "{copy}");
        }
        assert!(!are_copies(&whole, &text(2, 400)));
        assert!(!are_copies("", ""));
    }

    #[test]
    fn tells_articles_from_what_they_share() {
        let captions = text(3, 800);
        let article = |seed| format!("{}\n\n{captions}", text(seed, 120));
        assert!(!are_copies(&article(4), &article(5)), "captions below both");
        let form = |payout: &str, day: &str| {
            format!(
                "The fund sets its monthly payout at {payout} cents a share from {payout} cents \
                 before, to be paid on {day} May to holders of record on the last of April"
            )
        };
        assert!(
            !are_copies(&form("7.2", "10"), &form("8.1", "11")),
            "a form"
        );
        assert!(are_copies(&form("7.2", "10"), &form("7.2", "10")));
        let roundup: Vec<String> = (10..16).map(|seed| text(seed, 200)).collect();
        assert!(!are_copies(&roundup.join(" "), &roundup[0]), "a roundup");
    }

    #[test]
    fn reads_scripts_without_spaces() {
        let ideographs = |seed: u64, count: u64| -> String {
            (0..count)
                .filter_map(|at| char::from_u32(0x4e00 + (mixed(seed << 20 | at) % 800) as u32))
                .collect()
        };
        let whole = ideographs(1, 300);
        let half: String = whole.chars().take(150).collect();
        assert!(are_copies(&whole, &half));
        assert!(!are_copies(&whole, &ideographs(2, 300)));
    }

    /// The stories of texts, and how many comparisons they took.
    fn of(texts: &[String]) -> (Vec<Vec<u32>>, usize) {
        let shingles: Vec<Shingles> = texts.iter().map(|text| Shingles::of("", text)).collect();
        let sketches: Vec<&[u32]> = shingles.iter().map(Shingles::sketch).collect();
        let mut looks = 0;
        let Ok(stories) = stories(&sketches, &mut |a, b| {
            looks += 1;
            Ok::<_, Infallible>(shingles[a as usize].is_copy_of(&shingles[b as usize]))
        });
        (stories, looks)
    }

    #[test]
    fn finds_the_same_stories_in_any_order() {
        let mut texts: Vec<String> = Vec::new();
        for seed in 0..40 {
            let words = words(seed, 200);
            texts.extend((0..=seed as usize % 3).map(|copy| words[..200 - copy * 60].join(" ")));
        }
        let named = |order: &[usize]| {
            let texts: Vec<String> = order.iter().map(|&at| texts[at].clone()).collect();
            let mut stories: Vec<Vec<usize>> = of(&texts)
                .0
                .iter()
                .map(|story| ascending(story.iter().map(|&at| order[at as usize]).collect()))
                .collect();
            stories.sort();
            stories
        };
        let forward: Vec<usize> = (0..texts.len()).collect();
        let mut other = forward.clone();
        other.sort_by_key(|&at| mixed(at as u64));
        assert_eq!(named(&forward).len(), 26);
        assert_eq!(named(&forward), named(&other));
    }

    #[test]
    fn a_phrase_that_thousands_share_costs_each_a_few_comparisons() {
        let notice = text(1, 40);
        let mut texts: Vec<String> = (2..3002)
            .map(|seed| format!("{} {notice}", text(seed, 30)))
            .collect();
        texts.extend([texts[7].clone(), texts[70].clone()]);
        let (stories, looks) = of(&texts);
        assert_eq!(stories, [vec![7, 3000], vec![70, 3001]]);
        assert!(looks < texts.len() * NEIGHBOURS * 8, "{looks} comparisons");
    }
}
