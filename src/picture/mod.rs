//! Pictures of weighted stacks: what to draw where, in which color and with which text. They are values;
//! [`crate::report`] turns them into files.
//!
//! Stacks ([`crate::stacks`]) become [`boxes`] with positions, few enough to draw (in time order by [`timeline`], on
//! the clock of [`clock`]). [`flame`], [`delta`] and [`bands`] add labels and colors, [`axis`] the time.

pub mod axis;
pub mod bands;
pub mod boxes;
pub mod clock;
pub mod color;
pub mod delta;
pub mod embedded;
pub mod flame;
pub mod growth_graph;
pub(crate) mod label;
pub mod timeline;
pub mod words;

use color::Rgb;

/// A picture, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Its title.
    pub title: String,
    /// Facts, in one line below the title.
    pub notes: String,
    /// What the colors stand for.
    pub(crate) legend: Vec<(String, Rgb)>,
    /// What a box stands for: `Function`.
    pub(crate) noun: &'static str,
    /// The text of the root.
    pub root: String,
    /// The width of the root.
    pub total: u64,
    /// Whether the root is at the top.
    pub is_icicle: bool,
    /// Width in pixels; by default, that of the window.
    pub width_px: Option<u32>,
    /// Whether its width is time. Zooming then shows a span of time in all levels and threads, instead of what is above a
    /// box.
    pub(crate) is_timed: bool,
    /// The boxes, which do not overlap.
    pub boxes: Vec<PictureBox>,
}

/// A box of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureBox {
    /// Its level; 1 is directly above the root.
    pub depth: u32,
    /// Its start.
    pub start: u64,
    /// Its width.
    pub value: u64,
    /// Its text.
    pub label: String,
    /// More about it, without parentheses.
    pub detail: String,
    /// Its color.
    pub color: Rgb,
    /// How it is marked.
    pub mark: Option<Mark>,
}

/// Marks of boxes, besides color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// New.
    New,
    /// Not there any more.
    Gone,
    /// Stands for several boxes.
    Folded,
}
