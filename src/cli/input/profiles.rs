//! From files to profiles.

use crate::base::{Result, Text};
use crate::cli::input::{open, other_kind};
use crate::cli::{Context, memory, say};
use crate::cpu::profile::Profile;
use crate::cpu::profile::build::build;
use crate::format::{InputPath, read_profiles as read_raw, sniff};

/// Reads all profiles of some files. Oddities are told on standard error, unless `-q`.
///
/// # Errors
/// If a file cannot be read or holds no profile.
pub(crate) fn read_profiles<'a>(
    files: impl IntoIterator<Item = &'a InputPath>,
    context: &Context,
) -> Result<Vec<Profile>> {
    let mut profiles = Vec::new();
    for file in files {
        read(file, context, &mut profiles)?;
    }
    Ok(profiles)
}

fn read(file: &InputPath, context: &Context, profiles: &mut Vec<Profile>) -> Result<()> {
    let mut source = open(file, context)?;
    if let Some(e) = other_kind::instead_of_profile(sniff(source.prefix()), file) {
        return Err(e);
    }
    let name = file.shown();
    let outlook = memory::look_ahead(&source, &name, context)?;
    for mut raw in read_raw(&mut source).map_err(|e| outlook.explained(e, &name))? {
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
