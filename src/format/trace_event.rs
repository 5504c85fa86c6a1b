//! One event of a Chrome trace, as far as it concerns CPU profiles.

use crate::base::Result;
use crate::format::call_nodes::{CallNodes, call_frame};
use crate::format::pull::{Number, Pull};
use crate::format::raw_profile::{FunctionTable, NodeTable};
use crate::format::times::Times;

/// The kind of an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EventKind {
    /// Irrelevant.
    #[default]
    Other,
    /// Names a thread.
    ThreadName,
    /// Begins a profile.
    Profile,
    /// Continues a profile.
    Chunk,
    /// A task of an event loop.
    Task,
    /// A whole profile in one event: `CpuProfile`, as saved by older versions of DevTools.
    Whole,
}

/// A node, as in a chunk.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChunkNode {
    pub(crate) id: Option<u64>,
    pub(crate) parent: Option<u64>,
    pub(crate) function: Option<u32>,
    pub(crate) hit_count: u32,
}

/// An event. The value is reused for the next event, so that its lists keep their memory.
#[derive(Debug, Default)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    is_named: bool,
    pub(crate) process: u64,
    pub(crate) thread: u64,
    pub(crate) at_us: i64,
    /// How long it took, for events that have a beginning and an end.
    pub(crate) duration_us: Option<i64>,
    pub(crate) id: Vec<u8>,
    pub(crate) thread_name: Vec<u8>,
    /// Rank of the profile's source; see `SOURCES`.
    pub(crate) source: u8,
    pub(crate) nodes: Vec<ChunkNode>,
    /// (position in `nodes`, id of a child).
    pub(crate) children: Vec<(u32, u64)>,
    /// A nested tree, in the old format.
    pub(crate) head: Option<NodeTable>,
    /// Ids of nodes.
    pub(crate) samples: Vec<u64>,
    pub(crate) lines: Vec<u32>,
    pub(crate) times: Times,
    pub(crate) start: Option<f64>,
    pub(crate) end: Option<f64>,
}

#[derive(Clone, Copy)]
enum Key {
    Name,
    Process,
    Thread,
    Time,
    Duration,
    Id,
    Id2,
    Args,
}

const KEYS: [(&[u8], Key); 8] = [
    (b"name", Key::Name),
    (b"pid", Key::Process),
    (b"tid", Key::Thread),
    (b"ts", Key::Time),
    (b"dur", Key::Duration),
    (b"id", Key::Id),
    (b"id2", Key::Id2),
    (b"args", Key::Args),
];

/// Keys of `args`, of its `data`, and of the `cpuProfile` in that. Each is accepted on all levels, because writers
/// differ in where they put the times.
#[derive(Clone, Copy)]
enum DataKey {
    Inner,
    Name,
    Source,
    Nodes,
    Head,
    Samples,
    Deltas,
    Timestamps,
    Lines,
    Start,
    End,
}

const DATA_KEYS: [(&[u8], DataKey); 12] = [
    (b"data", DataKey::Inner),
    (b"cpuProfile", DataKey::Inner),
    (b"name", DataKey::Name),
    (b"source", DataKey::Source),
    (b"nodes", DataKey::Nodes),
    (b"head", DataKey::Head),
    (b"samples", DataKey::Samples),
    (b"timeDeltas", DataKey::Deltas),
    (b"timestamps", DataKey::Timestamps),
    (b"lines", DataKey::Lines),
    (b"startTime", DataKey::Start),
    (b"endTime", DataKey::End),
];

#[derive(Clone, Copy)]
enum NodeKey {
    Id,
    Parent,
    CallFrame,
    HitCount,
    Children,
}

const NODE_KEYS: [(&[u8], NodeKey); 5] = [
    (b"id", NodeKey::Id),
    (b"parent", NodeKey::Parent),
    (b"callFrame", NodeKey::CallFrame),
    (b"hitCount", NodeKey::HitCount),
    (b"children", NodeKey::Children),
];

/// Who started the profile, best first: tracing itself, DevTools, the page.
const SOURCES: [&[u8]; 3] = [b"Internal", b"Inspector", b"SelfProfiling"];

impl Event {
    fn clear(&mut self) {
        let Self { id, thread_name, nodes, children, samples, lines, .. } = std::mem::take(self);
        *self = Self { id, thread_name, nodes, children, samples, lines, ..Self::default() };
        self.source = 1;
        self.id.clear();
        self.thread_name.clear();
        self.nodes.clear();
        self.children.clear();
        self.samples.clear();
        self.lines.clear();
    }

    /// Reads an event. Arguments may come before the name; for irrelevant events, reading them was unnecessary.
    pub(crate) fn read(&mut self, pull: &mut Pull<'_, '_>, functions: &mut FunctionTable) -> Result<()> {
        self.clear();
        let mut members = pull.object("an event: `{`")?;
        while let Some(key) = pull.member(&mut members, &KEYS)? {
            match key {
                Some(Key::Name) if pull.peek("a name")? == b'"' => {
                    self.is_named = true;
                    self.kind = kind(pull.text("a name")?);
                }
                Some(Key::Process) => self.process = unsigned(pull)?,
                Some(Key::Thread) => self.thread = unsigned(pull)?,
                Some(Key::Time) => self.at_us = pull.optional_number()?.map_or(0, Number::rounded),
                Some(Key::Duration) => self.duration_us = pull.optional_number()?.map(Number::rounded),
                Some(Key::Id) => self.read_id(pull)?,
                Some(Key::Id2) if pull.peek("an id")? == b'{' => {
                    const SCOPES: [(&[u8], ()); 2] = [(b"local", ()), (b"global", ())];
                    let mut scopes = pull.object("`{`")?;
                    while let Some(scope) = pull.member(&mut scopes, &SCOPES)? {
                        match scope {
                            Some(()) => self.read_id(pull)?,
                            None => pull.skip()?,
                        }
                    }
                }
                Some(Key::Args) if !matches!(self.kind, EventKind::Other | EventKind::Task) || !self.is_named => {
                    self.args(pull, functions)?;
                }
                _ => pull.skip()?,
            }
        }
        Ok(())
    }

    fn read_id(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        if !matches!(pull.peek("an id")?, b'"' | b'-' | b'0'..=b'9') {
            return pull.skip();
        }
        let id = pull.text_or_number("an id")?;
        self.id.clear();
        self.id.extend_from_slice(id);
        Ok(())
    }

    fn args(&mut self, pull: &mut Pull<'_, '_>, functions: &mut FunctionTable) -> Result<()> {
        if pull.peek("arguments")? != b'{' {
            return pull.skip();
        }
        let mut open = vec![pull.object("`{`")?];
        while let Some(top) = open.last_mut() {
            let Some(key) = pull.member(top, &DATA_KEYS)? else {
                open.pop();
                continue;
            };
            match (key, pull.peek("a value")?) {
                // `args`, `data` and `cpuProfile`, but not deeper.
                (Some(DataKey::Inner), b'{') if open.len() < 3 => open.push(pull.object("`{`")?),
                (Some(key), first) => self.datum(pull, functions, key, first)?,
                (None, _) => pull.skip()?,
            }
        }
        Ok(())
    }

    fn datum(&mut self, pull: &mut Pull<'_, '_>, functions: &mut FunctionTable, key: DataKey, first: u8) -> Result<()> {
        match (key, first) {
            (DataKey::Name, b'"') => self.thread_name = pull.text("a name")?.to_vec(),
            (DataKey::Source, b'"') => {
                let source = pull.text("a source")?;
                self.source = SOURCES.iter().position(|known| *known == source).unwrap_or(SOURCES.len()) as u8;
            }
            (DataKey::Nodes, b'[') => {
                let mut nodes = pull.array("nodes")?;
                while pull.element(&mut nodes)? {
                    self.node(pull, functions)?;
                }
            }
            (DataKey::Head, b'{') => {
                let mut calls = CallNodes { functions: std::mem::take(functions), ..CallNodes::default() };
                let result = calls.node(pull);
                *functions = calls.functions;
                self.head = Some(calls.nodes);
                result?;
            }
            (DataKey::Samples, b'[') => numbers(pull, |id| self.samples.push(id.rounded() as u64))?,
            (DataKey::Lines, b'[') => numbers(pull, |line| self.lines.push(as_u32(line)))?,
            (DataKey::Deltas, b'[') => numbers(pull, |delta| self.times.push_delta(delta))?,
            (DataKey::Timestamps, b'[') if self.head.is_some() => self.times.read_timestamps(pull)?,
            (DataKey::Start, _) => self.start = pull.optional_number()?.map(Number::float),
            (DataKey::End, _) => self.end = pull.optional_number()?.map(Number::float),
            _ => pull.skip()?,
        }
        Ok(())
    }

    fn node(&mut self, pull: &mut Pull<'_, '_>, functions: &mut FunctionTable) -> Result<()> {
        let mut node = ChunkNode::default();
        let at = self.nodes.len() as u32;
        let mut members = pull.object("a node: `{`")?;
        while let Some(key) = pull.member(&mut members, &NODE_KEYS)? {
            match (key, pull.peek("a value")?) {
                (Some(NodeKey::Id), _) => node.id = Some(pull.number("a node's id")?.rounded() as u64),
                (Some(NodeKey::Parent), _) => node.parent = pull.optional_number()?.map(|id| id.rounded() as u64),
                (Some(NodeKey::HitCount), _) => node.hit_count = pull.optional_number()?.map_or(0, as_u32),
                (Some(NodeKey::CallFrame), b'{') => node.function = Some(call_frame(functions, pull)?),
                (Some(NodeKey::Children), b'[') => {
                    numbers(pull, |id| self.children.push((at, id.rounded() as u64)))?;
                }
                _ => pull.skip()?,
            }
        }
        self.nodes.push(node);
        Ok(())
    }
}

fn kind(name: &[u8]) -> EventKind {
    match name {
        b"thread_name" => EventKind::ThreadName,
        b"Profile" => EventKind::Profile,
        b"ProfileChunk" => EventKind::Chunk,
        b"CpuProfile" => EventKind::Whole,
        b"RunTask" | b"ThreadControllerImpl::RunTask" => EventKind::Task,
        _ => EventKind::Other,
    }
}

/// Calls `take` with all numbers of an array; other elements are skipped.
fn numbers(pull: &mut Pull<'_, '_>, mut take: impl FnMut(Number)) -> Result<()> {
    let mut elements = pull.array("numbers")?;
    while pull.element(&mut elements)? {
        if let Some(number) = pull.optional_number()? {
            take(number);
        }
    }
    Ok(())
}

/// A number; Hermes writes ids of threads as texts.
fn unsigned(pull: &mut Pull<'_, '_>) -> Result<u64> {
    if pull.peek("an id")? == b'"' {
        let id = std::str::from_utf8(pull.text("an id")?).ok().and_then(|id| id.parse().ok());
        return Ok(id.unwrap_or(0));
    }
    Ok(pull.optional_number()?.map_or(0, |number| u64::try_from(number.rounded()).unwrap_or(0)))
}

fn as_u32(number: Number) -> u32 {
    number.rounded().clamp(0, i64::from(u32::MAX)) as u32
}
