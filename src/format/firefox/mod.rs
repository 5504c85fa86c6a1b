//! The processed profile format of the Firefox Profiler, as profiler.firefox.com saves it and samply writes it:
//! <https://github.com/firefox-devtools/profiler/blob/main/docs-developer/processed-profile-format.md>.
//!
//! Threads have samples: a time and a stack. A stack is a frame and the stack that called it, a frame belongs to a function, a
//! function has a name. These tables are in each thread, or since version 55 to 58, one after the other, in `shared`. All
//! are lists of columns, in any order, so they are read first (`tables`) and understood at the end (`finish`).

mod finish;
mod tables;

use crate::base::{Error, ErrorKind, Result};
use crate::format::call_stacks::check_count;
use crate::format::firefox::tables::{Tables, column};
use crate::format::pull::{Number, Pull};
use crate::format::raw_profile::RawProfile;
use crate::format::source::Source;

#[derive(Clone, Copy)]
enum Key {
    Meta,
    Shared,
    Threads,
}

const KEYS: [(&[u8], Key); 3] = [(b"meta", Key::Meta), (b"shared", Key::Shared), (b"threads", Key::Threads)];

/// What holds for all threads.
#[derive(Debug, Default)]
struct Meta {
    /// Milliseconds between two samples.
    interval: f64,
    /// The category of waiting, if there is one.
    idle: Option<u32>,
}

/// Samples, by column.
#[derive(Debug, Default)]
struct Samples {
    /// Positions of stacks.
    stack: Vec<u32>,
    /// Milliseconds, or differences of them.
    time: Vec<f64>,
    has_deltas: bool,
    weight: Vec<f64>,
    is_bytes: bool,
}

/// A thread while it is read.
#[derive(Debug, Default)]
struct ThreadTables {
    tables: Tables,
    samples: Samples,
    name: Vec<u8>,
    process_id: Vec<u8>,
    thread_id: Vec<u8>,
}

/// Reads the profiles of a file: one per thread that has samples.
///
/// O(bytes) time; memory is that of the columns.
///
/// # Errors
/// If the stream is no such file, ends early, or contradicts itself.
pub(crate) fn read_firefox(source: &mut Source<'_>) -> Result<Vec<RawProfile>> {
    let mut pull = Pull::new(source);
    let mut meta = Meta::default();
    let mut shared = Tables::default();
    let mut threads: Vec<ThreadTables> = Vec::new();
    let mut members = pull.object("`{`")?;
    while let Some(key) = pull.member(&mut members, &KEYS)? {
        match (key, pull.peek("a value")?) {
            (Some(Key::Meta), b'{') => meta = read_meta(&mut pull)?,
            (Some(Key::Shared), b'{') => read_shared(&mut pull, &mut shared).map_err(|e| e.within("`shared`"))?,
            (Some(Key::Threads), b'[') => {
                let mut all = pull.array("`threads`: `[`")?;
                while pull.element(&mut all)? {
                    check_count(threads.len()).map_err(|e| e.at(pull.offset()))?;
                    let place = format!("thread {}", threads.len());
                    threads.push(read_thread(&mut pull).map_err(|e| e.within(&place))?);
                }
            }
            _ => pull.skip()?,
        }
    }
    pull.end()?;
    finish::finish(&meta, &shared, threads)
}

#[derive(Clone, Copy)]
enum MetaKey {
    Interval,
    Categories,
}

const META_KEYS: [(&[u8], MetaKey); 2] = [(b"interval", MetaKey::Interval), (b"categories", MetaKey::Categories)];

fn read_meta(pull: &mut Pull<'_, '_>) -> Result<Meta> {
    const NAME: [(&[u8], ()); 1] = [(b"name", ())];
    let mut meta = Meta::default();
    let mut members = pull.object("`meta`: `{`")?;
    while let Some(key) = pull.member(&mut members, &META_KEYS)? {
        match (key, pull.peek("a value")?) {
            (Some(MetaKey::Interval), _) => meta.interval = pull.optional_number()?.map_or(0.0, Number::float),
            (Some(MetaKey::Categories), b'[') => {
                let mut all = pull.array("categories")?;
                let mut number = 0;
                while pull.element(&mut all)? {
                    let mut category = pull.object("a category: `{`")?;
                    while let Some(key) = pull.member(&mut category, &NAME)? {
                        match (key, pull.peek("a value")?) {
                            (Some(()), b'"') if pull.text("a name")? == b"Idle" => meta.idle = Some(number),
                            (Some(()), b'"') => {}
                            _ => pull.skip()?,
                        }
                    }
                    number += 1;
                }
            }
            _ => pull.skip()?,
        }
    }
    Ok(meta)
}

fn read_shared(pull: &mut Pull<'_, '_>, shared: &mut Tables) -> Result<()> {
    let mut members = pull.object("`{`")?;
    while let Some(key) = pull.member(&mut members, &Tables::KEYS)? {
        match key {
            Some(key) => shared.read(pull, key)?,
            None => pull.skip()?,
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum ThreadKey {
    Table(tables::TableKey),
    Samples,
    Name,
    Process,
    Thread,
}

fn thread_keys() -> Vec<(&'static [u8], ThreadKey)> {
    let own: [(&[u8], ThreadKey); 4] = [
        (b"samples", ThreadKey::Samples),
        (b"name", ThreadKey::Name),
        (b"pid", ThreadKey::Process),
        (b"tid", ThreadKey::Thread),
    ];
    let tables = Tables::KEYS.iter().map(|(key, table)| (*key, ThreadKey::Table(*table)));
    own.into_iter().chain(tables).collect()
}

fn read_thread(pull: &mut Pull<'_, '_>) -> Result<ThreadTables> {
    let keys = thread_keys();
    let mut thread = ThreadTables::default();
    let mut members = pull.object("a thread: `{`")?;
    while let Some(key) = pull.member(&mut members, &keys)? {
        match (key, pull.peek("a value")?) {
            (Some(ThreadKey::Table(key)), _) => thread.tables.read(pull, key)?,
            (Some(ThreadKey::Samples), b'{') => thread.samples.read(pull)?,
            (Some(ThreadKey::Name), b'"') => thread.name = pull.text("a name")?.to_vec(),
            (Some(ThreadKey::Process), b'"' | b'0'..=b'9') => {
                thread.process_id = pull.text_or_number("an id")?.to_vec();
            }
            (Some(ThreadKey::Thread), b'"' | b'0'..=b'9') => thread.thread_id = pull.text_or_number("an id")?.to_vec(),
            _ => pull.skip()?,
        }
    }
    Ok(thread)
}

#[derive(Clone, Copy)]
enum SampleKey {
    Stack,
    Time,
    Deltas,
    Weight,
    WeightType,
    Schema,
}

const SAMPLE_KEYS: [(&[u8], SampleKey); 6] = [
    (b"stack", SampleKey::Stack),
    (b"time", SampleKey::Time),
    (b"timeDeltas", SampleKey::Deltas),
    (b"weight", SampleKey::Weight),
    (b"weightType", SampleKey::WeightType),
    (b"schema", SampleKey::Schema),
];

impl Samples {
    fn read(&mut self, pull: &mut Pull<'_, '_>) -> Result<()> {
        let mut members = pull.object("`samples`: `{`")?;
        while let Some(key) = pull.member(&mut members, &SAMPLE_KEYS)? {
            match (key, pull.peek("a value")?) {
                (Some(SampleKey::Stack), b'[') => self.stack = column(pull, "`samples.stack`")?,
                (Some(SampleKey::Time), b'[') => self.time = numbers(pull, "`samples.time`")?,
                (Some(SampleKey::Deltas), b'[') => {
                    self.time = numbers(pull, "`samples.timeDeltas`")?;
                    self.has_deltas = true;
                }
                (Some(SampleKey::Weight), b'[') => self.weight = numbers(pull, "`samples.weight`")?,
                (Some(SampleKey::WeightType), b'"') => self.is_bytes = pull.text("a type")? == b"bytes",
                (Some(SampleKey::Schema), b'{') => return Err(unprocessed(pull.offset())),
                _ => pull.skip()?,
            }
        }
        Ok(())
    }
}

/// The error for the format in which Firefox itself records.
#[cold]
fn unprocessed(offset: u64) -> Error {
    let message = "this is a profile as Firefox records it, expected one in the processed format";
    Error::new(ErrorKind::WrongKind, message).at(offset).help("open it on profiler.firefox.com and save it from there")
}

/// A column of numbers; other values count as 0.
fn numbers(pull: &mut Pull<'_, '_>, what: &str) -> Result<Vec<f64>> {
    let mut all = pull.array(what)?;
    let mut numbers = Vec::new();
    while pull.element(&mut all)? {
        numbers.push(pull.optional_number()?.map_or(0.0, Number::float));
    }
    Ok(numbers)
}
