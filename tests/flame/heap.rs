//! Retained heaps as stacks.

use crate::common::dsl::graph;
use crate::{LIMITS, shown};
use heapdiff::base::{NodeIx, Privacy};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::retained_tree::{RetainedTree, retained_tree};
use heapdiff::heap::analysis::sources::Sources;
use heapdiff::heap::graph::HeapGraph;
use heapdiff::picture::boxes::by_value;
use heapdiff::picture::flame::{Look, of_values};
use heapdiff::picture::words;
use heapdiff::report::flame::svg::draw;

fn tree(graph: &HeapGraph) -> (RetainedTree, u64) {
    let analysis = Analysis::of(graph);
    let rows = analysis.classes.rows(graph.strings(), &analysis.classes.infer_interfaces(graph));
    (
        retained_tree(graph, &analysis, &rows, &Sources::new(graph), Privacy::Masked),
        analysis.retained.get(graph.root().ix()),
    )
}

/// The boxes of a heap as `level x+bytes label`.
fn boxes(text: &str) -> Vec<String> {
    let (heap, _) = tree(&graph(text).graph);
    let boxes = by_value(&heap.stacks.tree, &heap.stacks.self_value, |call| heap.stacks.tree.frame(call).raw(), LIMITS);
    let words = words::of_heap(&["x.heapsnapshot".into()], &heap);
    shown(&draw(&of_values(&heap.stacks, &boxes, Some(&heap.object_count), words, Look::default())).unwrap())
}

const BASE: &str = "root -shortcut 2-> global:10; global -cache-> Map:16";

#[test]
fn objects_hang_on_what_dominates_them() {
    let text = format!("{BASE}; Map -internal table-> t(Table):100; t -[0]-> a(Session):30; t -[1]-> b(Session):40");
    let expected = ["1 0+196 global", "2 0+186 cache: Map", "3 0+170 table: Table", "4 0+70 [*]: Session"];
    assert_eq!(boxes(&text), expected);
}

#[test]
fn what_two_keep_hangs_on_what_dominates_both() {
    let text = format!("{BASE}; global -x-> a(A):5; global -y-> b(B):6; a -s-> s(Shared):50; b -s-> s");
    let expected = ["1 0+87 global", "2 0+50 Shared", "2 50+16 cache: Map", "2 66+6 y: B", "2 72+5 x: A"];
    assert_eq!(boxes(&text), expected);
}

#[test]
fn a_list_is_one_box() {
    let links: Vec<String> = (0..500).map(|i| format!("n{i}(Node):8 -next-> n{}(Node):8", i + 1)).collect();
    let text = format!("{BASE}; global -head-> n0; {}", links.join("; "));
    let expected = ["1 0+4034 global", "2 0+4008 head: Node", "2 4008+16 cache: Map", "3 0+4000 next: Node"];
    assert_eq!(boxes(&text), expected);
}

#[test]
fn keys_of_a_dictionary_are_one() {
    let keys: Vec<String> = (0..30).map(|i| format!("d -user{i}-> u{i}(User):4")).collect();
    let fields: Vec<String> = (0..5).map(|i| format!("d -field{i}-> f{i}(Field):1")).collect();
    let text = format!("{BASE}; global -d-> d(Dictionary):2; {}; {}", keys.join("; "), fields.join("; "));
    let shown = boxes(&text);
    assert_eq!(shown[1..3], ["2 0+127 d: Dictionary", "2 127+16 cache: Map"]);
    assert_eq!(shown[3], "3 0+120 [*]: User");
    assert_eq!(shown.len(), 9, "{shown:?}");
}

#[test]
fn widths_are_retained_sizes() {
    for fixture in crate::common::fixtures() {
        let graph = fixture.files[0].graph();
        let (heap, whole) = tree(&graph);
        assert_eq!(heap.stacks.total(), whole, "{}", fixture.name);
        assert_eq!(heap.object_count.iter().sum::<u64>(), graph.node_count() as u64);
        // Of a user root's name there is one box: the global object's, and it is as wide as what it retains.
        let analysis = Analysis::of(&graph);
        let largest = graph.nodes().filter(|n| *n != graph.root() && analysis.dominators.of(*n) == graph.root());
        let most = largest.map(|n: NodeIx| analysis.retained.get(n.ix())).max().unwrap();
        let totals = heap.stacks.tree.totals(&heap.stacks.self_value);
        assert!(totals.iter().skip(1).any(|total| *total >= most), "{}", fixture.name);
    }
}
