//! The command line: arguments, progress, exit codes. One file per command; no logic of its own.

mod allocator;
mod args;
mod blocking;
mod call_tree;
mod check;
mod classes_named;
mod compare;
mod comparison;
mod completions;
mod context;
mod diff;
mod dominators;
mod environment;
mod examples;
mod exit;
mod flame;
mod flame_args;
mod flame_input;
mod formats;
mod grammar;
mod help;
mod holdings;
mod input;
mod man;
mod memory;
mod output;
mod parse;
mod paths;
mod privacy;
mod processes;
mod profile_args;
mod profile_diff;
mod profile_summary;
mod profile_times;
mod progress;
mod reading;
mod show;
mod source;
mod strings;
mod summary;
mod target;
mod terminal;
mod threads;
mod top;
mod usage_error;
mod values;

pub use allocator::Allocator;
pub(crate) use context::Context;
pub use exit::ExitCode;

use crate::base::{Error, Result};
use crate::report::printed::Printed;
use args::{Args, Command};
use clap::builder::StyledStr;
use parse::{Parsed, Unparsed, parse};
use std::io::{self, Write as _};

/// Runs the program for the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    if let Err(e) = threads::secure_stack() {
        return failed(&e);
    }
    allocator::set_up(memory::is_address_space_limited());
    let Parsed { args, command } = match parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(Unparsed::Answer(usage)) => {
            print_usage(&usage);
            return if usage.use_stderr() { ExitCode::Error } else { ExitCode::Done };
        }
        Err(Unparsed::Wrong(e)) => return failed(&e),
    };
    output::listen();
    let context = match Context::new(args.global.clone(), command.as_deref()) {
        Ok(context) => context,
        Err(e) => return failed(&e),
    };
    let result = threads::on_pool(|| run(&args, &context));
    drop(context);
    result.unwrap_or_else(|e| failed(&e))
}

fn failed(e: &Error) -> ExitCode {
    say(&format!("error: {e}"));
    ExitCode::Error
}

/// One arm per command.
fn run(args: &Args, context: &Context) -> Result<ExitCode> {
    // The gate reads the whole configuration, from where it is told to.
    let is_gate = matches!(args.command, Some(Command::Check(_) | Command::Baseline(_) | Command::Noise(_)));
    if !is_gate && !matches!(args.command, Some(Command::Completions(_) | Command::Man | Command::Help(_))) {
        context.decide_privacy(privacy::configured()?)?;
    }
    let Some(command) = &args.command else { return compare::run(&args.diff, context) };
    match command {
        Command::Diff(args) => compare::run(args, context),
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
        Command::Completions(args) => completions::run(args, context),
        Command::Man => man::run(context),
        Command::Help(args) => help::run(args),
    }
}

/// Prints help that was asked for.
fn print_help(text: &StyledStr) {
    let text = text.ansi().to_string();
    // Nothing is left to tell if the message cannot be written.
    let _ = anstream::AutoStream::auto(io::stdout()).write_all(Printed::Lines.guard(&text).as_bytes());
}

/// Prints help or the version, or what clap found wrong.
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
