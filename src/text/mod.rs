//! Reading a sentence: the part of speech of each word, and which word depends on which.

pub mod parse;
pub mod perceptron;
pub mod tags;
