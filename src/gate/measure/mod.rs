//! Turns results of other layers into metrics: one file per source.

pub(crate) mod blocking;
pub(crate) mod classes;
pub(crate) mod emitters;
pub(crate) mod heap;
pub(crate) mod holders;
pub(crate) mod packages;
pub(crate) mod profile;
pub(crate) mod snapshots;
