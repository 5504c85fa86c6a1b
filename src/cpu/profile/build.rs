//! From raw tables to a profile: each frame and call once, callers first, samples in time order.

use crate::base::StrIx;
use crate::cpu::profile::Profile;
use crate::format::{RawFunction, RawProfile, Sums};
use crate::stacks::frames::{Frame, FrameMerger, Frames};
use crate::stacks::merge::{Merged, merge_calls};
use crate::stacks::{CallIx, FrameIx};

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
    let sums = raw.sums.as_ref().map(|of| {
        let mut values = vec![0u64; tree.len()];
        of.values.iter().zip(&call_of).for_each(|(value, call)| {
            let sum = &mut values[*call as usize];
            *sum = sum.saturating_add(*value);
        });
        Sums { unit: of.unit, values }
    });
    let line_ticks =
        raw.line_ticks.iter().map(|(node, line, ticks)| (CallIx::from_raw(call_of[*node as usize]), *line, *ticks));
    let line_ticks = line_ticks.collect();
    samples.iter_mut().for_each(|sample| *sample = call_of[*sample as usize]);
    let out_of_order_count = sort_by_time(&mut samples, &mut time_us);
    Profile {
        kind: raw.kind,
        thread: raw.thread,
        frames,
        tree,
        hit_count,
        sums,
        line_ticks,
        samples: samples.into_iter().map(CallIx::from_raw).collect(),
        time_us,
        tasks: raw.tasks,
        start_us: raw.start_us,
        end_us: raw.end_us,
        out_of_order_count,
        is_silent_when_idle: raw.is_silent_when_idle,
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
    use super::sort_by_time;

    #[test]
    fn samples_are_sorted_and_ties_stay() {
        let (mut samples, mut time) = ([1, 2, 3, 4], [5, 9, 9, 7]);
        assert_eq!(sort_by_time(&mut samples, &mut time), 1);
        assert_eq!((samples, time), ([1, 4, 2, 3], [5, 7, 9, 9]));
    }
}
