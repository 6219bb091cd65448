//! What a column holds of several articles.

use tantivy::DocId;
use tantivy::columnar::Column;

/// What a column holds of some articles: read at once, as each value by itself would take several
/// times as long.
#[derive(Default)]
pub(super) struct Block {
    /// The article of each value, in order.
    docs: Vec<DocId>,
    rows: Vec<u32>,
    values: Vec<u64>,
    /// The first value that has not been given.
    next: usize,
}

impl Block {
    /// Reads what a column holds of articles, which are in order.
    pub fn read(&mut self, column: &Column<u64>, docs: &[DocId]) {
        self.docs.clear();
        self.rows.clear();
        column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        self.values.resize(self.rows.len(), 0);
        column.values.get_vals(&self.rows, &mut self.values);
        self.next = 0;
    }

    /// The values of an article; articles are asked for in order.
    pub fn of(&mut self, doc: DocId) -> &[u64] {
        let behind = |docs: &[DocId]| docs.iter().take_while(|&&other| other < doc).count();
        let start = self.next + behind(&self.docs[self.next..]);
        let here = self.docs[start..].iter().take_while(|&&other| other == doc);
        self.next = start + here.count();
        &self.values[start..self.next]
    }
}
