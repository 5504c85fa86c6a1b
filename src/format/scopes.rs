//! Scope tables: which function uses which variable of which scope. Chromium 156 (V8 15.6) writes them; Node 26 (V8
//! 14), Deno 2.9 (V8 15.0) and Bun do not.
//!
//! `scopes` has one row per scope of every script (a function, a block, a class), with outer scopes before inner ones.
//! `scope_context_vars` has the names of the variables in a scope's context, and `scope_uses` has the scope's
//! references to its own and outer variables. The rows of the latter two are assigned to scopes in order, as many as
//! each scope states.
//!
//! They are only evidence: tables that are not understood or contradict each other are ignored with a warning.

use crate::base::Result;
use crate::format::json::walk_value;
use crate::format::limits::MAX_SKIPPED_DEPTH;
use crate::format::source::Source;
use std::ops::Range;

/// The sections, in the order in which they are stored here.
pub(crate) const SCOPE_SECTIONS: [&str; 3] = ["scopes", "scope_context_vars", "scope_uses"];

/// The scopes of a snapshot's scripts; empty if the file has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeTables {
    /// Scopes of every script in file order. Inner scopes follow outer ones and have greater depths.
    pub scopes: Vec<Scope>,
    /// String indices of variable names.
    pub variables: Vec<u32>,
    /// References to variables.
    pub uses: Vec<VariableUse>,
}

/// A scope of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The script's node.
    pub script: u32,
    /// V8's id of the scope, unique within its script.
    pub id: i64,
    /// 0 for the outermost.
    pub depth: i64,
    /// Its variables, as rows of [`ScopeTables::variables`]. The first has slot 0.
    pub variables: Range<u32>,
    /// What it uses, as rows of [`ScopeTables::uses`].
    pub uses: Range<u32>,
}

/// A reference to a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariableUse {
    /// [`Scope::id`] of the scope that declares it.
    pub scope_id: i64,
    /// Slot of the variable in that scope.
    pub slot: i64,
}

/// Positions of the required columns; `None` if the file names them differently.
#[derive(Clone, Debug, Default)]
pub(crate) struct ScopeLayout {
    pub(crate) scopes: Option<(usize, [usize; 5])>,
    pub(crate) variables: Option<(usize, [usize; 1])>,
    pub(crate) uses: Option<(usize, [usize; 2])>,
}

impl ScopeLayout {
    pub(crate) fn new(scopes: &[String], variables: &[String], uses: &[String]) -> Self {
        let scope_columns = ["script_node_index", "scope_id", "depth", "scope_context_vars_count", "scope_uses_count"];
        Self {
            scopes: positions(scopes, scope_columns),
            variables: positions(variables, ["name"]),
            uses: positions(uses, ["declaring_scope_id", "slot_index"]),
        }
    }
}

/// The stride of a table and the positions of some of its columns.
fn positions<const COUNT: usize>(fields: &[String], wanted: [&str; COUNT]) -> Option<(usize, [usize; COUNT])> {
    let mut found = [0; COUNT];
    for (at, name) in found.iter_mut().zip(wanted) {
        *at = fields.iter().position(|field| field == name)?;
    }
    Some((fields.len(), found))
}

/// The numbers of the three sections, as far as they were read.
#[derive(Debug, Default)]
pub(crate) struct ScopeNumbers([Integers; 3]);

impl ScopeNumbers {
    /// Reads one of the three sections. O(bytes) time, and eight bytes of memory per number.
    pub(crate) fn read(&mut self, section: &str, source: &mut Source<'_>) -> Result<()> {
        let mut numbers = Integers::default();
        let walked = walk_value(source, MAX_SKIPPED_DEPTH, |piece| {
            piece.iter().for_each(|byte| numbers.take(*byte));
            Ok(())
        });
        if let Some(at) = SCOPE_SECTIONS.iter().position(|name| *name == section) {
            self.0[at] = numbers;
        }
        walked
    }

    /// The tables, or what is wrong with them. O(rows).
    pub(crate) fn tables(self, layout: &ScopeLayout, file: &Whole) -> std::result::Result<ScopeTables, &'static str> {
        let [scopes, variables, uses] = self.0;
        if scopes.numbers.is_empty() && scopes.is_understood() {
            return Ok(ScopeTables::default());
        }
        let (Some(scope_columns), Some(variable_columns), Some(use_columns)) =
            (layout.scopes, layout.variables, layout.uses)
        else {
            return Err("columns are missing in the header");
        };
        let name = |[name]: [i64; 1]| u32::try_from(name).ok().filter(|name| (*name as usize) < file.string_count);
        let a_use = |[scope_id, slot]: [i64; 2]| Some(VariableUse { scope_id, slot });
        let variables = rows(&variables, variable_columns, name).ok_or("`scope_context_vars` is malformed")?;
        let uses = rows(&uses, use_columns, a_use).ok_or("`scope_uses` is malformed")?;
        let mut next = (0, 0);
        let scope = |[script, id, depth, variable_count, use_count]: [i64; 5]| {
            let variables = following(&mut next.0, variable_count, variables.len())?;
            let uses = following(&mut next.1, use_count, uses.len())?;
            let script = u64::try_from(script).ok().filter(|script| script % file.node_stride == 0)?;
            let script =
                u32::try_from(script / file.node_stride).ok().filter(|row| (*row as usize) < file.node_count)?;
            Some(Scope { script, id, depth, variables, uses })
        };
        let scopes = rows(&scopes, scope_columns, scope).ok_or("`scopes` is malformed")?;
        if (next.0 as usize, next.1 as usize) != (variables.len(), uses.len()) {
            return Err("they have different numbers of rows");
        }
        Ok(ScopeTables { scopes, variables, uses })
    }
}

/// The ranges that positions must be within.
pub(crate) struct Whole {
    pub(crate) node_stride: u64,
    pub(crate) node_count: usize,
    pub(crate) string_count: usize,
}

/// The next `count` rows of a table.
fn following(next: &mut u32, count: i64, all: usize) -> Option<Range<u32>> {
    let end = u32::try_from(count).ok().and_then(|count| next.checked_add(count)).filter(|end| *end as usize <= all)?;
    Some(std::mem::replace(next, end)..end)
}

/// Some columns of a table's rows; `None` if anything is wrong.
fn rows<T, const COUNT: usize>(
    table: &Integers,
    (stride, columns): (usize, [usize; COUNT]),
    make: impl FnMut([i64; COUNT]) -> Option<T>,
) -> Option<Vec<T>> {
    let is_whole = table.is_understood() && table.numbers.len().is_multiple_of(stride);
    let cells = |row: &[i64]| columns.map(|column| row[column]);
    is_whole.then(|| table.numbers.chunks_exact(stride).map(cells).map(make).collect())?
}

/// An array of integers, read sequentially. Scope ids can be negative.
#[derive(Debug, Default)]
struct Integers {
    numbers: Vec<i64>,
    digits: Option<i64>,
    is_negative: bool,
    is_open: bool,
    is_strange: bool,
}

impl Integers {
    fn take(&mut self, byte: u8) {
        match byte {
            b'0'..=b'9' => {
                let digit = i64::from(byte - b'0');
                self.digits = Some(self.digits.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            }
            b'-' if self.digits.is_none() => self.is_negative = true,
            b'[' if !self.is_open => self.is_open = true,
            b',' | b']' => {
                let sign = if self.is_negative { -1 } else { 1 };
                self.numbers.extend(self.digits.take().map(|digits| sign * digits));
                self.is_negative = false;
            }
            b' ' | b'\n' | b'\r' | b'\t' => {}
            _ => self.is_strange = true,
        }
        if self.is_strange {
            self.numbers = Vec::new();
        }
    }

    fn is_understood(&self) -> bool {
        !self.is_strange
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, ScopeLayout, ScopeNumbers, ScopeTables, VariableUse, Whole};
    use crate::base::NoProgress;
    use crate::format::Source;

    fn read(sections: [&str; 3]) -> Result<ScopeTables, &'static str> {
        let fields = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let layout = ScopeLayout::new(
            &fields("script_node_index scope_id new depth scope_context_vars_count scope_uses_count"),
            &fields("name"),
            &fields("declaring_scope_id slot_index"),
        );
        let mut numbers = ScopeNumbers::default();
        for (name, text) in super::SCOPE_SECTIONS.iter().zip(sections) {
            let mut source = Source::from_bytes(text.as_bytes(), &NoProgress).unwrap();
            numbers.read(name, &mut source).unwrap();
        }
        numbers.tables(&layout, &Whole { node_stride: 6, node_count: 10, string_count: 4 })
    }

    const SCOPES: &str = "[54,-2,9,0,0,0,\n54, 7,9,1,2,0, 54,8,9,2,0,1]";

    #[test]
    fn rows_are_used_up_in_order() {
        let tables = read([SCOPES, "[3,1]", "[7,1]"]).unwrap();
        let scope = |id, depth, variables, uses| Scope { script: 9, id, depth, variables, uses };
        assert_eq!(tables.scopes, [scope(-2, 0, 0..0, 0..0), scope(7, 1, 0..2, 0..0), scope(8, 2, 2..2, 0..1)]);
        assert_eq!(tables.variables, [3, 1]);
        assert_eq!(tables.uses, [VariableUse { scope_id: 7, slot: 1 }]);
        assert_eq!(read(["[]", "[]", "[]"]), Ok(ScopeTables::default()));
    }

    #[test]
    fn what_is_odd_is_left_out() {
        let odd = [
            [SCOPES, "[3,4]", "[7,1]"],
            [SCOPES, "[3]", "[7,1]"],
            [SCOPES, "[3,1,2]", "[7,1]"],
            [SCOPES, "[3,1]", "[7]"],
            [SCOPES, "[3,1]", "[7,{\"a\":1}]"],
            [SCOPES, "[3,1]", "[7.5,1]"],
            ["[55,-2,9,0,0,0]", "[]", "[]"],
            ["[60,-2,9,0,0,0]", "[]", "[]"],
            ["[54,-2,9,0,-1,0]", "[]", "[]"],
            ["[54,-2,9,0,99999999999999999999,0]", "[]", "[]"],
            ["\"none\"", "[]", "[]"],
        ];
        for sections in odd {
            assert!(read(sections).is_err(), "{sections:?}");
        }
    }
}
