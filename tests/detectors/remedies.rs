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
    let before = format!(
        "app -signal-> signal(AbortSignal) -\"<symbol kDependantSignals>\"-> set(Set) -internal table-> table:array; {}",
        times(0..5, one)
    );
    check_detail(&before, &[&times(5..45, one)], &["AbortSignal.any"]);
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
    // A Map has methods too, which everybody knows.
    let one = "table -internal 1#-> s#(Session)";
    let before = format!(
        "app -all-> all(Map) -__proto__-> mapProto(Map) -delete-> d:closure; all -internal table-> table:array; {}",
        times(0..5, one)
    );
    assert!(!detail(&before, &times(5..45, one)).contains(" has "));
}
