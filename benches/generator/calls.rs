//! CPU profiles of any size: a deep recursion, long chains of middleware, wide tables of handlers, and millions of samples.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use super::rng::Rng;

/// Names with their megabytes.
const SIZES: [(&str, u32); 4] = [("cpu5m", 5), ("cpu50m", 50), ("cpu150m", 150), ("cpu500m", 500)];

/// Per megabyte of file. 500 times this is a recursion of a million calls, and seven million samples.
const RECURSION: u32 = 2000;
const OTHER_CALLS: u32 = 1900;
const SAMPLES: u32 = 14_000;

const FUNCTIONS: u32 = 20_000;

/// Names that [`write`] accepts.
pub(crate) fn known_names() -> impl Iterator<Item = &'static str> {
    SIZES.iter().map(|(name, _)| *name)
}

/// Calls by their number; the function of each, and who called it (itself for the root).
struct Calls {
    function: Vec<u32>,
    parent: Vec<u32>,
}

/// Function numbers of V8's own frames.
const META: [&str; 4] = ["(root)", "(program)", "(idle)", "(garbage collector)"];

/// Writes one profile and returns its size in bytes; `None` if the name is of another kind.
pub(crate) fn write(name: &str, path: &Path) -> Option<io::Result<u64>> {
    let (_, megabytes) = SIZES.iter().find(|(size, _)| *size == name)?;
    Some(write_file(*megabytes, path))
}

fn write_file(megabytes: u32, path: &Path) -> io::Result<u64> {
    let mut rng = Rng::new(u64::from(megabytes));
    let calls = calls(megabytes, &mut rng);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    out.write_all(b"{\"nodes\":[")?;
    write_nodes(&mut out, &calls, &mut rng)?;
    let count = megabytes * SAMPLES;
    let mut at = 4u32;
    let mut samples = String::new();
    let start = 31_415_926_535u64;
    let mut elapsed = 0u64;
    let mut deltas = String::new();
    for i in 0..count {
        // Samples stay where they are for a while, as programs do.
        if rng.once_in(3) {
            at = 1 + rng.below(calls.parent.len() as u32 - 1);
        }
        let delta = 1000 + rng.below(250);
        elapsed += u64::from(delta);
        let comma = if i == 0 { "" } else { "," };
        samples += &format!("{comma}{}", at + 1);
        deltas += &format!("{comma}{delta}");
    }
    write!(
        out,
        "],\"startTime\":{start},\"endTime\":{},\"samples\":[{samples}],\"timeDeltas\":[{deltas}]}}",
        start + elapsed + 700
    )?;
    out.flush()?;
    Ok(out.get_ref().metadata()?.len())
}

/// The tree, numbered as calls are first seen: not depth first.
fn calls(megabytes: u32, rng: &mut Rng) -> Calls {
    let mut calls = Calls { function: vec![0, 1, 2, 3], parent: vec![0; META.len()] };
    let mut deepest = 0;
    for i in 0..megabytes * (RECURSION + OTHER_CALLS) {
        let number = calls.parent.len() as u32;
        if i % (RECURSION + OTHER_CALLS) < RECURSION {
            calls.parent.push(deepest);
            calls.function.push(META.len() as u32);
            deepest = number;
            continue;
        }
        // Half of the calls hang on one of the last, which makes chains; the others anywhere, often on early ones.
        let parent = if rng.once_in(2) { number - 1 - rng.below(8).min(number - 5) } else { rng.skewed(number) };
        let parent = if (1..META.len() as u32).contains(&parent) { 0 } else { parent };
        calls.parent.push(parent);
        calls.function.push(META.len() as u32 + 1 + rng.skewed(FUNCTIONS));
    }
    calls
}

/// Nodes depth first, as V8 writes them.
fn write_nodes(out: &mut impl io::Write, calls: &Calls, rng: &mut Rng) -> io::Result<()> {
    let len = calls.parent.len();
    let mut starts = vec![0u32; len + 1];
    calls.parent.iter().skip(1).for_each(|parent| starts[*parent as usize + 1] += 1);
    (0..len).for_each(|i| starts[i + 1] += starts[i]);
    let mut next = starts.clone();
    let mut children = vec![0u32; len - 1];
    for (call, parent) in calls.parent.iter().enumerate().skip(1) {
        children[next[*parent as usize] as usize] = call as u32;
        next[*parent as usize] += 1;
    }
    let mut open = vec![0u32];
    while let Some(call) = open.pop() {
        let own = &children[starts[call as usize] as usize..starts[call as usize + 1] as usize];
        write_node(out, call, calls.function[call as usize], own, rng)?;
        open.extend(own.iter().rev());
    }
    Ok(())
}

fn write_node(out: &mut impl io::Write, call: u32, function: u32, children: &[u32], rng: &mut Rng) -> io::Result<()> {
    let comma = if call == 0 { "" } else { "," };
    write!(out, "{comma}{{\"id\":{},\"callFrame\":{{", call + 1)?;
    match META.get(function as usize) {
        Some(name) => write!(
            out,
            "\"functionName\":\"{name}\",\"scriptId\":\"0\",\"url\":\"\",\"lineNumber\":-1,\"columnNumber\":-1}}"
        )?,
        None => {
            let file = function % 800;
            let name = if function.is_multiple_of(7) { String::new() } else { format!("handle{function}") };
            let folder = if file.is_multiple_of(3) { "src" } else { "node_modules/express/lib" };
            let (line, column) = (function * 7 % 2000, function % 60);
            write!(
                out,
                "\"functionName\":\"{name}\",\"scriptId\":\"{file}\",\"url\":\"file:///srv/app/{folder}/module{file}.js\",\"lineNumber\":{line},\"columnNumber\":{column}}}"
            )?;
        }
    }
    let hits = rng.below(9);
    write!(out, ",\"hitCount\":{hits}")?;
    for (i, child) in children.iter().enumerate() {
        write!(out, "{}{}", if i == 0 { ",\"children\":[" } else { "," }, child + 1)?;
    }
    out.write_all(if children.is_empty() { b"" } else { b"]" })?;
    if hits > 4 {
        write!(out, ",\"positionTicks\":[{{\"line\":{},\"ticks\":{hits}}}]", function * 7 % 2000 + 2)?;
    }
    out.write_all(b"}")
}
