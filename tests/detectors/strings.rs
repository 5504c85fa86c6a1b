//! Text.

use crate::check::{Compared, PROGRAM, check, check_detail, check_heaps, times};

/// A log that is appended to with `+=`: the newest piece refers to all before it.
fn log(pieces: usize) -> String {
    let mut text = format!("{PROGRAM}; app -log-> c{}", pieces - 1);
    for i in (0..pieces).rev() {
        text += &format!("; c{i}:cons((concatenated string))@{} ", 100_001 + 10 * i);
        text += &format!("-internal second-> s{i}:string(line)@{}", 100_003 + 10 * i);
        if i > 0 {
            text += &format!("; c{i} -internal first-> c{}", i - 1);
        }
    }
    text
}

#[test]
fn a_string_that_is_appended_to() {
    let expected = "leak growing strings +80 pieces of a growing string";
    check_heaps(&[log(10), log(50), log(90)], &[expected]);
}

#[test]
fn substrings_that_keep_their_parents() {
    let one = "scope -hidden 1#-> s#:sliced(id) -internal parent-> p#:string(response):5000";
    let before = format!("app -f-> f:closure -internal context-> scope(system / Context); {}", times(0..5, one));
    let more = times(5..45, one);
    check(&before, &[&more], &["leak strings +40 substrings that keep their parent strings alive"]);
    check_detail(&before, &[&more], &["copy substrings of long strings", "of text"]);
}

#[test]
fn strings_in_a_collection_are_the_collections() {
    let one = "list -[#]-> s#:string(line #)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 string elements in Array"]);
    let one = "table -internal 1#-> s#:sliced(id) -internal parent-> p#:string(response):5000";
    let before = format!("app -seen-> seen(Set) -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak set +40 string members in Set"]);
}

#[test]
fn a_text_does_not_grow() {
    // Text cannot change: what has its id and is larger is another one.
    let text = |bytes: usize| format!("{PROGRAM}; app -log-> log:string(line):{bytes}");
    check_heaps(&[text(1000), text(200_000)], &[]);
}

#[test]
fn texts_in_pieces_are_entries_of_their_set() {
    let one = "table -internal 1#-> s#:cons((concatenated string)) -internal first-> a#:string(user-)
               s# -internal second-> b#:string(#)";
    let before = format!("app -seen-> seen(Set) -internal table-> table:array; {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak set +40 string members in Set"]);
}

#[test]
fn a_text_in_place_of_itself_is_to_be_written_out() {
    let text = |at: usize, bytes: usize| {
        format!("{PROGRAM}; app -sink-> sink(Sink) -buffer-> b{at}:string(line)@{}:{bytes}", 100_001 + 10 * at)
    };
    let heaps = [text(0, 600), text(1, 15_000), text(2, 29_600)];
    let compared = Compared::new(&heaps);
    assert_eq!(compared.lines(), ["leak growing strings +0 strings"]);
    let detail = compared.first_in_detail();
    assert!(detail.contains("fix: write the text out and start a new string"), "{detail}");
}
