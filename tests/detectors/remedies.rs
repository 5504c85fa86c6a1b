//! Remedies that would work, given what the objects at hand are and can do.

use crate::check::{Compared, EMITTER, TARGET, check_detail, growing, links, times};

fn detail(before: &str, more: &str) -> String {
    Compared::new(&growing(before, &[more])).first_in_detail()
}

/// An event target with listeners for an event.
fn target(class: &str, event: &str, range: std::ops::Range<usize>) -> (String, String) {
    let listeners = |range| links(range, "l^ -next-> l#(Listener) -previous-> l^; l# -callback-> f#:closure(onEvent)");
    let before = format!(
        "{TARGET}; app -target-> target({class}) -__proto__-> targetProto
         target -\"<symbol kEvents>\"-> events(Map) -internal table-> table:array
         table -internal 3-> name:string({event}); table -internal 4-> first(Object) -next-> l0(Listener)
         l0 -previous-> first; l0 -callback-> f0:closure(onEvent); {}",
        listeners(1..range.start)
    );
    (before, listeners(range))
}

#[test]
fn listeners_of_an_abort_signal_are_not_told_to_wait_for_it_once() {
    for (class, event) in [("AbortSignal", "abort"), ("EventTarget", "abort")] {
        let (before, more) = target(class, event, 5..45);
        let detail = detail(&before, &more);
        assert!(detail.contains("signal.removeEventListener('abort', onEvent)"), "{detail}");
        assert!(detail.contains("{ once: true } removes it only if the signal fires"), "{detail}");
        assert!(!detail.contains("or pass"), "{detail}");
    }
    let (before, more) = target("EventTarget", "message", 5..45);
    check_detail(&before, &[&more], &["target.removeEventListener('message', onEvent)", "or pass { once: true }"]);
}

fn emitter(event: &str, one: &str, proto: &str) -> (String, String) {
    let before = format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> {proto}; bus -_events-> events(Object)
         events -{event}-> list(Array); {}",
        times(0..5, one)
    );
    (before, times(5..45, one))
}

#[test]
fn once_is_advice_for_events_that_come() {
    let one = "list -[#]-> f#:closure(onEvent)";
    let (before, more) = emitter("config", one, "emitterProto");
    assert!(detail(&before, &more).contains("or subscribe with once()"));
    for event in ["close", "error", "SIGTERM"] {
        let (before, more) = emitter(event, one, "emitterProto");
        assert!(!detail(&before, &more).contains("once"), "{event}");
    }
    // They are for one event already.
    let one = "list -[#]-> f#:closure(wrapper) -listener-> l#:closure(onEvent)";
    let (before, more) = emitter("config", one, "emitterProto");
    let detail = detail(&before, &more);
    assert!(detail.contains("stays until its event fires") && !detail.contains("subscribe with once()"), "{detail}");
}

#[test]
fn listeners_are_taken_off_as_the_class_has_it() {
    let one = "list -[#]-> f#:closure(onEvent)";
    let own = "own(Object) -on-> on2:closure(on); own -removeListener-> rl:closure; own -emit-> emit2:closure(emit)";
    let (before, more) = emitter("config", one, own);
    check_detail(&before, &[&more], &["call emitter.removeListener('config', onEvent)"]);
    let (before, more) = emitter("config", one, "emitterProto");
    check_detail(&before, &[&more], &["call emitter.off('config', onEvent)"]);
}

#[test]
fn weak_refs_are_swept_and_the_dead_are_counted() {
    let dead = "table -internal 1#-> ref#(WeakRef)";
    let alive = "table -internal 1#-> ref#(WeakRef) -weak-> live";
    let set = "app -refs-> refs(Set) -internal table-> table:array; app -live-> live(Session)";
    let before = format!("{set}; {}", times(0..5, dead));
    let mixed = format!("{}; {}", times(5..35, dead), times(35..45, alive));
    let pieces = ["30 of the 40 WeakRefs are dead", "FinalizationRegistry", "deref()"];
    check_detail(&before, &[&mixed], &pieces);
    check_detail(&before, &[&times(5..45, alive)], &["each of the 40 WeakRefs still has its target"]);
    // Any other member of a Set may be held weakly.
    let other = "table -internal 1#-> s#(Session)";
    let before = format!("app -all-> all(Set) -internal table-> table:array; {}", times(0..5, other));
    assert!(detail(&before, &times(5..45, other)).contains("use a WeakSet"));
}

#[test]
fn signals_that_depend_on_one_are_not_the_programs_to_sweep() {
    let one = "table -internal 1#-> ref#(WeakRef)";
    let told = |symbol: &str| {
        let before = format!(
            "app -signal-> signal(AbortSignal) -\"<symbol {symbol}>\"-> set(Set) -internal table-> table:array; {}",
            times(0..5, one)
        );
        detail(&before, &times(5..45, one))
    };
    for symbol in ["kDependantSignals", "kSourceSignals"] {
        assert!(told(symbol).contains("AbortSignal.any"), "{}", told(symbol));
    }
    assert!(!told("kRefs").contains("AbortSignal.any"), "{}", told("kRefs"));
}

#[test]
fn ways_to_let_go_are_told_as_the_classes_have_them() {
    let one = "table -internal 1#-> s#(Session)";
    let store = "app -store-> store(SessionStore) -sessions-> map(Map) -internal table-> table:array
        store -__proto__-> proto(Object) -remove-> remove:closure; proto -clear-> clear:closure; proto -get-> get:closure";
    let before = format!("{store}; {}", times(0..5, one));
    check_detail(&before, &[&times(5..45, one)], &["evidence: SessionStore has remove() and clear()"]);
    let one = "table -internal 1#-> s#(Session) -__proto__-> sessionProto(Object) -dispose-> dispose:closure";
    let before = format!("app -all-> all(Map) -internal table-> table:array; {}", times(0..5, one));
    check_detail(&before, &[&times(5..45, one)], &["evidence: Session has dispose()"]);
    let before = before.replace("-dispose->", "-\"<symbol Symbol.dispose>\"->");
    let more = times(5..45, one).replace("-dispose->", "-\"<symbol Symbol.dispose>\"->");
    check_detail(&before, &[&more], &["evidence: Session has [Symbol.dispose]()"]);
    // The holder itself may be of a class of the program's.
    let one = "table -internal 1#-> s#(Session)";
    let before = format!(
        "app -all-> all(Sessions) -internal table-> table:array; all -__proto__-> proto(Object) -evict-> evict:closure
         proto -__proto__-> mapProto(Object) -constructor-> Map:closure; {}",
        times(0..5, one)
    );
    check_detail(&before, &[&times(5..45, one)], &["evidence: Sessions has evict()"]);
    // A Map has methods too, which everybody knows.
    let one = "table -internal 1#-> s#(Session)";
    let before = format!(
        "app -all-> all(Map) -__proto__-> mapProto(Map) -delete-> d:closure; all -internal table-> table:array; {}",
        times(0..5, one)
    );
    assert!(!detail(&before, &times(5..45, one)).contains(" has "));
}

#[test]
fn only_the_programs_object_whose_field_it_is_lets_go() {
    let lets_go = |store: &str| {
        let one = "table -internal 1#-> s#(Session)";
        let before = format!("{store}; map -internal table-> table:array; {}", times(0..5, one));
        detail(&before, &times(5..45, one)).contains(" has ")
    };
    let of_class = |edge: &str| {
        format!(
            "app -store-> store(SessionStore) -{edge}-> map(Map); store -__proto__-> proto(Object) -remove-> r:closure"
        )
    };
    assert!(lets_go(&of_class("sessions")));
    // An element of a list belongs to whoever put it there.
    assert!(!lets_go(&of_class("[0]")));
    assert!(!lets_go("app -store-> store(Object) -sessions-> map(Map); store -remove-> r:closure"));
    assert!(!lets_go("app -store-> store:closure(store) -sessions-> map(Map); store -remove-> r:closure"));
    // Everybody's: `close` closes the window, and `release` has to do with something else.
    assert!(!lets_go("global -sessions-> map(Map); global -close-> r:closure"));
    assert!(!lets_go("global -process-> process -sessions-> map(Map); process -release-> r:closure"));
}
