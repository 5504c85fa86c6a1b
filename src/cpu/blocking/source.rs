//! Kinds that only the source code reveals: V8 has no frame for `JSON.parse`, sorting and the like; their time counts for the
//! function that calls them.

use crate::base::Text;
use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::kind::BlockKind;
use crate::stacks::{CallIx, FrameIx};
use rustc_hash::FxHashMap;

/// Gives the text of a 1-based line of a script, if it can be had.
pub(crate) type SourceLine<'a> = &'a dyn Fn(&Text, u32) -> Option<String>;

/// How many of a function's lines are looked at, those with most samples first.
const MAX_LINES: usize = 3;

/// What stands in a line, and what it means.
const SIGNS: [(&str, BlockKind); 15] = [
    ("JSON.parse(", BlockKind::Json),
    ("JSON.stringify(", BlockKind::Json),
    ("structuredClone(", BlockKind::StructuredClone),
    ("v8.deserialize(", BlockKind::StructuredClone),
    ("v8.serialize(", BlockKind::StructuredClone),
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

    /// What the hot lines of a function say, or those of the code that called it, such as a sort its comparison.
    pub(crate) fn look(&self, times: &Attribution, call: Option<CallIx>) -> Option<BlockKind> {
        let source = self.source?;
        let call = call?;
        let is_code = |call: &CallIx| times.frames.get(times.tree.frame(*call)).category.is_code();
        let caller = times.tree.parent(call).filter(is_code);
        let kind = |call: CallIx| {
            let frame = times.tree.frame(call);
            let url = &times.frames.get(frame).url;
            let lines = self.by_frame.get(&frame)?.iter().take(MAX_LINES);
            lines.filter_map(|(line, _)| source(url, *line)).find_map(|text| sign(&text))
        };
        kind(call).or_else(|| caller.and_then(kind).filter(|kind| *kind == BlockKind::Sort))
    }
}

fn sign(line: &str) -> Option<BlockKind> {
    SIGNS.iter().find(|(text, _)| line.contains(text)).map(|(_, kind)| *kind)
}
