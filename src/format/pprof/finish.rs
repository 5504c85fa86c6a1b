//! From samples and tables to profiles.

use crate::base::{Result, StrIx, Text};
use crate::format::call_stacks::check_total;
use crate::format::pprof::choice::{Choice, choose};
use crate::format::pprof::frames::{Columns, Frames, OfNodes};
use crate::format::pprof::tables::{LabelSets, Tables};
use crate::format::pprof::{Header, Reader, Samples};
use crate::format::raw_profile::{
    FunctionTable, ProfileKind, RawFunction, RawProfile, Sums, Thread, UnitOfSums, inconsistent,
};
use crate::format::strings::StringTable;
use crate::format::times::plausible;
use rustc_hash::FxHashMap;

/// Names of labels that name a thread, and those that number it.
const THREAD_NAMES: [&[u8]; 3] = [b"thread", b"thread name", b"thread_name"];
const THREAD_IDS: [&[u8]; 4] = [b"thread id", b"thread_id", b"tid", b"os thread id"];

/// More threads than this are read as one.
const MAX_THREADS: usize = 256;

/// Understands what was read. O(samples + calls).
pub(super) fn finish(reader: Reader) -> Result<Vec<RawProfile>> {
    let Reader { header, mut tables, labels, stacks, samples, .. } = reader;
    let mut warnings = Vec::new();
    check(&header, &samples, &tables)?;
    let choice = choose(&header, |text| tables.text(text));
    if samples.values.iter().skip(choice.at).step_by(samples.value_count.max(1)).any(|value| *value < 0) {
        warnings.push("values below zero count as none: the file may be a difference of two profiles".to_owned());
    }
    let (thread_of, threads) = threads(&tables, &labels, &mut warnings);
    let nodes = stacks.into_nodes();
    let frames = Frames::new(&mut tables)?;
    let mut all = Vec::new();
    if threads.len() > 1 {
        for (number, thread) in threads.into_iter().enumerate() {
            let set = |sample: usize| samples.labels.get(sample).copied().unwrap_or(0);
            let of = add_up(&samples, &choice, nodes.len(), |sample| {
                usize::from(thread_of[set(sample) as usize]) == number
            })?;
            let Some(used) = used(&nodes, &of) else { continue };
            let mut columns = frames.expand(&nodes, of, Some(&used))?;
            let names = FunctionTable::only(&tables.strings, &frames.functions, &mut columns.function);
            all.push(profile(columns, (&header, &choice), thread, names, std::mem::take(&mut warnings)));
        }
    }
    if all.is_empty() {
        let of = add_up(&samples, &choice, nodes.len(), |_| true)?;
        drop(samples);
        let columns = frames.expand(&nodes, of, None)?;
        let names = (tables.strings, frames.functions);
        all.push(profile(columns, (&header, &choice), Thread::default(), names, warnings));
    }
    Ok(all)
}

/// A thread's profile. The file has no time line: it ends when all time is over, at the earliest.
fn profile(
    columns: Columns,
    (header, choice): (&Header, &Choice),
    thread: Thread,
    (strings, functions): (StringTable, Vec<RawFunction>),
    warnings: Vec<String>,
) -> RawProfile {
    let micros = |nanos: u64| plausible(nanos as i64 as f64 / 1000.0);
    let start_us = micros(header.time_nanos);
    let sum_us = plausible(columns.values.iter().fold(0u64, |sum, value| sum.saturating_add(*value)) as f64);
    let (kind, duration_us) = match choice.unit {
        UnitOfSums::Micros => (ProfileKind::Cpu, micros(header.duration_nanos).max(sum_us)),
        UnitOfSums::Samples => (ProfileKind::Cpu, 0),
        UnitOfSums::Bytes => (ProfileKind::Allocations, 0),
    };
    RawProfile {
        kind,
        thread,
        strings,
        functions,
        parent: columns.parent,
        function: columns.function,
        hit_count: columns.counts,
        sums: Some(Sums { unit: choice.unit, values: columns.values }),
        line_ticks: columns.line_ticks,
        samples: Vec::new(),
        time_us: Vec::new(),
        start_us,
        end_us: start_us + duration_us,
        tasks: Vec::new(),
        is_silent_when_idle: false,
        warnings,
    }
}

/// Whether everything that samples name is there.
fn check(header: &Header, samples: &Samples, tables: &Tables) -> Result<()> {
    if header.types.is_empty() || samples.node.is_empty() {
        let what = if header.types.is_empty() { "types of values" } else { "samples" };
        return Err(inconsistent(format!("the profile has no {what}")).help("record it again, for longer"));
    }
    let (found, expected) = (samples.value_count, header.types.len());
    if found != expected {
        let message = format!("{found} values, but the profile has {expected} types of values");
        return Err(inconsistent(message).in_place("sample 0"));
    }
    if !tables.strings.is_empty() && !tables.text(0).is_empty() {
        return Err(inconsistent("the first string is not empty, as it must be".to_owned()).in_place("string 0"));
    }
    let types = header.types.iter().chain(&header.period_type);
    types.flat_map(|of| [of.kind, of.unit]).try_for_each(|text| tables.check_text(text, "a type of values"))
}

impl Tables {
    /// A string; empty if it is missing.
    pub(super) fn text(&self, string: u64) -> &[u8] {
        self.index(string).map_or(&[], |string| self.strings.bytes(string))
    }

    pub(super) fn index(&self, string: u64) -> Option<StrIx> {
        let at = usize::try_from(string).ok().filter(|at| *at < self.strings.len());
        at.map(StrIx::new)
    }

    pub(super) fn check_text(&self, string: u64, what: &str) -> Result<()> {
        if self.index(string).is_some() {
            return Ok(());
        }
        let message = format!("{what} names string {string}, but there are {}", self.strings.len());
        Err(inconsistent(message))
    }
}

/// The number of the thread of each set of labels, and the threads. Without labels of threads there is one.
fn threads(tables: &Tables, labels: &LabelSets, warnings: &mut Vec<String>) -> (Vec<u16>, Vec<Thread>) {
    let mut known: FxHashMap<(Option<u32>, Option<u32>), u16> = FxHashMap::default();
    let mut threads = Vec::new();
    let mut thread_of = Vec::with_capacity(labels.len());
    for set in 0..labels.len() as u32 {
        let find = |names: &[&[u8]]| {
            let named = |name: &&[u8]| {
                labels.get(set).iter().find(|label| tables.text(u64::from(label.name)) == *name).map(|label| label.text)
            };
            names.iter().find_map(named)
        };
        let key = (find(&THREAD_NAMES), find(&THREAD_IDS));
        if known.len() == MAX_THREADS && !known.contains_key(&key) {
            warnings.push(format!("the samples are of more than {MAX_THREADS} threads, which are read as one"));
            return (vec![0; labels.len()], vec![Thread::default()]);
        }
        let number = *known.entry(key).or_insert_with(|| {
            let text = |string: u32| tables.text(u64::from(string));
            let id = key.1.and_then(|id| std::str::from_utf8(text(id)).ok()?.parse().ok());
            threads.push(Thread {
                name: key.0.map(|name| Text::from_wtf8(text(name))).filter(|name| !name.is_empty()),
                thread_id: id,
                ..Thread::default()
            });
            threads.len() as u16 - 1
        });
        thread_of.push(number);
    }
    (thread_of, threads)
}

/// Adds up the samples of a thread. O(samples + nodes).
fn add_up(samples: &Samples, choice: &Choice, node_count: usize, is_of: impl Fn(usize) -> bool) -> Result<OfNodes> {
    let mut of = OfNodes { values: vec![0; node_count], counts: vec![0; node_count] };
    for (i, node) in samples.node.iter().enumerate().filter(|(i, _)| is_of(*i)) {
        let values = &samples.values[i * samples.value_count..][..samples.value_count];
        let positive = |at: usize| u64::try_from(values[at]).unwrap_or(0);
        let sum = &mut of.values[*node as usize];
        *sum = sum.saturating_add(positive(choice.at).saturating_mul(choice.factor));
        if let Some(at) = choice.count_at {
            let count = &mut of.counts[*node as usize];
            *count = count.saturating_add(u32::try_from(positive(at)).unwrap_or(u32::MAX));
        }
    }
    if choice.unit == UnitOfSums::Micros {
        in_micros(&mut of.values);
    }
    check_total(of.values.iter().fold(0, |sum, value| sum.saturating_add(*value)))?;
    Ok(of)
}

/// Makes microseconds of nanoseconds. What rounding leaves over goes along, so that the sum is exact.
fn in_micros(nanos: &mut [u64]) {
    let (mut sum, mut given) = (0u128, 0u128);
    for value in nanos {
        sum += u128::from(*value);
        let until = sum / 1000;
        *value = (until - given) as u64;
        given = until;
    }
}

/// Which nodes a thread's stacks have; `None` if it has none. The root is always there.
fn used(nodes: &[(u32, u32)], of: &OfNodes) -> Option<Vec<bool>> {
    let mut used: Vec<bool> = of.values.iter().zip(&of.counts).map(|(value, count)| *value > 0 || *count > 0).collect();
    let is_any = used.contains(&true);
    for node in (1..nodes.len()).rev() {
        if used[node] {
            used[nodes[node].0 as usize] = true;
        }
    }
    is_any.then_some(used)
}
