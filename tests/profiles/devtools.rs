//! Self times are those of Chrome DevTools, for a profile of every runtime.
//!
//! `devtools.json.zst` has, per function, what DevTools' `CPUProfileDataModel` gives: by time (`forEachFrame`, the
//! Performance panel) and by hits (`ProfileTreeModel`, the old profiler's tree), in whole microseconds.

use crate::{fixture, given, text};
use heapdiff::cpu::attribution::{Attribution, Options, Weights};
use heapdiff::format::RawProfile;
use heapdiff::stacks::CallIx;
use serde_json::Value;
use std::collections::BTreeMap;

/// A function as DevTools tells them apart in one file, with 0-based positions.
type Key = (String, String, i64, i64);

struct Expected {
    by_time: BTreeMap<Key, i64>,
    by_hits: BTreeMap<Key, i64>,
}

fn expected() -> BTreeMap<String, Expected> {
    let json: Value = serde_json::from_str(&text("devtools.json.zst")).unwrap();
    let of = |functions: &Value, column: usize| {
        let rows = functions.as_array().unwrap().iter();
        rows.map(|row| {
            let text = |i: usize| row[i].as_str().unwrap().to_owned();
            let number = |i: usize| row[i].as_i64().unwrap();
            ((text(0), text(1), number(2), number(3)), number(column))
        })
        .collect()
    };
    let profiles = json["profiles"].as_object().unwrap();
    let both = |p: &Value| Expected { by_time: of(&p["functions"], 4), by_hits: of(&p["functions"], 5) };
    profiles.iter().map(|(name, profile)| (name.clone(), both(profile))).collect()
}

fn key(part: &Attribution, call: CallIx) -> Key {
    let frame = part.frames.get(part.tree.frame(call));
    let text = |text: &heapdiff::base::Text| (*text.to_lossy()).to_owned();
    (text(&frame.name), text(&frame.url), i64::from(frame.line) - 1, i64::from(frame.column) - 1)
}

fn by_key(part: &Attribution) -> BTreeMap<Key, i64> {
    let mut sums = BTreeMap::new();
    for (call, value) in part.tree.calls().zip(&part.self_value) {
        *sums.entry(key(part, call)).or_default() += *value as i64;
    }
    sums
}

/// The file's profile that DevTools' numbers are of: in a trace the thread is named too.
fn profile(name: &str) -> RawProfile {
    match name.split_once(' ') {
        None => fixture(&format!("{name}.zst")).remove(0),
        Some((file, thread)) => {
            let named = |raw: &RawProfile| raw.thread.name.as_ref().is_some_and(|name| name.to_lossy() == thread);
            fixture(&format!("{file}.gz")).into_iter().find(named).unwrap()
        }
    }
}

#[test]
fn self_times_by_time_are_devtools() {
    for (name, expected) in expected() {
        // Bun writes no idle samples: there DevTools takes a wait for the work of what ran before it, and heapdiff's
        // rule for that is left out here.
        let options = Options { is_raw: name.starts_with("bun"), keeps_intervals: true, ..Options::default() };
        let part = given(profile(&name), options);
        // The last sample has no next one: DevTools gives it the average interval, heapdiff what is left of the
        // profile, at most 2.5 median intervals.
        let last = part.intervals.last().unwrap();
        let first = part.intervals.first().unwrap();
        let average = (last.start_us - first.start_us) as f64 / (part.intervals.len() - 1) as f64;
        let last_key = key(&part, last.call);
        let ours = by_key(&part);
        let keys: std::collections::BTreeSet<&Key> = ours.keys().chain(expected.by_time.keys()).collect();
        for key in keys {
            let (our, their) = (ours.get(key).copied(), expected.by_time.get(key).copied());
            let mut difference = (our.unwrap_or(0) - their.unwrap_or(0)) as f64;
            if *key == last_key {
                difference -= last.duration_us as f64 - average;
            }
            assert!(difference.abs() <= 1.0, "{name}: {key:?}: heapdiff {our:?}, DevTools {their:?}");
        }
    }
}

#[test]
fn self_times_by_hits_are_devtools() {
    for (name, expected) in expected() {
        if name.starts_with("chrome-trace") {
            // Traces have no hit counts.
            continue;
        }
        let part = given(profile(&name), Options { weights: Weights::Hits, ..Options::default() });
        let all: u64 = part.self_value.iter().sum();
        let time = part.duration_us as f64;
        for (key, hits) in by_key(&part) {
            let our = hits as f64 * time / all as f64;
            let their = expected.by_hits.get(&key).copied().unwrap_or(0) as f64;
            assert!((our - their).abs() <= 2.0, "{name}: {key:?}: heapdiff {our}, DevTools {their}");
        }
    }
}
