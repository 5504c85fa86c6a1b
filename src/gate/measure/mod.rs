//! Turns results of other layers into metrics: one file per source.

pub mod blocking;
pub mod classes;
pub mod emitters;
pub mod heap;
pub mod holders;
pub mod packages;
pub mod profile;
pub mod snapshots;
