//! What has one cause is one finding, and what has not is not.

use crate::check::{Compared, EMITTER, PROGRAM, check, growing, times};

/// A session that is a listener, a timer and an entry of a Map.
const SESSION: &str = "
    table -internal 1#-> s#(Session){1,4,0} -user-> u#(User)
    list -[#]-> f#:closure(onConfig) -internal context-> c#(system / Context) -context session-> s#
    ring -_x#-> t#(Timeout) -_idleNext-> ring; t# -_idlePrev-> ring
    t# -_onTimeout-> g#:closure(expire){1,40,2} -internal context-> d#(system / Context) -context session-> s#";

const HOLDERS: &str = "app -bus-> bus(EventEmitter) -__proto__-> emitterProto; bus -_events-> events(Object)
    events -config-> list(Array)
    runtimeScope -context timerListMap-> lists(Object) -[1000]-> ring(TimersList)
    app -sessions-> sessions(Map) -internal table-> table:array";

#[test]
fn one_cause_with_several_holders_is_one_finding() {
    let before = format!("{EMITTER}; {HOLDERS}; {}", times(10..15, SESSION));
    let expected = [
        "leak listeners +40 listeners for 'config' on EventEmitter",
        "  with timers +40 timers (1000 ms) that call expire (/srv/app.js:41:3)",
        "  with map +40 Session entries in Map",
    ];
    check(&before, &[&times(15..55, SESSION)], &expected);
    let expected = expected.map(|line| line.replace("+40", "+80").replace("leak ", "leak growing "));
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check(&before, &[&times(15..55, SESSION), &times(55..95, SESSION)], &expected);
}

#[test]
fn the_other_ways_are_named() {
    let before = format!("{EMITTER}; {HOLDERS}; {}", times(10..15, SESSION));
    let compared = Compared::new(&growing(&before, &[&times(15..55, SESSION)]));
    assert_eq!(compared.findings.len(), 1);
    assert!(compared.findings[0].other_hops.len() >= 2);
}

#[test]
fn independent_leaks_are_findings_of_their_own() {
    let row = "rows -[#]-> r#(Row):100";
    let client = "table -internal 1#-> c#(Client):50";
    let before = format!(
        "app -a-> a(A) -deep-> b(B) -rows-> rows(Array); {}
         app -x-> x(X) -deep-> y(Y) -clients-> clients(Set) -internal table-> table:array; {}",
        times(10..20, row),
        times(10..20, client)
    );
    let more = format!("{}; {}", times(20..60, row), times(20..95, client));
    // The larger first.
    check(&before, &[&more], &["leak array +40 Row elements in Array", "leak set +75 Client members in Set"]);
    let more = format!("{}; {}", times(20..60, row), times(20..200, client));
    check(&before, &[&more], &["leak set +180 Client members in Set", "leak array +40 Row elements in Array"]);
}

#[test]
fn independent_leaks_of_the_same_number_are_findings_of_their_own() {
    let row = "rows -[#]-> r#(Row):100";
    let client = "table -internal 1#-> c#(Client):50";
    let before = format!(
        "app -a-> a(A) -deep-> b(B) -more-> bb(BB) -rows-> rows(Array); {}
         app -x-> x(X) -deep-> y(Y) -more-> yy(YY) -clients-> clients(Set) -internal table-> table:array; {}",
        times(10..20, row),
        times(10..20, client)
    );
    let more = format!("{}; {}", times(20..60, row), times(20..60, client));
    check(&before, &[&more], &["leak array +40 Row elements in Array", "leak set +40 Client members in Set"]);
}

#[test]
fn an_object_held_by_two_collections_is_one_finding() {
    let one = "table -internal 1#-> s#(Session):400; list -[#]-> s#";
    let before = format!(
        "app -sessions-> sessions(Map) -internal table-> table:array; app -x-> x(X) -y-> y(Y) \
         -list-> list(Array); {}",
        times(10..15, one)
    );
    let compared = Compared::new(&growing(&before, &[&times(15..55, one)]));
    assert_eq!(compared.lines(), ["leak map +40 Session entries in Map"]);
    assert_eq!(compared.findings[0].other_hops.len(), 1);
}

#[test]
fn leaks_come_before_what_is_only_suspect() {
    let before = format!(
        "app -a-> a(A) -deep-> b(B) -rows-> rows(Array); app -x-> x(X) -deep-> y(Y) -big-> big(Array); {}",
        times(10..20, "rows -[#]-> r#(Row)")
    );
    let more = format!("{}; {}", times(20..60, "rows -[#]-> r#(Row)"), times(20..95, "big -[#]-> g#(Big):900"));
    check(&before, &[&more], &["leak array +40 Row elements in Array", "suspect array +75 Big elements in Array"]);
}

#[test]
fn the_order_of_nodes_does_not_matter() {
    let holders = format!("{EMITTER}; {HOLDERS}; app -x-> x(X) -deep-> y(Y) -rows-> rows(Array)");
    let one = format!("{SESSION}; rows -[#]-> r#(Row)");
    // Ids stand in the text, as the order gives them otherwise.
    let with_ids = |i: usize| {
        let ids = [("s#(", 1), ("u#(", 3), ("f#:", 5), ("c#(", 7), ("t#(", 9), ("g#:", 11), ("d#(", 13), ("r#(", 15)];
        let text = ids.iter().fold(one.clone(), |text, (label, id)| {
            text.replacen(label, &label.replace('#', &format!("#@{}", 100_000 + 20 * i + id)), 1)
        });
        text.replace('#', &i.to_string())
    };
    let heap = |order: &dyn Fn(usize) -> usize, count: usize| {
        let statements: Vec<String> = (0..count).map(|i| with_ids(10 + order(i))).collect();
        format!("{}; {holders}; {}", PROGRAM, statements.join("; "))
    };
    let forward = Compared::new(&[heap(&|i| i, 10), heap(&|i| i, 53)]);
    let backward = Compared::new(&[heap(&|i| 9 - i, 10), heap(&|i| 52 - i, 53)]);
    let mixed = Compared::new(&[heap(&|i| i * 3 % 10, 10), heap(&|i| i * 17 % 53, 53)]);
    assert!(forward.lines().len() > 3, "{:?}", forward.lines());
    for other in [&backward, &mixed] {
        assert_eq!(other.lines(), forward.lines());
        let fingerprints = |c: &Compared| c.findings.iter().map(|f| f.fingerprint.clone()).collect::<Vec<_>>();
        assert_eq!(fingerprints(other), fingerprints(&forward));
    }
}

#[test]
fn a_part_that_two_leaks_share_is_no_leak_of_its_own() {
    // The engine has each number's text but once, and the other leak has that of some of them too.
    let handler =
        "list -[#]-> f#:closure(onConfig) -internal context-> c#(system / Context) -context session-> s#(Session)
                   s# -key-> k#:string(20#):600";
    let row = "rows -[#]-> r#(Row):100 -key-> n#(Name) -text-> t#(Text) -more-> m#(More) -again-> k#";
    let before = format!(
        "{EMITTER}; {HOLDERS}; app -x-> x(X) -deep-> y(Y) -more-> yy(YY) -rows-> rows(Array); {}; {}",
        times(10..20, handler),
        times(10..16, row)
    );
    let more = format!("{}; {}", times(20..100, handler), times(20..73, row));
    let expected = [
        "leak listeners +80 listeners for 'config' on EventEmitter",
        // The texts, which no listener is.
        "  with array +53 strings in Array",
        "leak array +53 Row elements in Array",
    ];
    check(&before, &[&more], &expected);
}

/// Ports in a table of the runtime's, and workers with a port each.
fn ports(of_table: std::ops::Range<usize>, of_workers: std::ops::Range<usize>) -> String {
    let in_table = "table -internal 1#-> p#(MessagePort)";
    let of_worker = "root -[1#]-> n#:synthetic(Node / Worker) -internal native_to_javascript-> w#(Worker)
                     w# -\"<symbol kPort>\"-> q#(MessagePort)";
    format!("{}; {}", times(of_table, in_table), times(of_workers, of_worker))
}

#[test]
fn what_the_runtime_keeps_in_step_has_the_same_cause() {
    let table = "runtimeScope -context threadsPorts-> map(Map) -internal table-> table:array";
    let before = format!("{table}; {}", ports(0..3, 0..3));
    let expected = ["leak growing workers +8 open Workers", "  with workers +8 open MessagePorts"];
    check(&before, &[&ports(3..7, 3..7), &ports(7..11, 7..11)], &expected);
    // Not in step: something else is left open too.
    let expected = ["leak growing workers +9 open MessagePorts", "leak growing workers +8 open Workers"];
    let compared = Compared::new(&growing(&before, &[&ports(3..7, 3..7), &ports(7..12, 7..11)]));
    let mut lines = compared.lines();
    lines.sort_by_key(|line| !line.contains("MessagePorts"));
    assert_eq!(lines, expected);
}

#[test]
fn what_the_program_keeps_in_step_need_not_have_the_same_cause() {
    // Two Maps of the program's, each with ports: both have to be mended.
    let one = "table -internal 1#-> p#(MessagePort); tableB -internal 1#-> q#(MessagePort)";
    let before = format!(
        "app -a-> a(A) -deep-> b(B) -ports-> ports(Map) -internal table-> table:array
         app -x-> x(X) -deep-> y(Y) -others-> others(Map) -internal table-> tableB:array; {}",
        times(0..3, one)
    );
    let expected = ["leak growing workers +8 open MessagePorts", "leak growing workers +8 open MessagePorts"];
    check(&before, &[&times(3..7, one), &times(7..11, one)], &expected);
}

#[test]
fn a_class_of_the_programs_speaks_for_a_cause_before_a_larger_one_of_the_languages() {
    let one = "list -[#]-> s#(Session); list -[1#]-> d#(Date):400";
    let before = format!("app -list-> list(Array); {}", times(10..15, one));
    let expected = ["leak array +40 Session elements in Array", "  with array +40 Date elements in Array"];
    check(&before, &[&times(15..55, one)], &expected);
}

#[test]
fn parts_of_one_holder_of_which_one_leads_to_the_other_are_one_cause() {
    // Neither as many nor a multiple: 40 requests, 60 details, of which 20 are without a request.
    let request = "list -[#]-> r#(Request) -detail-> d#(Detail); list -[1#]-> d#";
    let before = format!("app -list-> list(Array); {}", times(10..20, request));
    let more = format!("{}; {}", times(20..60, request), times(60..80, "list -[1#]-> d#(Detail)"));
    let expected = ["leak array +60 Detail elements in Array", "  with array +40 Request elements in Array"];
    check(&before, &[&more], &expected);
    // More than twice as many have more than this one reason.
    let more = format!("{}; {}", times(20..60, request), times(60..110, "list -[1#]-> d#(Detail)"));
    let expected = ["leak array +90 Detail elements in Array", "leak array +40 Request elements in Array"];
    check(&before, &[&more], &expected);
}

#[test]
fn an_objects_own_text_leads_to_other_growth_and_the_text_of_what_it_refers_to_does_not() {
    let collections = "app -sessions-> sessions(Map) -internal table-> table:array
        app -names-> names(Set) -internal table-> members:array";
    let own = "table -internal 1#-> s#(Session) -name-> t#:string; members -internal 1#-> t#";
    let before = format!("{collections}; {}", times(10..15, own));
    let expected = ["leak map +40 Session entries in Map", "  with set +40 string members in Set"];
    check(&before, &[&times(15..55, own)], &expected);
    let of_another = own.replace("-name->", "-user-> u#(User) -name->");
    let before = format!("{collections}; {}", times(10..15, &of_another));
    let expected = ["leak map +40 Session entries in Map", "leak set +40 string members in Set"];
    check(&before, &[&times(15..55, &of_another)], &expected);
}
