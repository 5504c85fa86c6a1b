//! The report of two sides of profiles: what got slower.

use crate::cpu::comparison::{Change, CostDelta, Measure, ProfileComparison};
use crate::picture::embedded::Embedded;
use crate::report::profile::{FrameReport, ProfileInfo, Values};
use crate::report::{Limit, Report, Style, Versions, html, json, text};
use crate::stacks::Unit;
use serde::Serialize;

/// What a comparison of profiles says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProfileDiffReport {
    /// Versions of contract and tool.
    #[serde(flatten)]
    pub versions: Versions,
    /// The unit of all values.
    pub unit: Unit,
    /// The runs before.
    pub before: Vec<ProfileInfo>,
    /// The runs after.
    pub after: Vec<ProfileInfo>,
    /// All but idle time.
    pub busy: CostReport,
    /// What is odd about the comparison, in words.
    pub notes: Vec<String>,
    /// Functions, those that changed most first; what is within noise comes last.
    pub functions: Vec<FunctionDelta>,
    /// Functions that were cut off.
    pub more_functions_count: u64,
    /// How many functions changed by no more than chance explains.
    pub functions_within_noise_count: u64,
    /// Packages, likewise.
    pub packages: Vec<FunctionDelta>,
    /// Packages that were cut off.
    pub more_packages_count: u64,
    /// What HTML draws of both sides; none unless it was asked for.
    #[serde(skip)]
    pub flame: Option<Embedded>,
}

/// A function on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FunctionDelta {
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// What it costs.
    #[serde(flatten)]
    pub cost: CostReport,
}

/// What something costs on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CostReport {
    /// What became of it.
    pub change: Change,
    /// Medians of the runs before.
    pub before: Values,
    /// Medians of the runs after.
    pub after: Values,
    /// After minus before.
    pub delta: ValueDeltas,
    /// Own value of each run before, in the report's unit.
    pub before_runs: Vec<u64>,
    /// Own value of each run after.
    pub after_runs: Vec<u64>,
    /// Whether the difference of own values is no more than chance explains.
    pub is_within_noise: bool,
    /// The same of the totals.
    pub is_total_within_noise: bool,
}

/// Differences, in the report's unit: one key of each three is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "as in `Values`")]
pub struct ValueDeltas {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_us: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_us: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_samples: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_samples: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_bytes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_bytes: Option<i64>,
}

impl ValueDeltas {
    fn new(unit: Unit, own: i64, total: i64) -> Self {
        let mut deltas = Self::default();
        let (own_key, total_key) = match unit {
            Unit::Micros => (&mut deltas.self_us, &mut deltas.total_us),
            Unit::Samples => (&mut deltas.self_samples, &mut deltas.total_samples),
            Unit::Bytes => (&mut deltas.self_bytes, &mut deltas.total_bytes),
        };
        (*own_key, *total_key) = (Some(own), Some(total));
        deltas
    }
}

impl CostReport {
    fn new(unit: Unit, delta: &CostDelta) -> Self {
        let values = |side: &Measure| Values::new(unit, side.self_value, side.total_value);
        Self {
            change: delta.change,
            before: values(&delta.before),
            after: values(&delta.after),
            delta: ValueDeltas::new(unit, delta.self_delta(), delta.total_delta()),
            before_runs: delta.before.runs.clone(),
            after_runs: delta.after.runs.clone(),
            is_within_noise: delta.is_within_noise,
            is_total_within_noise: delta.is_total_within_noise,
        }
    }

    /// Own value after minus before, whatever the unit.
    #[must_use]
    pub fn self_delta(&self) -> i64 {
        self.after.own() as i64 - self.before.own() as i64
    }

    /// Total after minus before, whatever the unit.
    #[must_use]
    pub fn total_delta(&self) -> i64 {
        self.after.total() as i64 - self.before.total() as i64
    }
}

impl ProfileDiffReport {
    /// The report with at most so many functions, and as many packages.
    #[must_use]
    pub fn new(
        comparison: &ProfileComparison,
        [before, after]: [Vec<ProfileInfo>; 2],
        notes: Vec<String>,
        limit: Limit,
    ) -> Self {
        let unit = comparison.unit;
        let row = |delta: &CostDelta| FunctionDelta {
            frame: FrameReport::from(&delta.frame),
            cost: CostReport::new(unit, delta),
        };
        let changed = |deltas: &[CostDelta]| -> Vec<FunctionDelta> {
            deltas.iter().filter(|delta| delta.frame.category != crate::stacks::Category::Idle).map(row).collect()
        };
        let (mut functions, mut packages) = (changed(&comparison.functions), changed(&comparison.packages));
        let is_noise = |row: &&FunctionDelta| row.cost.is_within_noise && row.cost.is_total_within_noise;
        let functions_within_noise_count = functions.iter().filter(is_noise).count() as u64;
        let (more_functions_count, more_packages_count) = (limit.cut(&mut functions), limit.cut(&mut packages));
        Self {
            versions: Versions::CURRENT,
            unit,
            before,
            after,
            busy: CostReport::new(unit, &comparison.busy),
            notes,
            functions,
            more_functions_count,
            functions_within_noise_count,
            packages,
            more_packages_count,
            flame: None,
        }
    }
}

impl Report for ProfileDiffReport {
    fn to_text(&self, style: Style) -> String {
        text::profile_diff::view(self, style)
    }

    fn to_json(&self) -> String {
        json::pretty(self)
    }

    fn to_html(&self) -> Option<String> {
        Some(html::profile_diff::page(self))
    }
}
