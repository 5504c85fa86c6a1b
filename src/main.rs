//! heapdiff
fn main() {
    let progress = heapdiff::base::NoProgress;
    for path in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        let mut source = heapdiff::format::Source::open(&path, &progress).unwrap();
        let raw = heapdiff::format::read_snapshot(&mut source).unwrap();
        eprintln!(
            "{path} {} nodes {} edges {} strings {:?}",
            raw.node_kind.len(),
            raw.edge_to.len(),
            raw.strings.len(),
            t.elapsed()
        );
        let g = heapdiff::graph::HeapGraph::new(raw);
        let a = heapdiff::analysis::Analysis::of(&g);
        eprintln!("{:?} {:?}", t.elapsed(), a.statistics);
        let m = |n: &str, t: std::time::Instant| eprintln!("   {n} {:?}", t.elapsed());
        use heapdiff::analysis::*;
        let t = std::time::Instant::now();
        let names = names::Names::new(&g);
        m("names", t);
        let t = std::time::Instant::now();
        let ur = roots::user_roots(&g, &names);
        let po = roots::page_owned(&g, &names);
        m("page_owned", t);
        let t = std::time::Instant::now();
        let d = dominators::Dominators::new(&g, &roots::EssentialEdges::new(&g, &names, &po));
        m("dominators", t);
        let t = std::time::Instant::now();
        let di = distance::Distances::new(&g, &names, &ur);
        m("distances", t);
        let t = std::time::Instant::now();
        let s = ownership::shallow_sizes(&g, &names, true);
        m("ownership", t);
        let t = std::time::Instant::now();
        let c = classes::Classes::new(&g, &names, &a.detached);
        m("classes", t);
        let t = std::time::Instant::now();
        let r = retained::retained_sizes(&d, &s);
        m("retained", t);
        let t = std::time::Instant::now();
        let r = statistics::statistics(&g, &names, &s);
        m("statistics", t);
        let t = std::time::Instant::now();
        let i = c.infer_interfaces(&g);
        m("infer", t);
        let t = std::time::Instant::now();
        let rows = c.rows(g.strings(), &i);
        m("rows", t);
        let t = std::time::Instant::now();
        let ag = aggregates::aggregates(&g, &a, &rows);
        m("aggregates", t);
        eprintln!("{} {} {}", i.len(), rows.keys.len(), ag.len());
    }
}
