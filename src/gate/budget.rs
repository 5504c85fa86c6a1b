//! Limits on metrics: one result per rule and metric.

use crate::base::{Fnv, Text};
use crate::gate::catalog::Judge;
use crate::gate::metrics::{Aggregate, Metric, Values};
use crate::gate::outcome::{Level, Note, Number, Reproduce, RuleResult, Status, Unit};
use crate::gate::quantity::{Quantity, share, shown, shown_delta, shown_limit};
use crate::gate::rule::Rule;
use crate::gate::significance::{p_larger, smallest_p};

/// Growth of a time by less than this is noise, whatever its share.
const TIME_FLOOR_US: f64 = 10_000.0;
/// Growth of a time by less than this share is noise, whatever its amount.
const TIME_FLOOR_SHARE: f64 = 0.05;
/// Growth of a share by less than this (a hundredth of the whole) is noise.
const RATIO_FLOOR: f64 = 0.01;
/// Minimum number of runs per side for a significance test.
const TESTED_RUNS: usize = 3;

/// How runs are judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// How to combine several runs.
    pub aggregate: Aggregate,
    /// With fewer runs per side, there is no verdict.
    pub min_runs: usize,
    /// Maximum p-value for a difference to be significant.
    pub significance: f64,
    /// By which share a known leak may grow faster than recorded.
    pub baseline_tolerance: f64,
    /// What leaks become if the requested baseline is missing: warnings, or accepted (`Off`).
    pub without_baseline: Option<Level>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            aggregate: Aggregate::Median,
            min_runs: 1,
            significance: 0.05,
            baseline_tolerance: 0.25,
            without_baseline: None,
        }
    }
}

/// The values of a metric that are judged.
struct Measured<'a> {
    /// The value that is judged, if known.
    head: Option<f64>,
    /// The value to compare with.
    base: Option<f64>,
    /// Growth from base to head, per cycle if the rule says so.
    growth: Option<f64>,
    /// The runs, if there are any.
    runs: Option<(&'a [f64], &'a [f64])>,
}

/// Judges one metric by one rule.
#[must_use]
pub(crate) fn judge_metric(rule: &Rule, metric: &Metric, settings: &Settings) -> RuleResult {
    let measured = measure(rule, metric, settings);
    let mut result = begin(rule, metric, &measured);
    if let Some(reason) = missing_runs(&measured, rule, settings) {
        result.status = Status::unjudged(rule.level);
        result.message = format!("{}: {reason}", result.message).into();
        return result;
    }
    let is_over = over_max(rule, metric, &measured, &mut result);
    let is_grown = !is_over && over_growth(rule, metric, &measured, settings, &mut result);
    if (is_over || is_grown) && metric.samples.zip(rule.limits.min_samples).is_some_and(|(has, needs)| has < needs) {
        result.notes.push(Note::why(format!(
            "based on {} samples, fewer than min_samples",
            metric.samples.unwrap_or_default()
        )));
        return result;
    }
    if is_over || is_grown {
        let level = capped(rule, &measured, is_grown, &mut result);
        result.status = Status::broken(level);
        result.level = level;
    }
    result
}

fn measure<'a>(rule: &Rule, metric: &'a Metric, settings: &Settings) -> Measured<'a> {
    let per = |intervals: usize| if rule.limits.is_per_cycle { intervals.max(1) as f64 } else { 1.0 };
    match &metric.values {
        Values::Series(values) => {
            let (first, last) = (values.first().copied(), values.last().copied());
            let base = first.filter(|_| values.len() > 1);
            let growth = base.zip(last).map(|(base, head)| (head - base) / per(values.len() - 1));
            Measured { head: last, base, growth, runs: None }
        }
        Values::Growth { base, delta, intervals } => {
            Measured { head: None, base: Some(*base), growth: Some(delta / per(*intervals)), runs: None }
        }
        Values::Runs { base, head } => {
            let (of_base, of_head) = (settings.aggregate.of(base), settings.aggregate.of(head));
            let growth = of_base.zip(of_head).map(|(base, head)| head - base);
            Measured { head: of_head, base: of_base, growth, runs: Some((base, head)) }
        }
    }
}

/// A result that passes unless something is found.
fn begin(rule: &Rule, metric: &Metric, measured: &Measured<'_>) -> RuleResult {
    let about = match metric.shown() {
        Some(subject) => format!("{} of {subject}", rule.key.spec.id),
        None => rule.key.spec.id.to_owned(),
    };
    let mut result = RuleResult::new(rule.key.to_string(), rule.level, Status::Passed, about);
    let numbers = |values: &[f64]| values.iter().map(|value| Number(*value)).collect();
    result.subject = metric.shown().cloned();
    result.unit = Some(metric.unit);
    result.path_text.clone_from(&metric.path_text);
    result.location.clone_from(&metric.location);
    result.fingerprint = fingerprint(rule, metric);
    result.reproduce = reproduce(metric);
    result.value = measured.head.map(Number);
    result.delta = measured.growth.map(Number);
    result.delta_ratio = ratio(measured).map(Number);
    match &metric.values {
        Values::Series(values) => result.values = numbers(values),
        Values::Growth { .. } => {}
        Values::Runs { base, head } => (result.base_values, result.values) = (numbers(base), numbers(head)),
    }
    result.found = found(metric.unit, measured, rule).map(Text::from);
    result.expected = Some(expected(rule, metric.unit).into());
    result
}

fn ratio(measured: &Measured<'_>) -> Option<f64> {
    let (growth, base) = measured.growth.zip(measured.base)?;
    (base > 0.0).then(|| growth / base)
}

/// What is allowed, in words.
fn expected(rule: &Rule, unit: Unit) -> String {
    let limits = &rule.limits;
    let max = max_of(rule).map(|limit| format!("at most {}", shown_limit(limit, unit)));
    let cycle = if limits.is_per_cycle { " per cycle" } else { "" };
    let growth = limits.max_growth.map(|limit| {
        let floor =
            floor_of(rule, limit, unit).map(|floor| format!("; {} is always allowed", shown_limit(floor, unit)));
        format!("growth of at most {}{cycle}{}", shown_limit(limit, unit), floor.unwrap_or_default())
    });
    [max, growth].into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

/// What was found, in words.
fn found(unit: Unit, measured: &Measured<'_>, rule: &Rule) -> Option<String> {
    let cycle = if rule.limits.is_per_cycle { " per cycle" } else { "" };
    let runs = measured.runs.map_or_else(String::new, |(base, head)| match base.len() {
        0 if head.len() == 1 => " (1 run)".to_owned(),
        0 => format!(" ({} runs)", head.len()),
        base => format!(" (runs: {base} and {})", head.len()),
    });
    let growth = measured.growth.map(|growth| {
        let share_of = ratio(measured).map(|ratio| format!(", {}{}", if ratio > 0.0 { "+" } else { "" }, share(ratio)));
        format!("{}{cycle}{}", shown_delta(growth, unit), share_of.unwrap_or_default())
    });
    match (measured.base, measured.head, growth) {
        (Some(base), Some(head), Some(growth)) => {
            Some(format!("{} → {} ({growth}){runs}", shown(base, unit), shown(head, unit)))
        }
        (_, Some(head), _) => Some(format!("{}{runs}", shown(head, unit))),
        (_, None, growth) => growth,
    }
}

/// The maximum value; 0 for denied calls.
fn max_of(rule: &Rule) -> Option<Quantity> {
    let denied = (rule.key.spec.judge == Judge::Denied).then_some(Quantity::Amount(0.0));
    rule.limits.max.or(denied)
}

fn over_max(rule: &Rule, metric: &Metric, measured: &Measured<'_>, result: &mut RuleResult) -> bool {
    let (Some(Quantity::Amount(limit)), Some(head)) = (max_of(rule), measured.head) else { return false };
    result.limit = Some(Number(limit));
    if head <= limit {
        return false;
    }
    result.message =
        format!("{} is {}; the limit is {}", result.message, shown(head, metric.unit), shown(limit, metric.unit))
            .into();
    true
}

/// Growth that is allowed regardless of the limit: a share if the limit is an amount, or an amount if it is a share.
fn floor_of(rule: &Rule, limit: Quantity, unit: Unit) -> Option<Quantity> {
    let is_other = |floor: &Quantity| {
        matches!((limit, floor), (Quantity::Amount(_), Quantity::Share(_)) | (Quantity::Share(_), Quantity::Amount(_)))
    };
    if unit == Unit::Ratio {
        // If the value is a share, so is the floor: percentage points.
        return Some(rule.limits.floor.unwrap_or(Quantity::Share(RATIO_FLOOR)));
    }
    rule.limits.floor.filter(is_other).or(match (rule.key.spec.judge, limit) {
        (Judge::Time | Judge::NewHotSpots, Quantity::Share(_)) => Some(Quantity::Amount(TIME_FLOOR_US)),
        (Judge::Time | Judge::NewHotSpots, Quantity::Amount(_)) => Some(Quantity::Share(TIME_FLOOR_SHARE)),
        _ => None,
    })
}

fn over_growth(
    rule: &Rule,
    metric: &Metric,
    measured: &Measured<'_>,
    settings: &Settings,
    result: &mut RuleResult,
) -> bool {
    let Some(limit) = rule.limits.max_growth else { return false };
    let Some(growth) = measured.growth else {
        if rule.limits.max.is_none() {
            result.status = Status::Skipped;
            result.message = format!("{}: nothing to compare with", result.message).into();
        }
        return false;
    };
    let exceeds = |quantity: Quantity| match quantity {
        Quantity::Amount(amount) => growth > amount,
        Quantity::Share(part) => growth > 0.0 && ratio(measured).is_none_or(|ratio| ratio > part),
    };
    let floor = floor_of(rule, limit, metric.unit);
    let exceeds_floor = |floor: Quantity| match floor {
        Quantity::Share(points) if metric.unit == Unit::Ratio => growth > points,
        other => exceeds(other),
    };
    result.tolerance = floor.map(|floor| shown_limit(floor, metric.unit).into());
    result.limit = Some(Number(match limit {
        Quantity::Amount(amount) | Quantity::Share(amount) => amount,
    }));
    if !exceeds(limit) || !floor.is_none_or(exceeds_floor) {
        return false;
    }
    if let Some((base, head)) = measured.runs
        && !is_significant(base, head, settings, rule.level, result)
    {
        return false;
    }
    let cycle = if rule.limits.is_per_cycle { " per cycle" } else { "" };
    let amount = shown_delta(growth, metric.unit).trim_start_matches('+').to_owned();
    let grown = match (limit, ratio(measured)) {
        (Quantity::Share(_), Some(ratio)) => format!("{} ({amount}{cycle})", share(ratio)),
        _ => format!("{amount}{cycle}"),
    };
    result.message =
        format!("{} grew by {grown}; the limit is {}", result.message, shown_limit(limit, metric.unit)).into();
    true
}

/// Whether the runs of both sides differ significantly. If that cannot be told, there is no verdict.
fn is_significant(base: &[f64], head: &[f64], settings: &Settings, level: Level, result: &mut RuleResult) -> bool {
    match base.len().min(head.len()) {
        0 | 1 => true,
        // Too few for a test: at least, every run of the head must exceed every run of the base.
        n if n < TESTED_RUNS => {
            let is_apart = least(head) > base.iter().copied().fold(f64::MIN, f64::max);
            if !is_apart {
                result.notes.push(Note::why("within noise: the runs of both sides overlap"));
            }
            is_apart
        }
        _ => {
            let smallest = smallest_p(base.len(), head.len());
            let p = p_larger(base, head);
            result.p_value = Some(p);
            if smallest > settings.significance {
                result.status = Status::unjudged(level);
                result.notes.push(Note::why(format!(
                    "take more runs: with {} and {} runs, p is at least {smallest:.3}, and the limit is {}",
                    base.len(),
                    head.len(),
                    settings.significance
                )));
                return false;
            }
            if p > settings.significance {
                result.notes.push(Note::why(format!("within noise: p = {p:.3}")));
            }
            p <= settings.significance
        }
    }
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::MAX, f64::min)
}

/// Why there are too few runs, if that is so.
fn missing_runs(measured: &Measured<'_>, rule: &Rule, settings: &Settings) -> Option<String> {
    let (base, head) = measured.runs?;
    let is_compared = rule.limits.max_growth.is_some() && !base.is_empty();
    let fewest = if is_compared { base.len().min(head.len()) } else { head.len() };
    (fewest < settings.min_runs).then(|| format!("{fewest} runs per side; at least {} are needed", settings.min_runs))
}

fn is_time(rule: &Rule) -> bool {
    matches!(rule.key.spec.judge, Judge::Time | Judge::NewHotSpots)
}

/// Downgrades to a warning if a time was measured only once, which proves nothing.
fn capped(rule: &Rule, measured: &Measured<'_>, is_grown: bool, result: &mut RuleResult) -> Level {
    let Some((base, head)) = measured.runs.filter(|_| is_time(rule)) else { return rule.level };
    let fewest = if is_grown { base.len().min(head.len()) } else { head.len() };
    if fewest > 1 || rule.level != Level::Error {
        return rule.level;
    }
    result.notes.push(Note::why(
        "a single run only warns, because times vary from run to run; take three or more runs per side",
    ));
    Level::Warn
}

fn reproduce(metric: &Metric) -> Reproduce {
    match (metric.key, metric.shown()) {
        ("class.bytes" | "class.count" | "emitter.listeners", Some(class)) => Reproduce::Paths(class.clone()),
        ("strings.duplicate", _) => Reproduce::Strings,
        (key, _) if key.starts_with("loop.") => Reproduce::Blocking,
        (key, _) if key.starts_with("cpu.") || key.starts_with("gc.") => Reproduce::Top,
        _ => Reproduce::Whole,
    }
}

/// Hashes the rule and its subject, without numbers: lines, ids and positions change.
#[must_use]
pub(crate) fn fingerprint(rule: &Rule, metric: &Metric) -> String {
    let mut hash = Fnv::new();
    hash.add(rule.key.spec.id.as_bytes());
    if let Some(subject) = &metric.subject {
        let is_path = rule.key.spec.subjects == Some("path");
        let is_kept = |byte: &u8| !is_path || !byte.is_ascii_digit();
        hash.add(&subject.as_bytes().iter().copied().filter(is_kept).collect::<Vec<u8>>());
    }
    hash.digits()
}
