//! What rules look at: findings as far as rules need them.

use crate::analysis::sources::SourceLocation;
use crate::base::Text;
use crate::detect::{Kind, Verdict};

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
    /// How sure that is, and why.
    pub reason: String,
    /// One sentence.
    pub title: String,
    /// Class of the objects that became more.
    pub class: Text,
    /// Such objects in each snapshot.
    pub counts: Vec<u64>,
    /// The last count minus the first.
    pub count_delta: i64,
    /// The bytes that go if the new objects go.
    pub delta_bytes: i64,
    /// The path in words.
    pub path_text: String,
    /// Where to look in the source.
    pub location: Option<SourceLocation>,
    /// What to change.
    pub fix: String,
}
