//! Where every byte of the difference comes from: new − deleted + grown − shrunk = total after − total before.
//!
//! Difference from DevTools: growth inside objects is counted here; DevTools' Comparison shows only new and deleted objects; growth inside surviving objects (a Map's table, an array's
//! elements) is invisible there.

use crate::analysis::Analysis;
use crate::base::ClassIx;
use crate::diff::classes::ClassTable;
use crate::diff::earlier::Earlier;
use crate::diff::matching::Matching;
use crate::graph::HeapGraph;

/// The account of the whole heap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounting {
    /// Shallow sizes of objects without a counterpart before.
    pub new_bytes: u64,
    /// Shallow sizes of objects without a counterpart after.
    pub deleted_bytes: u64,
    /// By how much survivors grew, extra native bytes included.
    pub grown_bytes: u64,
    /// By how much survivors shrank, extra native bytes included.
    pub shrunk_bytes: u64,
    /// Number of objects with a size in each part.
    pub new_count: u64,
    /// See [`Self::new_count`].
    pub deleted_count: u64,
    /// See [`Self::new_count`].
    pub grown_count: u64,
    /// See [`Self::new_count`].
    pub shrunk_count: u64,
    /// Total after minus total before.
    pub delta_bytes: i64,
    /// Survivors' growth per class row, where it is not zero: (row, grown, shrunk), largest change first.
    pub in_place: Vec<(ClassIx, u64, u64)>,
}

impl Accounting {
    /// Whether the parts add up to the difference of the totals, to the byte. A test holds it to that.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let parts = i128::from(self.new_bytes) - i128::from(self.deleted_bytes) + i128::from(self.grown_bytes)
            - i128::from(self.shrunk_bytes);
        parts == i128::from(self.delta_bytes)
    }
}

/// Adds up the account. O(nodes).
#[must_use]
pub fn account(
    earlier: &Earlier,
    graph: &HeapGraph,
    analysis: &Analysis,
    matching: &Matching,
    table: &ClassTable,
) -> Accounting {
    let mut account = Accounting::default();
    let mut by_row = vec![(0u64, 0u64); table.keys.len()];
    for node in graph.nodes() {
        let size = analysis.shallow.get(node.ix());
        let Some(row) = matching.row(node) else {
            account.new_bytes += size;
            account.new_count += u64::from(size > 0);
            continue;
        };
        let before = earlier.shallow.get(row as usize);
        if size != before {
            let class = table.row_after(analysis.classes.of(node));
            account.change(before, size, &mut by_row[class.ix()]);
        }
    }
    for row in 0..earlier.node_count {
        if !matching.survives(row as u32) {
            let size = earlier.shallow.get(row);
            account.deleted_bytes += size;
            account.deleted_count += u64::from(size > 0);
        }
    }
    let (extra_before, extra_after) = (earlier.extra_native_bytes, graph.extra_native_bytes());
    account.grown_bytes += extra_after.saturating_sub(extra_before);
    account.shrunk_bytes += extra_before.saturating_sub(extra_after);
    account.delta_bytes = analysis.statistics.total_bytes as i64 - earlier.statistics.total_bytes as i64;
    let rows = by_row.into_iter().enumerate().filter(|(_, change)| *change != (0, 0));
    account.in_place = rows.map(|(row, (grown, shrunk))| (ClassIx::new(row), grown, shrunk)).collect();
    account.in_place.sort_by_key(|(row, grown, shrunk)| (std::cmp::Reverse(grown.max(shrunk).to_owned()), *row));
    debug_assert!(account.is_exact());
    account
}

impl Accounting {
    fn change(&mut self, before: u64, after: u64, row: &mut (u64, u64)) {
        if after > before {
            self.grown_bytes += after - before;
            self.grown_count += 1;
            row.0 += after - before;
        } else {
            self.shrunk_bytes += before - after;
            self.shrunk_count += 1;
            row.1 += before - after;
        }
    }
}
