//! Connections, streams, workers and ports.

use crate::check::{EMITTER, check, check_detail, times};

/// `Stream`, `Duplex` and `Socket`, as they inherit from one another and from `EventEmitter`.
pub(crate) fn streams() -> String {
    let class = |name: &str, above: &str| {
        format!(
            "global -{name}-> {name}C:closure({name}) -prototype-> {name}P(Object) -constructor-> {name}C
             {name}P -__proto__-> {above}"
        )
    };
    let classes = [
        class("Stream", "emitterProto"),
        class("Readable", "StreamP"),
        class("Duplex", "ReadableP"),
        class("Socket", "DuplexP"),
    ];
    format!("{}; {}", EMITTER, classes.join("; "))
}

const SOCKET: &str = "tcp#(TCP) -\"<symbol owner_symbol>\"-> s#(Socket) -__proto__-> SocketP; s# -_handle-> tcp#";

#[test]
fn open_sockets_by_their_handles() {
    // Node 24 and later.
    let one = format!("handles -[#]-> {SOCKET}");
    let before = format!("{}; gc -[8]-> handles:synthetic((Global handles)); {}", streams(), times(0..3, &one));
    let more = times(3..43, &one);
    check(&before, &[&more], &["leak sockets +40 open Sockets"]);
    check_detail(&before, &[&more], &["fix: end() or destroy() the socket"]);
}

#[test]
fn open_sockets_below_the_root() {
    // Up to Node 22.
    let one = format!("root -[1#]-> n#:synthetic(Node / TCPSocketWrap) -internal native_to_javascript-> {SOCKET}");
    let before = format!("{}; {}", streams(), times(0..3, &one));
    check(&before, &[&times(3..43, &one)], &["leak sockets +40 open Sockets"]);
}

#[test]
fn sockets_in_a_set_of_the_programs() {
    let one = "table -internal 1#-> s#(Socket) -__proto__-> SocketP; s# -_handle-> t#(TCP) -owner-> s#";
    let before = format!("{}; app -open-> open(Set) -internal table-> table:array; {}", streams(), times(0..3, one));
    check(&before, &[&times(3..43, one)], &["leak sockets +40 open Sockets"]);
}

#[test]
fn a_few_connections_more_are_already_many() {
    let one = format!("handles -[#]-> {SOCKET}");
    let before = format!("{}; gc -[8]-> handles:synthetic((Global handles)); {}", streams(), times(0..1, &one));
    check(&before, &[&times(1..5, &one), &times(5..9, &one)], &["leak growing sockets +8 open Sockets"]);
    check(&before, &[&times(1..9, &one), ""], &["growth plateau sockets +8 open Sockets"]);
}

#[test]
fn idle_timers_that_belong_to_a_socket_each() {
    let one = "ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring
               t# -_onTimeout-> b#:closure(native_bind) -internal bound_this-> s#(Socket) -__proto__-> SocketP
               s# -_handle-> h#(TCP)";
    let before = format!(
        "{}; runtimeScope -context timerListMap-> lists(Object) -[5000]-> ring(TimersList); {}",
        streams(),
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak sockets +40 open Sockets"]);
}

#[test]
fn a_subclass_of_socket_is_a_socket() {
    let one = "conns -[#]-> s#(TLSSocket) -__proto__-> TlsP; s# -_handle-> h#(TLSWrap)";
    let tls = "global -TLSSocket-> TLSSocket:closure -prototype-> TlsP(Object) -constructor-> TLSSocket
               TlsP -__proto__-> SocketP";
    let before = format!("{}; {tls}; app -conns-> conns(Array); {}", streams(), times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak sockets +40 open TLSSockets"]);
}

#[test]
fn streams_that_the_runtime_holds() {
    let one = "requests -[#]-> s#(ReadStream) -__proto__-> ReadableP";
    let before = format!("{}; gc -[8]-> requests:synthetic((Global handles)); {}", streams(), times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak streams +40 ReadStreams"]);
    check_detail(&before, &[&more], &["pipeline()"]);
}

/// A stream in a collection: the way leads to it.
fn in_collection(way: &str) -> String {
    format!("{way} s#(PassThrough) -__proto__-> ReadableP; s# -_readableState-> r#(ReadableState)")
}

#[test]
fn streams_in_a_collection() {
    let collections = [
        ("list -[#]->", "app -uploads-> list(Array)", "in Array"),
        ("table -internal 1#->", "app -byId-> map(Map) -internal table-> table:array", "in Map"),
        ("table -internal 1#->", "app -open-> set(Set) -internal table-> table:array", "in Set"),
        ("byName -up#->", "app -byName-> byName(Object)", "in Object"),
    ];
    for (way, collection, place) in collections {
        let one = in_collection(way);
        let before = format!("{}; {collection}; {}", streams(), times(0..5, &one));
        let more = times(5..45, &one);
        check(&before, &[&more], &[&format!("leak streams +40 PassThrough streams {place}")]);
        let said = [
            "fix: remove the stream from its collection when it closes; end() or destroy()",
            "the snapshot does not record whether they have ended",
        ];
        check_detail(&before, &[&more], &said);
    }
}

#[test]
fn streams_with_a_handle_were_not_closed() {
    let one = format!("{}; s# -_handle-> h#(Zlib)", in_collection("list -[#]->"));
    let before = format!("{}; app -encoders-> list(Array); {}", streams(), times(0..5, &one));
    check_detail(&before, &[&times(5..45, &one)], &["each still has its native handle, so none of them was closed"]);
}

#[test]
fn web_streams_in_a_collection() {
    let one = "list -[#]-> s#(ReadableStream){2,9,0}";
    let before = format!("app -feeds-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak streams +40 ReadableStreams in Array"]);
}

#[test]
fn what_is_no_stream_of_its_own_is_the_collections() {
    let others = [
        // Looks like one in one way only: a record with such fields, something else that inherits.
        ("list -[#]-> s#(Upload) -_readableState-> r#(ReadableState)", "Upload"),
        ("list -[#]-> s#(Upload) -__proto__-> ReadableP", "Upload"),
        // A stream among other things.
        (
            "list -[#]-> u#(Upload) -stream-> s#(ReadStream) -__proto__-> ReadableP; s# -_readableState-> r#(State)",
            "Upload",
        ),
        // Requests read from a connection that is not theirs to close; a socket without handle is closed.
        (
            "list -[#]-> s#(IncomingMessage) -__proto__-> ReadableP; s# -_readableState-> r#(State); s# -socket-> t#(Socket)",
            "IncomingMessage",
        ),
        ("list -[#]-> s#(Socket) -__proto__-> SocketP; s# -_readableState-> r#(State)", "Socket"),
    ];
    for (one, class) in others {
        let before = format!("{}; app -uploads-> list(Array); {}", streams(), times(0..5, one));
        check(&before, &[&times(5..45, one)], &[&format!("leak array +40 {class} elements in Array")]);
    }
}

#[test]
fn open_ports_by_their_handles() {
    for edge in ["native_to_javascript", "wrapped"] {
        let one = format!("root -[1#]-> n#:synthetic(Node / MessagePort) -internal {edge}-> p#(MessagePort)");
        let before = times(0..3, &one);
        check(&before, &[&times(3..43, &one)], &["leak workers +40 open MessagePorts"]);
        check_detail(&before, &[&times(3..43, &one)], &["fix: close() one end of the port"]);
    }
}

#[test]
fn open_ports_among_the_global_handles() {
    let one = "handles -[#]-> p#(MessagePort)";
    let before = format!("gc -[8]-> handles:synthetic((Global handles)); {}", times(0..3, one));
    check(&before, &[&times(3..43, one)], &["leak workers +40 open MessagePorts"]);
    let one = one.replace("MessagePort", "BroadcastChannel");
    let before = format!("gc -[8]-> handles:synthetic((Global handles)); {}", times(0..3, &one));
    check(&before, &[&times(3..43, &one)], &["leak workers +40 open BroadcastChannels"]);
}

#[test]
fn running_workers() {
    let one = "root -[1#]-> n#:synthetic(Node / Worker) -internal native_to_javascript-> w#(Worker)
               w# -\"<symbol kPort>\"-> p#(MessagePort)";
    let before = times(0..2, one);
    check(&before, &[&times(2..5, one), &times(5..8, one)], &["leak growing workers +6 open Workers"]);
    check_detail(&before, &[&times(2..5, one), &times(5..8, one)], &["terminate() the worker"]);
}

#[test]
fn idle_sockets_of_an_agent() {
    let one = "free -[#]-> s#(Socket) -__proto__-> SocketP; s# -_handle-> h#(TCP)";
    let before = format!(
        "{}; app -agent-> agent(Agent) -freeSockets-> hosts(Object) -\"api.example.com:443:\"-> free(Array); {}",
        streams(),
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak sockets +40 open Sockets"]);
}

#[test]
fn a_worker_speaks_for_its_larger_port() {
    let one = "root -[1#]-> n#:synthetic(Node / Worker) -internal native_to_javascript-> w#(Worker)
               w# -\"<symbol kPort>\"-> p#(MessagePort):500
               root -[2#]-> m#:synthetic(Node / MessagePort) -internal native_to_javascript-> p#";
    let before = times(0..2, one);
    let expected = ["leak growing workers +6 open Workers", "  with workers +6 open MessagePorts"];
    check(&before, &[&times(2..5, one), &times(5..8, one)], &expected);
}
