//! Call-tree nodes in JSON: a list with ids of children or parents, or nested in each other.

use crate::base::{Result, StrIx};
use crate::format::pull::{First, Number, Pull};
use crate::format::raw_profile::{FunctionTable, NodeTable, RawFunction};

/// The nodes and functions of one profile, while they are read.
#[derive(Debug, Default)]
pub(crate) struct CallNodes {
    pub(crate) nodes: NodeTable,
    pub(crate) functions: FunctionTable,
}

#[derive(Clone, Copy)]
enum NodeKey {
    Id,
    CallFrame,
    HitCount,
    Children,
    Parent,
    PositionTicks,
    SelfSize,
    Frame(FrameKey),
}

#[derive(Clone, Copy)]
enum FrameKey {
    Name,
    Script,
    Url,
    Line,
    Column,
}

const NODE_KEYS: [(&[u8], NodeKey); 12] = [
    (b"id", NodeKey::Id),
    (b"callFrame", NodeKey::CallFrame),
    (b"hitCount", NodeKey::HitCount),
    (b"children", NodeKey::Children),
    (b"parent", NodeKey::Parent),
    (b"positionTicks", NodeKey::PositionTicks),
    (b"selfSize", NodeKey::SelfSize),
    // Before Chrome 58, the fields of the frame were in the node itself.
    (b"functionName", NodeKey::Frame(FrameKey::Name)),
    (b"scriptId", NodeKey::Frame(FrameKey::Script)),
    (b"url", NodeKey::Frame(FrameKey::Url)),
    (b"lineNumber", NodeKey::Frame(FrameKey::Line)),
    (b"columnNumber", NodeKey::Frame(FrameKey::Column)),
];

const FRAME_KEYS: [(&[u8], FrameKey); 5] = [
    (b"functionName", FrameKey::Name),
    (b"scriptId", FrameKey::Script),
    (b"url", FrameKey::Url),
    (b"lineNumber", FrameKey::Line),
    (b"columnNumber", FrameKey::Column),
];

/// A call frame, as far as it has been read.
#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    name: Option<StrIx>,
    url: Option<StrIx>,
    script: Option<StrIx>,
    line: Option<i32>,
    column: Option<i32>,
}

/// A node whose members are being read.
struct Open {
    node: u32,
    members: First,
    children: Option<First>,
    /// Frame fields in the node itself, 1-based.
    old_frame: Frame,
}

impl CallNodes {
    /// Reads an array of nodes.
    pub(crate) fn array(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut first = pull.array("an array of nodes")?;
        while pull.element(&mut first)? {
            self.node(pull)?;
        }
        Ok(())
    }

    /// Reads one node and all nodes nested in it. O(bytes), without recursion.
    pub(crate) fn node(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let first = self.nodes.len();
        let result = self.nested(pull);
        result.map_err(|e| e.in_place(format!("node {}", first.max(self.nodes.len().saturating_sub(1)))))
    }

    fn nested(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut open = vec![self.open(pull, None)?];
        while let Some(top) = open.last_mut() {
            if let Some(children) = &mut top.children {
                if !pull.element(children)? {
                    top.children = None;
                } else if pull.peek("a child")? == b'{' {
                    let parent = top.node;
                    open.push(self.open(pull, Some(parent))?);
                } else {
                    let offset = pull.offset();
                    let id = node_id(pull)?;
                    self.nodes.add_child(top.node, id).map_err(|e| e.at(offset))?;
                }
            } else if let Some(key) = pull.member(&mut top.members, &NODE_KEYS)? {
                self.member(pull, top, key)?;
            } else {
                if let Some(frame) = one_less(top.old_frame) {
                    let function = self.functions.function_of(frame);
                    self.nodes.set_function(top.node, function);
                }
                open.pop();
            }
        }
        Ok(())
    }

    fn open(&mut self, pull: &mut Pull<'_, '_>, parent: Option<u32>) -> Result<Open> {
        let offset = pull.offset();
        let members = pull.object("a node: `{`")?;
        let node = self.nodes.open(parent).map_err(|e| e.at(offset))?;
        Ok(Open { node, members, children: None, old_frame: Frame::default() })
    }

    fn member(&mut self, pull: &mut Pull<'_, '_>, top: &mut Open, key: Option<NodeKey>) -> Result<()> {
        let node = top.node;
        let offset = pull.offset();
        match key {
            Some(NodeKey::Id) => {
                let id = node_id(pull)?;
                self.nodes.set_id(node, id).map_err(|e| e.at(offset))
            }
            Some(NodeKey::Parent) => {
                if let Some(id) = pull.optional_number()? {
                    self.nodes.set_parent(node, id.rounded() as u64);
                }
                Ok(())
            }
            Some(NodeKey::HitCount) => {
                self.nodes.hit_count[node as usize] = pull.optional_number()?.map_or(0, as_u32);
                Ok(())
            }
            Some(NodeKey::SelfSize) => {
                let bytes = pull.number("a size")?.rounded();
                self.nodes.set_self_bytes(node, u64::try_from(bytes).unwrap_or(0));
                Ok(())
            }
            Some(NodeKey::Children) if pull.peek("children")? == b'[' => {
                top.children = Some(pull.array("children")?);
                Ok(())
            }
            Some(NodeKey::CallFrame) => {
                let function = call_frame(&mut self.functions, pull)?;
                self.nodes.set_function(node, function);
                Ok(())
            }
            Some(NodeKey::PositionTicks) if pull.peek("ticks")? == b'[' => self.position_ticks(pull, node),
            Some(NodeKey::Frame(key)) => frame_member(&mut self.functions, pull, key, &mut top.old_frame),
            _ => pull.skip(),
        }
    }

    fn position_ticks(&mut self, pull: &mut Pull<'_, '_>, node: u32) -> Result<()> {
        const KEYS: [(&[u8], bool); 2] = [(b"line", true), (b"ticks", false)];
        let mut all = pull.array("ticks")?;
        while pull.element(&mut all)? {
            let (mut line, mut ticks) = (0, 0);
            let mut members = pull.object("ticks of a line: `{`")?;
            while let Some(key) = pull.member(&mut members, &KEYS)? {
                match key {
                    Some(is_line) => {
                        let value = as_u32(pull.number("a number")?);
                        *(if is_line { &mut line } else { &mut ticks }) = value;
                    }
                    None => pull.skip()?,
                }
            }
            self.nodes.line_ticks.push((node, line, ticks));
        }
        Ok(())
    }
}

/// Reads a call frame and returns the number of its function.
pub(crate) fn call_frame(functions: &mut FunctionTable, pull: &mut Pull<'_, '_>) -> Result<u32> {
    pull.peek("a call frame: `{`")?;
    // A function is called from many places, and its frame is written in the same way each time. Bytes that were a
    // whole frame once are one whenever they occur again.
    let text = pull.until(b'}');
    let length = text.len();
    if let Some(function) = functions.seen_frame(text) {
        pull.pass(length);
        return Ok(function);
    }
    let text: Box<[u8]> = text.into();
    let start = pull.offset();
    let mut first = pull.object("a call frame: `{`")?;
    let mut frame = Frame::default();
    while let Some(key) = pull.member(&mut first, &FRAME_KEYS)? {
        match key {
            Some(key) => frame_member(functions, pull, key, &mut frame)?,
            None => pull.skip()?,
        }
    }
    let function = functions.function_of(frame);
    if pull.offset() - start == length as u64 {
        functions.remember_frame(text, function);
    }
    Ok(function)
}

fn frame_member(
    functions: &mut FunctionTable,
    pull: &mut Pull<'_, '_>,
    key: FrameKey,
    frame: &mut Frame,
) -> Result<()> {
    match key {
        FrameKey::Name => frame.name = Some(functions.text(pull.text("a function's name")?)),
        FrameKey::Url => frame.url = Some(functions.text(pull.text("a url")?)),
        FrameKey::Script => frame.script = Some(functions.text(pull.text_or_number("a script's id")?)),
        FrameKey::Line => frame.line = pull.optional_number()?.map(as_i32),
        FrameKey::Column => frame.column = pull.optional_number()?.map(as_i32),
    }
    Ok(())
}

impl FunctionTable {
    fn function_of(&mut self, frame: Frame) -> u32 {
        let function = RawFunction {
            name: frame.name.unwrap_or_else(|| self.text(b"")),
            url: frame.url.unwrap_or_else(|| self.text(b"")),
            script: frame.script.unwrap_or_else(|| self.text(b"0")),
            line: frame.line.unwrap_or(-1).max(-1),
            column: frame.column.unwrap_or(-1).max(-1),
        };
        self.function(function)
    }
}

fn node_id(pull: &mut Pull<'_, '_>) -> Result<u64> {
    Ok(pull.number("a node's id")?.rounded() as u64)
}

fn as_u32(number: Number) -> u32 {
    number.rounded().clamp(0, i64::from(u32::MAX)) as u32
}

fn as_i32(number: Number) -> i32 {
    number.rounded().clamp(-1, i64::from(i32::MAX - 1)) as i32
}

/// Converts a frame with 1-based lines and columns to 0-based ones; `None` if the frame is empty.
fn one_less(frame: Frame) -> Option<Frame> {
    let has_any = frame.name.is_some() || frame.url.is_some();
    has_any.then(|| Frame { line: frame.line.map(|l| l - 1), column: frame.column.map(|c| c - 1), ..frame })
}
