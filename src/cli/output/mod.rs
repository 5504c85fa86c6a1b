//! Where results go, and how no fault and no signal leaves half of them.
//!
//! A run says first what it reads and what it writes ([`guard`]); what it writes goes through one [`Transaction`]: every
//! file in full beside its destination, then all of them under their names, or none.

mod contents;
mod destination;
mod guard;
mod identity;
mod interrupt;
mod target;
mod temporary;
mod transaction;

pub(crate) use contents::endings;
pub(crate) use destination::Destination;
pub(crate) use guard::{Output, guard};
pub(crate) use identity::Identity;
pub(crate) use interrupt::listen;
pub(crate) use temporary::abandon;
pub(crate) use transaction::Transaction;
