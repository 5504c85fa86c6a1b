//! Functions and their scopes.

use crate::check::{Compared, PROGRAM, check, check_detail, check_heaps, growing, times};

const CLOSURE: &str =
    "list -[#]-> f#:closure(handle) -internal context-> c#(system / Context) -context rows-> r#(Array):9000";

#[test]
fn functions_whose_scope_keeps_a_large_variable() {
    let before = format!("app -list-> list(Array); {}", times(0..5, CLOSURE));
    let more = times(5..45, CLOSURE);
    check(&before, &[&more], &["leak closures +40 closures of handle"]);
    check_detail(
        &before,
        &[&more],
        &["their scope keeps `rows` alive: Array", "set `rows` to null once it is no longer needed"],
    );
    // The way goes on to what is most of it.
    let way = "> 5 handle > context system / Context > rows Array\n";
    check_detail(&before, &[&more], &[way]);
}

#[test]
fn variables_of_block_scopes_have_no_names() {
    let one = CLOSURE.replace("-context rows->", "-hidden 3->");
    let before = format!("app -list-> list(Array); {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak closures +40 closures of handle"]);
    check_detail(&before, &[&times(5..45, &one)], &["a block-scoped variable without a name"]);
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
    let expected = "leak growing closures +80 Thing objects, each kept alive by the scope of the next";
    check_heaps(&[chain(10), chain(50), chain(90)], &[expected]);
    let detail = Compared::new(&[chain(10), chain(50), chain(90)]).first_in_detail();
    assert!(detail.contains("`originalThing`") && detail.contains("break the chain"), "{detail}");
}

#[test]
fn functions_in_a_map_are_entries() {
    let one = CLOSURE.replace("list -[#]->", "table -internal 1#->");
    let before = format!("app -byId-> map(Map) -internal table-> table:array; {}", times(0..5, &one));
    check(&before, &[&times(5..45, &one)], &["leak map +40 functions handle in Map"]);
}

/// Functions of `makeHandler`, with the tables of scopes that Chromium writes: scope 20 is that of `makeHandler` with
/// variables `n` and `rows`, scope 30 that of the functions that live, scope 40 that of one that is gone.
fn with_tables(tables: &str) -> String {
    let number = |name: &str, value: u32| format!("{name}:number(int) -internal value-> v{name}:string({value})");
    format!(
        "app -list-> list(Array); {}; {}; {tables}
         shared:code(handler) -internal script-> userScript; shared -internal scope_id-> thirty
         info:code(system / ScopeInfo) -internal scope_id-> twenty",
        number("twenty", 20),
        number("thirty", 30)
    )
}

const HANDLER: &str =
    "list -[#]-> f#:closure(handler) -internal context-> c#(system / Context / scope @7) -context rows-> r#(Array):9000
    f# -internal shared-> shared; c# -internal scope_info-> info";

const USED_BY_NONE: &str = "%userScript 10 0 () (); %userScript 20 1 (n rows) ();
    %userScript 30 2 () (20.0); %userScript 40 2 () (20.1)";

#[track_caller]
fn check_use(tables: &str, extra: &str, said: &str) {
    let one = format!("{HANDLER}; {extra}");
    let before = format!("{}; {}", with_tables(tables), times(0..5, &one));
    let detail = Compared::new(&growing(&before, &[&times(5..45, &one)])).first_in_detail();
    assert!(detail.contains("their scope keeps `rows`"), "{detail}");
    for text in ["no living function uses it", "a living function uses it", "the snapshot does not record"] {
        assert_eq!(detail.contains(text), text == said, "`{text}` in\n{detail}");
    }
}

#[test]
fn a_variable_that_no_living_function_uses() {
    check_use(USED_BY_NONE, "", "no living function uses it");
    let detail = |one: &str| {
        let before = format!("{}; {}", with_tables(USED_BY_NONE), times(0..5, one));
        Compared::new(&growing(&before, &[&times(5..45, one)])).first_in_detail()
    };
    assert!(detail(HANDLER).contains("fix: set `rows` to null once it is no longer needed"), "{}", detail(HANDLER));
}

#[test]
fn a_variable_that_a_living_function_uses() {
    check_use(&USED_BY_NONE.replace("20.0", "20.1"), "", "a living function uses it");
    // Or a function that it makes when it is called.
    let inner = USED_BY_NONE.replace("%userScript 40 2", "%userScript 35 3");
    check_use(&inner, "", "a living function uses it");
    // Or another that is alive, and sees the scope from one inside it.
    let other = format!(
        "{USED_BY_NONE}; forty:number(int) -internal value-> fortyValue:string(40)
         other:code(other) -internal script-> userScript; other -internal scope_id-> forty"
    );
    check_use(
        &other,
        "app -o#-> o#:closure(other) -internal shared-> other; o# -internal context-> d#(system / Context) -internal previous-> c#",
        "a living function uses it",
    );
}

#[test]
fn what_a_file_does_not_say_of_a_variable() {
    // No tables: Node, and Chromium before V8 15.
    check_use("app -x-> x", "", "the snapshot does not record");
    // The stack, or a suspended function, refers to the scope: nobody knows what it uses.
    check_use(USED_BY_NONE, "app -g#-> g#(Generator) -internal context-> c#", "");
    // `eval` can use any variable: the tables do not name them.
    check_use(&USED_BY_NONE.replace("(n rows)", "()"), "", "");
    // Tables of another script, or that do not have the function.
    check_use(&USED_BY_NONE.replace("userScript", "runtimeScript"), "", "");
    check_use(&USED_BY_NONE.replace(" 30 2 ", " 31 2 "), "", "");
}

#[test]
fn the_way_into_a_chain_shows_what_leads_from_link_to_link() {
    let detail = Compared::new(&[chain(10), chain(50)]).first_in_detail();
    let link = "someMethod someMethod > context system / Context > originalThing Thing";
    assert!(detail.starts_with(&format!("way: 2 global > app App > theThing Thing > {link}")), "{detail}");
}

#[test]
fn what_is_behind_a_function_is_an_object_of_the_programs_own() {
    // The connection is nearer to the beginning of the scope, but no script of the program's makes it.
    let one = "list -[#]-> f#:closure(handle) -internal context-> c#(system / Context) -context conn-> k#(Conn)
               c# -context session-> s#(Session){1,20,4}";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    let detail = Compared::new(&growing(&before, &[&times(5..45, one)])).first_in_detail();
    let way = detail.lines().next().unwrap();
    assert!(way.ends_with("> context system / Context > session Session"), "{way}");
}
