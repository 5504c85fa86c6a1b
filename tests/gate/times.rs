//! Rules about time: floors of both sorts, significance, and caution with few runs.

use crate::{cpu, judged, runs, statuses, with};
use heapdiff::gate::{Aggregate, Metric, MetricKey, RuleId, Settings, Unit};

const MS: f64 = 1000.0;

fn block(base: &[f64], head: &[f64]) -> Metric {
    let scale = |values: &[f64]| values.iter().map(|value| value * MS).collect::<Vec<_>>();
    runs(RuleId::LoopLongestBlock, Unit::Us, &scale(base), &scale(head))
}

fn status(rule: &str, base: &[f64], head: &[f64]) -> String {
    let results = judged(&format!("\"loop.longest-block\" = {rule}"), &cpu(vec![block(base, head)]));
    let result = results.iter().find(|result| result.rule.to_string() == "loop.longest-block").unwrap();
    result.status.to_string()
}

#[test]
fn one_run_per_side_only_warns() {
    let growth = r#"{ max_growth = "10%" }"#;
    assert_eq!(status(growth, &[100.0], &[200.0]), "warned");
    assert_eq!(status(growth, &[100.0, 101.0, 102.0], &[200.0]), "warned");
    assert_eq!(status(r#"{ max = "100ms" }"#, &[], &[200.0]), "warned");
    assert_eq!(status(r#"{ max = "100ms" }"#, &[], &[200.0, 150.0, 160.0]), "failed");
    assert_eq!(status(r#"{ max = "100ms" }"#, &[], &[200.0, 50.0, 60.0]), "passed");
}

#[test]
fn both_floors_must_be_exceeded() {
    for (rule, base, head, expected) in [
        // 50 % more, but only 5 ms: below the floor of 10 ms.
        (r#"{ max_growth = "10%" }"#, [10.0, 10.1, 10.2], [15.0, 15.1, 15.2], "passed"),
        (r#"{ max_growth = "10%", floor = "2ms" }"#, [10.0, 10.1, 10.2], [15.0, 15.1, 15.2], "failed"),
        // 30 ms more, but only 3 %: below the floor of 5 %.
        (r#"{ max_growth = "20ms" }"#, [1000.0, 1001.0, 1002.0], [1030.0, 1031.0, 1032.0], "passed"),
        (r#"{ max_growth = "20ms", floor = "1%" }"#, [1000.0, 1001.0, 1002.0], [1030.0, 1031.0, 1032.0], "failed"),
        (r#"{ max_growth = "10%" }"#, [100.0, 101.0, 102.0], [150.0, 151.0, 152.0], "failed"),
    ] {
        assert_eq!(status(rule, &base, &head), expected, "{rule} {base:?} {head:?}");
    }
}

#[test]
fn what_chance_explains_passes() {
    let rule = r#"{ max_growth = "10%" }"#;
    // The medians differ by 40 %, but the runs overlap.
    assert_eq!(status(rule, &[100.0, 90.0, 210.0], &[140.0, 95.0, 220.0]), "passed");
    assert_eq!(status(rule, &[100.0, 105.0, 110.0], &[140.0, 145.0, 150.0]), "failed");
    // Two runs cannot be tested: all of the one must be above all of the other.
    assert_eq!(status(rule, &[100.0, 160.0], &[150.0, 200.0]), "passed");
    assert_eq!(status(rule, &[100.0, 110.0], &[150.0, 200.0]), "failed");
}

#[test]
fn too_few_runs_are_no_verdict() {
    let metric = || cpu(vec![block(&[100.0, 105.0, 110.0], &[140.0, 145.0, 150.0])]);
    let rule = r#""loop.longest-block" = { max_growth = "10%" }"#;
    let strict = Settings { significance: 0.01, ..Settings::default() };
    let results = with(rule, &metric(), &strict);
    assert_eq!(statuses(&results), ["no-verdict loop.longest-block"]);
    let said = &results.iter().find(|result| result.rule.to_string() == "loop.longest-block").unwrap().notes[0];
    assert!(said.to_string().contains("p is at least 0.050"), "{said}");
    let many = Settings { min_runs: 5, ..Settings::default() };
    assert_eq!(statuses(&with(rule, &metric(), &many)), ["no-verdict loop.longest-block"]);
    let warn = r#""loop.longest-block" = { max_growth = "10%", level = "warn" }"#;
    assert_eq!(statuses(&with(warn, &metric(), &many)), ["warned loop.longest-block"]);
}

#[test]
fn runs_are_aggregated_as_asked() {
    let facts = cpu(vec![block(&[], &[50.0, 60.0, 500.0])]);
    let rule = r#""loop.longest-block" = { max = "100ms" }"#;
    for (aggregate, expected) in [
        (Aggregate::Median, "passed"),
        (Aggregate::Min, "passed"),
        (Aggregate::Max, "failed"),
        (Aggregate::Mean, "failed"),
    ] {
        let settings = Settings { aggregate, ..Settings::default() };
        assert_eq!(statuses(&with(rule, &facts, &settings)), [format!("{expected} loop.longest-block")]);
    }
}

#[test]
fn startup_counts_only_if_asked() {
    let late = runs(RuleId::LoopLongestBlock, Unit::Us, &[], &[10.0 * MS; 3]);
    let all = runs(MetricKey::LongestBlockWithStartup, Unit::Us, &[], &[500.0 * MS; 3]);
    let facts = cpu(vec![late, all]);
    let status = |rule: &str| statuses(&judged(&format!("\"loop.longest-block\" = {rule}"), &facts));
    assert_eq!(status(r#"{ max = "100ms" }"#), ["passed loop.longest-block"]);
    assert_eq!(status(r#"{ max = "100ms", startup = "count" }"#), ["failed loop.longest-block"]);
}

#[test]
fn denied_calls_fail_however_short() {
    let call = |name: &str| runs(RuleId::LoopSyncCall, Unit::Us, &[], &[300.0]).of(name);
    let facts = cpu(vec![call("fs.readFileSync"), call("crypto.pbkdf2Sync")]);
    assert_eq!(statuses(&judged(r#""loop.sync-call:fs.*Sync" = "error""#, &facts)), ["failed loop.sync-call:fs.*Sync"]);
    assert_eq!(statuses(&judged(r#""loop.sync-call:zlib.*" = "error""#, &facts)), ["passed loop.sync-call:zlib.*"]);
    let allowed = r#""loop.sync-call:fs.*" = { max = "1ms" }"#;
    assert_eq!(statuses(&judged(allowed, &facts)), ["passed loop.sync-call:fs.*"]);
}

#[test]
fn shares_are_compared_in_points() {
    let gc = |base: &[f64], head: &[f64]| cpu(vec![runs(RuleId::GcShare, Unit::Ratio, base, head)]);
    let max = r#""gc.share" = { max = "15%" }"#;
    assert_eq!(statuses(&judged(max, &gc(&[], &[0.14; 3]))), ["passed gc.share"]);
    assert_eq!(statuses(&judged(max, &gc(&[], &[0.16; 3]))), ["failed gc.share"]);
    let growth = r#""gc.share" = { max_growth = "20%" }"#;
    // Doubled, but by less than a hundredth of the whole.
    assert_eq!(statuses(&judged(growth, &gc(&[0.004; 3], &[0.008; 3]))), ["passed gc.share"]);
    assert_eq!(statuses(&judged(growth, &gc(&[0.04; 3], &[0.08; 3]))), ["failed gc.share"]);
}

#[test]
fn hot_functions_that_were_cold_are_named() {
    let function = |name: &str, base: f64, head: f64| {
        runs(RuleId::CpuSelfFunction, Unit::Us, &[base * MS; 3], &[head * MS; 3]).of(name)
    };
    let active = || runs(RuleId::CpuActive, Unit::Us, &[1000.0 * MS; 3], &[1200.0 * MS; 3]);
    let facts = cpu(vec![
        active(),
        function("app:a.js#parse", 0.0, 200.0),
        function("app:a.js#render", 400.0, 500.0),
        function("app:a.js#small", 0.0, 20.0),
    ]);
    let results = judged(r#""cpu.new-hot-spot" = { min_share = "5%" }"#, &facts);
    assert_eq!(statuses(&results), ["failed cpu.new-hot-spot"]);
    let message = &results.iter().find(|result| result.rule.to_string() == "cpu.new-hot-spot").unwrap().message;
    assert_eq!(message, "app:a.js#parse takes 16.7 % of the active time and took 0 % before");
    let none = cpu(vec![runs(RuleId::CpuActive, Unit::Us, &[], &[1.0])]);
    assert_eq!(statuses(&judged(r#""cpu.new-hot-spot" = "error""#, &none)), ["no-verdict cpu.new-hot-spot"]);
}

#[test]
fn few_samples_prove_nothing() {
    let metric = |samples| Metric {
        samples: Some(samples),
        ..runs(RuleId::CpuSelfPackage, Unit::Us, &[100.0 * MS; 3], &[200.0 * MS; 3]).of("lodash")
    };
    let rule = r#""cpu.self.package:*" = { max_growth = "25%", min_samples = 50 }"#;
    let status = |samples| statuses(&judged(rule, &cpu(vec![metric(samples)])));
    assert_eq!(status(49), ["passed cpu.self.package:*"]);
    assert_eq!(status(50), ["failed cpu.self.package:*"]);
}

#[test]
fn a_function_that_was_lukewarm_is_no_new_hot_spot() {
    let statuses_of = |before: f64| {
        let active = runs(RuleId::CpuActive, Unit::Us, &[1000.0 * MS; 3], &[1000.0 * MS; 3]);
        let function =
            runs(RuleId::CpuSelfFunction, Unit::Us, &[before * MS; 3], &[200.0 * MS; 3]).of("app:a.js#parse");
        statuses(&judged(r#""cpu.new-hot-spot" = { min_share = "5%" }"#, &cpu(vec![active, function])))
    };
    // From a tenth of the share on, which is half a percent here, it was not cold.
    assert_eq!(statuses_of(4.9), ["failed cpu.new-hot-spot"]);
    assert_eq!(statuses_of(5.1), ["passed cpu.new-hot-spot"]);
    assert_eq!(statuses_of(40.0), ["passed cpu.new-hot-spot"]);
}

#[test]
fn a_side_of_one_run_only_warns_of_growth() {
    let rule = r#"{ max_growth = "20%" }"#;
    assert_eq!(status(rule, &[50.0], &[90.0; 3]), status(rule, &[50.0], &[90.0]));
    assert_eq!(status(rule, &[50.0], &[90.0; 3]), "warned");
}

#[test]
fn three_runs_of_each_side_are_tested() {
    let rule = r#""loop.longest-block" = { max_growth = "20%" }"#;
    let p = |count: usize| {
        judged(rule, &cpu(vec![block(&vec![50.0; count], &vec![90.0; count])])).iter().find_map(|result| result.p_value)
    };
    assert_eq!((p(2), p(3)), (None, Some(0.05)));
}

#[test]
fn without_a_base_only_the_head_needs_runs() {
    let facts = cpu(vec![block(&[], &[10.0; 3])]);
    let settings = Settings { min_runs: 2, ..Settings::default() };
    let rule = r#""loop.longest-block" = { max = "50ms", max_growth = "20%" }"#;
    assert_eq!(statuses(&with(rule, &facts, &settings)), ["passed loop.longest-block"]);
}

#[test]
fn a_floor_of_a_share_is_as_it_is_set() {
    let status = |floor: &str| {
        let rule = format!("\"gc.share\" = {{ max_growth = \"20%\", floor = \"{floor}\" }}");
        statuses(&judged(&rule, &cpu(vec![runs(RuleId::GcShare, Unit::Ratio, &[0.04; 3], &[0.08; 3])])))
    };
    assert_eq!(status("3%"), ["failed gc.share"]);
    assert_eq!(status("5%"), ["passed gc.share"]);
}

#[test]
fn a_floor_that_says_the_same_as_the_limit_leaves_the_usual_one() {
    // A third more, but by less than the 10 ms that always pass.
    let rule = r#"{ max_growth = "20%", floor = "5%" }"#;
    assert_eq!(status(rule, &[9.0; 3], &[12.0; 3]), "passed");
}

#[test]
fn what_is_a_hot_spot_is_as_it_is_set_and_beyond_chance() {
    let said = |rule: &str, base: &[f64], head: &[f64]| {
        let active = runs(RuleId::CpuActive, Unit::Us, &[1000.0 * MS; 3], &[1000.0 * MS; 3]);
        let function = runs(RuleId::CpuSelfFunction, Unit::Us, base, head).of("app:a.js#parse");
        let results = judged(rule, &cpu(vec![active, function]));
        results
            .iter()
            .filter(|result| result.rule.to_string() != "leaks")
            .map(|result| result.message.to_string())
            .collect::<Vec<_>>()
    };
    let hot = ["app:a.js#parse takes 10 % of the active time and took 0 % before"];
    let of_share = |share: &str| {
        said(&format!("\"cpu.new-hot-spot\" = {{ min_share = \"{share}\" }}"), &[0.0; 3], &[100.0 * MS; 3])
    };
    assert_eq!(of_share("9%"), hot);
    assert_eq!(of_share("11%"), ["no new function takes 11 % of the active time"]);
    // The medians are far apart, and the runs are not.
    let of_runs = |base: &[f64]| said("\"cpu.new-hot-spot\" = \"error\"", base, &[100.0 * MS, 100.0 * MS, 0.0]);
    assert_eq!(of_runs(&[0.0, 300.0 * MS, 0.0]), ["no new function takes 5 % of the active time"]);
    let of_subject =
        |subject: &str| said(&format!("\"cpu.new-hot-spot:{subject}\" = \"error\""), &[0.0; 3], &[100.0 * MS; 3]);
    assert_eq!(of_subject("app:*"), hot);
    assert_eq!(of_subject("lodash:*"), ["no new function takes 5 % of the active time"]);
}

/// The result of a rule about the longest block.
fn result(rule: &str, base: &[f64], head: &[f64], settings: &Settings) -> heapdiff::gate::RuleResult {
    let results = with(&format!("\"loop.longest-block\" = {rule}"), &cpu(vec![block(base, head)]), settings);
    results.into_iter().find(|result| result.rule.to_string() == "loop.longest-block").unwrap()
}

fn notes(result: &heapdiff::gate::RuleResult) -> Vec<String> {
    result.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_beyond_chance_is_not_said_to_be_within() {
    let rule = r#"{ max_growth = "10%" }"#;
    let default = Settings::default();
    let two = result(rule, &[100.0, 110.0], &[150.0, 200.0], &default);
    assert_eq!((two.status.to_string(), notes(&two)), ("failed".to_owned(), vec![]));
    let three = result(rule, &[100.0, 105.0, 110.0], &[140.0, 145.0, 150.0], &default);
    assert_eq!((three.status.to_string(), notes(&three)), ("failed".to_owned(), vec![]));
    // As likely as is allowed is not less likely.
    let (base, head) = ([100.0, 101.0, 102.0, 103.0, 120.0], [115.0, 116.0, 117.0, 118.0, 119.0]);
    let p_value = result(rule, &base, &head, &default).p_value.unwrap();
    let exact = result(rule, &base, &head, &Settings { significance: p_value, ..default });
    assert_eq!((exact.status.to_string(), notes(&exact)), ("failed".to_owned(), vec![]));
}

#[test]
fn runs_are_needed_of_the_sides_that_are_compared() {
    let settings = Settings { min_runs: 2, ..Settings::default() };
    let status = |rule: &str, base: &[f64], head: &[f64]| result(rule, base, head, &settings).status.to_string();
    let (one, three) = ([100.0], [100.0, 101.0, 102.0]);
    assert_eq!(status(r#"{ max = "200ms" }"#, &one, &three), "passed");
    assert_eq!(status(r#"{ max_growth = "10%" }"#, &one, &three), "no-verdict");
    assert_eq!(status(r#"{ max_growth = "10%" }"#, &three, &one), "no-verdict");
}

#[test]
fn a_warning_need_not_be_weakened() {
    let warned = result(r#"{ max = "100ms", level = "warn" }"#, &[], &[200.0], &Settings::default());
    assert_eq!((warned.status.to_string(), notes(&warned)), ("warned".to_owned(), vec![]));
}

#[test]
fn few_samples_prove_no_limit_either() {
    let metric =
        Metric { samples: Some(9), ..runs(RuleId::CpuSelfPackage, Unit::Us, &[], &[200.0 * MS; 3]).of("lodash") };
    let rule = r#""cpu.self.package:*" = { max = "100ms", min_samples = 50 }"#;
    assert_eq!(statuses(&judged(rule, &cpu(vec![metric]))), ["passed cpu.self.package:*"]);
}

#[test]
fn a_base_that_did_nothing_has_no_hot_functions() {
    let active = runs(RuleId::CpuActive, Unit::Us, &[0.0; 3], &[1000.0 * MS; 3]);
    let function = runs(RuleId::CpuSelfFunction, Unit::Us, &[0.0; 3], &[200.0 * MS; 3]).of("app:a.js#parse");
    let results = judged(r#""cpu.new-hot-spot" = { min_share = "5%" }"#, &cpu(vec![active, function]));
    let message = &results.iter().find(|result| result.rule.to_string() == "cpu.new-hot-spot").unwrap().message;
    assert_eq!(message, "app:a.js#parse takes 20 % of the active time and took 0 % before");
}

#[test]
fn a_second_is_said_in_seconds() {
    let second = result(r#"{ max = "100ms" }"#, &[], &[1000.0; 3], &Settings::default());
    assert_eq!(second.message, "loop.longest-block is 1.00 s; the limit is 100 ms");
}
