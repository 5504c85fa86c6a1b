//! The columns into which the integer arrays are scanned.

use crate::base::memory::{reserve, zeros};
use crate::base::{Error, ErrorKind, Result, WideColumn};
use crate::format::kind::{EdgeKind, EdgeLink, NodeKind};
use crate::format::limits::MAX_NODES;
use crate::format::meta::{EdgeLayout, LocationLayout, NodeLayout};
use crate::format::rows::{RowSink, RowWriter, split_mut};

/// The largest value of an index column and its offset. What it indexes may only be known at the end of the file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Largest {
    pub(crate) value: u64,
    pub(crate) row: usize,
    pub(crate) offset: u64,
}

impl Largest {
    #[inline]
    fn see(&mut self, value: u64, row: usize, offset: u64) {
        if value > self.value {
            *self = Self { value, row, offset };
        }
    }
}

/// Grows a column to the given number of rows. For a plain file, the first allocation is large enough, and lazily
/// zeroed.
fn ensure<T: Clone + Default>(column: &mut Vec<T>, rows: usize) -> Result<()> {
    if column.len() < rows {
        reserve(column, rows - column.len())?;
        column.resize(rows, T::default());
    }
    Ok(())
}

fn as_u32(value: u64, what: &str, offset: u64) -> Result<u32> {
    u32::try_from(value).map_err(|_| {
        Error::new(ErrorKind::Limit, format!("{what} {value} is too large, expected less than 2^32")).at(offset)
    })
}

/// Division by a constant known only at run time, exact for 32-bit numerators.
#[derive(Clone, Copy, Debug)]
struct Divisor {
    divisor: u64,
    reciprocal: u64,
}

impl Divisor {
    fn new(divisor: usize) -> Self {
        Self { divisor: divisor as u64, reciprocal: (u64::MAX / divisor as u64).wrapping_add(1) }
    }

    /// Quotient and remainder.
    #[inline]
    fn divide(self, n: u64) -> (u64, u64) {
        if n > u64::from(u32::MAX) || self.divisor == 1 {
            return (n / self.divisor, n % self.divisor);
        }
        let quotient = ((u128::from(n) * u128::from(self.reciprocal)) >> 64) as u64;
        (quotient, n - quotient * self.divisor)
    }
}

/// Node columns; `edge_count` is per row, as in the file.
#[derive(Debug)]
pub(crate) struct NodeColumns {
    layout: NodeLayout,
    rows: usize,
    pub(crate) kind: Vec<u8>,
    pub(crate) name: Vec<u32>,
    id: Vec<u32>,
    id_high: Vec<(u32, u64)>,
    self_size: Vec<u32>,
    self_size_high: Vec<(u32, u64)>,
    pub(crate) edge_count: Vec<u32>,
    /// Rows with a detachedness other than 0, and its value.
    pub(crate) detachedness: Vec<(u32, u8)>,
    pub(crate) largest_name: Largest,
}

impl NodeColumns {
    pub(crate) fn new(layout: NodeLayout, expected_rows: usize) -> Result<Self> {
        Ok(Self {
            layout,
            rows: 0,
            kind: zeros(expected_rows)?,
            name: zeros(expected_rows)?,
            id: zeros(expected_rows)?,
            id_high: Vec::new(),
            self_size: zeros(expected_rows)?,
            self_size_high: Vec::new(),
            edge_count: zeros(expected_rows)?,
            detachedness: Vec::new(),
            largest_name: Largest::default(),
        })
    }

    /// Removes rows that were reserved but not filled.
    pub(crate) fn truncate(&mut self, rows: usize) {
        self.kind.truncate(rows);
        self.name.truncate(rows);
        self.id.truncate(rows);
        self.self_size.truncate(rows);
        self.edge_count.truncate(rows);
    }

    pub(crate) fn take_ids(&mut self) -> WideColumn {
        WideColumn::from_parts(std::mem::take(&mut self.id), std::mem::take(&mut self.id_high))
    }

    pub(crate) fn take_self_sizes(&mut self) -> WideColumn {
        WideColumn::from_parts(std::mem::take(&mut self.self_size), std::mem::take(&mut self.self_size_high))
    }
}

pub(crate) struct NodeWriter<'a> {
    layout: &'a NodeLayout,
    first_row: usize,
    kind: &'a mut [u8],
    name: &'a mut [u32],
    id: &'a mut [u32],
    self_size: &'a mut [u32],
    edge_count: &'a mut [u32],
    out: NodeSummary,
}

#[derive(Default)]
pub(crate) struct NodeSummary {
    id_high: Vec<(u32, u64)>,
    self_size_high: Vec<(u32, u64)>,
    detachedness: Vec<(u32, u8)>,
    largest_name: Largest,
}

impl RowWriter for NodeWriter<'_> {
    type Summary = NodeSummary;

    #[inline(always)]
    fn row(&mut self, row: usize, cells: &[u64], offset: u64) -> Result<()> {
        let layout = self.layout;
        let kind = layout.kinds.get(cells[layout.kind] as usize).copied();
        self.kind[row] = kind.unwrap_or(NodeKind::UNLISTED).raw();
        let name = cells[layout.name];
        self.name[row] = name as u32;
        self.out.largest_name.see(name, self.first_row + row, offset);
        self.id[row] = low_word(cells[layout.id], self.first_row + row, &mut self.out.id_high);
        let size = cells[layout.self_size];
        self.self_size[row] = low_word(size, self.first_row + row, &mut self.out.self_size_high);
        self.edge_count[row] = as_u32(cells[layout.edge_count], "edge_count", offset)?;
        if let Some(at) = layout.detachedness
            && cells[at] != 0
        {
            self.out.detachedness.push(((self.first_row + row) as u32, cells[at].min(3) as u8));
        }
        Ok(())
    }

    fn finish(self) -> NodeSummary {
        self.out
    }
}

/// The part of a value that goes into the 32-bit column (see [`WideColumn`]).
#[inline]
fn low_word(value: u64, row: usize, high: &mut Vec<(u32, u64)>) -> u32 {
    if value >= u64::from(u32::MAX) {
        high.push((row as u32, value));
        return u32::MAX;
    }
    value as u32
}

impl RowSink for NodeColumns {
    type Summary = NodeSummary;
    type Writer<'a> = NodeWriter<'a>;

    fn writers<'a>(&'a mut self, row_counts: &[usize]) -> Result<Vec<NodeWriter<'a>>> {
        let start = self.rows;
        self.rows += row_counts.iter().sum::<usize>();
        let end = self.rows;
        ensure(&mut self.kind, end)?;
        ensure(&mut self.name, end)?;
        ensure(&mut self.id, end)?;
        ensure(&mut self.self_size, end)?;
        ensure(&mut self.edge_count, end)?;
        let layout = &self.layout;
        let mut kinds = split_mut(&mut self.kind[start..end], row_counts);
        let mut names = split_mut(&mut self.name[start..end], row_counts);
        let mut ids = split_mut(&mut self.id[start..end], row_counts);
        let mut sizes = split_mut(&mut self.self_size[start..end], row_counts);
        let mut counts = split_mut(&mut self.edge_count[start..end], row_counts);
        let mut first_row = start;
        let mut writers = Vec::with_capacity(row_counts.len());
        for rows in row_counts {
            writers.push(NodeWriter {
                layout,
                first_row,
                kind: kinds.next().unwrap_or_default(),
                name: names.next().unwrap_or_default(),
                id: ids.next().unwrap_or_default(),
                self_size: sizes.next().unwrap_or_default(),
                edge_count: counts.next().unwrap_or_default(),
                out: NodeSummary::default(),
            });
            first_row += rows;
        }
        Ok(writers)
    }

    fn absorb(&mut self, summary: NodeSummary) {
        self.id_high.extend(summary.id_high);
        self.self_size_high.extend(summary.self_size_high);
        self.detachedness.extend(summary.detachedness);
        let Largest { value, row, offset } = summary.largest_name;
        self.largest_name.see(value, row, offset);
    }
}

/// Edge columns.
#[derive(Debug)]
pub(crate) struct EdgeColumns {
    layout: EdgeLayout,
    node_stride: Divisor,
    /// Number of nodes if they were read before the edges; otherwise unlimited.
    node_count: u64,
    rows: usize,
    pub(crate) link: Vec<EdgeLink>,
    pub(crate) name_or_index: Vec<u32>,
    pub(crate) largest_name: Largest,
    pub(crate) largest_target: Largest,
}

impl EdgeColumns {
    pub(crate) fn new(
        layout: EdgeLayout,
        node_stride: usize,
        node_count: Option<usize>,
        expected_rows: usize,
    ) -> Result<Self> {
        Ok(Self {
            layout,
            node_stride: Divisor::new(node_stride),
            node_count: node_count.unwrap_or(MAX_NODES) as u64,
            rows: 0,
            link: zeros(expected_rows)?,
            name_or_index: zeros(expected_rows)?,
            largest_name: Largest::default(),
            largest_target: Largest::default(),
        })
    }

    pub(crate) fn truncate(&mut self, rows: usize) {
        self.link.truncate(rows);
        self.name_or_index.truncate(rows);
    }
}

pub(crate) struct EdgeWriter<'a> {
    layout: &'a EdgeLayout,
    node_stride: Divisor,
    node_count: u64,
    first_row: usize,
    link: &'a mut [EdgeLink],
    name_or_index: &'a mut [u32],
    largest_name: Largest,
    largest_target: Largest,
}

impl RowWriter for EdgeWriter<'_> {
    type Summary = (Largest, Largest);

    #[inline(always)]
    fn row(&mut self, row: usize, cells: &[u64], offset: u64) -> Result<()> {
        let layout = self.layout;
        let kind = layout.kinds.get(cells[layout.kind] as usize).copied().unwrap_or_default();
        let name = cells[layout.name_or_index];
        // For an unknown kind, it is also unknown whether the name is a string or a number.
        if kind.has_numeric_name() || kind == EdgeKind::Other {
            as_u32(name, "name_or_index", offset)?;
        } else {
            self.largest_name.see(name, self.first_row + row, offset);
        }
        self.name_or_index[row] = name as u32;
        let (node, remainder) = self.node_stride.divide(cells[layout.to_node]);
        if remainder != 0 || node >= self.node_count {
            return Err(bad_target(
                "to_node",
                cells[layout.to_node],
                remainder,
                self.node_stride.divisor,
                self.node_count,
                offset,
            ));
        }
        self.largest_target.see(node, self.first_row + row, offset);
        self.link[row] = EdgeLink::new(kind, node as u32);
        Ok(())
    }

    fn finish(self) -> Self::Summary {
        (self.largest_name, self.largest_target)
    }
}

#[cold]
pub(crate) fn bad_target(column: &str, index: u64, remainder: u64, stride: u64, node_count: u64, offset: u64) -> Error {
    let message = if remainder != 0 {
        format!("{column} {index} is not the start of a node, expected a multiple of {stride}")
    } else {
        let limit = node_count.saturating_mul(stride);
        format!("{column} {index} is out of range, expected less than {limit} ({node_count} nodes of {stride} columns)")
    };
    Error::new(ErrorKind::Inconsistent, message).at(offset).help("the file was edited or damaged: capture it again")
}

impl RowSink for EdgeColumns {
    type Summary = (Largest, Largest);
    type Writer<'a> = EdgeWriter<'a>;

    fn writers<'a>(&'a mut self, row_counts: &[usize]) -> Result<Vec<EdgeWriter<'a>>> {
        let start = self.rows;
        self.rows += row_counts.iter().sum::<usize>();
        let end = self.rows;
        ensure(&mut self.link, end)?;
        ensure(&mut self.name_or_index, end)?;
        let mut links = split_mut(&mut self.link[start..end], row_counts);
        let mut names = split_mut(&mut self.name_or_index[start..end], row_counts);
        let mut first_row = start;
        let mut writers = Vec::with_capacity(row_counts.len());
        for rows in row_counts {
            writers.push(EdgeWriter {
                layout: &self.layout,
                node_stride: self.node_stride,
                node_count: self.node_count,
                first_row,
                link: links.next().unwrap_or_default(),
                name_or_index: names.next().unwrap_or_default(),
                largest_name: Largest::default(),
                largest_target: Largest::default(),
            });
            first_row += rows;
        }
        Ok(writers)
    }

    fn absorb(&mut self, (name, target): Self::Summary) {
        self.largest_name.see(name.value, name.row, name.offset);
        self.largest_target.see(target.value, target.row, target.offset);
    }
}

/// Where a function or constructor is in its source, in V8's numbers, 0-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Row of the node at this location.
    pub node: u32,
    /// V8's id of the script, valid within one process.
    pub script_id: u32,
    /// 0-based line.
    pub line: u32,
    /// 0-based column.
    pub column: u32,
}

/// Location rows in file order.
#[derive(Debug)]
pub(crate) struct LocationRows {
    layout: LocationLayout,
    node_stride: Divisor,
    node_count: u64,
    pub(crate) rows: Vec<Location>,
    filled: usize,
}

impl LocationRows {
    pub(crate) fn new(layout: LocationLayout, node_stride: usize, node_count: Option<usize>) -> Self {
        let node_count = node_count.unwrap_or(MAX_NODES) as u64;
        Self { layout, node_stride: Divisor::new(node_stride), node_count, rows: Vec::new(), filled: 0 }
    }
}

pub(crate) struct LocationWriter<'a> {
    layout: LocationLayout,
    node_stride: Divisor,
    node_count: u64,
    rows: &'a mut [Location],
}

impl RowWriter for LocationWriter<'_> {
    type Summary = ();

    fn row(&mut self, row: usize, cells: &[u64], offset: u64) -> Result<()> {
        let layout = self.layout;
        let (node, remainder) = self.node_stride.divide(cells[layout.object_index]);
        if remainder != 0 || node >= self.node_count {
            let at = cells[layout.object_index];
            return Err(bad_target("object_index", at, remainder, self.node_stride.divisor, self.node_count, offset));
        }
        self.rows[row] = Location {
            node: node as u32,
            script_id: as_u32(cells[layout.script_id], "script_id", offset)?,
            line: as_u32(cells[layout.line], "line", offset)?,
            column: as_u32(cells[layout.column], "column", offset)?,
        };
        Ok(())
    }

    fn finish(self) {}
}

impl RowSink for LocationRows {
    type Summary = ();
    type Writer<'a> = LocationWriter<'a>;

    fn writers<'a>(&'a mut self, row_counts: &[usize]) -> Result<Vec<LocationWriter<'a>>> {
        let start = self.filled;
        self.filled += row_counts.iter().sum::<usize>();
        let empty = Location { node: 0, script_id: 0, line: 0, column: 0 };
        reserve(&mut self.rows, self.filled - start)?;
        self.rows.resize(self.filled, empty);
        let (layout, node_stride, node_count) = (self.layout, self.node_stride, self.node_count);
        let stretches = split_mut(&mut self.rows[start..], row_counts);
        Ok(stretches.map(|rows| LocationWriter { layout, node_stride, node_count, rows }).collect())
    }

    fn absorb(&mut self, (): ()) {}
}

#[cfg(test)]
mod tests {
    use super::Divisor;

    proptest::proptest! {
        #[test]
        fn division_is_exact(n: u32, wide: u64, divisor in 1usize..=32) {
            let d = divisor as u64;
            for n in [u64::from(n), wide] {
                proptest::prop_assert_eq!(Divisor::new(divisor).divide(n), (n / d, n % d));
            }
        }
    }
}
