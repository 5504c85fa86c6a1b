//! Weak collections and finalizers.

use crate::check::{Compared, PROGRAM, check, check_detail, check_heaps, growing, times};

#[test]
fn a_growing_value_under_a_key_that_lives_on() {
    let before = format!(
        "app -meta-> meta(WeakMap) -internal table-> t:array
         app -server-> server(Server) -pool-> pool(Pool) -only-> key(Connection) -ephemeron 3 key log t-> log(Array)
         t -ephemeron 3 key log t-> log; t -weak-> key; {}",
        times(0..5, "log -[#]-> e#(Frame)")
    );
    let more = times(5..45, "log -[#]-> e#(Frame)");
    check(&before, &[&more], &["leak weak-collection +40 Frame objects under WeakMap keys"]);
    check_detail(&before, &[&more], &["for as long as its key lives"]);
}

#[test]
fn held_values_of_a_finalization_registry() {
    let one = "fr -hidden 1#-> cell#:hidden(system / WeakCell) -hidden 2-> h#(Held)";
    let before = format!("app -fr-> fr(FinalizationRegistry); {}", times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak weak-collection +40 held values (Held) in a FinalizationRegistry"]);
    check_detail(&before, &[&more], &["unregister()"]);
}

#[test]
fn entries_that_come_and_go_with_their_keys_are_none() {
    let heap = |from: usize| {
        let one = "live -[#]-> k#(Request)@1#0001 -ephemeron 3 k# v# t-> v#(Meta)@1#0003
                   t -ephemeron 3 k# v# t-> v#; t -weak-> k#";
        format!(
            "{}; app -live-> live(Array); app -meta-> meta(WeakMap) -internal table-> t:array; {}",
            PROGRAM,
            times(from..from + 40, one)
        )
    };
    check_heaps(&[heap(100), heap(200), heap(300)], &[]);
}

#[test]
fn keys_that_accumulate_elsewhere_are_the_cause() {
    // The array of requests is what to mend; what the WeakMap has for each goes with them.
    let one = "all -[#]-> k#(Request) -ephemeron 3 k# v# t-> v#(Meta); t -ephemeron 3 k# v# t-> v#; t -weak-> k#";
    let before =
        format!("app -all-> all(Array); app -meta-> meta(WeakMap) -internal table-> t:array; {}", times(0..5, one));
    let compared = Compared::new(&growing(&before, &[&times(5..45, one)]));
    assert_eq!(compared.findings.len(), 1);
    assert_eq!(compared.lines()[0], "leak array +40 Request elements in Array");
}

#[test]
fn references_that_nobody_clears_are_entries_of_their_map() {
    let one = "table -internal 1#-> ref#(WeakRef)";
    let before = format!("app -cache-> cache(Map) -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak map +40 WeakRef entries in Map"]);
}
