//! A profile as in the file: functions, a call tree, and samples.

use crate::base::{Error, ErrorKind, Result, StrIx, Text};
use crate::format::InputPath;
use crate::format::ids::IdTable;
use crate::format::limits::MAX_CALL_NODES;
use crate::format::strings::StringTable;
use rustc_hash::FxHashMap;
use serde::Serialize;

/// What the samples of a profile count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProfileKind {
    /// Time on a processor or waiting: `.cpuprofile`, Chrome traces, V8 tick logs, most profiles of other tools.
    Cpu,
    /// Bytes of live objects, by where they were allocated: `.heapprofile`, and profiles of other tools that count bytes.
    Allocations,
}

/// A function, as in a call frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RawFunction {
    /// Its name; empty for anonymous functions and for a module's top level.
    pub name: StrIx,
    /// URL or path of the script; empty if there is none.
    pub url: StrIx,
    /// Id of the script in its process, as text; `0` if there is no script.
    pub script: StrIx,
    /// 0-based line, −1 if unknown.
    pub line: i32,
    /// 0-based column, −1 if unknown.
    pub column: i32,
}

/// The thread that was profiled, as far as the file or its name tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Thread {
    /// The file that the profile was read from.
    pub file: Option<Text>,
    /// Process id.
    pub process_id: Option<u64>,
    /// Thread id; 0 is Node's main thread.
    pub thread_id: Option<u64>,
    /// Name of the thread.
    pub name: Option<Text>,
}

impl Thread {
    /// Adds from the name of the file what the file itself does not say.
    pub fn take_from(&mut self, file: &InputPath) {
        self.file = Some(file.shown());
        if self.process_id.is_none()
            && let Some(named) = file.capture()
        {
            self.process_id = Some(named.process_id);
            self.thread_id = Some(named.thread_id);
        }
    }
}

/// What sums count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnitOfSums {
    /// Microseconds.
    Micros,
    /// Samples, or whatever a writer of folded stacks counted.
    Samples,
    /// Bytes.
    Bytes,
}

/// What each node itself cost, in files that say how much and not when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// What is counted.
    pub unit: UnitOfSums,
    /// One value per node.
    pub values: Vec<u64>,
}

/// The profile of one thread, as in the file.
///
/// Invariants: `parent`, `function` and `hit_count` have one entry per node, and `sums` too, if there are any; sums of bytes
/// are there if and only if the kind is [`ProfileKind::Allocations`]; sums of microseconds are no more than the time from
/// `start_us` to `end_us`; the root is node 0 and has the parent [`RawProfile::NONE`]; following the parents of any other node ends at the root;
/// `samples` are nodes; `time_us` is as long as `samples`, or empty if the file has no times.
#[derive(Clone, Debug)]
pub struct RawProfile {
    /// What is counted.
    pub kind: ProfileKind,
    /// Who ran.
    pub thread: Thread,
    /// Strings of the functions.
    pub strings: StringTable,
    /// The functions, without duplicates.
    pub functions: Vec<RawFunction>,
    /// Parent of each node.
    pub parent: Vec<u32>,
    /// Function of each node.
    pub function: Vec<u32>,
    /// Number of samples with the node on top, as stated in the file. This is not the same as counting `samples`.
    pub hit_count: Vec<u32>,
    /// What each node itself cost, where the file says that: bytes of `.heapprofile`, pprof, folded stacks. If there are
    /// samples too, each lasts until the next begins and the last until the end, and the sums are those of the samples.
    pub sums: Option<Sums>,
    /// (node, 1-based line, sample count), sorted by node.
    pub line_ticks: Vec<(u32, u32, u32)>,
    /// The node on top of the stack, per sample.
    pub samples: Vec<u32>,
    /// When each sample was taken, in the order of the file, in microseconds of the writer's clock.
    pub time_us: Vec<i64>,
    /// When each task of the thread's event loop began and ended, on that clock, where the file says so (`RunTask` of Chrome's
    /// traces): in order of time, without overlaps.
    pub tasks: Vec<(i64, i64)>,
    /// Start of the profile on that clock.
    pub start_us: i64,
    /// End of the profile on that clock.
    pub end_us: i64,
    /// Whether the writer takes no samples while the program waits, so that a gap between two samples may be waiting: V8's
    /// tick logs.
    pub is_silent_when_idle: bool,
    /// Oddities of the file that do no harm, in words.
    pub warnings: Vec<String>,
}

impl RawProfile {
    /// The parent of the root.
    pub const NONE: u32 = u32::MAX;
}

/// Strings and functions, without duplicates.
#[derive(Debug, Default)]
pub(crate) struct FunctionTable {
    strings: StringTable,
    string_ids: FxHashMap<Box<[u8]>, StrIx>,
    functions: Vec<RawFunction>,
    function_ids: FxHashMap<RawFunction, u32>,
    /// Functions by the bytes of their frames in the file, and the total size of these bytes.
    frames: FxHashMap<Box<[u8]>, u32>,
    frame_bytes: usize,
}

impl FunctionTable {
    /// The number of a string.
    pub(crate) fn text(&mut self, wtf8: &[u8]) -> StrIx {
        if let Some(id) = self.string_ids.get(wtf8) {
            return *id;
        }
        let id = self.strings.push(wtf8);
        self.string_ids.insert(wtf8.into(), id);
        id
    }

    /// The function of a frame that was seen before, by its bytes.
    #[inline]
    pub(crate) fn seen_frame(&self, json: &[u8]) -> Option<u32> {
        self.frames.get(json).copied()
    }

    /// Remembers a frame's bytes for [`FunctionTable::seen_frame`], unless they already take too much memory.
    pub(crate) fn remember_frame(&mut self, json: Box<[u8]>, function: u32) {
        const MAX_FRAME_BYTES: usize = 16 << 20;
        if self.frame_bytes + json.len() <= MAX_FRAME_BYTES {
            self.frame_bytes += json.len();
            self.frames.insert(json, function);
        }
    }

    /// The number of a function.
    pub(crate) fn function(&mut self, function: RawFunction) -> u32 {
        *self.function_ids.entry(function).or_insert_with(|| {
            self.functions.push(function);
            self.functions.len() as u32 - 1
        })
    }

    /// Number of functions.
    pub(crate) fn len(&self) -> usize {
        self.functions.len()
    }

    /// The strings and functions.
    pub(crate) fn finish(self) -> (StringTable, Vec<RawFunction>) {
        (self.strings, self.functions)
    }

    /// A table with only the functions that occur in `column`, which is renumbered. O(column + functions).
    pub(crate) fn only_of(&self, column: &mut [u32]) -> (StringTable, Vec<RawFunction>) {
        Self::only(&self.strings, &self.functions, column)
    }

    /// Strings and functions of another table that occur in `column`, which is renumbered. O(column + functions).
    pub(crate) fn only(
        strings: &StringTable,
        functions: &[RawFunction],
        column: &mut [u32],
    ) -> (StringTable, Vec<RawFunction>) {
        let mut own = Self::default();
        let mut number = vec![RawProfile::NONE; functions.len()];
        for function in column {
            let now = &mut number[*function as usize];
            if *now == RawProfile::NONE {
                let RawFunction { name, url, script, line, column } = functions[*function as usize];
                let mut text = |string: StrIx| own.text(strings.bytes(string));
                let copy = RawFunction { name: text(name), url: text(url), script: text(script), line, column };
                *now = own.function(copy);
            }
            *function = *now;
        }
        own.finish()
    }

    /// Whether a function has this name.
    pub(crate) fn is_named(&self, function: u32, name: &[u8]) -> bool {
        self.functions.get(function as usize).is_some_and(|f| self.strings.bytes(f.name) == name)
    }
}

/// The nodes of one call tree while a file is read, in any order, linked by ids or by nesting.
#[derive(Debug, Default)]
pub(crate) struct NodeTable {
    ids: IdTable,
    /// Per id number: the node with this id, and the node that lists it as a child.
    node_of: Vec<u32>,
    parent_by_id: Vec<u32>,
    /// Per node: the number of its id, its parent by nesting, and the number of its parent's id.
    number: Vec<u32>,
    nested_in: Vec<u32>,
    parent_number: Vec<u32>,
    function: Vec<u32>,
    pub(crate) hit_count: Vec<u32>,
    pub(crate) self_bytes: Vec<u64>,
    pub(crate) line_ticks: Vec<(u32, u32, u32)>,
}

const NONE: u32 = RawProfile::NONE;

/// Linked nodes: rows in the order of the file, starting with the root.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) parent: Vec<u32>,
    pub(crate) function: Vec<u32>,
    /// Node of each id number; [`RawProfile::NONE`] for ids without a node.
    pub(crate) node_of: Vec<u32>,
    pub(crate) hit_count: Vec<u32>,
    pub(crate) self_bytes: Vec<u64>,
    pub(crate) line_ticks: Vec<(u32, u32, u32)>,
}

impl NodeTable {
    /// Number of nodes.
    pub(crate) fn len(&self) -> usize {
        self.number.len()
    }

    /// Adds a node, nested in another or not.
    pub(crate) fn open(&mut self, nested_in: Option<u32>) -> Result<u32> {
        let node = self.number.len();
        if node == MAX_CALL_NODES {
            return Err(Error::new(ErrorKind::Limit, format!("more than {MAX_CALL_NODES} nodes in a call tree")));
        }
        self.number.push(NONE);
        self.nested_in.push(nested_in.unwrap_or(NONE));
        self.parent_number.push(NONE);
        self.function.push(NONE);
        self.hit_count.push(0);
        Ok(node as u32)
    }

    /// The number of an id, for samples and children.
    #[inline]
    pub(crate) fn number_of(&mut self, id: u64) -> u32 {
        let number = self.ids.number(id);
        if self.node_of.len() < self.ids.len() {
            self.node_of.push(NONE);
            self.parent_by_id.push(NONE);
        }
        number
    }

    /// Sets the id of a node.
    pub(crate) fn set_id(&mut self, node: u32, id: u64) -> Result<()> {
        let number = self.number_of(id);
        if std::mem::replace(&mut self.node_of[number as usize], node) != NONE {
            return Err(inconsistent(format!("two nodes have the id {id}")));
        }
        self.number[node as usize] = number;
        Ok(())
    }

    /// Sets the function of a node.
    pub(crate) fn set_function(&mut self, node: u32, function: u32) {
        self.function[node as usize] = function;
    }

    /// Records a child of a node by the child's id.
    pub(crate) fn add_child(&mut self, node: u32, id: u64) -> Result<()> {
        let number = self.number_of(id);
        let before = std::mem::replace(&mut self.parent_by_id[number as usize], node);
        if before != NONE && before != node {
            return Err(inconsistent(format!("node {id} is a child of two nodes")));
        }
        Ok(())
    }

    /// Records the id of a node's parent.
    pub(crate) fn set_parent(&mut self, node: u32, id: u64) {
        self.parent_number[node as usize] = self.number_of(id);
    }

    /// Sets the sampled bytes of a node.
    pub(crate) fn set_self_bytes(&mut self, node: u32, bytes: u64) {
        if self.self_bytes.len() <= node as usize {
            self.self_bytes.resize(node as usize + 1, 0);
        }
        self.self_bytes[node as usize] = bytes;
    }

    /// Resolves all links. A single root is moved to the front; several are placed under a new root. O(nodes).
    pub(crate) fn finish(mut self, functions: &mut FunctionTable, warnings: &mut Vec<String>) -> Result<Tree> {
        if self.number.is_empty() {
            return Err(inconsistent("the call tree has no nodes, expected at least `(root)`".to_owned()));
        }
        let missing = self.node_of.iter().zip(&self.parent_by_id).filter(|(n, p)| **n == NONE && **p != NONE).count();
        if missing > 0 {
            warnings.push(format!("{missing} nodes are named as children but are not in the file"));
        }
        let mut parent: Vec<u32> = (0..self.number.len()).map(|node| self.parent_of(node)).collect();
        let unnamed = RawFunction {
            name: functions.text(b"(unresolved function)"),
            url: functions.text(b""),
            script: functions.text(b"0"),
            line: -1,
            column: -1,
        };
        let without = self.function.iter().filter(|f| **f == NONE).count();
        if without > 0 {
            warnings.push(format!("{without} nodes have no function"));
            let unnamed = functions.function(unnamed);
            self.function.iter_mut().filter(|f| **f == NONE).for_each(|f| *f = unnamed);
        }
        let roots: Vec<u32> = (0..parent.len() as u32).filter(|node| parent[*node as usize] == NONE).collect();
        let root = match roots[..] {
            [] => {
                return Err(inconsistent("no node is the root: the call tree has a cycle".to_owned()));
            }
            [root] => root,
            _ => {
                let named = roots.iter().find(|root| functions.is_named(self.function[**root as usize], b"(root)"));
                let root = match named {
                    Some(root) => *root,
                    None => {
                        let name = functions.text(b"(root)");
                        self.function.push(functions.function(RawFunction { name, ..unnamed }));
                        self.hit_count.push(0);
                        parent.push(NONE);
                        parent.len() as u32 - 1
                    }
                };
                let others = roots.iter().filter(|other| **other != root);
                others.for_each(|other| parent[*other as usize] = root);
                warnings.push(format!("{} nodes have no parent; they were attached to the root", roots.len() - 1));
                root
            }
        };
        check_reachable(&parent)?;
        if !self.self_bytes.is_empty() {
            self.self_bytes.resize(parent.len(), 0);
        }
        let mut tree = Tree {
            parent,
            function: self.function,
            node_of: self.node_of,
            hit_count: self.hit_count,
            self_bytes: self.self_bytes,
            line_ticks: self.line_ticks,
        };
        tree.move_to_front(root);
        Ok(tree)
    }

    fn parent_of(&self, node: usize) -> u32 {
        let by_nesting = self.nested_in[node];
        if by_nesting != NONE {
            return by_nesting;
        }
        let by_number = |number: u32, of: &[u32]| if number == NONE { NONE } else { of[number as usize] };
        let by_child = by_number(self.number[node], &self.parent_by_id);
        if by_child != NONE { by_child } else { by_number(self.parent_number[node], &self.node_of) }
    }
}

impl Tree {
    /// Swaps the root with the first node.
    fn move_to_front(&mut self, root: u32) {
        if root == 0 {
            return;
        }
        let swap = |node: u32| match node {
            0 => root,
            node if node == root => 0,
            node => node,
        };
        self.parent.iter_mut().for_each(|p| *p = swap(*p));
        self.node_of.iter_mut().for_each(|n| *n = swap(*n));
        self.line_ticks.iter_mut().for_each(|(n, ..)| *n = swap(*n));
        self.line_ticks.sort_by_key(|(n, ..)| *n);
        let at = root as usize;
        self.parent.swap(0, at);
        self.function.swap(0, at);
        self.hit_count.swap(0, at);
        if !self.self_bytes.is_empty() {
            self.self_bytes.swap(0, at);
        }
    }
}

/// Checks that every node leads to the root. O(nodes).
fn check_reachable(parent: &[u32]) -> Result<()> {
    // 0: unknown; 1: on the current path; 2: leads to the root.
    let mut state = vec![0u8; parent.len()];
    for start in 0..parent.len() {
        let mut node = start;
        while state[node] == 0 {
            state[node] = 1;
            if parent[node] == NONE {
                break;
            }
            node = parent[node] as usize;
            if state[node] == 1 {
                return Err(inconsistent("the call tree has a cycle".to_owned()));
            }
        }
        node = start;
        while state[node] == 1 {
            state[node] = 2;
            if parent[node] == NONE {
                break;
            }
            node = parent[node] as usize;
        }
    }
    Ok(())
}

#[cold]
pub(crate) fn inconsistent(message: String) -> Error {
    Error::new(ErrorKind::Inconsistent, message)
}
