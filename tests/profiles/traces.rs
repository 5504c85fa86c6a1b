//! Chrome traces: events in any order and form, chunks that belong together, and what is missing at the end.

use crate::{fixture, frame, one, read, stacks};
use heapdiff::base::ErrorKind;

fn node(id: u32, parent: Option<u32>, name: &str) -> String {
    let parent = parent.map_or(String::new(), |parent| format!(r#","parent":{parent}"#));
    format!(r#"{{{},"id":{id}{parent}}}"#, frame(name))
}

/// `Profile` of a process and thread.
fn begin(id: &str, process: u32, thread: u32, at: u32, source: &str) -> String {
    format!(
        r#"{{"args":{{"data":{{"source":"{source}","startTime":{at}}}}},"id":"{id}","name":"Profile","ph":"P","pid":{process},"tid":{thread},"ts":{at}}}"#
    )
}

/// `ProfileChunk`, arguments first as Chrome writes them; by a thread of its own.
fn chunk(id: &str, process: u32, at: u32, nodes: &[String], samples: &str, deltas: &str, more: &str) -> String {
    let nodes = nodes.join(",");
    format!(
        r#"{{"args":{{"data":{{"cpuProfile":{{"nodes":[{nodes}],"samples":[{samples}]}},"timeDeltas":[{deltas}]{more}}}}},"id":"{id}","name":"ProfileChunk","ph":"P","pid":{process},"tid":77,"ts":{at}}}"#
    )
}

fn name(process: u32, thread: u32, name: &str) -> String {
    format!(r#"{{"args":{{"name":"{name}"}},"name":"thread_name","ph":"M","pid":{process},"tid":{thread},"ts":0}}"#)
}

fn tree() -> Vec<String> {
    vec![node(1, None, "(root)"), node(2, Some(1), "(program)"), node(3, Some(1), "main"), node(4, Some(3), "work")]
}

#[test]
fn chunks_are_joined_by_process_and_id_in_order_of_time() {
    let events = [
        name(1, 5, "CrRendererMain"),
        // The second part of the first profile stands before its first, and that before the event that begins it.
        chunk("0x1", 1, 300, &[node(5, Some(4), "late")], "5,3", "10,20", r#","lines":[7,0],"endTime":500"#),
        r#"{"name":"ResourceLoad","args":{"data":{"samples":[{"a":1}],"startTime":"x","cpuProfile":null}},"ts":1}"#
            .to_owned(),
        chunk("0x1", 1, 200, &tree(), "3,4,4", "50,10,10", r#","lines":[2,2,2]"#),
        begin("0x1", 1, 5, 100, "Internal"),
        // The same id in another process is another profile.
        begin("0x1", 2, 9, 150, "Internal"),
        chunk("0x1", 2, 250, &tree(), "4", "5", ""),
    ];
    for text in [
        format!("[{}]", events.join(",")),
        format!(r#"{{"metadata":{{"source":"DevTools"}},"traceEvents":[{}],"x":[1,{{}}]}}"#, events.join(",\n")),
        format!(r#"{{"traceEvents": [ {} ]}}"#, events.iter().rev().cloned().collect::<Vec<_>>().join(" , ")),
    ] {
        let all = read(text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"));
        assert_eq!(all.len(), 2, "{text}");
        let raw = &all[0];
        assert_eq!((raw.thread.process_id, raw.thread.thread_id), (Some(1), Some(5)));
        assert_eq!(raw.thread.name.as_ref().unwrap().to_string(), "CrRendererMain");
        let expected = ["(root)>main", "(root)>main>work", "(root)>main>work", "(root)>main>work>late", "(root)>main"];
        assert_eq!(stacks(raw), expected);
        assert_eq!((raw.start_us, raw.end_us), (100, 500));
        assert_eq!(raw.time_us, [150, 160, 170, 180, 200]);
        let ticks: Vec<(u32, u32)> = raw.line_ticks.iter().map(|(_, line, ticks)| (*line, *ticks)).collect();
        assert!(ticks.contains(&(2, 1)) && ticks.contains(&(2, 2)) && ticks.contains(&(7, 1)), "{ticks:?}");
        // No chunk says when the other ended: with its last sample.
        assert_eq!((all[1].start_us, all[1].end_us, stacks(&all[1]).len()), (150, 155, 1));
        assert_eq!(raw.warnings, Vec::<String>::new());
    }
}

#[test]
fn of_several_profiles_of_a_thread_tracings_own_is_taken() {
    let text = format!(
        "[{},{},{},{}]",
        begin("0x1", 1, 5, 100, "Inspector"),
        chunk("0x1", 1, 200, &tree(), "3", "50", ""),
        begin("0x2", 1, 5, 110, "Internal"),
        chunk("0x2", 1, 210, &tree(), "4,4", "50,1", ""),
    );
    assert_eq!(stacks(&one(&text)), ["(root)>main>work", "(root)>main>work"]);
}

#[test]
fn a_whole_profile_in_one_event() {
    let flat = format!(
        r#"[{{"name":"CpuProfile","ph":"I","pid":1,"tid":5,"ts":900,"args":{{"data":{{"cpuProfile":{{"nodes":[{{"id":1,{},"children":[2]}},{{"id":2,"hitCount":3,{}}}],
        "startTime":100,"endTime":130,"samples":[2,2],"timeDeltas":[10,10]}}}}}}}}]"#,
        frame("(root)"),
        frame("work")
    );
    let raw = one(&flat);
    assert_eq!((stacks(&raw), raw.start_us, raw.end_us), (vec!["(root)>work".to_owned(); 2], 100, 130));
    let head = r#"[{"ts":9,"name":"CpuProfile","ph":"I","pid":1,"tid":5,"args":{"data":{"cpuProfile":{"head":{"functionName":"(root)","id":1,"children":[
        {"functionName":"work","url":"a.js","lineNumber":3,"columnNumber":4,"id":2,"children":[]}]},
        "startTime":1.5,"endTime":1.6,"samples":[2,2],"timestamps":[1510000,1520000]}}}}]"#;
    let raw = one(head);
    assert_eq!((raw.start_us, raw.end_us, raw.time_us.as_slice()), (1_500_000, 1_600_000, &[1_510_000, 1_520_000][..]));
    let work = raw.functions[raw.function[raw.samples[0] as usize] as usize];
    assert_eq!((work.line, work.column), (2, 3));
}

#[test]
fn what_is_lost_is_told() {
    let begun = begin("0x1", 1, 5, 100, "Internal");
    let whole = chunk("0x1", 1, 200, &tree(), "3,4", "50,10", "");
    // A closing bracket may be missing, also behind a comma.
    for cut in [format!("[{begun},{whole}"), format!("[{begun},{whole},\n")] {
        let raw = one(&cut);
        assert_eq!((raw.samples.len(), raw.warnings.len()), (2, 1), "{:?}", raw.warnings);
    }
    // Samples of nodes that were in a lost chunk belong to the root; uneven lists are cut for themselves.
    let lost = chunk("0x1", 1, 300, &[], "99,4", "1,2,3", "");
    let raw = one(&format!("[{begun},{whole},{lost}]"));
    assert_eq!(stacks(&raw)[2..], ["(root)", "(root)>main>work"]);
    assert_eq!(raw.time_us, [150, 160, 161, 163]);
    assert_eq!(raw.warnings.len(), 2, "{:?}", raw.warnings);
    let error = read(format!("[{begun}]").as_bytes()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WrongKind);
    assert!(error.to_string().contains("none of the 1 events"), "{error}");
    let inside = read(format!("[{begun},{}", &whole[..whole.len() - 30]).as_bytes()).unwrap_err();
    assert_eq!(inside.kind(), ErrorKind::Truncated);
    let twice = read(format!("[{begun},{whole},{whole}]").as_bytes()).unwrap_err();
    assert!(twice.to_string().starts_with("event 2 at byte "), "{twice}");
}

#[test]
fn chromiums_trace_has_a_page_and_a_worker() {
    let all = fixture("chrome-trace.json.gz");
    let names: Vec<String> = all.iter().map(|raw| raw.thread.name.as_ref().unwrap().to_string()).collect();
    assert_eq!(names, ["CrRendererMain", "DedicatedWorker thread"]);
    assert!(all.iter().all(|raw| raw.samples.len() > 1000 && raw.warnings.is_empty()));
    assert!(stacks(&all[1]).iter().any(|stack| stack.contains("onmessage>spin>spin")));
}

#[test]
fn tasks_of_the_trace_are_the_blocks() {
    use heapdiff::cpu::attribution::Options;
    use heapdiff::cpu::blocking::{Options as BlockingOptions, blocking};
    let truth: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(crate::path("chrome-tasks.truth.json")).unwrap()).unwrap();
    let mut planned: Vec<u64> =
        truth["planned"].as_array().unwrap().iter().map(|block| (block[1].as_f64().unwrap() * 1000.0) as u64).collect();
    let raw = fixture("chrome-tasks.json.zst").into_iter().find(|raw| !raw.tasks.is_empty()).unwrap();
    let part = crate::given(raw, Options { keeps_intervals: true, ..Options::default() });
    let found = blocking(&part, BlockingOptions { min_us: 15_000, ..BlockingOptions::default() }).unwrap();
    let mut lengths: Vec<u64> = found.stretches.iter().map(|stretch| stretch.duration_us).collect();
    planned.sort_unstable();
    lengths.sort_unstable();
    // Twenty of them follow each other without a pause: without the tasks they would be one.
    assert_eq!(lengths.len(), planned.len(), "{lengths:?}\n{planned:?}");
    for (found, planned) in lengths.iter().zip(&planned) {
        assert!(found.abs_diff(*planned) <= 2_000 + planned / 10, "{lengths:?}\n{planned:?}");
    }
    assert!(found.stretches.iter().all(|stretch| !stretch.is_unpaused && !stretch.is_startup));
}
