//! The detectors' thresholds: every number that decides what is a finding, of which kind, and whether it leaks.
//!
//! Limits on work and on text lengths are where they are used: they affect time and space, not results. The table in
//! `docs/DETECTORS.md` is made of these values, and a test compares the two.
//!
//! What was measured says what another value does, to one of three sets. *Cases*: 136 comparisons, of 30 cases of a corpus of
//! leaks, leaking and fixed, and those of `fixtures/leaks`, with three snapshots and with two; a comparison changes if one of
//! its findings does in kind, verdict, confidence, fingerprint, path or related growth. *Busy*: 38 runs of two services under
//! load, 28 that leak and 10 healthy ones, with three snapshots, and for thresholds of two snapshots with the first and the
//! third of them; a run changes if its first finding does in kind, verdict or path, or the number of its leaks. *Fixtures*: the
//! 8 cases of `fixtures/leaks`, in the same way.
//!
//! Of [`DICTIONARY_KEYS`] for kinds and fingerprints: 2: 5 cases change, 20: 4. Two other places require more keys, because they
//! merge what is shown: `heap/analysis/class_paths.rs` (33) and `heap/analysis/retained_tree.rs` (24).

pub use crate::heap::diff::DICTIONARY_KEYS;

/// A threshold as documents show it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Threshold {
    /// Its name in the code.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// In what it is counted.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What another value does, and to which set.
    pub measured: &'static str,
}

/// Thresholds of one question.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Section {
    /// The question.
    pub title: &'static str,
    /// Its thresholds.
    pub thresholds: &'static [Threshold],
}

macro_rules! thresholds {
    ($($title:literal { $(
        $(#[doc = $meaning:literal])+
        $vis:vis $name:ident: $type:ty = $value:expr, $unit:literal, $measured:literal;
    )+ })+) => {
        $($(
            $(#[doc = $meaning])+
            #[doc = ""]
            #[doc = concat!("Measured: ", $measured)]
            $vis const $name: $type = $value;
        )+)+

        /// All of them.
        pub const ALL: &[Section] = &[$(Section {
            title: $title,
            thresholds: &[$(Threshold {
                name: stringify!($name),
                value: $value as f64,
                unit: $unit,
                meaning: concat!($($meaning),+),
                measured: $measured,
            }),+],
        }),+];
    };
}

thresholds! {
    "What is looked at" {
        /// Objects more, at least, from the first snapshot to the last. One more is no accumulation.
        pub(crate) MIN_COUNT_DELTA: i64 = 2, "objects", "Cases: 1: 36 change, by findings of a single object.";
        /// Bytes by which an object grew in place, at least, from the first snapshot to the last; less is left to the account.
        pub(crate) MIN_IN_PLACE_BYTES: i64 = 1024, "bytes", "Cases: 256: 7 change, by small findings.";
    }
    "The course over three and more snapshots" {
        /// Share of the highest value: a fall by more is a sawtooth.
        pub FALL_SHARE: f64 = 0.1, "share", "Cases: 0 and 0.3: none changes.";
        /// Growth in the last interval over the mean of those before it: with less, growth has ended.
        pub STILL_GROWING: f64 = 0.2, "share", "Cases: 0.6: a leaking array of numbers is missed, whose store grows unevenly.";
        /// Share of all growth: one interval that has as much is a step.
        pub STEP_SHARE: f64 = 0.9, "share", "Cases: 0.7: 1 changes.";
        /// Share of the intervals: as many must grow.
        pub(crate) GROWING_SHARE: f64 = 0.7, "share", "Cases: 0.3: none changes.";
    }
    "Leak or not, with three snapshots and more" {
        /// Objects more in all intervals together, at least, that are an accumulation.
        pub MANY: f64 = 10.0, "objects", "Busy: 5: 2 runs change, one more leak is called one; 20: 6 change, 3 leaks become suspects. Fixtures: none changes.";
        /// The same for objects that are large together. Fewer are never more than chance.
        pub FEW: f64 = 5.0, "objects", "Busy: 3: none changes; 10: 3 change, 2 leaks become suspects. Fixtures: 10: 1 changes, a leak is no longer called one.";
        /// The same for objects each of which is a thread or a connection, and for large ones in the one interval of two snapshots.
        pub VERY_FEW: f64 = 3.0, "objects", "Busy and fixtures: 2 and 5: none changes.";
        /// Bytes in an interval, on average, that make a few objects large.
        pub LARGE_BYTES: f64 = 16.0 * 1024.0, "bytes", "Busy and fixtures: 8 and 64 KiB: none changes.";
        /// Bytes of a buffer up to which it is the runtime's pool for small ones: it looks larger the more of it is in use.
        pub POOL_BYTES: u64 = 64 * 1024, "bytes", "Busy and fixtures: 8 and 128 KiB: none changes.";
        /// Bytes in each interval, at least, by which a single object grows.
        pub MIN_OWN_BYTES: f64 = 2048.0, "bytes", "Cases: 512: none changes; 8192: 7 change.";
        /// Objects freed for each one that came, up to which nothing to speak of is freed.
        pub FREED_SHARE: f64 = 0.03, "share", "Busy: 0: none changes; 0.06: 1 changes, one more leak is called one.";
        /// The same where it is not known that elders stay: beyond it objects come and go.
        pub FREED_SHARE_AT_MOST: f64 = 0.1, "share", "Busy: 0.05: none changes; 0.2: 4 change, one healthy run gets a leak.";
        /// Of the objects that there were, the share that may be gone.
        pub GONE_OF_THOSE_THERE: f64 = 0.25, "share", "Lower: not varied. 1: webpack in watch mode gets a false leak.";
        /// Elders gone for each elder that there was, up to which elders stay.
        pub ELDERS_GONE_SHARE: f64 = 0.05, "share", "Busy: 0.025 and 0.1: none changes.";
        /// Elders in the second snapshot for each one more in an interval, at least.
        pub ELDERS_BEFORE: f64 = 0.5, "objects for each", "Busy: 0.25 and 1: none changes.";
        /// Two counts differ by more than chance if their difference is so many times the root of their sum.
        pub CHANCE: f64 = 2.0, "roots", "Busy: 1: 3 change; 4: 5 change, one more leak is called one and one is no longer first.";
        /// Growth in the last interval over the mean of those before it, and of the later half over the earlier: with less, by more
        /// than chance, something fills up.
        pub STEADY: f64 = 0.65, "share", "Busy: 0.5: 2 change, one more leak is called one; 0.8: 1 changes.";
        /// The same for an object's own size: its table doubles now and then, so that growth in place is uneven.
        pub(crate) STEADY_OWN: f64 = 0.2, "share", "Cases: 0: none changes; 0.65: a leaking array of numbers is missed.";
        /// Objects more, at least, for a place to tell the pace of the program.
        pub(crate) TELLS_PACE: f64 = 20.0, "objects", "Busy: 10 and 40: none changes.";
        /// Of what there was in the first snapshot, the share by which a place that has reached its level may vary, and the share that
        /// must stay in each interval.
        pub(crate) LEVEL_SHARE: f64 = 0.2, "share", "Not varied.";
        /// Places that tell it, at least.
        pub(crate) MIN_PACE: usize = 3, "places", "Busy: 2: none changes; 6: 1 changes, a leak becomes a suspect.";
        /// Of the median pace, the share that is as fast.
        pub(crate) SAME_PACE: f64 = 0.75, "share", "Busy: 0.5 and 0.9: none changes.";
        /// Intervals in each of which a queue is longer, at least: a level that goes up and down by itself rises twice in a row easily.
        pub QUEUE_INTERVALS: usize = 3, "intervals", "Busy: 2: 8 change, 3 healthy runs get a leak. More: not varied.";
        /// Of the new bytes, the share by which the holder's retained size grew, at least.
        pub LARGER_SHARE: f64 = 0.1, "share", "Busy: 0 and 0.2: none changes.";
        /// Bytes retained for each one more, at least: the smallest object has 12. With less, nearly all are retained elsewhere.
        pub(crate) BYTES_OF_EACH: u64 = 8, "bytes", "Not varied.";
        /// Parts of a key, at least, for it to be a combination.
        pub KEY_PARTS: usize = 3, "parts", "Busy: 2 and 5: none changes.";
        /// Share of the new keys whose parts were all there before. What leaks has a part of its own in each key.
        pub KNOWN_KEYS_SHARE: f64 = 0.75, "share", "Busy: 0.5: none changes; 1: 6 change, one healthy run gets a leak; with two snapshots 10 change, 4 healthy runs get one.";
        /// Objects in each interval, on average, for a leak to be certain; nothing may have been freed.
        pub CERTAIN: f64 = 20.0, "objects", "It affects confidence alone. Busy: 10: that of one leak; 40: of 2.";
    }
    "Leak or not, with two snapshots" {
        /// Share of what there was before: if more is gone, what is there comes and goes.
        pub GONE_SHARE: f64 = 0.5, "share", "Busy: 0.25: none changes; 1: 26 change, 6 healthy runs get a leak.";
        /// Objects before, at least: what leaks was there before, if the program had been warmed up.
        pub SOME_BEFORE: f64 = 3.0, "objects", "Busy: 1 and 6: none changes. Fixtures: 6: 1 changes, a leak is no longer called one.";
        /// Objects freed for each one more.
        pub FREED_PER_MORE_OF_TWO: f64 = 0.5, "objects for each", "Cases: 0.1: 1 changes; 4: 3.";
        /// New objects, at least, unless they are large.
        pub MANY_OF_TWO: f64 = 20.0, "objects", "Busy: 10: 3 change, 2 more leaks are called one; 40: 7 change, 2 leaks become suspects. Fixtures: 10: 2 change, a healthy one gets a leak; 40: 4 change, in each a leak is no longer called one.";
        /// Bytes of new objects that make fewer of them enough.
        pub LARGE_BYTES_OF_TWO: f64 = 160.0 * 1024.0, "bytes", "Cases: 16 KiB: 3 change; no case of the corpus does.";
        /// Growth over what was there before: less is a level that varies, or, with objects matched by structure and less than
        /// [`LARGE_BYTES`], noise.
        pub NOTICEABLE_SHARE: f64 = 0.25, "share", "Cases: 0: one case without a leak is called one (Bun, two snapshots).";
    }
    "Leak or not, if objects are matched by structure: two processes never do quite the same" {
        /// Objects of the class that are gone anywhere, for each new one here: with more, they may only be reached in another way.
        pub MOVED_SHARE: f64 = 0.5, "objects for each", "Cases: without it, none changes.";
        /// The same: with as many, there are no more of them.
        pub MOVED_ALL: f64 = 0.9, "objects for each", "Fixtures, matched by structure: 0.6 and 1.2: none changes.";
    }
    "Of which kind" {
        /// Steps above the holder at which what is new may still hang: the object whose list or table the holder is.
        pub(crate) STEPS_TO_OWNER: usize = 2, "steps", "Busy and fixtures: 1 and 4: none changes.";
        /// The same for an event bus of the program's own, which may have a list for each event.
        pub(crate) STEPS_TO_BUS: usize = 3, "steps", "Busy and fixtures: 2 and 6: none changes.";
        /// Bytes that a function keeps through its scope, at least, for the scope to be the matter.
        pub LARGE_SCOPE_BYTES: u64 = 2048, "bytes", "Cases: 512: 4 change, 16384: 5.";
        /// Share of what a new object keeps: if memory of buffers makes up as much, the object wraps a buffer.
        pub BUFFER_SHARE: f64 = 0.9, "share", "Cases: 0.5: none changes.";
        /// Bytes of buffers, at least, for an object to wrap one.
        pub MIN_BUFFER_BYTES: u64 = 4096, "bytes", "Busy and fixtures: 1 and 16 KiB: none changes.";
        /// Slots of a store for each edge of it, at least, that are full of what has no node: numbers.
        pub(crate) SLOTS_PER_EDGE: u64 = 50, "slots", "Cases: 5: 1 changes; 500: none.";
        /// Objects nearest to the new one, among which a pending promise makes it one that waits.
        pub(crate) NEAR_PROMISE: usize = 24, "objects", "Cases: 6: 2 change.";
        /// Objects nearest to the new one, among which a module's record makes it a module.
        pub(crate) NEAR_MODULE: usize = 12, "objects", "Cases: 3: none changes.";
        /// Objects nearest to the new one, among which a detached element makes it the holder of one.
        pub(crate) NEAR_ELEMENT: usize = 40, "objects", "Cases: 10: 2 change.";
    }
    "What it is there for" {
        /// Share of what a new object keeps: one object that makes up as much is what it is there for.
        pub(crate) PAYLOAD_SHARE: f64 = 0.5, "share", "Cases: 0.2: 2 change.";
        /// Bytes of that object, at least.
        pub(crate) MIN_PAYLOAD_BYTES: u64 = 512, "bytes", "Busy and fixtures: 128 and 2048: none changes.";
    }
    "One cause or several" {
        /// Objects of one group for each of another, at most, if both have one cause.
        pub(crate) MAX_MULTIPLE: f64 = 16.0, "objects for each", "Cases: 1: 6 change: one cause falls apart.";
        /// Share of the larger number by which the smaller, times that multiple, may differ from it.
        pub(crate) MULTIPLE_TOLERANCE: f64 = 0.02, "share", "Cases: 0 and 0.1: none changes.";
        /// The same for groups of one holder, where a key can be a string that was there before.
        pub(crate) SAME_HOLDER_TOLERANCE: f64 = 0.1, "share", "Cases: 0: 12 change; in 4 of them one leak becomes two.";
        /// Bytes of a collection for each byte of what refers to its objects, at most, for that to explain it.
        pub(crate) EXPLAINED_BYTES: f64 = 2.0, "bytes for each", "Busy and fixtures: 1 and 4: none changes.";
        /// The larger number over the smaller, at most, of parts of what one holder keeps.
        pub(crate) MAX_PARTS_RATIO: i64 = 2, "objects for each", "Cases: 1: 1 changes.";
    }
}
