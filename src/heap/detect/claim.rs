//! What a detector says about a group.

use crate::heap::detect::cure::Cure;
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::subject::{Site, Subject};

/// A detector's claim: what accumulates, where, on what evidence, and what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claim {
    /// The kind.
    pub kind: Kind,
    /// What accumulates.
    pub subject: Subject,
    /// Where; `None` if the path says it.
    pub(crate) site: Option<Site>,
    /// What in the graph indicates the kind.
    pub evidence: Vec<Evidence>,
    /// What to change.
    pub cure: Cure,
    /// What identifies the finding in other runs, besides its path: event, handler, delay. Never ids, folders or lines.
    pub identity: Vec<String>,
    /// Position of the step that the finding is about, if that is not the holder: the emitter.
    pub(crate) anchor: Option<usize>,
    /// Whether claims of the same kind may follow from this one: a worker has ports.
    pub(crate) is_primary: bool,
}

impl Claim {
    /// A claim without a site or evidence.
    #[must_use]
    pub fn new(kind: Kind, subject: Subject, cure: Cure) -> Self {
        Self {
            kind,
            subject,
            site: None,
            evidence: Vec::new(),
            cure,
            identity: Vec::new(),
            anchor: None,
            is_primary: false,
        }
    }

    /// Adds a site that the path does not show.
    #[must_use]
    pub fn at(mut self, site: Site) -> Self {
        self.site = Some(site);
        self
    }

    /// Adds a piece of evidence.
    #[must_use]
    pub(crate) fn because(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }
}
