//! Limits on values and on growth.

use crate::{heap, judged, statuses};
use heapdiff::gate::{Facts, Metric, Reproduce, RuleId, Source, Unit, Values};

const MIB: f64 = 1_048_576.0;

fn total(values: &[f64]) -> Facts {
    heap(vec![Metric::series(RuleId::HeapTotal, Unit::Bytes, values.to_vec())])
}

#[test]
fn limits_hold_to_the_last_value_and_to_growth() {
    for (values, settings, expected) in [
        (&[10.0 * MIB][..], r#"{ max = "10MiB" }"#, "passed"),
        (&[10.0 * MIB + 1.0], r#"{ max = "10MiB" }"#, "failed"),
        (&[99.0 * MIB, 10.0 * MIB], r#"{ max = "10MiB" }"#, "passed"),
        (&[10.0 * MIB, 11.0 * MIB], r#"{ max_growth = "1MiB" }"#, "passed"),
        (&[10.0 * MIB, 11.0 * MIB + 1.0], r#"{ max_growth = "1MiB" }"#, "failed"),
        (&[10.0 * MIB, 11.0 * MIB], r#"{ max_growth = "10%" }"#, "passed"),
        (&[10.0 * MIB, 12.0 * MIB], r#"{ max_growth = "10%" }"#, "failed"),
        (&[10.0 * MIB, 8.0 * MIB], r#"{ max_growth = "0%" }"#, "passed"),
        // A share above nothing is without bound.
        (&[0.0, 1.0], r#"{ max_growth = "10%" }"#, "failed"),
        // Both must be exceeded: the share and the amount.
        (&[1.0 * MIB, 1.5 * MIB], r#"{ max_growth = "10%", floor = "1MiB" }"#, "passed"),
        (&[100.0 * MIB, 101.5 * MIB], r#"{ max_growth = "10%", floor = "1MiB" }"#, "passed"),
        (&[10.0 * MIB, 12.0 * MIB], r#"{ max_growth = "10%", floor = "1MiB" }"#, "failed"),
        (&[100.0 * MIB, 103.0 * MIB], r#"{ max_growth = "2MiB", floor = "5%" }"#, "passed"),
        (&[10.0 * MIB, 13.0 * MIB], r#"{ max_growth = "2MiB", floor = "5%" }"#, "failed"),
        // Three intervals of 1 MiB.
        (&[10.0 * MIB, 11.0 * MIB, 12.0 * MIB, 13.0 * MIB], r#"{ max_growth = "1MiB", per = "cycle" }"#, "passed"),
        (&[10.0 * MIB, 11.0 * MIB, 12.0 * MIB, 13.0 * MIB], r#"{ max_growth = "1MiB", per = "total" }"#, "failed"),
        (&[10.0 * MIB, 12.0 * MIB], r#"{ max_growth = "1MiB", level = "warn" }"#, "warned"),
        (&[10.0 * MIB, 12.0 * MIB], r#"{ max_growth = "1MiB", level = "off" }"#, "skipped"),
        // Either is enough.
        (&[10.0 * MIB, 12.0 * MIB], r#"{ max = "20MiB", max_growth = "1MiB" }"#, "failed"),
        (&[10.0 * MIB, 12.0 * MIB], r#"{ max = "11MiB", max_growth = "5MiB" }"#, "failed"),
        // One snapshot has no growth.
        (&[10.0 * MIB], r#"{ max_growth = "1MiB" }"#, "skipped"),
        (&[10.0 * MIB], r#"{ max = "20MiB", max_growth = "1MiB" }"#, "passed"),
    ] {
        let results = judged(&format!("\"heap.total\" = {settings}"), &total(values));
        assert_eq!(statuses(&results), [format!("{expected} heap.total")], "{values:?} {settings}");
    }
}

#[test]
fn a_result_has_all_numbers() {
    let results = judged(
        r#""heap.total" = { max_growth = "10%", floor = "64KiB", per = "cycle" }"#,
        &total(&[10.0 * MIB, 12.0 * MIB, 14.0 * MIB]),
    );
    let result = results.iter().find(|result| result.rule.to_string() == "heap.total").unwrap();
    assert_eq!(result.message, "heap.total grew by 20 % (2.0 MiB per cycle); the limit is 10 %");
    assert_eq!(result.expected, Some("growth of at most 10 % per cycle; 64.0 KiB is always allowed".into()));
    assert_eq!(result.found, Some("10.0 MiB → 14.0 MiB (+2.0 MiB per cycle, +20 %)".into()));
    let number = |number: Option<heapdiff::gate::Number>| number.map(|number| number.0);
    assert_eq!((number(result.value), number(result.limit)), (Some(14.0 * MIB), Some(0.1)));
    assert_eq!((number(result.delta), number(result.delta_ratio)), (Some(2.0 * MIB), Some(0.2)));
    assert_eq!(result.values.len(), 3);
    assert_eq!(result.tolerance, Some("64.0 KiB".into()));
    assert_eq!(result.fingerprint.len(), 16);
}

#[test]
fn each_subject_is_judged_by_the_most_particular_rule() {
    let class = |name: &str, values: &[f64]| Metric::series(RuleId::ClassCount, Unit::Count, values.to_vec()).of(name);
    let facts = heap(vec![class("Map", &[5.0, 50.0]), class("Session", &[1.0, 3.0]), class("Store", &[1.0, 1.0])]);
    let rules = r#"
        "class.count:*" = { max_growth = 10 }
        "class.count:Session" = { max = 0 }
        "class.count:St*" = "off"
    "#;
    let results = judged(rules, &facts);
    assert_eq!(statuses(&results), ["failed class.count:*", "failed class.count:Session", "skipped class.count:St*"]);
    let session = results.iter().find(|result| result.rule.to_string() == "class.count:Session").unwrap();
    assert_eq!(session.message, "class.count of Session is 3; the limit is 0");
    assert_eq!(session.command.shows, Reproduce::Paths("Session".into()));
    let map = results.iter().find(|result| result.rule.to_string() == "class.count:*").unwrap();
    assert_eq!(map.subject.as_ref().unwrap().to_string(), "Map");
}

#[test]
fn what_is_not_there_is_there_0_times() {
    let facts = total(&[MIB, MIB]);
    for (rule, expected) in [
        (r#""class.count:Session" = { max = 0 }"#, "passed class.count:Session"),
        (r#""class.count:Sess*" = { max = 0 }"#, "passed class.count:Sess*"),
        (r#""package.bytes:lodash" = { max_growth = 0 }"#, "passed package.bytes:lodash"),
        // But what is about the whole must be known.
        (r#""heap.objects" = { max = 1 }"#, "no-verdict heap.objects"),
    ] {
        assert_eq!(statuses(&judged(rule, &facts)), [expected]);
    }
}

#[test]
fn packages_have_budgets_of_growth() {
    let grown = |delta: f64| Metric {
        values: Values::Growth { base: 10240.0, delta, intervals: 2 },
        ..Metric::series(RuleId::PackageBytes, Unit::Bytes, vec![]).of("lodash")
    };
    let status = |rule: &str, delta| statuses(&judged(rule, &heap(vec![grown(delta)])));
    let total = r#""package.bytes:*" = { max_growth = "1KiB" }"#;
    assert_eq!(status(total, 1024.0), ["passed package.bytes:*"]);
    assert_eq!(status(total, 1025.0), ["failed package.bytes:*"]);
    let per_cycle = r#""package.bytes:*" = { max_growth = "1KiB", per = "cycle" }"#;
    assert_eq!(status(per_cycle, 2048.0), ["passed package.bytes:*"]);
    let share = r#""package.bytes:*" = { max_growth = "10%", floor = "100B" }"#;
    assert_eq!(status(share, 1024.0), ["passed package.bytes:*"]);
    assert_eq!(status(share, 1025.0), ["failed package.bytes:*"]);
}

#[test]
fn rules_about_other_inputs_are_left_alone() {
    let rules = r#"
        "loop.longest-block" = { max = "100ms" }
        "heap.total" = { max = "1GiB" }
        "package.bytes:*" = { max_growth = "1KiB" }
    "#;
    assert_eq!(
        statuses(&judged(rules, &total(&[MIB, MIB]))),
        ["passed heap.total", "passed package.bytes:*", "skipped loop.longest-block"]
    );
    let one = Facts { leaks: None, sources: vec![Source::Snapshot], ..total(&[MIB]) };
    assert_eq!(
        statuses(&judged(rules, &one)),
        ["passed heap.total", "skipped package.bytes:*", "skipped loop.longest-block"]
    );
    let profiles = crate::cpu(vec![crate::runs(RuleId::LoopLongestBlock, Unit::Us, &[], &[1.0])]);
    assert_eq!(
        statuses(&judged(rules, &profiles)),
        ["skipped heap.total", "skipped package.bytes:*", "passed loop.longest-block"]
    );
}

#[test]
fn fingerprints_have_no_lines_and_no_ids() {
    let print = |subject: &str| {
        let metric = Metric::series(RuleId::HolderCount, Unit::Count, vec![1.0, 9.0]).of(subject);
        judged(r#""holder.count:*" = { max_growth = 1 }"#, &heap(vec![metric]))[1].fingerprint.clone()
    };
    assert_eq!(
        print("variable cache of start (/app/a.js:10:3) → Map @77"),
        print("variable cache of start (/app/a.js:12:5) → Map @99")
    );
    assert_ne!(print("variable cache of start"), print("variable other of start"));
}

#[test]
fn nothing_has_not_grown_if_it_stays_nothing() {
    let results = judged(r#""heap.total" = { max_growth = "10%" }"#, &total(&[0.0, 0.0]));
    assert_eq!(statuses(&results), ["passed heap.total"]);
}

#[test]
fn rules_that_are_off_ask_for_nothing() {
    let asks = |level: &str| {
        let config = crate::config(&format!("\"class.count:Session\" = {{ max = \"1\", level = \"{level}\" }}"));
        config.rules.asks_about(RuleId::ClassCount, &"Session".into())
    };
    assert!(asks("error") && asks("warn") && !asks("off"));
    let config = crate::config("\"class.count:Session\" = { max = 1 }");
    assert!(!config.rules.asks_about(RuleId::ClassCount, &"Map".into()));
}

#[test]
fn of_a_pattern_that_matches_nothing_no_subject_is_named() {
    let of = |rule: &str| {
        let results = judged(&format!("\"{rule}\" = {{ max = \"1\" }}"), &total(&[1.0]));
        results.iter().find(|result| result.rule.to_string() == rule).unwrap().subject.clone()
    };
    assert_eq!(of("class.count:Session"), Some("Session".into()));
    assert_eq!(of("class.count:Sess*"), None);
}

#[test]
fn what_a_rule_lacks_is_said() {
    let said = |sources: Vec<heapdiff::gate::Source>| {
        let facts = Facts { sources, ..Facts::default() };
        let results = judged(r#""package.bytes:*" = { max_growth = "1MiB" }"#, &facts);
        results.iter().find(|result| result.rule.to_string() != "leaks").unwrap().message.to_string()
    };
    assert_eq!(said(vec![heapdiff::gate::Source::Snapshot]), "needs two heap snapshots, and only one was given");
    assert_eq!(said(vec![heapdiff::gate::Source::Profile]), "needs heap snapshots, and none were given");
}

#[test]
fn the_most_particular_rule_is_followed_wherever_it_stands() {
    // A name goes before a pattern of as many letters, and of two alike the one that also says the kind.
    let facts = heap(vec![Metric::series(RuleId::ClassCount, Unit::Count, vec![3.0]).of("Session")]);
    for rules in [
        "\"class.count:Session\" = { max = \"5\" }\n\"class.count:Session*\" = { max = \"1\" }",
        "\"class.count:Session*\" = { max = \"1\" }\n\"class.count:Session\" = { max = \"5\" }",
    ] {
        let results = judged(rules, &facts);
        assert!(results.iter().all(|result| result.status != heapdiff::gate::Status::Failed), "{rules}");
    }
    let facts = crate::leaking(vec![crate::leak("a1", heapdiff::heap::detect::Kind::Map, "Session", 100)]);
    let of_kind = judged("\"leaks.map:Session\" = \"off\"\n\"leaks:Session\" = \"error\"", &facts);
    assert_eq!(of_kind[0].rule.to_string(), "leaks.map:Session");
}

/// The result of the only rule.
fn result(rule: &str, facts: &Facts) -> heapdiff::gate::RuleResult {
    let results = judged(rule, facts);
    results.into_iter().find(|result| result.rule.to_string() != "leaks").unwrap()
}

#[test]
fn of_two_broken_limits_the_first_is_told() {
    let both = result(r#""heap.total" = { max = "11MiB", max_growth = "1MiB" }"#, &total(&[10.0 * MIB, 12.0 * MIB]));
    assert_eq!(both.message, "heap.total is 12.0 MiB; the limit is 11.0 MiB");
}

#[test]
fn growth_from_nothing_is_no_share() {
    let grown = result(r#""heap.total" = { max_growth = "10%" }"#, &total(&[0.0, MIB]));
    assert_eq!(grown.delta_ratio, None);
    assert_eq!(grown.message, "heap.total grew by 1.0 MiB; the limit is 10 %");
}

#[test]
fn a_limit_of_the_whole_growth_is_not_said_per_cycle() {
    let rule = r#""heap.total" = { max_growth = "1MiB" }"#;
    let grown = result(rule, &total(&[10.0 * MIB, 12.0 * MIB, 14.0 * MIB]));
    assert_eq!(grown.expected, Some("growth of at most 1.0 MiB".into()));
}

#[test]
fn subjects_that_keep_a_rule_are_one_result_and_others_one_each() {
    let class = |name: &str, count: f64| Metric::series(RuleId::ClassCount, Unit::Count, vec![count]).of(name);
    let facts = heap(vec![class("A", 1.0), class("B", 5.0), class("C", 9.0)]);
    let rule = |max: u32| format!("\"class.count:*\" = {{ max = {max} }}");
    assert_eq!(statuses(&judged(&rule(4), &facts)), ["failed class.count:*", "failed class.count:*"]);
    assert_eq!(statuses(&judged(&rule(9), &facts)), ["passed class.count:*"]);
    assert_eq!(result(&rule(9), &facts).message, "class.count of 3 class names");
}

#[test]
fn digits_of_names_are_part_of_their_fingerprints() {
    let print = |subject: &str| {
        let metric = Metric::series(RuleId::ClassCount, Unit::Count, vec![9.0]).of(subject);
        result(r#""class.count:*" = { max = 1 }"#, &heap(vec![metric])).fingerprint
    };
    assert_ne!(print("Base64"), print("Base32"));
}

#[test]
fn snapshots_that_cannot_be_compared_have_no_growth_but_sizes() {
    let facts = Facts { incomparable: Some("other programs".into()), ..total(&[10.0 * MIB, 12.0 * MIB]) };
    for (rule, expected) in [
        (r#""heap.total" = { max_growth = "1MiB" }"#, "no-verdict heap.total: other programs"),
        (r#""heap.total" = { max_growth = "1MiB", level = "off" }"#, "skipped heap.total: off"),
        (r#""heap.total" = { max = "20MiB" }"#, "passed heap.total: heap.total"),
        (r#""package.bytes:*" = { max_growth = "1KiB" }"#, "no-verdict package.bytes:*: other programs"),
    ] {
        let of = result(rule, &facts);
        assert_eq!(format!("{} {}: {}", of.status, of.rule, of.message), expected, "{rule}");
    }
    let leaks = |rule: &str| judged(rule, &facts).into_iter().find(|of| of.rule.to_string() == "leaks").unwrap();
    assert_eq!(leaks("").message, "other programs");
    assert_eq!(leaks("leaks = \"off\"").message, "off");
}

#[test]
fn what_findings_lack_is_said() {
    let said = |sources: Vec<Source>| {
        let facts = Facts { leaks: None, sources, ..Facts::default() };
        judged("", &facts).into_iter().find(|result| result.rule.to_string() == "leaks").unwrap().message.to_string()
    };
    assert_eq!(said(vec![Source::Snapshot]), "needs two heap snapshots, and only one was given");
    assert_eq!(said(vec![Source::Profile]), "needs two heap snapshots, and none were given");
}
