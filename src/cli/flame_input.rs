//! What `flame` draws: profiles, or a heap snapshot. Told by content.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::load::load_from;
use crate::cli::profiles::{read_all, read_from};
use crate::cli::{Context, Loaded, input};
use crate::cpu::attribution::{Attribution, Options};
use crate::door::attribute_all;
use crate::format::{FileKind, InputPath, sniff};
use crate::heap::analysis::retained_tree::{RetainedTree, retained_tree};

/// What was read.
pub(crate) enum Input {
    /// Profiles of one or several threads, at least one.
    Profiles(Vec<Attribution>),
    /// A heap snapshot.
    Heap(RetainedTree),
}

/// Reads files, or a folder of profiles.
///
/// # Errors
/// If one cannot be read, they are of different kinds, or several are heap snapshots.
pub(crate) fn read(files: &[InputPath], options: Options, context: &Context) -> Result<Input> {
    let [file] = files else {
        check_no_snapshot(files, context)?;
        return profiles(read_all(files, context)?, options);
    };
    if file.is_folder() {
        return profiles(read_all(files, context)?, options);
    }
    let mut source = input::open(file, context)?;
    if sniff(source.prefix()) == FileKind::HeapSnapshot {
        let loaded = load_from(&mut source, file, context)?;
        let names = loaded.names();
        let Loaded { graph, analysis, privacy, .. } = &loaded;
        return Ok(Input::Heap(retained_tree(graph, analysis, &names.rows, &names.sources, *privacy)));
    }
    let mut found = Vec::new();
    read_from(&mut source, file, context, &mut found)?;
    profiles(found, options)
}

fn profiles(found: Vec<crate::cpu::profile::Profile>, options: Options) -> Result<Input> {
    attribute_all(found, options).map(Input::Profiles)
}

/// Says what can be done with several heap snapshots. Pipes tell when they are read.
fn check_no_snapshot(files: &[InputPath], context: &Context) -> Result<()> {
    let is_snapshot =
        |file: &&InputPath| !file.is_stream() && input::kind(file, context).is_ok_and(|k| k == FileKind::HeapSnapshot);
    match files.iter().find(is_snapshot) {
        Some(file) => Err(Error::new(ErrorKind::Usage, "a picture shows one heap snapshot")
            .in_file(file.shown())
            .help("`heapdiff flame --diff BEFORE AFTER` shows what changed between two")),
        None => Ok(()),
    }
}
