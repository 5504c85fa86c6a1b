//! A fixed-size set of row numbers, one bit each: `fixedbitset` with our row numbers, which reports whether a change
//! had an effect.

use fixedbitset::FixedBitSet;

/// A set over `0..len`. It holds eight rows per byte, so the flags of ten million nodes fit into the processor's cache.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct BitSet(FixedBitSet);

impl BitSet {
    /// The empty set over `0..len`. O(len / 64).
    #[must_use]
    pub(crate) fn new(len: usize) -> Self {
        Self(FixedBitSet::with_capacity(len))
    }

    /// Whether `row` is in the set. O(1).
    #[inline]
    #[must_use]
    pub(crate) fn contains(&self, row: u32) -> bool {
        self.0.contains(row as usize)
    }

    /// Adds `row` and returns whether it was new. O(1).
    #[inline]
    pub(crate) fn insert(&mut self, row: u32) -> bool {
        !self.0.put(row as usize)
    }

    /// Removes `row` and returns whether it was in the set. O(1).
    pub(crate) fn remove(&mut self, row: u32) -> bool {
        let was_in = self.contains(row);
        self.0.set(row as usize, false);
        was_in
    }

    /// Whether the set is empty. O(len / 64).
    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_clear()
    }
}

#[cfg(test)]
mod tests {
    use super::BitSet;

    #[test]
    fn insert_is_seen_and_counted_once() {
        let mut set = BitSet::new(130);
        assert!(set.is_empty());
        assert!(set.insert(0) && set.insert(64) && set.insert(129));
        assert!(!set.insert(129));
        assert!(set.contains(64) && !set.contains(63));
        assert!(set.remove(64) && !set.remove(64) && !set.is_empty());
    }
}
