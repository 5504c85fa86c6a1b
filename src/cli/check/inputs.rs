//! What is judged: globs expanded, kinds told by content.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::check::args::InputArgs;
use crate::cli::check::stop::Stop;
use crate::cli::input::check_streams_once;
use crate::cli::{Context, files, globs, input};
use crate::format::{InputPath, holds_profiles};
use crate::gate::Config;
use crate::heap::diff::series::Series;

/// The inputs of one check.
#[derive(Clone, Debug)]
pub(crate) enum Inputs {
    /// Snapshots, by process and thread.
    Snapshots(Vec<Series>),
    /// CPU profiles, one per run.
    Profiles {
        /// What is compared with.
        base: Vec<InputPath>,
        /// What is judged.
        head: Vec<InputPath>,
    },
}

/// The inputs as they are named, by the command line or the file: those that are judged, and the base.
pub(crate) fn named(args: &InputArgs, config: &Config) -> [Vec<InputPath>; 2] {
    let choose = |flags: &[InputPath], config: &[String]| {
        if flags.is_empty() {
            config.iter().map(|name| InputPath::from(name.as_str())).collect()
        } else {
            flags.to_vec()
        }
    };
    [choose(&args.files, &config.head), choose(&args.base, &config.base)]
}

/// Finds the inputs of the command line, or of the file if there are none.
///
/// # Errors
/// If there are none, or they are of different kinds; no verdict if a glob has no files.
pub(crate) fn find(args: &InputArgs, config: &Config, context: &Context) -> std::result::Result<Inputs, Stop> {
    let [head, base] = named(args, config);
    if head.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "nothing to check was named")
            .help("`heapdiff check BEFORE AFTER` fails if something leaks between two snapshots")
            .into());
    }
    let [head, base] = [expand(&head, context)?, expand(&base, context)?];
    check_streams_once(base.iter().chain(&head))?;
    let is_profile = match same_kind(&head, context)? {
        Some(is_profile) => is_profile,
        // Of pipes alone, the one tells that is read first: a program may write them one after the other.
        None => is_profile(args.base.first().and(base.first()).unwrap_or(&head[0]), context)?,
    };
    if !is_profile {
        if !args.base.is_empty() {
            return Err(Error::new(ErrorKind::Usage, "`--base` is for CPU profiles, and the files are heap snapshots")
                .help("name all snapshots in order: `heapdiff check BEFORE AFTER`")
                .into());
        }
        return Ok(Inputs::Snapshots(files::series(&head, context)?));
    }
    if same_kind(&base, context)? == Some(false) {
        return Err(Error::new(ErrorKind::Usage, "the files of `--base` are heap snapshots, the others CPU profiles")
            .help("check snapshots and profiles one after the other")
            .into());
    }
    Ok(Inputs::Profiles { base: files::profiles(&base, context)?, head: files::profiles(&head, context)? })
}

/// Files as they are named, globs replaced by what they match.
fn expand(named: &[InputPath], context: &Context) -> std::result::Result<Vec<InputPath>, Stop> {
    globs::expand(named, context, |glob| {
        Stop::NoVerdict(Error::new(ErrorKind::Usage, format!("no file matches `{}`", glob.text())).help(
            "the step before this one wrote nothing, or wrote it elsewhere; quote globs to have them expanded here",
        ))
    })
}

/// Whether all are CPU profiles; if not, all are snapshots. What comes through pipes is not asked, and taken to be of the
/// others' kind; none if there are no others.
fn same_kind(named: &[InputPath], context: &Context) -> Result<Option<bool>> {
    let mut first: Option<(bool, &InputPath)> = None;
    for name in named.iter().filter(|name| !name.is_stream()) {
        let is_profile = is_profile(name, context)?;
        match first {
            Some((known, other)) if known != is_profile => {
                let (profile, snapshot) = if known { (other, name) } else { (name, other) };
                let message =
                    format!("`{}` is a CPU profile, and `{}` a heap snapshot", profile.text(), snapshot.text());
                return Err(Error::new(ErrorKind::Usage, message)
                    .help("check snapshots and profiles one after the other; both can share one heapdiff.toml"));
            }
            _ => first = first.or(Some((is_profile, name))),
        }
    }
    Ok(first.map(|(is_profile, _)| is_profile))
}

/// What a file or the files of a folder are.
fn is_profile(name: &InputPath, context: &Context) -> Result<bool> {
    if name.is_folder() {
        return Ok(files::is_folder_of_profiles(name));
    }
    input::kind(name, context).map(holds_profiles)
}
