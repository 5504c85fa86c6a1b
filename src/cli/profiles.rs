//! From paths to profiles.

use crate::base::{Result, Text};
use crate::cli::input::check_streams_once;
use crate::cli::{Context, files, input, memory, say};
use crate::cpu::profile::Profile;
use crate::cpu::profile::build::build;
use crate::format::{InputPath, RawProfile, Source, read_profiles};

/// Reads all profiles of some files and folders. Oddities are told on standard error, unless `-q`.
///
/// # Errors
/// If a file cannot be read or holds no profile, or a folder holds none.
pub(crate) fn read_all(paths: &[InputPath], context: &Context) -> Result<Vec<Profile>> {
    check_streams_once(paths)?;
    let mut profiles = Vec::new();
    for file in files::profiles(paths, context)? {
        read_from(&mut input::open(&file, context)?, &file, context, &mut profiles)?;
    }
    Ok(profiles)
}

/// Reads all profiles of an open file.
///
/// # Errors
/// If it holds no profile.
pub(crate) fn read_from(
    source: &mut Source<'_>,
    file: &InputPath,
    context: &Context,
    profiles: &mut Vec<Profile>,
) -> Result<()> {
    profiles.extend(read_raw(source, file, context)?.into_iter().map(build));
    Ok(())
}

/// The same before anything is made of them.
///
/// # Errors
/// If it holds no profile.
pub(crate) fn read_raw(source: &mut Source<'_>, file: &InputPath, context: &Context) -> Result<Vec<RawProfile>> {
    let name = file.shown();
    let outlook = memory::look_ahead(source, &name, context)?;
    let mut profiles = read_profiles(source).map_err(|e| outlook.explained(e, &name))?;
    for raw in &mut profiles {
        raw.thread.take_from(file);
        if !context.is_quiet() {
            for warning in &raw.warnings {
                say(&format!("warning: `{name}`: {}", Text::from(warning.as_str())));
            }
        }
    }
    Ok(profiles)
}
