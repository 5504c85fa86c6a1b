//! The list of all rules. Configuration, help, documents, schema and evaluation follow from it.

use crate::gate::unit::Unit;
use crate::heap::detect::Kind;
use std::fmt;

/// A type of rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleSpec {
    /// The stable id, which is also the key of its metric.
    pub id: RuleId,
    /// What it limits, for documents and messages.
    pub about: &'static str,
    /// The input it needs.
    pub source: Source,
    /// What comes after the colon of its key.
    pub(crate) subjects: Option<&'static str>,
    /// The unit of its limits.
    pub unit: Unit,
    /// Keys that can be set in addition to `level`.
    pub keys: &'static [&'static str],
    /// How it is judged.
    pub(crate) judge: Judge,
}

/// The input that a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Two or more snapshots.
    Comparison,
    /// The last snapshot. Growth needs more than one.
    Snapshot,
    /// CPU profiles.
    Profile,
}

/// How a rule is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Judge {
    /// By findings with the verdict `leak`.
    Leaks,
    /// By findings with the verdict `suspect`.
    Suspects,
    /// By limits on a metric.
    Budget,
    /// By limits on a metric that varies from run to run, with floors and significance.
    Time,
    /// By limits on denied subjects.
    Denied,
    /// By functions that are hot and were not before.
    NewHotSpots,
}

/// Keys of budgets for a single snapshot.
const LIMITS: &[&str] = &["max", "max_growth", "floor", "per"];
/// Keys of budgets for growth only.
const GROWTH: &[&str] = &["max_growth", "floor", "per"];
/// Keys of rules about time.
const TIME: &[&str] = &["max", "max_growth", "floor"];
const SAMPLED: &[&str] = &["max", "max_growth", "floor", "min_samples"];
const LOOP: &[&str] = &["max", "max_growth", "floor", "startup"];

macro_rules! rules {
    ($($variant:ident $id:literal $source:ident $judge:ident $unit:ident $subjects:expr, $keys:expr, $about:literal;)*) => {
        /// Which rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RuleId {
            $(#[doc = $about] $variant,)*
        }

        impl RuleId {
            /// The stable id, as it is written in configurations and reports.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $id,)*
                }
            }
        }

        /// The registry, in the order in which rules are judged and reported.
        pub const RULES: &[RuleSpec] = &[$(RuleSpec {
            id: RuleId::$variant,
            about: $about,
            source: Source::$source,
            subjects: $subjects,
            unit: Unit::$unit,
            keys: $keys,
            judge: Judge::$judge,
        }),*];
    };
}

impl RuleId {
    /// Whether it is about the event loop.
    #[must_use]
    pub(crate) const fn is_of_loop(self) -> bool {
        matches!(self, Self::LoopLongestBlock | Self::LoopDelayP99 | Self::LoopBlockingTime | Self::LoopSyncCall)
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

rules! {
    Leaks "leaks" Comparison Leaks Bytes Some("class"), &["floor"], "leaks, or those of one kind: leaks.listeners";
    Suspects "suspects" Comparison Suspects Bytes Some("class"), &["floor"], "possible leaks, or those of one kind: suspects.map";
    HeapTotal "heap.total" Snapshot Budget Bytes None, LIMITS, "total size of the heap";
    HeapObjects "heap.objects" Snapshot Budget Count None, LIMITS, "number of objects";
    ClassBytes "class.bytes" Snapshot Budget Bytes Some("class"), LIMITS, "shallow size of all objects of a class";
    ClassCount "class.count" Snapshot Budget Count Some("class"), LIMITS, "number of objects of a class";
    PackageBytes "package.bytes" Comparison Budget Bytes Some("package"), GROWTH, "growth retained by objects of a package";
    PackageCount "package.count" Comparison Budget Count Some("package"), GROWTH, "new objects retained by objects of a package";
    HolderBytes "holder.bytes" Comparison Budget Bytes Some("path"), &["max", "max_growth", "floor", "per"], "retained size of an object under which others accumulate";
    HolderCount "holder.count" Comparison Budget Count Some("path"), &["max", "max_growth", "floor", "per"], "objects of the class that accumulates most under such an object";
    StringsDuplicate "strings.duplicate" Snapshot Budget Bytes None, LIMITS, "memory wasted on duplicate strings";
    DomDetached "dom.detached" Snapshot Budget Count None, LIMITS, "number of detached DOM nodes";
    EmitterListeners "emitter.listeners" Snapshot Budget Count Some("class"), LIMITS, "most listeners on one emitter of a class";
    LoopLongestBlock "loop.longest-block" Profile Time Us None, LOOP, "longest time for which the event loop was blocked";
    LoopDelayP99 "loop.delay-p99" Profile Time Us None, TIME, "99th percentile of the event loop delay";
    LoopBlockingTime "loop.blocking-time" Profile Time Us None, TIME, "total blocking time: the part of each block beyond 50 ms";
    LoopSyncCall "loop.sync-call" Profile Denied Us Some("call"), &["max"], "time in denied synchronous calls after startup";
    CpuActive "cpu.active" Profile Time Us None, TIME, "CPU time without idle time";
    CpuSelfFunction "cpu.self.function" Profile Time Us Some("function"), SAMPLED, "self time of a function";
    CpuSelfPackage "cpu.self.package" Profile Time Us Some("package"), SAMPLED, "self time of a package";
    CpuNewHotSpot "cpu.new-hot-spot" Profile NewHotSpots Us Some("function"), &["min_share"], "functions that newly take a share of the time";
    GcShare "gc.share" Profile Time Ratio None, TIME, "share of the active time spent in garbage collection";
}

impl RuleSpec {
    /// The type of rule with an id, without a kind.
    #[must_use]
    pub(crate) fn by_id(id: &str) -> Option<&'static Self> {
        RULES.iter().find(|spec| spec.id.as_str() == id)
    }

    /// Whether its id can be followed by a kind: `leaks.map`.
    #[must_use]
    pub(crate) fn has_kinds(&self) -> bool {
        matches!(self.judge, Judge::Leaks | Judge::Suspects)
    }

    /// Whether a single snapshot is enough.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn is_for_one_snapshot(&self) -> bool {
        self.source == Source::Snapshot
    }
}

/// All ids with which a rule's key can begin, including kinds.
pub fn all_ids() -> impl Iterator<Item = String> {
    RULES.iter().flat_map(|spec| {
        let kinds = Kind::ALL.iter().filter(|kind| spec.has_kinds() && **kind != Kind::Engine);
        std::iter::once(spec.id.to_string()).chain(kinds.map(move |kind| format!("{}.{kind}", spec.id)))
    })
}

#[cfg(test)]
mod tests {
    use super::{RULES, all_ids};
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique() {
        let ids: BTreeSet<String> = all_ids().collect();
        assert_eq!(ids.len(), all_ids().count());
        assert!(ids.contains("leaks.detached-dom") && ids.contains("suspects.map"));
        assert!(RULES.iter().all(|rule| !rule.about.is_empty()));
    }
}
