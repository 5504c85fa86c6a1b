//! Events of event buses that the program or a package has made.

use crate::check::{check, check_detail, times};

/// A bus with two methods, and what it has.
fn bus(way_in: &str, way_out: &str, has: &str) -> String {
    format!(
        "app -hub-> hub(Hub){{1,3,1}} -__proto__-> hubProto(Object) -{way_in}-> in:closure({way_in})
         hubProto -{way_out}-> out:closure({way_out}); {has}"
    )
}

#[track_caller]
fn finds(before: &str, one: &str, expected: &str) {
    let before = format!("{before}; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &[&format!("leak listeners +40 {expected}")]);
}

#[test]
fn the_event_is_the_key_of_a_map() {
    // As mitt has it: an object without a class, whose Map has an array for each event.
    let mitt = "app -bus-> hub(Object) -on-> in:closure(on); hub -off-> off:closure(off); hub -emit-> out:closure(emit)
        hub -all-> all(Map) -internal table-> t:array -internal 3-> name:string(price)
        t -internal 4-> list(Array)";
    finds(mitt, "list -[#]-> f#:closure(onPrice)", "listeners for 'price' on Object");
    let before = format!("{mitt}; {}", times(0..5, "list -[#]-> f#:closure(onPrice)"));
    check_detail(
        &before,
        &[&times(5..45, "list -[#]-> f#:closure(onPrice)")],
        &["call off()", "the function that on() returned"],
    );
}

#[test]
fn the_event_may_be_a_symbol_or_the_key_of_an_object() {
    let has = "hub -topics-> topics(Map) -internal table-> t:array -internal 3-> name:symbol(symbol) -internal name-> d:string(tick)
        t -internal 4-> set(Set) -internal table-> s:array";
    let one = "s -internal 1#-> f#:closure(onTick)";
    finds(&bus("subscribe", "publish", has), one, "listeners for 'tick' on Hub");
    // As nanoevents has it.
    let has = "hub -events-> events(Object) -tick-> list(Array)";
    finds(&bus("on", "emit", has), "list -[#]-> f#:closure(onTick)", "listeners for 'tick' on Hub");
    // As polyfills of EventTarget have it: a record with a list for each type.
    let has = "hub -types-> types(Object) -message-> type(Object) -listeners-> list(Array)";
    let one = "list -[#]-> r#(Object) -callback-> f#:closure(onMessage)";
    finds(&bus("addEventListener", "removeEventListener", has), one, "listeners for 'message' on Hub");
}

#[test]
fn a_field_is_no_event() {
    let has = "hub -subscribers-> set(Set) -internal table-> s:array";
    finds(&bus("subscribe", "notify", has), "s -internal 1#-> f#:closure(onTick)", "listeners on Hub");
    // A Map by subscription: its keys are no events.
    let has = "hub -byId-> map(Map) -internal table-> t:array";
    let one = "t -internal 1#3-> k#:string(id-#); t -internal 1#4-> f#:closure(onTick)";
    let before = format!("{}; {}", bus("subscribe", "notify", has), times(10..15, one));
    check(
        &before,
        &[&times(15..55, one)],
        &["leak listeners +40 listeners on Hub", "  with map +40 string entries in Map"],
    );
}

#[test]
fn of_many_topics_none_is_the_event() {
    let topic = "t -internal 1#3-> k#:string(topic-#); t -internal 1#4-> list#(Array); list# -[0]-> f#:closure(onTick)";
    let has = format!("hub -topics-> map(Map) -internal table-> t:array; {}", times(10..20, topic));
    let more = |from: usize| {
        let all = (from..from + 5).map(|n| times(10..20, &format!("list# -[{n}]-> f{n}x#:closure(onTick)")));
        all.collect::<Vec<_>>().join("; ")
    };
    let expected = "leak growing listeners +100 listeners on 10 Hub objects under Map";
    check(&bus("subscribe", "publish", &has), &[&more(1), &more(6)], &[expected]);
}

#[test]
fn how_to_unsubscribe_is_told_as_the_bus_has_it() {
    let list = "hub -subs-> list(Array)";
    for (way_in, way_out, fix) in [
        ("subscribe", "unsubscribe", "call unsubscribe(), or the function that subscribe() returned"),
        ("listen", "unlisten", "call unlisten(), or the function that listen() returned"),
        ("on", "emit", "keep what on() returns, and call it"),
    ] {
        let before = format!("{}; {}", bus(way_in, way_out, list), times(0..5, "list -[#]-> f#:closure(onTick)"));
        check_detail(&before, &[&times(5..45, "list -[#]-> f#:closure(onTick)")], &[fix]);
    }
}
