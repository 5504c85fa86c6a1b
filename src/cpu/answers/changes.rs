//! What got slower between two sides of profiles.

use crate::base::Limit;
use crate::cpu::answers::{ChangeNote, FrameReport, ProfileInfo, ValueDeltas, Values};
use crate::cpu::comparison::{Change, CostDelta, Measure, ProfileComparison};
use crate::stacks::{Category, Unit};
use serde::Serialize;

/// What changed between two sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProfileChanges {
    /// The unit of all values.
    pub unit: Unit,
    /// The runs before.
    pub before: Vec<ProfileInfo>,
    /// The runs after.
    pub after: Vec<ProfileInfo>,
    /// Total without idle time.
    pub busy: CostSummary,
    /// Notes on the comparison.
    pub notes: Vec<ChangeNote>,
    /// Functions, largest change first; changes within noise come last.
    pub functions: Vec<FunctionDelta>,
    /// Functions that were cut off.
    pub more_functions_count: u64,
    /// Number of functions whose change is within noise.
    pub functions_within_noise_count: u64,
    /// Packages, likewise.
    pub packages: Vec<FunctionDelta>,
    /// Packages that were cut off.
    pub more_packages_count: u64,
}

/// A function on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct FunctionDelta {
    /// The function.
    #[serde(flatten)]
    pub frame: FrameReport,
    /// What it costs.
    #[serde(flatten)]
    pub cost: CostSummary,
}

/// What something costs on both sides.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CostSummary {
    /// Whether it became more, less, new or is gone.
    pub change: Change,
    /// Medians of the runs before.
    pub before: Values,
    /// Medians of the runs after.
    pub after: Values,
    /// After minus before.
    pub delta: ValueDeltas,
    /// Own value of each run before, in the profiles' unit.
    pub before_runs: Vec<u64>,
    /// Own value of each run after.
    pub after_runs: Vec<u64>,
    /// Whether the difference of own values is within noise.
    pub is_within_noise: bool,
    /// The same of the totals.
    pub is_total_within_noise: bool,
}

impl CostSummary {
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

/// The changes, with at most so many functions, and as many packages.
#[must_use]
pub fn profile_changes(
    comparison: &ProfileComparison,
    [before, after]: [Vec<ProfileInfo>; 2],
    notes: Vec<ChangeNote>,
    limit: Limit,
) -> ProfileChanges {
    let unit = comparison.unit;
    let row = |delta: &CostDelta| FunctionDelta {
        frame: FrameReport::from(&delta.frame),
        cost: CostSummary::new(unit, delta),
    };
    let changed = |deltas: &[CostDelta]| -> Vec<FunctionDelta> {
        deltas.iter().filter(|delta| delta.frame.category != Category::Idle).map(row).collect()
    };
    let (mut functions, mut packages) = (changed(&comparison.functions), changed(&comparison.packages));
    let is_noise = |row: &&FunctionDelta| row.cost.is_within_noise && row.cost.is_total_within_noise;
    let functions_within_noise_count = functions.iter().filter(is_noise).count() as u64;
    let (more_functions_count, more_packages_count) = (limit.cut(&mut functions), limit.cut(&mut packages));
    ProfileChanges {
        unit,
        before,
        after,
        busy: CostSummary::new(unit, &comparison.busy),
        notes,
        functions,
        more_functions_count,
        functions_within_noise_count,
        packages,
        more_packages_count,
    }
}
