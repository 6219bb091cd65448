//! Any text is a query or is refused in place: what is read prints as a query that reads the same,
//! an error lies within the text, and whatever compiles does so without a panic.

#![no_main]

use dateline::index::fields::Fields;
use dateline::search::compile::{Held, compile, field_names};
use dateline::search::query::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let names = field_names();
    let fields = Fields::new();
    let held = Held {
        fields: &fields,
        vocabularies: ["en", "fr", "tr", "ar", "zh"]
            .map(|language| dateline::index::analyzer::Vocabulary::of(Some(language)))
            .to_vec(),
        least: 0,
    };
    let error = match parse(text, &names) {
        Ok(query) => {
            let printed = query.to_string();
            assert_eq!(parse(&printed, &names), Ok(query.clone()), "{printed}");
            compile(&query, &held).err()
        }
        Err(error) => Some(error),
    };
    if let Some(error) = error {
        assert!(text.get(error.span.clone()).is_some(), "{error:?}");
        assert_eq!(error.render(text).lines().count(), 3);
    }
});
