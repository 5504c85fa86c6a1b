//! Growing holders and the account, one small pair of graphs each, in the notation of `common/dsl.rs`.
//!
//! The later graph is the earlier one with more statements behind it, so that ids and labels carry over. A group is
//! written `holder: +new −deleted class retained in_place`; what accumulates first.

mod common;

use common::dsl::{Labelled, graph};
use heapdiff::format::InputPath;
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::diff::order::swapped;
use heapdiff::heap::diff::{self, Comparison, Earlier, MatchMode};

fn compare(before: &str, after: &str, mode: Option<MatchMode>) -> (Labelled, Comparison) {
    let earlier = Earlier::new(graph(before).graph, mode == Some(MatchMode::Structure));
    let later = graph(after);
    let analysis = Analysis::of(&later.graph);
    let comparison = diff::compare(std::slice::from_ref(&earlier), &later.graph, &analysis, mode);
    assert!(comparison.accounting.is_exact());
    (later, comparison)
}

fn groups(later: &Labelled, comparison: &Comparison) -> Vec<String> {
    let row = |group: &diff::GrowthGroup| {
        format!(
            "{}: +{} −{} {} {} {}",
            later.label(group.holder),
            group.new_count,
            group.deleted_count,
            comparison.table.name(group.class),
            group.retained_bytes,
            group.in_place_bytes
        )
    };
    comparison.holders.groups.iter().map(row).collect()
}

#[track_caller]
fn check(before: &str, added: &str, expected: &[&str]) {
    let (later, comparison) = compare(before, &format!("{before}; {added}"), None);
    assert_eq!(groups(&later, &comparison), expected);
}

const BASE: &str = "root -shortcut 2-> global:10; root -[1]-> gc:synthetic((GC roots)); global -cache-> Map:16";

/// `count` statements made by a pattern in which `#` is the number.
fn times(count: usize, pattern: &str) -> String {
    (0..count).map(|i| pattern.replace('#', &i.to_string())).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_map_with_a_new_table_holds_its_entries() {
    // The table is new and large; its bytes are the Map's, which grew in place.
    let added = times(3, "Map -internal table-> t:array():100; t -internal #-> v#(Session):48; v# -data-> d#(Data):8");
    check(BASE, &added, &["Map: +3 −0 Session 168 100"]);
}

#[test]
fn a_map_with_its_old_table_holds_its_entries() {
    let before = format!("{BASE}; Map -internal table-> t:array():100");
    check(&before, &times(3, "t -internal 1#-> v#(Session):48"), &["Map: +3 −0 Session 144 0"]);
}

#[test]
fn keys_of_a_dictionary_are_one_group_and_named_properties_are_not() {
    let many = times(6, "global -req-#-> r#(Request):20");
    check(BASE, &many, &["global: +6 −0 Request 120 0"]);
    let few = times(2, "global -field#-> r#(Request):2#");
    check(BASE, &few, &["global: +1 −0 Request 21 0", "global: +1 −0 Request 20 0"]);
}

#[test]
fn all_links_of_a_chain_count_and_hang_on_what_holds_the_list() {
    let before = format!("{BASE}; global -list-> List:8 -head-> n0(Node):24 -next-> n1(Node):24");
    // Pushed in front: the head is replaced by new links. Each dominates the next.
    let front = "List -head-> f0(Node):24 -next-> f1(Node):24 -next-> f2(Node):24 -next-> n0";
    check(&before, front, &["List: +3 −0 Node 72 0"]);
    // Appended: the first new link hangs on the last old one.
    let back = "n1 -next-> b0(Node):24 -next-> b1(Node):24 -next-> b2(Node):24";
    check(&before, back, &["List: +3 −0 Node 72 0"]);
}

#[test]
fn with_several_owners_the_nearest_holds_and_the_others_are_named() {
    let before = format!("{BASE}; global -a-> A:8; global -mid-> Mid:8 -b-> B:8");
    let (later, comparison) = compare(&before, &format!("{before}; A -[0]-> s(Session):48; B -[0]-> s"), None);
    assert_eq!(groups(&later, &comparison), ["A: +1 −0 Session 48 0"]);
    let others: Vec<&str> = comparison.holders.groups[0].other_holders.iter().map(|n| later.label(*n)).collect();
    assert_eq!(others, ["B"]);
}

#[test]
fn a_new_container_is_looked_into() {
    let rows = times(9, "rows -[#]-> r#(Row):200");
    check(BASE, &format!("global -rows-> rows(Array):16; {rows}"), &["global: +9 −0 Row 1800 0"]);
    // Seven are not many: the array itself is what is new.
    let rows = times(7, "rows -[#]-> r#(Row):200");
    check(BASE, &format!("global -rows-> rows(Array):16; {rows}"), &["global: +1 −0 Array 1416 0"]);
}

#[test]
fn what_was_deleted_under_the_same_holder_is_counted() {
    let before = format!("{BASE}; {}", times(4, "Map -[#]-> v#(Session):48"));
    let after = format!("{BASE}; Map -[0]-> v0(Session):48@9; {}", times(3, "Map -[1#]-> w#(Session):48@10#1"));
    let (later, comparison) = compare(&before, &after, None);
    assert_eq!(groups(&later, &comparison), ["Map: +3 −3 Session 144 0"]);
    let group = &comparison.holders.groups[0];
    assert_eq!((group.count_before(), group.count_after()), (4, 4));
    let account = &comparison.accounting;
    assert_eq!((account.new_bytes, account.deleted_bytes, account.delta_bytes), (144, 144, 0));
}

#[test]
fn growth_in_place_is_named_although_nothing_is_new() {
    let before = "root -shortcut 2-> global:10 -numbers-> Array:16 -internal elements-> e:array():100";
    let after = "root -shortcut 2-> global:10 -numbers-> Array:16 -internal elements-> e:array():5100";
    let (later, comparison) = compare(before, after, None);
    assert_eq!(groups(&later, &comparison), ["Array: +0 −0 Array 0 5000"]);
    let account = &comparison.accounting;
    assert_eq!((account.new_bytes, account.grown_bytes, account.delta_bytes), (0, 5000, 5000));
    // DevTools' view has no row for it.
    assert_eq!(comparison.classes, []);
}

#[test]
fn numbers_with_new_ids_are_no_growth() {
    let before = format!("{BASE}; {}", times(5, "Map -[#]-> x#:number(heap number):12@10#1"));
    let after = format!("{BASE}; {}", times(5, "Map -[#]-> x#:number(heap number):12@20#1"));
    let (later, comparison) = compare(&before, &after, None);
    assert_eq!(groups(&later, &comparison), Vec::<String>::new());
    // In the class table they are as in DevTools: all new, all deleted.
    assert_eq!((comparison.classes[0].new_count, comparison.classes[0].deleted_count), (5, 5));
}

#[test]
fn an_object_of_another_class_under_the_same_id_is_another_object() {
    let before = format!("{BASE}; global -x-> a(Foo):70@99");
    let (later, comparison) = compare(&before, &format!("{BASE}; global -x-> b(Baz):70@99"), None);
    assert_eq!(groups(&later, &comparison), ["global: +1 −0 Baz 70 0"]);
    assert_eq!((comparison.accounting.new_bytes, comparison.accounting.deleted_bytes), (70, 70));
}

#[test]
fn without_common_ids_paths_tell_objects_apart() {
    let before = format!("{BASE}; Map -internal table-> t:array():100; {}", times(4, "t -internal #-> v#(Session):48"));
    // Another process: all ids differ, and there are three more sessions.
    let other = before.replace("global:10", "global:10@1001").replace("Map:16", "Map:16@1003");
    let after = format!(
        "{}; {}",
        other.replace("(Session):48", "(Session):48@20#1"),
        times(3, "t -internal 5#-> w#(Session):48")
    );
    let after = (0..4).fold(after, |text, i| text.replacen("@20#1", &format!("@20{i}1"), 1));
    let (_, by_ids) = compare(&before, &after, None);
    assert!(by_ids.identity.needs_structure(), "{:?}", by_ids.identity);
    let (later, comparison) = compare(&before, &after, Some(MatchMode::Structure));
    assert_eq!(groups(&later, &comparison), ["Map: +3 −0 Session 144 0"]);
    assert_eq!(comparison.accounting.deleted_bytes, 0);
}

#[test]
fn what_no_path_reaches_hangs_on_its_dominator() {
    check(BASE, "root -weak lost-> lost(Lost):300", &["root: +1 −0 Lost 300 0"]);
}

#[test]
fn what_was_deleted_although_others_had_it_too_is_counted() {
    // Both the Map and the list have each session, so that in the dominator tree they hang on what holds both.
    let base = format!("{BASE}; global -list-> List:16");
    let session = |id: &str| format!("Map -[#]-> v#(Session):48@{id}#1; List -[#]-> v#");
    let (before, after) = (times(3, &session("9")), times(4, &session("10")));
    let (later, comparison) = compare(&format!("{base}; {before}"), &format!("{base}; {after}"), None);
    assert_eq!(groups(&later, &comparison), ["Map: +4 −3 Session 192 0"]);
    assert_eq!(comparison.holders.groups[0].counts, [3, 4]);
}

#[test]
fn an_object_somewhere_in_an_object_of_its_class_is_no_chain() {
    let nested = |depth: usize| {
        let below = (1..depth).map(|i| format!(" -b-> b#x{i}(Box):8 -s-> s#x{i}(Session):48"));
        times(3, &format!("Map -[#]-> s#(Session):48{}", below.collect::<String>()))
    };
    check(BASE, &nested(3), &["Map: +3 −0 Session 480 0"]);
    check(BASE, &nested(8), &["Map: +3 −0 Session 1320 0"]);
    // Eight in one another are one.
    check(BASE, &nested(9), &["Map: +27 −0 Session 1488 0"]);
}

#[test]
fn appended_links_with_other_objects_between_them_hang_on_the_first() {
    let link = |i: usize| format!("t{}:24 -run-> m{i}(Run):8 -scope-> c{i}(Scope):8 -last-> t{i}(Thing):24", i - 1);
    let links = |range: std::ops::Range<usize>| range.map(link).collect::<Vec<_>>().join("; ");
    let before = format!("{BASE}; global -first-> t0(Thing):24; {}", links(1..10));
    let (later, comparison) = compare(&before, &format!("{before}; {}", links(10..20)), None);
    assert_eq!(groups(&later, &comparison), ["t1: +10 −0 Run 400 0"]);
    assert_eq!(comparison.holders.groups[0].count_before(), 8);
}

#[test]
fn what_holds_a_list_holds_what_is_appended_although_its_head_is_of_another_shape() {
    // Plain objects; the head has no `previous`.
    let heap = |count: usize| {
        let link = |i: usize| {
            let before = i - 1;
            format!("n{before} -next-> n{i}(Object):24 -previous-> n{before}; n{i} -value-> v{i}(Data):8")
        };
        let links: Vec<String> = (1..count).map(link).collect();
        let list = "global -list-> List:8 -head-> n0(Object):24; List -end-> nil:hidden(system / Oddball)";
        format!("{BASE}; {list}; {}; n{} -next-> nil", links.join("; "), count - 1)
    };
    let (later, comparison) = compare(&heap(10), &heap(20), None);
    assert_eq!(groups(&later, &comparison), ["List: +10 −0 {previous, value, next} 320 0"]);
}

#[test]
fn the_runtimes_table_of_what_is_open_is_the_first_of_the_others() {
    let before =
        format!("{BASE}; global -a-> A:8; global -deep-> D:8 -deeper-> E:8 -handle-> h:native(Node / TCPWrap):8");
    let added = "Map -[0]-> s(Socket):48; A -[0]-> s; h -[0]-> s";
    let (later, comparison) = compare(&before, &format!("{before}; {added}"), None);
    assert_eq!(groups(&later, &comparison), ["Map: +1 −0 Socket 48 0"]);
    let others: Vec<&str> = comparison.holders.groups[0].other_holders.iter().map(|n| later.label(*n)).collect();
    assert_eq!(others, ["h", "A"]);
}

#[test]
fn numbers_do_not_say_whether_ids_agree() {
    // What V8 keeps for a number is made anew each time, wherever there is room.
    let before = format!("{BASE}; {}", times(9, "Map -[#]-> x#(Foo):12@90#1"));
    let after = format!("{BASE}; {}", times(9, "Map -[#]-> x#:number(heap number):12@90#1"));
    let (_, comparison) = compare(&before, &after, None);
    assert_eq!(comparison.identity.id_agreement, 1.0);
    let (_, comparison) = compare(&before, &after.replace(":number(heap number)", "(Bar)"), None);
    assert!(comparison.identity.id_agreement < 0.5, "{:?}", comparison.identity);
}

#[test]
fn files_in_the_wrong_order_are_noticed_by_ids_or_by_the_names_that_node_gives() {
    let reason = |first: &str, second: &str, mode: Option<MatchMode>, names: &[&str]| {
        let earlier = [Earlier::new(graph(first).graph, mode == Some(MatchMode::Structure))];
        let later = graph(second).graph;
        let comparison = diff::compare(&earlier, &later, &Analysis::of(&later), mode);
        let names: Vec<InputPath> = names.iter().map(|name| InputPath::from(*name)).collect();
        swapped(&earlier, &later, &comparison.identity, &names)
    };
    let more = format!("{BASE}; Map -[0]-> s(Session):48");
    let [early, late] = ["Heap.20260103.101500.7.0.001.heapsnapshot", "Heap.20260103.101600.8.0.001.heapsnapshot"];
    for (first, second, mode, names, expected) in [
        (BASE, &*more, None, &["a", "b"][..], None),
        (&*more, BASE, None, &["a", "b"], Some("ids only go up")),
        // Equal ids, and ids that mean nothing, prove nothing.
        (BASE, BASE, None, &[late, early], Some("according to the times in their names")),
        (BASE, BASE, None, &[early, late], None),
        (&*more, BASE, Some(MatchMode::Structure), &["a", "b"], None),
        (&*more, BASE, Some(MatchMode::Structure), &[late, early], Some("according to the times in their names")),
    ] {
        let found = reason(first, second, mode, names);
        let is_as_expected = match (&found, expected) {
            (Some(found), Some(expected)) => found.reason.contains(expected),
            (found, expected) => found.is_none() && expected.is_none(),
        };
        assert!(is_as_expected, "{names:?}: {found:?}, not {expected:?}");
    }
}

#[test]
fn what_is_spread_over_a_new_narrow_tree_is_looked_for() {
    let leaves = |i: usize| (0..4).map(|j| format!("b{i} -l{j}-> l{i}x{j}(Leaf):200")).collect::<Vec<_>>().join("; ");
    let branches = (0..3).map(|i| format!("trie -b{i}-> b{i}(Branch):16; {}", leaves(i))).collect::<Vec<_>>();
    check(BASE, &format!("global -trie-> trie(Trie):16; {}", branches.join("; ")), &["global: +12 −0 Leaf 2400 0"]);
}

#[test]
fn by_structure_what_is_in_something_that_moved_is_still_the_same() {
    let heap = |name: &str| {
        let sessions = times(5, "list -[#]-> s#(Session):48");
        format!("{BASE}; global -{name}-> registry(Registry):8 -list-> list(Array):16; {sessions}")
    };
    let (_, comparison) = compare(&heap("old"), &heap("new"), Some(MatchMode::Structure));
    // The registry and its list, which nothing but their place tells apart.
    assert_eq!((comparison.accounting.new_bytes, comparison.accounting.deleted_bytes), (24, 24));
}

#[test]
fn of_what_gets_new_ids_each_time_the_sizes_tell_which_is_which() {
    let numbers = |first: &str, second: &str| {
        format!("{BASE}; Map -[0]-> x:number(heap number):{first}; Map -[1]-> y:number(heap number):{second}")
    };
    let (later, comparison) = compare(&numbers("12@101", "24@103"), &numbers("24@201", "12@203"), None);
    assert_eq!(groups(&later, &comparison), Vec::<String>::new());
    let account = comparison.accounting;
    assert_eq!([account.new_bytes, account.deleted_bytes, account.grown_bytes, account.shrunk_bytes], [0; 4]);
}

#[test]
fn the_account_counts_objects_that_have_a_size() {
    let before =
        format!("{BASE}; global -a-> a(A):10; global -b-> b(B):20; global -y-> y(Y):0@801; global -z-> z(Z):5@803");
    let after =
        format!("{BASE}; global -a-> a(A):30; global -b-> b(B):5; global -e-> e(E):0@901; global -n-> n(N):7@903");
    let account = compare(&before, &after, None).1.accounting;
    assert_eq!([account.new_count, account.deleted_count, account.grown_count, account.shrunk_count], [1; 4]);
    assert_eq!([account.new_bytes, account.deleted_bytes, account.grown_bytes, account.shrunk_bytes], [7, 5, 20, 15]);
}

#[test]
fn samples_are_the_largest_the_largest_first() {
    let after = format!("{BASE}; {}", times(7, "Map -[#]-> v#(Session):4#"));
    let (later, comparison) = compare(BASE, &after, None);
    let samples: Vec<&str> = comparison.holders.groups[0].samples.iter().map(|node| later.label(*node)).collect();
    assert_eq!(samples, ["v6", "v5", "v4", "v3", "v2"]);
}

#[test]
fn one_is_replaced_by_another_only_if_there_is_no_third() {
    let replaced = |before: &str, after: &str| {
        let heap = |sessions: &str| {
            let sessions = sessions.split(' ').map(|id| format!("Map -[{id}]-> s{id}(Session):48@90{id}1"));
            format!("{BASE}; {}", sessions.collect::<Vec<_>>().join("; "))
        };
        compare(&heap(before), &heap(after), None).1.holders.groups[0].replaced_bytes()
    };
    assert_eq!(replaced("1", "2"), Some(vec![48, 48]));
    assert_eq!(replaced("1 3", "2 3"), None);
    assert_eq!(replaced("1 3", "2"), None);
}

#[test]
fn other_holders_are_named_once_and_hold_strongly_and_were_there() {
    let before = format!("{BASE}; global -a-> A:8; global -mid-> Mid:8 -b-> B:8; global -deep-> D:8 -c-> C:8");
    let added = "A -[0]-> s(Session):48; B -[0]-> s; B -[1]-> s; C -weak-> s; A -n-> n(Note):8 -about-> s";
    let (later, comparison) = compare(&before, &format!("{before}; {added}"), None);
    let group = comparison.holders.groups.iter().find(|group| later.label(group.samples[0]) == "s").unwrap();
    let others: Vec<&str> = group.other_holders.iter().map(|node| later.label(*node)).collect();
    assert_eq!(others, ["B"]);
}

#[test]
fn a_small_container_is_not_looked_into() {
    let rows = times(9, "rows -[#]-> r#(Row):10");
    check(BASE, &format!("global -rows-> rows(Array):16; {rows}"), &["global: +1 −0 Array 106 0"]);
}

#[test]
fn holders_that_are_alike_are_one_group_if_they_hold_enough() {
    let users = times(3, "Map -[#]-> u#(User):8 -items-> l#(Array):16");
    let before = format!("{BASE}; {users}");
    let items = |count: usize| {
        let of_list = |i: usize| (0..count).map(move |j| format!("l{i} -[{j}]-> i{i}x{j}(Item):10"));
        (0..3).flat_map(of_list).collect::<Vec<_>>().join("; ")
    };
    let few = ["l0: +2 −0 Item 20 0", "l1: +2 −0 Item 20 0", "l2: +2 −0 Item 20 0"];
    check(&before, &items(2), &few);
    check(&before, &items(3), &["Map: +9 −0 Item 90 0"]);
}

#[test]
fn by_structure_names_of_functions_count_and_positions_do_not() {
    let new_bytes = |before: &str, after: &str| {
        let heap = |added: &str| format!("{BASE}; {added}");
        compare(&heap(before), &heap(after), Some(MatchMode::Structure)).1.accounting.new_bytes
    };
    let handler = |name: &str| format!("global -handler-> f:closure({name}):32");
    assert_eq!(new_bytes(&handler("one"), &handler("one")), 0);
    assert_eq!(new_bytes(&handler("one"), &handler("two")), 32);
    let sessions = |from: usize| times(4, &format!("Map -internal {from}#-> v#(Session):48 -user-> u#(User):8"));
    assert_eq!(new_bytes(&sessions(1), &sessions(7)), 0);
}

#[test]
fn what_is_matched_by_structure_needs_no_ids() {
    let before = format!("{BASE}; {}", times(9, "Map -[#]-> x#(Foo):12@90#1"));
    let after = format!("{BASE}; {}", times(9, "Map -[#]-> x#(Bar):12@90#1"));
    assert!(compare(&before, &after, None).1.identity.needs_structure());
    assert!(!compare(&before, &after, Some(MatchMode::Structure)).1.identity.needs_structure());
}

#[test]
fn the_right_order_is_that_of_ids_and_of_equal_ids_that_of_names() {
    let found = |first: &str, second: &str, names: [&str; 2]| {
        let earlier = [Earlier::new(graph(first).graph, false)];
        let later = graph(second).graph;
        let comparison = diff::compare(&earlier, &later, &Analysis::of(&later), None);
        swapped(&earlier, &later, &comparison.identity, &names.map(InputPath::from))
    };
    let [early, late] = ["Heap.20260103.101500.7.0.001.heapsnapshot", "Heap.20260103.101600.8.0.001.heapsnapshot"];
    let by_names = found(BASE, BASE, [late, early]).expect("a wrong order");
    assert_eq!(by_names.right_order, Some(vec![1, 0]));
    // Even ids are no object's.
    let even = format!("{BASE}; Map -[0]-> s:native(Session):48@9000");
    assert_eq!(found(&even, BASE, ["a", "b"]), None);
    let odd = format!("{BASE}; Map -[0]-> s(Session):48@99");
    assert_eq!(found(&odd, &even, ["a", "b"]).expect("a wrong order").right_order, Some(vec![1, 0]));
    // Ids of two processes say nothing.
    let foreign = |class: &str, last: usize| {
        format!("{BASE}; {}; Map -[99]-> l(Last):8@{last}", times(9, &format!("Map -[#]-> x#({class}):12@90#1")))
    };
    assert_eq!(found(&foreign("Foo", 9999), &foreign("Bar", 9901), ["a", "b"]), None);
}
