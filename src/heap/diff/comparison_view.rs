//! DevTools' Comparison view (`aggregatesForDiff`, `calculateSnapshotDiff`, `calculateDiffForClass`).

use crate::base::{BitSet, ClassIx};
use crate::heap::analysis::View;
use crate::heap::diff::class_table::ClassTable;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::matching::PairedById;

/// A row of the Comparison view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassDelta {
    /// Its key in [`ClassTable::keys`].
    pub row: ClassIx,
    /// Number of objects that exist only in the later snapshot.
    pub new_count: u64,
    /// Number of objects that exist only in the earlier snapshot.
    pub deleted_count: u64,
    /// Shallow sizes of the new objects.
    pub alloc_bytes: u64,
    /// Shallow sizes of the deleted objects.
    pub freed_bytes: u64,
}

impl ClassDelta {
    fn empty(row: ClassIx) -> Self {
        Self { row, new_count: 0, deleted_count: 0, alloc_bytes: 0, freed_bytes: 0 }
    }

    /// New minus deleted.
    #[must_use]
    pub fn count_delta(&self) -> i64 {
        self.new_count as i64 - self.deleted_count as i64
    }

    /// Allocated minus freed.
    #[must_use]
    pub fn size_delta_bytes(&self) -> i64 {
        self.alloc_bytes as i64 - self.freed_bytes as i64
    }
}

/// The rows of the Comparison view, largest growth first. Like DevTools, it pairs objects by id and class key.
/// O(nodes).
///
/// Difference from DevTools: classes with the same name share a row. DevTools drops one of the two (`class key
/// collision`).
#[must_use]
pub(crate) fn class_deltas(
    earlier: &Earlier,
    later: View<'_>,
    table: &ClassTable,
    paired: &PairedById,
) -> Vec<ClassDelta> {
    let View { graph, shallow, classes, .. } = later;
    let mut deltas: Vec<ClassDelta> = (0..table.keys.len()).map(|row| ClassDelta::empty(ClassIx::new(row))).collect();
    let mut in_both = BitSet::new(earlier.node_count);
    for node in graph.nodes() {
        let size = shallow.get(node.ix());
        if size == 0 {
            continue;
        }
        let row = table.row_after(classes.of(node));
        let same = paired.matching.row_by_id(node).filter(|before| {
            earlier.shallow.get(*before as usize) != 0 && table.row_before(earlier.class_of[*before as usize]) == row
        });
        match same {
            Some(before) => {
                in_both.insert(before);
            }
            None => {
                deltas[row.ix()].new_count += 1;
                deltas[row.ix()].alloc_bytes += size;
            }
        }
    }
    for before in 0..earlier.node_count {
        let size = earlier.shallow.get(before);
        if size != 0 && !in_both.contains(before as u32) {
            let delta = &mut deltas[table.row_before(earlier.class_of[before]).ix()];
            delta.deleted_count += 1;
            delta.freed_bytes += size;
        }
    }
    deltas.retain(|d| d.new_count > 0 || d.deleted_count > 0);
    deltas.sort_by(|a, b| {
        let by_size = b.size_delta_bytes().cmp(&a.size_delta_bytes());
        by_size.then_with(|| table.keys[a.row.ix()].cmp(&table.keys[b.row.ix()]))
    });
    deltas
}
