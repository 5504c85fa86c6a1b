//! From V8's ids to rows.

use crate::base::WideColumn;
use std::cmp::Ordering;

const NONE: u32 = u32::MAX;

/// Maps ids to rows.
///
/// V8 assigns ids in ascending order and gives odd ones to JavaScript objects. The odd ids of a snapshot are therefore
/// dense, and index a table. Even ids (32-bit hashes in old versions of Node), outliers (after allocation tracking) and
/// duplicates go into a sorted list.
#[derive(Debug)]
pub(crate) struct IdIndex {
    odd: Vec<u32>,
    others: Vec<(u64, u32)>,
    /// Whether the sorted list may contain odd ids.
    has_odd_others: bool,
    highest_odd_id: u64,
}

impl IdIndex {
    /// Indexes a column of ids. O(n), plus O(k log k) for the k ids in the sorted list.
    #[must_use]
    pub(crate) fn new(ids: &WideColumn) -> Self {
        let limit = 4 * ids.len() as u64 + 1024;
        let highest = ids.iter().filter(|id| id % 2 == 1 && id / 2 < limit).max();
        let mut odd = vec![NONE; highest.map_or(0, |id| id as usize / 2 + 1)];
        let mut others = Vec::new();
        let mut highest_odd_id = 0;
        for (row, id) in ids.iter().enumerate() {
            highest_odd_id = highest_odd_id.max(if id % 2 == 1 { id } else { 0 });
            match odd.get_mut((id / 2) as usize) {
                Some(slot) if id % 2 == 1 && *slot == NONE => *slot = row as u32,
                _ => others.push((id, row as u32)),
            }
        }
        others.sort_unstable();
        let has_odd_others = others.iter().any(|(id, _)| id % 2 == 1);
        Self { odd, others, has_odd_others, highest_odd_id }
    }

    /// The highest id of a JavaScript object, or 0 if there is none. Within a process, ids only go up.
    #[must_use]
    pub(crate) fn highest_odd_id(&self) -> u64 {
        self.highest_odd_id
    }

    /// The rows with an id; at most one in a valid snapshot.
    #[inline]
    pub(crate) fn rows(&self, id: u64) -> impl Iterator<Item = u32> + '_ {
        let dense =
            if id % 2 == 1 { self.odd.get((id / 2) as usize).copied().filter(|row| *row != NONE) } else { None };
        let rest = if id.is_multiple_of(2) || self.has_odd_others { self.other_rows(id) } else { &[] };
        dense.into_iter().chain(rest.iter().map(|(_, row)| *row))
    }

    /// Calls `pair` with the rows of each id that both snapshots have. Each row occurs at most once. O(ids).
    pub(crate) fn join(&self, other: &Self, mut pair: impl FnMut(u32, u32)) {
        for (row, other_row) in self.odd.iter().zip(&other.odd).filter(|(a, b)| **a != NONE && **b != NONE) {
            pair(*row, *other_row);
        }
        let (mut left, mut right) = (self.others.as_slice(), other.others.as_slice());
        while let (Some(a), Some(b)) = (left.first(), right.first()) {
            match a.0.cmp(&b.0) {
                Ordering::Less => left = &left[1..],
                Ordering::Greater => right = &right[1..],
                Ordering::Equal => {
                    pair(a.1, b.1);
                    (left, right) = (&left[1..], &right[1..]);
                }
            }
        }
    }

    fn other_rows(&self, id: u64) -> &[(u64, u32)] {
        let start = self.others.partition_point(|(other, _)| *other < id);
        let end = start + self.others[start..].iter().take_while(|(other, _)| *other == id).count();
        &self.others[start..end]
    }
}

#[cfg(test)]
mod tests {
    use super::IdIndex;
    use crate::base::WideColumn;

    #[test]
    fn odd_even_far_and_repeated_ids_are_found() {
        let ids = [1u64, 3, 6, 4_000_000_007, 3, 1 << 40];
        let mut column = WideColumn::default();
        ids.iter().for_each(|id| column.push(*id));
        let index = IdIndex::new(&column);
        let rows = |id| index.rows(id).collect::<Vec<_>>();
        assert_eq!(rows(1), [0]);
        assert_eq!(rows(3), [1, 4]);
        assert_eq!(rows(6), [2]);
        assert_eq!(rows(4_000_000_007), [3]);
        assert_eq!(rows(1 << 40), [5]);
        assert!(rows(5).is_empty() && rows(2).is_empty());
    }
}
