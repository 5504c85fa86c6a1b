//! Applies the rules to the facts of one process, or of the runs of a program.

use crate::base::Text;
use crate::base::units::count;
use crate::gate::baseline::Baseline;
use crate::gate::budget::{Settings, judge_metric};
use crate::gate::catalog::{Judge, RULES, RuleId, RuleSpec, Source};
use crate::gate::facts::Facts;
use crate::gate::hot_spots::new_hot_spots;
use crate::gate::leaks::judge_leaks;
use crate::gate::level::Level;
use crate::gate::metrics::{Metric, MetricKey, Values};
use crate::gate::more_command::{MoreCommand, Reproduce};
use crate::gate::outcome::{RuleResult, Status};
use crate::gate::rule::{Rule, Rules};
use crate::gate::rule_name::RuleName;

/// The results of all rules, in the order of the catalog and, within a rule, of the metrics. O(rules × metrics).
#[must_use]
pub fn judge(rules: &Rules, facts: &Facts, settings: &Settings, baseline: Option<&Baseline>) -> Vec<RuleResult> {
    let mut results = Vec::new();
    for spec in RULES {
        if rules.of(spec).next().is_none() {
            continue;
        }
        match (spec.judge, &facts.incomparable) {
            (Judge::Leaks | Judge::Suspects, Some(reason)) => {
                let level = rules.of(spec).map(|rule| rule.level).min().unwrap_or(Level::Off);
                results.push(without_verdict(spec, level, reason));
            }
            (Judge::Leaks | Judge::Suspects, None) => {
                results.extend(judge_leaks(rules, spec, facts, settings, baseline));
            }
            _ if !facts.has(spec.source) => results.extend(rules.of(spec).map(|rule| without_input(rule, facts))),
            (Judge::NewHotSpots, _) => {
                results.extend(rules.of(spec).flat_map(|rule| new_hot_spots(rule, facts, settings)));
            }
            (Judge::Budget | Judge::Time | Judge::Denied, _) => {
                results.extend(judge_metrics(rules, spec, facts, settings));
            }
        }
    }
    results
}

/// The result of a rule whose input was not given.
fn without_input(rule: &Rule, facts: &Facts) -> RuleResult {
    let needs = match rule.key.spec.source {
        Source::Profile => "needs CPU profiles, and none were given",
        Source::Comparison if facts.has(Source::Snapshot) => "needs two heap snapshots, and only one was given",
        Source::Comparison | Source::Snapshot => "needs heap snapshots, and none were given",
    };
    let message = if rule.level == Level::Off { "off" } else { needs };
    RuleResult::new(&rule.key, rule.level, Status::Skipped, message)
}

/// Judges each subject by the most specific rule that matches it. Passed subjects are counted; others are reported one
/// by one.
fn judge_metrics(rules: &Rules, spec: &'static RuleSpec, facts: &Facts, settings: &Settings) -> Vec<RuleResult> {
    let mut results = Vec::new();
    for rule in rules.of(spec) {
        if rule.level == Level::Off {
            results.push(RuleResult::new(&rule.key, rule.level, Status::Skipped, "off"));
            continue;
        }
        if let Some(reason) = facts.incomparable.as_ref().filter(|_| is_about_growth(rule)) {
            results.push(without_verdict(&rule.key, rule.level, reason));
            continue;
        }
        let is_followed = |metric: &&Metric| {
            let subject = metric.subject.clone().unwrap_or_default();
            metric.key == key_of(rule) && rules.followed(spec, |key| key.matches(&subject)) == Some(rule)
        };
        let mut judged: Vec<RuleResult> =
            facts.metrics.iter().filter(is_followed).map(|metric| judge_metric(rule, metric, settings)).collect();
        if judged.is_empty() {
            judged.extend(absent(rule, facts, settings));
        }
        results.extend(told(rule, judged));
    }
    results
}

/// Whether a rule is about growth.
fn is_about_growth(rule: &Rule) -> bool {
    rule.key.spec.source == Source::Comparison || rule.limits.max_growth.is_some()
}

/// A rule about growth between snapshots that cannot be compared.
fn without_verdict(rule: impl Into<RuleName>, level: Level, reason: &Text) -> RuleResult {
    let message = if level == Level::Off { Text::from("off") } else { reason.clone() };
    RuleResult::new(rule, level, Status::unjudged(level), message)
}

/// The key of the metric that a rule asks for.
fn key_of(rule: &Rule) -> MetricKey {
    match rule.key.spec.id {
        RuleId::LoopLongestBlock if rule.limits.counts_startup => MetricKey::LongestBlockWithStartup,
        id => MetricKey::Of(id),
    }
}

/// The result for a subject that does not occur, which counts as 0. A metric of the whole must exist to be judged.
fn absent(rule: &Rule, facts: &Facts, settings: &Settings) -> Option<RuleResult> {
    let spec = rule.key.spec;
    if spec.subjects.is_none() {
        let message = match spec.id.is_of_loop() {
            true => {
                "the profile does not tell: too little of the running program is in it, or the event loop never rested"
            }
            false => "the input does not contain this value",
        };
        let mut result = RuleResult::new(&rule.key, rule.level, Status::unjudged(rule.level), message);
        if spec.id.is_of_loop() {
            result.command = MoreCommand::new(Reproduce::Blocking);
        }
        return Some(result);
    }
    let zeros = |of: &[f64]| vec![0.0; of.len()];
    let subject = rule.key.subject.clone();
    let values = match facts.metrics.iter().find(|metric| metric.subject.is_none()).map(|metric| &metric.values) {
        Some(Values::Series(values)) => Values::Series(zeros(values)),
        Some(Values::Runs { base, head }) => Values::Runs { base: zeros(base), head: zeros(head) },
        _ => Values::Series(vec![0.0]),
    };
    let metric = Metric {
        subject: subject.filter(|_| rule.key.is_exact()),
        values,
        ..Metric::series(spec.id, spec.unit, Vec::new())
    };
    Some(judge_metric(rule, &metric, settings))
}

/// The results to report for one rule: all that did not pass or, if all passed, one that says so.
fn told(rule: &Rule, judged: Vec<RuleResult>) -> Vec<RuleResult> {
    let all = judged.len();
    let (passed, mut others): (Vec<RuleResult>, Vec<RuleResult>) =
        judged.into_iter().partition(|result| result.status == Status::Passed);
    if !others.is_empty() {
        return others;
    }
    match <[RuleResult; 1]>::try_from(passed) {
        Ok([one]) => others.push(one),
        Err(_) => {
            let what = rule.key.spec.subjects.unwrap_or("subject");
            let message = format!("{} of {} {what} names", rule.key.spec.id, count(all as u64));
            others.push(RuleResult::new(&rule.key, rule.level, Status::Passed, message));
        }
    }
    others
}
