//! What one snapshot says: who holds much.

use crate::check::{EMITTER, PROGRAM, links, sized, times};
use heapdiff::base::{Privacy, Text};
use heapdiff::door::{AnalyzedSnapshot, Holdings};
use heapdiff::heap::detect::{Finding, Verdict};

/// Checks what a program's heap holds, as `kind count title`, first findings only, without ids.
#[track_caller]
fn check(heap: &str, expected: &[&str]) {
    let found = holdings(heap);
    let lines: Vec<String> = found.findings.iter().map(line).collect();
    assert_eq!(lines, expected);
}

fn line(finding: &Finding) -> String {
    let title = finding.title.split(" @").next().unwrap().to_owned();
    format!("{} {}", finding.kind, title.rsplit_once(", ").map_or(title.as_str(), |(title, _)| title))
}

fn holdings(heap: &str) -> Holdings {
    let graph = sized(&format!("{PROGRAM}; {heap}"));
    Holdings::of(&AnalyzedSnapshot::new(Text::from("1.heapsnapshot"), graph, Privacy::default()))
}

fn cache(count: usize) -> String {
    let entries = times(0..count, "table -internal 1#-> e#(Session)");
    format!("app -cache-> map(Map) -internal table-> table:array; {entries}")
}

#[test]
fn a_map_with_many_entries_is_named() {
    check(&cache(100), &["map 100 Session entries in App.cache"]);
    check(&cache(5), &[]);
    let found = holdings(&cache(100));
    let first = &found.findings[0];
    assert_eq!((first.verdict, first.count_after, &first.counts[..]), (Verdict::Holds, 100, &[100][..]));
    assert_eq!(found.named_bytes(), 100 * 32);
}

#[test]
fn what_each_entry_holds_is_part_of_it() {
    let parts = times(0..50, "e# -items-> list#(Array) -internal elements-> store#:array; store# -[0]-> item#(Item)");
    check(&format!("{}; {parts}", cache(50)), &["map 50 Session entries in App.cache"]);
}

#[test]
fn fields_variables_and_modules_are_up_to_the_code() {
    check(&times(0..100, "global -field#-> o#(Settings)"), &[]);
    let scope = "main -internal context-> scope(system / Context)";
    check(&format!("{scope}; {}", times(0..100, "scope -context v#-> o#(Settings)")), &[]);
    let modules = times(0..100, "children -[#]-> m#(Module)");
    check(&format!("app -children-> children(Array); {modules}"), &[]);
}

#[test]
fn one_service_among_many_fields_is_looked_into() {
    let services = times(0..30, "app -service#-> s#(Service)");
    let entries = times(0..1000, "table -internal 1#-> e#(Session)");
    let heap = format!("{services}; s7 -cache-> map(Map) -internal table-> table:array; {entries}");
    let found = holdings(&heap);
    assert_eq!(line(&found.findings[0]), "map 1,000 Session entries in Service.cache");
}

#[test]
fn entries_of_which_some_are_heavy_are_entries() {
    let heavy = times(0..10, "e# -text-> t#:string(text):90000");
    let found = holdings(&format!("{}; {heavy}", cache(100)));
    assert_eq!(found.findings[0].count_after, 100);
    assert_eq!(found.named_bytes(), 100 * 32 + 10 * 90_000);
}

#[test]
fn a_list_is_held_by_what_holds_its_first_link() {
    let list = format!("app -head-> n0(Node); {}", links(1..200, "n^ -next-> n#(Node)"));
    let found = holdings(&list);
    assert_eq!((found.findings.len(), found.findings[0].count_after), (1, 200));
}

#[test]
fn what_is_suspicious_by_itself_comes_before_what_is_larger() {
    let listeners = times(0..120, "store -[#]-> f#:closure(onTick){1,9,9}; f# -internal shared-> userCode");
    let bus =
        "app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object) -tick-> list(Array)
               list -internal elements-> store:array";
    let heap = format!("{EMITTER}; {bus}; {listeners}; {}", cache(500));
    let kinds: Vec<String> = holdings(&heap).findings.iter().map(|finding| finding.kind.to_string()).collect();
    assert_eq!(kinds, ["listeners", "map"]);
}

#[test]
fn a_limit_is_said_and_puts_a_place_last() {
    let bounded =
        "app -lru-> lru(Lru); lru -max-> max:number(heap number); lru -map-> m2(Map) -internal table-> t2:array";
    let entries = times(0..900, "t2 -internal 1#-> x#(Row)");
    let found = holdings(&format!("{bounded}; {entries}; {}", cache(100)));
    let reasons: Vec<String> = found.findings.iter().map(|finding| finding.reason_code.to_string()).collect();
    assert_eq!(reasons, ["one-snapshot", "has-bound"]);
}

#[test]
fn a_large_object_is_named_for_itself() {
    check("app -log-> log:string(text):900000", &["strings App.log (string) has a shallow size of 879 KiB"]);
}

/// The codes of the reasons, in order.
fn reasons(found: &Holdings) -> Vec<String> {
    found.findings.iter().map(|finding| finding.reason_code.to_string()).collect()
}

#[test]
fn survivors_among_freed_objects_come_first() {
    let in_map = |at: &str, ids: &dyn Fn(usize) -> String| {
        let entry = |i: usize| format!("t{at} -internal 1{i}-> {at}{i}({at}){}", ids(i));
        let entries: Vec<String> = (0..100).map(entry).collect();
        format!("app -{at}s-> m{at}(Map) -internal table-> t{at}:array; {}", entries.join("; "))
    };
    let dense = |_: usize| ":64".to_owned();
    let apart = |i: usize| format!("@{}", 100_001 + 40 * i);
    let found = holdings(&format!("{}; {}", in_map("Row", &dense), in_map("Job", &apart)));
    let titles: Vec<String> = found.findings.iter().map(|finding| finding.class.to_string()).collect();
    assert_eq!(titles, ["Job", "Row"]);
    let evidence = |at: usize| found.findings[at].evidence.iter().map(ToString::to_string).collect::<String>();
    assert!(evidence(0).contains("of them were allocated between earlier snapshots"), "{}", evidence(0));
    assert!(!evidence(1).contains("between earlier snapshots"), "{}", evidence(1));
}

#[test]
fn an_array_that_was_allocated_for_its_elements_comes_last() {
    let list = |store_bytes: u32| {
        let rows = times(0..100, "list -[#]-> r#(Row)");
        format!("app -list-> list(Array):32 -internal elements-> store:array:{store_bytes}; {rows}; {}", cache(30))
    };
    // Two words and one for each element.
    assert_eq!(reasons(&holdings(&list(102 * 8))), ["one-snapshot", "fills-prepared"]);
    assert_eq!(reasons(&holdings(&list(166 * 8))), ["one-snapshot", "one-snapshot"]);
}

#[test]
fn what_a_module_exports_comes_last() {
    let table = "global -entry-> module(Module) -exports-> codes(Object)";
    let found = holdings(&format!("{table}; {}; {}", times(0..100, "codes -c#-> code#(Code)"), cache(30)));
    assert_eq!(reasons(&found), ["one-snapshot", "loaded-once"]);
}

#[test]
fn what_holds_next_to_nothing_is_left_out() {
    let found = holdings(&format!("app -log-> log:string(text):90000000; {}", cache(100)));
    assert_eq!(found.findings.len(), 1);
}
