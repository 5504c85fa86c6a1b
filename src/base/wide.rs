//! A column of `u64` values that almost always fit into 32 bits.

/// `u32` values, with the few larger ones stored separately.
///
/// Encoding: `low[row]` is the value, or `u32::MAX` if the value is `u32::MAX` or more, in which case `high` has the
/// pair (row, value). Invariant: `high` is sorted by row. Objects above 4 GiB and 64-bit ids from other writers need 64
/// bits; V8's own ids and almost all sizes do not, which saves half the memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WideColumn {
    low: Vec<u32>,
    high: Vec<(u32, u64)>,
}

impl WideColumn {
    /// A column of `len` zeros. Memory is not touched until values are set.
    #[must_use]
    pub(crate) fn zeros(len: usize) -> Self {
        Self { low: vec![0; len], high: Vec::new() }
    }

    /// A column from its two parts (see the type's encoding). `high` may be in any order.
    #[must_use]
    pub(crate) fn from_parts(low: Vec<u32>, mut high: Vec<(u32, u64)>) -> Self {
        high.sort_unstable();
        Self { low, high }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.low.len()
    }

    /// Whether there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    /// The value of a row. O(1), or O(log h) with h wide values.
    #[inline]
    #[must_use]
    pub fn get(&self, row: usize) -> u64 {
        let value = self.low[row];
        if value == u32::MAX { self.wide(row) } else { u64::from(value) }
    }

    #[cold]
    fn wide(&self, row: usize) -> u64 {
        let at = self.high.binary_search_by_key(&row, |(r, _)| *r as usize);
        at.map_or(u64::from(u32::MAX), |at| self.high[at].1)
    }

    /// Sets the value of a row. O(1), or O(h) if the old or new value is wide.
    #[inline]
    pub(crate) fn set(&mut self, row: usize, value: u64) {
        if value < u64::from(u32::MAX) && self.low[row] != u32::MAX {
            self.low[row] = value as u32;
        } else {
            self.set_wide(row, value);
        }
    }

    #[cold]
    fn set_wide(&mut self, row: usize, value: u64) {
        let at = self.high.binary_search_by_key(&row, |(r, _)| *r as usize);
        if value < u64::from(u32::MAX) {
            self.low[row] = value as u32;
            if let Ok(at) = at {
                self.high.remove(at);
            }
            return;
        }
        self.low[row] = u32::MAX;
        match at {
            Ok(at) => self.high[at].1 = value,
            Err(at) => self.high.insert(at, (row as u32, value)),
        }
    }

    /// Appends a value.
    pub fn push(&mut self, value: u64) {
        if value < u64::from(u32::MAX) {
            self.low.push(value as u32);
        } else {
            self.high.push((self.low.len() as u32, value));
            self.low.push(u32::MAX);
        }
    }

    /// All values in row order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = u64> + '_ {
        (0..self.low.len()).map(|row| self.get(row))
    }

    /// Sum of all values. O(n).
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.iter().fold(0, u64::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::WideColumn;

    #[test]
    fn wide_values_go_in_and_out() {
        let mut column = WideColumn::zeros(4);
        column.set(1, 5_000_000_000);
        column.set(0, u64::from(u32::MAX));
        column.set(3, 7);
        assert_eq!(column.iter().collect::<Vec<_>>(), [4_294_967_295, 5_000_000_000, 0, 7]);
        column.set(1, 3);
        column.push(1 << 40);
        assert_eq!(column.iter().collect::<Vec<_>>(), [4_294_967_295, 3, 0, 7, 1 << 40]);
        assert_eq!(column.sum(), 4_294_967_295 + 10 + (1 << 40));
    }
}
