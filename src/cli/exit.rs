//! Exit codes: stable, for scripts to rely on.

/// How the program ends. Exit codes are stable.
///
/// | code | meaning |
/// |---|---|
/// | 0 | done; the check passed |
/// | 1 | the check failed (`check` only) |
/// | 2 | usage or configuration error, unreadable or corrupt input, or not enough memory |
/// | 3 | `check` could not reach a verdict |
/// | 101 | a bug in heapdiff |
/// | 129, 130, 143 | ended by SIGHUP, SIGINT (Ctrl-C) or SIGTERM, with the usual codes of shells; no output is left
/// half-written |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done; the check passed.
    Done = 0,
    /// The check failed.
    GateFailed = 1,
    /// Usage or configuration error, unreadable or corrupt input, or not enough memory.
    Error = 2,
    /// No baseline, too few runs, or runtimes that cannot be compared.
    NoVerdict = 3,
    /// A bug in heapdiff.
    Bug = 101,
    /// The terminal was closed.
    HungUp = 129,
    /// Ctrl-C.
    Interrupted = 130,
    /// Asked to terminate.
    Terminated = 143,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
