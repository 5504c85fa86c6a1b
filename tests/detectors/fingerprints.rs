//! A fingerprint outlives runs, processes and rebuilds, and tells what is different apart.

use crate::check::{Compared, EMITTER, growing, links, times};

/// Fingerprint of the first finding.
fn of(before: &str, one: &str, range: std::ops::Range<usize>) -> String {
    let (start, end) = (range.start, range.end);
    let before = format!("{before}; {}", times(start..start + 5, one));
    let compared = Compared::new(&growing(&before, &[&times(start + 5..end, one)]));
    assert_eq!(compared.findings.len(), 1, "{:?}", compared.lines());
    compared.findings[0].fingerprint.clone()
}

const LISTENER: &str = "list -[#]-> f#:closure(onConfig){1,20,4} -internal shared-> userCode";

fn emitter() -> String {
    format!(
        "{EMITTER}; app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
         events -config-> list(Array)"
    )
}

#[test]
fn ids_numbers_and_positions_do_not_matter() {
    let base = of(&emitter(), LISTENER, 0..45);
    assert_eq!(base.len(), 16);
    assert_eq!(of(&emitter(), LISTENER, 0..145), base);
    assert_eq!(of(&emitter(), LISTENER, 300..345), base);
    // Other objects before it: all ids are others.
    let shifted = format!("app -other-> other(Other) -more-> more(More); {}", emitter());
    assert_eq!(of(&shifted, LISTENER, 0..45), base);
    assert_eq!(of(&emitter(), &LISTENER.replace("(onConfig)", "(onConfig)@7#0001"), 0..45), base);
}

#[test]
fn source_lines_do_not_matter() {
    let base = of(&emitter(), LISTENER, 0..45);
    assert_eq!(of(&emitter(), &LISTENER.replace("{1,20,4}", "{1,2222,8}"), 0..45), base);
    let class = "list -[#]-> s#(Session){1,20,4}";
    let base = of("app -list-> list(Array)", class, 0..45);
    assert_eq!(of("app -list-> list(Array)", &class.replace("{1,20,4}", "{1,99,0}"), 0..45), base);
}

#[test]
fn keys_of_dictionaries_do_not_matter() {
    let base = of("app -byId-> byId(Object)", "byId -\"req-#\"-> r#(Request)", 0..45);
    assert_eq!(of("app -byId-> byId(Object)", "byId -\"order/#\"-> r#(Request)", 500..545), base);
    let base = of("app -byId-> byId(Object)", "byId -[7#]-> r#(Request)", 0..45);
    assert_eq!(of("app -byId-> byId(Object)", "byId -[9#]-> r#(Request)", 0..45), base);
}

#[test]
fn folders_of_modules_do_not_matter() {
    let module = |folder: &str| {
        let cache = format!(
            "runtimeScope -context $Module-> M:closure(Module) -_cache-> cache(Object)
            cache -\"{folder}/cache.js\"-> m(Module) -exports-> e(Map) -internal table-> table:array
            m -children-> c(Array); m -filename-> n:string({folder}/cache.js)"
        );
        of(&cache, "table -internal 1#-> s#(Session)", 0..45)
    };
    assert_eq!(module("/srv/app"), module("/home/me/project"));
    assert_eq!(module("/srv/app"), module("C:\\\\work"));
}

#[test]
fn a_list_of_any_length_is_the_same() {
    let list = |from: usize, to: usize| {
        let one = "n^ -next-> n#(Task)";
        let before = format!("app -queue-> queue(Queue) -head-> n0(Task); {}", links(1..from, one));
        let compared = Compared::new(&growing(&before, &[&links(from..to, one)]));
        compared.findings[0].fingerprint.clone()
    };
    assert_eq!(list(10, 50), list(10, 90));
    assert_eq!(list(10, 50), list(40, 90));
}

#[test]
fn more_snapshots_do_not_matter() {
    let base = of(&emitter(), LISTENER, 0..45);
    let before = format!("{}; {}", emitter(), times(0..5, LISTENER));
    let compared = Compared::new(&growing(&before, &[&times(5..45, LISTENER), &times(45..85, LISTENER)]));
    assert_eq!(compared.findings[0].fingerprint, base);
}

#[test]
fn what_is_different_has_another() {
    let all = [
        of(&emitter(), LISTENER, 0..45),
        of(&emitter().replace("-config->", "-error->"), LISTENER, 0..45),
        of("app -list-> list(Array)", "list -[#]-> s#(Session)", 0..45),
        of("app -rows-> list(Array)", "list -[#]-> s#(Session)", 0..45),
        of("app -list-> list(Array)", "list -[#]-> s#(User)", 0..45),
        of("app -list-> list(Set) -internal table-> t:array", "t -internal 1#-> s#(Session)", 0..45),
        of("app -list-> list(Map) -internal table-> t:array", "t -internal 1#-> s#(Session)", 0..45),
    ];
    for (at, one) in all.iter().enumerate() {
        assert!(!all[..at].contains(one), "{at}: {all:?}");
    }
}

#[test]
fn keys_in_what_the_program_uses_as_a_dictionary_do_not_matter() {
    // Not a plain object, and what it holds are no objects: only the number of new keys says that it is a dictionary.
    let cache =
        |key: &str, value: &str| of("app -cache-> cache(Cache)", &format!("cache -\"{key}#\"-> v#{value}"), 0..45);
    assert_eq!(cache("user-", "(Session)"), cache("visitor-", "(Session)"));
    assert_eq!(cache("user-", ":closure(load)"), cache("visitor-", ":closure(load)"));
}

#[test]
fn names_of_entries_above_do_not_matter() {
    const NAMES: [&str; 5] = ["anna", "bert", "carl", "dora", "emil"];
    let users = NAMES.map(|name| format!("byName -{name}-> {name}(User) -visits-> {name}Visits(Array)"));
    let users = format!("app -byName-> byName(Object); {}", users.join("; "));
    let visits = |name: &str| of(&users, &format!("{name}Visits -[#]-> v#(Visit)"), 0..45);
    assert_eq!(visits("anna"), visits("emil"));
    // Four may be fields, each of which is something of its own.
    let few = users.replace("; byName -carl-> carl(User)", "; app -carl-> carl(User)");
    assert_ne!(few, users);
    let visits = |name: &str| of(&few, &format!("{name}Visits -[#]-> v#(Visit)"), 0..45);
    assert_ne!(visits("anna"), visits("emil"));
}

#[test]
fn callbacks_and_delays_tell_timers_apart() {
    let timers = |delay: u32, callback: &str| {
        let lists = format!("runtimeScope -context timerListMap-> lists(Object) -[{delay}]-> ring(TimersList)");
        let one = format!(
            "ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring; t# -_onTimeout-> g#:closure({callback})"
        );
        of(&lists, &one, 0..45)
    };
    assert_eq!(timers(1000, "expire"), timers(1000, "expire"));
    assert_ne!(timers(1000, "expire"), timers(1000, "poll"));
    assert_ne!(timers(1000, "expire"), timers(50, "expire"));
}
