//! From paths to profiles.

use crate::base::{Error, ErrorKind, Phase, Progress, Result, Text};
use crate::cli::load::check_stdin_once;
use crate::cli::{Context, memory, say};
use crate::format::capture_name::CaptureName;
use crate::format::{STDIN, Source, read_profiles};
use crate::profile::Profile;
use crate::profile::build::build;
use std::fs;
use std::path::Path;

/// Endings of files that a folder is searched for, each also with `.gz` and `.zst`.
const ENDINGS: [&str; 2] = [".cpuprofile", ".heapprofile"];

/// Reads all profiles of some files and folders. Oddities are told on standard error, unless `-q`.
///
/// # Errors
/// If a file cannot be read or holds no profile, or a folder holds none.
pub(crate) fn read_all(paths: &[String], context: &Context) -> Result<Vec<Profile>> {
    check_stdin_once(paths)?;
    let mut profiles = Vec::new();
    for file in list(paths)? {
        read(&file, context, &mut profiles)?;
    }
    Ok(profiles)
}

/// Whether a folder holds profiles and no snapshots: of both, the snapshots are meant.
pub(crate) fn is_folder_of_profiles(folder: &str) -> bool {
    files_in(folder).is_ok() && crate::cli::files::list(folder).is_err()
}

/// The files, folders replaced by the profiles in them.
///
/// # Errors
/// If a folder cannot be listed or holds none.
pub(crate) fn list(paths: &[String]) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for path in paths {
        if path != STDIN && Path::new(path).is_dir() {
            files.extend(files_in(path)?);
        } else {
            files.push(path.clone());
        }
    }
    Ok(files)
}

fn files_in(folder: &str) -> Result<Vec<String>> {
    let broken = |e: &std::io::Error| Error::new(ErrorKind::Io, format!("cannot be read ({e})")).in_file(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| broken(&e))? {
        let path = entry.map_err(|e| broken(&e))?.path();
        let name = path.to_string_lossy().into_owned();
        let plain = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        if ENDINGS.iter().any(|ending| plain.ends_with(ending)) && path.is_file() {
            files.push(name);
        }
    }
    if files.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "no .cpuprofile or .heapprofile is in this folder")
            .in_file(folder)
            .help("name the files themselves"));
    }
    alphanumeric_sort::sort_str_slice(&mut files);
    Ok(files)
}

fn read(file: &str, context: &Context, profiles: &mut Vec<Profile>) -> Result<()> {
    let progress: &dyn Progress = context.progress();
    let bytes = fs::metadata(file).ok().filter(fs::Metadata::is_file).map(|m| m.len());
    progress.begin(Phase::Read, file, bytes.filter(|_| file != STDIN));
    let mut source = Source::open(file, progress)
        .and_then(|source| source.within(context.size_limit()))
        .map_err(|e| e.in_file(shown(file)))?;
    read_from(&mut source, file, context, profiles)
}

fn shown(file: &str) -> &str {
    if file == STDIN { "standard input" } else { file }
}

/// Reads all profiles of an open file.
///
/// # Errors
/// If it holds no profile.
pub(crate) fn read_from(
    source: &mut Source<'_>,
    file: &str,
    context: &Context,
    profiles: &mut Vec<Profile>,
) -> Result<()> {
    let name = shown(file);
    let outlook = memory::look_ahead(source, name, context)?;
    for mut raw in read_profiles(source).map_err(|e| outlook.explained(e, name))? {
        raw.thread.file = Some(Text::from(name));
        if raw.thread.process_id.is_none()
            && let Some(named) = CaptureName::parse(file)
        {
            raw.thread.process_id = Some(named.process_id);
            raw.thread.thread_id = Some(named.thread_id);
        }
        if !context.is_quiet() {
            for warning in &raw.warnings {
                say(&format!("warning: `{}`: {}", Text::from(name), Text::from(warning.as_str())));
            }
        }
        profiles.push(build(raw));
    }
    Ok(())
}
