//! Metrics of emitters: the most listeners that an emitter of a class has for one event.

use crate::base::privacy::{PREVIEW_CHARS, looks_like_data, preview};
use crate::base::{BitSet, EdgeIx, NodeIx, Privacy, StrIx, Text};
use crate::gate::metrics::Metric;
use crate::gate::outcome::Unit;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::detect::look::Look;
use crate::heap::detect::scene::MAX_NAME_CHARS;
use crate::heap::graph::{EdgeKind, NodeKind};
use std::collections::BTreeMap;

/// For each requested class, the emitter with the most listeners for one event. O(edges).
#[must_use]
pub(crate) fn emitter_metrics(describer: &Describer<'_>, is_asked: impl Fn(&Text) -> bool) -> Vec<Metric> {
    let look = Look { graph: describer.graph, analysis: describer.analysis };
    let mut seen = BitSet::new(describer.graph.node_count());
    let mut most: BTreeMap<&Text, (u64, Event)> = BTreeMap::new();
    for (emitter, events) in emitters(look) {
        let class = describer.class_name(emitter);
        for (event, count) in events_of(look, events, &mut seen) {
            let known = most.entry(class).or_insert((0, Event::Unknown));
            if count > known.0 {
                *known = (count, event);
            }
        }
    }
    // What rules match does not depend on redaction.
    let named =
        |(class, most): (&Text, (u64, Event))| (Privacy::Masked.class(class), describer.privacy.class(class), most);
    most.into_iter()
        .map(named)
        .filter(|(class, ..)| is_asked(class))
        .map(|(class, shown, (count, event))| Metric {
            path_text: Some(format!("{shown} event {}", event.shown(describer)).into()),
            ..Metric::series("emitter.listeners", Unit::Count, vec![count as f64]).of_redacted(class, shown)
        })
        .collect()
}

/// Identifies an event.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// The property that leads to the listeners.
    Property(EdgeIx),
    /// The key of its entry in a Map.
    Key(NodeIx),
    Unknown,
}

impl Event {
    fn shown(self, describer: &Describer<'_>) -> Text {
        match self {
            Self::Property(edge) => {
                let name = describer.edge(describer.graph.edge_from(edge), edge);
                preview(&name, if looks_like_data(name.as_bytes()) { PREVIEW_CHARS } else { MAX_NAME_CHARS })
            }
            Self::Key(key) => preview(&describer.name(key), PREVIEW_CHARS),
            Self::Unknown => Text::default(),
        }
    }
}

/// Objects with `_events` or `[kEvents]`, and its value.
fn emitters(look: Look<'_>) -> Vec<(NodeIx, NodeIx)> {
    let graph = look.graph;
    let is_marked = |text: &[u8]| text == b"_events" || text == b"<symbol kEvents>";
    let marks: Vec<StrIx> =
        graph.strings().iter().filter(|(_, text)| is_marked(text)).map(|(string, _)| string).collect();
    if marks.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for node in graph.nodes().filter(|node| graph.kind(*node) == NodeKind::OBJECT) {
        let events = graph.edges(node).find(|edge| {
            graph.edge_kind(*edge) == EdgeKind::Property
                && graph.edge_name(*edge).string().is_some_and(|name| marks.contains(&name))
        });
        if let Some(events) = events
            && (look.is_emitter(node) || !look.has_prototype(node))
        {
            found.push((node, graph.edge_to(events)));
        }
    }
    found
}

/// The number of listeners for each event.
fn events_of(look: Look<'_>, events: NodeIx, seen: &mut BitSet) -> Vec<(Event, u64)> {
    let graph = look.graph;
    if look.is_object(events, b"SafeMap") || look.is_object(events, b"Map") {
        return of_map(look, events, seen);
    }
    let own = graph.edges(events).filter(|edge| graph.edge_kind(*edge) == EdgeKind::Property);
    own.filter(|edge| look.edge_text(*edge) != b"__proto__")
        .filter_map(|edge| Some((Event::Property(edge), listeners(look, graph.edge_to(edge))?)))
        .collect()
}

/// A function is one listener; an array has one per element.
fn listeners(look: Look<'_>, value: NodeIx) -> Option<u64> {
    if look.is_closure(value) {
        return Some(1);
    }
    let elements = |node: NodeIx| {
        look.graph.edges(node).filter(|edge| look.graph.edge_kind(*edge) == EdgeKind::Element).count() as u64
    };
    look.is_object(value, b"Array").then(|| elements(value).max(look.internal(value, b"elements").map_or(0, elements)))
}

/// `kEvents` of an EventTarget: a Map from event to the head of a chain of `Listener`s.
fn of_map(look: Look<'_>, map: NodeIx, seen: &mut BitSet) -> Vec<(Event, u64)> {
    let Some(table) = look.internal(map, b"table") else { return Vec::new() };
    let mut found = Vec::new();
    for edge in look.edges(table) {
        let head = look.graph.edge_to(edge);
        let Some(first) = look.property(head, b"next").filter(|_| look.graph.kind(head) == NodeKind::OBJECT) else {
            continue;
        };
        let chain = std::iter::successors(Some(first), |at| look.property(*at, b"next"));
        // A ring ends where it began.
        let count =
            chain.take_while(|at| seen.insert(at.raw())).filter(|at| look.is_object(*at, b"Listener")).count() as u64;
        let key = look.map_key(table, edge).map_or(Event::Unknown, Event::Key);
        found.push((key, count));
    }
    found
}
