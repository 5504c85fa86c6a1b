//! The program: arguments in, exit code out. Everything else is in the library.

use heapdiff::cli::{self, Allocator, ExitCode};
use std::panic::{self, PanicHookInfo};

/// Not in the library, because programs that use it choose their own.
#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() -> std::process::ExitCode {
    panic::set_hook(Box::new(report_bug));
    panic::catch_unwind(cli::main).unwrap_or(ExitCode::Bug).into()
}

/// Says that it is a bug in heapdiff, and what to report.
fn report_bug(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
    cli::say(&format!(
        "error: this is a bug in heapdiff {}: {} ({place})\n  help: please report it at {}/issues, with the command and, \
         if you may share it, the file",
        env!("CARGO_PKG_VERSION"),
        heapdiff::base::Text::from(text.unwrap_or("no message")),
        env!("CARGO_PKG_REPOSITORY"),
    ));
}
