//! The callbacks inside a stretch.
//!
//! A stretch is the longest that a new event may have to wait. It may consist of several callbacks, one after the other:
//! timers that are due at once, requests of a busy server, promises. Samples tell two callbacks apart if they enter the
//! program through different functions, or if the stack returns to what dispatches them in between. Two calls of one
//! function without such a sample look like one: the longest task is an upper bound. Native code without a frame and
//! garbage collection alone do not separate callbacks.

use crate::cpu::attribution::Interval;
use crate::cpu::blocking::calls::CallMeaning;
use crate::stacks::CallIx;

/// The callbacks of a stretch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tasks {
    /// How many can be told apart, at least 1.
    pub count: u64,
    /// The longest, in microseconds.
    pub longest_us: u64,
}

/// Divides a stretch. O(intervals).
pub(crate) fn tasks(intervals: &[Interval], meanings: &[CallMeaning]) -> Tasks {
    let mut tasks = Tasks::default();
    let mut current: Option<Key> = None;
    let mut length_us = 0;
    for interval in intervals {
        let key = key(&meanings[interval.call.ix()]);
        if key.is_some() && key != current {
            tasks.count += u64::from(matches!(key, Some(Key::Entry(_))));
            length_us = if current.is_some() { 0 } else { length_us };
            current = key;
        }
        length_us += interval.duration_us;
        tasks.longest_us = tasks.longest_us.max(length_us);
    }
    tasks.count = tasks.count.max(1);
    tasks
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// The function by which the program is entered.
    Entry(CallIx),
    /// The runtime between two callbacks.
    Dispatcher,
}

/// None of native code and collections by themselves.
fn key(meaning: &CallMeaning) -> Option<Key> {
    let dispatcher = meaning.api.filter(|_| !meaning.is_gc).map(|_| Key::Dispatcher);
    meaning.entry.map(Key::Entry).or(dispatcher)
}
