//! Promises, and what waits.

use crate::check::{PROGRAM, check, check_detail, check_heaps, links, times};

const REACTION: &str = "hidden(system / PromiseReaction)";

/// An entry of a Map: the resolver of a pending promise.
fn resolver() -> String {
    format!(
        "table -internal 1#-> r#:closure() -internal context-> c#(system / Context) -hidden 4-> p#(Promise)
         p# -internal reactions_or_result-> w#:{REACTION} -hidden 2-> f#:closure(onReply)"
    )
}

#[test]
fn resolvers_in_a_map_whose_promises_are_pending() {
    let before = format!("app -pending-> pending(Map) -internal table-> table:array; {}", times(0..5, &resolver()));
    let more = times(5..45, &resolver());
    check(&before, &[&more], &["leak promises +40 resolvers of pending promises"]);
    let pieces = ["waiting: onReply", "fix: make sure every promise settles", "app App > pending Map"];
    check_detail(&before, &[&more], &pieces);
}

#[test]
fn pending_promises_in_an_array() {
    let one = format!("list -[#]-> p#(Promise) -internal reactions_or_result-> w#:{REACTION}");
    let before = format!("app -list-> list(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak promises +40 pending promises"]);
    // V8 15 has no hidden nodes.
    let native = one.replace("hidden(", "native(");
    let before = format!("app -list-> list(Array); {}", times(0..5, &native));
    check(&before, &[&times(5..45, &native)], &["leak promises +40 pending promises"]);
}

#[test]
fn reactions_pile_up_on_a_promise_that_outlives_them() {
    let one = format!("w^ -hidden 1-> w#:{REACTION}:48 -hidden 3-> f#:closure(onShutdown)");
    let before = format!(
        "app -shutdown-> p(Promise) -internal reactions_or_result-> w0:{REACTION}:48 \
         -hidden 3-> f0:closure(onShutdown); {}",
        links(1..5, &one)
    );
    let more = links(5..45, &one);
    check(&before, &[&more], &["leak promises +40 reactions (Function) waiting for the pending Promise"]);
    check_detail(&before, &[&more], &["fix: settle the promise", "Promise.race"]);
}

#[test]
fn async_functions_that_wait_for_one_promise() {
    let one = format!(
        "w^ -hidden 1-> w#:{REACTION}:48 -hidden 3-> f#:closure() -internal context-> c#(system / Context)
         c# -internal extension-> g#(handle) -internal parameters_and_registers-> regs#:array:64"
    );
    let before =
        format!("app -ready-> p(Promise) -internal reactions_or_result-> w0:{REACTION}:48; {}", links(1..6, &one));
    let more = links(6..46, &one);
    check(&before, &[&more], &["leak promises +40 reactions (Function) waiting for the pending Promise"]);
}

#[test]
fn generators_that_nobody_runs_to_the_end() {
    let one = "open -[#]-> g#(feed) -internal parameters_and_registers-> r#:array:64 -internal 1-> page#(Page)";
    let before = format!("app -open-> open(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak promises +40 suspended calls of feed"]);
}

#[test]
fn a_cache_of_settled_promises() {
    let one = "table -internal 1#-> p#(Promise) -internal reactions_or_result-> v#(Reply)";
    let before = format!("app -cache-> cache(Map) -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak promises +40 promises"]);
    check_detail(&before, &[&times(5..45, one)], &["they have settled", "limit the size of the cache"]);
}

#[test]
fn promises_in_flight_do_not_grow() {
    let heap = |from: usize| {
        let one = format!("list -[#]-> p#(Promise)@1#0001 -internal reactions_or_result-> w#:{REACTION}@1#0003");
        format!("{}; app -list-> list(Array); {}", PROGRAM, times(from..from + 40, &one))
    };
    check_heaps(&[heap(100), heap(200)], &[]);
    check_heaps(&[heap(100), heap(200), heap(300)], &[]);
}

#[test]
fn an_object_with_a_promise_among_its_fields_is_what_it_is() {
    let one = format!(
        "list -[#]-> job#(Job) -data-> d#(Data)
         job# -done-> p#(Promise) -internal reactions_or_result-> w#:{REACTION}"
    );
    let before = format!("app -list-> list(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak array +40 Job elements in Array"]);
}

#[test]
fn pairs_of_resolvers_in_an_array() {
    let one = format!(
        "queue -[#]-> o#(Object) -resolve-> r#:closure() -internal context-> c#(system / Context) \
         -hidden 4-> p#(Promise)
         o# -reject-> j#:closure() -internal context-> c#; p# -internal reactions_or_result-> w#:{REACTION}"
    );
    let before = format!("app -queue-> queue(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak promises +40 resolvers of pending promises"]);
}
