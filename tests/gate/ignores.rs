//! What is let pass for a while.

use crate::{config, judged, leak, leaking};
use heapdiff::gate::{Accepted, Config, Date, Note, RuleResult, Verdict, ignore};
use heapdiff::heap::detect::Kind;

fn applied(ignores: &str, today: &str) -> Vec<RuleResult> {
    let facts = leaking(vec![leak("a1", Kind::Map, "Session", 100), leak("b2", Kind::Timers, "Timeout", 50)]);
    let ignores = Config::parse(ignores).unwrap().ignores;
    ignore::apply(&ignores, Date::parse(today).unwrap(), judged("", &facts))
}

fn told(results: &[RuleResult]) -> Vec<String> {
    results.iter().map(|result| format!("{} {}", result.status, result.rule)).collect()
}

#[test]
fn an_ignore_holds_until_its_day() {
    let text = "[[ignore]]\nfingerprint = \"a1\"\nreason = \"ticket 12\"\nuntil = 2027-01-31\n";
    let before = applied(text, "2027-01-31");
    assert_eq!(told(&before), ["skipped leaks.map", "failed leaks.timers"]);
    assert_eq!(before[0].accepted, Some(Accepted::Ignored));
    assert_eq!(before[0].notes[0], Note::why("ignored until 2027-01-31: ticket 12"));
    let after = applied(text, "2027-02-01");
    assert_eq!(told(&after), ["failed leaks.map", "failed leaks.timers", "warned ignore"]);
    assert!(after[2].message.to_string().contains("expired on 2027-01-31"), "{}", after[2].message);
}

#[test]
fn rules_with_kinds_and_subjects_are_ignored() {
    for (rule, expected) in [
        ("leaks", &["skipped leaks.map", "skipped leaks.timers"][..]),
        ("leaks.timers", &["failed leaks.map", "skipped leaks.timers"]),
        ("leaks:Sess*", &["skipped leaks.map", "failed leaks.timers"]),
        ("leaks.timers:Session", &["failed leaks.map", "failed leaks.timers", "warned ignore"]),
        ("heap.total", &["failed leaks.map", "failed leaks.timers", "warned ignore"]),
    ] {
        let text = format!("[[ignore]]\nrule = \"{rule}\"\nreason = \"r\"\nuntil = \"2027-01-31\"\n");
        assert_eq!(told(&applied(&text, "2026-01-01")), expected, "{rule}");
    }
}

#[test]
fn a_check_with_everything_ignored_passes() {
    let text = "[[ignore]]\nrule = \"leaks\"\nreason = \"r\"\nuntil = 2027-01-31\n";
    assert_eq!(Verdict::of(&applied(text, "2026-01-01")), Verdict::Pass);
    assert!(config("").ignores.is_empty());
}

#[test]
fn findings_are_ignored_by_their_path() {
    let text = "[[ignore]]\nrule = \"leaks:*cache*\"\nreason = \"r\"\nuntil = \"2027-01-31\"\n";
    assert_eq!(told(&applied(text, "2026-01-01")), ["skipped leaks.map", "skipped leaks.timers"]);
}

#[test]
fn what_passed_uses_up_no_ignore() {
    let text = "[[ignore]]\nrule = \"leaks\"\nreason = \"r\"\nuntil = \"2027-01-31\"\n";
    let ignores = Config::parse(text).unwrap().ignores;
    let results = ignore::apply(&ignores, Date::parse("2026-01-01").unwrap(), judged("", &leaking(Vec::new())));
    assert_eq!(told(&results), ["passed leaks", "warned ignore"]);
}

#[test]
fn results_about_the_whole_are_ignored_by_their_rule() {
    let metric =
        heapdiff::gate::Metric::series(heapdiff::gate::RuleId::HeapTotal, heapdiff::gate::Unit::Bytes, vec![9.0, 10.0]);
    let results = judged("\"heap.total\" = { max = 1 }", &crate::heap(vec![metric]));
    let text = "[[ignore]]\nrule = \"heap.total\"\nreason = \"r\"\nuntil = 2027-01-31\n";
    let ignores = Config::parse(text).unwrap().ignores;
    let results = ignore::apply(&ignores, Date::parse("2026-01-01").unwrap(), results);
    assert_eq!(told(&results), ["passed leaks", "skipped heap.total"]);
}

#[test]
fn an_ignore_that_is_of_no_use_is_told_with_its_reason() {
    let text = "[[ignore]]\nrule = \"heap.total\"\nreason = \"ticket 12\"\nuntil = \"2027-01-31\"\n";
    let results = applied(text, "2026-01-01");
    assert_eq!(results.last().unwrap().notes, [Note::why("reason: ticket 12")]);
}
