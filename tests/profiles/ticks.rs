//! V8's tick logs: the text and its preprocessed form say the same, and what V8's own processor counts.

use crate::{fixture, given, selves, text};
use heapdiff::cpu::attribution::{Options, Weights};
use std::collections::BTreeMap;

/// Ticks per name without the mark of the tier, from the tables that `node --prof-process` prints.
fn processed(name: &str) -> (u64, BTreeMap<String, u64>) {
    let printed = text(&format!("{name}.prof-process.txt.zst"));
    let all = printed.split_once(", (").unwrap().1.split_once(" ticks").unwrap().0.parse().unwrap();
    let mut ticks: BTreeMap<String, u64> = BTreeMap::new();
    for line in printed.lines() {
        // `     15    7.5%    8.4%  JS: *fib /tmp/work.cjs:3:13`
        let columns: Vec<&str> = line.splitn(2, "%  ").collect();
        let [numbers, rest] = columns[..] else { continue };
        let Some(count) = numbers.split_whitespace().next().and_then(|n| n.parse::<u64>().ok()) else { continue };
        let named = rest.trim_start().trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '%'));
        let named = named.trim_start();
        if let Some(script) = named.strip_prefix("JS: ") {
            let function = script.trim_start_matches(['*', '^', '+', '~']).rsplit_once(' ').unwrap().0;
            let function = function.replace("<anonymous>", "(anonymous)");
            *ticks.entry(function).or_default() += count;
        } else if let Some(pattern) = named.strip_prefix("RegExp: ") {
            *ticks.entry(format!("RegExp: {pattern}")).or_default() += count;
        } else if named == "GC" {
            *ticks.entry("(garbage collector)".to_owned()).or_default() += count;
        }
    }
    (all, ticks)
}

#[test]
fn counts_are_those_of_v8s_processor() {
    for name in ["node20", "node24"] {
        let (all, expected) = processed(name);
        let options = Options { weights: Weights::Samples, is_raw: true, ..Options::default() };
        for file in [format!("{name}.v8.log.zst"), format!("{name}.ticks.json.zst")] {
            let part = given(fixture(&file).remove(0), options);
            assert_eq!(part.sample_count, all, "{file}");
            let ours = selves(&part);
            assert!(expected.len() >= 4, "{expected:?}");
            for (function, count) in &expected {
                let our = ours.get(function).copied().unwrap_or(0);
                // A module's top level is anonymous to V8.
                let module = if function == "(anonymous)" { ours.get("(module)").copied().unwrap_or(0) } else { 0 };
                let our = our + module;
                // Ours may be more: a bytecode handler is the function below it, and unknown code on top of a
                // function counts for that; where V8's processor names a function, so must heapdiff.
                assert!(our >= *count, "{file}: {function}: {our}, V8's processor {count}");
            }
            assert_eq!(ours.get("(garbage collector)"), expected.get("(garbage collector)"), "{file}");
        }
    }
}

#[test]
fn both_forms_agree() {
    for name in ["node20", "node24"] {
        let log = fixture(&format!("{name}.v8.log.zst")).remove(0);
        let json = fixture(&format!("{name}.ticks.json.zst")).remove(0);
        assert_eq!((log.samples.len(), &log.time_us), (json.samples.len(), &json.time_us), "{name}");
        // In samples: only the log knows how long the last one lasted.
        let options = Options { is_raw: true, weights: Weights::Samples, ..Options::default() };
        let by = |raw| selves(&given(raw, options));
        let (log, json) = (by(log), by(json));
        for state in ["(garbage collector)", "(idle)", "(parser)", "(bytecode compiler)"] {
            assert_eq!(log.get(state), json.get(state), "{name}: {state}");
        }
        assert!(log.contains_key("fib") && json.contains_key("fib"));
    }
}
