//! What every command that takes an id, a class or a finding does, for ids and classes of a graph and for others: nothing
//! may panic, and what is said is said in every format. The fuzz targets do the same as the property tests.

use heapdiff::base::{Limit, NodeId, NodeIx, Privacy, Text};
use heapdiff::door::{AnalyzedSnapshot, CompareOptions, HeapComparison, SnapshotInfo};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::detect::Options;
use heapdiff::heap::diff::{self, Earlier, InMemory, MatchMode};
use heapdiff::heap::graph::HeapGraph;
use heapdiff::picture::growth_graph::GrowthGraph;
use heapdiff::report::diff::{DiffReport, Limits, Show};
use heapdiff::report::filter::Filter;
use heapdiff::report::formats::{Render, Results};
use heapdiff::report::{RenderOptions, Report, Style, dot};

/// Objects of a graph that are asked about; the first, the last and some between them.
const MAX_OBJECTS: usize = 40;
fn file() -> Text {
    "a.heapsnapshot".into()
}

/// `summary`, `strings`, and `show`, `paths` and `dominators` of objects and of classes.
pub(crate) fn describe(graph: HeapGraph) {
    let snapshot = AnalyzedSnapshot::new(file(), graph, Privacy::Masked).named();
    let (graph, describer) = (&snapshot.analyzed.graph, snapshot.describer());
    // An id that the file does not have names nothing.
    assert_eq!(graph.find_id(NodeId::new(u64::MAX)), None);
    let step = graph.node_count().div_ceil(MAX_OBJECTS);
    let last = NodeIx::new(graph.node_count() - 1);
    for node in graph.nodes().step_by(step).chain([last]) {
        assert_eq!(graph.find_id(graph.id(node)).map(|found| graph.id(found)), Some(graph.id(node)));
        render(&snapshot.object(node, Limit(20)));
        let paths = snapshot.paths_to(node, Limit(5));
        render(&paths);
        render_with(&paths, &RenderOptions { is_raw: true, ..RenderOptions::default() });
        render(&snapshot.dominators(node, 3, Limit(3)));
        let class = describer.class_name(node).clone();
        let of_class: Vec<NodeIx> = graph.nodes().filter(|other| *describer.class_name(*other) == class).collect();
        render(&snapshot.paths_to_class(&class, &of_class, Limit(5)));
    }
    render(&snapshot.paths_to_class(&Text::from("no such class"), &[], Limit(5)));
    render(&snapshot.strings(Limit(20)));
    render(&snapshot.summary(Limit(20), Limit(20)));
}

/// The comparison of two graphs, each of its findings explained, and its picture.
pub(crate) fn compare(before: HeapGraph, after: &HeapGraph, mode: MatchMode) {
    let counts = (before.node_count(), before.edge_count());
    let earlier = [Earlier::new(before, mode == MatchMode::Structure)];
    let analysis = Analysis::of(after);
    let comparison = diff::compare(&earlier, after, &analysis, Some(mode));
    let options = Options { heap_limit_bytes: Some(1 << 31), ..Options::default() };
    let report = |explain: Option<String>| {
        let of = InMemory { graph: after, analysis: &analysis, earlier: &earlier, comparison: &comparison };
        let infos = vec![
            SnapshotInfo::new(&file(), counts, earlier[0].statistics, earlier[0].has_user_roots),
            SnapshotInfo::of(&"a.heapsnapshot".into(), after, &analysis),
        ];
        let limits = Limits { findings: Limit::ALL, holders: Limit(20), classes: Limit(20) };
        let show = Show { limits, filter: Filter::default(), explain, program: "heapdiff" };
        let mut comparison = HeapComparison::new(&of, infos, &options, &CompareOptions::default());
        comparison.keep_findings(|finding| show.wants(finding));
        DiffReport::new(comparison, &show)
    };
    let all = report(None);
    render(&all);
    assert!(!dot::text(&GrowthGraph::new(&all.findings, 0)).is_empty());
    for finding in all.findings.iter().take(4) {
        let explained = report(Some(finding.fingerprint.clone()));
        assert!(!explained.findings.is_empty(), "{} is not found again", finding.fingerprint);
        render_with(&explained, &RenderOptions { is_explanation: true, ..RenderOptions::default() });
    }
    assert!(report(Some("no-such-finding".to_owned())).findings.is_empty());
}

fn render<'r>(report: impl Into<Report<'r>>) {
    render_with(report, &RenderOptions::default());
}

/// Renders a report in every format that shows any report.
fn render_with<'r>(report: impl Into<Report<'r>>, options: &RenderOptions) {
    let report = report.into();
    for format in Results::Report.formats() {
        let Render::Report(render) = format.render else { panic!("{} shows no report", format.name) };
        for style in [Style::default(), Style { is_colored: true, width: Some(60), folder: Some("/tmp") }] {
            let is_colored = style.is_colored;
            let text = render(report, &RenderOptions { style, ..options.clone() });
            assert!(text.ends_with('\n'), "{}: {text}", format.name);
            let odd = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\u{1b}'));
            assert_eq!(odd, None, "{}: {text}", format.name);
            assert!((is_colored && format.name == "text") || !text.contains('\u{1b}'), "{}: {text}", format.name);
        }
        if format.name == "json" {
            serde_json::from_str::<serde_json::Value>(&render(report, options)).expect("JSON");
        }
    }
}
