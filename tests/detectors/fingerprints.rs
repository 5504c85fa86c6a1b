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
    let file = |path: &str| {
        let cache = format!(
            "runtimeScope -context $Module-> M:closure(Module) -_cache-> cache(Object)
            cache -\"{path}\"-> m(Module) -exports-> e(Map) -internal table-> table:array
            m -children-> c(Array); m -filename-> n:string({path})"
        );
        of(&cache, "table -internal 1#-> s#(Session)", 0..45)
    };
    assert_eq!(file("/srv/app/cache.js"), file("/home/me/project/cache.js"));
    assert_eq!(file("/srv/app/cache.js"), file("C:\\work\\cache.js"));
    assert_ne!(file("/srv/app/cache.js"), file("/srv/app/users.js"));
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

/// Fingerprints of all findings, related ones too.
fn all(before: &str, one: &str) -> Vec<String> {
    let compared = Compared::new(&growing(&format!("{before}; {}", times(0..5, one)), &[&times(5..45, one)]));
    let parts = compared.findings.iter().flat_map(|finding| std::iter::once(finding).chain(&finding.related));
    parts.map(|finding| finding.fingerprint.clone()).collect()
}

#[test]
fn variables_of_different_functions_have_different_ones() {
    let scope = |function: &str| {
        format!(
            "app -run-> run:closure({function}) -internal context-> c(system / Context) -context cache-> cache(Map)
             c -internal scope_info-> info:code(system / ScopeInfo); code:code({function}) -internal name_or_scope_info-> info
             app -code-> code; cache -internal table-> table:array"
        )
    };
    let one = "table -internal 1#-> s#(Session)";
    assert_eq!(of(&scope("start"), one, 0..45), of(&scope("start"), one, 0..45));
    assert_ne!(of(&scope("start"), one, 0..45), of(&scope("listen"), one, 0..45));
}

#[test]
fn functions_in_a_list_have_different_ones() {
    let jobs = |name: &str| of("app -jobs-> jobs(Array)", &format!("jobs -[#]-> f#:closure({name})"), 0..45);
    assert_ne!(jobs("render"), jobs("load"));
    // Where all are different, none stands for the others.
    assert_eq!(jobs("render#"), jobs("load#"));
}

#[test]
fn no_two_findings_share_one() {
    // The same class in the same field of two stores: they differ further above, or not at all.
    let stores = |first: &str, second: &str| {
        format!(
            "app -{first}-> a(Shop) -store-> s(Store) -byId-> m(Map) -internal table-> t1:array
             app -{second}-> b(Shop) -store-> z(Store) -byId-> n(Map) -internal table-> t2:array"
        )
    };
    let one = "t1 -internal 1#-> x#(Order); t2 -internal 1#-> y#(Order)";
    let named = all(&stores("north", "south"), one);
    assert_eq!(named.len(), 2);
    assert_ne!(named[0], named[1]);
    let listed = all(&stores("[1]", "[2]"), one);
    assert_eq!(listed.len(), 2);
    assert_ne!(listed[0], listed[1]);
    // One alone keeps the name that it has among others.
    let alone = of(&stores("north", "south"), "t1 -internal 1#-> x#(Order)", 0..45);
    assert!(named.contains(&alone), "{named:?} {alone}");
    // Which one has it does not depend on which is the largest.
    let sorted = |one: &str| {
        let mut all = all(&stores("north", "south"), one);
        all.sort();
        all
    };
    let larger = |label: &str| one.replace(label, &format!("{label}:900"));
    assert_eq!(sorted(&larger("x#(Order)")), sorted(&larger("y#(Order)")));
}

#[test]
fn fields_of_different_classes_are_not_entries() {
    const FIELDS: [(&str, &str); 5] =
        [("anna", "User"), ("bert", "Shop"), ("carl", "Cart"), ("dora", "Stock"), ("emil", "User")];
    let fields = FIELDS.map(|(name, class)| format!("all -{name}-> {name}({class}) -visits-> {name}Visits(Array)"));
    let fields = format!("app -all-> all(Object); {}", fields.join("; "));
    let visits = |name: &str| of(&fields, &format!("{name}Visits -[#]-> v#(Visit)"), 0..45);
    assert_ne!(visits("anna"), visits("emil"));
}

#[test]
fn bound_functions_are_told_apart_by_classes_that_say_something() {
    let jobs = |class: &str| {
        let one = format!(
            "jobs -[#]-> f#:closure(native_bind) -internal bound_function-> run; f# -internal bound_this-> j#({class})"
        );
        of("app -jobs-> jobs(Array); app -run-> run:closure(run)", &one, 0..45)
    };
    assert_ne!(jobs("Job"), jobs("Task"));
    assert_eq!(jobs("Map"), jobs("Set"));
}

#[test]
fn functions_without_names_are_told_apart_by_where_they_were_made() {
    let jobs = |function: &str| {
        let before = format!(
            "app -jobs-> jobs(Array); app -run-> run:closure({function}) -internal context-> c(system / Context)
             c -internal scope_info-> info:code(system / ScopeInfo)
             code:code({function}) -internal name_or_scope_info-> info; app -code-> code"
        );
        of(&before, "jobs -[#]-> f#:closure() -internal context-> c", 0..45)
    };
    assert_eq!(jobs("start"), jobs("start"));
    assert_ne!(jobs("start"), jobs("listen"));
}
