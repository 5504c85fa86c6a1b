//! heapdiff
pub mod base;
pub mod format;
