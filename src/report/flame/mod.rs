//! Flamegraphs: what to draw, and export formats for other tools, one file each.

pub mod folded;
pub mod pprof;
pub mod speedscope;
pub mod svg;

use crate::base::Text;
use crate::picture::boxes::Boxes;
use crate::picture::timeline::Timeline;

/// The stacks of one thread, or of all threads merged, for exports.
#[derive(Clone, Debug)]
pub struct Stacks<'a> {
    /// The name of the thread.
    pub name: &'a Text,
    /// The stacks.
    pub timeline: &'a Timeline,
    /// The stacks merged and within limits.
    pub boxes: Boxes,
}
