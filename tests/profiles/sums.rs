//! What must hold for any profile: all time is given away once, totals are sums, recursion counts once.

use crate::{frame, given, one, selves};
use heapdiff::cpu::attribution::{Attribution, GapCap, Options, Weights};
use heapdiff::cpu::call_times::together;
use heapdiff::stacks::Unit;
use proptest::prelude::*;
use std::fmt::Write as _;

const NAMES: [&str; 7] = ["(program)", "(idle)", "(garbage collector)", "a", "b", "c", "d"];

/// A tree by each node's parent (smaller) and name, and samples on it with the time to the next.
fn profile() -> impl Strategy<Value = String> {
    let nodes = prop::collection::vec((any::<prop::sample::Index>(), 0..NAMES.len()), 1..40);
    let samples = prop::collection::vec((any::<prop::sample::Index>(), -2_000i64..90_000), 0..60);
    (nodes, samples, 0i64..100_000, any::<u32>()).prop_map(|(nodes, samples, tail, rotate)| {
        let mut parts = vec![format!(r#"{{"id":1,{}}}"#, frame("(root)"))];
        for (i, (parent, name)) in nodes.iter().enumerate() {
            // V8's own frames stand below the root.
            let parent = if *name < 3 { 1 } else { parent.index(i + 1) + 1 };
            parts.push(format!(r#"{{"id":{},"parent":{parent},{},"hitCount":{}}}"#, i + 2, frame(NAMES[*name]), i % 5));
        }
        let middle = rotate as usize % parts.len();
        parts.rotate_left(middle);
        let (mut ids, mut deltas, mut end) = (String::new(), String::new(), 1000);
        for (sample, delta) in &samples {
            let comma = if ids.is_empty() { "" } else { "," };
            write!(ids, "{comma}{}", sample.index(nodes.len() + 1) + 1).unwrap();
            write!(deltas, "{comma}{delta}").unwrap();
            end += delta;
        }
        let nodes = parts.join(",");
        format!(
            r#"{{"nodes":[{nodes}],"samples":[{ids}],"timeDeltas":[{deltas}],"startTime":1000,"endTime":{}}}"#,
            end + tail
        )
    })
}

fn all_options() -> impl Iterator<Item = Options> {
    [Weights::Time, Weights::Samples, Weights::Hits].into_iter().flat_map(|weights| {
        (0..8u8).map(move |bits| Options {
            is_raw: bits & 1 != 0,
            weights,
            gap_cap: if bits & 2 != 0 { GapCap::On } else { GapCap::Auto },
            keeps_intervals: bits & 4 != 0,
        })
    })
}

/// By definition: for each frame the own values of all calls with it on their stack.
fn totals_by_definition(part: &Attribution) -> Vec<u64> {
    let mut totals = vec![0; part.frames.len()];
    for call in part.tree.calls() {
        let mut frames: Vec<_> = part.tree.stack(call).map(|caller| part.tree.frame(caller)).collect();
        frames.sort_unstable();
        frames.dedup();
        frames.iter().for_each(|frame| totals[frame.ix()] += part.self_value[call.ix()]);
    }
    totals
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_time_is_given_away_once(text in profile()) {
        for options in all_options() {
            let part = given(one(&text), options);
            let sum: u64 = part.self_value.iter().sum();
            match part.unit {
                Unit::Micros => prop_assert_eq!(sum + part.no_samples_us, part.duration_us),
                _ if options.weights == Weights::Samples => prop_assert_eq!(sum, part.sample_count),
                _ => {}
            }
            if !part.intervals.is_empty() {
                let mut by_call = vec![0; part.tree.len()];
                let mut until = 0;
                for interval in &part.intervals {
                    prop_assert!(interval.start_us >= until);
                    until = interval.start_us + interval.duration_us;
                    by_call[interval.call.ix()] += interval.duration_us;
                }
                prop_assert_eq!(&by_call, &part.self_value);
            }
        }
    }

    #[test]
    fn totals_are_sums_and_recursion_counts_once(text in profile()) {
        let part = given(one(&text), Options::default());
        let expected = totals_by_definition(&part);
        let values = part.tree.by_frame(part.frames.len(), &part.self_value);
        let found: Vec<u64> = values.iter().map(|value| value.total_value).collect();
        prop_assert_eq!(found, expected);
        let sum: u64 = part.self_value.iter().sum();
        prop_assert_eq!(part.tree.totals(&part.self_value)[0], sum);
        let merged = together(vec![part.clone(), part], false).unwrap();
        prop_assert_eq!(merged.stacks.total(), 2 * sum);
    }
}

#[test]
fn profiles_of_nearly_nothing() {
    let root = format!(r#"{{"id":1,{},"children":[2]}},{{"id":2,{}}}"#, frame("(root)"), frame("(idle)"));
    let with = |samples: &str, deltas: &str, end: u32| {
        let times = format!(r#""samples":[{samples}],"timeDeltas":[{deltas}],"startTime":0,"endTime":{end}"#);
        given(one(&format!(r#"{{"nodes":[{root}],{times}}}"#)), Options::default())
    };
    let none = with("", "", 50);
    assert_eq!((none.self_value.iter().sum::<u64>(), none.duration_us), (0, 50));
    let single = with("2", "10", 50);
    assert_eq!((selves(&single)["(idle)"], single.no_samples_us), (40, 10));
    let idle = with("2,2,2,2", "10,1000,1000,1000", 4010);
    assert_eq!((selves(&idle)["(idle)"], idle.no_samples_us), (4000, 10));
    let nothing = with("2", "0", 0);
    assert_eq!((nothing.self_value.iter().sum::<u64>(), nothing.no_samples_us), (0, 0));
}

#[test]
fn a_recursion_of_a_million_calls() {
    const DEPTH: u32 = 1_000_000;
    let mut nested = String::new();
    for i in 0..DEPTH {
        write!(nested, r#"{{"functionName":"f","url":"a.js","id":{},"hitCount":1,"children":["#, i + 1).unwrap();
    }
    nested.push_str(&"]}".repeat(DEPTH as usize));
    let raw = one(&format!(
        r#"{{"head":{nested},"samples":[{DEPTH},{DEPTH},1],"timestamps":[0,10,20],"startTime":0,"endTime":0.00003}}"#
    ));
    assert_eq!(raw.parent.len(), DEPTH as usize);
    let part = given(raw, Options::default());
    let values = part.tree.by_frame(part.frames.len(), &part.self_value);
    assert_eq!((values[0].self_value, values[0].total_value), (30, 30), "counted once");
}
