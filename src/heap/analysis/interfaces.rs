//! Names for plain objects by their properties, as `{id, name}` (DevTools: `inferInterfaceDefinitions`,
//! `applyInterfaceDefinitions`).

use crate::base::privacy::{format_property, utf16_units};
use crate::base::{StrIx, Text};
use crate::heap::analysis::names::Names;
use crate::heap::graph::{EdgeKind, HeapGraph, NodeKind, StringTable};
use rustc_hash::FxHashMap;

/// Maximum length of a name in UTF-16 units before no further property is added.
const MAX_NAME_UNITS: usize = 120;
/// Minimum number of objects that an interface must fit.
const MIN_OBJECTS: u64 = 2;
/// An interface must also fit one in this many of all plain objects.
const OBJECTS_PER_INTERFACE: u64 = 1000;

/// A name for plain objects that have at least these properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `{a, b}`.
    pub name: Text,
    /// The property names, in the order of the name.
    pub(crate) properties: Vec<Text>,
}

/// The distinct property lists of plain objects, as string indices in the order of the edges.
#[derive(Debug, Default)]
pub struct Shapes {
    /// Concatenated lists.
    names: Vec<StrIx>,
    /// Shape i is `names[end[i-1]..end[i]]`.
    end: Vec<u32>,
    /// Number of objects with each shape.
    count: Vec<u32>,
    /// String indices of `__proto__`.
    proto: crate::heap::analysis::names::NameSet,
}

impl Shapes {
    /// The shapes of all plain objects in order of first appearance, and the shape of each plain object in node order.
    #[must_use]
    pub(crate) fn of_plain_objects(graph: &HeapGraph, names: &Names) -> (Self, Vec<u32>) {
        let mut shapes = Self { proto: names.known.proto.clone(), ..Self::default() };
        let mut known: FxHashMap<Box<[StrIx]>, u32> = FxHashMap::default();
        let mut shape_of = Vec::new();
        let mut properties = Vec::new();
        let (links, edge_names) = (graph.edge_links(), graph.edge_names());
        for node in graph.nodes() {
            if graph.kind(node) != NodeKind::OBJECT || !names.known.object.contains(graph.name(node)) {
                continue;
            }
            properties.clear();
            let own = graph.edge_range(node).filter(|edge| links[*edge].kind() == EdgeKind::Property);
            properties.extend(own.filter_map(|edge| edge_names.of(edge, links[edge]).string()));
            let shape = match known.get(properties.as_slice()) {
                Some(shape) => *shape,
                None => {
                    known.insert(properties.as_slice().into(), shapes.count.len() as u32);
                    shapes.push(&properties)
                }
            };
            shapes.count[shape as usize] += 1;
            shape_of.push(shape);
        }
        (shapes, shape_of)
    }

    fn push(&mut self, properties: &[StrIx]) -> u32 {
        self.names.extend_from_slice(properties);
        self.end.push(self.names.len() as u32);
        self.count.push(0);
        self.count.len() as u32 - 1
    }

    /// Number of shapes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count.is_empty()
    }

    /// The same shapes over a string table that contains only their property names.
    #[must_use]
    pub(crate) fn with_own_strings(mut self, strings: &StringTable) -> (Self, StringTable) {
        let mut own = StringTable::default();
        let mut known: FxHashMap<StrIx, StrIx> = FxHashMap::default();
        for name in &mut self.names {
            let old = *name;
            *name = *known.entry(old).or_insert_with(|| own.push(strings.bytes(old)));
        }
        // `__proto__` matters only for inferring interfaces, which is done with the whole table.
        self.proto = crate::heap::analysis::names::NameSet::default();
        (self, own)
    }

    fn properties(&self, shape: usize) -> &[StrIx] {
        let start = if shape == 0 { 0 } else { self.end[shape - 1] };
        &self.names[start as usize..self.end[shape] as usize]
    }

    /// The most common prefixes of the objects' property lists, most common first.
    #[must_use]
    pub(crate) fn infer(&self, strings: &StringTable) -> Vec<Interface> {
        let mut candidates: Vec<(Interface, u64)> = Vec::new();
        let mut known: FxHashMap<Text, usize> = FxHashMap::default();
        for shape in 0..self.len() {
            let Some(interface) = self.candidate(shape, strings) else { continue };
            let count = u64::from(self.count[shape]);
            match known.get(&interface.name) {
                Some(at) => candidates[*at].1 += count,
                None => {
                    known.insert(interface.name.clone(), candidates.len());
                    candidates.push((interface, count));
                }
            }
        }
        // The sort is stable: of equally common ones, the first to appear stays first.
        candidates.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let objects: u64 = self.count.iter().map(|c| u64::from(*c)).sum();
        let is_popular = |count: u64| count >= MIN_OBJECTS && count * OBJECTS_PER_INTERFACE >= objects;
        candidates.into_iter().take_while(|(_, count)| is_popular(*count)).map(|(interface, _)| interface).collect()
    }

    fn candidate(&self, shape: usize, strings: &StringTable) -> Option<Interface> {
        let mut name = b"{".to_vec();
        let mut units = 1;
        let mut properties = Vec::new();
        for &property in self.properties(shape) {
            if self.proto.contains(property) {
                continue;
            }
            let raw = strings.bytes(property);
            let formatted = format_property(raw);
            let formatted_units = utf16_units(&formatted);
            if units > 1 && units + formatted_units > MAX_NAME_UNITS {
                break;
            }
            if units > 1 {
                name.extend(b", ");
                units += 2;
            }
            name.extend(&formatted);
            units += formatted_units;
            properties.push(Text::from_wtf8(raw));
        }
        name.push(b'}');
        (!properties.is_empty()).then(|| Interface { name: Text::from_wtf8(&name), properties })
    }

    /// The name that a list of interfaces gives each shape; `Object` if none fits.
    ///
    /// An interface fits if the shape has all of its properties. The one with the most properties wins; of equals, the
    /// first. O(properties × interfaces with a common prefix).
    #[must_use]
    pub(crate) fn names_by(&self, strings: &StringTable, interfaces: &[Interface]) -> Vec<Text> {
        let tree = PropertyTree::new(interfaces);
        let mut ids_by_string: FxHashMap<StrIx, Option<u32>> = FxHashMap::default();
        let mut names = Vec::with_capacity(self.len());
        let mut ids = Vec::new();
        for shape in 0..self.len() {
            ids.clear();
            for &property in self.properties(shape) {
                let id = ids_by_string.entry(property).or_insert_with(|| tree.id_of(strings.bytes(property)));
                ids.extend(*id);
            }
            ids.sort_unstable();
            let best = tree.best_match(&ids);
            names.push(best.map_or_else(|| Text::from("Object"), |at| interfaces[at].name.clone()));
        }
        names
    }
}

/// Interfaces as a tree of their sorted properties. Properties are numbered; the order does not affect the result.
struct PropertyTree<'a> {
    ids: FxHashMap<&'a [u8], u32>,
    nodes: Vec<TreeNode>,
}

#[derive(Default)]
struct TreeNode {
    next: Vec<(u32, usize)>,
    /// Number of properties and position of the interface that ends here.
    interface: Option<(usize, usize)>,
}

impl<'a> PropertyTree<'a> {
    fn new(interfaces: &'a [Interface]) -> Self {
        let mut tree = Self { ids: FxHashMap::default(), nodes: vec![TreeNode::default()] };
        for (position, interface) in interfaces.iter().enumerate() {
            let mut ids: Vec<u32> = interface
                .properties
                .iter()
                .map(|p| {
                    let next = tree.ids.len() as u32;
                    *tree.ids.entry(p.as_bytes()).or_insert(next)
                })
                .collect();
            ids.sort_unstable();
            let end = ids.iter().fold(0, |at, id| tree.step(at, *id));
            tree.nodes[end].interface.get_or_insert((ids.len(), position));
        }
        tree
    }

    fn step(&mut self, at: usize, id: u32) -> usize {
        if let Some((_, next)) = self.nodes[at].next.iter().find(|(i, _)| *i == id) {
            return *next;
        }
        let next = self.nodes.len();
        self.nodes.push(TreeNode::default());
        self.nodes[at].next.push((id, next));
        next
    }

    fn id_of(&self, property: &[u8]) -> Option<u32> {
        self.ids.get(property).copied()
    }

    /// Position of the interface that fits a sorted list of properties best.
    fn best_match(&self, ids: &[u32]) -> Option<usize> {
        let mut best: Option<(usize, usize)> = None;
        let mut states = vec![0];
        for id in ids {
            for state in 0..states.len() {
                let Some((_, next)) = self.nodes[states[state]].next.iter().find(|(i, _)| i == id) else { continue };
                if states.contains(next) {
                    continue;
                }
                states.push(*next);
                if let Some((count, position)) = self.nodes[*next].interface {
                    let is_better = best.is_none_or(|(c, p)| count > c || (count == c && position < p));
                    best = if is_better { Some((count, position)) } else { best };
                }
            }
        }
        best.map(|(_, position)| position)
    }
}

#[cfg(test)]
mod tests {
    use super::{Shapes, format_property, utf16_units};
    use crate::base::{StrIx, Text};
    use crate::heap::graph::StringTable;

    /// Shapes from property lists, with one character per property.
    fn shapes(lists: &[&str]) -> (Shapes, StringTable) {
        let mut strings = StringTable::default();
        for byte in 0..128u8 {
            strings.push(&[byte]);
        }
        let mut shapes = Shapes::default();
        for list in lists {
            let properties: Vec<StrIx> = list.bytes().map(|byte| StrIx::from_raw(u32::from(byte))).collect();
            let shape = shapes.push(&properties);
            shapes.count[shape as usize] = 1;
        }
        (shapes, strings)
    }

    #[test]
    fn the_example_of_the_rules() {
        let (shapes, strings) = shapes(&["ab", "ab", "ab", "ba", "abc", "abc", "z", "cbad"]);
        let interfaces = shapes.infer(&strings);
        let names: Vec<String> = interfaces.iter().map(|i| i.name.to_string()).collect();
        assert_eq!(names, ["{a, b}", "{a, b, c}"]);
        let given: Vec<String> = shapes.names_by(&strings, &interfaces).iter().map(Text::to_string).collect();
        assert_eq!(given, ["{a, b}", "{a, b}", "{a, b}", "{a, b}", "{a, b, c}", "{a, b, c}", "Object", "{a, b, c}"]);
    }

    #[test]
    fn odd_names_are_quoted_and_counted_in_utf16() {
        assert_eq!(format_property(b"a,b"), b"\"a,b\"");
        assert_eq!(format_property(b"a b"), b"a b");
        assert_eq!(utf16_units("aü😀".as_bytes()), 4);
    }
}
