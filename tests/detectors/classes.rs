//! Lists, instances that the roots hold, and the engine's own.

use crate::check::{PROGRAM, check, check_detail, check_heaps, links, times};

#[test]
fn a_list_that_is_appended_to() {
    let one = "n^ -next-> n#(Task)";
    let before = format!("app -queue-> queue(Queue) -head-> n0(Task); {}", links(1..10, one));
    let more = links(10..50, one);
    check(&before, &[&more], &["leak classes +40 Task list links in Queue"]);
    check_detail(&before, &[&more], &["each link keeps the next one alive", "limit the length of the list"]);
    let more = [links(10..50, one), links(50..90, one)];
    check(&before, &[&more[0], &more[1]], &["leak growing classes +80 Task list links in Queue"]);
}

#[test]
fn a_list_in_both_directions() {
    let one = "n^ -next-> n#(Task) -prev-> n^";
    let before = format!("app -queue-> queue(Queue) -head-> n0(Task); {}", links(1..10, one));
    check(&before, &[&links(10..50, one)], &["leak classes +40 Task list links in Queue"]);
}

#[test]
fn code_and_hidden_classes_are_the_engines() {
    let nodes = [
        "main -internal c#-> code#:code(system / BytecodeArray)",
        "main -internal c#-> map#:shape(system / Map):80",
        "main -internal c#-> list#:native(system / FeedbackVector):64",
        "app -internal c#-> n#:number(heap number)",
        "gc -[1#]-> code#:code(system / Code)",
    ];
    for one in nodes {
        check(&times(0..5, one), &[&times(5..405, one), &times(405..805, one)], &[]);
    }
}

#[test]
fn functions_that_eval_makes_are_the_programs() {
    let one = "list -[#]-> f#:closure(anonymous) -internal shared-> code#:code(anonymous)";
    let before = format!("app -list-> list(Array); {}", times(0..5, one));
    check(&before, &[&times(5..45, one)], &["leak array +40 functions anonymous in Array"]);
}

#[test]
fn a_list_that_grows_at_its_head() {
    let list = |count: usize| {
        let nodes = (0..count).rev().map(|i| match i {
            0 => "n0(Task)@100001".to_owned(),
            _ => format!("n{i}(Task)@{} -next-> n{}", 100_001 + 2 * i, i - 1),
        });
        format!(
            "{PROGRAM}; app -stack-> stack(Stack) \
        -head-> n{}; {}",
            count - 1,
            nodes.collect::<Vec<_>>().join("; ")
        )
    };
    check_heaps(&[list(10), list(50)], &["leak classes +40 Task list links in Stack"]);
    check_heaps(&[list(10), list(50), list(90)], &["leak growing classes +80 Task list links in Stack"]);
}

#[test]
fn the_nodes_of_a_tree() {
    let tree = |range: std::ops::Range<usize>| {
        let node =
            |i: usize| format!("n{} -{}-> n{i}(TreeNode)", i / 2, if i.is_multiple_of(2) { "left" } else { "right" });
        range.map(node).collect::<Vec<_>>().join("; ")
    };
    let before = format!("app -index-> index(Index) -root-> n1(TreeNode); {}", tree(2..16));
    check(&before, &[&tree(16..64)], &["leak classes +48 TreeNode objects in Index"]);
}
