//! What is judged, as the command line or the configuration names it.

use crate::base::{Error, ErrorKind};
use crate::cli::Context;
use crate::cli::check::args::InputArgs;
use crate::cli::check::stop::Stop;
use crate::cli::input::{self, Ask, Input, Wanted};
use crate::format::InputPath;
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
        return Err(Error::new(ErrorKind::Usage, "no files to check were given")
            .help("`heapdiff check BEFORE AFTER` fails if something leaks between two snapshots")
            .into());
    }
    let [base, head] = input::expand_or([&base, &head], context, no_files)?;
    // The base of the configuration is there for profiles, and read first only with these.
    let read_first = args.base.first().and(base.first()).map(|file| &file.path);
    let mixed_help = "check snapshots and profiles in separate runs; both can share one heapdiff.toml";
    let ask = Ask { preferred: Wanted::Snapshots, read_first, mixed_help };
    match input::find(&head, ask, context)? {
        Input::Snapshots(_) if !args.base.is_empty() => {
            Err(Error::new(ErrorKind::Usage, "`--base` is for CPU profiles, and the files are heap snapshots")
                .help("name all snapshots in order: `heapdiff check BEFORE AFTER`")
                .into())
        }
        Input::Snapshots(series) => Ok(Inputs::Snapshots(series)),
        Input::Profiles(head) => {
            let base = match base.is_empty() {
                true => Input::Profiles(Vec::new()),
                false => input::find(&base, Ask { preferred: Wanted::Profiles, read_first: None, ..ask }, context)?,
            };
            let Input::Profiles(base) = base else {
                let message = "the files of `--base` are heap snapshots, the others CPU profiles";
                return Err(Error::new(ErrorKind::Usage, message)
                    .help("check snapshots and profiles in separate runs")
                    .into());
            };
            let [base, head] = [base, head].map(|side| side.into_iter().flat_map(|argument| argument.files).collect());
            Ok(Inputs::Profiles { base, head })
        }
    }
}

fn no_files(glob: &InputPath) -> Stop {
    Stop::NoVerdict(
        Error::new(ErrorKind::Usage, format!("no file matches `{}`", glob.text()))
            .help("the previous step wrote nothing, or wrote it elsewhere; quoted globs are expanded by heapdiff"),
    )
}
