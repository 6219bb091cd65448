//! What to ask: words, phrases, codes and articles, out of the index itself, so that the same
//! questions make sense of any corpus.

use crate::Failure;
use dateline::index::Layout;
use dateline::index::fields::Fields;
use dateline::search::{Grouping, Index, Request, SearchOptions, facet};
use std::collections::HashMap;
use std::path::Path;

/// What share of the articles holds a frequent word, and one of medium frequency.
const SHARES: [f64; 2] = [0.1, 0.01];
/// A word of a phrase is in no more articles than this share: it is none of the grammar.
const PHRASE_SHARE: f64 = 0.2;
/// How many of each are asked for.
const EACH: usize = 8;
/// Shorter words are hardly searched for. In bytes.
const SHORTEST: usize = 4;

/// What there is to ask.
#[derive(Debug, Default)]
pub struct Words {
    /// Words in about a tenth of the articles, and in about a hundredth.
    pub frequent: Vec<String>,
    pub medium: Vec<String>,
    /// Two words that stand side by side somewhere.
    pub phrases: Vec<String>,
    /// The commonest pairs of an actor's country and an action.
    pub events: Vec<(String, String)>,
    /// The countries that most articles mention.
    pub countries: Vec<String>,
    /// Identifiers of articles.
    pub articles: Vec<String>,
}

impl Words {
    /// Chosen from an index: the same for the same index.
    pub fn choose(folder: &Path, index: &Index) -> Result<Self, Failure> {
        let (held, articles) = frequencies(folder)?;
        let near = |share: f64| {
            let wanted = (articles as f64 * share).max(2.0);
            let off = |count: u64| (count as f64 / wanted).ln().abs();
            let mut words: Vec<(&String, f64)> = held
                .iter()
                .filter(|(word, count)| is_word(word) && **count > 1)
                .map(|(word, count)| (word, off(*count)))
                .collect();
            words.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(b.0)));
            let words = words.into_iter().take(EACH).map(|(word, _)| word.clone());
            words.collect::<Vec<String>>()
        };
        let [frequent, medium] = SHARES.map(near);
        let mut chosen = Self {
            frequent,
            medium,
            ..Self::default()
        };
        for word in chosen.frequent.iter().chain(&chosen.medium) {
            let request = Request::new(word.clone());
            let best = index.ranking(&request, &SearchOptions::new().limit(1))?;
            let Some((id, _)) = best.into_iter().next() else {
                continue;
            };
            if let Some(found) = index.article(&id)? {
                let most = (articles as f64 * PHRASE_SHARE) as u64;
                chosen
                    .phrases
                    .extend(phrase(&found.article.text, &held, most));
            }
            chosen.articles.push(id);
        }
        let of = |names: &[&str]| -> Result<Vec<Vec<String>>, Failure> {
            let fields = names.iter().map(|name| facet(name));
            let grouping = Grouping {
                fields: fields.collect::<Result<_, _>>()?,
                ..Grouping::default()
            };
            let rows = index.count(&Request::default(), &grouping)?.rows;
            let values = rows.into_iter().take(2 * EACH).map(|row| row.values);
            Ok(values.collect())
        };
        let pair = |mut values: Vec<String>| Some((values.remove(0), values.pop()?));
        chosen.events = of(&["by", "action"])?
            .into_iter()
            .filter_map(pair)
            .collect();
        let countries = of(&["country"])?.into_iter().take(EACH);
        chosen.countries = countries.flatten().collect();
        if chosen.frequent.is_empty() {
            return Err("the corpus is too small to ask for anything".into());
        }
        Ok(chosen)
    }

    /// All words.
    pub fn all(&self) -> impl Iterator<Item = &String> {
        self.frequent.iter().chain(&self.medium)
    }

    /// Each word with another one, which need not stand beside it.
    pub fn pairs(&self) -> impl Iterator<Item = (&String, &String)> {
        let next = self.frequent.iter().cycle().skip(1);
        self.all().zip(next)
    }
}

/// In how many articles each word is, and how many articles there are.
fn frequencies(folder: &Path) -> Result<(HashMap<String, u64>, u64), Failure> {
    let (index, _) = Layout::new(folder).open()?;
    let seen = Fields::new().text_seen;
    let mut held: HashMap<String, u64> = HashMap::new();
    let searcher = index.reader()?.searcher();
    for segment in searcher.segment_readers() {
        let words = segment.inverted_index(seen)?;
        let mut stream = words.terms().stream()?;
        while stream.advance() {
            if let Ok(word) = std::str::from_utf8(stream.key()) {
                *held.entry(word.to_owned()).or_default() += u64::from(stream.value().doc_freq);
            }
        }
    }
    Ok((held, searcher.num_docs()))
}

fn is_word(word: &str) -> bool {
    // Operators are written in capitals, words of the index are not.
    word.len() >= SHORTEST && word.chars().all(char::is_alphabetic)
}

/// Of the words side by side in a text, those of which the rarer one is the most frequent.
fn phrase(text: &str, held: &HashMap<String, u64>, most: u64) -> Option<String> {
    let words: Vec<(String, u64)> = text
        .split(' ')
        .map(|word| {
            let word = word.to_lowercase();
            let count = held.get(&word).copied().filter(|_| is_word(&word));
            let count = count.filter(|&count| count <= most.max(2)).unwrap_or(0);
            (word, count)
        })
        .collect();
    let rarer = |pair: &&[(String, u64)]| pair[0].1.min(pair[1].1);
    let pairs = words.windows(2).filter(|pair| rarer(pair) > 0);
    let pair = pairs.max_by_key(rarer)?;
    Some(format!("\"{} {}\"", pair[0].0, pair[1].0))
}
