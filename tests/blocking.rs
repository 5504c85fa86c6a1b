//! What blocks the event loop: rules on small profiles, and a program whose blocks are known.
//!
//! A small profile is one line: stacks from the entry point down with the number of samples, one per millisecond. `-` is
//! idle, `gc` the collector, `program` native code; a name with `node:…` before it is the runtime's, others are the
//! program's own, `lodash/f` is a package's. `timers>app>fs.readFileSync*30` is 30 ms in `readFileSync` of `node:fs`.

use heapdiff::base::{NoProgress, Text};
use heapdiff::cpu::attribution::{Attribution, GapCap, Options as AttributionOptions, attribute};
use heapdiff::cpu::blocking::{Blocking, Options, Stretch, Unmeasurable, Verdict, blocking, is_main, wait_hints};
use heapdiff::cpu::profile::build::build;
use heapdiff::format::{Source, read_profiles};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const START_US: u64 = 1_000_000;

/// Runtime functions by the names that the profiles below use.
const RUNTIME: [(&str, &str, &str); 25] = [
    ("timers", "processTimers", "node:internal/timers"),
    ("ticks", "processTicksAndRejections", "node:internal/process/task_queues"),
    ("loader", "Module._compile", "node:internal/modules/cjs/loader"),
    ("require", "require", "node:internal/modules/helpers"),
    ("readFileSync", "readFileSync", "node:fs"),
    ("read", "read", ""),
    ("pbkdf2Sync", "pbkdf2Sync", "node:internal/crypto/pbkdf2"),
    ("execSync", "execSync", "node:child_process"),
    ("afterRead", "readFileAfterClose", "node:internal/fs/read/context"),
    ("sort", "sort", ""),
    ("pattern", "RegExp: ^(a+)+$", ""),
    ("immediates", "processImmediate", "node:internal/timers"),
    ("setImmediate", "setImmediate", "node:timers"),
    ("bootstrap", "prepareMainThreadExecution", "node:internal/process/pre_execution"),
    ("scrypt", "scrypt", "node:internal/crypto/scrypt"),
    ("hash", "update", "node:internal/crypto/hash"),
    ("fork", "fork", "node:child_process"),
    ("zlib", "syncBufferWrapper", "node:zlib"),
    ("gzip", "Gzip", "node:zlib"),
    ("socket", "onStreamRead", "node:internal/stream_base_commons"),
    ("push", "Readable.push", "node:internal/streams/readable"),
    ("emit", "emit", "node:events"),
    ("lazy", "loadExtScript", "ext:core/01_core.js"),
    ("message", "[nodejs.internal.kHybridDispatch]", "node:internal/event_target"),
    ("library", "[vdso]", ""),
];

fn call_frame(name: &str) -> Value {
    let (function, url) = match name {
        "-" => ("(idle)", String::new()),
        "gc" => ("(garbage collector)", String::new()),
        "program" => ("(program)", String::new()),
        "(module)" => ("", "file:///app/main.js".to_owned()),
        _ if name.contains('/') => {
            let (package, function) = name.split_once('/').unwrap();
            (function, format!("file:///app/node_modules/{package}/index.js"))
        }
        _ => match RUNTIME.iter().find(|(short, ..)| *short == name) {
            Some((_, function, url)) => (*function, (*url).to_owned()),
            None => (name, "file:///app/main.js".to_owned()),
        },
    };
    let line = if url.is_empty() { -1 } else { function.len() as i64 };
    let column = if function.is_empty() { 0 } else { 4 };
    json!({"functionName": function, "scriptId": "0", "url": url, "lineNumber": line, "columnNumber": column})
}

/// The `.cpuprofile` of a line. `STACK*N` is N samples of a millisecond, `STACK@N` one sample that takes N.
fn cpuprofile(line: &str) -> Value {
    let mut nodes = vec![json!({"id": 1, "callFrame": call_frame_of_root(), "children": []})];
    let mut known: BTreeMap<String, u64> = BTreeMap::new();
    let (mut samples, mut deltas) = (Vec::new(), Vec::new());
    let mut next_us = 0;
    for word in line.split_whitespace() {
        let (stack, count, us) = match (word.split_once('*'), word.split_once('@')) {
            (Some((stack, count)), _) => (stack, count.parse().unwrap(), 1000),
            (_, Some((stack, ms))) => (stack, 1, ms.parse::<u64>().unwrap() * 1000),
            _ => (word, 1, 1000),
        };
        let (mut parent, mut path) = (1, String::new());
        for name in stack.split('>') {
            path = format!("{path}>{name}");
            parent = *known.entry(path.clone()).or_insert_with(|| {
                let id = nodes.len() as u64 + 1;
                nodes.push(json!({"id": id, "callFrame": call_frame(name), "children": []}));
                nodes[parent as usize - 1]["children"].as_array_mut().unwrap().push(json!(id));
                id
            });
        }
        for _ in 0..count {
            samples.push(parent);
            deltas.push(next_us);
            next_us = us;
        }
    }
    let end = START_US + deltas.iter().sum::<u64>() + next_us;
    json!({"nodes": nodes, "startTime": START_US, "endTime": end, "samples": samples, "timeDeltas": deltas})
}

fn call_frame_of_root() -> Value {
    json!({"functionName": "(root)", "scriptId": "0", "url": "", "lineNumber": -1, "columnNumber": -1})
}

fn attributed(document: &[u8], options: AttributionOptions) -> Attribution {
    let raw = read_profiles(&mut Source::from_bytes(document, &NoProgress).unwrap()).unwrap().remove(0);
    attribute(build(raw), AttributionOptions { keeps_intervals: true, ..options })
}

fn times(line: &str) -> Attribution {
    attributed(cpuprofile(line).to_string().as_bytes(), AttributionOptions::default())
}

fn of(line: &str) -> (Attribution, Blocking) {
    let times = times(line);
    let found = blocking(&times, Options::default()).unwrap();
    (times, found)
}

/// Stretches as `KIND LENGTH-IN-MS`, with `start-up` or `end`.
fn shown(line: &str) -> Vec<String> {
    let one = |stretch: &Stretch| {
        let phase = match stretch {
            Stretch { is_startup: true, .. } => " start-up",
            Stretch { is_shutdown: true, .. } => " end",
            Stretch { is_unpaused: true, .. } => " unpaused",
            _ => "",
        };
        format!("{} {}{phase}", stretch.detail.kind.id(), stretch.duration_us / 1000)
    };
    of(line).1.stretches.iter().map(one).collect()
}

#[test]
fn idle_divides() {
    assert_eq!(shown("-*5 timers>a*30 -*2 timers>b*40 -*5"), ["cpu 30", "cpu 40"]);
    assert_eq!(shown("-*5 timers>a*30 - timers>a*40 -*5"), ["cpu 30", "cpu 40"]);
    // Native code without a frame and a collection are part of what goes on.
    assert_eq!(shown("-*5 timers>a*30 program timers>b*40 -*5"), ["cpu 71"]);
    assert_eq!(shown("-*5 timers>a*30 gc*4 timers>b*40 -*5"), ["cpu 74"]);
    assert_eq!(shown("-*5"), Vec::<String>::new());
    // A worker of a pool that waits for its next task, but not what that calls, nor a function of that name elsewhere.
    assert_eq!(shown("-*5 message>piscina/atomicsWaitLoop*900 timers>a*30 -*5"), ["cpu 30"]);
    assert_eq!(shown("-*5 message>piscina/atomicsWaitLoop>tinypool/onMessage*60 -*5"), ["cpu 60"]);
    assert_eq!(shown("-*5 message>atomicsWaitLoop*60 -*5"), ["cpu 60"]);
}

#[test]
fn kinds_follow_from_the_deepest_frame_that_says_one() {
    let cases = [
        ("timers>app>readFileSync*30", "sync-fs"),
        ("timers>app>readFileSync>read*30", "sync-fs"),
        ("timers>app>pbkdf2Sync*30", "sync-crypto"),
        ("timers>app>execSync*30", "child-process"),
        ("timers>app>require>loader>module*30", "module-loading"),
        ("timers>app>require>readFileSync*30", "module-loading"),
        ("timers>app>require>loader>module>pbkdf2Sync*30", "sync-crypto"),
        ("timers>app>pattern*30", "regexp"),
        ("timers>app>sort>compare*30", "sort"),
        ("timers>app*30", "cpu"),
        // A library is its caller at work.
        ("timers>app>library*30", "cpu"),
        // What works in the thread pool, and what the runtime loads for itself.
        ("timers>app>scrypt*30", "runtime"),
        ("timers>app>fork>require>loader*30", "runtime"),
        ("timers>app>lazy*30", "module-loading"),
        ("timers>app>zlib*30", "sync-zlib"),
        ("timers>app>hash*30", "sync-crypto"),
        ("afterRead>app*30", "cpu"),
        ("ticks*30", "runtime"),
        ("program*30", "native"),
        ("timers>app*10 gc*20", "gc"),
        ("timers>app>readFileSync*14 gc*10 timers>app*6", "sync-fs"),
    ];
    for (line, expected) in cases {
        assert_eq!(shown(&format!("- - - {line} - - -")), [format!("{expected} 30")], "{line}");
    }
}

#[test]
fn collections_have_their_share() {
    let (_, found) = of("-*5 timers>app*30 gc*10 -*5");
    assert_eq!((found.stretches[0].detail.gc_us, found.gc_us), (10_000, 10_000));
}

#[test]
fn starting_and_ending_are_apart() {
    // The first stretch, and later ones in which modules are loaded before the program does anything else.
    let found = of("program*3 loader>main*50 -*5 loader>main*40 -*5 timers>app*30 -*5").1;
    let startups: Vec<bool> = found.stretches.iter().map(|stretch| stretch.is_startup).collect();
    assert_eq!(startups, [true, true, false]);
    assert_eq!((found.delay.max_us, found.startup_us, found.measured_us), (30_000, 98_000, 40_000));
    // Waiting does not end it, and the runtime at work does not for a while; without code there is nothing to tell apart.
    assert_eq!(
        shown("program*20 - bootstrap*30 ticks*20 -*5 timers>app*30 -*5"),
        ["native 20 start-up", "runtime 50 start-up", "cpu 30"]
    );
    assert_eq!(
        shown("bootstrap*30 -*5 ticks*60 -*5 loader>main*40 -*5"),
        ["runtime 30 start-up", "runtime 60", "module-loading 40"]
    );
    // A program that runs on without a pause.
    assert_eq!(shown("loader>main*40 ticks>app*30 -*5"), ["module-loading 40 start-up", "cpu 30"]);
    // A profile that begins later begins with a block.
    assert_eq!(shown("timers>app*80 -*5 loader>main*40 -*5"), ["cpu 80", "module-loading 40"]);
    assert_eq!(shown("program*80 -*5 timers>app*30 -*5"), ["native 80", "cpu 30"]);
    // What a running program loads is its own doing.
    assert_eq!(shown("-*5 timers>app*3 -*5 loader>main*40 -*5"), ["cpu 3", "module-loading 40"]);
    // Deno evaluates modules without a loader on the stack; of a page they are blocks.
    assert_eq!(shown("-*5 (module)*40 -*5"), ["cpu 40"]);
    assert_eq!(shown("-*5 (module)*40 -*5 (module)*40 -*5 timers*2 -"), ["cpu 40 start-up", "cpu 40", "runtime 2"]);
    // A top-level await that goes on is the program, not its loading.
    assert_eq!(shown("loader>main*50 -*5 main*40 -*5"), ["module-loading 50 start-up", "cpu 40"]);
    // The profile's end: a short stretch is leaving, a long one is a block.
    assert_eq!(shown("-*5 timers>app*20"), ["cpu 20 end"]);
    assert_eq!(shown("-*5 timers>app*80"), ["cpu 80"]);
    assert_eq!(shown("-*5 program*80"), ["native 80 end"]);
}

#[test]
fn tasks_are_callbacks_as_far_as_samples_tell() {
    let tasks = |line: &str| {
        let tasks = of(line).1.stretches[0].tasks;
        (tasks.count, tasks.longest_us / 1000)
    };
    assert_eq!(tasks("- timers>a*10 timers>b*20 timers>a*5 -"), (3, 20));
    assert_eq!(tasks("- timers>a*10 timers timers>a*20 -"), (2, 20));
    assert_eq!(tasks("- timers>a*10 program gc timers>a>c*20 -"), (1, 32));
    assert_eq!(tasks("- ticks*10 -"), (1, 10));
    // Ticks and promises belong to the callback before them.
    assert_eq!(tasks("- socket>a*10 ticks>b*20 c*5 -"), (1, 35));
    assert_eq!(tasks("- socket>a*10 ticks*2 socket>a*20 -"), (2, 20));
    // What a function of the runtime does between two events that it emits is part of the callback.
    assert_eq!(tasks("- socket>push>emit>a*10 socket>push>emit socket>push>emit>a*20 -"), (1, 31));
    assert_eq!(tasks("- program*3 socket>a*10 -"), (1, 13));
}

#[test]
fn a_loop_that_turns_without_a_pause_is_not_blocked() {
    // One of many turns is seen: how long a call took cannot be told.
    let pump = "-*5 immediates>pump>work*300 immediates immediates>pump>work*400 -*5";
    let found = of(pump).1;
    assert_eq!(shown(pump), ["cpu 701 unpaused"]);
    assert_eq!((found.delay.max_us, found.longest_unpaused_us, found.unpaused_at_most_us), (0, 701_000, 400_000));
    assert_eq!((found.verdict, found.groups.len()), (Verdict::Busy, 0));
    // What does not call itself again is one callback, before or between.
    let found = of("-*5 socket>b*120 immediates>pump*300 immediates immediates>pump*400 -*5").1;
    assert_eq!((found.delay.max_us, found.verdict), (120_000, Verdict::Blocked));
    // So is the one long synchronous call, and it stands first.
    let line = "- socket>app>a*60 socket socket>app>pbkdf2Sync*150 socket>app>a*20 socket socket>app>a*90 -";
    let (times, found) = of(line);
    assert_eq!(found.delay.max_us, 150_000);
    let first = &found.stretches[found.groups[0].stretches[0]];
    assert_eq!(times.frames.get(first.detail.culprit).name.to_string(), "pbkdf2Sync");
    // Immediates keep the loop turning: one turn that is seen is enough, wherever; native code alone is one, and a poll that does
    // not wait.
    let seen_elsewhere = "- immediates>pump*300 -*9 immediates>pump*90 immediates immediates>pump*90 -*9";
    assert_eq!(shown(seen_elsewhere), ["cpu 300 unpaused", "cpu 181 unpaused"]);
    assert_eq!(shown("- immediates>pump*300 program immediates>pump*300 -"), ["cpu 601 unpaused"]);
    assert_eq!(shown("- immediates>pump*300 - immediates>pump*300 -*9"), ["cpu 300 unpaused", "cpu 300 unpaused"]);
    let promises = "-*9 work*300 immediates work*200 -*9 work*150 -*9";
    assert_eq!(shown(promises), ["cpu 501 unpaused", "cpu 150 unpaused"]);
    // So is a function that sets an immediate and is there again, wherever its calls are then divided; and one that other code
    // calls first and an immediate next.
    let found =
        of("- immediates>pump*300 immediates>pump>setImmediate immediates>pump*200 -*9 immediates>pump*90 -*9").1;
    assert_eq!((found.delay.max_us, found.longest_unpaused_us, found.unpaused_at_most_us), (0, 501_000, 300_000));
    assert_eq!(shown("- socket>serve>pump*20 immediates>pump*300 -*9"), ["cpu 320 unpaused", "cpu 20"]);
    assert_eq!(shown("- socket>serve>start*20 immediates>pump*300 -*9"), ["cpu 320"]);
    assert_eq!(shown("- immediates>once*300 immediates>once>setImmediate -*9"), ["cpu 301"]);
    assert_eq!(shown("- socket>app*300 socket>app>setImmediate socket>app*20 -*9"), ["cpu 321"]);
    // Of other callbacks each stretch speaks for itself, and native code says nothing.
    let requests = "- socket>app*90 socket socket>app*90 -*9 socket>app*300 -*9";
    assert_eq!(shown(requests), ["cpu 181 unpaused", "cpu 300"]);
    assert_eq!(shown("- socket>app*300 program socket>app*300 -"), ["cpu 601"]);
    assert_eq!(shown("- socket>app*300 - socket>app*300 -*9"), ["cpu 300", "cpu 300"]);
    // Many callbacks, each known.
    let found = of("- socket>a*40 immediates>b*40 socket>c*30 immediates>d*20 -").1;
    assert_eq!((found.delay.max_us, found.longest_unpaused_us), (40_000, 130_000));
    // One call with a little before and after it, timers that are due at once, and promises are blocks.
    assert_eq!(shown("- socket>a*10 immediates>b*200 timers>c*10 -"), ["cpu 220"]);
    assert_eq!(shown("- timers>a*60 timers>b*60 timers>c*60 -"), ["cpu 180"]);
    assert_eq!(shown("- a*60 b*60 a*60 b*60 - timers*2 -"), ["cpu 240", "runtime 2"]);
    // A page enters each handler from native code.
    assert_eq!(shown("- a*60 b*60 a*60 b*60 -"), ["cpu 240 unpaused", "cpu 60", "cpu 60", "cpu 60", "cpu 60"]);
}

/// Of a function that sets an immediate that calls it, no turn has to be seen.
#[test]
fn the_source_says_whether_the_loop_turns() {
    let times = times("-*5 immediates>pump*500 -*9");
    let found = |script: &'static str| {
        let source = |_: &Text, line: u32| (line == 5).then(|| script.to_owned());
        let found = blocking(&times, Options { min_us: 0, source: Some(&source) }).unwrap();
        (found.verdict, found.delay.max_us / 1000, found.unpaused_at_most_us / 1000)
    };
    assert_eq!(found("function pump() { work(); setImmediate(pump); }"), (Verdict::Busy, 0, 500));
    assert_eq!(found("function pump() { work(); setImmediate(other); }"), (Verdict::Blocked, 500, 0));
    assert_eq!(found(""), (Verdict::Blocked, 500, 0));
}

#[test]
fn nothing_is_said_of_too_little() {
    let verdict = |line: &str| of(line).1.verdict;
    assert_eq!(verdict("loader>main*900 -*5"), Verdict::Unmeasured);
    assert_eq!(verdict("loader>main*900 -*60"), Verdict::Healthy);
    assert_eq!(verdict("loader>main*900 -*2 timers>a*120"), Verdict::Blocked);
}

#[test]
fn only_calls_with_an_asynchronous_twin_are_synchronous() {
    let calls = |line: &str| -> Vec<String> {
        let (times, found) = of(&format!("-*5 {line} -*5"));
        let name = |call: &heapdiff::cpu::blocking::SyncCall| match call.called_as {
            Some(name) => name.to_owned(),
            None => times.frames.get(call.function).display_name().to_string(),
        };
        found.sync_calls.iter().map(name).collect()
    };
    for line in ["timers>app>pbkdf2Sync*30", "timers>app>readFileSync*30", "timers>app>execSync*30"] {
        assert_eq!(calls(line).len(), 1, "{line}");
    }
    assert_eq!(calls("timers>app>require>loader*30"), ["require"]);
    for line in ["timers>app>scrypt*30", "timers>etag/tag>hash*30", "timers>app>fork>require>loader*30"] {
        assert!(calls(line).is_empty(), "{line}");
    }
    // All of zlib's have one name, unless a sample shows what they make.
    assert_eq!(calls("timers>app>zlib*30"), ["syncBufferWrapper"]);
    assert_eq!(calls("timers>app>zlib*30 timers>app>zlib>gzip*2"), ["gzipSync"]);
}

#[test]
fn the_function_that_own_code_called_into_is_named() {
    let culprit = |line: &str| {
        let (times, found) = of(&format!("-*5 {line} -*5"));
        let detail = found.stretches[0].detail.clone();
        let name = |frame| times.frames.get(frame).display_name().to_string();
        let caller = detail.caller.map(name).unwrap_or_default();
        format!("{} {} {}", name(detail.culprit), caller, detail.culprit_us / 1000)
    };
    // Not the largest leaf of the package.
    let line = "timers>app>lodash/cloneDeep>lodash/base*20 timers>app>lodash/cloneDeep>lodash/copy*28 timers>app*2";
    assert_eq!(culprit(line), "cloneDeep app 48");
    // Own code that computes, itself or in many small functions.
    assert_eq!(culprit("timers>app>score*40"), "score score 40");
    assert_eq!(culprit("timers>app>a*20 timers>app>b*20 timers>app>c*20"), "app app 60");
    // A package alone: where it is entered.
    assert_eq!(culprit("immediates>bcryptjs/next>bcryptjs/key*40"), "next next 40");
    // What the runtime was asked for.
    assert_eq!(culprit("timers>app>pg/hash>pbkdf2Sync*40"), "pbkdf2Sync hash 40");
}

#[test]
fn blocks_with_one_cause_are_one_group() {
    let groups = |line: &str| of(line).1.groups.len();
    // Whatever leaf is the largest, whatever kind it has, and by whatever entry.
    let one =
        "- timers>app>lodash/clone>lodash/a*30 - timers>app>lodash/clone>lodash/b*40 - socket>app>lodash/clone*30 -";
    assert_eq!(groups(one), 1);
    assert_eq!(groups("- timers>app>x/parse>x/test>pattern*30 - timers>app>x/parse>x/other*40 -"), 1);
    assert_eq!(groups("- timers>app>lodash/clone*30 - timers>app>lodash/merge*30 -"), 2);
    assert_eq!(groups("- timers>app>lodash/clone*30 - timers>other>lodash/clone*30 -"), 2);
}

#[test]
fn a_gap_before_work_belongs_to_it() {
    let held_up = |line: &str| {
        let stretch = &of(line).1.stretches[0];
        (stretch.duration_us / 1000, stretch.held_up_us / 1000)
    };
    assert_eq!(held_up("-*9 -@9 timers>app*30 -*9"), (38, 8));
    // Up to 20 ms, unless a system call explains more; idle between idle is idle.
    assert_eq!(held_up("-*9 -@300 timers>app*30 -*9"), (50, 20));
    assert_eq!(held_up("-*9 -@300 timers>app>readFileSync>read*30 -*9"), (329, 299));
    assert_eq!(held_up("-*9 -@300 - timers>app*30 -*9"), (30, 0));
}

#[test]
fn the_entry_the_culprit_and_the_path_are_named() {
    let (times, found) = of("- timers>app>helper>readFileSync>read*40 timers>app>other*10 -");
    let detail = &found.stretches[0].detail;
    let name = |frame| times.frames.get(frame).display_name().to_string();
    assert_eq!([name(detail.entry), name(detail.trigger)], ["app", "processTimers"]);
    assert_eq!([name(detail.culprit), name(detail.caller.unwrap())], ["readFileSync", "helper"]);
    let path: Vec<String> = detail.heaviest_path.iter().map(|(frame, us)| format!("{} {us}", name(*frame))).collect();
    let expected = ["processTimers 50000", "app 50000", "helper 40000", "readFileSync 40000", "read 40000"];
    assert_eq!(path, expected);
    // Where nothing below has 60 % the path ends.
    let (_, found) = of("- timers>app>a*20 timers>app>b*20 -");
    assert_eq!(found.stretches[0].detail.heaviest_path.len(), 2);
}

#[test]
fn equal_blocks_are_one_group_and_the_worst_is_first() {
    let line = "- timers>a*30 - timers>b>pbkdf2Sync*50 - timers>a>c*3 timers>a*37 - timers>a*20 -*40";
    let found = of(line).1;
    let groups: Vec<_> = found.groups.iter().map(|g| (g.stretches.len(), g.total_us, g.p50_us, g.max_us)).collect();
    assert_eq!(groups, [(3, 90_000, 30_000, 40_000), (1, 50_000, 50_000, 50_000)]);
    let share: f64 = found.groups.iter().map(|group| group.delay_share).sum();
    assert!((share - 1.0).abs() < 1e-9);
    let calls: Vec<_> =
        found.sync_calls.iter().map(|call| (call.kind.id(), call.total_us, call.stretch_count)).collect();
    assert_eq!(calls, [("sync-crypto", 50_000, 1)]);
}

#[test]
fn verdicts_follow_the_targets() {
    assert_eq!(of("-*500 timers>a*99 -*500").1.verdict, Verdict::Healthy);
    assert_eq!(of("-*500 timers>a*100 -*500").1.verdict, Verdict::Blocked);
    assert_eq!(of("- timers>a*60 - timers>a*60 -").1.verdict, Verdict::Slow);
}

#[test]
fn sources_tell_what_v8_does_not() {
    let mut document = cpuprofile("-*3 timers>app*30 -*3");
    let app =
        document["nodes"].as_array().unwrap().iter().position(|n| n["callFrame"]["functionName"] == "app").unwrap();
    document["nodes"][app]["positionTicks"] = json!([{"line": 7, "ticks": 5}, {"line": 9, "ticks": 25}]);
    let times = attributed(document.to_string().as_bytes(), AttributionOptions::default());
    let kind = |text: &'static str| {
        let source =
            move |url: &Text, line| (url.to_lossy() == "file:///app/main.js" && line == 9).then(|| text.to_owned());
        let found = blocking(&times, Options { source: Some(&source), min_us: 0 }).unwrap();
        let detail = found.stretches[0].detail.clone();
        assert_eq!(detail.hot_line, Some(9));
        (detail.kind.id(), detail.is_likely)
    };
    assert_eq!(kind("const rows = JSON.parse(text);"), ("json", true));
    assert_eq!(kind("rows.sort((a, b) => a - b);"), ("sort", true));
    assert_eq!(kind("structuredClone(rows)"), ("structured-clone", true));
    assert_eq!(kind("rows.map(work)"), ("cpu", false));
}

#[test]
fn a_line_with_little_of_the_time_says_nothing() {
    let kind = |ticks: [u64; 3]| {
        let mut document = cpuprofile("-*3 timers>app*30 -*3");
        let nodes = document["nodes"].as_array().unwrap();
        let app = nodes.iter().position(|n| n["callFrame"]["functionName"] == "app").unwrap();
        let line = |(at, ticks): (usize, &u64)| json!({"line": 7 + at, "ticks": ticks});
        document["nodes"][app]["positionTicks"] = ticks.iter().enumerate().map(line).collect();
        let times = attributed(document.to_string().as_bytes(), AttributionOptions::default());
        let source =
            |_: &Text, line| Some(if line == 9 { "JSON.stringify(rows)" } else { "s += Math.sin(x)" }.to_owned());
        blocking(&times, Options { source: Some(&source), min_us: 0 }).unwrap().stretches[0].detail.kind.id()
    };
    assert_eq!(kind([28, 1, 1]), "cpu");
    assert_eq!(kind([12, 6, 12]), "cpu");
    assert_eq!(kind([7, 7, 16]), "json");
}

#[test]
fn profiles_that_cannot_tell_are_refused() {
    let why = |document: &Value, options| {
        blocking(&attributed(document.to_string().as_bytes(), options), Options::default()).unwrap_err()
    };
    let plain = AttributionOptions::default();
    // Node 12: waiting is `(program)`.
    assert_eq!(why(&cpuprofile("program*9 timers>app*30 program*9"), plain), Unmeasurable::NoIdle);
    let mut document = cpuprofile("- timers>app*30 -");
    document.as_object_mut().unwrap().remove("samples");
    assert_eq!(why(&document, plain), Unmeasurable::NoTimes);
}

#[test]
fn without_idle_samples_long_gaps_are_waiting() {
    // Bun records neither idle nor native code.
    let found = of("app*30 app@400 other*40 other@300 app*5").1;
    assert!(found.is_idle_guessed);
    let lengths: Vec<u64> = found.stretches.iter().map(|stretch| stretch.duration_us / 1000).collect();
    assert_eq!(lengths, [31, 41, 5]);
    // In native code no samples are taken: a gap inside of one call is no waiting.
    let found = of("app*30 app>read@400 app>read*10 other@300 app*5").1;
    let lengths: Vec<u64> = found.stretches.iter().map(|stretch| stretch.duration_us / 1000).collect();
    assert_eq!(lengths, [441, 5]);
    let capped = AttributionOptions { gap_cap: GapCap::On, ..AttributionOptions::default() };
    let line = "program*9 timers>app*30 program@400 timers>app*30 program*9";
    let times = attributed(cpuprofile(line).to_string().as_bytes(), capped);
    assert_eq!(blocking(&times, Options::default()).unwrap().stretches.len(), 2);
}

#[test]
fn a_main_thread_beside_a_busy_worker_may_wait_for_it() {
    let thread = |line: &str, id: u64| {
        let mut times = times(line);
        times.thread.process_id = Some(7);
        times.thread.thread_id = Some(id);
        let found = blocking(&times, Options::default()).unwrap();
        (times, found)
    };
    let hints = |main: &str, worker: &str| {
        let threads = [thread(main, 0), thread(worker, 1)];
        assert!(is_main(&threads[0].0.thread) && !is_main(&threads[1].0.thread));
        let members: Vec<_> = threads.iter().map(|(t, found)| (&t.thread, t.start_us, found)).collect();
        wait_hints(&members).len()
    };
    assert_eq!(hints("-*5 timers>app*50 -*5", "-*5 timers>work*50 -*5"), 1);
    assert_eq!(hints("-*5 timers>app*50 -*95", "-*60 timers>work*50 -*5"), 0);
    assert_eq!(hints("-*5 timers>app*25 timers>app>b*25 -*5", "-*5 timers>work*50 -*5"), 0);
    // It is known what these do.
    for busy in ["timers>app>readFileSync*50", "timers>app>pattern*50", "ticks*50"] {
        assert_eq!(hints(&format!("-*5 {busy} -*5"), "-*5 timers>work*50 -*5"), 0, "{busy}");
    }
}

#[test]
fn tick_logs_of_all_versions_tell_work_from_waiting() {
    for version in [8, 18, 20, 24, 26] {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/profiles/idle-node{version}.v8.log.zst"));
        let times = attributed(&std::fs::read(path).unwrap(), AttributionOptions::default());
        let found = blocking(&times, Options::default()).unwrap();
        let blocks = found.stretches.iter().filter(|stretch| stretch.counts() && stretch.duration_us > 50_000);
        let shown: Vec<String> = blocks
            .map(|stretch| {
                // The program's clock stops at 200 ms; a log of a busy machine misses a part.
                let is_right = (165_000..215_000).contains(&stretch.duration_us);
                let culprit = times.frames.get(stretch.detail.culprit).display_name();
                format!("{culprit} {} {is_right}", stretch.detail.kind.id())
            })
            .collect();
        assert_eq!(shown, ["firstWork cpu true", "secondWork cpu true"], "{version}");
        assert_eq!(found.verdict, Verdict::Blocked);
    }
}

// The program fixtures/programs/blocking/blocks.cjs, profiled, with what it wrote down.

struct Fixture {
    times: Attribution,
    found: Blocking,
    truth: Value,
}

fn fixture(name: &str) -> Fixture {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folder = root.join("blocking").join(name);
    let profile = std::fs::read(folder.join("blocks.cpuprofile.zst")).unwrap();
    let times = attributed(&profile, AttributionOptions::default());
    let program = std::fs::read_to_string(root.join("programs/blocking/blocks.cjs")).unwrap();
    let source = move |url: &Text, line: u32| {
        let is_program = url.to_lossy().ends_with("/blocks.cjs");
        is_program.then(|| program.lines().nth(line as usize - 1).map(str::to_owned)).flatten()
    };
    let found = blocking(&times, Options { min_us: 0, source: Some(&source) }).unwrap();
    let truth = serde_json::from_slice(&std::fs::read(folder.join("truth.json")).unwrap()).unwrap();
    Fixture { times, found, truth }
}

/// Shorter blocks are not promised.
const MIN_BLOCK_US: u64 = 25_000;

#[test]
fn every_planned_block_is_found_and_none_invented() {
    for name in ["node20", "node24"] {
        let Fixture { times, found, truth } = fixture(name);
        let mut errors = Vec::new();
        let mut explained = vec![false; found.stretches.len()];
        for block in truth["blocks"].as_array().unwrap() {
            let number = |key: &str| block[key].as_u64().unwrap();
            let start_us = number("start_us") - times.start_us as u64;
            let (end_us, length_us) = (start_us + number("duration_us"), number("loop_us"));
            let overlaps = |s: &Stretch| s.counts() && s.start_us < end_us && s.start_us + s.duration_us > start_us;
            let all = found.stretches.iter().enumerate().filter(|(_, stretch)| overlaps(stretch));
            let best = all.max_by_key(|(_, stretch)| stretch.duration_us);
            if length_us < MIN_BLOCK_US {
                best.into_iter().for_each(|(at, _)| explained[at] = true);
                continue;
            }
            let (at, stretch) = best.unwrap_or_else(|| panic!("{name}: {block} is not found"));
            assert!(!explained[at], "{name}: {block} is not a stretch of its own");
            explained[at] = true;
            errors.push(stretch.duration_us.abs_diff(length_us) as f64 / length_us as f64);
            let kind = stretch.detail.kind.id();
            assert_eq!(kind, block["kind"].as_str().unwrap(), "{name}: {block}");
            assert!(!block["has_frame"].as_bool().unwrap() || !stretch.detail.is_likely, "{name}: {block}");
        }
        let invented = found
            .stretches
            .iter()
            .zip(&explained)
            .filter(|(s, is_explained)| s.counts() && !**is_explained && s.duration_us >= MIN_BLOCK_US);
        assert_eq!(invented.count(), 0, "{name}");
        errors.sort_by(f64::total_cmp);
        assert!(errors.len() >= 24, "{name}: only {} blocks", errors.len());
        let median = errors[errors.len() / 2];
        assert!(median < 0.05, "{name}: the median error is {median}");
        let longest = truth["delay"]["max_us"].as_u64().unwrap() as f64;
        let error = (found.delay.max_us as f64 - longest).abs() / longest;
        assert!(error < 0.05, "{name}: {} against {longest} of monitorEventLoopDelay", found.delay.max_us);
        assert_eq!(found.verdict, Verdict::Blocked);
    }
}
