//! Frames: the functions that calls refer to.

use crate::base::Text;
use crate::stacks::FrameIx;
use crate::stacks::FrameKind;
use crate::stacks::packages::{Category, Package, package_of};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// Its kind.
    pub kind: FrameKind,
    /// Its name as in the file, often empty.
    pub name: Text,
    /// URL or path of the script; empty if there is none.
    pub url: Text,
    /// Id of the script if it has no URL, to tell such functions apart; otherwise empty.
    pub script: Text,
    /// 1-based line, 0 if unknown.
    pub line: u32,
    /// 1-based column, 0 if unknown.
    pub column: u32,
    /// The category of its code.
    pub category: Category,
    /// The package that it belongs to.
    pub package: Package,
}

/// A location in code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CodeLocation {
    /// URL or path of the script.
    pub url: Text,
    /// 1-based line.
    pub line: u32,
    /// 1-based column.
    pub column: u32,
}

impl Frame {
    /// A frame from the data in a file. Category and package are derived.
    #[must_use]
    pub fn new(name: Text, url: Text, script: Text, line: u32, column: u32) -> Self {
        let has_url = !url.as_bytes().is_empty();
        let script = if has_url { Text::default() } else { script };
        let kind = match name.as_bytes() {
            _ if has_url => FrameKind::Function,
            b"(root)" => FrameKind::Root,
            b"(program)" => FrameKind::Program,
            b"(idle)" => FrameKind::Idle,
            b"(garbage collector)" => FrameKind::GarbageCollector,
            _ => FrameKind::Function,
        };
        let (category, package) = package_of(kind, &name, &url, &script);
        Self { kind, name, url, script, line, column, category, package }
    }

    /// A frame that does not stand for a function.
    #[must_use]
    pub fn meta(kind: FrameKind, name: impl Into<Text>) -> Self {
        let name = name.into();
        let (category, package) = package_of(kind, &name, &Text::default(), &Text::default());
        Self { kind, name, url: Text::default(), script: Text::default(), line: 0, column: 0, category, package }
    }

    /// The name to show: `(anonymous)` for functions without a name, `(module)` for the top level of a module.
    #[must_use]
    pub fn display_name(&self) -> Text {
        if !self.name.as_bytes().is_empty() {
            return self.name.clone();
        }
        let is_top_level = self.line <= 1 && self.column <= 1 && !self.url.as_bytes().is_empty();
        Text::from(if is_top_level { "(module)" } else { "(anonymous)" })
    }

    /// Its location, if it has a URL.
    #[must_use]
    pub fn location(&self) -> Option<CodeLocation> {
        let has_url = !self.url.as_bytes().is_empty();
        has_url.then(|| CodeLocation { url: self.url.clone(), line: self.line, column: self.column })
    }

    /// Whether it is the user's own code, and not the runtime, a dependency or the engine.
    #[must_use]
    pub fn is_mine(&self) -> bool {
        matches!(self.category, Category::App | Category::Eval)
    }
}

/// The frames of one or more profiles, without duplicates.
#[derive(Clone, Debug, Default)]
pub struct Frames {
    frames: Vec<Frame>,
}

impl Frames {
    /// Number of frames.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// A frame.
    #[must_use]
    pub fn get(&self, frame: FrameIx) -> &Frame {
        &self.frames[frame.ix()]
    }

    /// All frames and their indices.
    pub fn iter(&self) -> impl Iterator<Item = (FrameIx, &Frame)> {
        self.frames.iter().enumerate().map(|(i, frame)| (FrameIx::from_raw(i as u32), frame))
    }

    /// Appends a frame without checking for duplicates.
    pub fn push(&mut self, frame: Frame) -> FrameIx {
        self.frames.push(frame);
        FrameIx::from_raw(self.frames.len() as u32 - 1)
    }

    /// The frame of a kind other than a function, added if necessary.
    pub fn meta(&mut self, kind: FrameKind, name: &str) -> FrameIx {
        let found = self.frames.iter().position(|frame| frame.kind == kind && frame.name.as_bytes() == name.as_bytes());
        found.map_or_else(|| self.push(Frame::meta(kind, name)), |at| FrameIx::from_raw(at as u32))
    }
}

/// Adds frames without duplicates: frames are equal if they have the same name, URL, line and column and, without a
/// URL, the same script.
#[derive(Clone, Debug, Default)]
pub(crate) struct FrameMerger {
    /// The frames added so far.
    pub frames: Frames,
    known: FxHashMap<Key, FrameIx>,
}

type Key = (FrameKind, Text, Text, Text, u32, u32);

impl FrameMerger {
    /// Adds a frame if it is new, and returns its index.
    pub(crate) fn add(&mut self, frame: &Frame) -> FrameIx {
        let key = (frame.kind, frame.name.clone(), frame.url.clone(), frame.script.clone(), frame.line, frame.column);
        let frames = &mut self.frames;
        *self.known.entry(key).or_insert_with(|| frames.push(frame.clone()))
    }
}
