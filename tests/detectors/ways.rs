//! Which way to the new objects is told: not the one over what is there by chance.

use crate::check::{Compared, PROGRAM, times};

const ENTRY: &str = "table -internal 1#-> e#(Entry)";

/// Three snapshots of a Map `ledger` that something leads to, and what else is there.
fn heaps(ways: &str, last: &str) -> Vec<String> {
    let heap = |count: usize, more: &str| {
        format!(
            "{PROGRAM}; {ways}; ledger(Map) -internal table-> table:array; {more}; {}",
            times(100..100 + count, ENTRY)
        )
    };
    vec![heap(50, ""), heap(150, ""), heap(250, last)]
}

fn detail(ways: &str, last: &str) -> String {
    Compared::new(&heaps(ways, last)).first_in_detail()
}

/// A variable of the program's own, far from the roots.
const VARIABLE: &str = "app -modules-> modules(Object) -main-> exported(Object) -open-> open:closure(open){1,3,0}
                        open -internal shared-> userCode; open -internal context-> scope(system / Context)
                        scope -context ledger-> ledger";

#[test]
fn the_way_over_a_variable_rather_than_over_the_stack() {
    let stack = "gc -[4]-> stack:synthetic((Stack roots)) -[1]-> ledger";
    let over_variable = detail(&format!("{VARIABLE}; {stack}"), "");
    assert!(!over_variable.contains("Stack roots"), "{over_variable}");
    assert!(over_variable.contains("ledger Map"), "{over_variable}");
    // Nothing else holds it.
    let over_stack = detail(stack, "");
    assert!(over_stack.contains("(Stack roots)"), "{over_stack}");
}

#[test]
fn the_way_over_a_variable_rather_than_over_the_nearest_timer() {
    let timer = "runtimeScope -context timerListMap-> lists(Object) -[1000]-> ring(TimersList) -_idleNext-> t(Timeout)
                 t -_idleNext-> ring; t -_onTimeout-> tick:closure(tick){1,7,2} -internal shared-> userCode
                 tick -ledger-> ledger";
    let far = VARIABLE.replace(
        "exported(Object) -open-> open",
        "exported(Object) -a-> a(Object) -b-> b(Object) -c-> c(Object) -open-> open",
    );
    let over_variable = detail(&format!("{far}; {timer}"), "");
    assert!(!over_variable.contains("Timeout"), "{over_variable}");
    assert!(detail(timer, "").contains("Timeout"));
}

#[test]
fn the_way_over_a_variable_rather_than_over_a_request_under_way() {
    let request = "app -current-> request(Request)@90001 -ledger-> ledger";
    let over_variable = detail(VARIABLE, request);
    assert!(!over_variable.contains("Request"), "{over_variable}");
}

#[test]
fn tables_of_the_runtime_are_no_better_way() {
    let timer = "runtimeScope -context timerListMap-> lists(Object) -[1000]-> ring(TimersList) -_idleNext-> t(Timeout)
                 t -_idleNext-> ring; t -_onTimeout-> tick:closure(tick){1,7,2} -internal shared-> userCode
                 tick -ledger-> ledger";
    let table =
        "runtimeScope -context channels-> c1(Object) -a-> c2(Object) -b-> c3(Object) -c-> c4(Object) -d-> c5(Object)
                 c5 -e-> ledger";
    assert!(detail(&format!("{timer}; {table}"), "").contains("Timeout"));
}
