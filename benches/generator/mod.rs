//! Snapshot generator behind `cargo bench --bench generate`.
//!
//! Everything here is deterministic: the same size name always gives the same bytes, so that timings taken on
//! different machines or months apart describe the same work. [`heap`] makes realistic Node 24 heaps of any size,
//! [`shapes`] makes the degenerate graphs (very deep, very wide, cyclic) on which naive algorithms break down.

mod base;
mod calls;
mod engine;
mod format;
mod fragment;
mod heap;
mod maker;
mod plan;
mod rng;
mod shapes;
mod units_app;
mod units_code;
mod words;

use std::io;
use std::path::Path;

/// Names of the realistic sizes with their number of batches; the count was tuned so that the *before* file has
/// about the size that the name says.
const SIZES: [(&str, u32); 6] = [("5m", 1), ("50m", 11), ("150m", 33), ("300m", 66), ("1g", 210), ("2g4", 490)];

/// Which of the two captures of the same process is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    Before,
    After,
}

/// Every name that [`write`] accepts, in the order in which a usage text should list them.
pub(crate) fn known_names() -> Vec<&'static str> {
    let sizes = SIZES.iter().map(|(name, _)| *name);
    sizes.chain(shapes::NAMES).chain(calls::known_names()).collect()
}

/// Writes a CPU profile and returns its size in bytes; `None` if the name is a snapshot's.
pub(crate) fn write_profile(name: &str, path: &Path) -> Option<io::Result<u64>> {
    calls::write(name, path)
}

/// Writes one snapshot and returns its size in bytes.
pub(crate) fn write(name: &str, moment: Moment, path: &Path) -> io::Result<u64> {
    if let Some((_, batches)) = SIZES.iter().find(|(size, _)| *size == name) {
        return format::write(path, &heap::Heap::new(*batches, moment));
    }
    match shapes::by_name(name, moment) {
        Some(shape) => format::write(path, shape.as_ref()),
        None => Err(io::Error::new(io::ErrorKind::InvalidInput, "unknown size")),
    }
}
