//! The grammar of the command line, as types. What they mean is decided in [`crate::cli`].

use crate::cli::check::{BaselineCommand, CheckArgs, MeasureArgs};
use crate::cli::flame_args::FlameArgs;
use crate::cli::formats;
use crate::cli::profile_args::{BlockingArgs, CallersArgs, TopArgs, TreeArgs};
use crate::cli::values;
use crate::format::InputPath;
use crate::heap::detect::Kind;
use crate::heap::diff::MatchMode;
use crate::report::formats::Format;
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;
use std::time::Duration;

pub(crate) const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Find memory leaks by comparing V8 heap snapshots: what grew, and what keeps it alive
///
/// Reads .heapsnapshot files from Node.js, Deno, Bun and Chrome, plain or compressed with gzip or zstd. Sizes and
/// counts match Chrome DevTools. For two CPU profiles (.cpuprofile), reports which functions got slower. `-` reads
/// standard input. Globs are expanded even if quoted. For a file with the name of a command, write `./summary`.
#[derive(Debug, Parser)]
#[command(
    name = "heapdiff", version, styles = STYLES, max_term_width = 100, arg_required_else_help = true,
    help_expected = true, disable_help_subcommand = true
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

/// Options that every command accepts.
#[derive(Clone, Debug, ClapArgs)]
#[command(next_help_heading = "Common options")]
pub(crate) struct GlobalArgs {
    /// Output format [default: by the extension of `-o`, else text]
    #[arg(short, long, global = true, value_parser = formats::by_name)]
    pub(crate) format: Option<&'static Format>,
    /// Write to FILE instead of standard output
    #[arg(short, long, global = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Maximum number of rows in each table or list; 0 for no limit
    #[arg(long, global = true, value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// Overwrite files that heapdiff did not write
    ///
    /// By default, heapdiff replaces an existing file only if it is empty, if heapdiff wrote it, or if it has the
    /// extension of the output format (`.html`, `.txt`, `.svg` and so on, but not `.json`, `.md` or `.xml`, which other
    /// programs write too). Inputs and `heapdiff.toml` are never overwritten.
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) force: bool,
    /// Refuse files larger than SIZE, such as `2GiB`
    ///
    /// The limit applies after decompression. The default is 64 GiB; a compressed file may expand to 1000 times its
    /// size, or to 16 MiB if that is more.
    #[arg(long, global = true, value_name = "SIZE", value_parser = parse_bytes, hide_short_help = true)]
    pub(crate) max_size: Option<u64>,
    /// When to use colors
    #[arg(long, global = true, value_enum, default_value_t = ColorArg::Auto, value_name = "WHEN", hide_short_help = true)]
    pub(crate) color: ColorArg,
    /// Do not show progress
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) no_progress: bool,
    /// Print only results and errors: no warnings, no progress
    #[arg(short, long, global = true, hide_short_help = true)]
    pub(crate) quiet: bool,
    /// Replace every string from the heap with its length and a hash
    ///
    /// Strings, and property names that look like data, are shown as `#36:9f2c1a0b`. The hashes differ from run to run.
    #[arg(
        long, global = true, value_name = "true|false", hide_possible_values = true, num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_short_help = true
    )]
    pub(crate) redact: Option<bool>,
}

/// When to color.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorArg {
    /// On a terminal, unless NO_COLOR is set; FORCE_COLOR overrides both
    Auto,
    /// Always, even in files
    Always,
    /// Never
    Never,
}

/// Arguments of the comparison, which needs no command.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DiffArgs {
    /// Snapshots of one program, earliest first, or a folder of them; or two CPU profiles
    ///
    /// Two snapshots show what grew; three can tell a leak from one-time growth. One shows what holds much. Snapshots with names given by
    /// Node.js (`Heap.DATE.TIME.PID.TID.SEQ.heapsnapshot`) are compared separately for each process and thread.
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<InputPath>,
    /// How to match objects of two snapshots
    ///
    /// By default, objects are matched by id if the ids correspond, and by structure if they do not.
    #[arg(long = "match", value_enum, value_name = "MODE", help_heading = "Comparison")]
    pub(crate) matching: Option<MatchMode>,
    /// Profiles of the later build, to compare several runs of each build
    ///
    /// The files before `--after` are profiles of the earlier build.
    #[arg(long, value_name = "PROFILE", num_args = 1.., value_hint = ValueHint::AnyPath, help_heading = "Comparison")]
    pub(crate) after: Vec<InputPath>,
    /// Time between two snapshots, such as `10m`
    ///
    /// By default, it is taken from the file names if Node.js chose them.
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, help_heading = "Comparison")]
    pub(crate) interval: Option<Duration>,
    /// Work done between snapshots, such as `1000,500,2000`
    ///
    /// One number per interval, earliest first, in any unit (requests, jobs). Growth is then judged per unit of work.
    #[arg(
        long, value_name = "N,…", value_delimiter = ',', value_parser = values::parse_work, help_heading = "Comparison"
    )]
    pub(crate) work: Option<Vec<f64>>,
    /// Estimate when the heap reaches SIZE, such as `2GiB`
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, help_heading = "Comparison")]
    pub(crate) heap_limit: Option<u64>,
    /// Only show findings of these kinds, such as `map,set`
    ///
    /// The kinds are workers, sockets, listeners, timers, streams, promises, async-context, detached-dom, modules, buffers,
    /// closures, weak-collection, map, set, array, object, strings, classes and engine; docs/DETECTORS.md describes them.
    #[arg(
        long, value_name = "KIND", value_delimiter = ',', value_parser = values::kind(), hide_possible_values = true,
        help_heading = "Findings"
    )]
    pub(crate) kind: Vec<Kind>,
    /// Only show findings whose class matches PATTERN, such as `*Session`
    ///
    /// `*` matches any text, `?` any character.
    #[arg(long, value_name = "PATTERN", help_heading = "Findings")]
    pub(crate) class: Vec<String>,
    /// Only show findings that grew by at least SIZE
    #[arg(long, value_name = "SIZE", value_parser = parse_bytes, help_heading = "Findings")]
    pub(crate) min_size: Option<u64>,
    /// Only show findings that gained at least N objects
    #[arg(long, value_name = "N", help_heading = "Findings")]
    pub(crate) min_count: Option<u64>,
    /// Hide findings whose fingerprint, class, title or path matches PATTERN
    ///
    /// `*` matches any text, `?` any character.
    #[arg(long, value_name = "PATTERN", help_heading = "Findings")]
    pub(crate) ignore: Vec<String>,
    /// Print all evidence for one finding
    #[arg(long, value_name = "FINGERPRINT", help_heading = "Findings")]
    pub(crate) explain: Option<String>,
    /// Also write a Graphviz graph of what grew and what retains it
    ///
    /// Render it with `dot -Tsvg FILE -o growth.svg`.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Findings")]
    pub(crate) graph: Option<PathBuf>,
}

pub(crate) fn parse_bytes(text: &str) -> Result<u64, String> {
    let sizes = parse_size::Config::new().with_binary();
    sizes.parse_size(text).map_err(|_| "expected a size, such as `64KiB`, `1.5GiB` or a number of bytes".to_owned())
}

/// The commands.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Compare snapshots or profiles; the default if no command is given
    #[command(visible_alias = "compare")]
    Diff(DiffArgs),
    /// CI gate: exit with code 1 if something leaks or exceeds a budget
    ///
    /// Checks snapshots for leaks and budgets, and CPU profiles for event loop blocking and functions that got slower.
    /// Rules are set by options, by HEAPDIFF_* variables, or in `heapdiff.toml`, in this order of precedence. Without
    /// rules, the check fails if something leaks. docs/GATE.md describes all rules.
    Check(CheckArgs),
    /// Record known leaks and current values for `check --baseline`
    Baseline(BaselineCommand),
    /// Measure run-to-run variation of one build and suggest tolerances
    ///
    /// Each file is one run. Pass at least three snapshots or CPU profiles of the same build under the same load.
    Noise(MeasureArgs),
    /// Summarize a snapshot: statistics, classes, largest objects
    Summary(SummaryArgs),
    /// Show why an object or a class is alive: its retaining paths
    Paths(PathsArgs),
    /// Show one object: its fields, retainers and dominators
    Show(ShowArgs),
    /// Show which objects keep the most memory alive (the dominator tree)
    Dominators(DominatorsArgs),
    /// List duplicate strings and the memory they waste
    Strings(SnapshotArgs),
    /// List the functions that take the most CPU time
    Top(TopArgs),
    /// Show CPU time as a call tree, from the entry points down
    Tree(TreeArgs),
    /// Show what calls the functions that take the most CPU time
    Callers(CallersArgs),
    /// Draw a flamegraph of CPU time, allocations or retained memory
    ///
    /// The picture is written to the current folder (`app.svg` for `app.cpuprofile`) or to the file given with `-o`.
    /// The formats `folded`, `speedscope` and `pprof` export the stacks to other tools.
    Flame(FlameArgs),
    /// List what blocked the event loop, and how to fix it
    Blocking(BlockingArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page; `heapdiff man | man -l -` shows it
    Man,
    /// Print help for a command
    Help(HelpArgs),
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
    /// Print every node as one line of JSON instead
    #[arg(long)]
    pub(crate) nodes: bool,
}

/// Arguments of `paths`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct PathsArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) file: InputPath,
    /// The id of an object, such as `@123`, or the name of a class
    #[arg(value_name = "ID|CLASS")]
    pub(crate) target: String,
    /// Print every edge of each path
    #[arg(long)]
    pub(crate) raw: bool,
}

/// Arguments of `show`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct ShowArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) file: InputPath,
    /// The id of the object, such as `@123`
    #[arg(value_name = "ID")]
    pub(crate) target: String,
}

/// Arguments of `dominators`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct DominatorsArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::FilePath)]
    pub(crate) file: InputPath,
    /// Start at this object, such as `@123`, instead of the root
    #[arg(value_name = "ID")]
    pub(crate) target: Option<String>,
    /// Number of levels to print
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

/// Arguments of `help`.
#[derive(Clone, Debug, ClapArgs)]
pub(crate) struct HelpArgs {
    /// The command; without one, all commands are listed
    #[arg(value_name = "COMMAND", hide_possible_values = true)]
    pub(crate) command: Vec<String>,
}
