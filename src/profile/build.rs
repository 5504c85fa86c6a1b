//! From raw tables to a profile: frames and calls each once, callers first, samples in order of time.

use crate::base::StrIx;
use crate::format::{RawFunction, RawProfile};
use crate::profile::Profile;
use crate::profile::frames::{Frame, FrameMerger, Frames};
use crate::profile::tree::{CallIx, CallTree, FrameIx};

/// Builds a profile. O(nodes + samples), and O(samples log samples) if they are out of order.
#[must_use]
pub fn build(raw: RawProfile) -> Profile {
    let (frames, frame_of) = frames(&raw);
    let RawProfile { parent, function, mut samples, mut time_us, .. } = raw;
    let merged = merge_calls(&parent, |node| frame_of[function[node as usize] as usize], frames.len());
    let Merged { tree, call_of } = merged;
    drop((parent, function));
    let mut hit_count = vec![0u32; tree.len()];
    raw.hit_count.iter().zip(&call_of).for_each(|(hits, call)| {
        let sum = &mut hit_count[*call as usize];
        *sum = sum.saturating_add(*hits);
    });
    let mut self_bytes = Vec::new();
    if !raw.self_bytes.is_empty() {
        self_bytes = vec![0u64; tree.len()];
        raw.self_bytes.iter().zip(&call_of).for_each(|(bytes, call)| {
            let sum = &mut self_bytes[*call as usize];
            *sum = sum.saturating_add(*bytes);
        });
    }
    let line_ticks = raw.line_ticks.iter().map(|(node, line, ticks)| (CallIx(call_of[*node as usize]), *line, *ticks));
    let line_ticks = line_ticks.collect();
    samples.iter_mut().for_each(|sample| *sample = call_of[*sample as usize]);
    let out_of_order_count = sort_by_time(&mut samples, &mut time_us);
    Profile {
        kind: raw.kind,
        thread: raw.thread,
        frames,
        tree,
        hit_count,
        self_bytes,
        line_ticks,
        samples: samples.into_iter().map(CallIx).collect(),
        time_us,
        start_us: raw.start_us,
        end_us: raw.end_us,
        out_of_order_count,
        warnings: raw.warnings,
    }
}

/// The frames, and which one each function of the file is.
fn frames(raw: &RawProfile) -> (Frames, Vec<FrameIx>) {
    let mut merger = FrameMerger::default();
    let text = |string: StrIx| raw.strings.text(string);
    let known = |position: i32| u32::try_from(i64::from(position) + 1).unwrap_or(0);
    let mut frame = |f: &RawFunction| {
        let frame = Frame::new(text(f.name), text(f.url), text(f.script), known(f.line), known(f.column));
        merger.add(&frame)
    };
    let frame_of = raw.functions.iter().map(&mut frame).collect();
    (merger.frames, frame_of)
}

/// A tree, and the call that each node of the file became.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) tree: CallTree,
    pub(crate) call_of: Vec<u32>,
}

/// Joins nodes with the same frame under the same parent, and puts them in depth-first order, children in the order of
/// their first node. Node 0 is the root. O(nodes + frames).
pub(crate) fn merge_calls(parent: &[u32], frame: impl Fn(u32) -> FrameIx, frame_count: usize) -> Merged {
    const NONE: u32 = u32::MAX;
    let len = parent.len();
    let (starts, children) = children(parent);
    let mut call_of = vec![NONE; len];
    let mut new_parent: Vec<u32> = Vec::with_capacity(len);
    let mut new_frame: Vec<FrameIx> = Vec::with_capacity(len);
    // Nodes that become one call are a list: `next_twin` leads from one to the next.
    let mut next_twin = vec![NONE; len];
    // The call under which a frame was met last, and the last node of the list there.
    let mut met: Vec<(u32, u32)> = vec![(NONE, NONE); frame_count];
    let mut open: Vec<(u32, u32)> = vec![(0, 0)];
    while let Some((first_node, caller)) = open.pop() {
        let call = new_parent.len() as u32;
        new_parent.push(caller);
        new_frame.push(frame(first_node));
        let below = open.len();
        let mut node = first_node;
        while node != NONE {
            call_of[node as usize] = call;
            for &child in &children[starts[node as usize] as usize..starts[node as usize + 1] as usize] {
                let seen = &mut met[frame(child).ix()];
                if seen.0 == call {
                    next_twin[seen.1 as usize] = child;
                } else {
                    open.push((child, call));
                }
                *seen = (call, child);
            }
            node = next_twin[node as usize];
        }
        open[below..].reverse();
    }
    Merged { tree: CallTree::from_columns(new_parent, new_frame), call_of }
}

/// The children of each node as ranges of one list, in the order of nodes. The first node is the root.
fn children(parent: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; parent.len() + 1];
    parent.iter().skip(1).for_each(|p| starts[*p as usize + 1] += 1);
    for i in 0..parent.len() {
        starts[i + 1] += starts[i];
    }
    let mut next = starts.clone();
    let mut children = vec![0u32; parent.len().saturating_sub(1)];
    for (node, p) in parent.iter().enumerate().skip(1) {
        children[next[*p as usize] as usize] = node as u32;
        next[*p as usize] += 1;
    }
    (starts, children)
}

/// Puts samples in order of time; those of the same time stay as they are. Says how many stood behind a later one.
fn sort_by_time(samples: &mut [u32], time_us: &mut [i64]) -> u64 {
    let mut latest = i64::MIN;
    let mut late = 0;
    for time in time_us.iter() {
        late += u64::from(*time < latest);
        latest = latest.max(*time);
    }
    if late > 0 {
        let mut pairs: Vec<(i64, u32)> = time_us.iter().copied().zip(samples.iter().copied()).collect();
        pairs.sort_by_key(|(time, _)| *time);
        for (i, (time, sample)) in pairs.into_iter().enumerate() {
            (time_us[i], samples[i]) = (time, sample);
        }
    }
    late
}

#[cfg(test)]
mod tests {
    use super::{merge_calls, sort_by_time};
    use crate::profile::tree::{CallIx, FrameIx};

    #[test]
    fn twins_become_one_call() {
        // root ─┬ a(1) ─ b(3)
        //       ├ a(2) ─┬ b(4)
        //       │       └ c(5)
        //       └ d(6)
        let parent = [u32::MAX, 0, 0, 1, 2, 2, 0];
        let frames = [0, 1, 1, 2, 2, 3, 4];
        let merged = merge_calls(&parent, |node| FrameIx(frames[node as usize]), 5);
        assert_eq!(merged.call_of, [0, 1, 1, 2, 2, 3, 4]);
        let parents: Vec<u32> = merged.tree.calls().map(|c| merged.tree.parent(c).map_or(0, |p| p.0)).collect();
        assert_eq!(parents, [0, 0, 1, 1, 0]);
        assert_eq!(merged.tree.ends(), [5, 4, 3, 4, 5]);
        assert_eq!(merged.tree.entries()[3], CallIx(1));
    }

    #[test]
    fn samples_are_sorted_and_ties_stay() {
        let (mut samples, mut time) = ([1, 2, 3, 4], [5, 9, 9, 7]);
        assert_eq!(sort_by_time(&mut samples, &mut time), 1);
        assert_eq!((samples, time), ([1, 4, 2, 3], [5, 7, 9, 9]));
    }
}
