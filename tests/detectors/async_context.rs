//! Stores of `AsyncLocalStorage`.

use crate::check::{check, check_detail, times};

#[test]
fn resources_that_keep_their_store() {
    for symbol in ["<symbol kResourceStore>", "<symbol context_frame>"] {
        let one = format!("list -[#]-> r#(AsyncResource) -\"{symbol}\"-> s#(RequestStore)");
        let before = format!("app -list-> list(Array); {}", times(0..5, &one));
        let more = times(5..45, &one);
        check(&before, &[&more], &["leak async-context +40 AsyncResource objects with an async context"]);
        check_detail(&before, &[&more], &["each keeps the store", "als.exit()"]);
    }
}

#[test]
fn contexts_themselves() {
    let one = "list -[#]-> f#(AsyncContextFrame) -internal table-> t#:array:64 -internal 4-> s#(RequestStore)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak async-context +40 async contexts"]);
}

#[test]
fn a_map_called_store_is_a_map() {
    let one = "table -internal 1#-> s#(RequestStore)";
    let before = format!("app -asyncLocalStorage-> als(Map) -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak map +40 RequestStore entries in Map"]);
}
