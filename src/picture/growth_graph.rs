//! The growing part of the heap as a graph small enough to draw: retainers, and what accumulates there.
//!
//! Each finding is a path from where a reader would start to look (`global`, a module, a timer list) through a few
//! owners and the holder to the class that accumulates, and on to what that exists for. Paths through the same object
//! share its node. Edges carry the growth of all findings that they lead to.

use crate::base::units::count_delta;
use crate::base::{ByteDelta, Text};
use crate::heap::analysis::own_start::own_start;
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::path_text::{is_machinery, is_owner, is_root, is_start, noun, way};
use crate::heap::detect::Finding;
use crate::heap::detect::Verdict;
use crate::heap::graph::EdgeKind;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

/// Maximum number of findings in a graph; nobody reads more.
pub(crate) const MAX_FINDINGS: usize = 12;
/// Maximum number of nodes in a graph.
pub(crate) const MAX_NODES: usize = 40;
/// Maximum number of owners between the start of a path and the holder.
const MAX_OWNERS: usize = 3;

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Where a path begins.
    Start,
    /// An object or function on the path to a holder.
    Owner,
    /// An object that holds what accumulates, or one of many such objects.
    Holder,
    /// The objects that accumulate, or one object that grew in place.
    Growth,
    /// What those objects keep alive.
    Payload,
}

/// A node of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// Its role.
    pub(crate) role: Role,
    /// What it is, in words.
    pub words: String,
    /// Where its function is defined.
    pub place: Option<String>,
    /// Growth and verdict; only for `Role::Growth`.
    pub detail: Option<String>,
    /// Whether to draw it as a leak; `None` for nodes that only hold something.
    pub(crate) is_leak: Option<bool>,
}

/// A reference, or several without what lies in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphEdge {
    /// The properties and variables on the way, in words.
    pub words: String,
    /// Growth in bytes of all findings that it leads to.
    pub bytes: i64,
    /// Growth in objects of all findings that it leads to.
    pub count: i64,
    /// Whether one of them is a leak.
    pub(crate) is_leak: bool,
    /// Whether it leads only to related growth.
    pub(crate) is_related: bool,
}

/// A graph to draw.
#[derive(Clone, Debug, Default)]
pub struct GrowthGraph {
    /// The graph.
    pub(crate) graph: DiGraph<GraphNode, GraphEdge>,
    /// Number of findings in it.
    pub(crate) finding_count: u64,
    /// Number of leaks and suspects without room, or cut off by the report.
    pub(crate) left_out_count: u64,
    /// Number of related growths without room.
    pub(crate) left_out_related_count: u64,
    /// Number of findings of the report that are neither leaks nor suspects.
    pub(crate) growth_count: u64,
}

impl GrowthGraph {
    /// The graph of the leaks and suspects among `findings`; `more` findings are known but not given. O(findings × path
    /// length), limited by `MAX_FINDINGS` and `MAX_NODES`.
    #[must_use]
    pub fn new(findings: &[Finding], more: u64) -> Self {
        let mut build = Build::default();
        let (wanted, growth): (Vec<_>, Vec<_>) =
            findings.iter().partition(|finding| finding.verdict != Verdict::Growth);
        let mut drawn: Vec<&Finding> = Vec::new();
        for finding in &wanted {
            if drawn.len() < MAX_FINDINGS && build.add(&Growth::new(finding, finding.verdict, false)) {
                drawn.push(finding);
            }
        }
        // Findings themselves have priority over related growth.
        let mut left_out_related_count = 0;
        for finding in &drawn {
            for related in &finding.related {
                let is_drawn = build.add(&Growth::new(related, finding.verdict, true));
                left_out_related_count += u64::from(!is_drawn);
            }
        }
        Self {
            graph: build.graph,
            finding_count: drawn.len() as u64,
            left_out_count: (wanted.len() - drawn.len()) as u64 + more,
            left_out_related_count,
            growth_count: growth.len() as u64,
        }
    }
}

/// One path of the graph.
struct Growth<'a> {
    finding: &'a Finding,
    path: Vec<PathEntry>,
    stops: Vec<Stop>,
    is_leak: bool,
    is_related: bool,
}

/// An entry of a path that becomes a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stop {
    at: usize,
    role: Role,
}

impl<'a> Growth<'a> {
    /// The verdict is that of the main finding.
    fn new(finding: &'a Finding, verdict: Verdict, is_related: bool) -> Self {
        let mut path = finding.path.clone();
        let stops = stops(finding);
        mark_many(&mut path, &stops);
        Self { finding, path, stops, is_leak: verdict == Verdict::Leak, is_related }
    }

    /// What leads from a stop to the next; dots stand for what is skipped.
    fn way(&self, from: usize, to: usize) -> String {
        match (from + 1..to).rev().find(|at| is_owner(&self.path[*at])) {
            Some(skipped) => match way(&self.path, skipped, to) {
                words if words.is_empty() => format!("{} …", way(&self.path, from, skipped)),
                words => format!("… {words}"),
            },
            None => way(&self.path, from, to),
        }
    }

    fn node(&self, stop: Stop) -> GraphNode {
        let finding = self.finding;
        let entry = &self.path[stop.at];
        let (words, place) = noun(&self.path, stop.at);
        // One of many strings says nothing about the others.
        let is_text = stop.role == Role::Growth && entry.class.as_bytes().starts_with(b"(");
        let words = if is_text { entry.class.to_string() } else { words };
        let is_many = stop.role == Role::Holder && entry.node_id != finding.holder.node_id && finding.holder_count > 1;
        let words = match stop.role {
            Role::Growth if !is_in_place(finding) => format!("{} {words}", count_delta(finding.count_delta)),
            Role::Holder if is_many => format!("each of {} {words}", finding.holder_count),
            Role::Growth | Role::Holder | Role::Owner if !is_start(&self.path, stop.at) => {
                format!("{words} @{}", entry.node_id)
            }
            _ => words,
        };
        let grown = ByteDelta(finding.retained_delta_bytes);
        let how = if is_in_place(finding) { " in place" } else { "" };
        let detail = format!(
            "{grown}{how} · {}: {}",
            if self.is_leak { Verdict::Leak } else { Verdict::Suspect }.words(),
            finding.kind
        );
        let detail = if self.is_related { format!("{grown}{how} · same cause: {}", finding.kind) } else { detail };
        GraphNode {
            role: stop.role,
            words,
            place,
            detail: (stop.role == Role::Growth).then_some(detail),
            is_leak: (stop.role == Role::Growth).then_some(self.is_leak),
        }
    }
}

fn is_in_place(finding: &Finding) -> bool {
    finding.sample_node_ids.is_empty()
}

/// The entries of a finding's path that are drawn, from the start to the payload. O(length).
fn stops(finding: &Finding) -> Vec<Stop> {
    let path = &finding.path;
    let Some(last) = finding.path_to_object_length.checked_sub(1).filter(|last| *last < path.len()) else {
        return Vec::new();
    };
    let holder_in = |end: usize| path[..end].iter().rposition(|entry| entry.node_id == finding.holder.node_id);
    let (holder, member) = if is_in_place(finding) {
        (None, holder_in(last + 1).unwrap_or(last))
    } else {
        (holder_in(last).or_else(|| (0..last).rev().find(|at| !is_machinery(&path[*at]))), last)
    };
    let end = holder.unwrap_or(member);
    let start = (0..=end).rev().find(|at| is_start(path, *at)).max(own_start(path, end));
    let start =
        start.unwrap_or_else(|| path[..=end].iter().take_while(|entry| is_root(entry)).count().saturating_sub(1));
    let mut stops = vec![Stop { at: start, role: Role::Start }];
    let mut owners: Vec<usize> = (start + 1..end).rev().filter(|at| is_owner(&path[*at])).take(MAX_OWNERS).collect();
    owners.reverse();
    stops.extend(owners.into_iter().map(|at| Stop { at, role: Role::Owner }));
    stops.extend(holder.map(|at| Stop { at, role: Role::Holder }));
    if finding.holder_count > 1 {
        let one_of_many = (end + 1..member).rev().find(|at| !is_machinery(&path[*at]) && !is_root(&path[*at]));
        stops.extend(one_of_many.map(|at| Stop { at, role: Role::Holder }));
    }
    stops.push(Stop { at: member, role: Role::Growth });
    let end = path.len() - 1;
    if end > last && !is_in_place(finding) {
        stops.push(Stop { at: end, role: Role::Payload });
    }
    // An entry with two roles keeps the later one: a timer list is both the start and the holder.
    stops.reverse();
    stops.dedup_by_key(|stop| stop.at);
    stops.reverse();
    stops
}

/// Marks positions after the holder as standing for many, and names too, if different names lead to what accumulates.
fn mark_many(path: &mut [PathEntry], stops: &[Stop]) {
    let position = |role: Role| stops.iter().find(|stop| stop.role == role).map(|stop| stop.at);
    let (Some(holder), Some(member)) = (position(Role::Holder), position(Role::Growth)) else { return };
    let class = path[member].class.clone();
    // All links of a chain have the same names.
    let is_chain = path[holder + 1..member].iter().any(|entry| entry.class == class);
    let named = (holder + 1..=member).find(|at| !is_machinery(&path[*at]));
    for (at, entry) in path.iter_mut().enumerate().take(member + 1).skip(holder + 1) {
        let is_position = entry.edge_kind == Some(EdgeKind::Element);
        let is_name = entry.edge_kind == Some(EdgeKind::Property) && named == Some(at) && at == holder + 1;
        entry.is_one_of_many |= !is_chain && (is_position || is_name);
    }
}

/// Identifies the node of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// An object, by its id.
    Object(u64),
    /// Something only one path has: the numbers of the path and of the position on it.
    Own(usize, usize),
}

#[derive(Default)]
struct Build {
    graph: DiGraph<GraphNode, GraphEdge>,
    nodes: FxHashMap<Key, NodeIndex>,
    path_count: usize,
}

impl Build {
    /// Adds a path, unless there is no room for its nodes.
    fn add(&mut self, growth: &Growth<'_>) -> bool {
        let keys: Vec<Key> = growth.stops.iter().map(|stop| self.key(growth, *stop)).collect();
        let new = keys.iter().filter(|key| !self.nodes.contains_key(key)).count();
        if keys.is_empty() || self.graph.node_count() + new > MAX_NODES {
            return false;
        }
        let mut previous: Option<(NodeIndex, usize)> = None;
        for (stop, key) in growth.stops.iter().zip(keys) {
            let node = self.node(growth, *stop, key);
            if let Some((from, at)) = previous.filter(|(from, _)| *from != node) {
                self.edge(growth, (from, at), (node, stop.at));
            }
            previous = Some((node, stop.at));
        }
        self.path_count += 1;
        true
    }

    fn key(&self, growth: &Growth<'_>, stop: Stop) -> Key {
        let id = growth.path[stop.at].node_id;
        let is_holder = id == growth.finding.holder.node_id;
        match stop.role {
            Role::Start | Role::Owner => Key::Object(id),
            Role::Holder if is_holder || growth.finding.holder_count <= 1 => Key::Object(id),
            Role::Growth if is_in_place(growth.finding) && is_holder => Key::Object(id),
            Role::Holder | Role::Growth | Role::Payload => Key::Own(self.path_count, stop.at),
        }
    }

    fn node(&mut self, growth: &Growth<'_>, stop: Stop, key: Key) -> NodeIndex {
        let node = growth.node(stop);
        let Some(index) = self.nodes.get(&key).copied() else {
            let index = self.graph.add_node(node);
            self.nodes.insert(key, index);
            return index;
        };
        let known = &mut self.graph[index];
        match (known.role, node.role) {
            // An object that grew in place may also hold other growth.
            (Role::Start | Role::Owner | Role::Holder, Role::Growth) | (Role::Owner, Role::Holder) => *known = node,
            (Role::Start, Role::Holder) => known.role = Role::Holder,
            _ => {}
        }
        index
    }

    fn edge(&mut self, growth: &Growth<'_>, from: (NodeIndex, usize), to: (NodeIndex, usize)) {
        let (bytes, count) = (growth.finding.retained_delta_bytes, growth.finding.count_delta);
        if let Some(edge) = self.graph.find_edge(from.0, to.0) {
            let known = &mut self.graph[edge];
            known.bytes = known.bytes.saturating_add(bytes);
            known.count = known.count.saturating_add(count);
            known.is_leak |= growth.is_leak;
            known.is_related &= growth.is_related;
            return;
        }
        let words = Text::from(growth.way(from.1, to.1)).to_string();
        let (is_leak, is_related) = (growth.is_leak, growth.is_related);
        self.graph.add_edge(from.0, to.0, GraphEdge { words, bytes, count, is_leak, is_related });
    }
}

#[cfg(test)]
mod tests {
    use super::{GrowthGraph, MAX_FINDINGS, MAX_NODES, Role};
    use crate::base::Text;
    use crate::heap::analysis::path_entries::PathEntry;
    use crate::heap::detect::Finding;
    use crate::heap::detect::finding::FoundHolder;
    use crate::heap::detect::{Kind, Verdict};

    /// An entry from `edge_kind edge|node kind|name`.
    fn entry(hop: &str, node_id: u64) -> PathEntry {
        let parts: Vec<&str> = hop.split('|').collect();
        let (kind, edge) = parts[0].split_once(' ').unwrap();
        PathEntry {
            edge: Some(Text::from(edge)),
            edge_kind: Some(kind.parse().unwrap()),
            kind: Text::from(parts[1]),
            name: Text::from(parts[2]),
            class: Text::from(parts[2]),
            node_id,
            function: None,
            location: None,
            repeat_count: None,
            repeat_length: None,
            is_one_of_many: false,
        }
    }

    /// A finding whose path has the ids 1, 2, …, with `holder` as its holder. The last two entries are numbered from
    /// `own`.
    fn finding(hops: &[&str], holder: u64, own: u64) -> Finding {
        let number = |at: usize| if at as u64 + 1 > holder { own + at as u64 } else { at as u64 + 1 };
        let path: Vec<PathEntry> = hops.iter().enumerate().map(|(at, hop)| entry(hop, number(at))).collect();
        let of = Finding::new(Kind::Map, Verdict::Leak);
        Finding {
            count_after: 10,
            count_delta: 10,
            retained_delta_bytes: 1000,
            holder: FoundHolder { node_id: holder, ..of.holder.clone() },
            path_to_object_length: path.len(),
            path,
            sample_node_ids: vec![own],
            ..of
        }
    }

    const BASE: [&str; 5] = [
        "shortcut 2|object|global",
        "property app|object|Object",
        "property store|object|Store",
        "property cache|object|Map",
        "internal table|array|",
    ];

    fn in_map(class: &str, own: u64) -> Finding {
        finding(&[&BASE[..], &[&format!("internal 7|object|{class}")]].concat(), 4, own)
    }

    /// Every edge as `from -words-> to`, with count and bytes.
    fn edges(growth: &GrowthGraph) -> Vec<String> {
        let graph = &growth.graph;
        let shown = |e| {
            let (from, to) = graph.edge_endpoints(e).unwrap();
            let edge = &graph[e];
            let dots = if edge.is_related { "·" } else { "-" };
            format!("{} {dots}{}-> {} {} {}", graph[from].words, edge.words, graph[to].words, edge.count, edge.bytes)
        };
        graph.edge_indices().map(shown).collect()
    }

    #[test]
    fn paths_share_what_they_go_through() {
        let growth = GrowthGraph::new(&[in_map("Session", 100), in_map("User", 200)], 0);
        assert_eq!(
            edges(&growth),
            [
                "global -.app.store-> Store @3 20 2000",
                "Store @3 -.cache-> Map @4 20 2000",
                "Map @4 -entry-> +10 Session 10 1000",
                "Map @4 -entry-> +10 User 10 1000",
            ]
        );
    }

    #[test]
    fn positions_stand_for_many() {
        let list = ["shortcut 2|object|global", "property all|object|Array", "element 7|object|Job"];
        let dictionary = ["shortcut 2|object|global", "property all|object|Object", "property a7|object|Job"];
        for hops in [list, dictionary] {
            let growth = GrowthGraph::new(&[finding(&hops, 2, 50)], 0);
            assert!(edges(&growth)[1].contains(" -[*]-> +10 Job"), "{:?}", edges(&growth));
        }
    }

    #[test]
    fn related_growth_is_marked_and_growth_is_left_out() {
        let mut first = in_map("Session", 100);
        first.related.push(in_map("(string)", 200));
        let normal = Finding { verdict: Verdict::Growth, ..in_map("Normal", 300) };
        let growth = GrowthGraph::new(&[first, normal], 2);
        assert_eq!(edges(&growth)[3], "Map @4 ·entry-> +10 (string) 10 1000");
        assert!(edges(&growth)[0].contains(" -.app.store-> Store @3 20 2000"));
        assert_eq!((growth.finding_count, growth.growth_count, growth.left_out_count), (1, 1, 2));
    }

    #[test]
    fn growth_in_place_is_a_node_of_its_own() {
        let mut alone =
            finding(&["shortcut 2|object|global", "property all|object|Array", "internal elements|array|"], 2, 9);
        alone.sample_node_ids.clear();
        let growth = GrowthGraph::new(&[alone], 0);
        assert_eq!(edges(&growth), ["global -.all-> Array @2 10 1000"]);
        assert!(
            growth
                .graph
                .node_weights()
                .any(|n| n.role == Role::Growth && n.detail.as_ref().unwrap().contains("in place"))
        );
    }

    #[test]
    fn the_picture_is_bounded() {
        let many: Vec<Finding> = (0..30).map(|i| in_map("Session", 1000 + i * 10)).collect();
        let growth = GrowthGraph::new(&many, 3);
        assert_eq!(growth.finding_count, MAX_FINDINGS as u64);
        assert_eq!(growth.left_out_count, 30 - MAX_FINDINGS as u64 + 3);
        let hops = BASE.map(|hop| hop.replace("Object", "Plain"));
        let apart = |i: u64| {
            let mut one = finding(&hops.iter().map(String::as_str).collect::<Vec<_>>(), 4, 9);
            one.path.iter_mut().for_each(|entry| entry.node_id += 100 * i);
            one.holder.node_id += 100 * i;
            one
        };
        let growth = GrowthGraph::new(&(0..12).map(apart).collect::<Vec<_>>(), 0);
        assert!(growth.graph.node_count() <= MAX_NODES && growth.left_out_count > 0);
    }
}
