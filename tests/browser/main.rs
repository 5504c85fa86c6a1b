//! What is made for a browser, in a browser: see `tests/common/browser.rs` for what that takes. Screenshots of what the
//! tests saw are in `target/tmp/screenshots`, for people to look at.

#[path = "../common/mod.rs"]
mod common;
mod flame;
mod harness;
mod report;
