//! Assembles a profile from the chunks of a trace.

use crate::base::{Result, Text};
use crate::format::raw_profile::{FunctionTable, NodeTable, ProfileKind, RawProfile, Thread};
use crate::format::times::{Times, plausible};
use crate::format::trace_event::Event;

/// The event that begins a profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begin {
    /// When it begins.
    pub(crate) at_us: i64,
    /// The profiled thread. Chunks are written by another one.
    pub(crate) thread: u64,
    /// Rank of its source.
    pub(crate) source: u8,
}

/// Samples of one event.
#[derive(Debug)]
struct Chunk {
    at_us: i64,
    /// Numbers of ids; see `NodeTable`.
    samples: Vec<u32>,
    times: Times,
    /// 1-based line of each sample, 0 if unknown; may be shorter than `samples`.
    lines: Vec<u32>,
}

/// A profile under construction.
#[derive(Debug)]
pub(crate) struct Building {
    pub(crate) process: u64,
    pub(crate) begin: Option<Begin>,
    pub(crate) warnings: Vec<String>,
    /// The thread of its first event, if no other is known.
    writer: u64,
    nodes: NodeTable,
    chunks: Vec<Chunk>,
    start_us: Option<i64>,
    end_us: Option<i64>,
    uneven_count: u64,
}

impl Building {
    /// A profile of a process, first seen in an event of a thread.
    pub(crate) fn new(process: u64, writer: u64) -> Self {
        Self {
            process,
            begin: None,
            warnings: Vec::new(),
            writer,
            nodes: NodeTable::default(),
            chunks: Vec::new(),
            start_us: None,
            end_us: None,
            uneven_count: 0,
        }
    }

    /// Whether there are no samples.
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.len() == 0
    }

    /// The thread that was profiled.
    pub(crate) fn thread(&self) -> u64 {
        self.begin.map_or(self.writer, |begin| begin.thread)
    }

    /// The rank of its source; lower is better.
    pub(crate) fn rank(&self) -> u8 {
        self.begin.map_or(u8::MAX, |begin| begin.source)
    }

    /// When it begins.
    pub(crate) fn begin_us(&self) -> i64 {
        let of_chunks = || self.chunks.iter().map(|chunk| chunk.at_us).min().unwrap_or_default();
        self.begin.map_or_else(of_chunks, |begin| begin.at_us)
    }

    /// Adds the nodes and samples of an event.
    pub(crate) fn add_chunk(&mut self, event: &mut Event) -> Result<()> {
        let first = self.nodes.len() as u32;
        for node in &event.nodes {
            let at = self.nodes.open(None)?;
            self.nodes.hit_count[at as usize] = node.hit_count;
            if let Some(id) = node.id {
                self.nodes.set_id(at, id)?;
            }
            if let Some(parent) = node.parent {
                self.nodes.set_parent(at, parent);
            }
            if let Some(function) = node.function {
                self.nodes.set_function(at, function);
            }
        }
        for (node, child) in &event.children {
            self.nodes.add_child(first + node, *child)?;
        }
        if let Some(end) = event.end {
            self.end_us = Some(self.end_us.unwrap_or(i64::MIN).max(plausible(end)));
        }
        let mut samples: Vec<u32> = event.samples.iter().map(|id| self.nodes.number_of(*id)).collect();
        let mut times = std::mem::take(&mut event.times);
        let len = samples.len().min(times.len());
        self.uneven_count += u64::from(samples.len() != times.len());
        samples.truncate(len);
        times.truncate(len);
        if len > 0 {
            self.chunks.push(Chunk { at_us: event.at_us, samples, times, lines: event.lines.clone() });
        }
        Ok(())
    }

    /// Adds a profile contained in a single event.
    pub(crate) fn add_whole(&mut self, event: &mut Event) -> Result<()> {
        if let Some(head) = event.head.take() {
            self.nodes = head;
        }
        let scale = if event.times.has_timestamps() { 1e6 } else { 1.0 };
        self.start_us = event.start.map(|time| plausible(time * scale));
        event.end = event.end.map(|time| time * scale);
        self.add_chunk(event)
    }

    /// Sorts the chunks and resolves all links. O(n), and O(chunks log chunks).
    pub(crate) fn finish(mut self, functions: &mut FunctionTable, name: Option<Text>) -> Result<RawProfile> {
        if self.uneven_count > 0 {
            let message = format!(
                "{} chunks have unequal numbers of samples and times: the surplus is ignored",
                self.uneven_count
            );
            self.warnings.push(message);
        }
        let begin_us = self.start_us.unwrap_or_else(|| self.begin_us());
        let thread =
            Thread { process_id: Some(self.process), thread_id: Some(self.thread()), name, ..Thread::default() };
        let Self { nodes, mut chunks, end_us, mut warnings, .. } = self;
        let mut tree = nodes.finish(functions, &mut warnings)?;
        chunks.sort_by_key(|chunk| chunk.at_us);
        let (mut samples, mut times, mut lines) = (Vec::new(), Times::default(), Vec::new());
        let mut lost = 0u64;
        for chunk in chunks {
            for (i, number) in chunk.samples.into_iter().enumerate() {
                let node = tree.node_of[number as usize];
                // Nodes of a chunk that was lost because the trace buffer was full: their time goes to the root.
                let is_lost = node == RawProfile::NONE;
                lost += u64::from(is_lost);
                samples.push(if is_lost { 0 } else { node });
                if let Some(&line) = chunk.lines.get(i).filter(|line| **line > 0 && !is_lost) {
                    lines.push((node, line));
                }
            }
            times.append(chunk.times);
        }
        if lost > 0 {
            warnings.push(format!("{lost} samples name a node that is not in the trace: its buffer was full"));
        }
        tree.line_ticks = counted(lines);
        let span = times.finish(&mut samples, Some(begin_us), end_us, &mut warnings);
        let (strings, functions) = functions.only_of(&mut tree.function);
        Ok(RawProfile {
            kind: ProfileKind::Cpu,
            thread,
            strings,
            functions,
            parent: tree.parent,
            function: tree.function,
            hit_count: tree.hit_count,
            sums: None,
            line_ticks: tree.line_ticks,
            samples,
            time_us: span.time_us,
            start_us: span.start_us,
            end_us: span.end_us,
            tasks: Vec::new(),
            is_silent_when_idle: false,
            warnings,
        })
    }
}

/// The number of occurrences of each pair, sorted.
fn counted(mut lines: Vec<(u32, u32)>) -> Vec<(u32, u32, u32)> {
    lines.sort_unstable();
    lines.chunk_by(|a, b| a == b).map(|same| (same[0].0, same[0].1, same.len() as u32)).collect()
}
