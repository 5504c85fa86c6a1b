//! From paths to profiles.

use crate::base::{Result, Text};
use crate::cli::input::check_streams_once;
use crate::cli::{Context, files, input, memory, say};
use crate::cpu::profile::Profile;
use crate::cpu::profile::build::build;
use crate::format::{InputPath, Source, read_profiles};

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
    let name = file.shown();
    let outlook = memory::look_ahead(source, &name, context)?;
    for mut raw in read_profiles(source).map_err(|e| outlook.explained(e, &name))? {
        raw.thread.file = Some(name.clone());
        if raw.thread.process_id.is_none()
            && let Some(named) = file.capture()
        {
            raw.thread.process_id = Some(named.process_id);
            raw.thread.thread_id = Some(named.thread_id);
        }
        if !context.is_quiet() {
            for warning in &raw.warnings {
                say(&format!("warning: `{name}`: {}", Text::from(warning.as_str())));
            }
        }
        profiles.push(build(raw));
    }
    Ok(())
}
