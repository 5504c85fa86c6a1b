//! Wall time and peak memory of one child process.
//!
//! The kernel reports the peak memory of the *largest* child that a process ever had. So each measurement goes
//! through a fresh copy of this program that starts exactly one child and prints what it took; the small copy also
//! keeps the memory of this process out of the child's figure.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// Hidden first argument with which the bench runs itself around one child.
pub(crate) const STAGE: &str = "--stage-measure";

/// One finished run.
#[derive(Clone, Copy)]
pub(crate) struct Sample {
    pub(crate) seconds: f64,
    /// Peak resident set in bytes; `None` where the system does not tell.
    pub(crate) peak: Option<u64>,
}

/// Runs `program` with `arguments` and measures it.
pub(crate) fn sample(program: &Path, arguments: &[&str]) -> Result<Sample, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(this).arg(STAGE).arg(program).args(arguments).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text.split_whitespace();
    let seconds = words.next().and_then(|word| word.parse().ok());
    match seconds {
        Some(seconds) if output.status.success() => {
            Ok(Sample { seconds, peak: words.next().and_then(|word| word.parse().ok()) })
        }
        _ => Err(format!("{} failed", program.display())),
    }
}

/// The inner process: one child, then its time and peak memory on standard output.
pub(crate) fn run_one_child(command: &[String]) -> ExitCode {
    let Some((program, arguments)) = command.split_first() else {
        return ExitCode::FAILURE;
    };
    let start = Instant::now();
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
    let seconds = start.elapsed().as_secs_f64();
    match status {
        // heapdiff answers 1 when a threshold was passed: a finished run all the same.
        Ok(status) if matches!(status.code(), Some(0 | 1)) => {}
        Ok(status) => {
            eprintln!("{program}: {status}");
            return ExitCode::FAILURE;
        }
        Err(error) => {
            eprintln!("{program}: {error}");
            return ExitCode::FAILURE;
        }
    }
    match peak_of_children() {
        Some(peak) => println!("{seconds} {peak}"),
        None => println!("{seconds}"),
    }
    ExitCode::SUCCESS
}

#[cfg(unix)]
fn peak_of_children() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    // Apple systems count bytes, all others KiB.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    u64::try_from(usage.max_rss()).ok().map(|peak| peak * unit)
}

#[cfg(not(unix))]
fn peak_of_children() -> Option<u64> {
    None
}
