//! Classes of the program's own that are called like something of the runtime's.

use crate::check::{Compared, EMITTER, TARGET, check, growing, links, times};

#[test]
fn names_of_the_runtimes_classes_in_user_code() {
    for class in
        ["Socket", "TLSSocket", "Worker", "Module", "Stream", "MessagePort", "Timeout", "Listener", "ReadableStream"]
    {
        let one = format!("list -[#]-> x#({class}){{1,12,0}} -name-> n#:string(n)");
        let before = format!("app -list-> list(Array); {}", times(0..5, &one));
        check(&before, &[&times(5..45, &one)], &[&format!("leak array +40 {class} elements in Array")]);
    }
}

#[test]
fn the_same_names_without_a_source_location() {
    for class in ["Worker", "Module", "Stream", "Timeout", "Listener", "ReadableStream"] {
        let one = format!("list -[#]-> x#({class}) -name-> n#:string(n)");
        let before = format!("app -list-> list(Array); {}", times(0..5, &one));
        check(&before, &[&times(5..45, &one)], &[&format!("leak array +40 {class} elements in Array")]);
    }
}

#[test]
fn a_promise_of_the_programs_own() {
    let one = "list -[#]-> x#(Deferred){1,12,0} -then-> t#:closure(then); x# -callbacks-> c#(Array)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Deferred elements in Array"]);
}

#[test]
fn a_module_of_the_programs_own_that_has_exports() {
    let one = "list -[#]-> x#(Module){1,12,0} -exports-> e#(Array); x# -name-> n#:string(n)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Module elements in Array"]);
}

#[test]
fn a_worker_with_a_port_number_is_no_worker_thread() {
    let one = "list -[#]-> w#(Worker){1,12,0} -port-> p#(Object) -number-> n#:string(8080)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Worker elements in Array"]);
}

#[test]
fn a_list_whose_links_are_called_listener_is_a_list() {
    let before =
        format!("app -chain-> chain(Chain) -head-> l0(Listener); {}", links(1..10, "l^ -next-> l#(Listener){1,3,0}"));
    let more = links(10..50, "l^ -next-> l#(Listener){1,3,0}");
    let lines = Compared::new(&growing(&before, &[&more])).lines();
    assert!(!lines.iter().any(|line| line.contains("listeners")), "{lines:?}");
}

#[test]
fn values_in_a_map_of_an_emitter_are_entries() {
    // The Map belongs to an emitter, but holds sessions.
    let one = "table -internal 1#-> s#(Session)";
    let before = format!(
        "{EMITTER}; app -bus-> bus(SessionBus) -__proto__-> emitterProto
         bus -sessions-> m(Map) -internal table-> table:array; {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak map +40 Session entries in Map"]);
}

#[test]
fn functions_on_the_global_object_are_no_listeners() {
    // `window` can be subscribed to, but everything hangs on it.
    let one = "cache -[#]-> f#:closure(render)";
    let before =
        format!("{TARGET}; global -__proto__-> targetProto; global -cache-> cache(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 functions render in Array"]);
}

#[test]
fn records_with_a_callback_in_an_array_are_no_listeners() {
    let one = "jobs -[#]-> j#(Object) -callback-> f#:closure(run); j# -due-> d#(Date)";
    let before = format!("app -jobs-> jobs(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 {callback, due} elements in Array"]);
}

#[test]
fn a_symbol_that_looks_like_the_runtimes_store_is_not_on_the_way() {
    let one = "list -[#]-> j#(Job) -\"<symbol store>\"-> s#(Store)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Job elements in Array"]);
}

#[test]
fn symbols_and_texts_that_timers_lead_to_are_no_timers() {
    for (kind, noun) in [("symbol(request)", "symbols"), ("string(request #)", "strings")] {
        // Each is known to others as well, so that no timer keeps it alone.
        let one = format!(
            "ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring; t# -_onTimeout-> f#:closure(poll)
             t# -tag-> s#:{kind}; root -[9#]-> other#:hidden(system / Foreign) -internal 1-> s#"
        );
        let before = format!(
            "runtimeScope -context timerListMap-> lists(Object) -[1000]-> ring(TimersList); {}",
            times(10..15, &one)
        );
        let lines = Compared::new(&growing(&before, &[&times(15..55, &one)])).lines();
        let timers = lines.iter().filter(|line| line.contains("timers +")).count();
        assert_eq!(timers, 1, "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains(noun) || !line.contains("timers")), "{lines:?}");
    }
}

#[test]
fn a_prototype_is_no_instance_and_its_getters_are_no_streams() {
    // A class made for each request: its prototype inherits from a stream's, but none was opened.
    let one = "list -[#]-> C#:closure(WriteStream){1,4,0} -prototype-> P#(WriteStream) -constructor-> C#
               C# -internal shared-> userCode; P# -__proto__-> StreamP
               P# -\"get closed\"-> g#:closure(get closed); other -[#]-> g#; more -[#]-> P#";
    let before = format!(
        "{}; app -list-> list(Array); app -other-> other(Array); app -more-> more(Array); {}",
        crate::resources::streams(),
        times(0..5, one)
    );
    let lines = Compared::new(&growing(&before, &[&times(5..45, one)])).lines();
    assert!(!lines.is_empty() && lines.iter().all(|line| !line.contains("stream")), "{lines:?}");
}

#[test]
fn functions_that_a_stream_leads_to_are_no_streams() {
    let one = "handles -[#]-> z#(Zlib) -\"<symbol owner_symbol>\"-> s#(Gzip) -__proto__-> ReadableP; s# -_handle-> z#
               s# -done-> d#:closure(done); root -[9#]-> other#:hidden(system / Foreign) -internal 1-> d#";
    let before = format!(
        "{}; gc -[8]-> handles:synthetic((Global handles)); {}",
        crate::resources::streams(),
        times(10..15, one)
    );
    let lines = Compared::new(&growing(&before, &[&times(15..55, one)])).lines();
    assert_eq!(lines.iter().filter(|line| line.contains("streams +")).count(), 1, "{lines:?}");
}
