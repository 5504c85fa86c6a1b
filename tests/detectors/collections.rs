//! Maps, Sets, arrays, and objects used as dictionaries.

use crate::check::{PROGRAM, check, check_detail, check_heaps, times};

#[test]
fn entries_of_a_map() {
    let one = "table -internal 1#-> s#(Session) -user-> u#(User)";
    let before = format!("app -sessions-> sessions(Map) -internal table-> table:array; {}", times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak map +40 Session entries in Map"]);
    check_detail(&before, &[&more], &["fix: delete entries", "app App > sessions Map"]);
}

#[test]
fn keys_and_values_of_a_map_are_one_finding() {
    let one = "table -internal 1#2-> k#:string(session:#); table -internal 1#3-> s#(Session)";
    let before = format!("app -sessions-> sessions(Map) -internal table-> table:array; {}", times(10..15, one));
    let more = times(15..55, one);
    let expected = ["leak map +40 Session entries in Map", "  with map +40 string entries in Map"];
    check(&before, &[&more], &expected);
    check_detail(&before, &[&more], &["example of a new key: \"session:15\""]);
}

#[test]
fn a_map_whose_table_is_new_keeps_its_entries() {
    let heap = |count: usize, table: usize| {
        let one = "t -internal 1#-> s#(Session)@1#0001";
        let map = format!(
            "app -sessions-> sessions(Map) \
            -internal table-> t:array:{}@{}",
            16 * count,
            9_000_001 + 2 * table
        );
        format!("{PROGRAM}; {map}; {}", times(10..10 + count, one))
    };
    check_heaps(&[heap(5, 1), heap(45, 2)], &["leak map +40 Session entries in Map"]);
    check_heaps(&[heap(5, 1), heap(45, 2), heap(85, 3)], &["leak growing map +80 Session entries in Map"]);
}

#[test]
fn a_subclass_of_map_is_a_map() {
    let one = "table -internal 1#-> s#(Page)";
    let before = format!("app -cache-> cache(LruCache){{1,2,0}} -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak map +40 Page entries in LruCache"]);
}

#[test]
fn a_map_with_numbers_grows_itself() {
    let heaps = [100, 40_000, 80_000]
        .map(|bytes| format!("{PROGRAM}; app -seen-> seen(Map) -internal table-> table:array:{bytes}"));
    check_heaps(&heaps, &["leak growing map +79900 bytes in its table in Map"]);
    check_heaps(&heaps[..2], &["suspect map +39900 bytes in its table in Map"]);
}

#[test]
fn a_table_that_doubles_is_no_growth_of_what_it_holds() {
    let entries = times(100..200, "table -internal #-> s#(Session)");
    let before = format!("app -map-> map(Map) -internal table-> table:array:4000; {entries}");
    check(&before, &["table:array:8000"], &["growth map +4000 bytes in its table in Map"]);
}

#[test]
fn members_of_a_set() {
    let one = "table -internal 1#-> c#(Client)";
    let before = format!("app -clients-> clients(Set) -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak set +40 Client members in Set"]);
    let derived = before.replace(
        "clients(Set)",
        "clients(ClientSet) -__proto__-> p(Object) -__proto__-> sp(Object) -constructor-> Set:closure; clients",
    );
    check(&derived, &[&times(5..45, one)], &["leak set +40 Client members in ClientSet"]);
}

#[test]
fn elements_of_an_array() {
    let one = "list -[#]-> r#(Row); store -internal #-> r#";
    let before = format!("app -log-> list(Array) -internal elements-> store:array; {}", times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak array +40 Row elements in Array"]);
    check_detail(&before, &[&more], &["app App > log Array", "limit the length of the array"]);
}

#[test]
fn plain_objects_are_named_by_their_properties() {
    let one = "list -[#]-> r#(Object) -url-> u#:string(x); r# -user-> v#(User)";
    let before = format!("app -log-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 {url, user} elements in Array"]);
}

#[test]
fn an_array_of_numbers_grows_itself() {
    let heaps = [100, 40_000, 80_000]
        .map(|bytes| format!("{PROGRAM}; app -samples-> samples(Array) -internal elements-> store:array:{bytes}"));
    check_heaps(&heaps, &["leak growing array +79900 bytes of elements in Array"]);
}

#[test]
fn an_array_that_refers_to_one_object_again_and_again_grows_itself() {
    let heaps = [50, 650, 1250].map(|count| {
        let elements = times(0..count, "list -[#]-> one; store -internal #-> one");
        let bytes = 16 + 8 * count;
        format!("{PROGRAM}; app -one-> one(Row); app -list-> list(Array) -internal elements-> store:array:{bytes}; {elements}")
    });
    check_heaps(&heaps, &["leak growing array +9600 bytes of elements in Array"]);
}

#[test]
fn a_new_array_each_time_is_looked_into() {
    let heap = |count: usize, id: usize| {
        let rows = times(100..100 + count, "rows -[#]-> r#(Row)@1#0001");
        format!("{PROGRAM}; app -rows-> rows(Array)@{}; {rows}", 9_000_001 + 2 * id)
    };
    check_heaps(&[heap(50, 1), heap(100, 2), heap(150, 3)], &["leak growing array +100 Row elements in App"]);
}

#[test]
fn string_keys_of_a_dictionary() {
    let one = "byId -\"req-#\"-> r#(Request)";
    let before = format!("app -byId-> byId(Object); {}", times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak object +40 Request entries in Object"]);
    check_detail(&before, &[&more], &["example of a new key: \"req-5\"", "fix: delete keys"]);
}

#[test]
fn integer_keys_of_a_dictionary() {
    let one = "byId -[1#]-> r#(Request)";
    let before = format!("app -byId-> byId(Object); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak object +40 Request entries in Object"]);
}

#[test]
fn symbol_keys_of_a_dictionary() {
    let one = "byId -\"<symbol req#>\"-> r#(Request)";
    let before = format!("app -byId-> byId(Object); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak object +40 Request entries in Object"]);
}

#[test]
fn keys_of_a_dictionary_with_numbers() {
    let one = "store -internal 1#-> k#:string(hits-#)";
    let before = format!("app -hits-> hits(Object) -internal properties-> store:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak object +40 string entries in Object"]);
    check_detail(&before, &[&times(5..45, one)], &["example of a new key: \"hits-5\""]);
}

#[test]
fn an_instance_that_is_used_as_a_dictionary() {
    let one = "registry -\"job#\"-> r#(Job)";
    let before = format!("app -registry-> registry(Registry){{1,1,1}}; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak object +40 Job entries in Registry"]);
}

#[test]
fn a_property_that_looks_like_a_table_is_none() {
    for name in ["table", "<table>", "elements"] {
        let one = "table -\"row#\"-> r#(Row)";
        let before = format!("app -view-> view(View) -\"{name}\"-> table(Object); {}", times(0..5, one));
        check(&before, &[&times(5..45, one)], &["leak object +40 Row entries in Object"]);
    }
}

#[test]
fn an_object_that_is_set_up_is_not_a_leak() {
    // Fields of different classes, each once.
    let fields = (0..9).map(|i| format!("app -part{i}-> p{i}(Part{i})")).collect::<Vec<_>>().join("; ");
    check("", &[&fields], &[]);
    check("", &[&fields, ""], &[]);
}

#[test]
fn as_many_freed_as_made_is_no_growth() {
    for (holder, edge) in [("Map", "internal 1"), ("Set", "internal 1"), ("Object", "key")] {
        let heap = |from: usize| {
            let one = format!("t -{edge}#-> s#(Session)@1#0001");
            let t = if holder == "Object" {
                "t(Object)".to_owned()
            } else {
                format!("c({holder}) -internal table-> t:array")
            };
            format!("{PROGRAM}; app -all-> {t}; {}", times(from..from + 200, &one))
        };
        check_heaps(&[heap(1000), heap(2000)], &[]);
        check_heaps(&[heap(1000), heap(2000), heap(3000)], &[]);
    }
}

#[test]
fn a_subclass_of_array_is_an_array() {
    let one = "stack -[#]-> f#(Frame)";
    let before = format!(
        "app -stack-> stack(Stack){{1,1,1}} -__proto__-> p(Object) -__proto__-> ap(Object) \
         -constructor-> Array:closure; {}",
        times(0..5, one)
    );
    check(&before, &[&times(5..45, one)], &["leak array +40 Frame elements in Stack"]);
}

#[test]
fn objects_as_keys_of_a_map() {
    let one = "table -internal 1#-> r#(Request)";
    let before = format!("app -started-> started(Map) -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak map +40 Request entries in Map"]);
}

#[test]
fn rows_in_a_variable_that_is_set_anew_each_time() {
    let heap = |count: usize, generation: usize| {
        let rows = times(100..100 + count, "rows -[#]-> r#(Row)@1#0001");
        format!(
            "{PROGRAM}; app -onRow-> f:closure(onRow) -internal context-> scope(system / Context)
             scope -context rows-> rows(Array)@{}; {rows}",
            9_000_001 + 2 * generation
        )
    };
    let expected = "leak growing array +100 Row elements in system / Context";
    check_heaps(&[heap(50, 1), heap(100, 2), heap(150, 3)], &[expected]);
}
