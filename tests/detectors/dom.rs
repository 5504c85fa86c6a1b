//! Detached DOM nodes, and listeners of pages.

use crate::check::{check, check_detail, times};

const PAGE: &str = "app -window-> window:native(Window)+ -[1]-> document:native(HTMLDocument)+";

#[test]
fn removed_elements_in_a_list() {
    let one = "gone -[#]-> e#:native(<div class=\"row\">)!";
    let before = format!("{PAGE}; app -gone-> gone(Array); {}", times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak detached-dom +40 detached <div> elements kept alive by Array"]);
    check_detail(&before, &[&more], &["fix: drop the reference to the removed element"]);
}

#[test]
fn objects_that_keep_one_removed_element_each() {
    let one = "table -internal 1#-> v#(RowView) -el-> e#:native(<tr>)!";
    let before = format!("{PAGE}; app -views-> views(Map) -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak detached-dom +40 detached <tr> elements kept alive by Map"]);
}

#[test]
fn elements_are_detached_by_name_in_files_without_the_mark() {
    let one = "gone -[#]-> e#:native(Detached HTMLDivElement)";
    let before = format!("app -gone-> gone(Array); {}", times(0..5, one));
    let expected = "leak detached-dom +40 detached HTMLDivElement elements kept alive by Array";
    check(&before, &[&times(5..45, one)], &[expected]);
}

#[test]
fn elements_in_the_page_are_no_detached_ones() {
    let one = "rows -[#]-> e#:native(<div>)+";
    let before = format!("{PAGE}; app -rows-> rows(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 <div> elements in Array"]);
}

#[test]
fn the_mark_on_what_is_no_element_says_nothing() {
    // Node 20 has a few such nodes.
    let one = "list -[#]-> h#(Handle) -native-> n#:native(Node / ContextifyScript):64!";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Handle elements in Array"]);
    let one = "list -[#]-> h#(Element)!";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 Element elements in Array"]);
}

#[test]
fn listeners_of_a_page() {
    let one = "data -[#]-> r#:native(blink::RegisteredEventListener) -[1]-> v#:native(V8EventListener) \
               -[1]-> f#:closure(onResize)";
    let before = format!("{PAGE}; window -[2]-> data:native(blink::EventTargetData); {}", times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak listeners +40 listeners on Window"]);
    check_detail(&before, &[&more], &["handler: onResize", "removeEventListener"]);
}
