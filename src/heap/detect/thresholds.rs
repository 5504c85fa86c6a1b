//! The detectors' thresholds: every number that decides what is a finding, of which kind, and whether it leaks.
//!
//! Limits on work and on text lengths are where they are used: they affect time and space, not results. A test compares
//! `docs/DETECTORS.md` with these values.
//!
//! *Measured* says what another value does to 136 comparisons: 30 cases of a corpus of leaks, leaking and fixed, and those of
//! `fixtures/leaks`, with three snapshots and with two. A comparison changes if one of its findings does in kind, verdict,
//! confidence, fingerprint, path or related growth. If none changes, these cases do not
//! test the number. Of [`DICTIONARY_KEYS`] for kinds and fingerprints: 2: 5 change, 20: 4. Two other places require more keys, because they
//! merge what is shown: `heap/analysis/class_paths.rs` (33) and `heap/analysis/retained_tree.rs` (24).

pub use crate::heap::diff::DICTIONARY_KEYS;

// What is looked at.

/// Objects more, at least, from the first snapshot to the last. One more is no accumulation.
/// Measured: 1: 36 change, by findings of a single object.
pub(crate) const MIN_COUNT_DELTA: i64 = 2;
/// Bytes by which an object grew in place, at least, from the first snapshot to the last; less is left to the account.
/// Measured: 256: 7 change, by small findings.
pub(crate) const MIN_IN_PLACE_BYTES: i64 = 1024;

// The course over three and more snapshots.

/// Share of the highest value: a fall by more is a sawtooth.
/// Measured: 0 and 0.3: none changes.
pub const FALL_SHARE: f64 = 0.1;
/// Growth in the last interval over the mean of those before it: with less, growth has ended.
/// Measured: 0.6: a leaking array of numbers is missed, whose store grows unevenly.
pub const STILL_GROWING: f64 = 0.2;
/// Share of all growth: one interval that has as much is a step.
/// Measured: 0.7: 1 changes.
pub const STEP_SHARE: f64 = 0.9;
/// Share of the intervals: as many must grow.
/// Measured: 0.3: none changes.
pub(crate) const GROWING_SHARE: f64 = 0.7;

// Leak or not, with three snapshots and more.

/// Objects more in all intervals together, at least, that are an accumulation.
pub const MANY: f64 = 10.0;
/// The same for objects that are large together. Fewer are never more than chance.
pub const FEW: f64 = 5.0;
/// The same for objects each of which is a thread or a connection, and for large ones in the one interval of two snapshots.
pub const VERY_FEW: f64 = 3.0;
/// Bytes in an interval, on average, that make a few objects large.
pub const LARGE_BYTES: f64 = 16.0 * 1024.0;
/// Bytes of a buffer up to which it is the runtime's pool for small ones: it looks larger the more of it is in use.
pub const POOL_BYTES: u64 = 64 * 1024;
/// Bytes in each interval, at least, by which a single object grows.
/// Measured: 512: none changes; 8192: 7 change.
pub const MIN_OWN_BYTES: f64 = 2048.0;
/// Objects freed for each one that came, up to which nothing to speak of is freed.
pub const FREED_SHARE: f64 = 0.03;
/// The same where it is not known that elders stay: beyond it objects come and go.
pub const FREED_SHARE_AT_MOST: f64 = 0.1;
/// Elders gone for each elder that there was, up to which elders stay.
pub const ELDERS_GONE_SHARE: f64 = 0.05;
/// Elders in the second snapshot for each one more in an interval, at least.
pub const ELDERS_BEFORE: f64 = 0.5;
/// Two counts differ by more than chance if their difference is so many times the root of their sum.
pub const CHANCE: f64 = 2.0;
/// Growth in the last interval over the mean of those before it, and of the later half over the earlier: with less, by more
/// than chance, something fills up.
pub const STEADY: f64 = 0.65;
/// The same for an object's own size: its table doubles now and then, so that growth in place is uneven.
/// Measured: 0: none changes; 0.65: a leaking array of numbers is missed.
pub(crate) const STEADY_OWN: f64 = 0.2;
/// Objects more, at least, for a place to tell the pace of the program.
pub(crate) const TELLS_PACE: f64 = 20.0;
/// Places that tell it, at least.
pub(crate) const MIN_PACE: usize = 3;
/// Of the median pace, the share that is as fast.
pub(crate) const SAME_PACE: f64 = 0.75;
/// Intervals in each of which a queue is longer, at least: a level that goes up and down by itself rises twice in a row easily.
pub const QUEUE_INTERVALS: usize = 3;
/// Of the new bytes, the share by which the holder's retained size grew, at least.
pub const LARGER_SHARE: f64 = 0.1;
/// Parts of a key, at least, for it to be a combination.
pub const KEY_PARTS: usize = 3;
/// Share of the new keys whose parts were all there before. What leaks has a part of its own in each key.
pub const KNOWN_KEYS_SHARE: f64 = 0.75;
/// Objects in each interval, on average, for a leak to be certain; nothing may have been freed.
pub const CERTAIN: f64 = 20.0;

// Leak or not, with two snapshots.

/// Share of what there was before: if more is gone, what is there comes and goes.
pub const GONE_SHARE: f64 = 0.5;

/// Objects before, at least: what leaks was there before, if the program had been warmed up.
pub const SOME_BEFORE: f64 = 3.0;
/// Objects freed for each one more.
/// Measured: 0.1: 1 changes; 4: 3.
pub const FREED_PER_MORE_OF_TWO: f64 = 0.5;
/// New objects, at least, unless they are large.
pub const MANY_OF_TWO: f64 = 20.0;
/// Bytes of new objects that make fewer of them enough.
/// Measured: 16 KiB: 3 change; no case of the corpus does.
pub const LARGE_BYTES_OF_TWO: f64 = 160.0 * 1024.0;

/// Growth over what was there before: less is a level that varies, or, with objects matched by structure and less than
/// [`LARGE_BYTES`], noise.
/// Measured: 0: one case without a leak is called one (Bun, two snapshots).
pub const NOTICEABLE_SHARE: f64 = 0.25;

// Leak or not, if objects are matched by structure: two processes never do quite the same.

/// Objects of the class that are gone anywhere, for each new one here: with more, they may only be reached in another way.
/// Measured: without it, none changes.
pub const MOVED_SHARE: f64 = 0.5;

// Of which kind.

/// Steps above the holder at which what is new may still hang: the object whose list or table the holder is.
pub(crate) const STEPS_TO_OWNER: usize = 2;
/// The same for an event bus of the program's own, which may have a list for each event.
pub(crate) const STEPS_TO_BUS: usize = 3;
/// Bytes that a function keeps through its scope, at least, for the scope to be the matter.
/// Measured: 512: 4 change, 16384: 5.
pub const LARGE_SCOPE_BYTES: u64 = 2048;
/// Share of what a new object keeps: if memory of buffers makes up as much, the object wraps a buffer.
/// Measured: 0.5: none changes.
pub const BUFFER_SHARE: f64 = 0.9;
/// Bytes of buffers, at least, for an object to wrap one.
pub const MIN_BUFFER_BYTES: u64 = 4096;
/// Slots of a store for each edge of it, at least, that are full of what has no node: numbers.
/// Measured: 5: 1 changes; 500: none.
pub(crate) const SLOTS_PER_EDGE: u64 = 50;
/// Objects nearest to the new one, among which a pending promise makes it one that waits.
/// Measured: 6: 2 change.
pub(crate) const NEAR_PROMISE: usize = 24;
/// Objects nearest to the new one, among which a module's record makes it a module.
/// Measured: 3: none changes.
pub(crate) const NEAR_MODULE: usize = 12;
/// Objects nearest to the new one, among which a detached element makes it the holder of one.
/// Measured: 10: 2 change.
pub(crate) const NEAR_ELEMENT: usize = 40;

// What it is there for.

/// Share of what a new object keeps: one object that makes up as much is what it is there for.
/// Measured: 0.2: 2 change.
pub(crate) const PAYLOAD_SHARE: f64 = 0.5;
/// Bytes of that object, at least.
pub(crate) const MIN_PAYLOAD_BYTES: u64 = 512;

// One cause or several.

/// Objects of one group for each of another, at most, if both have one cause.
/// Measured: 1: 6 change: one cause falls apart.
pub(crate) const MAX_MULTIPLE: f64 = 16.0;
/// Share of the larger number by which the smaller, times that multiple, may differ from it.
/// Measured: 0 and 0.1: none changes.
pub(crate) const MULTIPLE_TOLERANCE: f64 = 0.02;
/// The same for groups of one holder, where a key can be a string that was there before.
/// Measured: 0: 12 change; in 4 of them one leak becomes two.
pub(crate) const SAME_HOLDER_TOLERANCE: f64 = 0.1;
/// Bytes of a collection for each byte of what refers to its objects, at most, for that to explain it.
pub(crate) const EXPLAINED_BYTES: f64 = 2.0;
/// The larger number over the smaller, at most, of parts of what one holder keeps.
/// Measured: 1: 1 changes.
pub(crate) const MAX_PARTS_RATIO: i64 = 2;
