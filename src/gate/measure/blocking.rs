//! Metrics of event loop blocking: for each run, that of the worst main thread.

use crate::base::Text;
use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::{Blocking, Options, Stretch, Verdict, blocking, is_main};
use crate::gate::catalog::RuleId;
use crate::gate::measure::profile::location;
use crate::gate::metrics::MetricKey;
use crate::gate::metrics::{Metric, Values};
use crate::gate::unit::Unit;
use crate::heap::analysis::sources::SourceLocation;
use crate::stacks::{Frame, FrameIx, Frames};
use std::collections::BTreeMap;

/// Maximum number of frames of a path that are named.
const PATH_FRAMES: usize = 6;

/// What may be as long in a loop that never rests does not matter.
const SHORT_US: f64 = 50_000.0;

/// What blocked the loop in one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct RunBlocks {
    /// Whether any main thread could be measured.
    is_known: bool,
    /// Whether enough of the running program was.
    is_measured: bool,
    /// Where the loop turned without a pause, single callbacks took at most so long.
    at_most_us: f64,
    longest: Block,
    longest_of_all: Block,
    p99_us: f64,
    blocking_us: f64,
    sync_calls: BTreeMap<Text, Block>,
}

/// A duration, and where to look for its cause.
#[derive(Clone, Debug, Default)]
struct Block {
    us: f64,
    path_text: Option<Text>,
    location: Option<SourceLocation>,
}

impl RunBlocks {
    /// Adds a thread of the run. Workers are skipped: nobody waits for their loops. The intervals must have been kept.
    /// O(calls + intervals).
    pub(crate) fn add(&mut self, times: &Attribution) {
        if !is_main(&times.thread) {
            return;
        }
        let Ok(found) = blocking(times, Options::default()) else { return };
        self.is_known = true;
        self.is_measured |= found.verdict != Verdict::Unmeasured;
        self.at_most_us = self.at_most_us.max(found.unpaused_at_most_us as f64);
        self.p99_us = self.p99_us.max(found.delay.p99_us as f64);
        self.blocking_us = self.blocking_us.max(found.delay.over_50ms_us as f64);
        for stretch in &found.stretches {
            let us = stretch.duration_us as f64;
            if stretch.is_unpaused {
                continue;
            }
            if us > self.longest_of_all.us {
                self.longest_of_all = block(times, stretch);
            }
            if stretch.counts() && us > self.longest.us {
                self.longest = block(times, stretch);
            }
        }
        self.add_sync_calls(times, &found);
    }

    fn add_sync_calls(&mut self, times: &Attribution, found: &Blocking) {
        for call in &found.sync_calls {
            let caller = call.caller.map(|caller| times.frames.get(caller));
            let known = self
                .sync_calls
                .entry(call_name(times.frames.get(call.function), call.called_as))
                .or_insert_with(|| Block {
                    us: 0.0,
                    path_text: caller.map(|caller| format!("called by {}", caller.display_name()).into()),
                    location: caller.and_then(location),
                });
            known.us += call.total_us as f64;
        }
    }
}

fn block(times: &Attribution, stretch: &Stretch) -> Block {
    let path = stretch.detail.heaviest_path.iter().map(|(frame, _)| *frame);
    Block {
        us: stretch.duration_us as f64,
        path_text: Some(format!("{}: {}", stretch.detail.kind.id(), path_text(&times.frames, path)).into()),
        location: stretch.detail.caller.and_then(|caller| location(times.frames.get(caller))),
    }
}

/// The outermost and innermost frames of a path, in words.
fn path_text(frames: &Frames, path: impl Iterator<Item = FrameIx>) -> String {
    let mut names: Vec<String> = path.map(|frame| frames.get(frame).display_name().to_string()).collect();
    names.dedup();
    if names.len() > PATH_FRAMES {
        names.splice(1..names.len() - PATH_FRAMES + 2, ["…".to_owned()]);
    }
    names.join(" → ")
}

/// `fs.readFileSync`: the module without its internal path in the runtime, and the function.
fn call_name(frame: &Frame, called_as: Option<&str>) -> Text {
    let package = frame.package.0.to_lossy();
    let module = package.rsplit([':', '/']).next().unwrap_or_default();
    let name = called_as.map_or_else(|| frame.display_name(), Text::from);
    let has_module = !frame.url.as_bytes().is_empty() && !module.is_empty();
    if has_module { Text::concat(&[module.as_bytes(), b".", name.as_bytes()]) } else { name }
}

/// The metrics of the runs of both sides; empty if no run could be measured. O(runs × calls).
#[must_use]
pub(crate) fn blocking_metrics(base: &[RunBlocks], head: &[RunBlocks]) -> Vec<Metric> {
    if head.is_empty() || !head.iter().chain(base).all(|run| run.is_known) {
        return Vec::new();
    }
    let all_runs = base.iter().chain(head);
    let metric = |key: MetricKey, pick: &dyn Fn(&RunBlocks) -> f64| Metric {
        values: Values::Runs { base: base.iter().map(pick).collect(), head: head.iter().map(pick).collect() },
        ..Metric::series(key, Unit::Us, Vec::new())
    };
    let worst = |pick: &dyn Fn(&RunBlocks) -> Option<&Block>| {
        // Ties go to the first run.
        let blocks = head.iter().filter_map(pick);
        blocks.reduce(|worst, block| if block.us > worst.us { block } else { worst }).cloned().unwrap_or_default()
    };
    let placed =
        |metric: Metric, block: Block| Metric { path_text: block.path_text, location: block.location, ..metric };
    let mut metrics = vec![placed(
        metric(MetricKey::LongestBlockWithStartup, &|run| run.longest_of_all.us),
        worst(&|run| Some(&run.longest_of_all)),
    )];
    // Of too little time nothing is said, and nothing of a loop that turned unseen: a longer callback may be in there.
    if all_runs.clone().all(|run| run.is_measured) {
        if all_runs.clone().all(|run| run.at_most_us <= run.longest.us.max(SHORT_US)) {
            metrics.push(placed(
                metric(RuleId::LoopLongestBlock.into(), &|run| run.longest.us),
                worst(&|run| Some(&run.longest)),
            ));
        }
        metrics.push(metric(RuleId::LoopDelayP99.into(), &|run| run.p99_us));
        metrics.push(metric(RuleId::LoopBlockingTime.into(), &|run| run.blocking_us));
    }
    let mut names: Vec<&Text> = head.iter().flat_map(|run| run.sync_calls.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let calls = metric(RuleId::LoopSyncCall.into(), &|run| run.sync_calls.get(name).map_or(0.0, |block| block.us));
        metrics.push(placed(calls.of(name.clone()), worst(&|run| run.sync_calls.get(name))));
    }
    metrics
}
