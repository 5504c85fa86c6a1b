//! Functions and their scopes.

use crate::check::{Compared, PROGRAM, check, check_detail, check_heaps, times};

const CLOSURE: &str =
    "list -[#]-> f#:closure(handle) -internal context-> c#(system / Context) -context rows-> r#(Array):9000";

#[test]
fn functions_whose_scope_keeps_a_large_variable() {
    let before = format!("app -list-> list(Array); {}", times(0..5, CLOSURE));
    let more = times(5..45, CLOSURE);
    check(&before, &[&more], &["leak closures +40 closures of handle"]);
    check_detail(&before, &[&more], &["their scope keeps variable rows: Array", "set the large variable to null"]);
}

#[test]
fn variables_of_block_scopes_have_no_names() {
    let one = CLOSURE.replace("-context rows->", "-hidden 3->");
    let before = format!("app -list-> list(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak closures +40 closures of handle"]);
    check_detail(&before, &[&times(5..45, &one)], &["without a name (block scope)"]);
}

#[test]
fn contexts_of_v8_15_have_suffixes() {
    let one = CLOSURE.replace("(system / Context)", "(system / Context / scope @7#)");
    let before = format!("app -list-> list(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak closures +40 closures of handle"]);
}

#[test]
fn small_functions_in_a_list_are_a_list() {
    let one = CLOSURE.replace(":9000", ":90");
    let before = format!("app -list-> list(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak array +40 functions handle in Array"]);
}

#[test]
fn what_one_scope_shares_is_not_each_functions_own() {
    // The large variable was there before and belongs to all of them.
    let one = "list -[#]-> f#:closure(handle) -internal context-> shared";
    let before = format!(
        "app -list-> list(Array); app -make-> make:closure -internal context-> shared(system / Context)
         shared -context rows-> r(Array):9000; {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak array +40 functions handle in Array"]);
}

/// Things of which each is kept by the scope of a method of the next; the program has the last.
pub(crate) fn chain(count: usize) -> String {
    let id = |i: usize, of: usize| 100_001 + 10 * i + 2 * of;
    let mut text = format!("{PROGRAM}; app -theThing-> t{}", count - 1);
    // The first mention decides where a node stands, its id what it is.
    for i in (0..count).rev() {
        text += &format!(
            "; t{i}(Thing)@{} -someMethod-> m{i}:closure(someMethod)@{} \
             -internal context-> c{i}(system / Context)@{}",
            id(i, 0),
            id(i, 1),
            id(i, 2)
        );
        text += &format!("; t{i} -longStr-> s{i}:string(x):1000@{}", id(i, 3));
        if i > 0 {
            text += &format!("; c{i} -context originalThing-> t{}", i - 1);
        }
    }
    text
}

#[test]
fn each_object_kept_by_the_scope_of_the_next() {
    let expected = "leak growing closures +80 Thing objects, each kept by the scope of the next";
    check_heaps(&[chain(10), chain(50), chain(90)], &[expected]);
    let detail = Compared::new(&[chain(10), chain(50), chain(90)]).first_in_detail();
    assert!(detail.contains("`originalThing`") && detail.contains("cut the chain"), "{detail}");
}

#[test]
fn functions_in_a_map_are_entries() {
    let one = CLOSURE.replace("list -[#]->", "table -internal 1#->");
    let before = format!("app -byId-> map(Map) -internal table-> table:array; {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak map +40 Function entries in Map"]);
}
