//! Shapes that detectors once took for something else, or did not see: what they must say.

use crate::check::{Compared, EMITTER, PROGRAM, TARGET, check, check_detail, check_heaps, growing, times};
use crate::closures::chain;
use crate::resources::streams;

#[test]
fn the_store_that_a_resource_keeps_is_named() {
    let one = "list -[#]-> r#(AsyncResource) -\"<symbol kResourceStore>\"-> s#(RequestStore)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check_detail(&before, &[&times(5..45, one)], &["AsyncResource > <symbol kResourceStore> RequestStore"]);
}

#[test]
fn roots_are_called_by_their_names() {
    let one = "handles -[#]-> w#(Watcher)";
    let before = format!("gc -[7]-> handles:synthetic((Global handles)); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak classes +40 Watcher objects in (Global handles)"]);
}

#[test]
fn hidden_parts_of_a_function_are_the_engines() {
    let one = "main -internal c#-> list#:hidden(system / WeakArrayList):64";
    check(&times(0..5, one), &[&times(5..405, one), &times(405..805, one)], &[]);
}

#[test]
fn a_listener_for_once_counts_once() {
    let before = format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -ready-> list(Array)"
    );
    let one = "list -[#]-> f#:closure(wrapper) -listener-> l#:closure(onReady)
               f# -internal context-> c#(system / Context) -context listener-> l#";
    let before = format!("{before}; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak listeners +40 listeners for 'ready' on EventEmitter"]);
}

#[test]
fn a_growing_value_under_a_key_that_is_near() {
    let before = format!(
        "app -key-> key(Connection); app -meta-> meta(WeakMap) -internal table-> t:array
         key -ephemeron 3 key log t-> log(Array); t -ephemeron 3 key log t-> log; t -weak-> key; {}",
        times(0..5, "log -[#]-> e#(Frame)")
    );
    let expected = "leak weak-collection +40 Frame objects under WeakMap keys";
    check(&before, &[&times(5..45, "log -[#]-> e#(Frame)")], &[expected]);
}

#[test]
fn the_links_that_a_chain_had_before_count() {
    let claim = "closures +40 Thing objects, each kept alive by the scope of the next";
    check_heaps(&[chain(10), chain(50)], &[&format!("leak {claim}")]);
    let detail = Compared::new(&[chain(10), chain(50), chain(90)]).first_in_detail();
    assert!(detail.contains("10 → 50 → 90"), "{detail}");
}

#[test]
fn a_map_of_arrays_that_all_grow_is_one_finding() {
    let lists = times(10..20, "table -internal 1#-> list#(Array)");
    let before = format!(
        "app -byUser-> map(Map) -internal table-> table:array; {lists}; {}",
        times(10..20, "list# -[0]-> a#(Visit)")
    );
    let rows = |from: usize| (from..from + 5).map(|n| times(10..20, &format!("list# -[{n}]-> v{n}x#(Visit)")));
    let (then, after) = (rows(1).collect::<Vec<_>>().join("; "), rows(6).collect::<Vec<_>>().join("; "));
    let expected = "leak growing array +100 Visit elements in 10 Array objects under Map";
    check(&before, &[&then, &after], &[expected]);
}

#[test]
fn one_listener_for_each_of_many_events() {
    let one = "events -\"job:#\"-> f#:closure(onJob)";
    let before = format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object); {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak listeners +40 listeners on EventEmitter"]);
}

#[test]
fn listeners_on_many_emitters() {
    let conn = "table -internal 1#-> e#(Conn) -__proto__-> emitterProto
                e# -_events-> v#(Object) -data-> list#(Array); list# -[0]-> a#:closure(onData)";
    let before = format!("{EMITTER}; app -conns-> conns(Map) -internal table-> table:array; {}", times(10..20, conn));
    let more = |from: usize| {
        let all = (from..from + 5).map(|n| times(10..20, &format!("list# -[{n}]-> f{n}x#:closure(onData)")));
        all.collect::<Vec<_>>().join("; ")
    };
    let expected = "leak growing listeners +100 listeners for 'data' on 10 Conn objects under Map";
    check(&before, &[&more(1), &more(6)], &[expected]);
}

#[test]
fn closed_sockets_that_are_kept_are_members() {
    let one = "table -internal 1#-> s#(Socket) -__proto__-> SocketP; s# -_events-> e#(Object)";
    let before = format!("{}; app -all-> all(Set) -internal table-> table:array; {}", streams(), times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak set +40 Socket members in Set"]);
}

#[test]
fn a_socket_of_which_nothing_is_known_is_no_socket() {
    let one = "list -[#]-> s#(Socket) -name-> n#:string(n)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Socket elements in Array"]);
}

#[test]
fn streams_by_their_handles() {
    let one = "handles -[#]-> z#(Zlib) -\"<symbol owner_symbol>\"-> s#(Gunzip) -__proto__-> DuplexP
               s# -_handle-> z#";
    let before = format!("{}; gc -[8]-> handles:synthetic((Global handles)); {}", streams(), times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak streams +40 Gunzip streams"]);
}

#[test]
fn a_class_called_promise_is_no_promise() {
    let one = "list -[#]-> p#(Promise){1,12,0} -then-> t#:closure(then); p# -callbacks-> c#(Array)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Promise elements in Array"]);
}

#[test]
fn a_class_called_module_of_a_bundler_is_no_module_record() {
    let one = "list -[#]-> m#(Module){1,12,0} -exports-> e#(Array); m# -children-> c#(Array); m# -paths-> p#(Array)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Module elements in Array"]);
}

#[test]
fn a_class_called_module_job_is_no_module_record() {
    let one = "list -[#]-> m#(ModuleJob){1,12,0} -input-> e#(Array)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 ModuleJob elements in Array"]);
}

#[test]
fn a_class_called_async_resource_is_none() {
    let one = "list -[#]-> m#(AsyncResource){1,12,0} -url-> e#:string(x)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 AsyncResource elements in Array"]);
}

#[test]
fn a_class_called_timeout_with_the_fields_of_a_timer_is_none() {
    let one = "list -[#]-> t#(Timeout){1,12,0} -_onTimeout-> f#:closure(retry); t# -_timerArgs-> a#(Array)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Timeout elements in Array"]);
}

#[test]
fn a_queue_of_jobs_is_no_bus() {
    let one = "jobs -[#]-> f#:closure(job)";
    let before = format!(
        "app -queue-> queue(JobQueue){{1,3,1}} -__proto__-> proto(Object) -add-> add:closure
         proto -next-> next:closure
         queue -jobs-> jobs(Array); {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak array +40 functions job in Array"]);
}

#[test]
fn callbacks_by_request_in_an_emitter_are_entries() {
    // A client that is an EventEmitter has its listeners in `_events`.
    let one = "table -internal 1#-> f#:closure(onReply)";
    let before = format!(
        "{EMITTER}; app -rpc-> rpc(RpcClient) -__proto__-> emitterProto; rpc -_events-> events(Object)
         rpc -callbacks-> m(Map) -internal table-> table:array; {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak map +40 functions onReply in Map"]);
}

#[test]
fn a_map_on_a_listener_is_a_map() {
    let one = "table -internal 1#-> s#(Sample)";
    let before = format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -sample-> f:closure(onSample) -seen-> m(Map) -internal table-> table:array; {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak map +40 Sample entries in Map"]);
}

/// A list in a variable of a scope that is made anew each time, as by `rows = [...rows, row]`.
fn rows_in(scope: &str, heap: &str, count: usize, generation: usize) -> String {
    let rows = times(100..100 + count, "rows -[#]-> r#(Row)@1#0001");
    format!("{PROGRAM}; {heap}; {scope} -context rows-> rows(Array)@{}; {rows}", 9_000_001 + 2 * generation)
}

#[test]
fn rows_in_the_scope_of_a_listener_are_rows() {
    let heap = format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -row-> f:closure(onRow) -internal context-> scope(system / Context)"
    );
    let heaps = [(50, 1), (100, 2), (150, 3)].map(|(count, generation)| rows_in("scope", &heap, count, generation));
    check_heaps(&heaps, &["leak growing array +100 Row elements in system / Context"]);
}

#[test]
fn rows_in_the_scope_of_a_listener_of_a_target_are_rows() {
    let heap = format!(
        "{TARGET}; app -target-> target(EventTarget) -__proto__-> targetProto
         target -\"<symbol kEvents>\"-> events(Map) -internal table-> table:array
         table -internal 3-> name:string(row); table -internal 4-> first(Object) -next-> l(Listener)
         l -callback-> f:closure(onRow) -internal context-> scope(system / Context)"
    );
    let heaps = [(50, 1), (100, 2), (150, 3)].map(|(count, generation)| rows_in("scope", &heap, count, generation));
    check_heaps(&heaps, &["leak growing array +100 Row elements in system / Context"]);
}

#[test]
fn keys_above_the_holder_do_not_matter_to_the_fingerprint() {
    let of = |user: usize| {
        let users = times(10..20, "byUser -\"user-#\"-> u#(Object) -visits-> v#(Array)");
        let row = format!("v{user} -[#]-> r#(Visit)");
        let before = format!("app -byUser-> byUser(Object); {users}; {}", times(20..25, &row));
        Compared::new(&growing(&before, &[&times(25..65, &row)])).findings[0].fingerprint.clone()
    };
    assert_eq!(of(12), of(17));
}

#[test]
fn web_streams_are_streams() {
    let one = "handles -[#]-> s#(ReadableStream) -__proto__-> rsProto; s# -\"<symbol kState>\"-> st#(Object)";
    let before = format!(
        "global -ReadableStream-> ReadableStream:closure -prototype-> rsProto(Object) -constructor-> ReadableStream
         rsProto -getReader-> getReader:closure; gc -[8]-> handles:synthetic((Global handles)); {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak streams +40 ReadableStreams"]);
}

#[test]
fn a_text_that_is_replaced_by_a_longer_one_grows() {
    let heaps = [1, 2, 3].map(|i| format!("{PROGRAM}; app -log-> log:string(line):{}00000@{}", i, 9_000_001 + 2 * i));
    let lines = Compared::new(&heaps).lines();
    assert!(lines.len() == 1 && lines[0].contains("growing strings"), "{lines:?}");
}

#[test]
fn a_buffer_that_is_replaced_by_a_larger_one_grows() {
    let heaps = [1, 2, 3].map(|i| {
        let id = 9_000_001 + 10 * i;
        format!(
            "{PROGRAM}; app -body-> b(Buffer)@{id} -internal buffer-> ab(ArrayBuffer)@{}
             ab -internal backing_store-> d:native(system / JSArrayBufferData):{i}00000@{}",
            id + 2,
            id + 4
        )
    });
    let lines = Compared::new(&heaps).lines();
    assert!(lines.len() == 1 && lines[0].contains("growing buffers"), "{lines:?}");
}

#[test]
fn a_memory_that_grows_in_place_is_a_buffer() {
    let heaps = [1, 2, 3].map(|i| {
        format!(
            "{PROGRAM}; app -memory-> m(WebAssembly.Memory) -internal 1-> ab(ArrayBuffer)
             ab -internal backing_store-> d:native(system / JSArrayBufferData):{i}00000"
        )
    });
    let lines = Compared::new(&heaps).lines();
    assert!(lines.len() == 1 && lines[0].contains("leak growing buffers +200000"), "{lines:?}");
}
