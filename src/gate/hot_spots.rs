//! Functions that have become hot.

use crate::gate::budget::{Settings, judge_metric};
use crate::gate::facts::Facts;
use crate::gate::metrics::{Metric, Values};
use crate::gate::outcome::{Level, RuleResult, Status};
use crate::gate::quantity::{Quantity, share};
use crate::gate::rule::{Rule, RuleLimits};

/// Default share of the active time from which a function is hot.
const MIN_SHARE: f64 = 0.05;
/// A function was cold if it took less than this part of that share.
const COLD: f64 = 0.1;

/// Judges all functions. Each one that is hot in the head and was cold in the base is a time that grew by its whole
/// share.
#[must_use]
pub(crate) fn new_hot_spots(rule: &Rule, facts: &Facts, settings: &Settings) -> Vec<RuleResult> {
    let name = rule.key.to_string();
    if rule.level == Level::Off {
        return vec![RuleResult::new(name, rule.level, Status::Skipped, "off")];
    }
    let of_key = |key: &'static str| facts.metrics.iter().filter(move |metric| metric.key == key);
    let Some((base_active, head_active)) = of_key("cpu.active").find_map(|metric| sides(metric, settings)) else {
        let message = "needs a base to compare with";
        return vec![RuleResult::new(name, rule.level, Status::unjudged(rule.level), message)];
    };
    let min_share = rule.limits.min_share.unwrap_or(MIN_SHARE);
    let mut results = Vec::new();
    for metric in of_key("cpu.self.function") {
        let subject = metric.subject.clone().unwrap_or_default();
        let Some((base, head)) = sides(metric, settings).filter(|_| rule.key.matches(&subject)) else { continue };
        let (was, is) = (share_of(base, base_active), share_of(head, head_active));
        if is < min_share || was >= min_share * COLD {
            continue;
        }
        let limits = RuleLimits { max_growth: Some(Quantity::Amount(0.0)), ..rule.limits.clone() };
        let judged = judge_metric(&Rule { limits, ..rule.clone() }, metric, settings);
        if judged.status == Status::Passed {
            continue;
        }
        results.push(RuleResult {
            message: format!("{subject} takes {} of the active time and took {} before", share(is), share(was)).into(),
            expected: Some(format!("no new function takes {} or more", share(min_share)).into()),
            ..judged
        });
    }
    if results.is_empty() {
        let message = format!("no new function takes {} of the active time", share(min_share));
        results.push(RuleResult::new(name, rule.level, Status::Passed, message));
    }
    results
}

/// The two sides of a metric as one number each; `None` unless both have runs.
fn sides(metric: &Metric, settings: &Settings) -> Option<(f64, f64)> {
    match &metric.values {
        Values::Runs { base, head } => settings.aggregate.of(base).zip(settings.aggregate.of(head)),
        _ => None,
    }
}

fn share_of(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
