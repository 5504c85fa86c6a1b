//! What pictures show, and how large they get.

use crate::{LIMITS, attributed, profile, seen, shown, svg, times};
use heapdiff::cpu::attribution::Attribution;
use heapdiff::cpu::comparison::stack_delta;
use heapdiff::picture::bands::{Band, fold_idle, of_threads};
use heapdiff::picture::boxes::{BoxLimits, by_value};
use heapdiff::picture::clock::Clock;
use heapdiff::picture::delta::of_delta;
use heapdiff::picture::flame::Look;
use heapdiff::picture::timeline::{Timeline, by_time};
use heapdiff::picture::words;
use heapdiff::report::flame::svg::draw;

#[test]
fn boxes_say_value_share_and_place() {
    let drawn = svg(&profile(&[(0, "main", 1000), (1, "work", 3000), (0, "(idle)", 5000)]), LIMITS);
    let titles: Vec<String> = seen(&drawn).into_iter().map(|of| of.title).collect();
    let expected = [
        "all (4.0 ms)",
        "main (a.js:1) (4.0 ms, 100.0 %; 1.0 ms of its own; file:///srv/app/a.js:1:2)",
        "work (a.js:2) (3.0 ms, 75.0 %; file:///srv/app/a.js:2:2)",
    ];
    assert_eq!(titles, expected);
    let words = "9.0 ms in 10 samples";
    assert!(drawn.contains(words), "{drawn}");
    assert!(drawn.contains("</tspan> own code"), "the legend");
}

#[test]
fn labels_are_fitted_without_a_script_too() {
    let drawn = svg(&profile(&[(0, "a_rather_long_name", 30), (0, "b", 1000), (0, "c", 2)]), LIMITS);
    let texts: Vec<String> = seen(&drawn).into_iter().skip(1).map(|of| of.text).collect();
    assert_eq!(texts, ["b (a.js:2)", "a_..", ""]);
}

#[test]
fn the_same_picture_is_the_same_bytes() {
    let profile = profile(&[(0, "a", 5), (1, "b", 3), (0, "c", 5), (3, "d", 4), (3, "(garbage collector)", 3)]);
    assert_eq!(svg(&profile, LIMITS), svg(&profile, LIMITS));
}

#[test]
fn small_calls_and_deep_stacks_are_said() {
    let limits = BoxLimits { min_share: 0.1, depth: 2, ..LIMITS };
    let mut calls = vec![(0, "main", 1000), (1, "a", 300), (2, "deep", 200), (3, "deeper", 200)];
    calls.extend((0..9).map(|_| (1, "small", 50)));
    let drawn = svg(&profile(&calls), limits);
    let boxes = seen(&drawn);
    let found: Vec<(&str, &str)> = boxes.iter().skip(2).map(|of| (of.label.as_str(), of.class.as_str())).collect();
    assert_eq!(found, [("a (a.js:2)", ""), ("… 9 smaller", "folded"), ("… 2 more levels", "folded")]);
    assert!(drawn.contains("2 deeper levels not drawn"));
}

#[test]
fn deep_recursion_makes_no_deep_picture() {
    // One frame that calls itself 300,000 times; each level was sampled.
    let depth = 300_000;
    let frame = r#"{"functionName":"f","scriptId":"7","url":"/a.js","lineNumber":4,"columnNumber":1}"#;
    let mut nodes = vec![r#"{"id":1,"callFrame":{"functionName":"(root)","scriptId":"0","url":""}}"#.to_owned()];
    nodes.extend((2..=depth).map(|id| format!(r#"{{"id":{id},"parent":{},"callFrame":{frame}}}"#, id - 1)));
    let samples: Vec<String> = (2..=depth).map(|id| id.to_string()).collect();
    let deltas = vec!["1"; samples.len()].join(",");
    let profile = format!(
        r#"{{"nodes":[{}],"startTime":0,"endTime":{depth},"samples":[{}],"timeDeltas":[{deltas}]}}"#,
        nodes.join(","),
        samples.join(",")
    );
    let drawn = svg(profile.as_bytes(), LIMITS);
    let boxes = seen(&drawn);
    assert_eq!(boxes.len(), 2002);
    assert!(drawn.len() < 1_000_000, "{}", drawn.len());
    assert_eq!(boxes.last().unwrap().label, "… 297,999 more levels");
    let timeline = Timeline::new(attributed(profile.as_bytes()).remove(0)).unwrap();
    let boxes = by_time(&timeline.stacks.tree, &timeline.intervals, depth as u64, LIMITS);
    assert!(boxes.boxes.len() <= 2000, "{}", boxes.boxes.len());
}

#[test]
fn a_chart_is_in_order_of_time() {
    let parts = attributed(&profile(&[(0, "a", 10), (1, "b", 5), (0, "c", 10), (0, "(idle)", 20), (1, "b", 5)]));
    let expected = [
        "1 0+15 a (a.js:1)",
        "1 15+10 c (a.js:3)",
        "1 25+20 (idle)",
        "1 45+5 a (a.js:1)",
        "2 10+5 b (a.js:2)",
        "2 45+5 b (a.js:5)",
    ];
    assert_eq!(shown(&chart(parts)), expected);
}

/// The picture of threads in order of time.
fn chart(parts: Vec<Attribution>) -> String {
    let spans: Vec<(i64, u64)> = parts.iter().map(|part| (part.start_us, part.duration_us)).collect();
    let clock = Clock::of(&spans);
    let words = words::of_chart(&parts, &clock, &[], true);
    let bands = parts.into_iter().zip(spans).enumerate().map(|(i, (part, (_, duration_us)))| {
        let start_us = clock.start_us[i];
        let timeline = Timeline::new(part).unwrap().later(start_us);
        let boxes = by_time(&timeline.stacks.tree, &timeline.intervals, clock.total_us, LIMITS);
        Band { name: format!("thread {i}").into(), start_us, duration_us, timeline, boxes }
    });
    draw(&of_threads(&bands.collect::<Vec<Band>>(), clock.total_us, words, Look::default())).unwrap()
}

#[test]
fn threads_are_bands_on_one_clock() {
    let mut parts = attributed(&profile(&[(0, "a", 10), (1, "b", 20)]));
    let mut worker = attributed(&profile(&[(0, "c", 30)])).remove(0);
    worker.start_us = 20;
    parts.push(worker.clone());
    let drawn = chart(parts.clone());
    let expected =
        ["1 0+30 thread 0", "2 0+30 a (a.js:1)", "3 10+20 b (a.js:2)", "4 20+30 thread 1", "5 20+30 c (a.js:1)"];
    assert_eq!(shown(&drawn), expected);
    assert!(drawn.contains("2 threads on one clock") && drawn.contains("(30 µs from 20 µs on)"), "{drawn}");
    // A day later: another run, or another clock.
    parts[1].start_us = 86_400_000_000;
    let drawn = chart(parts);
    assert_eq!(shown(&drawn)[3..], ["4 0+30 thread 1", "5 0+30 c (a.js:1)"]);
    assert!(drawn.contains("2 threads with different clocks: each starts at 0"));
}

#[test]
fn a_difference_has_room_for_what_is_new_and_what_is_gone() {
    let before = [(0, "main", 1000), (1, "same", 400_000), (1, "old", 200_000), (1, "more", 100_000)];
    let after = [(0, "main", 1000), (1, "same", 401_000), (1, "new", 300_000), (1, "more", 300_000)];
    let delta = stack_delta(&[times(&profile(&before))], &[times(&profile(&after))]);
    let boxes = by_value(&delta.stacks.tree, &delta.stacks.self_value, |call| call.raw(), LIMITS);
    let picture =
        of_delta(&delta, &boxes, words::of_delta([&["x/a".into()], &["x/b".into()]], &delta), Look::default());
    let drawn = draw(&picture).unwrap();
    let boxes = seen(&drawn);
    let found: Vec<String> =
        boxes.iter().skip(1).map(|of| format!("{}: {} {}", of.width, of.title, of.class)).collect();
    let expected = [
        "1202000: main (a.js:1) (before 701 ms, after 1.00 s, +301 ms, +43 %, within noise; of its own 1.0 ms → 1.0 ms; file:///srv/app/a.js:1:2) ",
        "401000: same (a.js:2) (before 400 ms, after 401 ms, +1.0 ms, +0 %, within noise; file:///srv/app/a.js:2:2) ",
        "300000: more (a.js:4) (before 100 ms, after 300 ms, +200 ms, +200 %; file:///srv/app/a.js:4:2) ",
        "300000: new (a.js:3) (new, +300 ms; file:///srv/app/a.js:3:2) new",
        "200000: old (a.js:3) (gone, −200 ms; file:///srv/app/a.js:3:2) gone",
    ];
    assert_eq!(found, expected);
    let colors: std::collections::BTreeSet<&str> = boxes.iter().skip(2).map(|of| of.fill.as_str()).collect();
    assert_eq!(colors.len(), 4, "same, more, new and gone look different");
    assert!(drawn.contains("CPU time · a → b") && drawn.contains("701 ms → 1.00 s, +301 ms"));
}

#[test]
fn idle_threads_are_named_but_not_drawn() {
    let of = |calls: &[(usize, &str, u64)]| attributed(&profile(calls)).remove(0);
    let parts = [
        of(&[(0, "main", 10), (0, "(idle)", 90)]),
        of(&[(0, "work", 60), (0, "(idle)", 40)]),
        of(&[(0, "(program)", 9)]),
    ];
    let bands = parts.into_iter().enumerate().map(|(i, part)| {
        let timeline = Timeline::new(part).unwrap();
        let boxes = by_time(&timeline.stacks.tree, &timeline.intervals, 100, LIMITS);
        Band { name: format!("thread {i}").into(), start_us: 0, duration_us: 100, timeline, boxes }
    });
    let (drawn, note) = fold_idle(bands.collect());
    let names: Vec<String> = drawn.iter().map(|band| band.name.to_string()).collect();
    assert_eq!(names, ["thread 0", "thread 1"]);
    assert_eq!(note.unwrap(), "idle and left out: thread 2");
}
