//! The thresholds of the detectors: every number that decides what is a finding, of which kind, and whether it leaks.
//!
//! Limits on work and text length are elsewhere, where they are used: they affect time and space, not results. The
//! table in `docs/DETECTORS.md` is generated from these values, and a test compares the two.
//!
//! `measured` says what other values change, in one of four sets. *Cases* are 136 comparisons: 30 cases of a corpus of
//! leaks, leaking and fixed, and those of `fixtures/leaks`, each with three and with two snapshots. A comparison
//! changes if the kind, verdict, confidence, fingerprint, path or related growth of a finding does. *Busy* are 38 runs
//! of two services under load, 28 leaking and 10 healthy, with three snapshots, or with the first and third for
//! thresholds that apply to two; *services of other packages* are 31 more, 23 leaking and 8 healthy. A run changes if
//! the kind, verdict or path of its first finding does, or its number of
//! leaks. *Fixtures* are the 8 cases of `fixtures/leaks`, counted in the same way.
//!
//! [`DICTIONARY_KEYS`] also decides kinds and fingerprints: at 2, 5 cases change, and at 20, 4 do. Two other places
//! require more keys because they merge what is shown: `heap/analysis/class_paths.rs` (33) and
//! `heap/analysis/retained_tree.rs` (24).

pub use crate::heap::diff::DICTIONARY_KEYS;

/// A threshold, for documents.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Threshold {
    /// Its name in the code.
    pub name: &'static str,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What other values change, and in which set.
    pub measured: &'static str,
}

/// The thresholds of one question.
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

        /// All thresholds.
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
    "What is a finding" {
        /// Minimum growth in objects from the first snapshot to the last. One more object is not an accumulation.
        pub(crate) MIN_COUNT_DELTA: i64 = 2, "objects", "Cases: at 1, 36 change (findings of a single object).";
        /// Minimum growth in place of an object, from the first snapshot to the last. The account still includes
        /// smaller growth.
        pub(crate) MIN_IN_PLACE_BYTES: i64 = 1024, "bytes", "Cases: at 256, 7 change (small findings).";
    }
    "Trends over three or more snapshots" {
        /// A decrease by more than this share of the highest value makes a sawtooth.
        pub FALL_SHARE: f64 = 0.1, "share", "Cases: at 0 and 0.3, nothing changes.";
        /// Growth has ended if the last interval is below this share of the mean of the earlier ones.
        pub STILL_GROWING: f64 = 0.2, "share", "Cases: at 0.6, a leaking array of numbers, whose store grows unevenly, is missed.";
        /// If one interval has this share of all growth, it is a step.
        pub STEP_SHARE: f64 = 0.9, "share", "Cases: at 0.7, 1 changes.";
        /// Minimum share of intervals with growth.
        pub(crate) GROWING_SHARE: f64 = 0.7, "share", "Cases: at 0.3, nothing changes.";
    }
    "Leak or not, with three or more snapshots" {
        /// Minimum growth in objects, over all intervals, that is an accumulation.
        pub MANY: f64 = 10.0, "objects", "Busy: at 5, 2 runs change, 1 more leak is found; at 20, 6 change, 3 leaks become suspects. Fixtures: nothing changes.";
        /// The same for objects that are large together. Fewer are never more than chance.
        pub FEW: f64 = 5.0, "objects", "Busy: at 3, nothing changes; at 10, 3 change, 2 leaks become suspects. Fixtures: at 10, 1 changes, a leak is no longer found.";
        /// The same for objects that are each a thread or a connection, and for large ones in two snapshots.
        pub VERY_FEW: f64 = 3.0, "objects", "Busy and fixtures: at 2 and 5, nothing changes.";
        /// Bytes per interval, on average, that make a few objects large.
        pub LARGE_BYTES: f64 = 16.0 * 1024.0, "bytes", "Busy and fixtures: at 8 and 64 KiB, nothing changes.";
        /// Buffers up to this size count as the runtime's pool for small ones, which seems to grow as more of it is
        /// used.
        pub POOL_BYTES: u64 = 64 * 1024, "bytes", "Busy and fixtures: at 8 and 128 KiB, nothing changes.";
        /// Minimum growth per interval of a single object.
        pub MIN_OWN_BYTES: f64 = 2048.0, "bytes", "Cases: at 512, nothing changes; at 8192, 7 change.";
        /// Up to this number of freed objects per new one, (almost) nothing is freed.
        pub FREED_SHARE: f64 = 0.03, "share", "Busy: at 0, nothing changes; at 0.06, 1 changes, 1 more leak is found.";
        /// The same where it is unknown whether elders stay: above it, objects come and go.
        pub FREED_SHARE_AT_MOST: f64 = 0.1, "share", "Busy: at 0.05, nothing changes; at 0.2, 4 change, 1 healthy run gets a false leak.";
        /// Maximum share of the existing objects that may be gone.
        pub GONE_OF_THOSE_THERE: f64 = 0.25, "share", "Lower values were not tried. At 1, webpack in watch mode gets a false leak.";
        /// Maximum share of the elders that may be gone for elders to stay.
        pub ELDERS_GONE_SHARE: f64 = 0.05, "share", "Busy: at 0.025 and 0.1, nothing changes.";
        /// Minimum number of elders in the second snapshot, per additional one in an interval.
        pub ELDERS_BEFORE: f64 = 0.5, "per object", "Busy: at 0.25 and 1, nothing changes.";
        /// Two counts differ by more than chance if they differ by this many times the square root of their sum.
        pub CHANCE: f64 = 2.0, "times", "Busy: at 1, 3 change; at 4, 5 change, 1 more leak is found and 1 is no longer first.";
        /// Something fills up if its last interval is below this share of the mean of the earlier ones, or its later
        /// half below this share of the earlier half, by more than chance.
        pub STEADY: f64 = 0.65, "share", "Busy: at 0.5, 2 change, 1 more leak is found; at 0.8, 1 changes.";
        /// The same for the size of an object: its table doubles from time to time, so growth is uneven.
        pub(crate) STEADY_OWN: f64 = 0.2, "share", "Cases: at 0, nothing changes; at 0.65, a leaking array of numbers is missed.";
        /// Minimum growth in objects of a place that indicates the pace of the program.
        pub(crate) TELLS_PACE: f64 = 20.0, "objects", "Busy: at 10 and 40, nothing changes.";
        /// A place has reached its level if it varies by no more than this share of its first number, and if at least
        /// this share stays in each interval.
        pub(crate) LEVEL_SHARE: f64 = 0.2, "share", "Busy: at 0.1 and 0.4, nothing changes. Services of other packages: at 0.1, 1 leak becomes a suspect and 1 healthy run gets a false leak; at 0.4, 3 more leaks are found and 1 healthy run gets a false leak.";
        /// Minimum number of such places.
        pub(crate) MIN_PACE: usize = 3, "places", "Busy: at 2, nothing changes; at 6, 1 changes, a leak becomes a suspect.";
        /// A place is as fast as the program if it has this share of the median pace.
        pub(crate) SAME_PACE: f64 = 0.75, "share", "Busy: at 0.5 and 0.9, nothing changes.";
        /// Minimum number of intervals in which a queue gets longer. A number that goes up and down often rises twice
        /// in a row.
        pub QUEUE_INTERVALS: usize = 3, "intervals", "Busy: at 2, 8 change, 3 healthy runs get a false leak. Higher values were not tried.";
        /// Minimum growth of the holder's retained size, as a share of the new bytes.
        pub LARGER_SHARE: f64 = 0.1, "share", "Busy: at 0 and 0.2, nothing changes.";
        /// Minimum number of retained bytes per additional object; the smallest object has 12. With less, almost all
        /// of them are retained elsewhere.
        pub(crate) BYTES_OF_EACH: u64 = 8, "bytes", "Busy and services of other packages: at 4 and 16, nothing changes.";
        /// Minimum number of members of a collection that replaces its oldest ones. Small numbers agree by chance.
        pub(crate) OTHERS_MEMBERS: u32 = 5, "members", "Busy: at 2 and 10, nothing changes. Services of other packages: at 2, 2 leaks are no longer found; at 10, nothing changes.";
        /// Minimum number of collections of one kind that are full, for their size to be a limit.
        pub(crate) OTHERS_FULL: usize = 3, "collections", "Busy: at 2 and 6, nothing changes. Services of other packages: at 2, nothing changes; at 6, 2 healthy runs get a false leak.";
        /// Minimum share of the collections that replace members, which must be full.
        pub(crate) OTHERS_FULL_SHARE: f64 = 0.8, "share", "Busy and services of other packages: at 0.6 and 1, nothing changes.";
        /// Minimum number of parts of a key that is a combination.
        pub KEY_PARTS: usize = 3, "parts", "Busy: at 2 and 5, nothing changes.";
        /// Share of the new keys whose parts all existed before. What leaks has a new part in each key.
        pub KNOWN_KEYS_SHARE: f64 = 0.75, "share", "Busy: at 0.5, nothing changes; at 1, 6 change, 1 healthy run gets a false leak; with two snapshots, 10 change, 4 healthy runs get one.";
        /// Minimum growth in objects per interval, on average, for a leak to be certain. Nothing may have been freed.
        pub CERTAIN: f64 = 20.0, "objects", "Affects only the confidence. Busy: at 10, of 1 leak; at 40, of 2.";
    }
    "Leak or not, with two snapshots" {
        /// If more than this share of the existing objects is gone, objects come and go.
        pub GONE_SHARE: f64 = 0.5, "share", "Busy: at 0.25, nothing changes; at 1, 26 change, 6 healthy runs get a false leak.";
        /// Minimum number of objects before. What leaks already existed if the program was warmed up.
        pub SOME_BEFORE: f64 = 3.0, "objects", "Busy: at 1 and 6, nothing changes. Fixtures: at 6, 1 changes, a leak is no longer found.";
        /// Maximum number of objects freed per additional one.
        pub FREED_PER_MORE_OF_TWO: f64 = 0.5, "per object", "Cases: at 0.1, 1 changes; at 4, 3 do.";
        /// Minimum number of new objects, unless they are large.
        pub MANY_OF_TWO: f64 = 20.0, "objects", "Busy: at 10, 3 change, 2 more leaks are found; at 40, 7 change, 2 leaks become suspects. Fixtures: at 10, 2 change, a healthy one gets a false leak; at 40, 4 change, in each a leak is no longer found.";
        /// Size of the new objects that makes fewer of them enough.
        pub LARGE_BYTES_OF_TWO: f64 = 160.0 * 1024.0, "bytes", "Cases: at 16 KiB, 3 change, none of them in the corpus.";
        /// Minimum growth relative to what existed before. Less is normal variation or, for objects matched by
        /// structure and less than [`LARGE_BYTES`], noise.
        pub NOTICEABLE_SHARE: f64 = 0.25, "share", "Cases: at 0, 1 clean case gets a false leak (Bun, two snapshots).";
    }
    "Leak or not, if objects are matched by structure (two processes never behave exactly alike)" {
        /// If more objects of the class than this are gone elsewhere, per new one, they may only be reached by another
        /// path.
        pub MOVED_SHARE: f64 = 0.5, "per object", "Cases: without it, nothing changes.";
        /// If this many are gone, per new one, there are no more of them than before.
        pub MOVED_ALL: f64 = 0.9, "per object", "Fixtures, matched by structure: at 0.6 and 1.2, nothing changes.";
    }
    "What one snapshot holds" {
        /// Minimum number of objects of one class at a place.
        pub(crate) HELD: u64 = 20, "objects", "Corpus: at 10 and 40, nothing changes among the first three. Busy: likewise, but at 40, 3 of 28 are no longer found.";
        /// An object that retains this many times what the others at the place do on average is not one of them.
        pub(crate) HEAVY_TIMES: u64 = 10, "times", "Corpus and busy: at 5 and 20, nothing changes.";
        /// Unless it retains less than this.
        pub(crate) HEAVY_BYTES: u64 = 8192, "bytes", "Corpus and busy: at 2 and 32 KiB, nothing changes among the first three.";
        /// Maximum share of the objects at a place that are not of it for that reason; if there are more, they are.
        pub(crate) HEAVY_SHARE: f64 = 0.05, "share", "Without it, the cache of webpack in watch mode, in which one entry in ten is heavy, is not named.";
        /// Minimum share of the heap that a single object has itself.
        pub(crate) HELD_LARGE_SHARE: f64 = 0.02, "share", "Other values were not tried.";
        /// Minimum size of such an object.
        pub(crate) HELD_LARGE_BYTES: u64 = 65536, "bytes", "Other values were not tried.";
        /// Minimum number of listeners, timers, promises and the like that are suspicious by themselves.
        pub(crate) HELD_SUSPICIOUS: u64 = 100, "objects", "Corpus: at 25 to 100, nothing changes. Busy: at 25 and 50, 3 fewer are among the first three; with other seeds, 2 fewer.";
        /// The same for connections and threads.
        pub(crate) HELD_COSTLY: u64 = 10, "objects", "Corpus and busy: at 5 and 20, nothing changes.";
        /// An object stayed if less than this share of the ids near its own are still there.
        pub(crate) STAYED_DENSITY: f64 = 1.0 / 3.0, "share", "Corpus: at 0.2 and 0.5, nothing changes. Busy: at 0.2, 3 fewer are among the first three; at 0.5, 1 more is. With other seeds, nothing changes.";
        /// Minimum number of objects that stayed while most of what came with them is gone.
        pub(crate) STAYED: u64 = 5, "objects", "Busy: at 2, nothing changes among the first three; at 10, 1 fewer is.";
        /// Minimum share of the objects at the place that did.
        pub(crate) STAYED_SHARE: f64 = 0.2, "share", "Busy: at 0.1, 1 more is among the first three; at 0.4, none changes.";
        /// Minimum share of the heap to be likely to matter.
        pub(crate) HELD_MUCH: f64 = 0.05, "share", "Affects only the confidence.";
    }
    "Which kind" {
        /// Maximum number of steps from the owner of a list or table down to the holder.
        pub(crate) STEPS_TO_OWNER: usize = 2, "steps", "Busy and fixtures: at 1 and 4, nothing changes.";
        /// The same for the program's own event bus, which may have one list per event.
        pub(crate) STEPS_TO_BUS: usize = 3, "steps", "Busy and fixtures: at 2 and 6, nothing changes.";
        /// Minimum number of bytes that a function's scope keeps for the scope to be what matters.
        pub LARGE_SCOPE_BYTES: u64 = 2048, "bytes", "Cases: at 512, 4 change, at 16384, 5 do.";
        /// If buffers are this share of what a new object keeps, the object wraps a buffer.
        pub BUFFER_SHARE: f64 = 0.9, "share", "Cases: at 0.5, nothing changes.";
        /// Minimum size of the buffers for an object to wrap one.
        pub MIN_BUFFER_BYTES: u64 = 4096, "bytes", "Busy and fixtures: at 1 and 16 KiB, nothing changes.";
        /// If a store has this many slots per edge, it is full of numbers, which have no nodes.
        pub(crate) SLOTS_PER_EDGE: u64 = 50, "slots", "Cases: at 5, 1 changes; at 500, nothing does.";
        /// A pending promise among this many nearest objects makes a new object one that waits.
        pub(crate) NEAR_PROMISE: usize = 24, "objects", "Cases: at 6, 2 change.";
        /// A module record among this many nearest objects makes a new object a module.
        pub(crate) NEAR_MODULE: usize = 12, "objects", "Cases: at 3, nothing changes.";
        /// A detached element among this many nearest objects makes a new object the holder of one.
        pub(crate) NEAR_ELEMENT: usize = 40, "objects", "Cases: at 10, 2 change.";
    }
    "What a new object exists for" {
        /// If one object is this share of what a new object keeps, it is what the new object exists for.
        pub(crate) PAYLOAD_SHARE: f64 = 0.5, "share", "Cases: at 0.2, 2 change.";
        /// Minimum size of that object.
        pub(crate) MIN_PAYLOAD_BYTES: u64 = 512, "bytes", "Busy and fixtures: at 128 and 2048, nothing changes.";
    }
    "One cause or several" {
        /// Maximum ratio of the numbers of objects in two groups with one cause.
        pub(crate) MAX_MULTIPLE: f64 = 16.0, "per object", "Cases: at 1, 6 change: one cause becomes several.";
        /// Maximum deviation from a whole multiple, as a share of the larger number.
        pub(crate) MULTIPLE_TOLERANCE: f64 = 0.02, "share", "Cases: at 0 and 0.1, nothing changes.";
        /// The same for groups with one holder, where a key can be a string that already existed.
        pub(crate) SAME_HOLDER_TOLERANCE: f64 = 0.1, "share", "Cases: at 0, 12 change; in 4 of them one leak becomes two.";
        /// Maximum size of a collection, relative to what refers to its objects, for that to explain the collection.
        pub(crate) EXPLAINED_BYTES: f64 = 2.0, "per byte", "Busy and fixtures: at 1 and 4, nothing changes.";
        /// Maximum ratio of the numbers of objects in two parts of what one holder keeps.
        pub(crate) MAX_PARTS_RATIO: i64 = 2, "per object", "Cases: at 1, 1 changes.";
    }
}
