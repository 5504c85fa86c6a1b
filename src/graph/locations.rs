//! Where functions and constructors stand in their source, by node.

use crate::base::NodeIx;
use crate::format::Location;
use rustc_hash::FxHashMap;

/// A place in a script: V8's script number, 0-based line and column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourcePosition {
    /// V8's number of the script, valid in one process.
    pub script_id: u32,
    /// 0-based line.
    pub line: u32,
    /// 0-based column.
    pub column: u32,
}

/// The positions of all nodes that have one.
///
/// Encoding: `node` is sorted, `position` parallel to it, an index into `positions`, which has no repetitions: a heap
/// has hundreds of thousands of closures and objects, but only thousands of functions and classes.
#[derive(Debug, Default)]
pub struct Locations {
    node: Vec<u32>,
    position: Vec<u32>,
    positions: Vec<SourcePosition>,
}

/// Nodes of one bucket of the sort, as a power of two: small enough that a bucket is sorted in the first cache.
const BUCKET_BITS: u32 = 6;

impl Locations {
    /// Sorts the file's rows by node; of several for one node the last counts, as in DevTools (`buildLocationMap`).
    ///
    /// O(nodes + locations): a counting sort into buckets of nodes, then each small bucket.
    #[must_use]
    pub fn new(rows: &[Location], node_count: usize) -> Self {
        let mut positions = Vec::new();
        let mut known: FxHashMap<SourcePosition, u32> = FxHashMap::default();
        let mut next = vec![0u32; (node_count >> BUCKET_BITS) + 2];
        for row in rows {
            next[(row.node >> BUCKET_BITS) as usize + 1] += 1;
        }
        for bucket in 1..next.len() {
            next[bucket] += next[bucket - 1];
        }
        let mut sorted = vec![(0u32, 0u32); rows.len()];
        for row in rows {
            let key = SourcePosition { script_id: row.script_id, line: row.line, column: row.column };
            let position = *known.entry(key).or_insert_with(|| {
                positions.push(key);
                positions.len() as u32 - 1
            });
            let slot = &mut next[(row.node >> BUCKET_BITS) as usize];
            sorted[*slot as usize] = (row.node, position);
            *slot += 1;
        }
        // Each slot has moved on to the start of the next bucket.
        let mut start = 0;
        for end in next {
            sorted[start..end as usize].sort_by_key(|(node, _)| *node);
            start = end as usize;
        }
        let mut locations = Self { positions, ..Self::default() };
        for (at, (node, position)) in sorted.iter().enumerate() {
            let is_last = sorted.get(at + 1).is_none_or(|(next, _)| next != node);
            if is_last {
                locations.node.push(*node);
                locations.position.push(*position);
            }
        }
        locations
    }

    /// The position of a node. O(log locations).
    #[must_use]
    pub fn of(&self, node: NodeIx) -> Option<SourcePosition> {
        let at = self.node.binary_search(&node.0).ok()?;
        Some(self.positions[self.position[at] as usize])
    }

    /// All nodes that have a position, ascending, with its number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (NodeIx, u32)> + '_ {
        self.node.iter().zip(&self.position).map(|(node, position)| (NodeIx(*node), *position))
    }

    /// A position by its number.
    #[must_use]
    pub fn position(&self, number: u32) -> SourcePosition {
        self.positions[number as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::{Locations, SourcePosition};
    use crate::base::NodeIx;
    use crate::format::Location;

    #[test]
    fn the_last_row_of_a_node_counts() {
        let row = |node, line| Location { node, script_id: 1, line, column: 0 };
        let rows = [row(200, 1), row(3, 2), row(200, 3), row(1, 2), row(3, 2)];
        let locations = Locations::new(&rows, 201);
        let line = |node| locations.of(NodeIx(node)).map(|p: SourcePosition| p.line);
        assert_eq!([line(200), line(3), line(1), line(2)], [Some(3), Some(2), Some(2), None]);
        let nodes: Vec<u32> = locations.iter().map(|(node, _)| node.0).collect();
        assert_eq!(nodes, [1, 3, 200]);
    }
}
