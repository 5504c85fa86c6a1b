//! What all reports about profiles say: what was measured, and how.

use crate::base::Bytes;
use crate::base::units::{count, duration_us, percent};
use crate::cpu::answers::ProfileInfo;
use crate::report::document::{Block, Document};
use crate::stacks::Unit;

/// What was measured, in a line.
#[must_use]
pub(in crate::report) fn headline(profile: &ProfileInfo) -> String {
    let files = match &profile.files[..] {
        [file] => file.to_string(),
        files => format!("{} files", files.len()),
    };
    let threads = match profile.threads.len() {
        1 => String::new(),
        many => format!(", {many} threads"),
    };
    if profile.unit == Unit::Bytes {
        return format!("{files}: {} allocated and alive, sampled{threads}", Bytes(profile.total_value));
    }
    let samples: u64 = profile.threads.iter().map(|thread| thread.sample_count).sum();
    // Folded stacks have no time at all.
    let time =
        if profile.duration_us == 0 { String::new() } else { format!("{} in ", duration_us(profile.duration_us)) };
    format!(
        "{files}: {time}{} samples{threads}; busy {} (GC {}), idle {}",
        count(samples),
        percent(1.0 - profile.idle_share),
        percent(profile.gc_share),
        percent(profile.idle_share),
    )
}

/// The same above the answer.
#[must_use]
pub(super) fn head(profile: &ProfileInfo) -> Document {
    Document::default().with(Block::Title { name: headline(profile), about: String::new() }).with(Block::Gap)
}

/// How it was measured, below the answer.
#[must_use]
pub(super) fn notes(profile: &ProfileInfo) -> Document {
    let mut out = Document::default();
    for note in &profile.notes {
        if out.blocks.is_empty() {
            out.push(Block::Gap);
        }
        out.push(Block::Note(format!("  {note}")));
    }
    out
}
