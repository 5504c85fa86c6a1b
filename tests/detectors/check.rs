//! Findings as lines, and heaps in a few words.
//!
//! A finding is `verdict [trend] kind +more subject place`, without ids; what has the same cause stands under it as
//! `  with kind +more subject place`. Where an object itself grew, the figure is bytes.

use crate::common::dsl::{read, snapshot};
use crate::common::file::{Layout, NODE_KINDS};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::analysis::path_entries::Describer;
use heapdiff::heap::analysis::sources::Sources;
use heapdiff::heap::detect::{Options, RawFinding, raw_findings};
use heapdiff::heap::diff::{self, Comparison, Earlier, MatchMode};
use heapdiff::heap::graph::HeapGraph;
use std::ops::Range;

/// A program's roots, and a script of its own: `app` is what the program itself keeps.
///
/// `userCode` and `runtimeCode` are what a closure refers to as `shared`: with a source position of script 1 or 2 it is
/// the user's or the runtime's.
pub(crate) const PROGRAM: &str = "
    root -shortcut 2-> global; root -[1]-> gc:synthetic((GC roots))
    global -app-> app(App); app -main-> main:closure{1,0,0} -internal shared-> userCode:code(main)
    userCode -internal script-> userScript:code(/srv/app.js)
    global -queueMicrotask-> task:closure(queueMicrotask){2,0,0} -internal shared-> runtimeCode:code(queueMicrotask)
    runtimeCode -internal script-> runtimeScript:code(node:internal/process/task_queues)
    task -internal context-> runtimeScope(system / Context)";

/// `EventEmitter` and its prototype.
pub(crate) const EMITTER: &str = "
    global -EventEmitter-> EventEmitter:closure -prototype-> emitterProto(Object) -constructor-> EventEmitter
    emitterProto -on-> on:closure; emitterProto -off-> off:closure; emitterProto -emit-> emit:closure";

/// `EventTarget` and its prototype.
pub(crate) const TARGET: &str = "
    global -EventTarget-> EventTarget:closure -prototype-> targetProto(Object) -constructor-> EventTarget
    targetProto -addEventListener-> ael:closure(addEventListener)
    targetProto -removeEventListener-> rel:closure(removeEventListener)";

/// Objects are of this size where nothing else is said: what has none is taken for machinery.
const DEFAULT_BYTES: u64 = 32;

/// A pattern once for each number, which stands for `#`.
pub(crate) fn times(range: Range<usize>, pattern: &str) -> String {
    range.map(|i| pattern.replace('#', &i.to_string())).collect::<Vec<_>>().join("; ")
}

/// A chain: the pattern once for each number, in which `#` is the number and `^` the one before it.
pub(crate) fn links(range: Range<usize>, pattern: &str) -> String {
    let link = |i: usize| pattern.replace('#', &i.to_string()).replace('^', &(i - 1).to_string());
    range.map(link).collect::<Vec<_>>().join("; ")
}

/// Snapshots of which each is the former with more behind it.
pub(crate) fn growing(before: &str, added: &[&str]) -> Vec<String> {
    let mut heaps = vec![format!("{PROGRAM}; {before}")];
    for more in added {
        heaps.push(format!("{}; {more}", heaps[heaps.len() - 1]));
    }
    heaps
}

/// Compares what is found in a program's heap to which something is added, snapshot by snapshot.
#[track_caller]
pub(crate) fn check(before: &str, added: &[&str], expected: &[&str]) {
    check_heaps(&growing(before, added), expected);
}

/// The same for snapshots that stand for themselves: of which something may be gone.
#[track_caller]
pub(crate) fn check_heaps(heaps: &[String], expected: &[&str]) {
    assert_eq!(Compared::new(heaps).lines(), expected);
}

/// All findings of snapshots, the first of them first.
pub(crate) struct Compared {
    graph: HeapGraph,
    comparison: Comparison,
    pub(crate) findings: Vec<RawFinding>,
}

impl Compared {
    pub(crate) fn new(heaps: &[String]) -> Self {
        Self::with(heaps, &Options::default())
    }

    pub(crate) fn with(heaps: &[String], options: &Options) -> Self {
        Self::matched(heaps, options, None)
    }

    /// The same as of several processes, whose ids mean nothing.
    pub(crate) fn by_structure(heaps: &[String]) -> Self {
        Self::matched(heaps, &Options::default(), Some(MatchMode::Structure))
    }

    fn matched(heaps: &[String], options: &Options, mode: Option<MatchMode>) -> Self {
        let (last, earlier) = heaps.split_last().expect("snapshots");
        let is_structure = mode == Some(MatchMode::Structure);
        let earlier: Vec<Earlier> = earlier.iter().map(|heap| Earlier::new(sized(heap), is_structure)).collect();
        let graph = sized(last);
        let analysis = Analysis::of(&graph);
        let comparison = diff::compare(&earlier, &graph, &analysis, mode);
        assert!(comparison.accounting.is_exact() && !comparison.needs_structure(), "{:?}", comparison.identity);
        let sources = Sources::new(&graph);
        let (rows, privacy) = (&comparison.table.after, heapdiff::base::Privacy::Masked);
        let describer = Describer { graph: &graph, analysis: &analysis, rows, sources: &sources, privacy };
        let findings = raw_findings(&describer, &comparison, options);
        Self { graph, comparison, findings }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for finding in &self.findings {
            let judgement = &finding.judgement;
            let trend = judgement.trend.map_or_else(String::new, |trend| format!(" {trend}"));
            lines.push(format!("{}{trend} {}", judgement.verdict, self.claim(finding)));
            lines.extend(finding.related.iter().map(|related| format!("  with {}", self.claim(related))));
        }
        lines
    }

    fn claim(&self, finding: &RawFinding) -> String {
        let group = &self.comparison.holders.groups[finding.group];
        let (before, after) = finding.counted(group);
        let more = if group.new_count > 0 { after as i64 - before as i64 } else { group.in_place_bytes };
        let claim = &finding.claim;
        let text = format!("{} +{more} {claim}", claim.kind);
        without_ids(text.trim_end())
    }

    /// What is said of the first finding besides its line: its way, why it is what it is, why it is a leak, what to do.
    pub(crate) fn first_in_detail(&self) -> String {
        self.detail(self.findings.first().expect("a finding"))
    }

    /// The same of all findings.
    pub(crate) fn in_detail(&self) -> String {
        self.findings.iter().map(|finding| self.detail(finding)).collect::<Vec<_>>().join("\n")
    }

    fn detail(&self, first: &RawFinding) -> String {
        let names = first.hops.iter().skip(1).map(|hop| {
            let edge = hop.edge.map(|edge| self.graph.edge_text(edge)).unwrap_or_default();
            let edge = heapdiff::base::Text::from_wtf8(edge.as_wtf8());
            format!("{edge} {}", String::from_utf8_lossy(self.graph.name_bytes(hop.node)))
        });
        let mut lines = vec![format!("way: {}", names.collect::<Vec<_>>().join(" > "))];
        lines.extend(first.claim.evidence.iter().map(|evidence| format!("evidence: {evidence}")));
        lines.push(format!("reason: {} {}", first.judgement.confidence, first.judgement.reason));
        lines.push(format!("fix: {}", first.claim.cure));
        lines.join("\n")
    }
}

/// Checks that what is said of the first finding in detail has all these pieces.
#[track_caller]
pub(crate) fn check_detail(before: &str, added: &[&str], pieces: &[&str]) {
    let detail = Compared::new(&growing(before, added)).first_in_detail();
    for piece in pieces {
        assert!(detail.contains(piece), "`{piece}` is not said in\n{detail}");
    }
}

/// A graph whose objects have sizes.
pub(crate) fn sized(text: &str) -> HeapGraph {
    let (mut snapshot, _) = snapshot(text);
    for node in &mut snapshot.nodes {
        let is_sized = !matches!(NODE_KINDS[node.kind], "hidden" | "array" | "synthetic" | "object shape");
        if is_sized && node.self_size == 0 {
            node.self_size = DEFAULT_BYTES;
        }
    }
    let mut layout = Layout::default();
    if snapshot.nodes.iter().all(|node| node.detachedness == 0) {
        layout.node_columns.retain(|column| *column != "detachedness");
    }
    read(&snapshot.bytes(&layout))
}

fn without_ids(text: &str) -> String {
    let is_id = |word: &&str| word.strip_prefix('@').is_some_and(|id| id.bytes().all(|b| b.is_ascii_digit()));
    text.split(' ').filter(|word| !is_id(word)).collect::<Vec<_>>().join(" ")
}
