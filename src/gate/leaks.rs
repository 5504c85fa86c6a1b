//! Rules about findings: one result per finding that breaks its rule, or a single one if there is none.

use crate::base::ByteDelta;
use crate::base::units::{count, count_delta};
use crate::gate::baseline::{Baseline, KnownLeak};
use crate::gate::budget::Settings;
use crate::gate::catalog::{Judge, RuleSpec, Source};
use crate::gate::facts::Facts;
use crate::gate::outcome::{Accepted, Level, Note, Number, Reproduce, RuleResult, Status, Unit};
use crate::gate::quantity::{Quantity, share, shown};
use crate::gate::rule::{Rule, Rules};
use crate::heap::detect::{Finding, Verdict};
use std::cmp::Reverse;

/// Number of objects and bytes per cycle by which a known leak may always grow faster.
const SLACK_COUNT: f64 = 1.0;
const SLACK_BYTES: f64 = 1024.0;
/// Maximum number of growths with the same cause that are listed; the comparison has all.
const SAME_CAUSE_NAMED: usize = 3;

/// Judges all findings with the verdict of a rule, each by the most specific rule that matches it.
#[must_use]
pub(crate) fn judge_leaks(
    rules: &Rules,
    spec: &'static RuleSpec,
    facts: &Facts,
    settings: &Settings,
    baseline: Option<&Baseline>,
) -> Vec<RuleResult> {
    let level = rules.of(spec).map(|rule| rule.level).min().unwrap_or(Level::Off);
    let Some(leaks) = &facts.leaks else {
        let message = if facts.has(Source::Profile) {
            "needs two heap snapshots, and none were given"
        } else {
            "needs two heap snapshots, and only one was given"
        };
        return vec![RuleResult::new(spec.id, level, Status::Skipped, message)];
    };
    if level == Level::Off {
        return vec![RuleResult::new(spec.id, level, Status::Skipped, "off")];
    }
    let wanted = verdict(spec);
    let mut results: Vec<RuleResult> = leaks
        .iter()
        .filter(|finding| finding.verdict == wanted)
        .filter_map(|finding| {
            let rule = rules
                .followed(spec, |key| key.kind.is_none_or(|kind| kind == finding.kind) && is_about(key, finding))?;
            judge_one(rule, finding, settings, baseline)
        })
        .collect();
    let is_broken = |result: &RuleResult| matches!(result.status, Status::Failed | Status::Warned);
    if !results.iter().any(is_broken) {
        results.push(kept(spec, level, results.len(), leaks.len()));
    }
    results
}

fn is_about(key: &crate::gate::rule::RuleKey, finding: &Finding) -> bool {
    [finding.class.clone(), finding.path_text.as_str().into()].iter().any(|text| key.matches(text))
}

/// The result if there are no findings.
fn kept(spec: &RuleSpec, level: Level, let_pass: usize, all: usize) -> RuleResult {
    let other = if let_pass > 0 { "other " } else { "" };
    let message = format!("no {other}{} found", verdict(spec).plural());
    let mut result = RuleResult::new(spec.id, level, Status::Passed, message);
    result.expected = Some(expected(spec).into());
    result.found = Some(match all {
        0 => "nothing accumulated".to_owned().into(),
        1 => "1 finding".to_owned().into(),
        n => format!("{} findings", count(n as u64)).into(),
    });
    result
}

/// The verdict that a rule is about.
fn verdict(spec: &RuleSpec) -> Verdict {
    if spec.judge == Judge::Leaks { Verdict::Leak } else { Verdict::Suspect }
}

fn expected(spec: &RuleSpec) -> String {
    format!("no {}", verdict(spec).plural())
}

fn judge_one(rule: &Rule, finding: &Finding, settings: &Settings, baseline: Option<&Baseline>) -> Option<RuleResult> {
    if rule.level == Level::Off {
        let off = RuleResult::new(rule.key.to_string(), rule.level, Status::Skipped, finding.title.clone());
        return Some(
            RuleResult { fingerprint: finding.fingerprint.clone(), ..off }.accept(Accepted::Ignored, "the rule is off"),
        );
    }
    if matches!(rule.limits.floor, Some(Quantity::Amount(floor)) if (finding.retained_delta_bytes as f64) < floor) {
        return None;
    }
    let result = broken(rule, finding);
    let known =
        baseline.and_then(|baseline| finding.fingerprints().find_map(|print| baseline.leaks.get(print.as_bytes())));
    Some(match (known, settings.without_baseline) {
        (Some(known), _) => against(known, finding, settings, result),
        (None, Some(Level::Warn)) => {
            let level = rule.level.max(Level::Warn);
            let result = result.explained_first("there is no baseline to compare with");
            RuleResult { level, status: Status::broken(level), ..result }
        }
        (None, Some(Level::Off)) => result.accept(Accepted::Baseline, "there is no baseline yet"),
        (None, _) if baseline.is_some() => result.explained_first("new: not in the baseline"),
        (None, _) => result,
    })
}

fn broken(rule: &Rule, finding: &Finding) -> RuleResult {
    let name = format!("{}.{}", rule.key.spec.id, finding.kind);
    let mut result = RuleResult::new(name, rule.level, Status::broken(rule.level), finding.title.clone());
    let counts = finding.counts.iter().map(|value| count(*value)).collect::<Vec<_>>().join(" → ");
    result.subject = Some(finding.class.clone());
    result.expected = Some(expected(rule.key.spec).into());
    result.found = Some(
        format!("{} objects, {} ({counts})", count_delta(finding.count_delta), ByteDelta(finding.retained_delta_bytes))
            .into(),
    );
    result.unit = Some(Unit::Count);
    result.value = finding.counts.last().map(|value| Number(*value as f64));
    result.limit = Some(Number(0.0));
    result.values = finding.counts.iter().map(|value| Number(*value as f64)).collect();
    result.delta = Some(Number(finding.count_delta as f64));
    result.path_text = Some(finding.path_text.as_str().into());
    result.location = finding.place().cloned();
    result.fingerprint.clone_from(&finding.fingerprint);
    let why = format!("{}: {}", finding.verdict.with_confidence(finding.confidence), finding.reason);
    result.notes = vec![Note::why(why), Note::fix(finding.fix.to_string())];
    result.notes.extend(same_cause(finding));
    result.reproduce = Reproduce::Explain(finding.fingerprint.clone());
    result
}

/// The growth listed under a finding, largest first: a sentence each, with bytes, which may exceed those of the
/// finding.
fn same_cause(finding: &Finding) -> impl Iterator<Item = Note> {
    let mut related: Vec<&Finding> = finding.related.iter().collect();
    related.sort_by_key(|related| Reverse(related.retained_delta_bytes));
    let more = related.len().saturating_sub(SAME_CAUSE_NAMED);
    let more = (more > 0).then(|| format!("… and {} more", count(more as u64)).into());
    let named = related.into_iter().take(SAME_CAUSE_NAMED).map(|related| related.title.as_str().into());
    named.chain(more).map(Note::SameCause)
}

/// Judges a known leak, which passes if it does not grow faster than recorded.
fn against(known: &KnownLeak, finding: &Finding, settings: &Settings, result: RuleResult) -> RuleResult {
    let allowed = |recorded: f64, slack: f64| recorded * (1.0 + settings.baseline_tolerance) + slack;
    let most = (allowed(known.count_per_cycle, SLACK_COUNT), allowed(known.bytes_per_cycle, SLACK_BYTES));
    let now = (finding.count_per_cycle(), finding.bytes_per_cycle());
    let rate = |(objects, bytes): (f64, f64)| {
        format!("{} objects and {} per cycle", shown(objects.round(), Unit::Count), shown(bytes, Unit::Bytes))
    };
    let recorded = (known.count_per_cycle, known.bytes_per_cycle);
    if now.0 <= most.0 && now.1 <= most.1 {
        return result.accept(Accepted::Baseline, format!("known: {}, {} recorded", rate(now), rate(recorded)));
    }
    let tolerance = share(settings.baseline_tolerance);
    RuleResult {
        message: format!("worse than in the baseline: {}", result.message).into(),
        expected: Some(format!("at most {} (the baseline's and {tolerance})", rate(most)).into()),
        found: Some(rate(now).into()),
        value: Some(Number(now.0)),
        limit: Some(Number(most.0)),
        base_values: vec![Number(known.count_per_cycle)],
        delta: Some(Number(now.0 - known.count_per_cycle)),
        tolerance: Some(tolerance.into()),
        ..result
    }
}
