//! Fallible allocation: whatever grows with the input is allocated here, and a refusal is an ordinary error.
//!
//! All other code allocates as usual in Rust, which has no answer to running out of memory. A program may install an
//! allocator that does (`is_asking` tells the two cases apart), as the command line does.

use crate::base::{Bytes, Error, ErrorKind, Result};
use std::cell::Cell;
use std::collections::TryReserveError;

thread_local! {
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is in a fallible allocation. An allocator must then return null if there is no memory; otherwise
/// it may do as it likes.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn is_asking() -> bool {
    IS_ASKING.try_with(Cell::get).unwrap_or(false)
}

/// Reserves room for more elements, with spare capacity like [`Vec::reserve`].
///
/// # Errors
/// [`ErrorKind::Memory`] if the system refuses.
#[inline]
pub(crate) fn reserve<T>(column: &mut Vec<T>, additional: usize) -> Result<()> {
    if column.capacity() - column.len() >= additional {
        return Ok(());
    }
    asked::<T>(column.len() + additional, || column.try_reserve(additional))
}

/// Reserves room for exactly `additional` more elements.
///
/// # Errors
/// [`ErrorKind::Memory`] if the system refuses.
pub(crate) fn reserve_exact<T>(column: &mut Vec<T>, additional: usize) -> Result<()> {
    asked::<T>(column.len() + additional, || column.try_reserve_exact(additional))
}

/// A column of `len` default values. For integers, memory is not touched until it is written.
///
/// # Errors
/// [`ErrorKind::Memory`] if the system refuses.
pub(crate) fn zeros<T: Clone + Default>(len: usize) -> Result<Vec<T>> {
    // Only `vec!` gets zeroed memory, but only `try_reserve` can fail: probe with the one, allocate with the other.
    drop(probe::<T>(len)?);
    Ok(vec![T::default(); len])
}

/// Allocates room for `len` elements, to find out whether that is possible. The result should be dropped.
///
/// # Errors
/// [`ErrorKind::Memory`] if the system refuses.
pub(crate) fn probe<T>(len: usize) -> Result<Vec<T>> {
    let mut room = Vec::new();
    reserve_exact(&mut room, len)?;
    // The optimizer may remove an allocation that nobody uses.
    Ok(std::hint::black_box(room))
}

fn asked<T>(len: usize, ask: impl FnOnce() -> std::result::Result<(), TryReserveError>) -> Result<()> {
    IS_ASKING.set(true);
    let answer = ask();
    IS_ASKING.set(false);
    answer.map_err(|_| refused(&format!("{} in one piece", Bytes(len.saturating_mul(size_of::<T>()) as u64))))
}

/// The error for refused memory, on one line: what was needed, and what to do.
#[cold]
#[must_use]
pub(crate) fn refused(what: &str) -> Error {
    let advice = "close other programs, raise the memory limit, or use a machine with more memory";
    Error::new(ErrorKind::Memory, format!("not enough memory: needs {what}; {advice}"))
}

#[cfg(test)]
mod tests {
    use super::{is_asking, reserve, zeros};
    use crate::base::ErrorKind;

    #[test]
    fn what_cannot_be_had_is_an_error() {
        let mut column = vec![1u64];
        reserve(&mut column, 100).unwrap();
        assert!(column.capacity() >= 101);
        // More than an address space has, and more than a length can be.
        for len in [1 << 58, usize::MAX - 1] {
            let error = reserve(&mut column, len).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Memory, "{error}");
            assert_eq!(zeros::<u64>(len).unwrap_err().kind(), ErrorKind::Memory);
        }
        assert_eq!(column, [1]);
        assert_eq!(zeros::<u32>(3).unwrap(), [0, 0, 0]);
        assert!(!is_asking());
    }
}
