//! Reads profiles from any file. An input format is one file next to this one and one line in the registry.

use crate::base::{Error, ErrorKind, Result};
use crate::format::cpuprofile::read_cpu_profile;
use crate::format::raw_profile::RawProfile;
use crate::format::sniff::{FileKind, beginning, sniff};
use crate::format::source::Source;
use crate::format::tick_json::read_tick_json;
use crate::format::tick_log::read_tick_log;
use crate::format::trace::read_trace;

/// Reads the profiles of a file.
type Reader = fn(&mut Source<'_>) -> Result<Vec<RawProfile>>;

/// The registry: the reader for each kind of file.
const READERS: [(FileKind, Reader); 5] = [
    (FileKind::CpuProfile, |source| read_cpu_profile(source).map(|profile| vec![profile])),
    (FileKind::HeapProfile, |source| read_cpu_profile(source).map(|profile| vec![profile])),
    (FileKind::ChromeTrace, read_trace),
    (FileKind::TickLog, |source| read_tick_log(source).map(|profile| vec![profile])),
    (FileKind::TickJson, |source| read_tick_json(source).map(|profile| vec![profile])),
];

/// Whether files of a kind contain profiles.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn holds_profiles(kind: FileKind) -> bool {
    READERS.iter().any(|(known, _)| *known == kind)
}

/// Reads all profiles of a file: one, or for a trace one per profiled thread. The kind of file is detected from its
/// content.
///
/// # Errors
/// If the stream is not a profile, ends early, or contradicts itself.
pub fn read_profiles(source: &mut Source<'_>) -> Result<Vec<RawProfile>> {
    let kind = sniff(source.prefix());
    match READERS.iter().find(|(known, _)| *known == kind) {
        Some((_, read)) => read(source),
        None => Err(wrong_kind(kind, source.prefix())),
    }
}

/// The error for a file without profiles.
fn wrong_kind(kind: FileKind, prefix: &[u8]) -> Error {
    let (found, help) = match kind {
        FileKind::HeapSnapshot => ("a heap snapshot", "`heapdiff summary FILE` describes it"),
        FileKind::JscHeapSnapshot => ("a JavaScriptCore heap snapshot", "take a CPU profile with `bun --cpu-prof`"),
        FileKind::GitLfsPointer => ("a Git LFS pointer, not the file itself", "run `git lfs pull`"),
        _ => beginning(prefix)
            .unwrap_or(("not a kind of profile that heapdiff knows", "take one with `node --cpu-prof app.js`")),
    };
    Error::new(ErrorKind::WrongKind, format!("this is {found}, expected a CPU profile")).at(0).help(help)
}
