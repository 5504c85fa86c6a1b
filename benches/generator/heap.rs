//! A realistic heap of any size: the core, many batches of units, and the embedder's native nodes at the end.

use rustc_hash::FxHashMap;

use super::Moment;
use super::base::{Base, Class, Place};
use super::engine::{self, Containers};
use super::format::{EdgeKind, EdgeRow, LocationRow, NodeKind, NodeRow, Source};
use super::fragment::{Arrangement, Fragment, Name, PORTS, Port, Text, To};
use super::plan::{self, Batch};
use super::words::{TEXTS, Word};

/// Embedder nodes after the four synthetic ones.
const NATIVES: u32 = 126;
const PORT_LIST: [Port; PORTS] = [
    Port::Store,
    Port::WeakValue,
    Port::WeakKey,
    Port::File,
    Port::Row,
    Port::Stream,
    Port::Module,
    Port::Leak,
    Port::Listener,
];

/// A batch with its place in the file.
struct Placed {
    batch: Batch,
    first_ordinal: u32,
    first_id: u64,
    first_text: u32,
}

/// Where a fragment's nodes and texts are in the file.
struct View<'a> {
    fragment: &'a Fragment,
    arrangement: &'a Arrangement,
    first_ordinal: u32,
    first_id: u64,
    first_text: u32,
}

pub(crate) struct Heap {
    moment: Moment,
    base: Base,
    placed: Vec<Placed>,
    tail: Fragment,
    tail_ordinal: u32,
    tail_id: u64,
    /// Core containers whose backing store was replaced between the captures have a new id.
    new_ids: FxHashMap<u32, u64>,
    weak_table: u32,
    /// Number of decimal-number strings in the string table.
    digits: u32,
    /// Number of strings that the batches bring.
    texts: u32,
}

/// What is known of a batch after building it once.
struct Measured {
    nodes: u32,
    living: u32,
    texts: u32,
    exports: Vec<(Port, u32, Option<u32>)>,
}

/// Nodes (with the text naming their edge) to put into each container.
type Contents = [Vec<(u32, Option<u32>)>; PORTS];

/// `<dummy>` and the empty string, which V8 writes first.
const RESERVED_STRINGS: u32 = 2;

impl Heap {
    pub(crate) fn new(batch_count: u32, moment: Moment) -> Self {
        let (base, containers) = engine::build();
        let mut batches = plan::batches(batch_count);
        if moment == Moment::Before {
            batches.retain(|batch| !batch.is_new);
        }
        let mut heap = Self {
            moment,
            tail: tail(&base),
            tail_ordinal: base.len(),
            tail_id: 2,
            new_ids: FxHashMap::default(),
            weak_table: containers[Port::WeakKey as usize].1,
            digits: batches.iter().map(|batch| batch.units + 1).max().unwrap_or(1),
            texts: 0,
            placed: Vec::new(),
            base,
        };
        if moment == Moment::After {
            heap.tail_id += 2 * heap.tail.nodes.len() as u64;
        }
        let (contents, next_id) = heap.place(&batches);
        heap.fill(&containers, &contents, next_id);
        heap.attach_tail();
        heap
    }

    /// Gives every batch its ids (order of allocation) and its place in the file.
    fn place(&mut self, batches: &[Batch]) -> (Contents, u64) {
        let measured = self.measure(batches);
        let mut first_ids = Vec::with_capacity(batches.len());
        let mut next_id = 2 * u64::from(self.base.len()) + 1;
        for batch in &measured {
            first_ids.push(next_id);
            next_id += 2 * u64::from(batch.nodes);
        }
        let mut order: Vec<usize> = (0..batches.len()).collect();
        if self.moment == Moment::After {
            plan::shuffle(&mut order, batches);
        }
        let mut contents = Contents::default();
        let mut first_text = 0;
        for index in order {
            let batch = &measured[index];
            let first_ordinal = self.tail_ordinal;
            for (port, position, text) in &batch.exports {
                let text = text.map(|text| first_text + text);
                contents[*port as usize].push((first_ordinal + position, text));
            }
            self.placed.push(Placed {
                batch: batches[index].clone(),
                first_ordinal,
                first_id: first_ids[index],
                first_text,
            });
            self.tail_ordinal += batch.living;
            first_text += batch.texts;
        }
        self.texts = first_text;
        (contents, next_id)
    }

    fn measure(&self, batches: &[Batch]) -> Vec<Measured> {
        let (mut fragment, mut arrangement) = Default::default();
        let mut measured = Vec::with_capacity(batches.len());
        for batch in batches {
            batch.build(&self.base, self.moment, &mut fragment, &mut arrangement);
            let exports = fragment.exports.iter().map(|export| {
                let position = arrangement.place[export.node as usize];
                (export.port, position, export.text)
            });
            measured.push(Measured {
                nodes: fragment.nodes.len() as u32,
                living: arrangement.order.len() as u32,
                texts: fragment.texts.len() as u32,
                exports: exports.collect(),
            });
        }
        measured
    }

    /// Puts the exported nodes into the core's containers.
    fn fill(&mut self, containers: &Containers, contents: &Contents, mut next_id: u64) {
        for port in PORT_LIST {
            let (owner, backing) = containers[port as usize];
            let items = &contents[port as usize];
            self.digits = self.digits.max(items.len() as u32 + 1);
            let graph = &mut self.base.graph;
            graph.nodes[backing as usize].self_size += 8 * items.len() as u64;
            for (position, (node, text)) in items.iter().enumerate() {
                let (number, to) = (position as u32, To::At(*node));
                let slot = Name::Digits(number);
                let name = text.map_or(slot, Name::Text);
                let kind = match port {
                    Port::WeakKey => EdgeKind::Weak,
                    _ => EdgeKind::Internal,
                };
                let backing_name = if port == Port::WeakValue { name } else { slot };
                graph.edge(backing, kind, backing_name, to);
                match port {
                    Port::Row | Port::Stream | Port::Module | Port::Listener => {
                        graph.edge(owner, EdgeKind::Element, Name::Raw(number), to);
                    }
                    Port::Leak => graph.edge(owner, EdgeKind::Property, name, to),
                    _ => {}
                }
            }
            let grows = matches!(port, Port::Store | Port::WeakKey | Port::Row | Port::Leak);
            if self.moment == Moment::After && grows {
                self.new_ids.insert(backing, next_id);
                next_id += 2;
            }
        }
    }

    /// The root's embedder groups are the first nodes of the tail.
    fn attach_tail(&mut self) {
        for group in 0..4 {
            let to = To::At(self.tail_ordinal + group);
            let name = Name::Raw(group + 3);
            self.base.graph.edge(0, EdgeKind::Element, name, to);
        }
    }

    /// Visits core, batches and tail in file order.
    fn each_part(&self, visit: &mut dyn FnMut(&View<'_>)) {
        let (mut fragment, mut arrangement) = (Fragment::default(), Arrangement::default());
        arrangement.keep(&self.base.graph);
        visit(&View {
            fragment: &self.base.graph,
            arrangement: &arrangement,
            first_ordinal: 0,
            first_id: 1,
            first_text: 0,
        });
        for placed in &self.placed {
            placed.batch.build(&self.base, self.moment, &mut fragment, &mut arrangement);
            visit(&View {
                fragment: &fragment,
                arrangement: &arrangement,
                first_ordinal: placed.first_ordinal,
                first_id: placed.first_id,
                first_text: placed.first_text,
            });
        }
        arrangement.keep(&self.tail);
        visit(&View {
            fragment: &self.tail,
            arrangement: &arrangement,
            first_ordinal: self.tail_ordinal,
            first_id: self.tail_id,
            first_text: 0,
        });
    }

    fn name(&self, view: &View<'_>, name: Name) -> u32 {
        match name {
            Name::Raw(index) => index,
            Name::Core(index) if index < RESERVED_STRINGS => index,
            Name::Local(text) => RESERVED_STRINGS + view.first_text + text,
            Name::Text(text) => RESERVED_STRINGS + text,
            // V8 numbers strings by first use, so that most names that recur have large numbers. They come last here.
            Name::Core(index) => self.texts + index,
            Name::Digits(number) => self.texts + self.base.strings.len() as u32 + number,
        }
    }

    fn id(&self, view: &View<'_>, node: u32) -> u64 {
        let id = view.first_id + 2 * u64::from(view.arrangement.slot[node as usize]);
        let is_core = view.first_ordinal == 0;
        let replaced = is_core.then(|| self.new_ids.get(&node)).flatten();
        replaced.copied().unwrap_or(id)
    }

    fn ephemeron(&self, view: &View<'_>, text: &Text) -> Option<String> {
        let Text::Ephemeron { index, key, key_class, value } = text else {
            return None;
        };
        let class = TEXTS[*key_class as usize];
        let (key, value) = (self.id(view, *key), self.id(view, *value));
        let first_table_id = 2 * u64::from(self.weak_table) + 1;
        let table = self.new_ids.get(&self.weak_table).copied();
        let table = table.unwrap_or(first_table_id);
        Some(format!(
            "{index} / part of key ({class} @{key}) -> value (Object @{value}) pair in WeakMap (table @{table})"
        ))
    }
}

impl Source for Heap {
    fn nodes(&self, emit: &mut dyn FnMut(NodeRow)) {
        self.each_part(&mut |view| {
            for index in &view.arrangement.order {
                let node = &view.fragment.nodes[*index as usize];
                emit(NodeRow {
                    kind: node.kind,
                    name: self.name(view, node.name),
                    id: self.id(view, *index),
                    self_size: node.self_size,
                    edge_count: node.edge_count,
                    detachedness: node.detachedness,
                });
            }
        });
    }

    fn edges(&self, emit: &mut dyn FnMut(EdgeRow)) {
        self.each_part(&mut |view| {
            for index in &view.arrangement.order {
                let node = &view.fragment.nodes[*index as usize];
                for edge in view.fragment.edges_of(node) {
                    emit(EdgeRow {
                        kind: edge.kind,
                        name: self.name(view, edge.name),
                        to: match edge.to {
                            To::At(ordinal) => ordinal,
                            To::Here(local) => view.first_ordinal + view.arrangement.place[local as usize],
                        },
                    });
                }
            }
        });
    }

    fn locations(&self, emit: &mut dyn FnMut(LocationRow)) {
        self.each_part(&mut |view| {
            // V8 lists objects in the order of discovery, which is as often backwards as not.
            let order = &view.arrangement.order;
            let backwards = view.first_ordinal % 2 == 1;
            for number in 0..order.len() {
                let position = if backwards { order.len() - 1 - number } else { number };
                let node = &view.fragment.nodes[order[position] as usize];
                let has_position = matches!(node.kind, NodeKind::Object | NodeKind::Closure);
                if node.place == 0 || !has_position {
                    continue;
                }
                let Place { script, line, column } = self.base.places[node.place as usize];
                emit(LocationRow { node: view.first_ordinal + position as u32, script, line, column });
            }
        });
    }

    fn strings(&self, emit: &mut dyn FnMut(&str)) {
        let (reserved, names) = self.base.strings.split_at(RESERVED_STRINGS as usize);
        reserved.iter().for_each(|text| emit(text));
        self.each_part(&mut |view| {
            let mut start = 0;
            for text in &view.fragment.texts {
                match text {
                    Text::Plain { end } => {
                        emit(view.fragment.slice(start, *end));
                        start = *end;
                    }
                    weak => emit(&self.ephemeron(view, weak).unwrap_or_default()),
                }
            }
        });
        names.iter().for_each(|text| emit(text));
        (0..self.digits).for_each(|number| emit(&number.to_string()));
    }
}

/// Synthetic groups of the embedder and its native nodes; a few are marked as detached.
fn tail(base: &Base) -> Fragment {
    let mut tail = Fragment::default();
    let group = |tail: &mut Fragment, name| tail.node(NodeKind::Synthetic, name, 0, 0);
    for name in [Word::CppRoots, Word::CppCrossThreadRoots, Word::CppStackRoots] {
        group(&mut tail, name);
    }
    let environment = group(&mut tail, Word::NodeEnvironment);
    let wrapper = To::At(base.class(Class::Server).prototype);
    for number in 0..NATIVES {
        let (name, size) = match number % 5 {
            0 => (Word::NativeString, 32),
            1 => (Word::NativeBinding, 120),
            2 => (Word::NativeBlob, 96),
            _ => (Word::NativeModule, 280),
        };
        let native = tail.node(NodeKind::Native, name, size, 0);
        tail.edge(environment, EdgeKind::Element, Name::Raw(number + 1), To::Here(native));
        if name == Word::NativeBlob {
            tail.edge(native, EdgeKind::Internal, Word::Wrapper, wrapper);
            tail.nodes[native as usize].detachedness = if number < 40 { 2 } else { 0 };
        }
    }
    tail
}
