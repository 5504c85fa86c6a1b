//! The threads for reading and analyzing: one per core, or fewer if the system does not allow as many.
//!
//! Results do not depend on their number. rayon would start as many as `RAYON_NUM_THREADS` says, and panic if it
//! cannot.

use crate::base::{Error, ErrorKind, Result, memory};
use rayon::{ThreadBuilder, ThreadPoolBuilder};
use std::ffi::OsStr;
use std::io;
use std::num::NonZero;
use std::sync::mpsc;
use std::thread;

/// Maximum number of threads: a batch of a file has 16 blocks, scanned in pairs.
const MAX_THREADS: usize = 16;
/// Stack size of a thread.
const STACK_BYTES: usize = 4 << 20;
/// What a thread needs in addition, and what must be left after it has started: Rust ends the process if a thread
/// cannot map the little memory it needs for itself.
const SPARE_BYTES: usize = 1 << 20;
/// Stack size that the main thread can rely on: the system would end the program if the stack could not grow later.
const OWN_STACK_BYTES: usize = 512 << 10;

/// Runs the program on a pool of threads.
///
/// # Errors
/// Those of `run`, or if there is no memory for the pool.
pub(crate) fn on_pool<R: Send>(run: impl FnOnce() -> Result<R> + Send) -> Result<R> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let mut count = wanted(std::env::var_os("RAYON_NUM_THREADS").as_deref().and_then(OsStr::to_str), cores);
    while count > 1 {
        // If one thread cannot be started, those already started end.
        if let Ok(pool) = ThreadPoolBuilder::new().num_threads(count).spawn_handler(start).build() {
            return pool.install(run);
        }
        count /= 2;
    }
    let alone = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    let pool = alone.map_err(|e| Error::new(ErrorKind::Memory, format!("no thread can be started ({e})")))?;
    pool.install(run)
}

/// The number of threads: that of the environment, if it is a number, but not more than there are cores.
fn wanted(environment: Option<&str>, cores: usize) -> usize {
    let number = environment.and_then(|text| text.trim().parse().ok()).filter(|number| *number > 0);
    number.unwrap_or(cores).min(cores).min(MAX_THREADS)
}

/// Starts a thread of the pool and waits until it is running.
fn start(thread: ThreadBuilder) -> io::Result<()> {
    memory::probe::<u8>(STACK_BYTES + SPARE_BYTES).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let (is_running, runs) = mpsc::sync_channel(1);
    thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let _ = is_running.send(());
        thread.run();
    })?;
    runs.recv().map_err(io::Error::other)
}

/// Whether one more small thread can be started.
pub(crate) fn is_one_to_be_had() -> bool {
    memory::probe::<u8>(STACK_BYTES + SPARE_BYTES).is_ok()
        && thread::Builder::new().stack_size(STACK_BYTES).spawn(|| ()).is_ok_and(|thread| thread.join().is_ok())
}

/// Grows the stack of the main thread to what may be needed. Must be called first in `main`.
///
/// # Errors
/// If there is no memory for it.
pub(crate) fn secure_stack() -> Result<()> {
    memory::probe::<u8>(OWN_STACK_BYTES + SPARE_BYTES)?;
    grow_stack();
    Ok(())
}

/// A separate function, because a function touches its stack when it is entered.
#[inline(never)]
fn grow_stack() {
    std::hint::black_box([0u8; OWN_STACK_BYTES]);
}

#[cfg(test)]
mod tests {
    use super::{MAX_THREADS, wanted};

    #[test]
    fn the_environment_can_ask_for_fewer_threads_only() {
        let cases = [
            (None, 4, 4),
            (Some("1"), 4, 1),
            (Some(" 3 "), 4, 3),
            (Some("100000"), 4, 4),
            (Some("99999999999999999999999"), 4, 4),
            (Some("0"), 4, 4),
            (Some("-1"), 4, 4),
            (Some("many"), 4, 4),
            (Some(""), 1, 1),
            (None, 512, MAX_THREADS),
        ];
        for (environment, cores, count) in cases {
            assert_eq!(wanted(environment, cores), count, "{environment:?}");
        }
    }
}
