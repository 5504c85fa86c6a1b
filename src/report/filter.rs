//! Which findings a report shows.

use crate::heap::detect::Finding;
use crate::heap::detect::Kind;
use wildmatch::WildMatch;

/// What findings must be to be shown.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of one of these kinds, if there are any.
    pub kinds: Vec<Kind>,
    /// With a class on the path that matches one of these patterns, if there are any.
    pub classes: Vec<WildMatch>,
    /// At least this growth.
    pub min_bytes: u64,
    /// At least so many objects more.
    pub min_count: u64,
    /// Not of these fingerprints, and with nothing that matches these patterns.
    pub ignored: Vec<WildMatch>,
}

impl Filter {
    /// Whether a finding is shown.
    #[must_use]
    pub fn keeps(&self, finding: &Finding) -> bool {
        let is_kind = self.kinds.is_empty() || self.kinds.contains(&finding.kind);
        let classes = || finding.path.iter().map(|entry| entry.class.to_string()).chain([finding.class.to_string()]);
        let is_class = self.classes.is_empty() || classes().any(|class| self.classes.iter().any(|p| p.matches(&class)));
        let is_large = finding.retained_delta_bytes >= i64::try_from(self.min_bytes).unwrap_or(i64::MAX);
        let is_many = finding.count_delta >= i64::try_from(self.min_count).unwrap_or(i64::MAX);
        is_kind && is_class && is_large && is_many && !self.ignores(finding)
    }

    /// A pattern without `*` or `?` is a fingerprint or a class; with them it may also match the title or the path in words.
    fn ignores(&self, finding: &Finding) -> bool {
        let class = finding.class.to_string();
        let texts = [finding.fingerprint.as_str(), finding.kind.id(), &class, &finding.title, &finding.path_text];
        self.ignored.iter().any(|pattern| texts.iter().any(|text| pattern.matches(text)))
    }
}
