//! Groups words that stand in the same company, by news articles that nobody had to label.
//!
//! ```sh
//! cargo run --release --example cluster_words -- CORPUS models/clusters.tsv
//! ```
//!
//! "Reuters" and "Xinhua", "Merkel" and "Hollande" come to stand in one group, which lets the
//! recogniser of names carry over what it learned of the one to the other. The method is the
//! exchange algorithm (Kneser and Ney 1993): every word is moved to the group that makes the text
//! likeliest under a model in which each group follows from the one before, until few words move.

use dateline::corpus::{Limits, read_folder};
use dateline::text::tokenize;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

/// How many groups there are.
const GROUPS: usize = 512;

/// Rarer words are left out.
const LEAST: u32 = 5;

/// How often all words are gone through.
const ROUNDS: usize = 12;

/// The number of what stands between sentences and of all rare words.
const RARE: u32 = 0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [corpus, out] = arguments.as_slice() else {
        return Err("usage: cluster_words CORPUS OUT".into());
    };
    let (words, text) = read(Path::new(corpus));
    println!("{} tokens, {} words", text.len(), words.len());
    let groups = Exchange::new(&text, words.len()).run();

    let mut rows: Vec<(&str, u16)> = words
        .iter()
        .zip(&groups)
        .skip(1)
        .map(|(word, &group)| (word.as_str(), group))
        .collect();
    rows.sort_unstable();
    let mut table = String::from(
        "# Groups of words that stand in the same company, by examples/cluster_words.rs; see README.md.\n\
         # word: as written, each digit as 0\n# group: its number\nword\tgroup\n",
    );
    for (word, group) in rows {
        writeln!(table, "{word}\t{group}")?;
    }
    std::fs::write(out, table)?;
    Ok(())
}

/// The words that are frequent enough, the commonest first after [`RARE`], and the text in their
/// numbers.
fn read(corpus: &Path) -> (Vec<String>, Vec<u32>) {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut names: Vec<String> = vec![String::new()];
    let mut counts: Vec<u32> = vec![0];
    let mut text = Vec::new();
    let mut tokens = Vec::new();
    read_folder(corpus, &Limits::default(), &mut |article| {
        tokenize(&article.text, &mut tokens);
        text.push(RARE);
        for token in &tokens {
            let word: String = token
                .text(&article.text)
                .chars()
                .map(|c| if c.is_ascii_digit() { '0' } else { c })
                .collect();
            let number = *numbers.entry(word).or_insert_with_key(|word| {
                names.push(word.clone());
                counts.push(0);
                names.len() as u32 - 1
            });
            counts[number as usize] += 1;
            text.push(number);
        }
    });
    let mut order: Vec<usize> = (1..names.len())
        .filter(|&word| counts[word] >= LEAST && !names[word].contains('\t'))
        .collect();
    order.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then(names[a].cmp(&names[b])));
    let mut renumbered = vec![RARE; names.len()];
    let mut kept = vec![String::new()];
    for word in order {
        renumbered[word] = kept.len() as u32;
        kept.push(std::mem::take(&mut names[word]));
    }
    for word in &mut text {
        *word = renumbered[*word as usize];
    }
    (kept, text)
}

/// The state of the exchange.
struct Exchange {
    /// By word: its neighbours after and before it, with how often.
    after: Vec<Vec<(u32, u32)>>,
    before: Vec<Vec<(u32, u32)>>,
    /// How often each word occurs.
    counts: Vec<u64>,
    group: Vec<u16>,
    /// How often group `b` follows group `a`, at `a * GROUPS + b`, and how often each occurs.
    pairs: Vec<u64>,
    totals: Vec<u64>,
    /// `n ln n` for small `n`.
    table: Vec<f64>,
}

impl Exchange {
    fn new(text: &[u32], words: usize) -> Self {
        let mut bigrams: Vec<u64> = text
            .windows(2)
            .map(|pair| u64::from(pair[0]) << 32 | u64::from(pair[1]))
            .collect();
        bigrams.sort_unstable();
        let (mut after, mut before) = (vec![Vec::new(); words], vec![Vec::new(); words]);
        for run in bigrams.chunk_by(|a, b| a == b) {
            let (a, b) = ((run[0] >> 32) as u32, run[0] as u32);
            after[a as usize].push((b, run.len() as u32));
            before[b as usize].push((a, run.len() as u32));
        }
        let mut counts = vec![0; words];
        for &word in text {
            counts[word as usize] += 1;
        }
        let group: Vec<u16> = (0..words).map(|word| (word % GROUPS) as u16).collect();
        let mut pairs = vec![0; GROUPS * GROUPS];
        let mut totals = vec![0; GROUPS];
        for (word, next) in after.iter().enumerate() {
            for &(other, count) in next {
                pairs[usize::from(group[word]) * GROUPS + usize::from(group[other as usize])] +=
                    u64::from(count);
            }
        }
        for (word, &count) in counts.iter().enumerate() {
            totals[usize::from(group[word])] += count;
        }
        let table = (0..1 << 20)
            .map(|n| {
                if n == 0 {
                    0.0
                } else {
                    f64::from(n) * f64::from(n).ln()
                }
            })
            .collect();
        Self {
            after,
            before,
            counts,
            group,
            pairs,
            totals,
            table,
        }
    }

    fn n_ln_n(&self, n: u64) -> f64 {
        self.table
            .get(n as usize)
            .copied()
            .unwrap_or_else(|| n as f64 * (n as f64).ln())
    }

    fn run(mut self) -> Vec<u16> {
        for round in 1..=ROUNDS {
            let mut moved = 0;
            for word in 1..self.group.len() {
                moved += usize::from(self.place(word));
            }
            println!("round {round}: {moved} words moved");
            if moved * 200 < self.group.len() {
                break;
            }
        }
        self.group
    }

    /// Moves a word to the group where it fits best; says whether that is another.
    fn place(&mut self, word: usize) -> bool {
        let old = usize::from(self.group[word]);
        let (next, itself) = self.neighbours(&self.after[word], word);
        let (previous, _) = self.neighbours(&self.before[word], word);
        self.shift(old, &next, &previous, itself, self.counts[word], false);
        let best = (0..GROUPS)
            .map(|group| {
                (
                    self.gain(group, &next, &previous, itself, self.counts[word]),
                    group,
                )
            })
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
            .map_or(old, |(_, group)| group);
        self.shift(best, &next, &previous, itself, self.counts[word], true);
        self.group[word] = best as u16;
        best != old
    }

    /// A word's neighbours by group, without itself, and how often it follows itself.
    fn neighbours(&self, words: &[(u32, u32)], word: usize) -> (Vec<(usize, u64)>, u64) {
        let mut sums = vec![0u64; GROUPS];
        let mut itself = 0;
        for &(other, count) in words {
            if other as usize == word {
                itself = u64::from(count);
            } else {
                sums[usize::from(self.group[other as usize])] += u64::from(count);
            }
        }
        let sums = sums.into_iter().enumerate().filter(|&(_, sum)| sum > 0);
        (sums.collect(), itself)
    }

    /// Adds a word's counts to a group, or takes them away.
    fn shift(
        &mut self,
        group: usize,
        next: &[(usize, u64)],
        previous: &[(usize, u64)],
        itself: u64,
        count: u64,
        add: bool,
    ) {
        let change = |n: &mut u64, by: u64| *n = if add { *n + by } else { *n - by };
        for &(other, by) in next {
            change(&mut self.pairs[group * GROUPS + other], by);
        }
        for &(other, by) in previous {
            change(&mut self.pairs[other * GROUPS + group], by);
        }
        change(&mut self.pairs[group * GROUPS + group], itself);
        change(&mut self.totals[group], count);
    }

    /// By how much the text gets likelier when the word joins a group.
    fn gain(
        &self,
        group: usize,
        next: &[(usize, u64)],
        previous: &[(usize, u64)],
        itself: u64,
        count: u64,
    ) -> f64 {
        let grown = |n: u64, by: u64| self.n_ln_n(n + by) - self.n_ln_n(n);
        let mut gain = -2.0 * grown(self.totals[group], count);
        let mut own = itself;
        for &(other, by) in next {
            if other == group {
                own += by;
            } else {
                gain += grown(self.pairs[group * GROUPS + other], by);
            }
        }
        for &(other, by) in previous {
            if other == group {
                own += by;
            } else {
                gain += grown(self.pairs[other * GROUPS + group], by);
            }
        }
        gain + grown(self.pairs[group * GROUPS + group], own)
    }
}
