//! The pprof format: <https://github.com/google/pprof/blob/main/proto/profile.proto>, as Go's tools, Datadog, Pyroscope,
//! the npm packages `pprof` and `@datadog/pprof`, and `heapdiff flame --format pprof` write it.
//!
//! A sample is a stack and its values: how many, how long, how many bytes. It names places in code by ids that are
//! explained only later in the file, as are the names of values and labels. So samples are kept as numbers first
//! (this file), and understood at the end of the file (`finish`).

mod choice;
mod finish;
mod frames;
mod stacks;
mod tables;

use crate::base::{Error, ErrorKind, Result};
use crate::format::pprof::stacks::StackTree;
use crate::format::pprof::tables::{LabelSets, Tables};
use crate::format::protobuf::{Fields, Malformed, MessageStream, Value, numbers};
use crate::format::raw_profile::{RawProfile, inconsistent};
use crate::format::source::Source;

/// Fields of `Profile`.
const SAMPLE_TYPE: u32 = 1;
const SAMPLE: u32 = 2;
const MAPPING: u32 = 3;
const LOCATION: u32 = 4;
const FUNCTION: u32 = 5;
const STRING: u32 = 6;
const TIME_NANOS: u32 = 9;
const DURATION_NANOS: u32 = 10;
const PERIOD_TYPE: u32 = 11;
const PERIOD: u32 = 12;
const DEFAULT_SAMPLE_TYPE: u32 = 14;
/// The last field that is known, `doc_url`.
const LAST: u32 = 15;

/// The type of a value: its name and its unit, as numbers of strings.
#[derive(Clone, Copy, Debug, Default)]
struct ValueType {
    kind: u64,
    unit: u64,
}

/// What the file says of the profile as a whole.
#[derive(Debug, Default)]
struct Header {
    types: Vec<ValueType>,
    default_type: u64,
    period_type: Option<ValueType>,
    period: u64,
    time_nanos: u64,
    duration_nanos: u64,
}

/// All samples, one after the other.
#[derive(Debug, Default)]
struct Samples {
    /// Where each one's stack ends in the trie.
    node: Vec<u32>,
    /// Each one's set of labels; empty while none has labels.
    labels: Vec<u32>,
    /// Values of all samples, `value_count` for each.
    values: Vec<i64>,
    value_count: usize,
}

struct Reader {
    header: Header,
    tables: Tables,
    labels: LabelSets,
    stacks: StackTree,
    samples: Samples,
    /// The sample being read: ids of its locations, the innermost first, and its values.
    ids: Vec<u64>,
    values: Vec<u64>,
}

/// Reads the profiles of a file: one, or one per thread, if samples have labels with threads.
///
/// O(bytes) time. Memory is a number and the values of each sample, 28 to 40 bytes per call of the tree, and the strings.
///
/// # Errors
/// If the stream is no profile, ends early, or contradicts itself.
pub(crate) fn read_pprof(source: &mut Source<'_>) -> Result<Vec<RawProfile>> {
    read(source).map_err(|e| e.or_help("the file is truncated or corrupt: record or copy it again"))
}

fn read(source: &mut Source<'_>) -> Result<Vec<RawProfile>> {
    let mut reader = Reader::new();
    let mut stream = MessageStream::new(source);
    while let Some((field, value, offset)) = stream.next()? {
        reader.field(field, value, offset)?;
    }
    finish::finish(reader)
}

/// Whether bytes are the beginning of a profile: a type of values, two numbers, which writers put before everything but other
/// numbers.
pub(crate) fn begins_pprof(prefix: &[u8]) -> bool {
    let mut fields = Fields::new(prefix);
    loop {
        match fields.next() {
            Ok(Some((SAMPLE_TYPE | PERIOD_TYPE, Value::Bytes(bytes)))) => return is_value_type(bytes),
            Ok(Some((TIME_NANOS..=LAST, Value::Varint(_)))) => {}
            _ => return false,
        }
    }
}

fn is_value_type(bytes: &[u8]) -> bool {
    let mut fields = Fields::new(bytes);
    loop {
        match fields.next() {
            Ok(None) => return !bytes.is_empty(),
            Ok(Some((1 | 2, Value::Varint(_)))) => {}
            _ => return false,
        }
    }
}

impl Reader {
    fn new() -> Self {
        Self {
            header: Header::default(),
            tables: Tables::default(),
            labels: LabelSets::default(),
            stacks: StackTree::new(),
            samples: Samples::default(),
            ids: Vec::new(),
            values: Vec::new(),
        }
    }

    fn field(&mut self, field: u32, value: Value<'_>, offset: u64) -> Result<()> {
        match (field, value) {
            (SAMPLE, Value::Bytes(bytes)) => {
                let place = |e: Error, at: usize| e.in_place(format!("sample {at}"));
                let at = self.samples.node.len();
                let read = self.read_sample(bytes).map_err(|e| place(e.in_message_at(offset), at))?;
                self.add_sample(read).map_err(|e| place(e.at(offset), at))
            }
            (SAMPLE_TYPE, Value::Bytes(bytes)) => {
                self.header.types.push(value_type(bytes).map_err(|e| e.in_message_at(offset))?);
                Ok(())
            }
            (PERIOD_TYPE, Value::Bytes(bytes)) => {
                self.header.period_type = Some(value_type(bytes).map_err(|e| e.in_message_at(offset))?);
                Ok(())
            }
            (MAPPING, Value::Bytes(bytes)) => self.tables.mapping(bytes, offset),
            (LOCATION, Value::Bytes(bytes)) => self.tables.location(bytes, offset),
            (FUNCTION, Value::Bytes(bytes)) => self.tables.function(bytes, offset),
            (STRING, Value::Bytes(bytes)) => self.tables.string(bytes, offset),
            (SAMPLE_TYPE..=STRING | PERIOD_TYPE, _) => {
                let message = format!("field {field} of the profile is a number, expected a message or text");
                Err(Error::new(ErrorKind::Syntax, message).at(offset))
            }
            (_, Value::Varint(number)) => {
                let header = &mut self.header;
                match field {
                    TIME_NANOS => header.time_nanos = number,
                    DURATION_NANOS => header.duration_nanos = number,
                    PERIOD => header.period = number,
                    DEFAULT_SAMPLE_TYPE => header.default_type = number,
                    _ => {}
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Reads a sample's ids and values, and returns the number of its set of labels.
    fn read_sample(&mut self, bytes: &[u8]) -> std::result::Result<u32, Malformed> {
        self.ids.clear();
        self.values.clear();
        self.labels.begin();
        let mut fields = Fields::new(bytes);
        while let Some((field, value)) = fields.next()? {
            let within = |e: Malformed| fields.within(value, e);
            match field {
                1 => numbers(value, &mut self.ids).map_err(within)?,
                2 => numbers(value, &mut self.values).map_err(within)?,
                3 => self.labels.add(value).map_err(within)?,
                _ => {}
            }
        }
        Ok(self.labels.end())
    }

    /// Adds the sample that was read.
    fn add_sample(&mut self, labels: u32) -> Result<()> {
        let samples = &mut self.samples;
        if samples.node.is_empty() {
            samples.value_count = self.values.len();
        }
        if self.values.len() != samples.value_count || self.values.is_empty() {
            let (found, expected) = (self.values.len(), samples.value_count.max(1));
            return Err(inconsistent(format!("{found} values, expected {expected} as in the first sample")));
        }
        let tables = &mut self.tables;
        samples.node.push(self.stacks.node(&self.ids, |id| tables.location_number(id))?);
        if labels > 0 && samples.labels.is_empty() {
            samples.labels.resize(samples.node.len() - 1, 0);
        }
        if labels > 0 || !samples.labels.is_empty() {
            samples.labels.push(labels);
        }
        // Signed numbers are written as unsigned ones.
        samples.values.extend(self.values.iter().map(|value| *value as i64));
        Ok(())
    }
}

fn value_type(bytes: &[u8]) -> std::result::Result<ValueType, Malformed> {
    let mut of = ValueType::default();
    let mut fields = Fields::new(bytes);
    while let Some((field, value)) = fields.next()? {
        match (field, value.number()) {
            (1, Some(number)) => of.kind = number,
            (2, Some(number)) => of.unit = number,
            _ => {}
        }
    }
    Ok(of)
}

#[cfg(test)]
mod tests {
    use super::begins_pprof;

    #[test]
    fn text_does_not_begin_like_a_profile() {
        for text in
            ["", "\n", "\n\n{\"a\":1}", "\n{\"nodes\":[]}\n", "hello world", "{}", "[1]", "main;a 12\n", "\n\u{5}abcde"]
        {
            assert!(!begins_pprof(text.as_bytes()), "{text:?}");
        }
        assert!(begins_pprof(&[0x0A, 4, 8, 1, 0x10, 2, 0x12, 4, 0x0A, 0, 0x12, 0]));
    }
}
