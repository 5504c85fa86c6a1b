//! Where functions and constructors are defined, by node.

use crate::base::NodeIx;
use crate::format::Location;
use rustc_hash::FxHashMap;

/// A place in a script: V8's script id, with 0-based line and column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourcePosition {
    /// V8's id of the script, valid within one process.
    pub script_id: u32,
    /// 0-based line.
    pub line: u32,
    /// 0-based column.
    pub column: u32,
}

/// The positions of all nodes that have one.
///
/// Encoding: `of_node[node]` is an index into `positions`, or `NONE`. `positions` has no duplicates: a heap has
/// hundreds of thousands of closures and objects, but only thousands of functions and classes. If there are no
/// positions, both are empty.
#[derive(Debug, Default)]
pub struct Locations {
    of_node: Vec<u32>,
    positions: Vec<SourcePosition>,
}

const NONE: u32 = u32::MAX;

impl Locations {
    /// Builds the table from the file's rows. If a node has several, the last one counts, as in DevTools
    /// (`buildLocationMap`).
    ///
    /// O(nodes + locations).
    #[must_use]
    pub fn new(rows: &[Location], node_count: usize) -> Self {
        if rows.is_empty() {
            return Self::default();
        }
        let mut locations = Self { of_node: vec![NONE; node_count], positions: Vec::new() };
        let mut known: FxHashMap<SourcePosition, u32> = FxHashMap::default();
        for row in rows {
            let key = SourcePosition { script_id: row.script_id, line: row.line, column: row.column };
            locations.of_node[row.node as usize] = *known.entry(key).or_insert_with(|| {
                locations.positions.push(key);
                locations.positions.len() as u32 - 1
            });
        }
        locations
    }

    /// The position of a node. O(1).
    #[must_use]
    pub fn of(&self, node: NodeIx) -> Option<SourcePosition> {
        let number = *self.of_node.get(node.ix())?;
        (number != NONE).then(|| self.position(number))
    }

    /// All nodes with a position in ascending order, each with the number of its position. O(nodes).
    pub fn iter(&self) -> impl Iterator<Item = (NodeIx, u32)> + '_ {
        let all = self.of_node.iter().enumerate();
        all.filter(|(_, number)| **number != NONE).map(|(node, number)| (NodeIx::from_raw(node as u32), *number))
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
        let line = |node| locations.of(NodeIx::from_raw(node)).map(|p: SourcePosition| p.line);
        assert_eq!([line(200), line(3), line(1), line(2)], [Some(3), Some(2), Some(2), None]);
        let nodes: Vec<u32> = locations.iter().map(|(node, _)| node.raw()).collect();
        assert_eq!(nodes, [1, 3, 200]);
    }
}
