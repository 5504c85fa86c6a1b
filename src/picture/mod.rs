//! Pictures of weighted stacks: what to draw where, in which color, and what it says. Values only: [`crate::report`] turns them
//! into files.
//!
//! Stacks ([`crate::stacks`]) become [`boxes`] with places, few enough to draw (in time order by [`timeline`], on the axis of
//! [`clock`]); [`flame`], [`delta`] and [`bands`] say what each box is called and how it looks.

pub mod bands;
pub mod boxes;
pub mod clock;
pub mod color;
pub mod delta;
pub mod embedded;
pub mod flame;
pub mod growth_graph;
pub mod label;
pub mod timeline;
pub mod words;

use color::Rgb;

/// A picture, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// Facts in one line below the title.
    pub notes: String,
    /// What colors stand for.
    pub(crate) legend: Vec<(String, Rgb)>,
    /// What one box is: `Function`.
    pub(crate) noun: &'static str,
    /// What the root says.
    pub root: String,
    /// The root's width.
    pub total: u64,
    /// Whether the root stands on top.
    pub is_icicle: bool,
    /// Width in pixels; without, that of the window.
    pub width_px: Option<u32>,
    /// Whether its levels are those of several threads one above the other: then a zoom shows a stretch of time in all of
    /// them, and not what stands on a box.
    pub(crate) has_bands: bool,
    /// The boxes; none lies over another.
    pub boxes: Vec<PictureBox>,
}

/// A box of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureBox {
    /// Its level, 1 on the root.
    pub depth: u32,
    /// Where it begins.
    pub start: u64,
    /// Its width.
    pub value: u64,
    /// What stands on it.
    pub label: String,
    /// What is said of it besides, without `(`.
    pub detail: String,
    /// Its color.
    pub color: Rgb,
    /// How it is marked.
    pub mark: Option<Mark>,
}

/// Boxes that look otherwise than by color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Not there before.
    New,
    /// Not there any more.
    Gone,
    /// Stands for several.
    Folded,
}
