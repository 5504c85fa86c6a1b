//! Flamegraphs: what to draw, and the formats in which other tools read stacks. One file each.

pub mod folded;
pub mod pprof;
pub mod speedscope;
pub mod svg;

use crate::base::Text;
use crate::picture::boxes::Boxes;
use crate::picture::timeline::Timeline;

/// The stacks of one thread, or of all together, as exports take them.
#[derive(Clone, Debug)]
pub struct Stacks<'a> {
    /// Whose stacks they are.
    pub name: &'a Text,
    /// The stacks.
    pub timeline: &'a Timeline,
    /// The same added up and within bounds.
    pub boxes: Boxes,
}
