//! The times of one or several threads as one tree: the source of all views of profiles.

use crate::base::Text;
use crate::cpu::attribution::{Attribution, LongGaps};
use crate::format::{ProfileKind, Thread};
use crate::stacks::choice::CallMap;
use crate::stacks::frames::FrameMerger;
use crate::stacks::merge::merge_calls;
use crate::stacks::{CallIx, CallTree, Category, Frame, FrameIx, FrameKind, Measured, Unit, WeightedTree};

/// What is known of one thread besides its tree.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ThreadTime {
    /// The thread.
    pub thread: Thread,
    /// When its profile begins, in microseconds of the writer's clock.
    pub start_us: i64,
    /// From its start to its end.
    pub duration_us: u64,
    /// The part that belongs to no sample.
    pub no_samples_us: u64,
    /// Time of `(idle)`, in the tree's unit.
    pub idle_value: u64,
    /// Time of garbage collection, in the tree's unit.
    pub gc_value: u64,
    /// Samples.
    pub sample_count: u64,
    /// The middle of all intervals between samples.
    pub median_interval_us: u64,
    /// What a sample of running code stands for: more than the median where the sampler was held up.
    pub sample_us: u64,
    /// `(program)` samples that became the stack before them.
    pub repaired_count: u64,
    /// Whether the runtime writes no idle samples, so that long intervals were cut.
    pub is_capped: bool,
    /// Time that was cut so.
    pub capped_us: u64,
    /// Long intervals that stayed with their owner.
    pub long_gaps: LongGaps,
    /// Samples that were out of order.
    pub out_of_order_count: u64,
    /// Whether the file has no times, so that hits were counted.
    pub lacks_times: bool,
    /// Whether the values are those of the file, which says itself how much each call cost.
    pub is_summed: bool,
    /// What is odd about the file.
    pub warnings: Vec<String>,
}

/// Calls and what they cost.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallTimes {
    /// What the samples count.
    pub kind: ProfileKind,
    /// The stacks and what they cost; with several threads each has a call of its own below the root, unless they were merged.
    pub stacks: WeightedTree,
    /// (call, 1-based line, samples), approximate.
    pub line_ticks: Vec<(CallIx, u32, u32)>,
    /// The threads, in the order given.
    pub threads: Vec<ThreadTime>,
}

impl CallTimes {
    /// The same after a step that changes the stacks, and what became of each call. Lines stay with calls that stand for the
    /// same function. O(calls).
    #[must_use]
    pub fn after(self, step: impl FnOnce(WeightedTree) -> (WeightedTree, CallMap)) -> (Self, CallMap) {
        let before: Vec<Frame> = self.line_ticks.iter().map(|(call, ..)| frame(&self.stacks, *call).clone()).collect();
        let (stacks, map) = step(self.stacks);
        let moved = |((call, line, ticks), before): ((CallIx, u32, u32), Frame)| {
            let now = map.of(call)?;
            (*frame(&stacks, now) == before).then_some((now, line, ticks))
        };
        let line_ticks = self.line_ticks.into_iter().zip(before).filter_map(moved).collect();
        (Self { stacks, line_ticks, ..self }, map)
    }
}

fn frame(stacks: &WeightedTree, call: CallIx) -> &Frame {
    stacks.frames.get(stacks.tree.frame(call))
}

/// Puts the trees of several threads together. With `by_thread`, each hangs below a call that names it, if there are
/// several; without, equal stacks of different threads are one. O(calls).
///
/// The attributions must count the same; what counts something else than the first is left out.
#[must_use]
pub fn together(attributions: Vec<Attribution>, by_thread: bool) -> Option<CallTimes> {
    let first = attributions.first()?;
    let (kind, unit) = (first.kind, first.unit);
    let mut parts: Vec<(ThreadTime, Part)> =
        attributions.into_iter().filter(|part| part.kind == kind && part.unit == unit).map(part).collect();
    if parts.len() == 1 {
        let (thread, part) = parts.remove(0);
        return Some(CallTimes { kind, stacks: part.stacks, line_ticks: part.line_ticks, threads: vec![thread] });
    }
    let mut builder = Builder::default();
    for (thread, part) in &parts {
        builder.add(part, by_thread.then(|| thread_label(&thread.thread)));
    }
    let threads = parts.into_iter().map(|(thread, _)| thread).collect();
    Some(builder.finish(kind, unit, threads))
}

/// A thread in words: `worker 3 of process 77`.
#[must_use]
pub(crate) fn thread_label(thread: &Thread) -> Text {
    let of = match (&thread.name, thread.thread_id) {
        (Some(name), _) => name.clone(),
        (None, Some(0)) => "main thread".into(),
        (None, Some(id)) => format!("thread {id}").into(),
        (None, None) => "thread".into(),
    };
    match thread.process_id {
        Some(process) => Text::concat(&[of.as_bytes(), format!(" of process {process}").as_bytes()]),
        None => of,
    }
}

fn thread_time(part: &Attribution, stacks: &WeightedTree) -> ThreadTime {
    ThreadTime {
        thread: part.thread.clone(),
        start_us: part.start_us,
        duration_us: part.duration_us,
        no_samples_us: part.no_samples_us,
        idle_value: stacks.self_of(Category::Idle),
        gc_value: stacks.self_of(Category::Gc),
        sample_count: part.sample_count,
        median_interval_us: part.median_interval_us,
        sample_us: part.sample_us,
        repaired_count: part.repaired.len() as u64,
        is_capped: part.is_capped,
        capped_us: part.capped_us,
        long_gaps: part.long_gaps,
        out_of_order_count: part.out_of_order_count,
        lacks_times: part.lacks_times,
        is_summed: part.is_summed,
        warnings: part.warnings.clone(),
    }
}

/// A thread's stacks, and its lines.
struct Part {
    stacks: WeightedTree,
    line_ticks: Vec<(CallIx, u32, u32)>,
}

fn measured(kind: ProfileKind) -> Measured {
    match kind {
        ProfileKind::Cpu => Measured::Cpu,
        ProfileKind::Allocations => Measured::Allocations,
    }
}

/// Takes the stacks out of a thread's attribution.
fn part(mut of: Attribution) -> (ThreadTime, Part) {
    let (measured, unit) = (measured(of.kind), of.unit);
    let (frames, self_value) = (std::mem::take(&mut of.frames), std::mem::take(&mut of.self_value));
    let tree = std::mem::replace(&mut of.tree, CallTree::root(FrameIx::default()));
    let stacks = WeightedTree { measured, unit, frames, tree, self_value };
    (thread_time(&of, &stacks), Part { stacks, line_ticks: of.line_ticks })
}

/// Nodes of several trees under one root, before equal ones are joined.
#[derive(Default)]
struct Builder {
    merger: FrameMerger,
    parent: Vec<u32>,
    frame: Vec<FrameIx>,
    value: Vec<u64>,
    ticks: Vec<(CallIx, u32, u32)>,
}

impl Builder {
    fn push(&mut self, parent: u32, frame: FrameIx, value: u64) -> u32 {
        self.parent.push(parent);
        self.frame.push(frame);
        self.value.push(value);
        self.parent.len() as u32 - 1
    }

    fn add(&mut self, part: &Part, thread: Option<Text>) {
        if self.parent.is_empty() {
            let root = self.merger.add(&Frame::meta(FrameKind::Root, "(root)"));
            self.push(0, root, 0);
        }
        let below = match thread {
            Some(label) => {
                let frame = self.merger.add(&Frame::meta(FrameKind::Thread, &label));
                self.push(0, frame, 0)
            }
            None => 0,
        };
        let frame_of: Vec<FrameIx> = part.stacks.frames.iter().map(|(_, frame)| self.merger.add(frame)).collect();
        let mut node_of = Vec::with_capacity(part.stacks.tree.len());
        for call in part.stacks.tree.calls() {
            let value = part.stacks.self_value[call.ix()];
            let node = match part.stacks.tree.parent(call) {
                None => {
                    self.value[below as usize] += value;
                    below
                }
                Some(parent) => self.push(node_of[parent.ix()], frame_of[part.stacks.tree.frame(call).ix()], value),
            };
            node_of.push(node);
        }
        self.ticks.extend(
            part.line_ticks.iter().map(|(call, line, ticks)| (CallIx::from_raw(node_of[call.ix()]), *line, *ticks)),
        );
    }

    fn finish(self, kind: ProfileKind, unit: Unit, threads: Vec<ThreadTime>) -> CallTimes {
        let Self { merger, parent, frame, value, ticks } = self;
        let merged = merge_calls(&parent, |node| frame[node as usize], merger.frames.len());
        let mut self_value = vec![0; merged.tree.len()];
        merged.call_of.iter().zip(&value).for_each(|(call, value)| self_value[*call as usize] += value);
        let line_ticks =
            ticks.iter().map(|(node, line, n)| (CallIx::from_raw(merged.call_of[node.ix()]), *line, *n)).collect();
        let (measured, frames, tree) = (measured(kind), merger.frames, merged.tree);
        CallTimes { kind, stacks: WeightedTree { measured, unit, frames, tree, self_value }, line_ticks, threads }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::CallTimes;
    use crate::base::Text;
    use crate::format::ProfileKind;
    use crate::stacks::{CallTree, Frame, FrameIx, Frames, Measured, Unit, WeightedTree};

    /// Calls as (caller, name, line, own value); the root is call 0.
    pub(crate) fn times(calls: &[(u32, &str, u32, u64)]) -> CallTimes {
        let mut frames = Frames::default();
        frames.push(Frame::new(Text::from("(root)"), Text::default(), Text::from("0"), 0, 0));
        let url = |name: &str| Text::from(if name.is_empty() { "" } else { "file:///srv/app/a.js" });
        for (_, name, line, _) in calls {
            frames.push(Frame::new(Text::from(*name), url(name), Text::from("1"), *line, 1));
        }
        let parents = [0].into_iter().chain(calls.iter().map(|(caller, ..)| *caller)).collect();
        let tree = CallTree::from_columns(parents, (0..=calls.len() as u32).map(FrameIx::from_raw).collect());
        let self_value = [0].into_iter().chain(calls.iter().map(|(.., value)| *value)).collect();
        let stacks = WeightedTree { measured: Measured::Cpu, unit: Unit::Micros, frames, tree, self_value };
        CallTimes { kind: ProfileKind::Cpu, stacks, line_ticks: Vec::new(), threads: Vec::new() }
    }
}
