//! The names of fields, and the one that a mistyped name most likely stood for.

/// A field that a query may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldName {
    /// The name that the tree and messages use.
    pub name: &'static str,
    /// Other names that mean the same.
    pub aliases: &'static [&'static str],
}

/// The canonical name of the field called `name`, in any case.
pub(super) fn resolve(name: &str, fields: &[FieldName]) -> Option<&'static str> {
    let is_called = |field: &&FieldName| {
        field.name.eq_ignore_ascii_case(name)
            || field
                .aliases
                .iter()
                .any(|alias| alias.eq_ignore_ascii_case(name))
    };
    fields.iter().find(is_called).map(|field| field.name)
}

/// Of the `known` names, the nearest to `name`, if it is near enough to be a slip of the keyboard:
/// one edit, or one in three letters.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let slips = (name.chars().count() / 3).clamp(1, 3);
    known
        .map(|known| (distance(&name, known), known))
        .filter(|&(edits, known)| edits <= slips && edits < known.chars().count())
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, known)| known)
}

/// How many insertions, deletions, substitutions or swaps of neighbours turn `a` into `b`: the
/// optimal string alignment form of the Damerau-Levenshtein distance.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let substituted = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = substituted.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}
