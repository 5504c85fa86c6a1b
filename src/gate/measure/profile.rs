//! Metrics of CPU profiles: the time that is not idle, garbage collection, self times of functions and packages.
//!
//! A function is told by name and script, without line and column: `parse (src/json.js)`. The same function after an edit
//! above it is the same subject.

use crate::analysis::call_times::CallTimes;
use crate::analysis::sources::SourceLocation;
use crate::base::Text;
use crate::gate::metrics::{Metric, Values};
use crate::gate::outcome::Unit;
use crate::profile::{Category, Frame, FrameKind};
use std::collections::BTreeMap;

/// What one run took.
#[derive(Clone, Debug, Default)]
pub struct RunTimes {
    /// All but idle.
    active_us: f64,
    /// Garbage collection.
    gc_us: f64,
    /// Own time of each function, its samples as far as they can be told, and where it stands.
    functions: BTreeMap<Text, (f64, Option<SourceLocation>)>,
    packages: BTreeMap<Text, f64>,
    /// Samples, and the time that they stand for.
    samples_per_us: f64,
}

impl RunTimes {
    /// Sums up a run. O(calls).
    #[must_use]
    pub fn of(times: &CallTimes) -> Self {
        let mut run = Self::default();
        for call in times.tree.calls() {
            let value = times.self_value[call.ix()] as f64;
            let frame = times.frames.get(times.tree.frame(call));
            match frame.category {
                Category::Idle | Category::Root => continue,
                Category::Gc => run.gc_us += value,
                _ => {}
            }
            run.active_us += value;
            if value > 0.0 && frame.kind == FrameKind::Function {
                let own = run.functions.entry(function_name(frame)).or_insert_with(|| (0.0, location(frame)));
                own.0 += value;
                *run.packages.entry(frame.package.0.clone()).or_default() += value;
            }
        }
        let samples: u64 = times.threads.iter().map(|thread| thread.sample_count).sum();
        let all = times.total() as f64;
        run.samples_per_us = if all > 0.0 { samples as f64 / all } else { 0.0 };
        run
    }
}

/// Name and script; no line, no folder above the project that could differ from machine to machine.
fn function_name(frame: &Frame) -> Text {
    let name = frame.display_name();
    let url = frame.url.to_lossy();
    let file = url.rsplit_once("node_modules/").map_or_else(|| last_parts(&url), |(_, behind)| behind.to_owned());
    Text::from(if file.is_empty() { name.to_lossy().into_owned() } else { format!("{} ({file})", name.to_lossy()) })
}

/// The last two parts of a path: `src/json.js`.
fn last_parts(url: &str) -> String {
    let parts: Vec<&str> = url.rsplit(['/', '\\']).take(2).collect();
    parts.into_iter().rev().collect::<Vec<_>>().join("/")
}

fn location(frame: &Frame) -> Option<SourceLocation> {
    let location = frame.location().filter(|location| location.line > 0)?;
    Some(SourceLocation { url: location.url, line: location.line, column: location.column.max(1) })
}

/// The metrics of the runs of both sides. O(runs × functions).
#[must_use]
pub fn profile_metrics(base: &[RunTimes], head: &[RunTimes]) -> Vec<Metric> {
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
    let all = || base.iter().chain(head);
    let mut functions: Vec<(&Text, &Option<SourceLocation>)> = Vec::new();
    // Of the head first: that is where one looks.
    for run in head.iter().chain(base) {
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
