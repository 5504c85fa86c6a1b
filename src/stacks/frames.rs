//! Frames: functions as calls refer to them.

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
    /// What it is.
    pub kind: FrameKind,
    /// Its name as the file has it, often empty.
    pub name: Text,
    /// The script's url or path; empty if it has none.
    pub url: Text,
    /// The script's id where there is no url, to tell functions without urls apart; else empty.
    pub script: Text,
    /// 1-based line, 0 if unknown.
    pub line: u32,
    /// 1-based column, 0 if unknown.
    pub column: u32,
    /// What kind of code it is.
    pub category: Category,
    /// Whose code it is.
    pub package: Package,
}

/// Where a function stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CodeLocation {
    /// The script's url or path.
    pub url: Text,
    /// 1-based line.
    pub line: u32,
    /// 1-based column.
    pub column: u32,
}

impl Frame {
    /// A frame from what a file says; category and package follow.
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

    /// A frame that stands for something else than a function.
    #[must_use]
    pub fn meta(kind: FrameKind, name: impl Into<Text>) -> Self {
        let name = name.into();
        let (category, package) = package_of(kind, &name, &Text::default(), &Text::default());
        Self { kind, name, url: Text::default(), script: Text::default(), line: 0, column: 0, category, package }
    }

    /// The name to show: `(anonymous)` for a function without, `(module)` for a module's top level.
    #[must_use]
    pub fn display_name(&self) -> Text {
        if !self.name.as_bytes().is_empty() {
            return self.name.clone();
        }
        let is_top_level = self.line <= 1 && self.column <= 1 && !self.url.as_bytes().is_empty();
        Text::from(if is_top_level { "(module)" } else { "(anonymous)" })
    }

    /// Where it stands, if it has a url.
    #[must_use]
    pub fn location(&self) -> Option<CodeLocation> {
        let has_url = !self.url.as_bytes().is_empty();
        has_url.then(|| CodeLocation { url: self.url.clone(), line: self.line, column: self.column })
    }

    /// Whether this is code of the user's own: not the runtime, a dependency, or the engine.
    #[must_use]
    pub fn is_mine(&self) -> bool {
        matches!(self.category, Category::App | Category::Eval)
    }
}

/// All frames of one or several profiles, each once.
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

    /// All frames with their index.
    pub fn iter(&self) -> impl Iterator<Item = (FrameIx, &Frame)> {
        self.frames.iter().enumerate().map(|(i, frame)| (FrameIx::from_raw(i as u32), frame))
    }

    /// Appends a frame without looking whether it is there.
    pub fn push(&mut self, frame: Frame) -> FrameIx {
        self.frames.push(frame);
        FrameIx::from_raw(self.frames.len() as u32 - 1)
    }

    /// The frame of a kind that is no function, added if need be.
    pub fn meta(&mut self, kind: FrameKind, name: &str) -> FrameIx {
        let found = self.frames.iter().position(|frame| frame.kind == kind && frame.name.as_bytes() == name.as_bytes());
        found.map_or_else(|| self.push(Frame::meta(kind, name)), |at| FrameIx::from_raw(at as u32))
    }
}

/// Adds frames that are not there yet: the same name, url, line and column, and without url the same script, are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct FrameMerger {
    /// The frames so far.
    pub frames: Frames,
    known: FxHashMap<Key, FrameIx>,
}

type Key = (FrameKind, Text, Text, Text, u32, u32);

impl FrameMerger {
    /// The index of a frame.
    pub(crate) fn add(&mut self, frame: &Frame) -> FrameIx {
        let key = (frame.kind, frame.name.clone(), frame.url.clone(), frame.script.clone(), frame.line, frame.column);
        let frames = &mut self.frames;
        *self.known.entry(key).or_insert_with(|| frames.push(frame.clone()))
    }
}
