//! Verdicts: two snapshots give a judgement, three and more a measurement.

use crate::check::{Compared, PROGRAM, check, check_detail, check_heaps, times};
use heapdiff::heap::detect::Options;

const ROW: &str = "list -[#]-> r#(Row)@1#0001";

/// A heap with these rows in a list.
fn rows(range: std::ops::Range<usize>) -> String {
    format!("{PROGRAM}; app -list-> list(Array); {}", times(range, ROW))
}

fn verdict_of(heaps: &[std::ops::Range<usize>]) -> String {
    let heaps: Vec<String> = heaps.iter().cloned().map(rows).collect();
    let lines = Compared::new(&heaps).lines();
    assert!(lines.len() <= 1, "{lines:?}");
    lines.first().map_or_else(String::new, |line| line.split(" array").next().unwrap_or_default().to_owned())
}

#[test]
fn courses_over_three_snapshots() {
    assert_eq!(verdict_of(&[100..150, 100..250, 100..350]), "leak growing");
    // Once, at first or at last.
    assert_eq!(verdict_of(&[100..150, 100..350, 100..350]), "growth plateau");
    assert_eq!(verdict_of(&[100..150, 100..150, 100..350]), "growth step");
    assert_eq!(verdict_of(&[100..150, 100..350, 100..360]), "growth plateau");
    // Ever more slowly.
    assert_eq!(verdict_of(&[100..150, 100..350, 100..430]), "suspect growing");
    // Too little.
    assert_eq!(verdict_of(&[100..150, 100..153, 100..156]), "suspect growing");
    // Up and down.
    assert_eq!(verdict_of(&[100..150, 100..550, 100..250]), "growth sawtooth");
    assert_eq!(verdict_of(&[100..150, 150..550, 600..850]), "growth sawtooth");
    // Less than before is no finding.
    assert_eq!(verdict_of(&[100..350, 100..250, 100..150]), "");
}

#[test]
fn courses_over_more_snapshots() {
    assert_eq!(verdict_of(&[100..150, 100..250, 100..350, 100..450, 100..550]), "leak growing");
    assert_eq!(verdict_of(&[100..150, 100..150, 100..350, 100..350, 100..350]), "growth step");
    assert_eq!(verdict_of(&[100..150, 100..350, 100..400, 100..402, 100..402]), "growth plateau");
    assert_eq!(verdict_of(&[100..150, 100..350, 100..150, 100..350, 100..450]), "growth sawtooth");
}

#[test]
fn judgements_of_two_snapshots() {
    assert_eq!(verdict_of(&[100..150, 100..250]), "leak");
    // There were none before: it may be set up once.
    assert_eq!(verdict_of(&[100..100, 100..250]), "suspect");
    assert_eq!(verdict_of(&[100..102, 100..250]), "suspect");
    // Few.
    assert_eq!(verdict_of(&[100..150, 100..155]), "growth");
    assert_eq!(verdict_of(&[100..150, 100..165]), "suspect");
    // One more is nothing.
    assert_eq!(verdict_of(&[100..150, 100..151]), "");
    // They come and go.
    assert_eq!(verdict_of(&[100..200, 180..380]), "suspect");
    assert_eq!(verdict_of(&[100..200, 200..300]), "");
}

#[test]
fn a_level_that_rises_is_only_suspect() {
    // More each time, but none of those that were there before.
    assert_eq!(verdict_of(&[1000..1050, 2000..2150, 3000..3250]), "suspect growing");
}

#[test]
fn growth_that_is_left_of_coming_and_going_is_only_suspect() {
    // Five go for each one more, although four of five stay.
    let heaps = [rows(1000..2000), rows(1000..2020), rows(1200..2240)];
    check_heaps(&heaps, &["suspect growing array +40 Row elements in Array"]);
    let detail = Compared::new(&heaps).first_in_detail();
    assert!(
        detail.contains("there are more each time (1,000 → 1,020 → 1,040), but objects come and go here"),
        "{detail}"
    );
}

/// Rows in a list, and so many in another one.
fn rows_in_two_lists(count: usize, others: usize) -> String {
    format!("{}; app -other-> other(Array); {}", rows(100..100 + count), times(500..500 + others, OTHER_ROW))
}

const OTHER_ROW: &str = "other -[#]-> r#(Row)@1#0001";

#[test]
fn across_two_processes_what_is_reached_otherwise_or_hardly_more_is_only_suspect() {
    let told = |before: String, after: String| {
        let compared = Compared::by_structure(&[before, after]);
        (compared.lines(), compared.first_in_detail())
    };
    // As many as are new in one list are gone from the other.
    let (lines, detail) = told(rows_in_two_lists(50, 50), rows_in_two_lists(100, 0));
    assert_eq!(lines, ["growth array +50 Row elements in Array"]);
    assert!(detail.contains("as many objects of this class are gone elsewhere"), "{detail}");
    // Not quite as many.
    let (lines, _) = told(rows_in_two_lists(50, 50), rows_in_two_lists(100, 20));
    assert_eq!(lines, ["suspect array +50 Row elements in Array"]);
    // A fifth more than before.
    let (lines, detail) = told(rows(100..300), rows(100..340));
    assert_eq!(lines, ["suspect array +40 Row elements in Array"]);
    assert!(detail.contains("there are only a few more than before"), "{detail}");
    // The same in one process is what a level may rise by; as many more as there were in two.
    check_heaps(&[rows(100..300), rows(100..340)], &["suspect array +40 Row elements in Array"]);
    check_heaps(&[rows(100..300), rows(100..360)], &["leak array +60 Row elements in Array"]);
    let (lines, _) = told(rows_in_two_lists(50, 50), rows_in_two_lists(100, 50));
    assert_eq!(lines, ["leak array +50 Row elements in Array"]);
}

#[test]
fn a_pool_at_its_peak_is_a_plateau() {
    let one = "idle -internal 1#-> c#(Connection)";
    let before = format!("app -idle-> set(Set) -internal table-> idle:array; {}", times(0..5, one));
    check(&before, &[&times(5..50, one), ""], &["growth plateau set +45 Connection members in Set"]);
    check_detail(&before, &[&times(5..50, one), ""], &["it has stopped growing (5 → 50 → 50)"]);
}

#[test]
fn a_buffer_in_the_runtimes_own_scope_is_only_suspect() {
    let one = "buffer -[#]-> e#(PerformanceResourceTiming)";
    let before = format!("runtimeScope -context resourceTimingBuffer-> buffer(Array); {}", times(0..5, one));
    let more = [times(5..45, one), times(45..85, one)];
    let claim = "array +80 PerformanceResourceTiming elements in Array";
    check(&before, &[&more[0], &more[1]], &[&format!("suspect growing {claim}")]);
    check_detail(&before, &[&more[0], &more[1]], &["often a buffer with a limit"]);
    check(&before, &[&more[0]], &["suspect array +40 PerformanceResourceTiming elements in Array"]);
}

#[test]
fn code_of_the_users_in_the_runtimes_buffer_is_a_leak() {
    let one = "buffer -[#]-> f#:closure(onEntry){1,30,2} -internal shared-> userCode";
    let before = format!("runtimeScope -context observers-> buffer(Array); {}", times(0..5, one));
    let expected = "leak growing array +80 functions onEntry (/srv/app.js:31:3) in Array";
    check(&before, &[&times(5..45, one), &times(45..85, one)], &[expected]);
}

#[test]
fn what_the_runtime_holds_for_the_program_is_a_leak_all_the_same() {
    let one = "tail -_x#-> t#(Timeout) -_idleNext-> tail; t# -_idlePrev-> tail; t# -_onTimeout-> f#:closure(poll)";
    let before =
        format!("runtimeScope -context timerListMap-> lists(Object) -[50]-> tail(TimersList); {}", times(0..5, one));
    check(
        &before,
        &[&times(5..45, one), &times(45..85, one)],
        &["leak growing timers +80 timers (50 ms) that call poll"],
    );
}

#[test]
fn confidence_is_said() {
    let list = format!("app -list-> list(Array); {}", times(100..150, ROW));
    let more = [times(150..250, ROW), times(250..350, ROW)];
    check_detail(
        &list,
        &[&more[0], &more[1]],
        &["reason: certain it grew in both intervals (50 → 150 → 250), and nothing was freed"],
    );
    check_detail(&list, &[&more[0]], &["reason: likely", "take a third snapshot to confirm"]);
    // Not so many that it could be nothing else.
    let more = [times(150..165, ROW), times(165..180, ROW)];
    check_detail(&list, &[&more[0], &more[1]], &["reason: likely it grew in both intervals (50 → 65 → 80)"]);
    // Many, but some were freed.
    let freed = Compared::new(&[rows(100..150), rows(110..250), rows(110..350)]).first_in_detail();
    assert!(freed.contains("reason: likely it grew in both intervals (50 → 140 → 240)\n"), "{freed}");
}

#[test]
fn nothing_new_finds_nothing() {
    check_heaps(&[rows(100..500), rows(100..500)], &[]);
    check_heaps(&[rows(100..500), rows(100..500), rows(100..500)], &[]);
}

#[test]
fn growth_is_judged_per_unit_of_work_and_times_are_only_said() {
    let heaps = [rows(100..150), rows(100..350), rows(100..430)];
    let first = |options: &Options| {
        let compared = Compared::with(&heaps, options);
        (compared.lines().remove(0), compared.first_in_detail())
    };
    let work = |work: &[f64]| Options { work: Some(work.to_vec()), ..Options::default() };
    // 80 in half the requests after 200 are nearly as many as before.
    assert_eq!(first(&work(&[1000.0, 500.0])).0, "leak growing array +280 Row elements in Array");
    assert_eq!(first(&work(&[1000.0, 1000.0])).0, "suspect growing array +280 Row elements in Array");
    // Writing a snapshot takes time, the longer the larger the heap is.
    let seconds = Options { intervals_seconds: Some(vec![90.0, 30.0]), ..Options::default() };
    let (line, detail) = first(&seconds);
    assert_eq!(line, "suspect growing array +280 Row elements in Array");
    assert!(detail.contains("200 in 90 s, then 80 in 30 s"), "{detail}");
    let even = [rows(100..150), rows(100..350), rows(100..550)];
    for intervals in [[30.0, 30.0], [30.0, 300.0]] {
        let options = Options { intervals_seconds: Some(intervals.to_vec()), ..Options::default() };
        assert_eq!(Compared::with(&even, &options).lines(), ["leak growing array +400 Row elements in Array"]);
    }
}

#[test]
fn what_stays_under_churn_is_a_leak() {
    // Each time 300 come and go; of what came, 20 stay for good.
    let heap = |stays: usize, from: usize| format!("{}; {}", rows(100..100 + stays), times(from..from + 300, ROW));
    let heaps = [heap(50, 1000), heap(70, 2000), heap(90, 3000)];
    check_heaps(&heaps, &["leak growing array +40 Row elements in Array"]);
    let detail = Compared::new(&heaps).first_in_detail();
    assert!(detail.contains("more and more of them stay (older than one interval: 50 → 70"), "{detail}");
    // The level falls meanwhile.
    let falls = [heap(50, 1000), heap(70, 2000), format!("{}; {}", rows(100..190), times(3000..3100, ROW))];
    check_heaps(&falls, &["leak growing array +20 Row elements in Array"]);
    // Elders that go are no leak: it is a level.
    let level = [heap(50, 1000), heap(70, 2000), format!("{}; {}", rows(120..210), times(3000..3300, ROW))];
    check_heaps(&level, &["suspect growing array +40 Row elements in Array"]);
    // None was there before: they live for about an interval.
    let young = [heap(0, 1000), format!("{}; {}", rows(100..180), times(2000..2300, ROW)), heap(150, 3000)];
    assert!(!Compared::new(&young).lines()[0].starts_with("leak"), "{:?}", Compared::new(&young).lines());
}

#[test]
fn more_of_the_same_never_weakens_a_verdict() {
    let verdict = |ends: &[usize]| {
        let heaps: Vec<_> = ends.iter().map(|end| 100..*end).collect();
        verdict_of(&heaps)
    };
    let gravity = |verdict: &str| match verdict.split(' ').next() {
        Some("leak") => 2,
        Some("suspect") => 1,
        _ => 0,
    };
    for start in [1, 3, 20, 60] {
        for rise in [1, 2, 4, 5, 7, 10, 13, 20, 40, 90] {
            let mut ends = vec![100 + start, 100 + start + rise, 100 + start + 2 * rise];
            let mut before = verdict(&ends);
            for more in [rise, rise, 3 * rise, rise * 6] {
                ends.push(ends[ends.len() - 1] + more);
                let after = verdict(&ends);
                assert!(gravity(&after) >= gravity(&before), "{ends:?}: {before}, then {after}");
                before = after;
            }
        }
    }
}

#[test]
fn few_but_large_objects_are_a_leak() {
    let one = "list -[#]-> r#(Row):12000";
    let before = format!("app -list-> list(Array); {}", times(100..110, one));
    check(&before, &[&times(110..125, one)], &["leak array +15 Row elements in Array"]);
    let small = one.replace("12000", "40");
    let before = format!("app -list-> list(Array); {}", times(100..110, &small));
    check(&before, &[&times(110..125, &small)], &["suspect array +15 Row elements in Array"]);
}

#[test]
fn an_array_of_numbers_that_grows_by_little_is_only_growth() {
    let line = |bytes: u64| {
        let heap = |bytes: u64| format!("{PROGRAM}; app -n-> n(Array) -internal elements-> e:array():{bytes}");
        Compared::new(&[heap(1000), heap(1000 + bytes)]).lines().remove(0)
    };
    assert!(line(1500).starts_with("growth array +1500 "), "{}", line(1500));
    assert!(line(3000).starts_with("suspect array +3000 "), "{}", line(3000));
}
