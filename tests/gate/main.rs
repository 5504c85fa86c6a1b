//! The gate's rules on facts made by hand: what each says, and what follows.

mod baselines;
mod budgets;
mod config;
mod ignores;
mod leaks;
mod noise;
mod times;

use heapdiff::base::Text;
use heapdiff::gate::{Config, Facts, Metric, MetricKey, RuleResult, Settings, Source, Unit, Values, judge};
use heapdiff::heap::detect::{Confidence, Cure, Finding, Kind, Reason, Verdict};

/// Rules as the file has them, one per line.
fn config(rules: &str) -> Config {
    let text = format!("[rules]\n{rules}");
    Config::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Facts of snapshots: `heap.total` 100 → 110, and so on.
fn heap(metrics: Vec<Metric>) -> Facts {
    let sources = vec![Source::Snapshot, Source::Comparison];
    Facts { leaks: Some(Vec::new()), metrics, sources, ..Facts::default() }
}

fn cpu(metrics: Vec<Metric>) -> Facts {
    Facts { metrics, sources: vec![Source::Profile], ..Facts::default() }
}

fn runs(key: impl Into<MetricKey>, unit: Unit, base: &[f64], head: &[f64]) -> Metric {
    Metric { values: Values::Runs { base: base.to_vec(), head: head.to_vec() }, ..Metric::series(key, unit, vec![]) }
}

/// A leak of so many objects in each of two intervals.
fn leak(fingerprint: &str, kind: Kind, class: &str, per_cycle: u64) -> Finding {
    let mut finding = Finding::new(kind, Verdict::Leak);
    finding.fingerprint = fingerprint.to_owned();
    finding.confidence = Confidence::Certain;
    finding.reason = Reason::Few;
    finding.title = format!("{class} accumulates");
    finding.class = Text::from(class);
    finding.counts = vec![10, 10 + per_cycle, 10 + 2 * per_cycle];
    finding.count_delta = 2 * per_cycle as i64;
    finding.retained_delta_bytes = 2 * per_cycle as i64 * 100;
    finding.path_text = format!("global.cache → {class}");
    finding.fix = Cure::DropText;
    finding
}

fn leaking(leaks: Vec<Finding>) -> Facts {
    Facts { leaks: Some(leaks), ..heap(Vec::new()) }
}

fn judged(rules: &str, facts: &Facts) -> Vec<RuleResult> {
    let config = config(rules);
    judge(&config.rules, facts, &config.settings, None)
}

fn with(rules: &str, facts: &Facts, settings: &Settings) -> Vec<RuleResult> {
    judge(&config(rules).rules, facts, settings, None)
}

/// `status rule` of each result but those of `leaks` that passed or do not apply.
fn statuses(results: &[RuleResult]) -> Vec<String> {
    let is_told =
        |result: &&RuleResult| result.rule.to_string() != "leaks" || result.status < heapdiff::gate::Status::Passed;
    results.iter().filter(is_told).map(|result| format!("{} {}", result.status, result.rule)).collect()
}
