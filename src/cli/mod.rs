//! The command line: arguments, progress, exit codes. One file per command; no logic of its own.

mod allocator;
mod args;
mod blocking;
mod call_tree;
mod check;
mod context;
mod diff;
mod dominators;
mod exit;
mod files;
mod flame;
mod flame_args;
mod flame_input;
mod globs;
mod input;
mod load;
mod memory;
mod output;
mod paths;
mod privacy;
mod processes;
mod profile_args;
mod profile_diff;
mod profiles;
mod progress;
mod reading;
mod shell;
mod show;
mod source;
mod strings;
mod summary;
mod target;
mod terminal;
mod threads;
mod top;

pub use allocator::Allocator;
pub(crate) use context::Context;
pub use exit::ExitCode;
pub(crate) use load::Loaded;

use crate::base::{Error, ErrorKind, Result, nearest};
use crate::report::printed::Printed;
use args::{Args, Command, DiffArgs};
use clap::Parser as _;
use std::io::{self, Write as _};

/// Runs the program for the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    if let Err(e) = threads::secure_stack() {
        return failed(&e);
    }
    allocator::set_up(memory::is_address_space_limited());
    let mut args = match Args::try_parse() {
        Ok(args) => args,
        Err(e) => {
            print_usage(&e);
            return if e.use_stderr() { ExitCode::Error } else { ExitCode::Done };
        }
    };
    output::listen();
    let context = Context::new(args.global.clone());
    let result = threads::on_pool(|| {
        globs::expand_all(&mut args, &context)?;
        run(&args, &context)
    });
    drop(context);
    result.unwrap_or_else(|e| failed(&e))
}

fn failed(e: &Error) -> ExitCode {
    say(&format!("error: {e}"));
    ExitCode::Error
}

/// One arm per command.
fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    let is_flame = matches!(args.command, Some(Command::Flame(_)));
    context.check_format(is_flame, matches!(args.command, None | Some(Command::Check(_) | Command::Blocking(_))))?;
    // The gate reads the whole configuration, from where it is told to.
    let is_gate = matches!(args.command, Some(Command::Check(_) | Command::Baseline(_) | Command::Noise(_)));
    if !is_gate && !matches!(args.command, Some(Command::Completions(_) | Command::Man)) {
        context.decide_privacy(privacy::configured()?)?;
    }
    let Some(command) = &args.command else {
        check_files(&args.diff, context)?;
        diff::guard(&args.diff, context)?;
        if profile_diff::is_wanted(&args.diff, context)? {
            return profile_diff::run(&args.diff, context);
        }
        return diff::run(&args.diff, context);
    };
    match command {
        Command::Check(args) => check::run(args, context),
        Command::Baseline(args) => check::write_baseline(args, context),
        Command::Noise(args) => check::noise(args, context),
        Command::Summary(args) => summary::run(args, context),
        Command::Paths(args) => paths::run(args, context),
        Command::Show(args) => show::run(args, context),
        Command::Dominators(args) => dominators::run(args, context),
        Command::Strings(args) => strings::run(args, context),
        Command::Top(args) => top::run(args, context),
        Command::Tree(args) => call_tree::tree(args, context),
        Command::Callers(args) => call_tree::callers(args, context),
        Command::Flame(args) => flame::run(args, context),
        Command::Blocking(args) => blocking::run(args, context),
        Command::Completions(args) => shell::completions(args, context),
        Command::Man => shell::man(context),
    }
}

/// Answers a comparison of fewer than two files, and a misspelled command, which looks like a file.
fn check_files(diff: &DiffArgs, context: &Context) -> Result<()> {
    let Some(first) = diff.files.first() else {
        return Err(Error::new(ErrorKind::Usage, "no snapshot was named")
            .help("`heapdiff BEFORE AFTER` compares two snapshots, `heapdiff --help` lists the commands"));
    };
    input::check_streams_once(diff.files.iter().chain(&diff.after))?;
    let shown = first.text();
    let is_missing = !first.is_stdin() && !first.as_path().exists();
    if is_missing && let Some(command) = nearest(&shown.to_lossy(), Command::names().iter().map(String::as_str)).first()
    {
        return Err(Error::new(ErrorKind::Usage, format!("no command and no file is named `{shown}`"))
            .help(format!("did you mean `heapdiff {command}`?")));
    }
    if diff.files.len() == 1 && diff.after.is_empty() && !first.is_stream() && profile_diff::is_profile(first, context)
    {
        return Err(Error::new(ErrorKind::Usage, "one profile was named, a comparison needs two").help(format!(
            "`heapdiff top {shown}` says where the time goes, `heapdiff {shown} LATER` what got slower"
        )));
    }
    // A folder may hold any number.
    if diff.files.len() == 1 && diff.after.is_empty() && !first.is_folder() {
        return Err(Error::new(ErrorKind::Usage, "one snapshot was named, a comparison needs two").help(format!(
            "`heapdiff summary {shown}` describes it, `heapdiff {shown} LATER` compares it with a later one"
        )));
    }
    Ok(())
}

/// Prints help, or what is wrong with the arguments, which it quotes.
fn print_usage(usage: &clap::Error) {
    let text = usage.render().ansi().to_string();
    let text = Printed::Lines.guard(&text);
    // Nothing is left to tell if the message cannot be written.
    let _ = if usage.use_stderr() {
        anstream::AutoStream::auto(io::stderr()).write_all(text.as_bytes())
    } else {
        anstream::AutoStream::auto(io::stdout()).write_all(text.as_bytes())
    };
}

/// Prints a line of our own to standard error.
pub fn say(message: &str) {
    // There is no place left to report that standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", Printed::Lines.guard(message));
}
