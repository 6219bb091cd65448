//! The articles that are measured with.

use crate::Failure;
use dateline::article::Article;
use dateline::corpus::{Limits, read_folder};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A corpus on the disk, and how large it is.
pub struct Corpus {
    /// Where its files are.
    pub folder: PathBuf,
    /// How many articles they hold.
    pub articles: u64,
    /// Bytes of their titles and texts.
    pub bytes: u64,
}

impl Corpus {
    /// The corpus as it is or, in `scratch`, the first articles of it as JSON Lines.
    pub fn prepare(path: &Path, first: Option<usize>, scratch: &Path) -> Result<Self, Failure> {
        let mut folder = path.to_owned();
        if let Some(first) = first {
            let taken: Vec<Article> = articles(path).into_iter().take(first).collect();
            folder = scratch.join("first");
            std::fs::create_dir_all(&folder)?;
            let mut file = std::io::BufWriter::new(std::fs::File::create(folder.join("a.jsonl"))?);
            for article in &taken {
                serde_json::to_writer(&mut file, article)?;
                file.write_all(b"\n")?;
            }
            file.flush()?;
        }
        let (mut count, mut bytes) = (0, 0);
        read_folder(&folder, &Limits::default(), &mut |article| {
            count += 1;
            bytes += size_of(&article);
        });
        if count == 0 {
            return Err(format!("no article in {}", path.display()).into());
        }
        Ok(Self {
            folder,
            articles: count,
            bytes,
        })
    }

    /// A folder that holds all files so many times: as paths are part of an article's identifier,
    /// as many articles under new ids. They are links, so that they take no room on the disk.
    pub fn copies(&self, copies: usize, scratch: &Path) -> Result<PathBuf, Failure> {
        let all = scratch.join("copies");
        for copy in 0..copies {
            link_all(&self.folder, &all.join(format!("{copy:03}")))?;
        }
        Ok(all)
    }
}

/// All articles of a folder.
pub fn articles(folder: &Path) -> Vec<Article> {
    let mut articles = Vec::new();
    read_folder(folder, &Limits::default(), &mut |article| {
        articles.push(article);
    });
    articles
}

/// Bytes of an article's title and text.
pub fn size_of(article: &Article) -> u64 {
    (article.title.len() + article.text.len()) as u64
}

fn link_all(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_file() {
        // Links do not cross file systems.
        return std::fs::hard_link(from, to).or_else(|_| std::fs::copy(from, to).map(|_| ()));
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        link_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
