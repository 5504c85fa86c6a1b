//! Rules about findings.

use crate::{judged, leak, leaking};
use heapdiff::gate::{Note, RuleResult, Status};
use heapdiff::heap::detect::{Finding, Kind, Verdict};

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
            Note::fix("drop the reference when you no longer need the string")
        ]
    );
    assert_eq!(told(&judged("", &leaking(Vec::new()))), ["passed leaks"]);
}

#[test]
fn what_stands_under_a_leak_is_named_the_largest_first() {
    let under = |names: &[(&str, u64)]| {
        let mut listeners = leak("a1", Kind::Listeners, "Function", 100);
        listeners.related = names.iter().map(|(title, more)| leak_titled(title, *more)).collect();
        let notes = judged("", &leaking(vec![listeners]))[0].notes[2..].to_vec();
        notes.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(under(&[]), [""; 0]);
    assert_eq!(under(&[("a", 1), ("b", 9)]), ["same cause: b", "same cause: a"]);
    let many = [("a", 1), ("b", 9), ("c", 5), ("d", 5), ("e", 2)];
    let shown = ["same cause: b", "same cause: c", "same cause: d", "same cause: … and 2 more"];
    assert_eq!(under(&many), shown);
}

fn leak_titled(title: &str, more: u64) -> Finding {
    let mut leak = leak("c3", Kind::Map, "Session", more);
    leak.title = title.to_owned();
    leak
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
