//! A piece of a heap graph under construction, and the order in which its nodes land in the file.
//!
//! The realistic heap is far too big to keep in memory, so it is made of independent fragments that can be built
//! again whenever a section is written. References out of a fragment go to nodes and strings of the core, whose
//! positions are the same in every file.

use std::fmt::{self, Write as _};

use super::format::{EdgeKind, NodeKind};
use super::rng::Rng;
use super::words::Word;

const NONE: u32 = u32::MAX;

/// Number of allocation areas a fragment distinguishes, see [`Node::lane`].
pub(crate) const LANES: u8 = 4;

/// Value of an edge's or node's name column before string indices are known.
#[derive(Clone, Copy)]
pub(crate) enum Name {
    /// A string of the core, by its final index.
    Core(u32),
    /// The string that holds this decimal number ("0", "1", …).
    Digits(u32),
    /// Not a string: the number itself (element and hidden edges).
    Raw(u32),
    /// A text of the same fragment.
    Local(u32),
    /// A text of any fragment, numbered over the whole file.
    Text(u32),
}

impl From<Word> for Name {
    fn from(word: Word) -> Self {
        Self::Core(word as u32)
    }
}

/// End of an edge.
#[derive(Clone, Copy)]
pub(crate) enum To {
    /// A node of the same fragment.
    Here(u32),
    /// A node by its ordinal in the file.
    At(u32),
}

pub(crate) struct Node {
    pub(crate) kind: NodeKind,
    pub(crate) detachedness: u8,
    /// Allocation area: within a page of units, nodes of lane 0 come first, then lane 1, and so on.
    pub(crate) lane: u8,
    /// Index into the core's source positions; 0 means none.
    pub(crate) place: u16,
    pub(crate) name: Name,
    pub(crate) self_size: u64,
    pub(crate) edge_count: u32,
    first_edge: u32,
    last_edge: u32,
    unit: u32,
}

pub(crate) struct Edge {
    pub(crate) kind: EdgeKind,
    pub(crate) name: Name,
    pub(crate) to: To,
    next: u32,
}

/// A string that only one fragment uses.
pub(crate) enum Text {
    Plain {
        end: u32,
    },
    /// Name of a WeakMap edge; it contains object ids, so it can only be spelled when ids are known.
    Ephemeron {
        index: u32,
        key: u32,
        key_class: Word,
        value: u32,
    },
}

/// Slots of core containers that a unit can ask to be put into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Port {
    /// Key and value, alternating, of the session store (a Map).
    Store,
    /// Value held by the WeakMap, with the name of the edge from its table.
    WeakValue,
    /// Key of the WeakMap: a weak edge from its table.
    WeakKey,
    /// Parsed file, kept in a Map.
    File,
    /// Element of the big array of rows.
    Row,
    /// Element of the array of subscriptions.
    Stream,
    /// Loaded module, kept in an array.
    Module,
    /// Entry of the leaking dictionary, with its property name.
    Leak,
    /// Element of the leaking array of event listeners.
    Listener,
}

pub(crate) const PORTS: usize = Port::Listener as usize + 1;

pub(crate) struct Export {
    pub(crate) port: Port,
    pub(crate) node: u32,
    pub(crate) text: Option<u32>,
}

/// Nodes, edges and strings of one part of the heap.
#[derive(Default)]
pub(crate) struct Fragment {
    pub(crate) nodes: Vec<Node>,
    edges: Vec<Edge>,
    pub(crate) texts: Vec<Text>,
    characters: String,
    pub(crate) exports: Vec<Export>,
    /// Whether each unit still exists at the moment of capture.
    alive: Vec<bool>,
}

impl Fragment {
    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.edges.clear();
        self.texts.clear();
        self.characters.clear();
        self.exports.clear();
        self.alive.clear();
    }

    /// Starts a unit: a group of nodes that live and die together.
    pub(crate) fn begin_unit(&mut self, alive: bool) {
        self.alive.push(alive);
    }

    pub(crate) fn unit_is_alive(&self) -> bool {
        self.alive.last().copied().unwrap_or(true)
    }

    pub(crate) fn node(&mut self, kind: NodeKind, name: impl Into<Name>, self_size: u64, lane: u8) -> u32 {
        let index = self.nodes.len() as u32;
        self.nodes.push(Node {
            kind,
            detachedness: 0,
            lane,
            place: 0,
            name: name.into(),
            self_size,
            edge_count: 0,
            first_edge: NONE,
            last_edge: NONE,
            unit: self.alive.len() as u32,
        });
        index
    }

    /// Adds an edge; edges of one node keep the order in which they were added.
    pub(crate) fn edge(&mut self, from: u32, kind: EdgeKind, name: impl Into<Name>, to: To) {
        let index = self.edges.len() as u32;
        self.edges.push(Edge { kind, name: name.into(), to, next: NONE });
        let owner = &mut self.nodes[from as usize];
        owner.edge_count += 1;
        let last = std::mem::replace(&mut owner.last_edge, index);
        if last == NONE {
            owner.first_edge = index;
        } else {
            self.edges[last as usize].next = index;
        }
    }

    pub(crate) fn edges_of(&self, node: &Node) -> impl Iterator<Item = &Edge> {
        let first = self.edges.get(node.first_edge as usize);
        std::iter::successors(first, |edge| self.edges.get(edge.next as usize))
    }

    /// Adds a string of this fragment; returns its number for [`Name::Local`] and its length.
    pub(crate) fn text(&mut self, text: fmt::Arguments<'_>) -> (u32, u32) {
        let start = self.characters.len();
        // Writing into a String cannot fail.
        let _ = self.characters.write_fmt(text);
        let end = self.characters.len();
        let length = (end - start) as u32;
        if self.unit_is_alive() {
            return (self.push_text(Text::Plain { end: end as u32 }), length);
        }
        self.characters.truncate(start);
        (0, length)
    }

    /// Adds a WeakMap edge name; see [`Text::Ephemeron`].
    pub(crate) fn ephemeron(&mut self, text: Text) -> u32 {
        if self.unit_is_alive() { self.push_text(text) } else { 0 }
    }

    /// Strings of dead units are not in the file, so nothing is stored for them.
    fn push_text(&mut self, text: Text) -> u32 {
        self.texts.push(text);
        self.texts.len() as u32 - 1
    }

    /// Plain texts in order are slices of one buffer; this gives the one that ends at `end` after `start`.
    pub(crate) fn slice(&self, start: u32, end: u32) -> &str {
        &self.characters[start as usize..end as usize]
    }

    pub(crate) fn export(&mut self, port: Port, node: u32, text: Option<u32>) {
        self.exports.push(Export { port, node, text });
    }

    pub(crate) fn is_alive(&self, node: &Node) -> bool {
        node.unit == 0 || self.alive[node.unit as usize - 1]
    }
}

/// Where each node of a fragment goes.
#[derive(Default)]
pub(crate) struct Arrangement {
    /// Living nodes in file order.
    pub(crate) order: Vec<u32>,
    /// Inverse of `order`.
    pub(crate) place: Vec<u32>,
    /// Position at the first capture, from which the object id follows.
    pub(crate) slot: Vec<u32>,
}

impl Arrangement {
    /// Keeps the order of creation.
    pub(crate) fn keep(&mut self, fragment: &Fragment) {
        let all = 0..fragment.nodes.len() as u32;
        self.order = all.clone().collect();
        self.place = all.clone().collect();
        self.slot = all.collect();
    }

    /// Lays units out in pages of very different sizes, lane by lane, so that the distance between an object and
    /// what it points at spreads over all orders of magnitude, as in a real heap. With `moved`, dead units are
    /// left out and runs of nodes change places, as after a garbage collection.
    pub(crate) fn spread(&mut self, fragment: &Fragment, rng: &mut Rng, moved: bool) {
        self.order.clear();
        let nodes = &fragment.nodes;
        let mut start = 0;
        while start < nodes.len() {
            let last_unit = nodes[start].unit + rng.log_uniform(14) - 1;
            let length = nodes[start..].iter().take_while(|node| node.unit <= last_unit).count();
            for lane in 0..LANES {
                let page = start..start + length;
                let in_lane = page.filter(|index| nodes[*index].lane == lane);
                self.order.extend(in_lane.map(|index| index as u32));
            }
            start += length;
        }
        invert(&self.order, nodes.len(), &mut self.slot);
        if moved {
            self.order.retain(|index| fragment.is_alive(&nodes[*index as usize]));
            swap_runs(&mut self.order, rng);
        }
        invert(&self.order, nodes.len(), &mut self.place);
    }
}

fn invert(order: &[u32], length: usize, inverse: &mut Vec<u32>) {
    inverse.clear();
    inverse.resize(length, NONE);
    for (position, index) in order.iter().enumerate() {
        inverse[*index as usize] = position as u32;
    }
}

/// Exchanges neighbouring runs of a few nodes here and there.
fn swap_runs(order: &mut [u32], rng: &mut Rng) {
    let mut rest = order;
    loop {
        let (left, right) = (2 + rng.below(12) as usize, 2 + rng.below(12) as usize);
        if rest.len() < left + right {
            return;
        }
        let (window, tail) = rest.split_at_mut(left + right);
        if rng.once_in(2) {
            window.rotate_left(left);
        }
        rest = tail;
    }
}
