//! From files to profiles.

use crate::base::{Result, Text};
use crate::cli::input::{open, other_kind};
use crate::cli::{Context, memory, say};
use crate::cpu::profile::Profile;
use crate::cpu::profile::build::build;
use crate::format::{InputPath, RawProfile, read_profiles as read_raw, sniff};

/// Reads all profiles of some files. Warns about oddities on standard error, unless `-q` is given.
///
/// # Errors
/// If a file cannot be read or contains no profile.
pub(crate) fn read_profiles<'a>(
    files: impl IntoIterator<Item = &'a InputPath>,
    context: &Context,
) -> Result<Vec<Profile>> {
    let mut profiles = Vec::new();
    for file in files {
        profiles.extend(read_raw_profiles(file, context)?.into_iter().map(build));
    }
    Ok(profiles)
}

/// Reads the profiles of a file without processing them.
///
/// # Errors
/// If it cannot be read or contains no profile.
pub(crate) fn read_raw_profiles(file: &InputPath, context: &Context) -> Result<Vec<RawProfile>> {
    let mut source = open(file, context)?;
    if let Some(e) = other_kind::instead_of_profile(sniff(source.prefix()), file) {
        return Err(e);
    }
    let name = file.shown();
    let outlook = memory::look_ahead(&source, &name, context)?;
    let mut profiles = read_raw(&mut source).map_err(|e| outlook.explained(e, &name))?;
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
