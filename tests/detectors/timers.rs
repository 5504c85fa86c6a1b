//! Timers.

use crate::check::{PROGRAM, check, check_detail, check_heaps, times};

/// A heap in which the list of timers of one second has so many, the newest first, as Node has it.
fn ring(count: usize, timer: &str) -> String {
    let id = |i: usize| 100_001 + 10 * i;
    let mut text = format!(
        "{PROGRAM}; runtimeScope -context timerListMap-> lists(Object) \
                            -[1000]-> ring(TimersList)"
    );
    for i in 0..count {
        let next = if i == 0 { "ring".to_owned() } else { format!("t{}", i - 1) };
        let one = timer.replace('#', &i.to_string());
        text += &format!("; t{i}(Timeout)@{} -_idleNext-> {next} -_idlePrev-> t{i}; {one}", id(i));
    }
    text + &format!("; ring -_idleNext-> t{0}; t{0} -_idlePrev-> ring", count - 1)
}

/// Callbacks with ids of their own.
fn with_callback(count: usize, name: &str) -> String {
    let mut text = ring(count, "t#");
    for i in 0..count {
        text += &format!("; t{i} -_onTimeout-> f{i}:closure({name})@{}", 100_003 + 10 * i);
    }
    text
}

#[test]
fn timers_in_a_ring() {
    let (before, after) = (with_callback(5, "poll"), with_callback(45, "poll"));
    check_heaps(&[before, after], &["leak timers +40 timers (1000 ms) that call poll"]);
}

#[test]
fn timers_in_a_ring_over_three_snapshots() {
    let heaps = [5, 45, 85].map(|count| with_callback(count, "poll"));
    check_heaps(&heaps, &["leak growing timers +80 timers (1000 ms) that call poll"]);
    let heaps = [5, 45, 45].map(|count| with_callback(count, "poll"));
    check_heaps(&heaps, &["growth plateau timers +40 timers (1000 ms) that call poll"]);
}

#[test]
fn immediates_are_timers() {
    let one = "i#(Immediate) -_idleNext-> queue; i# -_idlePrev-> queue; i# -_onImmediate-> f#:closure(drain)
               queue -_x#-> i#";
    let before = format!("runtimeScope -context immediateQueue-> queue(ImmediateList); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak timers +40 immediates that call drain"]);
    check_detail(&before, &[&times(5..45, one)], &["fix: stop calling setImmediate from its own callback"]);
}

#[test]
fn timers_of_deno() {
    let one = "table -internal 1#-> t#(Timeout) -_onTimeout-> f#:closure(poll); t# -_timerArgs-> a#(Array)";
    let before = format!(
        "gc -[9]-> handles:synthetic((Global handles)) -[1]-> getter:closure(getActiveTimer) \
         -internal context-> g(system / Context)
         g -context activeTimers-> active(Map) -internal table-> table:array; {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak timers +40 timers that call poll"]);
}

#[test]
fn timers_of_chromium() {
    let one = "backing -internal 1#-> t#:native(DOMTimer) -internal 1-> a#:native(ScheduledAction)
               a# -internal 2-> v#:native(V8Function) -internal 3-> f#:closure(poll)";
    let before = format!(
        "app -window-> w:native(Window) -internal 1-> c:native(DOMTimerCoordinator)
         c -internal 1-> backing:native(blink::HeapHashTableBacking); {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak timers +40 timers that call poll"]);
}

#[test]
fn timers_of_bun() {
    let one = "block -internal 1#-> t#:native(Timeout) -callback-> f#:closure(poll); t# -arguments-> a#(Array)";
    let before = format!("gc -[9]-> block:hidden(StrongRootBlock); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak timers +40 timers that call poll"]);
}

#[test]
fn a_timers_callback_is_named_with_its_place() {
    let place = "t# -_onTimeout-> g#:closure(refresh){1,7,2}@9#0001 -internal shared-> userCode";
    let heaps = [ring(5, place), ring(45, place)];
    check_heaps(&heaps, &["leak timers +40 timers (1000 ms) that call refresh (/srv/app.js:8:3)"]);
}

#[test]
fn a_class_called_timeout_is_no_timer() {
    let one = "log -[#]-> t#(Timeout){1,9,0} -_onTimeout-> f#:closure(retry)";
    let before = format!("app -log-> log(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Timeout elements in Array"]);
}

#[test]
fn a_list_called_timers_list_in_user_code_is_no_list_of_timers() {
    let one = "list -[#]-> j#(Job){1,9,0}";
    let before = format!("app -list-> list(TimersList){{1,2,0}}; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak object +40 Job entries in TimersList"]);
}

#[test]
fn a_map_that_one_interval_fills_is_a_map() {
    let before = format!(
        "runtimeScope -context timerListMap-> lists(Object) -[1000]-> ring(TimersList) -_idleNext-> t(Timeout)
         ring -_idlePrev-> t -_idleNext-> ring; t -_idlePrev-> ring
         t -_onTimeout-> f:closure(poll){{1,7,2}} -internal shared-> userCode
         f -internal context-> c(system / Context) -context seen-> seen(Map) -internal table-> table:array; {}",
        times(0..5, "table -internal 1#-> s#(Sample)")
    );
    let more = times(5..45, "table -internal 1#-> s#(Sample)");
    check(&before, &[&more], &["leak map +40 Sample entries in Map"]);
    let only_holder = "evidence: only a timer keeps it alive, through its callback poll (/srv/app.js:8:3); clear the timer to free it";
    check_detail(&before, &[&more], &["TimersList", "_onTimeout poll", only_holder]);
}

#[test]
fn timers_that_arm_themselves_again_are_a_leak_if_there_are_more_each_time() {
    // None of those that were there before is there any more.
    let heap = |count: usize, generation: usize| {
        let one = "ring -_x#-> t#(Timeout)@9000# -_idleNext-> ring; t# -_idlePrev-> ring; t# -_onTimeout-> poll";
        let timers = times(10..10 + count, &one.replace("9000#", &format!("{generation}0#1")));
        format!(
            "{PROGRAM}; runtimeScope -context timerListMap-> lists(Object) -[1000]-> ring(TimersList)
             main -p-> poll:closure; {timers}"
        )
    };
    let expected = "leak growing timers +80 timers (1000 ms) that call poll";
    check_heaps(&[heap(20, 7), heap(60, 8), heap(100, 9)], &[expected]);
}

/// Timers of which each snapshot has others, with callbacks that are others, too, or not.
fn renewed(counts: [usize; 3], is_callback_old: bool) -> Vec<String> {
    let heap = |(at, count): (usize, usize)| {
        let mut text =
            format!("{PROGRAM}; runtimeScope -context timerListMap-> lists(Object) -[1000]-> ring(TimersList)@900001");
        for i in 0..count {
            let timer = 200_001 + 10_000 * at + 10 * i;
            let callback = if is_callback_old { 300_001 + 10 * i } else { timer + 2 };
            let next = if i == 0 { "ring".to_owned() } else { format!("t{}", i - 1) };
            text += &format!("; t{i}(Timeout)@{timer} -_idleNext-> {next} -_idlePrev-> t{i}");
            text += &format!("; t{i} -_onTimeout-> f{i}:closure(again)@{callback}");
        }
        text + &format!("; ring -_idleNext-> t{0}; t{0} -_idlePrev-> ring", count - 1)
    };
    counts.into_iter().enumerate().map(heap).collect()
}

#[test]
fn timers_that_are_armed_again_leak_and_those_of_requests_do_not() {
    let again = "leak growing timers +160 timers of 1000 ms that call again";
    check_heaps(&renewed([40, 120, 200], true), &[again]);
    // A request makes its own callback.
    check_heaps(&renewed([40, 120, 200], false), &[&again.replace("leak", "suspect")]);
    // More by chance.
    let by_chance = "suspect growing timers +12 timers of 1000 ms that call again";
    check_heaps(&renewed([40, 46, 52], true), &[by_chance]);
}
