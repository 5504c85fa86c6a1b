//! What is known already.

use crate::{cpu, heap, leak, leaking, runs};
use heapdiff::gate::{
    Baseline, Facts, Level, Metric, Note, RuleId, RuleResult, Rules, Runtime, Settings, Unit, Values, judge,
};
use heapdiff::heap::detect::Kind;

fn runtime() -> Runtime {
    Runtime { arch: Some("x64".into()), name: Some("node".into()), version: Some("24.1.0".into()) }
}

fn baseline(facts: &[Facts]) -> Baseline {
    Baseline::of(facts, runtime(), "0.0.0")
}

fn against(baseline: &Baseline, facts: &Facts) -> Vec<RuleResult> {
    judge(&Rules::default(), facts, &Settings::default(), Some(baseline))
}

fn told(results: &[RuleResult]) -> Vec<String> {
    results.iter().map(|result| format!("{} {}", result.status, result.rule)).collect()
}

#[test]
fn what_is_known_passes_and_what_is_new_or_worse_fails() {
    let known = baseline(&[leaking(vec![leak("a1", Kind::Map, "Session", 100)])]);
    let facts = |leaks| leaking(leaks);
    for (leaks, expected) in [
        (vec![leak("a1", Kind::Map, "Session", 100)], &["skipped leaks.map", "passed leaks"][..]),
        (vec![leak("a1", Kind::Map, "Session", 125)], &["skipped leaks.map", "passed leaks"]),
        (vec![leak("a1", Kind::Map, "Session", 140)], &["failed leaks.map"]),
        (vec![leak("z9", Kind::Set, "Session", 5)], &["failed leaks.set"]),
        (vec![], &["passed leaks"]),
    ] {
        assert_eq!(told(&against(&known, &facts(leaks.clone()))), expected, "{leaks:?}");
    }
    let worse = against(&known, &facts(vec![leak("a1", Kind::Map, "Session", 140)]));
    assert_eq!(worse[0].message, "worse than in the baseline: Session accumulates");
    assert_eq!(worse[0].found, Some("140 objects and 13.7 KiB per cycle".into()));
    let new = against(&known, &facts(vec![leak("z9", Kind::Set, "Session", 5)]));
    assert_eq!(new[0].notes[0], Note::why("new: not in the baseline"));
}

#[test]
fn a_leak_that_is_told_by_its_cause_is_known() {
    let known = baseline(&[leaking(vec![leak("b2", Kind::Closures, "Function", 100)])]);
    let mut same = leak("a1", Kind::Map, "Session", 100);
    same.related = vec![leak("b2", Kind::Map, "Session", 5)];
    assert_eq!(told(&against(&known, &leaking(vec![same.clone()]))), ["skipped leaks.map", "passed leaks"]);
    assert!(known.stale(&[leaking(vec![same])]).is_empty());
}

#[test]
fn what_is_gone_is_stale_and_can_be_taken_out() {
    let known = baseline(&[leaking(vec![leak("a1", Kind::Map, "Session", 9), leak("b2", Kind::Set, "Tag", 9)])]);
    let now = [leaking(vec![leak("b2", Kind::Set, "Tag", 9)])];
    let stale: Vec<String> = known.stale(&now).iter().map(|(print, _)| print.to_string()).collect();
    assert_eq!(stale, ["a1"]);
    let pruned = known.pruned(&now);
    assert_eq!(pruned.leaks.keys().collect::<Vec<_>>(), ["b2"]);
    let change = pruned.change_since(&known);
    assert_eq!((change.added, change.removed, change.changed), (0, 1, 0));
}

#[test]
fn of_several_processes_the_fastest_counts() {
    let known = baseline(&[
        leaking(vec![leak("a1", Kind::Map, "Session", 10)]),
        leaking(vec![leak("a1", Kind::Map, "Session", 40)]),
    ]);
    assert_eq!(known.leaks[b"a1".as_slice()].count_per_cycle, 40.0);
}

#[test]
fn the_file_says_the_same_when_read_again_and_is_sorted() {
    let total = |value| heap(vec![Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![1.0, value])]);
    let leaks = leaking(vec![leak("b2", Kind::Map, "Session", 3), leak("a1", Kind::Set, "Tag", 9)]);
    let written = baseline(&[total(9.5), total(7.0), leaks]);
    let text = serde_json::to_string_pretty(&written).unwrap();
    assert_eq!(serde_json::from_str::<Baseline>(&text).unwrap(), written);
    assert!(text.find("\"a1\"").unwrap() < text.find("\"b2\"").unwrap());
    assert_eq!(written.metrics[b"heap.total".as_slice()].values, [7.0, 9.5]);
    // Keys of every object are sorted, so that a change is one line of a review.
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert!(keys.is_sorted(), "{keys:?}");
    assert!(!text.contains(".js:"), "{text}");
}

#[test]
fn metrics_are_compared_with_what_is_recorded() {
    let known = baseline(&[
        cpu(vec![runs(RuleId::CpuActive, Unit::Us, &[], &[3.0, 1.0, 2.0])]),
        heap(vec![Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![5.0, 50.0])]),
    ]);
    let mut metrics = vec![
        runs(RuleId::CpuActive, Unit::Us, &[], &[9.0]),
        Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![60.0]),
        Metric::series(RuleId::HeapObjects, Unit::Count, vec![7.0]),
    ];
    known.supply(&mut metrics);
    assert_eq!(metrics[0].values, Values::Runs { base: vec![1.0, 2.0, 3.0], head: vec![9.0] });
    assert_eq!(metrics[1].values, Values::Series(vec![50.0, 60.0]));
    assert_eq!(metrics[2].values, Values::Series(vec![7.0]));
}

#[test]
fn without_a_baseline_leaks_are_what_was_asked() {
    let facts = leaking(vec![leak("a1", Kind::Map, "Session", 10)]);
    for (without, expected) in [
        (None, &["failed leaks.map"][..]),
        (Some(Level::Warn), &["warned leaks.map"]),
        (Some(Level::Off), &["skipped leaks.map", "passed leaks"]),
    ] {
        let settings = Settings { without_baseline: without, ..Settings::default() };
        assert_eq!(told(&judge(&Rules::default(), &facts, &settings, None)), expected);
    }
}

#[test]
fn a_known_leak_may_be_a_little_worse_than_the_tolerance() {
    // A quarter more, and one object and one KiB: 126 objects, 13,524 bytes.
    let known = baseline(&[leaking(vec![leak("a1", Kind::Map, "Session", 100)])]);
    for (objects, bytes, expected) in [
        (100, 13_524, "skipped leaks.map"),
        (100, 13_525, "failed leaks.map"),
        (126, 10_000, "skipped leaks.map"),
        (127, 10_000, "failed leaks.map"),
    ] {
        let mut fact = leak("a1", Kind::Map, "Session", objects);
        fact.retained_delta_bytes = 2 * bytes;
        assert_eq!(told(&against(&known, &leaking(vec![fact])))[0], expected, "{objects} objects, {bytes} bytes");
    }
}

#[test]
fn the_order_of_processes_does_not_matter_to_the_fastest() {
    let known = baseline(&[
        leaking(vec![leak("a1", Kind::Map, "Session", 40)]),
        leaking(vec![leak("a1", Kind::Map, "Session", 10)]),
    ]);
    let known = &known.leaks[b"a1".as_slice()];
    assert_eq!((known.count_per_cycle, known.bytes_per_cycle), (40.0, 4000.0));
}

#[test]
fn what_is_no_leak_is_not_recorded() {
    let mut suspect = leak("a1", Kind::Map, "Session", 100);
    suspect.verdict = heapdiff::heap::detect::Verdict::Suspect;
    assert!(baseline(&[leaking(vec![suspect])]).leaks.is_empty());
}

#[test]
fn what_has_a_base_of_its_own_is_not_compared_with_what_is_recorded() {
    let recorded = baseline(&[
        heap(vec![Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![7.0])]),
        cpu(vec![runs(RuleId::CpuActive, Unit::Us, &[], &[7.0])]),
    ]);
    let mut metrics = vec![
        Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![1.0, 2.0]),
        runs(RuleId::CpuActive, Unit::Us, &[1.0], &[2.0]),
        Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![2.0]),
        runs(RuleId::CpuActive, Unit::Us, &[], &[2.0]),
    ];
    recorded.supply(&mut metrics);
    let values: Vec<Values> = metrics.into_iter().map(|metric| metric.values).collect();
    let of_runs = |base: f64| Values::Runs { base: vec![base], head: vec![2.0] };
    assert_eq!(values, [Values::Series(vec![1.0, 2.0]), of_runs(1.0), Values::Series(vec![7.0, 2.0]), of_runs(7.0)]);
}

#[test]
fn changes_of_metrics_are_changes_of_the_baseline() {
    let of = |bytes: f64| baseline(&[heap(vec![Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![bytes])])]);
    assert_eq!(of(2.0).change_since(&of(1.0)).changed, 1);
    assert_eq!(of(1.0).change_since(&of(1.0)).changed, 0);
}

#[test]
fn numbers_of_the_file_have_three_digits_behind_the_point() {
    let third = baseline(&[heap(vec![Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![1.0 / 3.0])])]);
    let json = serde_json::to_string(&third).unwrap();
    assert!(json.contains("[0.333]"), "{json}");
}

#[test]
fn a_record_without_values_supplies_none() {
    let text = r#"{"schema":1,"metrics":{"heap.total":{"unit":"bytes","values":[]}}}"#;
    let known: Baseline = serde_json::from_str(text).unwrap();
    let mut metrics = vec![Metric::series(RuleId::HeapTotal, Unit::Bytes, vec![60.0])];
    known.supply(&mut metrics);
    assert_eq!(metrics[0].values, Values::Series(vec![60.0]));
}

#[test]
fn what_is_worse_is_said_with_its_difference() {
    let known = baseline(&[leaking(vec![leak("a1", Kind::Map, "Session", 100)])]);
    let worse = against(&known, &leaking(vec![leak("a1", Kind::Map, "Session", 140)]));
    assert_eq!(worse[0].delta.map(|delta| delta.0), Some(40.0));
}
