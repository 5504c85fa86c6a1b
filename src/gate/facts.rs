//! What rules look at.

use crate::base::Text;
use crate::gate::catalog::Source;
use crate::gate::metrics::Metric;
use crate::heap::analysis::sources::SourceLocation;
use crate::heap::detect::{Confidence, Kind, Verdict};

/// All that is known of one process, or of the runs of a program.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What grew; none if nothing was compared.
    pub leaks: Option<Vec<LeakFact>>,
    /// Named numbers.
    pub metrics: Vec<Metric>,
    /// What sorts of rules can be judged.
    pub sources: Vec<Source>,
}

impl Facts {
    /// Whether rules about a source can be judged.
    #[must_use]
    pub fn has(&self, source: Source) -> bool {
        self.sources.contains(&source)
    }
}

impl LeakFact {
    /// Intervals between the snapshots, at least 1.
    #[must_use]
    pub fn intervals(&self) -> f64 {
        self.counts.len().saturating_sub(1).max(1) as f64
    }

    /// By how many objects it grows from snapshot to snapshot.
    #[must_use]
    pub fn count_per_cycle(&self) -> f64 {
        self.count_delta as f64 / self.intervals()
    }

    /// By how many bytes it grows from snapshot to snapshot.
    #[must_use]
    pub fn bytes_per_cycle(&self) -> f64 {
        self.delta_bytes as f64 / self.intervals()
    }

    /// Its fingerprint, and those of what has the same cause.
    pub fn fingerprints(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.fingerprint.as_str()).chain(self.related.iter().map(String::as_str))
    }
}

/// Something that grew, as the detectors found it.
#[derive(Clone, Debug, PartialEq)]
pub struct LeakFact {
    /// The same for the same growth in other runs.
    pub fingerprint: String,
    /// Fingerprints of other growth with the same cause.
    pub related: Vec<String>,
    /// What sort of thing.
    pub kind: Kind,
    /// Whether it is a leak.
    pub verdict: Verdict,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why.
    pub reason: Text,
    /// One sentence.
    pub title: Text,
    /// Class of the objects that became more.
    pub class: Text,
    /// Such objects in each snapshot.
    pub counts: Vec<u64>,
    /// The last count minus the first.
    pub count_delta: i64,
    /// The bytes that go if the new objects go.
    pub delta_bytes: i64,
    /// The path in words.
    pub path_text: Text,
    /// Where to look in the source.
    pub location: Option<SourceLocation>,
    /// What to change.
    pub fix: Text,
}
