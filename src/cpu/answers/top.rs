//! Functions, files, packages or categories by what they cost.

use crate::base::Limit;
use crate::base::units::share;
use crate::cpu::answers::hot_lines::{HotLine, HotLines};
use crate::cpu::answers::{FrameReport, ProfileInfo, Values};
use crate::cpu::call_times::CallTimes;
use crate::stacks::choice::Group;
use crate::stacks::{CallIx, FrameIx};
use serde::Serialize;
use std::cmp::Reverse;

/// What costs most.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct TopFunctions {
    /// The profile.
    #[serde(flatten)]
    pub profile: ProfileInfo,
    /// What each row is: a function, a file, a package or a category.
    pub grouped_by: Group,
    /// What the rows are ordered by.
    pub sorted_by: Sort,
    /// The rows, the most expensive first.
    pub functions: Vec<FunctionRow>,
    /// Rows that were cut off.
    pub more_functions_count: u64,
}

/// A function and what it costs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FunctionRow {
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// What it costs.
    #[serde(flatten)]
    pub values: Values,
    /// Share of its own value in everything that was sampled, including idle time.
    pub self_share: f64,
    /// Share of its total.
    pub total_share: f64,
    /// Its lines with most samples, approximate; if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hot_lines: Option<Vec<HotLine>>,
}

/// What rows are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Sort {
    /// Time in the function itself.
    #[default]
    #[cfg_attr(feature = "cli", value(name = "self"))]
    #[serde(rename = "self")]
    Own,
    /// Time in the function and in what it calls.
    Total,
}

/// What costs most, in groups; `has_lines` asks for the lines of functions with most samples. O(calls + frames log frames).
#[must_use]
pub fn top_functions(
    profile: ProfileInfo,
    times: &CallTimes,
    grouped_by: Group,
    sort: Sort,
    has_lines: bool,
    limit: Limit,
) -> TopFunctions {
    let values = times.stacks.by_frame();
    let whole = times.stacks.total();
    let root = times.stacks.tree.frame(CallIx::from_raw(0));
    let mut rows: Vec<FrameIx> = times.stacks.frames.iter().map(|(frame, _)| frame).collect();
    rows.retain(|frame| {
        let value = &values[frame.ix()];
        value.total_value > 0 && (*frame != root || value.self_value > 0)
    });
    rows.sort_by_key(|frame| {
        let value = &values[frame.ix()];
        let (own, total) = (Reverse(value.self_value), Reverse(value.total_value));
        let key = if sort == Sort::Own { (own, total) } else { (total, own) };
        let frame = times.stacks.frames.get(*frame);
        (key, frame.name.clone(), frame.url.clone(), frame.line, frame.column, frame.script.clone())
    });
    let duration_us = profile.duration_us;
    let more_functions_count = limit.cut(&mut rows);
    let lines = (has_lines && grouped_by == Group::Function).then(|| HotLines::of(times));
    let row = |frame: &FrameIx| {
        let value = values[frame.ix()];
        FunctionRow {
            frame: FrameReport::from(times.stacks.frames.get(*frame)),
            values: Values::new(times.stacks.unit, value.self_value, value.total_value).with_times(duration_us, whole),
            self_share: share(value.self_value, whole),
            total_share: share(value.total_value, whole),
            hot_lines: lines.as_ref().map(|lines| lines.hottest(*frame)),
        }
    };
    TopFunctions {
        profile,
        grouped_by,
        sorted_by: sort,
        functions: rows.iter().map(row).collect(),
        more_functions_count,
    }
}
