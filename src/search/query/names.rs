//! The names of fields.

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
