//! Stretches where the file itself has the tasks of the event loop: `RunTask` events of Chrome's traces.
//!
//! Nothing is guessed then: each task is a stretch of its own, as DevTools shows it, also of a loop that never rests. What is
//! left out are tasks during which no sample was taken: they are short, and nothing can be said of them.

use crate::cpu::attribution::Attribution;
use crate::cpu::blocking::stretches::Run;

/// The tasks with samples, in order of time. O(intervals + tasks).
pub(super) fn runs(times: &Attribution) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut next = 0;
    for (start_us, end_us) in &times.tasks {
        // Intervals that end before the task belong to none.
        while times.intervals.get(next).is_some_and(|of| of.start_us + of.duration_us <= *start_us) {
            next += 1;
        }
        let begun = times.intervals[next..].iter().take_while(|of| of.start_us < *end_us).count();
        if begun == 0 {
            continue;
        }
        // An interval that began before the task is that of what ran before, unless the task has no other.
        let is_of_before = begun > 1 && times.intervals[next].start_us < *start_us;
        let intervals = next + usize::from(is_of_before)..next + begun;
        next = intervals.end - 1;
        runs.push(Run { intervals, start_us: *start_us, duration_us: end_us - start_us, held_up_us: 0 });
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::runs;
    use crate::base::NoProgress;
    use crate::cpu::attribution::{Options, attribute};
    use crate::cpu::profile::build::build;
    use crate::format::{Source, read_profiles};

    #[test]
    fn a_task_has_the_samples_in_it() {
        // Samples at 10, 20, … 60 µs.
        let event = |name: &str, at: u32, more: &str| {
            format!(r#"{{"name":"{name}","ph":"X","pid":1,"tid":2,"ts":{at},"id":"0x1"{more}}}"#)
        };
        let frame = r#""callFrame":{"functionName":"f","scriptId":"1","url":"a.js","lineNumber":1,"columnNumber":1}"#;
        let root = r#""callFrame":{"functionName":"(root)","scriptId":"0","url":""}"#;
        let chunk = format!(
            r#","args":{{"data":{{"cpuProfile":{{"nodes":[{{"id":1,{root}}},{{"id":2,"parent":1,{frame}}}],"samples":[2,2,2,2,2,2]}},"timeDeltas":[10,10,10,10,10,10],"endTime":70}}}}"#
        );
        let events = [
            event("Profile", 0, r#","args":{"data":{"startTime":0}}"#),
            event("ProfileChunk", 1, &chunk),
            event("RunTask", 15, r#","dur":20"#),
            event("RunTask", 36, r#","dur":3"#),
            event("RunTask", 50, r#","dur":20"#),
        ];
        let text = format!(r#"{{"traceEvents":[{}]}}"#, events.join(","));
        let mut source = Source::from_bytes(text.as_bytes(), &NoProgress).unwrap();
        let raw = read_profiles(&mut source).unwrap().remove(0);
        let times = attribute(build(raw), Options { keeps_intervals: true, ..Options::default() });
        let found: Vec<_> =
            runs(&times).into_iter().map(|run| (run.start_us, run.duration_us, run.intervals)).collect();
        assert_eq!(found, [(15, 20, 1..3), (36, 3, 2..3), (50, 20, 4..6)]);
    }
}
