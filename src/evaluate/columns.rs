//! Gold in columns, as CoNLL-2003 has it: a token a line, its word first and its tag last; a blank
//! line ends a sentence, a `-DOCSTART-` line begins an article.
//!
//! Tags are BIO in either form (in the older one, `I-` begins a name unless one of its type goes
//! on) or BIOES. The text is made of the tokens, with a space between two of a sentence and a blank
//! line between sentences, so that they stay apart.

use super::gold::{By, Class, GoldArticle, GoldEntity, GoldError, Wrong};
use crate::article::ByteSpan;

const ARTICLE_BEGINS: &str = "-DOCSTART-";

/// What a tag says of its token: it is the first, the last, both or neither of a name.
struct Tag<'a> {
    begins: bool,
    ends: bool,
    /// The type; `None` outside names.
    kind: Option<&'a str>,
}

impl<'a> Tag<'a> {
    fn parse(tag: &'a str) -> Option<Self> {
        if tag == "O" {
            return Some(Tag {
                begins: false,
                ends: false,
                kind: None,
            });
        }
        let (prefix, kind) = tag.split_once('-').filter(|(_, kind)| !kind.is_empty())?;
        let (begins, ends) = match prefix {
            "B" => (true, false),
            "I" => (false, false),
            "E" | "L" => (false, true),
            "S" | "U" => (true, true),
            _ => return None,
        };
        Some(Tag {
            begins,
            ends,
            kind: Some(kind),
        })
    }
}

/// Whether a line is a token with its tag.
pub fn is_row(line: &str) -> bool {
    line.starts_with(ARTICLE_BEGINS) || cells(line).is_some()
}

fn cells(line: &str) -> Option<(&str, Tag<'_>)> {
    let mut cells = line
        .split([' ', '\t'])
        .map(str::trim)
        .filter(|cell| !cell.is_empty());
    let word = cells.next()?;
    Some((word, Tag::parse(cells.next_back()?)?))
}

/// Reads the articles of a file.
pub fn read(text: &str, by: By) -> Result<Vec<GoldArticle>, GoldError> {
    let by_sentence = by == By::Sentence || !text.lines().any(|l| l.starts_with(ARTICLE_BEGINS));
    let mut articles = Vec::new();
    let mut builder = Builder::default();
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with(ARTICLE_BEGINS) {
            articles.extend(builder.article());
        } else if line.trim().is_empty() {
            builder.end_sentence();
            if by_sentence {
                articles.extend(builder.article());
            }
        } else if let Some((word, tag)) = cells(line) {
            builder
                .token(word, &tag)
                .map_err(|wrong| wrong.at(number))?;
        } else if !(line.starts_with('#') && builder.is_between_sentences()) {
            return Err(Wrong::NoTag.at(number));
        }
    }
    articles.extend(builder.article());
    Ok(articles)
}

/// An article in the making.
#[derive(Default)]
struct Builder<'a> {
    text: String,
    entities: Vec<GoldEntity>,
    in_sentence: bool,
    /// Where the name that may go on begins, and its type.
    open: Option<(usize, &'a str)>,
}

impl<'a> Builder<'a> {
    fn is_between_sentences(&self) -> bool {
        !self.in_sentence
    }

    fn token(&mut self, word: &str, tag: &Tag<'a>) -> Result<(), Wrong> {
        let goes_on = self.open.is_some_and(|(_, kind)| tag.kind == Some(kind)) && !tag.begins;
        if !goes_on {
            self.end_name();
        }
        if self.in_sentence {
            self.text.push(' ');
        } else if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.in_sentence = true;
        if let Some(kind) = tag.kind.filter(|_| !goes_on) {
            Class::parse(kind).ok_or_else(|| Wrong::Class(kind.to_owned()))?;
            self.open = Some((self.text.len(), kind));
        }
        self.text.push_str(word);
        if tag.ends {
            self.end_name();
        }
        Ok(())
    }

    fn end_name(&mut self) {
        let Some((start, kind)) = self.open.take() else {
            return;
        };
        if let Some(Some(class)) = Class::parse(kind) {
            let span = ByteSpan::new(start, self.text.len());
            self.entities.push(GoldEntity { span, class });
        }
    }

    fn end_sentence(&mut self) {
        self.end_name();
        self.in_sentence = false;
    }

    /// What was read since the last article, if anything.
    fn article(&mut self) -> Option<GoldArticle> {
        self.end_sentence();
        let text = std::mem::take(&mut self.text);
        let entities = std::mem::take(&mut self.entities);
        (!text.is_empty()).then(|| GoldArticle {
            text,
            entities: Some(entities),
            ..GoldArticle::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the articles of a file, one article a line.
    fn names(file: &str, by: By) -> Vec<String> {
        let articles = read(file, by).unwrap();
        articles
            .iter()
            .map(|article| {
                let entities = article.entities.iter().flatten();
                let shown: Vec<_> = entities
                    .map(|e| format!("{}/{}", &article.text[e.span.range()], e.class.name()))
                    .collect();
                shown.join(" ")
            })
            .collect()
    }

    #[test]
    fn reads_every_scheme_alike() {
        let wanted = ["Ada Berg/person Oslo/place Bergen/place"];
        for (ada, berg, oslo, bergen) in [
            ("B-PER", "I-PER", "B-LOC", "B-LOC"),
            ("I-PER", "I-PER", "I-LOC", "B-LOC"),
            ("B-PER", "E-PER", "S-LOC", "S-LOC"),
            ("B-PERSON", "L-PERSON", "U-GPE", "U-GPE"),
        ] {
            let file = format!("Ada {ada}\nBerg\t{berg}\nleft O\nOslo x {oslo}\nBergen {bergen}");
            assert_eq!(names(&file, By::Article), wanted, "{file}");
        }
    }

    #[test]
    fn joins_sentences_into_articles() {
        let file =
            "-DOCSTART- O\n\nOslo B-LOC\n\nBergen B-LOC\nsaid O\n\n-DOCSTART- O\n\nAda B-PER\n";
        let articles = read(file, By::Article).unwrap();
        assert_eq!(articles.len(), 2);
        assert_eq!(articles[0].text, "Oslo\n\nBergen said");
        assert_eq!(
            names(file, By::Article),
            ["Oslo/place Bergen/place", "Ada/person"]
        );
        assert_eq!(names(file, By::Sentence).len(), 3);
        assert_eq!(
            names(&file.replace("-DOCSTART- O", ""), By::Article).len(),
            3
        );
    }

    #[test]
    fn leaves_dates_and_comments_out() {
        let file = "# id 1\nOn O\nMonday B-DATE\n# O\nAda B-PER\n";
        assert_eq!(names(file, By::Article), ["Ada/person"]);
        assert_eq!(read("Ada B-PER\nleft\n", By::Article).unwrap_err().line, 2);
        assert_eq!(read("Ada B-WIZARD\n", By::Article).unwrap_err().line, 1);
    }
}
