//! What a detector says about a group.

use crate::heap::detect::cure::Cure;
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::subject::{Site, Subject};

/// A detector's claim: what accumulates, where, by which evidence, and what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What sort of thing it is.
    pub kind: Kind,
    /// What accumulates.
    pub subject: Subject,
    /// Where; `None` if the path says it.
    pub(crate) site: Option<Site>,
    /// What in the graph speaks for it.
    pub evidence: Vec<Evidence>,
    /// What to change.
    pub cure: Cure,
    /// What names the finding in other runs besides the path: event, handler, delay; without ids, places and lines.
    pub identity: Vec<String>,
    /// Position among the steps of the object that the finding is about, if that is not the holder: the emitter.
    pub(crate) anchor: Option<usize>,
    /// Whether other claims of the kind follow from this one: a worker has ports.
    pub(crate) is_primary: bool,
}

impl Claim {
    /// A claim without evidence yet.
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

    /// The same at a place that the path does not say.
    #[must_use]
    pub fn at(mut self, site: Site) -> Self {
        self.site = Some(site);
        self
    }

    /// The same with one more piece of evidence.
    #[must_use]
    pub(crate) fn because(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }
}
