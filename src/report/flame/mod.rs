//! Flamegraphs: what to draw, and the formats in which other tools read stacks. One file each.

pub mod color;
pub mod folded;
pub mod label;
pub mod picture;
pub mod pprof;
pub mod speedscope;
pub mod svg;
