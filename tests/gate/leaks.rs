//! Rules about findings.

use crate::{judged, leak, leaking};
use heapdiff::gate::{Note, RuleResult, Status};
use heapdiff::heap::detect::{Kind, Verdict};

fn told(results: &[RuleResult]) -> Vec<String> {
    results.iter().map(|result| format!("{} {}", result.status, result.rule)).collect()
}

#[test]
fn every_leak_fails_by_itself() {
    let facts = leaking(vec![leak("a1", Kind::Map, "Session", 100), leak("b2", Kind::Timers, "Timeout", 50)]);
    let results = judged("", &facts);
    assert_eq!(told(&results), ["failed leaks.map", "failed leaks.timers"]);
    assert_eq!(results[0].found, Some("+200 objects, +19.5 KiB (10 → 110 → 210)".into()));
    assert_eq!(results[0].fingerprint, "a1");
    assert_eq!(
        results[0].notes,
        [
            Note::why("leak (certain): there are only a few of them"),
            Note::fix("drop the reference when you no longer need the text")
        ]
    );
    assert_eq!(told(&judged("", &leaking(Vec::new()))), ["passed leaks"]);
}

#[test]
fn kinds_classes_and_sizes_have_rules_of_their_own() {
    let facts = || leaking(vec![leak("a1", Kind::Map, "Session", 100), leak("b2", Kind::Timers, "Timeout", 50)]);
    for (rules, expected) in [
        ("\"leaks.timers\" = \"warn\"", &["failed leaks.map", "warned leaks.timers"][..]),
        ("\"leaks.map\" = \"off\"", &["skipped leaks.map", "failed leaks.timers"]),
        ("\"leaks:Session\" = \"off\"", &["skipped leaks:Session", "failed leaks.timers"]),
        ("\"leaks:*global.cache*\" = \"warn\"", &["warned leaks.map", "warned leaks.timers"]),
        ("leaks = { floor = \"15KiB\" }", &["failed leaks.map"]),
        ("leaks = \"off\"", &["skipped leaks"]),
        ("leaks = \"off\"\n\"leaks.map\" = \"error\"", &["failed leaks.map", "skipped leaks"]),
    ] {
        assert_eq!(told(&judged(rules, &facts())), expected, "{rules}");
    }
}

#[test]
fn suspects_count_if_asked() {
    let mut suspect = leak("a1", Kind::Map, "Session", 100);
    suspect.verdict = Verdict::Suspect;
    let mut growth = leak("c3", Kind::Map, "Lru", 5);
    growth.verdict = Verdict::Growth;
    let facts = leaking(vec![suspect, growth]);
    assert_eq!(told(&judged("", &facts)), ["passed leaks"]);
    assert_eq!(told(&judged("suspects = \"error\"", &facts)), ["passed leaks", "failed suspects.map"]);
    assert_eq!(judged("suspects = \"error\"", &facts)[1].status, Status::Failed);
}

#[test]
fn beside_what_is_let_pass_there_are_no_others() {
    let facts = leaking(vec![leak("a1", Kind::Map, "Session", 100)]);
    let results = judged("\"leaks.map\" = \"off\"\nleaks = \"error\"", &facts);
    assert_eq!(results.last().unwrap().message, "no other leaks found");
    assert_eq!(judged("", &leaking(Vec::new()))[0].message, "no leaks found");
}
