//! Bound functions: what they bind is what they are called, and how they are told apart.

use crate::check::{Compared, EMITTER, check, check_detail, growing, times};

const LISTS: &str = "runtimeScope -context timerListMap-> lists(Object) -[1000]-> ring(TimersList)
    app -poll-> poll:closure{1,7,3} -internal shared-> userCode; app -sweep-> sweep:closure{1,9,3} -internal shared-> userCode";

/// Timers of a second whose callback is a method that is bound to an object each.
fn timers(method: &str, class: &str) -> (String, String) {
    let one = format!(
        "ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring
         t# -_onTimeout-> b#:closure(native_bind) -internal bound_function-> {method}
         b# -internal bound_this-> o#({class})"
    );
    (format!("{LISTS}; {}", times(0..5, &one)), times(5..45, &one))
}

fn fingerprint((before, more): &(String, String)) -> String {
    Compared::new(&growing(before, &[more])).findings[0].fingerprint.clone()
}

#[test]
fn a_bound_callback_is_called_like_the_function_behind_it() {
    let (before, more) = timers("poll", "Poller");
    let expected = "leak timers +40 timers (1000 ms) that call poll (/srv/app.js:8:4) bound to Poller";
    check(&before, &[&more], &[expected]);
    // An object without a class says nothing.
    let (before, more) = timers("poll", "Object");
    check(&before, &[&more], &["leak timers +40 timers (1000 ms) that call poll (/srv/app.js:8:4)"]);
}

#[test]
fn bound_callbacks_have_fingerprints_of_their_own() {
    let all = [timers("poll", "Poller"), timers("sweep", "Poller"), timers("poll", "Cache")];
    let all = all.map(|timers| fingerprint(&timers));
    assert!(all[0] != all[1] && all[0] != all[2] && all[1] != all[2], "{all:?}");
    assert_eq!(fingerprint(&timers("poll", "Poller")), all[0]);
}

#[test]
fn bound_functions_are_looked_through() {
    let (before, more) = timers("inner:closure(native_bind)", "Poller");
    let before = format!("{before}; inner -internal bound_function-> poll");
    check_detail(&before, &[&more], &["Poller"]);
    let expected = "leak timers +40 timers (1000 ms) that call poll (/srv/app.js:8:4) bound to Poller";
    check(&before, &[&more], &[expected]);
    // `call.bind(f)` calls f.
    let one = "ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring
         t# -_onTimeout-> b#:closure(native_bind) -internal bound_function-> call:closure; b# -internal bound_this-> poll";
    let before = format!("{LISTS}; {}", times(0..5, one));
    let expected = "leak timers +40 timers (1000 ms) that call poll (/srv/app.js:8:4)";
    check(&before, &[&times(5..45, one)], &[expected]);
}

#[test]
fn a_function_that_is_only_called_so_is_no_bound_one() {
    let one = "ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring
               t# -_onTimeout-> b#:closure(native_bind)";
    let before = format!("{LISTS}; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak timers +40 timers (1000 ms) that call native_bind"]);
}

#[test]
fn bound_arguments_that_are_functions_tell_apart() {
    let with = |argument: &str| {
        let one = format!(
            "ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring
             t# -_onTimeout-> b#:closure(native_bind) -internal bound_function-> run:closure
             b# -internal bindings-> args#:array:32; args# -internal 1-> {argument}"
        );
        (format!("{LISTS}; app -run-> run; {}", times(0..5, &one)), times(5..45, &one))
    };
    let (before, more) = with("poll");
    let expected = "leak timers +40 timers (1000 ms) that call run bound to poll (/srv/app.js:8:4)";
    check(&before, &[&more], &[expected]);
    assert_ne!(fingerprint(&with("poll")), fingerprint(&with("sweep")));
}

#[test]
fn a_bound_listener_must_be_kept_to_be_taken_off() {
    let one = "list -[#]-> f#:closure(native_bind) -internal bound_function-> onConfig
               f# -internal bound_this-> s#(Session)";
    let before = format!(
        "{EMITTER}; app -onConfig-> onConfig:closure{{1,5,2}} -internal shared-> userCode
         app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -config-> list(Array); {}",
        times(0..5, one)
    );
    let pieces = [
        "handler: onConfig (/srv/app.js:6:3) bound to Session",
        "call emitter.off('config', bound)",
        "store what bind() returns",
        "one function is subscribed again and again",
    ];
    check_detail(&before, &[&times(5..45, one)], &pieces);
}

#[test]
fn bound_functions_in_a_list() {
    let one = "jobs -[#]-> f#:closure(native_bind) -internal bound_function-> run; f# -internal bound_this-> j#(Job)";
    let before = format!(
        "app -run-> run:closure{{1,5,2}} -internal shared-> userCode; app -jobs-> jobs(Array); {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak array +40 functions run (/srv/app.js:6:3) bound to Job in Array"]);
}

#[test]
fn two_leaks_in_one_list_are_two_findings() {
    let one = |method: &str, class: &str, from: usize, to: usize| {
        let timer = "ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring
             t# -_onTimeout-> b#:closure(native_bind) -internal bound_function-> METHOD
             b# -internal bound_this-> o#(CLASS)";
        times(from..to, &timer.replace("METHOD", method).replace("CLASS", class))
    };
    let before = format!("{LISTS}; {}; {}", one("poll", "Poller", 0, 10), one("sweep", "Cache", 100, 110));
    let then = format!("{}; {}", one("poll", "Poller", 10, 50), one("sweep", "Cache", 110, 140));
    let after = format!("{}; {}", one("poll", "Poller", 50, 90), one("sweep", "Cache", 140, 170));
    let expected = [
        "leak growing timers +80 timers (1000 ms) that call poll (/srv/app.js:8:4) bound to Poller",
        "leak growing timers +60 timers (1000 ms) that call sweep (/srv/app.js:10:4) bound to Cache",
    ];
    check(&before, &[&then, &after], &expected);
    let compared = Compared::new(&growing(&before, &[&then, &after]));
    assert!(compared.first_in_detail().contains("10 → 50 → 90"), "{}", compared.first_in_detail());
    // They are known by the names that they have alone.
    let alone = fingerprint(&timers("poll", "Poller"));
    assert_eq!(compared.findings[0].fingerprint, alone);
    // Which of several leads does not depend on how many there are.
    assert_eq!(compared.findings[1].fingerprint, fingerprint(&timers("sweep", "Cache")));
}

#[test]
fn functions_of_a_registry_are_one_finding() {
    // Each of many functions a few times, as of a table of handlers.
    let one = times(0..12, "list -[1#@]-> f#x@:closure(handler#){1,#,1}");
    let all = |from: usize, to: usize| {
        (from..to).map(|copy| one.replace('@', &copy.to_string())).collect::<Vec<_>>().join("; ")
    };
    let before = format!("app -list-> list(Array); {}", all(10, 11));
    check(&before, &[&all(11, 20)], &["leak array +108 Function elements in Array"]);
}

#[test]
fn a_few_other_functions_stay_with_the_many() {
    let many = "list -[#]-> f#:closure(job){1,3,1}";
    let few = "list -[1#]-> g#:closure(other){1,#,1}";
    let before = format!("app -list-> list(Array); {}", times(10..20, many));
    let more = format!("{}; {}", times(20..60, many), times(20..24, few));
    check(&before, &[&more], &["leak array +44 Function elements in Array"]);
}
