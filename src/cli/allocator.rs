//! Gives memory back to the system as soon as it is free.
//!
//! glibc raises the size from which it maps memory directly each time a mapped block is freed, up to 32 MiB. The columns
//! of the earlier snapshot then stay behind as holes in the heap while the later one is read: measured on a pair of
//! 160 MB, 283 MiB at the peak instead of 244 (docs/PERFORMANCE.md). A fixed threshold prevents that.

/// Blocks of this size and more are mapped, and unmapped when freed. This is glibc's own starting value.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MAPPED_FROM_BYTES: libc::c_int = 128 << 10;

/// Sets the threshold; does nothing with other allocators. To be called first in `main`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "glibc offers no other way to set this from within a program")]
pub(crate) fn set_up() {
    // SAFETY: mallopt takes two integers and touches only malloc's own parameters; no other thread runs yet. Should it
    // fail, malloc works as before.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, MAPPED_FROM_BYTES);
    }
}

/// Sets the threshold; does nothing with other allocators.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn set_up() {}
