//! Flamegraphs: what to draw, and the formats in which other tools read stacks. One file each.

pub mod bands;
pub mod color;
pub mod delta;
pub mod embedded;
pub mod folded;
pub mod label;
pub mod picture;
pub mod pprof;
pub mod speedscope;
pub mod svg;
pub mod words;

use crate::analysis::boxes::Boxes;
use crate::analysis::timeline::Timeline;
use crate::base::Text;

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
