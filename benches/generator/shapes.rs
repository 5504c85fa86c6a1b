//! Degenerate graphs: shapes that are legal in a heap and make naive algorithms quadratic or overflow the stack.

use super::Moment;
use super::format::{EdgeKind, EdgeRow, LocationRow, NodeKind, NodeRow, Source};

/// Names of all shapes, as given on the command line.
pub(crate) const NAMES: [&str; 4] = ["list5m", "wide5m", "lru1m", "cycle1m"];

const STRINGS: [&str; 19] = [
    "<dummy>",
    "",
    "(GC roots)",
    "system / Map",
    "global",
    "Object",
    "Entry",
    "Holder",
    "map",
    "__proto__",
    "holder",
    "next",
    "prev",
    "key",
    "value",
    "head",
    "tail",
    "table",
    "entries",
];
/// Indices into [`STRINGS`].
const EMPTY: u32 = 1;
const GC_ROOTS: u32 = 2;
const SYSTEM_MAP: u32 = 3;
const GLOBAL: u32 = 4;
const OBJECT: u32 = 5;
const ENTRY: u32 = 6;
const HOLDER: u32 = 7;
const MAP: u32 = 8;
const PROTO: u32 = 9;
const HOLDER_KEY: u32 = 10;
const NEXT: u32 = 11;
const PREV: u32 = 12;
const KEY: u32 = 13;
const VALUE: u32 = 14;
const HEAD: u32 = 15;
const TAIL: u32 = 16;
const TABLE: u32 = 17;
const ENTRIES: u32 = 18;
const DIGITS: u32 = STRINGS.len() as u32;

/// Ordinals of the nodes that every shape has.
const META_NODE: u32 = 2;
const PROTOTYPE_NODE: u32 = 4;
const SHAPE_NODE: u32 = 5;
const HOLDER_NODE: u32 = 6;
const TABLE_NODE: u32 = 7;
const FIRST: u32 = 8;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Each entry points at the next: as deep as a graph can be.
    List,
    /// One node points at all entries.
    Wide,
    /// Doubly linked list, entered from both ends and from a hash table.
    Lru,
    /// A ring that nothing refers to, with an object hanging off every fourth entry.
    Cycle,
}

struct Shape {
    kind: Kind,
    count: u32,
}

/// A node with its edges; its ordinal is the number of nodes visited before it.
struct Item<'a> {
    kind: NodeKind,
    name: u32,
    size: u64,
    edges: &'a [EdgeRow],
}

/// The graph of that name; the second capture has 1 % more entries.
pub(crate) fn by_name(name: &str, moment: Moment) -> Option<Box<dyn Source>> {
    let (kind, count) = match name {
        "list5m" => (Kind::List, 5_000_000),
        "wide5m" => (Kind::Wide, 5_000_000),
        "lru1m" => (Kind::Lru, 1_000_000),
        "cycle1m" => (Kind::Cycle, 1_000_000),
        _ => return None,
    };
    let count = match moment {
        Moment::Before => count,
        Moment::After => count + count / 100,
    };
    Some(Box::new(Shape { kind, count }))
}

fn edge(kind: EdgeKind, name: u32, to: u32) -> EdgeRow {
    EdgeRow { kind, name, to }
}

fn property(name: u32, to: u32) -> EdgeRow {
    edge(EdgeKind::Property, name, to)
}

fn internal(name: u32, to: u32) -> EdgeRow {
    edge(EdgeKind::Internal, name, to)
}

impl Shape {
    /// Ordinal of an entry. Companions (keys, children) directly follow their entry, so that entries added
    /// later do not change the ids of earlier nodes.
    fn entry(&self, number: u32) -> u32 {
        FIRST
            + match self.kind {
                Kind::List | Kind::Wide => number,
                Kind::Lru => 2 * number,
                Kind::Cycle => number + number.div_ceil(4),
            }
    }

    fn visit(&self, emit: &mut dyn FnMut(&Item<'_>)) {
        self.visit_frame(emit);
        let mut edges = Vec::new();
        for number in 0..self.count {
            edges.clear();
            let companion = self.entry_edges(number, &mut edges);
            emit(&Item { kind: NodeKind::Object, name: ENTRY, size: 48, edges: &edges });
            if let Some((kind, name)) = companion {
                emit(&Item { kind, name, size: 24, edges: &[internal(MAP, META_NODE)] });
            }
        }
    }

    /// Root, GC roots, global object, and the holder with its table.
    fn visit_frame(&self, emit: &mut dyn FnMut(&Item<'_>)) {
        let mut frame = |kind, name, size, edges: &[EdgeRow]| {
            emit(&Item { kind, name, size, edges });
        };
        // The string "2" is the name V8 gives to the edge of the first user root.
        let user_root = edge(EdgeKind::Shortcut, DIGITS + 2, 3);
        let gc_roots = edge(EdgeKind::Element, 1, 1);
        frame(NodeKind::Synthetic, EMPTY, 0, &[gc_roots, user_root]);
        let roots = [edge(EdgeKind::Element, 1, META_NODE), edge(EdgeKind::Element, 2, PROTOTYPE_NODE)];
        frame(NodeKind::Synthetic, GC_ROOTS, 0, &roots);
        frame(NodeKind::Hidden, SYSTEM_MAP, 40, &[internal(MAP, META_NODE)]);
        let holder = [property(HOLDER_KEY, HOLDER_NODE), property(PROTO, PROTOTYPE_NODE)];
        frame(NodeKind::Object, GLOBAL, 72, &holder);
        frame(NodeKind::Object, OBJECT, 56, &[internal(MAP, SHAPE_NODE)]);
        frame(NodeKind::Shape, SYSTEM_MAP, 80, &[internal(MAP, META_NODE)]);
        frame(NodeKind::Object, HOLDER, 56, &self.holder_edges());
        frame(NodeKind::Array, EMPTY, self.table_size(), &self.table_edges());
    }

    fn holder_edges(&self) -> Vec<EdgeRow> {
        let mut edges = vec![internal(MAP, SHAPE_NODE), internal(TABLE, TABLE_NODE)];
        if matches!(self.kind, Kind::List | Kind::Lru) {
            edges.push(property(HEAD, self.entry(0)));
        }
        if self.kind == Kind::Lru {
            edges.push(property(TAIL, self.entry(self.count - 1)));
        }
        edges
    }

    fn table_size(&self) -> u64 {
        match self.kind {
            Kind::List | Kind::Cycle => 16,
            Kind::Wide | Kind::Lru => 16 + 8 * u64::from(self.count),
        }
    }

    fn table_edges(&self) -> Vec<EdgeRow> {
        let entries = 0..self.count;
        match self.kind {
            Kind::List | Kind::Cycle => vec![internal(ENTRIES, META_NODE)],
            Kind::Wide => entries.map(|number| edge(EdgeKind::Element, number, self.entry(number))).collect(),
            Kind::Lru => entries.map(|number| internal(DIGITS + number, self.entry(number))).collect(),
        }
    }

    /// Adds the edges of one entry; returns kind and name of the companion that follows it, if it has one.
    fn entry_edges(&self, number: u32, edges: &mut Vec<EdgeRow>) -> Option<(NodeKind, u32)> {
        let own = self.entry(number);
        let last = number + 1 == self.count;
        let mut companion = None;
        match self.kind {
            Kind::Wide => {}
            Kind::List if last => {}
            Kind::List => edges.push(property(NEXT, own + 1)),
            Kind::Lru => {
                if number > 0 {
                    edges.push(property(PREV, own - 2));
                }
                if !last {
                    edges.push(property(NEXT, own + 2));
                }
                edges.push(property(KEY, own + 1));
                companion = Some((NodeKind::String, DIGITS + self.count + number));
            }
            Kind::Cycle => {
                let next = if last { 0 } else { number + 1 };
                edges.push(property(NEXT, self.entry(next)));
                if number.is_multiple_of(4) {
                    edges.push(property(VALUE, own + 1));
                    companion = Some((NodeKind::Object, OBJECT));
                }
                if number.is_multiple_of(1000) {
                    edges.push(property(PROTO, PROTOTYPE_NODE));
                }
            }
        }
        edges.push(internal(MAP, SHAPE_NODE));
        companion
    }
}

impl Source for Shape {
    fn nodes(&self, emit: &mut dyn FnMut(NodeRow)) {
        let mut id = 1;
        self.visit(&mut |item| {
            emit(NodeRow {
                kind: item.kind,
                name: item.name,
                id,
                self_size: item.size,
                edge_count: item.edges.len() as u32,
                detachedness: 0,
            });
            id += 2;
        });
    }

    fn edges(&self, emit: &mut dyn FnMut(EdgeRow)) {
        self.visit(&mut |item| {
            for row in item.edges {
                emit(edge(row.kind, row.name, row.to));
            }
        });
    }

    fn locations(&self, _emit: &mut dyn FnMut(LocationRow)) {}

    fn strings(&self, emit: &mut dyn FnMut(&str)) {
        STRINGS.iter().for_each(|text| emit(text));
        let digits = if self.kind == Kind::Lru { self.count } else { 3 };
        (0..digits).for_each(|number| emit(&number.to_string()));
        if self.kind == Kind::Lru {
            (0..self.count).for_each(|number| emit(&format!("key-{number}")));
        }
    }
}
