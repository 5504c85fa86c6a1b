//! Where the time of CPU profiles went.

use crate::base::{Error, ErrorKind, Phase, Result};
use crate::cpu::attribution::{Attribution, Options, Weights, attribute};
use crate::cpu::blocking::{self, Blocking, Unmeasurable, blocking};
use crate::cpu::call_times::{CallTimes, thread_label, together};
use crate::cpu::profile::Profile;
use crate::cpu::profile::build::build;
use crate::door::{Files, FilesOnDisk};
use crate::format::{InputPath, ProfileKind, Thread};
use crate::stacks::tree::FrameValue;
use crate::stacks::{Category, Frame};
use std::cmp::Reverse;

/// Options for reading profiles, as a builder.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct ProfileOptions {
    attribution: Options,
    min_block_us: u64,
}

impl ProfileOptions {
    /// Uses samples as recorded: isolated `(program)` samples are kept, and garbage collection is an entry of its own.
    #[must_use]
    pub fn raw(mut self, is_raw: bool) -> Self {
        self.attribution.is_raw = is_raw;
        self
    }

    /// Sets what a sample counts.
    #[must_use]
    pub fn weights(mut self, weights: Weights) -> Self {
        self.attribution.weights = weights;
        self
    }

    /// Describes only blocks of at least this length. All busy periods count for delays.
    #[must_use]
    pub fn min_block_us(mut self, min_us: u64) -> Self {
        self.min_block_us = min_us;
        self
    }

    /// Reads profiles and merges their threads.
    ///
    /// # Errors
    /// If there are none, one cannot be read, or they count different things.
    pub fn profile<P: Into<InputPath>>(&self, files: impl IntoIterator<Item = P>) -> Result<CpuAnswer> {
        let files: Vec<InputPath> = files.into_iter().map(Into::into).collect();
        profile_in(&files, self, &FilesOnDisk)
    }
}

/// Where the time of profiles went.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CpuAnswer {
    /// All calls and their costs. Equal stacks of different threads are merged.
    pub times: CallTimes,
    /// What blocked the event loop of each thread, or why that is unknown.
    pub threads: Vec<ThreadAnswer>,
}

/// What blocked the event loop of a thread.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ThreadAnswer {
    /// The thread.
    pub thread: Thread,
    /// What blocked its event loop, or why that is unknown.
    pub blocking: std::result::Result<Blocking, Unmeasurable>,
}

/// A function and its cost, in the unit of [`WeightedTree::unit`](crate::stacks::WeightedTree::unit).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FunctionCost<'a> {
    /// The function.
    pub frame: &'a Frame,
    /// On top of the stack.
    pub self_value: u64,
    /// Anywhere on the stack, counting each stack once.
    pub total_value: u64,
}

impl CpuAnswer {
    /// The functions with a cost, most expensive first, without idle time. O(calls + functions log functions).
    #[must_use]
    pub fn functions(&self) -> Vec<FunctionCost<'_>> {
        let stacks = &self.times.stacks;
        let cost = |((_, frame), value): ((_, _), FrameValue)| {
            let FrameValue { self_value, total_value } = value;
            FunctionCost { frame, self_value, total_value }
        };
        let is_shown =
            |of: &FunctionCost<'_>| of.total_value > 0 && !matches!(of.frame.category, Category::Root | Category::Idle);
        let mut functions: Vec<FunctionCost<'_>> =
            stacks.frames.iter().zip(stacks.by_frame()).map(cost).filter(is_shown).collect();
        functions.sort_by_key(|of| (Reverse(of.self_value), Reverse(of.total_value)));
        functions
    }
}

impl ThreadAnswer {
    /// The name of the thread.
    #[must_use]
    pub fn name(&self) -> crate::base::Text {
        thread_label(&self.thread)
    }
}

/// Reports where the time of CPU profiles went, and what blocked the event loop of each thread.
///
/// # Errors
/// If there are none, one cannot be read, or they count different things.
pub fn profile<P: Into<InputPath>>(files: impl IntoIterator<Item = P>) -> Result<CpuAnswer> {
    ProfileOptions::default().profile(files)
}

/// The same, with files read by the caller.
///
/// # Errors
/// If there are none, one cannot be read, or they count different things.
pub fn profile_in(files: &[InputPath], options: &ProfileOptions, io: &dyn Files) -> Result<CpuAnswer> {
    let mut profiles = Vec::new();
    for file in files {
        profiles.extend(io.profiles(file)?.into_iter().map(build));
    }
    io.progress().begin(Phase::Analyze, "profiles", None);
    let mut parts = attribute_all(profiles, Options { keeps_intervals: true, ..options.attribution })?;
    let blocking = blocking::Options { min_us: options.min_block_us, source: None };
    let threads = parts.iter_mut().map(|part| thread_answer(part, blocking)).collect();
    let times = together(parts, false).ok_or_else(|| Error::new(ErrorKind::Usage, "no profile was given"))?;
    Ok(CpuAnswer { times, threads })
}

/// What blocked a thread's event loop. Drops the intervals, which take 24 bytes per sample and are not needed
/// afterwards.
fn thread_answer(part: &mut Attribution, options: blocking::Options<'_>) -> ThreadAnswer {
    let answer = ThreadAnswer { thread: part.thread.clone(), blocking: blocking(part, options) };
    part.intervals = Vec::new();
    answer
}

/// Attributes the time of each thread to calls. O(samples + calls).
///
/// # Errors
/// If the profiles count different things.
pub fn attribute_all(profiles: Vec<Profile>, options: Options) -> Result<Vec<Attribution>> {
    let kinds: Vec<ProfileKind> = profiles.iter().map(|profile| profile.kind).collect();
    if kinds.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(Error::new(ErrorKind::Usage, "CPU profiles and allocation profiles cannot be combined")
            .help("pass files of one kind"));
    }
    Ok(profiles.into_iter().map(|profile| attribute(profile, options)).collect())
}
