//! Returns memory to the system as soon as it is free, and ends the program with a message when there is none left.
//!
//! Each time a mapped block is freed, glibc raises the size from which it maps memory directly, up to 32 MiB. The
//! columns of the earlier snapshot then remain as holes in the heap while the later one is read: for a pair of 160 MB,
//! the peak was 283 MiB instead of 244 (docs/PERFORMANCE.md). A fixed threshold prevents that.
//!
//! Whatever grows with the input is allocated fallibly (see [`crate::base::memory`]), and a refusal is an ordinary
//! error. All other memory, of our code and of libraries, is taken for granted in Rust, where a refusal aborts the
//! program. Here, it ends with one line and exit code 2 instead. Stable Rust has no other way to do that.

use crate::base::memory::is_asking;
use crate::cli::ExitCode;
use crate::cli::output::abandon;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// The system allocator, for the binary to install. If there is no memory, it ends the program with exit code 2.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allocator;

#[expect(
    unsafe_code,
    reason = "an allocator is an unsafe trait; the default one aborts where this one says what to do"
)]
// SAFETY: all four functions pass their arguments to `System` unchanged and return its result, so its guarantees apply.
// What they add runs only if it returned null, does not unwind, and returns only if null may be returned.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller upholds the contract of `GlobalAlloc::alloc`, which is the same for `System`.
        answered(unsafe { System.alloc(layout) })
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        answered(unsafe { System.alloc_zeroed(layout) })
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_bytes: usize) -> *mut u8 {
        // SAFETY: as above; `block` came from `System`, as all blocks do.
        answered(unsafe { System.realloc(block, layout, new_bytes) })
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }
}

/// Returns the block, or null if the caller can handle that.
#[inline]
fn answered(block: *mut u8) -> *mut u8 {
    if block.is_null() {
        refused();
    }
    block
}

/// The message for running out of memory, made in advance because making it takes memory.
static LAST_WORDS: Mutex<String> = Mutex::new(String::new());
const WITHOUT_WORDS: &str =
    "error: not enough memory; close other programs, raise the memory limit, or use a machine with more memory\n";

/// Sets the line, including its line break, with which the program ends if memory runs out.
pub(crate) fn prepare_last_words(line: &str) {
    let mut words = line.to_owned();
    if let Ok(mut kept) = LAST_WORDS.lock() {
        std::mem::swap(&mut *kept, &mut words);
    }
    // The previous message is freed after the lock is released.
    drop(words);
}

/// Ends the program, unless this thread is in a fallible allocation. It allocates nothing, and waits for no lock that
/// another thread without memory might hold.
#[cold]
fn refused() {
    static IS_ENDING: AtomicBool = AtomicBool::new(false);
    if is_asking() {
        return;
    }
    if IS_ENDING.swap(true, Ordering::Relaxed) {
        // Another thread is already printing it.
        wait_for_the_end();
    }
    abandon();
    match LAST_WORDS.try_lock() {
        Ok(words) if !words.is_empty() => end(words.as_bytes()),
        _ => end(WITHOUT_WORDS.as_bytes()),
    }
}

/// Writes to standard error and ends the process.
#[cfg(unix)]
#[expect(unsafe_code, reason = "std's standard error has a lock, and its exit runs code that may need memory")]
fn end(words: &[u8]) -> ! {
    // SAFETY: pointer and length come from a slice, which write only reads; _exit has no preconditions. There is
    // nowhere left to report that standard error is closed.
    unsafe {
        libc::write(libc::STDERR_FILENO, words.as_ptr().cast(), words.len());
        libc::_exit(ExitCode::Error as i32)
    }
}

/// Writes to standard error and ends the process.
#[cfg(not(unix))]
fn end(words: &[u8]) -> ! {
    use std::io::Write as _;
    let _ = std::io::stderr().write_all(words);
    std::process::exit(ExitCode::Error as i32)
}

fn wait_for_the_end() -> ! {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}

/// Blocks of at least this size are mapped, and unmapped when freed. This is glibc's own initial value.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_FROM_BYTES: libc::c_int = 128 << 10;

/// Sets the threshold; does nothing with other allocators. Must be called first in `main`. If the address space is
/// limited, all threads share one arena: each of their own would reserve 64 MiB.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "glibc offers no other way to set this from within a program")]
pub(crate) fn set_up(is_address_space_limited: bool) {
    // SAFETY: mallopt takes two integers and changes only malloc's own parameters, and no other thread is running yet.
    // If it fails, malloc works as before.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, MAPPED_FROM_BYTES);
        if is_address_space_limited {
            libc::mallopt(libc::M_ARENA_MAX, 1);
        }
    }
}

/// Sets the threshold; does nothing with other allocators.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn set_up(_: bool) {}
