//! What is judged: globs expanded, kinds told by content.

use crate::base::{Error, ErrorKind, NoProgress, Result, Text};
use crate::cli::check::args::InputArgs;
use crate::cli::check::stop::Stop;
use crate::cli::load::check_stdin_once;
use crate::cli::{files, profile_diff, profiles};
use crate::diff::series::Series;
use crate::format::{STDIN, Source};
use crate::gate::Config;
use std::path::Path;

/// The inputs of one check.
#[derive(Clone, Debug)]
pub(crate) enum Inputs {
    /// Snapshots, by process and thread.
    Snapshots(Vec<Series>),
    /// CPU profiles, one per run.
    Profiles {
        /// What is compared with.
        base: Vec<String>,
        /// What is judged.
        head: Vec<String>,
    },
}

/// The inputs as they are named, by the command line or the file.
pub(crate) fn named<'a>(args: &'a InputArgs, config: &'a Config) -> Vec<&'a Path> {
    let head = if args.files.is_empty() { paths(&config.head) } else { paths(&args.files) };
    let base = if args.base.is_empty() { paths(&config.base) } else { paths(&args.base) };
    [head, base].concat()
}

fn paths<P: AsRef<Path>>(named: &[P]) -> Vec<&Path> {
    named.iter().map(AsRef::as_ref).collect()
}

/// Finds the inputs of the command line, or of the file if there are none.
///
/// # Errors
/// If there are none, or they are of different kinds; no verdict if a glob has no files.
pub(crate) fn find(args: &InputArgs, config: &Config) -> std::result::Result<Inputs, Stop> {
    check_stdin_once(&args.files)?;
    let named = if args.files.is_empty() { &config.head } else { &args.files };
    if named.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "nothing to check was named")
            .help("`heapdiff check BEFORE AFTER` fails if something leaks between two snapshots")
            .into());
    }
    let head = expand(named)?;
    let base = expand(if args.base.is_empty() { &config.base } else { &args.base })?;
    let is_profile = same_kind(&head)?;
    if !is_profile {
        if !args.base.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "`--base` is for CPU profiles, and the files are heap snapshots")
                .help("name all snapshots in order: `heapdiff check BEFORE AFTER`")
                .into());
        }
        return Ok(Inputs::Snapshots(files::series(&head)?));
    }
    if !base.is_empty() && !same_kind(&base)? {
        return Err(Error::new(ErrorKind::Usage, "the files of `--base` are heap snapshots, the others CPU profiles")
            .help("check snapshots and profiles one after the other")
            .into());
    }
    Ok(Inputs::Profiles { base: profiles::list(&base)?, head: profiles::list(&head)? })
}

/// Files as they are named, globs replaced by what they match, in order of names.
fn expand(named: &[String]) -> std::result::Result<Vec<String>, Stop> {
    let mut all = Vec::new();
    for name in named {
        // A file whose name looks like a glob is that file.
        if name == STDIN || !name.contains(['*', '?', '[']) || Path::new(name).exists() {
            all.push(name.clone());
            continue;
        }
        let wrong = |reason: String| {
            Error::new(ErrorKind::Usage, format!("`{}` is no glob: {reason}", Text::from(name.as_str())))
        };
        let paths = glob::glob(name).map_err(|e| wrong(e.to_string()))?;
        let mut found = Vec::new();
        for path in paths {
            let path = path.map_err(|e| Error::new(ErrorKind::Io, Text::from(e.to_string()).to_string()))?;
            found.push(path.to_string_lossy().into_owned());
        }
        if found.is_empty() {
            let message = format!("no file matches `{}`", Text::from(name.as_str()));
            return Err(Stop::NoVerdict(Error::new(ErrorKind::Usage, message).help(
                "the step before this one wrote nothing, or wrote it elsewhere; quote globs to have them expanded here",
            )));
        }
        alphanumeric_sort::sort_str_slice(&mut found);
        all.extend(found);
    }
    Ok(all)
}

/// Whether all are CPU profiles; if not, all are snapshots.
fn same_kind(named: &[String]) -> Result<bool> {
    let mut first: Option<(bool, &str)> = None;
    for name in named {
        let is_profile = is_profile(name)?;
        match first {
            Some((known, other)) if known != is_profile => {
                let (profile, snapshot) = if known { (other, name.as_str()) } else { (name.as_str(), other) };
                let (profile, snapshot) = (Text::from(profile), Text::from(snapshot));
                let message = format!("`{profile}` is a CPU profile, and `{snapshot}` a heap snapshot");
                return Err(Error::new(ErrorKind::Usage, message)
                    .help("check snapshots and profiles one after the other; both can share one heapdiff.toml"));
            }
            _ => first = first.or(Some((is_profile, name))),
        }
    }
    Ok(first.is_some_and(|(is_profile, _)| is_profile))
}

/// What a file or the files of a folder are.
fn is_profile(name: &str) -> Result<bool> {
    if name == STDIN {
        return Ok(false);
    }
    if Path::new(name).is_dir() {
        return Ok(files::list(name).is_err() && profiles::is_folder_of_profiles(name));
    }
    Source::open(name, &NoProgress).map_err(|e| e.in_file(name))?;
    Ok(profile_diff::is_profile(name))
}
