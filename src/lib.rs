//! Full-text search for news corpora: who did what to whom, where and when, offline.

pub mod article;
pub mod search;
