//! DevTools' rules, one small graph each, with the numbers that DevTools' own worker gives for it.
//!
//! The graphs are written in the notation of `common/dsl.rs`. Expected facts are `label fact=value fact=value …`, one
//! label a statement; the facts are those of [`fact`].

mod common;

use common::dsl::{Labelled, graph};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::aggregates::aggregates;
use heapdiff::heap::analysis::distance::Distance;

/// Compares facts about nodes.
#[track_caller]
fn check(text: &str, expected: &str) {
    let graph = graph(text);
    let analysis = Analysis::of(&graph.graph);
    for line in expected.split([';', '\n']).map(str::trim).filter(|l| !l.is_empty()) {
        let (label, facts) = line.split_once(' ').unwrap_or_else(|| panic!("no facts: `{line}`"));
        for (name, value) in pairs(facts) {
            assert_eq!(fact(&graph, &analysis, label, name), value, "{name} of {label}");
        }
    }
}

/// `a=1 b="x y"` as pairs.
fn pairs(facts: &str) -> Vec<(&str, &str)> {
    let mut pairs = Vec::new();
    let mut rest = facts.trim();
    while !rest.is_empty() {
        let (name, value) = rest.split_once('=').unwrap_or_else(|| panic!("`{rest}`: expected name=value"));
        let (value, tail) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').expect("closing quote"),
            None => value.split_once(' ').unwrap_or((value, "")),
        };
        pairs.push((name, value));
        rest = tail.trim_start();
    }
    pairs
}

fn fact(graph: &Labelled, analysis: &Analysis, label: &str, name: &str) -> String {
    let node = graph.node(label);
    match name {
        "self" => analysis.shallow.get(node.ix()).to_string(),
        "retained" => analysis.retained.get(node.ix()).to_string(),
        "idom" => graph.label(analysis.dominators.of(node)).to_owned(),
        "distance" if analysis.distances.of(node) == Distance::NONE => "none".to_owned(),
        "distance" => analysis.distances.of(node).0.to_string(),
        "shown" => analysis.distances.of(node).shown().map_or("−".to_owned(), |d| d.to_string()),
        "from" => analysis.distances.previous(node).map_or("nobody", |from| graph.label(from)).to_owned(),
        "detached" => analysis.detached.is_detached(node).to_string(),
        "class" => {
            let interfaces = analysis.classes.infer_interfaces(&graph.graph);
            let rows = analysis.classes.rows(graph.graph.strings(), &interfaces);
            rows.key(analysis.classes.of(node)).name.to_string()
        }
        _ => panic!("no fact is called {name}"),
    }
}

/// Compares rows of the Summary view, sorted: `key count shallow retained distance` with DevTools' spelling of keys.
#[track_caller]
fn check_rows(text: &str, expected: &[&str]) {
    let graph = graph(text);
    let analysis = Analysis::of(&graph.graph);
    let interfaces = analysis.classes.infer_interfaces(&graph.graph);
    let rows = analysis.classes.rows(graph.graph.strings(), &interfaces);
    let mut got: Vec<String> = aggregates(&graph.graph, &analysis, &rows)
        .iter()
        .map(|a| {
            let key = rows.keys[a.class.ix()].devtools_key();
            format!("{key} {} {} {} {}", a.count, a.shallow_bytes, a.retained_bytes, a.distance.0)
        })
        .collect();
    got.sort_unstable();
    assert_eq!(got, expected);
}

#[track_caller]
fn interfaces(text: &str) -> Vec<String> {
    let graph = graph(text);
    let analysis = Analysis::of(&graph.graph);
    analysis.classes.infer_interfaces(&graph.graph).iter().map(|i| i.name.to_string()).collect()
}

/// §3.1: what is not synthetic is a user root, over an edge of any type; the one synthetic exception too.
#[test]
fn user_roots() {
    check(
        "root -weak w-> W; root -[1]-> gc:synthetic((GC roots)); root -[2]-> dom:synthetic((Document DOM trees))
         gc -> E; E -> F",
        "W distance=1 shown=1; gc distance=100000001 shown=−; dom distance=1; E distance=100000002; F shown=−
         root distance=100000000",
    );
}

/// §8.2, §7.1: without user roots distances start at the root, and no size moves.
#[test]
fn no_user_roots() {
    check(
        "root -[1]-> gc:synthetic((GC roots)); gc -> A:5 -> store:array:7",
        "root distance=0; gc distance=1; A distance=2 self=5 retained=12; store distance=3 self=7",
    );
}

/// §3.2, §5.6: a page-owned target is not held by a node that is not page-owned.
#[test]
fn page_owned_nodes() {
    check(
        "root -[1]-> gc:synthetic((GC roots)); root -shortcut 2-> global:10
         gc -> X:100; gc -> Y:100; global -> X",
        "X idom=global; Y idom=gc; global retained=110; gc retained=100; root retained=210",
    );
    // The seeds are shortcuts, and DOM trees behind an element edge; the flood stops at weak edges.
    check(
        "root -[1]-> gc:synthetic((GC roots)); root -[2]-> dom:synthetic((Document DOM trees)); root -global-> G
         dom -> X:1; gc -> X; dom -weak-> Y:2; gc -> Y; G -> Z:4; gc -> Z",
        "X idom=dom; Y idom=gc; Z idom=root",
    );
    // No known file has an edge to the root. With one from the page, all below the root is page-owned: Q shares X.
    check("root -shortcut 2-> P -> root; root -q-> Q -> X:1; P -> X", "X idom=root; P retained=0; Q retained=0");
    check("root -shortcut 2-> P -shortcut-> R -> root; root -q-> Q -> X:1; P -> X", "X idom=root; P retained=0");
    check("root -shortcut 2-> P -shortcut-> R -> S -> root; root -q-> Q -> X:1; P -> X", "X idom=root; P retained=0");
}

/// §4: native nodes hand their state on; nodes that have one keep it; others stop the walk.
#[test]
fn detachedness() {
    check(
        "root -> global -d-> div:native(HTMLDivElement)!; div -internal-> inner:native(InternalNode)
         div -internal-> w(Wrapper); w -internal-> t:native(Text)",
        r#"div detached=true class="Detached HTMLDivElement"; inner detached=true class="Detached InternalNode"
           w detached=false class=Wrapper; t detached=false class=Text"#,
    );
    // §4.3: the attached stack is drained first; hidden and weak edges are not walked; a given state never changes.
    check(
        "root -> d:native!; root -> a:native+; d -> x:native; a -> x; d -hidden-> h:native; d -weak-> w:native
         d -> a; a -> d; root -> o!",
        "x detached=false; h detached=false; w detached=false; a detached=false; d detached=true
         o detached=true class=o",
    );
    // §4.4: without the column the name decides, for native nodes only, and nothing is handed on.
    check(
        "root -> d:native(Detached <p id>) -> x:native; root -> o(Detached thing)",
        r#"d detached=true class="Detached <p>"; x detached=false; o detached=false"#,
    );
}

/// §5.1: the table does not hold the value, the key does; a table of another id does.
#[test]
fn weak_map_entries_are_held_by_their_key() {
    let map = "root -shortcut 2-> global -> K; global -> table:array; table -ephemeron 3 K V table-> V:8";
    check(map, "V idom=root");
    check(&format!("{map}; K -ephemeron 1 K V table-> V"), "V idom=K; K retained=8; table retained=0");
    check("root -> K; root -> t:array; root -> u:array; t -ephemeron 3 K V u-> V:8", "V idom=t");
    // Only internal edges speak of entries.
    let name = "3 / part of key (K @3) -> value (V @7) pair in WeakMap (table @5)";
    check(&format!("root -> K; root -> t:array@5; t -property \"{name}\"-> V:8"), "V idom=t");
    check(&format!("root -> K; root -> t:array@5; t -internal \"{name}\"-> V:8"), "V idom=root retained=8");
}

/// §5.2 to §5.5.
#[test]
fn edges_that_retain() {
    check("root -> A -weak-> X:1; root -> B -> X", "X idom=B");
    check("root -> A -shortcut-> X:1; root -> B -> X", "X idom=B");
    check("root -shortcut-> X:1; root -> B -> X", "X idom=root");
    check("root -> A -> A; A -hidden-> B:1; A -novel-> C:2; A -context-> D:4", "A retained=7 idom=root");
}

/// §6: garbage, as DevTools hangs it under the root.
#[test]
fn unreached_nodes() {
    check(
        "root -> A:101 -> X:102; A -> E:107; A -weak-> W:106 -> E
         B:103 -> C:104 -> B; B -> X; C -> D:105",
        "E idom=root retained=107; X idom=A retained=102; A retained=203 distance=1
         B idom=root retained=103; C idom=root retained=104; D idom=root retained=105; W idom=root retained=106
         root retained=728; X distance=2; E distance=2
         B distance=none; C distance=none; D distance=none shown=−; W distance=none",
    );
    // A chain that begins with a node without retainers is a tree of its own below the root.
    check("root -> A; O:1 -> P:2 -> Q:4; P -weak-> A", "O idom=root retained=7; P idom=O; Q idom=P retained=4");
    // A node that only holds itself has no retainer.
    check("root -> A; S:1 -> S; S -> T:2", "S idom=root retained=3; T idom=S");
}

/// §7: backing stores count to their one owner.
#[test]
fn ownership() {
    check(
        "root -shortcut 2-> global:10 -> O:20; global -> P:30; root -[1]-> gc:synthetic((GC roots)) -> T:array:800
         O -internal elements-> A:array:100 -> B:array:200 -> S:array:400; P -elements-> S
         P -internal map-> H:hidden:50 -> A; O -weak-> W:array:1600",
        "P self=80; H self=0; A self=100; B self=200; S self=400; T self=800; W self=1600; O self=20; global self=10
         root retained=3210",
    );
    // Through a chain of stores, over shortcut and hidden edges, and for the text of external strings.
    check(
        "root -> global; global -> s:string:1 -hidden-> text:native(system / ExternalStringData):64
         global -> n:native:2 -shortcut-> a:array:4 -> b:array:8",
        "s self=65; text self=0 retained=0 distance=3; n self=14; a self=0; b self=0",
    );
    // The root itself owns nothing.
    check("root -> a:array:4; root -> global", "a self=4");
}

/// §8.4 (c): the first of a pair's two edges is passed over, the second counts.
#[test]
fn distances_over_weak_map_entries() {
    check(
        "root -shortcut 2-> global -> WeakMap:16 -internal table-> table:array:100 -ephemeron 3 K V table-> V:8
         global -> Far -> K -ephemeron 1 K V table-> V",
        "WeakMap distance=2 self=116; table distance=3 self=0; K distance=3; V distance=4 idom=K from=K",
    );
    // §8.5: one that was reached already does not toggle; the memory lives on over the second search.
    check(
        "root -shortcut 2-> global -> t:array -ephemeron 3 K V t-> V; root -[1]-> gc:synthetic((GC roots)) -> K
         K -ephemeron 1 K V t-> V",
        "t distance=2; K distance=100000002; V distance=100000003 from=K",
    );
    check(
        "root -shortcut 2-> global -> V; global -> t:array -ephemeron 3 K V t-> V
         global -> K -ephemeron 1 K V t-> V; t -ephemeron 1 K V t-> X",
        "V distance=2; X distance=none",
    );
    // The third encounter is again a first one.
    check(
        "root -shortcut 2-> global -> t:array; global -> K; global -> L; global -> M
         t -ephemeron 3 K V t-> V; K -ephemeron 1 K V t-> V; L -ephemeron 1 K V t-> X; M -ephemeron 1 K V t-> X",
        "V from=K; X from=M distance=3",
    );
}

/// §8.4 (a) and (b).
#[test]
fn edges_that_distances_pass_over() {
    check(
        "root -shortcut 2-> nc:hidden(system / NativeContext); nc -internal sloppy_function_map-> m; nc -internal map-> n
         root -shortcut 3-> other:hidden; other -internal sloppy_function_map-> o",
        "m distance=none; n distance=2; o distance=2",
    );
    check(
        "root -> d:array((map descriptors)); d -hidden 0-> e0; d -hidden 1-> e1; d -hidden 4-> e4; d -hidden 5-> e5
         d -hidden 7-> e7; d -internal 10-> t10; d -internal 10x-> t10x; d -internal map-> map; d -internal 12-> t12",
        "e0 distance=2; e1 distance=2; e4 distance=none; e5 distance=2; e7 distance=none
         t10 distance=none; t10x distance=none; map distance=2; t12 distance=2",
    );
}

/// §8.3: weak edges, and the root's children that are named twice.
#[test]
fn distances() {
    check(
        "root -a-> A; root -b-> A; A -weak-> B; A -shortcut-> C -> D -> E; A -> E; G -> A",
        "A distance=1 from=root; B distance=none from=nobody; C distance=2; D distance=3; E distance=2 from=A
         G distance=none; root from=nobody",
    );
}

/// §9.1, for every kind.
#[test]
fn class_names() {
    check(
        "root -> o(Foo); root -> h:hidden(x); root -> c:code; root -> f:closure; root -> r:regexp; root -> n:native(Foo Bar)
         root -> a:array; root -> s:string; root -> k:cons; root -> l:sliced; root -> y:symbol; root -> b:bigint
         root -> p:shape; root -> u:number; root -> e:native(<a href=x>); root -> t(Detached <b x y>); root -> g:synthetic",
        r#"o class=Foo; h class=(system); c class="(compiled code)"; f class=Function; r class=RegExp; n class="Foo Bar"
           a class=(array); s class=(string); k class="(concatenated string)"; l class="(sliced string)"
           y class=(symbol); b class=(bigint); p class="(object shape)"; u class=(number); e class=<a>
           t class="Detached <b>"; g class=(synthetic)"#,
    );
}

/// §9.3: objects are told apart by the place of their constructor, other kinds are not.
#[test]
fn class_keys() {
    check_rows(
        "root -> a(Foo):10{5,1,2}; root -> b(Foo):20{6,3,4}; root -> c(Foo):40; root -> f:closure:1{5,9,9}
         root -> g:closure:2; root -> d(Foo):80{5,1,2}",
        &[",Foo 1 40 40 1", ",Function 2 3 3 1", "5,1,2,Foo 2 90 90 1", "6,3,4,Foo 1 20 20 1"],
    );
    // Of several places of one object the last in the file counts.
    check_rows(
        "root -> a(Foo):10{7,1,2}{5,1,2}{6,1,2}; root -> b(Foo):1{1,1,1}",
        &["1,1,1,Foo 1 1 1 1", "6,1,2,Foo 1 10 10 1"],
    );
}

/// §16.2: where DevTools drops one of two groups with equal names, both are in one row.
///
/// Difference from DevTools: it shows `Function 1 × 103 B` here.
#[test]
fn groups_with_equal_names_are_one_row() {
    check_rows(
        "root -> o(Function):102; root -> n:native(Function):106; root -> c:closure:103",
        &[",Function 3 311 311 1"],
    );
}

/// §10: plain objects are named by the most popular beginnings of their property lists.
#[test]
fn plain_object_interfaces() {
    let objects = "root -> x
        root -> o1(Object); o1 -a-> x; o1 -b-> x; root -> o2(Object); o2 -a-> x; o2 -b-> x
        root -> o3(Object); o3 -a-> x; o3 -b-> x; root -> o4(Object); o4 -b-> x; o4 -a-> x
        root -> o5(Object); o5 -a-> x; o5 -b-> x; o5 -c-> x; root -> o6(Object); o6 -a-> x; o6 -b-> x; o6 -c-> x
        root -> o7(Object); o7 -z-> x; root -> o8(Object); o8 -c-> x; o8 -b-> x; o8 -a-> x; o8 -d-> x";
    assert_eq!(interfaces(objects), ["{a, b}", "{a, b, c}"]);
    check(
        objects,
        r#"o1 class="{a, b}"; o4 class="{a, b}"; o5 class="{a, b, c}"; o8 class="{a, b, c}"; o7 class=Object; x class=x"#,
    );
    // Of equally popular ones the first to appear stands first; of two that fit equally well the first wins.
    let ties = "root -> x; root -> p1(Object); p1 -b-> x; p1 -c-> x; root -> q1(Object); q1 -a-> x; q1 -b-> x
        root -> p2(Object); p2 -b-> x; p2 -c-> x; root -> q2(Object); q2 -a-> x; q2 -b-> x
        root -> both(Object); both -c-> x; both -b-> x; both -a-> x";
    assert_eq!(interfaces(ties), ["{b, c}", "{a, b}"]);
    check(ties, r#"q1 class="{a, b}"; both class="{b, c}""#);
}

/// §10.1, §10.2: what counts as a property, how it is written, and where the name stops.
#[test]
fn interface_names() {
    let two = |edges: &str| {
        let one = |label: &str| edges.replace('%', label);
        interfaces(&format!("root -> p(Object); root -> q(Object); root -> x; {}; {}", one("p"), one("q")))
    };
    assert_eq!(two("% -\"__proto__\"-> x; % -internal map-> x; % -k-> x; % -[0]-> x; % -weak w-> x").len(), 1);
    assert_eq!(two("% -\"a,b\"-> x; % -\"c d\"-> x; % -\"e'f\"-> x"), [r#"{"a,b", c d, "e'f"}"#]);
    assert_eq!(two("% -weak w-> x"), [""; 0]);
    // The bracket and 117 make 118 units; two more make 120, which fits, three do not.
    let long = "n".repeat(117);
    assert_eq!(two(&format!("% -{long}-> x; % -yy-> x")), [format!("{{{long}, yy}}")]);
    assert_eq!(two(&format!("% -{long}-> x; % -yyy-> x")), [format!("{{{long}}}")]);
    // The first property is taken however long it is.
    let longer = "m".repeat(300);
    assert_eq!(two(&format!("% -{longer}-> x; % -y-> x")), [format!("{{{longer}}}")]);
}

/// §11: nested objects of one class count once; sizes of 0 do not count; one unreached member spoils the distance.
#[test]
fn aggregates_of_classes() {
    check_rows(
        "root -> a(Node):10 -> b(Node):20; a -> c(Other):40 -> d(Node):80",
        &[",Node 3 110 150 1", ",Other 1 40 120 2"],
    );
    check_rows("root -> a(Node):0 -> b(Node):20 -> c(Node):1; u(Node):5", &[",Node 3 26 26 -5"]);
    // A transferred store leaves its class; one that is kept stays.
    check_rows(
        "root -> o(Foo):1 -> s:array:8; root -> p(Foo):1 -> t:array:4; o -> t",
        &[",(array) 1 4 4 2", ",Foo 2 10 10 1"],
    );
}

/// §13, with the array whose store is its own and the ones whose store is shared, weakly at least.
#[test]
fn statistics() {
    let graph = graph(
        "root -[1]-> gc:synthetic((GC roots))
         gc -> c:code:1; gc -> s:string:2; gc -> k:cons:4; gc -> l:sliced:8; gc -> h:hidden:16; gc -> n:native:32
         gc -> d:native(system / JSArrayBufferData):64; gc -> o:128
         gc -> a(Array):256 -internal elements-> ae:array:512; a -internal elements-> other:array:1
         gc -> b(Array):1024 -internal elements-> be:array:2048; gc -weak-> be; gc -> e(Array):4096",
    );
    let s = Analysis::of(&graph.graph).statistics;
    assert_eq!(s.total_bytes, 1 + 2 + 4 + 8 + 16 + 32 + 64 + 128 + 256 + 512 + 1 + 1024 + 2048 + 4096);
    assert_eq!((s.code_bytes, s.strings_bytes, s.system_bytes), (1, 14, 16));
    assert_eq!((s.native_bytes, s.typed_arrays_bytes), (96, 64));
    assert_eq!(s.js_arrays_bytes, 256 + 512 + 1024 + 4096);
}
