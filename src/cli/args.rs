//! The grammar of the command line, as types. What they mean is decided in [`crate::cli`].

use crate::base::nearest;
use crate::cli::check::{BaselineCommand, CheckArgs, MeasureArgs};
use crate::cli::flame_args::FlameArgs;
use crate::cli::profile_args::{BlockingArgs, CallersArgs, TopArgs, TreeArgs};
use crate::format::InputPath;
use crate::heap::detect::Kind;
use crate::heap::diff::MatchMode;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;
use std::time::Duration;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const USAGE: &str = "heapdiff [OPTIONS] BEFORE AFTER [LATER]...\n       heapdiff [OPTIONS] COMMAND ...";

const EXIT_CODES: &str = "\
Exit codes:
  0  done; the check passed
  1  the check failed (only `check`)
  2  wrong usage or configuration, an input that cannot be read, or not enough memory
  3  the check could reach no verdict (only `check`)
  101  a bug in heapdiff, please report it
  130  interrupted by Ctrl-C, 143 by SIGTERM; no file is left half-written";

/// Names the leak: what grew between V8 heap snapshots, which object holds it, and by which path.
///
/// Reads the .heapsnapshot files of Node.js, Deno, Bun and Chrome, plain or compressed by gzip or zstd, and agrees with
/// Chrome DevTools number for number. `-` reads standard input, and globs are expanded also in quotes. A file that is named
/// like a command is written `./summary`.
#[derive(Debug, Parser)]
#[command(
    name = "heapdiff", version, styles = STYLES, override_usage = USAGE, after_help = EXIT_CODES, max_term_width = 100,
    arg_required_else_help = true, help_expected = true, disable_help_subcommand = true
)]
pub(crate) struct Args {
    /// The command; without one, the files are compared.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Arguments of the comparison.
    #[command(flatten)]
    pub(crate) diff: DiffArgs,
    /// Options of every command.
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

/// What every command understands.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct GlobalArgs {
    /// What to print; without this text, and of `flame` a picture
    #[arg(short, long, global = true, value_enum)]
    pub(crate) format: Option<FormatArg>,
    /// Write to a file instead of standard output; `-` is standard output
    #[arg(short, long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Overwrite files that heapdiff did not write, though never an input or `heapdiff.toml`
    ///
    /// Without this, an output replaces only files that are empty, that heapdiff wrote, or whose names end as its format's do:
    /// `.html`, `.txt`, `.svg` and so on, but not `.json`, `.md` or `.xml`, which people write as well.
    #[arg(long, global = true)]
    pub(crate) force: bool,
    /// Print at most so many rows of each table; 0 prints all
    #[arg(long, global = true, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Refuse a file of more than this, such as `2GiB`, counted after decompression; without this 64 GiB, and for a compressed
    /// file 1000 times its size, but at least 16 MiB
    #[arg(long, global = true, value_name = "SIZE", value_parser = parse_bytes)]
    pub(crate) max_size: Option<u64>,
    /// When to color text
    #[arg(long, global = true, value_enum, default_value_t = ColorArg::Auto, value_name = "WHEN")]
    pub(crate) color: ColorArg,
    /// Never show progress; without this it is shown on a terminal when a file takes its time
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
    /// Print results and errors only: no warnings, no progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Show no text of the heap, neither of strings nor keys that look like data: each is its length and a hash, `#36:9f2c1a0b`
    #[arg(
        long, global = true, value_name = "true|false", hide_possible_values = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true"
    )]
    pub(crate) redact: Option<bool>,
}

/// Formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// For people
    Text,
    /// For programs; the keys are stable
    Json,
    /// For a browser, in one file that loads nothing; of comparisons, check and blocking only
    Html,
    /// A picture, of `flame` only
    Svg,
    /// Stacks as lines of text, of `flame` only
    Folded,
    /// For https://www.speedscope.app, of `flame` only
    Speedscope,
    /// For `go tool pprof` and its like, of `flame` only
    Pprof,
}

/// When to color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// On a terminal, unless NO_COLOR is set; FORCE_COLOR decides, if it is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Arguments of the comparison, which has no command word.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DiffArgs {
    /// Two or more snapshots of one program, the earliest first; or a folder of them. Files that Node named are compared
    /// process by process and thread by thread
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<InputPath>,
    /// Profiles only: the runs of the later side, if a side has several; the files in front are those of the earlier side
    #[arg(long, value_name = "PROFILE", num_args = 1.., value_hint = ValueHint::FilePath, help_heading = "Profiles")]
    pub(crate) after: Vec<InputPath>,
    /// How to recognize objects in both snapshots; without this the ids are used if they correspond
    #[arg(long = "match", value_enum, value_name = "MODE")]
    pub(crate) matching: Option<MatchMode>,
    /// Show findings of these kinds only, such as `listeners` or `map,set`; docs/DETECTORS.md lists them
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = parse_kind, help_heading = "Findings")]
    pub(crate) kind: Vec<Kind>,
    /// Show findings with such a class only; `*` and `?` stand for any text and any character
    #[arg(long, value_name = "CLASS", help_heading = "Findings")]
    pub(crate) class: Vec<String>,
    /// Show findings only that grew by so much, such as `64KiB`
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, help_heading = "Findings")]
    pub(crate) min_size: Option<u64>,
    /// Show findings only that have so many objects more
    #[arg(long, value_name = "N", help_heading = "Findings")]
    pub(crate) min_count: Option<u64>,
    /// Leave a finding out, by its fingerprint, its class, or a pattern for its title or path
    #[arg(long, value_name = "FINGERPRINT|PATTERN", help_heading = "Findings")]
    pub(crate) ignore: Vec<String>,
    /// Print all evidence of one finding
    #[arg(long, value_name = "FINGERPRINT", help_heading = "Findings")]
    pub(crate) explain: Option<String>,
    /// Say when the heap reaches this size, such as `2GiB`, if growth goes on
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, help_heading = "Findings")]
    pub(crate) heap_limit: Option<u64>,
    /// Time between two snapshots, such as `10m`; without this it is taken from names that Node gave
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, help_heading = "Findings")]
    pub(crate) interval: Option<Duration>,
    /// Also write a picture of what grew and what holds it, for Graphviz: `dot -Tsvg FILE.dot`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Findings")]
    pub(crate) graph: Option<PathBuf>,
}

pub(crate) fn parse_bytes(text: &str) -> Result<u64, String> {
    let sizes = parse_size::Config::new().with_binary();
    sizes.parse_size(text).map_err(|e| format!("{e}; a size is written `64KiB`, `1.5GiB` or as a number of bytes"))
}

fn parse_kind(text: &str) -> Result<Kind, String> {
    text.parse().map_err(|_| {
        let near = nearest(text, Kind::ALL.iter().map(|kind| kind.id()));
        let hint = near.first().map_or_else(String::new, |kind| format!("did you mean `{kind}`? "));
        let all = Kind::ALL.iter().map(|kind| kind.id()).collect::<Vec<_>>().join(", ");
        format!("no such kind; {hint}The kinds are {all}")
    })
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// The gate: fails if something leaks or a budget is exceeded
    Check(CheckArgs),
    /// Record what is known already, for `check --baseline`
    Baseline(BaselineCommand),
    /// How much numbers differ between runs of one build, and which tolerances follow
    Noise(MeasureArgs),
    /// Statistics, classes and the largest objects of a snapshot
    Summary(SummaryArgs),
    /// Why an object or a class is alive: retaining paths
    Paths(PathsArgs),
    /// One object: fields, retainers, dominators
    Show(ShowArgs),
    /// What keeps how much alive: the dominator tree, biggest first
    Dominators(DominatorsArgs),
    /// Texts that are there more than once, and what they cost
    Strings(SnapshotArgs),
    /// CPU time by function: where a profile's time goes
    Top(TopArgs),
    /// CPU time from the entry points down: who calls what
    Tree(TreeArgs),
    /// Who calls the functions that take the time
    Callers(CallersArgs),
    /// A flamegraph of CPU time, allocations or retained memory, and stacks for other tools
    Flame(FlameArgs),
    /// What blocked the event loop: stretches during which it could not turn, and why
    Blocking(BlockingArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
}

impl Command {
    /// The names of all commands.
    pub(crate) fn names() -> Vec<String> {
        use clap::CommandFactory as _;
        Args::command().get_subcommands().map(|c| c.get_name().to_owned()).collect()
    }
}

/// One snapshot and nothing else.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct SnapshotArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) file: InputPath,
}

/// Arguments of `summary`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct SummaryArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) file: InputPath,
    /// Print one line of JSON for each node instead, in the order of the file
    #[arg(long)]
    pub(crate) nodes: bool,
}

/// Arguments of `paths`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct PathsArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) file: InputPath,
    /// An object's id as `@123`, or the name of a class
    #[arg(value_name = "@ID|CLASS")]
    pub(crate) target: String,
    /// Print every hop as the engine has it, without folding it into words
    #[arg(long)]
    pub(crate) raw: bool,
}

/// Arguments of `show`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ShowArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) file: InputPath,
    /// The object's id, as `@123`
    #[arg(value_name = "@ID")]
    pub(crate) target: String,
}

/// Arguments of `dominators`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DominatorsArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) file: InputPath,
    /// Begin at this object, as `@123`, instead of the root
    #[arg(value_name = "@ID")]
    pub(crate) target: Option<String>,
    /// How many levels of the tree to print
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) depth: usize,
}

/// Arguments of `completions`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}
