//! How many rows of a list a result has.

/// The most rows of a list in a result; what is cut off is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub usize);

impl Limit {
    /// No bound.
    pub const ALL: Self = Self(usize::MAX);

    /// The rows of a list that are shown, and how many are not. O(1).
    #[cfg(feature = "report")]
    pub(crate) fn split<T>(self, rows: &[T]) -> (&[T], u64) {
        let (shown, cut) = rows.split_at(rows.len().min(self.0));
        (shown, cut.len() as u64)
    }

    /// Cuts a list and says how many rows went. O(rows cut).
    pub(crate) fn cut<T>(self, rows: &mut Vec<T>) -> u64 {
        let cut = rows.len().saturating_sub(self.0);
        rows.truncate(self.0);
        cut as u64
    }
}
