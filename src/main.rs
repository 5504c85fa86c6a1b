//! heapdiff
fn main() {
    let progress = heapdiff::base::NoProgress;
    for path in std::env::args().skip(1) {
        let t = std::time::Instant::now();
        let mut source = heapdiff::format::Source::open(&path, &progress).unwrap();
        let raw = heapdiff::format::read_snapshot(&mut source).unwrap();
        eprintln!("{path} {} nodes {} edges {} strings {:?}", raw.node_kind.len(), raw.edge_to.len(), raw.strings.len(), t.elapsed());
    }
}
