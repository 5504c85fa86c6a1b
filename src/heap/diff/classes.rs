//! The Comparison view (DevTools: `aggregatesForDiff`, `calculateSnapshotDiff`, `calculateDiffForClass`).

use crate::base::{BitSet, ClassIx, Text};
use crate::heap::analysis::View;
use crate::heap::analysis::classes::{BaseClass, ClassKey, ClassRows};
use crate::heap::analysis::interfaces::Interface;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::matching::PairedById;
use crate::heap::diff::signature::without_ids;
use rustc_hash::FxHashMap;

/// The classes of both snapshots in one numbering.
///
/// A *row* is a row of the Comparison view: plain objects of both snapshots are named by the interfaces of the later
/// one. An *identity* is coarser: what an object's class must have in common with its former self, whatever properties
/// it gained since.
#[derive(Debug)]
pub struct ClassTable {
    /// The key of each row.
    pub keys: Vec<ClassKey>,
    /// The later snapshot's classes by row; its rows come first in `keys`.
    pub after: ClassRows,
    row_before: Vec<ClassIx>,
    identity_before: Vec<u32>,
    identity_after: Vec<u32>,
}

impl ClassTable {
    /// Joins the classes of both snapshots by key.
    #[must_use]
    pub fn new(earlier: &Earlier, later: View<'_>) -> Self {
        let View { graph, classes, .. } = later;
        let interfaces = classes.infer_interfaces(graph);
        let after = classes.rows(graph.strings(), &interfaces);
        let mut keys = after.keys.clone();
        let mut known: FxHashMap<ClassKey, ClassIx> =
            keys.iter().cloned().enumerate().map(|(i, key)| (key, ClassIx::new(i))).collect();
        let before = rows_before(earlier, &interfaces);
        let joined: Vec<ClassIx> = before
            .keys
            .iter()
            .map(|key| {
                *known.entry(key.clone()).or_insert_with(|| {
                    keys.push(key.clone());
                    ClassIx::new(keys.len() - 1)
                })
            })
            .collect();
        let mut identities = FxHashMap::default();
        let mut identity = |base: &BaseClass| {
            let name = match base {
                BaseClass::Named(name) => without_ids(name.as_bytes()).into_owned(),
                BaseClass::Plain(_) => b"Object".to_vec(),
            };
            let next = identities.len() as u32;
            *identities.entry(name).or_insert(next)
        };
        let identity_before = earlier.classes.iter().map(|c| identity(&c.base)).collect();
        let identity_after = classes.iter().map(|c| identity(&c.base)).collect();
        let row_before = before.row_of.iter().map(|row| joined[row.ix()]).collect();
        Self { keys, after, row_before, identity_before, identity_after }
    }

    /// The row of a class of the earlier snapshot.
    #[inline]
    #[must_use]
    pub(crate) fn row_before(&self, class: u32) -> ClassIx {
        self.row_before[class as usize]
    }

    /// The row of a class of the later snapshot.
    #[inline]
    #[must_use]
    pub(crate) fn row_after(&self, class: ClassIx) -> ClassIx {
        self.after.of(class)
    }

    #[inline]
    pub(crate) fn identity_before(&self, class: u32) -> u32 {
        self.identity_before[class as usize]
    }

    #[inline]
    pub(crate) fn identity_after(&self, class: ClassIx) -> u32 {
        self.identity_after[class.ix()]
    }

    /// The name of a row.
    #[must_use]
    pub fn name(&self, row: ClassIx) -> &Text {
        &self.keys[row.ix()].name
    }
}

fn rows_before(earlier: &Earlier, interfaces: &[Interface]) -> ClassRows {
    ClassRows::new(&earlier.classes, &earlier.shapes, &earlier.strings, interfaces)
}

/// A row of the Comparison view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassDelta {
    /// Its key in [`ClassTable::keys`].
    pub row: ClassIx,
    /// Objects only in the later snapshot.
    pub new_count: u64,
    /// Objects only in the earlier snapshot.
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

/// The Comparison view's rows, largest growth first; by id and class key, as DevTools has it.
///
/// Difference from DevTools: classes of one name are one row; DevTools loses one of two (`class key collision`).
/// O(nodes).
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
