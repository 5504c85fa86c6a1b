//! The times of one or several threads as one tree: what all views of profiles are made from.

use crate::analysis::attribution::{Attribution, LongGaps, Unit};
use crate::base::Text;
use crate::format::{ProfileKind, Thread};
use crate::profile::build::merge_calls;
use crate::profile::frames::FrameMerger;
use crate::profile::tree::FrameValue;
use crate::profile::{CallIx, CallTree, Category, Frame, FrameIx, FrameKind, Frames};

/// What is known of one thread besides its tree.
#[derive(Clone, Debug)]
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
    /// What is odd about the file.
    pub warnings: Vec<String>,
}

/// Calls and what they cost.
///
/// Invariants: `self_value` has one entry per call; no two children of a call have the same frame.
#[derive(Clone, Debug)]
pub struct CallTimes {
    /// What the samples count.
    pub kind: ProfileKind,
    /// The unit of all values.
    pub unit: Unit,
    /// The functions.
    pub frames: Frames,
    /// Who called whom; with several threads each has a call of its own below the root, unless they were merged.
    pub tree: CallTree,
    /// Each call's own value.
    pub self_value: Vec<u64>,
    /// (call, 1-based line, samples), approximate.
    pub line_ticks: Vec<(CallIx, u32, u32)>,
    /// The threads, in the order given.
    pub threads: Vec<ThreadTime>,
}

impl CallTimes {
    /// Sum of all values.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.self_value.iter().sum()
    }

    /// Self and total of each frame. O(calls + frames).
    #[must_use]
    pub fn by_frame(&self) -> Vec<FrameValue> {
        self.tree.by_frame(self.frames.len(), &self.self_value)
    }

    /// Sum of the own values of all calls of a category. O(calls).
    #[must_use]
    pub fn self_of(&self, category: Category) -> u64 {
        self_of(&self.frames, &self.tree, &self.self_value, category)
    }
}

fn self_of(frames: &Frames, tree: &CallTree, values: &[u64], category: Category) -> u64 {
    let is_wanted = |call: &CallIx| frames.get(tree.frame(*call)).category == category;
    tree.calls().filter(is_wanted).map(|call| values[call.ix()]).sum()
}

/// Puts the trees of several threads together. With `by_thread`, each hangs below a call that names it, if there are
/// several; without, equal stacks of different threads are one. O(calls).
///
/// The attributions must count the same; what counts something else than the first is left out.
#[must_use]
pub fn together(attributions: Vec<Attribution>, by_thread: bool) -> Option<CallTimes> {
    let first = attributions.first()?;
    let (kind, unit) = (first.kind, first.unit);
    let mut parts: Vec<(ThreadTime, Part)> = attributions
        .into_iter()
        .filter(|part| part.kind == kind && part.unit == unit)
        .map(|part| (thread_time(&part), Part::from(part)))
        .collect();
    if parts.len() == 1 {
        let (thread, part) = parts.remove(0);
        let Part { frames, tree, self_value, line_ticks } = part;
        return Some(CallTimes { kind, unit, frames, tree, self_value, line_ticks, threads: vec![thread] });
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
pub fn thread_label(thread: &Thread) -> Text {
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

fn thread_time(part: &Attribution) -> ThreadTime {
    let of = |category| self_of(&part.frames, &part.tree, &part.self_value, category);
    ThreadTime {
        thread: part.thread.clone(),
        start_us: part.start_us,
        duration_us: part.duration_us,
        no_samples_us: part.no_samples_us,
        idle_value: of(Category::Idle),
        gc_value: of(Category::Gc),
        sample_count: part.sample_count,
        median_interval_us: part.median_interval_us,
        repaired_count: part.repaired_count,
        is_capped: part.is_capped,
        capped_us: part.capped_us,
        long_gaps: part.long_gaps,
        out_of_order_count: part.out_of_order_count,
        lacks_times: part.lacks_times,
        warnings: part.warnings.clone(),
    }
}

/// A tree with its values.
struct Part {
    frames: Frames,
    tree: CallTree,
    self_value: Vec<u64>,
    line_ticks: Vec<(CallIx, u32, u32)>,
}

impl From<Attribution> for Part {
    fn from(from: Attribution) -> Self {
        Self { frames: from.frames, tree: from.tree, self_value: from.self_value, line_ticks: from.line_ticks }
    }
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
        let frame_of: Vec<FrameIx> = part.frames.iter().map(|(_, frame)| self.merger.add(frame)).collect();
        let mut node_of = Vec::with_capacity(part.tree.len());
        for call in part.tree.calls() {
            let value = part.self_value[call.ix()];
            let node = match part.tree.parent(call) {
                None => {
                    self.value[below as usize] += value;
                    below
                }
                Some(parent) => self.push(node_of[parent.ix()], frame_of[part.tree.frame(call).ix()], value),
            };
            node_of.push(node);
        }
        self.ticks
            .extend(part.line_ticks.iter().map(|(call, line, ticks)| (CallIx(node_of[call.ix()]), *line, *ticks)));
    }

    fn finish(self, kind: ProfileKind, unit: Unit, threads: Vec<ThreadTime>) -> CallTimes {
        let Self { merger, parent, frame, value, ticks } = self;
        let merged = merge_calls(&parent, |node| frame[node as usize], merger.frames.len());
        let mut self_value = vec![0; merged.tree.len()];
        merged.call_of.iter().zip(&value).for_each(|(call, value)| self_value[*call as usize] += value);
        let line_ticks = ticks.iter().map(|(node, line, n)| (CallIx(merged.call_of[node.ix()]), *line, *n)).collect();
        CallTimes { kind, unit, frames: merger.frames, tree: merged.tree, self_value, line_ticks, threads }
    }
}
