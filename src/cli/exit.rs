//! Exit codes: stable, for scripts to rely on.

/// How the program ends.
///
/// | code | meaning |
/// |---|---|
/// | 0 | done; the gate passed |
/// | 1 | the gate failed (`check` only) |
/// | 2 | wrong usage or config; an input is unreadable or corrupt; not enough memory |
/// | 3 | `check` could reach no verdict |
/// | 101 | a bug in heapdiff |
/// | 129, 130, 143 | ended by SIGHUP, SIGINT (Ctrl-C), SIGTERM: the codes that shells give to these; no file is left half-written |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Done; the gate passed.
    Done = 0,
    /// The gate failed.
    GateFailed = 1,
    /// Wrong usage or config; an input is unreadable or corrupt; not enough memory.
    Error = 2,
    /// No baseline, too few runs, or runtimes that cannot be compared.
    NoVerdict = 3,
    /// A bug in heapdiff.
    Bug = 101,
    /// The terminal was closed.
    HungUp = 129,
    /// Ctrl-C.
    Interrupted = 130,
    /// Asked to end.
    Terminated = 143,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code as u8)
    }
}
