//! Kinds that only the source code reveals: V8 has no frame for `JSON.parse`, sorting and the like; their time counts for the
//! function that calls them.

use crate::base::Text;
use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::cause::zlib_name_in;
use crate::cpu::blocking::kind::BlockKind;
use crate::stacks::{CallIx, FrameIx};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Gives the text of a 1-based line of a script, if it can be had.
pub(crate) type SourceLine<'a> = &'a dyn Fn(&Text, u32) -> Option<String>;

/// How many lines of a function are looked at.
const MAX_BODY_LINES: usize = 200;

/// What stands in a line, and what it means.
const SIGNS: [(&str, BlockKind); 16] = [
    ("JSON.parse(", BlockKind::Json),
    ("JSON.stringify(", BlockKind::Json),
    ("structuredClone(", BlockKind::StructuredClone),
    ("v8.deserialize(", BlockKind::StructuredClone),
    ("v8.serialize(", BlockKind::StructuredClone),
    (".postMessage(", BlockKind::StructuredClone),
    ("Atomics.wait(", BlockKind::Wait),
    (".sort(", BlockKind::Sort),
    (".toSorted(", BlockKind::Sort),
    (".match(", BlockKind::Regexp),
    (".matchAll(", BlockKind::Regexp),
    (".replace(/", BlockKind::Regexp),
    (".replaceAll(/", BlockKind::Regexp),
    (".search(/", BlockKind::Regexp),
    (".split(/", BlockKind::Regexp),
    ("/.test(", BlockKind::Regexp),
];

/// Where samples hit, by line.
pub(crate) struct Lines<'a> {
    by_frame: FxHashMap<FrameIx, Vec<(u32, u64)>>,
    source: Option<SourceLine<'a>>,
}

impl std::fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").field("by_frame", &self.by_frame).finish_non_exhaustive()
    }
}

impl<'a> Lines<'a> {
    /// The lines of all frames, those with most samples first. O(ticks log ticks).
    pub(crate) fn new(times: &Attribution, source: Option<SourceLine<'a>>) -> Self {
        let mut by_line: FxHashMap<(FrameIx, u32), u64> = FxHashMap::default();
        for (call, line, ticks) in &times.line_ticks {
            *by_line.entry((times.tree.frame(*call), *line)).or_default() += u64::from(*ticks);
        }
        let mut by_frame: FxHashMap<FrameIx, Vec<(u32, u64)>> = FxHashMap::default();
        for ((frame, line), ticks) in by_line {
            by_frame.entry(frame).or_default().push((line, ticks));
        }
        by_frame.values_mut().for_each(|lines| lines.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0))));
        Self { by_frame, source }
    }

    /// The line of a function with most samples.
    pub(crate) fn hottest(&self, frame: FrameIx) -> Option<u32> {
        self.by_frame.get(&frame)?.first().map(|(line, _)| *line)
    }

    /// What the line says that has most of a function's time in a stretch, or that of the code that called it, such as a sort
    /// its comparison. A line with less than half of the function's ticks says nothing.
    pub(crate) fn look(
        &self,
        times: &Attribution,
        by_call: &BTreeMap<CallIx, u64>,
        call: Option<CallIx>,
    ) -> Option<BlockKind> {
        let source = self.source?;
        let call = call?;
        let is_code = |call: &CallIx| times.frames.get(times.tree.frame(*call)).category.is_code();
        let caller = times.tree.parent(call).filter(is_code);
        let kind = |frame: FrameIx, is_seen: &dyn Fn(CallIx) -> bool| {
            let mut by_line: BTreeMap<u32, u64> = BTreeMap::new();
            for (call, line, ticks) in &times.line_ticks {
                if times.tree.frame(*call) == frame && is_seen(*call) {
                    *by_line.entry(*line).or_default() += u64::from(*ticks);
                }
            }
            let all: u64 = by_line.values().sum();
            let (line, _) = by_line.into_iter().find(|(_, ticks)| 2 * ticks > all)?;
            sign(&source(&times.frames.get(frame).url, line)?)
        };
        let own = kind(times.tree.frame(call), &|call| by_call.contains_key(&call));
        let of_caller = |caller: CallIx| kind(times.tree.frame(caller), &|call| call == caller);
        own.or_else(|| caller.and_then(of_caller).filter(|kind| *kind == BlockKind::Sort))
    }

    /// The only synchronous function of `node:zlib` that a function calls, by its source: the lines from its first on, until the
    /// next function begins that is known.
    pub(crate) fn zlib_name(&self, times: &Attribution, call: CallIx) -> Option<&'static str> {
        let source = self.source?;
        let frame = times.frames.get(times.tree.frame(call));
        let others = times.frames.iter().filter(|(_, other)| other.url == frame.url && other.line > frame.line);
        let next = others.map(|(_, other)| other.line).min().unwrap_or(u32::MAX);
        let lines =
            (frame.line..next.max(frame.line + 1)).take(MAX_BODY_LINES).map_while(|line| source(&frame.url, line));
        let mut names: Vec<&str> = lines.filter_map(|line| zlib_name_in(&line)).collect();
        names.dedup();
        if names.len() == 1 { names.pop() } else { None }
    }
}

fn sign(line: &str) -> Option<BlockKind> {
    SIGNS.iter().find(|(text, _)| line.contains(text)).map(|(_, kind)| *kind)
}
