//! From locations to functions, and from stacks of locations to calls of functions.

use crate::base::{Result, StrIx};
use crate::format::ids::IdTable;
use crate::format::pprof::tables::{Line, Location, Tables};
use crate::format::raw_profile::{RawFunction, RawProfile, inconsistent};
use crate::format::strings::StringTable;
use rustc_hash::FxHashMap;

/// Values and numbers of samples by node.
pub(super) struct OfNodes {
    pub(super) values: Vec<u64>,
    pub(super) counts: Vec<u32>,
}

/// The functions of all locations.
pub(super) struct Frames {
    locations: Vec<Option<Location>>,
    ids: IdTable,
    lines: Vec<Line>,
    /// The function of each line.
    of_line: Vec<u32>,
    pub(super) functions: Vec<RawFunction>,
    root: u32,
}

/// The columns of a profile.
pub(super) struct Columns {
    pub(super) parent: Vec<u32>,
    pub(super) function: Vec<u32>,
    pub(super) values: Vec<u64>,
    pub(super) counts: Vec<u32>,
    pub(super) line_ticks: Vec<(u32, u32, u32)>,
}

/// The lines of a function that its locations name.
#[derive(Clone, Copy)]
enum Named {
    None,
    One(u32, u32),
    Several,
}

/// Strings that are not in the file.
struct Words {
    empty: StrIx,
    no_script: StrIx,
    garbage_collector: StrIx,
}

impl Frames {
    /// Finds the functions. What `tables` has of locations is moved.
    pub(super) fn new(tables: &mut Tables) -> Result<Self> {
        let lines = std::mem::take(&mut tables.lines);
        let locations = std::mem::take(&mut tables.locations);
        let mut named = vec![Named::None; tables.function_count()];
        for line in &lines {
            let Some(function) = line.function else { continue };
            let now = &mut named[function as usize];
            *now = match *now {
                Named::None => Named::One(line.line, line.column),
                Named::One(at, column) if at == line.line => Named::One(at, column.max(line.column)),
                _ => Named::Several,
            };
        }
        if tables.strings.is_empty() {
            tables.strings.push(b"");
        }
        let words = Words {
            empty: StrIx::new(0),
            no_script: tables.strings.push(b"0"),
            garbage_collector: tables.strings.push(b"(garbage collector)"),
        };
        let root_name = tables.strings.push(b"(root)");
        let mut numbers = FxHashMap::default();
        let mut functions: Vec<RawFunction> = Vec::new();
        let mut number = |function: RawFunction| {
            *numbers.entry(function).or_insert_with(|| {
                functions.push(function);
                functions.len() as u32 - 1
            })
        };
        let root = RawFunction { name: root_name, url: words.empty, script: words.no_script, line: -1, column: -1 };
        let root = number(root);
        let mut of_line = vec![root; lines.len()];
        for location in locations.iter().flatten() {
            let first = location.first_line as usize;
            for at in first..first + location.line_count as usize {
                let function = match lines[at].function {
                    Some(of) => function(tables, of, named[of as usize], &words)?,
                    None => unknown(tables, location, &words),
                };
                of_line[at] = number(function);
            }
        }
        let ids = tables.take_location_ids();
        Ok(Self { locations, ids, lines, of_line, functions, root })
    }

    /// Calls of functions for stacks of locations, of all or of some nodes: one per line of a location. O(calls).
    pub(super) fn expand(&self, nodes: &[(u32, u32)], of: OfNodes, used: Option<&[bool]>) -> Result<Columns> {
        let is_simple = used.is_none() && self.locations.iter().flatten().all(|of| of.line_count == 1);
        let mut columns = Columns {
            parent: vec![RawProfile::NONE],
            function: vec![self.root],
            values: Vec::new(),
            counts: Vec::new(),
            line_ticks: Vec::new(),
        };
        columns.parent.reserve_exact(if is_simple { nodes.len() - 1 } else { 0 });
        columns.function.reserve_exact(if is_simple { nodes.len() - 1 } else { 0 });
        // The call of each node's innermost function.
        let mut call_of = if is_simple { Vec::new() } else { vec![0u32; nodes.len()] };
        for (node, (parent, location)) in nodes.iter().enumerate().skip(1) {
            if used.is_some_and(|used| !used[node]) {
                continue;
            }
            let Some(Some(location)) = self.locations.get(*location as usize) else {
                return Err(self.no_location(*location));
            };
            let first = location.first_line as usize;
            let mut caller = if is_simple { *parent } else { call_of[*parent as usize] };
            // The last line of a location called the one before it.
            for line in (first..first + location.line_count as usize).rev() {
                columns.parent.push(caller);
                columns.function.push(self.of_line[line]);
                caller = columns.parent.len() as u32 - 1;
            }
            self.add_ticks(first, caller, of.counts[node], &mut columns.line_ticks);
            if !is_simple {
                call_of[node] = caller;
            }
        }
        if is_simple {
            (columns.values, columns.counts) = (of.values, of.counts);
        } else {
            columns.values = vec![0; columns.parent.len()];
            columns.counts = vec![0; columns.parent.len()];
            for (node, call) in call_of.into_iter().enumerate().filter(|(node, _)| used.is_none_or(|used| used[*node]))
            {
                columns.values[call as usize] = of.values[node];
                columns.counts[call as usize] = of.counts[node];
            }
        }
        Ok(columns)
    }

    /// Samples of a line within a function; not of the line where it begins, which only says which function it is.
    fn add_ticks(&self, line: usize, call: u32, count: u32, out: &mut Vec<(u32, u32, u32)>) {
        let at = self.lines[line].line;
        let begins_at = self.functions[self.of_line[line] as usize].line + 1;
        if count > 0 && at > 0 && i64::from(at) != i64::from(begins_at) {
            out.push((call, at, count));
        }
    }

    #[cold]
    fn no_location(&self, number: u32) -> crate::base::Error {
        let id = self.ids.id_of(number).unwrap_or_default();
        inconsistent(format!("a sample names location {id}, which is not in the file"))
    }
}

/// A function of the file, with the line where it begins: what the file says, or the only line that its locations name.
fn function(tables: &mut Tables, number: u32, named: Named, words: &Words) -> Result<RawFunction> {
    let Some(of) = tables.functions.get(number as usize).copied().flatten() else {
        let id = tables.function_id(number);
        return Err(inconsistent(format!("a location names function {id}, which is not in the file")));
    };
    tables.check_text(of.name, "a function")?;
    tables.check_text(of.file, "a function")?;
    let (line, column) = match named {
        Named::One(line, column) if of.start_line == 0 || of.start_line == line => (line, column),
        _ => (of.start_line, 0),
    };
    let text = |string: u64| tables.index(string).unwrap_or(words.empty);
    let mut function = RawFunction {
        name: text(of.name),
        url: text(of.file),
        script: words.no_script,
        line: line as i32 - 1,
        column: column as i32 - 1,
    };
    let name = tables.strings.bytes(function.name);
    if function.url == words.empty {
        // What `@datadog/pprof` calls it.
        if name == b"Garbage Collection" {
            function.name = words.garbage_collector;
        }
    } else if let Some((line, column)) = anonymous(name) {
        function.name = words.empty;
        function.line = line.map_or(function.line, |line| line - 1);
        function.column = column.map_or(function.column, |column| column - 1);
    }
    Ok(function)
}

/// The position in the name of a function that has none: `(anonymous)`, `(anonymous:L#12:C#3)`, and `(module)` for code
/// outside of functions.
fn anonymous(name: &[u8]) -> Option<(Option<i32>, Option<i32>)> {
    let name = std::str::from_utf8(name).ok()?;
    if matches!(name, "(anonymous)" | "(module)") {
        return Some((None, None));
    }
    let place = name.strip_prefix("(anonymous:L#")?.strip_suffix(')')?;
    let (line, column) = place.split_once(":C#").map_or((place, None), |(line, column)| (line, Some(column)));
    let number = |text: &str| text.parse().ok().filter(|number| *number > 0);
    Some((Some(number(line)?), column.and_then(number)))
}

/// Code that nobody named: by its library, or else by its address.
fn unknown(tables: &mut Tables, location: &Location, words: &Words) -> RawFunction {
    let file = tables.mappings.get(&location.mapping_id).map_or(&b""[..], |file| tables.text(*file));
    let file = file.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or(file);
    let name = match file {
        b"" => format!("0x{:x}", location.address).into_bytes(),
        [b'[', ..] => file.to_vec(),
        _ => [b"[", file, b"]"].concat(),
    };
    let name = tables.added(name);
    RawFunction { name, url: words.empty, script: words.no_script, line: -1, column: -1 }
}

impl Tables {
    fn function_count(&self) -> usize {
        self.function_ids.len().max(self.functions.len())
    }

    fn function_id(&self, number: u32) -> u64 {
        self.function_ids.id_of(number).unwrap_or_default()
    }

    fn take_location_ids(&mut self) -> IdTable {
        std::mem::take(&mut self.location_ids)
    }

    /// The number of a string that is added once.
    fn added(&mut self, text: Vec<u8>) -> StrIx {
        let strings: &mut StringTable = &mut self.strings;
        *self.added.entry(text).or_insert_with_key(|text| strings.push(text))
    }
}

#[cfg(test)]
mod tests {
    use super::anonymous;

    #[test]
    fn functions_without_a_name() {
        let cases = [
            ("(anonymous)", Some((None, None))),
            ("(anonymous:L#12)", Some((Some(12), None))),
            ("(anonymous:L#12:C#3)", Some((Some(12), Some(3)))),
            ("(anonymous:L#x)", None),
            ("f", None),
        ];
        for (name, expected) in cases {
            assert_eq!(anonymous(name.as_bytes()), expected, "{name}");
        }
    }
}
