//! Asking the index: what a user's words mean.

pub mod query;
