//! Text as the annotator sees it: tokens, sentences, parts of speech, and which word depends on
//! which.
//!
//! Everything here works on one article at a time and does no I/O.

pub mod abbreviations;
pub mod forms;
pub mod habits;
pub mod letters;
pub mod parse;
pub mod perceptron;
pub mod sentences;
pub mod tags;
pub mod tokens;

pub use sentences::{Sentence, sentences};
pub use tokens::{Case, Token, tokenize};
