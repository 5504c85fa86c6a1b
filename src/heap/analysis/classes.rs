//! Class names and class keys (DevTools: `calculateObjectNames`, `classKeyInternal`).
//!
//! Naming takes two steps, because the Comparison view names the objects of *both* snapshots by the plain-object
//! interfaces of the later one. [`Classes`] knows the name of each node or, for plain objects, its shape.
//! [`Classes::rows`] turns that into rows, given a list of interfaces.

use crate::base::{ClassIx, NodeIx, Privacy, StrIx, Text};
use crate::heap::analysis::detached::Detachedness;
use crate::heap::analysis::interfaces::{Interface, Shapes};
use crate::heap::analysis::names::Names;
pub(crate) use crate::heap::graph::SourcePosition;
use crate::heap::graph::{HeapGraph, NodeKind, StringTable};
use rustc_hash::FxHashMap;

/// The name of a class before interfaces are applied.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum BaseClass {
    /// The final name.
    Named(Text),
    /// A plain object with this shape (a position in [`Shapes`]). Interfaces decide its name.
    Plain(u32),
}

/// A class of one snapshot.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Class {
    /// Its name or shape.
    pub base: BaseClass,
    /// Position of the constructor, for objects that have one.
    pub(crate) position: Option<SourcePosition>,
}

/// The key by which the Summary and Comparison views group.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClassKey {
    /// The class name.
    pub name: Text,
    /// Position of the constructor, for objects that have one.
    pub(crate) position: Option<SourcePosition>,
}

impl ClassKey {
    /// The same key with the name as reports show it.
    #[must_use]
    pub(crate) fn shown_by(&self, privacy: Privacy) -> Self {
        Self { name: privacy.class(&self.name), position: self.position }
    }

    /// The key as DevTools spells it: `scriptId,line,column,name`, or `,name` without a position.
    #[must_use]
    pub fn devtools_key(&self) -> Text {
        let mut key = match &self.position {
            Some(p) => format!("{},{},{},", p.script_id, p.line, p.column).into_bytes(),
            None => b",".to_vec(),
        };
        key.extend_from_slice(self.name.as_bytes());
        Text::from_wtf8(&key)
    }
}

/// The class of every node.
#[derive(Debug)]
pub struct Classes {
    of: Vec<u32>,
    classes: Vec<Class>,
    shapes: Shapes,
}

impl Classes {
    /// Classifies all nodes. O(nodes + edges of plain objects).
    #[must_use]
    pub fn new(graph: &HeapGraph, names: &Names, detached: &Detachedness) -> Self {
        let (shapes, shape_of) = Shapes::of_plain_objects(graph, names);
        let mut build = Build::new(graph);
        let mut plain = shape_of.into_iter();
        for node in graph.nodes() {
            let class = match graph.kind(node) {
                NodeKind::OBJECT if names.known.object.contains(graph.name(node)) => {
                    build.class_of_shape(plain.next().unwrap_or_default())
                }
                NodeKind::OBJECT | NodeKind::NATIVE => build.class_of_name(node, detached),
                kind => build.class_of_kind(kind),
            };
            build.of.push(class);
        }
        build.split_by_position();
        Self { of: build.of, classes: build.classes, shapes }
    }

    /// The class of a node.
    #[inline]
    #[must_use]
    pub fn of(&self, node: NodeIx) -> ClassIx {
        ClassIx::from_raw(self.of[node.ix()])
    }

    /// Number of classes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// Whether there are no classes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// A class by its position.
    #[must_use]
    pub fn class(&self, class: ClassIx) -> &Class {
        &self.classes[class.ix()]
    }

    /// All classes in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Class> {
        self.classes.iter()
    }

    /// Infers interfaces from the plain objects of this snapshot.
    #[must_use]
    pub fn infer_interfaces(&self, graph: &HeapGraph) -> Vec<Interface> {
        self.shapes.infer(graph.strings())
    }

    /// Names all classes, given a list of interfaces.
    #[must_use]
    pub fn rows(&self, strings: &StringTable, interfaces: &[Interface]) -> ClassRows {
        ClassRows::new(&self.classes, &self.shapes, strings, interfaces)
    }

    /// Takes out what a diff needs: the class of each node, the classes, and the shapes.
    #[must_use]
    pub(crate) fn into_parts(self) -> (Vec<u32>, Vec<Class>, Shapes) {
        (self.of, self.classes, self.shapes)
    }
}

/// Classes named by one list of interfaces. Classes with equal keys share a row.
#[derive(Debug, Default)]
pub struct ClassRows {
    /// The row of each class.
    pub(crate) row_of: Vec<ClassIx>,
    /// The key of each row.
    pub keys: Vec<ClassKey>,
}

impl ClassRows {
    /// Names classes, given a list of interfaces. O(classes + properties of all shapes).
    #[must_use]
    pub fn new(classes: &[Class], shapes: &Shapes, strings: &StringTable, interfaces: &[Interface]) -> Self {
        let shape_names = shapes.names_by(strings, interfaces);
        let mut rows = Self::default();
        let mut known: FxHashMap<ClassKey, ClassIx> = FxHashMap::default();
        for class in classes {
            let name = match &class.base {
                BaseClass::Named(name) => name.clone(),
                BaseClass::Plain(shape) => shape_names[*shape as usize].clone(),
            };
            let key = ClassKey { name, position: class.position };
            let row = *known.entry(key).or_insert_with_key(|key| {
                rows.keys.push(key.clone());
                ClassIx::new(rows.keys.len() - 1)
            });
            rows.row_of.push(row);
        }
        rows
    }

    /// The row of a class.
    #[must_use]
    pub fn of(&self, class: ClassIx) -> ClassIx {
        self.row_of[class.ix()]
    }

    /// The key of a class.
    #[must_use]
    pub fn key(&self, class: ClassIx) -> &ClassKey {
        &self.keys[self.of(class).ix()]
    }
}

const NO_CLASS: u32 = u32::MAX;

struct Build<'a> {
    graph: &'a HeapGraph,
    of: Vec<u32>,
    classes: Vec<Class>,
    by_class: FxHashMap<Class, u32>,
    by_string: Vec<u32>,
    by_prefixed_string: FxHashMap<u32, u32>,
    by_shape: Vec<u32>,
    by_kind: [u32; 256],
}

impl<'a> Build<'a> {
    fn new(graph: &'a HeapGraph) -> Self {
        Self {
            graph,
            of: Vec::with_capacity(graph.node_count()),
            classes: Vec::new(),
            by_class: FxHashMap::default(),
            by_string: vec![NO_CLASS; graph.strings().len()],
            by_prefixed_string: FxHashMap::default(),
            by_shape: Vec::new(),
            by_kind: [NO_CLASS; 256],
        }
    }

    fn intern(&mut self, class: Class) -> u32 {
        *self.by_class.entry(class).or_insert_with_key(|class| {
            self.classes.push(class.clone());
            self.classes.len() as u32 - 1
        })
    }

    fn class_of_shape(&mut self, shape: u32) -> u32 {
        if self.by_shape.len() <= shape as usize {
            self.by_shape.resize(shape as usize + 1, NO_CLASS);
        }
        if self.by_shape[shape as usize] == NO_CLASS {
            self.by_shape[shape as usize] = self.intern(Class { base: BaseClass::Plain(shape), position: None });
        }
        self.by_shape[shape as usize]
    }

    fn class_of_name(&mut self, node: NodeIx, detached: &Detachedness) -> u32 {
        let string = self.graph.name(node);
        if detached.has_prefix(node) {
            if let Some(class) = self.by_prefixed_string.get(&string.raw()) {
                return *class;
            }
            let name = [b"Detached ".as_slice(), self.graph.strings().bytes(string)].concat();
            let class = self.intern(named(&name));
            self.by_prefixed_string.insert(string.raw(), class);
            return class;
        }
        self.class_of_string(string)
    }

    fn class_of_string(&mut self, string: StrIx) -> u32 {
        if self.by_string[string.ix()] == NO_CLASS {
            self.by_string[string.ix()] = self.intern(named(self.graph.strings().bytes(string)));
        }
        self.by_string[string.ix()]
    }

    fn class_of_kind(&mut self, kind: NodeKind) -> u32 {
        let at = usize::from(kind.raw());
        if self.by_kind[at] == NO_CLASS {
            let name = match kind {
                NodeKind::HIDDEN => "(system)".to_owned(),
                NodeKind::CODE => "(compiled code)".to_owned(),
                NodeKind::CLOSURE => "Function".to_owned(),
                NodeKind::REGEXP => "RegExp".to_owned(),
                _ => format!("({})", self.graph.kind_name(kind)),
            };
            self.by_kind[at] = self.intern(Class { base: BaseClass::Named(name.into()), position: None });
        }
        self.by_kind[at]
    }

    /// Splits classes by the position of the constructor, where there is one.
    fn split_by_position(&mut self) {
        let locations = self.graph.locations();
        let mut known: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        for (node, number) in locations.iter() {
            if self.graph.kind(node) != NodeKind::OBJECT {
                continue;
            }
            let class = self.of[node.ix()];
            self.of[node.ix()] = *known.entry((class, number)).or_insert_with(|| {
                let base = self.classes[class as usize].base.clone();
                let split = Class { base, position: Some(locations.position(number)) };
                self.classes.push(split);
                self.classes.len() as u32 - 1
            });
        }
    }
}

/// The class for a raw name. Markup is cut to its tag.
fn named(raw: &[u8]) -> Class {
    Class { base: BaseClass::Named(Text::from_wtf8(&tag_only(raw))), position: None }
}

/// `<div class="x">` → `<div>`; the same after `Detached `.
fn tag_only(raw: &[u8]) -> Vec<u8> {
    let search_from = match raw {
        [b'<', ..] => 0,
        _ if raw.starts_with(b"Detached <") => b"Detached <".len(),
        _ => return raw.to_vec(),
    };
    match memchr::memchr(b' ', &raw[search_from..]) {
        Some(space) => [&raw[..search_from + space], b">"].concat(),
        None => raw.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::tag_only;

    #[test]
    fn markup_is_cut_to_its_tag() {
        let cases = [
            ("<div class=\"x\">", "<div>"),
            ("<div>", "<div>"),
            ("Detached <p id=1 x>", "Detached <p>"),
            ("Detached <p>", "Detached <p>"),
            ("Foo Bar", "Foo Bar"),
        ];
        for (raw, expected) in cases {
            assert_eq!(tag_only(raw.as_bytes()), expected.as_bytes(), "{raw}");
        }
    }
}
