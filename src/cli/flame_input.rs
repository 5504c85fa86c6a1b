//! What `flame` draws: profiles, or a heap snapshot. Told by content.

use crate::analysis::attribution::{Attribution, Options};
use crate::analysis::retained_tree::{RetainedTree, retained_tree};
use crate::base::{Error, ErrorKind, NoProgress, Phase, Progress, Result};
use crate::cli::load::load_from;
use crate::cli::profile_args::ProfileArgs;
use crate::cli::profiles::{read_all, read_from};
use crate::cli::{Context, Loaded};
use crate::format::{FileKind, STDIN, Source, sniff};
use std::fs;
use std::path::Path;

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
pub(crate) fn read(args: &ProfileArgs, files: &[String], options: Options, context: &Context) -> Result<Input> {
    let [file] = files else {
        check_no_snapshot(files)?;
        return profiles(args, read_all(files, context)?, options);
    };
    if file != STDIN && Path::new(file).is_dir() {
        return profiles(args, read_all(files, context)?, options);
    }
    let progress: &dyn Progress = context.progress();
    let bytes = fs::metadata(file).ok().filter(fs::Metadata::is_file).map(|m| m.len());
    progress.begin(Phase::Read, file, bytes.filter(|_| file != STDIN));
    let name = if file == STDIN { "standard input" } else { file };
    let mut source = Source::open(file, progress).map_err(|e| e.in_file(name))?;
    if sniff(source.prefix()) == FileKind::HeapSnapshot {
        let loaded = load_from(&mut source, file, context)?;
        let names = loaded.names();
        let Loaded { graph, analysis, privacy, .. } = &loaded;
        return Ok(Input::Heap(retained_tree(graph, analysis, &names.rows, &names.sources, *privacy)));
    }
    let mut found = Vec::new();
    read_from(&mut source, file, context, &mut found)?;
    profiles(args, found, options)
}

fn profiles(args: &ProfileArgs, found: Vec<crate::profile::Profile>, options: Options) -> Result<Input> {
    args.attributions(found, options).map(Input::Profiles)
}

/// Says what can be done with several heap snapshots.
fn check_no_snapshot(files: &[String]) -> Result<()> {
    let is_snapshot = |file: &&String| {
        let source = (*file != STDIN).then(|| Source::open(file, &NoProgress).ok()).flatten();
        source.is_some_and(|source| sniff(source.prefix()) == FileKind::HeapSnapshot)
    };
    match files.iter().find(is_snapshot) {
        Some(file) => Err(Error::new(ErrorKind::Usage, "a picture shows one heap snapshot")
            .in_file(file)
            .help("`heapdiff flame --diff BEFORE AFTER` shows what changed between two")),
        None => Ok(()),
    }
}
