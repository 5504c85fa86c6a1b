//! Memory that may be refused: what grows with a file is asked for here, and a refusal is an error like any other.
//!
//! Everything else allocates as Rust does, without an answer for the case that there is no memory. A program may install an
//! allocator that answers it (`is_asking` tells the two apart); the command line does.

use crate::base::{Bytes, Error, ErrorKind, Result};
use std::cell::Cell;
use std::collections::TryReserveError;

thread_local! {
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is asking for memory and can bear a refusal: an allocator must return null then, and may do what it
/// likes otherwise.
#[must_use]
pub(crate) fn is_asking() -> bool {
    IS_ASKING.try_with(Cell::get).unwrap_or(false)
}

/// Makes room for more elements, with some in reserve as [`Vec::reserve`] does.
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

/// Makes room for exactly so many more elements.
///
/// # Errors
/// [`ErrorKind::Memory`] if the system refuses.
pub(crate) fn reserve_exact<T>(column: &mut Vec<T>, additional: usize) -> Result<()> {
    asked::<T>(column.len() + additional, || column.try_reserve_exact(additional))
}

/// A column of so many defaults. Of integers the memory is touched only when it is written.
///
/// # Errors
/// [`ErrorKind::Memory`] if the system refuses.
pub(crate) fn zeros<T: Clone + Default>(len: usize) -> Result<Vec<T>> {
    // Only `vec!` gets memory that is zero already, and only `try_reserve` may be refused: ask by the one, take by the other.
    drop(probe::<T>(len)?);
    Ok(vec![T::default(); len])
}

/// Room for so many elements, to be dropped again: whether they could be had.
///
/// # Errors
/// [`ErrorKind::Memory`] if the system refuses.
pub(crate) fn probe<T>(len: usize) -> Result<Vec<T>> {
    let mut room = Vec::new();
    reserve_exact(&mut room, len)?;
    // An allocation that nobody looks at may be left out.
    Ok(std::hint::black_box(room))
}

fn asked<T>(len: usize, ask: impl FnOnce() -> std::result::Result<(), TryReserveError>) -> Result<()> {
    IS_ASKING.set(true);
    let answer = ask();
    IS_ASKING.set(false);
    answer.map_err(|_| refused(&format!("{} in one piece", Bytes(len.saturating_mul(size_of::<T>()) as u64))))
}

/// The error for memory that was refused, on one line: what was asked for, and what to do.
#[cold]
#[must_use]
pub(crate) fn refused(what: &str) -> Error {
    let advice = "close other programs, raise the limit that holds here, or use a machine with more memory";
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
        // More than an address space has; and more than a length can be.
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
