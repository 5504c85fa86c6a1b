//! Metrics of CPU profiles: active time, garbage collection, self times of functions and packages.
//!
//! A function is identified as `package:path#name`, which does not depend on line numbers or the location of the
//! checkout.

use crate::base::Text;
use crate::cpu::call_times::CallTimes;
use crate::cpu::profile::identity::{common_root, identities, roots};
use crate::gate::metrics::{Metric, Values};
use crate::gate::outcome::Unit;
use crate::heap::analysis::sources::SourceLocation;
use crate::stacks::{Category, Frame, FrameKind};
use std::collections::BTreeMap;

/// The times of one run.
#[derive(Clone, Debug, Default)]
struct RunTimes {
    /// Everything but idle time.
    active_us: f64,
    /// Garbage collection.
    gc_us: f64,
    /// Self time and location of each function.
    functions: BTreeMap<Text, (f64, Option<SourceLocation>)>,
    packages: BTreeMap<Text, f64>,
    /// Number of samples, divided by the time they stand for.
    samples_per_us: f64,
}

impl RunTimes {
    /// Sums up a run, with functions named by their identity. O(calls).
    fn of(times: &CallTimes, root: &str) -> Self {
        let names = identities(&times.stacks.frames, &times.stacks.tree, root);
        let mut run = Self::default();
        for call in times.stacks.tree.calls() {
            let value = times.stacks.self_value[call.ix()] as f64;
            let at = times.stacks.tree.frame(call);
            let frame = times.stacks.frames.get(at);
            match frame.category {
                Category::Idle | Category::Root => continue,
                Category::Gc => run.gc_us += value,
                _ => {}
            }
            run.active_us += value;
            if value > 0.0 && frame.kind == FrameKind::Function {
                let own = run.functions.entry(names[at.ix()].clone()).or_insert_with(|| (0.0, location(frame)));
                own.0 += value;
                *run.packages.entry(frame.package.0.clone()).or_default() += value;
            }
        }
        let samples: u64 = times.threads.iter().map(|thread| thread.sample_count).sum();
        let all = times.stacks.total() as f64;
        run.samples_per_us = if all > 0.0 { samples as f64 / all } else { 0.0 };
        run
    }
}

/// The path prefix to remove from the files of each side, so that names do not depend on the checkout.
fn roots_of(base: &[CallTimes], head: &[CallTimes]) -> [String; 2] {
    match (base.first(), head.first()) {
        (Some(base), Some(head)) => {
            roots((&base.stacks.frames, &base.stacks.tree), (&head.stacks.frames, &head.stacks.tree))
        }
        (None, Some(head)) => [String::new(), common_root(&head.stacks.frames)],
        (_, None) => Default::default(),
    }
}

/// Where a frame is in its source, if known.
pub(crate) fn location(frame: &Frame) -> Option<SourceLocation> {
    let location = frame.location().filter(|location| location.line > 0)?;
    Some(SourceLocation { url: location.url, line: location.line, column: location.column.max(1) })
}

/// The metrics of the runs of both sides. O(calls + runs × functions).
#[must_use]
pub(crate) fn profile_metrics(base: &[CallTimes], head: &[CallTimes]) -> Vec<Metric> {
    let [base_root, head_root] = roots_of(base, head);
    let base: Vec<RunTimes> = base.iter().map(|times| RunTimes::of(times, &base_root)).collect();
    let head: Vec<RunTimes> = head.iter().map(|times| RunTimes::of(times, &head_root)).collect();
    let runs = |pick: &dyn Fn(&RunTimes) -> f64| Values::Runs {
        base: base.iter().map(pick).collect(),
        head: head.iter().map(pick).collect(),
    };
    let whole = |key, unit, values| Metric { values, ..Metric::series(key, unit, Vec::new()) };
    let gc_share = |run: &RunTimes| if run.active_us > 0.0 { run.gc_us / run.active_us } else { 0.0 };
    let mut metrics = vec![
        whole("cpu.active", Unit::Us, runs(&|run| run.active_us)),
        whole("gc.share", Unit::Ratio, runs(&gc_share)),
    ];
    let all = || base.iter().chain(&head);
    let mut functions: Vec<(&Text, &Option<SourceLocation>)> = Vec::new();
    // Locations in the head take precedence: that is where one looks.
    for run in head.iter().chain(&base) {
        functions.extend(run.functions.iter().map(|(name, (_, location))| (name, location)));
    }
    functions.sort_by_key(|(name, _)| *name);
    functions.dedup_by_key(|(name, _)| *name);
    for (name, location) in functions {
        let own = |run: &RunTimes| run.functions.get(name).map_or(0.0, |(us, _)| *us);
        let samples = all().map(|run| own(run) * run.samples_per_us).fold(0.0, f64::max);
        metrics.push(Metric {
            samples: Some(samples.round() as u64),
            location: location.clone(),
            ..whole("cpu.self.function", Unit::Us, runs(&own)).of(name.clone())
        });
    }
    let mut packages: Vec<&Text> = all().flat_map(|run| run.packages.keys()).collect();
    packages.sort_unstable();
    packages.dedup();
    for name in packages {
        let own = |run: &RunTimes| run.packages.get(name).copied().unwrap_or_default();
        let samples = all().map(|run| own(run) * run.samples_per_us).fold(0.0, f64::max);
        metrics.push(Metric {
            samples: Some(samples.round() as u64),
            ..whole("cpu.self.package", Unit::Us, runs(&own)).of(name.clone())
        });
    }
    metrics
}
