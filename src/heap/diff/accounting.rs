//! Where every byte of the difference comes from: new − deleted + grown − shrunk = total after − total before.
//!
//! Difference from DevTools: growth inside objects that already existed (a Map's table, an array's elements) counts
//! here. DevTools' Comparison view shows only new and deleted objects.

use crate::heap::analysis::Analysis;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::matching::Matching;
use crate::heap::graph::HeapGraph;
use serde::Serialize;

/// The account of the whole heap. Sizes are shallow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Accounting {
    /// Total size of the new objects.
    pub new_bytes: u64,
    /// Total size of the deleted objects.
    pub deleted_bytes: u64,
    /// Total growth of the survivors, including extra native bytes.
    pub grown_bytes: u64,
    /// Total shrinkage of the survivors, including extra native bytes.
    pub shrunk_bytes: u64,
    /// Total after minus total before.
    pub delta_bytes: i64,
    /// Number of new objects with a size above 0.
    pub new_count: u64,
    /// Number of deleted objects with a size above 0.
    pub deleted_count: u64,
    /// Number of survivors that grew.
    pub grown_count: u64,
    /// Number of survivors that shrank.
    pub shrunk_count: u64,
}

impl Accounting {
    /// Whether the parts add up to the difference of the totals, to the byte. Tests hold it to that.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        let parts = i128::from(self.new_bytes) - i128::from(self.deleted_bytes) + i128::from(self.grown_bytes)
            - i128::from(self.shrunk_bytes);
        parts == i128::from(self.delta_bytes)
    }
}

/// Computes the account. O(nodes).
#[must_use]
pub(crate) fn account(earlier: &Earlier, graph: &HeapGraph, analysis: &Analysis, matching: &Matching) -> Accounting {
    let mut account = Accounting::default();
    for node in graph.nodes() {
        let size = analysis.shallow.get(node.ix());
        let Some(row) = matching.row(node) else {
            account.new_bytes += size;
            account.new_count += u64::from(size > 0);
            continue;
        };
        account.change(earlier.shallow.get(row as usize), size);
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
    debug_assert!(account.is_exact());
    account
}

impl Accounting {
    fn change(&mut self, before: u64, after: u64) {
        self.grown_bytes += after.saturating_sub(before);
        self.grown_count += u64::from(after > before);
        self.shrunk_bytes += before.saturating_sub(after);
        self.shrunk_count += u64::from(after < before);
    }
}
