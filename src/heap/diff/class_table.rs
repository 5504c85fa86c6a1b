//! One numbering for the classes of two snapshots.

use crate::base::{ClassIx, Text};
use crate::heap::analysis::View;
use crate::heap::analysis::classes::{BaseClass, ClassKey, ClassRows};
use crate::heap::analysis::interfaces::Interface;
use crate::heap::diff::earlier::Earlier;
use crate::heap::diff::signature::without_ids;
use rustc_hash::FxHashMap;

/// The classes of both snapshots in one numbering.
///
/// A *row* is a row of the Comparison view; plain objects of both snapshots are named by the interfaces of the later
/// one. An *identity* is coarser: an object keeps it when it gains properties, so it is what an object and its
/// counterpart must share.
#[derive(Debug)]
pub struct ClassTable {
    /// The key of each row.
    pub keys: Vec<ClassKey>,
    /// Maps classes of the later snapshot to rows. Its rows come first in `keys`.
    pub after: ClassRows,
    row_before: Vec<ClassIx>,
    identity_before: Vec<u32>,
    identity_after: Vec<u32>,
}

impl ClassTable {
    /// Joins the classes of both snapshots by key. O(classes), plus O(nodes) for plain objects.
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

    /// The classes of one snapshot. O(classes), plus O(nodes) for plain objects.
    #[must_use]
    pub(crate) fn of_one(view: View<'_>) -> Self {
        let interfaces = view.classes.infer_interfaces(view.graph);
        let after = view.classes.rows(view.graph.strings(), &interfaces);
        let keys = after.keys.clone();
        Self { keys, after, row_before: Vec::new(), identity_before: Vec::new(), identity_after: Vec::new() }
    }

    /// The row of a class in the earlier snapshot.
    #[inline]
    #[must_use]
    pub(crate) fn row_before(&self, class: u32) -> ClassIx {
        self.row_before[class as usize]
    }

    /// The row and shallow size of each node of the earlier snapshot, in file order. `earlier` must be the snapshot
    /// that the table was built from.
    pub(crate) fn rows_and_sizes<'a>(&'a self, earlier: &'a Earlier) -> impl Iterator<Item = (ClassIx, u64)> + 'a {
        let classes = earlier.class_of.iter().enumerate();
        classes.map(|(node, class)| (self.row_before(*class), earlier.shallow.get(node)))
    }

    /// The row of a class in the later snapshot.
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
