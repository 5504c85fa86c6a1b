//! The rule about leaks: one result per finding that is one, or one that says there is none.

use crate::base::ByteDelta;
use crate::base::units::{count, count_delta};
use crate::detect::Verdict;
use crate::gate::facts::LeakFact;
use crate::gate::outcome::{Level, Number, Reproduce, RuleResult, Status, Unit};

/// The id of the rule.
pub const LEAKS: &str = "leaks";

/// Judges findings: each of verdict `leak` breaks the rule.
#[must_use]
pub fn judge_leaks(facts: &[LeakFact]) -> Vec<RuleResult> {
    let broken: Vec<RuleResult> =
        facts.iter().filter(|fact| fact.verdict == Verdict::Leak).map(|fact| leak(fact, Level::Error)).collect();
    if !broken.is_empty() {
        return broken;
    }
    let mut passed = RuleResult::new(LEAKS, Level::Error, Status::Passed, "no leak was found");
    passed.expected = Some(expected().to_owned());
    passed.found = Some(match facts.len() {
        0 => "nothing accumulated".to_owned(),
        1 => "1 finding that is none".to_owned(),
        n => format!("{} findings that are none", count(n as u64)),
    });
    vec![passed]
}

fn expected() -> &'static str {
    "no finding of verdict leak"
}

fn leak(fact: &LeakFact, level: Level) -> RuleResult {
    let rule = format!("{LEAKS}.{}", fact.kind);
    let mut result = RuleResult::new(rule, level, Status::broken(level), fact.title.clone());
    let counts = fact.counts.iter().map(|value| count(*value)).collect::<Vec<_>>().join(" → ");
    result.subject = Some(fact.class.clone());
    result.expected = Some(expected().to_owned());
    result.found =
        Some(format!("{} objects, {} ({counts})", count_delta(fact.count_delta), ByteDelta(fact.delta_bytes)));
    result.unit = Some(Unit::Count);
    result.value = Some(Number(fact.count_delta as f64));
    result.values = fact.counts.iter().map(|value| Number(*value as f64)).collect();
    result.delta = Some(Number(fact.count_delta as f64));
    result.path_text = Some(fact.path_text.clone());
    result.location.clone_from(&fact.location);
    result.fingerprint.clone_from(&fact.fingerprint);
    result.notes = vec![fact.reason.clone(), format!("fix: {}", fact.fix)];
    result.reproduce = Reproduce::Explain(fact.fingerprint.clone());
    result
}
