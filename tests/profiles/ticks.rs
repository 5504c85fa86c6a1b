//! V8's tick logs: the text and its preprocessed form say the same, and what V8's own processor counts.

use crate::{fixture, given, selves, text};
use heapdiff::cpu::attribution::{GapCap, Options, Weights};
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

/// What counts as waiting, in milliseconds, of a log with a tick per letter: `a`, `b` functions, `w` native code alone, `i` idle. A
/// tick is 1 ms after the one before, or so many as stand before it.
fn waited_ms(ticks: &str, gap_cap: GapCap) -> u64 {
    let mut log = "v8-version,11,3,244,8,-node.38,0\nprofiler,begin,1000\n\
        code-creation,JS,10,20,0x7000,16,a /a.js:1:1,0xaa,~\ncode-creation,JS,10,20,0x7100,16,b /a.js:3:13,0xbb,~\n"
        .to_owned();
    let mut at_us = 0;
    for word in ticks.split_whitespace() {
        let (ms, who) = word.split_at(word.len() - 1);
        at_us += 1000 * ms.parse::<u64>().unwrap_or(1);
        let (address, state) = match who {
            "a" => ("0x7004", 0),
            "b" => ("0x7104", 0),
            "i" => ("0x9999", 8),
            _ => ("0x9999", 6),
        };
        log.push_str(&format!("tick,{address},{at_us},0,0x0,{state}\n"));
    }
    let part = given(crate::one(&log), Options { gap_cap, ..Options::default() });
    // The log begins a millisecond before its first tick.
    (part.no_samples_us - 1000) / 1000
}

#[test]
fn gaps_without_ticks_are_waiting() {
    for (ticks, expected) in [
        // A wait ends with a tick without a stack, however short it is.
        ("a a a a 30w a a", 29),
        ("a a a a 30i a a", 29),
        ("a a a a 9w a a", 8),
        ("a a a a 4w a a", 0),
        // In a log that has such ticks, a gap inside one function is none.
        ("w a a a 30a a a", 0),
        ("w a a a 9b b b", 0),
        ("w a a a 30b b b", 29),
        // In one without, short gaps inside one function are the collector, the compiler, or a machine under load.
        ("a a a a 9a a a", 0),
        ("a a a a 30a a a", 29),
        ("a a a a 9b b b", 8),
        // What is idle already stays so.
        ("a a i 30i a a", 0),
    ] {
        assert_eq!(waited_ms(ticks, GapCap::Auto), expected, "{ticks}");
        assert_eq!(waited_ms(ticks, GapCap::Off), 0, "{ticks}");
    }
}
