//! Where results go, and how neither errors nor signals leave half of them behind.
//!
//! A run first states what it reads and writes ([`guard`]). Everything it writes goes through one [`Transaction`]: each
//! file is written in full beside its destination, then all are renamed, or none.

mod contents;
mod destination;
mod guard;
mod identity;
mod interrupt;
mod line_guard;
mod target;
mod temporary;
mod transaction;

pub(crate) use destination::Destination;
pub(crate) use guard::{Output, guard};
pub(crate) use identity::Identity;
pub(crate) use interrupt::listen;
pub(crate) use temporary::abandon;
pub(crate) use transaction::Transaction;
