//! Ctrl-C, SIGTERM and SIGHUP: the process ends at once, and leaves no unfinished file behind.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held while finished files get their names: a signal waits, so that all have them or none.
static RENAMING: Mutex<()> = Mutex::new(());

/// Puts signals off, until dropped. For moments only.
pub(super) fn hold() -> MutexGuard<'static, ()> {
    RENAMING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has signals answered from now on, by a thread that sleeps until one comes.
///
/// Without a thread, or on another system, they end the process as they do any other.
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

    /// The thread removes files and ends.
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
        // The thread comes first: signals that are caught and never answered would make the process immortal.
        let Ok(_) = thread::Builder::new().name("signals".to_owned()).stack_size(STACK_BYTES).spawn(wait) else {
            return;
        };
        let mut wanted = vec![SIGINT, SIGTERM];
        if !is_hangup_ignored() {
            wanted.push(SIGHUP);
        }
        if let Ok(signals) = Signals::new(wanted) {
            // The thread waits for it.
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
        // At once: the other threads are in the middle of something.
        signal_hook::low_level::exit(code as c_int)
    }

    /// Whether `nohup` or its like wants us to live on when the terminal is closed. Where that cannot be told, it is so.
    fn is_hangup_ignored() -> bool {
        let Ok(status) = fs::read_to_string("/proc/self/status") else { return true };
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_none_or(|mask| mask >> (SIGHUP - 1) & 1 == 1)
    }
}
