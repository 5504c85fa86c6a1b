//! The tables of a thread, or those that all threads share.

use crate::base::Result;
use crate::format::firefox::unprocessed;
use crate::format::pull::{Number, Pull};
use crate::format::strings::StringTable;

/// No value in a column.
pub(super) const NONE: u32 = u32::MAX;

/// A table.
#[derive(Clone, Copy)]
pub(super) enum TableKey {
    Stacks,
    Frames,
    Functions,
    Sources,
    Strings,
}

/// Stacks, frames, functions and strings. Each column is as long as its table, or empty if the file has no such column.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// The stack that called each stack.
    pub(super) prefix: Vec<u32>,
    pub(super) frame: Vec<u32>,
    pub(super) stack_category: Vec<u32>,
    /// The function of each frame.
    pub(super) function: Vec<u32>,
    /// The line that ran, 1-based.
    pub(super) frame_line: Vec<u32>,
    pub(super) frame_category: Vec<u32>,
    /// Strings of each function.
    pub(super) name: Vec<u32>,
    pub(super) file: Vec<u32>,
    /// Or the source, which has the file.
    pub(super) source: Vec<u32>,
    /// Where each function begins, 1-based.
    pub(super) line: Vec<u32>,
    pub(super) column: Vec<u32>,
    /// The string of each source.
    pub(super) source_file: Vec<u32>,
    pub(super) strings: StringTable,
}

/// A column.
#[derive(Clone, Copy)]
enum Column {
    Prefix,
    Frame,
    Category,
    Function,
    Line,
    LinePosition,
    Name,
    File,
    Source,
    Schema,
}

const COLUMNS: [(&[u8], Column); 12] = [
    (b"prefix", Column::Prefix),
    (b"frame", Column::Frame),
    (b"category", Column::Category),
    (b"func", Column::Function),
    (b"line", Column::Line),
    (b"lineNumber", Column::Line),
    (b"columnNumber", Column::LinePosition),
    (b"name", Column::Name),
    (b"fileName", Column::File),
    (b"filename", Column::File),
    (b"source", Column::Source),
    (b"schema", Column::Schema),
];

impl Tables {
    pub(super) const KEYS: [(&'static [u8], TableKey); 6] = [
        (b"stackTable", TableKey::Stacks),
        (b"frameTable", TableKey::Frames),
        (b"funcTable", TableKey::Functions),
        (b"sources", TableKey::Sources),
        (b"stringArray", TableKey::Strings),
        (b"stringTable", TableKey::Strings),
    ];

    /// Reads a table.
    pub(super) fn read(&mut self, pull: &mut Pull<'_, '_>, table: TableKey) -> Result<()> {
        match (table, pull.peek("a table")?) {
            (TableKey::Strings, b'[') => {
                let mut all = pull.array("strings")?;
                while pull.element(&mut all)? {
                    let place = self.strings.len();
                    let text = pull.text("a string").map_err(|e| e.in_place(format!("string {place}")))?;
                    self.strings.push(text);
                }
                Ok(())
            }
            (TableKey::Strings, _) | (_, b'n') => pull.skip(),
            _ => self.columns(pull, table),
        }
    }

    fn columns(&mut self, pull: &mut Pull<'_, '_>, table: TableKey) -> Result<()> {
        let mut members = pull.object("a table: `{`")?;
        while let Some(key) = pull.member(&mut members, &COLUMNS)? {
            let column_of = match (table, key) {
                (_, Some(Column::Schema)) => return Err(unprocessed(pull.offset())),
                (TableKey::Stacks, Some(Column::Prefix)) => &mut self.prefix,
                (TableKey::Stacks, Some(Column::Frame)) => &mut self.frame,
                (TableKey::Stacks, Some(Column::Category)) => &mut self.stack_category,
                (TableKey::Frames, Some(Column::Function)) => &mut self.function,
                (TableKey::Frames, Some(Column::Line)) => &mut self.frame_line,
                (TableKey::Frames, Some(Column::Category)) => &mut self.frame_category,
                (TableKey::Functions, Some(Column::Name)) => &mut self.name,
                (TableKey::Functions, Some(Column::File)) => &mut self.file,
                (TableKey::Functions, Some(Column::Source)) => &mut self.source,
                (TableKey::Functions, Some(Column::Line)) => &mut self.line,
                (TableKey::Functions, Some(Column::LinePosition)) => &mut self.column,
                (TableKey::Sources, Some(Column::File)) => &mut self.source_file,
                _ => {
                    pull.skip()?;
                    continue;
                }
            };
            match pull.peek("a column")? {
                b'[' => *column_of = column(pull, "a column")?,
                _ => pull.skip()?,
            }
        }
        Ok(())
    }
}

/// A column of positions; what is not one (`null`, −1) is [`NONE`].
pub(super) fn column(pull: &mut Pull<'_, '_>, what: &str) -> Result<Vec<u32>> {
    let mut all = pull.array(what)?;
    let mut column = Vec::new();
    while pull.element(&mut all)? {
        let number = pull.optional_number()?.map(Number::rounded);
        column.push(number.and_then(|number| u32::try_from(number).ok()).unwrap_or(NONE));
    }
    Ok(column)
}
