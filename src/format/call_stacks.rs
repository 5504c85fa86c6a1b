//! A profile that is put together stack by stack, for files that list stacks.

use crate::base::{Error, ErrorKind, Result};
use crate::format::json::RECAPTURE;
use crate::format::limits::{MAX_PROFILE_TOTAL, MAX_PROFILES};
use crate::format::raw_profile::{
    FunctionTable, ProfileKind, RawFunction, RawProfile, Sums, Thread, UnitOfSums, inconsistent,
};
use crate::format::ticks::{ScriptName, script_name};
use crate::format::times::plausible;
use crate::format::trie::Trie;

/// What samples carry: how much each cost, in what unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measure {
    pub(crate) unit: UnitOfSums,
    /// Microseconds, bytes or samples per unit of the file.
    pub(crate) factor: f64,
}

impl Measure {
    /// Of weights without a unit.
    pub(crate) const SAMPLES: Self = Self { unit: UnitOfSums::Samples, factor: 1.0 };

    /// By the name of a unit; without a known one, [`Measure::SAMPLES`].
    pub(crate) fn of_unit(name: &[u8]) -> Self {
        let (unit, factor) = match name {
            b"nanoseconds" | b"ns" => (UnitOfSums::Micros, 1e-3),
            b"microseconds" | b"us" | b"\xC2\xB5s" => (UnitOfSums::Micros, 1.0),
            b"milliseconds" | b"ms" => (UnitOfSums::Micros, 1e3),
            b"seconds" | b"s" => (UnitOfSums::Micros, 1e6),
            b"bytes" => (UnitOfSums::Bytes, 1.0),
            _ => return Self::SAMPLES,
        };
        Self { unit, factor }
    }
}

/// Functions and stacks of one thread.
#[derive(Debug)]
pub(crate) struct CallStacks {
    pub(crate) functions: FunctionTable,
    tree: Trie,
    /// Own value of each node, in the unit of the file. Up to the last node that has one.
    weights: Vec<f64>,
    hit_count: Vec<u32>,
}

impl CallStacks {
    pub(crate) fn new() -> Self {
        let functions = FunctionTable::default();
        Self { functions, tree: Trie::new(), weights: Vec::new(), hit_count: Vec::new() }
    }

    /// The function of a name and, if known, a place: 1-based line and column, 0 if unknown. What other tools call functions
    /// without a name becomes a function without a name.
    pub(crate) fn function(&mut self, name: &[u8], url: &[u8], line: u32, column: u32) -> u32 {
        let is_anonymous = matches!(name, b"(anonymous)" | b"anonymous" | b"(module)") && !url.is_empty();
        let name = if is_anonymous { b"" } else { name };
        let place = |number: u32| i32::try_from(i64::from(number) - 1).unwrap_or(-1);
        let function = RawFunction {
            name: self.functions.text(name),
            url: self.functions.text(url),
            script: self.functions.text(b"0"),
            line: place(line),
            column: place(column),
        };
        self.functions.function(function)
    }

    /// The function of a label that may have a place in it: see [`named_place`] and [`jit_name`].
    pub(crate) fn function_of_label(&mut self, label: &[u8]) -> u32 {
        if let Some(ScriptName { name, url, line, column }) = jit_name(label) {
            let position = |number: i32| u32::try_from(number + 1).unwrap_or(0);
            return self.function(name, url, position(line), position(column));
        }
        let (name, url, line, column) = named_place(label);
        self.function(name, url, line, column)
    }

    /// The call of a function by a call.
    #[inline]
    pub(crate) fn call(&mut self, caller: u32, function: u32) -> Result<u32> {
        self.tree.child(caller, function)
    }

    /// Adds to the own value of a call.
    pub(crate) fn add(&mut self, node: u32, weight: f64, hits: u32) {
        let at = node as usize;
        if self.weights.len() <= at {
            self.weights.resize(at + 1, 0.0);
            self.hit_count.resize(at + 1, 0);
        }
        self.weights[at] += weight;
        self.hit_count[at] = self.hit_count[at].saturating_add(hits);
    }

    /// The profile of sums, without times.
    ///
    /// # Errors
    /// If a key is not among the `names`.
    pub(crate) fn finish_sums(
        mut self,
        measure: Measure,
        thread: Thread,
        names: Option<&Names>,
        warnings: Vec<String>,
    ) -> Result<RawProfile> {
        let nodes = self.tree.len();
        self.weights.resize(nodes, 0.0);
        let values = whole(&self.weights, measure.factor);
        let sum = values.iter().fold(0u64, |sum, value| sum.saturating_add(*value));
        check_total(sum)?;
        let is_time = measure.unit == UnitOfSums::Micros;
        let mut raw = self.finish(thread, names, warnings)?;
        raw.kind = if measure.unit == UnitOfSums::Bytes { ProfileKind::Allocations } else { ProfileKind::Cpu };
        raw.end_us = if is_time { plausible(sum as f64) } else { 0 };
        raw.sums = Some(Sums { unit: measure.unit, values });
        Ok(raw)
    }

    /// The profile of samples in time. `samples` are calls, and `time_us` when each began, never decreasing.
    ///
    /// `is_exact`: each lasts until the next begins, the last until the end. Otherwise stacks were looked at now and then.
    ///
    /// # Errors
    /// If a key is not among the `names`.
    pub(crate) fn finish_samples(
        self,
        (samples, time_us): (Vec<u32>, Vec<i64>),
        (end_us, is_exact): (i64, bool),
        thread: Thread,
        names: Option<&Names>,
        warnings: Vec<String>,
    ) -> Result<RawProfile> {
        let mut raw = self.finish(thread, names, warnings)?;
        for node in &samples {
            let hits = &mut raw.hit_count[*node as usize];
            *hits = hits.saturating_add(1);
        }
        raw.start_us = time_us.first().copied().unwrap_or(end_us);
        raw.end_us = end_us.max(time_us.last().copied().unwrap_or(end_us));
        check_total(raw.end_us.abs_diff(raw.start_us))?;
        if is_exact {
            let mut values = vec![0u64; raw.parent.len()];
            let until = time_us.iter().copied().skip(1).chain([raw.end_us]);
            for ((node, from), until) in samples.iter().zip(&time_us).zip(until) {
                values[*node as usize] += (until - from).max(0) as u64;
            }
            raw.sums = Some(Sums { unit: UnitOfSums::Micros, values });
        }
        (raw.samples, raw.time_us) = (samples, time_us);
        Ok(raw)
    }

    fn finish(mut self, thread: Thread, names: Option<&Names>, warnings: Vec<String>) -> Result<RawProfile> {
        let mut hit_count = std::mem::take(&mut self.hit_count);
        hit_count.resize(self.tree.len(), 0);
        let own_root = self.function(b"(root)", b"", 0, 0);
        let root = names.map_or(own_root, |names| names.root);
        let (parent, mut function) = self.tree.into_columns(root);
        let (strings, functions) = match names {
            Some(names) => {
                function[1..].iter_mut().try_for_each(|key| names.resolve(key))?;
                names.functions.only_of(&mut function)
            }
            None => self.functions.finish(),
        };
        Ok(RawProfile {
            kind: ProfileKind::Cpu,
            thread,
            strings,
            functions,
            parent,
            function,
            hit_count,
            sums: None,
            line_ticks: Vec::new(),
            samples: Vec::new(),
            time_us: Vec::new(),
            start_us: 0,
            end_us: 0,
            tasks: Vec::new(),
            is_silent_when_idle: false,
            warnings,
        })
    }
}

/// What the keys of calls mean, where a file explains them behind the calls or for several threads.
#[derive(Debug)]
pub(crate) struct Names {
    functions: FunctionTable,
    /// The function of each key.
    of_key: Vec<u32>,
    root: u32,
    idle: u32,
    /// What a key is called in messages.
    what: &'static str,
}

/// The key of the call of nothing: time in which nothing ran.
pub(crate) const IDLE: u32 = u32::MAX - 1;

impl Names {
    /// `of_key` has the function in `of` of each key.
    pub(crate) fn new(mut of: CallStacks, of_key: Vec<u32>, what: &'static str) -> Self {
        let root = of.function(b"(root)", b"", 0, 0);
        let idle = of.function(b"(idle)", b"", 0, 0);
        Self { functions: of.functions, of_key, root, idle, what }
    }

    fn resolve(&self, key: &mut u32) -> Result<()> {
        if *key == IDLE {
            *key = self.idle;
            return Ok(());
        }
        let Some(function) = self.of_key.get(*key as usize) else {
            let (what, len) = (self.what, self.of_key.len());
            return Err(inconsistent(format!("a stack names {what} {key}, but there are {len}"))
                .help("the file is truncated or corrupt: record or copy it again"));
        };
        *key = *function;
        Ok(())
    }
}

/// Whether the values of a profile can be added up together with those of others.
///
/// # Errors
/// If not.
pub(crate) fn check_total(total: u64) -> Result<()> {
    if total <= MAX_PROFILE_TOTAL {
        return Ok(());
    }
    let message = format!("the values of the profile add up to {total} or more; the limit is {MAX_PROFILE_TOTAL}");
    Err(Error::new(ErrorKind::Limit, message).help(RECAPTURE))
}

/// Whether a file has room for one more profile.
///
/// # Errors
/// If not.
pub(crate) fn check_count(profile_count: usize) -> Result<()> {
    if profile_count < MAX_PROFILES {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Limit, format!("more than {MAX_PROFILES} profiles in one file")).help(RECAPTURE))
}

/// Weights as whole numbers. What rounding leaves over goes along, so that the sum is right.
fn whole(weights: &[f64], factor: f64) -> Vec<u64> {
    /// So that sums cannot overflow: 2^53 µs are 285 years.
    const MAX: f64 = (1u64 << 53) as f64;
    let mut carry = 0.0;
    let mut round = |weight: &f64| {
        let exact = (weight * factor).clamp(0.0, MAX) + carry;
        let value = exact.round().max(0.0);
        carry = exact - value;
        value as u64
    };
    weights.iter().map(&mut round).collect()
}

/// The name of a function with the place that many tools write behind it: `fib (work.js:7)`, `fib (work.js:7:3)`.
/// The place is empty if there is none; line and column are 0 if unknown.
fn named_place(text: &[u8]) -> (&[u8], &[u8], u32, u32) {
    let none = (text, &b""[..], 0, 0);
    let Some(inner) = text.strip_suffix(b")") else { return none };
    let Some(open) = opening(inner) else { return none };
    let (name, place) = (&text[..open], &inner[open + 2..]);
    match number_at_end(place) {
        None => none,
        Some((rest, last)) => match number_at_end(rest) {
            Some((url, line)) if !url.is_empty() => (name, url, line, last),
            _ if rest.is_empty() => none,
            _ => (name, rest, last, 0),
        },
    }
}

/// Where ` (` begins, which the `)` behind a text closes: paths may have brackets of their own.
fn opening(inner: &[u8]) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, byte) in inner.iter().enumerate().rev() {
        match byte {
            b')' => depth += 1,
            b'(' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at.checked_sub(1).filter(|before| inner[*before] == b' ');
        }
    }
    None
}

/// The function in a name that V8 gives to its machine code for `perf` (`node --perf-basic-prof`): `JS:*fib /work.js:2:13`,
/// in which the sign says how it was compiled.
fn jit_name(text: &[u8]) -> Option<ScriptName<'_>> {
    const KINDS: [&[u8]; 5] = [b"JS:", b"LazyCompile:", b"Function:", b"Script:", b"Eval:"];
    let rest = KINDS.iter().find_map(|kind| text.strip_prefix(*kind))?;
    let found =
        script_name(rest.strip_prefix(b"*").or(rest.strip_prefix(b"~")).or(rest.strip_prefix(b"^")).unwrap_or(rest));
    (!found.url.is_empty()).then_some(found)
}

/// Cuts `:12` off.
fn number_at_end(text: &[u8]) -> Option<(&[u8], u32)> {
    let digits = text.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let (rest, number) = text.split_at(text.len() - digits);
    let number = std::str::from_utf8(number).ok()?.parse().ok()?;
    Some((rest.strip_suffix(b":")?, number))
}

#[cfg(test)]
mod tests {
    use super::{jit_name, named_place, whole};

    #[test]
    fn places_are_told_from_names() {
        let cases = [
            ("fib (work.py:7)", ("fib", "work.py", 7, 0)),
            ("fib (work.js:7:3)", ("fib", "work.js", 7, 3)),
            ("get x (node:fs:10)", ("get x", "node:fs", 10, 0)),
            ("(anonymous) (a (b).js:1)", ("(anonymous)", "a (b).js", 1, 0)),
            ("thread (25198): helper", ("thread (25198): helper", "", 0, 0)),
            ("operator()(int) (:5)", ("operator()(int) (:5)", "", 0, 0)),
            ("f (x)", ("f (x)", "", 0, 0)),
            ("(idle)", ("(idle)", "", 0, 0)),
        ];
        for (text, (name, url, line, column)) in cases {
            assert_eq!(named_place(text.as_bytes()), (name.as_bytes(), url.as_bytes(), line, column), "{text}");
        }
    }

    #[test]
    fn names_of_machine_code() {
        let cases = [
            ("JS:*fib file:///srv/work.js:2:13", Some(("fib", "file:///srv/work.js", 1, 12))),
            ("LazyCompile:~ /srv/my work.js:1:1", Some(("", "/srv/my work.js", 0, 0))),
            ("Builtin:ArrayMap", None),
            ("JS:x", None),
        ];
        for (text, expected) in cases {
            let found = jit_name(text.as_bytes()).map(|of| (of.name, of.url, of.line, of.column));
            let expected = expected.map(|(name, url, line, column)| (name.as_bytes(), url.as_bytes(), line, column));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn the_sum_of_rounded_weights_is_right() {
        assert_eq!(whole(&[0.4, 0.4, 0.4, 0.4, 0.4], 1.0), [0, 1, 0, 1, 0]);
        assert_eq!(whole(&[0.005; 3], 1e6), [5000; 3]);
        assert_eq!(whole(&[-3.0, 2.0], 1.0), [0, 2]);
    }
}
