//! What samples refer to: mappings, locations, functions, strings, and labels.

use crate::base::{Error, ErrorKind, Result, StrIx};
use crate::format::ids::IdTable;
use crate::format::limits::MAX_ROWS;
use crate::format::protobuf::{Fields, Malformed, Value};
use crate::format::raw_profile::inconsistent;
use crate::format::strings::StringTable;
use rustc_hash::FxHashMap;

/// One function in a location: several are inlined in each other, the innermost first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// Number of the function; `None` if only an address is known.
    pub(super) function: Option<u32>,
    /// 1-based, 0 if unknown.
    pub(super) line: u32,
    /// 1-based, 0 if unknown.
    pub(super) column: u32,
}

/// A place in code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Location {
    /// Its lines in `Tables::lines`: at least one.
    pub(super) first_line: u32,
    pub(super) line_count: u32,
    pub(super) mapping_id: u64,
    pub(super) address: u64,
}

/// A function; texts are numbers of strings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Function {
    pub(super) name: u64,
    pub(super) file: u64,
    /// 1-based, 0 if unknown.
    pub(super) start_line: u32,
}

/// Everything that is named by an id or number.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) location_ids: IdTable,
    /// By number; `None` while only samples have named it.
    pub(super) locations: Vec<Option<Location>>,
    pub(super) lines: Vec<Line>,
    pub(super) function_ids: IdTable,
    pub(super) functions: Vec<Option<Function>>,
    /// Numbers of the files' names by the mappings' ids.
    pub(super) mappings: FxHashMap<u64, u64>,
    pub(super) strings: StringTable,
    /// Strings that are not in the file.
    pub(super) added: FxHashMap<Vec<u8>, StrIx>,
}

impl Tables {
    /// The number of a location.
    #[inline]
    pub(super) fn location_number(&mut self, id: u64) -> u32 {
        self.location_ids.number(id)
    }

    /// Reads a string. The first is empty.
    pub(super) fn string(&mut self, bytes: &[u8], offset: u64) -> Result<()> {
        if self.strings.len() == MAX_ROWS {
            return Err(Error::new(ErrorKind::Limit, "too many strings").at(offset));
        }
        self.strings.push(bytes);
        Ok(())
    }

    /// Reads a mapping: a library or program in memory.
    pub(super) fn mapping(&mut self, bytes: &[u8], offset: u64) -> Result<()> {
        let (mut id, mut file) = (0, 0);
        let mut fields = Fields::new(bytes);
        while let Some((field, value)) = fields.next().map_err(|e| e.in_message_at(offset))? {
            match (field, value.number()) {
                (1, Some(number)) => id = number,
                (5, Some(number)) => file = number,
                _ => {}
            }
        }
        self.mappings.insert(id, file);
        Ok(())
    }

    /// Reads a location and its lines.
    pub(super) fn location(&mut self, bytes: &[u8], offset: u64) -> Result<()> {
        let first_line = self.lines.len();
        let mut location = Location { first_line: first_line as u32, line_count: 0, mapping_id: 0, address: 0 };
        let mut id = 0;
        let mut fields = Fields::new(bytes);
        while let Some((field, value)) = fields.next().map_err(|e| e.in_message_at(offset))? {
            match (field, value) {
                (1, Value::Varint(number)) => id = number,
                (2, Value::Varint(number)) => location.mapping_id = number,
                (3, Value::Varint(number)) => location.address = number,
                (4, Value::Bytes(line)) => {
                    let line = self.line(line).map_err(|e| fields.within(value, e).in_message_at(offset))?;
                    self.lines.push(line);
                }
                _ => {}
            }
        }
        if self.lines.len() == first_line {
            self.lines.push(Line::default());
        }
        if self.lines.len() > MAX_ROWS {
            return Err(Error::new(ErrorKind::Limit, "too many lines of locations").at(offset));
        }
        location.line_count = (self.lines.len() - first_line) as u32;
        set(&mut self.locations, self.location_ids.number(id), location)
            .map_err(|()| inconsistent(format!("two locations have the id {id}")).at(offset))
    }

    fn line(&mut self, bytes: &[u8]) -> std::result::Result<Line, Malformed> {
        let mut line = Line::default();
        let mut fields = Fields::new(bytes);
        while let Some((field, value)) = fields.next()? {
            match (field, value.number()) {
                (1, Some(id)) => line.function = (id > 0).then(|| self.function_ids.number(id)),
                (2, Some(packed)) => {
                    // Datadog's agents for JavaScript put the column into the upper half.
                    let (column, number) = ((packed >> 32) as u32, packed as u32);
                    line.line = position(i64::from(number));
                    if column > 0 {
                        line.column = position(packed as i64 >> 32);
                    }
                }
                (3, Some(number)) => line.column = position(number as i64),
                _ => {}
            }
        }
        Ok(line)
    }

    /// Reads a function.
    pub(super) fn function(&mut self, bytes: &[u8], offset: u64) -> Result<()> {
        let (mut id, mut function) = (0, Function::default());
        let (mut name, mut system_name) = (0, 0);
        let mut fields = Fields::new(bytes);
        while let Some((field, value)) = fields.next().map_err(|e| e.in_message_at(offset))? {
            match (field, value.number()) {
                (1, Some(number)) => id = number,
                (2, Some(number)) => name = number,
                (3, Some(number)) => system_name = number,
                (4, Some(number)) => function.file = number,
                (5, Some(number)) => function.start_line = position(number as i64),
                _ => {}
            }
        }
        function.name = if name == 0 { system_name } else { name };
        set(&mut self.functions, self.function_ids.number(id), function)
            .map_err(|()| inconsistent(format!("two functions have the id {id}")).at(offset))
    }
}

fn position(number: i64) -> u32 {
    u32::try_from(number).ok().filter(|number| *number < i32::MAX as u32).unwrap_or(0)
}

fn set<T: Copy>(table: &mut Vec<Option<T>>, number: u32, value: T) -> std::result::Result<(), ()> {
    let at = number as usize;
    if at >= table.len() {
        table.resize(at + 1, None);
    }
    if table[at].replace(value).is_some() { Err(()) } else { Ok(()) }
}

/// A label with a text: the strings of its name and of its value. Labels with numbers are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Label {
    pub(super) name: u32,
    pub(super) text: u32,
}

/// The different sets of labels of samples. Set 0 is empty.
#[derive(Debug, Default)]
pub(super) struct LabelSets {
    /// Ends of the sets in `all`, from set 1 on.
    ends: Vec<u32>,
    all: Vec<Label>,
    known: FxHashMap<Box<[Label]>, u32>,
    known_labels: usize,
    now: Vec<Label>,
}

/// Sets are compared with earlier ones until those have so many labels: then most are different anyway, such as ids of
/// requests.
const MAX_KNOWN_LABELS: usize = 1 << 16;

impl LabelSets {
    /// Begins a set.
    #[inline]
    pub(super) fn begin(&mut self) {
        self.now.clear();
    }

    /// Adds a label to the set.
    pub(super) fn add(&mut self, label: Value<'_>) -> std::result::Result<(), Malformed> {
        let Value::Bytes(bytes) = label else { return Err(Malformed::new("a number, expected a label")) };
        let (mut name, mut text) = (0, 0);
        let mut fields = Fields::new(bytes);
        while let Some((field, value)) = fields.next()? {
            match (field, value.number()) {
                (1, Some(number)) => name = number,
                (2, Some(number)) => text = number,
                _ => {}
            }
        }
        if let (Ok(name), Ok(text @ 1..)) = (u32::try_from(name), u32::try_from(text)) {
            self.now.push(Label { name, text });
        }
        Ok(())
    }

    /// Ends the set and returns its number.
    #[inline]
    pub(super) fn end(&mut self) -> u32 {
        if self.now.is_empty() { 0 } else { self.number() }
    }

    fn number(&mut self) -> u32 {
        let next = self.ends.len() as u32 + 1;
        if let Some(known) = self.known.get(self.now.as_slice()) {
            return *known;
        }
        if self.known_labels + self.now.len() <= MAX_KNOWN_LABELS {
            self.known_labels += self.now.len();
            self.known.insert(self.now.as_slice().into(), next);
        }
        self.all.extend_from_slice(&self.now);
        self.ends.push(self.all.len() as u32);
        next
    }

    /// Number of sets, with the empty one.
    pub(super) fn len(&self) -> usize {
        self.ends.len() + 1
    }

    /// The labels of a set.
    pub(super) fn get(&self, set: u32) -> &[Label] {
        let Some(at) = (set as usize).checked_sub(1) else { return &[] };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start as usize..self.ends[at] as usize]
    }
}
