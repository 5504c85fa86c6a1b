//! What `flame` draws: profiles, or a heap snapshot.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::Context;
use crate::cli::input::{Ask, Input, Loaded, Wanted, command, files_of, find, load, read_profiles};
use crate::cpu::attribution::{Attribution, Options};
use crate::door::attribute_all;
use crate::format::InputPath;
use crate::heap::analysis::retained_tree::{RetainedTree, retained_tree};
use crate::heap::diff::series::Listed;

/// What was read.
pub(crate) enum Drawable {
    /// Profiles of one or several threads, at least one.
    Profiles(Vec<Attribution>),
    /// A heap snapshot.
    Heap(RetainedTree),
}

/// Reads files, or a folder of profiles.
///
/// # Errors
/// If one cannot be read, they are of different kinds, or several are heap snapshots.
pub(crate) fn read(files: &[Listed], options: Options, context: &Context) -> Result<Drawable> {
    let mixed_help = "draw them one at a time";
    match find(files, Ask { preferred: Wanted::Profiles, read_first: None, mixed_help }, context)? {
        Input::Profiles(profiles) => {
            attribute_all(read_profiles(files_of(&profiles), context)?, options).map(Drawable::Profiles)
        }
        Input::Snapshots(series) => {
            let files: Vec<InputPath> = series.into_iter().flat_map(|series| series.files).collect();
            match &files[..] {
                [file] => heap(file, context).map(Drawable::Heap),
                files => Err(several(files)),
            }
        }
    }
}

fn heap(file: &InputPath, context: &Context) -> Result<RetainedTree> {
    let loaded = load(file, context)?;
    let names = loaded.names();
    let Loaded { graph, analysis, privacy, .. } = &loaded;
    Ok(retained_tree(graph, analysis, &names.rows, &names.sources, *privacy))
}

/// Says what can be done with several heap snapshots.
fn several(files: &[InputPath]) -> Error {
    let two = files.first().into_iter().chain(files.last());
    let help = format!("`{}` shows what changed between two", command("heapdiff flame --diff", two));
    let message = format!("a flamegraph shows one heap snapshot, but {} were given", files.len());
    Error::new(ErrorKind::Usage, message).help(help)
}
