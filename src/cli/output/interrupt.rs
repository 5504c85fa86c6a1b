//! Ctrl-C, SIGTERM and SIGHUP: the process ends at once and leaves no unfinished file behind.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held while finished files are renamed. Signals wait, so that all files are renamed or none.
static RENAMING: Mutex<()> = Mutex::new(());

/// Delays signals until dropped. Only for short moments.
pub(super) fn hold() -> MutexGuard<'static, ()> {
    RENAMING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a thread that sleeps until a signal arrives and handles it.
///
/// Without the thread, or on other systems, signals end the process as usual.
#[cfg(unix)]
pub(crate) fn listen() {
    unix::listen();
}

/// Does nothing: this system has no such signals.
#[cfg(not(unix))]
pub(crate) fn listen() {}

#[cfg(unix)]
mod unix {
    use crate::cli::ExitCode;
    use crate::cli::output::temporary;
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use std::ffi::c_int;
    use std::sync::mpsc::channel;
    use std::{fs, thread};

    /// The thread only removes files and exits.
    const STACK_BYTES: usize = 128 << 10;

    pub(super) fn listen() {
        let (sender, receiver) = channel::<Signals>();
        let wait = move || {
            if let Ok(mut signals) = receiver.recv()
                && let Some(signal) = signals.forever().next()
            {
                end(signal);
            }
        };
        // The thread comes first: if signals were caught but never handled, the process could not be stopped.
        let Ok(_) = thread::Builder::new().name("signals".to_owned()).stack_size(STACK_BYTES).spawn(wait) else {
            return;
        };
        let mut wanted = vec![SIGINT, SIGTERM];
        if !is_hangup_ignored() {
            wanted.push(SIGHUP);
        }
        if let Ok(signals) = Signals::new(wanted) {
            // The thread is waiting for it.
            let _ = sender.send(signals);
        }
    }

    fn end(signal: c_int) -> ! {
        let _renaming = super::hold();
        temporary::remove_all();
        let code = match signal {
            SIGHUP => ExitCode::HungUp,
            SIGTERM => ExitCode::Terminated,
            _ => ExitCode::Interrupted,
        };
        // At once: other threads are in the middle of something.
        signal_hook::low_level::exit(code as c_int)
    }

    /// Whether `nohup` or the like wants the process to survive the terminal. If unknown, it does.
    fn is_hangup_ignored() -> bool {
        let Ok(status) = fs::read_to_string("/proc/self/status") else { return true };
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_none_or(|mask| mask >> (SIGHUP - 1) & 1 == 1)
    }
}
