//! Profiles of every writer: what is read of them, whose time it was, and what is said of broken ones.

mod devtools;
mod malformed;
mod malformed_others;
mod mutations;
mod others;
mod quirks;
mod runtimes;
mod sums;
mod ticks;
mod traces;

use heapdiff::base::{Error, NoProgress};
use heapdiff::cpu::attribution::{Attribution, Options, attribute};
use heapdiff::cpu::profile::build::build;
use heapdiff::format::{RawProfile, Source, read_profiles};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) fn read(bytes: &[u8]) -> Result<Vec<RawProfile>, Error> {
    read_profiles(&mut Source::from_bytes(bytes, &NoProgress)?)
}

/// The only profile of a file that can be read.
#[track_caller]
pub(crate) fn one(text: &str) -> RawProfile {
    let mut all = read(text.as_bytes()).unwrap_or_else(|e| panic!("{e}\n{text}"));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/profiles").join(name)
}

/// All profiles of a fixture.
pub(crate) fn fixture(name: &str) -> Vec<RawProfile> {
    let mut source = Source::open(path(name).to_str().unwrap(), &NoProgress).unwrap();
    read_profiles(&mut source).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// A fixture's text, decompressed.
pub(crate) fn text(name: &str) -> String {
    String::from_utf8(zstd::decode_all(std::fs::File::open(path(name)).unwrap()).unwrap()).unwrap()
}

pub(crate) fn given(raw: RawProfile, options: Options) -> Attribution {
    attribute(build(raw), options)
}

/// Own values by name, without those that are 0.
pub(crate) fn selves(part: &Attribution) -> BTreeMap<String, u64> {
    let mut values = BTreeMap::new();
    for (call, value) in part.tree.calls().zip(&part.self_value) {
        if *value > 0 {
            *values.entry(part.frames.get(part.tree.frame(call)).display_name().to_string()).or_default() += value;
        }
    }
    values
}

/// Each sample as `outermost>…>top`.
pub(crate) fn stacks(raw: &RawProfile) -> Vec<String> {
    let name = |node: u32| raw.strings.text(raw.functions[raw.function[node as usize] as usize].name).to_string();
    let stack = |node: &u32| {
        let nodes = std::iter::successors(Some(*node), |node| raw.parent.get(*node as usize).copied());
        let mut names: Vec<String> = nodes.take_while(|node| *node != RawProfile::NONE).map(name).collect();
        names.reverse();
        names.join(">")
    };
    raw.samples.iter().map(stack).collect()
}

/// A call frame of a script.
pub(crate) fn frame(name: &str) -> String {
    let url = if name.starts_with('(') { "" } else { "file:///a.js" };
    format!(r#""callFrame":{{"functionName":"{name}","scriptId":"0","url":"{url}","lineNumber":1,"columnNumber":2}}"#)
}
