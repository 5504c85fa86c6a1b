//! Event listeners.

use crate::check::{Compared, EMITTER, TARGET, check, check_detail, growing, links, times};

/// An emitter with five listeners for an event.
fn emitter() -> String {
    let five = times(0..5, "list -[#]-> f#:closure(onConfig)");
    format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -config-> list(Array); {five}"
    )
}

#[test]
fn functions_in_a_list_of_an_emitter() {
    let more = times(5..45, "list -[#]-> f#:closure(onConfig)");
    check(&emitter(), &[&more], &["leak listeners +40 listeners for 'config' on EventEmitter"]);
    let pieces = [
        "fix: call emitter.off('config', onConfig)",
        "evidence: handler: onConfig",
        "reason: likely some existed before",
    ];
    check_detail(&emitter(), &[&more], &pieces);
}

#[test]
fn closures_of_one_function_are_told_from_different_ones() {
    let same = "list -[#]-> f#:closure(onConfig){1,20,4} -internal shared-> userCode";
    check_detail(
        &emitter(),
        &[&times(5..45, same)],
        &["handler: onConfig (/srv/app.js:21:5)", "one function is subscribed"],
    );
    let different = "list -[#]-> f#:closure(onConfig){1,#,4} -internal shared-> userCode";
    let detail = Compared::new(&growing(&emitter(), &[&times(5..45, different)]));
    assert!(!detail.first_in_detail().contains("one function is subscribed"));
}

#[test]
fn the_first_listener_is_no_list_and_the_second_makes_one() {
    let before = format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -config-> f0:closure(onConfig)"
    );
    let list = format!(
        "events -config-> list(Array) -[0]-> f0; {}",
        times(
            1..41,
            "list \
                        -[#]-> f#:closure(onConfig)"
        )
    );
    let more = times(41..81, "list -[#]-> f#:closure(onConfig)");
    check(&before, &[&list, &more], &["leak growing listeners +80 listeners for 'config' on EventEmitter"]);
}

#[test]
fn once_is_seen_through() {
    // The function is kept by others as well, so that only the wrapping is new for each.
    let bound = "list -[#]-> f#:closure(native_bind) -listener-> onceReady:closure
                 f# -internal bound_this-> state#(Object) -listener-> onceReady; state# -target-> bus";
    let before = format!("{}; app -onceReady-> onceReady:closure", emitter());
    check(&before, &[&times(5..45, bound)], &["leak listeners +40 listeners for 'config' on EventEmitter"]);
    check_detail(&before, &[&times(5..45, bound)], &["handler: onceReady", "emitter.off('config', onceReady)"]);
    // Node 24 and later.
    let wrapper = "list -[#]-> f#:closure(wrapper) -listener-> onceReady
                   f# -internal context-> c#(system / Context) -context listener-> onceReady
                   c# -context target-> bus";
    check(&before, &[&times(5..45, wrapper)], &["leak listeners +40 listeners for 'config' on EventEmitter"]);
    check_detail(&before, &[&times(5..45, wrapper)], &["handler: onceReady"]);
}

#[test]
fn an_event_may_be_a_symbol() {
    let before = emitter().replace("-config->", "-\"<symbol done>\"->");
    let more = times(5..45, "list -[#]-> f#:closure(onDone)");
    check(&before, &[&more], &["leak listeners +40 listeners for '<symbol done>' on EventEmitter"]);
}

#[test]
fn the_process_is_an_emitter() {
    let before = format!(
        "{EMITTER}; global -process-> process -__proto__-> processProto(Object) -__proto__-> emitterProto
         process -_events-> events(Object) -SIGTERM-> list(Array); {}",
        times(0..5, "list -[#]-> f#:closure(onSignal)")
    );
    let more = times(5..45, "list -[#]-> f#:closure(onSignal)");
    check(&before, &[&more], &["leak listeners +40 listeners for 'SIGTERM' on process"]);
}

#[test]
fn an_instance_of_a_subclass_is_an_emitter() {
    let before = emitter().replace(
        "bus(EventEmitter) -__proto__-> emitterProto",
        "bus(ConfigStore) -__proto__-> own(Object) -__proto__-> emitterProto",
    );
    let more = times(5..45, "list -[#]-> f#:closure(onConfig)");
    check(&before, &[&more], &["leak listeners +40 listeners for 'config' on ConfigStore"]);
}

#[test]
fn bun_writes_no_prototypes() {
    let before = emitter().replace("-__proto__-> emitterProto", "-domain-> nothing(Object)");
    let more = times(5..45, "list -[#]-> f#:closure(onConfig)");
    check(&before, &[&more], &["leak listeners +40 listeners for 'config' on EventEmitter"]);
}

/// An event target with five listeners in a list.
fn event_target(class: &str) -> String {
    format!(
        "{TARGET}; app -target-> target({class}) -__proto__-> targetProto
         target -\"<symbol kEvents>\"-> events(Map) -internal table-> table:array
         table -internal 3-> name:string(abort); table -internal 4-> first(Object) -next-> l0(Listener)
         l0 -previous-> first; l0 -callback-> f0:closure(onAbort); {}",
        listeners(1..5)
    )
}

fn listeners(range: std::ops::Range<usize>) -> String {
    links(range, "l^ -next-> l#(Listener) -previous-> l^; l# -callback-> f#:closure(onAbort); l# -listener-> f#")
}

#[test]
fn listeners_of_an_event_target_are_a_list() {
    let signal = event_target("AbortSignal");
    check(&signal, &[&listeners(5..45)], &["leak listeners +40 listeners for 'abort' on AbortSignal"]);
    check_detail(&signal, &[&listeners(5..45)], &["handler: onAbort", "signal.removeEventListener('abort', onAbort)"]);
    // Node 18 and 20 call signals so.
    check(
        &event_target("EventTarget"),
        &[&listeners(5..45)],
        &["leak listeners +40 listeners for 'abort' on EventTarget"],
    );
}

#[test]
fn an_event_target_in_deno() {
    let before = format!(
        "{TARGET}; app -target-> target(AbortSignal) -__proto__-> targetProto; target -\"<symbol>\"-> data(Object)
         data -listeners-> byType(Object) -abort-> list(Array); {}",
        times(0..5, "list -[#]-> r#(Object) -callback-> f#:closure(onAbort)")
    );
    let more = times(5..45, "list -[#]-> r#(Object) -callback-> f#:closure(onAbort)");
    check(&before, &[&more], &["leak listeners +40 listeners for 'abort' on AbortSignal"]);
}

#[test]
fn subscribers_of_a_diagnostics_channel() {
    let before = format!(
        "app -channel-> channel(ActiveChannel) -name-> name:string(http.client.request.start)
         channel -_subscribers-> list(Array); {}",
        times(0..5, "list -[#]-> f#:closure(onRequest)")
    );
    let more = times(5..45, "list -[#]-> f#:closure(onRequest)");
    let expected = "leak listeners +40 listeners for 'http.client.request.star…' on ActiveChannel";
    check(&before, &[&more], &[expected]);
    check_detail(&before, &[&more], &["fix: call diagnostics_channel.unsubscribe("]);
}

/// A bus of the program's own, whose prototype has these two methods.
fn own_bus(way_in: &str, way_out: &str) -> String {
    format!(
        "app -hub-> hub(Hub){{1,3,1}} -__proto__-> hubProto(Object) -{way_in}-> in:closure({way_in})
         hubProto -{way_out}-> out:closure({way_out})"
    )
}

#[test]
fn buses_of_the_programs_own() {
    for (way_in, way_out) in [("subscribe", "publish"), ("on", "emit"), ("listen", "unlisten"), ("add", "dispatch")] {
        let list = format!("{}; hub -handlers-> list(Array)", own_bus(way_in, way_out));
        let before = format!("{list}; {}", times(0..5, "list -[#]-> f#:closure(onMessage)"));
        let more = times(5..45, "list -[#]-> f#:closure(onMessage)");
        check(&before, &[&more], &["leak listeners +40 listeners on Hub"]);
    }
}

#[test]
fn a_bus_with_a_set_of_functions_by_topic() {
    let before = format!(
        "{}; hub -topics-> topics(Map) -internal table-> t:array -internal 3-> name:string(price)
         t -internal 4-> price(Set) -internal table-> s:array; {}",
        own_bus("subscribe", "publish"),
        times(0..5, "s -internal 1#-> f#:closure(onPrice)")
    );
    let more = times(5..45, "s -internal 1#-> f#:closure(onPrice)");
    check(&before, &[&more], &["leak listeners +40 listeners for 'price' on Hub"]);
}

#[test]
fn the_same_function_many_times_makes_only_the_list_longer() {
    let same = |range| times(range, "list -[#]-> onTick:closure");
    let before = format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -tick-> list(Array) -internal elements-> e:array:400; {}",
        same(0..40)
    );
    let then = format!("e:array:4400; {}", same(40..540));
    let after = format!("e:array:8400; {}", same(540..1040));
    let expected = "leak growing listeners +8000 listeners for 'tick' on EventEmitter";
    check(&before, &[&then, &after], &[expected]);
    check_detail(&before, &[&then, &after], &["the list contains the same function 1,040 times", "handler: onTick"]);
    // Two snapshots do not say whether it goes on.
    check(&before, &[&then], &["suspect listeners +4000 listeners for 'tick' on EventEmitter"]);
}

#[test]
fn functions_in_a_list_of_what_emits_nothing_are_a_list() {
    let before = format!("app -jobs-> jobs(Array); {}", times(0..5, "jobs -[#]-> f#:closure(job)"));
    check(&before, &[&times(5..45, "jobs -[#]-> f#:closure(job)")], &["leak array +40 functions job in Array"]);
}

#[test]
fn a_field_events_with_records_is_a_list() {
    let before = format!(
        "app -store-> store(Store) -_events-> list(Array); {}",
        times(
            0..5,
            "list \
                          -[#]-> r#(Visit)"
        )
    );
    let more = times(5..45, "list -[#]-> r#(Visit)");
    check(&before, &[&more], &["leak array +40 Visit elements in Array"]);
    // Although it can emit, what it keeps are records.
    let emits = format!("{EMITTER}; store(Store) -__proto__-> emitterProto; {before}");
    check(&emits, &[&more], &["leak array +40 Visit elements in Array"]);
}

#[test]
fn a_field_events_of_what_emits_nothing_is_a_list() {
    let before = format!(
        "app -script-> script(Script){{1,5,0}} -__proto__-> proto(Object) -run-> run:closure
         script -_events-> list(Array); {}",
        times(0..5, "list -[#]-> f#:closure(step)")
    );
    check(&before, &[&times(5..45, "list -[#]-> f#:closure(step)")], &["leak array +40 functions step in Array"]);
}

#[test]
fn where_emitters_accumulate_their_listeners_are_not_the_finding() {
    let one = "all -[#]-> e#(EventEmitter) -__proto__-> emitterProto
               e# -_events-> ev#(Object) -close-> f#:closure(onClose)";
    let before = format!("{EMITTER}; app -all-> all(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 EventEmitter elements in Array"]);
}

#[test]
fn the_way_goes_on_to_what_a_listener_keeps() {
    let one =
        "list -[#]-> f#:closure(onConfig) -internal context-> c#(system / Context) -context session-> s#(Session)";
    check_detail(
        &emitter(),
        &[&times(5..45, one)],
        &["config Array > 5 onConfig > context system / Context > session Session"],
    );
}

#[test]
fn listeners_on_a_pooled_socket_are_listeners() {
    let before = format!(
        "{}; app -agent-> agent(Agent) -sockets-> all(Array) -[0]-> s(Socket) -__proto__-> SocketP
         s -_handle-> h(TCP)
         s -_events-> events(Object) -error-> list(Array); {}",
        crate::resources::streams(),
        times(0..5, "list -[#]-> f#:closure(onError)")
    );
    let more = times(5..45, "list -[#]-> f#:closure(onError)");
    check(&before, &[&more], &["leak listeners +40 listeners for 'error' on Socket"]);
}

#[test]
fn what_grows_deeper_in_a_listeners_scope_is_not_listeners() {
    let one = "table -internal 1#-> s#(Sample)";
    let before = format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -sample-> list(Array) -[0]-> f:closure(onSample) -internal context-> c(system / Context)
         c -context seen-> m(Map) -internal table-> table:array; {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak map +40 Sample entries in Map"]);
}
